/* How the columns of tables.c are written: one word a role, and what many tables have alike. */
#ifndef SHOPVANE_COMMERCE_COLUMNS_PRIV_H
#define SHOPVANE_COMMERCE_COLUMNS_PRIV_H

#include "commerce/commerce.h"

#define KEY(name, type, about)               \
    {                                        \
        name, COLUMN_##type, ROLE_KEY, about \
    }
#define DIM(name, about)                         \
    {                                            \
        name, COLUMN_TEXT, ROLE_DIMENSION, about \
    }
#define SUM(name, type, about)                   \
    {                                            \
        name, COLUMN_##type, ROLE_MEASURE, about \
    }
#define TIME(name, type, about)               \
    {                                         \
        name, COLUMN_##type, ROLE_TIME, about \
    }
#define ATTR(name, type, about)                    \
    {                                              \
        name, COLUMN_##type, ROLE_ATTRIBUTE, about \
    }
#define DER(name, type, about)                   \
    {                                            \
        name, COLUMN_##type, ROLE_DERIVED, about \
    }

/* When an event happened, as every fact keeps it: local date and minute are computed once, in C,
 * at load, by the store's zone. */
#define HAPPENED(what)                                                     \
    TIME("at", TIME, what), TIME("local_date", DAY, "local date of `at`"), \
        TIME("local_minute", MINUTE, "local minute of `at`")

#define PROVENANCE                                                                              \
    { "source", COLUMN_TEXT, ROLE_PROVENANCE, "preset or connector that brought the row" },     \
        { "import_id", COLUMN_KEY, ROLE_PROVENANCE, "the import that brought it" },             \
        { "row_no",                                                                             \
          COLUMN_COUNT,                                                                         \
          ROLE_PROVENANCE,                                                                      \
          "its row in the source, from 1; of JSON with lists: record x 10,000,000 + element" }, \
    {                                                                                           \
        "version", COLUMN_COUNT, ROLE_PROVENANCE, "order version or file time, microseconds"    \
    }

#define STORE KEY("store", TEXT, "the store, as named in stores.yaml")

#define PROPS \
    ATTR("props", TEXT, "columns of the export without a field, JSON; if its mapping keeps them")

#endif
