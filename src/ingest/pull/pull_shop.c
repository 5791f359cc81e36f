/* A source against the shop: whether its imports are still there; the list of the platform's orders
 * against the shop's; orders that are gone, booked as cancelled. pull_listing.c tells how the last
 * two go together. */
#include "ingest/ingest_priv.h"
#include "ingest/pull/pull_priv.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define IDS_MAX  ((size_t)256 * 1024 * 1024)
#define ROWS_MAX ((size_t)256 * 1024 * 1024)

/* Few may go without a question: more than this many, and more than a tenth of all, may be half an
 * answer, the keys of another shop, or a shop that was emptied. */
#define FEW        3
#define SHARE_OF   10
#define MARGIN_DAY 1 /* the platform's clock and zone may be others */

static enum status no_memory(struct error *why)
{
    return error_set(why, STATUS_NO_MEMORY, "out of memory");
}

static const char *path_of(const struct shop *s, str source, const char *name, struct arena *a)
{
    const char *folder = pull_folder(shop_dir(s), source, a);
    return folder != NULL ? path_join(a, folder, name) : NULL;
}

/* ---- Imports ---- */

static enum status count_imports(struct shop *s, str source, int64_t *out, struct error *why)
{
    struct frame *f = NULL;
    const struct param params[] = { { .type = PARAM_TEXT, .text = source } };
    const enum status st =
        conn_query(shop_writer(s),
                   STR("SELECT count(*) FROM import WHERE starts_with(file, $1 || '/') AND preset "
                       "LIKE '%-api' AND undone_at IS NULL"),
                   params,
                   ARRAY_LEN(params),
                   &f,
                   why);
    if (st == STATUS_OK)
        *out = frame_i64(f, 0, 0);
    frame_free(f);
    return st;
}

/* Changes the state of the source with `change`, if it has one. */
static enum status with_state(struct shop *s,
                              str source,
                              bool (*change)(struct pull_state *state, int64_t imports),
                              bool *changed,
                              struct error *why)
{
    struct arena *a = arena_new(0);
    struct pull_state state;
    int64_t imports = 0;
    enum status st =
        a != NULL ? pull_state_read(shop_dir(s), source, a, &state, why) : no_memory(why);
    if (st == STATUS_OK)
        st = count_imports(s, source, &imports, why);
    *changed = st == STATUS_OK && change(&state, imports);
    if (*changed)
        st = pull_state_write(shop_dir(s), source, &state, why);
    arena_free(a);
    return st;
}

static bool forget_when_lost(struct pull_state *state, int64_t imports)
{
    if (!state->is_counted || imports >= state->imports)
        return false;
    *state = (struct pull_state){ .seq = state->seq,
                                  .imports = imports,
                                  .is_counted = true,
                                  .listing.done_at = state->listing.done_at };
    return true;
}

static bool remember(struct pull_state *state, int64_t imports)
{
    const bool is_new = !state->is_counted || state->imports != imports;
    state->imports = imports;
    state->is_counted = true;
    return is_new;
}

enum status pull_check(struct shop *s, str source, bool *lost, struct error *why)
{
    return with_state(s, source, forget_when_lost, lost, why);
}

enum status pull_remember(struct shop *s, str source, struct error *why)
{
    bool changed = false;
    return with_state(s, source, remember, &changed, why);
}

/* ---- Comparing ---- */

/* Orders of the source that were in the shop when the list was begun, the newest version being the
 * API's. $1: store, $2: source, $3: placed from, $4: in the shop before. */
static const char mine_sql[] =
    "WITH mine AS (SELECT o.order_key, o.order_id, o.cancel_reason IS NOT DISTINCT FROM "
    "'" INGEST_GONE "' AS is_gone FROM orders o JOIN import i ON i.import_id = o.import_id WHERE "
    "o.store = $1 AND i.preset = 'orders-api' AND starts_with(i.file, $2 || '/') AND o.placed_at "
    ">= $3 AND i.at < $4), "
    "live AS (SELECT DISTINCT l.order_key FROM order_line l JOIN mine USING (order_key) WHERE "
    "l.class <> 'cancelled') "
    "SELECT m.order_id, max(n.id) FILTER (n.id <> m.order_id), bool_or(m.is_gone) FROM mine m LEFT "
    "JOIN identity n ON n.kind = 'order' AND n.store = $1 AND n.key = m.order_key WHERE m.is_gone "
    "OR m.order_key IN (SELECT order_key FROM live) GROUP BY m.order_key, m.order_id ORDER BY 1";

