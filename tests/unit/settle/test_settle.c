/* Settlement against orders: each reason by its case, and that reasons always add up. */
#include "commerce/commerce.h"
#include "settle/settle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct rig {
    struct store *store;
    struct conn *c;
    struct arena *a;
};

static void run_sql(struct rig *r, const char *sql)
{
    struct error why = { .lang = LANG_EN };
    if (conn_exec(r->c, sql, &why) != STATUS_OK)
        fail_msg("%s\nin %s", why.text, sql);
}

static int set_up(void **state)
{
    static struct rig r;
    struct error why = { .lang = LANG_EN };
    const struct store_options options = { .in_memory = true, .threads = 1, .memory_mib = 256 };
    struct buf ddl;
    if (store_open(NULL, &options, &r.store, &why) != STATUS_OK ||
        conn_open(r.store, &r.c, &why) != STATUS_OK)
        return -1;
    r.a = arena_new(0);
    buf_init(&ddl, (size_t)1 << 20);
    commerce_ddl(&ddl);
    buf_addc(&ddl, '\0');
    run_sql(&r, ddl.data);
    buf_release(&ddl);
    *state = &r;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    conn_close(r->c);
    store_close(r->store);
    arena_free(r->a);
    return 0;
}

static struct settle_report settled(struct rig *r)
{
    struct error why = { .lang = LANG_EN };
    struct settle_report report = { 0 };
    const struct settle_question q = { .from = civil_to_day((struct civil){ 2026, 1, 1 }),
                                       .to = civil_to_day((struct civil){ 2026, 12, 31 }) };
    if (settle_check(r->c, &q, r->a, &report, &why) != STATUS_OK)
        fail_msg("%s", why.text);
    return report;
}

/* Reasons add up to the whole difference, whatever the bookings are. */
static void expect_sum(const struct settle_report *report)
{
    for (size_t i = 0; i < report->total_count; i++) {
        const struct settle_total *t = &report->totals[i];
        i128 sum = t->expected_e4;
        for (size_t k = 0; k < SETTLE_REASON_COUNT; k++)
            sum += t->gap_e4[k];
        assert_true(sum == t->booked_e4);
    }
}

static void without_files_it_says_so(void **state)
{
    struct rig *r = *state;
    struct error why = { .lang = LANG_EN };
    struct settle_report report = { 0 };
    const struct settle_question q = { .from = 0, .to = 30000 };

    assert_int_equal(settle_check(r->c, &q, r->a, &report, &why), STATUS_NOT_FOUND);
    assert_non_null(strstr(why.text, "no settlement file"));
}

#define ORDER(key, more)                                                                           \
    "INSERT INTO orders BY NAME SELECT 'main' AS store, " #key " AS order_key, 'o" #key            \
    "' AS order_id, DATE '2026-03-01' AS local_date, 'CNY' AS currency, 1000000 AS paid_e4, 1 AS " \
    "paid_at" more ";"
#define BOOKED(id, key, more)                                                                   \
    "INSERT INTO settlement BY NAME SELECT 'main' AS store, '" #id "' AS settlement_id, " #key  \
    " AS order_key, 'order' AS kind, DATE '2026-03-10' AS local_date, 'CNY' AS currency, " more \
    ";"

static const struct {
    enum settle_reason reason;
    const char *order;
    int64_t gap;
} wanted[] = {
    { SETTLE_not_settled, "o2", -1000000 },
    { SETTLE_in_part, "o3", -400000 },
    { SETTLE_twice, "o4", 1000000 },
    { SETTLE_cancelled, "o5", 1000000 },
    { SETTLE_amount, "o6", 100 },
    { SETTLE_refund_not_booked, "o7", 300000 },
    { SETTLE_refund_unknown, "o8", -200000 },
    { SETTLE_fee_estimate, "o9", -5000 },
    { SETTLE_fee_without_rule, "o10", -7000 },
    { SETTLE_unexplained, "o11", -1 },
};

