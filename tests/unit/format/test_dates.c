#include "rows_rig.h"

static void check_parse(enum date_form form, const char *text, const char *expected)
{
    const struct date_pattern p = { .form = form };
    struct stamp st;
    struct buf b;
    buf_init(&b, 200);
    if (date_parse(&p, str_from(text), &st)) {
        buf_add_day(&b, st.day);
        if (st.has_time)
            buf_addf(&b, " %lld", (long long)st.us_of_day);
        if (st.has_offset)
            buf_addf(&b, " %+d", st.offset_s);
    } else {
        buf_adds(&b, "no");
    }
    buf_addc(&b, 0);
    if (strcmp(b.data, expected) != 0)
        fail_msg("%s \"%s\": %s, expected %s", date_form_name(form), text, b.data, expected);
    buf_release(&b);
}

static const struct {
    enum date_form form;
    const char *text;
    const char *expected;
} date_cases[] = {
    { DATE_FORM_YMD, "2010-12-01 08:26:00", "2010-12-01 30360000000" },
    { DATE_FORM_YMD, "2010/12/1 8:26", "2010-12-01 30360000000" },
    { DATE_FORM_YMD, "2010-12-01T08:26:00Z", "2010-12-01 30360000000 +0" },
    { DATE_FORM_YMD, "2008-01-10T11:00:00-05:00", "2008-01-10 39600000000 -18000" },
    { DATE_FORM_YMD, "2010-12-01 08:26:00.123456789+0800", "2010-12-01 30360123456 +28800" },
    { DATE_FORM_YMD, "2019-10-01 00:00:00 UTC", "2019-10-01 0 +0" },
    { DATE_FORM_YMD, "2019-10-01 00:00:00 GMT+8", "2019-10-01 0 +28800" },
    { DATE_FORM_YMD, " 2010.12.01 ", "2010-12-01" },
    { DATE_FORM_YMD, "2016-12-31 23:59:60", "2016-12-31 86399999999" },
    { DATE_FORM_YMD, "2010-12-01 8:26 PM", "2010-12-01 73560000000" },
    { DATE_FORM_YMD, "2010-12-01 12:05 am", "2010-12-01 300000000" },
    { DATE_FORM_YMD, "2010-02-29", "no" },
    { DATE_FORM_YMD, "2010-12-01 24:00:00", "no" },
    { DATE_FORM_YMD, "2010-12-01 08:60:00", "no" },
    { DATE_FORM_YMD, "2010-12-01 08:26:0", "no" },
    { DATE_FORM_YMD, "2010-12/01", "no" },
    { DATE_FORM_YMD, "2010-12-01 08:26:00 CST", "no" },
    { DATE_FORM_YMD, "2010-12-01 13:00 PM", "no" },
    { DATE_FORM_MDY, "10/2/2017 10:56", "2017-10-02 39360000000" },
    { DATE_FORM_MDY, "12/31/10", "2010-12-31" },
    { DATE_FORM_MDY, "12/31/99", "1999-12-31" },
    { DATE_FORM_MDY, "13/1/2010", "no" },
    { DATE_FORM_DMY, "01.12.2010 8:26", "2010-12-01 30360000000" },
    { DATE_FORM_DMY, "31/12/2010", "2010-12-31" },
    { DATE_FORM_COMPACT, "19970101", "1997-01-01" },
    { DATE_FORM_COMPACT, "20101201082600", "2010-12-01 30360000000" },
    { DATE_FORM_COMPACT, "201012010826", "2010-12-01 30360000000" },
    { DATE_FORM_COMPACT, "20101201T082600Z", "2010-12-01 30360000000 +0" },
    { DATE_FORM_COMPACT, "20101301", "no" },
    { DATE_FORM_COMPACT, "2010120108", "no" },
    { DATE_FORM_CHINESE, "2010年12月1日 8:26", "2010-12-01 30360000000" },
    { DATE_FORM_CHINESE, "2010年12月1日8时26分", "2010-12-01 30360000000" },
    { DATE_FORM_CHINESE, "2010年12月1日 下午8:26:00", "2010-12-01 73560000000" },
    { DATE_FORM_CHINESE, "2010年12月01日", "2010-12-01" },
    { DATE_FORM_NAMED, "1 Dec 2010", "2010-12-01" },
    { DATE_FORM_NAMED, "December 1st, 2010 8:26 AM", "2010-12-01 30360000000" },
    { DATE_FORM_NAMED, "Wed, 01 Dec 2010 08:26:00 +0000", "2010-12-01 30360000000 +0" },
    { DATE_FORM_NAMED, "01-Dec-10", "2010-12-01" },
    { DATE_FORM_NAMED, "10/Oct/2000:13:55:36 -0700", "2000-10-10 50136000000 -25200" },
    { DATE_FORM_NAMED, "1 Foo 2010", "no" },
    { DATE_FORM_UNIX_S, "1291191960", "2010-12-01 30360000000 +0" },
    { DATE_FORM_UNIX_S, "1291191960.5", "2010-12-01 30360500000 +0" },
    { DATE_FORM_UNIX_MS, "1291191960123", "2010-12-01 30360123000 +0" },
    { DATE_FORM_UNIX_US, "1291191960123456", "2010-12-01 30360123456 +0" },
    { DATE_FORM_UNIX_S, "-1", "1969-12-31 86399000000 +0" },
    { DATE_FORM_EXCEL, "40513.351388889", "2010-12-01 30360000000" },
    { DATE_FORM_EXCEL, "40513", "2010-12-01" },
    { DATE_FORM_EXCEL_1904, "39051", "2010-12-01" },
    { DATE_FORM_YMD, "", "no" },
    { DATE_FORM_NONE, "2010-12-01", "no" },
};

