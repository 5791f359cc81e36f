/* manifest.json: {"format":1,"version","made_at","shop","data_version","files":[{"path","bytes",
 * "sha256"}]}. It is written last; a folder without it is no backup. */
#include "backup/backup_priv.h"

#include "format/format.h"

#include <string.h>

#define MANIFEST_MAX ((size_t)256 * 1024 * 1024)

enum status backup_write_manifest(const char *root,
                                  const struct backup_facts *facts,
                                  const struct backup_list *files,
                                  struct error *why)
{
    struct buf b;
    struct json_writer w;
    struct arena *a = arena_new(0);
    const char *path = a != NULL ? path_join(a, root, BACKUP_MANIFEST) : NULL;
    buf_init(&b, MANIFEST_MAX);
    json_writer_init(&w, &b);
    json_object_open(&w);
    json_key(&w, "format");
    json_i64(&w, BACKUP_FORMAT);
    json_add_str(&w, "version", facts->version);
    json_add_str(&w, "made_at", facts->made_at);
    json_add_str(&w, "shop", facts->shop);
    json_key(&w, "data_version");
    json_i64(&w, facts->data_version);
    json_key(&w, "files");
    json_array_open(&w);
    for (size_t i = 0; i < files->n; i++) {
        json_object_open(&w);
        json_add_str(&w, "path", files->items[i].path);
        json_key(&w, "bytes");
        json_i64(&w, files->items[i].bytes);
        json_add_str(&w, "sha256", str_from(files->items[i].sha256));
        json_object_close(&w);
    }
    json_array_close(&w);
    json_object_close(&w);
    const enum status st = path != NULL && buf_ok(&b)
                               ? file_write_atomic(path, buf_str(&b), why)
                               : error_set(why, STATUS_NO_MEMORY, "out of memory");
    buf_release(&b);
    arena_free(a);
    return st;
}

/* Inside the folder: no absolute path, no "..", nothing hidden in separators. */
static bool path_is_safe(str path)
{
    if (path.len == 0 || path.ptr[0] == '/' || !str_is_utf8(path) ||
        memchr(path.ptr, 0, path.len) != NULL || memchr(path.ptr, '\\', path.len) != NULL ||
        str_is(path, BACKUP_MANIFEST))
        return false;
    while (path.len > 0) {
        const str part = str_take_until(&path, '/');
        if (part.len == 0 || str_is(part, ".") || str_is(part, ".."))
            return false;
    }
    return true;
}

static enum status damaged(const char *root, struct error *why)
{
    return error_set(why, STATUS_BAD_INPUT, "%s: the manifest of this backup is damaged", root);
}

static bool read_file(const struct json_node *n, struct backup_file *out)
{
    str hash = STR_EMPTY;
    if (!json_as_str(json_get(n, "path"), &out->path) || !path_is_safe(out->path) ||
        !json_as_i64(json_get(n, "bytes"), &out->bytes) || out->bytes < 0 ||
        !json_as_str(json_get(n, "sha256"), &hash) || hash.len != 64)
        return false;
    memcpy(out->sha256, hash.ptr, 64);
    out->sha256[64] = '\0';
    return true;
}

static enum status read_files(const char *root,
                              const struct json_node *list,
                              struct backup_facts *facts,
                              struct backup_list *files,
                              struct error *why)
{
    const size_t n = json_node_len(list);
    if (!MEM_GROW(files->items, files->cap, n + 1))
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < n; i++) {
        if (!read_file(json_at(list, i), &files->items[i]))
            return damaged(root, why);
        facts->bytes += files->items[i].bytes;
        files->n++;
    }
    facts->files = n;
    return STATUS_OK;
}

enum status backup_read_manifest(const char *root,
                                 struct arena *a,
                                 struct backup_facts *facts,
                                 struct backup_list *files,
                                 struct error *why)
{
    const struct json_node *doc = NULL;
    str text = STR_EMPTY;
    int64_t format = 0;
    const char *path = path_join(a, root, BACKUP_MANIFEST);
    if (path == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = file_read(path, MANIFEST_MAX, a, &text, why);
    if (st == STATUS_NOT_FOUND)
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "%s is no backup (it has no manifest.json); a folder that ends in "
                         ".partial was not finished",
                         root);
    if (st != STATUS_OK)
        return st;
    if (json_parse(text, a, &doc, NULL) != STATUS_OK ||
        !json_as_i64(json_get(doc, "format"), &format))
        return damaged(root, why);
    if (format > BACKUP_FORMAT)
        return error_set(why,
                         STATUS_CONFLICT,
                         "%s was made by a newer Shopvane (format %lld); use that one",
                         root,
                         (long long)format);
    if (!json_as_str(json_get(doc, "version"), &facts->version) ||
        !json_as_str(json_get(doc, "made_at"), &facts->made_at) ||
        !json_as_str(json_get(doc, "shop"), &facts->shop) ||
        !json_as_i64(json_get(doc, "data_version"), &facts->data_version))
        return damaged(root, why);
    return read_files(root, json_get(doc, "files"), facts, files, why);
}

/* ---- Holding files against it. -------------------------------------------------------------- */

void backup_step(struct backup_step *s, int64_t bytes)
{
    s->done += bytes;
    if (s->opt != NULL && s->opt->progress != NULL)
        s->opt->progress(s->opt->self, s->done, s->total);
}

static bool only_manifest(str path, bool is_folder)
{
    return !is_folder && str_is(path, BACKUP_MANIFEST);
}

static enum status compare_file(const char *root,
                                const struct backup_file *f,
                                struct arena *a,
                                struct error *why)
{
    char hash[65];
    uint64_t bytes = 0;
    const char *name = arena_cstr(a, f->path);
    const char *path = name != NULL ? path_join(a, root, name) : NULL;
    if (path == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = file_sha256(path, hash, &bytes, why);
    if (st != STATUS_OK)
        return st;
    if ((int64_t)bytes != f->bytes || strcmp(hash, f->sha256) != 0)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "%s is not as it was when the backup was made; use another backup",
                         path);
    return STATUS_OK;
}

enum status backup_compare(const char *root,
                           const struct backup_list *files,
                           const struct backup_options *opt,
                           struct arena *a,
                           struct error *why)
{
    struct backup_list there = { .n = 0 };
    struct backup_step step = { .opt = opt };
    struct map *known = map_new();
    enum status st = known != NULL ? backup_walk(root, only_manifest, a, &there, why)
                                   : error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; st == STATUS_OK && i < files->n; i++) {
        step.total += files->items[i].bytes;
        if (!map_put(known, files->items[i].path, 1))
            st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    for (size_t i = 0; st == STATUS_OK && i < files->n; i++) {
        st = compare_file(root, &files->items[i], a, why);
        backup_step(&step, files->items[i].bytes);
    }
    for (size_t i = 0; st == STATUS_OK && i < there.n; i++) {
        if (map_get(known, there.items[i].path) == NULL)
            st = error_set(why,
                           STATUS_BAD_INPUT,
                           "%s/%.*s is not of this backup; take it out",
                           root,
                           STR_ARG(there.items[i].path));
    }
    map_free(known);
    mem_free(there.items);
    return st;
}
