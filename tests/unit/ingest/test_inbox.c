/* What is ready in a folder, and where it goes afterwards. */
#include "ingest/inbox.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct box {
    char dir[64];
    struct arena *arena;
    struct error why;
};

static struct box *box_new(void)
{
    struct box *b = mem_new(1, sizeof *b);
    assert_non_null(b);
    snprintf(b->dir, sizeof b->dir, "/tmp/inbox-test-XXXXXX");
    assert_non_null(mkdtemp(b->dir));
    b->arena = arena_new(0);
    return b;
}

static void box_free(struct box *b)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", b->dir);
    assert_int_equal(system(command), 0); /* NOLINT: our own folder */
    arena_free(b->arena);
    mem_free(b);
}

static const char *put(struct box *b, const char *name, const char *text)
{
    const char *path = path_join(b->arena, b->dir, name);
    assert_int_equal(file_write_atomic(path, str_from(text), &b->why), STATUS_OK);
    return path;
}

static size_t scan(struct box *b, struct inbox_file **out)
{
    size_t n = 0;
    assert_int_equal(inbox_scan(b->dir, b->arena, out, &n, &b->why), STATUS_OK);
    return n;
}

static void only_files_that_people_drop_are_seen_by_name(void **state)
{
    (void)state;
    struct box *b = box_new();
    struct inbox_file *files = NULL;
    put(b, "b.csv", "x");
    put(b, "a 订单.xlsx", "x");
    put(b, ".hidden", "x");
    put(b, "c.csv.part", "x");
    put(b, "~$open.xlsx", "x");
    put(b, "d.csv~", "x");
    assert_int_equal(mkdir(path_join(b->arena, b->dir, "folder"), 0700), 0);
    assert_int_equal(symlink("/etc/passwd", path_join(b->arena, b->dir, "link.csv")), 0);

    const size_t n = scan(b, &files);

    assert_int_equal(n, 2);
    assert_string_equal(files[0].name, "a 订单.xlsx");
    assert_string_equal(files[1].name, "b.csv");
    assert_int_equal(files[1].bytes, 1);
    box_free(b);
}

static void a_file_that_is_being_written_or_just_changed_waits(void **state)
{
    (void)state;
    struct box *b = box_new();
    struct inbox_file *files = NULL;
    const char *path = put(b, "a.csv", "half");
    assert_int_equal(scan(b, &files), 1);
    const int64_t changed_us = files[0].changed_ns / 1000;

    const bool at_once = inbox_is_ready(&files[0], changed_us + 500000, 2000);
    const bool later = inbox_is_ready(&files[0], changed_us + 2500000, 2000);
    const int writer = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    const bool open_for_writing = inbox_is_ready(&files[0], changed_us + 2500000, 2000);
    close(writer);
    const bool closed = inbox_is_ready(&files[0], changed_us + 2500000, 2000);
    const bool clock_of_1970 = inbox_is_ready(&files[0], 0, 2000);

    assert_false(at_once);
    assert_true(later);
    assert_false(open_for_writing);
    assert_true(closed);
    assert_true(clock_of_1970);
    box_free(b);
}

static void names_that_are_taken_get_a_number(void **state)
{
    (void)state;
    struct box *b = box_new();
    const char *const wanted[] = { "archive/2026-11/a.csv",
                                   "archive/2026-11/a.2.csv",
                                   "archive/2026-11/a.3.csv" };
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        struct inbox_file *files = NULL;
        const char *to = NULL;
        put(b, "a.csv", i == 0 ? "first" : "later");
        assert_int_equal(scan(b, &files), 1);

        assert_int_equal(
            inbox_put_away(&files[0], b->dir, "archive/2026-11", b->arena, &to, &b->why),
            STATUS_OK);

        assert_string_equal(to, path_join(b->arena, b->dir, wanted[i]));
        assert_true(file_exists(to));
        assert_int_equal(scan(b, &files), 0);
    }
    str first = STR_EMPTY;
    assert_int_equal(
        file_read(path_join(b->arena, b->dir, wanted[0]), 100, b->arena, &first, &b->why),
        STATUS_OK);
    assert_true(str_is(first, "first"));
    box_free(b);
}

static void a_missing_folder_and_a_vanished_file_are_told(void **state)
{
    (void)state;
    struct box *b = box_new();
    struct inbox_file *files = NULL;
    struct inbox_file gone = { .path = "/nonexistent/x", .name = "x" };
    const char *to = NULL;
    size_t n = 0;

    assert_int_equal(inbox_scan("/nonexistent", b->arena, &files, &n, &b->why), STATUS_NOT_FOUND);
    assert_non_null(strstr(b->why.text, "/nonexistent"));
    assert_false(inbox_is_ready(&gone, INT64_MAX / 2, 0));
    assert_int_equal(inbox_put_away(&gone, b->dir, "archive", b->arena, &to, &b->why),
                     STATUS_NOT_FOUND);
    box_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_files_that_people_drop_are_seen_by_name),
        cmocka_unit_test(a_file_that_is_being_written_or_just_changed_waits),
        cmocka_unit_test(names_that_are_taken_get_a_number),
        cmocka_unit_test(a_missing_folder_and_a_vanished_file_are_told),
    };
    return cmocka_run_group_tests_name("ingest/inbox", tests, NULL, NULL);
}
