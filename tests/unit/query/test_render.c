/* The forms of an answer: JSON to the letter, safe CSV, tables that line up. */
#include "rig.h"

#include "format/format.h"
#include "query/report.h"

static struct rig *shop(void)
{
    struct rig *r = rig_new(rig_definitions);
    rig_order(r, 1, "2010-12-01", "France");
    rig_order(r, 2, "2010-12-02", "=cmd()");
    rig_line(r, "sale", 1, 7, "2010-12-01", "2010-12-01", 123456789);
    rig_line(r, "sale", 2, 8, "2010-12-02", "2010-12-02", 50);
    rig_line(r, "sale", 2, 8, "2010-12-05", "2010-12-02", 50);
    return r;
}

static char *rendered(struct rig *r,
                      struct kpi_question q,
                      enum answer_format format,
                      struct answer_look look)
{
    struct error why = { .lang = LANG_EN };
    struct buf out;
    size_t len = 0;
    struct answer *a = rig_ask(r, q);
    buf_init(&out, (size_t)1 << 20);
    assert_int_equal(answer_render(a, format, &look, &out, &why), STATUS_OK);
    answer_free(a);
    char *text = buf_take(&out, &len);
    buf_release(&out);
    assert_non_null(text);
    return text;
}

static void a_text_beyond_its_ceiling_says_so(void **state)
{
    (void)state;
    struct rig *r = shop();
    struct error why = { .lang = LANG_EN };
    struct buf out;
    struct answer *a = rig_ask(r,
                               (struct kpi_question){ KPIS(STR("aov")),
                                                      .from = STR("2010-12-01"),
                                                      .to = STR("2010-12-31"),
                                                      .grain = STR("day") });
    buf_init(&out, 2048);

    const enum status st = answer_render(a, ANSWER_JSON, &(struct answer_look){ 0 }, &out, &why);

    assert_int_equal(st, STATUS_TOO_LARGE);
    assert_non_null(strstr(why.text, "the answer is larger than"));
    buf_release(&out);
    answer_free(a);
    rig_free(r);
}

static void json_is_as_documented(void **state)
{
    (void)state;
    struct rig *r = shop();

    char *got = rendered(r,
                         (struct kpi_question){ KPIS(STR("aov")),
                                                .from = STR("2010-12-01"),
                                                .to = STR("2010-12-02"),
                                                .grain = STR("day") },
                         ANSWER_JSON,
                         (struct answer_look){ 0 });

    char *hash = strstr(got, "\"definition\":\"");
    assert_non_null(hash);
    memset(hash + 14, 'x', 16);
    assert_string_equal(
        got,
        "{\"version\":1,\"currency\":\"GBP\",\"timezone\":\"UTC\",\"from\":\"2010-12-01\","
        "\"to\":\"2010-12-02\",\"grain\":\"day\",\"kpis\":[{\"id\":\"aov\","
        "\"name\":\"Average order value\",\"unit\":\"money\",\"definition\":\"xxxxxxxxxxxxxxxx\","
        "\"basis\":\"event\",\"origins\":[{\"source\":\"orders\"}],\"rows\":[{\"time\":\"2010-12-"
        "01\",\"by\":{},"
        "\"value\":\"1234567.8900\",\"num\":\"1234567.8900\",\"den\":\"1\",\"compare\":null,"
        "\"complete\":true},{\"time\":\"2010-12-02\",\"by\":{},\"value\":\"0.5000\","
        "\"num\":\"0.5000\",\"den\":\"1\",\"compare\":null,\"complete\":true}],"
        "\"total\":{\"time\":null,\"by\":{},\"value\":\"617284.1950\",\"num\":\"1234568.3900\","
        "\"den\":\"2\",\"compare\":null,\"complete\":true}}],\"notes\":[],"
        "\"data_version\":17}\n");
    mem_free(got);
    rig_free(r);
}

static void json_of_no_value_has_the_reason_and_of_hostile_names_is_valid(void **state)
{
    (void)state;
    struct rig *r = shop();
    struct error why = { .lang = LANG_EN };
    struct arena *a = arena_new(0);
    const struct json_node *root = NULL;
    rig_exec(r, "UPDATE orders SET country = 'a\"b\\' || chr(10) WHERE order_key = 1");

    char *got = rendered(r,
                         (struct kpi_question){ KPIS(STR("aov"), STR("stock")),
                                                BY(STR("country")),
                                                .from = STR("2010-12-03"),
                                                .to = STR("2010-12-05"),
                                                .compare = STR("prev") },
                         ANSWER_JSON,
                         (struct answer_look){ 0 });

    assert_int_equal(json_parse(str_from(got), a, &root, &why), STATUS_OK);
    assert_non_null(strstr(got, "\"reason\":\"Orders is 0\""));
    assert_non_null(strstr(got, "\"needs\":\"needs stock:"));
    assert_int_equal(json_node_len(json_get(root, "kpis")), 2);
    mem_free(got);
    arena_free(a);
    rig_free(r);
}

