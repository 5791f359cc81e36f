/* exclude.yaml: orders that are no sales. Each rule names one thing to look at, and the reason that
 * stands in the ledger beside class `excluded`. */
#include "costs/costs_priv.h"

#define EXCLUDES_MAX ((size_t)10000)

static const char *const looks_at[] = {
#define X(id) [EXCLUDE_BY_##id] = #id,
    EXCLUDE_BY_LIST(X)
#undef X
};

static const struct yaml_field fields[] = {
    { "sku", YAML_WANT_ANY, false },   { "remark", YAML_WANT_ANY, false },
    { "flag", YAML_WANT_ANY, false },  { "buyer", YAML_WANT_ANY, false },
    { "store", YAML_WANT_ANY, false }, { "reason", YAML_WANT_ANY, true },
};

static void read_one(struct cost_reading *r, const struct yaml_node *n)
{
    const size_t before = r->p->n_total;
    struct exclude_rule rule = { .store = STR_EMPTY, .pattern = STR_EMPTY, .reason = STR_EMPTY };
    size_t found = 0;
    yaml_check_map(n, fields, ARRAY_LEN(fields), r->p);
    if (n->type != YAML_MAP)
        return;
    for (size_t i = 0; i < EXCLUDE_BY_COUNT; i++) {
        str value = STR_EMPTY;
        if (!yaml_str(yaml_get(n, looks_at[i]), r->p, &value))
            continue;
        found++;
        rule.by = (enum exclude_by)i;
        rule.pattern = str_trim(value);
    }
    yaml_str(yaml_get(n, "reason"), r->p, &rule.reason);
    const bool ok = costs_store_name(r, yaml_get(n, "store"), &rule.store);
    if (found != 1)
        yaml_problem(r->p, n, "a rule looks at one of sku, remark, flag, buyer");
    else if (rule.pattern.len == 0)
        yaml_problem(r->p, n, "an empty pattern would exclude every order");
    rule.place = arena_printf(r->a, EXCLUDE_FILE ":%u", n->line);
    if (ok && r->p->n_total == before)
        r->book->excludes[r->book->exclude_count++] = rule;
}

enum status costs_excludes_read(struct cost_reading *r, const struct yaml_node *root)
{
    if (!yaml_want_list(root, r->p))
        return STATUS_OK;
    if (root->n > EXCLUDES_MAX)
        return error_set(
            r->why, STATUS_TOO_LARGE, "exclude.yaml: more than %zu rules", EXCLUDES_MAX);
    r->book->excludes = ARENA_NEW(r->a, struct exclude_rule, root->n + 1);
    if (r->book->excludes == NULL)
        return error_set(r->why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < root->n; i++)
        read_one(r, root->items[i]);
    return STATUS_OK;
}

const struct exclude_rule *costs_exclude(const struct cost_book *b, const struct exclude_facts *f)
{
    const str values[] = { [EXCLUDE_BY_sku] = f->sku,
                           [EXCLUDE_BY_remark] = f->remark,
                           [EXCLUDE_BY_flag] = f->flag,
                           [EXCLUDE_BY_buyer] = f->buyer };
    for (size_t i = 0; i < b->exclude_count; i++) {
        const struct exclude_rule *r = &b->excludes[i];
        const str value = values[r->by];
        if (r->store.len > 0 && !str_eq(r->store, f->store))
            continue;
        if (r->by == EXCLUDE_BY_remark ? str_contains(value, r->pattern)
                                       : str_eq(value, r->pattern))
            return r;
    }
    return NULL;
}
