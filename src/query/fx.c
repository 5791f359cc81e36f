/* Rates: quote per base x 10^9, by day. A sum of one currency and day is converted once, rounded
 * half to even. No rate of the day: the last known one within fx_max_age, else no value. */
#include "query/query_priv.h"

struct rate {
    str base;
    str quote;
    int32_t day;
    int64_t rate_e9;
};
struct fx {
    struct rate *rates; /* by base, quote, day */
    size_t n;
    size_t cap;
    struct frame *frame; /* owns the texts */
};

void fx_free(struct fx *fx)
{
    if (fx == NULL)
        return;
    frame_free(fx->frame);
    mem_free(fx->rates);
    mem_free(fx);
}

static enum status fx_load(struct asking *k, struct error *why)
{
    struct fx *fx = mem_new(1, sizeof *fx);
    if (fx == NULL)
        return query_no_memory(why);
    enum status st =
        query_run_sql(k,
                      "SELECT \"base\", \"quote\", \"local_date\", \"rate_e9\" FROM"
                      " \"fx_rate\" WHERE \"rate_e9\" > 0 AND \"local_date\" IS NOT NULL"
                      " AND \"base\" IS NOT NULL AND \"quote\" IS NOT NULL"
                      " ORDER BY \"base\", \"quote\", \"local_date\"",
                      &fx->frame,
                      why);
    const size_t rows = st == STATUS_OK ? frame_rows(fx->frame) : 0;
    if (st == STATUS_OK && !MEM_GROW(fx->rates, fx->cap, rows + 1))
        st = query_no_memory(why);
    if (st != STATUS_OK) {
        fx_free(fx);
        return st;
    }
    for (size_t i = 0; i < rows; i++) {
        fx->rates[fx->n++] = (struct rate){ .base = frame_str(fx->frame, 0, i),
                                            .quote = frame_str(fx->frame, 1, i),
                                            .day = (int32_t)frame_i64(fx->frame, 2, i),
                                            .rate_e9 = frame_i64(fx->frame, 3, i) };
    }
    k->fx = fx;
    return STATUS_OK;
}

/* The latest rate of the pair at or before the day, not older than allowed. */
static const struct rate *rate_at(const struct asking *k, str base, str quote, int32_t day)
{
    const struct rate *best = NULL;
    const int64_t oldest = (int64_t)day - k->context->settings->fx_max_age_days;
    for (size_t i = 0; k->fx != NULL && i < k->fx->n; i++) {
        const struct rate *r = &k->fx->rates[i];
        if (r->day <= day && r->day >= oldest && str_eq(r->base, base) && str_eq(r->quote, quote) &&
            (best == NULL || r->day >= best->day))
            best = r;
    }
    return best;
}

static bool convert(const struct asking *k, i128 value_e4, str currency, int32_t day, i128 *out)
{
    const str own = k->context->settings->currency;
    const struct rate *straight = rate_at(k, currency, own, day);
    if (straight != NULL)
        return money_convert(value_e4, straight->rate_e9, out);
    const struct rate *inverse = rate_at(k, own, currency, day);
    i128 lifted;
    if (inverse == NULL || __builtin_mul_overflow(value_e4, (i128)1000000000, &lifted))
        return false;
    *out = i128_div_half_even(lifted, inverse->rate_e9);
    return true;
}

static void cell_fail(struct asking *k, struct cell *cell, str currency, int32_t day)
{
    const str shown = day_text(k->arena, day);
    cell->kind = CELL_FAILED;
    cell->reason = arena_printf(k->arena,
                                tr(k->lang, "no exchange rate %.*s to %.*s on %.*s"),
                                STR_ARG(currency),
                                STR_ARG(k->context->settings->currency),
                                STR_ARG(shown))
                       .ptr;
}

enum status fx_add(struct asking *k,
                   struct cell *cell,
                   i128 value_e4,
                   str currency,
                   int32_t day,
                   struct error *why)
{
    i128 own = value_e4;
    if (cell->kind == CELL_FAILED)
        return STATUS_OK;
    if (currency.len > 0 && !str_eq(currency, k->context->settings->currency)) {
        if (k->fx == NULL) {
            const enum status st = fx_load(k, why);
            if (st != STATUS_OK)
                return st;
        }
        if (!convert(k, value_e4, currency, day, &own)) {
            cell_fail(k, cell, currency, day);
            return STATUS_OK;
        }
        k->converted = true;
    }
    if (cell->kind == CELL_ABSENT)
        *cell = (struct cell){ .kind = CELL_EXACT };
    cell->exact += own;
    return STATUS_OK;
}
