/* How the figures so far stand to their targets: every KPI that has one, all stores and each; line
 * by line, and as scorecards of the stores. */
#include "notify/rhythm_priv.h"

#include <math.h>

static bool is_listed(const char *const *kpis, size_t n, str id)
{
    for (size_t i = 0; i < n; i++) {
        if (str_is(id, kpis[i]))
            return true;
    }
    return false;
}

enum status pace_kpis(struct rhythm_run *r,
                      struct day_range days,
                      const char *const **kpis,
                      size_t *n,
                      struct error *why)
{
    struct goal_list list = { .n = 0 };
    const struct goal_filter filter = { .level = STR("target") };
    const enum status st = goals_load(r->context->conn, &filter, r->arena, &list, why);
    const size_t most = kpi_count(r->context->catalog);
    const char **found = ARENA_NEW(r->arena, const char *, most + 1);
    *n = 0;
    *kpis = found;
    if (st == STATUS_OK && found == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; st == STATUS_OK && i < list.n; i++) {
        const struct goal *g = &list.items[i];
        if (g->from > days.to || g->to < days.from || is_listed(found, *n, g->kpi) ||
            kpi_find(r->context->catalog, g->kpi) == NULL)
            continue;
        BUG_IF(*n == most); /* each is one of the catalogue's */
        found[*n] = arena_cstr(r->arena, g->kpi);
        if (found[*n] == NULL)
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

struct figure pace_share(struct rhythm_run *r,
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
    const size_t at = document_row(r->document);
    const bool low = k->direction < 0;
    struct figure gap = figure_of(r, a, k, &g->gap);
    struct figure done = pace_share(r, a, k, &g->completion);
    done.formula = (struct live_formula){ LIVE_QUOTIENT, at, low ? 3 : 2, at, low ? 2 : 3 };
    gap.tone = g->on_course > 0 ? TONE_GOOD : g->on_course < 0 ? TONE_BAD : TONE_PLAIN;
    const struct figure cells[] = {
        rhythm_words(k->name),
        rhythm_words(store),
        rhythm_figure(r, a, k, row),
        figure_of(r, a, k, &g->target),
        done,
        pace_share(r, a, k, &g->progress),
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

void pace_write(struct rhythm_run *r, const char *heading, const struct answer *a)
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

/* ---- scorecards ---- */

/* A light by how much of what should be reached by now is reached; where low is good, the other way
 * round. */
#define SCORE_GREEN  1.0
#define SCORE_YELLOW 0.9

static double amount_of(const struct answer_value *v)
{
    return v->kind == VALUE_MONEY ? (double)v->exact / (double)MONEY_ONE : v->real;
}

static double score_of(const struct answer_kpi *k, const struct answer_row *row)
{
    const struct answer_goal *g = row->goal;
    if (k->direction == 0 || g == NULL || g->expected.kind == VALUE_NONE ||
        row->value.kind == VALUE_NONE)
        return (double)NAN;
    const double value = amount_of(&row->value);
    const double expected = amount_of(&g->expected);
    const bool low = k->direction < 0;
    return (low ? value : expected) > 0 ? (low ? expected / value : value / expected) : (double)NAN;
}

static struct figure light_of(struct rhythm_run *r, double score)
{
    if (isnan(score))
        return (struct figure){ .text = STR("–"), .tone = TONE_DIM };
    struct buf b;
    buf_init(&b, 64);
    buf_adds(&b, score >= SCORE_GREEN ? "● " : score >= SCORE_YELLOW ? "◐ " : "○ ");
    buf_add_money_grouped(&b, (i128)llrint(score * 1e6), 1);
    buf_addc(&b, '%');
    const str text = arena_dup(r->arena, buf_str(&b));
    buf_release(&b);
    return (struct figure){ .kind = FIGURE_PERCENT,
                            .text = text.ptr != NULL ? text : STR_EMPTY,
                            .value = score,
                            .tone = score >= SCORE_GREEN    ? TONE_GOOD
                                    : score >= SCORE_YELLOW ? TONE_PLAIN
                                                            : TONE_BAD };
}

/* SIZE_MAX: all stores. */
static void write_score(struct rhythm_run *r, const struct answer *a, size_t row)
{
    size_t lit = 0;
    size_t green = 0;
    const struct figure name =
        row == SIZE_MAX ? WORDS(r, "all stores") : rhythm_words(a->kpis[0].rows[row].by[0]);
    rhythm_cells(r, &name, 1);
    for (size_t i = 0; i < a->kpi_count; i++) {
        const struct answer_kpi *k = &a->kpis[i];
        const double score = score_of(k, row == SIZE_MAX ? &k->total : &k->rows[row]);
        const struct figure light = light_of(r, score);
        rhythm_cells(r, &light, 1);
        lit += isnan(score) ? 0 : 1;
        green += score >= SCORE_GREEN ? 1 : 0;
    }
    const struct figure sum = rhythm_words(arena_printf(r->arena, "%zu / %zu", green, lit));
    rhythm_cells(r, &sum, 1);
}

void scorecard_write(struct rhythm_run *r, const struct answer *a)
{
    rhythm_heading(r, "Scorecards");
    if (a == NULL) {
        rhythm_sentencef(r, "Scorecards need targets of the month: shopvane goals set --help");
        return;
    }
    rhythm_table_of_kpis(r, "store", a, "reached");
    for (size_t row = 0; a->row_count > 1 && row < a->row_count; row++)
        write_score(r, a, row);
    write_score(r, a, SIZE_MAX);
    rhythm_sentencef(r,
                     "● reached what was due, ◐ at least 90%%, ○ less; where low is good the other "
                     "way round. Targets are by store, so channels have no scorecard.");
}

enum status pace_ask(struct rhythm_run *r,
                     struct day_range so_far,
                     int32_t to,
                     const struct answer **out,
                     struct error *why)
{
    const char *const *kpis = NULL;
    size_t n = 0;
    const struct answer *a = NULL;
    *out = NULL;
    enum status st = pace_kpis(r, (struct day_range){ so_far.from, to }, &kpis, &n, why);
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
        *out = a;
    return st;
}
