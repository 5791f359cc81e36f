/* Fractions are kept as they arise, not reduced, so that the shown numerator and denominator are
 * the sums that people know; only when 128 bits run out they are reduced, then made a double. */
#include "query/number_priv.h"

#include <math.h>

#define SCALE_STEP   ((i128)10000)
#define DOUBLE_EXACT ((i128)1 << 53) /* whole numbers below it are doubles */

static bool multiply(i128 a, i128 b, i128 *out)
{
    return !__builtin_mul_overflow(a, b, out);
}

static i128 gcd(i128 a, i128 b)
{
    if (a < 0)
        a = -a;
    while (b != 0) {
        const i128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static struct number reduced(struct number a)
{
    const i128 g = gcd(a.num, a.den);
    if (g > 1) {
        a.num /= g;
        a.den /= g;
    }
    return a;
}

struct number number_none(str reason)
{
    return number_missing(MISSING_ELSE, reason);
}

struct number number_missing(enum missing why, str reason)
{
    return (struct number){
        .kind = NUMBER_NONE, .missing = why, .den = 1, .real = (double)NAN, .reason = reason
    };
}

struct number number_whole(i128 v)
{
    return (struct number){ .kind = NUMBER_EXACT, .num = v, .den = 1, .reason = STR_EMPTY };
}

struct number number_money(i128 v_e4)
{
    return (struct number){
        .kind = NUMBER_EXACT, .num = v_e4, .num_scale = 1, .den = 1, .reason = STR_EMPTY
    };
}

struct number number_real(double v)
{
    if (!isfinite(v))
        return number_none(STR("not a finite number"));
    return (struct number){ .kind = NUMBER_REAL, .real = v, .den = 1, .reason = STR_EMPTY };
}

double number_to_double(struct number a)
{
    if (a.kind == NUMBER_NONE)
        return (double)NAN;
    if (a.kind == NUMBER_REAL)
        return a.real;
    if (a.den == 1 && a.den_scale == 0 && a.num_scale <= 1 && a.num < DOUBLE_EXACT &&
        a.num > -DOUBLE_EXACT)
        return (double)(int64_t)a.num / (a.num_scale == 1 ? (double)MONEY_ONE : 1.0);
    long double v = (long double)a.num / (long double)a.den;
    for (int s = a.num_scale - a.den_scale; s > 0; s--)
        v /= (long double)SCALE_STEP;
    for (int s = a.num_scale - a.den_scale; s < 0; s++)
        v *= (long double)SCALE_STEP;
    return (double)v;
}

/* True when an operand decides the outcome alone: missing, or measured. */
static bool is_plain(struct number a, struct number b, struct number *out)
{
    if (a.kind == NUMBER_NONE || b.kind == NUMBER_NONE) {
        const bool is_a =
            a.kind == NUMBER_NONE && (a.missing == MISSING_FAILED || b.missing != MISSING_FAILED);
        *out = is_a ? a : b;
        return true;
    }
    return false;
}

/* Both numerators times 10^4 as often as needed until the scales agree. */
static bool align(struct number *a, struct number *b)
{
    while (a->num_scale - a->den_scale < b->num_scale - b->den_scale) {
        if (!multiply(a->num, SCALE_STEP, &a->num))
            return false;
        a->num_scale++;
    }
    while (b->num_scale - b->den_scale < a->num_scale - a->den_scale) {
        if (!multiply(b->num, SCALE_STEP, &b->num))
            return false;
        b->num_scale++;
    }
    return true;
}

static bool add_exact(struct number a, struct number b, struct number *out)
{
    struct number sum = { .kind = NUMBER_EXACT, .reason = STR_EMPTY };
    i128 left;
    i128 right;
    if (!align(&a, &b))
        return false;
    sum.is_quotient = a.is_quotient || b.is_quotient;
    if (a.den == b.den && a.den_scale == b.den_scale) {
        left = a.num;
        right = b.num;
        sum.den = a.den;
        sum.num_scale = a.num_scale;
        sum.den_scale = a.den_scale;
    } else {
        if (!multiply(a.num, b.den, &left) || !multiply(b.num, a.den, &right) ||
            !multiply(a.den, b.den, &sum.den))
            return false;
        sum.num_scale = a.num_scale + b.den_scale;
        sum.den_scale = a.den_scale + b.den_scale;
    }
    if (__builtin_add_overflow(left, right, &sum.num))
        return false;
    *out = sum;
    return true;
}

/* Amounts of one kind, as most are: only the numerators differ. */
static bool are_alike(const struct number *a, const struct number *b)
{
    return a->kind == NUMBER_EXACT && b->kind == NUMBER_EXACT && a->den == b->den &&
           a->num_scale == b->num_scale && a->den_scale == b->den_scale &&
           a->is_quotient == b->is_quotient;
}

struct number number_add(struct number a, struct number b)
{
    struct number out;
    i128 num;
    if (are_alike(&a, &b) && !__builtin_add_overflow(a.num, b.num, &num)) {
        a.num = num;
        return a;
    }
    if (is_plain(a, b, &out))
        return out;
    if (a.kind == NUMBER_EXACT && b.kind == NUMBER_EXACT &&
        (add_exact(a, b, &out) || add_exact(reduced(a), reduced(b), &out)))
        return out;
    return number_real(number_to_double(a) + number_to_double(b));
}

struct number number_plain(struct number n)
{
    n.is_quotient = false;
    return n;
}

struct number number_negate(struct number a)
{
    a.num = -a.num; /* sums of int64 never reach the smallest i128 */
    a.real = -a.real;
    return a;
}

struct number number_subtract(struct number a, struct number b)
{
    i128 num;
    if (are_alike(&a, &b) && !__builtin_sub_overflow(a.num, b.num, &num)) {
        a.num = num;
        return a;
    }
    return number_add(a, number_negate(b));
}

static bool multiply_exact(struct number a, struct number b, struct number *out)
{
    struct number product = { .kind = NUMBER_EXACT,
                              .is_quotient = a.is_quotient || b.is_quotient,
                              .num_scale = a.num_scale + b.num_scale,
                              .den_scale = a.den_scale + b.den_scale,
                              .reason = STR_EMPTY };
    if (!multiply(a.num, b.num, &product.num) || !multiply(a.den, b.den, &product.den))
        return false;
    *out = product;
    return true;
}

struct number number_multiply(struct number a, struct number b)
{
    struct number out;
    if (is_plain(a, b, &out))
        return out;
    if (a.kind == NUMBER_EXACT && b.kind == NUMBER_EXACT &&
        (multiply_exact(a, b, &out) || multiply_exact(reduced(a), reduced(b), &out)))
        return out;
    return number_real(number_to_double(a) * number_to_double(b));
}

bool number_is_zero(struct number a)
{
    if (a.kind == NUMBER_REAL)
        return fpclassify(a.real) == FP_ZERO;
    return a.kind == NUMBER_EXACT && a.num == 0;
}

struct number number_divide(struct number a, struct number b, str zero_reason)
{
    struct number out;
    if (is_plain(a, b, &out))
        return out;
    if (number_is_zero(b))
        return number_none(zero_reason);
    if (a.kind == NUMBER_EXACT && b.kind == NUMBER_EXACT) {
        struct number inverse = b;
        inverse.num = b.num < 0 ? -b.den : b.den;
        inverse.den = b.num < 0 ? -b.num : b.num;
        inverse.num_scale = b.den_scale;
        inverse.den_scale = b.num_scale;
        if (multiply_exact(a, inverse, &out) ||
            multiply_exact(reduced(a), reduced(inverse), &out)) {
            out.is_quotient = true;
            return out;
        }
    }
    return number_real(number_to_double(a) / number_to_double(b));
}

int number_compare(struct number a, struct number b)
{
    if (a.kind == NUMBER_NONE || b.kind == NUMBER_NONE)
        return (a.kind != NUMBER_NONE) - (b.kind != NUMBER_NONE);
    if (a.kind == NUMBER_EXACT && b.kind == NUMBER_EXACT) {
        if (a.den == b.den && a.num_scale == b.num_scale && a.den_scale == b.den_scale)
            return (a.num > b.num) - (a.num < b.num);
        const struct number difference = number_subtract(a, b);
        if (difference.kind == NUMBER_EXACT)
            return (difference.num > 0) - (difference.num < 0);
    }
    const double x = number_to_double(a);
    const double y = number_to_double(b);
    return (x > y) - (x < y);
}

bool number_round(struct number a, int scale, i128 *out)
{
    if (a.kind == NUMBER_NONE)
        return false;
    if (a.kind == NUMBER_EXACT) {
        int lift = scale - (a.num_scale - a.den_scale);
        i128 num = a.num;
        i128 den = a.den;
        bool fits = true;
        for (; lift > 0 && fits; lift--)
            fits = multiply(num, SCALE_STEP, &num);
        for (; lift < 0 && fits; lift++)
            fits = multiply(den, SCALE_STEP, &den);
        if (fits) {
            *out = i128_div_half_even(num, den);
            return true;
        }
    }
    const double v = number_to_double(a) * pow(1e4, scale);
    if (!(fabs(v) < 1e36))
        return false;
    *out = (i128)rint(v);
    return true;
}
