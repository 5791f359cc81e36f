/* A document as PDF, by cairo and pango: A4, tables with their head repeated on each page, fonts
 * embedded as subsets. A page lies on its side when a table needs the room; what is wider still
 * is drawn smaller. */
#include "base/late.h"
#include "document/document_priv.h"

#include <cairo-pdf.h>
#include <math.h>
#include <pango/pangocairo.h>

#define PAGE_SHORT   595.0 /* A4 in points */
#define PAGE_LONG    842.0
#define MARGIN       40.0
#define CELL_GAP     10.0
#define ROW_GAP      3.0
#define TITLE_SIZE   16.0
#define HEADING_SIZE 12.0
#define TEXT_SIZE    9.0
#define FONTS                                                                                     \
    "Noto Sans, Noto Sans CJK SC, Source Han Sans SC, WenQuanYi Micro Hei, Droid Sans Fallback, " \
    "DejaVu Sans, sans-serif"

#define PANGO_LIBRARY "libpangocairo-1.0.so.0" /* and cairo, which it needs */
#define PANGO_CALLS(CALL)                          \
    CALL(cairo_arc)                                \
    CALL(cairo_create)                             \
    CALL(cairo_destroy)                            \
    CALL(cairo_fill)                               \
    CALL(cairo_line_to)                            \
    CALL(cairo_move_to)                            \
    CALL(cairo_new_path)                           \
    CALL(cairo_pdf_surface_create_for_stream)      \
    CALL(cairo_pdf_surface_set_metadata)           \
    CALL(cairo_pdf_surface_set_size)               \
    CALL(cairo_rectangle)                          \
    CALL(cairo_restore)                            \
    CALL(cairo_save)                               \
    CALL(cairo_scale)                              \
    CALL(cairo_set_dash)                           \
    CALL(cairo_set_line_width)                     \
    CALL(cairo_set_source_rgb)                     \
    CALL(cairo_show_page)                          \
    CALL(cairo_stroke)                             \
    CALL(cairo_surface_destroy)                    \
    CALL(cairo_surface_finish)                     \
    CALL(cairo_surface_status)                     \
    CALL(cairo_translate)                          \
    CALL(g_object_unref)                           \
    CALL(pango_cairo_create_layout)                \
    CALL(pango_cairo_show_layout)                  \
    CALL(pango_font_description_free)              \
    CALL(pango_font_description_from_string)       \
    CALL(pango_font_description_set_absolute_size) \
    CALL(pango_font_description_set_weight)        \
    CALL(pango_layout_get_baseline)                \
    CALL(pango_layout_get_size)                    \
    CALL(pango_layout_get_unknown_glyphs_count)    \
    CALL(pango_layout_set_font_description)        \
    CALL(pango_layout_set_text)                    \
    CALL(pango_layout_set_width)                   \
    CALL(pango_layout_set_wrap)

struct pango {
    PANGO_CALLS(LATE_POINTER)
};
#define PANGO_CALL(name) LATE_CALL(struct pango, name)
static const struct late_call pango_calls[] = { PANGO_CALLS(PANGO_CALL) };

struct paper {
    const struct document *document;
    const struct pango *lib;
    cairo_t *cairo;
    PangoLayout *layout;
    double width; /* of the page */
    double height;
    double y; /* where the next part begins */
    int page;
    bool lacks_characters;
};

/* Text whose characters a Latin font cannot have: Chinese, Japanese, Korean. */
static bool has_cjk(str text)
{
    for (size_t i = 0; i + 2 < text.len; i++) {
        const unsigned char lead = (unsigned char)text.ptr[i];
        if ((lead >= 0xE3 && lead <= 0xE9) || (lead >= 0xEA && lead <= 0xED))
            return true;
    }
    return false;
}

static void set_text(struct paper *p, str text, double size, bool bold)
{
    PangoFontDescription *font = p->lib->pango_font_description_from_string(FONTS);
    p->lib->pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    p->lib->pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    p->lib->pango_layout_set_font_description(p->layout, font);
    p->lib->pango_font_description_free(font);
    p->lib->pango_layout_set_width(p->layout, -1);
    p->lib->pango_layout_set_text(p->layout, text.ptr, (int)text.len);
    if (p->lib->pango_layout_get_unknown_glyphs_count(p->layout) > 0 && has_cjk(text))
        p->lacks_characters = true;
}

