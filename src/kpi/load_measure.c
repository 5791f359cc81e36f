/* A measure from its YAML: table, aggregate, expression, filter, dates, unit. */
#include "kpi/load_priv.h"

static const struct yaml_field measure_fields[] = {
    { "table", YAML_WANT_STR, false },         { "agg", YAML_WANT_STR, false },
    { "expr", YAML_WANT_ANY, false },          { "p", YAML_WANT_NUMBER, false },
    { "filter", YAML_WANT_ANY, false },        { "date", YAML_WANT_STR, false },
    { "order_date", YAML_WANT_STR, false },    { "unit", YAML_WANT_STR, false },
    { "empty", YAML_WANT_STR, false },         { "over_time", YAML_WANT_STR, false },
    { "trailing_days", YAML_WANT_INT, false }, { "grain", YAML_WANT_LIST, false },
    { "about", YAML_WANT_ANY, false },         { "platform", YAML_WANT_STR, false },
    { "stores_with", YAML_WANT_STR, false },   { "stores_without", YAML_WANT_STR, false },
    { "per", YAML_WANT_ANY, false },           { "having", YAML_WANT_ANY, false },
    { "top", YAML_WANT_INT, false },
};

struct measure_reader {
    struct loader *loader;
    const struct definition *from;
    const struct yaml_node *node;
    struct kpi_measure *m;
    bool ok;
};

static const struct yaml_node *field(const struct measure_reader *r, const char *key)
{
    return yaml_get(r->node, key);
}

static void fail(struct measure_reader *r, const struct yaml_node *n, const char *text)
{
    yaml_problem(r->loader->problems, n, "%s", tr(r->loader->problems->lang, text));
    r->ok = false;
}

static void read_table_of(struct measure_reader *r, const char *key, const struct table **out)
{
    const struct yaml_node *n = field(r, key);
    str name;
    r->ok = loader_text(r->loader, n, &name) && r->ok;
    if (!r->ok)
        return;
    *out = commerce_table(name);
    if (*out != NULL)
        return;
    const char **names = ARENA_NEW(r->loader->arena, const char *, commerce_table_count);
    for (size_t i = 0; names != NULL && i < commerce_table_count; i++)
        names[i] = commerce_tables[i].name;
    const str hint =
        names == NULL
            ? STR_EMPTY
            : name_suggestion(
                  r->loader->arena, r->loader->problems->lang, name, names, commerce_table_count);
    yaml_problem(
        r->loader->problems, n, "unknown table \"%.*s\"%.*s", STR_ARG(name), STR_ARG(hint));
    r->ok = false;
}

/* A table, what a platform reports, or the costs of goods. */
static void read_store_choice(struct measure_reader *r, const char *key)
{
    const struct yaml_node *n = field(r, key);
    const struct table *table = NULL;
    str name = STR_EMPTY;
    const struct platform_measure *reported = NULL;
    if (n->type == YAML_SCALAR && loader_text(r->loader, n, &name))
        reported = platform_measure(name);
    if (reported != NULL) {
        r->m->stores_by = reported->name;
    } else if (str_is(name, KPI_STORES_COSTS)) {
        r->m->stores_by = KPI_STORES_COSTS;
    } else {
        read_table_of(r, key, &table);
        r->m->stores_by = table != NULL ? table->name : NULL;
    }
}

/* Sums of stores that are told by different tables: each store once. */
static void read_stores(struct measure_reader *r)
{
    const bool with = !yaml_is_null(field(r, "stores_with"));
    r->m->is_stores_without = !yaml_is_null(field(r, "stores_without"));
    if (with && r->m->is_stores_without)
        fail(r, field(r, "stores_without"), "stores_with and stores_without exclude each other");
    else if (with || r->m->is_stores_without)
        read_store_choice(r, with ? "stores_with" : "stores_without");
}

