/* How figures stand to their targets, as a table of its own below the figures: it stays narrow
 * whatever was asked beside it. And the same as JSON and CSV. */
#include "format/format.h"
#include "query/render_priv.h"

#include <string.h>

static bool has_target(const struct answer_goal *g)
{
    return g != NULL && g->target.kind != VALUE_NONE;
}

static bool was_revised(const struct answer_goal *g)
{
    return has_target(g) && g->first.kind != VALUE_NONE && !str_eq(g->first.text, g->target.text);
}

bool render_goal_lines_any(const struct goal_line *lines, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (has_target(lines[i].row->goal))
            return true;
    }
    return false;
}

static bool any_revised(const struct goal_line *lines, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (was_revised(lines[i].row->goal))
            return true;
    }
    return false;
}

static void cell_value(struct grid *g,
                       const struct goal_line *line,
                       const struct answer_value *v,
                       enum grid_tone tone)
{
    struct buf text;
    buf_init(&text, 512);
    show_value(&text, line->answer, line->kpi, v);
    grid_cell(g, buf_str(&text), v->kind == VALUE_NONE ? TONE_DIM : tone);
    buf_release(&text);
}

/* 0.8345 as 83.5%. */
static void cell_share(struct grid *g, const struct answer_value *v)
{
    struct buf text;
    buf_init(&text, 64);
    show_relative(&text, v);
    str s = buf_str(&text);
    if (str_starts(s, STR("+")))
        s = str_skip(s, 1);
    grid_cell(g, s, v->kind == VALUE_NONE ? TONE_DIM : TONE_PLAIN);
    buf_release(&text);
}

static void cell_gap(struct grid *g, const struct goal_line *line, const struct answer_goal *goal)
{
    const enum grid_tone tone = goal->on_course > 0   ? TONE_GOOD
                                : goal->on_course < 0 ? TONE_BAD
                                                      : TONE_PLAIN;
    struct buf text;
    buf_init(&text, 512);
    if (goal->gap.kind != VALUE_NONE && goal->gap.real > 0)
        buf_addc(&text, '+');
    show_value(&text, line->answer, line->kpi, &goal->gap);
    grid_cell(g, buf_str(&text), goal->gap.kind == VALUE_NONE ? TONE_DIM : tone);
    buf_release(&text);
}

static void cell_keys(struct grid *g, const struct goal_line *line, size_t n_by, bool time)
{
    struct buf text;
    buf_init(&text, 512);
    if (time) {
        show_period(&text, line->answer, line->row);
        if (line->row->time == DAY_NONE)
            buf_adds(&text, tr(line->answer->lang, "total"));
        grid_cell(g, buf_str(&text), TONE_PLAIN);
    }
    for (size_t i = 0; i < n_by; i++)
        grid_cell(g,
                  line->row->by != NULL ? line->row->by[i]
                  : time || i > 0       ? STR_EMPTY
                                        : str_from(tr(line->answer->lang, "total")),
                  TONE_PLAIN);
    buf_release(&text);
}

static void head(struct grid *g, const struct answer *a, bool time, bool revised)
{
    static const char *const heads[] = { "KPI",    "value",       "first target",
                                         "target", "completion",  "time progress",
                                         "gap",    "needed a day" };
    size_t column = 0;
    if (time) {
        grid_cell(g, str_from(tr(a->lang, "period")), TONE_BOLD);
        column++;
    }
    for (size_t i = 0; i < a->by_count; i++, column++)
        grid_cell(g, a->by_label[i], TONE_BOLD);
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        if (i == 2 && !revised)
            continue;
        if (i > 0)
            grid_right(g, column);
        grid_cell(g, str_from(tr(a->lang, heads[i])), TONE_BOLD);
        column++;
    }
}

static void add_line(struct grid *g, const struct goal_line *line, bool time, bool revised)
{
    const struct answer_goal *goal = line->row->goal;
    cell_keys(g, line, line->answer->by_count, time);
    grid_cell(g, line->kpi->name, TONE_PLAIN);
    cell_value(g, line, &line->row->value, TONE_PLAIN);
    if (revised)
        cell_value(g, line, &goal->first, TONE_PLAIN);
    cell_value(g, line, &goal->target, TONE_PLAIN);
    cell_share(g, &goal->completion);
    cell_share(g, &goal->progress);
    cell_gap(g, line, goal);
    cell_value(g, line, &goal->needed, TONE_PLAIN);
}

/* An earlier line, such as that of another day, has the same reason. */
static bool is_told(const struct goal_line *lines, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        const struct answer_goal *g = lines[i].row->goal;
        if (lines[i].kpi == lines[at].kpi && g != NULL && !has_target(g) &&
            str_eq(g->reason, lines[at].row->goal->reason))
            return true;
    }
    return false;
}

/* Up to which day the figures count, what else is to be known, and what has no target. */
static void add_notes(const struct goal_line *lines, size_t n, struct buf *out)
{
    int32_t as_of = DAY_NONE;
    str note = STR_EMPTY;
    const enum lang lang = lines[0].answer->lang;
    for (size_t i = 0; i < n; i++) {
        const struct answer_goal *g = lines[i].row->goal;
        if (!has_target(g))
            continue;
        as_of = g->as_of > as_of ? g->as_of : as_of;
        note = note.len == 0 ? g->note : note;
    }
    if (as_of != DAY_NONE) {
        buf_adds(out, tr(lang, "days counted as over: up to "));
        buf_add_day(out, as_of);
        buf_addc(out, '\n');
    }
    if (note.len > 0)
        buf_addf(out, "%.*s\n", STR_ARG(note));
    for (size_t i = 0; i < n; i++) {
        const struct answer_goal *g = lines[i].row->goal;
        if (g != NULL && !has_target(g) && !is_told(lines, i) && !lines[i].is_optional)
            buf_addf(out, "– %.*s: %.*s\n", STR_ARG(lines[i].kpi->name), STR_ARG(g->reason));
    }
}

