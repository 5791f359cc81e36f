/* What readers of a figure must know of its rows: refunds whose day no file tells or whose order is
 * not there, stores in no profit because they know no cost, goods that count as costing nothing,
 * and whether the stores' prices hold tax. */
#include "query/cache_priv.h"
#include "query/caveats_priv.h"
#include "query/together_priv.h"

#include <string.h>

/* ---- refunds without a date ---- */

static bool names_returns(const struct row_expr *e)
{
    if (e == NULL)
        return false;
    if (e->text.ptr != NULL && str_is(e->text, "return"))
        return true;
    for (size_t i = 0; i < e->n_args; i++) { /* as deep as the parser lets it be */
        if (names_returns(e->args[i]))
            return true;
    }
    return false;
}

/* A figure that counts returns on their own day, or refunds by the refund's row. */
static bool depends_on_refund_days(const struct asking *k)
{
    for (size_t i = 0; i < k->slots.n; i++) {
        const struct plan_slot *s = &k->slots.items[i];
        const char *table = s->measure->table->name;
        if (s->is_foreign)
            continue;
        if (strcmp(table, "refund") == 0)
            return true;
        if (strcmp(table, "order_line") == 0 && s->date == s->measure->date &&
            names_returns(s->measure->filter))
            return true;
    }
    return false;
}

static bool in_scope(const struct asking *k, str store)
{
    for (size_t i = 0; i < k->words->store_count; i++) {
        if (str_eq(k->words->stores[i], store))
            return true;
    }
    return k->words->store_count == 0;
}

static void add_name(struct buf *names, str store)
{
    buf_adds(names, names->len > 0 ? ", " : "");
    buf_add(names, store);
}

/* ---- rows by store and day ---- */

/* The days to read: of ranges that are asked together those of all, where they lie near each other,
 * so that one statement tells of each. */
static struct day_range days_to_read(const struct asking *k)
{
    const struct day_range own = { k->main.from, k->main.to };
    if (together_find(k->together, &k->main) == SIZE_MAX)
        return own;
    const struct plan_window all = plan_hull(k->together->windows, k->together->n_windows);
    return all.to - all.from < PLAN_NEAR_DAYS ? (struct day_range){ all.from, all.to } : own;
}

static void add_days(struct sql *sql, str date, struct day_range days)
{
    sql_add(sql, " AND ");
    sql_name(sql, date);
    sql_add(sql, " >= ");
    sql_bind_day(sql, days.from);
    sql_add(sql, " AND ");
    sql_name(sql, date);
    sql_add(sql, " <= ");
    sql_bind_day(sql, days.to);
}

/* Rows are (store, day, ...): of the question's stores and of its own range. */
static bool is_asked(const struct asking *k, const struct frame *f, size_t row)
{
    const int64_t day = frame_i64(f, 1, row);
    return day >= k->main.from && day <= k->main.to && in_scope(k, frame_str(f, 0, row));
}

/* Another store's than the row before it. */
static bool begins_store(const struct frame *f, size_t row)
{
    return row == 0 || !str_eq(frame_str(f, 0, row), frame_str(f, 0, row - 1));
}

/* Such returns of the asked days, by store. What an order tells of itself is one, of however many
 * articles it is. */
