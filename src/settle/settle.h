/* Settlement files against orders: what should have come, what was booked, and a named reason for
 * each difference, to the cent.
 *
 *   expected = receivable - refunds - fees by the rules      booked = what the platform booked
 *   booked - expected = sum of the parts, each with its reason
 *
 * Ownership: the report's texts live in the caller's arena. Threads: the connection's. */
#ifndef SHOPVANE_SETTLE_SETTLE_H
#define SHOPVANE_SETTLE_SETTLE_H

#include "shop/shop.h"

/* Why booked and expected differ.  id, English (Chinese: lang/zh/settle.po) */
#define SETTLE_REASON_LIST(X)                               \
    X(not_settled, "not settled yet")                       \
    X(in_part, "settled in part")                           \
    X(twice, "settled twice")                               \
    X(cancelled, "cancelled here, settled by the platform") \
    X(amount, "amount differs from the order")              \
    X(refund_not_booked, "refund not booked yet")           \
    X(refund_unknown, "refund booked, unknown here")        \
    X(fee_estimate, "fee differs from the rule")            \
    X(fee_without_rule, "fee that no rule knows")           \
    X(unknown_order, "order unknown here")                  \
    X(no_order, "booked for no order")                      \
    X(transfer, "payout or deposit, no income")             \
    X(unexplained, "NO REASON: the parts of a row do not add up")

#define X(id, en) SETTLE_##id,
enum settle_reason { SETTLE_REASON_LIST(X) SETTLE_REASON_COUNT };
#undef X
const char *settle_reason_name(enum settle_reason r); /* "not_settled" */
const char *settle_reason_text(enum settle_reason r, enum lang lang);

struct settle_question {
    int32_t from; /* orders placed and settlements booked from..to */
    int32_t to;
    const str *stores; /* none: all that have settlement files */
    size_t store_count;
};

/* One difference of one order. */
struct settle_item {
    enum settle_reason reason;
    str store;
    str order_id; /* empty: of no order */
    str note;     /* of no order: what it is, in the platform's words */
    int32_t day;  /* of the order; DAY_NONE: not known */
    str currency;
    int64_t due_e4;    /* receivable less refunds */
    int64_t booked_e4; /* net */
    int64_t gap_e4;    /* the part of booked - expected that has this reason */
};

struct settle_total {
    str currency;
    int64_t orders;  /* in scope */
    int64_t matched; /* without any difference */
    i128 expected_e4;
    i128 booked_e4;
    i128 gap_e4[SETTLE_REASON_COUNT];
    int64_t count[SETTLE_REASON_COUNT];
};

struct settle_report {
    struct settle_item *items; /* by reason, then the largest first */
    size_t count;
    struct settle_total *totals; /* by currency */
    size_t total_count;
    int64_t unexplained; /* items without a reason */
};

/* STATUS_NOT_FOUND when no settlement file came in of these stores. */
MUST_CHECK enum status settle_check(struct conn *c,
                                    const struct settle_question *q,
                                    struct arena *a,
                                    struct settle_report *out,
                                    struct error *why);

#endif
