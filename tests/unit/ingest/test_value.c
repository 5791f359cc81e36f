#include "ingest/reading/reading_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>

static const struct value_rules rules = { .decimal_mark = '.' };

/* Reads and gives the value; fails the test when it does not fit. */
static struct cell read_as(enum field_kind kind, const char *text)
{
    struct cell out;
    const char *reason = value_read(kind, &rules, NULL, NULL, str_from(text), &out);
    if (reason != NULL)
        fail_msg("%s: %s", text, reason);
    return out;
}

static void check_money(const char *text, int64_t e4)
{
    const struct cell c = read_as(FIELD_MONEY, text);
    assert_false(c.is_null);
    assert_int_equal(c.i64, e4);
}

static void an_error_cell_is_no_empty_one(void **state)
{
    static const char *const errors[] = { "#N/A",          "#REF!",   "#VALUE!",   " #DIV/0! ",
                                          "#NAME?",        "#NUM!",   "#NULL!",    "#SPILL!",
                                          "#CALC!",        "#FIELD!", "#BLOCKED!", "#CONNECT!",
                                          "#GETTING_DATA", "#n/a",    "#ref!",     "#Value!",
                                          "'#div/0!" };
    static const enum field_kind kinds[] = { FIELD_MONEY, FIELD_QUANTITY, FIELD_ID,
                                             FIELD_DAY,   FIELD_STATUS,   FIELD_CURRENCY };
    struct cell out;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
        for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
            assert_string_equal(value_read(kinds[k], &rules, NULL, NULL, str_from(errors[i]), &out),
                                "an error of a spreadsheet's formula in place of a value");
        assert_true(read_as(FIELD_TEXT, errors[i]).is_null);
    }
    assert_true(read_as(FIELD_MONEY, "N/A").is_null);
    assert_true(read_as(FIELD_MONEY, "n/a").is_null);
    assert_false(read_as(FIELD_ID, "#1001").is_null);
    assert_false(read_as(FIELD_ID, "#NA-7").is_null);
}

static void thousands_marks_follow_the_decimal_mark(void **state)
{
    static const struct value_rules comma = { .decimal_mark = ',' };
    static const struct {
        const char *text;
        int64_t e4; /* -1: refused */
    } cases[] = { { "12,5", 125000 },      { "1.234", 12340000 },   { "1.234,5", 12345000 },
                  { "1 234,5", 12345000 }, { "-1.234", -12340000 }, { "12.345.678", 123456780000 },
                  { "0.125", -1 },         { "12.5", -1 },          { "1 23", -1 },
                  { "1.234 567", -1 } };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct cell out = { .i64 = 0 };
        const char *reason =
            value_read(FIELD_MONEY, &comma, NULL, NULL, str_from(cases[i].text), &out);
        assert_int_equal(reason == NULL, cases[i].e4 != -1);
        if (reason == NULL)
            assert_int_equal(out.i64, cases[i].e4);
    }
    check_money("1 234.5", 12345000);
    assert_non_null(value_read(FIELD_MONEY, &rules, NULL, NULL, STR("0,125"), &(struct cell){ 0 }));
}

static void a_share_is_what_is_taken_off_however_it_is_written(void **state)
{
    static const struct {
        enum share_form form;
        const char *text;
        int64_t e9; /* -1: refused */
    } cases[] = {
        { SHARE_PERCENT, "20", 200000000 },
        { SHARE_PERCENT, "20%", 200000000 },
        { SHARE_PERCENT, "12.5", 125000000 },
        { SHARE_PERCENT, "-20 %", 200000000 },
        { SHARE_PERCENT, "101", -1 },
        { SHARE_OF_ONE, "0.2", 200000000 },
        { SHARE_OF_ONE, "20%", 200000000 },
        { SHARE_OF_ONE, "20", -1 },
        { SHARE_PAID, "0.8", 200000000 },
        { SHARE_PAID, "80%", 200000000 },
        { SHARE_PAID, "1", 0 },
        { SHARE_PAID, "0", 0 },
        { SHARE_PERCENT, "8折", 200000000 },
        { SHARE_SIGNED, "８５折", 150000000 },
        { SHARE_SIGNED, "9.5折", 50000000 },
        { SHARE_SIGNED, "5%", 50000000 },
        { SHARE_SIGNED, "5", -1 },
        { SHARE_SIGNED, "0.00", 0 },
        { SHARE_PERCENT, "half", -1 },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct value_rules form = { .decimal_mark = '.', .share = cases[i].form };
        struct cell out = { .i64 = 0 };
        const char *reason =
            value_read(FIELD_SHARE, &form, NULL, NULL, str_from(cases[i].text), &out);
        assert_int_equal(reason == NULL, cases[i].e9 != -1);
        if (reason == NULL)
            assert_int_equal(out.i64, cases[i].e9);
    }
}

