/* Which grouping sets a shop keeps: none while it is small, then those whose dimensions have a
 * value in it and that are much smaller than the facts. */
#include "derive/derive_priv.h"

/* So many cells cost little in any case (a second of work, some megabytes). */
#define CELLS_ALWAYS_FINE 400000

/* Days of facts, the latest, from which a set's density is read. */
#define SAMPLE_DAYS 60

/* Waiting partitions above which it is asked anew which sets are worth it. */
#define PENDING_TO_WEIGH 100

static bool set_is_in(const struct set_list *list, int id)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i]->id == id)
            return true;
    }
    return false;
}

/* SQL that is true for some row when the dimension has a value. */
static void add_has_value(struct buf *sql, const struct rollup *r, const struct dimension *d)
{
    const char source = rollup_dimension_source(r, d);
    const char *table = source == 'o' ? "orders" : source == 'p' ? "product" : r->fact;
    buf_addf(sql,
             "(SELECT count(*) FROM (SELECT 1 FROM \"%s\" WHERE \"%s\" IS NOT NULL",
             table,
             d->column);
    if (str_is(str_from(d->name), "customer_type"))
        buf_adds(sql, " AND order_seq IS NOT NULL"); /* "unknown" alone says nothing */
    buf_adds(sql, " LIMIT 1))");
}

static enum status set_has_values(struct derive *d,
                                  const struct rollup *r,
                                  const struct rollup_set *set,
                                  bool *out)
{
    struct buf sql;
    int64_t found = 0;
    const size_t dims = rollup_set_dims(set);
    buf_init(&sql, SQL_MAX);
    buf_adds(&sql, "SELECT 0::BIGINT");
    for (size_t i = 0; i < dims; i++) {
        buf_adds(&sql, " + ");
        add_has_value(&sql, r, commerce_dimension(str_from(set->dims[i])));
    }
    const enum status st = derive_number_of(d, &sql, &found);
    if (st == STATUS_OK)
        *out = found == (int64_t)dims;
    return st;
}

static void add_sample_from(struct buf *sql,
                            const struct rollup *r,
                            const struct rollup_set *set,
                            int32_t from)
{
    bool joins_orders = false;
    bool joins_products = false;
    for (size_t i = 0; i < rollup_set_dims(set); i++) {
        const struct dimension *dim = commerce_dimension(str_from(set->dims[i]));
        const char source = rollup_dimension_source(r, dim);
        buf_addf(sql, ", coalesce(%c.\"%s\", '')", source, dim->column);
        joins_orders = joins_orders || source == 'o';
        joins_products = joins_products || source == 'p';
    }
    buf_addf(sql, ")) FROM \"%s\" f", r->fact);
    if (joins_orders)
        buf_adds(sql, " LEFT JOIN orders o ON o.order_key = f.order_key");
    if (joins_products)
        buf_adds(sql, " LEFT JOIN rollup_product p ON p.store = f.store AND p.sku = f.sku");
    buf_addf(sql, " WHERE f.\"%s\" > ", r->bases[0].date_column);
    cells_add_date(sql, from);
}

/* Cells of the set among the latest facts. */
static enum status sample_cells(struct derive *d,
                                const struct rollup *r,
                                const struct rollup_set *set,
                                int32_t from,
                                int64_t *out)
{
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    buf_addf(&sql,
             set->by_day ? "SELECT count(DISTINCT (f.store, f.\"%s\""
                         : "SELECT count(DISTINCT (f.store, date_trunc('month', f.\"%s\")",
             r->bases[0].date_column);
    add_sample_from(&sql, r, set, from);
    return derive_number_of(d, &sql, out);
}

struct density {
    int32_t from; /* the sample starts after this day */
    int64_t rows;
    int64_t sample_rows;
};

static enum status fact_rows(struct derive *d, const struct rollup *r, int64_t *out)
{
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    buf_addf(&sql, "SELECT count(*) FROM \"%s\"", r->fact);
    return derive_number_of(d, &sql, out);
}

static enum status density_of(struct derive *d,
                              const struct rollup *r,
                              int64_t rows,
                              struct density *out)
{
    struct density k = { .rows = rows };
    int64_t last = 0;
    struct buf sql;
    buf_init(&sql, SQL_MAX);
    buf_addf(&sql,
             "SELECT coalesce(max(\"%s\") - DATE '1970-01-01', 0) FROM \"%s\"",
             r->bases[0].date_column,
             r->fact);
    enum status st = derive_number_of(d, &sql, &last);
    k.from = (int32_t)last - SAMPLE_DAYS;
    if (st == STATUS_OK) {
        buf_addf(
            &sql, "SELECT count(*) FROM \"%s\" WHERE \"%s\" > ", r->fact, r->bases[0].date_column);
        cells_add_date(&sql, k.from);
        st = derive_number_of(d, &sql, &k.sample_rows);
    }
    buf_release(&sql);
    *out = k;
    return st;
}

