/* Discounts and taxes that an order tells as a whole and its lines tell, too. Either the order's
 * amount is the sum of its lines' with what goes beyond them, or it comes on top:
 *
 *   lines  2 x 20.00, discounts 3.00 and 1.00     order's discount 4.00
 *   total  36.00  it is theirs: nothing is left to share
 *   total  32.00  it comes on top: 4.00 are shared among the lines
 *
 * In one file all its orders are asked, an answer a column: by their totals, else by what is equal
 * (a tax also by what is at least theirs). What is left of the order's amount takes its place. Of
 * heads and lines in two files each order is asked by what its head came to (beside_own,
 * head_amounts.c). */
#include "ingest/merge/merge_orders_priv.h"
#include "ingest/reading/reading_priv.h"

static const struct told {
    const char *field; /* of the order */
    const char *own;   /* of its lines */
    const char *sum;   /* in stage_order and ord: of its sale lines */
    const char *stored;
    const char *left;   /* in edge_amount: what is the order's own */
    const char *of;     /* in edge_now: a line's own */
    const char *equals; /* without a total: the order's amount holds its lines' */
    const char *goods;  /* what the total comes to with %s of this amount */
    const char *beside; /* what the total may hold besides */
    int tends;          /* 1: where no order shows it, it holds its lines' */
} told[] = {
    { "order_discount",
      "discount_merchant",
      "sum_discount_merchant",
      "discount_merchant_e4",
      "order_dm",
      "dm",
      "said = own",
      "goods - ",
      "[0, sum_line_tax, tax, sum_line_tax + tax]",
      0 },
    { "order_tax",
      "line_tax",
      "sum_line_tax",
      "tax_e4",
      "order_tax",
      "tax",
      "said >= own",
      "goods - sum_discount_merchant - discount + ",
      "[0]",
      1 },
};

static bool tells_twice(const struct import_job *j, const struct told *t)
{
    return !j->mapping->is_preset && !merge_adds_up(j, t->field) &&
           reading_has(j->reading, t->field) && reading_has(j->reading, t->own);
}

/* twice_says: how many orders show that the order's amount holds its lines', how many that it does
 * not. */
static enum status ask_orders(struct import_job *j, const struct told *t, struct error *why)
{
    const bool has_total =
        reading_has(j->reading, "order_total") && !merge_adds_up(j, "order_total");
    return job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE twice_says AS WITH o AS (SELECT order_id, %s AS said, %s AS "
        "own, "
        "  line_count, sum_line_tax, coalesce(order_tax, 0) AS tax, sum_discount_merchant, "
        "  coalesce(order_discount, 0) AS discount, all_gross - sum_discount_creator AS goods, "
        "  [0, sum_discount_platform + coalesce(order_discount_platform, 0)] AS platform, "
        "  %s - coalesce(shipping, 0) - coalesce(tip, 0) - coalesce(duty, 0) AS total "
        "FROM stage_order WHERE sale_gross > 0 AND return_gross = 0 AND NOT has_cancelled "
        "  AND %s IS NOT NULL AND %s <> 0), "
        "fits AS (SELECT any_value(said) AS said, any_value(own) AS own, "
        "  bool_or(abs(total - (%s greatest(said, own)) - b + p) <= 50 * line_count) AS holds, "
        "  bool_or(abs(total - (%s (said + own)) - b + p) <= 50 * line_count) AS tops "
        "FROM (SELECT *, unnest(%s) AS b FROM (SELECT *, unnest(platform) AS p FROM o)) "
        "GROUP BY order_id), "
        "says AS (SELECT CASE WHEN holds <> tops THEN holds WHEN said < own THEN false "
        "  WHEN %s THEN true END AS holds FROM fits) "
        "SELECT count(*) FILTER (holds) AS holds, count(*) FILTER (NOT holds) AS tops FROM says",
        t->field,
        t->sum,
        has_total ? "order_total" : "NULL::BIGINT",
        t->field,
        t->sum,
        t->goods,
        t->goods,
        t->beside,
        t->equals);
}

/* What the lines do not tell takes the place of what the order does. */
static enum status leave_rest(struct import_job *j, const struct told *t, struct error *why)
{
    return job_exec(
        j,
        why,
        "UPDATE stage_order SET %s = (CASE WHEN line_count = 0 AND return_gross < 0 "
        "  THEN least(%s - l.back, 0) ELSE greatest(%s - %s - l.open, 0) END)::BIGINT "
        "FROM (SELECT order_id, coalesce(sum(%s) FILTER (class = 'return'), 0) AS back, "
        "  coalesce(sum(%s) FILTER (class IN " OPEN_CLASSES "), 0) AS open "
        "  FROM stage GROUP BY 1) l WHERE l.order_id = stage_order.order_id "
        "AND %s IS NOT NULL",
        t->field,
        t->field,
        t->field,
        t->sum,
        t->own,
        t->own,
        t->field);
}

