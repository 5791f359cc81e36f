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
    /* Told after each page; may be NULL. `due`: pages of this kind as the platform counts them, 0:
     * it does not say. */
    void (*on_page)(void *self, const char *what, int64_t done, int64_t due);
    void *self;
};

struct pull_result {
    int64_t requests;
    int64_t pages;
    int64_t rows;
    bool is_done; /* false: enough for one batch; import it and go on */
    str notes;    /* what the user should know, a line each; in the arena */
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