/* A KPI's own measure has the KPI's unit unless it says otherwise. */
static const struct yaml_node *choice_field(const struct measure_reader *r, const char *key)
{
    const struct yaml_node *n = field(r, key);
    const bool is_inside = r->node != r->from->node;
    return n == NULL && is_inside && str_is(STR("unit"), key) ? yaml_get(r->from->node, key) : n;
}

static bool read_choice(struct measure_reader *r,
                        const char *key,
                        const char *const *names,
                        size_t n_names,
                        size_t *out)
{
    const struct yaml_node *n = choice_field(r, key);
    if (yaml_is_null(n))
        return false;
    if (yaml_enum(n, names, n_names, r->loader->problems, out))
        return true;
    r->ok = false;
    return false;
}

static const struct row_expr *read_scoped(struct measure_reader *r, const char *key, bool gathers)
{
    const struct yaml_node *n = field(r, key);
    if (yaml_is_null(n))
        return NULL;
    str text;
    if (!loader_text(r->loader, n, &text)) {
        r->ok = false;
        return NULL;
    }
    const struct expr_place at = loader_place(r->loader, r->from, n);
    const struct row_scope scope = { .table = r->m->table,
                                     .settings = &r->loader->setting_values,
                                     .gathers = gathers };
    const struct row_expr *e = row_parse(&at, &scope, r->loader->arena);
    r->ok = r->ok && e != NULL;
    return e;
}

static const struct row_expr *read_expr(struct measure_reader *r, const char *key)
{
    return read_scoped(r, key, false);
}

static void read_agg(struct measure_reader *r)
{
    size_t agg;
    if (!read_choice(r, "agg", kpi_agg_names, AGG_COUNT_OF, &agg))
        return;
    r->m->agg = (enum kpi_agg)agg;
    const struct yaml_node *p = field(r, "p");
    double share = 0.5;
    const bool has_p = yaml_double(p, r->loader->problems, &share);
    if (r->m->agg == AGG_PERCENTILE && !has_p)
        fail(r, field(r, "agg"), "percentile needs p: a number above 0 and below 1, as in p: 0.75");
    else if (has_p && r->m->agg != AGG_PERCENTILE)
        fail(r, p, "p belongs to agg: percentile only");
    else if (has_p && !(share > 0 && share < 1))
        fail(r, p, "expected a number above 0 and below 1, as in p: 0.75");
    else if (r->m->agg == AGG_PERCENTILE || r->m->agg == AGG_MEDIAN)
        r->m->permille = (unsigned)(share * 1000 + 0.5);
}

static void want_condition(struct measure_reader *r,
                           const char *key,
                           const struct row_expr *e,
                           const char *such_as)
{
    if (e == NULL || e->type == ROW_TYPE_TRUTH)
        return;
    const struct expr_place at = loader_place(r->loader, r->from, field(r, key));
    expr_problem(&at,
                 e->offset,
                 "expected a condition such as %s, found %s",
                 such_as,
                 tr(r->loader->problems->lang, row_type_text(e->type)));
    r->ok = false;
}

static void read_filter(struct measure_reader *r)
{
    r->m->filter = read_expr(r, "filter");
    want_condition(r, "filter", r->m->filter, "class = 'sale'");
}

static void read_value(struct measure_reader *r)
{
    const struct yaml_node *n = field(r, "expr");
    r->m->value = read_expr(r, "expr");
    const struct row_expr *e = r->m->value;
    if (yaml_is_null(n) && r->m->agg != AGG_COUNT) {
        fail(r, field(r, "agg"), "expr is missing: what to aggregate, as in expr: quantity");
        return;
    }
    if (e == NULL || r->m->agg == AGG_COUNT || r->m->agg == AGG_DISTINCT)
        return;
    if (row_type_is_number(e->type))
        return;
    const struct expr_place at = loader_place(r->loader, r->from, n);
    expr_problem(&at,
                 e->offset,
                 "%s of %s is not possible: expected a number or an amount",
                 kpi_agg_name(r->m->agg),
                 tr(r->loader->problems->lang, row_type_text(e->type)));
    r->ok = false;
}

