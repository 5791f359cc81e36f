/* What a file's samples leave open is asked of all its rows: whether the month or the day comes
 * first, whether a comma is a decimal mark, and whether line totals are before or after discounts.
 * A pass of its own, made in these cases only and ended as soon as enough values have told, so that
 * it costs a long file little. */
#include "ingest/reading/reading_priv.h"

#include <stdio.h>

/* So many more values must speak for one form than for the other to end the pass early: a single
 * misspelt date does not turn a file around. */
#define ENOUGH 10

/* Takes one good row; false: enough is known. */
typedef bool (*ask_row)(void *self, const struct row *row);

static enum status ask_block(struct row_file *f,
                             struct row_block *b,
                             ask_row take,
                             void *self,
                             bool *more,
                             struct error *why)
{
    const enum status st = row_file_next_block(f, b, more, why);
    struct row row;
    if (st != STATUS_OK || !*more)
        return st;
    while (*more && row_next(b, &row)) {
        if (row.refusal == ROW_REFUSAL_NONE)
            *more = take(self, &row);
    }
    return STATUS_OK;
}

static enum status ask_rows(const struct reading *r,
                            const struct reading_from *from,
                            ask_row take,
                            void *self,
                            struct error *why)
{
    const struct import_progress *p = from->options->progress;
    struct row_file *f = NULL;
    struct row_block *b = row_block_new();
    bool more = true;
    enum status st = b == NULL ? error_set(why, STATUS_NO_MEMORY, "out of memory")
                               : reading_open_rows(r->mapping, from, &f, why);
    while (st == STATUS_OK && more) {
        st = ask_block(f, b, take, self, &more, why);
        if (st == STATUS_OK && p != NULL)
            p->step(p->self,
                    "reading",
                    (int64_t)row_file_bytes_done(f),
                    (int64_t)r->shape->bytes_total);
    }
    row_block_free(b);
    row_file_close(f);
    return st;
}

/* ---- day or month first ---- */

struct ask_dates {
    const struct reading_column *column;
    size_t mdy;
    size_t dmy;
    char separator;    /* behind the first number of the column's dates; 0: none seen */
    size_t others_mdy; /* dates of other columns, whether or not they have a field */
    size_t others_dmy;
};

/* What stands behind the one or two digits that a text begins with; 0: no such text. */
static char separator_of(str s)
{
    size_t n = 0;
    while (n < s.len && s.ptr[n] >= '0' && s.ptr[n] <= '9')
        n++;
    return n > 0 && n <= 2 && n < s.len ? s.ptr[n] : '\0';
}

/* Only what is written as the column's dates are: 1.13.25 may be a version. */
static void ask_others(struct ask_dates *a, const struct row *row)
{
    for (size_t i = 0; i < row->n && a->separator != '\0'; i++) {
        const str s = value_unwrap(row->fields[i]);
        if (i == a->column->source || separator_of(s) != a->separator)
            continue;
        const enum date_form told = date_order_told(s);
        a->others_mdy += told == DATE_FORM_MDY;
        a->others_dmy += told == DATE_FORM_DMY;
    }
}

static bool ask_date(void *self, const struct row *row)
{
    struct ask_dates *a = self;
    str s = value_unwrap(row->fields[a->column->source]);
    str first = STR_EMPTY;
    str last = STR_EMPTY;
    if (a->column->range != RANGE_NONE && reading_split_days(s, &first, &last))
        s = first;
    const enum date_form told = date_order_told(s);
    a->mdy += told == DATE_FORM_MDY;
    a->dmy += told == DATE_FORM_DMY;
    a->separator = a->separator == '\0' ? separator_of(s) : a->separator;
    if (a->mdy + a->dmy == 0)
        ask_others(a, row);
    return a->mdy < a->dmy + ENOUGH && a->dmy < a->mdy + ENOUGH;
}

/* Where no date of the column tells, those of the file's other columns do, unless they contradict
 * each other. */
static bool others_tell(const struct ask_dates *a)
{
    return a->mdy + a->dmy == 0 && (a->others_mdy == 0) != (a->others_dmy == 0);
}

