/* One text cell to one typed value. What spreadsheets and platforms wrap around values is taken
 * off: ="123", a leading apostrophe or tab, currency signs, 元, thousands marks, (1.50) for -1.50.
 */
#include "ingest/ingest_priv.h"

#include <string.h>

/* What stands for "nothing" where a value could be. A lone / may be a page's path, so it is nothing
 * only where a text would make no sense. */
static const char *const nothings[] = { "-",  "--", "---", "nan", "NaN", "null", "NULL", "Null",
                                        "无", "—",  "——",  "–",   "－",  "――",   "N/A",  "n/a" };

bool value_is_none(enum field_kind kind, str s)
{
    static const char firsts[] = "-nN/\xe2\xe6\xef"; /* of all words above */
    if (s.len > 6 || (s.len > 0 && memchr(firsts, s.ptr[0], sizeof firsts - 1) == NULL))
        return false; /* nearly every cell */
    if (s.len == 0 || (kind != FIELD_TEXT && str_is(s, "/")))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(nothings); i++) {
        if (str_is(s, nothings[i]))
            return true;
    }
    return false;
}

/* What a formula shows that failed, or is still waited for: the value is not known, which is not
 * the same as none. Programs that rewrite files change the letters' case. */
static const char *const errors[] = {
    "#N/A",      "#REF!",     "#VALUE!",  "#DIV/0!",   "#NAME?",     "#NUM!",
    "#NULL!",    "#SPILL!",   "#CALC!",   "#FIELD!",   "#BUSY!",     "#ERROR!",
    "#BLOCKED!", "#CONNECT!", "#PYTHON!", "#UNKNOWN!", "#EXTERNAL!", "#GETTING_DATA",
};

bool value_is_error(str s)
{
    if (s.len == 0 || s.ptr[0] != '#')
        return false; /* nearly every cell */
    for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
        if (str_eq_nocase(s, str_from(errors[i])))
            return true;
    }
    return false;
}

/* Blanks that no program shows: no-break, ideographic, zero-width, byte order mark, thin. */
static const char *const blanks[] = { "\xc2\xa0",     "\xe3\x80\x80", "\xe2\x80\x8b",
                                      "\xef\xbb\xbf", "\xe2\x80\xaf", "\xe2\x80\x89" };

static str trim_blanks(str s)
{
    size_t before;
    do {
        before = s.len;
        s = str_trim(s);
        for (size_t i = 0; i < ARRAY_LEN(blanks); i++) {
            const str blank = str_from(blanks[i]);
            if (str_starts(s, blank))
                s = str_skip(s, blank.len);
            if (str_ends(s, blank))
                s.len -= blank.len;
        }
    } while (s.len != before);
    return s;
}

static bool is_high(char c)
{
    return ((unsigned char)c & 0x80) != 0;
}

/* ="..." of spreadsheets; 'text and <tab>text of platforms. */
str value_unwrap(str s)
{
    s = str_trim(s);
    if (s.len > 0 && (is_high(s.ptr[0]) || is_high(s.ptr[s.len - 1])))
        s = trim_blanks(s);
    if (s.len >= 3 && s.ptr[0] == '=' && s.ptr[1] == '"' && s.ptr[s.len - 1] == '"')
        return trim_blanks((str){ s.ptr + 2, s.len - 3 });
    if (s.len > 0 && s.ptr[0] == '\'')
        return trim_blanks(str_skip(s, 1));
    return s;
}

#define FOLDED_MAX 96

/* Full-width digits and signs as ASCII, the minus sign as a hyphen, no-break blanks between digits
 * left out: what numbers and dates are written with. Longer texts are no number; as they are. */
static str fold(str s, char out[FOLDED_MAX])
{
    size_t n = 0;
    size_t i = 0;
    if (s.len >= FOLDED_MAX)
        return s;
    while (i < s.len) {
        const str rest = str_skip(s, i);
        const unsigned char *u = (const unsigned char *)rest.ptr;
        bool is_blank = false;
        for (size_t k = 0; k < ARRAY_LEN(blanks) && is_high(rest.ptr[0]) && !is_blank; k++) {
            is_blank = str_starts(rest, str_from(blanks[k]));
            i += is_blank ? strlen(blanks[k]) : 0;
        }
        if (is_blank)
            continue;
        if (str_starts(rest, STR("\xe2\x88\x92"))) {
            out[n++] = '-';
            i += 3;
        } else if (rest.len >= 3 && u[0] == 0xef &&
                   (u[1] == 0xbc || (u[1] == 0xbd && u[2] < 0x9f)) && u[2] >= 0x80) {
            out[n++] = (char)(u[2] - 0x80 + 0x20 + (u[1] - 0xbc) * 0x40);
            i += 3;
        } else {
            out[n++] = s.ptr[i++];
        }
    }
    return (str){ out, n };
}

