/* A document as one HTML page that loads nothing: styles and charts stand inside. Everything that
 * comes from data is escaped. */
#include "document/document_priv.h"

static const char style[] =
    "body{font:15px/1.5 \"Inter\",\"PingFang SC\",\"Microsoft YaHei\",\"Noto Sans CJK SC\","
    "sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1d2733;background:#fff}"
    "h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem}"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:1rem 0}"
    "th,td{padding:.25rem .75rem;text-align:left;border-bottom:1px solid #dde3ea}"
    "th{font-weight:600;border-bottom:2px solid #9aa7b5}"
    ".n{text-align:right;white-space:nowrap}.good{color:#00704a}.bad{color:#b3261e}.warn{color:#"
    "8a5a00}"
    ".dim{color:#667587}.bold{font-weight:600}svg{max-width:100%;height:auto;display:block}"
    "svg text{font:11px sans-serif}"
    "@media(prefers-color-scheme:dark){body{color:#e4e9ef;background:#14191f}"
    "th,td{border-color:#39434e}.good{color:#5fd3a5}.bad{color:#ff9a91}.warn{color:#e3b341}.dim{"
    "color:#97a4b2}"
    "svg{background:#fff}}"
    "@media print{body{margin:0;max-width:none}}";

void write_escaped(struct buf *out, str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (c == '&')
            buf_adds(out, "&amp;");
        else if (c == '<')
            buf_adds(out, "&lt;");
        else if (c == '>')
            buf_adds(out, "&gt;");
        else if (c == '"')
            buf_adds(out, "&quot;");
        else if (c == '\'')
            buf_adds(out, "&#39;");
        else
            buf_addc(out, (unsigned char)c < 0x20 ? ' ' : c);
    }
}

static void add_element(struct buf *out, const char *tag, str text)
{
    buf_addf(out, "<%s>", tag);
    write_escaped(out, text);
    buf_addf(out, "</%s>\n", tag);
}

static void add_cell(struct buf *out, const char *tag, str text, bool right, enum grid_tone tone)
{
    static const char *const tones[] = {
        [TONE_PLAIN] = "",    [TONE_GOOD] = "good", [TONE_BAD] = "bad",
        [TONE_WARN] = "warn", [TONE_DIM] = "dim",   [TONE_BOLD] = "bold"
    };
    buf_addf(out, "<%s", tag);
    if (right || tones[tone][0] != '\0')
        buf_addf(out,
                 " class=\"%s%s%s\"",
                 right ? "n" : "",
                 right && tones[tone][0] != '\0' ? " " : "",
                 tones[tone]);
    buf_addc(out, '>');
    write_escaped(out, text);
    buf_addf(out, "</%s>", tag);
}

static void add_table(const struct part_table *t, struct buf *out)
{
    buf_adds(out, "<table>\n<thead><tr>");
    for (size_t c = 0; c < t->columns; c++)
        add_cell(out, "th", t->heads[c], table_is_right(t, c), TONE_PLAIN);
    buf_adds(out, "</tr></thead>\n<tbody>\n");
    for (size_t r = 0; r < table_rows(t); r++) {
        buf_adds(out, "<tr>");
        for (size_t c = 0; c < t->columns; c++)
            add_cell(
                out, "td", table_at(t, r, c)->text, table_is_right(t, c), table_at(t, r, c)->tone);
        buf_adds(out, "</tr>\n");
    }
    buf_adds(out, "</tbody>\n</table>\n");
}

void write_html(const struct document *d, struct buf *out)
{
    buf_addf(out,
             "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>",
             d->lang == LANG_ZH ? "zh-CN" : "en");
    write_escaped(out, d->title);
    buf_addf(out, "</title>\n<style>%s</style>\n</head>\n<body>\n", style);
    add_element(out, "h1", d->title);
    for (size_t i = 0; i < d->count; i++) {
        const struct part *p = &d->parts[i];
        if (p->kind == PART_HEADING)
            add_element(out, "h2", p->text);
        else if (p->kind == PART_SENTENCE)
            add_element(out, "p", p->text);
        else if (p->kind == PART_TABLE)
            add_table(&p->table, out);
        else
            write_svg(p->chart, out);
    }
    buf_adds(out, "</body>\n</html>\n");
}
