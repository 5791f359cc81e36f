/* A small block-style YAML writer: what it writes, yaml_parse() reads back as the same text. */
#include "format/yaml.h"

#include <string.h>

/* Would a plain scalar be read as something else than this text? */
static bool needs_quotes(str s)
{
    static const char *const words[] = { "true", "false", "yes", "no", "on",
                                         "off",  "null",  "~",   "y",  "n" };
    double number;
    if (s.len == 0 || s.ptr[0] == ' ' || s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == ':')
        return true;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_eq_nocase(s, str_from(words[i])))
            return true;
    if (strchr("!&*-?:,[]{}#|>@`\"'%=<~.+0123456789", s.ptr[0]) != NULL)
        return !str_to_double(s, &number) || (s.ptr[0] == '0' && s.len > 1 && s.ptr[1] != '.');
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        if (strchr("#[]{},&*!|>'\"%@`", c) != NULL || (unsigned char)c < 0x20 || c == 0x7f)
            return true;
        if (c == ':' && i + 1 < s.len && s.ptr[i + 1] == ' ')
            return true;
    }
    return !str_is_utf8(s);
}

/* Length of a character that YAML takes for a line end or cannot read: C1 controls, U+2028,
 * U+2029, U+FEFF, U+FFFE, U+FFFF. 0: any other. */
static size_t awkward_length(str s, unsigned *code)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    if (s.len >= 2 && p[0] == 0xc2 && p[1] < 0xa0) {
        *code = p[1];
        return 2;
    }
    if (s.len < 3 || (p[0] != 0xe2 && p[0] != 0xef))
        return 0;
    *code = (p[0] & 0xfu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
    const bool is = *code == 0x2028 || *code == 0x2029 || *code == 0xfeff || *code >= 0xfffe;
    return is ? 3 : 0;
}

static bool has_awkward(str s)
{
    unsigned code;
    for (size_t i = 0; i < s.len; i++)
        if (awkward_length(str_skip(s, i), &code) > 0)
            return true;
    return false;
}

static void write_quoted(struct buf *out, str s)
{
    buf_addc(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        unsigned code = (unsigned char)c;
        const size_t n = awkward_length(str_skip(s, i), &code);
        if (n > 0 || (unsigned char)c < 0x20 || c == 0x7f) {
            buf_addf(out, "\\u%04x", code);
            i += n > 0 ? n - 1 : 0;
            continue;
        }
        if (c == '"' || c == '\\')
            buf_addc(out, '\\');
        buf_addc(out, c);
    }
    buf_addc(out, '"');
}

void yaml_write_scalar(struct buf *out, str s)
{
    if (needs_quotes(s) || has_awkward(s))
        write_quoted(out, s);
    else
        buf_add(out, s);
}

static void indent_by(struct buf *out, unsigned indent)
{
    for (unsigned i = 0; i < indent; i++)
        buf_adds(out, "  ");
}

void yaml_write_key(struct buf *out, unsigned indent, str key)
{
    indent_by(out, indent);
    yaml_write_scalar(out, key);
    buf_adds(out, ":\n");
}

void yaml_write_pair(struct buf *out, unsigned indent, str key, str value)
{
    indent_by(out, indent);
    yaml_write_scalar(out, key);
    buf_adds(out, ": ");
    yaml_write_scalar(out, value);
    buf_addc(out, '\n');
}

void yaml_write_item(struct buf *out, unsigned indent, str value)
{
    indent_by(out, indent);
    buf_adds(out, "- ");
    yaml_write_scalar(out, value);
    buf_addc(out, '\n');
}

void yaml_write_comment(struct buf *out, unsigned indent, str text)
{
    while (text.len > 0) {
        const str line = str_take_until(&text, '\n');
        indent_by(out, indent);
        buf_adds(out, "# ");
        for (size_t i = 0; i < line.len; i++)
            buf_addc(out, (unsigned char)line.ptr[i] < 0x20 ? ' ' : line.ptr[i]);
        buf_addc(out, '\n');
    }
}
