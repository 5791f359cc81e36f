/* Kept definition texts as the database may hand them back. Oracle: what is recalled has exactly
 * the text that was asked for, and a catalogue of one KPI. */
#include "kpi/kpi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char head[] = "shopvane 1\nkpi a count\nformula ";
    struct kpi_catalog *c = NULL;
    struct buf text;
    if (size > 4096)
        return 0;
    buf_init(&text, 8192);
    if (size % 2 == 1) /* half of them past the head, or few would be */
        buf_adds(&text, head);
    buf_add(&text, (str){ .ptr = (const char *)data, .len = size });
    if (kpi_recall(buf_str(&text), NULL, &c, NULL) == STATUS_OK) {
        BUG_IF(kpi_count(c) != 1);
        BUG_IF(!str_eq(kpi_canonical_text(kpi_at(c, 0)), buf_str(&text)));
    }
    kpi_catalog_free(c);
    buf_release(&text);
    return 0;
}
