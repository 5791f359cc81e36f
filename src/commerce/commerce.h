/* What a shop is: its tables, columns and dimensions as one const description. DDL, loaders,
 * validators of KPI definitions, the import's generic mapping and the docs all come from it.
 * See README.md for the model in a picture. Everything here is const and safe for any thread. */
#ifndef SHOPVANE_COMMERCE_COMMERCE_H
#define SHOPVANE_COMMERCE_COMMERCE_H

#include "base/base.h"

/*      name    SQL type     what it holds */
#define COLUMN_TYPE_LIST(X)                                             \
    X(TEXT, "VARCHAR", "text")                                          \
    X(MONEY, "BIGINT", "10^-4 of the row's currency")                   \
    X(COUNT, "BIGINT", "whole number")                                  \
    X(QUANTITY, "BIGINT", "units; whole number")                        \
    X(KEY, "UINTEGER", "dense id")                                      \
    X(DAY, "DATE", "the store's local date")                            \
    X(TIME, "BIGINT", "microseconds UTC since 1970")                    \
    X(MINUTE, "SMALLINT", "minute of the store's local day, 0 to 1439") \
    X(FLAG, "BOOLEAN", "yes or no")                                     \
    X(REAL, "DOUBLE", "measured value")

#define X(id, sql, text) COLUMN_##id,
enum column_type { COLUMN_TYPE_LIST(X) COLUMN_TYPE_COUNT };
#undef X

enum column_role {
    ROLE_KEY,       /* identifies the row */
    ROLE_DIMENSION, /* one may group and filter by it */
    ROLE_MEASURE,   /* one may aggregate it */
    ROLE_TIME,
    ROLE_ATTRIBUTE, /* shown, filtered, not grouped by default */
    ROLE_DERIVED,   /* computed by derive/ from raw facts; rebuilt by verify */
    ROLE_PROVENANCE
};

struct column {
    const char *name;
    enum column_type type;
    enum column_role role;
    const char *about; /* English, for docs */
};

enum table_kind { TABLE_FACT, TABLE_ENTITY, TABLE_DERIVED, TABLE_LEDGER };

struct table {
    const char *name;
    const char *about;    /* English, for docs */
    const char *label_en; /* what people call it: see table_label() */
    const char *label_zh;
    enum table_kind kind;
    const char *date_column;       /* local date of the event basis; NULL: has none */
    const char *order_date_column; /* local date of the order basis; NULL: same as date_column */
    const char *currency_column;   /* NULL: no money in it */
    const struct column *columns;
    size_t column_count;
    bool has_history;   /* superseded rows are kept in <name>_old for undo and audit */
    const char *beside; /* the table whose rows these add to: where it has data and this one no row,
                           there is nothing to add. Dates have the same names. NULL: none */
    const char *view;   /* the statement that it is; NULL: it keeps rows of its own */
    const char *made_of;   /* of rows that are made of others: the imports that brought those, for
                              some   rows that go by the name "made"; NULL: import_id tells */
    const char *rare_date; /* a date that few rows have, such as that of a cancellation: none of
                              them is no sign of missing data. NULL: none */
};

extern const struct table commerce_tables[];
extern const size_t commerce_table_count;
const struct table *commerce_table(str name);                       /* NULL when there is none */
const struct column *table_column(const struct table *t, str name); /* NULL when there is none */
/* The words of a column that says one of a few: class of a line, type of a customer. 0: it may say
 * anything. */
size_t table_column_words(const struct column *c, const char *const **out);
/* What comes into it happened in the shop: an exchange rate of today, a list of articles or a
 * target says nothing of how far the shop's days are known. */
bool table_tells_of_days(str name);
/* What people call a table ("visits", not "session") and a column of days ("day of payment"),
 * wherever a person reads it. An id is for files, options and docs. */
const char *table_label(const struct table *t, enum lang lang);
const char *table_date_label(const struct column *c,
                             enum lang lang); /* its id when it has no name */

/* A line of the sales ledger belongs to exactly one class; the import's ledger adds up by it.
 *      name          sells merchandise, English, Chinese */
#define LINE_CLASS_LIST(X)                                                           \
    X(sale, true, "sale", "销售")                                                    \
    X(return, true, "return", "退货")                                                \
    X(void_return, true, "return of an order that does not count", "无效订单的退货") \
    X(shipping, false, "shipping", "运费")                                           \
    X(discount, false, "discount", "优惠")                                           \
    X(fee, false, "fee", "费用")                                                     \
    X(adjustment, false, "adjustment", "调整")                                       \
    X(giveaway, true, "giveaway", "赠品")                                            \
    X(stock_move, true, "stock movement", "库存变动")                                \
    X(tax, false, "tax", "税费")                                                     \
    X(gift_card, false, "gift card sold", "礼品卡销售")                              \
    X(tip, false, "tip", "小费")                                                     \
    X(duty, false, "duty", "关税")                                                   \
    X(exchange, true, "exchange", "换货")                                            \
    X(store_credit, false, "store credit", "店铺余额")                               \
    X(unpaid, true, "not paid yet", "未付款")                                        \
    X(presale, true, "pre-sale, not all paid", "预售未付清")                         \
    X(cancelled, true, "cancelled", "已取消")                                        \
    X(excluded, false, "excluded", "已排除")

#define X(id, goods, en, zh) LINE_##id,
enum line_class { LINE_CLASS_LIST(X) LINE_CLASS_COUNT };
#undef X
const char *line_class_name(enum line_class c); /* "stock_move": as stored */
const char *line_class_label(enum line_class c, enum lang lang);
bool line_class_parse(str name, enum line_class *out);

