/* The shop's own KPI definitions beside the built-in ones. */
#include "format/format.h"
#include "shop/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct rig {
    char dir[64];
    struct arena *arena;
    struct problems problems;
    struct kpi_catalog *catalog;
    struct error why;
};

static int set_up(void **state)
{
    struct rig *r = mem_new(1, sizeof *r);
    assert_non_null(r);
    (void)snprintf(r->dir, sizeof r->dir, "/tmp/shopvane-kpis-XXXXXX");
    assert_non_null(mkdtemp(r->dir));
    r->arena = arena_new(0);
    assert_non_null(r->arena);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    char command[128];
    kpi_catalog_free(r->catalog);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", r->dir);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): our own folder */
    arena_free(r->arena);
    mem_free(r);
    return 0;
}

static void put(struct rig *r, const char *name, const char *text)
{
    const char *folder = path_join(r->arena, r->dir, "kpis");
    assert_int_equal(dir_make(folder, &r->why), STATUS_OK);
    assert_int_equal(file_write_atomic(path_join(r->arena, folder, name), str_from(text), &r->why),
                     STATUS_OK);
}

static enum status load(struct rig *r)
{
    kpi_catalog_free(r->catalog);
    r->catalog = NULL;
    problems_init(&r->problems, r->arena, LANG_EN);
    r->why = (struct error){ .lang = LANG_EN };
    return shop_catalog(r->dir, STR_EMPTY, &r->problems, &r->catalog, &r->why);
}

static size_t builtin_count(struct rig *r)
{
    assert_int_equal(load(r), STATUS_OK);
    return kpi_count(r->catalog);
}

#define KPI(id, formula) "kpis:\n  " id ": {formula: " formula ", unit: money}\n"

static void without_own_files_the_built_in_ones_are_there(void **state)
{
    struct rig *r = *state;
    assert_true(builtin_count(r) >= 100); /* and there is no folder kpis at all */
    const struct kpi *aov = kpi_find(r->catalog, STR("单均净销售额"));
    assert_non_null(aov);
    assert_true(str_is(aov->id, "aov"));
    assert_false(aov->is_shop);
}

static void own_files_add_to_them(void **state)
{
    struct rig *r = *state;
    const size_t before = builtin_count(r);
    put(r, "b.yaml", KPI("mine_b", "net_sales"));
    put(r, "a.yml", KPI("mine_a", "net_sales * 2"));
    assert_int_equal(load(r), STATUS_OK);
    assert_int_equal(kpi_count(r->catalog), before + 2);
    assert_true(str_is(kpi_at(r->catalog, before)->id, "mine_a")); /* files sorted by name */
    assert_true(str_is(kpi_at(r->catalog, before + 1)->id, "mine_b"));
    assert_true(kpi_at(r->catalog, before)->is_shop);
}

static void a_definition_of_the_shop_replaces_the_built_in_one(void **state)
{
    struct rig *r = *state;
    const size_t before = builtin_count(r);
    const str hash = arena_dup(r->arena, kpi_find(r->catalog, STR("aov"))->hash);
    put(r, "aov.yaml", KPI("aov", "net_sales * 3"));
    assert_int_equal(load(r), STATUS_OK);
    const struct kpi *aov = kpi_find(r->catalog, STR("aov"));
    assert_true(aov->is_shop);
    assert_true(str_ends(aov->file, STR("/kpis/aov.yaml")));
    assert_false(str_eq(aov->hash, hash));
    assert_int_equal(kpi_count(r->catalog), before);
}

