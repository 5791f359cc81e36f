/* Ratings as people and platforms write them: ★★★★☆, 4/5, 4.5 out of 5 stars, 4星, 四星. */
#include "ingest/ingest_priv.h"

#define STARS_MAX 5

static const struct {
    const char *text;
    double stars;
} signs[] = { { "★", 1 }, { "⭐", 1 }, { "½", 0.5 }, { "☆", 0 }, { "\xef\xb8\x8f", 0 } };

/* False: something else than stars, none that is full, or more than five. */
static bool count_stars(str s, double *out)
{
    double stars = 0;
    while (s.len > 0) {
        size_t i = 0;
        while (i < ARRAY_LEN(signs) && !str_starts(s, str_from(signs[i].text)))
            i++;
        if (i == ARRAY_LEN(signs))
            return false;
        stars += signs[i].stars;
        s = str_skip(s, str_from(signs[i].text).len);
    }
    *out = stars;
    return stars > 0 && stars <= STARS_MAX;
}

/* What stands behind the number, longer ones first. */
static const char *const scales[] = { "out of 5 stars", "out of 5", "stars", "star",
                                      "颗星",           "星",       "分" };

/* "4.5 " of "4.5 / 5"; the text itself where no scale stands behind it. */
static str without_scale(str s)
{
    for (size_t i = 0; i < ARRAY_LEN(scales); i++) {
        const str scale = str_from(scales[i]);
        if (s.len > scale.len && str_eq_nocase(str_skip(s, s.len - scale.len), scale))
            return str_trim(str_first(s, s.len - scale.len));
    }
    if (s.len < 3 || s.ptr[s.len - 1] != '5')
        return s;
    const str before = str_trim(str_first(s, s.len - 1));
    return str_ends(before, STR("/")) ? str_trim(str_first(before, before.len - 1)) : s;
}

bool value_stars(str s, double *out)
{
    static const char *const digits[] = { "一", "二", "三", "四", "五" };
    if (count_stars(s, out))
        return true;
    const str number = without_scale(s);
    if (number.len == s.len)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(digits); i++) {
        if (str_is(number, digits[i])) {
            *out = (double)(i + 1);
            return true;
        }
    }
    return str_to_double(number, out) && *out >= 0 && *out <= STARS_MAX;
}
