/* Definition files: what loads, and what is said about what does not. */
#include "kpi/kpi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MEASURES                                              \
    "measures:\n"                                             \
    "  amount: {table: order_line, agg: sum, expr: net_e4}\n" \
    "  lines: {table: order_line, agg: count}\n"              \
    "kpis:\n"

struct rig {
    struct arena *arena;
    struct problems problems;
    struct kpi_catalog *catalog;
    struct buf text;
    struct error why;
    enum status status;
};

static int set_up(void **state)
{
    struct rig *r = mem_new(1, sizeof *r);
    assert_non_null(r);
    r->arena = arena_new(0);
    assert_non_null(r->arena);
    buf_init(&r->text, 4 * 1024 * 1024);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    kpi_catalog_free(r->catalog);
    buf_release(&r->text);
    arena_free(r->arena);
    mem_free(r);
    return 0;
}

static const char *printed(struct rig *r)
{
    buf_clear(&r->text);
    problems_print(&r->problems, &r->text);
    buf_addc(&r->text, '\0');
    return r->text.data;
}

/* Loads one file, a.yaml, without the catalogue; gives the problems as text. */
static const char *load(struct rig *r, const char *yaml)
{
    const struct kpi_file file = { .name = STR("a.yaml"), .text = str_from(yaml) };
    const struct kpi_load_options opt = { .shop_files = &file,
                                          .n_shop_files = 1,
                                          .without_builtin = true };
    kpi_catalog_free(r->catalog);
    r->catalog = NULL;
    problems_init(&r->problems, r->arena, LANG_EN);
    r->why = (struct error){ .lang = LANG_EN };
    r->status = kpi_catalog_load(&opt, &r->problems, &r->catalog, &r->why);
    return printed(r);
}

