/* Reads a whole file through the rows door and writes what came out as text, to compare with. */
#ifndef SHOPVANE_TESTS_ROWS_RIG_H
#define SHOPVANE_TESTS_ROWS_RIG_H

#include "format/format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "1@2: a|b\n" a row (number, line), "1@2 REFUSED column 1: reason\n" a refused one. */
static inline void rig_row(struct buf *out, const struct row *row)
{
    buf_addf(out, "%lld@%lld", (long long)row->row_no, (long long)row->line);
    if (row->parts > 1)
        buf_addf(out, "[%u/%u]", row->part + 1, row->parts);
    if (row->refusal != ROW_REFUSAL_NONE) {
        buf_addf(out, " REFUSED column %zu: %s\n", row->column, row_refusal_text(row->refusal));
        return;
    }
    buf_adds(out, ": ");
    for (size_t i = 0; i < row->n; i++) {
        buf_adds(out, i > 0 ? "|" : "");
        buf_add(out, row->fields[i]);
    }
    buf_addc(out, '\n');
}

static inline void rig_read(struct row_file *f, struct buf *out)
{
    struct row_block *b = row_block_new();
    bool got = true;
    struct error why = { 0 };
    int64_t expected = 1;
    assert_non_null(b);
    while (got) {
        if (row_file_next_block(f, b, &got, &why) != STATUS_OK) {
            buf_addf(out, "ERROR %s\n", why.text);
            break;
        }
        if (!got)
            break;
        assert_int_equal(row_block_first_row(b), expected);
        expected += row_block_rows(b);
        struct row row;
        int64_t last = row_block_first_row(b) - 1;
        while (row_next(b, &row)) {
            rig_row(out, &row);
            last = row.row_no > ROW_ITEMS ? row.row_no / ROW_ITEMS : row.row_no;
        }
        assert_int_equal(last + 1, expected); /* the block held as many rows as it said */
    }
    row_block_free(b);
}

static inline struct row_file *rig_open(str bytes, const struct row_options *opt)
{
    struct error why = { 0 };
    struct row_file *f = NULL;
    if (row_file_open_bytes(bytes, opt, &f, &why) != STATUS_OK)
        fail_msg("%s", why.text);
    return f;
}

/* Opens, checks the header ("a|b"; NULL: none) and the rows. */
static inline void rig_check(str bytes,
                             const struct row_options *opt,
                             const char *header,
                             const char *rows)
{
    struct row_file *f = rig_open(bytes, opt);
    const struct row_shape *shape = row_file_shape(f);
    struct buf names;
    struct buf out;
    buf_init(&names, 1 << 20);
    buf_init(&out, 1 << 24);
    for (size_t i = 0; i < shape->n_columns; i++) {
        buf_adds(&names, i > 0 ? "|" : "");
        buf_add(&names, shape->columns[i]);
    }
    buf_addc(&names, 0);
    rig_read(f, &out);
    buf_addc(&out, 0);
    if (header != NULL) {
        assert_true(shape->has_header);
        assert_string_equal(buf_str(&names).ptr, header);
    }
    assert_string_equal(buf_str(&out).ptr, rows);
    buf_release(&names);
    buf_release(&out);
    row_file_close(f);
}

struct rig_count {
    int64_t rows;
    int64_t refused;
    size_t columns;
    double column_sum; /* of one column */
};

/* The shared data folder's file, or NULL (and says so). The caller frees. */
static inline char *rig_shared(const char *name)
{
    const char *root = getenv("SHOPVANE_SHARED");
    char *path = malloc(4096);
    snprintf(path, 4096, "%s/data/%s", root != NULL ? root : "../shared", name);
    if (access(path, R_OK) == 0)
        return path;
    printf("skipped: no shared data (%s)\n", path);
    free(path);
    return NULL;
}

static inline struct rig_count rig_count_file(const char *path, const struct row_options *opt)
{
    struct row_file *f = NULL;
    struct error why = { 0 };
    struct rig_count c = { 0 };
    if (row_file_open(path, opt, &f, &why) != STATUS_OK)
        fail_msg("%s", why.text);
    struct row_block *b = row_block_new();
    bool got = true;
    while (row_file_next_block(f, b, &got, &why) == STATUS_OK && got) {
        struct row row;
        while (row_next(b, &row)) {
            c.rows++;
            c.refused += row.refusal != ROW_REFUSAL_NONE;
        }
    }
    c.columns = row_file_shape(f)->n_columns;
    assert_int_equal(row_file_bytes_done(f), row_file_shape(f)->bytes_total);
    row_block_free(b);
    row_file_close(f);
    return c;
}

#endif