static void csv_has_no_formulas(void **state)
{
    (void)state;
    struct rig *r = shop();

    char *got =
        rendered(r,
                 (struct kpi_question){
                     KPIS(STR("net_sales")), BY(STR("country")), .period = STR("2010-12-02") },
                 ANSWER_CSV,
                 (struct answer_look){ 0 });

    assert_string_equal(got,
                        "time,country,net_sales,complete\r\n"
                        ",\"'=cmd()\",0.5000,true\r\n");
    mem_free(got);
    rig_free(r);
}

static void a_table_lines_up_in_chinese_too(void **state)
{
    (void)state;
    struct rig *r = shop();
    rig_exec(r, "UPDATE orders SET country = '中国' WHERE order_key = 2");

    char *got = rendered(r,
                         (struct kpi_question){ KPIS(STR("net_sales"), STR("orders")),
                                                BY(STR("country")),
                                                .lang = LANG_ZH,
                                                .from = STR("2010-12-01"),
                                                .to = STR("2010-12-02") },
                         ANSWER_TABLE,
                         (struct answer_look){ 0 });

    str rest = str_from(got);
    size_t width = 0;
    for (int i = 0; rest.len > 0; i++) {
        const str line = str_take_until(&rest, '\n');
        if (i == 2)
            width = str_width(line);
        if (i >= 2 && i <= 6)
            assert_int_equal(str_width(line), width);
    }
    assert_non_null(strstr(got, "1,234,567.89"));
    assert_non_null(strstr(got, "净销售额"));
    assert_null(strstr(got, "\033["));
    mem_free(got);
    rig_free(r);
}

static void a_terminal_gets_colours_by_what_is_good(void **state)
{
    (void)state;
    struct rig *r = shop();

    char *got =
        rendered(r,
                 (struct kpi_question){
                     KPIS(STR("net_sales")), .period = STR("2010-12-02"), .compare = STR("prev") },
                 ANSWER_TABLE,
                 (struct answer_look){ .colour = true });

    assert_non_null(strstr(got, "\033[31m-100.0%"));
    assert_non_null(strstr(got, "compared with 2010-12-01 to 2010-12-01 (prev)"));
    mem_free(got);
    rig_free(r);
}

static void money_in_running_text_has_its_sign(void **state)
{
    (void)state;
    static const struct {
        const char *currency;
        int64_t e4;
        const char *shown;
    } cases[] = { { "GBP", 12345000, "£1,234.50" },
                  { "GBP", -120000, "-£12.00" },
                  { "JPY", 12340000, "¥1,234" },
                  { "KWD", 12345000, "KWD 1,234.500" },
                  { "CHF", -5000, "-CHF 0.50" } };
    const struct answer_kpi money = { .unit_id = UNIT_MONEY };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct answer a = { .currency = str_from(cases[i].currency) };
        const struct answer_value v = { .kind = VALUE_MONEY, .exact = cases[i].e4 };
        struct buf b;
        buf_init(&b, 128);
        show_value_signed(&b, &a, &money, &v);
        assert_true(str_is(buf_str(&b), cases[i].shown));
        buf_release(&b);
    }
}

static void markdown_escapes_its_own_marks(void **state)
{
    (void)state;
    struct rig *r = shop();
    rig_exec(r, "UPDATE orders SET country = 'a|<b>' WHERE order_key = 2");

    char *got = rendered(r,
                         (struct kpi_question){
                             KPIS(STR("orders")), BY(STR("country")), .period = STR("2010-12-02") },
                         ANSWER_MARKDOWN,
                         (struct answer_look){ 0 });

    assert_non_null(strstr(got, "| country | Orders |\n|---|---:|\n| a\\|&lt;b> | 1 |"));
    mem_free(got);
    rig_free(r);
}

static void evidence_names_files_rows_and_statements(void **state)
{
    (void)state;
    struct rig *r = shop();
    rig_exec(r,
             "INSERT INTO import (import_id, store, preset, file, from_date, to_date) VALUES"
             " (1, 'main', 'generic', 'orders.csv', '2010-12-01', '2010-12-05'),"
             " (2, 'main', 'generic', 'older.csv', '2009-01-01', '2009-12-31')");

    char *got = rendered(r,
                         (struct kpi_question){ KPIS(STR("aov")),
                                                .from = STR("2010-12-01"),
                                                .to = STR("2010-12-02"),
                                                .evidence = true },
                         ANSWER_TABLE,
                         (struct answer_look){ .evidence = true });

    assert_non_null(strstr(got, "order_line: answered from raw, rows in the range: 2"));
    assert_non_null(strstr(got, "newest record: 2010-12-05"));
    assert_non_null(strstr(got, "#1 orders.csv (generic) 2010-12-01 to 2010-12-05"));
    assert_null(strstr(got, "older.csv"));
    assert_non_null(strstr(got, "measure order_count = distinct(order_key) from order_line"));
    assert_non_null(strstr(got, "measure return_net = sum(net_e4) from order_line"));
    assert_non_null(strstr(got, "SELECT"));
    mem_free(got);
    rig_free(r);
}

