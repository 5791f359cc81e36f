/* The description of a shop agrees with itself. */
#include "commerce/commerce.h"
#include "commerce/platform.h"
#include "commerce/rollup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Lower case letters, digits and _, a letter first: nothing that SQL would need quotes for. */
static bool is_name(const char *s)
{
    if (s == NULL || s[0] < 'a' || s[0] > 'z')
        return false;
    return strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(s) && strlen(s) <= 63;
}

static bool is_told(const char *s)
{
    return s != NULL && s[0] != '\0' && str_is_utf8(str_from(s));
}

static void every_table_has_a_key_and_tells_what_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < commerce_table_count; i++) {
        const struct table *t = &commerce_tables[i];
        size_t keys = 0;
        for (size_t k = 0; k < t->column_count; k++)
            keys += t->columns[k].role == ROLE_KEY;
        if (keys == 0 || !is_name(t->name) || !is_told(t->about) || !is_told(t->label_en) ||
            !is_told(t->label_zh))
            fail_msg("table %s", t->name);
        assert_ptr_equal(commerce_table(str_from(t->name)), t);
    }
    assert_null(commerce_table(STR("order")));
    assert_null(commerce_table(STR_EMPTY));
}

/* What people read: never an id, and two tables are not called the same. */
static void tables_and_days_have_names_in_both_languages(void **state)
{
    (void)state;
    for (size_t i = 0; i < commerce_table_count; i++) {
        const struct table *t = &commerce_tables[i];
        for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++) {
            const str label = str_from(table_label(t, lang));
            if (str_find(label, STR("_")) < label.len)
                fail_msg("%s: %s", t->name, label.ptr);
            for (size_t k = 0; k < i; k++)
                assert_string_not_equal(label.ptr, table_label(&commerce_tables[k], lang));
            for (size_t k = 0; k < t->column_count; k++) {
                const struct column *c = &t->columns[k];
                if (c->type == COLUMN_DAY && table_date_label(c, lang) == c->name)
                    fail_msg("%s.%s has no name", t->name, c->name);
            }
        }
    }
    assert_string_equal(table_label(commerce_table(STR("session")), LANG_ZH), "访问");
    assert_true(table_tells_of_days(STR("order_line")) && table_tells_of_days(STR("session")));
    assert_false(table_tells_of_days(STR("fx_rate")) || table_tells_of_days(STR("target")));
}

static void columns_are_named_once_and_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < commerce_table_count; i++) {
        const struct table *t = &commerce_tables[i];
        for (size_t k = 0; k < t->column_count; k++) {
            const struct column *c = &t->columns[k];
            if (!is_name(c->name) || !is_told(c->about) || (unsigned)c->type >= COLUMN_TYPE_COUNT)
                fail_msg("%s.%s", t->name, c->name);
            /* the first of that name is this very one */
            assert_ptr_equal(table_column(t, str_from(c->name)), c);
        }
        assert_null(table_column(t, STR("superseded_by"))); /* of the history */
        assert_null(table_column(t, STR("no such column")));
    }
}

static void money_columns_and_only_they_end_in_e4(void **state)
{
    (void)state;
    for (size_t i = 0; i < commerce_table_count; i++) {
        const struct table *t = &commerce_tables[i];
        for (size_t k = 0; k < t->column_count; k++) {
            const struct column *c = &t->columns[k];
            const bool is_money = c->type == COLUMN_MONEY;
            if (is_money != str_ends(str_from(c->name), STR("_e4")))
                fail_msg("%s.%s", t->name, c->name);
            if (is_money && t->currency_column == NULL)
                fail_msg("%s.%s has no currency", t->name, c->name);
        }
    }
}

static void has_column(const struct table *t, const char *name, enum column_type type)
{
    const struct column *c = name != NULL ? table_column(t, str_from(name)) : NULL;
    if (name != NULL && (c == NULL || c->type != type))
        fail_msg("%s.%s", t->name, name);
}