static enum status undated_note(struct asking *k, str *out, struct error *why)
{
    struct sql sql;
    struct state_rows rows;
    struct buf names;
    int64_t n = 0;
    bool is_named = false;
    sql_init(&sql, SQL_DUCKDB);
    buf_init(&names, (size_t)64 * 1024);
    sql_add(&sql,
            "SELECT \"store\", \"local_date\", count(\"row_no\") + count(DISTINCT \"order_key\")"
            " FILTER (\"row_no\" IS NULL) FROM \"order_line\" WHERE \"class\" = 'return'"
            " AND NOT \"date_known\"");
    add_days(&sql, STR("local_date"), days_to_read(k));
    sql_add(&sql, " GROUP BY 1, 2 ORDER BY 1");
    enum status st = state_query(k, &sql, &rows, why);
    for (size_t r = 0; st == STATUS_OK && r < frame_rows(rows.frame); r++) {
        is_named = is_named && !begins_store(rows.frame, r);
        if (!is_asked(k, rows.frame, r))
            continue;
        n += frame_i64(rows.frame, 2, r);
        if (!is_named)
            add_name(&names, frame_str(rows.frame, 0, r));
        is_named = true;
    }
    if (st == STATUS_OK && n > 0)
        *out =
            arena_printf(k->arena,
                         tr(k->lang,
                            "partial: refund dates missing: %lld returns (%.*s) stand on the day "
                            "of their order and among no refunds, until a file of refunds or "
                            "the API dates them"),
                         (long long)n,
                         STR_ARG(buf_str(&names)));
    state_rows_drop(k, &rows);
    buf_release(&names);
    sql_release(&sql);
    return st;
}

/* ---- refunds of orders that the shop does not have ---- */

/* Refunds by the day of their order, where one has none. */
static bool depends_on_refunded_orders(const struct asking *k)
{
    for (size_t i = 0; i < k->slots.n; i++) {
        const struct plan_slot *s = &k->slots.items[i];
        if (!s->is_foreign && strcmp(s->measure->table->name, "refund") == 0 && s->date != NULL &&
            strcmp(s->date->name, "order_date") == 0)
            return true;
    }
    return false;
}

static bool leaves_out(const struct slot_source *s, str store)
{
    for (size_t i = 0; s != NULL && i < s->n_left_out; i++) {
        if (str_eq(s->left_out[i], store))
            return true;
    }
    return false;
}

/* Rows by store, day and currency, with their number and sum: those of the asked days and of stores
 * that `source` (may be NULL) does not leave out, as "5.00 EUR". */
static enum status sum_rows(struct asking *k,
                            const char *select,
                            const struct slot_source *source,
                            int64_t *n,
                            struct buf *sums,
                            struct error *why)
{
    struct sql sql;
    struct state_rows rows;
    i128 sum = 0;
    sql_init(&sql, SQL_DUCKDB);
    sql_add(&sql, select);
    add_days(&sql, STR("local_date"), days_to_read(k));
    sql_add(&sql, " GROUP BY 1, 2, 3 ORDER BY 3");
    const enum status st = state_query(k, &sql, &rows, why);
    for (size_t r = 0; st == STATUS_OK && r < frame_rows(rows.frame); r++) {
        const struct frame *f = rows.frame;
        const bool closes =
            r + 1 == frame_rows(f) || !str_eq(frame_str(f, 2, r), frame_str(f, 2, r + 1));
        if (is_asked(k, f, r) && !leaves_out(source, frame_str(f, 0, r))) {
            *n += frame_i64(f, 3, r);
            sum += frame_i128(f, 4, r);
        }
        if (closes && sum != 0) {
            buf_adds(sums, sums->len > 0 ? ", " : "");
            buf_add_money_grouped(sums, sum, 2);
            buf_addc(sums, ' ');
            buf_add(sums, frame_str(f, 2, r));
        }
        sum = closes ? 0 : sum;
    }
    state_rows_drop(k, &rows);
    sql_release(&sql);
    return st;
}

/* Refunds of the asked days that belong to the day of no order: how many, and what they come to. */
static enum status orderless_note(struct asking *k, str *out, struct error *why)
{
    struct buf sums;
    int64_t n = 0;
    buf_init(&sums, (size_t)64 * 1024);
    const enum status st = sum_rows(
        k,
        "SELECT coalesce(\"store\", ''), \"local_date\", coalesce(\"currency\", ''), count(*), "
        "coalesce(sum(\"amount_e4\"), 0) FROM "
        "\"refund\" WHERE \"order_date\" IS NULL AND coalesce(\"status\", 'succeeded') = "
        "'succeeded' AND \"is_excluded\" IS NOT TRUE",
        NULL,
        &n,
        &sums,
        why);
    if (st == STATUS_OK && n > 0)
        *out = arena_printf(k->arena,
                            tr(k->lang,
                               "partial: %lld refunds (%.*s) are of orders that are not in the "
                               "shop; they belong to no order's day, so figures of refunds by date "
                               "of order leave them out"),
                            (long long)n,
                            STR_ARG(buf_str(&sums)));
    buf_release(&sums);
    return st;
}

