/* Cells of the files, each followed by a comma; no printf on the hot path. */
#include "demo/demo_priv.h"

#include <string.h>

void put_i64(FILE *f, int64_t v)
{
    char text[24];
    size_t at = sizeof text;
    uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;
    text[--at] = ',';
    do {
        text[--at] = (char)('0' + (int)(u % 10));
        u /= 10;
    } while (u != 0);
    if (v < 0)
        text[--at] = '-';
    fwrite_unlocked(text + at, 1, sizeof text - at, f);
}

void put_str(FILE *f, const char *s)
{
    fputs_unlocked(s, f);
    fputc_unlocked(',', f);
}

void put_money(FILE *f, int64_t e4)
{
    char text[32];
    const int64_t v = e4 < 0 ? -e4 : e4;
    const int n = snprintf(text,
                           sizeof text,
                           "%s%lld.%02d,",
                           e4 < 0 ? "-" : "",
                           (long long)(v / 10000),
                           (int)(v % 10000 / 100));
    fwrite_unlocked(text, 1, (size_t)n, f);
}

static void two(char *at, int v)
{
    at[0] = (char)('0' + v / 10);
    at[1] = (char)('0' + v % 10);
}

static void day_text(char *text, int32_t day)
{
    const struct civil c = civil_from_day(day);
    two(text, (int)c.year / 100);
    two(text + 2, (int)c.year % 100);
    text[4] = text[7] = '-';
    two(text + 5, (int)c.month);
    two(text + 8, (int)c.day);
}

void put_day(FILE *f, int32_t day)
{
    char text[11];
    day_text(text, day);
    text[10] = ',';
    fwrite_unlocked(text, 1, sizeof text, f);
}

void put_time(FILE *f, int32_t day, int second)
{
    char text[20];
    day_text(text, day + second / 86400);
    second %= 86400;
    text[10] = ' ';
    two(text + 11, second / 3600);
    text[13] = text[16] = ':';
    two(text + 14, second / 60 % 60);
    two(text + 17, second % 60);
    text[19] = ',';
    fwrite_unlocked(text, 1, sizeof text, f);
}
