/* Commands as a user gives them, run in this process: what `verify` says of corrupted derived data,
 * and where --lang and -C may stand. */
#include "cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct rig {
    char dir[64];
    char *text; /* what the last command printed */
    size_t size;
};

/* Runs the words (NULL at the end) in the rig's shop; the exit status. */
static int run(struct rig *r, const char *const *words)
{
    const char *argv[16] = { "-C", r->dir };
    int argc = 2;
    for (; *words != NULL; words++)
        argv[argc++] = *words;
    free(r->text);
    FILE *out = open_memstream(&r->text, &r->size);
    assert_non_null(out);
    struct command_env env = { .out = out, .err = out, .dir = ".", .lang = LANG_EN };
    const int status = command_run(&env, argc, argv);
    assert_int_equal(fclose(out), 0);
    return status;
}

#define RUN(r, ...) run(r, (const char *const[]){ __VA_ARGS__, NULL })

static void assert_says(const struct rig *r, const char *wanted)
{
    if (strstr(r->text, wanted) == NULL)
        fail_msg("wanted \"%s\" in \"%s\"", wanted, r->text);
}

static void execute(struct rig *r, const char *sql)
{
    struct error why = { .lang = LANG_EN };
    struct shop *s = NULL;
    const struct shop_options opt = { .memory_mib = 256, .threads = 1 };
    if (shop_open(r->dir, &opt, &s, &why) != STATUS_OK ||
        conn_exec(shop_writer(s), sql, &why) != STATUS_OK)
        fail_msg("%s\nin %s", why.text, sql);
    shop_close(s);
}

/* Two orders by import, of so many lines that they have rollups; two sessions by events; derived.
 */
static int set_up(void **state)
{
    struct rig *r = calloc(1, sizeof *r);
    char path[128];
    assert_non_null(r);
    (void)snprintf(r->dir, sizeof r->dir, "/tmp/shopvane-command-XXXXXX");
    assert_non_null(mkdtemp(r->dir));
    assert_int_equal(RUN(r, "init", r->dir, "--currency", "GBP", "--timezone", "UTC"), 0);
    (void)snprintf(path, sizeof path, "%s/orders.csv", r->dir);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    (void)fputs("Order ID,Created At,Customer ID,SKU,Quantity,Unit Price,Shipping Country\n", f);
    for (int i = 0; i < 1000; i++)
        (void)fprintf(f,
                      "1,2024-03-01 10:00:00,c1,A%d,2,10.00,France\n"
                      "2,2024-03-02 11:00:00,c2,B%d,1,5.00,Spain\n",
                      i,
                      i);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(RUN(r, "import", path), 0);
    execute(r,
            "INSERT INTO event BY NAME SELECT 'main' AS store, 'page_view' AS name, k::UINTEGER AS"
            " visitor_key, 1709290000000000 + k * 60000000 AS \"at\", DATE '2024-03-01' AS"
            " local_date, 640::SMALLINT AS local_minute FROM range(1, 3) t(k)");
    assert_int_equal(RUN(r, "rebuild"), 0);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", r->dir);
    free(r->text);
    free(r);
    return system(command);
}

static const struct {
    const char *sql;
    const char *table;
    const char *column;
} damages[] = {
    { "UPDATE rollup_line SET net_e4 = net_e4 + 1 WHERE set_id = 0 AND grain = 0 AND \"date\" ="
      " DATE '2024-03-02'",
      "rollup_line",
      "net_e4" },
    { "UPDATE rollup_line SET orders = (SELECT ids_build(k::UINTEGER) FROM range(9) t(k)) WHERE"
      " set_id = 0 AND grain = 0 AND \"date\" = DATE '2024-03-01'",
      "rollup_line",
      "orders" },
    { "UPDATE session SET pageviews = pageviews + 1 WHERE session_key = (SELECT min(session_key)"
      " FROM session)",
      "session",
      "pageviews" },
};

