/* run/pull/SOURCE/: what has landed, and where the pull stands.
 *
 *   lock                         held while fetching
 *   state.json                   written aside, synced, renamed after each page
 *   p000041-orders.ndjson        rows of page 41
 *   b000001-000041-orders.ndjson pages 1 to 41, joined for one import
 *   listed.ids, missing.ids, gone.ids   see pull_listing.c
 *
 * A page is written before the state moves past it: killed between, it is fetched again under the
 * same number. A batch is written before its pages are removed: killed between, pages within a
 * batch's numbers are removed at the next look. A batch is put away after its import's commit:
 * killed between, it is imported again, and the same bytes change nothing. */
#include "base/system_error.h"
#include "ingest/pull/pull_priv.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STATE_BYTES ((size_t)256 * 1024)
#define BATCH_BYTES ((int64_t)64 * 1024 * 1024)
#define PAGE_BYTES  ((size_t)256 * 1024 * 1024)

static enum status no_memory(struct error *why)
{
    return error_set(why, STATUS_NO_MEMORY, "out of memory");
}

static enum status failed(struct error *why, const char *path)
{
    return error_set(why, status_from_errno(errno), "%s: %s", path, error_system(why, errno));
}

char *pull_folder(const char *dir, str source, struct arena *a)
{
    const str name = arena_printf(a, "run/pull/%.*s", STR_ARG(source));
    return name.len > 0 ? path_join(a, dir, name.ptr) : NULL;
}

/* ---- State ---- */

static void read_text(const struct json_node *n, const char *key, char *out, size_t size)
{
    const str text = pull_text(n, key);
    if (text.len < size) {
        memcpy(out, text.ptr, text.len);
        out[text.len] = '\0';
    }
}

static int64_t read_number(const struct json_node *n, const char *key)
{
    int64_t v = 0;
    return json_as_i64(json_get(n, key), &v) && v >= 0 ? v : 0;
}

static bool read_flag(const struct json_node *n, const char *key)
{
    bool v = false;
    return json_as_bool(json_get(n, key), &v) && v;
}

static void read_place(const struct json_node *one, struct pull_place *p)
{
    read_text(one, "since", p->since, sizeof p->since);
    read_text(one, "next", p->next, sizeof p->next);
    p->page = read_number(one, "page");
    p->is_under_way = read_flag(one, "is_under_way");
}

static void read_listing(const struct json_node *n, struct pull_listing *l)
{
    l->begun_at = read_number(n, "begun_at");
    l->from = read_number(n, "from");
    l->done_at = read_number(n, "done_at");
    l->at = (size_t)read_number(n, "at");
    l->is_whole = read_flag(n, "is_whole");
    l->may_book_all = read_flag(n, "may_book_all");
    read_place(json_get(n, "place"), &l->place);
}

static void read_state(const struct json_node *root, struct pull_state *s)
{
    read_text(root, "url", s->url, sizeof s->url);
    read_text(root, "store", s->store, sizeof s->store);
    s->seq = read_number(root, "seq");
    s->imports = read_number(root, "imports");
    s->is_counted = read_flag(root, "is_counted");
    s->pulled_at = read_number(root, "pulled_at");
    s->is_under_way = read_flag(root, "is_under_way");
    s->at = (size_t)read_number(root, "at");
    const struct json_node *places = json_get(root, "places");
    for (size_t i = 0; i < PULL_RESOURCES_MAX; i++) {
        read_place(json_at(places, i), &s->places[i]);
    }
    read_listing(json_get(root, "listing"), &s->listing);
}

enum status pull_state_read(
    const char *dir, str source, struct arena *a, struct pull_state *out, struct error *why)
{
    const char *folder = pull_folder(dir, source, a);
    const char *path = folder != NULL ? path_join(a, folder, "state.json") : NULL;
    const struct json_node *root = NULL;
    struct error unread = { .lang = LANG_EN };
    str text = STR_EMPTY;
    *out = (struct pull_state){ .seq = 0 };
    if (path == NULL)
        return no_memory(why);
    if (!file_exists(path))
        return STATUS_OK;
    const enum status st = file_read(path, STATE_BYTES, a, &text, why);
    if (st == STATUS_OK && json_parse(text, a, &root, &unread) == STATUS_OK)
        read_state(root, out);
    return st;
}

