/* From words to an answer: resolve, one read transaction, assemble, keep definition texts. */
#include "query/ages_priv.h"
#include "query/spans_priv.h"
#include "query/together.h"

#include "query/cache_priv.h"
#include "query/together_priv.h"

static enum status resolve_kpis(struct asking *k, struct error *why)
{
    const struct kpi_question *q = k->words;
    if (q->kpi_count == 0)
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "which KPI? the catalogue shows all of them (on the board: Definitions; "
                         "in a terminal: kpis list)");
    if (q->kpi_count > QUERY_KPIS_MAX)
        return error_set(
            why, STATUS_BAD_USAGE, "more than %zu KPIs in one question", QUERY_KPIS_MAX);
    k->kpis = ARENA_NEW(k->arena, const struct kpi *, q->kpi_count);
    k->answerable = ARENA_NEW(k->arena, const struct kpi *, q->kpi_count);
    k->place = ARENA_NEW(k->arena, size_t, q->kpi_count);
    if (k->kpis == NULL || k->answerable == NULL || k->place == NULL)
        return query_no_memory(why);
    for (size_t i = 0; i < q->kpi_count; i++) {
        const enum status st =
            kpi_lookup(k->context->catalog, q->kpis[i], &k->kpis[k->n_kpis], why);
        if (st != STATUS_OK)
            return st;
        k->n_kpis++;
    }
    return STATUS_OK;
}

static enum status resolve_by(struct asking *k, struct error *why)
{
    const struct kpi_question *q = k->words;
    if (q->by_count > PLAN_BY_MAX)
        return error_set(why, STATUS_BAD_USAGE, "more than %zu dimensions", PLAN_BY_MAX);
    k->store_by = SIZE_MAX;
    k->by = ARENA_NEW(k->arena, const struct dimension *, q->by_count + 1);
    if (k->by == NULL)
        return query_no_memory(why);
    for (size_t i = 0; i < q->by_count; i++) {
        const struct dimension *d = kpi_dimension_find(q->by[i], why);
        if (d == NULL)
            return STATUS_NOT_FOUND;
        for (size_t j = 0; j < k->n_by; j++) {
            if (k->by[j] == d)
                return error_set(why, STATUS_BAD_USAGE, "--by names \"%s\" twice", d->name);
        }
        if (str_is(STR("store"), d->name))
            k->store_by = k->n_by;
        k->by[k->n_by++] = d;
    }
    return STATUS_OK;
}

static enum status resolve_grain(struct asking *k, struct error *why)
{
    const str name = k->words->grain;
    k->grain = GRAIN_TOTAL;
    if (name.len == 0 || kpi_grain_parse(name, &k->grain))
        return STATUS_OK;
    return error_set(why,
                     STATUS_BAD_USAGE,
                     "--grain \"%.*s\" is none of hour, day, week, month, quarter, year, total",
                     STR_ARG(name));
}

static enum status resolve_calendar(struct asking *k, struct error *why)
{
    const struct shop_settings *s = k->context->settings;
    k->rules = (struct period_rules){ .week_start = s->week_start > 0 ? s->week_start : 1,
                                      .calendar = s->calendar,
                                      .retail_month = s->retail_month };
    enum status st = STATUS_OK;
    if (k->words->calendar.len > 0)
        st = calendar_parse(k->words->calendar, &k->rules.calendar, why);
    if (k->rules.calendar == CALENDAR_ISO)
        k->rules.week_start = 1;
    return st;
}

static enum status resolve_basis(struct asking *k, struct error *why)
{
    const str basis = k->words->basis;
    k->basis = BASIS_EVENT;
    if (str_is(basis, "order"))
        k->basis = BASIS_ORDER;
    else if (basis.len > 0 && !str_is(basis, "event"))
        return error_set(why, STATUS_BAD_USAGE, "--basis is \"event\" or \"order\"");
    return STATUS_OK;
}

/* `store = 'a'` or `store in ('a', 'b')`. */
static bool is_list_of_stores(const struct row_expr *e)
{
    bool is_list = (e->op == ROW_EQ || e->op == ROW_IN) && e->n_args > 1 &&
                   e->args[0]->op == ROW_COLUMN && e->args[0]->dimension != NULL &&
                   str_is(STR("store"), e->args[0]->dimension->name);
    for (size_t i = 1; is_list && i < e->n_args; i++)
        is_list = e->args[i]->op == ROW_LITERAL && e->args[i]->type == ROW_TYPE_TEXT;
    return is_list;
}

/* Whether the condition names the stores that it leaves: in such a list, in one that is joined by
 * `and`, or in each of several that are joined by `or`. */
