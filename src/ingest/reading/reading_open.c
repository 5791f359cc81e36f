/* Setting a reading up: the file, which column is which field, how dates look, stage columns. */
#include "ingest/mapping/known_names_priv.h"
#include "ingest/reading/reading_priv.h"

#include <stdio.h>
#include <string.h>

#define READING_ARENA ((size_t)1024 * 1024 * 1024) /* refused rows are kept here */

static const enum source_type source_types[] = {
    [FIELD_TEXT] = SOURCE_TEXT,          [FIELD_ID] = SOURCE_TEXT,
    [FIELD_MONEY] = SOURCE_I64,          [FIELD_QUANTITY] = SOURCE_I64,
    [FIELD_REAL] = SOURCE_F64,           [FIELD_FLAG] = SOURCE_BOOL,
    [FIELD_TIME] = SOURCE_I64,           [FIELD_DAY] = SOURCE_DAY,
    [FIELD_STATUS] = SOURCE_TEXT,        [FIELD_HASH] = SOURCE_I64,
    [FIELD_RATE] = SOURCE_I64,           [FIELD_SHARE] = SOURCE_I64,
    [FIELD_EVENT] = SOURCE_TEXT,         [FIELD_CURRENCY] = SOURCE_TEXT,
    [FIELD_REFUND_STATUS] = SOURCE_TEXT, [FIELD_PAYMENT_STATUS] = SOURCE_TEXT,
    [FIELD_BOOKING] = SOURCE_TEXT,       [FIELD_GRAIN] = SOURCE_TEXT,
};

size_t reading_source_column(struct reading *r, str name)
{
    const struct mapping *m = r->mapping;
    str currency = STR_EMPTY;
    for (size_t i = 0; i < m->header_count; i++) {
        if (str_eq(m->header[i], name))
            return i;
    }
    const size_t at =
        m->header_count == 0 ? mapping_column_at(r->shape, name, &currency) : r->shape->n_columns;
    if (at == r->shape->n_columns)
        return NO_COLUMN;
    if (currency.len > 0)
        r->header_currency = currency;
    return at;
}

static enum status stage_add(struct reading *r,
                             const char *name,
                             const char *suffix,
                             enum source_type type,
                             struct error *why)
{
    const str full = arena_printf(r->arena, "%s%s", name, suffix);
    BUG_IF(r->stage_count == ARRAY_LEN(r->stage));
    if (full.len == 0)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    r->stage[r->stage_count++] = (struct source_column){ .name = full.ptr, .type = type };
    return STATUS_OK;
}

/* Single broken dates (0000-00-00, 30 February) are refused with their rows; they do not hide the
 * form of the others. Returns how many samples have a value. */
static size_t samples_that_are_dates(const struct row_shape *shape,
                                     size_t source,
                                     str *out,
                                     size_t *n)
{
    size_t filled = 0;
    for (size_t i = 0; i < shape->n_samples; i++) {
        const str s = value_unwrap(shape->samples[i][source]);
        struct date_pattern alone;
        if (value_is_none(FIELD_TIME, s) || value_is_error(s))
            continue;
        filled++;
        if (date_pattern_detect(&s, 1, DATE_FORM_DMY, &alone, NULL) == STATUS_OK)
            out[(*n)++] = s;
    }
    return filled;
}

/* The samples' first days, when cells hold two; the column is the first day then. */
static bool find_ranges(const struct reading *r, struct reading_column *c, str *samples, size_t *n)
{
    const bool can_end = target_field(&r->mapping->target, STR("end_date")) != NULL;
    for (size_t i = 0; can_end && i < r->shape->n_samples; i++) {
        str last = STR_EMPTY;
        if (!reading_split_days(value_unwrap(r->shape->samples[i][c->source]), &samples[*n], &last))
            continue;
        c->range = RANGE_FIRST;
        (*n)++;
    }
    return *n > 0;
}

