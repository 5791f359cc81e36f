/* Rows of pulls: which columns each kind of file has, and what JSON values come to. Every row
 * writes all columns, so that a file's shape does not depend on its first records. */
#include "ingest/pull/pull_priv.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    const char *preset;
    const char *columns[PULL_COLUMNS_MAX];
} files[] = {
    [PULL_PRODUCTS] = { "products",
                        "products-api",
                        { "sku",
                          "product_id",
                          "title",
                          "category",
                          "brand",
                          "variant",
                          "price",
                          "cost",
                          "currency",
                          "launched_date" } },
    [PULL_CUSTOMERS] = { "customers",
                         "customers-api",
                         { "customer_id", "country", "created_at", "segment" } },
    [PULL_ORDERS] = { "orders",
                      "orders-api",
                      { "order_id",
                        "order_alias",
                        "placed_at",
                        "paid_at",
                        "shipped_at",
                        "cancelled_at",
                        "updated_at",
                        "status",
                        "currency",
                        "customer_id",
                        "channel",
                        "medium",
                        "campaign",
                        "landing_page",
                        "device",
                        "country",
                        "region",
                        "city",
                        "language",
                        "coupon",
                        "payment_method",
                        "shipping",
                        "order_tax",
                        "tip",
                        "duty",
                        "order_total",
                        "paid",
                        "refunded",
                        "is_test",
                        "cancel_reason",
                        "sub_order_id",
                        "class",
                        "sku",
                        "title",
                        "quantity",
                        "unit_price",
                        "line_amount",
                        "discount_merchant",
                        "line_tax" } },
    [PULL_REFUNDS] = { "refunds",
                       "refunds-api",
                       { "refund_id",
                         "order_id",
                         "sub_order_id",
                         "class",
                         "sku",
                         "quantity",
                         "amount",
                         "tax",
                         "currency",
                         "status",
                         "stage",
                         "reason",
                         "at" } },
};

const char *pull_file_name(enum pull_file f)
{
    BUG_IF((size_t)f >= ARRAY_LEN(files));
    return files[f].name;
}

const char *pull_file_preset(enum pull_file f)
{
    BUG_IF((size_t)f >= ARRAY_LEN(files));
    return files[f].preset;
}

void pull_row_begin(struct pull_rows *r, enum pull_file file)
{
    r->file = file;
    for (size_t i = 0; i < PULL_COLUMNS_MAX; i++)
        r->values[i] = STR_EMPTY;
}

void pull_row_set(struct pull_rows *r, const char *column, str value)
{
    for (size_t i = 0; i < PULL_COLUMNS_MAX && files[r->file].columns[i] != NULL; i++) {
        if (strcmp(files[r->file].columns[i], column) == 0) {
            r->values[i] = value;
            return;
        }
    }
    BUG_IF(true); /* no such column */
}

void pull_row_money(struct pull_rows *r, const char *column, int64_t amount_e4)
{
    struct buf text;
    buf_init(&text, 64);
    buf_add_money(&text, amount_e4);
    const str copy = arena_dup(r->arena, buf_str(&text));
    pull_row_set(r, column, copy.ptr != NULL ? copy : STR_EMPTY);
    buf_release(&text);
}

void pull_row_count(struct pull_rows *r, const char *column, int64_t n)
{
    pull_row_set(r, column, arena_printf(r->arena, "%lld", (long long)n));
}

void pull_row_end(struct pull_rows *r)
{
    struct json_writer w;
    json_writer_init(&w, r->files[r->file]);
    json_object_open(&w);
    for (size_t i = 0; i < PULL_COLUMNS_MAX && files[r->file].columns[i] != NULL; i++) {
        json_key(&w, files[r->file].columns[i]);
        if (r->values[i].len > 0)
            json_str(&w, r->values[i]);
        else
            json_null(&w);
    }
    json_object_close(&w);
    buf_addc(r->files[r->file], '\n');
    r->count[r->file]++;
}

/* ---- JSON ---- */

str pull_text(const struct json_node *n, const char *path)
{
    str out = STR_EMPTY;
    const struct json_node *at = path != NULL ? json_path(n, path) : n;
    return json_as_raw(at, &out) ? out : STR_EMPTY;
}

static bool not_a_number(const char *path, str text, struct error *why)
{
    (void)error_set(why,
                    STATUS_BAD_INPUT,
                    "the field %s says \"%.*s\", which is no number; nothing of the page was kept",
                    path,
                    STR_ARG(str_first(text, 40)));
    return false;
}

bool pull_money(const struct json_node *n, const char *path, int64_t *out, struct error *why)
{
    bool inexact = false;
    const str text = str_trim(pull_text(n, path));
    *out = 0;
    if (text.len == 0)
        return true;
    if (decimal_parse(text, '.', 0, 4, out, &inexact) && *out <= MONEY_MAX_E4 &&
        *out >= -MONEY_MAX_E4)
        return true;
    return not_a_number(path, text, why);
}

bool pull_count(const struct json_node *n, const char *path, int64_t *out, struct error *why)
{
    const str text = str_trim(pull_text(n, path));
    bool inexact = false;
    *out = 0;
    if (text.len == 0)
        return true;
    return (decimal_parse(text, '.', 0, 0, out, &inexact) && !inexact) ||
           not_a_number(path, text, why);
}

bool pull_sum(
    const struct json_node *n, const char *array, const char *path, int64_t *out, struct error *why)
{
    const struct json_node *items = json_path(n, array);
    int64_t sum = 0;
    for (size_t i = 0; i < json_node_len(items); i++) {
        int64_t one = 0;
        if (!pull_money(json_at(items, i), path, &one, why))
            return false;
        if (!i64_add(sum, one, &sum))
            return not_a_number(array, STR("..."), why);
    }
    *out = sum;
    return true;
}

str pull_join(struct arena *a, const struct json_node *n, const char *array, const char *path)
{
    const struct json_node *items = json_path(n, array);
    struct buf out;
    buf_init(&out, 4096);
    for (size_t i = 0; i < json_node_len(items); i++) {
        const str one = pull_text(json_at(items, i), path);
        if (one.len > 0)
            buf_addf(&out, "%s%.*s", out.len > 0 ? ", " : "", STR_ARG(one));
    }
    const str copy = buf_ok(&out) ? arena_dup(a, buf_str(&out)) : STR_EMPTY;
    buf_release(&out);
    return copy.ptr != NULL ? copy : STR_EMPTY;
}

/* ---- Times ---- */

static const struct date_pattern iso = { .form = DATE_FORM_YMD };

static bool read_time(str text, int64_t *us)
{
    struct stamp s;
    if (!date_parse(&iso, text, &s))
        return false;
    *us = stamp_us(&s) - (s.has_offset ? s.offset_s * US_PER_SECOND : 0);
    return true;
}

bool pull_time_is_later(str a, str b)
{
    int64_t at_a = 0;
    int64_t at_b = 0;
    if (!read_time(a, &at_a))
        return false;
    return !read_time(b, &at_b) || at_a > at_b;
}

void pull_time_less(const char *time, int64_t seconds, struct buf *out)
{
    int64_t us = 0;
    if (!read_time(str_from(time), &us)) {
        buf_adds(out, time);
        return;
    }
    buf_add_time(out, us - seconds * US_PER_SECOND);
}
