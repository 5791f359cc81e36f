/* A file of targets: CSV or Excel with the columns of docs/targets.md, in English or Chinese. All
 * problems are told at once, by line and column; one problem and nothing comes in. */
#include "goals/goals_priv.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_MAX ((size_t)20000)

enum file_column {
    C_YEAR,
    C_PERIOD,
    C_STORE,
    C_CATEGORY,
    C_OWNER,
    C_KPI,
    C_LEVEL,
    C_TARGET,
    C_LOCKED,
    C_NOTE,
    C_COUNT
};
static const char *const names[C_COUNT][3] = {
    [C_YEAR] = { "year", "年份", "年" },           [C_PERIOD] = { "period", "周期", "期间" },
    [C_STORE] = { "store", "店铺", "店铺名称" },   [C_CATEGORY] = { "category", "类目", "品类" },
    [C_OWNER] = { "owner", "负责人", "责任人" },   [C_KPI] = { "kpi", "指标", "指标名称" },
    [C_LEVEL] = { "level", "级别", "档位" },       [C_TARGET] = { "target", "目标", "目标值" },
    [C_LOCKED] = { "locked", "锁定", "是否锁定" }, [C_NOTE] = { "note", "备注", "说明" },
};

/* One file being read. */
struct reader {
    struct shop *shop;
    const struct kpi_catalog *catalog;
    struct arena *arena;
    struct problems *problems;
    str file;
    size_t at[C_COUNT]; /* index of the column; SIZE_MAX: the file has it not */
    struct goal *items;
    int64_t *lines;
    size_t n;
    size_t cap;
};

static str cell(const struct reader *r, const struct row *row, enum file_column c)
{
    return r->at[c] != SIZE_MAX && r->at[c] < row->n ? str_trim(row->fields[r->at[c]]) : STR_EMPTY;
}

/* A problem at a cell, with what was found out while reading it. */
static void refuse(struct reader *r, const struct row *row, enum file_column c, const char *text)
{
    problem_add(r->problems,
                r->file,
                (unsigned)row->line,
                r->at[c] != SIZE_MAX ? (unsigned)r->at[c] + 1 : 0,
                "%s: %s",
                names[c][r->problems->lang == LANG_ZH ? 1 : 0],
                text);
}

/* ---- header ---- */

static void find_columns(struct reader *r, const struct row_shape *shape)
{
    for (size_t c = 0; c < C_COUNT; c++) {
        r->at[c] = SIZE_MAX;
        for (size_t i = 0; i < shape->n_columns && r->at[c] == SIZE_MAX; i++) {
            for (size_t k = 0; k < 3; k++) {
                if (str_eq_nocase(str_trim(shape->columns[i]), str_from(names[c][k])))
                    r->at[c] = i;
            }
        }
    }
}

static bool is_known_column(const struct reader *r, size_t i)
{
    for (size_t c = 0; c < C_COUNT; c++) {
        if (r->at[c] == i)
            return true;
    }
    return false;
}

static void check_header(struct reader *r, const struct row_shape *shape)
{
    static const enum file_column needed[] = { C_KPI, C_TARGET };
    const char *all[C_COUNT];
    const size_t lang = r->problems->lang == LANG_ZH ? 1 : 0;
    for (size_t c = 0; c < C_COUNT; c++)
        all[c] = names[c][lang];
    for (size_t i = 0; i < ARRAY_LEN(needed); i++) {
        if (r->at[needed[i]] == SIZE_MAX)
            problem_add(
                r->problems,
                r->file,
                1,
                0,
                "no column \"%s\"; a file of targets has year, period, store, category, owner, "
                "kpi, level, target, locked, note (年份 周期 店铺 类目 负责人 指标 级别 目标 锁定 "
                "备注), of which kpi, target and year or period are needed",
                all[needed[i]]);
    }
    for (size_t i = 0; i < shape->n_columns; i++) {
        const str name = str_trim(shape->columns[i]);
        const str near = name_suggestion(r->arena, r->problems->lang, name, all, C_COUNT);
        if (!is_known_column(r, i) && name.len > 0)
            problem_add(r->problems,
                        r->file,
                        1,
                        (unsigned)i + 1,
                        "unknown column \"%.*s\"%.*s",
                        STR_ARG(name),
                        STR_ARG(near));
    }
}

/* ---- cells ---- */

