/* Roles and row scope: pure, the one place that decides which stores a question may read. */
#include "access/access.h"

static const char *const role_names[] = {
#define X(id, name) [ROLE_##id] = name,
    ROLE_LIST(X)
#undef X
};

const char *role_name(enum role r)
{
    BUG_IF((size_t)r >= ARRAY_LEN(role_names));
    return role_names[r];
}

enum status role_parse(str s, enum role *out, struct error *why)
{
    for (size_t i = ROLE_VIEWER; i < ARRAY_LEN(role_names); i++) {
        if (str_is(s, role_names[i])) {
            *out = (enum role)i;
            return STATUS_OK;
        }
    }
    return error_set(why,
                     STATUS_BAD_USAGE,
                     "no role \"%.*s\": it is viewer, analyst, editor or admin",
                     STR_ARG(s));
}

bool principal_sees_store(const struct principal *p, str store)
{
    for (size_t i = 0; !p->all_stores && i < p->store_count; i++) {
        if (str_eq(p->stores[i], store))
            return true;
    }
    return p->all_stores;
}

enum status principal_stores(const struct principal *p,
                             const str *asked,
                             size_t asked_count,
                             const str **out,
                             size_t *n,
                             struct error *why)
{
    for (size_t i = 0; i < asked_count; i++) {
        if (!principal_sees_store(p, asked[i]))
            return error_set(why,
                             STATUS_FORBIDDEN,
                             "the store \"%.*s\" is not among those that you may see",
                             STR_ARG(asked[i]));
    }
    if (asked_count == 0 && !p->all_stores && p->store_count == 0)
        return error_set(
            why, STATUS_FORBIDDEN, "no store is assigned to you yet; an administrator can do that");
    const bool own = asked_count == 0 && !p->all_stores;
    *out = own ? p->stores : asked;
    *n = own ? p->store_count : asked_count;
    return STATUS_OK;
}
