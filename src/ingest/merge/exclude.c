/* exclude.yaml: lines that are no sales - samples, staff, price differences. They are imported with
 * class `excluded` and the rule's reason, so that the ledger shows them; in no figure of sales. A
 * remark, a flag or a buyer speaks for all lines of its order, and so does a test order's mark.
 *
 * An order with nothing but such lines is no order: its postage, tips and returns are excluded with
 * it, whichever file brings them. A refund's own row says so too (is_excluded); what it was of
 * stays its class. */
#include "costs/costs.h"
#include "ingest/ingest_priv.h"

#include <string.h>

static const struct {
    enum exclude_by by;
    const char *field;
    const char *fits; /* s is a row of the stage, r a rule */
} looks[] = {
    { EXCLUDE_BY_sku, "sku", "s.sku = r.pattern" },
    { EXCLUDE_BY_remark, "remark", "contains(s.remark, r.pattern)" },
    { EXCLUDE_BY_flag, "flag", "s.flag = r.pattern" },
    { EXCLUDE_BY_buyer, "customer_id", "s.customer_id = r.pattern" },
    { EXCLUDE_BY_COUNT, "is_test", "s.is_test" }, /* a rule of every shop */
};

/* Only mistakes in exclude.yaml stop an import: the other files change no line. */
static enum status check_problems(const struct problems *p, struct error *why)
{
    size_t n = 0;
    const struct problem *first = NULL;
    for (size_t i = 0; i < p->n; i++) {
        if (!str_eq(path_base(p->items[i].file), STR("exclude.yaml")))
            continue;
        first = first != NULL ? first : &p->items[i];
        n++;
    }
    if (first == NULL)
        return STATUS_OK;
    return error_set(why,
                     STATUS_BAD_INPUT,
                     "exclude.yaml:%u:%u: %.*s (nothing was imported; 'shopvane costs check' lists "
                     "all %zu problems)",
                     first->line,
                     first->column,
                     STR_ARG(first->text),
                     n);
}

static enum status store_rule(struct import_job *j,
                              size_t id,
                              const struct exclude_rule *r,
                              struct error *why)
{
    const struct param params[] = {
        { .type = PARAM_I64, .i64 = (int64_t)id }, { .type = PARAM_I64, .i64 = (int64_t)r->by },
        { .type = PARAM_TEXT, .text = r->store },  { .type = PARAM_TEXT, .text = r->pattern },
        { .type = PARAM_TEXT, .text = r->reason }, { .type = PARAM_TEXT, .text = r->place },
    };
    return conn_query(j->conn,
                      STR("INSERT INTO exclude_rule SELECT $1, $2, $3, $4, $5, $6"),
                      params,
                      ARRAY_LEN(params),
                      NULL,
                      why);
}

/* *count: how many rules there are, with that of test orders. */
static enum status store_rules(struct import_job *j,
                               const struct cost_book *b,
                               size_t *count,
                               struct error *why)
{
    const struct exclude_rule test = { .by = EXCLUDE_BY_COUNT,
                                       .store = STR_EMPTY,
                                       .pattern = STR_EMPTY,
                                       .reason = STR("test order"),
                                       .place = STR("is_test") };
    enum status st = job_exec(j,
                              why,
                              "%s",
                              "CREATE OR REPLACE TEMP TABLE exclude_rule (rule_id BIGINT, looks_at "
                              "BIGINT, store VARCHAR, pattern VARCHAR, reason VARCHAR, place "
                              "VARCHAR)");
    for (*count = 0; st == STATUS_OK && *count < b->exclude_count; (*count)++)
        st = store_rule(j, *count, &b->excludes[*count], why);
    if (st == STATUS_OK && reading_has(j->reading, "is_test"))
        st = store_rule(j, (*count)++, &test, why);
    return st;
}

