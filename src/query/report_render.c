/* The report on paper: a line a KPI, grouped by stage; what has no data in a short footer. */
#include "format/format.h"
#include "query/report_priv.h"

#include <math.h>

#define SPARK_WIDTH ((size_t)28)
#define SPARK_LEAST ((size_t)5) /* a shorter one tells nothing: the column is left out */

void report_sparkline(struct buf *out, const struct answer_row *rows, size_t n, size_t width)
{
    double *values = mem_new(n + 1, sizeof *values);
    if (values == NULL) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < n; i++)
        values[i] = rows[i].value.kind != VALUE_NONE ? rows[i].value.real : (double)NAN;
    spark_add(out, values, n, width);
    mem_free(values);
}

static bool has_value(const struct report_line *line)
{
    const struct answer_compare *c = line->kpi->total.compare;
    return line->kpi->total.value.kind != VALUE_NONE || (c != NULL && c->value.kind != VALUE_NONE);
}

static void cell_shown(struct grid *g,
                       const struct report_line *line,
                       const struct answer_value *v,
                       const char *mark)
{
    struct buf text;
    buf_init(&text, 512);
    show_value(&text, line->answer, line->kpi, v);
    buf_adds(&text, v->kind != VALUE_NONE ? mark : "");
    grid_cell(g, buf_str(&text), v->kind == VALUE_NONE ? TONE_DIM : TONE_PLAIN);
    buf_release(&text);
}

static void add_line(
    struct grid *g, const struct report_line *line, const char *stage, size_t spark, enum lang lang)
{
    const struct answer_value none = { .kind = VALUE_NONE };
    const struct answer_compare *c = line->kpi->total.compare;
    struct buf text;
    buf_init(&text, 512);
    grid_cell(g, stage != NULL ? str_from(tr(lang, stage)) : STR_EMPTY, TONE_BOLD);
    grid_cell(g, line->kpi->name, TONE_PLAIN);
    cell_shown(g, line, &line->kpi->total.value, line->kpi->total.complete ? "" : "*");
    cell_shown(g, line, c != NULL ? &c->value : &none, c == NULL || c->complete ? "" : "*");
    show_relative(&text, c != NULL ? &c->relative : &none);
    grid_cell(g, buf_str(&text), c != NULL ? tone_of(line->kpi, &c->change) : TONE_DIM);
    buf_clear(&text);
    if (spark > 0 && line->answer->row_count > 1)
        report_sparkline(&text, line->kpi->rows, line->answer->row_count, spark);
    if (spark > 0)
        grid_cell(g, buf_str(&text), TONE_PLAIN);
    buf_release(&text);
}

static void fill(struct grid *g, const struct report *r, size_t spark)
{
    static const char *const heads[] = { "stage", "KPI", "value", "previous", "change", "trend" };
    const char *stage = "";
    for (size_t i = 0; i < g->columns; i++) {
        if (i >= 2 && i != 5)
            grid_right(g, i);
        grid_cell(g, str_from(tr(r->lang, heads[i])), TONE_BOLD);
    }
    for (size_t i = 0; i < r->n; i++) {
        const struct report_line *line = &r->lines[i];
        if (!has_value(line))
            continue;
        add_line(
            g, line, str_is(str_from(stage), line->stage) ? NULL : line->stage, spark, r->lang);
        stage = line->stage;
    }
}

/* Why a line has no value; empty when it has one. */
static str reason_of(const struct report_line *line)
{
    if (has_value(line))
        return STR_EMPTY;
    return line->kpi->needs.len > 0 ? line->kpi->needs : line->kpi->total.value.reason;
}

static bool was_told(const struct report *r, size_t before, str reason)
{
    for (size_t i = 0; i < before; i++) {
        if (str_eq(reason_of(&r->lines[i]), reason))
            return true;
    }
    return false;
}

