/* Formulas get their meaning: names become measures, KPIs become their own formulas, bases and
 * shares settle at the leaves, units and grains are checked, cycles are found. */
#include "kpi/load_priv.h"

#include <stdio.h>

enum { STATE_NEW, STATE_OPEN, STATE_DONE, STATE_BROKEN };

/* What surrounds a name inside a formula. */
struct surroundings {
    enum kpi_basis basis;
    bool is_whole;
};

struct resolver {
    struct loader *loader;
    struct map *kpi_index;
    size_t path[REFERENCE_DEPTH_MAX];
    size_t depth;
};

/* One KPI being resolved. */
struct building {
    struct resolver *resolver;
    size_t index;
    struct kpi *kpi;
    struct pending_kpi *pending;
    struct kpi_leaf *leaves;
    size_t n_leaves;
    size_t leaves_cap;
    size_t n_nodes;
    struct node_list models; /* str */
    bool rests_on_model;     /* some KPI below has no formula */
    bool failed;             /* a problem was reported */
};

static bool resolve_kpi(struct resolver *r, size_t index);
static const struct formula *build(struct building *b,
                                   const struct raw_formula *raw,
                                   struct surroundings in);

static struct formula *new_node(struct building *b,
                                enum formula_op op,
                                unsigned offset,
                                size_t n_args)
{
    struct arena *a = b->resolver->loader->arena;
    if (++b->n_nodes > EXPR_NODES_MAX) {
        if (!b->failed)
            expr_problem(&b->pending->place,
                         0,
                         "more than %d parts with all that it refers to",
                         EXPR_NODES_MAX);
        b->failed = true;
        return NULL;
    }
    struct formula *f = ARENA_NEW(a, struct formula, 1);
    if (f != NULL)
        *f = (struct formula){
            .op = op, .offset = offset, .n_args = n_args, .number_den = 1, .unit = UNIT_RATIO
        };
    return f;
}

/* ---- Leaves ---------------------------------------------------------------------------------- */

static bool add_leaf(struct building *b, const struct kpi_leaf *leaf, size_t *out)
{
    for (size_t i = 0; i < b->n_leaves; i++) {
        const struct kpi_leaf *known = &b->leaves[i];
        if (known->measure == leaf->measure && known->basis == leaf->basis &&
            known->is_whole == leaf->is_whole) {
            *out = i;
            return true;
        }
    }
    if (b->n_leaves == b->leaves_cap) {
        const size_t cap = b->leaves_cap == 0 ? 8 : b->leaves_cap * 2;
        struct kpi_leaf *leaves = ARENA_NEW(b->resolver->loader->arena, struct kpi_leaf, cap);
        if (leaves == NULL)
            return false;
        for (size_t i = 0; i < b->n_leaves; i++)
            leaves[i] = b->leaves[i];
        b->leaves = leaves;
        b->leaves_cap = cap;
    }
    b->leaves[b->n_leaves] = *leaf;
    *out = b->n_leaves++;
    return true;
}

static const struct formula *build_leaf(struct building *b,
                                        const struct kpi_measure *m,
                                        unsigned offset,
                                        struct surroundings in)
{
    struct formula *f = new_node(b, FORMULA_LEAF, offset, 0);
    const struct kpi_leaf leaf = { .measure = m, .basis = in.basis, .is_whole = in.is_whole };
    if (f == NULL || !add_leaf(b, &leaf, &f->leaf))
        return NULL;
    f->unit = m->unit;
    return f;
}

/* A copy of another KPI's formula with its leaves in this one's list. */
static struct formula *import(struct building *b,
                              const struct kpi *from,
                              const struct formula *f,
                              unsigned offset,
                              struct surroundings in)
{
    struct formula *copy = new_node(b, f->op, offset, f->n_args);
    const struct formula **args =
        ARENA_NEW(b->resolver->loader->arena, const struct formula *, f->n_args + 1);
    if (copy == NULL || args == NULL)
        return NULL;
    *copy = *f;
    copy->offset = offset;
    copy->args = args;
    if (f->op == FORMULA_LEAF) {
        struct kpi_leaf leaf = from->leaves[f->leaf];
        if (leaf.basis == BASIS_ASKED)
            leaf.basis = in.basis;
        leaf.is_whole = leaf.is_whole || in.is_whole;
        if (!add_leaf(b, &leaf, &copy->leaf))
            return NULL;
    }
    for (size_t i = 0; i < f->n_args; i++) {
        args[i] = import(b, from, f->args[i], offset, in);
        if (args[i] == NULL)
            return NULL;
    }
    return copy;
}

