/* Mappings: names of columns, patterns, and rules that survive being written. */
#include "ingest/reading/line_class_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct mapping *parsed(struct arena *a, str text, char *problem, size_t size)
{
    struct problems p;
    struct error why = { .lang = LANG_EN };
    struct mapping *m = NULL;
    problems_init(&p, a, LANG_EN);
    if (mapping_parse(text, STR("m.yaml"), a, &p, &m, &why) == STATUS_OK)
        return m;
    (void)snprintf(problem, size, "%s", why.text);
    return NULL;
}

static void names_of_columns_agree_without_case_blanks_and_width(void **state)
{
    (void)state;
    str currency = STR_EMPTY;
    assert_true(mapping_column_fits(STR("Items sold"), STR("Items Sold "), NULL));
    assert_true(mapping_column_fits(STR("商品总价(元)"), STR("商品总价（元）"), NULL));
    assert_true(mapping_column_fits(STR("联系电话"), STR("\t联系电话 "), NULL));
    assert_false(mapping_column_fits(STR("实际平台补贴"), STR("实际平台补贴_运费"), NULL));
    assert_true(mapping_column_fits(STR("Day | 天 | Tag"), STR("天"), NULL));
    assert_false(mapping_column_fits(STR("Day | 天 | Tag"), STR("Days"), NULL));
    assert_true(mapping_column_fits(
        STR("Amount spent ({currency})"), STR("Amount spent (EUR)"), &currency));
    assert_true(str_is(currency, "EUR"));
    assert_false(
        mapping_column_fits(STR("Amount spent ({currency})"), STR("Amount spent (euro)"), NULL));
    assert_false(mapping_column_fits(STR("Amount spent ({currency})"), STR("Amount spent"), NULL));
    assert_false(mapping_column_fits(STR_EMPTY, STR("x"), NULL));
}

static void a_star_stands_for_any_text(void **state)
{
    (void)state;
    assert_true(mapping_pattern_fits(STR("*退款*"), STR("已退款成功")));
    assert_true(mapping_pattern_fits(STR("*退款"), STR("全额退款")));
    assert_false(mapping_pattern_fits(STR("*退款"), STR("退款中")));
    assert_true(mapping_pattern_fits(STR("-*"), STR("-5.00")));
    assert_false(mapping_pattern_fits(STR("-*"), STR("5.00")));
    assert_true(mapping_pattern_fits(STR("*"), STR("x")));
    assert_false(mapping_pattern_fits(STR("*"), STR_EMPTY));
    assert_true(mapping_pattern_fits(STR_EMPTY, STR_EMPTY));
    assert_true(mapping_pattern_fits(STR("*gift card*"), STR("Gift Card 50")));
    assert_false(mapping_pattern_fits(STR("出账"), STR("出账单")));
}

static void a_delimiter_of_several_bytes_is_told(void **state)
{
    (void)state;
    char problem[512] = "";
    struct arena *a = arena_new(0);
    const str text = STR("name: x\ntarget: product\ndelimiter: \"||\"\ncolumns:\n  a: sku\n");

    assert_null(parsed(a, text, problem, sizeof problem));

    assert_non_null(strstr(problem, "m.yaml:3:"));
    assert_non_null(strstr(problem, "a delimiter is one byte"));
    arena_free(a);
}

static void every_preset_is_read_and_written_without_loss(void **state)
{
    (void)state;
    for (size_t i = 0; i < preset_count(); i++) {
        struct arena *a = arena_new(0);
        struct error why = { .lang = LANG_EN };
        struct mapping *m = NULL;
        struct buf once;
        struct buf twice;
        char problem[500] = "";
        buf_init(&once, (size_t)256 * 1024);
        buf_init(&twice, (size_t)256 * 1024);
        if (preset_load(i, a, &m, &why) != STATUS_OK)
            fail_msg("%s", why.text);
        mapping_write(m, &once);
        const struct mapping *again = parsed(a, buf_str(&once), problem, sizeof problem);
        if (again == NULL)
            fail_msg("%.*s: %s", STR_ARG(m->name), problem);
        mapping_write(again, &twice);
        assert_true(buf_ok(&once) && buf_ok(&twice));
        assert_true(str_eq(buf_str(&once), buf_str(&twice)));
        assert_int_equal(again->sum_count, m->sum_count);
        assert_int_equal(again->check_count, m->check_count);
        assert_int_equal(again->row_rule_count, m->row_rule_count);
        assert_int_equal(again->unpivot_count, m->unpivot_count);
        buf_release(&once);
        buf_release(&twice);
        arena_free(a);
    }
}

static void every_preset_is_named_in_the_help(void **state)
{
    (void)state;
    for (size_t i = 0; i < preset_count(); i++) {
        struct arena *a = arena_new(0);
        struct mapping *m = NULL;
        bool named = false;
        assert_int_equal(preset_load(i, a, &m, NULL), STATUS_OK);
        for (size_t k = 0; import_preset_name(k) != NULL; k++)
            named = named || str_is(m->name, import_preset_name(k));
        if (!named)
            fail_msg("%.*s", STR_ARG(m->name));
        arena_free(a);
    }
}

