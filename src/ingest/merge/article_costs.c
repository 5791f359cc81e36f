/* What the goods of a line cost, by the lists of articles.
 *
 * A cost counts in its own currency, and holds from its valid_from (without one: always) until the
 * next; the day of a line is that of its order. It is looked up when the line comes in. A list that
 * comes later gives lines without a cost theirs; its rows with a day speak for all orders of their
 * days, as rules in costs.yaml do, while a row without one says what the article costs now. */
#include "ingest/merge/article_costs_priv.h"
#include "ingest/undo_priv.h"

#define DATED_COSTS "FROM product WHERE cost_e4 IS NOT NULL AND valid_from IS NOT NULL"

/* Of lines l with costs p. */
#define COSTED_LINES                                                                            \
    "CREATE OR REPLACE TEMP TABLE recosted AS SELECT l.rowid AS id, l.quantity * p.cost_e4 AS " \
    "cost_e4, l.store, l.local_date, l.order_date FROM order_line l "
#define WITH_COSTS "JOIN " COSTS_OF_ARTICLES " p ON " COST_HOLDS("l", "l.currency", LINE_ORDER_DATE)
#define WRITE_COSTED                                                                           \
    "INSERT INTO dirty SELECT DISTINCT store, unnest([local_date, order_date]) FROM recosted;" \
    "UPDATE order_line SET cost_e4 = c.cost_e4 FROM recosted c WHERE order_line.rowid = c.id;"

static enum status count_dated(struct import_job *j, int64_t *out, struct error *why)
{
    return job_count(
        j, "SELECT count(*) " DATED_COSTS " AND store = getvariable('store')", out, why);
}

/* ---- Lines that come in ---------------------------------------------------------------------- */

enum status merge_make_costs(struct import_job *j, const char **join, struct error *why)
{
    static const char by_article[] =
        "LEFT JOIN product_cost p ON p.sku = s.sku AND p.currency = o.currency ";
    static const char by_day[] = "LEFT JOIN product_cost p ON p.sku = s.sku AND p.currency = "
                                 "o.currency AND " COST_HOLDS_ON(STAGED_ORDER_DATE) " ";
    int64_t rows = 0;
    int64_t dated = 0;
    enum status st = job_exec(j,
                              why,
                              "%s",
                              "CREATE OR REPLACE TEMP TABLE product_cost AS SELECT * "
                              "FROM " COSTS_OF_ARTICLES " WHERE store = getvariable('store')");
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM product_cost", &rows, why);
    if (st == STATUS_OK)
        st = count_dated(j, &dated, why);
    *join = NULL;
    if (rows > 0 && reading_has(j->reading, "sku") && reading_has(j->reading, "quantity"))
        *join = dated > 0 ? by_day : by_article;
    return st;
}

/* Returns whose order's day is another now. Where no row with a day has a say, they keep what they
 * had when they came in. */
#define COST_RETURNS(scope)                                                                 \
    COSTED_LINES                                                                            \
    "LEFT " WITH_COSTS " WHERE l.class = 'return' AND " scope " AND l.sku IN "              \
    "(SELECT sku " DATED_COSTS ") AND " BRINGS_GOODS " AND l.cost_e4 IS DISTINCT FROM "     \
    "l.quantity * p.cost_e4 AND (p.is_dated OR l.cost_e4 IS NULL OR EXISTS (SELECT 1 FROM " \
    "product d WHERE d.store = l.store AND d.sku = l.sku AND d.valid_from IS NOT NULL AND " \
    "d.cost_e4 * l.quantity = l.cost_e4));" WRITE_COSTED "DROP TABLE recosted"

enum status merge_cost_returns(struct import_job *j, struct error *why)
{
    int64_t dated = 0;
    const enum status st = count_dated(j, &dated, why);
    return st == STATUS_OK && dated > 0
               ? job_exec(j, why, "%s", COST_RETURNS("l.store = getvariable('store')"))
               : st;
}

enum status imports_undo_return_costs(struct conn *c, struct error *why)
{
    return conn_exec(c, COST_RETURNS("l.order_key IN (FROM undo_order)"), why);
}

/* ---- Lists that come in ---------------------------------------------------------------------- */

/* Amounts that are known make way for those of the file in another currency (merge_table.c). */
static enum status tell_taken_away(struct import_job *j, struct error *why)
{
    return job_tell(
        j,
        "SELECT count(DISTINCT n.sku) FROM product n JOIN product_old o ON o.superseded_by = "
        "getvariable('import_id') AND o.store = n.store AND o.sku = n.sku AND o.valid_from IS NOT "
        "DISTINCT FROM n.valid_from AND o.currency <> n.currency WHERE n.import_id = "
        "getvariable('import_id') AND ((o.price_e4 IS NOT NULL AND n.price_e4 IS NULL) OR "
        "(o.cost_e4 IS NOT NULL AND n.cost_e4 IS NULL))",
        "%lld articles had a price or cost in another currency than the amounts of this list: "
        "it counts no more\n",
        why);
}

enum status merge_costs_to_lines(struct import_job *j, struct error *why)
{
    int64_t dated = 0;
    enum status st = count_dated(j, &dated, why);
    if (st == STATUS_OK)
        st = job_exec(
            j,
            why,
            COSTED_LINES WITH_COSTS
            " WHERE l.store = getvariable('store') AND l.sku IN (SELECT sku FROM product WHERE "
            "  import_id = getvariable('import_id') AND cost_e4 IS NOT NULL) AND l.class IN "
            "  ('sale', 'return', 'giveaway') AND " BRINGS_GOODS " AND %s;" WRITE_COSTED
            "INSERT INTO dirty SELECT DISTINCT l.store, unnest([l.local_date, l.order_date]) "
            "  FROM order_line l JOIN product p ON p.sku = l.sku AND p.store = l.store "
            "  WHERE p.import_id = getvariable('import_id')",
            dated > 0
                ? "(l.cost_e4 IS NULL OR (p.is_dated AND l.cost_e4 <> l.quantity * p.cost_e4))"
                : "l.cost_e4 IS NULL");
    if (st == STATUS_OK)
        st = tell_taken_away(j, why);
    return st == STATUS_OK ? merge_tell_foreign_costs(j, why) : st;
}

/* ---- Notes ----------------------------------------------------------------------------------- */

enum status merge_tell_foreign_costs(struct import_job *j, struct error *why)
{
    int64_t currencies = 0;
    const enum status st =
        job_count(j,
                  "SELECT count(DISTINCT currency) FROM (SELECT currency FROM orders WHERE store = "
                  "getvariable('store') UNION ALL SELECT currency FROM product WHERE store = "
                  "getvariable('store') AND cost_e4 IS NOT NULL)",
                  &currencies,
                  why);
    if (st != STATUS_OK || currencies < 2)
        return st;
    return job_tell(
        j,
        "SELECT count(DISTINCT l.sku) FROM order_line l JOIN product p ON p.store = l.store AND "
        "p.sku = l.sku AND p.currency <> l.currency WHERE l.store = getvariable('store') AND "
        "l.cost_e4 IS NULL AND l.class IN ('sale', 'giveaway') AND p.cost_e4 IS NOT NULL AND "
        "(l.import_id = getvariable('import_id') OR p.import_id = getvariable('import_id'))",
        "%lld articles have a cost in another currency than that of their orders: it does not "
        "count for these (a column currency in the list of articles says which one it is)\n",
        why);
}
