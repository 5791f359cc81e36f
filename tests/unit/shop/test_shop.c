/* A shop folder: made, opened by one program at a time, refused when it is newer or broken. */
#include "commerce/commerce.h"
#include "shop/shop.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct rig {
    char root[64];
    char dir[96]; /* of the shop; does not exist at first */
    struct arena *arena;
    struct error why;
};

static int set_up(void **state)
{
    struct rig *r = mem_new(1, sizeof *r);
    assert_non_null(r);
    (void)snprintf(r->root, sizeof r->root, "/tmp/shopvane-shop-XXXXXX");
    assert_non_null(mkdtemp(r->root));
    (void)snprintf(r->dir, sizeof r->dir, "%s/my/shop", r->root);
    r->arena = arena_new(0);
    assert_non_null(r->arena);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", r->root);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): our own folder */
    arena_free(r->arena);
    mem_free(r);
    return 0;
}

static struct shop_settings british(void)
{
    return (struct shop_settings){ .name = STR("Northwind"),
                                   .currency = STR("GBP"),
                                   .timezone = STR("Europe/London"),
                                   .week_start = 1 };
}

static void make(struct rig *r)
{
    const struct shop_settings s = british();
    if (shop_init(r->dir, &s, &r->why) != STATUS_OK)
        fail_msg("%s", r->why.text);
}

static struct shop *opened(struct rig *r)
{
    struct shop *s = NULL;
    const struct shop_options opt = { .memory_mib = 128, .threads = 1 };
    if (shop_open(r->dir, &opt, &s, &r->why) != STATUS_OK)
        fail_msg("%s", r->why.text);
    return s;
}

static void put(struct rig *r, const char *name, const char *text)
{
    const char *path = path_join(r->arena, r->dir, name);
    assert_non_null(path);
    assert_int_equal(file_write_atomic(path, str_from(text), &r->why), STATUS_OK);
}

/* Opens a shop that must not open; gives what was said, without the folder's name. */
static const char *refusal(struct rig *r, enum status want)
{
    struct shop *s = NULL;
    const enum status st = shop_open(r->dir, NULL, &s, &r->why);
    if (st != want)
        fail_msg("status %d: %s", (int)st, st == STATUS_OK ? "opened" : r->why.text);
    assert_null(s);
    const str text = str_from(r->why.text);
    return str_starts(text, str_from(r->dir)) ? r->why.text + strlen(r->dir) : r->why.text;
}

static void a_new_shop_opens_with_the_settings_it_was_made_with(void **state)
{
    struct rig *r = *state;
    struct shop_settings in = british();
    in.name = STR("小店: \"O'Neil\" #1");
    in.currency = STR("CNY");
    in.timezone = STR("Asia/Shanghai");
    in.week_start = 7;
    in.lang = LANG_ZH;
    in.retail_month = 4;
    in.calendar = CALENDAR_RETAIL;
    in.fx_max_age_days = 3;
    in.returning_window_days = 365;
    in.cart_window_hours = 48;
    assert_int_equal(shop_init(r->dir, &in, &r->why), STATUS_OK);
    struct shop *s = opened(r);
    const struct shop_settings *out = shop_settings(s);
    assert_string_equal(shop_dir(s), r->dir);
    assert_true(str_eq(out->name, in.name));
    assert_true(str_is(out->currency, "CNY"));
    assert_true(str_is(out->timezone, "Asia/Shanghai"));
    assert_true(str_is(zone_name(shop_zone(s)), "Asia/Shanghai"));
    assert_true(out->week_start == 7 && out->lang == LANG_ZH && out->retail_month == 4);
    assert_int_equal(out->calendar, CALENDAR_RETAIL);
    assert_true(out->fx_max_age_days == 3 && out->returning_window_days == 365);
    assert_int_equal(out->cart_window_hours, 48);
    assert_int_equal(shop_store_count(s), 1);
    assert_true(str_is(shop_store_at(s, 0)->name, "main"));
    assert_true(str_is(shop_store_at(s, 0)->currency, "CNY"));
    assert_ptr_equal(shop_store_at(s, 0)->zone, shop_zone(s));
    shop_close(s);
    shop_close(NULL);
}

