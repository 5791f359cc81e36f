/* Records of an XLS stream and the texts in them. A text of the string table that is cut by a
 * record's end goes on in a CONTINUE record, which starts with the width of its characters anew. */
#include "format/xls_priv.h"

#define REPLACEMENT 0xfffd

bool xls_record_at(str stream, size_t offset, struct xls_reader *out)
{
    if (offset > stream.len || stream.len - offset < 4)
        return false;
    const unsigned char *u = (const unsigned char *)stream.ptr + offset;
    const size_t len = (size_t)u[2] | (size_t)u[3] << 8;
    *out = (struct xls_reader){ .stream = stream,
                                .id = (unsigned)u[0] | (unsigned)u[1] << 8,
                                .pos = offset + 4,
                                .end = offset + 4 + len };
    return out->end <= stream.len;
}

bool xls_record_next(struct xls_reader *r)
{
    return xls_record_at(r->stream, r->end, r);
}

/* Into the CONTINUE record behind this one. */
static bool go_on(struct xls_reader *r)
{
    struct xls_reader next;
    if (!xls_record_at(r->stream, r->end, &next) || next.id != XLS_CONTINUE) {
        r->is_bad = true;
        return false;
    }
    r->pos = next.pos;
    r->end = next.end;
    return true;
}

unsigned xls_u8(struct xls_reader *r)
{
    while (r->pos == r->end) {
        if (r->is_bad || !go_on(r))
            return 0;
    }
    return (unsigned char)r->stream.ptr[r->pos++];
}

unsigned xls_u16(struct xls_reader *r)
{
    const unsigned low = xls_u8(r);
    return low | xls_u8(r) << 8;
}

uint32_t xls_u32(struct xls_reader *r)
{
    const uint32_t low = xls_u16(r);
    return low | (uint32_t)xls_u16(r) << 16;
}

void xls_skip(struct xls_reader *r, size_t n)
{
    while (n > 0 && !r->is_bad) {
        const size_t here = r->end - r->pos < n ? r->end - r->pos : n;
        r->pos += here;
        n -= here;
        if (n > 0)
            (void)!go_on(r);
    }
}

static void add_utf8(struct buf *out, uint32_t c)
{
    if (c < 0x80) {
        buf_addc(out, (char)c);
    } else if (c < 0x800) {
        buf_addc(out, (char)(0xc0 | c >> 6));
        buf_addc(out, (char)(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        buf_addc(out, (char)(0xe0 | c >> 12));
        buf_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
        buf_addc(out, (char)(0x80 | (c & 0x3f)));
    } else {
        buf_addc(out, (char)(0xf0 | c >> 18));
        buf_addc(out, (char)(0x80 | (c >> 12 & 0x3f)));
        buf_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
        buf_addc(out, (char)(0x80 | (c & 0x3f)));
    }
}

/* One unit of UTF-16; halves of a pair come one after the other. */
static void add_unit(struct buf *out, uint32_t unit, uint32_t *high)
{
    const bool is_low = unit >= 0xdc00 && unit < 0xe000;
    if (*high != 0 && is_low) {
        add_utf8(out, 0x10000 + ((*high - 0xd800) << 10) + (unit - 0xdc00));
        *high = 0;
        return;
    }
    if (*high != 0)
        add_utf8(out, REPLACEMENT);
    *high = unit >= 0xd800 && unit < 0xdc00 ? unit : 0;
    if (*high == 0)
        add_utf8(out, is_low || unit == 0 ? REPLACEMENT : unit);
}

void xls_add_unicode(struct xls_reader *r, size_t count, bool has_runs, struct buf *out)
{
    unsigned flags = xls_u8(r);
    const size_t runs = has_runs && (flags & 8) != 0 ? xls_u16(r) : 0;
    const size_t extra = has_runs && (flags & 4) != 0 ? xls_u32(r) : 0;
    uint32_t high = 0;
    for (size_t i = 0; i < count && !r->is_bad; i++) {
        if (r->pos == r->end) {
            if (!go_on(r))
                return;
            flags = xls_u8(r);
        }
        add_unit(out, (flags & 1) != 0 ? xls_u16(r) : xls_u8(r), &high);
    }
    if (high != 0)
        add_utf8(out, REPLACEMENT);
    xls_skip(r, runs * 4 + extra);
}

void xls_add_bytes(const struct xls *x, struct xls_reader *r, size_t count, struct buf *out)
{
    const enum row_encoding e =
        x->codepage == 936 ? ROW_ENCODING_GB18030 : ROW_ENCODING_WINDOWS1252;
    char decoded[4096];
    if (count > r->end - r->pos) {
        r->is_bad = true;
        return;
    }
    str in = str_first(str_skip(r->stream, r->pos), count);
    struct decoder *d = decoder_new(e);
    r->pos += count;
    if (d == NULL) {
        out->failed = true;
        return;
    }
    for (size_t n = 1; in.len > 0 && n > 0;) {
        n = decoder_run(d, &in, decoded, sizeof decoded, true);
        buf_add(out, (str){ decoded, n });
    }
    decoder_free(d);
}
