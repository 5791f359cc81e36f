/* A state database in a folder of its own, and the clock as a number. */
#ifndef SHOPVANE_TESTS_ACCESS_RIG_H
#define SHOPVANE_TESTS_ACCESS_RIG_H

#include "access/access.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW    INT64_C(1800000000000000)
#define SECOND US_PER_SECOND
#define GOOD   "correct horse battery"

struct rig {
    char dir[64];
    struct access *access;
    struct arena *arena;
    struct error why;
    int64_t now;
};

static inline int set_up(void **state)
{
    struct rig *r = mem_new(1, sizeof *r);
    assert_non_null(r);
    (void)snprintf(r->dir, sizeof r->dir, "/tmp/shopvane-access-XXXXXX");
    assert_non_null(mkdtemp(r->dir));
    r->arena = arena_new(0);
    r->now = NOW;
    if (access_open(r->dir, &r->access, &r->why) != STATUS_OK)
        fail_msg("%s", r->why.text);
    *state = r;
    return 0;
}

static inline int tear_down(void **state)
{
    struct rig *r = *state;
    char command[128];
    access_close(r->access);
    arena_free(r->arena);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", r->dir);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): our own folder */
    mem_free(r);
    return 0;
}

static inline struct access_actor actor(const struct rig *r)
{
    return (struct access_actor){ .who = STR("test"), .address = STR("1.2.3.4"), .now_us = r->now };
}

static inline int64_t add_user(struct rig *r, const char *name, enum role role)
{
    const struct access_actor by = actor(r);
    int64_t id = 0;
    const struct access_change c = { .fields = USER_NAME | USER_ROLE | USER_PASSWORD,
                                     .user = { .name = str_from(name), .role = role },
                                     .password = STR(GOOD) };
    if (access_user_add(r->access, &c, &by, &id, &r->why) != STATUS_OK)
        fail_msg("%s", r->why.text);
    return id;
}

/* The status of a log-in; the session's secret in *secret. */
static inline enum status log_in(struct rig *r, const char *name, const char *password, str *secret)
{
    int64_t retry = 0;
    const struct access_login in = { .name = str_from(name),
                                     .password = str_from(password),
                                     .address = STR("1.2.3.4"),
                                     .now_us = r->now,
                                     .old_secret = STR_EMPTY };
    return access_log_in(r->access, &in, r->arena, secret, &retry, &r->why);
}

static inline enum status change(struct rig *r, int64_t id, struct access_change c)
{
    const struct access_actor by = actor(r);
    return access_user_change(r->access, id, &c, 0, &by, &r->why);
}

#endif
