/* The amount of a line and the signs of what belongs to it, where no preset says what its platform
 * means: files read by their columns' names, and mappings of people.
 *
 *   amount     as written, else quantity x price as written, rounded once
 *   share      20%, of quantity x price
 *   discount   taken off already when amount = quantity x price - discount: put back, so that it
 *              is not taken off twice
 *   return     what goes back is negative, amount, units, discount and tax alike
 *   discount   makes a line smaller, whichever sign it is written with */
#include "ingest/reading/reading_priv.h"

#define REST_ONE  INT64_C(100000000) /* parts of 10^-4 that cell.rest counts */
#define HALF_CENT INT64_C(50)

static const struct cell none = { .is_null = true };

static const struct cell *part(const struct reading_worker *w, size_t at)
{
    return at == NO_COLUMN ? &none : &w->cells[at];
}

static i128 size_of(i128 v)
{
    return v < 0 ? -v : v;
}

bool reading_line_product(int64_t quantity, const struct cell *price, int64_t *out)
{
    int64_t whole = 0;
    if (!i64_mul(quantity, price->i64, &whole) || size_of(whole) > MONEY_MAX_E4)
        return false;
    if (price->rest != 0) {
        const i128 fine = (i128)whole * REST_ONE + (i128)quantity * price->rest;
        if (!i128_to_i64(i128_div_half_even(fine, REST_ONE), &whole))
            return false;
    }
    *out = whole;
    return size_of(whole) <= MONEY_MAX_E4;
}

/* ---- Discounts that are told as a share ------------------------------------------------------ */

/* The smallest amount that the row's currency has: a cent, a yen. */
static int64_t smallest_of(const struct reading_worker *w)
{
    const struct cell *given = part(w, w->reading->parts.currency);
    return money_smallest(given->is_null ? w->reading->currency : given->text);
}

const char *reading_line_discount(struct reading_worker *w)
{
    const struct reading_parts *p = &w->reading->parts;
    const struct cell *share = part(w, p->discount_rate);
    const struct cell *quantity = part(w, p->quantity);
    const struct cell *price = part(w, p->unit_price);
    const struct cell *amount = part(w, p->line_amount);
    int64_t product = 0;
    if (share->is_null || share->i64 == 0)
        return NULL;
    if (quantity->is_null || price->is_null)
        return "a discount that is a share needs a quantity and a price";
    if (!reading_line_product(quantity->i64, price, &product))
        return "quantity x price is above 100,000,000,000,000 units";
    const i128 whole = size_of(product);
    const i128 exact = i128_div_half_even(whole * share->i64, SHARE_ONE);
    const i128 lacks = whole - size_of(amount->i64);
    const int64_t unit = smallest_of(w);
    const i128 slack = (i128)unit / 2 * (size_of(quantity->i64) + 1);
    const bool is_lacking = !amount->is_null && lacks >= 0 && size_of(lacks - exact) <= slack;
    w->cells[p->discounts[0]] =
        (struct cell){ .i64 = (int64_t)(is_lacking ? lacks : (exact + unit / 2) / unit * unit) };
    return NULL;
}

/* ---- Discounts that the amount has in it ----------------------------------------------------- */

/* The row's discounts, sizes and as written; what the platform pays may or may not be in an amount.
 */
struct discounts {
    i128 all;
    i128 without_platform;
    i128 written;
};

static struct discounts discounts_of(const struct reading_worker *w)
{
    const struct reading_parts *p = &w->reading->parts;
    struct discounts d = { 0 };
    for (size_t i = 0; i < ARRAY_LEN(p->discounts); i++) {
        const struct cell *one = part(w, p->discounts[i]);
        d.all += size_of(one->i64);
        d.without_platform += p->discounts[i] == p->discount_platform ? 0 : size_of(one->i64);
        d.written += one->i64;
    }
    return d;
}

/* What a line's amount, quantity, price and discounts say of it. */
enum total_says { SAYS_NOTHING, SAYS_BEFORE, SAYS_AFTER, SAYS_EITHER, SAYS_NEITHER };

/* By how much the amount misses what it may be: after all discounts, after those of the shop and
 * creators alone, before them. Prices and amounts are rounded to cents, so with many pieces it may
 * miss by more than the discount, and then both readings fit: only a hit to the point tells. */
static enum total_says judge_total(
    i128 amount, i128 product, const struct discounts *d, i128 slack, i128 *more)
{
    const i128 off_all = size_of(amount - (product - d->all));
    const i128 off_shop = size_of(amount - (product - d->without_platform));
    const i128 off_before = size_of(amount - product);
    const bool has_shop = d->without_platform != 0;
    const bool fits_shop = has_shop && off_shop <= slack;
    if (off_all == 0 || off_before == 0) {
        *more = off_all == 0 ? d->all : 0;
        return off_all == 0 ? SAYS_AFTER : SAYS_BEFORE;
    }
    *more = off_all <= slack && !(has_shop && off_shop == 0) ? d->all : d->without_platform;
    if (has_shop && off_shop == 0)
        return SAYS_AFTER;
    if (off_before <= slack)
        return off_all <= slack || fits_shop ? SAYS_EITHER : SAYS_BEFORE;
    return off_all <= slack || fits_shop ? SAYS_AFTER : SAYS_NEITHER;
}

/* *more: what has to be added to the amount to have it before discounts, if it is after them; all
 * in sizes. */
