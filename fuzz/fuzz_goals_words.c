/* Amounts, levels and periods of targets as people write them, against an empty calendar: never a
 * crash; an amount that is read is above 0, a period that is read is not empty, and its spelling
 * reads back as the same days. */
#include "goals/goals.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static const struct kpi kinds[] = { { .id = { "money", 5 }, .unit = UNIT_MONEY },
                                    { .id = { "count", 5 }, .unit = UNIT_COUNT },
                                    { .id = { "share", 5 }, .unit = UNIT_PERCENT },
                                    { .id = { "hours", 5 }, .unit = UNIT_HOURS } };

static struct fuzz_calendar {
    struct store *store;
    struct conn *conn;
} calendar;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct error why = { .lang = LANG_EN };
    const struct store_options opt = { .in_memory = true, .threads = 1, .memory_mib = 128 };
    (void)argc;
    (void)argv;
    BUG_IF(
        store_open("", &opt, &calendar.store, &why) != STATUS_OK ||
        conn_open(calendar.store, &calendar.conn, &why) != STATUS_OK ||
        conn_exec(calendar.conn,
                  "CREATE TABLE calendar_event (event_id VARCHAR, kind VARCHAR, name_en VARCHAR, "
                  "name_zh VARCHAR, local_date DATE, end_date DATE)",
                  &why) != STATUS_OK);
    return 0;
}

static void check_period(struct arena *a, str text, int32_t year)
{
    struct error why = { .lang = LANG_EN };
    struct goal_period p;
    struct goal_period back;
    if (goal_period_parse(calendar.conn, text, year, a, &p, &why) != STATUS_OK)
        return;
    BUG_IF(p.to < p.from || p.word.len == 0);
    const struct civil first = civil_from_day(p.from);
    BUG_IF(goal_period_parse(calendar.conn, p.word, 0, a, &back, &why) != STATUS_OK &&
           goal_period_parse(calendar.conn, p.word, first.year, a, &back, &why) != STATUS_OK);
    BUG_IF(back.from != p.from || back.to != p.to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const str text = { (const char *)data, size };
    struct error why = { .lang = LANG_EN };
    struct arena *a = arena_new(0);
    enum goal_level level = GOAL_TARGET;
    if (a == NULL)
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        int64_t v = 0;
        BUG_IF(goal_value_parse(&kinds[i], text, &v, &why) == STATUS_OK && v <= 0);
    }
    BUG_IF(goal_level_parse(text, &level) && level >= GOAL_LEVEL_COUNT);
    if (str_is_utf8(text)) {
        check_period(a, text, 0);
        check_period(a, text, 2026);
    }
    arena_free(a);
    return 0;
}
