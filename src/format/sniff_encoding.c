/* Which encoding: byte order mark, else zero bytes (UTF-16), else valid UTF-8, else statistics of
 * the bytes above 127 that tell GB18030 from Windows-1252. Only the first MiB is looked at: what
 * comes later and does not fit is refused row by row, never read wrongly. */
#include "format/rows_priv.h"

#include <string.h>

static enum row_encoding from_bom(str head, size_t *bom)
{
    static const struct {
        const char *bytes;
        size_t len;
        enum row_encoding encoding;
    } marks[] = {
        { "\xef\xbb\xbf", 3, ROW_ENCODING_UTF8 },
        { "\xff\xfe", 2, ROW_ENCODING_UTF16LE },
        { "\xfe\xff", 2, ROW_ENCODING_UTF16BE },
    };
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (str_starts(head, (str){ marks[i].bytes, marks[i].len })) {
            *bom = marks[i].len;
            return marks[i].encoding;
        }
    return ROW_ENCODING_AUTO;
}

/* Text of mostly Latin letters and digits in UTF-16 has a zero in every other byte. A single NUL
 * in an ordinary file must not look like it. */
static enum row_encoding from_zeros(str head)
{
    const size_t pairs = (head.len < 65536 ? head.len : 65536) / 2;
    size_t even = 0;
    size_t odd = 0;
    for (size_t i = 0; i < pairs; i++) {
        even += head.ptr[2 * i] == 0;
        odd += head.ptr[2 * i + 1] == 0;
    }
    if (pairs < 2 || (even + odd) * 4 < pairs)
        return ROW_ENCODING_AUTO;
    if (odd > even * 8)
        return ROW_ENCODING_UTF16LE;
    return even > odd * 8 ? ROW_ENCODING_UTF16BE : ROW_ENCODING_AUTO;
}

/* Length of the UTF-8 character at p, or 0 when it is not one. */
static size_t utf8_length(str s)
{
    const unsigned char lead = (unsigned char)s.ptr[0];
    const size_t n = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (n == 0 || lead > 0xf4 || s.len < n || !str_is_utf8(str_first(s, n)))
        return 0;
    return n;
}

/* Mostly valid, with few bad bytes: UTF-8 whose bad rows will be refused. */
static bool is_utf8(str head, bool is_all)
{
    if (str_is_utf8(head))
        return true;
    size_t good = 0;
    size_t bad = 0;
    for (size_t i = 0; i < head.len;) {
        const size_t n = utf8_length(str_skip(head, i));
        good += n > 1;
        if (n == 0 && (is_all || head.len - i >= 4))
            bad++;
        i += n == 0 ? 1 : n;
    }
    return bad * 10 <= good;
}

struct gb_counts {
    size_t common; /* hanzi and punctuation of GB 2312 */
    size_t high;   /* of all, those that no lone byte between Western letters looks like */
    size_t all;
    size_t wrong;
};

static bool is_letter(char c)
{
    const unsigned char low = (unsigned char)c | 0x20;
    return low >= 'a' && low <= 'z';
}

/* Größe, créée: in Western text two such letters side by side stand within a word. */
static bool is_amid_word(str head, size_t at)
{
    return at > 0 && at + 2 < head.len && is_letter(head.ptr[at - 1]) &&
           is_letter(head.ptr[at + 2]);
}

static size_t gb_step(str head, size_t at, struct gb_counts *c)
{
    const str s = str_skip(head, at);
    const unsigned char *p = (const unsigned char *)s.ptr;
    if (p[0] < 0x80)
        return 1;
    if (p[0] == 0x80 || p[0] == 0xff || s.len < 2) {
        c->wrong += s.len >= 2;
        return 1;
    }
    if (s.len >= 4 && p[1] >= 0x30 && p[1] <= 0x39 && p[2] >= 0x81 && p[2] <= 0xfe &&
        p[3] >= 0x30 && p[3] <= 0x39) {
        c->high++;
        c->all++;
        return 4;
    }
    if (p[1] < 0x40 || p[1] == 0x7f || p[1] == 0xff) {
        c->wrong++;
        return 1;
    }
    const bool is_2312 =
        p[1] >= 0xa1 && ((p[0] >= 0xb0 && p[0] <= 0xf7) || (p[0] >= 0xa1 && p[0] <= 0xa9));
    c->common += is_2312;
    c->wrong += is_amid_word(head, at);
    c->high += p[1] >= 0x80;
    c->all++;
    return 2;
}

/* In Western text the bytes above 127 stand alone between letters; in Chinese they come in pairs,
 * nearly all of them in the GB 2312 area, or three of four where the characters are traditional. */
static bool is_gb18030(str head)
{
    struct gb_counts c = { 0 };
    for (size_t i = 0; i < head.len;)
        i += gb_step(head, i, &c);
    return c.common > 0 && c.wrong * 5 <= c.common && c.high * 10 >= c.all * 6;
}

enum row_encoding sniff_encoding(str head, bool is_all, size_t *bom)
{
    *bom = 0;
    enum row_encoding e = from_bom(head, bom);
    if (e == ROW_ENCODING_AUTO)
        e = from_zeros(head);
    if (e == ROW_ENCODING_AUTO && is_utf8(head, is_all))
        e = ROW_ENCODING_UTF8;
    if (e == ROW_ENCODING_AUTO)
        e = is_gb18030(head) ? ROW_ENCODING_GB18030 : ROW_ENCODING_WINDOWS1252;
    return e;
}
