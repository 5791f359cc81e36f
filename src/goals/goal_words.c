/* Levels and amounts as people write them. */
#include "goals/goals_priv.h"

#include <stdlib.h>

static const struct {
    const char *name;
    const char *labels[2];
} levels[] = {
#define X(id, name, en, zh) { name, { en, zh } },
    GOAL_LEVEL_LIST(X)
#undef X
};

const char *goal_level_name(enum goal_level l)
{
    return levels[l].name;
}

const char *goal_level_label(enum goal_level l, enum lang lang)
{
    return levels[l].labels[lang];
}

bool goal_level_parse(str word, enum goal_level *out)
{
    for (unsigned i = 0; i < ARRAY_LEN(levels); i++) {
        if (str_eq_nocase(word, str_from(levels[i].name)) || str_is(word, levels[i].labels[1])) {
            *out = (enum goal_level)i;
            return true;
        }
    }
    return false;
}

/* ---- amounts ---- */

static const char *const currency_marks[] = { "¥",   "￥",  "$",   "€",   "£",  "元",
                                              "RMB", "CNY", "EUR", "USD", "GBP" };

static str without_marks(str s)
{
    bool again = true;
    while (again) {
        again = false;
        s = str_trim(s);
        for (size_t i = 0; i < ARRAY_LEN(currency_marks); i++) {
            const str mark = str_from(currency_marks[i]);
            if (s.len > mark.len && str_starts(s, mark)) {
                s = str_skip(s, mark.len);
                again = true;
            } else if (s.len > mark.len && str_ends(s, mark)) {
                s = str_first(s, s.len - mark.len);
                again = true;
            }
        }
    }
    return s;
}

/* 万, 亿, and the letters that the board writes in English, at most one at the end. */
static int64_t take_magnitude(str *s)
{
    static const struct {
        const char *word;
        int64_t times;
    } magnitudes[] = { { "万", 10000 }, { "亿", 100000000 }, { "k", 1000 },
                       { "K", 1000 },   { "M", 1000000 },    { "B", 1000000000 } };
    for (size_t i = 0; i < ARRAY_LEN(magnitudes); i++) {
        const str word = str_from(magnitudes[i].word);
        if (s->len > word.len && str_ends(*s, word)) {
            *s = str_trim(str_first(*s, s->len - word.len));
            return magnitudes[i].times;
        }
    }
    return 1;
}

/* "h", "days" ... when it is the KPI's own unit. */
static str without_unit(str s, enum kpi_unit unit)
{
    const str words[] = { str_from(kpi_unit_label(unit, LANG_EN)),
                          str_from(kpi_unit_label(unit, LANG_ZH)),
                          str_from(kpi_unit_name(unit)) };
    for (size_t i = 0; i < ARRAY_LEN(words) && unit != UNIT_PERCENT; i++) {
        if (words[i].len > 0 && s.len > words[i].len && str_ends(s, words[i]))
            return str_trim(str_first(s, s.len - words[i].len));
    }
    return s;
}

static enum status not_a_number(str text, struct error *why)
{
    return error_set(
        why,
        STATUS_BAD_INPUT,
        "\"%.*s\" is no target; write a number such as 1200000, 1,200,000, 1.2M, 120万 or 4.5%%",
        STR_ARG(text));
}

static enum status check_value(const struct kpi *k, str text, int64_t v, struct error *why)
{
    if (v == 0)
        return error_set(
            why,
            STATUS_BAD_INPUT,
            "the target of \"%.*s\" is 0: nothing could be measured against it; leave the "
            "line out or give a number",
            STR_ARG(k->id));
    if (v < 0)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "the target of \"%.*s\" is below 0 (%.*s); targets are above 0",
                         STR_ARG(k->id),
                         STR_ARG(text));
    if (kpi_unit_kind(k->unit) == UNIT_KIND_COUNT && v % MONEY_ONE != 0)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "\"%.*s\" is a count and \"%.*s\" is no whole number",
                         STR_ARG(k->id),
                         STR_ARG(text));
    return STATUS_OK;
}

/* A % sign where it must be, and only there. */
static enum status check_share(
    const struct kpi *k, str text, bool percent, int64_t v, struct error *why)
{
    const bool is_share = k->unit == UNIT_PERCENT || k->unit == UNIT_RATIO;
    if (percent && !is_share)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "\"%.*s\" is no share, so \"%.*s\" is no target for it",
                         STR_ARG(k->id),
                         STR_ARG(text));
    if (!percent && k->unit == UNIT_PERCENT && v > MONEY_ONE)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "\"%.*s\" is a share: is \"%.*s\" meant as %.*s%%? then write the %% sign",
                         STR_ARG(k->id),
                         STR_ARG(text),
                         STR_ARG(text));
    return STATUS_OK;
}

enum status goal_value_parse(const struct kpi *k, str text, int64_t *out_e4, struct error *why)
{
    str s = without_marks(text);
    const bool percent = str_ends(s, STR("%")) || str_ends(s, STR("％"));
    bool inexact = false;
    int64_t v = 0;
    if (percent)
        s = str_first(s, s.len - (str_ends(s, STR("%")) ? 1 : 3));
    s = without_unit(s, k->unit);
    const int64_t times = take_magnitude(&s);
    if (s.len == 0 || !decimal_parse(str_trim(s), '.', ',', percent ? 2 : 4, &v, &inexact) ||
        !i64_mul(v, times, &v))
        return not_a_number(text, why);
    const enum status unit = check_share(k, text, percent, v, why);
    if (unit != STATUS_OK)
        return unit;
    if (inexact)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "\"%.*s\" has more decimals than can be kept (4; 2 before %%)",
                         STR_ARG(text));
    const enum status st = check_value(k, text, v, why);
    if (st == STATUS_OK)
        *out_e4 = v;
    return st;
}
