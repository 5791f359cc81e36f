/* Sessions out of events: one reducer for build and verify.
 *
 * An event with a session id of its source belongs to that session; else a visitor's session ends
 * where 30 minutes pass without an event. A session that was imported as such is never built again.
 * The key of a built one is a hash of store, visitor and start (md5: the engine's own hash may
 * change with its version, and the key is stored).
 *
 * Visitors that may have changed are done anew as a whole: a late event can join two sessions, and
 * nothing else is as simple. A run takes the visitors in parts, so memory stays bounded. */
#include "derive/derive_priv.h"

/* Events of one window query. */
#define PART_EVENTS 2000000

#define DEFAULT_CART_WINDOW_HOURS 24

enum status sessions_parts(struct derive *d, int64_t *out)
{
    int64_t events = 0;
    const enum status st = conn_query_i64(d->c, "SELECT count(*) FROM event", &events, d->why);
    if (st == STATUS_OK)
        *out = events / PART_EVENTS + 1;
    return st;
}

/* Source sessions with events of several visitors (a visitor that logged in): they belong to the
 * one with the lowest key. */
static const char shared_sql[] =
    "CREATE OR REPLACE TEMP TABLE derive_shared AS SELECT DISTINCT store, session_key, visitor_key,"
    " owner FROM event JOIN (SELECT store, session_key, min(visitor_key) AS owner FROM event"
    " WHERE session_key IS NOT NULL GROUP BY ALL HAVING min(visitor_key) <> max(visitor_key))"
    " USING (store, session_key) WHERE visitor_key IS NOT NULL";

/* a line of text is a line of SQL */
/* clang-format off */

/* Events of the visitors, in order, with the number of the session they belong to. n is unique, so
 * that "the first" is always the same one. */
static const char steps_sql[] =
    "CREATE OR REPLACE TEMP TABLE derive_step AS SELECT *, sum(starts) OVER w AS nth FROM ("
    "SELECT *, CASE WHEN lag(\"at\") OVER w IS NULL OR (given IS NULL"
    " AND \"at\" - lag(\"at\") OVER w > 1800000000) THEN 1 ELSE 0 END AS starts,"
    " row_number() OVER w AS n FROM ("
    "SELECT store, visitor_key, session_key AS given, * EXCLUDE (store, visitor_key, session_key)"
    " FROM (SELECT e.* REPLACE (coalesce(h.owner, e.visitor_key) AS visitor_key) FROM event e"
    " LEFT JOIN (SELECT DISTINCT store, session_key, owner FROM derive_shared) h"
    " ON h.store = e.store AND h.session_key = e.session_key) event WHERE visitor_key IS NOT NULL"
    " AND \"at\" IS NOT NULL"
    " AND visitor_key %% %lld = %lld%s"
    " AND NOT EXISTS (FROM session i WHERE i.store = event.store"
    " AND i.session_key = event.session_key AND i.is_derived IS NOT TRUE))"
    " WINDOW w AS (PARTITION BY store, visitor_key, given ORDER BY \"at\", event_id, import_id,"
    " row_no)) WINDOW w AS (PARTITION BY store, visitor_key, given ORDER BY n)";

#define COUNT_OF(event, column) " count(*) FILTER (WHERE name = '" event "') AS " column ","
#define FIRST(column, as)       " arg_min(" column ", n) AS " as ","

/* One row a session. A page view and the product view of the same page are one page: sources send
 * one or both. The cart at the end is what was added since the last purchase. */
