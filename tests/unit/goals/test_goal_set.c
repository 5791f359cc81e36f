/* Changes of targets in the store: checks, revisions, and that everything adds up after any
 * sequence of splits, sets, locks and unlocks. */
#include "rig.h"

#include "base/random.h"

#define DAYS 40 /* 2026-01-01 to 2026-02-09 */

static const char first_day[] = "2026-01-01";
static const char last_day[] = "2026-02-09";

static enum status split_by_store(struct rig *r, const int64_t *weights)
{
    const str stores[] = { STR("a"), STR("b") };
    const struct goal_split split = { .root = rig_goal("", first_day, last_day, 0),
                                      .stores = stores,
                                      .n_stores = 2,
                                      .weights = weights };
    struct goal_changes changes;
    const struct goal_edit edit = rig_edit("split");
    return goals_split(r->shop, r->catalog, &split, 1, &edit, r->arena, &changes, &r->why);
}

/* ---- what must hold ---- */

static i128 days_of(const struct goal_list *l, str store, int32_t from, int32_t to)
{
    i128 sum = 0;
    for (size_t i = 0; i < l->n; i++) {
        const struct goal *g = &l->items[i];
        if (str_eq(g->store, store) && g->from == g->to && g->from >= from && g->to <= to)
            sum += g->value_e4;
    }
    return sum;
}

static void everything_adds_up(struct rig *r)
{
    struct arena *a = arena_new((size_t)256 << 20);
    const struct goal_list l = rig_load(r, a);
    const struct goal root = rig_goal("", first_day, last_day, 0);
    const struct goal *whole = rig_find(&l, &root);
    if (whole == NULL) {
        fail_msg("the whole's target is gone");
        return;
    }
    for (size_t i = 0; i < l.n; i++) {
        const struct goal *g = &l.items[i];
        assert_true(g->value_e4 >= 0);
        assert_true(days_of(&l, g->store, g->from, g->to) == g->value_e4);
    }
    assert_true(days_of(&l, STR("a"), root.from, root.to) +
                    days_of(&l, STR("b"), root.from, root.to) ==
                whole->value_e4);
    for (int32_t d = root.from; d <= root.to; d++)
        assert_true(days_of(&l, STR("a"), d, d) + days_of(&l, STR("b"), d, d) ==
                    days_of(&l, STR_EMPTY, d, d));
    arena_free(a);
}

/* All that is in force, as one number. */
static uint64_t digest(struct rig *r)
{
    struct arena *a = arena_new((size_t)256 << 20);
    const struct goal_list l = rig_load(r, a);
    uint64_t hash = 0;
    for (size_t i = 0; i < l.n; i++) {
        const struct goal *g = &l.items[i];
        const str text = arena_printf(a,
                                      "%.*s %d %d %lld %d %d",
                                      STR_ARG(g->store),
                                      (int)g->from,
                                      (int)g->to,
                                      (long long)g->value_e4,
                                      g->locked,
                                      g->is_split);
        hash = str_hash(text, hash);
    }
    arena_free(a);
    return hash;
}

/* ---- a random change ---- */

static struct goal random_target(struct rig *r, struct random *rnd)
{
    static const int32_t widths[] = { 1, 1, 1, 7, 10, 20, DAYS };
    const int32_t width = widths[random_below(rnd, ARRAY_LEN(widths))];
    const int32_t slot = (int32_t)random_below(rnd, (uint64_t)(DAYS / width));
    struct goal g = rig_goal(random_below(rnd, 2) ? "a" : "b", first_day, last_day, 0);
    (void)r;
    g.from += slot * width;
    g.to = g.from + width - 1;
    if (random_below(rnd, 12) == 0)
        g.store = STR_EMPTY;
    g.value_e4 = (int64_t)(1 + random_below(rnd, (uint64_t)width * 400)) * 100 +
                 (int64_t)random_below(rnd, 20) * (int64_t)width * 10000;
    g.locked = random_below(rnd, 4) != 0;
    return g;
}

static enum status random_change(struct rig *r, struct random *rnd)
{
    struct goal_changes changes;
    const struct goal_edit edit = rig_edit("because");
    const struct goal g = random_target(r, rnd);
    const uint64_t kind = random_below(rnd, 10);
    if (kind == 0)
        return goals_lock(r->shop, r->catalog, &g, true, &edit, r->arena, &changes, &r->why);
    if (kind < 4)
        return goals_lock(r->shop, r->catalog, &g, false, &edit, r->arena, &changes, &r->why);
    return rig_set(r, &g, 1, "because");
}

static void any_sequence_of_changes_adds_up_to_the_cent_in_the_store(void **state)
{
    struct rig *r = *state;
    struct random rnd;
    int64_t weights[2 * DAYS];
    size_t done = 0;
    size_t refused = 0;
    random_init(&rnd, 7);
    for (size_t i = 0; i < ARRAY_LEN(weights); i++)
        weights[i] = (int64_t)random_below(&rnd, 1000);
    const struct goal root = rig_goal("", first_day, last_day, 10007);
    assert_int_equal(rig_set(r, &root, 1, ""), STATUS_OK);
    assert_int_equal(split_by_store(r, weights), STATUS_OK);
    everything_adds_up(r);

    for (int step = 0; step < 40; step++) {
        const uint64_t before = digest(r);
        if (random_change(r, &rnd) == STATUS_OK) {
            done++;
        } else {
            refused++;
            assert_true(r->why.text[0] != '\0');
            assert_true(digest(r) == before); /* nothing was changed */
        }
        everything_adds_up(r);
    }

    assert_true(done > 10);
    assert_true(refused > 3);
}

