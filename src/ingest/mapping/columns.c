/* Names of columns, as files write them and as mappings do. */
#include "ingest/ingest_priv.h"

#include <string.h>

#define CURRENCY_MARK "{currency}"

/* Takes the next byte that counts: no blanks, tabs, _ and -; full-width parentheses as plain ones.
 * False at the end. */
static bool next_byte(str *s, char *out)
{
    while (s->len > 0 && strchr(" \t_-", s->ptr[0]) != NULL)
        *s = str_skip(*s, 1);
    if (s->len == 0)
        return false;
    if (str_starts(*s, STR("\xef\xbc\x88")) || str_starts(*s, STR("\xef\xbc\x89"))) {
        *out = s->ptr[2] == '\x88' ? '(' : ')';
        *s = str_skip(*s, 3);
        return true;
    }
    *out = s->ptr[0] >= 'A' && s->ptr[0] <= 'Z' ? (char)(s->ptr[0] - 'A' + 'a') : s->ptr[0];
    *s = str_skip(*s, 1);
    return true;
}

/* {currency} at the head of `wanted` against three capitals at the head of `name`. */
static bool take_currency(str *wanted, str *name, str *currency)
{
    const str code = str_first(str_trim(*name), 3);
    for (size_t i = 0; i < code.len; i++) {
        if (code.ptr[i] < 'A' || code.ptr[i] > 'Z')
            return false;
    }
    if (code.len != 3)
        return false;
    *wanted = str_skip(*wanted, strlen(CURRENCY_MARK));
    *name = str_skip(*name, (size_t)(code.ptr - name->ptr) + 3);
    if (currency != NULL)
        *currency = code;
    return true;
}

static bool one_fits(str wanted, str name, str *currency)
{
    for (;;) {
        char a = 0;
        char b = 0;
        if (str_starts(wanted, STR(CURRENCY_MARK)) && !take_currency(&wanted, &name, currency))
            return false;
        const bool has_a = next_byte(&wanted, &a);
        const bool has_b = next_byte(&name, &b);
        if (!has_a || !has_b)
            return has_a == has_b;
        if (a != b)
            return false;
    }
}

bool mapping_column_fits(str wanted, str name, str *currency)
{
    while (wanted.len > 0) {
        const size_t at = str_find(wanted, STR(" | "));
        if (one_fits(str_first(wanted, at), name, currency))
            return true;
        wanted = at < wanted.len ? str_skip(wanted, at + 3) : STR_EMPTY;
    }
    return false;
}

/* The name below a joined header: 花费 of "推广 / 花费". */
static str last_of_joined(str name)
{
    str last = STR_EMPTY;
    for (size_t at = str_find(name, STR(" / ")); at < name.len; at = str_find(name, STR(" / ")))
        last = name = str_skip(name, at + 3);
    return last;
}

size_t mapping_column_at(const struct row_shape *shape, str wanted, str *currency)
{
    size_t found = shape->n_columns;
    for (size_t i = 0; i < shape->n_columns; i++) {
        if (mapping_column_fits(wanted, shape->columns[i], currency))
            return i;
    }
    for (size_t i = 0; i < shape->n_columns; i++) {
        const str below = last_of_joined(shape->columns[i]);
        if (below.len == 0 || !mapping_column_fits(wanted, below, currency))
            continue;
        if (found < shape->n_columns) /* 点击 / 人数, 支付 / 人数: nobody says which */
            return shape->n_columns;
        found = i;
    }
    return found;
}

bool mapping_joined_columns(str wanted, str *first, str *second)
{
    const size_t at = str_find(wanted, STR(" + "));
    if (at == wanted.len)
        return false;
    *first = str_trim(str_first(wanted, at));
    *second = str_trim(str_skip(wanted, at + 3));
    return true;
}

bool mapping_pattern_fits(str pattern, str text)
{
    const bool open_start = str_starts(pattern, STR("*"));
    const bool open_end = pattern.len > (size_t)open_start && str_ends(pattern, STR("*"));
    const str core = { pattern.ptr + open_start, pattern.len - open_start - open_end };
    if (core.len == 0 && (open_start || open_end))
        return text.len > 0;
    if (text.len < core.len)
        return false;
    if (!open_start && !open_end)
        return str_eq_nocase(text, core);
    if (!open_start)
        return str_eq_nocase(str_first(text, core.len), core);
    if (!open_end)
        return str_eq_nocase(str_skip(text, text.len - core.len), core);
    for (size_t i = 0; i + core.len <= text.len; i++) {
        if (str_eq_nocase((str){ text.ptr + i, core.len }, core))
            return true;
    }
    return false;
}
