/* Actions: who does what by when, on the morning card; and in the week what became of the KPIs that
 * they were to move. */
#include "notify/rhythm_priv.h"

#define DUE_MAX     ((size_t)10)
#define NEXT_MAX    ((size_t)3)
#define RESULTS_MAX ((size_t)8)
#define RESULT_DAYS 7
#define YEAR_DAYS   364 /* whole weeks: the same weekdays */
#define FAR_FUTURE  200000

/* ---- reading them ---- */

static int32_t day_of(const struct frame *f, size_t column, size_t row)
{
    return frame_is_null(f, column, row) ? DAY_NONE : (int32_t)frame_i64(f, column, row);
}

static str kept(struct arena *a, const struct frame *f, size_t column, size_t row)
{
    if (frame_is_null(f, column, row))
        return STR_EMPTY;
    const str s = arena_dup(a, frame_str(f, column, row));
    return s.ptr != NULL ? s : STR_EMPTY;
}

static void read_actions(const struct frame *f,
                         const struct actions_filter *filter,
                         struct arena *a,
                         struct shop_action *items,
                         size_t *n)
{
    for (size_t i = 0; i < frame_rows(f); i++) {
        const str store = kept(a, f, 0, i);
        if (!rhythm_has_store(filter->stores, filter->store_count, store))
            continue;
        items[(*n)++] = (struct shop_action){
            .store = store,
            .id = kept(a, f, 1, i),
            .text = kept(a, f, 2, i),
            .owner = kept(a, f, 3, i),
            .at_us = frame_i64(f, 4, i),
            .noted = day_of(f, 5, i),
            .due = day_of(f, 6, i),
            .done = day_of(f, 7, i),
            .note = kept(a, f, 8, i),
            .kpi = kept(a, f, 9, i),
            .sku = kept(a, f, 10, i),
            .is_whole = !frame_is_null(f, 11, i) && frame_i64(f, 11, i) != 0,
            .import_id = frame_i64(f, 12, i),
        };
    }
}

enum status notify_actions(struct conn *c,
                           const struct actions_filter *filter,
                           struct arena *a,
                           struct shop_action **out,
                           size_t *n,
                           struct error *why)
{
    const bool some_done = filter->open || filter->done_from != 0;
    const struct param params[] = {
        { .type = PARAM_TEXT, .text = filter->id },
        { .type = some_done ? PARAM_DAY : PARAM_NULL,
          .i64 = filter->open ? FAR_FUTURE : filter->done_from },
    };
    struct frame *f = NULL;
    enum status st = conn_query(
        c,
        STR("SELECT store, action_id, text, owner, \"at\", local_date, due_date, done_date, "
            "done_note, kpi, sku, is_whole, import_id::BIGINT FROM action WHERE ($1 = '' OR "
            "action_id = $1) AND ($2::DATE IS NULL OR done_date IS NULL OR done_date >= $2::DATE) "
            "ORDER BY due_date NULLS LAST, local_date, try_cast(action_id AS BIGINT) NULLS LAST, "
            "action_id, store"),
        params,
        ARRAY_LEN(params),
        &f,
        why);
    struct shop_action *items =
        st == STATUS_OK ? ARENA_NEW(a, struct shop_action, frame_rows(f) + 1) : NULL;
    if (st == STATUS_OK && items == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK) {
        *n = 0;
        read_actions(f, filter, a, items, n);
        *out = items;
    }
    frame_free(f);
    return st;
}

static enum status ask_actions(
    struct rhythm_run *r, int32_t done_from, struct shop_action **out, size_t *n, struct error *why)
{
    const struct actions_filter filter = { .done_from = done_from,
                                           .stores = r->question->stores,
                                           .store_count = r->question->store_count };
    return notify_actions(r->context->conn, &filter, r->arena, out, n, why);
}

/* ---- the morning card ---- */

/* What is shown of an action, and whether some belong to other stores than the rest. */
struct listing {
    const struct shop_action *items[DUE_MAX];
    size_t shown;
    size_t all;
};

static void list_add(struct listing *l, const struct shop_action *item, size_t most)
{
    if (l->shown < most)
        l->items[l->shown++] = item;
    l->all++;
}

static str dated(struct rhythm_run *r, int32_t day)
{
    return day != DAY_NONE ? day_text(r->arena, day) : STR("–");
}

/* How it stood at the end of `day`, and what has been heard of it since. */
static struct figure state_of(struct rhythm_run *r, const struct shop_action *item, int32_t day)
{
    if (item->done != DAY_NONE) {
        const str when = day_text(r->arena, item->done);
        struct figure f = { .text = arena_printf(r->arena,
                                                 item->note.len > 0 ? "%s %.*s: %.*s" : "%s %.*s",
                                                 tr(r->lang, "done"),
                                                 STR_ARG(when),
                                                 STR_ARG(item->note)),
                            .tone = TONE_GOOD };
        return f;
    }
    if (item->due == DAY_NONE || item->due > day)
        return WORDS(r, "open");
    struct figure f = WORDS(r, "not done");
    f.tone = TONE_BAD;
    if (item->due < day)
        f.text =
            arena_printf(r->arena, tr(r->lang, "not done, %d days late"), (int)(day - item->due));
    return f;
}

