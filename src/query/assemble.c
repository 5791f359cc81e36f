/* Rows of the answer: which keys, in which order, with which values. Sorting, top and "others"
 * come after the merge; totals and "others" are questions of their own where their figures do not
 * add up, so that distinct counts and ratios are right there too. */
#include "query/ages_priv.h"
#include "query/own_ends.h"
#include "query/spans_priv.h"
#include "query/table_priv.h"

#include <stdlib.h>
#include <string.h>

static void release(struct table_of_rows *t)
{
    figures_release(&t->main);
    figures_release(&t->other);
    figures_release(&t->rank);
    figures_release(&t->main_others);
    figures_release(&t->other_others);
    figures_release(&t->main_total);
    figures_release(&t->other_total);
    matrix_release(&t->own_combinations);
}

/* One figure a KPI: the row is the total, and is asked for once. */
static bool is_single(const struct asking *k)
{
    return k->n_by == 0 && k->grain == GRAIN_TOTAL;
}

/* ---- values ---- */

static struct answer_value none_value(void)
{
    return (struct answer_value){ .kind = VALUE_NONE,
                                  .real = number_to_double(number_none(STR_EMPTY)),
                                  .text = STR_EMPTY,
                                  .num = STR_EMPTY,
                                  .den = STR_EMPTY,
                                  .reason = STR_EMPTY };
}

/* Of one day, of those that the figure is of. */
static struct answer_value per_day(const struct asking *k,
                                   size_t kpi,
                                   const struct window *w,
                                   const struct matrix_key *key,
                                   struct number n)
{
    const enum kpi_unit unit = k->kpis[kpi]->unit;
    const enum unit_kind kind = kpi_unit_kind(unit);
    const bool total = key->bucket == BUCKET_TOTAL;
    const struct day_range period = { total ? w->from : w->buckets[key->bucket].start,
                                      total ? w->to : w->buckets[key->bucket].end };
    struct days_told told = { .any = false };
    if (!k->per_day || n.kind == NUMBER_NONE || n.is_quotient ||
        (kind != UNIT_KIND_MONEY && kind != UNIT_KIND_COUNT))
        return none_value();
    for (size_t i = 0; i < k->kpis[kpi]->n_leaves; i++)
        ranges_tell(k, k->slots.of_leaf[k->place[kpi]][i], total ? NULL : key->by, &told);
    const int32_t days = ranges_days_counted(k, kpi, w, period, &told);
    if (days == 0)
        return none_value();
    return answer_value_of(k, unit, number_plain(number_divide(n, number_whole(days), STR_EMPTY)));
}

/* Where the value of a row, and the value it is compared with, stand. */
struct row_figures {
    struct matrix_key key;
    const str *by;
    size_t column; /* in the index of rows; SIZE_MAX: in none */
    const struct figures *main;
    const struct figures *other;
    const struct number *now; /* known from sorting; NULL: not yet */
};

/* The store that the row is about; empty: all, or several. */
static str store_of(const struct asking *k, const struct row_figures *from)
{
    return from->by != NULL && k->store_by != SIZE_MAX ? from->by[k->store_by] : STR_EMPTY;
}

/* All its sources tell of all its days. */
static bool is_all_there(
    const struct asking *k, size_t kpi, const struct row_figures *from, int32_t start, int32_t end)
{
    const struct span_place at = { start, end, from->key.by };
    return ages_agree(k, kpi, store_of(k, from), start, end) && spans_agree(k, kpi, &at);
}

