/* Log-in, sessions, and what slows guessers down. */
#include "access_rig.h"

#include "access/access_priv.h"

#include <time.h>

static enum status who(struct rig *r, str secret, struct principal *out)
{
    return access_by_session(r->access, secret, r->now, r->arena, out, &r->why);
}

static void a_session_is_who_logged_in(void **state)
{
    struct rig *r = *state;
    struct principal p;
    str secret = STR_EMPTY;
    const int64_t id = add_user(r, "Mei", ROLE_EDITOR);
    assert_int_equal(log_in(r, "mei", GOOD, &secret), STATUS_OK);
    assert_int_equal(secret.len, 43);
    assert_int_equal(who(r, secret, &p), STATUS_OK);
    assert_int_equal(p.user_id, id);
    assert_int_equal(p.role, ROLE_EDITOR);
    assert_true(str_is(p.name, "Mei"));
    assert_true(p.all_stores);
    assert_int_equal(p.csrf.len, 43);
    assert_false(str_eq(p.csrf, secret));
    assert_int_equal(access_log_out(r->access, secret, &r->why), STATUS_OK);
    assert_int_equal(who(r, secret, &p), STATUS_UNAUTHORIZED);
}

static void wrong_names_and_passwords_look_the_same(void **state)
{
    struct rig *r = *state;
    str secret = STR_EMPTY;
    char first[480];
    add_user(r, "mei", ROLE_VIEWER);
    assert_int_equal(log_in(r, "mei", "not the password", &secret), STATUS_UNAUTHORIZED);
    (void)snprintf(first, sizeof first, "%s", r->why.text);
    assert_int_equal(log_in(r, "nobody", "not the password", &secret), STATUS_UNAUTHORIZED);
    assert_string_equal(first, r->why.text);
    const struct access_change off = { .fields = USER_DISABLED, .user = { .is_disabled = true } };
    assert_int_equal(change(r, 1, off), STATUS_OK);
    assert_int_equal(log_in(r, "mei", GOOD, &secret), STATUS_UNAUTHORIZED);
    assert_string_equal(first, r->why.text);
    assert_int_equal(log_in(r, "mei", "", &secret), STATUS_UNAUTHORIZED);
}

