/* Targets in the store: loading, and writing a revision. A revision is an import: it has its
 * number, `imports list` shows it and `imports undo` takes it back. */
#include "goals/goals_priv.h"

#include <stdlib.h>
#include <string.h>

bool goal_same_tree(const struct goal *a, const struct goal *b)
{
    return a->level == b->level && str_eq(a->kpi, b->kpi) && str_eq(a->category, b->category) &&
           str_eq(a->store, b->store);
}

bool goal_same_key(const struct goal *a, const struct goal *b)
{
    return a->from == b->from && a->to == b->to && goal_same_tree(a, b);
}

int goal_compare(const void *x, const void *y)
{
    const struct goal *a = x;
    const struct goal *b = y;
    int order = str_cmp(a->kpi, b->kpi);
    if (order == 0)
        order = (a->level > b->level) - (a->level < b->level);
    if (order == 0)
        order = str_cmp(a->category, b->category);
    if (order == 0)
        order = str_cmp(a->store, b->store);
    if (order == 0)
        order = (a->from > b->from) - (a->from < b->from);
    if (order == 0)
        order = (a->to < b->to) - (a->to > b->to);
    if (order == 0)
        order = (a->revision > b->revision) - (a->revision < b->revision);
    return order;
}

str goal_words(const struct goal *g, struct arena *a, enum lang lang)
{
    const str store = g->store.len > 0 ? g->store : str_from(tr(lang, "all stores"));
    return arena_printf(a,
                        "%.*s %.*s (%.*s%s%.*s, %s)",
                        STR_ARG(g->kpi),
                        STR_ARG(g->period),
                        STR_ARG(store),
                        g->category.len > 0 ? ", " : "",
                        STR_ARG(g->category),
                        goal_level_label(g->level, lang));
}

/* ---- load ---- */

#define ROW_COLUMNS                                                                          \
    "coalesce(t.store, ''), coalesce(t.category, ''), t.kpi, coalesce(t.level, 'target'),"   \
    " t.local_date, coalesce(t.end_date, t.local_date), coalesce(t.period, ''), t.value_e4," \
    " coalesce(t.currency, ''), coalesce(t.locked, true), coalesce(t.source, '') = 'split'," \
    " coalesce(t.owner, ''), coalesce(t.note, ''), coalesce(t.author, ''),"                  \
    " coalesce(t.revision, t.import_id, 0)::BIGINT, coalesce(t.revised_at, 0)::BIGINT"

static const char in_force_sql[] =
    "SELECT " ROW_COLUMNS ", 0::BIGINT, coalesce(f.first_e4, t.value_e4) FROM target t LEFT JOIN ("
    "SELECT store, category, kpi, level, local_date, end_date, arg_min(value_e4, r) AS first_e4 "
    "FROM (SELECT coalesce(store, '') AS store, coalesce(category, '') AS category, kpi, level, "
    "local_date, end_date, value_e4, coalesce(revision, import_id, 0) AS r FROM target_old UNION "
    "ALL SELECT coalesce(store, ''), coalesce(category, ''), kpi, level, local_date, end_date, "
    "value_e4, coalesce(revision, import_id, 0) FROM target) GROUP BY ALL) f ON f.store = "
    "coalesce(t.store, '') AND f.category = coalesce(t.category, '') AND f.kpi = t.kpi AND f.level "
    "= t.level AND f.local_date = t.local_date AND f.end_date = t.end_date WHERE ";

static const char replaced_sql[] =
    "SELECT " ROW_COLUMNS ", t.superseded_by::BIGINT, t.value_e4 FROM target_old t WHERE ";