static void any_name_survives_the_settings_file(void **state)
{
    struct rig *r = *state;
    static const char *const names[] = {
        "365",        "1e5",    "007", "true", "null",    "~",     "-",      "- a",
        "a: b",       "# none", "[x]", "{x}",  "' quote", "\"q\"", " pad ",  "0x1F",
        "a\nb",       "*x",     "&x",  "!x",   "%x",      "@x",    "tab\tx", "yes",
        "2026-11-23", "店",     ".5",  "|",    ">",       "1_000", "?"
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct shop_settings in = british();
        in.name = str_from(names[i]);
        (void)snprintf(r->dir, sizeof r->dir, "%s/%zu", r->root, i);
        assert_int_equal(shop_init(r->dir, &in, &r->why), STATUS_OK);
        struct shop *s = NULL;
        const struct shop_options opt = { .memory_mib = 128, .threads = 1 };
        if (shop_open(r->dir, &opt, &s, &r->why) != STATUS_OK)
            fail_msg("name \"%s\": %s", names[i], r->why.text);
        assert_true(str_eq(shop_settings(s)->name, in.name));
        shop_close(s);
    }
}

static void a_folder_that_is_a_shop_is_not_made_again(void **state)
{
    struct rig *r = *state;
    const struct shop_settings s = british();
    make(r);
    put(r, "shop.yaml", "name: Mine\ncurrency: EUR\ntimezone: UTC\n");
    assert_int_equal(shop_init(r->dir, &s, &r->why), STATUS_CONFLICT);
    assert_non_null(strstr(r->why.text, "is a shop already (it has a shop.yaml)"));
    struct shop *mine = opened(r);
    assert_true(str_is(shop_settings(mine)->name, "Mine"));
    assert_int_equal(shop_settings(mine)->week_start, 1);
    shop_close(mine);
}

static const struct {
    const char *name;
    const char *currency;
    const char *timezone;
    unsigned week_start;
    const char *problem;
} unmakeable[] = {
    { "x", "gbp", "UTC", 1, "currency \"gbp\" is not an ISO 4217 code of three capitals" },
    { "x", "", "UTC", 1, "currency \"\" is not" },
    { "x", "GBPX", "UTC", 1, "currency \"GBPX\" is not" },
    { "x", "GBP", "Europe/Lundon", 1, "did you mean \"Europe/London\"?" },
    { "x", "GBP", "../UTC", 1, "unknown time zone \"../UTC\"" },
    { "", "GBP", "UTC", 1, "the shop needs a name" },
    { "x", "GBP", "UTC", 8, "a week starts on day 1 (Monday) to 7 (Sunday)" },
};

static void wrong_settings_make_no_folder(void **state)
{
    struct rig *r = *state;
    for (size_t i = 0; i < ARRAY_LEN(unmakeable); i++) {
        const struct shop_settings s = { .name = str_from(unmakeable[i].name),
                                         .currency = str_from(unmakeable[i].currency),
                                         .timezone = str_from(unmakeable[i].timezone),
                                         .week_start = unmakeable[i].week_start };
        assert_int_not_equal(shop_init(r->dir, &s, &r->why), STATUS_OK);
        if (strstr(r->why.text, unmakeable[i].problem) == NULL)
            fail_msg("%s", r->why.text);
        assert_false(file_exists(r->dir));
    }
}

static void a_week_start_left_out_is_monday(void **state)
{
    struct rig *r = *state;
    struct shop_settings in = british();
    in.week_start = 0;
    assert_int_equal(shop_init(r->dir, &in, &r->why), STATUS_OK);
    struct shop *s = opened(r);
    assert_int_equal(shop_settings(s)->week_start, 1);
    shop_close(s);
}

static void a_folder_without_shop_is_told_how_to_become_one(void **state)
{
    struct rig *r = *state;
    assert_int_equal(dir_make(r->dir, &r->why), STATUS_OK);
    assert_string_equal(refusal(r, STATUS_NOT_FOUND),
                        arena_printf(r->arena,
                                     " is no shop folder (no shop.yaml); name yours with -C DIR, "
                                     "or make one with: shopvane init %s",
                                     r->dir)
                            .ptr);
}

#define GOOD "name: x\ncurrency: GBP\ntimezone: UTC\n"

