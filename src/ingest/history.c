/* What has been imported: the list, undo, and the ledgers against the facts. */
#include "ingest/merge/article_costs_priv.h"
#include "ingest/undo_priv.h"

#include <string.h>

static str cell(struct arena *a, const struct frame *f, size_t col, size_t row)
{
    const str copy = frame_is_null(f, col, row) ? STR_EMPTY : arena_dup(a, frame_str(f, col, row));
    return copy.ptr != NULL ? copy : STR_EMPTY;
}

static int64_t number(const struct frame *f, size_t col, size_t row)
{
    return frame_is_null(f, col, row) ? 0 : (int64_t)frame_i128(f, col, row);
}

enum status imports_list(
    struct shop *s, struct arena *a, struct import_info **out, size_t *count, struct error *why)
{
    struct frame *f = NULL;
    const enum status st =
        conn_query(shop_writer(s),
                   STR("SELECT import_id, \"at\", store, preset, file, rows_read, rows_refused, "
                       "orders_new, orders_changed, undone_at IS NOT NULL FROM import ORDER BY 1"),
                   NULL,
                   0,
                   &f,
                   why);
    if (st != STATUS_OK)
        return st;
    const size_t n = frame_rows(f);
    struct import_info *items = ARENA_NEW(a, struct import_info, n + 1);
    for (size_t i = 0; items != NULL && i < n; i++) {
        items[i] = (struct import_info){
            .import_id = number(f, 0, i),
            .at_us = number(f, 1, i),
            .store = cell(a, f, 2, i),
            .preset = cell(a, f, 3, i),
            .file = cell(a, f, 4, i),
            .rows_read = number(f, 5, i),
            .rows_refused = number(f, 6, i),
            .orders_new = number(f, 7, i),
            .orders_changed = number(f, 8, i),
            .is_undone = number(f, 9, i) != 0,
        };
    }
    frame_free(f);
    if (items == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    *out = items;
    *count = n;
    return STATUS_OK;
}

/* ---- Undo ------------------------------------------------------------------------------------ */

static enum status run_for(struct shop *s,
                           struct arena *a,
                           int64_t id,
                           const char *fmt,
                           const char *table,
                           struct error *why)
{
    struct buf sql;
    buf_init(&sql, 8192);
    str rest = str_from(fmt);
    while (rest.len > 0) { /* every @ is the table, every # the import */
        const size_t at = str_find(rest, STR("@"));
        const size_t hash = str_find(rest, STR("#"));
        const size_t n = at < hash ? at : hash;
        buf_add(&sql, str_first(rest, n));
        if (n < rest.len && rest.ptr[n] == '@')
            buf_adds(&sql, table);
        else if (n < rest.len)
            buf_addf(&sql, "%lld", (long long)id);
        rest = str_skip(rest, n + 1);
    }
    const char *text = arena_cstr(a, buf_str(&sql));
    buf_release(&sql);
    return text == NULL ? error_set(why, STATUS_NO_MEMORY, "out of memory")
                        : conn_exec(shop_writer(s), text, why);
}

static enum status newer_stands(int64_t newer, int64_t id, struct error *why)
{
    return error_set(why,
                     STATUS_CONFLICT,
                     "import #%lld has replaced rows of #%lld since; undo #%lld first, or both in "
                     "one command; nothing was undone",
                     (long long)newer,
                     (long long)id,
                     (long long)newer);
}

/* A newer import that made lines of this one's items. */
static enum status find_composed(
    struct shop *s, struct arena *a, int64_t id, int64_t *newer, struct error *why)
{
    const str sql =
        arena_printf(a,
                     "SELECT coalesce(max(l.import_id), 0) FROM order_line l JOIN "
                     "order_item i ON i.order_key = l.order_key AND i.source = l.source "
                     "WHERE i.import_id = %lld AND l.import_id > %lld",
                     (long long)id,
                     (long long)id);
    return conn_query_i64(shop_writer(s), sql.ptr, newer, why);
}

/* A newer import that replaced rows of this one stands in the way. */
static enum status check_newest(struct shop *s, struct arena *a, int64_t id, struct error *why)
{
    int64_t composed = 0;
    const enum status found = find_composed(s, a, id, &composed, why);
    if (found != STATUS_OK || composed > id)
        return found != STATUS_OK ? found : newer_stands(composed, id, why);
    for (size_t i = 0; i < commerce_table_count; i++) {
        const struct table *t = &commerce_tables[i];
        int64_t newer = 0;
        if (!t->has_history)
            continue;
        const str sql = arena_printf(a,
                                     "SELECT coalesce(max(superseded_by), 0) FROM \"%s_old\" WHERE "
                                     "import_id = %lld AND superseded_by IN (SELECT import_id FROM "
                                     "import WHERE undone_at IS NULL)",
                                     t->name,
                                     (long long)id);
        const enum status st = conn_query_i64(shop_writer(s), sql.ptr, &newer, why);
        if (st != STATUS_OK)
            return st;
        if (newer > id)
            return newer_stands(newer, id, why);
    }
    return STATUS_OK;
}

static enum status mark_days(struct shop *s, struct arena *a, int64_t id, struct error *why)
{
    return run_for(
        s,
        a,
        id,
        "INSERT INTO dirty SELECT DISTINCT store, d FROM ("
        "SELECT store, unnest([local_date, order_date]) AS d FROM order_line WHERE import_id = # "
        "UNION ALL SELECT store, unnest([local_date, order_date]) FROM order_line_old WHERE "
        "superseded_by = # UNION ALL SELECT store, unnest([local_date, paid_date, cancelled_date]) "
        "FROM orders WHERE import_id = # UNION ALL SELECT store, unnest([local_date, paid_date, "
        "cancelled_date]) FROM orders_old WHERE superseded_by = # UNION ALL "
        "SELECT store, local_date FROM event WHERE import_id = # UNION ALL "
        "SELECT store, local_date FROM session WHERE import_id = #) WHERE d IS NOT NULL;"
        "INSERT INTO dirty_cost SELECT DISTINCT store, local_date, order_key FROM ("
        "SELECT store, local_date, order_key FROM fee WHERE import_id = # UNION ALL "
        "SELECT store, local_date, order_key FROM fee_old WHERE superseded_by = # UNION ALL "
        "SELECT store, local_date, order_key FROM payment WHERE import_id = # UNION ALL "
        "SELECT store, local_date, order_key FROM payment_old WHERE superseded_by = # UNION ALL "
        "SELECT store, local_date, order_key FROM shipment WHERE import_id = # UNION ALL "
        "SELECT store, local_date, order_key FROM shipment_old WHERE superseded_by = # UNION ALL "
        "SELECT store, local_date, order_key FROM orders WHERE import_id = # UNION ALL "
        "SELECT store, local_date, NULL FROM ad_spend WHERE import_id = # UNION ALL "
        "SELECT store, local_date, NULL FROM ad_spend_old WHERE superseded_by = #)",
        "",
        why);
}

static enum status check_known(struct shop *s, struct arena *a, int64_t id, struct error *why)
{
    int64_t state = 0;
    const str sql = arena_printf(a,
                                 "SELECT CASE WHEN undone_at IS NULL THEN 1 ELSE 2 END FROM import "
                                 "WHERE import_id = %lld",
                                 (long long)id);
    const enum status st = conn_query_i64(shop_writer(s), sql.ptr, &state, why);
    if (st == STATUS_NOT_FOUND)
        return error_set(why, STATUS_NOT_FOUND, "there is no import #%lld", (long long)id);
    if (st == STATUS_OK && state == 2)
        return error_set(why, STATUS_CONFLICT, "import #%lld is undone already", (long long)id);
    return st;
}

/* Lines that have their goods cost from the products of the import: before the products go they are
 * listed, after it they get the cost that is left, or none. */
static enum status list_costed(struct shop *s, struct arena *a, int64_t id, struct error *why)
{
    return run_for(s,
                   a,
                   id,
                   "CREATE OR REPLACE TEMP TABLE costed AS SELECT DISTINCT l.rowid AS id, l.store,"
                   " l.sku, l.currency, l.quantity, l.local_date, l.order_date FROM order_line l"
                   " JOIN product p ON p.store = l.store AND p.sku = l.sku WHERE p.import_id = # "
                   "AND l.import_id"
                   " <> # AND l.cost_e4 = l.quantity * p.cost_e4 AND " BRINGS_GOODS,
                   "",
                   why);
}

#define COST_LEFT COST_HOLDS("c", "c.currency", "coalesce(c.order_date, c.local_date)")

static enum status undo_costs(struct shop *s, struct error *why)
{
    return conn_exec(
        shop_writer(s),
        "UPDATE order_line SET cost_e4 = c.quantity * p.cost_e4 FROM costed c LEFT "
        "JOIN " COSTS_OF_ARTICLES " p ON " COST_LEFT " WHERE order_line.rowid = c.id;"
        "INSERT INTO dirty SELECT DISTINCT store, unnest([local_date, order_date]) FROM costed;"
        "DROP TABLE costed",
        why);
}

/* Headers that a later file only touched up stand in orders_old and orders both; the row to keep is
 * the one that is put back. */
static enum status undo_tables(
    struct shop *s, struct arena *a, int64_t id, int64_t *rows, struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < commerce_table_count && st == STATUS_OK; i++) {
        const struct table *t = &commerce_tables[i];
        if (!t->has_history)
            continue;
        st = run_for(s,
                     a,
                     id,
                     "DELETE FROM \"@_old\" WHERE import_id = # AND superseded_by = #; "
                     "DELETE FROM \"@\" WHERE import_id = #",
                     t->name,
                     why);
        *rows += st == STATUS_OK ? conn_changed(shop_writer(s)) : 0;
        if (st == STATUS_OK)
            st = run_for(s,
                         a,
                         id,
                         "INSERT INTO \"@\" SELECT * EXCLUDE (superseded_by) FROM \"@_old\" WHERE "
                         "superseded_by = #; DELETE FROM \"@_old\" WHERE superseded_by = #",
                         t->name,
                         why);
    }
    return st;
}

