/* Rows that sum others: 合计, 总计, 小计, Total. They are no facts, or every amount would count
 * twice; but what they say is checked against the rows that were read, and a difference is told
 * with both figures.
 *
 * Which rows are sums is decided while reading; comparing waits for the stage, where the rows of a
 * file that was read in blocks stand in one order again. */
#include "commerce/platform.h"
#include "ingest/reading/reading_priv.h"

#include <stdlib.h>
#include <string.h>

#define TOLD_MAX 5 /* differences told one by one */

enum summary_scope { SCOPE_ALL, SCOPE_PART };

static const struct {
    const char *word;
    enum summary_scope scope;
} labels[] = {
    { "全部", SCOPE_ALL },        { "合计", SCOPE_ALL },           { "总计", SCOPE_ALL },
    { "共计", SCOPE_ALL },        { "汇总", SCOPE_ALL },           { "总和", SCOPE_ALL },
    { "小计", SCOPE_PART },       { "本页合计", SCOPE_PART },      { "本页小计", SCOPE_PART },
    { "grand total", SCOPE_ALL }, { "totals", SCOPE_ALL },         { "total", SCOPE_ALL },
    { "gesamtsumme", SCOPE_ALL }, { "gesamt", SCOPE_ALL },         { "summe", SCOPE_ALL },
    { "subtotal", SCOPE_PART },   { "zwischensumme", SCOPE_PART }, { "sub total", SCOPE_PART },
    { "sub-total", SCOPE_PART }
};

/* ---- while reading --------------------------------------------------------------------------- */

static bool may_be_label(char first)
{
    return ((unsigned char)first & 0x80) != 0 ||
           (first != '\0' && strchr("tTgGsSzZ", first) != NULL);
}

/* "of 12 results" */
static bool counts_rows(str s)
{
    return s.len > 3 && str_starts(s, STR("of ")) && s.ptr[3] >= '0' && s.ptr[3] <= '9';
}

/* "合计", "合 计", "Total:", "Total: Account", "Total of 12 results", "总计（元）". */
static bool label_fits(str s, str word)
{
    size_t i = 0;
    size_t k = 0;
    while (k < word.len && i < s.len) {
        if (s.ptr[i] == ' ' && word.ptr[k] != ' ') {
            i++;
            continue;
        }
        if (!str_eq_nocase((str){ s.ptr + i, 1 }, (str){ word.ptr + k, 1 }))
            return false;
        i++;
        k++;
    }
    const str rest = str_trim(str_skip(s, i));
    return k == word.len &&
           (rest.len == 0 || rest.ptr[0] == ':' || rest.ptr[0] == '(' ||
            str_starts(rest, STR("：")) || str_starts(rest, STR("（")) || counts_rows(rest));
}

static bool label_find(str s, enum summary_scope *scope)
{
    if (s.len == 0 || s.len > 80 || !may_be_label(s.ptr[0]))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
        if (label_fits(s, str_from(labels[i].word))) {
            *scope = labels[i].scope;
            return true;
        }
    }
    return false;
}

static str source_text(const struct reading_column *c, const struct row *row)
{
    return c->source < row->n ? value_unwrap(row->fields[c->source]) : STR_EMPTY;
}

static bool is_amount(enum field_kind kind)
{
    return kind == FIELD_MONEY || kind == FIELD_QUANTITY || kind == FIELD_REAL;
}

/* A row without the date that every row has, and with amounts. Where rows are told by their day
 * that is a sum whatever else it says; an order without its time is one only when nothing else says
 * whose it is, else it goes to the quarantine. */
static bool is_undated_sum(const struct reading_worker *w, const struct row *row)
{
    const struct reading *r = w->reading;
    const bool is_by_day = r->columns[r->date_part].field->kind == FIELD_DAY;
    bool has_amount = false;
    if ((r->mapping->fill_down && !r->mapping->fill_ids) || row->refusal != ROW_REFUSAL_NONE)
        return false;
    for (size_t i = 0; i < r->count; i++) {
        const struct reading_column *c = &r->columns[i];
        if (c->source == NO_COLUMN)
            continue;
        const bool is_filled = !value_is_none(c->field->kind, source_text(c, row));
        has_amount = has_amount || (is_filled && is_amount(c->field->kind));
        if (is_filled && !is_by_day && !is_amount(c->field->kind))
            return false;
    }
    return has_amount;
}

