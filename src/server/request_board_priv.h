/* What endpoints of the board have in common: from a request to what board/ asks for. */
#ifndef SHOPVANE_SERVER_REQUEST_BOARD_PRIV_H
#define SHOPVANE_SERVER_REQUEST_BOARD_PRIV_H

#include "board/board.h"
#include "server/api_priv.h"

#define OVERVIEW_KPIS_MAX 32

/* The stores in scope, the request's own connection, language and time. */
MUST_CHECK enum status request_board(struct request *req,
                                     struct query_context *context,
                                     struct board_ask *out,
                                     struct error *why);
/* Parameters of PARAMS_QUESTION and PARAMS_LIST. */
struct board_range request_range(const struct request *req);
struct board_page request_board_page(const struct request *req);

#endif
