/* Ad spend may be known only as the total of several days: it belongs to none of them, so it counts
 * where all of them are asked for. A figure over some of these days does not have it, which is no
 * 0: without anything else there is no value, else the sum is not complete. */
#include "kpi/rows_of.h"
#include "query/cache_priv.h"
#include "query/spans_priv.h"

#include <string.h>

static const char fact[] = "ad_spend";
#define NOTED_MAX ((size_t)5)

bool spans_has(const struct plan_slot *slot)
{
    return !slot->is_foreign && slot->date != NULL && strcmp(slot->measure->table->name, fact) == 0;
}

/* The fact's own column of a dimension; NULL: it stands elsewhere, and any value fits. */
static const struct column *column_of(const struct dimension *d)
{
    bool is_joined = false;
    const struct column *c = kpi_dimension_column(commerce_table(str_from(fact)), d, &is_joined);
    return is_joined ? NULL : c;
}

static void add_keys(const struct asking *k, struct sql *sql)
{
    for (size_t i = 0; i < k->n_by; i++) {
        const struct column *c = column_of(k->by[i]);
        sql_add(sql, ", ");
        if (c == NULL) {
            sql_add(sql, "''");
            continue;
        }
        sql_add(sql, "coalesce(");
        sql_name(sql, str_from(c->name));
        sql_add(sql, ", '')");
    }
}

/* The totals that touch a range of the question. */
static enum status write_sql(struct asking *k, struct sql *sql, struct error *why)
{
    const struct table *t = commerce_table(str_from(fact));
    const bool compared = ranges_are_compared(k);
    const struct plan_rows all = { .table = t,
                                   .date = table_column(t, str_from(t->date_column)),
                                   .from = civil_to_day((struct civil){ 1900, 1, 1 }),
                                   .to = civil_to_day((struct civil){ 2999, 12, 31 }),
                                   .today = k->order_day,
                                   .where = k->where,
                                   .stores = k->words->stores,
                                   .n_stores = k->words->store_count };
    sql_add(sql, "SELECT DISTINCT \"local_date\", \"end_date\"");
    add_keys(k, sql);
    sql_add(sql, " FROM (");
    const enum status st = plan_rows_write(&all, k->arena, sql, why);
    sql_add(sql, ") AS \"ads\" WHERE \"end_date\" > \"local_date\" AND ((\"local_date\" <= ");
    sql_bind_day(sql, k->main.to);
    sql_add(sql, " AND \"end_date\" >= ");
    sql_bind_day(sql, k->main.from);
    sql_add(sql, ") OR (\"local_date\" <= ");
    sql_bind_day(sql, compared ? k->other.to : k->main.to);
    sql_add(sql, " AND \"end_date\" >= ");
    sql_bind_day(sql, compared ? k->other.from : k->main.from);
    sql_add(sql, ")) ORDER BY ALL");
    return st;
}

static enum status take(struct asking *k, const struct frame *f, struct error *why)
{
    k->spans = ARENA_NEW(k->arena, struct span_total, frame_rows(f) + 1);
    if (k->spans == NULL)
        return query_no_memory(why);
    for (size_t r = 0; r < frame_rows(f); r++) {
        struct span_total *s = &k->spans[k->n_spans++];
        *s = (struct span_total){ .from = (int32_t)frame_i64(f, 0, r),
                                  .to = (int32_t)frame_i64(f, 1, r) };
        for (size_t i = 0; i < k->n_by; i++) {
            s->by[i] = arena_dup(k->arena, frame_str(f, 2 + i, r));
            if (s->by[i].ptr == NULL)
                return query_no_memory(why);
        }
    }
    return STATUS_OK;
}

enum status spans_load(struct asking *k, struct error *why)
{
    struct sql sql;
    struct state_rows rows;
    bool needed = false;
    for (size_t i = 0; i < k->slots.n; i++)
        needed = needed || spans_has(&k->slots.items[i]);
    if (!needed || k->dry)
        return STATUS_OK;
    sql_init(&sql, SQL_DUCKDB);
    enum status st = write_sql(k, &sql, why);
    if (st == STATUS_OK) {
        st = state_query(k, &sql, &rows, why);
        if (st == STATUS_OK)
            st = take(k, rows.frame, why);
        state_rows_drop(k, &rows);
    }
    sql_release(&sql);
    return st;
}

static bool is_cut(const struct span_total *s, int32_t start, int32_t end)
{
    return s->from <= end && s->to >= start && (s->from < start || s->to > end);
}

static bool fits(const struct asking *k, const struct span_total *s, const uint32_t *by)
{
    for (size_t i = 0; by != NULL && i < k->n_by; i++) {
        if (by[i] != NAME_ALL && column_of(k->by[i]) != NULL &&
            !str_eq(names_text(&k->names, by[i]), s->by[i]))
            return false;
    }
    return true;
}

const struct span_total *spans_cut(const struct asking *k, const struct span_place *p)
{
    for (size_t i = 0; i < k->n_spans; i++) {
        if (is_cut(&k->spans[i], p->start, p->end) && fits(k, &k->spans[i], p->by))
            return &k->spans[i];
    }
    return NULL;
}

bool spans_agree(const struct asking *k, size_t kpi, const struct span_place *p)
{
    for (size_t i = 0; k->n_spans > 0 && k->place[kpi] != SIZE_MAX && i < k->kpis[kpi]->n_leaves;
         i++) {
        const struct plan_slot *slot = &k->slots.items[k->slots.of_leaf[k->place[kpi]][i]];
        const struct span_place all = { p->start, p->end, slot->is_whole ? NULL : p->by };
        if (spans_has(slot) && spans_cut(k, &all) != NULL)
            return false;
    }
    return true;
}

/* Some figure of the window, a period's or the total, lacks it. */
static bool is_cut_in(const struct window *w, const struct span_total *s)
{
    bool cut = is_cut(s, w->from, w->to);
    for (size_t i = 0; i < w->n_buckets; i++)
        cut = cut || is_cut(s, w->buckets[i].start, w->buckets[i].end);
    return cut;
}

str spans_note(const struct asking *k)
{
    struct buf days;
    size_t n = 0;
    str note = STR_EMPTY;
    const struct span_total *last = NULL;
    buf_init(&days, 4096);
    for (size_t i = 0; i < k->n_spans && n <= NOTED_MAX; i++) {
        const struct span_total *s = &k->spans[i];
        if ((last != NULL && last->from == s->from && last->to == s->to) ||
            (!is_cut_in(&k->main, s) && !is_cut_in(&k->other, s)))
            continue;
        const str from = day_text(k->arena, s->from);
        const str to = day_text(k->arena, s->to);
        last = s;
        if (n++ < NOTED_MAX)
            buf_addf(&days, "%s%.*s .. %.*s", n > 1 ? ", " : "", STR_ARG(from), STR_ARG(to));
        else
            buf_adds(&days, ", ...");
    }
    if (n > 0)
        note = arena_printf(k->arena,
                            tr(k->lang,
                               "partial: ad spend is known only as a total of %.*s: it is in no "
                               "figure of only some of these days"),
                            STR_ARG(buf_str(&days)));
    buf_release(&days);
    return note;
}
