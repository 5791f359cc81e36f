/* Brings files in exactly once, with every row accounted for.
 *
 *   file -> rows -> mapping -> stage (temporary) -> one transaction: facts, ledger, quarantine
 *
 * Threads: one import at a time per shop, on the writer's connection; reading and converting use
 * the engine's threads. */
#ifndef SHOPVANE_INGEST_INGEST_H
#define SHOPVANE_INGEST_INGEST_H

#include "commerce/commerce.h"
#include "shop/shop.h"

struct mapping; /* which column of a file is which field; see docs/import.md */

/* ---- Import ---------------------------------------------------------------------------------- */

struct import_progress {
    void (*step)(void *self, const char *what, int64_t done, int64_t total);
    void *self;
};

struct import_options {
    const char *preset;     /* NULL: recognise */
    const char *map_file;   /* a mapping file instead of a preset; NULL: none */
    str mapping;            /* or a mapping's text; empty: none */
    const char *store;      /* NULL: main */
    const char *timezone;   /* of the file's times; NULL: the mapping's, else the store's */
    const char *currency;   /* NULL: the file's column, the mapping's, else the store's */
    const char *date_order; /* "mdy" or "dmy" where samples cannot tell; NULL: assumed, and said */
    const char *decimal_mark; /* "comma" or "point" where numbers cannot tell; NULL: assumed */
    const char *encoding;     /* NULL: recognise */
    const char *sheet;  /* Excel: name or number from 1; NULL: the mapping's, else the first */
    const char *name;   /* shown and kept as the file's name; NULL: the path's last part */
    const char *as_of;  /* when the file was exported, 2010-12-01; NULL: now */
    const char *period; /* days of a file that has no dates: 2025-03-01..2025-03-31; NULL: its
                           name tells them */
    int64_t repairs;    /* its rows are refused ones of this import, repaired: they join their
                           orders, in place of replacing them; 0: none, unless the file is the
                           one that quarantine_retry() wrote */
    bool one_store;     /* who imports may change this store alone: what belongs to the whole shop,
                           such as exchange rates, is refused */
    bool dry_run;       /* everything but the commit */
    bool again;         /* import even if the same bytes are in already */
    int64_t now_us;
    const struct import_progress *progress; /* may be NULL */
};

/* One class of the ledger of an import. Amounts in 10^-4 of `currency`. */
struct ledger_line {
    str class_name; /* a line class, or "duplicate", "stale", "quarantined", a table's name */
    str currency;
    int64_t lines;
    int64_t units;
    i128 amount_e4;
};
/* What people call a class of the ledger that is no table; another name is itself. */
str ledger_class_label(str name, enum lang lang);

struct import_result {
    int64_t import_id;
    int64_t already; /* > 0: the same bytes are import `already`; nothing was done */
    str preset;
    str target;
    str file;
    str encoding;
    str format;
    str notes;         /* what was assumed, a line each; may be empty */
    int64_t rows_read; /* records of the file, refused ones included */
    int64_t rows_refused;
    i128 source_amount_e4; /* summed while reading, apart from the database */
    i128 difference_e4;    /* ledger - source; 0 or the import fails */
    int64_t rows_difference;
    int64_t orders_new;
    int64_t orders_changed;
    int64_t orders_corrected; /* of these: same updated_at as before, other content */
    int64_t orders_same;
    int64_t returns_matched;
    int64_t returns_unmatched;
    int32_t from; /* first and last local date; DAY_NONE: none */
    int32_t to;
    const struct ledger_line *ledger;
    size_t ledger_count;
    int64_t elapsed_us;
};

/* Imports one file. *out lives in `a`. STATUS_QUARANTINED: done, some rows refused. Derived tables
 * are the caller's next step (derive_after_import). */
MUST_CHECK enum status import_run(struct shop *s,
                                  const char *path,
                                  const struct import_options *opt,
                                  struct arena *a,
                                  struct import_result *out,
                                  struct error *why);

/* What one path holds: a file, the members of a zip archive, the sheets of a workbook that hold
 * known data. Each part is imported as a file of its own, with part->sheet and part->name in its
 * options. Members are unpacked into run/ of the shop until import_parts_close(). */
struct import_part {
    const char *path;
    const char *sheet; /* NULL: as in the options */
    str name;          /* "a.csv", "orders.zip/a.csv", "book.xlsx/Sheet2" */
};
struct import_parts;
/* `o` is borrowed. Fails when an archive holds nothing that can be imported. */
MUST_CHECK enum status import_parts_open(struct shop *s,
                                         const char *path,
                                         const struct import_options *o,
                                         struct import_parts **out,
                                         struct error *why);
size_t import_parts_count(const struct import_parts *p);
const struct import_part *import_parts_at(const struct import_parts *p, size_t i);
/* The options for a part: those of all parts, with its sheet and name. */
struct import_options import_part_options(const struct import_part *part,
                                          const struct import_options *o);
str import_parts_notes(const struct import_parts *p); /* what is left out and why, a line each */
void import_parts_close(struct import_parts *p);      /* NULL is fine */

/* How a file would be read, as text for people; writes sources/NAME.yaml when `write_to` is not
 * NULL (folder of the shop). The YAML can be edited and passed as map_file. */
MUST_CHECK enum status import_explain(struct shop *s,
                                      const char *path,
                                      const struct import_options *opt,
                                      enum lang lang,
                                      struct buf *out,
                                      struct error *why);

/* In which order several files go in: orders before what refers to them. 0 first. */
MUST_CHECK enum status import_rank(struct shop *s,
                                   const char *path,
                                   const struct import_options *opt,
                                   int *out,
                                   struct error *why);

