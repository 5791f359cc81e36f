/* Questions that differ in their ranges only, in one read transaction. */
#ifndef SHOPVANE_QUERY_TOGETHER_PRIV_H
#define SHOPVANE_QUERY_TOGETHER_PRIV_H

#include "query/query_priv.h"

struct said;
struct together {
    struct plan_window *windows; /* the ranges asked about and compared with, each once */
    size_t n_windows;
    size_t cap;
    struct said *first; /* what statements have said */
};
void together_release(struct together *t);
/* A range that may share statements; others are left out. */
MUST_CHECK enum status together_add(struct together *t, const struct window *w, struct error *why);
/* Which of the windows it is; SIZE_MAX: none of them, or `t` is NULL. */
size_t together_find(const struct together *t, const struct window *w);

/* Rows of a statement; what it has said already in questions asked together is not read again.
 * together_drop() in the end, after an error too. */
struct together_rows {
    const struct frame *frame;
    struct frame *own;
    int64_t elapsed_us;
};
MUST_CHECK enum status together_query(struct asking *k,
                                      const struct sql *sql,
                                      struct together_rows *out,
                                      struct error *why);
void together_drop(struct together_rows *rows);

#endif
