/* ids_build, ids_union and ids_count: the engine's states are struct ids, its blobs are theirs.
 *
 * The engine calls init, update, combine and destroy from all its threads, a state from one at a
 * time. Memory of large sets is CRoaring's, outside the engine's limit; callers keep groups small
 * (derive works month by month). */
#include "store/aggregates_priv.h"

#include "numerics/ids.h"

static idx_t state_size(duckdb_function_info info)
{
    (void)info;
    return sizeof(struct ids);
}

static struct ids *ids_of(duckdb_aggregate_state state)
{
    void *p = state; /* the engine's handle is the state's own memory */
    return p;
}

static void state_init(duckdb_function_info info, duckdb_aggregate_state state)
{
    (void)info;
    ids_init(ids_of(state));
}

static void state_destroy(duckdb_aggregate_state *states, idx_t count)
{
    for (idx_t i = 0; i < count; i++)
        ids_release(ids_of(states[i]));
}

static bool is_null(const uint64_t *validity, idx_t row)
{
    return validity != NULL && (validity[row / 64] >> (row % 64) & 1) == 0;
}

static void build_update(duckdb_function_info info,
                         duckdb_data_chunk input,
                         duckdb_aggregate_state *states)
{
    const idx_t rows = duckdb_data_chunk_get_size(input);
    duckdb_vector v = duckdb_data_chunk_get_vector(input, 0);
    const uint32_t *data = duckdb_vector_get_data(v);
    const uint64_t *validity = duckdb_vector_get_validity(v);
    for (idx_t i = 0; i < rows; i++) {
        if (!is_null(validity, i) && !ids_add(ids_of(states[i]), data[i])) {
            duckdb_aggregate_function_set_error(info, "out of memory");
            return;
        }
    }
}

static void union_update(duckdb_function_info info,
                         duckdb_data_chunk input,
                         duckdb_aggregate_state *states)
{
    const idx_t rows = duckdb_data_chunk_get_size(input);
    duckdb_vector v = duckdb_data_chunk_get_vector(input, 0);
    duckdb_string_t *data = duckdb_vector_get_data(v);
    const uint64_t *validity = duckdb_vector_get_validity(v);
    for (idx_t i = 0; i < rows; i++) {
        if (is_null(validity, i))
            continue;
        const str blob = { duckdb_string_t_data(&data[i]), duckdb_string_t_length(data[i]) };
        const enum status st = ids_merge_blob(ids_of(states[i]), blob);
        if (st != STATUS_OK) {
            duckdb_aggregate_function_set_error(
                info, st == STATUS_BAD_INPUT ? "ids_union: not a set of ids" : "out of memory");
            return;
        }
    }
}

static void state_combine(duckdb_function_info info,
                          duckdb_aggregate_state *from,
                          duckdb_aggregate_state *into,
                          idx_t count)
{
    for (idx_t i = 0; i < count; i++) {
        if (!ids_merge(ids_of(into[i]), ids_of(from[i]))) {
            duckdb_aggregate_function_set_error(info, "out of memory");
            return;
        }
    }
}

static void state_finalize(duckdb_function_info info,
                           duckdb_aggregate_state *from,
                           duckdb_vector result,
                           idx_t count,
                           idx_t offset)
{
    struct buf blob;
    buf_init(&blob, SIZE_MAX);
    for (idx_t i = 0; i < count; i++) {
        buf_clear(&blob);
        ids_write(ids_of(from[i]), &blob);
        if (!buf_ok(&blob)) {
            duckdb_aggregate_function_set_error(info, "out of memory");
            break;
        }
        const str bytes = buf_str(&blob);
        duckdb_vector_assign_string_element_len(result, offset + i, bytes.ptr, bytes.len);
    }
    buf_release(&blob);
}

static void count_run(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output)
{
    const idx_t rows = duckdb_data_chunk_get_size(input);
    duckdb_vector v = duckdb_data_chunk_get_vector(input, 0);
    duckdb_string_t *data = duckdb_vector_get_data(v);
    const uint64_t *validity = duckdb_vector_get_validity(v);
    uint64_t *out = duckdb_vector_get_data(output);
    for (idx_t i = 0; i < rows; i++) {
        if (is_null(validity, i)) { /* null in, null out */
            duckdb_vector_ensure_validity_writable(output);
            duckdb_validity_set_row_invalid(duckdb_vector_get_validity(output), i);
            continue;
        }
        const str blob = { duckdb_string_t_data(&data[i]), duckdb_string_t_length(data[i]) };
        if (!ids_blob_count(blob, &out[i])) {
            duckdb_scalar_function_set_error(info, "ids_count: not a set of ids");
            return;
        }
    }
}

static duckdb_state register_aggregate(duckdb_connection con,
                                       const char *name,
                                       duckdb_type from,
                                       duckdb_aggregate_update_t update)
{
    duckdb_aggregate_function f = duckdb_create_aggregate_function();
    duckdb_logical_type parameter = duckdb_create_logical_type(from);
    duckdb_logical_type blob = duckdb_create_logical_type(DUCKDB_TYPE_BLOB);
    duckdb_aggregate_function_set_name(f, name);
    duckdb_aggregate_function_add_parameter(f, parameter);
    duckdb_aggregate_function_set_return_type(f, blob);
    duckdb_aggregate_function_set_functions(
        f, state_size, state_init, update, state_combine, state_finalize);
    duckdb_aggregate_function_set_destructor(f, state_destroy);
    duckdb_aggregate_function_set_special_handling(f); /* nulls are skipped in update */
    const duckdb_state done = duckdb_register_aggregate_function(con, f);
    duckdb_destroy_logical_type(&blob);
    duckdb_destroy_logical_type(&parameter);
    duckdb_destroy_aggregate_function(&f);
    return done;
}

static duckdb_state register_count(duckdb_connection con)
{
    duckdb_scalar_function f = duckdb_create_scalar_function();
    duckdb_logical_type blob = duckdb_create_logical_type(DUCKDB_TYPE_BLOB);
    duckdb_logical_type count = duckdb_create_logical_type(DUCKDB_TYPE_UBIGINT);
    duckdb_scalar_function_set_name(f, "ids_count");
    duckdb_scalar_function_add_parameter(f, blob);
    duckdb_scalar_function_set_return_type(f, count);
    duckdb_scalar_function_set_function(f, count_run);
    const duckdb_state done = duckdb_register_scalar_function(con, f);
    duckdb_destroy_logical_type(&count);
    duckdb_destroy_logical_type(&blob);
    duckdb_destroy_scalar_function(&f);
    return done;
}

enum status aggregates_register(duckdb_connection con, struct error *why)
{
    const bool done =
        register_aggregate(con, "ids_build", DUCKDB_TYPE_UINTEGER, build_update) == DuckDBSuccess &&
        register_aggregate(con, "ids_union", DUCKDB_TYPE_BLOB, union_update) == DuckDBSuccess &&
        register_count(con) == DuckDBSuccess;
    if (!done)
        return error_set(why, STATUS_IO, "database: the engine refuses the function %s", "ids_*");
    return STATUS_OK;
}
