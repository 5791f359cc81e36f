/* The three files of a shop's costs: opened, read, checked against each other. */
#include "costs/costs_priv.h"

static const char *const kinds[] = {
#define X(id) [COST_##id] = #id,
    COST_KIND_LIST(X)
#undef X
};

static const char *const shares[] = {
    [COST_BY_NET_SALES] = "net_sales", [COST_BY_ORDERS] = "orders", [COST_EQUALLY] = "equally"
};

const char *cost_kind_name(enum cost_kind k)
{
    BUG_IF((size_t)k >= ARRAY_LEN(kinds));
    return kinds[k];
}

const char *cost_share_name(enum cost_share s)
{
    BUG_IF((size_t)s >= ARRAY_LEN(shares));
    return shares[s];
}

const struct cost_store *costs_store(const struct cost_world *w, str name)
{
    for (size_t i = 0; i < w->store_count; i++) {
        if (str_eq(w->stores[i].name, name))
            return &w->stores[i];
    }
    return NULL;
}

str costs_store_suggestion(const struct cost_reading *r, str wrong)
{
    const size_t n = r->world->store_count;
    const char **names = ARENA_NEW(r->a, const char *, n + 1);
    size_t kept = 0;
    for (size_t i = 0; names != NULL && i < n; i++) {
        const char *name = arena_cstr(r->a, r->world->stores[i].name);
        if (name != NULL)
            names[kept++] = name;
    }
    return names != NULL ? name_suggestion(r->a, r->p->lang, wrong, names, kept) : STR_EMPTY;
}

bool costs_store_name(const struct cost_reading *r, const struct yaml_node *n, str *out)
{
    str name = STR_EMPTY;
    if (!yaml_str(n, r->p, &name))
        return yaml_is_null(n);
    if (costs_store(r->world, name) == NULL) {
        yaml_problem(r->p,
                     n,
                     "no store \"%.*s\" in this shop%.*s",
                     STR_ARG(name),
                     STR_ARG(costs_store_suggestion(r, name)));
        return false;
    }
    *out = name;
    return true;
}

bool costs_amount(str text, int64_t *out)
{
    bool inexact = false;
    return decimal_parse(text, '.', 0, 4, out, &inexact) && !inexact && *out >= 0 &&
           *out <= COST_AMOUNT_MAX;
}

bool costs_day(str text, int32_t *out)
{
    struct civil c = { 0 };
    str rest = text;
    const char mark = str_contains(text, STR("/")) ? '/' : '-';
    const str parts[] = { str_take_until(&rest, mark), str_take_until(&rest, mark), rest };
    int64_t v[3] = { 0 };
    for (size_t i = 0; i < 3; i++) {
        if (parts[i].len == 0 || parts[i].len > 4 || !str_to_i64(parts[i], &v[i]) || v[i] < 1)
            return false;
    }
    c = (struct civil){ (int32_t)v[0], (int32_t)v[1], (int32_t)v[2] };
    if (parts[0].len != 4 || !civil_valid(c))
        return false;
    *out = civil_to_day(c);
    return true;
}

/* ---- The rates of stores.yaml, as rules that any rule of costs.yaml goes before ----------------
 */

static enum status add_store_rates(struct cost_reading *r)
{
    for (size_t i = 0; i < r->world->store_count; i++) {
        const struct cost_store *s = &r->world->stores[i];
        const struct {
            enum cost_kind kind;
            int64_t rate;
        } rates[] = { { COST_platform_fee, s->platform_fee },
                      { COST_commission, s->commission },
                      { COST_payment_fee, s->payment_fee } };
        for (size_t k = 0; k < ARRAY_LEN(rates); k++) {
            if (rates[k].rate < 0)
                continue;
            if (!MEM_GROW(r->book->rules, r->rule_cap, r->book->rule_count + 1))
                return error_set(r->why, STATUS_NO_MEMORY, "out of memory");
            r->book->rules[r->book->rule_count++] =
                (struct cost_rule){ .kind = rates[k].kind,
                                    .place = STR("stores.yaml"),
                                    .is_store_rate = true,
                                    .store = s->name,
                                    .currency = s->currency,
                                    .valid_from = DAY_NONE,
                                    .percent_e4 = rates[k].rate,
                                    .is_refunded = rates[k].kind != COST_payment_fee };
        }
    }
    return STATUS_OK;
}

static uint64_t mix(uint64_t seed, str s)
{
    return str_hash(s, seed * 31 + s.len);
}

static uint64_t mix_number(uint64_t seed, int64_t v)
{
    return str_hash((str){ (const char *)&v, sizeof v }, seed);
}

