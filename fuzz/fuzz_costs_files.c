/* Cost files of unknown origin: never a crash; what is read is within its limits, and reading again
 * gives the same. The first byte picks the file. */
#include "costs/costs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT(lit)            \
    {                        \
        lit, sizeof(lit) - 1 \
    }
static const struct cost_store stores[] = {
    { TEXT("main"), TEXT("CNY"), -1, -1, -1 },
    { TEXT("tmall"), TEXT("CNY"), 50000, 200000, 6000 },
};

static uint64_t read_once(const char *text, unsigned which, size_t *problems)
{
    const struct cost_world world = { STR("CNY"), stores, ARRAY_LEN(stores) };
    struct arena *a = arena_new(0);
    struct problems p;
    struct cost_book book;
    struct error why = { .lang = LANG_ZH };
    uint64_t fingerprint = 0;
    BUG_IF(a == NULL);
    problems_init(&p, a, LANG_ZH);
    if (costs_read_texts(which == 0 ? text : NULL,
                         which == 1 ? text : NULL,
                         which == 2 ? text : NULL,
                         &world,
                         a,
                         &p,
                         &book,
                         &why) == STATUS_OK) {
        for (size_t i = 0; i < book.rule_count; i++)
            BUG_IF(book.rules[i].percent_e4 < 0 || book.rules[i].percent_e4 > 1000000 ||
                   book.rules[i].cost_e4 < 0 || book.rules[i].per_order_e4 < 0);
        for (size_t i = 0; i < book.article_count; i++)
            BUG_IF(book.articles[i].code.len == 0 || book.articles[i].master_sku.len == 0);
        for (size_t i = 0; i < book.exclude_count; i++)
            BUG_IF(book.excludes[i].pattern.len == 0);
        fingerprint = book.fingerprint;
    }
    *problems = p.n_total;
    arena_free(a);
    return fingerprint;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t first = 0;
    size_t second = 0;
    struct arena *a = size > 1 ? arena_new(0) : NULL;
    const char *text = a != NULL ? arena_cstr(a, (str){ (const char *)data + 1, size - 1 }) : NULL;
    if (text != NULL)
        BUG_IF(read_once(text, data[0] % 3, &first) != read_once(text, data[0] % 3, &second) ||
               first != second);
    arena_free(a);
    return 0;
}
