/* What a mapping says beyond "this column is that field": sums of columns, identities that rows
 * must fulfil, rules by a row's words, words of platforms, columns that are measures. */
#include "commerce/platform.h"
#include "ingest/ingest_priv.h"

#include <stdio.h>

static const struct yaml_field check_fields[] = {
    { "name", YAML_WANT_STR, true },
    { "sum", YAML_WANT_LIST, true },
    { "equals", YAML_WANT_LIST, true },
};

static const struct yaml_field rule_fields[] = {
    { "when", YAML_WANT_MAP, false },    { "set", YAML_WANT_MAP, false },
    { "copy", YAML_WANT_MAP, false },    { "clear", YAML_WANT_LIST, false },
    { "negate", YAML_WANT_LIST, false }, { "negative", YAML_WANT_LIST, false },
};

/* One text or a list of texts. */
static struct mapping_names read_names(const struct yaml_node *n,
                                       struct arena *a,
                                       struct problems *p)
{
    struct mapping_names out = { NULL, 0 };
    if (n != NULL && n->type == YAML_LIST) {
        out.n = mapping_read_list(n, a, p, &out.items);
        return out;
    }
    str *one = ARENA_NEW(a, str, 1);
    if (one != NULL && yaml_str(n, p, one))
        out = (struct mapping_names){ one, 1 };
    return out;
}

static struct mapping_terms read_terms(const struct yaml_node *n,
                                       struct arena *a,
                                       struct problems *p)
{
    const struct mapping_names names = read_names(n, a, p);
    struct mapping_term *items = ARENA_NEW(a, struct mapping_term, names.n + 1);
    for (size_t i = 0; items != NULL && i < names.n; i++) {
        const bool is_minus = str_starts(names.items[i], STR("-"));
        const str bare = str_trim(str_skip(names.items[i], is_minus));
        const bool is_size = bare.len > 2 && str_starts(bare, STR("|")) && str_ends(bare, STR("|"));
        const str column = is_size ? str_trim((str){ bare.ptr + 1, bare.len - 2 }) : bare;
        items[i] = (struct mapping_term){ column, is_minus, is_size };
    }
    return (struct mapping_terms){ items, items != NULL ? names.n : 0 };
}

/* A map of texts; keys, and values when told, must be fields of the target. */
static struct mapping_pairs read_pairs(const struct yaml_node *map,
                                       const struct mapping *m,
                                       bool values_are_fields,
                                       struct arena *a,
                                       struct problems *p)
{
    struct mapping_pairs out = { NULL, 0 };
    if (map == NULL || map->type != YAML_MAP)
        return out;
    struct mapping_pair *items = ARENA_NEW(a, struct mapping_pair, map->n + 1);
    for (size_t i = 0; items != NULL && i < map->n; i++) {
        const struct yaml_member *member = &map->members[i];
        str value = STR_EMPTY;
        if (!yaml_str(member->value, p, &value) ||
            !mapping_field_known(m, member->value, member->key, a, p) ||
            (values_are_fields && !mapping_field_known(m, member->value, value, a, p)))
            continue;
        if (values_are_fields &&
            target_field(&m->target, member->key)->kind != target_field(&m->target, value)->kind)
            yaml_problem(p,
                         member->value,
                         "\"%.*s\" and \"%.*s\" are of different kinds",
                         STR_ARG(member->key),
                         STR_ARG(value));
        else
            items[out.n++] = (struct mapping_pair){ member->key, value };
    }
    out.items = items;
    return out;
}

struct mapping_names mapping_read_fields(const struct yaml_node *list,
                                         const struct mapping *m,
                                         struct arena *a,
                                         struct problems *p)
{
    if (list == NULL)
        return (struct mapping_names){ NULL, 0 };
    const struct mapping_names out = read_names(list, a, p);
    for (size_t i = 0; i < out.n; i++)
        (void)mapping_field_known(m, list, out.items[i], a, p);
    return out;
}

static void read_sums(const struct yaml_node *map,
                      struct mapping *m,
                      struct arena *a,
                      struct problems *p)
{
    for (size_t i = 0; map != NULL && map->type == YAML_MAP && i < map->n; i++) {
        const struct yaml_member *member = &map->members[i];
        if (!mapping_field_known(m, member->value, member->key, a, p))
            continue;
        if (target_field(&m->target, member->key)->kind != FIELD_MONEY)
            yaml_problem(p,
                         member->value,
                         "\"%.*s\" is no amount; only amounts add up",
                         STR_ARG(member->key));
        else if (m->sum_count == MAPPING_SUMS_MAX)
            yaml_problem(p, member->value, "more than %d sums", MAPPING_SUMS_MAX);
        else
            m->sums[m->sum_count++] =
                (struct mapping_sum){ member->key, read_terms(member->value, a, p) };
    }
}

