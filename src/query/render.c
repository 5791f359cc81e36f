/* Answers for people: terminal table and markdown, CSV, and the proof below them. */
#include "query/render_priv.h"

#include <string.h>

#define RESTATED_MARK "†"

enum status answer_format_parse(str s, enum answer_format *out, struct error *why)
{
    static const char *const names[] = { "table", "csv", "json", "markdown" };
    for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
        if (str_is(s, names[i])) {
            *out = (enum answer_format)i;
            return STATUS_OK;
        }
    }
    return error_set(
        why, STATUS_BAD_USAGE, "format \"%.*s\" is none of table, csv, json, markdown", STR_ARG(s));
}

enum grid_tone tone_of(const struct answer_kpi *k, const struct answer_value *change)
{
    if (change->kind == VALUE_NONE || k->direction == 0)
        return TONE_PLAIN;
    const double v = change->real * k->direction;
    return v > 0 ? TONE_GOOD : v < 0 ? TONE_BAD : TONE_PLAIN;
}

static void add_days(struct buf *out, const struct answer *a, int32_t from, int32_t to)
{
    buf_add_day(out, from);
    buf_adds(out, a->lang == LANG_ZH ? " 至 " : " to ");
    buf_add_day(out, to);
}

/* What makes figures of the same name differ: the date that returns count on, the dialect. */
static void add_rules(struct buf *out, const struct answer *a)
{
    if (a->kpi_count > 0 && strcmp(a->kpis[0].basis, "order") == 0)
        buf_addf(out, " · %s", tr(a->lang, "by date of order"));
    for (size_t i = 0; i < a->kpi_count; i++) {
        if (a->kpis[i].dialect.len == 0)
            continue;
        buf_adds(out, " · ");
        buf_addf(out, tr(a->lang, "dialect %.*s"), STR_ARG(a->kpis[i].dialect));
        return;
    }
}

void render_head(const struct answer *a, const struct answer_look *look, struct buf *out)
{
    struct buf line;
    buf_init(&line, 4096);
    add_days(&line, a, a->from, a->to);
    buf_addf(&line, " · %.*s · %.*s", STR_ARG(a->currency), STR_ARG(a->timezone));
    if (a->rules.calendar != CALENDAR_GREGORIAN)
        buf_addf(&line, " · %s", calendar_name(a->rules.calendar));
    if (a->where.len > 0)
        buf_addf(&line, " · %.*s", STR_ARG(a->where));
    add_rules(&line, a);
    tone_add(out, buf_str(&line), TONE_DIM, look->colour);
    buf_addc(out, '\n');
    if (a->compare_from != DAY_NONE) {
        buf_clear(&line);
        buf_adds(&line, tr(a->lang, "compared with"));
        buf_addc(&line, ' ');
        add_days(&line, a, a->compare_from, a->compare_to);
        buf_addf(&line, " (%.*s)", STR_ARG(a->compare));
        tone_add(out, buf_str(&line), TONE_DIM, look->colour);
        buf_addc(out, '\n');
    }
    buf_addc(out, '\n');
    buf_release(&line);
}

/* ---- grid ---- */

static void cell_value(struct grid *g,
                       const struct answer *a,
                       const struct answer_kpi *k,
                       const struct answer_value *v,
                       bool complete,
                       bool restated)
{
    struct buf text;
    buf_init(&text, 512);
    show_value(&text, a, k, v);
    if (!complete && v->kind != VALUE_NONE)
        buf_adds(&text, "*");
    if (restated && v->kind != VALUE_NONE)
        buf_adds(&text, RESTATED_MARK);
    grid_cell(g, buf_str(&text), v->kind == VALUE_NONE ? TONE_DIM : TONE_PLAIN);
    buf_release(&text);
}

static void cell_compare(struct grid *g,
                         const struct answer *a,
                         const struct answer_kpi *k,
                         const struct answer_compare *c)
{
    struct buf text;
    if (c == NULL) {
        grid_cell(g, STR("–"), TONE_DIM);
        grid_cell(g, STR("–"), TONE_DIM);
        return;
    }
    cell_value(g, a, k, &c->value, c->complete, false);
    buf_init(&text, 128);
    show_relative(&text, &c->relative);
    grid_cell(g, buf_str(&text), tone_of(k, &c->change));
    buf_release(&text);
}

static void cell_row_of_kpi(struct grid *g,
                            const struct answer *a,
                            const struct answer_kpi *k,
                            const struct answer_row *row)
{
    cell_value(g, a, k, &row->value, row->complete, row->restated);
    if (a->compare_from != DAY_NONE)
        cell_compare(g, a, k, row->compare);
}

