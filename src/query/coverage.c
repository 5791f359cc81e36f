/* How far tables reach, in the question's own read transaction. */
#include "query/ages_priv.h"
#include "query/cache_priv.h"
#include "query/left_out.h"

#define COVERAGE_DIRTY_MAX ((size_t)200)

static struct coverage *coverage_at(const struct asking *k,
                                    const struct table *t,
                                    const struct column *date)
{
    for (size_t i = 0; i < k->n_coverage; i++) {
        if (k->coverage[i].table == t && k->coverage[i].date == date)
            return &k->coverage[i];
    }
    return NULL;
}

/* The table that this one stands beside, and its date of the same name; false: it stands alone. */
static bool base_of(const struct table *t,
                    const struct column *date,
                    const struct table **base,
                    const struct column **base_date)
{
    if (t->beside == NULL)
        return false;
    *base = commerce_table(str_from(t->beside));
    *base_date = date != NULL ? table_column(*base, str_from(date->name)) : NULL;
    return true;
}

static void add_coverage(struct asking *k, const struct table *t, const struct column *date)
{
    if (coverage_at(k, t, date) != NULL)
        return;
    k->coverage[k->n_coverage++] = (struct coverage){ .table = t,
                                                      .date = date,
                                                      .first = DAY_NONE,
                                                      .last = DAY_NONE,
                                                      .told = DAY_NONE,
                                                      .complete_to = DAY_NONE,
                                                      .newest = DAY_NONE };
    if (base_of(t, date, &t, &date))
        add_coverage(k, t, date);
}

/* So it does in each store, which has room for those of the base. */
static void reach_as_far_in_stores(struct coverage *c, const struct coverage *base)
{
    for (size_t s = 0; c->stores != NULL && s < base->n_stores; s++) {
        const struct store_reach *of = &base->stores[s];
        size_t i = 0;
        while (i < c->n_stores && !str_eq(c->stores[i].store, of->store))
            i++;
        struct store_reach *at = &c->stores[i];
        if (i == c->n_stores) {
            c->stores[c->n_stores++] = *of;
            continue;
        }
        at->first = of->first < at->first ? of->first : at->first;
        at->last = of->last > at->last ? of->last : at->last;
        at->rows_to = of->rows_to > at->rows_to ? of->rows_to : at->rows_to;
        at->told = of->told > at->told ? of->told : at->told;
        at->complete_to = of->complete_to;
    }
}

/* A table beside another reaches at least as far as that one; a fee may be booked after the last
 * order. */
static void reach_as_far(struct asking *k)
{
    const struct table *t;
    const struct column *date;
    for (size_t i = 0; i < k->n_coverage; i++) {
        struct coverage *c = &k->coverage[i];
        if (!base_of(c->table, c->date, &t, &date))
            continue;
        const struct coverage *base = coverage_at(k, t, date);
        const bool is_later = c->told != DAY_NONE && c->told > base->newest;
        c->newest = is_later ? c->told : base->newest;
        c->has_rows = c->has_rows || base->has_rows;
        c->complete_to = base->complete_to;
        if (c->first == DAY_NONE || (base->first != DAY_NONE && base->first < c->first))
            c->first = base->first;
        if (c->last == DAY_NONE || (base->last != DAY_NONE && base->last > c->last))
            c->last = base->last;
        if (c->told == DAY_NONE || (base->told != DAY_NONE && base->told > c->told))
            c->told = base->told;
        if (c->complete_to == DAY_NONE)
            c->complete_to = c->told;
        reach_as_far_in_stores(c, base);
    }
}

/* Orders and visits, where something is asked for that may have begun later than they did. */
static void add_for_age(struct asking *k)
{
    static const char *const names[] = { "order_line", "session" };
    bool needed = false;
    for (size_t i = 0; i < k->slots.n; i++)
        needed = needed || ages_need_others(k->slots.items[i].measure->table);
    for (size_t i = 0; needed && i < ARRAY_LEN(names); i++) {
        const size_t n = k->n_coverage;
        const struct table *t = commerce_table(str_from(names[i]));
        add_coverage(k, t, table_column(t, str_from(t->date_column)));
        if (k->n_coverage > n)
            k->coverage[n].is_for_age = true;
    }
}

