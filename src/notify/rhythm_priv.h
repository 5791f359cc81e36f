/* Between the files of this module: questions asked on the way, figures for the document.
 *
 *   rhythm.c    front door: which report, its days; questions; figures
 *   morning.c   yesterday on one screen
 *   footnotes.c  what stands at the end
 *   card.c      the same in at most eight lines
 *   breakdown.c a table by one dimension, a chart over days
 *   pace.c      figures so far beside their targets
 *   movers.c    articles up and down with the reason; what sells out soon
 *   actions.c   who does what by when; what actions of the week before brought
 *   waiting.c   bad reviews and refunds that wait
 *   rivals.c    prices of rivals beside the shop's own
 *   stock_age.c how long stock has lain
 *   changes.c   what was changed about articles, and how they sold before and after
 *   week.c      bridge, channels, goods
 *   quadrant.c  goods by traffic and conversion
 *   launches.c  how new articles sold
 *   month.c     profit of each store, and how it differs from the close
 *   month_cohorts.c  buyers by the month of their first order
 *   outlook.c   the month to come
 *   close.c     keeping a month's figures
 *   promo.c     a promotion beside last year's
 */
#ifndef SHOPVANE_NOTIFY_RHYTHM_PRIV_H
#define SHOPVANE_NOTIFY_RHYTHM_PRIV_H

#include "notify/notify.h"

#define RHYTHM_ANSWERS_MAX 64

struct rhythm_run {
    const struct query_context *context;
    const struct rhythm_question *question;
    struct document *document;
    struct arena *arena;
    enum lang lang;
    int32_t today;
    struct day_range range;
    struct answer *answers[RHYTHM_ANSWERS_MAX]; /* live until the report is done */
    size_t answer_count;
    const char **reasons; /* why KPIs have no value, each once */
    size_t reason_count;
    size_t reason_cap;
    bool has_partial; /* a figure whose data is not all there was shown */
};

/* Today, and the days of the report; the question's answers and the arena are freed at the end. */
MUST_CHECK enum status rhythm_range(struct rhythm_run *r, struct error *why);
const char *rhythm_name(enum rhythm rhythm); /* "morning" */
/* "Morning · 2026-11-24 · gifts"; in the arena. */
str rhythm_title(struct rhythm_run *r);
void rhythm_release(struct rhythm_run *r);

/* Zeroes mean "not given". */
struct rhythm_ask {
    const char *const *kpis;
    size_t kpi_count;
    struct day_range range;
    const char *grain;
    const char *by;
    const char *compare;
    const char *sort;
    const char *where;
    const char *target; /* level: how figures stand to their targets, */
    int32_t target_to;  /* which run to this day */
};
/* The answer lives as long as the run. */
MUST_CHECK enum status rhythm_ask(struct rhythm_run *r,
                                  const struct rhythm_ask *ask,
                                  const struct answer **out,
                                  struct error *why);
/* The same over several ranges, each with what it is compared with, in place of ask->range and
 * ask->compare. */
#define RHYTHM_SPANS_MAX 8
struct rhythm_span {
    struct day_range range;
    const char *compare;
    bool only_total; /* no row of it is shown */
};
MUST_CHECK enum status rhythm_ask_spans(struct rhythm_run *r,
                                        const struct rhythm_ask *ask,
                                        const struct rhythm_span *spans,
                                        size_t n,
                                        const struct answer **out,
                                        struct error *why);

/* ---- figures for the document ---- */

struct figure rhythm_words(str text);
/* A literal of this module in the document's language. */
#define WORDS(r, text) rhythm_words(str_from(tr((r)->lang, (text))))
/* The value; "late" where the day's data is not there, with the reason kept for the end. */
struct figure rhythm_figure(struct rhythm_run *r,
                            const struct answer *a,
                            const struct answer_kpi *k,
                            const struct answer_row *row);
