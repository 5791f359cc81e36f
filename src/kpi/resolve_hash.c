/* The canonical text of a resolved KPI and its hash: equal text, equal figure. Names,
 * descriptions, direction and the like are not in it.
 *
 *   shopvane 1                                        KPI_ENGINE_SEMANTICS
 *   kpi aov money
 *   formula (sale_gross - returned_net) / order_count
 *   measure order_count = distinct(order_key) from order_line where class = 'sale'; ... */
#include "kpi/load_priv.h"

#include <sodium.h>

#define CANONICAL_MAX ((size_t)256 * 1024)

static void print_formula(const struct kpi *k, const struct formula *f, struct buf *out);

static void print_args(const struct kpi *k,
                       const struct formula *f,
                       const char *separator,
                       struct buf *out)
{
    buf_addc(out, '(');
    for (size_t i = 0; i < f->n_args; i++) {
        if (i > 0)
            buf_adds(out, separator);
        print_formula(k, f->args[i], out);
    }
    buf_addc(out, ')');
}

static void print_leaf(const struct kpi_leaf *leaf, struct buf *out)
{
    static const char *const bases[] = { "", "@event", "@order" };
    buf_add(out, leaf->measure->id);
    buf_adds(out, bases[leaf->basis]);
    if (leaf->is_whole)
        buf_adds(out, "@whole");
}

static void print_formula(const struct kpi *k, const struct formula *f, struct buf *out)
{
    static const struct {
        const char *name;
        const char *separator;
    } looks[] = {
        [FORMULA_NEGATE] = { "-", "" },
        [FORMULA_ADD] = { "", " + " },
        [FORMULA_SUBTRACT] = { "", " - " },
        [FORMULA_MULTIPLY] = { "", " * " },
        [FORMULA_DIVIDE] = { "", " / " },
        [FORMULA_ABS] = { "abs", "" },
        [FORMULA_MIN] = { "min", ", " },
        [FORMULA_MAX] = { "max", ", " },
        [FORMULA_COALESCE] = { "coalesce", ", " },
        [FORMULA_NULLIF] = { "nullif", ", " },
    };
    if (f->op == FORMULA_LEAF) {
        print_leaf(&k->leaves[f->leaf], out);
    } else if (f->op == FORMULA_DAYS) {
        buf_adds(out, "days");
    } else if (f->op == FORMULA_NUMBER) {
        buf_addf(out, "%lld", (long long)f->number);
        if (f->number_den != 1)
            buf_addf(out, "/%lld", (long long)f->number_den);
    } else {
        buf_adds(out, looks[f->op].name);
        print_args(k, f, looks[f->op].separator, out);
        if (f->zero_when_empty)
            buf_adds(out, "?0");
    }
}

static void print_platform(const struct kpi_measure *m, struct buf *out)
{
    if (m->platform != NULL)
        buf_addf(out,
                 "%s %s, %s",
                 m->is_platform ? "platform_stat" : "; platform_stat",
                 m->platform->name,
                 platform_kind_name(m->platform->kind));
}

static void print_measure(const struct kpi_measure *m, struct buf *out)
{
    if (m->is_platform) {
        buf_addf(out, "measure %.*s = ", STR_ARG(m->id));
        print_platform(m, out);
        buf_addf(out, "%s; %s\n", m->adds_days ? ", days added" : "", kpi_unit_name(m->unit));
        return;
    }
    buf_addf(out, "measure %.*s = %s(", STR_ARG(m->id), kpi_agg_name(m->agg));
    if (m->value != NULL)
        row_expr_print(m->value, out);
    if (m->agg == AGG_PERCENTILE)
        buf_addf(out, ", %u/1000", m->permille);
    buf_addf(out, ") from %s", m->table->name);
    if (m->filter != NULL) {
        buf_adds(out, " where ");
        row_expr_print(m->filter, out);
    }
    if (m->date != NULL)
        buf_addf(out, "; date %s, order date %s", m->date->name, m->order_date->name);
    buf_addf(out, "; %s", kpi_unit_name(m->unit));
    if (m->divisor != 1)
        buf_addf(out, " / %lld", (long long)m->divisor);
    buf_addf(out, "; empty %s", m->zero_if_empty ? "zero" : "none");
    if (m->last_of_period)
        buf_adds(out, "; last day of the period");
    if (m->trailing_days > 0)
        buf_addf(out, "; trailing %d days", (int)m->trailing_days);
    if (m->per != NULL && m->agg != AGG_DISTINCT) {
        buf_adds(out, "; per ");
        row_expr_print(m->per, out);
    }
    if (m->having != NULL) {
        buf_adds(out, "; having ");
        row_expr_print(m->having, out);
    }
    if (m->top > 0)
        buf_addf(out, "; top %d", (int)m->top);
    if (m->stores_by != NULL)
        buf_addf(out, "; stores %s %s", m->is_stores_without ? "without" : "with", m->stores_by);
    print_platform(m, out);
    buf_addc(out, '\n');
}

/* Their order matters where platforms report something of it too. */
static void print_sources(const struct kpi *k, struct buf *out)
{
    bool has_twin = false;
    for (size_t i = 0; i < k->n_leaves; i++)
        has_twin = has_twin || k->leaves[i].measure->platform != NULL;
    for (size_t i = 0; has_twin && i < k->n_sources; i++)
        buf_addf(out, "%s%.*s", i == 0 ? "sources " : ", ", STR_ARG(k->sources[i]));
    buf_adds(out, has_twin ? "\n" : "");
}

static void print_canonical(const struct kpi *k, struct buf *out)
{
    buf_addf(out,
             "shopvane %d\nkpi %.*s %s\n",
             KPI_ENGINE_SEMANTICS,
             STR_ARG(k->id),
             kpi_unit_name(k->unit));
    if (k->formula != NULL) {
        buf_adds(out, "formula ");
        print_formula(k, k->formula, out);
        buf_addc(out, '\n');
    } else if (k->formula_text.len > 0) { /* it rests on a model: kept as written */
        buf_addf(out, "formula as written %.*s\n", STR_ARG(k->formula_text));
    }
    for (size_t i = 0; i < k->n_leaves; i++) {
        bool is_known = false;
        for (size_t j = 0; j < i; j++)
            is_known = is_known || k->leaves[j].measure == k->leaves[i].measure;
        if (!is_known)
            print_measure(k->leaves[i].measure, out);
    }
    print_sources(k, out);
    for (size_t i = 0; i < k->n_needs_models; i++)
        buf_addf(out, "model %.*s\n", STR_ARG(k->needs_models[i]));
}

static str hash_text(struct arena *a, str text)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char sum[crypto_hash_sha256_BYTES];
    char hex[16];
    (void)crypto_hash_sha256(sum, (const unsigned char *)text.ptr, text.len);
    for (size_t i = 0; i < sizeof hex; i++)
        hex[i] = digits[i % 2 == 0 ? sum[i / 2] >> 4 : sum[i / 2] & 15];
    return arena_dup(a, (str){ .ptr = hex, .len = sizeof hex });
}

bool loader_hash(struct loader *l, struct kpi *k)
{
    struct buf text;
    buf_init(&text, CANONICAL_MAX);
    print_canonical(k, &text);
    const bool ok = buf_ok(&text);
    if (ok) {
        k->canonical = arena_dup(l->arena, buf_str(&text));
        k->hash = hash_text(l->arena, k->canonical);
    }
    buf_release(&text);
    if (!ok || k->canonical.ptr == NULL || k->hash.ptr == NULL) {
        l->out_of_memory = true;
        return false;
    }
    return true;
}
