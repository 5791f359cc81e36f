/* shopvane serve: the JSON API, and commands of other processes while it runs. */
#include "cli/cmd_push_priv.h"
#include "server/server.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct serve_options {
    const char *listen;
    const char *host;
    const char *tls_cert;
    const char *tls_key;
    bool behind_proxy;
    const char *proxy;
    int64_t deadline;
    int64_t memory;
};

#define AT(field) offsetof(struct serve_options, field)

static const struct option serve_option_rows[] = {
    { "listen",
      OPTION_TEXT,
      "ADDR:PORT",
      "where to listen (default: 127.0.0.1:8080; port 0: any)",
      AT(listen) },
    { "host",
      OPTION_TEXT,
      "NAME,...",
      "names by which browsers reach it, such as kpi.example.com",
      AT(host) },
    { "tls-cert", OPTION_TEXT, "FILE", "certificate with its chain (PEM)", AT(tls_cert) },
    { "tls-key", OPTION_TEXT, "FILE", "the certificate's key (PEM)", AT(tls_key) },
    { "behind-proxy",
      OPTION_FLAG,
      NULL,
      "a proxy with TLS stands in front on this machine: trust its X-Forwarded-For and -Proto",
      AT(behind_proxy) },
    { "proxy",
      OPTION_TEXT,
      "ADDR,...",
      "likewise, for proxies on other machines: their addresses",
      AT(proxy) },
    { "deadline",
      OPTION_COUNT,
      "SECONDS",
      "how long a question may run before it is ended (default: 30)",
      AT(deadline) },
    { "memory",
      OPTION_COUNT,
      "MIB",
      "memory that all questions together may use (default: 576)",
      AT(memory) },
};

#define MEMORY_LEAST_MIB 32
#define MEMORY_MOST_MIB  (INT64_C(1) << 20)

/* 0 is "not given". */
static enum status check_limits(const struct serve_options *o, struct error *why)
{
    if (o->deadline > SERVER_DEADLINE_MAX_S)
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "--deadline %lld: at most %d seconds",
                         (long long)o->deadline,
                         SERVER_DEADLINE_MAX_S);
    if (o->memory != 0 && (o->memory < MEMORY_LEAST_MIB || o->memory > MEMORY_MOST_MIB))
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "--memory %lld: from %d to %lld MiB",
                         (long long)o->memory,
                         MEMORY_LEAST_MIB,
                         (long long)MEMORY_MOST_MIB);
    return STATUS_OK;
}

#define KEEP_BYTES (32 << 20) /* of freed memory, for the answers to come */

/* The one piece of state outside a context: a signal handler has no other way to speak. */
static volatile sig_atomic_t stop_asked;   /* NOLINT: read by the server's loop only */
static volatile sig_atomic_t reload_asked; /* NOLINT: likewise; how often */

static void on_signal(int number)
{
    if (number == SIGHUP)
        reload_asked = reload_asked == 1000 ? 1 : reload_asked + 1;
    else
        stop_asked = 1;
}

/* In a terminal SIGHUP says that the terminal is gone: then the server ends as ever. */
static void watch_signals(bool in_terminal)
{
    struct sigaction action = { .sa_handler = on_signal };
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (!in_terminal)
        sigaction(SIGHUP, &action, NULL);
}

/* What the server's calls get. */
struct serving {
    struct command_env env;
    const char *scheme;
    const char *name; /* for showing */
    pid_t pusher;     /* sends the daily card; 0: none does */
    struct cards_watch cards;
};

#define CARD_WAIT (INT64_C(60) * US_PER_SECOND)

static int run_forwarded(void *self, const struct control_request *req)
{
    const struct serving *server = self;
    FILE *out = fdopen(dup(req->out_fd), "w");
    FILE *err = fdopen(dup(req->err_fd), "w");
    int status = 1;
    if (out != NULL && err != NULL) {
        struct command_env env = {
            .out = out,
            .err = err,
            .dir = ".",
            .cwd = req->cwd,
            .lang = req->lang,
            .lang_given = req->lang_given,
            .out_is_terminal = req->out_is_terminal,
            .width = req->width,
            .shop = server->env.shop,
            .served = true,
            .umask = server->env.umask,
        };
        status = command_run(&env, req->argc, req->argv);
    }
    if (out != NULL)
        fclose(out);
    if (err != NULL)
        fclose(err);
    return status;
}

/* What a person does next: open the board; the very first time, through a link that only the one
 * who started the server sees. It stands behind '#', which browsers do not send. */
