/* Which amount a column of a generic file holds, told by what stands in it: the line's or the
 * order's that its lines repeat, before or after the discount. */
#include "ingest/look_priv.h"
#include "ingest/mapping/generic_samples_priv.h"

static bool is_first_row(const struct sample_columns *c, size_t row)
{
    for (size_t i = 0; i < row; i++) {
        if (samples_same_order(c, i, row))
            return false;
    }
    return true;
}

enum says { SAYS_NOTHING, SAYS_ORDER, SAYS_LINE };

/* What the order whose first row this is says of the figure. Of the order it is when all its lines,
 * several, repeat it, or the first alone has it, and it is either their sum, or what none of them
 * comes to while they differ. */
static enum says order_says(const struct sample_columns *c, size_t first)
{
    int64_t figure = 0;
    int64_t product = 0;
    int64_t net = 0;
    if (!samples_cell(c, first, c->figure, FIELD_MONEY, &figure) ||
        !samples_product(c, first, &product, &net))
        return SAYS_NOTHING;
    const int64_t of_first = product;
    i128 sum = 0;
    i128 sum_net = 0;
    size_t lines = 0;
    size_t silent = 0;
    bool differ = false;
    bool fits = false;
    for (size_t i = first; i < c->shape->n_samples; i++) {
        int64_t same = figure;
        if (!samples_same_order(c, first, i))
            continue;
        silent += samples_cell(c, i, c->figure, FIELD_MONEY, &same) ? 0 : 1;
        if (!samples_product(c, i, &product, &net))
            return SAYS_NOTHING;
        if (same != figure)
            return SAYS_LINE;
        fits = fits || figure == product || figure == net;
        differ = differ || product != of_first;
        sum += product;
        sum_net += net;
        lines++;
    }
    if (lines < 2 || figure == 0 || (silent > 0 && silent + 1 != lines))
        return SAYS_NOTHING;
    return figure == sum || figure == sum_net || (silent == 0 && differ && !fits) ? SAYS_ORDER
                                                                                  : SAYS_NOTHING;
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

/* Without a column taken for line_amount that is the order's amount: quantity x price counts. */
static void drop_order_sum(const struct row_shape *shape,
                           struct mapping *m,
                           struct buf *notes,
                           enum lang lang)
{
    const struct sample_columns c = samples_of(shape, m);
    const size_t none = shape->n_columns;
    if (c.order_id == none || c.figure == none || c.quantity == none || c.unit_price == none ||
        !is_order_sum(&c))
        return;
    size_t kept = 0;
    for (size_t i = 0; i < m->column_count; i++) {
        if (str_is(m->columns[i].field, "line_amount"))
            m->told_apart = m->columns[i].source;
        else
            m->columns[kept++] = m->columns[i];
    }
    m->column_count = kept;
    buf_addf(notes,
             tr(lang,
                "\"%.*s\" repeats the order's amount on each of its lines: it is no amount of "
                "a line, quantity x price counts\n"),
             STR_ARG(m->told_apart));
}

/* ---- Amounts of the order or of its lines ---------------------------------------------------- */

/* Rows of one order have other amounts more often than they repeat one. */
static bool differs_in_orders(const struct sample_columns *c)
{
    size_t differ = 0;
    size_t repeat = 0;
    for (size_t i = 0; i < c->shape->n_samples; i++) {
        int64_t one = 0;
        if (!samples_cell(c, i, c->figure, FIELD_MONEY, &one) || one == 0)
            continue;
        for (size_t k = 0; k < i; k++) {
            int64_t other = 0;
            if (!samples_same_order(c, i, k) ||
                !samples_cell(c, k, c->figure, FIELD_MONEY, &other) || other == 0)
                continue;
            differ += one != other;
            repeat += one == other;
        }
    }
    return differ > repeat;
}

static const struct {
    const char *of_order;
    const char *of_line;
} levels[] = { { "order_discount", "discount_merchant" },
               { "order_discount_platform", "discount_platform" },
               { "order_tax", "line_tax" } };

/* "Discounts" and "Taxes" are the order's by their names; where lines have their own they are those
 * of the lines. */
static void give_to_lines(const struct row_shape *shape, struct mapping *m)
{
    struct sample_columns c = samples_of(shape, m);
    for (size_t i = 0; i < ARRAY_LEN(levels) && c.order_id < shape->n_columns; i++) {
        struct mapping_column *order = mapping_field(m, levels[i].of_order);
        c.figure = samples_column(shape, m, levels[i].of_order);
        if (order != NULL && mapping_field(m, levels[i].of_line) == NULL && differs_in_orders(&c))
            order->field = str_from(levels[i].of_line);
    }
}

/* Sum of the row's cells in the columns of these fields. */
static i128 sum_of(const struct sample_columns *c,
                   const struct mapping *m,
                   size_t row,
                   const char *const *fields,
                   size_t n)
{
    i128 sum = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t one = 0;
        if (samples_cell(c, row, samples_column(c->shape, m, fields[i]), FIELD_MONEY, &one))
            sum += one;
    }
    return sum;
}

