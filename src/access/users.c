/* Users: adding, changing, and what a principal is made from. */
#include "access/access_priv.h"

#include "format/format.h"

#include <string.h>

#define NAME_MAX_BYTES 128
#define USERS_MAX      10000

#define USER_COLUMNS                                                                        \
    "SELECT id, name, role, disabled, password IS NOT NULL, stores, teams, lang, density, " \
    "theme, created_us, seen_us, all_stores FROM user "

/* ---- Lists of names. ------------------------------------------------------------------------ */

enum status access_list_read(
    struct arena *arena, str json, const str **out, size_t *n, struct error *why)
{
    const struct json_node *list = NULL;
    const enum status st = json_parse(json, arena, &list, why);
    if (st == STATUS_OK && json_node_type(list) != JSON_ARRAY)
        return error_set(why, STATUS_IO, "stores and teams of a user are not lists");
    if (st != STATUS_OK)
        return st;
    const size_t count = json_node_len(list);
    str *items = ARENA_NEW(arena, str, count + 1);
    if (items == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < count; i++) {
        if (!json_as_str(json_at(list, i), &items[i]))
            items[i] = STR_EMPTY;
    }
    *out = items;
    *n = count;
    return STATUS_OK;
}

str access_list_write(struct arena *arena, const str *items, size_t n)
{
    struct buf b;
    struct json_writer w;
    buf_init(&b, (size_t)1024 * 1024);
    json_writer_init(&w, &b);
    json_array_open(&w);
    for (size_t i = 0; i < n; i++)
        json_str(&w, items[i]);
    json_array_close(&w);
    const str out = buf_ok(&b) ? arena_dup(arena, buf_str(&b)) : (str){ .ptr = NULL };
    buf_release(&b);
    return out;
}

/* ---- Reading. ------------------------------------------------------------------------------- */

static enum status read_user(sqlite3_stmt *s,
                             struct arena *arena,
                             struct access_user *out,
                             struct error *why)
{
    struct access_user u = {
        .id = sqlite3_column_int64(s, 0),
        .name = access_column(arena, s, 1),
        .is_disabled = sqlite3_column_int(s, 3) != 0,
        .has_password = sqlite3_column_int(s, 4) != 0,
        .lang = access_column(arena, s, 7),
        .density = access_column(arena, s, 8),
        .theme = access_column(arena, s, 9),
        .created_us = sqlite3_column_int64(s, 10),
        .seen_us = sqlite3_column_int64(s, 11),
        .all_stores = sqlite3_column_int(s, 12) != 0,
    };
    enum status st = role_parse(access_column(arena, s, 2), &u.role, why);
    if (st == STATUS_OK)
        st = access_list_read(arena, access_column(arena, s, 5), &u.stores, &u.store_count, why);
    if (st == STATUS_OK)
        st = access_list_read(arena, access_column(arena, s, 6), &u.teams, &u.team_count, why);
    if (st == STATUS_OK)
        *out = u;
    return st;
}

/* Under the lock. */
static enum status find_user(struct access *a,
                             const char *sql,
                             const struct access_value *key,
                             struct arena *arena,
                             struct access_user *out,
                             struct error *why)
{
    sqlite3_stmt *s = NULL;
    enum status st = access_prepare(a, sql, key, 1, &s, why);
    if (st == STATUS_OK && access_step(a, s, &st, why))
        st = read_user(s, arena, out, why);
    else if (st == STATUS_OK)
        st = error_set(why, STATUS_NOT_FOUND, "there is no such user");
    sqlite3_finalize(s);
    return st;
}

/* Names that differ by case alone are one: ASCII letters are folded, others stay. */
str access_name_key(struct arena *arena, str name)
{
    const str key = arena_dup(arena, str_trim(name));
    char *text = key.ptr != NULL ? (char *)(uintptr_t)key.ptr : NULL;
    for (size_t i = 0; text != NULL && i < key.len; i++) {
        if (text[i] >= 'A' && text[i] <= 'Z')
            text[i] = (char)(text[i] - 'A' + 'a');
    }
    return text != NULL ? key : STR_EMPTY;
}

enum status access_user_get(
    struct access *a, int64_t id, struct arena *arena, struct access_user *out, struct error *why)
{
    access_lock(a);
    const enum status st = find_user(a, USER_COLUMNS "WHERE id=?1", &V_I64(id), arena, out, why);
    pthread_mutex_unlock(&a->lock);
    return st;
}

