/* The rollups of orders, lines and visits. A row of a const array is a column or a grouping set. */
#include "commerce/rollup.h"

static const struct rollup_basis line_bases[] = {
    { 0, "event", "local_date" },
    { 1, "order", "order_date" },
};

static const struct rollup_key line_keys[] = {
    { "class", ROLLUP_KEY_VALUE, "class" },
    { "currency", ROLLUP_KEY_VALUE, "currency" },
};

#define MEASURE(id, kind, of, ...)                                                                \
    {                                                                                             \
        .name = id, .aggregate = ROLLUP_##kind, .column = of, .rows = {.items = { __VA_ARGS__ } } \
    }
#define EVERY                 \
    {                         \
        NULL, ROLLUP_IS_KNOWN \
    }
#define COUNT(id)           MEASURE(id, ROWS, NULL, EVERY)
#define COUNT_IF(id, ...)   MEASURE(id, ROWS, NULL, __VA_ARGS__)
#define KNOWN(id, of)       MEASURE(id, KNOWN, of, EVERY)
#define SUM(of)             MEASURE(of, SUM, of, EVERY)
#define SUM_AS(id, of)      MEASURE(id, SUM, of, EVERY)
#define SUM_IF(id, of, ...) MEASURE(id, SUM, of, __VA_ARGS__)
#define IDS(id, of)         MEASURE(id, IDS, of, EVERY)
#define IDS_IF(id, of, ...) MEASURE(id, IDS, of, __VA_ARGS__)

static const struct rollup_measure line_measures[] = {
    COUNT("lines"),
    SUM_AS("units", "quantity"),
    SUM("gross_e4"),
    SUM("discount_merchant_e4"),
    SUM("discount_platform_e4"),
    SUM("discount_creator_e4"),
    SUM("tax_e4"),
    SUM("net_e4"),
    SUM("cost_e4"),
    KNOWN("lines_with_cost", "cost_e4"),
    SUM_IF("net_with_cost_e4", "net_e4", { "cost_e4", ROLLUP_IS_KNOWN }),
    IDS("orders", "order_key"),
    IDS("buyers", "customer_key"),
};

static const struct rollup_basis order_bases[] = {
    { 0, "placed", "local_date" },
    { 1, "paid", "paid_date" },
};

static const struct rollup_key order_keys[] = {
    { "currency", ROLLUP_KEY_VALUE, "currency" },
    { "has_sale", ROLLUP_KEY_TRUE, "has_sale" },
    { "has_placed", ROLLUP_KEY_TRUE, "has_placed" },
    { "is_paid", ROLLUP_KEY_KNOWN, "paid_at" },
    { "is_cancelled", ROLLUP_KEY_KNOWN, "cancelled_at" },
    { "customer_type", ROLLUP_KEY_VALUE, "customer_type" },
};

static const struct rollup_measure order_measures[] = {
    COUNT("rows"),
    SUM("line_count"),
    SUM("units"),
    SUM("gross_e4"),
    SUM("discount_merchant_e4"),
    SUM("discount_platform_e4"),
    SUM("discount_creator_e4"),
    SUM("shipping_e4"),
    SUM("tax_e4"),
    SUM("total_e4"),
    SUM("paid_e4"),
    SUM("refunded_e4"),
    KNOWN("rows_with_coupon", "coupon"),
    KNOWN("rows_with_customer", "customer_key"),
    KNOWN("rows_with_medium", "medium"),
    IDS("orders", "order_key"),
    IDS("buyers", "customer_key"),
};

/* Visits have no keys: what KPIs ask of a visit are conditions on its numbers, each a measure. */
static const struct rollup_basis visit_bases[] = { { 0, "visit", "local_date" } };

#define SEEN(column)               \
    {                              \
        column, ROLLUP_IS_POSITIVE \
    }