/* A shop of some size keeps every set; a large one those that are worth it. */
static enum status set_is_worth_it(struct derive *d,
                                   const struct rollup *r,
                                   const struct rollup_set *set,
                                   const struct density *k,
                                   bool *out)
{
    int64_t cells = 0;
    *out = true;
    if (set->min_rows_per_cell == 0 || k->rows <= CELLS_ALWAYS_FINE || k->sample_rows == 0)
        return STATUS_OK;
    const enum status st = sample_cells(d, r, set, k->from, &cells);
    if (st != STATUS_OK || cells == 0)
        return st;
    const bool is_small =
        (double)cells * (double)k->rows / (double)k->sample_rows < CELLS_ALWAYS_FINE;
    *out = is_small || k->sample_rows / cells >= set->min_rows_per_cell;
    return STATUS_OK;
}

static enum status list_new(const struct rollup *r,
                            struct arena *a,
                            struct set_list *out,
                            struct error *why)
{
    *out = (struct set_list){ .open_month = DAY_NONE };
    out->items = arena_alloc(a, r->set_count, sizeof *out->items);
    if (out->items == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    return STATUS_OK;
}

/* Sets are weighed anew when much is built anyhow, or the shop is small. */
static enum status is_time_to_weigh(struct derive *d,
                                    const struct set_list *stored,
                                    int64_t rows,
                                    bool *out)
{
    int64_t pending = 0;
    const enum status st = derive_pending(d->c, &pending, d->why);
    *out = stored->count == 0 || rows <= CELLS_ALWAYS_FINE || pending > PENDING_TO_WEIGH;
    return st;
}

enum status sets_wanted(struct derive *d,
                        const struct rollup *r,
                        const struct set_list *stored,
                        struct arena *a,
                        struct set_list *out)
{
    struct density k = { .rows = 0 };
    int64_t rows = 0;
    bool weigh = false;
    enum status st = list_new(r, a, out, d->why);
    if (st == STATUS_OK)
        st = fact_rows(d, r, &rows);
    if (st != STATUS_OK || (stored->count == 0 && rows < d->settings->cells_from))
        return st;
    st = is_time_to_weigh(d, stored, rows, &weigh);
    if (st == STATUS_OK && weigh)
        st = density_of(d, r, rows, &k);
    for (size_t i = 0; st == STATUS_OK && i < r->set_count; i++) {
        bool keep = set_is_in(stored, r->sets[i].id);
        const bool ask = !keep && weigh;
        if (ask)
            st = set_has_values(d, r, &r->sets[i], &keep);
        if (st == STATUS_OK && ask && keep)
            st = set_is_worth_it(d, r, &r->sets[i], &k, &keep);
        if (st == STATUS_OK && keep)
            out->items[out->count++] = &r->sets[i];
    }
    return st;
}

enum status sets_stored(struct derive *d,
                        const struct rollup *r,
                        struct arena *a,
                        struct set_list *out)
{
    struct frame *f = NULL;
    const struct param params[] = {
        { .type = PARAM_TEXT, .text = str_from(r->table) },
        { .type = PARAM_I64, .i64 = ROLLUP_VERSION },
    };
    enum status st = list_new(r, a, out, d->why);
    if (st == STATUS_OK)
        st = conn_query(d->c,
                        STR("SELECT set_id, open_month FROM rollup_set WHERE rollup = $1 AND "
                            "version = $2"),
                        params,
                        ARRAY_LEN(params),
                        &f,
                        d->why);
    if (st != STATUS_OK)
        return st;
    out->is_noted = frame_rows(f) > 0;
    if (out->is_noted && !frame_is_null(f, 1, 0))
        out->open_month = (int32_t)frame_i64(f, 1, 0);
    for (size_t i = 0; i < r->set_count; i++) {
        for (size_t row = 0; row < frame_rows(f); row++) {
            if (frame_i64(f, 0, row) == r->sets[i].id && !set_is_in(out, r->sets[i].id))
                out->items[out->count++] = &r->sets[i];
        }
    }
    frame_free(f);
    return STATUS_OK;
}

/* Sets that `now` has and `before` lacks are new: their cells are missing everywhere. */
bool sets_have_new(const struct set_list *before, const struct set_list *now)
{
    for (size_t i = 0; i < now->count; i++) {
        if (!set_is_in(before, now->items[i]->id))
            return true;
    }
    return false;
}