static bool has_high(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (is_high(s.ptr[i]))
            return true;
    }
    return false;
}

static const struct {
    const char *text;
} money_marks[] = { { "¥" }, { "￥" }, { "元" },  { "£" },  { "$" },
                    { "€" }, { "%" },  { "RMB" }, { "CNY" } };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static str strip_marks(str s)
{
    if (s.len > 0 && is_digit(s.ptr[0]) && is_digit(s.ptr[s.len - 1])) /* nearly every amount */
        return s;
    for (size_t i = 0; i < ARRAY_LEN(money_marks); i++) {
        const str mark = str_from(money_marks[i].text);
        if (str_starts(s, mark))
            s = str_trim(str_skip(s, mark.len));
        if (str_ends(s, mark))
            s = str_trim((str){ s.ptr, s.len - mark.len });
    }
    return s;
}

/* 1.25万 is 12500, 3.4亿 340000000: the zeros that the word stands for. */
static unsigned strip_myriads(str *s)
{
    static const struct {
        const char *word;
        unsigned zeros;
    } words[] = { { "万", 4 }, { "亿", 8 } };
    for (size_t i = 0; s->len > 0 && is_high(s->ptr[s->len - 1]) && i < ARRAY_LEN(words); i++) {
        const str word = str_from(words[i].word);
        if (str_ends(*s, word)) {
            *s = str_trim(str_first(*s, s->len - word.len));
            return words[i].zeros;
        }
    }
    return 0;
}

static const char *read_decimal(
    const struct value_rules *r, str s, unsigned scale, int64_t *out, bool *inexact)
{
    bool is_negative = false;
    if (s.len > 2 && s.ptr[0] == '(' && s.ptr[s.len - 1] == ')') {
        s = (str){ s.ptr + 1, s.len - 2 };
        is_negative = true;
    }
    if (s.len > 1 && s.ptr[0] == '-' && !is_digit(s.ptr[1]) && s.ptr[1] != '.') { /* -£1.50 */
        s = str_skip(s, 1);
        is_negative = true;
    }
    /* 1,234 is a thousand in any file whose decimals do not speak for the comma, else 1.234 is */
    const char usual = r->group_mark != 0 ? r->group_mark : r->decimal_mark == ',' ? '.' : ',';
    s = strip_marks(s);
    scale += strip_myriads(&s);
    const char group = memchr(s.ptr, ' ', s.len) != NULL ? ' ' : usual;
    if (is_negative && s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+')) /* --1.50, (-1.50) */
        return "not a number, or too large";
    if (!decimal_parse(s, r->decimal_mark, group, scale, out, inexact))
        return "not a number, or too large";
    if (is_negative)
        *out = -*out;
    return NULL;
}

/* Words of platforms for an amount of 0. */
static bool is_zero_word(str s)
{
    return str_is(s, "无退款申请");
}

/* A price may have more decimals than 4: 1000 pieces at 1.23456 are 1234.56. What the fifth to the
 * twelfth say is kept; of numbers too long for that the fifth to the ninth, or none. */
static int32_t read_rest(const struct value_rules *r, str s, int64_t e4)
{
    const struct {
        unsigned scale;
        int64_t parts; /* of 10^-4 */
        int64_t unit;  /* in 10^-12 */
    } tries[] = { { 12, 100000000, 1 }, { 9, 100000, 1000 } };
    for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
        int64_t fine = 0;
        bool inexact = false;
        if (read_decimal(r, s, tries[i].scale, &fine, &inexact) == NULL)
            return (int32_t)((fine - e4 * tries[i].parts) * tries[i].unit);
    }
    return 0;
}

