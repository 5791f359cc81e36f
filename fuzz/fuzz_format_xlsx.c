/* Any bytes as a workbook, and as one part of an otherwise good workbook: never a crash, never more
 * than the limits. */
#include "format/format.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
    const char *name;
    const char *text;
} parts[] = {
    { "xl/workbook.xml",
      "<workbook xmlns:r='x'><sheets><sheet name='S' r:id='a'/></sheets></workbook>" },
    { "xl/_rels/workbook.xml.rels", "<R><Relationship Id='a' Target='s.xml'/></R>" },
    { "xl/styles.xml", "<s><cellXfs><xf numFmtId='0'/><xf numFmtId='22'/></cellXfs></s>" },
    { "xl/sharedStrings.xml", "<sst><si><t>one</t></si><si><t>two</t></si></sst>" },
    { "xl/s.xml", "<w><row><c t='s'><v>0</v></c><c s='1'><v>40513.5</v></c></row></w>" },
};

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

/* The workbook in memory with one part replaced; the caller frees. */
static str pack(size_t replaced, str with)
{
    zip_error_t e;
    zip_error_init(&e);
    zip_source_t *memory = zip_source_buffer_create(NULL, 0, 0, &e);
    zip_source_keep(memory);
    zip_t *z = zip_open_from_source(memory, ZIP_TRUNCATE, &e);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        const str text = i == replaced ? with : str_from(parts[i].text);
        const zip_int64_t at =
            zip_file_add(z, parts[i].name, zip_source_buffer(z, text.ptr, text.len, 0), 0);
        zip_set_file_compression(z, (zip_uint64_t)at, ZIP_CM_STORE, 0);
    }
    if (zip_close(z) != 0)
        abort();
    zip_stat_t st;
    zip_source_open(memory);
    zip_source_stat(memory, &st);
    char *bytes = malloc(st.size);
    zip_source_read(memory, bytes, st.size);
    zip_source_close(memory);
    zip_source_free(memory);
    zip_error_fini(&e);
    return (str){ bytes, st.size };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    const str rest = { (const char *)data + 1, size - 1 };
    if (data[0] % 8 >= ARRAY_LEN(parts)) {
        read_all(rest);
        return 0;
    }
    const str packed = pack(data[0] % 8, rest);
    read_all(packed);
    free((void *)(uintptr_t)packed.ptr);
    return 0;
}
