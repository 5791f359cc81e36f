/* The store against a real in-memory database. */
#include "store/store.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    struct store *store;
    struct conn *conn;
    struct error why;
};

static int open_store(void **state)
{
    struct fixture *f = mem_new(1, sizeof *f);
    assert_non_null(f);
    assert_int_equal(
        store_open(NULL, &(struct store_options){ .in_memory = true }, &f->store, &f->why),
        STATUS_OK);
    assert_int_equal(conn_open(f->store, &f->conn, &f->why), STATUS_OK);
    *state = f;
    return 0;
}

static int close_store(void **state)
{
    struct fixture *f = *state;
    conn_close(f->conn);
    store_close(f->store);
    mem_free(f);
    return 0;
}

static void a_query_gives_typed_cells_and_nulls(void **state)
{
    struct fixture *f = *state;
    struct frame *rows = NULL;
    const struct param params[] = {
        { .type = PARAM_I64, .i64 = 7 },
        { .type = PARAM_TEXT, .text = STR("O'Brien; DROP TABLE x") },
        { .type = PARAM_DAY, .i64 = 14944 },
        { .type = PARAM_NULL },
    };

    assert_int_equal(conn_query(f->conn,
                                STR("SELECT $1::BIGINT, $2::VARCHAR, $3::DATE, $4::BIGINT, "
                                    "sum(x)::HUGEINT, -1.25::DECIMAL(18,4) FROM range(10) t(x)"),
                                params,
                                4,
                                &rows,
                                &f->why),
                     STATUS_OK);

    assert_int_equal(frame_rows(rows), 1);
    assert_int_equal(frame_i64(rows, 0, 0), 7);
    assert_true(str_is(frame_str(rows, 1, 0), "O'Brien; DROP TABLE x"));
    assert_int_equal(frame_i64(rows, 2, 0), 14944);
    assert_true(frame_is_null(rows, 3, 0));
    assert_int_equal((int64_t)frame_i128(rows, 4, 0), 45);
    assert_int_equal((int64_t)frame_i128(rows, 5, 0), -12500);
    frame_free(rows);
}

static void a_negative_hugeint_keeps_its_sign(void **state)
{
    struct fixture *f = *state;
    struct frame *rows = NULL;

    assert_int_equal(conn_query(f->conn,
                                STR("SELECT sum(v) FROM (VALUES (-9000000000000000000::BIGINT),"
                                    "(-9000000000000000000::BIGINT)) t(v)"),
                                NULL,
                                0,
                                &rows,
                                &f->why),
                     STATUS_OK);

    assert_true(frame_i128(rows, 0, 0) == (i128)-9000000000000000000 * 2);
    frame_free(rows);
}

/* Numbers 0 .. count-1 with a text and a null in every third row, handed out in blocks. */
struct counter {
    _Atomic int64_t next; /* workers take blocks with fetch_add; no other field is shared */
    int64_t count;
    int64_t fail_at; /* -1: never */
};

static enum status counter_fill(
    void *self, void *worker, struct batch *b, size_t *rows, struct error *why)
{
    struct counter *c = self;
    (void)worker;
    const int64_t start = atomic_fetch_add(&c->next, (int64_t)batch_capacity());
    if (c->fail_at >= 0 && start >= c->fail_at)
        return error_set(why, STATUS_BAD_INPUT, "row %lld is bad", (long long)start);
    size_t n = 0;
    for (int64_t v = start; v < c->count && n < batch_capacity(); v++, n++) {
        char text[40];
        const int len =
            snprintf(text, sizeof text, v % 2 ? "%lld" : "number %lld of many", (long long)v);
        batch_set_i64(b, 0, n, v);
        batch_set_str(b, 1, n, (str){ text, (size_t)len });
        if (v % 3 == 0)
            batch_set_null(b, 2, n);
        else
            batch_set_i64(b, 2, n, v % 1000);
    }
    *rows = n;
    return STATUS_OK;
}

static const struct source_column counter_columns[] = {
    { "n", SOURCE_I64 },
    { "words", SOURCE_TEXT },
    { "day", SOURCE_DAY },
};

static void a_load_on_two_threads_brings_every_row_once(void **state)
{
    struct fixture *f = *state;
    struct counter c = { .count = 100003, .fail_at = -1 };
    const struct row_source src = { .columns = counter_columns,
                                    .column_count = 3,
                                    .threads = 2,
                                    .self = &c,
                                    .fill = counter_fill };
    struct frame *rows = NULL;

    assert_int_equal(
        conn_load(f->conn, "CREATE TABLE loaded AS SELECT * FROM rows()", &src, &f->why),
        STATUS_OK);
    assert_int_equal(conn_query(f->conn,
                                STR("SELECT count(*), count(DISTINCT n), sum(n), count(day), "
                                    "count(DISTINCT words) FROM loaded"),
                                NULL,
                                0,
                                &rows,
                                &f->why),
                     STATUS_OK);

    assert_int_equal(frame_i64(rows, 0, 0), 100003);
    assert_int_equal(frame_i64(rows, 1, 0), 100003);
    assert_int_equal((int64_t)frame_i128(rows, 2, 0), INT64_C(100003) * 100002 / 2);
    assert_int_equal(frame_i64(rows, 3, 0), 100003 - 33335);
    assert_int_equal(frame_i64(rows, 4, 0), 100003);
    frame_free(rows);
}

