/* Targets with how they stand, their days, and their revisions. One question a period and level
 * answers for all KPIs and stores. */
#include "board/board_priv.h"

#include "goals/goals.h"

#include <stdlib.h>

#define PERIODS_MAX ((size_t)40)
#define KPIS_MAX    ((size_t)64)

/* What was asked of one period at one level. */
struct standing {
    int32_t from;
    int32_t to;
    enum goal_level level;
    struct answer *answer; /* by store */
    bool is_cut;           /* more KPIs than are asked for */
};

struct page {
    const struct board_ask *ask;
    const struct board_goals_question *words;
    struct goal_period period;
    struct goal_list list;
    struct standing standings[PERIODS_MAX];
    size_t n_standings;
    bool is_cut; /* more periods than are asked for */
    struct arena *arena;
};

static bool in_scope(const struct board_ask *ask, str store)
{
    for (size_t i = 0; i < ask->store_count; i++) {
        if (str_eq(ask->stores[i], store))
            return true;
    }
    return ask->store_count == 0;
}

static bool is_shown(const struct page *p, const struct goal *g)
{
    const struct board_goals_question *q = p->words;
    return g->from <= p->period.to && g->to >= p->period.from && in_scope(p->ask, g->store) &&
           (q->kpi.len == 0 || str_eq(q->kpi, g->kpi)) &&
           (q->level.len == 0 || str_is(q->level, goal_level_name(g->level)));
}

/* A day that a split made is shown among `days` only. */
static bool is_split_day(const struct goal *g)
{
    return g->is_split && g->from == g->to;
}

static struct standing *standing_of(struct page *p, const struct goal *g)
{
    for (size_t i = 0; i < p->n_standings; i++) {
        struct standing *s = &p->standings[i];
        if (s->from == g->from && s->to == g->to && s->level == g->level)
            return s;
    }
    return NULL;
}

/* KPIs with a target of the period and level. */
static size_t kpis_of(const struct page *p, struct standing *s, str *out)
{
    size_t n = 0;
    for (size_t i = 0; i < p->list.n; i++) {
        const struct goal *g = &p->list.items[i];
        if (!is_shown(p, g) || g->from != s->from || g->to != s->to || g->level != s->level ||
            kpi_find(p->ask->context->catalog, g->kpi) == NULL)
            continue;
        bool is_known = false;
        for (size_t k = 0; k < n; k++)
            is_known = is_known || str_eq(out[k], g->kpi);
        s->is_cut = s->is_cut || (!is_known && n == KPIS_MAX);
        if (!is_known && n < KPIS_MAX)
            out[n++] = g->kpi;
    }
    return n;
}

static enum status ask_standing(struct page *p, struct standing *s, struct error *why)
{
    str kpis[KPIS_MAX];
    const size_t n = kpis_of(p, s, kpis);
    const str by = STR("store");
    if (n == 0)
        return STATUS_OK;
    const struct kpi_question q = { .kpis = kpis,
                                    .kpi_count = n,
                                    .from = day_text(p->arena, s->from),
                                    .to = day_text(p->arena, s->to),
                                    .grain = STR("total"),
                                    .by = &by,
                                    .by_count = 1,
                                    .target = str_from(goal_level_name(s->level)),
                                    .stores = p->ask->stores,
                                    .store_count = p->ask->store_count,
                                    .lang = p->ask->lang,
                                    .now_us = p->ask->now_us };
    return query_ask(p->ask->context, &q, &s->answer, why);
}

static enum status ask_all(struct page *p, struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < p->list.n && st == STATUS_OK; i++) {
        const struct goal *g = &p->list.items[i];
        if (!is_shown(p, g) || is_split_day(g) || standing_of(p, g) != NULL)
            continue;
        if (p->n_standings == PERIODS_MAX) {
            p->is_cut = true;
            break;
        }
        struct standing *s = &p->standings[p->n_standings++];
        *s = (struct standing){ .from = g->from, .to = g->to, .level = g->level };
        st = ask_standing(p, s, why);
    }
    return st;
}

static const struct answer_row *row_of(const struct standing *s, const struct goal *g)
{
    for (size_t k = 0; s != NULL && s->answer != NULL && k < s->answer->kpi_count; k++) {
        const struct answer_kpi *kpi = &s->answer->kpis[k];
        if (!str_eq(kpi->id, g->kpi))
            continue;
        if (g->store.len == 0)
            return &kpi->total;
        for (size_t r = 0; r < s->answer->row_count; r++) {
            if (!kpi->rows[r].is_others && str_eq(kpi->rows[r].by[0], g->store))
                return &kpi->rows[r];
        }
    }
    return NULL;
}

