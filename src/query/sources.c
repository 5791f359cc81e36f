/* Which source answers for which store. A store with rows of its own answers from them; one without
 * (a marketplace shop has no tracker), or whose buyers cannot be told apart, from what its platform
 * reports. A KPI's `sources:` may turn that round. */
#include "query/cache_priv.h"
#include "query/left_out.h"

#include <string.h>

/* What stores have: tables that imports have brought rows into, undone ones not counted, and where
 * a measure picks stores by them, measures of platform_stat and KPI_STORES_COSTS. */
struct own_tables {
    struct own_table {
        str store;
        str table;
    } * items;
    size_t n;
};

static void add_scope(const struct asking *k, struct sql *sql, const char *column)
{
    for (size_t i = 0; i < k->words->store_count; i++) {
        sql_add(sql, i == 0 ? " AND " : ", ");
        if (i == 0) {
            sql_add(sql, column);
            sql_add(sql, " IN (");
        }
        sql_bind_text(sql, k->words->stores[i]);
    }
    sql_add(sql, k->words->store_count > 0 ? ")" : "");
}

static enum status take_presence(struct asking *k, const struct frame *f, struct error *why)
{
    k->presence = ARENA_NEW(k->arena, struct platform_presence, frame_rows(f) + 1);
    if (k->presence == NULL)
        return query_no_memory(why);
    for (size_t r = 0; r < frame_rows(f); r++) {
        const struct platform_presence p = { .store = arena_dup(k->arena, frame_str(f, 0, r)),
                                             .measure = arena_dup(k->arena, frame_str(f, 1, r)),
                                             .first = (int32_t)frame_i64(f, 2, r),
                                             .last = (int32_t)frame_i64(f, 3, r) };
        if (p.store.ptr == NULL || p.measure.ptr == NULL)
            return query_no_memory(why);
        k->presence[k->n_presence++] = p;
        k->any_revised = frame_i64(f, 4, r) > 0;
    }
    return STATUS_OK;
}

/* Whether a KPI of the question has something that platforms report. */
static bool wants_platform(const struct asking *k)
{
    for (size_t i = 0; i < k->n_kpis; i++) {
        for (size_t l = 0; l < k->kpis[i]->n_leaves; l++) {
            const struct kpi_measure *m = k->kpis[i]->leaves[l].measure;
            if (m->is_platform || (m->platform != NULL && k->kpis[i]->source_rule != SOURCE_OWN))
                return true;
        }
    }
    return false;
}

enum status sources_load(struct asking *k, struct error *why)
{
    struct sql sql;
    struct state_rows rows;
    if (!wants_platform(k))
        return STATUS_OK;
    sql_init(&sql, SQL_DUCKDB);
    sql_add(&sql,
            "SELECT \"store\", \"measure\", min(\"local_date\"), max(coalesce(\"end_date\","
            " \"local_date\")), EXISTS (SELECT 1 FROM \"platform_stat_old\") FROM"
            " \"platform_stat\" WHERE \"local_date\" IS NOT NULL AND"
            " \"store\" IS NOT NULL AND \"measure\" IS NOT NULL");
    add_scope(k, &sql, "\"store\"");
    sql_add(&sql, " GROUP BY \"store\", \"measure\" ORDER BY \"store\", \"measure\"");
    enum status st = state_query(k, &sql, &rows, why);
    if (st == STATUS_OK)
        st = take_presence(k, rows.frame, why);
    state_rows_drop(k, &rows);
    sql_release(&sql);
    return st;
}

static bool is_present(const struct asking *k, str store, const struct platform_measure *p)
{
    for (size_t i = 0; i < k->n_presence; i++) {
        const struct platform_presence *at = &k->presence[i];
        if ((store.len == 0 || str_eq(at->store, store)) &&
            (str_is(at->measure, p->name) ||
             (p->of_item != NULL && str_is(at->measure, p->of_item))))
            return true;
    }
    return false;
}

bool sources_have(const struct asking *k, const struct kpi *kpi, const struct kpi_measure *m)
{
    return m->platform != NULL && (m->is_platform || kpi->source_rule != SOURCE_OWN) &&
           is_present(k, STR_EMPTY, m->platform);
}

/* ---- own rows ---- */

