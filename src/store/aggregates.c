/* ids_build, ids_union and ids_union_count: the engine's states are struct ids, its blobs are
 * theirs.
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
                info, st == STATUS_BAD_INPUT ? "not a set of ids" : "out of memory");
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

static void blob_finalize(duckdb_function_info info,
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

static void count_finalize(duckdb_function_info info,
                           duckdb_aggregate_state *from,
                           duckdb_vector result,
                           idx_t count,
                           idx_t offset)
{
    (void)info;
    uint64_t *out = duckdb_vector_get_data(result);
    for (idx_t i = 0; i < count; i++)
        out[offset + i] = ids_count(ids_of(from[i]));
}

static const struct {
    const char *name;
    duckdb_type from;
    duckdb_type to;
    duckdb_aggregate_update_t update;
    duckdb_aggregate_finalize_t finalize;
} aggregates[] = {
    { "ids_build", DUCKDB_TYPE_UINTEGER, DUCKDB_TYPE_BLOB, build_update, blob_finalize },
    { "ids_union", DUCKDB_TYPE_BLOB, DUCKDB_TYPE_BLOB, union_update, blob_finalize },
    { "ids_union_count", DUCKDB_TYPE_BLOB, DUCKDB_TYPE_UBIGINT, union_update, count_finalize },
};

static duckdb_state register_one(duckdb_connection con, size_t i)
{
    duckdb_aggregate_function f = duckdb_create_aggregate_function();
    duckdb_logical_type from = duckdb_create_logical_type(aggregates[i].from);
    duckdb_logical_type to = duckdb_create_logical_type(aggregates[i].to);
    duckdb_aggregate_function_set_name(f, aggregates[i].name);
    duckdb_aggregate_function_add_parameter(f, from);
    duckdb_aggregate_function_set_return_type(f, to);
    duckdb_aggregate_function_set_functions(
        f, state_size, state_init, aggregates[i].update, state_combine, aggregates[i].finalize);
    duckdb_aggregate_function_set_destructor(f, state_destroy);
    duckdb_aggregate_function_set_special_handling(f); /* nulls are skipped in update */
    const duckdb_state done = duckdb_register_aggregate_function(con, f);
    duckdb_destroy_logical_type(&to);
    duckdb_destroy_logical_type(&from);
    duckdb_destroy_aggregate_function(&f);
    return done;
}

enum status aggregates_register(duckdb_connection con, struct error *why)
{
    for (size_t i = 0; i < ARRAY_LEN(aggregates); i++) {
        if (register_one(con, i) != DuckDBSuccess)
            return error_set(
                why, STATUS_IO, "database: the engine refuses the function %s", aggregates[i].name);
    }
    return STATUS_OK;
}
