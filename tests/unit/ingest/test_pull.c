/* Pages of platforms made to rows: money to the cent, what is left out, what is refused. */
#include "ingest/pull.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct rig {
    struct buf rows;
    struct error why;
};

static int set_up(void **state)
{
    struct rig *r = mem_new(1, sizeof *r);
    assert_non_null(r);
    buf_init(&r->rows, 1 << 20);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    buf_release(&r->rows);
    mem_free(r);
    return 0;
}

static enum status page(struct rig *r,
                        enum source_kind kind,
                        const char *resource,
                        const char *body)
{
    buf_clear(&r->rows);
    return pull_page_rows(kind, resource, str_from(body), &r->rows, &r->why);
}

static void expect_rows(struct rig *r, size_t n)
{
    size_t lines = 0;
    for (size_t i = 0; i < r->rows.len; i++)
        lines += r->rows.data[i] == '\n';
    if (lines != n)
        fail_msg("%zu rows:\n%.*s", lines, STR_ARG(buf_str(&r->rows)));
}

static void expect_part(struct rig *r, const char *part)
{
    if (!str_contains(buf_str(&r->rows), str_from(part)))
        fail_msg("no %s in:\n%.*s", part, STR_ARG(buf_str(&r->rows)));
}

#define WOO_HEAD                                                                                   \
    "\"id\":7,\"number\":\"7\",\"currency\":\"EUR\",\"date_created_gmt\":\"2025-03-01T10:00:00\"," \
    "\"date_modified_gmt\":\"2025-03-02T10:00:00\",\"date_paid_gmt\":\"2025-03-01T10:01:00\","

static void a_woo_order_has_a_row_a_line_and_its_amounts_once(void **state)
{
    struct rig *r = *state;

    assert_int_equal(
        page(r,
             SOURCE_WOOCOMMERCE,
             "orders",
             "[{" WOO_HEAD "\"status\":\"processing\",\"total\":\"30.80\",\"total_tax\":\"4.80\","
             "\"shipping_total\":\"4.00\",\"customer_id\":0,\"billing\":{\"email\":\"A@B.c\"},"
             "\"line_items\":[{\"id\":1,\"sku\":\"X\",\"quantity\":2,\"subtotal\":\"20.00\","
             "\"total\":\"18.00\",\"total_tax\":\"3.60\"},{\"id\":2,\"sku\":\"\","
             "\"product_id\":5,\"variation_id\":9,\"quantity\":1,\"subtotal\":\"4.00\","
             "\"total\":\"4.00\",\"total_tax\":\"0.40\"}],\"fee_lines\":[{\"id\":3,\"name\":"
             "\"Wrap\",\"total\":\"-1.00\"}]}]"),
        STATUS_OK);

    expect_rows(r, 3);
    expect_part(r, "\"customer_id\":\"a@b.c\"");
    expect_part(r, "\"line_amount\":\"20.0000\",\"discount_merchant\":\"2.0000\"");
    expect_part(r, "\"sku\":\"9\"");            /* the variation, for want of an SKU */
    expect_part(r, "\"order_tax\":\"0.8000\""); /* of the postage */
    expect_part(r, "\"class\":\"discount\"");
}

static void drafts_are_no_orders_and_pending_ones_not_paid(void **state)
{
    struct rig *r = *state;

    assert_int_equal(page(r,
                          SOURCE_WOOCOMMERCE,
                          "orders",
                          "[{" WOO_HEAD "\"status\":\"checkout-draft\"},{" WOO_HEAD
                          "\"status\":\"pending\",\"line_items\":[{\"id\":1,\"quantity\":1,"
                          "\"subtotal\":\"1\",\"total\":\"1\"}]}]"),
                     STATUS_OK);

    expect_rows(r, 1);
    expect_part(r, "\"class\":\"unpaid\"");
}