static const struct {
    const char *shop;
    const char *stores;
    const char *problem;
} broken[] = {
    { "", NULL, "/shop.yaml:1:1: empty: it needs name, currency and timezone" },
    { "# nothing\n", NULL, "/shop.yaml:1:1: empty: it needs" },
    { "name: x\ncurrency: GBP\n", NULL, "/shop.yaml:1:1: the key \"timezone\" is missing" },
    { "name: x\ncurrency: gbp\ntimezone: UTC\n",
      NULL,
      "/shop.yaml:2:11: not an ISO 4217 code of three capitals, such as GBP or CNY" },
    { "name: x\ncurrency: GBP\ntimezone: Asia/Shanghia\n",
      NULL,
      "/shop.yaml:3:11: unknown time zone \"Asia/Shanghia\" (did you mean \"Asia/Shanghai\"?)" },
    { GOOD "week_start: sunday\n",
      NULL,
      "/shop.yaml:4:13: unknown name \"sunday\", expected one of: mon, tue, wed" },
    { GOOD "lang: de\n", NULL, "/shop.yaml:4:7: unknown name \"de\"" },
    { GOOD "calendar: 445\n", NULL, "/shop.yaml:4:11: " },
    { GOOD "retail_month: 13\n", NULL, "/shop.yaml:4:15: " },
    { GOOD "week_strat: mon\n",
      NULL,
      "/shop.yaml:4:1: unknown key \"week_strat\" (did you mean \"week_start\"?)" },
    { GOOD "name: y\n", NULL, "/shop.yaml:4:1: " },
    { "name: [x\n", NULL, "/shop.yaml:" },
    { "- x\n", NULL, "/shop.yaml:1:1: " },
    { GOOD,
      "store: {a: {}}\n",
      "/stores.yaml:1:1: unknown key \"store\" (did you mean \"stores\"?)" },
    { GOOD, "stores:\n  de: {currency: eur}\n", "/stores.yaml:2:18: not an ISO 4217 code" },
    { GOOD,
      "stores:\n  de: {timezone: Europe/Berlni}\n",
      "/stores.yaml:2:18: unknown time zone \"Europe/Berlni\" (did you mean \"Europe/Berlin\"?)" },
    { GOOD, "stores:\n  de: {tax: included}\n", "/stores.yaml:2:13: unknown name \"included\"" },
    { GOOD,
      "stores:\n  de: {orders_from: traker}\n",
      "/stores.yaml:2:21: unknown name \"traker\" (did you mean \"tracker\"?)" },
    { GOOD "dialect: taobo\n", NULL, "/shop.yaml:4:10: not a dialect: taobao, shopify" },
    { GOOD,
      "stores:\n  de: {customer_key_quality: maskd}\n",
      "/stores.yaml:2:30: unknown name \"maskd\" (did you mean \"masked\"?)" },
    { GOOD, "stores:\n  de: {zone: UTC}\n", "/stores.yaml:2:8: unknown key \"zone\"" },
    { GOOD, "stores: [a, b]\n", "/stores.yaml:1:9: " },
    { GOOD, "stores:\n  de: 5\n", "/stores.yaml:2:7: " },
    { GOOD, "stores:\n  de: {}\n  de: {}\n", "/stores.yaml:3:3: " },
    { GOOD,
      "stores:\n  de: {}\n  archive: {}\n",
      "/stores.yaml:3:3: \"archive\" cannot be a store's name: inbox/archive/ and inbox/failed/" },
    { GOOD, "stores: {Failed: {}}\n", "/stores.yaml:1:10: \"Failed\" cannot be a store's name" },
    { GOOD,
      "stores: {..: {}}\n",
      "/stores.yaml:1:10: \"..\" cannot be a store's name: a name has" },
    { GOOD, "stores:\n  a/b: {}\n", "/stores.yaml:2:3: \"a/b\" cannot be a store's name" },
    { GOOD, "stores:\n  \"\": {}\n", "/stores.yaml:2:3: \"\" cannot be a store's name" },
};

static void a_broken_settings_file_is_told_at_its_place(void **state)
{
    struct rig *r = *state;
    make(r);
    for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
        put(r, "shop.yaml", broken[i].shop);
        put(r, "stores.yaml", broken[i].stores != NULL ? broken[i].stores : "stores: {}\n");
        const char *said = refusal(r, STATUS_BAD_INPUT);
        if (!str_starts(str_from(said), str_from(broken[i].problem)))
            fail_msg("row %zu: %s", i, said);
    }
}

