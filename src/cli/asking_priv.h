/* What commands that ask for figures need. */
#ifndef SHOPVANE_CLI_ASKING_PRIV_H
#define SHOPVANE_CLI_ASKING_PRIV_H

#include "cli/command_priv.h"
#include "query/query.h"

#include <stddef.h>

#define LIST_MAX 64

/* "a, b" as texts. */
struct text_list {
    str items[LIST_MAX];
    size_t count;
};
MUST_CHECK enum status text_list_split(struct text_list *out, const char *text, struct error *why);

/* What a question's options say: the same words in every command that asks for figures. */
struct ask_options {
    const char *last;
    const char *from;
    const char *to;
    const char *period;
    const char *grain;
    const char *calendar;
    const char *by;
    const char *where;
    int64_t top;
    const char *compare;
    const char *basis;
    const char *sort;
    const char *target;
    const char *store;
    const char *format;
    bool sql;
    bool evidence;
    bool raw;
};

/* Rows of a command's table of options; `type` is its struct, which has a `struct ask_options ask`.
 */
/* clang-format off */
#define ASK_AT(type, field) offsetof(type, ask.field)
#define ASK_RANGE(type)                                                                                         \
    { "last", OPTION_TEXT, "28d", "the last days, weeks or months: 28d, 8w, 12m", ASK_AT(type, last) },         \
    { "from", OPTION_TEXT, "DATE", "first day, 2010-12-01", ASK_AT(type, from) },                               \
    { "to", OPTION_TEXT, "DATE", "last day, included", ASK_AT(type, to) },                                      \
    { "period", OPTION_TEXT, "NAME", "this-month, last-week, 2010-12, 2010, ...", ASK_AT(type, period) }
#define ASK_COMPARE(type)                                                                                       \
    { "compare", OPTION_TEXT, "WITH", "prev, weekday, yoy, festival:NAME, promo:NAME or FROM..TO", ASK_AT(type, compare) }
#define ASK_CALENDAR(type)                                                                                      \
    { "calendar", OPTION_CHOICE, "gregorian|iso|4-4-5", "how weeks, months and years are cut (default: shop.yaml)", ASK_AT(type, calendar) }
#define ASK_GRAIN(type, grains)                                                                                 \
    { "grain", OPTION_CHOICE, grains, "length of a period", ASK_AT(type, grain) }
#define ASK_WHERE(type)                                                                                         \
    { "where", OPTION_TEXT, "EXPR", "filter, such as \"country = 'France'\"", ASK_AT(type, where) }
#define ASK_STORE(type)                                                                                         \
    { "store", OPTION_TEXT, "NAME,...", "only these stores", ASK_AT(type, store) }
#define ASK_TOP(type)                                                                                           \
    { "top", OPTION_COUNT, "N", "only the first N in the order of --sort (else the largest), the rest as one row", ASK_AT(type, top) }
#define ASK_BASIS(type)                                                                                         \
    { "basis", OPTION_CHOICE, "event|order", "date a return on its own day, or on its order's", ASK_AT(type, basis) }
#define ASK_SORT(type)                                                                                          \
    { "sort", OPTION_TEXT, "KPI|-KPI", "sort rows by a KPI or dimension; - is descending", ASK_AT(type, sort) }
#define ASK_RAW(type)                                                                                           \
    { "raw", OPTION_FLAG, NULL, "answer from raw facts even where a rollup fits", ASK_AT(type, raw) }
#define ASK_FORMAT(type)                                                                                        \
    { "format", OPTION_CHOICE, "table|csv|json|markdown", "form of the answer", ASK_AT(type, format) }
#define ASK_PROOF(type)                                                                                         \
    { "sql", OPTION_FLAG, NULL, "print the SQL instead of running it", ASK_AT(type, sql) },                     \
    { "evidence", OPTION_FLAG, NULL, "show definition, SQL, rows read, freshness and sources", ASK_AT(type, evidence) }
/* clang-format on */

/* The question that the options ask; KPIs, dimensions and stores are the caller's. */
struct kpi_question asking_question(const struct command_env *env, const struct ask_options *o);

/* The shop, a reader's connection, the catalogue in a dialect (NULL: the shop's own). */
struct asking_env {
    struct shop *shop;
    struct conn *conn;
    struct kpi_catalog *catalog;
    struct query_cache *cache; /* a report asks many questions of one store */
    struct query_context context;
};
/* asking_close() in the end, after an error too. */
MUST_CHECK enum status asking_open(struct command_env *env,
                                   const char *dialect,
                                   struct asking_env *out,
                                   struct error *why);
/* Likewise in the shop's own dialect, with the stores of "a, b" (NULL: none named), all of them
 * known.
 */
MUST_CHECK enum status asking_open_stores(struct command_env *env,
                                          const char *names,
                                          struct asking_env *out,
                                          struct text_list *stores,
                                          struct error *why);
void asking_close(struct command_env *env, struct asking_env *a);
/* Asks and prints the answer, or with --sql its statements. */
MUST_CHECK enum status asking_print(const struct command_env *env,
                                    const struct asking_env *a,
                                    const struct kpi_question *q,
                                    const struct ask_options *o,
                                    struct error *why);

#endif