static void write_place(struct json_writer *w, const struct pull_place *p)
{
    json_object_open(w);
    json_key(w, "since");
    json_text(w, p->since);
    json_key(w, "next");
    json_text(w, p->next);
    json_key(w, "page");
    json_i64(w, p->page);
    json_key(w, "is_under_way");
    json_bool(w, p->is_under_way);
    json_object_close(w);
}

static void write_listing(struct json_writer *w, const struct pull_listing *l)
{
    const struct {
        const char *key;
        int64_t value;
    } numbers[] = { { "begun_at", l->begun_at },
                    { "from", l->from },
                    { "done_at", l->done_at },
                    { "at", (int64_t)l->at } };
    json_object_open(w);
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        json_key(w, numbers[i].key);
        json_i64(w, numbers[i].value);
    }
    json_key(w, "is_whole");
    json_bool(w, l->is_whole);
    json_key(w, "may_book_all");
    json_bool(w, l->may_book_all);
    json_key(w, "place");
    write_place(w, &l->place);
    json_object_close(w);
}

enum status pull_state_write(const char *dir,
                             str source,
                             const struct pull_state *s,
                             struct error *why)
{
    struct arena *a = arena_new(0);
    const char *folder = a != NULL ? pull_folder(dir, source, a) : NULL;
    const char *path = folder != NULL ? path_join(a, folder, "state.json") : NULL;
    struct buf text;
    struct json_writer w;
    buf_init(&text, STATE_BYTES);
    json_writer_init(&w, &text);
    json_object_open(&w);
    json_key(&w, "url");
    json_text(&w, s->url);
    json_key(&w, "store");
    json_text(&w, s->store);
    json_key(&w, "seq");
    json_i64(&w, s->seq);
    json_key(&w, "imports");
    json_i64(&w, s->imports);
    json_key(&w, "is_counted");
    json_bool(&w, s->is_counted);
    json_key(&w, "pulled_at");
    json_i64(&w, s->pulled_at);
    json_key(&w, "is_under_way");
    json_bool(&w, s->is_under_way);
    json_key(&w, "at");
    json_i64(&w, (int64_t)s->at);
    json_key(&w, "places");
    json_array_open(&w);
    for (size_t i = 0; i < PULL_RESOURCES_MAX; i++)
        write_place(&w, &s->places[i]);
    json_array_close(&w);
    json_key(&w, "listing");
    write_listing(&w, &s->listing);
    json_object_close(&w);
    enum status st = path != NULL && buf_ok(&text) ? dir_make(folder, why) : no_memory(why);
    if (st == STATUS_OK)
        st = file_write_atomic(path, buf_str(&text), why);
    buf_release(&text);
    arena_free(a);
    return st;
}

/* ---- Pages ---- */

enum status pull_land(
    const char *dir, str source, int64_t seq, const struct pull_rows *rows, struct error *why)
{
    struct arena *a = arena_new(0);
    const char *folder = a != NULL ? pull_folder(dir, source, a) : NULL;
    enum status st = folder != NULL ? dir_make(folder, why) : no_memory(why);
    for (size_t i = 0; st == STATUS_OK && i < PULL_FILE_COUNT; i++) {
        const str name =
            arena_printf(a, "p%06lld-%s.ndjson", (long long)seq, pull_file_name((enum pull_file)i));
        const char *path = name.len > 0 ? path_join(a, folder, name.ptr) : NULL;
        if (!buf_ok(rows->files[i]) || path == NULL)
            st = no_memory(why);
        else if (rows->count[i] > 0)
            st = file_write_atomic(path, buf_str(rows->files[i]), why);
    }
    arena_free(a);
    return st;
}

/* A file of the folder, told by its name. */
struct landed {
    int64_t first;
    int64_t last;
    enum pull_file file;
    bool is_batch;
    const char *path;
    int64_t bytes;
};