enum status access_user_find(
    struct access *a, str name, struct arena *arena, struct access_user *out, struct error *why)
{
    access_lock(a);
    const enum status st = find_user(a,
                                     USER_COLUMNS "WHERE name_key=?1",
                                     &V_TEXT(access_name_key(arena, name)),
                                     arena,
                                     out,
                                     why);
    pthread_mutex_unlock(&a->lock);
    if (st == STATUS_NOT_FOUND)
        return error_set(why, st, "there is no user \"%.*s\"", STR_ARG(str_first(name, 100)));
    return st;
}

enum status access_users(
    struct access *a, struct arena *arena, struct access_user **out, size_t *n, struct error *why)
{
    sqlite3_stmt *s = NULL;
    int64_t count = 0;
    size_t i = 0;
    access_lock(a);
    enum status st = access_number(a, "SELECT count(*) FROM user", NULL, 0, &count, why);
    struct access_user *items = ARENA_NEW(arena, struct access_user, (size_t)count + 1);
    if (st == STATUS_OK && items == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = access_prepare(a, USER_COLUMNS "ORDER BY name_key", NULL, 0, &s, why);
    while (st == STATUS_OK && i < (size_t)count && access_step(a, s, &st, why))
        st = read_user(s, arena, &items[i++], why);
    sqlite3_finalize(s);
    pthread_mutex_unlock(&a->lock);
    if (st == STATUS_OK) {
        *out = items;
        *n = i;
    }
    return st;
}

/* ---- Principals. ---------------------------------------------------------------------------- */

static bool is_in(str s, const str *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(items[i], s))
            return true;
    }
    return false;
}

