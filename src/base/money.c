/* Checked integers, exact decimals and ratios. See money.h. */
#include "base/money.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool i64_add(int64_t a, int64_t b, int64_t *out)
{
    return !__builtin_add_overflow(a, b, out);
}

bool i64_mul(int64_t a, int64_t b, int64_t *out)
{
    return !__builtin_mul_overflow(a, b, out);
}

bool i128_to_i64(i128 v, int64_t *out)
{
    if (v < INT64_MIN || v > INT64_MAX)
        return false;
    *out = (int64_t)v;
    return true;
}

/* Without a sign: the smallest i128 has one too. */
static u128 magnitude(i128 v)
{
    return v < 0 ? -(u128)v : (u128)v;
}

unsigned money_decimals(str currency)
{
    static const struct {
        const char *codes; /* of four letters each, the last a blank */
        unsigned decimals;
    } others[] = {
        { "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF ", 0 },
        { "BHD IQD JOD KWD LYD OMR TND ", 3 },
    };
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        for (const char *c = others[i].codes; *c != '\0'; c += 4) {
            if (str_eq(currency, (str){ c, 3 }))
                return others[i].decimals;
        }
    }
    return 2;
}

int64_t money_smallest(str currency)
{
    int64_t smallest = MONEY_ONE;
    for (unsigned i = money_decimals(currency); i > 0; i--)
        smallest /= 10;
    return smallest;
}

i128 i128_div_half_even(i128 num, i128 den)
{
    const bool is_negative = (num < 0) != (den < 0);
    const u128 n = magnitude(num);
    const u128 d = magnitude(den);
    u128 q = n / d;
    const u128 rest = n % d;
    if (rest > d - rest || (rest == d - rest && q % 2 != 0))
        q++;
    return (i128)(is_negative ? -q : q);
}

bool money_convert(i128 value_e4, int64_t rate_e9, i128 *out_e4)
{
    i128 product;
    if (__builtin_mul_overflow(value_e4, (i128)rate_e9, &product))
        return false;
    *out_e4 = i128_div_half_even(product, 1000000000);
    return true;
}

static void add_u128(struct buf *b, u128 v, bool is_grouped)
{
    char text[56];
    size_t at = sizeof text;
    unsigned digits = 0;
    do {
        if (is_grouped && digits > 0 && digits % 3 == 0)
            text[--at] = ',';
        if (v > UINT64_MAX) {
            text[--at] = (char)('0' + (int)(v % 10));
            v /= 10;
        } else { /* division of 64 bits is many times faster */
            text[--at] = (char)('0' + (int)((uint64_t)v % 10));
            v = (uint64_t)v / 10;
        }
        digits++;
    } while (v != 0);
    buf_add(b, (str){ text + at, sizeof text - at });
}

static void add_sign(struct buf *b, i128 v)
{
    if (v < 0)
        buf_addc(b, '-');
}

void buf_add_i128(struct buf *b, i128 v)
{
    add_sign(b, v);
    add_u128(b, magnitude(v), false);
}

void buf_add_i128_grouped(struct buf *b, i128 v)
{
    add_sign(b, v);
    add_u128(b, magnitude(v), true);
}

/* ".0123": `places` digits, at most 4. */
static void add_fraction(struct buf *b, unsigned v, unsigned places)
{
    char text[5] = { '.' };
    for (unsigned i = places; i > 0; i--) {
        text[i] = (char)('0' + v % 10);
        v /= 10;
    }
    buf_add(b, (str){ text, places + 1 });
}

void buf_add_money(struct buf *b, i128 value_e4)
{
    const u128 v = magnitude(value_e4);
    add_sign(b, value_e4);
    add_u128(b, v / MONEY_ONE, false);
    add_fraction(b, (unsigned)(v % MONEY_ONE), 4);
}

void buf_add_money_grouped(struct buf *b, i128 value_e4, unsigned decimals)
{
    static const int steps[] = { 10000, 1000, 100, 10, 1 };
    const unsigned places = decimals > 4 ? 4 : decimals;
    const i128 rounded = i128_div_half_even(value_e4, steps[places]);
    const u128 v = magnitude(rounded);
    const u128 unit = (u128)(MONEY_ONE / steps[places]);
    add_sign(b, rounded);
    add_u128(b, v / unit, true);
    if (places > 0)
        add_fraction(b, (unsigned)(v % unit), places);
}

/* Long division, one digit at a time, so that any pair of 128-bit integers is exact. `digits` gets
 * the first `n` significant digits and one more decides the rounding. */
struct long_division {
    char digits[16];
    int exponent; /* value = 0.d1d2d3... x 10^exponent */
};

#define RATIO_DIGITS 12

