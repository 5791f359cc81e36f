/* shopvane stores: the shop's stores, listed, added, changed. */
#include "cli/asking_priv.h"
#include "shop/shop.h"

#include <string.h>

struct no_options {
    char unused;
};

static str percent_text(struct arena *a, int64_t rate)
{
    struct buf text;
    if (rate == STORE_RATE_NONE)
        return STR_EMPTY;
    buf_init(&text, 64);
    buf_add_money_grouped(&text, rate, rate % 100 == 0 ? 2 : 4);
    buf_addc(&text, '%');
    const str out = arena_dup(a, buf_str(&text));
    buf_release(&text);
    return out.ptr != NULL ? out : STR_EMPTY;
}

/* What came in of the store so far: orders, and the newest day of them. */
struct store_data {
    int64_t orders;
    int32_t newest;
};

static enum status read_data(struct shop *s, str store, struct store_data *out, struct error *why)
{
    struct frame *f = NULL;
    const struct param params[] = { { .type = PARAM_TEXT, .text = store } };
    const enum status st =
        conn_query(shop_writer(s),
                   STR("SELECT count(*), max(local_date) FROM orders WHERE store = $1"),
                   params,
                   ARRAY_LEN(params),
                   &f,
                   why);
    if (st == STATUS_OK) {
        out->orders = frame_i64(f, 0, 0);
        out->newest = frame_is_null(f, 1, 0) ? DAY_NONE : (int32_t)frame_i64(f, 1, 0);
    }
    frame_free(f);
    return st;
}

