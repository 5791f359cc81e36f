/* The program: finds out where it runs, hands the command to a live server when there is one, and
 * runs it here otherwise. */
#include "cli/cli.h"
#include "server/server.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static enum lang lang_of_environment(bool *given)
{
    const char *own = getenv("SHOPVANE_LANG");
    *given = own != NULL && own[0] != '\0';
    if (*given)
        return strncmp(own, "zh", 2) == 0 ? LANG_ZH : LANG_EN;
    const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0')
            return strncmp(value, "zh", 2) == 0 ? LANG_ZH : LANG_EN;
    }
    return LANG_EN;
}

static unsigned terminal_width(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_col;
}

static const char *variable(const char *name)
{
    return getenv(name);
}

int main(int argc, char **argv)
{
    char cwd[4096];
    bool lang_given = false;
    const enum lang lang = lang_of_environment(&lang_given);
    const char *const *words = (const char *const *)argv + 1;
    const mode_t own_umask = umask(077); /* what the shop holds is nobody else's business */
    if (getcwd(cwd, sizeof cwd) == NULL)
        cwd[0] = '\0';
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is an error of the write, like a full disk */
    const struct control_request req = {
        .out_fd = STDOUT_FILENO,
        .err_fd = STDERR_FILENO,
        .cwd = cwd,
        .lang = lang,
        .lang_given = lang_given,
        .out_is_terminal = isatty(STDOUT_FILENO) != 0 && getenv("NO_COLOR") == NULL,
        .width = terminal_width(),
        .argc = argc - 1,
        .argv = words,
    };
    int status = 1;
    if (!command_runs_here(argc - 1, words) &&
        control_forward(command_leading(argc - 1, words).dir, &req, &status))
        return status;
    struct command_env env = {
        .out = stdout,
        .err = stderr,
        .dir = ".",
        .cwd = cwd[0] != '\0' ? cwd : NULL,
        .lang = lang,
        .lang_given = lang_given,
        .out_is_terminal = req.out_is_terminal,
        .width = req.width,
        .variable = variable,
        .umask = own_umask,
    };
    return command_run(&env, argc - 1, words);
}