struct landing {
    struct landed *items;
    size_t count;
    size_t capacity;
};

static bool take_number(str *s, int64_t *out)
{
    const str digits = str_take_until(s, '-');
    return digits.len >= 6 && str_to_i64(digits, out) && *out >= 0;
}

static bool read_name(str name, struct landed *out)
{
    const str end = STR(".ndjson");
    if (name.len < 2 || !str_ends(name, end))
        return false;
    str rest = str_first(str_skip(name, 1), name.len - 1 - end.len);
    out->is_batch = name.ptr[0] == 'b';
    if ((!out->is_batch && name.ptr[0] != 'p') || !take_number(&rest, &out->first))
        return false;
    out->last = out->first;
    if (out->is_batch && !take_number(&rest, &out->last))
        return false;
    for (size_t i = 0; i < PULL_FILE_COUNT; i++) {
        if (str_is(rest, pull_file_name((enum pull_file)i))) {
            out->file = (enum pull_file)i;
            return true;
        }
    }
    return false;
}

static int by_kind_and_number(const void *a, const void *b)
{
    const struct landed *x = a;
    const struct landed *y = b;
    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    return x->first < y->first ? -1 : x->first > y->first;
}

static enum status look(const char *folder, struct arena *a, struct landing *out, struct error *why)
{
    DIR *d = opendir(folder);
    enum status st = STATUS_OK;
    if (d == NULL)
        return errno == ENOENT ? STATUS_OK : failed(why, folder);
    for (struct dirent *e = readdir(d); e != NULL && st == STATUS_OK; e = readdir(d)) {
        struct landed one = { .first = 0 };
        struct stat info;
        if (!read_name(str_from(e->d_name), &one))
            continue;
        one.path = path_join(a, folder, e->d_name);
        if (one.path == NULL || !MEM_GROW(out->items, out->capacity, out->count + 1)) {
            st = no_memory(why);
            continue;
        }
        one.bytes = stat(one.path, &info) == 0 ? (int64_t)info.st_size : 0;
        out->items[out->count++] = one;
    }
    closedir(d);
    if (out->count > 1)
        qsort(out->items, out->count, sizeof *out->items, by_kind_and_number);
    return st;
}

enum status pull_landed_bytes(const char *dir, str source, int64_t *out, struct error *why)
{
    struct arena *a = arena_new(0);
    struct landing here = { .count = 0 };
    const char *folder = a != NULL ? pull_folder(dir, source, a) : NULL;
    const enum status st = folder != NULL ? look(folder, a, &here, why) : no_memory(why);
    *out = 0;
    for (size_t i = 0; i < here.count; i++)
        *out += here.items[i].is_batch ? 0 : here.items[i].bytes;
    mem_free(here.items);
    arena_free(a);
    return st;
}

/* ---- Batches ---- */

/* Pages that a batch holds already: the program was killed before it removed them. */
static void drop_batched(struct landing *here)
{
    for (size_t b = 0; b < here->count; b++) {
        for (size_t i = 0; here->items[b].is_batch && i < here->count; i++) {
            struct landed *p = &here->items[i];
            if (!p->is_batch && p->path != NULL && p->file == here->items[b].file &&
                p->first >= here->items[b].first && p->first <= here->items[b].last) {
                (void)unlink(p->path);
                p->path = NULL;
            }
        }
    }
}

static bool is_page(const struct landed *l)
{
    return !l->is_batch && l->path != NULL;
}

static enum status read_page(const struct landed *l,
                             struct arena **page,
                             str *rows,
                             struct error *why)
{
    *page = arena_new(PAGE_BYTES);
    *rows = STR_EMPTY;
    return *page != NULL ? file_read(l->path, PAGE_BYTES, *page, rows, why) : no_memory(why);
}

