/* Rows of every other table, from the stage into the facts.
 *
 * A table has an id (payment_id ...), or what stands in `keys` tells its rows apart. */
#include "ingest/merge/merge_table_priv.h"

#include "commerce/platform.h"

#include <string.h>

/* What tells two rows of a table apart, by field name; the first line whose fields the file has. */
static const struct {
    const char *table;
    const char *columns; /* of the table */
    const char *field;   /* that the file must have; NULL: always */
    const char *preset;  /* whose files it is of; NULL: any */
    const char *parts;   /* columns: a return has a row an article under one number */
} keys[] = {
    { "payment", "store, payment_id", "payment_id", NULL, NULL },
    { "refund", "store, refund_id", "refund_id", NULL, "order_key, sub_order_id, sku" },
    { "shipment", "store, shipment_id", "shipment_id", NULL, NULL },
    { "product", "store, sku, valid_from", NULL, NULL, NULL },
    { "customer", "store, customer_key", NULL, NULL, NULL },
    { "stock_level", "store, sku, local_date", NULL, NULL, NULL },
    { "fee", "store, fee_id", "fee_id", NULL, NULL },
    { "settlement",
      "store, settlement_id, sub_order_id",
      "settlement_id",
      NULL,
      "order_key, kind" },
    { "feedback", "store, feedback_id, order_key", "feedback_id", "olist-reviews", NULL },
    { "feedback", "store, feedback_id", "feedback_id", NULL, NULL },
    { "ticket", "store, ticket_id", "ticket_id", NULL, NULL },
    { "benchmark", "local_date, market, metric, competitor, item", NULL, NULL, NULL },
    { "action", "store, action_id", NULL, NULL, NULL },
    { "calendar_event", "event_id, local_date", NULL, NULL, NULL },
    { "fx_rate", "base, quote, local_date", NULL, NULL, NULL },
    { "event", "store, event_id", "event_id", NULL, NULL },
    { "session", "store, session_key", NULL, NULL, NULL },
    { "target", "store, kpi, level, local_date, end_date", NULL, NULL, NULL },
};

static struct row_key key_of(const struct import_job *j)
{
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        if (strcmp(keys[i].table, j->mapping->target.table->name) == 0 &&
            (keys[i].field == NULL || reading_has(j->reading, keys[i].field)) &&
            (keys[i].preset == NULL || str_is(j->mapping->name, keys[i].preset)))
            return (struct row_key){ keys[i].columns, keys[i].field, keys[i].parts };
    }
    return (struct row_key){ NULL, NULL, NULL };
}

static const char *const sql_types[] = {
#define X(id, sql, text) [COLUMN_##id] = sql,
    COLUMN_TYPE_LIST(X)
#undef X
};

/* Columns whose value is not simply the field of the same name. */
static const struct {
    const char *column;
    const char *field; /* that must be there */
    const char *expr;
} computed[] = {
    { "store", NULL, "job.store" },
    { "source", NULL, "job.source" },
    { "import_id", NULL, "job.import_id" },
    { "version", NULL, "job.version" },
    { "row_no", NULL, "s.row_no" },
    { "is_derived", NULL, "false" },
    { "local_date", "at", "s.at_date" },
    { "local_minute", "at", "s.at_minute" },
    { "local_date", "date", "s.\"date\"" },
    { "requested_date", "requested_at", "s.requested_at_date" },
    { "order_key", "order_id", "i_order.key" },
    { "customer_key", "customer_id", "i_customer.key" },
    { "visitor_key", "visitor_id", "i_visitor.key" },
    { "session_key", "session_id", "s.session_id" },
    { "rate_e9", "rate", "s.rate" },
    { "currency", "currency", "coalesce(s.currency, job.currency)" },
    { "currency", NULL, "job.currency" },
    { "end_date", "end_date", "coalesce(s.end_date, s.\"date\")" },
    { "end_date", "date", "s.\"date\"" },
    { "order_date", "order_id", "known_order.local_date" },
    { "date_known", "at", "s.at IS NOT NULL" },
};