static const struct column *read_date(struct measure_reader *r,
                                      const char *key,
                                      const char *standard)
{
    const struct yaml_node *n = field(r, key);
    str name;
    if (!loader_text(r->loader, n, &name))
        return standard == NULL ? NULL : table_column(r->m->table, str_from(standard));
    const struct column *c = table_column(r->m->table, name);
    if (c != NULL && c->type == COLUMN_DAY)
        return c;
    const char **days = ARENA_NEW(r->loader->arena, const char *, r->m->table->column_count);
    size_t n_days = 0;
    for (size_t i = 0; days != NULL && i < r->m->table->column_count; i++) {
        if (r->m->table->columns[i].type == COLUMN_DAY)
            days[n_days++] = r->m->table->columns[i].name;
    }
    const str hint =
        name_suggestion(r->loader->arena, r->loader->problems->lang, name, days, n_days);
    yaml_problem(r->loader->problems,
                 n,
                 "table %s has no date column \"%.*s\"%.*s",
                 r->m->table->name,
                 STR_ARG(name),
                 STR_ARG(hint));
    r->ok = false;
    return NULL;
}

static void read_dates(struct measure_reader *r)
{
    struct kpi_measure *m = r->m;
    m->date = read_date(r, "date", m->table->date_column);
    m->order_date = read_date(r, "order_date", m->table->order_date_column);
    if (m->order_date == NULL)
        m->order_date = m->date;
    if (m->date != NULL && str_is(STR("local_date"), m->date->name))
        m->minute = table_column(m->table, STR("local_minute"));
}

static void read_over_time(struct measure_reader *r)
{
    static const char *const over_time[] = { "add", "last" };
    static const char *const empty[] = { "zero", "none" };
    struct kpi_measure *m = r->m;
    size_t choice;
    if (read_choice(r, "over_time", over_time, 2, &choice))
        m->last_of_period = choice == 1;
    const bool adds = m->agg == AGG_SUM || m->agg == AGG_COUNT || m->agg == AGG_DISTINCT;
    m->zero_if_empty = adds && !m->last_of_period;
    if (read_choice(r, "empty", empty, 2, &choice))
        m->zero_if_empty = choice == 0;
    int64_t days = 0;
    if (yaml_i64(field(r, "trailing_days"), 1, 3660, r->loader->problems, &days))
        m->trailing_days = (int32_t)days;
    else if (!yaml_is_null(field(r, "trailing_days")))
        r->ok = false;
    if (m->date == NULL && (m->last_of_period || m->trailing_days > 0))
        fail(r,
             field(r, m->last_of_period ? "over_time" : "trailing_days"),
             "the table has no date that this could go by");
}

static void read_grains(struct measure_reader *r)
{
    struct kpi_measure *m = r->m;
    const unsigned all = (1u << GRAIN_COUNT) - 1;
    unsigned possible = all;
    if (m->date == NULL)
        possible = GRAIN_BIT(GRAIN_TOTAL);
    else if (m->minute == NULL || m->last_of_period || m->trailing_days > 0)
        possible &= ~GRAIN_BIT(GRAIN_HOUR);
    const struct yaml_node *n = field(r, "grain");
    const unsigned wanted = loader_grains(r->loader, n);
    m->grains = wanted == 0 ? possible : wanted & possible;
    if ((wanted & ~possible) != 0)
        fail(r, n, "the table's dates do not give all of these grains");
}

/* ---- rows gathered by a key ---- */

static void read_having(struct measure_reader *r)
{
    struct kpi_measure *m = r->m;
    m->having = read_scoped(r, "having", true);
    want_condition(r, "having", m->having, "count() >= 2");
    const struct row_expr *start = row_expr_period_start(m->having);
    if (start == NULL || m->trailing_days > 0)
        return;
    const struct expr_place at = loader_place(r->loader, r->from, field(r, "having"));
    expr_problem(
        &at, start->offset, "no row lies before the period: period_start goes with trailing_days");
    r->ok = false;
}

