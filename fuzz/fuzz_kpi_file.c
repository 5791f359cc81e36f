/* A definition file of unknown origin: never a crash; a file that loads once loads again to the
 * same definitions. */
#include "kpi/kpi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum status load(str text, struct kpi_catalog **out)
{
    const struct kpi_file file = { .name = STR("fuzz.yaml"), .text = text };
    const struct kpi_load_options opt = { .shop_files = &file,
                                          .n_shop_files = 1,
                                          .without_builtin = true };
    struct error why = { .lang = LANG_ZH };
    return kpi_catalog_load(&opt, NULL, out, &why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const str text = { .ptr = (const char *)data, .len = size };
    struct kpi_catalog *first = NULL;
    struct kpi_catalog *second = NULL;
    if (size == 0 || load(text, &first) != STATUS_OK)
        return 0;
    BUG_IF(load(text, &second) != STATUS_OK || kpi_count(first) != kpi_count(second));
    for (size_t i = 0; i < kpi_count(first); i++)
        BUG_IF(!str_eq(kpi_at(first, i)->hash, kpi_at(second, i)->hash));
    kpi_catalog_free(first);
    kpi_catalog_free(second);
    return 0;
}
