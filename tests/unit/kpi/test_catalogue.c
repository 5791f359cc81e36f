/* The built-in catalogue, looking things up, shop files over it, and what changes between two. */
#include "kpi/kpi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char *const reference_ids[] = {
    "gmv",
    "paid_gmv",
    "gross_sales",
    "discounts",
    "returns_amt",
    "net_sales",
    "net_sales_od",
    "shipping_rev",
    "taxes",
    "total_sales",
    "orders",
    "paid_orders",
    "pay_rate",
    "cancel_rate",
    "units",
    "net_units",
    "aov",
    "atv_customer",
    "upt",
    "asp",
    "disc_rate",
    "coupon_order_share",
    "refund_rate_amt",
    "refund_rate_ord",
    "return_rate_units",
    "cogs",
    "gross_profit",
    "gross_margin",
    "cost_coverage",
    "contribution",
    "contrib_margin",
    "net_profit_est",
    "visitors",
    "pageviews",
    "sessions",
    "pv_per_visitor",
    "avg_session_dur",
    "bounce_rate",
    "new_visitor_share",
    "live_visitors",
    "product_viewers",
    "ipv",
    "fav_rate",
    "atc_rate",
    "cart_to_view",
    "buy_to_view",
    "checkout_rate",
    "order_cr",
    "pay_cr",
    "session_cr",
    "cart_abandon",
    "checkout_abandon",
    "abandoned_value",
    "cart_recovery",
    "uv_value",
    "rps",
    "search_rate",
    "zero_hit",
    "search_ctr",
    "search_cr",
    "rec_cr",
    "buyers",
    "new_buyers",
    "ret_buyers",
    "ret_rate",
    "ret_sales_share",
    "repeat_rate_n",
    "repeat_interval",
    "freq",
    "cohort_retention",
    "churn_prob",
    "active_cust",
    "clv_12",
    "clv_hist",
    "cac",
    "clv_cac",
    "payback",
    "rfm_champions",
    "at_risk_value",
    "ad_spend",
    "roas",
    "mer",
    "ad_cost_ratio",
    "poas",
    "cpc",
    "ctr",
    "cpa",
    "channel_share",
    "organic_share",
    "email_rev_share",
    "sku_active_rate",
    "sell_through",
    "stock_units",
    "stock_value",
    "days_cover",
    "turnover",
    "turnover_days",
    "gmroi",
    "oos_rate",
    "lost_sales",
    "aged_stock",
    "fill_rate",
    "reorder_due",
    "fcst_wape",
    "fcst_bias",
    "ship_time",
    "ontime_ship",
    "delivery_time",
    "otif",
    "refund_time",
    "rating",
    "bad_review_rate",
    "nps",
    "inquiry_cr",
    "first_reply",
    "chargeback_rate",
    "pay_success",
    "lcp_p75",
    "inp_p75",
    "cls_p75",
    "js_error_rate",
    "track_match",
    "data_fresh",
    "bot_share",
    "live_gmv",
    "goal_attain",
    "on_track_p",
    "pace_gap",
    "score_w",
    "incentive_due",
    "payout_ratio",
    "exp_lift",
    "exp_srm",
    "promo_lift",
    "promo_halo",
};

static struct kpi_catalog *load_with(const char *shop_yaml, str dialect)
{
    const struct kpi_file file = { .name = STR("kpis/own.yaml"), .text = str_from(shop_yaml) };
    const struct kpi_load_options opt = { .shop_files = &file,
                                          .n_shop_files = shop_yaml == NULL ? 0 : 1,
                                          .dialect = dialect };
    struct kpi_catalog *c = NULL;
    struct error why = { .lang = LANG_EN };
    const enum status st = kpi_catalog_load(&opt, NULL, &c, &why);
    if (st != STATUS_OK)
        fail_msg("%s", why.text);
    return c;
}

static struct kpi_catalog *load_plain(void)
{
    return load_with(NULL, STR_EMPTY);
}

static str hash_of(const struct kpi_catalog *c, const char *id)
{
    const struct kpi *k = kpi_find(c, str_from(id));
    assert_non_null(k);
    return k->hash;
}

static void the_catalogue_has_every_kpi_of_the_reference(void **state)
{
    (void)state;
    struct kpi_catalog *c = load_plain();
    assert_int_equal(ARRAY_LEN(reference_ids), 135);

    for (size_t i = 0; i < ARRAY_LEN(reference_ids); i++) {
        const struct kpi *k = kpi_find(c, str_from(reference_ids[i]));
        if (k == NULL || !str_is(k->id, reference_ids[i]))
            fail_msg("the catalogue lacks %s", reference_ids[i]);
    }
    kpi_catalog_free(c);
}

