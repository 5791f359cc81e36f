/* state.sqlite: opening, migrations, statements.
 *
 * Migrations are numbered by PRAGMA user_version, run forward only, each in one transaction, so
 * that a kill leaves the one before or the one after. A database of a newer program is refused. */
#include "access/access_priv.h"
#include "base/system_error.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STATE_FILE   "state.sqlite"
#define BUSY_MS      5000
#define BACKUP_PAGES 256

static const char *const migrations[] = {
    /* 1 */
    "CREATE TABLE user(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,"
    " name_key TEXT NOT NULL UNIQUE, role TEXT NOT NULL, password TEXT,"
    " disabled INTEGER NOT NULL DEFAULT 0, stores TEXT NOT NULL DEFAULT '[]',"
    " teams TEXT NOT NULL DEFAULT '[]', lang TEXT NOT NULL DEFAULT '',"
    " density TEXT NOT NULL DEFAULT '', theme TEXT NOT NULL DEFAULT '',"
    " created_us INTEGER NOT NULL, seen_us INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE session(id INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE,"
    " user_id INTEGER NOT NULL REFERENCES user(id) ON DELETE CASCADE, address TEXT NOT NULL,"
    " created_us INTEGER NOT NULL, seen_us INTEGER NOT NULL, expires_us INTEGER NOT NULL);"
    "CREATE INDEX session_user ON session(user_id);"
    "CREATE TABLE token(id INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE,"
    " user_id INTEGER NOT NULL REFERENCES user(id) ON DELETE CASCADE, name TEXT NOT NULL,"
    " path TEXT NOT NULL DEFAULT '', flag INTEGER NOT NULL, created_us INTEGER NOT NULL,"
    " expires_us INTEGER NOT NULL, used_us INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE share(id INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE,"
    " user_id INTEGER NOT NULL REFERENCES user(id) ON DELETE CASCADE, name TEXT NOT NULL DEFAULT "
    "'',"
    " path TEXT NOT NULL, flag INTEGER NOT NULL DEFAULT 0, created_us INTEGER NOT NULL,"
    " expires_us INTEGER NOT NULL, used_us INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE view(id INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB,"
    " user_id INTEGER NOT NULL REFERENCES user(id) ON DELETE CASCADE, name TEXT NOT NULL,"
    " path TEXT NOT NULL, flag INTEGER NOT NULL, created_us INTEGER NOT NULL,"
    " expires_us INTEGER NOT NULL DEFAULT 0, used_us INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE first_link(hash BLOB NOT NULL, expires_us INTEGER NOT NULL);"
    "CREATE TABLE failure(key TEXT PRIMARY KEY, count INTEGER NOT NULL, last_us INTEGER NOT NULL,"
    " blocked_until_us INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
    "CREATE TABLE event(id INTEGER PRIMARY KEY AUTOINCREMENT, at_us INTEGER NOT NULL,"
    " user_id INTEGER NOT NULL, who TEXT NOT NULL, address TEXT NOT NULL, action TEXT NOT NULL,"
    " what TEXT NOT NULL);",
    /* 2: that a user sees all stores is said, not read out of empty lists */
    "ALTER TABLE user ADD COLUMN all_stores INTEGER NOT NULL DEFAULT 0;"
    "UPDATE user SET all_stores=(stores='[]' AND teams='[]');",
};

static enum status failed(const struct access *a, struct error *why)
{
    const int code = sqlite3_errcode(a->db) & 0xff;
    const enum status st = code == SQLITE_FULL    ? STATUS_DISK_FULL
                           : code == SQLITE_NOMEM ? STATUS_NO_MEMORY
                           : code == SQLITE_BUSY  ? STATUS_CONFLICT
                                                  : STATUS_IO;
    return error_set(why, st, "%s: %s", a->path, sqlite3_errmsg(a->db));
}

/* ---- Statements. ---------------------------------------------------------------------------- */

