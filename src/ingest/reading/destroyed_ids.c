/* Long ids that a spreadsheet has taken for numbers: it shows 6.91793E+18, or keeps 15 digits and
 * writes zeros for the rest. Nothing in the file can bring them back, so the column is refused as a
 * whole: rows that look right beside them may be wrong too. */
#include "ingest/reading/reading_priv.h"

#define KEPT_DIGITS 15 /* of a number in Excel */
/* Digits lost by all ids together that chance does not explain: one in a million. */
#define ZEROS_LEAST 6

static bool all_digits(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    }
    return s.len > 0;
}

/* Zeros behind the 15th digit when there is nothing else. */
static size_t lost_digits(str id)
{
    for (size_t i = KEPT_DIGITS; i < id.len; i++) {
        if (id.ptr[i] != '0')
            return 0;
    }
    return id.len - KEPT_DIGITS;
}

static enum status destroyed(const struct row_shape *shape,
                             size_t column,
                             size_t sample,
                             struct error *why)
{
    return error_set(why,
                     STATUS_BAD_INPUT,
                     "column \"%.*s\", line %lld: \"%.*s\": Excel has destroyed the ids of this "
                     "column (of a long number it keeps 15 digits); nothing was imported. Export "
                     "the file again and import it as it comes, without saving it in Excel",
                     STR_ARG(shape->columns[column]),
                     (long long)(shape->sample_lines != NULL ? shape->sample_lines[sample] : 0),
                     STR_ARG(str_first(value_unwrap(shape->samples[sample][column]), 40)));
}

enum status reading_check_ids(const struct row_shape *shape, size_t column, struct error *why)
{
    size_t longs = 0;
    size_t hits = 0;
    size_t zeros = 0;
    size_t first = 0;
    str before = STR_EMPTY;
    if (column == NO_COLUMN)
        return STATUS_OK;
    for (size_t i = 0; i < shape->n_samples; i++) {
        const str id = value_unwrap(shape->samples[i][column]);
        if (value_is_destroyed_id(id))
            return destroyed(shape, column, i, why);
        /* lines of one order repeat its id */
        if (id.len <= KEPT_DIGITS || id.len > 24 || !all_digits(id) || str_eq(id, before))
            continue;
        before = id;
        longs++;
        if (lost_digits(id) == 0)
            continue;
        first = hits++ == 0 ? i : first;
        zeros += lost_digits(id);
    }
    return zeros >= ZEROS_LEAST && hits * 10 >= longs * 9 ? destroyed(shape, column, first, why)
                                                          : STATUS_OK;
}