static enum status list_tables(struct asking *k, struct error *why)
{
    size_t n = k->slots.n;
    for (size_t i = 0; i < k->n_kpis; i++)
        n += k->kpis[i]->n_needs_tables;
    k->coverage = ARENA_NEW(k->arena, struct coverage, 2 * n + 4); /* each beside another */
    if (k->coverage == NULL)
        return query_no_memory(why);
    for (size_t i = 0; i < k->slots.n; i++)
        add_coverage(k, k->slots.items[i].measure->table, k->slots.items[i].date);
    for (size_t i = 0; i < k->n_kpis; i++) {
        for (size_t t = 0; t < k->kpis[i]->n_needs_tables; t++)
            add_coverage(k, k->kpis[i]->needs_tables[t], NULL);
    }
    add_for_age(k);
    const struct table *stats = commerce_table(STR("platform_stat"));
    if (k->n_presence > 0)
        add_coverage(k, stats, table_column(stats, str_from(stats->date_column)));
    return STATUS_OK;
}

/* The date that tells where data begins and ends: of a rare one the table's own. */
static const struct column *reach_date(const struct coverage *c)
{
    const bool is_rare = c->date != NULL && c->table->rare_date != NULL &&
                         str_is(str_from(c->date->name), c->table->rare_date);
    return is_rare ? table_column(c->table, str_from(c->table->date_column)) : c->date;
}

const struct rollup *coverage_cells(const struct asking *k, str table, str date)
{
    const struct rollup *r = commerce_rollup(table);
    if (r == NULL || rollup_basis_find(r, date) == NULL)
        return NULL;
    for (size_t i = 0; i < k->cells.n_sets; i++) {
        if (k->cells.sets[i].rollup == r && k->cells.sets[i].set_id == r->sets[0].id)
            return r;
    }
    return NULL;
}

/* The rollup whose total cells tell the first and last day without reading the facts. */
static const struct rollup *cells_of(const struct asking *k, const struct coverage *c)
{
    return c->date == NULL || k->cells.n_dirty > COVERAGE_DIRTY_MAX
               ? NULL
               : coverage_cells(k, str_from(c->table->name), str_from(reach_date(c)->name));
}

void coverage_add_cells(struct sql *sql, const struct rollup *r, str date)
{
    sql_name(sql, str_from(r->table));
    sql_add(sql, " WHERE \"basis\" IN (");
    sql_add_int(sql, rollup_basis_find(r, date)->id);
    sql_add(sql, ", ");
    sql_add_int(sql, ROLLUP_BASIS_BOTH);
    sql_add(sql, ") AND \"set_id\" = ");
    sql_add_int(sql, r->sets[0].id);
    sql_add(sql, " AND \"grain\" = ");
    sql_add_int(sql, ROLLUP_DAY);
}

static void add_dirty_days(const struct asking *k, struct sql *sql, str column, bool in)
{
    sql_add(sql, " AND ");
    sql_name(sql, column);
    sql_add(sql, in ? " IN (" : " NOT IN (");
    for (size_t i = 0; i < k->cells.n_dirty; i++) {
        sql_add(sql, i > 0 ? ", " : "");
        sql_bind_day(sql, k->cells.dirty[i]);
    }
    sql_add(sql, ")");
}

static bool is_by_store(const struct asking *k, const struct coverage *c)
{
    bool asked = k->n_kpis > 0 && k->words->store_count != 1 && ages_has(c->table);
    for (size_t i = 0; i < k->n_by; i++)
        asked = asked || str_is(str_from(k->by[i]->name), "store");
    const bool is_costs = c->table->beside != NULL && c->table->view == NULL;
    return asked && c->date != NULL && (c->table->beside == NULL || is_costs) &&
           table_column(c->table, STR("store")) != NULL;
}

static void open_part(const struct asking *k, struct sql *sql, size_t i)
{
    sql_add_int(sql, (int64_t)i);
    sql_add(sql, is_by_store(k, &k->coverage[i]) ? ", \"store\", " : ", NULL, ");
}

static void close_part(const struct asking *k, struct sql *sql, const struct coverage *c)
{
    sql_add(sql, is_by_store(k, c) ? " GROUP BY \"store\"" : "");
}

/* Facts beside others are looked for where those do not reach: few are there, or none, and the
 * engine skips the rest. */
static const struct coverage *coverage_beside(const struct asking *k, const struct coverage *c)
{
    const struct table *t;
    const struct column *date;
    return c->date != NULL && base_of(c->table, c->date, &t, &date) ? coverage_at(k, t, date)
                                                                    : NULL;
}

