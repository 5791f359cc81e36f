/* Buyers by the month of their first order, and which share of them ordered again in each month
 * after: repeat purchase as a table that reads down (are newer buyers better?) and across. */
#include "notify/rhythm_priv.h"
#include "query/cohorts.h"

#define SHOWN_MONTHS ((size_t)6)

static str month_text(struct rhythm_run *r, int32_t day)
{
    const struct civil c = civil_from_day(day);
    return arena_printf(r->arena, "%04d-%02d", (int)c.year, (int)c.month);
}

static struct figure share_of(struct rhythm_run *r, const struct cohort *c, size_t after)
{
    struct buf b;
    const double share = (double)c->again[after] / (double)c->buyers;
    buf_init(&b, 64);
    buf_add_money_grouped(&b, i128_div_half_even((i128)c->again[after] * 1000000, c->buyers), 1);
    buf_addc(&b, '%');
    const str text = arena_dup(r->arena, buf_str(&b));
    buf_release(&b);
    return (struct figure){ .kind = FIGURE_PERCENT,
                            .text = text.ptr != NULL ? text : STR_EMPTY,
                            .value = share };
}

static void write_cohort(struct rhythm_run *r, const struct cohort *c, size_t months)
{
    struct buf b;
    buf_init(&b, 64);
    buf_add_money_grouped(&b, (i128)c->buyers * MONEY_ONE, 0);
    const str count = arena_dup(r->arena, buf_str(&b));
    buf_release(&b);
    const struct figure buyers = { .kind = FIGURE_COUNT,
                                   .text = count.ptr != NULL ? count : STR_EMPTY,
                                   .value = (double)c->buyers };
    const struct figure head[] = { rhythm_words(month_text(r, c->month)), buyers };
    rhythm_cells(r, head, ARRAY_LEN(head));
    for (size_t k = 0; k < SHOWN_MONTHS; k++) {
        const struct figure f = k < months && c->buyers > 0
                                    ? share_of(r, c, k)
                                    : (struct figure){ .text = STR("–"), .tone = TONE_DIM };
        rhythm_cells(r, &f, 1);
    }
}

enum status cohorts_write(struct rhythm_run *r, struct error *why)
{
    static const char *const heads[] = { "first order", "new buyers", "same month", "+1",
                                         "+2",          "+3",         "+4",         "+5" };
    const struct cohort_question q = { .stores = r->question->stores,
                                       .store_count = r->question->store_count,
                                       .last = r->range.to,
                                       .months = SHOWN_MONTHS };
    struct cohorts c;
    int64_t buyers = 0;
    const enum status st = query_cohorts(r->context, &q, r->arena, &c, why);
    if (st != STATUS_OK)
        return st;
    for (size_t i = 0; i < SHOWN_MONTHS; i++)
        buyers += c.items[i].buyers;
    rhythm_heading(r, "Repeat purchase by month of the first order");
    if (buyers == 0) {
        rhythm_sentencef(r,
                         "Cohorts need orders whose buyers are known: the last 6 months have no "
                         "first order of a known buyer.");
        return STATUS_OK;
    }
    rhythm_table(r, heads, ARRAY_LEN(heads));
    size_t first = 0;
    while (c.items[first].buyers == 0) /* the shop's orders begin later */
        first++;
    for (size_t i = first; i < SHOWN_MONTHS; i++)
        write_cohort(r, &c.items[i], SHOWN_MONTHS - i);
    rhythm_sentencef(r, "Share of a month's new buyers who ordered again so many months later.");
    if (c.unknown > 0)
        rhythm_sentencef(r,
                         "%lld orders of these months have no known buyer and are in no cohort.",
                         (long long)c.unknown);
    return STATUS_OK;
}
