/* Builds the rollups of dirty partitions, a few months at a time.
 *
 * Why in chunks: the states of ids_build are outside the engine's memory limit, so the number of
 * groups at one time is bounded by bounding the facts that go in.
 *
 * The month of the newest day has no cells of months: each import would make them anew, and a
 * question about a month that still runs is answered from its days. When a later month begins, they
 * are made once. */
#include "derive/derive_priv.h"

/* Rows of a fact that one chunk takes, if a month has not more: 2.5 M with the usual 576 MiB of the
 * engine or more, 0.21 M with the 168 of a demo. By the square, since a smaller engine has still
 * less beside its limit. */
static int64_t chunk_rows(const struct derive *d)
{
    const int64_t mib = (int64_t)conn_memory_mib(d->c);
    return mib * mib * 15 / 2;
}

enum status products_current(struct derive *d, const char *name)
{
    /* a window with PARTITION BY takes three times as long on a small shop */
    return derive_execf(d,
                        "CREATE OR REPLACE TEMP TABLE \"%s\" AS SELECT store, sku,"
                        " nullif(p.category, '') AS category, nullif(p.brand, '') AS brand FROM"
                        " (SELECT store, sku, arg_max({'category': category, 'brand': brand},"
                        " (coalesce(valid_from, DATE '-infinity'), import_id, row_no)) AS p"
                        " FROM product GROUP BY ALL)",
                        name);
}

enum status products_mark_dirty(struct derive *d)
{
    enum status st = products_current(d, "derive_product");
    if (st == STATUS_OK)
        st = derive_execf(
            d,
            "CREATE OR REPLACE TEMP TABLE derive_sku AS SELECT DISTINCT store, sku FROM"
            " ((FROM derive_product EXCEPT FROM rollup_product) UNION ALL"
            " (FROM rollup_product EXCEPT FROM derive_product))");
    int64_t changed = 0;
    if (st == STATUS_OK)
        st = conn_query_i64(d->c, "SELECT count(*) FROM derive_sku", &changed, d->why);
    int64_t built = 0; /* before the first build every day is dirty anyhow */
    if (st == STATUS_OK)
        st = conn_query_i64(
            d->c, "SELECT count(*) FROM rollup_set WHERE set_id >= 0", &built, d->why);
    if (st != STATUS_OK || changed == 0)
        return st;
    if (built > 0)
        st = derive_execf(
            d,
            "INSERT INTO dirty SELECT DISTINCT store, unnest([local_date, order_date])"
            " FROM order_line WHERE (store, sku) IN (SELECT store, sku FROM derive_sku)");
    if (st == STATUS_OK)
        st = derive_execf(d,
                          "DELETE FROM rollup_product;"
                          "INSERT INTO rollup_product FROM derive_product");
    return st;
}

/* How many facts each waiting month has. The range stands in the text: then the engine skips blocks
 * of other dates. */
static enum status months_weigh(struct derive *d,
                                const struct rollup *r,
                                bool whole,
                                struct frame **out)
{
    struct buf sql;
    int64_t first = 0;
    int64_t last = 0;
    const char *date = r->bases[0].date_column;
    buf_init(&sql, SQL_MAX);
    buf_adds(&sql, "SELECT coalesce(min(date) - DATE '1970-01-01', 0) FROM derive_months");
    enum status st = derive_number_of(d, &sql, &first);
    buf_adds(&sql, "SELECT coalesce(max(date) - DATE '1970-01-01', 0) FROM derive_months");
    if (st == STATUS_OK)
        st = derive_number_of(d, &sql, &last);
    buf_addf(&sql,
             "SELECT m.date, coalesce(n, 0) FROM derive_months m LEFT JOIN"
             " (SELECT date_trunc('month', \"%s\")::DATE AS date, count(*) AS n FROM \"%s\"",
             date,
             r->fact);
    if (!whole) {
        buf_addf(&sql, " WHERE \"%s\" BETWEEN ", date);
        cells_add_date(&sql, (int32_t)first);
        buf_adds(&sql, " AND ");
        cells_add_date(&sql, day_add_months((int32_t)last, 1) - 1);
    }
    buf_adds(&sql, " GROUP BY 1) USING (date) ORDER BY 1");
    if (st == STATUS_OK)
        st = conn_query(d->c, buf_str(&sql), NULL, 0, out, d->why);
    buf_release(&sql);
    return st;
}

