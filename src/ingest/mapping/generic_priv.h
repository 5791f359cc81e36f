/* The generic mapping: columns by their names. */
#ifndef SHOPVANE_INGEST_GENERIC_PRIV_H
#define SHOPVANE_INGEST_GENERIC_PRIV_H

#include "ingest/ingest_priv.h"

/* The column of that name, without case, blanks, underscores and hyphens; else NULL. */
const str *mapping_column_find(const struct row_shape *shape, str name);
/* The currency that stands in parentheses behind a column's name; empty: none. */
str mapping_currency_of(str column);
/* The column of the same name whose amounts are without tax; NULL: none. */
const str *mapping_column_without_tax(const struct row_shape *shape, str column);
/* The time zone that a column of times names: "Created (UTC)", "paid_at_utc"; empty: none. */
str mapping_timezone_of(str column);
/* What a header says of the tax in its amounts: "Price (net)", "Amount incl. VAT", 含税单价. */
enum tax_word { TAX_UNSAID, TAX_WITHOUT, TAX_WITH };
enum tax_word mapping_tax_word(str column);
/* A price or an amount of order lines. */
bool mapping_is_line_money(const struct field *f);
/* The column for a field, by all names that it has; of records that hold lines (JSON that is
 * expanded) only among those of its level. NULL: none. */
const str *mapping_column_for(const struct row_shape *shape,
                              const struct target *target,
                              const struct field *f,
                              const struct yaml_node *synonyms);
const str *mapping_column_exact(const struct row_shape *shape, /* by its own name only */
                                const struct target *target,
                                const struct field *f);
/* ---- Columns that are taken ---- */

bool mapping_uses(const struct mapping *m, str column);
struct mapping_column *mapping_field(struct mapping *m, const char *field); /* NULL: none */
void mapping_drop(struct mapping *m, const struct mapping_column *column);  /* one of its own */
bool mapping_has(const struct mapping *m, const char *field);
bool mapping_has_any(const struct mapping *m, const char *const *fields, size_t n);
/* The word stands in the name, without ASCII case. */
bool mapping_name_says(str name, const char *word);

/* generic_net.c: "Net" or "Gross" as the amount of order lines, where rows show which it is. */
void mapping_take_net(const struct row_shape *shape, struct mapping *m, struct arena *a);

/* Whether prices hold tax, where headers do not say so and totals show it. */
void mapping_ask_tax(const struct row_shape *shape, struct mapping *m);

/* generic_ids.c: the file with its first rows as they are read, where an order's number stands on
 * its first row only; the same file where it does not. */
const struct row_shape *mapping_fill_ids(const struct row_shape *shape,
                                         struct mapping *m,
                                         struct arena *a);

/* ---- generic_orders.c ---- */

/* Of a mapping to order lines: which columns serve for what the file does not have, and where the
 * fields of an order stand. */
void mapping_settle_orders(const struct row_shape *shape, struct mapping *m, struct arena *a);
/* A required field has no column, and the file can't do without. */
bool mapping_lacks(const struct mapping *m, const char *field);
/* Lines with a price or an amount, or heads of orders. */
bool mapping_has_orders(const struct mapping *m);
/* Nothing says that the rows are something else than orders. */
bool mapping_may_be_orders(const struct row_shape *shape,
                           const struct yaml_node *synonyms,
                           const struct mapping *m);
/* Lines without a time join orders that are there already, as the second file of two. */
bool mapping_is_lines_only(const struct mapping *m);

/* generic_days.c: what a list of a whole shop's figures by day becomes: rows of platform_stat. */
enum day_figures {
    DAY_FIGURES_NONE,  /* it is no such list */
    DAY_FIGURES_PARTS, /* it is one of channels, articles ..., or has several rows a day */
    DAY_FIGURES_LONG,  /* its rows are a week or more apart: of days, weeks or months */
    DAY_FIGURES_FIT    /* `m`, which has the target and nothing else, is its mapping */
};
enum day_figures mapping_day_figures(const struct row_shape *shape,
                                     const struct yaml_node *synonyms,
                                     struct mapping *m,
                                     struct arena *a);
