// What a section is made with: blocks that the host takes as they are, facts, parameters with their schema, and
// failures that say what is wrong. The contract itself is in wit/, its types in types/. This file is yours: add to it.

import type { CaseSeries } from "quire:report/cases@0.1.0";
import { write } from "quire:report/log@0.1.0";
import type {
  Align, Axis, Block, Cells, Fact, FactValue, Manifest, Output, Positions, RenderContext, RowMark, RowRole, Series,
  Span, TableColumn, Tone,
} from "quire:report/types@0.1.0";

/** There is nothing to show; the words say why, and are printed. */
export class NoData extends Error {}

/** The parameters fit the schema, but not each other. */
export class InvalidParams extends Error {}

/** Lines for you and the administrator; readers never see them. */
export const log = {
  debug: (message: string) => write("debug", message),
  info: (message: string) => write("info", message),
  warn: (message: string) => write("warn", message),
};

// Parameters

/** A parameter: its JSON Schema, and what it is where a report does not say. */
export interface Param<V> { schema: object; default: V }

const param = <V>(type: string, description: string, options: { default: V }): Param<V> =>
  ({ schema: { type, description, ...options }, default: options.default });

/** Parameters by type: `param.integer("Rows of the table.", {default: 10, minimum: 1})`. */
export const params = {
  integer: (description: string, options: { default: number; minimum?: number; maximum?: number }) =>
    param<number>("integer", description, options),
  number: (description: string, options: { default: number; minimum?: number; maximum?: number }) =>
    param<number>("number", description, options),
  text: (description: string, options: { default: string; enum?: string[] }) =>
    param<string>("string", description, options),
  flag: (description: string, options: { default: boolean }) => param<boolean>("boolean", description, options),
};

type Params = Record<string, Param<unknown>>;
type Values<P extends Params> = { [K in keyof P]: P[K] extends Param<infer V> ? V : never };

// The section

/** What a section says about itself. */
export interface About<P extends Params> {
  title: string;
  summary: string;
  version: string;
  locales?: string[];
  params?: P;
}

/** What a section is made from. */
export interface Request<P extends Params> { params: Values<P>; context: RenderContext; data: CaseSeries }

/** A section, as the host calls it. Whatever is thrown in it reaches you with its place in the code. */
export function section<P extends Params>(about: About<P>, render: (request: Request<P>) => Content) {
  const declared = Object.entries(about.params ?? {});
  const schema = {
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(declared.map(([name, param]) => [name, param.schema])),
  };
  const defaults = Object.fromEntries(declared.map(([name, param]) => [name, param.default]));
  return {
    describe(): Manifest {
      const { title, summary, version, locales = ["en"] } = about;
      const paramsSchema = declared.length > 0 ? JSON.stringify(schema) : undefined;
      return { title, summary, version, locales, paramsSchema, attributes: [] };
    },
    render(context: RenderContext, data: CaseSeries): Output {
      try {
        const params = { ...defaults, ...JSON.parse(context.params) } as Values<P>;
        return render({ params, context, data }).output();
      } catch (error) {
        throw failure(error);
      }
    },
  };
}

function failure(error: unknown) {
  if (error instanceof NoData) return { tag: "no-data", val: error.message };
  if (error instanceof InvalidParams) return { tag: "invalid-params", val: error.message };
  const refused = (error as { payload?: unknown }).payload;
  if (refused !== undefined) {
    const where = (error as Error).stack ?? "";
    return { tag: "failed", val: `a query was refused: ${JSON.stringify(refused)}\n${where}` };
  }
  if (error instanceof Error) return { tag: "failed", val: `${error.name}: ${error.message}\n${error.stack ?? ""}` };
  return { tag: "failed", val: `thrown: ${JSON.stringify(error)}` };
}

// Blocks

/** A section in the making. */
export class Content {
  readonly #blocks: Block[] = [];
  readonly #facts: Fact[] = [];
  readonly #ids = new Set<string>();

