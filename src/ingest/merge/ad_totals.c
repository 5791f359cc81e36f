/* Ad spend of one platform may come by day and as a total of a period (Meta without Day, 千川), and
 * totals of one period may hold those of another. The same money must not count twice:
 *
 *   a period whose days (or shorter periods) are all there      makes way for them
 *   shorter periods, of which the longer one knows more         make way for it (千川 is exported
 *                                                               from the first of a month to today)
 *   anything else that overlaps                                 is refused
 *
 * Rows are of one money when store and channel are the same and the campaign is, where both name
 * one. A period's days are all there when they reach from its first to its last day, or sum to it:
 * platforms leave out days without spend. */
#include "ingest/merge/merge_table_priv.h"

/* ad_row: the file's rows, and those of the shop that they do not restate; ad_total: periods of
 * more than a day; ad_part: what lies inside of one. */
static enum status find_rows(struct import_job *j, str key, struct error *why)
{
    return job_exec(
        j,
        why,
        "CREATE OR REPLACE TEMP TABLE ad_row AS "
        "WITH given AS (SELECT rowid AS id, true AS is_new, import_id, channel, campaign, "
        "    local_date AS first, coalesce(end_date, local_date) AS last, spend_e4 FROM incoming), "
        "  known AS (SELECT rowid AS id, false AS is_new, import_id, channel, campaign, "
        "    local_date AS first, coalesce(end_date, local_date) AS last, spend_e4 FROM ad_spend "
        "    WHERE store = getvariable('store') AND local_date <= (SELECT max(last) FROM given) "
        "    AND coalesce(end_date, local_date) >= (SELECT min(first) FROM given) "
        "    AND %.*s NOT IN (SELECT %.*s FROM incoming)) "
        "FROM given UNION ALL FROM known WHERE EXISTS (SELECT 1 FROM given g WHERE g.channel IS "
        "  NOT DISTINCT FROM known.channel);"
        "CREATE OR REPLACE TEMP TABLE ad_total AS SELECT row_number() OVER () AS total_id, * FROM "
        "  (SELECT is_new, channel, campaign, first, last, sum(spend_e4) AS spend, max(import_id) "
        "  AS import_id FROM ad_row WHERE last > first GROUP BY ALL);"
        "CREATE OR REPLACE TEMP TABLE ad_part AS SELECT t.total_id, t.first AS of_first, r.*, "
        "r.first >= "
        "  t.first AND "
        "  r.last <= t.last AS is_inside FROM ad_total t JOIN ad_row r ON r.channel IS NOT "
        "  DISTINCT FROM t.channel AND (r.campaign = t.campaign OR r.campaign IS NULL OR "
        "  t.campaign IS NULL) AND r.first <= t.last AND r.last >= t.first AND (r.first <> t.first "
        "  OR r.last <> t.last) AND NOT (r.first <= t.first AND r.last >= t.last) "
        "  AND (t.is_new OR r.is_new)",
        STR_ARG(key),
        STR_ARG(key));
}

/* What is to become of each total: `is_told` by its parts, `is_better` than its parts, or neither.
 */
static enum status judge(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE ad_verdict AS SELECT t.*, p.parts, p.first_part, p.last_part,"
        "  p.of_import, p.all_inside AND (p.parts = t.spend OR (c.first <= t.first AND c.last >= "
        "  t.last)) AS is_told, p.all_inside AND t.is_new AND p.all_old_totals AS is_better "
        "FROM ad_total t JOIN (SELECT total_id, sum(spend_e4) AS parts, min(first) AS first_part, "
        "  max(last) AS last_part, bool_and(is_inside) AS all_inside, bool_and(NOT is_new AND "
        "  (last > first OR first = of_first)) AS all_old_totals, max(import_id) FILTER (NOT "
        "is_new) AS of_import FROM ad_part "
        "  GROUP BY 1) p USING (total_id) LEFT JOIN (SELECT t.total_id, min(r.first) AS first, "
        "  max(r.last) AS last FROM ad_total t JOIN ad_row r ON r.channel IS NOT DISTINCT FROM "
        "  t.channel AND r.first >= t.first AND r.last <= t.last AND (r.first <> t.first OR r.last "
        "  <> t.last) GROUP BY 1) c USING (total_id)");
}

