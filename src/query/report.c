/* The report: some twenty KPIs by stage in two questions at most, whatever their number. */
#include "query/report_priv.h"

#include <string.h>

static const struct {
    const char *stage;
    const char *kpi;
} lines[] = {
    { "Traffic", "visitors" },
    { "Traffic", "sessions" },
    { "Traffic", "pageviews" },
    { "Traffic", "bounce_rate" },
    { "Conversion", "session_cr" },
    { "Conversion", "atc_rate" },
    { "Conversion", "cart_abandon" },
    { "Order", "net_sales" },
    { "Order", "gross_sales" },
    { "Order", "orders" },
    { "Order", "aov" },
    { "Order", "units" },
    { "Order", "disc_rate" },
    { "Customer", "buyers" },
    { "Customer", "new_buyers" },
    { "Customer", "ret_rate" },
    { "Customer", "freq" },
    { "Product", "asp" },
    { "Product", "gross_margin" },
    { "Product", "returns_amt" },
    { "Product", "return_rate_units" },
    { "Product", "stock_units" },
    { "Service", "refund_rate_amt" },
    { "Service", "ship_time" },
    { "Service", "rating" },
    { "Service", "first_reply" },
};
#define SPARK_WIDTH ((size_t)28)

/* The range as days, so that the length of a period of the trend can be chosen. */
static enum status range_of(const struct query_context *c,
                            const struct report_question *q,
                            struct day_range *out,
                            struct error *why)
{
    struct period_rules rules = { .week_start = c->settings->week_start,
                                  .calendar = c->settings->calendar,
                                  .retail_month = c->settings->retail_month };
    const int32_t today = zone_day(c->zone, q->now_us);
    int32_t last = DAY_NONE;
    if (q->calendar.len > 0) {
        const enum status st = calendar_parse(q->calendar, &rules.calendar, why);
        if (st != STATUS_OK)
            return st;
    }
    if (q->period.len > 0)
        return range_named(q->period, today, &rules, out, why);
    if (q->last.len > 0)
        return range_last(q->last, today, out, why);
    if (q->from.len > 0 || q->to.len > 0) {
        out->to = today;
        if (q->to.len > 0 && !day_parse(q->to, &out->to))
            return error_set(why,
                             STATUS_BAD_USAGE,
                             "--to \"%.*s\" is not a date such as 2010-12-01",
                             STR_ARG(q->to));
        out->from = out->to - 27;
        if (q->from.len > 0 && !day_parse(q->from, &out->from))
            return error_set(why,
                             STATUS_BAD_USAGE,
                             "--from \"%.*s\" is not a date such as 2010-12-01",
                             STR_ARG(q->from));
        return STATUS_OK;
    }
    const enum status st = query_last_day(c, q->now_us, &last, why);
    if (st != STATUS_OK)
        return st;
    out->to = last != DAY_NONE && last < today ? last : today - 1;
    out->from = out->to - 27;
    return STATUS_OK;
}

static const char *trend_grain(const struct day_range *r, enum kpi_grain *out)
{
    const int32_t days = r->to - r->from + 1;
    *out = days <= 92 ? GRAIN_DAY : days <= 400 ? GRAIN_WEEK : GRAIN_MONTH;
    return kpi_grain_name(*out);
}

/* What both questions have in common. */
static struct kpi_question base_question(const struct report_question *q, str from, str to)
{
    return (struct kpi_question){ .from = from,
                                  .to = to,
                                  .compare = q->compare.len > 0 ? q->compare : STR("prev"),
                                  .calendar = q->calendar,
                                  .where = q->where,
                                  .stores = q->stores,
                                  .store_count = q->store_count,
                                  .target = STR("target"),
                                  .lang = q->lang,
                                  .now_us = q->now_us,
                                  .raw_only = q->raw_only };
}

static void attach(struct report *r,
                   const struct answer *a,
                   const char *const *stages,
                   const size_t *order)
{
    for (size_t i = 0; a != NULL && i < a->kpi_count; i++) {
        r->lines[order[i]] =
            (struct report_line){ .stage = stages[order[i]], .answer = a, .kpi = &a->kpis[i] };
    }
}

/* Groups of the catalogue; what is in none of them is about orders. */
static const struct {
    const char *group;
    const char *stage;
} groups[] = {
    { "traffic", "Traffic" },       { "marketing", "Traffic" }, { "conversion", "Conversion" },
    { "experience", "Conversion" }, { "customer", "Customer" }, { "inventory", "Product" },
    { "refund", "Service" },        { "service", "Service" },
};

