/* What the files of this module share. */
#ifndef SHOPVANE_INGEST_INGEST_PRIV_H
#define SHOPVANE_INGEST_INGEST_PRIV_H

#include "format/format.h"
#include "ingest/ingest.h"
#include "ingest/mapping/mapping_priv.h"

/* cancel_reason of an order that its platform has no more (pull_listing.c), and by which it is
 * known again. */
#define INGEST_GONE "deleted at the source"

/* ---- Values ---------------------------------------------------------------------------------- */

struct cell {
    bool is_null;
    int64_t i64;
    int32_t rest; /* FIELD_MONEY: what is written beyond i64, in 10^-12; what i64 is rounded by */
    double f64;
    str text;
    int32_t day; /* FIELD_TIME: local date and minute */
    int32_t minute;
    char code[4]; /* FIELD_CURRENCY, FIELD_GRAIN: what text points to */
};

#define SHARE_ONE INT64_C(1000000000)

struct value_rules {
    char decimal_mark;
    char group_mark;
    bool takes_percent;      /* of amounts: 10% is the number 10, as of measures that are shares */
    enum share_form share;   /* of FIELD_SHARE */
    const struct zone *zone; /* of the file's times */
    const struct zone *store_zone; /* local dates are this zone's */
    int64_t now_us;
};

/* NULL when the text fits the kind; else the reason, English for tr(). Texts point into `s`. */
const char *value_read(enum field_kind kind,
                       const struct value_rules *rules,
                       const struct date_pattern *date,
                       struct zone_cursor cursors[2],
                       str s,
                       struct cell *out);
/* Without blanks of any kind around it, ="...", a leading apostrophe. */
str value_unwrap(str s);
bool value_stars(str s, double *out); /* stars.c: ★★★★☆, 4/5, 4星; false: no such rating */
/* Of an unwrapped cell: -, --, / and the like. */
bool value_is_none(enum field_kind kind, str s);
bool value_is_error(str s);        /* of an unwrapped cell: #REF! and the like */
bool value_is_destroyed_id(str s); /* 6.91793E+18: a spreadsheet has taken it for a number */
/* One of STATUS_WORDS, or the word itself. */
str status_canonical(str word);
#define STATUS_WORDS \
    "'placed', 'unpaid', 'paid', 'shipped', 'delivered', 'refunded', 'cancelled', 'closed'"
/* The same for refunds and payments, and for what a fee or a row of a settlement is. Money came in
 * when a payment is a success or was refunded since, and went back when a refund has succeeded. */
str value_refund_state(str word);
str value_payment_state(str word);
str value_booking(str word);
#define REFUND_WORDS \
    "'requested', 'pending', 'succeeded', 'refused', 'withdrawn', 'cancelled', 'failed'"
#define PAYMENT_WORDS \
    "'success', 'pending', 'failed', 'refunded', 'disputed', 'cancelled', 'transfer'"
/* day, week, month, quarter, year or a number of days (7d); else empty. `kept` holds the latter. */
str value_grain(str word, char kept[4]);
/* "product_view" "add_to_cart" ... or the word itself. */
str event_canonical(str word);

/* ---- Reading --------------------------------------------------------------------------------- */

struct refusal {
    int64_t row_no, line;
    str column;
    str value;
    str raw;
    const char *reason;
    str order_id; /* of order lines, where it can be read */
    str sku;
};

#define REFUSALS_MAX ((size_t)1000000)

/* The file that is read in place of the one that was named: Parquet is written as CSV first.
 * `most_rows` > 0: only the head, to see its shape. */
#define HEAD_ROWS 1000
struct reading_source {
    const char *path;
    bool is_parquet; /* `path` is ours, and removed on close */
};
MUST_CHECK enum status reading_source_open(struct shop *s,
                                           const char *path,
                                           int64_t most_rows,
                                           struct arena *a,
                                           struct reading_source *out,
                                           struct error *why);
void reading_source_close(struct reading_source *p);

/* A file on its way into the stage: what its rows become, and what was counted meanwhile. */
struct reading;
struct reading_counts {
    int64_t rows;
    int64_t refused;
    int64_t title;      /* rows above the header; part of `rows` */
    int64_t extra;      /* rows of the stage beyond one for each accepted row; less than 0: fewer */
    int64_t masked;     /* buyers whose names the platform has masked */
    int64_t net;        /* rows whose amount had its discount taken off already */
    int64_t odd;        /* and those whose amount is neither before nor after it */
    int64_t removed;    /* lines that were taken out of their orders: no pieces */
    int64_t odd_totals; /* totals that are less than what stands beside the goods */
    int64_t empty;      /* rows of nothing but separators */
    int64_t open;       /* whose rounded prices fit both, and no row of the file tells */
    int64_t as_others;  /* which are after it as other rows are; part of `net` */
    int64_t pictures;   /* rows of products that are no articles */
    int64_t filled;     /* lines that got the number of the order above them */
    bool has_state_gaps; /* some rows say what state their order is in, some do not */
    i128 amount_e4;      /* sum of the accepted rows' amounts */
    const struct refusal *refusals;
    size_t refusal_count;
};
struct known_names;
struct reading_from {
    const char *path;
    str name; /* the file as people call it: its period may stand there */
    const struct mapping *mapping;
    const struct import_options *options;
    const struct shop_store *store;
    const struct zone *zone; /* of the file's local times */
    const struct known_names *names;
};
MUST_CHECK enum status reading_open(const struct reading_from *from,
                                    struct reading **out,
                                    struct buf *notes,
                                    struct error *why);
