/* How a file would be read: its shape, each column with its field and samples, the mapping. */
#include "ingest/look.h"

#include "ingest/look_priv.h"
#include "ingest/mapping/generic_priv.h"
#include "ingest/mapping/known_names_priv.h"
#include "ingest/reading/reading_priv.h"

#include <string.h>

const char *look_field_of(const struct mapping *m, const struct row_shape *shape, size_t column)
{
    const str name = m->header_count > column ? m->header[column] : shape->columns[column];
    for (size_t i = 0; i < m->column_count; i++) {
        const struct mapping_column *c = &m->columns[i];
        str parts[2] = { c->source, c->source };
        (void)mapping_joined_columns(c->source, &parts[0], &parts[1]);
        if (c->constant.ptr == NULL &&
            (str_eq_nocase(str_trim(name), str_trim(c->source)) ||
             str_eq_nocase(str_trim(name), parts[0]) || str_eq_nocase(str_trim(name), parts[1])))
            return c->field.ptr;
    }
    for (size_t i = 0; i < m->sum_count; i++) {
        for (size_t k = 0; k < m->sums[i].terms.n; k++) {
            if (mapping_column_fits(m->sums[i].terms.items[k].column, name, NULL))
                return m->sums[i].field.ptr;
        }
    }
    return NULL;
}

bool look_keeps(const struct mapping *m, str column)
{
    return m->keep_unknown && target_field(&m->target, STR("props")) != NULL &&
           !props_is_personal(column);
}

/* ---- opening ---- */

/* Chooses the mapping, or what comes nearest with the reason why it does not fit. */
static enum status choose(struct look_run *r,
                          const struct import_options *opt,
                          struct buf *notes,
                          struct error *why)
{
    struct error other = { .lang = why->lang };
    enum status st = mapping_choose(r->shape, opt, r->arena, &r->mapping, notes, why);
    if (st == STATUS_OK) {
        if (opt->sheet != NULL)
            r->mapping->rows.sheet = opt->sheet;
        return STATUS_OK;
    }
    if (st != STATUS_NOT_FOUND || opt->map_file != NULL)
        return st;
    const str preset = str_from(opt->preset);
    const str target = str_starts(preset, STR("generic:")) ? str_skip(preset, 8) : STR_EMPTY;
    r->problem = arena_dup(r->arena, str_from(why->text));
    if (mapping_nearest(r->shape, target, r->arena, &r->mapping, &other) != STATUS_OK)
        r->mapping = NULL;
    return STATUS_OK;
}

