/* The column of a file for a field: by the field's name and the other names of synonyms.yaml. */
#include "ingest/mapping/generic_priv.h"
#include "ingest/mapping/known_names_priv.h"

#include "base/embedded.h"

#include <string.h>

#define SYNONYMS "src/ingest/presets/synonyms.yaml"

const str *mapping_column_find(const struct row_shape *shape, str name)
{
    const size_t at = mapping_column_at(shape, name, NULL);
    return at < shape->n_columns ? &shape->columns[at] : NULL;
}

const struct yaml_node *synonyms_load(struct arena *a)
{
    struct problems p;
    problems_init(&p, a, LANG_EN);
    for (size_t i = 0; i < embedded_catalogue_count; i++) {
        const struct embedded_file *f = &embedded_catalogue[i];
        if (strcmp(f->name, SYNONYMS) == 0)
            return yaml_parse((str){ (const char *)f->data, f->size }, STR(SYNONYMS), NULL, a, &p);
    }
    return NULL;
}

/* ---- Columns that are taken -------------------------------------------------------------------
 */

bool mapping_uses(const struct mapping *m, str column)
{
    for (size_t i = 0; i < m->column_count; i++) {
        if (str_eq(m->columns[i].source, column))
            return true;
    }
    return false;
}

struct mapping_column *mapping_field(struct mapping *m, const char *field)
{
    for (size_t i = 0; i < m->column_count; i++) {
        if (str_is(m->columns[i].field, field))
            return &m->columns[i];
    }
    return NULL;
}

void mapping_drop(struct mapping *m, const struct mapping_column *column)
{
    const size_t at = (size_t)(column - m->columns);
    for (size_t i = at; i + 1 < m->column_count; i++)
        m->columns[i] = m->columns[i + 1];
    m->column_count--;
}

bool mapping_has(const struct mapping *m, const char *field)
{
    for (size_t i = 0; i < m->column_count; i++) {
        if (str_is(m->columns[i].field, field))
            return true;
    }
    return false;
}

bool mapping_has_any(const struct mapping *m, const char *const *fields, size_t n)
{
    for (size_t i = 0; i < n && fields[i] != NULL; i++) {
        if (mapping_has(m, fields[i]))
            return true;
    }
    return false;
}

bool mapping_name_says(str name, const char *word)
{
    const size_t len = strlen(word);
    for (size_t at = 0; at + len <= name.len; at++) {
        if (str_eq_nocase((str){ name.ptr + at, len }, (str){ word, len }))
            return true;
    }
    return false;
}

/* ---- Records that hold a list of lines ------------------------------------------------------- */

/* Of JSON that is expanded, some columns are the line's ("items.price"), the others the record's:
 * these stand on each of its rows, where an amount or a count would be told as often as there are
 * lines. */
enum level {
    LEVEL_ANY,   /* not expanded */
    LEVEL_LINE,  /* of the line only */
    LEVEL_RECORD /* of the record only */
};

/* The line's name without the list's; empty: a column of the record. */
static str name_in_line(const struct row_shape *shape, str column)
{
    const size_t at = shape->expand.len;
    if (at == 0 || column.len <= at + 1 || column.ptr[at] != '.' ||
        !str_starts(column, shape->expand))
        return STR_EMPTY;
    return str_skip(column, at + 1);
}

static bool is_told_by_line(const struct target *t, const struct field *f)
{
    static const char *const of_orders[] = {
        "sub_order_id",      "line_class",       "sku",         "title",
        "quantity",          "unit_price",       "line_amount", "discount_merchant",
        "discount_platform", "discount_creator", "line_tax"
    };
    for (size_t i = 0; t->table == NULL && i < ARRAY_LEN(of_orders); i++) {
        if (strcmp(f->name, of_orders[i]) == 0)
            return true;
    }
    return t->table != NULL && (f->kind == FIELD_MONEY || f->kind == FIELD_QUANTITY ||
                                f->kind == FIELD_REAL || strcmp(f->name, "sku") == 0);
}

static enum level level_of(const struct row_shape *shape,
                           const struct target *t,
                           const struct field *f)
{
    if (shape->expand.len == 0)
        return LEVEL_ANY;
    return is_told_by_line(t, f) ? LEVEL_LINE : LEVEL_RECORD;
}

/* ---- Units in a header ------------------------------------------------------------------------
 */

/* What may stand in parentheses behind a name, and the currency that it tells: 元 and $ are those
 * of several. */
struct unit {
    str currency;
    str timezone;
    enum tax_word tax;
};