/* ---- payments of test orders ---- */

/* Whose stores; NULL: nothing of the question adds up payments. */
static const struct slot_source *adds_up_payments(const struct asking *k)
{
    for (size_t i = 0; i < k->slots.n; i++) {
        const struct plan_slot *s = &k->slots.items[i];
        if (!s->is_foreign && s->is_money && strcmp(s->measure->table->name, "payment") == 0)
            return &k->sources[i];
    }
    return NULL;
}

/* Payments carry no mark of a test, and whether money came is the provider's word. */
static enum status tested_note(struct asking *k, str *out, struct error *why)
{
    const struct slot_source *source = adds_up_payments(k);
    struct buf sums;
    int64_t n = 0;
    if (source == NULL)
        return STATUS_OK;
    buf_init(&sums, (size_t)64 * 1024);
    const enum status st = sum_rows(
        k,
        "SELECT coalesce(\"store\", ''), \"local_date\", coalesce(\"currency\", ''), count(*), "
        "coalesce(sum(\"amount_e4\"), 0) FROM "
        "\"payment\" WHERE \"status\" = 'success' AND \"order_key\" IN (SELECT "
        "\"order_key\" FROM \"orders\" WHERE \"is_test\")",
        source,
        &n,
        &sums,
        why);
    if (st == STATUS_OK && n > 0)
        *out = arena_printf(k->arena,
                            tr(k->lang,
                               "%lld payments (%.*s) are of test orders; they count as received "
                               "here, while no other figure has these orders"),
                            (long long)n,
                            STR_ARG(buf_str(&sums)));
    buf_release(&sums);
    return st;
}

/* ---- costs ---- */

/* Stores with sales whose goods have no cost at all, beside others in the same figure. */
static str costless_note(const struct asking *k)
{
    struct buf names;
    str note = STR_EMPTY;
    buf_init(&names, (size_t)64 * 1024);
    for (size_t i = 0; i < k->slots.n && note.len == 0; i++) {
        const struct kpi_measure *m = k->slots.items[i].measure;
        const struct slot_source *s = &k->sources[i];
        if (m->stores_by == NULL || strcmp(m->stores_by, KPI_STORES_COSTS) != 0 || s->n_own == 0)
            continue;
        for (size_t j = 0; j < s->n_left_out; j++)
            add_name(&names, s->left_out[j]);
        if (s->n_left_out > 0)
            note = arena_printf(k->arena,
                                tr(k->lang,
                                   "no cost is known of what these stores sold, so they are in no "
                                   "gross profit: %.*s (costs.yaml, sku-map.csv; the cost coverage "
                                   "tells how much of the sales has a cost)"),
                                STR_ARG(buf_str(&names)));
    }
    buf_release(&names);
    return note;
}

static bool counts_unknown_costs(const struct asking *k)
{
    for (size_t i = 0; i < k->n_kpis; i++) {
        if (k->kpis[i]->counts_unknown_costs)
            return true;
    }
    return false;
}

static bool has_dirty_day(const struct asking *k, struct day_range days)
{
    bool any = false;
    for (size_t i = 0; i < k->cells.n_dirty; i++)
        any = any || (k->cells.dirty[i] >= days.from && k->cells.dirty[i] <= days.to);
    return any;
}

