/* The formula language: recursive descent to a tree of names; resolve.c gives them meaning.
 *
 *   sum    = term { ("+" | "-") term }
 *   term   = unary { ("*" | "/") unary }
 *   unary  = "-" unary | number | $setting | name | name "(" sum {"," sum} ")" | "(" sum ")" */
#include "kpi/expr_priv.h"

static const struct {
    const char *name;
    size_t least;
    size_t most;
} calls[] = {
#define X(id, name, least, most) { name, least, most },
    FORMULA_CALL_LIST(X)
#undef X
};

bool formula_call_parse(str name, enum formula_call *out)
{
    for (unsigned i = 0; i < CALL_COUNT; i++) {
        if (str_is(name, calls[i].name)) {
            *out = (enum formula_call)i;
            return true;
        }
    }
    return false;
}

struct formula_parser {
    struct scanner scan;
    const struct expr_settings *settings;
};

static const struct raw_formula *parse_sum(struct formula_parser *p);

static struct raw_formula *raw_node(struct formula_parser *p, enum raw_op op, size_t offset)
{
    if (!scanner_node(&p->scan))
        return NULL;
    struct raw_formula *f = ARENA_NEW(p->scan.arena, struct raw_formula, 1);
    if (f != NULL)
        *f = (struct raw_formula){ .op = op, .offset = (unsigned)offset, .text = STR_EMPTY };
    return f;
}

static const struct raw_formula *raw_with_args(struct formula_parser *p,
                                               struct raw_formula *f,
                                               const struct node_list *from)
{
    if (f == NULL)
        return NULL;
    const struct raw_formula **args = ARENA_NEW(p->scan.arena, const struct raw_formula *, from->n);
    if (args == NULL)
        return NULL;
    for (size_t i = 0; i < from->n; i++) {
        if (from->items[i] == NULL)
            return NULL;
        args[i] = from->items[i];
    }
    f->args = args;
    f->n_args = from->n;
    return f;
}

static const struct raw_formula *raw_pair(struct formula_parser *p,
                                          enum raw_op op,
                                          const struct raw_formula *left,
                                          const struct raw_formula *right,
                                          size_t offset)
{
    const void *both[2] = { left, right };
    const struct node_list list = { .items = both, .n = 2, .cap = 2 };
    return raw_with_args(p, raw_node(p, op, offset), &list);
}

/* "12.50" is 125 / 10: exact. */
static const struct raw_formula *raw_number(struct formula_parser *p, const struct token *t)
{
    struct raw_formula *f = raw_node(p, RAW_NUMBER, t->offset);
    if (f == NULL)
        return NULL;
    const size_t point = str_find(t->text, STR("."));
    str digits = t->text;
    while (point < t->text.len && str_ends(digits, STR("0")))
        digits.len--;
    if (str_ends(digits, STR(".")))
        digits.len--;
    const size_t decimals = point < digits.len ? digits.len - point - 1 : 0;
    int64_t den = 1;
    for (size_t i = 0; i < decimals && decimals <= 9; i++)
        den *= 10;
    bool inexact = false;
    if (decimals > 9 || !decimal_parse(digits, '.', 0, (unsigned)decimals, &f->number, &inexact)) {
        expr_problem(p->scan.at, t->offset, "a number has at most 18 digits, 9 of them decimals");
        return NULL;
    }
    f->number_den = den;
    return f;
}

