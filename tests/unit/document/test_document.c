/* One document in every format: the words are there, hostile names stay names, formulas live. */
#include "document/document.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include <cmocka.h>

static struct figure words(const char *text)
{
    return (struct figure){ .text = str_from(text) };
}

static struct figure money(const char *text, double value)
{
    return (struct figure){ .kind = FIGURE_MONEY, .text = str_from(text), .value = value };
}

static void add_chart(struct document *d, size_t points)
{
    static const double now[] = { 10, 20, (double)NAN, 40, 35 };
    static const double before[] = { 8, 9, 10, 11, 12 };
    static const str labels[] = {
        { "11-01", 5 }, { "11-02", 5 }, { "11-03", 5 }, { "11-04", 5 }, { "11-05", 5 }
    };
    const struct chart_series series[] = {
        { .name = STR("net <sales>"), .values = now },
        { .name = STR("before"), .values = before, .is_comparison = true },
    };
    const struct chart_band band = { .from = 3, .to = 4, .name = STR("11.11") };
    document_chart(d,
                   &(struct chart){ .title = STR("Net sales"),
                                    .labels = labels,
                                    .points = points,
                                    .series = series,
                                    .series_count = 2,
                                    .bands = &band,
                                    .band_count = 1,
                                    .is_running = true });
}

static struct document *sample(enum lang lang)
{
    const str heads[] = { STR("store"), STR("sales"), STR("before"), STR("change") };
    struct document *d = document_new(lang, STR("Morning <1>"));
    assert_non_null(d);
    document_heading(d, STR("All [stores]"));
    document_sentence(d, STR("Sales are up & well."));
    document_table(d, heads, 4);
    const struct figure rows[] = {
        words("=cmd()|'x'"), money("10.00", 10), money("8.00", 8), words("+25.0%"),
        words("淘宝店"),     money("20.00", 20), words("no data"), words("–"),
        words("all"),        money("30.00", 30), money("8.00", 8), money("9.00", 9),
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct figure f = rows[i];
        if (i == 3)
            f = (struct figure){ .kind = FIGURE_PERCENT,
                                 .text = STR("+25.0%"),
                                 .value = 0.25,
                                 .tone = TONE_GOOD,
                                 .formula = { LIVE_CHANGE, 0, 1, 0, 2 } };
        if (i == 9)
            f.formula = (struct live_formula){ LIVE_SUM, 0, 1, 1, 1 };
        if (i == 10) /* words in between, as Excel's SUM passes them over */
            f.formula = (struct live_formula){ LIVE_SUM, 0, 2, 1, 2 };
        if (i == 11) /* no sum of the cells: another figure would stand there once Excel computes */
            f.formula = (struct live_formula){ LIVE_SUM, 0, 2, 1, 2 };
        document_cell(d, &f);
    }
    add_chart(d, 5);
    return d;
}

static char *printed(const struct document *d, enum document_format format)
{
    struct error why = { .lang = LANG_EN };
    const struct document_look look = { .colour = false };
    struct buf out;
    buf_init(&out, (size_t)1 << 20);
    if (document_print(d, format, &look, &out, &why) != STATUS_OK)
        fail_msg("%s", why.text);
    size_t len = 0;
    return buf_take(&out, &len);
}

static void assert_has(const char *text, const char *wanted)
{
    if (strstr(text, wanted) == NULL)
        fail_msg("no \"%s\" in:\n%s", wanted, text);
}

static void text_lines_up_and_draws_blocks(void **state)
{
    (void)state;
    struct document *d = sample(LANG_EN);

    char *text = printed(d, DOCUMENT_TEXT);

    assert_has(text, "store       sales   before  change\n");
    assert_has(text, "=cmd()|'x'  10.00     8.00  +25.0%\n");
    assert_has(text, "淘宝店      20.00  no data       –\n");
    assert_has(text, "  net <sales>  ▁▃ █▇\n");
    mem_free(text);
    document_free(d);
}

static void markdown_escapes_its_marks(void **state)
{
    (void)state;
    struct document *d = sample(LANG_EN);

    char *text = printed(d, DOCUMENT_MARKDOWN);

    assert_has(text, "# Morning <1>\n");
    assert_has(text, "| =cmd()\\|'x' | 10.00 | 8.00 | +25.0% |\n");
    assert_has(text, "|---|---:|---:|---:|\n");
    mem_free(text);
    document_free(d);
}

