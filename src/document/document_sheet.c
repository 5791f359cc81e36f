/* A long table as a workbook: rows go to a temporary file as they come, so that memory stays the
 * same for any number of them. Texts are strings, never formulas. */
#include "document/document_priv.h"

#include <string.h>
#include <xlsxwriter.h>

#define ROWS_ABOVE  3 /* title, a gap, heads */
#define COLUMN_WIDE 18.0

struct document_sheet {
    const char *path; /* borrowed */
    lxw_workbook *workbook;
    lxw_worksheet *sheet;
    lxw_format *formats[FIGURE_PERCENT + 1];
    struct buf text;
    size_t rows;
    lxw_col_t column;
    lxw_error error; /* the first one */
};

static void note(struct document_sheet *s, lxw_error e)
{
    if (s->error == LXW_NO_ERROR)
        s->error = e;
}

static void put_text(struct document_sheet *s, lxw_row_t row, str text, lxw_format *format)
{
    size_t n = text.len < EXCEL_STRING_MAX ? text.len : EXCEL_STRING_MAX;
    while (n < text.len && n > 0 && ((unsigned char)text.ptr[n] & 0xC0) == 0x80)
        n--;
    buf_clear(&s->text);
    buf_add(&s->text, str_first(text, n));
    buf_addc(&s->text, '\0');
    if (!buf_ok(&s->text))
        note(s, LXW_ERROR_MEMORY_MALLOC_FAILED);
    else if (n > 0)
        note(s, worksheet_write_string(s->sheet, row, s->column, buf_str(&s->text).ptr, format));
}

static void put_heads(struct document_sheet *s, str title, const str *heads, size_t columns)
{
    lxw_format *bold = workbook_add_format(s->workbook);
    lxw_format *big = workbook_add_format(s->workbook);
    format_set_bold(bold);
    format_set_bottom(bold, LXW_BORDER_THIN);
    format_set_bold(big);
    format_set_font_size(big, 14);
    if (columns > 0)
        note(s, worksheet_set_column(s->sheet, 0, (lxw_col_t)(columns - 1), COLUMN_WIDE, NULL));
    put_text(s, 0, title, big);
    for (size_t i = 0; i < columns; i++) {
        s->column = (lxw_col_t)i;
        put_text(s, ROWS_ABOVE - 1, heads[i], bold);
    }
    s->column = 0;
    worksheet_freeze_panes(s->sheet, ROWS_ABOVE, 0);
}

/* Temporary files lie beside the wanted one. */
static lxw_workbook *new_workbook(const char *path, struct arena *a)
{
    const char *slash = strrchr(path, '/');
    char *folder = arena_cstr(a, slash != NULL ? (str){ path, (size_t)(slash - path) } : STR("."));
    lxw_workbook_options options = { .constant_memory = LXW_TRUE, .tmpdir = folder };
    return folder != NULL ? workbook_new_opt(path, &options) : NULL;
}

enum status document_sheet_open(const char *path,
                                const struct document_sheet_head *head,
                                struct document_sheet **out,
                                struct error *why)
{
    struct arena *a = arena_new(0);
    struct document_sheet *s = mem_new(1, sizeof *s);
    enum status st = document_can_write(path, why);
    if (st == STATUS_OK && a != NULL && s != NULL) {
        buf_init(&s->text, (size_t)2 * EXCEL_STRING_MAX);
        s->path = path;
        s->workbook = new_workbook(path, a); /* keeps a copy of the folder's name */
        s->sheet = s->workbook != NULL ? workbook_add_worksheet(s->workbook, NULL) : NULL;
    }
    arena_free(a);
    if (st == STATUS_OK && (s == NULL || s->sheet == NULL))
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st != STATUS_OK) {
        if (s != NULL && s->workbook != NULL)
            lxw_workbook_free(s->workbook);
        mem_free(s);
        return st;
    }
    for (size_t k = 0; k < ARRAY_LEN(s->formats); k++) {
        s->formats[k] = workbook_add_format(s->workbook);
        format_set_num_format(s->formats[k], document_number_format((enum figure_kind)k));
    }
    put_heads(s, head->title, head->heads, head->columns);
    *out = s;
    return STATUS_OK;
}

void document_sheet_cell(struct document_sheet *s, const struct figure *f)
{
    const lxw_row_t row = (lxw_row_t)(ROWS_ABOVE + s->rows);
    if (s->rows < DOCUMENT_SHEET_ROWS && f->kind == FIGURE_TEXT)
        put_text(s, row, f->text, NULL);
    else if (s->rows < DOCUMENT_SHEET_ROWS)
        note(s, worksheet_write_number(s->sheet, row, s->column, f->value, s->formats[f->kind]));
    s->column++;
}

bool document_sheet_row(struct document_sheet *s)
{
    s->rows++;
    s->column = 0;
    return s->rows <= DOCUMENT_SHEET_ROWS;
}

enum status document_sheet_close(struct document_sheet *s, enum status st, struct error *why)
{
    if (s == NULL)
        return st;
    note(s, workbook_close(s->workbook));
    if (st == STATUS_OK && s->error != LXW_NO_ERROR)
        st = error_set(why, STATUS_IO, "%s cannot be written: %s", s->path, lxw_strerror(s->error));
    buf_release(&s->text);
    mem_free(s);
    return st;
}
