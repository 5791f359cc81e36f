/* A sheet as rows: expat is fed and suspended at a row's end when the block is full, so that
 * memory stays bounded whatever the shared strings hold. The cells of a row stand in the block's
 * data one after another with a tab between them: that is the row's raw text too. */
#include "format/xlsx_priv.h"

#include "format/dates.h"
#include "format/sheet_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- numbers ---- */

static size_t significant_digits(str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len && (s.ptr[i] | 0x20) != 'e'; i++)
        if (s.ptr[i] >= '0' && s.ptr[i] <= '9' && (n > 0 || s.ptr[i] != '0'))
            n++;
    return n;
}

/* The 15 digits that Excel keeps of a number, then zeros: an id of 19 digits that it has destroyed
 * looks so too. */
static void large_number(double v, int exponent, struct buf *out)
{
    char text[64];
    const int n = snprintf(text, sizeof text, "%.14e", v);
    for (int i = 0; i < n && text[i] != 'e'; i++)
        if (text[i] != '.')
            buf_addc(out, text[i]);
    for (int i = 14; i < exponent; i++)
        buf_addc(out, '0');
}

/* Excel keeps doubles and shows 15 digits: 2.5499999999999998 in the file is the 2.55 that the
 * user typed. Texts of up to 15 digits are taken as they are, and whole numbers written out by
 * other programs. */
static void plain_number(str s, struct buf *out)
{
    double v;
    const bool has_exponent =
        memchr(s.ptr, 'e', s.len) != NULL || memchr(s.ptr, 'E', s.len) != NULL;
    const bool is_whole = memchr(s.ptr, '.', s.len) == NULL;
    if ((!has_exponent && (is_whole || significant_digits(s) <= 15)) || !str_to_double(s, &v) ||
        fabs(v) >= 1e15 * 1e15) {
        buf_add(out, s);
        return;
    }
    const int exponent = v != 0 ? (int)floor(log10(fabs(v))) : 0;
    if (exponent >= 15) {
        large_number(v, exponent, out);
        return;
    }
    const int decimals = exponent == 14 ? 0 : exponent < -30 ? 44 : 14 - exponent;
    char text[128];
    int n = snprintf(text, sizeof text, "%.*f", decimals, v);
    while (decimals > 0 && n > 0 && text[n - 1] == '0')
        n--;
    if (decimals > 0 && n > 0 && text[n - 1] == '.')
        n--;
    buf_add(out, (str){ text, n > 0 ? (size_t)n : 0 });
}

