/* Which report, over which days; the questions and figures that all of them share. */
#include "notify/rhythm_priv.h"
#include "query/together.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

static const struct {
    const char *name;
    const char *title;
    enum status (*write)(struct rhythm_run *r, struct error *why);
    const char *range; /* when no date is given */
} rhythms[] = {
    [RHYTHM_MORNING] = { "morning", "Morning", morning_write, "yesterday" },
    [RHYTHM_WEEK] = { "week", "The week", week_write, "last-week" },
    [RHYTHM_MONTH] = { "month", "The month", month_write, "last-month" },
    [RHYTHM_PROMO] = { "promo", "Promotion", promo_write, NULL },
};

enum status rhythm_parse(str name, enum rhythm *out, struct error *why)
{
    for (size_t i = 0; i < ARRAY_LEN(rhythms); i++) {
        if (str_is(name, rhythms[i].name)) {
            *out = (enum rhythm)i;
            return STATUS_OK;
        }
    }
    return error_set(why,
                     STATUS_BAD_USAGE,
                     "no report \"%.*s\"; there are morning, week, month and promo",
                     STR_ARG(name));
}

const char *rhythm_name(enum rhythm rhythm)
{
    BUG_IF((size_t)rhythm >= ARRAY_LEN(rhythms));
    return rhythms[rhythm].name;
}

/* ---- questions ---- */

enum status rhythm_ask(struct rhythm_run *r,
                       const struct rhythm_ask *ask,
                       const struct answer **out,
                       struct error *why)
{
    return rhythm_ask_spans(
        r, ask, &(struct rhythm_span){ .range = ask->range, .compare = ask->compare }, 1, out, why);
}

enum status rhythm_ask_spans(struct rhythm_run *r,
                             const struct rhythm_ask *ask,
                             const struct rhythm_span *spans,
                             size_t n,
                             const struct answer **out,
                             struct error *why)
{
    str *kpis = ARENA_NEW(r->arena, str, ask->kpi_count + 1);
    struct question_range ranges[RHYTHM_SPANS_MAX];
    BUG_IF(n > RHYTHM_SPANS_MAX || r->answer_count + n > RHYTHM_ANSWERS_MAX);
    if (kpis == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < n; i++)
        ranges[i] = (struct question_range){ .from = day_text(r->arena, spans[i].range.from),
                                             .to = day_text(r->arena, spans[i].range.to),
                                             .compare = str_from(spans[i].compare),
                                             .only_total = spans[i].only_total };
    for (size_t i = 0; i < ask->kpi_count; i++)
        kpis[i] = str_from(ask->kpis[i]);
    const str by = str_from(ask->by);
    const struct kpi_question q = {
        .kpis = kpis,
        .kpi_count = ask->kpi_count,
        .grain = str_from(ask->grain),
        .by = &by,
        .by_count = by.len > 0 ? 1 : 0,
        .where = str_from(ask->where),
        .sort = str_from(ask->sort),
        .target = str_from(ask->target),
        .target_to = ask->target_to,
        .stores = r->question->stores,
        .store_count = r->question->store_count,
        .lang = r->lang,
        .now_us = r->question->now_us,
    };
    const enum status st =
        query_ask_ranges(r->context, &q, ranges, n, &r->answers[r->answer_count], why);
    for (size_t i = 0; st == STATUS_OK && i < n; i++)
        out[i] = r->answers[r->answer_count++];
    return st;
}

const struct answer_row *rhythm_row(const struct answer *a, const struct answer_kpi *k, str by)
{
    for (size_t i = 0; i < a->row_count; i++) {
        if (!k->rows[i].is_others && str_eq(k->rows[i].by[0], by))
            return &k->rows[i];
    }
    return NULL;
}

