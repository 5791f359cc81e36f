/* Orders at the edges of a file: is the order cut off there, or is it whole?
 *
 * A file that does not promise whole orders may hold only the end of its first order and only the
 * beginning of its last one. What the shop has of such an order (stored) may be cut as well. Both
 * are sequences of lines in the order of their files; they are laid over one another:
 *
 *   stored  A B C D E .        stored's end is where its file ended, so this file may go on there:
 *   file        D E F G        D E are the same, F G are added
 *
 *   stored  A B C D E          stored goes on to the order's end, and so does this file:
 *   file        C x E          x replaces D; the rest of stored stays
 *
 * Everything else is a whole order, which replaces the stored one as orders amid the file do. The
 * last order of a file is the same case seen in a mirror.
 *
 * A return never stands for a sale, nor a sale for a return. Stored returns that came in files of
 * their own (apart_returns.c) have no place in that sequence: equal ones of the file are these.
 * Of an order with sales of which a file has returns alone nothing is replaced but a return of the
 * same moment and article, which is that one corrected; one that came apart only where the file has
 * nothing else, for nothing else says whether either file was cut. */
#include "ingest/merge/merge_orders_priv.h"

#include <stdlib.h>

struct cut_line {
    int64_t id; /* rowid in order_line or new_line */
    str sku;
    int64_t content; /* hash of all that makes two lines equal */
    int64_t at;
    bool is_back;     /* a return */
    bool is_apart;    /* stored: its import brought none of the order's sales */
    bool opens_file;  /* first row of its file: the order may have begun before */
    bool closes_file; /* last row of its file: the order may go on after */
};

struct cut_side {
    struct cut_line *lines; /* in the order of the order; mirrored for a file's last order */
    size_t n;
};

struct overlap {
    bool is_whole;
    size_t n;      /* lines of the file that stand for stored ones ... */
    size_t file;   /* ... from this one on */
    size_t stored; /* ... and from this stored one on */
};

struct cut_pair {
    struct cut_line file; /* stands for ... */
    struct cut_line stored;
};

struct cut_order {
    int64_t key;
    bool is_last; /* of the file */
    bool is_only;
    bool has_claims; /* the file before this one tells what it had of the order: edge_claims.c */
};

/* A return; or a refund of something else than goods (0 pieces), which comes later than its order.
 */
#define IS_BACK                                                                      \
    "(class = 'return' OR quantity < 0 OR (class = 'giveaway' AND quantity = 0 AND " \
    "coalesce(\"at\" "                                                               \
    "> (SELECT placed_at FROM orders o WHERE o.order_key = edge_line.order_key), false)))"

/* Of edge_line (edge_orders.c), in the order of the order; of stored lines with claims those only.
 */
static enum status read_side(struct import_job *j,
                             const struct cut_order *o,
                             bool is_new,
                             struct arena *a,
                             struct cut_side *out,
                             struct error *why)
{
    const bool claims = o->has_claims && !is_new;
    const struct param params[] = { { .type = PARAM_I64, .i64 = o->key },
                                    { .type = PARAM_I64, .i64 = is_new },
                                    { .type = PARAM_I64, .i64 = claims } };
    struct frame *f = NULL;
    enum status st = conn_query(
        j->conn,
        STR("SELECT id, coalesce(sku, ''), content, opens, closes, is_back, "
            "bool_and(is_back) OVER (PARTITION BY import_id), coalesce(\"at\", 0) FROM (SELECT "
            "*, " IS_BACK " AS is_back FROM (SELECT e.* "
            "REPLACE (coalesce(c.seq, e.seq) AS seq) FROM edge_line e LEFT JOIN edge_claim c ON "
            "NOT "
            "e.is_new AND c.id = e.id WHERE e.order_key = $1 AND e.is_new = ($2 = 1) AND ($3 = 0 "
            "OR c.id IS NOT NULL)) edge_line) ORDER BY seq"),
        params,
        ARRAY_LEN(params),
        &f,
        why);
    if (st != STATUS_OK)
        return st;
    out->n = frame_rows(f);
    out->lines = ARENA_NEW(a, struct cut_line, out->n + 1);
    for (size_t i = 0; out->lines != NULL && i < out->n; i++)
        out->lines[i] = (struct cut_line){ .id = frame_i64(f, 0, i),
                                           .sku = arena_dup(a, frame_str(f, 1, i)),
                                           .content = frame_i64(f, 2, i),
                                           .opens_file = frame_i64(f, 3, i) != 0,
                                           .closes_file = frame_i64(f, 4, i) != 0,
                                           .is_back = frame_i64(f, 5, i) != 0,
                                           .is_apart = frame_i64(f, 6, i) != 0,
                                           .at = frame_i64(f, 7, i) };
    if (out->lines == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    else if (claims && out->n > 0)
        out->lines[0].opens_file = out->lines[out->n - 1].closes_file = true;
    frame_free(f);
    return st;
}

static void mirror(struct cut_side *s)
{
    for (size_t i = 0; i < s->n / 2; i++) {
        const struct cut_line kept = s->lines[i];
        s->lines[i] = s->lines[s->n - 1 - i];
        s->lines[s->n - 1 - i] = kept;
    }
    for (size_t i = 0; i < s->n; i++) {
        const bool opens = s->lines[i].opens_file;
        s->lines[i].opens_file = s->lines[i].closes_file;
        s->lines[i].closes_file = opens;
    }
}

static bool has_kind(const struct cut_side *s, bool is_back)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->lines[i].is_back == is_back)
            return true;
    }
    return false;
}

