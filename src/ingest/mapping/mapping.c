/* Mappings as YAML: the presets and what people write in sources/ have the same form. */
#include "ingest/ingest_priv.h"

#include "base/embedded.h"

#include <string.h>

#define PRESET_FOLDER "src/ingest/presets/"

static const struct yaml_field mapping_fields[] = {
    { "name", YAML_WANT_STR, true },
    { "target", YAML_WANT_STR, true },
    { "signature", YAML_WANT_LIST, false },
    { "header", YAML_WANT_LIST, false },
    { "columns", YAML_WANT_MAP, true },
    { "constants", YAML_WANT_MAP, false },
    { "classes", YAML_WANT_LIST, false },
    { "sums", YAML_WANT_MAP, false },
    { "checks", YAML_WANT_LIST, false },
    { "rules", YAML_WANT_LIST, false },
    { "words", YAML_WANT_MAP, false },
    { "unpivot", YAML_WANT_MAP, false },
    { "items_in", YAML_WANT_STR, false },
    { "orders_in", YAML_WANT_STR, false },
    { "currency", YAML_WANT_STR, false },
    { "timezone", YAML_WANT_STR, false },
    { "date", YAML_WANT_STR, false },
    { "delimiter", YAML_WANT_STR, false },
    { "encoding", YAML_WANT_STR, false },
    { "sheet", YAML_WANT_STR, false },
    { "records", YAML_WANT_STR, false },
    { "expand", YAML_WANT_STR, false },
    { "orders_complete", YAML_WANT_BOOL, false },
    { "paid_when_placed", YAML_WANT_BOOL, false },
    { "sale_when_paid", YAML_WANT_BOOL, false },
    { "order_per_row", YAML_WANT_BOOL, false },
    { "fill_down", YAML_WANT_BOOL, false },
    { "fill_ids", YAML_WANT_BOOL, false },
    { "sum_amounts", YAML_WANT_BOOL, false },
    { "paid_less_refunds", YAML_WANT_BOOL, false },
    { "match_returns", YAML_WANT_BOOL, false },
    { "pad_short", YAML_WANT_BOOL, false },
    { "keep_unknown", YAML_WANT_BOOL, false },
    { "amounts_without_tax", YAML_WANT_BOOL, false },
    { "amounts_with_tax", YAML_WANT_BOOL, false },
    { "amount_is_total", YAML_WANT_BOOL, false },
    { "order_tax_on_shipping", YAML_WANT_BOOL, false },
    { "without_refunds", YAML_WANT_BOOL, false },
    { "check_totals", YAML_WANT_BOOL, false },
    { "discount_from_total", YAML_WANT_BOOL, false },
    { "discount_form", YAML_WANT_STR, false },
    { "date_order", YAML_WANT_STR, false },
    { "decimal_mark", YAML_WANT_STR, false },
    { "footer", YAML_WANT_LIST, false },
    { "sum_fields", YAML_WANT_LIST, false },
};

static const struct yaml_field class_fields[] = {
    { "class", YAML_WANT_STR, true },     { "sku", YAML_WANT_LIST, false },
    { "title", YAML_WANT_LIST, false },   { "order_prefix", YAML_WANT_STR, false },
    { "quantity", YAML_WANT_STR, false }, { "price", YAML_WANT_STR, false },
};

bool mapping_holds_tax(const struct mapping *m, const struct shop_store *store)
{
    return m->amounts_with_tax || (store->tax_inclusive && !m->amounts_without_tax);
}

bool mapping_is_api(const struct mapping *m)
{
    return str_ends(m->name, STR("-api"));
}

#define X(id, name) [CLASS_SIGN_##id] = name,
static const char *const signs[] = { CLASS_SIGN_LIST(X) };
#undef X

size_t mapping_read_list(const struct yaml_node *n,
                         struct arena *a,
                         struct problems *p,
                         const str **out)
{
    if (n == NULL || !yaml_want_list(n, p))
        return 0;
    str *items = ARENA_NEW(a, str, n->n + 1);
    if (items == NULL)
        return 0;
    for (size_t i = 0; i < n->n; i++) {
        items[i] = STR_EMPTY;
        yaml_str(n->items[i], p, &items[i]);
    }
    *out = items;
    return n->n;
}

