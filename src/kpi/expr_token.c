/* The scanner that both languages share, and the way from a byte of an expression to its line and
 * column in the file. */
#include "kpi/expr_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- Positions -------------------------------------------------------------------------------
 * YAML folds, indents and escapes scalars. The source is walked beside the decoded text. */

struct walk {
    str source;
    size_t pos;
    unsigned line;
    unsigned column;
};

static void walk_step(struct walk *w)
{
    if (w->pos >= w->source.len)
        return;
    const unsigned char c = (unsigned char)w->source.ptr[w->pos++];
    if (c == '\n') {
        w->line++;
        w->column = 1;
    } else if (w->pos >= w->source.len || ((unsigned char)w->source.ptr[w->pos] & 0xC0) != 0x80) {
        w->column++;
    }
}

static char walk_char(const struct walk *w)
{
    if (w->pos >= w->source.len)
        return '\0';
    return w->source.ptr[w->pos];
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void walk_to(struct walk *w, unsigned line, unsigned column)
{
    while (w->pos < w->source.len && (w->line < line || (w->line == line && w->column < column)))
        walk_step(w);
}

/* One decoded byte further; `quote` is the scalar's opening character. */
static void walk_decoded(struct walk *w, char decoded, char quote)
{
    if (is_space(decoded) && is_space(walk_char(w))) {
        bool folded = decoded == '\n';
        for (size_t i = w->pos; i < w->source.len && is_space(w->source.ptr[i]); i++)
            folded = folded || w->source.ptr[i] == '\n';
        walk_step(w);
        while (folded && is_space(walk_char(w)))
            walk_step(w);
        return;
    }
    if ((quote == '"' && walk_char(w) == '\\') || (quote == '\'' && walk_char(w) == '\''))
        walk_step(w);
    walk_step(w);
}

static void place_find(const struct expr_place *at, size_t offset, unsigned *line, unsigned *column)
{
    struct walk w = { .source = at->source, .line = 1, .column = 1 };
    if (at->source.len == 0)
        w = (struct walk){ .source = at->text, .line = at->line, .column = at->column };
    else
        walk_to(&w, at->line, at->column);
    char quote = walk_char(&w);
    if (at->source.len == 0)
        quote = '\0';
    if (quote == '"' || quote == '\'') {
        walk_step(&w);
    } else if (quote == '|' || quote == '>') {
        while (w.pos < w.source.len && walk_char(&w) != '\n')
            walk_step(&w);
        while (is_space(walk_char(&w)))
            walk_step(&w);
    }
    for (size_t i = 0; i < offset && i < at->text.len; i++)
        walk_decoded(&w, at->text.ptr[i], quote);
    *line = w.line;
    *column = w.column;
}

void expr_problem(const struct expr_place *at, size_t offset, const char *fmt, ...)
{
    char text[sizeof(((struct error *)0)->text)];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, tr(at->problems->lang, fmt), args);
    va_end(args);
    unsigned line;
    unsigned column;
    place_find(at, offset, &line, &column);
    problem_add(at->problems, at->file, line, column, "%s", text);
}

bool expr_setting_value(const struct expr_place *at,
                        const struct expr_settings *settings,
                        str name,
                        size_t offset,
                        int64_t *out)
{
    for (size_t i = 0; settings != NULL && i < settings->n; i++) {
        if (str_eq(settings->items[i].name, name)) {
            *out = settings->items[i].value;
            return true;
        }
    }
    expr_problem(at, offset, "unknown setting \"$%.*s\"; define it under settings:", STR_ARG(name));
    return false;
}

/* ---- Tokens ---------------------------------------------------------------------------------- */

static const struct {
    const char *suffix;
    int64_t us;
} spans[] = {
    { "us", 1 },
    { "ms", 1000 },
    { "s", US_PER_SECOND },
    { "min", 60 * US_PER_SECOND },
    { "h", 3600 * US_PER_SECOND },
    { "d", US_PER_DAY },
};

void scanner_init(struct scanner *s, const struct expr_place *at, struct arena *arena)
{
    *s = (struct scanner){ .at = at, .arena = arena };
    scanner_next(s);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
           ((unsigned char)c & 0x80) != 0;
}

static size_t name_end(str text, size_t from)
{
    while (from < text.len && is_name_char(text.ptr[from]))
        from++;
    return from;
}

