/* SQL of an import: formatted from our own names only; values travel in the table `job`. */
#include "ingest/ingest_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum status job_run(struct import_job *j, struct buf *sql, struct error *why)
{
    size_t len = 0;
    char *text = buf_take(sql, &len);
    if (text == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = conn_exec(j->conn, text, why);
    mem_free(text);
    return st;
}

enum status job_exec(struct import_job *j, struct error *why, const char *fmt, ...)
{
    va_list ap;
    va_list again;
    va_start(ap, fmt);
    va_copy(again, ap);
    const int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *sql = n < 0 ? NULL : mem_new((size_t)n + 1, 1);
    if (sql != NULL)
        vsnprintf(sql, (size_t)n + 1, fmt, again);
    va_end(again);
    if (sql == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = conn_exec(j->conn, sql, why);
    mem_free(sql);
    return st;
}

enum status job_count(struct import_job *j, const char *sql, int64_t *out, struct error *why)
{
    const enum status st = conn_query_i64(j->conn, sql, out, why);
    if (st != STATUS_NOT_FOUND)
        return st;
    *out = 0;
    return STATUS_OK;
}

void job_note(struct import_job *j, int64_t n, const char *text, enum lang lang)
{
    static const char number[] = "%lld";
    const char *in = tr(lang, text);
    const char *at = strstr(in, number);
    if (n <= 0 || at == NULL)
        return;
    buf_add(j->notes, (str){ in, (size_t)(at - in) });
    buf_addf(j->notes, "%lld", (long long)n);
    buf_adds(j->notes, at + sizeof number - 1);
}

enum status job_tell(struct import_job *j, const char *sql, const char *text, struct error *why)
{
    int64_t n = 0;
    const enum status st = job_count(j, sql, &n, why);
    if (st == STATUS_OK)
        job_note(j, n, text, why != NULL ? why->lang : LANG_EN);
    return st;
}

enum status job_begin(struct import_job *j, struct error *why)
{
    const struct param params[] = {
        { .type = PARAM_TEXT, .text = j->store->name },
        { .type = PARAM_TEXT, .text = j->mapping->name },
        { .type = PARAM_TEXT, .text = j->currency },
        { .type = PARAM_I64, .i64 = j->import_id },
        { .type = PARAM_I64, .i64 = j->version },
        { .type = PARAM_TEXT, .text = j->mapping->items_in },
        { .type = PARAM_TEXT, .text = j->store->currency },
    };
    const enum status st =
        conn_query(j->conn,
                   STR("CREATE OR REPLACE TEMP TABLE job AS SELECT $1::VARCHAR AS store, "
                       "$2::VARCHAR AS source, $3::VARCHAR AS currency, "
                       "$4::UINTEGER AS import_id, $5::BIGINT AS version, "
                       "nullif($6::VARCHAR, '') AS items_source, $7::VARCHAR AS store_currency"),
                   params,
                   ARRAY_LEN(params),
                   NULL,
                   why);
    if (st != STATUS_OK)
        return st;
    return job_exec(j,
                    why,
                    "%s",
                    "SET VARIABLE import_id = (SELECT import_id FROM job);"
                    "SET VARIABLE store = (SELECT store FROM job);"
                    "SET VARIABLE source = (SELECT source FROM job)");
}

bool job_is_tax_inclusive(const struct import_job *j)
{
    return mapping_holds_tax(j->mapping, j->store);
}
