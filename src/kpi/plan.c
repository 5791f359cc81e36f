/* From KPIs to statements: settle the basis of each leaf, find equal measures, put those that
 * share table, date and shape into one statement. */
#include "kpi/plan_priv.h"

#define DIRTY_DAYS_MAX ((size_t)120) /* more of them in the range: raw is simpler and no slower */

const char *plan_served_name(enum plan_served s)
{
    static const char *const names[] = {
        [PLAN_RAW] = "raw", [PLAN_ROLLUP] = "rollup", [PLAN_ROLLUP_AND_RAW] = "rollup+raw"
    };
    return names[s];
}

void plan_add_dimensions(const struct table *t, struct buf *out)
{
    bool is_joined;
    bool first = true;
    for (size_t i = 0; i < commerce_dimension_count; i++) {
        if (kpi_dimension_column(t, &commerce_dimensions[i], &is_joined) == NULL)
            continue;
        buf_addf(out, "%s%s", first ? "" : ", ", commerce_dimensions[i].name);
        first = false;
    }
}

static const struct column *leaf_date(const struct kpi_leaf *leaf, enum kpi_basis asked)
{
    const enum kpi_basis basis = leaf->basis == BASIS_ASKED ? asked : leaf->basis;
    return basis == BASIS_ORDER ? leaf->measure->order_date : leaf->measure->date;
}

/* The time of day goes with the event's day, not with that of its order. */
static bool leaf_has_hours(const struct kpi_leaf *leaf, enum kpi_basis asked)
{
    const struct kpi_measure *m = leaf->measure;
    return m->is_platform || (m->minute != NULL && leaf_date(leaf, asked) == m->date);
}

unsigned plan_grains(const struct kpi *k, enum kpi_basis asked)
{
    unsigned grains = k->formula != NULL ? k->grains : (1u << GRAIN_COUNT) - 1; /* says why not */
    for (size_t i = 0; i < k->n_leaves; i++) {
        if (!leaf_has_hours(&k->leaves[i], asked))
            grains &= ~GRAIN_BIT(GRAIN_HOUR);
    }
    return grains;
}

static enum status no_grain(const struct plan_question *q, const struct kpi *k, struct error *why)
{
    const unsigned has = plan_grains(k, q->basis);
    struct buf grains;
    buf_init(&grains, 256);
    for (unsigned g = 0; g < GRAIN_COUNT; g++) {
        if (has & GRAIN_BIT(g))
            buf_addf(
                &grains, "%s%s", grains.len > 0 ? ", " : "", kpi_grain_name((enum kpi_grain)g));
    }
    const enum status st = error_set(why,
                                     STATUS_BAD_USAGE,
                                     "KPI \"%.*s\" has no value by %s (it has by: %.*s)",
                                     STR_ARG(k->id),
                                     kpi_grain_name(q->grain),
                                     STR_ARG(buf_str(&grains)));
    buf_release(&grains);
    return st;
}

static bool is_money(const struct kpi_measure *m)
{
    return m->table->currency_column != NULL && m->value != NULL &&
           m->value->type == ROW_TYPE_MONEY && (!m->is_platform || m->unit == UNIT_MONEY);
}

static struct plan_slot slot_of(const struct plan_question *q,
                                size_t kpi,
                                const struct kpi_leaf *leaf)
{
    const struct kpi *k = q->kpis[kpi];
    const struct kpi_measure *m = leaf->measure;
    const struct column *date = leaf_date(leaf, q->basis);
    const bool trails = m->trailing_days > 0 && q->trails != NULL;
    return (struct plan_slot){
        .measure = m,
        .date = date,
        .is_whole = leaf->is_whole && q->n_by > 0,
        .apart_of = q->apart != NULL ? q->apart[kpi] : 0,
        .days = q->days != NULL ? q->days[kpi] : (struct plan_cut){ INT32_MAX, INT32_MAX },
        .trail = trails ? q->trails[kpi] : (struct plan_trail){ INT32_MAX, INT32_MAX },
        .is_money = is_money(m),
        .is_additive = (m->agg == AGG_SUM || m->agg == AGG_COUNT) && !m->last_of_period &&
                       m->trailing_days == 0 && m->per == NULL,
        /* platforms date a figure by its own event */
        .rule = m->platform != NULL && date == m->date ? k->source_rule : SOURCE_OWN,
        .is_foreign = m->is_platform,
    };
}