static bool has_time(const struct answer *a)
{
    return !str_is(a->grain, "total");
}

static void add_header(struct grid *g, const struct answer *a)
{
    size_t column = 0;
    if (has_time(a)) {
        grid_cell(g, str_from(tr(a->lang, "period")), TONE_BOLD);
        column++;
    }
    for (size_t i = 0; i < a->by_count; i++, column++)
        grid_cell(g, a->by_label[i], TONE_BOLD);
    for (size_t i = 0; i < a->kpi_count; i++) {
        grid_right(g, column++);
        grid_cell(g, a->kpis[i].name, TONE_BOLD);
        if (a->compare_from == DAY_NONE)
            continue;
        grid_right(g, column++);
        grid_right(g, column++);
        grid_cell(g, str_from(tr(a->lang, "compared")), TONE_BOLD);
        grid_cell(g, str_from(tr(a->lang, "change")), TONE_BOLD);
    }
}

static void add_keys(struct grid *g, const struct answer *a, const struct answer_row *row)
{
    struct buf text;
    buf_init(&text, 512);
    if (has_time(a)) {
        show_period(&text, a, row);
        grid_cell(g, buf_str(&text), TONE_PLAIN);
    }
    for (size_t i = 0; i < a->by_count; i++) {
        if (row->is_others)
            grid_cell(g, i == 0 ? str_from(tr(a->lang, "others")) : STR_EMPTY, TONE_DIM);
        else if (row->by[i].len == 0)
            grid_cell(g, str_from(tr(a->lang, "(not set)")), TONE_DIM);
        else
            grid_cell(g, row->by[i], TONE_PLAIN);
    }
    buf_release(&text);
}

static void add_total(struct grid *g, const struct answer *a)
{
    const size_t keys = (size_t)has_time(a) + a->by_count;
    for (size_t i = 0; i < keys; i++)
        grid_cell(g, i == 0 ? str_from(tr(a->lang, "total")) : STR_EMPTY, TONE_BOLD);
    for (size_t k = 0; k < a->kpi_count; k++)
        cell_row_of_kpi(g, a, &a->kpis[k], &a->kpis[k].total);
}

static void fill_wide(struct grid *g, const struct answer *a)
{
    add_header(g, a);
    for (size_t r = 0; r < a->row_count; r++) {
        add_keys(g, a, &a->kpis[0].rows[r]);
        for (size_t k = 0; k < a->kpi_count; k++)
            cell_row_of_kpi(g, a, &a->kpis[k], &a->kpis[k].rows[r]);
    }
    if (a->row_count != 1)
        add_total(g, a);
}

/* One period and no dimension: a KPI a line. */
static void fill_tall(struct grid *g, const struct answer *a)
{
    grid_cell(g, str_from(tr(a->lang, "KPI")), TONE_BOLD);
    grid_right(g, 1);
    grid_cell(g, str_from(tr(a->lang, "value")), TONE_BOLD);
    if (a->compare_from != DAY_NONE) {
        grid_right(g, 2);
        grid_right(g, 3);
        grid_cell(g, str_from(tr(a->lang, "compared")), TONE_BOLD);
        grid_cell(g, str_from(tr(a->lang, "change")), TONE_BOLD);
    }
    for (size_t k = 0; k < a->kpi_count; k++) {
        grid_cell(g, a->kpis[k].name, TONE_PLAIN);
        cell_row_of_kpi(g, a, &a->kpis[k], &a->kpis[k].rows[0]);
    }
}

#define REASONS_SHOWN ((size_t)4)

/* The reasons of one column that were told already. */
struct told {
    str reasons[REASONS_SHOWN];
    size_t n;
    size_t more;
};

static bool told_before(const struct told *t, str reason)
{
    for (size_t i = 0; i < t->n; i++) {
        if (str_eq(t->reasons[i], reason))
            return true;
    }
    return false;
}

static void tell_reason(struct told *t, str name, const char *what, str reason, struct buf *out)
{
    if (reason.len == 0 || told_before(t, reason))
        return;
    if (t->n == REASONS_SHOWN) {
        t->more++;
        return;
    }
    t->reasons[t->n++] = reason;
    buf_addf(out, "– %.*s%s: %.*s\n", STR_ARG(name), what, STR_ARG(reason));
}

static bool has_star(bool complete, const struct answer_value *v)
{
    return !complete && v->kind != VALUE_NONE;
}

/* Why a KPI's values, and the ones they are compared with, are missing. True: some are incomplete.
 */
