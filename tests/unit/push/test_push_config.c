/* push.yaml: what is read, every problem at its place, and no secret in any of them. */
#include "push/push.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct reading {
    struct arena *a;
    struct problems p;
    struct push_config c;
    struct buf said;
};

static void read_text(struct reading *r, const char *yaml)
{
    struct error why = { .lang = LANG_EN };
    r->a = arena_new(0);
    problems_init(&r->p, r->a, LANG_EN);
    buf_init(&r->said, 1 << 20);
    if (push_read_text(str_from(yaml), r->a, &r->p, &r->c, &why) != STATUS_OK)
        fail_msg("%s", why.text);
    problems_sort(&r->p);
    problems_print(&r->p, &r->said);
    buf_addc(&r->said, '\0');
}

static void done(struct reading *r)
{
    buf_release(&r->said);
    arena_free(r->a);
}

#define TWO                                                              \
    "targets:\n"                                                         \
    "  team:\n"                                                          \
    "    kind: dingtalk\n"                                               \
    "    url: https://oapi.dingtalk.com/robot/send?access_token=T0KEN\n" \
    "    secret_env: TEAM_SECRET\n"                                      \
    "  老板:\n"                                                        \
    "    kind: feishu\n"                                                 \
    "    url_file: secrets/boss.url\n"                                   \
    "    secret_file: secrets/boss\n"

static void targets_and_the_daily_card_are_read(void **state)
{
    struct reading r;
    (void)state;

    read_text(&r, TWO "morning: 9:05\ntimeout: 20\n");

    assert_string_equal(r.said.data, "");
    assert_int_equal(r.c.count, 2);
    assert_int_equal(r.c.targets[0].kind, PUSH_DINGTALK);
    assert_int_equal(r.c.targets[0].secret.from, PUSH_FROM_VARIABLE);
    assert_true(str_is(r.c.targets[0].secret.text, "TEAM_SECRET"));
    assert_int_equal(r.c.targets[1].url.from, PUSH_FROM_FILE);
    assert_true(r.c.morning.is_set && !r.c.morning.when_arrived);
    assert_int_equal(r.c.morning.minute, 9 * 60 + 5);
    assert_int_equal(r.c.morning.count, 2); /* all, since none is named */
    assert_int_equal(r.c.timeout_s, 20);
    done(&r);
}

static void arrived_has_a_latest_time(void **state)
{
    struct reading r;
    (void)state;

    read_text(&r, TWO "morning: arrived\n");
    assert_true(r.c.morning.when_arrived);
    assert_int_equal(r.c.morning.minute, 12 * 60);
    done(&r);
    read_text(&r, TWO "morning: {when: arrived, latest: '10:30', to: [老板, 老板]}\n");
    assert_string_equal(r.said.data, "");
    assert_int_equal(r.c.morning.minute, 10 * 60 + 30);
    assert_int_equal(r.c.morning.count, 1);
    assert_int_equal(r.c.morning.to[0], 1);
    done(&r);
}

static void no_file_and_an_empty_one_have_no_targets(void **state)
{
    struct reading r;
    (void)state;

    read_text(&r, "# nothing yet\n");

    assert_string_equal(r.said.data, "");
    assert_int_equal(r.c.count, 0);
    assert_false(r.c.morning.is_set);
    done(&r);
}

static void every_problem_is_told_at_its_place(void **state)
{
    static const char *const wanted[] = {
        "push.yaml:3:11: unknown name \"dingtlk\" (did you mean \"dingtalk\"?)",
        "push.yaml:5:3: not a name for a target",
        "push.yaml:7:10: not an address that cards may go to",
        "push.yaml:8:13: wecom takes no secret",
        "push.yaml:11:10: an address of dingtalk holds \"access_token=\"",
        "push.yaml:12:13: a secret of dingtalk begins with SEC",
        "push.yaml:13:5: unknown key \"secrt\" (did you mean \"secret\"?)",
        "push.yaml:15:5: webhook is signed: give it secret, secret_env or secret_file",
        "push.yaml:17:14: one of url, url_env and url_file is enough",
        "push.yaml:18:3: the key \"kind\" is missing",
        "push.yaml:20:5: where to is missing: url, url_env or url_file",
        "push.yaml:23:9: expected a time of the day such as \"09:00\", or arrived, found",
        "push.yaml:24:11: latest goes with: when: arrived",
        "push.yaml:25:8: no target \"slak\" in this file (did you mean \"slack\"?)",
        "push.yaml:26:10: expected a number from 1 to 60, found 600",
    };
    struct reading r;
    (void)state;

    read_text(&r,
              "targets:\n"
              "  a:\n"
              "    kind: dingtlk\n"
              "    url: https://x.example/access_token=T0KEN\n"
              "  all:\n"
              "    kind: wecom\n"
              "    url: http://x.example/send?key=T0KEN\n"
              "    secret: S3CRET\n"
              "  b:\n"
              "    kind: dingtalk\n"
              "    url: https://x.example/T0KEN\n"
              "    secret: S3CRET\n"
              "    secrt: S3CRET\n"
              "  c:\n"
              "    kind: webhook\n"
              "    url: https://x.example/T0KEN\n"
              "    url_env: T0KEN_NAME\n"
              "  d:\n"
              "  slack:\n"
              "    kind: slack\n"
              "\n"
              "morning:\n"
              "  when: arived\n"
              "  latest: '9:00'\n"
              "  to: [slak]\n"
              "timeout: 600\n");

    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        if (strstr(r.said.data, wanted[i]) == NULL)
            fail_msg("missing: %s\nin:\n%s", wanted[i], r.said.data);
    }
    assert_int_equal(r.p.n_total, ARRAY_LEN(wanted));
    assert_null(strstr(r.said.data, "T0KEN\""));
    assert_null(strstr(r.said.data, "x.example"));
    assert_null(strstr(r.said.data, "S3CRET"));
    done(&r);
}

