/* Log-in by name and password, and what slows guessers down.
 *
 * Three counters of failures: for a name from an address, for a name, for an address. Each allows
 * some failures, then blocks for a time that doubles up to its ceiling, and forgets after a day.
 * The pair is strict; the name alone is lenient, so that a stranger cannot lock a user out for
 * long. Unknown names are counted and hashed like known ones: neither answer nor time tells them
 * apart. */
#include "access/access_priv.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdio.h>

#define FORGET_US     US_PER_DAY
#define IDLE_US       (7 * US_PER_DAY)
#define ABSOLUTE_US   (30 * US_PER_DAY)
#define SEEN_STEP_US  (INT64_C(300) * US_PER_SECOND) /* how fine "last seen" is written */
#define FAILURES_KEPT 100000
#define NOTES_KEPT    10000 /* lines of the log about failed log-ins */
#define KEY_BYTES     96

static const struct limit {
    const char *kind;
    int64_t free_failures;
    int64_t ceiling_us;
} limits[] = {
    { "pair", 5, INT64_C(900) * US_PER_SECOND },
    { "name", 20, INT64_C(60) * US_PER_SECOND },
    { "address", 50, INT64_C(900) * US_PER_SECOND },
};
#define LIMITS ARRAY_LEN(limits)

/* Who is behind the address: of IPv6 the first half, since one line or one rented machine has 2^64
 * addresses (RFC 6177 gives end sites a /64 at least); IPv4 inside IPv6 is IPv4. `room` holds what
 * is made here. */
static str network_of(str address, char room[INET6_ADDRSTRLEN])
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr v6;
    if (address.len >= sizeof text)
        return address;
    (void)snprintf(text, sizeof text, "%.*s", STR_ARG(address));
    if (inet_pton(AF_INET6, text, &v6) != 1)
        return address;
    const bool is_v4 = IN6_IS_ADDR_V4MAPPED(&v6);
    for (size_t i = 8; !is_v4 && i < sizeof v6.s6_addr; i++)
        v6.s6_addr[i] = 0;
    const char *made = is_v4 ? inet_ntop(AF_INET, &v6.s6_addr[12], room, INET6_ADDRSTRLEN)
                             : inet_ntop(AF_INET6, &v6, room, INET6_ADDRSTRLEN);
    return made != NULL ? str_from(made) : address;
}

/* "pair:" and a hash, so that names that people type by mistake (passwords, too) are not kept. */
static void make_key(const struct limit *l, str name, str address, char out[KEY_BYTES])
{
    unsigned char hash[16];
    char hex[33];
    crypto_generichash_state state;
    const bool by_name = l != &limits[2];
    const bool by_address = l != &limits[1];
    (void)crypto_generichash_init(&state, NULL, 0, sizeof hash);
    if (by_name)
        (void)crypto_generichash_update(&state, (const unsigned char *)name.ptr, name.len);
    (void)crypto_generichash_update(&state, (const unsigned char *)"\n", 1);
    if (by_address)
        (void)crypto_generichash_update(&state, (const unsigned char *)address.ptr, address.len);
    (void)crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    (void)snprintf(out, KEY_BYTES, "%s:%s", l->kind, hex);
}

struct throttle {
    char keys[LIMITS][KEY_BYTES];
};

static void throttle_init(struct throttle *t, str name_key, str address)
{
    char room[INET6_ADDRSTRLEN];
    const str network = network_of(address, room);
    for (size_t i = 0; i < LIMITS; i++)
        make_key(&limits[i], name_key, network, t->keys[i]);
}

static enum status blocked(int64_t seconds, int64_t *retry_after, struct error *why)
{
    *retry_after = seconds;
    return error_set(why,
                     STATUS_TOO_MANY,
                     "too many failed log-ins; try again in %lld seconds",
                     (long long)seconds);
}

/* Under the lock. */
static enum status throttle_check(struct access *a,
                                  const struct throttle *t,
                                  int64_t now_us,
                                  int64_t *retry_after,
                                  struct error *why)
{
    int64_t until = 0;
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < LIMITS; i++) {
        st = access_number(a,
                           "SELECT blocked_until_us FROM failure WHERE key=?1",
                           VALUES(V_TEXT(str_from(t->keys[i]))),
                           &until,
                           why);
        if (st == STATUS_OK && until > now_us)
            st = blocked((until - now_us) / US_PER_SECOND + 1, retry_after, why);
    }
    return st;
}

