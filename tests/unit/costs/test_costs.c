/* The cost files: what is read, and every problem at its place. */
#include "costs/costs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TEXT(lit)            \
    {                        \
        lit, sizeof(lit) - 1 \
    }
static const struct cost_store stores[] = {
    { TEXT("main"), TEXT("CNY"), -1, -1, -1 },
    { TEXT("tmall"), TEXT("CNY"), 55000, -1, 6000 },
    { TEXT("shopify"), TEXT("USD"), -1, -1, -1 },
};
static const struct cost_world two = { TEXT("CNY"), stores, 2 };
static const struct cost_world three = { TEXT("CNY"), stores, 3 };

struct reading {
    struct arena *a;
    struct problems p;
    struct cost_book book;
    struct buf said;
};

static void read_all(struct reading *r,
                     const struct cost_world *w,
                     const char *costs,
                     const char *skus,
                     const char *excludes)
{
    struct error why = { .lang = LANG_EN };
    r->a = arena_new(0);
    problems_init(&r->p, r->a, LANG_EN);
    buf_init(&r->said, 1 << 20);
    if (costs_read_texts(costs, skus, excludes, w, r->a, &r->p, &r->book, &why) != STATUS_OK)
        fail_msg("%s", why.text);
    problems_sort(&r->p);
    problems_print(&r->p, &r->said);
    buf_addc(&r->said, '\0');
}

static void done(struct reading *r)
{
    buf_release(&r->said);
    arena_free(r->a);
}

static void rules_are_read_exactly_with_their_places(void **state)
{
    struct reading r;
    (void)state;

    read_all(&r,
             &two,
             "goods:\n"
             "  - {sku: A, cost: 12.5, valid_from: 2026-01-01}\n"
             "platform_fee:\n"
             "  - {percent: 5.25, store: tmall, channel: live, refunded: no}\n"
             "payment_fee:\n"
             "  - {percent: 0.6, per_order: 0.3}\n"
             "fixed:\n"
             "  - {name: rent, per_month: 12000, allocate: orders}\n",
             NULL,
             NULL);

    assert_string_equal(r.said.data, "");
    assert_int_equal(r.book.rule_count, 2 + 4); /* the rates of stores.yaml first */
    const struct cost_rule *rate = &r.book.rules[0];
    assert_true(rate->is_store_rate && rate->kind == COST_platform_fee);
    assert_int_equal(rate->percent_e4, 55000);
    const struct cost_rule *goods = &r.book.rules[2];
    assert_true(goods->kind == COST_goods && str_is(goods->place, "costs.yaml:2"));
    assert_int_equal(goods->cost_e4, 125000);
    const struct cost_rule *fee = &r.book.rules[3];
    assert_int_equal(fee->percent_e4, 52500);
    assert_true(str_is(fee->store, "tmall") && str_is(fee->channel, "live") && !fee->is_refunded);
    assert_false(r.book.rules[4].is_refunded); /* a payment fee does not come back */
    assert_int_equal(r.book.rules[5].share, COST_BY_ORDERS);
    done(&r);
}

static void every_problem_is_told_at_its_place(void **state)
{
    static const char *const wanted[] = {
        "costs.yaml:1:1: unknown key \"parcels\" (did you mean \"parcel\"?)",
        "costs.yaml:4:5: a cost needs an amount: cost",
        "costs.yaml:5:20: expected an amount",
        "costs.yaml:6:5: the same cost stands at costs.yaml:3 already",
        "costs.yaml:8:16: expected a percentage",
        "costs.yaml:9:25: no store \"tmal\" in this shop (did you mean \"tmall\"?)",
        "costs.yaml:10:18: unknown key \"pct\"",
        "costs.yaml:10:5: a cost needs an amount: percent, per_order",
        "costs.yaml:11:30: expected a date",
    };
    struct reading r;
    (void)state;

    read_all(&r,
             &two,
             "parcels: []\n"
             "goods:\n"
             "  - {sku: A, cost: 1}\n"
             "  - {sku: B}\n"
             "  - {sku: C, cost: -1}\n"
             "  - {sku: A, cost: 2}\n"
             "platform_fee:\n"
             "  - {percent:  101}\n"
             "  - {percent: 5, store: tmal}\n"
             "  - {channel: x, pct: 5}\n"
             "  - {percent: 5, valid_from: 2026-02-30}\n",
             NULL,
             NULL);

    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        if (strstr(r.said.data, wanted[i]) == NULL)
            fail_msg("missing: %s\nin:\n%s", wanted[i], r.said.data);
    }
    assert_int_equal(r.p.n_total, ARRAY_LEN(wanted));
    done(&r);
}

static void an_amount_for_stores_of_two_currencies_is_refused(void **state)
{
    struct reading r;
    (void)state;

    read_all(&r, &three, "parcel:\n  - {per_order: 3}\n", NULL, NULL);
    assert_non_null(strstr(r.said.data, "store \"shopify\" sells in USD"));
    done(&r);
    read_all(&r,
             &three,
             "parcel:\n  - {per_order: 3, currency: CNY}\n  - {per_order: 1, store: shopify}\n"
             "platform_fee:\n  - {percent: 2}\n",
             NULL,
             NULL);
    assert_string_equal(r.said.data, "");
    done(&r);
}

