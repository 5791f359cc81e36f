/* Blobs of id sets as hostile input. A blob that is accepted writes itself back as a canonical blob
 * that reads as the same set. */
#include "numerics/ids.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const str blob = { (const char *)data, size };
    struct ids first = { 0 };
    struct ids second = { 0 };
    struct buf out;
    struct buf again;
    uint64_t count = 0;
    buf_init(&out, SIZE_MAX / 2);
    buf_init(&again, SIZE_MAX / 2);
    if (ids_merge_blob(&first, blob) == STATUS_OK) {
        ids_write(&first, &out);
        BUG_IF(!buf_ok(&out) || !ids_blob_valid(buf_str(&out)));
        BUG_IF(!ids_blob_count(blob, &count) || count != ids_count(&first));
        BUG_IF(ids_merge_blob(&second, buf_str(&out)) != STATUS_OK);
        ids_write(&second, &again);
        BUG_IF(!str_eq(buf_str(&out), buf_str(&again)));
    }
    buf_release(&out);
    buf_release(&again);
    ids_release(&first);
    ids_release(&second);
    return 0;
}
