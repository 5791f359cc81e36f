/* CSV: hands out blocks of whole records, and cuts a block into rows of fields.
 *
 * Hand-out (under the file's lock) only finds the last record end; the costly part, row_next(),
 * runs in the workers. A record above the limit is handed out alone, as a refusal with its first
 * 64 KiB; reading goes on behind the next line end, quotes or not, so that one stray quote or a
 * 1 GB line costs one record and bounded memory. */
#include "format/rows_priv.h"

#include <string.h>

/* Reads on until one more record end is seen, or the end, or the record limit. */
static enum status fill_records(struct row_file *f,
                                struct row_block *b,
                                struct csv_scan *scan,
                                struct error *why)
{
    csv_scan_init(scan);
    b->len = 0;
    for (;;) {
        const bool is_full = b->len >= f->opt.block_bytes;
        if ((is_full && scan->end > 0) || b->len - scan->end > f->opt.record_limit)
            return STATUS_OK;
        const size_t want = row_block_want(b, f->opt.block_bytes);
        if (!row_block_reserve(b, want))
            return row_no_memory(why);
        size_t got = 0;
        const enum status st = row_file_read(f, b->data + b->len, want - b->len, &got, why);
        if (st != STATUS_OK)
            return st;
        b->len += got;
        csv_scan_run(scan, &f->dialect, (str){ b->data, b->len }, got == 0);
        if (got == 0)
            return STATUS_OK;
    }
}

/* Drops bytes up to and with the next line end. */
static enum status skip_line(struct row_file *f, struct row_block *b, struct error *why)
{
    while (f->skip_line) {
        if (!row_block_reserve(b, f->opt.block_bytes))
            return row_no_memory(why);
        size_t got = 0;
        enum status st = row_file_read(f, b->data, f->opt.block_bytes, &got, why);
        if (st != STATUS_OK)
            return st;
        const char *end = got > 0 ? memchr(b->data, f->dialect.newline, got) : NULL;
        if (end == NULL && got > 0)
            continue;
        f->skip_line = false;
        if (end == NULL)
            break;
        f->next_line++;
        const size_t used = (size_t)(end - b->data) + 1;
        st = row_file_unread(f, (str){ b->data + used, got - used }, why);
        if (st != STATUS_OK)
            return st;
    }
    return STATUS_OK;
}

/* The block starts with a record that is too long: it becomes one refused record, which ends at
 * the first line end behind the limit. */
static enum status refuse_oversized(struct row_file *f, struct row_block *b, struct error *why)
{
    struct block_record *r = row_block_add_record(b);
    if (r == NULL)
        return row_no_memory(why);
    const size_t limit = f->opt.record_limit;
    const char *end = memchr(b->data + limit, f->dialect.newline, b->len - limit);
    const size_t used = end != NULL ? (size_t)(end - b->data) + 1 : b->len;
    const str rest = { b->data + used, b->len - used };
    r->len = used < RAW_SHOWN_MAX ? used : RAW_SHOWN_MAX;
    r->line = f->next_line;
    /* only a quote goes over line ends */
    r->refusal = memchr(b->data, f->dialect.newline, limit) != NULL ? ROW_REFUSAL_LONG_QUOTE
                                                                    : ROW_REFUSAL_RECORD_TOO_LARGE;
    f->next_line += (int64_t)count_byte((str){ b->data, used }, f->dialect.newline);
    f->skip_line = end == NULL;
    b->rows = 1;
    f->next_row++;
    return row_file_unread(f, rest, why);
}

enum status csv_fill(struct row_file *f, struct row_block *b, bool *got, struct error *why)
{
    struct csv_scan scan;
    enum status st;
    do {
        st = skip_line(f, b, why);
        if (st == STATUS_OK)
            st = fill_records(f, b, &scan, why);
        if (st != STATUS_OK)
            return st;
        row_block_start(b, f);
        if (b->len == 0) {
            *got = false;
            return STATUS_OK;
        }
        if (scan.end == 0) {
            *got = true;
            return refuse_oversized(f, b, why);
        }
        const str rest = { b->data + scan.end, b->len - scan.end };
        st = row_file_unread(f, rest, why);
        if (st != STATUS_OK)
            return st;
        b->len = scan.end;
        b->rows = scan.rows;
        f->next_row += scan.rows;
        f->next_line += scan.lines;
    } while (b->rows == 0);
    *got = true;
    return STATUS_OK;
}

