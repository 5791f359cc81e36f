/* Delimiter, quote, line end, header and decimal mark, seen from the first records. The records are
 * cut by the same index as the real reading, so that a guess is tested by what it would give. */
#include "format/readers_priv.h"

#include <string.h>

#define SNIFF_RECORDS 200
#define SNIFF_BYTES   ((size_t)256 * 1024)

void sniff_newline(str text, struct csv_dialect *d)
{
    d->newline =
        memchr(text.ptr, '\n', text.len) == NULL && memchr(text.ptr, '\r', text.len) != NULL ? '\r'
                                                                                             : '\n';
}

/* How evenly a delimiter cuts the records. */
struct evenness {
    size_t records;
    size_t modal; /* most frequent number of fields */
    size_t at_modal;
    size_t first;  /* fields of the first record */
    size_t quoted; /* fields that start and end with the quote */
    bool is_below; /* records above have one field */
};

static void widths_judge(const size_t *widths, size_t n, struct evenness *e)
{
    e->records = n;
    e->first = n > 0 ? widths[0] : 0;
    for (size_t i = 0; i < n; i++) {
        size_t same = 0;
        for (size_t j = 0; j < n; j++)
            same += widths[j] == widths[i];
        if (same > e->at_modal) {
            e->at_modal = same;
            e->modal = widths[i];
        }
    }
}

/* Lines of a title above the table have one field: without them the table shows. */
static void widths_judge_below_title(const size_t *widths, size_t n, struct evenness *e)
{
    size_t skip = 0;
    if (n == 0)
        return;
    widths_judge(widths, n, e);
    while (skip < n && skip < HEADER_ROWS_MAX && widths[skip] == 1)
        skip++;
    if (skip == 0 || n - skip < 2)
        return;
    struct evenness below = { .quoted = e->quoted, .is_below = true };
    widths_judge(widths + skip, n - skip, &below);
    if (below.modal > 1)
        *e = below;
}

static bool is_quoted_field(str field, char quote)
{
    return quote != 0 && field.len >= 2 && field.ptr[0] == quote &&
           (field.ptr[field.len - 1] == quote ||
            (field.len >= 3 && field.ptr[field.len - 1] == '\r' &&
             field.ptr[field.len - 2] == quote));
}

/* False: out of memory. */
static bool judge(str text, const struct csv_dialect *d, struct csv_index *x, struct evenness *e)
{
    size_t widths[SNIFF_RECORDS];
    size_t n = 0;
    size_t width = 0;
    size_t pos = 0;
    *e = (struct evenness){ 0 };
    if (!csv_index_build(x, d, text))
        return false;
    for (size_t i = 0; i < x->n && n < SNIFF_RECORDS; i++) {
        const str field = { text.ptr + pos, x->ends[i] - pos };
        const bool is_last = x->ends[i] >= text.len || text.ptr[x->ends[i]] == d->newline;
        pos = x->ends[i] + 1;
        if (is_last && width == 0 && csv_line_is_blank(d, field))
            continue;
        width++;
        e->quoted += is_quoted_field(field, d->quote);
        if (!is_last)
            continue;
        widths[n++] = width;
        width = 0;
    }
    widths_judge_below_title(widths, n, e);
    return true;
}

/* Runs of blanks between columns: nearly all records of one width, with numbers in them. */
static bool is_file_of_blanks(str text, char newline)
{
    size_t widths[SNIFF_RECORDS];
    size_t n = 0;
    size_t with_digit = 0;
    while (text.len > 0 && n < SNIFF_RECORDS) {
        const str line = str_trim(str_take_until(&text, newline));
        bool has_digit = false;
        size_t width = line.len > 0;
        for (size_t i = 0; i + 1 < line.len; i++) {
            const bool blank = line.ptr[i] == ' ' || line.ptr[i] == '\t';
            width += blank && line.ptr[i + 1] != ' ' && line.ptr[i + 1] != '\t';
            has_digit |= blank && line.ptr[i + 1] >= '0' && line.ptr[i + 1] <= '9';
        }
        if (width == 0)
            continue;
        with_digit += has_digit;
        widths[n++] = width;
    }
    struct evenness e = { 0 };
    widths_judge(widths, n, &e);
    return e.modal >= 2 && n >= 2 && e.at_modal * 100 >= n * 90 &&
           with_digit * 100 >= (n - 1) * 80; /* the first may be a header */
}

