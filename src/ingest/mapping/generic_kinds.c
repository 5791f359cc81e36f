/* Files whose rows are not all lines that were sold: a column says what kind of row each is
 * ("Receipt type", "Transaction Type", 单据类型). Returns that are written without a sign go back;
 * payments and bills are no sales; rows of whole orders do not count beside those of their lines.
 * What is made of it are rules, as a mapping of people's has them. */
#include "ingest/mapping/generic_samples_priv.h"

enum kind { KIND_OTHER, KIND_SALE, KIND_RETURN, KIND_LINE, KIND_NO_SALE, KIND_PAYMENT, KIND_COUNT };

static const char *const columns[] = {
    "receipt type", "line type",  "row type",   "record type",  "transaction type", "document type",
    "doc type",     "txn type",   "trans type", "invoice type", "event type",       "order type",
    "sale type",    "sales type", "entry type", "type",         "单据类型",         "单据类别",
    "单据名称",     "交易类型",   "业务类型",   "业务类别",     "销售类型",         "小票类型",
    "订单类型",     "类型"
};

/* Whole cells. A payment or an estimate is no sale only beside rows that are sales. A bill is none
 * of these: tills call their sales so. */
static const struct {
    const char *word;
    enum kind kind;
} words[] = {
    { "refund", KIND_RETURN },
    { "refunds", KIND_RETURN },
    { "refund receipt", KIND_RETURN },
    { "partial refund", KIND_RETURN },
    { "full refund", KIND_RETURN },
    { "cash refund", KIND_RETURN },
    { "return", KIND_RETURN },
    { "returns", KIND_RETURN },
    { "sale return", KIND_RETURN },
    { "sales return", KIND_RETURN },
    { "credit note", KIND_RETURN },
    { "creditnote", KIND_RETURN },
    { "sales credit", KIND_RETURN },
    { "sales credit note", KIND_RETURN },
    { "credit memo", KIND_RETURN },
    { "credit invoice", KIND_RETURN },
    { "退货", KIND_RETURN },
    { "退款", KIND_RETURN },
    { "退单", KIND_RETURN },
    { "退货单", KIND_RETURN },
    { "退款单", KIND_RETURN },
    { "销售退货", KIND_RETURN },
    { "销售退货单", KIND_RETURN },
    { "零售退货", KIND_RETURN },
    { "零售退货单", KIND_RETURN },
    { "退货退款", KIND_RETURN },
    { "sale", KIND_SALE },
    { "sales", KIND_SALE },
    { "order", KIND_SALE },
    { "invoice", KIND_SALE },
    { "sales invoice", KIND_SALE },
    { "sales receipt", KIND_SALE },
    { "销售", KIND_SALE },
    { "销售单", KIND_SALE },
    { "sale line", KIND_LINE },
    { "sales line", KIND_LINE },
    { "order line", KIND_LINE },
    { "invoice line", KIND_LINE },
    { "line item", KIND_LINE },
    { "payment", KIND_PAYMENT },
    { "payments", KIND_PAYMENT },
    { "receive payment", KIND_PAYMENT },
    { "customer payment", KIND_PAYMENT },
    { "tender", KIND_PAYMENT },
    { "收款", KIND_PAYMENT },
    { "收款单", KIND_PAYMENT },
    { "bill payment", KIND_NO_SALE },
    { "bill credit", KIND_NO_SALE },
    { "expense", KIND_NO_SALE },
    { "journal entry", KIND_NO_SALE },
    { "estimate", KIND_NO_SALE },
    { "quote", KIND_NO_SALE },
    { "quotation", KIND_NO_SALE },
};

/* Amounts that a return pays back; discounts follow the goods. */
static const char *const of_line[] = { "quantity", "line_amount", "line_tax" };
static const char *const of_order[] = { "shipping",       "order_tax",   "tip",        "duty",
                                        "order_subtotal", "order_total", "receivable", "paid" };
static const char *const all_of_line[] = { "quantity",         "unit_price",
                                           "line_amount",      "discount_merchant",
                                           "discount_rate",    "discount_platform",
                                           "discount_creator", "line_tax" };
static const char *const all_of_order[] = {
    "shipping",    "order_tax",  "tip",  "duty",           "order_subtotal",
    "order_total", "receivable", "paid", "order_discount", "order_discount_platform"
};

/* What the samples say by their kinds. */
struct kinds {
    const struct row_shape *shape;
    struct mapping *m;
    struct arena *a;
    size_t column;
    bool has[KIND_COUNT];
};

static enum kind kind_of(str cell)
{
    size_t i = 0;
    while (i < ARRAY_LEN(words) && !str_eq_nocase(str_trim(cell), str_from(words[i].word)))
        i++;
    return i < ARRAY_LEN(words) ? words[i].kind : KIND_OTHER;
}

static enum kind kind_at(const struct kinds *k, size_t row)
{
    return kind_of(k->shape->samples[row][k->column]);
}

/* ---- Rules ----------------------------------------------------------------------------------- */

/* Those of the fields that have columns, behind those that are there. */
static struct mapping_names mapped_of(const struct kinds *k,
                                      struct mapping_names there,
                                      const char *const *fields,
                                      size_t n)
{
    str *items = ARENA_NEW(k->a, str, there.n + n + 1);
    struct mapping_names all = { items, 0 };
    for (size_t i = 0; items != NULL && i < there.n; i++)
        items[all.n++] = there.items[i];
    for (size_t i = 0; items != NULL && i < n; i++) {
        if (mapping_has(k->m, fields[i]))
            items[all.n++] = str_from(fields[i]);
    }
    return all;
}