bool csv_block_is_refused(const struct row_block *b)
{
    return b->n_records > 0;
}

bool csv_next_refused(struct row_block *b, struct row *out)
{
    if (b->at >= b->n_records)
        return false;
    const struct block_record *r = &b->records[b->at++];
    *out = (struct row){ .row_no = b->row_no++,
                         .line = r->line,
                         .parts = 1,
                         .refusal = r->refusal,
                         .raw = { b->data + r->start, r->len } };
    out->fields = b->fields;
    return true;
}

/* Text of a field whose first byte is the quote. Text behind the closing quote is kept as it is:
 * "ab"c is abc. *closed false: the closing quote is missing. */
static str unquote(struct row_block *b, char quote, str raw, bool *closed)
{
    const char *first = memchr(raw.ptr + 1, quote, raw.len - 1);
    *closed = first != NULL;
    if (first == NULL)
        return str_skip(raw, 1);
    if (first == raw.ptr + raw.len - 1)
        return (str){ raw.ptr + 1, raw.len - 2 };
    char *const start = b->scratch + b->scratch_used;
    char *to = start;
    bool in_quote = true;
    *closed = false;
    for (size_t i = 1; i < raw.len; i++) {
        const char c = raw.ptr[i];
        if (in_quote && c == quote) {
            if (i + 1 < raw.len && raw.ptr[i + 1] == quote)
                *to++ = raw.ptr[i++];
            else
                in_quote = false;
            continue;
        }
        *to++ = c;
    }
    *closed = !in_quote;
    b->scratch_used += (size_t)(to - start);
    return (str){ start, (size_t)(to - start) };
}

static enum status csv_prepare(struct row_block *b, struct error *why)
{
    const str text = { b->data, b->len };
    if (b->file->dialect.delimiter == ROW_DELIMITER_SPACES || csv_block_is_refused(b))
        return STATUS_OK;
    if (!csv_index_build(&b->index, &b->file->dialect, text))
        return row_no_memory(why);
    return STATUS_OK;
}

static str without_cr(str s, char newline)
{
    if (newline == '\n' && s.len > 0 && s.ptr[s.len - 1] == '\r')
        s.len--;
    return s;
}

/* A field that is not plain: quoted, perhaps with line ends in it, or too large. */
static str special_field(struct row_block *b, str raw, size_t column, struct row *out)
{
    const struct row_file *f = b->file;
    if (raw.len > f->opt.field_limit && out->refusal == ROW_REFUSAL_NONE) {
        out->refusal = ROW_REFUSAL_FIELD_TOO_LARGE;
        out->column = column;
    }
    if (f->dialect.quote == 0 || raw.len == 0 || raw.ptr[0] != f->dialect.quote)
        return raw;
    bool closed = true;
    if (b->index.has_quoted_newline)
        b->line += (int64_t)count_byte(raw, f->dialect.newline);
    const str text = unquote(b, f->dialect.quote, raw, &closed);
    if (!closed && out->refusal == ROW_REFUSAL_NONE) {
        out->refusal = ROW_REFUSAL_UNCLOSED_QUOTE;
        out->column = column;
    }
    return text;
}

/* Fields of one record into b->fields; b->pos goes behind it. */
static void cut_record(struct row_block *b, struct row *out)
{
    const struct csv_dialect *d = &b->file->dialect;
    const size_t field_limit = b->file->opt.field_limit;
    const char *data = b->data;
    const uint32_t *ends = b->index.ends;
    const size_t fields_cap = b->fields_cap;
    size_t n = 0;
    size_t pos = b->pos;
    for (;;) {
        const size_t end = ends[b->at++];
        const bool is_last = end >= b->len || data[end] == d->newline;
        str field = { data + pos, end - pos };
        pos = end + 1;
        if (is_last)
            field = without_cr(field, d->newline);
        if (field.len > 0 && (field.ptr[0] == d->quote || field.len > field_limit))
            field = special_field(b, field, n, out);
        if (n < fields_cap) /* more columns than any file may have: counted, not kept */
            b->fields[n] = field;
        n++;
        if (is_last)
            break;
    }
    b->pos = pos < b->len ? pos : b->len;
    out->n = n;
}