static size_t slot_index(struct plan_slots *s, const struct plan_slot *wanted)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->items[i].measure == wanted->measure && s->items[i].date == wanted->date &&
            s->items[i].is_whole == wanted->is_whole && s->items[i].rule == wanted->rule &&
            s->items[i].apart_of == wanted->apart_of &&
            s->items[i].days.main == wanted->days.main &&
            s->items[i].days.other == wanted->days.other &&
            s->items[i].trail.main == wanted->trail.main &&
            s->items[i].trail.other == wanted->trail.other)
            return i;
    }
    s->items[s->n] = *wanted;
    return s->n++;
}

static enum status collect_kpi(const struct plan_question *q,
                               size_t kpi,
                               struct plan_slots *s,
                               size_t *of_leaf,
                               struct error *why)
{
    const struct kpi *k = q->kpis[kpi];
    if (k->formula == NULL)
        return STATUS_OK;
    if (!(k->grains & GRAIN_BIT(q->grain)))
        return no_grain(q, k, why);
    for (size_t i = 0; i < k->n_leaves; i++) {
        const struct plan_slot slot = slot_of(q, kpi, &k->leaves[i]);
        const struct kpi_measure *m = slot.measure;
        if (q->grain == GRAIN_HOUR && !leaf_has_hours(&k->leaves[i], q->basis)) {
            return error_set(why,
                             STATUS_BAD_USAGE,
                             "KPI \"%.*s\" has no value by hour: \"%s\" has no time of day on "
                             "this basis",
                             STR_ARG(k->id),
                             m->table->name);
        }
        of_leaf[i] = slot_index(s, &slot);
    }
    return STATUS_OK;
}

enum status plan_slots_collect(const struct plan_question *q,
                               struct arena *a,
                               struct plan_slots *out,
                               struct error *why)
{
    size_t leaves = 0;
    struct plan_slots s = { .n = 0 };
    for (size_t i = 0; i < q->n_kpis; i++)
        leaves += q->kpis[i]->n_leaves;
    s.items = ARENA_NEW(a, struct plan_slot, leaves + 1);
    s.of_leaf = ARENA_NEW(a, size_t *, q->n_kpis + 1);
    if (s.items == NULL || s.of_leaf == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < q->n_kpis; i++) {
        s.of_leaf[i] = ARENA_NEW(a, size_t, q->kpis[i]->n_leaves + 1);
        if (s.of_leaf[i] == NULL)
            return error_set(why, STATUS_NO_MEMORY, "out of memory");
        const enum status st = collect_kpi(q, i, &s, s.of_leaf[i], why);
        if (st != STATUS_OK)
            return st;
    }
    *out = s;
    return STATUS_OK;
}

/* ---- groups ---- */

struct builder {
    const struct plan_question *q;
    const struct plan_slots *slots;
    const struct plan_variant *variant;
    struct arena *arena;
    struct plan_group *groups;
    size_t n;
    const bool *has_total; /* of each slot: its total comes with the rows; NULL: not asked */
};

static const struct kpi *kpi_of_slot(const struct builder *b, size_t slot)
{
    for (size_t k = 0; k < b->q->n_kpis; k++) {
        for (size_t i = 0; i < b->q->kpis[k]->n_leaves; i++) {
            if (b->q->kpis[k]->formula != NULL && b->slots->of_leaf[k][i] == slot)
                return b->q->kpis[k];
        }
    }
    return b->q->kpis[0];
}

static enum status lacks_dimension(const struct builder *b,
                                   size_t slot,
                                   const struct dimension *d,
                                   struct error *why)
{
    struct buf has;
    const struct table *t = b->slots->items[slot].measure->table;
    buf_init(&has, 2048);
    plan_add_dimensions(t, &has);
    const enum status st =
        error_set(why,
                  STATUS_NOT_FOUND,
                  "table \"%s\" has no dimension \"%s\", and KPI \"%.*s\" reads it (it has: %.*s)",
                  t->name,
                  d->name,
                  STR_ARG(kpi_of_slot(b, slot)->id),
                  STR_ARG(buf_str(&has)));
    buf_release(&has);
    return st;
}