static bool in_several_stores(const struct shop_action *items, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (!str_eq(items[i].store, items[0].store))
            return true;
    }
    return false;
}

static str store_of(struct rhythm_run *r, const struct shop_action *item)
{
    return item->is_whole ? str_from(tr(r->lang, "all stores")) : item->store;
}

static void write_list(struct rhythm_run *r, const struct listing *l, bool by_store)
{
    static const char *const heads[] = { "action", "owner", "due on", "state", "store" };
    rhythm_table(r, heads, ARRAY_LEN(heads) - !by_store);
    for (size_t i = 0; i < l->shown; i++) {
        const struct shop_action *item = l->items[i];
        const struct figure cells[] = {
            rhythm_words(item->text),
            rhythm_words(item->owner.len > 0 ? item->owner : STR("–")),
            rhythm_words(dated(r, item->due)),
            state_of(r, item, r->range.to),
            rhythm_words(store_of(r, item)),
        };
        rhythm_cells(r, cells, ARRAY_LEN(cells) - !by_store);
    }
    if (l->all > l->shown)
        rhythm_sentencef(r, "%zu further actions: shopvane actions list.", l->all - l->shown);
}

/* Due up to the day, or done on it. What was noted later was not known then. */
static bool was_due(const struct shop_action *item, int32_t day)
{
    return item->noted <= day && ((item->due != DAY_NONE && item->due <= day) || item->done == day);
}

enum status actions_write(struct rhythm_run *r, struct error *why)
{
    const int32_t day = r->range.to;
    struct shop_action *items = NULL;
    struct listing due = { .shown = 0 };
    struct listing next = { .shown = 0 };
    size_t n = 0;
    const enum status st = ask_actions(r, day, &items, &n, why);
    if (st != STATUS_OK)
        return st;
    for (size_t i = 0; i < n; i++) {
        if (was_due(&items[i], day))
            list_add(&due, &items[i], DUE_MAX);
        else if (items[i].noted <= day + 1 && items[i].done != day)
            list_add(&next, &items[i], NEXT_MAX);
    }
    const bool by_store = in_several_stores(items, n);
    if (due.all > 0) {
        rhythm_heading(r, "Actions due");
        write_list(r, &due, by_store);
    }
    if (next.all > 0) {
        rhythm_heading(r, "Next actions");
        write_list(r, &next, by_store);
    }
    return STATUS_OK;
}

/* ---- the week: results ---- */

/* The KPI of an action over the days after, beside those before: its own, of the rest, and of the
 * same weekdays a year earlier. NULL: cannot be asked, or there is no rest. */
struct result {
    const struct answer *own;
    const struct answer *rest;
    const struct answer *year;
};

static const char *span_text(struct rhythm_run *r, int32_t from, int32_t to)
{
    const str first = day_text(r->arena, from);
    const str last = day_text(r->arena, to);
    return arena_printf(r->arena, "%.*s..%.*s", STR_ARG(first), STR_ARG(last)).ptr;
}