static void each_difference_has_its_reason(void **state)
{
    struct rig *r = *state;
    run_sql(r,
            ORDER(1, "") ORDER(2, "") ORDER(3, "") ORDER(4, "") ORDER(5, ", 5 AS cancelled_at")
                ORDER(6, "") ORDER(7, "") ORDER(8, "") ORDER(9, "") ORDER(10, "") ORDER(11, ""));
    run_sql(r,
            BOOKED(a, 1, "1000000 AS gross_e4, 1000000 AS net_e4")
                BOOKED(c, 3, "600000 AS gross_e4, 600000 AS net_e4")
                    BOOKED(d, 4, "1000000 AS gross_e4, 1000000 AS net_e4")
                        BOOKED(e, 4, "1000000 AS gross_e4, 1000000 AS net_e4")
                            BOOKED(f, 5, "1000000 AS gross_e4, 1000000 AS net_e4")
                                BOOKED(g, 6, "1000100 AS gross_e4, 1000100 AS net_e4"));
    run_sql(r,
            BOOKED(h, 7, "1000000 AS gross_e4, 1000000 AS net_e4")
                BOOKED(i, 8, "1000000 AS gross_e4, 200000 AS refund_e4, 800000 AS net_e4") BOOKED(
                    j, 9, "1000000 AS gross_e4, 55000 AS fee_platform_e4, 945000 AS net_e4")
                    BOOKED(k, 10, "1000000 AS gross_e4, 7000 AS fee_service_e4, 993000 AS net_e4")
                        BOOKED(l, 11, "1000000 AS gross_e4, 999999 AS net_e4")
                            BOOKED(m, NULL, "90000 AS gross_e4, 90000 AS net_e4"));
    run_sql(
        r,
        "INSERT INTO order_line BY NAME SELECT 'main' AS store, 7 AS order_key, 'return' AS"
        " class, -300000 AS net_e4, 0 AS tax_e4, 'CNY' AS currency;"
        "INSERT INTO cost_line BY NAME SELECT 'main' AS store, 9 AS order_key, 'CNY' AS"
        " currency, 50000 AS replaced_fee_e4;"
        "INSERT INTO settlement BY NAME SELECT 'main' AS store, 't' AS settlement_id, 'transfer'"
        " AS kind, DATE '2026-03-11' AS local_date, 'CNY' AS currency, -5000000 AS net_e4");

    const struct settle_report report = settled(r);

    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        bool found = false;
        for (size_t k = 0; k < report.count; k++)
            found = found || (report.items[k].reason == wanted[i].reason &&
                              str_is(report.items[k].order_id, wanted[i].order) &&
                              report.items[k].gap_e4 == wanted[i].gap);
        if (!found)
            fail_msg("%s %s", settle_reason_name(wanted[i].reason), wanted[i].order);
    }
    assert_int_equal(report.count, ARRAY_LEN(wanted) + 2);
    assert_int_equal(report.totals[0].count[SETTLE_unknown_order], 1);
    assert_int_equal(report.totals[0].count[SETTLE_transfer], 1);
    assert_int_equal(report.totals[0].matched, 1);
    assert_int_equal(report.unexplained, 1);
    expect_sum(&report);
}

static void reasons_add_up_for_any_bookings(void **state)
{
    struct rig *r = *state;
    run_sql(
        r,
        "DELETE FROM settlement; DELETE FROM orders; DELETE FROM order_line;"
        "DELETE FROM cost_line;"
        "INSERT INTO orders BY NAME SELECT 'main' AS store, k::UINTEGER AS order_key, 'x' || k"
        " AS order_id, DATE '2026-02-01' + (hash(k) % 60)::INT AS local_date, ['CNY', 'USD']"
        "[(k % 2 + 1)::INT] AS currency, (hash(k * 3) % 9999999)::BIGINT AS paid_e4, CASE WHEN k"
        " % 11 <> 0 THEN 1 END AS paid_at, CASE WHEN k % 13 = 0 THEN 1 END AS cancelled_at"
        " FROM range(1, 500) t(k);"
        "INSERT INTO settlement BY NAME SELECT 'main' AS store, 's' || i AS settlement_id,"
        " CASE WHEN i % 17 <> 0 THEN hash(i) % 600 END::UINTEGER AS order_key, ['order',"
        " 'refund', 'subsidy', 'platform', 'transfer'][(hash(i * 7) % 5 + 1)::INT] AS kind,"
        " DATE '2026-02-20' + (hash(i * 5) % 60)::INT AS local_date, ['CNY', 'USD']"
        "[(hash(i) % 2 + 1)::INT] AS currency, CASE WHEN i % 3 <> 0 THEN (hash(i * 11) %"
        " 5000000)::BIGINT END AS gross_e4, CASE WHEN i % 4 = 0 THEN (hash(i * 13) %"
        " 100000)::BIGINT END AS refund_e4, (hash(i * 19) % 9000)::BIGINT AS fee_platform_e4,"
        " (hash(i * 23) % 5000000)::BIGINT - 100000 AS net_e4 FROM range(2000) t(i);"
        "INSERT INTO order_line BY NAME SELECT 'main' AS store, k::UINTEGER AS order_key,"
        " 'return' AS class, -(hash(k * 29) % 30000)::BIGINT AS net_e4, 5::BIGINT AS tax_e4,"
        " ['CNY', 'USD'][(k % 2 + 1)::INT] AS currency FROM range(1, 500, 3) t(k)");

    const struct settle_report report = settled(r);

    assert_int_equal(report.total_count, 2);
    assert_true(report.count > 500);
    expect_sum(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_files_it_says_so),
        cmocka_unit_test(each_difference_has_its_reason),
        cmocka_unit_test(reasons_add_up_for_any_bookings),
    };
    return cmocka_run_group_tests_name("settle", tests, set_up, tear_down);
}