double *rhythm_series(struct rhythm_run *r, const struct answer *a, size_t kpi, bool compared)
{
    double *values = ARENA_NEW(r->arena, double, a->row_count + 1);
    for (size_t i = 0; values != NULL && i < a->row_count; i++) {
        const struct answer_row *row = &a->kpis[kpi].rows[i];
        const struct answer_value *v = !compared              ? &row->value
                                       : row->compare != NULL ? &row->compare->value
                                                              : NULL;
        values[i] = v != NULL && v->kind != VALUE_NONE ? v->real : (double)NAN;
        if (v != NULL && v->kind == VALUE_MONEY)
            values[i] = (double)v->exact / (double)MONEY_ONE;
    }
    return values;
}

const str *rhythm_labels(struct rhythm_run *r, const struct answer *a)
{
    str *labels = ARENA_NEW(r->arena, str, a->row_count + 1);
    for (size_t i = 0; labels != NULL && i < a->row_count; i++) {
        struct buf b;
        buf_init(&b, 64);
        show_period(&b, a, &a->kpis[0].rows[i]);
        labels[i] = arena_dup(r->arena, buf_str(&b));
        buf_release(&b);
    }
    return labels;
}

size_t rhythm_bands(struct rhythm_run *r, struct day_range days, struct chart_band *out, size_t cap)
{
    struct festival_day feasts[16];
    const size_t n = festivals_between(days.from, days.to, feasts, ARRAY_LEN(feasts));
    size_t count = 0;
    for (size_t i = 0; i < n && i < ARRAY_LEN(feasts) && count < cap; i++) {
        const struct festival *f = feasts[i].festival;
        const int32_t last = feasts[i].day + f->length - 1;
        if (last < days.from || feasts[i].day > days.to)
            continue;
        out[count++] = (struct chart_band){
            .from = (size_t)(feasts[i].day > days.from ? feasts[i].day - days.from : 0),
            .to = (size_t)((last < days.to ? last : days.to) - days.from),
            .name = str_from(r->lang == LANG_ZH ? f->name_zh : f->name_en),
        };
    }
    return count;
}

const char *rhythm_where(struct rhythm_run *r, const char *before, str value)
{
    struct buf b;
    buf_init(&b, 4096);
    buf_addf(&b, "%s '", before);
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == '\'')
            buf_addc(&b, '\'');
        buf_addc(&b, value.ptr[i]);
    }
    buf_addc(&b, '\'');
    const char *out = buf_ok(&b) ? arena_cstr(r->arena, buf_str(&b)) : NULL;
    buf_release(&b);
    return out;
}

#define STORES_MARK STR("@stores")

/* The text with its marks replaced; the stores are bound after `n` values. */
static void add_scoped(const struct rhythm_question *q, const char *sql, size_t n, struct buf *out)
{
    str rest = str_from(sql);
    while (rest.len > 0) {
        if (!str_starts(rest, STORES_MARK)) {
            buf_addc(out, rest.ptr[0]);
            rest = (str){ rest.ptr + 1, rest.len - 1 };
            continue;
        }
        for (size_t i = 0; i < q->store_count; i++)
            buf_addf(out, "%s$%zu", i == 0 ? " AND store IN (" : ", ", n + i + 1);
        buf_adds(out, q->store_count > 0 ? ")" : "");
        rest = (str){ rest.ptr + STORES_MARK.len, rest.len - STORES_MARK.len };
    }
}

enum status rhythm_rows(struct rhythm_run *r,
                        const char *sql,
                        const struct param *params,
                        size_t n,
                        struct frame **out,
                        struct error *why)
{
    const struct rhythm_question *q = r->question;
    struct param *all = ARENA_NEW(r->arena, struct param, n + q->store_count + 1);
    struct buf text;
    buf_init(&text, (size_t)1 << 20);
    add_scoped(q, sql, n, &text);
    const enum status st = all == NULL || !buf_ok(&text)
                               ? error_set(why, STATUS_NO_MEMORY, "out of memory")
                               : STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < n + q->store_count; i++)
        all[i] = i < n ? params[i] : (struct param){ .type = PARAM_TEXT, .text = q->stores[i - n] };
    const enum status asked =
        st == STATUS_OK
            ? conn_query(r->context->conn, buf_str(&text), all, n + q->store_count, out, why)
            : st;
    buf_release(&text);
    return asked;
}

