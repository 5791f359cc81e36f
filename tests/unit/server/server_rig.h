/* A server on a free port over a new, empty shop; runs on a thread of its own. */
#ifndef SHOPVANE_TESTS_SERVER_RIG_H
#define SHOPVANE_TESTS_SERVER_RIG_H

#include "access/access.h"
#include "server/server.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

struct rig {
    char dir[64];
    struct shop *shop;
    struct error why;
    pthread_t thread;
    sem_t ready;
    unsigned port;
    volatile sig_atomic_t stop;
    enum status status; /* of server_run */
    bool is_running;
    char seen[400]; /* the last command that arrived */
    char token[64]; /* of an administrator; may write */
    struct arena *arena;
};

/* Writes down what arrived, prints a line, and ends with the number of arguments. */
static inline int rig_run(void *self, const struct control_request *req)
{
    struct rig *r = self;
    (void)snprintf(r->seen,
                   sizeof r->seen,
                   "%s|%s%s%s|%u|%d",
                   req->cwd,
                   req->lang == LANG_ZH ? "zh" : "en",
                   req->lang_given ? " given" : "",
                   req->out_is_terminal ? " terminal" : "",
                   req->width,
                   req->argc);
    dprintf(req->out_fd, "out %s\n", req->argc > 0 ? req->argv[0] : "nothing");
    dprintf(req->err_fd, "err %s\n", req->argc > 0 ? req->argv[req->argc - 1] : "nothing");
    return req->argc;
}

static inline void rig_ready(void *self, unsigned port, const char *first_link)
{
    (void)first_link;
    struct rig *r = self;
    r->port = port;
    sem_post(&r->ready);
}

static inline void *rig_thread(void *self)
{
    struct rig *r = self;
    const struct server_options opt = { .listen = "127.0.0.1:0",
                                        .shop = r->shop,
                                        .run_self = r,
                                        .run = rig_run,
                                        .ready = rig_ready,
                                        .stop = &r->stop };
    r->status = server_run(&opt, &r->why);
    sem_post(&r->ready); /* when it failed before it was ready */
    return NULL;
}

static inline void rig_stop(struct rig *r)
{
    __atomic_store_n(&r->stop, 1, __ATOMIC_RELAXED);
    if (r->is_running)
        assert_int_equal(pthread_join(r->thread, NULL), 0);
    r->is_running = false;
}

/* An administrator, and a token of his that may write. */
static inline void rig_add_admin(struct rig *r)
{
    struct access *a = NULL;
    int64_t id = 0;
    struct access_made made;
    const struct access_actor by = { .who = STR("test"),
                                     .address = STR_EMPTY,
                                     .now_us = clock_now_us() };
    const struct access_change c = { .fields = USER_NAME | USER_ROLE,
                                     .user = { .name = STR("admin"), .role = ROLE_ADMIN } };
    const struct access_thing t = { .user_id = 1,
                                    .name = STR("test"),
                                    .path = STR_EMPTY,
                                    .is_flagged = true,
                                    .expires_us = clock_now_us() + US_PER_DAY };
    if (access_open(r->dir, &a, &r->why) != STATUS_OK ||
        access_user_add(a, &c, &by, &id, &r->why) != STATUS_OK ||
        access_thing_add(a, ACCESS_TOKEN, &t, &by, &made, &r->why) != STATUS_OK)
        fail_msg("%s", r->why.text);
    (void)snprintf(r->token, sizeof r->token, "%s", made.secret);
    access_close(a);
}

static inline int set_up(void **state)
{
    struct rig *r = mem_new(1, sizeof *r);
    const struct shop_settings settings = { .name = STR("Test"),
                                            .currency = STR("GBP"),
                                            .timezone = STR("Europe/London"),
                                            .week_start = 1 };
    const struct shop_options opt = { .memory_mib = 256, .threads = 1 };
    assert_non_null(r);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)snprintf(r->dir, sizeof r->dir, "/tmp/shopvane-server-XXXXXX");
    assert_non_null(mkdtemp(r->dir));
    r->arena = arena_new(0);
    if (shop_init(r->dir, &settings, &r->why) != STATUS_OK ||
        shop_open(r->dir, &opt, &r->shop, &r->why) != STATUS_OK)
        fail_msg("%s", r->why.text);
    rig_add_admin(r);
    assert_int_equal(sem_init(&r->ready, 0, 0), 0);
    assert_int_equal(pthread_create(&r->thread, NULL, rig_thread, r), 0);
    r->is_running = true;
    while (sem_wait(&r->ready) != 0)
        ;
    if (r->port == 0)
        fail_msg("%s", r->why.text);
    *state = r;
    return 0;
}

static inline int tear_down(void **state)
{
    struct rig *r = *state;
    char command[128];
    rig_stop(r);
    sem_destroy(&r->ready);
    shop_close(r->shop);
    arena_free(r->arena);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", r->dir);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): our own folder */
    mem_free(r);
    return 0;
}

static inline int rig_connect(const struct rig *r)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)r->port) };
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    if (connect(fd, (const struct sockaddr *)&a, sizeof a) == 0)
        return fd;
    close(fd);
    return -1;
}

static inline int count_open_files(void)
{
    int n = 0;
    DIR *d = opendir("/proc/self/fd");
    if (d == NULL)
        return 0;
    while (readdir(d) != NULL)
        n++;
    closedir(d);
    return n;
}

/* Open files of this process, the server's included; once it has closed what it was about to. */
static inline int open_files(void)
{
    int last = count_open_files();
    for (int same = 0, i = 0; same < 5 && i < 500; i++) {
        (void)usleep(10000);
        const int now = count_open_files();
        same = now == last ? same + 1 : 0;
        last = now;
    }
    return last;
}

#endif