static enum status check_dimensions(const struct builder *b, size_t slot, struct error *why)
{
    bool is_joined;
    for (size_t i = 0; i < b->q->n_by; i++) {
        const struct table *t = b->slots->items[slot].measure->table;
        if (kpi_dimension_column(t, b->q->by[i], &is_joined) == NULL)
            return lacks_dimension(b, slot, b->q->by[i], why);
    }
    return STATUS_OK;
}

static bool too_dirty(const struct plan_question *q)
{
    size_t n = 0;
    for (size_t i = 0; q->cells != NULL && i < q->cells->n_dirty; i++)
        n += q->cells->dirty[i] >= q->from && q->cells->dirty[i] <= q->to;
    return n > DIRTY_DAYS_MAX;
}

static bool counts_values(const struct plan_question *q, const struct kpi_measure *m)
{
    const bool is_quantile = m->agg == AGG_MEDIAN || m->agg == AGG_PERCENTILE;
    return q->counts_values && q->dialect == SQL_DUCKDB && is_quantile && m->per == NULL;
}

/* The question over the days that count for the slot. */
static const struct plan_question *cut_question(const struct plan_question *q,
                                                const struct plan_slot *s,
                                                struct arena *a)
{
    const int32_t days = q->is_other ? s->days.other : s->days.main;
    if (s->date == NULL || s->measure->trailing_days > 0 || days > q->to - q->from)
        return q;
    struct plan_question *cut = ARENA_NEW(a, struct plan_question, 1);
    if (cut == NULL)
        return NULL;
    *cut = *q;
    cut->to = q->from + days - 1;
    cut->last_minute = -1;
    cut->n_windows = 0;
    return cut;
}

