/* shopvane import: brings files in and prints the ledger. */
#include "cli/command_priv.h"
#include "derive/derive.h"
#include "ingest/pull.h"

#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

struct import_cli_options {
    const char *preset;
    const char *map;
    const char *store;
    const char *timezone;
    const char *currency;
    const char *date_order;
    const char *decimal_mark;
    const char *encoding;
    const char *sheet;
    const char *as_of;
    const char *period;
    const char *source;
    int64_t repairs;
    bool dry_run;
    bool explain;
    bool again;
    bool later;
};

#define AT(field) offsetof(struct import_cli_options, field)

static const struct option import_option_rows[] = {
    { "as",
      OPTION_TEXT,
      "PRESET",
      "read it as this preset: online-retail, shopify-orders, shopify-products, "
      "woocommerce-orders, "
      "olist-*, cdnow-master, cdnow-sample, rees46, taobao-behavior, generic or generic:TABLE",
      AT(preset) },
    { "map", OPTION_TEXT, "FILE", "read it by this mapping file (see --explain)", AT(map) },
    { "store", OPTION_TEXT, "NAME", "the store that it belongs to (default: main)", AT(store) },
    { "timezone",
      OPTION_TEXT,
      "ZONE",
      "time zone of the file's times (default: the store's)",
      AT(timezone) },
    { "currency", OPTION_TEXT, "CODE", "currency of amounts without one", AT(currency) },
    { "date-order", OPTION_CHOICE, "mdy|dmy", "where 10/2/2017 could be either", AT(date_order) },
    { "decimal-mark",
      OPTION_CHOICE,
      "comma|point",
      "where 1.200 or 1,200 could be either",
      AT(decimal_mark) },
    { "encoding",
      OPTION_TEXT,
      "NAME",
      "utf-8, gb18030, utf-16le, windows-1252 ... (default: found out)",
      AT(encoding) },
    { "sheet",
      OPTION_TEXT,
      "SHEET",
      "Excel: its name, or number from 1 (default: those with known data)",
      AT(sheet) },
    { "as-of", OPTION_TEXT, "DATE", "when the file was exported (default: now)", AT(as_of) },
    { "period",
      OPTION_TEXT,
      "DAYS",
      "days of a file that has no dates: 2025-03-01 or 2025-03-01..2025-03-31 (default: those in "
      "its name)",
      AT(period) },
    { "source",
      OPTION_TEXT,
      "NAME",
      "in place of files: what this source has fetched and is not in yet (source pull does it)",
      AT(source) },
    { "repairs",
      OPTION_COUNT,
      "IMPORT",
      "its rows are refused ones of that import, repaired (quarantine/import-N says so by itself)",
      AT(repairs) },
    { "dry-run", OPTION_FLAG, NULL, "do everything but keep nothing", AT(dry_run) },
    { "explain",
      OPTION_FLAG,
      NULL,
      "show which column is what, and write sources/NAME.yaml",
      AT(explain) },
    { "later",
      OPTION_FLAG,
      NULL,
      "leave what follows from the facts to the next import: more files come at once",
      AT(later) },
    { "again", OPTION_FLAG, NULL, "import even if the same file is in already", AT(again) },
};

static void on_step(void *self, const char *what, int64_t done, int64_t total)
{
    struct command_env *env = self;
    env_progress(env, tr(env->lang, what), done, total);
}

static void cell_money(struct text_table *t, i128 amount_e4)
{
    struct buf text;
    buf_init(&text, 64);
    const bool is_cents = amount_e4 % 100 == 0;
    buf_add_money_grouped(&text, amount_e4, is_cents ? 2 : 4);
    text_table_cell(t, buf_str(&text));
    buf_release(&text);
}

