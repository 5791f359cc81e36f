/* shopvane kpi: questions and their answers. */
#include "cli/asking_priv.h"
#include "query/definitions.h"

#include <stddef.h>
#include <string.h>

#define TEXT_MAX ((size_t)256 * 1024 * 1024)

struct kpi_options {
    const char *last;
    const char *from;
    const char *to;
    const char *period;
    const char *grain;
    const char *calendar;
    const char *by;
    const char *where;
    int64_t top;
    const char *compare;
    const char *basis;
    const char *sort;
    const char *target;
    const char *store;
    const char *dialect;
    const char *as_of;
    const char *format;
    bool sql;
    bool evidence;
    bool raw;
};

#define AT(field) offsetof(struct kpi_options, field)

static const struct option kpi_option_rows[] = {
    { "last", OPTION_TEXT, "28d", "the last days, weeks or months: 28d, 8w, 12m", AT(last) },
    { "from", OPTION_TEXT, "DATE", "first day, 2010-12-01", AT(from) },
    { "to", OPTION_TEXT, "DATE", "last day, included", AT(to) },
    { "period", OPTION_TEXT, "NAME", "this-month, last-week, 2010-12, 2010, ...", AT(period) },
    { "compare",
      OPTION_TEXT,
      "WITH",
      "prev, weekday, yoy, festival:NAME, promo:NAME or FROM..TO",
      AT(compare) },
    { "calendar",
      OPTION_CHOICE,
      "gregorian|iso|4-4-5",
      "how weeks, months and years are cut (default: shop.yaml)",
      AT(calendar) },
    { "where", OPTION_TEXT, "EXPR", "filter, such as \"country = 'France'\"", AT(where) },
    { "store", OPTION_TEXT, "NAME,...", "only these stores", AT(store) },
    { "raw", OPTION_FLAG, NULL, "answer from raw facts even where a rollup fits", AT(raw) },
    { "format", OPTION_CHOICE, "table|csv|json|markdown", "form of the answer", AT(format) },
    { "grain",
      OPTION_CHOICE,
      "hour|day|week|month|quarter|year|total",
      "length of a period",
      AT(grain) },
    { "by", OPTION_TEXT, "DIM,...", "break down by dimensions", AT(by) },
    { "top", OPTION_COUNT, "N", "only the N largest, the rest as one row", AT(top) },
    { "basis",
      OPTION_CHOICE,
      "event|order",
      "date a return on its own day, or on its order's",
      AT(basis) },
    { "sort",
      OPTION_TEXT,
      "KPI|-KPI",
      "sort rows by a KPI or dimension; - is descending",
      AT(sort) },
    { "target",
      OPTION_CHOICE,
      "target|base|stretch",
      "how each figure stands to its target of that level",
      AT(target) },
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
    { "sql", OPTION_FLAG, NULL, "print the SQL instead of running it", AT(sql) },
    { "evidence",
      OPTION_FLAG,
      NULL,
      "show definition, SQL, rows read, freshness and sources",
      AT(evidence) },
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

static struct answer_look look_of(const struct command_env *env, bool evidence)
{
    return (struct answer_look){ .colour = env->out_is_terminal,
                                 .width = env->width,
                                 .evidence = evidence };
}

static enum status ask_and_print(const struct command_env *env,
                                 const struct asking_env *a,
                                 const struct kpi_question *q,
                                 const struct kpi_options *o,
                                 struct error *why)
{
    struct answer *answer = NULL;
    struct buf out;
    enum answer_format format = ANSWER_TABLE;
    const struct answer_look look = look_of(env, o->evidence);
    buf_init(&out, TEXT_MAX);
    enum status st = STATUS_OK;
    if (o->format != NULL)
        st = answer_format_parse(str_from(o->format), &format, why);
    if (st == STATUS_OK && o->sql)
        st = query_sql(&a->context, q, &out, why);
    if (st == STATUS_OK && !o->sql)
        st = query_ask(&a->context, q, &answer, why);
    if (st == STATUS_OK && !o->sql)
        st = answer_render(answer, format, &look, &out, why);
    if (st == STATUS_OK)
        fwrite(out.data, 1, out.len, env->out);
    answer_free(answer);
    buf_release(&out);
    return st;
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
    enum status st = text_list_split(&by, o->by, why);
    if (st == STATUS_OK)
        st = text_list_split(&stores, o->store, why);
    for (size_t i = 0; st == STATUS_OK && i < args->count; i++)
        st = text_list_split(&ids, args->items[i], why);
    if (st == STATUS_OK)
        st = asking_open(env, o->dialect, &a, why);
    if (st == STATUS_OK)
        st = recall(&a, o->as_of, &ids, why);
    if (st == STATUS_OK)
        st = shop_stores_check(a.shop, stores.items, stores.count, why);
    if (st == STATUS_OK) {
        const struct kpi_question q = {
            .kpis = ids.items,
            .kpi_count = ids.count,
            .from = str_from(o->from),
            .to = str_from(o->to),
            .last = str_from(o->last),
            .period = str_from(o->period),
            .grain = str_from(o->grain),
            .calendar = str_from(o->calendar),
            .by = by.items,
            .by_count = by.count,
            .where = str_from(o->where),
            .top = (size_t)o->top,
            .compare = str_from(o->compare),
            .basis = str_from(o->basis),
            .sort = str_from(o->sort),
            .target = str_from(o->target),
            .stores = stores.items,
            .store_count = stores.count,
            .lang = env->lang,
            .now_us = clock_now_us(),
            .raw_only = o->raw,
            .evidence = o->evidence,
        };
        st = ask_and_print(env, &a, &q, o, why);
    }
    asking_close(env, &a);
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
