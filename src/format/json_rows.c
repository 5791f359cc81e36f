/* A JSON record as rows: nested objects become dotted columns (customer.id), one array of objects
 * (line_items) becomes a row per element with the record's other fields repeated, any other array
 * is one field with its JSON text. Numbers keep their text. null and absent are both empty. */
#include "format/json_split_priv.h"

#include "format/format.h"
#include "format/json_simd_priv.h"
#include "format/readers_priv.h"

#include <string.h>

#define PATH_MAX_BYTES 1000
#define ITEM_CELLS_MAX ((size_t)4 << 20)
#define DISCOVER_ROWS  1000
#define SAMPLES_MAX    200

struct json_rows {
    struct json_simd *simd;
    const struct row_file *f;
    struct row_block *b;
    struct map *found;  /* discovering: paths in the order seen; else NULL */
    size_t best_expand; /* discovering: rank of the best array to expand */
    str expand;
    str expand_found;
    /* the walk */
    char path[PATH_MAX_BYTES + 8];
    size_t path_len;
    size_t bases[JSON_SIMD_DEPTH + 2]; /* path length of every open object */
    unsigned depth;
    unsigned item_depth; /* depth inside the expanded array, 0 outside */
    bool in_item;
    unsigned array_depth; /* brackets open in an array that is kept as text */
    struct json_writer writer;
    struct buf text;
    enum row_refusal refusal;
    size_t column;
    /* the record's cells; .ptr NULL: not set */
    str *parent;
    size_t n_columns;
    str *items;
    size_t items_cap;
    size_t n_items;
    uint64_t n_unseen;
    str first_unseen;
    char unseen_name[128];
    /* rows still to give of the current record */
    size_t part;
    size_t parts;
    struct row row;
};

static struct json_rows *rows_new(const struct row_file *f)
{
    struct json_rows *j = mem_new(1, sizeof *j);
    if (j == NULL)
        return NULL;
    j->simd = json_simd_new();
    j->f = f;
    buf_init(&j->text, (size_t)64 << 20);
    if (j->simd != NULL)
        return j;
    json_rows_free(j);
    return NULL;
}

void json_rows_free(struct json_rows *j)
{
    if (j == NULL)
        return;
    json_simd_free(j->simd);
    buf_release(&j->text);
    mem_free(j->parent);
    mem_free(j->items);
    mem_free(j);
}

uint64_t json_rows_unseen(const struct json_rows *j, str *first)
{
    if (j == NULL)
        return 0;
    if (first != NULL)
        *first = j->n_unseen > 0 ? j->first_unseen : STR_EMPTY;
    return j->n_unseen;
}

static bool refuse(struct json_rows *j, enum row_refusal why, size_t column)
{
    if (j->refusal == ROW_REFUSAL_NONE) {
        j->refusal = why;
        j->column = column;
    }
    return false;
}

/* The column of the current path; SIZE_MAX when it is not one. */
static size_t column_of(struct json_rows *j)
{
    const str path = { j->path, j->path_len };
    if (j->found != NULL) {
        const size_t n = map_len(j->found);
        if (map_get(j->found, path) == NULL && n < j->f->opt.columns_limit &&
            !map_put(j->found, path, n))
            refuse(j, ROW_REFUSAL_RECORD_TOO_LARGE, 0);
        return SIZE_MAX;
    }
    const uint64_t *at = map_get(j->f->columns, path);
    if (at != NULL)
        return (size_t)*at;
    if (j->n_unseen++ == 0) {
        const size_t n = path.len < sizeof j->unseen_name ? path.len : sizeof j->unseen_name;
        memcpy(j->unseen_name, path.ptr, n);
        j->first_unseen = (str){ j->unseen_name, n };
    }
    return SIZE_MAX;
}

/* Text that lives in the parser moves to the block. The scratch holds a record's texts and is as
 * large as the block, and no text is longer than what it was made from. */
