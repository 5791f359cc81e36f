/* shop.yaml: read with every problem at once, written with comments. */
#include "shop/shop_priv.h"

#include <string.h>

static const char *const weekdays[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
static const char *const calendars[] = {
#define X(id, name) [CALENDAR_##id] = name,
    CALENDAR_LIST(X)
#undef X
};
static const char *const langs[] = { "en", "zh" };
static const char *const colours[] = { "red", "green" };
static const struct yaml_field shop_fields[] = {
    { "name", YAML_WANT_STR, true },
    { "currency", YAML_WANT_STR, true },
    { "timezone", YAML_WANT_STR, true },
    { "week_start", YAML_WANT_STR, false },
    { "lang", YAML_WANT_STR, false },
    { "calendar", YAML_WANT_STR, false },
    { "retail_month", YAML_WANT_INT, false },
    { "fx_max_age_days", YAML_WANT_INT, false },
    { "returning_window_days", YAML_WANT_INT, false },
    { "cart_window_hours", YAML_WANT_INT, false },
    { "dialect", YAML_WANT_STR, false },
    { "up_colour", YAML_WANT_STR, false },
    { "overview_kpis", YAML_WANT_STR, false },
    { "upload_max_mib", YAML_WANT_INT, false },
};

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

void settings_read_currency(const struct yaml_node *n, str *out, struct problems *p)
{
    if (yaml_str(n, p, out) && !is_currency(*out))
        yaml_problem(p, n, "not an ISO 4217 code of three capitals, such as GBP or CNY");
}

void settings_read_zone(const struct yaml_node *n, str *out, struct problems *p)
{
    struct zone *zone = NULL;
    struct error why = { .lang = p->lang };
    if (yaml_str(n, p, out) && zone_open(*out, &zone, &why) != STATUS_OK)
        yaml_problem(p, n, "%s", why.text);
    zone_close(zone);
}

/* "visitors, aov" as names in the arena. */
static void read_names(const struct yaml_node *n,
                       struct arena *a,
                       struct shop_settings *out,
                       struct problems *p)
{
    str rest = STR_EMPTY;
    str *names = ARENA_NEW(a, str, OVERVIEW_KPIS_MAX);
    out->overview_kpis = names;
    out->overview_kpi_count = 0;
    if (names == NULL || !yaml_str(n, p, &rest))
        return;
    while (rest.len > 0) {
        const str name = str_trim(str_take_until(&rest, ','));
        if (name.len > 0 && out->overview_kpi_count == OVERVIEW_KPIS_MAX) {
            yaml_problem(p, n, "more than %d KPIs", OVERVIEW_KPIS_MAX);
            return;
        }
        if (name.len > 0)
            names[out->overview_kpi_count++] = name;
    }
}

/* Red is up in China. */
static void read_colour(const struct yaml_node *n, struct shop_settings *out, struct problems *p)
{
    size_t pick = out->lang == LANG_ZH ? 0 : 1;
    yaml_enum(n, colours, ARRAY_LEN(colours), p, &pick);
    out->up_is_red = pick == 0;
}

void settings_from(const struct yaml_node *root,
                   struct arena *a,
                   struct shop_settings *out,
                   struct problems *p)
{
    size_t pick = 0;
    yaml_check_map(root, shop_fields, ARRAY_LEN(shop_fields), p);
    yaml_str(yaml_get(root, "name"), p, &out->name);
    settings_read_currency(yaml_get(root, "currency"), &out->currency, p);
    settings_read_zone(yaml_get(root, "timezone"), &out->timezone, p);
    yaml_enum(yaml_get(root, "week_start"), weekdays, ARRAY_LEN(weekdays), p, &pick);
    out->week_start = (unsigned)pick + 1;
    pick = 0;
    yaml_enum(yaml_get(root, "lang"), langs, ARRAY_LEN(langs), p, &pick);
    out->lang = pick == 1 ? LANG_ZH : LANG_EN;
    pick = 0;
    yaml_enum(yaml_get(root, "calendar"), calendars, ARRAY_LEN(calendars), p, &pick);
    out->calendar = (enum calendar)pick;
    out->retail_month = read_small(root, "retail_month", 12, p);
    out->fx_max_age_days = read_small(root, "fx_max_age_days", 3660, p);
    out->returning_window_days = read_small(root, "returning_window_days", 36600, p);
    out->cart_window_hours = read_small(root, "cart_window_hours", 8784, p);
    out->upload_max_mib = read_small(root, "upload_max_mib", INT64_C(1024) * 1024, p);
    read_colour(yaml_get(root, "up_colour"), out, p);
    read_names(yaml_get(root, "overview_kpis"), a, out, p);
    out->dialect = STR_EMPTY;
    const struct yaml_node *dialect = yaml_get(root, "dialect");
    if (yaml_str(dialect, p, &out->dialect) && !kpi_dialect_is_known(out->dialect))
        yaml_problem(p, dialect, "not a dialect: taobao, shopify, woo, ga4, jd or douyin");
}

enum status settings_read_shop(const char *dir,
                               struct arena *a,
                               struct shop_settings *out,
                               struct problems *p,
                               struct error *why)
{
    const char *path = path_join(a, dir, SHOP_FILE);
    if (path == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    out->name = STR_EMPTY;
    out->currency = STR_EMPTY;
    out->timezone = STR_EMPTY;
    const struct yaml_node *root = yaml_parse_file(path, NULL, a, p);
    if (root == NULL && p->n_total == 0)
        problem_add(p, str_from(path), 1, 1, "empty: it needs name, currency and timezone");
    settings_from(root, a, out, p);
    return STATUS_OK;
}

bool shop_language(const char *dir, enum lang *out)
{
    struct problems p;
    struct shop_settings settings = { .name = STR_EMPTY };
    struct arena *a = arena_new(0);
    bool ok = a != NULL;
    if (ok) {
        problems_init(&p, a, LANG_EN);
        ok = settings_read_shop(dir, a, &settings, &p, NULL) == STATUS_OK && settings.name.len > 0;
    }
    if (ok)
        *out = settings.lang;
    arena_free(a);
    return ok;
}

enum status settings_read(const char *dir, struct shop_config *c, struct error *why)
{
    struct problems p;
    problems_init(&p, c->arena, why != NULL ? why->lang : LANG_EN);
    const char *stores = path_join(c->arena, dir, STORES_FILE);
    if (stores == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    enum status st = settings_read_shop(dir, c->arena, &c->settings, &p, why);
    if (st != STATUS_OK)
        return st;
    const struct yaml_node *root =
        file_exists(stores) ? yaml_parse_file(stores, NULL, c->arena, &p) : NULL;
    struct store_list list = { .items = NULL };
    st = stores_read(root, &c->settings, c->arena, &p, &list, why);
    c->stores = list.items;
    c->store_count = list.count;
    c->settings.stores = c->stores;
    c->settings.store_count = c->store_count;
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
    if (in->calendar != CALENDAR_GREGORIAN)
        yaml_write_pair(&text, 0, STR("calendar"), str_from(calendar_name(in->calendar)));
    write_number(&text, "retail_month", in->retail_month);
    write_number(&text, "fx_max_age_days", in->fx_max_age_days);
    write_number(&text, "returning_window_days", in->returning_window_days);
    write_number(&text, "cart_window_hours", in->cart_window_hours);
    if (in->dialect.len > 0)
        yaml_write_pair(&text, 0, STR("dialect"), in->dialect);
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
