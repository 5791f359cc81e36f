/* What the pull and its connectors share. */
#ifndef SHOPVANE_INGEST_PULL_PRIV_H
#define SHOPVANE_INGEST_PULL_PRIV_H

#include "format/format.h"
#include "ingest/pull.h"

/* ---- Rows ------------------------------------------------------------------------------------ */

/* The kinds of files that pulls write, in the order in which they are imported. */
enum pull_file { PULL_PRODUCTS, PULL_CUSTOMERS, PULL_ORDERS, PULL_REFUNDS, PULL_FILE_COUNT };
const char *pull_file_name(enum pull_file f);
const char *pull_file_preset(enum pull_file f);

/* A row under way: values by column name, texts borrowed until pull_row_end(). */
#define PULL_COLUMNS_MAX 48
struct pull_rows {
    struct arena *arena; /* of the page */
    struct buf *files[PULL_FILE_COUNT];
    int64_t count[PULL_FILE_COUNT];
    enum pull_file file; /* of the row under way */
    str values[PULL_COLUMNS_MAX];
};
void pull_row_begin(struct pull_rows *r, enum pull_file file);
/* Empty texts are no value. The column must be one of the file's. */
void pull_row_set(struct pull_rows *r, const char *column, str value);
void pull_row_money(struct pull_rows *r, const char *column, int64_t amount_e4);
void pull_row_count(struct pull_rows *r, const char *column, int64_t n);
void pull_row_end(struct pull_rows *r);

/* Text of a string or number; empty for anything else. */
str pull_text(const struct json_node *n, const char *path);
/* An amount, 0 where there is none. False, with the error, when it is no amount. */
MUST_CHECK bool pull_money(const struct json_node *n,
                           const char *path,
                           int64_t *out,
                           struct error *why);
MUST_CHECK bool pull_count(const struct json_node *n,
                           const char *path,
                           int64_t *out,
                           struct error *why);
/* Sum of an amount over the items of an array. */
MUST_CHECK bool pull_sum(const struct json_node *n,
                         const char *array,
                         const char *path,
                         int64_t *out,
                         struct error *why);
/* Texts of an array's items with ", " between them; `path` NULL: the items are the texts. */
str pull_join(struct arena *a, const struct json_node *n, const char *array, const char *path);

/* ---- Connectors ------------------------------------------------------------------------------ */

#define PULL_URL_MAX ((size_t)8192)

/* Where a resource stands. */
struct pull_place {
    char since[40];  /* the platform's time of the newest change told; empty: from the beginning */
    char next[4096]; /* Shopify: the address of the next page; empty: none */
    int64_t page;    /* from 1; WooCommerce: within what changed in one second */
    bool is_under_way;
};

struct pull;
struct pull_page {
    const struct json_node *root;
    const struct client_reply *reply; /* NULL in tests of rows */
    struct pull_rows *rows;
    struct pull_place *place; /* moved on by the connector */
    bool is_last;             /* nothing comes after it */
    int64_t pages_due;        /* 0: the platform does not say */
    struct pull *pull;        /* for further requests; NULL: none are made */
};

struct pull_resource {
    const char *name;
    /* Appends path and query of the page at `place`. */
    void (*request)(const struct pull_options *o, const struct pull_place *place, struct buf *url);
    /* Makes rows of the page and moves the place. */
    enum status (*page)(struct pull_page *p, struct error *why);
    bool is_optional;    /* 403: the keys do not reach it, and the pull goes on without */
    const char *without; /* what that means, for tr() */
};

/* The orders that the platform still has, by number and id alone (pull_listing.c). */
struct pull_list {
    const char *name;
    /* Appends path and query of the page at `place`, whose `since` is where the list goes on. */
    void (*request)(const struct pull_options *o, const struct pull_place *place, struct buf *url);
};

struct connector {
    const struct pull_resource *resources; /* orders first */
    size_t count;
    const struct pull_list *lists; /* together they name every order that there is */
    size_t list_count;
    /* Appends "number TAB id LF" of each order of the page and moves the place. */
    enum status (*list_page)(struct pull_page *p, struct buf *ids, struct error *why);
    /* How many days back the keys show orders at all, at most `wanted`; NULL: any. */
    enum status (*list_days)(struct pull *p, int64_t wanted, int64_t *out, struct error *why);
    /* Appends path and query of one order. Its answer: *out NULL when the platform says that there
     * is no such order, else a page of the resource of orders. Anything unclear is an error. */
    void (*order_request)(const struct pull_options *o, str id, struct buf *url);
    enum status (*order_found)(const struct client_reply *reply,
                               struct arena *a,
                               const struct json_node **out,
                               struct error *why);
    /* User, password, headers of every request; texts in the arena. */
    enum status (*login)(const struct pull_options *o,
                         struct arena *a,
                         struct client_request *out,
                         struct error *why);
    /* Adds the keys to an address, where they go there; NULL: never. */
    void (*sign)(const struct pull_options *o, struct buf *url);
    /* What to do about an answer that is no success, for tr(). */
    const char *(*hint)(int status);
    /* Milliseconds to wait after an answer, so that the platform's bucket does not run over;
     * NULL: none. */
    int64_t (*pause_ms)(const struct client_reply *last);
};
extern const struct connector connector_woocommerce;
extern const struct connector connector_shopify;
const struct connector *connector_of(enum source_kind kind);

/* ---- State -------------------------------------------------------------------- */

#define PULL_RESOURCES_MAX 8