/* Earlier ones win a tie: a comma may be a decimal mark, the others are rarely text. */
static const char delimiters[] = { '\t', ';', '|', ',', '^', '~', '\1', '\37' };

/* What cuts the first records too wins a tie: platforms put tabs before ids in files of commas, but
 * none in the header. */
static size_t score(const struct evenness *e)
{
    if (e->modal < 2 || e->records == 0)
        return 0;
    const size_t even = e->at_modal * 1000 / e->records;
    const size_t whole = e->first == e->modal ? even + 100 : even;
    return e->is_below && whole > 0 ? whole - 1 : whole;
}

/* Single quotes only when they enclose fields as a habit and double ones do not. */
static bool pick_quote(str text, struct csv_dialect *d, struct csv_index *x)
{
    struct evenness with_double;
    struct evenness with_single;
    d->quote = '"';
    if (!judge(text, d, x, &with_double))
        return false;
    d->quote = '\'';
    if (!judge(text, d, x, &with_single))
        return false;
    if (with_single.quoted * 2 < with_single.records || with_double.quoted > 0)
        d->quote = '"';
    return true;
}

static bool pick_delimiter(str text, struct csv_dialect *d, struct csv_index *x)
{
    size_t best = 0;
    char delimiter = ',';
    for (size_t i = 0; i < ARRAY_LEN(delimiters); i++) {
        struct evenness e;
        d->delimiter = delimiters[i];
        d->quote = '"';
        if (memchr(text.ptr, d->delimiter, text.len) == NULL)
            continue;
        if (!judge(text, d, x, &e))
            return false;
        if (score(&e) <= best)
            continue;
        best = score(&e);
        delimiter = d->delimiter;
    }
    if (best < 600 && is_file_of_blanks(text, d->newline))
        delimiter = ROW_DELIMITER_SPACES;
    d->delimiter = delimiter;
    return true;
}