static str keep(struct json_rows *j, str s)
{
    struct row_block *b = j->b;
    if (b->scratch_cap - b->scratch_used < s.len) {
        refuse(j, ROW_REFUSAL_RECORD_TOO_LARGE, 0);
        return STR_EMPTY;
    }
    char *to = b->scratch + b->scratch_used;
    memcpy(to, s.ptr, s.len);
    b->scratch_used += s.len;
    return (str){ to, s.len };
}

static bool set_cell(struct json_rows *j, str text, bool is_borrowed)
{
    const size_t column = column_of(j);
    if (column >= j->n_columns)
        return true;
    str *cell = &j->parent[column];
    if (j->in_item)
        cell = &j->items[(j->n_items - 1) * j->n_columns + column];
    if (cell->ptr != NULL)
        return refuse(j, ROW_REFUSAL_KEY_TWICE, column);
    if (text.len > j->f->opt.field_limit)
        return refuse(j, ROW_REFUSAL_FIELD_TOO_LARGE, column);
    if (memchr(text.ptr, 0, text.len) != NULL)
        return refuse(j, ROW_REFUSAL_NUL_BYTE, column);
    *cell = is_borrowed ? keep(j, text) : text;
    return j->refusal == ROW_REFUSAL_NONE;
}

static bool add_item(struct json_rows *j)
{
    const size_t need = (j->n_items + 1) * j->n_columns;
    if (j->found != NULL)
        return true;
    if (need > ITEM_CELLS_MAX || !MEM_GROW(j->items, j->items_cap, need))
        return refuse(j, ROW_REFUSAL_RECORD_TOO_LARGE, 0);
    memset(j->items + j->n_items * j->n_columns, 0, j->n_columns * sizeof *j->items);
    j->n_items++;
    return true;
}

/* Arrays that are kept as text are written again, compact. */
static bool write_event(struct json_rows *j, enum json_simd_event ev, str text)
{
    static const char *const words[] = {
        [JSON_SIMD_TRUE] = "true",
        [JSON_SIMD_FALSE] = "false",
        [JSON_SIMD_NULL] = "null",
    };
    struct json_writer *w = &j->writer;
    switch (ev) {
    case JSON_SIMD_OBJECT_OPEN:
        json_object_open(w);
        break;
    case JSON_SIMD_OBJECT_CLOSE:
        json_object_close(w);
        break;
    case JSON_SIMD_ARRAY_OPEN:
        json_array_open(w);
        break;
    case JSON_SIMD_ARRAY_CLOSE:
        json_array_close(w);
        break;
    case JSON_SIMD_KEY:
        json_key_str(w, text);
        break;
    case JSON_SIMD_STRING:
        json_str(w, text);
        break;
    case JSON_SIMD_NUMBER:
        json_raw(w, text);
        break;
    default:
        json_raw(w, str_from(words[ev]));
    }
    j->array_depth += ev == JSON_SIMD_ARRAY_OPEN || ev == JSON_SIMD_OBJECT_OPEN;
    j->array_depth -= ev == JSON_SIMD_ARRAY_CLOSE || ev == JSON_SIMD_OBJECT_CLOSE;
    if (j->array_depth > 0)
        return true;
    if (!buf_ok(&j->text))
        return refuse(j, ROW_REFUSAL_RECORD_TOO_LARGE, 0);
    return set_cell(j, buf_str(&j->text), true);
}

static bool is_item_level(const struct json_rows *j)
{
    return j->item_depth > 0 && j->depth == j->item_depth;
}

/* Arrays that hold an order's or product's lines, best first. Others (tax_lines, addresses) would
 * multiply records without need. */
static const char *const expandable[] = {
    "line_items",  "lineItems",         "order_lines", "orderLines",
    "order_items", "orderItems",        "lines",       "items",
    "goods",       "goods_list",        "details",     "variants",
    "products",    "refund_line_items",
};

static void note_expandable(struct json_rows *j, str path)
{
    if (j->found == NULL || j->item_depth > 0)
        return;
    for (size_t i = 0; i < j->best_expand; i++) {
        const str name = str_from(expandable[i]);
        const bool is_tail =
            path.len > name.len && str_ends(path, name) && path.ptr[path.len - name.len - 1] == '.';
        if (!str_eq(path, name) && !is_tail)
            continue;
        j->best_expand = i;
        j->expand_found = arena_dup(j->f->arena, path);
        return;
    }
}