static void on_ready(void *self, unsigned port, const char *first_link)
{
    const struct serving *s = self;
    FILE *out = s->env.out;
    const enum lang lang = s->env.lang;
    char base[300];
    (void)snprintf(base, sizeof base, "%s://%s:%u", s->scheme, s->name, port);
    fprintf(out, tr(lang, "serving %s on %s (Ctrl-C stops)\n"), shop_dir(s->env.shop), base);
    if (first_link != NULL)
        fprintf(out,
                "%s\n  %s/first-admin#%s\n",
                tr(lang,
                   "nobody can log in yet; make the first administrator here (once, within an "
                   "hour):"),
                base,
                first_link);
    fprintf(out, "%s\n", tr(lang, "programs ask with a token from: shopvane tokens add"));
    fprintf(out, "  %s/healthz\n", base);
    fprintf(out, "  %s/api/v1/kpi?id=net_sales&last=28d&grain=day\n", base);
    fflush(out);
}

static void on_reloaded(void *self, const char *problem)
{
    const struct serving *s = self;
    if (problem == NULL)
        fprintf(s->env.out,
                "%s\n",
                tr(s->env.lang, "settings, definitions and certificate were read anew"));
    else
        fprintf(s->env.err, tr(s->env.lang, "not read anew, the old ones stay: %s\n"), problem);
    fflush(s->env.out);
    fflush(s->env.err);
}

/* The daily card: sent by a process of its own, which asks this one for its figures; its errors are
 * in the server's log. */
static void on_tick(void *self)
{
    static const char *const words[] = { "push", "due" };
    struct serving *s = self;
    if (s->pusher > 0 && waitpid(s->pusher, NULL, WNOHANG) == 0)
        return;
    s->pusher = 0;
    if (cards_wanted(&s->env, &s->cards, false, CARD_WAIT))
        s->pusher = command_start_self(&s->env, words, ARRAY_LEN(words));
}

static enum status serve_run(struct command_env *env,
                             const void *options,
                             const struct arguments *args,
                             struct error *why)
{
    const struct serve_options *o = options;
    struct shop *s = NULL;
    (void)args;
    if (env->served)
        return error_set(why, STATUS_CONFLICT, "a server has this folder open already");
    enum status st = check_limits(o, why);
    mem_keep_freed(KEEP_BYTES);
    if (st == STATUS_OK)
        st = env_shop_for(
            env,
            &(struct env_size){ .input_bytes = ENV_INPUT_UNKNOWN, .memory_mib = (size_t)o->memory },
            &s,
            why);
    if (st != STATUS_OK)
        return st;
    watch_signals(env->out_is_terminal);
    char first_host[256];
    struct serving own = { .env = *env, .name = "127.0.0.1" };
    own.env.shop = s;
    str hosts = str_from(o->host);
    const str first = str_trim(str_take_until(&hosts, ','));
    if (first.len > 0 && first.len < sizeof first_host) {
        memcpy(first_host, first.ptr, first.len);
        first_host[first.len] = '\0';
        own.name = first_host;
    }
    own.scheme = o->tls_cert != NULL ? "https" : "http";
    const struct server_options so = { .listen = o->listen != NULL ? o->listen : "127.0.0.1:8080",
                                       .hosts = o->host,
                                       .tls_cert = o->tls_cert,
                                       .tls_key = o->tls_key,
                                       .behind_proxy = o->behind_proxy,
                                       .proxies = o->proxy,
                                       .deadline_s = o->deadline,
                                       .reload = &reload_asked,
                                       .reloaded = on_reloaded,
                                       .tick = on_tick,
                                       .shop = s,
                                       .run_self = &own,
                                       .run = run_forwarded,
                                       .ready = on_ready,
                                       .stop = &stop_asked };
    st = server_run(&so, why);
    env_shop_done(env, s);
    return st;
}

const struct command command_serve = {
    .name = "serve",
    .summary = "serve the web board and its API",
    .usage = "[--listen ADDR:PORT] [--host NAME] [--tls-cert FILE --tls-key FILE | "
             "--behind-proxy | --proxy ADDR] [--deadline SECONDS] [--memory MIB]",
    .examples = "shopvane -C myshop serve\n"
                "shopvane -C myshop serve --listen 127.0.0.1:9000\n"
                "shopvane -C myshop serve --listen 0.0.0.0:443 --host kpi.example.com "
                "--tls-cert chain.pem --tls-key key.pem\n"
                "shopvane -C myshop serve --listen 127.0.0.1:8080 --host kpi.example.com "
                "--behind-proxy",
    .options = serve_option_rows,
    .option_count = ARRAY_LEN(serve_option_rows),
    .options_size = sizeof(struct serve_options),
    .run = serve_run,
};