static bool names_stores(const struct row_expr *e)
{
    size_t naming = 0;
    for (size_t i = 0; (e->op == ROW_AND || e->op == ROW_OR) && i < e->n_args; i++)
        naming += names_stores(e->args[i]); /* as deep as the parser lets it be */
    return is_list_of_stores(e) || (e->op == ROW_AND && naming > 0) ||
           (e->op == ROW_OR && naming == e->n_args);
}

static size_t count_nodes(const struct row_expr *e)
{
    size_t n = 1;
    for (size_t i = 0; i < e->n_args; i++)
        n += count_nodes(e->args[i]);
    return n;
}

static bool is_in_scope(const struct kpi_question *q, str store)
{
    bool is_listed = q->store_count == 0;
    for (size_t i = 0; i < q->store_count && !is_listed; i++)
        is_listed = str_eq(q->stores[i], store);
    return is_listed;
}

/* Those of a condition that names them, each once; `out` has room for all that it says. */
static void list_named(const struct row_expr *e,
                       const struct kpi_question *words,
                       str *out,
                       size_t *n)
{
    const bool is_list = is_list_of_stores(e);
    for (size_t i = 1; is_list && i < e->n_args; i++) {
        const struct kpi_question so_far = { .stores = out, .store_count = *n };
        const str store = e->args[i]->text;
        if (is_in_scope(words, store) && (*n == 0 || !is_in_scope(&so_far, store)))
            out[(*n)++] = store;
    }
    for (size_t i = 0; !is_list && i < e->n_args; i++) {
        if (!names_stores(e->args[i]))
            continue;
        list_named(e->args[i], words, out, n);
        if (e->op == ROW_AND) /* one of them is enough: the condition itself does the rest */
            return;
    }
}

/* A question that is filtered to some stores is about those, as with --store: how far data reaches
 * is theirs. */
static enum status narrow_stores(struct asking *k, struct kpi_question *words, struct error *why)
{
    if (k->where == NULL || !names_stores(k->where))
        return STATUS_OK;
    str *stores = ARENA_NEW(k->arena, str, count_nodes(k->where));
    size_t n = 0;
    if (stores == NULL)
        return query_no_memory(why);
    list_named(k->where, words, stores, &n);
    if (n > 0) { /* none: the filter leaves nothing of the scope */
        words->stores = stores;
        words->store_count = n;
    }
    return STATUS_OK;
}

enum status ask_resolve(struct asking *k, struct error *why)
{
    enum status st = resolve_kpis(k, why);
    if (st == STATUS_OK)
        st = resolve_by(k, why);
    if (st == STATUS_OK)
        st = resolve_grain(k, why);
    if (st == STATUS_OK)
        st = resolve_calendar(k, why);
    if (st == STATUS_OK)
        st = resolve_basis(k, why);
    if (st == STATUS_OK && k->words->where.len > 0)
        st = kpi_where_parse(k->words->where, k->arena, &k->where, why);
    if (st == STATUS_OK && k->context->zone != NULL) {
        struct zone_cursor cursor = { .from_s = 0 };
        int32_t offset;
        zone_local(k->context->zone, &cursor, k->words->now_us, &k->today, &k->now_minute, &offset);
    } else {
        k->today = (int32_t)i64_floor_div(k->words->now_us, US_PER_DAY);
        k->now_minute =
            (int32_t)((k->words->now_us - k->today * US_PER_DAY) / (60 * US_PER_SECOND));
    }
    return st;
}

/* Which KPIs can be answered, over which days, and the measures of those. Coverage is known for
 * all. */
static enum status settle_slots(struct asking *k, struct error *why)
{
    struct plan_cut *days = ARENA_NEW(k->arena, struct plan_cut, k->n_kpis + 1);
    struct plan_trail *trails = ARENA_NEW(k->arena, struct plan_trail, k->n_kpis + 1);
    size_t *apart = ARENA_NEW(k->arena, size_t, k->n_kpis + 1);
    struct plan_question all = { .kpis = k->kpis,
                                 .n_kpis = k->n_kpis,
                                 .basis = k->basis,
                                 .grain = k->grain,
                                 .n_by = k->n_by,
                                 .by = k->by };
    enum status st = days != NULL && trails != NULL && apart != NULL
                         ? plan_slots_collect(&all, k->arena, &k->slots, why)
                         : query_no_memory(why);
    if (st == STATUS_OK)
        st = sources_load(k, why);
    if (st == STATUS_OK)
        st = coverage_load(k, why);
    if (st == STATUS_OK)
        st = ranges_resolve(k, why);
    if (st == STATUS_OK)
        st = ranges_settle_days(k, why);
    if (st != STATUS_OK)
        return st;
    for (size_t i = 0; i < k->n_kpis; i++) {
        k->place[i] = SIZE_MAX;
        if (query_needs_of(k, k->kpis[i]).len > 0)
            continue;
        days[k->n_answerable] = k->days[i];
        trails[k->n_answerable] = k->trails[i];
        apart[k->n_answerable] = k->store_by != SIZE_MAX ? ranges_apart(k, i) : 0;
        k->place[i] = k->n_answerable;
        k->answerable[k->n_answerable++] = k->kpis[i];
    }
    all.days = days;
    all.trails = trails;
    all.apart = apart;
    all.kpis = k->answerable;
    all.n_kpis = k->n_answerable;
    st = plan_slots_collect(&all, k->arena, &k->slots, why);
    if (st == STATUS_OK)
        st = sources_settle(k, why);
    if (st == STATUS_OK)
        st = ages_settle(k, why);
    return st == STATUS_OK ? spans_load(k, why) : st;
}