static bool tell_reasons(const struct answer *a, const struct answer_kpi *k, struct buf *out)
{
    struct told told = { .n = 0 };
    struct told compared = { .n = 0 };
    const char *label = a->lang == LANG_ZH ? "（对比期）" : " (compared)";
    bool incomplete = has_star(k->total.complete, &k->total.value);
    for (size_t r = 0; r < a->row_count; r++) {
        const struct answer_row *row = &k->rows[r];
        incomplete = incomplete || has_star(row->complete, &row->value);
        tell_reason(&told, k->name, "", row->value.reason, out);
    }
    if (a->row_count != 1)
        tell_reason(&told,
                    k->name,
                    a->lang == LANG_ZH ? "（合计）" : " (total)",
                    k->total.value.reason,
                    out);
    for (size_t r = 0; r < a->row_count && k->needs.len == 0; r++) {
        const struct answer_compare *c = k->rows[r].compare;
        if (c == NULL)
            continue;
        incomplete = incomplete || has_star(c->complete, &c->value);
        tell_reason(&compared, k->name, label, c->value.reason, out);
    }
    if (told.more + compared.more > 0)
        buf_addf(out,
                 tr(a->lang, "– %.*s: %zu more values missing for other reasons\n"),
                 STR_ARG(k->name),
                 told.more + compared.more);
    const struct answer_compare *c = k->total.compare;
    return incomplete || (c != NULL && has_star(c->complete, &c->value));
}

static bool is_restated(const struct answer *a, const struct answer_kpi *k)
{
    bool any = k->total.restated;
    for (size_t r = 0; r < a->row_count; r++)
        any = any || k->rows[r].restated;
    return any;
}

/* Why there are no values, once for each KPI and reason; what an asterisk means; notes. */
static void add_footer(const struct answer *a, const struct answer_look *look, struct buf *out)
{
    struct buf line;
    bool incomplete = false;
    bool restated = false;
    buf_init(&line, (size_t)256 * 1024);
    for (size_t k = 0; k < a->kpi_count; k++) {
        restated = is_restated(a, &a->kpis[k]) || restated;
        incomplete = tell_reasons(a, &a->kpis[k], &line) || incomplete;
    }
    if (incomplete)
        buf_addf(&line,
                 "* %s\n",
                 tr(a->lang, "not complete: the period runs or its data is not all there"));
    if (restated)
        buf_addf(&line,
                 RESTATED_MARK " %s\n",
                 tr(a->lang, "revised by the platform since; --evidence says when and from what"));
    for (size_t i = 0; i < a->note_count; i++)
        buf_addf(&line, "%.*s\n", STR_ARG(a->notes[i]));
    if (line.len > 0) {
        buf_addc(out, '\n');
        tone_add(out, buf_str(&line), TONE_DIM, look->colour);
    }
    buf_release(&line);
}

bool render_grid(const struct answer *a,
                 const struct answer_look *look,
                 bool markdown,
                 struct buf *out)
{
    struct grid g;
    struct arena *texts = arena_new((size_t)1 << 30);
    const bool tall = !has_time(a) && a->by_count == 0;
    const size_t each = a->compare_from != DAY_NONE ? 3 : 1;
    const size_t columns =
        tall ? 1 + each : (size_t)has_time(a) + a->by_count + a->kpi_count * each;
    if (texts == NULL)
        return false;
    bool ok = grid_init(&g, texts, columns);
    if (ok) {
        if (tall)
            fill_tall(&g, a);
        else
            fill_wide(&g, a);
        ok = !g.failed;
    }
    if (ok) {
        render_head(a, look, out);
        if (markdown)
            grid_markdown(&g, out);
        else
            grid_table(&g, look->colour, out);
        add_footer(a, look, out);
    }
    grid_release(&g);
    arena_free(texts);
    return ok;
}

/* ---- CSV ---- */

void csv_add_text(struct buf *out, str text)
{
    const bool formula =
        text.len > 0 && (text.ptr[0] == '=' || text.ptr[0] == '+' || text.ptr[0] == '-' ||
                         text.ptr[0] == '@' || text.ptr[0] == '\t' || text.ptr[0] == '\r');
    bool quote = formula;
    for (size_t i = 0; i < text.len && !quote; i++)
        quote =
            text.ptr[i] == ',' || text.ptr[i] == '"' || text.ptr[i] == '\n' || text.ptr[i] == '\r';
    if (quote)
        buf_addc(out, '"');
    if (formula)
        buf_addc(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            buf_addc(out, '"');
        buf_addc(out, text.ptr[i]);
    }
    if (quote)
        buf_addc(out, '"');
}