static void stores_take_from_the_shop_what_they_leave_out(void **state)
{
    struct rig *r = *state;
    make(r);
    put(r,
        "stores.yaml",
        "stores:\n"
        "  de: {platform: shopify, currency: EUR, timezone: Europe/Berlin, tax: inclusive,\n"
        "       orders_from: tracker, owner: Ann, team: EU}\n"
        "  pdd: {platform: pdd}\n"
        "  tmall: {platform: tmall}\n"
        "  jd: {platform: tmall, customer_key_quality: stable}\n"
        "  at: {timezone: Europe/Berlin}\n"
        "  main: {team: UK}\n"
        "  ie: {}\n");
    struct shop *s = opened(r);
    assert_int_equal(shop_store_count(s), 7);
    assert_int_equal(shop_settings(s)->store_count, 7);
    assert_ptr_equal(shop_settings(s)->stores, shop_store_at(s, 0));
    static const struct {
        const char *store;
        enum store_buyers quality;
    } keys[] = { { "main", BUYERS_STABLE },
                 { "de", BUYERS_STABLE },
                 { "pdd", BUYERS_NONE },
                 { "tmall", BUYERS_MASKED },
                 { "jd", BUYERS_STABLE } };
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        assert_int_equal(shop_store_find(s, str_from(keys[i].store))->customer_key_quality,
                         keys[i].quality);
    const struct shop_store *main_store = shop_store_at(s, 0);
    assert_true(str_is(main_store->name, "main") && str_is(main_store->team, "UK"));
    const struct shop_store *de = shop_store_find(s, STR("de"));
    assert_true(str_is(de->platform, "shopify") && str_is(de->currency, "EUR"));
    assert_true(de->tax_inclusive && de->orders_from_tracker);
    assert_true(str_is(de->owner, "Ann") && str_is(de->team, "EU"));
    assert_true(str_is(zone_name(de->zone), "Europe/Berlin"));
    const struct shop_store *at = shop_store_find(s, STR("at"));
    assert_ptr_equal(at->zone, de->zone);
    assert_true(str_is(at->currency, "GBP") && !at->tax_inclusive && !at->orders_from_tracker);
    assert_ptr_equal(shop_store_find(s, STR("ie"))->zone, shop_zone(s));
    assert_null(shop_store_find(s, STR("DE")));
    shop_close(s);
}

static void an_unknown_store_gets_a_suggestion(void **state)
{
    struct rig *r = *state;
    const struct shop_store *store = NULL;
    make(r);
    put(r, "stores.yaml", "stores: {germany: {}, france: {}}\n");
    struct shop *s = opened(r);
    assert_int_equal(shop_store_get(s, STR("france"), &store, &r->why), STATUS_OK);
    assert_true(str_is(store->name, "france"));
    assert_int_equal(shop_store_get(s, STR("germny"), &store, &r->why), STATUS_NOT_FOUND);
    assert_string_equal(r->why.text,
                        "no store \"germny\" in this shop (did you mean \"germany\"?); add it to "
                        "stores.yaml (stores: germny: {})");
    const str some[] = { STR("main"), STR("france"), STR("moon") };
    assert_int_equal(shop_stores_check(s, some, 2, &r->why), STATUS_OK);
    assert_int_equal(shop_stores_check(s, some, 3, &r->why), STATUS_NOT_FOUND);
    assert_non_null(strstr(r->why.text, "no store \"moon\""));
    assert_int_equal(shop_stores_check(s, NULL, 0, &r->why), STATUS_OK);
    r->why.lang = LANG_ZH;
    assert_int_equal(shop_store_get(s, STR("xx"), &store, &r->why), STATUS_NOT_FOUND);
    assert_string_equal(r->why.text, "此商家没有店铺“xx”；请加到 stores.yaml 中（stores: xx: {}）");
    assert_true(str_is(store->name, "france"));
    shop_close(s);
}

static void the_second_opener_is_refused_until_the_first_closes(void **state)
{
    struct rig *r = *state;
    make(r);
    struct shop *first = opened(r);
    assert_string_equal(refusal(r, STATUS_CONFLICT),
                        arena_printf(r->arena,
                                     " is open in another program (process %ld); wait for it, or "
                                     "stop it",
                                     (long)getpid())
                            .ptr);
    shop_close(first);
    shop_close(opened(r));
}

/* Opens the shop in a process of its own, which then waits to be killed. */
static pid_t holder(struct rig *r)
{
    int ready[2];
    char byte = 0;
    assert_int_equal(pipe(ready), 0);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct shop *s = NULL;
        const struct shop_options opt = { .memory_mib = 128, .threads = 1 };
        const enum status st = shop_open(r->dir, &opt, &s, NULL);
        if (write(ready[1], st == STATUS_OK ? "y" : "n", 1) == 1)
            (void)sleep(60);
        _exit(0);
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    close(ready[0]);
    return pid;
}

