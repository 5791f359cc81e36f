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
/* Whether it is due: looks at small files only, for the loops of `watch` and `serve`.
 * CARDS_PERHAPS: it waits for files, of which only the open shop knows. */
enum cards_due { CARDS_NOT, CARDS_PERHAPS, CARDS_DUE };
enum cards_due cards_look(struct command_env *env, int64_t now_us);
/* The card as the other process prints it. STATUS_IO: it has told why there is none. */
MUST_CHECK enum status cards_make(struct command_env *env,
                                  const struct card_wish *wish,
                                  struct arena *a,
                                  struct push_card *out,
                                  struct error *why);

#endif
