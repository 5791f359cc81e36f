/* A change of targets, from a person or a split: checked with all that is there, shared anew where
 * days were split already, written as one revision or not at all. */
#include "goals/goals_priv.h"

#include <string.h>

static enum status book_open(struct goal_book *b,
                             struct shop *s,
                             const struct kpi_catalog *catalog,
                             struct arena *a,
                             struct error *why)
{
    struct goal_list all = { .n = 0 };
    const enum status st =
        goals_load(shop_writer(s), &(struct goal_filter){ .n_kpis = 0 }, a, &all, why);
    *b = (struct goal_book){ .catalog = catalog,
                             .arena = a,
                             .items = all.items,
                             .n = all.n,
                             .cap = all.n,
                             .n_sorted = all.n };
    return st;
}

/* ---- checks ---- */

/* base <= target <= stretch for the same days; where lower is better, the other way round. */
static enum status check_levels(const struct goal_book *b, const struct goal *g, struct error *why)
{
    const struct kpi *k = kpi_find(b->catalog, g->kpi);
    const bool down = k != NULL && k->direction == DIRECTION_DOWN;
    for (unsigned i = 0; i < GOAL_LEVEL_COUNT; i++) {
        struct goal key = *g;
        key.level = (enum goal_level)i;
        const size_t at = goal_book_find(b, &key);
        if (at == SIZE_MAX || key.level == g->level || b->items[at].is_split)
            continue;
        const struct goal *other = &b->items[at];
        const bool other_first = other->level < g->level;
        const struct goal *low = other_first != down ? other : g;
        const struct goal *high = low == g ? other : g;
        const enum lang lang = why != NULL ? why->lang : LANG_EN;
        if (low->value_e4 > high->value_e4)
            return error_set(why,
                             STATUS_BAD_INPUT,
                             "%.*s is above its level \"%s\"; the order is base, target, stretch%s",
                             STR_ARG(goal_words(low, b->arena, lang)),
                             goal_level_label(high->level, lang),
                             down ? tr(lang, " (from high to low: lower is better)") : "");
    }
    return STATUS_OK;
}

static enum status merge_one(struct goal_book *b,
                             const struct goal *wanted,
                             const struct goal_edit *edit,
                             bool is_lock,
                             struct error *why)
{
    const size_t at = goal_book_find(b, wanted);
    if (at == SIZE_MAX)
        return goal_book_add(b, wanted, why);
    struct goal *g = &b->items[at];
    const bool revises = g->value_e4 != wanted->value_e4 && !g->is_split;
    const enum lang lang = why != NULL ? why->lang : LANG_EN;
    if (revises && !is_lock && wanted->note.len == 0 && edit->note.len == 0)
        return error_set(
            why,
            STATUS_BAD_INPUT,
            "%.*s has a target already; say why it changes: --note \"...\", or in the note "
            "column",
            STR_ARG(goal_words(g, b->arena, lang)));
    const str owner = wanted->owner.len > 0 ? wanted->owner : g->owner;
    *g = *wanted;
    g->owner = owner;
    return STATUS_OK;
}

/* ---- what must be shared anew ---- */

/* Current values of days, as weights; false when not every day of the target was split. */
static bool days_as_weights(const struct goal_book *b,
                            struct goal_slice tree,
                            const struct goal *root,
                            int64_t *weights)
{
    const size_t days = (size_t)(root->to - root->from) + 1;
    size_t n = 0;
    bool split = false;
    memset(weights, 0, days * sizeof *weights);
    for (size_t i = tree.from; i < tree.to; i++) {
        const struct goal *g = &b->items[i];
        if (g->from != g->to || g->from < root->from || g->to > root->to)
            continue;
        weights[g->from - root->from] = g->value_e4 > 0 ? g->value_e4 : 0;
        split = split || g->is_split;
        n++;
    }
    return n == days && split && days > 1;
}

