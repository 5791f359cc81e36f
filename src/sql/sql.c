/* The statement under construction. What differs between dialects stands in dialect.c. */
#include "sql/sql.h"
#include "sql/dialect_priv.h"

#include <string.h>

#define SQL_NAME_MAX    63
#define INLINE_TEXT_MAX 200
#define FIRST_DAY       (-719162) /* 0001-01-01 */
#define LAST_DAY        2932896   /* 9999-12-31 */

void sql_init(struct sql *q, enum sql_dialect dialect)
{
    BUG_IF((unsigned)dialect >= SQL_DIALECT_COUNT);
    memset(q, 0, sizeof *q);
    q->dialect = dialect;
    buf_init(&q->text, SQL_TEXT_MAX);
}

void sql_release(struct sql *q)
{
    for (size_t i = 0; i < q->value_count; i++) {
        if (q->values[i].type == SQL_TEXT)
            mem_free((void *)(uintptr_t)q->values[i].text.ptr);
    }
    mem_free(q->values);
    buf_release(&q->text);
    memset(q, 0, sizeof *q);
}

bool sql_ok(const struct sql *q)
{
    return !q->failed && buf_ok(&q->text);
}

enum status sql_finish(const struct sql *q, struct error *why)
{
    if (q->bad_name[0] != '\0') {
        return error_set(
            why, STATUS_BAD_INPUT, "\"%s\" is not a name the database may see", q->bad_name);
    }
    if (!sql_ok(q)) {
        return error_set(
            why,
            STATUS_TOO_LARGE,
            "the question needs a statement longer than %zu bytes: ask for less at once",
            SQL_TEXT_MAX);
    }
    BUG_IF(q->in_aggregate);
    return STATUS_OK;
}

str sql_text(const struct sql *q)
{
    return buf_str(&q->text);
}

void sql_add(struct sql *q, const char *literal)
{
    buf_adds(&q->text, literal);
}

void sql_add_int(struct sql *q, int64_t v)
{
    buf_addf(&q->text, "%lld", (long long)v);
}

static bool name_is_safe(str name)
{
    if (name.len == 0 || name.len > SQL_NAME_MAX || (name.ptr[0] >= '0' && name.ptr[0] <= '9'))
        return false;
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && !(c >= '0' && c <= '9'))
            return false;
    }
    return true;
}

void sql_name(struct sql *q, str name)
{
    if (!name_is_safe(name)) {
        const str cut = str_first(name, sizeof q->bad_name - 1);
        q->failed = true;
        if (q->bad_name[0] == '\0' && cut.len > 0)
            memcpy(q->bad_name, cut.ptr, cut.len);
        return;
    }
    buf_addc(&q->text, '"');
    buf_add(&q->text, name);
    buf_addc(&q->text, '"');
}

void sql_column(struct sql *q, str table, str name)
{
    sql_name(q, table);
    buf_addc(&q->text, '.');
    sql_name(q, name);
}

/* NaN is equal to itself and -0 is not 0 here: the text of the statement decides. */
static uint64_t f64_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static bool values_equal(const struct sql_value *a, const struct sql_value *b)
{
    if (a->type != b->type)
        return false;
    if (a->type == SQL_TEXT)
        return str_eq(a->text, b->text);
    if (a->type == SQL_F64)
        return f64_bits(a->f64) == f64_bits(b->f64);
    return a->i64 == b->i64;
}

static void bind(struct sql *q, struct sql_value v)
{
    size_t i = 0;
    while (i < q->value_count && !values_equal(&q->values[i], &v))
        i++;
    if (i == q->value_count) {
        if (i >= SQL_VALUES_MAX || !MEM_GROW(q->values, q->values_cap, i + 1)) {
            q->failed = true;
            return;
        }
        if (v.type == SQL_TEXT) {
            char *copy = mem_new(v.text.len + 1, 1);
            if (copy == NULL) {
                q->failed = true;
                return;
            }
            memcpy(copy, v.text.ptr, v.text.len);
            v.text.ptr = copy;
        }
        q->values[q->value_count++] = v;
    }
    dialect_of(q)->add_parameter(&q->text, i + 1, v.type);
}

void sql_bind_i64(struct sql *q, int64_t v)
{
    bind(q, (struct sql_value){ .type = SQL_I64, .i64 = v, .text = STR_EMPTY });
}

void sql_bind_f64(struct sql *q, double v)
{
    bind(q, (struct sql_value){ .type = SQL_F64, .f64 = v, .text = STR_EMPTY });
}

void sql_bind_text(struct sql *q, str v)
{
    bind(q, (struct sql_value){ .type = SQL_TEXT, .text = v });
}

void sql_bind_day(struct sql *q, int32_t day)
{
    bind(q, (struct sql_value){ .type = SQL_DAY, .i64 = day, .text = STR_EMPTY });
}

static void add_permille(struct buf *b, unsigned permille)
{
    buf_addf(b, "0.%03u", permille);
}

void sql_aggregate(struct sql *q, const struct sql_aggregate *agg)
{
    BUG_IF(q->in_aggregate);
    BUG_IF(agg->permille > 999);
    const struct aggregate_text *t = &dialect_of(q)->aggregates[agg->kind];
    q->open = *agg;
    q->in_aggregate = true;
    buf_adds(&q->text, agg->filtered ? t->open_if : t->open);
    if (t->permille_after_open) {
        add_permille(&q->text, agg->permille);
        buf_adds(&q->text, ")(");
    }
}