/* What the order whose first row this is says of a discount that all its rows repeat: its total is
 * after one of them, or after as many as it has lines. */
static enum says discount_says(const struct sample_columns *c,
                               const struct mapping *m,
                               size_t first)
{
    static const char *const beside[] = { "shipping", "tip", "duty" };
    static const char *const taxes[] = { "order_tax" };
    const size_t total_at = samples_column(c->shape, m, "order_total");
    int64_t total = 0;
    int64_t discount = 0;
    i128 goods = 0;
    i128 lines = 0;
    if (!samples_cell(c, first, total_at, FIELD_MONEY, &total) ||
        !samples_cell(c, first, c->discounts[0], FIELD_MONEY, &discount) || discount <= 0)
        return SAYS_NOTHING;
    for (size_t i = first; i < c->shape->n_samples; i++) {
        int64_t product = 0;
        int64_t net = 0;
        int64_t same = 0;
        if (!samples_same_order(c, first, i))
            continue;
        if (!samples_cell(c, i, c->discounts[0], FIELD_MONEY, &same) || same != discount ||
            !samples_product(c, i, &product, &net))
            return SAYS_NOTHING;
        goods += product;
        lines++;
    }
    const i128 rest = goods + sum_of(c, m, first, beside, ARRAY_LEN(beside)) - total;
    const i128 tax = sum_of(c, m, first, taxes, ARRAY_LEN(taxes));
    if (lines < 2)
        return SAYS_NOTHING;
    if (rest == discount || rest + tax == discount)
        return SAYS_ORDER;
    return rest == discount * lines || rest + tax == discount * lines ? SAYS_LINE : SAYS_NOTHING;
}

/* "Discount Amount" is a line's by its name; where totals show that it is the order's, which its
 * lines repeat, it is that. */
static void give_to_orders(const struct row_shape *shape, struct mapping *m)
{
    const struct sample_columns c = samples_of(shape, m);
    struct mapping_column *discount = mapping_field(m, "discount_merchant");
    bool is_order = false;
    if (discount == NULL || mapping_has(m, "order_discount") || c.order_id == shape->n_columns ||
        !mapping_has(m, "order_total"))
        return;
    for (size_t i = 0; i < shape->n_samples; i++) {
        const enum says says = is_first_row(&c, i) ? discount_says(&c, m, i) : SAYS_NOTHING;
        if (says == SAYS_LINE)
            return;
        is_order = is_order || says == SAYS_ORDER;
    }
    if (is_order)
        discount->field = STR("order_discount");
}

/* ---- Before or after the discount ------------------------------------------------------------ */

/* In each row the column is the amount and its discount, and there is one. */
static bool is_before_discount(const struct sample_columns *c, size_t column, size_t discount)
{
    bool some = false;
    for (size_t i = 0; i < c->shape->n_samples; i++) {
        int64_t after = 0;
        int64_t before = 0;
        int64_t off = 0;
        const bool has_after = samples_cell(c, i, c->figure, FIELD_MONEY, &after);
        if (has_after != samples_cell(c, i, column, FIELD_MONEY, &before))
            return false;
        if (has_after && samples_cell(c, i, discount, FIELD_MONEY, &off) && off != 0) {
            const i128 size = off < 0 ? -(i128)off : off;
            after = (int64_t)(before < 0 ? after - size : after + size);
            some = true;
        }
        if (after != before)
            return false;
    }
    return some;
}

/* Where no quantity x price tells whether a line's amount is before or after its discount, a column
 * may that nothing else is read from: "Net sales" is "Gross sales" less "Discounts". */
static void take_before_discount(const struct row_shape *shape,
                                 struct mapping *m,
                                 struct arena *a,
                                 struct buf *notes,
                                 enum lang lang)
{
    const struct sample_columns c = samples_of(shape, m);
    const size_t none = shape->n_columns;
    struct mapping_column *amount = mapping_field(m, "line_amount");
    struct mapping_column *of_order = mapping_field(m, "order_discount");
    const bool is_of_order = c.discounts[0] == none && of_order != NULL;
    const size_t discount =
        is_of_order ? samples_column(shape, m, "order_discount") : c.discounts[0];
    if (amount == NULL || discount == none || (c.quantity != none && c.unit_price != none))
        return;
    for (size_t i = 0; i < none; i++) {
        const str before = look_field_of(m, shape, i) == NULL && is_before_discount(&c, i, discount)
                               ? arena_dup(a, shape->columns[i])
                               : STR_EMPTY;
        if (before.len == 0)
            continue;
        m->told_apart = amount->source;
        amount->source = before;
        if (is_of_order && of_order != NULL)
            of_order->field = STR("discount_merchant");
        buf_addf(notes,
                 tr(lang,
                    "\"%.*s\" is \"%.*s\" less the discount: the latter is the amount of a line\n"),
                 STR_ARG(m->told_apart),
                 STR_ARG(before));
        return;
    }
}

