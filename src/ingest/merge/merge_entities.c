/* Customers and products that orders name and the shop does not have yet. */
#include "ingest/merge/merge_orders_priv.h"

enum status merge_order_customers(struct import_job *j, struct error *why)
{
    if (!reading_has(j->reading, "customer_id"))
        return STATUS_OK;
    return job_exec(
        j,
        why,
        "%s",
        "INSERT INTO customer BY NAME SELECT i.key AS customer_key, job.store, "
        "i.id AS customer_id, o.country, o.channel AS acquired_channel, "
        "o.campaign AS acquired_campaign, job.source, job.import_id, o.first_row AS "
        "row_no, job.version FROM (SELECT key, min(id) AS id FROM key_of_customer GROUP BY 1) i "
        "CROSS JOIN job JOIN (SELECT customer_key, "
        "arg_min(country, placed_at) AS country, arg_min(channel, placed_at) AS channel, "
        "arg_min(campaign, placed_at) AS campaign, min(first_row) AS first_row FROM ord "
        "GROUP BY 1) o ON o.customer_key = i.key WHERE "
        "NOT EXISTS (SELECT 1 FROM customer c WHERE c.customer_key = i.key)");
}

enum status merge_order_products(struct import_job *j, struct error *why)
{
    if (!reading_has(j->reading, "sku"))
        return STATUS_OK;
    return job_exec(
        j,
        why,
        "INSERT INTO product BY NAME SELECT job.store, s.sku, s.title, job.currency, "
        "job.source, job.import_id, s.first_row AS row_no, job.version FROM (SELECT sku, "
        "%s AS title, min(row_no) AS first_row FROM stage WHERE sku IS NOT NULL AND "
        "class IN ('sale', 'return', 'giveaway', 'stock_move', 'cancelled') GROUP BY 1) s "
        "CROSS JOIN job WHERE NOT EXISTS (SELECT 1 FROM product p WHERE "
        "p.store = job.store AND p.sku = s.sku)",
        reading_has(j->reading, "title")
            ? "coalesce(arg_max(title, row_no) FILTER (class = 'sale'), max(title))"
            : "NULL");
}
