/* How the figures so far stand to their targets: every KPI that has one, all stores and each. */
#include "notify/rhythm_priv.h"

#include <string.h>

static bool is_listed(const char *const *kpis, size_t n, str id)
{
    for (size_t i = 0; i < n; i++) {
        if (str_is(id, kpis[i]))
            return true;
    }
    return false;
}

/* The KPIs with a target that touches the days. */
static enum status find_kpis(
    struct rhythm_run *r, struct day_range days, const char **kpis, size_t *n, struct error *why)
{
    struct goal_list list = { .n = 0 };
    const struct goal_filter filter = { .level = STR("target") };
    const enum status st = goals_load(r->context->conn, &filter, r->arena, &list, why);
    *n = 0;
    for (size_t i = 0; st == STATUS_OK && i < list.n && *n < RHYTHM_KPIS_MAX; i++) {
        const struct goal *g = &list.items[i];
        if (g->from > days.to || g->to < days.from || is_listed(kpis, *n, g->kpi) ||
            kpi_find(r->context->catalog, g->kpi) == NULL)
            continue;
        kpis[*n] = arena_cstr(r->arena, g->kpi);
        if (kpis[*n] == NULL)
            return error_set(why, STATUS_NO_MEMORY, "out of memory");
        (*n)++;
    }
    return st;
}

static struct figure figure_of(struct rhythm_run *r,
                               const struct answer *a,
                               const struct answer_kpi *k,
                               const struct answer_value *v)
{
    const struct answer_row row = { .value = *v, .complete = true };
    return v->kind == VALUE_NONE ? rhythm_words(STR("–")) : rhythm_figure(r, a, k, &row);
}

static struct figure share_of(struct rhythm_run *r,
                              const struct answer *a,
                              const struct answer_kpi *k,
                              const struct answer_value *v)
{
    struct answer_kpi share = *k;
    share.unit_id = UNIT_PERCENT;
    return figure_of(r, a, &share, v);
}

static void write_row(struct rhythm_run *r,
                      const struct answer *a,
                      const struct answer_kpi *k,
                      const struct answer_row *row,
                      str store)
{
    const struct answer_goal *g = row->goal;
    if (g == NULL || g->target.kind == VALUE_NONE)
        return;
    struct figure gap = figure_of(r, a, k, &g->gap);
    gap.tone = g->on_course > 0 ? TONE_GOOD : g->on_course < 0 ? TONE_BAD : TONE_PLAIN;
    const struct figure cells[] = {
        rhythm_words(k->name),
        rhythm_words(store),
        figure_of(r, a, k, &row->value),
        figure_of(r, a, k, &g->target),
        share_of(r, a, k, &g->completion),
        share_of(r, a, k, &g->progress),
        gap,
        figure_of(r, a, k, &g->needed),
    };
    rhythm_cells(r, cells, ARRAY_LEN(cells));
}

static bool any_target(const struct answer *a)
{
    for (size_t i = 0; i < a->kpi_count; i++) {
        const struct answer_goal *g = a->kpis[i].total.goal;
        if (g != NULL && g->target.kind != VALUE_NONE)
            return true;
        for (size_t row = 0; row < a->row_count; row++) {
            g = a->kpis[i].rows[row].goal;
            if (g != NULL && g->target.kind != VALUE_NONE)
                return true;
        }
    }
    return false;
}

static void write_table(struct rhythm_run *r, const char *heading, const struct answer *a)
{
    static const char *const heads[] = { "KPI",        "store",         "value", "target",
                                         "completion", "time progress", "gap",   "needed a day" };
    rhythm_heading(r, heading);
    rhythm_table(r, heads, ARRAY_LEN(heads));
    for (size_t i = 0; i < a->kpi_count; i++) {
        const struct answer_kpi *k = &a->kpis[i];
        write_row(r, a, k, &k->total, str_from(tr(r->lang, "all stores")));
        for (size_t row = 0; row < a->row_count && a->row_count > 1; row++)
            write_row(r, a, k, &k->rows[row], k->rows[row].by[0]);
    }
}

enum status pace_write(struct rhythm_run *r,
                       const char *heading,
                       struct day_range so_far,
                       int32_t to,
                       struct error *why)
{
    const char *kpis[RHYTHM_KPIS_MAX];
    size_t n = 0;
    const struct answer *a = NULL;
    enum status st = find_kpis(r, (struct day_range){ so_far.from, to }, kpis, &n, why);
    if (st != STATUS_OK || n == 0)
        return st;
    const struct rhythm_ask ask = { .kpis = kpis,
                                    .kpi_count = n,
                                    .range = so_far,
                                    .by = "store",
                                    .target = "target",
                                    .target_to = to };
    st = rhythm_ask(r, &ask, &a, why);
    if (st == STATUS_OK && any_target(a))
        write_table(r, heading, a);
    return st;
}
