/* The parts of merging orders that stand in files of their own. */
#ifndef SHOPVANE_INGEST_MERGE_ORDERS_PRIV_H
#define SHOPVANE_INGEST_MERGE_ORDERS_PRIV_H

#include "ingest/ingest_priv.h"

/* What makes two lines the same line. */
#define LINE_SIGNATURE                                                             \
    "order_key, class, sku, \"at\", currency, quantity, unit_price_e4, gross_e4, " \
    "discount_merchant_e4, discount_platform_e4, discount_creator_e4, tax_e4"

/* Lines of goods that do not count as sold (yet). */
#define OPEN_CLASSES "('cancelled', 'unpaid', 'presale')"

/* What of an amount with tax is tax where `tax` is what `whole` holds; null when that is no rate.
 */
#define TAX_AT_RATE(amount, tax, whole)                                                     \
    "CASE WHEN " tax " > 0 AND " tax " * 2 <= " whole " THEN ((" amount ")::HUGEINT * " tax \
    " + (" whole ") // 2) // (" whole ") END"

/* The row of an order's postage, made of an amount in its head. */
#define IS_POSTAGE           "class = 'shipping' AND row_no IS NULL AND date_known"
#define LINE_IS_RETURN_OF(l) "(" l "class = 'return' OR coalesce(" l "quantity, 0) < 0)"
#define LINE_IS_RETURN       LINE_IS_RETURN_OF("")

/* Lines of a cut order that stand for stored ones. */
#define EDGE_PAIRED                                                                               \
    "SELECT new_id FROM edge_same UNION ALL SELECT new_id FROM edge_changed WHERE new_id IS NOT " \
    "NULL"

/* Ledger rows that the order as a whole brings: shipping, tip, duty, refunds without a date.
 * has_known: also those that stored orders have and the file has no column for. */
enum status merge_order_level_rows(struct import_job *j, bool has_known, struct error *why);
/* The returns among them name the articles that they are of, where that is certain
 * (name_returns.c); composed: those of the orders in `compose`, whose lines are made of items. */
enum status merge_name_returns(struct import_job *j, struct error *why);
enum status merge_name_composed(struct import_job *j, struct error *why);
/* Refunds that came before their orders get the order's date and buyer. */
enum status merge_date_refunds(struct import_job *j, struct error *why);
/* And the order's currency, where their file named none (merge_refunds.c). Before they are dated.
 */
enum status merge_refund_currencies(struct import_job *j, struct error *why);
/* Of a platform's API: orders that ended unpaid lose the refunds that were known of them
 * (merge_refunds.c). After the orders are in. */
enum status merge_void_refunds(struct import_job *j, struct error *why);
/* Order-level discounts and tax, shared among the order's sale lines (of an order that holds
 * returns only, among these) by largest remainder into line_share(row_no, ...), so that lines add
 * up exactly. *needed: the file has any. */
enum status merge_shares(struct import_job *j, bool *needed, struct error *why);

/* ", ... AS bears" of a row of stage_order, named o: which of its lines bear the order's discount
 * and tax: 'sale', 'return', 'open' (OPEN_CLASSES; tax only), or null. */
void merge_add_bears(struct buf *sql, const struct import_job *j);
/* ", ... AS shipping_tax": what of the order's tax its postage holds. */
void merge_add_postage_tax(struct buf *sql, const struct import_job *j);
/* Compares new_line with the stored lines of orders that the shop has, moves what is replaced to
 * the _old tables, takes duplicates out of new_line (their counts go to `left_out`) and sets
 * ord.is_written. */
enum status replace_known_orders(struct import_job *j, struct error *why);
/* Decides which orders at the file's edges (ord.is_edge) are whole after all and pairs the lines of
 * the others with stored ones, in edge_same and edge_changed (new_id, old_id). */
enum status merge_cut_orders(struct import_job *j, struct error *why);
/* What the file before this one had of an order that it ended with and this one begins with, or the
 * other way round (edge_claims.c). list: edge_claim, of stored lines; settle: once the file's lines
 * are paired with those, the stored lines that neither file has; note: of this file, at the end. */