static void every_form_reads_its_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(date_cases); i++)
        check_parse(date_cases[i].form, date_cases[i].text, date_cases[i].expected);
}

static void forms_are_found_from_samples(void **state)
{
    static const struct {
        const char *samples[4];
        enum date_form form;
        bool is_ambiguous;
    } cases[] = {
        { { "2010-12-01 08:26:00", "", "2011-01-02 00:00:00" }, DATE_FORM_YMD, false },
        { { "10/2/2017 10:56", "10/13/2017 9:00" }, DATE_FORM_MDY, false },
        { { "2/10/2017", "13/10/2017" }, DATE_FORM_DMY, false },
        { { "10/2/2017", "10/3/2017", "10/4/2017" }, DATE_FORM_MDY, true }, /* closer together */
        { { "2/10/2017", "3/10/2017", "4/10/2017" }, DATE_FORM_DMY, true },
        { { "5/5/2017" }, DATE_FORM_DMY, true },
        { { "1/2/2026", "13/2/2026", "14/2/2026", "2/14/2026" }, DATE_FORM_DMY, true },
        { { "01.12.2010 8:26", "02.12.2010" }, DATE_FORM_DMY, false },
        { { "19970101", "19970112" }, DATE_FORM_COMPACT, false },
        { { "1511544070", "1511561733" }, DATE_FORM_UNIX_S, false },
        { { "1511544070123" }, DATE_FORM_UNIX_MS, false },
        { { "1511544070123456" }, DATE_FORM_UNIX_US, false },
        { { "40513.35", "40514" }, DATE_FORM_EXCEL, false },
        { { "2010年12月1日 8:26" }, DATE_FORM_CHINESE, false },
        { { "Dec 1, 2010", "Jan 2, 2011" }, DATE_FORM_NAMED, false },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        str samples[4];
        struct date_pattern p = { 0 };
        struct error why = { 0 };
        for (size_t k = 0; k < 4; k++)
            samples[k] = str_from(cases[i].samples[k]);
        assert_int_equal(date_pattern_detect(samples, 4, DATE_FORM_NONE, &p, &why), STATUS_OK);
        assert_int_equal(p.form, cases[i].form);
        assert_int_equal(p.is_ambiguous, cases[i].is_ambiguous);
    }
}