/* Months that wait, ascending; cut where a chunk is full. */
enum status chunks_cut(
    struct derive *d, const struct rollup *r, struct arena *a, bool whole, struct chunk_list *out)
{
    struct frame *f = NULL;
    enum status st = months_weigh(d, r, whole, &f);
    if (st != STATUS_OK)
        return st;
    const size_t months = frame_rows(f);
    struct cell_scope *items = arena_alloc(a, months + 1, sizeof *items);
    const int64_t most = chunk_rows(d);
    size_t n = 0;
    int64_t rows = 0;
    if (items == NULL)
        st = error_set(d->why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; st == STATUS_OK && i < months; i++) {
        const int32_t month = (int32_t)frame_i64(f, 0, i);
        rows += frame_i64(f, 1, i);
        if (n == 0 || rows > most) {
            items[n++] = (struct cell_scope){ .from = month, .is_whole = whole };
            rows = frame_i64(f, 1, i);
        }
        items[n - 1].to = day_add_months(month, 1) - 1;
    }
    frame_free(f);
    *out = (struct chunk_list){ .items = items, .count = n };
    return st;
}

/* The partitions that wait, and those of a month that is no longer open. Without a cube of their
 * own months stay as they are. */
static enum status partitions_pick(struct derive *d, const struct rollup *r, int32_t closed_month)
{
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    buf_adds(&sql,
             "CREATE OR REPLACE TEMP TABLE derive_day AS SELECT DISTINCT store,"
             " local_date AS date FROM dirty WHERE local_date IS NOT NULL;"
             "CREATE OR REPLACE TEMP TABLE derive_month AS SELECT DISTINCT store,"
             " date_trunc('month', date)::DATE AS date FROM derive_day");
    if (closed_month != DAY_NONE) {
        buf_addf(&sql,
                 " UNION SELECT store, date_trunc('month', date)::DATE FROM \"%s\" WHERE grain = %d"
                 " AND set_id = %d AND date BETWEEN ",
                 r->table,
                 ROLLUP_DAY,
                 r->sets[0].id);
        cells_add_date(&sql, closed_month);
        buf_adds(&sql, " AND ");
        cells_add_date(&sql, day_add_months(closed_month, 1) - 1);
    }
    return derive_exec(d, &sql);
}

/* Cells of all bases: those of the first, and of the second where it differs. */
static enum status build_cells(struct derive *d, struct cells *c, const struct cell_scope *scope)
{
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    if (!cells_have_cube(c->rollup)) {
        c->part = CELLS_PLAIN;
        cells_insert(&sql, c, scope);
        return derive_exec(d, &sql);
    }
    c->part = CELLS_FIRST;
    c->basis = 0;
    cells_insert(&sql, c, scope);
    enum status st = derive_exec(d, &sql);
    if (st != STATUS_OK)
        return st;
    c->part = CELLS_SECOND;
    c->basis = 1;
    cells_insert(&sql, c, scope);
    return derive_exec(d, &sql);
}

/* Months come out of days, set by set: the states of all sets at once took 50 MB of a small shop.
 */
static enum status build_sets(struct derive *d,
                              const struct rollup *r,
                              const struct set_list *sets,
                              enum rollup_grain grain,
                              const struct cell_scope *scope)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < sets->count; i++) {
        const struct rollup_set *set = sets->items[i];
        struct cells c = {
            .rollup = r,
            .set = set,
            .source = grain == ROLLUP_MONTH && set->by_day ? CELLS_DAYS
                      : cells_from_cube(r, set)            ? CELLS_CUBE
                                                           : CELLS_FACT,
            .grain = grain,
            .open_month = sets->open_month,
            .product = "rollup_product",
            .into = r->table,
        };
        if (set->by_day || grain == ROLLUP_MONTH)
            st = build_cells(d, &c, scope);
    }
    return st;
}

static enum status build_months(struct derive *d,
                                const struct rollup *r,
                                const struct set_list *sets,
                                const struct cell_scope *scope)
{
    struct buf sql;
    enum status st = STATUS_OK;
    buf_init(&sql, SQL_MAX);
    if (cells_have_cube(r)) {
        cells_split_months(&sql, r, scope);
        st = derive_exec(d, &sql);
    }
    return st == STATUS_OK ? build_sets(d, r, sets, ROLLUP_MONTH, scope) : st;
}

