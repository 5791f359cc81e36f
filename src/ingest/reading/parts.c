/* What one path holds: a file, the members of an archive, the sheets of a workbook. Each part is
 * imported as a file of its own, with its own ledger and its own check for the same bytes.
 *
 * Of several sheets those that a preset knows are parts; if none does, the one that most columns
 * are known of. What is left out is said. */
#include "base/system_error.h"
#include "ingest/mapping/known_names_priv.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define UNPACKED         "unpacked-"
#define PARTS_MAX        1000
#define SHEETS_TRIED_MAX 64

struct import_parts {
    struct shop *shop;
    struct arena *arena;
    struct import_part *items;
    size_t n;
    struct buf notes;
    str folder; /* where members are unpacked; empty: nowhere */
    const struct import_options *options;
};

static enum status no_memory(struct error *why)
{
    return error_set(why, STATUS_NO_MEMORY, "out of memory");
}

static enum status add_part(
    struct import_parts *p, str path, str sheet, str name, struct error *why)
{
    if (p->n == PARTS_MAX)
        return error_set(why, STATUS_TOO_LARGE, "more than %d files and sheets", PARTS_MAX);
    struct import_part *one = &p->items[p->n];
    one->path = arena_cstr(p->arena, path);
    one->sheet = sheet.len > 0 ? arena_cstr(p->arena, sheet) : NULL;
    one->name = arena_dup(p->arena, name);
    if (one->path == NULL || one->name.ptr == NULL || (sheet.len > 0 && one->sheet == NULL))
        return no_memory(why);
    p->n++;
    return STATUS_OK;
}

static void left_out(struct import_parts *p, str name, const char *reason, enum lang lang)
{
    buf_addf(&p->notes, tr(lang, "%.*s: left out: %s\n"), STR_ARG(name), tr(lang, reason));
}

/* ---- sheets ---------------------------------------------------------------------------------- */

/* How well a sheet is known: a preset's columns, or how many that generic maps. */
struct sheet_fit {
    str name;
    bool is_preset;
    size_t columns;
    char reason[200]; /* when nothing fits */
};

static enum status try_sheet(struct import_parts *p,
                             const char *path,
                             size_t number,
                             const struct known_names *names,
                             struct sheet_fit *out,
                             struct error *why)
{
    struct row_file *f = NULL;
    struct mapping *m = NULL;
    struct buf notes;
    struct error reason = { .lang = why->lang };
    struct arena *a = arena_new(0);
    const str sheet = arena_printf(p->arena, "%zu", number);
    if (a == NULL || sheet.len == 0) {
        arena_free(a);
        return no_memory(why);
    }
    const struct row_options ro = { .is_known = known_names_has,
                                    .known_self = names,
                                    .sheet = sheet.ptr };
    buf_init(&notes, (size_t)64 * 1024);
    enum status st = row_file_open(path, &ro, &f, &reason);
    if (st == STATUS_OK && row_file_shape(f)->is_empty)
        st = error_set(&reason, STATUS_NOT_FOUND, "the sheet is empty");
    if (st == STATUS_OK)
        st = mapping_choose(row_file_shape(f), p->options, a, &m, &notes, &reason);
    if (st == STATUS_OK) {
        out->is_preset = m->signature_count > 0;
        out->columns = m->column_count;
    } else {
        snprintf(out->reason, sizeof out->reason, "%.199s", reason.text);
    }
    row_file_close(f);
    buf_release(&notes);
    arena_free(a);
    return st == STATUS_NO_MEMORY ? no_memory(why) : STATUS_OK;
}

static enum status keep_sheets(struct import_parts *p,
                               const char *path,
                               str shown,
                               const struct sheet_fit *fits,
                               size_t n,
                               struct error *why)
{
    enum status st = STATUS_OK;
    size_t presets = 0;
    size_t best = 0;
    for (size_t i = 0; i < n; i++) {
        presets += fits[i].is_preset;
        best = fits[i].columns > fits[best].columns ? i : best;
    }
    for (size_t i = 0; i < n && st == STATUS_OK; i++) {
        const str name = arena_printf(p->arena, "%.*s/%.*s", STR_ARG(shown), STR_ARG(fits[i].name));
        const bool is_taken = presets > 0 ? fits[i].is_preset : i == best && fits[i].columns > 0;
        const bool is_alone = presets <= 1 && i == 0; /* as if it were the file's only sheet */
        if (!is_taken)
            left_out(p,
                     name,
                     fits[i].reason[0] != '\0' ? fits[i].reason
                                               : "another sheet fits better (name it by --sheet)",
                     why->lang);
        else
            st = add_part(p,
                          str_from(path),
                          is_alone ? STR_EMPTY : arena_printf(p->arena, "%zu", i + 1),
                          is_alone ? shown : name,
                          why);
    }
    return st;
}

