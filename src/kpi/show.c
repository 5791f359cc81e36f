/* One definition for people: `shopvane kpis show`. */
#include "kpi/names_priv.h"

static void show_line(struct buf *out, enum lang lang, const char *label, str value)
{
    if (value.len == 0)
        return;
    const str text = str_from(tr(lang, label));
    buf_pad(out, text, 14, false);
    buf_add(out, value);
    buf_addc(out, '\n');
}

static void show_list(
    struct buf *out, enum lang lang, const char *label, const str *items, size_t n)
{
    if (n == 0)
        return;
    buf_pad(out, str_from(tr(lang, label)), 14, false);
    for (size_t i = 0; i < n; i++)
        buf_addf(out, "%s%.*s", i == 0 ? "" : ", ", STR_ARG(items[i]));
    buf_addc(out, '\n');
}

static void show_grains(struct buf *out, enum lang lang, unsigned grains)
{
    buf_pad(out, str_from(tr(lang, "grains")), 14, false);
    for (unsigned g = 0, n = 0; g < GRAIN_COUNT; g++) {
        if ((grains & GRAIN_BIT(g)) != 0)
            buf_addf(out, "%s%s", n++ == 0 ? "" : " ", kpi_grain_names[g]);
    }
    buf_addc(out, '\n');
}

static void show_model(const struct kpi_catalog *c, str id, enum lang lang, struct buf *out)
{
    const struct kpi_model *m = kpi_model_find(c, id);
    buf_add(out, id);
    if (m != NULL)
        buf_addf(out, " (%.*s)", STR_ARG(m->about[lang]));
}

static void show_needs(const struct kpi_catalog *c,
                       const struct kpi *k,
                       enum lang lang,
                       struct buf *out)
{
    const size_t n = k->n_needs_tables + k->n_needs_models;
    if (n == 0)
        return;
    buf_pad(out, str_from(tr(lang, "needs")), 14, false);
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_adds(out, ", ");
        if (i >= k->n_needs_tables) {
            show_model(c, k->needs_models[i - k->n_needs_tables], lang, out);
            continue;
        }
        const struct table *t = k->needs_tables[i];
        buf_addf(out, "%s (%s)", t->name, table_label(t, lang));
    }
    buf_addc(out, '\n');
}

/* What the platforms' own reports mean by it, where that differs. */
static void show_dialects(struct buf *out, enum lang lang, const struct kpi *k)
{
    for (size_t i = 0; i < k->n_dialects; i++) {
        const struct kpi_dialect *d = &k->dialects[i];
        buf_pad(out, i == 0 ? str_from(tr(lang, "dialects")) : STR_EMPTY, 14, false);
        buf_addf(out,
                 "%.*s: %.*s%s%.*s\n",
                 STR_ARG(d->name),
                 STR_ARG(d->formula_text),
                 d->formula_text.len > 0 && d->note[lang].len > 0 ? "; " : "",
                 STR_ARG(d->note[lang]));
    }
}

void kpi_show(const struct kpi_catalog *c, const struct kpi *k, enum lang lang, struct buf *out)
{
    buf_addf(out, "%.*s  %.*s\n", STR_ARG(k->id), STR_ARG(k->name[lang]));
    show_line(out, lang, "about", k->about[lang]);
    show_line(out, lang, "formula", k->formula_text);
    show_line(out, lang, "dialect", k->dialect);
    show_line(out, lang, "unit", str_from(kpi_unit_name(k->unit)));
    show_line(out, lang, "direction", str_from(kpi_direction_names[k->direction]));
    show_grains(out, lang, k->grains);
    show_line(out, lang, "group", k->group);
    show_line(out, lang, "owner", k->owner);
    show_dialects(out, lang, k);
    show_list(out, lang, "tags", k->tags, k->n_tags);
    show_list(out, lang, "also called", k->aliases, k->n_aliases);
    show_list(out, lang, "sources", k->sources, k->n_sources);
    show_needs(c, k, lang, out);
    buf_pad(out, str_from(tr(lang, "defined in")), 14, false);
    buf_addf(out, "%.*s:%u\n", STR_ARG(k->file), k->line);
    show_line(out, lang, "version", k->hash);
    buf_addc(out, '\n');
    buf_add(out, k->canonical);
}