static void csv_header_of(const struct answer *a, str id, struct buf *out)
{
    static const char *const compared[] = { "compared", "change", "relative" };
    static const char *const goal[] = {
        "target", "completion", "progress", "gap", "needed_per_day"
    };
    buf_addf(out, ",%.*s", STR_ARG(id));
    for (size_t i = 0; a->compare_from != DAY_NONE && i < ARRAY_LEN(compared); i++)
        buf_addf(out, ",%.*s_%s", STR_ARG(id), compared[i]);
    for (size_t i = 0; a->target.len > 0 && i < ARRAY_LEN(goal); i++)
        buf_addf(out, ",%.*s_%s", STR_ARG(id), goal[i]);
}

static void csv_header(const struct answer *a, struct buf *out)
{
    buf_adds(out, "time");
    if (str_is(a->grain, "hour"))
        buf_adds(out, ",hour");
    for (size_t i = 0; i < a->by_count; i++)
        buf_addf(out, ",%.*s", STR_ARG(a->by[i]));
    for (size_t k = 0; k < a->kpi_count; k++)
        csv_header_of(a, a->kpis[k].id, out);
    buf_adds(out, ",complete\r\n");
}

void render_csv_field(struct buf *out, str text)
{
    buf_addc(out, ',');
    buf_add(out, text);
}

void render_csv_compare(struct buf *out, const struct answer_compare *c)
{
    render_csv_field(out, c != NULL ? c->value.text : STR_EMPTY);
    render_csv_field(out, c != NULL ? c->change.text : STR_EMPTY);
    render_csv_field(out, c != NULL ? c->relative.text : STR_EMPTY);
}

static void csv_by(const struct answer *a, const struct answer_row *row, struct buf *out)
{
    for (size_t i = 0; i < a->by_count; i++) {
        buf_addc(out, ',');
        if (row->is_others)
            buf_adds(out, i == 0 ? "(others)" : "");
        else
            csv_add_text(out, row->by[i]);
    }
}

static void csv_row(const struct answer *a, size_t r, struct buf *out)
{
    const struct answer_row *first = &a->kpis[0].rows[r];
    bool complete = true;
    if (first->time != DAY_NONE)
        buf_add_day(out, first->time);
    if (str_is(a->grain, "hour"))
        buf_addf(out, ",%d", first->hour);
    csv_by(a, first, out);
    for (size_t k = 0; k < a->kpi_count; k++) {
        const struct answer_row *row = &a->kpis[k].rows[r];
        complete = complete && row->complete;
        render_csv_field(out, row->value.text);
        if (a->compare_from != DAY_NONE)
            render_csv_compare(out, row->compare);
        if (a->target.len > 0)
            render_csv_goal(out, row->goal);
    }
    buf_adds(out, complete ? ",true\r\n" : ",false\r\n");
}

void render_csv(const struct answer *a, struct buf *out)
{
    csv_header(a, out);
    for (size_t r = 0; r < a->row_count; r++)
        csv_row(a, r, out);
}

/* ---- evidence ---- */

void answer_add_sql(const struct answer *a, struct buf *out)
{
    for (size_t i = 0; i < a->sql_count; i++) {
        buf_addf(out, "-- %.*s, %s\n", STR_ARG(a->sql[i].fact), a->sql[i].served_by);
        buf_add(out, a->sql[i].text);
        buf_addc(out, '\n');
    }
}

static void add_definitions(const struct answer *a, struct buf *out)
{
    for (size_t k = 0; k < a->kpi_count; k++) {
        buf_addf(out,
                 "\n%.*s  %s %.*s\n",
                 STR_ARG(a->kpis[k].id),
                 tr(a->lang, "definition"),
                 STR_ARG(a->kpis[k].definition));
        buf_addf(out,
                 "    %s\n",
                 a->kpis[k].total.complete
                     ? tr(a->lang, "complete: the period is over and its data is all there")
                     : tr(a->lang, "not complete: the period runs or its data is not all there"));
        str text = a->kpis[k].definition_text;
        while (text.len > 0) {
            const str line = str_take_until(&text, '\n');
            buf_addf(out, "    %.*s\n", STR_ARG(line));
        }
    }
}

static void add_labelled_day(struct buf *out, const char *label, int32_t day)
{
    if (day == DAY_NONE)
        return;
    buf_addf(out, ", %s ", label);
    buf_add_day(out, day);
}

