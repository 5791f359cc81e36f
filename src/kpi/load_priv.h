/* Private to kpi: a catalogue in the making. */
#ifndef SHOPVANE_KPI_LOAD_PRIV_H
#define SHOPVANE_KPI_LOAD_PRIV_H

#include "kpi/expr_priv.h"
#include "kpi/names_priv.h"

/* Ceilings of one catalogue: beyond them is a mistake or an attack, not a shop. */
#define DEFINITIONS_MAX     5000
#define CATALOGUE_BYTES_MAX ((size_t)256 * 1024 * 1024)
#define DEFINITION_FILE_MAX ((size_t)1024 * 1024)
#define DEFINITION_NAME_MAX 63
#define REFERENCE_DEPTH_MAX 64
#define LIST_MAX            64

struct kpi_catalog {
    struct arena *arena;
    struct kpi *kpis;
    size_t n_kpis;
    struct kpi_measure *measures;
    size_t n_measures;
    struct kpi_model *models;
    size_t n_models;
    struct map *names; /* id, then alias, then names of KPIs -> index */
};

/* One definition as it stands in a file. */
struct definition {
    str id;
    const struct yaml_node *node;
    unsigned line; /* of its key */
    unsigned column;
    str file;
    str source; /* the file's text */
    str group;
    bool is_shop;
};
struct definition_list {
    struct definition *items;
    size_t n;
    size_t cap;
    struct map *index;
};

/* What resolving needs to know of a KPI beyond struct kpi. */
struct pending_kpi {
    const struct definition *from;
    const struct raw_formula *raw; /* NULL: none, or broken */
    struct expr_place place;       /* of the formula in force */
    enum kpi_basis basis;
    bool zero_when_empty;
    unsigned wanted_grains; /* 0: not said */
    const struct yaml_node *grain_node;
    const struct kpi_measure *own_measure; /* `measure:` inside the KPI */
    bool has_formula;
    int state;
};

struct loader {
    struct arena *arena;
    struct problems *problems;
    struct kpi_catalog *catalog;
    str dialect;
    struct definition_list measures;
    struct definition_list kpis;
    struct definition_list models;
    struct definition_list settings;
    struct expr_settings setting_values;
    struct map *measure_index; /* measures built without a problem -> index in catalog */
    struct pending_kpi *pending;
    bool out_of_memory;
};

/* load_file.c: collects definitions; overrides replace what came before. */
void loader_read_file(struct loader *l, str name, str text, bool is_shop);
/* load_measure.c: false after problems. */
bool loader_build_measure(struct loader *l,
                          const struct definition *from,
                          const struct yaml_node *node,
                          struct kpi_measure *out);
void loader_build_measures(struct loader *l);
/* load_kpi.c */
void loader_build_kpis(struct loader *l);
/* resolve.c */
void loader_resolve(struct loader *l);
/* resolve_unit.c: unit of a node from those of its arguments; a problem when they do not fit. */
MUST_CHECK bool formula_unit(const struct expr_place *at, struct formula *f);
bool unit_may_be_declared(enum kpi_unit found, enum kpi_unit declared);
/* resolve_hash.c: fills canonical and hash. */
bool loader_hash(struct loader *l, struct kpi *k);

/* Reading helpers: a problem at the node when it is not what was expected. */
bool loader_text(struct loader *l, const struct yaml_node *n, str *out);
struct expr_place loader_place(struct loader *l,
                               const struct definition *d,
                               const struct yaml_node *n);
/* Names of grains as a set; 0 after problems or when absent. */
unsigned loader_grains(struct loader *l, const struct yaml_node *n);
bool name_is_valid(str s);

#endif
