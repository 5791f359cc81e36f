/* Runs SQL and bulk loads on the shop's database; the only module that knows DuckDB.
 *
 * Threads: a store is shared; a conn belongs to one thread at a time. One writer transaction at a
 * time (the caller's matter: the shop lock and the loader). Readers use their own conn.
 * store_interrupt() may be called from any thread. */
#ifndef SHOPVANE_STORE_STORE_H
#define SHOPVANE_STORE_STORE_H

#include "frame/frame.h"
#include "sql/sql.h"

struct store;
struct conn;

struct store_options {
    const char *temp_dir;  /* NULL: beside the database file */
    size_t memory_mib;     /* 0: 576; with less, what the engine frees goes back soon */
    size_t temp_limit_mib; /* 0: 65536 */
    unsigned threads;      /* 0: number of cores, at most 8 */
    bool in_memory;        /* path is ignored */
};

/* Opens or creates the database file. STATUS_CONFLICT when another process has it open.
 * Registers the aggregates of "Distinct counts" below. Settings are locked afterwards. */
MUST_CHECK enum status store_open(const char *path,
                                  const struct store_options *opt,
                                  struct store **out,
                                  struct error *why);
void store_close(struct store *s); /* NULL is fine; checkpoints when nobody else writes */
const char *store_engine_version(void);

MUST_CHECK enum status conn_open(struct store *s, struct conn **out, struct error *why);
void conn_close(struct conn *c);
/* Any thread: the running statement ends INTERRUPTED, and so do all later ones of this conn. */
void conn_interrupt(struct conn *c);
/* After an interrupt: statements run again. For the thread that the conn belongs to, when nobody
 * interrupts it any more. */
void conn_resume(struct conn *c);
/* STATUS_INTERRUPTED after conn_interrupt(): for loops over what was read. */
MUST_CHECK enum status conn_check(const struct conn *c, struct error *why);

/* By what work beside the engine's limit is cut into parts: MiB that the engine may use, at most
 * the usual 640, since a larger limit leaves no more beside it. */
size_t conn_memory_mib(const struct conn *c);

/* One or several statements without a result. */
MUST_CHECK enum status conn_exec(struct conn *c, const char *sql, struct error *why);

/* A bound parameter ($1, $2 ...). */
enum param_type { PARAM_NULL, PARAM_I64, PARAM_F64, PARAM_TEXT, PARAM_DAY, PARAM_BLOB };
struct param {
    enum param_type type;
    int64_t i64; /* also PARAM_DAY: days since 1970-01-01 */
    double f64;
    str text;
};

/* Runs one statement with bound values; *out is a frame of all rows (NULL out: result dropped).
 * Types: integers, BOOLEAN, DATE (as days), TIMESTAMP (as microseconds) -> I64; HUGEINT and
 * DECIMAL (as its scaled integer) -> I128; DOUBLE -> F64; VARCHAR, ENUM -> TEXT; BLOB -> BLOB. */
MUST_CHECK enum status conn_query(struct conn *c,
                                  str sql,
                                  const struct param *params,
                                  size_t n,
                                  struct frame **out,
                                  struct error *why);
/* The same of a statement that the module sql wrote. */
MUST_CHECK enum status conn_run(struct conn *c,
                                const struct sql *sql,
                                struct frame **out,
                                struct error *why);
/* First cell of the first row as an integer; STATUS_NOT_FOUND when there is no row or it is null.
 */
MUST_CHECK enum status conn_query_i64(struct conn *c,
                                      const char *sql,
                                      int64_t *out,
                                      struct error *why);
/* The same of a short literal statement that is run again and again: the conn keeps it prepared.
 * It is for two of them at most. */
MUST_CHECK enum status conn_query_i64_kept(struct conn *c,
                                           const char *sql,
                                           int64_t *out,
                                           struct error *why);
/* Rows changed by the last insert, update or delete of this conn. */
int64_t conn_changed(const struct conn *c);

