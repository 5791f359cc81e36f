/* A column of a list of bookings that says what each of them is ("Type", 交易类型): rules give the
 * rows their kinds, so that what a platform has paid out or kept for itself is told from sales. */
#include "ingest/mapping/generic_samples_priv.h"

static const char *const columns[] = { "type", "transaction type", "entry type", "txn type",
                                       "类型", "交易类型",         "业务类型",   "动账类型" };

/* A later rule counts: "Refund fee" is a fee. */
static const struct {
    const char *kind;
    const char *patterns[8];
    size_t n;
} rules[] = {
    { "order",
      { "order", "order payment", "sale", "charge", "payment", "订单", "订单*", "货款" },
      8 },
    { "transfer", { "*payout*", "*withdraw*", "*transfer*", "*提现*", "*转账*", "*充值*" }, 6 },
    { "refund", { "*refund*", "*退款*" }, 2 },
    { "other", { "*fee", "*fees", "*commission", "*费", "*佣金" }, 5 },
};

static bool any_fits(const struct row_shape *shape, size_t column, size_t rule)
{
    for (size_t i = 0; i < shape->n_samples; i++) {
        for (size_t k = 0; k < rules[rule].n; k++) {
            if (mapping_pattern_fits(str_from(rules[rule].patterns[k]),
                                     value_unwrap(shape->samples[i][column])))
                return true;
        }
    }
    return false;
}

static bool add_rule(struct mapping *m, str column, size_t i, struct arena *a)
{
    struct mapping_pair *set = ARENA_NEW(a, struct mapping_pair, 1);
    struct row_rule *rule =
        set == NULL
            ? NULL
            : mapping_add_rule(m, column, mapping_names_of(rules[i].patterns, rules[i].n, a), a);
    if (rule == NULL)
        return false;
    *set = (struct mapping_pair){ STR("kind"), str_from(rules[i].kind) };
    rule->set = (struct mapping_pairs){ set, 1 };
    return true;
}

void mapping_settle_bookings(const struct row_shape *shape,
                             struct mapping *m,
                             struct arena *a,
                             struct buf *notes,
                             enum lang lang)
{
    const str *column = NULL;
    bool is_told = false;
    if (!str_is(str_from(m->target.name), "settlement") || mapping_has(m, "kind"))
        return;
    for (size_t i = 0; i < ARRAY_LEN(columns) && column == NULL; i++)
        column = mapping_column_find(shape, str_from(columns[i]));
    if (column == NULL || mapping_uses(m, *column))
        return;
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        is_told = any_fits(shape, (size_t)(column - shape->columns), i) || is_told;
    for (size_t i = 0; i < ARRAY_LEN(rules) && is_told; i++)
        is_told = add_rule(m, *column, i, a);
    if (is_told)
        buf_addf(notes,
                 tr(lang, "\"%.*s\" says which rows are refunds, fees and transfers\n"),
                 STR_ARG(*column));
}
