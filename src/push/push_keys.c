/* Addresses and secrets: from push.yaml, a variable or a file; never in a message. */
#include "push/push_priv.h"

#include <sys/stat.h>

#define KEY_BYTES ((size_t)8 * 1024)

/* Files are looked for in the shop's folder, unless their path is a whole one. */
static const char *path_of(const char *dir, str file, struct arena *a)
{
    const char *name = arena_cstr(a, file);
    if (name == NULL || name[0] == '/')
        return name;
    return path_join(a, dir, name);
}

static enum status from_variable(const struct push_target *t,
                                 str name,
                                 const char *(*variable)(const char *name),
                                 struct arena *a,
                                 str *out,
                                 struct error *why)
{
    const char *key = arena_cstr(a, name);
    if (key == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    *out = str_trim(str_from(variable != NULL ? variable(key) : NULL));
    return out->len > 0 ? STATUS_OK
                        : error_set(why,
                                    STATUS_NOT_FOUND,
                                    "target \"%.*s\": the environment variable %s is not set",
                                    STR_ARG(t->name),
                                    key);
}

static enum status from_file(const char *dir,
                             const struct push_target *t,
                             str file,
                             struct arena *a,
                             str *out,
                             struct error *why)
{
    const char *path = path_of(dir, file, a);
    enum status st = path != NULL ? file_read(path, KEY_BYTES, a, out, why)
                                  : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK) {
        *out = str_trim(*out);
        if (out->len == 0)
            st = error_set(
                why, STATUS_BAD_INPUT, "target \"%.*s\": %s is empty", STR_ARG(t->name), path);
    }
    return st;
}

static bool is_plain(str s)
{
    bool ok = true;
    for (size_t i = 0; i < s.len; i++)
        ok = ok && (unsigned char)s.ptr[i] > 0x20 && (unsigned char)s.ptr[i] < 0x7f;
    return ok;
}

static enum status check(const struct push_target *t, const struct push_keys *k, struct error *why)
{
    const struct push_service *s = push_service(t->kind);
    struct error unshown = { .lang = LANG_EN };
    if (client_url_check(k->url, &unshown) != STATUS_OK ||
        (s->mark != NULL && !str_contains(k->url, str_from(s->mark))))
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "target \"%.*s\": what is given as its url is no address of %s that cards "
                         "may go to; copy it whole from the robot's page",
                         STR_ARG(t->name),
                         s->name);
    if (!is_plain(k->secret) || (k->secret.len > 0 && s->secret_start != NULL &&
                                 !str_starts(k->secret, str_from(s->secret_start))))
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "target \"%.*s\": what is given as its secret is none of %s; copy it anew "
                         "from the robot's page",
                         STR_ARG(t->name),
                         s->name);
    return STATUS_OK;
}

enum status push_keys_read(const char *dir,
                           const struct push_target *t,
                           const char *(*variable)(const char *name),
                           struct arena *a,
                           struct push_keys *out,
                           struct error *why)
{
    struct push_keys k = { STR_EMPTY, STR_EMPTY };
    const struct push_value *values[] = { &t->url, &t->secret };
    str *places[] = { &k.url, &k.secret };
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < ARRAY_LEN(values); i++) {
        if (values[i]->from == PUSH_FROM_YAML)
            *places[i] = values[i]->text;
        else if (values[i]->from == PUSH_FROM_VARIABLE)
            st = from_variable(t, values[i]->text, variable, a, places[i], why);
        else if (values[i]->from == PUSH_FROM_FILE)
            st = from_file(dir, t, values[i]->text, a, places[i], why);
    }
    if (st == STATUS_OK)
        st = check(t, &k, why);
    if (st == STATUS_OK)
        *out = k;
    return st;
}

static void warn_of(const char *path, str shown, struct problems *p)
{
    struct stat info;
    if (path == NULL || stat(path, &info) != 0 || (info.st_mode & 077) == 0)
        return;
    problem_add(p,
                shown,
                0,
                0,
                "others can read the addresses and secrets in it (mode %03o); make it private "
                "with: chmod 600 %s",
                (unsigned)(info.st_mode & 0777),
                path);
}

void push_warn(const char *dir, const struct push_config *c, struct problems *p)
{
    bool is_written = false;
    for (size_t i = 0; i < c->count; i++) {
        const struct push_value *values[] = { &c->targets[i].url, &c->targets[i].secret };
        for (size_t k = 0; k < ARRAY_LEN(values); k++) {
            is_written = is_written || values[k]->from == PUSH_FROM_YAML;
            if (values[k]->from == PUSH_FROM_FILE)
                warn_of(path_of(dir, values[k]->text, p->arena), values[k]->text, p);
        }
    }
    if (is_written)
        warn_of(path_of(dir, STR(PUSH_FILE), p->arena), STR(PUSH_FILE), p);
}
