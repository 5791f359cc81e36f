/* What was changed about articles, as markers of the week and the month, and how an article sold
 * before and after. */
#include "notify/rhythm_priv.h"

#define LISTED_MAX  ((size_t)20)
#define CHANGES_MAX ((size_t)1000)
#define YEAR_DAYS   364 /* whole weeks: the same weekdays */

/* ---- the list ---- */

static str kept(struct arena *a, const struct frame *f, size_t column, size_t row)
{
    if (frame_is_null(f, column, row))
        return STR_EMPTY;
    const str s = arena_dup(a, frame_str(f, column, row));
    return s.ptr != NULL ? s : STR_EMPTY;
}

static void read_changes(const struct frame *f,
                         const struct changes_filter *filter,
                         struct arena *a,
                         struct article_change *items,
                         size_t *n)
{
    const size_t most = filter->most > 0 ? filter->most : CHANGES_MAX;
    for (size_t i = 0; i < frame_rows(f) && *n < most; i++) {
        const str store = kept(a, f, 0, i);
        if (!rhythm_has_store(filter->stores, filter->store_count, store))
            continue;
        items[(*n)++] = (struct article_change){
            .store = store,
            .sku = kept(a, f, 1, i),
            .title = kept(a, f, 2, i),
            .day = (int32_t)frame_i64(f, 3, i),
            .field = kept(a, f, 4, i),
            .before = kept(a, f, 5, i),
            .after = kept(a, f, 6, i),
            .source = kept(a, f, 7, i),
            .import_id = frame_i64(f, 8, i),
        };
    }
}

enum status notify_changes(struct conn *c,
                           const struct changes_filter *filter,
                           struct arena *a,
                           struct article_change **out,
                           size_t *n,
                           struct error *why)
{
    const bool has_days = filter->days.from != 0;
    const struct param params[] = {
        { .type = PARAM_TEXT, .text = filter->sku },
        { .type = has_days ? PARAM_DAY : PARAM_NULL, .i64 = filter->days.from },
        { .type = has_days ? PARAM_DAY : PARAM_NULL, .i64 = filter->days.to },
    };
    struct frame *f = NULL;
    enum status st = conn_query(
        c,
        STR("SELECT c.store, c.sku, (SELECT max(p.title) FROM product p WHERE p.store = c.store "
            "AND "
            "p.sku = c.sku), c.local_date, c.field, c.value_before, c.value_after, c.source, "
            "c.import_id::BIGINT FROM product_change c WHERE ($1 = '' OR c.sku = $1) AND "
            "($2::DATE IS NULL OR c.local_date BETWEEN $2::DATE AND $3::DATE) "
            "ORDER BY c.local_date DESC, c.\"at\" DESC, c.store, c.sku, c.field LIMIT 100000"),
        params,
        ARRAY_LEN(params),
        &f,
        why);
    struct article_change *items =
        st == STATUS_OK ? ARENA_NEW(a, struct article_change, frame_rows(f) + 1) : NULL;
    if (st == STATUS_OK && items == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK) {
        *n = 0;
        read_changes(f, filter, a, items, n);
        *out = items;
    }
    frame_free(f);
    return st;
}

/* ---- markers of a report ---- */

static void write_changes(struct rhythm_run *r, const struct article_change *items, size_t n)
{
    static const char *const heads[] = { "date", "article", "what", "old", "new" };
    rhythm_table(r, heads, ARRAY_LEN(heads));
    for (size_t i = 0; i < n; i++) {
        const struct figure cells[] = {
            rhythm_words(day_text(r->arena, items[i].day)),
            rhythm_words(arena_printf(
                r->arena, "%.*s %.*s", STR_ARG(items[i].sku), STR_ARG(items[i].title))),
            rhythm_words(str_from(tr(r->lang, arena_cstr(r->arena, items[i].field)))),
            rhythm_words(items[i].before.len > 0 ? items[i].before : STR("–")),
            rhythm_words(items[i].after),
        };
        rhythm_cells(r, cells, ARRAY_LEN(cells));
    }
}

enum status changes_write(struct rhythm_run *r, struct error *why)
{
    const struct changes_filter filter = { .sku = STR_EMPTY,
                                           .days = r->range,
                                           .stores = r->question->stores,
                                           .store_count = r->question->store_count };
    struct article_change *items = NULL;
    size_t n = 0;
    const enum status st = notify_changes(r->context->conn, &filter, r->arena, &items, &n, why);
    if (st != STATUS_OK || n == 0)
        return st;
    rhythm_heading(r, "Changes of articles");
    write_changes(r, items, n < LISTED_MAX ? n : LISTED_MAX);
    if (n > LISTED_MAX)
        rhythm_sentencef(r, "%zu further changes: shopvane changes.", n - LISTED_MAX);
    rhythm_sentencef(r, "How an article sold before and after: shopvane changes show ARTICLE.");
    return STATUS_OK;
}

/* ---- before and after ---- */

/* Visitors first: not every source tells them by article. */
static const char *const effect_kpis[] = { "product_viewers", "buy_to_view", "units", "net_sales" };

static const char *range_text(struct rhythm_run *r, struct day_range d)
{
    return arena_printf(r->arena,
                        "%.*s..%.*s",
                        STR_ARG(day_text(r->arena, d.from)),
                        STR_ARG(day_text(r->arena, d.to)))
        .ptr;
}

