/* Which amount a column of a generic file holds, told by what stands in it: the line's, or the
 * order's that each of its lines repeats. */
#include "ingest/mapping/generic_priv.h"

/* What the sample rows say of a line. */
struct sample_columns {
    const struct row_shape *shape;
    size_t order_id, figure, quantity, unit_price;
    size_t discounts[3];
};

static size_t column_of(const struct row_shape *shape, const struct mapping *m, const char *field)
{
    for (size_t i = 0; i < m->column_count; i++) {
        for (size_t k = 0; k < shape->n_columns && str_is(m->columns[i].field, field); k++) {
            if (str_eq(m->columns[i].source, shape->columns[k]))
                return k;
        }
    }
    return shape->n_columns;
}

static bool read_cell(
    const struct sample_columns *c, size_t row, size_t column, enum field_kind kind, int64_t *out)
{
    struct value_rules rules = { .decimal_mark = c->shape->decimal_mark,
                                 .group_mark = c->shape->group_mark };
    struct cell cell;
    if (column >= c->shape->n_columns)
        return false;
    row_shape_column_marks(c->shape, column, &rules.decimal_mark, &rules.group_mark);
    if (value_read(kind, &rules, NULL, NULL, c->shape->samples[row][column], &cell) != NULL ||
        cell.is_null)
        return false;
    *out = cell.i64;
    return true;
}

/* Quantity x price of the row, and the same less its discounts. */
static bool row_product(const struct sample_columns *c, size_t row, int64_t *product, int64_t *net)
{
    int64_t quantity = 0;
    int64_t price = 0;
    if (!read_cell(c, row, c->quantity, FIELD_QUANTITY, &quantity) ||
        !read_cell(c, row, c->unit_price, FIELD_MONEY, &price) ||
        !i64_mul(quantity, price, product) || *product > MONEY_MAX_E4 || *product < -MONEY_MAX_E4)
        return false;
    *net = *product;
    for (size_t i = 0; i < ARRAY_LEN(c->discounts); i++) {
        int64_t discount = 0;
        if (read_cell(c, row, c->discounts[i], FIELD_MONEY, &discount))
            *net -= discount < 0 ? -discount : discount;
    }
    return true;
}

static bool same_order(const struct sample_columns *c, size_t a, size_t b)
{
    return str_eq(c->shape->samples[a][c->order_id], c->shape->samples[b][c->order_id]);
}

static bool is_first_row(const struct sample_columns *c, size_t row)
{
    for (size_t i = 0; i < row; i++) {
        if (same_order(c, i, row))
            return false;
    }
    return true;
}

enum says { SAYS_NOTHING, SAYS_ORDER, SAYS_LINE };

/* What the order whose first row this is says of the figure. Of the order it is when all its lines,
 * several, repeat it and it is either their sum, or what none of them comes to while they differ.
 */
static enum says order_says(const struct sample_columns *c, size_t first)
{
    int64_t figure = 0;
    int64_t product = 0;
    int64_t net = 0;
    if (!read_cell(c, first, c->figure, FIELD_MONEY, &figure) ||
        !row_product(c, first, &product, &net))
        return SAYS_NOTHING;
    const int64_t of_first = product;
    i128 sum = 0;
    i128 sum_net = 0;
    size_t lines = 0;
    bool differ = false;
    bool fits = false;
    for (size_t i = first; i < c->shape->n_samples; i++) {
        int64_t same = 0;
        if (!same_order(c, first, i))
            continue;
        if (!read_cell(c, i, c->figure, FIELD_MONEY, &same) || !row_product(c, i, &product, &net))
            return SAYS_NOTHING;
        if (same != figure)
            return SAYS_LINE;
        fits = fits || figure == product || figure == net;
        differ = differ || product != of_first;
        sum += product;
        sum_net += net;
        lines++;
    }
    if (lines < 2 || figure == 0)
        return SAYS_NOTHING;
    return figure == sum || figure == sum_net || (differ && !fits) ? SAYS_ORDER : SAYS_NOTHING;
}

static bool is_order_sum(const struct sample_columns *c)
{
    bool is_sum = false;
    for (size_t i = 0; i < c->shape->n_samples; i++) {
        if (!is_first_row(c, i))
            continue;
        const enum says says = order_says(c, i);
        if (says == SAYS_LINE)
            return false;
        is_sum = is_sum || says == SAYS_ORDER;
    }
    return is_sum;
}

void mapping_drop_order_sum(const struct row_shape *shape, struct mapping *m)
{
    const struct sample_columns c = { .shape = shape,
                                      .order_id = column_of(shape, m, "order_id"),
                                      .figure = column_of(shape, m, "line_amount"),
                                      .quantity = column_of(shape, m, "quantity"),
                                      .unit_price = column_of(shape, m, "unit_price"),
                                      .discounts = { column_of(shape, m, "discount_merchant"),
                                                     column_of(shape, m, "discount_platform"),
                                                     column_of(shape, m, "discount_creator") } };
    const size_t none = shape->n_columns;
    if (m->target.table != NULL || c.order_id == none || c.figure == none || c.quantity == none ||
        c.unit_price == none || !is_order_sum(&c))
        return;
    size_t kept = 0;
    for (size_t i = 0; i < m->column_count; i++) {
        if (str_is(m->columns[i].field, "line_amount"))
            m->order_sum = m->columns[i].source;
        else
            m->columns[kept++] = m->columns[i];
    }
    m->column_count = kept;
}
