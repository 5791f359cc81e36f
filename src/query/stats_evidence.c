/* Figures that platforms have revised: an older version of the same row stands in
 * platform_stat_old. */
#include "query/query_priv.h"

#define LISTED_MAX 200

static void add_measures(const struct asking *k, struct sql *sql)
{
    bool any = false;
    sql_add(sql, "\"p\".\"measure\" IN (");
    for (size_t i = 0; i < k->slots.n; i++) {
        const struct platform_measure *m = k->slots.items[i].measure->platform;
        if (m == NULL || k->sources[i].n_stores == 0)
            continue;
        sql_add(sql, any ? ", " : "");
        sql_bind_text(sql, str_from(m->name));
        if (m->of_item != NULL) {
            sql_add(sql, ", ");
            sql_bind_text(sql, str_from(m->of_item));
        }
        any = true;
    }
    sql_add(sql, any ? ")" : "NULL)");
}

static void write_statement(const struct asking *k, struct sql *sql)
{
    static const char *const key[] = { "store",    "measure", "local_date",
                                       "end_date", "sku",     "channel" };
    sql_add(sql,
            "SELECT \"p\".\"store\", \"p\".\"measure\", \"p\".\"sku\", \"p\".\"channel\","
            " \"p\".\"local_date\", coalesce(\"p\".\"end_date\", \"p\".\"local_date\"),"
            " \"o\".\"value_e4\", \"p\".\"value_e4\", \"o\".\"superseded_by\", \"i\".\"at\","
            " \"i\".\"file\", count(*) OVER () FROM \"platform_stat\" AS \"p\" JOIN"
            " \"platform_stat_old\" AS \"o\" ON \"o\".\"value_e4\" IS DISTINCT FROM"
            " \"p\".\"value_e4\"");
    for (size_t i = 0; i < ARRAY_LEN(key); i++) {
        sql_add(sql, " AND ");
        sql_column(sql, STR("o"), str_from(key[i]));
        sql_add(sql, " IS NOT DISTINCT FROM ");
        sql_column(sql, STR("p"), str_from(key[i]));
    }
    sql_add(
        sql,
        " LEFT JOIN \"import\" AS \"i\" ON \"i\".\"import_id\" = \"o\".\"superseded_by\" WHERE ");
    add_measures(k, sql);
    sql_add(sql, " AND \"p\".\"local_date\" >= ");
    sql_bind_day(sql, k->main.from);
    sql_add(sql, " AND coalesce(\"p\".\"end_date\", \"p\".\"local_date\") <= ");
    sql_bind_day(sql, k->main.to);
    for (size_t i = 0; i < k->words->store_count; i++) {
        sql_add(sql, i == 0 ? " AND \"p\".\"store\" IN (" : ", ");
        sql_bind_text(sql, k->words->stores[i]);
    }
    sql_add(sql, k->words->store_count > 0 ? ")" : "");
    sql_add(sql, " ORDER BY 5, 6, 1, 2, 3 NULLS FIRST, 4 NULLS FIRST, 9 LIMIT ");
    sql_add_int(sql, LISTED_MAX);
}

static str text_at(struct asking *k, const struct frame *f, size_t column, size_t row)
{
    const str s =
        frame_is_null(f, column, row) ? STR_EMPTY : arena_dup(k->arena, frame_str(f, column, row));
    return s.ptr != NULL ? s : STR_EMPTY;
}

/* Counts whole, everything else as money is written: with 4 decimals. */
static str figure_at(
    struct asking *k, const struct frame *f, size_t column, size_t row, str measure)
{
    const struct platform_measure *m = platform_measure(measure);
    if (frame_is_null(f, column, row))
        return STR_EMPTY;
    const i128 value = frame_i128(f, column, row);
    struct buf text;
    buf_init(&text, 128);
    if (m != NULL && m->unit == PLATFORM_COUNT && value % MONEY_ONE == 0)
        buf_add_i128(&text, value / MONEY_ONE);
    else
        buf_add_money(&text, value);
    const str kept = arena_dup(k->arena, buf_str(&text));
    buf_release(&text);
    return kept.ptr != NULL ? kept : STR_EMPTY;
}

/* "2026-11-25 09:12 UTC" */
static str moment_at(struct asking *k, const struct frame *f, size_t column, size_t row)
{
    if (frame_is_null(f, column, row))
        return STR_EMPTY;
    const int64_t at = frame_i64(f, column, row);
    const int64_t day = i64_floor_div(at, US_PER_DAY);
    const int minute = (int)((at - day * US_PER_DAY) / (60 * US_PER_SECOND));
    const str date = day_text(k->arena, (int32_t)day);
    return arena_printf(k->arena, "%.*s %02d:%02d UTC", STR_ARG(date), minute / 60, minute % 60);
}

static enum status take(struct asking *k,
                        const struct frame *f,
                        struct answer *out,
                        struct error *why)
{
    out->restatements = ARENA_NEW(k->arena, struct answer_restatement, frame_rows(f) + 1);
    if (out->restatements == NULL)
        return query_no_memory(why);
    for (size_t r = 0; r < frame_rows(f); r++) {
        const str measure = text_at(k, f, 1, r);
        out->restatements[out->restatement_count++] = (struct answer_restatement){
            .store = text_at(k, f, 0, r),
            .measure = measure,
            .sku = text_at(k, f, 2, r),
            .channel = text_at(k, f, 3, r),
            .from = (int32_t)frame_i64(f, 4, r),
            .to = (int32_t)frame_i64(f, 5, r),
            .before = figure_at(k, f, 6, r, measure),
            .after = figure_at(k, f, 7, r, measure),
            .import_id = frame_is_null(f, 8, r) ? 0 : frame_i64(f, 8, r),
            .at = moment_at(k, f, 9, r),
            .file = text_at(k, f, 10, r),
        };
        out->more_restatements = frame_i64(f, 11, r) - (int64_t)frame_rows(f);
    }
    return STATUS_OK;
}

enum status stats_restatements(struct asking *k, struct answer *out, struct error *why)
{
    struct sql sql;
    struct frame *f = NULL;
    if (k->n_presence == 0)
        return STATUS_OK;
    sql_init(&sql, SQL_DUCKDB);
    write_statement(k, &sql);
    enum status st = conn_run(k->context->conn, &sql, &f, why);
    if (st == STATUS_OK)
        st = take(k, f, out, why);
    frame_free(f);
    sql_release(&sql);
    return st;
}
