/* Two questions to the store, one row an order and one a kind of booking without order; what they
 * come to is decided here. */
#include "settle/settle.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    const char *text;
} reasons[] = {
#define X(id, en) [SETTLE_##id] = { #id, en },
    SETTLE_REASON_LIST(X)
#undef X
};

const char *settle_reason_name(enum settle_reason r)
{
    BUG_IF((size_t)r >= ARRAY_LEN(reasons));
    return reasons[r].name;
}

const char *settle_reason_text(enum settle_reason r, enum lang lang)
{
    BUG_IF((size_t)r >= ARRAY_LEN(reasons));
    return tr(lang, reasons[r].text);
}

/* Rows of the files as parts: g came in, r went back to the buyer, f was taken as fees. A row that
 * has nothing but its net amount is what its kind says. */
#define ROWS                                                                                       \
    "WITH part AS (SELECT store, settlement_id, order_key, sub_order_id, coalesce(kind, 'other') " \
    "AS kind, scene,"                                                                              \
    " local_date, currency, coalesce(net_e4, 0) AS net, coalesce(gross_e4, 0)"                     \
    " + coalesce(shipping_e4, 0) + coalesce(subsidy_e4, 0) AS g, coalesce(refund_e4, 0) AS r,"     \
    " coalesce(fee_platform_e4, 0) + coalesce(fee_commission_e4, 0) + coalesce(fee_service_e4, 0)" \
    " + coalesce(fee_promotion_e4, 0) + coalesce(fee_payment_e4, 0) + coalesce(fee_freight_e4, 0)" \
    " + coalesce(fee_other_e4, 0) AS f FROM settlement WHERE ($3 = '' OR store IN"                 \
    " (SELECT unnest(string_split($3, chr(31)))))), booking AS (SELECT * EXCLUDE (g, r, f),"       \
    " CASE WHEN g = 0 AND r = 0 AND f = 0 AND kind IN ('order', 'subsidy') THEN net ELSE g END"    \
    " AS g, CASE WHEN g = 0 AND r = 0 AND f = 0 AND kind = 'refund' THEN -net ELSE r END AS r,"    \
    " CASE WHEN g = 0 AND r = 0 AND f = 0 AND kind NOT IN ('order', 'subsidy', 'refund') THEN "    \
    "-net"                                                                                         \
    " ELSE f END AS f FROM part)"

static const char orders_sql[] = ROWS
    ", scope AS (SELECT DISTINCT order_key, currency FROM (SELECT order_key, currency FROM booking"
    " WHERE order_key IS NOT NULL AND kind <> 'transfer' AND local_date BETWEEN $1 AND $2"
    " UNION ALL SELECT order_key, currency FROM orders WHERE local_date BETWEEN $1 AND $2"
    " AND paid_at IS NOT NULL AND cancelled_at IS NULL AND is_test IS NOT TRUE"
    " AND store IN (SELECT DISTINCT store FROM booking))),"
    " came AS (SELECT order_key, currency, sum(g)::BIGINT AS g, sum(r)::BIGINT AS r,"
    " sum(f)::BIGINT AS f, sum(net)::BIGINT AS net, min(store) AS store FROM booking"
    " WHERE order_key IS NOT NULL AND kind <> 'transfer' GROUP BY ALL),"
    " again AS (SELECT order_key, currency, sum((n - 1) * g)::BIGINT AS g FROM (SELECT order_key,"
    " currency, sub_order_id, g, r, f, count(*) AS n FROM booking WHERE kind = 'order' AND g <> 0"
    " GROUP BY ALL HAVING count(*) > 1) GROUP BY ALL),"
    " back AS (SELECT coalesce(origin_key, order_key) AS order_key, currency,"
    " (-sum(net_e4 + coalesce(tax_e4, 0)))::BIGINT AS r FROM order_line WHERE (class = 'return'"
    " OR (class IN ('excluded', 'shipping', 'tip', 'duty', 'gift_card', 'fee') AND net_e4 < 0))"
    " AND coalesce(origin_key, order_key) IN (SELECT order_key FROM scope) GROUP BY ALL),"
    " rule AS (SELECT order_key, currency, sum(replaced_fee_e4)::BIGINT AS f FROM cost_line"
    " WHERE order_key IN (SELECT order_key FROM scope) GROUP BY ALL),"
    " subsidy AS (SELECT order_key, sum(discount_platform_e4)::BIGINT AS g FROM order_line"
    " WHERE class = 'sale' AND order_key IN (SELECT order_key FROM scope) GROUP BY ALL)"
    " SELECT coalesce(o.store, came.store, '') AS store,"
    " coalesce(o.order_id, (SELECT min(i.id) FROM identity i WHERE i.kind = 'order'"
    " AND i.key = s.order_key), '') AS order_id, o.local_date, coalesce(s.currency, '') AS "
    "currency,"
    " o.order_key IS NOT NULL AS is_known, o.cancelled_at IS NOT NULL AS is_cancelled,"
    " CASE WHEN o.cancelled_at IS NULL AND o.paid_at IS NOT NULL THEN coalesce(o.receivable_e4,"
    " o.paid_e4 + coalesce(subsidy.g, 0), 0) ELSE 0 END::BIGINT AS due,"
    " coalesce(back.r, 0) AS back, coalesce(rule.f, 0) AS rule_fee, came.g IS NOT NULL AS "
    "is_booked,"
    " coalesce(came.g, 0) AS g, coalesce(came.r, 0) AS r, coalesce(came.f, 0) AS f,"
    " coalesce(came.net, 0) AS net, coalesce(again.g, 0) AS twice FROM scope s"
    " LEFT JOIN orders o ON o.order_key = s.order_key"
    " LEFT JOIN came ON came.order_key = s.order_key AND came.currency IS NOT DISTINCT FROM "
    "s.currency"
    " LEFT JOIN again ON again.order_key = s.order_key"
    " AND again.currency IS NOT DISTINCT FROM s.currency"
    " LEFT JOIN back ON back.order_key = s.order_key AND back.currency = s.currency"
    " LEFT JOIN rule ON rule.order_key = s.order_key AND rule.currency = s.currency"
    " LEFT JOIN subsidy ON subsidy.order_key = s.order_key ORDER BY s.currency, 3, 2";

