/* Statuses, and errors in the reader's language. */
#include "base/base.h"
#include "base/system_error.h"
#include "base/translations.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void every_status_has_its_codes_and_text(void **state)
{
    (void)state;
    assert_int_equal(status_http(STATUS_OK), 200);
    assert_int_equal(status_exit(STATUS_OK), 0);
    assert_int_equal(status_http(STATUS_BAD_USAGE), 400);
    assert_int_equal(status_exit(STATUS_BAD_USAGE), 2);
    assert_int_equal(status_http(STATUS_TOO_LARGE), 413);
    assert_int_equal(status_http(STATUS_DISK_FULL), 507);
    assert_int_equal(status_exit(STATUS_QUARANTINED), 3);
    assert_string_equal(status_text(STATUS_CONFLICT), "another program or version is in the way");
    for (unsigned s = 1; s < STATUS_COUNT; s++) {
        assert_true(status_exit((enum status)s) >= 1 && status_exit((enum status)s) <= 3);
        assert_true(strlen(status_text((enum status)s)) > 0);
    }
}

static void an_error_speaks_the_language_of_its_reader(void **state)
{
    (void)state;
    struct error why = { .lang = LANG_EN };
    assert_int_equal(error_set(&why, STATUS_TOO_LARGE, "%s: larger than %zu bytes", "x", (size_t)8),
                     STATUS_TOO_LARGE);
    assert_string_equal(why.text, "x: larger than 8 bytes");
    assert_int_equal(why.status, STATUS_TOO_LARGE);
    why.lang = LANG_ZH;
    assert_int_equal(error_set(&why, STATUS_IO, "%s: larger than %zu bytes", "x", (size_t)8),
                     STATUS_IO);
    assert_string_equal(why.text, "x：超过 8 字节");
    assert_int_equal(error_set(NULL, STATUS_IO, "nobody listens"), STATUS_IO);
}

static void an_error_can_quote_itself(void **state)
{
    (void)state;
    struct error why = { .lang = LANG_EN };
    assert_int_equal(error_set(&why, STATUS_IO, "%s", "inner"), STATUS_IO);
    assert_int_equal(error_set(&why, STATUS_IO, "outer (%s)", why.text), STATUS_IO);
    assert_string_equal(why.text, "outer (inner)");
}

static void a_long_error_is_cut_between_characters(void **state)
{
    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        char text[1200] = "xxxx";
        struct error why = { .lang = LANG_ZH };
        text[shift] = '\0';
        for (size_t i = 0; i < 300; i++)
            memcpy(text + shift + i * 3, "支", 4);
        assert_int_equal(error_set(&why, STATUS_IO, "%s", text), STATUS_IO);
        const str cut = str_from(why.text);
        assert_true(str_is_utf8(cut));
        assert_true(cut.len >= sizeof why.text - 5 && cut.len < sizeof why.text);
        assert_true(str_starts(str_from(text), cut));
    }
}

static void every_text_has_its_chinese_twin_at_hand(void **state)
{
    (void)state;
    assert_true(translations_zh_count > 100);
    for (size_t i = 0; i < translations_zh_count; i++) {
        const struct translation *t = &translations_zh[i];
        /* NOLINTNEXTLINE(clang-diagnostic-format-nonliteral) */
        assert_ptr_equal(tr(LANG_ZH, t->en), t->zh);
        assert_ptr_equal(tr(LANG_EN, t->en), t->en);
        assert_true(str_is_utf8(str_from(t->zh)) && t->zh[0] != '\0');
    }
    assert_string_equal(tr(LANG_ZH, "no twin of this"), "no twin of this");
    assert_string_equal(tr(LANG_ZH, ""), "");
}

static void a_broken_invariant_stops_the_process(void **state)
{
    (void)state;
    int status = 0;
    BUG_IF(status != 0);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)signal(SIGABRT, SIG_DFL);
        if (freopen("/dev/null", "w", stderr) != NULL)
            BUG_IF(status == 0);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void what_the_system_says_is_translated_where_people_meet_it(void **state)
{
    static const int met[] = { ENOENT,     EACCES,       EPERM,  EISDIR,   ENOTDIR, ENOSPC,
                               EROFS,      EFBIG,        EMFILE, EIO,      EBUSY,   EEXIST,
                               EADDRINUSE, ENAMETOOLONG, EDQUOT, ENOTEMPTY };
    const struct error chinese = { .lang = LANG_ZH };
    (void)state;
    assert_string_equal(error_system(NULL, ENOENT), strerror(ENOENT));
    for (size_t i = 0; i < ARRAY_LEN(met); i++) {
        if ((error_system(&chinese, met[i])[0] & 0x80) == 0)
            fail_msg("in English only: %s", strerror(met[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_its_codes_and_text),
        cmocka_unit_test(an_error_speaks_the_language_of_its_reader),
        cmocka_unit_test(an_error_can_quote_itself),
        cmocka_unit_test(a_long_error_is_cut_between_characters),
        cmocka_unit_test(every_text_has_its_chinese_twin_at_hand),
        cmocka_unit_test(what_the_system_says_is_translated_where_people_meet_it),
        cmocka_unit_test(a_broken_invariant_stops_the_process),
    };
    return cmocka_run_group_tests_name("base: status and errors", tests, NULL, NULL);
}