/* What is gathered and by what: `distinct` by its own value, `sum` by `per`. */
static void read_gathered(struct measure_reader *r)
{
    struct kpi_measure *m = r->m;
    const struct yaml_node *per = field(r, "per");
    const struct yaml_node *having = field(r, "having");
    const struct yaml_node *top = field(r, "top");
    int64_t n = 0;
    if (per == NULL && having == NULL && top == NULL)
        return;
    if (m->agg != AGG_SUM && m->agg != AGG_DISTINCT)
        fail(r, field(r, "agg"), "per, having and top go with agg: distinct or agg: sum");
    else if (m->agg == AGG_DISTINCT && per != NULL)
        fail(r, per, "distinct gathers by its own expr: per goes with agg: sum");
    else if (m->agg == AGG_DISTINCT && top != NULL)
        fail(r, top, "top goes with agg: sum");
    else if (m->agg == AGG_SUM && per == NULL)
        fail(r, having != NULL ? having : top, "per is missing: what to gather by, as in per: sku");
    else if (having == NULL && top == NULL)
        fail(r, per, "per goes with having or top: a plain sum needs none of them");
    if (!r->ok)
        return;
    m->per = m->agg == AGG_DISTINCT ? m->value : read_expr(r, "per");
    read_having(r);
    if (yaml_i64(top, 1, 1000000, r->loader->problems, &n))
        m->top = (int32_t)n;
    else if (!yaml_is_null(top))
        r->ok = false;
}

/* Unit that a value has by its type; a REAL and a DURATION need to be told. */
static bool unit_of_type(enum row_type t, enum kpi_unit *out)
{
    static const struct {
        enum row_type type;
        enum kpi_unit unit;
    } natural[] = {
        { ROW_TYPE_MONEY, UNIT_MONEY },
        { ROW_TYPE_INTEGER, UNIT_COUNT },
        { ROW_TYPE_DAYS, UNIT_DAYS },
    };
    for (size_t i = 0; i < ARRAY_LEN(natural); i++) {
        if (natural[i].type == t) {
            *out = natural[i].unit;
            return true;
        }
    }
    return false;
}

static int64_t span_of_unit(enum kpi_unit u)
{
    static const int64_t spans[UNIT_COUNT_OF] = {
        [UNIT_MILLISECONDS] = 1000,
        [UNIT_SECONDS] = US_PER_SECOND,
        [UNIT_MINUTES] = 60 * US_PER_SECOND,
        [UNIT_HOURS] = 3600 * US_PER_SECOND,
        [UNIT_DAYS] = US_PER_DAY,
    };
    return spans[u];
}

/* How the aggregate becomes the declared unit; 0: not possible. */
static int64_t divisor_for(enum row_type type, enum kpi_unit unit)
{
    const enum unit_kind kind = kpi_unit_kind(unit);
    switch (type) {
    case ROW_TYPE_MONEY: /* columns in 10^-4 that may also hold counts */
        return kind == UNIT_KIND_MONEY ? 1 : kind == UNIT_KIND_SAME ? 0 : MONEY_ONE;
    case ROW_TYPE_DURATION:
        return span_of_unit(unit);
    case ROW_TYPE_DAYS:
        return unit == UNIT_DAYS ? 1 : 0;
    default:
        return kind == UNIT_KIND_MONEY || kind == UNIT_KIND_SAME ? 0 : 1;
    }
}

