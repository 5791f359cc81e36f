#include "sql/sql.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_text(const struct sql *q, const char *wanted)
{
    struct buf got;
    buf_init(&got, 4096);
    buf_add(&got, sql_text(q));
    buf_addc(&got, '\0');
    assert_true(buf_ok(&got));
    assert_string_equal(got.data, wanted);
    buf_release(&got);
}

static void add_filtered_sum(struct sql *q)
{
    sql_aggregate(q, &(struct sql_aggregate){ .kind = SQL_SUM, .filtered = true });
    sql_column(q, STR("order_line"), STR("net_e4"));
    sql_aggregate_where(q);
    sql_column(q, STR("order_line"), STR("class"));
    sql_add(q, " = ");
    sql_bind_text(q, STR("sale"));
    sql_aggregate_end(q);
}

static void each_dialect_filters_an_aggregate_its_own_way(void **state)
{
    (void)state;
    struct sql duck;
    struct sql click;
    sql_init(&duck, SQL_DUCKDB);
    sql_init(&click, SQL_CLICKHOUSE);

    add_filtered_sum(&duck);
    add_filtered_sum(&click);

    assert_text(&duck,
                "sum(\"order_line\".\"net_e4\") FILTER (WHERE \"order_line\".\"class\" = $1)");
    assert_text(&click, "sumIf(\"order_line\".\"net_e4\", \"order_line\".\"class\" = {p1:String})");
    sql_release(&duck);
    sql_release(&click);
}

static void add_filtered_count_and_percentile(struct sql *q)
{
    sql_aggregate(q, &(struct sql_aggregate){ .kind = SQL_COUNT_ROWS, .filtered = true });
    sql_aggregate_where(q);
    sql_name(q, STR("has_sale"));
    sql_aggregate_end(q);
    sql_add(q, ", ");
    sql_aggregate(q, &(struct sql_aggregate){ .kind = SQL_QUANTILE, .permille = 75 });
    sql_name(q, STR("lcp_ms"));
    sql_aggregate_end(q);
    sql_add(q, ", ");
    sql_aggregate(
        q, &(struct sql_aggregate){ .kind = SQL_QUANTILE, .permille = 500, .filtered = true });
    sql_name(q, STR("lcp_ms"));
    sql_aggregate_where(q);
    sql_name(q, STR("is_new"));
    sql_aggregate_end(q);
}

static void counts_of_rows_and_percentiles_are_written_for_each_dialect(void **state)
{
    (void)state;
    struct sql duck;
    struct sql click;
    sql_init(&duck, SQL_DUCKDB);
    sql_init(&click, SQL_CLICKHOUSE);

    add_filtered_count_and_percentile(&duck);
    add_filtered_count_and_percentile(&click);

    assert_text(&duck,
                "count(*) FILTER (WHERE \"has_sale\"), quantile_cont(\"lcp_ms\", 0.075), "
                "quantile_cont(\"lcp_ms\", 0.500) FILTER (WHERE \"is_new\")");
    assert_text(&click,
                "countIf(\"has_sale\"), quantileExactInclusive(0.075)(\"lcp_ms\"), "
                "quantileExactInclusiveIf(0.500)(\"lcp_ms\", \"is_new\")");
    sql_release(&duck);
    sql_release(&click);
}

static void equal_values_share_a_parameter(void **state)
{
    (void)state;
    struct sql q;
    sql_init(&q, SQL_DUCKDB);

    sql_bind_text(&q, STR("a"));
    sql_bind_day(&q, 14579);
    sql_bind_i64(&q, 14579);
    sql_bind_text(&q, STR("a"));
    sql_bind_day(&q, 14579);

    assert_text(&q, "$1$2$3$1$2");
    assert_int_equal(q.value_count, 3);
    sql_release(&q);
}

static void a_hostile_text_is_only_ever_a_value(void **state)
{
    (void)state;
    struct error why = { .lang = LANG_EN };
    struct sql q;
    sql_init(&q, SQL_DUCKDB);

    sql_add(&q, "SELECT 1 WHERE x = ");
    sql_bind_text(&q, STR("'; DROP TABLE orders; --"));

    assert_int_equal(sql_finish(&q, &why), STATUS_OK);
    assert_text(&q, "SELECT 1 WHERE x = $1");
    sql_release(&q);
}

static void a_bad_name_fails_the_statement_and_is_named(void **state)
{
    (void)state;
    const char *const bad[] = { "", "a b", "a\"b", "1a", "naïve", "a;", "a.b" };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct error why = { .lang = LANG_EN };
        struct sql q;
        sql_init(&q, SQL_DUCKDB);
        sql_name(&q, str_from(bad[i]));
        sql_name(&q, STR("fine"));
        assert_false(sql_ok(&q));
        assert_int_not_equal(sql_finish(&q, &why), STATUS_OK);
        if (bad[i][0] != '\0')
            assert_non_null(strstr(why.text, bad[i]));
        sql_release(&q);
    }
}

static void a_week_starts_on_the_day_that_the_shop_says(void **state)
{
    (void)state;
    struct sql duck;
    struct sql click;
    sql_init(&duck, SQL_DUCKDB);
    sql_init(&click, SQL_CLICKHOUSE);

    sql_period_start(&duck, SQL_WEEK_START, 7, STR("f"), STR("d"));
    sql_period_start(&click, SQL_WEEK_START, 1, STR("f"), STR("d"));

    assert_text(&duck, "(\"f\".\"d\" - CAST((isodow(\"f\".\"d\") + 0) % 7 AS INTEGER))");
    assert_text(&click, "(\"f\".\"d\" - ((toDayOfWeek(\"f\".\"d\") + 6) % 7))");
    sql_release(&duck);
    sql_release(&click);
}