enum status reading_ask_dates(const struct reading *r,
                              struct reading_column *c,
                              const struct reading_from *from,
                              struct buf *notes,
                              struct error *why)
{
    struct ask_dates a = { .column = c };
    const enum lang lang = why != NULL ? why->lang : LANG_EN;
    const str name = r->shape->columns[c->source];
    const enum status st = ask_rows(r, from, ask_date, &a, why);
    if (st != STATUS_OK)
        return st;
    if (a.mdy != a.dmy) {
        c->date.form = a.mdy > a.dmy ? DATE_FORM_MDY : DATE_FORM_DMY;
        c->date.is_ambiguous = false;
        if (a.mdy > 0 && a.dmy > 0)
            buf_addf(notes,
                     tr(lang,
                        "column \"%.*s\": some dates begin with the day, others with the month; "
                        "read as most of them, %s, and those that cannot be that are refused\n"),
                     STR_ARG(name),
                     date_form_look(c->date.form));
        return STATUS_OK;
    }
    if (others_tell(&a)) {
        c->date.form = a.others_mdy > 0 ? DATE_FORM_MDY : DATE_FORM_DMY;
        c->date.is_ambiguous = false;
        buf_addf(notes,
                 tr(lang,
                    "column \"%.*s\": no date of its own tells day from month; read as %s, as "
                    "other columns of the file show\n"),
                 STR_ARG(name),
                 date_form_look(c->date.form));
        return STATUS_OK;
    }
    buf_addf(notes,
             a.mdy == 0 ? tr(lang,
                             "column \"%.*s\": no date tells day from month; read as %s "
                             "(--date-order mdy or dmy decides)\n")
                        : tr(lang,
                             "column \"%.*s\": as many dates begin with the day as with the month; "
                             "read as %s (--date-order mdy or dmy decides)\n"),
             STR_ARG(name),
             date_form_look(c->date.form));
    return STATUS_OK;
}

/* ---- decimal comma or point ---- */

struct ask_number { /* of one column of the reading */
    struct row_marks marks;
    char example[32]; /* 1,234 */
    bool is_open;     /* its own numbers are asked */
};
struct ask_marks {
    const struct reading *reading;
    bool is_told;         /* the file's mark is known: only columns of their own are asked */
    struct row_marks all; /* every column of the file */
    struct ask_number numbers[MAPPING_COLUMNS_MAX];
};

static bool is_asked(const struct reading *r, const struct reading_column *c)
{
    return (c->field->kind == FIELD_MONEY || c->field->kind == FIELD_QUANTITY) &&
           c->source < r->shape->n_columns;
}

static bool is_enough(const struct row_marks *m)
{
    return m->comma >= m->point + ENOUGH || m->point >= m->comma + ENOUGH;
}

static bool ask_mark(void *self, const struct row *row)
{
    struct ask_marks *a = self;
    const struct reading *r = a->reading;
    bool more = false;
    for (size_t i = 0; i < row->n && !a->is_told; i++)
        row_marks_add(&a->all, row->fields[i]);
    for (size_t i = 0; i < r->count; i++) {
        const struct reading_column *c = &r->columns[i];
        struct ask_number *n = &a->numbers[i];
        if (!n->is_open || c->source >= row->n)
            continue;
        row_marks_add(&n->marks, row->fields[c->source]);
        if (n->example[0] == '\0' && n->marks.single_comma + n->marks.single_point > 0)
            (void)snprintf(n->example,
                           sizeof n->example,
                           "%.*s",
                           STR_ARG(str_first(value_unwrap(row->fields[c->source]), 24)));
        more = more || !is_enough(&n->marks);
    }
    return a->is_told ? more : !is_enough(&a->all);
}

static void set_marks(struct value_rules *rules, char decimal_mark)
{
    rules->decimal_mark = decimal_mark;
    rules->group_mark = decimal_mark == ',' ? '.' : ',';
}

/* By the column's own numbers, else by the file's, else by what its separator says: who separates
 * fields with ; does so because the comma is in the numbers, and groups by points. True: nothing in
 * the column told. */
static bool settle_marks(const struct ask_marks *a,
                         const struct row_marks *own,
                         char delimiter,
                         struct value_rules *rules)
{
    if (own->comma != own->point)
        set_marks(rules, own->comma > own->point ? ',' : '.');
    else if ((own->many_commas > 0) != (own->many_points > 0))
        set_marks(rules, own->many_commas > 0 ? '.' : ',');
    else if (a->all.comma != a->all.point)
        set_marks(rules, a->all.comma > a->all.point ? ',' : '.');
    else if (delimiter == ';' && own->single_comma == 0 && own->single_point > 0)
        set_marks(rules, ',');
    return own->comma == own->point && (own->many_commas > 0) == (own->many_points > 0) &&
           own->single_comma + own->single_point > 0;
}

static void note_example(const struct reading_column *c,
                         str name,
                         const char *example,
                         enum lang lang,
                         struct buf *notes)
{
    struct cell value;
    if (value_read(FIELD_MONEY, &c->rules, NULL, NULL, str_from(example), &value) != NULL)
        return; /* its row is refused, which is told too */
    buf_addf(notes,
             tr(lang,
                "column \"%.*s\": no number tells whether its comma or point is a decimal mark; "
                "\"%s\" read as %.10g (--decimal-mark comma or point decides)\n"),
             STR_ARG(name),
             example,
             (double)value.i64 / 1e4);
}

