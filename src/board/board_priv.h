/* What the files of this module share.
 *
 *   board_json.c        values as JSON, statements with the row scope
 *   board_kpis.c        KPIs, what drives them, dimensions
 *   dimension_values.c  values of a dimension
 *   bands.c             festivals, promotions, presets of ranges
 *   overview.c          cards, stores, freshness
 *   sentence.c          the overview's one line in words
 *   profit_page.c       from GMV to contribution
 *   goals_page.c        targets, their days and revisions
 *   data_page.c         imports, refused rows, sources, reconcile
 *   rows_page.c         the rows behind a figure
 *   lists_page.c        orders and customers
 *   products_page.c     articles
 *   board_sheet.c       a list as CSV or workbook
 */
#ifndef SHOPVANE_BOARD_BOARD_PRIV_H
#define SHOPVANE_BOARD_BOARD_PRIV_H

#include "board/board.h"
#include "query/report.h"
#include "sql/sql.h"

/* ---- JSON: a key and its value ---- */

void board_day(struct json_writer *w, const char *key, int32_t day); /* DAY_NONE: null */
void board_time_text(struct buf *out, int64_t at_us); /* RFC 3339 in UTC, to the second */
void board_time(struct json_writer *w, const char *key, int64_t at_us);
/* The figure as a string, or null. */
void board_value(struct json_writer *w, const char *key, const struct answer_value *v);
/* Cells of a frame by their type; null stays null. `money`: "12.3400". */
void board_cell_str(
    struct json_writer *w, const char *key, const struct frame *f, size_t col, size_t row);
void board_cell_i64(
    struct json_writer *w, const char *key, const struct frame *f, size_t col, size_t row);
void board_cell_day(
    struct json_writer *w, const char *key, const struct frame *f, size_t col, size_t row);
void board_cell_time(
    struct json_writer *w, const char *key, const struct frame *f, size_t col, size_t row);
void board_cell_money(
    struct json_writer *w, const char *key, const struct frame *f, size_t col, size_t row);
void board_cell_real(
    struct json_writer *w, const char *key, const struct frame *f, size_t col, size_t row);

/* A column of a statement as a member of an object. */
enum board_cell {
    BOARD_TEXT,
    BOARD_DAY,
    BOARD_TIME,
    BOARD_COUNT,
    BOARD_MONEY,
    BOARD_REAL,
    BOARD_FLAG
};
struct board_member {
    const char *key;
    const char
        *sql; /* a column or expression of the statement's tables; NULL: the statement says */
    enum board_cell cell;
};
/* One of them into an open object. */
void board_member_write(struct json_writer *w,
                        const struct board_member *m,
                        const struct frame *f,
                        size_t col,
                        size_t row);
/* "key": [{...}, ...]: the first n columns of each row. */
void board_items(struct json_writer *w,
                 const char *key,
                 const struct board_member *members,
                 size_t n,
                 const struct frame *f);

/* All that the KPI reads has the dimension. */
bool board_kpi_has(const struct kpi *k, const struct dimension *d);
/* "range":{...}; "notes":[...],"data_version":N: into an open object. */
void board_answer_range(struct json_writer *w, const struct answer *a);
void board_answer_end(struct json_writer *w, const struct answer *a);

/* ---- statements ---- */

/* `before`"column" IN (...): nothing when all stores are in scope. */
void board_add_scope(struct sql *q, const struct board_ask *ask, const char *before, str table);
/* Runs and releases the statement. */
void board_table_name(struct json_writer *w, str table, enum lang lang); /* "name": as people say */
MUST_CHECK enum status board_run(const struct board_ask *ask,
                                 struct sql *q,
                                 struct frame **out,
                                 struct error *why);
/* The same, and writes its rows by board_items(). */
MUST_CHECK enum status board_list(const struct board_ask *ask,
                                  struct sql *q,
                                  const char *key,
                                  const struct board_member *members,
                                  size_t n,
                                  struct json_writer *w,
                                  struct error *why);
/* Lists whose order is by rank: the cursor is how many came before. */
MUST_CHECK enum status board_page_read(const struct board_page *page,
                                       size_t *limit,
                                       int64_t *offset,
                                       struct error *why);
void board_page_end(struct json_writer *w, int64_t total, int64_t offset, size_t shown);
int32_t board_today(const struct board_ask *ask);
/* "today" of a filter, as figures have it (query_order_day). */
MUST_CHECK enum status board_order_day(const struct board_ask *ask,
                                       int32_t *out,
                                       struct error *why);
enum status board_no_memory(struct error *why);
/* What `last` of a question is: 28 days where the range says nothing at all. */
str board_last(const struct board_range *range);
/* One snapshot for all that is asked and read in between; *inside is the context for it. */
MUST_CHECK enum status board_snapshot_begin(const struct board_ask *ask,
                                            struct query_context *context,
                                            struct board_ask *inside,
                                            struct error *why);
void board_snapshot_end(const struct board_ask *inside);

/* "freshness": [...] into an open object. */
MUST_CHECK enum status board_freshness(const struct board_ask *ask,
                                       struct json_writer *w,
                                       struct error *why);

/* ---- the overview's sentence ---- */

/* "Net sales are 4.2% below ...: mostly fewer visitors". Empty when there is nothing to compare. */
MUST_CHECK enum status board_sentence(const struct board_ask *ask,
                                      const struct report *report,
                                      struct arena *a,
                                      str *out,
                                      struct error *why);

#endif
