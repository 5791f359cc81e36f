/* Hours of a day that has not 24 of them. In spring the clock skips one: it has no value. In autumn
 * one is there twice: both are in its row, and a note says so. An hour that is still to come has no
 * value either. All by the shop's zone; a figure that another store's zone put there is shown. */
#include "query/query_priv.h"

#define US_PER_HOUR   (3600 * US_PER_SECOND)
#define US_PER_MINUTE (60 * US_PER_SECOND)

static enum zone_gap hour_kind(const struct asking *k, int32_t day, int32_t hour, int64_t minute)
{
    struct zone_cursor cursor = { .from_s = 0 };
    enum zone_gap kind = ZONE_UNIQUE;
    if (k->context->zone != NULL)
        (void)zone_utc(
            k->context->zone, &cursor, day, hour * US_PER_HOUR + minute * US_PER_MINUTE, &kind);
    return kind;
}

struct number hours_check(const struct asking *k, int32_t day, int32_t hour, struct number n)
{
    if (n.kind != NUMBER_NONE && number_to_double(n) != 0)
        return n;
    if (day > k->today || (day == k->today && hour * 60 > k->now_minute))
        return number_none(str_from(tr(k->lang, "the hour is still to come")));
    if (hour_kind(k, day, hour, 0) == ZONE_SKIPPED && hour_kind(k, day, hour, 59) == ZONE_SKIPPED)
        return number_none(str_from(tr(k->lang, "the clock skipped this hour")));
    return n;
}

str hours_note(const struct asking *k)
{
    struct buf text;
    str out = STR_EMPTY;
    buf_init(&text, (size_t)64 * 1024);
    for (size_t i = 0; k->grain == GRAIN_HOUR && i < k->main.n_buckets; i++) {
        for (int32_t hour = 0; hour < 24; hour++) {
            const int32_t day = k->main.buckets[i].from;
            if (hour_kind(k, day, hour, 0) != ZONE_TWICE)
                continue;
            buf_adds(&text, text.len > 0 ? ", " : "");
            buf_add_day(&text, day);
            buf_addf(&text, " %02d:00", (int)hour);
        }
    }
    if (text.len > 0)
        out = arena_printf(k->arena,
                           tr(k->lang, "the clock was set back, the row holds both hours: %.*s"),
                           STR_ARG(buf_str(&text)));
    buf_release(&text);
    return out;
}
