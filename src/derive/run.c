/* One run: order sequences, sessions, rollups, in one transaction. */
#include "derive/profit_priv.h"

#include <stdarg.h>
#include <stdio.h>

#define COSTS_BUDGET ((size_t)512 * 1024 * 1024)

void derive_tell(const struct derive *d, const char *what, int64_t done, int64_t total)
{
    if (d->progress != NULL && d->progress->step != NULL)
        d->progress->step(d->progress->self, what, done, total);
}

static enum status text_take(struct derive *d, struct buf *sql, char **out)
{
    size_t len = 0;
    char *text = buf_take(sql, &len);
    buf_init(sql, SQL_MAX);
    if (text == NULL)
        return error_set(d->why, STATUS_NO_MEMORY, "out of memory");
    *out = text;
    return STATUS_OK;
}

enum status derive_exec(struct derive *d, struct buf *sql)
{
    char *text = NULL;
    enum status st = text_take(d, sql, &text);
    if (st == STATUS_OK)
        st = conn_exec(d->c, text, d->why);
    mem_free(text);
    return st;
}

enum status derive_execf(struct derive *d, const char *fmt, ...)
{
    char text[4096];
    va_list args;
    va_start(args, fmt);
    const int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    BUG_IF(n < 0 || (size_t)n >= sizeof text);
    return conn_exec(d->c, text, d->why);
}

enum status derive_number_of(struct derive *d, struct buf *sql, int64_t *out)
{
    char *text = NULL;
    enum status st = text_take(d, sql, &text);
    if (st == STATUS_OK)
        st = conn_query_i64(d->c, text, out, d->why);
    mem_free(text);
    return st;
}

static enum status run_steps(struct derive *d, bool from_nothing)
{
    enum status st = order_seq_update(d, from_nothing);
    if (st == STATUS_OK)
        st = sessions_update(d, from_nothing);
    if (st == STATUS_OK)
        st = products_mark_dirty(d);
    if (st == STATUS_OK)
        st = profit_update(d, from_nothing);
    if (st == STATUS_OK)
        st = rollups_build(d, from_nothing);
    if (st == STATUS_OK && from_nothing) /* else imports keep them */
        st = conn_exec(d->c, COMMERCE_SET_OWN_PRICES, d->why);
    if (st == STATUS_OK)
        st = derive_execf(d, "DELETE FROM dirty");
    return st;
}

/* An older program built the cells: some rollup has none, or of another version. */
static enum status lacks_cells(struct derive *d, bool *out)
{
    struct buf sql;
    int64_t lacking = 0;
    buf_init(&sql, SQL_MAX);
    buf_addf(&sql,
             "SELECT (count(*) > 0 AND count(DISTINCT rollup) FILTER (WHERE version = %d) < %zu)"
             "::INT FROM rollup_set",
             ROLLUP_VERSION,
             commerce_rollup_count);
    const enum status st = derive_number_of(d, &sql, &lacking);
    *out = lacking != 0;
    return st;
}

/* No product changed, and no cell lacks. Looked at only when something was written since the last
 * run: each command that shows figures comes by here. */
static enum status products_are_idle(struct derive *d, bool *out)
{
    int64_t written = 0;
    int64_t pending = 0;
    bool lacking = false;
    enum status st = conn_query_i64(d->c,
                                    "SELECT coalesce(arg_max(what, version) <> 'derive', true)::INT"
                                    " FROM data_version",
                                    &written,
                                    d->why);
    if (st == STATUS_OK && written != 0)
        st = products_mark_dirty(d);
    if (st == STATUS_OK && written != 0)
        st = lacks_cells(d, &lacking);
    if (st == STATUS_OK && written != 0)
        st = derive_pending(d->c, &pending, d->why);
    *out = pending == 0 && !lacking;
    return st;
}

/* Nothing to do: no partition waits, no product and no cost changed. What is cheap is asked first.
 */
static enum status is_idle(struct derive *d, bool *out)
{
    int64_t pending = 0;
    bool costs_differ = false;
    enum status st = derive_pending(d->c, &pending, d->why);
    if (st == STATUS_OK && pending == 0)
        st = profit_rules_differ(d->c, d->settings->costs, &costs_differ, d->why);
    *out = pending == 0 && !costs_differ;
    return st == STATUS_OK && *out ? products_are_idle(d, out) : st;
}

