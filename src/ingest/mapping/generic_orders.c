/* Orders among files that are read by names: totals that serve for want of prices, times of
 * payment, heads, lines that join orders, sheets of sales without numbers of orders. */
#include "ingest/mapping/generic_priv.h"

#include <string.h>

static const char *const prices[] = { "unit_price", "line_amount" };
static const char *const totals[] = { "order_total", "paid" };
static const char *const articles[] = { "sku", "title" };
static const char *const buyers[] = { "customer_id", "status" };

static size_t column_index(const struct row_shape *shape, str name)
{
    size_t i = 0;
    while (i < shape->n_columns && !str_eq(shape->columns[i], name))
        i++;
    return i;
}

/* Rows of one order that repeat the figure: it is the order's, not the row's. */
static bool repeats_in_order(const struct row_shape *shape, str order_id, str figure)
{
    const size_t id = column_index(shape, order_id);
    const size_t value = column_index(shape, figure);
    bool repeats = false;
    for (size_t i = 1; i < shape->n_samples; i++) {
        if (!str_eq(shape->samples[i - 1][id], shape->samples[i][id]))
            continue;
        if (!str_eq(shape->samples[i - 1][value], shape->samples[i][value]))
            return false;
        repeats = true;
    }
    return repeats;
}

/* Of an order, and taken apart from its total where each row is an order. */
static const char *const beside_goods[] = {
    "shipping", "tip", "duty", "order_tax", "order_discount"
};

static bool is_one_of(str field, const char *const *names, size_t n)
{
    size_t i = 0;
    while (i < n && !str_is(field, names[i]))
        i++;
    return i < n;
}

/* What a total has in it already must not be counted again beside it. */
static void drop_parts_of_total(struct mapping *m)
{
    static const char *const parts[] = { "discount_merchant",
                                         "discount_platform",
                                         "discount_creator",
                                         "order_discount",
                                         "line_tax",
                                         "order_discount_platform",
                                         "order_tax",
                                         "shipping",
                                         "tip",
                                         "duty",
                                         "order_total",
                                         "paid" };
    size_t kept = 0;
    for (size_t i = 0; i < m->column_count; i++) {
        const str field = m->columns[i].field;
        if (!is_one_of(field, parts, ARRAY_LEN(parts)) ||
            (m->amount_is_total && is_one_of(field, beside_goods, ARRAY_LEN(beside_goods))))
            m->columns[kept++] = m->columns[i];
    }
    m->column_count = kept;
}

/* Rows that are an order each: what stands beside the total is the order's. */
static bool row_is_order(const struct row_shape *shape, const struct mapping *m, str order_id)
{
    const size_t id = column_index(shape, order_id);
    if (!mapping_has_any(m, beside_goods, ARRAY_LEN(beside_goods)))
        return false;
    for (size_t i = 1; i < shape->n_samples; i++) {
        for (size_t k = 0; k < i; k++) {
            if (str_eq(shape->samples[i][id], shape->samples[k][id]))
                return false;
        }
    }
    return true;
}

/* Such a row's discount or tax is its order's; where both have a column, neither is used. */
static void give_to_order(struct mapping *m, const char *of_line, const char *of_order)
{
    struct mapping_column *line = mapping_field(m, of_line);
    struct mapping_column *order = mapping_field(m, of_order);
    if (line != NULL)
        line->field = str_from(order == NULL ? of_order : totals[0]); /* totals are dropped */
    if (line != NULL && order != NULL)
        order->field = line->field;
}

static void split_total(const struct row_shape *shape, struct mapping *m, str order_id)
{
    if (mapping_has_any(m, articles, ARRAY_LEN(articles)))
        return;
    give_to_order(m, "discount_merchant", "order_discount");
    give_to_order(m, "line_tax", "order_tax");
    m->amount_is_total = m->sum_amounts = row_is_order(shape, m, order_id);
}

/* A file whose only money is what was paid or owed: that is the amount of its rows, without tax
 * where a column tells it so. */
static void total_serves(const struct row_shape *shape, struct mapping *m, struct arena *a)
{
    const struct mapping_column *order_id = mapping_field(m, "order_id");
    if (mapping_has_any(m, prices, ARRAY_LEN(prices)) || order_id == NULL || shape->expand.len > 0)
        return;
    for (size_t i = 0; i < ARRAY_LEN(totals); i++) {
        struct mapping_column *total = mapping_field(m, totals[i]);
        if (total == NULL || repeats_in_order(shape, order_id->source, total->source))
            continue;
        const str *untaxed = mapping_column_without_tax(shape, total->source);
        const str copy = untaxed != NULL ? arena_dup(a, *untaxed) : total->source;
        total->source = copy.ptr != NULL ? copy : total->source;
        total->field = STR("line_amount");
        m->total_serves = true;
        split_total(shape, m, order_id->source);
        drop_parts_of_total(m);
        return;
    }
}

