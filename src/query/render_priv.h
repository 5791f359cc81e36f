/* The forms of an answer. */
#ifndef SHOPVANE_QUERY_RENDER_PRIV_H
#define SHOPVANE_QUERY_RENDER_PRIV_H

#include "query/query_priv.h"

void render_json(const struct answer *a, const struct answer_look *look, struct buf *out);
void render_csv(const struct answer *a, struct buf *out);
/* Table and markdown. */
MUST_CHECK bool render_grid(const struct answer *a,
                            const struct answer_look *look,
                            bool markdown,
                            struct buf *out);
void render_evidence(const struct answer *a, const struct answer_look *look, struct buf *out);
/* "2010-12-01 to 2010-12-31 · GBP · Europe/London", and what it is compared with. */
void render_head(const struct answer *a, const struct answer_look *look, struct buf *out);
/* A text cell of a spreadsheet, quoted where needed and never a formula. */
void csv_add_text(struct buf *out, str text);

/* A comma and the text, as it is. */
void render_csv_field(struct buf *out, str text);
/* Value, change and relative change of what is compared with; empty fields without. */
void render_csv_compare(struct buf *out, const struct answer_compare *c);

/* ---- goals ---- */

/* A figure and how it stands to its target. */
struct goal_line {
    const struct answer *answer;
    const struct answer_kpi *kpi;
    const struct answer_row *row;
    bool is_optional; /* not asked for by name: nothing is said when it has no target */
};
bool render_goal_lines_any(const struct goal_line *lines, size_t n); /* one of them has a target */
MUST_CHECK bool render_goal_lines(const struct goal_line *lines,
                                  size_t n,
                                  const struct answer_look *look,
                                  bool markdown,
                                  struct buf *out);
/* The same for all figures of an answer. */
MUST_CHECK bool render_goals(const struct answer *a,
                             const struct answer_look *look,
                             bool markdown,
                             struct buf *out);
/* target, completion, progress, gap, needed: five fields. */
void render_csv_goal(struct buf *out, const struct answer_goal *g);
/* Why an answer could not be written to `out`: its ceiling or the memory. */
enum status render_not_written(const struct buf *out, struct error *why);

#endif
