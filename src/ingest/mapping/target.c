/* What a file's rows can become. The fields of a commerce table follow from its columns: amounts
 * lose their suffix, dense keys become the ids that people write, derived dates are left out. */
#include "ingest/ingest_priv.h"

#include <stdio.h>
#include <string.h>

#define REQUIRED true

static const struct field order_fields[] = {
    { "order_id", FIELD_ID, REQUIRED },
    { "order_name", FIELD_TEXT, false },
    { "order_alias", FIELD_ID, false },
    { "customer_id", FIELD_ID, false },
    { "status", FIELD_STATUS, false },
    { "placed_at", FIELD_TIME, REQUIRED },
    { "paid_at", FIELD_TIME, false },
    { "shipped_at", FIELD_TIME, false },
    { "promised_at", FIELD_TIME, false },
    { "delivered_at", FIELD_TIME, false },
    { "cancelled_at", FIELD_TIME, false },
    { "updated_at", FIELD_TIME, false },
    { "currency", FIELD_CURRENCY, false },
    { "sub_order_id", FIELD_ID, false },
    { "line_class", FIELD_TEXT, false },
    { "sku", FIELD_ID, false },
    { "title", FIELD_TEXT, false },
    { "quantity", FIELD_QUANTITY, false },
    { "unit_price", FIELD_MONEY, false },
    { "line_amount", FIELD_MONEY, false },
    { "discount_rate", FIELD_SHARE, false }, /* in place of the next, where a file has no amount */
    { "discount_merchant", FIELD_MONEY, false },
    { "discount_platform", FIELD_MONEY, false },
    { "discount_creator", FIELD_MONEY, false },
    { "line_tax", FIELD_MONEY, false },
    { "order_discount", FIELD_MONEY, false },
    { "order_discount_platform", FIELD_MONEY, false },
    { "shipping", FIELD_MONEY, false },
    { "order_tax", FIELD_MONEY, false },
    { "tip", FIELD_MONEY, false },
    { "order_subtotal", FIELD_MONEY, false },
    { "order_total", FIELD_MONEY, false },
    { "receivable", FIELD_MONEY, false },
    { "deposit", FIELD_MONEY, false },
    { "duty", FIELD_MONEY, false },
    { "paid", FIELD_MONEY, false },
    { "refunded", FIELD_MONEY, false },
    { "refund_status", FIELD_REFUND_STATUS, false },
    { "channel", FIELD_TEXT, false },
    { "medium", FIELD_TEXT, false },
    { "campaign", FIELD_TEXT, false },
    { "landing_page", FIELD_TEXT, false },
    { "device", FIELD_TEXT, false },
    { "browser", FIELD_TEXT, false },
    { "os", FIELD_TEXT, false },
    { "country", FIELD_TEXT, false },
    { "region", FIELD_TEXT, false },
    { "city", FIELD_TEXT, false },
    { "coupon", FIELD_TEXT, false },
    { "payment_method", FIELD_TEXT, false },
    { "language", FIELD_TEXT, false },
    { "session_id", FIELD_HASH, false },
    { "is_test", FIELD_FLAG, false },
    { "is_staged", FIELD_FLAG, false },
    { "remark", FIELD_TEXT, false },
    { "flag", FIELD_TEXT, false },
    { "cancel_reason", FIELD_TEXT, false },
    { "props", FIELD_TEXT, false },
};

/* Tables that files can bring, in the order in which several files go in. */
static const struct {
    const char *table;
    int rank;
    const char *required[3];
} importable[] = {
    { "product", 0, { "sku" } },
    { "customer", 0, { "customer_id" } },
    { "calendar_event", 0, { "event_id", "date" } },
    { "fx_rate", 0, { "base", "quote", "date" } },
    { "session", 1, { "session_id", "at" } },
    { "event", 1, { "name", "at" } },
    { "order_item", 3, { "order_id", "quantity" } },
    { "payment", 3, { "at", "amount" } },
    { "refund", 3, { "order_id", "amount" } },
    { "shipment", 3, { "order_id", "at" } },
    { "stock_level", 3, { "sku", "date", "on_hand" } },
    { "stock_move", 3, { "sku", "at", "quantity" } },
    { "ad_spend", 3, { "date", "spend" } },
    { "fee", 3, { "amount", "at" } },
    { "settlement", 3, { "at", "net" } },
    { "feedback", 3, { "score" } },
    { "ticket", 3, { "at" } },
    { "benchmark", 3, { "date" } },
    { "product_change", 3, { "sku", "at", "field" } },
    { "action", 3, { "action_id", "at", "text" } },
    { "platform_stat", 3, { "measure", "date", "value" } },
    { "target", 3, { "kpi", "date", "value" } },
};

static const struct {
    const char *column;
    const char *field;
    enum field_kind kind;
} renamed[] = {
    { "order_key", "order_id", FIELD_ID },     { "customer_key", "customer_id", FIELD_ID },
    { "visitor_key", "visitor_id", FIELD_ID }, { "session_key", "session_id", FIELD_HASH },
    { "local_date", "date", FIELD_DAY },       { "rate_e9", "rate", FIELD_RATE },
    { "status", "status", FIELD_TEXT },        { "sub_order_id", "sub_order_id", FIELD_ID },
};

