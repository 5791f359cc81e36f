/* Bulk load: the table function rows(), which lets the engine's threads pull typed batches from
 * a row_source. Why a table function and not the appender: the engine runs fill() on all its
 * threads and inserts in parallel; the appender has one thread.
 *
 * Threads: `load` is set under load_mutex for the whole conn_load(), so one load runs at a time.
 * The first error of any worker wins and is kept under error_mutex. */
#include "store/store_priv.h"

#include <string.h>

#define INLINE_STRING 12 /* duckdb_string_t keeps up to 12 bytes in itself */

struct load {
    const struct row_source *src;
    struct error why; /* the source's own first error */
    pthread_mutex_t error_mutex;
};

struct batch {
    duckdb_data_chunk chunk;
    const struct row_source *src;
    struct batch_column {
        duckdb_vector vector;
        void *data;
        uint64_t *validity; /* NULL until the first null */
    } * columns;
};

/* A worker of the engine with its batch and the source's own state. */
struct worker {
    struct load *load;
    void *state;
    struct batch batch;
};

static const duckdb_type types[] = {
    [SOURCE_I64] = DUCKDB_TYPE_BIGINT,   [SOURCE_I32] = DUCKDB_TYPE_INTEGER,
    [SOURCE_U32] = DUCKDB_TYPE_UINTEGER, [SOURCE_I16] = DUCKDB_TYPE_SMALLINT,
    [SOURCE_DAY] = DUCKDB_TYPE_DATE,     [SOURCE_F64] = DUCKDB_TYPE_DOUBLE,
    [SOURCE_TEXT] = DUCKDB_TYPE_VARCHAR, [SOURCE_BOOL] = DUCKDB_TYPE_BOOLEAN,
    [SOURCE_BLOB] = DUCKDB_TYPE_BLOB,
};

size_t batch_capacity(void)
{
    return duckdb_vector_size();
}

void batch_set_i64(struct batch *b, size_t col, size_t row, int64_t v)
{
    void *data = b->columns[col].data;
    switch (b->src->columns[col].type) {
    case SOURCE_I64:
        ((int64_t *)data)[row] = v;
        return;
    case SOURCE_U32:
        ((uint32_t *)data)[row] = (uint32_t)v;
        return;
    case SOURCE_I32:
    case SOURCE_DAY:
        ((int32_t *)data)[row] = (int32_t)v;
        return;
    case SOURCE_I16:
        ((int16_t *)data)[row] = (int16_t)v;
        return;
    case SOURCE_BOOL:
        ((bool *)data)[row] = v != 0;
        return;
    default:
        BUG_IF(true); /* batch_set_i64 on a column of another type */
    }
}

void batch_set_f64(struct batch *b, size_t col, size_t row, double v)
{
    BUG_IF(b->src->columns[col].type != SOURCE_F64);
    ((double *)b->columns[col].data)[row] = v;
}

void batch_set_str(struct batch *b, size_t col, size_t row, str v)
{
    if (v.len > INLINE_STRING) {
        duckdb_vector_assign_string_element_len(b->columns[col].vector, row, v.ptr, v.len);
        return;
    }
    duckdb_string_t *cell = &((duckdb_string_t *)b->columns[col].data)[row];
    memset(cell, 0, sizeof *cell);
    cell->value.inlined.length = (uint32_t)v.len;
    if (v.len > 0)
        memcpy(cell->value.inlined.inlined, v.ptr, v.len);
}

void batch_set_null(struct batch *b, size_t col, size_t row)
{
    struct batch_column *c = &b->columns[col];
    if (c->validity == NULL) {
        duckdb_vector_ensure_validity_writable(c->vector);
        c->validity = duckdb_vector_get_validity(c->vector);
    }
    c->validity[row / 64] &= ~(UINT64_C(1) << (row % 64));
}

void batch_null_column(struct batch *b, size_t col)
{
    struct batch_column *c = &b->columns[col];
    duckdb_vector_ensure_validity_writable(c->vector);
    c->validity = duckdb_vector_get_validity(c->vector);
    memset(c->validity, 0, (batch_capacity() + 63) / 64 * sizeof(uint64_t));
}

static void batch_attach(struct batch *b, duckdb_data_chunk chunk)
{
    b->chunk = chunk;
    for (size_t i = 0; i < b->src->column_count; i++) {
        struct batch_column *c = &b->columns[i];
        c->vector = duckdb_data_chunk_get_vector(chunk, i);
        c->data = duckdb_vector_get_data(c->vector);
        c->validity = NULL;
    }
}