static void add_filter(struct sql *q, const struct goal_filter *filter)
{
    sql_add(q, "t.kpi IS NOT NULL AND t.local_date IS NOT NULL AND t.value_e4 IS NOT NULL");
    for (size_t i = 0; i < filter->n_kpis; i++) {
        sql_add(q, i == 0 ? " AND t.kpi IN (" : ", ");
        sql_bind_text(q, filter->kpis[i]);
    }
    sql_add(q, filter->n_kpis > 0 ? ")" : "");
    if (filter->level.len > 0) {
        sql_add(q, " AND coalesce(t.level, 'target') = ");
        sql_bind_text(q, filter->level);
    }
}

static str kept(struct arena *a, const struct frame *f, size_t col, size_t row)
{
    const str s = arena_dup(a, frame_str(f, col, row));
    return s.ptr != NULL ? s : STR_EMPTY;
}

static bool goal_of_row(struct arena *a, const struct frame *f, size_t i, struct goal *out)
{
    enum goal_level level = GOAL_TARGET;
    if (!goal_level_parse(frame_str(f, 3, i), &level))
        return false; /* an ordinary import brought a level that does not exist */
    *out = (struct goal){ .store = kept(a, f, 0, i),
                          .category = kept(a, f, 1, i),
                          .kpi = kept(a, f, 2, i),
                          .level = level,
                          .from = (int32_t)frame_i64(f, 4, i),
                          .to = (int32_t)frame_i64(f, 5, i),
                          .period = kept(a, f, 6, i),
                          .value_e4 = frame_i64(f, 7, i),
                          .currency = kept(a, f, 8, i),
                          .locked = frame_i64(f, 9, i) != 0,
                          .is_split = frame_i64(f, 10, i) != 0,
                          .owner = kept(a, f, 11, i),
                          .note = kept(a, f, 12, i),
                          .author = kept(a, f, 13, i),
                          .revision = frame_i64(f, 14, i),
                          .revised_at_us = frame_i64(f, 15, i),
                          .replaced_by = frame_i64(f, 16, i),
                          .first_e4 = frame_i64(f, 17, i) };
    return out->from <= out->to;
}

static struct param *params_of(struct arena *a, const struct sql *q)
{
    struct param *params = ARENA_NEW(a, struct param, q->value_count + 1);
    for (size_t i = 0; params != NULL && i < q->value_count; i++)
        params[i] = (struct param){ .type = PARAM_TEXT, .text = q->values[i].text };
    return params;
}

static enum status load_part(struct conn *c,
                             const char *select,
                             const struct goal_filter *filter,
                             struct arena *a,
                             struct goal_list *out,
                             struct error *why)
{
    struct sql q;
    struct frame *f = NULL;
    sql_init(&q, SQL_DUCKDB);
    sql_add(&q, select);
    add_filter(&q, filter);
    enum status st = sql_finish(&q, why);
    const struct param *params = st == STATUS_OK ? params_of(a, &q) : NULL;
    if (st == STATUS_OK)
        st = params != NULL ? conn_query(c, sql_text(&q), params, q.value_count, &f, why)
                            : error_set(why, STATUS_NO_MEMORY, "out of memory");
    const size_t rows = st == STATUS_OK ? frame_rows(f) : 0;
    struct goal *items = st == STATUS_OK ? ARENA_NEW(a, struct goal, out->n + rows + 1) : NULL;
    if (st == STATUS_OK && items == NULL)
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK) {
        if (out->n > 0)
            memcpy(items, out->items, out->n * sizeof *items);
        out->items = items;
        for (size_t i = 0; i < rows; i++)
            out->n += goal_of_row(a, f, i, &items[out->n]);
    }
    frame_free(f);
    sql_release(&q);
    return st;
}

enum status goals_load(struct conn *c,
                       const struct goal_filter *filter,
                       struct arena *a,
                       struct goal_list *out,
                       struct error *why)
{
    struct goal_list list = { .n = 0 };
    enum status st = load_part(c, in_force_sql, filter, a, &list, why);
    if (st == STATUS_OK && filter->with_replaced)
        st = load_part(c, replaced_sql, filter, a, &list, why);
    if (st != STATUS_OK)
        return st;
    qsort(list.items, list.n, sizeof *list.items, goal_compare);
    *out = list;
    return STATUS_OK;
}

