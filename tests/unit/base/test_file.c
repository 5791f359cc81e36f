/* Files: read whole or not at all, written whole or not at all. */
#include "base/base.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct rig {
    char dir[64];
    struct arena *arena;
    struct error why;
};

static int set_up(void **state)
{
    struct rig *r = mem_new(1, sizeof *r);
    assert_non_null(r);
    (void)snprintf(r->dir, sizeof r->dir, "/tmp/shopvane-file-XXXXXX");
    assert_non_null(mkdtemp(r->dir));
    r->arena = arena_new(0);
    assert_non_null(r->arena);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", r->dir);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): our own folder */
    arena_free(r->arena);
    mem_free(r);
    return 0;
}

static const char *path(struct rig *r, const char *name)
{
    const char *p = path_join(r->arena, r->dir, name);
    assert_non_null(p);
    return p;
}

static int files_in(const char *dir)
{
    int n = 0;
    DIR *d = opendir(dir);
    assert_non_null(d);
    while (readdir(d) != NULL)
        n++;
    closedir(d);
    return n - 2;
}

static void what_was_written_is_read_back(void **state)
{
    struct rig *r = *state;
    const char *p = path(r, "a.yaml");
    str text = STR_EMPTY;
    assert_int_equal(file_write_atomic(p, STR("one\0two\n"), &r->why), STATUS_OK);
    assert_int_equal(file_read(p, 8, r->arena, &text, &r->why), STATUS_OK);
    assert_true(str_eq(text, STR("one\0two\n")));
    assert_int_equal(file_write_atomic(p, STR("new"), &r->why), STATUS_OK);
    assert_int_equal(file_read(p, 8, r->arena, &text, &r->why), STATUS_OK);
    assert_true(str_is(text, "new"));
    assert_int_equal(file_write_atomic(p, STR_EMPTY, &r->why), STATUS_OK);
    assert_int_equal(file_read(p, 8, r->arena, &text, &r->why), STATUS_OK);
    assert_int_equal(text.len, 0);
    assert_int_equal(files_in(r->dir), 1); /* nothing left aside */
}

static void a_file_above_the_limit_is_refused(void **state)
{
    struct rig *r = *state;
    const char *p = path(r, "big");
    str text = STR("untouched");
    assert_int_equal(file_write_atomic(p, STR("123456789"), &r->why), STATUS_OK);
    assert_int_equal(file_read(p, 8, r->arena, &text, &r->why), STATUS_TOO_LARGE);
    assert_non_null(strstr(r->why.text, "big: larger than 8 bytes"));
    assert_true(str_is(text, "untouched"));
    assert_int_equal(file_read("/dev/zero", 100000, r->arena, &text, &r->why), STATUS_TOO_LARGE);
}

static void what_cannot_be_read_says_why(void **state)
{
    struct rig *r = *state;
    str text = STR("untouched");
    assert_int_equal(file_read(path(r, "none"), 8, r->arena, &text, &r->why), STATUS_NOT_FOUND);
    assert_non_null(strstr(r->why.text, "none: No such file"));
    assert_int_equal(file_read(r->dir, 8, r->arena, &text, &r->why), STATUS_IO);
    struct arena *small = arena_new(16);
    assert_int_equal(file_write_atomic(path(r, "f"), STR("0123456789abcdef"), &r->why), STATUS_OK);
    assert_int_equal(file_read(path(r, "f"), 100, small, &text, &r->why), STATUS_NO_MEMORY);
    assert_true(str_is(text, "untouched"));
    arena_free(small);
}

static void a_failed_write_leaves_the_old_file_and_nothing_else(void **state)
{
    struct rig *r = *state;
    str text = STR_EMPTY;
    assert_int_equal(file_write_atomic(path(r, "none/x"), STR("a"), &r->why), STATUS_NOT_FOUND);
    assert_int_equal(files_in(r->dir), 0);
    assert_int_equal(dir_make(path(r, "folder/inside"), &r->why), STATUS_OK);
    assert_int_equal(file_write_atomic(path(r, "folder"), STR("a"), &r->why), STATUS_IO);
    assert_non_null(strstr(r->why.text, "folder: "));
    assert_int_equal(files_in(r->dir), 1);
    if (file_exists("/dev/full")) { /* a link to a full disk is replaced, not followed */
        const char *p = path(r, "link");
        assert_int_equal(symlink("/dev/full", p), 0);
        assert_int_equal(file_write_atomic(p, STR("safe"), &r->why), STATUS_OK);
        assert_int_equal(file_read(p, 10, r->arena, &text, &r->why), STATUS_OK);
        assert_true(str_is(text, "safe"));
    }
}