/* Beside the amounts, where they are to be converted: cells do not tell it. */
static const char *currency_columns(const struct asking *k)
{
    return k->by_currency ? ", \"currency\", \"order_date\"" : "";
}

/* What stores sold, and what of it has a cost by the line. */
static void add_sold(const struct asking *k, struct sql *sql, struct day_range days)
{
    const str date = STR("local_date");
    const struct rollup *r = k->by_currency || has_dirty_day(k, days)
                                 ? NULL
                                 : coverage_cells(k, STR("order_line"), date);
    if (r != NULL) {
        sql_add(sql,
                "SELECT \"store\", \"date\" AS \"day\", \"net_e4\" AS \"sold\", "
                "\"net_with_cost_e4\" AS \"known\" FROM ");
        coverage_add_cells(sql, r, date);
    } else {
        sql_add(sql,
                "SELECT \"store\", \"local_date\" AS \"day\", \"net_e4\" AS \"sold\", CASE WHEN "
                "\"cost_e4\" IS NOT NULL THEN \"net_e4\" END AS \"known\"");
        sql_add(sql, currency_columns(k));
        sql_add(sql, " FROM \"order_line\" WHERE TRUE");
    }
    sql_add(sql, " AND \"class\" = 'sale'");
    add_days(sql, r != NULL ? STR("date") : date, days);
}

/* What stores sold, and what of it has a cost, by the line or by the rules. */
static void write_coverage(const struct asking *k, struct sql *sql)
{
    const struct day_range days = days_to_read(k);
    sql_add(sql, "SELECT \"store\", \"day\", sum(\"sold\"), coalesce(sum(\"known\"), 0)");
    sql_add(sql, currency_columns(k));
    sql_add(sql, " FROM (");
    add_sold(k, sql, days);
    sql_add(sql, " UNION ALL SELECT \"store\", \"local_date\", NULL, \"known_net_e4\"");
    sql_add(sql, currency_columns(k));
    sql_add(sql, " FROM \"cost_line\" WHERE \"known_net_e4\" <> 0 AND \"class\" = 'sale'");
    add_days(sql, STR("local_date"), days);
    sql_add(sql, ") AS \"t\" GROUP BY 1, 2");
    sql_add(sql, currency_columns(k));
    sql_add(sql, " ORDER BY 1");
}

/* A store and the share that is known, where it is not all; as the KPI of it is shown. */
static void add_share(struct buf *names,
                      str store,
                      const struct cell *sold,
                      const struct cell *known)
{
    if (sold->kind != CELL_EXACT || known->kind != CELL_EXACT || sold->exact <= 0 ||
        known->exact >= sold->exact)
        return;
    const i128 share = i128_div_half_even(known->exact * 10000, sold->exact);
    add_name(names, store);
    buf_addc(names, ' ');
    buf_add_money_grouped(names, share * (MONEY_ONE / 100), 2);
    buf_adds(names, " %");
}

/* An amount of the row in the shop's currency, at the rate that the figures take. */
static enum status add_amount(struct asking *k,
                              const struct frame *f,
                              size_t row,
                              size_t column,
                              struct cell *cell,
                              struct error *why)
{
    const i128 v = frame_is_null(f, column, row) ? 0 : frame_i128(f, column, row);
    const bool foreign = k->by_currency && !frame_is_null(f, 4, row);
    const bool dated = k->by_currency && !frame_is_null(f, 5, row);
    return fx_add(k,
                  cell,
                  v,
                  foreign ? frame_str(f, 4, row) : STR_EMPTY,
                  dated ? (int32_t)frame_i64(f, 5, row) : k->main.to,
                  why);
}