bool row_is_summary(struct reading_worker *w, const struct row *row, str *label)
{
    const struct reading *r = w->reading;
    enum summary_scope scope;
    str first = STR_EMPTY;
    if (row->refusal != ROW_REFUSAL_NONE && row->refusal != ROW_REFUSAL_TOO_FEW)
        return false;
    for (size_t i = 0; i < row->n && first.len == 0; i++)
        first = value_unwrap(row->fields[i]);
    const bool has_label = label_find(first, &scope);
    if (r->date_part == NO_COLUMN) {
        *label = first;
        return has_label || row->row_no == r->nameless_sum;
    }
    const struct reading_column *date = &r->columns[r->date_part];
    const str when = source_text(date, row);
    if (!has_label) {
        *label = STR_EMPTY;
        return value_is_none(date->field->kind, when) && is_undated_sum(w, row);
    }
    struct cell cell;
    const bool has_date =
        !value_is_none(date->field->kind, when) &&
        value_read(date->field->kind, &r->rules, &date->date, w->cursors, when, &cell) == NULL;
    *label = first;
    return !has_date;
}

/* Figures of a row that may sum others: its columns, then the measures that columns become. */
static size_t figure_count(const struct reading *r)
{
    return r->count + r->unpivot.n;
}

static const struct reading_measure *measure_of(const struct reading *r, size_t figure)
{
    return figure >= r->count ? &r->unpivot.items[figure - r->count] : NULL;
}

/* A sum of columns is one only where the row has all of them. */
static bool has_all(const struct row *row, struct reading_terms terms)
{
    for (size_t i = 0; i < terms.n; i++) {
        const size_t source = terms.items[i].source;
        if (source >= row->n || value_is_none(FIELD_MONEY, value_unwrap(row->fields[source])))
            return false;
    }
    return true;
}

static const char *read_figure(struct reading_worker *w,
                               const struct row *row,
                               size_t figure,
                               struct cell *out)
{
    const struct reading *r = w->reading;
    const struct reading_measure *m = measure_of(r, figure);
    size_t column = 0;
    *out = (struct cell){ .is_null = true };
    if (m != NULL)
        return m->source < row->n
                   ? value_read(
                         FIELD_MONEY, &r->rules, NULL, w->cursors, row->fields[m->source], out)
                   : NULL;
    const struct reading_column *c = &r->columns[figure];
    if (c->sum.n > 0)
        return has_all(row, c->sum) ? reading_sum(w, row, c->sum, out, &column) : NULL;
    if (c->source >= row->n || (c->field->kind != FIELD_MONEY && c->field->kind != FIELD_QUANTITY))
        return NULL;
    const char *reason =
        value_read(c->field->kind, &c->rules, &c->date, w->cursors, row->fields[c->source], out);
    if (reason == NULL && reading_rules_negate(r, row, figure, out->i64 > 0))
        out->i64 = -out->i64;
    return reason;
}

/* Amounts of the row; a text where a number should be is no value. */
static struct cell *read_values(struct reading_worker *w, const struct row *row)
{
    struct reading *r = w->reading;
    struct cell *values = arena_alloc(r->arena, figure_count(r) + 1, sizeof *values);
    for (size_t i = 0; values != NULL && i < figure_count(r); i++) {
        if (read_figure(w, row, i, &values[i]) != NULL)
            values[i].is_null = true;
    }
    return values;
}

enum status reading_keep_summary(struct reading_worker *w,
                                 const struct row *row,
                                 str label,
                                 struct error *why)
{
    struct reading *r = w->reading;
    enum status st = STATUS_OK;
    pthread_mutex_lock(&r->mutex);
    struct summary_row one = { .row_no = row->row_no,
                               .line = row->line,
                               .label = arena_dup(r->arena, label) };
    if (row->refusal == ROW_REFUSAL_NONE)
        one.values = read_values(w, row);
    if (r->summary_count == SUMMARIES_MAX)
        st = error_set(why,
                       STATUS_TOO_LARGE,
                       "more than %zu rows look like sums (the last: line %lld); is it the right "
                       "preset?",
                       SUMMARIES_MAX,
                       (long long)row->line);
    else if (one.label.ptr == NULL || (one.values == NULL && row->refusal == ROW_REFUSAL_NONE) ||
             !MEM_GROW(r->summaries, r->summary_cap, r->summary_count + 1))
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    else
        r->summaries[r->summary_count++] = one;
    pthread_mutex_unlock(&r->mutex);
    return st;
}