/* 1 s, 2 s, 4 s ... after the free ones. */
static int64_t block_us(const struct limit *l, int64_t count)
{
    const int64_t over = count - l->free_failures;
    if (over < 0)
        return 0;
    const int64_t us = over < 20 ? (INT64_C(1) << over) * US_PER_SECOND : l->ceiling_us;
    return us < l->ceiling_us ? us : l->ceiling_us;
}

/* In a transaction: one more failure for each counter. */
static enum status throttle_count(struct access *a,
                                  const struct throttle *t,
                                  int64_t now_us,
                                  struct error *why)
{
    enum status st = access_exec(a,
                                 "DELETE FROM failure WHERE last_us<?1 AND blocked_until_us<?2",
                                 VALUES(V_I64(now_us - FORGET_US), V_I64(now_us)),
                                 why);
    for (size_t i = 0; st == STATUS_OK && i < LIMITS; i++) {
        const struct access_value key = V_TEXT(str_from(t->keys[i]));
        int64_t count = 0;
        st = access_exec(a,
                         "INSERT INTO failure(key, count, last_us) VALUES(?1, 1, ?2)"
                         " ON CONFLICT(key) DO UPDATE SET count=count+1, last_us=?2",
                         VALUES(key, V_I64(now_us)),
                         why);
        if (st == STATUS_OK)
            st = access_number(
                a, "SELECT count FROM failure WHERE key=?1", VALUES(key), &count, why);
        if (st == STATUS_OK)
            st = access_exec(a,
                             "UPDATE failure SET blocked_until_us=?2 WHERE key=?1",
                             VALUES(key, V_I64(now_us + block_us(&limits[i], count))),
                             why);
    }
    if (st == STATUS_OK) /* the oldest go: a flood of names must not fill the disk */
        st = access_exec(a,
                         "DELETE FROM failure WHERE key IN (SELECT key FROM failure"
                         " ORDER BY last_us DESC LIMIT -1 OFFSET ?1)",
                         VALUES(V_I64(FAILURES_KEPT)),
                         why);
    return st;
}

/* A success forgets the failures of this name; those of the address stay, since a guesser may own
 * an account himself. */
static enum status throttle_forget(struct access *a, const struct throttle *t, struct error *why)
{
    return access_exec(a,
                       "DELETE FROM failure WHERE key IN (?1, ?2)",
                       VALUES(V_TEXT(str_from(t->keys[0])), V_TEXT(str_from(t->keys[1]))),
                       why);
}

/* ---- Passwords. ----------------------------------------------------------------------------- */

/* Under the lock. */
static enum status find_known(struct access *a,
                              str name_key,
                              struct arena *arena,
                              struct access_proof *out,
                              struct error *why)
{
    sqlite3_stmt *s = NULL;
    *out = (struct access_proof){ .password = STR_EMPTY };
    enum status st =
        access_prepare(a,
                       "SELECT id, password FROM user WHERE name_key=?1 AND disabled=0",
                       VALUES(V_TEXT(name_key)),
                       &s,
                       why);
    if (st == STATUS_OK && access_step(a, s, &st, why)) {
        out->user_id = sqlite3_column_int64(s, 0);
        out->password = access_column(arena, s, 1);
    }
    sqlite3_finalize(s);
    return st;
}

/* In a transaction. The oldest such lines go: guessers must not fill the disk, and what else the
 * log says stays. */
static enum status note_failure(struct access *a, const struct access_actor *by, struct error *why)
{
    const enum status st = access_note(a, by, "login.failed", STR_EMPTY, why);
    return st == STATUS_OK
               ? access_exec(a,
                             "DELETE FROM event WHERE action='login.failed' AND id<=(SELECT id"
                             " FROM event WHERE action='login.failed' ORDER BY id DESC LIMIT 1"
                             " OFFSET ?1)",
                             VALUES(V_I64(NOTES_KEPT)),
                             why)
               : st;
}