static void the_sources_own_error_wins_and_nothing_is_loaded(void **state)
{
    struct fixture *f = *state;
    struct counter c = { .count = 100000, .fail_at = 50000 };
    const struct row_source src = { .columns = counter_columns,
                                    .column_count = 3,
                                    .threads = 2,
                                    .self = &c,
                                    .fill = counter_fill };
    int64_t tables = -1;

    assert_int_equal(
        conn_load(f->conn, "CREATE TABLE broken AS SELECT * FROM rows()", &src, &f->why),
        STATUS_BAD_INPUT);

    assert_non_null(strstr(f->why.text, "is bad"));
    assert_int_equal(
        conn_query_i64(f->conn,
                       "SELECT count(*) FROM duckdb_tables() WHERE table_name='broken'",
                       &tables,
                       &f->why),
        STATUS_OK);
    assert_int_equal(tables, 0);
}

static void a_rollback_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    int64_t n = -1;

    assert_int_equal(conn_exec(f->conn, "CREATE TABLE t (x INTEGER)", &f->why), STATUS_OK);
    assert_int_equal(conn_begin(f->conn, &f->why), STATUS_OK);
    assert_int_equal(conn_exec(f->conn, "INSERT INTO t VALUES (1)", &f->why), STATUS_OK);
    conn_rollback(f->conn);

    assert_int_equal(conn_query_i64(f->conn, "SELECT count(*) FROM t", &n, &f->why), STATUS_OK);
    assert_int_equal(n, 0);
}

/* Also where the statement that ends it was never prepared before. */
static void a_transaction_that_failed_can_be_left(void **state)
{
    struct fixture *f = *state;
    int64_t n = -1;
    assert_int_equal(conn_exec(f->conn, "CREATE TABLE t (x INTEGER PRIMARY KEY)", &f->why),
                     STATUS_OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(conn_begin(f->conn, &f->why), STATUS_OK);
        assert_int_equal(conn_exec(f->conn, "INSERT INTO t VALUES (1)", &f->why), STATUS_OK);
        assert_int_not_equal(conn_exec(f->conn, "INSERT INTO t VALUES (1)", &f->why), STATUS_OK);
        assert_int_not_equal(conn_query_i64_kept(f->conn, "SELECT count(*) FROM t", &n, &f->why),
                             STATUS_OK);
        conn_rollback(f->conn);
        assert_int_equal(conn_query_i64_kept(f->conn, "SELECT count(*) FROM t", &n, &f->why),
                         STATUS_OK);
        assert_int_equal(n, 0);
    }
    assert_int_equal(conn_begin_read(f->conn, &f->why), STATUS_OK);
    assert_int_not_equal(conn_exec(f->conn, "INSERT INTO t VALUES (1)", &f->why), STATUS_OK);
    conn_rollback(f->conn);
    assert_int_equal(conn_exec(f->conn, "INSERT INTO t VALUES (1)", &f->why), STATUS_OK);
}

static void a_kept_statement_sees_what_others_have_changed(void **state)
{
    struct fixture *f = *state;
    static const char sql[] = "SELECT max(x) FROM t";
    struct conn *other = NULL;
    int64_t n = -1;
    assert_int_equal(conn_open(f->store, &other, &f->why), STATUS_OK);
    assert_int_equal(conn_exec(other, "CREATE TABLE t AS SELECT 1 AS x", &f->why), STATUS_OK);
    assert_int_equal(conn_query_i64_kept(f->conn, sql, &n, &f->why), STATUS_OK);
    assert_int_equal(n, 1);

    assert_int_equal(conn_begin_read(f->conn, &f->why), STATUS_OK);
    assert_int_equal(conn_query_i64_kept(f->conn, sql, &n, &f->why), STATUS_OK);
    assert_int_equal(conn_exec(other, "INSERT INTO t VALUES (2)", &f->why), STATUS_OK);
    assert_int_equal(conn_query_i64_kept(f->conn, sql, &n, &f->why), STATUS_OK);
    assert_int_equal(n, 1); /* of its own snapshot */
    conn_rollback(f->conn);
    assert_int_equal(conn_query_i64_kept(f->conn, sql, &n, &f->why), STATUS_OK);
    assert_int_equal(n, 2);

    assert_int_equal(conn_exec(other, "DROP TABLE t", &f->why), STATUS_OK);
    assert_int_not_equal(conn_query_i64_kept(f->conn, sql, &n, &f->why), STATUS_OK);
    assert_int_equal(
        conn_exec(other, "CREATE TABLE t AS SELECT 'a' AS y, 3::HUGEINT AS x", &f->why), STATUS_OK);
    assert_int_equal(conn_query_i64_kept(f->conn, sql, &n, &f->why), STATUS_OK);
    assert_int_equal(n, 3);

    conn_interrupt(f->conn);
    assert_int_equal(conn_query_i64_kept(f->conn, sql, &n, &f->why), STATUS_INTERRUPTED);
    conn_resume(f->conn);
    assert_int_equal(conn_query_i64_kept(f->conn, sql, &n, &f->why), STATUS_OK);
    conn_close(other);
}

