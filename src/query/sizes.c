/* Whether the facts of a question are so many that their medians and percentiles are to be had by
 * counting values (plan_counted.c). The engine's own aggregate takes about 0.2 KB a row beside its
 * memory limit, and is the faster one where there are few. */
#include "query/cache_priv.h"

#define COUNTED_FROM INT64_C(500000)

static bool is_quantile(const struct kpi_measure *m)
{
    return m->agg == AGG_MEDIAN || m->agg == AGG_PERCENTILE;
}

enum status state_sizes(struct asking *k, struct error *why)
{
    const int64_t from = k->words->counted_from;
    struct sql sql;
    struct state_rows rows;
    size_t n = 0;
    sql_init(&sql, SQL_DUCKDB);
    sql_add(&sql,
            "SELECT coalesce(max(\"estimated_size\"), 0) FROM duckdb_tables() WHERE"
            " \"table_name\" IN (");
    for (size_t i = 0; i < k->slots.n; i++) {
        if (!is_quantile(k->slots.items[i].measure))
            continue;
        sql_add(&sql, n++ > 0 ? ", " : "");
        sql_bind_text(&sql, str_from(k->slots.items[i].measure->table->name));
    }
    sql_add(&sql, ")");
    enum status st = STATUS_OK;
    if (n > 0) {
        st = state_query(k, &sql, &rows, why);
        k->counts_values =
            st == STATUS_OK && frame_i64(rows.frame, 0, 0) >= (from > 0 ? from : COUNTED_FROM);
        state_rows_drop(k, &rows);
    }
    sql_release(&sql);
    return st;
}