static void add_outside(struct sql *sql, str column, const struct coverage *base)
{
    int32_t told = base->told;
    for (size_t s = 0; s < base->n_stores; s++) /* rows before a store's own end add nothing */
        told = base->stores[s].told < told ? base->stores[s].told : told;
    sql_add(sql, " AND (");
    sql_name(sql, column);
    sql_add(sql, " < ");
    sql_bind_day(sql, base->first);
    sql_add(sql, " OR ");
    sql_name(sql, column);
    sql_add(sql, " > ");
    sql_bind_day(sql, told);
    sql_add(sql, ")");
}

/* "min(day), max(day), count(*), max(day) of those that tell FROM facts" */
static void write_facts(const struct asking *k, struct sql *sql, const struct coverage *c)
{
    const struct coverage *base = coverage_beside(k, c);
    if (c->table->view != NULL) { /* it reaches as far as what it stands beside */
        sql_add(sql, "CAST(NULL AS DATE), CAST(NULL AS DATE), 0, CAST(NULL AS DATE)");
        return;
    }
    if (c->date != NULL) {
        sql_add(sql, "min(");
        sql_name(sql, str_from(reach_date(c)->name));
        sql_add(sql, "), max(");
        sql_name(sql, str_from(reach_date(c)->name));
        sql_add(sql, "), count(*)");
        coverage_add_told(sql, c->table, str_from(reach_date(c)->name));
        sql_add(sql, " FROM ");
    } else {
        sql_add(sql, "CAST(NULL AS DATE), CAST(NULL AS DATE), count(*), CAST(NULL AS DATE) FROM ");
    }
    sql_name(sql, str_from(c->table->name));
    sql_add(sql, " WHERE TRUE");
    if (table_column(c->table, STR("store")) != NULL)
        state_add_scope(k, sql, " AND ");
    if (base != NULL && base->first != DAY_NONE)
        add_outside(sql, str_from(reach_date(c)->name), base);
}

static void write_cells(const struct asking *k,
                        struct sql *sql,
                        const struct coverage *c,
                        const struct rollup *r)
{
    sql_add(sql, "min(\"date\"), max(\"date\"), count(*)");
    coverage_add_told(sql, c->table, STR("date"));
    sql_add(sql, " FROM ");
    coverage_add_cells(sql, r, str_from(reach_date(c)->name));
    state_add_scope(k, sql, " AND ");
}

/* Of the tables that stand beside another, or of those that do not; false: there are none. */
static bool write_coverage(const struct asking *k, struct sql *sql, bool beside)
{
    bool any = false;
    for (size_t i = 0; i < k->n_coverage; i++) {
        const struct coverage *c = &k->coverage[i];
        const struct rollup *r = cells_of(k, c);
        if ((coverage_beside(k, c) != NULL) != beside)
            continue;
        sql_add(sql, any ? " UNION ALL SELECT " : "SELECT ");
        any = true;
        open_part(k, sql, i);
        if (r == NULL || c->date == NULL) {
            write_facts(k, sql, c);
            close_part(k, sql, c);
            continue;
        }
        write_cells(k, sql, c, r);
        if (k->cells.n_dirty > 0) {
            add_dirty_days(k, sql, STR("date"), false);
            close_part(k, sql, c);
            sql_add(sql, " UNION ALL SELECT ");
            open_part(k, sql, i);
            write_facts(k, sql, c);
            add_dirty_days(k, sql, str_from(reach_date(c)->name), true);
        }
        close_part(k, sql, c);
    }
    return any;
}

struct reach_row {
    int32_t first;
    int32_t last;
    int32_t told; /* DAY_NONE: none of the rows tells */
};

/* From where to where a store reaches; stores come once a part of the statement. */
static bool take_store(struct asking *k, struct coverage *c, str store, const struct reach_row *r)
{
    for (size_t i = 0; i < c->n_stores; i++) {
        struct store_reach *at = &c->stores[i];
        if (str_eq(at->store, store)) {
            at->first = r->first < at->first ? r->first : at->first;
            at->told = r->told > at->told ? r->told : at->told;
            at->rows_to = r->last > at->rows_to ? r->last : at->rows_to;
            return true;
        }
    }
    const struct store_reach reach = {
        .store = arena_dup(k->arena, store),
        .first = r->first,
        .last = r->told,
        .rows_to = r->last,
        .told = r->told,
    };
    c->stores[c->n_stores++] = reach;
    return reach.store.ptr != NULL;
}

/* Room for the stores of each table that is asked by store. */
static bool make_stores(struct asking *k, size_t rows)
{
    for (size_t i = 0; i < k->n_coverage; i++) {
        struct coverage *c = &k->coverage[i];
        if (!is_by_store(k, c) || c->stores != NULL)
            continue;
        const struct coverage *base = coverage_beside(k, c);
        const size_t n_base = base != NULL ? base->n_stores : 0;
        c->stores = ARENA_NEW(k->arena, struct store_reach, rows + n_base + 1);
        if (c->stores == NULL)
            return false;
    }
    return true;
}

