/* Cancellations without a link to their order: each is matched to the latest earlier sale of the
 * same customer, article and quantity that no other return has taken; earlier returns choose first.
 *
 * Within a group (customer, article, quantity) taken in time order that is a stack: a sale is
 * pushed, a return pops the latest one. All groups that the import touched are matched anew, so the
 * result does not depend on the order in which files came in. */
#include "ingest/ingest_priv.h"

/* Columns of the candidates, ordered by group and time, sales before returns of the same moment. */
enum { CUSTOMER, SKU, QUANTITY, IS_RETURN, ROW_ID, ORDER_KEY, LOCAL_DATE };

static enum status make_groups(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE returned AS SELECT DISTINCT customer_key, sku, -quantity AS "
        "n "
        "  FROM order_line WHERE class = 'return' AND customer_key IS NOT NULL AND sku IS NOT NULL "
        "  AND row_no IS NOT NULL AND store = getvariable('store');"
        "CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT r.customer_key, r.sku, r.n "
        "  FROM order_line l JOIN returned r ON r.customer_key = l.customer_key AND r.sku = l.sku "
        "  AND r.n = abs(l.quantity) WHERE l.import_id = getvariable('import_id') "
        "  AND l.class IN ('sale', 'return')");
}

static enum status read_candidates(struct import_job *j, struct frame **out, struct error *why)
{
    return conn_query(
        j->conn,
        STR("SELECT l.customer_key, l.sku, t.n, l.class = 'return', l.rowid, l.order_key, "
            "l.local_date FROM order_line l JOIN touched t ON t.customer_key = "
            "l.customer_key AND t.sku = l.sku AND t.n = abs(l.quantity) WHERE l.store = "
            "getvariable('store') AND l.row_no IS NOT NULL AND ((l.class = 'sale' AND "
            "l.quantity > 0) OR (l.class = 'return' AND l.quantity < 0)) ORDER BY 1, 2, 3, "
            "l.\"at\", 4, l.order_key, l.row_no"),
        NULL,
        0,
        out,
        why);
}

static bool same_group(const struct frame *f, size_t a, size_t b)
{
    return frame_i64(f, CUSTOMER, a) == frame_i64(f, CUSTOMER, b) &&
           frame_i64(f, QUANTITY, a) == frame_i64(f, QUANTITY, b) &&
           str_eq(frame_str(f, SKU, a), frame_str(f, SKU, b));
}

/* The verdict on each return: the row of its sale, or none. */
struct verdicts {
    const struct frame *f;
    size_t *returns; /* rows of the candidates */
    size_t *sales;   /* SIZE_MAX: none */
    size_t count;
    size_t next;
};

static void pair_up(const struct frame *f, size_t *stack, struct verdicts *out)
{
    size_t depth = 0;
    for (size_t i = 0; i < frame_rows(f); i++) {
        if (i > 0 && !same_group(f, i - 1, i))
            depth = 0;
        if (frame_i64(f, IS_RETURN, i) == 0) {
            stack[depth++] = i;
            continue;
        }
        out->returns[out->count] = i;
        out->sales[out->count++] = depth > 0 ? stack[--depth] : SIZE_MAX;
    }
}

static enum status feed_verdicts(
    void *self, void *worker, struct batch *b, size_t *rows, struct error *why)
{
    struct verdicts *v = self;
    size_t n = 0;
    (void)worker;
    (void)why;
    for (; n < batch_capacity() && v->next < v->count; n++, v->next++) {
        const size_t sale = v->sales[v->next];
        batch_set_i64(b, 0, n, frame_i64(v->f, ROW_ID, v->returns[v->next]));
        if (sale == SIZE_MAX) {
            batch_set_null(b, 1, n);
            batch_set_null(b, 2, n);
            continue;
        }
        batch_set_i64(b, 1, n, frame_i64(v->f, ORDER_KEY, sale));
        batch_set_i64(b, 2, n, frame_i64(v->f, LOCAL_DATE, sale));
    }
    *rows = n;
    return STATUS_OK;
}

static enum status load_verdicts(struct import_job *j, struct verdicts *v, struct error *why)
{
    static const struct source_column columns[] = { { "id", SOURCE_I64 },
                                                    { "order_key", SOURCE_U32 },
                                                    { "order_date", SOURCE_DAY } };
    const struct row_source src = { .columns = columns,
                                    .column_count = ARRAY_LEN(columns),
                                    .threads = 1,
                                    .self = v,
                                    .fill = feed_verdicts };
    return conn_load(
        j->conn, "CREATE OR REPLACE TEMP TABLE verdict AS SELECT * FROM rows()", &src, why);
}

/* Pairs as a temporary table `verdict`. */
static enum status make_verdicts(struct import_job *j, struct error *why)
{
    struct frame *f = NULL;
    enum status st = read_candidates(j, &f, why);
    if (st != STATUS_OK)
        return st;
    const size_t n = frame_rows(f);
    size_t *stack = mem_new(n, sizeof *stack);
    struct verdicts v = { .f = f,
                          .returns = mem_new(n, sizeof *v.returns),
                          .sales = mem_new(n, sizeof *v.sales) };
    if (stack == NULL || v.returns == NULL || v.sales == NULL) {
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    } else {
        pair_up(f, stack, &v);
        st = load_verdicts(j, &v, why);
    }
    mem_free(stack);
    mem_free(v.returns);
    mem_free(v.sales);
    frame_free(f);
    return st;
}

/* Writes the pairs; days that an order date leaves or reaches are dirty. */
static enum status write_verdicts(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "INSERT INTO dirty SELECT DISTINCT l.store, unnest([l.order_date, "
        "  coalesce(v.order_date, l.local_date)]) FROM order_line l JOIN verdict v ON v.id = "
        "l.rowid "
        "  WHERE l.order_date IS DISTINCT FROM coalesce(v.order_date, l.local_date);"
        "UPDATE order_line SET origin_key = v.order_key, "
        "  order_date = coalesce(v.order_date, order_line.local_date), "
        "  matched = v.order_key IS NOT NULL FROM (SELECT * FROM verdict ORDER BY id) v "
        "WHERE order_line.rowid = v.id AND (order_line.origin_key IS DISTINCT FROM v.order_key OR "
        "  order_line.matched IS DISTINCT FROM (v.order_key IS NOT NULL))");
}

static enum status count_matched(struct import_job *j, struct error *why)
{
    int64_t all = 0;
    enum status st =
        job_count(j,
                  "SELECT count(*) FROM order_line WHERE class = 'return' AND import_id "
                  "= getvariable('import_id') AND matched",
                  &j->result->returns_matched,
                  why);
    if (st == STATUS_OK)
        st = job_count(j,
                       "SELECT count(*) FROM order_line WHERE class = 'return' AND import_id = "
                       "getvariable('import_id')",
                       &all,
                       why);
    j->result->returns_unmatched = all - j->result->returns_matched;
    return st;
}

enum status match_returns(struct import_job *j, struct error *why)
{
    if (!j->mapping->match_returns)
        return STATUS_OK;
    enum status st = make_groups(j, why);
    if (st == STATUS_OK)
        st = make_verdicts(j, why);
    if (st == STATUS_OK)
        st = write_verdicts(j, why);
    if (st == STATUS_OK)
        st = job_exec(j, why, "%s", "DROP TABLE returned; DROP TABLE touched; DROP TABLE verdict");
    return st == STATUS_OK ? count_matched(j, why) : st;
}
