/* Bombs: all members together may unpack to 4 GiB, and each to 400 times its packed size once it is
 * above 64 MiB. Names that lead out of a folder are harmless here, since no name becomes a path,
 * but nothing honest holds them: such a member is refused. */
#include "format/archive.h"
#include "base/system_error.h"

#include "format/source_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#define MEMBERS_MAX    1000
#define UNPACKED_MAX   (UINT64_C(4) << 30)
#define RATIO_MAX      400
#define RATIO_FROM     (UINT64_C(64) << 20)
#define NAME_BYTES_MAX ((size_t)1000)

struct archive {
    zip_t *zip;
    struct arena *arena;
    str name; /* of the file, for messages */
    struct archive_member *members;
    size_t n;
    uint64_t unpacked;
};

bool archive_is_one(const char *path)
{
    char magic[4] = { 0 };
    struct stat s;
    const int fd =
        open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe would wait for a writer */
    if (fd < 0)
        return false;
    const bool is_file = fstat(fd, &s) == 0 && S_ISREG(s.st_mode);
    const ssize_t n = is_file ? read(fd, magic, sizeof magic) : 0;
    close(fd);
    if (n != (ssize_t)sizeof magic || memcmp(magic, "PK", 2) != 0 ||
        (memcmp(magic + 2, "\3\4", 2) != 0 && memcmp(magic + 2, "\5\6", 2) != 0))
        return false;
    zip_t *z = zip_open(path, ZIP_RDONLY, NULL);
    const bool is_excel = z == NULL || zip_name_locate(z, "xl/workbook.xml", ZIP_FL_NOCASE) >= 0;
    if (z != NULL)
        zip_discard(z);
    return !is_excel;
}

/* Windows in China writes names in GBK without saying so. */
static str shown_name(struct arena *a, const char *raw)
{
    char decoded[NAME_BYTES_MAX * 4];
    str in = str_first(str_from(raw), NAME_BYTES_MAX);
    str name = in;
    if (!str_is_utf8(in)) {
        struct decoder *d = decoder_new(ROW_ENCODING_GB18030);
        name = (str){ decoded, d != NULL ? decoder_run(d, &in, decoded, sizeof decoded, true) : 0 };
        decoder_free(d);
    }
    const str copy = arena_dup(a, name);
    char *bytes = arena_cstr(a, copy.ptr != NULL ? copy : STR_EMPTY);
    for (size_t i = 0; bytes != NULL && i < copy.len; i++)
        if ((unsigned char)bytes[i] < 0x20 || bytes[i] == 0x7f || bytes[i] == SOURCE_BAD_BYTE)
            bytes[i] = '?';
    if (bytes == NULL)
        return (str){ NULL, 0 };
    const str shown = { bytes, copy.len };
    return str_is_utf8(shown) ? shown : STR("?");
}

static bool leads_out(str name)
{
    if (name.len > 0 && (name.ptr[0] == '/' || name.ptr[0] == '\\'))
        return true;
    if (name.len > 1 && name.ptr[1] == ':')
        return true;
    while (name.len > 0) {
        size_t n = 0;
        while (n < name.len && name.ptr[n] != '/' && name.ptr[n] != '\\')
            n++;
        if (str_is(str_first(name, n), ".."))
            return true;
        name = str_skip(name, n + 1);
    }
    return false;
}

static bool is_none(str name)
{
    const str base = path_base(name);
    return str_ends(name, STR("/")) || str_starts(name, STR("__MACOSX/")) ||
           str_is(base, ".DS_Store") || str_is(base, "Thumbs.db") || str_is(base, "desktop.ini");
}

static bool read_member(struct archive *a, zip_uint64_t i)
{
    zip_stat_t st;
    struct archive_member *m = &a->members[i];
    const char *raw = zip_get_name(a->zip, i, ZIP_FL_ENC_RAW);
    m->name = shown_name(a->arena, raw != NULL ? raw : "?");
    if (m->name.ptr == NULL)
        return false;
    m->is_none = is_none(m->name);
    zip_stat_init(&st);
    if (zip_stat_index(a->zip, i, 0, &st) != 0)
        m->refusal = "it is damaged";
    else if (leads_out(m->name))
        m->refusal = "its name leads out of the archive";
    else if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && st.encryption_method != ZIP_EM_NONE)
        m->refusal = "it is protected by a password; unpack it by hand and import the file";
    return true;
}

