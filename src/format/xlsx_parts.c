/* The small parts: workbook (sheets, date system), relations, styles, and the shared strings. */
#include "format/xlsx_priv.h"

#include <string.h>

/* ---- workbook and its relations ---- */

static void on_workbook(void *user, const char *name, const char **attributes)
{
    struct xlsx *x = user;
    const char *local = xlsx_local(name);
    if (strcmp(local, "workbookPr") == 0) {
        const char *is_1904 = xlsx_attribute(attributes, "date1904");
        x->is_1904 = is_1904 != NULL && (strcmp(is_1904, "1") == 0 || strcmp(is_1904, "true") == 0);
    }
    if (strcmp(local, "sheet") != 0 || x->n_sheets == XLSX_SHEETS_MAX)
        return;
    const char *title = xlsx_attribute(attributes, "name");
    const char *relation = xlsx_attribute(attributes, "r:id");
    for (size_t i = 0; relation == NULL && attributes[i] != NULL; i += 2)
        if (strcmp(xlsx_local(attributes[i]), "id") == 0 && strchr(attributes[i], ':') != NULL)
            relation = attributes[i + 1];
    if (title == NULL || relation == NULL)
        return;
    struct xlsx_sheet *s = &x->sheets[x->n_sheets];
    s->name = arena_dup(x->file->arena, str_from(title));
    s->relation = arena_dup(x->file->arena, str_from(relation));
    x->no_memory = x->no_memory || s->name.ptr == NULL || s->relation.ptr == NULL;
    x->n_sheets += !x->no_memory;
}

static void on_relation(void *user, const char *name, const char **attributes)
{
    struct xlsx *x = user;
    const char *id = xlsx_attribute(attributes, "Id");
    const char *target = xlsx_attribute(attributes, "Target");
    if (strcmp(xlsx_local(name), "Relationship") != 0 || id == NULL || target == NULL)
        return;
    for (size_t i = 0; i < x->n_sheets; i++) {
        struct xlsx_sheet *s = &x->sheets[i];
        if (!str_is(s->relation, id))
            continue;
        s->path = target[0] == '/' ? arena_printf(x->file->arena, "%s", target + 1)
                                   : arena_printf(x->file->arena, "xl/%s", target);
    }
}

static void keep_sheets_with_path(struct xlsx *x)
{
    size_t n = 0;
    for (size_t i = 0; i < x->n_sheets; i++)
        if (x->sheets[i].path.len > 0)
            x->sheets[n++] = x->sheets[i];
    x->n_sheets = n;
}

enum status xlsx_read_workbook(struct xlsx *x, struct error *why)
{
    const struct xlsx_handlers workbook = { .start = on_workbook, .user = x };
    const struct xlsx_handlers relations = { .start = on_relation, .user = x };
    x->sheets = mem_new(XLSX_SHEETS_MAX, sizeof *x->sheets);
    if (x->sheets == NULL)
        return row_no_memory(why);
    enum status st = xlsx_part_all(x, "xl/workbook.xml", &workbook, why);
    if (st == STATUS_NOT_FOUND)
        return error_set(why, STATUS_BAD_INPUT, "%s: a zip file, but not an Excel one", x->name);
    if (st == STATUS_OK)
        st = xlsx_part_all(x, "xl/_rels/workbook.xml.rels", &relations, why);
    keep_sheets_with_path(x);
    return st;
}

/* ---- styles ---- */

struct style_walk {
    struct xlsx *x;
    struct custom {
        int64_t id;
        enum xlsx_style style;
    } * customs;
    size_t n_customs;
    size_t customs_cap;
    bool in_cell_styles;
};

static bool is_elapsed(str bracket)
{
    return bracket.len >= 2 && strchr("hmsHMS", bracket.ptr[0]) != NULL &&
           (bracket.ptr[1] == ']' || bracket.ptr[1] == bracket.ptr[0]);
}

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

static size_t past_bracket(str code, size_t i)
{
    while (i < code.len && code.ptr[i] != ']')
        i++;
    return i;
}

