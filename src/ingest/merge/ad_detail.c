/* Ad spend of one day (or one period) may be told in more or less detail: by campaign, by the
 * campaign's id, by ad group, by ad. The same money must not count twice:
 *
 *   what a finer report says already in sum     is left out: the detail stays
 *   else the later report counts                what earlier ones say of that money makes way
 *
 * Figures are of one money when store, channel, days and currency are the same and the names
 * (medium, campaign, id, ad group, ad) are, wherever both tell one; without a channel, both must
 * name the same campaign. Rows of one file never compete, nor what a row restates by its key. */
#include "ingest/merge/merge_table_priv.h"

/* A figure of each key, with what can be compared. */
#define FIGURES                                                                                    \
    " AS k, local_date AS first, coalesce(end_date, local_date) AS last, channel, currency, "      \
    "medium, campaign, campaign_id, ad_group, ad, ad_id, (medium IS NOT NULL)::INT + (campaign "   \
    "IS NOT NULL)::INT + (campaign_id IS NOT NULL)::INT + (ad_group IS NOT NULL)::INT + (ad IS "   \
    "NOT NULL)::INT + (ad_id IS NOT NULL)::INT AS detail, sum(spend_e4)::HUGEINT AS spend, "       \
    "sum(impressions)::HUGEINT AS impressions, sum(clicks)::HUGEINT AS clicks, "                   \
    "sum(claimed_orders)::HUGEINT AS claimed_orders, sum(claimed_e4)::HUGEINT AS claimed, "        \
    "sum(conversions) AS conversions, count(*) AS lines, max(version) AS version, max(import_id) " \
    "AS import_id "

#define ONE_NAME(column) \
    " AND (o." column " = n." column " OR o." column " IS NULL OR n." column " IS NULL)"
/* n tells no name that o does not. */
#define NAMED_TOO(column) " AND (n." column " IS NULL OR o." column " IS NOT NULL)"

#define NAMES_AGREE      \
    ONE_NAME("medium")   \
    ONE_NAME("campaign") \
    ONE_NAME("campaign_id") ONE_NAME("ad_group") ONE_NAME("ad") ONE_NAME("ad_id")
#define IS_FINER                                                                             \
    "o.detail > n.detail" NAMED_TOO("medium") NAMED_TOO("campaign") NAMED_TOO("campaign_id") \
        NAMED_TOO("ad_group") NAMED_TOO("ad") NAMED_TOO("ad_id")

/* ad_new, ad_known: figures that the other side does not have by their key; ad_same: which of them
 * are of one money. Of rows that join others of their file only newer ones compete. */
static enum status find_same(struct import_job *j, str key, struct error *why)
{
    return job_exec(j,
                    why,
                    "CREATE OR REPLACE TEMP TABLE ad_new AS SELECT %.*s" FIGURES
                    "  FROM incoming WHERE %.*s NOT IN (SELECT %.*s FROM ad_spend) GROUP BY ALL;"
                    "CREATE OR REPLACE TEMP TABLE ad_known AS SELECT %.*s" FIGURES
                    "  FROM ad_spend WHERE store = getvariable('store') AND local_date IN (SELECT "
                    "  first FROM ad_new) AND %.*s NOT IN (SELECT %.*s FROM incoming) GROUP BY ALL;"
                    "CREATE OR REPLACE TEMP TABLE ad_same AS SELECT n.k AS new_k, o.k AS old_k, "
                    "  (" IS_FINER ") AS is_finer FROM ad_new n JOIN ad_known o ON o.first = "
                    "  n.first AND o.last = n.last AND o.currency IS NOT DISTINCT FROM n.currency "
                    "  AND o.channel IS NOT DISTINCT FROM n.channel WHERE (n.channel IS NOT NULL "
                    "  OR o.campaign = n.campaign) AND (%s OR o.version > n.version)" NAMES_AGREE,
                    STR_ARG(key),
                    STR_ARG(key),
                    STR_ARG(key),
                    STR_ARG(key),
                    STR_ARG(key),
                    STR_ARG(key),
                    j->options->repairs > 0 || j->fills > 0 ? "false" : "true");
}

/* ad_left: new figures that are older than what they meet, or that finer ones have told; ad_way:
 * known ones that make way. What is written with two decimals sums to within half of the last one
 * for each line. */