/* What people type that is nobody's name may be a password: it is not written down. */
static enum status refuse(struct access *a,
                          const struct throttle *t,
                          const struct access_login *in,
                          bool is_known,
                          struct error *why)
{
    const struct access_actor by = { .who = is_known ? str_first(str_trim(in->name), 128)
                                                     : STR("(unknown name)"),
                                     .address = in->address,
                                     .now_us = in->now_us };
    enum status st = access_begin(a, why);
    if (st == STATUS_OK) {
        st = throttle_count(a, t, in->now_us, why);
        if (st == STATUS_OK)
            st = note_failure(a, &by, why);
        st = access_end(a, st, why);
    }
    return st == STATUS_OK
               ? error_set(why, STATUS_UNAUTHORIZED, "the name or the password is not right")
               : st;
}

enum status access_prove(struct access *a,
                         const struct access_login *in,
                         struct arena *arena,
                         struct access_proof *out,
                         int64_t *retry_after,
                         struct error *why)
{
    struct throttle t = { 0 };
    struct access_proof known = { .password = STR_EMPTY };
    const str key = access_name_key(arena, in->name);
    throttle_init(&t, key, in->address);
    access_lock(a);
    enum status st = throttle_check(a, &t, in->now_us, retry_after, why);
    if (st == STATUS_OK)
        st = find_known(a, key, arena, &known, why);
    pthread_mutex_unlock(&a->lock);
    if (st != STATUS_OK)
        return st;
    const char *hash = known.password.len > 0 ? arena_cstr(arena, known.password) : NULL;
    if (!access_password_fits(in->password, hash))
        return refuse(a, &t, in, known.user_id > 0, why);
    access_lock(a);
    st = throttle_forget(a, &t, why);
    pthread_mutex_unlock(&a->lock);
    if (st == STATUS_OK)
        *out = known;
    return st;
}