/* What is locked inside a target that was not split must fit all the same. */
static enum status check_locks(const struct goal_book *b,
                               struct goal_slice tree,
                               size_t at,
                               struct error *why)
{
    const struct goal *root = &b->items[at];
    const size_t days = (size_t)(root->to - root->from) + 1;
    struct goal_span *spans = ARENA_NEW(b->arena, struct goal_span, tree.to - tree.from);
    const struct goal **locked = ARENA_NEW(b->arena, const struct goal *, tree.to - tree.from);
    int64_t *weights = ARENA_NEW(b->arena, int64_t, days);
    int64_t *shares = ARENA_NEW(b->arena, int64_t, days);
    struct goal_misfit misfit = { .fault = GOAL_FITS };
    size_t n = 0;
    if (spans == NULL || locked == NULL || weights == NULL || shares == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = tree.from; i < tree.to; i++) {
        const struct goal *g = &b->items[i];
        if (i == at || !g->locked || g->from < root->from || g->to > root->to)
            continue;
        locked[n] = g;
        spans[n++] = (struct goal_span){ .from = (size_t)(g->from - root->from),
                                         .to = (size_t)(g->to - root->from),
                                         .value_e4 = g->value_e4 };
    }
    if (n == 0)
        return STATUS_OK;
    const enum status st =
        goal_share(root->value_e4, spans, n, weights, days, 1, shares, &misfit, why);
    return st == STATUS_BAD_INPUT ? goal_misfit_error(b, root, locked, &misfit, why) : st;
}

/* The stores whose days were split together with the whole's, and their weights. */
static bool stores_as_weights(const struct goal_book *b,
                              struct goal_slice forest,
                              const struct goal *root,
                              str *stores,
                              size_t *n_stores,
                              int64_t *weights)
{
    const size_t days = (size_t)(root->to - root->from) + 1;
    bool any_split = false;
    *n_stores = 0;
    for (size_t at = forest.from; at < forest.to;) {
        const struct goal_slice tree = goal_tree_slice(b, at, forest.to);
        struct goal key = *root;
        key.store = b->items[at].store;
        at = tree.to;
        if (key.store.len == 0 || goal_book_find(b, &key) == SIZE_MAX)
            continue;
        any_split = days_as_weights(b, tree, root, weights + *n_stores * days) || any_split;
        stores[(*n_stores)++] = key.store;
    }
    return any_split;
}

static size_t trees_in(const struct goal_book *b, struct goal_slice forest)
{
    size_t n = 0;
    for (size_t at = forest.from; at < forest.to; n++)
        at = goal_tree_slice(b, at, forest.to).to;
    return n;
}

/* One target of a tree, unless a wider one has taken care of it. *done_to: last day taken care of.
 */