  constructor(title: string) { this.#heading(1, title); }

  /** A heading below the section's own. */
  heading(text: string) { this.#heading(2, text); }

  /** A heading below `heading`. */
  subheading(text: string) { this.#heading(3, text); }

  paragraph(...text: (string | Span)[]) { this.#paragraph("none", text); }

  bullet(...text: (string | Span)[]) { this.#paragraph("bullet", text); }

  /** A table. Columns are made by `column`, and equally long. */
  table(id: string, caption: string, columns: TableColumn[], options: {
    notes?: string[]; printRows?: number; marks?: { row: number; role: RowRole; indent?: number }[];
  } = {}) {
    this.#name(id);
    const rows = columns.map(({ cells }) => cells.val.length);
    if (new Set(rows).size > 1) throw new RangeError(`columns of table ${id} have ${rows.join(", ")} cells`);
    const marks: RowMark[] = (options.marks ?? []).map((mark) => ({ indent: 0, ...mark }));
    const { printRows } = options;
    const notes = (options.notes ?? []).map(clean);
    this.#blocks.push({ tag: "table", val: {
      id, caption: [span(caption)], columns, marks, printRows, notes, attributes: [],
    } });
  }

  /** A chart; `alt` is what a reader who cannot see it should learn. */
  chart(kind: "bar" | "stacked-bar" | "horizontal-bar" | "line" | "area" | "scatter" | "forest", id: string,
    caption: string, chart: {
      alt: string;
      x: { title: string; unit?: string; scale?: "linear" | "log" };
      y: { title: string; unit?: string; scale?: "linear" | "log" };
      positions: { categories: string[] } | { numbers: number[] } | { dates: number[] };
      series: { name: string; values: (number | undefined)[]; lower?: number[]; upper?: number[] }[];
      lines?: { at: number; label?: string; onX?: boolean }[];
    }) {
    this.#name(id);
    const positions = placed(chart.positions);
    const series = chart.series.map((one) => drawn(id, one, positions.val.length));
    const referenceLines = (chart.lines ?? []).map(({ at, label, onX = false }) => ({ at, label, onX }));
    const axis = ({ title, unit, scale = "linear" }: typeof chart.x): Axis => ({ title: clean(title), unit, scale });
    this.#blocks.push({ tag: "chart", val: {
      id, kind, caption: [span(caption)], alt: clean(chart.alt), x: axis(chart.x), y: axis(chart.y), positions,
      series, referenceLines, attributes: [],
    } });
  }

  /** A boxed remark. */
  callout(tone: Tone, title: string, text: string) {
    const body = [{ spans: [span(text)], marker: "none" as const, indent: 0 }];
    this.#blocks.push({ tag: "callout", val: { tone, title: clean(title), body, attributes: [] } });
  }

  /** Something that a narrative may say; `source` is the table or chart that shows it. */
  fact(key: string, value: FactValue, options: { unit?: string; source?: string } = {}) {
    named(key);
    if (this.#facts.some((known) => known.key === key)) throw new RangeError(`the fact ${key} is there twice`);
    this.#facts.push({ key, value, unit: options.unit, source: options.source, attributes: [] });
  }

  output(): Output { return { blocks: this.#blocks, facts: this.#facts }; }

  #heading(level: number, text: string) {
    this.#blocks.push({ tag: "heading", val: { level, text: clean(text), anchor: undefined } });
  }

  #paragraph(marker: "none" | "bullet", text: (string | Span)[]) {
    const spans = text.map((part) => (typeof part === "string" ? span(part) : part));
    this.#blocks.push({ tag: "paragraph", val: { spans, marker, indent: 0 } });
  }

  #name(id: string) {
    named(id);
    if (this.#ids.has(id)) throw new RangeError(`a table or chart ${id} is there twice`);
    this.#ids.add(id);
  }
}

/** A run of text; `href` is `#id` of a table or chart, `#section/id` of another section's, or an address. */
export const span = (text: string, options: { bold?: boolean; italic?: boolean; href?: string; footnote?: string } = {}):
  Span => {
  const { bold = false, italic = false, href, footnote } = options;
  const plain = { underline: false, code: false, superscript: false, subscript: false };
  return { text: clean(text), style: { bold, italic, ...plain }, href, footnote };
};

type Missing = undefined | null;

