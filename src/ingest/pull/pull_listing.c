/* Orders that the platform has no more. No API tells of a deletion, so at most once a day the
 * numbers of all orders of the last weeks are listed and compared with the shop's:
 *
 *   listed.ids    numbers and ids as the platform lists them, page after page  (pull_list_orders)
 *   missing.ids   orders of the shop that are not among them, and orders that were booked as
 *                 deleted and are                                             (pull_compare_orders)
 *   gone.ids      of those what the platform, asked for each, says it has not (pull_ask_missing)
 *   p000042-orders.ndjson   these orders, cancelled, for the next import      (pull_book_gone)
 *
 * A list alone books nothing: an order may stand under a status that lists leave out. What the
 * platform still has when asked for it lands as a page of orders, so one that reappears comes back.
 * Each file is whole before the state moves on; of listed.ids a page may stand there twice, or
 * begin after half a line, and counts once. */
#include "base/system_error.h"
#include "ingest/pull/pull_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define IDS_MAX ((size_t)256 * 1024 * 1024)

static enum status no_memory(struct error *why)
{
    return error_set(why, STATUS_NO_MEMORY, "out of memory");
}

static const char *path_of(const struct pull *p, const char *name)
{
    const char *folder = pull_folder(p->o->dir, p->o->source->name, p->arena);
    return folder != NULL ? path_join(p->arena, folder, name) : NULL;
}

static enum status write_state(struct pull *p, struct error *why)
{
    return pull_state_write(p->o->dir, p->o->source->name, &p->state, why);
}

/* ---- The list ---- */

static enum status failed(struct error *why, const char *path)
{
    return error_set(why, status_from_errno(errno), "%s: %s", path, error_system(why, errno));
}

/* On the disk when this returns. It begins with a line's end: what stood there may be half a line.
 */
static enum status append(const char *path, str text, struct error *why)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    enum status st = fd >= 0 ? STATUS_OK : failed(why, path);
    if (st == STATUS_OK && write(fd, "\n", 1) != 1)
        st = failed(why, path);
    while (st == STATUS_OK && text.len > 0) {
        const ssize_t n = write(fd, text.ptr, text.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            st = failed(why, path);
        else
            text = str_skip(text, (size_t)n);
    }
    if (st == STATUS_OK && fsync(fd) != 0)
        st = failed(why, path);
    if (fd >= 0)
        close(fd);
    return st;
}

static bool copy_time(int64_t us, char *out, size_t size)
{
    struct buf text;
    buf_init(&text, 64);
    buf_add_time(&text, us);
    const bool fits = buf_ok(&text) && text.len < size;
    if (fits) {
        memcpy(out, text.data, text.len);
        out[text.len] = '\0';
    }
    buf_release(&text);
    return fits;
}

/* Each list goes through the same days. */
static enum status begin_list(struct pull *p, struct error *why)
{
    struct pull_listing *l = &p->state.listing;
    l->place = (struct pull_place){ .page = 1, .is_under_way = true };
    if (!copy_time(l->from, l->place.since, sizeof l->place.since))
        return no_memory(why);
    return write_state(p, why);
}

static enum status begin_listing(struct pull *p, struct error *why)
{
    struct pull_listing *l = &p->state.listing;
    const char *path = path_of(p, PULL_LISTED);
    int64_t days = p->o->source->deleted_days;
    enum status st = path != NULL ? STATUS_OK : no_memory(why);
    if (st == STATUS_OK && p->c->list_days != NULL)
        st = p->c->list_days(p, days, &days, why);
    if (st != STATUS_OK)
        return st;
    (void)unlink(path);
    l->begun_at = clock_now_us();
    l->from = l->begun_at - days * US_PER_DAY;
    l->from -= l->from % US_PER_SECOND;
    l->at = 0;
    return begin_list(p, why);
}

static enum status one_list_page(struct pull *p, bool *is_last, struct error *why)
{
    struct pull_listing *l = &p->state.listing;
    const struct pull_list *list = &p->c->lists[l->at];
    struct client_reply reply;
    struct pull_place place = l->place;
    struct pull_page page = { .place = &place, .pull = p, .reply = &reply };
    struct buf ids;
    enum status st = pull_get_page(p, list->request, &l->place, &reply, why);
    if (st == STATUS_OK && reply.status == 400 && place.next[0] != '\0')
        return begin_list(p, why); /* the next page's address has expired */
    if (st == STATUS_OK && (reply.status < 200 || reply.status > 299))
        st = pull_refuse(p, list->name, &reply, why);
    if (st == STATUS_OK)
        st = pull_read_json(p, list->name, &reply, &page.root, why);
    buf_init(&ids, IDS_MAX);
    if (st == STATUS_OK)
        st = p->c->list_page(&page, &ids, why);
    const char *path = path_of(p, PULL_LISTED);
    if (st == STATUS_OK)
        st = path != NULL && buf_ok(&ids) ? append(path, buf_str(&ids), why) : no_memory(why);
    buf_release(&ids);
    if (st != STATUS_OK)
        return st;
    l->place = place;
    *is_last = page.is_last;
    p->result->pages++;
    if (p->o->on_page != NULL)
        p->o->on_page(p->o->self, tr(why->lang, list->name), p->result->pages, page.pages_due);
    return write_state(p, why);
}