static void articles_are_read_by_chinese_and_english_names(void **state)
{
    struct reading r;
    (void)state;

    read_all(&r,
             &two,
             NULL,
             "店铺,商品ID,商家编码,主SKU,成本,生效日期\n"
             "tmall,=\"6917931234567890123\",A-红,A,12.50,2026/3/1\n"
             ",,B-1,B,,\n",
             NULL);

    assert_string_equal(r.said.data, "");
    assert_int_equal(r.book.article_count, 3);
    assert_true(str_is(r.book.articles[0].code, "6917931234567890123"));
    assert_true(str_is(r.book.articles[1].code, "A-红"));
    assert_int_equal(r.book.articles[1].cost_e4, 125000);
    assert_int_equal(r.book.articles[1].valid_from, civil_to_day((struct civil){ 2026, 3, 1 }));
    assert_false(r.book.articles[2].has_cost);
    done(&r);
}

static void wrong_rows_of_articles_are_told(void **state)
{
    static const char *const wanted[] = {
        "sku-map.csv:2:1: no store \"tmal\" in this shop (did you mean \"tmall\"?)",
        "sku-map.csv:3:3: no master SKU",
        "sku-map.csv:4:4: expected an amount of 0 or more",
        "sku-map.csv:5:5: expected a date like 2026-01-31, found \"soon\"",
        "sku-map.csv:6:2: neither item_id nor merchant_code",
        "sku-map.csv:8:1: \"X\" stands in line 7 already with another meaning",
    };
    struct reading r;
    (void)state;

    read_all(&r,
             &two,
             NULL,
             "store,merchant_code,master_sku,unit_cost,valid_from\n"
             "tmal,A,A,1,\n"
             "tmall,B,,1,\n"
             "tmall,C,C,one,\n"
             "tmall,D,D,1,soon\n"
             "tmall,,E,1,\n"
             "tmall,X,X1,1,\n"
             "tmall,X,X2,1,\n",
             NULL);

    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        if (strstr(r.said.data, wanted[i]) == NULL)
            fail_msg("missing: %s\nin:\n%s", wanted[i], r.said.data);
    }
    done(&r);
    read_all(&r, &two, NULL, "store,sku\nx,y\n", NULL);
    assert_non_null(strstr(r.said.data, "the column master_sku"));
    assert_non_null(strstr(r.said.data, "unknown column \"sku\""));
    done(&r);
}

static void exclusions_fit_what_they_name(void **state)
{
    struct reading r;
    (void)state;

    read_all(&r,
             &two,
             NULL,
             NULL,
             "- {sku: SAMPLE-1, reason: samples}\n"
             "- {remark: 补差价, reason: price difference, store: tmall}\n"
             "- {buyer: staff, reason: own staff}\n");

    assert_string_equal(r.said.data, "");
    const struct exclude_facts sample = { STR("main"), STR("SAMPLE-1"), STR(""), STR(""), STR("") };
    const struct exclude_facts remark = {
        STR("tmall"), STR("A"), STR("客户要求补差价 2 元"), STR(""), STR("x")
    };
    struct exclude_facts elsewhere = remark;
    elsewhere.store = STR("main");
    assert_true(str_is(costs_exclude(&r.book, &sample)->reason, "samples"));
    assert_true(str_is(costs_exclude(&r.book, &remark)->reason, "price difference"));
    assert_null(costs_exclude(&r.book, &elsewhere));
    done(&r);
    read_all(&r,
             &two,
             NULL,
             NULL,
             "- {sku: A, buyer: b, reason: x}\n- {sku: ' ', reason: y}\n- {sku: A}\n");
    assert_int_equal(r.p.n_total, 3);
    done(&r);
}

static void another_rule_is_another_fingerprint(void **state)
{
    struct reading a;
    struct reading b;
    struct reading c;
    (void)state;

    read_all(&a, &two, "parcel:\n  - {per_order: 3}\n", NULL, NULL);
    read_all(&b, &two, "# the same\nparcel: [{per_order: 3.00}]\n", NULL, NULL);
    read_all(&c, &two, "parcel:\n  - {per_order: 3, valid_from: 2026-01-01}\n", NULL, NULL);

    assert_true(a.book.fingerprint == b.book.fingerprint);
    assert_true(a.book.fingerprint != c.book.fingerprint);
    done(&a);
    done(&b);
    done(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_are_read_exactly_with_their_places),
        cmocka_unit_test(every_problem_is_told_at_its_place),
        cmocka_unit_test(an_amount_for_stores_of_two_currencies_is_refused),
        cmocka_unit_test(articles_are_read_by_chinese_and_english_names),
        cmocka_unit_test(wrong_rows_of_articles_are_told),
        cmocka_unit_test(exclusions_fit_what_they_name),
        cmocka_unit_test(another_rule_is_another_fingerprint),
    };
    return cmocka_run_group_tests_name("costs", tests, NULL, NULL);
}
