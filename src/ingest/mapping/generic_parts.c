/* Several columns of discounts (店铺优惠, 优惠券, 平台券): each is a part, of the shop or of the
 * platform, where what was paid shows in all of the first rows that all of them came off. */
#include "ingest/mapping/generic_samples_priv.h"

#define PARTS_MAX 8

struct parts {
    struct sample_columns samples;
    size_t columns[PARTS_MAX];
    bool is_platform[PARTS_MAX];
    size_t n;
};

static bool says_one(str name, const char *const *some, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (mapping_name_says(name, some[i]))
            return true;
    }
    return false;
}

/* Money off whose payer the name tells; without a word for the platform it is the shop. */
static bool is_part(str name, bool *is_platform)
{
    static const char *const words[] = { "优惠",     "券",     "满减",   "折扣",
                                         "discount", "coupon", "voucher" };
    static const char *const owned[] = { "红包", "立减", "补贴", "抵扣" };
    static const char *const shops[] = { "店铺", "商家", "卖家", "seller", "shop", "store" };
    static const char *const platforms[] = { "平台", "platform" };
    static const char *const none[] = { "总", "合计", "total", "%", "率", "rate", "percent" };
    *is_platform = says_one(name, platforms, ARRAY_LEN(platforms));
    const bool has_owner = *is_platform || says_one(name, shops, ARRAY_LEN(shops));
    return !says_one(name, none, ARRAY_LEN(none)) &&
           (says_one(name, words, ARRAY_LEN(words)) ||
            (has_owner && says_one(name, owned, ARRAY_LEN(owned))));
}

/* Every sample is an amount, or empty. */
static bool holds_money(const struct sample_columns *c, size_t column)
{
    for (size_t i = 0; i < c->shape->n_samples; i++) {
        int64_t v = 0;
        const str s = value_unwrap(c->shape->samples[i][column]);
        if (!value_is_none(FIELD_MONEY, s) && !samples_cell(c, i, column, FIELD_MONEY, &v))
            return false;
    }
    return true;
}

static int64_t money_at(const struct sample_columns *c, size_t row, size_t column)
{
    int64_t v = 0;
    return samples_cell(c, row, column, FIELD_MONEY, &v) ? v : 0;
}

static i128 size_at(const struct sample_columns *c, size_t row, size_t column)
{
    const i128 v = money_at(c, row, column);
    return v < 0 ? -v : v;
}

/* What is left of the row's goods, with what comes beside them, when what was paid is taken away.
 */
static bool row_shows(const struct parts *p, const struct mapping *m, size_t row, i128 parts)
{
    static const char *const totals[] = { "paid", "receivable", "order_total" };
    static const char *const beside[] = { "shipping", "tip", "duty" };
    static const char *const off[] = { "order_discount", "order_discount_platform" };
    const struct sample_columns *c = &p->samples;
    int64_t product = 0;
    int64_t net = 0;
    int64_t total = 0;
    size_t i = 0;
    while (i < ARRAY_LEN(totals) && !mapping_has(m, totals[i]))
        i++;
    if (i == ARRAY_LEN(totals) ||
        !samples_cell(c, row, samples_column(c->shape, m, totals[i]), FIELD_MONEY, &total) ||
        !samples_product(c, row, &product, &net))
        return false;
    i128 rest = (i128)net - total;
    for (size_t k = 0; k < ARRAY_LEN(beside); k++)
        rest += money_at(c, row, samples_column(c->shape, m, beside[k]));
    for (size_t k = 0; k < ARRAY_LEN(off); k++)
        rest -= size_at(c, row, samples_column(c->shape, m, off[k]));
    const i128 tax = money_at(c, row, samples_column(c->shape, m, "order_tax")) +
                     money_at(c, row, samples_column(c->shape, m, "line_tax"));
    return rest == parts || rest + tax == parts;
}

static bool rows_show(const struct parts *p, const struct mapping *m)
{
    bool some = false;
    for (size_t i = 0; i < p->samples.shape->n_samples; i++) {
        int64_t product = 0;
        int64_t net = 0;
        i128 parts = 0;
        if (samples_product(&p->samples, i, &product, &net) && product < 0)
            continue; /* what goes back is told in many ways */
        for (size_t k = 0; k < p->n; k++)
            parts += size_at(&p->samples, i, p->columns[k]);
        if (parts != 0 && !row_shows(p, m, i, parts))
            return false;
        some = some || parts != 0;
    }
    return some;
}

/* field: ["|COLUMN|", ...], with the column that has the field already. */
static void add_sum(const struct parts *p, struct mapping *m, bool is_platform, struct arena *a)
{
    const char *field = is_platform ? "discount_platform" : "discount_merchant";
    struct mapping_term *terms = ARENA_NEW(a, struct mapping_term, PARTS_MAX + 1);
    const struct mapping_column *own = mapping_field(m, field);
    size_t n = 0;
    bool has_parts = false;
    if (terms == NULL || m->sum_count == MAPPING_SUMS_MAX)
        return;
    if (own != NULL)
        terms[n++] = (struct mapping_term){ .column = own->source, .is_size = true };
    for (size_t i = 0; i < p->n; i++) {
        const str column = arena_dup(a, p->samples.shape->columns[p->columns[i]]);
        if (p->is_platform[i] != is_platform || column.ptr == NULL)
            continue;
        has_parts = true;
        terms[n++] = (struct mapping_term){ .column = column, .is_size = true };
    }
    if (!has_parts)
        return;
    if (own != NULL)
        mapping_drop(m, own);
    m->sums[m->sum_count++] = (struct mapping_sum){ str_from(field), { terms, n } };
}

void mapping_add_discounts(const struct row_shape *shape,
                           struct mapping *m,
                           struct arena *a,
                           struct buf *notes,
                           enum lang lang)
{
    struct parts p = { .samples = samples_of(shape, m) };
    if (m->target.table != NULL || m->amount_is_total || m->total_serves ||
        mapping_has(m, "discount_rate") || shape->expand.len > 0)
        return;
    for (size_t i = 0; i < shape->n_columns && p.n < PARTS_MAX; i++) {
        if (!mapping_uses(m, shape->columns[i]) &&
            is_part(shape->columns[i], &p.is_platform[p.n]) && holds_money(&p.samples, i))
            p.columns[p.n++] = i;
    }
    if (p.n == 0 || !rows_show(&p, m))
        return;
    for (size_t i = 0; i < p.n; i++)
        buf_addf(notes,
                 p.is_platform[i] ? tr(lang, "\"%.*s\" is a discount as well, of the platform\n")
                                  : tr(lang, "\"%.*s\" is a discount as well, of the shop\n"),
                 STR_ARG(shape->columns[p.columns[i]]));
    add_sum(&p, m, false, a);
    add_sum(&p, m, true, a);
}
