/* What rows can become, and how a mapping says which column is what. */
#ifndef SHOPVANE_INGEST_MAPPING_PRIV_H
#define SHOPVANE_INGEST_MAPPING_PRIV_H

#include "format/format.h"
#include "ingest/ingest.h"

/* ---- Targets: what a file's rows become ------------------------------------------------------ */

enum field_kind {
    FIELD_TEXT,
    FIELD_ID,       /* text; "17850.0" becomes "17850", zeros in front stay */
    FIELD_MONEY,    /* 10^-4 */
    FIELD_QUANTITY, /* whole number, may be written 3.0 */
    FIELD_REAL,
    FIELD_FLAG,
    FIELD_TIME, /* moment; three stage columns: X, X_date, X_minute */
    FIELD_DAY,
    FIELD_STATUS,         /* order status words of many platforms */
    FIELD_REFUND_STATUS,  /* the same of refunds */
    FIELD_PAYMENT_STATUS, /* and of payments */
    FIELD_BOOKING,        /* what a fee or a settlement's row is */
    FIELD_EVENT,          /* names of behaviour events of many sources */
    FIELD_HASH,           /* an id kept as 64-bit hash */
    FIELD_RATE,           /* 10^-9 */
    FIELD_SHARE,          /* of 1, 10^-9: 20%, 20 or 0.2 (enum share_form), 8折 */
    FIELD_CURRENCY,       /* ISO 4217, three letters; lower case becomes upper */
    FIELD_GRAIN           /* length of a period: day, week, month, quarter, year, 7d */
};

/* How a discount of a fifth of the price is written: 20, 0.2, or 0.8 that is left to pay; 20% and
 * 8折 in any form, and nothing else where each value has such a sign. */
#define SHARE_FORM_LIST(X) \
    X(PERCENT, "percent")  \
    X(OF_ONE, "share")     \
    X(PAID, "paid")        \
    X(SIGNED, "signed")
#define X(id, name) SHARE_##id,
enum share_form { SHARE_FORM_LIST(X) };
#undef X

#define FIELD_NAME_MAX 48
#define FIELDS_MAX     80

struct field {
    char name[FIELD_NAME_MAX];
    enum field_kind kind;
    bool is_required;
};

/* "order_lines" (orders with their lines, table NULL) or the name of a commerce table. */
struct target {
    const char *name;
    const struct table *table;
    struct field fields[FIELDS_MAX];
    size_t count;
    int rank; /* order among several files */
};
MUST_CHECK bool target_find(str name, struct target *out);
const char *target_name(size_t i); /* NULL past the end */
const struct field *target_field(const struct target *t, str name);

/* ---- Mapping --------------------------------------------------------------------------------- */

#define MAPPING_COLUMNS_MAX 200
#define CLASS_RULES_MAX     32
#define RULE_VALUES_MAX     16

#define CLASS_SIGN_LIST(X)  \
    X(ANY, "any")           \
    X(POSITIVE, "positive") \
    X(NEGATIVE, "negative") \
    X(ZERO, "zero")
#define X(id, name) CLASS_SIGN_##id,
enum class_sign { CLASS_SIGN_LIST(X) CLASS_SIGN_COUNT };
#undef X

/* The first rule whose conditions all hold gives the line its class. */
struct class_rule {
    enum line_class line_class;
    const str *skus; /* one of these, case matters; none: any */
    size_t sku_count;
    const str *titles; /* patterns: * stands for any text; none: any title */
    size_t title_count;
    str order_prefix; /* empty: any */
    enum class_sign quantity;
    enum class_sign price; /* of one unit; the line's amount where there is no price */
};

/* Columns that are added up; those with a minus sign in front are taken away, of those between bars
 * the size counts, whichever sign they are written with. */
struct mapping_term {
    str column;
    bool is_minus;
    bool is_size;
};
struct mapping_terms {
    const struct mapping_term *items;
    size_t n;
};
struct mapping_sum { /* a field that is no column but a sum of some */
    str field;
    struct mapping_terms terms;
};
struct mapping_check { /* an identity that every row must fulfil: the terms add up to 0 */
    str name;
    struct mapping_terms left; /* as written; `right` counts with the opposite sign */
    struct mapping_terms right;
};

