/* Price and cost of an article that a list tells of again: rows of the stage, s, beside what is
 * known of it, known_article.
 *
 * The amounts of an article are of one currency: that of the amounts that the file brings, else
 * (and beside an older file) that of those that are known. Those of another currency are left out:
 * as amounts of this one they would be wrong. */
#include "ingest/merge/merge_table_priv.h"

#define KNOWS_AMOUNTS "(known_article.price_e4 IS NOT NULL OR known_article.cost_e4 IS NOT NULL)"

static const char *currency_of_file(const struct import_job *j)
{
    return reading_has(j->reading, "currency") ? "coalesce(s.currency, job.currency)"
                                               : "job.currency";
}

void merge_add_article_currency(struct buf *sql, const struct import_job *j)
{
    static const char *const fields[] = { "price", "cost" };
    buf_adds(sql, "CASE WHEN " KNOWS_AMOUNTS " AND (" IS_OLDER_ARTICLE_LIST " OR NOT (false");
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        if (reading_has(j->reading, fields[i]))
            buf_addf(sql, " OR s.%s IS NOT NULL", fields[i]);
    }
    buf_addf(sql, ")) THEN known_article.currency ELSE %s END", currency_of_file(j));
}

static void add_amount(struct buf *sql, const struct import_job *j, const char *field, bool is_file)
{
    buf_addf(sql, "CASE WHEN %s = (", is_file ? currency_of_file(j) : "known_article.currency");
    merge_add_article_currency(sql, j);
    buf_addf(sql, is_file ? ") THEN s.\"%s\" END" : ") THEN known_article.\"%s_e4\" END", field);
}

void merge_add_article_amount(struct buf *sql, const struct import_job *j, const char *field)
{
    if (!reading_has(j->reading, field)) {
        add_amount(sql, j, field, false);
        return;
    }
    for (int is_newer = 0; is_newer < 2; is_newer++) {
        buf_adds(sql,
                 is_newer ? " ELSE coalesce("
                          : "CASE WHEN " IS_OLDER_ARTICLE_LIST " THEN coalesce(");
        add_amount(sql, j, field, is_newer);
        buf_adds(sql, ", ");
        add_amount(sql, j, field, !is_newer);
        buf_adds(sql, ")");
    }
    buf_adds(sql, " END");
}