bool render_goal_lines(const struct goal_line *lines,
                       size_t n,
                       const struct answer_look *look,
                       bool markdown,
                       struct buf *out)
{
    struct grid g;
    struct buf notes;
    if (n == 0)
        return true;
    const struct answer *a = lines[0].answer;
    const bool time = !str_is(a->grain, "total") && !lines[0].is_optional;
    const bool revised = any_revised(lines, n);
    struct arena *texts = arena_new((size_t)1 << 30);
    bool ok = texts != NULL && grid_init(&g, texts, (size_t)time + a->by_count + 7 + revised);
    buf_init(&notes, (size_t)64 * 1024);
    buf_addc(out, '\n');
    if (ok && render_goal_lines_any(lines, n)) {
        tone_add(out, str_from(tr(a->lang, "Targets")), TONE_BOLD, look->colour);
        if (!str_is(a->target, "target")) {
            enum goal_level level = GOAL_TARGET;
            if (goal_level_parse(a->target, &level))
                buf_addf(out, " (%s)", goal_level_label(level, a->lang));
        }
        buf_adds(out, "\n\n");
        head(&g, a, time, revised);
        for (size_t i = 0; i < n; i++) {
            if (has_target(lines[i].row->goal))
                add_line(&g, &lines[i], time, revised);
        }
        if (markdown)
            grid_markdown(&g, out);
        else
            grid_table(&g, look->colour, out);
        ok = !g.failed;
        buf_addc(&notes, '\n');
    }
    add_notes(lines, n, &notes);
    tone_add(out, buf_str(&notes), TONE_DIM, look->colour && notes.len > 0);
    buf_release(&notes);
    if (texts != NULL)
        grid_release(&g);
    arena_free(texts);
    return ok;
}

bool render_goals(const struct answer *a,
                  const struct answer_look *look,
                  bool markdown,
                  struct buf *out)
{
    const size_t each = a->row_count + (a->row_count != 1);
    struct goal_line *lines = mem_new(each * a->kpi_count + 1, sizeof *lines);
    size_t n = 0;
    for (size_t r = 0; lines != NULL && r < each; r++) {
        for (size_t k = 0; k < a->kpi_count; k++) {
            const struct answer_kpi *kpi = &a->kpis[k];
            lines[n++] = (struct goal_line){
                .answer = a, .kpi = kpi, .row = r < a->row_count ? &kpi->rows[r] : &kpi->total
            };
        }
    }
    const bool ok = lines != NULL && render_goal_lines(lines, n, look, markdown, out);
    mem_free(lines);
    return ok;
}

enum status answer_render_goals(const struct answer *a,
                                const struct answer_look *look,
                                struct buf *out,
                                struct error *why)
{
    render_head(a, look, out);
    return render_goals(a, look, false, out) && buf_ok(out) ? STATUS_OK : query_no_memory(why);
}

/* ---- for machines ---- */

void answer_json_goal(struct json_writer *w, const struct answer *a, const struct answer_goal *g)
{
    struct buf day;
    json_key(w, "goal");
    if (g == NULL) {
        json_null(w);
        return;
    }
    buf_init(&day, 32);
    if (g->as_of != DAY_NONE)
        buf_add_day(&day, g->as_of);
    json_object_open(w);
    json_add_str_or_null(w, "level", a->target);
    json_add_str_or_null(w, "target", g->target.text);
    json_add_str_or_null(w, "first_target", g->first.text);
    json_add_str_or_null(w, "completion", g->completion.text);
    json_add_str_or_null(w, "progress", g->progress.text);
    json_add_str_or_null(w, "expected", g->expected.text);
    json_add_str_or_null(w, "gap", g->gap.text);
    json_add_str_or_null(w, "needed_per_day", g->needed.text);
    json_add_str_or_null(w, "as_of", buf_str(&day));
    json_key(w, "days_left");
    if (has_target(g))
        json_i64(w, g->days_left);
    else
        json_null(w);
    json_key(w, "on_course");
    if (g->on_course != 0)
        json_bool(w, g->on_course > 0);
    else
        json_null(w);
    if (g->reason.len > 0)
        json_add_str_or_null(w, "reason", g->reason);
    if (g->note.len > 0)
        json_add_str_or_null(w, "note", g->note);
    json_object_close(w);
    buf_release(&day);
}

void render_csv_goal(struct buf *out, const struct answer_goal *g)
{
    render_csv_field(out, has_target(g) ? g->target.text : STR_EMPTY);
    render_csv_field(out, has_target(g) ? g->completion.text : STR_EMPTY);
    render_csv_field(out, has_target(g) ? g->progress.text : STR_EMPTY);
    render_csv_field(out, has_target(g) ? g->gap.text : STR_EMPTY);
    render_csv_field(out, has_target(g) ? g->needed.text : STR_EMPTY);
}
