/* What the files of verify share. Never included from outside. */
#ifndef SHOPVANE_DERIVE_VERIFY_PRIV_H
#define SHOPVANE_DERIVE_VERIFY_PRIV_H

#include "derive/derive_priv.h"

struct verify {
    struct derive d;
    struct arena *arena; /* the report's texts */
    struct derive_report *report;
};

struct compared_column {
    const char *name;
    bool is_blob;
};

/* Columns that both sides have; see compare.c. All texts are ours. */
struct comparison {
    const char *table;   /* as the report names it */
    const char *stored;  /* SELECT ..., 1 AS one */
    const char *rebuilt; /* SELECT ..., 1 AS one */
    const char *match;
    const char *key; /* expression over s and r that tells people which row */
    const struct compared_column *columns;
    size_t column_count;
    bool is_table; /* stored rows stand in a table, where one may stand twice */
};
MUST_CHECK enum status compare_rows(struct verify *v, const struct comparison *k);

MUST_CHECK enum status verify_rollups(struct verify *v);
MUST_CHECK enum status verify_orders(struct verify *v);
MUST_CHECK enum status verify_sessions(struct verify *v);
MUST_CHECK enum status verify_profits(struct verify *v);
/* Ledgers, totals and keys. */
MUST_CHECK enum status verify_facts(struct verify *v);

#endif
