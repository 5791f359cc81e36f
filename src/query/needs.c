/* What a KPI lacks to be answered: a model, a table without rows, a figure that only platforms or
 * the shop itself can tell; and how it is brought. */
#include "query/query_priv.h"

static bool table_has_rows(const struct asking *k, const struct table *t)
{
    for (size_t i = 0; i < k->n_coverage; i++) {
        if (k->coverage[i].table == t)
            return k->coverage[i].has_rows;
    }
    return false;
}

/* The KPI reads the table only for some of the stores. */
static bool is_of_some_stores(const struct kpi *kpi, const struct table *t)
{
    bool some = false;
    for (size_t i = 0; i < kpi->n_leaves; i++) {
        const struct kpi_measure *m = kpi->leaves[i].measure;
        if (m->table == t && m->stores_by == NULL)
            return false;
        some = some || m->table == t;
    }
    return some;
}

/* One of the tables that tell some of the stores each will do. */
static bool has_other_stores(const struct asking *k, const struct kpi *kpi, const struct table *t)
{
    bool has = false;
    for (size_t i = 0; i < kpi->n_needs_tables && is_of_some_stores(kpi, t); i++)
        has = has || (is_of_some_stores(kpi, kpi->needs_tables[i]) &&
                      table_has_rows(k, kpi->needs_tables[i]));
    return has;
}

/* The table has rows, or all that the KPI reads there comes from platforms as well. */
static bool is_satisfied(const struct asking *k, const struct kpi *kpi, const struct table *t)
{
    size_t reported = 0;
    size_t leaves = 0;
    bool is_platform = false;
    for (size_t i = 0; i < kpi->n_leaves; i++) {
        const struct kpi_measure *m = kpi->leaves[i].measure;
        if (m->table != t)
            continue;
        leaves++;
        reported += sources_have(k, kpi, m);
        is_platform = is_platform || m->is_platform;
    }
    const bool all = leaves > 0 && reported == leaves;
    if (has_other_stores(k, kpi, t))
        return true;
    return is_platform ? all : all || table_has_rows(k, t);
}

/* "platforms' figures (visitors)": what of them would do. */
static void add_reported(const struct asking *k,
                         const struct kpi *kpi,
                         const struct table *t,
                         struct buf *out)
{
    size_t n = 0;
    for (size_t i = 0; i < kpi->n_leaves; i++) {
        const struct kpi_measure *m = kpi->leaves[i].measure;
        if (m->table != t || m->platform == NULL || sources_have(k, kpi, m) ||
            (!m->is_platform && kpi->source_rule == SOURCE_OWN))
            continue;
        if (n == 0 && !m->is_platform)
            buf_adds(out, tr(k->lang, " or platforms' figures"));
        buf_addf(out, "%s%s", n++ == 0 ? " (" : ", ", platform_label(m->platform, k->lang));
    }
    buf_adds(out, n > 0 ? ")" : "");
}

/* "clv (the customer value model)": what the model is, or what tells the same meanwhile. */
static void add_models(const struct asking *k, const struct kpi *kpi, struct buf *out)
{
    for (size_t i = 0; i < kpi->n_needs_models; i++) {
        const struct kpi_model *m = kpi_model_find(k->context->catalog, kpi->needs_models[i]);
        const str about = m != NULL ? m->about[k->lang == LANG_ZH ? LANG_ZH : LANG_EN] : STR_EMPTY;
        buf_adds(out, i > 0 ? ", " : "");
        buf_add(out, kpi->needs_models[i]);
        if (about.len > 0)
            buf_addf(out, k->lang == LANG_ZH ? "（%.*s）" : " (%.*s)", STR_ARG(about));
    }
}

/* All that is missing are figures that only the shop itself or a platform tells. */
static bool is_only_reported(const struct asking *k, const struct kpi *kpi)
{
    size_t n = 0;
    for (size_t i = 0; i < kpi->n_leaves; i++) {
        const struct kpi_measure *m = kpi->leaves[i].measure;
        if (is_satisfied(k, kpi, m->table))
            continue;
        if (!m->is_platform)
            return false;
        n++;
    }
    return n > 0;
}

/* What is imported to fill the table: of a view, the table that it stands beside. */
static const struct table *imported_for(const struct table *t)
{
    const struct table *base =
        t->view != NULL && t->beside != NULL ? commerce_table(str_from(t->beside)) : NULL;
    return base != NULL ? base : t;
}

str query_needs_of(const struct asking *k, const struct kpi *kpi)
{
    struct buf names;
    str out = STR_EMPTY;
    buf_init(&names, 4096);
    add_models(k, kpi, &names);
    if (names.len > 0)
        out = arena_printf(k->arena, tr(k->lang, "needs model %.*s"), STR_ARG(buf_str(&names)));
    for (size_t i = 0; i < kpi->n_needs_tables && kpi->n_needs_models == 0; i++) {
        if (is_satisfied(k, kpi, kpi->needs_tables[i]))
            continue;
        buf_adds(&names, names.len > 0 ? ", " : "");
        const struct table *t = imported_for(kpi->needs_tables[i]);
        buf_adds(&names, table_label(t, k->lang));
        add_reported(k, kpi, kpi->needs_tables[i], &names);
    }
    if (names.len > 0 && kpi->n_needs_models == 0) {
        out = is_only_reported(k, kpi)
                  ? arena_printf(k->arena,
                                 tr(k->lang,
                                    "needs %.*s: bring in the platform's export, or a file of your "
                                    "own with measure, date and value (docs/import.md)"),
                                 STR_ARG(buf_str(&names)))
                  : arena_printf(
                        k->arena,
                        tr(k->lang, "needs %.*s: bring in such a file (Data, or shopvane import)"),
                        STR_ARG(buf_str(&names)));
    }
    if (names.len == 0 && kpi->formula == NULL)
        out = arena_printf(k->arena, tr(k->lang, "has no formula"));
    buf_release(&names);
    return out;
}
