/* The container of old Office files: a file system of sectors in one file (MS-CFB). Only what
 * finding one stream needs; every chain has a limit, so that none runs in circles. */
#include "format/ole_priv.h"

#include <string.h>

#define HEADER_BYTES  512
#define HEADER_FATS   109
#define ENTRY_BYTES   128
#define END_OF_CHAIN  UINT32_C(0xfffffffe)
#define MINI_BYTES    ((size_t)64)
#define STREAM_ENTRY  2
#define ROOT_ENTRY    5
#define DIRECTORY_MAX ((size_t)1 << 20)

struct ole {
    str file;
    size_t sector; /* bytes of one */
    uint32_t *fat; /* the sector that follows each */
    size_t n_fat;
    size_t mini_below; /* smaller streams live in the mini stream */
};

static uint16_t load16(str s, size_t at)
{
    const unsigned char *u = (const unsigned char *)s.ptr + at;
    return (uint16_t)(u[0] | u[1] << 8);
}

static uint32_t load32(str s, size_t at)
{
    return load16(s, at) | (uint32_t)load16(s, at + 2) << 16;
}

/* The bytes of a sector; empty behind the file's end, short at it. */
static str sector_at(const struct ole *o, uint32_t n)
{
    const uint64_t at = ((uint64_t)n + 1) * o->sector;
    if (at >= o->file.len)
        return STR_EMPTY;
    return str_first(str_skip(o->file, (size_t)at), o->sector);
}

static bool fat_add(struct ole *o, uint32_t sector)
{
    const str s = sector_at(o, sector);
    for (size_t i = 0; i + 4 <= s.len; i += 4) {
        const size_t at = o->n_fat++;
        if (at < o->file.len / o->sector + 1) /* one beyond the file leads nowhere */
            o->fat[at] = load32(s, i);
    }
    return s.len == o->sector;
}

/* The allocation table's sectors are named in the header, and then in a chain of their own. */
static bool fat_read(struct ole *o)
{
    const size_t sectors = o->file.len / o->sector + 1;
    uint32_t next = load32(o->file, 68);
    for (size_t i = 0; i < HEADER_FATS && o->n_fat < sectors; i++) {
        const uint32_t n = load32(o->file, 76 + 4 * i);
        if (n >= END_OF_CHAIN - 1 || !fat_add(o, n))
            break;
    }
    for (size_t steps = 0; next < END_OF_CHAIN - 1 && steps < sectors && o->n_fat < sectors;
         steps++) {
        const str s = sector_at(o, next);
        if (s.len < o->sector)
            break;
        for (size_t i = 0; i + 8 <= s.len && o->n_fat < sectors; i += 4) {
            const uint32_t n = load32(s, i);
            if (n >= END_OF_CHAIN - 1 || !fat_add(o, n))
                break;
        }
        next = load32(s, o->sector - 4);
    }
    o->n_fat = o->n_fat < sectors ? o->n_fat : sectors;
    return o->n_fat > 0;
}

/* Copies a chain, at most `want` bytes. False: broken, or a circle. */
static bool chain_read(const struct ole *o, uint32_t first, size_t want, struct buf *out)
{
    uint32_t n = first;
    for (size_t steps = 0; out->len < want; steps++) {
        if (n >= o->n_fat || steps > o->n_fat)
            return false;
        const str s = sector_at(o, n);
        if (s.len == 0)
            return false;
        buf_add(out, str_first(s, want - out->len));
        n = o->fat[n];
        if (s.len < o->sector)
            break; /* the last sector of a file that is cut at its end */
        if (n >= END_OF_CHAIN)
            break;
    }
    return buf_ok(out);
}

struct ole_entry {
    uint32_t start;
    uint32_t size;
    bool is_found;
};

static struct ole_entry entry_find(str directory, int type, const char *name)
{
    struct ole_entry found = { 0 };
    const size_t len = strlen(name);
    for (size_t at = 0; at + ENTRY_BYTES <= directory.len && !found.is_found; at += ENTRY_BYTES) {
        bool is_same = directory.ptr[at + 66] == type;
        for (size_t i = 0; i < len && is_same && type != ROOT_ENTRY; i++)
            is_same = ((unsigned char)name[i] | 0x20) == (load16(directory, at + 2 * i) | 0x20);
        if (!is_same || (type != ROOT_ENTRY && load16(directory, at + 64) != 2 * (len + 1)))
            continue;
        found =
            (struct ole_entry){ load32(directory, at + 116), load32(directory, at + 120), true };
    }
    return found;
}

static bool mini_read(const struct ole *o, str directory, struct ole_entry e, struct buf *out)
{
    const struct ole_entry root = entry_find(directory, ROOT_ENTRY, "");
    struct buf mini;
    struct buf table;
    uint32_t n = e.start;
    buf_init(&mini, o->file.len + 1);
    buf_init(&table, o->file.len + 1);
    bool is_fine = root.is_found && chain_read(o, root.start, root.size, &mini) &&
                   chain_read(o, load32(o->file, 60), o->file.len, &table);
    for (size_t steps = 0; is_fine && out->len < e.size; steps++) {
        const size_t at = (size_t)n * MINI_BYTES;
        is_fine = steps <= table.len / 4 && at < mini.len && (size_t)n * 4 + 4 <= table.len;
        if (!is_fine)
            break;
        const str rest = str_skip(buf_str(&mini), at);
        const size_t want = e.size - out->len;
        buf_add(out, str_first(rest, want < MINI_BYTES ? want : MINI_BYTES));
        n = load32(buf_str(&table), (size_t)n * 4);
        if (n >= END_OF_CHAIN)
            break;
    }
    buf_release(&mini);
    buf_release(&table);
    return is_fine && buf_ok(out);
}

static enum ole_result find_stream(struct ole *o, struct buf *out)
{
    static const char *const names[] = { "Workbook", "Book" };
    struct ole_entry e = { 0 };
    struct buf directory;
    buf_init(&directory, DIRECTORY_MAX);
    /* its length stands nowhere: as long as the chain goes */
    (void)!chain_read(o, load32(o->file, 48), DIRECTORY_MAX - o->sector, &directory);
    for (size_t i = 0; i < ARRAY_LEN(names) && !e.is_found; i++)
        e = entry_find(buf_str(&directory), STREAM_ENTRY, names[i]);
    enum ole_result result = e.is_found ? OLE_OK : OLE_NO_STREAM;
    if (e.is_found && e.size < o->mini_below)
        result = mini_read(o, buf_str(&directory), e, out) ? OLE_OK : OLE_DAMAGED;
    else if (e.is_found)
        result = chain_read(o, e.start, e.size, out) ? OLE_OK : OLE_DAMAGED;
    buf_release(&directory);
    return result;
}

enum ole_result ole_workbook(str file, struct buf *out)
{
    struct ole o = { .file = file };
    if (file.len < HEADER_BYTES)
        return OLE_DAMAGED;
    const unsigned shift = load16(file, 30);
    if (shift != 9 && shift != 12)
        return OLE_DAMAGED;
    o.sector = (size_t)1 << shift;
    o.mini_below = load32(file, 56);
    o.fat = mem_new(file.len / o.sector + 2, sizeof *o.fat);
    if (o.fat == NULL)
        return OLE_NO_MEMORY;
    const enum ole_result result = fat_read(&o) ? find_stream(&o, out) : OLE_DAMAGED;
    mem_free(o.fat);
    return result;
}
