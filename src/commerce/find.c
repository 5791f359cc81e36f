/* Tables and columns by their names. */
#include "commerce/commerce.h"

const struct table *commerce_table(str name)
{
    for (size_t i = 0; i < commerce_table_count; i++) {
        if (str_is(name, commerce_tables[i].name))
            return &commerce_tables[i];
    }
    return NULL;
}

const struct column *table_column(const struct table *t, str name)
{
    for (size_t i = 0; i < t->column_count; i++) {
        if (str_is(name, t->columns[i].name))
            return &t->columns[i];
    }
    return NULL;
}

size_t table_column_words(const struct column *c, const char *const **out)
{
#define X(id, goods, en, zh) #id,
    static const char *const classes[] = { LINE_CLASS_LIST(X) };
#undef X
    static const char *const customer_types[] = { "new", "returning", "unknown" };
    static const struct {
        const char *table;
        const char *column;
        const char *const *words;
        size_t n;
    } closed[] = { { "order_line", "class", classes, ARRAY_LEN(classes) },
                   { "orders", "customer_type", customer_types, ARRAY_LEN(customer_types) } };
    for (size_t i = 0; i < ARRAY_LEN(closed); i++) {
        const struct table *t = commerce_table(str_from(closed[i].table));
        if (t == NULL || c != table_column(t, str_from(closed[i].column)))
            continue;
        *out = closed[i].words;
        return closed[i].n;
    }
    *out = NULL;
    return 0;
}

bool table_tells_of_days(str name)
{
    const struct table *t = commerce_table(name);
    return t == NULL ||
           (t->kind != TABLE_ENTITY && !str_is(name, "target") && !str_is(name, "action"));
}

const char *table_label(const struct table *t, enum lang lang)
{
    return lang == LANG_ZH ? t->label_zh : t->label_en;
}

const char *table_date_label(const struct column *c, enum lang lang)
{
    static const struct {
        const char *name;
        const char *label[2];
    } dates[] = {
        { "local_date", { "day", "日期" } },
        { "end_date", { "last day", "截止日期" } },
        { "paid_date", { "day of payment", "付款日" } },
        { "cancelled_date", { "day of cancellation", "取消日" } },
        { "order_date", { "day of the order", "下单日" } },
        { "first_order_date", { "day of the first order", "首单日" } },
        { "prev_order_date", { "day of the order before", "上一单日期" } },
        { "next_order_date", { "day of the next order", "下一单日期" } },
        { "requested_date", { "day of the request", "申请日" } },
        { "launched_date", { "day of launch", "上架日" } },
        { "retired_date", { "day of withdrawal", "下架日" } },
        { "due_date", { "due day", "截止日" } },
        { "done_date", { "day it was done", "完成日" } },
        { "valid_from", { "valid from", "生效日" } },
        { "sales_since", { "first day of sales", "首个销售日" } },
        { "received_date", { "day of receipt", "入库日" } },
        { "counted_date", { "day of count", "盘点日" } },
        { "last_sold_date", { "day of the last sale", "最近销售日" } },
    };
    for (size_t i = 0; i < ARRAY_LEN(dates); i++) {
        if (str_is(str_from(c->name), dates[i].name))
            return dates[i].label[lang == LANG_ZH ? LANG_ZH : LANG_EN];
    }
    return c->name;
}