/* ---- checks ---- */

static void locks_beyond_the_whole_are_told_with_the_remedy(void **state)
{
    struct rig *r = *state;
    const struct goal year = rig_goal("", "2026-01-01", "2026-12-31", 1000);
    const struct goal month = rig_goal("", "2026-03-01", "2026-03-31", 1001);

    assert_int_equal(rig_set(r, &year, 1, ""), STATUS_OK);
    assert_int_equal(rig_set(r, &month, 1, ""), STATUS_BAD_INPUT);

    assert_non_null(strstr(r->why.text, "1,001.00"));
    assert_non_null(strstr(r->why.text, "unlock"));
    assert_int_equal(rig_load(r, r->arena).n, 1);
}

static void crossing_targets_are_refused(void **state)
{
    struct rig *r = *state;
    const struct goal both[] = { rig_goal("", "2026-10-01", "2026-10-31", 100),
                                 rig_goal("", "2026-10-20", "2026-11-11", 100) };

    assert_int_equal(rig_set(r, both, 2, ""), STATUS_BAD_INPUT);

    assert_non_null(strstr(r->why.text, "overlap"));
}

static void levels_are_in_order_and_down_is_the_other_way(void **state)
{
    struct rig *r = *state;
    struct goal up[] = { rig_goal("", "2026-01-01", "2026-12-31", 100),
                         rig_goal("", "2026-01-01", "2026-12-31", 90) };
    struct goal down[] = { rig_goal("", "2026-01-01", "2026-12-31", 1),
                           rig_goal("", "2026-01-01", "2026-12-31", 1) };
    up[0].level = GOAL_BASE;
    for (size_t i = 0; i < 2; i++) {
        down[i].kpi = STR("return_rate_units");
        down[i].currency = STR_EMPTY;
        down[i].value_e4 = i == 0 ? 600 : 500;
    }
    down[0].level = GOAL_BASE;

    assert_int_equal(rig_set(r, up, 2, ""), STATUS_BAD_INPUT);
    assert_non_null(strstr(r->why.text, "base, target, stretch"));
    assert_int_equal(rig_set(r, down, 2, ""), STATUS_OK);
}

static void a_revision_needs_a_note_and_keeps_what_was(void **state)
{
    struct rig *r = *state;
    struct goal_list all = { .n = 0 };
    struct goal year = rig_goal("", "2026-01-01", "2026-12-31", 1000);
    assert_int_equal(rig_set(r, &year, 1, ""), STATUS_OK);
    year.value_e4 = 1200 * MONEY_ONE;

    assert_int_equal(rig_set(r, &year, 1, ""), STATUS_BAD_INPUT);
    assert_non_null(strstr(r->why.text, "--note"));
    assert_int_equal(rig_set(r, &year, 1, "new store"), STATUS_OK);

    assert_int_equal(goals_load(shop_writer(r->shop),
                                &(struct goal_filter){ .with_replaced = true },
                                r->arena,
                                &all,
                                &r->why),
                     STATUS_OK);
    assert_int_equal(all.n, 2);
    assert_int_equal(all.items[0].value_e4, 1000 * MONEY_ONE);
    assert_int_equal(all.items[0].replaced_by, all.items[1].revision);
    const struct goal_list now = rig_load(r, r->arena);
    assert_int_equal(now.n, 1);
    assert_int_equal(now.items[0].value_e4, 1200 * MONEY_ONE);
    assert_int_equal(now.items[0].first_e4, 1000 * MONEY_ONE);
    assert_true(str_is(now.items[0].note, "new store") || now.items[0].note.len > 0);
    assert_true(str_is(now.items[0].author, "tester"));
}

static void the_same_again_is_no_revision(void **state)
{
    struct rig *r = *state;
    const struct goal year = rig_goal("", "2026-01-01", "2026-12-31", 1000);
    struct goal_changes changes;
    const struct goal_edit edit = rig_edit("");
    assert_int_equal(rig_set(r, &year, 1, ""), STATUS_OK);

    assert_int_equal(goals_set(r->shop, r->catalog, &year, 1, &edit, r->arena, &changes, &r->why),
                     STATUS_OK);

    assert_int_equal(changes.n, 0);
    assert_int_equal(changes.revision, 0);
}

static void a_dry_run_writes_nothing(void **state)
{
    struct rig *r = *state;
    const struct goal year = rig_goal("", "2026-01-01", "2026-12-31", 1000);
    struct goal_changes changes;
    struct goal_edit edit = rig_edit("");
    edit.dry_run = true;

    assert_int_equal(goals_set(r->shop, r->catalog, &year, 1, &edit, r->arena, &changes, &r->why),
                     STATUS_OK);

    assert_int_equal(changes.n, 1);
    assert_int_equal(rig_load(r, r->arena).n, 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(any_sequence_of_changes_adds_up_to_the_cent_in_the_store),
        TEST(locks_beyond_the_whole_are_told_with_the_remedy),
        TEST(crossing_targets_are_refused),
        TEST(levels_are_in_order_and_down_is_the_other_way),
        TEST(a_revision_needs_a_note_and_keeps_what_was),
        TEST(the_same_again_is_no_revision),
        TEST(a_dry_run_writes_nothing),
    };
    return cmocka_run_group_tests_name("goals: changing", tests, NULL, NULL);
}
