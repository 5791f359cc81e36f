/* The catalogue, dimensions and calendar as the board needs them. */
#include "board_rig.h"

static void a_kpi_says_what_it_needs_and_what_drives_it(void **state)
{
    (void)state;
    struct board_rig *b = board_rig_new(rig_definitions);

    BOARD_OK(b, board_kpis(ask, w, why));

    const struct json_node *kpis = json_get(b->json, "kpis");
    const struct json_node *aov = board_item(kpis, "id", "aov");
    const struct json_node *rate = board_item(kpis, "id", "session_cr");
    bool is_true = false;
    assert_true(json_as_bool(json_get(aov, "available"), &is_true));
    assert_true(is_true);
    assert_true(json_as_bool(json_get(rate, "available"), &is_true));
    assert_false(is_true);
    assert_true(str_contains(board_at(rate, "needs"), STR("visits")));
    assert_str(board_at(json_at(json_get(aov, "drivers"), 0), "x"), "(none)");
    str first = STR_EMPTY;
    assert_true(json_as_str(json_at(json_get(aov, "drivers"), 0), &first));
    assert_str(first, "net_sales");
    assert_str(board_at(aov, "direction"), "up");
    assert_str(board_at(aov, "origin"), "shop");
    board_rig_free(b);
}

static bool has(const struct json_node *list, const char *wanted)
{
    for (size_t i = 0; i < json_node_len(list); i++) {
        str one = STR_EMPTY;
        if (json_as_str(json_at(list, i), &one) && str_is(one, wanted))
            return true;
    }
    return false;
}

/* On the order's day there is no time of day. */
static void grains_are_those_that_a_question_may_ask_by(void **state)
{
    (void)state;
    struct board_rig *b = board_rig_new(NULL);

    BOARD_OK(b, board_kpis(ask, w, why));

    const struct json_node *kpis = json_get(b->json, "kpis");
    assert_true(has(json_get(board_item(kpis, "id", "net_sales"), "grains"), "hour"));
    assert_false(has(json_get(board_item(kpis, "id", "net_sales_od"), "grains"), "hour"));
    assert_false(has(json_get(board_item(kpis, "id", "return_rate_units"), "grains"), "hour"));
    assert_true(has(json_get(board_item(kpis, "id", "return_rate_units"), "grains"), "day"));
    board_rig_free(b);
}

/* An order with two articles counts at both. */
static void parts_are_told_from_what_overlaps(void **state)
{
    (void)state;
    static const char *const of_orders[] = { "store", "channel", "country", "segment" };
    static const char *const of_lines[] = { "sku", "product", "category", "brand", "class" };
    struct board_rig *b = board_rig_new(NULL);

    BOARD_OK(b, board_kpis(ask, w, why));

    const struct json_node *kpis = json_get(b->json, "kpis");
    const struct json_node *orders = json_get(board_item(kpis, "id", "orders"), "adds_up_by");
    const struct json_node *units = json_get(board_item(kpis, "id", "units"), "adds_up_by");
    for (size_t i = 0; i < ARRAY_LEN(of_orders); i++) {
        assert_true(has(orders, of_orders[i]));
        assert_true(has(units, of_orders[i]));
    }
    for (size_t i = 0; i < ARRAY_LEN(of_lines); i++) {
        assert_false(has(orders, of_lines[i]));
        assert_true(has(units, of_lines[i]));
    }
    assert_int_equal(json_node_len(json_get(board_item(kpis, "id", "aov"), "adds_up_by")), 0);
    board_rig_free(b);
}