static void a_killed_holder_leaves_no_lock_behind(void **state)
{
    struct rig *r = *state;
    make(r);
    const pid_t pid = holder(r);
    assert_non_null(strstr(refusal(r, STATUS_CONFLICT),
                           arena_printf(r->arena, "(process %ld)", (long)pid).ptr));
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    shop_close(opened(r));
}

static void a_newer_folder_is_refused_and_left_alone(void **state)
{
    struct rig *r = *state;
    int64_t version = 0;
    make(r);
    struct shop *s = opened(r);
    assert_int_equal(
        conn_query_i64(shop_writer(s), "SELECT max(version) FROM schema_version", &version, NULL),
        STATUS_OK);
    assert_int_equal(version, COMMERCE_SCHEMA_VERSION);
    assert_int_equal(conn_exec(shop_writer(s),
                               "INSERT INTO schema_version SELECT max(version) + 1, 0 FROM "
                               "schema_version",
                               &r->why),
                     STATUS_OK);
    shop_close(s);
    const char *want = arena_printf(r->arena,
                                    "the folder has schema %d and this program knows %d; use a "
                                    "newer Shopvane",
                                    COMMERCE_SCHEMA_VERSION + 1,
                                    COMMERCE_SCHEMA_VERSION)
                           .ptr;
    assert_string_equal(refusal(r, STATUS_CONFLICT), want);
    assert_string_equal(refusal(r, STATUS_CONFLICT), want); /* and the lock was given back */
}

/* Version 2 had no sub_order_id and no settlements; rows move to the history by position. */
static void has_actions_and_answers(struct shop *s, struct rig *r)
{
    int64_t n = 0;
    const enum status st =
        conn_query_i64(shop_writer(s),
                       "SELECT count(score) - count(replied_at) + (SELECT count(*) FROM action) + "
                       "(SELECT count(*) FROM action_old) FROM feedback",
                       &n,
                       &r->why);
    assert_int_equal(st, STATUS_OK);
    assert_int_equal(n, 1); /* the review is there, its answer is not told */
    assert_int_equal(
        conn_query_i64(
            shop_writer(s), "SELECT max(end_date - local_date) FROM platform_stat", &n, &r->why),
        STATUS_OK);
    assert_int_equal(n, 27); /* a month's figure reaches to its end */
}

static void an_older_folder_gets_new_columns_and_tables_in_their_places(void **state)
{
    struct rig *r = *state;
    int64_t n = 0;
    make(r);
    struct shop *s = opened(r);
    assert_int_equal(
        conn_exec(shop_writer(s),
                  "INSERT INTO order_line BY NAME SELECT 'main' AS store, 'sale' AS class, 7 AS "
                  "gross_e4, 3::UINTEGER AS import_id;"
                  "INSERT INTO order_line_old SELECT l.*, 4::UINTEGER FROM order_line l;"
                  "ALTER TABLE order_line DROP COLUMN sub_order_id;"
                  "ALTER TABLE order_line_old DROP COLUMN sub_order_id;"
                  "DROP TABLE settlement; DROP TABLE settlement_old; DROP TABLE month_close;"
                  "DROP TABLE cost_rule; DROP TABLE cost_article; DROP TABLE cost_state;"
                  "DROP TABLE dirty_cost; ALTER TABLE orders DROP COLUMN props;"
                  "DROP TABLE rollup_visit; ALTER TABLE rollup_order DROP COLUMN units;"
                  "DROP TABLE action; DROP TABLE action_old;"
                  "ALTER TABLE feedback DROP COLUMN replied_at;"
                  "ALTER TABLE benchmark DROP COLUMN own_price_e4;"
                  "INSERT INTO feedback BY NAME SELECT 'main' AS store, 4.0 AS score;"
                  "INSERT INTO platform_stat BY NAME SELECT 'main' AS store, DATE '2026-02-01' AS "
                  "local_date, DATE '2026-02-01' AS end_date, 'month' AS grain;"
                  "ALTER TABLE rollup_set DROP COLUMN open_month;"
                  "INSERT INTO rollup_set VALUES ('rollup_line', 0, 2), ('rollup_order', 0, 2);"
                  "DELETE FROM schema_version; INSERT INTO schema_version VALUES (2, 0)",
                  &r->why),
        STATUS_OK);
    shop_close(s);

    s = opened(r);
    assert_int_equal(conn_exec(shop_writer(s),
                               "INSERT INTO order_line_old SELECT l.*, 5::UINTEGER FROM order_line "
                               "l; INSERT INTO settlement BY NAME SELECT 'main' AS store",
                               &r->why),
                     STATUS_OK);
    assert_int_equal(conn_query_i64(shop_writer(s),
                                    "SELECT count(*) FROM order_line_old WHERE store = 'main' AND "
                                    "class = 'sale' AND gross_e4 = 7 AND import_id = 3 AND "
                                    "superseded_by IN (4, 5)",
                                    &n,
                                    &r->why),
                     STATUS_OK);
    assert_int_equal(n, 2);
    assert_int_equal(
        conn_query_i64(shop_writer(s),
                       "SELECT (SELECT count(visitors) FROM rollup_visit) + (SELECT"
                       " count(units) FROM rollup_order) + (SELECT sum(CASE rollup WHEN"
                       " 'rollup_line' THEN 1 ELSE 100 END) FROM rollup_set)",
                       &n,
                       &r->why),
        STATUS_OK);
    assert_int_equal(n, 1); /* sets of a rollup whose cells are gone are gone too */
    has_actions_and_answers(s, r);
    assert_int_equal(
        conn_query_i64(shop_writer(s), "SELECT max(version) FROM schema_version", &n, &r->why),
        STATUS_OK);
    assert_int_equal(n, COMMERCE_SCHEMA_VERSION);
    shop_close(s);
}

