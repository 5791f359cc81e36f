/* Statements of the module sql: with their values in place where they can be, else bound. */
#include "store/store_priv.h"

#define INLINE_MAX (2 * SQL_TEXT_MAX)

static enum status run_bound(struct conn *c,
                             const struct sql *sql,
                             struct frame **out,
                             struct error *why)
{
    static const enum param_type types[] = {
        [SQL_I64] = PARAM_I64, [SQL_F64] = PARAM_F64, [SQL_TEXT] = PARAM_TEXT, [SQL_DAY] = PARAM_DAY
    };
    struct param *params = mem_new(sql->value_count + 1, sizeof *params);
    if (params == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < sql->value_count; i++) {
        const struct sql_value *v = &sql->values[i];
        params[i] =
            (struct param){ .type = types[v->type], .i64 = v->i64, .f64 = v->f64, .text = v->text };
    }
    const enum status st = conn_query(c, sql_text(sql), params, sql->value_count, out, why);
    mem_free(params);
    return st;
}

enum status conn_run(struct conn *c, const struct sql *sql, struct frame **out, struct error *why)
{
    enum status st = sql_finish(sql, why);
    if (st != STATUS_OK)
        return st;
    struct buf text;
    buf_init(&text, INLINE_MAX);
    st = sql_inline(sql, &text) ? conn_query(c, buf_str(&text), NULL, 0, out, why)
                                : run_bound(c, sql, out, why);
    buf_release(&text);
    return st;
}
