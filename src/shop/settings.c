/* shop.yaml and stores.yaml: read with every problem at once, written with comments. */
#include "shop/shop_priv.h"

#include <string.h>

#define SHOP_FILE   "shop.yaml"
#define STORES_FILE "stores.yaml"
#define STORES_MAX  1000

static const char *const weekdays[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
static const char *const langs[] = { "en", "zh" };
static const char *const taxes[] = { "exclusive", "inclusive" };
static const char *const order_origins[] = { "import", "tracker" };

static const struct yaml_field shop_fields[] = {
    { "name", YAML_WANT_STR, true },
    { "currency", YAML_WANT_STR, true },
    { "timezone", YAML_WANT_STR, true },
    { "week_start", YAML_WANT_STR, false },
    { "lang", YAML_WANT_STR, false },
    { "retail_month", YAML_WANT_INT, false },
    { "fx_max_age_days", YAML_WANT_INT, false },
    { "returning_window_days", YAML_WANT_INT, false },
    { "cart_window_hours", YAML_WANT_INT, false },
};

static const struct yaml_field store_fields[] = {
    { "platform", YAML_WANT_STR, false },    { "currency", YAML_WANT_STR, false },
    { "timezone", YAML_WANT_STR, false },    { "tax", YAML_WANT_STR, false },
    { "orders_from", YAML_WANT_STR, false }, { "owner", YAML_WANT_STR, false },
    { "team", YAML_WANT_STR, false },
};

static const struct yaml_field stores_fields[] = { { "stores", YAML_WANT_MAP, false } };

static bool is_currency(str code)
{
    if (code.len != 3)
        return false;
    for (size_t i = 0; i < 3; i++) {
        if (code.ptr[i] < 'A' || code.ptr[i] > 'Z')
            return false;
    }
    return true;
}

static enum status check_currency(str code, struct error *why)
{
    if (is_currency(code))
        return STATUS_OK;
    return error_set(
        why,
        STATUS_BAD_USAGE,
        "currency \"%.*s\" is not an ISO 4217 code of three capitals, such as GBP or CNY",
        STR_ARG(code));
}

static unsigned read_small(const struct yaml_node *root,
                           const char *key,
                           int64_t max,
                           struct problems *p)
{
    int64_t v = 0;
    return yaml_i64(yaml_get(root, key), 0, max, p, &v) ? (unsigned)v : 0;
}

static void read_currency(const struct yaml_node *n, str *out, struct problems *p)
{
    if (yaml_str(n, p, out) && !is_currency(*out))
        yaml_problem(p, n, "not an ISO 4217 code of three capitals, such as GBP or CNY");
}

static void read_zone(const struct yaml_node *n, str *out, struct problems *p)
{
    struct zone *zone = NULL;
    struct error why = { .lang = p->lang };
    if (yaml_str(n, p, out) && zone_open(*out, &zone, &why) != STATUS_OK)
        yaml_problem(p, n, "%s", why.text);
    zone_close(zone);
}

static void read_shop(const struct yaml_node *root, struct shop_settings *out, struct problems *p)
{
    size_t pick = 0;
    yaml_check_map(root, shop_fields, ARRAY_LEN(shop_fields), p);
    yaml_str(yaml_get(root, "name"), p, &out->name);
    read_currency(yaml_get(root, "currency"), &out->currency, p);
    read_zone(yaml_get(root, "timezone"), &out->timezone, p);
    yaml_enum(yaml_get(root, "week_start"), weekdays, ARRAY_LEN(weekdays), p, &pick);
    out->week_start = (unsigned)pick + 1;
    pick = 0;
    yaml_enum(yaml_get(root, "lang"), langs, ARRAY_LEN(langs), p, &pick);
    out->lang = pick == 1 ? LANG_ZH : LANG_EN;
    out->retail_month = read_small(root, "retail_month", 12, p);
    out->fx_max_age_days = read_small(root, "fx_max_age_days", 3660, p);
    out->returning_window_days = read_small(root, "returning_window_days", 36600, p);
    out->cart_window_hours = read_small(root, "cart_window_hours", 8784, p);
}

static void read_store(const struct yaml_node *map, struct shop_store *out, struct problems *p)
{
    size_t pick = 0;
    yaml_check_map(map, store_fields, ARRAY_LEN(store_fields), p);
    yaml_str(yaml_get(map, "platform"), p, &out->platform);
    read_currency(yaml_get(map, "currency"), &out->currency, p);
    read_zone(yaml_get(map, "timezone"), &out->timezone, p);
    yaml_str(yaml_get(map, "owner"), p, &out->owner);
    yaml_str(yaml_get(map, "team"), p, &out->team);
    yaml_enum(yaml_get(map, "tax"), taxes, ARRAY_LEN(taxes), p, &pick);
    out->tax_inclusive = pick == 1;
    pick = 0;
    yaml_enum(yaml_get(map, "orders_from"), order_origins, ARRAY_LEN(order_origins), p, &pick);
    out->orders_from_tracker = pick == 1;
}

static struct shop_store store_default(const struct shop_settings *s)
{
    return (struct shop_store){ .name = STR("main"),
                                .platform = STR_EMPTY,
                                .currency = s->currency,
                                .timezone = s->timezone,
                                .owner = STR_EMPTY,
                                .team = STR_EMPTY };
}

/* `main` first, whether written or not, then the others in the file's order. */
static enum status read_stores(struct shop *s,
                               const struct yaml_node *root,
                               struct problems *p,
                               struct error *why)
{
    if (root != NULL)
        yaml_check_map(root, stores_fields, ARRAY_LEN(stores_fields), p);
    const struct yaml_node *map = yaml_get(root, "stores");
    const size_t n = map != NULL && yaml_want_map(map, p) ? map->n : 0;
    if (n > STORES_MAX)
        return error_set(why, STATUS_TOO_LARGE, "stores.yaml: more than %d stores", STORES_MAX);
    s->stores = ARENA_NEW(s->arena, struct shop_store, n + 1);
    if (s->stores == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    s->stores[0] = store_default(&s->settings);
    s->store_count = 1;
    for (size_t i = 0; i < n; i++) {
        const struct yaml_member *m = &map->members[i];
        const bool is_main = str_is(m->key, "main");
        struct shop_store *one = is_main ? &s->stores[0] : &s->stores[s->store_count++];
        *one = store_default(&s->settings);
        one->name = m->key;
        read_store(m->value, one, p);
    }
    return STATUS_OK;
}

enum status settings_read(struct shop *s, struct error *why)
{
    struct problems p;
    problems_init(&p, s->arena, why != NULL ? why->lang : LANG_EN);
    const char *path = path_join(s->arena, s->dir, SHOP_FILE);
    const char *stores = path_join(s->arena, s->dir, STORES_FILE);
    if (path == NULL || stores == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    s->settings.name = s->settings.currency = s->settings.timezone = STR_EMPTY;
    const struct yaml_node *root = yaml_parse_file(path, NULL, s->arena, &p);
    if (root == NULL && p.n_total == 0)
        problem_add(&p, str_from(path), 1, 1, "empty: it needs name, currency and timezone");
    read_shop(root, &s->settings, &p);
    root = file_exists(stores) ? yaml_parse_file(stores, NULL, s->arena, &p) : NULL;
    enum status st = read_stores(s, root, &p, why);
    return st == STATUS_OK ? problems_status(&p, why) : st;
}

enum status settings_check(const struct shop_settings *in, struct error *why)
{
    struct zone *zone = NULL;
    enum status st = check_currency(in->currency, why);
    if (st == STATUS_OK)
        st = zone_open(in->timezone, &zone, why);
    if (st == STATUS_OK)
        zone_close(zone);
    if (st == STATUS_OK && in->week_start > 7)
        st = error_set(why, STATUS_BAD_USAGE, "a week starts on day 1 (Monday) to 7 (Sunday)");
    if (st == STATUS_OK && in->name.len == 0)
        st = error_set(why, STATUS_BAD_USAGE, "the shop needs a name");
    return st;
}

/* 0 is what stands when nothing is written. */
static void write_number(struct buf *out, const char *key, unsigned value)
{
    if (value > 0)
        buf_addf(out, "%s: %u\n", key, value);
}

enum status settings_write(const char *dir, const struct shop_settings *in, struct error *why)
{
    struct buf text;
    struct arena *a = arena_new(0);
    buf_init(&text, (size_t)64 * 1024);
    yaml_write_comment(&text, 0, STR("the shop; see docs/shop-folder.md"));
    yaml_write_pair(&text, 0, STR("name"), in->name);
    yaml_write_pair(&text, 0, STR("currency"), in->currency);
    yaml_write_pair(&text, 0, STR("timezone"), in->timezone);
    yaml_write_pair(&text,
                    0,
                    STR("week_start"),
                    str_from(weekdays[in->week_start > 0 ? in->week_start - 1 : 0]));
    yaml_write_pair(&text, 0, STR("lang"), str_from(langs[in->lang == LANG_ZH]));
    write_number(&text, "retail_month", in->retail_month);
    write_number(&text, "fx_max_age_days", in->fx_max_age_days);
    write_number(&text, "returning_window_days", in->returning_window_days);
    write_number(&text, "cart_window_hours", in->cart_window_hours);
    char *path = a != NULL ? path_join(a, dir, SHOP_FILE) : NULL;
    enum status st = STATUS_OK;
    if (path == NULL || !buf_ok(&text))
        st = error_set(why, STATUS_NO_MEMORY, "out of memory");
    else
        st = file_write_atomic(path, buf_str(&text), why);
    buf_release(&text);
    arena_free(a);
    return st;
}