static void times_that_are_none_are_refused(void **state)
{
    static const char *const times[] = {
        "24:00", "9:60", "9", "09:0", "09：00", "-1:00", "9:00:00"
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        struct reading r;
        char yaml[1024];
        (void)snprintf(yaml, sizeof yaml, TWO "morning: \"%s\"\n", times[i]);

        read_text(&r, yaml);

        if (r.p.n_total != 1)
            fail_msg("%s: %s", times[i], r.said.data);
        done(&r);
    }
}

/* ---- where secrets stand ---- */

static const char *variable(const char *name)
{
    return strcmp(name, "TEAM_SECRET") == 0 ? " SECfrom-variable\n" : NULL;
}

static void write_file(const char *dir, const char *name, const char *text, mode_t mode)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    assert_int_equal(chmod(path, mode), 0);
}

static void secrets_come_from_variables_and_files_and_loose_ones_are_told(void **state)
{
    struct reading r;
    struct push_keys keys;
    struct problems loose;
    struct buf said;
    struct error why = { .lang = LANG_EN };
    char dir[] = "/tmp/shopvane-push.XXXXXX";
    (void)state;
    assert_non_null(mkdtemp(dir));
    char secrets[64];
    (void)snprintf(secrets, sizeof secrets, "%s/secrets", dir);
    assert_int_equal(mkdir(secrets, 0700), 0);
    write_file(dir, "push.yaml", TWO, 0644);
    write_file(dir, "secrets/boss.url", "https://open.feishu.cn/open-apis/bot/v2/hook/x\n", 0600);
    write_file(dir, "secrets/boss", "from file\n", 0640);
    read_text(&r, TWO);

    assert_int_equal(push_keys_read(dir, &r.c.targets[0], variable, r.a, &keys, &why), STATUS_OK);
    assert_true(str_is(keys.secret, "SECfrom-variable"));
    assert_int_equal(push_keys_read(dir, &r.c.targets[0], NULL, r.a, &keys, &why),
                     STATUS_NOT_FOUND);
    assert_non_null(strstr(why.text, "TEAM_SECRET is not set"));
    /* a blank within: no secret of theirs, and it is not shown */
    assert_int_equal(push_keys_read(dir, &r.c.targets[1], variable, r.a, &keys, &why),
                     STATUS_BAD_INPUT);
    assert_null(strstr(why.text, "from file"));
    write_file(dir, "secrets/boss", "whole\n", 0640);
    assert_int_equal(push_keys_read(dir, &r.c.targets[1], variable, r.a, &keys, &why), STATUS_OK);
    assert_true(str_is(keys.secret, "whole"));

    problems_init(&loose, r.a, LANG_EN);
    buf_init(&said, 1 << 16);
    push_warn(dir, &r.c, &loose);
    problems_print(&loose, &said);
    assert_int_equal(loose.n_total, 2);
    assert_true(str_contains(buf_str(&said), STR("push.yaml: others can read")));
    assert_true(str_contains(buf_str(&said),
                             STR("secrets/boss: others can read the addresses and "
                                 "secrets in it (mode 640)")));
    buf_release(&said);
    done(&r);
    char command[128];
    (void)snprintf(command, sizeof command, "rm -r %s", dir);
    assert_int_equal(system(command), 0); /* NOLINT: a folder of our own */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_and_the_daily_card_are_read),
        cmocka_unit_test(arrived_has_a_latest_time),
        cmocka_unit_test(no_file_and_an_empty_one_have_no_targets),
        cmocka_unit_test(every_problem_is_told_at_its_place),
        cmocka_unit_test(times_that_are_none_are_refused),
        cmocka_unit_test(secrets_come_from_variables_and_files_and_loose_ones_are_told),
    };
    return cmocka_run_group_tests_name("push.yaml", tests, NULL, NULL);
}