/** Columns by type. `undefined`, `null` and what is not finite is printed as missing. */
export const column = {
  text: (key: string, title: string, values: (string | Missing)[]) =>
    made(key, title, "start", values, "", (cells) => ({ tag: "text", val: cells.map(clean) })),
  integer: (key: string, title: string, values: (number | Missing)[]) =>
    made(key, title, "end", values, 0, (cells) => ({
      tag: "integer", val: BigInt64Array.from(cells.map((cell) => BigInt(whole(key, cell)))) }) as Cells),
  number: (key: string, title: string, decimals: number, values: (number | Missing)[]) =>
    made(key, title, "end", values, 0, (cells) => ({ tag: "number", val: Float64Array.from(cells) }), decimals),
  percent: (key: string, title: string, values: (number | Missing)[]) =>
    made(key, title, "end", values, 0, (cells) => ({ tag: "percent", val: Float64Array.from(cells) }), 1),
  date: (key: string, title: string, days: (number | Missing)[]) =>
    made(key, title, "start", days, 0, (cells) => ({ tag: "date", val: Int32Array.from(cells) })),
};

function made<V extends string | number>(key: string, title: string, align: Align, values: (V | Missing)[], empty: V,
  cells: (values: V[]) => Cells, decimals?: number): TableColumn {
  named(key);
  const missing = Uint32Array.from(values.flatMap((value, row) => (isMissing(value) ? [row] : [])));
  const filled = values.map((value) => (isMissing(value) ? empty : value) as V);
  return { key, title: clean(title), unit: undefined, align, decimals, cells: cells(filled), missing };
}

const isMissing = (value: unknown) => value == null || (typeof value === "number" && !Number.isFinite(value));

/** A number that has to be a whole one; what is none would become another number, or 0, on its way to the host. */
function whole(of: string, number: number): number {
  if (Number.isSafeInteger(number)) return number;
  throw new Error(`${number} is no whole number, which ${of} needs: round it, or say number`);
}

/** A number that is one: a fact is quoted, and has no way to be missing. */
function finite(number: number): number {
  if (Number.isFinite(number)) return number;
  throw new Error(`${number} cannot be a fact: leave the fact out where there is no number`);
}

/** Values of facts by type. */
export const value = {
  integer: (val: number) => ({ tag: "integer", val: whole("a fact by value.integer", val) as unknown as bigint }) as FactValue,
  number: (val: number) => ({ tag: "number", val: finite(val) }) as FactValue,
  percent: (val: number) => ({ tag: "percent", val: finite(val) }) as FactValue,
  date: (val: number) => ({ tag: "date", val: whole("a fact by value.date", val) }) as FactValue,
  text: (val: string) => ({ tag: "text", val: clean(val) }) as FactValue,
};

/** 12345 as the report prints it: `12,345`. */
export const count = (number: number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

function placed(positions: { categories: string[] } | { numbers: number[] } | { dates: number[] }): Positions {
  if ("categories" in positions) return { tag: "categories", val: positions.categories.map(clean) };
  if ("numbers" in positions) return { tag: "numbers", val: Float64Array.from(positions.numbers) };
  return { tag: "dates", val: Int32Array.from(positions.dates) };
}

function drawn(id: string, one: { name: string; values: (number | undefined)[]; lower?: number[]; upper?: number[] },
  length: number): Series {
  const { name, values, lower, upper } = one;
  for (const list of [values, lower, upper]) {
    if (list && list.length !== length) {
      throw new RangeError(`series ${name} of chart ${id} has ${list.length} values for ${length} positions`);
    }
  }
  const interval = lower && upper ? [Float64Array.from(lower), Float64Array.from(upper)] as [Float64Array, Float64Array]
    : undefined;
  const missing = Uint32Array.from(values.flatMap((value, at) => (isMissing(value) ? [at] : [])));
  const filled = Float64Array.from(values.map((value) => (isMissing(value) ? 0 : value!)));
  return { name: clean(name), values: filled, interval, missing };
}

function named(key: string) {
  if (!/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(key)) {
    throw new RangeError(`"${key}" cannot be a key: lower-case letters, digits and hyphens, such as top-reactions`);
  }
}

/** Without the control characters that the host refuses. */
const clean = (text: string) => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, " ");
