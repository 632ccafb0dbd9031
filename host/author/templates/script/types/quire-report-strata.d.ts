declare module 'quire:report/strata@0.1.0' {
  /**
   * Every way in which the source was counted again. None without a background, and of one of before.
   */
  export function describe(): Array<Stratification>;
  /**
   * What was not, and why.
   */
  export function unavailable(): Array<Gap>;
  /**
   * For each reaction its reports in each stratum, in the order of both; at most 1,000 reactions a call.
   * None where it was not counted, which is not zero: a source that answers one question at a time is only
   * asked about the reactions that stand out most.
   */
  export function count(stratification: string, reactions: Array<string>): Array<Array<Cell> | undefined>;
  /**
   * One part of the source. No report is in two parts of one stratification.
   */
  export interface Stratum {
    /**
     * What it holds: `serious`, `health-professional`; `female, 18-64` or `not reported` (sex, age or both);
     * `2014-Q1`.
     */
    name: string,
    /**
     * All of its reports.
     */
    total: bigint,
    /**
     * Those of the drug, in the role of the background.
     */
    drug: bigint,
  }
  /**
   * One way in which the source was counted again.
   */
  export interface Stratification {
    /**
     * In 0.1 `serious` and `health-professional` (one stratum each), `sex-and-age` (every report in one of
     * thirteen) and `received-quarter` (of first receipt; quarters without reports left out, oldest first).
     */
    name: string,
    /**
     * At least one.
     */
    strata: Array<Stratum>,
  }
  /**
   * A way in which it was not, or not for every reaction.
   */
  export interface Gap {
    /**
     * As of a stratification.
     */
    name: string,
    /**
     * Why, in words for the reader.
     */
    reason: string,
  }
  /**
   * Reports of a reaction in one stratum.
   */
  export interface Cell {
    /**
     * With the drug.
     */
    both: bigint,
    /**
     * With or without it.
     */
    all: bigint,
  }
}
