/* The card: a report in at most eight lines, its figures those of the report. */
#include "ingest/ingest.h"
#include "notify/rhythm_priv.h"

enum {
    KPI_PAID,
    KPI_GSV,
    KPI_VISITORS,
    KPI_PAY_CR,
    KPI_ROAS,
    KPI_CLAIMED,
    KPI_BREAKEVEN,
    KPI_REFUNDS,
    KPI_COUNT
};
static const char *const card_kpis[] = {
    [KPI_PAID] = "paid_gmv",
    [KPI_GSV] = "gsv",
    [KPI_VISITORS] = "visitors",
    [KPI_PAY_CR] = "pay_cr",
    [KPI_ROAS] = "roas",
    [KPI_CLAIMED] = "roas_claimed",
    [KPI_BREAKEVEN] = "breakeven_roas",
    [KPI_REFUNDS] = "refund_rate_amt",
};

/* What the days are compared with, and how that is called. */
struct against {
    const char *compare;
    const char *words;
};
static const struct {
    struct against first;
    struct against second;
} comparisons[RHYTHM_COUNT] = {
    [RHYTHM_MORNING] = { { "prev", "day before" }, { "weekday", "same weekday" } },
    [RHYTHM_WEEK] = { { "prev", "previous week" }, { "yoy", "a year ago" } },
    [RHYTHM_MONTH] = { { "prev", "month before" }, { "yoy", "a year ago" } },
};

struct card_run {
    struct rhythm_run *r;
    const struct answer *first;
    const struct answer *second;
    struct push_card *card;
    struct arena *arena; /* of the card */
    bool has_late;       /* a figure whose data is not there */
};

static enum status add_line(struct card_run *c, struct buf *line, struct error *why)
{
    const enum status st = buf_ok(line) ? push_card_add(c->card, c->arena, buf_str(line), why)
                                        : error_set(why, STATUS_NO_MEMORY, "out of memory");
    buf_release(line);
    return st;
}

static bool is_known(const struct card_run *c, size_t kpi)
{
    return c->first->kpis[kpi].needs.len == 0;
}

/* As in the report; money with its sign, since there is no column that says the currency. */
static void add_value(struct card_run *c, size_t kpi, struct buf *out)
{
    const struct answer_kpi *k = &c->first->kpis[kpi];
    const struct figure f = rhythm_figure(c->r, c->first, k, &k->total);
    c->has_late = c->has_late || f.tone == TONE_BAD;
    if (f.kind != FIGURE_MONEY) {
        buf_add(out, f.text);
        return;
    }
    show_value_signed(out, c->first, k, &k->total.value);
    buf_adds(out, k->total.complete ? "" : "*");
}

static bool has_change(const struct answer_kpi *k)
{
    const struct answer_compare *then = k->total.compare;
    return k->total.value.kind != VALUE_NONE && then != NULL && then->value.kind != VALUE_NONE;
}

/* "Visitors 1,234 (day before +2.0%, same weekday -1.0%)" */
static void add_figure(struct card_run *c, size_t kpi, struct buf *out)
{
    const struct answer *answers[] = { c->first, c->second };
    const struct against both[] = { comparisons[c->r->question->rhythm].first,
                                    comparisons[c->r->question->rhythm].second };
    size_t shown = 0;
    buf_add(out, c->first->kpis[kpi].name);
    buf_addc(out, ' ');
    add_value(c, kpi, out);
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        const struct answer_kpi *k = &answers[i]->kpis[kpi];
        if (!has_change(k))
            continue;
        const struct figure change = rhythm_change(c->r, k, &k->total);
        buf_adds(out, tr(c->r->lang, shown++ == 0 ? " (" : ", "));
        buf_addf(out, "%s %.*s", tr(c->r->lang, both[i].words), STR_ARG(change.text));
    }
    if (shown > 0)
        buf_adds(out, tr(c->r->lang, ")"));
}

/* One line of one figure, or two; nothing when the shop has no data for any. */
static enum status add_figures(struct card_run *c, const size_t *kpis, size_t n, struct error *why)
{
    struct buf line;
    size_t shown = 0;
    buf_init(&line, 4096);
    for (size_t i = 0; i < n; i++) {
        if (!is_known(c, kpis[i]))
            continue;
        buf_adds(&line, shown++ > 0 ? tr(c->r->lang, "; ") : "");
        add_figure(c, kpis[i], &line);
    }
    if (shown > 0)
        return add_line(c, &line, why);
    buf_release(&line);
    return STATUS_OK;
}

