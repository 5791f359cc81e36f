/* costs.yaml: a list of rules under each kind of cost. One row of a const array tells which keys a
 * kind takes; the same rule twice is a problem that names both places. */
#include "costs/costs_priv.h"

#include <stddef.h>

enum {
    KEY_STORE = 1,
    KEY_CHANNEL = 2,
    KEY_SKU = 4,
    KEY_NAME = 8,
    KEY_REFUNDED = 16,
    KEY_SHARE = 32
};

/* Amounts of a rule. */
static const struct {
    const char *key;
    size_t offset;
    bool is_percent;
} amounts[] = {
    { "percent", offsetof(struct cost_rule, percent_e4), true },
    { "per_order", offsetof(struct cost_rule, per_order_e4), false },
    { "per_unit", offsetof(struct cost_rule, per_unit_e4), false },
    { "per_return", offsetof(struct cost_rule, per_return_e4), false },
    { "per_month", offsetof(struct cost_rule, per_month_e4), false },
    { "cost", offsetof(struct cost_rule, cost_e4), false },
};
enum { PERCENT = 1, PER_ORDER = 2, PER_UNIT = 4, PER_RETURN = 8, PER_MONTH = 16, COST = 32 };

static const struct {
    unsigned keys;
    unsigned amounts; /* bits of `amounts`; one of them at least must be there */
} takes[] = {
    [COST_goods] = { KEY_STORE | KEY_SKU, COST },
    [COST_platform_fee] = { KEY_STORE | KEY_CHANNEL | KEY_REFUNDED, PERCENT | PER_ORDER },
    [COST_commission] = { KEY_STORE | KEY_CHANNEL | KEY_REFUNDED, PERCENT | PER_ORDER },
    [COST_payment_fee] = { KEY_STORE | KEY_CHANNEL | KEY_REFUNDED, PERCENT | PER_ORDER },
    [COST_parcel] = { KEY_STORE | KEY_CHANNEL, PER_ORDER | PER_UNIT },
    [COST_packaging] = { KEY_STORE | KEY_CHANNEL, PER_ORDER | PER_UNIT },
    [COST_return_insurance] = { KEY_STORE | KEY_CHANNEL, PER_ORDER | PER_UNIT },
    [COST_return_freight] = { KEY_STORE | KEY_CHANNEL, PER_RETURN },
    [COST_gift] = { KEY_STORE | KEY_CHANNEL, PER_ORDER | PER_UNIT },
    [COST_fixed] = { KEY_STORE | KEY_NAME | KEY_SHARE, PER_MONTH },
};

static const struct {
    unsigned bit;
    struct yaml_field field;
} plain_keys[] = {
    { KEY_STORE, { "store", YAML_WANT_ANY, false } },
    { KEY_CHANNEL, { "channel", YAML_WANT_ANY, false } },
    { KEY_SKU, { "sku", YAML_WANT_ANY, true } },
    { KEY_NAME, { "name", YAML_WANT_ANY, true } },
    { KEY_REFUNDED, { "refunded", YAML_WANT_ANY, false } },
    { KEY_SHARE, { "allocate", YAML_WANT_ANY, false } },
};

/* All keys that a kind takes, for the check of one rule. */
static size_t fields_of(enum cost_kind kind, struct yaml_field *out)
{
    size_t n = 0;
    out[n++] = (struct yaml_field){ "valid_from", YAML_WANT_ANY, false };
    out[n++] = (struct yaml_field){ "currency", YAML_WANT_ANY, false };
    for (size_t i = 0; i < ARRAY_LEN(plain_keys); i++) {
        if (takes[kind].keys & plain_keys[i].bit)
            out[n++] = plain_keys[i].field;
    }
    for (size_t i = 0; i < ARRAY_LEN(amounts); i++) {
        if (takes[kind].amounts & (1U << i))
            out[n++] = (struct yaml_field){ amounts[i].key, YAML_WANT_ANY, false };
    }
    return n;
}
#define FIELDS_MAX (2 + ARRAY_LEN(plain_keys) + ARRAY_LEN(amounts))

