/* What the files of this module share. */
#ifndef SHOPVANE_COSTS_COSTS_PRIV_H
#define SHOPVANE_COSTS_COSTS_PRIV_H

#include "costs/costs.h"

#define COSTS_FILE   "costs.yaml"
#define SKU_FILE     "sku-map.csv"
#define EXCLUDE_FILE "exclude.yaml"

#define COST_RULES_MAX    ((size_t)200000)
#define COST_ARTICLES_MAX ((size_t)1000000)
/* Above this an amount is a slip of the pen: a million millions of units. */
#define COST_AMOUNT_MAX (INT64_C(1000000000000) * 10000)

struct cost_reading {
    const struct cost_world *world;
    struct arena *a;
    struct problems *p;
    struct cost_book *book;
    size_t rule_cap;
    struct error *why;
};

MUST_CHECK enum status costs_rules_read(struct cost_reading *r, const struct yaml_node *root);
MUST_CHECK enum status costs_excludes_read(struct cost_reading *r, const struct yaml_node *root);
MUST_CHECK enum status costs_articles_read(struct cost_reading *r, struct row_file *f);

/* NULL when the shop has no such store. */
const struct cost_store *costs_store(const struct cost_world *w, str name);
/* ` (did you mean "x"?)` for a store's name, or empty. */
str costs_store_suggestion(const struct cost_reading *r, str wrong);
/* A store's name with its check; absent: empty. False when it is wrong. */
bool costs_store_name(const struct cost_reading *r, const struct yaml_node *n, str *out);
/* An exact amount of at most four decimals, 0 to COST_AMOUNT_MAX. */
bool costs_amount(str text, int64_t *out);
/* 2026-01-31, and 2026/1/31 as spreadsheets write it. */
bool costs_day(str text, int32_t *out);

#endif
