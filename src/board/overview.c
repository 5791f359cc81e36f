/* The overview: cards by stage with their trend, a table of stores, how fresh the data is, and one
 * sentence. Two or three questions and one small statement, in one snapshot. */
#include "board/board_priv.h"

#include <ctype.h>

#define CHOSEN_MAX ((size_t)32)

struct overview {
    struct report *report;
    const struct answer *answer; /* its figures over time */
    struct answer *stores;
    struct arena *arena;
    str chosen[CHOSEN_MAX];
    size_t chosen_count;
};

/* Traffic, conversion, order value, returns: of each the first that the shop's data can tell. */
static const char *const first_cards[][3] = {
    { "visitors", "sessions", NULL },
    { "session_cr", "pay_cr", NULL },
    { "aov", "atv_customer", NULL },
    { "return_rate_units", "refund_rate_amt", NULL },
};

static const struct report_line *line_of(const struct report *r, str kpi)
{
    for (size_t i = 0; i < report_line_count(r); i++) {
        if (str_eq(report_line_at(r, i)->kpi->id, kpi))
            return report_line_at(r, i);
    }
    return NULL;
}

static const char *first_card_of(const struct report *r, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n && names[i] != NULL; i++) {
        const struct report_line *line = line_of(r, str_from(names[i]));
        if (line != NULL && line->kpi->needs.len == 0)
            return names[i];
    }
    return names[0];
}

/* The shop's own choice by its ids in the catalogue, else the first cards. */
static void choose(struct overview *o, const struct board_ask *ask, const str *chosen, size_t n)
{
    for (size_t i = 0; i < n && o->chosen_count < CHOSEN_MAX; i++) {
        const struct kpi *k = kpi_find(ask->context->catalog, chosen[i]);
        if (k != NULL)
            o->chosen[o->chosen_count++] = k->id;
    }
    for (size_t i = 0; n == 0 && i < ARRAY_LEN(first_cards); i++)
        o->chosen[o->chosen_count++] =
            str_from(first_card_of(o->report, first_cards[i], ARRAY_LEN(first_cards[i])));
}

static bool is_chosen(const struct overview *o, str kpi)
{
    for (size_t i = 0; i < o->chosen_count; i++) {
        if (str_eq(o->chosen[i], kpi))
            return true;
    }
    return false;
}

static enum status ask_report(struct overview *o,
                              const struct board_ask *ask,
                              const struct board_range *range,
                              const str *chosen,
                              size_t n,
                              struct error *why)
{
    const str other[] = { STR("pay_cr"), STR("atv_customer") };
    str extra[CHOSEN_MAX];
    size_t extra_count = 0;
    for (size_t i = 0; n == 0 && i < ARRAY_LEN(other); i++) {
        if (kpi_find(ask->context->catalog, other[i]) != NULL)
            extra[extra_count++] = other[i];
    }
    if (n > CHOSEN_MAX)
        return error_set(why, STATUS_BAD_USAGE, "more than %zu KPIs are chosen", CHOSEN_MAX);
    const struct report_question q = { .period = range->period,
                                       .from = range->from,
                                       .to = range->to,
                                       .last = range->last,
                                       .compare = range->compare,
                                       .calendar = range->calendar,
                                       .where = range->where,
                                       .stores = ask->stores,
                                       .store_count = ask->store_count,
                                       .lang = ask->lang,
                                       .now_us = ask->now_us,
                                       .extra = n > 0 ? chosen : extra,
                                       .extra_count = n > 0 ? n : extra_count };
    const enum status st = query_report(ask->context, &q, &o->report, why);
    if (st != STATUS_OK)
        return st;
    o->answer = report_answer(o->report);
    choose(o, ask, chosen, n);
    return STATUS_OK;
}

/* The columns of the table of stores: net sales, then the chosen KPIs that can be answered. */
static size_t store_kpis(const struct overview *o, const struct board_ask *ask, str *out)
{
    size_t n = 0;
    if (!is_chosen(o, STR("net_sales")) && kpi_find(ask->context->catalog, STR("net_sales")))
        out[n++] = STR("net_sales");
    for (size_t i = 0; i < o->chosen_count; i++) {
        const struct report_line *line = line_of(o->report, o->chosen[i]);
        if (line != NULL && line->kpi->needs.len == 0)
            out[n++] = o->chosen[i];
    }
    return n;
}

/* The only store that there is for this answer; empty: there are several. */
static str only_store(const struct board_ask *ask)
{
    const struct shop_settings *s = ask->context->settings;
    if (ask->store_count > 0)
        return ask->store_count == 1 ? ask->stores[0] : STR_EMPTY;
    return s->store_count == 1 ? s->stores[0].name : STR_EMPTY;
}