static const struct {
    const char *text;
    const char *currency;
} units[] = { { "元", "" },     { "¥", "" },    { "￥", "" },       { "$", "" },
              { "RMB", "CNY" }, { "€", "EUR" }, { "£", "GBP" },     { "件", "" },
              { "个", "" },     { "Base", "" }, { "Purchased", "" } };

/* Of times; in parentheses, or behind a blank or underscore. */
static const struct {
    const char *text;
    const char *timezone;
} zones[] = { { "UTC", "UTC" },
              { "GMT", "UTC" },
              { "UTC+0", "UTC" },
              { "UTC+8", "Asia/Shanghai" },
              { "GMT+8", "Asia/Shanghai" },
              { "北京时间", "Asia/Shanghai" } };

/* Prices and amounts of lines only: what such a refund or payment is of the money, nobody says. In
 * parentheses, or behind a blank; Chinese words stand in front as well. */
static const struct {
    const char *text;
    enum tax_word tax;
} taxes[] = {
    { "net", TAX_WITHOUT },      { "gross", TAX_WITH },        { "excl. VAT", TAX_WITHOUT },
    { "excl VAT", TAX_WITHOUT }, { "ex VAT", TAX_WITHOUT },    { "ex. VAT", TAX_WITHOUT },
    { "incl. VAT", TAX_WITH },   { "incl VAT", TAX_WITH },     { "inc VAT", TAX_WITH },
    { "inc. VAT", TAX_WITH },    { "excl. tax", TAX_WITHOUT }, { "excl tax", TAX_WITHOUT },
    { "ex tax", TAX_WITHOUT },   { "ex. tax", TAX_WITHOUT },   { "incl. tax", TAX_WITH },
    { "incl tax", TAX_WITH },    { "inc tax", TAX_WITH },      { "inc. tax", TAX_WITH },
    { "不含税", TAX_WITHOUT },   { "未税", TAX_WITHOUT },      { "无税", TAX_WITHOUT },
    { "含税", TAX_WITH },        { "原币无税", TAX_WITHOUT },  { "原币含税", TAX_WITH },
};

/* ISO 4217, codes in use. Other words of three capitals are none: "Price (NET)", "Total (VAT)". */
static const char currencies[] =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP "
    "BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
    "GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR "
    "KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK "
    "MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR "
    "SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS "
    "UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

static bool is_iso_currency(str s)
{
    for (size_t i = 0; i + 3 < sizeof currencies; i += 4) {
        if (str_eq(s, (str){ currencies + i, 3 }))
            return true;
    }
    return false;
}

static size_t last_of(str s, str what)
{
    size_t found = s.len;
    for (size_t i = 0; i + what.len <= s.len; i++)
        found = str_starts(str_skip(s, i), what) ? i : found;
    return found;
}

static bool is_unit(str text, struct unit *out)
{
    *out = (struct unit){ .currency = is_iso_currency(text) ? text : STR_EMPTY,
                          .timezone = STR_EMPTY };
    for (size_t i = 0; i < ARRAY_LEN(zones) && out->timezone.len == 0; i++)
        out->timezone =
            str_eq_nocase(text, str_from(zones[i].text)) ? str_from(zones[i].timezone) : STR_EMPTY;
    if (out->currency.len > 0 || out->timezone.len > 0)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(taxes) && out->tax == TAX_UNSAID; i++)
        out->tax = str_eq_nocase(text, str_from(taxes[i].text)) ? taxes[i].tax : TAX_UNSAID;
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        if (str_eq_nocase(text, str_from(units[i].text))) {
            out->currency = str_from(units[i].currency);
            return true;
        }
    }
    return out->tax != TAX_UNSAID;
}

/* "Price" of "Price incl. VAT", 单价 of 含税单价; empty where nothing is said of tax. */
static str without_tax_word(str column, struct unit *unit)
{
    for (size_t i = 0; i < ARRAY_LEN(taxes); i++) {
        const str word = str_from(taxes[i].text);
        const bool is_ascii = (unsigned char)word.ptr[0] < 0x80;
        const bool is_behind = is_ascii && word.len + 1 < column.len &&
                               memchr(word.ptr, ' ', word.len) != NULL &&
                               column.ptr[column.len - word.len - 1] == ' ' &&
                               str_eq_nocase(str_skip(column, column.len - word.len), word);
        unit->tax = taxes[i].tax;
        if (is_behind)
            return str_trim(str_first(column, column.len - word.len));
        if (!is_ascii && word.len < column.len && str_starts(column, word))
            return str_skip(column, word.len);
    }
    unit->tax = TAX_UNSAID;
    return STR_EMPTY;
}