/* rest x 10 / den without overflow: adds rest ten times. */
static int next_digit(u128 *rest, u128 den)
{
    u128 sum = 0;
    int digit = 0;
    for (int i = 0; i < 10; i++) {
        if (sum >= den - *rest) {
            sum -= den - *rest;
            digit++;
        } else {
            sum += *rest;
        }
    }
    *rest = sum;
    return digit;
}

static void divide_digits(u128 num, u128 den, struct long_division *out)
{
    char whole[48];
    int n = 0;
    int count = 0;
    u128 q = num / den;
    u128 rest = num % den;
    for (; q != 0; q /= 10)
        whole[n++] = (char)(int)(q % 10);
    out->exponent = n;
    bool has_more = false;
    int next = -1; /* the first digit that is cut */
    for (int i = n - 1; i >= 0; i--) {
        if (count < RATIO_DIGITS)
            out->digits[count++] = whole[i];
        else if (next < 0)
            next = (unsigned char)whole[i];
        else
            has_more = has_more || whole[i] != 0;
    }
    while (next < 0) {
        const int digit = next_digit(&rest, den);
        if (count == 0 && digit == 0)
            out->exponent--;
        else if (count < RATIO_DIGITS)
            out->digits[count++] = (char)digit;
        else
            next = digit;
    }
    has_more = has_more || rest != 0;
    const bool up = next > 5 || (next == 5 && (has_more || out->digits[RATIO_DIGITS - 1] % 2 != 0));
    for (int i = RATIO_DIGITS - 1; up && i >= 0; i--) {
        if (out->digits[i] < 9) {
            out->digits[i]++;
            return;
        }
        out->digits[i] = 0;
    }
    if (up) { /* 0.999... became 1.000... */
        out->digits[0] = 1;
        out->exponent++;
    }
}

void buf_add_ratio(struct buf *b, i128 num, i128 den)
{
    struct long_division d = { .exponent = 0 };
    if (num == 0) {
        buf_adds(b, "0");
        return;
    }
    if ((num < 0) != (den < 0))
        buf_addc(b, '-');
    divide_digits(magnitude(num), magnitude(den), &d);
    if (d.exponent <= 0)
        buf_adds(b, "0.");
    for (int i = d.exponent; i < 0; i++)
        buf_addc(b, '0');
    for (int i = 0; i < RATIO_DIGITS || i < d.exponent; i++) {
        if (i == d.exponent && i > 0)
            buf_addc(b, '.');
        buf_addc(b, i < RATIO_DIGITS ? (char)('0' + d.digits[i]) : '0');
    }
}

void buf_add_double12(struct buf *b, double v)
{
    if (!isfinite(v)) {
        buf_adds(b, "null");
        return;
    }
    char text[40]; /* d.ddddddddddde+XX: the exponent after rounding */
    int64_t exponent = 0;
    const int n = snprintf(text, sizeof text, "%.*e", RATIO_DIGITS - 1, v);
    const str e = { text, (size_t)n };
    if (!str_to_i64(str_skip(e, str_find(e, STR("e")) + 1), &exponent))
        exponent = 0;
    const int decimals = RATIO_DIGITS - 1 - (int)exponent;
    buf_addf(b, "%.*f", decimals < 0 ? 0 : decimals, v == 0.0 ? 0.0 : v);
}

/* A decimal number while it is read: mantissa x 10^exponent. */
struct decimal {
    i128 mantissa;
    int exponent;
    bool has_digit;
    bool has_rest; /* digits beyond what fits, not all 0 */
};

/* Thousands marks: groups of 3 digits, or of 2 before the last (12,34,567). "12,50" has none: that
 * comma is a decimal mark, and reading it as 1250 would be wrong by a hundred. */
struct groups {
    unsigned marks;
    unsigned digits; /* since the last mark */
};

static bool group_ends(struct groups *g, bool is_last)
{
    const unsigned n = g->digits;
    const bool is_first = g->marks == 0;
    g->digits = 0;
    g->marks += !is_last;
    if (is_first)
        return is_last || (n >= 1 && n <= 3);
    return n == 3 || (n == 2 && !is_last);
}

static bool take_digit(struct decimal *d, int digit, bool is_fraction)
{
    d->has_digit = true;
    if (d->mantissa > (((i128)1) << 120) / 10) { /* beyond any money: only the exponent counts */
        d->has_rest = d->has_rest || digit != 0;
        d->exponent += !is_fraction;
        return d->exponent < 1000;
    }
    d->mantissa = d->mantissa * 10 + digit;
    d->exponent -= is_fraction;
    return d->exponent > -100000;
}

static bool take_exponent(str rest, struct decimal *d)
{
    int64_t e = 0;
    if (rest.len > 5 || !str_to_i64(rest, &e))
        return false;
    d->exponent += (int)e;
    return true;
}