enum status access_check_password(struct access *a,
                                  const struct access_login *in,
                                  int64_t *retry_after,
                                  struct error *why)
{
    struct arena *arena = arena_new(0);
    struct access_proof proof = { .password = STR_EMPTY };
    if (arena == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = access_prove(a, in, arena, &proof, retry_after, why);
    arena_free(arena);
    return st;
}

/* ---- Sessions. ------------------------------------------------------------------------------ */

/* In a transaction. The password may have been changed, or the user disabled, while the old one was
 * being checked: what was proved must still hold, or a session would outlive the change. */
static enum status still_holds(struct access *a, const struct access_proof *p, struct error *why)
{
    int64_t n = 0;
    const enum status st =
        access_number(a,
                      "SELECT count(*) FROM user WHERE id=?1 AND disabled=0 AND password=?2",
                      VALUES(V_I64(p->user_id), V_TEXT(p->password)),
                      &n,
                      why);
    if (st == STATUS_OK && n == 0)
        return error_set(why, STATUS_UNAUTHORIZED, "the name or the password is not right");
    return st;
}

/* In a transaction. The old session ends, so that nobody can have planted its secret before
 * (fixation); those that are over go too. */
static enum status open_session(struct access *a,
                                const struct access_login *in,
                                int64_t user_id,
                                const unsigned char hash[HASH_BYTES],
                                struct error *why)
{
    unsigned char old[HASH_BYTES];
    enum status st = STATUS_OK;
    if (access_hash(in->old_secret, old))
        st = access_exec(a, "DELETE FROM session WHERE hash=?1", VALUES(V_BLOB(old)), why);
    if (st == STATUS_OK)
        st = access_exec(a,
                         "DELETE FROM session WHERE expires_us<=?1 OR seen_us<=?2",
                         VALUES(V_I64(in->now_us), V_I64(in->now_us - IDLE_US)),
                         why);
    if (st == STATUS_OK)
        st = access_exec(
            a,
            "INSERT INTO session(hash, user_id, address, created_us, seen_us, expires_us)"
            " VALUES(?1, ?2, ?3, ?4, ?4, ?5)",
            VALUES(V_BLOB(hash),
                   V_I64(user_id),
                   V_TEXT(in->address),
                   V_I64(in->now_us),
                   V_I64(in->now_us + ABSOLUTE_US)),
            why);
    if (st == STATUS_OK)
        st = access_exec(a,
                         "UPDATE user SET seen_us=?2 WHERE id=?1",
                         VALUES(V_I64(user_id), V_I64(in->now_us)),
                         why);
    return st;
}

enum status access_open_session(struct access *a,
                                const struct access_login *in,
                                const struct access_proof *proof,
                                struct arena *arena,
                                str *secret,
                                struct error *why)
{
    unsigned char hash[HASH_BYTES];
    const str text = access_secret(arena, hash);
    if (text.ptr == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const struct access_actor by = {
        .user_id = proof->user_id, .who = in->name, .address = in->address, .now_us = in->now_us
    };
    enum status st = access_begin(a, why);
    if (st == STATUS_OK) {
        st = still_holds(a, proof, why);
        if (st == STATUS_OK)
            st = open_session(a, in, proof->user_id, hash, why);
        if (st == STATUS_OK)
            st = access_note(a, &by, "login", STR_EMPTY, why);
        st = access_end(a, st, why);
    }
    if (st == STATUS_OK)
        *secret = text;
    return st;
}

enum status access_log_in(struct access *a,
                          const struct access_login *in,
                          struct arena *arena,
                          str *secret,
                          int64_t *retry_after,
                          struct error *why)
{
    struct access_proof proof = { .password = STR_EMPTY };
    const enum status st = access_prove(a, in, arena, &proof, retry_after, why);
    return st == STATUS_OK ? access_open_session(a, in, &proof, arena, secret, why) : st;
}

enum status access_log_out(struct access *a, str secret, struct error *why)
{
    unsigned char hash[HASH_BYTES];
    if (!access_hash(secret, hash))
        return STATUS_OK;
    access_lock(a);
    const enum status st =
        access_exec(a, "DELETE FROM session WHERE hash=?1", VALUES(V_BLOB(hash)), why);
    pthread_mutex_unlock(&a->lock);
    return st;
}

struct session_row {
    int64_t id;
    int64_t user_id;
    int64_t seen_us;
    int64_t expires_us;
};

/* Under the lock. */
static enum status find_session(struct access *a,
                                const unsigned char hash[HASH_BYTES],
                                int64_t now_us,
                                struct session_row *out,
                                struct error *why)
{
    sqlite3_stmt *s = NULL;
    enum status st = access_prepare(a,
                                    "SELECT id, user_id, seen_us, expires_us FROM session"
                                    " WHERE hash=?1 AND expires_us>?2 AND seen_us>?3",
                                    VALUES(V_BLOB(hash), V_I64(now_us), V_I64(now_us - IDLE_US)),
                                    &s,
                                    why);
    if (st == STATUS_OK && access_step(a, s, &st, why))
        *out = (struct session_row){ sqlite3_column_int64(s, 0),
                                     sqlite3_column_int64(s, 1),
                                     sqlite3_column_int64(s, 2),
                                     sqlite3_column_int64(s, 3) };
    else if (st == STATUS_OK)
        st = error_set(why, STATUS_UNAUTHORIZED, "log in first");
    sqlite3_finalize(s);
    return st;
}

enum status access_by_session(struct access *a,
                              str secret,
                              int64_t now_us,
                              struct arena *arena,
                              struct principal *out,
                              struct error *why)
{
    unsigned char hash[HASH_BYTES];
    struct session_row row = { 0 };
    if (!access_hash(secret, hash))
        return error_set(why, STATUS_UNAUTHORIZED, "log in first");
    access_lock(a);
    enum status st = find_session(a, hash, now_us, &row, why);
    if (st == STATUS_OK)
        st = access_principal(a, row.user_id, arena, out, why);
    if (st == STATUS_OK && row.seen_us < now_us - SEEN_STEP_US)
        st = access_exec(a,
                         "UPDATE session SET seen_us=?2 WHERE id=?1",
                         VALUES(V_I64(row.id), V_I64(now_us)),
                         why);
    pthread_mutex_unlock(&a->lock);
    if (st != STATUS_OK)
        return st;
    out->kind = PRINCIPAL_SESSION;
    out->credential = row.id;
    out->expires_us = row.expires_us;
    out->csrf = access_derived(arena, secret, "csrf");
    return STATUS_OK;
}
