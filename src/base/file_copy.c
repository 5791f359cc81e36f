/* A file copied: its blocks shared where the file system can, else byte by byte. */
#include "base/file.h"
#include "base/system_error.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COPY_BYTES ((size_t)1024 * 1024)

static enum status failed(const char *path, int err, struct error *why)
{
    return error_set(why, status_from_errno(err), "%s: %s", path, error_system(why, err));
}

static bool write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        const ssize_t n = write(fd, data, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        data += n;
        len -= (size_t)n;
    }
    return true;
}

static enum status copy_bytes(int in, int out, const char *from, const char *to, struct error *why)
{
    char *block = mem_new(COPY_BYTES, 1);
    enum status st = block != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
    while (st == STATUS_OK) {
        const ssize_t n = read(in, block, COPY_BYTES);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            st = failed(from, errno, why);
        if (n <= 0)
            break;
        if (!write_all(out, block, (size_t)n))
            st = failed(to, errno, why);
    }
    mem_free(block);
    return st;
}

enum status file_copy(const char *from, const char *to, struct error *why)
{
    int out = -1;
    enum status st = STATUS_OK;
    const int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (in < 0)
        return failed(from, errno, why);
    out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (out < 0)
        st = failed(to, errno, why);
    /* A reflink shares the blocks until one side writes: a copy costs nothing on such disks. */
    if (st == STATUS_OK && ioctl(out, FICLONE, in) != 0)
        st = copy_bytes(in, out, from, to, why);
    if (st == STATUS_OK && fsync(out) != 0)
        st = failed(to, errno, why);
    if (out >= 0 && close(out) != 0 && st == STATUS_OK)
        st = failed(to, errno, why);
    close(in);
    return st;
}