/* Which page has the copy of each order that counts. Orders come before their refunds. */
static enum status note_copies(const struct landing *here,
                               struct pull_copies *copies,
                               struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < here->count; i++) {
        const struct landed *l = &here->items[i];
        struct arena *page = NULL;
        str rows = STR_EMPTY;
        if (!is_page(l) || !pull_has_copies(l->file))
            continue;
        st = read_page(l, &page, &rows, why);
        if (st == STATUS_OK && !pull_copies_note(copies, l->file, l->first, rows))
            st = no_memory(why);
        arena_free(page);
    }
    return st;
}

/* Rows of the pages of one kind in [from, to). */
static enum status read_pages(const struct landing *here,
                              const size_t range[2],
                              const struct pull_copies *copies,
                              struct buf *out,
                              struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = range[0]; st == STATUS_OK && i < range[1]; i++) {
        const struct landed *l = &here->items[i];
        struct arena *page = NULL;
        str rows = STR_EMPTY;
        if (!is_page(l))
            continue;
        st = read_page(l, &page, &rows, why);
        if (st == STATUS_OK && pull_has_copies(l->file))
            pull_copies_keep(copies, l->file, l->first, rows, out);
        else if (st == STATUS_OK)
            buf_add(out, rows);
        arena_free(page);
    }
    return st;
}

/* As many pages of the kind at `from` as a batch takes. */
static size_t batch_end(const struct landing *here, size_t from)
{
    int64_t bytes = 0;
    size_t to = from;
    while (to < here->count && here->items[to].file == here->items[from].file &&
           bytes < BATCH_BYTES) {
        bytes += is_page(&here->items[to]) ? here->items[to].bytes : 0;
        to++;
    }
    return to;
}

/* Joins pages of one kind, from *i on, as far as a batch goes; *i moves past them. */
static enum status join(const char *folder,
                        const struct landing *here,
                        const struct pull_copies *copies,
                        size_t *i,
                        struct arena *a,
                        struct error *why)
{
    const size_t range[2] = { *i, batch_end(here, *i) };
    const struct landed *first = &here->items[*i];
    const struct landed *end = first;
    struct buf text;
    buf_init(&text, (size_t)BATCH_BYTES + PAGE_BYTES);
    enum status st = read_pages(here, range, copies, &text, why);
    for (size_t k = range[0]; k < range[1]; k++)
        end = is_page(&here->items[k]) ? &here->items[k] : end;
    const str name = arena_printf(a,
                                  "b%06lld-%06lld-%s.ndjson",
                                  (long long)first->first,
                                  (long long)end->first,
                                  pull_file_name(first->file));
    const char *path = name.len > 0 ? path_join(a, folder, name.ptr) : NULL;
    if (st == STATUS_OK && (path == NULL || !buf_ok(&text)))
        st = no_memory(why);
    if (st == STATUS_OK && text.len > 0) /* else none of its copies counts */
        st = file_write_atomic(path, buf_str(&text), why);
    for (size_t k = range[0]; st == STATUS_OK && k < range[1]; k++) {
        if (is_page(&here->items[k]))
            (void)unlink(here->items[k].path);
    }
    *i = range[1];
    buf_release(&text);
    return st;
}

/* The kinds from the last to the first, so that no refund is left without its order's pages, by
 * which it counts, when the program is killed between. */
static enum status join_all(const char *folder,
                            struct landing *here,
                            struct arena *a,
                            struct error *why)
{
    struct pull_copies *copies = pull_copies_new();
    enum status st = copies != NULL ? STATUS_OK : no_memory(why);
    drop_batched(here);
    if (st == STATUS_OK)
        st = note_copies(here, copies, why);
    for (size_t f = PULL_FILE_COUNT; f-- > 0;) {
        size_t i = 0;
        while (st == STATUS_OK && i < here->count) {
            if (!is_page(&here->items[i]) || here->items[i].file != (enum pull_file)f)
                i++;
            else
                st = join(folder, here, copies, &i, a, why);
        }
    }
    pull_copies_free(copies);
    return st;
}

