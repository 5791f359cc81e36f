/* The rollups of the order facts. A row of a const array is a column or a grouping set. */
#include "commerce/rollup.h"

static const struct rollup_basis line_bases[] = {
    { 0, "event", "local_date" },
    { 1, "order", "order_date" },
};

static const struct rollup_key line_keys[] = {
    { "class", ROLLUP_KEY_VALUE, "class" },
    { "currency", ROLLUP_KEY_VALUE, "currency" },
};

#define SUM(column)                      \
    {                                    \
        column, ROLLUP_SUM, column, NULL \
    }
#define IDS(name, column)              \
    {                                  \
        name, ROLLUP_IDS, column, NULL \
    }

static const struct rollup_measure line_measures[] = {
    { "lines", ROLLUP_ROWS, NULL, NULL },
    { "units", ROLLUP_SUM, "quantity", NULL },
    SUM("gross_e4"),
    SUM("discount_merchant_e4"),
    SUM("discount_platform_e4"),
    SUM("discount_creator_e4"),
    SUM("tax_e4"),
    SUM("net_e4"),
    SUM("cost_e4"),
    { "lines_with_cost", ROLLUP_KNOWN, "cost_e4", NULL },
    { "net_with_cost_e4", ROLLUP_SUM, "net_e4", "cost_e4" },
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
    { "is_paid", ROLLUP_KEY_KNOWN, "paid_at" },
    { "is_cancelled", ROLLUP_KEY_KNOWN, "cancelled_at" },
    { "customer_type", ROLLUP_KEY_VALUE, "customer_type" },
};

static const struct rollup_measure order_measures[] = {
    { "rows", ROLLUP_ROWS, NULL, NULL },
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
    { "rows_with_coupon", ROLLUP_KNOWN, "coupon", NULL },
    { "rows_with_customer", ROLLUP_KNOWN, "customer_key", NULL },
    IDS("orders", "order_key"),
    IDS("buyers", "customer_key"),
};

/*   id  v1, v2                    by day  rows per cell */
#define ORDER_SETS                                                                        \
    { 0, { NULL, NULL }, true, 0 }, { 1, { "country", NULL }, true, 16 },                 \
        { 2, { "region", NULL }, true, 16 }, { 3, { "channel", NULL }, true, 16 },        \
        { 4, { "campaign", NULL }, true, 16 }, { 5, { "device", NULL }, true, 16 },       \
        { 6, { "coupon", NULL }, true, 16 }, { 7, { "payment_method", NULL }, true, 16 }, \
        { 20, { "country", "channel" }, true, 16 },                                       \
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

#define ROLLUP(name, fact_name, without, part)                                       \
    {                                                                                \
        .table = name, .fact = fact_name, .exclude = without, .bases = part##_bases, \
        .basis_count = ARRAY_LEN(part##_bases), .keys = part##_keys,                 \
        .key_count = ARRAY_LEN(part##_keys), .measures = part##_measures,            \
        .measure_count = ARRAY_LEN(part##_measures), .sets = part##_sets,            \
        .set_count = ARRAY_LEN(part##_sets)                                          \
    }

const struct rollup commerce_rollups[] = {
    ROLLUP("rollup_line", "order_line", NULL, line),
    ROLLUP("rollup_order", "orders", "is_test", order),
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

const struct rollup_measure *rollup_measure_find(const struct rollup *r,
                                                 enum rollup_aggregate a,
                                                 str column,
                                                 str known)
{
    for (size_t i = 0; i < r->measure_count; i++) {
        const struct rollup_measure *m = &r->measures[i];
        if (m->aggregate != a || !str_is(known, m->known != NULL ? m->known : ""))
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

static void add_rollup(struct buf *out, const struct rollup *r)
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
    for (size_t i = 0; i < r->measure_count; i++) {
        buf_addf(out,
                 ", \"%s\" %s",
                 r->measures[i].name,
                 r->measures[i].aggregate == ROLLUP_IDS ? "BLOB" : "BIGINT");
    }
    buf_adds(out, ");\n");
}

void rollup_ddl(struct buf *out)
{
    for (size_t i = 0; i < commerce_rollup_count; i++)
        add_rollup(out, &commerce_rollups[i]);
    /* rollup_product: what cells were built with, so that a changed category marks its days dirty
     */
    buf_adds(out,
             "CREATE TABLE rollup_set (rollup VARCHAR, set_id SMALLINT, version INTEGER);\n"
             "CREATE TABLE rollup_product (store VARCHAR, sku VARCHAR, category VARCHAR,"
             " brand VARCHAR);\n");
}