/* ---- comparing ------------------------------------------------------------------------------- */

/* Sums of the rows between two sum rows: part k lies before sum row k. */
struct parts {
    const struct reading *reading;
    i128 *sums; /* part x figure */
    bool has_orders;
    i128 *per_order; /* figure: each order's first value, over the file */
    int64_t *rows;   /* of each part */
    size_t n;        /* sum rows + 1 */
};

/* Whether the figure adds up over rows: people and rates do not. */
static bool is_additive(const struct reading *r, size_t figure)
{
    static const char *const not [] = { "unit_price", "price", "cost", "value", "score", "reach" };
    const struct reading_measure *m = measure_of(r, figure);
    if (m != NULL)
        return platform_measure(m->name)->kind == PLATFORM_ADDITIVE;
    const struct reading_column *c = &r->columns[figure];
    if (c->field->kind != FIELD_MONEY && c->field->kind != FIELD_QUANTITY)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(not ); i++) {
        if (strcmp(not [i], c -> field -> name) == 0)
            return false;
    }
    return c->source != NO_COLUMN || c->sum.n > 0;
}

static int by_row(const void *a, const void *b)
{
    const struct summary_row *x = a;
    const struct summary_row *y = b;
    return x->row_no < y->row_no ? -1 : x->row_no > y->row_no;
}

#define EDGES_AT_ONCE 1000

static enum status load_edges(struct import_job *j, const struct reading *r, struct error *why)
{
    struct buf rows;
    enum status st = job_exec(j,
                              why,
                              "%s",
                              "CREATE OR REPLACE TEMP TABLE summary_edge (part BIGINT, row_no "
                              "BIGINT)");
    buf_init(&rows, (size_t)64 * EDGES_AT_ONCE);
    for (size_t i = 0; st == STATUS_OK && i < r->summary_count; i++) {
        buf_addf(&rows,
                 "%s(%zu, %lld)",
                 rows.len > 0 ? ", " : "",
                 i + 1,
                 (long long)r->summaries[i].row_no);
        if ((i + 1) % EDGES_AT_ONCE != 0 && i + 1 < r->summary_count)
            continue;
        st = job_exec(j, why, "INSERT INTO summary_edge VALUES %.*s", STR_ARG(buf_str(&rows)));
        buf_clear(&rows);
    }
    buf_release(&rows);
    if (st != STATUS_OK)
        return st;
    return job_exec(j,
                    why,
                    "%s",
                    "INSERT INTO left_out SELECT 'summary', NULL, NULL, NULL, row_no FROM "
                    "summary_edge");
}

static void add_sum_of_rows(struct buf *sql, const struct reading *r, size_t figure)
{
    if (!is_additive(r, figure))
        buf_adds(sql, ", 0::HUGEINT");
    else if (measure_of(r, figure) != NULL)
        buf_addf(sql,
                 ", coalesce(sum(s.\"value\") FILTER (s.measure = '%.*s'), 0)::HUGEINT",
                 STR_ARG(measure_of(r, figure)->name));
    else
        buf_addf(sql, ", coalesce(sum(s.\"%s\"), 0)::HUGEINT", r->columns[figure].field->name);
}

static enum status sum_parts(struct import_job *j, struct parts *p, struct error *why)
{
    const struct reading *r = p->reading;
    struct frame *f = NULL;
    struct buf sql;
    buf_init(&sql, (size_t)64 * 1024);
    buf_adds(&sql, "SELECT coalesce(e.part, 0), count(*)");
    for (size_t i = 0; i < figure_count(r); i++)
        add_sum_of_rows(&sql, r, i);
    buf_adds(&sql, " FROM stage s ASOF LEFT JOIN summary_edge e ON s.row_no > e.row_no GROUP BY 1");
    enum status st = buf_ok(&sql) ? conn_query(j->conn, buf_str(&sql), NULL, 0, &f, why)
                                  : error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t row = 0; st == STATUS_OK && row < frame_rows(f); row++) {
        const size_t part = (size_t)frame_i64(f, 0, row);
        if (part >= p->n)
            continue;
        p->rows[part] = frame_i64(f, 1, row);
        for (size_t i = 0; i < figure_count(r); i++)
            p->sums[part * figure_count(r) + i] = frame_i128(f, i + 2, row);
    }
    frame_free(f);
    buf_release(&sql);
    return st;
}