void reading_close(struct reading *r);
/* Loads the table staging.stage with a column per mapped field. */
MUST_CHECK enum status reading_stage(struct reading *r,
                                     struct conn *c,
                                     const struct import_progress *p,
                                     struct error *why);
struct reading_counts reading_counts(const struct reading *r);
const struct row_shape *reading_shape(const struct reading *r);
/* The currency of rows that do not say; the one that a column's name tells, empty: none does. */
str reading_currency(const struct reading *r);
str reading_header_currency(const struct reading *r);
/* A note where cells have the sign of another currency than the file is read in. */
void reading_tell_signs(const struct reading *r, str currency, struct buf *notes, enum lang lang);
/* "mdy" or "dmy", as its dates were read; empty: no date has that form. */
str reading_date_order(const struct reading *r);
/* "comma" or "point", as all its amounts were read; empty: there are none, or they differ. */
str reading_decimal_mark(const struct reading *r);
/* The header of a file of text cells, as a record of it; empty when it has none. */
str reading_header(const struct reading *r, struct arena *a);
bool reading_has(const struct reading *r, const char *field);
/* The rows that sum others go to the ledger; what they say is compared with the rows. */
struct import_job;
/* Articles: what stands on the first row of a product (fill_products.c). Changes the stage. */
MUST_CHECK enum status merge_fill_products(struct import_job *j, struct error *why);
/* Rows that exclude.yaml names become class `excluded` (exclude.c); the rules stay in exclude_rule
 * for lines that are made of items. Once lines are in they get their reasons; at the end what else
 * belongs to orders that are excluded as a whole follows. */
MUST_CHECK enum status exclude_rows(struct import_job *j, struct error *why);
MUST_CHECK enum status exclude_reasons(struct import_job *j, struct error *why);
MUST_CHECK enum status exclude_close(struct import_job *j, struct error *why);
/* After it: refunds of cancelled orders that are no sales count nowhere (void_refunds.c). */
MUST_CHECK enum status merge_close_voids(struct import_job *j, struct error *why);
MUST_CHECK enum status summaries_close(struct import_job *j, struct buf *notes, struct error *why);

/* ---- Merging --------------------------------------------------------------------------------- */

/* One import while it runs; texts of SQL go through `sql`. */
struct import_job {
    struct shop *shop;
    struct conn *conn;
    const struct mapping *mapping;
    const struct import_options *options;
    const struct shop_store *store;
    const struct reading *reading;
    bool has_exclusions;
    bool has_own_class;    /* stage.own_class: lines that their orders' state has classed */
    bool has_cut_orders;   /* lines were laid over stored ones: ord.is_resummed says of which */
    bool moves_customers;  /* person_move: keys of spellings of one address (mail_names.c) */
    bool has_apart;        /* returns in another file than their sale: apart_returns.c */
    unsigned line_figures; /* amounts of orders that are their lines' own (merge_adds_up) */
    unsigned told_twice;   /* and those that hold what lines tell (merge_ask_twice) */
    struct arena *arena;
    struct import_result *result;
    int64_t import_id;
    int64_t version;
    int64_t known_orders; /* of the file's, that the shop has already */
    int64_t fills;     /* > 0: the file is in as this import, and only what is missing comes in */
    struct buf *notes; /* what the user should know, a line each */
    str currency;      /* of rows that do not say */
    struct buf sql;    /* scratch of job_exec */
};

/* Whether amounts of its lines hold the tax: as the mapping says, else the store. */
bool job_is_tax_inclusive(const struct import_job *j);

/* Changes the stage, a database of its own: before the transaction that changes the facts. */
MUST_CHECK enum status prepare_order_lines(struct import_job *j, struct error *why);
MUST_CHECK enum status merge_order_lines(struct import_job *j, struct error *why);
/* Amounts of orders that are their lines' own in this file (line_figures.c), for those who repair
 * its rows: ",shipping,refunded,". In the job's arena. */
str merge_line_amounts(const struct import_job *j);
/* Before the transaction: rows that take their date from an order need that order. */
MUST_CHECK enum status merge_prepare_table(struct import_job *j, struct error *why);
MUST_CHECK enum status merge_table(struct import_job *j, struct error *why);
MUST_CHECK enum status match_returns(struct import_job *j, struct error *why);

