/* Answers as JSON, as docs/json-api.md promises: version 1, figures as strings, null with reason.
 */
#include "format/format.h"
#include "ingest/ingest.h"
#include "query/render_priv.h"

static void add_day(struct json_writer *w, const char *key, int32_t day)
{
    json_key(w, key);
    if (day == DAY_NONE) {
        json_null(w);
        return;
    }
    struct buf text;
    buf_init(&text, 64);
    buf_add_day(&text, day);
    json_str(w, buf_str(&text));
    buf_release(&text);
}

static void add_by(struct json_writer *w, const struct answer *a, const struct answer_row *row)
{
    json_key(w, "by");
    json_object_open(w);
    for (size_t i = 0; i < a->by_count && row->by != NULL; i++) {
        json_key_str(w, a->by[i]);
        if (row->by[i].len > 0)
            json_str(w, row->by[i]);
        else
            json_null(w);
    }
    json_object_close(w);
}

static void add_compare(struct json_writer *w, const struct answer_compare *c)
{
    json_key(w, "compare");
    if (c == NULL) {
        json_null(w);
        return;
    }
    json_object_open(w);
    add_day(w, "from", c->time);
    add_day(w, "to", c->end);
    json_add_str_or_null(w, "value", c->value.text);
    json_add_str_or_null(w, "num", c->value.num);
    json_add_str_or_null(w, "den", c->value.den);
    json_add_str_or_null(w, "change", c->change.text);
    json_add_str_or_null(w, "relative", c->relative.text);
    if (c->per_day.kind != VALUE_NONE || c->compared_per_day.kind != VALUE_NONE) {
        json_add_str_or_null(w, "per_day", c->per_day.text);
        json_add_str_or_null(w, "compared_per_day", c->compared_per_day.text);
    }
    json_key(w, "complete");
    json_bool(w, c->complete);
    if (c->value.reason.len > 0)
        json_add_str(w, "reason", c->value.reason);
    json_object_close(w);
}

static void add_row(struct json_writer *w, const struct answer *a, const struct answer_row *row)
{
    json_object_open(w);
    add_day(w, "time", row->time);
    if (row->hour >= 0) {
        json_key(w, "hour");
        json_i64(w, row->hour);
    }
    add_by(w, a, row);
    if (row->is_others) {
        json_key(w, "others");
        json_bool(w, true);
    }
    json_add_str_or_null(w, "value", row->value.text);
    json_add_str_or_null(w, "num", row->value.num);
    json_add_str_or_null(w, "den", row->value.den);
    add_compare(w, row->compare);
    if (a->target.len > 0)
        answer_json_goal(w, a, row->goal);
    json_key(w, "complete");
    json_bool(w, row->complete);
    if (row->restated) {
        json_key(w, "restated");
        json_bool(w, true);
    }
    if (row->value.reason.len > 0)
        json_add_str(w, "reason", row->value.reason);
    json_object_close(w);
}

/* Where the figures come from: a source, and the stores when it is not all of them. */
static void add_origins(struct json_writer *w, const struct answer_kpi *k)
{
    json_key(w, "origins");
    json_array_open(w);
    for (size_t i = 0; i < k->n_origins; i++) {
        const struct answer_origin *o = &k->origins[i];
        json_object_open(w);
        json_add_str(w, "source", o->source);
        if (o->n_stores > 0) {
            json_key(w, "stores");
            json_array_open(w);
            for (size_t s = 0; s < o->n_stores; s++)
                json_str(w, o->stores[s]);
            json_array_close(w);
        }
        json_object_close(w);
    }
    json_array_close(w);
}

/* Figures that a platform has revised, with what they were before. */
static void add_restatements(struct json_writer *w, const struct answer *a)
{
    json_key(w, "restatements");
    json_array_open(w);
    for (size_t i = 0; i < a->restatement_count; i++) {
        const struct answer_restatement *r = &a->restatements[i];
        json_object_open(w);
        json_add_str(w, "store", r->store);
        json_add_str(w, "measure", r->measure);
        json_add_str_or_null(w, "sku", r->sku);
        json_add_str_or_null(w, "channel", r->channel);
        add_day(w, "from", r->from);
        add_day(w, "to", r->to);
        json_add_str_or_null(w, "before", r->before);
        json_add_str_or_null(w, "after", r->after);
        json_key(w, "import");
        json_i64(w, r->import_id);
        json_add_str_or_null(w, "at", r->at);
        json_add_str(w, "file", r->file);
        json_object_close(w);
    }
    json_array_close(w);
    json_key(w, "more_restatements");
    json_i64(w, a->more_restatements);
}

