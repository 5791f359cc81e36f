/* Which form a column's dates have. Every form is tried on every sample; the numeric ones only
 * within the range that makes them likely, so that an order number is no date. */
#include "format/dates.h"

#define DETECT_MAX 1000

struct tally {
    size_t filled;
    size_t fits[DATE_FORM_COUNT];
    int32_t low[DATE_FORM_COUNT];
    int32_t high[DATE_FORM_COUNT];
    size_t either; /* fit day or month first: these may contradict each other in one column */
    bool has_dots; /* 01.12.2010: nobody writes the month first with dots */
};

static size_t digits_before_mark(str s)
{
    size_t n = 0;
    while (n < s.len && s.ptr[n] >= '0' && s.ptr[n] <= '9')
        n++;
    return n == s.len || s.ptr[n] == '.' ? n : 0;
}

/* A number may be of this form only with this many digits before the mark. */
static bool is_likely(enum date_form form, str s, const struct stamp *st)
{
    static const struct {
        size_t min_digits;
        size_t max_digits;
    } ranges[DATE_FORM_COUNT] = {
        [DATE_FORM_UNIX_S] = { 9, 10 },   [DATE_FORM_UNIX_MS] = { 12, 13 },
        [DATE_FORM_UNIX_US] = { 15, 16 }, [DATE_FORM_EXCEL] = { 5, 5 },
        [DATE_FORM_COMPACT] = { 8, 14 },
    };
    const struct civil from = { 1950, 1, 1 };
    const struct civil to = { 2100, 1, 1 };
    const bool is_in_range = st->day >= civil_to_day(from) && st->day < civil_to_day(to);
    if (ranges[form].min_digits == 0)
        return true;
    const size_t n = digits_before_mark(s);
    if (form == DATE_FORM_COMPACT && n == 0)
        return is_in_range;
    return is_in_range && n >= ranges[form].min_digits && n <= ranges[form].max_digits;
}

static void tally_sample(struct tally *t, str s)
{
    const size_t before = t->fits[DATE_FORM_MDY] + t->fits[DATE_FORM_DMY];
    t->filled++;
    for (unsigned f = DATE_FORM_NONE + 1; f < DATE_FORM_EXCEL_1904; f++) {
        const struct date_pattern p = { .form = (enum date_form)f };
        struct stamp st;
        if (!date_parse(&p, s, &st) || !is_likely(p.form, s, &st))
            continue;
        if (t->fits[f]++ == 0) {
            t->low[f] = st.day;
            t->high[f] = st.day;
        }
        t->low[f] = st.day < t->low[f] ? st.day : t->low[f];
        t->high[f] = st.day > t->high[f] ? st.day : t->high[f];
        if (f == DATE_FORM_DMY && str_find(s, STR(".")) <= 2)
            t->has_dots = true;
    }
    t->either += t->fits[DATE_FORM_MDY] + t->fits[DATE_FORM_DMY] > before;
}

/* Day or month first: what only one reading allows decides; then the dots; then what the shop
 * says; then the reading under which the samples lie closer together, since files are written in
 * the order of time. */
static void settle_order(const struct tally *t, enum date_form prefer, struct date_pattern *out)
{
    const size_t mdy = t->fits[DATE_FORM_MDY];
    const size_t dmy = t->fits[DATE_FORM_DMY];
    if (mdy != dmy) {
        out->form = mdy > dmy ? DATE_FORM_MDY : DATE_FORM_DMY;
        out->is_ambiguous = t->either > mdy && t->either > dmy;
        return;
    }
    out->form = DATE_FORM_DMY;
    if (t->has_dots)
        return;
    out->is_ambiguous = true;
    const int32_t mdy_span = t->high[DATE_FORM_MDY] - t->low[DATE_FORM_MDY];
    const int32_t dmy_span = t->high[DATE_FORM_DMY] - t->low[DATE_FORM_DMY];
    if (prefer == DATE_FORM_MDY || prefer == DATE_FORM_DMY)
        out->form = prefer;
    else if (mdy_span < dmy_span)
        out->form = DATE_FORM_MDY;
}

enum date_form date_order_told(str s)
{
    static const struct date_pattern mdy = { .form = DATE_FORM_MDY };
    static const struct date_pattern dmy = { .form = DATE_FORM_DMY };
    struct stamp st;
    const bool is_mdy = date_parse(&mdy, s, &st);
    const bool is_dmy = date_parse(&dmy, s, &st);
    if (is_mdy == is_dmy)
        return DATE_FORM_NONE;
    return is_mdy ? DATE_FORM_MDY : DATE_FORM_DMY;
}

static void count_bad(const str *samples, size_t n, struct date_pattern *out)
{
    for (size_t i = 0; i < n; i++) {
        struct stamp st;
        if (str_trim(samples[i]).len == 0 || date_parse(out, samples[i], &st))
            continue;
        if (out->n_bad++ == 0)
            out->first_bad = i;
    }
}

enum status date_pattern_detect(const str *samples,
                                size_t n,
                                enum date_form prefer,
                                struct date_pattern *out,
                                struct error *why)
{
    struct tally t = { 0 };
    for (size_t i = 0; i < n && t.filled < DETECT_MAX; i++) {
        const str s = str_trim(samples[i]);
        if (s.len > 0)
            tally_sample(&t, s);
    }
    struct date_pattern best = { .form = DATE_FORM_NONE };
    for (unsigned f = DATE_FORM_NONE + 1; f < DATE_FORM_COUNT; f++)
        if (t.fits[f] > t.fits[best.form])
            best.form = (enum date_form)f;
    if (t.filled == 0)
        return error_set(why, STATUS_NOT_FOUND, "no value in the first rows tells the date form");
    const bool is_order = best.form == DATE_FORM_MDY || best.form == DATE_FORM_DMY;
    if ((is_order ? t.either : t.fits[best.form]) * 10 < t.filled * 9)
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "the values are not dates of one known form (best fit: \"%s\", %zu of "
                         "%zu); name the form to force it",
                         date_form_name(best.form),
                         t.fits[best.form],
                         t.filled);
    if (is_order)
        settle_order(&t, prefer, &best);
    count_bad(samples, n, &best);
    *out = best;
    return STATUS_OK;
}
