/* Checked integers, money and exact ratios. Money is int64 in 10^-4 of the currency unit
 * (suffix _e4), never double; see "Money" in ARCHITECTURE.md. */
#ifndef SHOPVANE_BASE_MONEY_H
#define SHOPVANE_BASE_MONEY_H

#include "base/memory.h"

__extension__ typedef __int128 i128; /* sums of money and products */
__extension__ typedef unsigned __int128 u128;

#define MONEY_ONE ((int64_t)10000)
/* Above this a row is quarantined: 10^14 units. Nine such amounts add up within 64 bits. */
#define MONEY_MAX_E4 INT64_C(1000000000000000000)
/* And a file whose amounts of one month add up to more: sums of a month are held in 64 bits. */
#define MONEY_MONTH_MAX_E4 INT64_C(9200000000000000000)

MUST_CHECK bool i64_add(int64_t a, int64_t b, int64_t *out);
MUST_CHECK bool i64_mul(int64_t a, int64_t b, int64_t *out);
MUST_CHECK bool i128_to_i64(i128 v, int64_t *out);

/* Decimals of amounts in a currency (ISO 4217): 2; 0 of JPY, 3 of KWD. The smallest amount in
 * 10^-4: a cent is 100. The code is in capitals. */
unsigned money_decimals(str currency);
int64_t money_smallest(str currency);

/* num / den rounded half to even; den must not be 0. */
i128 i128_div_half_even(i128 num, i128 den);

/* value_e4 x rate_e9 rounded once, half to even, to 10^-4. False on overflow. */
MUST_CHECK bool money_convert(i128 value_e4, int64_t rate_e9, i128 *out_e4);

/* "759706.5200": exactly 4 decimals. */
void buf_add_money(struct buf *b, i128 value_e4);
/* "759,706.52": grouped, rounded half to even to `decimals` (0 to 4). */
void buf_add_money_grouped(struct buf *b, i128 value_e4, unsigned decimals);
void buf_add_i128(struct buf *b, i128 v);
void buf_add_i128_grouped(struct buf *b, i128 v);
/* num / den with 12 significant digits, half to even, plain notation, no trailing zeros cut:
 * "0.0231768532890". den must not be 0. Exact: long division, no double. */
void buf_add_ratio(struct buf *b, i128 num, i128 den);
/* A double with 12 significant digits, plain notation; NaN gives "null". */
void buf_add_double12(struct buf *b, double v);

/* Decimal text to 10^-scale integer. Accepts sign, digits, one decimal mark `point`, `group` as
 * thousands mark (0: none), exponent (1.5e3). More decimals than the scale are rounded half to
 * even and *inexact says so. False when it is not a number or does not fit. */
MUST_CHECK bool decimal_parse(
    str s, char point, char group, unsigned scale, int64_t *out, bool *inexact);
/* The decimal text x 10^shift, grouped, rounded once and half to even to `decimals` (0 to 4):
 * "0.0377496" with 2, 2 is "3.77". As it is where it is no number, or too large for 64 bits. The
 * board rounds by the same rule (web/src/format/number.ts); tests/golden/rounding.txt holds both to
 * it. */
void buf_add_rounded(struct buf *b, str text, unsigned shift, unsigned decimals);

/* Shares `total` among n weights (>= 0, not all 0) by largest remainder: out sums exactly to
 * total; ties go to the earlier index. n log n. False for other weights, and when out of memory. */
MUST_CHECK bool money_allocate(int64_t total, const int64_t *weights, size_t n, int64_t *out);

#endif