/* How its columns are read, and which are not. */
void mapping_tell_day_figures(const struct row_shape *shape,
                              const struct mapping *m,
                              struct buf *notes,
                              enum lang lang);

/* ---- */

/* The column by any of the names; NULL: none. */
const str *mapping_column_named(const struct row_shape *shape, const struct yaml_node *names);
/* Takes the column for the field; the name is copied. Nothing for NULL. */
void mapping_take(struct mapping *m, const struct field *f, const str *column, struct arena *a);
/* A column says "order", not just "id". */
bool mapping_names_orders(const struct row_shape *shape, const struct yaml_node *synonyms);

/* generic_amounts.c: by what stands in them, a column taken for line_amount that is the order's
 * amount goes; one after the discount makes way for that before it; discounts and tax of the order
 * that differ from line to line become the lines' own. What was told is appended to `notes`. */
void mapping_settle_amounts(const struct row_shape *shape,
                            struct mapping *m,
                            struct arena *a,
                            struct buf *notes,
                            enum lang lang);

/* generic_kinds.c: rules for rows that a column tells to be returns, payments or whole orders.
 * Last, when all columns have their fields. */
void mapping_settle_kinds(const struct row_shape *shape,
                          struct mapping *m,
                          struct arena *a,
                          struct buf *notes,
                          enum lang lang);

/* generic_discounts.c: whether a line's discount is an amount or a share of its price, and how that
 * is written; a column that may be both goes. Before the above, which calls it. */
void mapping_settle_discount(const struct row_shape *shape,
                             struct mapping *m,
                             struct buf *notes,
                             enum lang lang);

/* generic_parts.c: further columns of discounts that what was paid shows to have come off, too.
 * After the amounts. */
void mapping_add_discounts(const struct row_shape *shape,
                           struct mapping *m,
                           struct arena *a,
                           struct buf *notes,
                           enum lang lang);

/* generic_signs.c: refunds, fees and other amounts that went out, written with a minus. */
void mapping_settle_signs(const struct row_shape *shape,
                          struct mapping *m,
                          struct arena *a,
                          struct buf *notes,
                          enum lang lang);

/* generic_bookings.c: rules for the kinds of a settlement's rows. */
void mapping_settle_bookings(const struct row_shape *shape,
                             struct mapping *m,
                             struct arena *a,
                             struct buf *notes,
                             enum lang lang);

/* Whether samples of the column have a time of day (generic.c). */
bool mapping_has_clock(const struct row_shape *shape, str column);
/* generic_clock.c: whether the column's samples are times of a day, without the day. */
bool mapping_is_clock(const struct row_shape *shape, size_t column);
/* The time's day and its time of day, where they stand in two columns. Last: `time` is no column of
 * the file any more. */
void mapping_join_clock(const struct row_shape *shape,
                        struct mapping *m,
                        struct mapping_column *time,
                        struct arena *a,
                        struct buf *notes,
                        enum lang lang);
/* The zone that all samples of a column of zones name, where none is known. */
void mapping_take_zone(const struct row_shape *shape,
                       struct mapping *m,
                       struct arena *a,
                       struct buf *notes,
                       enum lang lang);

/* generic_refunds.c: refunds that have not gone back. */
void mapping_settle_refunds(const struct row_shape *shape,
                            struct mapping *m,
                            struct arena *a,
                            struct buf *notes,
                            enum lang lang);

/* generic_unused.c: a note about columns of amounts that no field takes. */
void mapping_tell_unused(const struct row_shape *shape,
                         const struct mapping *m,
                         struct buf *notes,
                         enum lang lang);

/* generic: columns by their names, in English and Chinese; empty `target`: the table that fits
 * best. NOT_FOUND when too little matches. */
MUST_CHECK enum status mapping_generic(const struct row_shape *shape,
                                       str target,
                                       struct arena *a,
                                       struct mapping **out,
                                       struct buf *notes,
                                       struct error *why);
/* The same, also when fields that are needed have no column; *out NULL: no column is known. */
MUST_CHECK enum status mapping_nearest(const struct row_shape *shape,
                                       str target,
                                       struct arena *a,
                                       struct mapping **out,
                                       struct error *why);

#endif
