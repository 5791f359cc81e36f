/* Both languages: parse, print, parse again: the same text. The first byte chooses what is read:
 * a filter on a table, --where, or a formula. */
#include "kpi/expr_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct expr_setting settings[] = { { .name = { "n", 1 }, .value = 7 } };
static const struct expr_settings known = { .items = settings, .n = 1 };

/* The canonical text in the arena, or an empty one when it does not parse. */
static str row_text(struct arena *a, const struct row_scope *scope, str text)
{
    struct problems problems;
    problems_init(&problems, a, LANG_EN);
    const struct expr_place at = {
        .problems = &problems, .file = STR("f"), .line = 1, .column = 1, .text = text
    };
    const struct row_expr *e = row_parse(&at, scope, a);
    BUG_IF(e == NULL && problems.n == 0 && arena_used(a) < 1024 * 1024);
    if (e == NULL)
        return STR_EMPTY;
    struct buf out;
    buf_init(&out, 1024 * 1024);
    row_expr_print(e, &out);
    const str result = arena_dup(a, buf_str(&out));
    buf_release(&out);
    return result;
}

static str formula_text(struct arena *a, str text)
{
    struct problems problems;
    problems_init(&problems, a, LANG_EN);
    const struct expr_place at = {
        .problems = &problems, .file = STR("f"), .line = 1, .column = 1, .text = text
    };
    const struct raw_formula *f = formula_parse(&at, &known, a);
    if (f == NULL)
        return STR_EMPTY;
    struct buf out;
    buf_init(&out, 1024 * 1024);
    raw_formula_print(f, &out);
    const str result = arena_dup(a, buf_str(&out));
    buf_release(&out);
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    if (size < 2 || a == NULL) {
        arena_free(a);
        return 0;
    }
    const unsigned choice = data[0] % (commerce_table_count + 2);
    const str text = { .ptr = (const char *)data + 1, .len = size - 1 };
    const struct row_scope scope = {
        .table = choice < commerce_table_count ? &commerce_tables[choice] : NULL,
        .settings = &known,
    };
    const bool is_formula = choice == commerce_table_count + 1;
    const str once = is_formula ? formula_text(a, text) : row_text(a, &scope, text);
    /* canonical text may be longer than what a definition may hold */
    if (once.len > 0 && once.len <= EXPR_TEXT_MAX) {
        const str twice = is_formula ? formula_text(a, once) : row_text(a, &scope, once);
        BUG_IF(!str_eq(once, twice));
    }
    arena_free(a);
    return 0;
}