static enum status take_own(struct asking *k,
                            const struct frame *f,
                            struct own_tables *out,
                            struct error *why)
{
    out->items = ARENA_NEW(k->arena, struct own_table, frame_rows(f) + 1);
    if (out->items == NULL)
        return query_no_memory(why);
    for (size_t r = 0; r < frame_rows(f); r++) {
        const struct own_table t = { .store = arena_dup(k->arena, frame_str(f, 0, r)),
                                     .table = arena_dup(k->arena, frame_str(f, 1, r)) };
        if (t.store.ptr == NULL || t.table.ptr == NULL)
            return query_no_memory(why);
        out->items[out->n++] = t;
    }
    return STATUS_OK;
}

/* Tables that a store's imports, less undone ones, have brought. */
static const char own_sql[] =
    "SELECT DISTINCT \"w\".\"store\", \"w\".\"table_name\" FROM \"watermark\" AS \"w\""
    " WHERE \"w\".\"store\" IS NOT NULL AND \"w\".\"table_name\" IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM (SELECT \"store\", \"preset\" FROM \"import\" GROUP BY 1, 2 HAVING"
    " bool_and(\"undone_at\" IS NOT NULL)) AS \"undone\" WHERE \"undone\".\"store\" ="
    " \"w\".\"store\" AND \"undone\".\"preset\" = \"w\".\"source\")";

/* What stores_with and stores_without may name beside tables. */
static const char reporting_sql[] =
    " UNION SELECT \"store\", \"measure\" FROM \"platform_stat\" WHERE \"store\" IS NOT NULL AND"
    " \"measure\" IS NOT NULL";
static const char costs_sql[] =
    " UNION SELECT DISTINCT \"store\", '" KPI_STORES_COSTS "' FROM \"order_line\" WHERE \"class\" ="
    " 'sale' AND \"cost_e4\" IS NOT NULL UNION SELECT DISTINCT \"store\", '" KPI_STORES_COSTS "'"
    " FROM \"cost_line\" WHERE \"class\" = 'sale' AND \"goods_e4\" IS NOT NULL";

/* Stores that have sold, and whose files name no buyer of any order: none is known there, which is
 * not 0. Such a store need not be declared to be of a platform that hides them. */
#define NO_BUYERS "no buyers"
static const char no_buyers_sql[] =
    " UNION SELECT \"store\", '" NO_BUYERS "' FROM \"orders\" WHERE \"has_sale\" AND \"is_test\" IS"
    " NOT TRUE AND \"store\" IS NOT NULL GROUP BY \"store\" HAVING count(\"customer_key\") = 0";

static const char *more_sql(const char *stores_by)
{
    if (stores_by == NULL || commerce_table(str_from(stores_by)) != NULL)
        return "";
    return platform_measure(str_from(stores_by)) != NULL ? reporting_sql : costs_sql;
}

static void add_more(const struct asking *k, struct sql *sql)
{
    bool reporting = false;
    bool costs = false;
    bool buyers = false;
    for (size_t i = 0; i < k->slots.n; i++) {
        const char *more = more_sql(k->slots.items[i].measure->stores_by);
        reporting = reporting || more == reporting_sql;
        costs = costs || more == costs_sql;
        buyers = buyers || k->slots.items[i].measure->needs_buyers;
    }
    sql_add(sql, reporting ? reporting_sql : "");
    sql_add(sql, costs ? costs_sql : "");
    sql_add(sql, buyers ? no_buyers_sql : "");
}

static enum status load_own(struct asking *k, struct own_tables *out, struct error *why)
{
    struct sql sql;
    struct state_rows rows;
    *out = (struct own_tables){ .n = 0 };
    sql_init(&sql, SQL_DUCKDB);
    sql_add(&sql, own_sql);
    add_scope(k, &sql, "\"w\".\"store\"");
    add_more(k, &sql);
    sql_add(&sql, " ORDER BY 1, 2");
    enum status st = state_query(k, &sql, &rows, why);
    if (st == STATUS_OK)
        st = take_own(k, rows.frame, out, why);
    state_rows_drop(k, &rows);
    sql_release(&sql);
    return st;
}

static bool has_name(const struct own_tables *own, str store, const char *wanted)
{
    const str name = str_from(wanted);
    for (size_t i = 0; i < own->n; i++) {
        if (str_eq(own->items[i].store, store) &&
            (str_eq(own->items[i].table, name) ||
             (str_is(name, "session") && str_is(own->items[i].table, "event"))))
            return true;
    }
    return false;
}