static void trash_loses_its_payment(void **state)
{
    struct rig *r = *state;

    assert_int_equal(page(r,
                          SOURCE_WOOCOMMERCE,
                          "orders in the trash",
                          "[{" WOO_HEAD "\"status\":\"trash\",\"refunds\":[{\"id\":3,"
                          "\"total\":\"-1.00\"}],\"line_items\":[{\"id\":1,"
                          "\"quantity\":1,\"subtotal\":\"1\",\"total\":\"1\"}]}]"),
                     STATUS_OK);

    expect_part(r, "\"paid_at\":null");
    expect_part(r, "\"refunded\":\"0.0000\"");
}

static void hostile_pages_are_refused(void **state)
{
    static const struct {
        enum source_kind kind;
        const char *body;
    } rows[] = {
        { SOURCE_WOOCOMMERCE, "{\"code\":\"x\"}" },
        { SOURCE_WOOCOMMERCE, "[{\"id\":1}]" },
        { SOURCE_WOOCOMMERCE, "[1]" },
        { SOURCE_WOOCOMMERCE, "[{" WOO_HEAD "\"status\":\"x\",\"total\":\"1e40\"}]" },
        { SOURCE_WOOCOMMERCE, "[{" WOO_HEAD "\"status\":\"x\",\"total\":\"12,50\"}]" },
        { SOURCE_WOOCOMMERCE, "[" },
        { SOURCE_SHOPIFY, "[]" },
        { SOURCE_SHOPIFY, "{\"orders\":{}}" },
        { SOURCE_SHOPIFY, "{\"orders\":[{\"id\":1}]}" },
        { SOURCE_SHOPIFY,
          "{\"orders\":[{\"id\":1,\"name\":\"#1\",\"created_at\":\"2025-03-01T10:00:00Z\","
          "\"line_items\":[{\"price\":\"900000000000000\",\"quantity\":100000}]}]}" },
    };
    struct rig *r = *state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (page(r, rows[i].kind, "orders", rows[i].body) == STATUS_OK)
            fail_msg("taken: %s", rows[i].body);
        assert_int_equal(r->rows.len, 0);
    }
}

#define SHOPIFY_HEAD                                                                \
    "\"id\":1,\"name\":\"#1\",\"created_at\":\"2025-03-01T10:00:00-05:00\","        \
    "\"processed_at\":\"2025-03-01T10:00:01-05:00\",\"financial_status\":\"paid\"," \
    "\"currency\":\"EUR\","

static void tax_is_taken_out_of_shopify_prices_that_hold_it(void **state)
{
    struct rig *r = *state;

    assert_int_equal(
        page(r,
             SOURCE_SHOPIFY,
             "orders",
             "{\"orders\":[{" SHOPIFY_HEAD "\"taxes_included\":true,\"total_tax\":\"3.19\","
             "\"line_items\":[{\"id\":5,\"sku\":\"X\",\"quantity\":2,\"price\":\"11.00\","
             "\"price_set\":{\"shop_money\":{\"amount\":\"10.00\"}},\"discount_allocations\":"
             "[{\"amount\":\"0.02\"}],\"tax_lines\":[{\"price\":\"3.00\"},{\"price\":\"0.19\"}]}"
             "]}]}"),
        STATUS_OK);

    expect_rows(r, 1);
    expect_part(r, "\"unit_price\":\"10.0000\",\"line_amount\":\"16.8100\"");
    expect_part(r, "\"line_tax\":\"3.1900\"");
    expect_part(r, "\"order_tax\":\"0.0000\"");
}

