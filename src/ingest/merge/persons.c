/* Customers whose platform gives them another id with each order (Olist's customer_id) and tells in
 * a file of customers which ids are one person (person_id).
 *
 * All ids of a person have one key of `identity`; the person's own line there (kind 'person') keeps
 * it. What came before the file of customers moves to that key, with its days dirty, so that the
 * order of the files does not matter. Ids that were one are not told apart again: orders keep keys.
 */
#include "ingest/merge/merge_table_priv.h"

#include <stdio.h>
#include <string.h>

/* A person's key is the one it has, else the lowest of its ids'. An id that stands twice in the
 * file is of the person named last. */
static enum status find_persons(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE person_id AS SELECT c.key, c.id AS customer_id, "
        "arg_max(s.person_id, s.row_no) AS id FROM stage s JOIN key_of_customer c "
        "ON c.id = s.customer_id WHERE s.person_id IS NOT NULL GROUP BY 1, 2;"
        "CREATE OR REPLACE TEMP TABLE person AS SELECT i.id, "
        "coalesce(min(p.key), min(i.key)) AS key, min(p.key) IS NOT NULL AS is_known "
        "FROM person_id i LEFT JOIN identity p ON p.kind = 'person' AND p.store = "
        "getvariable('store') AND p.id = i.id GROUP BY 1;"
        "INSERT INTO identity SELECT 'person', getvariable('store'), id, key, "
        "getvariable('import_id') FROM person WHERE NOT is_known ORDER BY key;"
        "CREATE OR REPLACE TEMP TABLE person_move AS SELECT i.key AS old_key, min(p.key) AS key "
        "FROM person_id i JOIN person p ON p.id = i.id GROUP BY 1 HAVING i.key <> min(p.key)");
}

static enum status move_table(struct import_job *j, const char *table, struct error *why)
{
    return job_exec(j,
                    why,
                    "UPDATE \"%s\" SET customer_key = m.key FROM person_move m "
                    "WHERE \"%s\".customer_key = m.old_key",
                    table,
                    table);
}

/* Rows with the key, and those that an undo may bring back. */
static enum status move_facts(struct import_job *j, struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < commerce_table_count && st == STATUS_OK; i++) {
        const struct table *t = &commerce_tables[i];
        char old[80];
        if (t->view != NULL || strcmp(t->name, "customer") == 0 ||
            table_column(t, STR("customer_key")) == NULL)
            continue;
        (void)snprintf(old, sizeof old, "%s_old", t->name);
        st = move_table(j, t->name, why);
        if (st == STATUS_OK && t->has_history)
            st = move_table(j, old, why);
    }
    return st;
}

enum status merge_move_customers(struct import_job *j, struct error *why)
{
    const enum status st = job_exec(
        j,
        why,
        "%s",
        "INSERT INTO dirty SELECT DISTINCT store, day FROM ("
        "SELECT store, customer_key, unnest([local_date, paid_date]) AS day FROM orders "
        "UNION ALL "
        "SELECT store, customer_key, unnest([local_date, order_date]) AS day FROM order_line) "
        "WHERE day IS NOT NULL AND customer_key IN (SELECT old_key FROM person_move);"
        "UPDATE identity SET key = m.key FROM person_move m WHERE identity.kind = 'customer' AND "
        "identity.store = getvariable('store') AND identity.key = m.old_key;"
        "UPDATE key_of_customer SET key = m.key FROM person_move m "
        "WHERE key_of_customer.key = m.old_key;"
        "INSERT INTO customer_old SELECT c.*, getvariable('import_id') FROM customer c "
        "WHERE customer_key IN (SELECT old_key FROM person_move);"
        "DELETE FROM customer WHERE customer_key IN (SELECT old_key FROM person_move)");
    return st == STATUS_OK ? move_facts(j, why) : st;
}

enum status merge_persons(struct import_job *j, struct error *why)
{
    int64_t moved = 0;
    enum status st = find_persons(j, why);
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM person_move", &moved, why);
    if (st == STATUS_OK && moved > 0)
        st = merge_move_customers(j, why);
    return st == STATUS_OK ? job_exec(j,
                                      why,
                                      "%s",
                                      "DROP TABLE person; DROP TABLE person_id; DROP TABLE "
                                      "person_move")
                           : st;
}
