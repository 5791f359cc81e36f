/* Blocks of whole JSON records, under the file's lock. */
#include "format/json_split_priv.h"
#include "format/readers_priv.h"

#include <string.h>

struct cut {
    size_t pos;     /* looked at so far */
    size_t counted; /* lines are counted up to here */
    int64_t line;   /* of `counted` */
    bool is_end;    /* of the file */
};

/* Records in b->data from c->pos on. False: out of memory. */
static bool cut_records(struct json_split *s, struct row_block *b, struct cut *c)
{
    const str text = { b->data, b->len };
    for (;;) {
        if (!s->in_record) {
            if (!json_split_start(s, text, &c->pos))
                return true;
            struct block_record *fresh = row_block_add_record(b);
            if (fresh == NULL)
                return false;
            const str before = { text.ptr + c->counted, c->pos - c->counted };
            c->line += (int64_t)count_byte(before, '\n');
            c->counted = c->pos;
            fresh->start = c->pos;
            fresh->line = c->line;
        }
        const bool ended = json_split_record(s, text, &c->pos);
        struct block_record *r = &b->records[b->n_records - 1];
        r->len = c->pos - r->start;
        if (!ended)
            return true;
    }
}

/* Forgets a half record: it is read again with the next block. */
static void forget_last(struct json_split *s, struct row_block *b, struct cut *c)
{
    const struct block_record *r = &b->records[--b->n_records];
    c->pos = r->start;
    c->counted = r->start;
    c->line = r->line;
    *s = (struct json_split){ .place = s->place };
}

static size_t half_record(const struct json_split *s, const struct row_block *b)
{
    return s->in_record && b->n_records > 0 ? b->len - b->records[b->n_records - 1].start : 0;
}

static enum status read_records(struct row_file *f,
                                struct row_block *b,
                                struct cut *c,
                                struct error *why)
{
    struct json_split *s = f->split;
    while (!c->is_end && !s->is_done) {
        const size_t half = half_record(s, b);
        const bool is_full = b->len >= f->opt.block_bytes;
        if (half > f->opt.record_limit || (is_full && b->n_records > (half > 0)))
            break;
        const size_t want = row_block_want(b, f->opt.block_bytes);
        size_t got = 0;
        if (!row_block_reserve(b, want))
            return row_no_memory(why);
        const enum status st = row_file_read(f, b->data + b->len, want - b->len, &got, why);
        if (st != STATUS_OK)
            return st;
        b->len += got;
        c->is_end = got == 0;
        if (!cut_records(s, b, c))
            return row_no_memory(why);
    }
    return STATUS_OK;
}

/* The file is over: a record that has not ended is broken, unless it is a bare scalar; so is an
 * array that was not closed, which gets a record of its own. False: out of memory. */
static bool close_file(struct json_split *s, struct row_block *b, struct cut *c)
{
    const bool is_open =
        s->in_record ? !s->is_scalar || s->in_string : s->place.in_array && !s->is_done;
    const bool is_half = s->in_record;
    *s = (struct json_split){ .place = s->place, .is_done = true };
    if (!is_open)
        return true;
    if (!is_half) {
        struct block_record *r = row_block_add_record(b);
        if (r == NULL)
            return false;
        r->start = b->len;
        r->line = c->line;
    }
    b->records[b->n_records - 1].refusal = ROW_REFUSAL_BAD_JSON;
    return true;
}

/* The rest of a record that was too long. */
static enum status drop_record(struct row_file *f, struct row_block *b, struct error *why)
{
    struct json_split *s = f->split;
    while (s->is_dropping) {
        size_t got = 0;
        size_t pos = 0;
        if (!row_block_reserve(b, f->opt.block_bytes))
            return row_no_memory(why);
        enum status st = row_file_read(f, b->data, f->opt.block_bytes, &got, why);
        if (st != STATUS_OK)
            return st;
        const str text = { b->data, got };
        s->is_dropping = !json_split_record(s, text, &pos) && got > 0;
        s->is_done = s->is_done || got == 0;
        f->next_line += (int64_t)count_byte(str_first(text, pos), '\n');
        st = row_file_unread(f, str_skip(text, pos), why);
        if (st != STATUS_OK)
            return st;
    }
    return STATUS_OK;
}

