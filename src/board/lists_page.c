/* Lists and pages of orders, customers: rows of facts as they are, in the scope. */
#include "board/board_sheet_priv.h"
#include "kpi/rows_of.h"

/* ---- parts of a list's statement ---- */

static void select_members(struct sql *q, const struct board_member *members, size_t n)
{
    sql_add(q, "SELECT ");
    for (size_t i = 0; i < n; i++) {
        sql_add(q, i > 0 ? ", " : "");
        sql_add(q, members[i].sql);
    }
}

/* ORDER BY: a name of `sorts`, '-' before it: descending. */
struct sort {
    const char *name;
    const char *sql;
};
static enum status add_sort(
    struct sql *q, str wanted, const struct sort *sorts, size_t n, struct error *why)
{
    const bool down = str_starts(wanted, STR("-"));
    const str name = str_skip(wanted, down ? 1 : 0);
    for (size_t i = 0; i < n; i++) {
        if (!str_is(name, sorts[i].name))
            continue;
        sql_add(q, " ORDER BY ");
        sql_add(q, sorts[i].sql);
        sql_add(q, down ? " DESC NULLS LAST" : " NULLS LAST");
        return STATUS_OK;
    }
    return error_set(
        why, STATUS_BAD_USAGE, "no list is sorted by \"%.*s\"", STR_ARG(str_first(wanted, 80)));
}

static void add_words(struct sql *q, str words, const char *const *columns, size_t n)
{
    for (size_t i = 0; words.len > 0 && i < n; i++) {
        sql_add(q, i == 0 ? " WHERE (contains(lower(coalesce(" : " OR contains(lower(coalesce(");
        sql_add(q, columns[i]);
        sql_add(q, ", '')), lower(");
        sql_bind_text(q, words);
        sql_add(q, i + 1 == n ? ")))" : "))");
    }
}

static void add_page(struct sql *q, size_t limit, int64_t offset)
{
    sql_add(q, " LIMIT ");
    sql_add_int(q, (int64_t)limit);
    sql_add(q, " OFFSET ");
    sql_add_int(q, offset);
}

/* Some rows of a list, and how many it has in all in the column behind the members. */
struct slice {
    const struct board_ask *ask;
    const struct board_range *range; /* NULL: the list has none */
    const struct board_page *page;   /* words and order */
    size_t limit;
    int64_t offset;
};

/* What is listed. */
struct list {
    enum status (*read)(const struct slice *s, struct frame **out, struct error *why);
    const struct board_member *members;
    const char *const *heads; /* of the members, in words */
    size_t n;
};

static enum status write_page(const struct list *l,
                              struct slice *s,
                              struct json_writer *w,
                              struct error *why)
{
    struct frame *f = NULL;
    enum status st = board_page_read(s->page, &s->limit, &s->offset, why);
    if (st == STATUS_OK)
        st = l->read(s, &f, why);
    if (st == STATUS_OK) {
        json_object_open(w);
        board_items(w, "items", l->members, l->n, f);
        board_page_end(w, frame_rows(f) > 0 ? frame_i64(f, l->n, 0) : 0, s->offset, frame_rows(f));
        json_object_close(w);
    }
    frame_free(f);
    return st;
}

static enum status add_rows(const struct list *l,
                            const struct frame *f,
                            struct board_sheet *sheet,
                            struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t r = 0; r < frame_rows(f) && st == STATUS_OK; r++) {
        for (size_t i = 0; i < l->n; i++)
            board_sheet_cell(sheet, l->members[i].cell, f, i, r);
        st = board_sheet_row(sheet, why);
    }
    return st;
}

#define FILE_ROWS_AT_ONCE ((size_t)20000)

/* All rows, read piece by piece in one snapshot: memory does not grow with the list. */
static enum status write_file(const struct list *l,
                              const struct slice *s,
                              const struct board_target *to,
                              struct error *why)
{
    struct query_context context;
    struct board_ask inside;
    struct board_column columns[32];
    struct board_sheet sheet;
    BUG_IF(l->n > ARRAY_LEN(columns));
    for (size_t i = 0; i < l->n; i++)
        columns[i] = (struct board_column){ str_from(l->members[i].key),
                                            str_from(tr(s->ask->lang, l->heads[i])) };
    enum status st = board_snapshot_begin(s->ask, &context, &inside, why);
    if (st != STATUS_OK)
        return st;
    struct slice piece = *s;
    piece.ask = &inside;
    piece.limit = FILE_ROWS_AT_ONCE;
    st = board_sheet_open(&sheet, &inside, to, columns, l->n, why);
    for (bool more = true; more && st == STATUS_OK; piece.offset += (int64_t)piece.limit) {
        struct frame *f = NULL;
        st = l->read(&piece, &f, why);
        if (st == STATUS_OK)
            st = add_rows(l, f, &sheet, why);
        more = st == STATUS_OK && frame_rows(f) == piece.limit;
        frame_free(f);
    }
    st = board_sheet_close(&sheet, st, why);
    board_snapshot_end(&inside);
    return st;
}

