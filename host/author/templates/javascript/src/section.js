// The reactions named in most reports.
import { Content, NoData, column, count, log, params, section as make, value } from "./quire.ts";

export const section = make(
  {
    title: "Top reactions",
    summary: "The reactions named in most reports.",
    version: "0.1.0",
    params: { top: params.integer("Rows of the table.", { default: 10, minimum: 1, maximum: 100 }) },
  },
  ({ params, data }) => {
    const reports = data.len();
    if (reports === 0) throw new NoData("No report was analysed.");
    const { rows, distinct } = data.countBy("reaction", params.top);
    log.info(`${reports} reports, ${distinct} reactions`);

    const content = new Content("Top reactions");
    content.paragraph(
      `Reports analysed: ${count(reports)}. Reactions listed: ${count(rows.length)} of ${count(distinct)}, ` +
        "those named in most reports.",
    );
    content.table("top-reactions", "Reactions named in most reports", [
      column.text("reaction", "Reaction", rows.map((row) => row.value)),
      column.integer("reports", "Reports", rows.map((row) => row.reports)),
      column.percent("percent", "% of reports", rows.map((row) => (row.reports * 100) / reports)),
    ], { notes: ["A report that names several reactions counts once for each."] });
    content.fact("distinct-reactions", value.integer(distinct), { source: "top-reactions" });
    return content;
  },
);
