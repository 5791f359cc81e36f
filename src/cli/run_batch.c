/* Imports of several files in one process of their own: the shop is opened once, and what follows
 * from the facts is made once. The process is forked, since nothing of the shop is open before. */
#include "cli/command_priv.h"
#include "derive/derive.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static int import_one(struct command_env *env, const struct batch_file *f)
{
    const char *const words[] = { "-C",     env->dir,  "import", "--store",
                                  f->store, "--later", "--",     f->path };
    return command_run(env, ARRAY_LEN(words), words);
}

static void tell(int to, int status)
{
    const unsigned char byte = (unsigned char)status;
    ssize_t n = 0;
    do
        n = write(to, &byte, 1);
    while (n < 0 && errno == EINTR);
}

/* The child: a byte of exit status a file. Without a shop it tells nothing. */
static void import_all(const struct command_env *from,
                       const struct batch_file *files,
                       size_t n,
                       int to)
{
    struct command_env env = *from;
    struct error why = { .lang = env.lang };
    struct shop *shop = NULL;
    sigset_t none;
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_IGN); /* a parent that is gone: what was begun is ended */
    if (env_shop_for(&env, &(struct env_size){ .input_bytes = ENV_INPUT_UNKNOWN }, &shop, &why) !=
        STATUS_OK) {
        fprintf(env.err, "shopvane: %s\n", why.text);
        return;
    }
    env.shop = shop;
    for (size_t i = 0; i < n; i++)
        tell(to, import_one(&env, &files[i]));
    if (derive_after_import(shop, shop_writer(shop), NULL, &why) != STATUS_OK)
        fprintf(env.err, "shopvane: %s\n", why.text);
    shop_close(shop);
}

static bool next_status(int from, int *out)
{
    unsigned char byte = 0;
    ssize_t n = 0;
    do
        n = read(from, &byte, 1);
    while (n < 0 && errno == EINTR);
    *out = byte;
    return n == 1;
}

size_t command_run_batch(struct command_env *env,
                         const struct batch_file *files,
                         size_t n,
                         void (*ended)(void *self, size_t i, int status),
                         void *self)
{
    int ends[2];
    size_t done = 0;
    fflush(env->out);
    fflush(env->err);
    if (pipe(ends) != 0)
        return 0;
    const pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        import_all(env, files, n, ends[1]);
        fflush(env->out);
        fflush(env->err);
        _exit(0);
    }
    close(ends[1]);
    for (int status = 0; pid > 0 && done < n && next_status(ends[0], &status); done++)
        ended(self, done, status);
    close(ends[0]);
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    return done;
}