/* Rows without a time of their own take that of their order. */
static const struct {
    const char *column;
    const char *expr;
} borrowed[] = {
    { "at", "known_order.placed_at" },
    { "local_date", "known_order.local_date" },
    { "local_minute", "known_order.local_minute" },
};

static bool borrows_time(const struct import_job *j)
{
    const struct field *at = target_field(&j->mapping->target, STR("at"));
    return at != NULL && at->is_required && !reading_has(j->reading, "at") &&
           reading_has(j->reading, "order_id");
}

static bool add_borrowed(struct buf *sql, const struct import_job *j, const char *column)
{
    for (size_t i = 0; i < ARRAY_LEN(borrowed) && borrows_time(j); i++) {
        if (strcmp(borrowed[i].column, column) == 0) {
            buf_adds(sql, borrowed[i].expr);
            return true;
        }
    }
    return false;
}

static bool add_computed(struct buf *sql, const struct import_job *j, const char *column)
{
    for (size_t i = 0; i < ARRAY_LEN(computed); i++) {
        if (strcmp(computed[i].column, column) == 0 &&
            (computed[i].field == NULL || reading_has(j->reading, computed[i].field))) {
            buf_adds(sql, computed[i].expr);
            return true;
        }
    }
    return false;
}

/* Of platform_stat only amounts have a currency. */
static void add_measure_currency(struct buf *sql, const struct import_job *j)
{
    buf_addf(sql, "CASE WHEN s.measure IN (''");
    for (size_t i = 0; i < platform_measure_count; i++) {
        if (platform_measures[i].unit == PLATFORM_MONEY)
            buf_addf(sql, ", '%s'", platform_measures[i].name);
    }
    buf_addf(sql,
             ") THEN coalesce(%s, job.currency) ELSE %s END",
             reading_has(j->reading, "currency") ? "s.currency" : "NULL",
             reading_has(j->reading, "currency") ? "s.currency" : "NULL");
}

static bool joins_known(const struct table *t)
{
    return strcmp(t->name, "product") == 0;
}

/* What a file does not say of an article stays: a price list takes no cost away. */
static bool keeps_known(const struct table *t, const struct column *c)
{
    return joins_known(t) && c->role != ROLE_KEY && c->role != ROLE_PROVENANCE &&
           strcmp(c->name, "valid_from") != 0;
}

/* And what an older file says fills only what the lists of articles do not say. */
static void add_joined(struct buf *sql, const char *field, const char *column)
{
    buf_addf(sql,
             "CASE WHEN " IS_OLDER_ARTICLE_LIST " THEN coalesce(known_article.\"%s\", "
             "s.\"%s\") ELSE coalesce(s.\"%s\", known_article.\"%s\") END",
             column,
             field,
             field,
             column);
}

/* A refund that says no currency, nor its file, is in its order's. */
static bool takes_currency(const struct import_job *j, const char *column)
{
    return strcmp(j->mapping->target.table->name, "refund") == 0 &&
           strcmp(column, "currency") == 0 && reading_has(j->reading, "order_id") &&
           j->options->currency == NULL && reading_header_currency(j->reading).len == 0 &&
           j->mapping->currency.len == 0;
}

/* A refund that names its line and not its class is of that line's class, if that is no goods. */
static bool takes_class(const struct import_job *j, const char *column)
{
    return strcmp(j->mapping->target.table->name, "refund") == 0 && strcmp(column, "class") == 0 &&
           reading_has(j->reading, "sub_order_id") && reading_has(j->reading, "order_id");
}

/* Reports of ads leave a cell empty where nothing was clicked or bought: that is 0, other than a
 * column which the file lacks. So does a column without any value, except in a preset's file. */
static bool counts_empty(const struct import_job *j, const struct column *c)
{
    return strcmp(j->mapping->target.table->name, "ad_spend") == 0 && c->role == ROLE_MEASURE;
}