/* For rows of these kinds: bits. */
static struct row_rule *add_rule(const struct kinds *k, unsigned kinds)
{
    const char *patterns[ARRAY_LEN(words)];
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if ((kinds & 1U << words[i].kind) != 0)
            patterns[n++] = words[i].word;
    }
    return mapping_add_rule(
        k->m, k->shape->columns[k->column], mapping_names_of(patterns, n, k->a), k->a);
}

/* ---- Returns --------------------------------------------------------------------------------- */

/* What the samples' returns come to: those that have their sign need no word for it. */
static i128 sum_of_returns(const struct kinds *k, const struct sample_columns *c)
{
    i128 sum = 0;
    for (size_t i = 0; i < k->shape->n_samples; i++) {
        int64_t amount = 0;
        int64_t net = 0;
        if (kind_at(k, i) == KIND_RETURN && (samples_cell(c, i, c->figure, FIELD_MONEY, &amount) ||
                                             samples_product(c, i, &amount, &net)))
            sum += amount;
    }
    return sum;
}

/* What an order's rows repeat is no amount of the return that one of them is. */
static bool returns_are_apart(const struct kinds *k, const struct sample_columns *c)
{
    for (size_t i = 0; i < k->shape->n_samples && c->order_id < k->shape->n_columns; i++) {
        for (size_t j = 0; j < k->shape->n_samples && kind_at(k, i) == KIND_RETURN; j++) {
            if (kind_at(k, j) != KIND_RETURN && samples_same_order(c, i, j))
                return false;
        }
    }
    return true;
}

static void add_returns(const struct kinds *k, struct buf *notes, enum lang lang)
{
    const struct sample_columns c = samples_of(k->shape, k->m);
    struct row_rule *rule = sum_of_returns(k, &c) < 0 ? NULL : add_rule(k, 1U << KIND_RETURN);
    if (rule == NULL)
        return;
    rule->negative = mapped_of(k, rule->negative, of_line, ARRAY_LEN(of_line));
    if (returns_are_apart(k, &c))
        rule->negative = mapped_of(k, rule->negative, of_order, ARRAY_LEN(of_order));
    if (k->has[KIND_RETURN])
        buf_addf(notes,
                 tr(lang,
                    "\"%.*s\" says which rows are returns: their amounts go back, though they are "
                    "written without a sign\n"),
                 STR_ARG(k->shape->columns[k->column]));
}

/* ---- Rows that are no lines ------------------------------------------------------------------ */

/* A row of another kind has the amount. */
static bool others_have(const struct kinds *k, unsigned kinds, const char *field)
{
    const struct sample_columns c = samples_of(k->shape, k->m);
    const size_t column = samples_column(k->shape, k->m, field);
    for (size_t i = 0; i < k->shape->n_samples; i++) {
        int64_t amount = 0;
        if ((kinds & 1U << kind_at(k, i)) == 0 &&
            samples_cell(&c, i, column, FIELD_MONEY, &amount) && amount != 0)
            return true;
    }
    return false;
}

/* Rows of these kinds have no amounts of a line, and none of the order that other rows tell. */
static void add_cleared(const struct kinds *k, unsigned kinds)
{
    struct row_rule *rule = add_rule(k, kinds);
    if (rule == NULL)
        return;
    rule->clear = mapped_of(k, rule->clear, all_of_line, ARRAY_LEN(all_of_line));
    for (size_t i = 0; i < ARRAY_LEN(all_of_order); i++) {
        if (others_have(k, kinds, all_of_order[i]))
            rule->clear = mapped_of(k, rule->clear, &all_of_order[i], 1);
    }
}

static void add_not_sold(const struct kinds *k, struct buf *notes, enum lang lang)
{
    const bool has_sales = k->has[KIND_SALE] || k->has[KIND_LINE];
    if (k->has[KIND_LINE]) {
        add_cleared(k, 1U << KIND_SALE);
        add_cleared(k, 1U << KIND_PAYMENT);
        buf_addf(notes,
                 tr(lang,
                    "\"%.*s\" says which rows are lines: amounts of the others do not count beside "
                    "theirs\n"),
                 STR_ARG(k->shape->columns[k->column]));
    } else if (has_sales && (k->has[KIND_NO_SALE] || k->has[KIND_PAYMENT])) {
        add_cleared(k, 1U << KIND_NO_SALE | 1U << KIND_PAYMENT);
        buf_addf(notes,
                 tr(lang, "\"%.*s\" says which rows are no sales: they count nowhere\n"),
                 STR_ARG(k->shape->columns[k->column]));
    }
}

void mapping_settle_kinds(const struct row_shape *shape,
                          struct mapping *m,
                          struct arena *a,
                          struct buf *notes,
                          enum lang lang)
{
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        const str *column = mapping_column_find(shape, str_from(columns[i]));
        struct kinds k = { .shape = shape, .m = m, .a = a };
        if (column == NULL || mapping_uses(m, *column))
            continue;
        k.column = (size_t)(column - shape->columns);
        for (size_t row = 0; row < shape->n_samples; row++)
            k.has[kind_at(&k, row)] = true;
        add_returns(&k, notes, lang);
        add_not_sold(&k, notes, lang);
    }
}