struct hitter {
    struct conn *conn;
    atomic_bool stop;
};

static void *interrupt_often(void *hitter_of)
{
    struct hitter *h = hitter_of;
    for (unsigned i = 0; !atomic_load(&h->stop); i++) {
        const struct timespec pause = { .tv_nsec = (long)(i * 7919 % 900) * 1000 };
        nanosleep(&pause, NULL);
        conn_interrupt(h->conn);
    }
    return NULL;
}

/* Wherever the interrupt comes, the conn can go on afterwards. */
static void an_interrupt_at_any_moment_leaves_no_transaction_open(void **state)
{
    struct fixture *f = *state;
    struct hitter h = { .conn = f->conn };
    pthread_t thread;
    unsigned done = 0;
    int64_t n = 0;
    assert_int_equal(
        conn_exec(f->conn, "CREATE TABLE v AS SELECT range AS x FROM range(300000)", &f->why),
        STATUS_OK);
    assert_int_equal(pthread_create(&thread, NULL, interrupt_often, &h), 0);
    for (unsigned i = 0; i < 1500; i++) {
        conn_resume(f->conn);
        enum status st =
            i % 2 == 0 ? conn_begin_read(f->conn, &f->why) : conn_begin(f->conn, &f->why);
        assert_true(st == STATUS_OK || st == STATUS_INTERRUPTED);
        if (st == STATUS_OK)
            st = conn_query_i64_kept(f->conn, "SELECT max(x) FROM v", &n, &f->why);
        assert_true(st == STATUS_OK || st == STATUS_INTERRUPTED);
        if (st == STATUS_OK && i % 4 == 1)
            st = conn_commit(f->conn, &f->why);
        assert_true(st == STATUS_OK || st == STATUS_INTERRUPTED);
        done += st == STATUS_OK;
        conn_rollback(f->conn);
    }
    atomic_store(&h.stop, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    conn_resume(f->conn);
    assert_int_equal(conn_begin(f->conn, &f->why), STATUS_OK);
    assert_int_equal(conn_query_i64_kept(f->conn, "SELECT max(x) FROM v", &n, &f->why), STATUS_OK);
    assert_int_equal(n, 299999);
    assert_int_equal(conn_commit(f->conn, &f->why), STATUS_OK);
    assert_true(done > 0);
}

/* A value in place and a bound one are of the same type, and say the same. */
static void a_statement_says_the_same_with_its_values_in_place(void **state)
{
    struct fixture *f = *state;
    static const char *const texts[] = { "sale", "it's", "\xE6\x94\xB6", "", "x' OR 'x'='x", "$1" };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct sql q;
        struct frame *got = NULL;
        sql_init(&q, SQL_DUCKDB);
        sql_add(&q, "SELECT ");
        sql_bind_text(&q, str_from(texts[i]));
        sql_add(&q, " AS a, typeof(");
        sql_bind_text(&q, str_from(texts[i]));
        sql_add(&q, "), ");
        sql_bind_day(&q, -719162);
        sql_add(&q, ", typeof(");
        sql_bind_i64(&q, INT64_MIN);
        sql_add(&q, "), ");
        sql_bind_i64(&q, INT64_MIN);
        assert_int_equal(conn_run(f->conn, &q, &got, &f->why), STATUS_OK);
        assert_true(str_is(frame_str(got, 0, 0), texts[i]));
        assert_true(str_is(frame_str(got, 1, 0), "VARCHAR"));
        assert_int_equal(frame_i64(got, 2, 0), -719162);
        assert_true(str_is(frame_str(got, 3, 0), "BIGINT"));
        assert_int_equal(frame_i64(got, 4, 0), INT64_MIN);
        frame_free(got);
        sql_release(&q);
    }
}

static void the_configuration_is_locked(void **state)
{
    struct fixture *f = *state;

    assert_int_not_equal(conn_exec(f->conn, "SET autoload_known_extensions = true", &f->why),
                         STATUS_OK);
    assert_int_not_equal(conn_exec(f->conn, "INSTALL httpfs", &f->why), STATUS_OK);
}

