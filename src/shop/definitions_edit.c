/* Definitions as files: the text of one, the catalogue with another text, versions. */
#include "shop/definitions_edit.h"
#include "base/system_error.h"

#include "shop/shop_priv.h"

#include "base/embedded.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX     ((size_t)1024 * 1024)
#define VERSIONS_MAX 1000
#define HEAD         "# shopvane version\n"

static enum status no_memory(struct error *why)
{
    return error_set(why, STATUS_NO_MEMORY, "out of memory");
}

static bool is_name(str id)
{
    bool ok = id.len > 0 && id.len <= 64 && id.ptr[0] >= 'a' && id.ptr[0] <= 'z';
    for (size_t i = 0; i < id.len; i++)
        ok = ok && ((id.ptr[i] >= 'a' && id.ptr[i] <= 'z') ||
                    (id.ptr[i] >= '0' && id.ptr[i] <= '9') || id.ptr[i] == '_');
    return ok;
}

/* ---- reading ---- */

static str embedded_text(str name)
{
    for (size_t i = 0; i < embedded_catalogue_count; i++) {
        const struct embedded_file *f = &embedded_catalogue[i];
        if (str_ends(str_from(f->name), name))
            return (str){ (const char *)f->data, f->size };
    }
    return STR_EMPTY;
}

static size_t indent_of(str line)
{
    size_t n = 0;
    while (n < line.len && line.ptr[n] == ' ')
        n++;
    return n;
}

/* The lines of the member that starts at `line`: up to the next one that stands as far left. */
static void add_block(struct buf *out, str text, unsigned line)
{
    size_t own = 0;
    for (unsigned i = 1; text.len > 0; i++) {
        const str one = str_take_until(&text, '\n');
        const size_t indent = indent_of(one);
        const bool is_blank = str_trim(one).len == 0;
        if (i < line)
            continue;
        if (i == line)
            own = indent;
        else if (!is_blank && indent <= own)
            break;
        if (is_blank)
            continue;
        buf_adds(out, "  ");
        buf_add(out, str_skip(one, own));
        buf_addc(out, '\n');
    }
}

static enum status built_in_text(const struct kpi *k, struct arena *a, str *out, struct error *why)
{
    struct buf text;
    buf_init(&text, TEXT_MAX);
    buf_addf(&text, "group: %.*s\nkpis:\n", STR_ARG(k->group));
    add_block(&text, embedded_text(path_base(k->file)), k->line);
    *out = buf_ok(&text) ? arena_dup(a, buf_str(&text)) : (str){ NULL, 0 };
    buf_release(&text);
    return out->ptr != NULL ? STATUS_OK : no_memory(why);
}

enum status shop_definition_read(const char *dir,
                                 str id,
                                 const struct kpi *k,
                                 struct arena *a,
                                 struct shop_definition *out,
                                 struct error *why)
{
    if (!is_name(id))
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "\"%.*s\" is no id of a KPI: small letters, digits and _, at most 64",
                         STR_ARG(str_first(id, 80)));
    struct shop_definition d = { .id = id, .text = STR_EMPTY, .is_shop = k != NULL && k->is_shop };
    const str base = k != NULL && k->is_shop ? path_base(k->file) : STR_EMPTY;
    d.file = d.is_shop ? arena_printf(a, "kpis/%.*s", STR_ARG(base))
                       : arena_printf(a, "kpis/%.*s.yaml", STR_ARG(id));
    const char *path = d.file.len > 0 ? path_join(a, dir, d.file.ptr) : NULL;
    if (path == NULL)
        return no_memory(why);
    enum status st = STATUS_OK;
    if (d.is_shop)
        st = file_read(path, TEXT_MAX, a, &d.text, why);
    else if (k != NULL)
        st = built_in_text(k, a, &d.text, why);
    if (st == STATUS_OK)
        *out = d;
    return st;
}

/* ---- checking ---- */

