/* The merged cells of a sheet. They stand behind its rows, where they come too late: so the part is
 * unpacked once before and only searched for them, without parsing (about 6 % of the time that
 * reading takes; a sheet whose rows are read holds no other "mergeCell" than in its own text, where
 * < is written &lt;). */
#include "format/xlsx_priv.h"

#include <string.h>

#define ELEMENT_MAX ((size_t)256) /* <x:mergeCell ref="A1:B2"/> */

/* The range of the element that starts behind its name. False: the text ends before it does. */
static bool read_element(struct xlsx *x, str text, bool last)
{
    const char *end = memchr(text.ptr, '>', text.len < ELEMENT_MAX ? text.len : ELEMENT_MAX);
    if (end == NULL)
        return text.len >= ELEMENT_MAX || last;
    str element = { text.ptr, (size_t)(end - text.ptr) };
    const size_t at = str_find(element, STR(" ref="));
    struct merge m;
    if (at + 6 >= element.len)
        return true;
    const char quote = element.ptr[at + 5];
    element = str_skip(element, at + 6);
    if (merge_parse(str_take_until(&element, quote), &m) && !merges_add(&x->merges, m))
        x->no_memory = true;
    return true;
}

/* Looks through the text; returns how much of it is done with. */
static size_t search(struct xlsx *x, str text, bool last)
{
    const str name = STR("mergeCell ");
    size_t done = 0;
    for (;;) {
        const str rest = str_skip(text, done);
        const char *hit =
            rest.len >= name.len ? memmem(rest.ptr, rest.len, name.ptr, name.len) : NULL;
        if (hit == NULL)
            return rest.len > name.len ? text.len - name.len : done;
        const size_t at = (size_t)(hit - text.ptr);
        if (!read_element(x, str_skip(text, at + name.len - 1), last))
            return at;
        done = at + name.len;
    }
}

enum status xlsx_read_merges(struct xlsx *x, struct error *why)
{
    const struct xlsx_handlers none = { .user = x };
    struct xlsx_part p = { 0 };
    char chunk[XLSX_CHUNK + ELEMENT_MAX * 2];
    size_t kept = 0;
    enum status st = xlsx_part_open(x, x->sheet->path.ptr, &none, &p, why);
    while (st == STATUS_OK && !p.is_last && !x->no_memory) {
        const zip_int64_t n = zip_fread(p.file, chunk + kept, XLSX_CHUNK);
        if (n < 0) /* the reader that follows says why */
            break;
        p.read += (uint64_t)n;
        p.is_last = n == 0;
        const str text = { chunk, kept + (size_t)n };
        const size_t done = search(x, text, p.is_last);
        kept = text.len - done;
        memmove(chunk, chunk + done, kept);
        const uint64_t unpacked = x->unpacked;
        x->unpacked += p.read;
        st = xlsx_check_bomb(x, &p, why);
        x->unpacked = unpacked;
    }
    xlsx_part_close(&p);
    if (st == STATUS_OK && x->no_memory)
        return row_no_memory(why);
    if (st == STATUS_OK && x->merges.n == MERGES_MAX)
        return error_set(why,
                         STATUS_TOO_LARGE,
                         "%s: more than %zu merged cells in the sheet",
                         x->name,
                         MERGES_MAX);
    merges_sort(&x->merges);
    return st;
}
