/* A list as a file. Both forms go out as they come; CSV may be of any length, a workbook has what
 * Excel holds, and more is told. */
#include "board/board_sheet_priv.h"

#include "base/system_error.h"

#include <errno.h>
#include <math.h>

#define PIECE_MAX ((size_t)4 * 1024 * 1024)
#define PIECE_OUT ((size_t)1024 * 1024)

static enum status write_failed(const struct board_sheet *s, struct error *why)
{
    return error_set(why,
                     status_from_errno(errno),
                     "cannot write %s: %s",
                     s->to->path,
                     error_system(why, errno));
}

/* What has come so far, into the file. */
static enum status put_out(struct board_sheet *s, struct error *why)
{
    const str text = buf_str(&s->text);
    if (!buf_ok(&s->text))
        return error_set(why, STATUS_TOO_LARGE, "a row of the file is longer than 4 MiB");
    if (fwrite(text.ptr, 1, text.len, s->file) != text.len)
        return write_failed(s, why);
    buf_clear(&s->text);
    return STATUS_OK;
}

static enum status open_csv(struct board_sheet *s,
                            const struct board_column *columns,
                            struct error *why)
{
    s->file = fopen(s->to->path, "wbe");
    if (s->file == NULL)
        return write_failed(s, why);
    buf_adds(&s->text, "\xEF\xBB\xBF"); /* else Excel takes Chinese for something else */
    for (size_t i = 0; i < s->columns; i++)
        csv_value(&s->csv, columns[i].key);
    csv_end_row(&s->csv);
    return STATUS_OK;
}

static enum status open_workbook(struct board_sheet *s,
                                 const struct board_column *columns,
                                 struct error *why)
{
    str *heads = mem_new(s->columns, sizeof *heads);
    if (heads == NULL)
        return board_no_memory(why);
    for (size_t i = 0; i < s->columns; i++)
        heads[i] = columns[i].head;
    const struct document_sheet_head head = { s->to->title, heads, s->columns };
    const enum status st = document_sheet_open(s->to->path, &head, &s->workbook, why);
    mem_free(heads);
    return st;
}

enum status board_sheet_open(struct board_sheet *s,
                             const struct board_ask *ask,
                             const struct board_target *to,
                             const struct board_column *columns,
                             size_t n,
                             struct error *why)
{
    *s = (struct board_sheet){ .to = to, .lang = ask->lang, .columns = n };
    buf_init(&s->text, PIECE_MAX);
    csv_writer_init(&s->csv, &s->text, ',');
    return to->form == BOARD_CSV ? open_csv(s, columns, why) : open_workbook(s, columns, why);
}

void board_sheet_text(struct board_sheet *s, str text)
{
    const struct figure f = { .kind = FIGURE_TEXT, .text = text };
    if (s->to->form == BOARD_CSV)
        csv_text(&s->csv, text);
    else
        document_sheet_cell(s->workbook, &f);
}

void board_sheet_figure(struct board_sheet *s, enum figure_kind kind, str exact, double value)
{
    const bool is_none = exact.len == 0 || isnan(value);
    const struct figure f = { .kind = is_none ? FIGURE_TEXT : kind, .text = exact, .value = value };
    if (s->to->form == BOARD_CSV)
        csv_value(&s->csv, exact);
    else
        document_sheet_cell(s->workbook, &f);
}

void board_sheet_value(struct board_sheet *s, const struct answer_value *v)
{
    if (v == NULL || v->kind == VALUE_NONE) {
        board_sheet_figure(s, FIGURE_TEXT, STR_EMPTY, 0);
        return;
    }
    const bool is_money = v->kind == VALUE_MONEY;
    board_sheet_figure(s,
                       is_money                 ? FIGURE_MONEY
                       : v->kind == VALUE_COUNT ? FIGURE_COUNT
                                                : FIGURE_NUMBER,
                       v->text,
                       is_money ? (double)v->exact / (double)MONEY_ONE : v->real);
}

/* Days and times are written by us: never a formula. */
static void put_day(struct board_sheet *s, struct buf *text, const struct frame *f, size_t at[2])
{
    buf_add_day(text, (int32_t)frame_i64(f, at[0], at[1]));
    board_sheet_figure(s, FIGURE_TEXT, buf_str(text), 0);
}

static void put_time(struct board_sheet *s, struct buf *text, const struct frame *f, size_t at[2])
{
    board_time_text(text, frame_i64(f, at[0], at[1]));
    board_sheet_figure(s, FIGURE_TEXT, buf_str(text), 0);
}

static void put_count(struct board_sheet *s, struct buf *text, const struct frame *f, size_t at[2])
{
    const int64_t n = (int64_t)frame_i128(f, at[0], at[1]);
    buf_addf(text, "%lld", (long long)n);
    board_sheet_figure(s, FIGURE_COUNT, buf_str(text), (double)n);
}

static void put_money(struct board_sheet *s, struct buf *text, const struct frame *f, size_t at[2])
{
    const i128 e4 = frame_i128(f, at[0], at[1]);
    buf_add_money(text, e4);
    board_sheet_figure(s, FIGURE_MONEY, buf_str(text), (double)e4 / (double)MONEY_ONE);
}

static void put_flag(struct board_sheet *s, struct buf *text, const struct frame *f, size_t at[2])
{
    buf_adds(text, frame_i64(f, at[0], at[1]) != 0 ? "true" : "false");
    board_sheet_figure(s, FIGURE_TEXT, buf_str(text), 0);
}

static void put_text(struct board_sheet *s, struct buf *text, const struct frame *f, size_t at[2])
{
    (void)text;
    board_sheet_text(s, frame_str(f, at[0], at[1]));
}

void board_sheet_cell(
    struct board_sheet *s, enum board_cell cell, const struct frame *f, size_t col, size_t row)
{
    static void (*const puts_of[])(
        struct board_sheet * s, struct buf * text, const struct frame *f, size_t at[2]) = {
        [BOARD_TEXT] = put_text,   [BOARD_DAY] = put_day,     [BOARD_TIME] = put_time,
        [BOARD_COUNT] = put_count, [BOARD_MONEY] = put_money, [BOARD_FLAG] = put_flag,
    };
    struct buf text;
    if (frame_is_null(f, col, row)) {
        board_sheet_figure(s, FIGURE_TEXT, STR_EMPTY, 0);
        return;
    }
    buf_init(&text, 128);
    puts_of[cell](s, &text, f, (size_t[2]){ col, row });
    buf_release(&text);
}

enum status board_sheet_row(struct board_sheet *s, struct error *why)
{
    if (s->to->form == BOARD_XLSX)
        return document_sheet_row(s->workbook)
                   ? STATUS_OK
                   : error_set(why,
                               STATUS_TOO_LARGE,
                               "the list has more than %zu rows, too many for a workbook: take "
                               "CSV, fewer days or a narrower filter",
                               DOCUMENT_SHEET_ROWS);
    csv_end_row(&s->csv);
    return buf_str(&s->text).len < PIECE_OUT ? STATUS_OK : put_out(s, why);
}

enum status board_sheet_close(struct board_sheet *s, enum status st, struct error *why)
{
    if (st == STATUS_OK && s->to->form == BOARD_CSV)
        st = put_out(s, why);
    st = document_sheet_close(s->workbook, st, why);
    if (s->file != NULL && fclose(s->file) != 0 && st == STATUS_OK)
        st = write_failed(s, why);
    buf_release(&s->text);
    return st;
}