static void token_bad(struct scanner *s, size_t offset)
{
    s->token = (struct token){ .type = TOKEN_BAD, .offset = offset };
    s->failed = true;
}

/* Quoted text; the quote is doubled inside. */
static void scan_text(struct scanner *s, size_t from)
{
    const str text = s->at->text;
    const char quote = text.ptr[from];
    char *copy = ARENA_NEW(s->arena, char, text.len - from + 1);
    size_t n = 0;
    for (size_t i = from + 1; copy != NULL && i < text.len; i++) {
        if (text.ptr[i] == quote) {
            if (i + 1 >= text.len || text.ptr[i + 1] != quote) {
                s->token = (struct token){ .type = TOKEN_TEXT,
                                           .text = { .ptr = copy, .len = n },
                                           .offset = from };
                s->next = i + 1;
                return;
            }
            i++;
        }
        copy[n++] = text.ptr[i];
    }
    if (!s->failed)
        expr_problem(s->at, from, "text is not closed: expected another %c", quote);
    token_bad(s, from);
}

static bool is_date_shape(str s)
{
    if (s.len < 10)
        return false;
    for (size_t i = 0; i < 10; i++) {
        const bool dash = i == 4 || i == 7;
        if (dash ? s.ptr[i] != '-' : !is_digit(s.ptr[i]))
            return false;
    }
    return s.len == 10 || !is_name_char(s.ptr[10]);
}

static void scan_date(struct scanner *s, size_t from)
{
    const str written = str_first(str_skip(s->at->text, from), 10);
    int32_t day;
    s->next = from + 10;
    if (!day_parse(written, &day)) {
        if (!s->failed)
            expr_problem(s->at, from, "no such day: %.*s", STR_ARG(written));
        token_bad(s, from);
        return;
    }
    s->token = (struct token){ .type = TOKEN_DATE, .text = written, .offset = from, .value = day };
}

static bool span_value(str digits, str suffix, int64_t *out)
{
    int64_t n;
    if (!str_to_i64(digits, &n))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(spans); i++) {
        if (str_is(suffix, spans[i].suffix))
            return i64_mul(n, spans[i].us, out);
    }
    return false;
}

static void scan_number(struct scanner *s, size_t from)
{
    const str text = s->at->text;
    size_t i = from;
    while (i < text.len && is_digit(text.ptr[i]))
        i++;
    const size_t whole_end = i;
    if (i + 1 < text.len && text.ptr[i] == '.' && is_digit(text.ptr[i + 1])) {
        i++;
        while (i < text.len && is_digit(text.ptr[i]))
            i++;
    }
    const str digits = { .ptr = text.ptr + from, .len = i - from };
    const size_t end = name_end(text, i);
    s->next = end;
    s->token = (struct token){ .type = TOKEN_NUMBER, .text = digits, .offset = from };
    if (end == i)
        return;
    const str suffix = { .ptr = text.ptr + i, .len = end - i };
    if (i == whole_end && span_value(digits, suffix, &s->token.value)) {
        s->token.type = TOKEN_SPAN;
        return;
    }
    if (!s->failed)
        expr_problem(s->at,
                     from,
                     "\"%.*s%.*s\" is not a number; spans are whole numbers with us, "
                     "ms, s, min, h or d, as in 24h",
                     STR_ARG(digits),
                     STR_ARG(suffix));
    token_bad(s, from);
}

static const char *const symbols[] = { "<=", ">=", "!=", "<>", "==", "=", "<", ">",
                                       "+",  "-",  "*",  "/",  "(",  ")", "," };

static void scan_symbol(struct scanner *s, size_t from)
{
    const str rest = str_skip(s->at->text, from);
    for (size_t i = 0; i < ARRAY_LEN(symbols); i++) {
        const str symbol = str_from(symbols[i]);
        if (str_starts(rest, symbol)) {
            s->next = from + symbol.len;
            s->token = (struct token){ .type = TOKEN_SYMBOL, .text = symbol, .offset = from };
            return;
        }
    }
    if (!s->failed)
        expr_problem(s->at,
                     from,
                     "unexpected character \"%c\"",
                     rest.ptr[0] >= ' ' && rest.ptr[0] < 127 ? rest.ptr[0] : '?');
    token_bad(s, from);
}

