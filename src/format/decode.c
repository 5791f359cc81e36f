/* UTF-16, GB18030 and Windows-1252 to UTF-8. ASCII runs are copied without asking iconv, which
 * makes Western and mostly numeric files fast. An undecodable byte b becomes FF b (see rows.h), so
 * that the ordinary UTF-8 check of a row finds it later, at its place. */
#include "format/source_priv.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

struct decoder {
    enum row_encoding encoding;
    iconv_t cd;
};

static const char *const iconv_names[ROW_ENCODING_COUNT] = {
    [ROW_ENCODING_UTF16LE] = "UTF-16LE",
    [ROW_ENCODING_UTF16BE] = "UTF-16BE",
    [ROW_ENCODING_GB18030] = "GB18030",
};

/* Windows-1252 0x80 to 0x9f; 0: not assigned. WHATWG table without its C1 controls. */
static const uint16_t cp1252[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

struct decoder *decoder_new(enum row_encoding e)
{
    struct decoder *d = mem_new(1, sizeof *d);
    if (d == NULL)
        return NULL;
    d->encoding = e;
    d->cd = (iconv_t)-1;
    if (iconv_names[e] != NULL) {
        d->cd = iconv_open("UTF-8", iconv_names[e]);
        if (d->cd == (iconv_t)-1) {
            mem_free(d);
            return NULL;
        }
    }
    return d;
}

void decoder_free(struct decoder *d)
{
    if (d != NULL && d->cd != (iconv_t)-1)
        iconv_close(d->cd);
    mem_free(d);
}

static size_t put_utf8(char *dst, unsigned c)
{
    if (c < 0x800) {
        dst[0] = (char)(0xc0 | c >> 6);
        dst[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    dst[0] = (char)(0xe0 | c >> 12);
    dst[1] = (char)(0x80 | (c >> 6 & 0x3f));
    dst[2] = (char)(0x80 | (c & 0x3f));
    return 3;
}

static size_t decode_1252(str *in, char *dst, size_t cap)
{
    size_t out = 0;
    size_t i = 0;
    for (; i < in->len && out + 3 <= cap; i++) {
        const unsigned char b = (unsigned char)in->ptr[i];
        if (b < 0x80) {
            dst[out++] = (char)b;
            continue;
        }
        const unsigned c = b < 0xa0 ? cp1252[b - 0x80] : b;
        if (c != 0) {
            out += put_utf8(dst + out, c);
            continue;
        }
        dst[out++] = SOURCE_BAD_BYTE;
        dst[out++] = (char)b;
    }
    *in = str_skip(*in, i);
    return out;
}

/* One undecodable unit: a byte of GB18030, a code unit of UTF-16. */
static size_t put_bad(struct decoder *d, str *in, char *dst)
{
    const size_t unit = d->encoding == ROW_ENCODING_GB18030 ? 1 : 2;
    dst[0] = SOURCE_BAD_BYTE;
    dst[1] = (char)((unsigned char)in->ptr[0] | 0x80u);
    *in = str_skip(*in, unit < in->len ? unit : in->len);
    iconv(d->cd, NULL, NULL, NULL, NULL);
    return 2;
}

static size_t ascii_run(str s, size_t cap)
{
    size_t n = 0;
    while (n < s.len && n < cap && (unsigned char)s.ptr[n] < 0x80)
        n++;
    return n;
}

/* The stretch to give to iconv: in GB18030 up to the line's end (LF is never a trail byte), so
 * that the next line's ASCII is copied again. */
static size_t iconv_stretch(const struct decoder *d, str in)
{
    if (d->encoding != ROW_ENCODING_GB18030)
        return in.len;
    const char *lf = memchr(in.ptr, '\n', in.len);
    return lf != NULL ? (size_t)(lf - in.ptr) + 1 : in.len;
}

/* False: the input's rest is a torn character, or the output is full. */
static bool iconv_step(struct decoder *d, str *in, char *dst, size_t cap, size_t *out)
{
    union { /* iconv() takes char ** but does not write through it */
        const char *borrowed;
        char *given;
    } src = { .borrowed = in->ptr };
    size_t left = iconv_stretch(d, *in);
    const size_t given = left;
    char *to = dst + *out;
    size_t room = cap - *out;
    const size_t r = iconv(d->cd, &src.given, &left, &to, &room);
    const int err = r == (size_t)-1 ? errno : 0;
    *in = str_skip(*in, given - left);
    *out = (size_t)(to - dst);
    if (err == EILSEQ || (err == EINVAL && in->len > left)) {
        if (cap - *out < 2)
            return false;
        *out += put_bad(d, in, dst + *out);
        return true;
    }
    return err == 0;
}

size_t decoder_run(struct decoder *d, str *in, char *dst, size_t cap, bool last)
{
    if (d->encoding == ROW_ENCODING_WINDOWS1252)
        return decode_1252(in, dst, cap);
    size_t out = 0;
    while (in->len > 0 && out + 8 <= cap) {
        if (d->encoding == ROW_ENCODING_GB18030) {
            const size_t n = ascii_run(*in, cap - out);
            memcpy(dst + out, in->ptr, n);
            out += n;
            *in = str_skip(*in, n);
            if (in->len == 0 || out + 8 > cap)
                break;
        }
        if (!iconv_step(d, in, dst, cap, &out))
            break;
    }
    while (last && in->len > 0 && in->len < 4 && out + 8 <= cap)
        out += put_bad(d, in, dst + out);
    return out;
}
