/* Any bytes as a range's name, as --last and as a comparison: refused with the output untouched, or
 * a range that runs forward. The first byte chooses the shop's rules and today. */
#include "calendar/calendar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_periods(int32_t day, const struct period_rules *rules)
{
    struct buf label;
    buf_init(&label, 200);
    for (unsigned g = 0; g < PERIOD_GRAIN_COUNT; g++) {
        const enum period_grain grain = (enum period_grain)g;
        const int32_t start = period_start(day, grain, rules);
        const int32_t next = period_next(start, grain, rules);
        BUG_IF(start > day || next <= day || period_start(next - 1, grain, rules) != start);
        buf_clear(&label);
        period_label(&label, start, grain, rules, LANG_ZH);
        period_label(&label, start, grain, rules, LANG_EN);
        BUG_IF(!buf_ok(&label));
    }
    buf_release(&label);
}

static void check_range(struct day_range r, const struct period_rules *rules)
{
    BUG_IF(r.from > r.to);
    check_periods(r.from, rules);
    check_periods(r.to, rules);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    const unsigned c = data[0];
    const struct period_rules rules = { .week_start = c % 8,
                                        .calendar =
                                            (c & 8) != 0 ? CALENDAR_RETAIL : CALENDAR_GREGORIAN,
                                        .retail_month = (c >> 4) % 13 };
    const int32_t today = 14000 + (int32_t)c * 40;
    const str text = { (const char *)data + 1, size - 1 };
    const struct moving_event events[] = { { STR("a"), today - 400, today - 395 },
                                           { STR("a"), today - 20, today } };
    const struct day_range untouched = { 1, 0 };
    struct day_range r = untouched;
    int32_t shift = 0;
    if (range_named(text, today, &rules, &r, NULL) == STATUS_OK)
        check_range(r, &rules);
    else
        BUG_IF(r.from != 1 || r.to != 0);
    r = untouched;
    if (range_last(text, today, &r, NULL) == STATUS_OK)
        check_range(r, &rules);
    else
        BUG_IF(r.from != 1 || r.to != 0);
    const struct day_range now = { today - 27, today };
    r = untouched;
    if (range_compare(text, now, events, 2, &r, &shift, NULL) == STATUS_OK) {
        check_range(r, &rules);
        BUG_IF(now.from - shift != r.from);
    } else {
        BUG_IF(r.from != 1 || r.to != 0);
    }
    return 0;
}