static const struct rollup_measure visit_measures[] = {
    COUNT("visits"),
    SUM("pageviews"),
    SUM("duration_s"),
    SUM("product_views"),
    SUM("searches"),
    SUM("empty_searches"),
    COUNT_IF("visits_one_page", { "pageviews", ROLLUP_IS_ONE }),
    COUNT_IF("visits_checkout", SEEN("checkouts")),
    COUNT_IF("visits_checkout_done", SEEN("checkouts"), SEEN("purchases")),
    COUNT_IF("visits_purchase", SEEN("purchases")),
    COUNT_IF("visits_cart", SEEN("cart_adds")),
    COUNT_IF("visits_cart_done", SEEN("cart_adds"), SEEN("purchases")),
    COUNT_IF("visits_cart_left", SEEN("cart_adds"), { "purchases", ROLLUP_IS_ZERO }),
    COUNT_IF("visits_cart_recovered",
             SEEN("cart_adds"),
             { "purchases", ROLLUP_IS_ZERO },
             { "recovered", ROLLUP_IS_TRUE }),
    COUNT_IF("visits_search", SEEN("searches")),
    COUNT_IF("visits_search_clicked", SEEN("searches"), SEEN("search_clicks")),
    COUNT_IF("visits_search_purchase", SEEN("searches"), SEEN("purchases")),
    COUNT_IF("visits_recommended", SEEN("recommendation_clicks")),
    COUNT_IF("visits_recommended_purchase", SEEN("recommendation_clicks"), SEEN("purchases")),
    COUNT_IF("visits_error", SEEN("errors")),
    COUNT_IF("visits_rage", SEEN("rage_clicks")),
    COUNT_IF("visits_form_error", SEEN("form_errors")),
    IDS("visitors", "visitor_key"),
    IDS_IF("visitors_new", "visitor_key", { "is_new_visitor", ROLLUP_IS_TRUE }),
    IDS_IF("visitors_product", "visitor_key", SEEN("product_views")),
    IDS_IF("visitors_cart", "visitor_key", SEEN("cart_adds")),
};

/*   id  v1, v2                    by day  rows per cell */
#define ORDER_SETS                                                                        \
    { 0, { NULL, NULL }, true, 0 }, { 1, { "country", NULL }, true, 16 },                 \
        { 2, { "region", NULL }, true, 16 }, { 3, { "channel", NULL }, true, 16 },        \
        { 4, { "campaign", NULL }, true, 16 }, { 5, { "device", NULL }, true, 16 },       \
        { 6, { "coupon", NULL }, true, 16 }, { 7, { "payment_method", NULL }, true, 16 }, \
        { 12, { "medium", NULL }, true, 16 }, { 20, { "country", "channel" }, true, 16 }, \
    {                                                                                     \
        21, { "channel", "device" }, true, 16                                             \
    }

static const struct rollup_set line_sets[] = {
    ORDER_SETS,
    { 8, { "customer_type", NULL }, true, 16 },
    { 9, { "category", NULL }, true, 16 },
    { 10, { "brand", NULL }, true, 16 },
    { 11, { "sku", NULL }, false, 16 },
    { 22, { "country", "customer_type" }, true, 16 },
    { 23, { "channel", "customer_type" }, true, 16 },
    { 24, { "category", "channel" }, true, 16 },
    { 25, { "category", "country" }, true, 16 },
};

/* customer_type is a key of rollup_order, so sets with it are there already. */
static const struct rollup_set order_sets[] = { ORDER_SETS };

/* Few: sets of visitors are large, and other dimensions of visits are seldom asked for. */
static const struct rollup_set visit_sets[] = {
    { 0, { NULL, NULL }, true, 0 },
    { 1, { "country", NULL }, true, 16 },
    { 3, { "channel", NULL }, true, 16 },
    { 5, { "device", NULL }, true, 16 },
};

