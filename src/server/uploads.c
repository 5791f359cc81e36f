/* Files that people sent and that wait for their import. */
#include "base/system_error.h"
#include "server/jobs_priv.h"

#include "format/format.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ID_LENGTH   32
#define NAME_LENGTH 180
#define STATE_MAX   ((size_t)256 * 1024)
#define KEPT_US     (INT64_C(7) * US_PER_DAY)

static enum status no_memory(struct error *why)
{
    return error_set(why, STATUS_NO_MEMORY, "out of memory");
}

/* run/uploads/ID and its companions ID.json, ID.yaml. */
static const char *in_folder(const struct shop *s, struct arena *a, str id, const char *ending)
{
    const str path = arena_printf(a, "%s/run/uploads/%.*s%s", shop_dir(s), STR_ARG(id), ending);
    return path.len > 0 ? path.ptr : NULL;
}

static bool is_id(str id)
{
    bool ok = id.len == ID_LENGTH;
    for (size_t i = 0; ok && i < id.len; i++)
        ok = (id.ptr[i] >= '0' && id.ptr[i] <= '9') || (id.ptr[i] >= 'a' && id.ptr[i] <= 'f');
    return ok;
}

/* What follows the last slash of either kind, without control characters and dots at its start, cut
 * at a character. */
static str safe_name(str name, struct arena *a)
{
    for (size_t i = name.len; i > 0; i--) {
        if (name.ptr[i - 1] == '/' || name.ptr[i - 1] == '\\') {
            name = str_skip(name, i);
            break;
        }
    }
    while (name.len > 0 && (name.ptr[0] == '.' || name.ptr[0] == ' '))
        name = str_skip(name, 1);
    size_t n = name.len < NAME_LENGTH ? name.len : NAME_LENGTH;
    while (n < name.len && n > 0 && ((unsigned char)name.ptr[n] & 0xC0) == 0x80)
        n--;
    char *copy = arena_cstr(a, n > 0 && str_is_utf8(name) ? str_first(name, n) : STR("upload"));
    for (char *p = copy; p != NULL && *p != '\0'; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = '_';
    }
    return copy != NULL ? str_from(copy) : STR_EMPTY;
}

/* ---- what was decided ---- */

static const struct {
    const char *key;
    size_t offset;
} texts[] = {
    { "name", offsetof(struct upload, name) },
    { "store", offsetof(struct upload, store) },
    { "preset", offsetof(struct upload, preset) },
    { "timezone", offsetof(struct upload, timezone) },
    { "currency", offsetof(struct upload, currency) },
    { "date_order", offsetof(struct upload, date_order) },
    { "decimal_mark", offsetof(struct upload, decimal_mark) },
    { "encoding", offsetof(struct upload, encoding) },
    { "sheet", offsetof(struct upload, sheet) },
};

static str *text_at(struct upload *u, size_t i)
{
    return (str *)(void *)((char *)u + texts[i].offset);
}

static enum status write_state(const struct shop *s,
                               struct upload *u,
                               struct arena *a,
                               struct error *why)
{
    struct buf out;
    struct json_writer w;
    const char *path = in_folder(s, a, u->id, ".json");
    if (path == NULL)
        return no_memory(why);
    buf_init(&out, STATE_MAX);
    json_writer_init(&w, &out);
    json_object_open(&w);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        json_key(&w, texts[i].key);
        json_str(&w, *text_at(u, i));
    }
    json_key(&w, "at");
    json_i64(&w, u->at_us);
    json_object_close(&w);
    const enum status st = buf_ok(&out)
                               ? file_write_atomic(path, buf_str(&out), why)
                               : error_set(why, STATUS_TOO_LARGE, "the names are too long");
    buf_release(&out);
    return st;
}

static enum status not_there(struct error *why)
{
    return error_set(why, STATUS_NOT_FOUND, "there is no such upload; it may be imported already");
}

static enum status read_state(const struct shop *s,
                              struct upload *u,
                              struct arena *a,
                              struct error *why)
{
    const char *path = in_folder(s, a, u->id, ".json");
    const struct json_node *root = NULL;
    str text = STR_EMPTY;
    if (path == NULL)
        return no_memory(why);
    if (!file_exists(path))
        return not_there(why);
    enum status st = file_read(path, STATE_MAX, a, &text, why);
    if (st == STATUS_OK)
        st = json_parse(text, a, &root, why);
    for (size_t i = 0; st == STATUS_OK && i < ARRAY_LEN(texts); i++) {
        *text_at(u, i) = STR_EMPTY;
        if (!json_as_str(json_get(root, texts[i].key), text_at(u, i)))
            return not_there(why);
    }
    return st == STATUS_OK && !json_as_i64(json_get(root, "at"), &u->at_us) ? not_there(why) : st;
}

/* ---- the way in ---- */

enum status upload_keep(const struct shop *s,
                        const char *file,
                        str name,
                        struct arena *a,
                        struct upload *out,
                        struct error *why)
{
    unsigned char bytes[ID_LENGTH / 2];
    char id[ID_LENGTH + 1];
    struct stat info = { 0 };
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(id, sizeof id, bytes, sizeof bytes);
    struct upload u = { .id = arena_dup(a, str_from(id)),
                        .name = safe_name(name, a),
                        .store = STR_EMPTY,
                        .at_us = clock_now_us() };
    const char *dir = u.id.ptr != NULL ? in_folder(s, a, u.id, "") : NULL;
    u.path = dir != NULL && u.name.len > 0 ? path_join(a, dir, u.name.ptr) : NULL;
    if (u.path == NULL)
        return no_memory(why);
    enum status st = dir_make(dir, why);
    if (st == STATUS_OK && (rename(file, u.path) != 0 || stat(u.path, &info) != 0))
        st = error_set(why, status_from_errno(errno), "%s: %s", u.path, error_system(why, errno));
    if (st == STATUS_OK) {
        u.bytes = (int64_t)info.st_size;
        st = write_state(s, &u, a, why);
    }
    if (st == STATUS_OK)
        *out = u;
    return st;
}

