/* Answers as Excel and Parquet hold the figures of the answer. */
#include "rig.h"

#include "format/rows.h"

#include <unistd.h>

static struct rig *shop(void)
{
    struct rig *r = rig_new(rig_definitions);
    rig_order(r, 1, "2010-12-01", "=cmd(\"x\")");
    rig_order(r, 2, "2010-12-02", NULL);
    rig_line(r, "sale", 1, 7, "2010-12-01", "2010-12-01", 123456789);
    rig_line(r, "sale", 2, 8, "2010-12-02", "2010-12-02", 50);
    return r;
}

static struct answer *asked(struct rig *r)
{
    return rig_ask(r,
                   (struct kpi_question){ KPIS(STR("net_sales"), STR("orders"), STR("session_cr")),
                                          BY(STR("country")),
                                          .from = STR("2010-12-01"),
                                          .to = STR("2010-12-02"),
                                          .compare = STR("prev"),
                                          .sort = STR("-net_sales") });
}

static void parquet_holds_exact_values_and_types(void **state)
{
    (void)state;
    struct error why = { .lang = LANG_EN };
    struct frame *f = NULL;
    struct rig *r = shop();
    struct answer *a = asked(r);
    const char *path = "/tmp/shopvane_test it's [1].parquet";

    if (answer_save_parquet(a, r->conn, path, &why) != STATUS_OK)
        rig_fail(&why);

    assert_int_equal(access("/tmp/shopvane_test it's [1].parquet.csv", F_OK), -1);
    assert_int_equal(
        conn_query(r->conn,
                   STR("SELECT country, net_sales, orders, session_cr, typeof(net_sales),"
                       " net_sales_compared, \"time\", complete FROM"
                       " read_parquet('/tmp/shopvane_test it''s [[]1].parquet')"),
                   NULL,
                   0,
                   &f,
                   &why),
        STATUS_OK);
    assert_int_equal(frame_rows(f), 2);
    assert_str(frame_str(f, 0, 0), "=cmd(\"x\")");
    assert_true(frame_i128(f, 1, 0) == 12345678900);
    assert_true(frame_i128(f, 2, 0) == 1);
    assert_true(frame_is_null(f, 3, 0)); /* there are no sessions */
    assert_str(frame_str(f, 4, 0), "DECIMAL(38,4)");
    assert_true(frame_is_null(f, 0, 1)); /* not set */
    assert_true(frame_i128(f, 1, 1) == 5000);
    frame_free(f);
    unlink(path);
    answer_free(a);
    rig_free(r);
}

static void excel_holds_figures_as_numbers_and_names_as_text(void **state)
{
    (void)state;
    struct error why = { .lang = LANG_EN };
    struct row_file *file = NULL;
    struct row_block *block = row_block_new();
    struct row row;
    bool got = false;
    bool found = false;
    struct rig *r = shop();
    struct answer *a = asked(r);
    const char *path = "/tmp/shopvane_test_answer.xlsx";

    if (answer_save_xlsx(a, path, &why) != STATUS_OK)
        rig_fail(&why);

    assert_int_equal(row_file_open(path, &(struct row_options){ 0 }, &file, &why), STATUS_OK);
    assert_int_equal(row_file_next_block(file, block, &got, &why), STATUS_OK);
    while (got && row_next(block, &row)) {
        if (row.n < 4 || !str_is(row.fields[1], "=cmd(\"x\")"))
            continue;
        found = true;
        assert_str(row.fields[2], "1234567.89");
    }
    assert_true(found);
    row_block_free(block);
    row_file_close(file);
    unlink(path);
    answer_free(a);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parquet_holds_exact_values_and_types),
        cmocka_unit_test(excel_holds_figures_as_numbers_and_names_as_text),
    };
    return cmocka_run_group_tests_name("query/answer_file", tests, NULL, NULL);
}
