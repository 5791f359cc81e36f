/* Values of a dimension for pickers and filters: those with most rows first. */
#include "board/board_priv.h"

#define LIMIT_DEFAULT ((size_t)50)

enum status board_page_read(const struct board_page *page,
                            size_t *limit,
                            int64_t *offset,
                            struct error *why)
{
    *limit = page->limit == 0 ? LIMIT_DEFAULT : page->limit;
    *offset = 0;
    if (*limit > BOARD_PAGE_MAX)
        return error_set(why, STATUS_BAD_USAGE, "limit is at most %zu", BOARD_PAGE_MAX);
    if (page->cursor.len > 0 && (!str_to_i64(page->cursor, offset) || *offset < 0))
        return error_set(
            why, STATUS_BAD_USAGE, "cursor is what \"next\" said in an earlier answer");
    return STATUS_OK;
}

void board_page_end(struct json_writer *w, int64_t total, int64_t offset, size_t shown)
{
    struct buf next;
    json_add_i64(w, "total", total);
    if (offset + (int64_t)shown >= total) {
        json_add_null(w, "next");
        return;
    }
    buf_init(&next, 64);
    buf_add_i128(&next, (i128)offset + (i128)shown);
    json_add_str(w, "next", buf_str(&next));
    buf_release(&next);
}

/* Tables that are much larger than what they could add to a list of values. */
static bool is_huge(const struct table *t)
{
    static const char *const names[] = { "event", "session", "cost_line", "target" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_is(str_from(names[i]), t->name))
            return true;
    }
    return t->view != NULL;
}

static void add_part(struct sql *q,
                     const struct board_ask *ask,
                     const struct table *t,
                     const char *column,
                     size_t *parts)
{
    sql_add(q, (*parts)++ > 0 ? " UNION ALL SELECT " : "SELECT ");
    sql_name(q, str_from(column));
    sql_add(q, " AS \"v\", count(*) AS \"n\" FROM ");
    sql_name(q, str_from(t->name));
    sql_add(q, " WHERE ");
    sql_name(q, str_from(column));
    sql_add(q, " <> ''");
    if (table_column(t, STR("store")) != NULL)
        board_add_scope(q, ask, " AND ", STR_EMPTY);
    sql_add(q, " GROUP BY 1");
}

/* The tables that have the dimension as a column of their own. */
static void add_facts(struct sql *q,
                      const struct board_ask *ask,
                      const struct dimension *d,
                      bool with_huge,
                      size_t *parts)
{
    for (size_t i = 0; i < commerce_table_count; i++) {
        const struct table *t = &commerce_tables[i];
        const struct column *c = table_column(t, str_from(d->column));
        if (c != NULL && c->type == COLUMN_TEXT && (with_huge || !is_huge(t)))
            add_part(q, ask, t, d->column, parts);
    }
}

static bool has_titles(const struct dimension *d)
{
    return str_is(str_from(d->name), "sku") || str_is(str_from(d->name), "master_sku");
}

static void write_values(struct sql *q, const struct board_ask *ask, const struct dimension *d)
{
    size_t parts = 0;
    if (str_is(str_from(d->name), "store")) {
        sql_add(q, "SELECT \"store\" AS \"v\", sum(\"rows_read\") AS \"n\" FROM \"import\" WHERE");
        sql_add(q, " \"undone_at\" IS NULL AND \"store\" <> ''");
        board_add_scope(q, ask, " AND ", STR_EMPTY);
        sql_add(q, " GROUP BY 1");
        return;
    }
    if (d->table != NULL)
        add_part(q, ask, commerce_table(str_from(d->table)), d->column, &parts);
    else
        add_facts(q, ask, d, false, &parts);
    if (parts == 0)
        add_facts(q, ask, d, true, &parts);
}

static void write_statement(struct sql *q,
                            const struct board_ask *ask,
                            const struct dimension *d,
                            str words,
                            size_t limit,
                            int64_t offset)
{
    sql_add(q,
            "SELECT \"v\", \"label\", \"n\", count(*) OVER () FROM (SELECT \"a\".\"v\" AS \"v\", ");
    sql_add(q, has_titles(d) ? "max(\"p\".\"title\")" : "NULL");
    sql_add(q, " AS \"label\", sum(\"a\".\"n\") AS \"n\" FROM (");
    write_values(q, ask, d);
    sql_add(q, ") AS \"a\"");
    if (has_titles(d)) {
        sql_add(q, " LEFT JOIN (SELECT \"sku\", max(\"title\") AS \"title\" FROM \"product\"");
        board_add_scope(q, ask, " WHERE ", STR_EMPTY);
        sql_add(q, " GROUP BY 1) AS \"p\" ON \"p\".\"sku\" = \"a\".\"v\"");
    }
    sql_add(q, " GROUP BY 1) AS \"b\"");
    if (words.len > 0) {
        sql_add(q, " WHERE contains(lower(\"v\"), lower(");
        sql_bind_text(q, words);
        sql_add(q, ")) OR contains(lower(coalesce(\"label\", '')), lower(");
        sql_bind_text(q, words);
        sql_add(q, "))");
    }
    sql_add(q, " ORDER BY \"n\" DESC, \"v\" LIMIT ");
    sql_add_int(q, (int64_t)limit);
    sql_add(q, " OFFSET ");
    sql_add_int(q, offset);
}

enum status board_dimension_values(const struct board_ask *ask,
                                   str dimension,
                                   const struct board_page *page,
                                   struct json_writer *w,
                                   struct error *why)
{
    const struct dimension *d = kpi_dimension_find(dimension, why);
    struct frame *f = NULL;
    struct sql q;
    size_t limit = 0;
    int64_t offset = 0;
    if (d == NULL)
        return STATUS_NOT_FOUND;
    enum status st = board_page_read(page, &limit, &offset, why);
    if (st != STATUS_OK)
        return st;
    sql_init(&q, SQL_DUCKDB);
    write_statement(&q, ask, d, page->q, limit, offset);
    st = board_run(ask, &q, &f, why);
    if (st != STATUS_OK)
        return st;
    json_object_open(w);
    json_key(w, "items");
    json_array_open(w);
    for (size_t i = 0; i < frame_rows(f); i++) {
        json_object_open(w);
        board_cell_str(w, "value", f, 0, i);
        board_cell_str(w, "label", f, frame_is_null(f, 1, i) ? 0 : 1, i);
        board_cell_i64(w, "rows", f, 2, i);
        json_object_close(w);
    }
    json_array_close(w);
    board_page_end(w, frame_rows(f) > 0 ? frame_i64(f, 3, 0) : 0, offset, frame_rows(f));
    json_object_close(w);
    frame_free(f);
    return STATUS_OK;
}
