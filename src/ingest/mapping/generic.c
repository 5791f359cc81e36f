/* The generic mapping: columns by their names, English and Chinese, and which table they speak of.
 *
 * Names alone mislead: nearly every file has a date and an amount, and every list of orders has
 * articles. So a table is taken only if the file shows a sign of it (a column that nothing else
 * has, or a word in a header), and of those the one that explains most columns wins. A file that
 * shows none is refused, with the table it comes nearest to and what that lacks. */
#include "ingest/mapping/generic_priv.h"
#include "ingest/mapping/known_names_priv.h"

#include <string.h>

/* What a file must show to be taken for a table: one of the fields, or one of the words in a column
 * name. Tables that are not listed have required fields of their own kind. */
static const struct sign {
    const char *target;
    bool excludes_orders; /* a file that names orders is not this */
    bool needs_both;      /* a field and a word */
    const char *fields[10];
    const char *words[14];
} signs[] = {
    { "product",
      true,
      false,
      { "title",
        "category",
        "brand",
        "supplier",
        "variant",
        "price",
        "cost",
        "product_id",
        "launched_date" },
      { NULL } },
    { "customer",
      true,
      true,
      { "segment", "country", "created_at", "acquired_channel", "acquired_campaign" },
      { "customer",
        "client",
        "member",
        "buyer",
        "user",
        "email",
        "客户",
        "会员",
        "买家",
        "用户" } },
    { "refund",
      false,
      false,
      { "refund_id" },
      { "refund", "return", "退款", "退货", "售后", "退换" } },
    { "payment", false, false, { "payment_id", "payment_method" }, { NULL } },
    { "shipment",
      false,
      false,
      { "shipment_id", "carrier", "delivered_at" },
      { "shipped",
        "ship date",
        "shipping date",
        "shipment",
        "dispatch",
        "发货",
        "物流",
        "快递",
        "运单" } },
    { "ticket",
      false,
      false,
      { "first_reply_at", "agent" },
      { "ticket", "support", "case", "inquiry", "工单", "会话编号", "咨询", "客服", "投诉" } },
    { "stock_move",
      false,
      false,
      { "reason" },
      { "stock",
        "inventory",
        "move",
        "warehouse",
        "库存",
        "出库",
        "入库",
        "出入库",
        "盘点",
        "调拨",
        "仓" } },
    { "event",
      false,
      false,
      { "visitor_id", "session_id", "page", "search_term" },
      { "event", "action", "behavio", "activity", "事件", "行为" } },
    { "order_item", false, false, { "sub_order_id", "variant" }, { NULL } },
    { "action", true, false, { "owner", "due_date" }, { NULL } },
    { "benchmark", true, false, { "metric", "competitor" }, { NULL } },
    { "settlement",
      false,
      false,
      { "settlement_id" },
      { "settle", "payout", "结算", "账单", "入账" } },
    { "fee",
      false,
      false,
      { "fee_id" },
      { "fee", "commission", "charge", "费用", "佣金", "扣费", "扣点", "服务费" } },
};

static bool column_is_used(const struct mapping *m, str column)
{
    for (size_t i = 0; i < m->column_count; i++) {
        if (str_eq(m->columns[i].source, column))
            return true;
    }
    return false;
}

/* The name is copied: the file is closed before the mapping is used. */
static void generic_take(struct mapping *m,
                         const struct field *f,
                         const str *column,
                         struct arena *a)
{
    if (column == NULL || column_is_used(m, *column) || m->column_count == MAPPING_COLUMNS_MAX)
        return;
    const str copy = arena_dup(a, *column);
    if (copy.ptr == NULL)
        return;
    m->columns[m->column_count++] =
        (struct mapping_column){ .source = copy, .field = str_from(f->name) };
    if (f->kind == FIELD_MONEY && m->currency.len == 0)
        m->currency = mapping_currency_of(copy);
}

static struct mapping_column *column_of(struct mapping *m, const char *field)
{
    for (size_t i = 0; i < m->column_count; i++) {
        if (str_is(m->columns[i].field, field))
            return &m->columns[i];
    }
    return NULL;
}

static bool has_field(const struct mapping *m, const char *field)
{
    for (size_t i = 0; i < m->column_count; i++) {
        if (str_is(m->columns[i].field, field))
            return true;
    }
    return false;
}

static bool has_any(const struct mapping *m, const char *const *fields, size_t n)
{
    for (size_t i = 0; i < n && fields[i] != NULL; i++) {
        if (has_field(m, fields[i]))
            return true;
    }
    return false;
}