static void aggregate_close_value(struct sql *q, const struct aggregate_text *t)
{
    if (t->permille_before_close) {
        buf_adds(&q->text, ", ");
        add_permille(&q->text, q->open.permille);
    }
}

void sql_aggregate_where(struct sql *q)
{
    BUG_IF(!q->in_aggregate || !q->open.filtered);
    const struct aggregate_text *t = &dialect_of(q)->aggregates[q->open.kind];
    aggregate_close_value(q, t);
    buf_adds(&q->text, t->where);
}

void sql_aggregate_end(struct sql *q)
{
    BUG_IF(!q->in_aggregate);
    const struct aggregate_text *t = &dialect_of(q)->aggregates[q->open.kind];
    if (!q->open.filtered)
        aggregate_close_value(q, t);
    buf_addc(&q->text, ')');
    q->in_aggregate = false;
}

void sql_period_start(struct sql *q, enum sql_period p, unsigned week_start, str table, str column)
{
    const struct dialect *d = dialect_of(q);
    if (p == SQL_DAY_START) {
        sql_column(q, table, column);
        return;
    }
    if (p == SQL_WEEK_START) {
        BUG_IF(week_start < 1 || week_start > 7);
        buf_addc(&q->text, '(');
        sql_column(q, table, column);
        buf_adds(&q->text, d->week_open);
        sql_column(q, table, column);
        buf_addf(&q->text, ") + %u) %% 7", 7 - week_start);
        buf_adds(&q->text, d->week_close);
        return;
    }
    buf_adds(&q->text, d->period_open[p]);
    sql_column(q, table, column);
    buf_adds(&q->text, d->period_close);
}

void sql_ranks(struct sql *q, unsigned permille)
{
    BUG_IF(permille > 999);
    buf_adds(&q->text,
             "\"q_value\", CAST(sum(\"q_n\") OVER \"q_up\" AS BIGINT) AS \"q_to\", "
             "CAST(sum(\"q_n\") OVER \"q_all\" - 1 AS DOUBLE) * ");
    add_permille(&q->text, permille);
    buf_adds(&q->text, " AS \"q_at\"");
}

void sql_ranked_value(struct sql *q)
{
    buf_adds(&q->text,
             "min(\"q_value\") FILTER (WHERE \"q_to\" > floor(\"q_at\")) * "
             "(1 - (max(\"q_at\") - floor(max(\"q_at\")))) + "
             "min(\"q_value\") FILTER (WHERE \"q_to\" > ceil(\"q_at\")) * "
             "(max(\"q_at\") - floor(max(\"q_at\")))");
}

void sql_top_sum_open(struct sql *q)
{
    buf_adds(&q->text, dialect_of(q)->top_open);
}

void sql_top_sum_close(struct sql *q, int64_t n)
{
    buf_adds(&q->text, dialect_of(q)->top_middle);
    sql_add_int(q, n);
    buf_adds(&q->text, dialect_of(q)->top_close);
}

static bool text_reads_as_itself(str text)
{
    static const char others[] = " -_./:+@";
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && memchr(others, c, sizeof others - 1) == NULL)
            return false;
    }
    return text.len <= INLINE_TEXT_MAX;
}

/* The types are those of bound values. */
static bool add_value(struct buf *out, const struct sql_value *v)
{
    if (v->type == SQL_I64) {
        buf_addf(out, "CAST(%lld AS BIGINT)", (long long)v->i64);
        return true;
    }
    if (v->type == SQL_DAY && v->i64 >= FIRST_DAY && v->i64 <= LAST_DAY) {
        buf_adds(out, "DATE '");
        buf_add_day(out, (int32_t)v->i64);
        buf_addc(out, '\'');
        return true;
    }
    if (v->type == SQL_TEXT && text_reads_as_itself(v->text)) {
        buf_adds(out, "CAST('");
        buf_add(out, v->text);
        buf_adds(out, "' AS VARCHAR)");
        return true;
    }
    return false;
}

bool sql_inline(const struct sql *q, struct buf *out)
{
    const str text = sql_text(q);
    BUG_IF(q->dialect != SQL_DUCKDB);
    for (size_t i = 0; i < text.len;) {
        const char *value = memchr(text.ptr + i, '$', text.len - i);
        const size_t end = value != NULL ? (size_t)(value - text.ptr) : text.len;
        size_t n = 0;
        buf_add(out, (str){ text.ptr + i, end - i });
        i = end;
        if (value == NULL)
            break;
        for (i++; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9'; i++)
            n = n * 10 + (size_t)(text.ptr[i] - '0');
        if (n == 0 || n > q->value_count || !add_value(out, &q->values[n - 1]))
            return false;
    }
    return buf_ok(out);
}

void sql_describe(const struct sql *q, struct buf *out)
{
    buf_add(out, sql_text(q));
    for (size_t i = 0; i < q->value_count; i++) {
        const struct sql_value *v = &q->values[i];
        buf_addf(out, "\n-- $%zu = ", i + 1);
        if (v->type == SQL_TEXT) {
            buf_addc(out, '\'');
            for (size_t k = 0; k < v->text.len; k++) {
                buf_adds(out, v->text.ptr[k] == '\'' ? "'" : "");
                buf_addc(out, (unsigned char)v->text.ptr[k] < 0x20 ? ' ' : v->text.ptr[k]);
            }
            buf_addc(out, '\'');
        } else if (v->type == SQL_DAY) {
            buf_add_day(out, (int32_t)v->i64);
        } else if (v->type == SQL_F64) {
            buf_add_double12(out, v->f64);
        } else {
            buf_addf(out, "%lld", (long long)v->i64);
        }
    }
    buf_addc(out, '\n');
}
