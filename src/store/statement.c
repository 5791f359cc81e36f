/* Statements with bound values, and results as frames. */
#include "store/store_priv.h"

#include <string.h>

static duckdb_state bind_one(duckdb_prepared_statement ps, idx_t i, const struct param *p)
{
    switch (p->type) {
    case PARAM_NULL:
        return duckdb_bind_null(ps, i);
    case PARAM_I64:
        return duckdb_bind_int64(ps, i, p->i64);
    case PARAM_F64:
        return duckdb_bind_double(ps, i, p->f64);
    case PARAM_TEXT:
        return duckdb_bind_varchar_length(ps, i, p->text.ptr, p->text.len);
    case PARAM_DAY:
        return duckdb_bind_date(ps, i, (duckdb_date){ .days = (int32_t)p->i64 });
    case PARAM_BLOB:
        return duckdb_bind_blob(ps, i, p->text.ptr, p->text.len);
    }
    return DuckDBError;
}

static enum frame_type frame_type_of(duckdb_type t)
{
    switch (t) {
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_DECIMAL:
        return FRAME_I128;
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
        return FRAME_F64;
    case DUCKDB_TYPE_BLOB:
        return FRAME_BLOB;
    case DUCKDB_TYPE_VARCHAR:
    case DUCKDB_TYPE_ENUM:
        return FRAME_TEXT;
    default:
        return FRAME_I64;
    }
}

/* One vector of a result, with what is needed to read its cells. */
struct vector {
    duckdb_vector v;
    duckdb_type type; /* storage type: of a DECIMAL or ENUM its integer */
    duckdb_type declared;
    duckdb_logical_type logical;
    const void *data;
    uint64_t *validity;
};

static struct vector vector_of(duckdb_data_chunk chunk, idx_t col)
{
    struct vector out = { .v = duckdb_data_chunk_get_vector(chunk, col) };
    out.logical = duckdb_vector_get_column_type(out.v);
    out.declared = duckdb_get_type_id(out.logical);
    out.type = out.declared;
    if (out.declared == DUCKDB_TYPE_DECIMAL)
        out.type = duckdb_decimal_internal_type(out.logical);
    if (out.declared == DUCKDB_TYPE_ENUM)
        out.type = duckdb_enum_internal_type(out.logical);
    out.data = duckdb_vector_get_data(out.v);
    out.validity = duckdb_vector_get_validity(out.v);
    return out;
}

/* Every integer type of the engine, widened. */
static i128 cell_i128(const struct vector *v, idx_t row)
{
#define CELL(ctype) (i128)(((const ctype *)v->data)[row])
    switch (v->type) {
    case DUCKDB_TYPE_BOOLEAN:
    case DUCKDB_TYPE_UTINYINT:
        return CELL(uint8_t);
    case DUCKDB_TYPE_TINYINT:
        return CELL(int8_t);
    case DUCKDB_TYPE_SMALLINT:
        return CELL(int16_t);
    case DUCKDB_TYPE_USMALLINT:
        return CELL(uint16_t);
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_DATE:
        return CELL(int32_t);
    case DUCKDB_TYPE_UINTEGER:
        return CELL(uint32_t);
    case DUCKDB_TYPE_UBIGINT:
        return CELL(uint64_t);
    case DUCKDB_TYPE_HUGEINT: {
        const duckdb_hugeint h = ((const duckdb_hugeint *)v->data)[row];
        return (i128)(((u128)(uint64_t)h.upper << 64) | h.lower);
    }
    default:
        return CELL(int64_t); /* BIGINT, TIMESTAMP, TIME */
    }
#undef CELL
}

static bool cell_text(struct frame *f, const struct vector *v, size_t col, idx_t row, size_t to)
{
    if (v->declared == DUCKDB_TYPE_ENUM) {
        char *name = duckdb_enum_dictionary_value(v->logical, (idx_t)cell_i128(v, row));
        const bool ok = frame_set_str(f, col, to, str_from(name));
        duckdb_free(name);
        return ok;
    }
    duckdb_string_t *s = &((duckdb_string_t *)(uintptr_t)v->data)[row];
    const str text = { .ptr = duckdb_string_t_data(s), .len = duckdb_string_t_length(*s) };
    return frame_set_str(f, col, to, text);
}

static bool copy_cell(struct frame *f, const struct vector *v, size_t col, idx_t row, size_t to)
{
    switch (frame_type(f, col)) {
    case FRAME_I64:
        frame_set_i64(f, col, to, (int64_t)cell_i128(v, row));
        return true;
    case FRAME_I128:
        frame_set_i128(f, col, to, cell_i128(v, row));
        return true;
    case FRAME_F64:
        frame_set_f64(f,
                      col,
                      to,
                      v->type == DUCKDB_TYPE_FLOAT ? (double)((const float *)v->data)[row]
                                                   : ((const double *)v->data)[row]);
        return true;
    default:
        return cell_text(f, v, col, row, to);
    }
}

