/* The control socket: a command line travels to the server with its streams and comes back with
 * its exit status; what is no such request is dropped without harm. */
#include "server_rig.h"

struct output {
    char text[2][256]; /* of its standard output and error */
    int status;
    bool was_forwarded;
};

static void drain(int fd, char out[256])
{
    size_t len = 0;
    for (ssize_t n = 1; n > 0 && len<255; len += n> 0 ? (size_t)n : 0)
        n = read(fd, out + len, 255 - len);
    out[len] = '\0';
    close(fd);
}

static struct output forward(const char *dir, struct control_request req)
{
    struct output o = { .status = -77 };
    int out[2];
    int err[2];
    assert_int_equal(pipe(out), 0);
    assert_int_equal(pipe(err), 0);
    req.out_fd = out[1];
    req.err_fd = err[1];
    o.was_forwarded = control_forward(dir, &req, &o.status);
    close(out[1]);
    close(err[1]);
    drain(out[0], o.text[0]);
    drain(err[0], o.text[1]);
    return o;
}

static const char *const words[] = { "kpi", "net_sales", "", "客单价 x" };

static struct control_request request(int argc)
{
    return (struct control_request){ .cwd = "/tmp", .argc = argc, .argv = words, .width = 80 };
}

static void assert_served(struct rig *r)
{
    const struct output o = forward(r->dir, request(2));
    assert_true(o.was_forwarded);
    assert_int_equal(o.status, 2);
    assert_string_equal(o.text[0], "out kpi\n");
    assert_string_equal(o.text[1], "err net_sales\n");
}

static void a_command_runs_in_the_server_on_the_callers_streams(void **state)
{
    struct rig *r = *state;
    struct control_request req = request(4);
    req.lang = LANG_ZH;
    req.lang_given = true;
    req.out_is_terminal = true;
    req.width = 132;
    const struct output o = forward(r->dir, req);
    assert_true(o.was_forwarded);
    assert_int_equal(o.status, 4);
    assert_string_equal(o.text[0], "out kpi\n");
    assert_string_equal(o.text[1], "err 客单价 x\n");
    assert_string_equal(r->seen, "/tmp|zh given terminal|132|4");
    assert_served(r);
    assert_string_equal(r->seen, "/tmp|en|80|2");
}

static void commands_run_one_after_the_other_and_leave_no_file_open(void **state)
{
    struct rig *r = *state;
    assert_served(r);
    const int before = open_files();
    for (int i = 0; i < 50; i++)
        assert_served(r);
    assert_int_equal(open_files(), before);
}

static void a_command_without_arguments_arrives_as_such(void **state)
{
    struct rig *r = *state;
    const struct output o = forward(r->dir, request(0));
    assert_true(o.was_forwarded);
    assert_int_equal(o.status, 0);
    assert_string_equal(o.text[0], "out nothing\n");
}

static void thousands_of_file_names_fit_into_a_command(void **state)
{
    struct rig *r = *state;
    enum { NAMES = 5000 };
    const char **argv = mem_new(NAMES, sizeof *argv);
    for (int i = 0; i < NAMES; i++)
        argv[i] = arena_printf(r->arena, "exports/2010-%04d.csv", i).ptr;
    struct control_request req = request(NAMES);
    req.argv = argv;
    const struct output o = forward(r->dir, req);
    assert_true(o.was_forwarded);
    assert_int_equal(o.status, NAMES);
    assert_string_equal(o.text[1], "err exports/2010-4999.csv\n");
    mem_free(argv);
}

static void a_command_beyond_the_limits_is_not_sent(void **state)
{
    struct rig *r = *state;
    char *big = mem_new((size_t)2 * 1024 * 1024 + 1, 1);
    memset(big, 'x', (size_t)2 * 1024 * 1024);
    struct control_request req = request(1);
    req.argv = (const char *const[]){ big };
    const struct output o = forward(r->dir, req);
    assert_false(o.was_forwarded);
    assert_int_equal(o.status, -77);
    mem_free(big);
    assert_served(r);
}