static double text_width(struct paper *p, str text, double size, bool bold)
{
    int width = 0;
    set_text(p, text, size, bold);
    p->lib->pango_layout_get_size(p->layout, &width, NULL);
    return (double)width / PANGO_SCALE;
}

static double text_height(struct paper *p)
{
    int height = 0;
    p->lib->pango_layout_get_size(p->layout, NULL, &height);
    return (double)height / PANGO_SCALE;
}

static void set_tone(struct paper *p, enum grid_tone tone)
{
    static const double rgb[][3] = {
        [TONE_PLAIN] = { 0.11, 0.15, 0.2 }, [TONE_GOOD] = { 0, 0.44, 0.29 },
        [TONE_BAD] = { 0.7, 0.15, 0.12 },   [TONE_WARN] = { 0.54, 0.35, 0 },
        [TONE_DIM] = { 0.4, 0.46, 0.53 },   [TONE_BOLD] = { 0.11, 0.15, 0.2 },
    };
    p->lib->cairo_set_source_rgb(p->cairo, rgb[tone][0], rgb[tone][1], rgb[tone][2]);
}

static void draw_at(struct paper *p, double x, double y)
{
    p->lib->cairo_move_to(p->cairo, x, y);
    p->lib->pango_cairo_show_layout(p->cairo, p->layout);
}

/* ---- pages ---- */

static void number_page(struct paper *p)
{
    char text[16];
    const int n = snprintf(text, sizeof text, "%d", p->page);
    const double wide = text_width(p, (str){ text, n > 0 ? (size_t)n : 0 }, TEXT_SIZE, false);
    set_tone(p, TONE_DIM);
    draw_at(p, p->width - MARGIN - wide, p->height - MARGIN + 8);
}

static void turn_page(struct paper *p)
{
    number_page(p);
    p->lib->cairo_show_page(p->cairo);
    p->page++;
    p->y = MARGIN;
}

/* Room for that much, on a new page where this one has not enough. */
static bool make_room(struct paper *p, double height)
{
    if (p->y + height <= p->height - MARGIN || p->y <= MARGIN)
        return false;
    turn_page(p);
    return true;
}

static void add_words(struct paper *p, str text, double size, bool bold, double after)
{
    set_text(p, text, size, bold);
    p->lib->pango_layout_set_width(p->layout, (int)((p->width - 2 * MARGIN) * PANGO_SCALE));
    p->lib->pango_layout_set_wrap(p->layout, PANGO_WRAP_WORD_CHAR);
    const double height = text_height(p);
    make_room(p, height + after);
    set_tone(p, TONE_PLAIN);
    draw_at(p, MARGIN, p->y);
    p->y += height + after;
}

/* ---- tables ---- */

struct sheet_table {
    const struct part_table *table;
    double *widths;
    double scale; /* below 1: drawn smaller */
    double row_height;
};

static bool is_bold(enum grid_tone tone)
{
    return tone == TONE_BOLD;
}

static double measure_table(struct paper *p, const struct part_table *t, double *widths)
{
    double all = -CELL_GAP;
    for (size_t c = 0; c < t->columns; c++) {
        widths[c] = text_width(p, t->heads[c], TEXT_SIZE, true);
        for (size_t r = 0; r < table_rows(t); r++) {
            const struct figure *f = table_at(t, r, c);
            widths[c] = fmax(widths[c], text_width(p, f->text, TEXT_SIZE, is_bold(f->tone)));
        }
        all += widths[c] + CELL_GAP;
    }
    return all;
}

