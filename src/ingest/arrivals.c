/* Which files have not come yet: what a shop gets every day is known by what it got before. */
#include "ingest/ingest_priv.h"

#define RHYTHM_US (14 * US_PER_DAY)

enum status arrivals_missing(struct conn *c,
                             int32_t day,
                             int64_t now_us,
                             struct arena *a,
                             struct arrivals *out,
                             struct error *why)
{
    const struct param params[] = { { .type = PARAM_I64, .i64 = now_us - RHYTHM_US },
                                    { .type = PARAM_TEXT, .text = STR(IMPORT_NOTED) } };
    struct frame *f = NULL;
    const enum status st =
        conn_query(c,
                   STR("SELECT store, CASE WHEN preset = 'generic' THEN preset || ':' || target "
                       "ELSE preset END,"
                       " max(to_date) AS newest FROM import WHERE undone_at IS NULL AND"
                       " to_date IS NOT NULL AND file <> $2 GROUP BY 1, 2 HAVING"
                       " count(*) > 1 AND max(\"at\") >= $1 ORDER BY 1, 2"),
                   params,
                   ARRAY_LEN(params),
                   &f,
                   why);
    if (st != STATUS_OK)
        return st;
    struct arrival *items = ARENA_NEW(a, struct arrival, frame_rows(f) + 1);
    size_t n = 0;
    for (size_t i = 0; items != NULL && i < frame_rows(f); i++) {
        if (frame_i64(f, 2, i) >= day)
            continue;
        items[n++] = (struct arrival){ .store = arena_dup(a, frame_str(f, 0, i)),
                                       .preset = arena_dup(a, frame_str(f, 1, i)),
                                       .last = (int32_t)frame_i64(f, 2, i) };
    }
    const size_t come = frame_rows(f) - n;
    frame_free(f);
    if (items == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    *out = (struct arrivals){ items, n, come };
    return STATUS_OK;
}
