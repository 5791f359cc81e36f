/* Prices of rivals for the shop's own articles (`benchmark` with item, competitor and price) beside
 * the price in the list of articles.
 *
 * What a rival asks "now" is the last price seen of it in the four weeks up to the end of the
 * report: older ones have gone stale. "A week ago" is the same before the report's first day. Only
 * prices of one currency are compared. */
#include "notify/rhythm_priv.h"

#define LISTED_MAX ((size_t)15)
#define FRESH_DAYS 28

enum {
    RIVAL_ITEM,
    RIVAL_OWN,
    RIVAL_PRICE,
    RIVAL_NAME,
    RIVAL_BEFORE,
    RIVAL_DAY,
    RIVAL_CURRENCY,
    RIVAL_COUNT
};

/* $1 last day of the report, $2 its first, $3 how long a price is fresh. */
static const char rivals_sql[] =
    "WITH seen AS (SELECT item, competitor, local_date, price_e4, currency FROM benchmark WHERE "
    "price_e4 IS NOT NULL AND item IS NOT NULL AND local_date BETWEEN $2::DATE - $3::INTEGER AND "
    "$1::DATE), "
    "latest AS (SELECT item, competitor, currency, arg_max(price_e4, local_date) AS price, "
    "max(local_date) AS day FROM seen WHERE local_date > $1::DATE - $3::INTEGER GROUP BY ALL), "
    "earlier AS (SELECT item, competitor, currency, arg_max(price_e4, local_date) AS price FROM "
    "seen WHERE local_date < $2::DATE GROUP BY ALL), "
    "cheapest AS (SELECT item, currency, min(price) AS price, min_by(competitor, (price, "
    "competitor)) AS rival, min_by(day, (price, competitor)) AS day, count(*) AS rivals FROM "
    "latest "
    "GROUP BY ALL), "
    "before AS (SELECT item, currency, min(price) AS price FROM earlier GROUP BY ALL), "
    "own AS (SELECT DISTINCT sku, currency, price FROM (SELECT store, sku, currency, "
    "arg_max(price_e4, coalesce(valid_from, DATE '0001-01-01')) AS price FROM product WHERE "
    "price_e4 IS NOT NULL AND coalesce(valid_from, DATE '0001-01-01') <= $1::DATE AND sku IN "
    "(SELECT item FROM latest)@stores GROUP BY ALL)) "
    "SELECT c.item, o.price, c.price, c.rival, b.price, c.day, c.currency, c.rivals FROM cheapest "
    "c "
    "LEFT JOIN own o ON o.sku = c.item AND o.currency = c.currency LEFT JOIN before b ON b.item = "
    "c.item AND b.currency = c.currency ORDER BY (o.price - c.price) / c.price DESC NULLS LAST, "
    "c.item, o.price";

static i128 price_at(const struct frame *f, size_t column, size_t row)
{
    return frame_i128(f, column, row);
}

/* How dear the shop is beside its cheapest rival; a rival's fall is bad news too. */
static struct figure difference_of(struct rhythm_run *r, i128 now, i128 then, enum grid_tone dearer)
{
    struct figure f = rhythm_share(r, now - then, then);
    if (now > then)
        f.text = arena_printf(r->arena, "+%.*s", STR_ARG(f.text));
    f.tone = now == then          ? TONE_PLAIN
             : now > then         ? dearer
             : dearer == TONE_BAD ? TONE_GOOD
                                  : TONE_BAD;
    return f;
}

static void write_rival(struct rhythm_run *r, const struct frame *f, size_t row, str name)
{
    const str currency = rhythm_cell(r, f, RIVAL_CURRENCY, row);
    const i128 price = price_at(f, RIVAL_PRICE, row);
    const bool has_own = !frame_is_null(f, RIVAL_OWN, row);
    const bool has_before = !frame_is_null(f, RIVAL_BEFORE, row);
    const i128 own = has_own ? price_at(f, RIVAL_OWN, row) : 0;
    const struct figure none = { .text = STR("–"), .tone = TONE_DIM };
    const str rival = rhythm_cell(r, f, RIVAL_NAME, row);
    const size_t at = document_row(r->document);
    struct figure gap = has_own ? rhythm_amount(r, own - price, currency) : none;
    if (has_own)
        gap.formula = (struct live_formula){ LIVE_DIFFERENCE, at, 1, at, 3 };
    const struct figure cells[] = {
        rhythm_words(name),
        has_own ? rhythm_amount(r, own, currency) : none,
        rhythm_words(rival.len > 0 ? rival : STR("–")),
        rhythm_amount(r, price, currency),
        gap,
        has_own ? difference_of(r, own, price, TONE_BAD) : none,
        has_before ? difference_of(r, price, price_at(f, RIVAL_BEFORE, row), TONE_GOOD) : none,
        rhythm_words(day_text(r->arena, (int32_t)frame_i64(f, RIVAL_DAY, row))),
        rhythm_count(r, frame_i64(f, RIVAL_COUNT, row)),
    };
    rhythm_cells(r, cells, ARRAY_LEN(cells));
}

