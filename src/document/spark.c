/* A series as a line of blocks, for terminals. */
#include "document/grid.h"

#include <math.h>

/* Mean of the values of points [from, to) that there are; NAN: none. */
static double mean_of(const double *values, size_t from, size_t to)
{
    double sum = 0;
    size_t n = 0;
    for (size_t i = from; i < to; i++) {
        if (isnan(values[i]))
            continue;
        sum += values[i];
        n++;
    }
    return n > 0 ? sum / (double)n : (double)NAN;
}

void spark_add(struct buf *out, const double *values, size_t n, size_t width)
{
    static const char *const marks[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
    const size_t points = n < width ? n : width;
    double low = (double)INFINITY;
    double high = -(double)INFINITY;
    for (size_t i = 0; i < points; i++) {
        const double v = mean_of(values, i * n / points, (i + 1) * n / points);
        low = v < low ? v : low;
        high = v > high ? v : high;
    }
    for (size_t i = 0; i < points; i++) {
        const double v = mean_of(values, i * n / points, (i + 1) * n / points);
        if (isnan(v)) {
            buf_addc(out, ' ');
            continue;
        }
        const double share = high > low ? (v - low) / (high - low) : 0.5;
        buf_adds(out, marks[(size_t)(share * 7 + 0.5)]);
    }
}