/* In each row quantity x this column, less the discount, is quantity x price; some row shows it. */
static bool is_price_before(const struct sample_columns *c, size_t column)
{
    struct sample_columns before = *c;
    bool some = false;
    before.unit_price = column;
    for (size_t i = 0; i < c->shape->n_samples; i++) {
        int64_t quantity = 0;
        int64_t product = 0;
        int64_t whole = 0;
        int64_t net = 0;
        int64_t ignored = 0;
        const bool has_price = samples_product(c, i, &product, &ignored);
        if (has_price != samples_product(&before, i, &whole, &net))
            return false;
        if (!has_price)
            continue;
        (void)samples_cell(c, i, c->quantity, FIELD_QUANTITY, &quantity);
        const i128 slack = (i128)50 * (quantity < 0 ? -quantity : quantity); /* half cents */
        const i128 miss = (i128)net - product;
        if (miss > slack || miss < -slack)
            return false;
        some = some || (net != whole && whole != product);
    }
    return some;
}

/* 成交价 beside 标价 and 优惠: a price that has the discount in it is no price to take it off. */
static void take_price_before(const struct row_shape *shape,
                              struct mapping *m,
                              struct arena *a,
                              struct buf *notes,
                              enum lang lang)
{
    const struct sample_columns c = samples_of(shape, m);
    struct mapping_column *price = mapping_field(m, "unit_price");
    if (price == NULL || c.quantity == shape->n_columns || c.discounts[0] == shape->n_columns ||
        c.figure < shape->n_columns) /* the line's amount tells */
        return;
    for (size_t i = 0; i < shape->n_columns; i++) {
        if (look_field_of(m, shape, i) != NULL || !is_price_before(&c, i))
            continue;
        m->told_apart = price->source;
        price->source = arena_dup(a, shape->columns[i]);
        buf_addf(
            notes,
            tr(lang, "\"%.*s\" is \"%.*s\" less the discount: the latter is the price of a line\n"),
            STR_ARG(m->told_apart),
            STR_ARG(price->source));
        return;
    }
}

/* ---- With or without tax ----------------------------------------------------------------------
 */

/* Headers say whether prices and amounts hold tax. Where they say different things the amounts
 * count, and no price beside them; where one says nothing it is as the other. */
static void settle_tax(struct mapping *m, struct buf *notes, enum lang lang)
{
    struct mapping_column *price = mapping_field(m, "unit_price");
    const struct mapping_column *amount = mapping_field(m, "line_amount");
    const enum tax_word of_price = price == NULL ? TAX_UNSAID : mapping_tax_word(price->source);
    const enum tax_word of_amount = amount == NULL ? TAX_UNSAID : mapping_tax_word(amount->source);
    const enum tax_word word = of_amount != TAX_UNSAID ? of_amount : of_price;
    m->amounts_without_tax = m->amounts_without_tax || word == TAX_WITHOUT;
    m->amounts_with_tax = word == TAX_WITH;
    if (of_price != TAX_UNSAID && word != of_price)
        mapping_drop(m, price);
    const struct mapping_column *shipping = mapping_field(m, "shipping");
    if (shipping != NULL && mapping_tax_word(shipping->source) == TAX_WITHOUT &&
        !m->amounts_without_tax)
        mapping_drop(m, shipping);
    if (word == TAX_WITH && !mapping_has(m, "line_tax") && !mapping_has(m, "order_tax"))
        buf_adds(
            notes,
            tr(lang, "prices hold tax, and no column says how much: it stays in the figures\n"));
}

void mapping_settle_amounts(const struct row_shape *shape,
                            struct mapping *m,
                            struct arena *a,
                            struct buf *notes,
                            enum lang lang)
{
    if (m->target.table != NULL)
        return;
    settle_tax(m, notes, lang);
    mapping_settle_discount(shape, m, notes, lang);
    take_price_before(shape, m, a, notes, lang);
    drop_order_sum(shape, m, notes, lang);
    if (!m->amount_is_total) {
        take_before_discount(shape, m, a, notes, lang);
        give_to_lines(shape, m);
        give_to_orders(shape, m);
        mapping_ask_tax(shape, m);
    }
    mapping_settle_kinds(shape, m, a, notes, lang);
}
