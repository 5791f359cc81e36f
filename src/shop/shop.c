/* Opening a shop folder: settings, zones, lock, database - each step undone by shop_close(). */
#include "base/system_error.h"
#include "commerce/commerce.h"
#include "shop/shop_priv.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DATABASE_FILE "shop.duckdb"

static const char *const folders[] = { "kpis", "sources", "quarantine", "inbox", "run" };

enum status shop_make_folders(const char *dir, struct error *why)
{
    struct arena *a = arena_new(0);
    enum status st = a != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; st == STATUS_OK && i < ARRAY_LEN(folders); i++) {
        char *path = path_join(a, dir, folders[i]);
        st = path != NULL ? dir_make(path, why) : error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    arena_free(a);
    return st;
}

/* The owner's alone; a folder that was there before keeps the rights that somebody gave it. */
static enum status make_private(const char *dir, struct error *why)
{
    struct stat before;
    const bool is_new = stat(dir, &before) != 0;
    const enum status st = dir_make(dir, why);
    if (st == STATUS_OK && is_new && chmod(dir, 0700) != 0)
        return error_set(why, status_from_errno(errno), "%s: %s", dir, error_system(why, errno));
    return st;
}

enum status shop_init(const char *dir, const struct shop_settings *in, struct error *why)
{
    struct arena *a = arena_new(0);
    char *file = a != NULL ? path_join(a, dir, "shop.yaml") : NULL;
    enum status st =
        file == NULL ? error_set(why, STATUS_NO_MEMORY, "out of memory") : settings_check(in, why);
    if (st == STATUS_OK && file_exists(file))
        st = error_set(why, STATUS_CONFLICT, "%s is a shop already (it has a shop.yaml)", dir);
    if (st == STATUS_OK)
        st = make_private(dir, why);
    if (st == STATUS_OK)
        st = shop_make_folders(dir, why);
    if (st == STATUS_OK)
        st = settings_write(dir, in, why);
    arena_free(a);
    return st;
}

static enum status open_connection(struct shop *s,
                                   const char *path,
                                   const struct store_options *o,
                                   int64_t *schema,
                                   struct error *why)
{
    const bool is_new = !file_exists(path);
    enum status st = store_open(path, o, &s->database, why);
    if (st == STATUS_OK)
        st = conn_open(s->database, &s->writer, why);
    *schema = 0;
    return st == STATUS_OK && !is_new ? schema_found(s->writer, schema, why) : st;
}

static void close_connection(struct shop *s)
{
    conn_close(s->writer);
    store_close(s->database);
    s->writer = NULL;
    s->database = NULL;
}

