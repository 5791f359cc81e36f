/* A chart over time, drawn once for every pen: bands behind, the comparison thin and grey, the
 * running period dashed, gaps where there is no value, a few grid lines, direct labels. */
#include "document/document_priv.h"

#include <math.h>
#include <stdio.h>

#define LEFT      64.0
#define RIGHT     120.0
#define TOP       24.0
#define BOTTOM    24.0
#define GRID_MAX  5
#define LINE_ROOM 12.0 /* between two labels at the right */

struct plot {
    const struct chart *chart;
    const struct pen *pen;
    double low;
    double high;
    double step;
    struct chart_point *points; /* room for all of one series */
};

const char *chart_colour(size_t series)
{
    static const char *const okabe_ito[CHART_SERIES_MAX] = { "#0072b2", "#d55e00", "#009e73",
                                                             "#cc79a7", "#e69f00", "#56b4e9" };
    return okabe_ito[series % CHART_SERIES_MAX];
}

/* 1, 2 or 5 times a power of ten, so that at most GRID_MAX steps cover the range. */
static double step_of(double range)
{
    const double raw = range / GRID_MAX;
    const double power = pow(10, floor(log10(raw)));
    const double share = raw / power;
    return power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
}

static bool find_scale(struct plot *p)
{
    double low = (double)INFINITY;
    double high = -(double)INFINITY;
    for (size_t s = 0; s < p->chart->series_count; s++) {
        for (size_t i = 0; i < p->chart->points; i++) {
            const double v = p->chart->series[s].values[i];
            if (!isfinite(v))
                continue;
            low = fmin(low, v);
            high = fmax(high, v);
        }
    }
    if (high < low)
        return false;
    low = low > 0 && low < high / 2 ? 0 : low;
    if (high - low < fabs(high) * 1e-9 + 1e-12) {
        low -= fabs(low) / 2 + 0.5;
        high += fabs(high) / 2 + 0.5;
    }
    p->step = step_of(high - low);
    p->low = floor(low / p->step) * p->step;
    p->high = ceil(high / p->step) * p->step;
    return true;
}

static double x_of(const struct plot *p, double point)
{
    const double last = p->chart->points > 1 ? (double)(p->chart->points - 1) : 1;
    return LEFT + (CHART_WIDTH - LEFT - RIGHT) * point / last;
}

static double y_of(const struct plot *p, double value)
{
    const double share = (value - p->low) / (p->high - p->low);
    return CHART_HEIGHT - BOTTOM - (CHART_HEIGHT - TOP - BOTTOM) * share;
}

/* 1500000 as "1.5M", 0.05 as "0.05": at most 4 digits. */
static str short_number(double v, char *text, size_t room)
{
    static const struct {
        double unit;
        const char *mark;
    } units[] = { { 1e9, "B" }, { 1e6, "M" }, { 1e3, "k" }, { 1, "" } };
    size_t i = 0;
    while (i + 1 < ARRAY_LEN(units) && fabs(v) < units[i].unit)
        i++;
    const int n = snprintf(text, room, "%.4g%s", v / units[i].unit, units[i].mark);
    return (str){ text, n > 0 && (size_t)n < room ? (size_t)n : 0 };
}

static void draw_grid(const struct plot *p)
{
    const int steps = (int)lround((p->high - p->low) / p->step);
    for (int i = 0; i <= steps; i++) {
        const double v = p->low + i * p->step;
        const struct chart_point line[] = { { LEFT, y_of(p, v) },
                                            { CHART_WIDTH - RIGHT, y_of(p, v) } };
        char text[32];
        p->pen->line(p->pen->self, line, 2, INK_AXIS, 0, false);
        p->pen->text(p->pen->self,
                     (struct chart_point){ LEFT - 6, line[0].y + 4 },
                     short_number(fabs(v) < p->step / 1e6 ? 0 : v, text, sizeof text),
                     ANCHOR_END,
                     INK_TEXT,
                     0);
    }
}

