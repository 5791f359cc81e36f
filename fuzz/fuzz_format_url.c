/* Any bytes as a query: never a crash; what was decoded, encoded again, decodes to the same. */
#include "format/format.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct url_param *p = NULL;
    struct url_param *again = NULL;
    size_t n = 0;
    size_t n_again = 0;
    struct error why = { 0 };
    struct buf b;
    buf_init(&b, (size_t)16 << 20);
    if (url_query_parse((str){ (const char *)data, size }, a, &p, &n, &why) == STATUS_OK) {
        for (size_t i = 0; i < n; i++) {
            buf_adds(&b, i > 0 ? "&" : "");
            url_encode(p[i].key, &b);
            buf_addc(&b, '=');
            url_encode(p[i].value, &b);
        }
        if (url_query_parse(buf_str(&b), a, &again, &n_again, &why) != STATUS_OK || n != n_again)
            abort();
        for (size_t i = 0; i < n; i++)
            if (!str_eq(p[i].key, again[i].key) || !str_eq(p[i].value, again[i].value))
                abort();
    }
    buf_release(&b);
    arena_free(a);
    return 0;
}
