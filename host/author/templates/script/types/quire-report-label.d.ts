/// <reference path="./quire-report-types.d.ts" />
declare module 'quire:report/label@0.1.0' {
  /**
   * Which label there is; none where there is none, and `unavailable` says why.
   */
  export function describe(): Document | undefined;
  /**
   * Why there is no label, in words for the reader; none where there is one.
   */
  export function unavailable(): string | undefined;
  /**
   * Where the label names each preferred term, in the order asked, one mention a section; at most 1,000
   * terms a call. Whole words count, in any order beside each other, in British or American spelling, and
   * common plain forms (`heart attack`). That the words stand there is all it says: `no cases of X` names
   * X too. So show it as found in the label, with the place, never as a verdict; what is not found may
   * stand there in other words.
   */
  export function find(terms: Array<string>): Array<Array<Mention>>;
  export type Date = import('quire:report/types@0.1.0').Date;
  /**
   * The newest label that carries one of the product's codes.
   */
  export interface Document {
    /**
     * The identifier that all versions of the label share.
     */
    setId: string,
    /**
     * The source's number of this version.
     */
    version: string,
    /**
     * The day that the label gives as its own; none if it gives none.
     */
    effective?: Date,
    /**
     * The product's names on it, brand first.
     */
    names: Array<string>,
    /**
     * What the drug is for, in the label's words; at most 4,000 characters, empty if it does not say.
     */
    indications: string,
    /**
     * That it was read earlier and not since, in words for the reader; none while it is fresh.
     */
    stale?: string,
  }
  /**
   * Words of the label that name a term.
   */
  export interface Mention {
    /**
     * Where: `boxed warning`, `contraindications`, `warnings` (with precautions) or `adverse reactions`.
     */
    section: string,
    /**
     * The words as they stand there, such as `peripheral edema` for `Oedema peripheral`.
     */
    wording: string,
  }
}
