//! The reactions named in most reports.
const c = @import("c");

export fn exports_quire_report_section_describe(manifest: *c.quire_report_types_manifest_t) void {
    c.quire_describe(manifest, "Top reactions", "The reactions named in most reports.", "0.1.0",
        \\{"type": "object", "additionalProperties": false, "properties": {"top": {"type": "integer",
        \\"description": "Rows of the table.", "default": 10, "minimum": 1, "maximum": 100}}}
    );
}

export fn exports_quire_report_section_render(
    context: *c.quire_report_types_render_context_t,
    own: c.quire_report_cases_own_case_series_t,
    output: *c.quire_output,
    failure: *c.quire_report_types_failure_t,
) bool {
    defer c.quire_report_cases_case_series_drop_own(own);
    const data: c.quire_report_cases_borrow_case_series_t = .{ .__handle = own.__handle };
    const reports = c.quire_report_cases_method_case_series_len(data);
    if (reports == 0) return c.quire_no_data(failure, "No report was analysed.");

    var dimension = c.quire_text("reaction");
    var top: u32 = c.quire_param(&context.params, "top", 10);
    var reactions: c.quire_report_cases_counts_t = undefined;
    var refused: c.quire_report_cases_query_error_t = undefined;
    if (!c.quire_report_cases_method_case_series_count_by(data, &dimension, &top, &reactions, &refused)) {
        return c.quire_failed(failure, "count-by was refused");
    }
    const rows = reactions.rows.len;
    const none = @as([*c]const u8, null);
    c.quire_log(c.quire_words(c.quire_count(reports), " reports, ", c.quire_count(reactions.distinct), " reactions", none));

    c.quire_begin(output, "Top reactions");
    c.quire_paragraph(output, c.quire_words(
        "Reports analysed: ",
        c.quire_count(reports),
        ". Reactions listed: ",
        c.quire_count(rows),
        " of ",
        c.quire_count(reactions.distinct),
        ", those named in most reports.",
        none,
    ));
    const table = c.quire_begin_table(output, "top-reactions", "Reactions named in most reports");
    const names = c.quire_text_column(table, "reaction", "Reaction", rows);
    const counts = c.quire_integer_column(table, "reports", "Reports", rows);
    const shares = c.quire_percent_column(table, "percent", "% of reports", rows);
    for (0..rows) |row| {
        const reaction = reactions.rows.ptr[row];
        names[row] = reaction.value;
        counts[row] = reaction.reports;
        shares[row] = @as(f64, @floatFromInt(reaction.reports)) * 100.0 / @as(f64, @floatFromInt(reports));
    }
    c.quire_note(table, "A report that names several reactions counts once for each.");
    c.quire_fact(output, "distinct-reactions", reactions.distinct, "top-reactions");
    return true;
}