/* Store by store. Where there is but one, the totals are its figures. */
static enum status ask_stores(struct overview *o,
                              const struct board_ask *ask,
                              const struct board_range *range,
                              struct error *why)
{
    str kpis[CHOSEN_MAX + 1];
    const str by = STR("store");
    const size_t n = store_kpis(o, ask, kpis);
    if (n == 0 || only_store(ask).len > 0)
        return STATUS_OK;
    const struct kpi_question q = { .kpis = kpis,
                                    .kpi_count = n,
                                    .from = day_text(o->arena, o->answer->from),
                                    .to = day_text(o->arena, o->answer->to),
                                    .grain = STR("total"),
                                    .by = &by,
                                    .by_count = 1,
                                    .where = range->where,
                                    .calendar = range->calendar,
                                    .compare = o->answer->compare,
                                    .stores = ask->stores,
                                    .store_count = ask->store_count,
                                    .lang = ask->lang,
                                    .now_us = ask->now_us };
    return query_ask(ask->context, &q, &o->stores, why);
}

/* ---- writing ---- */

static void write_compare(struct json_writer *w, const struct answer_compare *c)
{
    board_value(w, "compare", c != NULL ? &c->value : NULL);
    board_value(w, "change", c != NULL ? &c->change : NULL);
    board_value(w, "relative", c != NULL ? &c->relative : NULL);
}

static void write_trend(struct json_writer *w, const struct report_line *line)
{
    json_key(w, "trend");
    json_array_open(w);
    for (size_t i = 0; i < line->answer->row_count; i++) {
        const struct answer_row *row = &line->kpi->rows[i];
        if (row->time == DAY_NONE)
            continue;
        json_object_open(w);
        board_day(w, "time", row->time);
        board_value(w, "value", &row->value);
        board_value(w, "compare", row->compare != NULL ? &row->compare->value : NULL);
        json_add_bool(w, "complete", row->complete);
        json_object_close(w);
    }
    json_array_close(w);
}

static void write_card(const struct overview *o,
                       struct json_writer *w,
                       const struct report_line *line)
{
    const struct answer_kpi *k = line->kpi;
    const struct answer_goal *goal = k->total.goal;
    const bool has_goal = goal != NULL && goal->target.kind != VALUE_NONE;
    struct buf stage;
    buf_init(&stage, 64);
    buf_addf(&stage, "%c%s", (char)tolower((unsigned char)line->stage[0]), line->stage + 1);
    json_object_open(w);
    json_add_str(w, "stage", buf_str(&stage));
    json_add_str(w, "id", k->id);
    json_add_str(w, "name", k->name);
    json_add_str(w, "unit", k->unit);
    json_add_text(w, "direction", k->direction > 0 ? "up" : k->direction < 0 ? "down" : "neutral");
    board_value(w, "value", &k->total.value);
    write_compare(w, k->total.compare);
    json_add_bool(w, "complete", k->total.complete);
    if (k->until != DAY_NONE)
        board_day(w, "until", k->until);
    json_add_str_or_null(w, "reason", k->needs.len > 0 ? k->needs : k->total.value.reason);
    answer_json_goal(w, line->answer, has_goal ? goal : NULL);
    json_add_bool(w, "chosen", is_chosen(o, k->id));
    write_trend(w, line);
    json_object_close(w);
    buf_release(&stage);
}

/* Chosen ones first, in the shop's order; then by stage. */
static void write_cards(const struct overview *o, struct json_writer *w)
{
    json_key(w, "cards");
    json_array_open(w);
    for (size_t i = 0; i < o->chosen_count; i++) {
        const struct report_line *line = line_of(o->report, o->chosen[i]);
        if (line != NULL)
            write_card(o, w, line);
    }
    for (size_t i = 0; i < report_line_count(o->report); i++) {
        const struct report_line *line = report_line_at(o->report, i);
        if (!is_chosen(o, line->kpi->id))
            write_card(o, w, line);
    }
    json_array_close(w);
}

static const struct shop_store *store_of(const struct board_ask *ask, str name)
{
    const struct shop_settings *s = ask->context->settings;
    for (size_t i = 0; i < s->store_count; i++) {
        if (str_eq(s->stores[i].name, name))
            return &s->stores[i];
    }
    return NULL;
}

/* A row's head up to its open object of values. */
static void open_store(const struct board_ask *ask, struct json_writer *w, str name)
{
    const struct shop_store *store = store_of(ask, name);
    json_object_open(w);
    json_add_str(w, "store", name);
    json_add_str(w, "name", name);
    json_add_str_or_null(w, "platform", store != NULL ? store->platform : STR_EMPTY);
    json_key(w, "values");
    json_object_open(w);
}