/* Many exports of paid orders have the time of payment only: it serves as the order's. */
static void pay_time_serves(struct mapping *m)
{
    struct mapping_column *paid_at = mapping_field(m, "paid_at");
    if (mapping_has(m, "placed_at") || paid_at == NULL ||
        !mapping_has_any(m, prices, ARRAY_LEN(prices)))
        return;
    paid_at->field = STR("placed_at");
    m->paid_when_placed = true;
}

/* Lines without a time join orders that are there already, as the second file of two. */
bool mapping_is_lines_only(const struct mapping *m)
{
    return m->target.table == NULL && !mapping_has(m, "placed_at") && mapping_has(m, "order_id") &&
           mapping_has_any(m, articles, ARRAY_LEN(articles)) &&
           mapping_has_any(m, prices, ARRAY_LEN(prices));
}

/* Heads of orders, as the first file of two. */
static bool is_heads_only(const struct mapping *m)
{
    return !mapping_has(m, "quantity") && !mapping_has_any(m, totals, ARRAY_LEN(totals)) &&
           mapping_has_any(m, buyers, ARRAY_LEN(buyers));
}

/* Their discount and tax are the order's, whatever the columns are called. */
static void heads_serve(struct mapping *m)
{
    if (!is_heads_only(m) || mapping_has_any(m, prices, ARRAY_LEN(prices)) ||
        mapping_has_any(m, articles, ARRAY_LEN(articles)))
        return;
    if (!mapping_has(m, "order_discount"))
        give_to_order(m, "discount_merchant", "order_discount");
    if (!mapping_has(m, "order_tax"))
        give_to_order(m, "line_tax", "order_tax");
}

/* A column that no field takes and that may number orders: "Receipt ref.", "流水单号". */
static bool may_number_orders(const struct row_shape *shape, const struct mapping *m)
{
    static const char *const words[] = { "order", "invoice", "receipt", "#", "单号", "编号" };
    for (size_t i = 0; i < shape->n_columns; i++) {
        for (size_t k = 0; k < ARRAY_LEN(words) && !mapping_uses(m, shape->columns[i]); k++) {
            if (mapping_name_says(shape->columns[i], words[k]))
                return true;
        }
    }
    return false;
}

/* A sheet of sales, each row an order of its own: who bought what, when and for how much. */
static bool is_sales_sheet(const struct row_shape *shape, const struct mapping *m)
{
    static const char *const needed[] = { "customer_id", "placed_at", "quantity" };
    for (size_t i = 0; i < ARRAY_LEN(needed); i++) {
        if (!mapping_has(m, needed[i]))
            return false;
    }
    return !mapping_has(m, "order_id") && mapping_has_any(m, articles, ARRAY_LEN(articles)) &&
           mapping_has_any(m, prices, ARRAY_LEN(prices)) && !may_number_orders(shape, m);
}

/* The date of an order stands on its first row only. */
static bool is_dated_once(const struct row_shape *shape, struct mapping *m)
{
    const struct mapping_column *order_id = mapping_field(m, "order_id");
    const struct mapping_column *placed_at = mapping_field(m, "placed_at");
    if (order_id == NULL || placed_at == NULL || shape->expand.len > 0)
        return false;
    const size_t id = column_index(shape, order_id->source);
    const size_t at = column_index(shape, placed_at->source);
    for (size_t i = 1; i < shape->n_samples; i++) {
        if (str_eq(shape->samples[i - 1][id], shape->samples[i][id]) &&
            shape->samples[i][id].len > 0 && shape->samples[i][at].len == 0)
            return true;
    }
    return false;
}

/* ---- Front ----------------------------------------------------------------------------------- */

void mapping_settle_orders(const struct row_shape *shape, struct mapping *m, struct arena *a)
{
    total_serves(shape, m, a);
    heads_serve(m);
    pay_time_serves(m);
    m->fill_down = is_dated_once(shape, m);
    m->order_per_row = is_sales_sheet(shape, m);
}

bool mapping_lacks(const struct mapping *m, const char *field)
{
    return !mapping_has(m, field) &&
           !(strcmp(field, "placed_at") == 0 && mapping_is_lines_only(m)) &&
           !(strcmp(field, "order_id") == 0 && m->order_per_row);
}

bool mapping_has_orders(const struct mapping *m)
{
    return mapping_has_any(m, prices, ARRAY_LEN(prices)) || is_heads_only(m);
}

/* A bare "id" and a time are in any list. Without a column that says "order", heads may as well be
 * customers, and rows with nothing but an article and a price are a price list. */
bool mapping_may_be_orders(const struct row_shape *shape,
                           const struct yaml_node *synonyms,
                           const struct mapping *m)
{
    static const char *const sold[] = { "quantity", "line_amount", "customer_id" };
    if (m->target.table != NULL || mapping_names_orders(shape, synonyms))
        return true;
    return mapping_has_any(m, prices, ARRAY_LEN(prices)) &&
           mapping_has_any(m, sold, ARRAY_LEN(sold));
}