static void an_ambiguous_order_follows_the_preference(void **state)
{
    (void)state;
    const str samples[] = { STR("10/2/2017"), STR("10/3/2017") };
    struct date_pattern p;
    assert_int_equal(date_pattern_detect(samples, 2, DATE_FORM_DMY, &p, NULL), STATUS_OK);
    assert_int_equal(p.form, DATE_FORM_DMY);
    assert_true(p.is_ambiguous);
}

static void what_is_no_date_is_not_found(void **state)
{
    static const char *const texts[] = {
        "536365", "85123A", "17850.0", "2.55", "United Kingdom", ""
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        const str sample = str_from(texts[i]);
        struct date_pattern p;
        struct error why = { 0 };
        const enum status st = date_pattern_detect(&sample, 1, DATE_FORM_NONE, &p, &why);
        if (i == 2) /* a customer id of five digits may look like a serial day: the caller knows */
            assert_true(st == STATUS_NOT_FOUND || p.form == DATE_FORM_EXCEL);
        else
            assert_int_equal(st, STATUS_NOT_FOUND);
    }
}

static void bad_samples_are_counted(void **state)
{
    (void)state;
    str samples[20];
    struct date_pattern p;
    for (size_t i = 0; i < 20; i++)
        samples[i] = STR("2010-12-01");
    samples[7] = STR("soon");
    assert_int_equal(date_pattern_detect(samples, 20, DATE_FORM_NONE, &p, NULL), STATUS_OK);
    assert_int_equal(p.n_bad, 1);
    assert_int_equal(p.first_bad, 7);
    samples[1] = samples[2] = samples[7];
    assert_int_equal(date_pattern_detect(samples, 20, DATE_FORM_NONE, &p, NULL), STATUS_NOT_FOUND);
}

static void plausible_is_1990_to_the_day_after_tomorrow(void **state)
{
    (void)state;
    const int64_t now = 1800000000 * US_PER_SECOND;
    struct stamp st = { .day = (int32_t)(now / US_PER_DAY) + 1 };
    assert_true(stamp_is_plausible(&st, now));
    st.day += 2;
    assert_false(stamp_is_plausible(&st, now));
    st.day = 0;
    assert_false(stamp_is_plausible(&st, now));
}

static void a_date_tells_the_order_when_only_one_reads_it(void **state)
{
    (void)state;
    assert_int_equal(date_order_told(STR("12/13/2010 8:26")), DATE_FORM_MDY);
    assert_int_equal(date_order_told(STR("13/12/2010")), DATE_FORM_DMY);
    assert_int_equal(date_order_told(STR("12/1/2010")), DATE_FORM_NONE);
    assert_int_equal(date_order_told(STR("13/13/2010")), DATE_FORM_NONE);
    assert_int_equal(date_order_told(STR("")), DATE_FORM_NONE);
}

static void names_of_forms_read_back(void **state)
{
    (void)state;
    for (unsigned f = DATE_FORM_NONE + 1; f < DATE_FORM_COUNT; f++) {
        enum date_form back;
        assert_true(date_form_parse(str_from(date_form_name((enum date_form)f)), &back));
        assert_int_equal(back, f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_reads_its_texts),
        cmocka_unit_test(forms_are_found_from_samples),
        cmocka_unit_test(an_ambiguous_order_follows_the_preference),
        cmocka_unit_test(what_is_no_date_is_not_found),
        cmocka_unit_test(bad_samples_are_counted),
        cmocka_unit_test(plausible_is_1990_to_the_day_after_tomorrow),
        cmocka_unit_test(a_date_tells_the_order_when_only_one_reads_it),
        cmocka_unit_test(names_of_forms_read_back),
    };
    return cmocka_run_group_tests_name("format: dates", tests, NULL, NULL);
}
