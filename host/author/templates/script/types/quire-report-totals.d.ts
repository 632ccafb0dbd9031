/// <reference path="./quire-report-types.d.ts" />
declare module 'quire:report/totals@0.1.0' {
  /**
   * All matching reports by day, ascending, days without reports left out.
   * None where the source could not say; then only fetched reports can be
   * counted, and the report must say so.
   */
  export function received(): Array<Day> | undefined;
  export type Date = import('quire:report/types@0.1.0').Date;
  /**
   * Reports that the source first received on one day.
   */
  export interface Day {
    received: Date,
    reports: number,
  }
}