static void verify_fails_and_shows_what_differs(void **state)
{
    struct rig *r = *state;
    assert_int_equal(RUN(r, "verify"), 0);
    assert_says(r, "2 orders, 2 sessions");
    assert_says(r, "everything derived equals its raw facts");
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++)
        execute(r, damages[i].sql);

    assert_int_equal(RUN(r, "verify"), 1);

    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        assert_says(r, damages[i].table);
        assert_says(r, damages[i].column);
    }
    assert_says(r, "are above); shopvane rebuild derives all anew");
    assert_int_equal(RUN(r, "rebuild"), 0);
    assert_int_equal(RUN(r, "verify"), 0);
}

static void own_kpi(const struct rig *r, const char *formula)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/kpis/own.yaml", r->dir);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    (void)fprintf(f, "kpis:\n  mine: {unit: money, formula: %s}\n", formula);
    assert_int_equal(fclose(f), 0);
}

static void a_changed_definition_can_be_asked_as_it_was(void **state)
{
    struct rig *r = *state;
    char hash[17] = "";
    own_kpi(r, "gross_sales / orders");
    assert_int_equal(RUN(r, "kpi", "mine", "--period", "2024-03", "--format", "json"), 0);
    assert_says(r, "\"value\":\"12500.0000\"");
    const char *at = strstr(r->text, "\"definition\":\"");
    assert_non_null(at);
    memcpy(hash, at + 14, 16);
    own_kpi(r, "gross_sales * 2");

    assert_int_equal(RUN(r, "kpi", "mine", "--period", "2024-03"), 0);
    assert_says(r, "50,000.00");
    assert_int_equal(RUN(r, "kpi", "mine", "--period", "2024-03", "--as-of-definition", hash), 0);
    assert_says(r, "12,500.00");
    hash[6] = '\0';
    assert_int_equal(RUN(r, "kpi", "mine", "--period", "2024-03", "--as-of-definition", hash), 0);
    assert_says(r, "12,500.00");
    assert_int_equal(RUN(r, "kpi", "orders", "--as-of-definition", hash), 2);
    assert_says(r, "is one of \"mine\", not of \"orders\"");
    assert_int_equal(RUN(r, "kpi", "mine", "--as-of-definition", "ffff0000ffff0000"), 1);
    assert_says(r, "no definition");
    assert_int_equal(RUN(r, "kpi", "mine", "--as-of-definition", ""), 1);
    assert_int_equal(RUN(r, "kpi", "mine", "aov", "--as-of-definition", hash), 2);
}

static void the_language_may_be_told_anywhere(void **state)
{
    struct rig *r = *state;
    assert_int_equal(RUN(r, "kpi", "net_sales", "--period", "2024-03", "--lang", "zh"), 0);
    assert_says(r, "净销售额");
    assert_int_equal(RUN(r, "kpi", "--lang=zh", "nosuch"), 1);
    assert_says(r, "未知指标");
    assert_int_equal(RUN(r, "--lang", "zh", "kpi", "net_sales", "--lang", "en"), 0);
    assert_says(r, "Net sales");
    assert_int_equal(RUN(r, "kpi", "--help", "--lang", "zh"), 0);
    assert_says(r, "选项");
    assert_int_equal(RUN(r, "kpi", "net_sales", "--lang", "fr"), 2);
    assert_says(r, "--lang is en or zh");
    assert_int_equal(RUN(r, "kpi", "net_sales", "--lang"), 2);
    assert_says(r, "needs a value");
    assert_int_equal(RUN(r, "kpi", "--lang=zh"), 2); /* it is no KPI's name */
}

static void a_folder_after_the_command_is_refused_with_the_right_order(void **state)
{
    struct rig *r = *state;
    assert_int_equal(RUN(r, "report", "-C", "elsewhere"), 2);
    assert_says(r, "shopvane -C DIR report");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verify_fails_and_shows_what_differs),
        cmocka_unit_test(a_changed_definition_can_be_asked_as_it_was),
        cmocka_unit_test(the_language_may_be_told_anywhere),
        cmocka_unit_test(a_folder_after_the_command_is_refused_with_the_right_order),
    };
    return cmocka_run_group_tests_name("cli: commands", tests, set_up, tear_down);
}
