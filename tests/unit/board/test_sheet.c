/* A list as a file that is longer than a workbook may be. */
#include "board/board_sheet_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define EXCEL_ROWS ((size_t)1048576) /* of a sheet; title, gap and heads take three */

/* Rows that a file of the form takes, at most one more than a workbook has; *why: what ended it. */
static size_t rows_taken(enum board_form form, enum lang lang, struct error *why)
{
    char path[64];
    snprintf(path, sizeof path, "/tmp/shopvane-sheet-%d", (int)getpid());
    const struct board_ask ask = { .lang = lang };
    const struct board_target to = { .path = path, .form = form, .title = STR("Orders") };
    const struct board_column column = { STR("order"), STR("Order") };
    struct board_sheet s;
    size_t n = 0;
    enum status st = board_sheet_open(&s, &ask, &to, &column, 1, why);
    while (st == STATUS_OK && n < EXCEL_ROWS - 2) {
        st = board_sheet_row(&s, why);
        n += st == STATUS_OK;
    }
    const enum status end = board_sheet_close(&s, st, why);
    assert_int_equal(end, st);
    unlink(path);
    return n;
}

static void a_workbook_refuses_the_row_that_excel_has_not(void **state)
{
    (void)state;
    struct error en = { .lang = LANG_EN };
    struct error zh = { .lang = LANG_ZH };

    assert_int_equal(rows_taken(BOARD_XLSX, LANG_EN, &en), EXCEL_ROWS - 3);
    assert_int_equal(en.status, STATUS_TOO_LARGE);
    assert_non_null(strstr(en.text, "1048573"));
    assert_non_null(strstr(en.text, "CSV"));
    assert_int_equal(rows_taken(BOARD_XLSX, LANG_ZH, &zh), EXCEL_ROWS - 3);
    assert_non_null(strstr(zh.text, "CSV"));
    assert_string_not_equal(zh.text, en.text);
}

static void a_csv_goes_on(void **state)
{
    (void)state;
    struct error why = { .lang = LANG_EN };

    assert_int_equal(rows_taken(BOARD_CSV, LANG_EN, &why), EXCEL_ROWS - 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_workbook_refuses_the_row_that_excel_has_not),
        cmocka_unit_test(a_csv_goes_on),
    };
    return cmocka_run_group_tests_name("board/sheet", tests, NULL, NULL);
}