static bool open_array(struct json_rows *j)
{
    const str path = { j->path, j->path_len };
    if (j->depth == 0)
        return refuse(j, ROW_REFUSAL_NOT_OBJECT, 0);
    if (j->item_depth == 0 && j->expand.len > 0 && str_eq(path, j->expand)) {
        j->item_depth = j->depth;
        return true;
    }
    note_expandable(j, path);
    if (is_item_level(j) && !j->in_item) { /* an array in the expanded array is one item */
        if (!add_item(j))
            return false;
        j->in_item = true;
        j->path_len = j->expand.len;
    }
    buf_clear(&j->text);
    json_writer_init(&j->writer, &j->text);
    return write_event(j, JSON_SIMD_ARRAY_OPEN, STR_EMPTY);
}

static bool on_key(struct json_rows *j, str key)
{
    const size_t base = j->bases[j->depth];
    if (base + 1 + key.len > PATH_MAX_BYTES)
        return refuse(j, ROW_REFUSAL_TOO_DEEP, 0);
    j->path_len = base;
    if (base > 0)
        j->path[j->path_len++] = '.';
    memcpy(j->path + j->path_len, key.ptr, key.len);
    j->path_len += key.len;
    return true;
}

static bool open_object(struct json_rows *j)
{
    if (is_item_level(j)) {
        if (!add_item(j))
            return false;
        j->in_item = true;
        j->path_len = j->expand.len;
    }
    if (j->depth + 1 >= ARRAY_LEN(j->bases))
        return refuse(j, ROW_REFUSAL_TOO_DEEP, 0);
    j->bases[++j->depth] = j->path_len;
    return true;
}

static bool close_object(struct json_rows *j)
{
    j->path_len = j->bases[j->depth--];
    if (is_item_level(j))
        j->in_item = false;
    return true;
}

static bool on_scalar(struct json_rows *j, enum json_simd_event ev, str text)
{
    if (j->depth == 0)
        return refuse(j, ROW_REFUSAL_NOT_OBJECT, 0);
    const bool is_bare_item = is_item_level(j) && !j->in_item;
    if (is_bare_item) {
        if (!add_item(j))
            return false;
        j->path_len = j->expand.len;
    }
    if (ev == JSON_SIMD_TRUE)
        text = STR("true");
    if (ev == JSON_SIMD_FALSE)
        text = STR("false");
    if (!is_bare_item)
        return set_cell(j, text, ev == JSON_SIMD_STRING);
    j->in_item = true;
    const bool fine = set_cell(j, text, ev == JSON_SIMD_STRING);
    j->in_item = false;
    return fine;
}

static bool on_event(void *self, enum json_simd_event ev, const char *ptr, size_t len)
{
    struct json_rows *j = self;
    const str text = { ptr, len };
    if (j->array_depth > 0) {
        if (!write_event(j, ev, text))
            return false;
        if (j->array_depth == 0 && is_item_level(j))
            j->in_item = false;
        return true;
    }
    switch (ev) {
    case JSON_SIMD_OBJECT_OPEN:
        return open_object(j);
    case JSON_SIMD_OBJECT_CLOSE:
        return close_object(j);
    case JSON_SIMD_ARRAY_OPEN:
        return open_array(j);
    case JSON_SIMD_ARRAY_CLOSE: /* the expanded one: others are text */
        j->item_depth = 0;
        return true;
    case JSON_SIMD_KEY:
        return on_key(j, text);
    default:
        return on_scalar(j, ev, text);
    }
}

static void walk_reset(struct json_rows *j)
{
    j->path_len = 0;
    j->bases[0] = 0;
    j->depth = 0;
    j->item_depth = 0;
    j->in_item = false;
    j->array_depth = 0;
    j->refusal = ROW_REFUSAL_NONE;
    j->column = 0;
    j->n_items = 0;
    if (j->n_columns > 0)
        memset(j->parent, 0, j->n_columns * sizeof *j->parent);
}

