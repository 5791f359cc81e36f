/* A chart as an SVG element. */
#include "document/document_priv.h"

static const struct {
    const char *colour;
    const char *width;
} inks[] = {
    [INK_SERIES] = { NULL, "2" },     [INK_COMPARISON] = { "#8a97a5", "1" },
    [INK_AXIS] = { "#dde3ea", "1" },  [INK_BAND] = { "#f3ead7", NULL },
    [INK_TEXT] = { "#4a5866", NULL },
};

static const char *colour_of(enum chart_ink ink, size_t series)
{
    return ink == INK_SERIES ? chart_colour(series) : inks[ink].colour;
}

static void svg_rectangle(
    void *self, struct chart_point at, double width, double height, enum chart_ink ink)
{
    buf_addf(self,
             "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n",
             at.x,
             at.y,
             width,
             height,
             inks[ink].colour);
}

static void svg_line(void *self,
                     const struct chart_point *points,
                     size_t n,
                     enum chart_ink ink,
                     size_t series,
                     bool dashed)
{
    if (n == 1) {
        buf_addf(self,
                 "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\" fill=\"%s\"/>\n",
                 points[0].x,
                 points[0].y,
                 colour_of(ink, series));
        return;
    }
    buf_adds(self, "<polyline points=\"");
    for (size_t i = 0; i < n; i++)
        buf_addf(self, "%s%.1f,%.1f", i > 0 ? " " : "", points[i].x, points[i].y);
    buf_addf(self,
             "\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"%s/>\n",
             colour_of(ink, series),
             inks[ink].width,
             dashed ? " stroke-dasharray=\"5 4\"" : "");
}

static void svg_text(void *self,
                     struct chart_point at,
                     str text,
                     enum chart_anchor anchor,
                     enum chart_ink ink,
                     size_t series)
{
    static const char *const anchors[] = { "start", "middle", "end" };
    buf_addf(self,
             "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">",
             at.x,
             at.y,
             anchors[anchor],
             colour_of(ink, series));
    write_escaped(self, text);
    buf_adds(self, "</text>\n");
}

void write_svg(const struct chart *c, struct buf *out)
{
    const struct pen pen = {
        .rectangle = svg_rectangle, .line = svg_line, .text = svg_text, .self = out
    };
    buf_addf(out,
             "<svg viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" role=\"img\" aria-label=\"",
             CHART_WIDTH,
             CHART_HEIGHT,
             CHART_WIDTH);
    write_escaped(out, c->title);
    buf_adds(out, "\">\n");
    out->failed = !chart_draw(c, &pen) || out->failed;
    buf_adds(out, "</svg>\n");
}