/* Names of the presets, for help. NULL past the end. */
const char *import_preset_name(size_t i);
/* What people call files of a preset ("generic:TARGET" too) and the rows that they become; what has
 * no such name, as a mapping file of the shop's own, goes by its own. */
str import_preset_label(str preset, enum lang lang);
str import_target_label(str target, enum lang lang);

/* ---- What has been imported ------------------------------------------------------------------ */

struct import_info {
    int64_t import_id;
    int64_t at_us;
    str store;
    str preset;
    str file;
    int64_t rows_read;
    int64_t rows_refused;
    int64_t orders_new;
    int64_t orders_changed;
    bool is_undone;
};
MUST_CHECK enum status imports_list(
    struct shop *s, struct arena *a, struct import_info **out, size_t *count, struct error *why);
/* Takes the rows of imports out again, in the order given, and brings back what they replaced: of
 * all or of none. Only the newest import that touched an order can be undone; else STATUS_CONFLICT
 * names the newer one. */
struct undone_import {
    int64_t import_id;
    int64_t rows; /* that were taken out */
};
MUST_CHECK enum status imports_undo(
    struct shop *s, struct undone_import *imports, size_t count, int64_t now_us, struct error *why);

/* Later imports, not undone themselves, that left rows out because the import had brought these:
 * once it is undone they are missing, and importing such a file again brings them. */
struct import_shared {
    int64_t import_id;
    str file;
    int64_t rows;
};
MUST_CHECK enum status imports_sharing(struct conn *c,
                                       int64_t import_id,
                                       struct arena *a,
                                       struct import_shared **out,
                                       size_t *count,
                                       struct error *why);

/* The file's name of a row that was noted by hand (shopvane actions, changes): nothing regular. */
#define IMPORT_NOTED "noted by hand"

/* Files that come regularly (twice or more, and within the last two weeks) and have not yet come
 * for the day: the newest date of their rows lies before it. */
struct arrival {
    str store;
    str preset;
    int32_t last; /* newest date of its rows */
};
struct arrivals {
    struct arrival *items; /* in the arena */
    size_t count;
    size_t come; /* regular files that are in for the day */
};
MUST_CHECK enum status arrivals_missing(struct conn *c,
                                        int32_t day,
                                        int64_t now_us,
                                        struct arena *a,
                                        struct arrivals *out,
                                        struct error *why);

/* The ledger of one import, or of all (import_id 0), summed anew from the facts, with the
 * difference to what the imports recorded. */
struct reconcile_line {
    str class_name;
    str currency;
    int64_t lines;
    int64_t units;
    i128 amount_e4;
    int64_t recorded_lines;
    i128 recorded_e4;
};
struct reconciliation {
    struct reconcile_line *lines; /* in the arena */
    size_t count;
    int64_t differences; /* classes that do not add up */
};
MUST_CHECK enum status reconcile(struct conn *c,
                                 int64_t import_id,
                                 const char *file,
                                 struct arena *a,
                                 struct reconciliation *out,
                                 struct error *why);

/* ---- Quarantine ------------------------------------------------------------------------------ */

struct quarantine_row {
    int64_t id;
    int64_t import_id;
    str file;
    int64_t line_no;
    str column;
    str value;
    str reason; /* English; tr() gives the other */
    str raw;
    str state; /* waiting, retried (out for repair), resolved, dropped */
};
MUST_CHECK enum status quarantine_list(struct shop *s,
                                       int64_t id,
                                       struct arena *a,
                                       struct quarantine_row **out,
                                       size_t *count,
                                       struct error *why);
/* A refused row by the columns of its file; n 0: its text is not kept. In the arena. */
struct quarantine_fields {
    const str *names;
    const str *values;
    size_t n;
    bool is_json;
    char delimiter; /* as its file has it */
};
MUST_CHECK enum status quarantine_fields_read(
    struct conn *c, int64_t id, struct arena *a, struct quarantine_fields *out, struct error *why);
/* Writes other values into a row that waits: `names` are columns of its file. What comes of it is
 * told when it is retried. */
struct quarantine_change {
    str name;
    str value;
};
MUST_CHECK enum status quarantine_edit(struct shop *s,
                                       int64_t id,
                                       const struct quarantine_change *changes,
                                       size_t n,
                                       struct error *why);
/* The row's whole text; of JSON the only way. */
MUST_CHECK enum status quarantine_edit_text(struct shop *s, int64_t id, str raw, struct error *why);
/* id 0: all that wait. */
MUST_CHECK enum status quarantine_drop(struct shop *s,
                                       int64_t id,
                                       int64_t *out_count,
                                       struct error *why);
/* Writes the waiting rows of an import, below the file's header, to quarantine/import-N.csv of the
 * shop (JSON: .ndjson), so that they can be repaired there and imported; marks them retried.
 * STATUS_CONFLICT when that file is there: its repairs would be lost. */
struct quarantine_pick {
    int64_t import_id;
    const int64_t *ids;
    size_t n;
};
struct quarantine_file {
    str path;         /* in the arena */
    int64_t rows;     /* written */
    int64_t textless; /* of rows that wait, those refused after reading, whose text is not kept */
};
/* `ids`: only these rows and others of the same records; none: all that wait. */
MUST_CHECK enum status quarantine_retry(struct shop *s,
                                        const struct quarantine_pick *pick,
                                        struct arena *a,
                                        struct quarantine_file *out,
                                        struct error *why);

#endif
