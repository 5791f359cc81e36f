/* Columns that hold amounts and that no field takes: an amount that is left out is told. */
#include "ingest/look_priv.h"
#include "ingest/mapping/generic_priv.h"

#include <string.h>

#define NAMED_MAX 8

/* What a header says of amounts that are written without decimals. */
static const char *const words[] = { "amount", "discount", "refund", "shipping fee", "tax",
                                     "fee",    "coupon",   "优惠",   "折扣",         "退款",
                                     "运费",   "配送费",   "快递费", "邮费",         "税额",
                                     "税费",   "手续费",   "服务费", "佣金",         "补贴",
                                     "红包",   "抵扣",     "立减",   "满减",         "津贴" };

/* In lists of ad spend counts and values are told as well, but for what follows from them. */
static const char *const of_ads[] = { "click", "impression", "conversion", "purchase", "value",
                                      "点击",  "展",         "曝光",       "成交",     "转化" };
static const char *const ratios[] = { "cpc",  "cpm",  "cpa",  "cpv",       "ctr",
                                      "roas", "roi",  "avg",  "rate",      "average",
                                      "per ", "/",    "%",    "frequency", "率",
                                      "均",   "成本", "千次", "产出比" };

/* Of these tables an amount may change what the shop earned. */
static bool is_of_money(const struct mapping *m)
{
    static const char *const tables[] = { "refund",     "payment",    "fee",
                                          "settlement", "order_item", "ad_spend" };
    bool is = m->target.table == NULL;
    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        is = is || str_is(str_from(m->target.name), tables[i]);
    return is;
}

static bool says_one(str name, const char *const *some, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (mapping_name_says(name, some[i]))
            return true;
    }
    return false;
}

static bool is_of_ads(const struct mapping *m)
{
    return str_is(str_from(m->target.name), "ad_spend");
}

static bool says_amount(const struct mapping *m, str name)
{
    return says_one(name, words, ARRAY_LEN(words)) ||
           (is_of_ads(m) && says_one(name, of_ads, ARRAY_LEN(of_ads)));
}

/* All its samples are amounts and one of them is not 0; with decimals, or by the column's name. */
static bool holds_amounts(const struct row_shape *shape, const struct mapping *m, size_t column)
{
    struct value_rules rules = { .decimal_mark = shape->decimal_mark,
                                 .group_mark = shape->group_mark };
    bool has_value = false;
    bool has_decimals = false;
    row_shape_column_marks(shape, column, &rules.decimal_mark, &rules.group_mark);
    rules.takes_percent = mapping_name_says(shape->columns[column], "折扣");
    for (size_t i = 0; i < shape->n_samples; i++) {
        struct cell cell = { 0 };
        const str sample = shape->samples[i][column];
        if (value_read(FIELD_MONEY, &rules, NULL, NULL, sample, &cell) != NULL)
            return false;
        has_value = has_value || (!cell.is_null && cell.i64 != 0);
        has_decimals = has_decimals || (!cell.is_null &&
                                        memchr(sample.ptr, rules.decimal_mark, sample.len) != NULL);
    }
    return has_value && (has_decimals || says_amount(m, shape->columns[column]));
}

void mapping_tell_unused(const struct row_shape *shape,
                         const struct mapping *m,
                         struct buf *notes,
                         enum lang lang)
{
    struct buf names;
    size_t count = 0;
    if (!is_of_money(m))
        return;
    buf_init(&names, (size_t)4 * 1024);
    for (size_t i = 0; i < shape->n_columns; i++) {
        if (look_field_of(m, shape, i) != NULL || str_eq(shape->columns[i], m->told_apart) ||
            (is_of_ads(m) && says_one(shape->columns[i], ratios, ARRAY_LEN(ratios))) ||
            !holds_amounts(shape, m, i))
            continue;
        if (count++ < NAMED_MAX)
            buf_addf(&names, "%s\"%.*s\"", count > 1 ? ", " : "", STR_ARG(shape->columns[i]));
    }
    if (count > NAMED_MAX)
        buf_addf(&names, ", ... (%zu)", count);
    if (count > 0)
        buf_addf(
            notes,
            tr(lang,
               "columns with amounts that are not used: %.*s; --map says what they mean (--explain "
               "writes an example)\n"),
            STR_ARG(buf_str(&names)));
    buf_release(&names);
}
