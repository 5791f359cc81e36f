/* The built-in catalogue: where its figures come from, by which words it is found, dialects. */
#include "kpi/kpi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct kpi_catalog *load_with(str dialect)
{
    const struct kpi_load_options opt = { .dialect = dialect };
    struct kpi_catalog *c = NULL;
    struct error why = { .lang = LANG_EN };
    const enum status st = kpi_catalog_load(&opt, NULL, &c, &why);
    if (st != STATUS_OK)
        fail_msg("%s", why.text);
    return c;
}

static struct kpi_catalog *load_plain(void)
{
    return load_with(STR_EMPTY);
}

/* platform.c says which measure each of the platforms' figures feeds, the catalogue where each
 * measure looks: they must be the same. */
static void platforms_feed_the_measures_that_look_for_them(void **state)
{
    (void)state;
    struct kpi_catalog *c = load_plain();
    for (size_t i = 0; i < platform_measure_count; i++) {
        const struct platform_measure *p = &platform_measures[i];
        const struct kpi_measure *m = kpi_measure_find(c, str_from(p->feeds));
        if (m == NULL || m->platform != p)
            fail_msg("platform measure %s does not reach %s", p->name, p->feeds);
        bool is_read = false;
        for (size_t k = 0; k < kpi_count(c); k++) {
            for (size_t l = 0; l < kpi_at(c, k)->n_leaves; l++)
                is_read = is_read || kpi_at(c, k)->leaves[l].measure == m;
        }
        if (!is_read)
            fail_msg("no KPI reads %s", p->feeds);
    }
    kpi_catalog_free(c);
}

static void every_kpi_lists_its_sources_and_names_lead_to_it(void **state)
{
    (void)state;
    struct kpi_catalog *c = load_plain();
    for (size_t i = 0; i < kpi_count(c); i++) {
        const struct kpi *k = kpi_at(c, i);
        if (k->formula != NULL && k->n_sources == 0)
            fail_msg("%.*s has no source", STR_ARG(k->id));
        if (kpi_find(c, k->name[LANG_EN]) != k || kpi_find(c, k->name[LANG_ZH]) != k)
            fail_msg("a name of %.*s leads elsewhere", STR_ARG(k->id));
        for (size_t a = 0; a < k->n_aliases; a++) {
            if (kpi_find(c, k->aliases[a]) != k)
                fail_msg("%.*s leads elsewhere than %.*s", STR_ARG(k->aliases[a]), STR_ARG(k->id));
        }
        bool reads_platform = false;
        bool reads_own = false;
        for (size_t l = 0; l < k->n_leaves; l++) {
            reads_platform = reads_platform || k->leaves[l].measure->platform != NULL;
            reads_own = reads_own || !k->leaves[l].measure->is_platform;
        }
        const bool only = k->n_sources == 1 && str_is(k->sources[0], "platform_stat");
        if (only && (reads_own || !reads_platform))
            fail_msg("%.*s cannot come from platform_stat alone", STR_ARG(k->id));
    }
    kpi_catalog_free(c);
}

