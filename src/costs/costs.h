/* What selling costs, as a shop writes it down: costs.yaml, sku-map.csv, exclude.yaml. Read with
 * all problems at once (file:line:column and a suggestion), kept as plain rows. What follows from
 * them is derive/'s matter (costs) and ingest/'s (exclusions).
 *
 * Ownership: texts and rows live in the caller's arena. Amounts are 10^-4 of a unit, percentages
 * 10^-4 of a percent. Pure but for reading the files; any thread. */
#ifndef SHOPVANE_COSTS_COSTS_H
#define SHOPVANE_COSTS_COSTS_H

#include "format/format.h"

/*      key of costs.yaml, and of the table cost_rule */
#define COST_KIND_LIST(X) \
    X(goods)              \
    X(platform_fee)       \
    X(commission)         \
    X(payment_fee)        \
    X(parcel)             \
    X(packaging)          \
    X(return_insurance)   \
    X(return_freight)     \
    X(gift)               \
    X(fixed)

#define X(id) COST_##id,
enum cost_kind { COST_KIND_LIST(X) COST_KIND_COUNT };
#undef X
const char *cost_kind_name(enum cost_kind k);

/* How a fixed cost of all stores is shared among them, month by month. */
enum cost_share { COST_BY_NET_SALES, COST_BY_ORDERS, COST_EQUALLY };
const char *cost_share_name(enum cost_share s);

/* One row of costs.yaml, or a rate of stores.yaml. Amounts that were not written are 0. */
struct cost_rule {
    enum cost_kind kind;
    str place;          /* "costs.yaml:12" */
    bool is_store_rate; /* of stores.yaml: any rule of costs.yaml goes before it */
    str store;          /* empty: all */
    str channel;        /* empty: all */
    str sku;            /* goods */
    str name;           /* fixed */
    str currency;       /* of its amounts */
    int32_t valid_from; /* DAY_NONE: always */
    int64_t percent_e4; /* of what buyers pay for goods and postage */
    int64_t per_order_e4;
    int64_t per_unit_e4;
    int64_t per_return_e4;
    int64_t per_month_e4;
    int64_t cost_e4;  /* goods: of one unit */
    bool is_refunded; /* a percentage comes back with a return */
    enum cost_share share;
};

/* One row of sku-map.csv: what the shop calls an article of a platform. */
struct cost_article {
    str store; /* empty: all */
    str code;  /* platform item id or merchant code: as order lines have it */
    str master_sku;
    str currency; /* of its cost: the store's */
    bool has_cost;
    int64_t cost_e4;    /* of one unit */
    int32_t valid_from; /* DAY_NONE: always */
    int64_t line;
};

/* What exclude.yaml looks at. */
#define EXCLUDE_BY_LIST(X) \
    X(sku)                 \
    X(remark)              \
    X(flag)                \
    X(buyer)
#define X(id) EXCLUDE_BY_##id,
enum exclude_by { EXCLUDE_BY_LIST(X) EXCLUDE_BY_COUNT };
#undef X

struct exclude_rule {
    enum exclude_by by;
    str store;   /* empty: all */
    str pattern; /* sku, flag, buyer: the whole value; remark: a part of it */
    str reason;
    str place; /* "exclude.yaml:3" */
};

/* What the files are checked against. */
struct cost_store {
    str name;
    str currency;
    int64_t platform_fee; /* percent x 10^4; negative: not given */
    int64_t commission;
    int64_t payment_fee;
};
struct cost_world {
    str currency; /* the shop's */
    const struct cost_store *stores;
    size_t store_count;
};

struct cost_book {
    struct cost_rule *rules;
    size_t rule_count;
    struct cost_article *articles;
    size_t article_count;
    struct exclude_rule *excludes;
    size_t exclude_count;
    uint64_t fingerprint; /* of rules and articles: another one means that costs changed */
};

/* Reads what is there of the three files in `dir`; a missing one holds nothing. Problems go to `p`;
 * rows that have some are left out. Fails only when memory is short or a file cannot be read. */
MUST_CHECK enum status costs_read(const char *dir,
                                  const struct cost_world *world,
                                  struct arena *a,
                                  struct problems *p,
                                  struct cost_book *out,
                                  struct error *why);
/* The same on texts (NULL: no such file); for tests and fuzzing. */
MUST_CHECK enum status costs_read_texts(const char *costs_yaml,
                                        const char *sku_map_csv,
                                        const char *exclude_yaml,
                                        const struct cost_world *world,
                                        struct arena *a,
                                        struct problems *p,
                                        struct cost_book *out,
                                        struct error *why);

/* What a line of an order says of itself; absent: empty. */
struct exclude_facts {
    str store;
    str sku;
    str remark;
    str flag;
    str buyer;
};
/* The first rule that fits, or NULL. */
const struct exclude_rule *costs_exclude(const struct cost_book *b, const struct exclude_facts *f);

#endif