/* A question on its way, with what holds its answer. */
struct inquiry {
    struct asking asking;
    struct kpi_question words;
    struct answer *answer;
    struct buf scratch;
};

static enum status inquiry_init(struct inquiry *q,
                                const struct query_context *c,
                                const struct kpi_question *words,
                                bool dry,
                                struct error *why)
{
    struct arena *arena = arena_new(QUERY_ARENA_MAX);
    q->words = *words;
    buf_init(&q->scratch, SCRATCH_MAX);
    q->asking = (struct asking){ .context = c,
                                 .words = &q->words,
                                 .arena = arena,
                                 .scratch = &q->scratch,
                                 .lang = words->lang,
                                 .reach = DAY_NONE,
                                 .dry = dry };
    q->answer = arena != NULL ? ARENA_NEW(arena, struct answer, 1) : NULL;
    if (q->answer == NULL || !names_init(&q->asking.names, arena))
        return query_no_memory(why);
    q->answer->arena = arena;
    const enum status st = ask_resolve(&q->asking, why);
    return st == STATUS_OK ? narrow_stores(&q->asking, &q->words, why) : st;
}

/* The answer stays when it is to be handed over. */
static void inquiry_release(struct inquiry *q, bool keep)
{
    names_release(&q->asking.names);
    buf_release(&q->scratch);
    fx_free(q->asking.fx);
    mem_free(q->asking.sql);
    if (!keep)
        arena_free(q->asking.arena);
}

static enum status prepare(struct asking *k, struct error *why)
{
    enum status st = state_load(k, why);
    if (st == STATUS_OK)
        st = settle_slots(k, why);
    if (st == STATUS_OK)
        st = state_sizes(k, why);
    return st == STATUS_OK ? query_goals_load(k, why) : st;
}

/* Evidence shows each figure's own statement. */
static enum status join(struct inquiry *q, size_t n, struct together *t, struct error *why)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < n && st == STATUS_OK; i++) {
        struct asking *k = &q[i].asking;
        if (k->dry || k->words->evidence)
            continue;
        k->together = t;
        st = together_add(t, &k->main, why);
        if (st == STATUS_OK)
            st = together_add(t, &k->other, why);
    }
    return st;
}

static enum status in_transaction(struct inquiry *q, size_t n, struct error *why)
{
    struct together together = { .n_windows = 0 };
    enum status st = STATUS_OK;
    for (size_t i = 0; i < n && st == STATUS_OK; i++)
        st = prepare(&q[i].asking, why);
    if (st == STATUS_OK)
        st = join(q, n, &together, why);
    for (size_t i = 0; i < n && st == STATUS_OK; i++) {
        st = answer_assemble(&q[i].asking, q[i].answer, why);
        if (st == STATUS_OK && !q[i].asking.dry)
            st = evidence_collect(&q[i].asking, q[i].answer, why);
    }
    together_release(&together);
    return st;
}

static enum status run_all(const struct query_context *c,
                           struct inquiry *q,
                           size_t n,
                           struct error *why)
{
    if (c->in_snapshot)
        return in_transaction(q, n, why);
    enum status st = conn_begin_read(c->conn, why);
    if (st == STATUS_OK) {
        st = in_transaction(q, n, why);
        conn_rollback(c->conn);
    }
    return st;
}