static const char left_and_way[] =
    "CREATE OR REPLACE TEMP MACRO agrees(whole, parts, off) AS "
    "  whole IS NULL OR coalesce(abs(whole - parts) <= off, false);"

    "CREATE OR REPLACE TEMP TABLE ad_left AS SELECT k, is_stale, import_id FROM ("
    "  SELECT n.k, any_value(n) AS n, max(o.version) > any_value(n.version) AS is_stale, "
    "    max(o.import_id) AS import_id, bool_and(s.is_finer) AS is_finer, "
    "    sum(o.lines) + any_value(n.lines) AS lines, sum(o.spend) AS spend, "
    "    sum(o.impressions) AS impressions, sum(o.clicks) AS clicks, "
    "    sum(o.claimed_orders) AS claimed_orders, sum(o.claimed) AS claimed, "
    "    sum(o.conversions) AS conversions "
    "  FROM ad_same s JOIN ad_new n ON n.k = s.new_k JOIN ad_known o ON o.k = s.old_k "
    "  GROUP BY n.k) "
    "WHERE is_stale OR (is_finer AND agrees(n.spend, spend, 0) "
    "  AND agrees(n.impressions, impressions, 0) AND agrees(n.clicks, clicks, 0) "
    "  AND agrees(n.claimed_orders, claimed_orders, 0) "
    "  AND agrees(n.claimed, claimed, lines * 50) "
    "  AND agrees(n.conversions, conversions, lines * 0.005));"

    "CREATE OR REPLACE TEMP TABLE ad_way AS SELECT DISTINCT old_k AS k FROM ad_same "
    "WHERE new_k NOT IN (SELECT k FROM ad_left)";

static enum status find_left(struct import_job *j, struct error *why)
{
    return job_exec(j, why, "%s", left_and_way);
}

static enum status make_way(struct import_job *j, str key, struct error *why)
{
    return job_exec(
        j,
        why,
        "INSERT INTO left_for SELECT n.row_no, l.import_id FROM incoming n JOIN ad_left l ON l.k = "
        "  %.*s;"
        "INSERT INTO left_out SELECT CASE WHEN l.is_stale THEN 'stale' ELSE 'duplicate' END, NULL, "
        "  NULL, NULL, n.row_no FROM incoming n JOIN ad_left l ON l.k = %.*s;"
        "DELETE FROM incoming WHERE %.*s IN (SELECT k FROM ad_left);"
        "INSERT INTO ad_spend_old SELECT a.*, getvariable('import_id') FROM ad_spend a WHERE %.*s "
        "  IN (SELECT k FROM ad_way);"
        "DELETE FROM ad_spend WHERE %.*s IN (SELECT k FROM ad_way)",
        STR_ARG(key),
        STR_ARG(key),
        STR_ARG(key),
        STR_ARG(key),
        STR_ARG(key));
}

static void tell_one(struct import_job *j, const struct frame *f, size_t i, enum lang lang)
{
    struct buf before;
    struct buf after;
    buf_init(&before, 64);
    buf_init(&after, 64);
    buf_add_money_grouped(&before, frame_i128(f, 3, i), 2);
    buf_add_money_grouped(&after, frame_i128(f, 4, i), 2);
    buf_addf(j->notes,
             tr(lang,
                "ad spend of %.*s: what an earlier report says of %.*s in other detail (%.*s %.*s) "
                "makes way for this one (%.*s), so that nothing counts twice\n"),
             STR_ARG(frame_str(f, 0, i)),
             STR_ARG(frame_str(f, 1, i)),
             STR_ARG(frame_str(f, 2, i)),
             STR_ARG(buf_str(&before)),
             STR_ARG(buf_str(&after)));
    buf_release(&before);
    buf_release(&after);
}

/* A line for each channel and currency that something makes way in. */
static enum status tell(struct import_job *j, struct error *why)
{
    struct frame *f = NULL;
    const enum status st = conn_query(
        j->conn,
        STR("SELECT coalesce(o.channel, ''), min(o.first)::VARCHAR || ' .. ' || "
            "max(o.last)::VARCHAR, coalesce(o.currency, ''), sum(o.spend)::HUGEINT, "
            "any_value(n.spend)::HUGEINT FROM ad_known o JOIN ad_way w ON w.k = o.k JOIN (SELECT "
            "channel, currency, sum(spend) AS spend FROM ad_new WHERE k IN (SELECT new_k FROM "
            "ad_same) AND k NOT IN (SELECT k FROM ad_left) GROUP BY ALL) n ON n.channel IS NOT "
            "DISTINCT FROM o.channel AND n.currency IS NOT DISTINCT FROM o.currency GROUP BY "
            "o.channel, o.currency ORDER BY 1, 3"),
        NULL,
        0,
        &f,
        why);
    for (size_t i = 0; st == STATUS_OK && i < frame_rows(f); i++)
        tell_one(j, f, i, why != NULL ? why->lang : LANG_EN);
    frame_free(f);
    return st;
}

enum status merge_ad_detail(struct import_job *j, str key, struct error *why)
{
    int64_t clashes = 0;
    enum status st = find_same(j, key, why);
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM ad_same", &clashes, why);
    if (st != STATUS_OK || clashes == 0)
        return st;
    st = find_left(j, why);
    if (st == STATUS_OK)
        st = make_way(j, key, why);
    return st == STATUS_OK ? tell(j, why) : st;
}
