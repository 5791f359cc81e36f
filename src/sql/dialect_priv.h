/* What differs between the dialects, as tables. */
#ifndef SHOPVANE_SQL_DIALECT_PRIV_H
#define SHOPVANE_SQL_DIALECT_PRIV_H

#include "sql/sql.h"

struct aggregate_text {
    const char *open;
    const char *open_if;
    const char *where; /* between value and condition of open_if */
    bool permille_after_open;
    bool permille_before_close;
};

struct dialect {
    const char *name;
    void (*add_parameter)(struct buf *b, size_t n, enum sql_type type);
    struct aggregate_text aggregates[SQL_AGGREGATE_COUNT];
    const char *period_open[SQL_YEAR_START + 1];
    const char *period_close;
    const char *week_open; /* column week_open column ") + n) % 7" week_close */
    const char *week_close;
    const char *top_open; /* top_open value top_middle n top_close */
    const char *top_middle;
    const char *top_close;
};

extern const struct dialect sql_dialects[];
const struct dialect *dialect_of(const struct sql *q);

#endif