static double seconds_of(struct rig *r, const char *name)
{
    struct timespec a;
    struct timespec b;
    str secret = STR_EMPTY;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
    (void)log_in(r, name, "not the password", &secret);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
    return (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
}

/* Both hash once: an unknown name costs at least half of what a known one does. */
static void unknown_names_take_as_long(void **state)
{
    struct rig *r = *state;
    double known = 1e9;
    double unknown = 1e9;
    add_user(r, "mei", ROLE_VIEWER);
    for (int i = 0; i < 3; i++) {
        const double a = seconds_of(r, "mei");
        const double b = seconds_of(r, "nobody");
        known = a < known ? a : known;
        unknown = b < unknown ? b : unknown;
    }
    assert_true(unknown > known / 2);
    assert_true(unknown < known * 2);
}

static void guessing_is_slowed_and_forgiven_later(void **state)
{
    struct rig *r = *state;
    str secret = STR_EMPTY;
    add_user(r, "mei", ROLE_VIEWER);
    for (int i = 0; i < 5; i++)
        assert_int_equal(log_in(r, "mei", "not the password", &secret), STATUS_UNAUTHORIZED);
    /* the fifth failure blocks for a second: the right password does not help */
    assert_int_equal(log_in(r, "mei", GOOD, &secret), STATUS_TOO_MANY);
    assert_non_null(strstr(r->why.text, "try again in"));
    r->now += 2 * SECOND;
    assert_int_equal(log_in(r, "mei", "not the password", &secret), STATUS_UNAUTHORIZED);
    r->now += SECOND;
    assert_int_equal(log_in(r, "mei", GOOD, &secret), STATUS_TOO_MANY);
    r->now += 2 * SECOND;
    assert_int_equal(log_in(r, "mei", GOOD, &secret), STATUS_OK);
    for (int i = 0; i < 4; i++)
        assert_int_equal(log_in(r, "mei", "not the password", &secret), STATUS_UNAUTHORIZED);
    assert_int_equal(log_in(r, "mei", GOOD, &secret), STATUS_OK);
}

static void the_block_outlives_a_restart(void **state)
{
    struct rig *r = *state;
    str secret = STR_EMPTY;
    add_user(r, "mei", ROLE_VIEWER);
    for (int i = 0; i < 5; i++)
        (void)log_in(r, "mei", "not the password", &secret);
    access_close(r->access);
    assert_int_equal(access_open(r->dir, &r->access, &r->why), STATUS_OK);
    assert_int_equal(log_in(r, "mei", GOOD, &secret), STATUS_TOO_MANY);
}

static void sessions_end_by_themselves(void **state)
{
    struct rig *r = *state;
    struct principal p;
    str secret = STR_EMPTY;
    add_user(r, "mei", ROLE_VIEWER);
    assert_int_equal(log_in(r, "mei", GOOD, &secret), STATUS_OK);
    for (int day = 0; day < 29; day++) { /* used every day: until the absolute end */
        r->now += US_PER_DAY;
        assert_int_equal(who(r, secret, &p), STATUS_OK);
    }
    r->now += US_PER_DAY;
    assert_int_equal(who(r, secret, &p), STATUS_UNAUTHORIZED);
    assert_int_equal(log_in(r, "mei", GOOD, &secret), STATUS_OK);
    r->now += 7 * US_PER_DAY; /* not used: idle */
    assert_int_equal(who(r, secret, &p), STATUS_UNAUTHORIZED);
}

static void a_log_in_ends_the_session_before(void **state)
{
    struct rig *r = *state;
    struct principal p;
    str planted = STR_EMPTY;
    str secret = STR_EMPTY;
    int64_t retry = 0;
    add_user(r, "mei", ROLE_VIEWER);
    add_user(r, "mallory", ROLE_VIEWER);
    assert_int_equal(log_in(r, "mallory", GOOD, &planted), STATUS_OK);
    const struct access_login in = { .name = STR("mei"),
                                     .password = STR(GOOD),
                                     .address = STR("1.2.3.4"),
                                     .now_us = r->now,
                                     .old_secret = planted };
    assert_int_equal(access_log_in(r->access, &in, r->arena, &secret, &retry, &r->why), STATUS_OK);
    assert_false(str_eq(planted, secret));
    assert_int_equal(who(r, planted, &p), STATUS_UNAUTHORIZED);
    assert_int_equal(who(r, secret, &p), STATUS_OK);
    assert_true(str_is(p.name, "mei"));
}

static void what_is_no_secret_opens_nothing(void **state)
{
    struct rig *r = *state;
    struct principal p;
    str secret = STR_EMPTY;
    static const char *const bad[] = {
        "", "x", "' OR 1=1 --", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    };
    add_user(r, "mei", ROLE_VIEWER);
    assert_int_equal(log_in(r, "mei", GOOD, &secret), STATUS_OK);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(who(r, str_from(bad[i]), &p), STATUS_UNAUTHORIZED);
    assert_int_equal(who(r, str_first(secret, 42), &p), STATUS_UNAUTHORIZED);
}

/* The file holds neither passwords nor secrets. */
static void nothing_in_the_file_opens_anything(void **state)
{
    struct rig *r = *state;
    str secret = STR_EMPTY;
    str bytes = STR_EMPTY;
    add_user(r, "mei", ROLE_VIEWER);
    assert_int_equal(log_in(r, "mei", GOOD, &secret), STATUS_OK);
    static const char *const files[] = { "state.sqlite", "state.sqlite-wal" };
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        const char *path = path_join(r->arena, r->dir, files[i]);
        assert_int_equal(file_read(path, 1 << 24, r->arena, &bytes, &r->why), STATUS_OK);
        assert_false(str_contains(bytes, STR(GOOD)));
        assert_false(str_contains(bytes, secret));
    }
}

static int64_t events_with(struct rig *r, const char *text, struct access_event *last)
{
    struct access_events found = { .n = 0 };
    const struct access_search search = { .q = str_from(text), .limit = 10 };
    assert_int_equal(access_events(r->access, &search, r->arena, &found, &r->why), STATUS_OK);
    if (found.n > 0)
        *last = found.items[0];
    return found.total;
}

/* A password typed into the field of the name. */
static void names_of_nobody_are_not_written_down(void **state)
{
    struct rig *r = *state;
    struct access_event e = { .id = 0 };
    str secret = STR_EMPTY;
    add_user(r, "mei", ROLE_VIEWER);
    assert_int_equal(log_in(r, GOOD, "", &secret), STATUS_UNAUTHORIZED);
    assert_int_equal(events_with(r, GOOD, &e), 0);
    assert_int_equal(events_with(r, "login.failed", &e), 1);
    assert_true(str_is(e.who, "(unknown name)"));
    assert_int_equal(log_in(r, "mei", "not the password", &secret), STATUS_UNAUTHORIZED);
    assert_int_equal(events_with(r, "login.failed", &e), 2);
    assert_true(str_is(e.who, "mei"));
}