/* Other names that the import gave to orders go with it: a wrong one would stand in the way of the
 * order that really has it. */
static enum status undo_names(struct shop *s, struct arena *a, int64_t id, struct error *why)
{
    return run_for(s,
                   a,
                   id,
                   "DELETE FROM identity WHERE kind = 'order' AND import_id = # AND key IN (SELECT "
                   "key FROM identity WHERE kind = 'order' GROUP BY key HAVING count(*) > 1) AND "
                   "id NOT IN (SELECT order_id FROM orders WHERE orders.store = identity.store)",
                   "",
                   why);
}

/* How far the source has told, by what is left of it: else days whose rows are gone would count as
 * complete. The day of --as-of is the version of an import whose time of day is zero. */
static enum status undo_watermarks(struct shop *s, struct arena *a, int64_t id, struct error *why)
{
    return run_for(s,
                   a,
                   id,
                   "CREATE OR REPLACE TEMP TABLE undone AS SELECT store, preset FROM import WHERE"
                   " import_id = #;"
                   "DELETE FROM watermark WHERE (store, source) IN (FROM undone);"
                   "INSERT INTO watermark SELECT i.store, t.table_name, i.preset,"
                   " max(greatest(to_date, CASE WHEN as_of % 86400000000 = 0 THEN"
                   " DATE '1970-01-01' + (as_of // 86400000000)::INTEGER END)) AS until"
                   " FROM import i JOIN (VALUES ('orders', 'order_lines'), ('order_line',"
                   " 'order_lines'), ('session', 'event') UNION SELECT DISTINCT target, target"
                   " FROM import WHERE target <> 'order_lines') t(table_name, target)"
                   " USING (target) WHERE undone_at IS NULL AND (i.store, i.preset) IN (FROM"
                   " undone) GROUP BY ALL HAVING until IS NOT NULL;"
                   "DROP TABLE undone",
                   "",
                   why);
}

