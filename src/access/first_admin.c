/* The first administrator: made once, through a link that the program's owner got in the terminal.
 */
#include "access/access_priv.h"

#define LINK_US (INT64_C(3600) * US_PER_SECOND)

static enum status count_admins(struct access *a, int64_t *n, struct error *why)
{
    return access_number(
        a, "SELECT count(*) FROM user WHERE role='admin' AND disabled=0", NULL, 0, n, why);
}

enum status access_needs_admin(struct access *a, bool *out, struct error *why)
{
    int64_t n = 0;
    access_lock(a);
    const enum status st = count_admins(a, &n, why);
    pthread_mutex_unlock(&a->lock);
    if (st == STATUS_OK)
        *out = n == 0;
    return st;
}

static enum status no_admin_yet(struct access *a, struct error *why)
{
    int64_t n = 0;
    const enum status st = count_admins(a, &n, why);
    if (st == STATUS_OK && n > 0)
        return error_set(why, STATUS_CONFLICT, "there is an administrator already; log in");
    return st;
}

enum status access_first_link(
    struct access *a, int64_t now_us, struct arena *arena, str *secret, struct error *why)
{
    unsigned char hash[HASH_BYTES];
    const str text = access_secret(arena, hash);
    if (text.ptr == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = access_begin(a, why);
    if (st != STATUS_OK)
        return st;
    st = no_admin_yet(a, why);
    if (st == STATUS_OK)
        st = access_exec(a, "DELETE FROM first_link", NULL, 0, why);
    if (st == STATUS_OK)
        st = access_exec(a,
                         "INSERT INTO first_link VALUES(?1, ?2)",
                         VALUES(V_BLOB(hash), V_I64(now_us + LINK_US)),
                         why);
    st = access_end(a, st, why);
    if (st == STATUS_OK)
        *secret = text;
    return st;
}

/* Under the lock: the link is one that opens. */
static enum status check_link(struct access *a, str secret, int64_t now_us, struct error *why)
{
    unsigned char hash[HASH_BYTES];
    int64_t n = 0;
    enum status st = no_admin_yet(a, why);
    if (st == STATUS_OK && access_hash(secret, hash))
        st = access_number(a,
                           "SELECT count(*) FROM first_link WHERE hash=?1 AND expires_us>?2",
                           VALUES(V_BLOB(hash), V_I64(now_us)),
                           &n,
                           why);
    if (st == STATUS_OK && n == 0)
        st = error_set(why,
                       STATUS_FORBIDDEN,
                       "this link is used up or older than an hour; start the server again, it "
                       "prints a new one");
    return st;
}

static enum status use_link(struct access *a, str secret, int64_t now_us, struct error *why)
{
    const enum status st = check_link(a, secret, now_us, why);
    return st == STATUS_OK ? access_exec(a, "DELETE FROM first_link", NULL, 0, why) : st;
}

enum status access_first_admin(struct access *a,
                               str secret,
                               str name,
                               str password,
                               const struct access_actor *by,
                               struct error *why)
{
    struct arena *arena = arena_new(0);
    char *hash = NULL;
    struct access_user u = { .name = name,
                             .role = ROLE_ADMIN,
                             .lang = STR_EMPTY,
                             .density = STR_EMPTY,
                             .theme = STR_EMPTY };
    if (arena == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = access_check_user(&u, why);
    if (st == STATUS_OK)
        st = access_password_check(password, name, why);
    if (st == STATUS_OK) { /* before the password is hashed: strangers shall not make it work */
        access_lock(a);
        st = check_link(a, secret, by->now_us, why);
        pthread_mutex_unlock(&a->lock);
    }
    if (st == STATUS_OK)
        st = access_password_hash(password, &hash, why);
    if (st == STATUS_OK)
        st = access_begin(a, why);
    if (st == STATUS_OK) {
        st = use_link(a, secret, by->now_us, why);
        if (st == STATUS_OK)
            st = access_insert_user(a, &u, hash, by, arena, why);
        if (st == STATUS_OK)
            st = access_note(a, by, "user.first", access_describe(&u, 0, arena), why);
        st = access_end(a, st, why);
    }
    mem_free(hash);
    arena_free(arena);
    return st;
}