static void evidence_of_some_stores_names_no_file_of_others(void **state)
{
    (void)state;
    struct rig *r = shop();
    const str main_store = STR("main");
    rig_exec(r,
             "INSERT INTO import (import_id, store, preset, file, from_date, to_date) VALUES"
             " (1, 'main', 'generic', 'orders.csv', '2010-12-01', '2010-12-05'),"
             " (2, 'west', 'generic', 'secret.csv', '2010-12-01', '2010-12-05')");

    char *got = rendered(r,
                         (struct kpi_question){ KPIS(STR("aov")),
                                                .from = STR("2010-12-01"),
                                                .to = STR("2010-12-02"),
                                                .stores = &main_store,
                                                .store_count = 1,
                                                .evidence = true },
                         ANSWER_TABLE,
                         (struct answer_look){ .evidence = true });

    assert_non_null(strstr(got, "#1 orders.csv (generic)"));
    assert_null(strstr(got, "secret.csv"));
    mem_free(got);
    rig_free(r);
}

static void evidence_names_the_files_whose_rows_are_in_it(void **state)
{
    (void)state;
    struct rig *r = shop();
    rig_exec(r, "UPDATE order_line SET import_id = 1 WHERE local_date <= '2010-12-02'");
    rig_exec(r, "UPDATE order_line SET import_id = 2 WHERE local_date > '2010-12-02'");
    rig_exec(r,
             "INSERT INTO import (import_id, store, preset, file, from_date, to_date) VALUES"
             " (1, 'main', 'generic', 'orders.csv', '2010-12-01', '2010-12-02'),"
             " (2, 'main', 'generic', 'later.csv', '2010-12-01', '2010-12-05'),"
             " (3, 'main', 'generic', 'visits.csv', '2010-12-01', '2010-12-05'),"
             " (4, 'main', 'generic', 'articles.csv', NULL, NULL)");

    char *got = rendered(r,
                         (struct kpi_question){ KPIS(STR("aov")),
                                                .from = STR("2010-12-01"),
                                                .to = STR("2010-12-02"),
                                                .evidence = true },
                         ANSWER_TABLE,
                         (struct answer_look){ .evidence = true });

    assert_non_null(strstr(got, "#1 orders.csv (generic)"));
    assert_null(strstr(got, "later.csv"));
    assert_null(strstr(got, "visits.csv"));
    assert_null(strstr(got, "articles.csv"));
    assert_non_null(strstr(got, "and 3 other files, which have no row in it"));
    mem_free(got);
    rig_free(r);
}

static const char market_definitions[] =
    "group: market\n"
    "measures:\n"
    "  market_value:\n    table: benchmark\n    agg: sum\n    expr: value\n    unit: count\n"
    "kpis:\n"
    "  market:\n    name: {en: Market, zh: 行业}\n    about: {en: Market., zh: 行业。}\n"
    "    formula: market_value\n    unit: count\n    direction: neutral\n";

static void evidence_of_a_table_without_stores_is_of_the_whole_shop(void **state)
{
    (void)state;
    struct rig *r = rig_new(market_definitions);
    const str main_store = STR("main");
    rig_exec(r, "INSERT INTO benchmark (local_date, metric, value) VALUES ('2010-12-01', 'm', 5)");

    char *got = rendered(r,
                         (struct kpi_question){ KPIS(STR("market")),
                                                .from = STR("2010-12-01"),
                                                .to = STR("2010-12-02"),
                                                .stores = &main_store,
                                                .store_count = 1,
                                                .evidence = true },
                         ANSWER_TABLE,
                         (struct answer_look){ .evidence = true });

    assert_non_null(strstr(got, "benchmark: answered from raw, rows in the range: 1"));
    mem_free(got);
    rig_free(r);
}

static void used_definitions_are_kept_once(void **state)
{
    (void)state;
    struct rig *r = shop();
    int64_t n = 0;
    struct error why = { .lang = LANG_EN };
    r->context.writer = r->conn;

    for (int i = 0; i < 2; i++)
        answer_free(
            rig_ask(r, (struct kpi_question){ KPIS(STR("aov"), STR("orders"), STR("aov")) }));

    assert_int_equal(conn_query_i64(r->conn, "SELECT count(*) FROM definition_text", &n, &why),
                     STATUS_OK);
    assert_int_equal(n, 2);
    rig_free(r);
}

