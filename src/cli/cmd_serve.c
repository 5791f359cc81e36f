/* shopvane serve: the JSON API, and commands of other processes while it runs. */
#include "cli/command_priv.h"
#include "server/server.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

struct serve_options {
    const char *listen;
};

static const struct option serve_option_rows[] = {
    { "listen",
      OPTION_TEXT,
      "ADDR:PORT",
      "where to listen (default: 127.0.0.1:8080; port 0: any)",
      offsetof(struct serve_options, listen) },
};

/* The one piece of state outside a context: a signal handler has no other way to speak. */
static volatile sig_atomic_t stop_asked; /* NOLINT: read by the server's loop only */

static void on_signal(int number)
{
    (void)number;
    stop_asked = 1;
}

static void watch_signals(void)
{
    struct sigaction action = { .sa_handler = on_signal };
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static int run_forwarded(void *self, const struct control_request *req)
{
    const struct command_env *server = self;
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
            .shop = server->shop,
            .served = true,
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
    const struct command_env *env = self;
    fprintf(env->out,
            tr(env->lang, "serving %s on http://127.0.0.1:%u (Ctrl-C stops)\n"),
            shop_dir(env->shop),
            port);
    if (first_link != NULL) {
        fprintf(
            env->out,
            "%s\n  http://127.0.0.1:%u/first-admin#%s\n",
            tr(env->lang,
               "nobody can log in yet; make the first administrator here (once, within an hour):"),
            port,
            first_link);
    }
    fprintf(env->out, "%s\n", tr(env->lang, "programs ask with a token from: shopvane tokens add"));
    fprintf(env->out, "  http://127.0.0.1:%u/healthz\n", port);
    fprintf(env->out, "  http://127.0.0.1:%u/api/v1/kpi?id=net_sales&last=28d&grain=day\n", port);
    fflush(env->out);
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
    enum status st = env_shop(env, &s, why);
    if (st != STATUS_OK)
        return st;
    watch_signals();
    struct command_env own = *env;
    own.shop = s;
    const struct server_options so = { .listen = o->listen != NULL ? o->listen : "127.0.0.1:8080",
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
    .usage = "[--listen ADDR:PORT]",
    .examples = "shopvane -C myshop serve\n"
                "shopvane -C myshop serve --listen 127.0.0.1:9000",
    .options = serve_option_rows,
    .option_count = ARRAY_LEN(serve_option_rows),
    .options_size = sizeof(struct serve_options),
    .run = serve_run,
};