/* The words of Chinese reports, as operators.md and the platforms write them. */
static const struct {
    const char *word;
    const char *id;
} words[] = {
    { "访客数", "visitors" },
    { "浏览量", "pageviews" },
    { "人均浏览量", "pv_per_visitor" },
    { "跳失率", "visitor_bounce_rate" },
    { "跳出率", "bounce_rate" },
    { "加购人数", "cart_visitors" },
    { "加购件数", "cart_units" },
    { "收藏人数", "fav_visitors" },
    { "下单买家数", "ordering_buyers" },
    { "下单金额", "gmv" },
    { "支付买家数", "paying_buyers" },
    { "支付金额", "paid_gmv" },
    { "支付件数", "paid_unit_count" },
    { "支付子订单数", "paid_suborders" },
    { "支付转化率", "pay_cr" },
    { "客单价", "atv_customer" },
    { "笔单价", "pay_per_order" },
    { "件单价", "asp" },
    { "净件单价", "net_asp" },
    { "UV价值", "uv_value" },
    { "老买家占比", "ret_pay_share" },
    { "退款金额", "refund_amt" },
    { "退款率", "refund_rate_amt" },
    { "动销率", "sku_active_rate" },
    { "售罄率", "sell_through" },
    { "连带率", "upt" },
    { "人均支付件数", "units_per_buyer" },
    { "优惠率", "disc_rate" },
    { "让利率", "disc_rate" },
    { "折扣率", "markdown_ratio" },
    { "完成率", "goal_attain" },
    { "投产比", "roas" },
    { "直接投产比", "roas_direct" },
    { "净投产比", "roas_net" },
    { "全店投产比", "mer" },
    { "付费占比", "ad_paid_ratio" },
    { "退后费比", "ad_cost_ratio" },
    { "保本ROI", "breakeven_roas" },
    { "退后毛利", "contribution_after_refund" },
    { "静默转化率", "silent_cr" },
    { "询单转化率", "inquiry_cr" },
    { "重复购买率", "repeat_buyer_rate" },
    { "老客复购率", "reorder_rate" },
    { "下单支付转化率", "order_pay_cr" },
    { "尾款支付率", "final_pay_rate" },
    { "定金金额", "deposit_amt" },
    { "访客人次", "visits_daily_sum" },
    { "描述相符", "dsr_description" },
    { "店铺体验分", "shop_score" },
    { "24h揽收及时率", "pickup_24h_rate" },
    { "延迟发货赔付", "late_compensation" },
    { "库销比", "stock_to_sales" },
    { "断码率", "size_gap_rate" },
    { "爆款集中度", "top10_share" },
    { "退货入库率", "restock_rate" },
    { "曝光进入率", "live_enter_rate" },
    { "坑位产出", "slot_output" },
    { "商家应收", "receivable" },
    { "千次展现花费", "cpm" },
    { "点击转化率", "cvr_ad" },
    { "加购成本", "cart_cost" },
    { "收藏加购率", "fav_cart_rate" },
    { "拉新成本", "ncac" },
    { "发货前退款率", "pre_ship_refund_rate" },
    { "品质退款率", "quality_refund_rate" },
    { "纠纷退款率", "dispute_refund_rate" },
};

static void words_of_chinese_reports_find_their_kpi(void **state)
{
    (void)state;
    struct kpi_catalog *c = load_plain();
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        const struct kpi *k = kpi_find(c, str_from(words[i].word));
        if (k == NULL || !str_is(k->id, words[i].id))
            fail_msg(
                "%s leads to %.*s", words[i].word, STR_ARG(k != NULL ? k->id : STR("nothing")));
    }
    kpi_catalog_free(c);
}

/* Who is new is another question at Taobao: part of the definition and of its version. */
static void a_dialect_has_its_own_window_of_returning_buyers(void **state)
{
    (void)state;
    static const char *const ids[] = { "new_buyers", "ret_buyers", "ret_rate", "ret_paid_amt" };
    struct kpi_catalog *own = load_plain();
    struct kpi_catalog *taobao = load_with(STR("taobao"));
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        const struct kpi *a = kpi_find(own, str_from(ids[i]));
        const struct kpi *b = kpi_find(taobao, str_from(ids[i]));
        if (str_eq(a->hash, b->hash))
            fail_msg("%s has one version in both dialects", ids[i]);
        assert_true(str_find(b->canonical, STR("365")) < b->canonical.len);
    }
    const struct kpi *a = kpi_find(own, STR("net_sales"));
    assert_true(str_eq(a->hash, kpi_find(taobao, STR("net_sales"))->hash));
    kpi_catalog_free(own);
    kpi_catalog_free(taobao);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(platforms_feed_the_measures_that_look_for_them),
        cmocka_unit_test(every_kpi_lists_its_sources_and_names_lead_to_it),
        cmocka_unit_test(words_of_chinese_reports_find_their_kpi),
        cmocka_unit_test(a_dialect_has_its_own_window_of_returning_buyers),
    };
    return cmocka_run_group_tests_name("kpi sources", tests, NULL, NULL);
}