static void without_a_server_nothing_is_forwarded(void **state)
{
    struct rig *r = *state;
    assert_false(forward("/nonexistent", request(2)).was_forwarded);
    char deep[300];
    memset(deep, 'd', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    assert_false(forward(deep, request(2)).was_forwarded);
    rig_stop(r);
    const struct output o = forward(r->dir, request(2));
    assert_false(o.was_forwarded);
    assert_int_equal(o.status, -77);
}

static void the_socket_is_for_its_owner_only(void **state)
{
    struct rig *r = *state;
    char command[200];
    (void)snprintf(
        command, sizeof command, "test \"$(stat -c %%a '%s/run/control.sock')\" = 600", r->dir);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): our own folder */
}

/* As control.c has it; numbers travel as they are. */
struct header {
    uint32_t magic, is_zh, lang_given, is_terminal, width, argc, bytes;
};

#define MAGIC UINT32_C(0x53564332)

static int raw_connect(const struct rig *r)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    (void)snprintf(a.sun_path, sizeof a.sun_path, "%s/run/control.sock", r->dir);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

/* Sends the header with `fds` copies of a stream and then the text; true when an answer came. */
static bool raw_answered(const struct rig *r, struct header h, size_t len, int fds, str text)
{
    union {
        struct cmsghdr align;
        char space[CMSG_SPACE(4 * sizeof(int))];
    } control = { 0 };
    struct iovec iov = { .iov_base = &h, .iov_len = len };
    struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
    const int null_fd = STDERR_FILENO;
    int32_t answer = 0;
    const int fd = raw_connect(r);
    if (fds > 0) {
        msg.msg_control = control.space;
        msg.msg_controllen = CMSG_SPACE((size_t)fds * sizeof(int));
        struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN((size_t)fds * sizeof(int));
        for (int i = 0; i < fds; i++)
            memcpy(CMSG_DATA(c) + (size_t)i * sizeof(int), &null_fd, sizeof null_fd);
    }
    assert_int_equal(sendmsg(fd, &msg, MSG_NOSIGNAL), len);
    (void)send(fd, text.ptr, text.len, MSG_NOSIGNAL);
    (void)shutdown(fd, SHUT_WR);
    const bool answered = recv(fd, &answer, sizeof answer, 0) == (ssize_t)sizeof answer;
    close(fd);
    return answered;
}

static const struct {
    struct header h;
    size_t len;
    int fds;
    str text;
} bad[] = {
    { { .magic = MAGIC + 1, .bytes = 2 }, sizeof(struct header), 2, { ".\0", 2 } },
    { { .magic = MAGIC, .bytes = 2 }, 8, 2, { ".\0", 2 } },                     /* cut off */
    { { .magic = MAGIC, .bytes = 2 }, sizeof(struct header), 0, { ".\0", 2 } }, /* no streams */
    { { .magic = MAGIC, .bytes = 2 }, sizeof(struct header), 1, { ".\0", 2 } }, /* one stream */
    { { .magic = MAGIC, .bytes = 9 }, sizeof(struct header), 2, { ".\0", 2 } }, /* text missing */
    { { .magic = MAGIC, .bytes = 0 }, sizeof(struct header), 2, { "", 0 } },    /* no folder */
    { { .magic = MAGIC, .bytes = 1 }, sizeof(struct header), 2, { ".", 1 } },   /* no NUL */
    { { .magic = MAGIC, .argc = 1, .bytes = 2 }, sizeof(struct header), 2, { ".\0", 2 } },
    { { .magic = MAGIC, .argc = 1, .bytes = 6 }, sizeof(struct header), 2, { ".\0a\0b\0", 6 } },
    { { .magic = MAGIC, .argc = 1, .bytes = 3 }, sizeof(struct header), 2, { ".\0a", 3 } },
    { { .magic = MAGIC, .argc = UINT32_MAX, .bytes = 2 }, sizeof(struct header), 2, { ".\0", 2 } },
    { { .magic = MAGIC, .bytes = UINT32_MAX }, sizeof(struct header), 2, { ".\0", 2 } },
    { { .magic = MAGIC, .bytes = (1 << 20) + 1 }, sizeof(struct header), 2, { ".\0", 2 } },
};