static void sql_is_shown_without_being_run(void **state)
{
    (void)state;
    struct rig *r = shop();
    struct error why = { .lang = LANG_EN };
    struct buf out;
    buf_init(&out, (size_t)1 << 20);
    const struct kpi_question q = { KPIS(STR("orders")),
                                    .period = STR("2010-12"),
                                    .where = STR("country = 'x''; DROP TABLE orders'"),
                                    .now_us = rig_now("2026-11-23") };

    assert_int_equal(query_sql(&r->context, &q, &out, &why), STATUS_OK);
    buf_addc(&out, '\0');

    assert_non_null(strstr(out.data, "count(DISTINCT \"order_line\".\"order_key\")"));
    assert_non_null(strstr(out.data, "-- $3 = 'x''; DROP TABLE orders'"));
    buf_release(&out);
    rig_free(r);
}

static void the_report_groups_by_stage_and_says_what_is_missing(void **state)
{
    (void)state;
    struct rig *r = rig_new(NULL);
    struct error why = { .lang = LANG_EN };
    struct report *report = NULL;
    struct buf out;
    buf_init(&out, (size_t)1 << 20);
    for (int i = 1; i <= 56; i++) {
        char day[16];
        snprintf(day, sizeof day, "2010-%02d-%02d", i <= 30 ? 11 : 12, i <= 30 ? i : i - 30);
        rig_order(r, i, day, "France");
        rig_line(r, "sale", i, i, day, day, i <= 28 ? 100 : 200);
    }
    rig_exec(r,
             "INSERT INTO target (store, kpi, level, local_date, end_date, value_e4) VALUES"
             " ('main', 'orders', 'target', '2010-11-29', '2010-12-26', 560000)");

    const struct report_question q = { .now_us = rig_now("2026-11-23") };
    assert_int_equal(query_report(&r->context, &q, &report, &why), STATUS_OK);
    assert_int_equal(report_render(report, ANSWER_TABLE, &(struct answer_look){ 0 }, &out, &why),
                     STATUS_OK);
    buf_addc(&out, '\0');

    assert_non_null(strstr(out.data, "2010-11-29 to 2010-12-26"));
    assert_non_null(strstr(out.data, "56.00"));
    assert_non_null(strstr(out.data, "+100.0%"));
    assert_non_null(strstr(out.data, "50.0%"));
    assert_non_null(strstr(out.data, "needs visits"));
    buf_release(&out);

    /* a narrow terminal has less of the trend, a very narrow one none; nothing is broken */
    for (size_t width = 60; width <= 90; width += 15) {
        buf_init(&out, (size_t)1 << 20);
        assert_int_equal(
            report_render(
                report, ANSWER_TABLE, &(struct answer_look){ .width = width }, &out, &why),
            STATUS_OK);
        str text = buf_str(&out);
        assert_int_equal(str_find(text, STR("trend")) < text.len, width > 60);
        while (text.len > 0) {
            const str line = str_take_until(&text, '\n');
            assert_true(str_starts(line, STR("\xe2\x80\x93")) || str_width(line) <= width);
            if (str_starts(line, STR("Order")) && line.len > 40)
                break; /* a first figure was seen; what follows the table may be long */
        }
        buf_release(&out);
    }
    report_free(report);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_as_documented),
        cmocka_unit_test(a_text_beyond_its_ceiling_says_so),
        cmocka_unit_test(json_of_no_value_has_the_reason_and_of_hostile_names_is_valid),
        cmocka_unit_test(csv_has_no_formulas),
        cmocka_unit_test(a_table_lines_up_in_chinese_too),
        cmocka_unit_test(a_terminal_gets_colours_by_what_is_good),
        cmocka_unit_test(money_in_running_text_has_its_sign),
        cmocka_unit_test(markdown_escapes_its_own_marks),
        cmocka_unit_test(evidence_names_files_rows_and_statements),
        cmocka_unit_test(evidence_names_the_files_whose_rows_are_in_it),
        cmocka_unit_test(evidence_of_some_stores_names_no_file_of_others),
        cmocka_unit_test(evidence_of_a_table_without_stores_is_of_the_whole_shop),
        cmocka_unit_test(used_definitions_are_kept_once),
        cmocka_unit_test(sql_is_shown_without_being_run),
        cmocka_unit_test(the_report_groups_by_stage_and_says_what_is_missing),
    };
    return cmocka_run_group_tests_name("render", tests, NULL, NULL);
}
