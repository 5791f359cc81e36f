/* The morning card: yesterday on one screen. A file that has not come yet shows as "late", not 0.
 */
#include "ingest/ingest.h"
#include "notify/rhythm_priv.h"

static const char *const card[] = { "paid_gmv",       "gsv",          "visitors",
                                    "pay_cr",         "atv_customer", "ad_spend",
                                    "roas",           "roas_claimed", "breakeven_roas",
                                    "refund_rate_amt" };

/* Three answers over the same KPIs by store: the day against the day before, against the same
 * weekday, and the month so far. */
struct morning {
    const struct answer *day;
    const struct answer *weekday;
    const struct answer *month;
};

static enum status ask_all(struct rhythm_run *r, struct morning *m, struct error *why)
{
    const struct day_range day = r->range;
    const struct day_range month = { period_start(day.to, PERIOD_MONTH, NULL), day.to };
    const struct rhythm_span spans[] = { { .range = day, .compare = "prev" },
                                         { .range = day, .compare = "weekday", .only_total = true },
                                         { .range = month, .only_total = true } };
    const struct rhythm_ask ask = { .kpis = card, .kpi_count = ARRAY_LEN(card), .by = "store" };
    const struct answer *answers[ARRAY_LEN(spans)] = { NULL };
    const enum status st = rhythm_ask_spans(r, &ask, spans, ARRAY_LEN(spans), answers, why);
    *m = (struct morning){ answers[0], answers[1], answers[2] };
    return st;
}

/* One line in words: the first KPI and how it moved. */
static void say_day(struct rhythm_run *r, const struct morning *m)
{
    const struct answer_kpi *k = &m->day->kpis[0];
    const struct figure value = rhythm_figure(r, m->day, k, &k->total);
    const str reason = k->needs.len > 0 ? k->needs : k->total.value.reason;
    if (k->total.value.kind == VALUE_NONE) {
        rhythm_sentencef(
            r, "%.*s: %.*s.", STR_ARG(k->name), STR_ARG(reason.len > 0 ? reason : value.text));
        return;
    }
    const struct figure before = rhythm_change(r, k, &k->total);
    const struct figure weekday =
        rhythm_change(r, &m->weekday->kpis[0], &m->weekday->kpis[0].total);
    rhythm_sentencef(r,
                     "%.*s %.*s; against the day before %.*s, against the same weekday %.*s.",
                     STR_ARG(k->name),
                     STR_ARG(value.text),
                     STR_ARG(before.text),
                     STR_ARG(weekday.text));
}

static void write_card(struct rhythm_run *r, const struct morning *m)
{
    static const char *const heads[] = {
        "KPI", "day", "day before", "same weekday", "month to date"
    };
    rhythm_table(r, heads, ARRAY_LEN(heads));
    for (size_t i = 0; i < m->day->kpi_count; i++) {
        const struct answer_kpi *k = &m->day->kpis[i];
        const struct figure cells[] = {
            rhythm_words(k->name),
            rhythm_figure(r, m->day, k, &k->total),
            rhythm_change(r, k, &k->total),
            rhythm_change(r, &m->weekday->kpis[i], &m->weekday->kpis[i].total),
            rhythm_figure(r, m->month, &m->month->kpis[i], &m->month->kpis[i].total),
        };
        rhythm_cells(r, cells, ARRAY_LEN(cells));
    }
}

static void write_stores(struct rhythm_run *r, const struct morning *m)
{
    if (m->day->row_count < 2)
        return;
    rhythm_heading(r, "Stores");
    rhythm_table_of_kpis(r, "store", m->day, NULL);
    for (size_t row = 0; row < m->day->row_count; row++) {
        const struct figure name = rhythm_words(m->day->kpis[0].rows[row].by[0]);
        rhythm_cells(r, &name, 1);
        for (size_t i = 0; i < m->day->kpi_count; i++) {
            const struct answer_kpi *k = &m->day->kpis[i];
            const struct figure f = rhythm_figure(r, m->day, k, &k->rows[row]);
            rhythm_cells(r, &f, 1);
        }
    }
}

/* Regular files of the question's stores that have not come for the day. */
static enum status write_missing(struct rhythm_run *r, struct error *why)
{
    struct arrivals late = { .count = 0 };
    struct buf day;
    const enum status st =
        arrivals_missing(r->context->conn, r->range.to, r->question->now_us, r->arena, &late, why);
    buf_init(&day, 32);
    for (size_t i = 0; st == STATUS_OK && i < late.count; i++) {
        if (!rhythm_has_store(r->question->stores, r->question->store_count, late.items[i].store))
            continue;
        const str file = import_preset_label(late.items[i].preset, r->lang);
        buf_clear(&day);
        buf_add_day(&day, late.items[i].last);
        rhythm_sentencef(r,
                         "Not in yet: %.*s of the store %.*s (up to %.*s).",
                         STR_ARG(file),
                         STR_ARG(late.items[i].store),
                         STR_ARG(buf_str(&day)));
    }
    buf_release(&day);
    return st;
}

enum status morning_write(struct rhythm_run *r, struct error *why)
{
    struct morning m = { .day = NULL };
    enum status st = ask_all(r, &m, why);
    if (st != STATUS_OK)
        return st;
    say_day(r, &m);
    st = write_missing(r, why);
    if (st != STATUS_OK)
        return st;
    rhythm_heading(r, "All stores");
    write_card(r, &m);
    write_stores(r, &m);
    const int32_t first = period_start(r->range.to, PERIOD_MONTH, NULL);
    const int32_t last = period_next(first, PERIOD_MONTH, NULL) - 1;
    const struct answer *pace = NULL;
    st = pace_ask(r, (struct day_range){ first, r->range.to }, last, &pace, why);
    if (pace != NULL)
        pace_write(r, "Targets of the month", pace);
    const struct answer *articles = NULL;
    if (st == STATUS_OK)
        st = articles_ask(r, "weekday", &articles, why);
    if (st == STATUS_OK)
        st = movers_write(r, articles, why);
    if (st == STATUS_OK)
        st = sellouts_write(r, articles, why);
    if (st == STATUS_OK)
        st = waiting_write(r, why);
    return st == STATUS_OK ? actions_write(r, why) : st;
}
