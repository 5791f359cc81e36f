/* What endpoints of the board have in common: from a request to what board/ asks for. */
#ifndef SHOPVANE_SERVER_REQUEST_BOARD_PRIV_H
#define SHOPVANE_SERVER_REQUEST_BOARD_PRIV_H

#include "board/board.h"
#include "server/api_priv.h"

/* The stores in scope, the request's own connection, language and time. */
MUST_CHECK enum status request_board(struct request *req,
                                     struct query_context *context,
                                     struct board_ask *out,
                                     struct error *why);
/* The same for a row of SCOPE_WHOLE, which only those reach who see all stores. */
MUST_CHECK enum status request_board_whole(struct request *req,
                                           struct query_context *context,
                                           struct board_ask *out,
                                           struct error *why);
/* Parameters of PARAMS_QUESTION and PARAMS_LIST. */
struct board_range request_range(const struct request *req);
struct board_page request_board_page(const struct request *req);

/* Of a request that changes one store: it is in the principal's scope. Empty: main. */
MUST_CHECK enum status request_may_change_store(const struct request *req,
                                                str store,
                                                struct error *why);
struct jobs *request_jobs(const struct request *req);
/* 202 {"job":ID}: it runs in the background. */
void request_give_job(struct reply *reply, int64_t id);

/* What `format` asks for: *out is a file of a list, or NULL in its path for JSON. Files are for
 * analysts and hold all rows: `limit` and `cursor` are refused with them. */
MUST_CHECK enum status request_target(struct request *req,
                                      const char *title,
                                      struct board_target *out,
                                      struct error *why);
/* Sends the file that was written, as NAME.csv or NAME.xlsx. */
void request_give_target(struct request *req,
                         struct reply *reply,
                         const struct board_target *to,
                         const char *name);
#define PARAMS_FORMAT "format?:json|csv|xlsx"

/* A path of its own below run/ for a file to be sent; in the arena, NULL: out of memory. */
const char *request_export_path(struct request *req, const char *ending);
/* How long a changing request waits for the writer. */
#define WRITER_PATIENCE_MS 5000

#endif