/* Stored returns that came in files of their own, where the file has none. */
static void leave_out_apart(struct cut_side *stored, const struct cut_side *file)
{
    size_t n = 0;
    if (has_kind(file, true) || !has_kind(stored, false))
        return;
    for (size_t i = 0; i < stored->n; i++) {
        if (!stored->lines[i].is_apart || !stored->lines[i].is_back)
            stored->lines[n++] = stored->lines[i];
    }
    stored->n = n;
}

static bool is_same_article(const struct cut_line *a, const struct cut_line *b)
{
    return a->is_back == b->is_back && str_eq(a->sku, b->sku);
}

static bool skus_equal(const struct cut_line *a, const struct cut_line *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!is_same_article(&a[i], &b[i]))
            return false;
    }
    return true;
}

static int compare_content(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t *sorted_contents(const struct cut_side *s, struct arena *a)
{
    int64_t *out = ARENA_NEW(a, int64_t, s->n + 1);
    for (size_t i = 0; out != NULL && i < s->n; i++)
        out[i] = s->lines[i].content;
    if (out != NULL)
        qsort(out, s->n, sizeof *out, compare_content);
    return out;
}

/* More than half of the longer side stands in the other one too, wherever. */
static bool mostly_equal(const struct cut_side *a, const struct cut_side *b, struct arena *arena)
{
    const int64_t *x = sorted_contents(a, arena);
    const int64_t *y = sorted_contents(b, arena);
    size_t equal = 0;
    for (size_t i = 0, k = 0; x != NULL && y != NULL && i < a->n && k < b->n;) {
        equal += x[i] == y[k];
        const bool step_a = x[i] <= y[k];
        const bool step_b = y[k] <= x[i];
        i += step_a;
        k += step_b;
    }
    return equal * 2 > (a->n > b->n ? a->n : b->n);
}

static size_t equal_lines(const struct cut_line *a, const struct cut_line *b, size_t n)
{
    size_t equal = 0;
    for (size_t i = 0; i < n; i++)
        equal += a[i].content == b[i].content;
    return equal;
}

static bool is_once(const struct cut_side *s, const struct cut_line *line)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        n += is_same_article(&s->lines[i], line);
    return n == 1 && line->sku.len > 0;
}

/* The last n stored lines are the file's first n: each is equal, or the only one of its article on
 * both sides. A line of an article that the order repeats may be another one. */
static bool lines_fit(const struct cut_side *stored, const struct cut_side *file, size_t n)
{
    const struct cut_line *s = stored->lines + stored->n - n;
    if (!skus_equal(s, file->lines, n))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (s[i].content != file->lines[i].content && !is_once(stored, &s[i]))
            return false;
        if (s[i].content != file->lines[i].content && !is_once(file, &s[i]))
            return false;
    }
    return true;
}

/* How many of the file's first lines are stored ones: the longest overlap of equal lines, or one
 * with changed lines where still more are equal and those are the most of it. */
static size_t count_overlap(const struct cut_side *stored, const struct cut_side *file)
{
    const size_t most = stored->n < file->n ? stored->n : file->n;
    size_t exact = 0;
    for (size_t n = most; n > 0 && exact == 0; n--) {
        if (equal_lines(stored->lines + stored->n - n, file->lines, n) == n)
            exact = n;
    }
    for (size_t n = most; n > exact; n--) {
        const size_t equal = equal_lines(stored->lines + stored->n - n, file->lines, n);
        if (equal > exact && equal * 2 > n && lines_fit(stored, file, n))
            return n;
    }
    return exact;
}

/* The file holds the end of the order. */
static struct overlap lay_over(const struct cut_side *stored,
                               const struct cut_side *file,
                               struct arena *a)
{
    const struct overlap whole = { .is_whole = true };
    if (!stored->lines[stored->n - 1].closes_file) { /* both reach the order's end */
        const size_t skip = stored->n - file->n;
        if (file->n >= stored->n || !skus_equal(stored->lines + skip, file->lines, file->n))
            return whole;
        return (struct overlap){ .n = file->n, .file = 0, .stored = skip };
    }
    if (stored->n == file->n && lines_fit(stored, file, file->n))
        return whole;
    const size_t n = count_overlap(stored, file);
    if (n == stored->n || (n == 0 && mostly_equal(stored, file, a)))
        return whole;
    return (struct overlap){ .n = n, .stored = stored->n - n };
}