enum status derive_run(const struct derive_settings *settings,
                       struct conn *c,
                       bool from_nothing,
                       const struct derive_progress *progress,
                       struct error *why)
{
    struct derive d = { .settings = settings, .c = c, .progress = progress, .why = why };
    bool idle = false;
    int64_t version = 0;
    enum status st = conn_begin(c, why);
    if (st != STATUS_OK)
        return st;
    if (!from_nothing)
        st = is_idle(&d, &idle);
    if (st == STATUS_OK && !idle)
        st = run_steps(&d, from_nothing);
    if (st == STATUS_OK && !idle)
        st = shop_bump_version(c, "derive", &version, why);
    if (st == STATUS_OK && !idle)
        st = conn_commit(c, why);
    conn_rollback(c);
    return st;
}

/* Facts of a table from which cells are built. Below, a question to the facts takes up to 10 ms
 * more, and an import a quarter less processor time (216 lines: 1.0 s before, 0.75). */
#define CELLS_FROM 2000

static struct derive_settings settings_of(const struct shop *s)
{
    const struct shop_settings *all = shop_settings(s);
    return (struct derive_settings){ .returning_window_days = all->returning_window_days,
                                     .cart_window_hours = all->cart_window_hours,
                                     .cells_from = CELLS_FROM };
}

/* One run with the shop's cost files; with problems in them, by the rules of before. */
static enum status run_shop(struct shop *s,
                            struct conn *c,
                            bool from_nothing,
                            const struct derive_progress *progress,
                            size_t *n_problems,
                            struct error *why)
{
    struct derive_settings settings = settings_of(s);
    struct arena *a = arena_new(COSTS_BUDGET);
    struct cost_book book;
    struct problems p;
    if (a == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    problems_init(&p, a, why != NULL ? why->lang : LANG_EN);
    enum status st = shop_costs_read(s, a, &p, &book, why);
    if (st == STATUS_OK && p.n_total == 0)
        settings.costs = &book;
    if (st == STATUS_OK)
        st = derive_run(&settings, c, from_nothing, progress, why);
    *n_problems = p.n_total;
    arena_free(a);
    return st;
}

enum status derive_costs_refresh(struct shop *s,
                                 struct conn *c,
                                 const struct derive_progress *progress,
                                 size_t *problems,
                                 struct error *why)
{
    return run_shop(s, c, false, progress, problems, why);
}

enum status derive_after_import(struct shop *s,
                                struct conn *c,
                                const struct derive_progress *progress,
                                struct error *why)
{
    size_t problems = 0;
    struct error inner = { .lang = why->lang };
    const enum status st = run_shop(s, c, false, progress, &problems, &inner);
    if (st == STATUS_OK)
        return st;
    if (st == STATUS_INTERRUPTED) {
        *why = inner;
        return st;
    }
    return error_set(why,
                     st,
                     "what came in is kept, but its figures are not derived yet: %s; once that is "
                     "mended, \"shopvane rebuild\" derives them (the files need not come again)",
                     inner.text);
}

enum status derive_rebuild_all(struct shop *s,
                               struct conn *c,
                               const struct derive_progress *progress,
                               struct error *why)
{
    size_t problems = 0;
    return run_shop(s, c, true, progress, &problems, why);
}

enum status derive_pending(struct conn *c, int64_t *out, struct error *why)
{
    return conn_query_i64(c,
                          "SELECT count(*) FROM (SELECT DISTINCT store, local_date FROM (SELECT"
                          " store, local_date FROM dirty UNION ALL SELECT store, local_date FROM"
                          " dirty_cost) WHERE local_date IS NOT NULL)",
                          out,
                          why);
}

enum status derive_verify(struct shop *s,
                          struct conn *c,
                          const struct derive_progress *progress,
                          struct arena *a,
                          struct derive_report *out,
                          struct error *why)
{
    const struct derive_settings settings = settings_of(s);
    return derive_verify_run(&settings, c, progress, a, out, why);
}