static const struct {
    const char *yaml;
    const char *problem;
} mistakes[] = {
    { "setings: {a: 1}\n", "a.yaml:1:1: unknown key \"setings\" (did you mean \"settings\"?)\n" },
    { "settings:\n  n_days: many\n", "a.yaml:2:11: expected a whole number, found \"many\"\n" },
    { "measures:\n  m: {table: order_lines, agg: count}\n",
      "a.yaml:2:14: unknown table \"order_lines\" (did you mean \"order_line\"?)\n" },
    { "measures:\n  m: {table: order_line, agg: sum, expr: nett_e4}\n",
      "a.yaml:2:42: table order_line has no column \"nett_e4\" (did you mean \"net_e4\"?); "
      "text stands in quotes\n" },
    { "measures:\n  m: {table: order_line, agg: count, filter: \"quantity\"}\n",
      "a.yaml:2:47: expected a condition such as class = 'sale', found a whole number\n" },
    { "measures:\n  m: {table: order_line, agg: sum, expr: sku}\n",
      "a.yaml:2:42: sum of text is not possible: expected a number or an amount\n" },
    { "measures:\n  m: {table: order_line, agg: sum}\n",
      "a.yaml:2:31: expr is missing: what to aggregate, as in expr: quantity\n" },
    { "measures:\n  m: {table: order_line, agg: percentile, expr: quantity}\n",
      "a.yaml:2:31: percentile needs p: a number above 0 and below 1, as in p: 0.75\n" },
    { "measures:\n  m: {table: ad_spend, agg: count, grain: [hour]}\n",
      "a.yaml:2:43: the table's dates do not give all of these grains\n" },
    { "measures:\n  m: {table: order_line, agg: count, date: order_dat}\n",
      "a.yaml:2:44: table order_line has no date column \"order_dat\" (did you mean "
      "\"order_date\"?)\n" },
    { "measures:\n  m: {table: order_line, agg: count, filter: \"agent = 'x'\"}\n",
      "a.yaml:2:47: table order_line has no dimension \"agent\"\n" },
    { "measures:\n  m: {table: order_line, agg: count, filter: \"quantity > $n\"}\n",
      "a.yaml:2:58: unknown setting \"$n\"; define it under settings:\n" },
    { "measures:\n  m: {table: ticket, agg: sum, expr: at - first_reply_at}\n",
      "a.yaml:2:27: unit is missing: the expression does not tell it\n" },
    { "measures:\n  m: {platform: visitor}\n",
      "a.yaml:2:17: unknown platform measure \"visitor\" (did you mean \"visitors\"?)\n" },
    { "measures:\n  m: {platform: visitors, agg: sum}\n",
      "a.yaml:2:32: a measure without table: has nothing but platform:\n" },
    { "measures:\n  m: {platform: paid_amount, over_time: days}\n",
      "a.yaml:2:41: only counts of days can be added up\n" },
    { "measures:\n  m: {table: session, agg: count, platform: visitors}\n",
      "a.yaml:2:45: the platform's measure is another kind of figure than this one\n" },
    { "measures:\n  m: {table: orders, agg: count, having: count() > 1}\n",
      "a.yaml:2:27: per, having and top go with agg: distinct or agg: sum\n" },
    { "measures:\n  m: {table: orders, agg: distinct, expr: customer_key, having: paid_e4 > 1}\n",
      "a.yaml:2:65: \"paid_e4\" is of single rows: it stands inside count(), distinct(), sum(), "
      "min() or max()\n" },
    { "measures:\n  m: {table: orders, agg: distinct, expr: customer_key, having: count()}\n",
      "a.yaml:2:65: expected a condition such as count() >= 2, found a whole number\n" },
    { "measures:\n  m: {table: orders, agg: distinct, expr: customer_key, having: count( >= 2}\n",
      "a.yaml:2:72: expected a column or a value, found \">=\"\n" },
    { "measures:\n  m: {table: orders, agg: distinct, expr: customer_key, having: "
      "\"sum(paid_e4 where has_sale) > 'x'\"}\n",
      "a.yaml:2:96: expected an amount of money, found text\n" },
    { "measures:\n  m: {table: orders, agg: distinct, expr: customer_key, having: "
      "sum(channel) > 1}\n",
      "a.yaml:2:69: sum of text is not possible: expected a number or an amount\n" },
    { "measures:\n  m: {table: orders, agg: distinct, expr: customer_key, having: "
      "min(local_date) < period_start}\n",
      "a.yaml:2:83: no row lies before the period: period_start goes with trailing_days\n" },
    { "measures:\n  m: {table: orders, agg: sum, expr: paid_e4, top: 3}\n",
      "a.yaml:2:52: per is missing: what to gather by, as in per: sku\n" },
    { "measures:\n  m: {table: orders, agg: sum, expr: paid_e4, per: customer_key}\n",
      "a.yaml:2:52: per goes with having or top: a plain sum needs none of them\n" },
    { "measures:\n  m: {table: orders, agg: distinct, expr: customer_key, top: 3}\n",
      "a.yaml:2:62: top goes with agg: sum\n" },
    { "measures:\n  m: {table: order_line, agg: sum, expr: net_e4, per: skus, top: 0}\n",
      "a.yaml:2:55: table order_line has no column \"skus\" (did you mean \"sku\"?); text stands "
      "in quotes\na.yaml:2:66: expected a number from 1 to 1000000, found 0\n" },
    { "measures:\n  m: {agg: count}\n", "a.yaml:2:6: the key \"table\" is missing\n" },
    { "measures:\n  m: {table: ticket, agg: count}\nkpis:\n  k: {formula: m, unit: count, sources: "
      "[event]}\n",
      "a.yaml:4:42: unknown source \"event\" (did you mean \"events\"?)\n" },
    { "measures:\n  m: {table: ticket, agg: count}\nkpis:\n  k: {formula: m, unit: count, "
      "dialects: "
      "{woo: {}}}\n",
      "a.yaml:4:48: a dialect has a formula:, a note: or both\n" },
    { "measures:\n  m: {table: ticket, agg: count, unit: money}\n",
      "a.yaml:2:40: the expression cannot have this unit\n" },
    { "measures:\n  M: {table: ticket, agg: count}\n",
      "a.yaml:2:3: \"M\" is not a name: use lower case letters, digits and _, a letter first, "
      "at most 63 characters\n" },
    { MEASURES "  k: {formula: amount + lines, unit: money}\n",
      "a.yaml:5:23: units do not fit: money + count; expected the same unit on both sides\n" },
    { MEASURES "  k: {formula: 1 + amount, unit: money}\n",
      "a.yaml:5:18: units do not fit: ratio + money; expected the same unit on both sides\n" },
    { MEASURES "  k: {formula: lines / amount, unit: ratio}\n",
      "a.yaml:5:22: units do not fit: count / money; expected the same unit, a count or a ratio "
      "below\n" },
    { MEASURES "  k: {formula: amount / lines, unit: count}\n",
      "a.yaml:5:38: the formula gives money, not count\n" },
    { MEASURES "  k: {formula: amuont / lines, unit: money}\n",
      "a.yaml:5:16: unknown measure or KPI \"amuont\" (did you mean \"amount\"?)\n" },
    { MEASURES "  k: {formula: \"amount *\", unit: money}\n",
      "a.yaml:5:25: expected a measure, a KPI or a number, found the end\n" },
    { MEASURES "  k: {formula: \"(amount\", unit: money}\n",
      "a.yaml:5:24: expected \")\", found the end\n" },
    { MEASURES "  k: {formula: amount ? 2, unit: money}\n",
      "a.yaml:5:23: unexpected character \"?\"\n" },
    { MEASURES "  k: {formula: \"coalesc(amount, 0)\", unit: money}\n",
      "a.yaml:5:17: unknown function \"coalesc\" (did you mean \"coalesce\"?)\n" },
    { MEASURES "  k: {formula: xyzzy(amount), unit: money}\n",
      "a.yaml:5:16: unknown function \"xyzzy\", expected one of: abs, min, max, coalesce, nullif, "
      "share, per_day, on_order_date, on_event_date\n" },
    { MEASURES "  k: {name: [a], formula: amount, unit: money}\n",
      "a.yaml:5:13: expected a text, or {en: ..., zh: ...}\n" },
    { MEASURES "  k: {formula: min(amount), unit: money}\n",
      "a.yaml:5:16: min() takes 2 to 16 values, found 1\n" },
    { MEASURES "  k: {formula: amount, unit: dollars}\n",
      "a.yaml:5:30: unknown name \"dollars\", expected one of: money, count, ratio, percent, "
      "score, pts, p, ms, s, min, h, days, months, same\n" },
    { MEASURES "  k: {formula: amount}\n", "a.yaml:5:6: the key \"unit\" is missing\n" },
    { MEASURES "  k: {formula: amount, unit: money, needs: [clvv]}\n",
      "a.yaml:5:45: unknown table or model \"clvv\"; models are declared under models:\n" },
    { MEASURES "  k: {unit: money}\n",
      "a.yaml:5:3: kpi \"k\" has neither formula: nor measure:, and no model under needs:\n" },
    { MEASURES "  k: {formula: amount, unit: money, dialects: {shopfy: {formula: amount}}}\n",
      "a.yaml:5:48: unknown dialect \"shopfy\" (did you mean \"shopify\"?)\n" },
    { MEASURES "  k: {formula: amount, measure: {table: order_line, agg: count}, unit: money}\n",
      "a.yaml:5:33: a KPI has formula: or measure:, not both\n" },
    { MEASURES "  lines: {formula: amount, unit: money}\n",
      "a.yaml:3:3: measure \"lines\" has the name of a KPI: formulas could not tell them "
      "apart\n" },
    { MEASURES "  k: {formula: amount, unit: money, aliases: [l]}\n"
               "  l: {formula: amount, unit: money}\n",
      "a.yaml:5:47: alias \"l\" of kpi \"k\" already means \"l\"\n" },
    { "measures:\n  a: {table: ad_spend, agg: sum, expr: spend_e4}\nkpis:\n"
      "  k: {formula: a, unit: money, grain: [hour]}\n",
      "a.yaml:4:39: the data does not give this grain: hour\n" },
};