static enum status add_row(const struct command_env *env,
                           struct shop *s,
                           struct text_table *t,
                           const struct shop_store *one,
                           struct error *why)
{
    struct store_data data = { .newest = DAY_NONE };
    struct arena *a = arena_new(0);
    struct buf day;
    if (a == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = read_data(s, one->name, &data, why);
    buf_init(&day, 32);
    if (data.newest != DAY_NONE)
        buf_add_day(&day, data.newest);
    text_table_cell(t, one->name);
    text_table_cell(t, one->platform);
    text_table_cell(t, one->currency);
    text_table_cell(t, one->timezone);
    text_table_cell(t, str_from(tr(env->lang, one->tax_inclusive ? "inclusive" : "exclusive")));
    text_table_cell(t, percent_text(a, one->rates.platform_fee));
    text_table_cell(t, percent_text(a, one->rates.commission));
    text_table_cell(t, percent_text(a, one->rates.payment_fee));
    text_table_cell(t, str_from(tr(env->lang, shop_presale_name(one->presale))));
    text_table_cell(t, str_from(tr(env->lang, shop_buyers_name(one->customer_key_quality))));
    text_table_cell(t, one->owner);
    text_table_cell(t, one->team);
    text_table_cellf(t, "%lld", (long long)data.orders);
    text_table_cell(t, buf_str(&day));
    buf_release(&day);
    arena_free(a);
    return st;
}

static enum status list_stores(const struct command_env *env, struct shop *s, struct error *why)
{
    static const char *const heads[] = { "store",    "platform",    "currency",   "time zone",
                                         "tax",      "fee",         "commission", "payment fee",
                                         "pre-sale", "buyers",      "owner",      "team",
                                         "orders",   "newest order" };
    struct text_table *t = text_table_new(ARRAY_LEN(heads));
    enum status st = STATUS_OK;
    if (t == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        text_table_cell(t, str_from(tr(env->lang, heads[i])));
    for (size_t i = 5; i < 8; i++)
        text_table_right(t, i);
    text_table_right(t, 12);
    for (size_t i = 0; st == STATUS_OK && i < shop_store_count(s); i++)
        st = add_row(env, s, t, shop_store_at(s, i), why);
    if (st == STATUS_OK)
        text_table_print(t, env->out, true);
    text_table_free(t);
    return st;
}

/* The stores side by side, and all together, over the last four weeks. */
static enum status overview(struct command_env *env, struct error *why)
{
    static const char *const kpis[] = { "paid_gmv",     "gsv",           "orders",       "ad_spend",
                                        "contribution", "contrib_share", "cost_coverage" };
    const str by = STR("store");
    str ids[ARRAY_LEN(kpis)];
    struct asking_env a = { 0 };
    struct answer *answer = NULL;
    struct buf out;
    const struct answer_look look = { .colour = env->out_is_terminal, .width = env->width };
    buf_init(&out, (size_t)64 * 1024 * 1024);
    for (size_t i = 0; i < ARRAY_LEN(kpis); i++)
        ids[i] = str_from(kpis[i]);
    enum status st = asking_open(env, NULL, &a, why);
    const struct kpi_question q = { .kpis = ids,
                                    .kpi_count = ARRAY_LEN(kpis),
                                    .last = STR("28d"),
                                    .grain = STR("total"),
                                    .by = &by,
                                    .by_count = 1,
                                    .lang = env->lang,
                                    .now_us = clock_now_us() };
    if (st == STATUS_OK)
        st = query_ask(&a.context, &q, &answer, why);
    if (st == STATUS_OK)
        st = answer_render(answer, ANSWER_TABLE, &look, &out, why);
    if (st == STATUS_OK)
        fwrite(out.data, 1, out.len, env->out);
    answer_free(answer);
    buf_release(&out);
    asking_close(env, &a);
    return st;
}

static enum status edit_stores(struct command_env *env,
                               const struct shop *s,
                               const struct arguments *args,
                               struct error *why)
{
    struct store_change changes[CHANGES_MAX];
    size_t n = 0;
    const bool is_new = strcmp(args->items[0], "add") == 0;
    enum status st = STATUS_OK;
    if (args->count < 2)
        return error_set(why, STATUS_BAD_USAGE, "stores: say which store");
    st = command_key_values("stores", args, 2, changes, &n, why);
    if (st == STATUS_OK && !is_new && n == 0)
        st = error_set(why, STATUS_BAD_USAGE, "stores: say what to change, such as currency=CNY");
    if (st == STATUS_OK)
        st = shop_stores_edit(shop_dir(s), str_from(args->items[1]), is_new, changes, n, why);
    if (st == STATUS_OK)
        fprintf(env->out,
                tr(env->lang,
                   is_new
                       ? "added the store \"%s\" to stores.yaml; shopvane stores undo takes it "
                         "back\n"
                       : "changed the store \"%s\" in stores.yaml; shopvane stores undo takes it "
                         "back\n"),
                args->items[1]);
    return st;
}

static enum status stores_run(struct command_env *env,
                              const void *options,
                              const struct arguments *args,
                              struct error *why)
{
    struct shop *s = NULL;
    const char *verb = args->count > 0 ? args->items[0] : "list";
    (void)options;
    if (strcmp(verb, "overview") == 0)
        return overview(env, why);
    enum status st = env_shop(env, &s, why);
    if (st != STATUS_OK) {
        env_shop_done(env, s);
        return st;
    }
    if (strcmp(verb, "list") == 0) {
        st = list_stores(env, s, why);
    } else if (strcmp(verb, "add") == 0 || strcmp(verb, "set") == 0) {
        st = edit_stores(env, s, args, why);
    } else if (strcmp(verb, "undo") == 0) {
        st = shop_stores_undo(shop_dir(s), why);
        if (st == STATUS_OK)
            fprintf(env->out, "%s", tr(env->lang, "stores.yaml is as it was before\n"));
    } else {
        st = error_set(why,
                       STATUS_BAD_USAGE,
                       "stores: say list, overview, add, set or undo, not \"%s\"",
                       verb);
    }
    if (st == STATUS_OK && strcmp(verb, "list") != 0 && env->shop != NULL) {
        st = shop_settings_reload(s, why); /* an import may follow before the server looks */
        if (st == STATUS_OK)
            fprintf(env->out, "%s", tr(env->lang, "the running server has taken it over\n"));
    }
    env_shop_done(env, s);
    return st;
}

const struct command command_stores = {
    .name = "stores",
    .summary = "list, add and change the shop's stores",
    .usage = "[list | overview | add NAME [KEY=VALUE...] | set NAME KEY=VALUE... | undo]",
    .examples = "shopvane stores\n"
                "shopvane stores overview\n"
                "shopvane stores add tmall platform=taobao currency=CNY timezone=Asia/Shanghai "
                "tax=inclusive platform_fee=5\n"
                "shopvane stores set tmall owner=\"Li Wei\" team=east customer_key_quality=masked\n"
                "shopvane stores set tmall team=\n"
                "shopvane stores undo",
    .options_size = sizeof(struct no_options),
    .run = stores_run,
    .most_arguments = ARGUMENTS_MAX,
};
