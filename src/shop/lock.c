/* run/lock: an advisory lock held while the folder is open; its text is the holder's pid. The
 * kernel drops it when the process dies, however it dies: one that was killed needs some
 * milliseconds for it, and most commands are over soon, so it is waited for a moment. */
#include "base/system_error.h"
#include "shop/shop_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define WAIT_MS 2000
#define LOOK_MS 10

/* False with errno; EWOULDBLOCK: somebody else has it for longer than that. */
static bool wait_for_lock(int fd)
{
    const struct timespec pause = { .tv_nsec = (long)LOOK_MS * 1000000 };
    int waited = 0;
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if ((errno != EWOULDBLOCK && errno != EINTR) || waited >= WAIT_MS)
            return false;
        nanosleep(&pause, NULL);
        waited += LOOK_MS;
    }
    return true;
}

static enum status lock_conflict(int fd, const char *dir, struct error *why)
{
    char pid[24] = { 0 };
    const ssize_t n = pread(fd, pid, sizeof pid - 1, 0);
    const str shown = str_trim(str_from(n > 0 ? pid : "?"));
    return error_set(why,
                     STATUS_CONFLICT,
                     "%s is open in another program (process %.*s); wait for it, or stop it",
                     dir,
                     STR_ARG(shown));
}

static enum status fail_to_open(const char *path, int err, struct error *why)
{
    const enum status st = status_from_errno(err);
    if (err != EACCES && err != EROFS)
        return error_set(why, st, "%s: %s", path, error_system(why, err));
    return error_set(
        why,
        st,
        "%s: %s; a shop's folder is written to by questions, too: run this as its owner, "
        "or ask a copy of it",
        path,
        error_system(why, err));
}

enum status lock_take(const char *dir, int *out_fd, struct error *why)
{
    struct arena *a = arena_new(0);
    char *run = a != NULL ? path_join(a, dir, "run") : NULL;
    char *path = run != NULL ? path_join(a, run, "lock") : NULL;
    enum status st =
        path != NULL ? dir_make(run, why) : error_set(why, STATUS_NO_MEMORY, "out of memory");
    int fd = -1;
    struct buf pid;
    buf_init(&pid, 32);
    if (st != STATUS_OK)
        goto out;
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        st = fail_to_open(path, errno, why);
        goto out;
    }
    if (!wait_for_lock(fd)) {
        st = errno == EWOULDBLOCK ? lock_conflict(fd, dir, why) : fail_to_open(path, errno, why);
        goto out;
    }
    buf_addf(&pid, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, pid.data, pid.len, 0) != (ssize_t)pid.len) {
        st = error_set(why, status_from_errno(errno), "%s: %s", path, error_system(why, errno));
        goto out;
    }
    *out_fd = fd;
    fd = -1;
out:
    if (fd >= 0)
        close(fd);
    buf_release(&pid);
    arena_free(a);
    return st;
}

bool shop_is_locked(const char *dir)
{
    struct arena *a = arena_new(0);
    const char *run = a != NULL ? path_join(a, dir, "run") : NULL;
    const char *path = run != NULL ? path_join(a, run, "lock") : NULL;
    const int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    const bool locked = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0;
    if (fd >= 0)
        close(fd);
    arena_free(a);
    return locked;
}
