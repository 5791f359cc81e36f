/* A promotion beside the one of the year before: day by day, the hours of its peak, hero articles.
 */
#include "notify/rhythm_priv.h"

static enum status find_feast(struct rhythm_run *r, int32_t year, bool *found, struct error *why)
{
    const struct festival *f = NULL;
    struct error unknown = { .lang = why->lang };
    int32_t day = 0;
    *found = festival_find(r->question->promo, &f, &unknown) == STATUS_OK;
    if (!*found)
        return STATUS_OK;
    for (int back = 0; back < 2; back++) {
        if (!festival_date(f, year - back, &day) || day - f->before_days > r->today)
            continue;
        r->range = (struct day_range){ day - f->before_days, day + f->length - 1 + f->after_days };
        return STATUS_OK;
    }
    return error_set(why,
                     STATUS_NOT_FOUND,
                     "%.*s has no date in %d that has come",
                     STR_ARG(r->question->promo),
                     (int)year);
}

/* One of the shop's own events, the latest that has begun by the end of that year. */
static enum status find_event(struct rhythm_run *r, int32_t year, struct error *why)
{
    const int32_t last = civil_to_day((struct civil){ .year = year, .month = 12, .day = 31 });
    const struct param params[] = {
        { .type = PARAM_TEXT, .text = r->question->promo },
        { .type = PARAM_I64, .i64 = last < r->today ? last : r->today },
    };
    struct frame *f = NULL;
    const enum status st = conn_query(
        r->context->conn,
        STR("SELECT \"local_date\", coalesce(\"end_date\", \"local_date\") FROM \"calendar_event\""
            " WHERE ($1 = \"event_id\" OR $1 = \"name_en\" OR $1 = \"name_zh\") AND"
            " \"local_date\" <= DATE '1970-01-01' + $2::INTEGER ORDER BY 1 DESC LIMIT 1"),
        params,
        ARRAY_LEN(params),
        &f,
        why);
    if (st != STATUS_OK)
        return st;
    const bool found = frame_rows(f) > 0;
    if (found)
        r->range = (struct day_range){ (int32_t)frame_i64(f, 0, 0), (int32_t)frame_i64(f, 1, 0) };
    frame_free(f);
    if (found)
        return STATUS_OK;
    return error_set(
        why,
        STATUS_NOT_FOUND,
        "no promotion \"%.*s\" has begun: it is neither a festival that the calendar knows "
        "(618, 11.11, black-friday ...) nor one of the shop's calendar_event",
        STR_ARG(r->question->promo));
}

str promo_name(const struct rhythm_run *r)
{
    const struct festival *f = NULL;
    struct error unknown = { .lang = r->lang };
    if (festival_find(r->question->promo, &f, &unknown) != STATUS_OK)
        return r->question->promo;
    return str_from(r->lang == LANG_ZH ? f->name_zh : f->name_en);
}

enum status promo_range(struct rhythm_run *r, struct error *why)
{
    int64_t year = civil_from_day(r->today).year;
    bool found = false;
    if (r->question->promo.len == 0)
        return error_set(
            why, STATUS_BAD_USAGE, "which promotion? such as: shopvane report promo 11.11");
    if (r->question->date.len > 0 && !str_to_i64(r->question->date, &year))
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "--date \"%.*s\" is not a year such as 2026",
                         STR_ARG(r->question->date));
    enum status st = find_feast(r, (int32_t)year, &found, why);
    if (st == STATUS_OK && !found)
        st = find_event(r, (int32_t)year, why);
    if (st == STATUS_OK && r->range.to > r->today)
        r->range.to = r->today;
    return st;
}

/* Whether the shop has an event of the name before this one. */
static enum status has_earlier(struct rhythm_run *r, bool *out, struct error *why)
{
    const struct param params[] = { { .type = PARAM_TEXT, .text = r->question->promo },
                                    { .type = PARAM_I64, .i64 = r->range.from } };
    struct frame *f = NULL;
    const enum status st = conn_query(
        r->context->conn,
        STR("SELECT 1 FROM \"calendar_event\" WHERE ($1 = \"event_id\" OR $1 = \"name_en\" OR"
            " $1 = \"name_zh\") AND \"local_date\" < DATE '1970-01-01' + $2::INTEGER LIMIT 1"),
        params,
        ARRAY_LEN(params),
        &f,
        why);
    if (st == STATUS_OK)
        *out = frame_rows(f) > 0;
    frame_free(f);
    return st;
}

/* The same days of the year before: by the promotion's own date where the calendar knows it, else
 * by the shop's event of that name before this one; of the first of its name, the same dates. */
