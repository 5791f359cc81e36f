/* Any bytes as a JSON document: what is read and written again reads back and writes the same; and
 * as JSON records: the rows are the same whatever the block size. */
#include "format/format.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_node(struct json_writer *w, const struct json_node *n)
{
    str s = STR_EMPTY;
    bool flag = false;
    switch (json_node_type(n)) {
    case JSON_NULL:
        json_null(w);
        return;
    case JSON_BOOL:
        if (!json_as_bool(n, &flag))
            abort();
        json_bool(w, flag);
        return;
    case JSON_NUMBER:
        if (!json_as_raw(n, &s))
            abort();
        json_raw(w, s);
        return;
    case JSON_STRING:
        if (!json_as_str(n, &s))
            abort();
        json_str(w, s);
        return;
    case JSON_ARRAY:
        json_array_open(w);
        for (size_t i = 0; i < json_node_len(n); i++)
            write_node(w, json_at(n, i));
        json_array_close(w);
        return;
    case JSON_OBJECT:
        json_object_open(w);
        for (size_t i = 0; i < json_node_len(n); i++) {
            json_key_str(w, json_member_key(n, i));
            write_node(w, json_at(n, i));
        }
        json_object_close(w);
        return;
    }
}

static bool rewrite(str text, struct buf *out)
{
    struct arena *a = arena_new((size_t)256 << 20);
    const struct json_node *root = NULL;
    struct error why = { 0 };
    struct json_writer w;
    const bool fine = json_parse(text, a, &root, &why) == STATUS_OK;
    if (fine) {
        json_writer_init(&w, out);
        write_node(&w, root);
    }
    arena_free(a);
    return fine;
}

static bool rows_of(str bytes, size_t block, struct buf *out)
{
    const struct row_options opt = { .format = ROW_FORMAT_JSON,
                                     .encoding = ROW_ENCODING_UTF8,
                                     .block_bytes = block };
    struct row_file *f = NULL;
    struct error why = { 0 };
    if (row_file_open_bytes(bytes, &opt, &f, &why) != STATUS_OK)
        return false;
    struct row_block *b = row_block_new();
    bool got = row_file_shape(f)->format == ROW_FORMAT_JSON;
    while (got && row_file_next_block(f, b, &got, &why) == STATUS_OK && got) {
        struct row row;
        while (row_next(b, &row)) {
            buf_addf(out,
                     "%lld@%lld %u/%u %d ",
                     (long long)row.row_no,
                     (long long)row.line,
                     row.part,
                     row.parts,
                     (int)row.refusal);
            for (size_t i = 0; i < row.n; i++)
                buf_add_json_str(out, row.fields[i]);
        }
    }
    row_block_free(b);
    row_file_close(f);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const str text = { (const char *)data, size };
    struct buf out[4];
    for (size_t i = 0; i < ARRAY_LEN(out); i++)
        buf_init(&out[i], (size_t)64 << 20);
    if (rewrite(text, &out[0]))
        if (!rewrite(buf_str(&out[0]), &out[1]) || !str_eq(buf_str(&out[0]), buf_str(&out[1])))
            abort();
    if (rows_of(text, 0, &out[2]))
        if (!rows_of(text, 256, &out[3]) || !str_eq(buf_str(&out[2]), buf_str(&out[3])))
            abort();
    for (size_t i = 0; i < ARRAY_LEN(out); i++)
        buf_release(&out[i]);
    return 0;
}
