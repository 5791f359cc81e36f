/* What the states of a file's rows leave open, as notes: words that mean nothing here, and what
 * such rows count as; refunded orders and payments whose refunds, or their amounts, the file does
 * not have; orders that were paid and cancelled; and orders that are paid, nobody says when. */
#include "ingest/merge/merge_orders_priv.h"
#include "ingest/merge/merge_table_priv.h"

#define WORDS_TOLD  10
#define WORD_WIDTH  60
#define PAID_STATES "'paid', 'shipped', 'delivered', 'refunded'"

static int64_t sum_rows(const struct frame *f)
{
    int64_t n = 0;
    for (size_t i = 0; i < frame_rows(f); i++)
        n += frame_i64(f, 1, i);
    return n;
}

static void note_unknown(const struct frame *f, enum lang lang, const char *as, struct buf *notes)
{
    const size_t n = frame_rows(f);
    if (n == 0)
        return;
    buf_addf(notes, tr(lang, "%lld rows have a state that is not known: "), (long long)sum_rows(f));
    for (size_t i = 0; i < n && i < WORDS_TOLD; i++)
        buf_addf(notes,
                 "%s\"%.*s\" (%lld)",
                 i > 0 ? ", " : "",
                 STR_ARG(str_first(frame_str(f, 0, i), WORD_WIDTH)),
                 (long long)frame_i64(f, 1, i));
    if (n > WORDS_TOLD)
        buf_addf(notes, tr(lang, " and %zu more words"), n - WORDS_TOLD);
    buf_adds(notes, tr(lang, as));
}

#define UNKNOWN(words)                                                              \
    STR("SELECT status, count(*) FROM stage WHERE status NOT IN (" words ") GROUP " \
        "BY 1 ORDER BY 2 DESC, 1")

/* `as`: what the rows count as, English for tr(). */
static enum status tell_unknown(struct import_job *j,
                                str unknown,
                                const char *as,
                                struct error *why)
{
    struct frame *f = NULL;
    const enum status st = conn_query(j->conn, unknown, NULL, 0, &f, why);
    if (st != STATUS_OK)
        return st;
    note_unknown(f, why != NULL ? why->lang : LANG_EN, as, j->notes);
    frame_free(f);
    return STATUS_OK;
}

/* A platform's API tells its refunds apart from its orders; returns of an order say how much. */
static enum status tell_refunded(struct import_job *j, struct error *why)
{
    if (mapping_is_api(j->mapping))
        return STATUS_OK;
    return job_tell(j,
                    reading_has(j->reading, "refunded")
                        ? "SELECT count(*) FROM stage WHERE status = 'refunded' AND order_id NOT "
                          "IN (SELECT order_id FROM stage WHERE class = 'return' OR refunded > 0)"
                        : "SELECT count(*) FROM stage WHERE status = 'refunded' AND order_id NOT "
                          "IN (SELECT order_id FROM stage WHERE class = 'return')",
                    "%lld rows are refunded by their state, and the file does not say how much: "
                    "they stay sales until their refunds are imported\n",
                    why);
}

/* Orders that were paid and cancelled then: what was paid back is told by refunds. */
static enum status tell_cancelled(struct import_job *j, struct error *why)
{
    if (!reading_has(j->reading, "paid_at") || reading_has(j->reading, "refunded") ||
        mapping_is_api(j->mapping))
        return STATUS_OK;
    return job_tell(j,
                    "SELECT count(DISTINCT order_id) FROM stage WHERE status = 'cancelled' AND "
                    "paid_at IS NOT NULL AND coalesce(class, 'sale') = 'sale'",
                    "%lld orders were paid before they were cancelled, and the file does not say "
                    "what was paid back: they stay sales until their refunds are imported\n",
                    why);
}

/* convert.c has made them cancelled. What the shop kept is income of another kind. */
static enum status tell_kept_deposits(struct import_job *j, struct error *why)
{
    const bool tells = reading_has(j->reading, "is_staged") && reading_has(j->reading, "paid");
    if (!tells || !j->mapping->sale_when_paid)
        return STATUS_OK;
    const str sql =
        arena_printf(j->arena,
                     "SELECT count(*) FROM stage WHERE is_staged AND status = "
                     "'cancelled' AND paid > %s",
                     reading_has(j->reading, "refunded") ? "coalesce(refunded, 0)" : "0");
    if (sql.len == 0)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    return job_tell(j,
                    sql.ptr,
                    "%lld pre-sales were closed without their balance, and their deposits not paid "
                    "back: they are no sales, and the deposits stand in no figure\n",
                    why);
}

