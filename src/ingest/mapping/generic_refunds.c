/* A column of refunds beside one that says how far each has come (退款状态): what is asked for,
 * open or refused has not gone back. A rule clears it, as people may write one. */
#include "ingest/mapping/generic_samples_priv.h"

static const char *const refund_states[] = { "退款状态",     "商品退款状态", "订单退款状态",
                                             "退款售后状态", "售后状态",     "refund status",
                                             "return status" };
static const char *const not_back[] = {
    "退款关闭", "售后关闭", "退货关闭", "已关闭",    "关闭",      "*取消*",  "*撤销*",
    "*拒绝*",   "*驳回*",   "*失败*",   "退款中",    "退货中",    "售后中",  "*处理中*",
    "待*",      "等待*",    "*申请中",  "*申请退款", "*申请售后", "pending", "requested",
    "rejected", "refused",  "declined", "cancelled"
};

static const str *state_column(const struct row_shape *shape)
{
    const str *found = NULL;
    for (size_t i = 0; found == NULL && i < ARRAY_LEN(refund_states); i++)
        found = mapping_column_find(shape, str_from(refund_states[i]));
    return found;
}

static bool is_not_back(str sample)
{
    bool is = false;
    for (size_t i = 0; i < ARRAY_LEN(not_back); i++)
        is = is || mapping_pattern_fits(str_from(not_back[i]), value_unwrap(sample));
    return is;
}

void mapping_settle_refunds(const struct row_shape *shape,
                            struct mapping *m,
                            struct arena *a,
                            struct buf *notes,
                            enum lang lang)
{
    static const char *const refunded_field[] = { "refunded" };
    const str *column = state_column(shape);
    if (column == NULL || m->target.table != NULL || !mapping_has(m, refunded_field[0]))
        return;
    struct row_rule *rule =
        mapping_add_rule(m, *column, mapping_names_of(not_back, ARRAY_LEN(not_back), a), a);
    if (rule == NULL)
        return;
    rule->clear = mapping_names_of(refunded_field, 1, a);
    const struct sample_columns c = samples_of(shape, m);
    const size_t refunded = samples_column(shape, m, refunded_field[0]);
    bool is_seen = false;
    for (size_t i = 0; i < shape->n_samples; i++) {
        int64_t back = 0;
        is_seen = is_seen || (samples_cell(&c, i, refunded, FIELD_MONEY, &back) && back != 0 &&
                              is_not_back(shape->samples[i][column - shape->columns]));
    }
    if (is_seen)
        buf_addf(notes,
                 tr(lang, "refunds that \"%.*s\" calls open, refused or closed are not counted\n"),
                 STR_ARG(*column));
}