static void add_counted(struct buf *sql, const struct import_job *j, const char *field)
{
    buf_addf(sql, "coalesce(s.\"%s\", ", field);
    if (j->mapping->is_preset)
        buf_adds(sql, "0)");
    else
        buf_addf(sql, "(SELECT 0 FROM staging.stage WHERE \"%s\" IS NOT NULL LIMIT 1))", field);
}

static void add_own(struct buf *sql,
                    const struct import_job *j,
                    const struct column *c,
                    const char *field)
{
    if (!reading_has(j->reading, field))
        buf_addf(sql, "NULL::%s", sql_types[c->type]);
    else if (counts_empty(j, c))
        add_counted(sql, j, field);
    else
        buf_addf(sql, "s.\"%s\"", field);
}

static void add_column(struct buf *sql, const struct import_job *j, const struct column *c)
{
    char field[FIELD_NAME_MAX] = "";
    const size_t len = strlen(c->name);
    const bool is_amount = len > 3 && strcmp(c->name + len - 3, "_e4") == 0;
    if (len < sizeof field)
        memcpy(field, c->name, len - (is_amount ? 3 : 0));
    if (strcmp(c->name, "currency") == 0 &&
        strcmp(j->mapping->target.table->name, "platform_stat") == 0)
        add_measure_currency(sql, j);
    else if (joins_known(j->mapping->target.table) && strcmp(c->name, "version") == 0)
        buf_adds(sql,
                 "CASE WHEN " IS_OLDER_ARTICLE_LIST
                 " THEN known_article.version ELSE job.version END");
    else if (joins_known(j->mapping->target.table) && strcmp(c->name, "currency") == 0)
        merge_add_article_currency(sql, j);
    else if (takes_currency(j, c->name))
        buf_addf(sql,
                 "coalesce(%sknown_order.currency, job.currency)",
                 reading_has(j->reading, "currency") ? "s.currency, " : "");
    else if (add_borrowed(sql, j, c->name) || add_computed(sql, j, c->name))
        ;
    else if (takes_class(j, c->name))
        buf_adds(sql,
                 reading_has(j->reading, "class") ? "coalesce(s.class, named_line.class)"
                                                  : "named_line.class");
    else if (keeps_known(j->mapping->target.table, c) && is_amount)
        merge_add_article_amount(sql, j, field);
    else if (keeps_known(j->mapping->target.table, c) && reading_has(j->reading, field))
        add_joined(sql, field, c->name);
    else if (keeps_known(j->mapping->target.table, c))
        buf_addf(sql, "known_article.\"%s\"", c->name);
    else
        add_own(sql, j, c, field);
    buf_addf(sql, " AS \"%s\"", c->name);
}

#define NAMES(field) "SELECT " field " AS id, min(row_no) AS first_row FROM stage GROUP BY 1"

/* Ids of the file and the name that their identity has in the SELECT below. */
static const struct {
    const char *field;
    const char *kind;
    const char *alias;
    const char *names; /* as identity_assign takes them */
} ids[] = { { "order_id", "order", "i_order.", NAMES("order_id") },
            { "customer_id", "customer", "i_customer.", NAMES("customer_id") },
            { "visitor_id", "visitor", "i_visitor.", NAMES("visitor_id") } };

static bool mentions(const struct buf *sql, const char *alias)
{
    return sql->data != NULL && strstr(sql->data, alias) != NULL;
}