enum status access_prepare(struct access *a,
                           const char *sql,
                           const struct access_value *values,
                           size_t n,
                           sqlite3_stmt **out,
                           struct error *why)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(a->db, sql, -1, &s, NULL);
    for (size_t i = 0; code == SQLITE_OK && i < n; i++) {
        const struct access_value *v = &values[i];
        const int at = (int)i + 1;
        const int len = (int)v->text.len;
        if (v->type == ACCESS_I64)
            code = sqlite3_bind_int64(s, at, v->i64);
        else if (v->type == ACCESS_TEXT)
            code = sqlite3_bind_text(s, at, v->text.ptr, len, SQLITE_TRANSIENT);
        else if (v->type == ACCESS_BLOB)
            code = sqlite3_bind_blob(s, at, v->text.ptr, len, SQLITE_TRANSIENT);
    }
    if (code == SQLITE_OK) {
        *out = s;
        return STATUS_OK;
    }
    const enum status st = failed(a, why);
    sqlite3_finalize(s);
    return st;
}

bool access_step(struct access *a, sqlite3_stmt *s, enum status *st, struct error *why)
{
    const int code = sqlite3_step(s);
    *st = code == SQLITE_ROW || code == SQLITE_DONE ? STATUS_OK : failed(a, why);
    return code == SQLITE_ROW;
}

enum status access_exec(struct access *a,
                        const char *sql,
                        const struct access_value *values,
                        size_t n,
                        struct error *why)
{
    sqlite3_stmt *s = NULL;
    enum status st = access_prepare(a, sql, values, n, &s, why);
    while (st == STATUS_OK && access_step(a, s, &st, why))
        ;
    sqlite3_finalize(s);
    return st;
}

enum status access_number(struct access *a,
                          const char *sql,
                          const struct access_value *values,
                          size_t n,
                          int64_t *out,
                          struct error *why)
{
    sqlite3_stmt *s = NULL;
    enum status st = access_prepare(a, sql, values, n, &s, why);
    *out = st == STATUS_OK && access_step(a, s, &st, why) ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_finalize(s);
    return st;
}

str access_column(struct arena *arena, sqlite3_stmt *s, int column)
{
    const unsigned char *text = sqlite3_column_text(s, column);
    const int len = sqlite3_column_bytes(s, column);
    if (text == NULL || len <= 0)
        return STR_EMPTY;
    const str copy = arena_dup(arena, (str){ (const char *)text, (size_t)len });
    return copy.ptr != NULL ? copy : STR_EMPTY;
}

void access_lock(struct access *a)
{
    BUG_IF(pthread_mutex_lock(&a->lock) != 0);
}

enum status access_begin(struct access *a, struct error *why)
{
    access_lock(a);
    const enum status st = access_exec(a, "BEGIN IMMEDIATE", NULL, 0, why);
    if (st != STATUS_OK)
        pthread_mutex_unlock(&a->lock);
    return st;
}

enum status access_end(struct access *a, enum status st, struct error *why)
{
    if (st == STATUS_OK)
        st = access_exec(a, "COMMIT", NULL, 0, why);
    if (st != STATUS_OK && sqlite3_get_autocommit(a->db) == 0)
        (void)!access_exec(a, "ROLLBACK", NULL, 0, NULL);
    pthread_mutex_unlock(&a->lock);
    return st;
}

/* ---- Opening. ------------------------------------------------------------------------------- */

static enum status run_script(struct access *a, const char *sql, struct error *why)
{
    return sqlite3_exec(a->db, sql, NULL, NULL, NULL) == SQLITE_OK ? STATUS_OK : failed(a, why);
}

static enum status migrate(struct access *a, struct error *why)
{
    int64_t version = 0;
    char set[64];
    enum status st = access_number(a, "PRAGMA user_version", NULL, 0, &version, why);
    if (st == STATUS_OK && version > (int64_t)ARRAY_LEN(migrations))
        return error_set(why,
                         STATUS_CONFLICT,
                         "%s was written by a newer Shopvane (schema %lld); use that one",
                         a->path,
                         (long long)version);
    for (size_t i = (size_t)version; st == STATUS_OK && i < ARRAY_LEN(migrations); i++) {
        sqlite3_snprintf((int)sizeof set, set, "PRAGMA user_version=%d", (int)i + 1);
        st = run_script(a, "BEGIN EXCLUSIVE", why);
        if (st == STATUS_OK)
            st = run_script(a, migrations[i], why);
        if (st == STATUS_OK)
            st = run_script(a, set, why);
        if (st == STATUS_OK)
            st = run_script(a, "COMMIT", why);
        else
            (void)!run_script(a, "ROLLBACK", NULL);
    }
    return st;
}

