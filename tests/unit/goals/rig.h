/* A shop with three stores in a folder of its own, for tests of targets. */
#ifndef SHOPVANE_TESTS_GOALS_RIG_H
#define SHOPVANE_TESTS_GOALS_RIG_H

#include "goals/goals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct rig {
    char dir[64];
    struct shop *shop;
    struct kpi_catalog *catalog;
    struct arena *arena; /* of one test */
    struct error why;
};

static inline int rig_set_up(void **state)
{
    struct rig *r = mem_new(1, sizeof *r);
    const struct shop_settings s = {
        .name = STR("t"), .currency = STR("CNY"), .timezone = STR("UTC"), .week_start = 1
    };
    const struct shop_options opt = { .memory_mib = 256, .threads = 1 };
    const struct kpi_load_options builtin = { .n_shop_files = 0 };
    assert_non_null(r);
    snprintf(r->dir, sizeof r->dir, "/tmp/shopvane-goals-XXXXXX");
    assert_non_null(mkdtemp(r->dir));
    r->arena = arena_new((size_t)1 << 30);
    assert_non_null(r->arena);
    if (shop_init(r->dir, &s, &r->why) != STATUS_OK)
        fail_msg("%s", r->why.text);
    const char *path = path_join(r->arena, r->dir, "stores.yaml");
    assert_int_equal(
        file_write_atomic(path, STR("stores:\n  a: {}\n  b: {}\n  c: {currency: EUR}\n"), &r->why),
        STATUS_OK);
    if (shop_open(r->dir, &opt, &r->shop, &r->why) != STATUS_OK ||
        kpi_catalog_load(&builtin, NULL, &r->catalog, &r->why) != STATUS_OK)
        fail_msg("%s", r->why.text);
    *state = r;
    return 0;
}

static inline int rig_tear_down(void **state)
{
    struct rig *r = *state;
    char command[128];
    kpi_catalog_free(r->catalog);
    shop_close(r->shop);
    arena_free(r->arena);
    snprintf(command, sizeof command, "rm -rf '%s'", r->dir);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): our own folder */
    mem_free(r);
    return 0;
}

static inline int32_t rig_day(const char *text)
{
    int32_t day = 0;
    assert_true(day_parse(str_from(text), &day));
    return day;
}

static inline struct goal rig_goal(const char *store,
                                   const char *from,
                                   const char *to,
                                   int64_t units)
{
    return (struct goal){ .store = str_from(store),
                          .kpi = STR("net_sales"),
                          .level = GOAL_TARGET,
                          .from = rig_day(from),
                          .to = rig_day(to),
                          .period = str_from(from),
                          .value_e4 = units * MONEY_ONE,
                          .currency = STR("CNY"),
                          .locked = true };
}

static inline struct goal_edit rig_edit(const char *note)
{
    return (struct goal_edit){ .note = str_from(note),
                               .author = STR("tester"),
                               .source = STR("goals test"),
                               .now_us = INT64_C(1767225600000000) };
}

static inline enum status rig_set(struct rig *r, const struct goal *g, size_t n, const char *note)
{
    struct goal_changes changes;
    const struct goal_edit edit = rig_edit(note);
    return goals_set(r->shop, r->catalog, g, n, &edit, r->arena, &changes, &r->why);
}

static inline struct goal_list rig_load(struct rig *r, struct arena *a)
{
    struct goal_list list = { .n = 0 };
    if (goals_load(shop_writer(r->shop), &(struct goal_filter){ .n_kpis = 0 }, a, &list, &r->why) !=
        STATUS_OK)
        fail_msg("%s", r->why.text);
    return list;
}

static inline const struct goal *rig_find(const struct goal_list *l, const struct goal *key)
{
    for (size_t i = 0; i < l->n; i++) {
        if (l->items[i].from == key->from && l->items[i].to == key->to &&
            l->items[i].level == key->level && str_eq(l->items[i].store, key->store) &&
            str_eq(l->items[i].kpi, key->kpi))
            return &l->items[i];
    }
    return NULL;
}

#endif