static enum status build_chunk(struct derive *d,
                               const struct rollup *r,
                               const struct set_list *sets,
                               const struct cell_scope *scope)
{
    struct buf sql;
    enum status st = STATUS_OK;
    buf_init(&sql, SQL_MAX);
    if (!scope->is_whole) {
        cells_delete(&sql, r, scope);
        st = derive_exec(d, &sql);
    }
    if (st == STATUS_OK)
        st = build_sets(d, r, sets, ROLLUP_DAY, scope);
    if (st == STATUS_OK && (sets->open_month == DAY_NONE || scope->from < sets->open_month))
        st = build_months(d, r, sets, scope);
    return st;
}

/* The month of the newest day of any fact; DAY_NONE: there is no fact. Most often it is `before` or
 * later, where the engine skips the blocks of the other days. */
static enum status open_month_find(struct derive *d,
                                   const struct rollup *r,
                                   int32_t before,
                                   int32_t *out)
{
    int64_t newest = 0;
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    buf_addf(&sql, "SELECT coalesce(max(date) - DATE '1970-01-01', %d) FROM (", DAY_NONE);
    for (size_t i = 0; i < r->basis_count; i++) {
        const char *date = r->bases[i].date_column;
        buf_addf(&sql,
                 "%sSELECT max(\"%s\") AS date FROM \"%s\"",
                 i ? " UNION ALL " : "",
                 date,
                 r->fact);
        if (before == DAY_NONE)
            continue;
        buf_addf(&sql, " WHERE \"%s\" >= ", date);
        cells_add_date(&sql, before);
    }
    buf_adds(&sql, ")");
    const enum status st = derive_number_of(d, &sql, &newest);
    if (st != STATUS_OK)
        return st;
    if (newest == DAY_NONE && before != DAY_NONE)
        return open_month_find(d, r, DAY_NONE, out);
    *out = (int32_t)newest;
    if (newest != DAY_NONE)
        *out -= civil_from_day(*out).day - 1;
    return STATUS_OK;
}

/* Keeps which month is open now, without cells of it. */
static enum status open_month_note(struct derive *d, const struct rollup *r, int32_t month)
{
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    buf_adds(&sql, "UPDATE rollup_set SET open_month = ");
    if (month != DAY_NONE)
        cells_add_date(&sql, month);
    else
        buf_adds(&sql, "NULL");
    buf_addf(&sql, " WHERE rollup = '%s'", r->table);
    if (month != DAY_NONE) {
        buf_addf(&sql, ";DELETE FROM \"%s\" WHERE grain = %d AND date >= ", r->table, ROLLUP_MONTH);
        cells_add_date(&sql, month);
    }
    return derive_exec(d, &sql);
}

/* The months to build: of dirty partitions and the one that is no longer open, or of every fact
 * there is. */
static enum status months_pick(struct derive *d,
                               const struct rollup *r,
                               bool whole,
                               int32_t closed_month)
{
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    buf_adds(&sql,
             "CREATE OR REPLACE TEMP TABLE derive_months AS SELECT DISTINCT"
             " date_trunc('month', date)::DATE AS date FROM (");
    if (!whole)
        buf_adds(&sql, "SELECT local_date AS date FROM dirty");
    if (!whole && closed_month != DAY_NONE) {
        buf_adds(&sql, " UNION ALL SELECT ");
        cells_add_date(&sql, closed_month);
    }
    for (size_t i = 0; whole && i < r->basis_count; i++) {
        buf_addf(&sql,
                 "%sSELECT DISTINCT \"%s\" AS date FROM \"%s\"",
                 i ? " UNION ALL " : "",
                 r->bases[i].date_column,
                 r->fact);
    }
    buf_adds(&sql, ") WHERE date IS NOT NULL");
    return derive_exec(d, &sql);
}

/* Notes what is kept of a rollup, also that it is nothing. From nothing, the table is made anew: an
 * older program may have stored it in another way. */
static enum status sets_note(struct derive *d,
                             const struct rollup *r,
                             const struct set_list *sets,
                             bool from_nothing)
{
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    buf_addf(&sql, from_nothing ? "DROP TABLE \"%s\";" : "DELETE FROM \"%s\";", r->table);
    if (from_nothing)
        rollup_table_ddl(&sql, r);
    buf_addf(&sql,
             "DELETE FROM rollup_set WHERE rollup = '%s';"
             "INSERT INTO rollup_set (rollup, set_id, version) VALUES ('%s', %d, %d)",
             r->table,
             r->table,
             ROLLUP_NO_SET,
             ROLLUP_VERSION);
    for (size_t i = 0; i < sets->count; i++)
        buf_addf(&sql, ", ('%s', %d, %d)", r->table, sets->items[i]->id, ROLLUP_VERSION);
    return derive_exec(d, &sql);
}