static void draw_times(const struct plot *p)
{
    const size_t n = p->chart->points;
    const size_t shown[] = { 0, n / 2, n - 1 };
    static const enum chart_anchor anchors[] = { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END };
    for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
        if (i > 0 && shown[i] == shown[i - 1])
            continue;
        p->pen->text(p->pen->self,
                     (struct chart_point){ x_of(p, (double)shown[i]), CHART_HEIGHT - 6 },
                     p->chart->labels[shown[i]],
                     anchors[i],
                     INK_TEXT,
                     0);
    }
}

static void draw_bands(const struct plot *p)
{
    for (size_t i = 0; i < p->chart->band_count; i++) {
        const struct chart_band *b = &p->chart->bands[i];
        const double from = fmax(x_of(p, (double)b->from - 0.5), LEFT);
        const double to = fmin(x_of(p, (double)b->to + 0.5), CHART_WIDTH - RIGHT);
        if (to <= from)
            continue;
        p->pen->rectangle(p->pen->self,
                          (struct chart_point){ from, TOP },
                          to - from,
                          CHART_HEIGHT - TOP - BOTTOM,
                          INK_BAND);
        p->pen->text(p->pen->self,
                     (struct chart_point){ (from + to) / 2, TOP + 10 },
                     b->name,
                     ANCHOR_MIDDLE,
                     INK_TEXT,
                     0);
    }
}

/* Points [from, to) in one stroke. */
static void stroke(const struct plot *p, size_t s, size_t from, size_t to, bool dashed)
{
    const struct chart_series *series = &p->chart->series[s];
    for (size_t i = from; i < to; i++)
        p->points[i - from] =
            (struct chart_point){ x_of(p, (double)i), y_of(p, series->values[i]) };
    if (to > from)
        p->pen->line(p->pen->self,
                     p->points,
                     to - from,
                     series->is_comparison ? INK_COMPARISON : INK_SERIES,
                     s,
                     dashed);
}

static void draw_series(const struct plot *p, size_t s)
{
    const struct chart_series *series = &p->chart->series[s];
    const size_t n = p->chart->points;
    const bool running = p->chart->is_running && !series->is_comparison && n > 1;
    const size_t whole = running ? n - 1 : n;
    size_t from = 0;
    while (from < whole) {
        size_t to = from;
        while (to < whole && isfinite(series->values[to]))
            to++;
        stroke(p, s, from, to, false);
        from = to + 1;
    }
    if (running && isfinite(series->values[n - 2]) && isfinite(series->values[n - 1]))
        stroke(p, s, n - 2, n, true);
}

/* Names at the right, beside their last points, moved apart where they would overlap. */
static void draw_names(const struct plot *p)
{
    double above = -(double)INFINITY;
    bool done[CHART_SERIES_MAX] = { false };
    for (size_t k = 0; k < p->chart->series_count; k++) {
        size_t next = SIZE_MAX;
        double top = (double)INFINITY;
        for (size_t s = 0; s < p->chart->series_count; s++) {
            size_t last = p->chart->points;
            while (last > 0 && !isfinite(p->chart->series[s].values[last - 1]))
                last--;
            const double y = last > 0 ? y_of(p, p->chart->series[s].values[last - 1]) : TOP;
            if (!done[s] && y < top) {
                top = y;
                next = s;
            }
        }
        if (next == SIZE_MAX)
            return;
        done[next] = true;
        above = fmax(top + 4, above + LINE_ROOM);
        p->pen->text(p->pen->self,
                     (struct chart_point){ CHART_WIDTH - RIGHT + 6, above },
                     p->chart->series[next].name,
                     ANCHOR_START,
                     p->chart->series[next].is_comparison ? INK_COMPARISON : INK_SERIES,
                     next);
    }
}

bool chart_draw(const struct chart *c, const struct pen *pen)
{
    struct plot p = { .chart = c, .pen = pen };
    pen->text(pen->self, (struct chart_point){ 0, 12 }, c->title, ANCHOR_START, INK_TEXT, 0);
    if (c->points == 0 || !find_scale(&p))
        return true;
    p.points = mem_new(c->points, sizeof *p.points);
    if (p.points == NULL)
        return false;
    draw_bands(&p);
    draw_grid(&p);
    draw_times(&p);
    for (size_t s = c->series_count; s > 0; s--)
        draw_series(&p, s - 1);
    draw_names(&p);
    mem_free(p.points);
    return true;
}
