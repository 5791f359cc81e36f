/* A file on its way into the stage. */
#ifndef SHOPVANE_INGEST_READING_PRIV_H
#define SHOPVANE_INGEST_READING_PRIV_H

#include "ingest/ingest_priv.h"
#include "ingest/reading/fill_ids_priv.h"
#include "store/store.h"

#include <pthread.h>

#define NO_COLUMN         SIZE_MAX
#define COLUMN_OTHERS_MAX 3
#define PROPS_MAX         ((size_t)64 * 1024) /* of one row */

/* Columns of the file that are added up. */
struct reading_term {
    size_t source;
    bool is_minus;
    bool is_size; /* without its sign */
};
struct reading_terms {
    const struct reading_term *items;
    size_t n;
};

/* One mapped field: where its text comes from and which stage columns it fills. */
struct reading_column {
    const struct field *field;
    size_t source;                    /* column of the file; NO_COLUMN: a constant */
    size_t others[COLUMN_OTHERS_MAX]; /* whose cells count where the first has none */
    size_t other_count;
    bool is_joined; /* a time: the day in `source`, the time of day in `joined` */
    size_t joined;
    str constant;
    struct reading_terms sum; /* .n > 0: the field is the sum of columns */
    struct mapping_pairs words;
    struct date_pattern date;
    struct value_rules rules; /* the file's, with the column's own decimal mark */
    enum { RANGE_NONE, RANGE_FIRST, RANGE_LAST } range; /* the cells hold two days: which one */
    size_t stage;                                       /* first of its stage columns */
};

/* Positions in `columns` of what lines are computed from; NO_COLUMN: not mapped. */
struct reading_parts {
    size_t order_id, customer_id, sku, title, quantity, unit_price, line_amount, status, paid_at,
        placed_at, is_staged, paid, deposit, line_class, line_tax, discount_platform, refunded,
        order_total, order_platform, receivable, currency;
    size_t discounts[3]; /* of the line, whoever pays them */
    size_t beside[4];    /* of the order: what is added to its goods; tax last */
    size_t order_discount;
    size_t discount_rate; /* the first of `discounts` follows from it */
};

/* The mapping's rules with columns in place of names (row_rules.c). */
struct reading_condition {
    size_t source;
    struct mapping_names patterns;
};
struct reading_set { /* of column `to`: a text, or the column that it takes its value from */
    size_t to;
    str text;
    size_t from;
};
struct reading_rule {
    const struct reading_condition *when;
    size_t when_count;
    const struct reading_set *set; /* also of fields to clear: an empty text */
    size_t set_count;
    const struct reading_set *copy;
    size_t copy_count;
    const size_t *negate; /* the first of them in any case, the others where they are positive */
    size_t negate_count;
    size_t negate_always;
};
struct reading_check {
    str name;
    struct reading_terms terms; /* add up to 0 */
};
/* A column that is a measure: each gives a row of its own. */
struct reading_measure {
    size_t source;
    str name;
    bool is_fraction;
};
struct reading_unpivot {
    struct reading_measure items[MAPPING_UNPIVOT_MAX];
    size_t n;
    size_t measure, value; /* positions in `columns` */
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
    struct reading_rule rules_of_row[MAPPING_RULES_MAX];
    size_t rule_count;
    struct reading_check checks[MAPPING_CHECKS_MAX];
    size_t check_count;
    struct reading_unpivot unpivot;
    str header_currency; /* that a column's name tells; empty: none */
    str currency;        /* of rows that do not say */
    enum { TOTALS_OPEN, TOTALS_BEFORE, TOTALS_AFTER } totals; /* the discount, where rows tell */
    int64_t nameless_sum; /* number of the row that names nothing and sums all others; 0: none */
    bool is_presale_at_deposit;
    bool holds_tax;  /* amounts of lines hold their tax */
    bool takes_rate; /* the shop's discount is told as a share of the price */
    bool has_end;    /* rows say themselves to which day they reach */
    struct source_column stage[MAPPING_COLUMNS_MAX * 3 + 8];
    size_t stage_count;
    size_t stage_class; /* order_lines: class, gross; order_per_row: order_id */
    size_t stage_order;
    size_t stage_counted; /* order_lines whose rows say what state they are in: counted_class */
    size_t props_part;    /* in columns: what is put together from `unknown`; NO_COLUMN: none */
    size_t *unknown;      /* columns of the file, in the arena */
    size_t unknown_count;
    size_t date_part; /* in columns: what every row's date is; NO_COLUMN: no such column */
    const struct import_progress *progress;