/* ---- orders ---- */

static const struct board_member order_members[] = {
    { "store", "\"o\".\"store\"", BOARD_TEXT },
    { "id", "\"o\".\"order_id\"", BOARD_TEXT },
    { "name", "\"o\".\"order_name\"", BOARD_TEXT },
    { "placed_at", "\"o\".\"placed_at\"", BOARD_TIME },
    { "day", "\"o\".\"local_date\"", BOARD_DAY },
    { "status", "\"o\".\"status\"", BOARD_TEXT },
    { "customer", "\"c\".\"customer_id\"", BOARD_TEXT },
    { "customer_type", "\"o\".\"customer_type\"", BOARD_TEXT },
    { "channel", "\"o\".\"channel\"", BOARD_TEXT },
    { "country", "\"o\".\"country\"", BOARD_TEXT },
    { "region", "\"o\".\"region\"", BOARD_TEXT },
    { "units", "\"o\".\"units\"", BOARD_COUNT },
    { "gross", "\"o\".\"gross_e4\"", BOARD_MONEY },
    { "total", "\"o\".\"total_e4\"", BOARD_MONEY },
    { "paid", "\"o\".\"paid_e4\"", BOARD_MONEY },
    { "refunded", "\"o\".\"refunded_e4\"", BOARD_MONEY },
    { "currency", "\"o\".\"currency\"", BOARD_TEXT },
    { "cancelled_day", "\"o\".\"cancelled_date\"", BOARD_DAY },
    { "test", "\"o\".\"is_test\"", BOARD_FLAG },
};
#define ORDER_MEMBERS ARRAY_LEN(order_members)
static const char *const order_heads[ORDER_MEMBERS] = {
    "store",    "order",    "order name",    "placed at",    "day",
    "status",   "customer", "customer type", "channel",      "country",
    "region",   "units",    "goods amount",  "order amount", "paid",
    "refunded", "currency", "cancelled on",  "test order",
};
#define ORDER_CUSTOMER                                                                        \
    " AS \"o\" LEFT JOIN \"customer\" AS \"c\" ON \"c\".\"customer_key\" = \"o\".\"customer_" \
    "key\""

/* Orders placed in the range that fit the filter. */
static enum status add_orders(const struct board_ask *ask,
                              const struct board_range *range,
                              struct arena *a,
                              struct sql *q,
                              struct error *why)
{
    const struct table *orders = commerce_table(STR("orders"));
    struct day_range days;
    struct plan_rows rows = { .table = orders,
                              .date = table_column(orders, STR("local_date")),
                              .stores = ask->stores,
                              .n_stores = ask->store_count };
    enum status st = board_range_resolve(ask, range, &days, why);
    rows.from = days.from;
    rows.to = days.to;
    if (st == STATUS_OK && range->where.len > 0)
        st = board_order_day(ask, &rows.today, why);
    if (st == STATUS_OK && range->where.len > 0)
        st = kpi_where_parse(range->where, a, &rows.where, why);
    sql_add(q, " FROM (");
    if (st == STATUS_OK)
        st = plan_rows_write(&rows, a, q, why);
    sql_add(q, ")" ORDER_CUSTOMER);
    return st;
}

static enum status read_orders(const struct slice *s, struct frame **out, struct error *why)
{
    static const struct sort sorts[] = {
        { "day", "\"o\".\"local_date\"" },
        { "placed_at", "\"o\".\"placed_at\"" },
        { "total", "coalesce(\"o\".\"total_e4\", \"o\".\"gross_e4\")" },
        { "units", "\"o\".\"units\"" },
    };
    static const char *const searched[] = { "\"o\".\"order_id\"",
                                            "\"o\".\"order_name\"",
                                            "\"c\".\"customer_id\"" };
    const str sort = s->page->sort.len > 0 ? s->page->sort : STR("-placed_at");
    struct sql q;
    struct arena *a = arena_new(0);
    if (a == NULL)
        return board_no_memory(why);
    sql_init(&q, SQL_DUCKDB);
    select_members(&q, order_members, ORDER_MEMBERS);
    sql_add(&q, ", count(*) OVER ()");
    enum status st = add_orders(s->ask, s->range, a, &q, why);
    add_words(&q, s->page->q, searched, ARRAY_LEN(searched));
    if (st == STATUS_OK)
        st = add_sort(&q, sort, sorts, ARRAY_LEN(sorts), why);
    sql_add(&q, ", \"o\".\"order_key\" DESC");
    add_page(&q, s->limit, s->offset);
    if (st == STATUS_OK)
        st = board_run(s->ask, &q, out, why);
    else
        sql_release(&q);
    arena_free(a);
    return st;
}