static void add_clock(struct buf *out, int64_t us)
{
    const int64_t s = us / US_PER_SECOND;
    const int64_t ms = us % US_PER_SECOND / 1000;
    buf_addf(out, "%02d:%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
    if (ms != 0)
        buf_addf(out, ".%03d", (int)ms);
}

/* 0.2 in a column of percentages is 20%, as the sheet shows it. */
static bool percent_text(str value, struct buf *out)
{
    double share = 0;
    char text[40];
    if (!str_to_double(value, &share))
        return false;
    (void)snprintf(text, sizeof text, "%.12g", share * 100);
    plain_number(str_from(text), out);
    buf_addc(out, '%');
    return true;
}

void xlsx_number_text(bool is_1904, str value, enum xlsx_style style, struct buf *out)
{
    const struct date_pattern p = { .form = is_1904 ? DATE_FORM_EXCEL_1904 : DATE_FORM_EXCEL };
    struct stamp st;
    if (style == XLSX_PERCENT && percent_text(value, out))
        return;
    if (style == XLSX_NUMBER || style == XLSX_PERCENT || !date_parse(&p, value, &st)) {
        plain_number(value, out);
        return;
    }
    if (style != XLSX_TIME)
        buf_add_day(out, st.day);
    if (style == XLSX_DATE && !st.has_time)
        return;
    if (style != XLSX_TIME)
        buf_addc(out, ' ');
    add_clock(out, st.us_of_day);
}

/* ---- cells ---- */

/* "AB12" -> 27; SIZE_MAX when it is not one. */
static size_t column_of_reference(const char *r)
{
    size_t column = 0;
    size_t i = 0;
    for (; r[i] >= 'A' && r[i] <= 'Z' && i < 4; i++)
        column = column * 26 + (size_t)(r[i] - 'A' + 1);
    return i > 0 && i < 4 ? column - 1 : SIZE_MAX;
}

static void refuse_row(struct xlsx *x, enum row_refusal why, size_t column)
{
    sheet_row_refuse(&x->row, why, column);
}

/* Appends to the block's data and notes the cell. */
static void place_cell(struct xlsx *x, str text)
{
    if (!sheet_place(x->file, x->block, &x->row, x->column, text))
        x->no_memory = true;
    x->row_has_text = x->row_has_text || text.len > 0;
}

static void place_shared(struct xlsx *x, str value)
{
    int64_t i = -1;
    if (!str_to_i64(value, &i) || i < 0 || (uint64_t)i >= x->n_strings) {
        refuse_row(x, ROW_REFUSAL_BAD_CELL, x->column);
        return;
    }
    const size_t start = i > 0 ? x->string_ends[i - 1] : 0;
    place_cell(x, (str){ x->pool + start, x->string_ends[i] - start });
}

static void place_converted(struct xlsx *x, str value)
{
    struct buf out;
    buf_init(&out, x->file->opt.record_limit);
    if (x->cell_type == 'n') {
        const enum xlsx_style style =
            x->cell_style < x->n_styles ? (enum xlsx_style)x->styles[x->cell_style] : XLSX_NUMBER;
        xlsx_number_text(x->is_1904, str_trim(value), style, &out);
    } else {
        xlsx_add_text(&out, value);
    }
    place_cell(x, buf_str(&out));
    buf_release(&out);
}

/* A formula that gives an empty text says so: t="str" and an empty value. */
static void cell_end(struct xlsx *x)
{
    const str value = buf_str(&x->text);
    x->in_cell = false;
    x->next_column = x->column + 1;
    if (++x->cells_seen > XLSX_CELLS_MAX)
        refuse_row(x, ROW_REFUSAL_RECORD_TOO_LARGE, x->column);
    if (!buf_ok(&x->text))
        refuse_row(x, ROW_REFUSAL_FIELD_TOO_LARGE, x->column);
    else if (value.len == 0 && x->has_formula && !(x->cell_type == 't' && x->has_value))
        place_cell(x, STR(ROW_FORMULA_ONLY));
    else if (value.len == 0)
        return;
    else if (x->cell_type == 's')
        place_shared(x, str_trim(value));
    else if (x->cell_type == 'b')
        place_cell(x, str_is(value, "1") ? STR("true") : STR("false"));
    else
        place_converted(x, value);
}

static char type_of(const char *t)
{
    static const struct {
        const char *name;
        char type;
    } types[] = {
        { "n", 'n' }, { "s", 's' },         { "b", 'b' },   { "e", 'e' },
        { "d", 'd' }, { "inlineStr", 'i' }, { "str", 't' },
    };
    for (size_t i = 0; t != NULL && i < ARRAY_LEN(types); i++)
        if (strcmp(t, types[i].name) == 0)
            return types[i].type;
    return 'n';
}

static void cell_start(struct xlsx *x, const char **attributes)
{
    const char *reference = xlsx_attribute(attributes, "r");
    const char *style = xlsx_attribute(attributes, "s");
    int64_t number = 0;
    const size_t column = reference != NULL ? column_of_reference(reference) : SIZE_MAX;
    x->column = column != SIZE_MAX ? column : x->next_column;
    x->cell_type = type_of(xlsx_attribute(attributes, "t"));
    x->cell_style = 0;
    if (style != NULL && str_to_i64(str_from(style), &number) && number >= 0)
        x->cell_style = (size_t)number;
    x->in_cell = true;
    x->has_formula = false;
    x->has_value = false;
    x->text_in = XLSX_TEXT_NONE;
    buf_clear(&x->text);
}

/* ---- rows ---- */

static void row_start(struct xlsx *x, const char **attributes)
{
    const char *r = xlsx_attribute(attributes, "r");
    int64_t number = 0;
    x->row_number =
        r != NULL && str_to_i64(str_from(r), &number) && number > 0 ? number : x->row_number + 1;
    x->in_row = true;
    x->row_has_text = false;
    x->next_column = 0;
    x->row = (struct block_record){ .start = x->block->len,
                                    .line = x->row_number,
                                    .first_cell = x->block->n_cells };
}

static void row_end(struct xlsx *x)
{
    struct row_block *b = x->block;
    x->in_row = false;
    if (!x->row_has_text && x->row.refusal == ROW_REFUSAL_NONE) {
        sheet_row_drop(b, &x->row);
        return;
    }
    if (!merges_fill_down(&x->merges, b, &x->row)) {
        x->no_memory = true;
        return;
    }
    if (x->rows_to_skip > 0) {
        x->rows_to_skip--;
        sheet_row_drop(b, &x->row);
        return;
    }
    if (!sheet_row_keep(b, &x->row))
        x->no_memory = true;
    else if (sheet_block_is_full(x->file, b))
        XML_StopParser(x->part.parser, XML_TRUE);
}

static void value_start(struct xlsx *x)
{
    x->has_value = true;
    x->text_in = XLSX_TEXT_VALUE;
}

static void on_start(void *user, const char *name, const char **attributes)
{
    struct xlsx *x = user;
    const char *local = xlsx_local(name);
    if (strcmp(local, "row") == 0)
        row_start(x, attributes);
    else if (x->in_row && strcmp(local, "c") == 0)
        cell_start(x, attributes);
    else if (x->in_cell && strcmp(local, "v") == 0)
        value_start(x);
    else if (x->in_cell && strcmp(local, "f") == 0)
        x->has_formula = true;
    else if (x->in_cell && strcmp(local, "rPh") == 0)
        x->in_phonetic = true;
    else if (x->in_cell && strcmp(local, "t") == 0 && !x->in_phonetic)
        x->text_in = XLSX_TEXT_INLINE;
}

static void on_end(void *user, const char *name)
{
    struct xlsx *x = user;
    const char *local = xlsx_local(name);
    if (strcmp(local, "v") == 0 || strcmp(local, "t") == 0)
        x->text_in = XLSX_TEXT_NONE;
    else if (strcmp(local, "rPh") == 0)
        x->in_phonetic = false;
    else if (x->in_cell && strcmp(local, "c") == 0)
        cell_end(x);
    else if (x->in_row && strcmp(local, "row") == 0)
        row_end(x);
}

static void on_chars(void *user, const char *text, int len)
{
    struct xlsx *x = user;
    if (x->text_in != XLSX_TEXT_NONE)
        buf_add(&x->text, (str){ text, (size_t)len });
}

enum status xlsx_sheet_start(struct xlsx *x, struct error *why)
{
    const struct xlsx_handlers h = {
        .start = on_start,
        .end = on_end,
        .chars = on_chars,
        .user = x,
    };
    xlsx_part_close(&x->part);
    x->is_done = false;
    x->in_row = false;
    x->in_cell = false;
    x->in_phonetic = false;
    x->text_in = XLSX_TEXT_NONE;
    x->row_number = 0;
    x->cells_seen = 0;
    merges_restart(&x->merges);
    return xlsx_part_open(x, x->sheet->path.ptr, &h, &x->part, why);
}

static enum status xlsx_fill(struct row_file *f, struct row_block *b, bool *got, struct error *why)
{
    struct xlsx *x = f->xlsx;
    enum status st = STATUS_OK;
    row_block_start(b, f);
    b->len = 0;
    x->block = b;
    while (st == STATUS_OK && !x->is_done && !sheet_block_is_full(f, b)) {
        bool more = true;
        st = xlsx_part_step(x, &x->part, &more, why);
        atomic_store_explicit(&x->sheet_read, x->part.read, memory_order_relaxed);
        x->is_done = st == STATUS_OK && !more;
    }
    x->block = NULL;
    if (st != STATUS_OK)
        return st;
    b->rows = (int64_t)b->n_records;
    f->next_row += b->rows;
    *got = b->n_records > 0;
    return *got ? STATUS_OK : sheet_read_rest(f, b, why);
}

const struct row_reader xlsx_reader = {
    .fill = xlsx_fill,
    .prepare = sheet_prepare,
    .next = sheet_next,
};
