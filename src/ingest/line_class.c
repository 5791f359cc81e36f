/* The class of a line of the sales ledger: lines of orders that do not count first, then the
 * row's own word, the mapping's rules, and what any shop means. */
#include "ingest/line_class_priv.h"

static bool sign_fits(int wanted, int64_t value, bool zero_is_negative)
{
    if (wanted == 0)
        return true;
    if (wanted > 0)
        return value > 0;
    return zero_is_negative ? value == 0 : value < 0;
}

static bool sku_fits(const struct class_rule *r, str sku)
{
    for (size_t i = 0; i < r->sku_count; i++) {
        if (str_eq(r->skus[i], sku))
            return true;
    }
    return r->sku_count == 0;
}

static bool title_fits(const struct class_rule *r, str title)
{
    for (size_t i = 0; i < r->title_count; i++) {
        if (mapping_pattern_fits(r->titles[i], title))
            return true;
    }
    return r->title_count == 0;
}

enum line_class line_class_of(const struct mapping *m, const struct line_facts *f)
{
    if (f->is_cancelled)
        return LINE_cancelled;
    if (f->is_unpaid)
        return f->is_presale ? LINE_presale : LINE_unpaid;
    enum line_class given;
    if (f->given.len > 0 && line_class_parse(f->given, &given))
        return given;
    for (size_t i = 0; i < m->rule_count; i++) {
        const struct class_rule *r = &m->rules[i];
        if (sku_fits(r, f->sku) && title_fits(r, f->title) &&
            str_starts(f->order_id, r->order_prefix) &&
            sign_fits(r->quantity_sign, f->quantity, false) &&
            sign_fits(r->price_sign, f->price_e4, true))
            return r->line_class;
    }
    if (f->quantity < 0 || f->gross_e4 < 0)
        return LINE_return;
    return f->gross_e4 == 0 ? LINE_giveaway : LINE_sale;
}
