/* Exact values of formulas: a fraction of 128-bit integers whose numerator and denominator know
 * how many times they carry the 10^4 of money. No double touches it as long as it fits. */
#ifndef SHOPVANE_QUERY_NUMBER_PRIV_H
#define SHOPVANE_QUERY_NUMBER_PRIV_H

#include "query/query.h"

enum number_kind {
    NUMBER_NONE, /* no value; `reason` says why */
    NUMBER_EXACT,
    NUMBER_REAL /* measured values and percentiles, or a fraction that no longer fits */
};

struct number {
    enum number_kind kind;
    bool is_quotient;     /* num and den are worth showing */
    enum missing missing; /* of NUMBER_NONE */
    int num_scale;        /* value = (num / 10^(4 num_scale)) / (den / 10^(4 den_scale)) */
    int den_scale;
    i128 num;
    i128 den; /* > 0 */
    double real;
    str reason;
};

struct number number_none(str reason);
struct number number_missing(enum missing why, str reason);
struct number number_whole(i128 v);
struct number number_money(i128 v_e4);
struct number number_real(double v); /* not finite: none */

/* The reason of the first missing operand wins, of one that has failed before all. */
struct number number_add(struct number a, struct number b);
struct number number_subtract(struct number a, struct number b);
struct number number_multiply(struct number a, struct number b);
/* b == 0: none with `zero_reason`. */
struct number number_divide(struct number a, struct number b, str zero_reason);
struct number number_negate(struct number a);
struct number number_plain(struct number n); /* num and den are not worth showing */

bool number_is_zero(struct number a); /* false for none */
int number_compare(struct number a,
                   struct number b);      /* none sorts before all; exact when both are */
double number_to_double(struct number a); /* NAN for none */
/* value x 10^(4 scale) as an integer, half to even; false for none or out of range. */
MUST_CHECK bool number_round(struct number a, int scale, i128 *out);

#endif
