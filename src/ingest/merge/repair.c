/* Refused rows that come back repaired: they join their orders instead of replacing them. */
#include "ingest/merge/merge_orders_priv.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define FILE_START "import-"

/* Whether the file lies in the shop's quarantine folder, where quarantine_retry() put it. */
static bool is_in_quarantine(const struct shop *s, const char *path, struct arena *a)
{
    char file[PATH_MAX];
    char folder[PATH_MAX];
    const str quarantine = arena_printf(a, "%s/quarantine", shop_dir(s));
    if (quarantine.ptr == NULL || realpath(path, file) == NULL ||
        realpath(quarantine.ptr, folder) == NULL)
        return false;
    const str base = path_base(str_from(file));
    const size_t len = (size_t)(base.ptr - file);
    return len == strlen(folder) + 1 && strncmp(file, folder, len - 1) == 0;
}

/* 3 of quarantine/import-3.csv, else 0. */
static int64_t import_of_path(const struct shop *s, const char *path, struct arena *a)
{
    str name = path_base(str_from(path));
    int64_t id = 0;
    if (!str_starts(name, STR(FILE_START)) || !is_in_quarantine(s, path, a))
        return 0;
    name = str_skip(name, sizeof FILE_START - 1);
    return str_to_i64(str_first(name, str_find(name, STR("."))), &id) && id > 0 ? id : 0;
}

static bool is_preset(str name)
{
    for (size_t i = 0; import_preset_name(i) != NULL; i++) {
        if (str_is(name, import_preset_name(i)))
            return true;
    }
    return false;
}

/* Reads the file as that import was read, into the same store. */
static enum status take_over(const struct frame *f,
                             struct arena *a,
                             struct import_options *o,
                             struct error *why)
{
    const str preset = frame_str(f, 1, 0);
    if (o->store == NULL)
        o->store = arena_cstr(a, frame_str(f, 0, 0));
    const str read_as = arena_dup(a, frame_str(f, 5, 0));
    const bool has_order = str_starts(read_as, STR("date_order: "));
    const bool of_preset = has_order || str_starts(read_as, STR("decimal_mark: ")); /* that alone */
    if (o->date_order == NULL && has_order)
        o->date_order = str_contains(read_as, STR("date_order: mdy")) ? "mdy" : "dmy";
    if (o->decimal_mark == NULL && of_preset && str_contains(read_as, STR("decimal_mark: ")))
        o->decimal_mark = str_contains(read_as, STR("decimal_mark: comma")) ? "comma" : "point";
    if (o->preset == NULL && o->map_file == NULL && read_as.len > 0 && !of_preset)
        o->mapping = read_as;
    else if (o->preset == NULL && o->map_file == NULL && is_preset(preset))
        o->preset = str_is(preset, "generic")
                        ? arena_printf(a, "generic:%.*s", STR_ARG(frame_str(f, 2, 0))).ptr
                        : arena_cstr(a, preset);
    return o->store != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
}

enum status repair_find(struct shop *s,
                        const char *path,
                        struct arena *a,
                        struct import_options *o,
                        int64_t *version,
                        struct error *why)
{
    struct frame *f = NULL;
    if (o->repairs == 0)
        o->repairs = import_of_path(s, path, a);
    if (o->repairs == 0)
        return STATUS_OK;
    const struct param id = { .type = PARAM_I64, .i64 = o->repairs };
    enum status st = conn_query(
        shop_writer(s),
        STR("SELECT store, preset, target, as_of, (SELECT count(*) FROM quarantine q WHERE "
            "q.import_id = i.import_id AND state = 'retried'), coalesce(mapping, '') "
            "FROM import i WHERE import_id = $1 AND undone_at IS NULL"),
        &id,
        1,
        &f,
        why);
    if (st != STATUS_OK)
        return st;
    if (frame_rows(f) == 0)
        st = error_set(why, STATUS_NOT_FOUND, "there is no import #%lld", (long long)o->repairs);
    else if (frame_i64(f, 4, 0) == 0)
        st = error_set(why,
                       STATUS_CONFLICT,
                       "no row of import #%lld is out for repair; \"shopvane quarantine retry "
                       "%lld\" writes those that wait",
                       (long long)o->repairs,
                       (long long)o->repairs);
    else {
        *version = frame_i64(f, 3, 0);
        st = take_over(f, a, o, why);
    }
    frame_free(f);
    return st;
}

/* repair_family: the imports that read rows of the same file: the first one and all repairs of it.
 */
static enum status list_family(struct import_job *j, struct error *why)
{
    return job_exec(j,
                    why,
                    "CREATE OR REPLACE TEMP TABLE repair_family AS WITH RECURSIVE up AS (SELECT "
                    "%lld::BIGINT AS id UNION SELECT i.repairs::BIGINT FROM import i JOIN up ON "
                    "i.import_id = up.id WHERE i.repairs > 0), family AS (SELECT id FROM up UNION "
                    "SELECT i.import_id::BIGINT FROM import i JOIN family ON i.repairs = "
                    "family.id) SELECT id FROM family",
                    (long long)j->options->repairs);
}

/* Lines take the places that were kept for them (refused_places.c), and the others are added, but
 * for those that are in already: an order that the shop had before kept its lines
 * (refused_lines.c), so a repaired row may be one of them. What the import itself and its other
 * repairs brought are other rows of the same file. In JSON, whose records are not cut from a list,
 * lines that were good may stand beside the repaired ones too. (A record with a list of lines is no
 * edge: it replaces its order.) */
enum status repair_pair_lines(struct import_job *j, struct error *why)
{
#define NUMBERED                                                                                  \
    "SELECT id, order_key, content, row_number() OVER (PARTITION BY order_key, content ORDER BY " \
    "seq) AS n FROM edge_line WHERE "
    const enum row_format format = reading_shape(j->reading)->format;
    const bool is_json = format == ROW_FORMAT_JSON || format == ROW_FORMAT_NDJSON;
    enum status st = list_family(j, why);
    if (st == STATUS_OK)
        st = merge_take_places(j, why);
    if (st == STATUS_OK)
        st = job_exec(j,
                      why,
                      "INSERT INTO edge_same SELECT a.id, b.id FROM (" NUMBERED
                      "is_new AND id NOT IN (" EDGE_PAIRED ") AND row_no NOT IN (SELECT row_no "
                      "FROM repair_pair WHERE of_import IS NULL)) a JOIN (" NUMBERED
                      "NOT is_new AND (%s OR import_id NOT IN (SELECT id FROM repair_family)) AND "
                      "NOT " REPAIR_HAS_PLACE " AND id NOT IN (SELECT old_id FROM edge_same)) b "
                      "ON a.order_key = b.order_key AND a.content = b.content AND a.n = b.n",
                      is_json ? "true" : "false");
    return st == STATUS_OK ? merge_leave_older(j, why) : st;
#undef NUMBERED
}

enum status repair_close(struct import_job *j, struct error *why)
{
    if (j->options->repairs == 0)
        return STATUS_OK;
    return job_exec(j,
                    why,
                    "UPDATE quarantine SET state = 'resolved' WHERE import_id = %lld AND state = "
                    "'retried'",
                    (long long)j->options->repairs);
}