static enum status write_rivals(struct rhythm_run *r, const struct frame *f, struct error *why)
{
    static const char *const heads[] = {
        "article",   "own price",       "cheapest rival",       "its price",
        "price gap", "gap in per cent", "its change of a week", "seen on",
        "rivals",
    };
    const size_t rows = frame_rows(f);
    const size_t shown = rows < LISTED_MAX ? rows : LISTED_MAX;
    str names[LISTED_MAX];
    size_t without = 0;
    for (size_t i = 0; i < shown; i++)
        names[i] = rhythm_cell(r, f, RIVAL_ITEM, i);
    const enum status st = rhythm_titles(r, names, shown, why);
    if (st != STATUS_OK)
        return st;
    rhythm_table(r, heads, ARRAY_LEN(heads));
    for (size_t i = 0; i < rows; i++) {
        without += frame_is_null(f, RIVAL_OWN, i);
        if (i < shown)
            write_rival(r, f, i, names[i]);
    }
    if (rows > shown)
        rhythm_sentencef(r, "%zu further articles are not shown.", rows - shown);
    if (without > 0)
        rhythm_sentencef(
            r,
            "%zu articles have no own price in the rivals' currency: it comes with a "
            "file of articles (sku, price), whose sku is the item of the rivals' file.",
            without);
    return STATUS_OK;
}

/* The KPI is of all stores: it is left out of a report of some. */
static enum status write_index(struct rhythm_run *r, struct error *why)
{
    static const char *const kpis[] = { "price_index" };
    const struct rhythm_ask ask = {
        .kpis = kpis, .kpi_count = 1, .range = r->range, .compare = "prev"
    };
    const struct answer *a = NULL;
    const enum status st = r->question->store_count == 0 ? rhythm_ask(r, &ask, &a, why) : STATUS_OK;
    if (st != STATUS_OK || a == NULL || a->kpis[0].total.value.kind == VALUE_NONE)
        return st;
    const struct figure now = rhythm_figure(r, a, &a->kpis[0], &a->kpis[0].total);
    const struct figure change = rhythm_change(r, &a->kpis[0], &a->kpis[0].total);
    rhythm_sentencef(
        r,
        "%.*s of the week, own prices over those of all rivals: %.*s, against the week "
        "before %.*s.",
        STR_ARG(a->kpis[0].name),
        STR_ARG(now.text),
        STR_ARG(change.text));
    return STATUS_OK;
}

enum status rivals_write(struct rhythm_run *r, struct error *why)
{
    const struct param params[] = {
        { .type = PARAM_DAY, .i64 = r->range.to },
        { .type = PARAM_DAY, .i64 = r->range.from },
        { .type = PARAM_I64, .i64 = FRESH_DAYS },
    };
    struct frame *f = NULL;
    int64_t prices = 0;
    enum status st = conn_query_i64(r->context->conn,
                                    "SELECT count(*) FROM benchmark WHERE price_e4 IS NOT NULL AND "
                                    "item IS NOT NULL",
                                    &prices,
                                    why);
    if (st == STATUS_OK && prices > 0)
        st = rhythm_rows(r, rivals_sql, params, ARRAY_LEN(params), &f, why);
    if (st != STATUS_OK)
        return st;
    rhythm_heading(r, "Prices of rivals");
    if (prices == 0)
        rhythm_sentencef(r,
                         "Prices of rivals need a file with date, item (the own article number), "
                         "competitor and price: shopvane import FILE --as generic:benchmark.");
    else if (frame_rows(f) == 0)
        rhythm_sentencef(r, "No price of a rival was seen in the 4 weeks up to the report's end.");
    else
        st = write_rivals(r, f, why);
    if (st == STATUS_OK && prices > 0)
        st = write_index(r, why);
    frame_free(f);
    return st;
}