static void every_kpi_is_named_and_explained_in_both_languages(void **state)
{
    (void)state;
    struct kpi_catalog *c = load_plain();
    struct map *names = map_new();
    assert_non_null(names);
    for (size_t i = 0; i < kpi_count(c); i++) {
        const struct kpi *k = kpi_at(c, i);
        if (str_eq(k->name[LANG_EN], k->id) || k->about[LANG_EN].len == 0 ||
            str_eq(k->about[LANG_EN], k->about[LANG_ZH]))
            fail_msg("%.*s is not explained", STR_ARG(k->id));
        for (unsigned lang = 0; lang < 2; lang++) {
            const uint64_t *other = map_get(names, k->name[lang]);
            if (other != NULL && *other != i)
                fail_msg("two KPIs are called %.*s", STR_ARG(k->name[lang]));
            assert_true(map_put(names, k->name[lang], i));
        }
        assert_int_equal(k->hash.len, 16);
        assert_true(k->formula != NULL || k->n_needs_models > 0);
    }
    map_free(names);
    kpi_catalog_free(c);
}

static void net_sales_resolves_to_ledger_sums_on_the_asked_basis(void **state)
{
    (void)state;
    struct kpi_catalog *c = load_plain();

    const struct kpi *net = kpi_find(c, STR("net_sales"));
    const struct kpi *restated = kpi_find(c, STR("net_sales_od"));

    assert_int_equal(net->n_leaves, 5);
    for (size_t i = 0; i < net->n_leaves; i++) {
        assert_string_equal(net->leaves[i].measure->table->name, "order_line");
        assert_int_equal(net->leaves[i].basis, BASIS_ASKED);
        assert_int_equal(restated->leaves[i].basis, BASIS_ORDER);
    }
    assert_int_equal(net->n_needs_tables, 1);
    assert_int_equal(net->formula->unit, UNIT_MONEY);
    kpi_catalog_free(c);
}

static void a_share_divides_by_the_whole(void **state)
{
    (void)state;
    struct kpi_catalog *c = load_plain();

    const struct kpi *share = kpi_find(c, STR("channel_share"));

    assert_int_equal(share->formula->op, FORMULA_DIVIDE);
    assert_int_equal(share->n_leaves, 10);
    assert_false(share->leaves[0].is_whole);
    assert_true(share->leaves[9].is_whole);
    kpi_catalog_free(c);
}

static void what_rests_on_a_model_says_so(void **state)
{
    (void)state;
    struct kpi_catalog *c = load_plain();

    const struct kpi *k = kpi_find(c, STR("clv_cac"));

    assert_null(k->formula);
    assert_int_equal(k->n_needs_models, 1);
    assert_true(str_is(k->needs_models[0], "clv"));
    assert_true(str_is(kpi_model_find(c, STR("clv"))->about[LANG_EN], "the customer value model"));
    assert_true(str_contains(k->canonical, STR("clv_12 / cac")));
    kpi_catalog_free(c);
}

static void kpis_are_found_by_id_alias_and_name(void **state)
{
    (void)state;
    struct kpi_catalog *c = load_plain();
    static const char *const names[][2] = {
        { "aov", "aov" },
        { "AOV", "aov" },
        { "客单价", "atv_customer" },
        { "Net sales", "net_sales" },
        { "net SALES", "net_sales" },
        { "复购率", "repeat_rate_n" },
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct kpi *k = kpi_find(c, str_from(names[i][0]));
        assert_non_null(k);
        assert_true(str_is(k->id, names[i][1]));
    }
    kpi_catalog_free(c);
}

static void a_misspelt_kpi_gets_a_suggestion(void **state)
{
    (void)state;
    struct kpi_catalog *c = load_plain();
    struct error why = { .lang = LANG_EN };
    const struct kpi *k = NULL;

    assert_int_equal(kpi_lookup(c, STR("net_sale"), &k, &why), STATUS_NOT_FOUND);

    assert_string_equal(why.text, "unknown KPI \"net_sale\" (did you mean \"net_sales\"?)");
    assert_null(k);
    /* near the name "First reply time": who writes an id is told one */
    assert_int_equal(kpi_lookup(c, STR("first_reply_time"), &k, &why), STATUS_NOT_FOUND);
    assert_non_null(strstr(why.text, "(did you mean \"first_reply\"?)"));
    kpi_catalog_free(c);
}

