/* From GMV down to contribution: the steps of all that is in scope, and the same for each store,
 * article, category, channel or order. Every step is a KPI over cost_line, so rows and totals add
 * up whatever they are broken down by. */
#include "board/board_sheet_priv.h"

enum role { ROLE_START, ROLE_MINUS, ROLE_PLUS, ROLE_SUBTOTAL, ROLE_END };
static const char *const roles[] = { [ROLE_START] = "start",
                                     [ROLE_MINUS] = "minus",
                                     [ROLE_PLUS] = "plus",
                                     [ROLE_SUBTOTAL] = "subtotal",
                                     [ROLE_END] = "end" };

static const struct step {
    const char *kpi;
    enum role role;
} steps[] = {
    { "placed_amt", ROLE_START },       { "cancelled_amt", ROLE_MINUS },
    { "refunded_amt", ROLE_MINUS },     { "gsv", ROLE_SUBTOTAL },
    { "discount_amt", ROLE_MINUS },     { "net_after_refunds", ROLE_SUBTOTAL },
    { "postage_amt", ROLE_PLUS },       { "goods_cost", ROLE_MINUS },
    { "platform_fee_amt", ROLE_MINUS }, { "commission_amt", ROLE_MINUS },
    { "payment_fee_amt", ROLE_MINUS },  { "parcel_amt", ROLE_MINUS },
    { "packaging_amt", ROLE_MINUS },    { "return_cost_amt", ROLE_MINUS },
    { "other_fee_amt", ROLE_MINUS },    { "ads_amt", ROLE_MINUS },
    { "contribution", ROLE_END },
};
/* What is said beside the steps. */
enum { BESIDE_SHARE, BESIDE_COVERAGE, BESIDE_BOOKED, BESIDE_GAP, BESIDE_ROAS, BESIDES };
static const char *const besides[BESIDES] = { [BESIDE_SHARE] = "contrib_share",
                                              [BESIDE_COVERAGE] = "cost_coverage",
                                              [BESIDE_BOOKED] = "fee_booked_share",
                                              [BESIDE_GAP] = "fee_estimate_gap",
                                              [BESIDE_ROAS] = "breakeven_roas" };
static const char *const beside_keys[BESIDES] = { [BESIDE_SHARE] = "contribution_share",
                                                  [BESIDE_COVERAGE] = "coverage",
                                                  [BESIDE_BOOKED] = "booked_share",
                                                  [BESIDE_GAP] = "estimate_gap",
                                                  [BESIDE_ROAS] = "break_even_roas" };

static const struct {
    const char *asked;
    const char *dimension;
} groups[] = {
    { "store", "store" },     { "sku", "master_sku" }, { "category", "category" },
    { "channel", "channel" }, { "order", "order" },
};

static enum status dimension_of(str by, str *out, struct error *why)
{
    *out = STR_EMPTY;
    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        if (str_is(by, groups[i].asked))
            *out = str_from(groups[i].dimension);
    }
    if (by.len > 0 && out->len == 0)
        return error_set(
            why, STATUS_BAD_USAGE, "by is one of store, sku, category, channel and order");
    return STATUS_OK;
}

static void write_step(struct json_writer *w, const struct answer *a, size_t i)
{
    const struct answer_row *total = &a->kpis[i].total;
    const struct answer_compare *c = total->compare;
    const struct answer_value *start = &a->kpis[0].total.value;
    struct buf share;
    buf_init(&share, 64);
    if (total->value.kind == VALUE_MONEY && start->kind == VALUE_MONEY && start->exact != 0)
        buf_add_ratio(&share, total->value.exact, start->exact);
    json_object_open(w);
    json_add_str(w, "id", a->kpis[i].id);
    json_add_str(w, "name", a->kpis[i].name);
    json_add_text(w, "role", roles[steps[i].role]);
    board_value(w, "value", &total->value);
    json_add_str_or_null(w, "share", buf_str(&share));
    board_value(w, "compare", c != NULL ? &c->value : NULL);
    board_value(w, "change", c != NULL ? &c->change : NULL);
    board_value(w, "relative", c != NULL ? &c->relative : NULL);
    json_add_bool(w, "complete", total->complete);
    json_add_str_or_null(
        w, "reason", a->kpis[i].needs.len > 0 ? a->kpis[i].needs : total->value.reason);
    json_object_close(w);
    buf_release(&share);
}

