/* The command line: one table of commands, each with a typed table of options that also prints its
 * help. command_run() is the only way in, for the program and for a live server alike. */
#ifndef SHOPVANE_CLI_CLI_H
#define SHOPVANE_CLI_CLI_H

#include "base/base.h"
#include "shop/shop.h"

#include <stdio.h>

#include <sys/types.h>

/* What a command may touch. The server fills `shop` (already open) and streams of its client. */
struct command_env {
    FILE *out;
    FILE *err;
    const char *dir; /* the shop folder, from -C; "." by default */
    const char *cwd; /* what relative file arguments refer to */
    enum lang lang;
    bool lang_given;      /* by --lang or the environment; else the shop's own wins */
    bool out_is_terminal; /* colours and progress bars */
    unsigned width;       /* terminal columns; 0: unknown */
    struct shop *shop;    /* open already (live server); NULL: the command opens it */
    const char *(*variable)(const char *name); /* of the environment; NULL: there is none */
    bool served;                               /* runs inside a live server */
    mode_t umask; /* the user's own, for files that he names; the shop's are his alone */
};

/* The words before the command's name; of those that stand there twice, the last counts. */
struct command_leading {
    const char *dir;  /* of -C; "." by default */
    const char *lang; /* of --lang; NULL: not given */
    int words;        /* how many they are */
};
struct command_leading command_leading(int argc, const char *const *argv);

/* Runs argv (without the program's name: "-C DIR import FILE"). Returns the exit status:
 * 0 done, 1 failed, 2 wrong use, 3 done with rows in quarantine. */
int command_run(struct command_env *env, int argc, const char *const *argv);
/* The command is one that runs beside a live server, not in it. */
bool command_runs_here(int argc, const char *const *argv);

#endif
