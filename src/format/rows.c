/* The file: opening, finding out, handing out blocks. What differs by format is behind
 * struct row_reader. */
#include "format/format.h"

#include "format/json_simd_priv.h"
#include "format/readers_priv.h"

#include <string.h>

#define X(id, name) [ROW_FORMAT_##id] = name,
static const char *const format_names[] = { ROW_FORMAT_LIST(X) };
#undef X
#define X(id, name) [ROW_ENCODING_##id] = name,
static const char *const encoding_names[] = { ROW_ENCODING_LIST(X) };
#undef X
#define X(id, name) [ROW_COMPRESSION_##id] = name,
static const char *const compression_names[] = { ROW_COMPRESSION_LIST(X) };
#undef X
#define X(id, text) [ROW_REFUSAL_##id] = text,
static const char *const refusal_texts[] = { ROW_REFUSAL_LIST(X) };
#undef X

const char *row_refusal_text(enum row_refusal r)
{
    return r < ROW_REFUSAL_COUNT ? refusal_texts[r] : "?";
}

const char *row_format_name(enum row_format f)
{
    return f < ROW_FORMAT_COUNT ? format_names[f] : "?";
}

const char *row_encoding_name(enum row_encoding e)
{
    return e < ROW_ENCODING_COUNT ? encoding_names[e] : "?";
}

const char *row_compression_name(enum row_compression c)
{
    return c < ROW_COMPRESSION_COUNT ? compression_names[c] : "?";
}

bool row_format_parse(str name, enum row_format *out)
{
    for (unsigned i = 0; i < ROW_FORMAT_COUNT; i++)
        if (str_eq_nocase(name, str_from(format_names[i]))) {
            *out = (enum row_format)i;
            return true;
        }
    if (!str_eq_nocase(name, STR("tsv")))
        return false;
    *out = ROW_FORMAT_CSV;
    return true;
}

bool row_encoding_parse(str name, enum row_encoding *out)
{
    static const struct {
        const char *name;
        enum row_encoding encoding;
    } others[] = {
        { "utf8", ROW_ENCODING_UTF8 },           { "ascii", ROW_ENCODING_UTF8 },
        { "gbk", ROW_ENCODING_GB18030 },         { "gb2312", ROW_ENCODING_GB18030 },
        { "cp936", ROW_ENCODING_GB18030 },       { "latin1", ROW_ENCODING_WINDOWS1252 },
        { "latin-1", ROW_ENCODING_WINDOWS1252 }, { "iso-8859-1", ROW_ENCODING_WINDOWS1252 },
        { "cp1252", ROW_ENCODING_WINDOWS1252 },  { "utf-16", ROW_ENCODING_UTF16LE },
        { "utf16", ROW_ENCODING_UTF16LE },
    };
    for (unsigned i = 0; i < ROW_ENCODING_COUNT; i++)
        if (str_eq_nocase(name, str_from(encoding_names[i]))) {
            *out = (enum row_encoding)i;
            return true;
        }
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (str_eq_nocase(name, str_from(others[i].name))) {
            *out = others[i].encoding;
            return true;
        }
    return false;
}

enum status row_no_memory(struct error *why)
{
    return error_set(why, STATUS_NO_MEMORY, "out of memory");
}

static void options_fill(struct row_options *o)
{
    if (o->block_bytes == 0)
        o->block_bytes = (size_t)1 << 20;
    if (o->block_bytes < 256)
        o->block_bytes = 256;
    if (o->block_bytes > (size_t)64 << 20)
        o->block_bytes = (size_t)64 << 20;
    if (o->field_limit == 0)
        o->field_limit = (size_t)1 << 20; /* the text of the refusal says so */
    if (o->record_limit == 0)
        o->record_limit = (size_t)16 << 20; /* as well */
    if (o->record_limit > (size_t)512 << 20)
        o->record_limit = (size_t)512 << 20;
    if (o->columns_limit == 0)
        o->columns_limit = 4096;
}

static struct row_file *file_new(const struct row_options *opt)
{
    struct row_file *f = mem_new(1, sizeof *f);
    if (f == NULL)
        return NULL;
    pthread_mutex_init(&f->lock, NULL);
    if (opt != NULL)
        f->opt = *opt;
    options_fill(&f->opt);
    f->arena = arena_new((size_t)256 << 20);
    f->next_row = 1;
    f->next_line = 1;
    if (f->arena != NULL)
        return f;
    row_file_close(f);
    return NULL;
}

