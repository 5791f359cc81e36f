/* From a figure to its rows, and lists and pages of orders, articles and customers. */
#include "server/request_board_priv.h"

static enum status answer_rows(struct request *req, struct reply *reply, struct error *why)
{
    struct query_context context;
    struct board_ask ask;
    const struct board_rows_question q = { .kpi = request_param(req, "kpi"),
                                           .measure = request_param(req, "measure"),
                                           .range = request_range(req),
                                           .page = request_board_page(req) };
    const enum status st = request_board(req, &context, &ask, why);
    return st == STATUS_OK ? board_rows(&ask, &q, &reply->json, why) : st;
}

/* A list that goes out a page at a time as JSON, or whole as a file. */
struct list {
    const char *name; /* of the file, and its title */
    enum status (*page)(const struct board_ask *ask,
                        const struct board_range *range,
                        const struct board_page *page,
                        struct json_writer *w,
                        struct error *why);
    enum status (*file)(const struct board_ask *ask,
                        const struct board_range *range,
                        const struct board_page *page,
                        const struct board_target *to,
                        struct error *why);
};

static enum status answer_list(struct request *req,
                               struct reply *reply,
                               const struct list *list,
                               struct error *why)
{
    struct query_context context;
    struct board_ask ask;
    const struct board_range range = request_range(req);
    const struct board_page page = request_board_page(req);
    struct board_target to;
    enum status st = request_target(req, list->name, &to, why);
    if (st == STATUS_OK)
        st = request_board(req, &context, &ask, why);
    if (st == STATUS_OK && to.path == NULL)
        return list->page(&ask, &range, &page, &reply->json, why);
    if (st == STATUS_OK)
        st = list->file(&ask, &range, &page, &to, why);
    if (st == STATUS_OK)
        request_give_target(req, reply, &to, list->name);
    return st;
}

static enum status answer_orders(struct request *req, struct reply *reply, struct error *why)
{
    static const struct list orders = { "orders", board_orders, board_orders_file };
    return answer_list(req, reply, &orders, why);
}

static enum status answer_products(struct request *req, struct reply *reply, struct error *why)
{
    static const struct list products = { "products", board_products, board_products_file };
    return answer_list(req, reply, &products, why);
}

/* Customers are listed by their value to date: no range. */
static enum status customers_page(const struct board_ask *ask,
                                  const struct board_range *range,
                                  const struct board_page *page,
                                  struct json_writer *w,
                                  struct error *why)
{
    (void)range;
    return board_customers(ask, page, w, why);
}

static enum status customers_file(const struct board_ask *ask,
                                  const struct board_range *range,
                                  const struct board_page *page,
                                  const struct board_target *to,
                                  struct error *why)
{
    (void)range;
    return board_customers_file(ask, page, to, why);
}

static enum status answer_customers(struct request *req, struct reply *reply, struct error *why)
{
    static const struct list customers = { "customers", customers_page, customers_file };
    return answer_list(req, reply, &customers, why);
}

static enum status answer_order(struct request *req, struct reply *reply, struct error *why)
{
    struct query_context context;
    struct board_ask ask;
    const enum status st = request_board(req, &context, &ask, why);
    return st == STATUS_OK ? board_order(&ask, request_param(req, "id"), &reply->json, why) : st;
}

static enum status answer_product(struct request *req, struct reply *reply, struct error *why)
{
    struct query_context context;
    struct board_ask ask;
    const enum status st = request_board(req, &context, &ask, why);
    return st == STATUS_OK ? board_product(&ask, request_param(req, "sku"), &reply->json, why) : st;
}

static enum status answer_customer(struct request *req, struct reply *reply, struct error *why)
{
    struct query_context context;
    struct board_ask ask;
    const enum status st = request_board(req, &context, &ask, why);
    return st == STATUS_OK ? board_customer(&ask, request_param(req, "id"), &reply->json, why) : st;
}

#define ORDER                                                                                    \
    "store:text,id:string?,name:string?,placed_at:time?,day:day?,status:string?,"                \
    "customer:string?,customer_type:string?,channel:string?,country:string?,region:string?,"     \
    "units:integer?,gross:figure?,total:figure?,paid:figure?,refunded:figure?,currency:string?," \
    "cancelled_day:day?,test:boolean"
