/* Accounts: who may prove to be whom, and what is kept about them. */
#ifndef SHOPVANE_ACCESS_ACCESS_H
#define SHOPVANE_ACCESS_ACCESS_H

#include "access/principal.h"

/* ---- The state database: users, sessions, tokens, links, views, log. --------------------------
 *
 * SHOP/state.sqlite, 0600, write-ahead log, synchronous=FULL. Secrets of sessions, tokens and links
 * are kept as hashes only, passwords as argon2id. Threads: any; what hashes a password takes about
 * 0.1 s and 64 MiB, so callers bound how many run at once. All times are microseconds UTC. */
struct access;

struct access_store { /* of stores.yaml: teams give row scope */
    str name;
    str team;
};

/* Opens or makes the file and brings an older one up to date. STATUS_CONFLICT: made by a newer
 * program. */
MUST_CHECK enum status access_open(const char *shop_dir, struct access **out, struct error *why);
void access_close(struct access *a); /* NULL is fine */
/* The stores as they are now; copied. Call it after open and after each reload. */
MUST_CHECK enum status access_set_stores(struct access *a,
                                         const struct access_store *stores,
                                         size_t n,
                                         struct error *why);
/* Copies the database as it is into `path` while others use it (SQLite's backup). */
MUST_CHECK enum status access_backup(struct access *a, const char *path, struct error *why);

/* Who does it, for the log. */
struct access_actor {
    int64_t user_id; /* 0: not a user, such as the command line */
    str who;
    str address;
    int64_t now_us;
};

/* Adds a line to the log. */
MUST_CHECK enum status access_log(struct access *a,
                                  const struct access_actor *by,
                                  const char *action,
                                  str what,
                                  struct error *why);

struct access_event {
    int64_t id;
    int64_t at_us;
    str who;
    str address;
    str action;
    str what;
};
struct access_search {
    str q; /* searched in all texts; may be empty */
    size_t limit;
    size_t offset;
};
struct access_events {
    struct access_event *items; /* newest first */
    size_t n;
    int64_t total; /* how many fit */
};
MUST_CHECK enum status access_events(struct access *a,
                                     const struct access_search *search,
                                     struct arena *arena,
                                     struct access_events *out,
                                     struct error *why);

/* ---- Users. ---------------------------------------------------------------------------------- */

/* Without stores and teams a user sees all stores; else those named and those of the teams. */
struct access_user {
    int64_t id;
    str name;
    enum role role;
    bool is_disabled;
    bool has_password;
    const str *stores;
    size_t store_count;
    const str *teams;
    size_t team_count;
    str lang; /* en zh, or empty */
    str density;
    str theme;
    int64_t created_us;
    int64_t seen_us; /* 0: never */
    bool all_stores; /* when read: written down without stores and teams */
};

/* What shall change; a field counts when its flag is set. */
enum access_field {
    USER_NAME = 1,
    USER_ROLE = 2,
    USER_DISABLED = 4,
    USER_PASSWORD = 8,
    USER_STORES = 16,
    USER_TEAMS = 32,
    USER_LANG = 64,
    USER_DENSITY = 128,
    USER_THEME = 256
};
struct access_change {
    unsigned fields;
    struct access_user user;
    str password; /* empty with USER_PASSWORD: none, so no log-in by password */
};

/* STATUS_CONFLICT: the name is taken (letters differ by more than case); STATUS_INVALID: name,
 * password or scope are not allowed. */
MUST_CHECK enum status access_user_add(struct access *a,
                                       const struct access_change *c,
                                       const struct access_actor *by,
                                       int64_t *id,
                                       struct error *why);
/* STATUS_CONFLICT when no active administrator would be left. A new password ends the user's other
 * sessions (all but `keep_session`), disabling ends all. */
MUST_CHECK enum status access_user_change(struct access *a,
                                          int64_t id,
                                          const struct access_change *c,
                                          int64_t keep_session,
                                          const struct access_actor *by,
                                          struct error *why);
/* Also removes the user's sessions, tokens, links and own views. */
MUST_CHECK enum status access_user_delete(struct access *a,
                                          int64_t id,
                                          const struct access_actor *by,
                                          struct error *why);
MUST_CHECK enum status access_users(
    struct access *a, struct arena *arena, struct access_user **out, size_t *n, struct error *why);
MUST_CHECK enum status access_user_get(
    struct access *a, int64_t id, struct arena *arena, struct access_user *out, struct error *why);
MUST_CHECK enum status access_user_find(
    struct access *a, str name, struct arena *arena, struct access_user *out, struct error *why);
