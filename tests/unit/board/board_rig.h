/* A shop of two stores in memory, asked by the board's functions. */
#ifndef SHOPVANE_TESTS_BOARD_RIG_H
#define SHOPVANE_TESTS_BOARD_RIG_H

#include "../query/rig.h"

#include "board/board.h"

struct board_rig {
    struct rig *rig;
    struct board_ask ask;
    struct buf text;
    struct arena *arena;
    const struct json_node *json; /* of the last answer */
    struct error why;
    enum status status;
};

/* Orders 1 to 4 of the stores a and b, two days of each in November and in October. */
static inline void board_rig_fill(struct rig *r)
{
    rig_exec(r,
             "INSERT INTO orders (store, order_key, order_id, customer_key, local_date,"
             " local_minute, placed_at, currency, channel, country, status, is_test, has_sale,"
             " units, gross_e4, total_e4) VALUES"
             " ('a', 1, 'A-1', 1, '2026-11-02', 600, 1793613600000000, 'GBP', 'ads', 'France',"
             "  'paid', false, true, 1, 1000000, 1000000),"
             " ('a', 2, 'A-2', 2, '2026-11-03', 600, 1793700000000000, 'GBP', 'mail', NULL,"
             "  'paid', false, true, 2, 3000000, 3000000),"
             " ('b', 3, 'B-1', 3, '2026-11-03', 600, 1793700000000000, 'GBP', 'ads', 'Peru',"
             "  'paid', false, true, 1, 7000000, 7000000),"
             " ('b', 4, 'B-2', 3, '2026-10-03', 600, 1791021600000000, 'GBP', 'ads', 'Peru',"
             "  'paid', false, true, 1, 2000000, 2000000)");
    rig_exec(r,
             "INSERT INTO order_line (store, order_key, class, customer_key, sku, local_date,"
             " local_minute, \"at\", order_date, currency, quantity, unit_price_e4, gross_e4,"
             " net_e4, import_id, row_no) VALUES"
             " ('a', 1, 'sale', 1, 'X', '2026-11-02', 600, 1793613600000000, '2026-11-02', 'GBP',"
             "  1, 1000000, 1000000, 1000000, 1, 1),"
             " ('a', 2, 'sale', 2, 'Y', '2026-11-03', 600, 1793700000000000, '2026-11-03', 'GBP',"
             "  2, 1500000, 3000000, 3000000, 1, 2),"
             " ('a', 2, 'return', 2, 'Y', '2026-11-04', 600, 1793786400000000, '2026-11-03',"
             "  'GBP', -1, 1500000, -1500000, -1500000, 1, 3),"
             " ('b', 3, 'sale', 3, 'X', '2026-11-03', 600, 1793700000000000, '2026-11-03', 'GBP',"
             "  1, 7000000, 7000000, 7000000, 2, 1),"
             " ('b', 4, 'sale', 3, 'Z', '2026-10-03', 600, 1791021600000000, '2026-10-03', 'GBP',"
             "  1, 2000000, 2000000, 2000000, 2, 2)");
    rig_exec(r,
             "INSERT INTO product (store, sku, title, category, price_e4, currency) VALUES"
             " ('a', 'X', 'Red cup', 'cups', 1000000, 'GBP'),"
             " ('a', 'Y', '红色杯子', 'cups', 1500000, 'GBP'),"
             " ('b', 'X', 'Blue cup', 'cups', 7000000, 'GBP'),"
             " ('b', 'Z', 'Lamp', 'lamps', 2000000, 'GBP')");
    rig_exec(r,
             "INSERT INTO customer (store, customer_key, customer_id, country) VALUES"
             " ('a', 1, 'ann', 'France'), ('a', 2, 'bob', NULL), ('b', 3, 'cui', 'Peru')");
    rig_exec(r,
             "INSERT INTO import (import_id, \"at\", store, preset, file, rows_read) VALUES"
             " (1, 0, 'a', 'generic', 'a.csv', 3), (2, 0, 'b', 'generic', 'b.csv', 2)");
}

static inline struct board_rig *board_rig_new(const char *definitions)
{
    struct board_rig *b = mem_new(1, sizeof *b);
    assert_non_null(b);
    b->rig = rig_new(definitions);
    board_rig_fill(b->rig);
    b->ask = (struct board_ask){ .context = &b->rig->context, .now_us = rig_now("2026-11-23") };
    b->arena = arena_new(0);
    buf_init(&b->text, (size_t)64 << 20);
    return b;
}

static inline void board_rig_free(struct board_rig *b)
{
    rig_free(b->rig);
    buf_release(&b->text);
    arena_free(b->arena);
    mem_free(b);
}

/* Runs CALL, an expression that sees `ask`, `w` and `why`; the answer is in b->json. */
#define BOARD(b, call)                                                                     \
    do {                                                                                   \
        struct json_writer writer_;                                                        \
        struct json_writer *const w = &writer_;                                            \
        struct error *const why = &(b)->why;                                               \
        const struct board_ask *const ask = &(b)->ask;                                     \
        buf_clear(&(b)->text);                                                             \
        json_writer_init(w, &(b)->text);                                                   \
        (b)->json = NULL;                                                                  \
        (b)->status = call;                                                                \
        if ((b)->status == STATUS_OK)                                                      \
            assert_int_equal(json_parse(buf_str(&(b)->text), (b)->arena, &(b)->json, why), \
                             STATUS_OK);                                                   \
    } while (0)

#define BOARD_OK(b, call)             \
    do {                              \
        BOARD(b, call);               \
        if ((b)->status != STATUS_OK) \
            rig_fail(&(b)->why);      \
    } while (0)

static inline str board_at(const struct json_node *n, const char *dotted)
{
    str out = STR("(none)");
    const struct json_node *at = json_path(n, dotted);
    if (!json_as_raw(at, &out))
        return STR("(none)");
    return out;
}

/* The item of a list whose member `key` is `value`; NULL: none. */
static inline const struct json_node *board_item(const struct json_node *list,
                                                 const char *key,
                                                 const char *value)
{
    for (size_t i = 0; i < json_node_len(list); i++) {
        if (str_is(board_at(json_at(list, i), key), value))
            return json_at(list, i);
    }
    return NULL;
}

#endif
