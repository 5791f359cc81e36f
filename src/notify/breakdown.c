/* What several reports show alike: a table by one dimension, a chart over days. */
#include "notify/rhythm_priv.h"

/* What the change is against: tables of one report compare with different periods. */
static str change_head(const struct rhythm_run *r, const char *compare)
{
    const str than = str_from(compare);
    return str_from(str_is(than, "prev")  ? tr(r->lang, "change on the period before")
                    : str_is(than, "yoy") ? tr(r->lang, "change on last year")
                                          : tr(r->lang, "change on last time"));
}

enum status rhythm_breakdown(struct rhythm_run *r,
                             const char *heading,
                             const struct rhythm_ask *ask,
                             size_t most,
                             struct error *why)
{
    const struct answer *a = NULL;
    str *heads = ARENA_NEW(r->arena, str, 2 * ask->kpi_count + 1);
    if (heads == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = rhythm_ask(r, ask, &a, why);
    if (st == STATUS_BAD_USAGE || st == STATUS_BAD_INPUT ||
        st == STATUS_NOT_FOUND) { /* a fact lacks the dimension: said */
        const struct dimension *d = commerce_dimension(str_from(ask->by));
        rhythm_heading(r, heading);
        rhythm_sentencef(r,
                         "The data does not tell all of these figures by %s.",
                         d == NULL            ? ask->by
                         : r->lang == LANG_ZH ? d->name_zh
                                              : d->name_en);
        return STATUS_OK;
    }
    if (st != STATUS_OK || a->row_count == 0)
        return st;
    rhythm_heading(r, heading);
    heads[0] = a->by_label[0];
    size_t columns = 1;
    for (size_t i = 0; i < a->kpi_count; i++) {
        heads[columns++] = a->kpis[i].name;
        if (ask->compare != NULL)
            heads[columns++] = change_head(r, ask->compare);
    }
    document_table(r->document, heads, columns);
    for (size_t row = 0; row < a->row_count && row < most; row++) {
        const str name = a->kpis[0].rows[row].by[0];
        const struct figure first = name.len > 0 ? rhythm_words(name) : WORDS(r, "(not set)");
        rhythm_cells(r, &first, 1);
        for (size_t i = 0; i < a->kpi_count; i++) {
            const struct answer_kpi *k = &a->kpis[i];
            const struct figure value = rhythm_figure(r, a, k, &k->rows[row]);
            rhythm_cells(r, &value, 1);
            if (ask->compare == NULL)
                continue;
            const struct figure change = rhythm_change(r, k, &k->rows[row]);
            rhythm_cells(r, &change, 1);
        }
    }
    if (a->row_count > most)
        rhythm_sentencef(r, "%zu further rows are not shown.", a->row_count - most);
    return STATUS_OK;
}

enum status rhythm_day_chart(struct rhythm_run *r,
                             const struct answer *a,
                             struct day_range days,
                             struct error *why)
{
    const struct chart_series series[] = {
        { .name = str_from(tr(r->lang, "this time")), .values = rhythm_series(r, a, 0, false) },
        { .name = str_from(tr(r->lang, "last year")),
          .values = rhythm_series(r, a, 0, true),
          .is_comparison = true },
    };
    struct chart_band bands[8];
    const struct chart chart = { .title = a->kpis[0].name,
                                 .labels = rhythm_labels(r, a),
                                 .points = a->row_count,
                                 .series = series,
                                 .series_count = ARRAY_LEN(series),
                                 .bands = bands,
                                 .band_count = rhythm_bands(r, days, bands, ARRAY_LEN(bands)),
                                 .is_running = days.to == r->today };
    if (chart.labels == NULL || series[0].values == NULL || series[1].values == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    document_chart(r->document, &chart);
    return STATUS_OK;
}
