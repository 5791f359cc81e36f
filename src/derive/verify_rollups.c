/* Rollup cells against the facts: every cell is added up anew, straight from the facts (no cube, no
 * months out of days), chunk of months by chunk of months. */
#include "derive/verify_priv.h"

#define COLUMNS_MAX 64

/* Stored cells of the chunk, once for each basis they stand for. */
static void add_stored(struct buf *out, const struct rollup *r, const struct cell_scope *scope)
{
    buf_addf(out, "SELECT 1 AS one, b.id AS basis_id, c.* FROM \"%s\" c JOIN (VALUES ", r->table);
    for (size_t i = 0; i < r->basis_count; i++)
        buf_addf(out, "%s(%d)", i > 0 ? ", " : "", r->bases[i].id);
    buf_addf(out, ") b(id) ON c.basis IN (b.id, %d) WHERE c.date BETWEEN ", ROLLUP_BASIS_BOTH);
    cells_add_date(out, scope->from);
    buf_adds(out, " AND ");
    cells_add_date(out, scope->to);
}

/* Cells of partitions that wait are known to be stale. */
static const char clean_sql[] =
    " AND NOT (c.grain = 0 AND (c.store, c.date) IN (FROM derive_day))"
    " AND NOT (c.grain = 1 AND (c.store, c.date) IN (FROM derive_month))";

static void add_match(struct buf *out, const struct rollup *r)
{
    buf_adds(out,
             "s.basis_id = r.basis_id AND s.grain = r.grain AND s.store = r.store"
             " AND s.date = r.date AND s.set_id = r.set_id AND s.v1 IS NOT DISTINCT FROM r.v1"
             " AND s.v2 IS NOT DISTINCT FROM r.v2");
    for (size_t i = 0; i < r->key_count; i++)
        buf_addf(
            out, " AND s.\"%s\" IS NOT DISTINCT FROM r.\"%s\"", r->keys[i].name, r->keys[i].name);
}

static void add_key_part(struct buf *out, const char *name)
{
    buf_addf(out,
             " || ' %s=' || coalesce(s.\"%s\"::VARCHAR, r.\"%s\"::VARCHAR, 'null')",
             name,
             name,
             name);
}

/* "set=country basis=event grain=day store=main date=2010-12-01 v1=France class=sale ..." */
static void add_key(struct buf *out, const struct rollup *r)
{
    buf_adds(out, "'set=' || CASE coalesce(s.set_id, r.set_id)");
    for (size_t i = 0; i < r->set_count; i++) {
        const struct rollup_set *set = &r->sets[i];
        buf_addf(out,
                 " WHEN %d THEN '%s%s%s'",
                 set->id,
                 set->dims[0] ? set->dims[0] : "total",
                 set->dims[1] ? "," : "",
                 set->dims[1] ? set->dims[1] : "");
    }
    buf_adds(out, " END || CASE coalesce(s.basis_id, r.basis_id)");
    for (size_t i = 0; i < r->basis_count; i++)
        buf_addf(out, " WHEN %d THEN ' basis=%s'", r->bases[i].id, r->bases[i].name);
    buf_adds(out,
             " END || CASE coalesce(s.grain, r.grain) WHEN 0 THEN ' grain=day' ELSE"
             " ' grain=month' END");
    add_key_part(out, "store");
    add_key_part(out, "date");
    add_key_part(out, "v1");
    add_key_part(out, "v2");
    for (size_t i = 0; i < r->key_count; i++)
        add_key_part(out, r->keys[i].name);
}

/* NUL-terminated text of the buffer in the arena. */
static char *text_of(struct verify *v, struct buf *b)
{
    char *text = buf_ok(b) ? arena_cstr(v->arena, buf_str(b)) : NULL;
    buf_clear(b);
    return text;
}

