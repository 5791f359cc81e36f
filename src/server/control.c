/* run/control.sock: a command line, its folder and its output streams travel to the live server.
 *
 * One request a connection: header {magic, flags, width, argc, bytes}, then `bytes` of
 * NUL-terminated texts (cwd, argv...), with stdout and stderr as SCM_RIGHTS on the header; the
 * answer is CONTROL_STARTED when the command's turn comes, then the exit status, each an int32.
 * A client that closes its side is gone, or was told to stop (Ctrl-C): its command is interrupted
 * as if it had run there. The socket is 0600 in a folder of the same user, and SO_PEERCRED must
 * name this user (or root). Both ends are the same program, so integers travel as they are. */
#include "base/system_error.h"
#include "server/server_priv.h"

#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define CONTROL_MAGIC    UINT32_C(0x53564332) /* "SVC2" */
#define CONTROL_STARTED  INT32_MIN
#define CONTROL_TEXT_MAX ((uint32_t)1 << 20)
#define WAIT_MS          200
#define PATIENCE_MS      1000  /* before a person is told that it waits */
#define CONTROL_ARGS_MAX 65536 /* a command line such as: import exports/2010-*.csv */

struct control_header {
    uint32_t magic;
    uint32_t is_zh;
    uint32_t lang_given;
    uint32_t is_terminal;
    uint32_t width;
    uint32_t argc;
    uint32_t bytes;
};

static bool control_address(const char *dir, struct sockaddr_un *out)
{
    memset(out, 0, sizeof *out);
    out->sun_family = AF_UNIX;
    const int n = snprintf(out->sun_path, sizeof out->sun_path, "%s/run/control.sock", dir);
    return n > 0 && (size_t)n < sizeof out->sun_path;
}

