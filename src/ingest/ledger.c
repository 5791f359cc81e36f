/* What an import ends with: its refused rows, its ledger, and the proof that both add up to the
 * file. The file's side was counted while reading, apart from the database. */
#include "ingest/ingest_priv.h"

#include <string.h>

/* Classes beside those of lines. */
static const struct {
    const char *name;
    const char *label;
} classes[] = {
    { "duplicate", "duplicate" },
    { "stale", "older version" },
    { "quarantined", "quarantined" },
    { "title", "title above the header" },
    { "summary", "sum row" },
    { "no_article", "row without an article" },
    { "no_line", "order without a line" },
    { "added_up", "added to another row" },
    { "empty", "empty row" },
};

str ledger_class_label(str name, enum lang lang)
{
    enum line_class c;
    if (line_class_parse(name, &c))
        return str_from(line_class_label(c, lang));
    for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
        if (str_is(name, classes[i].name))
            return str_from(tr(lang, classes[i].label));
    }
    return name;
}

/* Fills one batch of refused rows; a row source of the store. */
struct refusal_feed {
    struct arena *arena;
    const struct refusal *items;
    size_t count;
    size_t next;
};

/* The text itself, or with each byte that is not ASCII as \xHH when it is not UTF-8: nothing of a
 * refused row is lost, and what is wrong can be seen and repaired. */
static str readable(struct arena *a, str s)
{
    static const char digits[] = "0123456789ABCDEF";
    char *out = str_is_utf8(s) ? NULL : ARENA_NEW(a, char, s.len * 4 + 1);
    size_t n = 0;
    if (out == NULL)
        return str_is_utf8(s) ? s : STR("(not UTF-8)");
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        if (c < 0x80) {
            out[n++] = s.ptr[i];
            continue;
        }
        out[n++] = '\\';
        out[n++] = 'x';
        out[n++] = digits[c >> 4];
        out[n++] = digits[c & 15];
    }
    return (str){ out, n };
}

static enum status feed_refusals(
    void *self, void *worker, struct batch *b, size_t *rows, struct error *why)
{
    struct refusal_feed *f = self;
    size_t n = 0;
    (void)worker;
    (void)why;
    for (; n < batch_capacity() && f->next < f->count; n++, f->next++) {
        const struct refusal *r = &f->items[f->next];
        batch_set_i64(b, 0, n, r->row_no);
        batch_set_i64(b, 1, n, r->line);
        batch_set_str(b, 2, n, r->column);
        batch_set_str(b, 3, n, readable(f->arena, r->value));
        batch_set_str(b, 4, n, str_from(r->reason));
        batch_set_str(b, 5, n, readable(f->arena, r->raw));
    }
    *rows = n;
    return STATUS_OK;
}

enum status refusals_store(struct import_job *j, struct error *why)
{
    static const struct source_column columns[] = {
        { "row_no", SOURCE_I64 }, { "line_no", SOURCE_I64 }, { "column_name", SOURCE_TEXT },
        { "value", SOURCE_TEXT }, { "reason", SOURCE_TEXT }, { "raw", SOURCE_TEXT },
    };
    const struct reading_counts c = reading_counts(j->reading);
    struct refusal_feed feed = { .arena = j->arena, .items = c.refusals, .count = c.refusal_count };
    const struct row_source src = { .columns = columns,
                                    .column_count = ARRAY_LEN(columns),
                                    .threads = 1,
                                    .self = &feed,
                                    .fill = feed_refusals };
    const struct param file = { .type = PARAM_TEXT, .text = j->result->file };
    enum status st = conn_load(
        j->conn, "CREATE OR REPLACE TEMP TABLE refused AS SELECT * FROM rows()", &src, why);
    if (st == STATUS_OK)
        st = conn_query(
            j->conn,
            STR("INSERT INTO quarantine SELECT (SELECT coalesce(max(quarantine_id), 0) FROM "
                "quarantine) + row_number() OVER (ORDER BY row_no), getvariable('import_id'), "
                "$1, "
                "row_no, line_no, column_name, value, reason, raw, 'waiting' FROM (SELECT row_no, "
                "line_no, column_name, value, reason, raw FROM refused UNION ALL SELECT row_no, "
                "line_no, column_name, value, reason, NULL FROM refused_later)"),
            &file,
            1,
            NULL,
            why);
    if (st == STATUS_OK)
        st = job_count(
            j,
            "SELECT (SELECT count(*) FROM refused) + (SELECT count(*) FROM refused_later)",
            &j->result->rows_refused,
            why);
    return st;
}