static void html_loads_nothing_and_runs_nothing(void **state)
{
    (void)state;
    struct document *d = sample(LANG_ZH);
    document_sentence(d, STR("<script>alert(1)</script>\"'"));

    char *text = printed(d, DOCUMENT_HTML);

    assert_has(text, "<html lang=\"zh-CN\">");
    assert_has(text, "<title>Morning &lt;1&gt;</title>");
    assert_has(text, "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;");
    assert_has(text, "<td class=\"n good\">+25.0%</td>");
    assert_has(text, "stroke-dasharray");
    assert_has(text, "net &lt;sales&gt;</text>");
    assert_null(strstr(text, "<script"));
    assert_null(strstr(text, "src="));
    assert_null(strstr(text, "href="));
    mem_free(text);
    document_free(d);
}

static char *temporary(const char *ending)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/document-test-%ld%s", (long)getpid(), ending);
    return path;
}

static char *zip_part(const char *path, const char *name)
{
    zip_t *z = zip_open(path, ZIP_RDONLY, NULL);
    zip_stat_t info;
    assert_non_null(z);
    assert_int_equal(zip_stat(z, name, 0, &info), 0);
    char *text = mem_new(info.size + 1, 1);
    zip_file_t *f = zip_fopen(z, name, 0);
    assert_non_null(f);
    assert_int_equal(zip_fread(f, text, info.size), info.size);
    zip_fclose(f);
    zip_discard(z);
    return text;
}

static void excel_has_numbers_live_formulas_and_no_formula_from_data(void **state)
{
    (void)state;
    struct document *d = sample(LANG_EN);
    struct error why = { .lang = LANG_EN };
    const char *path = temporary(".xlsx");

    assert_int_equal(document_save(d, DOCUMENT_XLSX, path, &why), STATUS_OK);

    char *sheet = zip_part(path, "xl/worksheets/sheet1.xml");
    char *book = zip_part(path, "xl/workbook.xml");
    char *words_of = zip_part(path, "xl/sharedStrings.xml");
    assert_has(sheet, "<f>B6/C6-1</f><v>0.25</v>");
    assert_has(sheet, "<f>SUM(B6:B7)</f><v>30</v>");
    assert_has(sheet, "<f>SUM(C6:C7)</f><v>8</v>");
    assert_has(sheet, "<v>9</v>");
    assert_null(strstr(sheet, "</f><v>9</v>"));
    assert_null(strstr(sheet, "<f>cmd"));
    assert_has(words_of, "=cmd()|'x'");
    assert_has(book, "name=\"All  stores \"");
    mem_free(sheet);
    mem_free(book);
    mem_free(words_of);
    unlink(path);
    document_free(d);
}

static void a_long_table_ends_where_excel_does(void **state)
{
    (void)state;
    const str heads[] = { STR("order") };
    const struct document_sheet_head head = { STR("Orders"), heads, 1 };
    const struct figure last = { .kind = FIGURE_TEXT, .text = STR("the last") };
    const struct figure beyond = { .kind = FIGURE_TEXT, .text = STR("one too many") };
    struct error why = { .lang = LANG_EN };
    struct document_sheet *s = NULL;
    const char *path = temporary(".xlsx");

    assert_int_equal(document_sheet_open(path, &head, &s, &why), STATUS_OK);
    for (size_t i = 1; i < DOCUMENT_SHEET_ROWS; i++)
        assert_true(document_sheet_row(s)); /* rows without a cell cost nothing */
    document_sheet_cell(s, &last);
    assert_true(document_sheet_row(s));
    document_sheet_cell(s, &beyond);
    assert_false(document_sheet_row(s));
    assert_int_equal(document_sheet_close(s, STATUS_OK, &why), STATUS_OK);

    char *sheet = zip_part(path, "xl/worksheets/sheet1.xml");
    assert_has(sheet, "r=\"A1048576\"");
    assert_has(sheet, "the last");
    assert_null(strstr(sheet, "one too many"));
    mem_free(sheet);
    unlink(path);
}

