// The reactions named in most reports.
#include "quire.h"

void exports_quire_report_section_describe(exports_quire_report_section_manifest_t *manifest) {
  quire_describe(manifest, "Top reactions", "The reactions named in most reports.", "0.1.0",
                 "{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {\"top\": "
                 "{\"type\": \"integer\", \"description\": \"Rows of the table.\", "
                 "\"default\": 10, \"minimum\": 1, \"maximum\": 100}}}");
}

bool exports_quire_report_section_render(exports_quire_report_section_render_context_t *context,
                                         exports_quire_report_section_own_case_series_t own,
                                         exports_quire_report_section_output_t *output,
                                         exports_quire_report_section_failure_t *failure) {
  quire_report_cases_borrow_case_series_t data = quire_report_cases_borrow_case_series(own);
  uint32_t reports = quire_report_cases_method_case_series_len(data);
  if (reports == 0) return quire_no_data(failure, "No report was analysed.");

  quire_string dimension = quire_text("reaction");
  uint32_t top = quire_param(&context->params, "top", 10);
  quire_report_cases_counts_t reactions;
  quire_report_cases_query_error_t refused;
  if (!quire_report_cases_method_case_series_count_by(data, &dimension, &top, &reactions, &refused)) {
    return quire_failed(failure, "count-by was refused");
  }
  quire_report_cases_case_series_drop_own(own);
  size_t rows = reactions.rows.len;
  quire_log(quire_words(quire_count(reports), " reports, ", quire_count(reactions.distinct), " reactions", NULL));

  quire_begin(output, "Top reactions");
  quire_paragraph(output, quire_words("Reports analysed: ", quire_count(reports), ". Reactions listed: ",
                                      quire_count(rows), " of ", quire_count(reactions.distinct),
                                      ", those named in most reports.", NULL));
  quire_table *table = quire_begin_table(output, "top-reactions", "Reactions named in most reports");
  quire_string *names = quire_text_column(table, "reaction", "Reaction", rows);
  int64_t *counts = quire_integer_column(table, "reports", "Reports", rows);
  double *shares = quire_percent_column(table, "percent", "% of reports", rows);
  for (size_t row = 0; row < rows; row++) {
    names[row] = reactions.rows.ptr[row].value;
    counts[row] = reactions.rows.ptr[row].reports;
    shares[row] = reactions.rows.ptr[row].reports * 100.0 / reports;
  }
  quire_note(table, "A report that names several reactions counts once for each.");
  quire_fact(output, "distinct-reactions", reactions.distinct, "top-reactions");
  return true;
}
