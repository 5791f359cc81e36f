/* Where the header stands. Platforms put a block of titles above it (shop, period, when exported),
 * and some spread it over two rows with merged cells.
 *
 * The row with most names that the caller knows wins. Without such names the first row is it,
 * unless it is far emptier than what follows, as a title is: then the row with most texts that have
 * numbers below. */
#include "format/header_priv.h"

#include "format/readers_priv.h"

#include <string.h>

#define KNOWN_LEAST 2 /* one known word may stand in any row */

bool first_rows_add(struct first_rows *out, struct arena *a, const struct row *row, size_t end)
{
    if (out->n == FIRST_ROWS_MAX)
        return true;
    out->rows[out->n] = row_copy_fields(a, row->fields, row->n);
    out->widths[out->n] = row->n;
    out->lines[out->n] = row->line;
    out->records[out->n] = row->row_no;
    out->ends[out->n] = end;
    return out->rows[out->n++] != NULL;
}

static str cell(const struct first_rows *r, size_t row, size_t column)
{
    return row < r->n && column < r->widths[row] ? sniff_clean_name(r->rows[row][column])
                                                 : STR_EMPTY;
}

static size_t filled(const struct first_rows *r, size_t row)
{
    size_t n = 0;
    for (size_t i = 0; i < r->widths[row]; i++)
        n += cell(r, row, i).len > 0;
    return n;
}

static size_t numbers(const struct first_rows *r, size_t row)
{
    size_t n = 0;
    for (size_t i = 0; i < r->widths[row]; i++)
        n += sniff_is_numeric(r->rows[row][i]);
    return n;
}

/* How many different names of the row are known; 0 for a row of data. */
static size_t known_names(const struct row_options *opt, const struct first_rows *r, size_t row)
{
    size_t known = 0;
    if (opt->is_known == NULL || numbers(r, row) * 5 > filled(r, row))
        return 0;
    for (size_t i = 0; i < r->widths[row]; i++) {
        const str name = cell(r, row, i);
        bool is_new = name.len > 0;
        for (size_t k = 0; k < i && is_new; k++)
            is_new = !str_eq(cell(r, row, k), name);
        known += is_new && opt->is_known(opt->known_self, name);
    }
    return known;
}

/* Texts of the row that have a number somewhere below. */
static size_t texts_over_numbers(const struct first_rows *r, size_t row)
{
    size_t n = 0;
    if (numbers(r, row) > 0)
        return 0;
    for (size_t i = 0; i < r->widths[row]; i++) {
        bool has_number = false;
        for (size_t k = row + 1; k < r->n && !has_number; k++)
            has_number = i < r->widths[k] && sniff_is_numeric(r->rows[k][i]);
        n += has_number && cell(r, row, i).len > 0;
    }
    return n;
}

/* The number of filled cells that most rows have. */
static size_t usual_filled(const struct first_rows *r)
{
    size_t each[FIRST_ROWS_MAX];
    size_t best = 0;
    size_t best_count = 0;
    for (size_t i = 1; i < r->n; i++)
        each[i] = filled(r, i);
    for (size_t i = 1; i < r->n; i++) {
        size_t same = 0;
        for (size_t k = 1; k < r->n; k++)
            same += each[k] == each[i];
        if (same > best_count || (same == best_count && each[i] > best)) {
            best_count = same;
            best = each[i];
        }
    }
    return best;
}

static size_t best_known(const struct row_options *opt, const struct first_rows *r, size_t *known)
{
    size_t best = 0;
    *known = 0;
    for (size_t i = 0; i < r->n && i < HEADER_ROWS_MAX; i++) {
        const size_t n = known_names(opt, r, i);
        if (n > *known) {
            *known = n;
            best = i;
        }
    }
    return best;
}

static size_t best_texts(const struct first_rows *r)
{
    size_t best = 0;
    size_t most = 0;
    for (size_t i = 0; i < r->n && i < HEADER_ROWS_MAX; i++) {
        const size_t n = texts_over_numbers(r, i);
        if (n > most) {
            most = n;
            best = i;
        }
    }
    return best;
}

/* One row of the header, before a second one is looked for. */
static struct header_place find_row(const struct row_options *opt, const struct first_rows *r)
{
    const struct header_place none = { 0, 0 };
    const struct header_place first = { 0, 1 };
    size_t known = 0;
    const size_t at = best_known(opt, r, &known);
    const bool is_first_header = sniff_header(r->rows, r->widths, r->n);
    const bool is_title = filled(r, 0) * 2 <= usual_filled(r);
    if (known >= KNOWN_LEAST && at > 0 && is_first_header && !is_title &&
        known < known_names(opt, r, 0) + 3)
        return first; /* words of data beside a header of unknown names */
    if (known >= KNOWN_LEAST)
        return (struct header_place){ at, 1 };
    const size_t below = is_title ? best_texts(r) : 0;
    if (below > 0)
        return (struct header_place){ below, 1 };
    return is_first_header ? first : none;
}