/* row == SIZE_MAX: the head. Drawn in the table's own scale, from (0, 0) on. */
static void draw_row(struct paper *p, const struct sheet_table *s, size_t row)
{
    double x = 0;
    for (size_t c = 0; c < s->table->columns; c++) {
        const bool head = row == SIZE_MAX;
        const struct figure *f = head ? NULL : table_at(s->table, row, c);
        const str text = head ? s->table->heads[c] : f->text;
        const bool bold = head || is_bold(f->tone);
        const double wide = text_width(p, text, TEXT_SIZE, bold);
        set_tone(p, head ? TONE_BOLD : f->tone);
        draw_at(p, table_is_right(s->table, c) ? x + s->widths[c] - wide : x, 0);
        x += s->widths[c] + CELL_GAP;
    }
    p->lib->cairo_set_source_rgb(p->cairo, 0.87, 0.89, 0.92);
    p->lib->cairo_set_line_width(p->cairo, row == SIZE_MAX ? 1 : 0.5);
    p->lib->cairo_move_to(p->cairo, 0, s->row_height - ROW_GAP / 2);
    p->lib->cairo_line_to(p->cairo, x - CELL_GAP, s->row_height - ROW_GAP / 2);
    p->lib->cairo_stroke(p->cairo);
}

static void place_row(struct paper *p, const struct sheet_table *s, size_t row)
{
    const double height = s->row_height * s->scale;
    if (make_room(p, height) && row != SIZE_MAX)
        place_row(p, s, SIZE_MAX);
    p->lib->cairo_save(p->cairo);
    p->lib->cairo_translate(p->cairo, MARGIN, p->y);
    p->lib->cairo_scale(p->cairo, s->scale, s->scale);
    draw_row(p, s, row);
    p->lib->cairo_restore(p->cairo);
    p->y += height;
}

static bool add_table(struct paper *p, const struct part_table *t)
{
    struct sheet_table s = { .table = t, .widths = mem_new(t->columns, sizeof(double)) };
    if (s.widths == NULL)
        return false;
    const double natural = measure_table(p, t, s.widths);
    set_text(p, STR("Ag数"), TEXT_SIZE, false);
    s.row_height = text_height(p) + ROW_GAP;
    s.scale = fmin(1, (p->width - 2 * MARGIN) / fmax(natural, 1));
    make_room(p, 3 * s.row_height * s.scale);
    place_row(p, &s, SIZE_MAX);
    for (size_t r = 0; r < table_rows(t); r++)
        place_row(p, &s, r);
    p->y += 10;
    mem_free(s.widths);
    return true;
}

/* ---- charts ---- */

static void set_ink(struct paper *p, enum chart_ink ink, size_t series)
{
    static const unsigned colours[] = { [INK_COMPARISON] = 0x8A97A5,
                                        [INK_AXIS] = 0xDDE3EA,
                                        [INK_BAND] = 0xF3EAD7,
                                        [INK_TEXT] = 0x4A5866 };
    const unsigned rgb =
        ink == INK_SERIES ? (unsigned)strtoul(chart_colour(series) + 1, NULL, 16) : colours[ink];
    p->lib->cairo_set_source_rgb(
        p->cairo, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0);
}

static void pdf_rectangle(
    void *self, struct chart_point at, double width, double height, enum chart_ink ink)
{
    struct paper *p = self;
    set_ink(p, ink, 0);
    p->lib->cairo_rectangle(p->cairo, at.x, at.y, width, height);
    p->lib->cairo_fill(p->cairo);
}

static void pdf_line(void *self,
                     const struct chart_point *points,
                     size_t n,
                     enum chart_ink ink,
                     size_t series,
                     bool dashed)
{
    static const double dashes[] = { 5, 4 };
    struct paper *p = self;
    set_ink(p, ink, series);
    if (n == 1) {
        p->lib->cairo_new_path(p->cairo); /* not from where a text ended */
        p->lib->cairo_arc(p->cairo, points[0].x, points[0].y, 2.5, 0, 2 * M_PI);
        p->lib->cairo_fill(p->cairo);
        return;
    }
    p->lib->cairo_set_line_width(p->cairo, ink == INK_SERIES ? 2 : 1);
    p->lib->cairo_set_dash(p->cairo, dashes, dashed ? 2 : 0, 0);
    p->lib->cairo_move_to(p->cairo, points[0].x, points[0].y);
    for (size_t i = 1; i < n; i++)
        p->lib->cairo_line_to(p->cairo, points[i].x, points[i].y);
    p->lib->cairo_stroke(p->cairo);
    p->lib->cairo_set_dash(p->cairo, dashes, 0, 0);
}

