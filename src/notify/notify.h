/* The reports of a shop's rhythm: the morning card, the week, the month with its close, a
 * promotion. Each becomes a document (document/), whose figures all come from query/.
 *
 *     struct rhythm_question q = { .rhythm = RHYTHM_MORNING, .lang = LANG_ZH, .now_us = now };
 *     struct document *d = NULL;
 *     st = notify_report(&context, &q, &d, &why);
 *     st = document_save(d, DOCUMENT_PDF, path, &why);
 *     document_free(d);
 *
 * Threads: as the context's, one at a time. */
#ifndef SHOPVANE_NOTIFY_NOTIFY_H
#define SHOPVANE_NOTIFY_NOTIFY_H

#include "document/document.h"
#include "push/push.h"
#include "query/query.h"

#define RHYTHM_LIST(X)    \
    X(MORNING, "morning") \
    X(WEEK, "week")       \
    X(MONTH, "month")     \
    X(PROMO, "promo")
#define X(id, name) RHYTHM_##id,
enum rhythm { RHYTHM_LIST(X) RHYTHM_COUNT };
#undef X
/* "morning" "week" "month" "promo"; STATUS_BAD_USAGE otherwise. */
MUST_CHECK enum status rhythm_parse(str name, enum rhythm *out, struct error *why);

struct rhythm_question {
    enum rhythm rhythm;
    str date;  /* a day (2026-11-24) or named range (last-month, 2026-10, 2026-W47); empty:
                  yesterday,  the last full week, the last full month, this year's promotion */
    str promo; /* RHYTHM_PROMO: id or name of a festival or of the shop's own calendar event */
    const str *stores; /* none: all */
    size_t store_count;
    enum lang lang;
    int64_t now_us;
};

/* The document belongs to the caller. Fails like the questions it asks; what has no data is said in
 * the document. */
MUST_CHECK enum status notify_report(const struct query_context *c,
                                     const struct rhythm_question *q,
                                     struct document **out,
                                     struct error *why);

/* The same in at most eight lines, as chat rooms get it: of morning, week and month. What the shop
 * has no data for is left out, what has not come is "late". In the arena. */
MUST_CHECK enum status notify_card(const struct query_context *c,
                                   const struct rhythm_question *q,
                                   struct arena *a,
                                   struct push_card *out,
                                   struct error *why);

/* ---- Changes of articles --------------------------------------------------------------------- */

/* A change of an article: told by a file, by a later import of articles, or by hand. */
struct article_change {
    str store;
    str sku;
    str title; /* of the article; empty: not known */
    int32_t day;
    str field; /* title, price, picture ... */
    str before;
    str after;
    str source; /* preset that told it */
    int64_t import_id;
};
struct changes_filter { /* zeroes: all */
    str sku;
    struct day_range days; /* from 0: all */
    const str *stores;
    size_t store_count;
    size_t most; /* newest first; 0: 1,000 */
};
/* In the arena. */
MUST_CHECK enum status notify_changes(struct conn *c,
                                      const struct changes_filter *f,
                                      struct arena *a,
                                      struct article_change **out,
                                      size_t *n,
                                      struct error *why);

/* Visitors, conversion, units and net sales of an article 7, 14 and 28 days before and after a day,
 * beside the rest of the shop and the same weekdays of the year before, so that a season does not
 * pass for an effect. A comparison, no experiment: the document says so, and names what else of the
 * article changed in these days. */
struct change_question {
    str sku;
    int32_t day; /* of the change: first day after */
    const str *stores;
    size_t store_count;
    enum lang lang;
    int64_t now_us;
};
MUST_CHECK enum status notify_change_effect(const struct query_context *c,
                                            const struct change_question *q,
                                            struct document **out,
                                            struct error *why);

/* ---- Actions --------------------------------------------------------------------------------- */

/* What somebody has undertaken to do, as it stands now. */
struct shop_action {
    str store;
    str id;
    str text;
    str owner;
    int64_t at_us; /* noted */
    int32_t noted; /* local date of it */
    int32_t due;   /* DAY_NONE: no day */
    int32_t done;  /* DAY_NONE: open */
    str note;      /* what came of it */
    str kpi;       /* id of the KPI that it shall move; empty: none */
    str sku;       /* article that it is about; empty: none */
    bool is_whole; /* about all stores; `store` is where it is kept */
    int64_t import_id;
};
struct actions_filter { /* zeroes: all */
    str id;
    bool open;         /* not the done ones; else */
    int32_t done_from; /* of the done ones those from this day on; 0: all */
    const str *stores;
    size_t store_count;
};
/* In the arena, the next due first. */
MUST_CHECK enum status notify_actions(struct conn *c,
                                      const struct actions_filter *f,
                                      struct arena *a,
                                      struct shop_action **out,
                                      size_t *n,
                                      struct error *why);

/* ---- Closing a month ------------------------------------------------------------------------- */

/* Keeps the figures of a month's report as they are now, with the versions of data and definitions.
 * Later reports of the month show how today's figures differ from them. A month that is closed
 * already is closed again only with `again`, which keeps the earlier close too. */
struct month_close {
    str month; /* 2026-10 */
    str note;
    bool again;
    const str *stores;
    size_t store_count;
    int64_t now_us;
};
MUST_CHECK enum status notify_close_month(const struct query_context *c,
                                          const struct month_close *q,
                                          int64_t *out_figures,
                                          struct error *why);

/* Closes of months, newest first; of each the newest revision. In the arena. */
struct closed_month {
    str month;
    int64_t revision;
    int64_t data_version;
    int64_t at_us;
    int64_t figures;
    str note;
};
MUST_CHECK enum status notify_closes(
    struct conn *c, struct arena *a, struct closed_month **out, size_t *n, struct error *why);

#endif