enum { MINE_ORDER, MINE_OTHER_NAME, MINE_IS_GONE };

struct listed {
    struct map *numbers;
    bool has_other_ids; /* a number of an order is not its id: ids must be known to be asked for */
};

static enum status read_listed(const char *path,
                               struct arena *a,
                               struct listed *out,
                               struct error *why)
{
    str text = STR_EMPTY;
    enum status st = file_read(path, IDS_MAX, a, &text, why);
    while (st == STATUS_OK && text.len > 0) {
        str line = str_take_until(&text, '\n');
        const str number = str_take_until(&line, '\t');
        if (number.len == 0 || line.len == 0)
            continue; /* half a line, or none */
        out->has_other_ids = out->has_other_ids || !str_eq(number, line);
        if (!map_put(out->numbers, number, 1))
            st = no_memory(why);
    }
    return st;
}

static void compare(const struct frame *mine,
                    const struct listed *listed,
                    struct buf *missing,
                    struct pull_comparison *out)
{
    for (size_t i = 0; i < frame_rows(mine); i++) {
        const str order = frame_str(mine, MINE_ORDER, i);
        const bool is_gone = frame_i64(mine, MINE_IS_GONE, i) != 0;
        const bool is_listed = map_get(listed->numbers, order) != NULL;
        const bool has_id = !frame_is_null(mine, MINE_OTHER_NAME, i);
        const str id = has_id ? frame_str(mine, MINE_OTHER_NAME, i) : order;
        out->orders += !is_gone;
        if (is_listed != is_gone)
            continue;
        if (!is_listed && !has_id && listed->has_other_ids) {
            out->unsure++;
            continue;
        }
        out->missing += !is_listed;
        out->back += is_listed;
        buf_addf(missing, "%.*s\t%.*s\n", STR_ARG(order), STR_ARG(id));
    }
}

static bool are_too_many(const struct pull_comparison *c)
{
    return c->missing > 0 &&
           (c->missing == c->orders || (c->missing > FEW && c->missing * SHARE_OF > c->orders));
}

static enum status compare_listed(struct shop *s,
                                  const struct shop_source *source,
                                  const struct pull_state *state,
                                  struct arena *a,
                                  struct pull_comparison *out,
                                  struct error *why)
{
    const char *path = path_of(s, source->name, PULL_LISTED, a);
    const char *to = path_of(s, source->name, PULL_MISSING, a);
    const struct param params[] = { { .type = PARAM_TEXT, .text = source->store },
                                    { .type = PARAM_TEXT, .text = source->name },
                                    { .type = PARAM_I64,
                                      .i64 = state->listing.from + MARGIN_DAY * US_PER_DAY },
                                    { .type = PARAM_I64, .i64 = state->listing.begun_at } };
    struct listed listed = { .numbers = map_new() };
    struct frame *f = NULL;
    struct buf missing;
    buf_init(&missing, IDS_MAX);
    enum status st = listed.numbers != NULL && path != NULL && to != NULL
                         ? read_listed(path, a, &listed, why)
                         : no_memory(why);
    if (st == STATUS_OK)
        st = conn_query(shop_writer(s), str_from(mine_sql), params, ARRAY_LEN(params), &f, why);
    if (st == STATUS_OK)
        compare(f, &listed, &missing, out);
    out->are_too_many = are_too_many(out) && !state->listing.may_book_all;
    if (st == STATUS_OK && !buf_ok(&missing))
        st = no_memory(why);
    if (st == STATUS_OK && missing.len > 0 && !out->are_too_many)
        st = file_write_atomic(to, buf_str(&missing), why);
    frame_free(f);
    buf_release(&missing);
    map_free(listed.numbers);
    return st;
}

