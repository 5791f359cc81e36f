/* Questions as people type them, against a small shop in memory. Fields are lines: KPIs,
 * dimensions, filter, grain, range (last, period or FROM..TO), compare, sort. What is accepted must
 * run: an error of the database engine means that the planner wrote SQL it does not understand. */
#include "query/query.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct fuzz_shop {
    struct store *store;
    struct conn *conn;
    struct kpi_catalog *catalog;
    struct shop_settings settings;
} shop;

#define LIST_MAX 4

static size_t split(str text, str *out)
{
    size_t n = 0;
    while (text.len > 0 && n < LIST_MAX)
        out[n++] = str_trim(str_take_until(&text, ','));
    return n;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct error why = { .lang = LANG_EN };
    struct buf ddl;
    (void)argc;
    (void)argv;
    const struct store_options opt = { .in_memory = true, .threads = 1, .memory_mib = 256 };
    const struct kpi_load_options load = { .without_builtin = false };
    BUG_IF(store_open("", &opt, &shop.store, &why) != STATUS_OK);
    BUG_IF(conn_open(shop.store, &shop.conn, &why) != STATUS_OK);
    BUG_IF(kpi_catalog_load(&load, NULL, &shop.catalog, &why) != STATUS_OK);
    buf_init(&ddl, (size_t)1 << 20);
    commerce_ddl(&ddl);
    buf_adds(&ddl, "INSERT INTO data_version VALUES (1, 0, 'fuzz');");
    for (size_t i = 0; i < commerce_table_count; i++) {
        const struct table *t = &commerce_tables[i];
        if (t->date_column != NULL && t->view == NULL)
            buf_addf(&ddl,
                     "INSERT INTO \"%s\" (\"%s\") VALUES ('2010-12-01'), ('2011-02-28');",
                     t->name,
                     t->date_column);
    }
    buf_addc(&ddl, '\0');
    BUG_IF(conn_exec(shop.conn, ddl.data, &why) != STATUS_OK);
    buf_release(&ddl);
    shop.settings =
        (struct shop_settings){ .currency = STR("GBP"), .timezone = STR("UTC"), .week_start = 1 };
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error why = { .lang = LANG_EN };
    struct answer *answer = NULL;
    str rest = { size > 0 ? (const char *)data : "", size };
    str kpis[LIST_MAX];
    str by[LIST_MAX];
    struct kpi_question q = {
        .kpis = kpis, .by = by, .top = 3, .now_us = INT64_C(1300000000) * US_PER_SECOND
    };
    const struct query_context context = { .conn = shop.conn,
                                           .catalog = shop.catalog,
                                           .settings = &shop.settings };
    q.kpi_count = split(str_take_until(&rest, '\n'), kpis);
    q.by_count = split(str_take_until(&rest, '\n'), by);
    q.where = str_take_until(&rest, '\n');
    q.grain = str_take_until(&rest, '\n');
    str range = str_take_until(&rest, '\n');
    q.compare = str_take_until(&rest, '\n');
    q.sort = str_take_until(&rest, '\n');
    if (str_contains(range, STR(".."))) {
        q.from = str_take_until(&range, '.');
        q.to = str_skip(range, 1);
    } else if (range.len > 0 && range.ptr[0] >= '0' && range.ptr[0] <= '9' && range.len < 5) {
        q.last = range;
    } else {
        q.period = range;
    }
    const enum status st = query_ask(&context, &q, &answer, &why);
    BUG_IF(st == STATUS_IO);
    if (st == STATUS_OK) {
        struct buf out;
        const struct answer_look look = { .evidence = false };
        buf_init(&out, (size_t)64 << 20);
        BUG_IF(answer_render(answer, ANSWER_JSON, &look, &out, &why) != STATUS_OK);
        BUG_IF(answer_render(answer, ANSWER_TABLE, &look, &out, &why) != STATUS_OK);
        buf_release(&out);
    }
    answer_free(answer);
    return 0;
}