/* The list of orders that the platform still has. */
struct pull_listing {
    int64_t begun_at; /* microseconds; 0: none under way */
    int64_t from;     /* orders placed since, microseconds */
    int64_t done_at;  /* when the last one was compared, or found to say too much */
    size_t at;        /* list that is read now */
    struct pull_place place;
    bool is_whole;     /* read to its end, and waits to be compared */
    bool may_book_all; /* the user said so (--deletions) */
};

struct pull_state {
    char url[512]; /* the platform it belongs to */
    char store[256];
    int64_t seq;       /* of the last page written */
    int64_t imports;   /* of this source that the shop had last */
    bool is_counted;   /* `imports` is known */
    int64_t pulled_at; /* end of the last whole pull, microseconds */
    size_t at;         /* resource that is pulled now */
    bool is_under_way;
    struct pull_place places[PULL_RESOURCES_MAX]; /* by the connector's resources */
    struct pull_listing listing;
};

struct pull {
    const struct pull_options *o;
    const struct connector *c;
    struct client *client;
    struct arena *arena; /* of the pull */
    struct arena *page;  /* of one page */
    struct client_request login;
    int64_t pause_ms; /* before the next request */
    struct pull_state state;
    struct pull_result *result;
    struct buf notes;
    int lock_fd;
};
/* Takes the source's lock, opens the client and reads the state; `result` and `a` are borrowed.
 * pull_close() always follows; it hands the notes over. */
MUST_CHECK enum status pull_open(struct pull *p,
                                 const struct pull_options *o,
                                 struct arena *a,
                                 struct pull_result *result,
                                 struct error *why);
void pull_close(struct pull *p);
/* The page at `place`: its `next`, else what `request` says. The page's arena is emptied first. */
MUST_CHECK enum status pull_get_page(struct pull *p,
                                     void (*request)(const struct pull_options *o,
                                                     const struct pull_place *place,
                                                     struct buf *url),
                                     const struct pull_place *place,
                                     struct client_reply *reply,
                                     struct error *why);
MUST_CHECK enum status pull_get_path(struct pull *p,
                                     str path_and_query,
                                     struct client_reply *reply,
                                     struct error *why);
/* The error of an answer that is no success. */
enum status pull_refuse(const struct pull *p,
                        const char *resource,
                        const struct client_reply *reply,
                        struct error *why);
MUST_CHECK enum status pull_read_json(const struct pull *p,
                                      const char *resource,
                                      const struct client_reply *reply,
                                      const struct json_node **out,
                                      struct error *why);
/* Rows of a page that was read, landed before the place moves on. */
MUST_CHECK enum status pull_keep_page(struct pull *p,
                                      const struct pull_resource *r,
                                      struct pull_page *page,
                                      struct error *why);

/* A further request of a page: the body as JSON, in the page's arena. *out NULL: refused with 403,
 * and `optional` says that the pull goes on without. */
MUST_CHECK enum status pull_ask(struct pull *p,
                                const char *resource,
                                str path_and_query,
                                bool optional,
                                const struct json_node **out,
                                struct error *why);
/* Told once, after the pull. */
void pull_note(struct pull *p, const char *text);
const struct pull_options *pull_options_of(const struct pull *p);

/* "2025-03-01T10:00:00" less seconds; the same text when it cannot be read. */
void pull_time_less(const char *time, int64_t seconds, struct buf *out);
/* The later of two such times. */
bool pull_time_is_later(str a, str b);

/* ---- Orders that come twice (pull_copies.c) ----------------------------------------------------
 */

/* Of a list of an answer, which item counts of each `id`; NULL: out of memory. */
MUST_CHECK struct map *pull_latest(const struct json_node *list, const char *time);
/* Whether the list's item i is the one; so is one without an id. */
bool pull_is_latest(const struct map *latest, const struct json_node *list, size_t i);

/* The same of pages that have landed, noted by kind in the order of their numbers. */
struct pull_copies;
MUST_CHECK struct pull_copies *pull_copies_new(void);
void pull_copies_free(struct pull_copies *c);
bool pull_has_copies(enum pull_file f); /* rows of this kind are of orders */
MUST_CHECK bool pull_copies_note(struct pull_copies *c, enum pull_file f, int64_t page, str rows);
/* Appends those rows of a page whose order's copy counts. */
void pull_copies_keep(
    const struct pull_copies *c, enum pull_file f, int64_t page, str rows, struct buf *out);

/* ---- Files and state (pull_state.c) ------------------------------------------------------------
 */

/* Of the list of orders (pull_listing.c), in the source's folder. */
#define PULL_LISTED  "listed.ids"
#define PULL_MISSING "missing.ids"
#define PULL_GONE    "gone.ids"

/* Zeroes when there is none, or it cannot be read: a pull from the beginning loses nothing. */
MUST_CHECK enum status pull_state_read(
    const char *dir, str source, struct arena *a, struct pull_state *out, struct error *why);
MUST_CHECK enum status pull_state_write(const char *dir,
                                        str source,
                                        const struct pull_state *s,
                                        struct error *why);
/* run/pull/SOURCE, made where it is missing; NULL when out of memory. */
MUST_CHECK char *pull_folder(const char *dir, str source, struct arena *a);
MUST_CHECK enum status pull_land(
    const char *dir, str source, int64_t seq, const struct pull_rows *rows, struct error *why);
/* Bytes of pages that have landed and are in no batch yet. */
MUST_CHECK enum status pull_landed_bytes(const char *dir,
                                         str source,
                                         int64_t *out,
                                         struct error *why);

#endif
