/* Quote rule: a quote opens a field only at its start; inside, any quote closes, and a quote right
 * behind a closing one opens again (which makes the doubled quote come out right). Elsewhere a
 * quote is text, so that 5" in an unquoted field harms nobody. Both passes, the one that finds
 * block borders and the one that finds fields, share csv_outside(), so they can't disagree.
 * Method: bit masks of 64 bytes and a prefix XOR (Langdale and Lemire 2019, section 3.1). */
#include "format/csv_scan_priv.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#ifdef __SSE2__
static inline uint64_t mask_of(const char *p, char c)
{
    const __m128i want = _mm_set1_epi8(c);
    uint64_t mask = 0;
    for (size_t i = 0; i < 4; i++) {
        __m128i v;
        memcpy(&v, p + 16 * i, sizeof v);
        const unsigned hits = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, want));
        mask |= (uint64_t)hits << (16 * i);
    }
    return mask;
}
#else
static inline uint64_t mask_of(const char *p, char c)
{
    uint64_t mask = 0;
    for (unsigned i = 0; i < 64; i++)
        mask |= (uint64_t)(p[i] == c) << i;
    return mask;
}
#endif

static inline uint64_t prefix_xor(uint64_t m)
{
    for (unsigned shift = 1; shift < 64; shift <<= 1)
        m ^= m << shift;
    return m;
}

struct quote_state {
    bool in_quote;
    bool may_open;
};

/* Quotes that open or close, out of all quotes. `openable`: places where a field starts. */
static uint64_t csv_toggles(struct quote_state *st, uint64_t quotes, uint64_t openable)
{
    uint64_t toggles = 0;
    bool reopen_next = false;
    while (quotes != 0) {
        const uint64_t bit = quotes & -quotes;
        quotes ^= bit;
        if (st->in_quote) {
            st->in_quote = false;
            toggles |= bit;
            openable |= bit << 1;
            reopen_next = bit >> 63 != 0;
        } else if ((openable & bit) != 0) {
            st->in_quote = true;
            toggles |= bit;
        }
    }
    if (reopen_next)
        st->may_open = true;
    return toggles;
}

/* Bits of the chunk that are outside quotes. */
static inline uint64_t csv_outside(struct quote_state *st,
                                   const struct csv_dialect *d,
                                   const char *p,
                                   uint64_t newlines)
{
    const uint64_t quotes = d->quote != 0 ? mask_of(p, d->quote) : 0;
    if (quotes == 0 && st->in_quote)
        return 0; /* may_open is not looked at until the closing quote, which sets it */
    const uint64_t borders = mask_of(p, d->delimiter) | newlines;
    const bool was_in = st->in_quote;
    const uint64_t openable = borders << 1 | (uint64_t)st->may_open;
    st->may_open = borders >> 63 != 0;
    if (quotes == 0)
        return ~(uint64_t)0;
    const uint64_t inside = prefix_xor(csv_toggles(st, quotes, openable));
    return was_in ? inside : ~inside;
}

void csv_scan_init(struct csv_scan *s)
{
    *s = (struct csv_scan){ .may_open = true, .past_ends = (uint64_t)1 << 63 };
}

/* Ends of lines that hold nothing but perhaps a CR. */
static uint64_t blank_ends(const char *p, uint64_t ends, uint64_t past)
{
    uint64_t blank = ends & (ends << 1 | past >> 63);
    uint64_t maybe = ends & (ends << 2 | past >> 62) & ~blank;
    while (maybe != 0) {
        const uint64_t bit = maybe & -maybe;
        maybe ^= bit;
        if (p[(ptrdiff_t)__builtin_ctzll(bit) - 1] == '\r')
            blank |= bit;
    }
    return blank;
}

static void scan_chunk(struct csv_scan *s,
                       const struct csv_dialect *d,
                       const char *p,
                       uint64_t valid)
{
    const uint64_t newlines = mask_of(p, d->newline) & valid;
    uint64_t outside = ~(uint64_t)0;
    if (d->quote != 0) {
        struct quote_state q = { s->in_quote, s->may_open };
        outside = csv_outside(&q, d, p, newlines);
        s->in_quote = q.in_quote;
        s->may_open = q.may_open;
    }
    const uint64_t ends = newlines & outside;
    if (ends != 0) {
        const unsigned top = 63 - (unsigned)__builtin_clzll(ends);
        const uint64_t upto = ~(uint64_t)0 >> (63 - top);
        s->rows_seen +=
            __builtin_popcountll(ends) - __builtin_popcountll(blank_ends(p, ends, s->past_ends));
        s->end = s->pos + top + 1;
        s->rows = s->rows_seen;
        s->lines = s->lines_seen + __builtin_popcountll(newlines & upto);
    }
    s->lines_seen += __builtin_popcountll(newlines);
    s->past_ends = ends;
}