/* "needs session: ..." once, with the KPIs that wait for it. */
static void add_needs(const struct report *r, struct buf *out)
{
    for (size_t i = 0; i < r->n; i++) {
        const str reason = reason_of(&r->lines[i]);
        if (reason.len == 0 || was_told(r, i, reason))
            continue;
        buf_adds(out, "– ");
        for (size_t j = i; j < r->n; j++) {
            if (!str_eq(reason_of(&r->lines[j]), reason))
                continue;
            if (j > i)
                buf_adds(out, r->lang == LANG_ZH ? "、" : ", ");
            buf_add(out, r->lines[j].kpi->name);
        }
        buf_adds(out, ": ");
        buf_add(out, reason);
        buf_addc(out, '\n');
    }
}

/* Why there is a value but none before, once a reason. */
static str compare_reason_of(const struct report_line *line)
{
    const struct answer_compare *c = line->kpi->total.compare;
    return line->kpi->total.value.kind != VALUE_NONE && c != NULL ? c->value.reason : STR_EMPTY;
}

static void add_compare_reasons(const struct report *r, struct buf *out)
{
    for (size_t i = 0; i < r->n; i++) {
        const str reason = compare_reason_of(&r->lines[i]);
        bool told = reason.len == 0;
        for (size_t j = 0; j < i && !told; j++)
            told = str_eq(compare_reason_of(&r->lines[j]), reason);
        if (!told)
            buf_addf(out, "– %s: %.*s\n", tr(r->lang, "previous"), STR_ARG(reason));
    }
}

static void add_footer(const struct report *r, const struct answer_look *look, struct buf *out)
{
    struct buf text;
    bool incomplete = false;
    const struct answer *a = report_answer(r);
    buf_init(&text, (size_t)64 * 1024);
    for (size_t i = 0; i < r->n; i++) {
        const struct answer_row *total = &r->lines[i].kpi->total;
        const struct answer_compare *c = total->compare;
        incomplete = incomplete || (total->value.kind != VALUE_NONE && !total->complete) ||
                     (c != NULL && c->value.kind != VALUE_NONE && !c->complete);
    }
    if (incomplete)
        buf_addf(&text,
                 "* %s\n",
                 tr(r->lang, "not complete: the period runs or its data is not all there"));
    add_compare_reasons(r, &text);
    add_needs(r, &text);
    for (size_t i = 0; i < a->note_count; i++)
        buf_addf(&text, "%.*s\n", STR_ARG(a->notes[i]));
    if (text.len > 0)
        buf_addc(out, '\n');
    tone_add(out, buf_str(&text), TONE_DIM, look->colour && text.len > 0);
    buf_release(&text);
}

/* Below, when there are targets: how each figure stands to its own. */
static bool render_targets(const struct report *r,
                           const struct answer_look *look,
                           bool markdown,
                           struct buf *out)
{
    struct goal_line lines[REPORT_LINES_MAX];
    for (size_t i = 0; i < r->n; i++)
        lines[i] = (struct goal_line){ .answer = r->lines[i].answer,
                                       .kpi = r->lines[i].kpi,
                                       .row = &r->lines[i].kpi->total,
                                       .is_optional = true };
    return !render_goal_lines_any(lines, r->n) ||
           render_goal_lines(lines, r->n, look, markdown, out);
}

/* A narrow terminal has less of the trend, or none, so that no line is broken. */
static bool fill_width(struct grid *g, struct arena *texts, const struct report *r, size_t width)
{
    if (!grid_init(g, texts, 6))
        return false;
    fill(g, r, SPARK_WIDTH);
    const size_t wide = grid_width(g);
    if (width == 0 || wide <= width)
        return true;
    const size_t over = wide - width;
    const size_t spark = over + SPARK_LEAST <= SPARK_WIDTH ? SPARK_WIDTH - over : 0;
    grid_release(g);
    if (!grid_init(g, texts, spark > 0 ? 6 : 5))
        return false;
    fill(g, r, spark);
    return true;
}

static bool render_lines(const struct report *r,
                         const struct answer_look *look,
                         bool markdown,
                         struct buf *out)
{
    struct grid g;
    struct arena *texts = arena_new(0);
    bool ok = texts != NULL && fill_width(&g, texts, r, markdown ? 0 : look->width);
    if (ok) {
        render_head(report_answer(r), look, out);
        if (markdown)
            grid_markdown(&g, out);
        else
            grid_table(&g, look->colour, out);
        add_footer(r, look, out);
        ok = !g.failed && render_targets(r, look, markdown, out);
        grid_release(&g);
    }
    arena_free(texts);
    return ok;
}

