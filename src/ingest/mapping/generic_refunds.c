/* A column of refunds beside one that says how far each has come (退款状态): what is asked for,
 * open or refused has not gone back. A rule clears it, as people may write one. */
#include "ingest/mapping/generic_samples_priv.h"

#define NAMES_MAX 26

static const char *const refund_states[NAMES_MAX] = { "退款状态",     "商品退款状态",
                                                      "订单退款状态", "退款售后状态",
                                                      "售后状态",     "refund status",
                                                      "return status" };
static const char *const not_back[NAMES_MAX] = {
    "退款关闭", "售后关闭", "退货关闭", "已关闭",    "关闭",      "*取消*",  "*撤销*",
    "*拒绝*",   "*驳回*",   "*失败*",   "退款中",    "退货中",    "售后中",  "*处理中*",
    "待*",      "等待*",    "*申请中",  "*申请退款", "*申请售后", "pending", "requested",
    "rejected", "refused",  "declined", "cancelled"
};

/* Sets *n to how many there are. NULL: out of memory. */
static const str *texts_of(const char *const names[NAMES_MAX], struct arena *a, size_t *n)
{
    str *out = ARENA_NEW(a, str, NAMES_MAX);
    for (*n = 0; out != NULL && *n < NAMES_MAX && names[*n] != NULL; (*n)++)
        out[*n] = str_from(names[*n]);
    return out;
}

static const str *first_column(const struct row_shape *shape, const char *const names[NAMES_MAX])
{
    const str *found = NULL;
    for (size_t i = 0; found == NULL && i < NAMES_MAX && names[i] != NULL; i++)
        found = mapping_column_find(shape, str_from(names[i]));
    return found;
}

static bool says(const struct row_shape *shape,
                 const str *column,
                 size_t row,
                 const char *const words[NAMES_MAX])
{
    const str sample = value_unwrap(shape->samples[row][column - shape->columns]);
    for (size_t i = 0; i < NAMES_MAX && words[i] != NULL; i++) {
        if (mapping_pattern_fits(str_from(words[i]), sample))
            return true;
    }
    return false;
}

/* A rule whose condition is that the column has one of the words; NULL: no room. */
static struct row_rule *add_rule(struct mapping *m,
                                 str column,
                                 const char *const words[NAMES_MAX],
                                 struct arena *a)
{
    size_t n = 0;
    struct rule_condition *when = ARENA_NEW(a, struct rule_condition, 1);
    const str *patterns = texts_of(words, a, &n);
    if (when == NULL || patterns == NULL || m->row_rule_count == MAPPING_RULES_MAX)
        return NULL;
    *when = (struct rule_condition){ arena_dup(a, column), { patterns, n } };
    m->row_rules[m->row_rule_count] = (struct row_rule){ .when = when, .when_count = 1 };
    return &m->row_rules[m->row_rule_count++];
}

void mapping_settle_refunds(const struct row_shape *shape,
                            struct mapping *m,
                            struct arena *a,
                            struct buf *notes,
                            enum lang lang)
{
    const str *column = first_column(shape, refund_states);
    str *cleared = ARENA_NEW(a, str, 1);
    if (column == NULL || cleared == NULL || m->target.table != NULL || !mapping_has(m, "refunded"))
        return;
    struct row_rule *rule = add_rule(m, *column, not_back, a);
    if (rule == NULL)
        return;
    *cleared = STR("refunded");
    rule->clear = (struct mapping_names){ cleared, 1 };
    const struct sample_columns c = samples_of(shape, m);
    const size_t refunded = samples_column(shape, m, "refunded");
    bool is_seen = false;
    for (size_t i = 0; i < shape->n_samples; i++) {
        int64_t back = 0;
        is_seen = is_seen || (samples_cell(&c, i, refunded, FIELD_MONEY, &back) && back != 0 &&
                              says(shape, column, i, not_back));
    }
    if (is_seen)
        buf_addf(notes,
                 tr(lang, "refunds that \"%.*s\" calls open, refused or closed are not counted\n"),
                 STR_ARG(*column));
}