enum status merge_list_claims(struct import_job *j, struct error *why);
enum status merge_settle_claims(struct import_job *j, struct error *why);
enum status merge_note_edges(struct import_job *j, struct error *why);
/* Known orders that have refused rows in the file are no more whole there than those at its edges
 * (ord.is_part, refused_lines.c): mark, and pair their lines in the same tables. */
enum status merge_mark_parts(struct import_job *j, struct error *why);
enum status merge_pair_parts(struct import_job *j, struct error *why);
/* refused_line: refused rows whose order could be read, with its key where it is known. */
enum status merge_list_refused(struct import_job *j, struct error *why);
/* The places of refused lines (refused_places.c). find: of orders that the file has nothing else
 * of; of a repair, repair_pair: which of its rows stands for which that went out. take: repaired
 * lines are paired with what had their places; leave: those that a later file's repair has brought
 * stay out. */
enum status merge_find_places(struct import_job *j, struct error *why);
enum status merge_take_places(struct import_job *j, struct error *why);
enum status merge_leave_older(struct import_job *j, struct error *why);
/* Of stored lines: whether one has a repaired row's place. */
#define REPAIR_HAS_PLACE                                                                     \
    "((import_id, row_no) IN (SELECT of_import, of_row FROM repair_pair WHERE of_import IS " \
    "NOT NULL))"
/* The same for repaired rows: their lines are added to their orders' lines. */
enum status repair_pair_lines(struct import_job *j, struct error *why);
/* Orders that the file holds in part (ord.is_edge): edge_line, the lines of both sides by what they
 * say of themselves, and edge_head, the heads as they were (edge_orders.c). */
enum status merge_list_edges(struct import_job *j, struct error *why);
/* After their lines are in: the order's discounts and tax are shared among all its lines anew, and
 * its head is made of both sides. */
enum status merge_settle_edges(struct import_job *j, struct error *why);
/* Its last step (edge_heads.c): from edge_head, edge_amount, edge_share, edge_now and edge_book. */
enum status merge_edge_heads(struct import_job *j, struct error *why);
/* Of an order of `ord`, a row named o. */
#define OPENS_FILE  "o.first_row = (SELECT min(first_row) FROM ord)"
#define CLOSES_FILE "o.last_row = (SELECT max(last_row) FROM ord)"
#define EDGE_ORDERS "(SELECT order_key FROM ord WHERE is_edge)"
/* The amount of a stored line with the tax that prices hold, as its file had it. */
const char *merge_raw_gross(const struct import_job *j);
/* Returns in another file than their order's sale (apart_returns.c). find: of known orders, which
 * stored returns stay (of_refund) and whose rows are added (ord.is_added); add: brings these in;
 * date: once heads are in, returns count for the day of their order. */
enum status merge_find_apart(struct import_job *j, struct error *why);
/* What such returns bear of their order's discount and tax (apart_shares.c). note: before they are
 * in, of orders whose sale is not there; share: once all lines are in. */
enum status merge_note_apart_amounts(struct import_job *j, struct error *why);
enum status merge_share_apart(struct import_job *j, struct error *why);
/* Writes what lines bear now (edge_book) in place, with copies for the undo. */
enum status merge_book_shares(struct import_job *j, struct error *why);
enum status merge_add_apart(struct import_job *j, struct error *why);
enum status merge_date_returns(struct import_job *j, struct error *why);
/* Orders and their lines in two files (head_amounts.c). Before orders are listed: order_kept, what
 * stored orders have of their own beside lines, and whether one row stands for the whole. */
enum status merge_find_kept(struct import_job *j, struct error *why);
/* ord.is_head: known orders of which the file says what they are as a whole. Their rows leave
 * new_line; where it says amounts, mark makes them edges: parts without lines. */
enum status merge_find_heads(struct import_job *j, struct error *why);
enum status merge_mark_heads(struct import_job *j, struct error *why);
enum status merge_total_of_heads(struct import_job *j, struct error *why);