/* Amounts of an order that stand on each of its lines count once an order. */
static enum status sum_orders(struct import_job *j, struct parts *p, struct error *why)
{
    const struct reading *r = p->reading;
    struct frame *f = NULL;
    struct buf sql;
    if (r->mapping->target.table != NULL || !reading_has(r, "order_id"))
        return STATUS_OK;
    buf_init(&sql, (size_t)64 * 1024);
    buf_adds(&sql, "SELECT 0");
    for (size_t i = 0; i < r->count; i++)
        buf_addf(&sql,
                 is_additive(r, i) ? ", coalesce(sum(c%zu), 0)::HUGEINT" : ", 0::HUGEINT -- %zu\n",
                 i);
    buf_adds(&sql, " FROM (SELECT order_id");
    for (size_t i = 0; i < r->count; i++) {
        if (is_additive(r, i))
            buf_addf(&sql, ", arg_min(\"%s\", row_no) AS c%zu", r->columns[i].field->name, i);
    }
    buf_adds(&sql, " FROM stage GROUP BY order_id)");
    const enum status st = buf_ok(&sql) ? conn_query(j->conn, buf_str(&sql), NULL, 0, &f, why)
                                        : error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; st == STATUS_OK && i < r->count; i++)
        p->per_order[i] = frame_i128(f, i + 1, 0);
    p->has_orders = st == STATUS_OK;
    frame_free(f);
    buf_release(&sql);
    return st;
}

/* False when there are no rows to sum. */
static bool sum_of(const struct parts *p, size_t from, size_t to, size_t figure, i128 *out)
{
    int64_t rows = 0;
    *out = 0;
    for (size_t i = from; i < to && i < p->n; i++) {
        *out += p->sums[i * figure_count(p->reading) + figure];
        rows += p->rows[i];
    }
    return rows > 0;
}

/* Does the value equal a sum that sum row `at` can mean? *expected: the one it should mean. A
 * subtotal sums the rows since the last sum row (or up to the next, when it stands above them); a
 * total those, or all rows, or all above or below it, or each order once. */
static bool agrees(const struct parts *p, size_t at, size_t column, i128 value, i128 *expected)
{
    enum summary_scope scope = SCOPE_ALL;
    const struct {
        size_t from;
        size_t to;
        enum summary_scope scope;
    } readings[] = { { at, at + 1, SCOPE_PART },
                     { at + 1, at + 2, SCOPE_PART },
                     { 0, p->n, SCOPE_ALL },
                     { 0, at + 1, SCOPE_ALL },
                     { at + 1, p->n, SCOPE_ALL } };
    bool is_told = false;
    i128 sum = 0;
    (void)label_find(p->reading->summaries[at].label, &scope);
    for (size_t i = 0; i < ARRAY_LEN(readings); i++) {
        if ((scope == SCOPE_PART && readings[i].scope == SCOPE_ALL) ||
            !sum_of(p, readings[i].from, readings[i].to, column, &sum))
            continue;
        if (value == sum)
            return true;
        if (!is_told && readings[i].scope == scope) {
            *expected = sum;
            is_told = true;
        }
    }
    return scope == SCOPE_ALL && p->has_orders && value == p->per_order[column];
}

static void add_figure(struct buf *out, enum field_kind kind, i128 value)
{
    if (kind == FIELD_MONEY)
        buf_add_money_grouped(out, value, value % 100 == 0 ? 2 : 4);
    else
        buf_add_i128_grouped(out, value);
}

static str source_name(const struct reading *r, size_t source)
{
    return source < r->shape->n_columns ? r->shape->columns[source] : STR_EMPTY;
}

/* 金额, or 订单金额 - 结算金额 of a figure that is made of several columns. */
static void add_figure_name(struct buf *out, const struct reading *r, size_t figure)
{
    const struct reading_measure *m = measure_of(r, figure);
    const struct reading_terms *terms = m == NULL ? &r->columns[figure].sum : NULL;
    if (terms == NULL || terms->n == 0)
        buf_add(out, source_name(r, m != NULL ? m->source : r->columns[figure].source));
    for (size_t i = 0; terms != NULL && i < terms->n; i++) {
        const struct reading_term *t = &terms->items[i];
        buf_adds(out, t->is_minus ? (i > 0 ? " - " : "-") : (i > 0 ? " + " : ""));
        buf_add(out, source_name(r, t->source));
    }
}