static enum status add_compare(struct table_of_rows *t,
                               size_t kpi,
                               const struct row_figures *from,
                               struct number now,
                               struct answer_row *row,
                               struct error *why)
{
    struct asking *k = t->k;
    const enum kpi_unit unit = k->kpis[kpi]->unit;
    struct matrix_key then = from->key;
    then.bucket = ranges_partner(k, then.bucket);
    if (then.bucket == BUCKET_NONE)
        return STATUS_OK;
    struct answer_compare *c = ARENA_NEW(k->arena, struct answer_compare, 1);
    if (c == NULL)
        return query_no_memory(why);
    const bool total = then.bucket == BUCKET_TOTAL;
    c->time = total ? k->other.from : k->other.buckets[then.bucket].start;
    c->end = total ? k->other.to : k->other.buckets[then.bucket].end;
    const int32_t counted = ranges_last_compared(k, kpi, store_of(k, from));
    if (!total && k->other.buckets[then.bucket].from > counted)
        return STATUS_OK; /* it is not read, so it would look like 0 */
    c->end = c->end < counted ? c->end : counted;
    const struct figure_place at =
        row_index_place(&t->other_index, from->other, &then, from->column);
    const struct number before = figures_evaluate(k, kpi, &k->other, from->other, &at);
    const struct number change = number_subtract(now, before);
    struct number size = before;
    if (before.kind != NUMBER_NONE && number_to_double(before) < 0)
        size = number_negate(before);
    c->value = answer_value_of(k, unit, before);
    c->change = answer_value_of(k, unit, number_plain(change));
    c->relative =
        answer_value_of(k,
                        UNIT_RATIO,
                        number_plain(number_divide(
                            change, size, str_from(tr(k->lang, "the compared value is 0")))));
    c->per_day = per_day(k, kpi, &k->main, &from->key, now);
    c->compared_per_day = per_day(k, kpi, &k->other, &then, before);
    c->complete = coverage_is_complete(k, kpi, then.by, c->end) &&
                  coverage_reaches(k, kpi, then.by, c->time) &&
                  is_all_there(k, kpi, from, c->time, c->end) &&
                  !figures_marks(k, kpi, from->other, &at).is_partial;
    row->compare = c;
    return STATUS_OK;
}

static enum status fill_row(struct table_of_rows *t,
                            size_t kpi,
                            const struct row_figures *from,
                            struct answer_row *row,
                            struct error *why)
{
    struct asking *k = t->k;
    const struct matrix_key *key = &from->key;
    const bool total = key->bucket == BUCKET_TOTAL;
    const struct figure_place at = row_index_place(&t->main_index, from->main, key, from->column);
    const struct number now =
        from->now != NULL ? *from->now : figures_evaluate(k, kpi, &k->main, from->main, &at);
    row->time = total ? k->main.from : k->main.buckets[key->bucket].start;
    row->end = total ? k->main.to : k->main.buckets[key->bucket].end;
    row->hour = key->hour;
    row->by = from->by;
    row->value = answer_value_of(k, k->kpis[kpi]->unit, now);
    const struct figure_marks marks = figures_marks(k, kpi, from->main, &at);
    const int32_t most = ranges_last_counted(k, kpi, &k->main);
    const int32_t counted = row->end < most ? row->end : most;
    row->complete = coverage_is_complete(k, kpi, key->by, row->end) && !marks.is_partial &&
                    (now.kind == NUMBER_NONE || is_all_there(k, kpi, from, row->time, counted));
    row->restated = marks.is_restated;
    enum status st = conn_check(k->context->conn, why); /* long tables can be given up */
    if (st == STATUS_OK && ranges_are_compared(k))
        st = add_compare(t, kpi, from, now, row, why);
    if (st == STATUS_OK)
        st = query_goal_of(k, kpi, key->bucket, now, row, why);
    row->time = total || k->grain == GRAIN_TOTAL ? DAY_NONE : k->main.buckets[key->bucket].from;
    return st;
}

/* ---- the list of rows ---- */

struct row_place {
    uint32_t column; /* of those shown; n_shown: others */
    uint32_t bucket;
    int32_t hour;
};

/* NULL: others */
static const struct tuple *tuple_at(const struct table_of_rows *t, const struct row_place *p)
{
    return p->column < t->n_shown ? &t->tuples[t->order[p->column]] : NULL;
}

static struct matrix_key key_of(const struct table_of_rows *t, const struct row_place *p)
{
    const struct tuple *tuple = tuple_at(t, p);
    struct matrix_key key = { .bucket = p->bucket };
    if (tuple != NULL)
        key = tuple->key;
    key.bucket = p->bucket;
    key.hour = p->hour;
    return key;
}

/* For --sort KPI of rows over time. */
struct ranked_place {
    struct row_place place;
    struct number rank;
};