/* The cube of all chunks, and what differs between the bases. */
static enum status build_cube(struct derive *d,
                              const struct rollup *r,
                              const struct set_list *sets,
                              const struct chunk_list *chunks)
{
    struct buf sql;
    const struct cell_scope all = {
        .from = chunks->items[0].from,
        .to = chunks->items[chunks->count - 1].to,
        .is_whole = chunks->items[0].is_whole,
    };
    if (!cells_have_cube(r))
        return STATUS_OK;
    buf_init(&sql, SQL_MAX);
    cells_cube(&sql, r, sets, &all);
    buf_adds(&sql, ";CREATE OR REPLACE TEMP TABLE derive_split_days AS FROM derive_split");
    return derive_exec(d, &sql);
}

/* Chunk by chunk. derive_split is that of days until a chunk replaces it by that of its months, so
 * a chunk starts from a copy. */
static enum status build_chunks(struct derive *d,
                                const struct rollup *r,
                                const struct set_list *sets,
                                const struct chunk_list *chunks,
                                int32_t closed_month)
{
    enum status st = partitions_pick(d, r, closed_month);
    derive_tell(d, "rollups", 0, (int64_t)chunks->count + 1);
    if (st == STATUS_OK)
        st = build_cube(d, r, sets, chunks);
    for (size_t i = 0; st == STATUS_OK && i < chunks->count; i++) {
        derive_tell(d, "rollups", (int64_t)i + 1, (int64_t)chunks->count + 1);
        if (cells_have_cube(r))
            st = derive_execf(
                d, "CREATE OR REPLACE TEMP TABLE derive_split AS FROM derive_split_days");
        if (st == STATUS_OK)
            st = build_chunk(d, r, sets, &chunks->items[i]);
        mem_give_back(); /* of sets of ids, 60 MB after some 100,000 cells */
    }
    if (st == STATUS_OK)
        st = derive_execf(d,
                          "DROP TABLE IF EXISTS derive_cube; DROP TABLE IF EXISTS derive_split;"
                          "DROP TABLE IF EXISTS derive_split_days; DROP TABLE derive_day;"
                          "DROP TABLE derive_month");
    return st;
}

static enum status build_rollup(struct derive *d,
                                const struct rollup *r,
                                bool from_nothing,
                                struct arena *a)
{
    struct set_list stored = { 0 };
    struct set_list wanted = { 0 };
    struct chunk_list chunks = { 0 };
    enum status st = sets_stored(d, r, a, &stored);
    if (from_nothing)
        stored.count = 0;
    if (st == STATUS_OK)
        st = sets_wanted(d, r, &stored, a, &wanted);
    if (st != STATUS_OK)
        return st;
    const bool whole = from_nothing || sets_have_new(&stored, &wanted);
    if (whole || !stored.is_noted)
        st = sets_note(d, r, &wanted, from_nothing);
    if (st != STATUS_OK || (whole ? wanted.count : stored.count) == 0)
        return st;
    struct set_list *sets = whole ? &wanted : &stored;
    const int32_t before = whole ? DAY_NONE : stored.open_month;
    st = open_month_find(d, r, before, &sets->open_month);
    const bool is_other = whole || sets->open_month != before;
    const int32_t closed_month = is_other ? before : DAY_NONE;
    if (st == STATUS_OK)
        st = months_pick(d, r, whole, closed_month);
    if (st == STATUS_OK)
        st = chunks_cut(d, r, a, whole, &chunks);
    if (st != STATUS_OK || chunks.count == 0)
        return st;
    st = build_chunks(d, r, sets, &chunks, closed_month);
    return st == STATUS_OK && is_other ? open_month_note(d, r, sets->open_month) : st;
}

enum status rollups_build(struct derive *d, bool from_nothing)
{
    struct arena *a = arena_new(0);
    enum status st = STATUS_OK;
    if (a == NULL)
        return error_set(d->why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; st == STATUS_OK && i < commerce_rollup_count; i++)
        st = build_rollup(d, &commerce_rollups[i], from_nothing, a);
    arena_free(a);
    return st;
}