/* One of an older schema is closed and copied before anything is changed in it. */
static enum status open_database(struct shop *s, const struct shop_options *opt, struct error *why)
{
    char *path = path_join(s->arena, s->dir, DATABASE_FILE);
    char *run = path_join(s->arena, s->dir, "run");
    char *temp = run != NULL ? path_join(s->arena, run, "tmp") : NULL;
    int64_t schema = 0;
    if (path == NULL || temp == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const struct store_options so = { .temp_dir = temp,
                                      .memory_mib = opt->memory_mib,
                                      .threads = opt->threads };
    enum status st = open_connection(s, path, &so, &schema, why);
    if (st == STATUS_OK && schema > 0 && schema < COMMERCE_SCHEMA_VERSION) {
        close_connection(s);
        st = schema_keep(s->dir, path, schema, s->arena, &s->kept, why);
        if (st == STATUS_OK)
            st = open_connection(s, path, &so, &schema, why);
    }
    return st == STATUS_OK ? schema_prepare(s->writer, schema, why) : st;
}

const char *shop_kept(const struct shop *s)
{
    return s->kept;
}

int64_t shop_data_bytes(const char *dir)
{
    struct stat info = { 0 };
    struct arena *a = arena_new(0);
    const char *path = a != NULL ? path_join(a, dir, DATABASE_FILE) : NULL;
    const bool is_there = path != NULL && stat(path, &info) == 0;
    arena_free(a);
    return is_there ? info.st_size : 0;
}

static enum status check_is_shop(struct shop *s, struct error *why)
{
    const char *file = path_join(s->arena, s->dir, "shop.yaml");
    if (file == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (!file_exists(file))
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "%s is no shop folder (no shop.yaml); name yours with -C DIR, or make one "
                         "with: shopvane init %s",
                         s->dir,
                         s->dir);
    return STATUS_OK;
}

static enum status check_has_data(struct shop *s, struct error *why)
{
    int64_t imports = 0;
    enum status st = conn_query_i64(s->writer, "SELECT count(*) FROM import", &imports, why);
    if (st == STATUS_OK && imports == 0)
        st = error_set(why,
                       STATUS_NOT_FOUND,
                       "%s has no data yet; bring some with: shopvane -C %s import FILE",
                       s->dir,
                       s->dir);
    return st;
}

enum status shop_open(const char *dir,
                      const struct shop_options *opt,
                      struct shop **out,
                      struct error *why)
{
    const struct shop_options none = { 0 };
    const struct shop_options *o = opt != NULL ? opt : &none;
    struct shop *s = mem_new(1, sizeof *s);
    if (s == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    s->lock_fd = -1;
    pthread_mutex_init(&s->writer_gate, NULL);
    s->arena = arena_new(0);
    s->dir = s->arena != NULL ? arena_cstr(s->arena, str_from(dir)) : NULL;
    enum status st =
        s->dir == NULL ? error_set(why, STATUS_NO_MEMORY, "out of memory") : check_is_shop(s, why);
    struct shop_config *config = NULL;
    if (st == STATUS_OK)
        st = config_read(s->dir, &config, why);
    atomic_init(&s->config, config);
    if (st == STATUS_OK)
        st = lock_take(s->dir, &s->lock_fd, why);
    if (st == STATUS_OK)
        st = open_database(s, o, why);
    if (st == STATUS_OK && o->need_existing_data)
        st = check_has_data(s, why);
    if (st != STATUS_OK) {
        shop_close(s);
        return st;
    }
    *out = s;
    return STATUS_OK;
}

void shop_close(struct shop *s)
{
    if (s == NULL)
        return;
    close_connection(s);
    if (s->lock_fd >= 0)
        close(s->lock_fd);
    config_free(atomic_load(&s->config));
    pthread_mutex_destroy(&s->writer_gate);
    arena_free(s->arena);
    mem_free(s);
}

const char *shop_dir(const struct shop *s)
{
    return s->dir;
}

static const struct shop_config *config_of(const struct shop *s)
{
    return atomic_load(&s->config);
}

const struct shop_settings *shop_settings(const struct shop *s)
{
    return &config_of(s)->settings;
}

size_t shop_store_count(const struct shop *s)
{
    return config_of(s)->store_count;
}

const struct shop_store *shop_store_at(const struct shop *s, size_t i)
{
    const struct shop_config *c = config_of(s);
    BUG_IF(i >= c->store_count);
    return &c->stores[i];
}

const struct shop_store *shop_store_find(const struct shop *s, str name)
{
    const struct shop_config *c = config_of(s);
    for (size_t i = 0; i < c->store_count; i++) {
        if (str_eq(c->stores[i].name, name))
            return &c->stores[i];
    }
    return NULL;
}

/* ` (did you mean "x"?)` in the arena, or an empty text. */
static str store_suggestion(const struct shop *s, str wrong, enum lang lang, struct arena *a)
{
    const struct shop_config *c = config_of(s);
    const char **names = ARENA_NEW(a, const char *, c->store_count);
    size_t n = 0;
    for (size_t i = 0; names != NULL && i < c->store_count; i++) {
        const char *name = arena_cstr(a, c->stores[i].name);
        if (name != NULL)
            names[n++] = name;
    }
    return names != NULL ? name_suggestion(a, lang, wrong, names, n) : STR_EMPTY;
}

enum status shop_store_get(const struct shop *s,
                           str name,
                           const struct shop_store **out,
                           struct error *why)
{
    const struct shop_store *found = shop_store_find(s, name);
    if (found != NULL) {
        *out = found;
        return STATUS_OK;
    }
    if (stores_name_is_taken(name))
        return error_set(why, STATUS_NOT_FOUND, STORE_NAME_TAKEN, STR_ARG(name));
    struct arena *a = arena_new(0);
    const str near =
        a != NULL ? store_suggestion(s, name, why != NULL ? why->lang : LANG_EN, a) : STR_EMPTY;
    const enum status st =
        error_set(why,
                  STATUS_NOT_FOUND,
                  "no store \"%.*s\" in this shop%.*s; add it to stores.yaml (stores: %.*s: {})",
                  STR_ARG(name),
                  STR_ARG(near),
                  STR_ARG(name));
    arena_free(a);
    return st;
}

enum status shop_stores_check(const struct shop *s, const str *names, size_t n, struct error *why)
{
    enum status st = STATUS_OK;
    const struct shop_store *store = NULL;
    for (size_t i = 0; st == STATUS_OK && i < n; i++)
        st = shop_store_get(s, names[i], &store, why);
    return st;
}

enum status shop_teams_check(const struct shop *s, const str *teams, size_t n, struct error *why)
{
    const struct shop_config *c = config_of(s);
    for (size_t i = 0; i < n; i++) {
        bool is_known = false;
        for (size_t k = 0; !is_known && k < c->store_count; k++)
            is_known = teams[i].len > 0 && str_eq(c->stores[k].team, teams[i]);
        if (!is_known)
            return error_set(why,
                             STATUS_INVALID,
                             "no store of stores.yaml belongs to a team \"%.*s\"",
                             STR_ARG(teams[i]));
    }
    return STATUS_OK;
}

const struct zone *shop_zone(const struct shop *s)
{
    return config_of(s)->zone;
}

struct store *shop_database(struct shop *s)
{
    return s->database;
}

struct conn *shop_writer(struct shop *s)
{
    return s->writer;
}

enum status shop_conn_new(struct shop *s, struct conn **out, struct error *why)
{
    return conn_open(s->database, out, why);
}

enum status shop_data_version(struct conn *c, int64_t *out, struct error *why)
{
    return conn_query_i64_kept(c, "SELECT coalesce(max(version), 0) FROM data_version", out, why);
}

enum status shop_bump_version(struct conn *c, const char *what, int64_t *out, struct error *why)
{
    int64_t version = 0;
    enum status st = shop_data_version(c, &version, why);
    if (st != STATUS_OK)
        return st;
    const struct param params[] = {
        { .type = PARAM_I64, .i64 = version + 1 },
        { .type = PARAM_I64, .i64 = clock_now_us() },
        { .type = PARAM_TEXT, .text = str_from(what) },
    };
    st = conn_query(c,
                    STR("INSERT INTO data_version VALUES ($1, $2, $3)"),
                    params,
                    ARRAY_LEN(params),
                    NULL,
                    why);
    if (st == STATUS_OK)
        *out = version + 1;
    return st;
}
