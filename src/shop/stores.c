/* stores.yaml: the shop's stores, read with every problem at once. */
#include "shop/shop_priv.h"

#define STORES_MAX  1000
#define FOLDER_MAX  ((size_t)255) /* bytes of a folder's name */
#define PERCENT_MAX ((int64_t)100 * 10000)

static const char *const taxes[] = { "exclusive", "inclusive" };
static const char *const order_origins[] = { "import", "tracker" };
static const char *const presales[] = { [PRESALE_FULL] = "full", [PRESALE_DEPOSIT] = "deposit" };
static const char *const buyers[] = {
    [BUYERS_STABLE] = "stable", [BUYERS_MASKED] = "masked", [BUYERS_NONE] = "none"
};

const char *shop_presale_name(enum store_presale p)
{
    BUG_IF((size_t)p >= ARRAY_LEN(presales));
    return presales[p];
}

/* As the platform's exports come, unless stores.yaml says otherwise. */
static enum store_buyers buyers_of_platform(str platform)
{
    static const struct {
        const char *platform;
        enum store_buyers quality;
    } known[] = { { "taobao", BUYERS_MASKED },
                  { "tmall", BUYERS_MASKED },
                  { "douyin", BUYERS_MASKED },
                  { "pdd", BUYERS_NONE } };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (str_is(platform, known[i].platform))
            return known[i].quality;
    }
    return BUYERS_STABLE;
}

/* Any name may stand there, since it is only shown; but one that nearly is a platform that buyers'
 * ids depend on is a mistake. */
static void check_platform(const struct yaml_node *n,
                           str platform,
                           struct arena *a,
                           struct problems *p)
{
    static const char *const known[] = { "taobao", "tmall",  "jd",      "pdd",      "douyin",
                                         "woo",    "amazon", "shopify", "kuaishou", "woocommerce",
                                         "1688",   "ebay",   "etsy",    "tiktok",   "xiaohongshu" };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (platform.len == 0 || str_is(platform, known[i]))
            return;
    }
    const str near = name_suggestion(a, p->lang, platform, known, ARRAY_LEN(known));
    if (near.len > 0)
        yaml_problem(p, n, "unknown platform \"%.*s\"%.*s", STR_ARG(platform), STR_ARG(near));
}

const char *shop_buyers_name(enum store_buyers q)
{
    BUG_IF((size_t)q >= ARRAY_LEN(buyers));
    return buyers[q];
}

static const struct yaml_field store_fields[] = {
    { "platform", YAML_WANT_STR, false },      { "currency", YAML_WANT_STR, false },
    { "timezone", YAML_WANT_STR, false },      { "tax", YAML_WANT_STR, false },
    { "orders_from", YAML_WANT_STR, false },   { "owner", YAML_WANT_STR, false },
    { "team", YAML_WANT_STR, false },          { "platform_fee", YAML_WANT_NUMBER, false },
    { "commission", YAML_WANT_NUMBER, false }, { "payment_fee", YAML_WANT_NUMBER, false },
    { "presale", YAML_WANT_STR, false },       { "customer_key_quality", YAML_WANT_STR, false },
};

static const struct yaml_field stores_fields[] = { { "stores", YAML_WANT_MAP, false } };

/* A rate is exact: percent with at most four decimals. */
static int64_t read_percent(const struct yaml_node *n, struct problems *p)
{
    int64_t v = 0;
    bool inexact = false;
    if (yaml_is_null(n) || n->type != YAML_SCALAR)
        return STORE_RATE_NONE;
    if (decimal_parse(n->text, '.', 0, 4, &v, &inexact) && !inexact && v >= 0 && v <= PERCENT_MAX)
        return v;
    yaml_problem(p, n, "expected a percentage from 0 to 100 with at most 4 decimals, such as 5.5");
    return STORE_RATE_NONE;
}

static size_t read_choice(const struct yaml_node *n,
                          const char *const *names,
                          size_t count,
                          struct problems *p)
{
    size_t pick = 0;
    yaml_enum(n, names, count, p, &pick);
    return pick;
}

