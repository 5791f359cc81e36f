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

/* The name is copied: the file is closed before the mapping is used. */
void mapping_take(struct mapping *m, const struct field *f, const str *column, struct arena *a)
{
    if (column == NULL || mapping_uses(m, *column) || m->column_count == MAPPING_COLUMNS_MAX)
        return;
    const str copy = arena_dup(a, *column);
    if (copy.ptr == NULL)
        return;
    m->columns[m->column_count++] =
        (struct mapping_column){ .source = copy, .field = str_from(f->name) };
    if (f->kind == FIELD_MONEY && m->currency.len == 0)
        m->currency = mapping_currency_of(copy);
}

/* A word in a column name. */
static bool header_says(const struct row_shape *shape, const char *word)
{
    for (size_t i = 0; i < shape->n_columns; i++) {
        if (mapping_name_says(shape->columns[i], word))
            return true;
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
        const bool has_field_of_it = mapping_has_any(m, s->fields, ARRAY_LEN(s->fields));
        bool says = false;
        for (size_t k = 0; k < ARRAY_LEN(s->words) && s->words[k] != NULL; k++)
            says = says || header_says(shape, s->words[k]);
        return s->needs_both ? has_field_of_it && says : has_field_of_it || says;
    }
    return true;
}

/* ---- The best table -------------------------------------------------------------------------- */

/* The rows' own time. */
static struct mapping_column *first_time(struct mapping *m)
{
    struct mapping_column *first = NULL;
    for (size_t i = 0; i < m->target.count && first == NULL; i++) {
        if (m->target.fields[i].kind == FIELD_TIME)
            first = mapping_field(m, m->target.fields[i].name);
    }
    return first;
}

/* A day alone is the same day in each zone. */
bool mapping_has_clock(const struct row_shape *shape, str column)
{
    bool has = false;
    for (size_t k = 0; k < shape->n_columns; k++) {
        for (size_t i = 0; i < shape->n_samples && str_eq(shape->columns[k], column); i++)
            has = has || str_contains(shape->samples[i][k], STR(":"));
    }
    return has;
}

static void take_columns(const struct row_shape *shape,
                         const struct yaml_node *synonyms,
                         struct mapping *m,
                         struct arena *a)
{
    for (size_t i = 0; i < m->target.count; i++)
        mapping_take(m,
                     &m->target.fields[i],
                     mapping_column_exact(shape, &m->target, &m->target.fields[i]),
                     a);
    for (size_t i = 0; i < m->target.count; i++) {
        const struct field *f = &m->target.fields[i];
        if (!mapping_has(m, f->name))
            mapping_take(m, f, mapping_column_for(shape, &m->target, f, synonyms), a);
    }
    if (m->target.table == NULL) {
        const struct row_shape *filled = mapping_fill_ids(shape, m, a);
        mapping_take_net(filled, m, a);
        mapping_settle_orders(filled, m, a);
    }
    const struct mapping_column *time = first_time(m);
    if (time != NULL && mapping_has_clock(shape, time->source))
        m->timezone = mapping_timezone_of(time->source);
}

static bool has_required(const struct mapping *m)
{
    for (size_t i = 0; i < m->target.count; i++) {
        if (m->target.fields[i].is_required && mapping_lacks(m, m->target.fields[i].name))
            return false;
    }
    return m->target.table != NULL || mapping_has_orders(m);
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
    m->currency = m->timezone = m->date = m->date_order = m->decimal_mark = m->told_apart =
        STR_EMPTY;
    m->name = STR("generic"); /* says nothing of whole orders: a cut one must not be lost */
    return m;
}

struct candidates {
    struct mapping *best;       /* fits */
    struct mapping *near;       /* has most columns of those that lack something */
    struct mapping *by_day;     /* where nothing fits: its figures by day, if it has such */
    enum day_figures fits_days; /* whether these fit */
};

/* A file that is no list of anything may be one of a shop's figures by day. */
static enum status find_day_figures(const struct row_shape *shape,
                                    const struct yaml_node *synonyms,
                                    struct arena *a,
                                    struct candidates *out,
                                    struct error *why)
{
    out->by_day = generic_new("platform_stat", a);
    if (out->by_day == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    out->fits_days = mapping_day_figures(shape, synonyms, out->by_day, a);
    if (out->fits_days == DAY_FIGURES_FIT)
        out->best = out->by_day;
    return STATUS_OK;
}

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
        const bool fits =
            has_required(m) && (target.len > 0 || mapping_may_be_orders(shape, synonyms, m));
        struct mapping **place = fits ? &out->best : &out->near;
        if (*place == NULL || score_of(m) > score_of(*place))
            *place = m;
    }
    if (out->best == NULL && (target.len == 0 || str_is(target, "platform_stat")))
        return find_day_figures(shape, synonyms, a, out, why);
    return STATUS_OK;
}