#define ROLLUP(name, fact_name, without, part, ...)                                  \
    {                                                                                \
        .table = name, .fact = fact_name, .exclude = without, .bases = part##_bases, \
        .basis_count = ARRAY_LEN(part##_bases), .measures = part##_measures,         \
        .measure_count = ARRAY_LEN(part##_measures), .sets = part##_sets,            \
        .set_count = ARRAY_LEN(part##_sets), __VA_ARGS__                             \
    }

#define KEYS(part) .keys = part##_keys, .key_count = ARRAY_LEN(part##_keys)

const struct rollup commerce_rollups[] = {
    ROLLUP("rollup_line", "order_line", NULL, line, KEYS(line)),
    ROLLUP("rollup_order", "orders", "is_test", order, KEYS(order)),
    ROLLUP("rollup_visit", "session", NULL, visit, .keys = NULL),
};
const size_t commerce_rollup_count = ARRAY_LEN(commerce_rollups);

const struct rollup *commerce_rollup(str fact)
{
    for (size_t i = 0; i < commerce_rollup_count; i++) {
        if (str_is(fact, commerce_rollups[i].fact))
            return &commerce_rollups[i];
    }
    return NULL;
}

size_t rollup_set_dims(const struct rollup_set *s)
{
    size_t n = 0;
    while (n < ROLLUP_DIMS && s->dims[n] != NULL)
        n++;
    return n;
}

static bool set_is(const struct rollup_set *s, const str *dims, size_t n, bool *swapped)
{
    if (rollup_set_dims(s) != n)
        return false;
    *swapped = n == 2 && str_is(dims[1], s->dims[0]) && str_is(dims[0], s->dims[1]);
    if (*swapped)
        return true;
    for (size_t i = 0; i < n; i++) {
        if (!str_is(dims[i], s->dims[i]))
            return false;
    }
    return true;
}

const struct rollup_set *rollup_set_find(const struct rollup *r,
                                         const str *dims,
                                         size_t n,
                                         bool *swapped)
{
    for (size_t i = 0; i < r->set_count; i++) {
        if (set_is(&r->sets[i], dims, n, swapped))
            return &r->sets[i];
    }
    return NULL;
}

const struct rollup_basis *rollup_basis_find(const struct rollup *r, str date_column)
{
    for (size_t i = 0; i < r->basis_count; i++) {
        if (str_is(date_column, r->bases[i].date_column))
            return &r->bases[i];
    }
    return NULL;
}

const struct rollup_key *rollup_key_find(const struct rollup *r, str column)
{
    for (size_t i = 0; i < r->key_count; i++) {
        if (str_is(column, r->keys[i].column))
            return &r->keys[i];
    }
    return NULL;
}

const char *rollup_test_sql(enum rollup_test t)
{
    static const char *const texts[] = {
#define X(id, sql) [ROLLUP_IS_##id] = sql,
        ROLLUP_TEST_LIST(X)
#undef X
    };
    BUG_IF((unsigned)t >= ROLLUP_TEST_COUNT);
    return texts[t];
}

size_t rollup_rows_count(const struct rollup_rows *rows)
{
    size_t n = 0;
    while (n < ROLLUP_CONDITIONS && rows->items[n].column != NULL)
        n++;
    return n;
}

static bool rows_have(const struct rollup_rows *rows, const struct rollup_condition *c)
{
    for (size_t i = 0; i < rollup_rows_count(rows); i++) {
        if (rows->items[i].test == c->test && str_is(str_from(c->column), rows->items[i].column))
            return true;
    }
    return false;
}

/* Each condition stands in a list once. */
static bool rows_equal(const struct rollup_rows *a, const struct rollup_rows *b)
{
    const size_t n = rollup_rows_count(a);
    bool equal = n == rollup_rows_count(b);
    for (size_t i = 0; equal && i < n; i++)
        equal = rows_have(b, &a->items[i]);
    return equal;
}

const struct rollup_measure *rollup_measure_find(const struct rollup *r,
                                                 enum rollup_aggregate a,
                                                 str column,
                                                 const struct rollup_rows *rows)
{
    for (size_t i = 0; i < r->measure_count; i++) {
        const struct rollup_measure *m = &r->measures[i];
        if (m->aggregate != a || !rows_equal(rows, &m->rows))
            continue;
        if (a == ROLLUP_ROWS || str_is(column, m->column))
            return m;
    }
    return NULL;
}

char rollup_dimension_source(const struct rollup *r, const struct dimension *d)
{
    const struct table *fact = commerce_table(str_from(r->fact));
    if (table_column(fact, str_from(d->column)) != NULL)
        return 'f';
    if (d->table == NULL || table_column(fact, str_from(d->via)) == NULL)
        return 0;
    return str_is(str_from(d->table), "orders")    ? 'o'
           : str_is(str_from(d->table), "product") ? 'p'
                                                   : 0;
}

/* A vector of sets is read by unpacking all sets of its segment, so they are not packed: orders by
 * country are read in half of the time, a shop of plain orders is a seventh larger. */
static const char *measure_type(const struct rollup_measure *m)
{
    return m->aggregate == ROLLUP_IDS ? "BLOB USING COMPRESSION uncompressed" : "BIGINT";
}

void rollup_table_ddl(struct buf *out, const struct rollup *r)
{
    static const char *const key_types[] = {
        [ROLLUP_KEY_VALUE] = "VARCHAR",
        [ROLLUP_KEY_TRUE] = "BOOLEAN",
        [ROLLUP_KEY_KNOWN] = "BOOLEAN",
    };
    buf_addf(out,
             "CREATE TABLE \"%s\" (basis SMALLINT, grain SMALLINT, store VARCHAR, date DATE,"
             " set_id SMALLINT, v1 VARCHAR, v2 VARCHAR",
             r->table);
    for (size_t i = 0; i < r->key_count; i++)
        buf_addf(out, ", \"%s\" %s", r->keys[i].name, key_types[r->keys[i].kind]);
    for (size_t i = 0; i < r->measure_count; i++)
        buf_addf(out, ", \"%s\" %s", r->measures[i].name, measure_type(&r->measures[i]));
    buf_adds(out, ");\n");
}

void rollup_ddl(struct buf *out)
{
    for (size_t i = 0; i < commerce_rollup_count; i++)
        rollup_table_ddl(out, &commerce_rollups[i]);
    /* rollup_product: what cells were built with, so that a changed category marks its days dirty
     */
    buf_adds(out,
             "CREATE TABLE rollup_set (rollup VARCHAR, set_id SMALLINT, version INTEGER,"
             " open_month DATE);\n"
             "CREATE TABLE rollup_product (store VARCHAR, sku VARCHAR, category VARCHAR,"
             " brand VARCHAR);\n");
}
