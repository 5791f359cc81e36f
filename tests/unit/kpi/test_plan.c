/* The SQL of questions, pinned in tests/golden/plan.sql (tools/update_golden.sh rewrites it).
 * Built-in definitions, so that a change of the catalogue shows here too. */
#include "kpi/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GOLDEN "tests/golden/plan.sql"

/* One pinned question. */
struct pinned {
    const char *title;
    enum sql_dialect dialect;
    const char *kpis[4];
    const char *by[2];
    const char *where;
    enum kpi_grain grain;
    enum kpi_basis basis;
    const char *from;
    const char *to;
    int32_t last_minute;
    bool rollups;
    const char *dirty;
    bool is_total;
    const char *excluded;
    bool by_currency;
    bool is_retail;
    bool counts_values;
    bool counts_joined;
    bool with_total; /* in the same statement */
    bool with_rank;
    const char *store;
    const char *platform; /* a store that answers from platform_stat */
    enum plan_platform_level level;
    const char *without; /* a store whose own rows do not count for the first measure */
};

static const struct pinned questions[] = {
    { .title = "month, raw facts", .kpis = { "net_sales", "orders", "aov" }, .grain = GRAIN_MONTH },
    { .title = "the same for clickhouse",
      .dialect = SQL_CLICKHOUSE,
      .kpis = { "net_sales", "orders", "aov" },
      .grain = GRAIN_MONTH },
    { .title = "order basis", .kpis = { "net_sales" }, .grain = GRAIN_DAY, .basis = BASIS_ORDER },
    { .title = "a dimension of the order",
      .kpis = { "net_sales" },
      .by = { "country" },
      .grain = GRAIN_TOTAL },
    { .title = "a dimension of the order, rows counted",
      .kpis = { "net_sales" },
      .by = { "country", "sku" },
      .grain = GRAIN_TOTAL,
      .counts_joined = true },
    { .title = "the same where the order decides which lines count",
      .kpis = { "net_sales" },
      .by = { "country", "sku" },
      .where = "channel = 'web'",
      .grain = GRAIN_TOTAL,
      .counts_joined = true },
    { .title = "a dimension of the order, on the day of the order",
      .kpis = { "net_sales" },
      .by = { "country" },
      .grain = GRAIN_TOTAL,
      .basis = BASIS_ORDER },
    { .title = "a dimension of the order, of a running day",
      .kpis = { "orders" },
      .by = { "country" },
      .grain = GRAIN_TOTAL,
      .last_minute = 725 },
    { .title = "a dimension of the order, by a list of periods: of all orders",
      .kpis = { "net_sales" },
      .by = { "country" },
      .grain = GRAIN_MONTH,
      .is_retail = true },
    { .title = "a dimension of the order, for clickhouse",
      .dialect = SQL_CLICKHOUSE,
      .kpis = { "orders" },
      .by = { "country" },
      .grain = GRAIN_TOTAL },
    { .title = "a dimension of the product, its latest state",
      .kpis = { "net_sales", "units" },
      .by = { "category" },
      .grain = GRAIN_TOTAL },
    { .title = "a filter with a negation",
      .kpis = { "orders" },
      .where = "country != 'France' and not channel in ('web', 'app')",
      .grain = GRAIN_WEEK },
    { .title = "two facts meet by a shared dimension",
      .kpis = { "session_cr" },
      .by = { "country" },
      .grain = GRAIN_TOTAL },
    { .title = "share: the denominator has no dimension",
      .kpis = { "channel_share" },
      .by = { "channel" },
      .grain = GRAIN_MONTH },
    { .title = "hours", .kpis = { "orders" }, .grain = GRAIN_HOUR },
    { .title = "a running day stops at the minute",
      .kpis = { "orders" },
      .grain = GRAIN_DAY,
      .last_minute = 725 },
    { .title = "stock: the last day of the period",
      .kpis = { "stock_units" },
      .grain = GRAIN_MONTH },
    { .title = "retail months by a list of periods",
      .kpis = { "net_sales" },
      .grain = GRAIN_MONTH,
      .is_retail = true },
    { .title = "amounts by currency and day of the rate",
      .kpis = { "net_sales", "orders" },
      .grain = GRAIN_MONTH,
      .by_currency = true },
    { .title = "others leave out the rows shown",
      .kpis = { "orders" },
      .by = { "country" },
      .excluded = "France",
      .grain = GRAIN_MONTH },
    { .title = "one store", .kpis = { "orders" }, .grain = GRAIN_TOTAL, .store = "north" },
    { .title = "percentile", .kpis = { "lcp_p75" }, .grain = GRAIN_DAY },
    { .title = "percentile of many rows: values are counted",
      .kpis = { "lcp_p75" },
      .grain = GRAIN_DAY,
      .counts_values = true },
    { .title = "median of many rows, rows and total at once",
      .kpis = { "repeat_interval", "orders" },
      .by = { "country" },
      .grain = GRAIN_MONTH,
      .with_total = true,
      .counts_values = true },
    { .title = "rollup: rows, combinations over the whole range, and total at once",
      .kpis = { "orders", "aov" },
      .by = { "country" },
      .grain = GRAIN_MONTH,
      .rollups = true,
      .with_total = true,
      .with_rank = true },
    { .title = "rollup: whole months by month, the rest by day",
      .kpis = { "net_sales", "orders" },
      .grain = GRAIN_TOTAL,
      .rollups = true,
      .from = "2010-11-20",
      .to = "2011-02-10" },
    { .title = "rollup by day and country",
      .kpis = { "net_sales", "orders" },
      .by = { "country" },
      .grain = GRAIN_DAY,
      .rollups = true },
    { .title = "rollup: dirty days from raw facts",
      .kpis = { "net_sales", "orders" },
      .grain = GRAIN_DAY,
      .rollups = true,
      .dirty = "2010-12-24" },
    { .title = "rollup of orders, test orders left out",
      .kpis = { "pay_rate", "cancel_rate" },
      .grain = GRAIN_MONTH,
      .rollups = true },
    { .title = "no rollup has sku by day: raw",
      .kpis = { "units" },
      .by = { "sku" },
      .grain = GRAIN_DAY,
      .rollups = true },
    { .title = "a store answers from elsewhere for one measure of two",
      .kpis = { "atv_customer" },
      .grain = GRAIN_TOTAL,
      .without = "tmall" },
    { .title = "what platforms report, by month",
      .kpis = { "visitors", "paid_gmv" },
      .grain = GRAIN_MONTH,
      .platform = "tmall" },
    { .title = "what platforms report, of articles by category",
      .kpis = { "pageviews" },
      .by = { "category" },
      .where = "store != 'jd'",
      .grain = GRAIN_TOTAL,
      .platform = "tmall",
      .level = PLAN_PLATFORM_ASKED },
    { .title = "what platforms report, by channel and currency",
      .kpis = { "paid_gmv" },
      .by = { "channel" },
      .grain = GRAIN_WEEK,
      .by_currency = true,
      .platform = "tmall",
      .level = PLAN_PLATFORM_ASKED },
    { .title = "what platforms report, in retail months",
      .kpis = { "pageviews" },
      .grain = GRAIN_MONTH,
      .is_retail = true,
      .platform = "tmall",
      .level = PLAN_PLATFORM_ARTICLE },
    { .title = "keys whose rows together count, and a look back to before the period",
      .kpis = { "repeat_buyer_rate", "reorder_rate" },
      .by = { "country" },
      .where = "channel != 'live'",
      .grain = GRAIN_MONTH },
    { .title = "the ten greatest sums of each store",
      .kpis = { "top10_share" },
      .by = { "store" },
      .grain = GRAIN_TOTAL },
    { .title = "the same for clickhouse",
      .dialect = SQL_CLICKHOUSE,
      .kpis = { "top10_share" },
      .grain = GRAIN_MONTH },
    { .title = "styles by their articles on the last counted day",
      .kpis = { "size_full_rate" },
      .grain = GRAIN_MONTH },
    { .title = "total",
      .kpis = { "orders" },
      .by = { "country" },
      .grain = GRAIN_MONTH,
      .is_total = true },
};

