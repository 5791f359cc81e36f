/* The class of a line of the sales ledger: lines of orders that do not count first, then the
 * row's own word, the mapping's rules, and what any shop means. */
#include "ingest/reading/line_class_priv.h"

/* What lines that are no goods are called, where no preset says how its platform writes them.
 * A name that goods may have, too, is none ("Gift card holder", a mug called "Discount"). */
static const struct {
    const char *pattern; /* of the whole name */
    enum class_sign quantity;
    enum class_sign price;
    enum line_class line_class;
} names[] = {
#define ANY      CLASS_SIGN_ANY
#define POSITIVE CLASS_SIGN_POSITIVE
#define NEGATIVE CLASS_SIGN_NEGATIVE
    { "shipping", ANY, ANY, LINE_shipping },
    { "shipping:*", ANY, ANY, LINE_shipping },
    { "shipping -*", ANY, ANY, LINE_shipping },
    { "shipping (*", ANY, ANY, LINE_shipping },
    { "shipping charge", ANY, ANY, LINE_shipping },
    { "shipping charges", ANY, ANY, LINE_shipping },
    { "shipping cost", ANY, ANY, LINE_shipping },
    { "shipping costs", ANY, ANY, LINE_shipping },
    { "shipping fee", ANY, ANY, LINE_shipping },
    { "shipping & handling", ANY, ANY, LINE_shipping },
    { "shipping and handling", ANY, ANY, LINE_shipping },
    { "postage", ANY, ANY, LINE_shipping },
    { "postage:*", ANY, ANY, LINE_shipping },
    { "postage -*", ANY, ANY, LINE_shipping },
    { "postage (*", ANY, ANY, LINE_shipping },
    { "postage & packing", ANY, ANY, LINE_shipping },
    { "postage and packing", ANY, ANY, LINE_shipping },
    { "postage & packaging", ANY, ANY, LINE_shipping },
    { "postage and packaging", ANY, ANY, LINE_shipping },
    { "p&p", ANY, ANY, LINE_shipping },
    { "carriage", ANY, ANY, LINE_shipping },
    { "freight", ANY, ANY, LINE_shipping },
    { "delivery", ANY, ANY, LINE_shipping },
    { "delivery charge", ANY, ANY, LINE_shipping },
    { "delivery fee", ANY, ANY, LINE_shipping },
    { "delivery cost", ANY, ANY, LINE_shipping },
    { "运费", ANY, ANY, LINE_shipping },
    { "邮费", ANY, ANY, LINE_shipping },
    { "快递费", ANY, ANY, LINE_shipping },
    { "配送费", ANY, ANY, LINE_shipping },
    { "补邮费", ANY, ANY, LINE_shipping },
    { "补运费", ANY, ANY, LINE_shipping },
    { "邮费补差", ANY, ANY, LINE_shipping },
    { "运费补差", ANY, ANY, LINE_shipping },
    { "discount", ANY, NEGATIVE, LINE_discount },
    { "discount", NEGATIVE, ANY, LINE_discount },
    { "discount *", POSITIVE, NEGATIVE, LINE_discount },
    { "discount:*", POSITIVE, NEGATIVE, LINE_discount },
    { "* discount", POSITIVE, NEGATIVE, LINE_discount },
    { "coupon", ANY, NEGATIVE, LINE_discount },
    { "coupon", NEGATIVE, ANY, LINE_discount },
    { "coupon *", POSITIVE, NEGATIVE, LINE_discount },
    { "coupon:*", POSITIVE, NEGATIVE, LINE_discount },
    { "优惠", ANY, NEGATIVE, LINE_discount },
    { "折扣", ANY, NEGATIVE, LINE_discount },
    { "整单优惠", ANY, NEGATIVE, LINE_discount },
    { "优惠券", ANY, NEGATIVE, LINE_discount },
    { "店铺优惠", ANY, NEGATIVE, LINE_discount },
    { "满减", ANY, NEGATIVE, LINE_discount },
    { "积分抵扣", ANY, NEGATIVE, LINE_discount },
    { "红包", ANY, NEGATIVE, LINE_discount },
    { "tip", ANY, ANY, LINE_tip },
    { "tips", ANY, ANY, LINE_tip },
    { "gratuity", ANY, ANY, LINE_tip },
    { "小费", ANY, ANY, LINE_tip },
    { "gift card", POSITIVE, POSITIVE, LINE_gift_card },
    { "gift voucher", POSITIVE, POSITIVE, LINE_gift_card },
    { "gift certificate", POSITIVE, POSITIVE, LINE_gift_card },
    { "礼品卡", POSITIVE, POSITIVE, LINE_gift_card },
#undef ANY
#undef POSITIVE
#undef NEGATIVE
};

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

/* Its title says that it is no goods, or its article where it has no title. */
static bool is_named(const struct line_facts *f, enum line_class *out)
{
    const str name = f->title.len > 0 ? f->title : f->sku;
    for (size_t i = 0; i < ARRAY_LEN(names) && name.len > 0; i++) {
        const char first = names[i].pattern[0];
        if ((first != '*' && !str_eq_nocase((str){ &first, 1 }, str_first(name, 1))) ||
            !mapping_pattern_fits(str_from(names[i].pattern), name) ||
            !sign_fits(names[i].quantity, f->quantity) || !sign_fits(names[i].price, f->price_e4))
            continue;
        *out = names[i].line_class;
        return true;
    }
    return false;
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
    if (!m->is_preset && is_named(f, &given))
        return given;
    if (f->quantity < 0 || f->gross_e4 < 0)
        return LINE_return;
    return f->gross_e4 == 0 ? LINE_giveaway : LINE_sale;
}
