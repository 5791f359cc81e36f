/* shopvane kpi: questions and their answers. */
#include "cli/asking_priv.h"
#include "query/definitions.h"

struct kpi_options {
    struct ask_options ask;
    const char *dialect;
    const char *as_of;
};

#define AT(field) offsetof(struct kpi_options, field)

static const struct option kpi_option_rows[] = {
    ASK_RANGE(struct kpi_options),
    ASK_COMPARE(struct kpi_options),
    ASK_CALENDAR(struct kpi_options),
    ASK_WHERE(struct kpi_options),
    ASK_STORE(struct kpi_options),
    ASK_RAW(struct kpi_options),
    ASK_FORMAT(struct kpi_options),
    ASK_GRAIN(struct kpi_options, "hour|day|week|month|quarter|year|total"),
    { "by", OPTION_TEXT, "DIM,...", "break down by dimensions", AT(ask.by) },
    ASK_TOP(struct kpi_options),
    ASK_BASIS(struct kpi_options),
    ASK_SORT(struct kpi_options),
    { "target",
      OPTION_CHOICE,
      "target|base|stretch",
      "how each figure stands to its target of that level",
      AT(ask.target) },
    { "dialect",
      OPTION_CHOICE,
      "taobao|shopify|woo|ga4|jd|douyin|own",
      "definitions as that platform has them (own: as the catalogue has them)",
      AT(dialect) },
    { "as-of-definition",
      OPTION_TEXT,
      "HASH",
      "by an earlier version of the definition, as answers and evidence name it",
      AT(as_of) },
    ASK_PROOF(struct kpi_options),
};

/* --as-of-definition: the one KPI as it was defined then, and nothing else. */
static enum status recall(struct asking_env *a,
                          const char *hash,
                          const struct text_list *ids,
                          struct error *why)
{
    struct kpi_catalog *then = NULL;
    if (hash == NULL)
        return STATUS_OK;
    if (ids->count != 1)
        return error_set(why, STATUS_BAD_USAGE, "--as-of-definition is for one KPI at a time");
    const enum status st = query_recall(&a->context, ids->items[0], str_from(hash), &then, why);
    if (st != STATUS_OK)
        return st;
    kpi_catalog_free(a->catalog);
    a->catalog = then;
    a->context.catalog = then;
    return STATUS_OK;
}

/* What is told of other KPIs, such as their completion, asks for those that have a target. */
static enum status name_targets(struct asking_env *a,
                                struct arena *arena,
                                struct text_list *ids,
                                struct kpi_question *q,
                                struct error *why)
{
    const struct text_list asked = *ids;
    str *with = NULL;
    size_t n = 0;
    const struct day_range ever = { .from = INT32_MIN, .to = INT32_MAX };
    ids->count = 0;
    for (size_t i = 0; i < asked.count; i++) {
        const struct kpi *k = kpi_find(a->catalog, asked.items[i]);
        if (k == NULL || !kpi_is_of_targets(k)) {
            ids->items[ids->count++] = asked.items[i];
            continue;
        }
        const enum status st =
            with == NULL ? goals_kpis(a->conn, ever, arena, &with, &n, why) : STATUS_OK;
        if (st != STATUS_OK)
            return st;
        q->target = q->target.len > 0 ? q->target : STR("target");
    }
    for (size_t i = 0; i < n; i++) {
        if (kpi_find(a->catalog, with[i]) == NULL)
            continue;
        if (ids->count == LIST_MAX)
            return error_set(why, STATUS_BAD_USAGE, "more than %d names in a list", LIST_MAX);
        ids->items[ids->count++] = with[i];
    }
    q->kpi_count = ids->count;
    return ids->count > 0 ? STATUS_OK
                          : error_set(why,
                                      STATUS_NOT_FOUND,
                                      "no KPI has a target yet: shopvane goals import FILE, or "
                                      "goals set PERIOD --kpi K --target N");
}

static enum status kpi_run(struct command_env *env,
                           const void *options,
                           const struct arguments *args,
                           struct error *why)
{
    const struct kpi_options *o = options;
    struct text_list ids = { .count = 0 };
    struct text_list by = { .count = 0 };
    struct text_list stores = { .count = 0 };
    struct asking_env a = { 0 };
    struct arena *arena = arena_new(0);
    if (arena == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = text_list_split(&by, o->ask.by, why);
    if (st == STATUS_OK)
        st = text_list_split(&stores, o->ask.store, why);
    for (size_t i = 0; st == STATUS_OK && i < args->count; i++)
        st = text_list_split(&ids, args->items[i], why);
    if (st == STATUS_OK)
        st = asking_open(env, o->dialect, &a, why);
    if (st == STATUS_OK)
        st = recall(&a, o->as_of, &ids, why);
    if (st == STATUS_OK)
        st = shop_stores_check(a.shop, stores.items, stores.count, why);
    if (st == STATUS_OK) {
        struct kpi_question q = asking_question(env, &o->ask);
        q.kpis = ids.items;
        q.kpi_count = ids.count;
        q.by = by.items;
        q.by_count = by.count;
        q.stores = stores.items;
        q.store_count = stores.count;
        st = name_targets(&a, arena, &ids, &q, why);
        if (st == STATUS_OK)
            st = asking_print(env, &a, &q, &o->ask, why);
    }
    asking_close(env, &a);
    arena_free(arena);
    return st;
}

const struct command command_kpi = {
    .name = "kpi",
    .summary = "ask for KPIs over time and by dimensions",
    .usage = "ID... [OPTIONS]",
    .examples = "shopvane kpi net_sales orders aov --last 12m --grain month\n"
                "shopvane kpi net_sales --period 2011-11 --by country --top 5 --compare yoy\n"
                "shopvane kpi 支付金额 访客数 支付转化率 --last 7d --grain day --lang zh\n"
                "shopvane kpi return_rate_units --from 2011-01-01 --to 2011-03-31 --evidence",
    .options = kpi_option_rows,
    .option_count = ARRAY_LEN(kpi_option_rows),
    .options_size = sizeof(struct kpi_options),
    .run = kpi_run,
    .least_arguments = 1,
    .most_arguments = LIST_MAX,
};
