// What a section is made with: blocks that the host takes as they are, facts, a parameter, and failures. The contract
// itself is in wit/, its bindings in bindings/section_module.h. These two files are yours: add to them.
//
// Nothing is freed: every call of a section has an instance of its own, and that goes with all it holds.
#ifndef QUIRE_H
#define QUIRE_H

#include "section_module.h"

typedef section_module_string_t quire_string;
typedef quire_report_types_output_t quire_output;
typedef quire_report_types_table_t quire_table;

// Texts. `quire_count` writes 12345 as the report prints it, 12,345; `quire_words` joins texts up to a NULL.
quire_string quire_text(const char *text);
const char *quire_count(uint64_t number);
const char *quire_words(const char *first, ...);

// What the section says about itself; `params_schema` is a JSON Schema, or NULL.
void quire_describe(quire_report_types_manifest_t *manifest, const char *title, const char *summary,
                    const char *version, const char *params_schema);

// A whole number of the parameters, by name. They satisfy the schema, so that this need not be a whole JSON reader.
uint32_t quire_param(const quire_string *params, const char *name, uint32_t otherwise);

// A section in the making. `quire_begin` writes its title.
void quire_begin(quire_output *output, const char *title);
void quire_heading(quire_output *output, const char *text);
void quire_paragraph(quire_output *output, const char *text);

// A table, filled before the next block is begun: each column gives its
// cells to fill, as many in each.
quire_table *quire_begin_table(quire_output *output, const char *id, const char *caption);
quire_string *quire_text_column(quire_table *table, const char *key, const char *title, size_t rows);
int64_t *quire_integer_column(quire_table *table, const char *key, const char *title, size_t rows);
double *quire_percent_column(quire_table *table, const char *key, const char *title, size_t rows);
void quire_note(quire_table *table, const char *note);

// Something that a narrative may say; `source` is the table that shows it.
void quire_fact(quire_output *output, const char *key, int64_t value, const char *source);

// Why there is no section; both give false, which `render` returns.
bool quire_no_data(quire_report_types_failure_t *failure, const char *why);
bool quire_failed(quire_report_types_failure_t *failure, const char *why);

// A line for you and the administrator; readers never see it.
void quire_log(const char *message);

#endif