/* ---- Names ----------------------------------------------------------------------------------- */

static void report_cycle(struct building *b, size_t to, unsigned offset)
{
    const struct resolver *r = b->resolver;
    char path[320];
    size_t used = 0;
    size_t i = r->depth;
    while (i > 0 && r->path[i - 1] != to)
        i--;
    for (i = i > 0 ? i - 1 : 0; i < r->depth && used < sizeof path; i++) {
        const str id = r->loader->catalog->kpis[r->path[i]].id;
        used += (size_t)snprintf(path + used, sizeof path - used, "%.*s -> ", STR_ARG(id));
    }
    expr_problem(&b->pending->place,
                 offset,
                 "cycle: %s%.*s",
                 path,
                 STR_ARG(r->loader->catalog->kpis[to].id));
}

static void report_unknown(struct building *b, const struct raw_formula *raw)
{
    const struct loader *l = b->resolver->loader;
    const size_t most = l->kpis.n + l->measures.n;
    const char **names = ARENA_NEW(l->arena, const char *, most + 1);
    size_t n = 0;
    for (size_t i = 0; names != NULL && i < l->kpis.n; i++)
        names[n++] = arena_cstr(l->arena, l->kpis.items[i].id);
    for (size_t i = 0; names != NULL && i < l->measures.n; i++)
        names[n++] = arena_cstr(l->arena, l->measures.items[i].id);
    for (size_t i = 0; i < n; i++) {
        if (names[i] == NULL)
            return;
    }
    const str hint = name_suggestion(l->arena, l->problems->lang, raw->text, names, n);
    expr_problem(&b->pending->place,
                 raw->offset,
                 "unknown measure or KPI \"%.*s\"%.*s",
                 STR_ARG(raw->text),
                 STR_ARG(hint));
}

static void add_model(struct building *b, str id)
{
    for (size_t i = 0; i < b->models.n; i++) {
        const str *known = b->models.items[i];
        if (str_eq(*known, id))
            return;
    }
    str *copy = ARENA_NEW(b->resolver->loader->arena, str, 1);
    if (copy == NULL)
        return;
    *copy = id;
    if (!node_list_add(&b->models, b->resolver->loader->arena, copy))
        b->resolver->loader->out_of_memory = true;
}

static const struct formula *build_kpi(struct building *b,
                                       size_t index,
                                       unsigned offset,
                                       struct surroundings in)
{
    struct resolver *r = b->resolver;
    const struct kpi *k = &r->loader->catalog->kpis[index];
    if (r->loader->pending[index].state == STATE_OPEN) {
        report_cycle(b, index, offset);
        b->failed = true;
        return NULL;
    }
    if (r->depth >= REFERENCE_DEPTH_MAX) {
        expr_problem(&b->pending->place,
                     offset,
                     "KPIs refer to each other deeper than %d levels",
                     REFERENCE_DEPTH_MAX);
        b->failed = true;
        return NULL;
    }
    if (!resolve_kpi(r, index))
        return NULL; /* its problem was reported at its own place */
    for (size_t i = 0; i < k->n_needs_models; i++)
        add_model(b, k->needs_models[i]);
    struct formula *f = k->formula != NULL ? import(b, k, k->formula, offset, in)
                                           : new_node(b, FORMULA_DAYS, offset, 0);
    if (f == NULL)
        return NULL;
    f->grains = k->grains;
    if (k->formula == NULL) { /* it stands for the model's figure */
        b->rests_on_model = true;
        f->unit = k->unit;
    }
    return f;
}

static const struct formula *build_name(struct building *b,
                                        const struct raw_formula *raw,
                                        struct surroundings in)
{
    const struct loader *l = b->resolver->loader;
    const uint64_t *kpi = map_get(b->resolver->kpi_index, raw->text);
    if (kpi != NULL)
        return build_kpi(b, (size_t)*kpi, raw->offset, in);
    const uint64_t *measure = map_get(l->measure_index, raw->text);
    if (measure != NULL)
        return build_leaf(b, &l->catalog->measures[*measure], raw->offset, in);
    const bool is_broken_measure =
        l->measures.index != NULL && map_get(l->measures.index, raw->text) != NULL;
    if (!is_broken_measure)
        report_unknown(b, raw);
    return NULL;
}

