/* Statements that a conn runs again and again. */
#include "store/store_priv.h"

#include <string.h>

static enum status kept_find(struct conn *c,
                             const char *sql,
                             duckdb_prepared_statement *out,
                             struct error *why)
{
    size_t i = 0;
    while (i < CONN_KEPT && c->kept[i].sql != NULL && strcmp(c->kept[i].sql, sql) != 0)
        i++;
    BUG_IF(i == CONN_KEPT);
    struct kept *k = &c->kept[i];
    enum status st = STATUS_OK;
    if (k->sql == NULL && duckdb_prepare(c->con, sql, &k->ps) != DuckDBSuccess) {
        st = store_fail(why, DUCKDB_ERROR_PARSER, duckdb_prepare_error(k->ps));
        duckdb_destroy_prepare(&k->ps);
        return st;
    }
    k->sql = sql;
    *out = k->ps;
    return STATUS_OK;
}

enum status conn_kept_run(struct conn *c, const char *sql, duckdb_result *out, struct error *why)
{
    duckdb_prepared_statement ps = NULL;
    const enum status st = kept_find(c, sql, &ps, why);
    if (st != STATUS_OK)
        return st;
    return duckdb_execute_prepared(ps, out) == DuckDBSuccess ? STATUS_OK
                                                             : store_fail_result(why, out);
}

void conn_kept_release(struct conn *c)
{
    for (size_t i = 0; i < CONN_KEPT; i++)
        duckdb_destroy_prepare(&c->kept[i].ps);
}
