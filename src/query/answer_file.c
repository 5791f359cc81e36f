/* Answers as files: Excel by way of a document, Parquet by way of a CSV file that the engine reads.
 */
#include "document/document.h"
#include "query/render_priv.h"

#include <math.h>
#include <unistd.h>

#define CSV_MAX ((size_t)1024 * 1024 * 1024)

/* What each KPI brings beside its value, in both forms. */
enum part { PART_VALUE, PART_COMPARED, PART_CHANGE, PART_RELATIVE, PART_TARGET, PART_COMPLETION };
#define PARTS_MAX ((size_t)6)

static size_t parts_of(const struct answer *a, enum part *out)
{
    size_t n = 0;
    out[n++] = PART_VALUE;
    if (a->compare_from != DAY_NONE) {
        out[n++] = PART_COMPARED;
        out[n++] = PART_CHANGE;
        out[n++] = PART_RELATIVE;
    }
    if (a->target.len > 0) {
        out[n++] = PART_TARGET;
        out[n++] = PART_COMPLETION;
    }
    return n;
}

/* NULL: there is none. */
static const struct answer_value *part_value(const struct answer_row *row, enum part p)
{
    switch (p) {
    case PART_VALUE:
        return &row->value;
    case PART_COMPARED:
        return row->compare != NULL ? &row->compare->value : NULL;
    case PART_CHANGE:
        return row->compare != NULL ? &row->compare->change : NULL;
    case PART_RELATIVE:
        return row->compare != NULL ? &row->compare->relative : NULL;
    case PART_TARGET:
        return row->goal != NULL ? &row->goal->target : NULL;
    case PART_COMPLETION:
        return row->goal != NULL ? &row->goal->completion : NULL;
    }
    return NULL;
}

static bool part_is_share(enum part p)
{
    return p == PART_RELATIVE || p == PART_COMPLETION;
}

static bool is_by_hour(const struct answer *a)
{
    return str_is(a->grain, "hour");
}

/* ---- Excel ----------------------------------------------------------------------------------- */

static const char *const part_words[] = {
    [PART_VALUE] = "",        [PART_COMPARED] = "compared",
    [PART_CHANGE] = "change", [PART_RELATIVE] = "relative change",
    [PART_TARGET] = "target", [PART_COMPLETION] = "completion",
};

static void add_heads(struct document *d, const struct answer *a, struct arena *arena)
{
    enum part parts[PARTS_MAX];
    const size_t n_parts = parts_of(a, parts);
    str *heads = ARENA_NEW(arena, str, 1 + a->by_count + a->kpi_count * n_parts + 1);
    size_t n = 0;
    if (heads == NULL)
        return; /* the document has no table then, and saving says so */
    heads[n++] = str_from(tr(a->lang, "period"));
    for (size_t i = 0; i < a->by_count; i++)
        heads[n++] = a->by_label[i];
    for (size_t k = 0; k < a->kpi_count; k++) {
        for (size_t p = 0; p < n_parts; p++) {
            const char *word = part_words[parts[p]];
            heads[n++] =
                word[0] == '\0'
                    ? a->kpis[k].name
                    : arena_printf(arena, "%.*s: %s", STR_ARG(a->kpis[k].name), tr(a->lang, word));
        }
    }
    document_table(d, heads, n);
}

static void add_figure(struct document *d,
                       const struct answer *a,
                       const struct answer_kpi *k,
                       const struct answer_value *v,
                       bool is_share)
{
    struct figure f = { .kind = FIGURE_TEXT, .text = STR_EMPTY, .tone = TONE_PLAIN };
    struct buf text;
    buf_init(&text, 512);
    if (v != NULL && v->kind != VALUE_NONE) {
        if (is_share)
            show_relative(&text, v);
        else
            show_value(&text, a, k, v);
        f.text = buf_str(&text);
        f.value = v->kind == VALUE_MONEY ? (double)v->exact / (double)MONEY_ONE : v->real;
        f.kind = is_share || k->unit_id == UNIT_PERCENT ? FIGURE_PERCENT
                 : v->kind == VALUE_MONEY               ? FIGURE_MONEY
                 : v->kind == VALUE_COUNT               ? FIGURE_COUNT
                                                        : FIGURE_NUMBER;
    }
    document_cell(d, &f);
    buf_release(&text);
}

static void add_words(struct document *d, str text)
{
    const struct figure f = { .kind = FIGURE_TEXT, .text = text };
    document_cell(d, &f);
}

static str by_words(const struct answer *a, const struct answer_row *row, size_t i)
{
    if (row->is_others)
        return str_from(i == 0 ? tr(a->lang, "(others)") : "");
    return row->by[i].len > 0 ? row->by[i] : str_from(tr(a->lang, "(not set)"));
}

/* `row` of all KPIs; SIZE_MAX: the total. */
static void add_row(struct document *d, const struct answer *a, size_t row)
{
    enum part parts[PARTS_MAX];
    const size_t n_parts = parts_of(a, parts);
    const bool is_total = row == SIZE_MAX;
    const struct answer_row *first = is_total ? &a->kpis[0].total : &a->kpis[0].rows[row];
    struct buf text;
    buf_init(&text, 128);
    if (is_total)
        buf_adds(&text, tr(a->lang, "total"));
    else
        show_period(&text, a, first);
    add_words(d, buf_str(&text));
    for (size_t i = 0; i < a->by_count; i++)
        add_words(d, is_total ? STR_EMPTY : by_words(a, first, i));
    for (size_t k = 0; k < a->kpi_count; k++) {
        const struct answer_row *r = is_total ? &a->kpis[k].total : &a->kpis[k].rows[row];
        for (size_t p = 0; p < n_parts; p++)
            add_figure(d, a, &a->kpis[k], part_value(r, parts[p]), part_is_share(parts[p]));
    }
    buf_release(&text);
}

