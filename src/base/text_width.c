/* UTF-8: validity, and the columns a terminal gives a character (Unicode 15 East Asian Width W and
 * F count 2; combining marks, joiners and variation selectors 0), as ranges. */
#include "base/str.h"

struct range {
    uint32_t first;
    uint32_t last;
};

static const struct range wide[] = {
    { 0x1100, 0x115F },   { 0x231A, 0x231B },   { 0x2329, 0x232A },   { 0x23E9, 0x23EC },
    { 0x25FD, 0x25FE },   { 0x2614, 0x2615 },   { 0x2648, 0x2653 },   { 0x26A1, 0x26A1 },
    { 0x2705, 0x2705 },   { 0x274C, 0x274C },   { 0x2753, 0x2755 },   { 0x2795, 0x2797 },
    { 0x2B1B, 0x2B1C },   { 0x2B50, 0x2B50 },   { 0x2E80, 0x303E },   { 0x3041, 0x33FF },
    { 0x3400, 0x4DBF },   { 0x4E00, 0x9FFF },   { 0xA000, 0xA4CF },   { 0xA960, 0xA97F },
    { 0xAC00, 0xD7A3 },   { 0xF900, 0xFAFF },   { 0xFE10, 0xFE19 },   { 0xFE30, 0xFE6F },
    { 0xFF01, 0xFF60 },   { 0xFFE0, 0xFFE6 },   { 0x16FE0, 0x18CFF }, { 0x1B000, 0x1B2FF },
    { 0x1F004, 0x1F004 }, { 0x1F0CF, 0x1F0CF }, { 0x1F18E, 0x1F18E }, { 0x1F191, 0x1F19A },
    { 0x1F200, 0x1F265 }, { 0x1F300, 0x1F320 }, { 0x1F32D, 0x1F335 }, { 0x1F337, 0x1F37C },
    { 0x1F37E, 0x1F393 }, { 0x1F3A0, 0x1F3CA }, { 0x1F3CF, 0x1F3D3 }, { 0x1F3E0, 0x1F3F0 },
    { 0x1F3F8, 0x1F43E }, { 0x1F440, 0x1F440 }, { 0x1F442, 0x1F4FC }, { 0x1F4FF, 0x1F53D },
    { 0x1F550, 0x1F567 }, { 0x1F5FB, 0x1F64F }, { 0x1F680, 0x1F6C5 }, { 0x1F6D0, 0x1F6D2 },
    { 0x1F7E0, 0x1F7EB }, { 0x1F90C, 0x1F9FF }, { 0x1FA70, 0x1FAFF }, { 0x20000, 0x3FFFD },
};

static const struct range zero[] = {
    { 0x0000, 0x001F }, { 0x007F, 0x009F }, { 0x0300, 0x036F },   { 0x0483, 0x0489 },
    { 0x0591, 0x05BD }, { 0x0610, 0x061A }, { 0x064B, 0x065F },   { 0x0E31, 0x0E31 },
    { 0x0E34, 0x0E3A }, { 0x1AB0, 0x1AFF }, { 0x1DC0, 0x1DFF },   { 0x200B, 0x200F },
    { 0x202A, 0x202E }, { 0x2060, 0x2064 }, { 0x20D0, 0x20F0 },   { 0xFE00, 0xFE0F },
    { 0xFE20, 0xFE2F }, { 0xFEFF, 0xFEFF }, { 0xE0100, 0xE01EF },
};

static bool in_ranges(const struct range *r, size_t n, uint32_t c)
{
    size_t low = 0;
    while (low < n) {
        const size_t mid = low + (n - low) / 2;
        if (c > r[mid].last)
            low = mid + 1;
        else if (c < r[mid].first)
            n = mid;
        else
            return true;
    }
    return false;
}

/* Bytes of the character at the start (RFC 3629: no overlong forms, no surrogates), 0: not valid.
 */
static size_t decode(str s, uint32_t *out)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t least;
    } forms[] = {
        { 0x80, 0x00, 0 }, { 0xE0, 0xC0, 0x80 }, { 0xF0, 0xE0, 0x800 }, { 0xF8, 0xF0, 0x10000 }
    };
    const unsigned char first = (unsigned char)s.ptr[0];
    for (size_t n = 0; n < ARRAY_LEN(forms); n++) {
        if ((first & forms[n].mask) != forms[n].lead)
            continue;
        uint32_t c = first & (unsigned char)~forms[n].mask;
        if (n >= s.len)
            return 0;
        for (size_t i = 1; i <= n; i++) {
            const unsigned char b = (unsigned char)s.ptr[i];
            if ((b & 0xC0) != 0x80)
                return 0;
            c = c << 6 | (b & 0x3Fu);
        }
        *out = c;
        return c < forms[n].least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF) ? 0 : n + 1;
    }
    return 0;
}

size_t str_width(str s)
{
    size_t width = 0;
    while (s.len > 0) {
        uint32_t c = 0;
        const size_t n = decode(s, &c);
        s = str_skip(s, n > 0 ? n : 1);
        if (n == 0)
            width += 1;
        else if (!in_ranges(zero, ARRAY_LEN(zero), c))
            width += in_ranges(wide, ARRAY_LEN(wide), c) ? 2 : 1;
    }
    return width;
}

bool str_is_utf8(str s)
{
    while (s.len > 0) {
        uint32_t c = 0;
        size_t ascii = 0;
        while (ascii < s.len && (unsigned char)s.ptr[ascii] < 0x80)
            ascii++;
        s = str_skip(s, ascii);
        if (s.len == 0)
            return true;
        const size_t n = decode(s, &c);
        if (n == 0)
            return false;
        s = str_skip(s, n);
    }
    return true;
}