static const struct list orders_list = {
    .read = read_orders, .members = order_members, .heads = order_heads, .n = ORDER_MEMBERS
};

enum status board_orders(const struct board_ask *ask,
                         const struct board_range *range,
                         const struct board_page *page,
                         struct json_writer *w,
                         struct error *why)
{
    struct slice s = { .ask = ask, .range = range, .page = page };
    return write_page(&orders_list, &s, w, why);
}

enum status board_orders_file(const struct board_ask *ask,
                              const struct board_range *range,
                              const struct board_page *page,
                              const struct board_target *to,
                              struct error *why)
{
    struct slice s = { .ask = ask, .range = range, .page = page };
    return write_file(&orders_list, &s, to, why);
}

/* What belongs to an order: each a table with its members. */
static const struct board_member line_members[] = {
    { "class", "\"class\"", BOARD_TEXT },
    { "sku", "\"sku\"", BOARD_TEXT },
    { "title",
      "coalesce(\"title\", (SELECT max(\"p\".\"title\") FROM \"product\" AS \"p\" WHERE"
      " \"p\".\"sku\" = \"t\".\"sku\" AND \"p\".\"store\" = \"t\".\"store\"))",
      BOARD_TEXT },
    { "at", "\"at\"", BOARD_TIME },
    { "day", "\"local_date\"", BOARD_DAY },
    { "quantity", "\"quantity\"", BOARD_COUNT },
    { "unit_price", "\"unit_price_e4\"", BOARD_MONEY },
    { "gross", "\"gross_e4\"", BOARD_MONEY },
    { "discount", "\"discount_merchant_e4\"", BOARD_MONEY },
    { "discount_platform", "\"discount_platform_e4\"", BOARD_MONEY },
    { "tax", "\"tax_e4\"", BOARD_MONEY },
    { "net", "\"net_e4\"", BOARD_MONEY },
    { "cost", "\"cost_e4\"", BOARD_MONEY },
    { "reason", "\"reason\"", BOARD_TEXT },
    { "import", "\"import_id\"", BOARD_COUNT },
    { "row", "\"row_no\"", BOARD_COUNT },
};
static const struct board_member payment_members[] = {
    { "id", "\"payment_id\"", BOARD_TEXT }, { "method", "\"payment_method\"", BOARD_TEXT },
    { "status", "\"status\"", BOARD_TEXT }, { "amount", "\"amount_e4\"", BOARD_MONEY },
    { "fee", "\"fee_e4\"", BOARD_MONEY },   { "at", "\"at\"", BOARD_TIME },
};
static const struct board_member refund_members[] = {
    { "id", "\"refund_id\"", BOARD_TEXT },       { "sku", "\"sku\"", BOARD_TEXT },
    { "quantity", "\"quantity\"", BOARD_COUNT }, { "amount", "\"amount_e4\"", BOARD_MONEY },
    { "status", "\"status\"", BOARD_TEXT },      { "stage", "\"stage\"", BOARD_TEXT },
    { "reason", "\"reason\"", BOARD_TEXT },      { "at", "\"at\"", BOARD_TIME },
};
static const struct board_member shipment_members[] = {
    { "id", "\"shipment_id\"", BOARD_TEXT }, { "carrier", "\"carrier\"", BOARD_TEXT },
    { "at", "\"at\"", BOARD_TIME },          { "delivered_at", "\"delivered_at\"", BOARD_TIME },
    { "cost", "\"cost_e4\"", BOARD_MONEY },
};
static const struct {
    const char *key;
    const char *table;
    const struct board_member *members;
    size_t n;
} order_parts[] = {
    { "lines", "order_line", line_members, ARRAY_LEN(line_members) },
    { "payments", "payment", payment_members, ARRAY_LEN(payment_members) },
    { "refunds", "refund", refund_members, ARRAY_LEN(refund_members) },
    { "shipments", "shipment", shipment_members, ARRAY_LEN(shipment_members) },
};
#define PART_ROWS_MAX 10000