static void walk_record(struct json_rows *j, const char *text, size_t len)
{
    static const enum row_refusal refusals[] = {
        [JSON_SIMD_OK] = ROW_REFUSAL_NONE,
        [JSON_SIMD_BROKEN] = ROW_REFUSAL_BAD_JSON,
        [JSON_SIMD_TOO_DEEP] = ROW_REFUSAL_TOO_DEEP,
        [JSON_SIMD_NO_MEMORY] = ROW_REFUSAL_RECORD_TOO_LARGE,
        [JSON_SIMD_STOPPED] = ROW_REFUSAL_BAD_JSON,
    };
    size_t at;
    walk_reset(j);
    const enum json_simd_end end = json_simd_walk(j->simd, text, len, on_event, j, &at);
    if (j->refusal == ROW_REFUSAL_NONE)
        j->refusal = refusals[end];
}

enum status json_rows_prepare(struct row_block *b, struct error *why)
{
    struct json_rows *j = b->json;
    if (j == NULL)
        j = b->json = rows_new(b->file);
    if (j == NULL)
        return row_no_memory(why);
    const size_t n = b->file->shape.n_columns;
    if (j->n_columns != n || j->parent == NULL) {
        mem_free(j->parent);
        j->parent = mem_new(n + 1, sizeof *j->parent);
        j->n_columns = j->parent != NULL ? n : 0;
    }
    j->f = b->file;
    j->expand = b->file->shape.expand;
    j->b = b;
    j->part = 0;
    j->parts = 0;
    j->n_unseen = 0;
    return j->parent != NULL ? STATUS_OK : row_no_memory(why);
}

static str cell_text(str s)
{
    return s.ptr != NULL ? s : STR_EMPTY;
}

static void lay_fields(struct json_rows *j)
{
    const str *item = j->n_items > 0 ? j->items + j->part * j->n_columns : NULL;
    for (size_t i = 0; i < j->n_columns; i++)
        j->b->fields[i] = cell_text(item != NULL && item[i].ptr != NULL ? item[i] : j->parent[i]);
}

/* The next record, parsed; false at the block's end. */
static bool next_record(struct json_rows *j)
{
    struct row_block *b = j->b;
    if (b->at >= b->n_records)
        return false;
    const struct block_record *r = &b->records[b->at++];
    const str raw = { b->data + r->start, r->len };
    j->row = (struct row){ .row_no = b->row_no++, .line = r->line, .raw = raw };
    j->part = 0;
    j->parts = 1;
    if (r->refusal == ROW_REFUSAL_NONE) {
        walk_record(j, raw.ptr, raw.len);
    } else {
        walk_reset(j);
        j->refusal = r->refusal;
    }
    j->row.refusal = j->refusal;
    j->row.column = j->column;
    if (j->refusal == ROW_REFUSAL_BAD_JSON && b->has_bad_bytes && !str_is_utf8(raw))
        j->row.refusal = ROW_REFUSAL_BAD_BYTES;
    if (j->refusal != ROW_REFUSAL_NONE) {
        j->row.raw.len = raw.len < RAW_SHOWN_MAX ? raw.len : RAW_SHOWN_MAX;
        return true;
    }
    if (j->n_items > 0)
        j->parts = j->n_items;
    return true;
}

bool json_rows_next(struct row_block *b, struct row *out)
{
    struct json_rows *j = b->json;
    if (j->part >= j->parts && !next_record(j))
        return false;
    *out = j->row;
    if (j->expand.len > 0)
        out->row_no = j->row.row_no * ROW_ITEMS + (int64_t)j->part + 1;
    out->part = (uint32_t)j->part;
    out->parts = (uint32_t)j->parts;
    out->fields = b->fields;
    if (out->refusal == ROW_REFUSAL_NONE) {
        lay_fields(j);
        out->n = j->n_columns;
    }
    j->part++;
    return true;
}

