/* The two languages: one canonical spelling, types, --where on tables. */
#include "kpi/expr_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* Parses on a table; the canonical text, or the first problem. */
static const char *canonical(struct arena *a, const char *table, const char *text)
{
    static const struct expr_setting settings[] = { { .name = { "n", 1 }, .value = 7 } };
    const struct expr_settings known = { .items = settings, .n = 1 };
    struct problems problems;
    problems_init(&problems, a, LANG_EN);
    const struct expr_place at = {
        .problems = &problems, .file = STR("x"), .line = 1, .column = 1, .text = str_from(text)
    };
    const struct row_scope scope = { .table = commerce_table(str_from(table)), .settings = &known };
    const struct row_expr *e = row_parse(&at, &scope, a);
    if (e == NULL) {
        assert_true(problems.n > 0);
        return arena_cstr(a, problems.items[0].text);
    }
    struct buf out;
    buf_init(&out, 64 * 1024);
    row_expr_print(e, &out);
    const char *result = arena_cstr(a, buf_str(&out));
    buf_release(&out);
    return result;
}

static void one_tree_has_one_spelling(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "title='sale'", "title = 'sale'" },
        { "((title == \"sale\"))", "title = 'sale'" },
        { "title <> 'it''s'", "title != 'it''s'" },
        { "title = 'a' AND (quantity>1 and quantity<5)",
          "title = 'a' and quantity > 1 and quantity < 5" },
        { "title = 'a' and (quantity > 1 or quantity < -5)",
          "title = 'a' and (quantity > 1 or quantity < -5)" },
        { "title = 'a' and quantity > 1 or quantity < 5",
          "title = 'a' and quantity > 1 or quantity < 5" },
        { "not (title = 'a' or matched)", "not (title = 'a' or matched)" },
        { "not matched and matched", "not matched and matched" },
        { "title not in ('a','b')", "not title in ('a', 'b')" },
        { "cost_e4 is not null", "not cost_e4 is null" },
        { "title contains 'x' or title not starts 'y'",
          "title contains 'x' or not title starts 'y'" },
        { "gross_e4 >= 12.50", "gross_e4 >= 12.5" },
        { "gross_e4 > -0.0001", "gross_e4 > -0.0001" },
        { "local_date - order_date <= $n", "local_date - order_date <= 7" },
        { "local_date >= '2010-12-01'", "local_date >= 2010-12-01" },
        { "local_date <= today - 30", "local_date <= today - 30" },
        { "local_date <= today - 30d", "local_date <= today - 30" },
        { "gross_e4 - (net_e4 - tax_e4) = 0", "gross_e4 - (net_e4 - tax_e4) = 0" },
        { "gross_e4 - net_e4 - tax_e4 = 0", "gross_e4 - net_e4 - tax_e4 = 0" },
        { "unit_price_e4 * quantity", "unit_price_e4 * quantity" },
        { "(title = 'a') = true", "(title = 'a') = true" },
        { "country = 'UK'", "country = 'UK'" },
        { "\xe5\x9b\xbd\xe5\xae\xb6 = 'UK'", "country = 'UK'" },
    };
    struct arena *a = arena_new(0);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *once = canonical(a, "order_line", cases[i][0]);
        assert_string_equal(once, cases[i][1]);
        assert_string_equal(canonical(a, "order_line", once), once);
    }
    arena_free(a);
}

static void time_spans_are_typed(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);

    assert_string_equal(canonical(a, "shipment", "at - paid_at <= 1440min"), "at - paid_at <= 1d");
    assert_string_equal(canonical(a, "shipment", "at <= promised_at + 90s"),
                        "at <= promised_at + 90s");
    assert_string_equal(canonical(a, "shipment", "at - paid_at <= 24"),
                        "expected a time span, found a whole number");
    arena_free(a);
}

