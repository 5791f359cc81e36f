/* A shop folder: settings, lock and the open database.
 *
 *   shop.yaml  stores.yaml  kpis/  sources/  shop.duckdb  quarantine/  inbox/  run/
 *
 * One process has a folder open at a time (run/lock says who). Threads: settings never change;
 * after shop_settings_reload() others are in force, and those of before stay valid until the shop
 * is closed. shop_conn_new() may be called from any thread, each conn belongs to one thread; the
 * writer belongs to the thread that has taken it. */
#ifndef SHOPVANE_SHOP_SHOP_H
#define SHOPVANE_SHOP_SHOP_H

#include "base/base.h"
#include "calendar/calendar.h"
#include "costs/costs.h"
#include "kpi/kpi.h"
#include "store/store.h"

#define OVERVIEW_KPIS_MAX 32
struct shop_settings {
    str name;
    str currency;        /* ISO 4217 */
    str timezone;        /* tz database name */
    unsigned week_start; /* ISO weekday: 1 Monday to 7 Sunday */
    enum lang lang;
    enum calendar calendar;         /* how periods are cut where a question does not say */
    unsigned retail_month;          /* first month of the 4-4-5 year; 0: February */
    unsigned fx_max_age_days;       /* how old a rate may be; 0: the day's own only */
    unsigned returning_window_days; /* 0: ever */
    unsigned cart_window_hours;     /* 0: 24 */
    str dialect;                    /* of the KPI definitions; empty: the catalogue's own */
    bool up_is_red;                 /* colour of a good change; not said: red where lang is zh */
    const str *overview_kpis;       /* first cards of the overview, as written; none: the usual */
    size_t overview_kpi_count;
    unsigned upload_max_mib;         /* 0: 8 GiB */
    const struct shop_store *stores; /* of the open shop; NULL when none is */
    size_t store_count;
};

/* When an order with a deposit counts as bought. */
enum store_presale { PRESALE_FULL, PRESALE_DEPOSIT };
/* How well a platform's exports tell buyers apart. */
enum store_buyers { BUYERS_STABLE, BUYERS_MASKED, BUYERS_NONE };

/* Usual rates of a platform, overruled by costs.yaml. */
#define STORE_RATE_NONE (-1)
struct store_rates { /* percent x 10^4; STORE_RATE_NONE: not given */
    int64_t platform_fee;
    int64_t commission;
    int64_t payment_fee;
};

/* One of the shop's stores. `main` always exists and takes the shop's currency and zone. */
struct shop_store {
    str name;
    str platform;
    str currency;
    str timezone;
    bool tax_inclusive;
    bool orders_from_tracker;
    str owner;
    str team;
    struct store_rates rates;
    enum store_presale presale;
    enum store_buyers customer_key_quality;
    const struct zone *zone;
};

struct shop;

/* Makes the folder and its files; STATUS_CONFLICT when there is a shop already. Settings are
 * checked (currency code, zone name) with suggestions. */
MUST_CHECK enum status shop_init(const char *dir, const struct shop_settings *s, struct error *why);

/* Makes the folders of a shop below `dir` that are not there. */
MUST_CHECK enum status shop_make_folders(const char *dir, struct error *why);

struct shop_options {
    bool need_existing_data; /* fail when nothing has been imported */
    size_t memory_mib;       /* 0: the store's default */
    unsigned threads;        /* of the engine; 0: one a core */
};

/* STATUS_NOT_FOUND with the remedy when `dir` is no shop; STATUS_CONFLICT naming the pid when
 * another process has it open. Migrates an older schema; refuses a newer one. */
MUST_CHECK enum status shop_open(const char *dir,
                                 const struct shop_options *opt,
                                 struct shop **out,
                                 struct error *why);
void shop_close(struct shop *s); /* NULL is fine */

/* Where the database is kept as it was, when opening has migrated it; else NULL. Lives as long as
 * the shop. */
const char *shop_kept(const struct shop *s);

/* Of the database file; 0 when there is none. */
int64_t shop_data_bytes(const char *dir);

/* The language in shop.yaml, of a shop that need not be open. False: it cannot be read. */
bool shop_language(const char *dir, enum lang *out);

/* The shop's name; in the arena. */
MUST_CHECK enum status shop_name(const char *dir, struct arena *a, str *out, struct error *why);
/* The day and minute of it (0 to 1439) in the shop's time zone, of a shop that need not be open. */
MUST_CHECK enum status shop_local_time(
    const char *dir, int64_t now_us, int32_t *day, int32_t *minute, struct error *why);

