/* Pulls from platforms' APIs, in two steps that can be killed at any moment:
 *
 *   fetch   pages of the platform -> files of rows in run/pull/SOURCE/, the place kept after each
 *   import  those files, joined to batches, by import_run() like any other file -> archive/pulls/
 *
 * A page is a file on disk before the place moves on, and a batch leaves only after its import, so
 * nothing is lost; what is fetched or imported twice changes nothing (orders have versions). Where
 * the next pull begins is the platform's own time of the last change it told, less an overlap: no
 * clock of this machine decides.
 *
 * Threads: one fetch per source at a time (run/pull/SOURCE/lock); imports as import_run(). */
#ifndef SHOPVANE_INGEST_PULL_H
#define SHOPVANE_INGEST_PULL_H

#include "http/http.h"
#include "ingest/ingest.h"
#include "shop/sources.h"

struct pull_options {
    const char *dir; /* of the shop; it need not be open */
    const struct shop_source *source;
    const struct source_secret *secret;
    struct client_options client; /* seams and limits; zeroes: the default */
    bool anew;                    /* from the beginning, whatever was pulled before */
    bool may_book_all;            /* orders that are gone are booked however many they are */
    /* Told after each page; may be NULL. `due`: pages of this kind as the platform counts them, 0:
     * it does not say. */
    void (*on_page)(void *self, const char *what, int64_t done, int64_t due);
    void *self;
};

struct pull_result {
    int64_t requests;
    int64_t pages;
    int64_t rows;
    bool is_done;   /* false: enough for one batch; import it and go on */
    bool is_listed; /* there is something for the import to compare or to book */
    str notes;      /* what the user should know, a line each; in the arena */
};

/* Fetches until everything is there or enough for a batch. STATUS_CONFLICT: another program pulls
 * this source. After an error what was fetched stays and the next call goes on from there. */
MUST_CHECK enum status pull_fetch(const struct pull_options *o,
                                  struct arena *a,
                                  struct pull_result *out,
                                  struct error *why);

/* A batch that waits for its import. */
struct pull_batch {
    const char *path;
    const char *preset;
    const char *name; /* kept as the file's name: woo/000001-000040-orders.ndjson */
};
/* Joins what has landed to batches; those of earlier calls first. Articles and customers come
 * before orders, refunds after. */
MUST_CHECK enum status pull_batches(const char *dir,
                                    str source,
                                    struct arena *a,
                                    struct pull_batch **out,
                                    size_t *count,
                                    struct error *why);
/* After its import: into archive/pulls/SOURCE/. */
MUST_CHECK enum status pull_put_away(const char *dir,
                                     str source,
                                     const struct pull_batch *batch,
                                     struct error *why);

/* ---- Orders that the platform has no more (pull_listing.c tells the way) ---- */

/* Lists the numbers of the orders of the source's last `deleted_days`, at most once a day; a list
 * that was begun goes on. out->is_listed: it is whole, and the next import compares it. */
MUST_CHECK enum status pull_list_orders(const struct pull_options *o,
                                        struct arena *a,
                                        struct pull_result *out,
                                        struct error *why);
struct pull_comparison {
    bool is_done; /* false: there was no list */
    int64_t days;
    int64_t orders;    /* of the shop, in these days, of this source */
    int64_t missing;   /* of these, not listed */
    int64_t back;      /* booked as deleted, and listed */
    int64_t unsure;    /* not listed, and without an id to ask for */
    bool are_too_many; /* to be believed; none is looked for */
};
MUST_CHECK enum status pull_compare_orders(struct shop *s,
                                           const struct shop_source *source,
                                           struct pull_comparison *out,
                                           struct error *why);
/* Asks the platform for each order that is missing or back. out->is_listed: something was asked. */
MUST_CHECK enum status pull_ask_missing(const struct pull_options *o,
                                        struct arena *a,
                                        struct pull_result *out,
                                        struct error *why);
/* Orders that the platform says it has no more, as a page of cancelled orders for the next batch.
 */
MUST_CHECK enum status pull_book_gone(struct shop *s,
                                      const struct shop_source *source,
                                      int64_t *booked,
                                      struct error *why);

/* Imports of the source that the shop had after the last pull and has no more (undone, or an older
 * copy of the shop was put back): then *lost is true and the next fetch begins anew. */
MUST_CHECK enum status pull_check(struct shop *s, str source, bool *lost, struct error *why);
/* Remembers which imports there are now. */
MUST_CHECK enum status pull_remember(struct shop *s, str source, struct error *why);

/* Where a source stands, for people; zeroes when nothing was pulled yet. */
struct pull_state_shown {
    int64_t pulled_at_us; /* end of the last whole pull; 0: none yet */
    str until;            /* the platform's time of the newest change; empty: none */
    bool is_under_way;
};
MUST_CHECK enum status pull_show(
    const char *dir, str source, struct arena *a, struct pull_state_shown *out, struct error *why);
/* Forgets where the source stands: its folder in run/pull/ goes. */
MUST_CHECK enum status pull_forget(const char *dir, str source, struct error *why);

/* A page as the platform sends it, made to rows: for tests and fuzzing. `resource` is one of the
 * connector's, `rows` gets NDJSON of all its files. */
MUST_CHECK enum status pull_page_rows(
    enum source_kind kind, const char *resource, str body, struct buf *rows, struct error *why);

#endif