static uint64_t fingerprint_of(const struct cost_book *b)
{
    uint64_t h = 1;
    for (size_t i = 0; i < b->rule_count; i++) {
        const struct cost_rule *c = &b->rules[i];
        const str texts[] = { c->store, c->channel, c->sku, c->name, c->currency };
        const int64_t numbers[] = { c->kind,          c->valid_from,    c->percent_e4,
                                    c->per_order_e4,  c->per_unit_e4,   c->per_return_e4,
                                    c->per_month_e4,  c->cost_e4,       c->is_refunded,
                                    c->is_store_rate, (int64_t)c->share };
        for (size_t k = 0; k < ARRAY_LEN(texts); k++)
            h = mix(h, texts[k]);
        for (size_t k = 0; k < ARRAY_LEN(numbers); k++)
            h = mix_number(h, numbers[k]);
    }
    for (size_t i = 0; i < b->article_count; i++) {
        const struct cost_article *m = &b->articles[i];
        h = mix(mix(mix(h, m->store), m->code), m->master_sku);
        h = mix_number(mix_number(h, m->valid_from), m->has_cost ? m->cost_e4 : -1);
    }
    return h;
}

/* Rows grow on the heap while reading; what is handed out lives in the arena. */
static enum status settle_rules(struct cost_reading *r)
{
    struct cost_book *b = r->book;
    struct cost_rule *kept = ARENA_NEW(r->a, struct cost_rule, b->rule_count + 1);
    for (size_t i = 0; kept != NULL && i < b->rule_count; i++)
        kept[i] = b->rules[i];
    mem_free(b->rules);
    b->rules = kept;
    if (kept == NULL)
        return error_set(r->why, STATUS_NO_MEMORY, "out of memory");
    b->fingerprint = fingerprint_of(b);
    return STATUS_OK;
}

static enum status read_parts(struct cost_reading *r,
                              const struct yaml_node *costs,
                              struct row_file *articles,
                              const struct yaml_node *excludes)
{
    enum status st = add_store_rates(r);
    if (st == STATUS_OK && costs != NULL)
        st = costs_rules_read(r, costs);
    if (st == STATUS_OK && articles != NULL)
        st = costs_articles_read(r, articles);
    if (st == STATUS_OK && excludes != NULL)
        st = costs_excludes_read(r, excludes);
    if (st == STATUS_OK)
        return settle_rules(r);
    mem_free(r->book->rules);
    return st;
}

static const struct row_options sku_options = { .header = ROW_HEADER_YES, .pad_short = true };

enum status costs_read(const char *dir,
                       const struct cost_world *world,
                       struct arena *a,
                       struct problems *p,
                       struct cost_book *out,
                       struct error *why)
{
    struct cost_book book = { .rule_count = 0 };
    struct cost_reading r = { .world = world, .a = a, .p = p, .book = &book, .why = why };
    const char *costs = path_join(a, dir, COSTS_FILE);
    const char *skus = path_join(a, dir, SKU_FILE);
    const char *excludes = path_join(a, dir, EXCLUDE_FILE);
    struct row_file *articles = NULL;
    enum status st = STATUS_OK;
    if (costs == NULL || skus == NULL || excludes == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (file_exists(skus))
        st = row_file_open(skus, &sku_options, &articles, why);
    if (st == STATUS_OK)
        st = read_parts(&r,
                        file_exists(costs) ? yaml_parse_file(costs, NULL, a, p) : NULL,
                        articles,
                        file_exists(excludes) ? yaml_parse_file(excludes, NULL, a, p) : NULL);
    row_file_close(articles);
    if (st == STATUS_OK)
        *out = book;
    return st;
}

/* NOLINTNEXTLINE(readability-function-size): three texts and what reading takes */
enum status costs_read_texts(const char *costs_yaml,
                             const char *sku_map_csv,
                             const char *exclude_yaml,
                             const struct cost_world *world,
                             struct arena *a,
                             struct problems *p,
                             struct cost_book *out,
                             struct error *why)
{
    struct cost_book book = { .rule_count = 0 };
    struct cost_reading r = { .world = world, .a = a, .p = p, .book = &book, .why = why };
    struct row_file *articles = NULL;
    const str costs = str_from(costs_yaml);
    const str excludes = str_from(exclude_yaml);
    enum status st = STATUS_OK;
    if (sku_map_csv != NULL)
        st = row_file_open_bytes(str_from(sku_map_csv), &sku_options, &articles, why);
    if (st == STATUS_OK)
        st = read_parts(&r,
                        costs.len > 0 ? yaml_parse(costs, STR(COSTS_FILE), NULL, a, p) : NULL,
                        articles,
                        excludes.len > 0 ? yaml_parse(excludes, STR(EXCLUDE_FILE), NULL, a, p)
                                         : NULL);
    row_file_close(articles);
    if (st == STATUS_OK)
        *out = book;
    return st;
}