static void a_shopify_refund_comes_to_what_was_paid_back(void **state)
{
    struct rig *r = *state;

    assert_int_equal(
        page(r,
             SOURCE_SHOPIFY,
             "orders",
             "{\"orders\":[{" SHOPIFY_HEAD "\"line_items\":[{\"id\":5,\"quantity\":1,\"price\":"
             "\"10\"}],\"refunds\":[{\"id\":9,\"created_at\":\"2025-03-04T10:00:00-05:00\","
             "\"refund_line_items\":[{\"id\":1,\"quantity\":1,\"subtotal\":10.0,\"total_tax\":1.9,"
             "\"line_item\":{\"sku\":\"X\"}}],\"order_adjustments\":[{\"id\":2,\"kind\":"
             "\"shipping_refund\",\"amount\":\"-4.00\",\"tax_amount\":\"-0.76\"}],\"transactions\":"
             "[{\"kind\":\"refund\",\"status\":\"success\",\"amount\":\"15.66\"},{\"kind\":"
             "\"refund\",\"status\":\"failure\",\"amount\":\"15.66\"}]}]}]}"),
        STATUS_OK);

    expect_rows(r, 4); /* the order's line, goods, postage, 1.00 less than both */
    expect_part(r, "\"amount\":\"11.9000\",\"tax\":\"1.9000\"");
    expect_part(r, "\"class\":\"shipping\",\"sku\":null,\"quantity\":null,\"amount\":\"4.7600\"");
    expect_part(r, "\"amount\":\"-1.0000\"");
    expect_part(r, "\"refunded\":\"15.6600\"");
}

/* Of an order of 1,366.02 CAD, paid back in dollars: the plain amount is no amount of the shop's.
 */
#define FOREIGN_REFUND(transaction, adjustments)                                           \
    "{\"orders\":[{\"id\":1,\"name\":\"#1\",\"created_at\":\"2025-03-01T10:00:00-05:00\"," \
    "\"financial_status\":\"refunded\",\"currency\":\"CAD\",\"line_items\":[{\"id\":5,"    \
    "\"quantity\":1,\"price\":\"1366.02\"}],\"refunds\":[{\"id\":9,\"created_at\":"        \
    "\"2025-03-04T10:00:00-05:00\",\"refund_line_items\":[{\"id\":1,\"quantity\":1,"       \
    "\"subtotal\":1366.02,\"total_tax\":0}],\"order_adjustments\":[" adjustments           \
    "],\"transactions\":[{\"kind\":\"refund\",\"status\":\"success\"," transaction "}]}]}]}"

static void a_refund_paid_in_the_buyers_currency_is_not_read_as_the_shops(void **state)
{
    struct rig *r = *state;

    assert_int_equal(page(r,
                          SOURCE_SHOPIFY,
                          "orders",
                          FOREIGN_REFUND("\"amount\":\"1012.70\",\"currency\":\"USD\"", "")),
                     STATUS_OK);

    expect_rows(r, 2);
    expect_part(r, "\"refunded\":\"1366.0200\"");
}

static void its_difference_is_the_one_that_the_shop_has_booked(void **state)
{
    struct rig *r = *state;

    assert_int_equal(
        page(r,
             SOURCE_SHOPIFY,
             "orders",
             FOREIGN_REFUND("\"amount\":\"1005.28\",\"currency\":\"USD\"",
                            "{\"kind\":\"refund_discrepancy\",\"amount\":\"7.42\",\"amount_set\":{"
                            "\"shop_money\":{\"amount\":\"10.00\"}},\"tax_amount\":\"0.00\"}")),
        STATUS_OK);

    expect_rows(r, 3);
    expect_part(r, "\"refund_id\":\"9-rest\"");
    expect_part(r, "\"amount\":\"-10.0000\",\"tax\":\"0.0000\"");
    expect_part(r, "\"refunded\":\"1356.0200\"");
}

static void a_transaction_that_says_the_shops_amount_counts_by_it(void **state)
{
    struct rig *r = *state;

    assert_int_equal(
        page(r,
             SOURCE_SHOPIFY,
             "orders",
             FOREIGN_REFUND("\"amount\":\"1005.28\",\"currency\":\"USD\",\"amount_set\":"
                            "{\"shop_money\":{\"amount\":\"1356.02\"}}",
                            "")),
        STATUS_OK);

    expect_rows(r, 3);
    expect_part(r, "\"amount\":\"-10.0000\"");
    expect_part(r, "\"refunded\":\"1356.0200\"");
}

