/* Any bytes as an old Excel file, and as the workbook stream of a good container: never a crash,
 * never more than the limits. */
#include "format/format.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(str bytes)
{
    const struct row_options opt = { .block_bytes = 4096, .unpacked_limit = (uint64_t)32 << 20 };
    struct row_file *f = NULL;
    struct error why = { 0 };
    if (row_file_open_bytes(bytes, &opt, &f, &why) != STATUS_OK)
        return;
    struct row_block *b = row_block_new();
    bool got = row_file_shape(f)->format != ROW_FORMAT_PARQUET;
    while (got && row_file_next_block(f, b, &got, &why) == STATUS_OK && got) {
        struct row row;
        int64_t rows = 0;
        while (row_next(b, &row)) {
            if (row.refusal == ROW_REFUSAL_NONE && row.n != row_file_shape(f)->n_columns)
                abort();
            rows += row.part == 0;
        }
        if (rows != row_block_rows(b))
            abort();
    }
    row_block_free(b);
    row_file_close(f);
}

static void put32(unsigned char *p, size_t v)
{
    for (size_t i = 0; i < 4; i++)
        p[i] = (unsigned char)(v >> 8 * i);
}

/* The stream in a container; the caller frees. */
static str pack(str stream)
{
    const size_t size = stream.len > 4096 ? stream.len : 4096;
    const size_t sectors = (size + 511) / 512;
    const size_t fats = (sectors + 2) / 127 + 1;
    const size_t total = 512 * (1 + sectors + 1 + fats);
    unsigned char *p = calloc(1, total);
    unsigned char *directory = p + 512 * (1 + sectors);
    unsigned char *fat = directory + 512;
    memcpy(p, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
    p[30] = 9;
    put32(p + 48, sectors);
    put32(p + 56, 4096);
    put32(p + 68, 0xfffffffe);
    for (size_t i = 0; i < 109; i++)
        put32(p + 76 + 4 * i, i < fats ? sectors + 1 + i : 0xffffffff);
    memcpy(p + 512, stream.ptr, stream.len);
    directory[66] = 5;
    for (size_t i = 0; i < 8; i++)
        directory[128 + 2 * i] = (unsigned char)"Workbook"[i];
    directory[128 + 64] = 18;
    directory[128 + 66] = 2;
    put32(directory + 128 + 120, size);
    for (size_t i = 0; i < fats * 128; i++)
        put32(fat + 4 * i, i + 1 < sectors ? i + 1 : 0xfffffffe);
    return (str){ (char *)p, total };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    const str rest = { (const char *)data + 1, size - 1 };
    if (data[0] == 0) {
        read_all(rest);
        return 0;
    }
    if (size > 60000)
        return 0;
    const str packed = pack(rest);
    read_all(packed);
    free((void *)(uintptr_t)packed.ptr);
    return 0;
}
