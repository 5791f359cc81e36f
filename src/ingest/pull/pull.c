/* The fetch: page after page of each resource, each landed before the place moves on. What differs
 * between platforms stands in connectors/. */
#include "base/system_error.h"
#include "ingest/pull/pull_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define OVERLAP_S   600 /* changes that were stored late under an earlier time */
#define PAGES_BATCH 200
#define BYTES_BATCH ((int64_t)24 * 1024 * 1024)
#define PAGE_ARENA  ((size_t)1024 * 1024 * 1024)
#define ROWS_MAX    ((size_t)256 * 1024 * 1024)
#define NOTES_MAX   ((size_t)64 * 1024)

const struct connector *connector_of(enum source_kind kind)
{
    static const struct connector *const all[] = {
        [SOURCE_WOOCOMMERCE] = &connector_woocommerce,
        [SOURCE_SHOPIFY] = &connector_shopify,
    };
    BUG_IF((size_t)kind >= ARRAY_LEN(all));
    return all[kind];
}

const struct pull_options *pull_options_of(const struct pull *p)
{
    return p->o;
}

void pull_note(struct pull *p, const char *text)
{
    if (!str_contains(buf_str(&p->notes), str_from(text)))
        buf_addf(&p->notes, "%s\n", text);
}

/* ---- Answers ---- */

/* The platform's own words about a refusal, without anything that a terminal would obey. */
static str words_of(const struct json_node *root, struct arena *a)
{
    static const char *const places[] = { "message", "errors", "error", "error_description" };
    str found = STR_EMPTY;
    for (size_t i = 0; i < ARRAY_LEN(places) && found.len == 0; i++)
        found = pull_text(root, places[i]);
    char *text = arena_cstr(a, str_first(found, 120));
    for (size_t i = 0; text != NULL && text[i] != '\0'; i++) {
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            text[i] = ' ';
    }
    return text != NULL ? str_from(text) : STR_EMPTY;
}

enum status pull_refuse(const struct pull *p,
                        const char *resource,
                        const struct client_reply *reply,
                        struct error *why)
{
    const struct json_node *root = NULL;
    struct error unread = { .lang = LANG_EN };
    if (json_parse(reply->body, p->page, &root, &unread) != STATUS_OK)
        root = NULL;
    const str words = words_of(root, p->page);
    const char *hint = p->c->hint(reply->status);
    return error_set(why,
                     reply->status == 404 ? STATUS_NOT_FOUND : STATUS_IO,
                     "source \"%.*s\", %s: answered %d%s%.*s%s; %s",
                     STR_ARG(p->o->source->name),
                     resource,
                     reply->status,
                     words.len > 0 ? " (" : "",
                     STR_ARG(words),
                     words.len > 0 ? ")" : "",
                     tr(why->lang, hint));
}

static bool is_web_page(const struct client_reply *r)
{
    const str type = client_header(r, "Content-Type");
    const str body = str_trim(r->body);
    return str_starts(type, STR("text/html")) || (body.len > 0 && body.ptr[0] == '<');
}

enum status pull_read_json(const struct pull *p,
                           const char *resource,
                           const struct client_reply *reply,
                           const struct json_node **out,
                           struct error *why)
{
    struct error unread = { .lang = why->lang };
    if (is_web_page(reply))
        return error_set(why,
                         STATUS_BAD_INPUT,
                         "source \"%.*s\", %s: a web page came in place of data; is the url that "
                         "of the shop, and is it not closed for maintenance or behind a login?",
                         STR_ARG(p->o->source->name),
                         resource);
    if (json_parse(reply->body, p->page, out, &unread) == STATUS_OK)
        return STATUS_OK;
    return error_set(why,
                     STATUS_BAD_INPUT,
                     "source \"%.*s\", %s: the answer is not whole (%s); nothing of it was kept, "
                     "pull again",
                     STR_ARG(p->o->source->name),
                     resource,
                     unread.text);
}

/* ---- Requests ---- */

static void wait_for_bucket(struct pull *p)
{
    if (p->pause_ms > 0)
        client_pause(p->client, p->pause_ms);
}

