/* The course of one goal: the figure so far and how it stands to its target. */
#include "people/people.h"

/* The end of the local day `as_of`, so that the question sees what was known by then. */
static int64_t end_of_day(const struct query_context *c, int32_t day)
{
    if (c->zone == NULL)
        return (int64_t)(day + 1) * US_PER_DAY;
    struct zone_cursor cursor = { .from_s = 0 };
    return zone_utc(c->zone, &cursor, day + 1, 0, NULL);
}

static str write_day(struct buf *b, int32_t day)
{
    buf_init(b, 32);
    buf_add_day(b, day);
    return buf_str(b);
}

static enum status ask(const struct query_context *c,
                       const struct course_question *q,
                       struct day_range range,
                       int64_t now_us,
                       struct answer **out,
                       struct error *why)
{
    struct buf from;
    struct buf to;
    const struct kpi_question words = {
        .kpis = &q->kpi,
        .kpi_count = 1,
        .from = write_day(&from, range.from),
        .to = write_day(&to, q->as_of != 0 && q->as_of < range.to ? q->as_of : range.to),
        .stores = &q->store,
        .store_count = q->store.len > 0 ? 1 : 0,
        .target = q->level.len > 0 ? q->level : STR("target"),
        .target_to = range.to,
        .lang = q->lang,
        .now_us = now_us,
    };
    const enum status st = query_ask(c, &words, out, why);
    buf_release(&from);
    buf_release(&to);
    return st;
}

enum status people_course(const struct query_context *c,
                          const struct course_question *q,
                          struct course *out,
                          struct error *why)
{
    const struct period_rules rules = { .week_start = c->settings->week_start };
    struct answer *answer = NULL;
    struct day_range range;
    const int64_t now_us = q->as_of != 0 ? end_of_day(c, q->as_of) : q->now_us;
    const int32_t today = zone_day(c->zone, q->now_us);
    enum status st = range_named(q->period, q->as_of != 0 ? q->as_of : today, &rules, &range, why);
    if (st == STATUS_OK && q->as_of != 0 && q->as_of < range.from)
        st = error_set(why,
                       STATUS_BAD_USAGE,
                       "the period \"%.*s\" has not begun on the day asked for",
                       STR_ARG(q->period));
    if (st == STATUS_OK)
        st = ask(c, q, range, now_us, &answer, why);
    if (st != STATUS_OK)
        return st;
    *out = (struct course){ .answer = answer,
                            .actual = &answer->kpis[0].total.value,
                            .goal = answer->kpis[0].total.goal };
    return STATUS_OK;
}

void people_course_done(struct course *c)
{
    answer_free(c->answer);
    c->answer = NULL;
}
