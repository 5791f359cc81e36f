/* Random streams are explicit objects with a seed; the same seed gives the same numbers on every
 * machine (integer core: xoshiro256**, Blackman & Vigna 2018; seeded by splitmix64). */
#ifndef SHOPVANE_BASE_RANDOM_H
#define SHOPVANE_BASE_RANDOM_H

#include <stdint.h>

struct random {
    uint64_t s[4];
};

void random_init(struct random *r, uint64_t seed);
/* An independent stream named by `label`, so that adding one use does not shift the others. */
struct random random_fork(const struct random *r, uint64_t label);
uint64_t random_u64(struct random *r);
uint64_t random_below(struct random *r, uint64_t n); /* 0 to n-1, unbiased; n > 0 */
double random_unit(struct random *r);                /* [0, 1) with 53 bits */
double random_normal(struct random *r);              /* mean 0, sd 1 (polar method) */
double random_exponential(struct random *r, double mean);
double random_gamma(struct random *r, double shape, double scale); /* Marsaglia & Tsang 2000 */
double random_beta(struct random *r, double a, double b);
uint32_t random_poisson(struct random *r, double mean);

#endif