struct mapping_pair {
    str key;
    str value;
};
struct mapping_pairs {
    const struct mapping_pair *items;
    size_t n;
};
struct mapping_names {
    const str *items;
    size_t n;
};
struct rule_condition {
    str column;
    struct mapping_names patterns; /* one of them; * stands for any text */
};
/* What becomes of a row whose columns fit all conditions. */
struct row_rule {
    const struct rule_condition *when;
    size_t when_count;
    struct mapping_pairs set;      /* field: text, as if the file had it */
    struct mapping_pairs copy;     /* field: the field that it takes its value from */
    struct mapping_names clear;    /* fields without a value */
    struct mapping_names negate;   /* amounts with the opposite sign */
    struct mapping_names negative; /* amounts with a minus sign, whichever they are written with */
};
struct mapping_words { /* what a platform's words mean, before they are read */
    str field;
    struct mapping_pairs pairs;
};

#define MAPPING_SUMS_MAX    16
#define MAPPING_CHECKS_MAX  8
#define MAPPING_RULES_MAX   16
#define MAPPING_WORDS_MAX   8
#define MAPPING_UNPIVOT_MAX 64

struct mapping_column {
    str source; /* header name; without header "column1" ...; {currency} stands for a code in it */
    str field;
    str constant;  /* .ptr not NULL: this value instead of a column */
    unsigned line; /* where a mapping file names it */
    unsigned column;
};

struct mapping {
    str name;
    struct target target;
    struct mapping_column columns[MAPPING_COLUMNS_MAX];
    size_t column_count;
    const str *signature; /* columns that tell the file; all must be there */
    size_t signature_count;
    const str *header; /* names for a file without header line */
    size_t header_count;
    const str *footer; /* patterns: a row whose first or second cell fits stands below the table */
    size_t footer_count;
    struct class_rule rules[CLASS_RULES_MAX];
    size_t rule_count;
    struct mapping_sum sums[MAPPING_SUMS_MAX];
    size_t sum_count;
    struct mapping_check checks[MAPPING_CHECKS_MAX];
    size_t check_count;
    struct row_rule row_rules[MAPPING_RULES_MAX];
    size_t row_rule_count;
    struct mapping_words words[MAPPING_WORDS_MAX];
    size_t words_count;
    struct mapping_pair unpivot[MAPPING_UNPIVOT_MAX]; /* column: measure of platform_stat */
    size_t unpivot_count;
    str items_in;  /* orders whose items come in files of this preset; empty: they are all here */
    str orders_in; /* items whose orders come in files of this preset */
    str currency;
    str timezone;
    str date;             /* date form for all times; empty: found out */
    str date_order;       /* mdy or dmy, where dates do not tell; empty: asked of all rows */
    str decimal_mark;     /* comma or point, where a column's numbers do not tell; empty: asked */
    bool orders_complete; /* a file holds whole orders, also at its edges */
    bool paid_when_placed;
    bool sale_when_paid;             /* lines of orders that are not paid are no sales yet */
    bool order_per_row;              /* no order id: each row is an order of its own */
    bool fill_down;                  /* order fields stand on the first row of an order only */
    bool fill_ids;                   /* so does its number */
    struct mapping_names sum_fields; /* amounts of the order that rows have shares of */
    bool sum_amounts; /* shipping and other order amounts are shares of the row: add them up */
    bool match_returns;
    bool pad_short;
    bool paid_less_refunds;   /* `paid` is what is left after refunds */
    bool keep_unknown;        /* columns without a field go to the field props */
    bool amounts_without_tax; /* whatever the store's prices are */
    bool amounts_with_tax;
    bool tax_is_shown;             /* generic: by totals, not by headers */
    bool is_preset;                /* ours: what its platform's amounts mean is known */
    enum share_form discount_form; /* of discount_rate */
    str told_apart;             /* generic: a column that is no line_amount, as a note has told */
    bool total_serves;          /* generic: line_amount is a total, for want of prices */
    bool order_tax_on_shipping; /* the order's tax is that of its postage alone */
    bool check_totals;          /* order_total is what the order comes to: a difference is told */
    bool discount_from_total;   /* no column has the order's discount: its total is after it */
    bool without_refunds;       /* the platform tells its refunds in other files */
    bool amount_is_total; /* line_amount holds the row's shipping, tip, duty, tax and discount */
    struct row_options rows;
};