/* Nobody can administer yet. */
MUST_CHECK enum status access_needs_admin(struct access *a, bool *out, struct error *why);
/* The secret of a link that makes the first administrator, once, within an hour; a new one makes
 * the older ones invalid. STATUS_CONFLICT when there is an administrator. */
MUST_CHECK enum status access_first_link(
    struct access *a, int64_t now_us, struct arena *arena, str *secret, struct error *why);
MUST_CHECK enum status access_first_admin(struct access *a,
                                          str secret,
                                          str name,
                                          str password,
                                          const struct access_actor *by,
                                          struct error *why);

/* ---- Proving who one is. -----------------------------------------------------------------------
 */

struct access_login {
    str name;
    str password;
    str address;
    int64_t now_us;
    str old_secret; /* of a session that ends with this log-in; may be empty */
};
/* STATUS_UNAUTHORIZED is the same for a wrong password, an unknown and a disabled user, and takes
 * the same time. STATUS_TOO_MANY after failures: *retry_after is in seconds. */
MUST_CHECK enum status access_log_in(struct access *a,
                                     const struct access_login *in,
                                     struct arena *arena,
                                     str *secret,
                                     int64_t *retry_after,
                                     struct error *why);
MUST_CHECK enum status access_log_out(struct access *a, str secret, struct error *why);
/* The password of a user who is logged in; counts against the throttle like a log-in. */
MUST_CHECK enum status access_check_password(struct access *a,
                                             const struct access_login *in,
                                             int64_t *retry_after,
                                             struct error *why);

/* STATUS_UNAUTHORIZED when it is unknown, expired, or its user may no more. */
MUST_CHECK enum status access_by_session(struct access *a,
                                         str secret,
                                         int64_t now_us,
                                         struct arena *arena,
                                         struct principal *out,
                                         struct error *why);
MUST_CHECK enum status access_by_token(struct access *a,
                                       str secret,
                                       int64_t now_us,
                                       struct arena *arena,
                                       struct principal *out,
                                       struct error *why);
/* A viewer who reads, with the rights to stores that the link's maker has now. */
MUST_CHECK enum status access_by_share(struct access *a,
                                       str secret,
                                       int64_t now_us,
                                       struct arena *arena,
                                       struct principal *out,
                                       struct error *why);

/* ---- Tokens, links, views: things that a user has. ------------------------------------------- */

#define ACCESS_EXPIRES_MAX_DAYS 3650
struct access_thing {
    int64_t id;
    int64_t user_id;
    str user;
    str name;        /* of a token or view */
    str path;        /* of a link or view */
    bool is_flagged; /* token: may write; view: shared with all */
    int64_t created_us;
    int64_t expires_us; /* 0: never (views) */
    int64_t used_us;    /* of a token; 0: never */
};
enum access_kind { ACCESS_TOKEN, ACCESS_SHARE, ACCESS_VIEW };

struct access_made {
    int64_t id;
    char secret[48]; /* of a token or link, shown once */
};
/* `thing` holds user_id, name or path, flag and expires_us. */
MUST_CHECK enum status access_thing_add(struct access *a,
                                        enum access_kind kind,
                                        const struct access_thing *thing,
                                        const struct access_actor *by,
                                        struct access_made *out,
                                        struct error *why);
struct access_things {
    struct access_thing *items; /* newest first */
    size_t n;
};
/* Those of a user (0: of all); of views also those that others share. */
MUST_CHECK enum status access_things(struct access *a,
                                     enum access_kind kind,
                                     int64_t user_id,
                                     struct arena *arena,
                                     struct access_things *out,
                                     struct error *why);
/* Only the user's own (0: anybody's); STATUS_NOT_FOUND otherwise. */
MUST_CHECK enum status access_thing_delete(struct access *a,
                                           enum access_kind kind,
                                           int64_t id,
                                           int64_t user_id,
                                           const struct access_actor *by,
                                           struct error *why);
/* Name, path and flag of a view. */
MUST_CHECK enum status access_view_change(struct access *a,
                                          const struct access_thing *view,
                                          const struct access_actor *by,
                                          struct error *why);

/* ---- Counters for /metrics. --------------------------------------------------------------------
 */
struct access_counts {
    int64_t users;
    int64_t sessions;
    int64_t tokens;
    int64_t shares;
};
MUST_CHECK enum status access_count(struct access *a,
                                    int64_t now_us,
                                    struct access_counts *out,
                                    struct error *why);

#endif
