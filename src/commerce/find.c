/* Tables and columns by their names. */
#include "commerce/commerce.h"

const struct table *commerce_table(str name)
{
    for (size_t i = 0; i < commerce_table_count; i++) {
        if (str_is(name, commerce_tables[i].name))
            return &commerce_tables[i];
    }
    return NULL;
}

const struct column *table_column(const struct table *t, str name)
{
    for (size_t i = 0; i < t->column_count; i++) {
        if (str_is(name, t->columns[i].name))
            return &t->columns[i];
    }
    return NULL;
}