/* A word in a column name, without ASCII case. */
static bool header_says(const struct row_shape *shape, const char *word)
{
    const size_t len = strlen(word);
    for (size_t i = 0; i < shape->n_columns; i++) {
        const str name = shape->columns[i];
        for (size_t at = 0; at + len <= name.len; at++) {
            if (str_eq_nocase((str){ name.ptr + at, len }, (str){ word, len }))
                return true;
        }
    }
    return false;
}

static bool shows_sign(const struct row_shape *shape,
                       const struct yaml_node *synonyms,
                       const struct mapping *m)
{
    for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
        const struct sign *s = &signs[i];
        if (strcmp(s->target, m->target.name) != 0)
            continue;
        if (s->excludes_orders && mapping_names_orders(shape, synonyms))
            return false;
        const bool has_field_of_it = has_any(m, s->fields, ARRAY_LEN(s->fields));
        bool says = false;
        for (size_t k = 0; k < ARRAY_LEN(s->words) && s->words[k] != NULL; k++)
            says = says || header_says(shape, s->words[k]);
        return s->needs_both ? has_field_of_it && says : has_field_of_it || says;
    }
    return true;
}

/* ---- Orders ---------------------------------------------------------------------------------- */

static const char *const prices[] = { "unit_price", "line_amount" };
static const char *const totals[] = { "order_total", "paid" };
static const char *const articles[] = { "sku", "title" };
static const char *const buyers[] = { "customer_id", "status" };

static size_t column_index(const struct row_shape *shape, str name)
{
    size_t i = 0;
    while (i < shape->n_columns && !str_eq(shape->columns[i], name))
        i++;
    return i;
}

/* Rows of one order that repeat the figure: it is the order's, not the row's. */
static bool repeats_in_order(const struct row_shape *shape, str order_id, str figure)
{
    const size_t id = column_index(shape, order_id);
    const size_t value = column_index(shape, figure);
    bool repeats = false;
    for (size_t i = 1; i < shape->n_samples; i++) {
        if (!str_eq(shape->samples[i - 1][id], shape->samples[i][id]))
            continue;
        if (!str_eq(shape->samples[i - 1][value], shape->samples[i][value]))
            return false;
        repeats = true;
    }
    return repeats;
}

/* Of an order, and taken apart from its total where each row is an order. */
static const char *const beside_goods[] = {
    "shipping", "tip", "duty", "order_tax", "order_discount"
};

static bool is_one_of(str field, const char *const *names, size_t n)
{
    size_t i = 0;
    while (i < n && !str_is(field, names[i]))
        i++;
    return i < n;
}

/* What a total has in it already must not be counted again beside it. */
static void drop_parts_of_total(struct mapping *m)
{
    static const char *const parts[] = { "discount_merchant",
                                         "discount_platform",
                                         "discount_creator",
                                         "order_discount",
                                         "line_tax",
                                         "order_discount_platform",
                                         "order_tax",
                                         "shipping",
                                         "tip",
                                         "duty",
                                         "order_total",
                                         "paid" };
    size_t kept = 0;
    for (size_t i = 0; i < m->column_count; i++) {
        const str field = m->columns[i].field;
        if (!is_one_of(field, parts, ARRAY_LEN(parts)) ||
            (m->amount_is_total && is_one_of(field, beside_goods, ARRAY_LEN(beside_goods))))
            m->columns[kept++] = m->columns[i];
    }
    m->column_count = kept;
}

/* Rows that are an order each: what stands beside the total is the order's. */
static bool row_is_order(const struct row_shape *shape, const struct mapping *m, str order_id)
{
    const size_t id = column_index(shape, order_id);
    if (!has_any(m, beside_goods, ARRAY_LEN(beside_goods)))
        return false;
    for (size_t i = 1; i < shape->n_samples; i++) {
        for (size_t k = 0; k < i; k++) {
            if (str_eq(shape->samples[i][id], shape->samples[k][id]))
                return false;
        }
    }
    return true;
}

/* Such a row's discount or tax is its order's; where both have a column, neither is used. */
static void give_to_order(struct mapping *m, const char *of_line, const char *of_order)
{
    struct mapping_column *line = column_of(m, of_line);
    struct mapping_column *order = column_of(m, of_order);
    if (line != NULL)
        line->field = str_from(order == NULL ? of_order : totals[0]); /* totals are dropped */
    if (line != NULL && order != NULL)
        order->field = line->field;
}

