/* A document as data: its parts in order, for pages that draw it themselves. */
#include "document/document_priv.h"
#include "format/format.h"

#include <math.h>

static void add_figure(struct json_writer *w, const struct figure *f)
{
    static const char *const kinds[] = {
        [FIGURE_TEXT] = "text",     [FIGURE_MONEY] = "money",     [FIGURE_COUNT] = "count",
        [FIGURE_NUMBER] = "number", [FIGURE_PERCENT] = "percent",
    };
    static const char *const tones[] = {
        [TONE_PLAIN] = "plain", [TONE_GOOD] = "good", [TONE_BAD] = "bad",
        [TONE_WARN] = "warn",   [TONE_DIM] = "dim",   [TONE_BOLD] = "bold"
    };
    json_object_open(w);
    json_add_str(w, "text", f->text);
    json_key(w, "kind");
    json_text(w, kinds[f->kind]);
    if (f->kind != FIGURE_TEXT) {
        json_key(w, "value");
        json_double(w, f->value);
    }
    json_key(w, "tone");
    json_text(w, tones[f->tone]);
    json_object_close(w);
}

static void add_table(struct json_writer *w, const struct part_table *t)
{
    json_key(w, "heads");
    json_array_open(w);
    for (size_t c = 0; c < t->columns; c++)
        json_str(w, t->heads[c]);
    json_array_close(w);
    json_key(w, "rows");
    json_array_open(w);
    for (size_t r = 0; r < table_rows(t); r++) {
        json_array_open(w);
        for (size_t c = 0; c < t->columns; c++)
            add_figure(w, table_at(t, r, c));
        json_array_close(w);
    }
    json_array_close(w);
}

static void add_series(struct json_writer *w, const struct chart *c, const struct chart_series *s)
{
    json_object_open(w);
    json_add_str(w, "name", s->name);
    json_key(w, "comparison");
    json_bool(w, s->is_comparison);
    json_key(w, "values");
    json_array_open(w);
    for (size_t i = 0; i < c->points; i++)
        json_double(w, s->values[i]);
    json_array_close(w);
    json_object_close(w);
}

static void add_chart(struct json_writer *w, const struct chart *c)
{
    json_add_str(w, "title", c->title);
    json_key(w, "labels");
    json_array_open(w);
    for (size_t i = 0; i < c->points; i++)
        json_str(w, c->labels[i]);
    json_array_close(w);
    json_key(w, "series");
    json_array_open(w);
    for (size_t i = 0; i < c->series_count; i++)
        add_series(w, c, &c->series[i]);
    json_array_close(w);
    json_key(w, "bands");
    json_array_open(w);
    for (size_t i = 0; i < c->band_count; i++) {
        json_object_open(w);
        json_add_str(w, "name", c->bands[i].name);
        json_key(w, "from");
        json_i64(w, (int64_t)c->bands[i].from);
        json_key(w, "to");
        json_i64(w, (int64_t)c->bands[i].to);
        json_object_close(w);
    }
    json_array_close(w);
    json_key(w, "running");
    json_bool(w, c->is_running);
}

enum status document_json(const struct document *d, struct json_writer *w, struct error *why)
{
    static const char *const kinds[] = { [PART_HEADING] = "heading",
                                         [PART_SENTENCE] = "sentence",
                                         [PART_TABLE] = "table",
                                         [PART_CHART] = "chart" };
    if (d->failed)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    json_object_open(w);
    json_add_str(w, "title", d->title);
    json_key(w, "parts");
    json_array_open(w);
    for (size_t i = 0; i < d->count; i++) {
        const struct part *p = &d->parts[i];
        json_object_open(w);
        json_key(w, "kind");
        json_text(w, kinds[p->kind]);
        if (p->kind == PART_TABLE)
            add_table(w, &p->table);
        else if (p->kind == PART_CHART)
            add_chart(w, p->chart);
        else
            json_add_str(w, "text", p->text);
        json_object_close(w);
    }
    json_array_close(w);
    json_object_close(w);
    return buf_ok(w->out) ? STATUS_OK
                          : error_set(why, STATUS_TOO_LARGE, "the report is too long to be shown");
}