static void every_mistake_is_told_at_its_place(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(mistakes); i++) {
        assert_string_equal(load(*state, mistakes[i].yaml), mistakes[i].problem);
        assert_int_equal(((struct rig *)*state)->status, STATUS_BAD_INPUT);
    }
}

static void unlike_grains_cannot_be_divided(void **state)
{
    const char *text =
        load(*state,
             "measures:\n"
             "  m: {table: platform_stat, agg: sum, expr: value_e4, grain: [month]}\n"
             "  w: {table: platform_stat, agg: sum, expr: value_e4, grain: [week]}\n"
             "kpis:\n  k: {formula: m / w, unit: ratio}\n");

    assert_string_equal(
        text, "a.yaml:5:18: unlike grains: one side is known by month, the other by week\n");

    /* a KPI's own limit holds where it is referred to */
    text = load(*state,
                "measures:\n"
                "  v: {table: platform_stat, agg: sum, expr: value_e4}\n"
                "kpis:\n"
                "  m: {formula: v, unit: money, grain: [month]}\n"
                "  w: {formula: v, unit: money, grain: [week]}\n"
                "  k: {formula: m / w, unit: ratio}\n"
                "  d: {formula: m * 2, unit: money, grain: [day]}\n");
    assert_string_equal(
        text,
        "a.yaml:6:18: unlike grains: one side is known by month, the other by week\n"
        "a.yaml:7:43: the data does not give this grain: day\n");
}

