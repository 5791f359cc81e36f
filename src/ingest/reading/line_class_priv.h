/* What decides the class of a line. */
#ifndef SHOPVANE_INGEST_LINE_CLASS_PRIV_H
#define SHOPVANE_INGEST_LINE_CLASS_PRIV_H

#include "ingest/ingest_priv.h"

struct line_facts {
    str order_id;
    str sku;
    str title;
    int64_t quantity;
    int64_t price_e4; /* of one unit; the line's amount when there is no price */
    int64_t gross_e4;
    str given;         /* the class that the row itself names; empty: none */
    bool is_cancelled; /* and was never paid */
    bool is_unpaid;    /* and will only count when it is paid */
    bool is_presale;   /* and of a pre-sale: placed it is when it is paid in full */
};
enum line_class line_class_of(const struct mapping *m, const struct line_facts *f);

#endif