static void print_ledger(const struct command_env *env, const struct import_result *r)
{
    struct text_table *t = text_table_new(5);
    int64_t lines = 0;
    i128 amount = 0;
    if (t == NULL)
        return;
    const char *const heads[] = { "class", "lines", "amount", "", "units" };
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        text_table_cell(t, str_from(heads[i][0] != '\0' ? tr(env->lang, heads[i]) : ""));
    text_table_right(t, 1);
    text_table_right(t, 2);
    text_table_right(t, 4);
    for (size_t i = 0; i < r->ledger_count; i++) {
        const struct ledger_line *l = &r->ledger[i];
        text_table_cell(t, command_class_label(l->class_name, env->lang));
        text_table_count(t, l->lines);
        cell_money(t, l->amount_e4);
        text_table_cell(t, l->currency);
        text_table_count(t, l->units);
        lines += l->lines;
        amount += l->amount_e4;
    }
    text_table_cell(t, str_from(tr(env->lang, "all")));
    text_table_count(t, lines);
    cell_money(t, amount);
    text_table_cell(t, STR_EMPTY);
    text_table_cell(t, STR_EMPTY);
    text_table_print(t, env->out, true);
    text_table_free(t);
}

static void print_source(const struct command_env *env, const struct import_result *r)
{
    struct buf text;
    buf_init(&text, 256);
    buf_add_i128_grouped(&text, r->rows_read);
    fprintf(env->out, tr(env->lang, "source: %.*s rows"), STR_ARG(buf_str(&text)));
    if (str_is(r->target, "order_lines")) {
        buf_clear(&text);
        buf_add_money_grouped(&text, r->source_amount_e4, r->source_amount_e4 % 100 == 0 ? 2 : 4);
        fprintf(env->out, tr(env->lang, ", %.*s summed while reading"), STR_ARG(buf_str(&text)));
    }
    buf_clear(&text);
    buf_add_money(&text, r->difference_e4);
    fprintf(env->out,
            tr(env->lang, "; difference to the ledger: %lld rows, %.*s\n"),
            (long long)r->rows_difference,
            STR_ARG(buf_str(&text)));
    buf_release(&text);
}

static void print_result(const struct command_env *env, const struct import_result *r, bool dry_run)
{
    struct buf day;
    env_print(env->out, r->file, true);
    if (r->already > 0) {
        fprintf(env->out,
                tr(env->lang,
                   ": the same bytes are in already as import #%lld; nothing changed "
                   "(--again reads them anyway)\n"),
                (long long)r->already);
        return;
    }
    fprintf(env->out,
            tr(env->lang, ": import #%lld, read as %.*s (%.*s, %.*s)\n"),
            (long long)r->import_id,
            STR_ARG(r->preset),
            STR_ARG(r->format),
            STR_ARG(r->encoding));
    env_print(env->out, r->notes, false);
    print_ledger(env, r);
    print_source(env, r);
    if (str_is(r->target, "order_lines"))
        fprintf(env->out,
                tr(env->lang, "orders: %lld new, %lld changed, %lld as they were\n"),
                (long long)r->orders_new,
                (long long)r->orders_changed,
                (long long)r->orders_same);
    if (r->orders_corrected > 0)
        fprintf(env->out,
                tr(env->lang,
                   "%lld of the changed orders say that they are as old as before (same time of "
                   "change); what this file says counts\n"),
                (long long)r->orders_corrected);
    if (r->returns_matched + r->returns_unmatched > 0)
        fprintf(env->out,
                tr(env->lang, "returns: %lld matched to the sale they undo, %lld could not be\n"),
                (long long)r->returns_matched,
                (long long)r->returns_unmatched);
    if (r->from != DAY_NONE) {
        buf_init(&day, 64);
        buf_add_day(&day, r->from);
        buf_adds(&day, " .. ");
        buf_add_day(&day, r->to);
        fprintf(env->out, tr(env->lang, "dates: %.*s\n"), STR_ARG(buf_str(&day)));
        buf_release(&day);
    }
    if (r->rows_refused > 0)
        fprintf(
            env->out,
            tr(env->lang, "in quarantine: %lld of the rows; see: shopvane quarantine list %lld\n"),
            (long long)r->rows_refused,
            (long long)r->import_id);
    if (dry_run)
        fprintf(env->out,
                tr(env->lang, "dry run: nothing was kept (%.1f s)\n"),
                (double)r->elapsed_us / 1e6);
}

