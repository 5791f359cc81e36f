/* What commands that ask for figures need. */
#ifndef SHOPVANE_CLI_ASKING_PRIV_H
#define SHOPVANE_CLI_ASKING_PRIV_H

#include "cli/command_priv.h"
#include "query/query.h"

#define LIST_MAX 64

/* "a, b" as texts. */
struct text_list {
    str items[LIST_MAX];
    size_t count;
};
MUST_CHECK enum status text_list_split(struct text_list *out, const char *text, struct error *why);

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
void asking_close(struct command_env *env, struct asking_env *a);

#endif