/* ---- Operators and functions ----------------------------------------------------------------- */

static const struct formula *with_args(struct building *b,
                                       struct formula *f,
                                       const struct formula *const *args)
{
    if (f == NULL)
        return NULL;
    const struct formula **own =
        ARENA_NEW(b->resolver->loader->arena, const struct formula *, f->n_args + 1);
    if (own == NULL)
        return NULL;
    for (size_t i = 0; i < f->n_args; i++) {
        if (args[i] == NULL)
            return NULL;
        own[i] = args[i];
    }
    f->args = own;
    if (!formula_unit(&b->pending->place, f)) {
        b->failed = true;
        return NULL;
    }
    return f;
}

static const struct formula *build_args(struct building *b,
                                        enum formula_op op,
                                        const struct raw_formula *raw,
                                        struct surroundings in)
{
    const struct formula **args =
        ARENA_NEW(b->resolver->loader->arena, const struct formula *, raw->n_args + 1);
    if (args == NULL)
        return NULL;
    for (size_t i = 0; i < raw->n_args; i++)
        args[i] = build(b, raw->args[i], in);
    struct formula *f = new_node(b, op, raw->offset, raw->n_args);
    if (f != NULL && op == FORMULA_DIVIDE)
        f->zero_when_empty = b->pending->zero_when_empty;
    if (f != NULL && b->kpi->without[LANG_EN].len > 0)
        f->without = b->kpi->without;
    return with_args(b, f, args);
}

static const struct formula *build_quotient(struct building *b,
                                            unsigned offset,
                                            const struct formula *num,
                                            const struct formula *den)
{
    const struct formula *const args[2] = { num, den };
    struct formula *f = new_node(b, FORMULA_DIVIDE, offset, 2);
    if (f != NULL)
        f->zero_when_empty = b->pending->zero_when_empty;
    return with_args(b, f, args);
}

static const struct formula *build_share(struct building *b,
                                         const struct raw_formula *raw,
                                         struct surroundings in)
{
    const struct formula *part = build(b, raw->args[0], in);
    if (part == NULL)
        return NULL;
    in.is_whole = true;
    return build_quotient(b, raw->offset, part, build(b, raw->args[0], in));
}

static const struct formula *build_per_day(struct building *b,
                                           const struct raw_formula *raw,
                                           struct surroundings in)
{
    struct formula *days = new_node(b, FORMULA_DAYS, raw->offset, 0);
    if (days == NULL)
        return NULL;
    days->unit = UNIT_DAYS;
    return build_quotient(b, raw->offset, build(b, raw->args[0], in), days);
}

static const struct formula *build_call(struct building *b,
                                        const struct raw_formula *raw,
                                        struct surroundings in)
{
    static const enum formula_op ops[CALL_COUNT] = {
        [CALL_ABS] = FORMULA_ABS,       [CALL_MIN] = FORMULA_MIN,
        [CALL_MAX] = FORMULA_MAX,       [CALL_COALESCE] = FORMULA_COALESCE,
        [CALL_NULLIF] = FORMULA_NULLIF,
    };
    enum formula_call call = CALL_ABS;
    BUG_IF(!formula_call_parse(raw->text, &call));
    switch (call) {
    case CALL_SHARE:
        return build_share(b, raw, in);
    case CALL_PER_DAY:
        return build_per_day(b, raw, in);
    case CALL_ON_ORDER_DATE:
    case CALL_ON_EVENT_DATE:
        in.basis = call == CALL_ON_ORDER_DATE ? BASIS_ORDER : BASIS_EVENT;
        return build(b, raw->args[0], in);
    default:
        return build_args(b, ops[call], raw, in);
    }
}