static int compare_places(const void *x, const void *y, void *descending)
{
    const struct ranked_place *a = x;
    const struct ranked_place *b = y;
    int order = 0;
    if (a->rank.kind == NUMBER_NONE || b->rank.kind == NUMBER_NONE)
        order = (a->rank.kind == NUMBER_NONE) - (b->rank.kind == NUMBER_NONE);
    else
        order = *(bool *)descending ? number_compare(b->rank, a->rank)
                                    : number_compare(a->rank, b->rank);
    if (order != 0)
        return order;
    return (a->place.bucket > b->place.bucket) - (a->place.bucket < b->place.bucket);
}

/* What the figures of an answer may take, without their texts. */
#define FIGURE_BYTES_MAX ((size_t)512 << 20)

/* Refused before the rows are filled in: what they will take is known by now. */
static enum status check_size(const struct asking *k, size_t rows, struct error *why)
{
    const size_t each = sizeof(struct answer_row) +
                        (ranges_are_compared(k) ? sizeof(struct answer_compare) : 0) +
                        (k->goals != NULL ? sizeof(struct answer_goal) : 0);
    if (rows > QUERY_ROWS_MAX)
        return error_set(why,
                         STATUS_TOO_LARGE,
                         "the answer has more than %zu rows: ask for fewer dimensions, a longer "
                         "grain or a shorter range",
                         QUERY_ROWS_MAX);
    if (rows * k->n_kpis > FIGURE_BYTES_MAX / each)
        return error_set(
            why,
            STATUS_TOO_LARGE,
            "the answer has %zu rows of %zu figures, too many at once: ask for fewer "
            "KPIs or dimensions, a longer grain, a shorter range, or without --compare "
            "and --target",
            rows,
            k->n_kpis);
    return STATUS_OK;
}

static enum status list_rows(struct table_of_rows *t,
                             struct row_place **out,
                             size_t *n,
                             struct error *why)
{
    struct asking *k = t->k;
    const size_t hours = k->grain == GRAIN_HOUR ? 24 : 1;
    const bool others = t->n_shown < t->n_tuples;
    const size_t each = t->n_shown + others;
    const enum status st = check_size(k, k->main.n_buckets * hours * each, why);
    if (st != STATUS_OK)
        return st;
    struct row_place *places =
        ARENA_NEW(k->arena, struct row_place, k->main.n_buckets * hours * each + 1);
    if (places == NULL)
        return query_no_memory(why);
    *n = 0;
    for (size_t i = 0; i < k->main.n_buckets; i++) {
        const size_t bucket = t->by_time_sort && t->descending ? k->main.n_buckets - 1 - i : i;
        for (size_t h = 0; h < hours; h++) {
            for (size_t j = 0; j < each; j++) {
                places[(*n)++] = (struct row_place){
                    .column = (uint32_t)j,
                    .bucket = (uint32_t)bucket,
                    .hour = k->grain == GRAIN_HOUR ? (int32_t)h : -1,
                };
            }
        }
    }
    *out = places;
    return STATUS_OK;
}

/* --sort KPI without dimensions orders the periods by their figures. */
static enum status sort_periods(struct table_of_rows *t,
                                struct row_place *places,
                                size_t n,
                                struct error *why)
{
    struct asking *k = t->k;
    if (k->n_by > 0 || k->words->sort.len == 0 || t->by_time_sort || n == 0)
        return STATUS_OK;
    struct ranked_place *ranked = ARENA_NEW(k->arena, struct ranked_place, n);
    if (ranked == NULL)
        return query_no_memory(why);
    for (size_t i = 0; i < n; i++) {
        const struct matrix_key key = key_of(t, &places[i]);
        ranked[i].place = places[i];
        const struct figure_place at = figures_place(&t->main, &key);
        ranked[i].rank = figures_evaluate(k, t->sort_kpi, &k->main, &t->main, &at);
    }
    qsort_r(ranked, n, sizeof *ranked, compare_places, &t->descending);
    for (size_t i = 0; i < n; i++)
        places[i] = ranked[i].place;
    return STATUS_OK;
}

