/* Work that takes longer than a request waits: imports of uploads, and of repaired rows. One thread
 * does one job after the other; it takes the shop's writer, as commands of the control socket do,
 * so that there is one queue for all who write.
 *
 * Threads: any; a job is seen through copies. */
#ifndef SHOPVANE_SERVER_JOBS_PRIV_H
#define SHOPVANE_SERVER_JOBS_PRIV_H

#include "ingest/ingest.h"
#include "shop/shop.h"

#define JOB_STATE_LIST(X) \
    X(QUEUED, "queued")   \
    X(RUNNING, "running") \
    X(DONE, "done")       \
    X(FAILED, "failed")   \
    X(CANCELLED, "cancelled")
#define X(id, name) JOB_##id,
enum job_state { JOB_STATE_LIST(X) JOB_STATE_COUNT };
#undef X
const char *jobs_state_name(enum job_state s);

/* What is to be imported. Texts are copied. */
struct job_wish {
    str path;   /* a file, or an archive; empty: rows of `pick` from quarantine */
    str name;   /* shown and kept as the file's name */
    str upload; /* removed when all of it is in; empty: none */
    struct import_options options; /* its texts; progress and now_us are the job's */
    const struct quarantine_pick *picks;
    size_t n_picks;
    enum lang lang;
    str who;
};

struct job_import {
    int64_t import_id; /* 0: nothing new */
    int64_t already;   /* > 0: the same bytes are that import */
    str file;
    str preset;
    int64_t rows_read;
    int64_t rows_refused;
};
struct job_view {
    int64_t id;
    enum job_state state;
    str name;
    str who;
    str store;    /* that it changes; empty: more than one */
    str step;     /* in the job's language; empty: none */
    int64_t done; /* of `total`, in what the step counts; total 0: unknown */
    int64_t total;
    str message; /* why it failed */
    int64_t queued_us;
    int64_t began_us;
    int64_t ended_us; /* 0: not yet */
    const struct job_import *imports;
    size_t n_imports;
};

struct jobs;
/* `tick` (may be NULL) runs about once a second on the thread of the jobs, between two of them. */
MUST_CHECK enum status jobs_start(
    struct shop *s, void (*tick)(void *self), void *self, struct jobs **out, struct error *why);
/* Cancels what runs and waits for its end; NULL is fine. */
void jobs_stop(struct jobs *j);
MUST_CHECK enum status jobs_add(struct jobs *j,
                                const struct job_wish *wish,
                                int64_t now_us,
                                int64_t *out_id,
                                struct error *why);
/* Copies into `a`; STATUS_NOT_FOUND when there is none, or it is long over. */
MUST_CHECK enum status jobs_view(
    struct jobs *j, int64_t id, struct arena *a, struct job_view *out, struct error *why);
/* All that are known, newest first. */
MUST_CHECK enum status jobs_list(
    struct jobs *j, struct arena *a, struct job_view **out, size_t *n, struct error *why);
/* A job that is over stays as it is: STATUS_CONFLICT. */
MUST_CHECK enum status jobs_cancel(struct jobs *j, int64_t id, struct error *why);

/* ---- Uploads: files below run/uploads that wait for their import (uploads.c)
 * --------------------- ID/NAME is the file, ID.json what was decided about it, ID.yaml its mapping
 * when people made it. Ids are 128 random bits in hex; names are made safe for a folder. */

struct upload {
    str id;
    str name;
    const char *path;
    const char *map_file; /* NULL: recognised */
    int64_t bytes;
    int64_t at_us;
    str store;
    str preset;
    str timezone;
    str currency;
    str date_order;
    str decimal_mark;
    str encoding;
    str sheet;
};
/* Moves the file in; `file` is gone afterwards. */
MUST_CHECK enum status upload_keep(const struct shop *s,
                                   const char *file,
                                   str name,
                                   struct arena *a,
                                   struct upload *out,
                                   struct error *why);
MUST_CHECK enum status upload_find(
    const struct shop *s, str id, struct arena *a, struct upload *out, struct error *why);
MUST_CHECK enum status upload_list(
    const struct shop *s, struct arena *a, struct upload **out, size_t *n, struct error *why);
/* Writes what was decided; `mapping` empty: the mapping of before stays. */
MUST_CHECK enum status upload_save(
    const struct shop *s, struct upload *u, str mapping, struct arena *a, struct error *why);
/* Goes back to what is recognised. */
void upload_drop_mapping(const struct shop *s, struct upload *u, struct arena *a);
MUST_CHECK enum status upload_remove(const struct shop *s, str id, struct error *why);
/* Removes uploads older than a week. */
void upload_sweep(const struct shop *s, int64_t now_us);
struct import_options upload_options(const struct upload *u, int64_t now_us, struct arena *a);

#endif