/* ---- writing ---- */

void board_goal(struct json_writer *w,
                const struct kpi_catalog *c,
                const struct goal *g,
                enum lang lang)
{
    const struct kpi *k = kpi_find(c, g->kpi);
    json_add_str(w, "kpi", g->kpi);
    json_add_str(w, "name", k != NULL ? k->name[lang] : g->kpi);
    json_add_text(w, "unit", k != NULL ? kpi_unit_name(k->unit) : "number");
    json_add_str_or_null(w, "store", g->store);
    json_add_str_or_null(w, "category", g->category);
    json_add_str(w, "period", g->period);
    board_day(w, "from", g->from);
    board_day(w, "to", g->to);
    json_add_text(w, "level", goal_level_name(g->level));
    json_key(w, "target");
    json_money(w, g->value_e4);
    json_key(w, "first_target");
    json_money(w, g->first_e4);
    json_add_str_or_null(w, "currency", g->currency);
    json_add_bool(w, "locked", g->locked);
    json_add_bool(w, "split", g->is_split);
    json_add_str_or_null(w, "owner", g->owner);
    json_add_str_or_null(w, "note", g->note);
    json_add_str_or_null(w, "author", g->author);
    json_add_i64(w, "revision", g->revision);
    if (g->revised_at_us > 0)
        board_time(w, "revised_at", g->revised_at_us);
    else
        json_add_null(w, "revised_at");
}

static void write_item(struct page *p, struct json_writer *w, const struct goal *g)
{
    const struct standing *s = standing_of(p, g);
    const struct answer_row *row = g->category.len == 0 ? row_of(s, g) : NULL;
    json_object_open(w);
    board_goal(w, p->ask->context->catalog, g, p->ask->lang);
    board_value(w, "actual", row != NULL ? &row->value : NULL);
    answer_json_goal(
        w, s != NULL && s->answer != NULL ? s->answer : NULL, row != NULL ? row->goal : NULL);
    if (s == NULL && p->is_cut)
        json_add_text(
            w, "reason", tr(p->ask->lang, "too many periods at once: ask for a shorter one"));
    else if (row == NULL && s != NULL && s->is_cut)
        json_add_text(
            w, "reason", tr(p->ask->lang, "more KPIs have a target of this period than fit here"));
    json_object_close(w);
}

static bool is_locked_day(const struct page *p, int32_t day, str store)
{
    for (size_t i = 0; i < p->list.n; i++) {
        const struct goal *g = &p->list.items[i];
        if (g->from == day && g->to == day && g->locked && str_eq(g->kpi, p->words->kpi) &&
            str_eq(g->store, store))
            return true;
    }
    return false;
}

/* Day by day, of one KPI: what was aimed at and what came. */
static enum status write_days(struct page *p, struct json_writer *w, struct error *why)
{
    struct answer *a = NULL;
    const str store = p->ask->store_count == 1 ? p->ask->stores[0] : STR_EMPTY;
    const struct kpi_question q = {
        .kpis = &p->words->kpi,
        .kpi_count = 1,
        .from = day_text(p->arena, p->period.from),
        .to = day_text(p->arena, p->period.to),
        .grain = STR("day"),
        .target = p->words->level.len > 0 ? p->words->level : STR("target"),
        .stores = p->ask->stores,
        .store_count = p->ask->store_count,
        .lang = p->ask->lang,
        .now_us = p->ask->now_us,
    };
    const enum status st = query_ask(p->ask->context, &q, &a, why);
    for (size_t i = 0; st == STATUS_OK && i < a->row_count; i++) {
        const struct answer_row *row = &a->kpis[0].rows[i];
        json_object_open(w);
        board_day(w, "day", row->time);
        board_value(w, "target", row->goal != NULL ? &row->goal->target : NULL);
        board_value(w, "actual", &row->value);
        json_add_bool(w, "complete", row->complete);
        json_add_bool(w, "locked", is_locked_day(p, row->time, store));
        json_object_close(w);
    }
    answer_free(a);
    return st;
}

