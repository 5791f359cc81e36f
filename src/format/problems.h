/* All problems of a file at once, with positions, in the reader's language. */
#ifndef SHOPVANE_FORMAT_PROBLEMS_H
#define SHOPVANE_FORMAT_PROBLEMS_H

#include "base/base.h"

struct problem {
    str file;
    unsigned line;   /* from 1; 0: the file as a whole */
    unsigned column; /* from 1, in characters */
    str text;
};

/* At most PROBLEMS_KEPT are kept; n_total counts all. */
#define PROBLEMS_KEPT 1000
struct problems {
    struct arena *arena;
    enum lang lang;
    struct problem *items;
    size_t n;
    size_t cap;
    size_t n_total;
};
void problems_init(struct problems *p, struct arena *a, enum lang lang); /* nothing to release */
/* `fmt` is a literal English text (lang/zh/<module>.po holds its twin). */
void problem_add(struct problems *p, str file, unsigned line, unsigned column, const char *fmt, ...)
    PRINTF_LIKE(5, 6);
/* Why a file could not be read: errors begin with the path, and so does each problem. */
void problem_add_unread(struct problems *p, const char *path, const struct error *why);
/* By file (as first seen), line, column. */
void problems_sort(struct problems *p);
/* "kpis/a.yaml:3:8: text" a line each, and how many more there were. */
void problems_print(const struct problems *p, struct buf *out);
/* BAD_INPUT with the first problem and the count; STATUS_OK when there are none. */
MUST_CHECK enum status problems_status(const struct problems *p, struct error *why);

/* Nearest name to a misspelt one, for `did you mean "..."?`; NULL when none is near. */
const char *name_nearest(str wrong, const char *const *names, size_t n);
/* ` (did you mean "x"?)` in the language, or "" when none is near. */
str name_suggestion(struct arena *a, enum lang lang, str wrong, const char *const *names, size_t n);

#endif