/* Bookings whose order is not here keep their own number; others are added up by what they are. */
static const char others_sql[] = ROWS
    " SELECT store, coalesce(currency, ''), CASE WHEN of_order THEN coalesce(settlement_id,"
    " sub_order_id, scene, kind) ELSE coalesce(scene, kind) END AS what, CASE WHEN kind = "
    "'transfer'"
    " THEN 2 WHEN of_order THEN 1 ELSE 0 END::BIGINT AS sort, count(*)::BIGINT, sum(net)::BIGINT"
    " FROM (SELECT *, kind IN ('order', 'refund', 'subsidy') OR sub_order_id IS NOT NULL AS "
    "of_order"
    " FROM booking) WHERE (order_key IS NULL OR kind = 'transfer') AND local_date BETWEEN $1 AND $2"
    " GROUP BY store, 2, what, sort ORDER BY 2, 1, 3";

struct settling {
    struct arena *a;
    struct settle_report *report;
    size_t cap;
    struct settle_item *items;  /* on the heap while they grow */
    struct settle_total *total; /* of the currency at hand */
    struct error *why;
};

static enum status no_memory(struct error *why)
{
    return error_set(why, STATUS_NO_MEMORY, "out of memory");
}

/* The total of a currency; a new one when there is none yet. */
static enum status total_of(struct settling *s, str currency)
{
    struct settle_report *r = s->report;
    for (size_t i = 0; i < r->total_count; i++) {
        if (str_eq(r->totals[i].currency, currency)) {
            s->total = &r->totals[i];
            return STATUS_OK;
        }
    }
    struct settle_total *grown = ARENA_NEW(s->a, struct settle_total, r->total_count + 1);
    if (grown == NULL)
        return no_memory(s->why);
    for (size_t i = 0; i < r->total_count; i++)
        grown[i] = r->totals[i];
    grown[r->total_count] = (struct settle_total){ .currency = arena_dup(s->a, currency) };
    r->totals = grown;
    s->total = &grown[r->total_count++];
    return STATUS_OK;
}

static enum status add(struct settling *s,
                       const struct settle_item *order,
                       enum settle_reason why,
                       int64_t gap)
{
    struct settle_report *r = s->report;
    if (gap == 0)
        return STATUS_OK;
    if (!MEM_GROW(s->items, s->cap, r->count + 1))
        return no_memory(s->why);
    s->items[r->count] = *order;
    s->items[r->count].reason = why;
    s->items[r->count++].gap_e4 = gap;
    s->total->gap_e4[why] += gap;
    s->total->count[why]++;
    r->unexplained += why == SETTLE_unexplained;
    return STATUS_OK;
}

