/* Time zones from TZif files (RFC 8536, version 2 and later: the 64-bit block and its footer).
 *
 * A zone is a sorted list of moments at which the offset changes. The footer's rule is unrolled
 * into that list up to ROLL_YEAR, so that a look-up is one binary search at most and a compare in
 * the usual case (zone_cursor). */
#include "calendar/calendar.h"

#include "calendar/zone_priv.h"

#include <string.h>

#define ROLL_YEAR       2100
#define TRANSITIONS_MAX 100000
#define TZIF_HEADER     44

struct change {
    int64_t at_s; /* from this second on */
    int32_t offset_s;
};

struct zone {
    struct arena *arena;
    str name;
    int32_t first_offset_s; /* before the first change */
    struct change *changes;
    size_t count;
};

struct tzif_counts {
    uint32_t isut, isstd, leap, time, type, chars;
    size_t data_bytes;
};

static uint32_t be32(const char *p)
{
    const unsigned char *u = (const unsigned char *)p;
    return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3];
}

static int64_t be64(const char *p)
{
    return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

static bool read_counts(str s, size_t time_size, struct tzif_counts *out)
{
    if (s.len < TZIF_HEADER || memcmp(s.ptr, "TZif", 4) != 0)
        return false;
    const char *p = s.ptr + 20;
    *out = (struct tzif_counts){
        be32(p), be32(p + 4), be32(p + 8), be32(p + 12), be32(p + 16), be32(p + 20), 0
    };
    if (out->time > TRANSITIONS_MAX || out->type == 0 || out->type > 256 || out->chars > 4096 ||
        out->leap > 1000 || out->isstd > 256 || out->isut > 256)
        return false;
    out->data_bytes = out->time * (time_size + 1) + (size_t)out->type * 6 + out->chars +
                      out->leap * (time_size + 4) + out->isstd + out->isut;
    return s.len - TZIF_HEADER >= out->data_bytes;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): MEM_GROW changes it */
static bool zone_add(struct zone *z, size_t *cap, int64_t at_s, int32_t offset_s)
{
    if (!MEM_GROW(z->changes, *cap, z->count + 1))
        return false;
    z->changes[z->count++] = (struct change){ at_s, offset_s };
    return true;
}

static int32_t type_offset(const char *types, size_t i)
{
    return (int32_t)be32(types + i * 6);
}

/* The 64-bit data block. Transition times must rise and offsets stay within a day. */
static bool read_block(struct zone *z, size_t *cap, str body, const struct tzif_counts *n)
{
    const char *times = body.ptr;
    const char *indexes = times + (size_t)n->time * 8;
    const char *types = indexes + n->time;
    z->first_offset_s = type_offset(types, 0);
    for (size_t i = 0; i < n->type; i++) {
        const int32_t offset = type_offset(types, i);
        if (offset < -26 * 3600 || offset > 26 * 3600)
            return false;
    }
    for (size_t i = 0; i < n->time; i++) {
        const unsigned char type = (unsigned char)indexes[i];
        const int64_t at = be64(times + i * 8);
        if (type >= n->type || (z->count > 0 && at <= z->changes[z->count - 1].at_s))
            return false;
        if (!zone_add(z, cap, at, type_offset(types, type)))
            return false;
    }
    return true;
}

/* Unrolls the footer's rule after the last change of the table. */
static bool roll_rule(struct zone *z, size_t *cap, const struct tz_rule *rule)
{
    const int64_t last = z->count > 0 ? z->changes[z->count - 1].at_s : INT64_MIN;
    if (!rule->has_dst)
        return z->count > 0 || zone_add(z, cap, INT64_MIN / 2, rule->std_offset_s);
    for (int32_t year = 1970; year <= ROLL_YEAR; year++) {
        const struct change start = { tz_rule_moment(&rule->start, year, rule->std_offset_s),
                                      rule->dst_offset_s };
        const struct change end = { tz_rule_moment(&rule->end, year, rule->dst_offset_s),
                                    rule->std_offset_s };
        const bool north = start.at_s < end.at_s;
        const struct change first = north ? start : end;
        const struct change second = north ? end : start;
        if ((first.at_s > last && !zone_add(z, cap, first.at_s, first.offset_s)) ||
            (second.at_s > last && !zone_add(z, cap, second.at_s, second.offset_s)))
            return false;
    }
    return true;
}

static bool zone_fill(struct zone *z, str tzif)
{
    struct tzif_counts n;
    struct tz_rule rule;
    size_t cap = 0;
    if (!read_counts(tzif, 4, &n) || tzif.ptr[4] < '2')
        return false;
    str second = str_skip(tzif, TZIF_HEADER + n.data_bytes);
    if (!read_counts(second, 8, &n) || !read_block(z, &cap, str_skip(second, TZIF_HEADER), &n) ||
        n.leap > 0) /* its moments would count leap seconds, ours do not */
        return false;
    str footer = str_skip(second, TZIF_HEADER + n.data_bytes);
    if (footer.len < 2 || footer.ptr[0] != '\n')
        return false;
    footer = str_skip(footer, 1);
    if (!str_contains(footer, STR("\n"))) /* cut off */
        return false;
    const str text = str_take_until(&footer, '\n');
    if (text.len == 0)
        return true;
    return tz_rule_parse(text, &rule) && roll_rule(z, &cap, &rule);
}

enum status zone_parse(str tzif, str name, struct zone **out, struct error *why)
{
    struct zone *z = mem_new(1, sizeof *z);
    if (z != NULL)
        z->arena = arena_new(0);
    if (z == NULL || z->arena == NULL) {
        mem_free(z);
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    z->name = arena_dup(z->arena, name);
    if (z->name.ptr == NULL || !zone_fill(z, tzif)) {
        zone_close(z);
        return error_set(
            why, STATUS_BAD_INPUT, "time zone %.*s: its file is damaged", STR_ARG(name));
    }
    *out = z;
    return STATUS_OK;
}

void zone_close(struct zone *z)
{
    if (z == NULL)
        return;
    arena_free(z->arena);
    mem_free(z->changes);
    mem_free(z);
}

str zone_name(const struct zone *z)
{
    return z->name;
}

/* Sets the cursor to the interval that holds t. */
static void zone_seek(const struct zone *z, struct zone_cursor *cursor, int64_t t)
{
    size_t low = 0;
    size_t high = z->count;
    while (low < high) {
        const size_t mid = low + (high - low) / 2;
        if (z->changes[mid].at_s <= t)
            low = mid + 1;
        else
            high = mid;
    }
    cursor->from_s = low > 0 ? z->changes[low - 1].at_s : INT64_MIN;
    cursor->until_s = low < z->count ? z->changes[low].at_s : INT64_MAX;
    cursor->offset_s = low > 0 ? z->changes[low - 1].offset_s : z->first_offset_s;
}

static int32_t zone_offset(const struct zone *z, struct zone_cursor *cursor, int64_t t)
{
    if (t < cursor->from_s || t >= cursor->until_s)
        zone_seek(z, cursor, t);
    return cursor->offset_s;
}

void zone_local(const struct zone *z,
                struct zone_cursor *cursor,
                int64_t at_us,
                int32_t *local_day,
                int32_t *minute,
                int32_t *offset_s)
{
    const int64_t t = i64_floor_div(at_us, US_PER_SECOND);
    const int32_t offset = zone_offset(z, cursor, t);
    const int64_t local = t + offset;
    const int64_t day = i64_floor_div(local, 86400);
    if (local_day != NULL)
        *local_day = (int32_t)day;
    if (minute != NULL)
        *minute = (int32_t)((local - day * 86400) / 60);
    if (offset_s != NULL)
        *offset_s = offset;
}

int32_t zone_day(const struct zone *z, int64_t at_us)
{
    struct zone_cursor cursor = { .from_s = 0 };
    int32_t day = (int32_t)i64_floor_div(at_us, US_PER_DAY);
    if (z != NULL)
        zone_local(z, &cursor, at_us, &day, NULL, NULL);
    return day;
}

int64_t zone_utc(const struct zone *z,
                 struct zone_cursor *cursor,
                 int32_t local_day,
                 int64_t us_of_day,
                 enum zone_gap *kind)
{
    const int64_t local = (int64_t)local_day * 86400 + i64_floor_div(us_of_day, US_PER_SECOND);
    const int64_t micro = us_of_day - i64_floor_div(us_of_day, US_PER_SECOND) * US_PER_SECOND;
    /* The offset that holds well before, and the one well after: they differ around a change. */
    int32_t before = zone_offset(z, cursor, local - cursor->offset_s);
    const int64_t guess = local - before;
    enum zone_gap found = ZONE_UNIQUE;
    if (guess - 93600 < cursor->from_s || guess + 93600 >= cursor->until_s) {
        struct zone_cursor near = { 0 };
        before = zone_offset(z, &near, local - 93600);
        const int32_t after = zone_offset(z, &near, local + 93600);
        const bool before_holds = zone_offset(z, &near, local - before) == before;
        const bool after_holds = zone_offset(z, &near, local - after) == after;
        if (before_holds && after_holds && before != after)
            found = ZONE_TWICE;
        else if (!before_holds && !after_holds)
            found = ZONE_SKIPPED; /* the offset before the change shifts it forward */
        else if (!before_holds)
            before = after;
    }
    if (kind != NULL)
        *kind = found;
    return (local - before) * US_PER_SECOND + micro;
}
