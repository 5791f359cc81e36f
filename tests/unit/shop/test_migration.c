/* A folder of an older schema: brought up to date, as it was kept beside, and killed at any moment
 * it is the one or the other. */
#include "commerce/commerce.h"
#include "shop/shop.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define OLD_SCHEMA 9
#define ORDERS     200
#define KILLS      6

struct rig {
    char root[64];
    char dir[96];
    char database[128];
    char kept[160];
    char older[128]; /* the database of the older program, closed */
    struct error why;
};

static void copy(const char *from, const char *to)
{
    struct error why = { .lang = LANG_EN };
    (void)unlink(to);
    if (file_copy(from, to, &why) != STATUS_OK)
        fail_msg("%s", why.text);
}

static struct shop *opened(struct rig *r)
{
    struct shop *s = NULL;
    if (shop_open(r->dir, NULL, &s, &r->why) != STATUS_OK)
        fail_msg("%s", r->why.text);
    return s;
}

static void run(struct rig *r, struct shop *s, const char *sql)
{
    if (conn_exec(shop_writer(s), sql, &r->why) != STATUS_OK)
        fail_msg("%s\nin %s", r->why.text, sql);
}

static int64_t number(struct rig *r, struct shop *s, const char *sql)
{
    int64_t n = -1;
    if (conn_query_i64(shop_writer(s), sql, &n, &r->why) != STATUS_OK)
        fail_msg("%s\nin %s", r->why.text, sql);
    return n;
}

/* Takes away what later schemas added. */
static void make_older(struct rig *r)
{
    struct shop *s = opened(r);
    char sql[400];
    (void)snprintf(sql,
                   sizeof sql,
                   "INSERT INTO orders BY NAME SELECT 'main' AS store, i AS order_key, 'N' || i AS "
                   "order_id, i * 10000 AS total_e4, 1 AS import_id FROM range(%d) t(i)",
                   ORDERS);
    run(r, s, sql);
    run(r,
        s,
        "INSERT INTO refund BY NAME SELECT 'main' AS store, 'R' || i AS refund_id, i AS order_key, "
        "  s AS status, 10000 AS amount_e4, 1 AS import_id, i AS row_no FROM (SELECT unnest(['退款"
        "成功', 'refunded', 'pending', 'odd']) AS s, unnest(range(4)) AS i);"
        "INSERT INTO payment BY NAME SELECT 'main' AS store, 'P' || i AS payment_id, s AS status, "
        "  10000 AS amount_e4, 1 AS import_id, i AS row_no FROM (SELECT unnest(['支付成功', "
        "  'TRADE_SUCCESS', 'failed', 'odd']) AS s, unnest(range(4)) AS i)");
    /* order 1 was not paid, then closed by import 2, 3 is but a return; 4 was a return and has been
     * sold by import 2 */
    run(r,
        s,
        "INSERT INTO order_line BY NAME SELECT unnest([1, 3, 4]) AS order_key, "
        "unnest(['cancelled', "
        "  'return', 'sale']) AS class, unnest([2, 1, 2]) AS import_id;"
        "INSERT INTO order_line_old BY NAME SELECT unnest([1, 4]) AS order_key, unnest(['unpaid', "
        "  'return']) AS class, 1 AS import_id, 2 AS superseded_by;"
        "INSERT INTO orders_old BY NAME SELECT unnest([1, 4]) AS order_key, 1 AS import_id, 2 AS "
        "  superseded_by");
    run(r,
        s,
        "DROP TABLE rollup_visit; DROP TABLE action; ALTER TABLE refund DROP COLUMN tax_e4; ALTER "
        "TABLE orders DROP COLUMN has_placed; ALTER TABLE orders_old DROP COLUMN has_placed");
    (void)snprintf(sql,
                   sizeof sql,
                   "DELETE FROM schema_version; INSERT INTO schema_version VALUES (%d, 0)",
                   OLD_SCHEMA);
    run(r, s, sql);
    shop_close(s);
    copy(r->database, r->older);
}

static int set_up(void **state)
{
    struct rig *r = mem_new(1, sizeof *r);
    const struct shop_settings settings = { .name = STR("Northwind"),
                                            .currency = STR("GBP"),
                                            .timezone = STR("Europe/London"),
                                            .week_start = 1 };
    assert_non_null(r);
    (void)snprintf(r->root, sizeof r->root, "/tmp/shopvane-shop-XXXXXX");
    assert_non_null(mkdtemp(r->root));
    (void)snprintf(r->dir, sizeof r->dir, "%s/shop", r->root);
    (void)snprintf(r->database, sizeof r->database, "%s/shop.duckdb", r->dir);
    (void)snprintf(r->older, sizeof r->older, "%s/older", r->root);
    (void)snprintf(r->kept, sizeof r->kept, "%s/kept/shop.schema-%d.duckdb", r->dir, OLD_SCHEMA);
    if (shop_init(r->dir, &settings, &r->why) != STATUS_OK)
        fail_msg("%s", r->why.text);
    make_older(r);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", r->root);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): our own folder */
    mem_free(r);
    return 0;
}