void row_file_close(struct row_file *f)
{
    if (f == NULL)
        return;
    xlsx_close(f->xlsx);
    xls_close(f->xls);
    json_split_free(f->split);
    map_free(f->columns);
    source_close(f->source);
    mem_free(f->ahead);
    arena_free(f->arena);
    pthread_mutex_destroy(&f->lock);
    mem_free(f);
}

const struct row_shape *row_file_shape(const struct row_file *f)
{
    return &f->shape;
}

uint64_t row_file_bytes_done(const struct row_file *f)
{
    return f->xlsx != NULL ? xlsx_bytes_done(f->xlsx) : source_bytes_done(f->source);
}

bool row_file_sha256(const struct row_file *f, char hex[65])
{
    return source_sha256(f->source, hex);
}

enum status row_file_read(struct row_file *f, char *dst, size_t cap, size_t *got, struct error *why)
{
    const size_t rest = f->ahead_len - f->ahead_pos;
    *got = rest < cap ? rest : cap;
    if (rest > 0) {
        memcpy(dst, f->ahead + f->ahead_pos, *got);
        f->ahead_pos += *got;
        return STATUS_OK;
    }
    while (*got < cap && !f->source_ended) {
        size_t more = 0;
        if (cap - *got < 64 && *got > 0)
            break;
        const enum status st = source_read(f->source, dst + *got, cap - *got, &more, why);
        if (st != STATUS_OK)
            return st;
        *got += more;
        f->source_ended = more == 0;
    }
    return STATUS_OK;
}

enum status row_file_unread(struct row_file *f, str rest, struct error *why)
{
    const size_t kept = f->ahead_len - f->ahead_pos;
    if (rest.len == 0)
        return STATUS_OK;
    if (f->ahead_pos >= rest.len) {
        f->ahead_pos -= rest.len;
        memcpy(f->ahead + f->ahead_pos, rest.ptr, rest.len);
        return STATUS_OK;
    }
    const size_t need = rest.len + kept + SCAN_SLACK;
    if (!MEM_GROW(f->ahead, f->ahead_cap, need))
        return row_no_memory(why);
    memmove(f->ahead + rest.len, f->ahead + f->ahead_pos, kept);
    memcpy(f->ahead, rest.ptr, rest.len);
    f->ahead_pos = 0;
    f->ahead_len = rest.len + kept;
    return STATUS_OK;
}

enum status row_file_look(struct row_file *f, size_t want, str *out, struct error *why)
{
    if (!MEM_GROW(f->ahead, f->ahead_cap, want + SCAN_SLACK))
        return row_no_memory(why);
    while (f->ahead_len < want && want - f->ahead_len >= 64 && !f->source_ended) {
        size_t got = 0;
        const enum status st =
            source_read(f->source, f->ahead + f->ahead_len, want - f->ahead_len, &got, why);
        if (st != STATUS_OK)
            return st;
        f->ahead_len += got;
        f->source_ended = got == 0;
    }
    *out = (str){ f->ahead + f->ahead_pos, f->ahead_len - f->ahead_pos };
    return STATUS_OK;
}

/* Files that are told by their first bytes. */
static enum status open_by_magic(
    struct row_file *f, str head, const char *path, bool *done, struct error *why)
{
    *done = true;
    if (str_starts(head, STR("PAR1"))) {
        f->shape.format = ROW_FORMAT_PARQUET;
        return STATUS_OK;
    }
    if (str_starts(head, STR("PK\3\4")))
        return xlsx_open_rows(f, path, why);
    if (str_starts(head, (str){ "\xd0\xcf\x11\xe0", 4 }))
        return xls_open_rows(f, path, why);
    if (str_starts(head, STR("%PDF")))
        return error_set(why, STATUS_BAD_INPUT, "a PDF, not a table: export CSV or .xlsx");
    if (f->opt.format == ROW_FORMAT_XLSX || f->opt.format == ROW_FORMAT_XLS ||
        f->opt.format == ROW_FORMAT_PARQUET)
        return error_set(
            why, STATUS_BAD_INPUT, "not a file of the format %s", row_format_name(f->opt.format));
    *done = false;
    return STATUS_OK;
}