/* excluded(id, row_no, rule_id): the rows of the stage that a rule fits, the first rule each. */
static enum status pick_rows(struct import_job *j, struct error *why)
{
    enum status st = job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE excluded (id BIGINT, row_no BIGINT, rule_id BIGINT)");
    for (size_t i = 0; st == STATUS_OK && i < ARRAY_LEN(looks); i++) {
        if (!reading_has(j->reading, looks[i].field))
            continue;
        const char *same =
            looks[i].by == EXCLUDE_BY_sku ? "t.rowid = s.rowid" : "t.order_id = s.order_id";
        st = job_exec(j,
                      why,
                      "INSERT INTO excluded SELECT t.rowid, t.row_no, min(r.rule_id) FROM "
                      "staging.stage s JOIN exclude_rule r ON r.looks_at = %d AND r.store IN ('', "
                      "getvariable('store')) AND %s JOIN staging.stage t ON %s GROUP BY ALL",
                      (int)looks[i].by,
                      looks[i].fits,
                      same);
    }
    if (st == STATUS_OK)
        st = job_exec(j,
                      why,
                      "%s",
                      "CREATE OR REPLACE TEMP TABLE excluded AS SELECT id, row_no, min(rule_id) AS "
                      "rule_id FROM excluded GROUP BY ALL;"
                      "UPDATE staging.stage SET class = 'excluded' WHERE rowid IN (SELECT id FROM "
                      "excluded)");
    return st;
}

/* How many lines each rule took, among the notes of the import. */
static enum status tell_rules(struct import_job *j, struct error *why)
{
    struct frame *f = NULL;
    const enum status st =
        conn_query(j->conn,
                   STR("SELECT r.place, r.reason, count(*)::BIGINT FROM excluded "
                       "e JOIN exclude_rule r USING (rule_id) GROUP BY ALL "
                       "ORDER BY min(r.rule_id)"),
                   NULL,
                   0,
                   &f,
                   why);
    for (size_t i = 0; st == STATUS_OK && i < frame_rows(f); i++)
        buf_addf(j->notes,
                 tr(why != NULL ? why->lang : LANG_EN, "%.*s excludes %lld lines: %.*s\n"),
                 STR_ARG(frame_str(f, 0, i)),
                 (long long)frame_i64(f, 2, i),
                 STR_ARG(frame_str(f, 1, i)));
    frame_free(f);
    return st;
}