/* "ROAS 3.20, break-even 2.80: above it". Where no orders are known by their campaign, as of
 * marketplaces, what the platforms claim. */
static enum status add_roas(struct card_run *c, struct error *why)
{
    const struct answer_kpi *kpis = c->first->kpis;
    const bool is_own = kpis[KPI_ROAS].total.value.kind != VALUE_NONE || !is_known(c, KPI_CLAIMED);
    const size_t kpi = is_own ? KPI_ROAS : KPI_CLAIMED;
    const struct answer_value *roas = &kpis[kpi].total.value;
    const struct answer_value *even = &kpis[KPI_BREAKEVEN].total.value;
    struct buf line;
    if (!is_known(c, kpi))
        return STATUS_OK;
    buf_init(&line, 4096);
    buf_addf(&line, "%.*s ", STR_ARG(kpis[kpi].name));
    add_value(c, kpi, &line);
    if (is_known(c, KPI_BREAKEVEN)) {
        buf_adds(&line, tr(c->r->lang, ", break-even "));
        add_value(c, KPI_BREAKEVEN, &line);
    }
    if (roas->kind != VALUE_NONE && even->kind != VALUE_NONE && is_known(c, KPI_BREAKEVEN)) {
        const bool is_below = roas->real < even->real;
        buf_adds(&line, tr(c->r->lang, is_below ? ": below it" : ": above it"));
        c->card->warns = c->card->warns || is_below;
    }
    return add_line(c, &line, why);
}

/* The KPI whose target the card shows: sales before the rest. */
static const struct answer_kpi *targeted(const struct answer *pace)
{
    static const char *const order[] = { "paid_gmv", "gsv", "gmv", "net_sales" };
    const struct answer_kpi *any = NULL;
    size_t best = ARRAY_LEN(order);
    for (size_t i = 0; i < pace->kpi_count; i++) {
        const struct answer_kpi *k = &pace->kpis[i];
        const struct answer_goal *g = k->total.goal;
        if (g == NULL || g->completion.kind == VALUE_NONE)
            continue;
        any = any != NULL ? any : k;
        for (size_t o = 0; o < best; o++) {
            if (str_is(k->id, order[o])) {
                any = k;
                best = o;
            }
        }
    }
    return any;
}

/* The month so far against its target and the days that are over; nothing without a target. */
static enum status add_month(struct card_run *c, struct error *why)
{
    const int32_t first = period_start(c->r->range.to, PERIOD_MONTH, NULL);
    const int32_t last = period_next(first, PERIOD_MONTH, NULL) - 1;
    const struct answer *pace = NULL;
    const enum status st =
        pace_ask(c->r, (struct day_range){ first, c->r->range.to }, last, &pace, why);
    const struct answer_kpi *k = pace != NULL ? targeted(pace) : NULL;
    if (st != STATUS_OK || k == NULL)
        return st;
    const struct answer_goal *g = k->total.goal;
    const struct figure done = pace_share(c->r, pace, k, &g->completion);
    const struct figure time = pace_share(c->r, pace, k, &g->progress);
    struct buf line;
    buf_init(&line, 4096);
    buf_addf(&line,
             tr(c->r->lang, "%.*s of the month %.*s of target, time progress %.*s"),
             STR_ARG(k->name),
             STR_ARG(done.text),
             STR_ARG(time.text));
    if (g->on_course != 0)
        buf_adds(&line, tr(c->r->lang, g->on_course > 0 ? ": on course" : ": behind"));
    c->card->warns = c->card->warns || g->on_course < 0;
    return add_line(c, &line, why);
}