/* FROM with what the columns chosen so far need, less the rows that are left out. */
static void add_from(struct buf *sql, const struct import_job *j)
{
    const bool needs_line = mentions(sql, "named_line.");
    const bool needs_order = mentions(sql, "known_order.") || needs_line;
    buf_adds(sql, " FROM staging.stage s CROSS JOIN job");
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        if (mentions(sql, ids[i].alias) || (i == 0 && needs_order))
            buf_addf(sql,
                     " LEFT JOIN key_of_%s i_%s ON i_%s.id = s.%s",
                     ids[i].kind,
                     ids[i].kind,
                     ids[i].kind,
                     ids[i].field);
    }
    if (needs_order)
        buf_adds(sql, " LEFT JOIN orders known_order ON known_order.order_key = i_order.key");
    if (needs_line)
        buf_adds(sql,
                 " LEFT JOIN (SELECT order_key, sub_order_id, min(class) AS class FROM order_line "
                 "WHERE class IN " LINES_BESIDE_GOODS " AND sub_order_id IS NOT NULL AND row_no IS "
                 "NOT NULL AND origin_key IS NULL GROUP BY ALL) named_line ON named_line.order_key "
                 "= i_order.key AND named_line.sub_order_id = s.sub_order_id");
    if (mentions(sql, "known_article."))
        buf_addf(sql,
                 " LEFT JOIN known_product known_article ON known_article.sku = s.sku AND "
                 "known_article.valid_from IS NOT DISTINCT FROM "
                 "%s LEFT JOIN (SELECT import_id FROM import WHERE target = 'product') known_list "
                 "ON known_list.import_id = known_article.import_id",
                 reading_has(j->reading, "valid_from") ? "s.valid_from" : "NULL");
    buf_adds(sql, " WHERE NOT EXISTS (SELECT 1 FROM left_out l WHERE l.row_no = s.row_no)");
}

static bool list_has(const char *list, const char *name)
{
    str rest = str_from(list);
    while (rest.len > 0) {
        if (str_is(str_trim(str_take_until(&rest, ',')), name))
            return true;
    }
    return false;
}

/* The stage as rows of the table, as a view: `incoming` has all columns, `incoming_key` those of
 * the key and row_no. A view costs no copy of the file, and each question reads only its columns.
 */
static enum status make_view(struct import_job *j,
                             const char *view,
                             const char *only,
                             struct error *why)
{
    const struct table *t = j->mapping->target.table;
    bool first = true;
    struct buf sql;
    buf_init(&sql, (size_t)64 * 1024);
    buf_addf(&sql, "CREATE OR REPLACE TEMP VIEW %s AS SELECT ", view);
    for (size_t i = 0; i < t->column_count; i++) {
        const char *name = t->columns[i].name;
        if (only != NULL && !list_has(only, name) && strcmp(name, "row_no") != 0)
            continue;
        buf_adds(&sql, first ? "" : ", ");
        add_column(&sql, j, &t->columns[i]);
        first = false;
    }
    add_from(&sql, j);
    return job_run(j, &sql, why);
}

/* Tables whose rows are told by groups (merge_groups.c) work on a copy of theirs: they are small,
 * and a row of the file may give several. */
static enum status make_incoming(struct import_job *j, struct row_key key, struct error *why)
{
    /* A copy: the rows of the file are written when those that they replace are gone. */
    enum status st = joins_known(j->mapping->target.table)
                         ? job_exec(j,
                                    why,
                                    "%s",
                                    "CREATE OR REPLACE TEMP TABLE known_product AS SELECT * FROM "
                                    "product WHERE store = getvariable('store')")
                         : STATUS_OK;
    const bool has_order = table_column(j->mapping->target.table, STR("order_key")) != NULL;
    for (size_t i = 0; i < ARRAY_LEN(ids) && st == STATUS_OK; i++) {
        if (!reading_has(j->reading, ids[i].field))
            continue;
        if (i == 0 && !has_order)
            st = identity_look_up(j, ids[i].kind, "SELECT order_id FROM stage", why);
        else
            st = identity_assign(j, ids[i].kind, ids[i].names, why);
    }
    if (st == STATUS_OK && reading_has(j->reading, "person_id"))
        st = merge_persons(j, why);
    if (st == STATUS_OK && merge_has_groups(j))
        return make_view(j, "incoming_rows", NULL, why);
    if (st == STATUS_OK)
        st = make_view(j, "incoming", NULL, why);
    if (st != STATUS_OK || key.columns == NULL)
        return st;
    const str columns = merge_key_columns(j, key);
    return columns.len == 0 ? error_set(why, STATUS_NO_MEMORY, "out of memory")
                            : make_view(j, "incoming_key", columns.ptr, why);
}