/* The parts of a workbook of several sheets; *done false: it has one, or is none. */
static enum status add_sheets(
    struct import_parts *p, const char *path, str shown, bool *done, struct error *why)
{
    struct row_file *f = NULL;
    struct error ignored = { .lang = why->lang };
    *done = false;
    if (p->options->sheet != NULL || p->options->map_file != NULL ||
        row_file_open(path, &(struct row_options){ 0 }, &f, &ignored) != STATUS_OK)
        return STATUS_OK; /* importing says why */
    const struct row_shape *shape = row_file_shape(f);
    const size_t n = shape->n_sheets < SHEETS_TRIED_MAX ? shape->n_sheets : SHEETS_TRIED_MAX;
    struct sheet_fit *fits = ARENA_NEW(p->arena, struct sheet_fit, n + 1);
    struct known_names *names = NULL;
    enum status st = fits == NULL ? no_memory(why) : STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < n; i++)
        fits[i].name = arena_dup(p->arena, shape->sheets[i]);
    if (st == STATUS_OK && shape->n_sheets > n)
        left_out(p, shown, "sheets behind the 64th", why->lang);
    row_file_close(f);
    if (st != STATUS_OK || n < 2)
        return st;
    st = known_names_new(p->arena, &names, why);
    size_t known = 0;
    for (size_t i = 0; st == STATUS_OK && i < n; i++) {
        st = try_sheet(p, path, i + 1, names, &fits[i], why);
        known += fits[i].columns > 0;
    }
    *done = known > 0;
    return st == STATUS_OK && known > 0 ? keep_sheets(p, path, shown, fits, n, why) : st;
}

static enum status add_file(struct import_parts *p, const char *path, str shown, struct error *why)
{
    bool done = false;
    const enum status st = add_sheets(p, path, shown, &done, why);
    return st == STATUS_OK && !done ? add_part(p, str_from(path), STR_EMPTY, shown, why) : st;
}

/* ---- archives -------------------------------------------------------------------------------- */

/* The member's own name without anything that a path could mean. */
static str safe_base(struct arena *a, str name)
{
    char *base = arena_cstr(a, path_base(name));
    for (size_t i = 0; base != NULL && base[i] != '\0'; i++) {
        if (strchr("/\\:*?\"<>|", base[i]) != NULL || (unsigned char)base[i] < 0x20)
            base[i] = '_';
    }
    if (base == NULL || base[0] == '\0' || base[0] == '.' || strlen(base) > 200)
        return STR("member");
    return str_from(base);
}

static void remove_tree(const char *path, int depth)
{
    char inner[4096];
    DIR *d = opendir(path);
    for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
            (size_t)snprintf(inner, sizeof inner, "%s/%s", path, e->d_name) >= sizeof inner)
            continue;
        if (unlink(inner) != 0 && depth > 0)
            remove_tree(inner, depth - 1);
    }
    if (d != NULL)
        closedir(d);
    rmdir(path);
}

/* What a killed import left a day ago or earlier. */
static void remove_stale(struct import_parts *p)
{
    const str run = arena_printf(p->arena, "%s/run", shop_dir(p->shop));
    struct stat info;
    char path[4096];
    DIR *d = run.len > 0 ? opendir(run.ptr) : NULL;
    for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
        if (strncmp(e->d_name, UNPACKED, strlen(UNPACKED)) == 0 &&
            (size_t)snprintf(path, sizeof path, "%s/%s", run.ptr, e->d_name) < sizeof path &&
            lstat(path, &info) == 0 && S_ISDIR(info.st_mode) &&
            info.st_mtime < clock_now_us() / US_PER_SECOND - 86400)
            remove_tree(path, 1);
    }
    if (d != NULL)
        closedir(d);
}

static enum status make_folder(struct import_parts *p, struct error *why)
{
    const str name = arena_printf(p->arena, "%s/run/" UNPACKED "XXXXXX", shop_dir(p->shop));
    char *folder = name.len > 0 ? arena_cstr(p->arena, name) : NULL;
    if (folder == NULL)
        return no_memory(why);
    remove_stale(p);
    if (mkdtemp(folder) == NULL)
        return error_set(why,
                         status_from_errno(errno),
                         "%s: cannot be made: %s",
                         folder,
                         error_system(why, errno));
    p->folder = str_from(folder);
    return STATUS_OK;
}

