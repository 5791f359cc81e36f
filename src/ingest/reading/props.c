/* Columns of an export that have no field, kept as JSON when the mapping asks for it.
 *
 * Not those that name or reach a person: nothing here needs them, and erasing a person must not
 * depend on what some platform calls a column. */
#include "ingest/reading/reading_priv.h"

bool props_is_personal(str column)
{
    static const char *const words[] = {
        "姓名",     "收货人",   "收件人",     "联系",      "电话",          "手机",      "地址",
        "邮箱",     "身份证",   "账号",       "支付宝",    "昵称",          "会员名",    "买家留言",
        "发票抬头", "旺旺",     "first name", "last name", "full name",     "recipient", "receiver",
        "buyer",    "customer", "billing",    "phone",     "mobile",        "address",   "mail",
        "street",   "postcode", "zip",        "company",   "shipping name", "birth",     "vat id"
    };
    char lower[256];
    size_t n = 0;
    for (; n < column.len && n < sizeof lower; n++) {
        const char c = column.ptr[n];
        lower[n] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_contains((str){ lower, n }, str_from(words[i])))
            return true;
    }
    return false;
}

const char *props_convert(struct reading_worker *w, const struct row *row)
{
    const struct reading *r = w->reading;
    struct cell *out = &w->cells[r->props_part];
    buf_clear(&w->props);
    for (size_t i = 0; i < r->unknown_count; i++) {
        const size_t column = r->unknown[i];
        const str value = column < row->n ? value_unwrap(row->fields[column]) : STR_EMPTY;
        if (value_is_none(FIELD_ID, value))
            continue;
        buf_addc(&w->props, w->props.len == 0 ? '{' : ',');
        buf_add_json_str(&w->props, r->shape->columns[column]);
        buf_addc(&w->props, ':');
        buf_add_json_str(&w->props, value);
    }
    *out = (struct cell){ .is_null = w->props.len == 0 };
    if (out->is_null)
        return NULL;
    buf_addc(&w->props, '}');
    out->text = buf_str(&w->props);
    return buf_ok(&w->props) ? NULL : "the columns without a field are longer than 64 KiB";
}