static bool copy_chunk(struct frame *f, duckdb_data_chunk chunk)
{
    const size_t base = frame_rows(f);
    const idx_t rows = duckdb_data_chunk_get_size(chunk);
    if (!frame_add_rows(f, rows))
        return false;
    bool ok = true;
    for (size_t col = 0; ok && col < frame_columns(f); col++) {
        struct vector v = vector_of(chunk, col);
        for (idx_t row = 0; ok && row < rows; row++) {
            if (v.validity == NULL || duckdb_validity_row_is_valid(v.validity, row))
                ok = copy_cell(f, &v, col, row, base + row);
        }
        duckdb_destroy_logical_type(&v.logical);
    }
    return ok;
}

enum status frame_from_result(duckdb_result *result, struct frame **out, struct error *why)
{
    struct frame *f = frame_new();
    bool ok = f != NULL;
    for (idx_t i = 0; ok && i < duckdb_column_count(result); i++) {
        const str name = str_from(duckdb_column_name(result, i));
        ok = frame_add_column(f, name, frame_type_of(duckdb_column_type(result, i))) >= 0;
    }
    duckdb_data_chunk chunk = NULL;
    while (ok && (chunk = duckdb_fetch_chunk(*result)) != NULL) {
        ok = copy_chunk(f, chunk);
        duckdb_destroy_data_chunk(&chunk);
    }
    if (!ok) {
        frame_free(f);
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    *out = f;
    return STATUS_OK;
}

static enum status run_prepared(struct conn *c,
                                duckdb_prepared_statement ps,
                                struct frame **out,
                                struct error *why)
{
    duckdb_result r = { 0 };
    enum status st = store_execute(c, ps, &r, why);
    if (st == STATUS_OK) {
        c->changed = (int64_t)duckdb_rows_changed(&r);
        if (out != NULL)
            st = frame_from_result(&r, out, why);
    }
    duckdb_destroy_result(&r);
    return st;
}

enum status conn_query(struct conn *c,
                       str sql,
                       const struct param *params,
                       size_t n,
                       struct frame **out,
                       struct error *why)
{
    duckdb_prepared_statement ps = NULL;
    enum status st = STATUS_OK;
    size_t len = 0;
    struct buf text;
    buf_init(&text, sql.len + 1);
    buf_add(&text, sql);
    char *query = buf_take(&text, &len);
    if (query == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    st = conn_check(c, why);
    if (st != STATUS_OK)
        goto out;
    if (duckdb_prepare(c->con, query, &ps) != DuckDBSuccess) {
        st = store_fail(why, DUCKDB_ERROR_PARSER, duckdb_prepare_error(ps));
        goto out;
    }
    for (size_t i = 0; i < n; i++) {
        if (bind_one(ps, i + 1, &params[i]) != DuckDBSuccess) {
            st = error_set(
                why, STATUS_IO, "database: parameter %zu does not fit the statement", i + 1);
            goto out;
        }
    }
    st = run_prepared(c, ps, out, why);
out:
    duckdb_destroy_prepare(&ps);
    mem_free(query);
    return st;
}

static enum status first_i64(const struct frame *f, int64_t *out, struct error *why)
{
    if (frame_rows(f) == 0 || frame_columns(f) == 0 || frame_is_null(f, 0, 0))
        return error_set(why, STATUS_NOT_FOUND, "database: the query gave no value");
    return i128_to_i64(frame_i128(f, 0, 0), out)
               ? STATUS_OK
               : error_set(why, STATUS_TOO_LARGE, "database: the value does not fit 64 bits");
}

enum status conn_query_i64(struct conn *c, const char *sql, int64_t *out, struct error *why)
{
    struct frame *f = NULL;
    enum status st = conn_query(c, str_from(sql), NULL, 0, &f, why);
    if (st == STATUS_OK)
        st = first_i64(f, out, why);
    frame_free(f);
    return st;
}

enum status conn_query_i64_kept(struct conn *c, const char *sql, int64_t *out, struct error *why)
{
    duckdb_result r = { 0 };
    struct frame *f = NULL;
    enum status st = conn_check(c, why);
    if (st != STATUS_OK)
        return st;
    st = conn_kept_run(c, sql, &r, why);
    if (st == STATUS_OK)
        st = frame_from_result(&r, &f, why);
    if (st == STATUS_OK)
        st = first_i64(f, out, why);
    frame_free(f);
    duckdb_destroy_result(&r);
    return st;
}