str rhythm_cell(struct rhythm_run *r, const struct frame *f, size_t column, size_t row)
{
    if (frame_is_null(f, column, row))
        return STR_EMPTY;
    const str s = arena_dup(r->arena, frame_str(f, column, row));
    return s.ptr != NULL ? s : STR_EMPTY;
}

bool rhythm_has_store(const str *stores, size_t n, str store)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(stores[i], store))
            return true;
    }
    return n == 0;
}

/* Titles of $1 to $n in the question's stores, which follow. */
static void add_title_sql(const struct rhythm_question *q, size_t n, struct buf *sql)
{
    buf_adds(sql, "SELECT \"sku\", max(\"title\") FROM \"product\" WHERE \"title\" IS NOT NULL");
    for (size_t i = 0; i < n; i++)
        buf_addf(sql, "%s$%zu", i == 0 ? " AND \"sku\" IN (" : ", ", i + 1);
    buf_adds(sql, ")");
    for (size_t i = 0; i < q->store_count; i++)
        buf_addf(sql, "%s$%zu", i == 0 ? " AND \"store\" IN (" : ", ", n + i + 1);
    buf_adds(sql, q->store_count > 0 ? ") GROUP BY \"sku\"" : " GROUP BY \"sku\"");
}

static void take_titles(struct rhythm_run *r, const struct frame *f, str *skus, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t row = 0; row < frame_rows(f); row++) {
            if (!str_eq(frame_str(f, 0, row), skus[i]))
                continue;
            skus[i] = arena_printf(
                r->arena, "%.*s %.*s", STR_ARG(skus[i]), STR_ARG(frame_str(f, 1, row)));
            break;
        }
    }
}

enum status rhythm_titles(struct rhythm_run *r, str *skus, size_t n, struct error *why)
{
    const struct rhythm_question *q = r->question;
    struct param *params = ARENA_NEW(r->arena, struct param, n + q->store_count + 1);
    struct frame *f = NULL;
    struct buf sql;
    if (n == 0)
        return STATUS_OK;
    buf_init(&sql, (size_t)1 << 20);
    add_title_sql(q, n, &sql);
    enum status st = params != NULL && buf_ok(&sql)
                         ? STATUS_OK
                         : error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; st == STATUS_OK && i < n + q->store_count; i++)
        params[i] =
            (struct param){ .type = PARAM_TEXT, .text = i < n ? skus[i] : q->stores[i - n] };
    if (st == STATUS_OK)
        st = conn_query(r->context->conn, buf_str(&sql), params, n + q->store_count, &f, why);
    if (st == STATUS_OK)
        take_titles(r, f, skus, n);
    frame_free(f);
    buf_release(&sql);
    return st;
}

/* ---- figures ---- */

struct figure rhythm_words(str text)
{
    return (struct figure){ .kind = FIGURE_TEXT, .text = text };
}

static str kept(struct rhythm_run *r, struct buf *b)
{
    const str s = buf_ok(b) ? arena_dup(r->arena, buf_str(b)) : STR_EMPTY;
    buf_release(b);
    return s.ptr != NULL ? s : STR_EMPTY;
}

static void note_reason(struct rhythm_run *r, const struct answer_kpi *k, str reason)
{
    const str line = arena_printf(r->arena, "%.*s: %.*s", STR_ARG(k->name), STR_ARG(reason));
    for (size_t i = 0; i < r->reason_count; i++) {
        if (str_is(line, r->reasons[i]))
            return;
    }
    if (reason.len > 0 && line.len > 0 && MEM_GROW(r->reasons, r->reason_cap, r->reason_count + 1))
        r->reasons[r->reason_count++] = line.ptr;
}