static enum status refuse(struct import_job *j, struct error *why)
{
    struct frame *f = NULL;
    enum status st =
        conn_query(j->conn,
                   STR("SELECT coalesce(channel, ''), first::VARCHAR || ' .. ' || last::VARCHAR, "
                       "first_part::VARCHAR || ' .. ' || last_part::VARCHAR, coalesce(CASE WHEN "
                       "is_new THEN of_import ELSE import_id END, 0)::BIGINT FROM ad_verdict WHERE "
                       "NOT is_told AND NOT is_better ORDER BY first, last LIMIT 1"),
                   NULL,
                   0,
                   &f,
                   why);
    if (st == STATUS_OK && frame_rows(f) > 0)
        st = error_set(why,
                       STATUS_CONFLICT,
                       "ad spend of %.*s: the total of %.*s and what else is told of %.*s overlap, "
                       "and that money would count twice (import #%lld has one of them); nothing "
                       "was imported. Export the missing days alone or all days of the period, or "
                       "undo that import first",
                       STR_ARG(frame_str(f, 0, 0)),
                       STR_ARG(frame_str(f, 1, 0)),
                       STR_ARG(frame_str(f, 2, 0)),
                       (long long)frame_i64(f, 3, 0));
    frame_free(f);
    return st;
}

/* The rows that make way: those of the file are left out, those of the shop are kept for the undo.
 */
static enum status make_way(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE ad_gone AS SELECT DISTINCT r.id, r.is_new FROM ad_row r JOIN "
        "  ad_verdict v ON v.is_told AND r.is_new = v.is_new AND r.channel IS NOT DISTINCT FROM "
        "  v.channel AND r.campaign IS NOT DISTINCT FROM v.campaign AND r.first = v.first AND "
        "  r.last = v.last UNION SELECT p.id, p.is_new FROM ad_part p JOIN ad_verdict v USING "
        "  (total_id) WHERE v.is_better AND NOT v.is_told;"
        "INSERT INTO left_out SELECT 'duplicate', NULL, NULL, NULL, row_no FROM incoming WHERE "
        "  rowid IN (SELECT id FROM ad_gone WHERE is_new);"
        "DELETE FROM incoming WHERE rowid IN (SELECT id FROM ad_gone WHERE is_new);"
        "INSERT INTO ad_spend_old SELECT a.*, getvariable('import_id') FROM ad_spend a WHERE rowid "
        "  IN (SELECT id FROM ad_gone WHERE NOT is_new);"
        "DELETE FROM ad_spend WHERE rowid IN (SELECT id FROM ad_gone WHERE NOT is_new)");
}

/* A line for each period: what makes way for what, and by how much they differ. */
static enum status tell(struct import_job *j, struct error *why)
{
    struct frame *f = NULL;
    const enum lang lang = why != NULL ? why->lang : LANG_EN;
    const enum status st =
        conn_query(j->conn,
                   STR("SELECT coalesce(channel, ''), first::VARCHAR || ' .. ' || last::VARCHAR, "
                       "sum(spend)::HUGEINT, sum(parts)::HUGEINT, bool_or(is_told)::BIGINT FROM "
                       "ad_verdict GROUP BY 1, 2, is_told ORDER BY 2, 1"),
                   NULL,
                   0,
                   &f,
                   why);
    for (size_t i = 0; st == STATUS_OK && i < frame_rows(f); i++) {
        struct buf total;
        struct buf parts;
        buf_init(&total, 64);
        buf_init(&parts, 64);
        buf_add_money_grouped(&total, frame_i128(f, 2, i), 2);
        buf_add_money_grouped(&parts, frame_i128(f, 3, i), 2);
        buf_addf(j->notes,
                 frame_i64(f, 4, i) != 0
                     ? tr(lang,
                          "ad spend of %.*s: the total of %.*s (%.*s) makes way for its days "
                          "(%.*s), so that nothing counts twice\n")
                     : tr(lang,
                          "ad spend of %.*s: the total of %.*s (%.*s) takes the place of those of "
                          "shorter periods in it (%.*s)\n"),
                 STR_ARG(frame_str(f, 0, i)),
                 STR_ARG(frame_str(f, 1, i)),
                 STR_ARG(buf_str(&total)),
                 STR_ARG(buf_str(&parts)));
        buf_release(&total);
        buf_release(&parts);
    }
    frame_free(f);
    return st;
}

enum status merge_ad_totals(struct import_job *j, str key, struct error *why)
{
    int64_t clashes = 0;
    enum status st = find_rows(j, key, why);
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM ad_part", &clashes, why);
    if (st != STATUS_OK || clashes == 0)
        return st;
    st = judge(j, why);
    if (st == STATUS_OK)
        st = refuse(j, why);
    if (st == STATUS_OK)
        st = make_way(j, why);
    return st == STATUS_OK ? tell(j, why) : st;
}