static void read_unit(struct measure_reader *r)
{
    struct kpi_measure *m = r->m;
    const bool counts = m->agg == AGG_COUNT || m->agg == AGG_DISTINCT;
    const enum row_type type = counts ? ROW_TYPE_INTEGER : m->value->type;
    size_t declared;
    const bool is_declared = read_choice(r, "unit", kpi_unit_names, UNIT_COUNT_OF, &declared);
    m->divisor = 1;
    m->is_real =
        m->agg == AGG_MEDIAN || m->agg == AGG_PERCENTILE || (!counts && type == ROW_TYPE_REAL);
    if (is_declared) {
        m->unit = (enum kpi_unit)declared;
        m->divisor = divisor_for(type, m->unit);
        if (m->divisor == 0 || (counts && m->unit != UNIT_COUNT))
            fail(r, choice_field(r, "unit"), "the expression cannot have this unit");
    } else if (!unit_of_type(type, &m->unit) && r->ok) {
        fail(r, field(r, "agg"), "unit is missing: the expression does not tell it");
    }
    if (r->ok && m->unit == UNIT_MONEY && m->table->currency_column == NULL)
        fail(r, field(r, "table"), "the table has no currency: its figures are not money");
}

/* ---- platform ---- */

static const enum kpi_unit platform_units[] = {
    [PLATFORM_MONEY] = UNIT_MONEY,      [PLATFORM_COUNT] = UNIT_COUNT,
    [PLATFORM_FRACTION] = UNIT_PERCENT, [PLATFORM_SECONDS] = UNIT_SECONDS,
    [PLATFORM_SCORE] = UNIT_SCORE,
};

static const struct platform_measure *read_platform_name(struct measure_reader *r)
{
    const struct yaml_node *n = field(r, "platform");
    str name;
    if (!loader_text(r->loader, n, &name))
        return NULL;
    const struct platform_measure *found = platform_measure(name);
    if (found != NULL)
        return found;
    struct arena *a = r->loader->arena;
    const char **names = ARENA_NEW(a, const char *, platform_measure_count);
    for (size_t i = 0; names != NULL && i < platform_measure_count; i++)
        names[i] = platform_measures[i].name;
    const str hint =
        names == NULL
            ? STR_EMPTY
            : name_suggestion(a, r->loader->problems->lang, name, names, platform_measure_count);
    yaml_problem(r->loader->problems,
                 n,
                 "unknown platform measure \"%.*s\"%.*s",
                 STR_ARG(name),
                 STR_ARG(hint));
    r->ok = false;
    return NULL;
}

/* What stands in platform_stat only: its kind says how rows become one figure. */
static void read_platform_measure(struct measure_reader *r, const struct platform_measure *p)
{
    static const char *const own[] = { "agg",        "expr",          "filter", "date",
                                       "order_date", "trailing_days", "p" };
    static const char *const over_time[] = { "days" };
    struct kpi_measure *m = r->m;
    for (size_t i = 0; i < ARRAY_LEN(own); i++) {
        if (field(r, own[i]) != NULL)
            fail(r, field(r, own[i]), "a measure without table: has nothing but platform:");
    }
    struct row_expr *value = ARENA_NEW(r->loader->arena, struct row_expr, 1);
    if (value == NULL) {
        r->loader->out_of_memory = true;
        r->ok = false;
        return;
    }
    m->table = commerce_table(STR("platform_stat"));
    BUG_IF(m->table == NULL);
    *value = (struct row_expr){ .op = ROW_COLUMN,
                                .type = ROW_TYPE_MONEY,
                                .column = table_column(m->table, STR("value_e4")) };
    m->value = value;
    m->agg = AGG_SUM;
    m->date = m->order_date = table_column(m->table, STR("local_date"));
    m->platform = p;
    m->is_platform = true;
    m->unit = platform_units[p->unit];
    m->divisor = m->unit == UNIT_MONEY ? 1 : MONEY_ONE;
    m->grains = ((1u << GRAIN_COUNT) - 1) & ~GRAIN_BIT(GRAIN_HOUR);
    size_t choice;
    m->adds_days = read_choice(r, "over_time", over_time, ARRAY_LEN(over_time), &choice);
    if (m->adds_days && m->unit != UNIT_COUNT)
        fail(r, field(r, "over_time"), "only counts of days can be added up");
}

