declare module 'quire:report/interval@0.1.0' {
  /**
   * None unless reports from some day on were asked for, and the source could say.
   */
  export function describe(): Comparison | undefined;
  /**
   * Matching reports of a span of days.
   */
  export interface SpanTotals {
    reports: bigint,
    /**
     * Of them marked serious; none where the source did not say.
     */
    serious?: bigint,
    /**
     * Of them with the seriousness criterion death; none where the source did not say.
     */
    death?: bigint,
  }
  /**
   * Matching reports that name a reaction.
   */
  export interface ReactionSpan {
    /**
     * The preferred term.
     */
    reaction: string,
    /**
     * Received in the period.
     */
    period: bigint,
    /**
     * Received up to its end; none where the source lists so many commoner ones that it does not say.
     */
    cumulative?: bigint,
  }
  /**
   * The period, and all time up to its end.
   */
  export interface Comparison {
    period: SpanTotals,
    cumulative: SpanTotals,
    /**
     * The reactions of the period, most reports first, at most 1,000.
     */
    reactions: Array<ReactionSpan>,
  }
}
