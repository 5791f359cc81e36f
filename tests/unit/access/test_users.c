/* Users, the first administrator, tokens, links, views, the log, the file. */
#include "access_rig.h"

#include "access/access_priv.h"

#include <pthread.h>
#include <sqlite3.h>
#include <sys/stat.h>

static struct access_change role_change(enum role role)
{
    return (struct access_change){ .fields = USER_ROLE, .user = { .role = role } };
}

static void names_are_one_but_for_case(void **state)
{
    struct rig *r = *state;
    const struct access_actor by = actor(r);
    int64_t id = 0;
    add_user(r, "Mei", ROLE_VIEWER);
    struct access_change c = { .fields = USER_NAME, .user = { .name = STR("MEI") } };
    assert_int_equal(access_user_add(r->access, &c, &by, &id, &r->why), STATUS_CONFLICT);
    static const char *const bad[] = { "", " mei", "a\nb", "\xff" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        c.user.name = str_from(bad[i]);
        assert_int_equal(access_user_add(r->access, &c, &by, &id, &r->why), STATUS_INVALID);
    }
    c.user.name = STR("李雷");
    assert_int_equal(access_user_add(r->access, &c, &by, &id, &r->why), STATUS_OK);
}

static void weak_passwords_are_refused(void **state)
{
    struct rig *r = *state;
    static const char *const bad[] = { "short", "aaaaaaaaaaaaaa", "Password123", "meimeimeimei" };
    add_user(r, "meimeimeimei", ROLE_VIEWER);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const struct access_change c = { .fields = USER_PASSWORD, .password = str_from(bad[i]) };
        assert_int_equal(change(r, 1, c), STATUS_INVALID);
    }
    const struct access_change zh = { .fields = USER_PASSWORD,
                                      .password = STR("春眠不觉晓处处闻啼鸟") };
    assert_int_equal(change(r, 1, zh), STATUS_OK);
}

static void the_last_administrator_stays(void **state)
{
    struct rig *r = *state;
    const struct access_actor by = actor(r);
    const int64_t a = add_user(r, "a", ROLE_ADMIN);
    const struct access_change off = { .fields = USER_DISABLED, .user = { .is_disabled = true } };
    assert_int_equal(change(r, a, role_change(ROLE_EDITOR)), STATUS_CONFLICT);
    assert_int_equal(change(r, a, off), STATUS_CONFLICT);
    assert_int_equal(access_user_delete(r->access, a, &by, &r->why), STATUS_CONFLICT);
    add_user(r, "b", ROLE_ADMIN);
    assert_int_equal(change(r, a, off), STATUS_OK);
    assert_int_equal(access_user_delete(r->access, a, &by, &r->why), STATUS_OK);
}

static void scope_comes_from_stores_and_teams(void **state)
{
    struct rig *r = *state;
    static const struct access_store stores[] = { { { "main", 4 }, { "", 0 } },
                                                  { { "eu", 2 }, { "west", 4 } },
                                                  { { "us", 2 }, { "west", 4 } } };
    static const str own[] = { { "main", 4 } };
    static const str teams[] = { { "west", 4 } };
    struct principal p;
    str secret = STR_EMPTY;
    const int64_t id = add_user(r, "mei", ROLE_VIEWER);
    assert_int_equal(access_set_stores(r->access, stores, 3, &r->why), STATUS_OK);
    struct access_change c = { .fields = USER_TEAMS, .user = { .teams = teams, .team_count = 1 } };
    assert_int_equal(change(r, id, c), STATUS_OK);
    assert_int_equal(log_in(r, "mei", GOOD, &secret), STATUS_OK);
    assert_int_equal(access_by_session(r->access, secret, r->now, r->arena, &p, &r->why),
                     STATUS_OK);
    assert_false(p.all_stores);
    assert_int_equal(p.store_count, 2);
    c = (struct access_change){ .fields = USER_STORES,
                                .user = { .stores = own, .store_count = 1 } };
    assert_int_equal(change(r, id, c), STATUS_OK);
    assert_int_equal(access_by_session(r->access, secret, r->now, r->arena, &p, &r->why),
                     STATUS_OK);
    assert_int_equal(p.store_count, 3);
    /* the team is gone from stores.yaml: nothing of it is seen, never everything */
    c = (struct access_change){ .fields = USER_STORES, .user = { .store_count = 0 } };
    assert_int_equal(change(r, id, c), STATUS_OK);
    assert_int_equal(access_set_stores(r->access, stores, 1, &r->why), STATUS_OK);
    assert_int_equal(access_by_session(r->access, secret, r->now, r->arena, &p, &r->why),
                     STATUS_OK);
    assert_false(p.all_stores);
    assert_int_equal(p.store_count, 0);
}