static void what_is_no_request_is_dropped_without_harm(void **state)
{
    struct rig *r = *state;
    assert_served(r);
    const int before = open_files();
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        r->seen[0] = '\0';
        if (raw_answered(r, bad[i].h, bad[i].len, bad[i].fds, bad[i].text) || r->seen[0] != '\0')
            fail_msg("row %zu was taken for a command", i);
    }
    assert_true(raw_answered(r,
                             (struct header){ .magic = MAGIC, .argc = 1, .bytes = 4 },
                             sizeof(struct header),
                             2,
                             (str){ ".\0a\0", 4 }));
    assert_served(r);
    assert_int_equal(open_files(), before);
}

static void a_caller_who_hangs_up_does_not_stop_the_server(void **state)
{
    struct rig *r = *state;
    for (int i = 0; i < 5; i++)
        close(raw_connect(r));
    assert_served(r);
}

/* The test holds the writer, so the command waits for its turn when its caller goes. */
static void a_command_whose_caller_went_while_it_waited_is_not_run(void **state)
{
    struct rig *r = *state;
    r->seen[0] = '\0';
    assert_int_equal(shop_writer_take(r->shop, 1000, &r->why), STATUS_OK);
    const bool answered = raw_answered(r,
                                       (struct header){ .magic = MAGIC, .argc = 1, .bytes = 4 },
                                       sizeof(struct header),
                                       2,
                                       (str){ ".\0a\0", 4 });
    shop_writer_give(r->shop);
    assert_true(answered);
    assert_string_equal(r->seen, "");
    assert_served(r);
}

static void a_folder_too_deep_for_the_socket_is_refused_with_the_reason(void **state)
{
    struct rig *r = *state;
    struct shop *deep = NULL;
    volatile sig_atomic_t stop = 1;
    const struct shop_settings s = {
        .name = STR("B"), .currency = STR("GBP"), .timezone = STR("UTC"), .week_start = 1
    };
    const char *dir = arena_printf(r->arena, "%s/%0100d", r->dir, 7).ptr;
    assert_int_equal(shop_init(dir, &s, &r->why), STATUS_OK);
    assert_int_equal(shop_open(dir, &(struct shop_options){ .threads = 1 }, &deep, &r->why),
                     STATUS_OK);
    const struct server_options opt = { .listen = "127.0.0.1:0", .shop = deep, .stop = &stop };
    assert_int_equal(server_run(&opt, &r->why), STATUS_BAD_USAGE);
    assert_non_null(strstr(r->why.text, "the path is too long for the control socket"));
    shop_close(deep);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_command_runs_in_the_server_on_the_callers_streams),
        TEST(commands_run_one_after_the_other_and_leave_no_file_open),
        TEST(a_command_without_arguments_arrives_as_such),
        TEST(thousands_of_file_names_fit_into_a_command),
        TEST(a_command_beyond_the_limits_is_not_sent),
        TEST(without_a_server_nothing_is_forwarded),
        TEST(the_socket_is_for_its_owner_only),
        TEST(what_is_no_request_is_dropped_without_harm),
        TEST(a_caller_who_hangs_up_does_not_stop_the_server),
        TEST(a_command_whose_caller_went_while_it_waited_is_not_run),
        TEST(a_folder_too_deep_for_the_socket_is_refused_with_the_reason),
    };
    return cmocka_run_group_tests_name("server: control socket", tests, NULL, NULL);
}