static enum status take_coverage(struct asking *k, const struct frame *f, struct error *why)
{
    enum { PART, STORE, FIRST, LAST, COUNT, TOLD };
    if (!make_stores(k, frame_rows(f)))
        return query_no_memory(why);
    for (size_t r = 0; r < frame_rows(f); r++) {
        struct coverage *c = &k->coverage[(size_t)frame_i64(f, PART, r)];
        c->has_rows = c->has_rows || frame_i64(f, COUNT, r) > 0;
        if (frame_is_null(f, FIRST, r))
            continue;
        const struct reach_row reach = {
            .first = (int32_t)frame_i64(f, FIRST, r),
            .last = (int32_t)frame_i64(f, LAST, r),
            .told = frame_is_null(f, TOLD, r) ? DAY_NONE : (int32_t)frame_i64(f, TOLD, r),
        };
        const str store = frame_is_null(f, STORE, r) ? STR_EMPTY : frame_str(f, STORE, r);
        if (c->stores != NULL && !take_store(k, c, store, &reach))
            return query_no_memory(why);
        if (c->first == DAY_NONE || reach.first < c->first)
            c->first = reach.first;
        if (reach.last > c->last) /* DAY_NONE is before all days */
            c->last = reach.last;
        if (reach.told > c->told)
            c->told = reach.told;
    }
    coverage_settle_told(k);
    return STATUS_OK;
}

static void take_store_watermark(struct coverage *c, str store, int32_t slowest, int32_t newest)
{
    for (size_t i = 0; i < c->n_stores; i++) {
        struct store_reach *at = &c->stores[i];
        if (!str_eq(at->store, store))
            continue;
        at->complete_to = slowest;
        at->last = newest > at->last ? newest : at->last;
        if (at->told < newest)
            at->told = at->rows_to < newest ? at->rows_to : newest;
    }
}

/* How far the sources of one store have told of a table. */
static void take_watermark(struct asking *k, str table, str store, int32_t slowest, int32_t newest)
{
    for (size_t i = 0; i < k->n_coverage; i++) {
        struct coverage *c = &k->coverage[i];
        if (!str_is(table, c->table->name) || c->date == NULL)
            continue;
        c->complete_to = c->is_told && c->complete_to < slowest ? c->complete_to : slowest;
        c->newest = c->newest > newest ? c->newest : newest; /* DAY_NONE is before all days */
        c->newest = c->told > c->newest ? c->told : c->newest;
        c->is_told = true;
        if (c->told < newest) /* rows of returns alone, in the orders' own file */
            c->told = c->last < newest ? c->last : newest;
        take_store_watermark(c, store, slowest, newest);
    }
}

/* A source that has been silent for longer, while another of its store goes on, is over: the shop
 * has changed its system, or no longer advertises there. */
#define SOURCE_SILENT_DAYS 62

static enum status load_watermarks(struct asking *k, struct error *why)
{
    struct sql sql;
    struct state_rows rows;
    sql_init(&sql, SQL_DUCKDB);
    sql_add(
        &sql,
        "SELECT \"table_name\", coalesce(\"store\", ''), min(\"until\"), max(\"until\") FROM"
        " (SELECT \"table_name\", \"store\", max(\"complete_until\") AS \"until\","
        " max(max(\"complete_until\")) OVER (PARTITION BY \"table_name\", \"store\") AS \"newest\""
        " FROM \"watermark\"");
    state_add_scope(k, &sql, " WHERE ");
    sql_add(&sql,
            " GROUP BY \"table_name\", \"store\", \"source\") AS \"w\""
            " WHERE \"until\" >= \"newest\" - ");
    sql_add_int(&sql, SOURCE_SILENT_DAYS);
    sql_add(&sql, " GROUP BY 1, 2");
    const enum status st = state_query(k, &sql, &rows, why);
    for (size_t r = 0; st == STATUS_OK && r < frame_rows(rows.frame); r++) {
        const int32_t newest = (int32_t)frame_i64(rows.frame, 3, r);
        if (table_tells_of_days(frame_str(rows.frame, 0, r)) &&
            (k->reach == DAY_NONE || newest > k->reach))
            k->reach = newest;
        take_watermark(k,
                       frame_str(rows.frame, 0, r),
                       frame_str(rows.frame, 1, r),
                       (int32_t)frame_i64(rows.frame, 2, r),
                       newest);
    }
    state_rows_drop(k, &rows);
    sql_release(&sql);
    return st;
}

