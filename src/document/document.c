/* Building a document, and the way out by its format. */
#include "base/system_error.h"
#include "document/document_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *name;
    const char *ending;
    bool is_binary;
} formats[] = {
    [DOCUMENT_TEXT] = { "text", ".txt", false },
    [DOCUMENT_MARKDOWN] = { "markdown", ".md", false },
    [DOCUMENT_HTML] = { "html", ".html", false },
    [DOCUMENT_XLSX] = { "xlsx", ".xlsx", true },
    [DOCUMENT_PDF] = { "pdf", ".pdf", true },
};

enum status document_format_parse(str s, enum document_format *out, struct error *why)
{
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        if (str_is(s, formats[i].name)) {
            *out = (enum document_format)i;
            return STATUS_OK;
        }
    }
    return error_set(why,
                     STATUS_BAD_USAGE,
                     "no format \"%.*s\"; there are text, markdown, html, xlsx and pdf",
                     STR_ARG(s));
}

bool document_format_of_name(str name, enum document_format *out)
{
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        if (str_ends(name, str_from(formats[i].ending))) {
            *out = (enum document_format)i;
            return true;
        }
    }
    return false;
}

bool document_format_is_binary(enum document_format f)
{
    return formats[f].is_binary;
}

struct document *document_new(enum lang lang, str title)
{
    struct document *d = mem_new(1, sizeof *d);
    if (d == NULL)
        return NULL;
    d->lang = lang;
    d->arena = arena_new(0);
    d->title = d->arena != NULL ? arena_dup(d->arena, title) : STR_EMPTY;
    if (d->arena == NULL || d->title.ptr == NULL) {
        document_free(d);
        return NULL;
    }
    return d;
}

void document_free(struct document *d)
{
    if (d == NULL)
        return;
    for (size_t i = 0; i < d->count; i++)
        mem_free(d->parts[i].table.cells);
    mem_free(d->parts);
    arena_free(d->arena);
    mem_free(d);
}

/* ---- building ---- */

static str kept(struct document *d, str text)
{
    const str copy = arena_dup(d->arena, text);
    if (copy.ptr != NULL)
        return copy;
    d->failed = true;
    return STR_EMPTY;
}

static struct part *part_new(struct document *d, enum part_kind kind)
{
    if (d->failed || !MEM_GROW(d->parts, d->cap, d->count + 1)) {
        d->failed = true;
        return NULL;
    }
    struct part *p = &d->parts[d->count++];
    *p = (struct part){ .kind = kind, .text = STR_EMPTY };
    return p;
}

static void add_words(struct document *d, enum part_kind kind, str text)
{
    struct part *p = part_new(d, kind);
    if (p != NULL)
        p->text = kept(d, text);
}

void document_heading(struct document *d, str text)
{
    add_words(d, PART_HEADING, text);
}

void document_sentence(struct document *d, str text)
{
    add_words(d, PART_SENTENCE, text);
}

