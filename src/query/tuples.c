/* The order of combinations of dimension values: by figure or by name; names decide between equals.
 */
#include "query/table_priv.h"

static int compare_texts(const struct tuple *a, const struct tuple *b, size_t n_by)
{
    int order = 0;
    for (size_t i = 0; i < n_by && order == 0; i++)
        order = str_cmp(a->by[i], b->by[i]);
    return order;
}

int tuple_compare(const void *x, const void *y, void *rule_of)
{
    const struct tuple *a = x;
    const struct tuple *b = y;
    const struct sort_rule *rule = rule_of;
    int order = 0;
    if (rule->dimension != SIZE_MAX) {
        order = str_cmp(a->by[rule->dimension], b->by[rule->dimension]);
    } else if (a->rank.kind == NUMBER_NONE || b->rank.kind == NUMBER_NONE) {
        /* no value stands last, whichever way */
        order = (a->rank.kind == NUMBER_NONE) - (b->rank.kind == NUMBER_NONE);
        return order != 0 ? order : compare_texts(a, b, rule->n_by);
    } else {
        order = number_compare(a->rank, b->rank);
    }
    if (order == 0)
        return compare_texts(a, b, rule->n_by);
    return rule->descending ? -order : order;
}