static void money_loses_what_is_wrapped_around_it(void **state)
{
    (void)state;
    check_money("12.50", 125000);
    check_money("=\"12.50\"", 125000);
    check_money("'12.50", 125000);
    check_money("\t12.50", 125000);
    check_money("¥12.50", 125000);
    check_money("￥ 1,234.50", 12345000);
    check_money("12.50元", 125000);
    check_money("$1,234", 12340000);
    check_money("1,234,567.89", 12345678900);
    check_money("€12.50", 125000);
    check_money("(12.50)", -125000);
    check_money("-$12.50", -125000);
    check_money("-¥12.50", -125000);
    check_money("12.50 €", 125000);
    check_money("\xc2\xa0"
                "12.50\xc2\xa0",
                125000);
    check_money("１２．５０", 125000);
    check_money("－￥１，２３４．５０", -12345000);
    check_money("−3", -30000);
    check_money("无退款申请", 0);
}

static void numbers_may_be_told_in_myriads(void **state)
{
    static const char *const refused[] = {
        "万", "1.2k", "1.2M", "1万2", "1.5万万", "99999999999亿"
    };
    struct cell out;
    (void)state;
    check_money("1.25万", 125000000);
    check_money("1.23456789万", 123456789);
    check_money("-1.5 万元", -150000000);
    check_money("¥1,200.5万", 120050000000);
    check_money("3.4亿", 3400000000000);
    check_money("(２万)", -200000000);
    assert_int_equal(read_as(FIELD_QUANTITY, "1.2万").i64, 12000);
    assert_int_equal(read_as(FIELD_QUANTITY, "3万件").i64, 30000);
    assert_true(read_as(FIELD_REAL, "1.2万").f64 == 12000);
    assert_string_equal(value_read(FIELD_QUANTITY, &rules, NULL, NULL, STR("1.23456万"), &out),
                        "not a whole number");
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        if (value_read(FIELD_MONEY, &rules, NULL, NULL, str_from(refused[i]), &out) == NULL)
            fail_msg("%s is read", refused[i]);
    }
}

static void ratings_may_be_told_in_stars(void **state)
{
    static const struct {
        const char *text;
        double stars; /* 0: refused */
    } cases[] = { { "4/5", 4 },      { "4.5 / 5", 4.5 }, { "★★★★☆", 4 },
                  { "⭐⭐⭐", 3 },      { "★★★½", 3.5 },    { "4星", 4 },
                  { "四星", 4 },     { "5 颗星", 5 },    { "4.0 out of 5 stars", 4 },
                  { "3 Stars", 3 },  { "1 star", 1 },    { "4.8分", 4.8 },
                  { "５／５", 5 },   { "8/10", 0 },      { "6/5", 0 },
                  { "☆☆☆☆☆", 0 },    { "★★★★★★", 0 },    { "六星", 0 },
                  { "4/5/2026", 0 }, { "-1/5", 0 },      { "/5", 0 },
                  { "星", 0 },       { "0 stars", -1 } };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct cell out = { .f64 = 0 };
        const char *reason =
            value_read(FIELD_REAL, &rules, NULL, NULL, str_from(cases[i].text), &out);
        if ((reason == NULL) != (cases[i].stars != 0) ||
            (reason == NULL && cases[i].stars > 0 && out.f64 != cases[i].stars))
            fail_msg("%s: %g", cases[i].text, out.f64);
    }
}

static void a_comma_that_groups_nothing_is_refused(void **state)
{
    struct cell out;
    (void)state;
    assert_non_null(value_read(FIELD_MONEY, &rules, NULL, NULL, STR("12,50"), &out));
    assert_non_null(value_read(FIELD_MONEY, &rules, NULL, NULL, STR("1,2345"), &out));
    assert_non_null(value_read(FIELD_MONEY, &rules, NULL, NULL, STR("无退款"), &out));
}

static void a_sign_twice_is_no_number(void **state)
{
    static const char *const texts[] = { "(-10.00)", "--10.00", "-(-10.00)", "-£-10.00", "(+10)" };
    struct cell out;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (value_read(FIELD_MONEY, &rules, NULL, NULL, str_from(texts[i]), &out) == NULL)
            fail_msg("%s is read", texts[i]);
    }
}

static void a_percentage_is_an_amount_of_measures_only(void **state)
{
    const struct value_rules measures = { .decimal_mark = '.', .takes_percent = true };
    struct cell out;
    (void)state;
    assert_non_null(value_read(FIELD_MONEY, &rules, NULL, NULL, STR("10%"), &out));
    assert_non_null(value_read(FIELD_MONEY, &rules, NULL, NULL, STR("１０％"), &out));
    assert_null(value_read(FIELD_MONEY, &measures, NULL, NULL, STR("10%"), &out));
    assert_int_equal(out.i64, 100000);
}

