/* shopvane users, shopvane tokens: accounts of the board, from the machine that it runs on. */
#include "access/access.h"
#include "cli/command_priv.h"

#include <sodium.h>
#include <stddef.h>
#include <string.h>

#define NAMES_MAX      200
#define PASSWORD_BYTES 15 /* of a password that is made here: 20 letters and digits */
#define TOKEN_DAYS     90

/* What both commands work on. */
struct accounts {
    struct shop *shop;
    struct access *access;
    struct arena *arena;
    struct access_actor by;
};

static enum status accounts_open(struct command_env *env, struct accounts *a, struct error *why)
{
    a->by = (struct access_actor){ .who = STR("command line"),
                                   .address = STR_EMPTY,
                                   .now_us = clock_now_us() };
    a->arena = arena_new(0);
    if (a->arena == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = env_shop(env, &a->shop, why);
    return st == STATUS_OK ? access_open(shop_dir(a->shop), &a->access, why) : st;
}

static void accounts_close(struct command_env *env, struct accounts *a)
{
    access_close(a->access);
    arena_free(a->arena);
    env_shop_done(env, a->shop);
}

static void add_time(struct text_table *t, int64_t us)
{
    struct buf b;
    const int64_t minutes = i64_floor_div(us, 60 * US_PER_SECOND);
    const int64_t day = i64_floor_div(minutes, 1440);
    buf_init(&b, 64);
    if (us != 0) {
        buf_add_day(&b, (int32_t)day);
        buf_addf(&b,
                 " %02d:%02d",
                 (int)((minutes - day * 1440) / 60),
                 (int)((minutes - day * 1440) % 60));
    }
    text_table_cell(t, buf_str(&b));
    buf_release(&b);
}

static struct text_table *table_new(enum lang lang, const char *const *heads, size_t n)
{
    struct text_table *t = text_table_new(n);
    for (size_t i = 0; t != NULL && i < n; i++)
        text_table_cell(t, str_from(tr(lang, heads[i])));
    return t;
}

/* ---- Users. --------------------------------------------------------------------------------- */

struct users_options {
    const char *role;
    const char *store;
    const char *team;
    const char *name;
    const char *password_file;
};

#define AT(field) offsetof(struct users_options, field)

static const struct option users_option_rows[] = {
    { "role", OPTION_CHOICE, "viewer|analyst|editor|admin", "what the user may do", AT(role) },
    { "store", OPTION_TEXT, "NAME,...", "sees only these stores (all: \"\")", AT(store) },
    { "team", OPTION_TEXT, "NAME,...", "sees the stores of these teams (none: \"\")", AT(team) },
    { "name", OPTION_TEXT, "NAME", "a new name", AT(name) },
    { "password-file",
      OPTION_TEXT,
      "FILE",
      "the password is the file's first line (else one is made and shown)",
      AT(password_file) },
};

static str joined(struct arena *a, const str *items, size_t n)
{
    struct buf b;
    buf_init(&b, (size_t)64 * 1024);
    for (size_t i = 0; i < n; i++) {
        buf_adds(&b, i > 0 ? ", " : "");
        buf_add(&b, items[i]);
    }
    const str out = arena_dup(a, buf_str(&b));
    buf_release(&b);
    return out.ptr != NULL ? out : STR_EMPTY;
}

static enum status list_users(struct command_env *env, struct accounts *a, struct error *why)
{
    static const char *const heads[] = { "user",  "role",  "stores",
                                         "teams", "state", "last log-in (UTC)" };
    struct access_user *users = NULL;
    size_t n = 0;
    const enum status st = access_users(a->access, a->arena, &users, &n, why);
    if (st != STATUS_OK)
        return st;
    struct text_table *t = table_new(env->lang, heads, ARRAY_LEN(heads));
    if (t == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < n; i++) {
        const struct access_user *u = &users[i];
        const bool sees_all = u->store_count + u->team_count == 0;
        text_table_cell(t, u->name);
        text_table_cell(t, str_from(role_name(u->role)));
        text_table_cell(t,
                        sees_all ? str_from(tr(env->lang, "every store"))
                                 : joined(a->arena, u->stores, u->store_count));
        text_table_cell(t, joined(a->arena, u->teams, u->team_count));
        text_table_cell(t,
                        str_from(u->is_disabled    ? tr(env->lang, "disabled")
                                 : u->has_password ? tr(env->lang, "active")
                                                   : tr(env->lang, "without password")));
        add_time(t, u->seen_us);
    }
    text_table_print(t, env->out, true);
    text_table_free(t);
    return STATUS_OK;
}

static enum status split_names(
    struct arena *a, const char *text, const str **out, size_t *n, struct error *why)
{
    str rest = str_from(text);
    str *items = ARENA_NEW(a, str, NAMES_MAX);
    size_t count = 0;
    if (items == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    while (rest.len > 0) {
        if (count == NAMES_MAX)
            return error_set(why, STATUS_BAD_USAGE, "more than %d names in a list", NAMES_MAX);
        items[count++] = str_trim(str_take_until(&rest, ','));
    }
    *out = items;
    *n = count;
    return STATUS_OK;
}

/* The file's first line; only its owner should be able to read it, but that is his matter. */
static enum status read_password(const struct command_env *env,
                                 struct accounts *a,
                                 const char *file,
                                 str *out,
                                 struct error *why)
{
    str text = STR_EMPTY;
    const char *path = env_path(env, a->arena, file);
    if (path == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = file_read(path, (size_t)64 * 1024, a->arena, &text, why);
    if (st != STATUS_OK)
        return st;
    const str line = str_take_until(&text, '\n');
    *out = str_ends(line, STR("\r")) ? str_first(line, line.len - 1) : line;
    return out->len > 0 ? STATUS_OK
                        : error_set(why, STATUS_BAD_INPUT, "%s: the first line is empty", file);
}

/* 20 letters and digits, 120 bits. */
static str make_password(struct arena *a)
{
    unsigned char bytes[PASSWORD_BYTES];
    char text[sodium_base64_ENCODED_LEN(PASSWORD_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(
        text, sizeof text, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    const str out = arena_dup(a, str_from(text));
    return out.ptr != NULL ? out : STR_EMPTY;
}

/* Options to a change. Stores and teams are checked like in the board. */
static enum status read_options(struct accounts *a,
                                const struct users_options *o,
                                struct access_change *c,
                                struct error *why)
{
    struct access_user *u = &c->user;
    enum status st = STATUS_OK;
    if (o->name != NULL) {
        c->fields |= USER_NAME;
        u->name = str_from(o->name);
    }
    if (o->role != NULL) {
        c->fields |= USER_ROLE;
        st = role_parse(str_from(o->role), &u->role, why);
    }
    if (st == STATUS_OK && o->store != NULL) {
        c->fields |= USER_STORES;
        st = split_names(a->arena, o->store, &u->stores, &u->store_count, why);
        if (st == STATUS_OK)
            st = shop_stores_check(a->shop, u->stores, u->store_count, why);
    }
    if (st == STATUS_OK && o->team != NULL) {
        c->fields |= USER_TEAMS;
        st = split_names(a->arena, o->team, &u->teams, &u->team_count, why);
        if (st == STATUS_OK)
            st = shop_teams_check(a->shop, u->teams, u->team_count, why);
    }
    return st;
}

static enum status take_password(const struct command_env *env,
                                 struct accounts *a,
                                 const struct users_options *o,
                                 struct access_change *c,
                                 struct error *why)
{
    c->fields |= USER_PASSWORD;
    if (o->password_file != NULL)
        return read_password(env, a, o->password_file, &c->password, why);
    c->password = make_password(a->arena);
    return STATUS_OK;
}

static void show_password(const struct command_env *env,
                          const struct users_options *o,
                          const struct access_change *c)
{
    if (o->password_file == NULL)
        fprintf(
            env->out, tr(env->lang, "password (shown this once): %.*s\n"), STR_ARG(c->password));
}

static enum status add_user(struct command_env *env,
                            struct accounts *a,
                            const char *name,
                            const struct users_options *o,
                            struct error *why)
{
    struct access_change c = { .fields = 0 };
    int64_t id = 0;
    enum status st = read_options(a, o, &c, why);
    if (st == STATUS_OK && o->role == NULL)
        st = error_set(why,
                       STATUS_BAD_USAGE,
                       "say what the user may do: --role viewer, analyst, editor or admin");
    if (st == STATUS_OK)
        st = take_password(env, a, o, &c, why);
    c.fields |= USER_NAME;
    c.user.name = str_from(name);
    if (st == STATUS_OK)
        st = access_user_add(a->access, &c, &a->by, &id, why);
    if (st != STATUS_OK)
        return st;
    fprintf(env->out, tr(env->lang, "user %s was added (%s)\n"), name, o->role);
    show_password(env, o, &c);
    return STATUS_OK;
}

static enum status change_user(struct command_env *env,
                               struct accounts *a,
                               const char *name,
                               const struct access_change *c,
                               struct error *why)
{
    struct access_user u = { 0 };
    enum status st = access_user_find(a->access, str_from(name), a->arena, &u, why);
    if (st == STATUS_OK)
        st = access_user_change(a->access, u.id, c, 0, &a->by, why);
    if (st == STATUS_OK)
        fprintf(env->out, tr(env->lang, "user %s was changed\n"), name);
    return st;
}

static enum status set_user(struct command_env *env,
                            struct accounts *a,
                            const char *name,
                            const struct users_options *o,
                            struct error *why)
{
    struct access_change c = { .fields = 0 };
    enum status st = read_options(a, o, &c, why);
    if (st == STATUS_OK && o->password_file != NULL)
        st = take_password(env, a, o, &c, why);
    if (st == STATUS_OK && c.fields == 0)
        st = error_set(why,
                       STATUS_BAD_USAGE,
                       "users set: say what changes: --role, --store, --team, --name or "
                       "--password-file");
    return st == STATUS_OK ? change_user(env, a, name, &c, why) : st;
}

static enum status reset_password(struct command_env *env,
                                  struct accounts *a,
                                  const char *name,
                                  const struct users_options *o,
                                  struct error *why)
{
    struct access_change c = { .fields = 0 };
    enum status st = take_password(env, a, o, &c, why);
    if (st == STATUS_OK)
        st = change_user(env, a, name, &c, why);
    if (st == STATUS_OK)
        show_password(env, o, &c);
    return st;
}

static enum status disable_user(struct command_env *env,
                                struct accounts *a,
                                const char *name,
                                const struct users_options *o,
                                struct error *why)
{
    const struct access_change c = { .fields = USER_DISABLED, .user = { .is_disabled = true } };
    (void)o;
    return change_user(env, a, name, &c, why);
}

static enum status enable_user(struct command_env *env,
                               struct accounts *a,
                               const char *name,
                               const struct users_options *o,
                               struct error *why)
{
    const struct access_change c = { .fields = USER_DISABLED };
    (void)o;
    return change_user(env, a, name, &c, why);
}

static enum status delete_user(struct command_env *env,
                               struct accounts *a,
                               const char *name,
                               const struct users_options *o,
                               struct error *why)
{
    struct access_user u = { 0 };
    (void)o;
    enum status st = access_user_find(a->access, str_from(name), a->arena, &u, why);
    if (st == STATUS_OK)
        st = access_user_delete(a->access, u.id, &a->by, why);
    if (st == STATUS_OK)
        fprintf(env->out, tr(env->lang, "user %s was removed\n"), name);
    return st;
}

static const struct verb {
    const char *name;
    enum status (*run)(struct command_env *env,
                       struct accounts *a,
                       const char *name,
                       const struct users_options *o,
                       struct error *why);
} user_verbs[] = {
    { "add", add_user },         { "set", set_user },       { "password", reset_password },
    { "disable", disable_user }, { "enable", enable_user }, { "delete", delete_user },
};

static enum status users_dispatch(struct command_env *env,
                                  struct accounts *a,
                                  const struct users_options *o,
                                  const struct arguments *args,
                                  struct error *why)
{
    const char *word = args->count > 0 ? args->items[0] : "list";
    if (strcmp(word, "list") == 0)
        return list_users(env, a, why);
    for (size_t i = 0; i < ARRAY_LEN(user_verbs); i++) {
        if (strcmp(word, user_verbs[i].name) != 0)
            continue;
        return args->count == 2
                   ? user_verbs[i].run(env, a, args->items[1], o, why)
                   : error_set(why, STATUS_BAD_USAGE, "users %s: say which user", word);
    }
    return error_set(why,
                     STATUS_BAD_USAGE,
                     "users: say list, add, set, password, disable, enable or delete, not \"%s\"",
                     word);
}

static enum status users_run(struct command_env *env,
                             const void *options,
                             const struct arguments *args,
                             struct error *why)
{
    struct accounts a = { .shop = NULL };
    enum status st = accounts_open(env, &a, why);
    if (st == STATUS_OK)
        st = users_dispatch(env, &a, options, args, why);
    accounts_close(env, &a);
    return st;
}

const struct command command_users = {
    .name = "users",
    .summary = "list, add and change the users of the board",
    .usage = "[list | add NAME --role ROLE | set NAME ... | password NAME | disable NAME | "
             "enable NAME | delete NAME]",
    .examples = "shopvane users\n"
                "shopvane users add mei --role editor\n"
                "shopvane users add li --role viewer --team east --password-file li.txt\n"
                "shopvane users set li --role analyst --store tmall,main\n"
                "shopvane users password mei\n"
                "shopvane users disable li",
    .options = users_option_rows,
    .option_count = ARRAY_LEN(users_option_rows),
    .options_size = sizeof(struct users_options),
    .run = users_run,
    .most_arguments = 2,
};

/* ---- Tokens. -------------------------------------------------------------------------------- */

struct tokens_options {
    int64_t days;
    bool write;
};

static const struct option tokens_option_rows[] = {
    { "days",
      OPTION_COUNT,
      "N",
      "how long it lasts (default: 90)",
      offsetof(struct tokens_options, days) },
    { "write",
      OPTION_FLAG,
      NULL,
      "it may change what its user may change, not only read",
      offsetof(struct tokens_options, write) },
};

static enum status list_tokens(struct command_env *env, struct accounts *a, struct error *why)
{
    static const char *const heads[] = {
        "id", "user", "token", "may", "expires (UTC)", "used (UTC)"
    };
    struct access_things list = { .n = 0 };
    const enum status st = access_things(a->access, ACCESS_TOKEN, 0, a->arena, &list, why);
    if (st != STATUS_OK)
        return st;
    struct text_table *t = table_new(env->lang, heads, ARRAY_LEN(heads));
    if (t == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < list.n; i++) {
        const struct access_thing *one = &list.items[i];
        text_table_cellf(t, "%lld", (long long)one->id);
        text_table_cell(t, one->user);
        text_table_cell(t, one->name);
        text_table_cell(
            t, str_from(one->is_flagged ? tr(env->lang, "read and write") : tr(env->lang, "read")));
        add_time(t, one->expires_us);
        add_time(t, one->used_us);
    }
    text_table_print(t, env->out, true);
    text_table_free(t);
    return STATUS_OK;
}

/* The token alone on standard output, so that a script can keep it. */
static enum status add_token(struct command_env *env,
                             struct accounts *a,
                             const struct tokens_options *o,
                             const struct arguments *args,
                             struct error *why)
{
    struct access_user u = { 0 };
    struct access_made made = { .id = 0 };
    const int64_t days = o->days > 0 ? o->days : TOKEN_DAYS;
    if (args->count != 3)
        return error_set(why, STATUS_BAD_USAGE, "tokens add: say for which user, and a name");
    if (days > ACCESS_EXPIRES_MAX_DAYS)
        return error_set(why, STATUS_BAD_USAGE, "--days is at most %d", ACCESS_EXPIRES_MAX_DAYS);
    enum status st = access_user_find(a->access, str_from(args->items[1]), a->arena, &u, why);
    if (st == STATUS_OK && u.role < ROLE_ANALYST)
        st = error_set(why,
                       STATUS_BAD_USAGE,
                       "%s is a viewer; tokens are for analysts and above",
                       args->items[1]);
    const struct access_thing t = { .user_id = u.id,
                                    .name = str_from(args->items[2]),
                                    .path = STR_EMPTY,
                                    .is_flagged = o->write,
                                    .expires_us = a->by.now_us + days * US_PER_DAY };
    if (st == STATUS_OK)
        st = access_thing_add(a->access, ACCESS_TOKEN, &t, &a->by, &made, why);
    if (st != STATUS_OK)
        return st;
    fprintf(env->out, "%s\n", made.secret);
    fprintf(env->err,
            tr(env->lang,
               "shown this once; send it as: Authorization: Bearer TOKEN (lasts %lld days)\n"),
            (long long)days);
    return STATUS_OK;
}

static enum status delete_token(struct command_env *env,
                                struct accounts *a,
                                const struct arguments *args,
                                struct error *why)
{
    int64_t id = 0;
    if (args->count != 2 || !str_to_i64(str_from(args->items[1]), &id))
        return error_set(
            why, STATUS_BAD_USAGE, "tokens delete: say which, by its id in: shopvane tokens");
    const enum status st = access_thing_delete(a->access, ACCESS_TOKEN, id, 0, &a->by, why);
    if (st == STATUS_OK)
        fprintf(env->out, tr(env->lang, "token %lld has ended\n"), (long long)id);
    return st;
}

static enum status tokens_run(struct command_env *env,
                              const void *options,
                              const struct arguments *args,
                              struct error *why)
{
    const char *verb = args->count > 0 ? args->items[0] : "list";
    struct accounts a = { .shop = NULL };
    enum status st = accounts_open(env, &a, why);
    if (st != STATUS_OK) {
        accounts_close(env, &a);
        return st;
    }
    if (strcmp(verb, "list") == 0)
        st = list_tokens(env, &a, why);
    else if (strcmp(verb, "add") == 0)
        st = add_token(env, &a, options, args, why);
    else if (strcmp(verb, "delete") == 0)
        st = delete_token(env, &a, args, why);
    else
        st = error_set(why, STATUS_BAD_USAGE, "tokens: say list, add or delete, not \"%s\"", verb);
    accounts_close(env, &a);
    return st;
}

const struct command command_tokens = {
    .name = "tokens",
    .summary = "list, make and end tokens for programs that ask the API",
    .usage = "[list | add USER NAME [--write] [--days N] | delete ID]",
    .examples = "shopvane tokens\n"
                "shopvane tokens add mei nightly-export --days 365\n"
                "curl -H \"Authorization: Bearer $(shopvane tokens add mei once)\" "
                "'http://127.0.0.1:8080/api/v1/kpi?id=net_sales&last=7d'\n"
                "shopvane tokens delete 3",
    .options = tokens_option_rows,
    .option_count = ARRAY_LEN(tokens_option_rows),
    .options_size = sizeof(struct tokens_options),
    .run = tokens_run,
    .most_arguments = 3,
};