static bool looks_binary(str head, enum row_encoding e)
{
    if (e == ROW_ENCODING_UTF16LE || e == ROW_ENCODING_UTF16BE)
        return false;
    const str part = str_first(head, 65536);
    size_t control = 0;
    for (size_t i = 0; i < part.len; i++) {
        const unsigned char c = (unsigned char)part.ptr[i];
        control += c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 1;
    }
    return control * 5 > part.len;
}

static enum status open_text(struct row_file *f, str head, struct error *why)
{
    size_t bom = 0;
    const enum row_encoding found = sniff_encoding(head, source_head_is_all(f->source), &bom);
    const enum row_encoding e = f->opt.encoding != ROW_ENCODING_AUTO ? f->opt.encoding : found;
    if (looks_binary(head, e))
        return error_set(
            why, STATUS_BAD_INPUT, "not a table: binary content of a kind that is not known");
    f->shape.encoding = e;
    f->shape.has_bom = bom > 0 && e == found;
    enum status st = source_decode_as(f->source, e, f->shape.has_bom ? bom : 0, why);
    str text = STR_EMPTY;
    if (st == STATUS_OK)
        st = row_file_look(f, SOURCE_HEAD_BYTES, &text, why);
    if (st != STATUS_OK)
        return st;
    enum row_format format = f->opt.format;
    if (format == ROW_FORMAT_AUTO)
        format = json_sniff_format(text, f->source_ended, f->opt.records);
    f->shape.format = format;
    return format == ROW_FORMAT_CSV ? csv_open_rows(f, text, why) : json_open_rows(f, text, why);
}

static enum status file_start(struct row_file *f,
                              const char *path,
                              struct row_file **out,
                              struct error *why)
{
    const str head = source_head(f->source);
    bool done = false;
    f->shape.compression = source_compression(f->source);
    f->shape.bytes_total = source_bytes_total(f->source);
    f->shape.pads_short = f->opt.pad_short;
    f->shape.decimal_mark = '.';
    enum status st = open_by_magic(f, head, path, &done, why);
    if (st == STATUS_OK && !done)
        st = open_text(f, head, why);
    if (st == STATUS_OK) {
        sniff_decimal(&f->shape);
        *out = f;
    } else {
        row_file_close(f);
    }
    return st;
}

enum status row_file_open(const char *path,
                          const struct row_options *opt,
                          struct row_file **out,
                          struct error *why)
{
    struct row_file *f = file_new(opt);
    if (f == NULL)
        return row_no_memory(why);
    const enum status st = source_open(path, &f->opt, &f->source, why);
    if (st != STATUS_OK) {
        row_file_close(f);
        return st;
    }
    return file_start(f, path, out, why);
}

enum status row_file_open_bytes(str bytes,
                                const struct row_options *opt,
                                struct row_file **out,
                                struct error *why)
{
    struct row_file *f = file_new(opt);
    if (f == NULL)
        return row_no_memory(why);
    const enum status st = source_open_bytes(bytes, &f->opt, &f->source, why);
    if (st != STATUS_OK) {
        row_file_close(f);
        return st;
    }
    if (f->opt.format == ROW_FORMAT_AUTO || f->opt.format == ROW_FORMAT_XLSX)
        f->xlsx_bytes = bytes;
    return file_start(f, NULL, out, why);
}

struct row_block *row_block_new(void)
{
    return mem_new(1, sizeof(struct row_block));
}

void row_block_free(struct row_block *b)
{
    if (b == NULL)
        return;
    json_rows_free(b->json);
    mem_free(b->data);
    mem_free(b->index.ends);
    mem_free(b->scratch);
    mem_free(b->fields);
    mem_free(b->records);
    mem_free(b->cells);
    mem_free(b);
}

bool row_block_reserve(struct row_block *b, size_t cap)
{
    if (b->data != NULL && b->cap >= cap)
        return true;
    size_t have = b->data != NULL ? b->cap + SCAN_SLACK : 0;
    if (!MEM_GROW(b->data, have, cap + SCAN_SLACK))
        return false;
    b->cap = have - SCAN_SLACK;
    return true;
}