static void read_store(const struct yaml_node *map,
                       struct arena *a,
                       struct shop_store *out,
                       struct problems *p)
{
    yaml_check_map(map, store_fields, ARRAY_LEN(store_fields), p);
    if (yaml_str(yaml_get(map, "platform"), p, &out->platform))
        check_platform(yaml_get(map, "platform"), out->platform, a, p);
    settings_read_currency(yaml_get(map, "currency"), &out->currency, p);
    settings_read_zone(yaml_get(map, "timezone"), &out->timezone, p);
    yaml_str(yaml_get(map, "owner"), p, &out->owner);
    yaml_str(yaml_get(map, "team"), p, &out->team);
    out->tax_inclusive = read_choice(yaml_get(map, "tax"), taxes, ARRAY_LEN(taxes), p) == 1;
    out->orders_from_tracker =
        read_choice(yaml_get(map, "orders_from"), order_origins, ARRAY_LEN(order_origins), p) == 1;
    out->rates = (struct store_rates){
        .platform_fee = read_percent(yaml_get(map, "platform_fee"), p),
        .commission = read_percent(yaml_get(map, "commission"), p),
        .payment_fee = read_percent(yaml_get(map, "payment_fee"), p),
    };
    out->presale =
        (enum store_presale)read_choice(yaml_get(map, "presale"), presales, ARRAY_LEN(presales), p);
    const struct yaml_node *quality = yaml_get(map, "customer_key_quality");
    out->customer_key_quality =
        quality != NULL ? (enum store_buyers)read_choice(quality, buyers, ARRAY_LEN(buyers), p)
                        : buyers_of_platform(out->platform);
}

static struct shop_store store_default(const struct shop_settings *s)
{
    return (struct shop_store){ .name = STR("main"),
                                .platform = STR_EMPTY,
                                .currency = s->currency,
                                .timezone = s->timezone,
                                .owner = STR_EMPTY,
                                .team = STR_EMPTY,
                                .rates = { STORE_RATE_NONE, STORE_RATE_NONE, STORE_RATE_NONE } };
}

/* inbox/NAME/ is the folder of the store's files: a name is one that a folder can have, and none of
 * those that `watch` puts files away under, in any letter case, as some disks do not tell them
 * apart. */
bool stores_name_is_taken(str name)
{
    return str_eq_nocase(name, STR("archive")) || str_eq_nocase(name, STR("failed"));
}

static bool is_folder_name(str name)
{
    bool ok = name.len > 0 && name.len <= FOLDER_MAX && name.ptr[0] != '.';
    for (size_t i = 0; i < name.len; i++)
        ok = ok && (unsigned char)name.ptr[i] >= 0x20 && name.ptr[i] != '/';
    return ok;
}

static void check_name(const struct yaml_node *map, const struct yaml_member *m, struct problems *p)
{
    const str shown = str_first(m->key, 80);
    if (stores_name_is_taken(m->key))
        problem_add(p, map->file, m->line, m->column, STORE_NAME_TAKEN, STR_ARG(shown));
    else if (!is_folder_name(m->key))
        problem_add(p,
                    map->file,
                    m->line,
                    m->column,
                    "\"%.*s\" cannot be a store's name: a name has 1 to 255 bytes, no slash and no "
                    "dot at its beginning",
                    STR_ARG(shown));
}

/* `main` first, whether written or not, then the others in the file's order. */
enum status stores_read(const struct yaml_node *root,
                        const struct shop_settings *settings,
                        struct arena *a,
                        struct problems *p,
                        struct store_list *out,
                        struct error *why)
{
    if (root != NULL)
        yaml_check_map(root, stores_fields, ARRAY_LEN(stores_fields), p);
    const struct yaml_node *map = yaml_get(root, "stores");
    const size_t n = map != NULL && yaml_want_map(map, p) ? map->n : 0;
    if (n > STORES_MAX)
        return error_set(why, STATUS_TOO_LARGE, "stores.yaml: more than %d stores", STORES_MAX);
    out->items = ARENA_NEW(a, struct shop_store, n + 1);
    if (out->items == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    out->items[0] = store_default(settings);
    out->count = 1;
    for (size_t i = 0; i < n; i++) {
        const struct yaml_member *m = &map->members[i];
        const bool is_main = str_is(m->key, "main");
        struct shop_store *one = is_main ? &out->items[0] : &out->items[out->count++];
        *one = store_default(settings);
        one->name = m->key;
        check_name(map, m, p);
        read_store(m->value, a, one, p);
    }
    return STATUS_OK;
}