/* An order that has the same lines twice cannot be told from files that overlap. */
static void tell_overlap(struct import_job *j, size_t n, const struct error *why)
{
    if (n > 0)
        buf_addf(j->notes,
                 tr(why->lang,
                    "an order goes on over the file's edge: %lld of its lines were taken for the "
                    "equal ones that are in already\n"),
                 (long long)n);
}

static enum status keep_pairs(struct import_job *j,
                              const struct cut_pair *pairs,
                              size_t n,
                              struct error *why)
{
    struct buf same;
    struct buf changed;
    size_t equal = 0;
    buf_init(&same, (size_t)256 * 1024 * 1024);
    buf_init(&changed, (size_t)256 * 1024 * 1024);
    for (size_t i = 0; i < n; i++) {
        const struct cut_line *f = &pairs[i].file;
        const struct cut_line *s = &pairs[i].stored;
        struct buf *to = f->content == s->content ? &same : &changed;
        equal += f->content == s->content;
        buf_addf(to, "%s(%lld, %lld)", to->len > 0 ? ", " : "", (long long)f->id, (long long)s->id);
    }
    enum status st = STATUS_OK;
    tell_overlap(j, equal, why);
    if (same.len > 0)
        st = job_exec(j, why, "INSERT INTO edge_same VALUES %.*s", STR_ARG(buf_str(&same)));
    if (st == STATUS_OK && changed.len > 0)
        st = job_exec(j, why, "INSERT INTO edge_changed VALUES %.*s", STR_ARG(buf_str(&changed)));
    buf_release(&same);
    buf_release(&changed);
    return st;
}

/* ---- Returns of files of their own ----------------------------------------------------------- */

/* Takes the lines of pairs out of a side. */
static void leave_out_paired(struct cut_side *s,
                             bool is_stored,
                             const struct cut_pair *pairs,
                             size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        bool is_paired = false;
        for (size_t k = 0; k < count; k++)
            is_paired =
                is_paired || (is_stored ? pairs[k].stored.id : pairs[k].file.id) == s->lines[i].id;
        if (!is_paired)
            s->lines[n++] = s->lines[i];
    }
    s->n = n;
}

/* Pairs such stored returns with equal ones of the file, and takes both out: wherever the order's
 * sale stands among its lines, they are in already. Of a file that has returns alone this holds
 * whichever file the stored ones came in. */
static size_t pair_equal(struct cut_side *stored, struct cut_side *file, struct cut_pair *pairs)
{
    const bool has_sales = has_kind(file, false);
    size_t n = 0;
    for (size_t i = 0; i < file->n; i++) {
        const struct cut_line *line = &file->lines[i];
        bool is_found = false;
        for (size_t k = 0; k < stored->n && !is_found && line->is_back; k++) {
            is_found = (stored->lines[k].is_apart || (stored->lines[k].is_back && !has_sales)) &&
                       stored->lines[k].content == line->content;
            if (is_found)
                pairs[n++] = (struct cut_pair){ .file = *line, .stored = stored->lines[k] };
        }
        if (is_found)
            leave_out_paired(stored, true, pairs + n - 1, 1);
    }
    leave_out_paired(file, false, pairs, n);
    return n;
}

/* The only return of a side that is of the same moment and article. */
static const struct cut_line *find_partner(const struct cut_side *among,
                                           const struct cut_line *line,
                                           bool apart_too)
{
    const struct cut_line *found = NULL;
    for (size_t i = 0; i < among->n; i++) {
        const struct cut_line *other = &among->lines[i];
        if ((other->is_apart && !apart_too) || !is_same_article(line, other) ||
            line->at != other->at)
            continue;
        if (found != NULL)
            return NULL;
        found = other;
    }
    return found;
}

/* Where a file has nothing but returns of an order: stored ones that it corrects. Those that came
 * apart only where it has nothing else (`is_only`). */
static size_t pair_corrected(const struct cut_side *stored,
                             const struct cut_side *file,
                             bool is_only,
                             struct cut_pair *pairs)
{
    size_t n = 0;
    for (size_t i = 0; i < file->n; i++) {
        const struct cut_line *line = &file->lines[i];
        const struct cut_line *other = find_partner(stored, line, is_only);
        if (other != NULL && find_partner(file, other, true) == line)
            pairs[n++] = (struct cut_pair){ .file = *line, .stored = *other };
    }
    return n;
}

/* ---- One order ------------------------------------------------------------------------------- */