/* "created at" of "created_at_utc"; empty where no zone stands behind the name. */
static str without_zone(str column, struct unit *unit)
{
    for (size_t i = 0; i < ARRAY_LEN(zones); i++) {
        const str word = str_from(zones[i].text);
        const size_t rest = column.len > word.len ? column.len - word.len : 0;
        if (rest < 2 || (column.ptr[rest - 1] != ' ' && column.ptr[rest - 1] != '_') ||
            !str_eq_nocase(str_skip(column, rest), word))
            continue;
        unit->timezone = str_from(zones[i].timezone);
        return str_first(column, rest - 1);
    }
    return STR_EMPTY;
}

/* "Price" of "Price (EUR)"; empty where no unit stands behind the name. */
static str without_unit(str name, struct unit *unit)
{
    static const struct {
        const char *open;
        const char *close;
    } pairs[] = { { "(", ")" }, { "（", "）" } };
    const str column = str_trim(name);
    *unit = (struct unit){ .currency = STR_EMPTY, .timezone = STR_EMPTY };
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        const str open = str_from(pairs[i].open);
        const str close = str_from(pairs[i].close);
        const size_t at = last_of(column, open);
        if (at == column.len || last_of(column, close) + close.len != column.len)
            continue;
        const size_t from = at + open.len;
        const str text = str_trim(str_first(str_skip(column, from), column.len - close.len - from));
        return is_unit(text, unit) ? str_first(column, at) : STR_EMPTY;
    }
    const str plain = without_zone(column, unit);
    return plain.len > 0 ? plain : without_tax_word(column, unit);
}

str mapping_currency_of(str column)
{
    struct unit unit;
    (void)without_unit(column, &unit);
    return unit.currency;
}

str mapping_timezone_of(str column)
{
    struct unit unit;
    (void)without_unit(column, &unit);
    return unit.timezone;
}

enum tax_word mapping_tax_word(str column)
{
    struct unit unit;
    (void)without_unit(column, &unit);
    return str_ends(column, STR("价税合计")) ? TAX_WITH : unit.tax;
}

const str *mapping_column_without_tax(const struct row_shape *shape, str column)
{
    struct unit own;
    const str name = without_unit(column, &own);
    for (size_t i = 0; i < shape->n_columns && own.tax == TAX_WITH; i++) {
        struct unit unit;
        const str other = without_unit(shape->columns[i], &unit);
        if (unit.tax == TAX_WITHOUT && mapping_column_fits(name, other, NULL))
            return &shape->columns[i];
    }
    return NULL;
}

/* Of an order's amounts the postage may be told without tax, as its lines then are, and the total
 * with it. */
static enum tax_word other_tax_word(const struct field *f)
{
    static const struct {
        const char *field;
        enum tax_word tax;
    } fields[] = { { "shipping", TAX_WITHOUT }, { "order_total", TAX_WITH } };
    for (size_t i = 0; f != NULL && i < ARRAY_LEN(fields); i++) {
        if (strcmp(f->name, fields[i].field) == 0)
            return fields[i].tax;
    }
    return TAX_UNSAID;
}

/* Of two such columns that without tax, of totals that with it. */
static const str *column_with_unit(const struct row_shape *shape, const struct field *f, str name)
{
    const enum tax_word last = other_tax_word(f) == TAX_WITH ? TAX_WITHOUT : TAX_WITH;
    const str *found = NULL;
    for (size_t i = 0; shape->columns != NULL && i < shape->n_columns; i++) {
        struct unit unit;
        const str plain = without_unit(shape->columns[i], &unit);
        if (plain.len == 0 || !mapping_column_fits(name, plain, NULL))
            continue;
        if (unit.tax != last)
            return &shape->columns[i];
        found = found == NULL ? &shape->columns[i] : found;
    }
    return found;
}

bool mapping_is_line_money(const struct field *f)
{
    return strcmp(f->name, "unit_price") == 0 || strcmp(f->name, "line_amount") == 0;
}

/* ---- What a column holds --------------------------------------------------------------------- */

static bool has_digit(str s)
{
    /* of full width: EF BC 90 to 99 */
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        if ((c >= '0' && c <= '9') ||
            (c >= 0x90 && c <= 0x99 && i >= 2 && str_starts(str_skip(s, i - 2), STR("\xef\xbc"))))
            return true;
    }
    return false;
}