/* A figure of the market is a value of a metric, or the price of a rival. */
static enum status refuse_empty_benchmarks(struct import_job *j, struct error *why)
{
    const char *value = reading_has(j->reading, "value") ? "\"value\" IS NULL" : "true";
    const char *price = reading_has(j->reading, "price") ? "price IS NULL" : "true";
    return job_exec(j,
                    why,
                    "INSERT INTO refused_later SELECT row_no, line_no, 'value', NULL, "
                    "  'neither a value nor a price', NULL FROM staging.stage WHERE %s AND %s;"
                    "DELETE FROM staging.stage WHERE %s AND %s",
                    value,
                    price,
                    value,
                    price);
}

enum status merge_prepare_table(struct import_job *j, struct error *why)
{
    if (strcmp(j->mapping->target.table->name, "order_item") == 0)
        return merge_prepare_items(j, why);
    enum status st = STATUS_OK;
    if (strcmp(j->mapping->target.table->name, "benchmark") == 0)
        st = refuse_empty_benchmarks(j, why);
    if (st == STATUS_OK)
        st = merge_prepare_repeats(j, why);
    if (st != STATUS_OK || !borrows_time(j))
        return st;
    return job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE undated AS SELECT row_no FROM staging.stage s WHERE NOT "
        "EXISTS (SELECT 1 FROM orders o JOIN identity i ON i.key = o.order_key AND "
        "i.kind = 'order' AND i.store = o.store WHERE o.store = getvariable('store') AND "
        "i.id = s.order_id);"
        "INSERT INTO refused_later SELECT row_no, line_no, 'order_id', order_id, "
        "  'its order is not there yet: import the orders file first', NULL FROM staging.stage "
        "  WHERE row_no IN (SELECT row_no FROM undated);"
        "DELETE FROM staging.stage WHERE row_no IN (SELECT row_no FROM undated)");
}

enum status merge_table(struct import_job *j, struct error *why)
{
    const struct table *t = j->mapping->target.table;
    const struct row_key key = key_of(j);
    int64_t rows = 0;
    enum status st = make_incoming(j, key, why);
    const bool has_groups = merge_has_groups(j);
    if (st == STATUS_OK && has_groups)
        st = merge_groups(j, why);
    if (st == STATUS_OK)
        st = merge_tell_money_states(j, why);
    if (st == STATUS_OK && strcmp(t->name, "refund") == 0)
        st = merge_rank_refunds(j, why);
    if (st == STATUS_OK && key.columns != NULL && !has_groups)
        st = merge_drop_repeated_ids(j, key, why);
    if (st == STATUS_OK) {
        const str count = arena_printf(j->arena, "SELECT count(*) FROM \"%s\"", t->name);
        st = job_count(j, count.ptr, &rows, why);
    }
    if (st == STATUS_OK && rows > 0 && !has_groups)
        st = merge_drop_known(j, key, why);
    if (st == STATUS_OK)
        st = job_exec(j, why, "INSERT INTO \"%s\" SELECT * FROM incoming", t->name);
    if (st == STATUS_OK && (strcmp(t->name, "event") == 0 || strcmp(t->name, "session") == 0))
        st = job_exec(
            j,
            why,
            "INSERT INTO dirty SELECT DISTINCT store, local_date FROM \"%s\" WHERE import_id = "
            "getvariable('import_id') UNION SELECT DISTINCT store, local_date FROM "
            "\"%s_old\" WHERE superseded_by = getvariable('import_id')",
            t->name,
            t->name);
    return st == STATUS_OK ? merge_derived(j, why) : st;
}