/* That somebody sees all stores is said; lists that got lost do not say it. */
static void lost_lists_open_nothing(void **state)
{
    struct rig *r = *state;
    struct principal p;
    str own = STR("main");
    str secret = STR_EMPTY;
    const int64_t id = add_user(r, "mei", ROLE_VIEWER);
    struct access_change c = { .fields = USER_STORES,
                               .user = { .stores = &own, .store_count = 1 } };
    assert_int_equal(change(r, id, c), STATUS_OK);
    assert_int_equal(log_in(r, "mei", GOOD, &secret), STATUS_OK);
    assert_int_equal(access_exec(r->access, "UPDATE user SET stores='[]'", NULL, 0, &r->why),
                     STATUS_OK);
    assert_int_equal(access_by_session(r->access, secret, r->now, r->arena, &p, &r->why),
                     STATUS_OK);
    assert_false(p.all_stores);
    assert_int_equal(p.store_count, 0);
    assert_int_equal(access_exec(r->access, "UPDATE user SET stores='null'", NULL, 0, &r->why),
                     STATUS_OK);
    assert_int_equal(access_by_session(r->access, secret, r->now, r->arena, &p, &r->why),
                     STATUS_IO);
}

static void a_list_that_cannot_be_written_changes_nothing(void **state)
{
    struct rig *r = *state;
    struct access_user u;
    const int64_t id = add_user(r, "mei", ROLE_VIEWER);
    str own = STR("main");
    struct access_change c = { .fields = USER_STORES,
                               .user = { .stores = &own, .store_count = 1 } };
    assert_int_equal(change(r, id, c), STATUS_OK);
    char *text = mem_new(2 << 20, 1); /* longer than what is ever written */
    assert_non_null(text);
    memset(text, 'x', 2 << 20);
    own = (str){ text, 2 << 20 };
    assert_int_equal(change(r, id, c), STATUS_NO_MEMORY);
    mem_free(text);
    assert_int_equal(access_user_get(r->access, id, r->arena, &u, &r->why), STATUS_OK);
    assert_int_equal(u.store_count, 1);
    assert_true(str_is(u.stores[0], "main"));
}

