/* The proof beside the figures: rows read, newest day, source files, time zone data; and the kept
 * texts of the definitions that answers used. */
#include "query/ages_priv.h"
#include "query/caveats_priv.h"
#include "query/definitions.h"
#include "query/spans_priv.h"

static const struct table *fact_of(const struct answer_sql *s)
{
    return commerce_table(s->fact);
}

/* " FROM fact WHERE ...": rows in the statement's range and the question's scope. */
static void add_rows(const struct asking *k, const struct answer_sql *s, struct sql *sql)
{
    const struct table *t = fact_of(s);
    sql_add(sql, " FROM ");
    sql_name(sql, s->fact);
    sql_add(sql, " WHERE TRUE");
    if (t->date_column != NULL) {
        sql_add(sql, " AND ");
        sql_name(sql, str_from(t->date_column));
        sql_add(sql, " BETWEEN ");
        sql_bind_day(sql, s->from);
        sql_add(sql, " AND ");
        sql_bind_day(sql, s->to);
    }
    const bool has_store = table_column(t, STR("store")) != NULL;
    for (size_t i = 0; has_store && i < k->words->store_count; i++) {
        sql_add(sql, i == 0 ? " AND \"store\" IN (" : ", ");
        sql_bind_text(sql, k->words->stores[i]);
    }
    sql_add(sql, has_store && k->words->store_count > 0 ? ")" : "");
}

/* The number of rows that tell which import brought them. */
static const char *told_rows(const struct answer_sql *s)
{
    const struct table *t = fact_of(s);
    return table_column(t, STR("import_id")) != NULL ? "count(\"import_id\")"
           : t->made_of != NULL                      ? "count(*)"
                                                     : "0";
}

/* "SELECT import_id ...": those that brought the statement's rows, or what these are made of. */
static void add_imports(const struct asking *k, const struct answer_sql *s, struct sql *sql)
{
    const char *made_of = fact_of(s)->made_of;
    sql_add(sql,
            made_of != NULL ? "SELECT \"import_id\" FROM (WITH made AS (SELECT *"
                            : "SELECT \"import_id\"");
    add_rows(k, s, sql);
    if (made_of == NULL)
        return;
    sql_add(sql, ") ");
    sql_add(sql, made_of);
    sql_add(sql, ")");
}

/* *known becomes false when some row does not tell which import brought it. */
static enum status count_rows(const struct asking *k,
                              struct answer_sql *s,
                              bool *known,
                              struct error *why)
{
    struct sql sql;
    struct frame *f = NULL;
    sql_init(&sql, SQL_DUCKDB);
    sql_add(&sql, "SELECT count(*), ");
    sql_add(&sql, told_rows(s));
    add_rows(k, s, &sql);
    const enum status st = conn_run(k->context->conn, &sql, &f, why);
    if (st == STATUS_OK) {
        s->rows_read = frame_i64(f, 0, 0);
        *known = *known && frame_i64(f, 1, 0) == s->rows_read;
    }
    frame_free(f);
    sql_release(&sql);
    return st;
}

enum { SOURCE_FILE, SOURCE_PRESET, SOURCE_IMPORT, SOURCE_FROM, SOURCE_TO, SOURCE_HAS_ROWS };

/* Files of the stores in scope: what others brought is nobody's business here. `known`: whether a
 * file has rows in the statements' ranges is told by the rows. */
static enum status read_sources(const struct asking *k,
                                const struct answer *a,
                                bool known,
                                struct frame **out,
                                struct error *why)
{
    struct sql sql;
    sql_init(&sql, SQL_DUCKDB);
    sql_add(&sql, "SELECT \"file\", \"preset\", \"import_id\", \"from_date\", \"to_date\", ");
    sql_add(&sql, known && a->sql_count > 0 ? "\"import_id\" IN (" : "TRUE");
    for (size_t i = 0; known && i < a->sql_count; i++) {
        sql_add(&sql, i == 0 ? "" : " UNION ");
        add_imports(k, &a->sql[i], &sql);
    }
    sql_add(&sql, known && a->sql_count > 0 ? ")" : "");
    sql_add(&sql, " FROM \"import\" WHERE \"undone_at\" IS NULL");
    for (size_t i = 0; i < k->words->store_count; i++) {
        sql_add(&sql, i == 0 ? " AND \"store\" IN (" : ", ");
        sql_bind_text(&sql, k->words->stores[i]);
    }
    sql_add(&sql,
            k->words->store_count > 0 ? ") ORDER BY \"import_id\"" : " ORDER BY \"import_id\"");
    const enum status st = conn_run(k->context->conn, &sql, out, why);
    sql_release(&sql);
    return st;
}

