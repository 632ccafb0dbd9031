declare module 'quire:report/types@0.1.0' {
  /**
   * Days since 1970-01-01 in the proleptic Gregorian calendar.
   */
  export type Date = number;
  /**
   * A named detail that a later version may understand. Unknown names are kept
   * and ignored. At most 32 a list, 4 KiB a value.
   */
  export interface Attribute {
    name: string,
    value: string,
  }
  /**
   * What a module says about itself. Asked for once, when a version is loaded.
   */
  export interface Manifest {
    /**
     * What an administrator reads in a list, at most 80 characters.
     */
    title: string,
    /**
     * One or two sentences.
     */
    summary: string,
    /**
     * The author's own version, for people; Quire goes by digest.
     */
    version: string,
    /**
     * BCP 47 tags of the languages that it writes; the first is the default.
     */
    locales: Array<string>,
    /**
     * JSON Schema (2020-12) of `render-context.params`, if it takes any.
     */
    paramsSchema?: string,
    attributes: Array<Attribute>,
  }
  /**
   * Everything about the request that is not data.
   */
  export interface RenderContext {
    /**
     * Identifies the document; derives from its arguments, not from the clock.
     */
    documentId: string,
    /**
     * Title of the report.
     */
    title: string,
    /**
     * BCP 47; one of the manifest's, or its default.
     */
    locale: string,
    /**
     * "Today" for this document. The only date a module may call now.
     */
    asOf: Date,
    /**
     * First and last day that the report covers, both included.
     */
    period: [Date, Date],
    /**
     * For any sampling that the module does.
     */
    seed: bigint,
    /**
     * JSON that satisfies the manifest's schema; `{}` if there is none.
     */
    params: string,
    attributes: Array<Attribute>,
  }
  export interface Style {
    bold?: boolean,
    italic?: boolean,
    underline?: boolean,
    code?: boolean,
    superscript?: boolean,
    subscript?: boolean,
  }
  /**
   * A run of text in one style.
   */
  export interface Span {
    /**
     * No control characters but tab and line feed.
     */
    text: string,
    style: Style,
    /**
     * `https:` address; `#anchor` of a heading, table or chart of this section; or
     * `#section/anchor` of another one, by its name in the report definition. Where it leads to a
     * table or chart and the text is exactly `Table` or `Figure`, the host prints what it is with
     * its number instead, such as `Table 3`, because only the host knows numbers. A link that
     * leads nowhere is printed as plain text.
     */
    href?: string,
    /**
     * Shown at the foot of the page where the span stands.
     */
    footnote?: string,
  }
  /**
   * A heading opens a part of the section. The host numbers and places it in
   * the table of contents; level 1 is the section's own title.
   */
  export interface Heading {
    /**
     * 1 to 4.
     */
    level: number,
    text: string,
    anchor?: string,
  }
  /**
   * # Variants
   *
   * ## `"none"`
   *
   * ## `"bullet"`
   *
   * ## `"ordered"`
   */
  export type Marker = 'none' | 'bullet' | 'ordered';
  /**
   * Running text, or one item of a list: neighbours with the same marker and
   * indent form one list.
   */
  export interface Paragraph {
    spans: Array<Span>,
    marker: Marker,
    /**
     * 0 to 4.
     */
    indent: number,
  }
  /**
   * # Variants
   *
   * ## `"start"`
   *
   * ## `"center"`
   *
   * ## `"end"`
   */
  export type Align = 'start' | 'center' | 'end';
  /**
   * The cells of one column, in row order. Numbers are finite.
   */
  export type Cells = CellsText | CellsInteger | CellsNumber | CellsPercent | CellsDate | CellsBoolean;
  export interface CellsText {
    tag: 'text',
    val: Array<string>,
  }
  export interface CellsInteger {
    tag: 'integer',
    val: BigInt64Array,
  }
  export interface CellsNumber {
    tag: 'number',
    val: Float64Array,
  }
  /**
   * 12.5 means 12.5 %.
   */
  export interface CellsPercent {
    tag: 'percent',
    val: Float64Array,
  }
  export interface CellsDate {
    tag: 'date',
    val: Int32Array,
  }
  export interface CellsBoolean {
    tag: 'boolean',
    val: Array<boolean>,
  }
  export interface TableColumn {
    /**
     * Stable name, used by programs: `[a-z][a-z0-9-]*`.
     */
    key: string,
    title: string,
    unit?: string,
    align: Align,
    /**
     * Digits after the point of numbers and percentages.
     */
    decimals?: number,
    cells: Cells,
    /**
     * Rows without a value, ascending; their cells are not read.
     */
    missing: Uint32Array,
  }
  /**
   * # Variants
   *
   * ## `"body"`
   *
   * ## `"subtotal"`
   *
   * ## `"total"`
   *
   * ## `"group-header"`
   */
  export type RowRole = 'body' | 'subtotal' | 'total' | 'group-header';
  /**
   * Sets one row apart. Rows that are not named are body rows.
   */
  export interface RowMark {
    row: number,
    role: RowRole,
    indent: number,
  }
  /**
   * A table. The host splits it over pages and repeats its header.
   */
  export interface Table {
    /**
     * Unique in the section; facts and references name it.
     */
    id: string,
    caption: Array<Span>,
    /**
     * All of equal length.
     */
    columns: Array<TableColumn>,
    marks: Array<RowMark>,
    /**
     * Rows printed in the document; all of them if absent.
     */
    printRows?: number,
    notes: Array<string>,
    attributes: Array<Attribute>,
  }
  /**
   * # Variants
   *
   * ## `"linear"`
   *
   * ## `"log"`
   */
  export type Scale = 'linear' | 'log';
  export interface Axis {
    title: string,
    unit?: string,
    scale: Scale,
  }
  export type Positions = PositionsCategories | PositionsNumbers | PositionsDates;
  export interface PositionsCategories {
    tag: 'categories',
    val: Array<string>,
  }
  export interface PositionsNumbers {
    tag: 'numbers',
    val: Float64Array,
  }
  export interface PositionsDates {
    tag: 'dates',
    val: Int32Array,
  }
  /**
   * One line, set of bars or set of points. Lists are as long as the positions.
   */
  export interface Series {
    name: string,
    values: Float64Array,
    /**
     * Lower and upper ends of intervals (error bars, confidence limits).
     */
    interval?: [Float64Array, Float64Array],
    /**
     * Positions without a value, ascending.
     */
    missing: Uint32Array,
  }
  /**
   * A line across the plot, such as a ratio of 1 or a threshold.
   */
  export interface ReferenceLine {
    at: number,
    onX: boolean,
    label?: string,
  }
  export interface Chart {
    /**
     * Unique in the section.
     */
    id: string,
    /**
     * `bar`, `stacked-bar`, `horizontal-bar`, `line`, `area`, `scatter`,
     * `forest`. The data of an unknown kind are shown as a table. Attributes that are understood:
     * `partial-from`, the first position whose period is not complete; of a scatter chart `point-label`, once for
     * each point that has one: the places of its series and of its position, counted from 0, and its words,
     * `0 12 Angioedema`.
     */
    kind: string,
    caption: Array<Span>,
    /**
     * What a reader who cannot see the chart should learn from it.
     */
    alt: string,
    x: Axis,
    y: Axis,
    positions: Positions,
    series: Array<Series>,
    referenceLines: Array<ReferenceLine>,
    attributes: Array<Attribute>,
  }
  /**
   * PNG, JPEG or SVG, at most 2 MiB. SVG without scripts and outside references.
   */
  export interface Image {
    mediaType: string,
    data: Uint8Array,
    caption: Array<Span>,
    alt: string,
    /**
     * Share of the text width, above 0 and at most 1.
     */
    width: number,
  }
  /**
   * # Variants
   *
   * ## `"neutral"`
   *
   * ## `"info"`
   *
   * ## `"good"`
   *
   * ## `"caution"`
   *
   * ## `"danger"`
   */
  export type Tone = 'neutral' | 'info' | 'good' | 'caution' | 'danger';
  export interface KeyFigure {
    label: string,
    value: string,
    unit?: string,
    /**
     * A second line, such as the denominator.
     */
    detail?: string,
    tone: Tone,
  }
  /**
   * A boxed remark. Holds paragraphs, never blocks.
   */
  export interface Callout {
    tone: Tone,
    title?: string,
    body: Array<Paragraph>,
    attributes: Array<Attribute>,
  }
  /**
   * A block of a kind that this version does not know by type.
   */
  export interface Extension {
    kind: string,
    /**
     * JSON, at most 64 KiB.
     */
    data: string,
    /**
     * What is shown where the kind is not understood.
     */
    fallback: Array<Paragraph>,
  }
  export type Block = BlockHeading | BlockParagraph | BlockTable | BlockChart | BlockImage | BlockKeyFigures | BlockCallout | BlockPageBreak | BlockExtension;
  export interface BlockHeading {
    tag: 'heading',
    val: Heading,
  }
  export interface BlockParagraph {
    tag: 'paragraph',
    val: Paragraph,
  }
  export interface BlockTable {
    tag: 'table',
    val: Table,
  }
  export interface BlockChart {
    tag: 'chart',
    val: Chart,
  }
  export interface BlockImage {
    tag: 'image',
    val: Image,
  }
  export interface BlockKeyFigures {
    tag: 'key-figures',
    val: Array<KeyFigure>,
  }
  export interface BlockCallout {
    tag: 'callout',
    val: Callout,
  }
  export interface BlockPageBreak {
    tag: 'page-break',
  }
  export interface BlockExtension {
    tag: 'extension',
    val: Extension,
  }
  export type FactValue = FactValueInteger | FactValueNumber | FactValuePercent | FactValueDate | FactValueText;
  export interface FactValueInteger {
    tag: 'integer',
    val: bigint,
  }
  export interface FactValueNumber {
    tag: 'number',
    val: number,
  }
  export interface FactValuePercent {
    tag: 'percent',
    val: number,
  }
  export interface FactValueDate {
    tag: 'date',
    val: Date,
  }
  export interface FactValueText {
    tag: 'text',
    val: string,
  }
  /**
   * Something that the section established and a narrative may say.
   */
  export interface Fact {
    /**
     * Stable name: `serious-reports`, `top-reaction-1`.
     */
    key: string,
    value: FactValue,
    unit?: string,
    /**
     * The table or chart it can be read from. Narratives cite it.
     */
    source?: string,
    attributes: Array<Attribute>,
  }
  /**
   * What a module returns.
   */
  export interface Output {
    blocks: Array<Block>,
    facts: Array<Fact>,
  }
  /**
   * Why a module returned nothing. A trap is a defect of the module; these are
   * answers.
   */
  export type Failure = FailureInvalidParams | FailureNoData | FailureFailed;
  /**
   * The parameters fit the schema but not each other.
   */
  export interface FailureInvalidParams {
    tag: 'invalid-params',
    val: string,
  }
  /**
   * There is nothing to show; the text says why. The host prints it.
   */
  export interface FailureNoData {
    tag: 'no-data',
    val: string,
  }
  /**
   * Anything else, in words for the administrator.
   */
  export interface FailureFailed {
    tag: 'failed',
    val: string,
  }
}