/* n questions that differ in their ranges only. */
static enum status ask(const struct query_context *c,
                       const struct kpi_question *questions,
                       size_t n,
                       bool dry,
                       struct answer **out,
                       struct error *why)
{
    const int64_t began = clock_now_us();
    struct inquiry *q = mem_new(n, sizeof *q);
    if (q == NULL)
        return query_no_memory(why);
    enum status st = STATUS_OK;
    size_t begun = 0;
    for (; begun < n && st == STATUS_OK; begun++)
        st = inquiry_init(&q[begun], c, &questions[begun], dry, why);
    if (st == STATUS_OK)
        st = run_all(c, q, n, why);
    for (size_t i = 0; i < begun; i++) {
        if (st == STATUS_OK && c->writer != NULL && !dry)
            definitions_keep(c, q[i].answer, questions[i].now_us);
        if (st == STATUS_OK) {
            q[i].answer->elapsed_us = clock_now_us() - began;
            out[i] = q[i].answer;
        }
        inquiry_release(&q[i], st == STATUS_OK);
    }
    mem_free(q);
    return st;
}

static enum status check_dialect(const struct kpi_question *q, struct error *why)
{
    return q->dialect == SQL_DUCKDB
               ? STATUS_OK
               : error_set(why, STATUS_BAD_USAGE, "this store runs DuckDB's dialect only");
}

enum status query_ask(const struct query_context *c,
                      const struct kpi_question *q,
                      struct answer **out,
                      struct error *why)
{
    const enum status st = check_dialect(q, why);
    return st == STATUS_OK ? ask(c, q, 1, false, out, why) : st;
}

enum status query_ask_ranges(const struct query_context *c,
                             const struct kpi_question *q,
                             const struct question_range *ranges,
                             size_t n,
                             struct answer **out,
                             struct error *why)
{
    struct kpi_question *all = mem_new(n, sizeof *all);
    if (all == NULL)
        return query_no_memory(why);
    for (size_t i = 0; i < n; i++) {
        all[i] = *q;
        all[i].from = ranges[i].from;
        all[i].to = ranges[i].to;
        all[i].compare = ranges[i].compare;
        all[i].only_total = ranges[i].only_total;
    }
    enum status st = check_dialect(q, why);
    if (st == STATUS_OK)
        st = ask(c, all, n, false, out, why);
    mem_free(all);
    return st;
}

void answer_free(struct answer *a)
{
    if (a != NULL)
        arena_free(a->arena);
}

/* ---- what can be answered ---- */

static enum status needs_of_all(struct asking *k, struct arena *a, str *out, struct error *why)
{
    enum status st = state_load(k, why);
    if (st == STATUS_OK)
        st = sources_load(k, why);
    if (st == STATUS_OK)
        st = coverage_load(k, why);
    for (size_t i = 0; st == STATUS_OK && i < k->n_kpis; i++) {
        out[i] = arena_dup(a, query_needs_of(k, k->kpis[i]));
        if (out[i].ptr == NULL)
            st = query_no_memory(why);
    }
    return st;
}

enum status query_needs(const struct query_context *c,
                        const struct kpi_question *scope,
                        struct arena *a,
                        str **out,
                        struct error *why)
{
    const size_t n = kpi_count(c->catalog);
    struct arena *own = arena_new(QUERY_ARENA_MAX);
    str *needs = ARENA_NEW(a, str, n + 1);
    struct asking k = {
        .context = c, .words = scope, .arena = own, .lang = scope->lang, .n_kpis = n
    };
    k.kpis = own != NULL ? ARENA_NEW(own, const struct kpi *, n + 1) : NULL;
    if (k.kpis == NULL || needs == NULL) {
        arena_free(own);
        return query_no_memory(why);
    }
    for (size_t i = 0; i < n; i++)
        k.kpis[i] = kpi_at(c->catalog, i);
    enum status st = c->in_snapshot ? STATUS_OK : conn_begin_read(c->conn, why);
    if (st == STATUS_OK) {
        st = needs_of_all(&k, a, needs, why);
        if (!c->in_snapshot)
            conn_rollback(c->conn);
    }
    arena_free(own);
    if (st == STATUS_OK)
        *out = needs;
    return st;
}

enum status query_sql(const struct query_context *c,
                      const struct kpi_question *q,
                      struct buf *out,
                      struct error *why)
{
    struct answer *answer = NULL;
    const enum status st = ask(c, q, 1, true, &answer, why);
    if (st == STATUS_OK)
        answer_add_sql(answer, out);
    for (size_t i = 0; answer != NULL && st == STATUS_OK && i < answer->kpi_count; i++) {
        const struct answer_kpi *kpi = &answer->kpis[i];
        if (kpi->needs.len > 0) /* else nothing would be written, and nobody would know why */
            buf_addf(out, "-- %.*s: %.*s\n", STR_ARG(kpi->id), STR_ARG(kpi->needs));
    }
    answer_free(answer);
    return st;
}
