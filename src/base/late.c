#include "base/late.h"

#include <dlfcn.h>
#include <string.h>

static enum status missing(const char *library, struct error *why)
{
    const char *text = dlerror();
    return error_set(why,
                     STATUS_IO,
                     "the library %s cannot be used: %s; is its package installed?",
                     library,
                     text != NULL ? text : "?");
}

enum status late_open(
    const char *library, const struct late_call *calls, size_t n, void *table, struct error *why)
{
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (handle == NULL)
        return missing(library, why);
    enum status st = STATUS_OK;
    for (size_t i = 0; i < n && st == STATUS_OK; i++) {
        void *address = dlsym(handle, calls[i].name);
        if (address == NULL)
            st = missing(library, why);
        else /* a pointer to a function has the size of one to data: POSIX, dlsym */
            memcpy((char *)table + calls[i].at, &address, sizeof address);
    }
    dlclose(handle);
    return st;
}