enum status pull_batches(const char *dir,
                         str source,
                         struct arena *a,
                         struct pull_batch **out,
                         size_t *count,
                         struct error *why)
{
    struct landing here = { .count = 0 };
    struct landing now = { .count = 0 };
    const char *folder = pull_folder(dir, source, a);
    enum status st = folder != NULL ? look(folder, a, &here, why) : no_memory(why);
    if (st == STATUS_OK)
        st = join_all(folder, &here, a, why);
    if (st == STATUS_OK)
        st = look(folder, a, &now, why);
    struct pull_batch *items =
        st == STATUS_OK ? ARENA_NEW(a, struct pull_batch, now.count + 1) : NULL;
    size_t n = 0;
    for (size_t i = 0; items != NULL && i < now.count; i++) {
        const struct landed *l = &now.items[i];
        if (!l->is_batch)
            continue;
        const str base = path_base(str_from(l->path));
        items[n++] = (struct pull_batch){
            .path = l->path,
            .preset = pull_file_preset(l->file),
            .name = arena_printf(a, "%.*s/%.*s", STR_ARG(source), STR_ARG(str_skip(base, 1))).ptr,
        };
    }
    mem_free(here.items);
    mem_free(now.items);
    if (st == STATUS_OK && items == NULL)
        st = no_memory(why);
    if (st == STATUS_OK) {
        *out = items;
        *count = n;
    }
    return st;
}

/* A name that is taken (its pages were fetched again) gets a number. */
enum status pull_put_away(const char *dir,
                          str source,
                          const struct pull_batch *batch,
                          struct error *why)
{
    struct arena *a = arena_new(0);
    const str folder_name =
        a != NULL ? arena_printf(a, "archive/pulls/%.*s", STR_ARG(source)) : STR_EMPTY;
    const char *folder = folder_name.len > 0 ? path_join(a, dir, folder_name.ptr) : NULL;
    enum status st = folder != NULL ? dir_make(folder, why) : no_memory(why);
    const str base = str_skip(path_base(str_from(batch->path)), 1);
    const char *to = NULL;
    for (int nth = 1; st == STATUS_OK; nth++) {
        const str stem = str_first(base, base.len - STR(".ndjson").len);
        const str name = nth == 1 ? base : arena_printf(a, "%.*s.%d.ndjson", STR_ARG(stem), nth);
        to = name.len > 0 ? path_join(a, folder, arena_cstr(a, name)) : NULL;
        if (to == NULL)
            st = no_memory(why);
        else if (!file_exists(to))
            break;
    }
    if (st == STATUS_OK && rename(batch->path, to) != 0)
        st = failed(why, batch->path);
    arena_free(a);
    return st;
}

enum status pull_forget(const char *dir, str source, struct error *why)
{
    struct arena *a = arena_new(0);
    struct landing here = { .count = 0 };
    const char *folder = a != NULL ? pull_folder(dir, source, a) : NULL;
    static const char *const others[] = {
        "state.json", PULL_LISTED, PULL_MISSING, PULL_GONE, "lock"
    };
    enum status st = folder != NULL ? look(folder, a, &here, why) : no_memory(why);
    for (size_t i = 0; st == STATUS_OK && i < here.count; i++)
        (void)unlink(here.items[i].path);
    for (size_t i = 0; st == STATUS_OK && i < ARRAY_LEN(others); i++) {
        const char *path = path_join(a, folder, others[i]);
        if (path == NULL || (unlink(path) != 0 && errno != ENOENT))
            st = path == NULL ? no_memory(why) : failed(why, path);
    }
    if (st == STATUS_OK)
        (void)rmdir(folder);
    mem_free(here.items);
    arena_free(a);
    return st;
}

enum status pull_show(
    const char *dir, str source, struct arena *a, struct pull_state_shown *out, struct error *why)
{
    struct pull_state s;
    const enum status st = pull_state_read(dir, source, a, &s, why);
    *out = (struct pull_state_shown){ .until = STR_EMPTY };
    if (st != STATUS_OK)
        return st;
    out->pulled_at_us = s.pulled_at;
    out->is_under_way = s.is_under_way;
    out->until = arena_dup(a, str_from(s.places[0].since)); /* orders come first */
    return out->until.ptr != NULL ? STATUS_OK : no_memory(why);
}