static enum status read_tables(struct asking *k, bool beside, struct error *why)
{
    struct sql sql;
    struct state_rows rows;
    sql_init(&sql, SQL_DUCKDB);
    enum status st = STATUS_OK;
    if (write_coverage(k, &sql, beside)) {
        st = state_query(k, &sql, &rows, why);
        if (st == STATUS_OK)
            st = take_coverage(k, rows.frame, why);
        state_rows_drop(k, &rows);
    }
    sql_release(&sql);
    return st;
}

static enum status coverage_read(struct asking *k, struct error *why)
{
    enum status st = read_tables(k, false, why);
    if (st == STATUS_OK)
        st = read_tables(k, true, why);
    if (st == STATUS_OK)
        st = load_watermarks(k, why);
    coverage_settle_untold(k);
    return st;
}

str coverage_name_of(const struct asking *k, const struct coverage *c)
{
    const struct table *t = c->table;
    const bool is_own = str_is(str_from(t->date_column), c->date->name);
    const char *name = table_label(t, k->lang);
    return is_own ? str_from(name)
                  : arena_printf(k->arena,
                                 k->lang == LANG_ZH ? "%s（%s）" : "%s (%s)",
                                 name,
                                 table_date_label(c->date, k->lang));
}

enum status coverage_load(struct asking *k, struct error *why)
{
    enum status st = list_tables(k, why);
    if (st == STATUS_OK && k->n_coverage > 0)
        st = coverage_read(k, why);
    if (st == STATUS_OK)
        reach_as_far(k);
    for (size_t i = 0; i < k->n_coverage; i++) {
        const struct coverage *c = &k->coverage[i];
        k->has_effects = k->has_effects || coverage_has_effects(c, STR_EMPTY);
        for (size_t s = 0; s < c->n_stores; s++)
            k->has_effects = k->has_effects || c->stores[s].rows_to > c->stores[s].last;
    }
    return st;
}

const struct coverage *coverage_of(const struct asking *k, const struct plan_slot *slot)
{
    return coverage_at(k, slot->measure->table, slot->date);
}

/* How far tables reach, in the stores of the question. */
static enum status read_reach(struct asking *k,
                              const char *const *names,
                              size_t n,
                              struct error *why)
{
    for (size_t i = 0; i < n; i++) {
        const struct table *t = commerce_table(str_from(names[i]));
        add_coverage(k, t, table_column(t, str_from(t->date_column)));
    }
    const enum status st = state_load(k, why);
    return st == STATUS_OK ? coverage_read(k, why) : st;
}

enum status query_last_day(const struct query_context *c,
                           int64_t now_us,
                           int32_t *out,
                           struct error *why)
{
    static const char *const names[] = { "order_line", "session", "platform_stat" };
    struct arena *arena = arena_new(0);
    const struct kpi_question none = { .now_us = now_us };
    if (arena == NULL)
        return query_no_memory(why);
    struct coverage tables[ARRAY_LEN(names)];
    struct asking k = { .context = c, .words = &none, .arena = arena, .coverage = tables };
    const enum status st = read_reach(&k, names, ARRAY_LEN(names), why);
    *out = DAY_NONE;
    for (size_t i = 0; i < k.n_coverage; i++) {
        if (k.coverage[i].told > *out)
            *out = k.coverage[i].told;
    }
    arena_free(arena);
    return st;
}

/* Without a zone days are UTC's. */
static int32_t local_day(const struct query_context *c, int64_t now_us)
{
    return c->zone != NULL ? zone_day(c->zone, now_us) : (int32_t)i64_floor_div(now_us, US_PER_DAY);
}

enum status query_order_day(const struct query_context *c,
                            const struct kpi_question *scope,
                            int32_t *out,
                            struct error *why)
{
    static const char *const names[] = { "order_line" };
    struct arena *arena = arena_new(0);
    if (arena == NULL)
        return query_no_memory(why);
    struct coverage tables[ARRAY_LEN(names)];
    struct asking k = { .context = c,
                        .words = scope,
                        .arena = arena,
                        .coverage = tables,
                        .today = local_day(c, scope->now_us) };
    const enum status st = read_reach(&k, names, ARRAY_LEN(names), why);
    *out = ranges_order_day(&k, STR_EMPTY);
    arena_free(arena);
    return st;
}