bool mapping_field_known(const struct mapping *m,
                         const struct yaml_node *at,
                         str field,
                         struct arena *a,
                         struct problems *p)
{
    const char *names[FIELDS_MAX];
    if (target_field(&m->target, field) != NULL)
        return true;
    for (size_t i = 0; i < m->target.count; i++)
        names[i] = m->target.fields[i].name;
    const str near = name_suggestion(a, p->lang, field, names, m->target.count);
    yaml_problem(
        p, at, "%s has no field \"%.*s\"%.*s", m->target.name, STR_ARG(field), STR_ARG(near));
    return false;
}

static void read_columns(const struct yaml_node *map,
                         bool is_constant,
                         struct mapping *m,
                         struct arena *a,
                         struct problems *p)
{
    for (size_t i = 0; map != NULL && i < map->n; i++) {
        const struct yaml_member *member = &map->members[i];
        str value = STR_EMPTY;
        if (!yaml_str(member->value, p, &value))
            continue;
        const str field = is_constant ? member->key : value;
        if (!mapping_field_known(m, member->value, field, a, p))
            continue;
        if (m->column_count == MAPPING_COLUMNS_MAX) {
            yaml_problem(p, member->value, "more than %d columns", MAPPING_COLUMNS_MAX);
            return;
        }
        m->columns[m->column_count++] = (struct mapping_column){
            .source = is_constant ? STR_EMPTY : member->key,
            .field = field,
            .constant = is_constant ? value : (str){ NULL, 0 },
            .line = member->line,
            .column = member->column,
        };
    }
}

static enum class_sign read_sign(const struct yaml_node *n, struct problems *p)
{
    size_t pick = CLASS_SIGN_ANY;
    yaml_enum(n, signs, ARRAY_LEN(signs), p, &pick);
    return (enum class_sign)pick;
}

static void read_rule(const struct yaml_node *n,
                      struct mapping *m,
                      struct arena *a,
                      struct problems *p)
{
    struct class_rule rule = { .order_prefix = STR_EMPTY };
    str name = STR_EMPTY;
    yaml_check_map(n, class_fields, ARRAY_LEN(class_fields), p);
    if (n->type != YAML_MAP)
        return;
    if (yaml_str(yaml_get(n, "class"), p, &name) && !line_class_parse(name, &rule.line_class))
        yaml_problem(p, yaml_get(n, "class"), "no line class \"%.*s\"", STR_ARG(name));
    rule.sku_count = mapping_read_list(yaml_get(n, "sku"), a, p, &rule.skus);
    rule.title_count = mapping_read_list(yaml_get(n, "title"), a, p, &rule.titles);
    yaml_str(yaml_get(n, "order_prefix"), p, &rule.order_prefix);
    rule.quantity = read_sign(yaml_get(n, "quantity"), p);
    rule.price = read_sign(yaml_get(n, "price"), p);
    if (m->rule_count < CLASS_RULES_MAX)
        m->rules[m->rule_count++] = rule;
    else
        yaml_problem(p, n, "more than %d class rules", CLASS_RULES_MAX);
}

static void read_file_rules(const struct yaml_node *root,
                            struct mapping *m,
                            struct arena *a,
                            struct problems *p)
{
    str text = STR_EMPTY;
    if (yaml_str(yaml_get(root, "delimiter"), p, &text) && text.len > 0) {
        m->rows.delimiter = str_is(text, "\\t") || str_is(text, "tab") ? '\t'
                            : str_is(text, "spaces")                   ? ROW_DELIMITER_SPACES
                                                                       : text.ptr[0];
        if (m->rows.delimiter == text.ptr[0] && text.len > 1)
            yaml_problem(p,
                         yaml_get(root, "delimiter"),
                         "a delimiter is one byte, \"tab\" or \"spaces\", not \"%.*s\"",
                         STR_ARG(text));
    }
    if (yaml_str(yaml_get(root, "encoding"), p, &text) &&
        !row_encoding_parse(text, &m->rows.encoding))
        yaml_problem(p, yaml_get(root, "encoding"), "unknown encoding \"%.*s\"", STR_ARG(text));
    if (yaml_str(yaml_get(root, "sheet"), p, &text))
        m->rows.sheet = arena_cstr(a, text);
    if (yaml_str(yaml_get(root, "records"), p, &text))
        m->rows.records = arena_cstr(a, text);
    if (yaml_str(yaml_get(root, "expand"), p, &text))
        m->rows.expand = arena_cstr(a, text);
    enum date_form form;
    if (yaml_str(yaml_get(root, "date"), p, &m->date) && !date_form_parse(m->date, &form))
        yaml_problem(p, yaml_get(root, "date"), "unknown date form \"%.*s\"", STR_ARG(m->date));
}

