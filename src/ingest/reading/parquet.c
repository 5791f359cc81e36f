/* Parquet: the engine writes it as CSV beside the shop's database, and from there it is a file like
 * any other, with the same mapping, quarantine and ledger. A row's line is its number + 1. */
#include "ingest/ingest_priv.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define UNPACKED_FILE "run/parquet.csv.zst"
#define HEAD_FILE     "run/parquet-head-%lld.csv.zst"

static bool is_parquet(const char *path)
{
    char magic[4] = { 0 };
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false; /* the reader says why */
    const ssize_t n = read(fd, magic, sizeof magic);
    close(fd);
    return n == sizeof magic && memcmp(magic, "PAR1", sizeof magic) == 0;
}

static enum status write_csv(
    struct conn *c, const char *path, const char *to, int64_t most_rows, struct error *why)
{
    struct buf sql;
    buf_init(&sql, 65536);
    buf_adds(&sql, "COPY (SELECT * FROM read_parquet(");
    store_add_file(&sql, path);
    buf_adds(&sql, ")");
    if (most_rows > 0)
        buf_addf(&sql, " LIMIT %lld", (long long)most_rows);
    buf_adds(&sql, ") TO ");
    store_add_quoted(&sql, to);
    buf_adds(&sql, " (FORMAT csv, HEADER, COMPRESSION zstd)");
    buf_addc(&sql, '\0');
    const enum status st = buf_ok(&sql) ? conn_exec(c, sql.data, why)
                                        : error_set(why, STATUS_NO_MEMORY, "out of memory");
    buf_release(&sql);
    return st;
}

/* The first rows through a connection of its own: to look at a file the writer is not needed. */
static enum status write_head(
    struct shop *s, const char *path, const char *to, int64_t most_rows, struct error *why)
{
    struct conn *c = NULL;
    enum status st = shop_conn_new(s, &c, why);
    if (st == STATUS_OK)
        st = write_csv(c, path, to, most_rows, why);
    conn_close(c);
    return st;
}

enum status reading_source_open(struct shop *s,
                                const char *path,
                                int64_t most_rows,
                                struct arena *a,
                                struct reading_source *out,
                                struct error *why)
{
    struct error cause = { .lang = why->lang };
    *out = (struct reading_source){ .path = path };
    if (!is_parquet(path))
        return STATUS_OK;
    const bool is_head = most_rows > 0;
    const str to = is_head
                       ? arena_printf(a, "%s/" HEAD_FILE, shop_dir(s), (long long)clock_now_us())
                       : arena_printf(a, "%s/" UNPACKED_FILE, shop_dir(s));
    if (to.len == 0)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    unlink(to.ptr); /* what a killed import left */
    *out = (struct reading_source){ .path = to.ptr, .is_parquet = true };
    const enum status st = is_head ? write_head(s, path, to.ptr, most_rows, &cause)
                                   : write_csv(shop_writer(s), path, to.ptr, 0, &cause);
    if (st == STATUS_OK)
        return STATUS_OK;
    str text = str_from(cause.text);
    const str first = str_take_until(&text, '\n');
    reading_source_close(out);
    return error_set(
        why, STATUS_BAD_INPUT, "%s: the Parquet file cannot be read: %.*s", path, STR_ARG(first));
}

void reading_source_close(struct reading_source *p)
{
    if (p->is_parquet)
        unlink(p->path);
    *p = (struct reading_source){ 0 };
}