/* With the name that was meant, or else with all there are. */
static void unknown_function(struct formula_parser *p, const struct token *name)
{
    const char *names[CALL_COUNT];
    struct buf all;
    buf_init(&all, 1024);
    for (unsigned i = 0; i < CALL_COUNT; i++) {
        names[i] = calls[i].name;
        buf_addf(&all, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    const str hint =
        name_suggestion(p->scan.arena, p->scan.at->problems->lang, name->text, names, CALL_COUNT);
    if (hint.len > 0)
        expr_problem(p->scan.at,
                     name->offset,
                     "unknown function \"%.*s\"%.*s",
                     STR_ARG(name->text),
                     STR_ARG(hint));
    else
        expr_problem(p->scan.at,
                     name->offset,
                     "unknown function \"%.*s\", expected one of: %.*s",
                     STR_ARG(name->text),
                     STR_ARG(buf_str(&all)));
    buf_release(&all);
}

static const struct raw_formula *raw_call(struct formula_parser *p, const struct token *name)
{
    struct node_list args = { 0 };
    bool fits = true;
    do {
        const struct raw_formula *arg = parse_sum(p);
        fits = node_list_add(&args, p->scan.arena, arg) && fits;
    } while (scanner_accept(&p->scan, ","));
    if (!scanner_expect(&p->scan, ")") || !fits)
        return NULL;
    enum formula_call call;
    if (!formula_call_parse(name->text, &call)) {
        unknown_function(p, name);
        return NULL;
    }
    if (args.n < calls[call].least || args.n > calls[call].most) {
        expr_problem(p->scan.at,
                     name->offset,
                     "%s() takes %zu to %zu values, found %zu",
                     calls[call].name,
                     calls[call].least,
                     calls[call].most,
                     args.n);
        return NULL;
    }
    struct raw_formula *f = raw_node(p, RAW_CALL, name->offset);
    if (f != NULL)
        f->text = str_from(calls[call].name);
    return raw_with_args(p, f, &args);
}

static const struct raw_formula *raw_setting(struct formula_parser *p, const struct token *t)
{
    int64_t value;
    if (!expr_setting_value(p->scan.at, p->settings, t->text, t->offset, &value))
        return NULL;
    struct raw_formula *f = raw_node(p, RAW_NUMBER, t->offset);
    if (f == NULL)
        return NULL;
    f->number = value;
    f->number_den = 1;
    return f;
}

static const struct raw_formula *parse_primary(struct formula_parser *p)
{
    const struct token t = p->scan.token;
    if (t.type == TOKEN_SYMBOL && scanner_accept(&p->scan, "(")) {
        const struct raw_formula *inner = parse_sum(p);
        return scanner_expect(&p->scan, ")") ? inner : NULL;
    }
    if (t.type != TOKEN_NAME && t.type != TOKEN_NUMBER && t.type != TOKEN_SETTING) {
        scanner_fail(&p->scan, "a measure, a KPI or a number");
        return NULL;
    }
    scanner_next(&p->scan);
    if (t.type == TOKEN_NUMBER)
        return raw_number(p, &t);
    if (t.type == TOKEN_SETTING)
        return raw_setting(p, &t);
    if (scanner_accept(&p->scan, "("))
        return raw_call(p, &t);
    struct raw_formula *f = raw_node(p, RAW_NAME, t.offset);
    if (f != NULL)
        f->text = t.text;
    return f;
}

static const struct raw_formula *parse_unary(struct formula_parser *p)
{
    if (!scanner_enter(&p->scan))
        return NULL;
    const struct raw_formula *f;
    const size_t offset = p->scan.token.offset;
    if (scanner_accept(&p->scan, "-")) {
        const void *inner = parse_unary(p);
        const struct node_list one = { .items = &inner, .n = 1, .cap = 1 };
        f = raw_with_args(p, raw_node(p, RAW_NEGATE, offset), &one);
    } else {
        f = parse_primary(p);
    }
    scanner_leave(&p->scan);
    return f;
}

/* One level of left-to-right operators. */
static const struct raw_formula *parse_chain(
    struct formula_parser *p,
    const char *symbols[2],
    enum raw_op first_op,
    const struct raw_formula *(*part)(struct formula_parser *))
{
    const struct raw_formula *left = part(p);
    while (scanner_is(&p->scan, symbols[0]) || scanner_is(&p->scan, symbols[1])) {
        const size_t offset = p->scan.token.offset;
        const bool is_second = scanner_is(&p->scan, symbols[1]);
        scanner_next(&p->scan);
        const struct raw_formula *right = part(p);
        left = raw_pair(p, (enum raw_op)(first_op + is_second), left, right, offset);
    }
    return left;
}

static const struct raw_formula *parse_term(struct formula_parser *p)
{
    const char *symbols[2] = { "*", "/" };
    return parse_chain(p, symbols, RAW_MULTIPLY, parse_unary);
}

static const struct raw_formula *parse_sum(struct formula_parser *p)
{
    if (!scanner_enter(&p->scan))
        return NULL;
    const char *symbols[2] = { "+", "-" };
    const struct raw_formula *f = parse_chain(p, symbols, RAW_ADD, parse_term);
    scanner_leave(&p->scan);
    return f;
}

const struct raw_formula *formula_parse(const struct expr_place *at,
                                        const struct expr_settings *settings,
                                        struct arena *a)
{
    if (at->text.len > EXPR_TEXT_MAX) {
        expr_problem(at, 0, "longer than %d bytes", EXPR_TEXT_MAX);
        return NULL;
    }
    struct formula_parser p = { .settings = settings };
    scanner_init(&p.scan, at, a);
    const struct raw_formula *f = parse_sum(&p);
    if (p.scan.token.type != TOKEN_END)
        scanner_fail(&p.scan, "an operator or the end");
    return p.scan.failed ? NULL : f;
}
