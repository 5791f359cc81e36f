/* The program itself, as a process of its own: what it does is killed, or runs out of memory,
 * alone, and it goes through a live server as any command does. */
#include "cli/command_priv.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX 15

static int spawn_and_wait(char *const *argv)
{
    posix_spawnattr_t attr;
    sigset_t none;
    pid_t pid = 0;
    int status = 0;
    sigemptyset(&none);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigmask(&attr, &none);
    const bool started = posix_spawn(&pid, "/proc/self/exe", NULL, &attr, argv, environ) == 0;
    posix_spawnattr_destroy(&attr);
    while (started && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return started && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The program itself with other words, in its language; its exit status, or -1. */
int command_run_self(struct command_env *env, const char *const *words, size_t n)
{
    const char *const head[] = {
        "shopvane", "-C", env->dir, "--lang", env->lang == LANG_ZH ? "zh" : "en"
    };
    char *argv[WORDS_MAX + 1] = { NULL };
    struct arena *a = arena_new(0);
    int status = -1;
    BUG_IF(ARRAY_LEN(head) + n > WORDS_MAX);
    bool done = a != NULL;
    for (size_t i = 0; i < ARRAY_LEN(head) + n && done; i++) {
        const char *word = i < ARRAY_LEN(head) ? head[i] : words[i - ARRAY_LEN(head)];
        argv[i] = arena_cstr(a, str_from(word));
        done = argv[i] != NULL;
    }
    fflush(env->out);
    if (done)
        status = spawn_and_wait(argv);
    arena_free(a);
    return status;
}
