/// <reference path="./quire-report-types.d.ts" />
declare module 'quire:report/cases@0.1.0' {
  export type Date = import('quire:report/types@0.1.0').Date;
  /**
   * One value of a dimension. A report counts once for each value that it has.
   */
  export interface Count {
    value: string,
    /**
     * Reports that have it.
     */
    reports: number,
    /**
     * Of them, reports marked serious.
     */
    serious: number,
    /**
     * Of them, reports of a death: those with a value of the dimension
     * `death-stated`.
     */
    fatal: number,
  }
  /**
   * Most reports first; equal counts in code point order of the value.
   */
  export interface Counts {
    /**
     * The counts.
     */
    rows: Array<Count>,
    /**
     * How many values there are, printed or not.
     */
    distinct: number,
    /**
     * Reports without a value.
     */
    missing: number,
  }
  /**
   * Reports for each pair of values; rows and columns ordered as `counts`.
   */
  export interface CrossTable {
    /**
     * Values down the side.
     */
    rows: Array<string>,
    /**
     * Values along the top.
     */
    columns: Array<string>,
    /**
     * Row by row.
     */
    cells: Uint32Array,
  }
  /**
   * Quartiles by linear interpolation (type 7).
   */
  export interface Summary {
    /**
     * Reports that have the measure; everything else is 0 if there are none.
     */
    n: number,
    /**
     * Reports that do not.
     */
    missing: number,
    /**
     * Arithmetic mean.
     */
    mean: number,
    /**
     * Of the sample (n - 1); 0 for fewer than two.
     */
    standardDeviation: number,
    /**
     * Smallest value.
     */
    minimum: number,
    /**
     * 25 % lie below.
     */
    lowerQuartile: number,
    /**
     * Half lie below.
     */
    median: number,
    /**
     * 75 % lie below.
     */
    upperQuartile: number,
    /**
     * Largest value.
     */
    maximum: number,
  }
  /**
   * What a filter asks of a value. At most 1,000 values a list.
   */
  export type Condition = ConditionOneOf | ConditionNoneOf | ConditionBetween | ConditionKnown | ConditionUnknown;
  /**
   * The report has at least one of them.
   */
  export interface ConditionOneOf {
    tag: 'one-of',
    val: Array<string>,
  }
  /**
   * The report has none of them.
   */
  export interface ConditionNoneOf {
    tag: 'none-of',
    val: Array<string>,
  }
  /**
   * Both ends included. For measures and dates (days).
   */
  export interface ConditionBetween {
    tag: 'between',
    val: [number, number],
  }
  /**
   * The report has a value.
   */
  export interface ConditionKnown {
    tag: 'known',
  }
  /**
   * It has none.
   */
  export interface ConditionUnknown {
    tag: 'unknown',
  }
  /**
   * Every filter of a list must hold.
   */
  export interface Filter {
    /**
     * A dimension, a measure or a date.
     */
    on: string,
    /**
     * What must hold.
     */
    is: Condition,
  }
  /**
   * Text with many repeats: `values[codes[i]]`; code `u32::MAX` is missing.
   */
  export interface Coded {
    /**
     * Each text once.
     */
    values: Array<string>,
    /**
     * One a report.
     */
    codes: Uint32Array,
  }
  /**
   * Several texts a report: those of report i are
   * `codes[offsets[i]..offsets[i + 1]]`.
   */
  export interface CodedLists {
    /**
     * Each text once.
     */
    values: Array<string>,
    /**
     * One more than reports.
     */
    offsets: Uint32Array,
    /**
     * One a text that a report has.
     */
    codes: Uint32Array,
  }
  /**
   * One value a report, except in `lists`.
   */
  export type Column = ColumnText | ColumnLists | ColumnNumbers | ColumnDates | ColumnBooleans;
  /**
   * One text a report.
   */
  export interface ColumnText {
    tag: 'text',
    val: Coded,
  }
  /**
   * Several texts a report.
   */
  export interface ColumnLists {
    tag: 'lists',
    val: CodedLists,
  }
  /**
   * NaN is missing.
   */
  export interface ColumnNumbers {
    tag: 'numbers',
    val: Float64Array,
  }
  /**
   * `s32::MIN` is missing.
   */
  export interface ColumnDates {
    tag: 'dates',
    val: Int32Array,
  }
  /**
   * Yes or no.
   */
  export interface ColumnBooleans {
    tag: 'booleans',
    val: Array<boolean>,
  }
  /**
   * Why a query has no answer.
   */
  export type QueryError = QueryErrorUnknownName | QueryErrorOutOfRange | QueryErrorTooLarge;
  /**
   * No such dimension, measure or column; the text lists those there are.
   */
  export interface QueryErrorUnknownName {
    tag: 'unknown-name',
    val: string,
  }
  /**
   * `start` lies beyond the last report.
   */
  export interface QueryErrorOutOfRange {
    tag: 'out-of-range',
  }
  /**
   * More than the host will copy at once; ask for less.
   */
  export interface QueryErrorTooLarge {
    tag: 'too-large',
  }