#define PENDING_REFUND(lines)                                                                    \
    "{\"orders\":[{" SHOPIFY_HEAD "\"line_items\":[{\"id\":5,\"quantity\":1,\"price\":\"10\"}]," \
    "\"refunds\":[{\"id\":9,\"created_at\":\"2025-03-04T10:00:00-05:00\",\"refund_line_items\":" \
    "[" lines                                                                                    \
    "],\"transactions\":[{\"kind\":\"refund\",\"status\":\"pending\",\"amount\":\"10.00\"}]"     \
    "}]}]}"

static void a_refund_under_way_is_pending_and_has_no_difference(void **state)
{
    struct rig *r = *state;

    assert_int_equal(
        page(r,
             SOURCE_SHOPIFY,
             "orders",
             PENDING_REFUND("{\"id\":1,\"quantity\":1,\"subtotal\":10.0,\"total_tax\":1.9}")),
        STATUS_OK);

    expect_rows(r, 2);
    expect_part(r, "\"refund_id\":\"9-1\"");
    expect_part(
        r, "\"amount\":\"11.9000\",\"tax\":\"1.9000\",\"currency\":\"EUR\",\"status\":\"pending\"");
    expect_part(r, "\"refunded\":\"0.0000\"");
}

static void a_mere_amount_under_way_is_told_as_pending(void **state)
{
    struct rig *r = *state;

    assert_int_equal(page(r, SOURCE_SHOPIFY, "orders", PENDING_REFUND("")), STATUS_OK);

    expect_rows(r, 2);
    expect_part(r, "\"refund_id\":\"9-rest\"");
    expect_part(
        r, "\"amount\":\"10.0000\",\"tax\":\"0.0000\",\"currency\":\"EUR\",\"status\":\"pending\"");
    expect_part(r, "\"refunded\":\"0.0000\"");
}

#define TAKEN_OFF(financial, cancelled_at)                                                 \
    "{\"orders\":[{\"id\":1,\"name\":\"#1\",\"created_at\":\"2025-03-01T10:00:00-05:00\"," \
    "\"processed_at\":\"2025-03-01T10:00:01-05:00\",\"financial_status\":\"" financial     \
    "\",\"cancelled_at\":" cancelled_at ",\"currency\":\"EUR\",\"line_items\":[{\"id\":5," \
    "\"quantity\":1,\"price\":\"10\"}],\"refunds\":[{\"id\":9,\"created_at\":"             \
    "\"2025-03-04T10:00:00-05:00\",\"refund_line_items\":[{\"id\":1,\"quantity\":1,"       \
    "\"restock_type\":\"cancel\",\"subtotal\":10.0,\"total_tax\":0}],\"transactions\":[]}]}]}"

static void lines_taken_off_an_order_that_ended_unpaid_are_no_returns(void **state)
{
    static const char *const bodies[] = {
        TAKEN_OFF("voided", "\"2025-03-04T10:00:00-05:00\""),
        TAKEN_OFF("pending", "\"2025-03-04T10:00:00-05:00\""),
        TAKEN_OFF("authorized", "\"2025-03-04T10:00:00-05:00\""),
        TAKEN_OFF("voided", "null"),
        TAKEN_OFF("expired", "null"),
    };
    struct rig *r = *state;
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {

        assert_int_equal(page(r, SOURCE_SHOPIFY, "orders", bodies[i]), STATUS_OK);

        expect_rows(r, 2);
        expect_part(r, "\"paid_at\":null");
        expect_part(r,
                    "\"amount\":\"10.0000\",\"tax\":\"0.0000\",\"currency\":\"EUR\",\"status\":"
                    "\"cancelled\"");
        expect_part(r, "\"refunded\":\"0.0000\"");
    }
}

static void lines_taken_off_an_order_that_waits_for_its_payment_are_returns(void **state)
{
    struct rig *r = *state;

    assert_int_equal(page(r, SOURCE_SHOPIFY, "orders", TAKEN_OFF("pending", "null")), STATUS_OK);

    expect_rows(r, 2);
    expect_part(
        r,
        "\"amount\":\"10.0000\",\"tax\":\"0.0000\",\"currency\":\"EUR\",\"status\":\"succeeded\"");
    expect_part(r, "\"refunded\":\"10.0000\"");
}

