/* What commands share: the shop, paths from where the user stands, progress. */
#include "base/system_error.h"
#include "cli/command_priv.h"
#include "ingest/ingest.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* Below both, a second thread of the engine takes a quarter more processor time and saves none by
 * the clock: what there is to do fits one. */
#define SMALL_SHOP_BYTES  (INT64_C(8) << 20)
#define SMALL_INPUT_BYTES (INT64_C(1) << 20)

enum status env_shop_for(struct command_env *env,
                         const struct env_size *size,
                         struct shop **out,
                         struct error *why)
{
    if (env->shop == NULL) {
        const bool is_small =
            size->input_bytes < SMALL_INPUT_BYTES && shop_data_bytes(env->dir) < SMALL_SHOP_BYTES;
        const struct shop_options opt = { .memory_mib = size->memory_mib,
                                          .threads = is_small ? 1 : 0 };
        const enum status st = shop_open(env->dir, &opt, out, why);
        if (st != STATUS_OK)
            return st;
        if (shop_kept(*out) != NULL)
            fprintf(
                env->err,
                tr(env->lang,
                   "the folder was brought up to date; its database as it was: %s\nwhat follows "
                   "from the facts is made anew now where this version needs it; in a large shop "
                   "that takes minutes, once\n"),
                shop_kept(*out));
    } else {
        *out = env->shop;
    }
    if (!env->lang_given) {
        env->lang = shop_settings(*out)->lang;
        why->lang = env->lang;
    }
    return STATUS_OK;
}

enum status env_shop(struct command_env *env, struct shop **out, struct error *why)
{
    return env_shop_for(env, &(struct env_size){ .input_bytes = 0 }, out, why);
}

void env_shop_done(struct command_env *env, struct shop *s)
{
    if (s != env->shop)
        shop_close(s);
}

char *env_path(const struct command_env *env, struct arena *a, const char *file)
{
    if (file[0] == '/' || env->cwd == NULL)
        return arena_cstr(a, str_from(file));
    return path_join(a, env->cwd, file);
}

void env_print(FILE *out, str text, bool one_line)
{
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        const bool is_kept = c >= 0x20 ? c != 0x7F : !one_line && (c == '\n' || c == '\t');
        putc(is_kept ? c : ' ', out);
    }
}

enum status env_save(const struct command_env *env,
                     const struct document *d,
                     enum document_format format,
                     const char *file,
                     struct error *why)
{
    struct arena *a = arena_new(0);
    const char *path = a != NULL ? env_path(env, a, file) : NULL;
    const bool is_new = path != NULL && !file_exists(path);
    enum status st = path != NULL ? document_save(d, format, path, why)
                                  : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK && is_new && chmod(path, 0666 & ~env->umask) != 0)
        st = error_set(why, status_from_errno(errno), "%s: %s", file, error_system(why, errno));
    if (st == STATUS_OK)
        fprintf(env->out, tr(env->lang, "wrote %s\n"), file);
    arena_free(a);
    return st;
}

void env_progress(struct command_env *env, const char *what, int64_t done, int64_t total)
{
    if (!env->out_is_terminal)
        return;
    fprintf(env->err, "\r\033[K%s", what);
    if (total > 0) {
        const int percent = (int)(done * 100 / total);
        char bar[21];
        for (int i = 0; i < 20; i++)
            bar[i] = i < percent / 5 ? '#' : '.';
        bar[20] = '\0';
        fprintf(env->err, "  [%s] %3d%%", bar, percent > 100 ? 100 : percent);
    } else if (done > 0) {
        fprintf(env->err, "  %lld", (long long)done);
    }
    fflush(env->err);
}

void env_progress_end(struct command_env *env)
{
    if (!env->out_is_terminal)
        return;
    fputs("\r\033[K", env->err);
    fflush(env->err);
}

enum status command_day(const char *text, int32_t *out, struct error *why)
{
    if (text == NULL || day_parse(str_from(text), out))
        return STATUS_OK;
    return error_set(why, STATUS_BAD_USAGE, "\"%s\" is not a date such as 2010-12-01", text);
}

str command_class_label(str name, enum lang lang)
{
    const struct table *t = commerce_table(name);
    return t != NULL && lang == LANG_ZH ? str_from(table_label(t, lang))
                                        : ledger_class_label(name, lang);
}