static bool read_amount(struct cost_reading *r,
                        const struct yaml_node *n,
                        size_t which,
                        struct cost_rule *out)
{
    int64_t v = 0;
    const bool is_percent = amounts[which].is_percent;
    if (n->type != YAML_SCALAR || !costs_amount(n->text, &v) ||
        (is_percent && v > INT64_C(100) * 10000)) {
        yaml_problem(
            r->p,
            n,
            is_percent ? "expected a percentage from 0 to 100 with at most 4 decimals, found "
                         "\"%.*s\""
                       : "expected an amount of 0 or more with at most 4 decimals, found \"%.*s\"",
            STR_ARG(n->type == YAML_SCALAR ? str_first(n->text, 80) : STR("...")));
        return false;
    }
    *(int64_t *)(void *)((char *)out + amounts[which].offset) = v;
    return true;
}

/* At least one amount, all of them right. */
static bool read_amounts(struct cost_reading *r, const struct yaml_node *map, struct cost_rule *out)
{
    bool ok = true;
    size_t found = 0;
    struct buf names;
    buf_init(&names, 256);
    for (size_t i = 0; i < ARRAY_LEN(amounts); i++) {
        if (!(takes[out->kind].amounts & (1U << i)))
            continue;
        const struct yaml_node *n = yaml_get(map, amounts[i].key);
        buf_addf(&names, "%s%s", names.len > 0 ? ", " : "", amounts[i].key);
        if (yaml_is_null(n))
            continue;
        found++;
        ok = read_amount(r, n, i, out) && ok;
    }
    if (found == 0)
        yaml_problem(r->p, map, "a cost needs an amount: %.*s", STR_ARG(buf_str(&names)));
    buf_release(&names);
    return ok && found > 0;
}

/* An amount for all stores cannot be in the currency of some of them only. */
static bool read_currency(struct cost_reading *r,
                          const struct yaml_node *map,
                          struct cost_rule *out)
{
    const struct yaml_node *n = yaml_get(map, "currency");
    const struct cost_store *own = costs_store(r->world, out->store);
    const bool only_percent = out->percent_e4 > 0 && out->per_order_e4 == 0;
    out->currency = own != NULL ? own->currency : r->world->currency;
    if (!yaml_is_null(n)) {
        if (!yaml_str(n, r->p, &out->currency))
            return false;
        bool ok = out->currency.len == 3;
        for (size_t i = 0; i < out->currency.len; i++)
            ok = ok && out->currency.ptr[i] >= 'A' && out->currency.ptr[i] <= 'Z';
        if (!ok)
            yaml_problem(r->p, n, "not an ISO 4217 code of three capitals, such as GBP or CNY");
        return ok;
    }
    for (size_t i = 0; own == NULL && !only_percent && i < r->world->store_count; i++) {
        const struct cost_store *s = &r->world->stores[i];
        if (str_eq(s->currency, out->currency))
            continue;
        yaml_problem(r->p,
                     map,
                     "an amount in %.*s for all stores, but store \"%.*s\" sells in %.*s: say "
                     "currency, and give that store a rule of its own",
                     STR_ARG(out->currency),
                     STR_ARG(s->name),
                     STR_ARG(s->currency));
        return false;
    }
    return true;
}

static bool is_same_rule(const struct cost_rule *a, const struct cost_rule *b)
{
    return a->kind == b->kind && !a->is_store_rate && a->valid_from == b->valid_from &&
           str_eq(a->store, b->store) && str_eq(a->channel, b->channel) && str_eq(a->sku, b->sku) &&
           str_eq(a->name, b->name) && str_eq(a->currency, b->currency);
}

/* What tells a rule from the others, as one text. */
static enum status check_twice(struct cost_reading *r,
                               struct map *seen,
                               const struct yaml_node *n,
                               const struct cost_rule *rule,
                               bool *is_new)
{
    struct buf key;
    buf_init(&key, (size_t)1 << 16);
    const str parts[] = { rule->store, rule->channel, rule->sku, rule->name, rule->currency };
    buf_addf(&key, "%d/%d", (int)rule->kind, (int)rule->valid_from);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        buf_addc(&key, '\x1f');
        buf_add(&key, parts[i]);
    }
    const uint64_t *at = buf_ok(&key) ? map_get(seen, buf_str(&key)) : NULL;
    *is_new = at == NULL;
    if (at != NULL) {
        const struct cost_rule *other = &r->book->rules[*at];
        BUG_IF(!is_same_rule(other, rule));
        yaml_problem(r->p,
                     n,
                     "the same cost stands at %.*s already; give one of them another valid_from",
                     STR_ARG(other->place));
    }
    const bool ok = buf_ok(&key) && map_put(seen, buf_str(&key), r->book->rule_count);
    buf_release(&key);
    return ok ? STATUS_OK : error_set(r->why, STATUS_NO_MEMORY, "out of memory");
}