static struct row_marks marks_of_samples(const struct row_shape *shape, size_t first, size_t last)
{
    struct row_marks m = { 0 };
    for (size_t r = 0; r < shape->n_samples; r++) {
        for (size_t i = first; i < last; i++)
            row_marks_add(&m, shape->samples[r][i]);
    }
    return m;
}

/* Which columns are asked: all where not one number among the samples tells; else those whose own
 * samples hold numbers such as 1.234 and none that tells. False: none. */
static bool open_columns(struct ask_marks *a)
{
    const struct reading *r = a->reading;
    const struct row_marks all = marks_of_samples(r->shape, 0, r->shape->n_columns);
    bool any = false;
    a->is_told = a->is_told || all.comma + all.point > 0;
    for (size_t i = 0; i < r->count && r->shape->format == ROW_FORMAT_CSV; i++) {
        const size_t source = r->columns[i].source;
        if (!is_asked(r, &r->columns[i]))
            continue;
        const struct row_marks own = marks_of_samples(r->shape, source, source + 1);
        a->numbers[i].is_open =
            !a->is_told || (own.comma + own.point == 0 && own.single_comma + own.single_point > 0);
        any = any || a->numbers[i].is_open;
    }
    return any;
}

/* A column among others that tell: by its own numbers, else as the file's. */
static void settle_open(const struct ask_marks *a, struct reading *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct row_marks *own = &a->numbers[i].marks;
        if (a->numbers[i].is_open && own->comma != own->point)
            set_marks(&r->columns[i].rules, own->comma > own->point ? ',' : '.');
    }
}

static void settle_all(const struct ask_marks *a,
                       struct reading *r,
                       struct buf *notes,
                       enum lang lang)
{
    if (a->all.comma != a->all.point) /* sums of columns are read by the file's */
        set_marks(&r->rules, a->all.comma > a->all.point ? ',' : '.');
    for (size_t i = 0; i < r->count; i++) {
        struct reading_column *c = &r->columns[i];
        if (a->numbers[i].is_open &&
            settle_marks(a, &a->numbers[i].marks, r->shape->delimiter, &c->rules))
            note_example(c, r->shape->columns[c->source], a->numbers[i].example, lang, notes);
    }
}

/* 1.234 in JSON or Excel may be a number, which has a point; a comma stands in texts alone. */
static bool may_be_number(const struct reading *r, const struct row_marks *own)
{
    return r->shape->format != ROW_FORMAT_CSV && own->single_point + own->many_points > 0;
}

/* What was said of the file holds for all columns but those whose own numbers tell. */
static bool take_said(struct reading *r, str said, struct buf *notes, enum lang lang)
{
    const char mark = str_is(said, "comma") ? ',' : '.';
    if (said.len == 0)
        return false;
    if (r->shape->format == ROW_FORMAT_CSV)
        set_marks(&r->rules, mark);
    for (size_t i = 0; i < r->count; i++) {
        struct reading_column *c = &r->columns[i];
        if (!is_asked(r, c))
            continue;
        const struct row_marks own = marks_of_samples(r->shape, c->source, c->source + 1);
        if (own.comma + own.point > 0)
            continue;
        if (!may_be_number(r, &own))
            set_marks(&c->rules, mark);
        else if (mark == ',')
            buf_addf(
                notes,
                tr(lang,
                   "column \"%.*s\": --decimal-mark is not used, for numbers of JSON and Excel "
                   "have a point\n"),
                STR_ARG(r->shape->columns[c->source]));
    }
    return true;
}

str reading_decimal_mark(const struct reading *r)
{
    char mark = 0;
    for (size_t i = 0; i < r->count; i++) {
        if (!is_asked(r, &r->columns[i]))
            continue;
        if (mark != 0 && mark != r->columns[i].rules.decimal_mark)
            return STR_EMPTY;
        mark = r->columns[i].rules.decimal_mark;
    }
    return mark == 0 ? STR_EMPTY : mark == ',' ? STR("comma") : STR("point");
}