static void a_tip_among_the_lines_counts_once(void **state)
{
    static const char *const keys[] = { "\"tip\":null", "\"tip_payment_gateway\":\"x\"" };
    struct rig *r = *state;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        char body[1024];
        (void)snprintf(
            body,
            sizeof body,
            "{\"orders\":[{" SHOPIFY_HEAD "\"total_tip_received\":\"2.00\",\"line_items\":"
            "[{\"id\":5,\"quantity\":1,\"price\":\"10\"},{\"id\":6,\"quantity\":1,\"price\":"
            "\"2.00\",%s}],\"refunds\":[{\"id\":9,\"refund_line_items\":[{\"id\":1,"
            "\"quantity\":1,\"subtotal\":2.0,\"line_item\":{\"id\":6,%s}}]}]}]}",
            keys[i],
            keys[i]);

        assert_int_equal(page(r, SOURCE_SHOPIFY, "orders", body), STATUS_OK);

        expect_rows(r, 3);
        expect_part(r, "\"tip\":null");
        expect_part(r, "\"sub_order_id\":\"6\",\"class\":\"tip\"");
        expect_part(r, "\"sub_order_id\":null,\"class\":\"tip\""); /* paid back */
    }
}

static void a_tip_without_a_line_is_the_orders(void **state)
{
    struct rig *r = *state;

    assert_int_equal(page(r,
                          SOURCE_SHOPIFY,
                          "orders",
                          "{\"orders\":[{" SHOPIFY_HEAD
                          "\"total_tip_received\":\"2.00\",\"line_items\":"
                          "[{\"id\":5,\"quantity\":1,\"price\":\"10\"}]}]}"),
                     STATUS_OK);

    expect_rows(r, 1);
    expect_part(r, "\"tip\":\"2.0000\"");
}

static void shopify_postage_is_less_its_discount_and_tax(void **state)
{
    struct rig *r = *state;

    assert_int_equal(
        page(
            r,
            SOURCE_SHOPIFY,
            "orders",
            "{\"orders\":[{" SHOPIFY_HEAD "\"taxes_included\":true,\"total_shipping_price_set\":{"
            "\"shop_money\":{\"amount\":\"12.00\"}},\"line_items\":[{\"id\":5,\"quantity\":1,"
            "\"price\":\"10\"}],\"shipping_lines\":[{\"price\":\"27.00\",\"price_set\":{\"shop_"
            "money\":"
            "{\"amount\":\"9.00\"}},\"discount_allocations\":[{\"amount\":\"9.00\",\"amount_set\":{"
            "\"shop_money\":{\"amount\":\"3.00\"}}}],\"tax_lines\":[{\"price\":\"0.96\"}]},{"
            "\"price\":"
            "\"3.00\",\"discount_allocations\":[{\"amount\":\"3.00\"}]},{\"price\":\"50.00\","
            "\"is_removed\":true}]}]}"),
        STATUS_OK);

    expect_rows(r, 1);
    expect_part(r, "\"shipping\":\"5.0400\"");
}

static void without_lines_of_postage_its_total_counts(void **state)
{
    struct rig *r = *state;

    assert_int_equal(page(r,
                          SOURCE_SHOPIFY,
                          "orders",
                          "{\"orders\":[{" SHOPIFY_HEAD
                          "\"total_shipping_price_set\":{\"shop_money\":"
                          "{\"amount\":\"12.00\"}},\"line_items\":[{\"id\":5,\"quantity\":1,"
                          "\"price\":\"10\"}]}]}"),
                     STATUS_OK);

    expect_part(r, "\"shipping\":\"12.0000\"");
}

#define COPY(updated, price)                                                                \
    "{" SHOPIFY_HEAD "\"updated_at\":" updated ",\"line_items\":[{\"id\":5,\"quantity\":1," \
    "\"price\":\"" price "\"}],\"refunds\":[{\"id\":9,\"refund_line_items\":[{\"id\":1,"    \
    "\"quantity\":1,\"subtotal\":" price "}]}]}"

