/* Between the files of the command `goals`. */
#ifndef SHOPVANE_CLI_CMD_GOALS_PRIV_H
#define SHOPVANE_CLI_CMD_GOALS_PRIV_H

#include "cli/command_priv.h"
#include "people/people.h"

struct goals_options {
    const char *kpi;
    const char *store;
    const char *category;
    const char *level;
    const char *target;
    const char *base;
    const char *stretch;
    const char *owner;
    const char *note;
    const char *author;
    int64_t year;
    bool unlocked;
    bool whole;
    bool days;
    bool dry_run;
};

/* A shop, its definitions and a conn for reading, for one run of the command. */
struct goals_run {
    struct command_env *env;
    const struct goals_options *options;
    struct shop *shop;
    struct kpi_catalog *catalog;
    struct conn *conn;
    struct arena *arena;
    struct query_context context;
};

/* A target's amount as people read it. */
str command_goals_value(const struct goals_run *r, str kpi, i128 value_e4);
str command_goals_day(const struct goals_run *r, int32_t day);
void command_goals_changes(const struct goals_run *r, const struct goal_changes *c);
MUST_CHECK enum status command_goals_split(const struct goals_run *r,
                                           const struct split_result *split,
                                           struct error *why);
MUST_CHECK enum status command_goals_list(const struct goals_run *r,
                                          const struct goal_period *period,
                                          struct error *why);
MUST_CHECK enum status command_goals_history(const struct goals_run *r,
                                             const struct goal_period *period,
                                             struct error *why);

#endif