static void excel_tells_sheets_of_one_name_apart(void **state)
{
    (void)state;
    struct document *d = document_new(LANG_EN, STR("t"));
    struct error why = { .lang = LANG_EN };
    const char *path = temporary(".xlsx");
    for (int i = 0; i < 3; i++)
        document_heading(d, STR("a very long heading that Excel would refuse as a name"));
    document_heading(d, STR_EMPTY);

    assert_int_equal(document_save(d, DOCUMENT_XLSX, path, &why), STATUS_OK);

    char *book = zip_part(path, "xl/workbook.xml");
    assert_has(book, "name=\"a very long heading that Ex\"");
    assert_has(book, "name=\"a very long heading that Ex 3\"");
    mem_free(book);
    unlink(path);
    document_free(d);
}

static void pdf_is_one_and_many_rows_make_pages(void **state)
{
    (void)state;
    struct document *d = sample(LANG_EN);
    struct error why = { .lang = LANG_EN };
    const char *path = temporary(".pdf");
    const str heads[] = { STR("a"), STR("b") };
    document_table(d, heads, 2);
    for (int i = 0; i < 400; i++) {
        const struct figure f = money("1.00", 1);
        document_cell(d, &f);
    }

    const enum status st = document_save(d, DOCUMENT_PDF, path, &why);

    if (st == STATUS_NOT_FOUND) { /* no font with Chinese characters: said, nothing written */
        assert_has(why.text, "fonts-noto-cjk");
        assert_int_equal(access(path, F_OK), -1);
    } else {
        struct arena *a = arena_new(0);
        str bytes = STR_EMPTY;
        assert_int_equal(st, STATUS_OK);
        assert_int_equal(file_read(path, (size_t)8 << 20, a, &bytes, &why), STATUS_OK);
        assert_true(str_starts(bytes, STR("%PDF-")));
        assert_true(str_contains(bytes, STR("/Count 5")) || str_contains(bytes, STR("/Count 4")));
        arena_free(a);
        unlink(path);
    }
    document_free(d);
}

static void formats_go_by_name_and_by_ending(void **state)
{
    (void)state;
    struct error why = { .lang = LANG_EN };
    enum document_format f;

    assert_int_equal(document_format_parse(STR("pdf"), &f, &why), STATUS_OK);
    assert_int_equal(f, DOCUMENT_PDF);
    assert_int_equal(document_format_parse(STR("doc"), &f, &why), STATUS_BAD_USAGE);
    assert_has(why.text, "no format \"doc\"");
    assert_true(document_format_of_name(STR("a/b.xlsx"), &f));
    assert_int_equal(f, DOCUMENT_XLSX);
    assert_false(document_format_of_name(STR("a.b/c"), &f));
}

static void a_chart_without_values_is_still_a_chart(void **state)
{
    (void)state;
    struct document *d = document_new(LANG_EN, STR("t"));
    add_chart(d, 0);
    add_chart(d, 1);

    char *text = printed(d, DOCUMENT_HTML);

    assert_has(text, "<circle");
    mem_free(text);
    document_free(d);
}

static void a_file_that_cannot_be_written_is_told(void **state)
{
    (void)state;
    struct document *d = sample(LANG_EN);
    for (int f = 0; f < DOCUMENT_FORMAT_COUNT; f++) {
        struct error why = { .lang = LANG_EN };
        const enum status st =
            document_save(d, (enum document_format)f, "/nonexistent/folder/x", &why);
        assert_int_not_equal(st, STATUS_OK);
        assert_true(why.text[0] != '\0');
    }
    document_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_lines_up_and_draws_blocks),
        cmocka_unit_test(markdown_escapes_its_marks),
        cmocka_unit_test(html_loads_nothing_and_runs_nothing),
        cmocka_unit_test(excel_has_numbers_live_formulas_and_no_formula_from_data),
        cmocka_unit_test(a_long_table_ends_where_excel_does),
        cmocka_unit_test(excel_tells_sheets_of_one_name_apart),
        cmocka_unit_test(pdf_is_one_and_many_rows_make_pages),
        cmocka_unit_test(formats_go_by_name_and_by_ending),
        cmocka_unit_test(a_chart_without_values_is_still_a_chart),
        cmocka_unit_test(a_file_that_cannot_be_written_is_told),
    };
    return cmocka_run_group_tests_name("document/document", tests, NULL, NULL);
}