static bool read_words(struct cost_reading *r, const struct yaml_node *map, struct cost_rule *out)
{
    static const char *const share_names[] = { "net_sales", "orders", "equally" };
    size_t share = 0;
    bool ok = costs_store_name(r, yaml_get(map, "store"), &out->store);
    yaml_str(yaml_get(map, "channel"), r->p, &out->channel);
    yaml_str(yaml_get(map, "sku"), r->p, &out->sku);
    yaml_str(yaml_get(map, "name"), r->p, &out->name);
    yaml_day(yaml_get(map, "valid_from"), r->p, &out->valid_from);
    yaml_bool(yaml_get(map, "refunded"), r->p, &out->is_refunded);
    yaml_enum(yaml_get(map, "allocate"), share_names, ARRAY_LEN(share_names), r->p, &share);
    out->share = (enum cost_share)share;
    ok = read_amounts(r, map, out) && ok;
    return read_currency(r, map, out) && ok;
}

static enum status read_rule(struct cost_reading *r,
                             enum cost_kind kind,
                             struct map *seen,
                             const struct yaml_node *n)
{
    struct yaml_field fields[FIELDS_MAX];
    const size_t before = r->p->n_total;
    const size_t count = fields_of(kind, fields);
    struct cost_rule rule = { .kind = kind,
                              .valid_from = DAY_NONE,
                              .store = STR_EMPTY,
                              .channel = STR_EMPTY,
                              .sku = STR_EMPTY,
                              .name = STR_EMPTY,
                              .is_refunded = kind != COST_payment_fee };
    bool is_new = false;
    yaml_check_map(n, fields, count, r->p);
    if (n->type != YAML_MAP)
        return STATUS_OK;
    rule.place = arena_printf(r->a, COSTS_FILE ":%u", n->line);
    if (!read_words(r, n, &rule) || r->p->n_total > before)
        return STATUS_OK;
    const enum status st = check_twice(r, seen, n, &rule, &is_new);
    if (st != STATUS_OK || !is_new)
        return st;
    if (r->book->rule_count == COST_RULES_MAX)
        return error_set(r->why,
                         STATUS_TOO_LARGE,
                         "costs.yaml: more than %zu rules; goods costs can stand in sku-map.csv",
                         COST_RULES_MAX);
    if (!MEM_GROW(r->book->rules, r->rule_cap, r->book->rule_count + 1))
        return error_set(r->why, STATUS_NO_MEMORY, "out of memory");
    r->book->rules[r->book->rule_count++] = rule;
    return STATUS_OK;
}

enum status costs_rules_read(struct cost_reading *r, const struct yaml_node *root)
{
    struct yaml_field fields[COST_KIND_COUNT];
    struct map *seen = map_new();
    enum status st =
        seen != NULL ? STATUS_OK : error_set(r->why, STATUS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < COST_KIND_COUNT; i++)
        fields[i] = (struct yaml_field){ cost_kind_name((enum cost_kind)i), YAML_WANT_LIST, false };
    yaml_check_map(root, fields, COST_KIND_COUNT, r->p);
    for (size_t k = 0; st == STATUS_OK && k < COST_KIND_COUNT; k++) {
        const struct yaml_node *list = yaml_get(root, cost_kind_name((enum cost_kind)k));
        if (yaml_is_null(list) || list->type != YAML_LIST)
            continue;
        for (size_t i = 0; st == STATUS_OK && i < list->n; i++)
            st = read_rule(r, (enum cost_kind)k, seen, list->items[i]);
    }
    map_free(seen);
    return st;
}