enum status goals_kpis(
    struct conn *c, struct day_range days, struct arena *a, str **ids, size_t *n, struct error *w)
{
    struct goal_list list = { .n = 0 };
    const enum status st = goals_load(c, &(struct goal_filter){ .n_kpis = 0 }, a, &list, w);
    *n = 0;
    *ids = ARENA_NEW(a, str, list.n + 1);
    if (*ids == NULL)
        return error_set(w, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; st == STATUS_OK && i < list.n; i++) {
        const struct goal *g = &list.items[i]; /* those of one KPI stand together */
        if (g->from <= days.to && g->to >= days.from &&
            (*n == 0 || !str_eq((*ids)[*n - 1], g->kpi)))
            (*ids)[(*n)++] = g->kpi;
    }
    return st;
}

/* ---- write ---- */

enum write_column {
    W_STORE,
    W_CATEGORY,
    W_KPI,
    W_LEVEL,
    W_FROM,
    W_TO,
    W_PERIOD,
    W_VALUE,
    W_CURRENCY,
    W_LOCKED,
    W_SOURCE,
    W_OWNER,
    W_NOTE,
    W_COUNT
};
static const struct source_column write_columns[] = {
    { "store", SOURCE_TEXT },  { "category", SOURCE_TEXT },  { "kpi", SOURCE_TEXT },
    { "level", SOURCE_TEXT },  { "local_date", SOURCE_DAY }, { "end_date", SOURCE_DAY },
    { "period", SOURCE_TEXT }, { "value_e4", SOURCE_I64 },   { "currency", SOURCE_TEXT },
    { "locked", SOURCE_BOOL }, { "source", SOURCE_TEXT },    { "owner", SOURCE_TEXT },
    { "note", SOURCE_TEXT },
};

struct feed {
    const struct goal_changes *changes;
    str note;
    size_t next;
};

static void set_text(struct batch *b, size_t col, size_t row, str s)
{
    if (s.len > 0)
        batch_set_str(b, col, row, s);
    else
        batch_set_null(b, col, row);
}

static void put_goal(struct batch *b, size_t row, const struct goal *g, str note)
{
    batch_set_str(b, W_STORE, row, g->store);
    set_text(b, W_CATEGORY, row, g->category);
    batch_set_str(b, W_KPI, row, g->kpi);
    batch_set_str(b, W_LEVEL, row, str_from(goal_level_name(g->level)));
    batch_set_i64(b, W_FROM, row, g->from);
    batch_set_i64(b, W_TO, row, g->to);
    batch_set_str(b, W_PERIOD, row, g->period);
    batch_set_i64(b, W_VALUE, row, g->value_e4);
    set_text(b, W_CURRENCY, row, g->currency);
    batch_set_i64(b, W_LOCKED, row, g->locked);
    batch_set_str(b, W_SOURCE, row, g->is_split ? STR("split") : STR("goals"));
    set_text(b, W_OWNER, row, g->owner);
    set_text(b, W_NOTE, row, g->note.len > 0 && !g->is_split ? g->note : note);
}

static enum status fill_batch(
    void *self, void *worker, struct batch *b, size_t *rows, struct error *why)
{
    struct feed *feed = self;
    size_t n = 0;
    (void)worker;
    (void)why;
    for (; n < batch_capacity() && feed->next < feed->changes->n; n++, feed->next++)
        put_goal(b, n, &feed->changes->items[feed->next].after, feed->note);
    *rows = n;
    return STATUS_OK;
}

#define SAME_KEY                                                                              \
    "coalesce(t.store, '') = n.store AND coalesce(t.category, '') = coalesce(n.category, '')" \
    " AND t.kpi = n.kpi AND t.level = n.level AND t.local_date = n.local_date"                \
    " AND coalesce(t.end_date, t.local_date) = n.end_date"