static void load_keep_error(struct load *l, const struct error *why)
{
    pthread_mutex_lock(&l->error_mutex);
    if (l->why.status == STATUS_OK)
        l->why = *why;
    pthread_mutex_unlock(&l->error_mutex);
}

static void worker_free(void *p)
{
    struct worker *w = p;
    if (w == NULL)
        return;
    if (w->load->src->worker_close != NULL)
        w->load->src->worker_close(w->state);
    mem_free(w->batch.columns);
    mem_free(w);
}

static void on_bind(duckdb_bind_info info)
{
    struct store *s = duckdb_bind_get_extra_info(info);
    if (s->load == NULL) {
        duckdb_bind_set_error(info, "rows() is only there while a load runs");
        return;
    }
    const struct row_source *src = s->load->src;
    for (size_t i = 0; i < src->column_count; i++) {
        duckdb_logical_type t = duckdb_create_logical_type(types[src->columns[i].type]);
        duckdb_bind_add_result_column(info, src->columns[i].name, t);
        duckdb_destroy_logical_type(&t);
    }
    duckdb_bind_set_bind_data(info, s->load, NULL);
}

static void on_init(duckdb_init_info info)
{
    const struct load *l = duckdb_init_get_bind_data(info);
    duckdb_init_set_max_threads(info, l->src->threads ? l->src->threads : 1);
}

static void on_worker_init(duckdb_init_info info)
{
    struct load *l = duckdb_init_get_bind_data(info);
    struct error why = { .lang = l->why.lang };
    struct worker *w = mem_new(1, sizeof *w);
    if (w != NULL) {
        w->load = l;
        w->batch.src = l->src;
        w->batch.columns = mem_new(l->src->column_count + 1, sizeof *w->batch.columns);
    }
    if (w == NULL || w->batch.columns == NULL) {
        mem_free(w);
        duckdb_init_set_error(info, "out of memory");
        return;
    }
    if (l->src->worker_open != NULL && l->src->worker_open(l->src->self, &w->state, &why)) {
        load_keep_error(l, &why);
        mem_free(w->batch.columns);
        mem_free(w);
        duckdb_init_set_error(info, why.text);
        return;
    }
    duckdb_init_set_init_data(info, w, worker_free);
}

static void on_rows(duckdb_function_info info, duckdb_data_chunk chunk)
{
    struct worker *w = duckdb_function_get_local_init_data(info);
    struct error why = { .lang = w->load->why.lang };
    size_t rows = 0;
    batch_attach(&w->batch, chunk);
    const enum status st = w->load->src->fill(w->load->src->self, w->state, &w->batch, &rows, &why);
    if (st != STATUS_OK) {
        load_keep_error(w->load, &why);
        duckdb_function_set_error(info, why.text);
        rows = 0;
    }
    duckdb_data_chunk_set_size(chunk, rows);
}

enum status load_register(struct store *s, duckdb_connection con, struct error *why)
{
    duckdb_table_function f = duckdb_create_table_function();
    duckdb_table_function_set_name(f, "rows");
    duckdb_table_function_set_extra_info(f, s, NULL);
    duckdb_table_function_set_bind(f, on_bind);
    duckdb_table_function_set_init(f, on_init);
    duckdb_table_function_set_local_init(f, on_worker_init);
    duckdb_table_function_set_function(f, on_rows);
    const duckdb_state state = duckdb_register_table_function(con, f);
    duckdb_destroy_table_function(&f);
    if (state != DuckDBSuccess)
        return error_set(why, STATUS_IO, "database: the engine refuses the function %s", "rows");
    return STATUS_OK;
}

enum status conn_load(struct conn *c,
                      const char *sql,
                      const struct row_source *src,
                      struct error *why)
{
    struct store *s = c->store;
    struct load load = { .src = src, .why = { .lang = why != NULL ? why->lang : LANG_EN } };
    pthread_mutex_init(&load.error_mutex, NULL);
    pthread_mutex_lock(&s->load_mutex);
    s->load = &load;
    enum status st = conn_exec(c, sql, why);
    s->load = NULL;
    pthread_mutex_unlock(&s->load_mutex);
    if (load.why.status != STATUS_OK) {
        st = load.why.status;
        if (why != NULL)
            *why = load.why;
    }
    pthread_mutex_destroy(&load.error_mutex);
    return st;
}