/* Where the samples leave it open. In JSON and Excel a number has a point. */
enum status reading_ask_marks(struct reading *r,
                              const struct reading_from *from,
                              struct buf *notes,
                              struct error *why)
{
    struct ask_marks *a = ARENA_NEW(r->arena, struct ask_marks, 1);
    if (a == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const struct import_options *o = from->options;
    const enum lang lang = why != NULL ? why->lang : LANG_EN;
    a->reading = r;
    a->is_told =
        take_said(r,
                  o->decimal_mark != NULL ? str_from(o->decimal_mark) : r->mapping->decimal_mark,
                  notes,
                  lang);
    if (!open_columns(a))
        return STATUS_OK;
    const enum status st = ask_rows(r, from, ask_mark, a, why);
    if (st == STATUS_OK && a->is_told)
        settle_open(a, r);
    else if (st == STATUS_OK)
        settle_all(a, r, notes, lang);
    return st;
}

/* ---- totals before or after discounts ---- */

static bool ask_total(void *self, const struct row *row)
{
    struct reading_worker *w = self;
    size_t column = 0;
    str label = STR_EMPTY;
    if (!row_is_summary(w, row, &label))
        (void)row_convert(w, row, &column); /* counts; what it refuses tells nothing */
    return w->after < w->before + ENOUGH && w->before < w->after + ENOUGH;
}

static bool has_totals(const struct reading *r)
{
    const struct reading_parts *p = &r->parts;
    bool has_discount = false;
    for (size_t i = 0; i < ARRAY_LEN(p->discounts); i++)
        has_discount = has_discount || p->discounts[i] != NO_COLUMN;
    return !r->mapping->is_preset && r->mapping->target.table == NULL && has_discount &&
           p->line_amount != NO_COLUMN && p->quantity != NO_COLUMN && p->unit_price != NO_COLUMN;
}

enum status reading_ask_totals(struct reading *r,
                               const struct reading_from *from,
                               struct error *why)
{
    if (!has_totals(r))
        return STATUS_OK;
    struct reading_worker *w = mem_new(1, sizeof *w);
    if (w == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    w->reading = r;
    buf_init(&w->props, PROPS_MAX);
    const enum status st = ask_rows(r, from, ask_total, w, why);
    if (st == STATUS_OK && w->after != w->before)
        r->totals = w->after > w->before ? TOTALS_AFTER : TOTALS_BEFORE;
    buf_release(&w->props);
    mem_free(w);
    return st;
}

/* ---- a row that names nothing and sums the others ---- */

/* 千川 puts "-" where its other rows have an article. Without a day only its amount tells such a
 * row from spend that is nobody's: it is the sum of all rows that name something. */
struct ask_nameless {
    struct reading_worker *worker;
    size_t spend;   /* in the reading's columns */
    int64_t row_no; /* of the one row without a name */
    int64_t said;
    size_t nameless;
    size_t named;
    i128 sum;
};

static bool names_something(const struct reading *r, const struct row *row, bool *can_name)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct reading_column *c = &r->columns[i];
        if (c->source >= row->n || c->field->kind == FIELD_CURRENCY ||
            (c->field->kind != FIELD_TEXT && c->field->kind != FIELD_ID))
            continue;
        *can_name = true;
        if (!value_is_none(c->field->kind, value_unwrap(row->fields[c->source])))
            return true;
    }
    return false;
}

static bool ask_nameless(void *self, const struct row *row)
{
    struct ask_nameless *a = self;
    const struct reading *r = a->worker->reading;
    const struct reading_column *c = &r->columns[a->spend];
    struct cell cell;
    str label = STR_EMPTY;
    bool can_name = false;
    if (row_is_summary(a->worker, row, &label) || c->source >= row->n ||
        value_read(c->field->kind, &c->rules, NULL, NULL, row->fields[c->source], &cell) != NULL ||
        cell.is_null)
        return true;
    if (names_something(r, row, &can_name)) {
        a->named++;
        a->sum += cell.i64;
    } else if (can_name) {
        a->nameless++;
        a->row_no = row->row_no;
        a->said = cell.i64;
    }
    return a->nameless < 2; /* of several it is not known which is the sum */
}

enum status reading_ask_nameless(struct reading *r,
                                 const struct reading_from *from,
                                 struct error *why)
{
    struct ask_nameless a = { .spend = reading_part(r, "spend") };
    if (!str_is(str_from(r->mapping->target.name), "ad_spend") || r->date_part != NO_COLUMN ||
        a.spend == NO_COLUMN || r->columns[a.spend].source == NO_COLUMN ||
        r->columns[a.spend].sum.n > 0)
        return STATUS_OK;
    a.worker = mem_new(1, sizeof *a.worker);
    if (a.worker == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    a.worker->reading = r;
    const enum status st = ask_rows(r, from, ask_nameless, &a, why);
    if (st == STATUS_OK && a.nameless == 1 && a.named > 0 && a.said != 0 && a.sum == a.said)
        r->nameless_sum = a.row_no;
    mem_free(a.worker);
    return st;
}