static void an_empty_result_is_not_found(void **state)
{
    struct fixture *f = *state;
    int64_t v = 42;

    assert_int_equal(conn_query_i64(f->conn, "SELECT 1 WHERE false", &v, &f->why),
                     STATUS_NOT_FOUND);
    assert_int_equal(v, 42);
}

/* What a statement fails with keeps its kind, in each way to run one. */
static void a_full_memory_is_told_as_such(void **state)
{
    static const char sql[] = "SELECT length(list(repeat('x', 1000) || i)::VARCHAR) FROM "
                              "range(200000) r(i)";
    const struct store_options small = { .in_memory = true, .memory_mib = 12, .threads = 1 };
    struct store *s = NULL;
    struct conn *c = NULL;
    struct error why = { .lang = LANG_EN };
    (void)state;

    assert_int_equal(store_open(NULL, &small, &s, &why), STATUS_OK);
    assert_int_equal(conn_open(s, &c, &why), STATUS_OK);
    assert_int_equal(conn_exec(c, sql, &why), STATUS_ENGINE_LIMIT);
    assert_non_null(strstr(why.text, "Out of Memory"));
    assert_null(strstr(why.text, "pending"));
    assert_int_equal(conn_query(c, str_from(sql), NULL, 0, NULL, &why), STATUS_ENGINE_LIMIT);
    assert_int_equal(conn_exec(c, "SELECT 1; SELECT nonsense", &why), STATUS_IO);
    assert_int_equal(conn_exec(c, "SELECT 1", &why), STATUS_OK);
    conn_close(c);
    store_close(s);
}

/* What is written into a new file no older engine than the one it is made for has to read. */
static void a_new_file_is_in_the_format_that_was_chosen(void **state)
{
    char path[64];
    struct store *s = NULL;
    struct conn *c = NULL;
    struct error why = { .lang = LANG_EN };
    int64_t is_chosen = 0;
    const struct store_options small = { .memory_mib = 64, .threads = 1 };
    (void)state;
    (void)snprintf(path, sizeof path, "/tmp/shopvane-store.%d.duckdb", (int)getpid());
    (void)remove(path);

    assert_int_equal(store_open(path, &small, &s, &why), STATUS_OK);
    assert_int_equal(conn_open(s, &c, &why), STATUS_OK);
    assert_int_equal(conn_query_i64(c,
                                    "SELECT count(*) FROM duckdb_databases() WHERE NOT internal AND"
                                    " tags['storage_version'] LIKE 'v1.4.0%'",
                                    &is_chosen,
                                    &why),
                     STATUS_OK);
    assert_int_equal(is_chosen, 1);

    conn_close(c);
    store_close(s);
    (void)remove(path);
}

/* A process of its own that has `path` open as another program's engine would, until it is killed.
 */
static pid_t hold_file(const char *path)
{
    int ready[2];
    char byte = 0;
    assert_int_equal(pipe(ready), 0);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        const int fd = open(path, O_RDWR | O_CREAT, 0600);
        struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
        if (fcntl(fd, F_SETLK, &whole) == 0 && write(ready[1], &byte, 1) == 1)
            pause();
        _exit(1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
    return pid;
}

static void a_file_that_another_program_has_open_is_told_with_what_to_do(void **state)
{
    struct error why = { 0 };
    struct store *s = NULL;
    char path[64];
    (void)state;
    (void)snprintf(path, sizeof path, "/tmp/shopvane-held.%d.duckdb", (int)getpid());
    const pid_t holder = hold_file(path);

    assert_int_equal(store_open(path, NULL, &s, &why), STATUS_CONFLICT);
    assert_non_null(strstr(why.text, "open in another program: close it there"));

    (void)kill(holder, SIGKILL);
    (void)waitpid(holder, NULL, 0);
    (void)remove(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_store, close_store)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_query_gives_typed_cells_and_nulls),
        TEST(a_negative_hugeint_keeps_its_sign),
        TEST(a_load_on_two_threads_brings_every_row_once),
        TEST(the_sources_own_error_wins_and_nothing_is_loaded),
        TEST(a_rollback_leaves_nothing),
        TEST(a_transaction_that_failed_can_be_left),
        TEST(a_kept_statement_sees_what_others_have_changed),
        TEST(an_interrupt_at_any_moment_leaves_no_transaction_open),
        TEST(a_statement_says_the_same_with_its_values_in_place),
        TEST(the_configuration_is_locked),
        TEST(an_empty_result_is_not_found),
        cmocka_unit_test(a_full_memory_is_told_as_such),
        cmocka_unit_test(a_new_file_is_in_the_format_that_was_chosen),
        cmocka_unit_test(a_file_that_another_program_has_open_is_told_with_what_to_do),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
