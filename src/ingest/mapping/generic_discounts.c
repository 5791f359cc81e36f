/* A line's discount as a share of its price: 20 %, 0.2, 8折. The rows tell which, by what is left
 * to pay of quantity x price; where none does, the header and the signs behind the numbers. */
#include "ingest/mapping/generic_samples_priv.h"

/* What a column of discounts may hold: amounts, or shares in one of their forms. */
enum holds {
    HOLDS_AMOUNTS,
    HOLDS_PERCENT,
    HOLDS_SHARE,
    HOLDS_PAID,
    HOLDS_SIGNED,
    HOLDS_COUNT,
    HOLDS_ANYTHING
};

static const enum share_form forms[HOLDS_COUNT] = {
    [HOLDS_PERCENT] = SHARE_PERCENT,
    [HOLDS_SHARE] = SHARE_OF_ONE,
    [HOLDS_PAID] = SHARE_PAID,
    [HOLDS_SIGNED] = SHARE_SIGNED,
};

/* ---- What rows show -------------------------------------------------------------------------- */

static bool is_alone(const struct sample_columns *c, size_t row)
{
    for (size_t i = 0; c->order_id < c->shape->n_columns && i < c->shape->n_samples; i++) {
        if (i != row && samples_same_order(c, i, row))
            return false;
    }
    return true;
}

/* The file tells of an order what its total has in it beside the goods. */
static bool has_more_than_goods(const struct mapping *m)
{
    static const char *const beside[] = { "shipping",
                                          "tip",
                                          "duty",
                                          "order_tax",
                                          "line_tax",
                                          "order_discount",
                                          "order_discount_platform",
                                          "discount_platform",
                                          "discount_creator" };
    return mapping_has_any(m, beside, ARRAY_LEN(beside));
}

/* What was left to pay of the line: its amount, or what was paid for an order of one line. */
static bool left_to_pay(const struct sample_columns *c,
                        const struct mapping *m,
                        size_t row,
                        int64_t *out)
{
    static const char *const of_order[] = { "paid", "order_total" };
    if (samples_cell(c, row, c->figure, FIELD_MONEY, out))
        return true;
    if (mapping_has(m, "discount_merchant") || has_more_than_goods(m) || !is_alone(c, row))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(of_order); i++) {
        if (samples_cell(c, row, samples_column(c->shape, m, of_order[i]), FIELD_MONEY, out))
            return true;
    }
    return false;
}

/* Whether the row's discount, read so, is what the line lacks, up to rounding. */
static bool row_fits(struct sample_columns *c, size_t row, enum holds as, i128 product, i128 left)
{
    int64_t quantity = 0;
    int64_t v = 0;
    c->form = forms[as];
    if (!samples_cell(c, row, c->rate, as == HOLDS_AMOUNTS ? FIELD_MONEY : FIELD_SHARE, &v) ||
        !samples_cell(c, row, c->quantity, FIELD_QUANTITY, &quantity))
        return false;
    const i128 off = as == HOLDS_AMOUNTS ? v : i128_div_half_even(product * v, SHARE_ONE);
    const i128 miss = product - (off < 0 ? -off : off) - left;
    const i128 slack = (i128)50 * ((quantity < 0 ? -quantity : quantity) + 1); /* half cents */
    return miss <= slack && miss >= -slack;
}

/* What fits most rows that show a discount, more than half of them, and all where the header says
 * an amount; ANYTHING: none, or several. */
static enum holds shown(struct sample_columns c, const struct mapping *m)
{
    size_t fits[HOLDS_COUNT] = { 0 };
    size_t rows = 0;
    for (size_t i = 0; i < c.shape->n_samples; i++) {
        int64_t product = 0;
        int64_t net = 0;
        int64_t left = 0;
        if (!samples_product(&c, i, &product, &net) || !left_to_pay(&c, m, i, &left) ||
            product <= 0 || left == product || left < 0)
            continue;
        rows++;
        for (enum holds as = HOLDS_AMOUNTS; as < HOLDS_SIGNED; as++)
            fits[as] += row_fits(&c, i, as, product, left);
    }
    enum holds best = HOLDS_AMOUNTS;
    bool is_tie = false;
    for (enum holds as = HOLDS_PERCENT; as < HOLDS_SIGNED; as++) {
        is_tie = fits[as] == fits[best] || (is_tie && fits[as] < fits[best]);
        best = fits[as] > fits[best] ? as : best;
    }
    const size_t least = mapping_has(m, "discount_merchant") ? rows : rows / 2 + 1;
    return is_tie || fits[best] < least ? HOLDS_ANYTHING : best;
}