/* Does the member hold known data? Else why not, as a note; an archive may hold a manual too. */
static bool is_known_kind(struct import_parts *p, const char *path, str shown, enum lang lang)
{
    int rank = 0;
    struct error reason = { .lang = lang };
    const enum status st = archive_is_one(path)
                               ? error_set(&reason,
                                           STATUS_BAD_INPUT,
                                           "an archive inside of an archive: unpack it by hand")
                               : import_rank(p->shop, path, p->options, &rank, &reason);
    if (st == STATUS_OK)
        return true;
    left_out(p, shown, reason.text, lang);
    return false;
}

static enum status add_member(
    struct import_parts *p, struct archive *a, size_t i, str shown, struct error *why)
{
    const struct archive_member *m = archive_member(a, i);
    const str name = arena_printf(p->arena, "%.*s/%.*s", STR_ARG(shown), STR_ARG(m->name));
    if (m->is_none)
        return STATUS_OK;
    if (m->refusal != NULL) {
        left_out(p, name, m->refusal, why->lang);
        return STATUS_OK;
    }
    const str folder = arena_printf(p->arena, "%.*s/%zu", STR_ARG(p->folder), i);
    const str to =
        arena_printf(p->arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(safe_base(p->arena, m->name)));
    if (name.len == 0 || folder.len == 0 || to.len == 0)
        return no_memory(why);
    if (mkdir(folder.ptr, 0700) != 0)
        return error_set(why,
                         status_from_errno(errno),
                         "%s: cannot be made: %s",
                         folder.ptr,
                         error_system(why, errno));
    enum status st = archive_extract(a, i, to.ptr, why);
    if (st != STATUS_OK)
        return st;
    const size_t before = p->n;
    st = add_file(p, to.ptr, name, why);
    if (st == STATUS_OK && p->n == before + 1 && p->items[before].sheet == NULL &&
        !is_known_kind(p, to.ptr, name, why->lang))
        p->n = before;
    return st;
}

static enum status add_members(struct import_parts *p,
                               const char *path,
                               str shown,
                               struct error *why)
{
    struct archive *a = NULL;
    enum status st = archive_open(path, &a, why);
    if (st == STATUS_OK)
        st = make_folder(p, why);
    for (size_t i = 0; st == STATUS_OK && i < archive_count(a); i++)
        st = add_member(p, a, i, shown, why);
    archive_close(a);
    if (st == STATUS_OK && p->n == 0) {
        const str notes = buf_str(&p->notes);
        st = error_set(why,
                       STATUS_BAD_INPUT,
                       "%.*s: nothing in the archive can be imported%s%.*s",
                       STR_ARG(shown),
                       notes.len > 0 ? "\n" : "",
                       STR_ARG(str_trim(str_first(notes, 300))));
    }
    return st;
}

enum status import_parts_open(struct shop *s,
                              const char *path,
                              const struct import_options *o,
                              struct import_parts **out,
                              struct error *why)
{
    struct import_parts *p = mem_new(1, sizeof *p);
    if (p == NULL || (p->arena = arena_new(0)) == NULL) {
        mem_free(p);
        return no_memory(why);
    }
    p->shop = s;
    p->options = o;
    p->folder = STR_EMPTY;
    p->items = ARENA_NEW(p->arena, struct import_part, PARTS_MAX);
    buf_init(&p->notes, (size_t)1024 * 1024);
    const str shown = path_base(str_from(path));
    enum status st = p->items == NULL       ? no_memory(why)
                     : archive_is_one(path) ? add_members(p, path, shown, why)
                                            : add_file(p, path, shown, why);
    if (st == STATUS_OK)
        *out = p;
    else
        import_parts_close(p);
    return st;
}

struct import_options import_part_options(const struct import_part *part,
                                          const struct import_options *o)
{
    struct import_options mine = *o;
    if (part->sheet != NULL)
        mine.sheet = part->sheet;
    mine.name = part->name.ptr;
    return mine;
}

size_t import_parts_count(const struct import_parts *p)
{
    return p->n;
}

const struct import_part *import_parts_at(const struct import_parts *p, size_t i)
{
    return &p->items[i];
}

str import_parts_notes(const struct import_parts *p)
{
    return buf_str(&p->notes);
}

void import_parts_close(struct import_parts *p)
{
    if (p == NULL)
        return;
    if (p->folder.len > 0)
        remove_tree(p->folder.ptr, 1);
    buf_release(&p->notes);
    arena_free(p->arena);
    mem_free(p);
}