static bool send_all(int fd, const void *data, size_t len)
{
    const char *p = data;
    while (len > 0) {
        const ssize_t n = send(fd, p, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        p += n;
        len -= (size_t)n;
    }
    return true;
}

static bool receive_all(int fd, void *data, size_t len)
{
    char *p = data;
    while (len > 0) {
        const ssize_t n = recv(fd, p, len, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        p += n;
        len -= (size_t)n;
    }
    return true;
}

union fds_control {
    struct cmsghdr align;
    char space[CMSG_SPACE(2 * sizeof(int))];
};

static bool send_header(int fd, struct control_header *h, const int fds[2])
{
    union fds_control control = { 0 };
    struct iovec iov = { .iov_base = h, .iov_len = sizeof *h };
    struct msghdr msg = { .msg_iov = &iov,
                          .msg_iovlen = 1,
                          .msg_control = control.space,
                          .msg_controllen = sizeof control.space };
    struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(2 * sizeof(int));
    memcpy(CMSG_DATA(c), fds, 2 * sizeof(int));
    return sendmsg(fd, &msg, MSG_NOSIGNAL) == (ssize_t)sizeof *h;
}

/* The file descriptors that came along; false unless there are two. */
static bool take_fds(const struct cmsghdr *c, int fds[2])
{
    if (c == NULL || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
        return false;
    const size_t bytes = c->cmsg_len - CMSG_LEN(0);
    memcpy(fds, CMSG_DATA(c), bytes < 2 * sizeof(int) ? bytes : 2 * sizeof(int));
    return bytes == 2 * sizeof(int);
}

static bool receive_header(int fd, struct control_header *h, int fds[2])
{
    union fds_control control = { 0 };
    struct iovec iov = { .iov_base = h, .iov_len = sizeof *h };
    struct msghdr msg = { .msg_iov = &iov,
                          .msg_iovlen = 1,
                          .msg_control = control.space,
                          .msg_controllen = sizeof control.space };
    const ssize_t n = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC);
    if (!take_fds(n > 0 ? CMSG_FIRSTHDR(&msg) : NULL, fds))
        return false;
    return n == (ssize_t)sizeof *h && h->magic == CONTROL_MAGIC && h->bytes <= CONTROL_TEXT_MAX &&
           h->argc <= CONTROL_ARGS_MAX;
}

/* A connection to the live server of `dir`, or -1. */
static int control_connect(const char *dir)
{
    struct sockaddr_un address;
    if (!control_address(dir, &address))
        return -1;
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

bool control_is_live(const char *dir)
{
    const int fd = control_connect(dir);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* Ctrl-C and the like as something to poll, unless they are ignored (nohup, a job in the
 * background); -1 when there is nothing to hear. */
static int signals_open(void)
{
    static const int numbers[] = { SIGINT, SIGTERM };
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        struct sigaction now;
        if (sigaction(numbers[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaddset(&set, numbers[i]);
    }
    return sigprocmask(SIG_BLOCK, &set, NULL) == 0 ? signalfd(-1, &set, SFD_CLOEXEC) : -1;
}

/* How far a command is, as its client knows. */
struct waiting {
    const struct control_request *req;
    int fd;
    int signals;
    bool started;
    bool told; /* that it waits */
    bool stopping;
    bool gave_up;
};

static void tell(const struct waiting *w, const char *what)
{
    dprintf(w->req->err_fd, "%s\n", tr(w->req->lang, what));
}

/* Before its turn a command is given up; while it runs the server is asked to stop it, once. */
static void on_signal(struct waiting *w)
{
    struct signalfd_siginfo info;
    w->gave_up =
        read(w->signals, &info, sizeof info) != (ssize_t)sizeof info || !w->started || w->stopping;
    if (w->gave_up) {
        tell(w, w->started ? "left: the server ends it alone" : "gave up waiting for the server");
        return;
    }
    w->stopping = true;
    shutdown(w->fd, SHUT_WR);
    tell(w, "stopping; Ctrl-C again does not wait for it");
}

/* Waits for a word of the server, or a signal; false when the server is gone. */
static bool wait_step(struct waiting *w, int32_t *answer)
{
    struct pollfd both[] = { { .fd = w->fd, .events = POLLIN },
                             { .fd = w->signals, .events = POLLIN } };
    const int n = poll(both, ARRAY_LEN(both), w->started || w->told ? -1 : PATIENCE_MS);
    if (n < 0)
        return errno == EINTR;
    if (n == 0) {
        w->told = true;
        if (isatty(w->req->err_fd))
            tell(w, "waiting: the server works on something else; Ctrl-C gives up");
        return true;
    }
    if (both[0].revents != 0) {
        if (!receive_all(w->fd, answer, sizeof *answer))
            return false;
        w->started = true;
        return true;
    }
    on_signal(w);
    return true;
}

/* The exit status that the server answers with. */
static int32_t wait_answer(int fd, const struct control_request *req)
{
    struct waiting w = { .req = req, .fd = fd, .signals = signals_open() };
    int32_t answer = CONTROL_STARTED;
    while (answer == CONTROL_STARTED && !w.gave_up) {
        if (!wait_step(&w, &answer)) {
            answer = status_exit(STATUS_IO);
            tell(&w, "the server ended before it answered, or is another version of Shopvane");
        }
    }
    if (w.signals >= 0)
        close(w.signals);
    return w.gave_up ? status_exit(STATUS_INTERRUPTED) : answer;
}

bool control_forward(const char *dir, const struct control_request *req, int *exit_status)
{
    struct buf text;
    bool done = false;
    const int fd = control_connect(dir);
    if (fd < 0)
        return false;
    buf_init(&text, (size_t)CONTROL_TEXT_MAX);
    buf_add(&text, (str){ req->cwd, strlen(req->cwd) + 1 });
    for (int i = 0; i < req->argc; i++)
        buf_add(&text, (str){ req->argv[i], strlen(req->argv[i]) + 1 });
    struct control_header h = {
        .magic = CONTROL_MAGIC,
        .is_zh = req->lang == LANG_ZH,
        .lang_given = req->lang_given,
        .is_terminal = req->out_is_terminal,
        .width = req->width,
        .argc = (uint32_t)req->argc,
        .bytes = (uint32_t)text.len,
    };
    if (!buf_ok(&text) || req->argc > CONTROL_ARGS_MAX ||
        !send_header(fd, &h, (const int[2]){ req->out_fd, req->err_fd }) ||
        !send_all(fd, text.data, text.len))
        goto out;
    done = true; /* it was accepted: never run it a second time here */
    *exit_status = wait_answer(fd, req);
out:
    buf_release(&text);
    close(fd);
    return done;
}

enum status control_listen(const char *dir, int *out_fd, struct error *why)
{
    struct sockaddr_un address;
    if (!control_address(dir, &address))
        return error_set(why,
                         STATUS_BAD_USAGE,
                         "%s: the path is too long for the control socket (107 bytes)",
                         dir);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    unlink(address.sun_path); /* the lock is ours, so no live server owns it */
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
        chmod(address.sun_path, 0600) != 0 || listen(fd, 8) != 0) {
        const int err = errno;
        if (fd >= 0)
            close(fd);
        return error_set(
            why, status_from_errno(err), "%s: %s", address.sun_path, error_system(why, err));
    }
    *out_fd = fd;
    return STATUS_OK;
}

void control_unlink(const char *dir)
{
    struct sockaddr_un address;
    if (control_address(dir, &address))
        unlink(address.sun_path);
}

static bool peer_is_us(int fd)
{
    struct ucred cred;
    socklen_t len = sizeof cred;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) != 0)
        return false;
    return cred.uid == getuid() || cred.uid == 0;
}

/* Splits the texts into cwd and argv; false unless exactly argc + 1 texts end the bytes. */
static bool split_texts(
    char *text, uint32_t bytes, uint32_t argc, const char **cwd, const char **argv)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i <= argc; i++) {
        const char *end = memchr(text + at, '\0', bytes - at);
        if (end == NULL)
            return false;
        if (i == 0)
            *cwd = text + at;
        else
            argv[i - 1] = text + at;
        at = (uint32_t)(end - text) + 1;
    }
    return at == bytes;
}

static bool client_is_gone(int fd)
{
    struct pollfd p = { .fd = fd, .events = POLLRDHUP };
    return poll(&p, 1, 0) > 0;
}

/* While a command runs: interrupts it when its client goes. */
struct guard {
    int client;
    int over[2]; /* a pipe; closing its far end ends the guard */
    struct conn *conn;
    pthread_t thread;
};

static void *guard_run(void *self)
{
    const struct guard *g = self;
    struct pollfd both[] = { { .fd = g->client, .events = POLLRDHUP },
                             { .fd = g->over[0], .events = POLLIN } };
    while (poll(both, ARRAY_LEN(both), -1) < 0 && errno == EINTR)
        ;
    if (both[0].revents != 0)
        conn_interrupt(g->conn);
    return NULL;
}

/* The command itself, the writer being ours. */
static int32_t run_guarded(const struct server_options *opt,
                           const struct control_request *req,
                           int client)
{
    const int32_t started = CONTROL_STARTED;
    struct guard g = { .client = client, .conn = shop_writer(opt->shop) };
    if (pipe2(g.over, O_CLOEXEC) != 0)
        return status_exit(STATUS_IO);
    const bool guarded = pthread_create(&g.thread, NULL, guard_run, &g) == 0;
    (void)send_all(client, &started, sizeof started);
    const int32_t status = opt->run(opt->run_self, req);
    close(g.over[1]);
    if (guarded)
        pthread_join(g.thread, NULL);
    close(g.over[0]);
    conn_resume(g.conn);
    return status;
}

/* Runs the command while nobody else writes; a stop of the server, or the client's end, ends the
 * waiting. */
static int32_t run_alone(const struct server_options *opt,
                         const struct control_request *req,
                         int client)
{
    struct error why = { .lang = req->lang };
    while (shop_writer_take(opt->shop, WAIT_MS, &why) != STATUS_OK) {
        if (client_is_gone(client))
            return status_exit(STATUS_INTERRUPTED);
        if (__atomic_load_n(opt->stop, __ATOMIC_RELAXED) == 0)
            continue;
        dprintf(req->err_fd, "%s\n", tr(req->lang, "the server stops: nothing was done"));
        return status_exit(STATUS_INTERRUPTED);
    }
    const int32_t status =
        client_is_gone(client) ? status_exit(STATUS_INTERRUPTED) : run_guarded(opt, req, client);
    shop_writer_give(opt->shop);
    return status;
}

static void control_answer(const struct server_options *opt,
                           int fd,
                           const struct control_header *h,
                           const int fds[2])
{
    const char *cwd = ".";
    const char **argv = mem_new((size_t)h->argc + 1, sizeof *argv);
    char *text = mem_new((size_t)h->bytes + 1, 1);
    if (text != NULL && argv != NULL && receive_all(fd, text, h->bytes) &&
        split_texts(text, h->bytes, h->argc, &cwd, argv)) {
        const struct control_request req = {
            .out_fd = fds[0],
            .err_fd = fds[1],
            .cwd = cwd,
            .lang = h->is_zh ? LANG_ZH : LANG_EN,
            .lang_given = h->lang_given != 0,
            .out_is_terminal = h->is_terminal != 0,
            .width = h->width,
            .argc = (int)h->argc,
            .argv = argv,
        };
        const int32_t status = run_alone(opt, &req, fd);
        (void)send_all(fd, &status, sizeof status);
    }
    mem_free(text);
    mem_free(argv);
}

void control_serve_one(const struct server_options *opt, int listen_fd)
{
    struct control_header h;
    int fds[2] = { -1, -1 };
    const int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return;
    const struct timeval patience = { .tv_sec = 5 };
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (peer_is_us(fd) && receive_header(fd, &h, fds))
        control_answer(opt, fd, &h, fds);
    for (size_t i = 0; i < 2; i++) {
        if (fds[i] >= 0)
            close(fds[i]);
    }
    close(fd);
}