static enum status read_lists(struct pull *p, struct error *why)
{
    struct pull_listing *l = &p->state.listing;
    enum status st = STATUS_OK;
    while (st == STATUS_OK && l->at < p->c->list_count) {
        bool is_last = false;
        while (st == STATUS_OK && !is_last)
            st = one_list_page(p, &is_last, why);
        if (st == STATUS_OK) {
            l->at++;
            st = begin_list(p, why);
        }
    }
    if (st != STATUS_OK)
        return st;
    l->is_whole = true;
    return write_state(p, why);
}

static bool is_due(const struct pull *p)
{
    const struct pull_listing *l = &p->state.listing;
    return p->o->source->deleted_days > 0 &&
           (p->o->may_book_all || clock_now_us() - l->done_at >= US_PER_DAY);
}

enum status pull_list_orders(const struct pull_options *o,
                             struct arena *a,
                             struct pull_result *out,
                             struct error *why)
{
    struct pull p;
    enum status st = pull_open(&p, o, a, out, why);
    struct pull_listing *l = &p.state.listing;
    const bool is_under_way = st == STATUS_OK && l->begun_at > 0 && l->at <= p.c->list_count;
    if (st == STATUS_OK && (is_under_way || is_due(&p))) {
        l->may_book_all = l->may_book_all || o->may_book_all;
        if (!is_under_way)
            st = begin_listing(&p, why);
        if (st == STATUS_OK && !l->is_whole)
            st = read_lists(&p, why);
        out->is_listed = st == STATUS_OK;
    }
    pull_close(&p);
    return st;
}

/* ---- What is missing, one by one ---- */

static enum status ask_one(struct pull *p, str id, bool *is_gone, struct error *why)
{
    const struct pull_resource *orders = &p->c->resources[0];
    struct client_reply reply;
    struct pull_place place = { .page = 1 };
    struct pull_page page = { .place = &place, .pull = p, .reply = &reply };
    struct buf path;
    arena_reset(p->page);
    buf_init(&path, PULL_URL_MAX);
    p->c->order_request(p->o, id, &path);
    enum status st = buf_ok(&path) ? pull_get_path(p, buf_str(&path), &reply, why) : no_memory(why);
    buf_release(&path);
    if (st == STATUS_OK && (reply.status < 200 || reply.status > 299) && reply.status != 404)
        return pull_refuse(p, orders->name, &reply, why);
    if (st == STATUS_OK)
        st = p->c->order_found(&reply, p->page, &page.root, why);
    *is_gone = st == STATUS_OK && page.root == NULL;
    return st == STATUS_OK && page.root != NULL ? pull_keep_page(p, orders, &page, why) : st;
}

static enum status ask_each(struct pull *p, str missing, struct buf *gone, struct error *why)
{
    enum status st = STATUS_OK;
    const str words = STR("orders that are missing");
    int64_t n = 0;
    while (st == STATUS_OK && missing.len > 0) {
        str line = str_take_until(&missing, '\n');
        bool is_gone = false;
        const str number = str_take_until(&line, '\t');
        st = ask_one(p, line, &is_gone, why);
        if (st == STATUS_OK && is_gone)
            buf_addf(gone, "%.*s\n", STR_ARG(number));
        if (st == STATUS_OK && p->o->on_page != NULL)
            p->o->on_page(p->o->self, tr(why->lang, words.ptr), ++n, 0);
    }
    return st == STATUS_OK && !buf_ok(gone) ? no_memory(why) : st;
}

static enum status ask_file(struct pull *p, const char *missing, struct error *why)
{
    const char *to = path_of(p, PULL_GONE);
    str text = STR_EMPTY;
    struct buf gone;
    buf_init(&gone, IDS_MAX);
    enum status st =
        to != NULL ? file_read(missing, IDS_MAX, p->arena, &text, why) : no_memory(why);
    if (st == STATUS_OK)
        st = ask_each(p, text, &gone, why);
    if (st == STATUS_OK && gone.len > 0)
        st = file_write_atomic(to, buf_str(&gone), why);
    if (st == STATUS_OK) {
        p->result->is_listed = true;
        (void)unlink(missing);
    }
    buf_release(&gone);
    return st;
}

enum status pull_ask_missing(const struct pull_options *o,
                             struct arena *a,
                             struct pull_result *out,
                             struct error *why)
{
    struct pull p;
    enum status st = pull_open(&p, o, a, out, why);
    const char *missing = st == STATUS_OK ? path_of(&p, PULL_MISSING) : NULL;
    if (st == STATUS_OK && missing == NULL)
        st = no_memory(why);
    if (st == STATUS_OK && file_exists(missing))
        st = ask_file(&p, missing, why);
    pull_close(&p);
    return st;
}