/* What a number format shows: letters outside quotes, brackets and escapes decide. [h]:mm is an
 * amount of time, not a time of day: a number. */
enum xlsx_style xlsx_format_style(str code)
{
    bool has_day = false;
    bool has_clock = false;
    bool has_percent = false;
    bool in_quote = false;
    if (str_eq_nocase(code, STR("General")))
        return XLSX_NUMBER;
    for (size_t i = 0; i < code.len && code.ptr[i] != ';'; i++) {
        const char c = lower(code.ptr[i]);
        if (c == '"') {
            in_quote = !in_quote;
        } else if (in_quote) {
            continue;
        } else if (c == '\\' || c == '_' || c == '*') {
            i++;
        } else if (c == '[') {
            if (is_elapsed(str_skip(code, i + 1)))
                return XLSX_NUMBER;
            i = past_bracket(code, i);
        } else {
            has_day |= c == 'y' || c == 'd';
            has_clock |= c == 'h' || c == 's';
            has_percent |= c == '%';
        }
    }
    if (has_day)
        return has_clock ? XLSX_DATE_TIME : XLSX_DATE;
    if (has_clock)
        return XLSX_TIME;
    return has_percent ? XLSX_PERCENT : XLSX_NUMBER;
}

/* Built-in formats (ECMA-376 part 1, 18.8.30), the East Asian ones included. */
enum xlsx_style xlsx_builtin_style(int64_t id)
{
    static const struct {
        int from;
        int to;
        enum xlsx_style style;
    } ranges[] = {
        { 9, 10, XLSX_PERCENT },    { 14, 17, XLSX_DATE }, { 18, 21, XLSX_TIME },
        { 22, 22, XLSX_DATE_TIME }, { 27, 31, XLSX_DATE }, { 32, 35, XLSX_TIME },
        { 36, 36, XLSX_DATE },      { 45, 45, XLSX_TIME }, { 47, 47, XLSX_TIME },
        { 50, 54, XLSX_DATE },      { 55, 56, XLSX_TIME }, { 57, 58, XLSX_DATE },
    };
    for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
        if (id >= ranges[i].from && id <= ranges[i].to)
            return ranges[i].style;
    return XLSX_NUMBER;
}

static void add_custom(struct style_walk *w, int64_t id, const char *code)
{
    if (w->n_customs == XLSX_STYLES_MAX ||
        !MEM_GROW(w->customs, w->customs_cap, w->n_customs + 1)) {
        w->x->no_memory = true;
        return;
    }
    w->customs[w->n_customs++] = (struct custom){ id, xlsx_format_style(str_from(code)) };
}

static void add_cell_style(struct style_walk *w, int64_t id)
{
    struct xlsx *x = w->x;
    enum xlsx_style style = xlsx_builtin_style(id);
    for (size_t i = 0; i < w->n_customs; i++)
        if (w->customs[i].id == id)
            style = w->customs[i].style;
    if (x->n_styles == XLSX_STYLES_MAX || !MEM_GROW(x->styles, x->styles_cap, x->n_styles + 1)) {
        x->no_memory = true;
        return;
    }
    x->styles[x->n_styles++] = (unsigned char)style;
}

static void on_style(void *user, const char *name, const char **attributes)
{
    struct style_walk *w = user;
    const char *local = xlsx_local(name);
    const char *id_text = xlsx_attribute(attributes, "numFmtId");
    int64_t id = 0;
    const bool has_id = id_text != NULL && str_to_i64(str_from(id_text), &id);
    if (strcmp(local, "cellXfs") == 0)
        w->in_cell_styles = true;
    if (strcmp(local, "numFmt") == 0 && has_id) {
        const char *code = xlsx_attribute(attributes, "formatCode");
        add_custom(w, id, code != NULL ? code : "");
    }
    if (strcmp(local, "xf") == 0 && w->in_cell_styles)
        add_cell_style(w, id);
}

static void on_style_end(void *user, const char *name)
{
    struct style_walk *w = user;
    if (strcmp(xlsx_local(name), "cellXfs") == 0)
        w->in_cell_styles = false;
}