static void json_line(struct json_writer *w, const struct report_line *line)
{
    const struct answer_row *total = &line->kpi->total;
    json_object_open(w);
    json_key(w, "stage");
    json_text(w, line->stage);
    json_add_str_or_null(w, "id", line->kpi->id);
    json_add_str_or_null(w, "name", line->kpi->name);
    json_add_str_or_null(w, "unit", line->kpi->unit);
    json_add_str_or_null(w, "definition", line->kpi->definition);
    json_add_str_or_null(w, "value", total->value.text);
    json_add_str_or_null(
        w, "previous", total->compare != NULL ? total->compare->value.text : STR_EMPTY);
    json_add_str_or_null(
        w, "change", total->compare != NULL ? total->compare->change.text : STR_EMPTY);
    json_add_str_or_null(
        w, "relative", total->compare != NULL ? total->compare->relative.text : STR_EMPTY);
    answer_json_goal(w, line->answer, total->goal);
    json_key(w, "complete");
    json_bool(w, total->complete);
    if (total->value.reason.len > 0)
        json_add_str_or_null(w, "reason", total->value.reason);
    json_key(w, "trend");
    json_array_open(w);
    for (size_t i = 0; line->answer->row_count > 1 && i < line->answer->row_count; i++) {
        if (line->kpi->rows[i].value.text.len > 0)
            json_str(w, line->kpi->rows[i].value.text);
        else
            json_null(w);
    }
    json_array_close(w);
    json_object_close(w);
}

static void add_day_text(struct json_writer *w, const char *key, int32_t day)
{
    struct buf text;
    buf_init(&text, 64);
    buf_add_day(&text, day);
    json_add_str_or_null(w, key, day != DAY_NONE ? buf_str(&text) : STR_EMPTY);
    buf_release(&text);
}

static void render_report_json(const struct report *r, struct buf *out)
{
    const struct answer *a = report_answer(r);
    struct json_writer w;
    json_writer_init(&w, out);
    json_object_open(&w);
    json_key(&w, "version");
    json_i64(&w, 1);
    json_add_str_or_null(&w, "currency", a->currency);
    json_add_str_or_null(&w, "timezone", a->timezone);
    if (a->rules.calendar != CALENDAR_GREGORIAN)
        json_add_str_or_null(&w, "calendar", str_from(calendar_name(a->rules.calendar)));
    add_day_text(&w, "from", a->from);
    add_day_text(&w, "to", a->to);
    add_day_text(&w, "compare_from", a->compare_from);
    add_day_text(&w, "compare_to", a->compare_to);
    json_add_str_or_null(&w, "trend_grain", a->grain);
    json_key(&w, "lines");
    json_array_open(&w);
    for (size_t i = 0; i < r->n; i++)
        json_line(&w, &r->lines[i]);
    json_array_close(&w);
    json_key(&w, "data_version");
    json_i64(&w, a->data_version);
    json_object_close(&w);
    buf_addc(out, '\n');
}

static void render_report_csv(const struct report *r, struct buf *out)
{
    buf_adds(out,
             "stage,kpi,value,previous,change,relative,target,completion,progress,gap,"
             "needed_per_day,complete\r\n");
    for (size_t i = 0; i < r->n; i++) {
        const struct report_line *line = &r->lines[i];
        buf_adds(out, line->stage);
        render_csv_field(out, line->kpi->id);
        render_csv_field(out, line->kpi->total.value.text);
        render_csv_compare(out, line->kpi->total.compare);
        render_csv_goal(out, line->kpi->total.goal);
        buf_adds(out, line->kpi->total.complete ? ",true\r\n" : ",false\r\n");
    }
}

enum status report_render(const struct report *r,
                          enum answer_format format,
                          const struct answer_look *look,
                          struct buf *out,
                          struct error *why)
{
    bool ok = true;
    if (format == ANSWER_JSON)
        render_report_json(r, out);
    else if (format == ANSWER_CSV)
        render_report_csv(r, out);
    else
        ok = render_lines(r, look, format == ANSWER_MARKDOWN, out);
    return ok && buf_ok(out) ? STATUS_OK : query_no_memory(why);
}