/* The file that is late longest, and how many more; else what the mark * means. */
static enum status add_late(struct card_run *c, struct error *why)
{
    const struct rhythm_question *q = c->r->question;
    const struct arrival *worst = NULL;
    struct arrivals late = { .count = 0 };
    size_t n = 0;
    struct buf line;
    const enum status st =
        arrivals_missing(c->r->context->conn, c->r->range.to, q->now_us, c->r->arena, &late, why);
    if (st != STATUS_OK)
        return st;
    for (size_t i = 0; i < late.count; i++) {
        if (!rhythm_has_store(q->stores, q->store_count, late.items[i].store))
            continue;
        n++;
        if (worst == NULL || late.items[i].last < worst->last)
            worst = &late.items[i];
    }
    c->card->arrived = late.count == 0 && late.come > 0 && !c->has_late;
    c->card->warns = c->card->warns || n > 0 || c->has_late;
    if (worst == NULL && !c->r->has_partial)
        return STATUS_OK;
    buf_init(&line, 4096);
    if (worst == NULL) {
        buf_adds(&line, tr(c->r->lang, "* The data of the period is not complete yet."));
        return add_line(c, &line, why);
    }
    const str file = import_preset_label(worst->preset, c->r->lang);
    struct buf day;
    buf_init(&day, 32);
    buf_add_day(&day, worst->last);
    buf_addf(&line,
             tr(c->r->lang, "Not in yet: %.*s of the store %.*s (up to %.*s)."),
             STR_ARG(file),
             STR_ARG(worst->store),
             STR_ARG(buf_str(&day)));
    if (n > 1)
        buf_addf(&line, tr(c->r->lang, " And %zu more."), n - 1);
    buf_release(&day);
    return add_line(c, &line, why);
}

static enum status ask_card(struct card_run *c, struct error *why)
{
    struct rhythm_run *r = c->r;
    const enum rhythm rhythm = r->question->rhythm;
    const struct rhythm_span spans[] = {
        { .range = r->range, .compare = comparisons[rhythm].first.compare },
        { .range = r->range, .compare = comparisons[rhythm].second.compare }
    };
    const struct rhythm_ask ask = { .kpis = card_kpis, .kpi_count = KPI_COUNT };
    const struct answer *answers[ARRAY_LEN(spans)] = { NULL };
    const enum status st = rhythm_ask_spans(r, &ask, spans, ARRAY_LEN(spans), answers, why);
    c->first = answers[0];
    c->second = answers[1];
    return st;
}

/* At most eight: title, paid, GSV, visitors and conversion, ROAS, refunds, month, late. */
static enum status write_card(struct card_run *c, struct error *why)
{
    static const size_t paid[] = { KPI_PAID };
    static const size_t gsv[] = { KPI_GSV };
    static const size_t visits[] = { KPI_VISITORS, KPI_PAY_CR };
    static const size_t refunds[] = { KPI_REFUNDS };
    enum status st = push_card_add(c->card, c->arena, rhythm_title(c->r), why);
    if (st == STATUS_OK)
        st = ask_card(c, why);
    if (st == STATUS_OK)
        st = add_figures(c, paid, ARRAY_LEN(paid), why);
    if (st == STATUS_OK)
        st = add_figures(c, gsv, ARRAY_LEN(gsv), why);
    if (st == STATUS_OK)
        st = add_figures(c, visits, ARRAY_LEN(visits), why);
    if (st == STATUS_OK)
        st = add_roas(c, why);
    if (st == STATUS_OK)
        st = add_figures(c, refunds, ARRAY_LEN(refunds), why);
    if (st == STATUS_OK)
        st = add_month(c, why);
    return st == STATUS_OK ? add_late(c, why) : st;
}

enum status notify_card(const struct query_context *context,
                        const struct rhythm_question *q,
                        struct arena *a,
                        struct push_card *out,
                        struct error *why)
{
    struct push_card card = { .count = 0 };
    struct rhythm_run r = {
        .context = context, .question = q, .lang = q->lang, .arena = arena_new(0)
    };
    struct card_run c = { .r = &r, .card = &card, .arena = a };
    if (r.arena == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st =
        comparisons[q->rhythm].first.compare != NULL
            ? rhythm_range(&r, why)
            : error_set(why, STATUS_BAD_USAGE, "a card is made of morning, week and month");
    if (st == STATUS_OK)
        st = write_card(&c, why);
    card.report = str_from(rhythm_name(q->rhythm));
    card.shop = arena_dup(a, context->settings->name);
    card.from = r.range.from;
    card.to = r.range.to;
    if (st == STATUS_OK && card.shop.ptr == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    rhythm_release(&r);
    if (st == STATUS_OK)
        *out = card;
    return st;
}
