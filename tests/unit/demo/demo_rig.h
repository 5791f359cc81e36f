/* A small simulated shop in a folder of its own, for the tests of demo. */
#ifndef SHOPVANE_TESTS_DEMO_RIG_H
#define SHOPVANE_TESTS_DEMO_RIG_H

#include "demo/demo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define RIG_DAYS   45
#define RIG_ORDERS 12
#define RIG_UNTIL  20779 /* 2026-11-22 */

static inline void rig_folder(char *path, size_t size)
{
    snprintf(path, size, "/tmp/shopvane-demo.XXXXXX");
    assert_non_null(mkdtemp(path));
}

static inline void rig_make(const char *folder, int32_t days, int32_t orders, uint64_t seed)
{
    const struct demo_options o = {
        .days = days, .orders_per_day = orders, .seed = seed, .until = RIG_UNTIL
    };
    struct error why = { .lang = LANG_EN };
    if (demo_generate(&o, folder, NULL, &why) != STATUS_OK)
        fail_msg("%s", why.text);
}

static inline str rig_read(struct arena *a, const char *folder, const char *name)
{
    struct error why = { .lang = LANG_EN };
    str out = STR_EMPTY;
    const char *path = path_join(a, folder, name);
    if (file_read(path, (size_t)64 << 20, a, &out, &why) != STATUS_OK)
        fail_msg("%s", why.text);
    return out;
}

static inline void rig_remove(const char *folder)
{
    char command[256];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
}

#endif