static void cut_spaces(struct row_block *b, struct row *out, str line)
{
    size_t n = 0;
    for (;;) {
        while (line.len > 0 && (*line.ptr == ' ' || *line.ptr == '\t'))
            line = str_skip(line, 1);
        if (line.len == 0)
            break;
        size_t len = 0;
        while (len < line.len && line.ptr[len] != ' ' && line.ptr[len] != '\t')
            len++;
        if (len > b->file->opt.field_limit && out->refusal == ROW_REFUSAL_NONE) {
            out->refusal = ROW_REFUSAL_FIELD_TOO_LARGE;
            out->column = n;
        }
        if (n < b->fields_cap)
            b->fields[n] = str_first(line, len);
        n++;
        line = str_skip(line, len);
    }
    out->n = n;
}

/* Fits the record to the columns; empty fields beyond the last column do not count. */
static void fit_width(struct row_block *b, struct row *out)
{
    const size_t want = b->file->shape.n_columns;
    size_t n = out->n;
    if (n == want)
        return;
    if (n > b->fields_cap) {
        n = b->fields_cap;
        out->n = n;
        out->refusal = ROW_REFUSAL_TOO_MANY;
        out->column = n;
    }
    if (want == 0)
        return;
    while (n > want && b->fields[n - 1].len == 0)
        n--;
    while (n < want && b->file->opt.pad_short)
        b->fields[n++] = STR_EMPTY;
    out->n = n;
    if (n == want || out->refusal != ROW_REFUSAL_NONE)
        return;
    out->refusal = n < want ? ROW_REFUSAL_TOO_FEW : ROW_REFUSAL_TOO_MANY;
    out->column = n < want ? n : want;
}

/* Skips blank lines; false at the block's end. */
static bool to_next_record(struct row_block *b)
{
    const struct csv_dialect *d = &b->file->dialect;
    const bool is_spaces = d->delimiter == ROW_DELIMITER_SPACES;
    while (b->pos < b->len) {
        size_t end;
        if (is_spaces) {
            const char *lf = memchr(b->data + b->pos, d->newline, b->len - b->pos);
            end = lf != NULL ? (size_t)(lf - b->data) : b->len;
        } else {
            end = b->index.ends[b->at];
            if (end - b->pos > 1 || (end < b->len && b->data[end] != d->newline))
                return true;
        }
        if (!csv_line_is_blank(d, (str){ b->data + b->pos, end - b->pos }))
            return true;
        b->pos = end + 1;
        b->at++;
        b->line++;
    }
    return false;
}

static void cut_line_of_spaces(struct row_block *b, struct row *out)
{
    str rest = { b->data + b->pos, b->len - b->pos };
    const str line = str_take_until(&rest, b->file->dialect.newline);
    b->pos = b->len - rest.len;
    cut_spaces(b, out, without_cr(line, b->file->dialect.newline));
}

static bool csv_next(struct row_block *b, struct row *out)
{
    if (csv_block_is_refused(b))
        return csv_next_refused(b, out);
    if (!to_next_record(b))
        return false;
    const size_t start = b->pos;
    *out = (struct row){ .row_no = b->row_no++, .line = b->line++, .parts = 1 };
    if (b->file->dialect.delimiter == ROW_DELIMITER_SPACES)
        cut_line_of_spaces(b, out);
    else
        cut_record(b, out);
    size_t end = b->pos;
    if (end > start && b->data[end - 1] == b->file->dialect.newline)
        end--;
    out->raw = without_cr((str){ b->data + start, end - start }, b->file->dialect.newline);
    if (b->has_nul || b->has_bad_bytes)
        row_check_bytes(b, out);
    fit_width(b, out);
    out->fields = b->fields;
    if (out->refusal != ROW_REFUSAL_NONE && out->raw.len > RAW_SHOWN_MAX)
        out->raw.len = RAW_SHOWN_MAX;
    return true;
}

const struct row_reader csv_reader = { .fill = csv_fill, .prepare = csv_prepare, .next = csv_next };