static enum status compare_cells(struct verify *v,
                                 const struct rollup *r,
                                 const struct cell_scope *scope)
{
    struct compared_column columns[COLUMNS_MAX];
    struct comparison k = {
        .table = r->table, .columns = columns, .column_count = r->measure_count, .is_table = true
    };
    struct buf text;
    BUG_IF(r->measure_count > COLUMNS_MAX);
    for (size_t i = 0; i < r->measure_count; i++) {
        columns[i].name = r->measures[i].name;
        columns[i].is_blob = r->measures[i].aggregate == ROLLUP_IDS;
    }
    buf_init(&text, SQL_MAX);
    add_stored(&text, r, scope);
    buf_adds(&text, clean_sql);
    k.stored = text_of(v, &text);
    buf_addf(&text,
             "SELECT 1 AS one, basis AS basis_id, c.* FROM derive_aside c WHERE TRUE%s",
             clean_sql);
    k.rebuilt = text_of(v, &text);
    add_match(&text, r);
    k.match = text_of(v, &text);
    add_key(&text, r);
    k.key = text_of(v, &text);
    buf_release(&text);
    if (k.stored == NULL || k.rebuilt == NULL || k.match == NULL || k.key == NULL)
        return error_set(v->d.why, STATUS_NO_MEMORY, "out of memory");
    return compare_rows(v, &k);
}

static enum status rebuild_set(struct verify *v,
                               const struct rollup *r,
                               const struct rollup_set *set,
                               int32_t open_month,
                               const struct cell_scope *scope)
{
    struct buf sql;
    enum status st = STATUS_OK;
    buf_init(&sql, SQL_MAX);
    for (int basis = 0; basis < (int)r->basis_count; basis++) {
        for (int grain = set->by_day ? ROLLUP_DAY : ROLLUP_MONTH; grain <= ROLLUP_MONTH; grain++) {
            const struct cells c = {
                .rollup = r,
                .set = set,
                .source = CELLS_FACT,
                .part = CELLS_PLAIN,
                .grain = (enum rollup_grain)grain,
                .basis = basis,
                .open_month = open_month,
                .product = "derive_product",
                .into = "derive_aside",
            };
            if (st != STATUS_OK)
                return st;
            cells_insert(&sql, &c, scope);
            st = derive_exec(&v->d, &sql);
        }
    }
    return st;
}

static enum status verify_chunk(struct verify *v,
                                const struct rollup *r,
                                const struct set_list *sets,
                                const struct cell_scope *scope)
{
    int64_t cells = 0;
    enum status st = derive_execf(
        &v->d, "CREATE OR REPLACE TEMP TABLE derive_aside AS FROM \"%s\" LIMIT 0", r->table);
    for (size_t i = 0; st == STATUS_OK && i < sets->count; i++)
        st = rebuild_set(v, r, sets->items[i], sets->open_month, scope);
    if (st == STATUS_OK)
        st = compare_cells(v, r, scope);
    if (st == STATUS_OK)
        st = conn_query_i64(v->d.c, "SELECT count(*) FROM derive_aside", &cells, v->d.why);
    v->report->cells += cells;
    return st;
}

/* Months in which there are facts or cells. */
static enum status months_all(struct verify *v, const struct rollup *r)
{
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    buf_addf(&sql,
             "CREATE OR REPLACE TEMP TABLE derive_months AS SELECT DISTINCT"
             " date_trunc('month', date)::DATE AS date FROM (SELECT DISTINCT date FROM \"%s\"",
             r->table);
    for (size_t i = 0; i < r->basis_count; i++)
        buf_addf(&sql,
                 " UNION ALL SELECT DISTINCT \"%s\" FROM \"%s\"",
                 r->bases[i].date_column,
                 r->fact);
    buf_adds(&sql, ") WHERE date IS NOT NULL");
    return derive_exec(&v->d, &sql);
}

static enum status verify_rollup(struct verify *v, const struct rollup *r)
{
    struct set_list sets = { 0 };
    struct chunk_list chunks = { 0 };
    enum status st = sets_stored(&v->d, r, v->arena, &sets);
    if (st != STATUS_OK || sets.count == 0) /* no question is answered from this rollup */
        return st;
    st = months_all(v, r);
    if (st == STATUS_OK)
        st = chunks_cut(&v->d, r, v->arena, true, &chunks);
    for (size_t i = 0; st == STATUS_OK && i < chunks.count; i++) {
        derive_tell(&v->d, "rollups", (int64_t)i, (int64_t)chunks.count);
        st = verify_chunk(v, r, &sets, &chunks.items[i]);
    }
    return st;
}

enum status verify_rollups(struct verify *v)
{
    enum status st = products_current(&v->d, "derive_product");
    for (size_t i = 0; st == STATUS_OK && i < commerce_rollup_count; i++)
        st = verify_rollup(v, &commerce_rollups[i]);
    if (st == STATUS_OK)
        st = derive_execf(&v->d, "DROP TABLE IF EXISTS derive_aside");
    return st;
}
