/* Lines and the orders that their dimensions live in, and the rows that such questions sort. */
#include "random_rig.h"

/* Orders of lines are looked for between the first and the last that the range's lines name. */
static void lines_of_old_and_of_no_orders_find_what_they_belong_to(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    rig_order(r, 3, "2010-01-05", "Spain");
    rig_order(r, 8, "2011-03-01", "France");
    rig_order(r, 20, "2011-03-02", "Italy");
    rig_line(r, "sale", 3, 1, "2010-01-05", "2010-01-05", 1000);
    rig_line(r, "return", 3, 1, "2011-03-01", "2010-01-05", -300);
    rig_line(r, "sale", 8, 2, "2011-03-01", "2011-03-01", 500);
    rig_line(r, "sale", 20, 2, "2011-03-02", "2011-03-02", 700);
    rig_line(r, "sale", 99, 2, "2011-03-02", "2011-03-02", 11);
    rig_exec(r,
             "INSERT INTO order_line (store, class, local_date, order_date, currency, net_e4)"
             " VALUES ('main', 'sale', '2011-03-01', '2011-03-01', 'GBP', 70000)");
    struct kpi_question q = {
        KPIS(STR("net_sales")), BY(STR("country")), .period = STR("2011-03"), .sort = STR("country")
    };

    struct answer *event = rig_ask(r, q);
    q.basis = STR("order");
    q.period = STR("2010-01");
    struct answer *order = rig_ask(r, q);
    q.period = STR("2012-01");
    struct answer *nothing = rig_ask(r, q);

    assert_int_equal(event->row_count, 4);
    assert_str(event->kpis[0].rows[0].value.text,
               "7.1100"); /* of no order, and of an unknown one */
    assert_str(event->kpis[0].rows[1].value.text, "5.0000");
    assert_str(event->kpis[0].rows[2].value.text, "7.0000");
    assert_str(event->kpis[0].rows[3].by[0], "Spain");
    assert_str(event->kpis[0].rows[3].value.text, "-3.0000");
    assert_int_equal(order->row_count, 1);
    assert_str(order->kpis[0].rows[0].value.text, "7.0000");
    assert_int_equal(nothing->row_count, 0);
    answer_free(event);
    answer_free(order);
    answer_free(nothing);
    rig_free(r);
}

/* A look back and several ranges at once read lines of other days than the question's own: their
 * orders are found too. */
static void lines_of_days_outside_the_range_find_their_orders(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    rig_order(r, 3, "2011-03-01", "Spain");
    rig_order(r, 8, "2011-03-03", "France");
    rig_line(r, "sale", 3, 1, "2011-03-01", "2011-03-01", 1000);
    rig_line(r, "sale", 8, 2, "2011-03-03", "2011-03-03", 500);
    struct kpi_question q = { KPIS(STR("active")), BY(STR("country")), .sort = STR("country") };
    const struct question_range ranges[] = {
        { .from = STR("2011-03-03"), .to = STR("2011-03-03") },
        { .from = STR("2011-03-01"), .to = STR("2011-03-01") },
    };
    struct answer *both[2];

    q.from = q.to = ranges[0].from;
    struct answer *back = rig_ask(r, q);
    q.kpis = (const str[]){ STR("net_sales") };
    rig_ask_ranges(r, &q, ranges, 2, both);

    assert_int_equal(back->row_count, 2);
    assert_str(back->kpis[0].rows[1].by[0], "Spain");
    assert_str(back->kpis[0].rows[1].value.text, "1");
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(both[i]->row_count, 1);
        assert_str(both[i]->kpis[0].rows[0].by[0], i == 0 ? "France" : "Spain");
        assert_str(both[i]->kpis[0].rows[0].value.text, i == 0 ? "5.0000" : "10.0000");
        answer_free(both[i]);
    }
    answer_free(back);
    rig_free(r);
}

static bool is_left(const struct answer *a)
{
    return str_find(a->sql[0].text, STR("LEFT JOIN")) < a->sql[0].text.len;
}

/* By country, and all without orders: both have each line once. */
static void assert_whole(struct rig *r, struct kpi_question q, bool left)
{
    static const char *const grains[] = { "total", "month", "day" };
    for (size_t g = 0; g < ARRAY_LEN(grains); g++) {
        q.grain = str_from(grains[g]);
        q.by_count = 1;
        struct answer *a = rig_ask(r, q);
        q.by_count = 0;
        struct answer *whole = rig_ask(r, q);
        double sum = 0;
        for (size_t i = 0; i < a->row_count; i++)
            sum += a->kpis[1].rows[i].value.kind == VALUE_NONE ? 0 : a->kpis[1].rows[i].value.real;

        assert_int_equal(is_left(a), left);
        assert_true(str_eq(a->kpis[0].total.value.text, whole->kpis[0].total.value.text));
        assert_true(str_eq(a->kpis[1].total.value.text, whole->kpis[1].total.value.text));
        assert_true(sum == whole->kpis[1].total.value.real);
        answer_free(a);
        answer_free(whole);
    }
}

