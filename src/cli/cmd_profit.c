/* shopvane profit: from GMV down to contribution, as one table. Every column is a KPI over
 * the ledger and cost_line, so rows and totals add up whatever they are broken down by. */
#include "cli/asking_priv.h"
#include "derive/derive.h"

#include <stddef.h>
#include <string.h>

#define TEXT_MAX ((size_t)256 * 1024 * 1024)

struct profit_options {
    struct ask_options ask;
    bool full;
};

#define AT(field) offsetof(struct profit_options, field)

static const struct option profit_option_rows[] = {
    { "by",
      OPTION_CHOICE,
      "store|sku|category|channel|order",
      "a row for each; without it, each step is a row",
      AT(ask.by) },
    { "full", OPTION_FLAG, NULL, "with --by: every step as a column of its own", AT(full) },
    ASK_RANGE(struct profit_options),
    ASK_GRAIN(struct profit_options, "day|week|month|quarter|year|total"),
    ASK_COMPARE(struct profit_options),
    ASK_BASIS(struct profit_options),
    ASK_WHERE(struct profit_options),
    ASK_STORE(struct profit_options),
    ASK_TOP(struct profit_options),
    ASK_SORT(struct profit_options),
    ASK_FORMAT(struct profit_options),
    ASK_PROOF(struct profit_options),
};

/* Every step, and the same with its small ones together. */
static const char *const all_steps[] = {
    "placed_amt",       "cancelled_amt",     "refunded_amt",    "gsv",
    "discount_amt",     "net_after_refunds", "postage_amt",     "goods_cost",
    "platform_fee_amt", "commission_amt",    "payment_fee_amt", "parcel_amt",
    "packaging_amt",    "return_cost_amt",   "other_fee_amt",   "ads_amt",
    "contribution",     "contrib_share",     "cost_coverage",   "fee_booked_share",
    "fee_estimate_gap",
};
static const char *const few_steps[] = {
    "placed_amt",  "gsv",     "net_after_refunds", "postage_amt",   "goods_cost",    "fees_amt",
    "parcels_amt", "ads_amt", "contribution",      "contrib_share", "cost_coverage",
};

static const struct {
    const char *asked;
    const char *dimension;
} groups[] = {
    { "store", "store" },     { "sku", "master_sku" }, { "category", "category" },
    { "channel", "channel" }, { "order", "order" },
};

static str dimension_of(const char *asked)
{
    for (size_t i = 0; asked != NULL && i < ARRAY_LEN(groups); i++) {
        if (strcmp(groups[i].asked, asked) == 0)
            return str_from(groups[i].dimension);
    }
    return STR_EMPTY;
}

