/* The program itself, as a process of its own: what it does is killed, or runs out of memory,
 * alone, and it goes through a live server as any command does. */
#include "cli/command_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX 24

/* Starts argv with standard output going to out_fd, unless that is negative; the process, or -1. */
static pid_t spawn(char *const *argv, int out_fd)
{
    posix_spawnattr_t attr;
    posix_spawn_file_actions_t files;
    sigset_t none;
    pid_t pid = -1;
    sigemptyset(&none);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawn_file_actions_init(&files);
    if (out_fd >= 0)
        posix_spawn_file_actions_adddup2(&files, out_fd, STDOUT_FILENO);
    if (posix_spawn(&pid, "/proc/self/exe", &files, &attr, argv, environ) != 0)
        pid = -1;
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attr);
    return pid;
}

static int wait_for(pid_t pid)
{
    int status = 0;
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The program itself with other words, in its language. */
static pid_t start(struct command_env *env, const char *const *words, size_t n, int out_fd)
{
    const char *const head[] = {
        "shopvane", "-C", env->dir, "--lang", env->lang == LANG_ZH ? "zh" : "en"
    };
    char *argv[WORDS_MAX + 1] = { NULL };
    struct arena *a = arena_new(0);
    pid_t pid = -1;
    BUG_IF(ARRAY_LEN(head) + n > WORDS_MAX);
    bool done = a != NULL;
    for (size_t i = 0; i < ARRAY_LEN(head) + n && done; i++) {
        const char *word = i < ARRAY_LEN(head) ? head[i] : words[i - ARRAY_LEN(head)];
        argv[i] = arena_cstr(a, str_from(word));
        done = argv[i] != NULL;
    }
    fflush(env->out);
    if (done)
        pid = spawn(argv, out_fd);
    arena_free(a);
    return pid;
}

int command_run_self(struct command_env *env, const char *const *words, size_t n)
{
    return wait_for(start(env, words, n, -1));
}

pid_t command_start_self(struct command_env *env, const char *const *words, size_t n)
{
    return start(env, words, n, -1);
}

int command_run_self_reading(struct command_env *env,
                             const char *const *words,
                             size_t n,
                             struct buf *out)
{
    int ends[2];
    char piece[4096];
    ssize_t got = 0;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    const pid_t pid = start(env, words, n, ends[1]);
    close(ends[1]);
    while (pid > 0 &&
           ((got = read(ends[0], piece, sizeof piece)) > 0 || (got < 0 && errno == EINTR)))
        buf_add(out, (str){ piece, got > 0 ? (size_t)got : 0 });
    close(ends[0]);
    return wait_for(pid);
}