static void add_kpi(struct json_writer *w, const struct answer *a, const struct answer_kpi *k)
{
    json_object_open(w);
    json_add_str(w, "id", k->id);
    json_add_str(w, "name", k->name);
    json_add_str(w, "unit", k->unit);
    json_add_str(w, "definition", k->definition);
    json_key(w, "basis");
    json_text(w, k->basis);
    if (k->dialect.len > 0)
        json_add_str(w, "dialect", k->dialect);
    if (k->until != DAY_NONE)
        add_day(w, "until", k->until);
    add_origins(w, k);
    json_key(w, "rows");
    json_array_open(w);
    for (size_t i = 0; i < a->row_count; i++)
        add_row(w, a, &k->rows[i]);
    json_array_close(w);
    json_key(w, "total");
    add_row(w, a, &k->total);
    if (k->needs.len > 0)
        json_add_str(w, "needs", k->needs);
    json_object_close(w);
}

static void add_sources(struct json_writer *w, const struct answer *a)
{
    json_key(w, "sources");
    json_array_open(w);
    for (size_t i = 0; i < a->source_count; i++) {
        json_object_open(w);
        json_key(w, "import");
        json_i64(w, a->sources[i].import_id);
        json_add_str(w, "file", a->sources[i].file);
        json_add_str(w, "preset", a->sources[i].preset);
        json_add_str(w, "preset_name", import_preset_label(a->sources[i].preset, a->lang));
        add_day(w, "from", a->sources[i].from);
        add_day(w, "to", a->sources[i].to);
        json_object_close(w);
    }
    json_array_close(w);
    json_add_text(w, "sources_told_by", a->sources_known ? "rows" : "days");
    json_add_i64(w, "other_sources", a->other_sources);
}

static str fact_name(const struct answer *a, str fact)
{
    const struct table *t = commerce_table(fact);
    return t != NULL ? str_from(table_label(t, a->lang)) : fact;
}

static void add_evidence(struct json_writer *w, const struct answer *a)
{
    json_key(w, "evidence");
    json_object_open(w);
    json_key(w, "definitions");
    json_object_open(w);
    for (size_t i = 0; i < a->kpi_count; i++) {
        json_key_str(w, a->kpis[i].id);
        json_str(w, a->kpis[i].definition_text);
    }
    json_object_close(w);
    json_key(w, "sql");
    json_array_open(w);
    for (size_t i = 0; i < a->sql_count; i++) {
        json_object_open(w);
        json_add_str(w, "table", a->sql[i].fact);
        json_add_str(w, "name", fact_name(a, a->sql[i].fact));
        add_day(w, "from", a->sql[i].from);
        add_day(w, "to", a->sql[i].to);
        json_add_text(w, "served_by", a->sql[i].served_by);
        json_key(w, "rows_read");
        json_i64(w, a->sql[i].rows_read);
        add_day(w, "newest", a->sql[i].newest);
        add_day(w, "complete_to", a->sql[i].complete_to);
        json_add_str(w, "text", a->sql[i].text);
        json_object_close(w);
    }
    json_array_close(w);
    add_sources(w, a);
    add_restatements(w, a);
    json_add_str(w, "tzdata", a->tzdata_version);
    json_object_close(w);
}

static bool has_duplicate_kpi(const struct answer *a)
{
    for (size_t i = 0; i < a->kpi_count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (str_eq(a->kpis[i].id, a->kpis[j].id))
                return true;
        }
    }
    return false;
}

void render_json(const struct answer *a, const struct answer_look *look, struct buf *out)
{
    struct json_writer w;
    json_writer_init(&w, out);
    json_object_open(&w);
    json_key(&w, "version");
    json_i64(&w, 1);
    json_add_str(&w, "currency", a->currency);
    json_add_str(&w, "timezone", a->timezone);
    add_day(&w, "from", a->from);
    add_day(&w, "to", a->to);
    json_add_str(&w, "grain", a->grain);
    if (a->rules.calendar != CALENDAR_GREGORIAN)
        json_add_str(&w, "calendar", str_from(calendar_name(a->rules.calendar)));
    if (a->compare.len > 0) {
        json_key(&w, "compare");
        json_object_open(&w);
        json_add_str(&w, "with", a->compare);
        add_day(&w, "from", a->compare_from);
        add_day(&w, "to", a->compare_to);
        json_object_close(&w);
    }
    if (a->where.len > 0)
        json_add_str(&w, "where", a->where);
    json_key(&w, "kpis");
    json_array_open(&w);
    for (size_t i = 0; i < a->kpi_count; i++)
        add_kpi(&w, a, &a->kpis[i]);
    json_array_close(&w);
    json_key(&w, "notes");
    json_array_open(&w);
    for (size_t i = 0; i < a->note_count; i++)
        json_str(&w, a->notes[i]);
    json_array_close(&w);
    if (a->evidence && look->evidence && !has_duplicate_kpi(a))
        add_evidence(&w, a);
    json_key(&w, "data_version");
    json_i64(&w, a->data_version);
    json_object_close(&w);
    buf_addc(out, '\n');
}

enum status render_not_written(const struct buf *out, struct error *why)
{
    if (out->len < out->limit / 2)
        return query_no_memory(why);
    return error_set(
        why,
        STATUS_TOO_LARGE,
        "the answer is larger than %zu MiB: ask for fewer KPIs or dimensions, a longer "
        "grain or a shorter range; as CSV it is shortest",
        out->limit >> 20);
}