static void tell(
    struct import_job *j, const struct told *t, int64_t holds, int64_t tops, enum lang lang)
{
    const str whole = merge_column_of(j, t->field);
    const str own = merge_column_of(j, t->own);
    if (holds == 0)
        return;
    buf_addf(j->notes,
             holds > tops
                 ? tr(lang,
                      "\"%.*s\" holds what \"%.*s\" tells of the lines, as %lld orders show (%lld "
                      "do not): it counts once\n")
                 : tr(lang,
                      "\"%.*s\" holds what \"%.*s\" tells of the lines in %lld orders, in %lld it "
                      "comes on top: both count\n"),
             STR_ARG(whole),
             STR_ARG(own),
             (long long)holds,
             (long long)tops);
}

enum status merge_ask_twice(struct import_job *j, struct error *why)
{
    enum status st = STATUS_OK;
    j->told_twice = 0;
    for (size_t i = 0; i < ARRAY_LEN(told) && st == STATUS_OK; i++) {
        int64_t holds = 0;
        int64_t tops = 0;
        if (!tells_twice(j, &told[i]))
            continue;
        st = ask_orders(j, &told[i], why);
        if (st == STATUS_OK)
            st = job_count(j, "SELECT holds FROM twice_says", &holds, why);
        if (st == STATUS_OK)
            st = job_count(j, "SELECT tops FROM twice_says", &tops, why);
        if (st != STATUS_OK)
            return st;
        tell(j, &told[i], holds, tops, why->lang);
        if (holds + told[i].tends <= tops)
            continue;
        j->told_twice |= 1U << i;
        st = leave_rest(j, &told[i], why);
    }
    return st;
}

/* ---- Orders that a file holds in part -------------------------------------------------------- */

/* Of an order's parts none tells what all its lines do. What is stored may tell: an order's amount
 * that is all there, although less of it was shared, held what its lines told. */
static enum status settle_parts(struct import_job *j, size_t at, struct error *why)
{
    const struct told *t = &told[at];
    const int holds = (j->told_twice & 1U << at) != 0;
    return job_exec(
        j,
        why,
        "UPDATE edge_amount SET %s = greatest(p.said - p.own, 0)::BIGINT FROM "
        "  (SELECT o.order_key, n.own, coalesce(o.%s + o.%s * %d, CASE WHEN %d = 1 AND "
        "  e.%s > 0 THEN e.%s END) AS said, e.%s AS stored, e.%s AS was "
        "  FROM ord o JOIN edge_head e ON e.order_key = o.order_key JOIN edge_side s "
        "  ON s.order_key = o.order_key AND s.bears = 'sale' JOIN (SELECT order_key, sum(%s) AS "
        "  own FROM edge_now WHERE class = 'sale' GROUP BY 1) n ON n.order_key = o.order_key "
        "  WHERE o.is_edge AND NOT o.is_head AND n.own <> 0) p "
        "WHERE p.order_key = edge_amount.order_key AND p.said > 0 AND (%d = 1 OR (p.stored = "
        "  p.said AND p.was <> p.said))",
        t->left,
        t->field,
        t->sum,
        holds,
        holds,
        t->left,
        t->stored,
        t->stored,
        t->left,
        t->of,
        holds);
}

/* Heads whose lines came first. */
static enum status settle_heads(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE head_twice AS SELECT o.order_key, o.order_discount AS "
        "  discount, o.order_tax AS tax, n.*, CASE WHEN o.all_gross <> 0 THEN o.all_gross - "
        "  o.order_discount END AS after FROM ord o JOIN (SELECT order_key AS key, sum(dm) AS dm, "
        "  sum(tax) AS own_tax, sum(raw) AS raw, count(*) AS lines FROM edge_now WHERE "
        "  class = 'sale' GROUP BY 1) n ON n.key = o.order_key WHERE o.is_head AND o.is_edge;"
        "UPDATE edge_amount SET order_dm = beside_own(t.discount, t.dm, t.raw, t.after, t.lines) "
        "  ::BIGINT FROM head_twice t WHERE t.order_key = edge_amount.order_key AND t.discount > 0;"
        "UPDATE edge_amount SET order_tax = greatest(t.tax - t.own_tax, 0)::BIGINT "
        "  FROM head_twice t WHERE t.order_key = edge_amount.order_key AND t.tax > 0;"
        "DROP TABLE head_twice");
}

enum status merge_settle_twice(struct import_job *j, struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(told) && st == STATUS_OK; i++) {
        if (!j->mapping->is_preset && reading_has(j->reading, told[i].field) &&
            !merge_adds_up(j, told[i].field))
            st = settle_parts(j, i, why);
    }
    return st == STATUS_OK && !j->mapping->is_preset ? settle_heads(j, why) : st;
}