static void scan_word(struct scanner *s, size_t from)
{
    const str text = s->at->text;
    const bool is_setting = text.ptr[from] == '$';
    const size_t start = is_setting ? from + 1 : from;
    s->next = name_end(text, start);
    s->token = (struct token){ .type = is_setting ? TOKEN_SETTING : TOKEN_NAME,
                               .text = { .ptr = text.ptr + start, .len = s->next - start },
                               .offset = from };
}

static bool is_word_start(str rest)
{
    return is_name_char(rest.ptr[0]) ||
           (rest.ptr[0] == '$' && rest.len > 1 && is_name_char(rest.ptr[1]));
}

void scanner_next(struct scanner *s)
{
    const str text = s->at->text;
    size_t i = s->next;
    while (i < text.len && is_space(text.ptr[i]))
        i++;
    if (s->failed || i >= text.len) {
        s->next = i;
        s->token = (struct token){ .type = s->failed ? TOKEN_BAD : TOKEN_END,
                                   .offset = i < text.len ? i : text.len };
        return;
    }
    const str rest = str_skip(text, i);
    if (rest.ptr[0] == '\'' || rest.ptr[0] == '"')
        scan_text(s, i);
    else if (is_date_shape(rest))
        scan_date(s, i);
    else if (is_digit(rest.ptr[0]))
        scan_number(s, i);
    else if (is_word_start(rest))
        scan_word(s, i);
    else
        scan_symbol(s, i);
}

bool scanner_is(const struct scanner *s, const char *symbol_or_word)
{
    const struct token *t = &s->token;
    if (t->type == TOKEN_SYMBOL)
        return str_is(t->text, symbol_or_word);
    return t->type == TOKEN_NAME && str_eq_nocase(t->text, str_from(symbol_or_word));
}

bool scanner_accept(struct scanner *s, const char *symbol_or_word)
{
    if (!scanner_is(s, symbol_or_word))
        return false;
    scanner_next(s);
    return true;
}

void scanner_fail(struct scanner *s, const char *expected)
{
    if (s->failed)
        return;
    const char *wanted = tr(s->at->problems->lang, expected);
    const str rest = str_skip(s->at->text, s->token.offset);
    if (s->token.type == TOKEN_END) {
        expr_problem(s->at, s->token.offset, "expected %s, found the end", wanted);
    } else {
        const size_t len = s->next - s->token.offset;
        expr_problem(s->at,
                     s->token.offset,
                     "expected %s, found \"%.*s\"",
                     wanted,
                     STR_ARG(str_first(rest, len < 60 ? len : 60)));
    }
    s->failed = true;
    s->token.type = TOKEN_BAD;
}

bool scanner_expect(struct scanner *s, const char *symbol)
{
    if (scanner_accept(s, symbol))
        return true;
    char wanted[8];
    (void)snprintf(wanted, sizeof wanted, "\"%s\"", symbol);
    scanner_fail(s, wanted);
    return false;
}

bool scanner_enter(struct scanner *s)
{
    if (s->depth < EXPR_DEPTH_MAX) {
        s->depth++;
        return true;
    }
    if (!s->failed)
        expr_problem(s->at, s->token.offset, "nested deeper than %d levels", EXPR_DEPTH_MAX);
    s->failed = true;
    s->token.type = TOKEN_BAD;
    return false;
}

void scanner_leave(struct scanner *s)
{
    s->depth--;
}

bool scanner_node(struct scanner *s)
{
    if (++s->n_nodes <= EXPR_NODES_MAX)
        return true;
    if (!s->failed)
        expr_problem(
            s->at, s->token.offset, "more than %d parts in one expression", EXPR_NODES_MAX);
    s->failed = true;
    s->token.type = TOKEN_BAD;
    return false;
}

bool node_list_add(struct node_list *l, struct arena *a, const void *node)
{
    if (l->n == l->cap) {
        const size_t cap = l->cap == 0 ? 4 : l->cap * 2;
        const void **items = ARENA_NEW(a, const void *, cap);
        if (items == NULL)
            return false;
        for (size_t i = 0; i < l->n; i++)
            items[i] = l->items[i];
        l->items = items;
        l->cap = cap;
    }
    l->items[l->n++] = node;
    return true;
}
