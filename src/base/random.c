/* xoshiro256** seeded by splitmix64, and the distributions built on it. */
#include "base/random.h"

#include <math.h>

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void random_init(struct random *r, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        r->s[i] = splitmix(&seed);
}

struct random random_fork(const struct random *r, uint64_t label)
{
    struct random out;
    random_init(&out, r->s[0] ^ (r->s[3] + label * UINT64_C(0x9e3779b97f4a7c15)));
    return out;
}

static uint64_t rotate(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

uint64_t random_u64(struct random *r)
{
    const uint64_t result = rotate(r->s[1] * 5, 7) * 9;
    const uint64_t t = r->s[1] << 17;
    r->s[2] ^= r->s[0];
    r->s[3] ^= r->s[1];
    r->s[1] ^= r->s[2];
    r->s[0] ^= r->s[3];
    r->s[2] ^= t;
    r->s[3] = rotate(r->s[3], 45);
    return result;
}

uint64_t random_below(struct random *r, uint64_t n)
{
    const uint64_t reject = -n % n; /* Lemire's threshold: values below it would be favoured */
    uint64_t x;
    do {
        x = random_u64(r);
    } while (x < reject);
    return x % n;
}

double random_unit(struct random *r)
{
    return (double)(random_u64(r) >> 11) * 0x1.0p-53;
}

double random_normal(struct random *r)
{
    double u;
    double v;
    double s;
    do {
        u = 2 * random_unit(r) - 1;
        v = 2 * random_unit(r) - 1;
        s = u * u + v * v;
    } while (s >= 1 || s == 0.0);
    return u * sqrt(-2 * log(s) / s);
}

double random_exponential(struct random *r, double mean)
{
    return -mean * log(1 - random_unit(r));
}

double random_gamma(struct random *r, double shape, double scale)
{
    if (shape < 1) /* Marsaglia & Tsang 2000, section 6 */
        return random_gamma(r, shape + 1, scale) * pow(1 - random_unit(r), 1 / shape);
    const double d = shape - 1.0 / 3;
    const double c = 1 / sqrt(9 * d);
    for (;;) {
        const double x = random_normal(r);
        const double v = (1 + c * x) * (1 + c * x) * (1 + c * x);
        if (v > 0 && log(1 - random_unit(r)) < 0.5 * x * x + d - d * v + d * log(v))
            return d * v * scale;
    }
}

double random_beta(struct random *r, double a, double b)
{
    const double x = random_gamma(r, a, 1);
    const double y = random_gamma(r, b, 1);
    return x / (x + y);
}

uint32_t random_poisson(struct random *r, double mean)
{
    uint32_t n = 0;
    while (mean >
           30) { /* a gamma waiting time splits a large mean exactly (Ahrens & Dieter 1974) */
        const double m = floor(mean * 7 / 8);
        const double x = random_gamma(r, m, 1);
        if (x > mean) { /* the m-th event lies beyond: binomial of the first m - 1 */
            for (int i = 1; i < (int)m; i++)
                n += random_unit(r) * x < mean;
            return n;
        }
        n += (uint32_t)m;
        mean -= x;
    }
    const double limit = exp(-mean);
    double p = random_unit(r);
    for (; p > limit; n++)
        p *= random_unit(r);
    return n;
}