static enum figure_kind kind_of(const struct answer_kpi *k, const struct answer_value *v)
{
    if (v->kind == VALUE_MONEY)
        return FIGURE_MONEY;
    if (v->kind == VALUE_COUNT)
        return FIGURE_COUNT;
    return k->unit_id == UNIT_PERCENT ? FIGURE_PERCENT : FIGURE_NUMBER;
}

/* A total without a value though its parts have some: they cannot be added, or one lacks a rate. */
static bool has_parts(const struct answer *a,
                      const struct answer_kpi *k,
                      const struct answer_row *row)
{
    for (size_t i = 0; row == &k->total && a->by_count > 0 && i < a->row_count; i++) {
        if (k->rows[i].value.kind != VALUE_NONE)
            return true;
    }
    return false;
}

/* Nothing is there of it yet. A 0 of several days is one: what is missing of them is marked. */
static bool is_late(const struct answer *a,
                    const struct answer_kpi *k,
                    const struct answer_row *row)
{
    const struct answer_value *v = &row->value;
    const bool is_none = v->kind == VALUE_NONE;
    if (row->complete || k->needs.len > 0 || has_parts(a, k, row))
        return false;
    return row->time == DAY_NONE && a->from < a->to ? is_none && v->missing == MISSING_LATE
           : is_none                                ? v->missing != MISSING_UNKNOWN
                                                    : v->real == 0;
}

static struct figure words_of(const char *text, enum grid_tone tone)
{
    struct figure f = rhythm_words(str_from(text));
    f.tone = tone;
    return f;
}

static struct figure figure_of(struct rhythm_run *r,
                               const struct answer *a,
                               const struct answer_kpi *k,
                               const struct answer_row *row,
                               bool may_be_late)
{
    const struct answer_value *v = &row->value;
    if (v->kind == VALUE_NONE)
        note_reason(r, k, k->needs.len > 0 ? k->needs : v->reason);
    if (may_be_late && is_late(a, k, row))
        return words_of(tr(r->lang, "late"), TONE_WARN);
    if (v->kind == VALUE_NONE && v->missing == MISSING_UNKNOWN)
        return words_of(tr(r->lang, "not known"), TONE_DIM);
    struct buf b;
    buf_init(&b, 256);
    show_value(&b, a, k, v);
    if (!row->complete && v->kind != VALUE_NONE) {
        buf_addc(&b, '*');
        r->has_partial = true;
    }
    struct figure f = { .text = kept(r, &b),
                        .tone = v->kind == VALUE_NONE ? TONE_DIM : TONE_PLAIN };
    if (v->kind != VALUE_NONE) {
        f.kind = kind_of(k, v);
        f.value = v->kind == VALUE_MONEY ? (double)v->exact / (double)MONEY_ONE : v->real;
    }
    return f;
}

struct figure rhythm_figure(struct rhythm_run *r,
                            const struct answer *a,
                            const struct answer_kpi *k,
                            const struct answer_row *row)
{
    return figure_of(r, a, k, row, true);
}

struct figure rhythm_change(struct rhythm_run *r,
                            const struct answer_kpi *k,
                            const struct answer_row *row)
{
    const struct answer_compare *c = row->compare;
    struct buf b;
    if (c == NULL || row->value.kind == VALUE_NONE || c->value.kind == VALUE_NONE)
        return (struct figure){ .text = STR("–"), .tone = TONE_DIM };
    buf_init(&b, 128);
    if (k->unit_id == UNIT_PERCENT) {
        buf_adds(&b, c->change.real > 0 ? "+" : "");
        buf_add_rounded(&b, c->change.text, 2, 2);
        buf_adds(&b, tr(r->lang, " points"));
    } else {
        show_relative(&b, &c->relative);
    }
    const bool points = k->unit_id == UNIT_PERCENT;
    const bool none = !points && c->relative.kind == VALUE_NONE;
    if (!c->complete && !none) {
        buf_addc(&b, '*');
        r->has_partial = true;
    }
    return (struct figure){ .kind = none ? FIGURE_TEXT : FIGURE_PERCENT,
                            .text = kept(r, &b),
                            .value = points ? c->change.real
                                     : none ? 0
                                            : c->relative.real,
                            .tone = tone_of(k, &c->change) };
}