static const struct answer_kpi *beside_of(const struct answer *a, size_t which)
{
    return &a->kpis[ARRAY_LEN(steps) + which];
}

static void write_row(struct json_writer *w, const struct answer *a, size_t r)
{
    const struct answer_row *first = &a->kpis[0].rows[r];
    json_object_open(w);
    json_add_str_or_null(w, "by", first->is_others ? STR_EMPTY : first->by[0]);
    json_add_bool(w, "others", first->is_others);
    json_key(w, "values");
    json_object_open(w);
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        json_key_str(w, a->kpis[i].id);
        if (a->kpis[i].rows[r].value.kind != VALUE_NONE)
            json_str(w, a->kpis[i].rows[r].value.text);
        else
            json_null(w);
    }
    json_object_close(w);
    for (size_t i = 0; i < BESIDES; i++)
        board_value(w, beside_keys[i], &beside_of(a, i)->rows[r].value);
    json_object_close(w);
}

void board_answer_range(struct json_writer *w, const struct answer *a)
{
    json_key(w, "range");
    json_object_open(w);
    board_day(w, "from", a->from);
    board_day(w, "to", a->to);
    board_day(w, "compare_from", a->compare_from);
    board_day(w, "compare_to", a->compare_to);
    json_add_str_or_null(w, "compare", a->compare);
    json_add_str(w, "grain", a->grain);
    json_add_str(w, "currency", a->currency);
    json_object_close(w);
}

void board_answer_end(struct json_writer *w, const struct answer *a)
{
    json_key(w, "notes");
    json_array_open(w);
    for (size_t i = 0; i < a->note_count; i++)
        json_str(w, a->notes[i]);
    json_array_close(w);
    json_add_i64(w, "data_version", a->data_version);
}

static void write_profit(struct json_writer *w, const struct answer *a, bool with_rows)
{
    json_object_open(w);
    board_answer_range(w, a);
    json_key(w, "steps");
    json_array_open(w);
    for (size_t i = 0; i < ARRAY_LEN(steps); i++)
        write_step(w, a, i);
    json_array_close(w);
    json_key(w, "rows");
    json_array_open(w);
    for (size_t r = 0; with_rows && r < a->row_count; r++)
        write_row(w, a, r);
    json_array_close(w);
    for (size_t i = 0; i < BESIDES; i++)
        board_value(w, beside_keys[i], &beside_of(a, i)->total.value);
    board_answer_end(w, a);
    json_object_close(w);
}

/* `top` 0: none is left out. */
static enum status ask_profit(const struct board_ask *ask,
                              const struct board_range *range,
                              str dimension,
                              const struct board_page *page,
                              struct answer **out,
                              struct error *why)
{
    str kpis[ARRAY_LEN(steps) + BESIDES];
    for (size_t i = 0; i < ARRAY_LEN(steps); i++)
        kpis[i] = str_from(steps[i].kpi);
    for (size_t i = 0; i < BESIDES; i++)
        kpis[ARRAY_LEN(steps) + i] = str_from(besides[i]);
    const struct kpi_question q = { .kpis = kpis,
                                    .kpi_count = ARRAY_LEN(kpis),
                                    .from = range->from,
                                    .to = range->to,
                                    .last = board_last(range),
                                    .period = range->period,
                                    .grain = STR("total"),
                                    .calendar = range->calendar,
                                    .by = &dimension,
                                    .by_count = dimension.len > 0 ? 1 : 0,
                                    .where = range->where,
                                    .top = page->limit,
                                    .compare = range->compare,
                                    .basis = range->basis,
                                    .sort = page->sort.len > 0 ? page->sort : STR("-contribution"),
                                    .stores = ask->stores,
                                    .store_count = ask->store_count,
                                    .lang = ask->lang,
                                    .now_us = ask->now_us };
    return query_ask(ask->context, &q, out, why);
}