enum status sniff_dialect(str text,
                          const struct row_options *opt,
                          struct csv_dialect *out,
                          struct error *why)
{
    struct csv_index x = { 0 };
    struct csv_dialect d = { .delimiter = opt->delimiter, .quote = opt->quote };
    bool fine = true;
    text = str_first(text, SNIFF_BYTES);
    sniff_newline(text, &d);
    if (d.delimiter == 0)
        fine = pick_delimiter(text, &d, &x);
    d.quote = opt->quote;
    if (d.delimiter == ROW_DELIMITER_SPACES || d.quote == ROW_QUOTE_NONE)
        d.quote = 0;
    else if (fine && d.quote == 0)
        fine = pick_quote(text, &d, &x);
    mem_free(x.ends);
    if (!fine)
        return row_no_memory(why);
    *out = d;
    return STATUS_OK;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A number, date, time or money amount: digits make up most of it, and letters hardly any. */
bool sniff_is_numeric(str s)
{
    size_t digits = 0;
    size_t letters = 0;
    s = str_trim(s);
    for (size_t i = 0; i < s.len; i++) {
        digits += is_digit(s.ptr[i]);
        letters +=
            ((unsigned char)s.ptr[i] | 0x20) >= 'a' && ((unsigned char)s.ptr[i] | 0x20) <= 'z';
    }
    return s.len > 0 && s.len < 40 && digits * 2 >= s.len && letters <= 3;
}

str sniff_clean_name(str s)
{
    static const char *const blanks[] = { "\xc2\xa0", "\xe3\x80\x80", "\xef\xbb\xbf", "'" };
    bool is_done = false;
    while (!is_done) {
        const size_t before = s.len;
        s = str_trim(s);
        for (size_t i = 0; i < ARRAY_LEN(blanks); i++) {
            const str mark = str_from(blanks[i]);
            if (str_starts(s, mark))
                s = str_skip(s, mark.len);
            if (i < 2 && str_ends(s, mark))
                s.len -= mark.len;
        }
        is_done = s.len == before;
    }
    if (s.len >= 3 && s.ptr[0] == '=' && s.ptr[1] == '"' && s.ptr[s.len - 1] == '"')
        s = str_trim((str){ s.ptr + 2, s.len - 3 });
    return s;
}

/* A header holds no numbers. When all is text, a header has no empty and no repeated names and is
 * not repeated below; that is also the answer for a file of one row. */
bool sniff_header(const str *const *rows, const size_t *widths, size_t n)
{
    if (n == 0)
        return false;
    size_t filled = 0;
    for (size_t i = 0; i < widths[0]; i++) {
        if (sniff_is_numeric(rows[0][i]))
            return false;
        filled += str_trim(rows[0][i]).len > 0;
    }
    for (size_t i = 0; i < widths[0]; i++)
        for (size_t r = 1; r < n; r++)
            if (i < widths[r] && sniff_is_numeric(rows[r][i]) && rows[0][i].len > 0)
                return true;
    for (size_t i = 0; i < widths[0]; i++)
        for (size_t j = i + 1; j < widths[0]; j++)
            if (str_eq(rows[0][i], rows[0][j]))
                return false;
    return filled == widths[0];
}

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* Without currency and percent signs around it. */
static str bare_number(str s)
{
    s = str_trim(s);
    while (s.len > 0 && ((s.ptr[0] & 0x80) != 0 || is_one_of(s.ptr[0], "$='\"")))
        s = str_skip(s, 1);
    while (s.len > 0 && ((s.ptr[s.len - 1] & 0x80) != 0 || is_one_of(s.ptr[s.len - 1], "$%\" ")))
        s.len--;
    return s;
}

void row_marks_add(struct row_marks *m, str s)
{
    size_t points = 0;
    size_t commas = 0;
    s = bare_number(s);
    size_t last = s.len;
    if (s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+'))
        s = str_skip(s, 1);
    for (size_t i = 0; i < s.len; i++) {
        if (!is_digit(s.ptr[i]) && s.ptr[i] != '.' && s.ptr[i] != ',')
            return;
        points += s.ptr[i] == '.';
        commas += s.ptr[i] == ',';
        if (!is_digit(s.ptr[i]))
            last = i;
    }
    if (points + commas == 0 || last + 1 >= s.len)
        return;
    const bool is_single = points + commas == 1;
    const bool is_both = points > 0 && commas > 0;
    if ((is_single && s.len - last - 1 == 3 && last <= 3 && s.ptr[0] != '0') ||
        (!is_single && !is_both)) {
        m->unclear++;
        m->single_comma += is_single && s.ptr[last] == ',';
        m->single_point += is_single && s.ptr[last] == '.';
        m->many_commas += !is_single && s.ptr[last] == ',';
        m->many_points += !is_single && s.ptr[last] == '.';
        return;
    }
    m->comma += s.ptr[last] == ',';
    m->point += s.ptr[last] == '.';
    m->grouped_comma += is_both && s.ptr[last] == '.';
    m->grouped_point += is_both && s.ptr[last] == ',';
}

void row_shape_column_marks(const struct row_shape *shape,
                            size_t column,
                            char *decimal_mark,
                            char *group_mark)
{
    struct row_marks m = { 0 };
    *decimal_mark = shape->decimal_mark;
    *group_mark = shape->group_mark;
    for (size_t i = 0; i < shape->n_samples; i++)
        row_marks_add(&m, shape->samples[i][column]);
    const char own = m.comma > 0 ? ',' : '.';
    const size_t against = own == ',' ? m.many_commas : m.many_points; /* it groups there */
    if ((m.comma > 0) == (m.point > 0) || own == shape->decimal_mark || against > 0)
        return;
    *decimal_mark = own;
    *group_mark = own == ',' ? '.' : ',';
}

void sniff_decimal(struct row_shape *shape)
{
    struct row_marks m = { 0 };
    for (size_t r = 0; r < shape->n_samples; r++)
        for (size_t i = 0; i < shape->n_columns; i++)
            row_marks_add(&m, shape->samples[r][i]);
    shape->decimal_mark = m.comma > m.point ? ',' : '.';
    const size_t grouped = shape->decimal_mark == ',' ? m.grouped_point : m.grouped_comma;
    if (grouped > 0)
        shape->group_mark = shape->decimal_mark == ',' ? '.' : ',';
}