static enum status group_of(const struct builder *b,
                            size_t slot,
                            struct plan_group *out,
                            struct error *why)
{
    const struct plan_variant *variant = b->variant;
    const struct plan_slot *s = &b->slots->items[slot];
    const struct plan_question *q = cut_question(b->q, s, b->arena);
    if (q == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    struct plan_group g = {
        .q = q,
        .variant = variant,
        .slots = b->slots,
        .fact = s->measure->table,
        .raw_from = INT32_MAX,
        .date = s->date,
        .minute = s->date == s->measure->date ? s->measure->minute : NULL,
        .last_of_period = s->measure->last_of_period && s->date != NULL,
        .trailing_days = s->date != NULL ? s->measure->trailing_days : 0,
        .trails_to = b->q->is_other ? s->trail.other : s->trail.main,
        .is_whole = s->is_whole,
        .by_dims = variant->by_dims && !s->is_whole && b->q->n_by > 0,
        .gathered = s->measure->per != NULL ? s->measure : NULL,
        .counted = counts_values(b->q, s->measure) ? s->measure : NULL,
        .by_currency = b->q->by_currency && s->is_money && s->measure->agg == AGG_SUM &&
                       s->measure->per == NULL,
        .not_stores = s->not_stores,
        .n_not_stores = s->n_not_stores,
    };
    if (b->q->where != NULL) {
        const enum status st = kpi_where_bind(b->q->where, g.fact, b->arena, &g.where, why);
        if (st != STATUS_OK)
            return st;
    }
    const bool by_dims = g.by_dims || (variant->n_excluded > 0 && !g.is_whole);
    if (!g.by_currency && !too_dirty(q))
        g.route = plan_route_find(q, s, g.where, by_dims, variant->by_time);
    if (g.route.rollup != NULL && !g.route.set->by_day && g.route.open_month != DAY_NONE)
        g.raw_from = g.route.open_month;
    *out = g;
    return STATUS_OK;
}

static bool same_stores(const struct plan_group *a, const struct plan_group *b)
{
    bool same = a->n_not_stores == b->n_not_stores;
    for (size_t i = 0; same && i < a->n_not_stores; i++)
        same = str_eq(a->not_stores[i], b->not_stores[i]);
    return same;
}

static bool groups_match(const struct plan_group *a, const struct plan_group *b)
{
    return a->gathered == NULL && b->gathered == NULL && a->counted == NULL && b->counted == NULL &&
           a->q->to == b->q->to && a->fact == b->fact && a->date == b->date &&
           a->last_of_period == b->last_of_period && a->trailing_days == b->trailing_days &&
           a->trails_to == b->trails_to && a->is_whole == b->is_whole &&
           a->by_currency == b->by_currency && same_stores(a, b) &&
           plan_routes_equal(&a->route, &b->route);
}

static enum status add_slot(struct builder *b, size_t slot, struct error *why)
{
    struct plan_group wanted;
    if (b->slots->items[slot].is_foreign || (b->has_total != NULL && b->has_total[slot]))
        return STATUS_OK;
    enum status st = check_dimensions(b, slot, why);
    if (st == STATUS_OK)
        st = group_of(b, slot, &wanted, why);
    if (st != STATUS_OK)
        return st;
    struct plan_group *g = NULL;
    for (size_t i = 0; i < b->n && g == NULL; i++)
        g = groups_match(&b->groups[i], &wanted) ? &b->groups[i] : NULL;
    if (g == NULL) {
        g = &b->groups[b->n++];
        *g = wanted;
        g->slot = ARENA_NEW(b->arena, size_t, b->slots->n);
        if (g->slot == NULL)
            return error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    g->slot[g->n++] = slot;
    return STATUS_OK;
}

bool plan_same_expr(const struct row_expr *a, const struct row_expr *b)
{
    struct buf x;
    struct buf y;
    if (a == b || a == NULL || b == NULL)
        return a == b;
    buf_init(&x, (size_t)4 * EXPR_TEXT_MAX);
    buf_init(&y, (size_t)4 * EXPR_TEXT_MAX);
    row_expr_print(a, &x);
    row_expr_print(b, &y);
    const bool same = buf_ok(&x) && buf_ok(&y) && str_eq(buf_str(&x), buf_str(&y));
    buf_release(&x);
    buf_release(&y);
    return same;
}

/* The filter that all slots of the group share, so that the engine can skip rows by it. A group of
 * rows that has none of them is no row of the answer, by whatever route. */
static const struct row_expr *common_filter(const struct plan_group *g)
{
    const struct row_expr *common = g->slots->items[g->slot[0]].measure->filter;
    for (size_t i = 1; i < g->n && common != NULL; i++) {
        if (!plan_same_expr(common, g->slots->items[g->slot[i]].measure->filter))
            common = NULL;
    }
    return common;
}

/* Which value columns the statement has. */
static bool list_columns(const struct builder *b,
                         const struct plan_group *g,
                         struct plan_query *query)
{
    size_t *column_of = ARENA_NEW(b->arena, size_t, g->n);
    query->slots = ARENA_NEW(b->arena, size_t, g->n);
    query->folded = ARENA_NEW(b->arena, struct plan_folded, g->n);
    query->adds_up = ARENA_NEW(b->arena, bool, g->n);
    if (column_of == NULL || query->slots == NULL || query->folded == NULL ||
        query->adds_up == NULL)
        return false;
    for (size_t i = 0; i < g->n; i++) {
        if (g->fold[i].is_folded)
            continue;
        column_of[i] = query->n_slots;
        query->adds_up[query->n_slots] =
            g->variant->with_total && plan_adds_up(g, &b->slots->items[g->slot[i]]);
        query->slots[query->n_slots++] = g->slot[i];
    }
    for (size_t i = 0; i < g->n; i++) {
        if (g->fold[i].is_folded)
            query->folded[query->n_folded++] =
                (struct plan_folded){ .slot = g->slot[i], .column = column_of[g->fold[i].into] };
    }
    return true;
}

static enum status write_groups(struct builder *b, struct plan *plan, struct error *why)
{
    for (size_t i = 0; i < b->n; i++) {
        struct plan_group *g = &b->groups[i];
        struct plan_query *query = &plan->queries[i];
        g->common = common_filter(g);
        *query = (struct plan_query){ .fact = g->fact, .date = g->date };
        if (!plan_fold(g, b->arena) || !list_columns(b, g, query))
            return error_set(why, STATUS_NO_MEMORY, "out of memory");
        sql_init(&query->sql, b->q->dialect);
        plan->n++;
        plan_write(&query->sql, g, query);
        const enum status st = sql_finish(&query->sql, why);
        if (st != STATUS_OK)
            return st;
    }
    return STATUS_OK;
}

static enum status make_groups(struct builder *b, struct error *why)
{
    b->groups = ARENA_NEW(b->arena, struct plan_group, b->slots->n + 1);
    if (b->groups == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < b->slots->n; i++) {
        const enum status st = add_slot(b, i, why);
        if (st != STATUS_OK)
            return st;
    }
    return STATUS_OK;
}

/* Keeps the groups of the variant's windows: those that are read for all, or the others. */
static enum status choose_windows(struct builder *b, struct error *why)
{
    size_t kept = 0;
    for (size_t i = 0; i < b->n && b->variant->windows != PLAN_WINDOW_ALONE; i++) {
        struct plan_group together;
        bool fits = false;
        const enum status st = plan_together(&b->groups[i], b->arena, &fits, &together, why);
        if (st != STATUS_OK)
            return st;
        if (fits == (b->variant->windows == PLAN_WINDOWS_TOGETHER))
            b->groups[kept++] = fits ? together : b->groups[i];
    }
    if (b->variant->windows != PLAN_WINDOW_ALONE)
        b->n = kept;
    return STATUS_OK;
}

/* Which slots have their total from the statements of the rows. */
static enum status mark_totals(const struct builder *rows, bool *out, struct error *why)
{
    for (size_t i = 0; i < rows->n; i++) {
        const struct plan_group *g = &rows->groups[i];
        struct plan_group together;
        bool fits = false;
        if (rows->variant->windows != PLAN_WINDOW_ALONE) {
            const enum status st = plan_together(g, rows->arena, &fits, &together, why);
            if (st != STATUS_OK)
                return st;
        }
        for (size_t s = 0; s < g->n; s++)
            out[g->slot[s]] =
                fits || plan_shares_total(g) || plan_adds_up(g, &rows->slots->items[g->slot[s]]);
    }
    return STATUS_OK;
}

static enum status make_totals(struct builder *b, struct error *why)
{
    static const struct plan_variant totals = { .by_time = false };
    bool *has_total = ARENA_NEW(b->arena, bool, b->slots->n + 1);
    struct builder rows = *b;
    if (has_total == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = make_groups(&rows, why);
    if (st == STATUS_OK)
        st = mark_totals(&rows, has_total, why);
    b->variant = &totals;
    b->has_total = has_total;
    return st == STATUS_OK ? make_groups(b, why) : st;
}

enum status plan_build(const struct plan_question *q,
                       const struct plan_slots *slots,
                       const struct plan_variant *variant,
                       struct arena *a,
                       struct plan **out,
                       struct error *why)
{
    struct builder b = { .q = q, .slots = slots, .variant = variant, .arena = a };
    struct plan *plan = ARENA_NEW(a, struct plan, 1);
    BUG_IF(q->n_by > PLAN_BY_MAX);
    if (plan == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = variant->skip_shared ? make_totals(&b, why) : make_groups(&b, why);
    if (st == STATUS_OK && !variant->skip_shared)
        st = choose_windows(&b, why);
    if (st != STATUS_OK)
        return st;
    plan->queries = ARENA_NEW(a, struct plan_query, b.n + 1);
    if (plan->queries == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    st = write_groups(&b, plan, why);
    if (st != STATUS_OK) {
        plan_release(plan);
        return st;
    }
    *out = plan;
    return STATUS_OK;
}

void plan_release(struct plan *p)
{
    for (size_t i = 0; p != NULL && i < p->n; i++)
        sql_release(&p->queries[i].sql);
    if (p != NULL)
        p->n = 0;
}