struct figure rhythm_compared(struct rhythm_run *r, const struct answer *a, size_t kpi)
{
    struct answer_row row = a->kpis[kpi].total;
    if (row.compare == NULL)
        return rhythm_words(STR("–"));
    row.value = row.compare->value;
    row.complete = row.compare->complete;
    return figure_of(r, a, &a->kpis[kpi], &row, false); /* its days are over: it began later */
}

struct figure rhythm_count(struct rhythm_run *r, int64_t n)
{
    struct buf b;
    buf_init(&b, 64);
    buf_add_money_grouped(&b, (i128)n * MONEY_ONE, 0);
    return (struct figure){ .kind = FIGURE_COUNT, .text = kept(r, &b), .value = (double)n };
}

struct figure rhythm_amount(struct rhythm_run *r, i128 value_e4, str currency)
{
    struct buf b;
    buf_init(&b, 128);
    buf_add_money_grouped(&b, value_e4, 2);
    if (!str_eq(currency, r->context->settings->currency))
        buf_addf(&b, " %.*s", STR_ARG(currency));
    return (struct figure){ .kind = FIGURE_MONEY,
                            .text = kept(r, &b),
                            .value = (double)value_e4 / (double)MONEY_ONE };
}

struct figure rhythm_share(struct rhythm_run *r, i128 part, i128 whole)
{
    struct buf b;
    if (whole == 0)
        return (struct figure){ .text = STR("–"), .tone = TONE_DIM };
    buf_init(&b, 64);
    buf_add_money_grouped(&b, i128_div_half_even(part * 100 * MONEY_ONE, whole), 1);
    buf_adds(&b, "%");
    return (struct figure){ .kind = FIGURE_PERCENT,
                            .text = kept(r, &b),
                            .value = (double)part / (double)whole };
}

struct figure rhythm_money(struct rhythm_run *r, const struct answer *a, i128 value_e4)
{
    const struct answer_kpi money = { .unit_id = UNIT_MONEY };
    const struct answer_value v = { .kind = VALUE_MONEY, .exact = value_e4 };
    struct buf b;
    buf_init(&b, 128);
    show_value(&b, a, &money, &v);
    return (struct figure){ .kind = FIGURE_MONEY,
                            .text = kept(r, &b),
                            .value = (double)value_e4 / (double)MONEY_ONE };
}

void rhythm_cells(struct rhythm_run *r, const struct figure *cells, size_t n)
{
    for (size_t i = 0; i < n; i++)
        document_cell(r->document, &cells[i]);
}

void rhythm_table(struct rhythm_run *r, const char *const *heads, size_t n)
{
    str *texts = ARENA_NEW(r->arena, str, n);
    for (size_t i = 0; texts != NULL && i < n; i++)
        texts[i] = str_from(tr(r->lang, heads[i]));
    document_table(r->document, texts, n);
}

void rhythm_table_of_kpis(struct rhythm_run *r,
                          const char *first,
                          const struct answer *a,
                          const char *last)
{
    const size_t n = a->kpi_count + (last != NULL ? 2 : 1);
    str *heads = ARENA_NEW(r->arena, str, n);
    if (heads != NULL)
        heads[0] = str_from(tr(r->lang, first));
    for (size_t i = 0; heads != NULL && i < a->kpi_count; i++)
        heads[i + 1] = a->kpis[i].name;
    if (heads != NULL && last != NULL)
        heads[n - 1] = str_from(tr(r->lang, last));
    document_table(r->document, heads, n);
}

