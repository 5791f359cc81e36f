/* What a user has: API tokens, share links, saved views. Three tables of one form, so one code.
 *
 * A token's or link's rights are its maker's as they are when it is used: they shrink and end with
 * him. A link lets read as a viewer. */
#include "access/access_priv.h"

#include <stdio.h>
#include <string.h>

#define THINGS_MAX   1000 /* of one kind, of one user */
#define USED_STEP_US (INT64_C(60) * US_PER_SECOND)
#define SQL_MAX      512

static const struct kind {
    const char *table;
    const char *added;
    const char *deleted;
    enum role least; /* who may have some */
    bool has_secret;
} kinds[] = {
    [ACCESS_TOKEN] = { "token", "token.add", "token.delete", ROLE_ANALYST, true },
    [ACCESS_SHARE] = { "share", "share.add", "share.delete", ROLE_ANALYST, true },
    [ACCESS_VIEW] = { "view", "view.add", "view.delete", ROLE_VIEWER, false },
};

/* The statement with the kind's table, whose name is one of three of ours, in place of its '@'. */
static const char *sql_of(char text[SQL_MAX], const char *pattern, enum access_kind kind)
{
    str tail = str_from(pattern);
    const str head = str_take_until(&tail, '@');
    (void)snprintf(
        text, SQL_MAX, "%.*s\"%s\"%.*s", STR_ARG(head), kinds[kind].table, STR_ARG(tail));
    return text;
}

static str what_is(const struct access_thing *t, struct arena *arena)
{
    return arena_printf(arena,
                        "%.*s%s%.*s%s",
                        STR_ARG(t->name),
                        t->name.len > 0 && t->path.len > 0 ? ": " : "",
                        STR_ARG(t->path),
                        t->is_flagged ? " (may write or shared)" : "");
}

/* In a transaction. */
static enum status check_room(struct access *a,
                              enum access_kind kind,
                              const struct access_thing *t,
                              struct error *why)
{
    char sql[SQL_MAX];
    int64_t n = 0;
    const enum status st =
        access_number(a,
                      sql_of(sql, "SELECT count(*) FROM @ WHERE user_id=?1", kind),
                      VALUES(V_I64(t->user_id)),
                      &n,
                      why);
    if (st == STATUS_OK && n >= THINGS_MAX)
        return error_set(
            why, STATUS_TOO_LARGE, "more than %d of these; delete old ones first", THINGS_MAX);
    return st;
}

static enum status insert_thing(struct access *a,
                                enum access_kind kind,
                                const struct access_thing *t,
                                const unsigned char *hash,
                                int64_t now_us,
                                struct error *why)
{
    char sql[SQL_MAX];
    return access_exec(
        a,
        sql_of(sql,
               "INSERT INTO @(user_id, name, path, flag, created_us, expires_us, hash)"
               " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
               kind),
        VALUES(V_I64(t->user_id),
               V_TEXT(t->name),
               V_TEXT(t->path),
               V_I64(t->is_flagged),
               V_I64(now_us),
               V_I64(t->expires_us),
               hash != NULL ? V_BLOB(hash) : V_NULL),
        why);
}

