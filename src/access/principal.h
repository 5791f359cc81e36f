/* Who asks and what they may: roles and row scope; pure.
 *
 * A principal is made once a request (or command) from what the client proved, and handed to every
 * handler. Its texts live as long as the arena that it was made in; it is immutable. */
#ifndef SHOPVANE_ACCESS_PRINCIPAL_H
#define SHOPVANE_ACCESS_PRINCIPAL_H

#include "base/base.h"

/* Each role may what the one before it may, and more. */
#define ROLE_LIST(X)      \
    X(NONE, "none")       \
    X(VIEWER, "viewer")   \
    X(ANALYST, "analyst") \
    X(EDITOR, "editor")   \
    X(ADMIN, "admin")
#define X(id, name) ROLE_##id,
enum role { ROLE_LIST(X) ROLE_COUNT };
#undef X
const char *role_name(enum role r);
/* "viewer" to "admin"; STATUS_BAD_USAGE with the list otherwise. */
MUST_CHECK enum status role_parse(str s, enum role *out, struct error *why);

/* What the client proved itself with. */
enum principal_kind { PRINCIPAL_NOBODY, PRINCIPAL_SESSION, PRINCIPAL_TOKEN, PRINCIPAL_SHARE };

struct principal {
    enum principal_kind kind;
    int64_t user_id; /* 0: nobody; of a share: who made it */
    str name;
    enum role role;
    bool is_read_only; /* a share link, a token without the scope "write" */
    bool all_stores;   /* no row scope */
    const str *stores; /* else exactly these; none: sees nothing */
    size_t store_count;
    bool has_lang;
    enum lang lang;
    int64_t credential;    /* of the session, token or share */
    str csrf;              /* of the session */
    const str *own_stores; /* as written down for the user, for showing; `stores` is what counts */
    size_t own_store_count;
    const str *teams;
    size_t team_count;
    str density; /* how the user wants the board; may be empty */
    str theme;
    str share_path;     /* of a share link */
    int64_t expires_us; /* of a session or share */
};

/* The stores that a question may read: what was asked for, inside the principal's scope.
 * *n == 0 means all stores and is only ever given to a principal without row scope.
 * STATUS_FORBIDDEN when a store outside the scope was asked for, or the scope is empty. */
MUST_CHECK enum status principal_stores(const struct principal *p,
                                        const str *asked,
                                        size_t asked_count,
                                        const str **out,
                                        size_t *n,
                                        struct error *why);
bool principal_sees_store(const struct principal *p, str store);

#endif
