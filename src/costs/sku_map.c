/* sku-map.csv: which article of the shop stands behind an article of a platform, and what a unit
 * costs. Any encoding and delimiter that an import takes; columns by English or Chinese names. */
#include "costs/costs_priv.h"

#include <stdarg.h>
#include <stdio.h>

enum { COL_STORE, COL_ITEM, COL_CODE, COL_MASTER, COL_COST, COL_FROM, COL_COUNT };

static const struct {
    int column;
    const char *name;
} known[] = {
    { COL_STORE, "store" },           { COL_STORE, "店铺" },      { COL_ITEM, "item_id" },
    { COL_ITEM, "platform_item_id" }, { COL_ITEM, "商品ID" },     { COL_ITEM, "平台商品ID" },
    { COL_CODE, "merchant_code" },    { COL_CODE, "商家编码" },   { COL_MASTER, "master_sku" },
    { COL_MASTER, "主SKU" },          { COL_COST, "unit_cost" },  { COL_COST, "成本" },
    { COL_COST, "单位成本" },         { COL_FROM, "valid_from" }, { COL_FROM, "生效日期" },
};

static void tell_unknown(struct cost_reading *r, const struct row_shape *s, size_t c)
{
    const char *names[ARRAY_LEN(known)];
    for (size_t k = 0; k < ARRAY_LEN(known); k++)
        names[k] = known[k].name;
    problem_add(r->p,
                STR(SKU_FILE),
                1,
                (unsigned)c + 1,
                "unknown column \"%.*s\"%.*s",
                STR_ARG(str_first(s->columns[c], 80)),
                STR_ARG(name_suggestion(r->a, r->p->lang, s->columns[c], names, ARRAY_LEN(names))));
}

/* What column c of the file is. */
static void find_column(struct cost_reading *r, const struct row_shape *s, size_t c, size_t *at)
{
    bool is_known = false;
    for (size_t k = 0; k < ARRAY_LEN(known); k++) {
        if (!str_eq_nocase(s->columns[c], str_from(known[k].name)))
            continue;
        is_known = true;
        if (at[known[k].column] == SIZE_MAX)
            at[known[k].column] = c;
        else
            problem_add(r->p,
                        STR(SKU_FILE),
                        1,
                        (unsigned)c + 1,
                        "column \"%.*s\" says the same as another one",
                        STR_ARG(str_first(s->columns[c], 80)));
    }
    if (!is_known)
        tell_unknown(r, s, c);
}

static void find_columns(struct cost_reading *r, const struct row_shape *s, size_t *at)
{
    for (size_t i = 0; i < COL_COUNT; i++)
        at[i] = SIZE_MAX;
    for (size_t c = 0; c < s->n_columns; c++)
        find_column(r, s, c, at);
    if (at[COL_MASTER] == SIZE_MAX)
        problem_add(r->p, STR(SKU_FILE), 1, 1, "the column master_sku (主SKU) is missing");
    if (at[COL_ITEM] == SIZE_MAX && at[COL_CODE] == SIZE_MAX)
        problem_add(r->p,
                    STR(SKU_FILE),
                    1,
                    1,
                    "one of the columns item_id (商品ID) and merchant_code (商家编码) is needed");
}

static str cell(const struct row *row, const size_t *at, int column)
{
    str v = at[column] < row->n ? str_trim(row->fields[at[column]]) : STR_EMPTY;
    if (v.len > 3 && v.ptr[0] == '=' && v.ptr[1] == '"' && v.ptr[v.len - 1] == '"')
        v = (str){ v.ptr + 2, v.len - 3 }; /* ="123", as spreadsheets keep long numbers */
    return v;
}

struct article_list {
    struct cost_article *items;
    size_t count;
    size_t cap;
    struct map *seen;
};

static void tell(struct cost_reading *r, const struct row *row, size_t column, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
static void tell(struct cost_reading *r, const struct row *row, size_t column, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, tr(r->p->lang, fmt), args);
    va_end(args);
    problem_add(r->p,
                STR(SKU_FILE),
                (unsigned)row->line,
                column == SIZE_MAX ? 1 : (unsigned)column + 1,
                "%s",
                text);
}

/* The same code of a store from the same day on may not mean two things. */
static enum status add(struct cost_reading *r,
                       struct article_list *list,
                       const struct row *row,
                       const struct cost_article *one)
{
    struct buf key;
    if (one->code.len == 0)
        return STATUS_OK;
    buf_init(&key, (size_t)1 << 21);
    buf_add(&key, one->store);
    buf_addc(&key, '\x1f');
    buf_add(&key, one->code);
    buf_addf(&key, "\x1f%d", (int)one->valid_from);
    const uint64_t *at = buf_ok(&key) ? map_get(list->seen, buf_str(&key)) : NULL;
    const struct cost_article *other = at != NULL ? &list->items[*at] : NULL;
    bool ok = buf_ok(&key);
    if (other != NULL && str_eq(other->master_sku, one->master_sku) &&
        other->has_cost == one->has_cost && other->cost_e4 == one->cost_e4) {
        buf_release(&key);
        return STATUS_OK;
    }
    if (other != NULL)
        tell(r,
             row,
             0,
             "\"%.*s\" stands in line %lld already with another meaning; give one of them another "
             "valid_from",
             STR_ARG(str_first(one->code, 80)),
             (long long)other->line);
    ok = ok && (other != NULL || map_put(list->seen, buf_str(&key), list->count));
    buf_release(&key);
    ok = ok && MEM_GROW(list->items, list->cap, list->count + 1);
    if (!ok)
        return error_set(r->why, STATUS_NO_MEMORY, "out of memory");
    if (other == NULL)
        list->items[list->count++] = *one;
    return STATUS_OK;
}