/* Of an order, a row named o: a pre-sale that was closed with its deposit only. */
#define NEVER_PAID_IN_FULL "(o.is_staged IS TRUE AND o.status = 'cancelled' AND o.paid_at IS NULL)"
/* Of refund rows (alias with its dot): those whose money went back. */
#define REFUND_SUCCEEDED(alias) "coalesce(" alias "status, 'succeeded') = 'succeeded'"
/* Lines of what is charged beside goods: paid back they are what they were. */
#define LINES_BESIDE_GOODS "('shipping', 'fee', 'tip', 'duty', 'gift_card')"
/* The class of the ledger's line of a refund row, named r. */
#define REFUND_LINE_CLASS \
    "CASE WHEN r.class IN " LINES_BESIDE_GOODS " THEN r.class ELSE 'return' END"

/* ---- Repaired rows (repair.c) ---------------------------------------------------------------- */

/* Settles options->repairs from the path, and takes store, preset and version from that import
 * where the options do not say. */
MUST_CHECK enum status repair_find(struct shop *s,
                                   const char *path,
                                   struct arena *a,
                                   struct import_options *o,
                                   int64_t *version,
                                   struct error *why);
/* Rows that were out for repair are resolved; those refused again wait under the new import. */
MUST_CHECK enum status repair_close(struct import_job *j, struct error *why);

/* Runs a written statement, and lets go of it. */
MUST_CHECK enum status job_run(struct import_job *j, struct buf *sql, struct error *why);
/* Runs formatted SQL; values that come from outside are bound by job_param_exec. */
MUST_CHECK enum status job_exec(struct import_job *j, struct error *why, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* One integer from SQL; no row or null gives 0. */
MUST_CHECK enum status job_count(struct import_job *j,
                                 const char *sql,
                                 int64_t *out,
                                 struct error *why);
/* A note on the import, if n is above 0: text is English for tr() with one %lld. */
void job_note(struct import_job *j, int64_t n, const char *text, enum lang lang) PRINTF_LIKE(3, 0);
/* The same of what SQL counts. */
MUST_CHECK enum status job_tell(struct import_job *j,
                                const char *sql,
                                const char *text,
                                struct error *why) PRINTF_LIKE(3, 0);
/* The job's own values (store, source, currency, import id, version) stand in the temporary table
 * `job` of one row, so that no text of theirs is ever part of SQL. Import id and store are
 * variables of the connection too: the engine plans with a variable as with a constant, while it
 * joins a scalar subquery to the whole table (measured on 10.8 M lines: 3.4 s and 900 MB against
 * 0.4 s). */
MUST_CHECK enum status job_begin(struct import_job *j, struct error *why);
/* The view `stage` over staging.stage, anew after its columns changed. */
MUST_CHECK enum status stage_view(struct import_job *j, struct error *why);
/* The stage lives in a file of its own beside the shop's database, so that memory stays flat at any
 * length, and is gone when the import ends. What a killed import left is removed first. */
MUST_CHECK enum status stage_open(struct import_job *j, struct error *why);
void stage_close(struct import_job *j);
/* Keys of names (identity.c). `names` is a SELECT; of look_up the names, else (id, first_row),
 * where keys ascend by first_row. look_up makes key_of_KIND, number adds the names without a key to
 * it, write brings what was added into `identity`; know does the first two, assign all three. */
MUST_CHECK enum status identity_look_up(struct import_job *j,
                                        const char *kind,
                                        const char *names,
                                        struct error *why);
MUST_CHECK enum status identity_number(struct import_job *j,
                                       const char *kind,
                                       const char *names,
                                       struct error *why);
MUST_CHECK enum status identity_know(struct import_job *j,
                                     const char *kind,
                                     const char *names,
                                     struct error *why);
MUST_CHECK enum status identity_write(struct import_job *j, const char *kind, struct error *why);
MUST_CHECK enum status identity_assign(struct import_job *j,
                                       const char *kind,
                                       const char *names,
                                       struct error *why);
/* identity_number() of customers, for whom spellings of one e-mail address are one name
 * (mail_names.c). */
MUST_CHECK enum status identity_number_mails(struct import_job *j,
                                             const char *names,
                                             struct error *why);
/* What has a key of person_move moves to the new one, in facts and `identity` (persons.c). */
MUST_CHECK enum status merge_move_customers(struct import_job *j, struct error *why);
MUST_CHECK enum status refusals_store(struct import_job *j, struct error *why);
MUST_CHECK enum status ledger_store(struct import_job *j, struct error *why);

/* Rows left out because others have brought them (overlap.c). Whether the file, which is in
 * already, shared rows with an import that was undone since: then it settles j->fills and
 * j->version. */
MUST_CHECK enum status merge_overlap_fills(struct import_job *j, bool *out, struct error *why);
/* At the end: import_overlap from `left_for` (row_no, import_id), which merges of tables fill. */
MUST_CHECK enum status merge_overlap_store(struct import_job *j, struct error *why);

#endif