enum status pull_compare_orders(struct shop *s,
                                const struct shop_source *source,
                                struct pull_comparison *out,
                                struct error *why)
{
    struct arena *a = arena_new(0);
    struct pull_state state;
    *out = (struct pull_comparison){ .is_done = false };
    enum status st =
        a != NULL ? pull_state_read(shop_dir(s), source->name, a, &state, why) : no_memory(why);
    if (st == STATUS_OK && state.listing.is_whole) {
        st = compare_listed(s, source, &state, a, out, why);
        if (st == STATUS_OK) {
            out->is_done = true;
            out->days = (state.listing.begun_at - state.listing.from) / US_PER_DAY;
            state.listing = (struct pull_listing){ .done_at = clock_now_us() };
            st = pull_state_write(shop_dir(s), source->name, &state, why);
        }
        const char *listed = path_of(s, source->name, PULL_LISTED, a);
        if (st == STATUS_OK && listed != NULL)
            (void)unlink(listed);
    }
    arena_free(a);
    return st;
}

/* ---- Booking ---- */

/* What the shop knows of an order's head and merchandise. $1: store, $2: order number. */
static const char lines_sql[] =
    "SELECT o.order_id, o.placed_at, o.updated_at, o.currency, c.id AS customer_id, o.channel, "
    "o.medium, o.campaign, o.landing_page, o.device, o.country, o.region, o.city, o.language, "
    "o.coupon, o.payment_method, l.sub_order_id, l.sku, coalesce(l.title, p.title) AS title, "
    "l.quantity, l.unit_price_e4, l.gross_e4, l.discount_merchant_e4, l.tax_e4 "
    "FROM orders o JOIN order_line l ON l.order_key = o.order_key AND l.class IN ('sale', "
    "'giveaway', 'unpaid', 'presale', 'exchange', 'gift_card', 'excluded', 'cancelled') LEFT JOIN "
    "(SELECT "
    "key, min(id) AS id FROM identity WHERE kind = 'customer' AND store = $1 GROUP BY key) c ON "
    "c.key = o.customer_key LEFT JOIN (SELECT sku, max(title) AS title FROM product WHERE store = "
    "$1 GROUP BY sku) p ON p.sku = l.sku WHERE o.store = $1 AND o.order_id = $2 ORDER BY l.row_no";

enum {
    LINE_ORDER,
    LINE_PLACED,
    LINE_UPDATED,
    LINE_CURRENCY,
    LINE_TEXTS, /* columns of their names, up to title */
    LINE_QUANTITY = 19,
    LINE_UNIT_PRICE,
    LINE_GROSS,
    LINE_DISCOUNT,
    LINE_TAX
};

static const char *const line_texts[] = {
    "customer_id", "channel",        "medium",       "campaign", "landing_page",
    "device",      "country",        "region",       "city",     "language",
    "coupon",      "payment_method", "sub_order_id", "sku",      "title",
};
_Static_assert(LINE_TEXTS + ARRAY_LEN(line_texts) == LINE_QUANTITY, "columns of lines_sql");

static str time_text(struct arena *a, int64_t us)
{
    struct buf text;
    buf_init(&text, 64);
    buf_add_time(&text, us);
    buf_addf(&text, ".%06d", (int)(us - i64_floor_div(us, US_PER_SECOND) * US_PER_SECOND));
    const str out = arena_dup(a, buf_str(&text));
    buf_release(&text);
    return out.ptr != NULL ? out : STR_EMPTY;
}

static void set_money(
    struct pull_rows *r, const char *column, const struct frame *f, int at, size_t i)
{
    if (!frame_is_null(f, (size_t)at, i))
        pull_row_money(r, column, frame_i64(f, (size_t)at, i));
}

/* The order as it was, cancelled and not paid. Its version stays: should the platform tell it
 * again, the platform's word is the later one. */