static void read_check(const struct yaml_node *n,
                       struct mapping *m,
                       struct arena *a,
                       struct problems *p)
{
    struct mapping_check check = { .name = STR_EMPTY };
    yaml_check_map(n, check_fields, ARRAY_LEN(check_fields), p);
    yaml_str(yaml_get(n, "name"), p, &check.name);
    check.left = read_terms(yaml_get(n, "sum"), a, p);
    check.right = read_terms(yaml_get(n, "equals"), a, p);
    if (m->check_count < MAPPING_CHECKS_MAX)
        m->checks[m->check_count++] = check;
    else
        yaml_problem(p, n, "more than %d checks", MAPPING_CHECKS_MAX);
}

static void read_when(const struct yaml_node *map,
                      struct row_rule *rule,
                      struct arena *a,
                      struct problems *p)
{
    if (map == NULL || map->type != YAML_MAP)
        return;
    struct rule_condition *when = ARENA_NEW(a, struct rule_condition, map->n + 1);
    for (size_t i = 0; when != NULL && i < map->n; i++)
        when[rule->when_count++] =
            (struct rule_condition){ map->members[i].key, read_names(map->members[i].value, a, p) };
    rule->when = when;
}

struct mapping_names mapping_names_of(const char *const *texts, size_t n, struct arena *a)
{
    str *items = ARENA_NEW(a, str, n + 1);
    for (size_t i = 0; items != NULL && i < n; i++)
        items[i] = str_from(texts[i]);
    return (struct mapping_names){ items, items == NULL ? 0 : n };
}

struct row_rule *mapping_add_rule(struct mapping *m,
                                  str column,
                                  struct mapping_names patterns,
                                  struct arena *a)
{
    struct rule_condition *when = ARENA_NEW(a, struct rule_condition, 1);
    const str copy = arena_dup(a, column);
    if (when == NULL || copy.ptr == NULL || patterns.items == NULL ||
        m->row_rule_count == MAPPING_RULES_MAX)
        return NULL;
    *when = (struct rule_condition){ copy, patterns };
    m->row_rules[m->row_rule_count] = (struct row_rule){ .when = when, .when_count = 1 };
    return &m->row_rules[m->row_rule_count++];
}

static void read_rule(const struct yaml_node *n,
                      struct mapping *m,
                      struct arena *a,
                      struct problems *p)
{
    struct row_rule rule = { .when = NULL };
    yaml_check_map(n, rule_fields, ARRAY_LEN(rule_fields), p);
    read_when(yaml_get(n, "when"), &rule, a, p);
    rule.set = read_pairs(yaml_get(n, "set"), m, false, a, p);
    rule.copy = read_pairs(yaml_get(n, "copy"), m, true, a, p);
    rule.clear = mapping_read_fields(yaml_get(n, "clear"), m, a, p);
    rule.negate = mapping_read_fields(yaml_get(n, "negate"), m, a, p);
    rule.negative = mapping_read_fields(yaml_get(n, "negative"), m, a, p);
    if (m->row_rule_count < MAPPING_RULES_MAX)
        m->row_rules[m->row_rule_count++] = rule;
    else
        yaml_problem(p, n, "more than %d rules", MAPPING_RULES_MAX);
}

static void read_words(const struct yaml_node *map,
                       struct mapping *m,
                       struct arena *a,
                       struct problems *p)
{
    for (size_t i = 0; map != NULL && map->type == YAML_MAP && i < map->n; i++) {
        const struct yaml_node *words = map->members[i].value;
        struct mapping_words w = { .field = map->members[i].key };
        if (!yaml_want_map(words, p) || !mapping_field_known(m, words, w.field, a, p))
            continue;
        struct mapping_pair *items = ARENA_NEW(a, struct mapping_pair, words->n + 1);
        for (size_t k = 0; items != NULL && k < words->n; k++) {
            str value = STR_EMPTY;
            if (yaml_str(words->members[k].value, p, &value))
                items[w.pairs.n++] = (struct mapping_pair){ words->members[k].key, value };
        }
        w.pairs.items = items;
        if (m->words_count < MAPPING_WORDS_MAX)
            m->words[m->words_count++] = w;
        else
            yaml_problem(p, words, "words of more than %d fields", MAPPING_WORDS_MAX);
    }
}

static void read_unpivot(const struct yaml_node *map,
                         struct mapping *m,
                         struct arena *a,
                         struct problems *p)
{
    for (size_t i = 0; map != NULL && map->type == YAML_MAP && i < map->n; i++) {
        const struct yaml_member *member = &map->members[i];
        str measure = STR_EMPTY;
        if (!yaml_str(member->value, p, &measure))
            continue;
        const char *names[256];
        size_t n = 0;
        for (; n < platform_measure_count && n < ARRAY_LEN(names); n++)
            names[n] = platform_measures[n].name;
        const str near = name_suggestion(a, p->lang, measure, names, n);
        if (!str_is(STR("platform_stat"), m->target.name))
            yaml_problem(p, member->value, "only rows of platform_stat have measures");
        else if (platform_measure(measure) == NULL)
            yaml_problem(
                p, member->value, "no measure \"%.*s\"%.*s", STR_ARG(measure), STR_ARG(near));
        else if (m->unpivot_count == MAPPING_UNPIVOT_MAX)
            yaml_problem(p, member->value, "more than %d measures", MAPPING_UNPIVOT_MAX);
        else
            m->unpivot[m->unpivot_count++] = (struct mapping_pair){ member->key, measure };
    }
}