#define PRODUCT                                                              \
    "sku:text,title:string?,category:string?,brand:string?,variant:string?," \
    "currency:string?,price_currency:string?,price:figure?"
#define CUSTOMER                                                                      \
    "store:text,id:string?,segment:string?,country:string?,acquired_channel:string?," \
    "orders:count,units:integer?,value:figure?,currency:string?,first_day:day?,last_day:day?"

static const struct route rows[] = {
    { .method = "GET",
      .path = "/api/v1/rows",
      .least = ROLE_ANALYST,
      .scope = SCOPE_STORES,
      .has_etag = true,
      .params = "kpi:text,measure?:string,from?:string,to?:string,last?:string,period?:string,"
                "calendar?:string,basis?:event|order,where?:string,limit?:count,cursor?:string",
      .gives = "{kpi:text,name:text,unit:text,formula:string,value:string?,reason:string?,"
               "origins:[text],range:@range,measures:[{id:text,table:text,table_name:text,agg:text,"
               "rows:count,"
               "totals:[{currency:string?,value:string?}]}],measure:text,items:[{value:string?,"
               "order_id:string?,*:any}],next:string?}",
      .summary = "the rows behind a figure: they add up to it",
      .answer = answer_rows },
    { .method = "GET",
      .path = "/api/v1/orders",
      .least = ROLE_ANALYST,
      .scope = SCOPE_STORES,
      .has_etag = true,
      .params = "calendar?:string,where?:string," PARAMS_RANGE "," PARAMS_LIST "," PARAMS_FORMAT,
      .gives = GIVES_LIST("{" ORDER "}"),
      .summary = "orders placed in a range, newest first; as a file all of them",
      .answer = answer_orders },
    { .method = "GET",
      .path = "/api/v1/orders/{id}",
      .least = ROLE_ANALYST,
      .scope = SCOPE_STORES,
      .has_etag = true,
      .gives = "{" ORDER ",lines:[any],payments:[any],refunds:[any],shipments:[any]}",
      .summary = "an order with its lines, payments, refunds and parcels",
      .answer = answer_order },
    { .method = "GET",
      .path = "/api/v1/products",
      .least = ROLE_VIEWER,
      .scope = SCOPE_STORES,
      .has_etag = true,
      .params = PARAMS_QUESTION "," PARAMS_LIST "," PARAMS_FORMAT,
      .gives = "{range:@range,sales_currency:string,items:[{" PRODUCT
               ",values:{*:{value:string?,compare:string?,"
               "relative:string?}}}],total:count,next:string?,notes:[text],data_version:count}",
      .summary = "articles by what they sold; as a file all of them",
      .answer = answer_products },
    { .method = "GET",
      .path = "/api/v1/products/{sku}",
      .least = ROLE_VIEWER,
      .scope = SCOPE_STORES,
      .has_etag = true,
      .gives = "{" PRODUCT ",launched:day?,retired:day?,cost:figure?,months:[any],"
               "stock:[{store:text,day:day,on_hand:integer?}],return_reasons:[{reason:string?,"
               "lines:count,units:integer?}],reviews:[{at:time?,kind:string?,score:string?,"
               "text:string?}],review_count:count,review_score:string?}",
      .summary = "an article: months, stock, returns, reviews",
      .answer = answer_product },
    { .method = "GET",
      .path = "/api/v1/customers",
      .least = ROLE_ANALYST,
      .scope = SCOPE_STORES,
      .has_etag = true,
      .params = PARAMS_LIST "," PARAMS_FORMAT,
      .gives = GIVES_LIST("{" CUSTOMER "}"),
      .summary = "customers by their value to date; as a file all of them",
      .answer = answer_customers },
    { .method = "GET",
      .path = "/api/v1/customers/{id}",
      .least = ROLE_ANALYST,
      .scope = SCOPE_STORES,
      .has_etag = true,
      .gives = "{" CUSTOMER ",order_list:[{" ORDER "}]}",
      .summary = "a customer with the orders",
      .answer = answer_customer },
};
ROUTES(rows, rows);
