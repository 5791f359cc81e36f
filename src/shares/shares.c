#include "shares/shares.h"

enum { ID, FIRST_AMOUNT }; /* columns of wholes */
enum { LINE = 1, WEIGHT }; /* columns of lines, after ID */

#define CENT_E4 100

struct sharing {
    const struct shares_request *request;
    const struct frame *wholes;
    const struct frame *lines;
    int64_t *weights; /* of all lines */
    int64_t *shares;  /* amount by amount, each as long as lines */
    bool *has_share;  /* of all lines */
    size_t at;        /* the next line to hand out */
};

/* The lines of one whole. */
struct span {
    size_t from;
    size_t count;
};

static enum status too_large(const struct sharing *s, size_t amount, int64_t id, struct error *why)
{
    return error_set(why,
                     STATUS_BAD_INPUT,
                     "%s of whole %lld can't be shared among its lines",
                     s->request->names[amount],
                     (long long)id);
}

static enum status share_amount(
    struct sharing *s, size_t amount, size_t whole, struct span span, struct error *why)
{
    int64_t *out = s->shares + amount * frame_rows(s->lines) + span.from;
    const int64_t value = frame_i64(s->wholes, FIRST_AMOUNT + amount, whole);
    const int64_t unit = s->request->in_cents && value % CENT_E4 == 0 ? CENT_E4 : 1;
    if (value == 0)
        return STATUS_OK; /* shares start as 0 */
    if (!money_allocate(value / unit, s->weights + span.from, span.count, out))
        return too_large(s, amount, frame_i64(s->wholes, ID, whole), why);
    for (size_t i = 0; i < span.count; i++)
        out[i] *= unit;
    return STATUS_OK;
}

/* Weights of nothing but 0 become 1 each. */
static void read_weights(struct sharing *s, struct span span)
{
    bool any = false;
    for (size_t i = span.from; i < span.from + span.count; i++) {
        s->weights[i] = frame_i64(s->lines, WEIGHT, i);
        any = any || s->weights[i] != 0;
    }
    for (size_t i = span.from; i < span.from + span.count; i++) {
        s->has_share[i] = true;
        s->weights[i] = any ? s->weights[i] : 1;
    }
}

static enum status share_whole(struct sharing *s, size_t whole, struct span span, struct error *why)
{
    enum status st = STATUS_OK;
    read_weights(s, span);
    for (size_t a = 0; a < s->request->count && st == STATUS_OK; a++)
        st = share_amount(s, a, whole, span, why);
    return st;
}

static enum status share_all(struct sharing *s, struct error *why)
{
    enum status st = STATUS_OK;
    const size_t n = frame_rows(s->lines);
    size_t next = 0;
    for (size_t w = 0; w < frame_rows(s->wholes) && st == STATUS_OK; w++) {
        const int64_t id = frame_i64(s->wholes, ID, w);
        while (next < n && frame_i64(s->lines, ID, next) < id)
            next++;
        struct span span = { .from = next };
        while (next < n && frame_i64(s->lines, ID, next) == id)
            next++;
        span.count = next - span.from;
        st = share_whole(s, w, span, why);
    }
    return st;
}

static enum status fill(void *self, void *worker, struct batch *b, size_t *rows, struct error *why)
{
    struct sharing *s = self;
    const size_t n = frame_rows(s->lines);
    (void)worker;
    (void)why;
    *rows = 0;
    for (; s->at < n && *rows < batch_capacity(); s->at++) {
        if (!s->has_share[s->at])
            continue;
        batch_set_i64(b, 0, *rows, frame_i64(s->lines, LINE, s->at));
        for (size_t a = 0; a < s->request->count; a++)
            batch_set_i64(b, 1 + a, *rows, s->shares[a * n + s->at]);
        *rows += 1;
    }
    return STATUS_OK;
}

static enum status load(struct conn *c, struct sharing *s, struct error *why)
{
    struct source_column columns[1 + SHARES_MAX] = { { "line", SOURCE_I64 } };
    for (size_t a = 0; a < s->request->count; a++)
        columns[1 + a] = (struct source_column){ s->request->names[a], SOURCE_I64 };
    const struct row_source source = {
        .columns = columns, .column_count = 1 + s->request->count, .self = s, .fill = fill
    };
    return conn_load(c, s->request->into, &source, why);
}

enum status shares_make(struct conn *c, const struct shares_request *request, struct error *why)
{
    struct frame *wholes = NULL;
    struct frame *lines = NULL;
    BUG_IF(request->count > SHARES_MAX);
    enum status st = conn_query(c, request->wholes, NULL, 0, &wholes, why);
    if (st == STATUS_OK)
        st = conn_query(c, request->lines, NULL, 0, &lines, why);
    struct sharing s = { .request = request, .wholes = wholes, .lines = lines };
    if (st == STATUS_OK) {
        const size_t n = frame_rows(lines) + 1; /* no lines */
        s.weights = mem_new(n, sizeof *s.weights);
        s.shares = mem_new(n, request->count * sizeof *s.shares);
        s.has_share = mem_new(n, sizeof *s.has_share);
        if (s.weights == NULL || s.shares == NULL || s.has_share == NULL)
            st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    if (st == STATUS_OK)
        st = share_all(&s, why);
    if (st == STATUS_OK)
        st = load(c, &s, why);
    mem_free(s.weights);
    mem_free(s.shares);
    mem_free(s.has_share);
    frame_free(wholes);
    frame_free(lines);
    return st;
}
