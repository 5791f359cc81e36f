/* Lots: how the rows of a long file are shared among the engine's threads.
 *
 * Why: the engine keeps a table in groups of STORE_ROW_GROUP rows, and each thread that inserts
 * fills groups of its own. Threads that just take turns until the file ends leave a broken group
 * each, in the stage and again in the facts, and a checkpoint then writes half of the new rows anew
 * to join the broken ones (614,000 visits: 2.2 s of processor time, on one thread). So a worker
 * takes rows by the group. When it has filled one and the others are about to take what the file
 * still has, it stops, and one broken group is left.
 *
 * Threads: what the workers know of each other is in the reading, under its mutex. */
#include "ingest/reading/reading_priv.h"

/* So many rows are not worth a lot of their own: a guess of what is to come may be wrong by them.
 */
#define LEAST_ROWS (STORE_ROW_GROUP / 16)

void reading_lot_begin(struct reading_worker *w)
{
    struct reading *r = w->reading;
    pthread_mutex_lock(&r->mutex);
    w->has_begun = true;
    w->lot_left = STORE_ROW_GROUP;
    r->lots_open++;
    r->lots_left += w->lot_left;
    pthread_mutex_unlock(&r->mutex);
}

/* With the mutex held: the worker is in no lot any more. */
static void leave(struct reading_worker *w)
{
    w->reading->lots_open--;
    w->reading->lots_left -= w->lot_left;
    w->lot_left = 0;
    w->is_done = true;
}

/* With the mutex held: rows of the file that no worker has, by the length of those before. */
static int64_t rows_to_come(const struct reading *r)
{
    const uint64_t done = row_file_bytes_done(r->file);
    const uint64_t total = r->shape->bytes_total;
    if (done == 0 || done >= total)
        return 0;
    return (int64_t)((double)r->rows / (double)done * (double)(total - done));
}

void reading_lot_took(struct reading_worker *w, size_t rows)
{
    struct reading *r = w->reading;
    if (w->is_done)
        return;
    pthread_mutex_lock(&r->mutex);
    w->lot_left -= (int64_t)rows;
    r->lots_left -= (int64_t)rows;
    if (w->lot_left <= 0) {
        const int64_t others = r->lots_left - w->lot_left;
        const bool can_stop = r->lots_open > 1 && r->left_block == NULL;
        if (can_stop && r->shape->bytes_total > 0 && rows_to_come(r) <= others + LEAST_ROWS) {
            if (w->has_block) {
                r->left_block = w->block;
                w->block = NULL;
                w->has_block = false;
            }
            leave(w);
        } else {
            w->lot_left += STORE_ROW_GROUP;
            r->lots_left += STORE_ROW_GROUP;
        }
    }
    pthread_mutex_unlock(&r->mutex);
}

/* The block that a worker left behind, if there is one; with the mutex held. */
static bool take_left_block(struct reading_worker *w)
{
    struct reading *r = w->reading;
    if (r->left_block == NULL)
        return false;
    row_block_free(w->block);
    w->block = r->left_block;
    w->has_block = true;
    r->left_block = NULL;
    return true;
}

enum status reading_next_block(struct reading_worker *w, struct error *why)
{
    struct reading *r = w->reading;
    pthread_mutex_lock(&r->mutex);
    bool got = take_left_block(w);
    pthread_mutex_unlock(&r->mutex);
    if (got)
        return STATUS_OK;
    const enum status st = row_file_next_block(r->file, w->block, &w->has_block, why);
    if (st != STATUS_OK || w->has_block)
        return st;
    /* the file's end: whoever stops from now on sees one worker less, so nothing is left behind */
    pthread_mutex_lock(&r->mutex);
    got = take_left_block(w);
    if (!got)
        leave(w);
    pthread_mutex_unlock(&r->mutex);
    return STATUS_OK;
}
