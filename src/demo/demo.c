/* One pass over the days; stock and advertising at each day's end; the truth at the end of all. */
#include "base/system_error.h"
#include "calendar/calendar.h"
#include "demo/demo_priv.h"

#include <errno.h>
#include <string.h>

static const struct {
    const char *target;
    const char *header;
} files[] = {
#define X(id, header) [DEMO_##id] = { #id, header },
    DEMO_FILE_LIST(X)
#undef X
};

const char *demo_target(size_t i)
{
    return i < ARRAY_LEN(files) ? files[i].target : NULL;
}

/* "TARGET.csv", then "TARGET-2.csv" and so on. */
static enum status open_next_file(struct world *w, size_t i, struct error *why)
{
    char path[4096];
    char number[16] = "";
    w->files[i].part++;
    w->files[i].done = 0;
    if (w->files[i].part > 1)
        snprintf(number, sizeof number, "-%d", w->files[i].part);
    snprintf(path, sizeof path, "%s/%s%s.csv", w->folder, files[i].target, number);
    FILE *f = fopen(path, "wb");
    if (f == NULL)
        return error_set(why, status_from_errno(errno), "%s: %s", path, error_system(why, errno));
    w->files[i].file = f;
    setvbuf(f, NULL, _IONBF, 0);
    fprintf(f, "%s\n", files[i].header);
    return STATUS_OK;
}

static enum status open_files(struct world *w, struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(files) && st == STATUS_OK; i++)
        st = open_next_file(w, i, why);
    return st;
}

static enum status close_file(struct world *w, size_t i, struct error *why)
{
    FILE *f = w->files[i].file;
    if (f == NULL)
        return STATUS_OK;
    errno = 0;
    put_flush(&w->files[i]);
    const bool bad = ferror(f) != 0;
    w->files[i].file = NULL;
    if (fclose(f) == 0 && !bad)
        return STATUS_OK;
    const int err = errno != 0 ? errno : EIO;
    return error_set(why,
                     status_from_errno(err),
                     "%s.csv cannot be written: %s",
                     files[i].target,
                     error_system(why, err));
}

static enum status close_files(struct world *w, struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        const enum status one = close_file(w, i, st == STATUS_OK ? why : NULL);
        st = st == STATUS_OK ? one : st;
    }
    return st;
}

void world_begin_record(struct world *w, int file, int64_t most)
{
    struct out *o = &w->files[file];
    if (o->done == most && w->st == STATUS_OK)
        w->st = close_file(w, (size_t)file, w->why);
    if (o->done == most && w->st == STATUS_OK)
        w->st = open_next_file(w, (size_t)file, w->why);
    o->done++;
}

static enum status run_days(struct world *w, const struct demo_progress *p)
{
    for (int32_t day = w->from; day <= w->opt.until && w->st == STATUS_OK; day++) {
        world_open_day(w, day);
        day_books(w, day);
        day_traffic(w, day);
        day_stock(w, day);
        if (p != NULL && (day - w->from) % 10 == 0)
            p->step(p->self, "simulating", day - w->from, w->opt.days);
    }
    return w->st;
}

static enum status generate(struct world *w,
                            const char *folder,
                            const struct demo_progress *p,
                            struct error *why)
{
    w->folder = folder;
    w->why = why;
    enum status st = open_files(w, why);
    if (st == STATUS_OK) {
        for (int32_t i = 0; i < w->opt.days; i++)
            w->due[i] = -1;
        world_fill(w);
        st = run_days(w, p);
    }
    struct error late = { .lang = why != NULL ? why->lang : LANG_EN };
    const enum status closed = close_files(w, &late);
    if (st == STATUS_OK && closed != STATUS_OK) {
        st = closed;
        if (why != NULL)
            *why = late;
    }
    return st == STATUS_OK ? write_truth(w, folder, why) : st;
}

static void world_free(struct world *w)
{
    if (w == NULL)
        return;
    mem_free(w->customers);
    mem_free(w->due);
    mem_free(w->plan);
    mem_free(w->files);
    mem_free(w);
}

static struct world *world_new(const struct demo_options *opt)
{
    struct world *w = mem_new(1, sizeof *w);
    if (w == NULL)
        return NULL;
    w->opt = *opt;
    w->from = opt->until - opt->days + 1;
    w->due = mem_new((size_t)opt->days, sizeof *w->due);
    w->plan = mem_new((size_t)opt->days, sizeof *w->plan);
    w->files = mem_new(DEMO_FILE_COUNT, sizeof *w->files);
    if (w->due != NULL && w->plan != NULL && w->files != NULL)
        return w;
    world_free(w);
    return NULL;
}

enum status demo_yesterday(int64_t now_us, int32_t *out, struct error *why)
{
    struct zone *zone = NULL;
    const enum status st = zone_open(STR(DEMO_TIMEZONE), &zone, why);
    if (st == STATUS_OK)
        *out = zone_day(zone, now_us) - 1;
    zone_close(zone);
    return st;
}

static struct demo_options with_defaults(const struct demo_options *o)
{
    return (struct demo_options){ .days = o->days != 0 ? o->days : 730,
                                  .orders_per_day =
                                      o->orders_per_day != 0 ? o->orders_per_day : 120,
                                  .seed = o->seed != 0 ? o->seed : 1,
                                  .until = o->until };
}

int64_t demo_orders(const struct demo_options *opt)
{
    const struct demo_options o = with_defaults(opt);
    return (int64_t)o.days * o.orders_per_day;
}

enum status demo_check(const struct demo_options *opt, struct error *why)
{
    const struct demo_options o = with_defaults(opt);
    if (o.days < 7 || o.days > 3660 || o.orders_per_day < 1 || o.orders_per_day > 100000)
        return error_set(
            why, STATUS_BAD_USAGE, "the demo takes 7 to 3660 days and 1 to 100000 orders a day");
    if (o.until - o.days + 1 < civil_to_day((struct civil){ .year = 1990, .month = 1, .day = 1 }))
        return error_set(why, STATUS_BAD_USAGE, "the demo would begin before 1990");
    return STATUS_OK;
}

enum status demo_generate(const struct demo_options *opt,
                          const char *folder,
                          const struct demo_progress *progress,
                          struct error *why)
{
    const struct demo_options o = with_defaults(opt);
    const enum status fine = demo_check(opt, why);
    if (fine != STATUS_OK)
        return fine;
    struct world *w = world_new(&o);
    if (w == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = generate(w, folder, progress, why);
    world_free(w);
    return st;
}