static void a_write_that_runs_out_of_room_keeps_the_old_file(void **state)
{
    struct rig *r = *state;
    struct rlimit old;
    str text = STR_EMPTY;
    char *big = mem_new(5000, 1);
    const char *p = path(r, "a.yaml");
    assert_non_null(big);
    assert_int_equal(file_write_atomic(p, STR("old"), &r->why), STATUS_OK);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    const struct rlimit small = { .rlim_cur = 1000, .rlim_max = old.rlim_max };
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const enum status st = file_write_atomic(p, (str){ big, 5000 }, &r->why);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    (void)signal(SIGXFSZ, SIG_DFL);
    mem_free(big);
    assert_int_equal(st, STATUS_IO);
    assert_non_null(strstr(r->why.text, "a.yaml: File too large"));
    assert_int_equal(file_read(p, 10, r->arena, &text, &r->why), STATUS_OK);
    assert_true(str_is(text, "old"));
    assert_int_equal(files_in(r->dir), 1);
}

static void a_rewritten_file_keeps_its_permissions(void **state)
{
    struct rig *r = *state;
    struct stat info;
    const char *p = path(r, "private.yaml");
    assert_int_equal(file_write_atomic(p, STR("a"), &r->why), STATUS_OK);
    assert_int_equal(chmod(p, 0600), 0);
    assert_int_equal(file_write_atomic(p, STR("b"), &r->why), STATUS_OK);
    assert_int_equal(stat(p, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void folders_are_made_with_their_parents(void **state)
{
    struct rig *r = *state;
    assert_int_equal(dir_make(path(r, "a/b//c/"), &r->why), STATUS_OK);
    assert_true(file_exists(path(r, "a/b/c")));
    assert_int_equal(dir_make(path(r, "a/b/c"), &r->why), STATUS_OK);
    assert_int_equal(dir_make("/", &r->why), STATUS_OK);
    assert_int_equal(file_write_atomic(path(r, "file"), STR("a"), &r->why), STATUS_OK);
    assert_int_equal(dir_make(path(r, "file"), &r->why), STATUS_IO);
    assert_non_null(strstr(r->why.text, "file: not a folder"));
    assert_int_not_equal(dir_make(path(r, "file/below"), &r->why), STATUS_OK);
    assert_int_equal(dir_make("", &r->why), STATUS_NOT_FOUND);
}

static void paths_have_a_last_part(void **state)
{
    (void)state;
    assert_true(str_is(path_base(STR("/a/b.csv")), "b.csv"));
    assert_true(str_is(path_base(STR("b.csv")), "b.csv"));
    assert_true(str_is(path_base(STR("/a/")), ""));
    assert_true(str_is(path_base(STR_EMPTY), ""));
}

static void errors_of_the_system_have_their_status(void **state)
{
    (void)state;
    assert_int_equal(status_from_errno(ENOSPC), STATUS_DISK_FULL);
    assert_int_equal(status_from_errno(EDQUOT), STATUS_DISK_FULL);
    assert_int_equal(status_from_errno(ENOENT), STATUS_NOT_FOUND);
    assert_int_equal(status_from_errno(ENOMEM), STATUS_NO_MEMORY);
    assert_int_equal(status_from_errno(EINTR), STATUS_INTERRUPTED);
    assert_int_equal(status_from_errno(EACCES), STATUS_IO);
}

static void the_clock_runs_in_microseconds_since_1970(void **state)
{
    (void)state;
    const int64_t now = clock_now_us();
    assert_true(now / US_PER_DAY > 20000 && now / US_PER_DAY < 80000);
    assert_true(clock_now_us() >= now);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_was_written_is_read_back),
        TEST(a_file_above_the_limit_is_refused),
        TEST(what_cannot_be_read_says_why),
        TEST(a_failed_write_leaves_the_old_file_and_nothing_else),
        TEST(a_write_that_runs_out_of_room_keeps_the_old_file),
        TEST(a_rewritten_file_keeps_its_permissions),
        TEST(folders_are_made_with_their_parents),
        TEST(paths_have_a_last_part),
        TEST(errors_of_the_system_have_their_status),
        TEST(the_clock_runs_in_microseconds_since_1970),
    };
    return cmocka_run_group_tests_name("base: files", tests, NULL, NULL);
}