/* Without rows that tell, a file may have brought some when its days touch the range. */
static bool may_have_rows(const struct asking *k, const struct frame *f, size_t r, bool known)
{
    if (known)
        return !frame_is_null(f, SOURCE_HAS_ROWS, r) && frame_i64(f, SOURCE_HAS_ROWS, r) != 0;
    if (frame_is_null(f, SOURCE_FROM, r) || frame_is_null(f, SOURCE_TO, r))
        return true;
    return frame_i64(f, SOURCE_FROM, r) <= k->main.to && frame_i64(f, SOURCE_TO, r) >= k->main.from;
}

static str text_at(struct asking *k, const struct frame *f, size_t column, size_t r)
{
    return frame_is_null(f, column, r) ? STR_EMPTY : arena_dup(k->arena, frame_str(f, column, r));
}

static int32_t day_at(const struct frame *f, size_t column, size_t r)
{
    return frame_is_null(f, column, r) ? DAY_NONE : (int32_t)frame_i64(f, column, r);
}

static enum status list_sources(struct asking *k, struct answer *out, bool known, struct error *why)
{
    struct frame *f = NULL;
    const enum status st = read_sources(k, out, known, &f, why);
    if (st != STATUS_OK)
        return st;
    out->sources_known = known;
    out->sources = ARENA_NEW(k->arena, struct answer_source, frame_rows(f) + 1);
    for (size_t r = 0; out->sources != NULL && r < frame_rows(f); r++) {
        if (!may_have_rows(k, f, r, known)) {
            out->other_sources++;
            continue;
        }
        out->sources[out->source_count++] = (struct answer_source){
            .file = text_at(k, f, SOURCE_FILE, r),
            .preset = text_at(k, f, SOURCE_PRESET, r),
            .import_id = frame_is_null(f, SOURCE_IMPORT, r) ? 0 : frame_i64(f, SOURCE_IMPORT, r),
            .from = day_at(f, SOURCE_FROM, r),
            .to = day_at(f, SOURCE_TO, r),
        };
    }
    frame_free(f);
    return out->sources != NULL ? STATUS_OK : query_no_memory(why);
}

enum status evidence_collect(struct asking *k, struct answer *out, struct error *why)
{
    out->evidence = k->words->evidence;
    if (!k->words->evidence)
        return STATUS_OK;
    bool known = true; /* each row tells which import brought it */
    out->tzdata_version = zone_database_version(k->arena);
    for (size_t i = 0; i < out->sql_count; i++) {
        struct answer_sql *s = &out->sql[i];
        for (size_t c = 0; c < k->n_coverage; c++) {
            const struct coverage *of = &k->coverage[c];
            if (!str_is(s->fact, of->table->name))
                continue;
            if (of->last > s->newest)
                s->newest = of->last;
            if (of->complete_to > s->complete_to)
                s->complete_to = of->complete_to;
        }
        const enum status st = count_rows(k, s, &known, why);
        if (st != STATUS_OK)
            return st;
    }
    const enum status st = list_sources(k, out, known, why);
    return st == STATUS_OK ? stats_restatements(k, out, why) : st;
}

