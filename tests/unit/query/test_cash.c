/* Cash received: stores with settlement files by these, the others by their payments. */
#include "rig.h"

static struct rig *two_stores(void)
{
    struct rig *r = rig_new(NULL);
    rig_exec(r,
             "INSERT INTO settlement (store, settlement_id, kind, local_date, currency, net_e4)"
             " VALUES ('tmall', 's1', 'order', '2026-11-02', 'GBP', 700000),"
             " ('tmall', 's2', 'transfer', '2026-11-03', 'GBP', -700000);"
             "INSERT INTO payment (store, payment_id, status, local_date, currency, amount_e4,"
             " fee_e4) VALUES ('tmall', 'p1', 'success', '2026-11-02', 'GBP', 1000000, 30000),"
             " ('web', 'p2', 'success', '2026-11-02', 'GBP', 500000, 20000),"
             " ('web', 'p3', 'failed', '2026-11-02', 'GBP', 900000, 0);"
             "INSERT INTO refund (store, refund_id, status, local_date, currency, amount_e4)"
             " VALUES ('web', 'r1', 'succeeded', '2026-11-04', 'GBP', 100000);"
             "INSERT INTO watermark VALUES ('tmall', 'settlement', 'test', '2026-11-22'),"
             " ('tmall', 'payment', 'test', '2026-11-22'), ('web', 'payment', 'test',"
             " '2026-11-22'), ('web', 'refund', 'test', '2026-11-22')");
    return r;
}

static struct answer *ask_cash(struct rig *r)
{
    return rig_ask(r,
                   (struct kpi_question){ KPIS(STR("cash_in")),
                                          .by = (const str[]){ STR("store") },
                                          .by_count = 1,
                                          .sort = STR("store"),
                                          .from = STR("2026-11-01"),
                                          .to = STR("2026-11-20") });
}

static void each_store_counts_once_by_what_tells_it(void **state)
{
    (void)state;
    struct rig *r = two_stores();

    struct answer *a = ask_cash(r);

    assert_int_equal(a->row_count, 2);
    assert_str(a->kpis[0].rows[0].value.text, "70.0000");
    assert_str(a->kpis[0].rows[1].value.text, "38.0000");
    assert_str(a->kpis[0].total.value.text, "108.0000");
    answer_free(a);
    rig_free(r);
}

static void without_settlement_files_payments_tell_all_stores(void **state)
{
    (void)state;
    struct rig *r = two_stores();
    rig_exec(r, "DELETE FROM settlement; DELETE FROM watermark WHERE table_name = 'settlement'");

    struct answer *a = ask_cash(r);

    assert_str(a->kpis[0].rows[0].value.text, "97.0000");
    assert_str(a->kpis[0].rows[1].value.text, "38.0000");
    assert_str(a->kpis[0].total.value.text, "135.0000");
    answer_free(a);
    rig_free(r);
}

static void settlement_files_alone_are_enough(void **state)
{
    (void)state;
    struct rig *r = two_stores();
    rig_exec(r,
             "DELETE FROM payment; DELETE FROM refund;"
             "DELETE FROM watermark WHERE table_name <> 'settlement'");

    struct answer *a = ask_cash(r);

    assert_int_equal(a->row_count, 1);
    assert_str(a->kpis[0].rows[0].value.text, "70.0000");
    assert_str(a->kpis[0].total.value.text, "70.0000");
    answer_free(a);
    rig_free(r);
}

static void a_shop_without_any_of_them_is_told_what_it_needs(void **state)
{
    (void)state;
    struct rig *r = two_stores();
    rig_exec(
        r,
        "DELETE FROM payment; DELETE FROM refund; DELETE FROM settlement; DELETE FROM watermark");

    struct answer *a = ask_cash(r);

    assert_true(str_contains(a->kpis[0].needs, STR("settlement")));
    assert_true(str_contains(a->kpis[0].needs, STR("payment")));
    answer_free(a);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_store_counts_once_by_what_tells_it),
        cmocka_unit_test(without_settlement_files_payments_tell_all_stores),
        cmocka_unit_test(settlement_files_alone_are_enough),
        cmocka_unit_test(a_shop_without_any_of_them_is_told_what_it_needs),
    };
    return cmocka_run_group_tests_name("cash", tests, NULL, NULL);
}