/* A file of before: who had no lists saw all, and does so still. */
static void an_older_file_keeps_its_scopes(void **state)
{
    struct rig *r = *state;
    struct access_user u;
    str own = STR("main");
    sqlite3 *db = NULL;
    add_user(r, "all", ROLE_VIEWER);
    const struct access_change c = { .fields = USER_STORES,
                                     .user = { .stores = &own, .store_count = 1 } };
    assert_int_equal(change(r, add_user(r, "one", ROLE_VIEWER), c), STATUS_OK);
    access_close(r->access);
    r->access = NULL;
    assert_int_equal(sqlite3_open(path_join(r->arena, r->dir, "state.sqlite"), &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(
            db, "ALTER TABLE user DROP COLUMN all_stores; PRAGMA user_version=1", NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(access_open(r->dir, &r->access, &r->why), STATUS_OK);
    assert_int_equal(access_user_find(r->access, STR("all"), r->arena, &u, &r->why), STATUS_OK);
    assert_true(u.all_stores);
    assert_int_equal(access_user_find(r->access, STR("one"), r->arena, &u, &r->why), STATUS_OK);
    assert_false(u.all_stores);
}

static void an_administrator_is_not_narrowed(void **state)
{
    struct rig *r = *state;
    static const str own[] = { { "main", 4 } };
    const int64_t id = add_user(r, "a", ROLE_ADMIN);
    const struct access_change c = { .fields = USER_STORES,
                                     .user = { .stores = own, .store_count = 1 } };
    assert_int_equal(change(r, id, c), STATUS_INVALID);
}

static void a_new_password_or_disabling_ends_sessions(void **state)
{
    struct rig *r = *state;
    struct principal p;
    str secret = STR_EMPTY;
    const int64_t id = add_user(r, "mei", ROLE_VIEWER);
    assert_int_equal(log_in(r, "mei", GOOD, &secret), STATUS_OK);
    struct access_change c = { .fields = USER_PASSWORD, .password = STR("another good one") };
    assert_int_equal(change(r, id, c), STATUS_OK);
    assert_int_equal(access_by_session(r->access, secret, r->now, r->arena, &p, &r->why),
                     STATUS_UNAUTHORIZED);
    assert_int_equal(log_in(r, "mei", "another good one", &secret), STATUS_OK);
    c = (struct access_change){ .fields = USER_DISABLED, .user = { .is_disabled = true } };
    assert_int_equal(change(r, id, c), STATUS_OK);
    c.user.is_disabled = false;
    assert_int_equal(change(r, id, c), STATUS_OK);
    assert_int_equal(access_by_session(r->access, secret, r->now, r->arena, &p, &r->why),
                     STATUS_UNAUTHORIZED);
}

static void the_first_link_opens_once_and_expires(void **state)
{
    struct rig *r = *state;
    struct access_actor by = actor(r);
    str old = STR_EMPTY;
    str link = STR_EMPTY;
    bool needs = false;
    assert_int_equal(access_needs_admin(r->access, &needs, &r->why), STATUS_OK);
    assert_true(needs);
    assert_int_equal(access_first_link(r->access, r->now, r->arena, &old, &r->why), STATUS_OK);
    assert_int_equal(access_first_link(r->access, r->now, r->arena, &link, &r->why), STATUS_OK);
    assert_int_equal(access_first_admin(r->access, old, STR("a"), STR(GOOD), &by, &r->why),
                     STATUS_FORBIDDEN);
    by.now_us += INT64_C(3601) * SECOND;
    assert_int_equal(access_first_admin(r->access, link, STR("a"), STR(GOOD), &by, &r->why),
                     STATUS_FORBIDDEN);
    by.now_us = r->now;
    assert_int_equal(access_first_admin(r->access, link, STR("a"), STR("weak"), &by, &r->why),
                     STATUS_INVALID);
    assert_int_equal(access_first_admin(r->access, link, STR("a"), STR(GOOD), &by, &r->why),
                     STATUS_OK);
    assert_int_equal(access_first_admin(r->access, link, STR("b"), STR(GOOD), &by, &r->why),
                     STATUS_CONFLICT);
    assert_int_equal(access_first_link(r->access, r->now, r->arena, &link, &r->why),
                     STATUS_CONFLICT);
    assert_int_equal(access_needs_admin(r->access, &needs, &r->why), STATUS_OK);
    assert_false(needs);
}

struct race {
    struct rig *rig;
    str link;
    const char *name;
    enum status status;
};

static void *take_link(void *self)
{
    struct race *race = self;
    struct error why = { .lang = LANG_EN };
    const struct access_actor by = actor(race->rig);
    race->status = access_first_admin(
        race->rig->access, race->link, str_from(race->name), STR(GOOD), &by, &why);
    return NULL;
}

static void of_two_at_once_only_one_becomes_administrator(void **state)
{
    struct rig *r = *state;
    str link = STR_EMPTY;
    pthread_t threads[2];
    assert_int_equal(access_first_link(r->access, r->now, r->arena, &link, &r->why), STATUS_OK);
    struct race races[2] = { { .rig = r, .link = link, .name = "a" },
                             { .rig = r, .link = link, .name = "b" } };
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take_link, &races[i]), 0);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal((races[0].status == STATUS_OK) + (races[1].status == STATUS_OK), 1);
}

static struct access_made make(struct rig *r, enum access_kind kind, int64_t user, bool flag)
{
    const struct access_actor by = actor(r);
    struct access_made made;
    const struct access_thing t = { .user_id = user,
                                    .name = STR("thing"),
                                    .path = STR("/kpi/aov"),
                                    .is_flagged = flag,
                                    .expires_us = r->now + US_PER_DAY };
    if (access_thing_add(r->access, kind, &t, &by, &made, &r->why) != STATUS_OK)
        fail_msg("%s", r->why.text);
    return made;
}

static void tokens_have_their_makers_rights_of_now(void **state)
{
    struct rig *r = *state;
    struct principal p;
    const int64_t id = add_user(r, "mei", ROLE_EDITOR);
    const struct access_made reads = make(r, ACCESS_TOKEN, id, false);
    const struct access_made writes = make(r, ACCESS_TOKEN, id, true);
    const str secret = str_from(writes.secret);
    assert_int_equal(
        access_by_token(r->access, str_from(reads.secret), r->now, r->arena, &p, &r->why),
        STATUS_OK);
    assert_true(p.is_read_only);
    assert_int_equal(access_by_token(r->access, secret, r->now, r->arena, &p, &r->why), STATUS_OK);
    assert_false(p.is_read_only);
    assert_int_equal(p.role, ROLE_EDITOR);
    assert_int_equal(p.kind, PRINCIPAL_TOKEN);
    assert_int_equal(change(r, id, role_change(ROLE_ANALYST)), STATUS_OK);
    assert_int_equal(access_by_token(r->access, secret, r->now, r->arena, &p, &r->why), STATUS_OK);
    assert_int_equal(p.role, ROLE_ANALYST);
    assert_int_equal(change(r, id, role_change(ROLE_VIEWER)), STATUS_OK);
    assert_int_equal(access_by_token(r->access, secret, r->now, r->arena, &p, &r->why),
                     STATUS_UNAUTHORIZED);
    assert_int_equal(change(r, id, role_change(ROLE_EDITOR)), STATUS_OK);
    r->now += US_PER_DAY;
    assert_int_equal(access_by_token(r->access, secret, r->now, r->arena, &p, &r->why),
                     STATUS_UNAUTHORIZED);
}

static void a_link_reads_with_its_makers_scope(void **state)
{
    struct rig *r = *state;
    static const str own[] = { { "eu", 2 } };
    struct principal p;
    const int64_t id = add_user(r, "mei", ROLE_EDITOR);
    const struct access_made link = make(r, ACCESS_SHARE, id, false);
    const str secret = str_from(link.secret);
    assert_int_equal(access_by_share(r->access, secret, r->now, r->arena, &p, &r->why), STATUS_OK);
    assert_int_equal(p.role, ROLE_VIEWER);
    assert_true(p.is_read_only && p.all_stores);
    assert_true(str_is(p.share_path, "/kpi/aov"));
    const struct access_change c = { .fields = USER_STORES,
                                     .user = { .stores = own, .store_count = 1 } };
    assert_int_equal(change(r, id, c), STATUS_OK);
    assert_int_equal(access_by_share(r->access, secret, r->now, r->arena, &p, &r->why), STATUS_OK);
    assert_false(p.all_stores);
    assert_int_equal(p.store_count, 1);
    const struct access_change off = { .fields = USER_DISABLED, .user = { .is_disabled = true } };
    assert_int_equal(change(r, id, off), STATUS_OK);
    assert_int_equal(access_by_share(r->access, secret, r->now, r->arena, &p, &r->why),
                     STATUS_UNAUTHORIZED);
    /* a token's secret is no link's */
    assert_int_equal(access_by_token(r->access, secret, r->now, r->arena, &p, &r->why),
                     STATUS_UNAUTHORIZED);
}

static void things_are_their_owners(void **state)
{
    struct rig *r = *state;
    const struct access_actor by = actor(r);
    struct access_things list;
    const int64_t a = add_user(r, "a", ROLE_EDITOR);
    const int64_t b = add_user(r, "b", ROLE_EDITOR);
    const struct access_made own = make(r, ACCESS_VIEW, a, false);
    (void)make(r, ACCESS_VIEW, a, true);
    assert_int_equal(access_things(r->access, ACCESS_VIEW, a, r->arena, &list, &r->why), STATUS_OK);
    assert_int_equal(list.n, 2);
    assert_int_equal(access_things(r->access, ACCESS_VIEW, b, r->arena, &list, &r->why), STATUS_OK);
    assert_int_equal(list.n, 1);
    assert_true(list.items[0].is_flagged);
    assert_int_equal(access_thing_delete(r->access, ACCESS_VIEW, own.id, b, &by, &r->why),
                     STATUS_NOT_FOUND);
    const struct access_thing mine = {
        .id = own.id, .user_id = b, .name = STR("x"), .path = STR("/")
    };
    assert_int_equal(access_view_change(r->access, &mine, &by, &r->why), STATUS_NOT_FOUND);
    assert_int_equal(access_thing_delete(r->access, ACCESS_VIEW, own.id, a, &by, &r->why),
                     STATUS_OK);
    assert_int_equal(access_user_delete(r->access, a, &by, &r->why), STATUS_OK);
    assert_int_equal(access_things(r->access, ACCESS_VIEW, 0, r->arena, &list, &r->why), STATUS_OK);
    assert_int_equal(list.n, 0);
}

static void the_log_knows_who_did_what(void **state)
{
    struct rig *r = *state;
    struct access_events e;
    str secret = STR_EMPTY;
    add_user(r, "mei", ROLE_VIEWER);
    (void)log_in(r, "mei", "not the password", &secret);
    (void)log_in(r, "mei", GOOD, &secret);
    const struct access_search all = { .q = STR_EMPTY, .limit = 10 };
    assert_int_equal(access_events(r->access, &all, r->arena, &e, &r->why), STATUS_OK);
    assert_int_equal(e.total, 3);
    assert_true(str_is(e.items[0].action, "login"));
    assert_true(str_is(e.items[1].action, "login.failed"));
    assert_true(str_is(e.items[2].action, "user.add"));
    assert_true(str_contains(e.items[2].what, STR("mei: role viewer")));
    const struct access_search some = { .q = STR("USER.ADD"), .limit = 10 };
    assert_int_equal(access_events(r->access, &some, r->arena, &e, &r->why), STATUS_OK);
    assert_int_equal(e.total, 1);
}

static void the_file_is_its_owners_alone(void **state)
{
    struct rig *r = *state;
    struct stat s;
    static const char *const files[] = { "state.sqlite", "state.sqlite-wal", "state.sqlite-shm" };
    add_user(r, "mei", ROLE_VIEWER);
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        assert_int_equal(stat(path_join(r->arena, r->dir, files[i]), &s), 0);
        assert_int_equal(s.st_mode & 0777, 0600);
    }
}

