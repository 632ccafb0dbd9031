#include "quire.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

// Zeroed memory; without any, the instance ends.
static void *zeroed(size_t count, size_t size) {
  void *memory = calloc(count ? count : 1, size);
  if (!memory) abort();
  return memory;
}

// Room for one more; the new one is zeroed.
static void *one_more(void *list, size_t *length, size_t size) {
  char *grown = realloc(list, (*length + 1) * size);
  if (!grown) abort();
  memset(grown + *length * size, 0, size);
  *length += 1;
  return grown;
}

quire_string quire_text(const char *text) {
  quire_string copy;
  section_module_string_dup(&copy, text);
  return copy;
}

const char *quire_count(uint64_t number) {
  char digits[32], *at = digits + sizeof digits - 1;
  int written = 0;
  *at = 0;
  do {
    if (written && written % 3 == 0) *--at = ',';
    *--at = (char)('0' + number % 10);
    number /= 10;
    written++;
  } while (number);
  return strcpy(zeroed(strlen(at) + 1, 1), at);
}

const char *quire_words(const char *first, ...) {
  char *text = zeroed(1, 1);
  va_list rest;
  va_start(rest, first);
  for (const char *next = first; next; next = va_arg(rest, const char *)) {
    char *longer = realloc(text, strlen(text) + strlen(next) + 1);
    if (!longer) abort();
    text = strcat(longer, next);
  }
  va_end(rest);
  return text;
}

void quire_describe(quire_report_types_manifest_t *manifest, const char *title, const char *summary,
                    const char *version, const char *params_schema) {
  memset(manifest, 0, sizeof *manifest);
  manifest->title = quire_text(title);
  manifest->summary = quire_text(summary);
  manifest->version = quire_text(version);
  manifest->locales.ptr = zeroed(1, sizeof(quire_string));
  manifest->locales.len = 1;
  manifest->locales.ptr[0] = quire_text("en");
  manifest->params_schema.is_some = params_schema != NULL;
  if (params_schema) manifest->params_schema.val = quire_text(params_schema);
}

uint32_t quire_param(const quire_string *params, const char *name, uint32_t otherwise) {
  const char *key = quire_words("\"", name, "\"", NULL);
  size_t length = strlen(key);
  for (size_t at = 0; at + length <= params->len; at++) {
    if (memcmp(params->ptr + at, key, length) != 0) continue;
    size_t digit = at + length;
    while (digit < params->len && strchr(" \t\r\n:", params->ptr[digit])) digit++;
    uint32_t value = 0;
    bool found = false;
    for (; digit < params->len && params->ptr[digit] >= '0' && params->ptr[digit] <= '9'; digit++) {
      value = value * 10 + (uint32_t)(params->ptr[digit] - '0');
      found = true;
    }
    if (found) return value;
  }
  return otherwise;
}

static quire_report_types_block_t *block(quire_output *output, uint8_t tag) {
  output->blocks.ptr = one_more(output->blocks.ptr, &output->blocks.len, sizeof *output->blocks.ptr);
  quire_report_types_block_t *added = &output->blocks.ptr[output->blocks.len - 1];
  added->tag = tag;
  return added;
}

static quire_report_types_list_span_t spans(const char *text) {
  quire_report_types_list_span_t list = {zeroed(1, sizeof(quire_report_types_span_t)), 1};
  list.ptr[0].text = quire_text(text);
  return list;
}

static void heading(quire_output *output, uint8_t level, const char *text) {
  quire_report_types_block_t *added = block(output, QUIRE_REPORT_TYPES_BLOCK_HEADING);
  added->val.heading.level = level;
  added->val.heading.text = quire_text(text);
}

void quire_begin(quire_output *output, const char *title) {
  memset(output, 0, sizeof *output);
  heading(output, 1, title);
}

void quire_heading(quire_output *output, const char *text) { heading(output, 2, text); }

void quire_paragraph(quire_output *output, const char *text) {
  block(output, QUIRE_REPORT_TYPES_BLOCK_PARAGRAPH)->val.paragraph.spans = spans(text);
}

quire_table *quire_begin_table(quire_output *output, const char *id, const char *caption) {
  quire_table *table = &block(output, QUIRE_REPORT_TYPES_BLOCK_TABLE)->val.table;
  table->id = quire_text(id);
  table->caption = spans(caption);
  return table;
}

static quire_report_types_table_column_t *column(quire_table *table, const char *key, const char *title, bool numbers,
                                                 uint8_t tag) {
  table->columns.ptr = one_more(table->columns.ptr, &table->columns.len, sizeof *table->columns.ptr);
  quire_report_types_table_column_t *added = &table->columns.ptr[table->columns.len - 1];
  added->key = quire_text(key);
  added->title = quire_text(title);
  added->align = numbers ? QUIRE_REPORT_TYPES_ALIGN_END : QUIRE_REPORT_TYPES_ALIGN_START;
  added->cells.tag = tag;
  return added;
}

quire_string *quire_text_column(quire_table *table, const char *key, const char *title, size_t rows) {
  quire_report_types_table_column_t *added = column(table, key, title, false, QUIRE_REPORT_TYPES_CELLS_TEXT);
  added->cells.val.text.len = rows;
  return added->cells.val.text.ptr = zeroed(rows, sizeof(quire_string));
}

int64_t *quire_integer_column(quire_table *table, const char *key, const char *title, size_t rows) {
  quire_report_types_table_column_t *added = column(table, key, title, true, QUIRE_REPORT_TYPES_CELLS_INTEGER);
  added->cells.val.integer.len = rows;
  return added->cells.val.integer.ptr = zeroed(rows, sizeof(int64_t));
}

double *quire_percent_column(quire_table *table, const char *key, const char *title, size_t rows) {
  quire_report_types_table_column_t *added = column(table, key, title, true, QUIRE_REPORT_TYPES_CELLS_PERCENT);
  added->decimals.is_some = true;
  added->decimals.val = 1;
  added->cells.val.percent.len = rows;
  return added->cells.val.percent.ptr = zeroed(rows, sizeof(double));
}

void quire_note(quire_table *table, const char *note) {
  table->notes.ptr = one_more(table->notes.ptr, &table->notes.len, sizeof *table->notes.ptr);
  table->notes.ptr[table->notes.len - 1] = quire_text(note);
}

void quire_fact(quire_output *output, const char *key, int64_t value, const char *source) {
  output->facts.ptr = one_more(output->facts.ptr, &output->facts.len, sizeof *output->facts.ptr);
  quire_report_types_fact_t *added = &output->facts.ptr[output->facts.len - 1];
  added->key = quire_text(key);
  added->value.tag = QUIRE_REPORT_TYPES_FACT_VALUE_INTEGER;
  added->value.val.integer = value;
  added->source.is_some = source != NULL;
  if (source) added->source.val = quire_text(source);
}

bool quire_no_data(quire_report_types_failure_t *failure, const char *why) {
  failure->tag = QUIRE_REPORT_TYPES_FAILURE_NO_DATA;
  failure->val.no_data = quire_text(why);
  return false;
}

bool quire_failed(quire_report_types_failure_t *failure, const char *why) {
  failure->tag = QUIRE_REPORT_TYPES_FAILURE_FAILED;
  failure->val.failed = quire_text(why);
  return false;
}

void quire_log(const char *message) {
  quire_string line = quire_text(message);
  quire_report_log_write(QUIRE_REPORT_LOG_LEVEL_INFO, &line);
}