enum status board_profit(const struct board_ask *ask,
                         const struct board_range *range,
                         str by,
                         const struct board_page *page,
                         struct json_writer *w,
                         struct error *why)
{
    str dimension = STR_EMPTY;
    struct answer *a = NULL;
    struct board_page shown = *page;
    enum status st = dimension_of(by, &dimension, why);
    if (st == STATUS_OK && page->limit > BOARD_PAGE_MAX)
        st = error_set(why, STATUS_BAD_USAGE, "limit is at most %zu", BOARD_PAGE_MAX);
    if (shown.limit == 0)
        shown.limit = 50;
    if (st == STATUS_OK)
        st = ask_profit(ask, range, dimension, &shown, &a, why);
    if (st == STATUS_OK)
        write_profit(w, a, dimension.len > 0);
    answer_free(a);
    return st;
}

/* ---- as a file ---- */

static const char *const step_heads[][2] = {
    { "step", "step" },          { "name", "name" },
    { "role", "role" },          { "value", "value" },
    { "share", "share of GMV" }, { "compared", "compared" },
    { "change", "change" },      { "relative", "relative change" },
};

static enum status add_step(struct board_sheet *s,
                            const struct answer *a,
                            size_t i,
                            struct error *why)
{
    const struct answer_row *total = &a->kpis[i].total;
    const struct answer_value *start = &a->kpis[0].total.value;
    const struct answer_compare *c = total->compare;
    struct buf share;
    buf_init(&share, 64);
    const bool has_share =
        total->value.kind == VALUE_MONEY && start->kind == VALUE_MONEY && start->exact != 0;
    if (has_share)
        buf_add_ratio(&share, total->value.exact, start->exact);
    board_sheet_text(s, a->kpis[i].id);
    board_sheet_text(s, a->kpis[i].name);
    board_sheet_text(s, str_from(roles[steps[i].role]));
    board_sheet_value(s, &total->value);
    board_sheet_figure(s,
                       FIGURE_PERCENT,
                       buf_str(&share),
                       has_share ? (double)total->value.exact / (double)start->exact : 0);
    board_sheet_value(s, c != NULL ? &c->value : NULL);
    board_sheet_value(s, c != NULL ? &c->change : NULL);
    board_sheet_value(s, c != NULL ? &c->relative : NULL);
    buf_release(&share);
    return board_sheet_row(s, why);
}

static enum status steps_file(const struct board_ask *ask,
                              const struct answer *a,
                              const struct board_target *to,
                              struct error *why)
{
    struct board_column columns[ARRAY_LEN(step_heads)];
    struct board_sheet s;
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        columns[i] = (struct board_column){ str_from(step_heads[i][0]),
                                            str_from(tr(ask->lang, step_heads[i][1])) };
    enum status st = board_sheet_open(&s, ask, to, columns, ARRAY_LEN(columns), why);
    for (size_t i = 0; i < ARRAY_LEN(steps) && st == STATUS_OK; i++)
        st = add_step(&s, a, i, why);
    return board_sheet_close(&s, st, why);
}

static enum status rows_file(const struct board_ask *ask,
                             const struct answer *a,
                             const struct board_target *to,
                             struct error *why)
{
    struct board_column columns[1 + ARRAY_LEN(steps) + BESIDES];
    struct board_sheet s;
    enum status st = STATUS_OK;
    columns[0] = (struct board_column){ a->by[0], a->by_label[0] };
    for (size_t k = 0; k < a->kpi_count; k++)
        columns[1 + k] = (struct board_column){ a->kpis[k].id, a->kpis[k].name };
    st = board_sheet_open(&s, ask, to, columns, 1 + a->kpi_count, why);
    for (size_t r = 0; r < a->row_count && st == STATUS_OK; r++) {
        board_sheet_text(&s, a->kpis[0].rows[r].by[0]);
        for (size_t k = 0; k < a->kpi_count; k++)
            board_sheet_value(&s, &a->kpis[k].rows[r].value);
        st = board_sheet_row(&s, why);
    }
    return board_sheet_close(&s, st, why);
}

enum status board_profit_file(const struct board_ask *ask,
                              const struct board_range *range,
                              str by,
                              str sort,
                              const struct board_target *to,
                              struct error *why)
{
    const struct board_page all = { .sort = sort };
    str dimension = STR_EMPTY;
    struct answer *a = NULL;
    enum status st = dimension_of(by, &dimension, why);
    if (st == STATUS_OK)
        st = ask_profit(ask, range, dimension, &all, &a, why);
    if (st == STATUS_OK)
        st = dimension.len > 0 ? rows_file(ask, a, to, why) : steps_file(ask, a, to, why);
    answer_free(a);
    return st;
}