/* Its rows and what other imports had before it. */
static enum status undo_facts(
    struct shop *s, struct arena *a, int64_t id, int64_t *rows, struct error *why)
{
    struct conn *c = shop_writer(s);
    enum status st = mark_days(s, a, id, why);
    if (st == STATUS_OK)
        st = imports_undo_refunds_list(c, id, a, why);
    if (st == STATUS_OK)
        st = undo_names(s, a, id, why);
    if (st == STATUS_OK)
        st = list_costed(s, a, id, why);
    if (st == STATUS_OK)
        st = imports_undo_shares(c, id, a, why);
    if (st == STATUS_OK)
        st = undo_tables(s, a, id, rows, why);
    if (st == STATUS_OK)
        st = imports_undo_refunds(c, why);
    if (st == STATUS_OK)
        st = undo_costs(s, why);
    return st == STATUS_OK ? conn_exec(c, COMMERCE_SET_OWN_PRICES, why) : st;
}

/* What is told of the import itself. */
static enum status undo_record(
    struct shop *s, struct arena *a, int64_t id, int64_t now_us, struct error *why)
{
    enum status st = run_for(s,
                             a,
                             id,
                             "DELETE FROM quarantine WHERE import_id = #; DELETE FROM "
                             "quarantine_line WHERE import_id = #; UPDATE quarantine SET "
                             "state = 'retried' WHERE state = 'resolved' AND import_id = (SELECT "
                             "repairs FROM import WHERE import_id = #)",
                             "",
                             why);
    const str sql = arena_printf(a,
                                 "UPDATE import SET undone_at = %lld WHERE import_id = %lld",
                                 (long long)now_us,
                                 (long long)id);
    if (st == STATUS_OK && sql.ptr == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = conn_exec(shop_writer(s), sql.ptr, why);
    return st == STATUS_OK ? undo_watermarks(s, a, id, why) : st;
}

static enum status undo_one(
    struct shop *s, struct arena *a, struct undone_import *u, int64_t now_us, struct error *why)
{
    int64_t version = 0;
    u->rows = 0;
    enum status st = check_known(s, a, u->import_id, why);
    if (st == STATUS_OK)
        st = check_newest(s, a, u->import_id, why);
    if (st == STATUS_OK)
        st = undo_facts(s, a, u->import_id, &u->rows, why);
    if (st == STATUS_OK)
        st = undo_record(s, a, u->import_id, now_us, why);
    return st == STATUS_OK ? shop_bump_version(shop_writer(s), "undo", &version, why) : st;
}

enum status imports_undo(
    struct shop *s, struct undone_import *imports, size_t count, int64_t now_us, struct error *why)
{
    struct conn *c = shop_writer(s);
    struct arena *a = arena_new(0);
    if (a == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = conn_begin(c, why);
    for (size_t i = 0; st == STATUS_OK && i < count; i++)
        st = undo_one(s, a, &imports[i], now_us, why);
    if (st == STATUS_OK)
        st = conn_commit(c, why);
    conn_rollback(c);
    arena_free(a);
    return st;
}

/* ---- Reconcile ------------------------------------------------------------------------------- */

/* What a ledger holds beside facts. */
#define NO_FACTS "('duplicate', 'stale', 'quarantined', 'title', 'summary', 'empty', 'no_line')"

/* Facts as they are, beside what the imports recorded. Rows that later imports replaced count for
 * the import that brought them. */
static const char reconcile_sql[] =
    "WITH scope AS (SELECT import_id, preset FROM import WHERE undone_at IS NULL AND ($1 = 0 OR "
    "import_id "
    "= "
    "$1) AND ($2 = '' OR file = $2) AND target = 'order_lines'), facts AS (SELECT class, currency, "
    "count(*) AS lines, sum(quantity) AS units, sum(gross_e4) AS amount FROM (SELECT class, "
    "currency, "
    "quantity, gross_e4, import_id, source FROM order_line UNION ALL SELECT class, currency, "
    "quantity, "
    "gross_e4, import_id, source FROM order_line_old) l WHERE (import_id, source) IN (FROM scope) "
    "GROUP BY 1, 2), "
    "recorded AS (SELECT class, currency, sum(lines) AS lines, sum(amount_e4) AS amount, "
    "sum(units) "
    "AS units FROM import_ledger WHERE import_id IN (SELECT import_id FROM scope) GROUP BY 1, 2) "
    "SELECT coalesce(r.class, f.class), coalesce(r.currency, f.currency, ''), "
    "CASE WHEN r.class IN " NO_FACTS " THEN r.lines ELSE coalesce(f.lines, 0) END::BIGINT, "
    "coalesce(f.units, r.units, 0)::BIGINT, CASE WHEN r.class IN " NO_FACTS
    " THEN coalesce(r.amount, 0) ELSE coalesce(f.amount, 0) END::HUGEINT, "
    "coalesce(r.lines, 0)::BIGINT, coalesce(r.amount, 0)::HUGEINT FROM recorded r FULL JOIN facts "
    "f "
    "ON f.class = r.class AND f.currency IS NOT DISTINCT FROM r.currency ORDER BY 6 DESC, 1";

/* A file that never came in must not look as if it added up. */
static enum status check_reconciled_file(struct conn *c, str file, struct error *why)
{
    struct frame *f = NULL;
    const struct param name = { .type = PARAM_TEXT, .text = file };
    const enum status st = conn_query(c,
                                      STR("SELECT count(*)::BIGINT, count(*) FILTER (target = "
                                          "'order_lines')::BIGINT FROM import WHERE file = $1 AND "
                                          "undone_at IS NULL"),
                                      &name,
                                      1,
                                      &f,
                                      why);
    if (st != STATUS_OK)
        return st;
    const int64_t imports = frame_i64(f, 0, 0);
    const int64_t of_orders = frame_i64(f, 1, 0);
    frame_free(f);
    if (imports == 0)
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "no import of %.*s is in the shop; shopvane imports list shows those that "
                         "are",
                         STR_ARG(file));
    if (of_orders == 0)
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "%.*s brought no orders; reconcile adds up the lines of orders",
                         STR_ARG(file));
    return STATUS_OK;
}