/* Lines as the file has them. Some of them may have made way at once for lines made of items, which
 * are no rows of this file. */
static enum status store_order_ledger(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP VIEW own_line AS SELECT class, currency, quantity, gross_e4, "
        "tax_e4, "
        "  row_no FROM order_line WHERE import_id = getvariable('import_id') AND source = "
        "  getvariable('source') UNION ALL SELECT class, currency, quantity, gross_e4, tax_e4, "
        "row_no "
        "  FROM order_line_old WHERE import_id = getvariable('import_id') AND superseded_by = "
        "  getvariable('import_id');"
        "INSERT INTO import_ledger SELECT getvariable('import_id'), class, currency, count(*), "
        "  sum(quantity), sum(gross_e4) FROM own_line GROUP BY class, currency;"
        "INSERT INTO import_ledger SELECT getvariable('import_id'), class, currency, count(*), "
        "  sum(quantity), sum(gross_e4) FROM left_out GROUP BY class, currency;"
        "INSERT INTO import_ledger SELECT getvariable('import_id'), 'quarantined', NULL, n, "
        "NULL, "
        "  amount FROM (SELECT (SELECT count(*) FROM refused) + (SELECT count(*) FROM "
        "refused_later) "
        "  AS n, (SELECT sum(gross) FROM refused_later) AS amount) WHERE n > 0;"
        "INSERT INTO import_ledger SELECT getvariable('import_id'), 'no_line', NULL, n, NULL, NULL "
        "  FROM (SELECT count(*) AS n FROM stage WHERE class IS NULL) WHERE n > 0");
}

static const struct {
    const char *table;
    const char *amount;
} amounts[] = { { "payment", "amount_e4" }, { "refund", "amount_e4" },
                { "ad_spend", "spend_e4" }, { "fee", "amount_e4" },
                { "settlement", "net_e4" }, { "stock_level", "value_e4" },
                { "event", "price_e4" } };

static enum status store_table_ledger(struct import_job *j, struct error *why)
{
    const char *table = j->mapping->target.table->name;
    const char *amount = "NULL";
    const bool has_quantity = table_column(j->mapping->target.table, STR("quantity")) != NULL;
    for (size_t i = 0; i < ARRAY_LEN(amounts); i++) {
        if (strcmp(amounts[i].table, table) == 0)
            amount = amounts[i].amount;
    }
    return job_exec(
        j,
        why,
        "INSERT INTO import_ledger SELECT getvariable('import_id'), '%s', %s, count(*), %s, "
        "  sum(%s)::HUGEINT FROM \"%s\" WHERE import_id = getvariable('import_id') %s;"
        "INSERT INTO import_ledger SELECT getvariable('import_id'), class, NULL, count(*), "
        "NULL, "
        "  NULL FROM left_out GROUP BY class;"
        "INSERT INTO import_ledger SELECT getvariable('import_id'), 'quarantined', NULL, n, "
        "NULL, "
        "  NULL FROM (SELECT (SELECT count(*) FROM refused) + (SELECT count(*) FROM refused_later) "
        "  AS n) WHERE n > 0",
        table,
        strcmp(amount, "NULL") != 0 ? "currency" : "NULL",
        has_quantity ? "sum(quantity)" : "NULL",
        amount,
        table,
        strcmp(amount, "NULL") != 0 ? "GROUP BY currency" : "");
}

