/* Signs of money in the cells ("€12.00") that are not of the currency that the file is read in. */
#include "ingest/reading/reading_priv.h"

#include <string.h>

static const struct {
    const char *sign;
    const char *of; /* currencies that it is a sign of */
} signs[] = {
    { "€", "EUR" },
    { "£", "GBP" },
    { "$", "USD AUD CAD NZD SGD HKD TWD MXN BRL ARS CLP COP" },
    { "¥", "CNY JPY" },
    { "￥", "CNY JPY" },
    { "元", "CNY TWD HKD MOP" },
    { "₩", "KRW" },
    { "₹", "INR" },
    { "₽", "RUB" },
    { "zł", "PLN" },
};

/* The first sign in the column's samples that is not of the currency; NULL: none. */
static const char *foreign_sign(const struct row_shape *shape, size_t column, const char *currency)
{
    for (size_t i = 0; i < shape->n_samples; i++) {
        for (size_t k = 0; k < ARRAY_LEN(signs); k++) {
            if (str_contains(shape->samples[i][column], str_from(signs[k].sign)))
                return strstr(signs[k].of, currency) == NULL ? signs[k].sign : NULL;
        }
    }
    return NULL;
}

void reading_tell_signs(const struct reading *r, str currency, struct buf *notes, enum lang lang)
{
    char code[4] = { 0 };
    if (reading_has(r, "currency") || currency.len != sizeof code - 1)
        return;
    memcpy(code, currency.ptr, currency.len);
    for (size_t i = 0; i < r->count; i++) {
        const struct reading_column *c = &r->columns[i];
        const char *sign = c->field->kind == FIELD_MONEY && c->source < r->shape->n_columns
                               ? foreign_sign(r->shape, c->source, code)
                               : NULL;
        if (sign == NULL)
            continue;
        buf_addf(notes,
                 tr(lang,
                    "\"%.*s\" is written with %s, but no column tells the currency: read as %s, as "
                    "the store has it; --currency says another\n"),
                 STR_ARG(r->shape->columns[c->source]),
                 sign,
                 code);
        return;
    }
}