enum status archive_open(const char *path, struct archive **out, struct error *why)
{
    struct archive *a = mem_new(1, sizeof *a);
    int code = 0;
    if (a == NULL || (a->arena = arena_new(0)) == NULL) {
        mem_free(a);
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    a->name = arena_dup(a->arena, path_base(str_from(path)));
    a->zip = zip_open(path, ZIP_RDONLY, &code);
    const zip_int64_t n = a->zip != NULL ? zip_get_num_entries(a->zip, 0) : 0;
    enum status st = STATUS_OK;
    if (a->zip == NULL)
        st = error_set(why, STATUS_BAD_INPUT, "%.*s: the archive is damaged", STR_ARG(a->name));
    else if (n > MEMBERS_MAX)
        st = error_set(why,
                       STATUS_TOO_LARGE,
                       "%.*s: more than %d files in the archive; unpack it and import the files",
                       STR_ARG(a->name),
                       MEMBERS_MAX);
    a->members = ARENA_NEW(a->arena, struct archive_member, (size_t)n + 1);
    for (; st == STATUS_OK && a->n < (size_t)n; a->n++)
        if (a->members == NULL || !read_member(a, a->n))
            st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        *out = a;
    else
        archive_close(a);
    return st;
}

void archive_close(struct archive *a)
{
    if (a == NULL)
        return;
    if (a->zip != NULL)
        zip_discard(a->zip);
    arena_free(a->arena);
    mem_free(a);
}

size_t archive_count(const struct archive *a)
{
    return a->n;
}

const struct archive_member *archive_member(const struct archive *a, size_t i)
{
    return &a->members[i];
}

static enum status bad_member(const struct archive *a, size_t i, struct error *why)
{
    return error_set(why,
                     STATUS_BAD_INPUT,
                     "%.*s/%.*s: the member is damaged",
                     STR_ARG(a->name),
                     STR_ARG(a->members[i].name));
}

static enum status write_all(int fd, const char *bytes, size_t n, struct error *why)
{
    while (n > 0) {
        const ssize_t done = write(fd, bytes, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return error_set(why,
                             status_from_errno(errno),
                             "the archive cannot be unpacked: %s",
                             error_system(why, errno));
        bytes += done;
        n -= (size_t)done;
    }
    return STATUS_OK;
}

static enum status copy_member(
    struct archive *a, size_t i, zip_file_t *from, int fd, struct error *why)
{
    char chunk[65536];
    uint64_t read = 0;
    zip_stat_t info;
    zip_stat_init(&info);
    if (zip_stat_index(a->zip, i, 0, &info) != 0)
        return bad_member(a, i, why);
    const uint64_t packed = info.comp_size > 0 ? info.comp_size : 1;
    for (;;) {
        const zip_int64_t n = zip_fread(from, chunk, sizeof chunk);
        if (n < 0)
            return bad_member(a, i, why);
        if (n == 0)
            return STATUS_OK;
        read += (uint64_t)n;
        a->unpacked += (uint64_t)n;
        if (a->unpacked > UNPACKED_MAX || (read > RATIO_FROM && read / RATIO_MAX > packed))
            return error_set(why,
                             STATUS_TOO_LARGE,
                             "%.*s/%.*s: unpacks to far more than an export holds",
                             STR_ARG(a->name),
                             STR_ARG(a->members[i].name));
        const enum status st = write_all(fd, chunk, (size_t)n, why);
        if (st != STATUS_OK)
            return st;
    }
}

enum status archive_extract(struct archive *a, size_t i, const char *to, struct error *why)
{
    BUG_IF(i >= a->n || a->members[i].refusal != NULL);
    zip_file_t *from = zip_fopen_index(a->zip, i, 0);
    if (from == NULL)
        return bad_member(a, i, why);
    const int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    enum status st = fd >= 0 ? copy_member(a, i, from, fd, why)
                             : error_set(why,
                                         status_from_errno(errno),
                                         "%s: cannot be written: %s",
                                         to,
                                         error_system(why, errno));
    zip_fclose(from);
    if (fd >= 0 && close(fd) != 0 && st == STATUS_OK)
        st = error_set(why, STATUS_IO, "%s: cannot be written: %s", to, error_system(why, errno));
    if (st != STATUS_OK && fd >= 0)
        unlink(to);
    return st;
}