/* The same figure as platforms report it. */
static void read_platform_twin(struct measure_reader *r, const struct platform_measure *p)
{
    struct kpi_measure *m = r->m;
    m->platform = p;
    const bool is_plain = m->divisor == 1 && !m->is_real && !m->last_of_period &&
                          m->trailing_days == 0 && m->date != NULL && m->per == NULL;
    const bool same_sum = (p->kind == PLATFORM_DISTINCT) == (m->agg == AGG_DISTINCT);
    if (r->ok && (!is_plain || m->unit != platform_units[p->unit] || !same_sum))
        fail(r,
             field(r, "platform"),
             "the platform's measure is another kind of figure than this one");
}

static void find_buyers(void *found, const struct row_expr *e)
{
    static const char *const columns[] = { "customer_key",    "customer_type",   "order_seq",
                                           "prev_order_date", "next_order_date", "first_order_date",
                                           "prev_order_at",   "first_order_at" };
    bool *needs = found;
    for (size_t i = 0; e->op == ROW_COLUMN && e->column != NULL && i < ARRAY_LEN(columns); i++)
        *needs = *needs || str_is(str_from(e->column->name), columns[i]);
    for (size_t i = 0; i < e->n_args; i++)
        find_buyers(found, e->args[i]);
}

static bool missing_field(struct measure_reader *r, const char *key)
{
    if (!yaml_is_null(field(r, key)))
        return false;
    yaml_problem(r->loader->problems, r->node, "the key \"%s\" is missing", key);
    r->ok = false;
    return true;
}

/* The parts of a measure over a table, in the order in which they need each other. */
static void read_table_measure(struct measure_reader *r)
{
    struct kpi_measure *m = r->m;
    if (missing_field(r, "table"))
        return;
    read_table_of(r, "table", &r->m->table);
    if (m->table == NULL)
        return;
    const bool has_agg = !missing_field(r, "agg");
    if (has_agg)
        read_agg(r);
    read_filter(r);
    if (has_agg && r->ok)
        read_value(r);
    else
        (void)read_expr(r, "expr");
    read_dates(r);
    if (!r->ok)
        return;
    read_over_time(r);
    read_stores(r);
    read_grains(r);
    read_unit(r);
    read_gathered(r);
    const struct row_expr *const parts[] = { m->value, m->filter, m->per, m->having };
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (parts[i] != NULL)
            find_buyers(&m->needs_buyers, parts[i]);
    }
}

bool loader_build_measure(struct loader *l,
                          const struct definition *from,
                          const struct yaml_node *node,
                          struct kpi_measure *out)
{
    struct kpi_measure m = { .id = from->id, .file = from->file, .line = from->line };
    struct measure_reader r = { .loader = l, .from = from, .node = node, .m = &m, .ok = true };
    if (node == NULL || !yaml_want_map(node, l->problems))
        return false;
    r.ok = yaml_check_map(node, measure_fields, ARRAY_LEN(measure_fields), l->problems);
    const struct platform_measure *platform = read_platform_name(&r);
    if (platform != NULL && yaml_get(node, "table") == NULL) {
        read_platform_measure(&r, platform);
    } else if (platform != NULL || field(&r, "platform") == NULL) {
        read_table_measure(&r);
        if (platform != NULL && r.ok)
            read_platform_twin(&r, platform);
    }
    if (r.ok)
        *out = m;
    return r.ok;
}

void loader_build_measures(struct loader *l)
{
    struct kpi_catalog *c = l->catalog;
    /* a KPI may bring a measure of its own */
    c->measures = ARENA_NEW(l->arena, struct kpi_measure, l->measures.n + l->kpis.n + 1);
    l->measure_index = map_new();
    if (c->measures == NULL || l->measure_index == NULL) {
        l->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < l->measures.n; i++) {
        const struct definition *d = &l->measures.items[i];
        if (!loader_build_measure(l, d, d->node, &c->measures[c->n_measures]))
            continue;
        if (!map_put(l->measure_index, d->id, c->n_measures++))
            l->out_of_memory = true;
    }
}