static struct plan_cells *all_cells(struct arena *a, const char *dirty)
{
    struct plan_cells *c = ARENA_NEW(a, struct plan_cells, 1);
    int32_t *day = ARENA_NEW(a, int32_t, 1);
    assert_non_null(c);
    assert_non_null(day);
    c->sets = ARENA_NEW(a, struct plan_cell_set, 64);
    assert_non_null(c->sets);
    for (size_t r = 0; r < commerce_rollup_count; r++) {
        for (size_t s = 0; s < commerce_rollups[r].set_count; s++)
            c->sets[c->n_sets++] = (struct plan_cell_set){ &commerce_rollups[r],
                                                           commerce_rollups[r].sets[s].id,
                                                           DAY_NONE };
    }
    if (dirty != NULL) {
        assert_true(day_parse(str_from(dirty), day));
        c->dirty = day;
        c->n_dirty = 1;
    }
    return c;
}

static void must(enum status st, const struct error *why)
{
    if (st != STATUS_OK) {
        print_error("%s\n", why->text);
        fail();
    }
}

static const struct dimension *dimension(const char *name)
{
    const struct dimension *d = commerce_dimension(str_from(name));
    assert_non_null(d);
    return d;
}

/* Fills the plain parts of a plan question. */
static struct plan_question question_of(const struct pinned *p,
                                        struct arena *a,
                                        const struct kpi **kpis,
                                        const struct dimension **by,
                                        struct plan_bucket *buckets)
{
    struct error why = { .lang = LANG_EN };
    struct plan_question q = { .dialect = p->dialect,
                               .kpis = kpis,
                               .by = by,
                               .buckets = buckets,
                               .n_buckets = 2,
                               .week_start = 1,
                               .currency = STR("GBP"),
                               .last_minute = p->last_minute > 0 ? p->last_minute : -1,
                               .basis = p->basis != BASIS_ASKED ? p->basis : BASIS_EVENT,
                               .grain = p->grain,
                               .is_retail = p->is_retail,
                               .counts_values = p->counts_values,
                               .counts_joined = p->counts_joined,
                               .by_currency = p->by_currency };
    assert_true(day_parse(str_from(p->from ? p->from : "2010-12-01"), &q.from));
    assert_true(day_parse(str_from(p->to ? p->to : "2011-01-31"), &q.to));
    q.today = q.to + 30;
    buckets[0] = (struct plan_bucket){ q.from, q.from, q.from + 27 };
    buckets[1] = (struct plan_bucket){ q.from + 28, q.from + 28, q.to };
    if (p->where != NULL)
        must(kpi_where_parse(str_from(p->where), a, &q.where, &why), &why);
    if (p->rollups)
        q.cells = all_cells(a, p->dirty);
    return q;
}

