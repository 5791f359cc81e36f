/* "Net", "Gross" and the tax or the discount between them: names that say little, for a net may as
 * well be after fees. What the first rows show decides. */
#include "ingest/mapping/generic_samples_priv.h"

static const char *const nets[] = { "net",       "net amount", "net total",
                                    "net value", "total net",  "line net" };
static const char *const grosses[] = { "gross",       "gross amount", "gross total",
                                       "gross value", "total gross",  "line gross" };
static const char *const taxes[] = { "line_tax", "order_tax" };
static const char *const discounts[] = { "discount_merchant", "order_discount" };
static const char *const beside[] = { "shipping", "tip", "duty" };

/* Columns of the file; shape->n_columns: none. */
struct net_columns {
    struct sample_columns samples;
    size_t net, gross, tax, discount;
};

/* Of no other use to the mapping. */
static size_t free_column(const struct row_shape *shape,
                          const struct mapping *m,
                          const char *const *names,
                          size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const str *found = mapping_column_find(shape, str_from(names[i]));
        if (found != NULL && !mapping_uses(m, *found))
            return (size_t)(found - shape->columns);
    }
    return shape->n_columns;
}

static size_t mapped_column(const struct row_shape *shape,
                            const struct mapping *m,
                            const char *const *fields,
                            size_t n)
{
    size_t found = shape->n_columns;
    for (size_t i = 0; i < n && found == shape->n_columns; i++)
        found = samples_column(shape, m, fields[i]);
    return found;
}

static i128 size_at(const struct net_columns *c, size_t row, size_t column)
{
    int64_t value = 0;
    (void)samples_cell(&c->samples, row, column, FIELD_MONEY, &value);
    return value < 0 ? -(i128)value : value;
}

/* In each row the gross is the net and this; some row has it. */
static bool is_between(const struct net_columns *c, size_t column)
{
    const struct row_shape *shape = c->samples.shape;
    bool some = false;
    for (size_t i = 0; i < shape->n_samples && column < shape->n_columns; i++) {
        const i128 part = size_at(c, i, column);
        if (size_at(c, i, c->gross) != size_at(c, i, c->net) + part)
            return false;
        some = some || part != 0;
    }
    return some;
}

/* In each row quantity x price, before or after the discount, is the gross: prices hold their tax.
 */
static bool is_gross_product(const struct net_columns *c)
{
    for (size_t i = 0; i < c->samples.shape->n_samples; i++) {
        int64_t product = 0;
        int64_t net = 0;
        if (!samples_product(&c->samples, i, &product, &net))
            return false;
        const i128 gross = size_at(c, i, c->gross);
        if ((product < 0 ? -(i128)product : product) != gross &&
            (net < 0 ? -(i128)net : net) != gross)
            return false;
    }
    return c->samples.shape->n_samples > 0;
}

static void drop_all(struct mapping *m, const char *const *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct mapping_column *column = mapping_field(m, fields[i]);
        if (column != NULL)
            mapping_drop(m, column);
    }
}

/* The other of the two is no amount that is missing. */
static void take_amount(const struct net_columns *c,
                        struct mapping *m,
                        size_t column,
                        struct arena *a)
{
    const struct row_shape *shape = c->samples.shape;
    const str copy = arena_dup(a, shape->columns[column]);
    m->told_apart = arena_dup(a, shape->columns[column == c->net ? c->gross : c->net]);
    if (copy.ptr != NULL && m->column_count < MAPPING_COLUMNS_MAX)
        m->columns[m->column_count++] =
            (struct mapping_column){ .source = copy, .field = STR("line_amount") };
}

void mapping_take_net(const struct row_shape *shape, struct mapping *m, struct arena *a)
{
    static const char *const price[] = { "unit_price" };
    const struct net_columns c = {
        .samples = samples_of(shape, m),
        .net = free_column(shape, m, nets, ARRAY_LEN(nets)),
        .gross = free_column(shape, m, grosses, ARRAY_LEN(grosses)),
        .tax = mapped_column(shape, m, taxes, ARRAY_LEN(taxes)),
        .discount = mapped_column(shape, m, discounts, ARRAY_LEN(discounts)),
    };
    const bool has_price = mapping_has(m, price[0]);
    if (mapping_has(m, "line_amount") || c.net == shape->n_columns || c.gross == shape->n_columns)
        return;
    if (is_between(&c, c.tax)) {
        if (!has_price || is_gross_product(&c)) {
            drop_all(m, price, ARRAY_LEN(price));
            drop_all(m, discounts, ARRAY_LEN(discounts)); /* a net is after them */
        }
        take_amount(&c, m, c.net, a);
        m->amounts_without_tax = true;
    } else if (!has_price && is_between(&c, c.discount)) {
        take_amount(&c, m, c.gross, a);
    }
}

/* ---- What totals show of the tax ------------------------------------------------------------- */

static i128 sum_at(const struct net_columns *c,
                   const struct mapping *m,
                   size_t row,
                   const char *const *fields,
                   size_t n)
{
    i128 sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += size_at(c, row, samples_column(c->samples.shape, m, fields[i]));
    return sum;
}

static bool is_alone(const struct net_columns *c, size_t row)
{
    const struct row_shape *shape = c->samples.shape;
    bool alone = true;
    for (size_t i = 0; i < shape->n_samples && c->samples.order_id < shape->n_columns; i++)
        alone = alone && (i == row || !samples_same_order(&c->samples, i, row));
    return alone;
}

/* What the total of an order of one row says: it is the amount, before or after the discount, with
 * or without the tax that stands beside it. */
static enum tax_word row_says(const struct net_columns *c,
                              const struct mapping *m,
                              size_t row,
                              size_t total_at)
{
    const i128 tax = size_at(c, row, c->tax);
    const i128 total = size_at(c, row, total_at);
    const i128 discount = sum_at(c, m, row, discounts, ARRAY_LEN(discounts));
    i128 goods = size_at(c, row, c->samples.figure);
    int64_t product = 0;
    int64_t net = 0;
    if (goods == 0 && samples_product(&c->samples, row, &product, &net))
        goods = product < 0 ? -(i128)product : product;
    const i128 due = goods + sum_at(c, m, row, beside, ARRAY_LEN(beside));
    const bool is_without = total == due + tax || total == due + tax - discount;
    const bool is_with = total == due || total == due - discount;
    if (goods == 0 || tax == 0 || is_with == is_without || !is_alone(c, row))
        return TAX_UNSAID;
    return is_with ? TAX_WITH : TAX_WITHOUT;
}

/* What buyers have paid shows both; a total may as well be one before the tax. */
void mapping_ask_tax(const struct row_shape *shape, struct mapping *m)
{
    static const char *const totals[] = { "paid", "order_total" };
    const struct net_columns c = { .samples = samples_of(shape, m),
                                   .tax = mapped_column(shape, m, taxes, ARRAY_LEN(taxes)) };
    size_t with = 0;
    size_t without = 0;
    for (size_t k = 0; k < ARRAY_LEN(totals); k++) {
        const size_t total_at = samples_column(shape, m, totals[k]);
        for (size_t row = 0; row < shape->n_samples && total_at < shape->n_columns; row++) {
            const enum tax_word says = row_says(&c, m, row, total_at);
            with += says == TAX_WITH && k == 0;
            without += says == TAX_WITHOUT;
        }
    }
    if (m->amounts_without_tax || m->amounts_with_tax || (with == 0) == (without == 0))
        return;
    m->tax_is_shown = true;
    m->amounts_with_tax = with > 0;
    m->amounts_without_tax = without > 0;
}