static void a_dialect_changes_the_formula_and_the_version(void **state)
{
    (void)state;
    struct kpi_catalog *own = load_plain();
    struct kpi_catalog *shopify = load_with(NULL, STR("shopify"));

    const struct kpi *k = kpi_find(shopify, STR("aov"));

    assert_true(str_is(k->formula_text, "(gross_sales - discounts) / orders"));
    assert_true(str_is(k->dialect, "shopify"));
    assert_false(str_eq(k->hash, hash_of(own, "aov")));
    assert_true(str_eq(hash_of(own, "net_sales"), hash_of(shopify, "net_sales")));
    kpi_catalog_free(own);
    kpi_catalog_free(shopify);
}

static void a_shop_adds_and_replaces_whole_definitions(void **state)
{
    (void)state;
    struct kpi_catalog *c = load_with("kpis:\n"
                                      "  aov: {formula: gross_sales / orders, unit: money}\n"
                                      "  per_k: {formula: orders / 1000, unit: count}\n",
                                      STR_EMPTY);

    const struct kpi *aov = kpi_find(c, STR("aov"));

    assert_true(aov->is_shop);
    assert_true(str_is(aov->name[LANG_EN], "aov"));
    assert_int_equal(aov->direction, DIRECTION_NEUTRAL);
    assert_non_null(kpi_find(c, STR("per_k")));
    assert_false(kpi_find(c, STR("orders"))->is_shop);
    kpi_catalog_free(c);
}

static void the_version_ignores_how_a_definition_is_written(void **state)
{
    (void)state;
    static const char *const twins[] = {
        "measures:\n  m: {table: order_line, agg: sum, expr: net_e4, filter: \"class = 'sale' and "
        "quantity > 0\"}\nkpis:\n  k: {formula: m / 1.50, unit: money}\n",
        "# a comment\nkpis:\n  k:\n    unit:   money\n    formula: (m)/1.5 # another\n"
        "    name: {en: Something}\nmeasures:\n  m:\n    filter: >\n      (class = \"sale\") AND\n"
        "      quantity>0\n    expr: (net_e4)\n    agg: sum\n    table: order_line\n",
    };
    struct kpi_catalog *a = load_with(twins[0], STR_EMPTY);
    struct kpi_catalog *b = load_with(twins[1], STR_EMPTY);

    assert_true(str_eq(hash_of(a, "k"), hash_of(b, "k")));
    kpi_catalog_free(a);
    kpi_catalog_free(b);
}

static void the_version_changes_with_a_dependency(void **state)
{
    (void)state;
    struct kpi_catalog *a = load_plain();
    struct kpi_catalog *b = load_with("measures:\n  return_net: {table: order_line, agg: sum, "
                                      "expr: gross_e4, filter: \"class = 'return'\"}\n",
                                      STR_EMPTY);

    assert_false(str_eq(hash_of(a, "aov"), hash_of(b, "aov")));
    assert_true(str_eq(hash_of(a, "orders"), hash_of(b, "orders")));
    kpi_catalog_free(a);
    kpi_catalog_free(b);
}

static void every_kept_definition_can_be_read_back(void **state)
{
    (void)state;
    static const char *const dialects[] = { "", "shopify", "woo", "ga4", "taobao", "jd", "douyin" };
    size_t recalled = 0;
    for (size_t d = 0; d < ARRAY_LEN(dialects); d++) {
        struct kpi_catalog *c = load_with(NULL, str_from(dialects[d]));
        for (size_t i = 0; i < kpi_count(c); i++) {
            const struct kpi *k = kpi_at(c, i);
            struct kpi_catalog *one = NULL;
            struct error why = { .lang = LANG_EN };
            if (k->formula == NULL)
                continue;
            if (kpi_recall(k->canonical, k, &one, &why) != STATUS_OK)
                fail_msg("%s\n%.*s", why.text, STR_ARG(k->canonical));
            assert_int_equal(kpi_count(one), 1);
            assert_true(str_eq(kpi_at(one, 0)->hash, k->hash));
            assert_true(str_eq(kpi_at(one, 0)->name[LANG_ZH], k->name[LANG_ZH]));
            kpi_catalog_free(one);
            recalled++;
        }
        kpi_catalog_free(c);
    }
    assert_true(recalled > 150);
}