static bool read_values(struct cost_reading *r,
                        const struct row *row,
                        const size_t *at,
                        struct cost_article *out)
{
    const size_t before = r->p->n_total;
    const str cost = cell(row, at, COL_COST);
    const str from = cell(row, at, COL_FROM);
    const str store = cell(row, at, COL_STORE);
    const str suggestion = costs_store(r->world, store) == NULL && store.len > 0
                               ? costs_store_suggestion(r, store)
                               : STR_EMPTY;
    out->store = arena_dup(r->a, store);
    out->master_sku = arena_dup(r->a, cell(row, at, COL_MASTER));
    out->has_cost = cost.len > 0;
    out->currency = costs_store(r->world, store) != NULL ? costs_store(r->world, store)->currency
                                                         : r->world->currency;
    out->line = row->line;
    if (store.len > 0 && costs_store(r->world, store) == NULL)
        tell(r,
             row,
             at[COL_STORE],
             "no store \"%.*s\" in this shop%.*s",
             STR_ARG(str_first(store, 80)),
             STR_ARG(suggestion));
    if (out->master_sku.len == 0)
        tell(r, row, at[COL_MASTER], "no master SKU");
    if (cost.len > 0 && !costs_amount(cost, &out->cost_e4))
        tell(r,
             row,
             at[COL_COST],
             "expected an amount of 0 or more with at most 4 decimals, found \"%.*s\"",
             STR_ARG(str_first(cost, 80)));
    if (from.len > 0 && !costs_day(from, &out->valid_from))
        tell(r,
             row,
             at[COL_FROM],
             "expected a date like 2026-01-31, found \"%.*s\"",
             STR_ARG(str_first(from, 80)));
    if (cell(row, at, COL_ITEM).len == 0 && cell(row, at, COL_CODE).len == 0)
        tell(r, row, at[COL_CODE], "neither item_id nor merchant_code");
    return r->p->n_total == before;
}

static enum status read_row(struct cost_reading *r,
                            struct article_list *list,
                            const struct row *row,
                            const size_t *at)
{
    struct cost_article one = { .valid_from = DAY_NONE };
    if (row->refusal != ROW_REFUSAL_NONE) {
        tell(r, row, row->column, "%s", tr(r->p->lang, row_refusal_text(row->refusal)));
        return STATUS_OK;
    }
    if (!read_values(r, row, at, &one))
        return STATUS_OK;
    if (list->count + 2 > COST_ARTICLES_MAX)
        return error_set(
            r->why, STATUS_TOO_LARGE, "sku-map.csv: more than %zu rows", COST_ARTICLES_MAX);
    one.code = arena_dup(r->a, cell(row, at, COL_ITEM));
    enum status st = add(r, list, row, &one);
    one.code = arena_dup(r->a, cell(row, at, COL_CODE));
    if (one.code.ptr == NULL || one.store.ptr == NULL || one.master_sku.ptr == NULL)
        return error_set(r->why, STATUS_NO_MEMORY, "out of memory");
    return st == STATUS_OK ? add(r, list, row, &one) : st;
}

static enum status read_rows(struct cost_reading *r,
                             struct row_file *f,
                             struct article_list *list,
                             const size_t *at)
{
    struct row_block *b = row_block_new();
    struct row row;
    bool got = true;
    enum status st = b != NULL ? STATUS_OK : error_set(r->why, STATUS_NO_MEMORY, "out of memory");
    while (st == STATUS_OK && got) {
        st = row_file_next_block(f, b, &got, r->why);
        while (st == STATUS_OK && got && row_next(b, &row))
            st = read_row(r, list, &row, at);
    }
    row_block_free(b);
    return st;
}

enum status costs_articles_read(struct cost_reading *r, struct row_file *f)
{
    struct article_list list = { .seen = map_new() };
    size_t at[COL_COUNT] = { 0 };
    const size_t before = r->p->n_total;
    enum status st = STATUS_OK;
    if (list.seen == NULL)
        return error_set(r->why, STATUS_NO_MEMORY, "out of memory");
    if (!row_file_shape(f)->is_empty)
        find_columns(r, row_file_shape(f), at);
    if (!row_file_shape(f)->is_empty && r->p->n_total == before)
        st = read_rows(r, f, &list, at);
    r->book->articles = ARENA_NEW(r->a, struct cost_article, list.count + 1);
    if (st == STATUS_OK && r->book->articles == NULL)
        st = error_set(r->why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; st == STATUS_OK && i < list.count; i++)
        r->book->articles[i] = list.items[i];
    r->book->article_count = st == STATUS_OK ? list.count : 0;
    mem_free(list.items);
    map_free(list.seen);
    return st;
}