static enum field_kind figure_kind(const struct reading *r, size_t figure)
{
    return measure_of(r, figure) != NULL ? FIELD_MONEY : r->columns[figure].field->kind;
}

static void tell_difference(struct buf *notes,
                            const struct parts *p,
                            size_t at,
                            size_t figure,
                            i128 expected,
                            enum lang lang)
{
    const struct summary_row *row = &p->reading->summaries[at];
    const enum field_kind kind = figure_kind(p->reading, figure);
    struct buf name;
    struct buf said;
    struct buf found;
    struct buf gap;
    buf_init(&name, 4096);
    buf_init(&said, 64);
    add_figure_name(&name, p->reading, figure);
    buf_init(&found, 64);
    buf_init(&gap, 64);
    add_figure(&said, kind, row->values[figure].i64);
    add_figure(&found, kind, expected);
    add_figure(&gap, kind, row->values[figure].i64 - expected);
    buf_addf(notes,
             tr(lang,
                "line %lld (%.*s): %.*s says %.*s, but the rows it sums give %.*s (difference "
                "%.*s)\n"),
             (long long)row->line,
             STR_ARG(row->label.len > 0 ? row->label : str_from(tr(lang, "no date"))),
             STR_ARG(buf_str(&name)),
             STR_ARG(buf_str(&said)),
             STR_ARG(buf_str(&found)),
             STR_ARG(buf_str(&gap)));
    buf_release(&name);
    buf_release(&said);
    buf_release(&found);
    buf_release(&gap);
}

struct comparison {
    int64_t checked; /* figures */
    int64_t differing;
};

static void compare_row(
    const struct parts *p, size_t at, struct comparison *c, struct buf *notes, enum lang lang)
{
    const struct reading *r = p->reading;
    for (size_t i = 0; r->summaries[at].values != NULL && i < figure_count(r); i++) {
        const struct cell *value = &r->summaries[at].values[i];
        i128 expected = 0;
        if (value->is_null || !is_additive(r, i))
            continue;
        c->checked++;
        if (agrees(p, at, i, value->i64, &expected))
            continue;
        if (++c->differing <= TOLD_MAX)
            tell_difference(notes, p, at, i, expected, lang);
    }
}

static void tell_result(const struct reading *r,
                        const struct comparison *c,
                        struct buf *notes,
                        enum lang lang)
{
    if (c->differing > TOLD_MAX)
        buf_addf(notes,
                 tr(lang, "and %lld more figures of sum rows that differ from the rows\n"),
                 (long long)(c->differing - TOLD_MAX));
    if (c->differing > 0 && r->refusal_count > 0)
        buf_addf(notes,
                 tr(lang, "(%lld rows are in quarantine, and missing in these sums)\n"),
                 (long long)r->refusal_count);
    if (c->differing > 0)
        return;
    buf_addf(
        notes,
        c->checked > 0
            ? tr(lang, "%lld sum rows left out; what can be checked of them agrees with the rows\n")
            : tr(lang, "%lld sum rows left out; they hold no figure that can be checked\n"),
        (long long)r->summary_count);
}

enum status summaries_close(struct import_job *j, struct buf *notes, struct error *why)
{
    const struct reading *r = j->reading;
    struct comparison c = { 0 };
    const enum lang lang = why != NULL ? why->lang : LANG_EN;
    if (r->summary_count == 0)
        return STATUS_OK;
    qsort(r->summaries, r->summary_count, sizeof *r->summaries, by_row);
    struct parts p = { .reading = r, .n = r->summary_count + 1 };
    p.sums = mem_new(p.n * (figure_count(r) + 1), sizeof *p.sums);
    p.rows = mem_new(p.n, sizeof *p.rows);
    p.per_order = mem_new(figure_count(r) + 1, sizeof *p.per_order);
    enum status st = p.sums == NULL || p.rows == NULL || p.per_order == NULL
                         ? error_set(why, STATUS_NO_MEMORY, "out of memory")
                         : load_edges(j, r, why);
    if (st == STATUS_OK)
        st = sum_parts(j, &p, why);
    if (st == STATUS_OK)
        st = sum_orders(j, &p, why);
    for (size_t i = 0; st == STATUS_OK && i < r->summary_count; i++)
        compare_row(&p, i, &c, notes, lang);
    if (st == STATUS_OK)
        tell_result(r, &c, notes, lang);
    mem_free(p.sums);
    mem_free(p.rows);
    mem_free(p.per_order);
    return st;
}