static void pdf_text(void *self,
                     struct chart_point at,
                     str text,
                     enum chart_anchor anchor,
                     enum chart_ink ink,
                     size_t series)
{
    struct paper *p = self;
    const double wide = text_width(p, text, 11, false);
    const double base = (double)p->lib->pango_layout_get_baseline(p->layout) / PANGO_SCALE;
    const double left = anchor == ANCHOR_START ? 0 : anchor == ANCHOR_MIDDLE ? wide / 2 : wide;
    set_ink(p, ink, series);
    draw_at(p, at.x - left, at.y - base);
}

static bool add_chart(struct paper *p, const struct chart *c)
{
    const struct pen pen = {
        .rectangle = pdf_rectangle, .line = pdf_line, .text = pdf_text, .self = p
    };
    const double scale = fmin(1, (p->width - 2 * MARGIN) / CHART_WIDTH);
    make_room(p, CHART_HEIGHT * scale);
    p->lib->cairo_save(p->cairo);
    p->lib->cairo_translate(p->cairo, MARGIN, p->y);
    p->lib->cairo_scale(p->cairo, scale, scale);
    const bool done = chart_draw(c, &pen);
    p->lib->cairo_restore(p->cairo);
    p->y += CHART_HEIGHT * scale + 10;
    return done;
}

/* ---- the file ---- */

static cairo_status_t take_bytes(void *out, const unsigned char *data, unsigned int n)
{
    buf_add(out, (str){ (const char *)data, n });
    return buf_ok(out) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

/* The widest table decides how the pages lie. */
static bool lie_down(struct paper *p)
{
    double widest = 0;
    for (size_t i = 0; i < p->document->count; i++) {
        const struct part_table *t = &p->document->parts[i].table;
        if (p->document->parts[i].kind != PART_TABLE)
            continue;
        double *widths = mem_new(t->columns, sizeof *widths);
        if (widths == NULL)
            return false;
        widest = fmax(widest, measure_table(p, t, widths));
        mem_free(widths);
    }
    const bool lies = widest > PAGE_SHORT - 2 * MARGIN;
    p->width = lies ? PAGE_LONG : PAGE_SHORT;
    p->height = lies ? PAGE_SHORT : PAGE_LONG;
    return true;
}

static bool add_parts(struct paper *p)
{
    const struct document *d = p->document;
    bool done = true;
    add_words(p, d->title, TITLE_SIZE, true, 10);
    for (size_t i = 0; i < d->count && done; i++) {
        const struct part *part = &d->parts[i];
        if (part->kind == PART_HEADING) {
            make_room(p, 60); /* not alone at the foot of a page */
            p->y += 6;
            add_words(p, part->text, HEADING_SIZE, true, 6);
        } else if (part->kind == PART_SENTENCE) {
            add_words(p, part->text, TEXT_SIZE, false, 6);
        } else if (part->kind == PART_TABLE) {
            done = add_table(p, &part->table);
        } else {
            done = add_chart(p, part->chart);
        }
    }
    number_page(p);
    return done;
}

enum status write_pdf(const struct document *d, struct buf *out, struct error *why)
{
    struct pango lib;
    struct paper p = { .document = d, .lib = &lib, .y = MARGIN, .page = 1 };
    const enum status st = late_open(PANGO_LIBRARY, pango_calls, ARRAY_LEN(pango_calls), &lib, why);
    if (st != STATUS_OK)
        return st;
    cairo_surface_t *surface =
        lib.cairo_pdf_surface_create_for_stream(take_bytes, out, PAGE_SHORT, PAGE_LONG);
    p.cairo = lib.cairo_create(surface);
    p.layout = lib.pango_cairo_create_layout(p.cairo);
    const char *title = arena_cstr(d->arena, d->title);
    bool done = title != NULL && lie_down(&p);
    if (done) {
        lib.cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title);
        lib.cairo_pdf_surface_set_size(surface, p.width, p.height);
        done = add_parts(&p);
    }
    lib.g_object_unref(p.layout);
    lib.cairo_destroy(p.cairo);
    lib.cairo_surface_finish(surface);
    done = done && lib.cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS;
    lib.cairo_surface_destroy(surface);
    if (!done)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (p.lacks_characters)
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "no font of this machine has the document's characters; install one, such "
                         "as the Debian package fonts-noto-cjk");
    return STATUS_OK;
}