  export class CaseSeries implements Disposable {
    /**
     * This type does not have a public constructor.
     */
    private constructor();
    /**
    * How many reports it holds.
    */
    len(): number;
    /**
    * Names that `count-by`, `cross-tab` and `where` accept. In 0.1 at least:
    *
    * - of the report: `sex` (`female`, `male`), `age-group` (`0-1`, `2-11`,
    *   `12-17`, `18-64`, `65-74`, `75+` years; `65+` where a report gives no age
    *   and calls the patient elderly), `country` (ISO 3166 code), `reporter`
    *   (`physician`, `pharmacist`, `other health professional`, `lawyer`,
    *   `consumer`), `health-professional` (`yes`, `no`: the same in two),
    *   `literature` (`yes`, `no`), `seriousness` (`serious`, `not serious`),
    *   `seriousness-criterion` (`death`, `life-threatening`,
    *   `hospitalisation`, `disability`, `congenital anomaly`, `other`; not
    *   exclusive), `death-stated` (what says that somebody died: `criterion`,
    *   the seriousness criterion; `outcome`, the outcome fatal of a reaction;
    *   `reaction`, a preferred term that means death; not exclusive; a report
    *   with any of them is one of a death), `expedited` (`yes`, `no`), `report-type` (`spontaneous`,
    *   `study`, `other`, `unknown`), `received-month` (`2014-03`),
    *   `received-quarter` (`2014-Q1`), `received-year` (`2014`), `duplicate`
    *   (ids of other reports of the same case, which were left out),
    *   `probable-case` (an id that all reports share which are probably of one
    *   case, and none was left out; of a report that is alone, its own);
    * - of its reactions: `reaction` (preferred term), `reaction-outcome`
    *   (`recovered`, `recovering`, `not recovered`, `recovered with
    *   sequelae`, `fatal`, `unknown`), `reaction-with-outcome` (`Nausea:
    *   recovered`; what stands after the last colon and blank is one of the
    *   outcomes, or `not stated`);
    * - of its drugs: `drug`, `suspect-drug` (suspect or interacting),
    *   `concomitant-drug`, `co-suspect-drug` (suspect or interacting beside the
    *   drug that the report is about): active substance where known, else
    *   product name;
    * - of the drug that the report is about: `role` (`suspect`,
    *   `interacting`, `concomitant`; the strongest), `product`, `indication`,
    *   `route` (in words: `oral`), `dosage-form`, `dosing` (dose as the report writes it and
    *   days of treatment: `10 mg, 2011-10-14 to 2012-07-01`), `action-taken` (`withdrawn`,
    *   `dose reduced`, `dose increased`, `dose not changed`, `unknown`, `not
    *   applicable`), `dechallenge` and `rechallenge` (did the event abate, did
    *   it come back: `yes`, `no`, `unknown`).
    *
    * A value that a report states and that is not understood (a code that is in no list, a country that is
    * none, an age that cannot be used) is `other`, in whichever of the above it stands; only what a report
    * does not state, or calls unknown where `unknown` is no value, is missing.
    */
    dimensions(): Array<string>;
    /**
    * Names that `summarise` accepts. At least `age-years`, `weight-kg`,
    * `onset-days` (from the first day of treatment, day 0, to the event),
    * `drugs-per-report`, `reactions-per-report`.
    */
    measures(): Array<string>;
    /**
    * Names that `page` accepts: every dimension (a dimension that a report
    * can have several values of comes as `lists`), every measure, the dates
    * `received` (first), `receipt` (of the latest information), `event` and
    * `death`, and `report-id`, `version`, `company-number` (the
    * manufacturer's), `publication` (of a report of the literature),
    * `serious`, `fatal` (of a death, as in `count`). Dates can be filtered by, too.
    */
    columns(): Array<string>;
    /**
    * Reports for each value of a dimension; the first `top` rows, or all (at
    * most 100,000).
    */
    countBy(dimension: string, top: number | undefined): Counts;
    /**
    * For each row of `count-by` with the same dimension and `top`, in its
    * order, how many values of the dimension `of` its reports have: with
    * `probable-case`, how many probable cases.
    */
    distinctBy(dimension: string, of: string, top: number | undefined): Uint32Array;
    /**
    * Reports for each pair of the most frequent values; at most 1,000 rows
    * and 100 columns.
    */
    crossTab(rows: string, columns: string, topRows: number, topColumns: number): CrossTable;
    /**
    * Quartiles of a measure over the reports that have it.
    */
    summarise(measure: string): Summary;
    /**
    * The reports for which every filter holds.
    */
    where(filters: Array<Filter>): CaseSeries;
    /**
    * Columns of at most `limit` reports from `start` on, in order of report id;
    * at most 1,000 reports a call.
    */
    page(start: number, limit: number, names: Array<string>): Array<Column>;
    [Symbol.dispose](): void;
  }
}