enum status answer_save_xlsx(const struct answer *a, const char *path, struct error *why)
{
    struct buf line;
    struct arena *arena = arena_new((size_t)64 * 1024 * 1024);
    struct document *d = document_new(a->lang, a->kpis[0].name);
    if (d == NULL || arena == NULL) {
        document_free(d);
        arena_free(arena);
        return query_no_memory(why);
    }
    buf_init(&line, 4096);
    render_head(a, &(struct answer_look){ .colour = false }, &line);
    document_sentence(d, str_trim(buf_str(&line)));
    add_heads(d, a, arena);
    for (size_t r = 0; r < a->row_count; r++)
        add_row(d, a, r);
    if (a->row_count != 1)
        add_row(d, a, SIZE_MAX);
    for (size_t i = 0; i < a->note_count; i++)
        document_sentence(d, a->notes[i]);
    const enum status st = document_save(d, DOCUMENT_XLSX, path, why);
    buf_release(&line);
    document_free(d);
    arena_free(arena);
    return st;
}

/* ---- Parquet --------------------------------------------------------------------------------- */

static const char *const part_suffixes[] = {
    [PART_VALUE] = "",         [PART_COMPARED] = "_compared",
    [PART_CHANGE] = "_change", [PART_RELATIVE] = "_relative",
    [PART_TARGET] = "_target", [PART_COMPLETION] = "_completion",
};

static enum export_type type_of(const struct answer_kpi *k, enum part p)
{
    if (part_is_share(p))
        return EXPORT_REAL;
    switch (kpi_unit_kind(k->unit_id)) {
    case UNIT_KIND_MONEY:
        return EXPORT_MONEY;
    case UNIT_KIND_COUNT:
        return p == PART_TARGET ? EXPORT_REAL : EXPORT_COUNT;
    default:
        return EXPORT_REAL;
    }
}

static struct export_column *columns_of(const struct answer *a, struct arena *arena, size_t *count)
{
    enum part parts[PARTS_MAX];
    const size_t n_parts = parts_of(a, parts);
    struct export_column *out =
        ARENA_NEW(arena, struct export_column, 3 + a->by_count + a->kpi_count * n_parts);
    size_t n = 0;
    if (out == NULL)
        return NULL;
    out[n++] = (struct export_column){ "time", EXPORT_DAY };
    if (is_by_hour(a))
        out[n++] = (struct export_column){ "hour", EXPORT_COUNT };
    for (size_t i = 0; i < a->by_count; i++)
        out[n++] = (struct export_column){ arena_printf(arena, "%.*s", STR_ARG(a->by[i])).ptr,
                                           EXPORT_TEXT };
    for (size_t k = 0; k < a->kpi_count; k++) {
        for (size_t p = 0; p < n_parts; p++) {
            const str name =
                arena_printf(arena, "%.*s%s", STR_ARG(a->kpis[k].id), part_suffixes[parts[p]]);
            out[n++] = (struct export_column){ name.ptr, type_of(&a->kpis[k], parts[p]) };
        }
    }
    out[n++] = (struct export_column){ "complete", EXPORT_FLAG };
    *count = n;
    return out;
}

/* A text as it is: nobody opens this file as a spreadsheet. */
static void add_quoted(struct buf *out, str text)
{
    if (text.len == 0)
        return;
    buf_addc(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            buf_addc(out, '"');
        buf_addc(out, text.ptr[i]);
    }
    buf_addc(out, '"');
}

static void add_record(struct buf *out, const struct answer *a, size_t row)
{
    enum part parts[PARTS_MAX];
    const size_t n_parts = parts_of(a, parts);
    const struct answer_row *first = &a->kpis[0].rows[row];
    bool complete = true;
    buf_addf(out, "%zu,", row);
    if (first->time != DAY_NONE)
        buf_add_day(out, first->time);
    if (is_by_hour(a))
        buf_addf(out, ",%d", first->hour);
    for (size_t i = 0; i < a->by_count; i++) {
        buf_addc(out, ',');
        add_quoted(out, first->is_others ? STR("(others)") : first->by[i]);
    }
    for (size_t k = 0; k < a->kpi_count; k++) {
        const struct answer_row *r = &a->kpis[k].rows[row];
        complete = complete && r->complete;
        for (size_t p = 0; p < n_parts; p++) {
            const struct answer_value *v = part_value(r, parts[p]);
            render_csv_field(out, v != NULL ? v->text : STR_EMPTY);
        }
    }
    buf_adds(out, complete ? ",true\r\n" : ",false\r\n");
}

enum status answer_save_parquet(const struct answer *a,
                                struct conn *c,
                                const char *path,
                                struct error *why)
{
    struct buf text;
    size_t n = 0;
    struct arena *arena = arena_new(0);
    const struct export_column *columns = arena != NULL ? columns_of(a, arena, &n) : NULL;
    const str csv = columns != NULL ? arena_printf(arena, "%s.csv", path) : STR_EMPTY;
    if (csv.len == 0) {
        arena_free(arena);
        return query_no_memory(why);
    }
    buf_init(&text, CSV_MAX);
    for (size_t r = 0; r < a->row_count; r++)
        add_record(&text, a, r);
    enum status st = buf_ok(&text)
                         ? file_write_atomic(csv.ptr, buf_str(&text), why)
                         : error_set(why, STATUS_TOO_LARGE, "the answer is larger than 1 GiB");
    if (st == STATUS_OK)
        st = conn_csv_to_parquet(c, csv.ptr, columns, n, path, why);
    unlink(csv.ptr);
    buf_release(&text);
    arena_free(arena);
    return st;
}