    pthread_mutex_t mutex; /* protects what follows */
    int64_t rows, extra, masked;
    int64_t net, odd, either, pictures, removed, odd_totals, empty, filled; /* reading_counts */
    unsigned says, lacks;
    i128 amount_e4;
    struct refusal *refusals;
    size_t refusal_count;
    size_t refusal_cap;
    struct summary_row *summaries;
    size_t summary_count;
    size_t summary_cap;
    int64_t next_report; /* rows at which progress is told again */
    unsigned lots_open;  /* workers that still take rows, and how many all of them need */
    int64_t lots_left;
    struct row_block *left_block; /* of a worker that stopped amid it; for the next who needs one */
};

/* A row that sums others: kept out of the facts, with its amounts to be checked. */
struct summary_row {
    int64_t row_no;
    int64_t line;
    str label; /* as written; empty: a row without the date that all others have */
    const struct cell
        *values; /* by column of the reading, then by measure; NULL: too few fields to tell */
};
#define SUMMARIES_MAX ((size_t)100000)

/* One worker of the engine: its block of the file and its own counts. */
struct reading_worker {
    struct reading *reading;
    struct row_block *block;
    bool has_block;
    bool has_begun;
    bool is_done;
    int64_t lot_left; /* rows until its lot is full */
    struct zone_cursor cursors[2];
    str texts[MAPPING_COLUMNS_MAX];
    struct cell cells[MAPPING_COLUMNS_MAX];
    const struct reading_check *broken; /* the identity that the row breaks */
    char broken_by[48];
    struct cell line_class;    /* text */
    struct cell counted_class; /* of a line that does not count: the class if its order did */
    unsigned says, lacks;      /* what of its order's state some row says, some row does not */
    struct cell gross;
    char order_id[128];
    struct buf props;
    int64_t rows, extra, masked;
    int64_t net, odd, either, pictures, removed, odd_totals, empty, filled;
    struct order_above above;
    int64_t before, after; /* rows whose total shows that it is before or after the discount */
    bool is_surcharge;     /* the row's negative discount is charged on top */
    i128 amount_e4;
};

/* reading_lots.c: a worker takes rows by lots. Called before its first row, after each batch (which
 * may end its work), and for its next block of the file (which does at the file's end). */
void reading_lot_begin(struct reading_worker *w);
void reading_lot_took(struct reading_worker *w, size_t rows);
MUST_CHECK enum status reading_next_block(struct reading_worker *w, struct error *why);

/* summary.c: is the row a sum of others? Only rows that are cut right or too short. */
bool row_is_summary(struct reading_worker *w, const struct row *row, str *label);
/* Keeps it, with the mutex held. */
MUST_CHECK enum status reading_keep_summary(struct reading_worker *w,
                                            const struct row *row,
                                            str label,
                                            struct error *why);

/* fill_products.c: does the row say nothing but which product it is of? */
bool reading_is_picture(const struct reading *r, const struct row *row);

/* destroyed_ids.c: STATUS_BAD_INPUT when a spreadsheet has destroyed the ids of the column. */
MUST_CHECK enum status reading_check_ids(const struct row_shape *shape,
                                         size_t column,
                                         struct error *why);

/* props.c: columns of the file that have no field, when the mapping keeps them. */
/* They as JSON into the worker's cell; the reason when they are too long. */
const char *props_convert(struct reading_worker *w, const struct row *row);
bool props_is_personal(str column);

/* Column of the file by name; NO_COLUMN when there is none. */
size_t reading_source_column(struct reading *r, str name);
/* Position in r->columns of a field; NO_COLUMN: not mapped. */
size_t reading_part(const struct reading *r, const char *field);
/* Adds a field that is no column of the file: a constant, or a null that rules fill. */
enum status reading_add_field(
    struct reading *r, str field, str constant, size_t *at, struct error *why);