/* A KPI that cannot be asked this way (by article, say) is no failure of the report. */
static enum status ask_days(struct rhythm_run *r,
                            const struct shop_action *item,
                            int32_t after,
                            const char *where,
                            const struct answer **out,
                            struct error *why)
{
    const char *kpis[] = { arena_cstr(r->arena, item->kpi) };
    const struct rhythm_ask ask = { .kpis = kpis,
                                    .kpi_count = 1,
                                    .range = { after, after + RESULT_DAYS - 1 },
                                    .compare = span_text(r, after - RESULT_DAYS, after - 1),
                                    .where = where };
    if (kpis[0] == NULL || ask.compare == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = rhythm_ask(r, &ask, out, why);
    if (st == STATUS_BAD_USAGE || st == STATUS_BAD_INPUT || st == STATUS_NOT_FOUND)
        return STATUS_OK;
    return st;
}

/* What the action is about as a filter, and all but that; NULL where it is about everything. */
static enum status filters_of(struct rhythm_run *r,
                              const struct shop_action *item,
                              const char **own,
                              const char **rest,
                              struct error *why)
{
    const bool of_store = !item->is_whole;
    const char *store = rhythm_where(r, "store =", item->store);
    *own = of_store ? store : NULL;
    *rest = of_store ? rhythm_where(r, "store <>", item->store) : NULL;
    if (item->sku.len > 0) {
        const char *before = of_store ? arena_printf(r->arena, "%s and sku =", store).ptr : "sku =";
        const char *others =
            of_store ? arena_printf(r->arena, "%s and sku <>", store).ptr : "sku <>";
        *own = rhythm_where(r, before, item->sku);
        *rest = rhythm_where(r, others, item->sku);
    }
    return store != NULL && (of_store || item->sku.len > 0 ? *own != NULL && *rest != NULL : true)
               ? STATUS_OK
               : error_set(why, STATUS_NO_MEMORY, "out of memory");
}

static enum status ask_result(struct rhythm_run *r,
                              const struct shop_action *item,
                              struct result *out,
                              struct error *why)
{
    const char *own = NULL;
    const char *rest = NULL;
    struct error unasked = { .lang = r->lang };
    enum status st = filters_of(r, item, &own, &rest, why);
    if (st == STATUS_OK)
        st = ask_days(r, item, item->done, own, &out->own, &unasked);
    if (st == STATUS_OK && out->own != NULL)
        st = ask_days(r, item, item->done - YEAR_DAYS, own, &out->year, &unasked);
    if (st == STATUS_OK && out->own != NULL && rest != NULL)
        st = ask_days(r, item, item->done, rest, &out->rest, &unasked);
    if (st != STATUS_OK)
        *why = unasked;
    return st;
}

static struct figure moved(struct rhythm_run *r, const struct answer *a)
{
    return a != NULL ? rhythm_change(r, &a->kpis[0], &a->kpis[0].total)
                     : (struct figure){ .text = STR("–"), .tone = TONE_DIM };
}

static str kpi_name(struct rhythm_run *r, const struct shop_action *item)
{
    const struct kpi *k = kpi_find(r->context->catalog, item->kpi);
    const str name = k != NULL ? k->name[r->lang] : item->kpi;
    return item->sku.len > 0
               ? arena_printf(r->arena, "%.*s, %.*s", STR_ARG(name), STR_ARG(item->sku))
               : name;
}

static enum status write_result(struct rhythm_run *r,
                                const struct shop_action *item,
                                struct error *why)
{
    const bool is_over = item->done + RESULT_DAYS - 1 < r->today;
    struct result result = { .own = NULL };
    struct figure after = WORDS(r,
                                item->kpi.len == 0 ? "no KPI named"
                                : is_over          ? "cannot be asked"
                                                   : "not over yet");
    struct figure before = rhythm_words(STR("–"));
    enum status st = STATUS_OK;
    if (item->kpi.len > 0 && is_over)
        st = ask_result(r, item, &result, why);
    if (st != STATUS_OK)
        return st;
    after.tone = TONE_DIM;
    if (result.own != NULL) {
        after = rhythm_figure(r, result.own, &result.own->kpis[0], &result.own->kpis[0].total);
        before = rhythm_compared(r, result.own, 0);
    }
    const struct figure cells[] = {
        rhythm_words(item->text),
        rhythm_words(item->owner.len > 0 ? item->owner : STR("–")),
        rhythm_words(day_text(r->arena, item->done)),
        rhythm_words(item->kpi.len > 0 ? kpi_name(r, item) : STR("–")),
        before,
        after,
        moved(r, result.own),
        moved(r, result.rest),
        moved(r, result.year),
        rhythm_words(item->note.len > 0 ? item->note : STR("–")),
    };
    rhythm_cells(r, cells, ARRAY_LEN(cells));
    return STATUS_OK;
}

enum status results_write(struct rhythm_run *r, struct error *why)
{
    static const char *const heads[] = {
        "action",       "owner",  "done on",          "KPI",           "7 days before",
        "7 days after", "change", "rest of the shop", "a year before", "note",
    };
    struct shop_action *items = NULL;
    size_t n = 0;
    size_t shown = 0;
    size_t all = 0;
    const int32_t from = r->range.from - RESULT_DAYS;
    enum status st = ask_actions(r, from, &items, &n, why);
    for (size_t i = 0; st == STATUS_OK && i < n; i++) {
        if (items[i].done == DAY_NONE || items[i].done < from || items[i].done > r->range.to)
            continue;
        all++;
        if (shown == RESULTS_MAX)
            continue;
        if (shown++ == 0) {
            rhythm_heading(r, "Results of actions");
            rhythm_table(r, heads, ARRAY_LEN(heads));
        }
        st = write_result(r, &items[i], why);
    }
    if (st != STATUS_OK || all == 0)
        return st;
    if (all > shown)
        rhythm_sentencef(r, "%zu further actions: shopvane actions list.", all - shown);
    rhythm_sentencef(r,
                     "Actions done in this week and the one before; the day of an action is the "
                     "first of the 7 days after.");
    rhythm_sentencef(r,
                     "This is a comparison, no experiment: what else happened in these days works "
                     "too. Where the rest of the shop or the year before moved alike, the action "
                     "explains little.");
    return STATUS_OK;
}
