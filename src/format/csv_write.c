/* CSV for people. A spreadsheet runs a cell that starts with = + - @ (or with a tab or line end
 * before them) as a formula, where Chinese is set up also with their full-width forms; OWASP "CSV
 * Injection": such text gets a leading apostrophe. */
#include "format/csv.h"

#include <string.h>

void csv_writer_init(struct csv_writer *w, struct buf *out, char delimiter)
{
    *w = (struct csv_writer){ .out = out, .delimiter = delimiter != 0 ? delimiter : ',' };
}

static void cell(struct csv_writer *w, str s, bool with_apostrophe)
{
    bool needs_quotes = s.len == 0 ? false : s.ptr[0] == ' ' || s.ptr[s.len - 1] == ' ';
    for (size_t i = 0; i < s.len && !needs_quotes; i++)
        needs_quotes = s.ptr[i] == w->delimiter || strchr("\"\r\n", s.ptr[i]) != NULL;
    if (w->in_row)
        buf_addc(w->out, w->delimiter);
    w->in_row = true;
    if (needs_quotes)
        buf_addc(w->out, '"');
    if (with_apostrophe)
        buf_addc(w->out, '\'');
    while (s.len > 0) {
        const char *quote = needs_quotes ? memchr(s.ptr, '"', s.len) : NULL;
        const size_t n = quote != NULL ? (size_t)(quote - s.ptr) + 1 : s.len;
        buf_add(w->out, str_first(s, n));
        if (quote != NULL)
            buf_addc(w->out, '"');
        s = str_skip(s, n);
    }
    if (needs_quotes)
        buf_addc(w->out, '"');
}

static bool is_dangerous(str s)
{
    static const char *const starts[] = { "=",  "+",  "-",  "@",  "\t", "\r",
                                          "\n", "＝", "＋", "－", "＠" };
    for (size_t i = 0; i < ARRAY_LEN(starts); i++)
        if (str_starts(s, str_from(starts[i])))
            return true;
    return false;
}

void csv_text(struct csv_writer *w, str s)
{
    cell(w, s, is_dangerous(s));
}

void csv_value(struct csv_writer *w, str s)
{
    cell(w, s, false);
}

void csv_i64(struct csv_writer *w, int64_t v)
{
    if (w->in_row)
        buf_addc(w->out, w->delimiter);
    w->in_row = true;
    buf_add_i128(w->out, v);
}

void csv_end_row(struct csv_writer *w)
{
    buf_addc(w->out, '\n');
    w->in_row = false;
}