/* What one order comes to; amounts in 10^-4. */
struct order_sums {
    bool is_known;
    bool is_cancelled;
    bool is_booked;
    int64_t due;
    int64_t back;
    int64_t rule_fee;
    int64_t g;
    int64_t r;
    int64_t f;
    int64_t net;
    int64_t twice;
};

static enum settle_reason reason_of_amount(const struct order_sums *o, int64_t differs)
{
    if (o->is_cancelled)
        return SETTLE_cancelled;
    if (differs > 0)
        return o->twice == differs ? SETTLE_twice : SETTLE_amount;
    if (o->g == 0)
        return SETTLE_not_settled;
    return SETTLE_in_part;
}

/* What goes back before it is settled a platform does not book at all, neither as money that came
 * nor as a refund: both differ by the same, and nothing is missing. */
static int64_t never_due(const struct order_sums *o)
{
    const int64_t amount = o->due - o->g;
    const int64_t refund = o->back - o->r;
    if (amount <= 0 || refund <= 0)
        return 0;
    return amount < refund ? amount : refund;
}

static enum status judge(struct settling *s,
                         const struct settle_item *item,
                         const struct order_sums *o)
{
    const int64_t netted = never_due(o);
    const int64_t amount = o->g - o->due + netted;
    const int64_t refund = o->back - o->r - netted;
    const int64_t fee = o->rule_fee - o->f;
    const int64_t rest = o->net - (o->g - o->r - o->f);
    const size_t before = s->report->count;
    s->total->orders++;
    if (!o->is_known) {
        s->total->booked_e4 += o->net;
        return add(s, item, SETTLE_unknown_order, o->net);
    }
    s->total->expected_e4 += (i128)o->due - o->back - (o->is_booked ? o->rule_fee : 0);
    s->total->booked_e4 += o->net;
    if (!o->is_booked) {
        s->total->matched += o->back == o->due; /* all of it was paid back: nothing to come */
        return add(s, item, SETTLE_not_settled, o->back - o->due);
    }
    enum status st = add(s, item, reason_of_amount(o, amount), amount);
    if (st == STATUS_OK)
        st = add(s, item, refund > 0 ? SETTLE_refund_not_booked : SETTLE_refund_unknown, refund);
    if (st == STATUS_OK)
        st = add(s, item, o->rule_fee != 0 ? SETTLE_fee_estimate : SETTLE_fee_without_rule, fee);
    if (st == STATUS_OK)
        st = add(s, item, SETTLE_unexplained, rest);
    s->total->matched += s->report->count == before;
    return st;
}

static enum status take_orders(struct settling *s, const struct frame *f)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < frame_rows(f); i++) {
        const struct order_sums o = {
            .is_known = frame_i64(f, 4, i) != 0,
            .is_cancelled = frame_i64(f, 5, i) != 0,
            .due = frame_i64(f, 6, i),
            .back = frame_i64(f, 7, i),
            .rule_fee = frame_i64(f, 8, i),
            .is_booked = frame_i64(f, 9, i) != 0,
            .g = frame_i64(f, 10, i),
            .r = frame_i64(f, 11, i),
            .f = frame_i64(f, 12, i),
            .net = frame_i64(f, 13, i),
            .twice = frame_i64(f, 14, i),
        };
        const struct settle_item item = {
            .store = arena_dup(s->a, frame_str(f, 0, i)),
            .order_id = arena_dup(s->a, frame_str(f, 1, i)),
            .note = STR_EMPTY,
            .day = frame_is_null(f, 2, i) ? DAY_NONE : (int32_t)frame_i64(f, 2, i),
            .currency = arena_dup(s->a, frame_str(f, 3, i)),
            .due_e4 = o.due - o.back,
            .booked_e4 = o.net,
        };
        if (item.store.ptr == NULL || item.order_id.ptr == NULL || item.currency.ptr == NULL)
            return no_memory(s->why);
        st = total_of(s, item.currency);
        if (st == STATUS_OK)
            st = judge(s, &item, &o);
    }
    return st;
}

