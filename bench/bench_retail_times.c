/* bench_retail_times INPUT.csv[.gz] COPIES OUTPUT.csv: the Online Retail file COPIES times over,
 * copy k with invoice and customer suffixed by k and dates shifted by k x 374 days; one CSV. */
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define LINE_MAX_BYTES 4096
#define SHIFT_DAYS     374

/* Start of the field `n` of a CSV line whose quoted fields hold no escaped quotes. */
static const char *field_at(const char *line, int n)
{
    bool quoted = false;
    for (; n > 0 && *line != '\0'; line++) {
        if (*line == '"')
            quoted = !quoted;
        else if (*line == ',' && !quoted)
            n--;
    }
    return line;
}

static void write_copy(FILE *out, const char *line, int k)
{
    const char *stock = field_at(line, 1);
    const char *date = field_at(line, 4);
    const char *customer = field_at(line, 6);
    const char *country = field_at(line, 7);
    int32_t day = 0;
    if (!day_parse((str){ date, 10 }, &day))
        exit(1);
    const struct civil c = civil_from_day(day + k * SHIFT_DAYS);
    char suffix[16] = "";
    if (k > 0)
        snprintf(suffix, sizeof suffix, "-%02d", k);
    fprintf(out, "%.*s%s,", (int)(stock - line - 1), line, suffix);
    fprintf(out,
            "%.*s%04d-%02d-%02d%.*s",
            (int)(date - stock),
            stock,
            (int)c.year,
            (int)c.month,
            (int)c.day,
            (int)(customer - date - 10),
            date + 10);
    if (country - customer > 1) {
        const char *dot = memchr(customer, '.', (size_t)(country - customer));
        const int len = (int)((dot != NULL ? dot : country - 1) - customer);
        fprintf(out, "%.*s%s", len, customer, suffix);
    }
    fprintf(out, ",%s", country);
}

int main(int argc, char **argv)
{
    char line[LINE_MAX_BYTES];
    int64_t copies = 0;
    if (argc != 4 || !str_to_i64(str_from(argv[2]), &copies)) {
        fprintf(stderr, "usage: bench_retail_times INPUT COPIES OUTPUT\n");
        return 2;
    }
    FILE *out = fopen(argv[3], "wb");
    if (out == NULL) {
        perror(argv[3]);
        return 1;
    }
    for (int k = 0; k < (int)copies; k++) {
        gzFile in = gzopen(argv[1], "rb");
        if (in == NULL || gzgets(in, line, sizeof line) == NULL)
            return 1;
        if (k == 0)
            fputs(line, out);
        while (gzgets(in, line, sizeof line) != NULL)
            write_copy(out, line, k);
        gzclose(in);
    }
    return fclose(out) == 0 ? 0 : 1;
}