static void a_shop_without_imports_can_be_asked_for(void **state)
{
    struct rig *r = *state;
    struct shop *s = NULL;
    const struct shop_options opt = { .need_existing_data = true, .threads = 1 };
    make(r);
    assert_int_equal(shop_open(r->dir, &opt, &s, &r->why), STATUS_NOT_FOUND);
    assert_non_null(strstr(r->why.text, "has no data yet; bring some with: shopvane -C"));
    assert_null(s);
}

static void the_data_version_counts_commits_and_outlives_the_program(void **state)
{
    struct rig *r = *state;
    int64_t version = -1;
    make(r);
    struct shop *s = opened(r);
    struct conn *reader = NULL;
    assert_int_equal(shop_conn_new(s, &reader, &r->why), STATUS_OK);
    assert_int_equal(shop_data_version(reader, &version, &r->why), STATUS_OK);
    assert_int_equal(version, 0);
    assert_int_equal(shop_bump_version(shop_writer(s), "import", &version, &r->why), STATUS_OK);
    assert_int_equal(version, 1);
    assert_int_equal(conn_begin(shop_writer(s), &r->why), STATUS_OK);
    assert_int_equal(shop_bump_version(shop_writer(s), "import", &version, &r->why), STATUS_OK);
    assert_int_equal(version, 2);
    assert_int_equal(shop_data_version(reader, &version, &r->why), STATUS_OK);
    assert_int_equal(version, 1); /* not yet committed */
    conn_rollback(shop_writer(s));
    assert_int_equal(shop_bump_version(shop_writer(s), "undo", &version, &r->why), STATUS_OK);
    assert_int_equal(version, 2);
    conn_close(reader);
    shop_close(s);
    s = opened(r);
    assert_int_equal(shop_data_version(shop_writer(s), &version, &r->why), STATUS_OK);
    assert_int_equal(version, 2);
    shop_close(s);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_killed_holder_leaves_no_lock_behind), /* first: it forks, before there are threads */
        TEST(a_new_shop_opens_with_the_settings_it_was_made_with),
        TEST(any_name_survives_the_settings_file),
        TEST(a_folder_that_is_a_shop_is_not_made_again),
        TEST(wrong_settings_make_no_folder),
        TEST(a_week_start_left_out_is_monday),
        TEST(a_folder_without_shop_is_told_how_to_become_one),
        TEST(a_broken_settings_file_is_told_at_its_place),
        TEST(stores_take_from_the_shop_what_they_leave_out),
        TEST(an_unknown_store_gets_a_suggestion),
        TEST(the_second_opener_is_refused_until_the_first_closes),
        TEST(a_newer_folder_is_refused_and_left_alone),
        TEST(an_older_folder_gets_new_columns_and_tables_in_their_places),
        TEST(a_shop_without_imports_can_be_asked_for),
        TEST(the_data_version_counts_commits_and_outlives_the_program),
    };
    return cmocka_run_group_tests_name("shop: the folder", tests, NULL, NULL);
}