/* Bookings without an order: all rows of one kind as one item. */
static enum status take_others(struct settling *s, const struct frame *f)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < frame_rows(f); i++) {
        static const enum settle_reason sorts[] = { SETTLE_no_order,
                                                    SETTLE_unknown_order,
                                                    SETTLE_transfer };
        const int64_t sort = frame_i64(f, 3, i);
        const int64_t net = frame_i64(f, 5, i);
        const struct settle_item item = {
            .store = arena_dup(s->a, frame_str(f, 0, i)),
            .order_id = STR_EMPTY,
            .note = arena_printf(
                s->a, "%.*s (%lld)", STR_ARG(frame_str(f, 2, i)), (long long)frame_i64(f, 4, i)),
            .day = DAY_NONE,
            .currency = arena_dup(s->a, frame_str(f, 1, i)),
            .booked_e4 = net,
        };
        if (item.store.ptr == NULL || item.currency.ptr == NULL)
            return no_memory(s->why);
        st = total_of(s, item.currency);
        if (st != STATUS_OK)
            return st;
        s->total->booked_e4 += net;
        st = add(s, &item, sorts[sort], net);
    }
    return st;
}

static int compare_items(const void *a, const void *b)
{
    const struct settle_item *x = a;
    const struct settle_item *y = b;
    const int64_t size_x = x->gap_e4 < 0 ? -x->gap_e4 : x->gap_e4;
    const int64_t size_y = y->gap_e4 < 0 ? -y->gap_e4 : y->gap_e4;
    if (x->reason != y->reason)
        return x->reason < y->reason ? -1 : 1;
    if (size_x != size_y)
        return size_x > size_y ? -1 : 1;
    const int by_store = str_cmp(x->store, y->store);
    return by_store != 0 ? by_store : str_cmp(x->order_id, y->order_id);
}

static enum status ask(struct conn *c,
                       const char *sql,
                       const struct param *params,
                       struct settling *s,
                       enum status (*take)(struct settling *, const struct frame *))
{
    struct frame *f = NULL;
    enum status st = conn_query(c, str_from(sql), params, 3, &f, s->why);
    if (st == STATUS_OK)
        st = take(s, f);
    frame_free(f);
    return st;
}

static enum status keep_items(struct settling *s)
{
    struct settle_report *r = s->report;
    if (r->count > 1)
        qsort(s->items, r->count, sizeof *s->items, compare_items);
    r->items = ARENA_NEW(s->a, struct settle_item, r->count + 1);
    if (r->items == NULL)
        return no_memory(s->why);
    for (size_t i = 0; i < r->count; i++)
        r->items[i] = s->items[i];
    return STATUS_OK;
}

static enum status check_has_files(struct conn *c, const struct param *stores, struct error *why)
{
    struct frame *f = NULL;
    enum status st = conn_query(c,
                                STR("SELECT count(*) FROM (FROM settlement WHERE $1 = '' OR store "
                                    "IN (SELECT unnest(string_split($1, chr(31)))) LIMIT 1)"),
                                stores,
                                1,
                                &f,
                                why);
    if (st == STATUS_OK && frame_i64(f, 0, 0) == 0)
        st = error_set(why,
                       STATUS_NOT_FOUND,
                       "no settlement file of these stores is in yet; bring one in with: shopvane "
                       "import FILE --store NAME");
    frame_free(f);
    return st;
}

enum status settle_check(struct conn *c,
                         const struct settle_question *q,
                         struct arena *a,
                         struct settle_report *out,
                         struct error *why)
{
    struct settle_report report = { .count = 0 };
    struct settling s = { .a = a, .report = &report, .why = why };
    struct buf stores;
    buf_init(&stores, (size_t)1 << 20);
    for (size_t i = 0; i < q->store_count; i++) {
        if (i > 0)
            buf_addc(&stores, '\x1f');
        buf_add(&stores, q->stores[i]);
    }
    const struct param params[] = { { .type = PARAM_DAY, .i64 = q->from },
                                    { .type = PARAM_DAY, .i64 = q->to },
                                    { .type = PARAM_TEXT, .text = buf_str(&stores) } };
    enum status st = buf_ok(&stores) ? conn_begin_read(c, why) : no_memory(why);
    if (st == STATUS_OK)
        st = check_has_files(c, &params[2], why);
    if (st == STATUS_OK)
        st = ask(c, orders_sql, params, &s, take_orders);
    if (st == STATUS_OK)
        st = ask(c, others_sql, params, &s, take_others);
    conn_rollback(c);
    if (st == STATUS_OK)
        st = keep_items(&s);
    if (st == STATUS_OK)
        *out = report;
    mem_free(s.items);
    buf_release(&stores);
    return st;
}
