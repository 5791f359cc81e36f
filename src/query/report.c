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
    struct zone_cursor cursor = { .from_s = 0 };
    int32_t today = (int32_t)i64_floor_div(q->now_us, US_PER_DAY);
    int32_t last = DAY_NONE;
    if (c->zone != NULL)
        zone_local(c->zone, &cursor, q->now_us, &today, NULL, NULL);
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

static enum status ask_both(const struct query_context *c,
                            const struct report_question *q,
                            struct report *r,
                            struct error *why)
{
    str ids[2][ARRAY_LEN(lines)];
    size_t order[2][ARRAY_LEN(lines)];
    size_t n[2] = { 0, 0 };
    const char *stages[ARRAY_LEN(lines)];
    struct day_range range;
    enum kpi_grain grain;
    enum status st = range_of(c, q, &range, why);
    if (st != STATUS_OK)
        return st;
    const char *grain_name = trend_grain(&range, &grain);
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        const struct kpi *k = kpi_find(c->catalog, str_from(lines[i].kpi));
        if (k == NULL)
            continue;
        const size_t which = k->formula == NULL || (k->grains & GRAIN_BIT(grain)) ? 0 : 1;
        ids[which][n[which]] = k->id;
        order[which][n[which]++] = r->n;
        stages[r->n++] = lines[i].stage;
    }
    struct kpi_question ask = base_question(
        q, query_text_of_day(r->arena, range.from), query_text_of_day(r->arena, range.to));
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
    if (st == STATUS_OK)
        st = report_targets(c, q, r, why);
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

void report_free(struct report *r)
{
    if (r == NULL)
        return;
    answer_free(r->over_time);
    answer_free(r->whole);
    arena_free(r->arena);
    mem_free(r);
}

/* ---- targets ---- */

/* A target's part of the period: sums by days, rates as they are. */
struct target_sum {
    i128 value_e4;
    bool found;
};

static void add_target(const struct report_line *line,
                       struct target_sum *sum,
                       const struct frame *f,
                       size_t row)
{
    const struct answer *a = line->answer;
    const enum unit_kind kind = kpi_unit_kind(line->kpi->unit_id);
    const int32_t first = (int32_t)frame_i64(f, 1, row);
    const int32_t last = (int32_t)frame_i64(f, 2, row);
    const int32_t from = first > a->from ? first : a->from;
    const int32_t to = last < a->to ? last : a->to;
    if (!str_eq(frame_str(f, 0, row), line->kpi->id) || to < from || last < first)
        return;
    const i128 value = frame_i128(f, 3, row);
    if (kind == UNIT_KIND_MONEY || kind == UNIT_KIND_COUNT)
        sum->value_e4 += i128_div_half_even(value * (to - from + 1), last - first + 1);
    else
        sum->value_e4 = value;
    sum->found = true;
}

static struct number actual_of(const struct answer_kpi *k)
{
    const struct answer_value *v = &k->total.value;
    if (v->kind == VALUE_MONEY)
        return number_money(v->exact);
    if (v->kind == VALUE_COUNT)
        return number_whole(v->exact);
    return v->kind == VALUE_NUMBER ? number_real(v->real) : number_none(STR_EMPTY);
}

static void set_target(const struct asking *writer,
                       struct report_line *line,
                       const struct target_sum *sum)
{
    struct number target = number_money(sum->value_e4); /* x 10^4 whatever the unit */
    line->has_target = true;
    line->target = answer_value_of(writer, line->kpi->unit_id, target);
    if (kpi_unit_kind(line->kpi->unit_id) == UNIT_KIND_COUNT) {
        i128 whole = 0;
        if (number_round(target, 0, &whole))
            line->target = answer_value_of(writer, line->kpi->unit_id, number_whole(whole));
    }
    const str zero = str_from(tr(writer->lang, "the target is 0"));
    const struct number done = number_divide(actual_of(line->kpi), target, zero);
    line->completion = answer_value_of(writer, UNIT_RATIO, done);
}

enum status report_targets(const struct query_context *c,
                           const struct report_question *q,
                           struct report *r,
                           struct error *why)
{
    struct frame *f = NULL;
    struct sql sql;
    struct buf scratch;
    buf_init(&scratch, SCRATCH_MAX);
    const struct asking writer = { .arena = r->arena, .scratch = &scratch, .lang = r->lang };
    sql_init(&sql, SQL_DUCKDB);
    sql_add(&sql,
            "SELECT \"kpi\", \"local_date\", \"end_date\", \"value_e4\" FROM \"target\""
            " WHERE \"level\" = 'target' AND \"local_date\" IS NOT NULL AND \"end_date\" IS"
            " NOT NULL AND \"value_e4\" IS NOT NULL");
    for (size_t i = 0; i < q->store_count; i++) {
        sql_add(&sql, i == 0 ? " AND \"store\" IN (" : ", ");
        sql_bind_text(&sql, q->stores[i]);
    }
    sql_add(&sql, q->store_count > 0 ? ") ORDER BY ALL" : " ORDER BY ALL");
    enum status st = sql_finish(&sql, why);
    const struct param *params = st == STATUS_OK ? query_params_of(r->arena, &sql) : NULL;
    if (st == STATUS_OK)
        st = params != NULL ? conn_query(c->conn, sql_text(&sql), params, sql.value_count, &f, why)
                            : query_no_memory(why);
    for (size_t i = 0; st == STATUS_OK && i < r->n; i++) {
        struct target_sum sum = { .found = false };
        for (size_t row = 0; row < frame_rows(f); row++)
            add_target(&r->lines[i], &sum, f, row);
        if (sum.found)
            set_target(&writer, &r->lines[i], &sum);
    }
    frame_free(f);
    sql_release(&sql);
    buf_release(&scratch);
    return st;
}