void rhythm_heading(struct rhythm_run *r, const char *text)
{
    document_heading(r->document, str_from(tr(r->lang, text)));
}

void rhythm_sentencef(struct rhythm_run *r, const char *fmt, ...)
{
    char text[1024];
    va_list args;
    va_start(args, fmt);
    const int n = vsnprintf(text, sizeof text, tr(r->lang, fmt), args);
    va_end(args);
    if (n > 0)
        document_sentence(r->document, str_from(text));
}

/* ---- the way in ---- */

/* A week or month may be named by one of its days. */
static void widen_to_period(enum rhythm rhythm,
                            const struct period_rules *rules,
                            struct day_range *d)
{
    if (d->from != d->to || (rhythm != RHYTHM_WEEK && rhythm != RHYTHM_MONTH))
        return;
    const enum period_grain period = rhythm == RHYTHM_WEEK ? PERIOD_WEEK : PERIOD_MONTH;
    d->from = period_start(d->from, period, rules);
    d->to = period_next(d->from, period, rules) - 1;
}

enum status rhythm_range(struct rhythm_run *r, struct error *why)
{
    const struct rhythm_question *q = r->question;
    const struct shop_settings *shop = r->context->settings;
    const struct period_rules rules = {
        /* books are closed by months of the Gregorian calendar */
        .week_start = shop->week_start,
        .calendar = shop->calendar == CALENDAR_ISO ? CALENDAR_ISO : CALENDAR_GREGORIAN
    };
    r->today = zone_day(r->context->zone, q->now_us);
    if (q->rhythm == RHYTHM_PROMO)
        return promo_range(r, why);
    const str name = q->date.len > 0 ? q->date : str_from(rhythms[q->rhythm].range);
    const enum status st = range_named(name, r->today, &rules, &r->range, why);
    if (st != STATUS_OK)
        return st;
    widen_to_period(q->rhythm, &rules, &r->range);
    if (r->range.from > r->today)
        return error_set(why, STATUS_BAD_USAGE, "%.*s has not come yet", STR_ARG(name));
    r->range.to = r->range.to < r->today ? r->range.to : r->today;
    if (q->rhythm == RHYTHM_MORNING)
        r->range.from = r->range.to;
    return STATUS_OK;
}

str rhythm_title(struct rhythm_run *r)
{
    const struct rhythm_question *q = r->question;
    const str from = day_text(r->arena, r->range.from);
    const str to = day_text(r->arena, r->range.to);
    struct buf b;
    buf_init(&b, 1024);
    buf_adds(&b, tr(r->lang, rhythms[q->rhythm].title));
    if (q->promo.len > 0)
        buf_addf(&b, " %.*s", STR_ARG(promo_name(r)));
    buf_addf(&b, " · %.*s", STR_ARG(from));
    if (r->range.from != r->range.to)
        buf_addf(&b, " – %.*s", STR_ARG(to));
    buf_addf(&b, " · %.*s", STR_ARG(r->context->settings->name));
    return kept(r, &b);
}

void rhythm_release(struct rhythm_run *r)
{
    for (size_t i = 0; i < r->answer_count; i++)
        answer_free(r->answers[i]);
    mem_free(r->reasons);
    arena_free(r->arena);
}

enum status notify_report(const struct query_context *c,
                          const struct rhythm_question *q,
                          struct document **out,
                          struct error *why)
{
    struct rhythm_run r = { .context = c, .question = q, .lang = q->lang, .arena = arena_new(0) };
    if (r.arena == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = rhythm_range(&r, why);
    if (st == STATUS_OK) {
        r.document = document_new(q->lang, rhythm_title(&r));
        st = r.document != NULL ? rhythms[q->rhythm].write(&r, why)
                                : error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    if (st == STATUS_OK)
        rhythm_foot(&r);
    rhythm_release(&r);
    if (st != STATUS_OK)
        document_free(r.document);
    else
        *out = r.document;
    return st;
}