static void check_product(int64_t quantity, const char *price, int64_t e4)
{
    const struct cell c = read_as(FIELD_MONEY, price);
    int64_t out = 0;
    assert_true(reading_line_product(quantity, &c, &out));
    assert_int_equal(out, e4);
}

static void quantity_x_price_is_rounded_once(void **state)
{
    const struct cell most = { .i64 = MONEY_MAX_E4 };
    int64_t out = 0;
    (void)state;
    check_product(1000, "1.23456", 12345600);
    check_product(-1000, "1.23456", -12345600);
    check_product(1000, "-1.23456", -12345600);
    check_product(3, "0.333333", 10000);
    check_product(1000000, "0.00004", 400000);
    check_product(1000000, "(0.00004)", -400000);
    check_product(100000, "922337203.12345", 922337203123450000);
    check_product(80000, "2.5499999999999998", 2040000000);
    assert_true(reading_line_product(1, &most, &out));
    assert_false(reading_line_product(2, &most, &out));
}

static void percentages_and_counts(void **state)
{
    (void)state;
    assert_true(read_as(FIELD_REAL, "12.5%").f64 == 0.125);
    assert_true(read_as(FIELD_REAL, "１２．５％").f64 == 0.125);
    assert_int_equal(read_as(FIELD_QUANTITY, "1,234").i64, 1234);
    assert_int_equal(read_as(FIELD_QUANTITY, "３").i64, 3);
    assert_int_equal(read_as(FIELD_QUANTITY, "2件").i64, 2);
    assert_int_equal(read_as(FIELD_QUANTITY, "12 pcs").i64, 12);
}

static void marks_of_nothing_are_no_value(void **state)
{
    static const char *const marks[] = { "", "-", "--", "—", "——", "－", "/", "\xc2\xa0", "无" };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        assert_true(read_as(FIELD_MONEY, marks[i]).is_null);
    assert_true(read_as(FIELD_TEXT, "—").is_null);
    assert_false(read_as(FIELD_TEXT, "/").is_null); /* a page's path */
}

static void ids_stay_text(void **state)
{
    static const struct {
        const char *written;
        const char *id;
    } ids[] = { { "17850.0", "17850" },
                { "0012", "0012" },
                { "=\"0012\"", "0012" },
                { "\t6917930123456789012", "6917930123456789012" },
                { "'6917930123456789012", "6917930123456789012" },
                { "A-1.0", "A-1.0" } };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        const struct cell c = read_as(FIELD_ID, ids[i].written);
        assert_true(str_is(c.text, ids[i].id));
    }
}

/* A column of ids as the shape of a file. */
static enum status check_ids(const char *const *ids, size_t n, struct error *why)
{
    str cells[16];
    const str *rows[16];
    int64_t lines[16];
    const str name = STR("订单编号");
    assert_true(n <= 16);
    for (size_t i = 0; i < n; i++) {
        cells[i] = str_from(ids[i]);
        rows[i] = &cells[i];
        lines[i] = (int64_t)i + 5;
    }
    const struct row_shape shape = {
        .n_columns = 1, .columns = &name, .n_samples = n, .samples = rows, .sample_lines = lines
    };
    return reading_check_ids(&shape, 0, why);
}

static void ids_that_excel_destroyed_refuse_their_column(void **state)
{
    static const char *const shown[] = { "1001", "6.91793E+18" };
    static const char *const cut[] = {
        "6917930123450000", "6917930123456780000", "6917930123456790000", "6917930123456800000"
    };
    struct error why = { .lang = LANG_ZH };
    (void)state;
    assert_int_equal(check_ids(shown, ARRAY_LEN(shown), &why), STATUS_BAD_INPUT);
    assert_true(str_contains(str_from(why.text), STR("订单编号")));
    assert_true(str_contains(str_from(why.text), STR("6")));
    assert_true(str_contains(str_from(why.text), STR("Excel 已经破坏")));
    assert_int_equal(check_ids(cut, ARRAY_LEN(cut), &why), STATUS_BAD_INPUT);
}

static void ids_that_only_look_like_it_are_fine(void **state)
{
    static const char *const one[] = { "6917930123456780000",
                                       "6917930123456780000",
                                       "6917930123456781234" };
    static const char *const repeated[] = { "6917930123456780000", "6917930123456780000" };
    static const char *const texts[] = { "E+1", "A1E+5", "2E+", "20240301000000" };
    struct error why = { 0 };
    (void)state;
    assert_int_equal(check_ids(one, ARRAY_LEN(one), &why), STATUS_OK);
    assert_int_equal(check_ids(repeated, ARRAY_LEN(repeated), &why), STATUS_OK);
    assert_int_equal(check_ids(texts, 2, &why), STATUS_OK);
    assert_int_equal(check_ids(texts + 3, 1, &why), STATUS_OK);
}