static str missing_fields(const struct mapping *m, struct arena *a)
{
    str names = STR_EMPTY;
    for (size_t i = 0; i < m->target.count; i++) {
        const char *name = m->target.fields[i].name;
        if (m->target.fields[i].is_required && mapping_lacks(m, name))
            names = arena_printf(a, "%.*s%s%s", STR_ARG(names), names.len > 0 ? ", " : "", name);
    }
    return names.len > 0 ? names : STR("unit_price or line_amount");
}

static enum status nothing_fits(const struct candidates *c,
                                bool is_named,
                                struct arena *a,
                                struct error *why)
{
    const struct mapping *near = c->near;
    if (c->fits_days == DAY_FIGURES_LONG)
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "the rows are figures of the whole shop, a week or more apart: whether "
                         "they are of days, weeks or months nobody says; --map with target: "
                         "platform_stat and a grain does (docs/import.md)");
    if (c->fits_days == DAY_FIGURES_PARTS)
        return error_set(why,
                         STATUS_NOT_FOUND,
                         "the rows are figures by day, not orders, and of several rows a day, or "
                         "of channels, articles and the like, nobody says how they add up; a list "
                         "with one row a day for the whole shop is read as platform figures, "
                         "others need --map with target: platform_stat (docs/import.md)");
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
    const struct mapping_column *placed_at = mapping_field(m, "placed_at");
    const struct mapping_column *amount = mapping_field(m, "line_amount");
    const struct mapping_column *time = first_time(m);
    const str as = import_target_label(str_from(m->target.name), lang);
    if (!is_named)
        buf_addf(notes, tr(lang, "no preset fits; columns matched by name as %.*s\n"), STR_ARG(as));
    if (m->timezone.len > 0)
        buf_addf(notes,
                 tr(lang, "times are those of %.*s, as \"%.*s\" says\n"),
                 STR_ARG(m->timezone),
                 STR_ARG(time->source));
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
    if (mapping_is_lines_only(m))
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
    if (!str_is(str_from(m->target.name), "feedback") || mapping_has(m, "kind") ||
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

/* What the samples say of the columns of the best table. */
static void settle(const struct row_shape *shape,
                   struct mapping *m,
                   struct arena *a,
                   struct buf *notes,
                   enum lang lang)
{
    static void (*const steps[])(
        const struct row_shape *, struct mapping *, struct arena *, struct buf *, enum lang) = {
        mapping_settle_amounts, mapping_add_discounts,   mapping_settle_signs,
        mapping_settle_refunds, mapping_settle_bookings,
    };
    for (size_t i = 0; i < ARRAY_LEN(steps); i++)
        steps[i](shape, m, a, notes, lang);
}

static void settle_times(const struct row_shape *shape,
                         struct mapping *m,
                         struct arena *a,
                         struct buf *notes,
                         enum lang lang)
{
    struct mapping_column *time = first_time(m);
    if (time == NULL)
        return;
    mapping_join_clock(shape, m, time, a, notes, lang);
    if (mapping_has_clock(shape, time->source) || str_contains(time->source, STR(" + ")))
        mapping_take_zone(shape, m, a, notes, lang);
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
        return nothing_fits(&c, target.len > 0, a, why);
    shape = mapping_fill_ids(shape, c.best, a);
    add_notes(c.best, target.len > 0, notes, why->lang);
    if (c.best == c.by_day)
        mapping_tell_day_figures(shape, c.best, notes, why->lang);
    settle(shape, c.best, a, notes, why->lang);
    know_kind(shape, c.best, notes, why->lang);
    mapping_tell_unused(shape, c.best, notes, why->lang);
    settle_times(shape, c.best, a, notes, why->lang);
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
        shape = mapping_fill_ids(shape, c.best, a);
        settle(shape, c.best, a, &notes, why->lang);
        settle_times(shape, c.best, a, &notes, why->lang);
        buf_release(&notes);
    }
    return st;
}
