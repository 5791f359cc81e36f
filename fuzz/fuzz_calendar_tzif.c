/* Any bytes as a TZif file: refused, or a zone whose local times are possible and do not depend on
 * the cursor. Also the rule alone, which a mutated file seldom reaches. */
#include "calendar/calendar.h"
#include "calendar/zone_priv.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const int64_t moments[] = {
    INT64_MIN,        -12219292800000000, -1,       0, 1290000000000000,
    1900000000000000, 4200000000000000,   INT64_MAX
};

static void check_zone(const struct zone *z)
{
    struct zone_cursor kept = { 0 };
    for (size_t i = 0; i < ARRAY_LEN(moments); i++) {
        struct zone_cursor fresh = { 0 };
        enum zone_gap kind = ZONE_UNIQUE;
        int32_t day = 0;
        int32_t minute = 0;
        int32_t offset = 0;
        int32_t again = 0;
        zone_local(z, &kept, moments[i], &day, &minute, &offset);
        zone_local(z, &fresh, moments[i], NULL, NULL, &again);
        BUG_IF(minute < 0 || minute > 1439 || abs(offset) > 26 * 3600 || again != offset);
        if (abs(day) < 100000000) /* what fits into 64 bits of microseconds with its offset */
            (void)zone_utc(z, &kept, day, (int64_t)minute * 60 * US_PER_SECOND, &kind);
        BUG_IF((unsigned)kind > ZONE_TWICE);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const str bytes = { (const char *)data, size };
    struct zone *z = NULL;
    struct tz_rule rule;
    if (zone_parse(bytes, STR("Fuzz"), &z, NULL) == STATUS_OK)
        check_zone(z);
    zone_close(z);
    if (tz_rule_parse(bytes, &rule)) {
        for (int32_t year = 1970; year <= 2100 && rule.has_dst; year++) {
            const int64_t start = tz_rule_moment(&rule.start, year, rule.std_offset_s);
            /* in its year, give or take the hours that a rule may name */
            const int64_t from = civil_to_day((struct civil){ year, 1, 1 });
            BUG_IF(start < (from - 9) * 86400 || start > (from + 375) * 86400);
        }
    }
    return 0;
}