static const char write_sql[] =
    "INSERT INTO target_old SELECT t.*, getvariable('goal_revision')::UINTEGER FROM target t WHERE "
    "EXISTS (SELECT 1 FROM goal_new n WHERE " SAME_KEY ");"
    "DELETE FROM target t WHERE EXISTS (SELECT 1 FROM goal_new n WHERE " SAME_KEY ");"
    "INSERT INTO target BY NAME SELECT n.*, getvariable('goal_revision')::BIGINT AS revision, "
    "getvariable('goal_revision')::UINTEGER AS import_id, row_number() OVER () AS row_no, "
    "getvariable('goal_at')::BIGINT AS revised_at, getvariable('goal_at')::BIGINT AS version, "
    "getvariable('goal_author') AS author FROM goal_new n;"
    "INSERT INTO import_ledger SELECT getvariable('goal_revision'), 'target', currency, count(*), "
    "0, "
    "sum(value_e4) FROM goal_new GROUP BY currency;"
    "DROP TABLE goal_new";

static enum status set_variables(struct conn *c,
                                 int64_t revision,
                                 const struct goal_edit *edit,
                                 struct error *why)
{
    const struct {
        const char *sql;
        struct param value;
    } all[] = { { "SET VARIABLE goal_revision = $1", { .type = PARAM_I64, .i64 = revision } },
                { "SET VARIABLE goal_at = $1", { .type = PARAM_I64, .i64 = edit->now_us } },
                { "SET VARIABLE goal_author = $1", { .type = PARAM_TEXT, .text = edit->author } } };
    enum status st = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(all) && st == STATUS_OK; i++)
        st = conn_query(c, str_from(all[i].sql), &all[i].value, 1, NULL, why);
    return st;
}

static enum status record_import(struct conn *c,
                                 const struct goal_edit *edit,
                                 const struct goal_changes *changes,
                                 int64_t revision,
                                 struct error *why)
{
    const struct param params[] = { { .type = PARAM_I64, .i64 = revision },
                                    { .type = PARAM_I64, .i64 = edit->now_us },
                                    { .type = PARAM_TEXT, .text = edit->source },
                                    { .type = PARAM_I64, .i64 = (int64_t)changes->n },
                                    { .type = PARAM_TEXT, .text = edit->note } };
    return conn_query(
        c,
        STR("INSERT INTO import BY NAME SELECT $1::UINTEGER AS import_id, $2 AS \"at\", "
            "'' AS store, 'goals' AS preset, $3 AS file, '' AS sha256, 0 AS bytes, $2 AS "
            "as_of, 'target' AS target, $4 AS rows_read, 0 AS rows_refused, 0 AS "
            "orders_new, 0 AS orders_changed, $5 AS note, (SELECT min(local_date) FROM "
            "goal_new) AS from_date, (SELECT max(end_date) FROM goal_new) AS to_date"),
        params,
        ARRAY_LEN(params),
        NULL,
        why);
}

static enum status write_all(struct conn *c,
                             struct goal_changes *changes,
                             const struct goal_edit *edit,
                             struct error *why)
{
    struct feed feed = { .changes = changes, .note = edit->note };
    const struct row_source src = { .columns = write_columns,
                                    .column_count = W_COUNT,
                                    .threads = 1,
                                    .self = &feed,
                                    .fill = fill_batch };
    int64_t revision = 0;
    int64_t version = 0;
    enum status st =
        conn_query_i64(c, "SELECT coalesce(max(import_id), 0) + 1 FROM import", &revision, why);
    if (st == STATUS_OK)
        st = conn_load(
            c, "CREATE OR REPLACE TEMP TABLE goal_new AS SELECT * FROM rows()", &src, why);
    if (st == STATUS_OK)
        st = set_variables(c, revision, edit, why);
    if (st == STATUS_OK)
        st = record_import(c, edit, changes, revision, why);
    if (st == STATUS_OK)
        st = conn_exec(c, write_sql, why);
    if (st == STATUS_OK)
        st = shop_bump_version(c, "goals", &version, why);
    if (st == STATUS_OK)
        changes->revision = changes->import_id = revision;
    return st;
}

