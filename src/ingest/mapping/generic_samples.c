/* What the first rows of a generic file say of its columns: of what they are to a line. */
#include "ingest/mapping/generic_samples_priv.h"

size_t samples_column(const struct row_shape *shape, const struct mapping *m, const char *field)
{
    for (size_t i = 0; i < m->column_count; i++) {
        for (size_t k = 0; k < shape->n_columns && str_is(m->columns[i].field, field); k++) {
            if (str_eq(m->columns[i].source, shape->columns[k]))
                return k;
        }
    }
    return shape->n_columns;
}

bool samples_cell(
    const struct sample_columns *c, size_t row, size_t column, enum field_kind kind, int64_t *out)
{
    struct value_rules rules = { .decimal_mark = c->shape->decimal_mark,
                                 .group_mark = c->shape->group_mark,
                                 .share = c->form };
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

bool samples_product(const struct sample_columns *c, size_t row, int64_t *product, int64_t *net)
{
    int64_t quantity = 0;
    int64_t price = 0;
    if (!samples_cell(c, row, c->quantity, FIELD_QUANTITY, &quantity) ||
        !samples_cell(c, row, c->unit_price, FIELD_MONEY, &price) ||
        !i64_mul(quantity, price, product) || *product > MONEY_MAX_E4 || *product < -MONEY_MAX_E4)
        return false;
    *net = *product;
    for (size_t i = 0; i < ARRAY_LEN(c->discounts); i++) {
        int64_t discount = 0;
        if (samples_cell(c, row, c->discounts[i], FIELD_MONEY, &discount))
            *net -= discount < 0 ? -discount : discount;
    }
    int64_t share = 0;
    if (samples_cell(c, row, c->rate, FIELD_SHARE, &share))
        *net -= (int64_t)i128_div_half_even((i128)*product * share, SHARE_ONE);
    return true;
}

bool samples_same_order(const struct sample_columns *c, size_t a, size_t b)
{
    return str_eq(c->shape->samples[a][c->order_id], c->shape->samples[b][c->order_id]);
}

struct sample_columns samples_of(const struct row_shape *shape, const struct mapping *m)
{
    return (struct sample_columns){ .shape = shape,
                                    .order_id = samples_column(shape, m, "order_id"),
                                    .figure = samples_column(shape, m, "line_amount"),
                                    .quantity = samples_column(shape, m, "quantity"),
                                    .unit_price = samples_column(shape, m, "unit_price"),
                                    .discounts = { samples_column(shape, m, "discount_merchant"),
                                                   samples_column(shape, m, "discount_platform"),
                                                   samples_column(shape, m, "discount_creator") },
                                    .rate = samples_column(shape, m, "discount_rate"),
                                    .form = m->discount_form };
}