const char *report_stage_of(const struct kpi *k)
{
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        if (str_is(k->id, lines[i].kpi))
            return lines[i].stage;
    }
    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        if (str_is(k->group, groups[i].group))
            return groups[i].stage;
    }
    return "Order";
}

static bool is_chosen(const struct kpi *const *kpis, size_t n, const struct kpi *k)
{
    for (size_t i = 0; i < n; i++) {
        if (kpis[i] == k)
            return true;
    }
    return false;
}

/* The report's own KPIs, as far as the catalogue has them, and those asked for beside. */
static enum status choose_lines(const struct query_context *c,
                                const struct report_question *q,
                                struct report *r,
                                const struct kpi **kpis,
                                const char **stages,
                                struct error *why)
{
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        const struct kpi *k = kpi_find(c->catalog, str_from(lines[i].kpi));
        if (k == NULL)
            continue;
        kpis[r->n] = k;
        stages[r->n++] = lines[i].stage;
    }
    for (size_t i = 0; i < q->extra_count; i++) {
        const struct kpi *k = NULL;
        const enum status st = kpi_lookup(c->catalog, q->extra[i], &k, why);
        if (st != STATUS_OK)
            return st;
        if (is_chosen(kpis, r->n, k))
            continue;
        if (r->n == REPORT_LINES_MAX)
            return error_set(
                why, STATUS_BAD_USAGE, "more than %zu KPIs in one report", REPORT_LINES_MAX);
        kpis[r->n] = k;
        stages[r->n++] = report_stage_of(k);
    }
    return STATUS_OK;
}

static enum status ask_both(const struct query_context *c,
                            const struct report_question *q,
                            struct report *r,
                            struct error *why)
{
    str ids[2][REPORT_LINES_MAX];
    size_t order[2][REPORT_LINES_MAX] = { { 0 } };
    size_t n[2] = { 0, 0 };
    const struct kpi *kpis[REPORT_LINES_MAX] = { NULL };
    const char *stages[REPORT_LINES_MAX];
    struct day_range range;
    enum kpi_grain grain;
    enum status st = range_of(c, q, &range, why);
    if (st == STATUS_OK)
        st = choose_lines(c, q, r, kpis, stages, why);
    if (st != STATUS_OK)
        return st;
    const char *grain_name = trend_grain(&range, &grain);
    for (size_t i = 0; i < r->n; i++) {
        const struct kpi *k = kpis[i];
        const size_t which = k->formula == NULL || (k->grains & GRAIN_BIT(grain)) ? 0 : 1;
        ids[which][n[which]] = k->id;
        order[which][n[which]++] = i;
    }
    struct kpi_question ask =
        base_question(q, day_text(r->arena, range.from), day_text(r->arena, range.to));
    if (n[0] > 0) {
        ask.kpis = ids[0];
        ask.kpi_count = n[0];
        ask.grain = str_from(grain_name);
        st = query_ask(c, &ask, &r->over_time, why);
    }
    if (st == STATUS_OK && n[1] > 0) {
        ask.kpis = ids[1];
        ask.kpi_count = n[1];
        ask.grain = STR("total");
        st = query_ask(c, &ask, &r->whole, why);
    }
    attach(r, r->over_time, stages, order[0]);
    attach(r, r->whole, stages, order[1]);
    return st;
}

enum status query_report(const struct query_context *c,
                         const struct report_question *q,
                         struct report **out,
                         struct error *why)
{
    struct report *r = mem_new(1, sizeof *r);
    if (r == NULL)
        return query_no_memory(why);
    r->lang = q->lang;
    r->arena = arena_new(0);
    enum status st = r->arena != NULL ? ask_both(c, q, r, why) : query_no_memory(why);
    if (st == STATUS_OK && r->n == 0)
        st = error_set(why, STATUS_NOT_FOUND, "the catalogue has none of the report's KPIs");
    if (st != STATUS_OK) {
        report_free(r);
        return st;
    }
    *out = r;
    return STATUS_OK;
}

const struct answer *report_answer(const struct report *r)
{
    return r->over_time != NULL ? r->over_time : r->whole;
}

size_t report_line_count(const struct report *r)
{
    return r->n;
}

const struct report_line *report_line_at(const struct report *r, size_t i)
{
    BUG_IF(i >= r->n);
    return &r->lines[i];
}

void report_free(struct report *r)
{
    if (r == NULL)
        return;
    answer_free(r->over_time);
    answer_free(r->whole);
    arena_free(r->arena);
    mem_free(r);
}