static void split_total(const struct row_shape *shape, struct mapping *m, str order_id)
{
    if (has_any(m, articles, ARRAY_LEN(articles)))
        return;
    give_to_order(m, "discount_merchant", "order_discount");
    give_to_order(m, "line_tax", "order_tax");
    m->amount_is_total = m->sum_amounts = row_is_order(shape, m, order_id);
}

/* A file whose only money is what was paid or owed: that is the amount of its rows. */
static void total_serves(const struct row_shape *shape, struct mapping *m)
{
    const struct mapping_column *order_id = column_of(m, "order_id");
    if (has_any(m, prices, ARRAY_LEN(prices)) || order_id == NULL || shape->expand.len > 0)
        return;
    for (size_t i = 0; i < ARRAY_LEN(totals); i++) {
        struct mapping_column *total = column_of(m, totals[i]);
        if (total == NULL || repeats_in_order(shape, order_id->source, total->source))
            continue;
        total->field = STR("line_amount");
        m->total_serves = true;
        split_total(shape, m, order_id->source);
        drop_parts_of_total(m);
        return;
    }
}

/* Many exports of paid orders have the time of payment only: it serves as the order's. */
static void pay_time_serves(struct mapping *m)
{
    struct mapping_column *paid_at = column_of(m, "paid_at");
    if (has_field(m, "placed_at") || paid_at == NULL || !has_any(m, prices, ARRAY_LEN(prices)))
        return;
    paid_at->field = STR("placed_at");
    m->paid_when_placed = true;
}

/* Lines without a time join orders that are there already, as the second file of two. */
static bool is_lines_only(const struct mapping *m)
{
    return m->target.table == NULL && !has_field(m, "placed_at") && has_field(m, "order_id") &&
           has_any(m, articles, ARRAY_LEN(articles)) && has_any(m, prices, ARRAY_LEN(prices));
}

/* Heads of orders, as the first file of two. */
static bool is_heads_only(const struct mapping *m)
{
    return !has_field(m, "quantity") && !has_any(m, totals, ARRAY_LEN(totals)) &&
           has_any(m, buyers, ARRAY_LEN(buyers));
}

/* Their discount and tax are the order's, whatever the columns are called. */
static void heads_serve(struct mapping *m)
{
    if (!is_heads_only(m) || has_any(m, prices, ARRAY_LEN(prices)) ||
        has_any(m, articles, ARRAY_LEN(articles)))
        return;
    if (!has_field(m, "order_discount"))
        give_to_order(m, "discount_merchant", "order_discount");
    if (!has_field(m, "order_tax"))
        give_to_order(m, "line_tax", "order_tax");
}

/* A sheet of sales, each row an order of its own: it says who bought what, when and for how much.
 */
static bool is_sales_sheet(const struct mapping *m)
{
    return m->target.table == NULL && !has_field(m, "order_id") && has_field(m, "customer_id") &&
           has_field(m, "placed_at") && has_field(m, "quantity") &&
           has_any(m, articles, ARRAY_LEN(articles)) && has_any(m, prices, ARRAY_LEN(prices));
}

static bool lacks_required(const struct mapping *m, const char *field)
{
    return !has_field(m, field) && !(strcmp(field, "placed_at") == 0 && is_lines_only(m)) &&
           !(strcmp(field, "order_id") == 0 && is_sales_sheet(m));
}

/* ---- The best table -------------------------------------------------------------------------- */

/* The date of an order stands on its first row only. */
static bool is_dated_once(const struct row_shape *shape, struct mapping *m)
{
    const struct mapping_column *order_id = column_of(m, "order_id");
    const struct mapping_column *placed_at = column_of(m, "placed_at");
    if (order_id == NULL || placed_at == NULL || shape->expand.len > 0)
        return false;
    const size_t id = column_index(shape, order_id->source);
    const size_t at = column_index(shape, placed_at->source);
    for (size_t i = 1; i < shape->n_samples; i++) {
        if (str_eq(shape->samples[i - 1][id], shape->samples[i][id]) &&
            shape->samples[i][id].len > 0 && shape->samples[i][at].len == 0)
            return true;
    }
    return false;
}

static void take_columns(const struct row_shape *shape,
                         const struct yaml_node *synonyms,
                         struct mapping *m,
                         struct arena *a)
{
    for (size_t i = 0; i < m->target.count; i++)
        generic_take(m,
                     &m->target.fields[i],
                     mapping_column_exact(shape, &m->target, &m->target.fields[i]),
                     a);
    for (size_t i = 0; i < m->target.count; i++) {
        const struct field *f = &m->target.fields[i];
        if (!has_field(m, f->name))
            generic_take(m, f, mapping_column_for(shape, &m->target, f, synonyms), a);
    }
    if (m->target.table != NULL)
        return;
    total_serves(shape, m);
    heads_serve(m);
    pay_time_serves(m);
    m->fill_down = is_dated_once(shape, m);
    m->order_per_row = is_sales_sheet(m);
}

