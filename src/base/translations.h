/* The Chinese twins of English texts, generated from lang/zh by tools/po2c; sorted by `en`. */
#ifndef SHOPVANE_BASE_TRANSLATIONS_H
#define SHOPVANE_BASE_TRANSLATIONS_H

#include <stddef.h>

struct translation {
    const char *en;
    const char *zh;
};
extern const struct translation translations_zh[];
extern const size_t translations_zh_count;

#endif
