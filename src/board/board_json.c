/* Values as JSON, and statements that see the row scope. */
#include "board/board_priv.h"
#include "query/left_out.h"

void board_day(struct json_writer *w, const char *key, int32_t day)
{
    struct buf text;
    if (day == DAY_NONE) {
        json_add_null(w, key);
        return;
    }
    buf_init(&text, 64);
    buf_add_day(&text, day);
    json_add_str(w, key, buf_str(&text));
    buf_release(&text);
}

void board_time_text(struct buf *out, int64_t at_us)
{
    buf_add_time(out, at_us);
    buf_addc(out, 'Z');
}

void board_time(struct json_writer *w, const char *key, int64_t at_us)
{
    struct buf text;
    buf_init(&text, 64);
    board_time_text(&text, at_us);
    json_add_str(w, key, buf_str(&text));
    buf_release(&text);
}

void board_value(struct json_writer *w, const char *key, const struct answer_value *v)
{
    json_add_str_or_null(w, key, v != NULL && v->kind != VALUE_NONE ? v->text : STR_EMPTY);
}

void board_cell_str(
    struct json_writer *w, const char *key, const struct frame *f, size_t col, size_t row)
{
    json_key(w, key);
    if (frame_is_null(f, col, row))
        json_null(w);
    else
        json_str(w, frame_str(f, col, row));
}

void board_cell_i64(
    struct json_writer *w, const char *key, const struct frame *f, size_t col, size_t row)
{
    json_key(w, key);
    if (frame_is_null(f, col, row))
        json_null(w);
    else
        json_i64(w, (int64_t)frame_i128(f, col, row));
}

void board_cell_day(
    struct json_writer *w, const char *key, const struct frame *f, size_t col, size_t row)
{
    board_day(w, key, frame_is_null(f, col, row) ? DAY_NONE : (int32_t)frame_i64(f, col, row));
}

void board_cell_time(
    struct json_writer *w, const char *key, const struct frame *f, size_t col, size_t row)
{
    if (frame_is_null(f, col, row))
        json_add_null(w, key);
    else
        board_time(w, key, frame_i64(f, col, row));
}

void board_cell_money(
    struct json_writer *w, const char *key, const struct frame *f, size_t col, size_t row)
{
    json_key(w, key);
    if (frame_is_null(f, col, row))
        json_null(w);
    else
        json_money(w, frame_i128(f, col, row));
}

void board_cell_real(
    struct json_writer *w, const char *key, const struct frame *f, size_t col, size_t row)
{
    struct buf text;
    if (frame_is_null(f, col, row)) {
        json_add_null(w, key);
        return;
    }
    buf_init(&text, 64);
    buf_add_double12(&text, frame_f64(f, col, row));
    json_add_str(w, key, buf_str(&text));
    buf_release(&text);
}

void board_member_write(struct json_writer *w,
                        const struct board_member *m,
                        const struct frame *f,
                        size_t col,
                        size_t row)
{
    static void (*const writers[])(
        struct json_writer * w, const char *key, const struct frame *f, size_t col, size_t row) = {
        [BOARD_TEXT] = board_cell_str,    [BOARD_DAY] = board_cell_day,
        [BOARD_TIME] = board_cell_time,   [BOARD_COUNT] = board_cell_i64,
        [BOARD_MONEY] = board_cell_money, [BOARD_REAL] = board_cell_real,
    };
    if (m->cell == BOARD_FLAG)
        json_add_bool(w, m->key, !frame_is_null(f, col, row) && frame_i64(f, col, row) != 0);
    else
        writers[m->cell](w, m->key, f, col, row);
}

void board_items(struct json_writer *w,
                 const char *key,
                 const struct board_member *members,
                 size_t n,
                 const struct frame *f)
{
    json_key(w, key);
    json_array_open(w);
    for (size_t r = 0; r < frame_rows(f); r++) {
        json_object_open(w);
        for (size_t i = 0; i < n; i++)
            board_member_write(w, &members[i], f, i, r);
        json_object_close(w);
    }
    json_array_close(w);
}

/* ---- statements ---- */

void board_add_scope(struct sql *q, const struct board_ask *ask, const char *before, str table)
{
    if (ask->store_count == 0)
        return;
    sql_add(q, before);
    if (table.len > 0)
        sql_column(q, table, STR("store"));
    else
        sql_name(q, STR("store"));
    sql_add(q, " IN (");
    for (size_t i = 0; i < ask->store_count; i++) {
        sql_add(q, i > 0 ? ", " : "");
        sql_bind_text(q, ask->stores[i]);
    }
    sql_add(q, ")");
}

void board_table_name(struct json_writer *w, str table, enum lang lang)
{
    const struct table *t = commerce_table(table);
    json_add_str(w, "name", t != NULL ? str_from(table_label(t, lang)) : table);
}

enum status board_run(const struct board_ask *ask,
                      struct sql *q,
                      struct frame **out,
                      struct error *why)
{
    const enum status st = conn_run(ask->context->conn, q, out, why);
    sql_release(q);
    return st;
}

/* NOLINTNEXTLINE(readability-function-size): a list's name and members are two each */
enum status board_list(const struct board_ask *ask,
                       struct sql *q,
                       const char *key,
                       const struct board_member *members,
                       size_t n,
                       struct json_writer *w,
                       struct error *why)
{
    struct frame *f = NULL;
    const enum status st = board_run(ask, q, &f, why);
    if (st == STATUS_OK)
        board_items(w, key, members, n, f);
    frame_free(f);
    return st;
}

int32_t board_today(const struct board_ask *ask)
{
    return zone_day(ask->context->zone, ask->now_us);
}

enum status board_order_day(const struct board_ask *ask, int32_t *out, struct error *why)
{
    const struct kpi_question scope = { .stores = ask->stores,
                                        .store_count = ask->store_count,
                                        .now_us = ask->now_us };
    return query_order_day(ask->context, &scope, out, why);
}

str board_last(const struct board_range *range)
{
    const bool is_given = range->from.len + range->to.len + range->last.len + range->period.len > 0;
    return is_given ? range->last : STR("28d");
}

enum status board_no_memory(struct error *why)
{
    return error_set(why, STATUS_NO_MEMORY, "out of memory");
}

enum status board_snapshot_begin(const struct board_ask *ask,
                                 struct query_context *context,
                                 struct board_ask *inside,
                                 struct error *why)
{
    struct conn *c = ask->context->conn;
    enum status st = conn_begin_read(c, why);
    if (st != STATUS_OK)
        return st;
    *context = *ask->context;
    context->in_snapshot = true;
    st = shop_data_version(c, &context->data_version, why);
    if (st != STATUS_OK) {
        conn_rollback(c);
        return st;
    }
    *inside = *ask;
    inside->context = context;
    return STATUS_OK;
}

void board_snapshot_end(const struct board_ask *inside)
{
    conn_rollback(inside->context->conn);
}
