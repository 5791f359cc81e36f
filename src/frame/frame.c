/* Column arrays with a validity byte a cell. Texts live in the frame's arena, one copy each. */
#include "frame/frame.h"

#include <string.h>

struct frame_column {
    str name;
    enum frame_type type;
    void *cells;
    bool *valid;
    size_t cells_cap;
    size_t valid_cap;
};

struct frame {
    struct frame_column *columns;
    size_t column_count;
    size_t columns_cap;
    size_t rows;
    struct arena *texts;
};

/* A frame as large as this is refused by the arena, not by the machine. */
#define FRAME_TEXT_BUDGET ((size_t)8 << 30)

static const size_t cell_sizes[] = {
#define X(id, ctype) [FRAME_##id] = sizeof(ctype),
    FRAME_TYPE_LIST(X)
#undef X
};

struct frame *frame_new(void)
{
    struct frame *f = mem_new(1, sizeof *f);
    if (f == NULL)
        return NULL;
    f->texts = arena_new(FRAME_TEXT_BUDGET);
    if (f->texts == NULL) {
        mem_free(f);
        return NULL;
    }
    return f;
}

void frame_free(struct frame *f)
{
    if (f == NULL)
        return;
    for (size_t i = 0; i < f->column_count; i++) {
        mem_free(f->columns[i].cells);
        mem_free(f->columns[i].valid);
    }
    mem_free(f->columns);
    arena_free(f->texts);
    mem_free(f);
}

int frame_add_column(struct frame *f, str name, enum frame_type type)
{
    BUG_IF(f->rows != 0);
    BUG_IF((unsigned)type >= FRAME_TYPE_COUNT);
    const str copy = arena_dup(f->texts, name);
    if (copy.ptr == NULL || f->column_count >= INT32_MAX)
        return -1;
    if (!MEM_GROW(f->columns, f->columns_cap, f->column_count + 1))
        return -1;
    f->columns[f->column_count] = (struct frame_column){ .name = copy, .type = type };
    return (int)f->column_count++;
}

static bool column_grow(struct frame_column *c, size_t rows)
{
    return mem_grow(&c->cells, &c->cells_cap, rows, cell_sizes[c->type]) &&
           mem_grow((void **)&c->valid, &c->valid_cap, rows, sizeof *c->valid);
}

bool frame_add_rows(struct frame *f, size_t n)
{
    if (n > SIZE_MAX - f->rows)
        return false;
    for (size_t i = 0; i < f->column_count; i++) {
        if (!column_grow(&f->columns[i], f->rows + n))
            return false;
    }
    for (size_t i = 0; i < f->column_count && n > 0; i++)
        memset(f->columns[i].valid + f->rows, 0, n * sizeof *f->columns[i].valid);
    f->rows += n;
    return true;
}

size_t frame_rows(const struct frame *f)
{
    return f->rows;
}

size_t frame_columns(const struct frame *f)
{
    return f->column_count;
}

static const struct frame_column *column_at(const struct frame *f, size_t col)
{
    BUG_IF(col >= f->column_count);
    return &f->columns[col];
}

str frame_name(const struct frame *f, size_t col)
{
    return column_at(f, col)->name;
}

enum frame_type frame_type(const struct frame *f, size_t col)
{
    return column_at(f, col)->type;
}

int frame_find(const struct frame *f, str name)
{
    for (size_t i = 0; i < f->column_count; i++) {
        if (str_eq(f->columns[i].name, name))
            return (int)i;
    }
    return -1;
}

bool frame_is_null(const struct frame *f, size_t col, size_t row)
{
    BUG_IF(row >= f->rows);
    return !column_at(f, col)->valid[row];
}

static const void *cell_of(const struct frame *f, size_t col, size_t row, enum frame_type type)
{
    const struct frame_column *c = column_at(f, col);
    BUG_IF(c->type != type);
    BUG_IF(row >= f->rows);
    BUG_IF(!c->valid[row]);
    return (const char *)c->cells + row * cell_sizes[type];
}

int64_t frame_i64(const struct frame *f, size_t col, size_t row)
{
    return *(const int64_t *)cell_of(f, col, row, FRAME_I64);
}

i128 frame_i128(const struct frame *f, size_t col, size_t row)
{
    if (column_at(f, col)->type == FRAME_I64)
        return frame_i64(f, col, row);
    return *(const i128 *)cell_of(f, col, row, FRAME_I128);
}

double frame_f64(const struct frame *f, size_t col, size_t row)
{
    return *(const double *)cell_of(f, col, row, FRAME_F64);
}

str frame_str(const struct frame *f, size_t col, size_t row)
{
    const enum frame_type type = column_at(f, col)->type;
    BUG_IF(type != FRAME_TEXT && type != FRAME_BLOB);
    return *(const str *)cell_of(f, col, row, type);
}

/* Marks the cell as present and gives its place. */
static void *cell_set(struct frame *f, size_t col, size_t row, enum frame_type type)
{
    BUG_IF(col >= f->column_count || row >= f->rows);
    struct frame_column *c = &f->columns[col];
    BUG_IF(c->type != type);
    c->valid[row] = true;
    return (char *)c->cells + row * cell_sizes[type];
}

void frame_set_i64(struct frame *f, size_t col, size_t row, int64_t v)
{
    *(int64_t *)cell_set(f, col, row, FRAME_I64) = v;
}

void frame_set_i128(struct frame *f, size_t col, size_t row, i128 v)
{
    *(i128 *)cell_set(f, col, row, FRAME_I128) = v;
}

void frame_set_f64(struct frame *f, size_t col, size_t row, double v)
{
    *(double *)cell_set(f, col, row, FRAME_F64) = v;
}

bool frame_set_str(struct frame *f, size_t col, size_t row, str v)
{
    const enum frame_type type = column_at(f, col)->type;
    BUG_IF(type != FRAME_TEXT && type != FRAME_BLOB);
    const str copy = arena_dup(f->texts, v);
    if (copy.ptr == NULL)
        return false;
    *(str *)cell_set(f, col, row, type) = copy;
    return true;
}