/* All slots that a platform reports too, from platform_stat alone. */
static void add_platform(const struct pinned *p,
                         const struct plan_question *q,
                         struct plan_slots *slots,
                         const struct plan_variant *v,
                         struct arena *a,
                         struct buf *out)
{
    struct error why = { .lang = LANG_EN };
    struct plan_platform statement;
    const str store = str_from(p->platform);
    size_t *reported = ARENA_NEW(a, size_t, slots->n);
    size_t n = 0;
    assert_non_null(reported);
    for (size_t i = 0; i < slots->n; i++) {
        if (slots->items[i].measure->platform != NULL)
            reported[n++] = i;
    }
    const struct plan_platform_wish wish = { .level = p->level,
                                             .slots = reported,
                                             .n_slots = n,
                                             .stores = &store,
                                             .n_stores = 1,
                                             .any_revised = true };
    must(plan_platform_build(q, slots, v, &wish, a, &statement, &why), &why);
    buf_adds(out, "-- platform_stat, raw\n");
    sql_describe(&statement.sql, out);
    sql_release(&statement.sql);
}

static void add_plan(const struct kpi_catalog *catalog, const struct pinned *p, struct buf *out)
{
    struct error why = { .lang = LANG_EN };
    struct arena *a = arena_new(0);
    const struct kpi *kpis[4];
    const struct dimension *by[2];
    struct plan_bucket buckets[2];
    struct plan_slots slots;
    struct plan *plan = NULL;
    str store = str_from(p->store);
    str excluded = str_from(p->excluded);
    assert_non_null(a);
    struct plan_question q = question_of(p, a, kpis, by, buckets);
    for (; q.n_kpis < 4 && p->kpis[q.n_kpis] != NULL; q.n_kpis++)
        must(kpi_lookup(catalog, str_from(p->kpis[q.n_kpis]), &kpis[q.n_kpis], &why), &why);
    for (; q.n_by < 2 && p->by[q.n_by] != NULL; q.n_by++)
        by[q.n_by] = dimension(p->by[q.n_by]);
    if (p->store != NULL) {
        q.stores = &store;
        q.n_stores = 1;
    }
    const struct plan_variant v = { .by_time = !p->is_total,
                                    .by_dims = !p->is_total && p->excluded == NULL,
                                    .excluded = &excluded,
                                    .n_excluded = p->excluded != NULL,
                                    .with_total = p->with_total,
                                    .with_rank = p->with_rank };
    must(plan_slots_collect(&q, a, &slots, &why), &why);
    const str without = str_from(p->without);
    if (p->without != NULL) {
        slots.items[0].not_stores = &without;
        slots.items[0].n_not_stores = 1;
    }
    for (size_t i = 0; p->platform != NULL && i < slots.n; i++)
        slots.items[i].is_foreign = slots.items[i].measure->platform != NULL;
    must(plan_build(&q, &slots, &v, a, &plan, &why), &why);
    buf_addf(out, "-- %s\n", p->title);
    if (p->platform != NULL)
        add_platform(p, &q, &slots, &v, a, out);
    for (size_t i = 0; i < plan->n; i++) {
        buf_addf(out,
                 "-- %s, %s\n",
                 plan->queries[i].fact->name,
                 plan_served_name(plan->queries[i].served));
        sql_describe(&plan->queries[i].sql, out);
    }
    buf_adds(out, "\n");
    plan_release(plan);
    arena_free(a);
}

