/* What buyers wait for: bad reviews without an answer, refunds asked for and not ended. Stands on
 * the morning card as it was at the end of the day.
 *
 * A source that never tells an answer leaves open whether one was given; its bad reviews of the
 * last days are shown instead, and that is said. */
#include "notify/rhythm_priv.h"

#define WORDS_MAX   ((size_t)3) /* reviews shown with their words */
#define RECENT_DAYS 7

/* Stores whose files tell answers. */
#define TELLS_ANSWERS "store IN (SELECT store FROM feedback WHERE replied_at IS NOT NULL)"
/* Bad as KPI bad_review_rate has it (kpis/catalogue/09-service.yaml). $1 the day, $2 its end, $3
 * the day before the recent ones; `older`: which are open longer than that. */
#define OPEN_REVIEWS(older)                                                                   \
    " FROM feedback WHERE kind = 'review' AND score <= 2 AND local_date <= $1::DATE AND NOT " \
    "coalesce(replied_at < $2, false) AND (local_date > $3::DATE OR " older ")@stores "

/* What there is to say something from. */
struct sources_there {
    bool reviews;
    bool answers;  /* some review was answered */
    bool requests; /* refunds that say when they were asked for */
};

struct waiting {
    int64_t bad;    /* reviews */
    int64_t untold; /* of those, of stores whose sources tell no answers */
};

static struct param day_param(int32_t day)
{
    return (struct param){ .type = PARAM_DAY, .i64 = day };
}

/* The first moment after the day, in the shop's zone. */
static int64_t day_end_us(const struct rhythm_run *r, int32_t day)
{
    struct zone_cursor cursor = { .from_s = 0 };
    return r->context->zone != NULL ? zone_utc(r->context->zone, &cursor, day + 1, 0, NULL)
                                    : ((int64_t)day + 1) * US_PER_DAY;
}

/* ---- the table ---- */

static void open_table(struct rhythm_run *r, bool *is_open)
{
    static const char *const heads[] = { "case",         "store",  "cases",
                                         "new that day", "amount", "oldest" };
    if (!*is_open) {
        rhythm_heading(r, "Waiting for an answer");
        rhythm_table(r, heads, ARRAY_LEN(heads));
    }
    *is_open = true;
}

static struct figure age_of(struct rhythm_run *r, const struct frame *f, size_t column, size_t row)
{
    if (frame_is_null(f, column, row))
        return rhythm_words(STR("–"));
    const int64_t days = r->range.to - frame_i64(f, column, row);
    return (struct figure){
        .text = arena_printf(r->arena, tr(r->lang, "%lld days"), (long long)days),
        .tone = days >= RECENT_DAYS ? TONE_BAD : TONE_PLAIN,
    };
}

enum { REVIEW_STORE, REVIEW_TOLD, REVIEW_OPEN, REVIEW_NEW, REVIEW_OLDEST };

static void write_review_row(struct rhythm_run *r, const struct frame *f, size_t row, bool told)
{
    const struct figure cells[] = {
        told ? WORDS(r, "bad reviews without an answer") : WORDS(r, "bad reviews of 7 days"),
        rhythm_words(rhythm_cell(r, f, REVIEW_STORE, row)),
        rhythm_count(r, frame_i64(f, REVIEW_OPEN, row)),
        rhythm_count(r, frame_i64(f, REVIEW_NEW, row)),
        rhythm_words(STR("–")),
        told ? age_of(r, f, REVIEW_OLDEST, row) : rhythm_words(STR("–")),
    };
    rhythm_cells(r, cells, ARRAY_LEN(cells));
}

/* Without any answer only the last days are read, which the engine finds by their dates. */
static enum status ask_reviews(struct rhythm_run *r,
                               const char *sql,
                               struct frame **out,
                               struct error *why)
{
    const struct param params[] = { day_param(r->range.to),
                                    { .type = PARAM_I64, .i64 = day_end_us(r, r->range.to) },
                                    day_param(r->range.to - RECENT_DAYS) };
    return rhythm_rows(r, sql, params, ARRAY_LEN(params), out, why);
}

#define COUNTED(told)                                                                    \
    "SELECT store, " told                                                                \
    ", count(*), count(*) FILTER (local_date = $1::DATE), min(local_date)" OPEN_REVIEWS( \
        told) "GROUP BY store ORDER BY store"

static enum status write_reviews(struct rhythm_run *r,
                                 const struct sources_there *there,
                                 struct waiting *w,
                                 bool *is_open,
                                 struct error *why)
{
    static const char *const sql[] = { COUNTED("false"), COUNTED(TELLS_ANSWERS) };
    struct frame *f = NULL;
    const enum status st = ask_reviews(r, sql[there->answers], &f, why);
    for (size_t i = 0; st == STATUS_OK && i < frame_rows(f); i++) {
        const bool told = frame_i64(f, REVIEW_TOLD, i) != 0;
        const int64_t n = frame_i64(f, REVIEW_OPEN, i);
        open_table(r, is_open);
        write_review_row(r, f, i, told);
        w->bad += n;
        w->untold += told ? 0 : n;
    }
    frame_free(f);
    return st;
}

enum { REFUND_STORE, REFUND_CURRENCY, REFUND_OPEN, REFUND_NEW, REFUND_AMOUNT, REFUND_OLDEST };

/* Open on the day: asked for by then, and neither paid back by then nor refused or withdrawn at
 * all, since nobody tells when that was. */