static void of_an_order_named_twice_the_copy_changed_last_counts(void **state)
{
    static const struct {
        const char *body;
        const char *amount;
    } rows[] = {
        { COPY("\"2025-03-02T10:00:00Z\"", "1.00") "," COPY("\"2025-03-02T10:00:01Z\"", "2.00"),
          "2.0000" },
        { COPY("\"2025-03-02T10:00:01Z\"", "1.00") "," COPY("\"2025-03-02T10:00:00Z\"", "2.00"),
          "1.0000" },
        { COPY("\"2025-03-02T10:00:00Z\"", "1.00") "," COPY("\"2025-03-02T12:00:00+02:00\"",
                                                            "2.00"),
          "2.0000" }, /* the same moment: the last one */
        { COPY("\"2025-03-02T10:00:00Z\"", "1.00") "," COPY("null", "2.00"), "2.0000" },
    };
    struct rig *r = *state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char body[2048];
        char line[64];
        char refund[64];
        (void)snprintf(body, sizeof body, "{\"orders\":[%s]}", rows[i].body);
        (void)snprintf(line, sizeof line, "\"line_amount\":\"%s\"", rows[i].amount);
        (void)snprintf(refund, sizeof refund, ",\"amount\":\"%s\"", rows[i].amount);

        assert_int_equal(page(r, SOURCE_SHOPIFY, "orders", body), STATUS_OK);

        expect_rows(r, 2);
        expect_part(r, line);
        expect_part(r, refund);
    }
}

static void a_woo_order_named_twice_has_its_rows_once(void **state)
{
    struct rig *r = *state;
#define WOO_COPY                                                                             \
    "{" WOO_HEAD                                                                             \
    "\"status\":\"processing\",\"line_items\":[{\"id\":1,\"quantity\":1,\"subtotal\":\"1\"," \
    "\"total\":\"1\"}]}"

    assert_int_equal(page(r, SOURCE_WOOCOMMERCE, "orders", "[" WOO_COPY "," WOO_COPY "]"),
                     STATUS_OK);

    expect_rows(r, 1);
}

/* ---- Pages that have landed, joined ---- */

#define ORDER_ROW(name, updated, status)                                      \
    "{\"order_id\":\"" name "\",\"order_alias\":null,\"updated_at\":" updated \
    ",\"status\":\"" status "\"}\n"
#define REFUND_ROW(id, order) \
    "{\"refund_id\":\"" id "\",\"order_id\":\"" order "\",\"sub_order_id\":null}\n"

static void land(const char *dir, const char *name, const char *text)
{
    char path[256];
    struct error why = { .lang = LANG_EN };
    (void)snprintf(path, sizeof path, "%s/run/pull/woo", dir);
    assert_int_equal(dir_make(path, &why), STATUS_OK);
    (void)snprintf(path, sizeof path, "%s/run/pull/woo/%s.ndjson", dir, name);
    assert_int_equal(file_write_atomic(path, str_from(text), &why), STATUS_OK);
}

static void expect_batch(const struct pull_batch *b, struct arena *a, const char *text)
{
    struct error why = { .lang = LANG_EN };
    str is = STR_EMPTY;
    assert_int_equal(file_read(b->path, (size_t)65536, a, &is, &why), STATUS_OK);
    if (!str_is(is, text))
        fail_msg("%s has\n%.*sand not\n%s", b->name, STR_ARG(is), text);
}

