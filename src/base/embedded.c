/* Looking up what is part of the program. */
#include "base/embedded.h"

#include <string.h>

static const struct embedded_file *find_in(const struct embedded_file *files,
                                           size_t n,
                                           const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(files[i].name, name) == 0)
            return &files[i];
    }
    return NULL;
}

const struct embedded_file *embedded_find(const char *name)
{
    const struct embedded_file *f = find_in(embedded_web, embedded_web_count, name);
    return f != NULL ? f : find_in(embedded_catalogue, embedded_catalogue_count, name);
}