static enum status write_part(const struct board_ask *ask,
                              size_t i,
                              int64_t order_key,
                              struct json_writer *w,
                              struct error *why)
{
    struct sql q;
    struct frame *f = NULL;
    sql_init(&q, SQL_DUCKDB);
    select_members(&q, order_parts[i].members, order_parts[i].n);
    sql_add(&q, " FROM ");
    sql_name(&q, str_from(order_parts[i].table));
    sql_add(&q, " AS \"t\" WHERE \"order_key\" = ");
    sql_bind_i64(&q, order_key);
    sql_add(&q, " ORDER BY \"at\", \"row_no\" LIMIT ");
    sql_add_int(&q, PART_ROWS_MAX);
    const enum status st = board_run(ask, &q, &f, why);
    if (st == STATUS_OK)
        board_items(w, order_parts[i].key, order_parts[i].members, order_parts[i].n, f);
    frame_free(f);
    return st;
}

enum status board_order(const struct board_ask *ask,
                        str id,
                        struct json_writer *w,
                        struct error *why)
{
    struct sql q;
    struct frame *f = NULL;
    sql_init(&q, SQL_DUCKDB);
    select_members(&q, order_members, ORDER_MEMBERS);
    sql_add(&q,
            ", \"o\".\"order_key\" FROM \"orders\"" ORDER_CUSTOMER " WHERE (\"o\".\"order_id\" = ");
    sql_bind_text(&q, id);
    sql_add(&q, " OR \"o\".\"order_name\" = ");
    sql_bind_text(&q, id);
    sql_add(&q, ")");
    board_add_scope(&q, ask, " AND ", STR("o"));
    sql_add(&q, " ORDER BY \"o\".\"order_id\" = ");
    sql_bind_text(&q, id);
    sql_add(&q, " DESC, \"o\".\"store\" LIMIT 1");
    enum status st = board_run(ask, &q, &f, why);
    if (st == STATUS_OK && frame_rows(f) == 0)
        st = error_set(
            why, STATUS_NOT_FOUND, "there is no order \"%.*s\"", STR_ARG(str_first(id, 80)));
    if (st == STATUS_OK) {
        json_object_open(w);
        for (size_t i = 0; i < ORDER_MEMBERS; i++)
            board_member_write(w, &order_members[i], f, i, 0);
        for (size_t i = 0; i < ARRAY_LEN(order_parts) && st == STATUS_OK; i++)
            st = write_part(ask, i, frame_i64(f, ORDER_MEMBERS, 0), w, why);
        json_object_close(w);
    }
    frame_free(f);
    return st;
}

/* ---- customers ---- */

static const struct board_member customer_members[] = {
    { "store", "\"c\".\"store\"", BOARD_TEXT },
    { "id", "\"c\".\"customer_id\"", BOARD_TEXT },
    { "segment", "\"c\".\"segment\"", BOARD_TEXT },
    { "country", "\"c\".\"country\"", BOARD_TEXT },
    { "acquired_channel", "\"c\".\"acquired_channel\"", BOARD_TEXT },
    { "orders", "\"v\".\"orders\"", BOARD_COUNT },
    { "units", "\"v\".\"units\"", BOARD_COUNT },
    { "value", "\"v\".\"value\"", BOARD_MONEY },
    { "currency", "\"v\".\"currency\"", BOARD_TEXT },
    { "first_day", "\"v\".\"first\"", BOARD_DAY },
    { "last_day", "\"v\".\"last\"", BOARD_DAY },
};
#define CUSTOMER_MEMBERS ARRAY_LEN(customer_members)
static const char *const customer_heads[CUSTOMER_MEMBERS] = {
    "store", "customer",          "segment",  "country",        "first channel", "orders",
    "units", "net sales to date", "currency", "first order on", "last order on",
};

#define IS_VALUE "\"class\" IN ('sale', 'return', 'discount')"

/* Of each customer and day what is in other currencies; a return has the day, and so the rate, of
 * its order, as figures have it. */