static void of_orders_in_two_pages_the_copy_changed_last_counts_with_its_refunds(void **state)
{
    struct rig *r = *state;
    char dir[] = "/tmp/shopvane-pull-XXXXXX";
    char command[64];
    struct arena *a = arena_new(0);
    struct pull_batch *batches = NULL;
    size_t count = 0;
    assert_non_null(mkdtemp(dir));
    land(dir,
         "p000001-orders",
         ORDER_ROW("A", "\"2025-03-02T10:00:01\"", "new") ORDER_ROW("A", "null", "new")
             ORDER_ROW("B", "\"2025-03-02T10:00:00\"", "old") ORDER_ROW("C", "null", "old"));
    land(dir, "p000001-refunds", REFUND_ROW("1", "A") REFUND_ROW("2", "B") REFUND_ROW("3", "D"));
    land(dir,
         "p000002-orders",
         ORDER_ROW("A", "\"2025-03-02T10:00:00\"", "old")
             ORDER_ROW("B", "\"2025-03-02T10:00:00\"", "new")
                 ORDER_ROW("C", "\"2025-03-02T10:00:00\"", "new"));
    land(dir, "p000002-refunds", REFUND_ROW("4", "A") REFUND_ROW("5", "B"));

    assert_int_equal(pull_batches(dir, STR("woo"), a, &batches, &count, &r->why), STATUS_OK);

    assert_int_equal(count, 2);
    expect_batch(&batches[0],
                 a,
                 ORDER_ROW("A", "\"2025-03-02T10:00:01\"", "new") ORDER_ROW("A", "null", "new")
                     ORDER_ROW("B", "\"2025-03-02T10:00:00\"", "new")
                         ORDER_ROW("C", "\"2025-03-02T10:00:00\"", "new"));
    expect_batch(&batches[1], a, REFUND_ROW("1", "A") REFUND_ROW("3", "D") REFUND_ROW("5", "B"));

    /* refunds of a copy that does not count alone: there is no file of them */
    assert_int_equal(pull_put_away(dir, STR("woo"), &batches[0], &r->why), STATUS_OK);
    assert_int_equal(pull_put_away(dir, STR("woo"), &batches[1], &r->why), STATUS_OK);
    land(dir, "p000003-orders", ORDER_ROW("A", "\"2025-03-03T10:00:00\"", "old"));
    land(dir, "p000003-refunds", REFUND_ROW("6", "A"));
    land(dir, "p000004-orders", ORDER_ROW("A", "\"2025-03-03T10:00:01\"", "new"));
    assert_int_equal(pull_batches(dir, STR("woo"), a, &batches, &count, &r->why), STATUS_OK);
    assert_int_equal(count, 1);
    expect_batch(&batches[0], a, ORDER_ROW("A", "\"2025-03-03T10:00:01\"", "new"));
    (void)snprintf(command, sizeof command, "rm -rf '%s'", dir);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): our own folder */
    arena_free(a);
}

#define RIG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG(a_woo_order_has_a_row_a_line_and_its_amounts_once),
        RIG(drafts_are_no_orders_and_pending_ones_not_paid),
        RIG(trash_loses_its_payment),
        RIG(hostile_pages_are_refused),
        RIG(tax_is_taken_out_of_shopify_prices_that_hold_it),
        RIG(a_shopify_refund_comes_to_what_was_paid_back),
        RIG(a_refund_paid_in_the_buyers_currency_is_not_read_as_the_shops),
        RIG(its_difference_is_the_one_that_the_shop_has_booked),
        RIG(a_transaction_that_says_the_shops_amount_counts_by_it),
        RIG(a_refund_under_way_is_pending_and_has_no_difference),
        RIG(a_mere_amount_under_way_is_told_as_pending),
        RIG(a_tip_among_the_lines_counts_once),
        RIG(a_tip_without_a_line_is_the_orders),
        RIG(shopify_postage_is_less_its_discount_and_tax),
        RIG(without_lines_of_postage_its_total_counts),
        RIG(of_an_order_named_twice_the_copy_changed_last_counts),
        RIG(a_woo_order_named_twice_has_its_rows_once),
        RIG(of_orders_in_two_pages_the_copy_changed_last_counts_with_its_refunds),
        RIG(lines_taken_off_an_order_that_ended_unpaid_are_no_returns),
        RIG(lines_taken_off_an_order_that_waits_for_its_payment_are_returns),
    };
    return cmocka_run_group_tests_name("pulls", tests, NULL, NULL);
}