static void a_newer_file_is_refused(void **state)
{
    struct rig *r = *state;
    sqlite3 *db = NULL;
    access_close(r->access);
    r->access = NULL;
    assert_int_equal(sqlite3_open(path_join(r->arena, r->dir, "state.sqlite"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version=999", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(access_open(r->dir, &r->access, &r->why), STATUS_CONFLICT);
    assert_non_null(strstr(r->why.text, "newer"));
}

static void a_copy_made_meanwhile_is_whole(void **state)
{
    struct rig *r = *state;
    struct access *copy = NULL;
    struct access_user u;
    add_user(r, "mei", ROLE_VIEWER);
    const char *dir = path_join(r->arena, r->dir, "copy");
    assert_int_equal(dir_make(dir, &r->why), STATUS_OK);
    assert_int_equal(access_backup(r->access, path_join(r->arena, dir, "state.sqlite"), &r->why),
                     STATUS_OK);
    assert_false(file_exists(path_join(r->arena, dir, "state.sqlite-wal")));
    assert_int_equal(access_open(dir, &copy, &r->why), STATUS_OK);
    assert_int_equal(access_user_find(copy, STR("mei"), r->arena, &u, &r->why), STATUS_OK);
    access_close(copy);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(names_are_one_but_for_case),
        TEST(weak_passwords_are_refused),
        TEST(the_last_administrator_stays),
        TEST(scope_comes_from_stores_and_teams),
        TEST(lost_lists_open_nothing),
        TEST(a_list_that_cannot_be_written_changes_nothing),
        TEST(an_older_file_keeps_its_scopes),
        TEST(an_administrator_is_not_narrowed),
        TEST(a_new_password_or_disabling_ends_sessions),
        TEST(the_first_link_opens_once_and_expires),
        TEST(of_two_at_once_only_one_becomes_administrator),
        TEST(tokens_have_their_makers_rights_of_now),
        TEST(a_link_reads_with_its_makers_scope),
        TEST(things_are_their_owners),
        TEST(the_log_knows_who_did_what),
        TEST(the_file_is_its_owners_alone),
        TEST(a_newer_file_is_refused),
        TEST(a_copy_made_meanwhile_is_whole),
    };
    return cmocka_run_group_tests_name("access/users", tests, NULL, NULL);
}