static const char *read_money(const struct value_rules *r, str s, struct cell *out)
{
    bool inexact = false;
    if (!r->takes_percent && (str_ends(s, STR("%")) || str_starts(s, STR("%"))))
        return "a percentage where an amount should be";
    const char *reason = read_decimal(r, s, 4, &out->i64, &inexact);
    if (reason == NULL && (out->i64 > MONEY_MAX_E4 || out->i64 < -MONEY_MAX_E4))
        return "an amount above 100,000,000,000,000 units";
    if (reason == NULL && inexact)
        out->rest = read_rest(r, s, out->i64);
    return reason;
}

/* 2 of "2件", "2 pcs". */
static str strip_measure(str s)
{
    static const char *const measures[] = { "件", "个", "只", "条", "双", "套", "盒", "瓶", "包",
                                            "袋", "箱", "台", "张", "本", "支", "份", "对", "罐",
                                            "桶", "块", "片", "枚", "把", "组", "卷", "pcs" };
    for (size_t i = 0; s.len > 0 && !is_digit(s.ptr[s.len - 1]) && i < ARRAY_LEN(measures); i++) {
        const str measure = str_from(measures[i]);
        if (str_ends(s, measure))
            return str_trim(str_first(s, s.len - measure.len));
    }
    return s;
}

static const char *read_quantity(const struct value_rules *r, str s, struct cell *out)
{
    bool inexact = false;
    s = strip_measure(s);
    if (str_to_i64(s, &out->i64))
        return NULL;
    const char *reason = read_decimal(r, s, 0, &out->i64, &inexact);
    return reason == NULL && inexact ? "not a whole number" : reason;
}

/* The share of the price that is taken off. 8折 and 85折 are eight and eight and a half tenths that
 * are left to pay. */
static const char *read_share(const struct value_rules *r, str s, struct cell *out)
{
    const str tenths = STR("折");
    const bool is_tenths = str_ends(s, tenths);
    const bool is_percent = str_ends(s, STR("%"));
    int64_t v = 0;
    const char *reason =
        read_decimal(r, is_tenths ? str_first(s, s.len - tenths.len) : s, 9, &v, NULL);
    if (reason != NULL)
        return reason;
    v = v < 0 ? -v : v;
    if (v == 0)
        return NULL; /* no discount, in any form */
    if (r->share == SHARE_SIGNED && !is_tenths && !is_percent)
        return "a number without a sign in a column of percentages";
    if (is_tenths)
        v /= v > 10 * SHARE_ONE ? 100 : 10;
    else if (is_percent || r->share == SHARE_PERCENT)
        v /= 100;
    out->i64 = is_tenths || r->share == SHARE_PAID ? SHARE_ONE - v : v;
    return v > SHARE_ONE ? "a discount of more than 100 %" : NULL;
}

static const char *read_real(const struct value_rules *r, str s, struct cell *out)
{
    int64_t scaled = 0;
    const bool is_percent = str_ends(s, STR("%"));
    if (!is_percent && (str_to_double(s, &out->f64) || value_stars(s, &out->f64)))
        return NULL;
    const char *reason = read_decimal(r, s, 9, &scaled, NULL);
    out->f64 = (double)scaled / (is_percent ? 1e11 : 1e9);
    return reason;
}

static const char *read_flag(str s, struct cell *out)
{
    static const char *const yes[] = { "1", "true", "yes", "y", "t", "是", "有" };
    static const char *const no[] = { "0", "false", "no", "n", "f", "否" };
    for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
        if (str_eq_nocase(s, str_from(yes[i]))) {
            out->i64 = 1;
            return NULL;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(no); i++) {
        if (str_eq_nocase(s, str_from(no[i])))
            return NULL;
    }
    return "neither yes nor no";
}

/* Digits and one ".0": an id that a number column has spoiled. */
static str read_id(str s)
{
    if (s.len < 3 || s.ptr[s.len - 1] != '0' || s.ptr[s.len - 2] != '.')
        return s;
    for (size_t i = 0; i < s.len - 2; i++) {
        if (!is_digit(s.ptr[i]))
            return s;
    }
    return (str){ s.ptr, s.len - 2 };
}

bool value_is_destroyed_id(str s)
{
    if (s.len == 0 || !is_digit(s.ptr[0]) || memchr(s.ptr, '+', s.len) == NULL)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (!is_digit(s.ptr[i]) && (s.ptr[i] == '\0' || strchr(".,eE+", s.ptr[i]) == NULL))
            return false;
    }
    return str_contains(s, STR("E+")) || str_contains(s, STR("e+"));
}

