/* The rollup specification agrees with the tables that it sums up. */
#include "commerce/rollup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct column *fact_column(const struct rollup *r, const char *name)
{
    const struct column *c = table_column(commerce_table(str_from(r->fact)), str_from(name));
    if (c == NULL)
        fail_msg("%s: %s has no column %s", r->table, r->fact, name);
    return c;
}

static void every_rollup_sums_up_a_fact(void **state)
{
    (void)state;
    assert_int_equal(commerce_rollup_count, 3);
    for (size_t i = 0; i < commerce_rollup_count; i++) {
        const struct rollup *r = &commerce_rollups[i];
        const struct table *fact = commerce_table(str_from(r->fact));
        assert_non_null(fact);
        assert_int_equal(fact->kind, TABLE_FACT);
        assert_ptr_equal(commerce_rollup(str_from(r->fact)), r);
        assert_null(commerce_table(str_from(r->table)));
        if (r->exclude != NULL)
            assert_int_equal(fact_column(r, r->exclude)->type, COLUMN_FLAG);
    }
    assert_null(commerce_rollup(STR("refund")));
}

static void bases_are_dates_and_leave_the_joint_one_free(void **state)
{
    (void)state;
    for (size_t i = 0; i < commerce_rollup_count; i++) {
        const struct rollup *r = &commerce_rollups[i];
        for (size_t k = 0; k < r->basis_count; k++) {
            const struct rollup_basis *b = &r->bases[k];
            assert_int_equal(b->id, k);
            assert_int_not_equal(b->id, ROLLUP_BASIS_BOTH);
            assert_int_equal(fact_column(r, b->date_column)->type, COLUMN_DAY);
            assert_ptr_equal(rollup_basis_find(r, str_from(b->date_column)), b);
        }
        assert_null(rollup_basis_find(r, STR("placed_at")));
    }
}

static void check_conditions(const struct rollup *r, const struct rollup_measure *m)
{
    for (size_t i = 0; i < rollup_rows_count(&m->rows); i++) {
        const enum column_type type = fact_column(r, m->rows.items[i].column)->type;
        const enum rollup_test test = m->rows.items[i].test;
        assert_true(test == ROLLUP_IS_KNOWN || type == COLUMN_FLAG || type == COLUMN_COUNT);
        assert_true(test == ROLLUP_IS_KNOWN || (test == ROLLUP_IS_TRUE) == (type == COLUMN_FLAG));
        assert_true(rollup_test_sql(test)[0] == ' ');
    }
}

static void keys_and_measures_read_columns_that_can_give_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < commerce_rollup_count; i++) {
        const struct rollup *r = &commerce_rollups[i];
        for (size_t k = 0; k < r->key_count; k++) {
            const enum column_type type = fact_column(r, r->keys[k].column)->type;
            assert_true(r->keys[k].kind != ROLLUP_KEY_VALUE || type == COLUMN_TEXT);
            assert_true(r->keys[k].kind != ROLLUP_KEY_TRUE || type == COLUMN_FLAG);
            assert_ptr_equal(rollup_key_find(r, str_from(r->keys[k].column)), &r->keys[k]);
        }
        for (size_t k = 0; k < r->measure_count; k++) {
            const struct rollup_measure *m = &r->measures[k];
            assert_int_equal(m->aggregate == ROLLUP_ROWS, m->column == NULL);
            const enum column_type type =
                m->column != NULL ? fact_column(r, m->column)->type : COLUMN_TEXT;
            assert_true(m->aggregate != ROLLUP_IDS || type == COLUMN_KEY);
            assert_true(m->aggregate != ROLLUP_SUM || type == COLUMN_MONEY ||
                        type == COLUMN_COUNT || type == COLUMN_QUANTITY);
            check_conditions(r, m);
            assert_ptr_equal(rollup_measure_find(r, m->aggregate, str_from(m->column), &m->rows),
                             m);
        }
    }
}

static void measures_are_found_only_with_all_they_ask_for(void **state)
{
    (void)state;
    static const struct rollup_rows every = { .items = { { .column = NULL } } };
    static const struct rollup_rows with_cost = { .items = { { "cost_e4", ROLLUP_IS_KNOWN } } };
    const struct rollup *r = commerce_rollup(STR("order_line"));
    const struct rollup_measure *m = rollup_measure_find(r, ROLLUP_SUM, STR("net_e4"), &with_cost);
    assert_string_equal(m->name, "net_with_cost_e4");
    assert_string_equal(rollup_measure_find(r, ROLLUP_SUM, STR("net_e4"), &every)->name, "net_e4");
    assert_string_equal(rollup_measure_find(r, ROLLUP_ROWS, STR("anything"), &every)->name,
                        "lines");
    assert_null(rollup_measure_find(r, ROLLUP_ROWS, STR_EMPTY, &with_cost));
    assert_null(rollup_measure_find(r, ROLLUP_SUM, STR("line_no"), &every));
    assert_null(rollup_measure_find(r, ROLLUP_IDS, STR("net_e4"), &every));
}