/* Rows and amounts of the database against what the reading counted. */
static enum status prove(struct import_job *j, struct error *why)
{
    struct import_result *r = j->result;
    struct frame *f = NULL;
    const bool is_orders = j->mapping->target.table == NULL;
    const str sql =
        is_orders
            ? STR("SELECT count(is_row), coalesce(sum(amount), 0) FROM (SELECT true AS is_row, "
                  "gross_e4 + CASE WHEN $1 = 1 THEN tax_e4 ELSE 0 END AS amount FROM "
                  "own_line WHERE row_no IS NOT NULL UNION ALL SELECT true, gross_e4 FROM "
                  "left_out WHERE row_no IS NOT NULL UNION ALL SELECT true, NULL FROM stage "
                  "WHERE class IS NULL UNION ALL SELECT NULL, gross FROM refused_later)")
            : STR("SELECT coalesce((SELECT sum(lines) FROM import_ledger WHERE import_id "
                  "= getvariable('import_id') AND class <> 'quarantined'), 0)"
                  "::BIGINT, 0 * $1");
    const struct param inclusive = { .type = PARAM_I64, .i64 = job_is_tax_inclusive(j) };
    const enum status st = conn_query(j->conn, sql, &inclusive, 1, &f, why);
    if (st != STATUS_OK)
        return st;
    /* A row that gives several rows of a table counts as these. */
    const struct reading_counts c = reading_counts(j->reading);
    r->rows_difference = (int64_t)frame_i128(f, 0, 0) + r->rows_refused - r->rows_read - c.extra;
    r->difference_e4 = is_orders ? frame_i128(f, 1, 0) - r->source_amount_e4 : 0;
    frame_free(f);
    if (r->rows_difference == 0 && r->difference_e4 == 0)
        return STATUS_OK;
    struct buf money;
    buf_init(&money, 64);
    buf_add_money(&money, r->difference_e4);
    const enum status bad = error_set(why,
                                      STATUS_IO,
                                      "the ledger does not add up to the file (%lld rows, %.*s); "
                                      "nothing was imported; please report this",
                                      (long long)r->rows_difference,
                                      STR_ARG(buf_str(&money)));
    buf_release(&money);
    return bad;
}

static enum status read_ledger(struct import_job *j, struct error *why)
{
    struct frame *f = NULL;
    const enum status st =
        conn_query(j->conn,
                   STR("SELECT class, currency, lines, units, amount_e4 FROM import_ledger WHERE "
                       "import_id = getvariable('import_id') ORDER BY lines DESC, class"),
                   NULL,
                   0,
                   &f,
                   why);
    if (st != STATUS_OK)
        return st;
    const size_t n = frame_rows(f);
    struct ledger_line *lines = ARENA_NEW(j->arena, struct ledger_line, n + 1);
    for (size_t i = 0; lines != NULL && i < n; i++) {
        lines[i] = (struct ledger_line){
            .class_name = arena_dup(j->arena, frame_str(f, 0, i)),
            .currency =
                frame_is_null(f, 1, i) ? STR_EMPTY : arena_dup(j->arena, frame_str(f, 1, i)),
            .lines = frame_i64(f, 2, i),
            .units = frame_is_null(f, 3, i) ? 0 : frame_i64(f, 3, i),
            .amount_e4 = frame_is_null(f, 4, i) ? 0 : frame_i128(f, 4, i),
        };
    }
    frame_free(f);
    j->result->ledger = lines;
    j->result->ledger_count = n;
    return lines != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
}

enum status ledger_store(struct import_job *j, struct error *why)
{
    enum status st =
        j->mapping->target.table == NULL ? store_order_ledger(j, why) : store_table_ledger(j, why);
    if (st == STATUS_OK)
        st = prove(j, why);
    return st == STATUS_OK ? read_ledger(j, why) : st;
}