static const struct kpi *read_kpi(struct reader *r, const struct row *row)
{
    struct error why = { .lang = r->problems->lang };
    const struct kpi *k = NULL;
    if (kpi_lookup(r->catalog, cell(r, row, C_KPI), &k, &why) == STATUS_OK)
        return k;
    refuse(r, row, C_KPI, why.text);
    return NULL;
}

static bool read_year(struct reader *r, const struct row *row, int32_t *out)
{
    str s = cell(r, row, C_YEAR);
    int64_t year = 0;
    if (str_ends(s, STR("年")))
        s = str_first(s, s.len - STR("年").len);
    if (s.len > 0 && (!str_to_i64(s, &year) || year < 1990 || year > 2200)) {
        refuse(r, row, C_YEAR, tr(r->problems->lang, "not a year such as 2026"));
        return false;
    }
    *out = (int32_t)year;
    return true;
}

static bool read_period(struct reader *r, const struct row *row, int32_t year, struct goal *g)
{
    struct error why = { .lang = r->problems->lang };
    struct goal_period p;
    if (goal_period_parse(shop_writer(r->shop), cell(r, row, C_PERIOD), year, r->arena, &p, &why) !=
        STATUS_OK) {
        refuse(r, row, C_PERIOD, why.text);
        return false;
    }
    g->from = p.from;
    g->to = p.to;
    g->period = p.word;
    return true;
}

static bool read_store(struct reader *r, const struct row *row, struct goal *g)
{
    struct error why = { .lang = r->problems->lang };
    const struct shop_store *store = NULL;
    const str name = cell(r, row, C_STORE);
    g->store = STR_EMPTY;
    if (name.len == 0 || str_is(name, "*") || str_is(name, "全部店铺") || str_is(name, "全店") ||
        str_eq_nocase(name, STR("all stores")))
        return true;
    if (shop_store_get(r->shop, name, &store, &why) != STATUS_OK) {
        refuse(r, row, C_STORE, why.text);
        return false;
    }
    g->store = store->name;
    return true;
}

static bool read_level(struct reader *r, const struct row *row, struct goal *g)
{
    const str word = cell(r, row, C_LEVEL);
    g->level = GOAL_TARGET;
    if (word.len == 0 || goal_level_parse(word, &g->level))
        return true;
    refuse(r,
           row,
           C_LEVEL,
           tr(r->problems->lang, "is none of base, target, stretch (保底 目标 挑战)"));
    return false;
}

static bool read_value(struct reader *r, const struct row *row, const struct kpi *k, struct goal *g)
{
    struct error why = { .lang = r->problems->lang };
    if (goal_value_parse(k, cell(r, row, C_TARGET), &g->value_e4, &why) == STATUS_OK)
        return true;
    refuse(r, row, C_TARGET, why.text);
    return false;
}

/* What a person wrote stays as it is, unless told otherwise. */
static bool read_locked(struct reader *r, const struct row *row, struct goal *g)
{
    static const struct {
        const char *word;
        bool locked;
    } words[] = { { "yes", true }, { "no", false }, { "true", true }, { "false", false },
                  { "1", true },   { "0", false },  { "是", true },   { "否", false },
                  { "y", true },   { "n", false },  { "锁定", true }, { "不锁定", false } };
    const str word = cell(r, row, C_LOCKED);
    g->locked = true;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_eq_nocase(word, str_from(words[i].word))) {
            g->locked = words[i].locked;
            return true;
        }
    }
    if (word.len > 0)
        refuse(r, row, C_LOCKED, tr(r->problems->lang, "is yes or no (是 否); empty: yes"));
    return word.len == 0;
}

static str currency_of(const struct reader *r, const struct kpi *k, str store)
{
    const struct shop_store *s = store.len > 0 ? shop_store_find(r->shop, store) : NULL;
    if (kpi_unit_kind(k->unit) != UNIT_KIND_MONEY)
        return STR_EMPTY;
    return s != NULL ? s->currency : shop_settings(r->shop)->currency;
}

static str copied(const struct reader *r, const struct row *row, enum file_column c)
{
    const str s = arena_dup(r->arena, cell(r, row, c));
    return s.ptr != NULL ? s : STR_EMPTY;
}

