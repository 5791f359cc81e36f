/* A file on its way into the stage. */
#ifndef SHOPVANE_INGEST_READING_PRIV_H
#define SHOPVANE_INGEST_READING_PRIV_H

#include "ingest/ingest_priv.h"
#include "store/store.h"

#include <pthread.h>

#define NO_COLUMN SIZE_MAX

/* One mapped field: where its text comes from and which stage columns it fills. */
struct reading_column {
    const struct field *field;
    size_t source; /* column of the file; NO_COLUMN: a constant */
    str constant;
    struct date_pattern date;
    size_t stage; /* first of its stage columns */
};

/* Positions in `columns` of what lines are computed from; NO_COLUMN: not mapped. */
struct reading_parts {
    size_t order_id, customer_id, sku, quantity, unit_price, line_amount, status, paid_at,
        placed_at;
};

struct reading {
    struct arena *arena;
    const struct mapping *mapping;
    struct row_file *file;
    const struct row_shape *shape;
    struct value_rules rules;
    struct reading_column columns[MAPPING_COLUMNS_MAX];
    size_t count;
    struct reading_parts parts;
    struct source_column stage[MAPPING_COLUMNS_MAX * 3 + 8];
    size_t stage_count;
    size_t stage_class; /* order_lines: class, gross; order_per_row: order_id */
    size_t stage_order;
    size_t props_part; /* in columns: what is put together from `unknown`; NO_COLUMN: none */
    size_t *unknown;   /* columns of the file, in the arena */
    size_t unknown_count;
    size_t date_part; /* in columns: what every row's date is; NO_COLUMN: no such column */
    const struct import_progress *progress;

    pthread_mutex_t mutex; /* protects what follows */
    int64_t rows;
    i128 amount_e4;
    struct refusal *refusals;
    size_t refusal_count;
    size_t refusal_cap;
    struct summary_row *summaries;
    size_t summary_count;
    size_t summary_cap;
    int64_t next_report; /* rows at which progress is told again */
};

/* A row that sums others: kept out of the facts, with its amounts to be checked. */
struct summary_row {
    int64_t row_no;
    int64_t line;
    str label;                 /* as written; empty: a row without the date that all others have */
    const struct cell *values; /* by column of the reading; NULL: too few fields to tell */
};
#define SUMMARIES_MAX ((size_t)100000)

/* One worker of the engine: its block of the file and its own counts. */
struct reading_worker {
    struct reading *reading;
    struct row_block *block;
    bool has_block;
    bool is_done;
    struct zone_cursor cursors[2];
    struct cell cells[MAPPING_COLUMNS_MAX];
    struct cell line_class; /* text */
    struct cell gross;
    char order_id[128];
    struct buf props;
    int64_t rows;
    i128 amount_e4;
};

/* summary.c: is the row a sum of others? Only rows that are cut right or too short. */
bool row_is_summary(struct reading_worker *w, const struct row *row, str *label);
/* Keeps it, with the mutex held. */
MUST_CHECK enum status reading_keep_summary(struct reading_worker *w,
                                            const struct row *row,
                                            str label,
                                            struct error *why);

/* destroyed_ids.c: STATUS_BAD_INPUT when a spreadsheet has destroyed the ids of the column. */
MUST_CHECK enum status reading_check_ids(const struct row_shape *shape,
                                         size_t column,
                                         struct error *why);

/* props.c: columns of the file that have no field, when the mapping keeps them. */
/* They as JSON into the worker's cell; the reason when they are too long. */
const char *props_convert(struct reading_worker *w, const struct row *row);
bool props_is_personal(str column);

/* Converts one row into w->cells. NULL: good; else the reason (English for tr()), with the column.
 */
const char *row_convert(struct reading_worker *w, const struct row *row, size_t *column);

#endif