enum status shop_definition_check(const char *dir,
                                  const struct shop_definition *d,
                                  struct problems *p,
                                  struct kpi_catalog **out,
                                  struct error *why)
{
    struct kpi_catalog *catalog = NULL;
    const struct kpi_file file = { .name = d->file, .text = d->text };
    enum status st = catalog_with(dir, &file, p, &catalog, why);
    const struct kpi *k = st == STATUS_OK ? kpi_find(catalog, d->id) : NULL;
    if (st == STATUS_OK && (k == NULL || !k->is_shop || !str_eq(k->id, d->id))) {
        problem_add(p, d->file, 1, 1, "the text does not define \"%.*s\"", STR_ARG(d->id));
        st = problems_status(p, why);
    }
    if (st != STATUS_OK) {
        kpi_catalog_free(catalog);
        return st;
    }
    *out = catalog;
    return STATUS_OK;
}

/* ---- versions ---- */

static const char *history_folder(const char *dir, str id, struct arena *a)
{
    const str path = arena_printf(a, "%s/kpis/.history/%.*s", dir, STR_ARG(id));
    return path.len > 0 ? path.ptr : NULL;
}

/* One line of a head: notes do not break it. */
static void add_line(struct buf *out, const char *key, str value)
{
    buf_addf(out, "# %s: ", key);
    for (size_t i = 0; i < value.len; i++)
        buf_addc(out, (unsigned char)value.ptr[i] < 0x20 ? ' ' : value.ptr[i]);
    buf_addc(out, '\n');
}

static enum status keep(const char *dir,
                        const struct shop_definition *d,
                        const struct definition_note *note,
                        struct arena *a,
                        struct error *why)
{
    struct buf text;
    const char *folder = history_folder(dir, d->id, a);
    const str name = arena_printf(a,
                                  "%020lld-%016llx.yaml",
                                  (long long)note->at_us,
                                  (unsigned long long)str_hash(d->text, 0));
    const char *path = folder != NULL && name.len > 0 ? path_join(a, folder, name.ptr) : NULL;
    if (path == NULL)
        return no_memory(why);
    buf_init(&text, TEXT_MAX * 2);
    buf_adds(&text, HEAD);
    add_line(&text, "who", note->who);
    add_line(&text, "note", note->note);
    buf_add(&text, d->text);
    enum status st = dir_make(folder, why);
    if (st == STATUS_OK)
        st = buf_ok(&text) ? file_write_atomic(path, buf_str(&text), why) : no_memory(why);
    buf_release(&text);
    return st;
}

/* The text that stands in the file now, when it is not the newest version: people edit by hand too.
 */
static enum status keep_before(const char *dir,
                               const struct shop_definition *d,
                               int64_t at_us,
                               struct arena *a,
                               struct error *why)
{
    struct definition_version *versions = NULL;
    struct shop_definition before = *d;
    size_t n = 0;
    const char *path = path_join(a, dir, d->file.ptr);
    if (path == NULL)
        return no_memory(why);
    if (!file_exists(path))
        return STATUS_OK;
    enum status st = file_read(path, TEXT_MAX, a, &before.text, why);
    if (st == STATUS_OK)
        st = shop_definition_versions(dir, d->id, a, &versions, &n, why);
    if (st != STATUS_OK || (n > 0 && str_eq(versions[0].text, before.text)))
        return st;
    return keep(dir,
                &before,
                &(struct definition_note){ .note = STR("as it was found"), .at_us = at_us - 1 },
                a,
                why);
}

enum status shop_definition_write(const char *dir,
                                  const struct shop_definition *d,
                                  const struct definition_note *note,
                                  struct arena *a,
                                  struct error *why)
{
    const char *path = path_join(a, dir, d->file.ptr);
    enum status st = path != NULL ? keep_before(dir, d, note->at_us, a, why) : no_memory(why);
    if (st == STATUS_OK)
        st = keep(dir, d, note, a, why);
    return st == STATUS_OK ? file_write_atomic(path, d->text, why) : st;
}