static enum status fill_kpi(struct table_of_rows *t,
                            size_t kpi,
                            const struct row_place *places,
                            size_t n,
                            struct error *why)
{
    struct asking *k = t->k;
    struct answer_kpi *a = &t->out->kpis[kpi];
    const struct kpi *d = k->kpis[kpi];
    static const int directions[] = {
        [DIRECTION_UP] = 1, [DIRECTION_DOWN] = -1, [DIRECTION_NEUTRAL] = 0
    };
    *a = (struct answer_kpi){
        .id = arena_dup(k->arena, d->id),
        .name = arena_dup(k->arena, d->name[k->lang]),
        .unit = str_from(kpi_unit_name(d->unit)),
        .unit_id = d->unit,
        .direction = directions[d->direction],
        .definition = arena_dup(k->arena, d->hash),
        .definition_text = arena_dup(k->arena, d->canonical),
        .needs = query_needs_of(k, d),
        .basis = k->basis == BASIS_ORDER ? "order" : "event",
        .until = k->days[kpi].main != INT32_MAX ? k->main.from + k->days[kpi].main - 1 : DAY_NONE,
        .trails_to = ranges_trail(k, kpi) ? k->trails[kpi].main : DAY_NONE,
        .dialect = arena_dup(k->arena, d->dialect),
        .rows = ARENA_NEW(k->arena, struct answer_row, n + 1),
    };
    if (a->rows == NULL)
        return query_no_memory(why);
    const bool is_ranked = kpi == t->sort_kpi && k->grain == GRAIN_TOTAL && k->n_by > 0;
    enum status st = sources_list(k, kpi, a);
    for (size_t i = 0; i < n && st == STATUS_OK; i++) {
        const struct tuple *tuple = tuple_at(t, &places[i]);
        const bool o = tuple == NULL;
        a->rows[i].is_others = o;
        const struct row_figures from = { .key = key_of(t, &places[i]),
                                          .by = o ? NULL : tuple->by,
                                          .column = o ? SIZE_MAX : places[i].column,
                                          .main = o ? &t->main_others : &t->main,
                                          .other = o ? &t->other_others : &t->other,
                                          .now = !o && is_ranked ? &t->ranks[tuple - t->tuples]
                                                                 : NULL };
        st = fill_row(t, kpi, &from, &a->rows[i], why);
    }
    if (st == STATUS_OK && is_single(k))
        a->total = a->rows[0];
    if (st != STATUS_OK || is_single(k))
        return st;
    const struct row_figures total = { .key = { .bucket = BUCKET_TOTAL, .hour = -1 },
                                       .column = SIZE_MAX,
                                       .main = &t->main_total,
                                       .other = &t->other_total };
    return fill_row(t, kpi, &total, &a->total, why);
}

/* Of rows by day or longer; hours are looked up. */
static enum status index_rows(struct table_of_rows *t, struct error *why)
{
    struct asking *k = t->k;
    if (k->n_by == 0 || k->grain == GRAIN_HOUR || t->n_shown == 0)
        return STATUS_OK;
    uint32_t *column = ARENA_NEW(k->arena, uint32_t, t->n_tuples);
    for (size_t i = 0; column != NULL && i < t->n_tuples; i++)
        column[t->order[i]] = (uint32_t)i;
    t->main_index.width = t->other_index.width = t->n_shown;
    const bool done =
        column != NULL &&
        row_index_make(
            &t->main_index, &t->main.rows, &t->main_rows, column, k->main.n_buckets, k->arena) &&
        row_index_make(
            &t->other_index, &t->other.rows, &t->other_rows, column, k->other.n_buckets, k->arena);
    return done ? STATUS_OK : query_no_memory(why);
}

static enum status fill(struct table_of_rows *t, struct error *why)
{
    struct asking *k = t->k;
    struct row_place *places = NULL;
    size_t n = 0;
    enum status st = list_rows(t, &places, &n, why);
    if (st == STATUS_OK)
        st = sort_periods(t, places, n, why);
    if (st == STATUS_OK)
        st = index_rows(t, why);
    if (st != STATUS_OK)
        return st;
    t->out->kpi_count = k->n_kpis;
    t->out->kpis = ARENA_NEW(k->arena, struct answer_kpi, k->n_kpis);
    if (t->out->kpis == NULL)
        return query_no_memory(why);
    for (size_t i = 0; i < k->n_kpis && st == STATUS_OK; i++)
        st = fill_kpi(t, i, places, n, why);
    t->out->row_count = n;
    return st;
}