static enum status keep(struct reader *r, const struct goal *g, int64_t line, struct error *why)
{
    if (r->n == ROWS_MAX)
        return error_set(
            why, STATUS_TOO_LARGE, "a file of targets has at most %zu lines", ROWS_MAX);
    size_t cap = r->cap;
    if (!MEM_GROW(r->items, r->cap, r->n + 1) || !MEM_GROW(r->lines, cap, r->n + 1))
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    r->lines[r->n] = line;
    r->items[r->n++] = *g;
    return STATUS_OK;
}

/* All cells are looked at, so that a line's problems come together. */
static enum status read_row(struct reader *r, const struct row *row, struct error *why)
{
    struct goal g = { .kpi = STR_EMPTY };
    int32_t year = 0;
    if (row->refusal != ROW_REFUSAL_NONE) {
        problem_add(r->problems,
                    r->file,
                    (unsigned)row->line,
                    (unsigned)row->column + 1,
                    "%s",
                    tr(r->problems->lang, row_refusal_text(row->refusal)));
        return STATUS_OK;
    }
    const struct kpi *k = read_kpi(r, row);
    bool good = k != NULL;
    good = read_year(r, row, &year) && read_period(r, row, year, &g) && good;
    good = read_store(r, row, &g) && good;
    good = read_level(r, row, &g) && good;
    good = k != NULL && read_value(r, row, k, &g) && good;
    good = read_locked(r, row, &g) && good;
    if (!good)
        return STATUS_OK;
    g.kpi = k->id;
    g.category = copied(r, row, C_CATEGORY);
    g.owner = copied(r, row, C_OWNER);
    g.note = copied(r, row, C_NOTE);
    g.currency = currency_of(r, k, g.store);
    return keep(r, &g, row->line, why);
}

static enum status read_rows(struct reader *r, struct row_file *f, struct error *why)
{
    struct row_block *block = row_block_new();
    enum status st = block != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
    bool got = st == STATUS_OK;
    while (st == STATUS_OK && got) {
        struct row row;
        st = row_file_next_block(f, block, &got, why);
        while (st == STATUS_OK && got && row_next(block, &row))
            st = read_row(r, &row, why);
    }
    row_block_free(block);
    return st;
}

/* ---- the file as a whole ---- */

static void check_twice(struct reader *r)
{
    for (size_t i = 0; i < r->n; i++) {
        for (size_t k = 0; k < i; k++) {
            if (!goal_same_key(&r->items[i], &r->items[k]))
                continue;
            problem_add(r->problems,
                        r->file,
                        (unsigned)r->lines[i],
                        0,
                        "the same target stands in line %lld: %.*s",
                        (long long)r->lines[k],
                        STR_ARG(goal_words(&r->items[i], r->arena, r->problems->lang)));
            break;
        }
    }
}

static enum status read_file(struct reader *r, const char *path, struct error *why)
{
    struct row_file *f = NULL;
    const struct row_options opt = { .header = ROW_HEADER_YES, .pad_short = true };
    enum status st = row_file_open(path, &opt, &f, why);
    if (st != STATUS_OK)
        return st;
    find_columns(r, row_file_shape(f));
    check_header(r, row_file_shape(f));
    if (r->problems->n_total == 0)
        st = read_rows(r, f, why);
    if (st == STATUS_OK)
        check_twice(r);
    if (st == STATUS_OK && r->n == 0 && r->problems->n_total == 0)
        st = error_set(why, STATUS_BAD_INPUT, "%s has no targets", path);
    row_file_close(f);
    return st;
}

/* NOLINTNEXTLINE(readability-function-size): where, what and what came of it */
enum status goals_read(struct shop *s,
                       const struct kpi_catalog *catalog,
                       const char *path,
                       struct arena *a,
                       struct goal_list *out,
                       struct problems *p,
                       struct error *why)
{
    struct reader r = {
        .shop = s, .catalog = catalog, .arena = a, .problems = p, .file = path_base(str_from(path))
    };
    enum status st = read_file(&r, path, why);
    problems_sort(p);
    if (st == STATUS_OK)
        st = problems_status(p, why);
    struct goal *items = st == STATUS_OK ? ARENA_NEW(a, struct goal, r.n) : NULL;
    if (st == STATUS_OK && items == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK) {
        memcpy(items, r.items, r.n * sizeof *items);
        *out = (struct goal_list){ items, r.n };
    }
    mem_free(r.items);
    mem_free(r.lines);
    return st;
}