static void conditions_are_a_set_whatever_their_order(void **state)
{
    (void)state;
    const struct rollup *r = commerce_rollup(STR("session"));
    struct rollup_rows rows = { .items = { { "purchases", ROLLUP_IS_POSITIVE },
                                           { "cart_adds", ROLLUP_IS_POSITIVE } } };
    assert_string_equal(rollup_measure_find(r, ROLLUP_ROWS, STR_EMPTY, &rows)->name,
                        "visits_cart_done");
    rows.items[0].test = ROLLUP_IS_ZERO;
    assert_string_equal(rollup_measure_find(r, ROLLUP_ROWS, STR_EMPTY, &rows)->name,
                        "visits_cart_left");
    rows.items[0].test = ROLLUP_IS_ONE;
    assert_null(rollup_measure_find(r, ROLLUP_ROWS, STR_EMPTY, &rows));
    rows.items[0] = (struct rollup_condition){ .column = NULL };
    assert_string_equal(rollup_measure_find(r, ROLLUP_ROWS, STR_EMPTY, &rows)->name, "visits");
    rows.items[0] = (struct rollup_condition){ "cart_adds", ROLLUP_IS_POSITIVE };
    rows.items[1] = (struct rollup_condition){ .column = NULL };
    assert_string_equal(rollup_measure_find(r, ROLLUP_IDS, STR("visitor_key"), &rows)->name,
                        "visitors_cart");
}

static void the_first_set_is_the_total_and_ids_are_given_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < commerce_rollup_count; i++) {
        const struct rollup *r = &commerce_rollups[i];
        assert_int_equal(rollup_set_dims(&r->sets[0]), 0);
        assert_true(r->sets[0].by_day && r->sets[0].min_rows_per_cell == 0);
        for (size_t k = 0; k < r->set_count; k++) {
            for (size_t o = 0; o < k; o++)
                assert_int_not_equal(r->sets[k].id, r->sets[o].id);
        }
    }
}

static void a_set_is_found_by_its_dimensions_in_any_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < commerce_rollup_count; i++) {
        const struct rollup *r = &commerce_rollups[i];
        for (size_t k = 0; k < r->set_count; k++) {
            const struct rollup_set *s = &r->sets[k];
            const size_t n = rollup_set_dims(s);
            const str straight[] = { str_from(s->dims[0]), str_from(s->dims[1]) };
            const str crossed[] = { straight[1], straight[0] };
            bool swapped = true;
            assert_ptr_equal(rollup_set_find(r, straight, n, &swapped), s);
            assert_false(swapped);
            if (n != 2)
                continue;
            assert_ptr_equal(rollup_set_find(r, crossed, 2, &swapped), s);
            assert_true(swapped);
        }
    }
    bool swapped = false;
    const str none[] = { STR("city"), STR("coupon"), STR("device") };
    assert_null(rollup_set_find(&commerce_rollups[0], none, 1, &swapped));
    assert_null(rollup_set_find(&commerce_rollups[0], none, 2, &swapped));
    assert_null(rollup_set_find(&commerce_rollups[0], none, 3, &swapped));
}

static bool set_is_reached(const struct rollup *r, const struct rollup_set *s)
{
    for (size_t d = 0; d < rollup_set_dims(s); d++) {
        const struct dimension *dim = commerce_dimension(str_from(s->dims[d]));
        if (dim == NULL || rollup_dimension_source(r, dim) == 0)
            return false;
    }
    return true;
}

static void the_dimensions_of_sets_are_reached_from_their_fact(void **state)
{
    (void)state;
    for (size_t i = 0; i < commerce_rollup_count; i++) {
        const struct rollup *r = &commerce_rollups[i];
        for (size_t k = 0; k < r->set_count; k++) {
            if (!set_is_reached(r, &r->sets[k]))
                fail_msg("%s: set %d", r->table, r->sets[k].id);
        }
    }
    const struct rollup *line = commerce_rollup(STR("order_line"));
    const struct rollup *order = commerce_rollup(STR("orders"));
    assert_int_equal(rollup_dimension_source(line, commerce_dimension(STR("country"))), 'o');
    assert_int_equal(rollup_dimension_source(line, commerce_dimension(STR("brand"))), 'p');
    assert_int_equal(rollup_dimension_source(line, commerce_dimension(STR("sku"))), 'f');
    assert_int_equal(rollup_dimension_source(order, commerce_dimension(STR("country"))), 'f');
    assert_int_equal(rollup_dimension_source(order, commerce_dimension(STR("brand"))), 0);
    assert_int_equal(rollup_dimension_source(order, commerce_dimension(STR("carrier"))), 0);
}

static void names_of_a_rollups_columns_differ(void **state)
{
    (void)state;
    static const char *const fixed[] = { "basis", "grain", "store", "date", "set_id", "v1", "v2" };
    for (size_t i = 0; i < commerce_rollup_count; i++) {
        const struct rollup *r = &commerce_rollups[i];
        struct map *names = map_new();
        assert_non_null(names);
        for (size_t k = 0; k < ARRAY_LEN(fixed); k++)
            assert_true(map_put(names, str_from(fixed[k]), 1));
        for (size_t k = 0; k < r->key_count; k++)
            assert_true(map_put(names, str_from(r->keys[k].name), 1));
        for (size_t k = 0; k < r->measure_count; k++)
            assert_true(map_put(names, str_from(r->measures[k].name), 1));
        assert_int_equal(map_len(names), ARRAY_LEN(fixed) + r->key_count + r->measure_count);
        map_free(names);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rollup_sums_up_a_fact),
        cmocka_unit_test(bases_are_dates_and_leave_the_joint_one_free),
        cmocka_unit_test(keys_and_measures_read_columns_that_can_give_them),
        cmocka_unit_test(measures_are_found_only_with_all_they_ask_for),
        cmocka_unit_test(conditions_are_a_set_whatever_their_order),
        cmocka_unit_test(the_first_set_is_the_total_and_ids_are_given_once),
        cmocka_unit_test(a_set_is_found_by_its_dimensions_in_any_order),
        cmocka_unit_test(the_dimensions_of_sets_are_reached_from_their_fact),
        cmocka_unit_test(names_of_a_rollups_columns_differ),
    };
    return cmocka_run_group_tests_name("commerce: rollups", tests, NULL, NULL);
}