static enum status fill_head(struct asking *k, struct answer *out, struct error *why)
{
    const struct shop_settings *s = k->context->settings;
    str *by = ARENA_NEW(k->arena, str, k->n_by + 1);
    str *labels = ARENA_NEW(k->arena, str, k->n_by + 1);
    if (by == NULL || labels == NULL)
        return query_no_memory(why);
    for (size_t i = 0; i < k->n_by; i++) {
        by[i] = str_from(k->by[i]->name);
        labels[i] = str_from(k->lang == LANG_ZH ? k->by[i]->name_zh : k->by[i]->name_en);
    }
    out->currency = arena_dup(k->arena, s->currency);
    out->timezone = arena_dup(k->arena, s->timezone);
    out->from = k->main.from;
    out->to = k->main.to;
    out->grain = str_from(kpi_grain_name(k->grain));
    out->compare = arena_dup(k->arena, k->words->compare);
    out->compare_from = ranges_are_compared(k) ? k->other.from : DAY_NONE;
    out->compare_to = ranges_are_compared(k) ? k->other.to : DAY_NONE;
    out->dialect = STR("duckdb");
    out->where = arena_dup(k->arena, k->words->where);
    out->target = arena_dup(k->arena, k->words->target);
    out->by_count = k->n_by;
    out->by = by;
    out->by_label = labels;
    out->data_version = k->data_version;
    out->converted = k->converted;
    out->lang = k->lang;
    out->rules = k->rules;
    out->sql_count = k->n_sql;
    out->sql = ARENA_NEW(k->arena, struct answer_sql, k->n_sql + 1);
    if (out->sql == NULL)
        return query_no_memory(why);
    if (k->n_sql > 0)
        memcpy(out->sql, k->sql, k->n_sql * sizeof *out->sql);
    return evidence_notes(k, out, why);
}

static enum status fetch_main(struct table_of_rows *t,
                              const struct plan_variant *rows,
                              struct error *why)
{
    struct asking *k = t->k;
    struct fetch_extras extras = { .total = is_single(k) ? NULL : &t->main_total,
                                   .rank = tuples_need_rank(t) ? &t->rank : NULL };
    enum status st = fetch_with(k, &k->main, rows, &t->main, &extras, why);
    if (st == STATUS_OK)
        st = own_ends_fetch(k, &k->main, rows, &t->main, why);
    t->has_rank = extras.rank != NULL;
    if (st == STATUS_OK && t->has_rank && !(extras.has_rank && t->main.is_plain)) {
        figures_release(&t->rank);
        st = fetch_window(k, &k->main, &(struct plan_variant){ .by_dims = true }, &t->rank, why);
    }
    return st;
}

static enum status fetch_other(struct table_of_rows *t,
                               const struct plan_variant *rows,
                               struct error *why)
{
    struct asking *k = t->k;
    struct fetch_extras extras = { .total = is_single(k) ? NULL : &t->other_total };
    const enum status st = fetch_with(k, &k->other, rows, &t->other, &extras, why);
    return st == STATUS_OK ? own_ends_fetch(k, &k->other, rows, &t->other, why) : st;
}

enum status answer_assemble(struct asking *k, struct answer *out, struct error *why)
{
    struct table_of_rows t = { .k = k, .out = out };
    const struct plan_variant rows = { .by_time = true, .by_dims = k->n_by > 0 };
    enum status st = tuples_sort_by(&t, why);
    if (st == STATUS_OK)
        st = fetch_main(&t, &rows, why);
    if (st == STATUS_OK && ranges_are_compared(k))
        st = fetch_other(&t, &rows, why);
    if (st == STATUS_OK)
        st = tuples_collect(&t, why);
    if (st == STATUS_OK)
        st = tuples_order(&t, why);
    if (st == STATUS_OK)
        st = others_fetch(&t, why);
    if (st == STATUS_OK)
        st = fill(&t, why);
    if (st == STATUS_OK)
        st = fill_head(k, out, why);
    release(&t);
    return st;
}
