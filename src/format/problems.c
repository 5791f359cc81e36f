/* Problems with places. Kept in the arena in the order found; sorted on demand. */
#include "format/problems.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void problems_init(struct problems *p, struct arena *a, enum lang lang)
{
    *p = (struct problems){ .arena = a, .lang = lang };
}

static bool problems_grow(struct problems *p)
{
    if (p->n < p->cap)
        return true;
    const size_t cap = p->cap == 0 ? 16 : p->cap * 2;
    struct problem *items = ARENA_NEW(p->arena, struct problem, cap);
    if (items == NULL)
        return false;
    for (size_t i = 0; i < p->n; i++)
        items[i] = p->items[i];
    p->items = items;
    p->cap = cap;
    return true;
}

void problem_add(struct problems *p, str file, unsigned line, unsigned column, const char *fmt, ...)
{
    char text[1024];
    va_list args;
    p->n_total++;
    if (p->n >= PROBLEMS_KEPT || !problems_grow(p))
        return;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, tr(p->lang, fmt), args);
    va_end(args);
    const str kept = arena_dup(p->arena, str_from(text));
    p->items[p->n++] = (struct problem){
        .file = file, .line = line, .column = column, .text = kept.ptr != NULL ? kept : STR_EMPTY
    };
}

void problem_add_unread(struct problems *p, const char *path, const struct error *why)
{
    static const char *const colons[] = { ": ", "：" };
    const size_t name = strlen(path);
    const char *text = why->text;
    if (strncmp(text, path, name) == 0)
        for (size_t i = 0; i < ARRAY_LEN(colons) && text == why->text; i++)
            if (str_starts(str_from(text + name), str_from(colons[i])))
                text += name + strlen(colons[i]);
    problem_add(p, str_from(path), 0, 0, "%s", text);
}

/* Where the file was first seen: files keep their order. */
static size_t file_rank(const struct problems *p, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (str_eq(p->items[k].file, p->items[i].file))
            return k;
    return i;
}

struct ranked {
    size_t rank;
    struct problem problem;
};

static bool comes_before(const struct ranked *a, const struct ranked *b)
{
    if (a->rank != b->rank)
        return a->rank < b->rank;
    if (a->problem.line != b->problem.line)
        return a->problem.line < b->problem.line;
    return a->problem.column < b->problem.column;
}

void problems_sort(struct problems *p)
{
    struct ranked *all = ARENA_NEW(p->arena, struct ranked, p->n + 1);
    if (all == NULL)
        return;
    for (size_t i = 0; i < p->n; i++)
        all[i] = (struct ranked){ file_rank(p, i), p->items[i] };
    for (size_t i = 1; i < p->n; i++) { /* stable, at most PROBLEMS_KEPT, nearly sorted */
        const struct ranked x = all[i];
        size_t k = i;
        for (; k > 0 && comes_before(&x, &all[k - 1]); k--)
            all[k] = all[k - 1];
        all[k] = x;
    }
    for (size_t i = 0; i < p->n; i++)
        p->items[i] = all[i].problem;
}

static void print_place(struct buf *out, const struct problem *x)
{
    buf_add(out, x->file);
    if (x->line > 0)
        buf_addf(out, ":%u:%u", x->line, x->column);
    buf_adds(out, ": ");
}

void problems_print(const struct problems *p, struct buf *out)
{
    for (size_t i = 0; i < p->n; i++) {
        print_place(out, &p->items[i]);
        buf_add(out, p->items[i].text);
        buf_addc(out, '\n');
    }
    if (p->n_total <= p->n)
        return;
    buf_addf(out, tr(p->lang, "and %zu more problems"), p->n_total - p->n);
    buf_addc(out, '\n');
}

/* As many of them as an error's text has room for, one at least. */
static size_t join_problems(const struct problems *p, struct buf *out)
{
    const size_t room = sizeof((struct error *)NULL)->text - 60; /* how many there are */
    size_t told = 0;
    for (; told < p->n; told++) {
        const size_t before = out->len;
        buf_adds(out, told > 0 ? tr(p->lang, "; ") : "");
        print_place(out, &p->items[told]);
        buf_add(out, p->items[told].text);
        if (told > 0 && out->len > room) {
            out->len = before;
            return told;
        }
    }
    return told;
}

enum status problems_status(const struct problems *p, struct error *why)
{
    if (p->n_total == 0)
        return STATUS_OK;
    if (p->n == 0)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    struct buf text;
    buf_init(&text, (size_t)1 << 20);
    const size_t told = join_problems(p, &text);
    if (told == p->n_total)
        (void)error_set(why, STATUS_BAD_INPUT, "%.*s", STR_ARG(buf_str(&text)));
    else
        (void)error_set(why,
                        STATUS_BAD_INPUT,
                        "%.*s (the first %zu of %zu problems)",
                        STR_ARG(buf_str(&text)),
                        told,
                        p->n_total);
    buf_release(&text);
    return STATUS_BAD_INPUT;
}

const char *name_nearest(str wrong, const char *const *names, size_t n)
{
    const unsigned limit = wrong.len < 4 ? 1 : wrong.len < 8 ? 2 : 3;
    const char *best = NULL;
    unsigned best_distance = limit + 1;
    for (size_t i = 0; i < n; i++) {
        const unsigned distance = str_distance(wrong, str_from(names[i]), limit);
        if (distance < best_distance) {
            best_distance = distance;
            best = names[i];
        }
    }
    return best;
}

str name_suggestion(struct arena *a, enum lang lang, str wrong, const char *const *names, size_t n)
{
    const char *near = name_nearest(wrong, names, n);
    if (near == NULL)
        return STR_EMPTY;
    return arena_printf(a, tr(lang, " (did you mean \"%s\"?)"), near);
}
