/* Dates and times from text. A pattern is found from samples or forced by name; parsing never
 * guesses per value. Zone conversion is the caller's. */
#ifndef SHOPVANE_FORMAT_DATES_H
#define SHOPVANE_FORMAT_DATES_H

#include "base/base.h"

/* id, name in mapping files, what it looks like */
#define DATE_FORM_LIST(X)                                                              \
    X(NONE, "none", "")                                                                \
    X(YMD, "ymd", "2010-12-01 08:26:00, 2010/12/1 8:26, 2010-12-01T08:26Z")            \
    X(MDY, "mdy", "12/31/2010 8:26, 12/31/10")                                         \
    X(DMY, "dmy", "31.12.2010 8:26, 31/12/2010")                                       \
    X(COMPACT, "compact", "20101201, 201012010826, 20101201082600")                    \
    X(CHINESE, "chinese", "2010年12月1日 8:26")                                        \
    X(NAMED, "named", "1 Dec 2010, December 1, 2010, Wed, 01 Dec 2010 08:26:00 +0000") \
    X(UNIX_S, "unix", "1291191960")                                                    \
    X(UNIX_MS, "unix-ms", "1291191960000")                                             \
    X(UNIX_US, "unix-us", "1291191960000000")                                          \
    X(EXCEL, "excel", "40513.3513888889 (days since 1899-12-30)")                      \
    X(EXCEL_1904, "excel-1904", "39051.3513888889 (days since 1904-01-01)")
#define X(id, name, look) DATE_FORM_##id,
enum date_form { DATE_FORM_LIST(X) DATE_FORM_COUNT };
#undef X

struct date_pattern {
    enum date_form form;
    bool is_ambiguous; /* MDY or DMY: no sample tells which, or samples contradict each other;
                        * `form` is what was assumed */
    size_t n_bad;      /* samples that are not empty and do not fit */
    size_t first_bad;  /* index of the first of them */
};

struct stamp {
    int32_t day;       /* days since 1970-01-01 as written (local to offset_s) */
    int64_t us_of_day; /* 0 when has_time is false; a leap second counts as :59.999999 */
    int32_t offset_s;  /* east of UTC, when has_offset */
    bool has_time;
    bool has_offset; /* also for the unix forms: 0 */
};

const char *date_form_name(enum date_form f);
const char *date_form_look(enum date_form f);
MUST_CHECK bool date_form_parse(str name, enum date_form *out);

/* The form that fits the samples (empty ones do not count). `prefer` (DATE_FORM_MDY or _DMY, else
 * DMY is assumed) decides when the samples do not. STATUS_NOT_FOUND when fewer than 9 of 10 fit
 * any form (MDY and DMY count together: the more frequent one is taken), or all are empty. */
MUST_CHECK enum status date_pattern_detect(const str *samples,
                                           size_t n,
                                           enum date_form prefer,
                                           struct date_pattern *out,
                                           struct error *why);

/* DATE_FORM_MDY or _DMY when the text is a date of the one and none of the other; else _NONE. */
enum date_form date_order_told(str s);

/* Fast for YMD in the fixed form 2010-12-01 08:26:00. Surrounding blanks are fine. False: not a
 * date of this form, or no such day or time. Thread-safe. */
MUST_CHECK bool date_parse(const struct date_pattern *p, str s, struct stamp *out);

/* As written, without the offset: day and time as microseconds since 1970-01-01 00:00. */
int64_t stamp_us(const struct stamp *s);
/* 1990-01-01 to two days after `now_us` (UTC): outside is likely a mistake of the source. */
bool stamp_is_plausible(const struct stamp *s, int64_t now_us);

#endif
