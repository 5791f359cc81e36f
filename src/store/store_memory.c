/* The memory of a small engine. Its allocator, a jemalloc of its own, keeps what is freed for a
 * second or two: of an engine with 576 MiB a part, of a small one half as much as it may use. Given
 * back after each statement, and within one after a tenth of a second, it costs some 5 % of the
 * time; at once, a quarter (measured: the demo shop). */
#include "store/store_priv.h"

#include <stdio.h>

#define DECAY_MS   300
#define ALL_ARENAS "4096" /* MALLCTL_ARENAS_ALL */

/* mallctl(3): in no header of the engine, and it need not be in its library. */
extern int duckdb_je_mallctl(
    const char *name, void *old, size_t *old_size, void *value, size_t size) __attribute__((weak));

void store_memory_shorten(void)
{
    static const char *const settings[] = { "dirty_decay_ms", "muzzy_decay_ms" };
    ssize_t decay = DECAY_MS;
    unsigned arenas = 0;
    size_t size = sizeof arenas;
    if (duckdb_je_mallctl == NULL ||
        duckdb_je_mallctl("arenas.narenas", &arenas, &size, NULL, 0) != 0)
        return;
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        char name[48]; /* an arena that does not exist yet is refused, and takes the default */
        (void)snprintf(name, sizeof name, "arenas.%s", settings[i]);
        (void)duckdb_je_mallctl(name, NULL, NULL, &decay, sizeof decay);
        for (unsigned a = 0; a < arenas; a++) {
            (void)snprintf(name, sizeof name, "arena.%u.%s", a, settings[i]);
            (void)duckdb_je_mallctl(name, NULL, NULL, &decay, sizeof decay);
        }
    }
}

void store_memory_purge(void)
{
    if (duckdb_je_mallctl != NULL)
        (void)duckdb_je_mallctl("arena." ALL_ARENAS ".purge", NULL, NULL, NULL, 0);
}