/* Made before SQLite opens it, so that nobody else could ever read it; its -wal and -shm take its
 * mode. */
static enum status make_file(const char *path, struct error *why)
{
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 || fchmod(fd, 0600) != 0) {
        const int err = errno;
        if (fd >= 0)
            close(fd);
        return error_set(why, status_from_errno(err), "%s: %s", path, error_system(why, err));
    }
    close(fd);
    return STATUS_OK;
}

static enum status open_file(struct access *a, struct error *why)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX;
    enum status st = make_file(a->path, why);
    if (st != STATUS_OK)
        return st;
    if (sqlite3_open_v2(a->path, &a->db, flags, NULL) != SQLITE_OK)
        return a->db != NULL ? failed(a, why) : error_set(why, STATUS_NO_MEMORY, "out of memory");
    sqlite3_busy_timeout(a->db, BUSY_MS);
    st = run_script(a,
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                    "PRAGMA trusted_schema=OFF; PRAGMA secure_delete=ON",
                    why);
    return st == STATUS_OK ? migrate(a, why) : st;
}

static enum status copy_path(struct access *a, const char *shop_dir, struct error *why)
{
    struct buf b;
    size_t len = 0;
    buf_init(&b, 8192);
    buf_addf(&b, "%s/" STATE_FILE, shop_dir);
    a->path = buf_take(&b, &len);
    return a->path != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
}

enum status access_open(const char *shop_dir, struct access **out, struct error *why)
{
    struct access *a = mem_new(1, sizeof *a);
    if (a == NULL || sodium_init() < 0) {
        mem_free(a);
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    a->has_lock = pthread_mutex_init(&a->lock, NULL) == 0;
    enum status st = a->has_lock ? copy_path(a, shop_dir, why)
                                 : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = open_file(a, why);
    if (st != STATUS_OK) {
        access_close(a);
        return st;
    }
    *out = a;
    return STATUS_OK;
}

void access_close(struct access *a)
{
    if (a == NULL)
        return;
    sqlite3_close(a->db);
    if (a->has_lock)
        pthread_mutex_destroy(&a->lock);
    arena_free(a->arena);
    mem_free(a->path);
    mem_free(a);
}

enum status access_set_stores(struct access *a,
                              const struct access_store *stores,
                              size_t n,
                              struct error *why)
{
    struct arena *arena = arena_new(0);
    struct access_team *teams = arena != NULL ? ARENA_NEW(arena, struct access_team, n + 1) : NULL;
    bool is_whole = teams != NULL;
    for (size_t i = 0; is_whole && i < n; i++) {
        teams[i].store = arena_dup(arena, stores[i].name);
        teams[i].team = arena_dup(arena, stores[i].team);
        is_whole = teams[i].store.ptr != NULL && teams[i].team.ptr != NULL;
    }
    if (!is_whole) {
        arena_free(arena);
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    access_lock(a);
    struct arena *old = a->arena;
    a->arena = arena;
    a->teams = teams;
    a->team_count = n;
    pthread_mutex_unlock(&a->lock);
    arena_free(old);
    return STATUS_OK;
}

/* Its own connection as the source, so that others write meanwhile; SQLite begins again where they
 * did. */
enum status access_backup(struct access *a, const char *path, struct error *why)
{
    sqlite3 *to = NULL;
    sqlite3 *from = NULL;
    enum status st = make_file(path, why);
    if (st != STATUS_OK)
        return st;
    int code = sqlite3_open_v2(a->path, &from, SQLITE_OPEN_READONLY, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE, NULL);
    sqlite3_backup *b = code == SQLITE_OK ? sqlite3_backup_init(to, "main", from, "main") : NULL;
    if (b != NULL) {
        do
            code = sqlite3_backup_step(b, BACKUP_PAGES);
        while (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED);
        (void)sqlite3_backup_finish(b);
    }
    if (code == SQLITE_DONE) /* a file of its own, without a log beside it */
        code = sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
    if (code != SQLITE_OK)
        st = error_set(why, STATUS_IO, "%s: %s", path, to != NULL ? sqlite3_errmsg(to) : "sqlite");
    sqlite3_close(to);
    sqlite3_close(from);
    return st;
}
