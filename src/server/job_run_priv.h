/* One job: what it holds, and how it runs. Between jobs.c and job_run.c. */
#ifndef SHOPVANE_SERVER_JOB_RUN_PRIV_H
#define SHOPVANE_SERVER_JOB_RUN_PRIV_H

#include "server/jobs_priv.h"

#define JOB_IMPORTS_MAX 1024 /* members of one archive */

/* Its fields are protected by the mutex of the jobs, but for `wish`, which never changes, and
 * `arena`, which the job's thread alone allocates from while it runs. */
struct job {
    struct job *next;
    struct arena *arena;
    struct job_wish wish;
    int64_t id;
    enum job_state state;
    const char *step;
    int64_t done;
    int64_t total;
    str message;
    int64_t queued_us;
    int64_t began_us;
    int64_t ended_us;
    struct job_import imports[JOB_IMPORTS_MAX];
    size_t n_imports;
    bool is_cancelled;
    bool has_writer;
};

MUST_CHECK enum status jobs_job_new(const struct job_wish *wish,
                                    struct job **out,
                                    struct error *why);
/* Runs it to its end on the calling thread. */
MUST_CHECK enum status jobs_run_job(struct jobs *j,
                                    struct job *job,
                                    struct shop *s,
                                    struct error *why);
/* With the mutex held. */
MUST_CHECK enum status jobs_copy(const struct job *job,
                                 struct arena *a,
                                 struct job_view *out,
                                 struct error *why);
void jobs_lock(struct jobs *j);
void jobs_unlock(struct jobs *j);
bool jobs_is_stopping(struct jobs *j);

#endif