static const char rows_sql[] =
    "CREATE OR REPLACE TEMP TABLE derive_visit AS SELECT store, visitor_key, given, nth,"
    " min(\"at\") AS start_at, max(\"at\") AS end_at, max(customer_key) AS customer_key,"
    FIRST("local_date", "local_date") FIRST("local_minute", "local_minute")
    " count(*) AS events,"
    COUNT_OF("page_view", "page_views") COUNT_OF("product_view", "product_views")
    COUNT_OF("add_to_cart", "cart_adds") COUNT_OF("favourite", "favourites")
    COUNT_OF("search", "searches")
    " count(*) FILTER (WHERE name = 'search' AND results = 0) AS empty_searches,"
    COUNT_OF("search_click", "search_clicks")
    COUNT_OF("recommendation_click", "recommendation_clicks")
    COUNT_OF("checkout_start", "checkouts") COUNT_OF("payment_try", "payment_tries")
    COUNT_OF("purchase", "purchases") COUNT_OF("js_error", "errors")
    COUNT_OF("rage_click", "rage_clicks") COUNT_OF("form_error", "form_errors")
    " min(\"at\") FILTER (WHERE name = 'purchase') AS bought_at,"
    " sum(CASE WHEN name = 'add_to_cart' THEN 1 WHEN name = 'remove_from_cart' THEN -1 END"
    " * coalesce(value_e4, price_e4 * coalesce(quantity, 1)))"
    " FILTER (WHERE last_buy IS NULL OR n > last_buy)::BIGINT AS cart_value_e4,"
    FIRST("currency", "currency") FIRST("channel", "channel") FIRST("page", "landing_page")
    FIRST("device", "device")
    " arg_min(country, n) AS country FROM (SELECT *, max(CASE WHEN name = 'purchase' THEN n END)"
    " OVER (PARTITION BY store, visitor_key, given, nth) AS last_buy FROM derive_step)"
    " GROUP BY store, visitor_key, given, nth";

/* clang-format on */

static const char sessions_sql[] =
    "CREATE OR REPLACE TEMP TABLE derive_session AS FROM session LIMIT 0;"
    "INSERT INTO derive_session BY NAME SELECT store, coalesce(given,"
    " (md5_number_lower(concat_ws('/', store, visitor_key, start_at))"
    " & 9223372036854775807)::BIGINT) AS session_key, visitor_key, customer_key,"
    " start_at AS \"at\", local_date, local_minute, (end_at - start_at) // 1000000 AS duration_s,"
    " events, greatest(page_views, product_views) AS pageviews, product_views, cart_adds,"
    " favourites, searches, empty_searches, search_clicks, recommendation_clicks, checkouts,"
    " payment_tries, purchases, cart_value_e4, currency, errors, rage_clicks, form_errors,"
    " row_number() OVER v = 1 AS is_new_visitor,"
    " CASE WHEN cart_adds > 0 AND purchases = 0 THEN coalesce(first_value(bought_at IGNORE NULLS)"
    " OVER (PARTITION BY store, visitor_key ORDER BY start_at, given, nth ROWS BETWEEN 1 FOLLOWING"
    " AND UNBOUNDED FOLLOWING) - end_at <= %u * 3600000000, false) END AS recovered,"
    " channel, landing_page, device, country, true AS is_derived, 'derived' AS \"source\""
    " FROM derive_visit WINDOW v AS (PARTITION BY store, visitor_key ORDER BY start_at, given, "
    "nth)";

enum status sessions_compute(struct derive *d, const char *which, int64_t part, int64_t parts)
{
    const unsigned hours =
        d->settings->cart_window_hours ? d->settings->cart_window_hours : DEFAULT_CART_WINDOW_HOURS;
    enum status st = derive_execf(d, steps_sql, (long long)parts, (long long)part, which);
    if (st == STATUS_OK)
        st = derive_execf(d, rows_sql);
    if (st == STATUS_OK)
        st = derive_execf(d, sessions_sql, hours);
    if (st == STATUS_OK)
        st = derive_execf(d, "DROP TABLE derive_step; DROP TABLE derive_visit");
    return st;
}

/* Who has no event has nothing to build, and most visitors of a shop whose visits were imported
 * have none. A deleted event leaves its built session behind; a session that was imported takes
 * events out of others, or gives them back. */
static const char touched_sql[] =
    "CREATE OR REPLACE TEMP TABLE derive_visitor AS SELECT DISTINCT store, visitor_key FROM ("
    "SELECT store, visitor_key FROM event WHERE (store, local_date) IN (FROM dirty) UNION ALL"
    " SELECT store, visitor_key FROM session WHERE is_derived AND (store, local_date) IN (FROM"
    " dirty) UNION ALL SELECT e.store, e.visitor_key FROM session s JOIN event e ON e.store ="
    " s.store AND e.session_key = s.session_key WHERE (s.store, s.local_date) IN (FROM dirty))"
    " WHERE visitor_key IS NOT NULL";