/* Columns of `ord` that order_amounts.c fills: what goes back of an order without a date. */
#define ORD_PAID_BACK                                                                           \
    "NULL::BIGINT AS undated, NULL::BIGINT AS returned, 0::BIGINT AS back_platform, 0::BIGINT " \
    "AS back_shipping, 0::BIGINT AS back_tip, 0::BIGINT AS back_duty, 0::BIGINT AS back_gift, " \
    "0::BIGINT AS back_fee, 0::BIGINT AS back_tax "

/* What lines, rows named l, come to in their order's head. */
#define PLACED_CLASSES "('sale', 'unpaid', 'cancelled')"
#define HEAD_SUMS                                                                           \
    "count(*) FILTER (l.class = 'sale') AS n, "                                             \
    "coalesce(bool_or(l.class IN " PLACED_CLASSES "), false) AS placed, "                   \
    "coalesce(sum(l.quantity) FILTER (l.class = 'sale'), 0) AS units, "                     \
    "coalesce(sum(l.gross_e4) FILTER (l.class = 'sale'), 0) AS gross, "                     \
    "coalesce(sum(l.discount_merchant_e4) FILTER (l.class = 'sale'), 0) AS dm, "            \
    "coalesce(sum(l.discount_platform_e4) FILTER (l.class = 'sale'), 0) AS dp, "            \
    "coalesce(sum(l.discount_creator_e4) FILTER (l.class = 'sale'), 0) AS dc, "             \
    "coalesce(sum(l.tax_e4) FILTER (l.class = 'sale'), 0) AS tax, "                         \
    "sum(l.net_e4 - l.discount_platform_e4 + l.tax_e4) FILTER (l.class <> 'cancelled') AS " \
    "all_lines "

/* What one row says of its order's state is of all the order's rows (spread_state.c). Changes the
 * stage. */
enum status merge_spread_state(struct import_job *j, struct error *why);
/* Whose the amounts are that stand on each row of an order: the file's orders of several rows show
 * it, where no preset says so (line_figures.c). */
enum status merge_ask_figures(struct import_job *j, struct error *why);
/* An order's amount of that name is the sum of its rows, not what its first row says. */
bool merge_adds_up(const struct import_job *j, const char *field);

/* fill_down.c: rows of an order without the time when it was placed get that of its first row. */
MUST_CHECK enum status merge_fill_down(struct import_job *j, struct error *why);
/* Rows of the stage without a time take that of the order that is known (order_state.c); the others
 * go to the quarantine, with the column and the reason. */
MUST_CHECK enum status merge_date_by_known(struct import_job *j,
                                           const char *column,
                                           const char *reason,
                                           struct error *why);

/* Ids of rows that are orders of their own; corrected rows take those of the old ones
 * (row_orders.c). */
enum status merge_number_rows(struct import_job *j, struct error *why);

/* stage_order (stage_orders.c); of it: a note about orders whose rows give other amounts of the
 * order, and orders in several currencies, which go to quarantine. */
enum status merge_stage_orders(struct import_job *j, struct error *why);
enum status merge_tell_differing(struct import_job *j, struct error *why);
enum status merge_refuse_currencies(struct import_job *j, struct error *why);

/* Orders whose Subtotal the file says (subtotals.c), in stage_order: a discount that does not lie
 * on the goods leaves it; what else differs is told. */
enum status merge_check_subtotals(struct import_job *j, struct error *why);
/* What went back for lines that were taken out of their orders leaves `refunded` (taken_out.c). */
enum status merge_take_out(struct import_job *j, struct error *why);
/* Discounts and taxes that an order tells and its lines, too (told_twice.c). ask: of stage_order,
 * in which what the lines do not tell takes the place of the order's; settle: of edge_amount. */
enum status merge_ask_twice(struct import_job *j, struct error *why);
enum status merge_settle_twice(struct import_job *j, struct error *why);
/* The file's column of a field. */
str merge_column_of(const struct import_job *j, const char *figure);
/* An order's discount that no column has, by its total; and a note about orders whose total is not
 * what was read comes to. After stage_order. */
enum status merge_discount_of_totals(struct import_job *j, struct error *why);
enum status merge_check_totals(struct import_job *j, struct error *why);

