/* Any bytes as a table: never a crash, the same rows whatever the block size, and what was read
 * from CSV and written again reads back the same. */
#include "format/format.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_rows(struct row_file *f, struct buf *out)
{
    struct row_block *b = row_block_new();
    bool got = true;
    while (b != NULL && row_file_next_block(f, b, &got, NULL) == STATUS_OK && got) {
        struct row row;
        int64_t rows = 0;
        while (row_next(b, &row)) {
            buf_addf(out,
                     "%lld %lld %d %zu:",
                     (long long)row.row_no,
                     (long long)row.line,
                     (int)row.refusal,
                     row.column);
            for (size_t i = 0; row.refusal == ROW_REFUSAL_NONE && i < row.n; i++) {
                buf_addf(out, "%zu ", row.fields[i].len);
                buf_add(out, row.fields[i]);
            }
            rows += row.part == 0;
        }
        if (rows != row_block_rows(b))
            abort();
    }
    row_block_free(b);
}

static void read_again(str bytes, struct row_options opt, size_t block, const struct buf *expected)
{
    struct row_file *f = NULL;
    struct buf out;
    opt.block_bytes = block;
    buf_init(&out, (size_t)64 << 20);
    if (row_file_open_bytes(bytes, &opt, &f, NULL) != STATUS_OK)
        abort();
    add_rows(f, &out);
    if (!str_eq(buf_str(&out), buf_str(expected)))
        abort();
    row_file_close(f);
    buf_release(&out);
}

static void write_and_read(struct row_file *f, bool *all_good, struct buf *csv, struct buf *fields)
{
    struct row_block *b = row_block_new();
    struct csv_writer w;
    bool got = true;
    csv_writer_init(&w, csv, ',');
    while (b != NULL && row_file_next_block(f, b, &got, NULL) == STATUS_OK && got) {
        struct row row;
        while (row_next(b, &row)) {
            *all_good = *all_good && row.refusal == ROW_REFUSAL_NONE;
            for (size_t i = 0; *all_good && i < row.n; i++) {
                csv_value(&w, row.fields[i]);
                buf_addf(fields, "%zu ", row.fields[i].len);
                buf_add(fields, row.fields[i]);
            }
            csv_end_row(&w);
        }
    }
    row_block_free(b);
}

/* Rows of one empty field are blank lines when written; and a file of one column says nothing
 * about its delimiter: only wider ones are tried. */
static void round_trip(str bytes, struct row_options opt)
{
    struct row_file *f = NULL;
    struct buf csv[2];
    struct buf fields[2];
    bool good = true;
    for (size_t i = 0; i < 2; i++) {
        buf_init(&csv[i], (size_t)64 << 20);
        buf_init(&fields[i], (size_t)64 << 20);
    }
    opt.header = ROW_HEADER_NO;
    if (row_file_open_bytes(bytes, &opt, &f, NULL) == STATUS_OK &&
        row_file_shape(f)->n_columns > 1 && row_file_shape(f)->format == ROW_FORMAT_CSV) {
        write_and_read(f, &good, &csv[0], &fields[0]);
        row_file_close(f);
        f = NULL;
        const struct row_options forced = { .format = ROW_FORMAT_CSV,
                                            .encoding = ROW_ENCODING_UTF8,
                                            .delimiter = ',',
                                            .quote = '"',
                                            .header = ROW_HEADER_NO };
        const bool has_bom = str_starts(buf_str(&csv[0]), STR("\xef\xbb\xbf"));
        const bool has_lf = csv[0].len > 0 && memchr(csv[0].data, '\n', csv[0].len) != NULL;
        if (good && has_lf && !has_bom &&
            row_file_open_bytes(buf_str(&csv[0]), &forced, &f, NULL) == STATUS_OK) {
            write_and_read(f, &good, &csv[1], &fields[1]);
            if (!good || !str_eq(buf_str(&fields[0]), buf_str(&fields[1])) ||
                !str_eq(buf_str(&csv[0]), buf_str(&csv[1])))
                abort();
        }
    }
    row_file_close(f);
    for (size_t i = 0; i < 2; i++) {
        buf_release(&csv[i]);
        buf_release(&fields[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    const str bytes = { (const char *)data + 2, size - 2 };
    static const char delimiters[] = { 0, ',', ';', '\t', ' ', '|', 0, 0 };
    struct row_options opt = { .format = data[0] & 1 ? ROW_FORMAT_CSV : ROW_FORMAT_AUTO,
                               .delimiter = delimiters[data[0] >> 1 & 7],
                               .encoding = (enum row_encoding)(data[1] % ROW_ENCODING_COUNT),
                               .header = (enum row_header)(data[1] / 8 % 3),
                               .pad_short = data[0] >> 7,
                               .record_limit = (size_t)4 << 20,
                               .unpacked_limit = (uint64_t)16 << 20 };
    struct row_file *f = NULL;
    struct error why = { 0 };
    if (row_file_open_bytes(bytes, &opt, &f, &why) != STATUS_OK)
        return 0;
    if (row_file_shape(f)->format == ROW_FORMAT_PARQUET) {
        row_file_close(f);
        return 0;
    }
    struct buf out;
    buf_init(&out, (size_t)64 << 20);
    add_rows(f, &out);
    row_file_close(f);
    read_again(bytes, opt, 256, &out);
    read_again(bytes, opt, 333, &out);
    buf_release(&out);
    round_trip(bytes, opt);
    return 0;
}