/* Sums, rules, checks and measures of the mapping, for the columns of this file. */
enum status reading_rules_open(struct reading *r, struct error *why);
/* Texts of the row after words and rules; returns a bit for each rule that holds. */
unsigned reading_rules_texts(struct reading_worker *w, const struct row *row);
/* Sum of columns of the row; NULL or the reason. All empty: null. */
const char *reading_sum(const struct reading_worker *w,
                        const struct row *row,
                        struct reading_terms terms,
                        struct cell *out,
                        size_t *column);
/* Copied and negated fields. */
void reading_rules_cells(struct reading_worker *w, unsigned holding);
/* Whether the rules that the row fits turn the sign of the column. */
bool reading_rules_negate(const struct reading *r,
                          const struct row *row,
                          size_t column,
                          bool is_positive);
/* The identities; NULL or the reason, with w->broken. */
const char *reading_rules_check(struct reading_worker *w, const struct row *row, size_t *column);
/* Sets measure and value for measure `i`; *has_value false: the cell is empty. */
const char *reading_measure_cell(struct reading_worker *w,
                                 const struct row *row,
                                 size_t i,
                                 bool *has_value);
/* "2025-03-01~2025-03-07" in two; false: no two days. */
bool reading_split_days(str s, str *first, str *last);
/* The days that a file without dates is about: --period, else its name. */
enum status reading_add_period(struct reading *r,
                               const struct reading_from *from,
                               struct buf *notes,
                               struct error *why);

/* The file from its first row, as the mapping and the options have it read. */
MUST_CHECK enum status reading_open_rows(const struct mapping *m,
                                         const struct reading_from *from,
                                         struct row_file **out,
                                         struct error *why);
/* lacking_columns.c: why a field that is needed has no column. */
MUST_CHECK enum status reading_lacks_needed(const struct reading *r,
                                            const struct reading_from *from,
                                            const char *field,
                                            struct error *why);
/* Notes the columns of the user's mapping that the file lacks. */
void reading_tell_lacking(const struct reading *r,
                          const struct reading_from *from,
                          struct buf *notes,
                          enum lang lang);
/* reading_ask.c: the whole file is asked what its samples leave open. Day or month first in the
 * column `c`; decimal comma or point in the amounts. What nothing tells is noted. */
MUST_CHECK enum status reading_ask_dates(const struct reading *r,
                                         struct reading_column *c,
                                         const struct reading_from *from,
                                         struct buf *notes,
                                         struct error *why);
MUST_CHECK enum status reading_ask_marks(struct reading *r,
                                         const struct reading_from *from,
                                         struct buf *notes,
                                         struct error *why);
/* Whether line totals are before or after their discounts, of rows without a preset that show it:
 * r->totals, for rows whose rounded prices fit both. */
MUST_CHECK enum status reading_ask_totals(struct reading *r,
                                          const struct reading_from *from,
                                          struct error *why);
/* Of ad spend without days: r->nameless_sum. */
MUST_CHECK enum status reading_ask_nameless(struct reading *r,
                                            const struct reading_from *from,
                                            struct error *why);
/* line_amount.c. Quantity x price as written, rounded once; false: beyond any money. */
MUST_CHECK bool reading_line_product(int64_t quantity, const struct cell *price, int64_t *out);
/* The discount of a row that tells it as a share of quantity x price, as an amount: what the line's
 * amount lacks, where that is the share rounded, else the share, rounded to cents. NULL or the
 * reason. */
const char *reading_line_discount(struct reading_worker *w);
/* Of rows without a preset: the amount before the row's discounts, where they are taken off
 * already. Counts in w->net, w->odd, w->either, w->before and w->after. */
void reading_line_net(struct reading_worker *w, int64_t *gross);
/* Of an amount that is the order's total: what the goods come to. */
void reading_line_goods(struct reading_worker *w, int64_t *gross);
/* And then, with the line's class: the signs of amount, units, price, discounts and tax. */
void reading_line_signs(struct reading_worker *w, enum line_class line_class, int64_t *gross);

/* Converts one row into w->cells. NULL: good; else the reason (English for tr()), with the column.
 */
const char *row_convert(struct reading_worker *w, const struct row *row, size_t *column);

#endif