static const struct formula *build(struct building *b,
                                   const struct raw_formula *raw,
                                   struct surroundings in)
{
    static const enum formula_op ops[] = {
        [RAW_NEGATE] = FORMULA_NEGATE,     [RAW_ADD] = FORMULA_ADD,
        [RAW_SUBTRACT] = FORMULA_SUBTRACT, [RAW_MULTIPLY] = FORMULA_MULTIPLY,
        [RAW_DIVIDE] = FORMULA_DIVIDE,
    };
    if (raw->op == RAW_NAME)
        return build_name(b, raw, in);
    if (raw->op == RAW_CALL)
        return build_call(b, raw, in);
    if (raw->op != RAW_NUMBER)
        return build_args(b, ops[raw->op], raw, in);
    struct formula *f = new_node(b, FORMULA_NUMBER, raw->offset, 0);
    if (f != NULL) {
        f->number = raw->number;
        f->number_den = raw->number_den;
    }
    return f;
}

/* ---- Grains ---------------------------------------------------------------------------------- */

static void grain_names(unsigned grains, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (unsigned g = 0; g < GRAIN_COUNT && used < size; g++) {
        if ((grains & GRAIN_BIT(g)) != 0)
            used += (size_t)snprintf(
                out + used, size - used, "%s%s", used == 0 ? "" : " ", kpi_grain_names[g]);
    }
}

/* Grains at which a node can be told; a problem where two parts share none. */
static unsigned node_grains(struct building *b, const struct formula *f)
{
    unsigned grains = f->grains != 0 ? f->grains : (1u << GRAIN_COUNT) - 1;
    if (f->op == FORMULA_LEAF) {
        BUG_IF(f->leaf >= b->n_leaves);
        return grains & b->leaves[f->leaf].measure->grains;
    }
    for (size_t i = 0; i < f->n_args; i++) {
        const unsigned part = node_grains(b, f->args[i]);
        if (part == 0)
            return 0;
        if ((grains & part) == 0) {
            char have[64];
            char other[64];
            grain_names(grains, have, sizeof have);
            grain_names(part, other, sizeof other);
            expr_problem(&b->pending->place,
                         f->offset,
                         "unlike grains: one side is known by %s, the other by %s",
                         have,
                         other);
            b->failed = true;
            return 0;
        }
        grains &= part;
    }
    return grains;
}

static void settle_grains(struct building *b)
{
    const unsigned possible =
        b->kpi->formula == NULL ? (1u << GRAIN_COUNT) - 1 : node_grains(b, b->kpi->formula);
    const unsigned wanted = b->pending->wanted_grains;
    b->kpi->grains = wanted == 0 ? possible : wanted & possible;
    if (possible == 0 || (wanted & ~possible) == 0)
        return;
    char names[64];
    grain_names(wanted & ~possible, names, sizeof names);
    yaml_problem(b->resolver->loader->problems,
                 b->pending->grain_node,
                 "the data does not give this grain: %s",
                 names);
    b->failed = true;
}

/* ---- One KPI --------------------------------------------------------------------------------- */

static void settle_unit(struct building *b)
{
    const enum kpi_unit found = (enum kpi_unit)b->kpi->formula->unit;
    const enum kpi_unit declared = b->kpi->unit;
    if (unit_may_be_declared(found, declared))
        return;
    if (b->pending->own_measure != NULL)
        yaml_problem(b->resolver->loader->problems,
                     yaml_get(b->pending->from->node, "unit"),
                     "the measure gives %s, not %s",
                     kpi_unit_name(found),
                     kpi_unit_name(declared));
    else
        yaml_problem(b->resolver->loader->problems,
                     yaml_get(b->pending->from->node, "unit"),
                     "the formula gives %s, not %s",
                     kpi_unit_name(found),
                     kpi_unit_name(declared));
    b->failed = true;
}

static bool add_table(struct kpi *k, const struct table **tables, const struct table *t)
{
    for (size_t i = 0; i < k->n_needs_tables; i++) {
        if (tables[i] == t)
            return false;
    }
    tables[k->n_needs_tables++] = t;
    return true;
}

const char *kpi_source_of(const struct table *t)
{
    static const char *const groups[][2] = { { "event", "events" },
                                             { "session", "events" },
                                             { "orders", "orders" },
                                             { "order_line", "orders" },
                                             { "cost_line", "orders" } };
    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        if (str_is(str_from(t->name), groups[i][0]))
            return groups[i][1];
    }
    return t->name;
}

static void add_source(str *sources, size_t *n, const char *name)
{
    for (size_t i = 0; i < *n; i++) {
        if (str_is(sources[i], name))
            return;
    }
    sources[(*n)++] = str_from(name);
}

