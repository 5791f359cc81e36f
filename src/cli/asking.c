/* Opening what a question needs, and lists of names. */
#include "cli/asking_priv.h"
#include "derive/derive.h"

#include <pthread.h>

#define TEXT_MAX ((size_t)256 * 1024 * 1024)

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

/* The definitions, read by another thread while this one opens the shop. */
struct reading {
    pthread_t thread;
    bool has_thread;
    const char *dir;
    str dialect;
    struct kpi_catalog *catalog; /* NULL: something is wrong */
};

static void *read_definitions(void *arg)
{
    struct reading *r = arg;
    struct error why = { .lang = LANG_EN };
    if (shop_catalog(r->dir, r->dialect, NULL, &r->catalog, &why) != STATUS_OK)
        r->catalog = NULL;
    return NULL;
}

/* What is wrong with them is said by a second reading, in the language of the shop. */
static enum status take_definitions(struct reading *r,
                                    const struct asking_env *a,
                                    enum status st,
                                    struct kpi_catalog **out,
                                    struct error *why)
{
    if (r->has_thread)
        pthread_join(r->thread, NULL);
    *out = r->catalog;
    if (st != STATUS_OK || r->catalog != NULL)
        return st;
    return shop_catalog(shop_dir(a->shop), r->dialect, NULL, out, why);
}

enum status asking_open(struct command_env *env,
                        const char *dialect,
                        struct asking_env *a,
                        struct error *why)
{
    struct reading reading = { .dir = env->dir, .dialect = str_from(dialect) };
    reading.has_thread = pthread_create(&reading.thread, NULL, read_definitions, &reading) == 0;
    enum status st = env_shop(env, &a->shop, why);
    if (st == STATUS_OK)
        st = refresh_costs(env, a->shop, why);
    st = take_definitions(&reading, a, st, &a->catalog, why);
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

enum status asking_open_stores(struct command_env *env,
                               const char *names,
                               struct asking_env *out,
                               struct text_list *stores,
                               struct error *why)
{
    enum status st = text_list_split(stores, names, why);
    if (st == STATUS_OK)
        st = asking_open(env, NULL, out, why);
    return st == STATUS_OK ? shop_stores_check(out->shop, stores->items, stores->count, why) : st;
}

void asking_close(struct command_env *env, struct asking_env *a)
{
    conn_close(a->conn);
    query_cache_free(a->cache);
    kpi_catalog_free(a->catalog);
    env_shop_done(env, a->shop);
}

struct kpi_question asking_question(const struct command_env *env, const struct ask_options *o)
{
    return (struct kpi_question){
        .from = str_from(o->from),
        .to = str_from(o->to),
        .last = str_from(o->last),
        .period = str_from(o->period),
        .grain = str_from(o->grain),
        .calendar = str_from(o->calendar),
        .where = str_from(o->where),
        .top = (size_t)o->top,
        .compare = str_from(o->compare),
        .basis = str_from(o->basis),
        .sort = str_from(o->sort),
        .target = str_from(o->target),
        .lang = env->lang,
        .now_us = clock_now_us(),
        .raw_only = o->raw,
        .evidence = o->evidence,
    };
}

enum status asking_print(const struct command_env *env,
                         const struct asking_env *a,
                         const struct kpi_question *q,
                         const struct ask_options *o,
                         struct error *why)
{
    struct answer *answer = NULL;
    struct buf out;
    enum answer_format format = ANSWER_TABLE;
    const struct answer_look look = { .colour = env->out_is_terminal,
                                      .width = env->width,
                                      .evidence = o->evidence };
    buf_init(&out, TEXT_MAX);
    enum status st = STATUS_OK;
    if (q->top > 0 && q->by_count == 0)
        return error_set(why, STATUS_BAD_USAGE, "--top wants a breakdown: give --by, too");
    if (o->format != NULL)
        st = answer_format_parse(str_from(o->format), &format, why);
    if (st == STATUS_OK && o->sql)
        st = query_sql(&a->context, q, &out, why);
    if (st == STATUS_OK && !o->sql)
        st = query_ask(&a->context, q, &answer, why);
    if (st == STATUS_OK && !o->sql)
        st = answer_render(answer, format, &look, &out, why);
    if (st == STATUS_OK)
        fwrite(out.data, 1, out.len, env->out);
    answer_free(answer);
    buf_release(&out);
    return st;
}