static enum status compare_with(struct rhythm_run *r, const char **out, struct error *why)
{
    const struct festival *f = NULL;
    struct error unknown = { .lang = r->lang };
    bool earlier = false;
    if (festival_find(r->question->promo, &f, &unknown) == STATUS_OK) {
        *out = arena_printf(r->arena, "festival:%s", f->id).ptr;
        return STATUS_OK;
    }
    const enum status st = has_earlier(r, &earlier, why);
    if (st == STATUS_OK && !earlier)
        rhythm_sentencef(r,
                         "No earlier \"%.*s\" stands in calendar_event: beside it stand the same "
                         "dates a year before.",
                         STR_ARG(r->question->promo));
    *out = earlier ? arena_printf(r->arena, "promo:%.*s", STR_ARG(r->question->promo)).ptr : "yoy";
    return st;
}

static enum status write_figures(struct rhythm_run *r, const char *compare, struct error *why)
{
    static const char *const kpis[] = { "gmv",       "paid_gmv",       "gsv",
                                        "orders",    "atv_customer",   "visitors",
                                        "pay_cr",    "ad_spend",       "roas",
                                        "disc_rate", "refund_rate_amt" };
    static const char *const heads[] = { "KPI", "this time", "last year", "change" };
    const struct answer *a = NULL;
    const struct rhythm_ask ask = {
        .kpis = kpis, .kpi_count = ARRAY_LEN(kpis), .range = r->range, .compare = compare
    };
    const enum status st = rhythm_ask(r, &ask, &a, why);
    if (st != STATUS_OK)
        return st;
    rhythm_table(r, heads, ARRAY_LEN(heads));
    for (size_t i = 0; i < a->kpi_count; i++) {
        const struct answer_kpi *k = &a->kpis[i];
        const size_t at = document_row(r->document);
        struct figure change = rhythm_change(r, k, &k->total);
        if (k->unit_id != UNIT_PERCENT)
            change.formula = (struct live_formula){ LIVE_CHANGE, at, 1, at, 2 };
        const struct figure cells[] = { rhythm_words(k->name),
                                        rhythm_figure(r, a, k, &k->total),
                                        rhythm_compared(r, a, i),
                                        change };
        rhythm_cells(r, cells, ARRAY_LEN(cells));
    }
    return STATUS_OK;
}

/* The day with the largest sales; the last one when none has any. */
static int32_t peak_of(const struct answer *a)
{
    size_t best = a->row_count - 1;
    for (size_t i = 0; i < a->row_count; i++) {
        const struct answer_value *v = &a->kpis[0].rows[i].value;
        const struct answer_value *top = &a->kpis[0].rows[best].value;
        if (v->kind != VALUE_NONE && (top->kind == VALUE_NONE || v->exact > top->exact))
            best = i;
    }
    return a->kpis[0].rows[best].time;
}

static enum status write_curves(struct rhythm_run *r, const char *compare, struct error *why)
{
    static const char *const kpis[] = { "net_sales" };
    const struct answer *days = NULL;
    const struct answer *hours = NULL;
    struct rhythm_ask ask = {
        .kpis = kpis, .kpi_count = 1, .range = r->range, .grain = "day", .compare = compare
    };
    enum status st = rhythm_ask(r, &ask, &days, why);
    if (st != STATUS_OK || days->row_count == 0 || days->kpis[0].needs.len > 0)
        return st;
    st = rhythm_day_chart(r, days, r->range, why);
    const int32_t peak = peak_of(days);
    ask.range = (struct day_range){ peak, peak };
    ask.grain = "hour";
    if (st == STATUS_OK)
        st = rhythm_ask(r, &ask, &hours, why);
    if (st != STATUS_OK || hours->row_count == 0)
        return st;
    rhythm_heading(r, "Hours of the strongest day");
    return rhythm_day_chart(r, hours, ask.range, why);
}

enum status promo_write(struct rhythm_run *r, struct error *why)
{
    static const char *const goods[] = { "net_sales", "units", "stock_units", "days_cover_7" };
    static const char *const channel_kpis[] = { "net_sales", "new_buyers", "ad_spend", "roas" };
    const char *compare = NULL;
    enum status st = compare_with(r, &compare, why);
    if (st != STATUS_OK)
        return st;
    const struct rhythm_ask heroes = {
        .kpis = goods, .kpi_count = ARRAY_LEN(goods), .range = r->range, .by = "sku"
    };
    const struct rhythm_ask channels = { .kpis = channel_kpis,
                                         .kpi_count = ARRAY_LEN(channel_kpis),
                                         .range = r->range,
                                         .by = "channel",
                                         .compare = compare };
    st = write_figures(r, compare, why);
    if (st == STATUS_OK)
        st = write_curves(r, compare, why);
    if (st == STATUS_OK)
        st = rhythm_breakdown(r, "Hero articles", &heroes, 15, why);
    if (st == STATUS_OK)
        st = rhythm_breakdown(r, "Channels", &channels, 20, why);
    return st;
}
