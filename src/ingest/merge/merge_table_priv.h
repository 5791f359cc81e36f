/* The parts of merging tables that stand in files of their own. */
#ifndef SHOPVANE_INGEST_MERGE_TABLE_PRIV_H
#define SHOPVANE_INGEST_MERGE_TABLE_PRIV_H

#include "ingest/ingest_priv.h"

/* What new rows of the table mean for others: returns of refunds, fees of settlements, costs of
 * articles, lines of orders whose items came. */
enum status merge_derived(struct import_job *j, struct error *why);

/* Of a list of articles: it is older than the one that the known article is of. */
#define IS_OLDER_ARTICLE_LIST \
    "(known_list.import_id IS NOT NULL AND known_article.version > job.version)"
/* SQL of its columns currency, price_e4 and cost_e4 (article_amounts.c); `field` is price or cost.
 */
void merge_add_article_currency(struct buf *sql, const struct import_job *j);
void merge_add_article_amount(struct buf *sql, const struct import_job *j, const char *field);

/* Before rows of `incoming` replace known ones: which refunds of their orders stay
 * (merge_refunds.c). */
enum status merge_rank_refunds(struct import_job *j, struct error *why);

/* Notes of states of refunds and payments that are not known (unknown_states.c). */
enum status merge_tell_money_states(struct import_job *j, struct error *why);

/* In the stage: rows that say different things of one key (merge_repeats.c). */
enum status merge_prepare_repeats(struct import_job *j, struct error *why);

/* After identity_assign(): all ids of a person get one key, which what came before moves to
 * (persons.c). */
enum status merge_persons(struct import_job *j, struct error *why);

/* What an import of articles changed becomes rows of product_change (product_changes.c). */
enum status merge_product_changes(struct import_job *j, struct error *why);

/* Rows that are parts of one figure (an ad by age, an order's items) count together: if any differs
 * from what is there, the rows of the group replace those. Of platform_stat the last of a file's
 * equal keys counts. merge_groups() fills `incoming` from the view incoming_rows. */
bool merge_has_groups(const struct import_job *j);
enum status merge_groups(struct import_job *j, struct error *why);
/* Of ad spend: totals of periods and days of the same money do not both stay (ad_totals.c). `key`
 * tells which rows of `incoming` restate known ones. */
enum status merge_ad_totals(struct import_job *j, str key, struct error *why);
/* Of ad spend: reports of the same days in other detail do not both stay (ad_detail.c). */
enum status merge_ad_detail(struct import_job *j, str key, struct error *why);
/* What tells rows of a table apart (known_rows.c). */
struct row_key {
    const char *columns; /* NULL: all that they say */
    const char *id;      /* of a row without it that holds, too; NULL: no row is */
    const char *parts;   /* rows of one id that differ in these are parts of one; NULL: none are */
};
/* Of rows of a file: what no two of them have in common. Empty: no memory. */
str merge_key_columns(struct import_job *j, struct row_key key);
/* Rows of `incoming` that are left out: an id once more, and what the shop has; what they change
 * makes way. */
enum status merge_drop_repeated_ids(struct import_job *j, struct row_key key, struct error *why);
enum status merge_drop_known(struct import_job *j, struct row_key key, struct error *why);
/* Names of all columns but who brought the row and what derive computes, with commas between. */
void merge_content_columns(const struct table *t, struct buf *out);

/* ---- Orders and items in two files (merge_items.c) ------------------------------------------- */

/* Items whose amount is beyond bounds are refused. */
enum status merge_prepare_items(struct import_job *j, struct error *why);
/* Lines of orders that are here with their items, after either came. */
enum status merge_compose_items(struct import_job *j, struct error *why);
enum status merge_compose_orders(struct import_job *j, struct error *why);

/* Every date that a changed row had or has, so that rollups of those days are made anew. */
enum status merge_mark_dirty(struct import_job *j, struct error *why);

#endif