#define X(id, name) [SHARE_##id] = (name),
static const char *const share_forms[] = { SHARE_FORM_LIST(X) };
#undef X

static void read_discount_form(const struct yaml_node *root, struct mapping *m, struct problems *p)
{
    const struct yaml_node *n = yaml_get(root, "discount_form");
    str text = STR_EMPTY;
    bool is_known = false;
    if (!yaml_str(n, p, &text))
        return;
    for (size_t i = 0; i < ARRAY_LEN(share_forms); i++) {
        if (str_is(text, share_forms[i])) {
            m->discount_form = (enum share_form)i;
            is_known = true;
        }
    }
    if (!is_known)
        yaml_problem(p,
                     n,
                     "a discount is told as percent, share, paid or signed, not \"%.*s\"",
                     STR_ARG(text));
}

static void read_date_order(const struct yaml_node *root, struct mapping *m, struct problems *p)
{
    const struct yaml_node *n = yaml_get(root, "date_order");
    if (yaml_str(n, p, &m->date_order) && !str_is(m->date_order, "mdy") &&
        !str_is(m->date_order, "dmy"))
        yaml_problem(p, n, "date_order is mdy or dmy, not \"%.*s\"", STR_ARG(m->date_order));
}

static void read_decimal_mark(const struct yaml_node *root, struct mapping *m, struct problems *p)
{
    const struct yaml_node *n = yaml_get(root, "decimal_mark");
    if (yaml_str(n, p, &m->decimal_mark) && !str_is(m->decimal_mark, "comma") &&
        !str_is(m->decimal_mark, "point"))
        yaml_problem(
            p, n, "decimal_mark is comma or point, not \"%.*s\"", STR_ARG(m->decimal_mark));
}

static void read_flags(const struct yaml_node *root, struct mapping *m, struct problems *p)
{
    const struct {
        const char *key;
        bool *out;
    } flags[] = {
        { "orders_complete", &m->orders_complete },
        { "paid_when_placed", &m->paid_when_placed },
        { "sale_when_paid", &m->sale_when_paid },
        { "order_per_row", &m->order_per_row },
        { "fill_down", &m->fill_down },
        { "fill_ids", &m->fill_ids },
        { "sum_amounts", &m->sum_amounts },
        { "paid_less_refunds", &m->paid_less_refunds },
        { "match_returns", &m->match_returns },
        { "pad_short", &m->pad_short },
        { "keep_unknown", &m->keep_unknown },
        { "amounts_without_tax", &m->amounts_without_tax },
        { "amounts_with_tax", &m->amounts_with_tax },
        { "amount_is_total", &m->amount_is_total },
        { "order_tax_on_shipping", &m->order_tax_on_shipping },
        { "without_refunds", &m->without_refunds },
        { "check_totals", &m->check_totals },
        { "discount_from_total", &m->discount_from_total },
    };
    for (size_t i = 0; i < ARRAY_LEN(flags); i++)
        yaml_bool(yaml_get(root, flags[i].key), p, flags[i].out);
}