static enum status get(struct pull *p, str address, struct client_reply *reply, struct error *why)
{
    struct client_request q = p->login;
    q.url = arena_cstr(p->page, address);
    if (q.url == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    wait_for_bucket(p);
    const enum status st = client_get(p->client, &q, p->page, reply, why);
    p->result->requests++;
    p->pause_ms = st == STATUS_OK && p->c->pause_ms != NULL ? p->c->pause_ms(reply) : 0;
    return st;
}

/* An address of the source: its url and path, with the keys where they go there. */
static enum status address_of(struct pull *p, str path, str *out, struct error *why)
{
    struct buf url;
    buf_init(&url, PULL_URL_MAX);
    buf_add(&url, p->o->source->url);
    buf_add(&url, path);
    if (p->c->sign != NULL)
        p->c->sign(p->o, &url);
    *out = buf_ok(&url) ? arena_dup(p->page, buf_str(&url)) : (str){ NULL, 0 };
    buf_release(&url);
    return out->ptr != NULL ? STATUS_OK : error_set(why, STATUS_NO_MEMORY, "out of memory");
}

enum status pull_get_path(struct pull *p,
                          str path_and_query,
                          struct client_reply *reply,
                          struct error *why)
{
    str address = STR_EMPTY;
    const enum status st = address_of(p, path_and_query, &address, why);
    return st == STATUS_OK ? get(p, address, reply, why) : st;
}

enum status pull_ask(struct pull *p,
                     const char *resource,
                     str path_and_query,
                     bool optional,
                     const struct json_node **out,
                     struct error *why)
{
    struct client_reply reply;
    const enum status st = pull_get_path(p, path_and_query, &reply, why);
    if (st != STATUS_OK)
        return st;
    *out = NULL;
    if (reply.status == 403 && optional)
        return STATUS_OK;
    if (reply.status < 200 || reply.status > 299)
        return pull_refuse(p, resource, &reply, why);
    return pull_read_json(p, resource, &reply, out, why);
}

/* ---- Pages ---- */

static bool rows_init(struct pull_rows *rows, struct buf *files, struct arena *a)
{
    *rows = (struct pull_rows){ .arena = a };
    for (size_t i = 0; i < PULL_FILE_COUNT; i++) {
        buf_init(&files[i], ROWS_MAX);
        rows->files[i] = &files[i];
    }
    return true;
}

static void rows_release(struct buf *files)
{
    for (size_t i = 0; i < PULL_FILE_COUNT; i++)
        buf_release(&files[i]);
}

/* The address of the page that is due. */
static enum status page_address(struct pull *p,
                                void (*request)(const struct pull_options *o,
                                                const struct pull_place *place,
                                                struct buf *url),
                                const struct pull_place *place,
                                str *out,
                                struct error *why)
{
    struct buf path;
    if (place->next[0] != '\0') {
        *out = str_from(place->next);
        return STATUS_OK;
    }
    buf_init(&path, PULL_URL_MAX);
    request(p->o, place, &path);
    const enum status st = buf_ok(&path) ? address_of(p, buf_str(&path), out, why)
                                         : error_set(why, STATUS_NO_MEMORY, "out of memory");
    buf_release(&path);
    return st;
}

enum status pull_get_page(struct pull *p,
                          void (*request)(const struct pull_options *o,
                                          const struct pull_place *place,
                                          struct buf *url),
                          const struct pull_place *place,
                          struct client_reply *reply,
                          struct error *why)
{
    str address = STR_EMPTY;
    arena_reset(p->page);
    const enum status st = page_address(p, request, place, &address, why);
    return st == STATUS_OK ? get(p, address, reply, why) : st;
}

/* Makes rows of an answer, lands them and moves the place, in this order. */
enum status pull_keep_page(struct pull *p,
                           const struct pull_resource *r,
                           struct pull_page *page,
                           struct error *why)
{
    struct buf files[PULL_FILE_COUNT];
    struct pull_rows rows;
    struct pull_place place = *page->place;
    struct pull_place *kept = page->place;
    rows_init(&rows, files, p->page);
    page->rows = &rows;
    page->place = &place;
    enum status st = r->page(page, why);
    if (st == STATUS_OK)
        st = pull_land(p->o->dir, p->o->source->name, p->state.seq + 1, &rows, why);
    if (st == STATUS_OK) {
        *kept = place;
        p->state.seq++;
        p->result->pages++;
        for (size_t i = 0; i < PULL_FILE_COUNT; i++)
            p->result->rows += rows.count[i];
        st = pull_state_write(p->o->dir, p->o->source->name, &p->state, why);
    }
    rows_release(files);
    page->rows = NULL;
    page->place = kept;
    return st;
}

/* One page of the resource. An address that the platform gave for the next page may have expired:
 * then the resource goes on from the time it stands at. */
static enum status one_page(struct pull *p,
                            const struct pull_resource *r,
                            struct pull_place *place,
                            bool *is_last,
                            struct error *why)
{
    struct client_reply reply;
    struct pull_page page = { .place = place, .pull = p };
    enum status st = pull_get_page(p, r->request, place, &reply, why);
    if (st != STATUS_OK)
        return st;
    if (reply.status == 400 && place->next[0] != '\0') {
        place->next[0] = '\0';
        return pull_state_write(p->o->dir, p->o->source->name, &p->state, why);
    }
    if (reply.status == 403 && r->is_optional) {
        pull_note(p, tr(why->lang, r->without));
        *is_last = true;
        return STATUS_OK;
    }
    if (reply.status < 200 || reply.status > 299)
        return pull_refuse(p, r->name, &reply, why);
    page.reply = &reply;
    st = pull_read_json(p, r->name, &reply, &page.root, why);
    if (st == STATUS_OK)
        st = pull_keep_page(p, r, &page, why);
    *is_last = page.is_last;
    if (st == STATUS_OK && p->o->on_page != NULL)
        p->o->on_page(p->o->self, tr(why->lang, r->name), p->result->pages, page.pages_due);
    return st;
}

/* ---- The pull ---- */

static enum status begin_resource(struct pull *p, struct pull_place *place, struct error *why)
{
    struct buf text;
    if (place->is_under_way)
        return STATUS_OK;
    buf_init(&text, sizeof place->since);
    if (place->since[0] != '\0') {
        pull_time_less(place->since, OVERLAP_S, &text);
    } else if (p->o->source->since != DAY_NONE) {
        buf_add_day(&text, p->o->source->since);
        buf_adds(&text, "T00:00:00");
    }
    const str since = buf_str(&text);
    if (buf_ok(&text) && since.len < sizeof place->since) {
        memcpy(place->since, since.ptr, since.len);
        place->since[since.len] = '\0';
    }
    buf_release(&text);
    place->is_under_way = true;
    place->next[0] = '\0';
    if (place->page == 0)
        place->page = 1;
    return pull_state_write(p->o->dir, p->o->source->name, &p->state, why);
}

static enum status end_resource(struct pull *p, struct pull_place *place, struct error *why)
{
    place->is_under_way = false;
    place->next[0] = '\0';
    p->state.at++;
    return pull_state_write(p->o->dir, p->o->source->name, &p->state, why);
}

static bool is_enough(struct pull *p, int64_t pages, struct error *why)
{
    int64_t bytes = 0;
    if (pages >= PAGES_BATCH)
        return true;
    return pages % 10 == 9 &&
           pull_landed_bytes(p->o->dir, p->o->source->name, &bytes, why) == STATUS_OK &&
           bytes >= BYTES_BATCH;
}

static enum status pull_all(struct pull *p, struct error *why)
{
    enum status st = STATUS_OK;
    int64_t pages = 0;
    while (st == STATUS_OK && p->state.at < p->c->count) {
        const struct pull_resource *r = &p->c->resources[p->state.at];
        struct pull_place *place = &p->state.places[p->state.at];
        bool is_last = false;
        st = begin_resource(p, place, why);
        while (st == STATUS_OK && !is_last) {
            if (is_enough(p, pages++, why))
                return STATUS_OK; /* not done: the caller imports, and comes again */
            st = one_page(p, r, place, &is_last, why);
        }
        if (st == STATUS_OK)
            st = end_resource(p, place, why);
    }
    if (st != STATUS_OK)
        return st;
    p->state.is_under_way = false;
    p->state.at = 0;
    p->state.pulled_at = clock_now_us();
    p->result->is_done = true;
    return pull_state_write(p->o->dir, p->o->source->name, &p->state, why);
}

/* A state that belongs to another shop or store says nothing of this one. */
static enum status open_state(struct pull *p, struct error *why)
{
    const struct shop_source *source = p->o->source;
    struct pull_state *s = &p->state;
    const enum status st = pull_state_read(p->o->dir, source->name, p->arena, s, why);
    const bool is_ours = str_is(source->url, s->url) && str_is(source->store, s->store);
    if (st != STATUS_OK)
        return st;
    if (!is_ours || s->at > p->c->count)
        *s = (struct pull_state){ .seq = s->seq,
                                  .imports = s->imports,
                                  .is_counted = s->is_counted };
    if (source->url.len >= sizeof s->url || source->store.len >= sizeof s->store)
        return error_set(why, STATUS_TOO_LARGE, "the source's url or store is too long");
    (void)snprintf(s->url, sizeof s->url, "%.*s", STR_ARG(source->url));
    (void)snprintf(s->store, sizeof s->store, "%.*s", STR_ARG(source->store));
    return STATUS_OK;
}

/* From the beginning where the user wants that, unless that is under way already. */
static enum status begin_pull(struct pull *p, struct error *why)
{
    struct pull_state *s = &p->state;
    if (p->o->anew && !s->is_under_way) {
        s->at = 0;
        s->pulled_at = 0;
        memset(s->places, 0, sizeof s->places);
    }
    s->is_under_way = true;
    return pull_state_write(p->o->dir, p->o->source->name, s, why);
}

static enum status take_lock(struct pull *p, struct error *why)
{
    const char *folder = pull_folder(p->o->dir, p->o->source->name, p->arena);
    const char *path = folder != NULL ? path_join(p->arena, folder, "lock") : NULL;
    const enum status st =
        path != NULL ? dir_make(folder, why) : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st != STATUS_OK)
        return st;
    p->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (p->lock_fd < 0)
        return error_set(why, status_from_errno(errno), "%s: %s", path, error_system(why, errno));
    if (flock(p->lock_fd, LOCK_EX | LOCK_NB) != 0)
        return error_set(why,
                         STATUS_CONFLICT,
                         "source \"%.*s\" is being pulled by another program; wait for it",
                         STR_ARG(p->o->source->name));
    return STATUS_OK;
}