/* A derived table has no imports of its own: it is there where the one is that it stands beside. */
static bool has_table(const struct own_tables *own, str store, const struct table *t)
{
    return has_name(own, store, t->beside != NULL ? t->beside : t->name);
}

static bool has_buyer_ids(const struct asking *k, str store)
{
    const struct shop_settings *s = k->context->settings;
    for (size_t i = 0; i < s->store_count; i++) {
        if (str_eq(s->stores[i].name, store))
            return s->stores[i].customer_key_quality == BUYERS_STABLE;
    }
    return true;
}

/* ---- the choice ---- */

struct store_lists {
    str *from[4]; /* CHOICE_... */
    size_t n[4];
};
enum { CHOICE_OWN, CHOICE_PLATFORM, CHOICE_REFUSED, CHOICE_LEFT_OUT };

static void choose(struct asking *k,
                   const struct own_tables *own,
                   const struct plan_slot *slot,
                   str store,
                   struct store_lists *out)
{
    const struct kpi_measure *m = slot->measure;
    const bool rows = !m->is_platform && has_table(own, store, m->table);
    const bool may_count =
        !m->needs_buyers || (has_buyer_ids(k, store) && !has_name(own, store, NO_BUYERS));
    const bool present = (m->is_platform || slot->rule != SOURCE_OWN) && m->platform != NULL &&
                         is_present(k, store, m->platform);
    int to = CHOICE_OWN;
    if (present && (m->is_platform || slot->rule == SOURCE_PLATFORM_FIRST || !rows || !may_count))
        to = CHOICE_PLATFORM;
    else if (!rows)
        return;
    else if (!may_count)
        to = CHOICE_REFUSED;
    out->from[to][out->n[to]++] = store;
}

static bool add_store(str *stores, size_t *n, str store)
{
    for (size_t i = 0; i < *n; i++) {
        if (str_eq(stores[i], store))
            return false;
    }
    stores[(*n)++] = store;
    return true;
}

/* By `stores_with` and `stores_without`. */
static bool is_left_out(const struct own_tables *own, const struct kpi_measure *m, str store)
{
    return m->stores_by != NULL && has_name(own, store, m->stores_by) == m->is_stores_without;
}

/* Of the stores left out those that have rows at all. */
static size_t keep_with_rows(const struct own_tables *own,
                             const struct table *t,
                             const struct store_lists *lists,
                             str *out)
{
    size_t n = 0;
    for (size_t i = 0; i < lists->n[CHOICE_LEFT_OUT]; i++) {
        if (has_table(own, lists->from[CHOICE_LEFT_OUT][i], t))
            out[n++] = lists->from[CHOICE_LEFT_OUT][i];
    }
    return n;
}

static enum status settle_slot(struct asking *k,
                               const struct own_tables *own,
                               const str *stores,
                               size_t n_stores,
                               size_t index,
                               struct error *why)
{
    struct plan_slot *slot = &k->slots.items[index];
    struct slot_source *source = &k->sources[index];
    struct store_lists lists = { .n = { 0 } };
    for (size_t i = 0; i < ARRAY_LEN(lists.from); i++) {
        lists.from[i] = ARENA_NEW(k->arena, str, n_stores + 1);
        if (lists.from[i] == NULL)
            return query_no_memory(why);
    }
    for (size_t i = 0; i < n_stores; i++) {
        if (is_left_out(own, slot->measure, stores[i]))
            lists.from[CHOICE_LEFT_OUT][lists.n[CHOICE_LEFT_OUT]++] = stores[i];
        else
            choose(k, own, slot, stores[i], &lists);
    }
    const size_t others =
        lists.n[CHOICE_PLATFORM] + lists.n[CHOICE_REFUSED] + lists.n[CHOICE_LEFT_OUT];
    str *left_out = ARENA_NEW(k->arena, str, n_stores + 1);
    if (left_out == NULL)
        return query_no_memory(why);
    if (others == 0)
        return STATUS_OK;
    const size_t n_left_out = keep_with_rows(own, slot->measure->table, &lists, left_out);
    *source = (struct slot_source){ .stores = lists.from[CHOICE_PLATFORM],
                                    .n_stores = lists.n[CHOICE_PLATFORM],
                                    .refused = lists.from[CHOICE_REFUSED],
                                    .n_refused = lists.n[CHOICE_REFUSED],
                                    .own = lists.from[CHOICE_OWN],
                                    .n_own = lists.n[CHOICE_OWN],
                                    .left_out = left_out,
                                    .n_left_out = n_left_out };
    slot->is_foreign = slot->is_foreign || lists.n[CHOICE_OWN] == 0;
    str *left = ARENA_NEW(k->arena, str, others);
    if (left == NULL)
        return query_no_memory(why);
    memcpy(left, source->stores, source->n_stores * sizeof *left);
    memcpy(left + source->n_stores, source->refused, source->n_refused * sizeof *left);
    memcpy(left + source->n_stores + source->n_refused,
           lists.from[CHOICE_LEFT_OUT],
           lists.n[CHOICE_LEFT_OUT] * sizeof *left);
    slot->not_stores = left;
    slot->n_not_stores = others;
    return STATUS_OK;
}