static void problems_inside_folded_and_escaped_text_keep_their_place(void **state)
{
    const char *text = load(*state,
                            "measures:\n"
                            "  m:\n"
                            "    table: shipment\n"
                            "    agg: count\n"
                            "    filter: >\n"
                            "      delivered_at is null\n"
                            "      or dat is null\n"
                            "  n:\n"
                            "    table: order_line\n"
                            "    agg: count\n"
                            "    filter: 'class = ''sale'' and qty > 0'\n");

    assert_string_equal(text,
                        "a.yaml:7:10: table shipment has no column \"dat\" (did you mean "
                        "\"at\"?); text stands in quotes\n"
                        "a.yaml:11:35: table order_line has no column \"qty\"; text stands "
                        "in quotes\n");
}

static void two_hundred_mistakes_give_two_hundred_problems(void **state)
{
    struct rig *r = *state;
    struct buf yaml;
    buf_init(&yaml, 1024 * 1024);
    buf_adds(&yaml, MEASURES);
    for (int i = 0; i < 200; i++)
        buf_addf(&yaml, "  k%d: {formula: amount + lines, unit: money}\n", i);
    buf_addc(&yaml, '\0');

    (void)load(r, yaml.data);

    assert_int_equal(r->problems.n_total, 200);
    assert_int_equal(r->problems.items[199].line, 204);
    buf_release(&yaml);
}

static void a_cycle_shows_its_whole_path(void **state)
{
    const char *text = load(*state,
                            "kpis:\n"
                            "  a: {formula: b + 1, unit: count}\n"
                            "  b: {formula: c + 1, unit: count}\n"
                            "  c: {formula: d + 1, unit: count}\n"
                            "  d: {formula: e + 1, unit: count}\n"
                            "  e: {formula: 2 * a, unit: count}\n");

    assert_string_equal(text, "a.yaml:6:20: cycle: a -> b -> c -> d -> e -> a\n");
}

static void ten_megabytes_of_nested_yaml_are_refused(void **state)
{
    struct rig *r = *state;
    const size_t size = 10 * 1024 * 1024;
    char *text = mem_new(size + 1, 1);
    assert_non_null(text);
    memset(text, '[', size);

    (void)load(r, text);

    assert_int_equal(r->status, STATUS_BAD_INPUT);
    assert_int_equal(r->problems.n_total, 1);
    mem_free(text);
}

static void deep_nesting_below_the_size_limit_is_refused(void **state)
{
    struct rig *r = *state;
    char text[4096] = "kpis:\n  k: {unit: count, formula: \"";
    const size_t start = strlen(text);
    memset(text + start, '(', 1000);
    memcpy(text + start + 1000, "\"}\n", 4);

    const char *problems = load(r, text);

    assert_non_null(strstr(problems, "nested deeper than 64 levels"));
    assert_int_equal(r->problems.n_total, 1);
}

