/* A document as an Excel file: a sheet per heading, figures as numbers with their formats, sums and
 * quotients as live formulas, charts with their data on a sheet of their own. Texts are written as
 * strings, so that a name like "=cmd()" stays a name. */
#include "document/document_priv.h"

#include <math.h>
#include <string.h>
#include <xlsxwriter.h>

#define SHEET_NAME_MAX 31
#define WIDTH_MIN      8.0
#define WIDTH_MAX      48.0
#define CHART_ROWS     16
#define SUM_TOLERANCE  0.005 /* to the cent */

static const char *const number_formats[] = {
    [FIGURE_TEXT] = "General",      [FIGURE_MONEY] = "#,##0.00", [FIGURE_COUNT] = "#,##0",
    [FIGURE_NUMBER] = "#,##0.00##", [FIGURE_PERCENT] = "0.00%",
};
const char *document_number_format(enum figure_kind kind)
{
    return number_formats[kind];
}

static const lxw_color_t tone_colours[] = {
    [TONE_PLAIN] = LXW_COLOR_BLACK, [TONE_GOOD] = 0x00704A, [TONE_BAD] = 0xB3261E,
    [TONE_WARN] = 0x8A5A00,         [TONE_DIM] = 0x667587,  [TONE_BOLD] = LXW_COLOR_BLACK,
};
#define KINDS (sizeof number_formats / sizeof number_formats[0])
#define TONES (sizeof tone_colours / sizeof tone_colours[0])

struct book {
    lxw_workbook *workbook;
    lxw_worksheet *sheet;
    lxw_worksheet *data; /* of charts */
    const struct document *document;
    lxw_format *formats[KINDS][TONES];
    lxw_format *title;
    lxw_format *head;
    lxw_format *head_right;
    lxw_row_t row;
    lxw_col_t data_column;
    double widths[64];
    lxw_error error; /* the first one */
};

static void note(struct book *b, lxw_error e)
{
    if (b->error == LXW_NO_ERROR)
        b->error = e;
}