enum status look_open(struct shop *s,
                      const char *path,
                      const struct import_options *opt,
                      struct arena *a,
                      struct look_run *r,
                      struct error *why)
{
    struct known_names *names = NULL;
    struct row_options ro = { .is_known = known_names_has, .sheet = opt->sheet };
    struct buf notes;
    *r = (struct look_run){ .arena = a, .problem = STR_EMPTY, .notes = STR_EMPTY };
    buf_init(&notes, (size_t)64 * 1024);
    enum status st = reading_source_open(s, path, HEAD_ROWS, a, &r->source, why);
    if (st == STATUS_OK)
        st = known_names_new(a, &names, why);
    ro.known_self = names;
    if (st == STATUS_OK)
        st = row_file_open(r->source.path, &ro, &r->file, why);
    r->shape = st == STATUS_OK ? row_file_shape(r->file) : NULL;
    if (st == STATUS_OK && r->shape->is_empty)
        st = error_set(why, STATUS_BAD_INPUT, "%s: the file is empty", path);
    if (st == STATUS_OK)
        st = choose(r, opt, &notes, why);
    if (st == STATUS_OK) {
        r->notes = arena_dup(a, buf_str(&notes));
        if (r->notes.ptr == NULL)
            st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    buf_release(&notes);
    return st;
}

void look_close(struct look_run *r)
{
    row_file_close(r->file);
    reading_source_close(&r->source);
}

/* ---- as data ---- */

static str kept(struct arena *a, str s)
{
    const str copy = arena_dup(a, s);
    return copy.ptr != NULL ? copy : STR_EMPTY;
}

static void take_column(const struct look_run *r, size_t i, struct look_column *out)
{
    const char *field = r->mapping != NULL ? look_field_of(r->mapping, r->shape, i) : NULL;
    const str name = r->shape->columns[i];
    out->name = kept(r->arena, name);
    out->use = field != NULL                                        ? LOOK_FIELD
               : r->mapping != NULL && look_keeps(r->mapping, name) ? LOOK_KEPT
               : props_is_personal(name)                            ? LOOK_PERSONAL
                                                                    : LOOK_UNUSED;
    out->field = kept(r->arena, str_from(field));
    for (size_t k = 0; k < r->shape->n_samples && out->n_samples < LOOK_SAMPLES; k++) {
        const str sample = r->shape->samples[k][i];
        if (sample.len > 0)
            out->samples[out->n_samples++] = kept(r->arena, str_first(sample, 200));
    }
}

static const char *const kinds[] = {
    [FIELD_TEXT] = "text",
    [FIELD_ID] = "id",
    [FIELD_MONEY] = "money",
    [FIELD_QUANTITY] = "quantity",
    [FIELD_REAL] = "number",
    [FIELD_FLAG] = "flag",
    [FIELD_TIME] = "time",
    [FIELD_DAY] = "day",
    [FIELD_STATUS] = "status",
    [FIELD_EVENT] = "event",
    [FIELD_HASH] = "id",
    [FIELD_RATE] = "number",
    [FIELD_SHARE] = "share",
    [FIELD_CURRENCY] = "currency",
    [FIELD_REFUND_STATUS] = "status",
    [FIELD_PAYMENT_STATUS] = "status",
    [FIELD_BOOKING] = "text",
    [FIELD_GRAIN] = "text",
};

static bool is_taken(const struct mapping *m, const char *field)
{
    for (size_t i = 0; i < m->column_count; i++) {
        if (str_is(m->columns[i].field, field))
            return true;
    }
    for (size_t i = 0; i < m->sum_count; i++) {
        if (str_is(m->sums[i].field, field))
            return true;
    }
    return false;
}

/* Fields that files of Chinese platforms have no column for, or none that is known. */
static const struct {
    const char *field;
    const char *name_zh;
} seldom[] = {
    { "browser", "浏览器" },
    { "cancel_reason", "取消原因" },
    { "deposit", "定金" },
    { "device", "设备" },
    { "duty", "关税" },
    { "flag", "旗标" },
    { "is_staged", "是否预售" },
    { "is_test", "是否测试" },
    { "kpi", "指标" },
    { "landing_page", "落地页" },
    { "language", "语言" },
    { "line_class", "行类别" },
    { "order_alias", "订单别名" },
    { "order_discount_platform", "平台整单优惠" },
    { "order_subtotal", "商品小计" },
    { "os", "操作系统" },
    { "props", "其他属性" },
    { "receivable", "应收金额" },
    { "refund_status", "售后状态" },
    { "remark", "备注" },
    { "sub_order_id", "子订单编号" },
    { "tip", "小费" },
};

static str seldom_name(const char *field)
{
    for (size_t i = 0; i < ARRAY_LEN(seldom); i++) {
        if (strcmp(seldom[i].field, field) == 0)
            return str_from(seldom[i].name_zh);
    }
    return STR_EMPTY;
}

static bool is_chinese(str text)
{
    return text.len > 0 && (unsigned char)text.ptr[0] >= 0xE4 && (unsigned char)text.ptr[0] <= 0xE9;
}

static str chinese_among(const struct yaml_node *names)
{
    for (size_t i = 0; names != NULL && i < names->n; i++) {
        if (is_chinese(names->items[i]->text))
            return names->items[i]->text;
    }
    return STR_EMPTY;
}

/* "order ID"; in Chinese the first name that Chinese files have for it, where one is known. */
static str label_of(const struct look_run *r,
                    const struct yaml_node *synonyms,
                    const char *field,
                    enum lang lang)
{
    const char *target = r->mapping->target.name;
    str own = STR_EMPTY;
    if (lang == LANG_ZH)
        own = chinese_among(yaml_get(yaml_get(yaml_get(synonyms, "tables"), target), field));
    if (lang == LANG_ZH && own.len == 0)
        own = chinese_among(yaml_get(synonyms, field));
    if (lang == LANG_ZH && own.len == 0)
        own = seldom_name(field);
    if (own.len > 0)
        return own;
    struct buf words;
    buf_init(&words, 256);
    for (str rest = str_from(field); rest.len > 0;) {
        const str word = str_take_until(&rest, '_');
        if (words.len > 0)
            buf_addc(&words, ' ');
        buf_add(&words, str_is(word, "id") ? STR("ID") : str_is(word, "sku") ? STR("SKU") : word);
    }
    own = kept(r->arena, buf_str(&words));
    buf_release(&words);
    return own;
}

static enum status take_fields(const struct look_run *r, struct import_look *out, struct error *why)
{
    const struct target *t = &r->mapping->target;
    struct look_field *fields = ARENA_NEW(r->arena, struct look_field, t->count + 1);
    if (fields == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const struct yaml_node *synonyms = synonyms_load(r->arena);
    for (size_t i = 0; i < t->count; i++)
        fields[i] =
            (struct look_field){ .name = kept(r->arena, str_from(t->fields[i].name)),
                                 .label = label_of(r, synonyms, t->fields[i].name, why->lang),
                                 .kind = kinds[t->fields[i].kind],
                                 .is_required = t->fields[i].is_required,
                                 .is_taken = is_taken(r->mapping, t->fields[i].name) };
    out->fields = fields;
    out->n_fields = t->count;
    out->target = str_from(t->name);
    out->preset = kept(r->arena, r->mapping->name);
    struct buf text;
    buf_init(&text, (size_t)1024 * 1024);
    mapping_write(r->mapping, &text);
    out->mapping = kept(r->arena, buf_str(&text));
    buf_release(&text);
    return STATUS_OK;
}

static void take_shape(const struct look_run *r, struct import_look *out)
{
    const struct row_shape *s = r->shape;
    str *sheets = ARENA_NEW(r->arena, str, s->n_sheets + 1);
    for (size_t i = 0; sheets != NULL && i < s->n_sheets; i++)
        sheets[i] = kept(r->arena, s->sheets[i]);
    out->sheets = sheets;
    out->n_sheets = sheets != NULL ? s->n_sheets : 0;
    out->format = str_from(row_format_name(r->source.is_parquet ? ROW_FORMAT_PARQUET : s->format));
    out->compression = str_from(row_compression_name(s->compression));
    out->encoding = str_from(row_encoding_name(s->encoding));
    out->sheet = kept(r->arena, s->sheet);
    out->header_line = s->has_header ? s->header_line : 0;
    out->title_rows = s->title_rows;
}

enum status import_look(struct shop *s,
                        const char *path,
                        const struct import_options *opt,
                        struct arena *a,
                        struct import_look *out,
                        struct error *why)
{
    struct look_run r;
    struct import_look look = { .target = STR_EMPTY, .preset = STR_EMPTY, .mapping = STR_EMPTY };
    enum status st = look_open(s, path, opt, a, &r, why);
    if (st == STATUS_OK) {
        struct look_column *columns = ARENA_NEW(a, struct look_column, r.shape->n_columns + 1);
        look.fits = r.problem.len == 0;
        look.problem = r.problem;
        look.notes = r.notes;
        take_shape(&r, &look);
        for (size_t i = 0; columns != NULL && i < r.shape->n_columns; i++)
            take_column(&r, i, &columns[i]);
        look.columns = columns;
        look.n_columns = r.shape->n_columns;
        st = columns == NULL     ? error_set(why, STATUS_NO_MEMORY, "out of memory")
             : r.mapping != NULL ? take_fields(&r, &look, why)
                                 : STATUS_OK;
    }
    look_close(&r);
    if (st != STATUS_OK)
        return import_names_file(why, st, path);
    *out = look;
    return STATUS_OK;
}

/* ---- assigning ---- */

static void drop_columns(struct mapping *m, const struct look_assignment *change)
{
    size_t n = 0;
    for (size_t i = 0; i < m->column_count; i++) {
        const struct mapping_column *c = &m->columns[i];
        const bool is_same_column =
            c->constant.ptr == NULL && str_eq_nocase(str_trim(c->source), str_trim(change->column));
        const bool is_same_field = change->field.len > 0 && str_eq(c->field, change->field);
        if (!is_same_column && !is_same_field)
            m->columns[n++] = *c;
    }
    m->column_count = n;
}

enum status import_look_assign(str mapping,
                               const struct look_assignment *changes,
                               size_t n,
                               struct arena *a,
                               str *out,
                               struct error *why)
{
    struct mapping *m = NULL;
    struct mapping *again = NULL;
    struct problems p;
    struct buf text;
    problems_init(&p, a, why->lang);
    enum status st = mapping_parse(mapping, STR("mapping"), a, &p, &m, why);
    for (size_t i = 0; i < n && st == STATUS_OK; i++) {
        drop_columns(m, &changes[i]);
        if (changes[i].field.len == 0)
            continue;
        if (target_field(&m->target, changes[i].field) == NULL)
            return error_set(why,
                             STATUS_BAD_INPUT,
                             "%s has no field \"%.*s\"",
                             m->target.name,
                             STR_ARG(str_first(changes[i].field, 80)));
        if (m->column_count == MAPPING_COLUMNS_MAX)
            return error_set(
                why, STATUS_BAD_INPUT, "more than %d columns are assigned", MAPPING_COLUMNS_MAX);
        m->columns[m->column_count++] =
            (struct mapping_column){ .source = changes[i].column, .field = changes[i].field };
    }
    if (st != STATUS_OK)
        return st;
    buf_init(&text, (size_t)1024 * 1024);
    mapping_write(m, &text);
    const str yaml = arena_dup(a, buf_str(&text));
    buf_release(&text);
    if (yaml.ptr == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    st = mapping_parse(yaml, STR("mapping"), a, &p, &again, why);
    if (st == STATUS_OK)
        *out = yaml;
    return st;
}

const char *import_target_name(size_t i)
{
    return target_name(i);
}
