/* What the files of this module share: the state database and its values. */
#ifndef SHOPVANE_ACCESS_ACCESS_PRIV_H
#define SHOPVANE_ACCESS_ACCESS_PRIV_H

#include "access/access.h"

#include <pthread.h>
#include <sqlite3.h>

#define SECRET_BYTES 32 /* of sessions, tokens, links: random, so a plain hash keeps them */
#define HASH_BYTES   32

struct access_team {
    str store;
    str team;
};

/* Threads: `lock` is held around every use of `db` and of `teams`, never while a password is
 * hashed. */
struct access {
    sqlite3 *db;
    pthread_mutex_t lock;
    bool has_lock;
    char *path;
    struct arena *arena; /* of `teams`; replaced as a whole */
    const struct access_team *teams;
    size_t team_count;
};

/* ---- Statements. Values are bound, never written into the text. --------------------------- */

enum access_value_type { ACCESS_NULL, ACCESS_I64, ACCESS_TEXT, ACCESS_BLOB };
struct access_value {
    enum access_value_type type;
    int64_t i64;
    str text;
};
#define V_NULL    ((struct access_value){ .type = ACCESS_NULL })
#define V_I64(v)  ((struct access_value){ .type = ACCESS_I64, .i64 = (v) })
#define V_TEXT(s) ((struct access_value){ .type = ACCESS_TEXT, .text = (s) })
#define V_BLOB(p) \
    ((struct access_value){ .type = ACCESS_BLOB, .text = { (const char *)(p), HASH_BYTES } })
#define VALUES(...)                               \
    (const struct access_value[]){ __VA_ARGS__ }, \
        sizeof((const struct access_value[]){ __VA_ARGS__ }) / sizeof(struct access_value)

/* Prepared and bound; the caller steps and finalises it, under the lock. */
MUST_CHECK enum status access_prepare(struct access *a,
                                      const char *sql,
                                      const struct access_value *values,
                                      size_t n,
                                      sqlite3_stmt **out,
                                      struct error *why);
/* Runs to the end. */
MUST_CHECK enum status access_exec(struct access *a,
                                   const char *sql,
                                   const struct access_value *values,
                                   size_t n,
                                   struct error *why);
/* One number; 0 when there is no row. */
MUST_CHECK enum status access_number(struct access *a,
                                     const char *sql,
                                     const struct access_value *values,
                                     size_t n,
                                     int64_t *out,
                                     struct error *why);
/* True: there is a row. False with *st STATUS_OK: the end. */
bool access_step(struct access *a, sqlite3_stmt *s, enum status *st, struct error *why);
str access_column(struct arena *arena, sqlite3_stmt *s, int column); /* text, "" for null */
void access_lock(struct access *a);
/* Begins a transaction after locking. */
MUST_CHECK enum status access_begin(struct access *a, struct error *why);
/* Commits when st is STATUS_OK, else rolls back; unlocks. */
enum status access_end(struct access *a, enum status st, struct error *why);

/* ---- Secrets. ------------------------------------------------------------------------------ */

/* A new random secret as base64url text in the arena, and its hash. */
str access_secret(struct arena *arena, unsigned char hash[HASH_BYTES]);
/* The hash of what a client brought; false when it cannot be a secret of ours. */
bool access_hash(str secret, unsigned char hash[HASH_BYTES]);
/* Another secret that follows from this one (CSRF token of a session). */
str access_derived(struct arena *arena, str secret, const char *purpose);

/* ---- Users. ---------------------------------------------------------------------------------- */

/* Rules of passwords; STATUS_INVALID says which. */
MUST_CHECK enum status access_password_check(str password, str name, struct error *why);
/* argon2id text in *out, caller frees; slow and 64 MiB: not under the lock, few at once. */
MUST_CHECK enum status access_password_hash(str password, char **out, struct error *why);
/* `known` NULL: takes the same time and is false. */
bool access_password_fits(str password, const char *known);

/* Who somebody proved to be, and the hash of the password that he proved it by. */
struct access_proof {
    int64_t user_id; /* 0: nobody who may log in */
    str password;    /* its hash; empty: none */
};
/* A log-in's two halves: the first hashes outside the lock; the second fails like a wrong password
 * when the user or the password is no more what it was then. */
MUST_CHECK enum status access_prove(struct access *a,
                                    const struct access_login *in,
                                    struct arena *arena,
                                    struct access_proof *out,
                                    int64_t *retry_after,
                                    struct error *why);
MUST_CHECK enum status access_open_session(struct access *a,
                                           const struct access_login *in,
                                           const struct access_proof *proof,
                                           struct arena *arena,
                                           str *secret,
                                           struct error *why);

/* Fills what a principal is from the user's row as it is now: role, scope, language. Under the
 * lock. STATUS_UNAUTHORIZED when the user is gone or disabled. */
MUST_CHECK enum status access_principal(struct access *a,
                                        int64_t user_id,
                                        struct arena *arena,
                                        struct principal *out,
                                        struct error *why);
/* Name, role and scope fit together. */
MUST_CHECK enum status access_check_user(const struct access_user *u, struct error *why);
/* In a transaction; `hash` NULL: no log-in by password. Sets u->id. */
MUST_CHECK enum status access_insert_user(struct access *a,
                                          struct access_user *u,
                                          const char *hash,
                                          const struct access_actor *by,
                                          struct arena *arena,
                                          struct error *why);
/* For the log: who it is about and what he is now; never a password. */
str access_describe(const struct access_user *u, unsigned fields, struct arena *arena);
/* A user's name as it is compared. */
str access_name_key(struct arena *arena, str name);
/* Ends all of a user's sessions but one (0: all). Under the lock. */
MUST_CHECK enum status access_drop_sessions(struct access *a,
                                            int64_t user_id,
                                            int64_t but,
                                            struct error *why);
/* One line of the log; under the lock, in the caller's transaction. */
MUST_CHECK enum status access_note(struct access *a,
                                   const struct access_actor *by,
                                   const char *action,
                                   str what,
                                   struct error *why);
/* ["a","b"] to texts in the arena and back. */
MUST_CHECK enum status access_list_read(
    struct arena *arena, str json, const str **out, size_t *n, struct error *why);
/* .ptr NULL: out of memory. */
str access_list_write(struct arena *arena, const str *items, size_t n);

#endif