static void dates_and_currencies_name_columns_of_their_type(void **state)
{
    (void)state;
    for (size_t i = 0; i < commerce_table_count; i++) {
        const struct table *t = &commerce_tables[i];
        has_column(t, t->date_column, COLUMN_DAY);
        has_column(t, t->order_date_column, COLUMN_DAY);
        has_column(t, t->currency_column, COLUMN_TEXT);
        if (t->kind == TABLE_FACT && t->date_column == NULL)
            fail_msg("fact %s has no date", t->name);
        if (!str_is(str_from(t->name), "benchmark")) /* of the market, not of a store */
            has_column(t, t->kind == TABLE_FACT ? "store" : NULL, COLUMN_TEXT);
        has_column(t, t->has_history ? "import_id" : NULL, COLUMN_KEY);
    }
}

static void roles_fit_their_types(void **state)
{
    (void)state;
    for (size_t i = 0; i < commerce_table_count; i++) {
        const struct table *t = &commerce_tables[i];
        for (size_t k = 0; k < t->column_count; k++) {
            const struct column *c = &t->columns[k];
            const bool is_number = c->type == COLUMN_MONEY || c->type == COLUMN_COUNT ||
                                   c->type == COLUMN_QUANTITY || c->type == COLUMN_REAL;
            const bool is_time =
                c->type == COLUMN_DAY || c->type == COLUMN_TIME || c->type == COLUMN_MINUTE;
            if ((c->role == ROLE_DIMENSION && c->type != COLUMN_TEXT) ||
                (c->role == ROLE_MEASURE && !is_number) || (c->role == ROLE_TIME && !is_time))
                fail_msg("%s.%s", t->name, c->name);
        }
    }
}

/* The fact has the dimension itself, or the join column that leads to it. */
static bool reaches(const struct table *t, const struct dimension *d)
{
    if (table_column(t, str_from(d->column)) != NULL)
        return true;
    return d->via != NULL && table_column(t, str_from(d->via)) != NULL;
}

static void dimensions_lead_to_columns(void **state)
{
    (void)state;
    for (size_t i = 0; i < commerce_dimension_count; i++) {
        const struct dimension *d = &commerce_dimensions[i];
        size_t facts = 0;
        if (!is_name(d->name) || !is_told(d->name_en) || !is_told(d->name_zh))
            fail_msg("dimension %s", d->name);
        assert_ptr_equal(commerce_dimension(str_from(d->name)), d); /* named once */
        for (size_t k = 0; k < commerce_table_count; k++)
            facts += commerce_tables[k].kind != TABLE_ENTITY && reaches(&commerce_tables[k], d);
        if (facts == 0)
            fail_msg("no fact has the dimension %s", d->name);
        assert_true((d->table == NULL) == (d->via == NULL));
        if (d->table == NULL)
            continue;
        const struct table *home = commerce_table(str_from(d->table));
        if (home == NULL || table_column(home, str_from(d->column)) == NULL ||
            table_column(home, str_from(d->via)) == NULL)
            fail_msg("dimension %s: %s.%s via %s", d->name, d->table, d->column, d->via);
    }
    assert_null(commerce_dimension(STR("chanel")));
}

/* A join column has one type wherever it stands, or the join would compare unlike things. */
static void columns_of_one_name_have_one_type(void **state)
{
    (void)state;
    struct map *types = map_new();
    assert_non_null(types);
    for (size_t i = 0; i < commerce_table_count; i++) {
        const struct table *t = &commerce_tables[i];
        for (size_t k = 0; k < t->column_count; k++) {
            const struct column *c = &t->columns[k];
            const uint64_t *known = map_get(types, str_from(c->name));
            if (known != NULL && *known != c->type)
                fail_msg("%s.%s has another type than elsewhere", t->name, c->name);
            assert_true(map_put(types, str_from(c->name), c->type));
        }
    }
    map_free(types);
}

static void line_classes_are_read_as_they_are_written(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LINE_CLASS_COUNT; i++) {
        const enum line_class c = (enum line_class)i;
        enum line_class back = LINE_CLASS_COUNT;
        assert_true(is_name(line_class_name(c)));
        assert_true(line_class_parse(str_from(line_class_name(c)), &back));
        assert_int_equal(back, c);
        assert_true(is_told(line_class_label(c, LANG_EN)));
        assert_true(is_told(line_class_label(c, LANG_ZH)));
        assert_string_not_equal(line_class_label(c, LANG_EN), line_class_label(c, LANG_ZH));
    }
    enum line_class none = LINE_sale;
    assert_false(line_class_parse(STR("Sale"), &none));
    assert_false(line_class_parse(STR_EMPTY, &none));
    assert_int_equal(none, LINE_sale);
    assert_string_equal(line_class_name(LINE_stock_move), "stock_move");
    assert_string_equal(line_class_label(LINE_return, LANG_ZH), "退货");
}