/* A dimension that facts share. It lives in a column of the fact itself, or is reached by one
 * join: fact.via = table.key. A fact lacking both does not have the dimension: asking for it is an
 * error that names fact and dimension. */
struct dimension {
    const char *name;
    const char *name_en;
    const char *name_zh;
    const char *table;  /* where it lives when the fact itself has no such column; NULL: nowhere */
    const char *via;    /* join column, the same name on both sides ("order_key", "sku", ...) */
    const char *column; /* its column there and in facts */
    bool as_of_event;   /* else the current value */
    bool multi_valued;  /* its total is its own query */
    const char *or_own; /* the fact's own column, which stands where the joined row has no value;
                           NULL: none */
};
extern const struct dimension commerce_dimensions[];
extern const size_t commerce_dimension_count;
const struct dimension *commerce_dimension(str name);

/* The rules of costs.yaml and sku-map.csv that profits were derived with, which rules those were,
 * and orders and days whose costs changed since. */
#define COMMERCE_COST_DDL                                                                       \
    "CREATE TABLE cost_rule (rule_id BIGINT, kind VARCHAR, place VARCHAR, rank INTEGER, store " \
    "VARCHAR, channel VARCHAR, sku VARCHAR, name VARCHAR, currency VARCHAR, valid_from DATE,"   \
    " percent_e4 BIGINT, per_order_e4 BIGINT, per_unit_e4 BIGINT, per_return_e4 BIGINT,"        \
    " per_month_e4 BIGINT, cost_e4 BIGINT, is_refunded BOOLEAN, share VARCHAR);\n"              \
    "CREATE TABLE cost_article (store VARCHAR, code VARCHAR, master_sku VARCHAR, currency "     \
    "VARCHAR, cost_e4 BIGINT, valid_from DATE);\n"                                              \
    "CREATE TABLE cost_state (fingerprint BIGINT);\n"                                           \
    "CREATE TABLE dirty_cost (store VARCHAR, local_date DATE, order_key UINTEGER);\n"

/* Rows of benchmark with the price of a rival (its rowid as `id`) and the price that the shop
 * itself asked for the article that day, in the same currency: the lowest of its stores, null where
 * no list of articles has one. And the statement that keeps it in own_price_e4. */
#define COMMERCE_OWN_PRICES                                                                     \
    "SELECT id, min(price) AS own_price_e4 FROM (SELECT b.rowid AS id, p.store, "               \
    "arg_max(p.price_e4, coalesce(p.valid_from, DATE '0001-01-01')) AS price FROM benchmark b " \
    "LEFT JOIN product p ON p.sku = b.item AND p.currency = b.currency AND p.price_e4 IS NOT "  \
    "NULL AND coalesce(p.valid_from, DATE '0001-01-01') <= b.local_date WHERE b.price_e4 IS "   \
    "NOT NULL AND b.item IS NOT NULL GROUP BY ALL) GROUP BY id"
#define COMMERCE_SET_OWN_PRICES                                                         \
    "UPDATE benchmark SET own_price_e4 = own.own_price_e4 FROM (" COMMERCE_OWN_PRICES   \
    ") own WHERE benchmark.rowid = own.id AND benchmark.own_price_e4 IS DISTINCT FROM " \
    "own.own_price_e4;"

/* UPDATE of rows of platform_stat ("FROM" a table of its columns) that name the length of their
 * period and not its last day: a month's figure is none of its first day. Months, quarters and
 * years are those of the calendar; weeks and numbers of days begin with the row's day. */
#define COMMERCE_SET_PERIODS(table)                                                            \
    "UPDATE " table " SET local_date = p.first, end_date = p.last FROM (SELECT id, first, "    \
    "CASE WHEN grain IN ('month', 'quarter', 'year') THEN CAST(first + CASE grain WHEN "       \
    "'month' THEN INTERVAL 1 MONTH WHEN 'quarter' THEN INTERVAL 3 MONTH ELSE INTERVAL 1 "      \
    "YEAR END AS DATE) - 1 WHEN grain = 'week' THEN first + 6 ELSE first + "                   \
    "CAST(regexp_extract(grain, '^[0-9]+') AS INTEGER) - 1 END AS last FROM (SELECT rowid AS " \
    "id, grain, CASE WHEN grain IN ('month', 'quarter', 'year') THEN "                         \
    "CAST(date_trunc(grain, local_date) AS DATE) ELSE local_date END AS first FROM " table     \
    " WHERE coalesce(end_date, local_date) = local_date AND (grain IN ('week', 'month', "      \
    "'quarter', 'year') OR regexp_matches(grain, '^[0-9]{1,3}d$')))) p WHERE " table           \
    ".rowid = p.id;"

/* CREATE TABLE statements of all tables, in order, for the store's dialect, then the views. Appends
 * to `out`. */
void commerce_ddl(struct buf *out);
/* Makes all views, or makes them anew: what they read must be there. */
void commerce_views_ddl(struct buf *out);
/* "CREATE TABLE" of one table, or of its history (`is_old`), under the name `as`. */
void commerce_table_ddl(struct buf *out, const struct table *t, bool is_old, const char *as);
/* Markdown of all tables and dimensions (docs/data-model.md). */
void commerce_docs(struct buf *out);
/* Number of the schema; a folder with a higher one is refused, a lower one is migrated. */
#define COMMERCE_SCHEMA_VERSION 28

#endif