static bool has_required(const struct mapping *m)
{
    for (size_t i = 0; i < m->target.count; i++) {
        if (m->target.fields[i].is_required && lacks_required(m, m->target.fields[i].name))
            return false;
    }
    return m->target.table != NULL || has_any(m, prices, ARRAY_LEN(prices)) || is_heads_only(m);
}

/* A bare "id" and a time are in any list. Without a column that says "order", heads may as well be
 * customers, and rows with nothing but an article and a price are a price list. */
static bool may_be_orders(const struct row_shape *shape,
                          const struct yaml_node *synonyms,
                          const struct mapping *m)
{
    static const char *const sold[] = { "quantity", "line_amount", "customer_id" };
    if (m->target.table != NULL || mapping_names_orders(shape, synonyms))
        return true;
    return has_any(m, prices, ARRAY_LEN(prices)) && has_any(m, sold, ARRAY_LEN(sold));
}

static size_t score_of(const struct mapping *m)
{
    size_t exact = 0;
    for (size_t i = 0; i < m->column_count; i++)
        exact += mapping_column_fits(m->columns[i].field, m->columns[i].source, NULL);
    return m->column_count * 2 + exact;
}

static struct mapping *generic_new(const char *target, struct arena *a)
{
    struct mapping *m = ARENA_NEW(a, struct mapping, 1);
    if (m == NULL || !target_find(str_from(target), &m->target))
        return NULL;
    m->currency = m->timezone = m->date = m->told_apart = STR_EMPTY;
    m->name = STR("generic"); /* says nothing of whole orders: a cut one must not be lost */
    return m;
}

struct candidates {
    struct mapping *best; /* fits */
    struct mapping *near; /* has most columns of those that lack something */
};

static enum status find_candidates(const struct row_shape *shape,
                                   str target,
                                   struct arena *a,
                                   struct candidates *out,
                                   struct error *why)
{
    const struct yaml_node *synonyms = synonyms_load(a);
    *out = (struct candidates){ 0 };
    for (size_t i = 0; target_name(i) != NULL; i++) {
        if (target.len > 0 && !str_is(target, target_name(i)))
            continue;
        struct mapping *m = generic_new(target_name(i), a);
        if (m == NULL)
            return error_set(why, STATUS_NO_MEMORY, "out of memory");
        take_columns(shape, synonyms, m, a);
        if (target.len == 0 && !shows_sign(shape, synonyms, m))
            continue;
        const bool fits = has_required(m) && (target.len > 0 || may_be_orders(shape, synonyms, m));
        struct mapping **place = fits ? &out->best : &out->near;
        if (*place == NULL || score_of(m) > score_of(*place))
            *place = m;
    }
    return STATUS_OK;
}

static str missing_fields(const struct mapping *m, struct arena *a)
{
    str names = STR_EMPTY;
    for (size_t i = 0; i < m->target.count; i++) {
        const char *name = m->target.fields[i].name;
        if (m->target.fields[i].is_required && lacks_required(m, name))
            names = arena_printf(a, "%.*s%s%s", STR_ARG(names), names.len > 0 ? ", " : "", name);
    }
    return names.len > 0 ? names : STR("unit_price or line_amount");
}

static enum status nothing_fits(const struct mapping *near,
                                bool is_named,
                                struct arena *a,
                                struct error *why)
{
    if (near != NULL && is_named)
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "no column of the file is known as %.*s, which %s needs; map columns by "
                         "hand with --map "
                         "(shopvane import FILE --explain writes an example)",
                         STR_ARG(missing_fields(near, a)),
                         near->target.name);
    if (near != NULL && near->column_count >= 2)
        return error_set(
            why,
            STATUS_NOT_FOUND,
            "no preset fits this file; by its columns it is nearest to %s, which also needs %.*s; "
            "map columns by hand with --map (shopvane import FILE --explain writes an example)",
            near->target.name,
            STR_ARG(missing_fields(near, a)));
    return error_set(
        why,
        STATUS_NOT_FOUND,
        "no preset fits this file and its columns are not known; name the target "
        "(--as generic:order_lines, generic:ad_spend ...) or map them by hand with --map "
        "(shopvane import FILE --explain writes a start)");
}

