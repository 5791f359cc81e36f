/* A row noted by hand, as a file of one row: an import of its own, listed and undone like any. */
#include "cli/command_priv.h"
#include "derive/derive.h"
#include "format/format.h"
#include "ingest/ingest.h"

#include <unistd.h>

#define FILE_MAX ((size_t)64 * 1024)

static enum status write_row(const char *path, const struct noted_row *row, struct error *why)
{
    struct csv_writer w;
    struct buf text;
    buf_init(&text, FILE_MAX);
    csv_writer_init(&w, &text, ',');
    for (size_t i = 0; i < row->n; i++)
        csv_text(&w, str_from(row->cells[i].field));
    csv_end_row(&w);
    for (size_t i = 0; i < row->n; i++)
        csv_text(&w, row->cells[i].value);
    csv_end_row(&w);
    const enum status st = buf_ok(&text) ? file_write_atomic(path, buf_str(&text), why)
                                         : error_set(why, STATUS_NO_MEMORY, "out of memory");
    buf_release(&text);
    return st;
}

enum status command_note(struct command_env *env,
                         struct shop *s,
                         const struct noted_row *row,
                         struct error *why)
{
    struct import_result r = { .from = DAY_NONE };
    struct arena *a = arena_new(0);
    const str preset = a != NULL ? arena_printf(a, "generic:%s", row->target) : STR_EMPTY;
    const str name = a != NULL ? arena_printf(a, "run/noted-%ld.csv", (long)getpid()) : STR_EMPTY;
    const char *path = preset.len > 0 && name.len > 0 ? path_join(a, shop_dir(s), name.ptr) : NULL;
    if (path == NULL) {
        arena_free(a);
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    const struct import_options io = { .preset = preset.ptr,
                                       .store = row->store,
                                       .name = IMPORT_NOTED,
                                       .again = true,
                                       .now_us = clock_now_us() };
    enum status st = write_row(path, row, why);
    if (st == STATUS_OK)
        st = import_run(s, path, &io, a, &r, why);
    if (st == STATUS_OK)
        st = derive_after_import(s, shop_writer(s), NULL, why);
    if (st == STATUS_OK)
        fprintf(env->out,
                tr(env->lang, "noted as import #%lld; shopvane imports undo %lld takes it back\n"),
                (long long)r.import_id,
                (long long)r.import_id);
    (void)unlink(path);
    arena_free(a);
    return st;
}