static enum status add_shares(struct asking *k,
                              const struct frame *f,
                              struct buf *names,
                              struct error *why)
{
    enum status st = STATUS_OK;
    struct cell sold = { .kind = CELL_ABSENT };
    struct cell known = sold;
    for (size_t r = 0; st == STATUS_OK && r < frame_rows(f); r++) {
        if (begins_store(f, r))
            sold = known = (struct cell){ .kind = CELL_ABSENT };
        if (is_asked(k, f, r)) {
            st = add_amount(k, f, r, 2, &sold, why);
            if (st == STATUS_OK)
                st = add_amount(k, f, r, 3, &known, why);
        }
        if (r + 1 == frame_rows(f) || begins_store(f, r + 1))
            add_share(names, frame_str(f, 0, r), &sold, &known);
    }
    return st;
}

/* Profits in which goods without a known cost count as costing nothing. */
static enum status unknown_costs_note(struct asking *k, str *out, struct error *why)
{
    struct sql sql;
    struct state_rows rows;
    struct buf names;
    sql_init(&sql, SQL_DUCKDB);
    buf_init(&names, (size_t)64 * 1024);
    write_coverage(k, &sql);
    enum status st = state_query(k, &sql, &rows, why);
    if (st == STATUS_OK)
        st = add_shares(k, rows.frame, &names, why);
    if (st == STATUS_OK && names.len > 0)
        *out = arena_printf(k->arena,
                            tr(k->lang,
                               "partial: a cost is known only of this share of what was sold: "
                               "%.*s; the rest counts as costing nothing, so the profit is shown "
                               "too high (costs.yaml, sku-map.csv)"),
                            STR_ARG(buf_str(&names)));
    state_rows_drop(k, &rows);
    buf_release(&names);
    sql_release(&sql);
    return st;
}

/* ---- tax ---- */

static bool is_about_money(const struct asking *k)
{
    for (size_t i = 0; i < k->slots.n; i++) {
        if (k->slots.items[i].is_money)
            return true;
    }
    return false;
}

static str stores_by_tax(const struct asking *k, bool inclusive, struct buf *names)
{
    const struct shop_settings *s = k->context->settings;
    buf_clear(names);
    for (size_t i = 0; i < s->store_count; i++) {
        if (s->stores[i].tax_inclusive == inclusive && in_scope(k, s->stores[i].name))
            add_name(names, s->stores[i].name);
    }
    return arena_dup(k->arena, names->len > 0 ? buf_str(names) : STR("-"));
}

static str tax_note(const struct asking *k)
{
    struct buf names;
    buf_init(&names, (size_t)64 * 1024);
    const str with = stores_by_tax(k, true, &names);
    const str without = stores_by_tax(k, false, &names);
    buf_release(&names);
    return arena_printf(
        k->arena,
        tr(k->lang,
           "tax: prices hold it in these stores: %.*s (taken out of sales); they do "
           "not in these: %.*s"),
        STR_ARG(with),
        STR_ARG(without));
}

enum status caveats_notes(struct asking *k, struct answer *out, struct error *why)
{
    str note = STR_EMPTY;
    enum status st = depends_on_refund_days(k) ? undated_note(k, &note, why) : STATUS_OK;
    if (note.len > 0)
        out->notes[out->note_count++] = note;
    str orderless = STR_EMPTY;
    if (st == STATUS_OK && depends_on_refunded_orders(k))
        st = orderless_note(k, &orderless, why);
    if (orderless.len > 0)
        out->notes[out->note_count++] = orderless;
    str tested = STR_EMPTY;
    if (st == STATUS_OK)
        st = tested_note(k, &tested, why);
    if (tested.len > 0)
        out->notes[out->note_count++] = tested;
    str partial = STR_EMPTY;
    if (st == STATUS_OK && counts_unknown_costs(k))
        st = unknown_costs_note(k, &partial, why);
    if (partial.len > 0)
        out->notes[out->note_count++] = partial;
    const str costless = costless_note(k);
    if (costless.len > 0)
        out->notes[out->note_count++] = costless;
    if (st == STATUS_OK && k->words->evidence && k->context->settings->store_count > 0 &&
        is_about_money(k))
        out->notes[out->note_count++] = tax_note(k);
    return st;
}