/* Numbers, and some with a decimal mark: what a coupon took off, not its code. */
static bool holds_decimals(const struct row_shape *shape, size_t column)
{
    struct value_rules rules = { .decimal_mark = shape->decimal_mark };
    bool has_mark = false;
    for (size_t i = 0; i < shape->n_samples; i++) {
        struct cell cell;
        const str s = shape->samples[i][column];
        if (value_read(FIELD_MONEY, &rules, NULL, NULL, s, &cell) != NULL)
            return false;
        has_mark = has_mark || (s.len > 0 && memchr(s.ptr, rules.decimal_mark, s.len) != NULL);
    }
    return has_mark;
}

/* "Shipping: Express" and "Refunded: Yes" are no amounts, whatever they are called. What a row
 * needs is taken all the same: each row tells what is wrong with it. */
static bool may_hold(const struct row_shape *shape, const str *column, const struct field *f)
{
    static const enum field_kind numbers[] = { FIELD_MONEY, FIELD_QUANTITY, FIELD_REAL, FIELD_TIME,
                                               FIELD_DAY,   FIELD_RATE,     FIELD_SHARE };
    const size_t at = (size_t)(column - shape->columns);
    bool is_number = false;
    bool has_value = false;
    const enum tax_word tax = mapping_tax_word(*column);
    if (f != NULL && !mapping_is_line_money(f) && tax != TAX_UNSAID && tax != other_tax_word(f))
        return false;
    if (f != NULL && f->kind == FIELD_TIME && mapping_is_clock(shape, at))
        return false;
    if (f != NULL && strcmp(f->name, "coupon") == 0 && holds_decimals(shape, at))
        return false;
    if (f == NULL || f->is_required)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(numbers) && !is_number; i++)
        is_number = f->kind == numbers[i];
    if (!is_number)
        return true;
    for (size_t i = 0; i < shape->n_samples; i++) {
        if (has_digit(shape->samples[i][at]))
            return true;
        has_value = has_value || shape->samples[i][at].len > 0;
    }
    return !has_value;
}

static const str *column_named(const struct row_shape *shape,
                               enum level level,
                               const struct field *f,
                               str name)
{
    if (level == LEVEL_ANY) {
        const str *found = mapping_column_find(shape, name);
        return found != NULL ? found : column_with_unit(shape, f, name);
    }
    for (size_t i = 0; i < shape->n_columns; i++) {
        const str in_line = name_in_line(shape, shape->columns[i]);
        if ((in_line.len > 0) != (level == LEVEL_LINE))
            continue;
        if (mapping_column_fits(name, in_line.len > 0 ? in_line : shape->columns[i], NULL))
            return &shape->columns[i];
    }
    return NULL;
}

static const str *column_among(const struct row_shape *shape,
                               enum level level,
                               const struct field *f,
                               const struct yaml_node *names)
{
    const str *found = NULL;
    for (size_t i = 0; found == NULL && names != NULL && i < names->n; i++) {
        found = column_named(shape, level, f, names->items[i]->text);
        if (found != NULL && !may_hold(shape, found, f))
            found = NULL;
    }
    return found;
}

const str *mapping_column_exact(const struct row_shape *shape,
                                const struct target *target,
                                const struct field *f)
{
    const str *found = column_named(shape, level_of(shape, target, f), f, str_from(f->name));
    return found != NULL && may_hold(shape, found, f) ? found : NULL;
}

/* The column for a field: its own name first, then what the table calls it, then other names of the
 * field, each list in its order. */
const str *mapping_column_for(const struct row_shape *shape,
                              const struct target *target,
                              const struct field *f,
                              const struct yaml_node *synonyms)
{
    const enum level level = level_of(shape, target, f);
    const struct yaml_node *own = yaml_get(yaml_get(synonyms, "tables"), target->name);
    const struct yaml_node *records = yaml_get(synonyms, "records");
    const str *found = mapping_column_exact(shape, target, f);
    if (found == NULL)
        found = column_among(shape, level, f, yaml_get(own, f->name));
    if (found == NULL && level == LEVEL_RECORD)
        found = column_among(shape, level, f, yaml_get(records, f->name));
    return found != NULL ? found : column_among(shape, level, f, yaml_get(synonyms, f->name));
}

const str *mapping_column_named(const struct row_shape *shape, const struct yaml_node *names)
{
    return column_among(shape, LEVEL_ANY, NULL, names);
}

bool mapping_names_orders(const struct row_shape *shape, const struct yaml_node *synonyms)
{
    return mapping_column_find(shape, STR("order_id")) != NULL ||
           mapping_column_named(shape, yaml_get(synonyms, "order_id")) != NULL;
}