/* The United States write the month first. */
static bool writes_month_first(const struct zone *z)
{
    static const char *const zones[] = {
        "US/",
        "America/New_York",
        "America/Detroit",
        "America/Kentucky/",
        "America/Indiana/",
        "America/Chicago",
        "America/Menominee",
        "America/North_Dakota/",
        "America/Denver",
        "America/Boise",
        "America/Phoenix",
        "America/Los_Angeles",
        "America/Anchorage",
        "America/Juneau",
        "Pacific/Honolulu",
    };
    for (size_t i = 0; z != NULL && i < ARRAY_LEN(zones); i++) {
        if (str_starts(zone_name(z), str_from(zones[i])))
            return true;
    }
    return false;
}

/* How the column's dates look: as forced, else from the samples. */
static enum status find_dates(struct reading *r,
                              struct reading_column *c,
                              const struct reading_from *from,
                              struct buf *notes,
                              struct error *why)
{
    const struct row_shape *shape = r->shape;
    const struct import_options *o = from->options;
    const bool is_american =
        writes_month_first(r->rules.zone) || writes_month_first(r->rules.store_zone);
    c->date = (struct date_pattern){ .form = DATE_FORM_YMD };
    if (r->mapping->date.len > 0)
        return date_form_parse(r->mapping->date, &c->date.form) ? STATUS_OK : STATUS_BAD_INPUT;
    if (c->source == NO_COLUMN)
        return STATUS_OK;
    const str order = o->date_order != NULL ? str_from(o->date_order) : r->mapping->date_order;
    const enum date_form prefer =
        str_is(order, "mdy") || (order.len == 0 && is_american) ? DATE_FORM_MDY : DATE_FORM_DMY;
    str *samples = ARENA_NEW(r->arena, str, shape->n_samples + 1);
    size_t dates = 0;
    if (samples == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const size_t filled = strcmp(c->field->name, "date") == 0 && find_ranges(r, c, samples, &dates)
                              ? dates
                              : samples_that_are_dates(shape, c->source, samples, &dates);
    if (filled == 0)
        return STATUS_OK;
    const enum status st = dates * 2 >= filled
                               ? date_pattern_detect(samples, dates, prefer, &c->date, NULL)
                               : STATUS_NOT_FOUND;
    if (st != STATUS_OK)
        return error_set(
            why,
            STATUS_BAD_INPUT,
            "column \"%.*s\": its values do not look like dates (first: \"%.*s\"); name "
            "the form in a mapping file (date: ...)",
            STR_ARG(shape->columns[c->source]),
            STR_ARG(str_first(shape->samples[0][c->source], 40)));
    return c->date.is_ambiguous && order.len == 0 ? reading_ask_dates(r, c, from, notes, why)
                                                  : STATUS_OK;
}

str reading_date_order(const struct reading *r)
{
    str order = STR_EMPTY;
    for (size_t i = 0; i < r->count; i++) {
        const enum date_form form = r->columns[i].date.form;
        const enum field_kind kind = r->columns[i].field->kind;
        if (r->columns[i].source == NO_COLUMN || (kind != FIELD_TIME && kind != FIELD_DAY))
            continue;
        order = form == DATE_FORM_MDY ? STR("mdy") : form == DATE_FORM_DMY ? STR("dmy") : order;
    }
    return order;
}

/* Cells merged over several rows give each row the text of all: right for an order's number, but an
 * amount would count once a row. */
static enum status check_merged(const struct reading *r,
                                const struct reading_column *c,
                                struct error *why)
{
    static const char *const of_order[] = { "order_discount",
                                            "order_discount_platform",
                                            "shipping",
                                            "order_tax",
                                            "tip",
                                            "order_subtotal",
                                            "order_total",
                                            "paid",
                                            "refunded",
                                            "unit_price" };
    const bool is_amount = c->field->kind == FIELD_MONEY || c->field->kind == FIELD_QUANTITY;
    bool is_order = false;
    for (size_t i = 0; i < ARRAY_LEN(of_order) && r->mapping->target.table == NULL; i++)
        is_order = is_order || strcmp(of_order[i], c->field->name) == 0;
    if (!is_amount || (is_order && !r->mapping->sum_amounts) || r->shape->merged == NULL ||
        c->source == NO_COLUMN || c->source >= r->shape->n_columns || !r->shape->merged[c->source])
        return STATUS_OK;
    return error_set(
        why,
        STATUS_BAD_INPUT,
        "column \"%.*s\": its cells are merged over several rows, and as %s they would "
        "count once a row; map it to an amount of the order (order_total, paid ...) or "
        "take the merging off in Excel",
        STR_ARG(r->shape->columns[c->source]),
        c->field->name);
}

size_t reading_part(const struct reading *r, const char *field)
{
    for (size_t i = 0; i < r->count; i++) {
        if (strcmp(r->columns[i].field->name, field) == 0)
            return i;
    }
    return NO_COLUMN;
}

static enum status column_take(struct reading *r, const struct reading_column *c, struct error *why)
{
    const bool is_time = c->field->kind == FIELD_TIME;
    if (r->count == MAPPING_COLUMNS_MAX)
        return error_set(why, STATUS_TOO_LARGE, "more than %d columns", MAPPING_COLUMNS_MAX);
    enum status st = stage_add(r, c->field->name, "", source_types[c->field->kind], why);
    if (st == STATUS_OK && is_time)
        st = stage_add(r, c->field->name, "_date", SOURCE_DAY, why);
    if (st == STATUS_OK && is_time)
        st = stage_add(r, c->field->name, "_minute", SOURCE_I16, why);
    if (st != STATUS_OK)
        return st;
    struct reading_column *taken = &r->columns[r->count++];
    *taken = *c;
    taken->rules = r->rules;
    taken->rules.takes_percent = strcmp(c->field->name, "value") == 0; /* a measure, no money */
    taken->rules.share = r->mapping->discount_form;
    if (c->source < r->shape->n_columns) /* 1037.45 may stand beside €1.037,45 */
        row_shape_column_marks(
            r->shape, c->source, &taken->rules.decimal_mark, &taken->rules.group_mark);
    return STATUS_OK;
}

enum status reading_add_field(
    struct reading *r, str field, str constant, size_t *at, struct error *why)
{
    const struct reading_column c = { .field = target_field(&r->mapping->target, field),
                                      .source = NO_COLUMN,
                                      .constant = constant,
                                      .date = { .form = DATE_FORM_YMD },
                                      .stage = r->stage_count };
    *at = reading_part(r, c.field->name);
    if (*at != NO_COLUMN)
        return STATUS_OK;
    *at = r->count;
    return column_take(r, &c, why);
}

/* Two columns of one field: where the first has no value, the other counts. Times have one form a
 * column, so there the first that is in the file counts alone. */
static void add_other(struct reading_column *first, const struct reading_column *c)
{
    const bool is_time = c->field->kind == FIELD_TIME || c->field->kind == FIELD_DAY;
    if (!is_time && first->source != NO_COLUMN && c->source != NO_COLUMN &&
        first->other_count < COLUMN_OTHERS_MAX)
        first->others[first->other_count++] = c->source;
}

/* The last day stands in the same cells as the first. */
static enum status take_range_end(struct reading *r,
                                  const struct reading_column *first,
                                  struct error *why)
{
    struct reading_column last = *first;
    last.field = target_field(&r->mapping->target, STR("end_date"));
    last.range = RANGE_LAST;
    last.stage = r->stage_count;
    r->has_end = true;
    return reading_has(r, "end_date") ? STATUS_OK : column_take(r, &last, why);
}

/* "Date + Time", unless the file has a column of that name. */
static void find_source(struct reading *r, str name, struct reading_column *c)
{
    str day = STR_EMPTY;
    str time_of_day = STR_EMPTY;
    c->source = reading_source_column(r, name);
    if (c->source != NO_COLUMN || c->field->kind != FIELD_TIME ||
        !mapping_joined_columns(name, &day, &time_of_day))
        return;
    c->source = reading_source_column(r, day);
    c->joined = reading_source_column(r, time_of_day);
    c->is_joined = c->source != NO_COLUMN && c->joined != NO_COLUMN;
}

static enum status add_column(struct reading *r,
                              const struct mapping_column *mc,
                              const struct reading_from *from,
                              struct buf *notes,
                              struct error *why)
{
    struct reading_column c = { .field = target_field(&r->mapping->target, mc->field),
                                .source = NO_COLUMN,
                                .constant = mc->constant,
                                .stage = r->stage_count };
    if (mc->constant.ptr == NULL) {
        find_source(r, mc->source, &c);
        c.constant = STR_EMPTY;
        if (c.source == NO_COLUMN) /* presets name columns that not every export has */
            return STATUS_OK;
        r->has_end = r->has_end || str_is(mc->field, "end_date");
    }
    if (r->has_end && mc->constant.ptr != NULL && str_is(mc->field, "grain"))
        return STATUS_OK; /* a preset's word for periods of one length */
    for (size_t i = 0; i < r->count; i++) {
        if (r->columns[i].field != c.field)
            continue;
        add_other(&r->columns[i], &c);
        return STATUS_OK;
    }
    enum status st = check_merged(r, &c, why);
    if (st == STATUS_OK && (c.field->kind == FIELD_ID || c.field->kind == FIELD_HASH))
        st = reading_check_ids(r->shape, c.source, why);
    if (st == STATUS_OK && (c.field->kind == FIELD_TIME || c.field->kind == FIELD_DAY))
        st = find_dates(r, &c, from, notes, why);
    if (st == STATUS_OK)
        st = column_take(r, &c, why);
    return st == STATUS_OK && c.range == RANGE_FIRST ? take_range_end(r, &c, why) : st;
}

/* A discount that is told as a share becomes an amount, in a column that the file has not. */
static enum status add_discount(struct reading *r, struct error *why)
{
    size_t at = 0;
    if (!reading_has(r, "discount_rate") || reading_has(r, "discount_merchant"))
        return STATUS_OK;
    const enum status st = reading_add_field(r, STR("discount_merchant"), STR_EMPTY, &at, why);
    r->takes_rate = st == STATUS_OK;
    return st;
}

static enum status add_parts(struct reading *r, struct error *why)
{
    enum status st = add_discount(r, why);
    r->stage_class = r->stage_order = r->stage_counted = NO_COLUMN;
    r->parts = (struct reading_parts){
        .order_id = reading_part(r, "order_id"),
        .customer_id = reading_part(r, "customer_id"),
        .sku = reading_part(r, "sku"),
        .title = reading_part(r, "title"),
        .quantity = reading_part(r, "quantity"),
        .unit_price = reading_part(r, "unit_price"),
        .line_amount = reading_part(r, "line_amount"),
        .status = reading_part(r, "status"),
        .paid_at = reading_part(r, "paid_at"),
        .placed_at = reading_part(r, "placed_at"),
        .is_staged = reading_part(r, "is_staged"),
        .paid = reading_part(r, "paid"),
        .deposit = reading_part(r, "deposit"),
        .line_class = reading_part(r, "line_class"),
        .line_tax = reading_part(r, "line_tax"),
        .discount_platform = reading_part(r, "discount_platform"),
        .refunded = reading_part(r, "refunded"),
        .order_total = reading_part(r, "order_total"),
        .order_platform = reading_part(r, "order_discount_platform"),
        .receivable = reading_part(r, "receivable"),
        .discounts = { reading_part(r, "discount_merchant"),
                       reading_part(r, "discount_platform"),
                       reading_part(r, "discount_creator") },
        .beside = { reading_part(r, "shipping"),
                    reading_part(r, "tip"),
                    reading_part(r, "duty"),
                    reading_part(r, "order_tax") },
        .order_discount = reading_part(r, "order_discount"),
        .discount_rate = r->takes_rate ? reading_part(r, "discount_rate") : NO_COLUMN,
        .currency = reading_part(r, "currency"),
    };
    r->date_part = reading_part(r, r->mapping->target.table == NULL ? "placed_at" : "date");
    if (r->date_part == NO_COLUMN && r->mapping->target.table != NULL)
        r->date_part = reading_part(r, "at");
    if (r->date_part != NO_COLUMN && (!r->columns[r->date_part].field->is_required ||
                                      r->columns[r->date_part].source == NO_COLUMN))
        r->date_part = NO_COLUMN;
    if (st != STATUS_OK || r->mapping->target.table != NULL)
        return st;
    r->stage_class = r->stage_count;
    st = stage_add(r, "class", "", SOURCE_TEXT, why);
    if (st == STATUS_OK)
        st = stage_add(r, "gross", "", SOURCE_I64, why);
    if (st == STATUS_OK && (r->parts.status != NO_COLUMN || r->parts.paid_at != NO_COLUMN ||
                            r->parts.is_staged != NO_COLUMN)) {
        r->stage_counted = r->stage_count;
        st = stage_add(r, "counted_class", "", SOURCE_TEXT, why);
    }
    if (st == STATUS_OK && r->mapping->order_per_row) {
        r->stage_order = r->stage_count;
        st = stage_add(r, "order_id", "", SOURCE_TEXT, why);
    }
    return st;
}

/* Each required field needs a column. Olist's items and payments bring no date of their own: those
 * of orders that are known already take the order's (merging says so otherwise). */
static enum status check_columns(const struct reading *r,
                                 const struct reading_from *from,
                                 struct error *why)
{
    const struct target *t = &r->mapping->target;
    for (size_t i = 0; i < t->count; i++) {
        const char *name = t->fields[i].name;
        const bool has_order_date =
            strcmp(name, t->table == NULL ? "placed_at" : "at") == 0 && reading_has(r, "order_id");
        if (t->fields[i].is_required && !reading_has(r, name) && !has_order_date)
            return reading_lacks_needed(r, from, name, why);
    }
    return STATUS_OK;
}

/* A row may not be dated later than the export, which is now unless --as-of says otherwise. */
static int64_t latest_moment(const struct import_options *o)
{
    int32_t day = 0;
    if (o->as_of == NULL || !day_parse(str_from(o->as_of), &day))
        return o->now_us;
    const int64_t as_of = (int64_t)day * US_PER_DAY;
    return as_of > o->now_us ? as_of : o->now_us;
}

enum status reading_open_rows(const struct mapping *m,
                              const struct reading_from *from,
                              struct row_file **out,
                              struct error *why)
{
    const struct import_options *o = from->options;
    struct row_options ro = m->rows;
    ro.is_known = known_names_has;
    ro.known_self = from->names;
    ro.pad_short = m->pad_short;
    if (m->header_count > 0)
        ro.header = ROW_HEADER_NO;
    if (o->encoding != NULL && !row_encoding_parse(str_from(o->encoding), &ro.encoding))
        return error_set(
            why,
            STATUS_BAD_USAGE,
            "no encoding \"%s\"; use utf-8, utf-16le, utf-16be, gb18030 or windows-1252",
            o->encoding);
    return row_file_open(from->path, &ro, out, why);
}

static enum status open_file(struct reading *r, const struct reading_from *from, struct error *why)
{
    const enum status st = reading_open_rows(r->mapping, from, &r->file, why);
    if (st == STATUS_OK)
        r->shape = row_file_shape(r->file);
    return st;
}

static bool has_field_of_its_own(const struct reading *r, str column)
{
    for (size_t i = 0; i < r->mapping->column_count; i++) {
        const struct mapping_column *c = &r->mapping->columns[i];
        if (c->constant.ptr == NULL && mapping_column_fits(c->source, column, NULL))
            return true;
    }
    return false;
}

static bool is_read(const struct reading *r, size_t source)
{
    for (size_t i = 0; i < r->count; i++) {
        if (r->columns[i].source == source)
            return true;
    }
    return false;
}

/* Columns without a field go into the field props, if the mapping keeps them and the target has
 * it; what names or reaches a person is left out. */
static enum status add_props(struct reading *r, struct error *why)
{
    const struct field *field = target_field(&r->mapping->target, STR("props"));
    r->props_part = NO_COLUMN;
    if (!r->mapping->keep_unknown || field == NULL || reading_has(r, "props") ||
        r->count == MAPPING_COLUMNS_MAX)
        return STATUS_OK;
    r->unknown = ARENA_NEW(r->arena, size_t, r->shape->n_columns + 1);
    if (r->unknown == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < r->shape->n_columns; i++) {
        const str name = r->shape->columns[i];
        if (name.len > 0 && !is_read(r, i) && !has_field_of_its_own(r, name) &&
            !props_is_personal(name))
            r->unknown[r->unknown_count++] = i;
    }
    if (r->unknown_count == 0)
        return STATUS_OK;
    r->props_part = r->count;
    r->columns[r->count++] = (struct reading_column){
        .field = field, .source = NO_COLUMN, .constant = STR_EMPTY, .stage = r->stage_count
    };
    return stage_add(r, field->name, "", source_types[field->kind], why);
}

static enum status add_columns(struct reading *r,
                               const struct reading_from *from,
                               struct buf *notes,
                               struct error *why)
{
    enum status st = stage_add(r, "row_no", "", SOURCE_I64, why);
    if (st == STATUS_OK)
        st = stage_add(r, "line_no", "", SOURCE_I64, why);
    for (size_t i = 0; st == STATUS_OK && i < r->mapping->column_count; i++)
        st = add_column(r, &r->mapping->columns[i], from, notes, why);
    if (st == STATUS_OK)
        st = reading_rules_open(r, why);
    if (st == STATUS_OK)
        st = reading_add_period(r, from, notes, why);
    if (st == STATUS_OK)
        st = add_props(r, why);
    if (st == STATUS_OK)
        st = reading_ask_marks(r, from, notes, why);
    if (st == STATUS_OK)
        st = add_parts(r, why);
    if (st == STATUS_OK)
        st = check_columns(r, from, why);
    if (st == STATUS_OK) {
        reading_tell_lacking(r, from, notes, why != NULL ? why->lang : LANG_EN);
        st = reading_ask_nameless(r, from, why);
    }
    return st == STATUS_OK ? reading_ask_totals(r, from, why) : st;
}

/* Where the file's totals show another sense of prices than the store's. */
static void tax_note(const struct reading *r,
                     const struct shop_store *store,
                     struct buf *notes,
                     const struct error *why)
{
    const enum lang lang = why != NULL ? why->lang : LANG_EN;
    if (r->mapping->tax_is_shown && r->holds_tax != store->tax_inclusive)
        buf_adds(notes,
                 r->holds_tax ? tr(lang,
                                   "what was paid shows that prices hold their tax: it is "
                                   "taken out of them\n")
                              : tr(lang,
                                   "totals show that prices are without tax: nothing is "
                                   "taken out of them\n"));
}

enum status reading_open(const struct reading_from *from,
                         struct reading **out,
                         struct buf *notes,
                         struct error *why)
{
    struct reading *r = mem_new(1, sizeof *r);
    if (r == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    pthread_mutex_init(&r->mutex, NULL);
    r->mapping = from->mapping;
    r->arena = arena_new(READING_ARENA);
    enum status st = r->arena == NULL ? error_set(why, STATUS_NO_MEMORY, "out of memory")
                                      : open_file(r, from, why);
    if (st == STATUS_OK) {
        r->rules = (struct value_rules){ .decimal_mark = r->shape->decimal_mark,
                                         .group_mark = r->shape->group_mark,
                                         .takes_percent = true,
                                         .zone = from->zone,
                                         .store_zone = from->store->zone,
                                         .now_us = latest_moment(from->options) };
        header_note(r->shape, why != NULL ? why->lang : LANG_EN, notes);
        r->is_presale_at_deposit = from->store->presale == PRESALE_DEPOSIT;
        r->holds_tax = mapping_holds_tax(r->mapping, from->store);
        tax_note(r, from->store, notes, why);
        st = add_columns(r, from, notes, why);
        r->currency = r->header_currency.len > 0     ? r->header_currency
                      : r->mapping->currency.len > 0 ? r->mapping->currency
                                                     : from->store->currency;
    }
    if (st != STATUS_OK) {
        reading_close(r);
        return st;
    }
    *out = r;
    return STATUS_OK;
}