static void a_mapping_without_a_target_is_told_so(void **state)
{
    static const char *const texts[] = { "name: m\ncolumns:\n  N: order_id\n",
                                         "name: m\ntable: order_lines\n",
                                         "name: m\ntarget:\ncolumns:\n  N: order_id\n" };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct arena *a = arena_new(0);
        char problem[500] = "";
        assert_null(parsed(a, str_from(texts[i]), problem, sizeof problem));
        if (strstr(problem, "the key \"target\" is missing") == NULL)
            fail_msg("%s: %s", texts[i], problem);
        arena_free(a);
    }
}

static void mistakes_in_rules_are_told_with_their_place(void **state)
{
    static const struct {
        const char *text;
        const char *told;
    } cases[] = {
        { "sums:\n  paidd: [A]\n", "no field \"paidd\"" },
        { "sums:\n  order_id: [A]\n", "is no amount" },
        { "rules:\n  - set: {nothing: x}\n", "no field \"nothing\"" },
        { "rules:\n  - copy: {paid: placed_at}\n", "of different kinds" },
        { "rules:\n  - when: {A: x}\n    sett: {status: paid}\n", "sett" },
        { "checks:\n  - sum: [A]\n    equals: [B]\n", "name" },
        { "unpivot:\n  A: visitors\n", "platform_stat" },
        { "words:\n  statuss: {a: b}\n", "no field \"statuss\"" },
        { "classes:\n  - sku: [A]\n", "the key \"class\" is missing" },
        { "classes:\n  -\n  - {}\n", "the key \"class\" is missing" },
        { "classes:\n  - class: parcel\n", "no line class \"parcel\"" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena *a = arena_new(0);
        char problem[500] = "";
        const str text = arena_printf(
            a, "name: m\ntarget: order_lines\ncolumns:\n  N: order_id\n%s", cases[i].text);
        assert_null(parsed(a, text, problem, sizeof problem));
        if (strstr(problem, cases[i].told) == NULL || strstr(problem, "m.yaml:") == NULL)
            fail_msg("%s: %s", cases[i].text, problem);
        arena_free(a);
    }
}

/* Quantity and price of a line, and the class that each word for a sign gives it. */
static void a_sign_is_what_it_says_also_once_written(void **state)
{
    static const char text[] = "name: m\ntarget: order_lines\ncolumns:\n  N: order_id\nclasses:\n"
                               "  - class: fee\n    quantity: zero\n"
                               "  - class: adjustment\n    price: negative\n"
                               "  - class: gift_card\n    price: zero\n"
                               "  - class: stock_move\n    quantity: negative\n"
                               "  - class: shipping\n    quantity: any\n    price: positive\n";
    static const struct {
        int64_t quantity;
        int64_t price_e4;
        enum line_class is;
    } rows[] = { { 0, 5, LINE_fee },          { 0, -5, LINE_fee },      { 1, -5, LINE_adjustment },
                 { -1, -5, LINE_adjustment }, { 1, 0, LINE_gift_card }, { -1, 0, LINE_gift_card },
                 { -1, 5, LINE_stock_move },  { 1, 5, LINE_shipping } };
    struct arena *a = arena_new(0);
    char problem[512] = "";
    struct buf again;
    (void)state;
    buf_init(&again, 4096);
    struct mapping *m = parsed(a, str_from(text), problem, sizeof problem);
    assert_non_null(m);
    mapping_write(m, &again);
    const struct mapping *both[] = { m, parsed(a, buf_str(&again), problem, sizeof problem) };
    for (size_t w = 0; w < ARRAY_LEN(both); w++) {
        assert_non_null(both[w]);
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
            const struct line_facts f = { .quantity = rows[i].quantity,
                                          .price_e4 = rows[i].price_e4,
                                          .gross_e4 = rows[i].quantity * rows[i].price_e4 };
            assert_int_equal(line_class_of(both[w], &f), rows[i].is);
        }
    }
    buf_release(&again);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_columns_agree_without_case_blanks_and_width),
        cmocka_unit_test(a_star_stands_for_any_text),
        cmocka_unit_test(a_delimiter_of_several_bytes_is_told),
        cmocka_unit_test(every_preset_is_read_and_written_without_loss),
        cmocka_unit_test(every_preset_is_named_in_the_help),
        cmocka_unit_test(a_mapping_without_a_target_is_told_so),
        cmocka_unit_test(mistakes_in_rules_are_told_with_their_place),
        cmocka_unit_test(a_sign_is_what_it_says_also_once_written),
    };
    return cmocka_run_group_tests_name("ingest: mappings", tests, NULL, NULL);
}
