/* The simulated shop's files: the same seed gives the same bytes, and the truth fits the days. */
#include "demo_rig.h"

#include "format/json.h"

static void same_seed_same_bytes_and_another_seed_other_ones(void **state)
{
    char folders[3][64];
    struct arena *a = arena_new((size_t)512 << 20);
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        rig_folder(folders[i], sizeof folders[i]);
        rig_make(folders[i], RIG_DAYS, RIG_ORDERS, i == 2 ? 8 : 7);
    }

    for (size_t i = 0; demo_target(i) != NULL; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s.csv", demo_target(i));
        const str first = rig_read(a, folders[0], name);
        if (!str_eq(first, rig_read(a, folders[1], name)))
            fail_msg("%s differs between two runs of one seed", name);
        if (strcmp(name, "session.csv") == 0 || strcmp(name, "order_lines.csv") == 0)
            assert_false(str_eq(first, rig_read(a, folders[2], name)));
    }
    assert_true(
        str_eq(rig_read(a, folders[0], "truth.json"), rig_read(a, folders[1], "truth.json")));

    for (size_t i = 0; i < 3; i++)
        rig_remove(folders[i]);
    arena_free(a);
}

static const struct json_node *read_truth(struct arena *a, const char *folder)
{
    struct error why = { .lang = LANG_EN };
    const struct json_node *root = NULL;
    if (json_parse(rig_read(a, folder, "truth.json"), a, &root, &why) != STATUS_OK)
        fail_msg("truth.json: %s", why.text);
    return root;
}

static int32_t day_of(const struct json_node *n, const char *key)
{
    str text = STR_EMPTY;
    int32_t day = 0;
    assert_true(json_as_str(json_get(n, key), &text));
    assert_true(day_parse(text, &day));
    return day;
}

static void check_planted(const struct json_node *n, int32_t from, int32_t until)
{
    str id = STR_EMPTY;
    assert_true(json_as_str(json_get(n, "id"), &id));
    assert_in_range(day_of(n, "from"), from, until);
    assert_in_range(day_of(n, "to"), day_of(n, "from"), until);
    assert_true(json_node_len(json_get(n, "changes")) > 0);
}

static void check_truth(int32_t days)
{
    char folder[64];
    struct arena *a = arena_new((size_t)64 << 20);
    rig_folder(folder, sizeof folder);
    rig_make(folder, days, 5, 1);
    const struct json_node *root = read_truth(a, folder);

    assert_int_equal(day_of(root, "from"), RIG_UNTIL - days + 1);
    assert_int_equal(day_of(root, "until"), RIG_UNTIL);
    const struct json_node *incidents = json_get(root, "incidents");
    const struct json_node *experiments = json_get(root, "experiments");
    assert_int_equal(json_node_len(incidents), 7);
    assert_int_equal(json_node_len(experiments), 2);
    for (size_t i = 0; i < 7; i++)
        check_planted(json_at(incidents, i), RIG_UNTIL - days + 1, RIG_UNTIL);
    for (size_t i = 0; i < 2; i++)
        check_planted(json_at(experiments, i), RIG_UNTIL - days + 1, RIG_UNTIL);
    check_planted(json_get(root, "initiative"), RIG_UNTIL - days + 1, RIG_UNTIL);

    rig_remove(folder);
    arena_free(a);
}

static void truth_is_valid_and_each_incident_lies_within_the_days(void **state)
{
    static const int32_t days[] = { 7, 8, 13, 31, 60, 200 };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(days); i++)
        check_truth(days[i]);
}

static int64_t total(const struct json_node *root, const char *key)
{
    int64_t v = -1;
    assert_true(json_as_i64(json_get(json_get(root, "totals"), key), &v));
    return v;
}