/* exclude.yaml as rules of this import. */
static enum status load_rules(struct import_job *j, size_t *count, struct error *why)
{
    struct cost_book book;
    struct problems p;
    struct arena *a = arena_new((size_t)512 * 1024 * 1024);
    if (a == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    problems_init(&p, a, why != NULL ? why->lang : LANG_EN);
    enum status st = shop_costs_read(j->shop, a, &p, &book, why);
    if (st == STATUS_OK)
        st = check_problems(&p, why);
    *count = 0;
    if (st == STATUS_OK)
        st = store_rules(j, &book, count, why);
    arena_free(a);
    return st;
}

enum status exclude_rows(struct import_job *j, struct error *why)
{
    const struct table *t = j->mapping->target.table;
    size_t rules = 0;
    if (t != NULL && strcmp(t->name, "order_item") != 0)
        return STATUS_OK;
    enum status st = load_rules(j, &rules, why);
    j->has_exclusions = st == STATUS_OK && t == NULL && rules > 0;
    if (j->has_exclusions)
        st = pick_rows(j, why);
    return st == STATUS_OK && j->has_exclusions ? tell_rules(j, why) : st;
}

enum status exclude_reasons(struct import_job *j, struct error *why)
{
    if (!j->has_exclusions)
        return STATUS_OK;
    return job_exec(
        j,
        why,
        "%s",
        "UPDATE order_line SET reason = r.reason FROM excluded e JOIN exclude_rule r USING "
        "(rule_id) WHERE order_line.import_id = getvariable('import_id') AND order_line.row_no = "
        "e.row_no AND order_line.class = 'excluded'");
}

/* Orders that this import has touched, by the table it brings. */
static const struct {
    const char *table; /* NULL: orders */
    const char *touched;
} touches[] = {
    { NULL, "SELECT order_key FROM ord WHERE is_written" },
    { "order_item", "SELECT order_key FROM compose" },
    { "refund",
      "SELECT DISTINCT order_key FROM refund WHERE import_id = getvariable('import_id') AND "
      "order_key IS NOT NULL" },
};

static const char *touched_orders(const struct import_job *j)
{
    const struct table *t = j->mapping->target.table;
    for (size_t i = 0; i < ARRAY_LEN(touches); i++) {
        const char *name = touches[i].table;
        if (t == NULL ? name == NULL : name != NULL && strcmp(name, t->name) == 0)
            return touches[i].touched;
    }
    return NULL;
}

/* Lines and refunds of orders that are excluded as a whole, and of those that no longer are. What
 * the orders' own file brought is kept for the undo; a refund's return stays its own import's. */
static enum status exclude_orders(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "INSERT INTO dirty SELECT DISTINCT store, unnest([local_date, order_date]) FROM order_line "
        "WHERE class = 'return' AND order_key IN (SELECT order_key FROM excluded_order WHERE "
        "is_whole) OR class = 'excluded' AND origin_key IS NOT NULL AND order_key IN (SELECT "
        "order_key FROM excluded_order WHERE NOT is_whole);"
        "CREATE OR REPLACE TEMP TABLE excluded_line AS SELECT l.rowid AS id, o.reason FROM "
        "order_line l JOIN excluded_order o USING (order_key) WHERE o.is_whole AND l.class IN "
        "('shipping', 'tip', 'duty', 'gift_card', 'fee', 'return') AND l.origin_key IS NULL AND "
        "l.import_id <> "
        "getvariable('import_id');"
        "INSERT INTO order_line_old SELECT l.*, getvariable('import_id') FROM order_line l WHERE "
        "rowid IN (SELECT id FROM excluded_line);"
        "INSERT INTO order_line SELECT l.* REPLACE ('excluded' AS class, e.reason AS reason, "
        "getvariable('import_id') AS import_id) FROM order_line l JOIN excluded_line e ON e.id = "
        "l.rowid;"
        "DELETE FROM order_line WHERE rowid IN (SELECT id FROM excluded_line);"
        "UPDATE order_line SET class = 'excluded', reason = o.reason FROM excluded_order o WHERE "
        "o.is_whole AND order_line.order_key = o.order_key AND order_line.class IN ('shipping', "
        "'tip', 'duty', 'gift_card', 'fee', 'return');"
        "UPDATE refund SET is_excluded = true FROM excluded_order o WHERE o.is_whole AND "
        "refund.order_key = o.order_key AND refund.is_excluded IS NOT TRUE;"
        "UPDATE order_line SET class = r.line_class, reason = r.reason FROM (SELECT r.import_id, "
        "r.row_no, r.reason, " REFUND_LINE_CLASS
        " AS line_class FROM refund r JOIN excluded_order o ON o.order_key = r.order_key WHERE NOT "
        "o.is_whole AND r.is_excluded) r WHERE order_line.class = 'excluded' AND "
        "order_line.origin_key IS NOT NULL AND order_line.import_id = r.import_id AND "
        "order_line.row_no = r.row_no;"
        "UPDATE order_line SET class = 'return', reason = NULL FROM excluded_order o WHERE NOT "
        "o.is_whole AND order_line.order_key = o.order_key AND order_line.class = 'excluded' AND "
        "order_line.origin_key IS NOT NULL;"
        "UPDATE refund SET is_excluded = NULL FROM excluded_order o WHERE NOT o.is_whole AND "
        "refund.order_key = o.order_key AND refund.is_excluded");
}

enum status exclude_close(struct import_job *j, struct error *why)
{
    const char *touched = touched_orders(j);
    int64_t n = 0;
    if (touched == NULL)
        return STATUS_OK;
    enum status st = job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE excluded_order AS SELECT order_key, min(reason) AS reason, "
        "bool_and(class IN ('excluded', 'shipping', 'tip', 'duty', 'return') OR origin_key IS NOT "
        "NULL) AND bool_or(class = "
        "'excluded' AND origin_key IS NULL) AS is_whole FROM order_line WHERE order_key IN "
        "(SELECT order_key FROM order_line WHERE class = 'excluded' AND order_key IN (%s)) "
        "GROUP BY order_key",
        touched);
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM excluded_order", &n, why);
    if (st == STATUS_OK && n > 0)
        st = exclude_orders(j, why);
    return st == STATUS_OK
               ? job_exec(j,
                          why,
                          "%s",
                          "DROP TABLE excluded_order; DROP TABLE IF EXISTS excluded; DROP TABLE IF "
                          "EXISTS exclude_rule")
               : st;
}
