/* Opening what a question needs, and lists of names. */
#include "cli/asking_priv.h"
#include "derive/derive.h"

/* Costs that were changed in their files since are derived first; with problems in the files the
 * figures stand by the rules of before, and that is said. */
static enum status refresh_costs(struct command_env *env, struct shop *s, struct error *why)
{
    size_t problems = 0;
    const enum status st = derive_costs_refresh(s, shop_writer(s), NULL, &problems, why);
    if (st == STATUS_OK && problems > 0)
        fprintf(env->err,
                tr(env->lang,
                   "note: %zu problems in the cost files, costs stay as they were; see: shopvane "
                   "costs check\n"),
                problems);
    return st;
}

enum status text_list_split(struct text_list *out, const char *text, struct error *why)
{
    str rest = str_from(text);
    while (rest.len > 0) {
        if (out->count == LIST_MAX)
            return error_set(why, STATUS_BAD_USAGE, "more than %d names in a list", LIST_MAX);
        out->items[out->count++] = str_trim(str_take_until(&rest, ','));
    }
    return STATUS_OK;
}

enum status asking_open(struct command_env *env,
                        const char *dialect,
                        struct asking_env *a,
                        struct error *why)
{
    enum status st = env_shop(env, &a->shop, why);
    if (st == STATUS_OK)
        st = refresh_costs(env, a->shop, why);
    if (st == STATUS_OK)
        st = shop_catalog(shop_dir(a->shop), str_from(dialect), NULL, &a->catalog, why);
    if (st == STATUS_OK)
        st = shop_conn_new(a->shop, &a->conn, why);
    if (st != STATUS_OK)
        return st;
    a->cache = query_cache_new();
    if (a->cache == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    a->context = (struct query_context){ .conn = a->conn,
                                         .catalog = a->catalog,
                                         .settings = shop_settings(a->shop),
                                         .zone = shop_zone(a->shop),
                                         .writer = shop_writer(a->shop),
                                         .cache = a->cache };
    return STATUS_OK;
}

void asking_close(struct command_env *env, struct asking_env *a)
{
    conn_close(a->conn);
    query_cache_free(a->cache);
    kpi_catalog_free(a->catalog);
    env_shop_done(env, a->shop);
}