static void orders_come_as_asked_for_and_few_visits_end_in_one(void **state)
{
    char folder[64];
    struct arena *a = arena_new((size_t)64 << 20);
    (void)state;
    rig_folder(folder, sizeof folder);
    rig_make(folder, 300, 20, 3);
    const struct json_node *root = read_truth(a, folder);

    const int64_t orders = total(root, "orders");
    const int64_t sessions = total(root, "sessions");
    assert_in_range(orders, 300 * 20 * 95 / 100, 300 * 20 * 105 / 100);
    assert_in_range(orders * 10000 / sessions, 300, 400);
    assert_in_range(total(root, "repeat_orders") * 100 / orders, 20, 60);
    assert_true(total(root, "lost_units") > 0);

    rig_remove(folder);
    arena_free(a);
}

/* How many orders a file of lines has; the lines of one stand together. */
static int64_t orders_in(struct arena *a, const char *folder, const char *name)
{
    const str text = rig_read(a, folder, name);
    const char *line = memchr(text.ptr, '\n', text.len);
    const char *const end = text.ptr + text.len;
    str last = STR_EMPTY;
    int64_t n = 0;
    while (line != NULL && ++line < end) {
        const str id = { line,
                         (size_t)((const char *)memchr(line, ',', (size_t)(end - line)) - line) };
        n += !str_eq(id, last);
        last = id;
        line = memchr(line, '\n', (size_t)(end - line));
    }
    return n;
}

static void many_orders_go_on_in_another_file_whole(void **state)
{
    char folder[64];
    struct arena *a = arena_new((size_t)64 << 20);
    (void)state;
    rig_folder(folder, sizeof folder);
    rig_make(folder, 7, 8000, 1);

    const int64_t first = orders_in(a, folder, "order_lines.csv");
    const int64_t second = orders_in(a, folder, "order_lines-2.csv");
    assert_int_equal(first, 50000);
    assert_true(second > 0);
    assert_true(first + second >= total(read_truth(a, folder), "orders"));

    rig_remove(folder);
    arena_free(a);
}

static void options_out_of_range_are_refused(void **state)
{
    static const struct demo_options wrong[] = { { .days = 6, .until = RIG_UNTIL },
                                                 { .days = 3661, .until = RIG_UNTIL },
                                                 { .days = -1, .until = RIG_UNTIL },
                                                 { .orders_per_day = -1, .until = RIG_UNTIL },
                                                 { .orders_per_day = 100001, .until = RIG_UNTIL } };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct error why = { .lang = LANG_EN };
        assert_int_equal(demo_generate(&wrong[i], "/nowhere", NULL, &why), STATUS_BAD_USAGE);
    }
}

static void folder_that_is_not_there_is_told(void **state)
{
    const struct demo_options o = { .days = 7, .orders_per_day = 1, .until = RIG_UNTIL };
    struct error why = { .lang = LANG_EN };
    (void)state;

    assert_int_not_equal(demo_generate(&o, "/nowhere/at/all", NULL, &why), STATUS_OK);
    assert_non_null(strstr(why.text, "/nowhere/at/all/product.csv"));
}

/* 16:00 UTC is midnight in Shanghai. */
static void the_last_day_is_yesterday_by_the_clock_of_the_shop(void **state)
{
    const int64_t evening = INT64_C(1795687200) * 1000000; /* 2026-11-26 10:00 UTC */
    struct error why = { .lang = LANG_EN };
    int32_t before = 0;
    int32_t after = 0;
    (void)state;
    assert_int_equal(demo_yesterday(evening, &before, &why), STATUS_OK);
    assert_int_equal(demo_yesterday(evening + INT64_C(6) * 3600 * 1000000, &after, &why),
                     STATUS_OK);
    assert_int_equal(before, civil_to_day((struct civil){ 2026, 11, 25 }));
    assert_int_equal(after, before + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_seed_same_bytes_and_another_seed_other_ones),
        cmocka_unit_test(truth_is_valid_and_each_incident_lies_within_the_days),
        cmocka_unit_test(orders_come_as_asked_for_and_few_visits_end_in_one),
        cmocka_unit_test(many_orders_go_on_in_another_file_whole),
        cmocka_unit_test(options_out_of_range_are_refused),
        cmocka_unit_test(folder_that_is_not_there_is_told),
        cmocka_unit_test(the_last_day_is_yesterday_by_the_clock_of_the_shop),
    };
    return cmocka_run_group_tests_name("demo generate", tests, NULL, NULL);
}
