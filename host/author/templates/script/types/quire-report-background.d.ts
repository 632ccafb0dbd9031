/// <reference path="./quire-report-types.d.ts" />
declare module 'quire:report/background@0.1.0' {
  /**
   * Which background there is; none where there is none, and `unavailable` says why.
   */
  export function describe(): Source | undefined;
  /**
   * Why there is no background, in words for the reader; none where there is one.
   */
  export function unavailable(): string | undefined;
  /**
   * Totals in the order asked, at most 1,000 reactions a call; ask several times for more. Case and
   * the two ways of writing an apostrophe make no difference.
   *
   * A reaction is none where the source was not asked about it, because the report's share of
   * requests was spent or because the source cannot be asked for its name; print that it is not
   * known. One that the source does not report at all is zero, which is knowledge.
   */
  export function count(reactions: Array<string>): Array<Totals | undefined>;
  /**
   * The fitted prior. None where the fit was not possible or did not converge.
   */
  export function prior(): Mixture | undefined;
  export type Date = import('quire:report/types@0.1.0').Date;
  /**
   * Which background there is.
   */
  export interface Source {
    /**
     * What it is in words for the method section.
     */
    label: string,
    /**
     * The role of the drug in the counted reports: `any-role` or `primary-suspect`.
     */
    role: string,
    /**
     * How old it is.
     */
    asOf: Date,
    /**
     * All reports (N).
     */
    total: bigint,
    /**
     * Reports of this drug (n), in the same source and role.
     */
    drug: bigint,
  }
  /**
   * Reports with the reaction. With `source`: a = both, b = drug - both,
   * c = reaction - both, d = the rest.
   */
  export interface Totals {
    /**
     * The preferred term, as asked.
     */
    reaction: string,
    /**
     * Reports with the reaction and the drug.
     */
    both: bigint,
    /**
     * Reports with the reaction.
     */
    all: bigint,
  }
  /**
   * Gamma mixture of the multi-item gamma Poisson shrinker, fitted over the
   * whole source.
   */
  export interface Mixture {
    /**
     * Shape of the first component.
     */
    alpha1: number,
    /**
     * Rate of the first component.
     */
    beta1: number,
    /**
     * Shape of the second component.
     */
    alpha2: number,
    /**
     * Rate of the second component.
     */
    beta2: number,
    /**
     * Share of the first component, 0 to 1.
     */
    weight: number,
  }
}
