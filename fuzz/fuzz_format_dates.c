/* Any bytes as a date in every form: never a crash; what was read, written as ISO, reads back. */
#include "format/format.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_stamp(const struct stamp *st)
{
    const struct date_pattern iso = { .form = DATE_FORM_YMD };
    struct stamp back;
    struct buf b;
    const struct civil first = { 1000, 1, 1 };
    const struct civil last = { 9999, 12, 31 };
    if (st->us_of_day < 0 || st->us_of_day >= US_PER_DAY || abs(st->offset_s) >= 16 * 3600)
        abort();
    if (st->day < civil_to_day(first) || st->day > civil_to_day(last))
        return;
    const int64_t s = st->us_of_day / US_PER_SECOND;
    buf_init(&b, 100);
    buf_add_day(&b, st->day);
    buf_addf(&b,
             " %02d:%02d:%02d.%06d",
             (int)(s / 3600),
             (int)(s / 60 % 60),
             (int)(s % 60),
             (int)(st->us_of_day % US_PER_SECOND));
    if (!date_parse(&iso, buf_str(&b), &back) || back.day != st->day ||
        back.us_of_day != st->us_of_day)
        abort();
    buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const str s = { (const char *)data, size };
    struct date_pattern found;
    struct stamp st;
    for (unsigned f = 0; f < DATE_FORM_COUNT; f++) {
        const struct date_pattern p = { .form = (enum date_form)f };
        if (date_parse(&p, s, &st))
            check_stamp(&st);
    }
    if (date_pattern_detect(&s, 1, DATE_FORM_NONE, &found, NULL) == STATUS_OK &&
        !date_parse(&found, s, &st))
        abort();
    return 0;
}