/* Problems of the cost files, all of them, before a figure that they would make wrong. */
enum status command_costs_problems(struct command_env *env, struct shop *s, struct error *why)
{
    struct cost_book book;
    struct problems p;
    struct buf text;
    struct arena *a = arena_new((size_t)512 * 1024 * 1024);
    if (a == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    problems_init(&p, a, env->lang);
    enum status st = shop_costs_read(s, a, &p, &book, why);
    if (st == STATUS_OK && p.n_total > 0) {
        buf_init(&text, TEXT_MAX);
        problems_sort(&p);
        problems_print(&p, &text);
        fprintf(env->err, "%.*s", STR_ARG(buf_str(&text)));
        buf_release(&text);
        st = error_set(why,
                       STATUS_BAD_INPUT,
                       "%zu problems in the cost files; until they are solved costs stay as they "
                       "were",
                       p.n_total);
    }
    arena_free(a);
    return st;
}

static enum status ask(struct command_env *env,
                       const struct asking_env *a,
                       const struct profit_options *o,
                       const struct text_list *stores,
                       struct error *why)
{
    const struct ask_options *w = &o->ask;
    const str by = dimension_of(w->by);
    const bool few = by.len > 0 && !o->full;
    const bool has_range = w->from != NULL || w->to != NULL || w->last != NULL || w->period != NULL;
    str ids[ARRAY_LEN(all_steps)];
    const size_t n = few ? ARRAY_LEN(few_steps) : ARRAY_LEN(all_steps);
    for (size_t i = 0; i < n; i++)
        ids[i] = str_from(few ? few_steps[i] : all_steps[i]);
    struct kpi_question q = asking_question(env, w);
    q.kpis = ids;
    q.kpi_count = n;
    q.by = &by;
    q.by_count = by.len > 0;
    q.stores = stores->items;
    q.store_count = stores->count;
    if (!has_range)
        q.last = STR("28d");
    if (w->grain == NULL)
        q.grain = STR("total");
    return asking_print(env, a, &q, w, why);
}

static enum status profit_run(struct command_env *env,
                              const void *options,
                              const struct arguments *args,
                              struct error *why)
{
    const struct profit_options *o = options;
    struct text_list stores = { .count = 0 };
    struct asking_env a = { 0 };
    (void)args;
    enum status st = asking_open_stores(env, o->ask.store, &a, &stores, why);
    if (st == STATUS_OK)
        st = command_costs_problems(env, a.shop, why);
    if (st == STATUS_OK)
        st = ask(env, &a, o, &stores, why);
    asking_close(env, &a);
    return st;
}

const struct command command_profit = {
    .name = "profit",
    .summary = "from GMV down to contribution, with costs by costs.yaml and settlement files",
    .usage = "[--by store|sku|category|channel|order] [OPTIONS]",
    .examples = "shopvane profit --period last-month\n"
                "shopvane profit --by store --last 28d\n"
                "shopvane profit --by sku --period 2026-06 --top 20\n"
                "shopvane profit --by order --from 2026-06-18 --to 2026-06-18 --full --format csv",
    .options = profit_option_rows,
    .option_count = ARRAY_LEN(profit_option_rows),
    .options_size = sizeof(struct profit_options),
    .run = profit_run,
};

/* ---- costs -------------------------------------------------------------------------------------
 */

struct no_options {
    char unused;
};

static void print_rules(const struct command_env *env, const struct cost_book *b)
{
    static const char *const heads[] = {
        "cost", "store", "channel", "of", "amount", "from", "place"
    };
    struct text_table *t = text_table_new(ARRAY_LEN(heads));
    if (t == NULL)
        return;
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        text_table_cell(t, str_from(tr(env->lang, heads[i])));
    for (size_t i = 0; i < b->rule_count; i++) {
        const struct cost_rule *r = &b->rules[i];
        const struct {
            int64_t value;
            const char *unit;
        } parts[] = { { r->percent_e4, "%" },        { r->per_order_e4, "/order" },
                      { r->per_unit_e4, "/unit" },   { r->per_return_e4, "/return" },
                      { r->per_month_e4, "/month" }, { r->cost_e4, "/unit" } };
        struct buf text;
        struct buf day;
        buf_init(&text, 256);
        buf_init(&day, 32);
        for (size_t k = 0; k < ARRAY_LEN(parts); k++) {
            if (parts[k].value == 0)
                continue;
            buf_adds(&text, text.len > 0 ? " + " : "");
            buf_add_money_grouped(&text, parts[k].value, parts[k].value % 100 == 0 ? 2 : 4);
            buf_adds(&text, parts[k].unit);
        }
        if (r->valid_from != DAY_NONE)
            buf_add_day(&day, r->valid_from);
        text_table_cell(t, str_from(cost_kind_name(r->kind)));
        text_table_cell(t, r->store);
        text_table_cell(t, r->channel);
        text_table_cell(t, r->sku.len > 0 ? r->sku : r->name);
        text_table_cell(t, text.len > 0 ? buf_str(&text) : STR("0"));
        text_table_cell(t, buf_str(&day));
        text_table_cell(t, r->place);
        buf_release(&text);
        buf_release(&day);
    }
    text_table_print(t, env->out, true);
    text_table_free(t);
}

static enum status list_costs(struct command_env *env, const struct shop *s, struct error *why)
{
    struct cost_book book;
    struct problems p;
    struct arena *a = arena_new((size_t)512 * 1024 * 1024);
    if (a == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    problems_init(&p, a, env->lang);
    const enum status st = shop_costs_read(s, a, &p, &book, why);
    if (st == STATUS_OK) {
        print_rules(env, &book);
        fprintf(env->out,
                tr(env->lang, "%zu rules of costs, %zu articles in sku-map.csv, %zu exclusions\n"),
                book.rule_count,
                book.article_count,
                book.exclude_count);
    }
    arena_free(a);
    return st;
}

static enum status costs_run(struct command_env *env,
                             const void *options,
                             const struct arguments *args,
                             struct error *why)
{
    struct shop *s = NULL;
    size_t problems = 0;
    const char *verb = args->count > 0 ? args->items[0] : "list";
    (void)options;
    enum status st = env_shop(env, &s, why);
    if (st == STATUS_OK && strcmp(verb, "check") != 0 && strcmp(verb, "list") != 0)
        st = error_set(why, STATUS_BAD_USAGE, "costs: say list or check, not \"%s\"", verb);
    if (st == STATUS_OK)
        st = command_costs_problems(env, s, why);
    if (st == STATUS_OK)
        st = derive_costs_refresh(s, shop_writer(s), NULL, &problems, why);
    if (st == STATUS_OK && strcmp(verb, "list") == 0)
        st = list_costs(env, s, why);
    else if (st == STATUS_OK)
        fprintf(env->out,
                "%s",
                tr(env->lang, "costs.yaml, sku-map.csv and exclude.yaml: no problem\n"));
    env_shop_done(env, s);
    return st;
}

const struct command command_costs = {
    .name = "costs",
    .summary = "check and list costs.yaml, sku-map.csv and exclude.yaml",
    .usage = "[list | check]",
    .examples = "shopvane costs check\nshopvane costs",
    .options_size = sizeof(struct no_options),
    .run = costs_run,
    .most_arguments = 1,
};
