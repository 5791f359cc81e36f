/* The overview's figures are those of query, in the row scope, with a sentence that says them. */
#include "board_rig.h"

static struct board_range november(void)
{
    return (struct board_range){ .from = STR("2026-11-01"), .to = STR("2026-11-22") };
}

static void cards_hold_the_figures_of_query(void **state)
{
    (void)state;
    struct board_rig *b = board_rig_new(rig_definitions);
    const struct board_range range = november();

    BOARD_OK(b, board_overview(ask, &range, NULL, 0, w, why));

    const struct json_node *cards = json_get(b->json, "cards");
    const struct json_node *sales = board_item(cards, "id", "net_sales");
    assert_non_null(sales);
    assert_str(board_at(sales, "value"), "950.0000");
    assert_str(board_at(sales, "stage"), "order");
    assert_str(board_at(sales, "compare"), "0.0000");
    assert_int_equal(json_node_len(json_get(sales, "trend")), 22);
    assert_str(board_at(json_at(json_get(sales, "trend"), 1), "value"), "100.0000");
    assert_str(board_at(b->json, "range.compare_from"), "2026-10-10");
    board_rig_free(b);
}

static void a_scope_of_one_store_covers_cards_stores_and_the_sentence(void **state)
{
    (void)state;
    struct board_rig *b = board_rig_new(rig_definitions);
    const struct board_range range = november();
    const str only = STR("a");
    b->ask.stores = &only;
    b->ask.store_count = 1;

    BOARD_OK(b, board_overview(ask, &range, NULL, 0, w, why));

    const struct json_node *sales = board_item(json_get(b->json, "cards"), "id", "net_sales");
    assert_str(board_at(sales, "value"), "250.0000");
    assert_int_equal(json_node_len(json_get(b->json, "stores")), 1);
    assert_str(board_at(json_at(json_get(b->json, "stores"), 0), "store"), "a");
    assert_false(str_contains(buf_str(&b->text), STR("950")));
    board_rig_free(b);
}

static void the_sentence_says_figure_change_driver_and_place(void **state)
{
    (void)state;
    struct board_rig *b = board_rig_new(rig_definitions);
    const struct board_range range = { .from = STR("2026-11-01"),
                                       .to = STR("2026-11-22"),
                                       .compare = STR("2026-10-01..2026-10-22") };

    BOARD_OK(b, board_overview(ask, &range, NULL, 0, w, why));
    assert_str(board_at(b->json, "sentence"),
               "Net sales: £950.00, 375.0% above the period compared with, mostly by more orders "
               "(+200.0%); the largest part in channel ads (+£600.00).");

    b->ask.lang = LANG_ZH;
    BOARD_OK(b, board_overview(ask, &range, NULL, 0, w, why));
    assert_str(board_at(b->json, "sentence"),
               "净销售额 £950.00，上升 375.0%（较对比期），主要因为订单增加（+200.0%）；"
               "其中渠道「ads」影响最大（+£600.00）。");
    board_rig_free(b);
}

static void chosen_cards_come_first_and_an_unknown_one_is_an_error(void **state)
{
    (void)state;
    struct board_rig *b = board_rig_new(rig_definitions);
    const struct board_range range = november();
    const str chosen[] = { STR("median_line"), STR("net_sales") };
    const str wrong = STR("nett_sales");

    BOARD_OK(b, board_overview(ask, &range, chosen, 2, w, why));
    assert_str(board_at(json_at(json_get(b->json, "cards"), 0), "id"), "median_line");
    assert_str(board_at(json_at(json_get(b->json, "cards"), 1), "id"), "net_sales");
    assert_str(board_at(json_at(json_get(b->json, "cards"), 1), "chosen"), "(none)");

    BOARD(b, board_overview(ask, &range, &wrong, 1, w, why));
    assert_int_equal(b->status, STATUS_NOT_FOUND);
    board_rig_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cards_hold_the_figures_of_query),
        cmocka_unit_test(a_scope_of_one_store_covers_cards_stores_and_the_sentence),
        cmocka_unit_test(the_sentence_says_figure_change_driver_and_place),
        cmocka_unit_test(chosen_cards_come_first_and_an_unknown_one_is_an_error),
    };
    return cmocka_run_group_tests_name("board/overview", tests, NULL, NULL);
}
