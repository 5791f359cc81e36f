/* DuckDB filters an aggregate with FILTER (WHERE ...), ClickHouse with the -If combinator;
 * sets of ids are our own aggregates there (store/) and groupBitmap states here. */
#include "sql/dialect_priv.h"

static void duckdb_parameter(struct buf *b, size_t n, enum sql_type type)
{
    (void)type;
    buf_addf(b, "$%zu", n);
}

static void clickhouse_parameter(struct buf *b, size_t n, enum sql_type type)
{
    static const char *const types[] = {
        [SQL_I64] = "Int64",
        [SQL_F64] = "Float64",
        [SQL_TEXT] = "String",
        [SQL_DAY] = "Date32",
    };
    buf_addf(b, "{p%zu:%s}", n, types[type]);
}

const struct dialect sql_dialects[] = {
    [SQL_DUCKDB] = {
        .name = "duckdb",
        .add_parameter = duckdb_parameter,
        .aggregates = {
            [SQL_SUM] = { "sum(", "sum(", ") FILTER (WHERE ", false, false },
            [SQL_COUNT_ROWS] = { "count(*", "count(*", ") FILTER (WHERE ", false, false },
            [SQL_COUNT] = { "count(", "count(", ") FILTER (WHERE ", false, false },
            [SQL_COUNT_DISTINCT] = { "count(DISTINCT ", "count(DISTINCT ", ") FILTER (WHERE ",
                                     false, false },
            [SQL_MIN] = { "min(", "min(", ") FILTER (WHERE ", false, false },
            [SQL_MAX] = { "max(", "max(", ") FILTER (WHERE ", false, false },
            [SQL_QUANTILE] = { "quantile_cont(", "quantile_cont(", ") FILTER (WHERE ", false,
                               true },
            [SQL_IDS_BUILD] = { "ids_build(", "ids_build(", ") FILTER (WHERE ", false, false },
            [SQL_IDS_UNION] = { "ids_union(", "ids_union(", ") FILTER (WHERE ", false, false },
            [SQL_IDS_UNION_COUNT] = { "ids_union_count(", "ids_union_count(", ") FILTER (WHERE ",
                                      false, false },
            [SQL_ARG_MAX] = { "arg_max(", "arg_max(", ") FILTER (WHERE ", false, false },
        },
        .period_open = {
            [SQL_MONTH_START] = "CAST(date_trunc('month', ",
            [SQL_QUARTER_START] = "CAST(date_trunc('quarter', ",
            [SQL_YEAR_START] = "CAST(date_trunc('year', ",
        },
        .period_close = ") AS DATE)",
        .week_open = " - CAST((isodow(",
        .week_close = " AS INTEGER))",
        .top_open = "list_sum(max(",
        .top_middle = ", ",
        .top_close = "))",
    },
    [SQL_CLICKHOUSE] = {
        .name = "clickhouse",
        .add_parameter = clickhouse_parameter,
        .aggregates = {
            [SQL_SUM] = { "sum(", "sumIf(", ", ", false, false },
            [SQL_COUNT_ROWS] = { "count(", "countIf(", "", false, false },
            [SQL_COUNT] = { "count(", "countIf(", ", ", false, false },
            [SQL_COUNT_DISTINCT] = { "uniqExact(", "uniqExactIf(", ", ", false, false },
            [SQL_MIN] = { "min(", "minIf(", ", ", false, false },
            [SQL_MAX] = { "max(", "maxIf(", ", ", false, false },
            [SQL_QUANTILE] = { "quantileExactInclusive(", "quantileExactInclusiveIf(", ", ", true,
                               false },
            [SQL_IDS_BUILD] = { "groupBitmapState(", "groupBitmapStateIf(", ", ", false, false },
            [SQL_IDS_UNION] = { "groupBitmapMergeState(", "groupBitmapMergeStateIf(", ", ", false,
                                false },
            [SQL_IDS_UNION_COUNT] = { "groupBitmapMerge(", "groupBitmapMergeIf(", ", ", false,
                                      false },
            [SQL_ARG_MAX] = { "argMax(", "argMaxIf(", ", ", false, false },
        },
        .period_open = {
            [SQL_MONTH_START] = "toStartOfMonth(",
            [SQL_QUARTER_START] = "toStartOfQuarter(",
            [SQL_YEAR_START] = "toStartOfYear(",
        },
        .period_close = ")",
        .week_open = " - ((toDayOfWeek(",
        .week_close = "))",
        .top_open = "arraySum(arraySlice(arrayReverseSort(groupArray(",
        .top_middle = ")), 1, ",
        .top_close = "))",
    },
};

const struct dialect *dialect_of(const struct sql *q)
{
    BUG_IF((unsigned)q->dialect >= SQL_DIALECT_COUNT);
    return &sql_dialects[q->dialect];
}
