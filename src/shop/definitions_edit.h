/* The shop's own definitions as text: read, checked with the whole catalogue, written with a note,
 * gone back to. A built-in KPI that is changed gets a file of its own, kpis/ID.yaml; the texts of
 * before are kept in kpis/.history/ID.
 *
 * Threads: any; one writer at a time. Texts live in the arena. */
#ifndef SHOPVANE_SHOP_DEFINITIONS_EDIT_H
#define SHOPVANE_SHOP_DEFINITIONS_EDIT_H

#include "shop/shop.h"

struct shop_definition {
    str id;
    str file; /* below the shop's folder: "kpis/mine.yaml"; where it is, or would be written */
    str text; /* of the file; of a built-in KPI what such a file would say */
    bool is_shop;
};
/* `k` NULL: a new one, without text. STATUS_BAD_USAGE: `id` is no name for a KPI. */
MUST_CHECK enum status shop_definition_read(const char *dir,
                                            str id,
                                            const struct kpi *k,
                                            struct arena *a,
                                            struct shop_definition *out,
                                            struct error *why);
/* The catalogue as it would be with that text in the file. Problems of the file go to `p`, with its
 * name as their file; BAD_INPUT then, also when the text does not define the KPI. */
MUST_CHECK enum status shop_definition_check(const char *dir,
                                             const struct shop_definition *d,
                                             struct problems *p,
                                             struct kpi_catalog **out,
                                             struct error *why);
struct definition_note {
    str who;
    str note;
    int64_t at_us;
};
/* Checked before. Keeps the text of before and this one as versions. */
MUST_CHECK enum status shop_definition_write(const char *dir,
                                             const struct shop_definition *d,
                                             const struct definition_note *note,
                                             struct arena *a,
                                             struct error *why);
/* Back to the built-in definition: the file goes; CONFLICT when it holds other KPIs too. */
MUST_CHECK enum status shop_definition_remove(const char *dir,
                                              const struct shop_definition *d,
                                              const struct definition_note *note,
                                              struct arena *a,
                                              struct error *why);

struct definition_version {
    str hash; /* of the text */
    str who;
    str note;
    int64_t at_us;
    str text;
};
/* Newest first. */
MUST_CHECK enum status shop_definition_versions(const char *dir,
                                                str id,
                                                struct arena *a,
                                                struct definition_version **out,
                                                size_t *n,
                                                struct error *why);

#endif