/* One pass over the first records that collects the paths. */
static enum status discover(struct row_file *f, struct row_block *b, str *expand, struct error *why)
{
    struct json_rows *j = b->json;
    map_free(f->columns);
    f->columns = map_new();
    if (f->columns == NULL)
        return row_no_memory(why);
    j->found = f->columns;
    j->expand = f->shape.expand;
    j->best_expand = ARRAY_LEN(expandable);
    j->expand_found = STR_EMPTY;
    for (size_t i = 0; i < b->n_records && i < DISCOVER_ROWS; i++)
        if (b->records[i].refusal == ROW_REFUSAL_NONE)
            walk_record(j, b->data + b->records[i].start, b->records[i].len);
    j->found = NULL;
    b->scratch_used = 0;
    *expand = j->expand_found;
    return STATUS_OK;
}

static enum status set_json_columns(struct row_file *f, struct error *why)
{
    const size_t n = map_len(f->columns);
    str *names = arena_alloc(f->arena, n + 1, sizeof *names);
    size_t i = 0;
    str key;
    uint64_t at;
    if (names == NULL)
        return row_no_memory(why);
    while (map_next(f->columns, &i, &key, &at))
        names[at] = arena_dup(f->arena, key);
    f->shape.columns = names;
    f->shape.n_columns = n;
    f->shape.has_header = n > 0;
    return STATUS_OK;
}

static enum status take_json_samples(struct row_file *f, struct row_block *b, struct error *why)
{
    const str **samples = arena_alloc(f->arena, SAMPLES_MAX, sizeof *samples);
    enum status st = samples != NULL ? json_rows_prepare(b, why) : row_no_memory(why);
    struct row row;
    while (samples != NULL && st == STATUS_OK && f->shape.n_samples < SAMPLES_MAX &&
           json_rows_next(b, &row)) {
        if (row.refusal != ROW_REFUSAL_NONE)
            continue;
        const str *copy = row_copy_fields(f->arena, row.fields, row.n);
        if (copy == NULL)
            st = row_no_memory(why);
        else
            samples[f->shape.n_samples++] = copy;
    }
    f->shape.samples = samples;
    return st;
}

static enum status open_from_head(struct row_file *f, struct row_block *b, struct error *why)
{
    str found = STR_EMPTY;
    if (f->opt.expand != NULL)
        f->shape.expand = arena_dup(f->arena, str_from(f->opt.expand));
    enum status st = discover(f, b, &found, why);
    if (st == STATUS_OK && f->opt.expand == NULL && found.len > 0) {
        f->shape.expand = found;
        st = discover(f, b, &found, why);
    }
    if (st == STATUS_OK)
        st = set_json_columns(f, why);
    if (st == STATUS_OK)
        st = take_json_samples(f, b, why);
    return st;
}

static enum status open_place(struct row_file *f, str *text, struct error *why)
{
    f->split = mem_new(1, sizeof *f->split);
    if (f->split == NULL)
        return row_no_memory(why);
    if (f->shape.format == ROW_FORMAT_NDJSON)
        return STATUS_OK;
    const struct json_place place = json_find_records(*text, f->opt.records);
    if (!place.is_found)
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "the JSON has no member \"%s\" with records in its first MiB",
                         f->opt.records);
    f->split->place = place;
    f->shape.records = arena_dup(f->arena, place.member);
    f->split->place.member = f->shape.records;
    f->next_line += (int64_t)count_byte(str_first(*text, place.offset), '\n');
    f->ahead_pos += place.offset;
    *text = str_skip(*text, place.offset);
    return STATUS_OK;
}

enum status json_open_rows(struct row_file *f, str text, struct error *why)
{
    f->dialect = (struct csv_dialect){ .delimiter = '\n', .newline = '\n' };
    f->shape.records = STR_EMPTY;
    f->shape.expand = STR_EMPTY;
    enum status st = open_place(f, &text, why);
    if (st != STATUS_OK)
        return st;
    f->reader = f->shape.format == ROW_FORMAT_NDJSON ? &ndjson_reader : &json_reader;
    struct row_block *b = row_block_new();
    if (b == NULL)
        return row_no_memory(why);
    st = json_cut_head(f, b, text, why);
    f->shape.is_empty = st == STATUS_OK && b->n_records == 0 && f->source_ended;
    if (st == STATUS_OK)
        st = open_from_head(f, b, why);
    row_block_free(b);
    return st;
}
