/* Lists of what went out write it with a minus as often as without: refunds of -19.90, fees of
 * -0.72. Where a column's samples come to less than zero, what it holds is turned round, as a rule
 * of the mapping: the few amounts with a plus are refunds or fees that came back. */
#include "ingest/mapping/generic_samples_priv.h"

#include <string.h>

static const struct outgoing {
    const char *target;
    const char *field;
} outgoing[] = { { "refund", "amount" },
                 { "refund", "quantity" },
                 { "fee", "amount" },
                 { "payment", "fee" },
                 { "shipment", "cost" },
                 { "ad_spend", "spend" },
                 { "settlement", "refund" },
                 { "settlement", "fee_platform" },
                 { "settlement", "fee_commission" },
                 { "settlement", "fee_service" },
                 { "settlement", "fee_payment" },
                 { "settlement", "fee_other" } };

static bool comes_below_zero(const struct row_shape *shape,
                             const struct mapping *m,
                             const struct field *f)
{
    const struct sample_columns c = { .shape = shape };
    i128 sum = 0;
    for (size_t i = 0; i < shape->n_samples; i++) {
        int64_t value = 0;
        if (samples_cell(&c, i, samples_column(shape, m, f->name), f->kind, &value))
            sum += value;
    }
    return sum < 0;
}

/* when: {COLUMN: "*"}, negate: [FIELD] */
static bool turn_round(struct mapping *m,
                       const struct mapping_column *column,
                       const char *field,
                       struct arena *a)
{
    static const char *const any[] = { "*" };
    const struct mapping_names fields = mapping_names_of(&field, 1, a);
    struct row_rule *rule =
        fields.n == 0 ? NULL : mapping_add_rule(m, column->source, mapping_names_of(any, 1, a), a);
    if (rule != NULL)
        rule->negate = fields;
    return rule != NULL;
}

void mapping_settle_signs(const struct row_shape *shape,
                          struct mapping *m,
                          struct arena *a,
                          struct buf *notes,
                          enum lang lang)
{
    for (size_t i = 0; i < ARRAY_LEN(outgoing); i++) {
        const struct outgoing *o = &outgoing[i];
        const struct mapping_column *column = mapping_field(m, o->field);
        if (!str_is(str_from(m->target.name), o->target) || column == NULL ||
            !comes_below_zero(shape, m, target_field(&m->target, column->field)) ||
            !turn_round(m, column, o->field, a))
            continue;
        buf_addf(notes,
                 tr(lang,
                    "\"%.*s\" is written with a minus: -1 is read as 1 that went out, 1 as 1 that "
                    "came back\n"),
                 STR_ARG(column->source));
    }
}
