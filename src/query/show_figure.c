/* Values as people read them: grouped money, percent, units, names of periods. */
#include "query/query_priv.h"

unsigned show_money_decimals(const struct answer *a)
{
    return money_decimals(a->currency);
}

/* As people write them, after the narrow symbols of Unicode CLDR 44; others go by their code. */
static void add_currency(struct buf *out, str currency)
{
    static const struct {
        const char *code;
        const char *sign;
    } signs[] = { { "AUD", "$" },   { "BRL", "R$" }, { "CAD", "$" }, { "CNY", "¥" }, { "EUR", "€" },
                  { "GBP", "£" },   { "HKD", "$" },  { "ILS", "₪" }, { "INR", "₹" }, { "JPY", "¥" },
                  { "KRW", "₩" },   { "MXN", "$" },  { "NGN", "₦" }, { "NZD", "$" }, { "PHP", "₱" },
                  { "RUB", "₽" }, { "SGD", "$" },  { "TRY", "₺" }, { "TWD", "$" }, { "UAH", "₴" },
                  { "USD", "$" },   { "VND", "₫" } };
    for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
        if (str_is(currency, signs[i].code)) {
            buf_adds(out, signs[i].sign);
            return;
        }
    }
    buf_addf(out, "%.*s ", STR_ARG(currency));
}

/* From the text that JSON carries: the board shows the same digits. */
static void add_decimal(struct buf *out,
                        const struct answer_value *v,
                        unsigned shift,
                        unsigned decimals)
{
    struct buf text;
    buf_init(&text, 512);
    if (v->text.len == 0)
        buf_add_double12(&text, v->real);
    buf_add_rounded(out, v->text.len > 0 ? v->text : buf_str(&text), shift, decimals);
    buf_release(&text);
}

void show_value(struct buf *out,
                const struct answer *a,
                const struct answer_kpi *kpi,
                const struct answer_value *v)
{
    const enum kpi_unit unit = kpi->unit_id;
    if (v->kind == VALUE_NONE) {
        buf_adds(out, "–");
    } else if (v->kind == VALUE_MONEY) {
        buf_add_money_grouped(out, v->exact, money_decimals(a->currency));
    } else if (v->kind == VALUE_COUNT) {
        buf_add_i128_grouped(out, v->exact);
    } else {
        const unsigned decimals = kpi_unit_decimals(unit);
        const char *label = kpi_unit_label(unit, a->lang);
        const bool percent = unit == UNIT_PERCENT;
        add_decimal(out, v, percent ? 2 : 0, decimals);
        if (label[0] != '\0')
            buf_addf(out, "%s%s", percent || a->lang == LANG_ZH ? "" : " ", label);
    }
}

void show_value_signed(struct buf *out,
                       const struct answer *a,
                       const struct answer_kpi *kpi,
                       const struct answer_value *v)
{
    struct answer_value size = *v;
    if (v->kind == VALUE_MONEY) {
        if (v->exact < 0) {
            buf_addc(out, '-');
            size.exact = -v->exact;
        }
        add_currency(out, a->currency);
    }
    show_value(out, a, kpi, &size);
}

void show_relative(struct buf *out, const struct answer_value *v)
{
    if (v->kind == VALUE_NONE) {
        buf_adds(out, "–");
        return;
    }
    if (v->real > 0)
        buf_addc(out, '+');
    add_decimal(out, v, 2, 1);
    buf_addc(out, '%');
}

static bool period_grain_of(const struct answer *a, enum period_grain *out)
{
    static const char *const names[] = {
#define X(id, name) [PERIOD_##id] = name,
        PERIOD_GRAIN_LIST(X)
#undef X
    };
    for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
        if (str_is(a->grain, names[i])) {
            *out = (enum period_grain)i;
            return true;
        }
    }
    return false;
}

void show_period(struct buf *out, const struct answer *a, const struct answer_row *row)
{
    enum period_grain grain;
    if (row->time == DAY_NONE)
        return;
    if (period_grain_of(a, &grain))
        period_label(out, row->time, grain, &a->rules, a->lang);
    else
        buf_add_day(out, row->time);
    if (row->hour >= 0)
        buf_addf(out, " %02d:00", row->hour);
}
