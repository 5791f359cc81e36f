/* Tables whose rows are told by groups: rows of one key are parts of one figure, or one figure that
 * a later file restates. */
#include "ingest/merge/merge_table_priv.h"

#include <string.h>

static const struct group {
    const char *table;
    const char *key;
    bool last_counts; /* of rows with one key in a file; else all of them */
} groups[] = {
    { "ad_spend",
      "store, local_date, end_date, channel, medium, campaign, campaign_id, ad_group, ad, ad_id",
      false },
    { "order_item", "store, order_key", false },
    { "platform_stat", "store, sku, channel, measure, local_date, end_date", true },
};

static const struct group *group_of(const struct import_job *j)
{
    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        if (strcmp(groups[i].table, j->mapping->target.table->name) == 0)
            return &groups[i];
    }
    return NULL;
}

bool merge_has_groups(const struct import_job *j)
{
    return group_of(j) != NULL;
}

/* The key as one text, nulls included. */
static str key_text(struct import_job *j, const char *columns)
{
    struct buf sql;
    str rest = str_from(columns);
    buf_init(&sql, 8192);
    buf_adds(&sql, "concat_ws(chr(31)");
    while (rest.len > 0) {
        const str column = str_trim(str_take_until(&rest, ','));
        buf_addf(&sql, ", coalesce(%.*s::VARCHAR, chr(30))", STR_ARG(column));
    }
    buf_adds(&sql, ")");
    const str text = arena_dup(j->arena, buf_str(&sql));
    buf_release(&sql);
    return text;
}

static enum status drop_earlier(struct import_job *j, str key, struct error *why)
{
    return job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE earlier AS SELECT id, row_no FROM (SELECT rowid AS "
        "  id, row_no, row_number() OVER (PARTITION BY %.*s ORDER BY row_no DESC) AS nth "
        "  FROM incoming) WHERE nth > 1;"
        "INSERT INTO left_out SELECT 'duplicate', NULL, NULL, NULL, row_no FROM earlier;"
        "DELETE FROM incoming WHERE rowid IN (SELECT id FROM earlier)",
        STR_ARG(key));
}

/* group_differing: keys whose rows are new or not the same; group_stale: those of them that the
 * shop has from a newer file. */
static enum status find_differing(struct import_job *j, str key, struct error *why)
{
    const char *table = j->mapping->target.table->name;
    struct buf content;
    buf_init(&content, 8192);
    merge_content_columns(j->mapping->target.table, &content);
    const str c = buf_str(&content);
    const enum status st = job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE group_new AS SELECT %.*s AS k, min(version) AS version FROM "
        "  incoming GROUP BY 1;"
        "CREATE OR REPLACE TEMP TABLE group_old AS SELECT k, max(version) AS version FROM (SELECT "
        "  %.*s AS k, version FROM \"%s\") WHERE k IN (SELECT k FROM group_new) GROUP BY 1;"
        "CREATE OR REPLACE TEMP TABLE group_differing AS SELECT DISTINCT k FROM (SELECT %.*s AS k, "
        "  sum(side) AS balance FROM (SELECT %.*s, 1 AS side FROM incoming UNION ALL SELECT %.*s, "
        "-1 "
        "  AS side FROM \"%s\" WHERE %.*s IN (SELECT k FROM group_new)) GROUP BY %.*s) "
        "  WHERE balance <> 0;"
        "CREATE OR REPLACE TEMP TABLE group_stale AS SELECT n.k FROM group_new n JOIN group_old o "
        "  ON o.k = n.k WHERE n.version < o.version AND n.k IN (SELECT k FROM group_differing)",
        STR_ARG(key),
        STR_ARG(key),
        table,
        STR_ARG(key),
        STR_ARG(c),
        STR_ARG(c),
        table,
        STR_ARG(key),
        STR_ARG(c));
    buf_release(&content);
    return st;
}

static enum status replace_groups(struct import_job *j, str key, struct error *why)
{
    const char *table = j->mapping->target.table->name;
    return job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE group_out AS SELECT rowid AS id, row_no, %.*s IN (SELECT k "
        "FROM "
        "  group_stale) AS is_stale FROM incoming WHERE %.*s NOT IN (SELECT k FROM group_differing "
        "  EXCEPT SELECT k FROM group_stale);"
        "INSERT INTO left_for SELECT DISTINCT n.row_no, o.import_id FROM (SELECT row_no, %.*s AS k "
        "  FROM incoming WHERE rowid IN (SELECT id FROM group_out)) n JOIN (SELECT %.*s AS k, "
        "  import_id FROM \"%s\") o ON o.k = n.k;"
        "INSERT INTO left_out SELECT CASE WHEN is_stale THEN 'stale' ELSE 'duplicate' END, NULL, "
        "  NULL, NULL, row_no FROM group_out;"
        "DELETE FROM incoming WHERE rowid IN (SELECT id FROM group_out);"
        "CREATE OR REPLACE TEMP TABLE group_gone AS SELECT rowid AS id FROM \"%s\" WHERE %.*s IN "
        "  (SELECT k FROM group_differing EXCEPT SELECT k FROM group_stale);"
        "INSERT INTO \"%s_old\" SELECT o.*, getvariable('import_id') FROM \"%s\" o WHERE rowid IN "
        "  (SELECT id FROM group_gone);"
        "DELETE FROM \"%s\" WHERE rowid IN (SELECT id FROM group_gone)",
        STR_ARG(key),
        STR_ARG(key),
        STR_ARG(key),
        STR_ARG(key),
        table,
        table,
        STR_ARG(key),
        table,
        table,
        table);
}

enum status merge_groups(struct import_job *j, struct error *why)
{
    const struct group *g = group_of(j);
    BUG_IF(g == NULL);
    const str key = key_text(j, g->key);
    enum status st = job_exec(
        j, why, "%s", "CREATE OR REPLACE TEMP TABLE incoming AS SELECT * FROM incoming_rows");
    if (st == STATUS_OK && strcmp(g->table, "platform_stat") == 0)
        st = job_exec(j, why, "%s", COMMERCE_SET_PERIODS("incoming"));
    if (st == STATUS_OK && g->last_counts)
        st = drop_earlier(j, key, why);
    if (st == STATUS_OK && strcmp(g->table, "ad_spend") == 0)
        st = merge_ad_detail(j, key, why);
    if (st == STATUS_OK && strcmp(g->table, "ad_spend") == 0)
        st = merge_ad_totals(j, key, why);
    if (st == STATUS_OK)
        st = find_differing(j, key, why);
    return st == STATUS_OK ? replace_groups(j, key, why) : st;
}