static enum status open_client(struct pull *p, struct error *why)
{
    struct client_options o = p->o->client;
    if (p->o->source->ca_file.len > 0)
        o.ca_file = arena_cstr(p->arena, p->o->source->ca_file);
    enum status st = client_url_check(p->o->source->url, why);
    if (st == STATUS_OK)
        st = client_new(&o, &p->client, why);
    return st == STATUS_OK ? p->c->login(p->o, p->arena, &p->login, why) : st;
}

enum status pull_open(struct pull *p,
                      const struct pull_options *o,
                      struct arena *a,
                      struct pull_result *result,
                      struct error *why)
{
    *p = (struct pull){ .o = o,
                        .c = connector_of(o->source->kind),
                        .arena = a,
                        .page = arena_new(PAGE_ARENA),
                        .result = result,
                        .lock_fd = -1 };
    BUG_IF(p->c->count > PULL_RESOURCES_MAX);
    *result = (struct pull_result){ .notes = STR_EMPTY };
    buf_init(&p->notes, NOTES_MAX);
    enum status st =
        p->page != NULL ? take_lock(p, why) : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st == STATUS_OK)
        st = open_client(p, why);
    return st == STATUS_OK ? open_state(p, why) : st;
}

void pull_close(struct pull *p)
{
    const str notes = arena_dup(p->arena, buf_str(&p->notes));
    p->result->notes = notes.ptr != NULL ? notes : STR_EMPTY;
    client_free(p->client);
    buf_release(&p->notes);
    arena_free(p->page);
    if (p->lock_fd >= 0)
        close(p->lock_fd);
}