static enum status write_page(struct page *p, struct json_writer *w, struct error *why)
{
    int64_t n = 0;
    int64_t revision = 0;
    enum status st = STATUS_OK;
    json_object_open(w);
    json_key(w, "period");
    json_object_open(w);
    json_add_str(w, "word", p->period.word);
    board_day(w, "from", p->period.from);
    board_day(w, "to", p->period.to);
    json_object_close(w);
    json_key(w, "items");
    json_array_open(w);
    for (size_t i = 0; i < p->list.n; i++) {
        const struct goal *g = &p->list.items[i];
        revision = g->revision > revision ? g->revision : revision;
        if (!is_shown(p, g) || is_split_day(g))
            continue;
        write_item(p, w, g);
        n++;
    }
    json_array_close(w);
    json_key(w, "days");
    json_array_open(w);
    if (p->words->kpi.len > 0 && p->period.to - p->period.from < 400)
        st = write_days(p, w, why);
    json_array_close(w);
    json_add_i64(w, "total", n);
    json_add_i64(w, "revision", revision);
    json_object_close(w);
    return st;
}

enum status board_goals(const struct board_ask *ask,
                        const struct board_goals_question *q,
                        struct json_writer *w,
                        struct error *why)
{
    struct query_context context;
    struct board_ask inside;
    struct page *p = mem_new(1, sizeof *p);
    struct board_goals_question words = *q;
    const struct kpi *kpi = NULL;
    enum status st = STATUS_OK;
    if (p == NULL)
        return board_no_memory(why);
    if (q->kpi.len > 0)
        st = kpi_lookup(ask->context->catalog, q->kpi, &kpi, why);
    words.kpi = kpi != NULL ? kpi->id : STR_EMPTY;
    p->words = &words;
    p->arena = arena_new(0);
    if (p->arena == NULL)
        st = board_no_memory(why);
    if (st == STATUS_OK)
        st = board_snapshot_begin(ask, &context, &inside, why);
    if (st == STATUS_OK) {
        const int32_t year = civil_from_day(board_today(ask)).year;
        p->ask = &inside;
        st = goal_period_parse(context.conn, q->period, year, p->arena, &p->period, why);
        if (st == STATUS_OK)
            st = goals_load(
                context.conn, &(struct goal_filter){ .n_kpis = 0 }, p->arena, &p->list, why);
        if (st == STATUS_OK)
            st = ask_all(p, why);
        if (st == STATUS_OK)
            st = write_page(p, w, why);
        board_snapshot_end(&inside);
    }
    for (size_t i = 0; i < p->n_standings; i++)
        answer_free(p->standings[i].answer);
    arena_free(p->arena);
    mem_free(p);
    return st;
}

/* ---- revisions ---- */

static int newest_first(const struct goal *x, const struct goal *y)
{
    return x->revision != y->revision ? (x->revision > y->revision ? -1 : 1) : goal_compare(x, y);
}

static int by_revision(const void *x, const void *y)
{
    const struct goal *const *a = x;
    const struct goal *const *b = y;
    return newest_first(*a, *b);
}

enum status board_goals_history(const struct board_ask *ask,
                                const struct board_page *page,
                                struct json_writer *w,
                                struct error *why)
{
    struct goal_list list = { .n = 0 };
    struct arena *a = arena_new((size_t)512 * 1024 * 1024);
    size_t limit = 0;
    int64_t offset = 0;
    size_t n = 0;
    size_t shown = 0;
    enum status st = board_page_read(page, &limit, &offset, why);
    if (st == STATUS_OK)
        st = a == NULL ? board_no_memory(why)
                       : goals_load(ask->context->conn,
                                    &(struct goal_filter){ .with_replaced = true },
                                    a,
                                    &list,
                                    why);
    const struct goal **items =
        st == STATUS_OK ? ARENA_NEW(a, const struct goal *, list.n + 1) : NULL;
    if (st == STATUS_OK && items == NULL)
        st = board_no_memory(why);
    for (size_t i = 0; items != NULL && i < list.n; i++) {
        if (in_scope(ask, list.items[i].store) && !is_split_day(&list.items[i]))
            items[n++] = &list.items[i];
    }
    if (st == STATUS_OK && items != NULL) {
        qsort(items, n, sizeof(const struct goal *), by_revision);
        json_object_open(w);
        json_key(w, "items");
        json_array_open(w);
        for (size_t i = (size_t)offset; i < n && shown < limit; i++, shown++) {
            json_object_open(w);
            board_goal(w, ask->context->catalog, items[i], ask->lang);
            json_add_i64(w, "replaced_by", items[i]->replaced_by);
            json_object_close(w);
        }
        json_array_close(w);
        board_page_end(w, (int64_t)n, offset, shown);
        json_object_close(w);
    }
    arena_free(a);
    return st;
}
