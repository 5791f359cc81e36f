/* The dimensions that facts share, and the classes of the sales ledger. */
#include "commerce/commerce.h"

#define OF_ORDER(id, en, zh)                                       \
    {                                                              \
#id, en, zh, "orders", "order_key", #id, true, false, NULL \
    }
#define OF_PRODUCT(id, en, zh)                                 \
    {                                                          \
#id, en, zh, "product", "sku", #id, false, false, NULL \
    }
#define OF_FACT(id, en, zh)                             \
    {                                                   \
#id, en, zh, NULL, NULL, #id, true, false, NULL \
    }
#define OF_CUSTOMER(id, en, zh)                                          \
    {                                                                    \
#id, en, zh, "customer", "customer_key", #id, false, false, NULL \
    }

const struct dimension commerce_dimensions[] = {
    OF_FACT(store, "store", "店铺"),
    OF_ORDER(channel, "channel", "渠道"),
    OF_ORDER(medium, "medium", "媒介"),
    OF_ORDER(campaign, "campaign", "推广计划"),
    OF_ORDER(landing_page, "landing page", "着陆页"),
    OF_ORDER(device, "device", "设备"),
    OF_ORDER(browser, "browser", "浏览器"),
    OF_ORDER(os, "operating system", "操作系统"),
    OF_ORDER(country, "country", "国家"),
    OF_ORDER(region, "region", "省份"),
    OF_ORDER(city, "city", "城市"),
    OF_ORDER(coupon, "coupon", "优惠券"),
    OF_ORDER(payment_method, "payment method", "支付方式"),
    OF_ORDER(language, "language", "语言"),
    OF_ORDER(customer_type, "new or returning", "新老客"),
    OF_ORDER(status, "status", "状态"),
    OF_FACT(class, "line class", "明细类别"),
    OF_FACT(currency, "currency", "币种"),
    OF_FACT(sku, "product (SKU)", "商品 SKU"),
    { "master_sku",
      "article (master SKU)",
      "商品（主 SKU）",
      "article",
      "sku",
      "master_sku",
      false,
      false,
      "sku" },
    { "product", "product", "商品", "product", "sku", "title", false, false, NULL },
    { "style", "style (SPU)", "款式 SPU", "product", "sku", "product_id", false, false, NULL },
    { "order", "order", "订单", "orders", "order_key", "order_id", true, false, NULL },
    OF_PRODUCT(category, "category", "类目"),
    OF_PRODUCT(brand, "brand", "品牌"),
    OF_PRODUCT(supplier, "supplier", "供应商"),
    OF_PRODUCT(variant, "variant", "规格"),
    OF_CUSTOMER(segment, "customer segment", "客户分层"),
    OF_CUSTOMER(acquired_channel, "acquisition channel", "拉新渠道"),
    OF_CUSTOMER(acquired_campaign, "acquisition campaign", "拉新计划"),
    OF_FACT(experiment_arm, "experiment arm", "实验分组"),
    OF_FACT(reason, "reason", "原因"),
    OF_FACT(kind, "kind", "种类"),
    OF_FACT(age, "age of stock", "库龄"),
    OF_FACT(stage, "refund stage", "退款阶段"),
    OF_FACT(carrier, "carrier", "物流公司"),
    OF_FACT(agent, "service agent", "客服"),
    OF_FACT(name, "event", "事件"),
    OF_FACT(market, "market", "市场"),
    OF_FACT(metric, "metric", "指标项"),
    OF_FACT(competitor, "competitor", "竞争对手"),
    OF_FACT(field, "changed field", "改动项"),
    OF_FACT(measure, "platform measure", "平台指标"),
};
const size_t commerce_dimension_count = ARRAY_LEN(commerce_dimensions);

const struct dimension *commerce_dimension(str name)
{
    for (size_t i = 0; i < commerce_dimension_count; i++) {
        if (str_is(name, commerce_dimensions[i].name))
            return &commerce_dimensions[i];
    }
    return NULL;
}

static const struct {
    const char *name;
    const char *en;
    const char *zh;
} classes[] = {
#define X(id, goods, en, zh) [LINE_##id] = { #id, en, zh },
    LINE_CLASS_LIST(X)
#undef X
};

const char *line_class_name(enum line_class c)
{
    BUG_IF((unsigned)c >= LINE_CLASS_COUNT);
    return classes[c].name;
}

const char *line_class_label(enum line_class c, enum lang lang)
{
    BUG_IF((unsigned)c >= LINE_CLASS_COUNT);
    return lang == LANG_ZH ? classes[c].zh : classes[c].en;
}

bool line_class_parse(str name, enum line_class *out)
{
    for (unsigned i = 0; i < LINE_CLASS_COUNT; i++) {
        if (str_is(name, classes[i].name)) {
            *out = (enum line_class)i;
            return true;
        }
    }
    return false;
}