static const str *kept_all(struct document *d, const str *texts, size_t n)
{
    str *copies = ARENA_NEW(d->arena, str, n + 1);
    if (copies == NULL) {
        d->failed = true;
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
        copies[i] = kept(d, texts[i]);
    return copies;
}

void document_table(struct document *d, const str *heads, size_t columns)
{
    BUG_IF(columns == 0);
    d->failed = d->failed || heads == NULL;
    struct part *p = part_new(d, PART_TABLE);
    if (p != NULL)
        p->table = (struct part_table){ .heads = kept_all(d, heads, columns), .columns = columns };
}

static struct part_table *last_table(const struct document *d)
{
    struct part *p = d->count > 0 ? &d->parts[d->count - 1] : NULL;
    return p != NULL && p->kind == PART_TABLE ? &p->table : NULL;
}

void document_cell(struct document *d, const struct figure *f)
{
    if (d->failed)
        return;
    struct part_table *t = last_table(d);
    BUG_IF(t == NULL);
    if (!MEM_GROW(t->cells, t->cap, t->count + 1)) {
        d->failed = true;
        return;
    }
    t->cells[t->count] = *f;
    t->cells[t->count++].text = kept(d, f->text);
}

size_t document_row(const struct document *d)
{
    const struct part_table *t = last_table(d);
    return t != NULL ? t->count / t->columns : 0;
}

static const struct chart_series *kept_series(struct document *d, const struct chart *c)
{
    struct chart_series *series = ARENA_NEW(d->arena, struct chart_series, c->series_count + 1);
    for (size_t i = 0; series != NULL && i < c->series_count; i++) {
        double *values = ARENA_NEW(d->arena, double, c->points + 1);
        if (values == NULL)
            return NULL;
        memcpy(values, c->series[i].values, c->points * sizeof *values);
        series[i] = c->series[i];
        series[i].name = kept(d, c->series[i].name);
        series[i].values = values;
    }
    return series;
}

static const struct chart_band *kept_bands(struct document *d, const struct chart *c)
{
    struct chart_band *bands = ARENA_NEW(d->arena, struct chart_band, c->band_count + 1);
    for (size_t i = 0; bands != NULL && i < c->band_count; i++) {
        bands[i] = c->bands[i];
        bands[i].name = kept(d, c->bands[i].name);
    }
    return bands;
}

void document_chart(struct document *d, const struct chart *c)
{
    BUG_IF(c->series_count > CHART_SERIES_MAX);
    struct part *p = part_new(d, PART_CHART);
    struct chart *copy = p != NULL ? ARENA_NEW(d->arena, struct chart, 1) : NULL;
    if (copy == NULL) {
        d->failed = true;
        return;
    }
    *copy = *c;
    copy->title = kept(d, c->title);
    copy->labels = kept_all(d, c->labels, c->points);
    copy->series = kept_series(d, c);
    copy->bands = kept_bands(d, c);
    d->failed = d->failed || copy->series == NULL || copy->bands == NULL;
    p->chart = copy;
}

/* ---- reading ---- */

size_t table_rows(const struct part_table *t)
{
    return (t->count + t->columns - 1) / t->columns;
}

const struct figure *table_at(const struct part_table *t, size_t row, size_t column)
{
    static const struct figure empty = { .text = { "", 0 } };
    const size_t i = row * t->columns + column;
    return column < t->columns && i < t->count ? &t->cells[i] : &empty;
}

bool table_is_right(const struct part_table *t, size_t column)
{
    for (size_t r = 0; r < table_rows(t); r++) {
        if (table_at(t, r, column)->kind != FIGURE_TEXT)
            return true;
    }
    return false;
}

/* ---- writing ---- */

static enum status failed(struct error *why)
{
    return error_set(why, STATUS_NO_MEMORY, "out of memory");
}

enum status document_print(const struct document *d,
                           enum document_format format,
                           const struct document_look *look,
                           struct buf *out,
                           struct error *why)
{
    BUG_IF(document_format_is_binary(format));
    if (d->failed)
        return failed(why);
    if (format == DOCUMENT_HTML)
        write_html(d, out);
    else
        write_text(d, format == DOCUMENT_MARKDOWN, look->colour, out);
    return buf_ok(out) ? STATUS_OK : failed(why);
}

enum status document_can_write(const char *path, struct error *why)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return error_set(why,
                         status_from_errno(errno),
                         "%s cannot be written: %s",
                         path,
                         error_system(why, errno));
    close(fd);
    return STATUS_OK;
}

/* libxlsxwriter writes files only: beside the wanted one, renamed when it is whole. */
static enum status save_xlsx(const struct document *d, const char *path, struct error *why)
{
    const char *const aside = arena_printf(d->arena, "%s.%ld.tmp", path, (long)getpid()).ptr;
    enum status st = document_can_write(aside, why);
    if (st != STATUS_OK)
        return st;
    st = write_xlsx(d, aside, why);
    if (st == STATUS_OK && rename(aside, path) != 0)
        st = error_set(why,
                       status_from_errno(errno),
                       "%s cannot be written: %s",
                       path,
                       error_system(why, errno));
    if (st != STATUS_OK)
        (void)unlink(aside);
    return st;
}

enum status document_save(const struct document *d,
                          enum document_format format,
                          const char *path,
                          struct error *why)
{
    const struct document_look plain = { .colour = false };
    struct buf out;
    if (d->failed)
        return failed(why);
    if (format == DOCUMENT_XLSX)
        return save_xlsx(d, path, why);
    buf_init(&out, DOCUMENT_TEXT_MAX);
    enum status st = format == DOCUMENT_PDF ? write_pdf(d, &out, why)
                                            : document_print(d, format, &plain, &out, why);
    if (st == STATUS_OK)
        st = file_write_atomic(path, buf_str(&out), why);
    buf_release(&out);
    return st;
}