/* The stores of a user: those named, and those of the teams as stores.yaml has them now. */
static enum status scope_of(struct access *a,
                            const struct access_user *u,
                            struct arena *arena,
                            struct principal *p,
                            struct error *why)
{
    str *stores = ARENA_NEW(arena, str, u->store_count + a->team_count + 1);
    size_t n = 0;
    if (stores == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < u->store_count; i++)
        stores[n++] = u->stores[i];
    for (size_t i = 0; i < a->team_count; i++) {
        const struct access_team *t = &a->teams[i];
        if (t->team.len == 0 || !is_in(t->team, u->teams, u->team_count) ||
            is_in(t->store, stores, n))
            continue;
        stores[n] = arena_dup(arena, t->store);
        if (stores[n++].ptr == NULL)
            return error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    /* written down as such: lists that got lost must not open everything */
    p->all_stores = u->all_stores && u->store_count == 0 && u->team_count == 0;
    p->stores = stores;
    p->store_count = n;
    return STATUS_OK;
}

enum status access_principal(struct access *a,
                             int64_t user_id,
                             struct arena *arena,
                             struct principal *out,
                             struct error *why)
{
    struct access_user u = { 0 };
    enum status st = find_user(a, USER_COLUMNS "WHERE id=?1", &V_I64(user_id), arena, &u, why);
    if (st == STATUS_NOT_FOUND || (st == STATUS_OK && u.is_disabled))
        return error_set(why, STATUS_UNAUTHORIZED, "log in first");
    struct principal p = { .csrf = STR_EMPTY, .share_path = STR_EMPTY };
    if (st == STATUS_OK)
        st = scope_of(a, &u, arena, &p, why);
    if (st != STATUS_OK)
        return st;
    p.user_id = u.id;
    p.name = u.name;
    p.role = u.role;
    p.has_lang = u.lang.len > 0;
    p.lang = str_is(u.lang, "zh") ? LANG_ZH : LANG_EN;
    p.own_stores = u.stores;
    p.own_store_count = u.store_count;
    p.teams = u.teams;
    p.team_count = u.team_count;
    p.density = u.density;
    p.theme = u.theme;
    *out = p;
    return STATUS_OK;
}

/* ---- Changing. ------------------------------------------------------------------------------ */

static enum status check_name(str name, struct error *why)
{
    bool fits = name.len > 0 && name.len <= NAME_MAX_BYTES && str_is_utf8(name) &&
                str_eq(name, str_trim(name));
    for (size_t i = 0; fits && i < name.len; i++)
        fits = (unsigned char)name.ptr[i] >= 0x20 && name.ptr[i] != 0x7f;
    return fits ? STATUS_OK
                : error_set(why,
                            STATUS_INVALID,
                            "a user's name has 1 to %d bytes, no blanks around and no controls",
                            NAME_MAX_BYTES);
}

/* An administrator's view is not narrowed. */
enum status access_check_user(const struct access_user *u, struct error *why)
{
    const enum status st = check_name(u->name, why);
    if (st == STATUS_OK && u->role == ROLE_ADMIN && u->store_count + u->team_count > 0)
        return error_set(why,
                         STATUS_INVALID,
                         "an administrator sees all stores; give no stores or teams, or another "
                         "role");
    if (st == STATUS_OK && u->role == ROLE_NONE)
        return error_set(why, STATUS_INVALID, "a user needs a role");
    return st;
}

/* At least one who is not disabled must remain, once there has been one. */
static enum status check_admins(struct access *a, struct error *why)
{
    int64_t users = 0;
    int64_t admins = 0;
    enum status st = access_number(a, "SELECT count(*) FROM user", NULL, 0, &users, why);
    if (st == STATUS_OK)
        st = access_number(a,
                           "SELECT count(*) FROM user WHERE role='admin' AND disabled=0",
                           NULL,
                           0,
                           &admins,
                           why);
    if (st == STATUS_OK && admins == 0)
        return error_set(
            why, STATUS_CONFLICT, "this is the last administrator; make another one first");
    return st;
}

static enum status write_user(struct access *a,
                              const struct access_user *u,
                              struct arena *arena,
                              struct error *why)
{
    const str stores = access_list_write(arena, u->stores, u->store_count);
    const str teams = access_list_write(arena, u->teams, u->team_count);
    if (stores.ptr == NULL || teams.ptr == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = access_exec(
        a,
        "UPDATE user SET name=?2, name_key=?3, role=?4, disabled=?5, stores=?6, teams=?7, lang=?8,"
        " density=?9, theme=?10, all_stores=?11 WHERE id=?1",
        VALUES(V_I64(u->id),
               V_TEXT(u->name),
               V_TEXT(access_name_key(arena, u->name)),
               V_TEXT(str_from(role_name(u->role))),
               V_I64(u->is_disabled),
               V_TEXT(stores),
               V_TEXT(teams),
               V_TEXT(u->lang),
               V_TEXT(u->density),
               V_TEXT(u->theme),
               V_I64(u->store_count + u->team_count == 0)),
        why);
    if (st != STATUS_OK && sqlite3_extended_errcode(a->db) == SQLITE_CONSTRAINT_UNIQUE)
        return error_set(
            why, STATUS_CONFLICT, "there is a user \"%.*s\" already", STR_ARG(u->name));
    return st;
}

static enum status write_password(struct access *a, int64_t id, const char *hash, struct error *why)
{
    return access_exec(a,
                       "UPDATE user SET password=?2 WHERE id=?1",
                       VALUES(V_I64(id), hash != NULL ? V_TEXT(str_from(hash)) : V_NULL),
                       why);
}

static void apply(struct access_user *u, const struct access_change *c)
{
    const struct access_user *n = &c->user;
    if (c->fields & USER_NAME)
        u->name = n->name;
    if (c->fields & USER_ROLE)
        u->role = n->role;
    if (c->fields & USER_DISABLED)
        u->is_disabled = n->is_disabled;
    if (c->fields & USER_STORES) {
        u->stores = n->stores;
        u->store_count = n->store_count;
    }
    if (c->fields & USER_TEAMS) {
        u->teams = n->teams;
        u->team_count = n->team_count;
    }
    if (c->fields & USER_LANG)
        u->lang = n->lang;
    if (c->fields & USER_DENSITY)
        u->density = n->density;
    if (c->fields & USER_THEME)
        u->theme = n->theme;
}

str access_describe(const struct access_user *u, unsigned fields, struct arena *arena)
{
    const str stores = access_list_write(arena, u->stores, u->store_count);
    const str teams = access_list_write(arena, u->teams, u->team_count);
    if (stores.ptr == NULL || teams.ptr == NULL)
        return u->name;
    return arena_printf(arena,
                        "%.*s: role %s%s, stores %.*s, teams %.*s%s",
                        STR_ARG(u->name),
                        role_name(u->role),
                        u->is_disabled ? ", disabled" : "",
                        STR_ARG(stores),
                        STR_ARG(teams),
                        fields & USER_PASSWORD ? ", new password" : "");
}

/* The hash of the new password, made outside the lock; *hash stays NULL for none. */
static enum status new_password(const struct access_change *c,
                                str name,
                                char **hash,
                                struct error *why)
{
    if (!(c->fields & USER_PASSWORD) || c->password.len == 0)
        return STATUS_OK;
    const enum status st = access_password_check(c->password, name, why);
    return st == STATUS_OK ? access_password_hash(c->password, hash, why) : st;
}

enum status access_insert_user(struct access *a,
                               struct access_user *u,
                               const char *hash,
                               const struct access_actor *by,
                               struct arena *arena,
                               struct error *why)
{
    int64_t count = 0;
    enum status st = access_number(a, "SELECT count(*) FROM user", NULL, 0, &count, why);
    if (st == STATUS_OK && count >= USERS_MAX)
        st = error_set(why, STATUS_TOO_LARGE, "more than %d users", USERS_MAX);
    if (st == STATUS_OK)
        st = access_exec(a,
                         "INSERT INTO user(name, name_key, role, created_us)"
                         " VALUES('', 'new '||hex(randomblob(16)), 'viewer', ?1)",
                         VALUES(V_I64(by->now_us)),
                         why);
    u->id = sqlite3_last_insert_rowid(a->db);
    if (st == STATUS_OK)
        st = write_user(a, u, arena, why);
    if (st == STATUS_OK)
        st = write_password(a, u->id, hash, why);
    return st;
}

enum status access_user_add(struct access *a,
                            const struct access_change *c,
                            const struct access_actor *by,
                            int64_t *id,
                            struct error *why)
{
    struct arena *arena = arena_new(0);
    struct access_user u = { .role = ROLE_VIEWER,
                             .name = STR_EMPTY,
                             .lang = STR_EMPTY,
                             .density = STR_EMPTY,
                             .theme = STR_EMPTY };
    char *hash = NULL;
    enum status st = arena != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
    apply(&u, c);
    if (st == STATUS_OK)
        st = access_check_user(&u, why);
    if (st == STATUS_OK)
        st = new_password(c, u.name, &hash, why);
    if (st == STATUS_OK)
        st = access_begin(a, why);
    if (st == STATUS_OK) {
        st = access_insert_user(a, &u, hash, by, arena, why);
        if (st == STATUS_OK)
            st = access_note(a, by, "user.add", access_describe(&u, c->fields, arena), why);
        st = access_end(a, st, why);
    }
    if (st == STATUS_OK)
        *id = u.id;
    mem_free(hash);
    arena_free(arena);
    return st;
}

enum status access_drop_sessions(struct access *a, int64_t user_id, int64_t but, struct error *why)
{
    return access_exec(a,
                       "DELETE FROM session WHERE user_id=?1 AND id<>?2",
                       VALUES(V_I64(user_id), V_I64(but)),
                       why);
}

/* In a transaction. */
static enum status change_user(struct access *a,
                               struct access_user *u,
                               const struct access_change *c,
                               const char *hash,
                               struct arena *arena,
                               struct error *why)
{
    const bool was_admin = u->role == ROLE_ADMIN && !u->is_disabled;
    apply(u, c);
    enum status st = access_check_user(u, why);
    if (st == STATUS_OK)
        st = write_user(a, u, arena, why);
    if (st == STATUS_OK && (c->fields & USER_PASSWORD))
        st = write_password(a, u->id, hash, why);
    if (st == STATUS_OK && was_admin && (u->role != ROLE_ADMIN || u->is_disabled))
        st = check_admins(a, why);
    return st;
}

enum status access_user_change(struct access *a,
                               int64_t id,
                               const struct access_change *c,
                               int64_t keep_session,
                               const struct access_actor *by,
                               struct error *why)
{
    struct arena *arena = arena_new(0);
    struct access_user u = { 0 };
    char *hash = NULL;
    if (arena == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = access_user_get(a, id, arena, &u, why);
    if (st == STATUS_OK)
        st = new_password(c, c->fields & USER_NAME ? c->user.name : u.name, &hash, why);
    if (st == STATUS_OK)
        st = access_begin(a, why);
    if (st == STATUS_OK) { /* again: it may have changed meanwhile */
        st = find_user(a, USER_COLUMNS "WHERE id=?1", &V_I64(id), arena, &u, why);
        if (st == STATUS_OK)
            st = change_user(a, &u, c, hash, arena, why);
        if (st == STATUS_OK && (c->fields & USER_PASSWORD || u.is_disabled))
            st = access_drop_sessions(a, id, u.is_disabled ? 0 : keep_session, why);
        if (st == STATUS_OK)
            st = access_note(a, by, "user.change", access_describe(&u, c->fields, arena), why);
        st = access_end(a, st, why);
    }
    mem_free(hash);
    arena_free(arena);
    return st;
}

enum status access_user_delete(struct access *a,
                               int64_t id,
                               const struct access_actor *by,
                               struct error *why)
{
    struct arena *arena = arena_new(0);
    struct access_user u = { 0 };
    if (arena == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = access_begin(a, why);
    if (st == STATUS_OK) {
        st = find_user(a, USER_COLUMNS "WHERE id=?1", &V_I64(id), arena, &u, why);
        if (st == STATUS_OK)
            st = access_exec(a, "DELETE FROM user WHERE id=?1", VALUES(V_I64(id)), why);
        if (st == STATUS_OK && u.role == ROLE_ADMIN && !u.is_disabled)
            st = check_admins(a, why);
        if (st == STATUS_OK)
            st = access_note(a, by, "user.delete", u.name, why);
        st = access_end(a, st, why);
    }
    arena_free(arena);
    return st;
}