static bool is_needed(const struct asking *k)
{
    bool unsure = k->n_presence > 0;
    const struct shop_settings *s = k->context->settings;
    for (size_t i = 0; i < s->store_count; i++)
        unsure = unsure || s->stores[i].customer_key_quality != BUYERS_STABLE;
    for (size_t i = 0; i < k->slots.n; i++)
        unsure = unsure || k->slots.items[i].measure->stores_by != NULL ||
                 k->slots.items[i].measure->needs_buyers;
    return unsure;
}

enum status sources_settle(struct asking *k, struct error *why)
{
    struct own_tables own;
    size_t n = 0;
    k->sources = ARENA_NEW(k->arena, struct slot_source, k->slots.n + 1);
    if (k->sources == NULL)
        return query_no_memory(why);
    if (!is_needed(k))
        return STATUS_OK;
    enum status st = load_own(k, &own, why);
    str *stores = st == STATUS_OK ? ARENA_NEW(k->arena, str, own.n + k->n_presence + 1) : NULL;
    if (stores == NULL)
        return st == STATUS_OK ? query_no_memory(why) : st;
    for (size_t i = 0; i < own.n; i++)
        (void)add_store(stores, &n, own.items[i].store);
    for (size_t i = 0; i < k->n_presence; i++)
        (void)add_store(stores, &n, k->presence[i].store);
    /* numbered in this order, so that the same store is the first to be named each time */
    for (size_t i = 0; i < n && st == STATUS_OK; i++)
        st = names_number(&k->names, stores[i]) != NAME_ALL ? STATUS_OK : query_no_memory(why);
    for (size_t i = 0; i < k->slots.n && st == STATUS_OK; i++)
        st = settle_slot(k, &own, stores, n, i, why);
    return st;
}

bool sources_reads(const struct slot_source *s, str store)
{
    for (size_t i = 0; i < s->n_stores; i++) {
        if (str_eq(s->stores[i], store))
            return true;
    }
    return false;
}

/* ---- what the answer says ---- */

struct origins {
    struct answer_origin *items;
    size_t n;
};

static bool add_origin(
    struct asking *k, struct origins *o, const char *source, const str *stores, size_t n)
{
    struct answer_origin *at = NULL;
    for (size_t i = 0; i < o->n; i++)
        at = str_is(o->items[i].source, source) ? &o->items[i] : at;
    if (at == NULL) {
        at = &o->items[o->n++];
        *at = (struct answer_origin){ .source = str_from(source) };
    }
    str *all = ARENA_NEW(k->arena, str, at->n_stores + n + 1);
    if (all == NULL)
        return false;
    if (at->n_stores > 0)
        memcpy(all, at->stores, at->n_stores * sizeof *all);
    for (size_t i = 0; i < n; i++)
        (void)add_store(all, &at->n_stores, stores[i]);
    at->stores = all;
    return true;
}

enum status sources_list(struct asking *k, size_t kpi, struct answer_kpi *out)
{
    const struct kpi *definition = k->kpis[kpi];
    struct origins o = { .items = ARENA_NEW(
                             k->arena, struct answer_origin, definition->n_leaves * 2 + 1) };
    bool ok = o.items != NULL;
    for (size_t i = 0; ok && k->place[kpi] != SIZE_MAX && i < definition->n_leaves; i++) {
        const size_t slot = k->slots.of_leaf[k->place[kpi]][i];
        const struct slot_source *s = &k->sources[slot];
        const struct kpi_measure *m = definition->leaves[i].measure;
        if (!k->slots.items[slot].is_foreign)
            ok = add_origin(k, &o, kpi_source_of(m->table), s->own, s->n_own);
        if (ok && s->n_stores > 0)
            ok = add_origin(k, &o, "platform_stat", s->stores, s->n_stores);
    }
    out->origins = o.items;
    out->n_origins = o.n;
    return ok ? STATUS_OK : STATUS_NO_MEMORY;
}