/* What follows the records only goes through the hash. */
static enum status drain(struct row_file *f, struct row_block *b, struct error *why)
{
    size_t got = 1;
    enum status st = STATUS_OK;
    while (st == STATUS_OK && got > 0)
        st = row_block_reserve(b, f->opt.block_bytes)
                 ? row_file_read(f, b->data, f->opt.block_bytes, &got, why)
                 : row_no_memory(why);
    return st;
}

static enum status settle(struct row_file *f, struct row_block *b, struct cut *c, struct error *why)
{
    struct json_split *s = f->split;
    if (c->is_end && !close_file(s, b, c))
        return row_no_memory(why);
    if (!c->is_end && s->in_record) {
        if (b->n_records > 1 || half_record(s, b) <= f->opt.record_limit) {
            forget_last(s, b, c);
        } else {
            b->records[0].refusal = ROW_REFUSAL_RECORD_TOO_LARGE;
            b->records[0].len =
                RAW_SHOWN_MAX < b->records[0].len ? RAW_SHOWN_MAX : b->records[0].len;
            s->is_dropping = true;
        }
    }
    const char *data = b->data != NULL ? b->data : ""; /* a block that took nothing has none */
    const str rest = { data + c->pos, b->len - c->pos };
    const str counted = { data + c->counted, c->pos - c->counted };
    f->next_line = c->line + (int64_t)count_byte(counted, '\n');
    b->rows = (int64_t)b->n_records;
    f->next_row += b->rows;
    return row_file_unread(f, rest, why);
}

static enum status json_fill(struct row_file *f, struct row_block *b, bool *got, struct error *why)
{
    enum status st = drop_record(f, b, why);
    if (st != STATUS_OK)
        return st;
    row_block_start(b, f);
    b->len = 0;
    struct cut c = { .line = f->next_line };
    st = read_records(f, b, &c, why);
    if (st == STATUS_OK)
        st = settle(f, b, &c, why);
    if (st != STATUS_OK)
        return st;
    *got = b->n_records > 0;
    return *got ? STATUS_OK : drain(f, b, why);
}

/* NDJSON: the blocks are lines, cut like those of CSV without quotes. */
static enum status lines_prepare(struct row_block *b, struct error *why)
{
    const struct csv_dialect *d = &b->file->dialect;
    if (b->n_records > 0) /* a refused one that csv_fill() made */
        return json_rows_prepare(b, why);
    str rest = { b->data, b->len };
    for (int64_t line = b->line; rest.len > 0; line++) {
        const char *start = rest.ptr;
        const str text = str_take_until(&rest, d->newline);
        if (csv_line_is_blank(d, text))
            continue;
        struct block_record *r = row_block_add_record(b);
        if (r == NULL)
            return row_no_memory(why);
        r->start = (size_t)(start - b->data);
        r->len = text.len - (text.len > 0 && text.ptr[text.len - 1] == '\r');
        r->line = line;
    }
    return json_rows_prepare(b, why);
}

const struct row_reader json_reader = {
    .fill = json_fill,
    .prepare = json_rows_prepare,
    .next = json_rows_next,
};
const struct row_reader ndjson_reader = {
    .fill = csv_fill,
    .prepare = lines_prepare,
    .next = json_rows_next,
};

enum status json_cut_head(struct row_file *f, struct row_block *b, str text, struct error *why)
{
    if (!row_block_reserve(b, text.len))
        return row_no_memory(why);
    memcpy(b->data, text.ptr, text.len);
    row_block_start(b, f);
    b->len = text.len;
    if (f->reader == &ndjson_reader) {
        struct csv_scan scan;
        csv_scan_init(&scan);
        csv_scan_run(&scan, &f->dialect, text, f->source_ended);
        b->len = scan.end;
        return row_block_prepare(f, b, why);
    }
    struct json_split s = { .place = f->split->place };
    struct cut c = { .line = f->next_line };
    if (!cut_records(&s, b, &c))
        return row_no_memory(why);
    if (s.in_record && !(f->source_ended && s.is_scalar))
        forget_last(&s, b, &c);
    return row_block_prepare(f, b, why);
}