static void add_restatement(enum lang lang, const struct answer_restatement *r, struct buf *out)
{
    const struct platform_measure *m = platform_measure(r->measure);
    buf_addf(out, "  %.*s ", STR_ARG(r->store));
    buf_add(out, lang == LANG_ZH && m != NULL ? str_from(m->name_zh) : r->measure);
    buf_addf(out, "%s%.*s", r->sku.len > 0 ? " " : "", STR_ARG(r->sku));
    buf_addf(out, "%s%.*s ", r->channel.len > 0 ? " " : "", STR_ARG(r->channel));
    buf_add_day(out, r->from);
    if (r->to > r->from) {
        buf_adds(out, "..");
        buf_add_day(out, r->to);
    }
    buf_addf(out, ": %.*s -> %.*s", STR_ARG(r->before), STR_ARG(r->after));
    buf_addf(out, " (%.*s, #%lld", STR_ARG(r->at), (long long)r->import_id);
    buf_addf(out, " %.*s)\n", STR_ARG(r->file));
}

static void add_restatements(const struct answer *a, struct buf *out)
{
    if (a->restatement_count == 0)
        return;
    buf_addf(out, "\n%s\n", tr(a->lang, "Revised by the platform"));
    for (size_t i = 0; i < a->restatement_count; i++)
        add_restatement(a->lang, &a->restatements[i], out);
    if (a->more_restatements > 0)
        buf_addf(out, tr(a->lang, "  and %lld more\n"), (long long)a->more_restatements);
}

static void add_other_sources(const struct answer *a, struct buf *out)
{
    if (!a->sources_known && a->source_count > 0)
        buf_addf(
            out,
            "  %s\n",
            tr(a->lang, "by the days that files cover: some rows here are made of several files"));
    if (a->other_sources == 0)
        return;
    buf_adds(out, "  ");
    buf_addf(out,
             tr(a->lang, "and %lld other files, which have no row in it"),
             (long long)a->other_sources);
    buf_addc(out, '\n');
}

void render_evidence(const struct answer *a, const struct answer_look *look, struct buf *out)
{
    buf_addc(out, '\n');
    tone_add(out, str_from(tr(a->lang, "Evidence")), TONE_BOLD, look->colour);
    buf_addc(out, '\n');
    add_definitions(a, out);
    for (size_t i = 0; i < a->sql_count; i++) {
        const struct answer_sql *s = &a->sql[i];
        buf_addf(out,
                 "\n%.*s: %s %s, %s ",
                 STR_ARG(s->fact),
                 tr(a->lang, "answered from"),
                 tr(a->lang, s->served_by),
                 tr(a->lang, "rows in the range:"));
        buf_add_i128_grouped(out, s->rows_read);
        add_labelled_day(out, tr(a->lang, "newest record:"), s->newest);
        add_labelled_day(out, tr(a->lang, "complete up to:"), s->complete_to);
        buf_addf(out, "\n%.*s", STR_ARG(s->text));
    }
    buf_addf(out, "\n%s\n", tr(a->lang, "Source files"));
    for (size_t i = 0; i < a->source_count; i++) {
        const struct answer_source *s = &a->sources[i];
        buf_addf(out,
                 "  #%lld %.*s (%.*s)",
                 (long long)s->import_id,
                 STR_ARG(s->file),
                 STR_ARG(s->preset));
        if (s->from != DAY_NONE) {
            buf_addc(out, ' ');
            add_days(out, a, s->from, s->to);
        }
        buf_addc(out, '\n');
    }
    add_other_sources(a, out);
    add_restatements(a, out);
    buf_addf(out,
             "%s %lld · tzdata %.*s\n",
             tr(a->lang, "data version"),
             (long long)a->data_version,
             STR_ARG(a->tzdata_version));
}

enum status answer_render(const struct answer *a,
                          enum answer_format format,
                          const struct answer_look *look,
                          struct buf *out,
                          struct error *why)
{
    bool ok = true;
    if (format == ANSWER_JSON)
        render_json(a, look, out);
    else if (format == ANSWER_CSV)
        render_csv(a, out);
    else
        ok = render_grid(a, look, format == ANSWER_MARKDOWN, out);
    if (ok && a->target.len > 0 && format != ANSWER_JSON && format != ANSWER_CSV)
        ok = render_goals(a, look, format == ANSWER_MARKDOWN, out);
    if (ok && look->evidence && a->evidence && format != ANSWER_JSON && format != ANSWER_CSV)
        render_evidence(a, look, out);
    return ok && buf_ok(out) ? STATUS_OK : render_not_written(out, why);
}