/* Texts of tables whose words are translated. */
static const struct {
    const char *table;
    const char *field;
    enum field_kind kind;
} worded[] = {
    { "refund", "status", FIELD_REFUND_STATUS },
    { "payment", "status", FIELD_PAYMENT_STATUS },
    { "fee", "kind", FIELD_BOOKING },
    { "settlement", "kind", FIELD_BOOKING },
    { "platform_stat", "grain", FIELD_GRAIN },
};

static void name_words(const struct table *t, struct field *f)
{
    for (size_t i = 0; i < ARRAY_LEN(worded); i++) {
        if (strcmp(worded[i].table, t->name) == 0 && strcmp(worded[i].field, f->name) == 0)
            f->kind = worded[i].kind;
    }
}

/* Never in a file: computed here or elsewhere. */
static const char *const computed[] = { "store",      "local_minute", "requested_date",
                                        "order_date", "date_known",   "is_derived",
                                        "revision",   "revised_at" };

static const enum field_kind kinds[] = {
    [COLUMN_TEXT] = FIELD_TEXT,      [COLUMN_MONEY] = FIELD_MONEY,
    [COLUMN_COUNT] = FIELD_QUANTITY, [COLUMN_QUANTITY] = FIELD_QUANTITY,
    [COLUMN_KEY] = FIELD_ID,         [COLUMN_DAY] = FIELD_DAY,
    [COLUMN_TIME] = FIELD_TIME,      [COLUMN_MINUTE] = FIELD_QUANTITY,
    [COLUMN_FLAG] = FIELD_FLAG,      [COLUMN_REAL] = FIELD_REAL,
};

static bool is_computed(const struct table *t, const struct column *c)
{
    if (c->role == ROLE_PROVENANCE || c->role == ROLE_DERIVED)
        return true;
    if (strcmp(c->name, "local_date") == 0)
        return table_column(t, STR("at")) != NULL;
    for (size_t i = 0; i < ARRAY_LEN(computed); i++) {
        if (strcmp(c->name, computed[i]) == 0)
            return true;
    }
    return false;
}

static struct field field_of(const struct column *c, const char *const *required)
{
    struct field f = { .kind = kinds[c->type] };
    str name = str_from(c->name);
    if (str_ends(name, STR("_e4")))
        name.len -= 3;
    if (c->type == COLUMN_TEXT && (str_ends(name, STR("_id")) || str_is(name, "sku")))
        f.kind = FIELD_ID;
    for (size_t i = 0; i < ARRAY_LEN(renamed); i++) {
        if (strcmp(c->name, renamed[i].column) == 0) {
            name = str_from(renamed[i].field);
            f.kind = renamed[i].kind;
        }
    }
    if (str_is(name, "name"))
        f.kind = FIELD_EVENT;
    if (str_is(name, "currency"))
        f.kind = FIELD_CURRENCY;
    snprintf(f.name, sizeof f.name, "%.*s", STR_ARG(name));
    for (size_t i = 0; i < 3 && required[i] != NULL; i++)
        f.is_required = f.is_required || strcmp(required[i], f.name) == 0;
    return f;
}

/* Which customers are one person is no column: their keys tell it. */
static const struct field person_id = { "person_id", FIELD_ID, false };

static void table_target(const struct table *t, size_t at, struct target *out)
{
    *out = (struct target){ .name = t->name, .table = t, .rank = importable[at].rank };
    for (size_t i = 0; i < t->column_count; i++) {
        if (is_computed(t, &t->columns[i]))
            continue;
        BUG_IF(out->count == FIELDS_MAX);
        out->fields[out->count] = field_of(&t->columns[i], importable[at].required);
        name_words(t, &out->fields[out->count++]);
    }
    if (strcmp(t->name, "customer") == 0)
        out->fields[out->count++] = person_id;
}

bool target_find(str name, struct target *out)
{
    if (str_is(name, "order_lines")) {
        *out = (struct target){ .name = "order_lines", .rank = 2 };
        BUG_IF(ARRAY_LEN(order_fields) > FIELDS_MAX);
        memcpy(out->fields, order_fields, sizeof order_fields);
        out->count = ARRAY_LEN(order_fields);
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(importable); i++) {
        if (str_is(name, importable[i].table)) {
            table_target(commerce_table(name), i, out);
            return true;
        }
    }
    return false;
}

const char *target_name(size_t i)
{
    if (i == 0)
        return "order_lines";
    return i <= ARRAY_LEN(importable) ? importable[i - 1].table : NULL;
}

const struct field *target_field(const struct target *t, str name)
{
    for (size_t i = 0; i < t->count; i++) {
        if (str_is(name, t->fields[i].name))
            return &t->fields[i];
    }
    return NULL;
}