static enum status log_in_from(struct rig *r, const char *address)
{
    int64_t retry = 0;
    str secret = STR_EMPTY;
    const struct access_login in = { .name = STR("mei"),
                                     .password = STR("not the password"),
                                     .address = str_from(address),
                                     .now_us = r->now,
                                     .old_secret = STR_EMPTY };
    return access_log_in(r->access, &in, r->arena, &secret, &retry, &r->why);
}

/* Whoever has one address of IPv6 has 2^64. */
static void addresses_of_one_network_are_counted_as_one(void **state)
{
    struct rig *r = *state;
    char address[64];
    add_user(r, "mei", ROLE_VIEWER);
    for (int i = 0; i < 5; i++) {
        (void)snprintf(address, sizeof address, "2001:db8:1:2:%x::%x", i, 7 * i);
        assert_int_equal(log_in_from(r, address), STATUS_UNAUTHORIZED);
    }
    assert_int_equal(log_in_from(r, "2001:db8:1:2:ffff::9"), STATUS_TOO_MANY);
    assert_int_equal(log_in_from(r, "2001:db8:1:3::1"), STATUS_UNAUTHORIZED);
    for (int i = 0; i < 5; i++)
        assert_int_equal(log_in_from(r, i % 2 ? "::ffff:198.51.100.7" : "198.51.100.7"),
                         STATUS_UNAUTHORIZED);
    assert_int_equal(log_in_from(r, "::ffff:198.51.100.7"), STATUS_TOO_MANY);
    assert_int_equal(log_in_from(r, "::ffff:198.51.100.8"), STATUS_UNAUTHORIZED);
}

/* A flood of failures pushes out its own oldest lines, and no other. */
static void failures_do_not_fill_the_log(void **state)
{
    struct rig *r = *state;
    struct access_event e = { .id = 0 };
    const struct access_actor by = actor(r);
    add_user(r, "mei", ROLE_VIEWER);
    assert_int_equal(access_exec(r->access,
                                 "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n"
                                 " WHERE i<10050) INSERT INTO event(at_us, user_id, who, address,"
                                 " action, what) SELECT i, 0, 'flood', '', 'login.failed', ''"
                                 " FROM n",
                                 NULL,
                                 0,
                                 &r->why),
                     STATUS_OK);
    assert_int_equal(access_log(r->access, &by, "test.kept", STR_EMPTY, &r->why), STATUS_OK);
    assert_int_equal(log_in_from(r, "198.51.100.7"), STATUS_UNAUTHORIZED);
    assert_int_equal(events_with(r, "login.failed", &e), 10000);
    assert_true(str_is(e.who, "mei"));
    assert_int_equal(events_with(r, "test.kept", &e), 1);
}

/* The password is changed, or the user disabled, while the old one is being checked. */
static void what_was_proved_must_still_hold(void **state)
{
    struct rig *r = *state;
    str secret = STR_EMPTY;
    int64_t retry = 0;
    const struct access_login in = { .name = STR("mei"),
                                     .password = STR(GOOD),
                                     .address = STR("1.2.3.4"),
                                     .now_us = r->now,
                                     .old_secret = STR_EMPTY };
    struct access_proof proof;
    const int64_t id = add_user(r, "mei", ROLE_VIEWER);
    assert_int_equal(access_prove(r->access, &in, r->arena, &proof, &retry, &r->why), STATUS_OK);
    struct access_change c = { .fields = USER_DISABLED, .user = { .is_disabled = true } };
    assert_int_equal(change(r, id, c), STATUS_OK);
    assert_int_equal(access_open_session(r->access, &in, &proof, r->arena, &secret, &r->why),
                     STATUS_UNAUTHORIZED);
    c.user.is_disabled = false;
    assert_int_equal(change(r, id, c), STATUS_OK);
    assert_int_equal(access_open_session(r->access, &in, &proof, r->arena, &secret, &r->why),
                     STATUS_OK);
    c = (struct access_change){ .fields = USER_PASSWORD, .password = STR("another good one") };
    assert_int_equal(change(r, id, c), STATUS_OK);
    assert_int_equal(access_open_session(r->access, &in, &proof, r->arena, &secret, &r->why),
                     STATUS_UNAUTHORIZED);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_session_is_who_logged_in, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_names_and_passwords_look_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(unknown_names_take_as_long, set_up, tear_down),
        cmocka_unit_test_setup_teardown(guessing_is_slowed_and_forgiven_later, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_block_outlives_a_restart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sessions_end_by_themselves, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_log_in_ends_the_session_before, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_secret_opens_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_in_the_file_opens_anything, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_of_nobody_are_not_written_down, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            addresses_of_one_network_are_counted_as_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(failures_do_not_fill_the_log, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_proved_must_still_hold, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("access/log_in", tests, NULL, NULL);
}