/* Lines are joined as if each had its order, counted, and asked for again when some have none. */
static void lines_whose_orders_are_gone_count(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    random_shop(r);
    struct kpi_question q = { KPIS(STR("net_sales"), STR("lines")),
                              BY(STR("country")),
                              .from = STR("2010-12-01"),
                              .to = STR("2011-01-31"),
                              .raw_only = true };
    assert_whole(r, q, false);
    q.where = STR("sku != 's3'");
    assert_whole(r, q, false);
    q.where = STR("channel = 'web'"); /* of the order: it decides which lines count */
    assert_whole(r, q, true);

    rig_exec(r, "UPDATE order_line SET currency = 'USD' WHERE order_key % 7 = 0");
    rig_exec(r,
             "INSERT INTO fx_rate (base, quote, local_date, rate_e9) SELECT 'USD', 'GBP',"
             " DATE '2010-11-01' + i::INTEGER, 654321987 + i FROM range(150) AS t(i)");
    q.where = STR_EMPTY;
    assert_whole(r, q, true); /* by currency */
    rig_exec(r, "DELETE FROM orders WHERE order_key % 50 = 3");
    assert_whole(r, q, true);
    rig_exec(r, "UPDATE order_line SET currency = 'GBP'");
    assert_whole(r, q, true);
    rig_exec(r, "DELETE FROM orders");
    assert_whole(r, q, true);
    rig_exec(r, "DELETE FROM order_line");
    q.by_count = 1;
    struct answer *none = rig_ask(r, q);
    assert_int_equal(none->row_count, 0);
    answer_free(none);
    rig_free(r);
}

/* Cells beside facts of dirty days and of a day that counts up to a minute: nobody counts lines
 * there, so each is looked up by itself. */
static void lines_of_no_order_count_beside_cells(void **state)
{
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    random_shop(r);
    derive(r);
    rig_exec(r,
             "INSERT INTO order_line (store, order_key, class, customer_key, sku, local_date,"
             " local_minute, order_date, currency, quantity, gross_e4, net_e4) SELECT 'main',"
             " 900000, 'sale', 1, 's1', d, 60, d, 'GBP', 1, 123400, 123400 FROM (VALUES"
             " (DATE '2010-12-20'), (DATE '2011-01-10'), (DATE '2011-01-20')) AS t(d);"
             "INSERT INTO dirty VALUES ('main', '2010-12-20'), ('main', '2011-01-10'),"
             " ('main', '2011-01-20')");
    struct kpi_question q = { KPIS(STR("net_sales"), STR("orders"), STR("lines")),
                              BY(STR("country")),
                              .from = STR("2011-01-11"),
                              .to = STR("2011-01-20"),
                              .compare = STR("prev"),
                              .now_us = rig_now("2011-01-20") };
    for (int i = 0; i < 4; i++) {
        q.grain = i % 2 == 0 ? STR("total") : STR("day");
        q.from = i < 2 ? STR("2011-01-11") : STR("2010-12-15");
        q.raw_only = false;
        struct answer *cells = rig_ask(r, q);
        q.raw_only = true;
        struct answer *facts = rig_ask(r, q);
        assert_same_rows(cells, facts);
        assert_true(i % 2 == 1 || facts->kpis[0].rows[0].compare != NULL);
        answer_free(cells);
        answer_free(facts);
    }
    rig_free(r);
}

/* The figure that sorted the rows is their value too: of that KPI only, beside others and compares.
 */
static void rows_sorted_by_a_later_kpi_have_their_own_figures(void **state)
{
    static const char *const sorts[] = { "-buyers", "buyers", "-net_sales", "country", "time" };
    (void)state;
    struct rig *r = rig_new(rig_definitions);
    rig_order(r, 1, "2010-12-01", "France");
    rig_order(r, 2, "2010-12-02", "Spain");
    rig_order(r, 3, "2010-12-03", "Spain");
    rig_order(r, 4, "2010-12-20", NULL);
    rig_line(r, "sale", 1, 1, "2010-12-01", "2010-12-01", 9000);
    rig_line(r, "sale", 2, 2, "2010-12-02", "2010-12-02", 500);
    rig_line(r, "sale", 3, 3, "2010-12-03", "2010-12-03", 700);
    rig_line(r, "sale", 4, 7, "2010-12-20", "2010-12-20", 100);
    rig_line(r, "sale", 3, 3, "2010-11-20", "2010-11-20", 200);
    struct kpi_question q = { KPIS(STR("net_sales"), STR("buyers"), STR("aov")),
                              BY(STR("country")),
                              .from = STR("2010-12-01"),
                              .to = STR("2010-12-31"),
                              .compare = STR("prev") };

    for (size_t top = 0; top < 3; top++) {
        for (size_t s = 0; s < ARRAY_LEN(sorts); s++) {
            q.top = top;
            q.sort = str_from(sorts[s]);
            q.grain = STR("total");
            struct answer *sorted = rig_ask(r, q);
            q.grain = STR("year"); /* one period, whose rows are evaluated by themselves */
            struct answer *plain = rig_ask(r, q);
            assert_same_rows(sorted, plain);
            answer_free(sorted);
            answer_free(plain);
        }
    }
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_old_and_of_no_orders_find_what_they_belong_to),
        cmocka_unit_test(lines_of_days_outside_the_range_find_their_orders),
        cmocka_unit_test(lines_whose_orders_are_gone_count),
        cmocka_unit_test(lines_of_no_order_count_beside_cells),
        cmocka_unit_test(rows_sorted_by_a_later_kpi_have_their_own_figures),
    };
    return cmocka_run_group_tests_name("joined", tests, NULL, NULL);
}