/* Parses a mapping text (preset or a user's file); all problems at once. Lives in `a`. */
MUST_CHECK enum status mapping_parse(str text,
                                     str file,
                                     struct arena *a,
                                     struct problems *p,
                                     struct mapping **out,
                                     struct error *why);
void mapping_write(const struct mapping *m, struct buf *out);
/* Amounts of lines hold their tax: as the file says, else as the store's prices do. */
bool mapping_holds_tax(const struct mapping *m, const struct shop_store *store);
/* Its rows come from a platform's API: of an order they count more than an export (decided by the
 * mapping's name, which is kept as the rows' source: it ends in "-api"). */
bool mapping_is_api(const struct mapping *m);
#define SOURCE_IS_API(column) "(" column " LIKE '%%-api')" /* the same of a stored row; printf */
/* sums, checks, rules, words and unpivot (mapping_rules.c). */
void mapping_read_rules(const struct yaml_node *root,
                        struct mapping *m,
                        struct arena *a,
                        struct problems *p);
void mapping_write_rules(const struct mapping *m, struct buf *out);
struct mapping_names mapping_read_fields(const struct yaml_node *list,
                                         const struct mapping *m,
                                         struct arena *a,
                                         struct problems *p);
/* Texts that last as names in the arena; no items: out of memory. */
struct mapping_names mapping_names_of(const char *const *texts, size_t n, struct arena *a);
/* Adds a rule for rows whose column has one of the patterns. NULL: no room, or out of memory. */
struct row_rule *mapping_add_rule(struct mapping *m,
                                  str column,
                                  struct mapping_names patterns,
                                  struct arena *a);
/* False, with the problem told, when the target has no such field. */
bool mapping_field_known(const struct mapping *m,
                         const struct yaml_node *at,
                         str field,
                         struct arena *a,
                         struct problems *p);
size_t mapping_read_list(const struct yaml_node *n,
                         struct arena *a,
                         struct problems *p,
                         const str **out);
/* Column names agree without ASCII case, blanks, underscores and the width of parentheses.
 * `wanted` may hold {currency}, which fits a code of three capitals, kept in *currency, and may
 * be several names with " | " between them. */
bool mapping_column_fits(str wanted, str name, str *currency);
/* The file's column of that name; of joined headers ("推广 / 花费") also by the lower part, where
 * that is the only one. shape->n_columns: none. */
size_t mapping_column_at(const struct row_shape *shape, str wanted, str *currency);
/* "Date + Time": a day and a time of day in two columns. */
bool mapping_joined_columns(str wanted, str *first, str *second);
/* The whole text; * stands for any text, at the beginning, the end or both. Without ASCII case. */
bool mapping_pattern_fits(str pattern, str text);
size_t preset_count(void);
MUST_CHECK enum status preset_load(size_t i,
                                   struct arena *a,
                                   struct mapping **out,
                                   struct error *why);

/* The mapping for an open file: a named preset, a mapping file, or the best match. `notes` says
 * how sure that is, in the language of `why`. */
MUST_CHECK enum status mapping_choose(const struct row_shape *shape,
                                      const struct import_options *o,
                                      struct arena *a,
                                      struct mapping **out,
                                      struct buf *notes,
                                      struct error *why);

/* Puts the file's name before an error that does not say it; gives `st` back. */
enum status import_names_file(struct error *why, enum status st, const char *path);

#endif