static void a_long_chain_of_references_is_refused_not_followed(void **state)
{
    struct rig *r = *state;
    struct buf yaml;
    buf_init(&yaml, 1024 * 1024);
    buf_adds(&yaml, "kpis:\n");
    for (int i = 0; i < 2000; i++)
        buf_addf(&yaml, "  k%d: {formula: k%d + 1, unit: count}\n", i, i + 1);
    buf_addc(&yaml, '\0');

    const char *problems = load(r, yaml.data);

    assert_non_null(strstr(problems, "KPIs refer to each other deeper than 64 levels"));
    buf_release(&yaml);
}

static void doubling_references_stop_at_the_ceiling(void **state)
{
    struct rig *r = *state;
    struct buf yaml;
    buf_init(&yaml, 1024 * 1024);
    buf_adds(&yaml, MEASURES "  k0: {formula: lines, unit: count}\n");
    for (int i = 1; i < 30; i++)
        buf_addf(&yaml, "  k%d: {formula: k%d + k%d, unit: count}\n", i, i - 1, i - 1);
    buf_addc(&yaml, '\0');

    const char *problems = load(r, yaml.data);

    assert_non_null(strstr(problems, "more than 4096 parts with all that it refers to"));
    assert_int_equal(r->problems.n_total, 1);
    buf_release(&yaml);
}

static void an_empty_file_defines_nothing(void **state)
{
    struct rig *r = *state;

    assert_string_equal(load(r, ""), "");
    assert_int_equal(r->status, STATUS_OK);
    assert_int_equal(kpi_count(r->catalog), 0);
}

static void a_missing_file_is_a_problem_with_its_name(void **state)
{
    struct rig *r = *state;
    const char *const paths[] = { "/nonexistent/mine.yaml" };
    const struct kpi_load_options opt = { .shop_paths = paths,
                                          .n_shop_paths = 1,
                                          .without_builtin = true };
    problems_init(&r->problems, r->arena, LANG_EN);

    assert_int_equal(kpi_catalog_load(&opt, &r->problems, &r->catalog, &r->why), STATUS_BAD_INPUT);

    assert_non_null(strstr(printed(r), "/nonexistent/mine.yaml"));
}

static void settings_take_part_in_definitions(void **state)
{
    struct rig *r = *state;
    static const char rest[] = "kpis:\n  k:\n    unit: count\n"
                               "    measure: {table: orders, agg: count,"
                               " filter: local_date <= today - $days}\n";
    char text[512];
    (void)snprintf(text, sizeof text, "settings: {days: %d}\n%s", 30, rest);
    assert_string_equal(load(r, text), "");
    char first[17] = { 0 };
    memcpy(first, kpi_at(r->catalog, 0)->hash.ptr, 16);
    assert_true(
        str_contains(kpi_canonical_text(kpi_at(r->catalog, 0)), STR("local_date <= today - 30")));

    (void)snprintf(text, sizeof text, "settings: {days: %d}\n%s", 60, rest);
    assert_string_equal(load(r, text), "");

    assert_false(str_is(kpi_at(r->catalog, 0)->hash, first));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_mistake_is_told_at_its_place),
        TEST(unlike_grains_cannot_be_divided),
        TEST(problems_inside_folded_and_escaped_text_keep_their_place),
        TEST(two_hundred_mistakes_give_two_hundred_problems),
        TEST(a_cycle_shows_its_whole_path),
        TEST(ten_megabytes_of_nested_yaml_are_refused),
        TEST(deep_nesting_below_the_size_limit_is_refused),
        TEST(a_long_chain_of_references_is_refused_not_followed),
        TEST(doubling_references_stop_at_the_ceiling),
        TEST(an_empty_file_defines_nothing),
        TEST(a_missing_file_is_a_problem_with_its_name),
        TEST(settings_take_part_in_definitions),
    };
    return cmocka_run_group_tests_name("kpi definition files", tests, NULL, NULL);
}