static void add_foreign_days(struct sql *q, const struct board_ask *ask)
{
    sql_add(q,
            "SELECT \"customer_key\", \"currency\", coalesce(\"order_date\", \"local_date\") AS"
            " \"local_date\", CAST(sum(\"net_e4\") AS DOUBLE) AS \"v\" FROM \"order_line\" WHERE "
            "\"customer_key\" IS NOT NULL AND " IS_VALUE " AND \"currency\" <> ");
    sql_bind_text(q, ask->context->settings->currency);
    board_add_scope(q, ask, " AND ", STR_EMPTY);
    sql_add(q, " GROUP BY 1, 2, 3");
}

/* The last rate up to each day, straight or the other way round. */
static void add_rates(struct sql *q,
                      const struct board_ask *ask,
                      const char *name,
                      bool is_straight)
{
    const str own = ask->context->settings->currency;
    sql_add(q,
            " ASOF LEFT JOIN (SELECT \"base\", \"quote\", \"local_date\", CAST(\"rate_e9\" AS"
            " DOUBLE) / 1e9 AS \"rate\" FROM \"fx_rate\" WHERE \"rate_e9\" > 0 AND ");
    sql_name(q, str_from(is_straight ? "quote" : "base"));
    sql_add(q, " = ");
    sql_bind_text(q, own);
    sql_add(q, ") AS ");
    sql_name(q, str_from(name));
    sql_add(q, " ON \"d\".\"currency\" = ");
    sql_column(q, str_from(name), str_from(is_straight ? "base" : "quote"));
    sql_add(q, " AND \"d\".\"local_date\" >= ");
    sql_column(q, str_from(name), STR("local_date"));
}

/* Values in other currencies as the ranking sees them: each day's at its rate, as KPIs convert. One
 * day without a rate that is young enough: none, and it stands at the end. */
static void join_converted(struct sql *q, const struct board_ask *ask)
{
    const int64_t age = ask->context->settings->fx_max_age_days;
    sql_add(q,
            " LEFT JOIN (SELECT \"customer_key\", \"currency\", CASE WHEN count(*) ="
            " count(\"own\") THEN sum(\"own\") END AS \"own\" FROM (SELECT"
            " \"d\".\"customer_key\", \"d\".\"currency\", CASE WHEN \"d\".\"local_date\" -"
            " \"s\".\"local_date\" <= ");
    sql_add_int(q, age);
    sql_add(q,
            " THEN \"d\".\"v\" * \"s\".\"rate\" WHEN \"d\".\"local_date\" -"
            " \"i\".\"local_date\" <= ");
    sql_add_int(q, age);
    sql_add(q, " THEN \"d\".\"v\" / \"i\".\"rate\" END AS \"own\" FROM (");
    add_foreign_days(q, ask);
    sql_add(q, ") AS \"d\"");
    add_rates(q, ask, "s", true);
    add_rates(q, ask, "i", false);
    sql_add(q,
            ") AS \"days\" GROUP BY 1, 2) AS \"f\" ON \"f\".\"customer_key\" ="
            " \"v\".\"customer_key\" AND \"f\".\"currency\" = \"v\".\"currency\"");
}

/* Rows of several currencies are ranked by what they come to in the shop's own, in `"own"`. */
static void add_own_value(struct sql *q, const struct board_ask *ask)
{
    sql_add(q, "CASE WHEN coalesce(\"v\".\"currency\" <> ");
    sql_bind_text(q, ask->context->settings->currency);
    sql_add(q, ", false) THEN \"f\".\"own\" ELSE CAST(\"v\".\"value\" AS DOUBLE) END AS \"own\"");
}

/* Value to date: net sales of a customer, what came back taken off; of each currency its own row.
 */
static void add_customers(struct sql *q, const struct board_ask *ask, str id)
{
    sql_add(q,
            " FROM (SELECT \"customer_key\", \"currency\", count(DISTINCT \"order_key\") FILTER"
            " (WHERE \"class\" = 'sale') AS \"orders\", sum(\"quantity\") FILTER (WHERE \"class\" ="
            " 'sale') AS \"units\", sum(\"net_e4\") FILTER (WHERE " IS_VALUE
            ") AS \"value\", min(\"local_date\") AS \"first\", max(\"local_date\") AS"
            " \"last\" FROM \"order_line\" WHERE \"customer_key\" IS NOT NULL");
    board_add_scope(q, ask, " AND ", STR_EMPTY);
    if (id.len > 0) {
        sql_add(q,
                " AND \"customer_key\" IN (SELECT \"customer_key\" FROM \"customer\" WHERE"
                " \"customer_id\" = ");
        sql_bind_text(q, id);
        sql_add(q, ")");
    }
    sql_add(q,
            " GROUP BY 1, 2) AS \"v\" JOIN \"customer\" AS \"c\" ON \"c\".\"customer_key\" ="
            " \"v\".\"customer_key\"");
    join_converted(q, ask);
}

