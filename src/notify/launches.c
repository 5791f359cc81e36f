/* How new articles sold by day 1, 3, 7 and 14 after their launch. */
#include "notify/rhythm_priv.h"

#define LAUNCH_DAYS 14
#define LISTED_MAX  ((size_t)15)

static const int stages[] = { 1, 3, 7, LAUNCH_DAYS };

struct launch {
    str sku;
    int32_t day;
};

static enum status read_launches(
    struct rhythm_run *r, struct launch *out, size_t *n, int64_t *all, struct error *why)
{
    const struct rhythm_question *q = r->question;
    struct param *params = ARENA_NEW(r->arena, struct param, q->store_count + 2);
    struct frame *f = NULL;
    struct buf sql;
    if (params == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    /* launched in the week, or two weeks old in it */
    params[0] = (struct param){ .type = PARAM_DAY, .i64 = r->range.from - LAUNCH_DAYS + 1 };
    params[1] = (struct param){ .type = PARAM_DAY, .i64 = r->range.to };
    for (size_t i = 0; i < q->store_count; i++)
        params[i + 2] = (struct param){ .type = PARAM_TEXT, .text = q->stores[i] };
    buf_init(&sql, (size_t)1 << 20);
    buf_adds(&sql,
             "SELECT sku, day, count(*) OVER () FROM (SELECT sku, min(launched_date) AS day FROM"
             " product WHERE launched_date IS NOT NULL AND sku IS NOT NULL");
    for (size_t i = 0; i < q->store_count; i++)
        buf_addf(&sql, "%s$%zu", i == 0 ? " AND store IN (" : ", ", i + 3);
    buf_adds(&sql, q->store_count > 0 ? ")" : "");
    buf_addf(&sql,
             " GROUP BY sku) WHERE day >= $1::DATE AND day <= $2::DATE ORDER BY day DESC, sku"
             " LIMIT %zu",
             LISTED_MAX);
    enum status st = buf_ok(&sql) ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = conn_query(r->context->conn, buf_str(&sql), params, q->store_count + 2, &f, why);
    for (size_t i = 0; st == STATUS_OK && i < frame_rows(f); i++) {
        out[*n] =
            (struct launch){ arena_dup(r->arena, frame_str(f, 0, i)), (int32_t)frame_i64(f, 1, i) };
        *all = frame_i64(f, 2, i);
        if (out[(*n)++].sku.ptr == NULL)
            st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    frame_free(f);
    buf_release(&sql);
    return st;
}

/* sku in ('a', 'b'): a quote in a number is doubled, as the filter language has it. */
static const char *filter_of(struct rhythm_run *r, const struct launch *l, size_t n)
{
    struct buf b;
    buf_init(&b, (size_t)64 * 1024);
    for (size_t i = 0; i < n; i++) {
        buf_adds(&b, i == 0 ? "sku in ('" : "', '");
        for (size_t k = 0; k < l[i].sku.len; k++) {
            buf_addc(&b, l[i].sku.ptr[k]);
            if (l[i].sku.ptr[k] == '\'')
                buf_addc(&b, '\'');
        }
    }
    buf_adds(&b, "')");
    const char *text = arena_cstr(r->arena, buf_str(&b));
    buf_release(&b);
    return text;
}

/* Sum of the article's days from its launch on, `days` of them. */
static i128 sum_of(const struct answer *a, size_t kpi, const struct launch *l, int days)
{
    i128 sum = 0;
    for (size_t i = 0; i < a->row_count; i++) {
        const struct answer_row *row = &a->kpis[kpi].rows[i];
        if (!row->is_others && str_eq(row->by[0], l->sku) && row->time >= l->day &&
            row->time < l->day + days && row->value.kind != VALUE_NONE)
            sum += row->value.exact;
    }
    return sum;
}

enum { LAUNCH_UNITS, LAUNCH_SALES, LAUNCH_KPIS };

static void write_launch(struct rhythm_run *r,
                         const struct answer *a,
                         const struct launch *l,
                         str name)
{
    struct buf day;
    buf_init(&day, 32);
    buf_add_day(&day, l->day);
    const str since = arena_dup(r->arena, buf_str(&day));
    buf_release(&day);
    const struct figure head[] = { rhythm_words(name),
                                   rhythm_words(since.ptr != NULL ? since : STR_EMPTY) };
    rhythm_cells(r, head, ARRAY_LEN(head));
    for (size_t s = 0; s < ARRAY_LEN(stages); s++) {
        struct figure f = { .text = STR("–"), .tone = TONE_DIM };
        const i128 units = sum_of(a, LAUNCH_UNITS, l, stages[s]);
        if (l->day + stages[s] - 1 <= r->range.to)
            f = (struct figure){ .kind = FIGURE_COUNT,
                                 .text = arena_printf(r->arena, "%lld", (long long)units),
                                 .value = (double)units };
        rhythm_cells(r, &f, 1);
    }
    const int32_t days = r->range.to - l->day + 1;
    const struct figure sales =
        rhythm_money(r, a, sum_of(a, LAUNCH_SALES, l, days < LAUNCH_DAYS ? days : LAUNCH_DAYS));
    rhythm_cells(r, &sales, 1);
}

enum status launches_write(struct rhythm_run *r, struct error *why)
{
    static const char *const kpis[] = { "units", "net_sales" };
    static const char *const heads[] = { "article",  "on sale since", "units by day 1",  "by day 3",
                                         "by day 7", "by day 14",     "net sales so far" };
    struct launch launches[LISTED_MAX] = { { .sku = STR_EMPTY } };
    str names[LISTED_MAX];
    size_t n = 0;
    int64_t all = 0;
    const struct answer *a = NULL;
    enum status st = read_launches(r, launches, &n, &all, why);
    if (st != STATUS_OK)
        return st;
    rhythm_heading(r, "New articles");
    if (n == 0) {
        rhythm_sentencef(r,
                         "No article was launched in the 3 weeks up to the report's end. Launches "
                         "come with a file of articles that has launched_date.");
        return STATUS_OK;
    }
    const struct rhythm_ask ask = { .kpis = kpis,
                                    .kpi_count = LAUNCH_KPIS,
                                    .range = { r->range.from - LAUNCH_DAYS + 1, r->range.to },
                                    .grain = "day",
                                    .by = "sku",
                                    .where = filter_of(r, launches, n) };
    for (size_t i = 0; i < n; i++)
        names[i] = launches[i].sku;
    st = rhythm_ask(r, &ask, &a, why);
    if (st == STATUS_OK)
        st = rhythm_titles(r, names, n, why);
    if (st != STATUS_OK)
        return st;
    rhythm_table(r, heads, ARRAY_LEN(heads));
    for (size_t i = 0; i < n; i++)
        write_launch(r, a, &launches[i], names[i]);
    if (all > (int64_t)n)
        rhythm_sentencef(r, "%zu further new articles are not shown.", (size_t)all - n);
    return STATUS_OK;
}
