/* What the files of `shopvane source` share. */
#ifndef SHOPVANE_CLI_CMD_SOURCE_PRIV_H
#define SHOPVANE_CLI_CMD_SOURCE_PRIV_H

#include "cli/command_priv.h"
#include "ingest/pull.h"

struct source_options {
    const char *keys_file;
    bool anew;
    bool fetch_only;
    bool deletions;
};

/* pull [NAME...]: those named, else all. */
MUST_CHECK enum status source_pull(struct command_env *env,
                                   const struct source_options *o,
                                   const struct arguments *args,
                                   struct arena *a,
                                   struct error *why);
/* Pulls of `watch` are due by sources.yaml: minutes after the last whole pull. */
bool source_is_due(struct command_env *env, const struct shop_source *s, int64_t now_us);

#endif