static void the_sql_of_questions_is_what_was_pinned(void **state)
{
    (void)state;
    struct error why = { .lang = LANG_EN };
    struct kpi_catalog *catalog = NULL;
    const struct kpi_load_options opt = { .dialect = STR_EMPTY };
    struct arena *a = arena_new(0);
    struct buf got;
    str wanted = STR_EMPTY;
    buf_init(&got, (size_t)1 << 20);
    must(kpi_catalog_load(&opt, NULL, &catalog, &why), &why);

    for (size_t i = 0; i < ARRAY_LEN(questions); i++)
        add_plan(catalog, &questions[i], &got);

    assert_true(buf_ok(&got));
    if (getenv("SHOPVANE_UPDATE_GOLDEN") != NULL)
        must(file_write_atomic(GOLDEN, buf_str(&got), &why), &why);
    must(file_read(GOLDEN, (size_t)1 << 20, a, &wanted, &why), &why);
    str have = buf_str(&got);
    while (have.len > 0 || wanted.len > 0) {
        const str x = str_take_until(&have, '\n');
        const str y = str_take_until(&wanted, '\n');
        if (!str_eq(x, y))
            print_error("now    %.*s\npinned %.*s\n", STR_ARG(x), STR_ARG(y));
        assert_true(str_eq(x, y));
    }
    buf_release(&got);
    kpi_catalog_free(catalog);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sql_of_questions_is_what_was_pinned),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