static bool decimal_read(str s, char point, char group, struct decimal *d)
{
    struct groups g = { .marks = 0 };
    bool is_fraction = false;
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        if (c >= '0' && c <= '9') {
            g.digits += !is_fraction;
            if (!take_digit(d, c - '0', is_fraction))
                return false;
        } else if (c == point && !is_fraction) {
            is_fraction = true;
            if (!group_ends(&g, true))
                return false;
        } else if (c == group && group != 0 && d->mantissa != 0 && !is_fraction) {
            if (!group_ends(&g, false)) /* 0,125 is no thousand */
                return false;
        } else if ((c == 'e' || c == 'E') && d->has_digit) {
            return (is_fraction || group_ends(&g, true)) && take_exponent(str_skip(s, i + 1), d);
        } else {
            return false;
        }
    }
    return d->has_digit && (is_fraction || group_ends(&g, true));
}

/* mantissa x 10^shift as an integer, rounded half to even; false when it does not fit. */
static bool decimal_scale(const struct decimal *d, int shift, i128 *out, bool *inexact)
{
    i128 v = d->mantissa;
    i128 power = 1;
    if (d->has_rest && v % 5 == 0)
        v++; /* what follows is more than nothing: never exactly half */
    for (; shift > 0 && v != 0; shift--) {
        if (v > INT64_MAX / 10)
            return false;
        v *= 10;
    }
    for (; shift < 0 && power <= v; shift++)
        power *= 10;
    *inexact = d->has_rest || v % power != 0 || (shift < 0 && v != 0);
    /* still digits to cut: below half of the last place whatever they are */
    *out = shift < 0 ? 0 : i128_div_half_even(v, power);
    return true;
}

bool decimal_parse(str s, char point, char group, unsigned scale, int64_t *out, bool *inexact)
{
    struct decimal d = { .mantissa = 0 };
    i128 v = 0;
    bool rest = false;
    const bool is_negative = s.len > 0 && s.ptr[0] == '-';
    if (s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+'))
        s = str_skip(s, 1);
    if (!decimal_read(s, point, group, &d) ||
        !decimal_scale(&d, d.exponent + (int)scale, &v, &rest) ||
        !i128_to_i64(is_negative ? -v : v, out))
        return false;
    if (inexact != NULL)
        *inexact = rest;
    return true;
}

void buf_add_rounded(struct buf *b, str text, unsigned shift, unsigned decimals)
{
    static const int64_t to_e4[] = { 10000, 1000, 100, 10, 1 };
    const unsigned places = decimals > 4 ? 4 : decimals;
    int64_t v = 0;
    if (decimal_parse(text, '.', 0, places + shift, &v, NULL))
        buf_add_money_grouped(b, (i128)v * to_e4[places], places);
    else
        buf_add(b, text);
}

static int falling(const void *x, const void *y)
{
    const i128 *a = x;
    const i128 *b = y;
    return *a == *b ? 0 : *a > *b ? -1 : 1;
}

/* One more to each of the `more` largest remainders, more < n; ties go to the earlier one. `sorted`
 * is scratch. */
static void round_up(int64_t *out, const i128 *remainders, i128 *sorted, size_t n, size_t more)
{
    size_t ties = more;
    if (more == 0)
        return;
    memcpy(sorted, remainders, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, falling);
    const i128 last = sorted[more - 1];
    for (size_t i = 0; i < more; i++)
        ties -= sorted[i] > last;
    for (size_t i = 0; i < n; i++) {
        const bool is_tie = remainders[i] == last && ties > 0;
        ties -= is_tie;
        out[i] += remainders[i] > last || is_tie;
    }
}

bool money_allocate(int64_t total, const int64_t *weights, size_t n, int64_t *out)
{
    i128 sum = 0;
    i128 given = 0;
    if (total == INT64_MIN) /* beyond any money, and no share could be its opposite */
        return false;
    for (size_t i = 0; i < n; i++) {
        if (weights[i] < 0)
            return false;
        sum += weights[i];
    }
    i128 *remainders = n > 0 && sum > 0 ? mem_new(n, 2 * sizeof *remainders) : NULL;
    if (remainders == NULL)
        return false;
    const i128 amount = total < 0 ? -(i128)total : total;
    for (size_t i = 0; i < n; i++) {
        const i128 share = amount * weights[i];
        out[i] = (int64_t)(share / sum);
        remainders[i] = share % sum;
        given += out[i];
    }
    round_up(out, remainders, remainders + n, n, (size_t)(amount - given));
    for (size_t i = 0; total < 0 && i < n; i++)
        out[i] = -out[i];
    mem_free(remainders);
    return true;
}