static void read_mapping(const struct yaml_node *root,
                         struct mapping *m,
                         struct arena *a,
                         struct problems *p)
{
    str target = STR_EMPTY;
    yaml_check_map(root, mapping_fields, ARRAY_LEN(mapping_fields), p);
    yaml_str(yaml_get(root, "name"), p, &m->name);
    if (!yaml_str(yaml_get(root, "target"), p, &target))
        return; /* told already, as of any text that is missing */
    if (!target_find(target, &m->target)) {
        const char *names[64];
        size_t n = 0;
        for (; n < ARRAY_LEN(names) && target_name(n) != NULL; n++)
            names[n] = target_name(n);
        const str near = name_suggestion(a, p->lang, target, names, n);
        yaml_problem(
            p, yaml_get(root, "target"), "no target \"%.*s\"%.*s", STR_ARG(target), STR_ARG(near));
        return;
    }
    m->signature_count = mapping_read_list(yaml_get(root, "signature"), a, p, &m->signature);
    m->header_count = mapping_read_list(yaml_get(root, "header"), a, p, &m->header);
    m->footer_count = mapping_read_list(yaml_get(root, "footer"), a, p, &m->footer);
    read_columns(yaml_get(root, "columns"), false, m, a, p);
    read_columns(yaml_get(root, "constants"), true, m, a, p);
    const struct yaml_node *classes = yaml_get(root, "classes");
    for (size_t i = 0; classes != NULL && classes->type == YAML_LIST && i < classes->n; i++)
        read_rule(classes->items[i], m, a, p);
    m->sum_fields = mapping_read_fields(yaml_get(root, "sum_fields"), m, a, p);
    mapping_read_rules(root, m, a, p);
    yaml_str(yaml_get(root, "items_in"), p, &m->items_in);
    yaml_str(yaml_get(root, "orders_in"), p, &m->orders_in);
    yaml_str(yaml_get(root, "currency"), p, &m->currency);
    yaml_str(yaml_get(root, "timezone"), p, &m->timezone);
    read_file_rules(root, m, a, p);
    read_flags(root, m, p);
    read_discount_form(root, m, p);
    read_date_order(root, m, p);
    read_decimal_mark(root, m, p);
}