enum status upload_find(
    const struct shop *s, str id, struct arena *a, struct upload *out, struct error *why)
{
    struct stat info;
    struct upload u = { .id = id };
    if (!is_id(id))
        return not_there(why);
    const enum status st = read_state(s, &u, a, why);
    if (st != STATUS_OK)
        return st;
    const char *dir = in_folder(s, a, id, "");
    const char *map = in_folder(s, a, id, ".yaml");
    u.name = safe_name(u.name, a);
    u.path = dir != NULL && u.name.len > 0 ? path_join(a, dir, u.name.ptr) : NULL;
    if (u.path == NULL || map == NULL)
        return no_memory(why);
    if (stat(u.path, &info) != 0)
        return not_there(why);
    u.bytes = (int64_t)info.st_size;
    u.map_file = file_exists(map) ? map : NULL;
    *out = u;
    return STATUS_OK;
}

/* The id of an entry ID.json; .len 0: it is another file. */
static str id_of_entry(const char *name)
{
    const str file = str_from(name);
    const str id = str_first(file, str_find(file, STR(".json")));
    return is_id(id) && file.len == id.len + 5 ? id : STR_EMPTY;
}

enum status upload_list(
    const struct shop *s, struct arena *a, struct upload **out, size_t *n, struct error *why)
{
    const str folder = arena_printf(a, "%s/run/uploads", shop_dir(s));
    DIR *dir = folder.len > 0 ? opendir(folder.ptr) : NULL;
    struct upload *items = NULL;
    size_t cap = 0;
    size_t count = 0;
    enum status st = STATUS_OK;
    for (struct dirent *e = dir != NULL ? readdir(dir) : NULL; e != NULL && st == STATUS_OK;
         e = readdir(dir)) {
        struct upload u;
        const str id = arena_dup(a, id_of_entry(e->d_name));
        if (id.len == 0 || upload_find(s, id, a, &u, NULL) != STATUS_OK)
            continue;
        if (!MEM_GROW(items, cap, count + 1))
            st = no_memory(why);
        else
            items[count++] = u;
    }
    if (dir != NULL)
        closedir(dir);
    *out = ARENA_NEW(a, struct upload, count + 1);
    if (st == STATUS_OK && *out == NULL)
        st = no_memory(why);
    for (size_t i = 0; st == STATUS_OK && i < count; i++)
        (*out)[i] = items[i];
    *n = count;
    mem_free(items);
    return st;
}

enum status upload_save(
    const struct shop *s, struct upload *u, str mapping, struct arena *a, struct error *why)
{
    const char *map = in_folder(s, a, u->id, ".yaml");
    if (map == NULL)
        return no_memory(why);
    enum status st = mapping.len > 0 ? file_write_atomic(map, mapping, why) : STATUS_OK;
    if (st == STATUS_OK && mapping.len > 0)
        u->map_file = map;
    return st == STATUS_OK ? write_state(s, u, a, why) : st;
}

void upload_drop_mapping(const struct shop *s, struct upload *u, struct arena *a)
{
    const char *map = in_folder(s, a, u->id, ".yaml");
    if (map != NULL)
        (void)unlink(map);
    u->map_file = NULL;
}

enum status upload_remove(const struct shop *s, str id, struct error *why)
{
    struct upload u;
    struct arena *a = arena_new(0);
    enum status st = a != NULL ? upload_find(s, id, a, &u, why) : no_memory(why);
    const char *const state = st == STATUS_OK ? in_folder(s, a, id, ".json") : NULL;
    const char *const dir = st == STATUS_OK ? in_folder(s, a, id, "") : NULL;
    if (st == STATUS_OK && (state == NULL || dir == NULL))
        st = no_memory(why);
    if (st == STATUS_OK) {
        (void)unlink(u.path);
        (void)rmdir(dir);
        if (u.map_file != NULL)
            (void)unlink(u.map_file);
        if (unlink(state) != 0)
            st =
                error_set(why, status_from_errno(errno), "%s: %s", state, error_system(why, errno));
    }
    arena_free(a);
    return st;
}

void upload_sweep(const struct shop *s, int64_t now_us)
{
    struct arena *a = arena_new(0);
    struct upload *items = NULL;
    size_t n = 0;
    if (a != NULL && upload_list(s, a, &items, &n, NULL) == STATUS_OK) {
        for (size_t i = 0; i < n; i++) {
            if (items[i].at_us < now_us - KEPT_US &&
                upload_remove(s, items[i].id, NULL) != STATUS_OK)
                break; /* tried again the next time */
        }
    }
    arena_free(a);
}

static const char *or_null(str s, struct arena *a)
{
    return s.len > 0 ? arena_cstr(a, s) : NULL;
}

struct import_options upload_options(const struct upload *u, int64_t now_us, struct arena *a)
{
    return (struct import_options){ .preset = u->map_file == NULL ? or_null(u->preset, a) : NULL,
                                    .map_file = u->map_file,
                                    .store = or_null(u->store, a),
                                    .timezone = or_null(u->timezone, a),
                                    .currency = or_null(u->currency, a),
                                    .date_order = or_null(u->date_order, a),
                                    .decimal_mark = or_null(u->decimal_mark, a),
                                    .encoding = or_null(u->encoding, a),
                                    .sheet = or_null(u->sheet, a),
                                    .now_us = now_us };
}