static struct import_options options_of(const struct import_cli_options *o,
                                        const char *map,
                                        const struct import_progress *progress)
{
    return (struct import_options){ .preset = o->preset,
                                    .map_file = map,
                                    .store = o->store,
                                    .timezone = o->timezone,
                                    .currency = o->currency,
                                    .date_order = o->date_order,
                                    .decimal_mark = o->decimal_mark,
                                    .encoding = o->encoding,
                                    .sheet = o->sheet,
                                    .as_of = o->as_of,
                                    .period = o->period,
                                    .repairs = o->repairs,
                                    .dry_run = o->dry_run,
                                    .again = o->again,
                                    .now_us = clock_now_us(),
                                    .progress = progress };
}

static enum status explain_one(struct command_env *env,
                               struct shop *s,
                               const char *path,
                               const struct import_options *io,
                               struct error *why)
{
    struct buf text;
    buf_init(&text, (size_t)4 * 1024 * 1024);
    const enum status st = import_explain(s, path, io, env->lang, &text, why);
    if (st == STATUS_OK || st == STATUS_NOT_FOUND) /* then: what comes nearest */
        fwrite(text.data, 1, text.len, env->out);
    buf_release(&text);
    return st;
}

static enum status import_one(struct command_env *env,
                              struct shop *s,
                              const char *path,
                              const struct import_options *io,
                              struct error *why)
{
    struct import_result r = { .from = DAY_NONE };
    struct arena *a = arena_new(0);
    if (a == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = import_run(s, path, io, a, &r, why);
    env_progress_end(env);
    if (st == STATUS_OK || st == STATUS_QUARANTINED)
        print_result(env, &r, io->dry_run);
    arena_free(a);
    return st;
}

/* Files, members of archives and sheets sorted by what refers to what, so that `import *.csv` works
 * in any order. */
struct queued {
    const struct import_part *part;
    int rank;
};

struct queue {
    struct shop *shop;
    struct arena *arena;
    struct import_parts *parts[ARGUMENTS_MAX]; /* of the arguments, in their order */
    struct queued *items;
    size_t count;
    size_t capacity;
};

static void queue_free(struct queue *q)
{
    for (size_t i = 0; q != NULL && i < ARGUMENTS_MAX; i++)
        import_parts_close(q->parts[i]);
    if (q != NULL)
        mem_free(q->items);
    mem_free(q);
}

static enum status queue_parts(struct command_env *env,
                               const struct arguments *args,
                               const struct import_options *io,
                               struct queue *q,
                               struct error *why)
{
    for (size_t i = 0; i < args->count; i++) {
        const char *path = env_path(env, q->arena, args->items[i]);
        if (path == NULL)
            return error_set(why, STATUS_NO_MEMORY, "out of memory");
        const enum status st = import_parts_open(q->shop, path, io, &q->parts[i], why);
        if (st != STATUS_OK)
            return st;
        env_print(env->out, import_parts_notes(q->parts[i]), false);
        const size_t n = import_parts_count(q->parts[i]);
        if (!MEM_GROW(q->items, q->capacity, q->count + n))
            return error_set(why, STATUS_NO_MEMORY, "out of memory");
        for (size_t k = 0; k < n; k++)
            q->items[q->count++] = (struct queued){ import_parts_at(q->parts[i], k), 0 };
    }
    return STATUS_OK;
}

static enum status queue_fill(struct command_env *env,
                              const struct arguments *args,
                              const struct import_options *io,
                              struct queue *q,
                              struct error *why)
{
    enum status st = queue_parts(env, args, io, q, why);
    for (size_t i = 0; st == STATUS_OK && q->count > 1 && i < q->count; i++) {
        struct queued one = q->items[i];
        const struct import_options mine = import_part_options(one.part, io);
        st = import_rank(q->shop, one.part->path, &mine, &one.rank, why);
        size_t at = i;
        for (; at > 0 && q->items[at - 1].rank > one.rank; at--)
            q->items[at] = q->items[at - 1];
        q->items[at] = one;
    }
    return st;
}

/* Derives after imports that began at `began_us`, also when a later one failed; the first error
 * counts. Then all is done. */
static enum status derive_all(
    struct command_env *env, struct shop *s, int64_t began_us, enum status st, struct error *why)
{
    const struct derive_progress dp = { .step = on_step, .self = env };
    struct error late = { .lang = env->lang };
    const enum status derived = derive_after_import(s, shop_writer(s), &dp, &late);
    env_progress_end(env);
    if (st == STATUS_OK && derived == STATUS_OK)
        fprintf(
            env->out, tr(env->lang, "done in %.1f s\n"), (double)(clock_now_us() - began_us) / 1e6);
    if (st != STATUS_OK || derived == STATUS_OK)
        return st;
    *why = late;
    return derived;
}

static enum status import_queue(struct command_env *env,
                                const struct queue *q,
                                const struct import_options *io,
                                const struct import_cli_options *o,
                                struct error *why)
{
    enum status st = STATUS_OK;
    bool has_refused = false;
    for (size_t i = 0; i < q->count && st == STATUS_OK; i++) {
        const struct import_part *part = q->items[i].part;
        struct import_options mine = import_part_options(part, io);
        mine.now_us += (int64_t)i; /* a later file is newer */
        st = o->explain ? explain_one(env, q->shop, part->path, &mine, why)
                        : import_one(env, q->shop, part->path, &mine, why);
        has_refused = has_refused || st == STATUS_QUARANTINED;
        st = st == STATUS_QUARANTINED ? STATUS_OK : st;
    }
    if (!o->explain && !io->dry_run && !o->later)
        st = derive_all(env, q->shop, io->now_us, st, why);
    return st == STATUS_OK && has_refused ? STATUS_QUARANTINED : st;
}

/* ---- What a source has fetched ---- */

static enum status import_batches(struct command_env *env,
                                  struct shop *s,
                                  const struct shop_source *source,
                                  bool *has_refused,
                                  struct error *why)
{
    const struct import_progress progress = { .step = on_step, .self = env };
    struct arena *a = arena_new(0);
    struct pull_batch *items = NULL;
    size_t n = 0;
    const int64_t began = clock_now_us();
    enum status st = a != NULL ? pull_batches(shop_dir(s), source->name, a, &items, &n, why)
                               : error_set(why, STATUS_NO_MEMORY, "out of memory");
    const char *store = a != NULL ? arena_cstr(a, source->store) : NULL;
    for (size_t i = 0; st == STATUS_OK && i < n; i++) {
        const struct import_options io = { .preset = items[i].preset,
                                           .store = store,
                                           .name = items[i].name,
                                           .now_us = clock_now_us(),
                                           .progress = &progress };
        st = import_one(env, s, items[i].path, &io, why);
        *has_refused = *has_refused || st == STATUS_QUARANTINED;
        if (st == STATUS_OK || st == STATUS_QUARANTINED)
            st = pull_put_away(shop_dir(s), source->name, &items[i], why);
    }
    if (n > 0)
        st = derive_all(env, s, began, st, why);
    arena_free(a);
    return st;
}

/* What the list of the platform's orders says against the shop's. */
static void print_comparison(const struct command_env *env,
                             const char *name,
                             const struct pull_comparison *c)
{
    if (c->missing > 0 && c->are_too_many)
        fprintf(env->out,
                tr(env->lang,
                   "%lld of %lld orders of the last %lld days are not among those that %s lists: "
                   "too many to be believed, so none is booked as deleted. If they were deleted "
                   "there, say: shopvane source pull %s --deletions\n"),
                (long long)c->missing,
                (long long)c->orders,
                (long long)c->days,
                name,
                name);
    else if (c->missing > 0)
        fprintf(env->out,
                tr(env->lang,
                   "%lld orders of the last %lld days are not among those that %s lists; each is "
                   "asked for\n"),
                (long long)c->missing,
                (long long)c->days,
                name);
    if (c->back > 0 && !c->are_too_many)
        fprintf(env->out,
                tr(env->lang, "%lld orders that were deleted at %s are listed again\n"),
                (long long)c->back,
                name);
    if (c->unsure > 0)
        fprintf(env->out,
                tr(env->lang,
                   "%lld orders are not listed at %s, and their ids are not known to be asked for: "
                   "pull them once more with shopvane source pull %s --anew\n"),
                (long long)c->unsure,
                name,
                name);
}

static enum status book_deleted(struct command_env *env,
                                struct shop *s,
                                const struct shop_source *source,
                                const char *name,
                                struct error *why)
{
    struct pull_comparison c;
    int64_t booked = 0;
    enum status st = pull_compare_orders(s, source, &c, why);
    if (st == STATUS_OK && c.is_done)
        print_comparison(env, name, &c);
    if (st == STATUS_OK)
        st = pull_book_gone(s, source, &booked, why);
    if (st == STATUS_OK && booked > 0)
        fprintf(env->out,
                tr(env->lang,
                   "%lld orders were deleted at %s: they are booked as cancelled, with the reason "
                   "\"deleted at the source\"\n"),
                (long long)booked,
                name);
    return st;
}

static enum status import_source(struct command_env *env,
                                 struct shop *s,
                                 const char *name,
                                 struct error *why)
{
    struct arena *a = arena_new(0);
    struct shop_source source;
    bool has_refused = false;
    bool lost = false;
    enum status st = a != NULL ? shop_source_get(shop_dir(s), str_from(name), a, &source, why)
                               : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = pull_check(s, source.name, &lost, why);
    if (st == STATUS_OK && lost)
        fprintf(env->out,
                tr(env->lang,
                   "imports of the source %s are in the shop no more; it is pulled from the "
                   "beginning\n"),
                name);
    if (st == STATUS_OK)
        st = book_deleted(env, s, &source, name, why);
    if (st == STATUS_OK)
        st = import_batches(env, s, &source, &has_refused, why);
    if (st == STATUS_OK)
        st = pull_remember(s, source.name, why);
    arena_free(a);
    return st == STATUS_OK && has_refused ? STATUS_QUARANTINED : st;
}

/* What the files come to; of a source one does not know yet. */
static int64_t input_bytes(const struct command_env *env,
                           struct arena *a,
                           const struct arguments *args)
{
    struct stat info;
    int64_t sum = args->count > 0 ? 0 : ENV_INPUT_UNKNOWN;
    for (size_t i = 0; i < args->count; i++) {
        const char *path = env_path(env, a, args->items[i]);
        if (path != NULL && stat(path, &info) == 0)
            sum += info.st_size;
    }
    return sum;
}

static enum status import_command_run(struct command_env *env,
                                      const void *options,
                                      const struct arguments *args,
                                      struct error *why)
{
    const struct import_cli_options *o = options;
    const struct import_progress progress = { .step = on_step, .self = env };
    struct queue *q = mem_new(1, sizeof *q);
    struct arena *a = arena_new(0);
    struct shop *s = NULL;
    enum status st =
        a == NULL || q == NULL
            ? error_set(why, STATUS_NO_MEMORY, "out of memory")
            : env_shop_for(
                  env, &(struct env_size){ .input_bytes = input_bytes(env, a, args) }, &s, why);
    const char *map = st == STATUS_OK && o->map != NULL ? env_path(env, a, o->map) : NULL;
    const struct import_options io = options_of(o, map, &progress);
    if (st == STATUS_OK && (o->source != NULL) == (args->count > 0)) {
        st = error_set(why, STATUS_BAD_USAGE, "import: say which files, or --source NAME");
    } else if (st == STATUS_OK && o->source != NULL) {
        st = import_source(env, s, o->source, why);
    } else if (st == STATUS_OK) {
        q->shop = s;
        q->arena = a;
        st = queue_fill(env, args, &io, q, why);
        if (st == STATUS_OK)
            st = import_queue(env, q, &io, o, why);
    }
    queue_free(q);
    env_shop_done(env, s);
    arena_free(a);
    return st;
}

const struct command command_import = {
    .name = "import",
    .summary = "bring files in: every row accounted for, nothing twice",
    .usage = "FILE... [OPTIONS] | --source NAME",
    .examples = "shopvane import Online_Retail.csv\n"
                "shopvane import orders_export.csv products_export.csv --store main\n"
                "shopvane import sales.xlsx --explain\n"
                "shopvane import sales.xlsx --map sources/sales.yaml\n"
                "shopvane import 订单.csv --encoding gb18030 --lang zh",
    .options = import_option_rows,
    .option_count = ARRAY_LEN(import_option_rows),
    .options_size = sizeof(struct import_cli_options),
    .run = import_command_run,
    .most_arguments = ARGUMENTS_MAX,
};