/* The days after beside those before, of what a filter leaves. */
static enum status ask_sides(struct rhythm_run *r,
                             struct day_range before,
                             struct day_range after,
                             const char *where,
                             const struct answer **out,
                             struct error *why)
{
    struct error unknown = { .lang = r->lang };
    const struct rhythm_ask ask = { .kpis = effect_kpis,
                                    .kpi_count = ARRAY_LEN(effect_kpis),
                                    .range = after,
                                    .compare = range_text(r, before),
                                    .where = where };
    if (rhythm_ask(r, &ask, out, &unknown) == STATUS_OK)
        return STATUS_OK;
    struct rhythm_ask without = ask;
    without.kpis++;
    without.kpi_count--;
    return rhythm_ask(r, &without, out, why);
}

static struct day_range shifted(struct day_range d, int32_t days)
{
    return (struct day_range){ d.from - days, d.to - days };
}

static enum status write_window(struct rhythm_run *r,
                                const struct change_question *q,
                                int32_t days,
                                struct error *why)
{
    static const char *const heads[] = { "KPI",    "days before",      "days after",
                                         "change", "rest of the shop", "a year before" };
    const struct day_range before = { q->day - days, q->day - 1 };
    const struct day_range after = { q->day, q->day + days - 1 };
    const char *own = rhythm_where(r, "sku =", q->sku);
    const char *others = rhythm_where(r, "sku <>", q->sku);
    const struct answer *sides[3] = { NULL };
    if (own == NULL || others == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = ask_sides(r, before, after, own, &sides[0], why);
    if (st == STATUS_OK)
        st = ask_sides(r, before, after, others, &sides[1], why);
    if (st == STATUS_OK)
        st = ask_sides(
            r, shifted(before, YEAR_DAYS), shifted(after, YEAR_DAYS), own, &sides[2], why);
    if (st != STATUS_OK)
        return st;
    rhythm_sentencef(r,
                     "%d days: %s, then %s; a year before: the same weekdays, 52 weeks earlier.",
                     (int)days,
                     range_text(r, before),
                     range_text(r, after));
    rhythm_table(r, heads, ARRAY_LEN(heads));
    for (size_t k = 0; k < sides[0]->kpi_count; k++) {
        const struct figure cells[] = {
            rhythm_words(sides[0]->kpis[k].name),
            rhythm_compared(r, sides[0], k),
            rhythm_figure(r, sides[0], &sides[0]->kpis[k], &sides[0]->kpis[k].total),
            rhythm_change(r, &sides[0]->kpis[k], &sides[0]->kpis[k].total),
            rhythm_change(r, &sides[1]->kpis[k], &sides[1]->kpis[k].total),
            rhythm_change(r, &sides[2]->kpis[k], &sides[2]->kpis[k].total),
        };
        rhythm_cells(r, cells, ARRAY_LEN(cells));
    }
    return STATUS_OK;
}

/* What of the article changed on the day, and what else within the widest window. */
static enum status write_what(struct rhythm_run *r,
                              const struct change_question *q,
                              int32_t days,
                              struct error *why)
{
    const struct changes_filter filter = { .sku = q->sku,
                                           .days = { q->day - days, q->day + days - 1 },
                                           .stores = q->stores,
                                           .store_count = q->store_count };
    struct article_change *items = NULL;
    size_t n = 0;
    bool is_mixed = false;
    const enum status st = notify_changes(r->context->conn, &filter, r->arena, &items, &n, why);
    if (st != STATUS_OK)
        return st;
    if (n > 0)
        write_changes(r, items, n);
    for (size_t i = 0; i < n; i++)
        is_mixed = is_mixed || items[i].day != q->day;
    if (n > 1)
        rhythm_sentencef(r,
                         is_mixed ? "Several changes lie within these days: what follows is their "
                                    "joint course."
                                  : "Several things changed on this day: what follows is their "
                                    "joint course.");
    return STATUS_OK;
}

static enum status write_effect(struct rhythm_run *r,
                                const struct change_question *q,
                                struct error *why)
{
    static const int32_t windows[] = { 7, 14, 28 };
    enum status st = write_what(r, q, windows[ARRAY_LEN(windows) - 1], why);
    for (size_t i = 0; st == STATUS_OK && i < ARRAY_LEN(windows); i++) {
        if (q->day + windows[i] - 1 < r->today)
            st = write_window(r, q, windows[i], why);
        else
            rhythm_sentencef(r, "%d days: not over yet.", (int)windows[i]);
    }
    if (r->answer_count > 0 && r->answers[0]->kpi_count < ARRAY_LEN(effect_kpis))
        rhythm_sentencef(r,
                         "Visitors of the article: no source of this shop tells them by article.");
    rhythm_sentencef(r,
                     "This is a comparison, no experiment: promotions, prices of others, stock and "
                     "the weather work too. Where the rest of the shop or the year before moved "
                     "alike, the change explains little.");
    return st;
}

enum status notify_change_effect(const struct query_context *c,
                                 const struct change_question *q,
                                 struct document **out,
                                 struct error *why)
{
    const struct rhythm_question as_report = {
        .stores = q->stores, .store_count = q->store_count, .lang = q->lang, .now_us = q->now_us
    };
    struct rhythm_run r = {
        .context = c, .question = &as_report, .lang = q->lang, .arena = arena_new(0)
    };
    if (r.arena == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    r.today = zone_day(c->zone, q->now_us);
    str title = q->sku;
    enum status st = rhythm_titles(&r, &title, 1, why);
    r.document = document_new(q->lang,
                              arena_printf(r.arena,
                                           tr(q->lang, "%.*s: before and after %.*s"),
                                           STR_ARG(title),
                                           STR_ARG(day_text(r.arena, q->day))));
    if (st == STATUS_OK && r.document == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = write_effect(&r, q, why);
    if (st == STATUS_OK)
        rhythm_foot(&r);
    rhythm_release(&r);
    if (st != STATUS_OK)
        document_free(r.document);
    else
        *out = r.document;
    return st;
}
