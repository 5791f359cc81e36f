/* The closed sets of KPI definitions as tables, generated from their lists. */
#include "kpi/names_priv.h"

static const struct {
    const char *name;
    enum unit_kind kind;
    unsigned decimals;
    const char *label[2];
} units[] = {
#define X(id, name, kind, decimals, en, zh) { name, UNIT_KIND_##kind, decimals, { en, zh } },
    KPI_UNIT_LIST(X)
#undef X
};

#define X(id, name, kind, decimals, en, zh) name,
const char *const kpi_unit_names[] = { KPI_UNIT_LIST(X) };
#undef X
#define X(id, name) name,
const char *const kpi_grain_names[] = { KPI_GRAIN_LIST(X) };
const char *const kpi_agg_names[] = { KPI_AGG_LIST(X) };
#undef X
const char *const kpi_direction_names[] = { "up", "down", "neutral" };
const char *const kpi_basis_names[] = { "both", "event", "order" };

const char *kpi_unit_name(enum kpi_unit u)
{
    BUG_IF((unsigned)u >= UNIT_COUNT_OF);
    return units[u].name;
}

enum unit_kind kpi_unit_kind(enum kpi_unit u)
{
    BUG_IF((unsigned)u >= UNIT_COUNT_OF);
    return units[u].kind;
}

unsigned kpi_unit_decimals(enum kpi_unit u)
{
    BUG_IF((unsigned)u >= UNIT_COUNT_OF);
    return units[u].decimals;
}

const char *kpi_unit_label(enum kpi_unit u, enum lang lang)
{
    BUG_IF((unsigned)u >= UNIT_COUNT_OF);
    return units[u].label[lang == LANG_ZH];
}

const char *kpi_grain_name(enum kpi_grain g)
{
    BUG_IF((unsigned)g >= GRAIN_COUNT);
    return kpi_grain_names[g];
}

bool kpi_grain_parse(str name, enum kpi_grain *out)
{
    for (unsigned g = 0; g < GRAIN_COUNT; g++) {
        if (str_is(name, kpi_grain_names[g])) {
            *out = (enum kpi_grain)g;
            return true;
        }
    }
    return false;
}

const char *kpi_agg_name(enum kpi_agg a)
{
    BUG_IF((unsigned)a >= AGG_COUNT_OF);
    return kpi_agg_names[a];
}
