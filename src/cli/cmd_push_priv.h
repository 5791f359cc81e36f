/* Cards of `shopvane push`, `report --push`, `watch` and `serve`. They are made by a process of
 * their own, which has the shop open or asks a live server, and sent by this one, which has not:
 * a slow network keeps no other command waiting. */
#ifndef SHOPVANE_CLI_CMD_PUSH_PRIV_H
#define SHOPVANE_CLI_CMD_PUSH_PRIV_H

#include "cli/command_priv.h"
#include "push/push.h"

struct card_wish {
    const char *report;  /* "morning" */
    const char *date;    /* NULL: the report's own */
    const char *stores;  /* "a,b"; NULL: all */
    const char *targets; /* "team,boss" or "all" */
    bool dry_run;
    bool again;
};
/* Makes the card and sends it, as a person asked for it. */
MUST_CHECK enum status cards_push(struct command_env *env,
                                  const struct card_wish *wish,
                                  struct error *why);

/* push.yaml without problems, else they are printed and the last word is the error's; what others
 * can read is said. */
MUST_CHECK enum status cards_config(struct command_env *env,
                                    struct arena *a,
                                    struct push_config *out,
                                    struct error *why);
/* Sends a daily card to one target, and tells what came of it. False: it did not go, which has been
 * told.
 */
MUST_CHECK enum status cards_send(struct command_env *env,
                                  struct push_outbox *o,
                                  const struct push_post *post,
                                  bool *is_sent,
                                  struct error *why);

/* ---- The daily card (cmd_push_due.c) ---- */

/* Sends the card of yesterday to the targets it is due for; quiet when it is for none. */
MUST_CHECK enum status cards_due(struct command_env *env, struct error *why);
/* For the loops of `watch` and `serve`: whether `push due` has something to do or to tell. Looks at
 * small files only, now and then; at once when `is_new`: data came in. While only the open shop
 * knows whether all files are there, it is asked every `wait_us`. */
struct cards_watch {
    int64_t looked_us;
    int64_t asked_us;
};
bool cards_wanted(struct command_env *env, struct cards_watch *w, bool is_new, int64_t wait_us);
/* The card as the other process prints it. STATUS_IO: it has told why there is none. */
MUST_CHECK enum status cards_make(struct command_env *env,
                                  const struct card_wish *wish,
                                  struct arena *a,
                                  struct push_card *out,
                                  struct error *why);

#endif