enum status shop_definition_remove(const char *dir,
                                   const struct shop_definition *d,
                                   const struct definition_note *note,
                                   struct arena *a,
                                   struct error *why)
{
    const char *path = path_join(a, dir, d->file.ptr);
    const str own = arena_printf(a, "kpis/%.*s.yaml", STR_ARG(d->id));
    if (path == NULL || own.len == 0)
        return no_memory(why);
    if (!d->is_shop)
        return error_set(
            why, STATUS_NOT_FOUND, "\"%.*s\" is the built-in definition already", STR_ARG(d->id));
    if (!str_eq(d->file, own))
        return error_set(why,
                         STATUS_CONFLICT,
                         "%.*s may define other KPIs too: take \"%.*s\" out of its text",
                         STR_ARG(d->file),
                         STR_ARG(d->id));
    enum status st = keep_before(dir, d, note->at_us, a, why);
    if (st == STATUS_OK && unlink(path) != 0)
        st = error_set(why, status_from_errno(errno), "%s: %s", path, error_system(why, errno));
    return st;
}

static int newest_first(const void *x, const void *y)
{
    const char *const *a = x;
    const char *const *b = y;
    return strcmp(*b, *a);
}

static str head_line(str *text, const char *key)
{
    str line = str_take_until(text, '\n');
    const str wanted = str_from(key);
    return str_starts(line, wanted) ? str_skip(line, wanted.len) : STR_EMPTY;
}

/* "00001793613600000000-0123456789abcdef.yaml" */
static enum status read_version(const char *folder,
                                const char *name,
                                struct arena *a,
                                struct definition_version *out,
                                struct error *why)
{
    const char *path = path_join(a, folder, name);
    str rest = str_from(name);
    if (path == NULL)
        return no_memory(why);
    const str at = str_take_until(&rest, '-');
    enum status st = file_read(path, TEXT_MAX * 2, a, &out->text, why);
    if (st != STATUS_OK)
        return st;
    if (!str_to_i64(at, &out->at_us))
        out->at_us = 0;
    out->hash = arena_dup(a, str_take_until(&rest, '.'));
    if (str_starts(out->text, STR(HEAD))) {
        out->text = str_skip(out->text, sizeof HEAD - 1);
        out->who = head_line(&out->text, "# who: ");
        out->note = head_line(&out->text, "# note: ");
    }
    return out->hash.ptr != NULL ? STATUS_OK : no_memory(why);
}

enum status shop_definition_versions(const char *dir,
                                     str id,
                                     struct arena *a,
                                     struct definition_version **out,
                                     size_t *n,
                                     struct error *why)
{
    const char *folder = is_name(id) ? history_folder(dir, id, a) : NULL;
    const char **names = ARENA_NEW(a, const char *, VERSIONS_MAX);
    DIR *d = folder != NULL ? opendir(folder) : NULL;
    size_t count = 0;
    enum status st = names != NULL ? STATUS_OK : no_memory(why);
    for (struct dirent *e = d != NULL ? readdir(d) : NULL; e != NULL && st == STATUS_OK;
         e = readdir(d)) {
        if (!str_ends(str_from(e->d_name), STR(".yaml")))
            continue;
        if (count == VERSIONS_MAX)
            st =
                error_set(why, STATUS_TOO_LARGE, "%s: more than %d versions", folder, VERSIONS_MAX);
        else if ((names[count++] = arena_cstr(a, str_from(e->d_name))) == NULL)
            st = no_memory(why);
    }
    if (d != NULL)
        closedir(d);
    struct definition_version *items =
        st == STATUS_OK ? ARENA_NEW(a, struct definition_version, count + 1) : NULL;
    if (st == STATUS_OK && items == NULL)
        st = no_memory(why);
    if (st == STATUS_OK)
        qsort(names, count, sizeof names[0], newest_first);
    for (size_t i = 0; i < count && st == STATUS_OK; i++)
        st = read_version(folder, names[i], a, &items[i], why);
    if (st == STATUS_OK) {
        *out = items;
        *n = count;
    }
    return st;
}
