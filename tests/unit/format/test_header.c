#include "rows_rig.h"

static bool is_shop_word(const void *self, str name)
{
    static const char *const words[] = { "订单编号", "下单时间", "商品ID", "商品名称",
                                         "Day",      "Campaign", "Cost",   "金额" };
    (void)self;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_is(name, words[i]))
            return true;
    return false;
}

static const struct row_options known = { .is_known = is_shop_word };

static void check_shape(str bytes, int64_t titles, int64_t line, size_t rows)
{
    struct row_file *f = rig_open(bytes, &known);
    const struct row_shape *shape = row_file_shape(f);
    assert_int_equal(shape->title_rows, titles);
    assert_int_equal(shape->header_line, line);
    assert_int_equal(shape->header_rows, rows);
    row_file_close(f);
}

static void a_title_block_above_known_names_is_skipped_and_counted(void **state)
{
    const str text =
        STR("店铺订单报表\n导出时间：2024-03-05\n\n订单编号,下单时间,数\n1,2024-03-01,2\n"
            "2,2024-03-02,3\n");
    (void)state;
    check_shape(text, 2, 4, 1);
    rig_check(text, &known, "订单编号|下单时间|数", "1@5: 1|2024-03-01|2\n2@6: 2|2024-03-02|3\n");
}

static void titles_padded_with_commas_are_titles_too(void **state)
{
    const str text = STR("Campaign report,,,\n\"Mar 1, 2024 - Mar 2, 2024\",,,\n"
                         "Day,Campaign,Cost,X\n2024-03-01,a,2.50,1\n2024-03-02,a,3,1\n");
    (void)state;
    check_shape(text, 2, 3, 1);
    rig_check(
        text, &known, "Day|Campaign|Cost|X", "1@4: 2024-03-01|a|2.50|1\n2@5: 2024-03-02|a|3|1\n");
}

static void without_known_names_the_texts_above_numbers_are_the_header(void **state)
{
    const str text = STR("Weekly numbers,,\n,,\nalpha,beta,gamma\nx,1,2\ny,3,4\n");
    (void)state;
    check_shape(text, 2, 3, 1);
    rig_check(text, &known, "alpha|beta|gamma", "1@4: x|1|2\n2@5: y|3|4\n");
}

static void an_ordinary_header_stays_the_header(void **state)
{
    (void)state;
    check_shape(STR("a,b\nDay,Cost\nx,1\n"), 0, 1, 1); /* words of data */
    check_shape(STR("one,two\n1,2\n"), 0, 1, 1);
    check_shape(STR("Day\n2024-03-01\n"), 0, 1, 1);
    check_shape(STR("1,2\n3,4\n"), 0, 0, 0);
}

static void two_header_rows_are_joined(void **state)
{
    const str text =
        STR("商品ID,商品名称,支付,,退款,\n,,金额,件数,金额,件数\n7,x,2.50,3,0,0\n8,y,1,1,0,0\n");
    (void)state;
    check_shape(text, 0, 1, 2);
    rig_check(text,
              &known,
              "商品ID|商品名称|支付 / 金额|支付 / 件数|退款 / 金额|退款 / 件数",
              "1@3: 7|x|2.50|3|0|0\n2@4: 8|y|1|1|0|0\n");
}

static void a_row_of_text_below_the_header_is_data(void **state)
{
    const str text = STR("订单编号,下单时间,\nx,y,z\n1,2,3\n");
    (void)state;
    rig_check(text, &known, "订单编号|下单时间|", "1@2: x|y|z\n2@3: 1|2|3\n");
}

static void names_lose_what_is_wrapped_around_them(void **state)
{
    (void)state;
    rig_check(STR("=\"订单编号\",\t下单时间,\xc2\xa0金额\xc2\xa0\n1,2,3\n"),
              &known,
              "订单编号|下单时间|金额",
              "1@2: 1|2|3\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_title_block_above_known_names_is_skipped_and_counted),
        cmocka_unit_test(titles_padded_with_commas_are_titles_too),
        cmocka_unit_test(without_known_names_the_texts_above_numbers_are_the_header),
        cmocka_unit_test(an_ordinary_header_stays_the_header),
        cmocka_unit_test(two_header_rows_are_joined),
        cmocka_unit_test(a_row_of_text_below_the_header_is_data),
        cmocka_unit_test(names_lose_what_is_wrapped_around_them),
    };
    return cmocka_run_group_tests_name("format/header", tests, NULL, NULL);
}