static enum total_says total_says(const struct reading_worker *w, i128 amount, i128 *more)
{
    const struct reading_parts *p = &w->reading->parts;
    const struct cell *quantity = part(w, p->quantity);
    const struct cell *price = part(w, p->unit_price);
    const struct discounts d = discounts_of(w);
    int64_t product = 0;
    *more = 0;
    if (d.all == 0 || quantity->is_null || price->is_null ||
        !reading_line_product(quantity->i64, price, &product))
        return SAYS_NOTHING;
    const i128 slack = HALF_CENT * (size_of(quantity->i64) + 1);
    return judge_total(amount, size_of(product), &d, slack, more);
}

/* A negative discount that the amount proves to be charged on top. */
static bool is_surcharge(const struct reading_worker *w, i128 amount)
{
    const struct reading_parts *p = &w->reading->parts;
    const struct cell *quantity = part(w, p->quantity);
    const struct cell *price = part(w, p->unit_price);
    const i128 written = discounts_of(w).written;
    int64_t product = 0;
    return written < 0 && !quantity->is_null && quantity->i64 > 0 && !price->is_null &&
           reading_line_product(quantity->i64, price, &product) && product > 0 &&
           amount == product - written;
}

void reading_line_net(struct reading_worker *w, int64_t *gross)
{
    i128 more = 0;
    int64_t before = 0;
    if (part(w, w->reading->parts.line_amount)->is_null)
        return;
    w->is_surcharge = is_surcharge(w, *gross);
    if (w->is_surcharge) {
        *gross += (int64_t)discounts_of(w).written;
        return;
    }
    const enum total_says says = total_says(w, size_of(*gross), &more);
    const bool is_after =
        says == SAYS_AFTER || (says == SAYS_EITHER && w->reading->totals == TOTALS_AFTER);
    w->odd += says == SAYS_NEITHER;
    w->either += says == SAYS_EITHER;
    w->before += says == SAYS_BEFORE;
    w->after += says == SAYS_AFTER;
    if (!is_after || !i128_to_i64(*gross < 0 ? *gross - more : *gross + more, &before) ||
        size_of(before) > MONEY_MAX_E4)
        return;
    *gross = before;
    w->net++;
}

/* ---- Totals ---------------------------------------------------------------------------------- */

/* A total is the goods less the order's discount and with what comes beside them. One that is less
 * than what comes beside (of an order that was paid back) does not hold it: it counts as it is, and
 * the row's parts do not count beside it. */
void reading_line_goods(struct reading_worker *w, int64_t *gross)
{
    const struct reading_parts *p = &w->reading->parts;
    const size_t beside = ARRAY_LEN(p->beside) - (w->reading->holds_tax ? 1 : 0);
    const i128 discount = size_of(part(w, p->order_discount)->i64);
    i128 goods = *gross < 0 ? *gross - discount : *gross + discount;
    for (size_t i = 0; i < beside; i++)
        goods -= part(w, p->beside[i])->i64;
    if ((*gross < 0) == (goods < 0) && size_of(goods) <= MONEY_MAX_E4) {
        *gross = (int64_t)goods;
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(p->beside); i++) {
        if (p->beside[i] != NO_COLUMN)
            w->cells[p->beside[i]] = (struct cell){ .is_null = true };
    }
    if (p->order_discount != NO_COLUMN)
        w->cells[p->order_discount] = (struct cell){ .is_null = true };
    w->odd_totals++;
}

/* ---- Signs ----------------------------------------------------------------------------------- */

/* A discount that is a difference of columns has the sign that it has. */
static bool is_sum(const struct reading *r, size_t at)
{
    return at != NO_COLUMN && r->columns[at].sum.n > 0 && !r->columns[at].sum.items[0].is_size;
}

static void give_sign(struct reading_worker *w, size_t at, bool is_negative)
{
    if (at == NO_COLUMN || w->cells[at].is_null)
        return;
    struct cell *c = &w->cells[at];
    if ((c->i64 < 0 || (c->i64 == 0 && c->rest < 0)) != is_negative) {
        c->i64 = -c->i64;
        c->rest = -c->rest;
    }
}

/* Lines that are returns by their own word or by their signs, also of orders that do not count. */
static bool goes_back(const struct reading_worker *w, enum line_class line_class, int64_t gross)
{
    const struct cell *quantity = part(w, w->reading->parts.quantity);
    const struct cell *given = part(w, w->reading->parts.line_class);
    if (!given->is_null && str_is(given->text, line_class_name(LINE_return)))
        return true;
    const bool may = line_class == LINE_return || line_class == LINE_cancelled ||
                     line_class == LINE_unpaid || line_class == LINE_presale;
    return may && ((!quantity->is_null && quantity->i64 < 0) || gross < 0);
}

void reading_line_signs(struct reading_worker *w, enum line_class line_class, int64_t *gross)
{
    const struct reading_parts *p = &w->reading->parts;
    const bool is_back = goes_back(w, line_class, *gross);
    if (is_back) {
        const bool has_goods = part(w, p->quantity)->is_null || w->cells[p->quantity].i64 != 0;
        if (p->quantity != NO_COLUMN && w->cells[p->quantity].is_null)
            w->cells[p->quantity] = (struct cell){ .i64 = -1 };
        if (has_goods)
            give_sign(w, p->quantity, true);
        give_sign(w, p->unit_price, false);
        give_sign(w, p->line_tax, true);
        *gross = *gross > 0 ? -*gross : *gross;
    }
    for (size_t i = 0; i < ARRAY_LEN(p->discounts) && *gross != 0 && !w->is_surcharge; i++) {
        if (!is_sum(w->reading, p->discounts[i]))
            give_sign(w, p->discounts[i], *gross < 0);
    }
}