/* Another process has the folder open. */
bool shop_is_locked(const char *dir);

const char *shop_dir(const struct shop *s);
const struct shop_settings *shop_settings(const struct shop *s);
size_t shop_store_count(const struct shop *s);
const struct shop_store *shop_store_at(const struct shop *s, size_t i);
/* NULL when there is none. */
const struct shop_store *shop_store_find(const struct shop *s, str name);
/* STATUS_NOT_FOUND with "did you mean" when there is none. */
MUST_CHECK enum status shop_store_get(const struct shop *s,
                                      str name,
                                      const struct shop_store **out,
                                      struct error *why);
/* All of them are stores of this shop; else as shop_store_get() for the first that is none. */
MUST_CHECK enum status shop_stores_check(const struct shop *s,
                                         const str *names,
                                         size_t n,
                                         struct error *why);
/* Each is the team of a store; STATUS_INVALID names the first that is none. */
MUST_CHECK enum status shop_teams_check(const struct shop *s,
                                        const str *teams,
                                        size_t n,
                                        struct error *why);

/* ---- Editing stores.yaml (stores_edit.c) -------------------------------------------------------
 * The file keeps its comments and the keys that are not touched. The result is checked as when it
 * is read; what stood there is kept as stores.yaml.old. Settings of an open shop stay as they are.
 */
struct store_change {
    str key;
    str value; /* empty: the key is taken out */
};
/* `is_new`: the store must not exist yet; else it must. */
MUST_CHECK enum status shop_stores_edit(const char *dir,
                                        str store,
                                        bool is_new,
                                        const struct store_change *changes,
                                        size_t n,
                                        struct error *why);
/* stores.yaml and stores.yaml.old change places; STATUS_NOT_FOUND when there is no older one. */
MUST_CHECK enum status shop_stores_undo(const char *dir, struct error *why);
/* The same of shop.yaml: a value for each key, empty takes the key out. */
MUST_CHECK enum status shop_settings_edit(const char *dir,
                                          const struct store_change *changes,
                                          size_t n,
                                          struct error *why);
MUST_CHECK enum status shop_settings_undo(const char *dir, struct error *why);
const char *shop_presale_name(enum store_presale p);
const char *shop_buyers_name(enum store_buyers q);

const struct zone *shop_zone(const struct shop *s); /* of the shop itself */

struct store *shop_database(struct shop *s);
/* The writer's own connection, open as long as the shop; for the thread that writes: in a process
 * of several threads, the one that has taken it. */
struct conn *shop_writer(struct shop *s);
/* Waits for the writer; STATUS_CONFLICT after `patience_ms`. Not to be taken twice. */
MUST_CHECK enum status shop_writer_take(struct shop *s, int64_t patience_ms, struct error *why);
void shop_writer_give(struct shop *s);
/* Somebody has it now: data is being written. */
bool shop_writer_is_taken(const struct shop *s);
/* Reads shop.yaml and stores.yaml anew; with problems in them all stays as it is. Any thread, one
 * at a time. */
MUST_CHECK enum status shop_settings_reload(struct shop *s, struct error *why);
/* Another connection, for readers and helpers' threads. */
MUST_CHECK enum status shop_conn_new(struct shop *s, struct conn **out, struct error *why);

/* costs.yaml, sku-map.csv and exclude.yaml. Problems go to `p`; rows that have some are left out.
 */
MUST_CHECK enum status shop_costs_read(const struct shop *s,
                                       struct arena *a,
                                       struct problems *p,
                                       struct cost_book *out,
                                       struct error *why);

/* The built-in definitions with the files of the shop's kpis folder (sorted by name) added and
 * overriding. All problems go to `p` (may be NULL). The caller frees the catalogue.
 * `dialect`: one of kpi_dialect_is_known(), "own" for none; empty: what shop.yaml says. */
MUST_CHECK enum status shop_catalog(
    const char *dir, str dialect, struct problems *p, struct kpi_catalog **out, struct error *why);

/* Commit counter: each change of facts or derived tables adds one, in its own transaction. */
MUST_CHECK enum status shop_bump_version(struct conn *c,
                                         const char *what,
                                         int64_t *out,
                                         struct error *why);
MUST_CHECK enum status shop_data_version(struct conn *c, int64_t *out, struct error *why);

#endif
