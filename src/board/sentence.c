/* The overview's one line: how the main figure moved, which driver moved it most, and where.
 *
 * Drivers are factors of the figure (visits x conversion rate x order value), so each one's part in
 * the change is the logarithm of its own ratio (B. W. Ang, "The LMDI approach to decomposition
 * analysis", Energy Policy 33, 2005): the largest of those that pull the way the figure went. */
#include "board/board_priv.h"

#include <math.h>

struct factor {
    const char *kpi;
    const char *up; /* in words, English; tr() */
    const char *down;
};

/* The first set whose figures are all there explains. */
static const struct factor sets[][3] = {
    { { "sessions", "more visits", "fewer visits" },
      { "session_cr", "a higher conversion rate", "a lower conversion rate" },
      { "aov", "larger orders", "smaller orders" } },
    { { "visitors", "more visitors", "fewer visitors" },
      { "pay_cr", "a higher conversion rate", "a lower conversion rate" },
      { "atv_customer", "more spent by each buyer", "less spent by each buyer" } },
    { { "orders", "more orders", "fewer orders" },
      { "aov", "larger orders", "smaller orders" },
      { NULL, NULL, NULL } },
};
static const char *const headlines[] = { "net_sales", "gsv", "paid_gmv", "gross_sales", "orders" };

static const struct report_line *find_line(const struct report *r, const char *kpi)
{
    for (size_t i = 0; kpi != NULL && i < report_line_count(r); i++) {
        if (str_is(report_line_at(r, i)->kpi->id, kpi))
            return report_line_at(r, i);
    }
    return NULL;
}

static bool has_both(const struct answer_kpi *k)
{
    const struct answer_compare *c = k->total.compare;
    return k->total.value.kind != VALUE_NONE && c != NULL && c->value.kind != VALUE_NONE;
}

/* Logarithm of how the figure moved; NAN: it cannot be told. */
static double log_ratio(const struct report *r, const char *kpi)
{
    const struct report_line *line = find_line(r, kpi);
    if (line == NULL || !has_both(line->kpi))
        return (double)NAN;
    const double now = line->kpi->total.value.real;
    const double then = line->kpi->total.compare->value.real;
    return now > 0 && then > 0 ? log(now / then) : (double)NAN;
}

/* The factor that pulled most the way of `sign`; NULL: none is known. */
static const struct factor *strongest(const struct report *r, int sign)
{
    for (size_t s = 0; s < ARRAY_LEN(sets); s++) {
        const struct factor *best = NULL;
        double most = 0;
        bool is_whole = true;
        for (size_t i = 0; i < ARRAY_LEN(sets[s]) && sets[s][i].kpi != NULL; i++) {
            const double part = log_ratio(r, sets[s][i].kpi);
            is_whole = is_whole && !isnan(part);
            if (!isnan(part) && part * sign > most) {
                most = part * sign;
                best = &sets[s][i];
            }
        }
        if (is_whole)
            return best;
    }
    return NULL;
}

static const char *compare_words(const struct answer *a)
{
    if (str_is(a->compare, "prev"))
        return tr(a->lang, "the period before");
    if (str_is(a->compare, "weekday"))
        return tr(a->lang, "the same weekdays before");
    if (str_is(a->compare, "yoy"))
        return tr(a->lang, "the same period last year");
    if (str_starts(a->compare, STR("festival:")) || str_starts(a->compare, STR("promo:")))
        return tr(a->lang, "the same days of the event before");
    return tr(a->lang, "the period compared with");
}

static void add_headline(struct buf *out, const struct report_line *line)
{
    const struct answer *a = line->answer;
    const struct answer_value *relative = &line->kpi->total.compare->relative;
    const double share = relative->kind != VALUE_NONE ? relative->real : 0;
    struct buf value;
    struct buf change;
    buf_init(&value, 256);
    buf_init(&change, 64);
    show_value_signed(&value, a, line->kpi, &line->kpi->total.value);
    buf_add_rounded(&change, str_skip(relative->text, share < 0 ? 1 : 0), 2, 1);
    buf_addc(&change, '%');
    if (relative->kind == VALUE_NONE)
        buf_addf(
            out, tr(a->lang, "%.*s: %.*s"), STR_ARG(line->kpi->name), STR_ARG(buf_str(&value)));
    else
        buf_addf(
            out,
            tr(a->lang, share >= 0 ? "%.*s: %.*s, %.*s above %s" : "%.*s: %.*s, %.*s below %s"),
            STR_ARG(line->kpi->name),
            STR_ARG(buf_str(&value)),
            STR_ARG(buf_str(&change)),
            compare_words(a));
    buf_release(&change);
    buf_release(&value);
}