enum status access_thing_add(struct access *a,
                             enum access_kind kind,
                             const struct access_thing *t,
                             const struct access_actor *by,
                             struct access_made *out,
                             struct error *why)
{
    struct arena *arena = arena_new(0);
    unsigned char hash[HASH_BYTES];
    const bool has_secret = kinds[kind].has_secret;
    const str secret = arena != NULL && has_secret ? access_secret(arena, hash) : STR_EMPTY;
    if (arena == NULL || secret.ptr == NULL || secret.len >= sizeof out->secret) {
        arena_free(arena);
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    enum status st = access_begin(a, why);
    if (st == STATUS_OK) {
        st = check_room(a, kind, t, why);
        if (st == STATUS_OK)
            st = insert_thing(a, kind, t, has_secret ? hash : NULL, by->now_us, why);
        out->id = sqlite3_last_insert_rowid(a->db);
        if (st == STATUS_OK)
            st = access_note(a, by, kinds[kind].added, what_is(t, arena), why);
        st = access_end(a, st, why);
    }
    memset(out->secret, 0, sizeof out->secret);
    if (st == STATUS_OK)
        memcpy(out->secret, secret.ptr, secret.len);
    arena_free(arena);
    return st;
}

#define THING_COLUMNS                                                                     \
    "SELECT t.id, t.user_id, u.name, t.name, t.path, t.flag, t.created_us, t.expires_us," \
    " t.used_us FROM @ t JOIN user u ON u.id=t.user_id "

static void read_thing(sqlite3_stmt *s, struct arena *arena, struct access_thing *out)
{
    *out = (struct access_thing){
        .id = sqlite3_column_int64(s, 0),
        .user_id = sqlite3_column_int64(s, 1),
        .user = access_column(arena, s, 2),
        .name = access_column(arena, s, 3),
        .path = access_column(arena, s, 4),
        .is_flagged = sqlite3_column_int(s, 5) != 0,
        .created_us = sqlite3_column_int64(s, 6),
        .expires_us = sqlite3_column_int64(s, 7),
        .used_us = sqlite3_column_int64(s, 8),
    };
}

static const char *list_sql(char text[SQL_MAX], enum access_kind kind)
{
    return sql_of(text,
                  kind == ACCESS_VIEW
                      ? THING_COLUMNS "WHERE ?1=0 OR t.user_id=?1 OR t.flag=1 ORDER BY t.id DESC"
                      : THING_COLUMNS "WHERE ?1=0 OR t.user_id=?1 ORDER BY t.id DESC",
                  kind);
}

enum status access_things(struct access *a,
                          enum access_kind kind,
                          int64_t user_id,
                          struct arena *arena,
                          struct access_things *out,
                          struct error *why)
{
    char sql[SQL_MAX];
    sqlite3_stmt *s = NULL;
    int64_t count = 0;
    size_t i = 0;
    access_lock(a);
    enum status st =
        access_number(a, sql_of(sql, "SELECT count(*) FROM @", kind), NULL, 0, &count, why);
    struct access_thing *items = ARENA_NEW(arena, struct access_thing, (size_t)count + 1);
    if (st == STATUS_OK && items == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = access_prepare(a, list_sql(sql, kind), VALUES(V_I64(user_id)), &s, why);
    while (st == STATUS_OK && i < (size_t)count && access_step(a, s, &st, why))
        read_thing(s, arena, &items[i++]);
    sqlite3_finalize(s);
    pthread_mutex_unlock(&a->lock);
    if (st == STATUS_OK)
        *out = (struct access_things){ .items = items, .n = i };
    return st;
}

/* Under the lock. Only of `user_id`, unless that is 0. */
static enum status find_thing(struct access *a,
                              enum access_kind kind,
                              const int64_t ids[2], /* its own, the user's */
                              struct arena *arena,
                              struct access_thing *out,
                              struct error *why)
{
    char sql[SQL_MAX];
    sqlite3_stmt *s = NULL;
    enum status st =
        access_prepare(a,
                       sql_of(sql, THING_COLUMNS "WHERE t.id=?1 AND (?2=0 OR t.user_id=?2)", kind),
                       VALUES(V_I64(ids[0]), V_I64(ids[1])),
                       &s,
                       why);
    if (st == STATUS_OK && access_step(a, s, &st, why))
        read_thing(s, arena, out);
    else if (st == STATUS_OK)
        st = error_set(why, STATUS_NOT_FOUND, "there is none with this id");
    sqlite3_finalize(s);
    return st;
}

enum status access_thing_delete(struct access *a,
                                enum access_kind kind,
                                int64_t id,
                                int64_t user_id,
                                const struct access_actor *by,
                                struct error *why)
{
    char sql[SQL_MAX];
    struct access_thing t = { 0 };
    struct arena *arena = arena_new(0);
    if (arena == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = access_begin(a, why);
    if (st == STATUS_OK) {
        st = find_thing(a, kind, (const int64_t[2]){ id, user_id }, arena, &t, why);
        if (st == STATUS_OK)
            st = access_exec(
                a, sql_of(sql, "DELETE FROM @ WHERE id=?1", kind), VALUES(V_I64(id)), why);
        if (st == STATUS_OK)
            st = access_note(a, by, kinds[kind].deleted, what_is(&t, arena), why);
        st = access_end(a, st, why);
    }
    arena_free(arena);
    return st;
}

enum status access_view_change(struct access *a,
                               const struct access_thing *view,
                               const struct access_actor *by,
                               struct error *why)
{
    struct access_thing t = { 0 };
    struct arena *arena = arena_new(0);
    if (arena == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = access_begin(a, why);
    if (st == STATUS_OK) {
        st = find_thing(
            a, ACCESS_VIEW, (const int64_t[2]){ view->id, view->user_id }, arena, &t, why);
        if (st == STATUS_OK)
            st = access_exec(a,
                             "UPDATE view SET name=?2, path=?3, flag=?4 WHERE id=?1",
                             VALUES(V_I64(view->id),
                                    V_TEXT(view->name),
                                    V_TEXT(view->path),
                                    V_I64(view->is_flagged)),
                             why);
        if (st == STATUS_OK)
            st = access_note(a, by, "view.change", what_is(view, arena), why);
        st = access_end(a, st, why);
    }
    arena_free(arena);
    return st;
}

/* ---- Using tokens and links. ---------------------------------------------------------------- */

/* Under the lock: the thing that the secret opens now. */
static enum status find_secret(struct access *a,
                               enum access_kind kind,
                               const struct access_value by[2], /* hash, now */
                               struct arena *arena,
                               struct access_thing *out,
                               struct error *why)
{
    char sql[SQL_MAX];
    sqlite3_stmt *s = NULL;
    enum status st = access_prepare(
        a, sql_of(sql, THING_COLUMNS "WHERE t.hash=?1 AND t.expires_us>?2", kind), by, 2, &s, why);
    if (st == STATUS_OK && access_step(a, s, &st, why))
        read_thing(s, arena, out);
    else if (st == STATUS_OK)
        st = error_set(why,
                       STATUS_UNAUTHORIZED,
                       kind == ACCESS_TOKEN ? "this token is unknown or has expired"
                                            : "this link is unknown or has expired");
    sqlite3_finalize(s);
    return st;
}

static enum status note_use(struct access *a,
                            enum access_kind kind,
                            const struct access_thing *t,
                            int64_t now_us,
                            struct error *why)
{
    char sql[SQL_MAX];
    if (t->used_us >= now_us - USED_STEP_US)
        return STATUS_OK;
    return access_exec(a,
                       sql_of(sql, "UPDATE @ SET used_us=?2 WHERE id=?1", kind),
                       VALUES(V_I64(t->id), V_I64(now_us)),
                       why);
}

static enum status by_secret(struct access *a,
                             enum access_kind kind,
                             const struct access_value by[2],
                             struct arena *arena,
                             struct principal *out,
                             struct error *why)
{
    struct access_thing t = { 0 };
    struct principal p = { 0 };
    access_lock(a);
    enum status st = find_secret(a, kind, by, arena, &t, why);
    if (st == STATUS_OK)
        st = access_principal(a, t.user_id, arena, &p, why);
    if (st == STATUS_OK && p.role < kinds[kind].least)
        st = error_set(why, STATUS_UNAUTHORIZED, "who made this may not have it any more");
    if (st == STATUS_OK)
        st = note_use(a, kind, &t, by[1].i64, why);
    pthread_mutex_unlock(&a->lock);
    if (st != STATUS_OK)
        return st;
    p.kind = kind == ACCESS_TOKEN ? PRINCIPAL_TOKEN : PRINCIPAL_SHARE;
    p.credential = t.id;
    p.expires_us = t.expires_us;
    p.share_path = t.path;
    p.is_read_only = kind == ACCESS_SHARE || !t.is_flagged;
    if (kind == ACCESS_SHARE)
        p.role = ROLE_VIEWER;
    *out = p;
    return STATUS_OK;
}

enum status access_by_token(struct access *a,
                            str secret,
                            int64_t now_us,
                            struct arena *arena,
                            struct principal *out,
                            struct error *why)
{
    unsigned char hash[HASH_BYTES];
    if (!access_hash(secret, hash))
        return error_set(why, STATUS_UNAUTHORIZED, "this token is unknown or has expired");
    return by_secret(
        a, ACCESS_TOKEN, (struct access_value[2]){ V_BLOB(hash), V_I64(now_us) }, arena, out, why);
}

enum status access_by_share(struct access *a,
                            str secret,
                            int64_t now_us,
                            struct arena *arena,
                            struct principal *out,
                            struct error *why)
{
    unsigned char hash[HASH_BYTES];
    if (!access_hash(secret, hash))
        return error_set(why, STATUS_UNAUTHORIZED, "this link is unknown or has expired");
    return by_secret(
        a, ACCESS_SHARE, (struct access_value[2]){ V_BLOB(hash), V_I64(now_us) }, arena, out, why);
}

enum status access_count(struct access *a,
                         int64_t now_us,
                         struct access_counts *out,
                         struct error *why)
{
    const struct access_value now = V_I64(now_us);
    struct access_counts c = { 0 };
    access_lock(a);
    enum status st = access_number(a, "SELECT count(*) FROM user", NULL, 0, &c.users, why);
    if (st == STATUS_OK)
        st = access_number(
            a, "SELECT count(*) FROM session WHERE expires_us>?1", &now, 1, &c.sessions, why);
    if (st == STATUS_OK)
        st = access_number(
            a, "SELECT count(*) FROM token WHERE expires_us>?1", &now, 1, &c.tokens, why);
    if (st == STATUS_OK)
        st = access_number(
            a, "SELECT count(*) FROM share WHERE expires_us>?1", &now, 1, &c.shares, why);
    pthread_mutex_unlock(&a->lock);
    if (st == STATUS_OK)
        *out = c;
    return st;
}