enum status evidence_notes(struct asking *k, struct answer *out, struct error *why)
{
    int64_t stores = 0;
    const size_t most = out->kpi_count + 11 + AGES_NOTES_MAX + RANGES_NOTES_MAX;
    out->notes = ARENA_NEW(k->arena, str, most);
    out->note_heads = ARENA_NEW(k->arena, size_t, most);
    if (out->notes == NULL || out->note_heads == NULL)
        return query_no_memory(why);
    const enum status st = state_stores(k, &stores, why);
    if (st != STATUS_OK)
        return st;
    if (stores > 1 && k->words->store_count == 0)
        out->notes[out->note_count++] =
            str_from(tr(k->lang, "all stores: each by its own local date"));
    sources_notes(k, out);
    const str twice = hours_note(k);
    if (twice.len > 0)
        out->notes[out->note_count++] = twice;
    if (k->converted)
        out->notes[out->note_count++] =
            arena_printf(k->arena,
                         tr(k->lang, "other currencies converted to %.*s at the rate of the day"),
                         STR_ARG(k->context->settings->currency));
    ages_notes(k, out);
    ranges_notes(k, out);
    const str totals = spans_note(k);
    if (totals.len > 0)
        out->notes[out->note_count++] = totals;
    return caveats_notes(k, out, why);
}

/* A reader that cannot write is no reason to refuse an answer: failures are skipped here. */
void definitions_keep(const struct query_context *c, const struct answer *a, int64_t now_us)
{
    struct map *known = map_new();
    struct frame *f = NULL;
    enum status st =
        known != NULL
            ? conn_query(
                  c->conn, STR("SELECT \"hash\" FROM \"definition_text\""), NULL, 0, &f, NULL)
            : STATUS_NO_MEMORY;
    for (size_t r = 0; st == STATUS_OK && r < frame_rows(f); r++) {
        if (!frame_is_null(f, 0, r) && !map_put(known, frame_str(f, 0, r), 1))
            st = STATUS_NO_MEMORY;
    }
    for (size_t i = 0; st == STATUS_OK && i < a->kpi_count; i++) {
        const struct answer_kpi *k = &a->kpis[i];
        if (map_get(known, k->definition) != NULL)
            continue;
        const struct param params[] = {
            { .type = PARAM_TEXT, .text = k->definition },
            { .type = PARAM_TEXT, .text = k->id },
            { .type = PARAM_I64, .i64 = now_us, .text = STR_EMPTY },
            { .type = PARAM_TEXT, .text = k->definition_text },
        };
        st = conn_query(c->writer,
                        STR("INSERT INTO \"definition_text\" VALUES ($1, $2, $3, $4)"),
                        params,
                        ARRAY_LEN(params),
                        NULL,
                        NULL);
        if (st == STATUS_OK && !map_put(known, k->definition, 1))
            st = STATUS_NO_MEMORY;
    }
    frame_free(f);
    map_free(known);
}

static enum status recall_row(const struct frame *f,
                              const struct kpi *like,
                              str kpi,
                              str hash,
                              struct kpi_catalog **out,
                              struct error *why)
{
    const str id = like != NULL ? like->id : kpi;
    if (frame_rows(f) == 0)
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "no definition \"%.*s\" is kept; a version is kept when it first answers",
                         STR_ARG(str_first(hash, 80)));
    if (frame_rows(f) > 1)
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "more than one kept definition begins with \"%.*s\"",
                         STR_ARG(str_first(hash, 80)));
    if (!str_eq(frame_str(f, 0, 0), id))
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "definition \"%.*s\" is one of \"%.*s\", not of \"%.*s\"",
                         STR_ARG(str_first(hash, 80)),
                         STR_ARG(frame_str(f, 0, 0)),
                         STR_ARG(str_first(id, 80)));
    return kpi_recall(frame_str(f, 1, 0), like, out, why);
}

enum status query_recall(
    const struct query_context *c, str kpi, str hash, struct kpi_catalog **out, struct error *why)
{
    const struct param start = { .type = PARAM_TEXT, .text = hash };
    struct frame *f = NULL;
    enum status st = conn_query(c->conn,
                                STR("SELECT DISTINCT \"kpi\", \"text\" FROM \"definition_text\""
                                    " WHERE length($1) >= 4 AND starts_with(\"hash\", $1) LIMIT 2"),
                                &start,
                                1,
                                &f,
                                why);
    if (st == STATUS_OK)
        st = recall_row(f, kpi_find(c->catalog, kpi), kpi, hash, out, why);
    frame_free(f);
    return st;
}