/* What people call where figures come from; the id stays in what programs read. */
static const char *source_label(str source, enum lang lang)
{
    const struct table *t = commerce_table(str_is(source, "events") ? STR("event") : source);
    return t != NULL ? table_label(t, lang) : source.ptr;
}

/* "behaviour events (web), platforms' figures (tmall)"; empty when no figure comes from a platform.
 */
static str origins_text(const struct asking *k, const struct answer_kpi *a)
{
    struct buf out;
    bool from_platform = false;
    buf_init(&out, (size_t)64 * 1024);
    for (size_t i = 0; i < a->n_origins; i++) {
        const struct answer_origin *o = &a->origins[i];
        from_platform = from_platform || str_is(o->source, "platform_stat");
        buf_addf(&out, "%s%s", i > 0 ? ", " : "", source_label(o->source, k->lang));
        for (size_t s = 0; s < o->n_stores; s++)
            buf_addf(&out, "%s%.*s", s == 0 ? " (" : ", ", STR_ARG(o->stores[s]));
        buf_adds(&out, o->n_stores > 0 ? ")" : "");
    }
    const str text = from_platform ? arena_dup(k->arena, buf_str(&out)) : STR_EMPTY;
    buf_release(&out);
    return text.ptr != NULL ? text : STR_EMPTY;
}

static bool is_first_of(const str *texts, size_t i)
{
    for (size_t j = 0; j < i; j++) {
        if (str_eq(texts[j], texts[i]))
            return false;
    }
    return texts[i].len > 0;
}

/* KPIs of the same origins share a line. */
void sources_notes(const struct asking *k, struct answer *out)
{
    struct buf line;
    str *texts = ARENA_NEW(k->arena, str, out->kpi_count + 1);
    buf_init(&line, (size_t)128 * 1024);
    for (size_t i = 0; texts != NULL && i < out->kpi_count; i++)
        texts[i] = origins_text(k, &out->kpis[i]);
    for (size_t i = 0; texts != NULL && i < out->kpi_count; i++) {
        if (!is_first_of(texts, i))
            continue;
        buf_clear(&line);
        for (size_t j = i; j < out->kpi_count; j++) {
            if (str_eq(texts[j], texts[i]))
                buf_addf(&line, "%s%.*s", j > i ? ", " : "", STR_ARG(out->kpis[j].name));
        }
        buf_addf(&line, ": %.*s", STR_ARG(texts[i]));
        const str note = arena_dup(k->arena, buf_str(&line));
        if (note.ptr != NULL)
            out->notes[out->note_count++] = note;
    }
    buf_release(&line);
}

enum status query_stores_left_out(struct conn *c,
                                  const struct kpi_measure *m,
                                  struct arena *a,
                                  struct store_names *out,
                                  struct error *why)
{
    struct frame *f = NULL;
    *out = (struct store_names){ .n = 0 };
    if (m->stores_by == NULL)
        return STATUS_OK;
    const str sql = arena_printf(a, "%s%s ORDER BY 1, 2", own_sql, more_sql(m->stores_by));
    if (sql.ptr == NULL)
        return query_no_memory(why);
    const enum status st = conn_query(c, sql, NULL, 0, &f, why);
    if (st != STATUS_OK)
        return st;
    const size_t rows = frame_rows(f);
    str *names = ARENA_NEW(a, str, rows + 1);
    for (size_t from = 0, to = 0; names != NULL && from < rows; from = to) {
        const str store = frame_str(f, 0, from);
        bool has = false;
        for (to = from; to < rows && str_eq(frame_str(f, 0, to), store); to++)
            has = has || str_is(frame_str(f, 1, to), m->stores_by);
        if (has == m->is_stores_without)
            names[out->n++] = arena_dup(a, store);
    }
    out->items = names;
    frame_free(f);
    return names != NULL ? STATUS_OK : query_no_memory(why);
}