/* ---- What the header and signs say ----------------------------------------------------------- */

struct signs {
    size_t values; /* that are not 0 */
    size_t percents, tenths;
    size_t below_one; /* or 1, without a sign */
};

static struct signs signs_of(struct sample_columns c)
{
    struct signs s = { 0 };
    c.form = SHARE_OF_ONE;
    for (size_t i = 0; i < c.shape->n_samples; i++) {
        const str text = value_unwrap(c.shape->samples[i][c.rate]);
        const bool is_percent = str_ends(text, STR("%"));
        const bool is_tenths = str_ends(text, STR("折"));
        int64_t v = 0;
        const bool is_share = samples_cell(&c, i, c.rate, FIELD_SHARE, &v);
        if (is_share ? v == 0 : !samples_cell(&c, i, c.rate, FIELD_REAL, &v))
            continue;
        s.values++;
        s.percents += is_percent;
        s.tenths += is_tenths;
        s.below_one += is_share && !is_percent && !is_tenths;
    }
    return s;
}

/* 折扣率 of 80 % is what some take off and others leave to pay. */
static enum holds said(const struct sample_columns *c, bool is_rate)
{
    const str name = c->shape->columns[c->rate];
    const struct signs s = signs_of(*c);
    if (s.values > 0 && s.percents + s.tenths == s.values)
        return s.percents > 0 && mapping_name_says(name, "折扣率") ? HOLDS_ANYTHING : HOLDS_SIGNED;
    if (!is_rate)
        return HOLDS_AMOUNTS;
    const bool is_small = s.values > 0 && s.below_one == s.values;
    if (mapping_name_says(name, "折扣"))
        return is_small && !mapping_name_says(name, "折扣率") ? HOLDS_PAID : HOLDS_ANYTHING;
    return is_small ? HOLDS_SHARE : HOLDS_PERCENT;
}

/* ---- */

void mapping_settle_discount(const struct row_shape *shape,
                             struct mapping *m,
                             struct buf *notes,
                             enum lang lang)
{
    struct mapping_column *amount = mapping_field(m, "discount_merchant");
    struct mapping_column *rate = mapping_field(m, "discount_rate");
    struct mapping_column *column = rate != NULL ? rate : amount;
    struct sample_columns c = samples_of(shape, m);
    if (column == NULL || (rate != NULL && amount != NULL)) /* an amount tells more */
        return;
    const bool has_price = c.quantity < shape->n_columns && c.unit_price < shape->n_columns;
    c.rate = samples_column(shape, m, rate != NULL ? "discount_rate" : "discount_merchant");
    if (c.rate == shape->n_columns)
        return;
    enum holds as = has_price ? shown(c, m) : HOLDS_ANYTHING;
    if (as == HOLDS_ANYTHING)
        as = said(&c, rate != NULL);
    const bool is_amount = as == HOLDS_AMOUNTS;
    if (as == HOLDS_ANYTHING || (!is_amount && !has_price)) {
        if (rate != NULL)
            mapping_drop(m, rate); /* told with those that are not used */
        return;
    }
    column->field = is_amount ? STR("discount_merchant") : STR("discount_rate");
    m->discount_form = forms[as];
    if (as == HOLDS_PAID)
        buf_addf(notes,
                 tr(lang, "\"%.*s\" is the share of the price that is left to pay\n"),
                 STR_ARG(column->source));
    else if (!is_amount)
        buf_addf(notes,
                 tr(lang, "\"%.*s\" is a discount as a share of the price\n"),
                 STR_ARG(column->source));
}