enum status xlsx_read_styles(struct xlsx *x, struct error *why)
{
    struct style_walk w = { .x = x };
    const struct xlsx_handlers h = { .start = on_style, .end = on_style_end, .user = &w };
    const enum status st = xlsx_part_all(x, "xl/styles.xml", &h, why);
    mem_free(w.customs);
    return st == STATUS_NOT_FOUND ? STATUS_OK : st;
}

/* ---- shared strings ---- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const char low = (char)(c | 0x20);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/* _x000D_ stands for a character that XML cannot hold; only those below U+0080 are undone, and
 * NUL stays written out. */
static size_t take_escape(str s, char *out)
{
    int code = 0;
    if (s.len < 7 || s.ptr[0] != '_' || s.ptr[1] != 'x' || s.ptr[6] != '_')
        return 0;
    for (size_t i = 2; i < 6; i++) {
        const int digit = hex_digit(s.ptr[i]);
        if (digit < 0)
            return 0;
        code = code * 16 + digit;
    }
    if (code == 0 || code >= 0x80)
        return 0;
    *out = (char)code;
    return 7;
}

void xlsx_add_text(struct buf *out, str s)
{
    while (s.len > 0) {
        const char *mark = memchr(s.ptr, '_', s.len);
        const size_t plain = mark != NULL ? (size_t)(mark - s.ptr) : s.len;
        buf_add(out, str_first(s, plain));
        s = str_skip(s, plain);
        if (s.len == 0)
            return;
        char c = '_';
        const size_t n = take_escape(s, &c);
        buf_addc(out, c);
        s = str_skip(s, n > 0 ? n : 1);
    }
}

static void on_string_start(void *user, const char *name, const char **attributes)
{
    struct xlsx *x = user;
    const char *local = xlsx_local(name);
    (void)attributes;
    if (strcmp(local, "si") == 0)
        buf_clear(&x->text);
    if (strcmp(local, "rPh") == 0)
        x->in_phonetic = true;
    if (strcmp(local, "t") == 0 && !x->in_phonetic)
        x->text_in = XLSX_TEXT_INLINE;
}

static void keep_string(struct xlsx *x)
{
    struct buf plain;
    buf_init(&plain, x->text.limit);
    xlsx_add_text(&plain, buf_str(&x->text));
    const str s = buf_str(&plain);
    const bool fits = buf_ok(&x->text) && buf_ok(&plain) && x->n_strings < XLSX_STRINGS_MAX &&
                      x->pool_len + s.len <= XLSX_POOL_BYTES;
    if (!fits || !MEM_GROW(x->pool, x->pool_cap, x->pool_len + s.len + 1) ||
        !MEM_GROW(x->string_ends, x->strings_cap, x->n_strings + 1)) {
        x->no_memory = true;
    } else {
        memcpy(x->pool + x->pool_len, s.ptr, s.len);
        x->pool_len += s.len;
        x->string_ends[x->n_strings++] = x->pool_len;
    }
    buf_release(&plain);
}

static void on_string_end(void *user, const char *name)
{
    struct xlsx *x = user;
    const char *local = xlsx_local(name);
    if (strcmp(local, "t") == 0)
        x->text_in = XLSX_TEXT_NONE;
    if (strcmp(local, "rPh") == 0)
        x->in_phonetic = false;
    if (strcmp(local, "si") == 0)
        keep_string(x);
}

static void on_string_chars(void *user, const char *text, int len)
{
    struct xlsx *x = user;
    if (x->text_in == XLSX_TEXT_INLINE)
        buf_add(&x->text, (str){ text, (size_t)len });
}

enum status xlsx_read_strings(struct xlsx *x, struct error *why)
{
    const struct xlsx_handlers h = {
        .start = on_string_start,
        .end = on_string_end,
        .chars = on_string_chars,
        .user = x,
    };
    const enum status st = xlsx_part_all(x, "xl/sharedStrings.xml", &h, why);
    return st == STATUS_NOT_FOUND ? STATUS_OK : st;
}
