/* Cells of the files, each followed by a comma; no printf on the hot path. */
#include "demo/demo_csv_priv.h"

#include <string.h>

#define CELL_MAX 512 /* longer texts are our own mistake */

void put_flush(struct out *o)
{
    if (o->len > 0 && o->file != NULL)
        fwrite(o->text, 1, o->len, o->file); /* failures are found when the file is closed */
    o->len = 0;
}

static char *room(struct out *o)
{
    if (o->len + CELL_MAX > sizeof o->text)
        put_flush(o);
    return o->text + o->len;
}

static size_t digits(char *end, uint64_t u)
{
    char *at = end;
    do {
        *--at = (char)('0' + (int)(u % 10));
        u /= 10;
    } while (u != 0);
    return (size_t)(end - at);
}

void put_i64(struct out *o, int64_t v)
{
    char text[24];
    char *end = text + sizeof text;
    char *at = room(o);
    const size_t n = digits(end, v < 0 ? -(uint64_t)v : (uint64_t)v);
    if (v < 0)
        *at++ = '-';
    memcpy(at, end - n, n);
    at[n] = ',';
    o->len = (size_t)(at - o->text) + n + 1;
}

void put_id(struct out *o, const char *prefix, int64_t n)
{
    char text[24];
    char *end = text + sizeof text;
    char *at = room(o);
    size_t len = digits(end, (uint64_t)n);
    while (len < 7)
        end[-(ptrdiff_t)++len] = '0';
    while (*prefix != '\0')
        *at++ = *prefix++;
    memcpy(at, end - len, len);
    at[len] = ',';
    o->len = (size_t)(at - o->text) + len + 1;
}

void put_str(struct out *o, const char *s)
{
    char *at = room(o);
    char *const end = at + CELL_MAX;
    while (*s != '\0') {
        BUG_IF(at + 1 == end);
        *at++ = *s++;
    }
    *at++ = ',';
    o->len = (size_t)(at - o->text);
}

void put_text(struct out *o, const char *s)
{
    *room(o) = '"';
    o->len++;
    put_str(o, s);
    o->text[o->len - 1] = '"';
    *room(o) = ',';
    o->len++;
}

void put_none(struct out *o)
{
    *room(o) = ',';
    o->len++;
}

void put_money(struct out *o, int64_t e4)
{
    const int64_t cents = (e4 < 0 ? -e4 : e4) / 100;
    if (e4 < 0) {
        *room(o) = '-';
        o->len++;
    }
    put_i64(o, cents / 100);
    char *at = o->text + o->len - 1;
    at[0] = '.';
    at[1] = (char)('0' + cents % 100 / 10);
    at[2] = (char)('0' + cents % 10);
    at[3] = ',';
    o->len += 3;
}

static void two(char *at, int v)
{
    at[0] = (char)('0' + v / 10);
    at[1] = (char)('0' + v % 10);
}

static void add_day(struct out *o, int32_t day)
{
    char *at = room(o);
    if (o->day != day || o->day_text[4] != '-') {
        const struct civil c = civil_from_day(day);
        two(o->day_text, (int)c.year / 100);
        two(o->day_text + 2, (int)c.year % 100);
        o->day_text[4] = o->day_text[7] = '-';
        two(o->day_text + 5, (int)c.month);
        two(o->day_text + 8, (int)c.day);
        o->day = day;
    }
    memcpy(at, o->day_text, sizeof o->day_text);
    at[10] = ',';
    o->len += 11;
}

void put_day(struct out *o, int32_t day)
{
    add_day(o, day);
}

void put_time(struct out *o, int32_t day, int second)
{
    add_day(o, day + second / 86400);
    second %= 86400;
    char *at = o->text + o->len - 1;
    at[0] = ' ';
    two(at + 1, second / 3600);
    at[3] = at[6] = ':';
    two(at + 4, second / 60 % 60);
    two(at + 7, second % 60);
    at[9] = ',';
    o->len += 9;
}

void put_end(struct out *o)
{
    o->text[o->len - 1] = '\n';
}