static void dimension_values_are_searched_in_the_scope_by_value_and_title(void **state)
{
    (void)state;
    struct board_rig *b = board_rig_new(rig_definitions);
    const struct board_page all = { .limit = 2 };
    const struct board_page second = { .limit = 2, .cursor = STR("2") };
    const struct board_page red = { .q = STR("红色") };
    const struct board_page lamp = { .q = STR("LAMP") };
    const str only = STR("a");

    BOARD_OK(b, board_dimension_values(ask, STR("sku"), &all, w, why));
    assert_str(board_at(b->json, "total"), "3");
    assert_str(board_at(b->json, "next"), "2");
    assert_int_equal(json_node_len(json_get(b->json, "items")), 2);
    BOARD_OK(b, board_dimension_values(ask, STR("sku"), &second, w, why));
    assert_int_equal(json_node_len(json_get(b->json, "items")), 1);
    assert_str(board_at(b->json, "next"), "(none)");
    BOARD_OK(b, board_dimension_values(ask, STR("sku"), &red, w, why));
    assert_str(board_at(json_at(json_get(b->json, "items"), 0), "value"), "Y");
    BOARD_OK(b, board_dimension_values(ask, STR("sku"), &lamp, w, why));
    assert_str(board_at(b->json, "total"), "1");

    b->ask.stores = &only;
    b->ask.store_count = 1;
    BOARD_OK(b, board_dimension_values(ask, STR("sku"), &lamp, w, why));
    assert_str(board_at(b->json, "total"), "0");
    BOARD_OK(b, board_dimension_values(ask, STR("store"), &all, w, why));
    assert_str(board_at(b->json, "total"), "1");
    BOARD_OK(b, board_dimension_values(ask, STR("country"), &all, w, why));
    assert_str(board_at(json_at(json_get(b->json, "items"), 0), "value"), "France");
    assert_str(board_at(b->json, "total"), "1");
    BOARD(b, board_dimension_values(ask, STR("countri"), &all, w, why));
    assert_int_equal(b->status, STATUS_NOT_FOUND);
    board_rig_free(b);
}

static void bands_have_festivals_and_the_shops_own_events(void **state)
{
    (void)state;
    struct board_rig *b = board_rig_new(rig_definitions);
    rig_exec(b->rig,
             "INSERT INTO calendar_event (event_id, kind, name_en, local_date, end_date) VALUES"
             " ('spring', 'promo', 'Spring sale', '2026-11-10', '2026-11-12')");
    rig_exec(b->rig,
             "INSERT INTO definition_text VALUES ('h1', 'aov', 0, 'x'),"
             " ('h2', 'aov', 1794045600000000, 'y')");

    BOARD_OK(b, board_calendar(ask, STR("2026-11-01"), STR("2026-11-30"), w, why));

    const struct json_node *bands = json_get(b->json, "bands");
    assert_str(board_at(board_item(bands, "id", "double-11"), "from"), "2026-11-11");
    assert_str(board_at(board_item(bands, "id", "spring"), "to"), "2026-11-12");
    assert_str(board_at(board_item(bands, "id", "spring"), "kind"), "promotion");
    assert_null(board_item(bands, "id", "christmas"));
    assert_str(board_at(json_at(json_get(b->json, "definition_changes"), 0), "day"), "2026-11-07");
    BOARD(b, board_calendar(ask, STR("2026-11-31"), STR("2026-12-01"), w, why));
    assert_int_equal(b->status, STATUS_BAD_USAGE);
    board_rig_free(b);
}

static void presets_are_resolved_to_the_shops_today(void **state)
{
    (void)state;
    struct board_rig *b = board_rig_new(rig_definitions);
    static const struct {
        const char *id;
        const char *from;
        const char *to;
    } wanted[] = {
        { "today", "2026-11-23", "2026-11-23" },
        { "last-7", "2026-11-16", "2026-11-22" },
        { "this-month", "2026-11-01", "2026-11-23" },
        { "last-week", "2026-11-16", "2026-11-22" },
        { "since-cny", "2026-02-17", "2026-11-23" },
        { "618", "2026-05-22", "2026-06-20" },
        { "1111", "2026-10-21", "2026-11-11" },
        { "black-friday", "2026-11-20", "2026-11-23" },
    };

    BOARD_OK(b, board_periods(ask, w, why));

    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        const struct json_node *p = board_item(json_get(b->json, "items"), "id", wanted[i].id);
        assert_str(board_at(p, "from"), wanted[i].from);
        assert_str(board_at(p, "to"), wanted[i].to);
    }
    board_rig_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kpi_says_what_it_needs_and_what_drives_it),
        cmocka_unit_test(grains_are_those_that_a_question_may_ask_by),
        cmocka_unit_test(parts_are_told_from_what_overlaps),
        cmocka_unit_test(dimension_values_are_searched_in_the_scope_by_value_and_title),
        cmocka_unit_test(bands_have_festivals_and_the_shops_own_events),
        cmocka_unit_test(presets_are_resolved_to_the_shops_today),
    };
    return cmocka_run_group_tests_name("board/kpis", tests, NULL, NULL);
}
