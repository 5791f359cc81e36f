/* The class of a line of the sales ledger: lines of orders that do not count first, then the
 * row's own word, the mapping's rules, and what any shop means. */
#include "ingest/reading/line_class_priv.h"

static bool sign_fits(enum class_sign wanted, int64_t value)
{
    const enum class_sign is = value > 0   ? CLASS_SIGN_POSITIVE
                               : value < 0 ? CLASS_SIGN_NEGATIVE
                                           : CLASS_SIGN_ZERO;
    return wanted == CLASS_SIGN_ANY || wanted == is;
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
    if (f->is_cancelled || f->is_unpaid)
        return f->is_presale ? LINE_presale : f->is_cancelled ? LINE_cancelled : LINE_unpaid;
    enum line_class given;
    if (f->given.len > 0 && line_class_parse(f->given, &given))
        return given;
    for (size_t i = 0; i < m->rule_count; i++) {
        const struct class_rule *r = &m->rules[i];
        if (sku_fits(r, f->sku) && title_fits(r, f->title) &&
            str_starts(f->order_id, r->order_prefix) && sign_fits(r->quantity, f->quantity) &&
            sign_fits(r->price, f->price_e4))
            return r->line_class;
    }
    if (f->quantity < 0 || f->gross_e4 < 0)
        return LINE_return;
    return f->gross_e4 == 0 ? LINE_giveaway : LINE_sale;
}
