/* The month after the report's: its targets week by week where there are some, otherwise a proposal
 * from the shop's own past, marked as one. */
#include "notify/rhythm_priv.h"

static struct day_range month_after(int32_t day)
{
    const int32_t first = day_add_months(period_start(day, PERIOD_MONTH, NULL), 1);
    return (struct day_range){ first, day_add_months(first, 1) - 1 };
}

static struct day_range year_before(struct day_range month)
{
    const int32_t first = day_add_months(month.from, -12);
    return (struct day_range){ first, day_add_months(first, 1) - 1 };
}

/* ---- targets ---- */

static struct figure target_of(struct rhythm_run *r,
                               const struct answer *a,
                               const struct answer_kpi *k,
                               const struct answer_row *row)
{
    if (row->goal == NULL || row->goal->target.kind == VALUE_NONE)
        return (struct figure){ .text = STR("–"), .tone = TONE_DIM };
    const struct answer_row shown = { .value = row->goal->target, .complete = true };
    return rhythm_figure(r, a, k, &shown);
}

static bool is_even(const struct answer *a)
{
    for (size_t i = 0; i < a->kpi_count; i++) {
        for (size_t row = 0; row < a->row_count; row++) {
            const struct answer_goal *g = a->kpis[i].rows[row].goal;
            if (g != NULL && g->note.len > 0)
                return true;
        }
    }
    return false;
}

static void write_targets(struct rhythm_run *r, const struct answer *a)
{
    const str *weeks = rhythm_labels(r, a);
    rhythm_table_of_kpis(r, "week", a, NULL);
    for (size_t row = 0; weeks != NULL && row < a->row_count; row++) {
        const struct figure week = rhythm_words(weeks[row]);
        rhythm_cells(r, &week, 1);
        for (size_t i = 0; i < a->kpi_count; i++) {
            const struct figure f = target_of(r, a, &a->kpis[i], &a->kpis[i].rows[row]);
            rhythm_cells(r, &f, 1);
        }
    }
    const struct figure whole = WORDS(r, "whole month");
    rhythm_cells(r, &whole, 1);
    for (size_t i = 0; i < a->kpi_count; i++) {
        const struct figure f = target_of(r, a, &a->kpis[i], &a->kpis[i].total);
        rhythm_cells(r, &f, 1);
    }
    if (is_even(a))
        rhythm_sentencef(r,
                         "Days without a target of their own share the month's evenly: shopvane "
                         "goals split shares it by last year's days.");
}

/* ---- a proposal ---- */

/* This month x (last year's next month / last year's this month); no value where one is missing. */
static struct figure proposal_of(struct rhythm_run *r,
                                 const struct answer *a,
                                 const struct answer_row *now,
                                 const struct answer_row *then_next)
{
    const struct answer_compare *then = now->compare;
    if (then == NULL || !then->complete || now->value.kind != VALUE_MONEY ||
        then->value.kind != VALUE_MONEY || then->value.exact <= 0 || then_next == NULL ||
        then_next->value.kind != VALUE_MONEY)
        return (struct figure){ .text = STR("–"), .tone = TONE_DIM };
    const i128 exact =
        i128_div_half_even(now->value.exact * then_next->value.exact, then->value.exact);
    const i128 value = i128_div_half_even(exact, MONEY_ONE) * MONEY_ONE;
    return rhythm_money(r, a, value);
}

static void write_line(struct rhythm_run *r,
                       const struct answer *a,
                       str name,
                       const struct answer_row *now,
                       const struct answer_row *then_next)
{
    const struct answer_kpi *k = &a->kpis[0];
    struct figure then = { .text = STR("–"), .tone = TONE_DIM };
    struct figure next = then;
    if (now->compare != NULL) {
        const struct answer_row row = { .value = now->compare->value, .complete = true };
        then = rhythm_figure(r, a, k, &row);
    }
    if (then_next != NULL) {
        const struct answer_row row = { .value = then_next->value, .complete = true };
        next = rhythm_figure(r, a, k, &row);
    }
    const struct figure cells[] = { rhythm_words(name),
                                    rhythm_figure(r, a, k, now),
                                    then,
                                    next,
                                    proposal_of(r, a, now, then_next) };
    rhythm_cells(r, cells, ARRAY_LEN(cells));
}

static enum status write_proposal(struct rhythm_run *r, struct day_range next, struct error *why)
{
    static const char *const kpis[] = { "net_sales" };
    static const char *const heads[] = {
        "store", "this month", "last year", "last year's next month", "proposal"
    };
    const struct rhythm_span spans[] = { { .range = r->range, .compare = "yoy" },
                                         { .range = year_before(next) } };
    const struct rhythm_ask ask = { .kpis = kpis, .kpi_count = 1, .by = "store" };
    const struct answer *answers[ARRAY_LEN(spans)] = { NULL };
    const enum status st = rhythm_ask_spans(r, &ask, spans, ARRAY_LEN(spans), answers, why);
    if (st != STATUS_OK)
        return st;
    const struct answer_kpi *now = &answers[0]->kpis[0];
    const struct answer_kpi *then = &answers[1]->kpis[0];
    const struct answer_compare *c = now->total.compare;
    if (c == NULL || !c->complete || c->value.kind == VALUE_NONE ||
        then->total.value.kind == VALUE_NONE) {
        rhythm_sentencef(r,
                         "There are no targets of the next month (shopvane goals set --help), and "
                         "a proposal needs sales of the same two months of last year.");
        return STATUS_OK;
    }
    rhythm_sentencef(r,
                     "There are no targets of the next month. A naive proposal of net sales, no "
                     "plan: this month x last year's next month / last year's same month.");
    rhythm_table(r, heads, ARRAY_LEN(heads));
    for (size_t i = 0; answers[0]->row_count > 1 && i < answers[0]->row_count; i++) {
        const str store = now->rows[i].by[0];
        write_line(r, answers[0], store, &now->rows[i], rhythm_row(answers[1], then, store));
    }
    write_line(r, answers[0], str_from(tr(r->lang, "all stores")), &now->total, &then->total);
    return STATUS_OK;
}

enum status outlook_write(struct rhythm_run *r, struct error *why)
{
    const struct day_range next = month_after(r->range.from);
    const char *const *kpis = NULL;
    size_t n = 0;
    enum status st = pace_kpis(r, next, &kpis, &n, why);
    if (st != STATUS_OK)
        return st;
    rhythm_heading(r, "Plan of the next month");
    if (n == 0 && r->range.to + 1 != next.from) {
        rhythm_sentencef(r, "There are no targets of the next month, and this one is not over.");
        return STATUS_OK;
    }
    if (n == 0)
        return write_proposal(r, next, why);
    const struct answer *a = NULL;
    const struct rhythm_ask ask = {
        .kpis = kpis, .kpi_count = n, .range = next, .grain = "week", .target = "target"
    };
    st = rhythm_ask(r, &ask, &a, why);
    if (st == STATUS_OK)
        write_targets(r, a);
    return st;
}