enum status reconcile(struct conn *c,
                      int64_t import_id,
                      const char *file,
                      struct arena *a,
                      struct reconciliation *out,
                      struct error *why)
{
    struct frame *f = NULL;
    const struct param params[] = { { .type = PARAM_I64, .i64 = import_id },
                                    { .type = PARAM_TEXT, .text = path_base(str_from(file)) } };
    enum status st = STATUS_OK;
    if (file[0] != '\0')
        st = check_reconciled_file(c, path_base(str_from(file)), why);
    if (st == STATUS_OK)
        st = conn_query(c, str_from(reconcile_sql), params, ARRAY_LEN(params), &f, why);
    if (st != STATUS_OK)
        return st;
    const size_t n = frame_rows(f);
    struct reconcile_line *lines = ARENA_NEW(a, struct reconcile_line, n + 1);
    int64_t differences = 0;
    for (size_t i = 0; lines != NULL && i < n; i++) {
        lines[i] = (struct reconcile_line){
            .class_name = cell(a, f, 0, i),
            .currency = cell(a, f, 1, i),
            .lines = number(f, 2, i),
            .units = number(f, 3, i),
            .amount_e4 = frame_i128(f, 4, i),
            .recorded_lines = number(f, 5, i),
            .recorded_e4 = frame_i128(f, 6, i),
        };
        differences +=
            lines[i].lines != lines[i].recorded_lines || lines[i].amount_e4 != lines[i].recorded_e4;
    }
    frame_free(f);
    if (lines == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    *out = (struct reconciliation){ lines, n, differences };
    return STATUS_OK;
}