bool csv_line_is_blank(const struct csv_dialect *d, str line)
{
    if (d->delimiter == ' ')
        return str_trim(line).len == 0;
    return line.len == 0 || (line.len == 1 && line.ptr[0] == '\r');
}

/* The text's last bytes: a chunk that is not full, and a record without line end. */
static void scan_last(struct csv_scan *s, const struct csv_dialect *d, str text)
{
    const size_t rest = text.len - s->pos;
    if (rest > 0) {
        char chunk[2 + 64] = { 0 }; /* blank_ends() may look one back */
        memcpy(chunk + 2, text.ptr + s->pos, rest);
        if (s->pos > 0)
            chunk[1] = text.ptr[s->pos - 1];
        scan_chunk(s, d, chunk + 2, rest < 64 ? ((uint64_t)1 << rest) - 1 : ~(uint64_t)0);
        s->pos = text.len;
    }
    if (s->end < text.len) {
        if (s->in_quote || !csv_line_is_blank(d, str_skip(text, s->end)))
            s->rows_seen++;
        s->rows = s->rows_seen;
        s->lines = s->lines_seen + 1;
        s->end = text.len;
    }
}

/* A file of blanks: lines that hold only blanks are no records either. */
static int64_t count_rows_of_blanks(const struct csv_dialect *d, str text)
{
    int64_t rows = 0;
    while (text.len > 0)
        rows += !csv_line_is_blank(d, str_take_until(&text, d->newline));
    return rows;
}

void csv_scan_run(struct csv_scan *s, const struct csv_dialect *d, str text, bool last)
{
    const size_t from = s->end;
    const int64_t rows_before = s->rows;
    for (; text.len - s->pos >= 64; s->pos += 64)
        scan_chunk(s, d, text.ptr + s->pos, ~(uint64_t)0);
    if (last)
        scan_last(s, d, text);
    if (d->delimiter == ' ') {
        const str fresh = { text.ptr + from, s->end - from };
        s->rows = rows_before + count_rows_of_blanks(d, fresh);
        s->rows_seen = s->rows;
    }
}

/* Positions of the set bits; writes up to 3 entries more than there are. */
static inline size_t index_flatten(uint32_t *to, uint64_t bits, uint32_t base)
{
    const int count = __builtin_popcountll(bits);
    for (int i = 0; i < count; i += 4) {
        for (int j = 0; j < 4; j++) {
            to[i + j] = base + (uint32_t)__builtin_ctzll(bits | (uint64_t)1 << 63);
            bits &= bits - 1;
        }
    }
    return (size_t)count;
}

static inline uint64_t index_chunk(struct csv_index *x,
                                   const struct csv_dialect *d,
                                   struct quote_state *q,
                                   const char *p)
{
    const uint64_t newlines = mask_of(p, d->newline);
    const uint64_t borders = mask_of(p, d->delimiter) | newlines;
    const uint64_t outside = csv_outside(q, d, p, newlines);
    if ((newlines & ~outside) != 0)
        x->has_quoted_newline = true;
    return borders & outside;
}

bool csv_index_build(struct csv_index *x, const struct csv_dialect *d, str text)
{
    struct quote_state q = { .may_open = true };
    x->n = 0;
    x->has_quoted_newline = false;
    size_t pos = 0;
    for (; text.len - pos >= 64; pos += 64) {
        if (x->cap < x->n + 72 && !MEM_GROW(x->ends, x->cap, x->n + 72))
            return false;
        const uint64_t bits = index_chunk(x, d, &q, text.ptr + pos);
        x->n += index_flatten(x->ends + x->n, bits, (uint32_t)pos);
    }
    if (!MEM_GROW(x->ends, x->cap, x->n + 72))
        return false;
    if (pos < text.len) {
        char chunk[64] = { 0 };
        memcpy(chunk, text.ptr + pos, text.len - pos);
        const uint64_t valid = ((uint64_t)1 << (text.len - pos)) - 1;
        const uint64_t bits = index_chunk(x, d, &q, chunk) & valid;
        x->n += index_flatten(x->ends + x->n, bits, (uint32_t)pos);
    }
    x->ends_in_quote = q.in_quote;
    if (text.len > 0 && (q.in_quote || text.ptr[text.len - 1] != d->newline))
        x->ends[x->n++] = (uint32_t)text.len;
    return true;
}

size_t count_byte(str s, char c)
{
    size_t n = 0;
    size_t i = 0;
    for (; s.len - i >= 64; i += 64)
        n += (size_t)__builtin_popcountll(mask_of(s.ptr + i, c));
    for (; i < s.len; i++)
        n += s.ptr[i] == c;
    return n;
}
