"""The reactions named in most reports."""
from quire import About, Column, Content, NoData, count, integer, log, section


def render(request):
    reports = request.data.len()
    if reports == 0:
        raise NoData("No report was analysed.")
    reactions = request.data.count_by("reaction", request.params["top"])
    rows = reactions.rows
    log.info(f"{reports} reports, {reactions.distinct} reactions")

    content = Content("Top reactions")
    content.paragraph(
        f"Reports analysed: {count(reports)}. Reactions listed: {count(len(rows))} of {count(reactions.distinct)}, "
        "those named in most reports.")
    content.table("top-reactions", "Reactions named in most reports", [
        Column.text("reaction", "Reaction", [row.value for row in rows]),
        Column.integer("reports", "Reports", [row.reports for row in rows]),
        Column.percent("percent", "% of reports", [row.reports * 100 / reports for row in rows]),
    ], notes=["A report that names several reactions counts once for each."])
    content.fact("distinct-reactions", reactions.distinct, source="top-reactions")
    return content


Section = section(
    About(
        title="Top reactions",
        summary="The reactions named in most reports.",
        version="0.1.0",
        params={"top": integer("Rows of the table.", default=10, minimum=1, maximum=100)},
    ),
    render,
)