static enum status read_customers(const struct slice *s, struct frame **out, struct error *why)
{
    static const struct sort sorts[] = { { "value", "\"own\"" },
                                         { "orders", "\"v\".\"orders\"" },
                                         { "units", "\"v\".\"units\"" },
                                         { "first_day", "\"v\".\"first\"" },
                                         { "last_day", "\"v\".\"last\"" } };
    static const char *const searched[] = { "\"c\".\"customer_id\"", "\"c\".\"segment\"" };
    const str sort = s->page->sort.len > 0 ? s->page->sort : STR("-value");
    struct sql q;
    sql_init(&q, SQL_DUCKDB);
    select_members(&q, customer_members, CUSTOMER_MEMBERS);
    sql_add(&q, ", count(*) OVER (), ");
    add_own_value(&q, s->ask);
    add_customers(&q, s->ask, STR_EMPTY);
    add_words(&q, s->page->q, searched, ARRAY_LEN(searched));
    const enum status st = add_sort(&q, sort, sorts, ARRAY_LEN(sorts), why);
    sql_add(&q, ", \"c\".\"customer_key\", \"v\".\"currency\"");
    add_page(&q, s->limit, s->offset);
    if (st == STATUS_OK)
        return board_run(s->ask, &q, out, why);
    sql_release(&q);
    return st;
}

static const struct list customers_list = { .read = read_customers,
                                            .members = customer_members,
                                            .heads = customer_heads,
                                            .n = CUSTOMER_MEMBERS };

enum status board_customers(const struct board_ask *ask,
                            const struct board_page *page,
                            struct json_writer *w,
                            struct error *why)
{
    struct slice s = { .ask = ask, .page = page };
    return write_page(&customers_list, &s, w, why);
}

enum status board_customers_file(const struct board_ask *ask,
                                 const struct board_page *page,
                                 const struct board_target *to,
                                 struct error *why)
{
    struct slice s = { .ask = ask, .page = page };
    return write_file(&customers_list, &s, to, why);
}

static enum status write_orders_of(const struct board_ask *ask,
                                   int64_t customer_key,
                                   struct json_writer *w,
                                   struct error *why)
{
    struct sql q;
    struct frame *f = NULL;
    sql_init(&q, SQL_DUCKDB);
    select_members(&q, order_members, ORDER_MEMBERS);
    sql_add(&q, " FROM \"orders\"" ORDER_CUSTOMER " WHERE \"o\".\"customer_key\" = ");
    sql_bind_i64(&q, customer_key);
    board_add_scope(&q, ask, " AND ", STR("o"));
    sql_add(&q, " ORDER BY \"o\".\"placed_at\" DESC LIMIT ");
    sql_add_int(&q, PART_ROWS_MAX);
    const enum status st = board_run(ask, &q, &f, why);
    if (st == STATUS_OK)
        board_items(w, "order_list", order_members, ORDER_MEMBERS, f);
    frame_free(f);
    return st;
}

enum status board_customer(const struct board_ask *ask,
                           str id,
                           struct json_writer *w,
                           struct error *why)
{
    struct sql q;
    struct frame *f = NULL;
    sql_init(&q, SQL_DUCKDB);
    select_members(&q, customer_members, CUSTOMER_MEMBERS);
    sql_add(&q, ", \"c\".\"customer_key\", ");
    add_own_value(&q, ask);
    add_customers(&q, ask, id);
    sql_add(&q, " WHERE \"c\".\"customer_id\" = ");
    sql_bind_text(&q, id);
    sql_add(&q, " ORDER BY \"own\" DESC NULLS LAST, \"v\".\"value\" DESC NULLS LAST LIMIT 1");
    enum status st = board_run(ask, &q, &f, why);
    if (st == STATUS_OK && frame_rows(f) == 0)
        st = error_set(
            why, STATUS_NOT_FOUND, "there is no customer \"%.*s\"", STR_ARG(str_first(id, 80)));
    if (st == STATUS_OK) {
        json_object_open(w);
        for (size_t i = 0; i < CUSTOMER_MEMBERS; i++)
            board_member_write(w, &customer_members[i], f, i, 0);
        st = write_orders_of(ask, frame_i64(f, CUSTOMER_MEMBERS, 0), w, why);
        json_object_close(w);
    }
    frame_free(f);
    return st;
}