static enum status write_refunds(struct rhythm_run *r, bool *is_open, struct error *why)
{
    static const char sql[] =
        "SELECT store, currency, count(*), count(*) FILTER (requested_date = $1::DATE), "
        "coalesce(sum(amount_e4), 0)::HUGEINT, min(requested_date) FROM refund WHERE "
        "requested_date <= $1::DATE AND (status IN ('requested', 'pending') OR (local_date > "
        "$1::DATE AND coalesce(status, '') NOT IN ('refused', 'withdrawn', 'cancelled')))@stores "
        "GROUP BY store, currency ORDER BY store, currency";
    const struct param day = day_param(r->range.to);
    struct frame *f = NULL;
    const enum status st = rhythm_rows(r, sql, &day, 1, &f, why);
    for (size_t i = 0; st == STATUS_OK && i < frame_rows(f); i++) {
        const struct figure cells[] = {
            WORDS(r, "refunds asked for"),
            rhythm_words(rhythm_cell(r, f, REFUND_STORE, i)),
            rhythm_count(r, frame_i64(f, REFUND_OPEN, i)),
            rhythm_count(r, frame_i64(f, REFUND_NEW, i)),
            rhythm_amount(
                r, frame_i128(f, REFUND_AMOUNT, i), rhythm_cell(r, f, REFUND_CURRENCY, i)),
            age_of(r, f, REFUND_OLDEST, i),
        };
        open_table(r, is_open);
        rhythm_cells(r, cells, ARRAY_LEN(cells));
    }
    frame_free(f);
    return st;
}

/* ---- the words of the newest ---- */

#define NEWEST(told)                                                  \
    "SELECT coalesce(sku, ''), score, local_date, text" OPEN_REVIEWS( \
        told) "ORDER BY local_date DESC, \"at\" DESC, score LIMIT 3"

static enum status write_words(struct rhythm_run *r,
                               const struct sources_there *there,
                               struct error *why)
{
    static const char *const heads[] = { "newest bad review", "score", "given on", "words" };
    static const char *const sql[] = { NEWEST("false"), NEWEST(TELLS_ANSWERS) };
    struct frame *f = NULL;
    str names[WORDS_MAX];
    enum status st = ask_reviews(r, sql[there->answers], &f, why);
    const size_t n = st == STATUS_OK ? frame_rows(f) : 0;
    for (size_t i = 0; i < n; i++)
        names[i] = rhythm_cell(r, f, 0, i);
    if (n > 0)
        st = rhythm_titles(r, names, n, why);
    if (st == STATUS_OK && n > 0)
        rhythm_table(r, heads, ARRAY_LEN(heads));
    for (size_t i = 0; st == STATUS_OK && i < n; i++) {
        const str words = rhythm_cell(r, f, 3, i);
        const double score = frame_f64(f, 1, i);
        const struct figure cells[] = {
            rhythm_words(names[i].len > 0 ? names[i] : STR("–")),
            { .kind = FIGURE_NUMBER,
              .text = arena_printf(r->arena, "%g", score),
              .value = score,
              .tone = TONE_BOLD },
            rhythm_words(day_text(r->arena, (int32_t)frame_i64(f, 2, i))),
            rhythm_words(words.len > 0 ? words : STR("–")),
        };
        rhythm_cells(r, cells, ARRAY_LEN(cells));
    }
    frame_free(f);
    return st;
}

/* ---- the part ---- */

/* EXISTS ends at the first row: nothing to pay in shops that have none. */
static enum status look_for_sources(struct rhythm_run *r,
                                    struct sources_there *out,
                                    struct error *why)
{
    static const char sql[] =
        "SELECT EXISTS (SELECT 1 FROM feedback WHERE kind = 'review'@stores), EXISTS (SELECT 1 "
        "FROM feedback WHERE replied_at IS NOT NULL@stores), EXISTS (SELECT 1 FROM refund WHERE "
        "requested_date IS NOT NULL@stores)";
    struct frame *f = NULL;
    const enum status st = rhythm_rows(r, sql, NULL, 0, &f, why);
    if (st == STATUS_OK)
        *out = (struct sources_there){ .reviews = frame_i64(f, 0, 0) != 0,
                                       .answers = frame_i64(f, 1, 0) != 0,
                                       .requests = frame_i64(f, 2, 0) != 0 };
    frame_free(f);
    return st;
}

static void say_needs(struct rhythm_run *r, const struct sources_there *there)
{
    if (!there->reviews)
        rhythm_sentencef(r,
                         "Open reviews need a file of feedback: kind review, score, at, and "
                         "replied_at once it is answered.");
    if (!there->requests)
        rhythm_sentencef(r, "Open refunds need a file of refunds with requested_at and status.");
}

enum status waiting_write(struct rhythm_run *r, struct error *why)
{
    struct sources_there there = { .reviews = false };
    struct waiting w = { .bad = 0 };
    bool is_open = false;
    enum status st = look_for_sources(r, &there, why);
    if (st == STATUS_OK && there.reviews)
        st = write_reviews(r, &there, &w, &is_open, why);
    if (st == STATUS_OK && there.requests)
        st = write_refunds(r, &is_open, why);
    if (st == STATUS_OK && w.bad > 0)
        st = write_words(r, &there, why);
    if (st != STATUS_OK)
        return st;
    if (!is_open)
        rhythm_heading(r, "Waiting for an answer");
    if (!is_open && there.reviews && there.requests)
        rhythm_sentencef(r, "No bad review and no refund is open.");
    if (w.untold > 0)
        rhythm_sentencef(r,
                         "%lld bad reviews of the last 7 days are of stores whose files tell no "
                         "time of an answer: whether they are open is not known.",
                         (long long)w.untold);
    say_needs(r, &there);
    return STATUS_OK;
}
