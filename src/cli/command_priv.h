/* Commands and their options, shared by the files of this module. */
#ifndef SHOPVANE_CLI_COMMAND_PRIV_H
#define SHOPVANE_CLI_COMMAND_PRIV_H

#include "cli/cli.h"
#include "document/document.h"

#define ARGUMENTS_MAX 256 /* positional arguments of one command */

enum option_type {
    OPTION_FLAG,   /* bool */
    OPTION_TEXT,   /* const char * */
    OPTION_COUNT,  /* int64_t, from 1 on; 0: not given */
    OPTION_CHOICE, /* const char *, one of `choices` */
};

/* One row: how it is written, what it means, where its value goes. */
struct option {
    const char *name; /* without "--" */
    enum option_type type;
    const char *value; /* placeholder in the help; for a choice "a|b|c" */
    const char *help;  /* English; the Chinese twin stands in lang/zh/cli.po */
    size_t offset;
};

struct arguments {
    const char *items[ARGUMENTS_MAX];
    size_t count;
};

struct command {
    const char *name;
    const char *summary;
    const char *usage;    /* what follows the name */
    const char *examples; /* one a line */
    const struct option *options;
    size_t option_count;
    size_t options_size;
    enum status (*run)(struct command_env *env,
                       const void *options,
                       const struct arguments *args,
                       struct error *why);
    size_t least_arguments;
    size_t most_arguments;
    bool runs_here;             /* never handed to a live server, */
    const char *runs_here_with; /* or only with this option; NULL: none such */
};

/* clang-format off */
#define COMMAND_LIST(X)                                                                       \
    X(init) X(demo) X(import) X(imports) X(watch) X(quarantine) X(reconcile) X(kpis) X(kpi)     \
    X(report) X(goals) X(changes) X(actions) X(stores) X(source) X(costs) X(profit) X(settle) X(verify) X(rebuild) X(serve) \
    X(push) X(users) X(tokens) X(backup) X(restore) X(docs)
/* clang-format on */

#define X(name) extern const struct command command_##name;
COMMAND_LIST(X)
#undef X

/* Parses what follows the command's name into `options` (zeroed, options_size bytes). */
MUST_CHECK enum status options_parse(const struct command *c,
                                     int argc,
                                     const char *const *argv,
                                     void *options,
                                     struct arguments *args,
                                     struct error *why);
/* Whether the word is --lang and the command has no such option of its own: it is for all. */
bool options_is_global(const struct command *c, str word);
void command_help(FILE *out, const struct command *c, enum lang lang);
void program_help(FILE *out, enum lang lang);
const struct command *command_find(str name);
const struct command *command_at(size_t i); /* NULL past the end */

/* Problems of the shop's cost files, printed; STATUS_BAD_INPUT when there are some. */
MUST_CHECK enum status command_costs_problems(struct command_env *env,
                                              struct shop *s,
                                              struct error *why);

/* Opens the shop of the environment, or hands out the server's. */
MUST_CHECK enum status env_shop(struct command_env *env, struct shop **out, struct error *why);
/* The same for a command that will read so many bytes, or does not know how many; and with so much
 * memory for the engine. */
#define ENV_INPUT_UNKNOWN INT64_MAX
struct env_size {
    int64_t input_bytes;
    size_t memory_mib; /* 0: as ever */
};
MUST_CHECK enum status env_shop_for(struct command_env *env,
                                    const struct env_size *size,
                                    struct shop **out,
                                    struct error *why);
/* Closes it again unless the server owns it. */
void env_shop_done(struct command_env *env, struct shop *s);
/* Prints text that holds names or cells of files, which must not steer the terminal: blanks stand
 * for control characters; for line ends and tabs, too, with one_line. */
void env_print(FILE *out, str text, bool one_line);
/* A file argument as a path from where the user stands; in the arena. */
MUST_CHECK char *env_path(const struct command_env *env, struct arena *a, const char *file);
/* Writes the document to a file argument and says so. A new file gets the mode of the user's own
 * umask, not that of the shop's files. */
MUST_CHECK enum status env_save(const struct command_env *env,
                                const struct document *d,
                                enum document_format format,
                                const char *file,
                                struct error *why);
/* A row of a table that somebody notes by hand (note.c). It goes in as a file of one row, so that
 * it has its import, which is told, listed and can be undone. */
struct noted_cell {
    const char *field;
    str value; /* empty: none */
};
struct noted_row {
    const char *target; /* table */
    const char *store;  /* NULL: main */
    const struct noted_cell *cells;
    size_t n;
};
MUST_CHECK enum status command_note(struct command_env *env,
                                    struct shop *s,
                                    const struct noted_row *row,
                                    struct error *why);
/* Exit statuses of commands. */
#define EXIT_DONE  0
#define EXIT_WRONG 2
#define EXIT_PART  3 /* done, with rows in quarantine */
/* Runs the program with other words, on the same shop and in the same language, and waits for it
 * (run_self.c); its exit status, or -1. */
int command_run_self(struct command_env *env, const char *const *words, size_t n);
/* Imports files of several stores in one process of its own (run_batch.c), which opens the shop
 * once and derives once, after the last. `ended` is told each file's exit status as it comes.
 * Returns how many have ended: less than n when the process died amid the file after those, or
 * could not open the shop. For a folder without a live server. */
struct batch_file {
    const char *store;
    const char *path;
};
MUST_CHECK size_t command_run_batch(struct command_env *env,
                                    const struct batch_file *files,
                                    size_t n,
                                    void (*ended)(void *self, size_t i, int status),
                                    void *self);
/* Likewise, with what it prints in `out`. */
int command_run_self_reading(struct command_env *env,
                             const char *const *words,
                             size_t n,
                             struct buf *out);
/* Likewise, without waiting; the process, or -1. The caller waits for its end some time. */
pid_t command_start_self(struct command_env *env, const char *const *words, size_t n);
/* A day such as 2010-12-01; without a text *out stays. */
MUST_CHECK enum status command_day(const char *text, int32_t *out, struct error *why);
/* KEY=VALUE words from `from` on; room for CHANGES_MAX. */
#define CHANGES_MAX 64
MUST_CHECK enum status command_key_values(const char *command,
                                          const struct arguments *args,
                                          size_t from,
                                          struct store_change *out,
                                          size_t *n,
                                          struct error *why);
/* A class of the ledger in the reader's words; tables have a name in Chinese only. */
str command_class_label(str name, enum lang lang);
/* One line that rewrites itself in a terminal; silent otherwise. `done` of `total` (0: unknown). */
void env_progress(struct command_env *env, const char *what, int64_t done, int64_t total);
void env_progress_end(struct command_env *env);

/* Tables of a few text columns, right widths for Chinese too. */
struct text_table;
MUST_CHECK struct text_table *text_table_new(size_t columns);
void text_table_right(struct text_table *t, size_t column);
void text_table_cell(struct text_table *t, str cell); /* row by row */
void text_table_cellf(struct text_table *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
void text_table_count(struct text_table *t, int64_t n); /* 541,909 */
void text_table_print(struct text_table *t, FILE *out, bool header);
void text_table_free(struct text_table *t);

#endif