/* Against the compared value: per cent, and points for shares; marked where that value is not
 * complete. */
struct figure rhythm_change(struct rhythm_run *r,
                            const struct answer_kpi *k,
                            const struct answer_row *row);
/* What the KPI's total is compared with. */
struct figure rhythm_compared(struct rhythm_run *r, const struct answer *a, size_t kpi);
struct figure rhythm_count(struct rhythm_run *r, int64_t n);
/* An amount of this currency, which is named when it is not the shop's. */
struct figure rhythm_amount(struct rhythm_run *r, i128 value_e4, str currency);
/* part / whole in per cent; "–" of nothing. */
struct figure rhythm_share(struct rhythm_run *r, i128 part, i128 whole);
/* An amount that is not a KPI's own value: parts of a change. */
struct figure rhythm_money(struct rhythm_run *r, const struct answer *a, i128 value_e4);
void rhythm_cells(struct rhythm_run *r, const struct figure *cells, size_t n);
/* A table with a column for each KPI of the answer, between a first head and a last one, which are
 * in the document's language; last == NULL: none. */
void rhythm_table_of_kpis(struct rhythm_run *r,
                          const char *first,
                          const struct answer *a,
                          const char *last);
/* A heading, and a table of texts in the document's language. */
void rhythm_table(struct rhythm_run *r, const char *const *heads, size_t n);
void rhythm_heading(struct rhythm_run *r, const char *text);
/* `fmt` is a literal English text; its Chinese twin is used where it belongs. */
void rhythm_sentencef(struct rhythm_run *r, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* What the marks mean, what `kpi` notes of the same figures, and why values are missing. */
void rhythm_foot(struct rhythm_run *r);
/* The row of a dimension value; NULL: there is none. */
const struct answer_row *rhythm_row(const struct answer *a, const struct answer_kpi *k, str by);
/* Figures of the KPI over the answer's periods, NAN where there is none; in the arena. */
double *rhythm_series(struct rhythm_run *r, const struct answer *a, size_t kpi, bool compared);
const str *rhythm_labels(struct rhythm_run *r, const struct answer *a);
/* Festivals of the range as bands of a chart over its days. */
size_t rhythm_bands(struct rhythm_run *r,
                    struct day_range days,
                    struct chart_band *out,
                    size_t cap);
/* A table of the KPIs by ask->by, at most `most` rows and how many are not shown. A fact that lacks
 * the dimension is said in place of the table. */
MUST_CHECK enum status rhythm_breakdown(struct rhythm_run *r,
                                        const char *heading,
                                        const struct rhythm_ask *ask,
                                        size_t most,
                                        struct error *why);
/* The first KPI of an answer by day, beside what it is compared with. */
MUST_CHECK enum status rhythm_day_chart(struct rhythm_run *r,
                                        const struct answer *a,
                                        struct day_range days,
                                        struct error *why);
/* "2024-03-01", in the arena. */
/* A comparison of the filter language, such as `sku =`, with a text, in which quotes are doubled;
 * NULL: out of memory. */
const char *rhythm_where(struct rhythm_run *r, const char *before, str value);
/* Rows of a statement of our own, about what no KPI says. Where its text has "@stores" stands
 * " AND store IN (...)" when the question is about some stores only. *out is the caller's. */
MUST_CHECK enum status rhythm_rows(struct rhythm_run *r,
                                   const char *sql,
                                   const struct param *params,
                                   size_t n,
                                   struct frame **out,
                                   struct error *why);
/* A text of a frame that outlives it; empty where there is none. */
str rhythm_cell(struct rhythm_run *r, const struct frame *f, size_t column, size_t row);
/* The store is one of a question's; no stores mean all. */
bool rhythm_has_store(const str *stores, size_t n, str store);
/* Titles of articles in the question's stores; what has none there keeps its number. */
MUST_CHECK enum status rhythm_titles(struct rhythm_run *r, str *skus, size_t n, struct error *why);

/* ---- the reports ---- */

MUST_CHECK enum status morning_write(struct rhythm_run *r, struct error *why);
/* All KPIs with a target that touches the days; in the arena. */
MUST_CHECK enum status pace_kpis(struct rhythm_run *r,
                                 struct day_range days,
                                 const char *const **kpis,
                                 size_t *n,
                                 struct error *why);
/* Figures of [so_far] by store beside targets that run to `to`; NULL when there are none. */
MUST_CHECK enum status pace_ask(struct rhythm_run *r,
                                struct day_range so_far,
                                int32_t to,
                                const struct answer **out,
                                struct error *why);
void pace_write(struct rhythm_run *r, const char *heading, const struct answer *a);
/* A ratio of a goal, in per cent. */
struct figure pace_share(struct rhythm_run *r,
                         const struct answer *a,
                         const struct answer_kpi *k,
                         const struct answer_value *v);
/* A light for each store and KPI; what is needed when `a` is NULL. */
void scorecard_write(struct rhythm_run *r, const struct answer *a);
MUST_CHECK enum status cohorts_write(struct rhythm_run *r, struct error *why);
/* Targets of the month after the report's, else a proposal. */
MUST_CHECK enum status outlook_write(struct rhythm_run *r, struct error *why);
/* Articles by traffic and conversion, high and low of each. */
MUST_CHECK enum status quadrant_write(struct rhythm_run *r, struct error *why);
/* How new articles sold by day 1, 3, 7 and 14. */
MUST_CHECK enum status launches_write(struct rhythm_run *r, struct error *why);
/* Sales, units and stock by article, against `compare`: what the two tables below are made of. */
MUST_CHECK enum status articles_ask(struct rhythm_run *r,
                                    const char *compare,
                                    const struct answer **out,
                                    struct error *why);
MUST_CHECK enum status movers_write(struct rhythm_run *r,
                                    const struct answer *a,
                                    struct error *why);
MUST_CHECK enum status sellouts_write(struct rhythm_run *r,
                                      const struct answer *a,
                                      struct error *why);
/* Actions that were due up to the report's day, and the next ones; nothing when there are none. */
MUST_CHECK enum status actions_write(struct rhythm_run *r, struct error *why);
/* What became of the KPIs of the actions that were done in the report's week and the one before. */
MUST_CHECK enum status results_write(struct rhythm_run *r, struct error *why);
/* Bad reviews without an answer and refunds that have not ended. */
MUST_CHECK enum status waiting_write(struct rhythm_run *r, struct error *why);
/* The shop's prices beside its rivals'. */
MUST_CHECK enum status rivals_write(struct rhythm_run *r, struct error *why);
/* Units and value of stock by the age of the receipts that it is left of. */
MUST_CHECK enum status stock_age_write(struct rhythm_run *r, struct error *why);
/* Changes of articles in the report's days; nothing when there are none. */
MUST_CHECK enum status changes_write(struct rhythm_run *r, struct error *why);
MUST_CHECK enum status week_write(struct rhythm_run *r, struct error *why);
MUST_CHECK enum status month_write(struct rhythm_run *r, struct error *why);
MUST_CHECK enum status promo_write(struct rhythm_run *r, struct error *why);
/* A festival by its name in the reader's language; one of the shop's own events as it was asked
 * for. */
str promo_name(const struct rhythm_run *r);
/* The days of a promotion in the year that the question's date names, else the latest begun. */
MUST_CHECK enum status promo_range(struct rhythm_run *r, struct error *why);
/* How today's figures and targets differ from the month's close, when there is one; pace == NULL:
 * there are no targets. */
MUST_CHECK enum status close_differences(struct rhythm_run *r,
                                         const struct answer *now,
                                         const struct answer *pace,
                                         struct error *why);
/* The KPIs of the month's table, top down. */
extern const char *const month_lines[];
extern const size_t month_line_count;

#endif