void mapping_read_rules(const struct yaml_node *root,
                        struct mapping *m,
                        struct arena *a,
                        struct problems *p)
{
    const struct yaml_node *checks = yaml_get(root, "checks");
    const struct yaml_node *rules = yaml_get(root, "rules");
    read_sums(yaml_get(root, "sums"), m, a, p);
    for (size_t i = 0; checks != NULL && checks->type == YAML_LIST && i < checks->n; i++)
        read_check(checks->items[i], m, a, p);
    for (size_t i = 0; rules != NULL && rules->type == YAML_LIST && i < rules->n; i++)
        read_rule(rules->items[i], m, a, p);
    read_words(yaml_get(root, "words"), m, a, p);
    read_unpivot(yaml_get(root, "unpivot"), m, a, p);
}

/* ---- Writing --------------------------------------------------------------------------------- */

static void write_names(struct buf *out, unsigned indent, str key, struct mapping_names names)
{
    if (names.n == 0)
        return;
    yaml_write_key(out, indent, key);
    for (size_t i = 0; i < names.n; i++)
        yaml_write_item(out, indent + 1, names.items[i]);
}

static void write_terms(struct buf *out, unsigned indent, str key, struct mapping_terms terms)
{
    yaml_write_key(out, indent, key);
    for (size_t i = 0; i < terms.n; i++) {
        char text[256];
        const char *bar = terms.items[i].is_size ? "|" : "";
        const int n = snprintf(text,
                               sizeof text,
                               "%s%s%.*s%s",
                               terms.items[i].is_minus ? "-" : "",
                               bar,
                               STR_ARG(str_first(terms.items[i].column, 250)),
                               bar);
        yaml_write_item(out, indent + 1, (str){ text, n > 0 ? (size_t)n : 0 });
    }
}

static void write_pairs(struct buf *out, unsigned indent, str key, struct mapping_pairs pairs)
{
    if (pairs.n == 0)
        return;
    yaml_write_key(out, indent, key);
    for (size_t i = 0; i < pairs.n; i++)
        yaml_write_pair(out, indent + 1, pairs.items[i].key, pairs.items[i].value);
}

static void write_rule(struct buf *out, const struct row_rule *r)
{
    struct buf body;
    buf_init(&body, (size_t)64 * 1024);
    if (r->when_count > 0)
        yaml_write_key(&body, 2, STR("when"));
    for (size_t i = 0; i < r->when_count; i++)
        write_names(&body, 3, r->when[i].column, r->when[i].patterns);
    write_pairs(&body, 2, STR("set"), r->set);
    write_pairs(&body, 2, STR("copy"), r->copy);
    write_names(&body, 2, STR("clear"), r->clear);
    write_names(&body, 2, STR("negate"), r->negate);
    write_names(&body, 2, STR("negative"), r->negative);
    if (body.len > 4) /* the first key stands behind the list's dash */
        buf_addf(out, "  - %.*s", STR_ARG(str_skip(buf_str(&body), 4)));
    buf_release(&body);
}

void mapping_write_rules(const struct mapping *m, struct buf *out)
{
    if (m->sum_count > 0)
        yaml_write_key(out, 0, STR("sums"));
    for (size_t i = 0; i < m->sum_count; i++)
        write_terms(out, 1, m->sums[i].field, m->sums[i].terms);
    if (m->check_count > 0)
        yaml_write_key(out, 0, STR("checks"));
    for (size_t i = 0; i < m->check_count; i++) {
        buf_adds(out, "  - name: ");
        yaml_write_scalar(out, m->checks[i].name);
        buf_addc(out, '\n');
        write_terms(out, 2, STR("sum"), m->checks[i].left);
        write_terms(out, 2, STR("equals"), m->checks[i].right);
    }
    if (m->row_rule_count > 0)
        yaml_write_key(out, 0, STR("rules"));
    for (size_t i = 0; i < m->row_rule_count; i++)
        write_rule(out, &m->row_rules[i]);
    if (m->words_count > 0)
        yaml_write_key(out, 0, STR("words"));
    for (size_t i = 0; i < m->words_count; i++)
        write_pairs(out, 1, m->words[i].field, m->words[i].pairs);
    const struct mapping_pairs unpivot = { m->unpivot, m->unpivot_count };
    write_pairs(out, 0, STR("unpivot"), unpivot);
}