enum status pull_fetch(const struct pull_options *o,
                       struct arena *a,
                       struct pull_result *out,
                       struct error *why)
{
    struct pull p;
    enum status st = pull_open(&p, o, a, out, why);
    if (st == STATUS_OK)
        st = begin_pull(&p, why);
    if (st == STATUS_OK)
        st = pull_all(&p, why);
    pull_close(&p);
    return st;
}

enum status pull_page_rows(
    enum source_kind kind, const char *resource, str body, struct buf *out, struct error *why)
{
    const struct connector *c = connector_of(kind);
    struct arena *a = arena_new(PAGE_ARENA);
    struct buf files[PULL_FILE_COUNT];
    struct pull_rows rows;
    struct pull_place place = { .page = 1 };
    struct pull_page page = { .rows = &rows, .place = &place };
    enum status st = a != NULL ? json_parse(body, a, &page.root, why)
                               : error_set(why, STATUS_NO_MEMORY, "out of memory");
    rows_init(&rows, files, a);
    for (size_t i = 0; st == STATUS_OK && i < c->count; i++) {
        if (strcmp(c->resources[i].name, resource) == 0)
            st = c->resources[i].page(&page, why);
    }
    for (size_t i = 0; st == STATUS_OK && i < PULL_FILE_COUNT; i++)
        buf_add(out, buf_str(&files[i]));
    rows_release(files);
    arena_free(a);
    return st;
}