/* And of its rows in other files, whichever comes first: rows without a state ask the order that is
 * there, before the orders are listed (its lines_as comes to `ord` after that); stored rows follow
 * one that comes now, once edges are marked. */
enum status merge_ask_cut_orders(struct import_job *j, struct error *why);
enum status merge_keep_cut_states(struct import_job *j, struct error *why);
enum status merge_restate_cut_orders(struct import_job *j, struct error *why);
/* Lines in a file of their own ask the orders that are there (order_state.c): for their date, if
 * the file has none, and for their class by the order's state. Changes the stage. */
enum status merge_ask_orders(struct import_job *j, struct error *why);
/* ord.lines_as, from what the file says and what is stored. */
enum status merge_state_of_orders(struct import_job *j, struct error *why);
/* After headers have changed alone: the stored lines of the orders in `ord`. */
enum status merge_restate_lines(struct import_job *j, struct error *why);
/* Whether the file has amounts of lines. */
bool merge_has_lines(const struct import_job *j);

/* Returns of orders that do not count, once all lines are in (void_returns.c). */
enum status merge_void_returns(struct import_job *j, struct error *why);

/* Notes about states of orders that are not known or leave refunds open (unknown_states.c). */
enum status merge_tell_states(struct import_job *j, struct error *why);
/* Of `ord`: whose refunds are told without an amount. */
enum status merge_tell_refunds_elsewhere(struct import_job *j, struct error *why);
/* Of `ord`: when orders were paid, where only their state says that they were. */
enum status merge_pay_by_state(struct import_job *j, struct error *why);

/* Customers and products that are named by orders only (merge_entities.c). */
enum status merge_order_customers(struct import_job *j, struct error *why);
enum status merge_order_products(struct import_job *j, struct error *why);

/* Other names of orders, and fields that a file does not have (known_orders.c). */
enum status merge_look_up_names(struct import_job *j, struct error *why);
enum status merge_refuse_clashes(struct import_job *j, struct error *why);
/* Keys for the orders and customers of the file; write keeps those that are new. */
enum status merge_number_names(struct import_job *j, struct error *why);
enum status merge_write_names(struct import_job *j, struct error *why);
enum status merge_keep_tips(struct import_job *j, struct error *why);
/* bare_head: stored orders of the file's that have no lines of a file. After the names are known.
 */
enum status merge_find_bare_heads(struct import_job *j, struct error *why);
/* " REPLACE (...)" for `o.*` of stage_order: what the file does not say is as in `e`, the stored
 * order, of which `b` is the row in bare_head; nothing when it says all. */
void merge_add_kept_fields(struct buf *sql, const struct import_job *j);
/* What the line bears of an amount: its share with its own, else its own. Lines that share nothing,
 * such as returns, keep their own where no preset means it otherwise. */
str merge_borne(const struct import_job *j, bool has_shares, const char *field, const char *share);
/* A line of a file that counts no pieces is one, sold or, where no preset says otherwise, returned.
 */
const char *merge_units(const struct import_job *j);
/* Discount or tax of an order, an expression, as a column of stage_order; false: it is taken as
 * written. A discount makes an order smaller, whichever sign it is written with; those of a return
 * are negative. What presets say and what is a difference of columns has the sign that it has. */
bool merge_add_order_discount(struct buf *sql,
                              const struct import_job *j,
                              const char *field,
                              str amount);
/* Whether it is so of this field. */
bool merge_sign_is_ours(const struct import_job *j, const char *field);
/* stage_order.repeats_sum: several lines, each with the sum of their quantity x price as its
 * amount. It cannot be the lines' amount; such orders go to quarantine. */
void merge_add_repeats_sum(struct buf *sql, const struct import_job *j);
enum status merge_refuse_repeated(struct import_job *j, struct error *why);
/* stage_order.returned_discount, returned_tax: of the order's return lines, which keep theirs where
 * no preset says otherwise; the order's total is what its lines come to. */
void merge_add_returned(struct buf *sql, const struct import_job *j);

#endif