static void add_factor(struct buf *out, const struct report *r, const struct report_line *head)
{
    const int sign = head->kpi->total.compare->change.real >= 0 ? 1 : -1;
    const struct factor *f = strongest(r, sign);
    const struct report_line *line = f != NULL ? find_line(r, f->kpi) : NULL;
    struct buf moved;
    if (line == NULL)
        return;
    buf_init(&moved, 64);
    show_relative(&moved, &line->kpi->total.compare->relative);
    buf_addf(out,
             tr(head->answer->lang, ", mostly by %s (%.*s)"),
             tr(head->answer->lang, log_ratio(r, f->kpi) >= 0 ? f->up : f->down),
             STR_ARG(buf_str(&moved)));
    buf_release(&moved);
}

/* The value of the dimension whose change is the largest part of the whole one. */
static const struct answer_row *largest_part(const struct answer *a)
{
    const struct answer_row *best = NULL;
    const struct answer_compare *total = a->kpis[0].total.compare;
    const double whole = total != NULL ? total->change.real : 0;
    const double sign = whole >= 0 ? 1 : -1;
    double most = fabs(whole) * 0.3; /* less is no "most of it" */
    for (size_t i = 0; i < a->row_count; i++) {
        const struct answer_row *row = &a->kpis[0].rows[i];
        if (row->is_others || row->compare == NULL || row->compare->change.kind == VALUE_NONE)
            continue;
        if (row->compare->change.real * sign > most) {
            most = row->compare->change.real * sign;
            best = row;
        }
    }
    return best;
}

static void add_part(struct buf *out, const struct answer *a)
{
    const struct answer_row *row = a->row_count > 1 ? largest_part(a) : NULL;
    struct buf moved;
    if (row == NULL || row->by[0].len == 0)
        return;
    buf_init(&moved, 128);
    buf_adds(&moved, row->compare->change.real > 0 ? "+" : "");
    show_value_signed(&moved, a, &a->kpis[0], &row->compare->change);
    buf_addf(out,
             tr(a->lang, "; the largest part in %.*s %.*s (%.*s)"),
             STR_ARG(a->by_label[0]),
             STR_ARG(row->by[0]),
             STR_ARG(buf_str(&moved)));
    buf_release(&moved);
}

/* By channel where orders have one, else by store. */
static enum status ask_parts(const struct board_ask *ask,
                             const struct report_line *head,
                             struct arena *a,
                             struct answer **out,
                             struct error *why)
{
    static const char *const dimensions[] = { "channel", "store" };
    const str from = day_text(a, head->answer->from);
    const str to = day_text(a, head->answer->to);
    enum status st = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(dimensions) && st == STATUS_OK; i++) {
        const str by = str_from(dimensions[i]);
        const struct kpi_question q = { .kpis = &head->kpi->id,
                                        .kpi_count = 1,
                                        .from = from,
                                        .to = to,
                                        .grain = STR("total"),
                                        .by = &by,
                                        .by_count = 1,
                                        .where = head->answer->where,
                                        .compare = head->answer->compare,
                                        .stores = ask->stores,
                                        .store_count = ask->store_count,
                                        .lang = ask->lang,
                                        .now_us = ask->now_us };
        answer_free(*out);
        *out = NULL;
        st = query_ask(ask->context, &q, out, why);
        if (st == STATUS_OK && (*out)->row_count > 1)
            return STATUS_OK;
    }
    return st;
}

enum status board_sentence(const struct board_ask *ask,
                           const struct report *r,
                           struct arena *a,
                           str *out,
                           struct error *why)
{
    const struct report_line *head = NULL;
    struct answer *parts = NULL;
    struct buf text;
    for (size_t i = 0; i < ARRAY_LEN(headlines) && head == NULL; i++) {
        const struct report_line *line = find_line(r, headlines[i]);
        head = line != NULL && has_both(line->kpi) ? line : NULL;
    }
    if (head == NULL)
        return STATUS_OK;
    const enum status st = ask_parts(ask, head, a, &parts, why);
    if (st != STATUS_OK)
        return st;
    buf_init(&text, 4096);
    add_headline(&text, head);
    add_factor(&text, r, head);
    add_part(&text, parts);
    buf_adds(&text, tr(ask->lang, "."));
    *out = arena_dup(a, buf_str(&text));
    buf_release(&text);
    answer_free(parts);
    return out->ptr != NULL ? STATUS_OK : board_no_memory(why);
}
