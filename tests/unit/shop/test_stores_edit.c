/* stores.yaml changed by the program as by a careful person. */
#include "shop/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct rig {
    char dir[64];
    struct arena *arena;
    struct error why;
};

static int set_up(void **state)
{
    struct rig *r = mem_new(1, sizeof *r);
    assert_non_null(r);
    (void)snprintf(r->dir, sizeof r->dir, "/tmp/shopvane-stores-XXXXXX");
    assert_non_null(mkdtemp(r->dir));
    r->arena = arena_new(0);
    const struct shop_settings s = {
        .name = STR("N"), .currency = STR("GBP"), .timezone = STR("Europe/London"), .week_start = 1
    };
    assert_int_equal(shop_init(r->dir, &s, &r->why), STATUS_OK);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", r->dir);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): our own folder */
    arena_free(r->arena);
    mem_free(r);
    return 0;
}

static void put(struct rig *r, const char *text)
{
    assert_int_equal(
        file_write_atomic(path_join(r->arena, r->dir, "stores.yaml"), str_from(text), &r->why),
        STATUS_OK);
}

static void expect(struct rig *r, const char *file, const char *want)
{
    str text;
    assert_int_equal(
        file_read(path_join(r->arena, r->dir, file), 1 << 20, r->arena, &text, &r->why), STATUS_OK);
    if (!str_is(text, want))
        fail_msg("is:\n%.*s\nshould be:\n%s", STR_ARG(text), want);
}

static enum status edit(
    struct rig *r, const char *store, bool is_new, const char *key, const char *value)
{
    const struct store_change change = { str_from(key), str_from(value) };
    return shop_stores_edit(r->dir, str_from(store), is_new, &change, key != NULL, &r->why);
}

static void a_first_store_makes_the_file_and_undo_empties_it(void **state)
{
    struct rig *r = *state;

    assert_int_equal(edit(r, "tmall", true, "currency", "CNY"), STATUS_OK);

    expect(r, "stores.yaml", "stores:\n  tmall:\n    currency: CNY\n");
    assert_int_equal(shop_stores_undo(r->dir, &r->why), STATUS_OK);
    expect(r, "stores.yaml", "");
    assert_int_equal(shop_stores_undo(r->dir, &r->why), STATUS_OK);
    expect(r, "stores.yaml", "stores:\n  tmall:\n    currency: CNY\n");
}

static const char before[] = "# my stores\n"
                             "stores:\n"
                             "    main: {}   # the first\n"
                             "    tmall:\n"
                             "        # in yuan\n"
                             "        currency: CNY   # always\n"
                             "        owner: \"Li: Wei\"  # boss\n"
                             "    jd:\n"
                             "        currency: CNY\n"
                             "# the end\n";

static void comments_and_other_keys_stay(void **state)
{
    struct rig *r = *state;
    put(r, before);

    assert_int_equal(edit(r, "tmall", false, "owner", "Ann # 2"), STATUS_OK);
    assert_int_equal(edit(r, "tmall", false, "team", "east"), STATUS_OK);
    assert_int_equal(edit(r, "tmall", false, "currency", "USD"), STATUS_OK);
    assert_int_equal(edit(r, "main", false, "platform", "shopify"), STATUS_OK);
    assert_int_equal(edit(r, "pdd", true, "platform_fee", "0.6"), STATUS_OK);
    assert_int_equal(edit(r, "jd", false, "currency", ""), STATUS_OK);

    expect(r,
           "stores.yaml",
           "# my stores\n"
           "stores:\n"
           "    main:    # the first\n"
           "      platform: shopify\n"
           "    tmall:\n"
           "        # in yuan\n"
           "        currency: USD   # always\n"
           "        owner: \"Ann # 2\"  # boss\n"
           "        team: east\n"
           "    jd:\n"
           "    pdd:\n"
           "      platform_fee: 0.6\n"
           "# the end\n");
}

static void a_wrong_value_changes_nothing(void **state)
{
    static const struct {
        const char *store;
        bool is_new;
        const char *key;
        const char *value;
        const char *said;
    } cases[] = {
        { "tmall", false, "currency", "yuan", "ISO 4217" },
        { "tmall", false, "curency", "CNY", "did you mean \"currency\"" },
        { "tmall", false, "platform_fee", "101", "percentage" },
        { "tmall", false, "platform_fee", "1.23456", "percentage" },
        { "tmall", false, "timezone", "Asia/Shangai", "Asia/Shanghai" },
        { "tmall", false, "presale", "half", "half" },
        { "tmal", false, "currency", "CNY", "there is no \"tmal\"" },
        { "tmall", true, "currency", "CNY", "already" },
        { "main", true, NULL, NULL, "already" },
        { "a,b", true, NULL, NULL, "name" },
        { "../x", true, NULL, NULL, "name" },
    };
    struct rig *r = *state;
    put(r, before);

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const enum status st =
            edit(r, cases[i].store, cases[i].is_new, cases[i].key, cases[i].value);
        assert_int_not_equal(st, STATUS_OK);
        if (strstr(r->why.text, cases[i].said) == NULL)
            fail_msg("%s: %s", cases[i].said, r->why.text);
        expect(r, "stores.yaml", before);
    }
}

static void what_only_a_person_can_change_is_refused(void **state)
{
    struct rig *r = *state;
    put(r, "stores:\n  a: {currency: CNY}\n  b:\n    owner: |\n      Ann\n");

    assert_int_equal(edit(r, "a", false, "team", "x"), STATUS_BAD_INPUT);
    assert_non_null(strstr(r->why.text, "stores.yaml:2"));
    assert_int_equal(edit(r, "b", false, "owner", "x"), STATUS_BAD_INPUT);
    assert_int_equal(edit(r, "b", false, "team", "x"), STATUS_OK);
    put(r, "stores:\n  a:\n   b: [\n");
    assert_int_not_equal(edit(r, "a", false, "team", "x"), STATUS_OK);
}

static void what_was_set_is_read(void **state)
{
    struct rig *r = *state;
    struct shop *s = NULL;
    const struct store_change changes[] = {
        { STR("platform_fee"), STR("5.5") },
        { STR("commission"), STR("20") },
        { STR("payment_fee"), STR("0.6") },
        { STR("presale"), STR("deposit") },
        { STR("customer_key_quality"), STR("masked") },
        { STR("tax"), STR("inclusive") },
    };
    assert_int_equal(
        shop_stores_edit(r->dir, STR("tmall"), true, changes, ARRAY_LEN(changes), &r->why),
        STATUS_OK);

    assert_int_equal(shop_open(r->dir, NULL, &s, &r->why), STATUS_OK);
    const struct shop_store *one = shop_store_find(s, STR("tmall"));

    assert_non_null(one);
    assert_int_equal(one->rates.platform_fee, 55000);
    assert_int_equal(one->rates.commission, 200000);
    assert_int_equal(one->rates.payment_fee, 6000);
    assert_int_equal(one->presale, PRESALE_DEPOSIT);
    assert_int_equal(one->customer_key_quality, BUYERS_MASKED);
    assert_true(one->tax_inclusive);
    assert_int_equal(shop_store_at(s, 0)->rates.platform_fee, STORE_RATE_NONE);
    shop_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_first_store_makes_the_file_and_undo_empties_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(comments_and_other_keys_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_value_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            what_only_a_person_can_change_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_set_is_read, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("stores_edit", tests, NULL, NULL);
}