static void the_dialect_is_the_shops_unless_another_is_asked_for(void **state)
{
    struct rig *r = *state;
    static const struct {
        const char *asked;
        const char *in_force;
    } asked[] = { { "", "shopify" }, { "woo", "woo" }, { "own", "" } };
    assert_int_equal(file_write_atomic(path_join(r->arena, r->dir, "shop.yaml"),
                                       STR("name: x\ncurrency: GBP\ndialect: shopify\n"),
                                       &r->why),
                     STATUS_OK);
    str hashes[ARRAY_LEN(asked)];
    for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
        struct kpi_catalog *c = NULL;
        assert_int_equal(shop_catalog(r->dir, str_from(asked[i].asked), NULL, &c, &r->why),
                         STATUS_OK);
        const struct kpi *aov = kpi_find(c, STR("aov"));
        assert_true(str_is(aov->dialect, asked[i].in_force));
        hashes[i] = arena_dup(r->arena, aov->hash);
        kpi_catalog_free(c);
    }
    /* Shopify's rule leaves returns in; Woo's is the catalogue's own */
    assert_false(str_eq(hashes[0], hashes[2]));
    assert_true(str_eq(hashes[1], hashes[2]));
}

static void other_files_in_the_folder_are_left_alone(void **state)
{
    struct rig *r = *state;
    static const char *const names[] = { ".hidden.yaml", "notes.txt", "old.yaml~",
                                         "yaml",         "#x.yaml#",  "README.md" };
    const size_t before = builtin_count(r);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        put(r, names[i], "this: is: no definition\n");
    assert_int_equal(load(r), STATUS_OK);
    assert_int_equal(kpi_count(r->catalog), before);
}

static void problems_of_all_files_are_told_at_once(void **state)
{
    struct rig *r = *state;
    put(r, "a.yaml", KPI("mine", "net_sale"));
    put(r, "b.yaml", "kpis:\n  other: {formula: [}\n");
    put(r, "c.yaml", KPI("good", "net_sales"));
    assert_int_equal(load(r), STATUS_BAD_INPUT);
    assert_null(r->catalog);
    assert_int_equal(r->problems.n_total, 2);
    struct buf text;
    buf_init(&text, 10000);
    problems_print(&r->problems, &text);
    assert_true(str_contains(buf_str(&text),
                             STR("/kpis/a.yaml:2:19: unknown measure or KPI "
                                 "\"net_sale\" (did you mean \"net_sales\"?)")));
    assert_true(str_contains(buf_str(&text), STR("/kpis/b.yaml:2:21: not valid YAML")));
    assert_non_null(strstr(r->why.text, "/kpis/a.yaml:2:19: "));
    assert_non_null(strstr(r->why.text, "; "));
    buf_release(&text);
}

static void a_file_where_the_folder_should_be_is_told(void **state)
{
    struct rig *r = *state;
    assert_int_equal(file_write_atomic(path_join(r->arena, r->dir, "kpis"), STR("x"), &r->why),
                     STATUS_OK);
    assert_int_not_equal(load(r), STATUS_OK);
    assert_non_null(strstr(r->why.text, "/kpis: "));
}

static void more_than_a_thousand_files_are_refused(void **state)
{
    struct rig *r = *state;
    char name[32];
    for (int i = 0; i < 1001; i++) {
        (void)snprintf(name, sizeof name, "%d.yaml", i);
        const char *folder = path_join(r->arena, r->dir, "kpis");
        if (i == 0)
            assert_int_equal(dir_make(folder, &r->why), STATUS_OK);
        FILE *f = fopen(path_join(r->arena, folder, name), "w");
        assert_non_null(f);
        (void)fclose(f);
    }
    assert_int_equal(load(r), STATUS_TOO_LARGE);
    assert_non_null(strstr(r->why.text, "/kpis: more than 1000 definition files"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(without_own_files_the_built_in_ones_are_there),
        TEST(own_files_add_to_them),
        TEST(a_definition_of_the_shop_replaces_the_built_in_one),
        TEST(the_dialect_is_the_shops_unless_another_is_asked_for),
        TEST(other_files_in_the_folder_are_left_alone),
        TEST(problems_of_all_files_are_told_at_once),
        TEST(a_file_where_the_folder_should_be_is_told),
        TEST(more_than_a_thousand_files_are_refused),
    };
    return cmocka_run_group_tests_name("shop: KPI definitions", tests, NULL, NULL);
}