static char *c_text(struct book *b, str text)
{
    char *copy = arena_cstr(b->document->arena, text);
    if (copy == NULL)
        note(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
    return copy;
}

/* Excel's limit is 32,767 characters; longer words are cut at a character. */
static void write_words(
    struct book *b, lxw_row_t row, lxw_col_t column, str text, lxw_format *format)
{
    size_t n = text.len < EXCEL_STRING_MAX ? text.len : EXCEL_STRING_MAX;
    while (n < text.len && n > 0 && ((unsigned char)text.ptr[n] & 0xC0) == 0x80)
        n--;
    const char *copy = c_text(b, str_first(text, n));
    if (copy != NULL)
        note(b, worksheet_write_string(b->sheet, row, column, copy, format));
}

static void make_formats(struct book *b)
{
    for (size_t k = 0; k < KINDS; k++) {
        for (size_t t = 0; t < TONES; t++) {
            lxw_format *f = workbook_add_format(b->workbook);
            b->formats[k][t] = f;
            format_set_num_format(f, number_formats[k]);
            format_set_font_color(f, tone_colours[t]);
            if (t == TONE_BOLD)
                format_set_bold(f);
        }
    }
    b->title = workbook_add_format(b->workbook);
    b->head = workbook_add_format(b->workbook);
    b->head_right = workbook_add_format(b->workbook);
    format_set_bold(b->title);
    format_set_font_size(b->title, 14);
    format_set_bold(b->head);
    format_set_bottom(b->head, LXW_BORDER_THIN);
    format_set_bold(b->head_right);
    format_set_bottom(b->head_right, LXW_BORDER_THIN);
    format_set_align(b->head_right, LXW_ALIGN_RIGHT);
}

/* ---- sheets ---- */

/* Without the characters that Excel forbids, cut to what it allows, told apart by a number. */
static char *sheet_name(struct book *b, str heading)
{
    char *name = c_text(b, heading);
    size_t chars = 0;
    size_t end = 0;
    for (size_t i = 0; name != NULL && name[i] != '\0'; i++) {
        if (strchr("[]:*?/\\'", name[i]) != NULL || (unsigned char)name[i] < 0x20)
            name[i] = ' ';
        if (((unsigned char)name[i] & 0xC0) != 0x80 && ++chars > SHEET_NAME_MAX - 4)
            break;
        end = i + 1;
    }
    if (name == NULL)
        return NULL;
    name[end] = '\0';
    char *unique = name;
    for (int n = 2; end == 0 || workbook_get_worksheet_by_name(b->workbook, unique) != NULL; n++) {
        unique = c_text(b, arena_printf(b->document->arena, "%s %d", name, n));
        end = 1;
        if (unique == NULL)
            return NULL;
    }
    return unique;
}

static void finish_sheet(struct book *b)
{
    for (size_t c = 0; b->sheet != NULL && c < ARRAY_LEN(b->widths); c++) {
        if (b->widths[c] > 0)
            note(b,
                 worksheet_set_column(b->sheet,
                                      (lxw_col_t)c,
                                      (lxw_col_t)c,
                                      fmin(fmax(b->widths[c] + 2, WIDTH_MIN), WIDTH_MAX),
                                      NULL));
        b->widths[c] = 0;
    }
}

static void start_sheet(struct book *b, str heading)
{
    finish_sheet(b);
    b->sheet = workbook_add_worksheet(b->workbook, sheet_name(b, heading));
    b->row = 0;
    if (b->sheet == NULL) {
        note(b, LXW_ERROR_PARAMETER_VALIDATION);
        return;
    }
    write_words(b, b->row, 0, heading, b->title);
    b->row += 2;
}

/* ---- tables ---- */

static bool is_figure(const struct part_table *t, size_t row, size_t column)
{
    return table_at(t, row, column)->kind != FIGURE_TEXT;
}

/* Excel's SUM passes over words, such as the dash of a store without a value; so do we. */
static bool sum_holds(const struct part_table *t, const struct live_formula *f, double value)
{
    size_t figures = 0;
    double sum = 0;
    for (size_t r = f->a_row; r <= f->b_row; r++) {
        for (size_t c = f->a_column; c <= f->b_column; c++) {
            figures += is_figure(t, r, c) ? 1 : 0;
            sum += is_figure(t, r, c) ? table_at(t, r, c)->value : 0;
        }
    }
    return figures > 0 && fabs(sum - value) < SUM_TOLERANCE;
}

static bool formula_holds(const struct part_table *t, const struct figure *figure)
{
    const struct live_formula *f = &figure->formula;
    if (f->kind == LIVE_NONE)
        return false;
    if (f->kind == LIVE_SUM)
        return sum_holds(t, f, figure->value);
    return is_figure(t, f->a_row, f->a_column) && is_figure(t, f->b_row, f->b_column) &&
           (f->kind == LIVE_DIFFERENCE || table_at(t, f->b_row, f->b_column)->value != 0);
}

/* `first` is the sheet's row of the table's row 0. */
static void formula_text(const struct live_formula *f, lxw_row_t first, char *out, size_t room)
{
    static const char *const shapes[] = { [LIVE_SUM] = "=SUM(%s:%s)",
                                          [LIVE_DIFFERENCE] = "=%s-%s",
                                          [LIVE_QUOTIENT] = "=%s/%s",
                                          [LIVE_CHANGE] = "=%s/%s-1" };
    char a[LXW_MAX_CELL_NAME_LENGTH];
    char b[LXW_MAX_CELL_NAME_LENGTH];
    lxw_rowcol_to_cell(a, first + (lxw_row_t)f->a_row, (lxw_col_t)f->a_column);
    lxw_rowcol_to_cell(b, first + (lxw_row_t)f->b_row, (lxw_col_t)f->b_column);
    struct buf text;
    buf_init(&text, room);
    for (const char *s = shapes[f->kind]; *s != '\0'; s++) {
        if (s[0] == '%' && s[1] == 's') {
            buf_adds(&text, strchr(s + 2, '%') != NULL ? a : b);
            s++;
        } else {
            buf_addc(&text, *s);
        }
    }
    const size_t n = text.len < room ? text.len : 0;
    memcpy(out, text.data != NULL ? text.data : "", n);
    out[n] = '\0';
    buf_release(&text);
}

static void write_figure(
    struct book *b, const struct part_table *t, lxw_row_t first, size_t row, size_t column)
{
    const struct figure *f = table_at(t, row, column);
    lxw_format *format = b->formats[f->kind][f->tone];
    const lxw_row_t at = first + (lxw_row_t)row;
    char text[96];
    if (f->kind == FIGURE_TEXT) {
        write_words(b, at, (lxw_col_t)column, f->text, format);
    } else if (formula_holds(t, f)) {
        formula_text(&f->formula, first, text, sizeof text);
        note(b,
             worksheet_write_formula_num(b->sheet, at, (lxw_col_t)column, text, format, f->value));
    } else {
        note(b, worksheet_write_number(b->sheet, at, (lxw_col_t)column, f->value, format));
    }
}

static void widen(struct book *b, size_t column, str text)
{
    if (column < ARRAY_LEN(b->widths))
        b->widths[column] = fmax(b->widths[column], (double)str_width(text));
}

static void write_table(struct book *b, const struct part_table *t)
{
    for (size_t c = 0; c < t->columns; c++) {
        write_words(
            b, b->row, (lxw_col_t)c, t->heads[c], table_is_right(t, c) ? b->head_right : b->head);
        widen(b, c, t->heads[c]);
    }
    const lxw_row_t first = ++b->row;
    for (size_t r = 0; r < table_rows(t); r++) {
        for (size_t c = 0; c < t->columns; c++) {
            write_figure(b, t, first, r, c);
            widen(b, c, table_at(t, r, c)->text);
        }
    }
    b->row += (lxw_row_t)table_rows(t) + 1;
}

/* ---- charts ---- */

static void write_points(struct book *b, const struct chart *c)
{
    lxw_worksheet *const before = b->sheet;
    const lxw_col_t at = b->data_column;
    b->sheet = b->data;
    for (size_t i = 0; i < c->points; i++)
        write_words(b, (lxw_row_t)i + 1, at, c->labels[i], NULL);
    for (size_t s = 0; s < c->series_count; s++) {
        write_words(b, 0, (lxw_col_t)(at + 1 + s), c->series[s].name, b->head);
        for (size_t i = 0; i < c->points; i++) {
            if (isfinite(c->series[s].values[i]))
                note(b,
                     worksheet_write_number(b->data,
                                            (lxw_row_t)i + 1,
                                            (lxw_col_t)(at + 1 + s),
                                            c->series[s].values[i],
                                            NULL));
        }
    }
    b->sheet = before;
}

static void add_series(
    struct book *b, lxw_chart *chart, const struct chart *c, size_t s, char *sheet)
{
    const lxw_row_t last = (lxw_row_t)c->points;
    const lxw_col_t at = b->data_column;
    const lxw_col_t column = (lxw_col_t)(at + 1 + s);
    lxw_chart_series *series = chart_add_series(chart, NULL, NULL);
    if (series == NULL) {
        note(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return;
    }
    chart_series_set_categories(series, sheet, 1, at, last, at);
    chart_series_set_values(series, sheet, 1, column, last, column);
    chart_series_set_name_range(series, sheet, 0, column);
    lxw_chart_line line = {
        .color = c->series[s].is_comparison ? 0x8A97A5
                                            : (lxw_color_t)strtoul(chart_colour(s) + 1, NULL, 16),
        .width = c->series[s].is_comparison ? 1.0F : 2.25F,
    };
    chart_series_set_line(series, &line);
}

static void write_chart(struct book *b, const struct chart *c)
{
    if (c->points == 0 || c->series_count == 0)
        return;
    char *sheet = c_text(b, str_from(tr(b->document->lang, "chart data")));
    if (sheet == NULL)
        return;
    if (b->data == NULL)
        b->data = workbook_add_worksheet(b->workbook, sheet);
    lxw_chart *chart = workbook_add_chart(b->workbook, LXW_CHART_LINE);
    if (b->data == NULL || chart == NULL) {
        note(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return;
    }
    write_points(b, c);
    for (size_t s = 0; s < c->series_count; s++)
        add_series(b, chart, c, s, sheet);
    chart_title_set_name(chart, c_text(b, c->title));
    chart_show_blanks_as(chart, LXW_CHART_BLANKS_AS_GAP);
    lxw_chart_options options = { .x_scale = 1.6, .y_scale = 1.0 };
    note(b, worksheet_insert_chart_opt(b->sheet, b->row, 0, chart, &options));
    b->row += CHART_ROWS;
    b->data_column = (lxw_col_t)(b->data_column + c->series_count + 2);
}

/* ---- the book ---- */

static void write_parts(struct book *b)
{
    const struct document *d = b->document;
    if (d->count == 0 || d->parts[0].kind != PART_HEADING)
        start_sheet(b, d->title);
    for (size_t i = 0; i < d->count && b->error == LXW_NO_ERROR; i++) {
        const struct part *p = &d->parts[i];
        if (p->kind == PART_HEADING) {
            start_sheet(b, p->text);
        } else if (p->kind == PART_SENTENCE) {
            write_words(b, b->row, 0, p->text, NULL);
            b->row += 2;
        } else if (p->kind == PART_TABLE) {
            write_table(b, &p->table);
        } else {
            write_chart(b, p->chart);
        }
    }
    finish_sheet(b);
}

enum status write_xlsx(const struct document *d, const char *path, struct error *why)
{
    struct book b = { .document = d };
    b.workbook = workbook_new(path);
    if (b.workbook == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    char *title = c_text(&b, d->title);
    lxw_doc_properties properties = { .title = title };
    if (title != NULL)
        note(&b, workbook_set_properties(b.workbook, &properties));
    make_formats(&b);
    write_parts(&b);
    const lxw_error closed = workbook_close(b.workbook);
    note(&b, closed);
    if (b.error == LXW_NO_ERROR)
        return STATUS_OK;
    return error_set(why, STATUS_IO, "%s cannot be written: %s", path, lxw_strerror(b.error));
}