static void expect_current(struct rig *r, struct shop *s)
{
    assert_int_equal(number(r, s, "SELECT max(version) FROM schema_version"),
                     COMMERCE_SCHEMA_VERSION);
    assert_int_equal(number(r, s, "SELECT count(*) FROM orders"), ORDERS);
    assert_int_equal(number(r, s, "SELECT sum(total_e4)::BIGINT FROM orders"),
                     (int64_t)ORDERS * (ORDERS - 1) / 2 * 10000);
    assert_int_equal(number(r, s, "SELECT count(*) FROM action"), 0);
    assert_int_equal(number(r, s, "SELECT count(tax_e4) FROM refund"), 0);
    assert_int_equal(number(r, s, "SELECT count(*) FROM refund WHERE status = 'succeeded'"), 2);
    assert_int_equal(number(r, s, "SELECT count(*) FROM payment WHERE status = 'success'"), 2);
    assert_int_equal(number(r, s, "SELECT sum(order_key)::BIGINT FROM orders WHERE has_placed"), 5);
    assert_int_equal(number(r, s, "SELECT sum(order_key)::BIGINT FROM orders_old WHERE has_placed"),
                     1);
}

static void it_is_brought_up_to_date_and_kept_as_it_was(void **state)
{
    struct rig *r = *state;
    struct shop *s = opened(r);
    expect_current(r, s);
    assert_string_equal(shop_kept(s), r->kept);
    shop_close(s);
    s = opened(r); /* nothing to do any more */
    assert_null(shop_kept(s));
    shop_close(s);
    copy(r->kept, r->database); /* and back */
    s = opened(r);
    assert_non_null(shop_kept(s));
    expect_current(r, s);
    shop_close(s);
}

static void without_a_copy_nothing_is_changed(void **state)
{
    struct rig *r = *state;
    struct shop *s = NULL;
    char folder[128];
    (void)snprintf(folder, sizeof folder, "%s/kept", r->dir);
    FILE *f = fopen(folder, "w"); /* in the way */
    assert_non_null(f);
    (void)fclose(f);
    assert_int_not_equal(shop_open(r->dir, NULL, &s, &r->why), STATUS_OK);
    assert_non_null(strstr(r->why.text, "nothing was changed"));
    assert_int_equal(unlink(folder), 0);
    s = opened(r);
    assert_string_equal(shop_kept(s), r->kept);
    expect_current(r, s);
    shop_close(s);
}

/* Opens the shop in a process of its own, which is killed after a while. True: it was not yet done.
 */
static bool killed_after(struct rig *r, useconds_t us)
{
    int status = 0;
    const pid_t pid = fork();
    if (pid == 0) {
        struct shop *s = NULL;
        _exit(shop_open(r->dir, NULL, &s, &r->why) == STATUS_OK ? 0 : 1);
    }
    assert_true(pid > 0);
    if (us > 0)
        (void)usleep(us);
    (void)kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status);
}

static int64_t time_of_one(struct rig *r)
{
    const int64_t began = clock_now_us();
    shop_close(opened(r));
    return clock_now_us() - began;
}

static void killed_at_any_moment_it_goes_on(void **state)
{
    struct rig *r = *state;
    const int64_t whole = time_of_one(r);
    unsigned killed = 0;
    for (int i = 0; i < KILLS; i++) {
        char wal[160];
        (void)snprintf(wal, sizeof wal, "%s.wal", r->database);
        (void)unlink(wal);
        (void)unlink(r->kept);
        copy(r->older, r->database);
        killed += killed_after(r, (useconds_t)(whole * i / KILLS)) ? 1 : 0;
        struct shop *s = opened(r);
        expect_current(r, s);
        shop_close(s);
        copy(r->kept, r->database);
        s = opened(r);
        expect_current(r, s);
        shop_close(s);
    }
    assert_true(killed > 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(it_is_brought_up_to_date_and_kept_as_it_was),
        TEST(without_a_copy_nothing_is_changed),
        TEST(killed_at_any_moment_it_goes_on),
    };
    return cmocka_run_group_tests_name("shop: an older schema", tests, NULL, NULL);
}