static const char all_sql[] =
    "CREATE OR REPLACE TEMP TABLE derive_visitor AS SELECT DISTINCT store, visitor_key FROM"
    " (SELECT store, visitor_key FROM event UNION ALL SELECT store, visitor_key FROM session"
    " WHERE is_derived) WHERE visitor_key IS NOT NULL";

/* Whoever shares a session with a touched visitor is touched. */
static const char company_sql[] =
    "INSERT INTO derive_visitor SELECT DISTINCT store, visitor_key FROM derive_shared WHERE"
    " (store, session_key) IN (SELECT store, session_key FROM derive_shared WHERE"
    " (store, visitor_key) IN (FROM derive_visitor)) AND (store, visitor_key) NOT IN"
    " (FROM derive_visitor)";

enum status sessions_touched(struct derive *d, bool from_nothing)
{
    enum status st = derive_execf(d, shared_sql);
    if (st == STATUS_OK)
        st = from_nothing ? derive_execf(d, all_sql) : derive_execf(d, touched_sql);
    if (st == STATUS_OK)
        st = derive_execf(d, company_sql);
    return st;
}

/* Of most shops no events come in: what is cheap is asked first. */
static enum status has_work(struct derive *d, bool from_nothing, bool *out)
{
    int64_t found = 0;
    enum status st = conn_query_i64(d->c,
                                    "SELECT count(*) FROM (SELECT 1 FROM event UNION ALL SELECT 1"
                                    " FROM session WHERE is_derived LIMIT 1)",
                                    &found,
                                    d->why);
    if (st == STATUS_OK && found > 0)
        st = sessions_touched(d, from_nothing);
    if (st == STATUS_OK && found > 0)
        st = conn_query_i64(d->c, "SELECT count(*) FROM derive_visitor", &found, d->why);
    *out = found > 0;
    return st;
}

#define OF_TOUCHED "session WHERE is_derived AND (store, visitor_key) IN (FROM derive_visitor)"

/* A late event reaches sessions of days that are not dirty: one that runs past midnight, one that
 * is no longer its visitor's first, a cart that was bought the day after. Their cells move with
 * them. */
static const char changed_sql[] =
    "INSERT INTO dirty SELECT DISTINCT store, local_date FROM"
    " ((FROM derive_session_before EXCEPT ALL FROM " OF_TOUCHED ") UNION ALL"
    " (FROM " OF_TOUCHED " EXCEPT ALL FROM derive_session_before)) WHERE local_date IS NOT NULL;"
    "DROP TABLE derive_session_before";

/* Whether days whose sessions changed are to be found: before the first build, and in a build from
 * nothing, all of them are made anyhow. */
static enum status has_cells(struct derive *d, bool from_nothing, bool *out)
{
    int64_t built = 0;
    enum status st = STATUS_OK;
    if (!from_nothing)
        st = conn_query_i64(d->c, "SELECT count(*) FROM rollup_set", &built, d->why);
    *out = built > 0;
    return st;
}

enum status sessions_update(struct derive *d, bool from_nothing)
{
    int64_t parts = 1;
    bool work = false;
    bool mark = false;
    enum status st = has_work(d, from_nothing, &work);
    if (st == STATUS_OK && work)
        st = has_cells(d, from_nothing, &mark);
    if (st == STATUS_OK && work)
        st = sessions_parts(d, &parts);
    if (st == STATUS_OK && work && mark)
        st = derive_execf(d,
                          "CREATE OR REPLACE TEMP TABLE derive_session_before AS FROM " OF_TOUCHED);
    if (st == STATUS_OK && work)
        st = derive_execf(d, "DELETE FROM " OF_TOUCHED);
    for (int64_t i = 0; st == STATUS_OK && work && i < parts; i++) {
        derive_tell(d, "sessions", i, parts);
        st = sessions_compute(d, " AND (store, visitor_key) IN (FROM derive_visitor)", i, parts);
        if (st == STATUS_OK)
            st = derive_execf(d,
                              "INSERT INTO session FROM derive_session; DROP TABLE derive_session");
    }
    if (st == STATUS_OK && work && mark)
        st = derive_execf(d, changed_sql);
    if (st == STATUS_OK)
        st = derive_execf(d,
                          "DROP TABLE IF EXISTS derive_visitor;"
                          "DROP TABLE IF EXISTS derive_shared");
    return st;
}