/* A file with one order only, and that one opened its file: a beginning of it brings other
 * articles, or goes on over equal lines. */
static bool is_rather_edited(const struct overlap *o,
                             const struct cut_side *stored,
                             const struct cut_side *file)
{
    bool is_shared = false;
    for (size_t i = 0; i < file->n; i++) {
        for (size_t k = 0; k < stored->n; k++)
            is_shared = is_shared || is_same_article(&file->lines[i], &stored->lines[k]);
    }
    return o->n == file->n || (o->n == 0 && is_shared);
}

static size_t overlap_pairs(const struct overlap *o,
                            const struct cut_side *stored,
                            const struct cut_side *file,
                            struct cut_pair *pairs)
{
    for (size_t i = 0; i < o->n; i++)
        pairs[i] = (struct cut_pair){ .file = file->lines[o->file + i],
                                      .stored = stored->lines[o->stored + i] };
    return o->n;
}

/* Whether the order is whole, else the pairs of its lines. */
static bool judge_sides(struct cut_side *stored,
                        struct cut_side *file,
                        const struct cut_order *order,
                        struct arena *a,
                        struct cut_pair *pairs,
                        size_t *n)
{
    const bool has_sales = has_kind(file, false);
    *n = pair_equal(stored, file, pairs);
    const size_t corrected =
        has_sales ? 0 : pair_corrected(stored, file, order->is_only, pairs + *n);
    *n += corrected;
    if (corrected > 0 || (!has_sales && has_kind(stored, false)))
        return false; /* what is left of the file is added */
    leave_out_apart(stored, file);
    if (stored->n == 0 || file->n == 0)
        return *n == 0;
    if (order->is_last) {
        mirror(stored);
        mirror(file);
    }
    struct overlap o = lay_over(stored, file, a);
    if (order->is_only && order->is_last && is_rather_edited(&o, stored, file))
        o.is_whole = true;
    if (!o.is_whole)
        *n += overlap_pairs(&o, stored, file, pairs + *n);
    return o.is_whole;
}

static enum status judge_order(struct import_job *j, const struct cut_order *o, struct error *why)
{
    struct cut_side stored = { .n = 0 };
    struct cut_side file = { .n = 0 };
    struct arena *a = arena_new(0);
    enum status st = a == NULL ? error_set(why, STATUS_NO_MEMORY, "out of memory")
                               : read_side(j, o, false, a, &stored, why);
    if (st == STATUS_OK)
        st = read_side(j, o, true, a, &file, why);
    struct cut_pair *pairs = st == STATUS_OK ? ARENA_NEW(a, struct cut_pair, file.n + 1) : NULL;
    if (st == STATUS_OK && pairs == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK) {
        size_t n = 0;
        st = judge_sides(&stored, &file, o, a, pairs, &n)
                 ? job_exec(j,
                            why,
                            "UPDATE ord SET is_edge = false WHERE order_key = %lld",
                            (long long)o->key)
                 : keep_pairs(j, pairs, n, why);
    }
    arena_free(a);
    return st;
}

enum status merge_cut_orders(struct import_job *j, struct error *why)
{
    struct frame *f = NULL;
    enum status st = job_exec(j,
                              why,
                              "%s",
                              "CREATE OR REPLACE TEMP TABLE edge_same (new_id BIGINT, old_id "
                              "BIGINT);"
                              "CREATE OR REPLACE TEMP TABLE edge_changed (new_id BIGINT, old_id "
                              "BIGINT)");
    if (st != STATUS_OK || j->options->repairs > 0)
        return st == STATUS_OK ? repair_pair_lines(j, why) : st;
    st = merge_list_claims(j, why);
    if (st != STATUS_OK)
        return st;
    st = conn_query(j->conn,
                    STR("SELECT o.order_key::BIGINT, coalesce(NOT b.ends, NOT (" OPENS_FILE
                        ")), " OPENS_FILE " AND " CLOSES_FILE
                        ", b.order_key IS NOT NULL FROM ord o LEFT JOIN "
                        "edge_before b ON b.order_key = o.order_key WHERE o.is_edge AND NOT "
                        "o.is_part AND NOT o.is_head"),
                    NULL,
                    0,
                    &f,
                    why);
    for (size_t i = 0; st == STATUS_OK && i < frame_rows(f); i++) {
        const struct cut_order o = { .key = frame_i64(f, 0, i),
                                     .is_last = frame_i64(f, 1, i) != 0,
                                     .is_only = frame_i64(f, 2, i) != 0,
                                     .has_claims = frame_i64(f, 3, i) != 0 };
        st = judge_order(j, &o, why);
    }
    frame_free(f);
    if (st == STATUS_OK)
        st = merge_settle_claims(j, why);
    return st == STATUS_OK ? merge_pair_parts(j, why) : st;
}