enum status mapping_parse(str text,
                          str file,
                          struct arena *a,
                          struct problems *p,
                          struct mapping **out,
                          struct error *why)
{
    struct mapping *m = ARENA_NEW(a, struct mapping, 1);
    if (m == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    m->name = m->currency = m->timezone = m->date = m->items_in = m->orders_in = m->told_apart =
        STR_EMPTY;
    const struct yaml_node *root = yaml_parse(text, file, NULL, a, p);
    if (root != NULL)
        read_mapping(root, m, a, p);
    else if (p->n == 0)
        problem_add(p, file, 0, 0, "the mapping file is empty");
    const enum status st = problems_status(p, why);
    if (st == STATUS_OK)
        *out = m;
    return st;
}

static bool is_preset(const struct embedded_file *f)
{
    return strncmp(f->name, PRESET_FOLDER, strlen(PRESET_FOLDER)) == 0 &&
           str_ends(str_from(f->name), STR(".yaml")) &&
           !str_ends(str_from(f->name), STR("/synonyms.yaml"));
}

static const struct embedded_file *preset_file(size_t i)
{
    for (size_t k = 0; k < embedded_catalogue_count; k++) {
        if (is_preset(&embedded_catalogue[k]) && i-- == 0)
            return &embedded_catalogue[k];
    }
    return NULL;
}

size_t preset_count(void)
{
    size_t n = 0;
    while (preset_file(n) != NULL)
        n++;
    return n;
}

enum status preset_load(size_t i, struct arena *a, struct mapping **out, struct error *why)
{
    const struct embedded_file *f = preset_file(i);
    struct problems p;
    BUG_IF(f == NULL);
    problems_init(&p, a, why != NULL ? why->lang : LANG_EN);
    const enum status st =
        mapping_parse((str){ (const char *)f->data, f->size }, str_from(f->name), a, &p, out, why);
    if (st == STATUS_OK)
        (*out)->is_preset = true;
    return st;
}

static void write_list(struct buf *out, const char *key, const str *items, size_t n)
{
    if (n == 0)
        return;
    yaml_write_key(out, 0, str_from(key));
    for (size_t i = 0; i < n; i++)
        yaml_write_item(out, 1, items[i]);
}

static void write_rule(struct buf *out, const struct class_rule *r)
{
    buf_addf(out, "  - class: %s\n", line_class_name(r->line_class));
    if (r->sku_count > 0)
        buf_adds(out, "    sku:\n");
    for (size_t i = 0; i < r->sku_count; i++)
        yaml_write_item(out, 3, r->skus[i]);
    if (r->title_count > 0)
        buf_adds(out, "    title:\n");
    for (size_t i = 0; i < r->title_count; i++)
        yaml_write_item(out, 3, r->titles[i]);
    if (r->order_prefix.len > 0)
        yaml_write_pair(out, 2, STR("order_prefix"), r->order_prefix);
    if (r->quantity != CLASS_SIGN_ANY)
        yaml_write_pair(out, 2, STR("quantity"), str_from(signs[r->quantity]));
    if (r->price != CLASS_SIGN_ANY)
        yaml_write_pair(out, 2, STR("price"), str_from(signs[r->price]));
}

static void write_flag(struct buf *out, const char *key, bool value)
{
    if (value)
        buf_addf(out, "%s: true\n", key);
}

static void write_texts(const struct mapping *m, struct buf *out)
{
    const struct {
        const char *key;
        str value;
    } texts[] = {
        { "currency", m->currency },
        { "timezone", m->timezone },
        { "date", m->date },
        { "date_order", m->date_order },
        { "decimal_mark", m->decimal_mark },
        { "sheet", m->rows.sheet != NULL ? str_from(m->rows.sheet) : STR_EMPTY },
        { "records", m->rows.records != NULL ? str_from(m->rows.records) : STR_EMPTY },
        { "expand", m->rows.expand != NULL ? str_from(m->rows.expand) : STR_EMPTY },
        { "items_in", m->items_in },
        { "orders_in", m->orders_in },
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (texts[i].value.len > 0)
            yaml_write_pair(out, 0, str_from(texts[i].key), texts[i].value);
    }
}

static void write_flags(const struct mapping *m, struct buf *out)
{
    const struct {
        const char *key;
        bool value;
    } flags[] = {
        { "orders_complete", m->orders_complete },
        { "paid_when_placed", m->paid_when_placed },
        { "sale_when_paid", m->sale_when_paid },
        { "order_per_row", m->order_per_row },
        { "fill_down", m->fill_down },
        { "fill_ids", m->fill_ids },
        { "sum_amounts", m->sum_amounts },
        { "paid_less_refunds", m->paid_less_refunds },
        { "match_returns", m->match_returns },
        { "pad_short", m->pad_short },
        { "keep_unknown", m->keep_unknown },
        { "amounts_without_tax", m->amounts_without_tax },
        { "amounts_with_tax", m->amounts_with_tax },
        { "amount_is_total", m->amount_is_total },
        { "order_tax_on_shipping", m->order_tax_on_shipping },
        { "without_refunds", m->without_refunds },
        { "check_totals", m->check_totals },
        { "discount_from_total", m->discount_from_total },
    };
    for (size_t i = 0; i < ARRAY_LEN(flags); i++)
        write_flag(out, flags[i].key, flags[i].value);
}

static void write_columns(const struct mapping *m, struct buf *out)
{
    bool has_constant = false;
    if (m->column_count == 0)
        buf_adds(out, "columns: {}\n"); /* nothing is known yet */
    else
        yaml_write_key(out, 0, STR("columns"));
    for (size_t i = 0; i < m->column_count; i++) {
        if (m->columns[i].constant.ptr == NULL)
            yaml_write_pair(out, 1, m->columns[i].source, m->columns[i].field);
        has_constant = has_constant || m->columns[i].constant.ptr != NULL;
    }
    if (has_constant)
        yaml_write_key(out, 0, STR("constants"));
    for (size_t i = 0; i < m->column_count; i++) {
        if (m->columns[i].constant.ptr != NULL)
            yaml_write_pair(out, 1, m->columns[i].field, m->columns[i].constant);
    }
}

void mapping_write(const struct mapping *m, struct buf *out)
{
    yaml_write_comment(out, 0, STR("which column of the file is which field; see docs/import.md"));
    yaml_write_pair(out, 0, STR("name"), m->name);
    yaml_write_pair(out, 0, STR("target"), str_from(m->target.name));
    write_list(out, "header", m->header, m->header_count);
    write_list(out, "footer", m->footer, m->footer_count);
    write_texts(m, out);
    write_flags(m, out);
    if (m->discount_form != SHARE_PERCENT)
        buf_addf(out, "discount_form: %s\n", share_forms[m->discount_form]);
    write_columns(m, out);
    if (m->rule_count > 0)
        yaml_write_key(out, 0, STR("classes"));
    for (size_t i = 0; i < m->rule_count; i++)
        write_rule(out, &m->rules[i]);
    write_list(out, "sum_fields", m->sum_fields.items, m->sum_fields.n);
    mapping_write_rules(m, out);
}