static const char *read_time(const struct value_rules *r,
                             const struct date_pattern *date,
                             struct zone_cursor cursors[2],
                             str s,
                             bool is_day,
                             struct cell *out)
{
    struct stamp t;
    if (!date_parse(date, s, &t))
        return "not a date of the form the column has";
    if (is_day) {
        out->i64 = t.day;
    } else {
        const int64_t us = t.has_offset ? stamp_us(&t) - t.offset_s * US_PER_SECOND
                                        : zone_utc(r->zone, &cursors[0], t.day, t.us_of_day, NULL);
        out->i64 = us;
        zone_local(r->store_zone, &cursors[1], us, &out->day, &out->minute, NULL);
    }
    return NULL;
}

#define CURRENCY_LEN 3

static const char *read_currency(str s, struct cell *out)
{
    if (s.len != CURRENCY_LEN)
        return "not a currency code of three letters, such as GBP";
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        out->code[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        if (out->code[i] < 'A' || out->code[i] > 'Z')
            return "not a currency code of three letters, such as GBP";
    }
    out->text = (str){ out->code, CURRENCY_LEN };
    return NULL;
}

static const char *read_grain(str s, struct cell *out)
{
    out->text = value_grain(s, out->code);
    return out->text.len > 0
               ? NULL
               : "not the length of a period: day, week, month, quarter, year, 7d, 30d";
}

/* Kinds whose values hold nothing but digits and signs, whatever keyboard they come from. */
static bool is_written_in_ascii(enum field_kind kind)
{
    return kind == FIELD_MONEY || kind == FIELD_QUANTITY || kind == FIELD_REAL ||
           kind == FIELD_RATE || kind == FIELD_SHARE || kind == FIELD_TIME || kind == FIELD_DAY;
}

/* The one word that is kept for what a platform calls it. */
static str (*const words_of[])(str) = { [FIELD_STATUS] = status_canonical,
                                        [FIELD_REFUND_STATUS] = value_refund_state,
                                        [FIELD_PAYMENT_STATUS] = value_payment_state,
                                        [FIELD_BOOKING] = value_booking,
                                        [FIELD_EVENT] = event_canonical };

const char *value_read(enum field_kind kind,
                       const struct value_rules *rules,
                       const struct date_pattern *date,
                       struct zone_cursor cursors[2],
                       str s,
                       struct cell *out)
{
    char folded[FOLDED_MAX];
    *out = (struct cell){ .is_null = false };
    s = value_unwrap(s);
    if (value_is_none(kind, s)) {
        out->is_null = true;
        return NULL;
    }
    if (str_is(s, ROW_FORMULA_ONLY))
        return "a formula without a value: open the file in Excel and save it";
    if (value_is_error(s)) {
        out->is_null = true;
        return kind == FIELD_TEXT ? NULL
                                  : "an error of a spreadsheet's formula in place of a value";
    }
    if (kind == FIELD_MONEY && is_zero_word(s))
        return NULL;
    if (is_written_in_ascii(kind) && has_high(s))
        s = fold(s, folded);
    switch (kind) {
    case FIELD_TEXT:
        out->text = s;
        return NULL;
    case FIELD_ID:
        out->text = read_id(s);
        return value_is_destroyed_id(s)
                   ? "a spreadsheet has destroyed this id; export the file again"
                   : NULL;
    case FIELD_STATUS:
    case FIELD_REFUND_STATUS:
    case FIELD_PAYMENT_STATUS:
    case FIELD_BOOKING:
    case FIELD_EVENT:
        out->text = words_of[kind](s);
        return NULL;
    case FIELD_HASH:
        out->i64 = (int64_t)(str_hash(read_id(s), 0) >> 1);
        return NULL;
    case FIELD_MONEY:
        return read_money(rules, s, out);
    case FIELD_QUANTITY:
        return read_quantity(rules, s, out);
    case FIELD_REAL:
        return read_real(rules, s, out);
    case FIELD_RATE:
        return read_decimal(rules, s, 9, &out->i64, NULL);
    case FIELD_SHARE:
        return read_share(rules, s, out);
    case FIELD_CURRENCY:
        return read_currency(s, out);
    case FIELD_GRAIN:
        return read_grain(s, out);
    case FIELD_FLAG:
        return read_flag(s, out);
    case FIELD_TIME:
    case FIELD_DAY:
        return read_time(rules, date, cursors, s, kind == FIELD_DAY, out);
    }
    return "unknown kind of field";
}