static void what_cannot_be_read_back_exactly_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *message;
    } refused[] = {
        { "", "damaged" },
        { "shopvane 0\nkpi a money\nformula b\n", "rules 0 of the engine" },
        { "shopvane 1\nkpi a money\nmodel clv\n", "rests on a model" },
        { "shopvane 1\nkpi a money\nformula (b\n", "cannot be recomputed" },
        { "shopvane 1\nkpi a money\nformula b\nmeasure b = sum(net_e4) from nosuch; money\n",
          "cannot be recomputed" },
        { "shopvane 1\nkpi a count\nformula b\nmeasure b = count() from orders; date local_date,"
          " order date local_date; count; empty zero; sometimes\n",
          "cannot be recomputed" },
    };
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        struct kpi_catalog *c = NULL;
        struct error why = { .lang = LANG_EN };
        assert_int_equal(kpi_recall(str_from(refused[i].text), NULL, &c, &why), STATUS_BAD_INPUT);
        assert_null(c);
        if (strstr(why.text, refused[i].message) == NULL)
            fail_msg("wanted \"%s\" in \"%s\"", refused[i].message, why.text);
    }
}

static void a_diff_tells_figures_from_words(void **state)
{
    (void)state;
    struct kpi_catalog *a = load_plain();
    struct kpi_catalog *b =
        load_with("kpis:\n"
                  "  units: {formula: sale_units, unit: count, direction: up, name: {en: Pieces}}\n"
                  "  upt: {formula: units / orders, unit: ratio}\n"
                  "  mine: {formula: orders, unit: count}\n",
                  STR_EMPTY);
    struct arena *arena = arena_new(0);
    const struct kpi_change *changes = NULL;
    size_t n = 0;

    assert_int_equal(kpi_diff(a, b, arena, &changes, &n, NULL), STATUS_OK);

    assert_int_equal(n, 3);
    assert_true(str_is(changes[0].id, "units"));
    assert_int_equal(changes[0].kind, KPI_TEXT_CHANGED);
    assert_true(str_contains(changes[0].what, STR("- name Units sold")));
    assert_true(str_contains(changes[0].what, STR("+ name Pieces")));
    assert_true(str_is(changes[1].id, "upt"));
    assert_int_equal(changes[1].kind, KPI_FIGURE_CHANGED);
    assert_true(str_contains(changes[1].what, STR("+ formula (sale_units / order_count)")));
    assert_int_equal(changes[2].kind, KPI_ADDED);

    assert_int_equal(kpi_diff(b, a, arena, &changes, &n, NULL), STATUS_OK);
    assert_int_equal(changes[n - 1].kind, KPI_REMOVED);
    arena_free(arena);
    kpi_catalog_free(a);
    kpi_catalog_free(b);
}

static void a_definition_can_be_shown(void **state)
{
    (void)state;
    struct kpi_catalog *c = load_plain();
    struct buf out;
    buf_init(&out, 64 * 1024);

    kpi_show(c, kpi_find(c, STR("aov")), LANG_EN, &out);

    assert_true(str_contains(buf_str(&out), STR("net_sales / orders")));
    assert_true(str_contains(buf_str(&out), STR("kpis/catalogue/01-sales.yaml:")));
    buf_release(&out);
    kpi_catalog_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_catalogue_has_every_kpi_of_the_reference),
        cmocka_unit_test(every_kpi_is_named_and_explained_in_both_languages),
        cmocka_unit_test(net_sales_resolves_to_ledger_sums_on_the_asked_basis),
        cmocka_unit_test(a_share_divides_by_the_whole),
        cmocka_unit_test(what_rests_on_a_model_says_so),
        cmocka_unit_test(kpis_are_found_by_id_alias_and_name),
        cmocka_unit_test(a_misspelt_kpi_gets_a_suggestion),
        cmocka_unit_test(a_dialect_changes_the_formula_and_the_version),
        cmocka_unit_test(a_shop_adds_and_replaces_whole_definitions),
        cmocka_unit_test(the_version_ignores_how_a_definition_is_written),
        cmocka_unit_test(the_version_changes_with_a_dependency),
        cmocka_unit_test(every_kept_definition_can_be_read_back),
        cmocka_unit_test(what_cannot_be_read_back_exactly_is_refused),
        cmocka_unit_test(a_diff_tells_figures_from_words),
        cmocka_unit_test(a_definition_can_be_shown),
    };
    return cmocka_run_group_tests_name("kpi catalogue", tests, NULL, NULL);
}