static void add_line(struct pull_rows *r, const struct frame *f, size_t i, int64_t now_us)
{
    pull_row_begin(r, PULL_ORDERS);
    pull_row_set(r, "order_id", frame_str(f, LINE_ORDER, i));
    pull_row_set(r, "placed_at", time_text(r->arena, frame_i64(f, LINE_PLACED, i)));
    if (!frame_is_null(f, LINE_UPDATED, i))
        pull_row_set(r, "updated_at", time_text(r->arena, frame_i64(f, LINE_UPDATED, i)));
    pull_row_set(r, "currency", frame_str(f, LINE_CURRENCY, i));
    pull_row_set(r, "status", STR("cancelled"));
    pull_row_set(r, "cancelled_at", time_text(r->arena, now_us));
    pull_row_set(r, "cancel_reason", STR(INGEST_GONE));
    for (size_t c = 0; c < ARRAY_LEN(line_texts); c++) {
        if (!frame_is_null(f, LINE_TEXTS + c, i))
            pull_row_set(r, line_texts[c], frame_str(f, LINE_TEXTS + c, i));
    }
    pull_row_count(r, "quantity", frame_i64(f, LINE_QUANTITY, i));
    set_money(r, "unit_price", f, LINE_UNIT_PRICE, i);
    set_money(r, "line_amount", f, LINE_GROSS, i);
    set_money(r, "discount_merchant", f, LINE_DISCOUNT, i);
    set_money(r, "line_tax", f, LINE_TAX, i);
    pull_row_end(r);
}

static enum status add_order(struct shop *s,
                             const struct shop_source *source,
                             str number,
                             struct pull_rows *rows,
                             struct error *why)
{
    const struct param params[] = { { .type = PARAM_TEXT, .text = source->store },
                                    { .type = PARAM_TEXT, .text = number } };
    struct frame *f = NULL;
    const enum status st =
        conn_query(shop_writer(s), str_from(lines_sql), params, ARRAY_LEN(params), &f, why);
    const int64_t now_us = clock_now_us();
    for (size_t i = 0; st == STATUS_OK && i < frame_rows(f); i++)
        add_line(rows, f, i, now_us);
    frame_free(f);
    return st;
}

static enum status land_gone(struct shop *s,
                             const struct shop_source *source,
                             str numbers,
                             struct arena *a,
                             int64_t *booked,
                             struct error *why)
{
    struct buf files[PULL_FILE_COUNT];
    struct pull_rows rows = { .arena = a };
    struct pull_state state;
    for (size_t i = 0; i < PULL_FILE_COUNT; i++) {
        buf_init(&files[i], ROWS_MAX);
        rows.files[i] = &files[i];
    }
    enum status st = pull_state_read(shop_dir(s), source->name, a, &state, why);
    while (st == STATUS_OK && numbers.len > 0) {
        st = add_order(s, source, str_take_until(&numbers, '\n'), &rows, why);
        (*booked)++;
    }
    if (st == STATUS_OK)
        st = pull_land(shop_dir(s), source->name, ++state.seq, &rows, why);
    if (st == STATUS_OK)
        st = pull_state_write(shop_dir(s), source->name, &state, why);
    for (size_t i = 0; i < PULL_FILE_COUNT; i++)
        buf_release(&files[i]);
    return st;
}

enum status pull_book_gone(struct shop *s,
                           const struct shop_source *source,
                           int64_t *booked,
                           struct error *why)
{
    struct arena *a = arena_new(0);
    const char *path = a != NULL ? path_of(s, source->name, PULL_GONE, a) : NULL;
    str numbers = STR_EMPTY;
    *booked = 0;
    enum status st = path != NULL ? STATUS_OK : no_memory(why);
    if (st == STATUS_OK && file_exists(path)) {
        st = file_read(path, IDS_MAX, a, &numbers, why);
        if (st == STATUS_OK)
            st = land_gone(s, source, numbers, a, booked, why);
        if (st == STATUS_OK)
            (void)unlink(path);
    }
    arena_free(a);
    return st;
}