enum status merge_tell_states(struct import_job *j, struct error *why)
{
    if (j->mapping->without_refunds)
        buf_adds(j->notes,
                 tr(why->lang,
                    "such files do not say what was paid back: sales stay whole until refunds are "
                    "imported\n"));
    if (!reading_has(j->reading, "status"))
        return STATUS_OK;
    enum status st =
        tell_unknown(j,
                     UNKNOWN(STATUS_WORDS),
                     "; they count as placed orders. What they mean can be said under `words` of a "
                     "mapping file (--explain writes one)\n",
                     why);
    if (st == STATUS_OK)
        st = tell_kept_deposits(j, why);
    if (st == STATUS_OK)
        st = tell_refunded(j, why);
    return st == STATUS_OK ? tell_cancelled(j, why) : st;
}

/* A file without times of payment: orders that were paid by their state count as paid when they
 * were placed, as where a source has no payment of its own. What the shop knows better stays. */
enum status merge_pay_by_state(struct import_job *j, struct error *why)
{
    const bool tells = reading_has(j->reading, "status") && reading_has(j->reading, "placed_at") &&
                       !reading_has(j->reading, "paid_at") && !j->mapping->paid_when_placed &&
                       !mapping_is_api(j->mapping);
    if (!tells)
        return STATUS_OK;
    enum status st = job_exec(
        j,
        why,
        "UPDATE ord SET paid_at = ord.placed_at, paid_at_date = ord.local_date FROM (SELECT "
        "  o.order_key, e.placed_at AS stored_at FROM ord o LEFT JOIN orders e ON e.order_key = "
        "  o.order_key) s WHERE s.order_key = ord.order_key AND (ord.paid_at IS NULL OR "
        "ord.paid_at "
        "  = s.stored_at) AND (ord.line_count > 0 OR %s) AND ord.cancelled_at IS NULL AND "
        "  ord.status IN (" PAID_STATES ")",
        merge_has_lines(j) ? "false" : "true");
    if (st == STATUS_OK)
        st = job_tell(j,
                      "SELECT count(*) FROM ord WHERE NOT is_stale AND paid_at = placed_at AND "
                      "status IN (" PAID_STATES ")",
                      "no column says when orders were paid: the %lld that are paid by their state "
                      "count as paid when they were placed\n",
                      why);
    return st;
}

/* Orders paid back in part, or after they were done: a platform's export of orders has the word
 * only, its export of refunds the amount. */
enum status merge_tell_refunds_elsewhere(struct import_job *j, struct error *why)
{
    if (!reading_has(j->reading, "refund_status") || mapping_is_api(j->mapping))
        return STATUS_OK;
    const str sql = arena_printf(
        j->arena,
        "SELECT count(*) FROM ord WHERE order_id IN (SELECT order_id FROM stage WHERE "
        "refund_status = 'succeeded' AND class = 'sale' AND %s = 0) AND NOT is_stale AND order_key "
        "NOT IN (SELECT order_key FROM refund WHERE store = getvariable('store') AND order_key IS "
        "NOT NULL AND " REFUND_SUCCEEDED("") ")",
        reading_has(j->reading, "refunded") ? "coalesce(refunded, 0)" : "0");
    if (sql.len == 0)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    return job_tell(j,
                    sql.ptr,
                    "%lld orders have a refund that went through, and this file does not say how "
                    "much: they count in full until the platform's file of refunds is imported\n",
                    why);
}

static enum status tell_refunded_payments(struct import_job *j, struct error *why)
{
    return job_tell(j,
                    "SELECT count(*) FROM stage WHERE status = 'refunded'",
                    "%lld payments are refunded by their state: they count as received, and only "
                    "refunds that are imported take the money back\n",
                    why);
}

enum status merge_tell_money_states(struct import_job *j, struct error *why)
{
    const str table = str_from(j->mapping->target.table->name);
    if (!reading_has(j->reading, "status"))
        return STATUS_OK;
    if (str_is(table, "refund"))
        return tell_unknown(
            j,
            UNKNOWN(REFUND_WORDS),
            "; they count as refunds whose money has not gone back. What they mean can be said "
            "under `words` of a mapping file (--explain writes one)\n",
            why);
    if (!str_is(table, "payment"))
        return STATUS_OK;
    const enum status st = tell_unknown(
        j,
        UNKNOWN(PAYMENT_WORDS),
        "; they count as payments whose money has not come in. What they mean can be said under "
        "`words` of a mapping file (--explain writes one)\n",
        why);
    return st == STATUS_OK ? tell_refunded_payments(j, why) : st;
}