static size_t count(str text, const char *what)
{
    const str needle = str_from(what);
    size_t n = 0;
    for (size_t at = str_find(text, needle); at < text.len; at = str_find(text, needle)) {
        text = str_skip(text, at + needle.len);
        n++;
    }
    return n;
}

static void the_documentation_names_all_tables_columns_and_dimensions(void **state)
{
    (void)state;
    struct buf b;
    size_t columns = 0;
    buf_init(&b, (size_t)1024 * 1024);
    commerce_docs(&b);
    assert_true(buf_ok(&b));
    const str text = buf_str(&b);
    for (size_t i = 0; i < commerce_table_count; i++) {
        char heading[100];
        (void)snprintf(heading, sizeof heading, "\n## %s\n", commerce_tables[i].name);
        assert_int_equal(count(text, heading), 1);
        columns += commerce_tables[i].column_count;
    }
    /* a row each, and two lines of a head for each table, the dimensions, the measures */
    assert_int_equal(count(text, "\n|"),
                     columns + commerce_dimension_count + platform_measure_count +
                         2 * (commerce_table_count + 2));
    buf_release(&b);
}

static void platform_measures_are_named_once_and_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < platform_measure_count; i++) {
        const struct platform_measure *m = &platform_measures[i];
        if (!is_name(m->name) || !is_told(m->name_en) || !is_told(m->name_zh) || !is_name(m->feeds))
            fail_msg("platform measure %s", m->name);
        assert_ptr_equal(platform_measure(str_from(m->name)), m); /* the first of that name */
        /* what an article's row carries is a measure of the same kind */
        const struct platform_measure *item =
            m->of_item != NULL ? platform_measure(str_from(m->of_item)) : m;
        if (item == NULL || item->kind != m->kind || item->unit != m->unit)
            fail_msg("platform measure %s of an article", m->name);
        for (size_t k = 0; k < i; k++) {
            if (strcmp(platform_measures[k].feeds, m->feeds) == 0 ||
                strcmp(platform_measures[k].name_zh, m->name_zh) == 0)
                fail_msg("platform measure %s repeats %s", m->name, platform_measures[k].name);
        }
    }
    assert_null(platform_measure(STR("visitor")));
    assert_null(platform_measure(STR_EMPTY));
    /* people are never added, amounts are */
    assert_int_equal(platform_measure(STR("visitors"))->kind, PLATFORM_DISTINCT);
    assert_int_equal(platform_measure(STR("paying_buyers"))->kind, PLATFORM_DISTINCT);
    assert_int_equal(platform_measure(STR("cart_users"))->kind, PLATFORM_DISTINCT);
    assert_int_equal(platform_measure(STR("paid_amount"))->kind, PLATFORM_ADDITIVE);
    assert_int_equal(platform_measure(STR("paid_amount"))->unit, PLATFORM_MONEY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_table_has_a_key_and_tells_what_it_is),
        cmocka_unit_test(tables_and_days_have_names_in_both_languages),
        cmocka_unit_test(columns_are_named_once_and_told),
        cmocka_unit_test(money_columns_and_only_they_end_in_e4),
        cmocka_unit_test(dates_and_currencies_name_columns_of_their_type),
        cmocka_unit_test(roles_fit_their_types),
        cmocka_unit_test(dimensions_lead_to_columns),
        cmocka_unit_test(columns_of_one_name_have_one_type),
        cmocka_unit_test(line_classes_are_read_as_they_are_written),
        cmocka_unit_test(the_documentation_names_all_tables_columns_and_dimensions),
        cmocka_unit_test(platform_measures_are_named_once_and_told),
    };
    return cmocka_run_group_tests_name("commerce: tables", tests, NULL, NULL);
}
