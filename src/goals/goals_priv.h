/* Between the files of this module. */
#ifndef SHOPVANE_GOALS_GOALS_PRIV_H
#define SHOPVANE_GOALS_GOALS_PRIV_H

#include "goals/goals.h"
#include "sql/sql.h"

/* How spans lie in each other, and which cells are whose. */
struct goal_nest {
    size_t *order;   /* by first cell, widest first */
    size_t *stack;   /* scratch */
    size_t *parent;  /* of each span; SIZE_MAX: none */
    i128 *inside_e4; /* sum of the spans directly inside; [n]: of those in no other */
    size_t *owner;   /* of each cell: the narrowest span; SIZE_MAX: none */
    size_t crossing; /* SIZE_MAX: none crosses another */
    size_t crossed;
};
/* BAD_INPUT when two spans cross. Release it in any case. */
MUST_CHECK enum status goal_nest_make(struct goal_nest *nest,
                                      const struct goal_span *spans,
                                      size_t n,
                                      size_t n_cells,
                                      struct error *why);
void goal_nest_release(struct goal_nest *nest);

/* `rest` (>= 0) among cells by weights, which are made 1 when all are 0; `shares` is scratch.
 * False: out of memory. */
MUST_CHECK bool goal_share_cells(int64_t rest_e4,
                                 int64_t unit_e4,
                                 const size_t *cells,
                                 int64_t *weights,
                                 size_t n,
                                 int64_t *shares,
                                 int64_t *out);

/* Of the same store, category, KPI and level. */
bool goal_same_tree(const struct goal *a, const struct goal *b);
/* And of the same days. */
bool goal_same_key(const struct goal *a, const struct goal *b);

/* All targets while they are being changed: what was there, sorted, then what is new. */
struct goal_book {
    const struct kpi_catalog *catalog;
    struct arena *arena;
    struct goal *items;
    size_t n;
    size_t cap;
    size_t n_sorted; /* up to there by goal_compare */
};
MUST_CHECK enum status goal_book_add(struct goal_book *b, const struct goal *g, struct error *why);
/* Index of the same key among the sorted ones; SIZE_MAX: none. */
size_t goal_book_find(const struct goal_book *b, const struct goal *key);
void goal_book_sort(struct goal_book *b);

/* A run of the sorted items: a tree, or a forest (all trees of a KPI, level and category). */
struct goal_slice {
    size_t from;
    size_t to; /* not included */
};
struct goal_slice goal_tree_slice(const struct goal_book *b, size_t at, size_t end);

/* Shares items[root] anew, see struct goal_split. */
MUST_CHECK enum status goal_reshare(struct goal_book *b,
                                    struct goal_slice forest,
                                    size_t root,
                                    const str *stores,
                                    size_t n_stores,
                                    const int64_t *weights,
                                    struct error *why);
/* No two targets of a tree cross. */
MUST_CHECK enum status goal_check_nesting(const struct goal_book *b,
                                          struct goal_slice tree,
                                          struct error *why);
/* Why items[root] and what is locked inside it do not fit. */
enum status goal_misfit_error(const struct goal_book *b,
                              const struct goal *root,
                              const struct goal *const *locked,
                              const struct goal_misfit *misfit,
                              struct error *why);

/* "2026-03 of store x" for messages; in the arena. */
str goal_words(const struct goal *g, struct arena *a, enum lang lang);

#endif
