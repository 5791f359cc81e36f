/* Any bytes as YAML: never a crash; every scalar that was read reads back the same when written. */
#include "format/format.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_scalar(str s)
{
    struct arena *a = arena_new(0);
    struct problems p;
    struct buf b;
    str back = STR_EMPTY;
    problems_init(&p, a, LANG_EN);
    buf_init(&b, (size_t)16 << 20);
    yaml_write_pair(&b, 0, STR("k"), s);
    const struct yaml_node *root = yaml_parse(buf_str(&b), STR("t"), NULL, a, &p);
    if (root == NULL || !yaml_str(yaml_get(root, "k"), &p, &back) || !str_eq(back, s))
        abort();
    buf_release(&b);
    arena_free(a);
}

static void check_node(const struct yaml_node *n, size_t *budget)
{
    if (n == NULL)
        abort();
    if (n->type == YAML_SCALAR && (*budget)-- > 0 && str_is_utf8(n->text) &&
        memchr(n->text.ptr, 0, n->text.len) == NULL)
        check_scalar(n->text);
    for (size_t i = 0; n->type == YAML_LIST && i<n->n && * budget> 0; i++)
        check_node(n->items[i], budget);
    for (size_t i = 0; n->type == YAML_MAP && i<n->n && * budget> 0; i++)
        check_node(n->members[i].value, budget);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct problems p;
    size_t budget = 20;
    problems_init(&p, a, LANG_ZH);
    const struct yaml_node *root =
        yaml_parse((str){ (const char *)data, size }, STR("t"), NULL, a, &p);
    if (root != NULL)
        check_node(root, &budget);
    problems_sort(&p);
    arena_free(a);
    return 0;
}