static void add_notes(struct mapping *m, bool is_named, struct buf *notes, enum lang lang)
{
    const struct mapping_column *placed_at = column_of(m, "placed_at");
    const struct mapping_column *amount = column_of(m, "line_amount");
    const str as = import_target_label(str_from(m->target.name), lang);
    if (!is_named)
        buf_addf(notes, tr(lang, "no preset fits; columns matched by name as %.*s\n"), STR_ARG(as));
    if (m->paid_when_placed && placed_at != NULL)
        buf_addf(notes,
                 tr(lang, "no column says when an order was placed; \"%.*s\" serves as its time\n"),
                 STR_ARG(placed_at->source));
    if (m->amount_is_total && amount != NULL)
        buf_addf(notes,
                 tr(lang,
                    "no column has a price; the goods of an order are its \"%.*s\" before the "
                    "discount, without the shipping and tax beside it\n"),
                 STR_ARG(amount->source));
    else if (m->total_serves && amount != NULL)
        buf_addf(notes,
                 tr(lang,
                    "no column has a price; \"%.*s\" serves as the amount of a row, with what it "
                    "holds of discounts, shipping and tax\n"),
                 STR_ARG(amount->source));
    if (m->order_per_row)
        buf_adds(notes,
                 tr(lang,
                    "no column says which order a row is of: each row counts as an order of its "
                    "own\n"));
    if (is_lines_only(m))
        buf_adds(notes,
                 tr(lang,
                    "no column says when an order was placed; the lines join orders that are "
                    "there already\n"));
}

/* A table that nothing can be imported into, with those that can. */
static enum status no_such_target(str target, struct arena *a, struct error *why)
{
    str names = STR_EMPTY;
    for (size_t i = 0; target_name(i) != NULL; i++)
        names = arena_printf(a, "%.*s%s%s", STR_ARG(names), i > 0 ? ", " : "", target_name(i));
    return error_set(why,
                     STATUS_BAD_USAGE,
                     "--as: there is no table \"%.*s\" to import into; there are %.*s",
                     STR_ARG(target),
                     STR_ARG(names));
}

/* Most files of feedback are reviews and do not say so; a column such as "NPS" tells another kind.
 */
static void know_kind(const struct row_shape *shape,
                      struct mapping *m,
                      struct buf *notes,
                      enum lang lang)
{
    static const struct {
        const char *word; /* in a header; NULL: whatever they say */
        const char *kind;
    } kinds[] = { { "nps", "nps" },
                  { "promoter", "nps" },
                  { "csat", "csat" },
                  { "effort", "ces" },
                  { NULL, "review" } };
    size_t i = 0;
    if (!str_is(str_from(m->target.name), "feedback") || has_field(m, "kind") ||
        m->column_count == MAPPING_COLUMNS_MAX)
        return;
    while (kinds[i].word != NULL && !header_says(shape, kinds[i].word))
        i++;
    m->columns[m->column_count++] =
        (struct mapping_column){ .field = STR("kind"), .constant = str_from(kinds[i].kind) };
    buf_addf(notes,
             tr(lang, "no column says what kind of feedback it is; read as kind %s\n"),
             kinds[i].kind);
}

enum status mapping_generic(const struct row_shape *shape,
                            str target,
                            struct arena *a,
                            struct mapping **out,
                            struct buf *notes,
                            struct error *why)
{
    struct candidates c;
    struct target named;
    if (target.len > 0 && !target_find(target, &named))
        return no_such_target(target, a, why);
    const enum status st = find_candidates(shape, target, a, &c, why);
    if (st != STATUS_OK)
        return st;
    if (c.best == NULL)
        return nothing_fits(c.near, target.len > 0, a, why);
    add_notes(c.best, target.len > 0, notes, why->lang);
    mapping_settle_amounts(shape, c.best, a, notes, why->lang);
    know_kind(shape, c.best, notes, why->lang);
    mapping_tell_unused(shape, c.best, notes, why->lang);
    *out = c.best;
    return STATUS_OK;
}

enum status mapping_nearest(const struct row_shape *shape,
                            str target,
                            struct arena *a,
                            struct mapping **out,
                            struct error *why)
{
    struct candidates c;
    const enum status st = find_candidates(shape, target, a, &c, why);
    if (st == STATUS_OK)
        *out = c.best != NULL ? c.best : c.near;
    if (st == STATUS_OK && c.best != NULL) {
        struct buf notes;
        buf_init(&notes, (size_t)4 * 1024);
        mapping_settle_amounts(shape, c.best, a, &notes, why->lang);
        buf_release(&notes);
    }
    return st;
}