static void too_many_values_are_an_error_and_not_a_cut(void **state)
{
    (void)state;
    struct error why = { .lang = LANG_EN };
    struct sql q;
    sql_init(&q, SQL_DUCKDB);

    for (size_t i = 0; i <= SQL_VALUES_MAX; i++)
        sql_bind_i64(&q, (int64_t)i);

    assert_int_equal(sql_finish(&q, &why), STATUS_TOO_LARGE);
    sql_release(&q);
}

static void values_that_read_as_themselves_stand_in_place(void **state)
{
    (void)state;
    struct sql q;
    struct buf got;
    sql_init(&q, SQL_DUCKDB);
    buf_init(&got, 4096);
    sql_bind_i64(&q, INT64_MIN);
    sql_add(&q, " a ");
    sql_bind_day(&q, 0);
    sql_add(&q, " b ");
    sql_bind_text(&q, STR("ad-hoc 7:30+08_x@y.z/w"));
    sql_add(&q, " c ");
    sql_bind_i64(&q, INT64_MIN);

    assert_true(sql_inline(&q, &got));

    buf_addc(&got, '\0');
    assert_string_equal(got.data,
                        "CAST(-9223372036854775808 AS BIGINT) a DATE '1970-01-01' b "
                        "CAST('ad-hoc 7:30+08_x@y.z/w' AS VARCHAR) c "
                        "CAST(-9223372036854775808 AS BIGINT)");
    buf_release(&got);
    sql_release(&q);
}

/* Whether a statement with this one value is written with it in place. */
static bool is_inlined(const struct sql_value *v)
{
    struct sql q;
    struct buf got;
    sql_init(&q, SQL_DUCKDB);
    buf_init(&got, 4096);
    if (v->type == SQL_TEXT)
        sql_bind_text(&q, v->text);
    else if (v->type == SQL_DAY)
        sql_bind_day(&q, (int32_t)v->i64);
    else
        sql_bind_f64(&q, v->f64);
    const bool is = sql_inline(&q, &got);
    buf_release(&got);
    sql_release(&q);
    return is;
}

static void other_values_stay_bound(void **state)
{
    (void)state;
    static const char *const texts[] = { "'",        "a'b",          "\\",   "$1",   "a;b",
                                         "\"",       "--\n",         "x\ty", "a(b)", "/*",
                                         "\xC2\xA0", "\xE2\x80\x99", "%",    "\x7F" };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_false(is_inlined(&(struct sql_value){ SQL_TEXT, .text = str_from(texts[i]) }));
    for (unsigned c = 0; c < 256; c++) {
        const char one = (char)c;
        const bool plain = c < 128 && (isalnum((int)c) || strchr(" -_./:+@", (int)c) != NULL);
        const struct sql_value v = { SQL_TEXT, .text = { &one, 1 } };
        assert_int_equal(is_inlined(&v), c != 0 && plain);
    }
    char longest[201];
    memset(longest, 'a', sizeof longest);
    assert_true(is_inlined(&(struct sql_value){ SQL_TEXT, .text = { longest, 200 } }));
    assert_false(is_inlined(&(struct sql_value){ SQL_TEXT, .text = { longest, 201 } }));
    assert_true(is_inlined(&(struct sql_value){ SQL_DAY, .i64 = -719162 }));
    assert_false(is_inlined(&(struct sql_value){ SQL_DAY, .i64 = -719163 }));
    assert_true(is_inlined(&(struct sql_value){ SQL_DAY, .i64 = 2932896 }));
    assert_false(is_inlined(&(struct sql_value){ SQL_DAY, .i64 = 2932897 }));
    assert_false(is_inlined(&(struct sql_value){ SQL_F64, .f64 = 0.1 }));
}

static void a_description_lists_the_values(void **state)
{
    (void)state;
    struct sql q;
    struct buf out;
    sql_init(&q, SQL_DUCKDB);
    buf_init(&out, 4096);

    sql_bind_text(&q, STR("a\nb'c"));
    sql_add(&q, " ");
    sql_bind_day(&q, 14944);
    sql_describe(&q, &out);
    buf_addc(&out, '\0');

    assert_string_equal(out.data, "$1 $2\n-- $1 = 'a b''c'\n-- $2 = 2010-12-01\n");
    buf_release(&out);
    sql_release(&q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_dialect_filters_an_aggregate_its_own_way),
        cmocka_unit_test(counts_of_rows_and_percentiles_are_written_for_each_dialect),
        cmocka_unit_test(equal_values_share_a_parameter),
        cmocka_unit_test(a_hostile_text_is_only_ever_a_value),
        cmocka_unit_test(a_bad_name_fails_the_statement_and_is_named),
        cmocka_unit_test(a_week_starts_on_the_day_that_the_shop_says),
        cmocka_unit_test(too_many_values_are_an_error_and_not_a_cut),
        cmocka_unit_test(values_that_read_as_themselves_stand_in_place),
        cmocka_unit_test(other_values_stay_bound),
        cmocka_unit_test(a_description_lists_the_values),
    };
    return cmocka_run_group_tests_name("sql", tests, NULL, NULL);
}