static enum status settle_root(struct goal_book *b,
                               struct goal_slice forest,
                               struct goal_slice tree,
                               size_t at,
                               int32_t *done_to,
                               struct error *why)
{
    const struct goal root = b->items[at];
    const size_t days = (size_t)(root.to - root.from) + 1;
    const size_t n_trees = trees_in(b, forest);
    size_t n_stores = 0;
    if (root.from == root.to || root.to <= *done_to)
        return STATUS_OK;
    str *stores = ARENA_NEW(b->arena, str, n_trees);
    int64_t *weights = ARENA_NEW(b->arena, int64_t, days * n_trees);
    if (stores == NULL || weights == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (!days_as_weights(b, tree, &root, weights))
        return check_locks(b, tree, at, why);
    *done_to = root.to;
    if (root.store.len == 0 && stores_as_weights(b, forest, &root, stores, &n_stores, weights))
        return goal_reshare(b, forest, at, stores, n_stores, weights, why);
    if (!days_as_weights(b, tree, &root, weights))
        BUG_IF(true);
    return goal_reshare(b, forest, at, NULL, 0, weights, why);
}

/* Trees of stores inside what the whole's split covers are settled with it. */
static bool settled_with_whole(const struct goal_book *b,
                               struct goal_slice whole,
                               const struct goal *g)
{
    if (g->from == g->to)
        return true; /* a day holds nothing that would have to be settled */
    for (size_t i = whole.from; i < whole.to; i++) {
        const struct goal *root = &b->items[i];
        struct goal key = *root;
        key.store = g->store;
        if (root->from < root->to && root->from <= g->from && root->to >= g->to &&
            goal_book_find(b, &key) != SIZE_MAX) {
            int64_t *weights = ARENA_NEW(b->arena, int64_t, (size_t)(root->to - root->from) + 1);
            if (weights != NULL && days_as_weights(b, whole, root, weights))
                return true;
        }
    }
    return false;
}

static enum status settle_forest(struct goal_book *b, struct goal_slice forest, struct error *why)
{
    enum status st = STATUS_OK;
    struct goal_slice whole = { forest.from, forest.from };
    if (b->items[forest.from].store.len == 0)
        whole = goal_tree_slice(b, forest.from, forest.to);
    for (size_t at = forest.from; at < forest.to && st == STATUS_OK;) {
        const struct goal_slice tree = goal_tree_slice(b, at, forest.to);
        const bool is_whole = tree.from == whole.from && tree.to == whole.to;
        int32_t done_to = INT32_MIN;
        at = tree.to;
        st = goal_check_nesting(b, tree, why);
        for (size_t i = tree.from; i < tree.to && st == STATUS_OK; i++) {
            if (is_whole || !settled_with_whole(b, whole, &b->items[i]))
                st = settle_root(b, forest, tree, i, &done_to, why);
        }
    }
    return st;
}

static bool same_forest(const struct goal *a, const struct goal *b)
{
    return a->level == b->level && str_eq(a->kpi, b->kpi) && str_eq(a->category, b->category);
}

static struct goal_slice forest_at(const struct goal_book *b, size_t at, size_t end)
{
    struct goal_slice s = { at, at };
    while (s.to < end && same_forest(&b->items[at], &b->items[s.to]))
        s.to++;
    return s;
}

static bool adds_up(const struct goal_book *b, const struct goal *g)
{
    const struct kpi *k = kpi_find(b->catalog, g->kpi);
    return k != NULL && kpi_adds_up(k);
}

/* Each forest that has one of the wanted. */
static enum status settle(struct goal_book *b,
                          const struct goal *wanted,
                          size_t n,
                          struct error *why)
{
    enum status st = STATUS_OK;
    const size_t end = b->n_sorted;
    for (size_t at = 0; at < end && st == STATUS_OK;) {
        const struct goal_slice forest = forest_at(b, at, end);
        bool touched = false;
        for (size_t i = 0; i < n && !touched; i++)
            touched = same_forest(&wanted[i], &b->items[forest.from]);
        if (touched && adds_up(b, &b->items[forest.from]))
            st = settle_forest(b, forest, why);
        at = forest.to;
    }
    return st;
}

/* ---- the ways in ---- */

/* NOLINTNEXTLINE(readability-function-size): where, what, why and what came of it */
static enum status change(struct shop *s,
                          const struct kpi_catalog *catalog,
                          const struct goal *wanted,
                          size_t n,
                          bool is_lock,
                          const struct goal_edit *edit,
                          struct arena *a,
                          struct goal_changes *out,
                          struct error *why)
{
    struct goal_book b;
    enum status st = book_open(&b, s, catalog, a, why);
    for (size_t i = 0; i < n && st == STATUS_OK; i++)
        st = merge_one(&b, &wanted[i], edit, is_lock, why);
    goal_book_sort(&b);
    for (size_t i = 0; i < n && st == STATUS_OK; i++)
        st = check_levels(&b, &wanted[i], why);
    if (st == STATUS_OK)
        st = settle(&b, wanted, n, why);
    return st == STATUS_OK ? goals_write(s, b.items, b.n, edit, a, out, why) : st;
}

/* NOLINTNEXTLINE(readability-function-size): where, what, why and what came of it */
enum status goals_set(struct shop *s,
                      const struct kpi_catalog *catalog,
                      const struct goal *wanted,
                      size_t n,
                      const struct goal_edit *edit,
                      struct arena *a,
                      struct goal_changes *out,
                      struct error *why)
{
    return change(s, catalog, wanted, n, false, edit, a, out, why);
}

/* The target as it is; of days that were split, their sum. */
static enum status find_to_lock(struct shop *s,
                                const struct kpi_catalog *catalog,
                                const struct goal *which,
                                struct arena *a,
                                struct goal *out,
                                struct error *why)
{
    struct goal_book b;
    enum status st = book_open(&b, s, catalog, a, why);
    if (st != STATUS_OK)
        return st;
    const size_t at = goal_book_find(&b, which);
    const enum lang lang = why != NULL ? why->lang : LANG_EN;
    if (at != SIZE_MAX) {
        *out = b.items[at];
        return STATUS_OK;
    }
    int64_t *weights = ARENA_NEW(a, int64_t, (size_t)(which->to - which->from) + 1);
    if (weights == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < b.n; i++) {
        if (!goal_same_tree(&b.items[i], which))
            continue;
        const struct goal_slice tree = goal_tree_slice(&b, i, b.n);
        if (!days_as_weights(&b, tree, which, weights))
            break;
        *out = *which;
        out->currency = b.items[i].currency;
        out->owner = b.items[i].owner;
        out->value_e4 = 0;
        for (int32_t d = 0; d <= which->to - which->from; d++)
            out->value_e4 += weights[d];
        return STATUS_OK;
    }
    return error_set(why,
                     STATUS_NOT_FOUND,
                     "there is no target of %.*s; shopvane goals list shows those there are",
                     STR_ARG(goal_words(which, a, lang)));
}

/* NOLINTNEXTLINE(readability-function-size): where, what, why and what came of it */
enum status goals_lock(struct shop *s,
                       const struct kpi_catalog *catalog,
                       const struct goal *which,
                       bool locked,
                       const struct goal_edit *edit,
                       struct arena *a,
                       struct goal_changes *out,
                       struct error *why)
{
    struct goal wanted;
    const enum status st = find_to_lock(s, catalog, which, a, &wanted, why);
    if (st != STATUS_OK)
        return st;
    wanted.locked = locked;
    wanted.is_split = wanted.is_split && !locked;
    return change(s, catalog, &wanted, 1, true, edit, a, out, why);
}

static enum status split_one(struct goal_book *b, const struct goal_split *split, struct error *why)
{
    const enum lang lang = why != NULL ? why->lang : LANG_EN;
    const size_t at = goal_book_find(b, &split->root);
    if (at == SIZE_MAX)
        return error_set(
            why,
            STATUS_NOT_FOUND,
            "there is no target of %.*s to split; set it first: shopvane goals set PERIOD "
            "--kpi KPI --target N",
            STR_ARG(goal_words(&split->root, b->arena, lang)));
    size_t from = at;
    while (from > 0 && same_forest(&b->items[from - 1], &b->items[at]))
        from--;
    const struct goal_slice forest = forest_at(b, from, b->n_sorted);
    enum status st = STATUS_OK;
    for (size_t i = forest.from; i < forest.to && st == STATUS_OK;) {
        const struct goal_slice tree = goal_tree_slice(b, i, forest.to);
        st = goal_check_nesting(b, tree, why);
        i = tree.to;
    }
    if (st == STATUS_OK && split->root.store.len > 0 && b->items[forest.from].store.len == 0 &&
        settled_with_whole(b, goal_tree_slice(b, forest.from, forest.to), &b->items[at]))
        return error_set(
            why,
            STATUS_BAD_INPUT,
            "%.*s is a part of the target of all stores, which is split already; split that "
            "one again, without --store",
            STR_ARG(goal_words(&split->root, b->arena, lang)));
    return st == STATUS_OK
               ? goal_reshare(b, forest, at, split->stores, split->n_stores, split->weights, why)
               : st;
}

/* NOLINTNEXTLINE(readability-function-size): where, what, why and what came of it */
enum status goals_split(struct shop *s,
                        const struct kpi_catalog *catalog,
                        const struct goal_split *splits,
                        size_t n,
                        const struct goal_edit *edit,
                        struct arena *a,
                        struct goal_changes *out,
                        struct error *why)
{
    struct goal_book b;
    enum status st = book_open(&b, s, catalog, a, why);
    for (size_t i = 0; i < n && st == STATUS_OK; i++) {
        st = split_one(&b, &splits[i], why);
        goal_book_sort(&b);
    }
    return st == STATUS_OK ? goals_write(s, b.items, b.n, edit, a, out, why) : st;
}
