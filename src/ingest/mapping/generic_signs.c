/* Lists of what went out write it with a minus as often as without: refunds of -19.90, fees of
 * -0.72. Where a column's samples come to less than zero, what it holds is turned round, as a rule
 * of the mapping: the few amounts with a plus are refunds or fees that came back. */
#include "ingest/mapping/generic_samples_priv.h"

#include <string.h>

static const struct outgoing {
    const char *target;
    const char *field;
} outgoing[] = { { "refund", "amount" }, { "refund", "quantity" }, { "fee", "amount" },
                 { "payment", "fee" },   { "shipment", "cost" },   { "ad_spend", "spend" } };

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
static bool turn_round(struct mapping *m, const struct mapping_column *column, struct arena *a)
{
    static const str any[] = { { "*", 1 } };
    struct rule_condition *when = ARENA_NEW(a, struct rule_condition, 1);
    str *field = ARENA_NEW(a, str, 1);
    if (when == NULL || field == NULL || m->row_rule_count == MAPPING_RULES_MAX)
        return false;
    *when = (struct rule_condition){ .column = column->source, .patterns = { any, 1 } };
    *field = column->field;
    m->row_rules[m->row_rule_count++] =
        (struct row_rule){ .when = when, .when_count = 1, .negate = { field, 1 } };
    return true;
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
            !turn_round(m, column, a))
            continue;
        buf_addf(notes,
                 tr(lang,
                    "\"%.*s\" is written with a minus: -1 is read as 1 that went out, 1 as 1 that "
                    "came back\n"),
                 STR_ARG(column->source));
    }
}