static const struct goal *find_key(const struct goal_list *list, const struct goal *g)
{
    for (size_t low = 0, high = list->n; low < high;) {
        const size_t mid = low + (high - low) / 2;
        struct goal probe = *g;
        probe.revision = list->items[mid].revision;
        const int order = goal_compare(&probe, &list->items[mid]);
        if (order == 0)
            return &list->items[mid];
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

static bool differs(const struct goal *a, const struct goal *b)
{
    return a->value_e4 != b->value_e4 || a->locked != b->locked || a->is_split != b->is_split ||
           !str_eq(a->currency, b->currency) || !str_eq(a->owner, b->owner) ||
           (a->note.len > 0 && !a->is_split && !str_eq(a->note, b->note));
}

/* What is new or other than what is there. */
static enum status find_changes(struct conn *c,
                                const struct goal *items,
                                size_t n,
                                struct arena *a,
                                struct goal_changes *out,
                                struct error *why)
{
    struct goal_list old = { .n = 0 };
    const enum status st = goals_load(c, &(struct goal_filter){ .n_kpis = 0 }, a, &old, why);
    if (st != STATUS_OK)
        return st;
    out->items = ARENA_NEW(a, struct goal_change, n + 1);
    if (out->items == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < n; i++) {
        const struct goal *before = find_key(&old, &items[i]);
        if (before != NULL && !differs(&items[i], before))
            continue;
        out->items[out->n] = (struct goal_change){ .after = items[i] };
        if (before != NULL)
            out->items[out->n].before = *before;
        out->n++;
    }
    return STATUS_OK;
}

/* NOLINTNEXTLINE(readability-function-size): where, what and what came of it */
enum status goals_write(struct shop *s,
                        const struct goal *items,
                        size_t n,
                        const struct goal_edit *edit,
                        struct arena *a,
                        struct goal_changes *out,
                        struct error *why)
{
    struct conn *c = shop_writer(s);
    struct goal_changes changes = { .n = 0 };
    enum status st = find_changes(c, items, n, a, &changes, why);
    if (st == STATUS_OK && !edit->dry_run && changes.n > 0) {
        st = conn_begin(c, why);
        if (st == STATUS_OK)
            st = write_all(c, &changes, edit, why);
        if (st == STATUS_OK)
            st = conn_commit(c, why);
        conn_rollback(c);
    }
    if (st == STATUS_OK)
        *out = changes;
    return st;
}

enum status goals_with_changes(const struct goal_list *list,
                               const struct goal_changes *changes,
                               struct arena *a,
                               struct goal_list *out,
                               struct error *why)
{
    struct goal_list all = { .items = ARENA_NEW(a, struct goal, list->n + changes->n + 1) };
    struct goal_list old = { .items = ARENA_NEW(a, struct goal, list->n + 1) };
    if (all.items == NULL || old.items == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < list->n; i++) {
        if (list->items[i].replaced_by == 0)
            old.items[old.n++] = list->items[i];
    }
    if (old.n > 0)
        memcpy(all.items, old.items, old.n * sizeof *all.items);
    all.n = old.n;
    for (size_t i = 0; i < changes->n; i++) {
        const struct goal *after = &changes->items[i].after;
        const struct goal *before = find_key(&old, after);
        const size_t at = before != NULL ? (size_t)(before - old.items) : all.n++;
        all.items[at] = *after;
        all.items[at].first_e4 = before != NULL ? before->first_e4 : after->value_e4;
    }
    qsort(all.items, all.n, sizeof *all.items, goal_compare);
    *out = all;
    return STATUS_OK;
}