static void write_store_value(struct json_writer *w, str kpi, const struct answer_row *row)
{
    json_key_str(w, kpi);
    json_object_open(w);
    board_value(w, "value", &row->value);
    write_compare(w, row->compare);
    json_add_bool(w, "complete", row->complete);
    json_add_str_or_null(w, "reason", row->value.reason);
    json_object_close(w);
}

static void close_store(struct json_writer *w)
{
    json_object_close(w);
    json_object_close(w);
}

static void write_only_store(const struct overview *o,
                             const struct board_ask *ask,
                             struct json_writer *w)
{
    str kpis[CHOSEN_MAX + 1];
    const size_t n = store_kpis(o, ask, kpis);
    open_store(ask, w, only_store(ask));
    for (size_t i = 0; i < n; i++) {
        const struct report_line *line = line_of(o->report, kpis[i]);
        if (line != NULL)
            write_store_value(w, kpis[i], &line->kpi->total);
    }
    close_store(w);
}

static void write_stores(const struct overview *o,
                         const struct board_ask *ask,
                         struct json_writer *w)
{
    const struct answer *a = o->stores;
    json_key(w, "stores");
    json_array_open(w);
    if (only_store(ask).len > 0)
        write_only_store(o, ask, w);
    for (size_t r = 0; a != NULL && r < a->row_count; r++) {
        const str name = a->kpis[0].rows[r].by[0];
        if (a->kpis[0].rows[r].is_others || name.len == 0)
            continue;
        open_store(ask, w, name);
        for (size_t k = 0; k < a->kpi_count; k++)
            write_store_value(w, a->kpis[k].id, &a->kpis[k].rows[r]);
        close_store(w);
    }
    json_array_close(w);
}

/* How far each table reaches: the newest day of any source, and the day up to which all have
 * delivered. */
enum status board_freshness(const struct board_ask *ask, struct json_writer *w, struct error *why)
{
    struct sql q;
    struct frame *f = NULL;
    sql_init(&q, SQL_DUCKDB);
    sql_add(&q,
            "SELECT \"table_name\", max(\"until\"), min(\"until\") FROM (SELECT \"table_name\","
            " \"store\", \"source\", max(\"complete_until\") AS \"until\" FROM \"watermark\"");
    board_add_scope(&q, ask, " WHERE ", STR_EMPTY);
    sql_add(&q, " GROUP BY 1, 2, 3) AS \"w\" WHERE \"until\" IS NOT NULL GROUP BY 1 ORDER BY 1");
    const enum status st = board_run(ask, &q, &f, why);
    json_key(w, "freshness");
    json_array_open(w);
    for (size_t r = 0; st == STATUS_OK && r < frame_rows(f); r++) {
        if (!table_tells_of_days(frame_str(f, 0, r)))
            continue;
        json_object_open(w);
        board_cell_str(w, "table", f, 0, r);
        board_table_name(w, frame_str(f, 0, r), ask->lang);
        board_cell_day(w, "newest", f, 1, r);
        board_cell_day(w, "complete_until", f, 2, r);
        json_object_close(w);
    }
    json_array_close(w);
    frame_free(f);
    return st;
}

static enum status write_all(struct overview *o,
                             const struct board_ask *ask,
                             struct json_writer *w,
                             struct error *why)
{
    str sentence = STR_EMPTY;
    const enum status st = board_sentence(ask, o->report, o->arena, &sentence, why);
    if (st != STATUS_OK)
        return st;
    json_object_open(w);
    board_answer_range(w, o->answer);
    json_add_str(w, "sentence", sentence);
    write_cards(o, w);
    write_stores(o, ask, w);
    const enum status fresh = board_freshness(ask, w, why);
    board_answer_end(w, o->answer);
    json_object_close(w);
    return fresh;
}

enum status board_overview(const struct board_ask *ask,
                           const struct board_range *range,
                           const str *chosen,
                           size_t chosen_count,
                           struct json_writer *w,
                           struct error *why)
{
    struct overview o = { .arena = arena_new(0) };
    struct query_context context;
    struct board_ask inside;
    if (o.arena == NULL)
        return board_no_memory(why);
    enum status st = board_snapshot_begin(ask, &context, &inside, why);
    if (st == STATUS_OK) {
        st = ask_report(&o, &inside, range, chosen, chosen_count, why);
        if (st == STATUS_OK)
            st = ask_stores(&o, &inside, range, why);
        if (st == STATUS_OK)
            st = write_all(&o, &inside, w, why);
        board_snapshot_end(&inside);
    }
    answer_free(o.stores);
    report_free(o.report);
    arena_free(o.arena);
    return st;
}
