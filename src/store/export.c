/* Rows of a CSV file of our own as Parquet. The engine writes it, in the reader's connection: an
 * export does not wait for a load. */
#include "store/store_priv.h"

#include <string.h>

#define EXPORT_SQL_MAX ((size_t)1024 * 1024)

void store_add_quoted(struct buf *sql, const char *text)
{
    buf_addc(sql, '\'');
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\'')
            buf_addc(sql, '\'');
        buf_addc(sql, *p);
    }
    buf_addc(sql, '\'');
}

void store_add_file(struct buf *sql, const char *path)
{
    buf_addc(sql, '\'');
    for (const char *p = path; *p != '\0'; p++) {
        if (*p == '\'')
            buf_addc(sql, '\'');
        buf_addf(sql, strchr("*?[", *p) != NULL ? "[%c]" : "%c", *p);
    }
    buf_addc(sql, '\'');
}

static const char *const types[] = {
    [EXPORT_TEXT] = "VARCHAR",         [EXPORT_DAY] = "DATE",    [EXPORT_COUNT] = "BIGINT",
    [EXPORT_MONEY] = "DECIMAL(38, 4)", [EXPORT_REAL] = "DOUBLE", [EXPORT_FLAG] = "BOOLEAN",
};

static void add_name(struct buf *sql, const char *name)
{
    buf_addc(sql, '"');
    for (const char *p = name; *p != '\0'; p++) {
        if (*p == '"')
            buf_addc(sql, '"');
        buf_addc(sql, *p);
    }
    buf_addc(sql, '"');
}

enum status conn_csv_to_parquet(struct conn *c,
                                const char *csv,
                                const struct export_column *columns,
                                size_t n,
                                const char *path,
                                struct error *why)
{
    struct buf sql;
    buf_init(&sql, EXPORT_SQL_MAX);
    buf_adds(&sql, "COPY (SELECT ");
    for (size_t i = 0; i < n; i++) {
        buf_addf(&sql, "%sCAST(c%zu AS %s) AS ", i > 0 ? ", " : "", i, types[columns[i].type]);
        add_name(&sql, columns[i].name);
    }
    buf_adds(&sql, " FROM read_csv(");
    store_add_file(&sql, csv);
    buf_adds(&sql,
             ", auto_detect = false, header = false, delim = ',', quote = '\"', escape = '\"',"
             " new_line = '\\r\\n', max_line_size = 16777216, columns = {row_no: 'BIGINT'");
    for (size_t i = 0; i < n; i++)
        buf_addf(&sql, ", c%zu: 'VARCHAR'", i);
    buf_adds(&sql, "}) ORDER BY row_no) TO ");
    store_add_quoted(&sql, path);
    buf_adds(&sql, " (FORMAT parquet, COMPRESSION zstd)");
    buf_addc(&sql, '\0');
    const enum status st = buf_ok(&sql) ? conn_exec(c, sql.data, why)
                                        : error_set(why, STATUS_NO_MEMORY, "out of memory");
    buf_release(&sql);
    return st;
}