static void what_does_not_fit_is_told(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "class > 3", "expected text, found a whole number" },
        { "class = sku and", "expected a column or a value, found the end" },
        { "quantity = title", "a whole number and text cannot be compared" },
        { "gross_e4 = 0.00001", "an amount has at most 4 decimals and 15 digits before" },
        { "quantity = 0.5", "expected a whole number, found a number" },
        { "quantity in (1, sku)", "expected a value, not a column" },
        { "quantity and matched",
          "expected a condition such as status = 'paid', found a whole number" },
        { "net_e4 * net_e4 > 1", "an amount of money * an amount of money is not possible" },
        { "local_date = 2010-02-30", "no such day: 2010-02-30" },
        { "class = 'x", "text is not closed: expected another '" },
        { "quantity > 99999999999999999999",
          "the number 99999999999999999999 has too many digits" },
        { "0.11111111111111111111111111111111111111111111111111111111111111111 = 1",
          "the number 0.1111111111111111111111111111111111111111111111111111111111 has too many "
          "digits" },
        { "quantity > 5kg",
          "\"5kg\" is not a number; spans are whole numbers with us, ms, s, min, "
          "h or d, as in 24h" },
        { "class = 'a'; drop", "unexpected character \";\"" },
        { "matched < true", "conditions have no order: use = or !=" },
        { "title contains sku", "expected text in quotes, not a column" },
    };
    struct arena *a = arena_new(0);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_string_equal(canonical(a, "order_line", cases[i][0]), cases[i][1]);
    arena_free(a);
}

static void where_binds_to_a_table_by_column_or_join(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    struct error why = { .lang = LANG_EN };
    const struct row_expr *where = NULL;
    const struct row_expr *on_orders = NULL;
    const struct row_expr *on_lines = NULL;
    assert_int_equal(kpi_where_parse(STR("country = 'UK'"), a, &where, &why), STATUS_OK);

    assert_int_equal(kpi_where_bind(where, commerce_table(STR("orders")), a, &on_orders, &why),
                     STATUS_OK);
    assert_int_equal(kpi_where_bind(where, commerce_table(STR("order_line")), a, &on_lines, &why),
                     STATUS_OK);

    assert_false(on_orders->args[0]->is_joined);
    assert_true(on_lines->args[0]->is_joined);
    assert_string_equal(on_lines->args[0]->column->name, "country");
    arena_free(a);
}

static void where_names_table_and_dimension_that_do_not_meet(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    struct error why = { .lang = LANG_EN };
    const struct row_expr *where = NULL;
    const struct row_expr *bound = NULL;
    assert_int_equal(kpi_where_parse(STR("brand = 'X'"), a, &where, &why), STATUS_OK);

    assert_int_equal(kpi_where_bind(where, commerce_table(STR("session")), a, &bound, &why),
                     STATUS_NOT_FOUND);

    assert_non_null(strstr(why.text, "table session (visits) has no dimension \"brand\""));
    assert_null(bound);
    arena_free(a);
}

static void a_wrong_where_says_where(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    struct error why = { .lang = LANG_EN };
    const struct row_expr *where = NULL;

    assert_int_equal(kpi_where_parse(STR("device = 'x' and contry = 'UK'"), a, &where, &why),
                     STATUS_BAD_INPUT);

    assert_string_equal(why.text,
                        "--where:1:18: unknown dimension \"contry\" (did you mean "
                        "\"country\"?); text stands in quotes");
    arena_free(a);
}

static void formulas_print_and_parse_back(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "a+b*c", "a + b * c" },     { "(a+b)*c", "(a + b) * c" },
        { "a-(b-c)", "a - (b - c)" }, { "a-b-c", "a - b - c" },
        { "a/(b/c)", "a / (b / c)" }, { "-(a+b)", "-(a + b)" },
        { "0.50*a", "0.5 * a" },      { "min( a,b ,3.0)", "min(a, b, 3)" },
    };
    struct arena *a = arena_new(0);
    for (size_t i = 0; i < 2 * ARRAY_LEN(cases); i++) {
        struct problems problems;
        problems_init(&problems, a, LANG_EN);
        const struct expr_place at = { .problems = &problems,
                                       .file = STR("x"),
                                       .line = 1,
                                       .column = 1,
                                       .text = str_from(cases[i / 2][i % 2]) };
        const struct raw_formula *f = formula_parse(&at, NULL, a);
        assert_non_null(f);
        struct buf out;
        buf_init(&out, 4096);
        raw_formula_print(f, &out);
        buf_addc(&out, '\0');
        assert_string_equal(out.data, cases[i / 2][1]);
        buf_release(&out);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_tree_has_one_spelling),
        cmocka_unit_test(time_spans_are_typed),
        cmocka_unit_test(what_does_not_fit_is_told),
        cmocka_unit_test(where_binds_to_a_table_by_column_or_join),
        cmocka_unit_test(where_names_table_and_dimension_that_do_not_meet),
        cmocka_unit_test(a_wrong_where_says_where),
        cmocka_unit_test(formulas_print_and_parse_back),
    };
    return cmocka_run_group_tests_name("kpi languages", tests, NULL, NULL);
}