static void states_are_known_in_many_words(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        const char *status;
    } cases[] = {
        { "Payment failed", "cancelled" },
        { "payment_failed", "cancelled" },
        { "VOID", "cancelled" },
        { "wc-checkout-draft", "cancelled" },
        { "Cancelled by me", "cancelled" },
        { "canceled_by_user", "cancelled" },
        { "关闭", "cancelled" },
        { "Awaiting payment", "unpaid" },
        { "等待买家付款", "unpaid" },
        { "待付尾款", "unpaid" },
        { "交易失败", "cancelled" },
        { "付款以前，卖家或买家主动关闭交易", "cancelled" },
        { "付款以后用户退款成功，交易自动关闭", "refunded" },
        { "退款成功", "refunded" },
        { "Fully refunded", "refunded" },
        { "On hold", "placed" },
        { "Cancelled Reversal", "Cancelled Reversal" },
        { "cancelled by", "cancelled by" },
        { "Voided twice", "Voided twice" },
        { "", "" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const str got = status_canonical(str_from(cases[i].word));
        if (!str_is(got, cases[i].status))
            fail_msg("%s: %.*s", cases[i].word, STR_ARG(got));
    }
}

static void states_of_money_are_known_in_many_words(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        const char *refund;
        const char *payment;
    } cases[] = {
        { "succeeded", "succeeded", "success" },
        { "Success", "succeeded", "success" },
        { "SUCCESS", "succeeded", "success" },
        { "Completed", "succeeded", "success" },
        { "refunded", "succeeded", "refunded" },
        { "Partially-Refunded", "succeeded", "refunded" },
        { "已退款", "succeeded", "refunded" },
        { "退款成功", "succeeded", "refunded" },
        { "退款完成", "succeeded", "退款完成" },
        { "未发货，退款成功", "succeeded", "未发货，退款成功" },
        { "成功", "succeeded", "success" },
        { "支付成功", "支付成功", "success" },
        { "已支付", "已支付", "success" },
        { "paid", "succeeded", "success" },
        { "TRADE_SUCCESS", "TRADE_SUCCESS", "success" },
        { "TRADE_CLOSED", "TRADE_CLOSED", "TRADE_CLOSED" },
        { "退款中", "pending", "退款中" },
        { "退款关闭", "withdrawn", "退款关闭" },
        { "卖家拒绝退款", "refused", "卖家拒绝退款" },
        { "买家已经申请退款，等待卖家同意", "requested", "买家已经申请退款，等待卖家同意" },
        { "卖家已经同意退款，等待买家退货", "requested", "卖家已经同意退款，等待买家退货" },
        { "退款失败", "failed", "退款失败" },
        { "failed", "failed", "failed" },
        { "canceled", "cancelled", "cancelled" },
        { "待付款", "pending", "pending" },
        { "Closed", "Closed", "Closed" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const str refund = value_refund_state(str_from(cases[i].word));
        const str payment = value_payment_state(str_from(cases[i].word));
        if (!str_is(refund, cases[i].refund))
            fail_msg("refund %s: %.*s", cases[i].word, STR_ARG(refund));
        if (!str_is(payment, cases[i].payment))
            fail_msg("payment %s: %.*s", cases[i].word, STR_ARG(payment));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_are_known_in_many_words),
        cmocka_unit_test(an_error_cell_is_no_empty_one),
        cmocka_unit_test(states_of_money_are_known_in_many_words),
        cmocka_unit_test(thousands_marks_follow_the_decimal_mark),
        cmocka_unit_test(a_share_is_what_is_taken_off_however_it_is_written),
        cmocka_unit_test(money_loses_what_is_wrapped_around_it),
        cmocka_unit_test(numbers_may_be_told_in_myriads),
        cmocka_unit_test(ratings_may_be_told_in_stars),
        cmocka_unit_test(a_comma_that_groups_nothing_is_refused),
        cmocka_unit_test(a_sign_twice_is_no_number),
        cmocka_unit_test(a_percentage_is_an_amount_of_measures_only),
        cmocka_unit_test(quantity_x_price_is_rounded_once),
        cmocka_unit_test(percentages_and_counts),
        cmocka_unit_test(marks_of_nothing_are_no_value),
        cmocka_unit_test(ids_stay_text),
        cmocka_unit_test(ids_that_excel_destroyed_refuse_their_column),
        cmocka_unit_test(ids_that_only_look_like_it_are_fine),
    };
    return cmocka_run_group_tests_name("ingest/value", tests, NULL, NULL);
}