/* What the file does not say: its tables' sources, then the platforms' figures. */
static void settle_sources(struct building *b)
{
    struct kpi *k = b->kpi;
    size_t n = 0;
    bool has_twin = false;
    for (size_t i = 0; i < b->n_leaves; i++)
        has_twin = has_twin || b->leaves[i].measure->platform != NULL;
    if (k->n_sources == 0) {
        str *sources = ARENA_NEW(b->resolver->loader->arena, str, k->n_needs_tables + 2);
        if (sources == NULL) {
            b->resolver->loader->out_of_memory = true;
            return;
        }
        for (size_t i = 0; i < k->n_needs_tables; i++) {
            if (!str_is(str_from(k->needs_tables[i]->name), "platform_stat"))
                add_source(sources, &n, kpi_source_of(k->needs_tables[i]));
        }
        for (size_t i = 0; i < k->n_needs_tables; i++)
            add_source(sources, &n, kpi_source_of(k->needs_tables[i]));
        if (has_twin)
            add_source(sources, &n, "platform_stat");
        k->sources = sources;
        k->n_sources = n;
    }
    k->source_rule = SOURCE_OWN;
    for (size_t i = 0; has_twin && i < k->n_sources; i++) {
        if (str_is(k->sources[i], "platform_stat"))
            k->source_rule = i == 0 ? SOURCE_PLATFORM_FIRST : SOURCE_OWN_FIRST;
    }
}

static void settle_needs(struct building *b)
{
    struct kpi *k = b->kpi;
    struct arena *a = b->resolver->loader->arena;
    const struct table **tables =
        ARENA_NEW(a, const struct table *, k->n_needs_tables + b->n_leaves + 1);
    str *models = ARENA_NEW(a, str, b->models.n + k->n_needs_models + 1);
    if (tables == NULL || models == NULL) {
        b->resolver->loader->out_of_memory = true;
        return;
    }
    const size_t n_own = k->n_needs_tables;
    k->n_needs_tables = 0;
    for (size_t i = 0; i < n_own; i++)
        (void)add_table(k, tables, k->needs_tables[i]);
    for (size_t i = 0; i < b->n_leaves; i++)
        (void)add_table(k, tables, b->leaves[i].measure->table);
    k->needs_tables = tables;
    for (size_t i = 0; i < b->models.n; i++) {
        const str *model = b->models.items[i];
        models[i] = *model;
    }
    k->needs_models = models;
    k->n_needs_models = b->models.n;
}

static bool build_whole(struct building *b)
{
    struct kpi *k = b->kpi;
    const struct surroundings in = { .basis = b->pending->basis };
    for (size_t i = 0; i < k->n_needs_models; i++)
        add_model(b, k->needs_models[i]);
    if (b->pending->own_measure != NULL)
        k->formula = build_leaf(b, b->pending->own_measure, 0, in);
    else if (b->pending->raw != NULL)
        k->formula = build(b, b->pending->raw, in);
    if (b->pending->has_formula && k->formula == NULL)
        return false;
    if (k->formula != NULL)
        settle_unit(b);
    settle_needs(b);
    settle_sources(b);
    k->leaves = b->leaves;
    k->n_leaves = b->n_leaves;
    settle_grains(b);
    if (b->rests_on_model) {
        k->formula = NULL;
        k->n_leaves = 0;
    }
    /* without a unit its problem was reported when it was read */
    return !b->failed && k->unit != UNIT_COUNT_OF && loader_hash(b->resolver->loader, k);
}

static bool resolve_kpi(struct resolver *r, size_t index)
{
    struct pending_kpi *pending = &r->loader->pending[index];
    if (pending->state != STATE_NEW)
        return pending->state == STATE_DONE;
    struct building b = {
        .resolver = r, .index = index, .pending = pending, .kpi = &r->loader->catalog->kpis[index]
    };
    pending->state = STATE_OPEN;
    r->path[r->depth++] = index;
    const bool ok = build_whole(&b);
    r->depth--;
    pending->state = ok ? STATE_DONE : STATE_BROKEN;
    return ok;
}

void loader_resolve(struct loader *l)
{
    struct resolver r = { .loader = l, .kpi_index = l->kpis.index };
    if (r.kpi_index == NULL)
        return;
    for (size_t i = 0; i < l->kpis.n; i++)
        (void)resolve_kpi(&r, i);
}
