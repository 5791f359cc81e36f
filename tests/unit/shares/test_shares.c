/* Shares against sums, and against windows in SQL. */
#include "shares/shares.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct store *store;
    struct conn *conn;
    struct error why;
};

static int set_up(void **state)
{
    struct fixture *f = mem_new(1, sizeof *f);
    const struct store_options opt = { .in_memory = true, .threads = 1 };
    assert_non_null(f);
    assert_int_equal(store_open(NULL, &opt, &f->store, &f->why), STATUS_OK);
    assert_int_equal(conn_open(f->store, &f->conn, &f->why), STATUS_OK);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    conn_close(f->conn);
    store_close(f->store);
    mem_free(f);
    return 0;
}

static const char *const names[] = { "fee", "parcel" };

static enum status make(struct fixture *f, const char *wholes, const char *lines, bool in_cents)
{
    const struct shares_request request = { .names = names,
                                            .count = ARRAY_LEN(names),
                                            .wholes = str_from(wholes),
                                            .lines = str_from(lines),
                                            .into = "CREATE OR REPLACE TABLE got AS FROM rows()",
                                            .in_cents = in_cents };
    return shares_make(f->conn, &request, &f->why);
}

static int64_t number(struct fixture *f, const char *sql)
{
    int64_t n = 0;
    assert_int_equal(conn_query_i64(f->conn, sql, &n, &f->why), STATUS_OK);
    return n;
}

#define LINES "SELECT * FROM (VALUES (7, 70, 1), (7, 71, 1), (7, 72, 1), (9, 90, 0), (9, 91, 0))"

static void lines_add_up_to_their_whole(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(make(f, "SELECT * FROM (VALUES (7, 10000, -500), (9, 3, 0))", LINES, false),
                     STATUS_OK);
    assert_int_equal(number(f, "SELECT count(*) FROM got"), 5);
    assert_int_equal(number(f, "SELECT sum(fee) FROM got WHERE line < 80"), 10000);
    assert_int_equal(number(f, "SELECT fee FROM got WHERE line = 70"), 3334);
    assert_int_equal(number(f, "SELECT sum(parcel) FROM got WHERE line < 80"), -500);
    assert_int_equal(number(f, "SELECT parcel FROM got WHERE line = 72"), -166);
    /* weights of nothing: alike, and the first takes what is left */
    assert_int_equal(number(f, "SELECT fee FROM got WHERE line = 90"), 2);
    assert_int_equal(number(f, "SELECT fee FROM got WHERE line = 91"), 1);
}

static void whole_cents_stay_whole(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(make(f, "SELECT 7, 10000, 10001", LINES, true), STATUS_OK);
    assert_int_equal(number(f, "SELECT fee FROM got WHERE line = 70"), 3400);
    assert_int_equal(number(f, "SELECT fee FROM got WHERE line = 72"), 3300);
    assert_int_equal(number(f, "SELECT parcel FROM got WHERE line = 70"),
                     3334);                                     /* no whole cents */
    assert_int_equal(number(f, "SELECT count(*) FROM got"), 3); /* 9 is no whole: left out */
}

static void nothing_gives_no_rows(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(make(f, "SELECT 1, 1, 1 WHERE false", LINES, true), STATUS_OK);
    assert_int_equal(number(f, "SELECT count(*) FROM got"), 0);
}

static void a_whole_without_a_line_is_an_error(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(make(f, "SELECT 8, 100, 0", LINES, false), STATUS_BAD_INPUT);
    assert_non_null(strstr(f->why.text, "fee of whole 8"));
}

static void an_error_of_the_engine_is_told(void **state)
{
    struct fixture *f = *state;
    assert_int_not_equal(make(f, "SELECT 7, 1, 1", "SELECT nothing", false), STATUS_OK);
    assert_int_not_equal(make(f, "SELECT nothing", LINES, false), STATUS_OK);
}

/* The same as windows in SQL give: rounded down, then one more to the largest remainders. */
#define SHARES_BY_SQL                                                                        \
    "SELECT line, base + CASE WHEN row_number() OVER (PARTITION BY id ORDER BY rest DESC,"   \
    " w DESC, line) <= fee - sum(base) OVER (PARTITION BY id) THEN 1 ELSE 0 END AS fee FROM" \
    " (SELECT l.*, s.fee, (s.fee::HUGEINT * w) // t.w_all AS base, (s.fee::HUGEINT * w)"     \
    " % t.w_all AS rest FROM l JOIN s USING (id) JOIN (SELECT id, sum(w) AS w_all FROM l"    \
    " GROUP BY id) t USING (id))"

static void shares_equal_those_of_a_second_way(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(
        conn_exec(f->conn,
                  "SELECT setseed(0.5); CREATE TABLE l AS SELECT (i // 7)::BIGINT AS id, i AS line,"
                  " 1 + (random() * 50)::BIGINT AS w FROM range(7000) t(i);"
                  "CREATE TABLE s AS SELECT DISTINCT id, (random() * 1000000)::BIGINT AS fee FROM l"
                  " GROUP BY id",
                  &f->why),
        STATUS_OK);
    assert_int_equal(make(f,
                          "SELECT id, fee, 0 FROM s ORDER BY id",
                          "SELECT id, line, w FROM l ORDER BY id, w DESC, line",
                          false),
                     STATUS_OK);
    assert_int_equal(number(f,
                            "SELECT count(*) FROM got JOIN (" SHARES_BY_SQL
                            ") b USING (line) WHERE got.fee <> b.fee"),
                     0);
    assert_int_equal(number(f, "SELECT count(*) FROM got"), 7000);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(lines_add_up_to_their_whole),    TEST(whole_cents_stay_whole),
        TEST(nothing_gives_no_rows),          TEST(a_whole_without_a_line_is_an_error),
        TEST(an_error_of_the_engine_is_told), TEST(shares_equal_those_of_a_second_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