/* A read needs room for a few characters at least, else it looks like the end of the file. */
size_t row_block_want(const struct row_block *b, size_t block_bytes)
{
    if (b->len >= block_bytes)
        return b->len + b->len / 2 + 4096;
    return block_bytes - b->len >= 4096 ? block_bytes : b->len + 4096;
}

struct block_record *row_block_add_record(struct row_block *b)
{
    if (!MEM_GROW(b->records, b->records_cap, b->n_records + 1))
        return NULL;
    struct block_record *r = &b->records[b->n_records++];
    *r = (struct block_record){ 0 };
    return r;
}

void row_block_start(struct row_block *b, const struct row_file *f)
{
    b->file = f;
    b->first_row = f->next_row;
    b->row_no = f->next_row;
    b->line = f->next_line;
    b->rows = 0;
    b->pos = 0;
    b->at = 0;
    b->index.n = 0;
    b->scratch_used = 0;
    b->n_records = 0;
    b->n_cells = 0;
    b->has_nul = false;
    b->has_bad_bytes = false;
}

/* What next() needs, so that it cannot fail. */
enum status row_block_prepare(struct row_file *f, struct row_block *b, struct error *why)
{
    if (b->scratch_cap < b->len) {
        mem_free(b->scratch);
        b->scratch = mem_new(1, b->cap);
        b->scratch_cap = b->scratch != NULL ? b->cap : 0;
    }
    if (b->fields_cap < f->opt.columns_limit) {
        mem_free(b->fields);
        b->fields = mem_new(f->opt.columns_limit, sizeof *b->fields);
        b->fields_cap = b->fields != NULL ? f->opt.columns_limit : 0;
    }
    if (b->scratch_cap < b->len || b->fields == NULL)
        return row_no_memory(why);
    b->has_nul = b->len > 0 && memchr(b->data, 0, b->len) != NULL;
    b->has_bad_bytes = !json_simd_utf8_ok(b->data, b->len);
    return f->reader->prepare(b, why);
}

enum status row_file_next_block(struct row_file *f,
                                struct row_block *b,
                                bool *got,
                                struct error *why)
{
    bool more = false;
    if (f->reader == NULL)
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "a %s file is read by the store, not row by row",
                         row_format_name(f->shape.format));
    pthread_mutex_lock(&f->lock);
    enum status st = f->reader->fill(f, b, &more, why);
    if (st == STATUS_OK && more)
        b->sequence = f->next_sequence++;
    pthread_mutex_unlock(&f->lock);
    if (st == STATUS_OK && more)
        st = row_block_prepare(f, b, why);
    if (st == STATUS_OK)
        *got = more;
    return st;
}

bool row_next(struct row_block *b, struct row *out)
{
    return b->file->reader->next(b, out);
}

uint64_t row_block_sequence(const struct row_block *b)
{
    return b->sequence;
}

int64_t row_block_first_row(const struct row_block *b)
{
    return b->first_row;
}

int64_t row_block_rows(const struct row_block *b)
{
    return b->rows;
}

uint64_t row_block_unseen(const struct row_block *b, str *first)
{
    return json_rows_unseen(b->json, first);
}

/* The column of a byte position: the field that holds it (a quoted field's text may have moved;
 * then the one that starts last before it). */
static size_t column_at(const struct row_block *b, const struct row *out, const char *at)
{
    size_t column = 0;
    for (size_t i = 0; i < out->n && i < b->fields_cap; i++)
        if (b->fields[i].ptr >= b->data && b->fields[i].ptr < b->data + b->len &&
            b->fields[i].ptr <= at)
            column = i;
    return column;
}

void row_check_bytes(const struct row_block *b, struct row *out)
{
    const char *nul = b->has_nul && out->raw.len > 0 ? memchr(out->raw.ptr, 0, out->raw.len) : NULL;
    if (nul != NULL) {
        out->refusal = ROW_REFUSAL_NUL_BYTE;
        out->column = column_at(b, out, nul);
        return;
    }
    if (!b->has_bad_bytes || str_is_utf8(out->raw))
        return;
    out->refusal = ROW_REFUSAL_BAD_BYTES;
    for (size_t i = 0; i < out->n && i < b->fields_cap; i++)
        if (!str_is_utf8(b->fields[i])) {
            out->column = i;
            return;
        }
}
