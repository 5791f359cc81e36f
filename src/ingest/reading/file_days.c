/* The days that a file is about when none of its columns says so: given, or told by its name. */
#include "ingest/reading/reading_priv.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Length of 2025-03-01, 2025.03.01, 2025_03_01 or 20250301 at the head of `s`; 0: no date. */
static size_t day_at(str s, int32_t *out)
{
    char text[11] = "0000-00-00";
    size_t used = 0;
    size_t n = 0;
    for (; used < s.len && n < 8; used++) {
        const char c = s.ptr[used];
        if (is_digit(c)) {
            text[n < 4 ? n : n < 6 ? n + 1 : n + 2] = c;
            n++;
        } else if ((n != 4 && n != 6) || (c != '-' && c != '.' && c != '_')) {
            return 0;
        }
    }
    const bool goes_on = used < s.len && is_digit(s.ptr[used]);
    return n == 8 && !goes_on && day_parse((str){ text, 10 }, out) ? used : 0;
}

/* First and last of at most two dates in the text; false when there is none, or a third. */
static bool days_in(str s, int32_t *from, int32_t *to)
{
    size_t found = 0;
    for (size_t i = 0; i < s.len;) {
        int32_t day = 0;
        const bool starts = is_digit(s.ptr[i]) && (i == 0 || !is_digit(s.ptr[i - 1]));
        const size_t used = starts ? day_at(str_skip(s, i), &day) : 0;
        i += used > 0 ? used : 1;
        if (used == 0)
            continue;
        if (found++ == 0)
            *from = day;
        *to = day;
    }
    return found > 0 && found <= 2 && *from <= *to;
}

bool reading_split_days(str s, str *first, str *last)
{
    static const char *const betweens[] = { "~", "～", "至", "..", " - ", " – ", " to " };
    for (size_t i = 0; i < ARRAY_LEN(betweens); i++) {
        const str between = str_from(betweens[i]);
        struct date_pattern alone;
        size_t at = 0;
        while (at + between.len <= s.len && !str_starts(str_skip(s, at), between))
            at++;
        if (at + between.len > s.len)
            continue;
        *first = str_trim(str_first(s, at));
        *last = str_trim(str_skip(s, at + between.len));
        return date_pattern_detect(first, 1, DATE_FORM_DMY, &alone, NULL) == STATUS_OK &&
               date_pattern_detect(last, 1, DATE_FORM_DMY, &alone, NULL) == STATUS_OK;
    }
    return false;
}

enum status reading_add_period(struct reading *r,
                               const struct reading_from *from,
                               struct buf *notes,
                               struct error *why)
{
    const struct field *date = target_field(&r->mapping->target, STR("date"));
    const char *given = from->options->period;
    int32_t first = 0;
    int32_t last = 0;
    size_t at = 0;
    if (date == NULL || !date->is_required || reading_has(r, "date")) {
        if (given != NULL)
            buf_adds(notes,
                     tr(why != NULL ? why->lang : LANG_EN,
                        "--period is not used: the file has dates of its own\n"));
        return STATUS_OK;
    }
    if (given != NULL && !days_in(str_from(given), &first, &last))
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "--period wants a day or two, such as 2025-03-01..2025-03-31, not \"%s\"",
                         given);
    if (given == NULL && !days_in(from->name, &first, &last))
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "%.*s: the file has no column of dates; name its days, such as --period "
                         "2025-03-01..2025-03-31, or have them in the file's name",
                         STR_ARG(r->mapping->name));
    buf_addf(notes, "%s", tr(why->lang, "its days: "));
    buf_add_day(notes, first);
    buf_adds(notes, " .. ");
    buf_add_day(notes, last);
    buf_addc(notes, '\n');
    enum status st = reading_add_field(r, STR("date"), day_text(r->arena, first), &at, why);
    if (st == STATUS_OK && target_field(&r->mapping->target, STR("end_date")) != NULL)
        st = reading_add_field(r, STR("end_date"), day_text(r->arena, last), &at, why);
    return st;
}