MUST_CHECK enum status conn_begin(struct conn *c, struct error *why);
MUST_CHECK enum status conn_begin_read(struct conn *c, struct error *why); /* one snapshot */
MUST_CHECK enum status conn_commit(struct conn *c, struct error *why);
void conn_rollback(struct conn *c); /* fine without a transaction */

/* ---- Bulk load: a typed source of row batches, read by `threads` threads at once. ---------- */

/* Column types of a source; MONEY, COUNT and TIME travel as int64. */
enum source_type {
    SOURCE_I64,
    SOURCE_I32,
    SOURCE_U32,
    SOURCE_I16,
    SOURCE_DAY,
    SOURCE_F64,
    SOURCE_TEXT,
    SOURCE_BOOL,
    SOURCE_BLOB
};
struct source_column {
    const char *name;
    enum source_type type;
};

/* A batch being filled: at most batch_capacity() rows. Column-wise setters; a cell never set is
 * garbage, so set or null each one (or batch_null_column for all rows). */
struct batch;
size_t batch_capacity(void);
void batch_set_i64(struct batch *b,
                   size_t col,
                   size_t row,
                   int64_t v); /* I64 I32 U32 I16 DAY BOOL */
void batch_set_f64(struct batch *b, size_t col, size_t row, double v);
void batch_set_str(struct batch *b, size_t col, size_t row, str v); /* valid UTF-8 for TEXT */
void batch_set_null(struct batch *b, size_t col, size_t row);
void batch_null_column(struct batch *b, size_t col);

/* Rows that the engine keeps together in a table, written and read as one. A worker of a load that
 * brings a multiple of it leaves no broken group. */
#define STORE_ROW_GROUP 122880

struct row_source {
    const struct source_column *columns;
    size_t column_count;
    unsigned threads; /* how many workers may call fill at once; 0: 1 */
    void *self;
    /* Per-worker state; called once a worker. NULL functions: no state. */
    enum status (*worker_open)(void *self, void **worker, struct error *why);
    void (*worker_close)(void *worker);
    /* Fills up to batch_capacity() rows; *rows = 0 ends this worker. */
    enum status (*fill)(void *self, void *worker, struct batch *b, size_t *rows, struct error *why);
};

/* Runs `sql`, which reads the source as the table function rows() - for example
 * "INSERT INTO stage SELECT a, b FROM rows()" or "CREATE TEMP TABLE stage AS SELECT * FROM rows()".
 * The source's own error wins over the engine's. */
MUST_CHECK enum status conn_load(struct conn *c,
                                 const char *sql,
                                 const struct row_source *src,
                                 struct error *why);

/* ---- Export -------------------------------------------------------------------------------- */

enum export_type { EXPORT_TEXT, EXPORT_DAY, EXPORT_COUNT, EXPORT_MONEY, EXPORT_REAL, EXPORT_FLAG };
struct export_column {
    const char *name;
    enum export_type type; /* MONEY: written with decimals, "123.4500" */
};
/* Writes the rows of a CSV file (RFC 4180, no header, CR LF, empty: null) as Parquet (zstd) to
 * `path`. Its first column is the row's number, by which they are ordered; the others take the
 * given names and types. */
MUST_CHECK enum status conn_csv_to_parquet(struct conn *c,
                                           const char *csv,
                                           const struct export_column *columns,
                                           size_t n,
                                           const char *path,
                                           struct error *why);
/* A text, or the name of one file, as a literal of SQL: for statements that take no bound value
 * there (COPY, read_parquet). */
void store_add_quoted(struct buf *sql, const char *text);
void store_add_file(struct buf *sql, const char *path);

/* ---- Distinct counts -------------------------------------------------------------------------
 * SQL aggregates registered at open:
 *   ids_build(UINTEGER) -> BLOB     roaring bitmap of the non-null ids (empty set: empty bitmap)
 *   ids_union(BLOB) -> BLOB         union of such bitmaps
 *   ids_union_count(BLOB) -> UBIGINT how many ids that union has
 * The blob is CRoaring's portable format; numerics/ids.h reads it in C. */

#endif
