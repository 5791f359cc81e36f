/* Verify: order sequences and sessions by the reducers that build them, over all customers and
 * visitors; rollups straight from the facts (verify_rollups.c); facts against each other. */
#include "derive/verify_priv.h"

static const struct compared_column seq_columns[] = {
    { "order_seq", false },     { "first_order_at", false },  { "first_order_date", false },
    { "prev_order_at", false }, { "prev_order_date", false }, { "next_order_date", false },
    { "customer_type", false },
};

/* Customers and visitors of days that wait are left out: nobody claims that they are right yet. */
static const char untouched[] = " AND customer_key NOT IN (FROM derive_customer)";

enum status verify_orders(struct verify *v)
{
    int64_t parts = 0;
    struct comparison k = {
        .table = "orders",
        .stored =
            "SELECT 1 AS one, * FROM orders WHERE order_key IN (SELECT order_key FROM derive_seq)",
        .rebuilt = "SELECT 1 AS one, * FROM derive_seq",
        .match = "s.order_key = r.order_key",
        .key = "'store=' || s.store || ' order=' || s.order_id",
        .columns = seq_columns,
        .column_count = ARRAY_LEN(seq_columns),
        .is_table = true,
    };
    enum status st = order_seq_parts(&v->d, untouched, &parts);
    for (int64_t i = 0; st == STATUS_OK && i < parts; i++) {
        derive_tell(&v->d, "orders", i, parts);
        st = order_seq_compute(&v->d, untouched, i, parts);
        if (st == STATUS_OK)
            st = compare_rows(v, &k);
    }
    k.stored = "SELECT 1 AS one, * FROM orders WHERE customer_key IS NULL"
               " AND (store, local_date) NOT IN (FROM derive_day)";
    k.rebuilt = "SELECT 1 AS one, order_key, NULL::BIGINT AS order_seq,"
                " NULL::BIGINT AS first_order_at, NULL::DATE AS first_order_date,"
                " NULL::BIGINT AS prev_order_at, NULL::DATE AS prev_order_date,"
                " NULL::DATE AS next_order_date, 'unknown' AS customer_type FROM orders"
                " WHERE customer_key IS NULL AND (store, local_date) NOT IN (FROM derive_day)";
    if (st == STATUS_OK)
        st = compare_rows(v, &k);
    if (st == STATUS_OK)
        st = conn_query_i64(v->d.c, "SELECT count(*) FROM orders", &v->report->orders, v->d.why);
    if (st == STATUS_OK)
        st = derive_execf(&v->d, "DROP TABLE IF EXISTS derive_seq");
    return st;
}

#define SESSION_COLUMNS_MAX 64

/* Every column of a session but its key and where it came from. */
static size_t session_columns(struct compared_column *out)
{
    const struct table *t = commerce_table(STR("session"));
    size_t n = 0;
    BUG_IF(t == NULL || t->column_count > SESSION_COLUMNS_MAX);
    for (size_t i = 0; i < t->column_count; i++) {
        const struct column *c = &t->columns[i];
        if (c->role != ROLE_PROVENANCE && !str_is(str_from(c->name), "store") &&
            !str_is(str_from(c->name), "session_key"))
            out[n++] = (struct compared_column){ c->name, false };
    }
    return n;
}

static enum status verify_session_part(struct verify *v,
                                       struct comparison *k,
                                       int64_t part,
                                       int64_t parts)
{
    struct buf stored;
    buf_init(&stored, SQL_MAX);
    buf_addf(&stored,
             "SELECT 1 AS one, * FROM session WHERE is_derived AND visitor_key %% %lld = %lld"
             " AND (store, visitor_key) NOT IN (FROM derive_visitor)",
             (long long)parts,
             (long long)part);
    k->stored = buf_ok(&stored) ? arena_cstr(v->arena, buf_str(&stored)) : NULL;
    buf_release(&stored);
    if (k->stored == NULL)
        return error_set(v->d.why, STATUS_NO_MEMORY, "out of memory");
    enum status st = sessions_compute(
        &v->d, " AND (store, visitor_key) NOT IN (FROM derive_visitor)", part, parts);
    if (st == STATUS_OK)
        st = compare_rows(v, k);
    return st;
}

enum status verify_sessions(struct verify *v)
{
    int64_t parts = 1;
    struct compared_column columns[SESSION_COLUMNS_MAX];
    struct comparison k = {
        .table = "session",
        .rebuilt = "SELECT 1 AS one, * FROM derive_session",
        .match = "s.store = r.store AND s.session_key = r.session_key",
        .key = "'store=' || coalesce(s.store, r.store) || ' session='"
               " || coalesce(s.session_key, r.session_key)",
        .columns = columns,
        .column_count = session_columns(columns),
        .is_table = true,
    };
    enum status st = sessions_parts(&v->d, &parts);
    for (int64_t i = 0; st == STATUS_OK && i < parts; i++) {
        derive_tell(&v->d, "sessions", i, parts);
        st = verify_session_part(v, &k, i, parts);
    }
    if (st == STATUS_OK)
        st = conn_query_i64(v->d.c,
                            "SELECT count(*) FROM session WHERE is_derived",
                            &v->report->sessions,
                            v->d.why);
    if (st == STATUS_OK)
        st = derive_execf(&v->d, "DROP TABLE IF EXISTS derive_session");
    return st;
}

/* What waits: partitions, and the customers and visitors behind them. */
static enum status pick_waiting(struct verify *v)
{
    enum status st = derive_pending(v->d.c, &v->report->pending, v->d.why);
    if (st == STATUS_OK)
        st = derive_execf(
            &v->d,
            "CREATE OR REPLACE TEMP TABLE derive_day AS SELECT DISTINCT store, local_date"
            " AS date FROM dirty WHERE local_date IS NOT NULL;"
            "CREATE OR REPLACE TEMP TABLE derive_month AS SELECT DISTINCT store,"
            " date_trunc('month', date)::DATE AS date FROM derive_day");
    if (st == STATUS_OK)
        st = order_seq_touched(&v->d, false);
    if (st == STATUS_OK)
        st = sessions_touched(&v->d, false);
    /* without anything waiting, a sequence that does not close is an error and not work to do */
    if (st == STATUS_OK && v->report->pending == 0)
        st = derive_execf(&v->d, "DELETE FROM derive_customer; DELETE FROM derive_visitor");
    return st;
}

static enum status verify_all(struct verify *v)
{
    static enum status (*const steps[])(struct verify *) = {
        pick_waiting, verify_orders, verify_sessions, verify_rollups, verify_profits, verify_facts,
    };
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < ARRAY_LEN(steps); i++)
        st = steps[i](v);
    return st;
}

enum status derive_verify_run(const struct derive_settings *settings,
                              struct conn *c,
                              const struct derive_progress *progress,
                              struct arena *a,
                              struct derive_report *out,
                              struct error *why)
{
    struct derive_report report = { 0 };
    struct verify v = {
        .d = { .settings = settings, .c = c, .progress = progress, .why = why },
        .arena = a,
        .report = &report,
    };
    enum status st = conn_begin(c, why); /* not read-only: temporary tables */
    if (st != STATUS_OK)
        return st;
    st = shop_data_version(c, &report.data_version, why);
    if (st == STATUS_OK)
        st = verify_all(&v);
    conn_rollback(c);
    if (st == STATUS_OK)
        *out = report;
    return st;
}
