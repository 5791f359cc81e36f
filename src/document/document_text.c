/* A document for terminals and as Markdown. Charts become a line of blocks. */
#include "document/document_priv.h"

#define SPARK_WIDTH ((size_t)60)

static void add_heading(struct buf *out, str text, const char *mark, bool markdown, bool colour)
{
    if (markdown)
        buf_addf(out, "%s ", mark);
    tone_add(out, text, TONE_BOLD, colour && !markdown);
    buf_adds(out, "\n\n");
}

static bool add_table(const struct part_table *t, bool markdown, bool colour, struct buf *out)
{
    struct grid g;
    struct arena *a = arena_new(0);
    if (a == NULL || !grid_init(&g, a, t->columns)) {
        arena_free(a);
        return false;
    }
    for (size_t c = 0; c < t->columns; c++) {
        if (table_is_right(t, c))
            grid_right(&g, c);
        grid_cell(&g, t->heads[c], TONE_BOLD);
    }
    for (size_t r = 0; r < table_rows(t); r++) {
        for (size_t c = 0; c < t->columns; c++)
            grid_cell(&g, table_at(t, r, c)->text, table_at(t, r, c)->tone);
    }
    const bool done = !g.failed;
    if (done && markdown)
        grid_markdown(&g, out);
    else if (done)
        grid_table(&g, colour, out);
    buf_addc(out, '\n');
    grid_release(&g);
    arena_free(a);
    return done;
}

static void add_chart(const struct chart *c, struct buf *out)
{
    size_t width = 0;
    for (size_t i = 0; i < c->series_count; i++) {
        const size_t w = str_width(c->series[i].name);
        width = w > width ? w : width;
    }
    buf_add(out, c->title);
    if (c->points > 0)
        buf_addf(out, "  %.*s .. %.*s", STR_ARG(c->labels[0]), STR_ARG(c->labels[c->points - 1]));
    buf_addc(out, '\n');
    for (size_t i = 0; i < c->series_count; i++) {
        buf_adds(out, "  ");
        buf_pad(out, c->series[i].name, width, false);
        buf_adds(out, "  ");
        spark_add(out, c->series[i].values, c->points, SPARK_WIDTH);
        buf_addc(out, '\n');
    }
    buf_addc(out, '\n');
}

void write_text(const struct document *d, bool markdown, bool colour, struct buf *out)
{
    add_heading(out, d->title, "#", markdown, colour);
    for (size_t i = 0; i < d->count; i++) {
        const struct part *p = &d->parts[i];
        if (p->kind == PART_HEADING) {
            add_heading(out, p->text, "##", markdown, colour);
        } else if (p->kind == PART_SENTENCE) {
            buf_add(out, p->text);
            buf_adds(out, "\n\n");
        } else if (p->kind == PART_TABLE) {
            out->failed = !add_table(&p->table, markdown, colour, out) || out->failed;
        } else {
            if (markdown)
                buf_adds(out, "```\n");
            add_chart(p->chart, out);
            if (markdown)
                buf_adds(out, "```\n\n");
        }
    }
}
