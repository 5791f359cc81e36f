/* Any bytes as a zip archive: names are UTF-8, no member leaves its file, never a crash. */
#include "format/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    char to[64];
    struct archive *a = NULL;
    struct error why = { 0 };
    const int fd = memfd_create("archive", 0);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    snprintf(to, sizeof to, "/tmp/shopvane-fuzz-archive-%d", (int)getpid());
    (void)archive_is_one(path);
    if (archive_open(path, &a, &why) == STATUS_OK) {
        for (size_t i = 0; i < archive_count(a) && i < 8; i++) {
            const struct archive_member *m = archive_member(a, i);
            if (!str_is_utf8(m->name))
                abort();
            unlink(to);
            if (m->refusal == NULL && !m->is_none)
                (void)!archive_extract(a, i, to, &why);
        }
    }
    archive_close(a);
    unlink(to);
    close(fd);
    return 0;
}