/* ---- two rows -------------------------------------------------------------------------------- */

static bool is_merged(const struct merges *m, uint32_t row, uint32_t column, bool is_across)
{
    for (size_t i = 0; i < m->n && m->items[i].first_row <= row; i++) {
        const struct merge *x = &m->items[i];
        if (row <= x->last_row && column >= x->first_column && column <= x->last_column &&
            (is_across ? x->last_column > x->first_column && x->last_row == row
                       : x->first_row == row && x->last_row > row))
            return true;
    }
    return false;
}

/* The text that stands over a column in the upper row: its own, or that of the merged or blank
 * cells to its left. */
static str group_of(const struct first_rows *r, size_t upper, const struct merges *m, size_t column)
{
    for (size_t i = column + 1; i-- > 0;) {
        const str own = cell(r, upper, i);
        if (own.len > 0)
            return own;
        if (cell(r, upper + 1, i).len == 0 ||
            (m != NULL && !is_merged(m, (uint32_t)r->lines[upper], (uint32_t)i, true)))
            return STR_EMPTY;
    }
    return STR_EMPTY;
}

/* A row whose names cannot stand alone: the same name twice, or none over a column of data. */
static bool is_incomplete(const struct first_rows *r, size_t row)
{
    for (size_t i = 0; i < r->widths[row]; i++) {
        const str name = cell(r, row, i);
        if (name.len == 0 && row > 0 && cell(r, row - 1, i).len > 0)
            return true;
        for (size_t k = 0; k < i && name.len > 0; k++)
            if (str_eq(cell(r, row, k), name))
                return true;
    }
    return false;
}

/* Without merged cells to go by: a text below a name that has no blank on its right is no name of a
 * group's part, but data below a whole name. */
static bool has_text_below_name(const struct first_rows *r, size_t upper)
{
    for (size_t i = 0; i < r->widths[upper]; i++)
        if (cell(r, upper, i).len > 0 && cell(r, upper + 1, i).len > 0 &&
            (cell(r, upper, i + 1).len > 0 || cell(r, upper + 1, i + 1).len == 0))
            return true;
    return false;
}

/* Are `upper` and the row below it the two rows of one header? The lower one holds names under
 * blanks of the upper one that belong to a group on their left; and it is no data. */
static bool is_pair(const struct first_rows *r, size_t upper, const struct merges *m)
{
    const size_t lower = upper + 1;
    bool has_group = false;
    if (lower >= r->n || numbers(r, upper) > 0 || numbers(r, lower) > 0 || filled(r, upper) < 2 ||
        filled(r, lower) < 2 || texts_over_numbers(r, lower) == 0 ||
        (m == NULL && has_text_below_name(r, upper)))
        return false;
    for (size_t i = 0; i < r->widths[lower] && !has_group; i++)
        has_group = cell(r, lower, i).len > 0 && cell(r, upper, i).len == 0 &&
                    group_of(r, upper, m, i).len > 0;
    return has_group;
}

static bool has_merge_down(const struct first_rows *r, size_t upper, const struct merges *m)
{
    for (size_t i = 0; m != NULL && i < r->widths[upper]; i++)
        if (is_merged(m, (uint32_t)r->lines[upper], (uint32_t)i, false))
            return true;
    return false;
}

struct header_place header_find(const struct row_options *opt,
                                const struct first_rows *r,
                                const struct merges *merges)
{
    struct header_place place = { 0, 1 };
    if (r->n == 0 || opt->header == ROW_HEADER_NO)
        return (struct header_place){ 0, 0 };
    if (opt->header == ROW_HEADER_YES)
        return place;
    place = find_row(opt, r);
    if (place.count == 0)
        return place;
    if (place.at > 0 && (is_incomplete(r, place.at) || has_merge_down(r, place.at - 1, merges)) &&
        is_pair(r, place.at - 1, merges))
        return (struct header_place){ place.at - 1, 2 };
    if (is_pair(r, place.at, merges))
        place.count = 2;
    return place;
}

const str *header_names(const struct first_rows *r,
                        struct header_place place,
                        const struct merges *merges,
                        size_t width,
                        struct arena *a)
{
    str *names = arena_alloc(a, width + 1, sizeof *names);
    for (size_t i = 0; names != NULL && i < width; i++) {
        names[i] = cell(r, place.at, i);
        if (place.count < 2)
            continue;
        const str lower = cell(r, place.at + 1, i);
        const str group = lower.len > 0 ? group_of(r, place.at, merges, i) : STR_EMPTY;
        if (lower.len > 0 && group.len > 0 && !str_eq(lower, group))
            names[i] = arena_printf(a, "%.*s / %.*s", STR_ARG(group), STR_ARG(lower));
        else if (lower.len > 0)
            names[i] = lower;
    }
    return names;
}
