/* push-sent.json: what has gone where, written aside, synced and renamed.
 *
 *   { "version": 1,
 *     "cards":   [ { target, report, day, stores, state, words, at, tries, next, mark } ],
 *     "targets": [ { name, sent: [times of the last minute], calm_until } ] }
 *
 * A card is "sending" before its first byte leaves. Killed between, it stays so: the next program
 * that has the lock knows that nobody sends, and that nobody can say whether it arrived. The lock
 * is a file of its own (run/push.lock), since this one is replaced at each write. */
#include "base/system_error.h"
#include "push/push_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#define SENT_BYTES ((size_t)4 * 1024 * 1024)
#define KEPT_US    (INT64_C(62) * US_PER_DAY)
#define MINUTE_US  (INT64_C(60) * US_PER_SECOND)
#define TIMES_MAX  100 /* the highest limit a minute */
#define PACES_MAX  50

static const char *const states[] = {
#define X(id, name) [PUSH_##id] = name,
    PUSH_STATE_LIST(X)
#undef X
};

const char *push_state_name(enum push_state s)
{
    BUG_IF((size_t)s >= ARRAY_LEN(states));
    return states[s];
}

/* How much a target was sent of late. */
struct pace {
    str target;
    int64_t sent_us[TIMES_MAX]; /* a ring would save nothing */
    size_t count;
    int64_t calm_until_us;
};

struct push_outbox {
    struct arena *arena;
    const char *dir;
    const char *path;
    int lock_fd; /* -1: only to look */
    struct push_note *notes;
    size_t count;
    size_t cap;
    struct pace *paces; /* PACES_MAX */
    size_t pace_count;
};

static enum status no_memory(struct error *why)
{
    return error_set(why, STATUS_NO_MEMORY, "out of memory");
}

const char *push_outbox_dir(const struct push_outbox *o)
{
    return o->dir;
}

struct arena *push_outbox_arena(struct push_outbox *o)
{
    return o->arena;
}

/* ---- Reading ---- */

static str text_of(const struct json_node *n, const char *key)
{
    str s = STR_EMPTY;
    return json_as_str(json_get(n, key), &s) ? s : STR_EMPTY;
}

static int64_t number_of(const struct json_node *n, const char *key)
{
    int64_t v = 0;
    return json_as_i64(json_get(n, key), &v) ? v : 0;
}

static bool state_of(str name, enum push_state *out)
{
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        if (str_is(name, states[i])) {
            *out = (enum push_state)i;
            return true;
        }
    }
    return false;
}

static bool read_note(const struct json_node *n, struct push_note *out)
{
    *out = (struct push_note){ .key = { .target = text_of(n, "target"),
                                        .report = text_of(n, "report"),
                                        .stores = text_of(n, "stores") },
                               .words = text_of(n, "words"),
                               .at_us = number_of(n, "at"),
                               .tries = number_of(n, "tries"),
                               .next_us = number_of(n, "next"),
                               .mark = text_of(n, "mark") };
    return state_of(text_of(n, "state"), &out->state) && out->key.target.len > 0 &&
           day_parse(text_of(n, "day"), &out->key.day);
}

static void read_pace(const struct json_node *n, struct pace *out)
{
    const struct json_node *times = json_get(n, "sent");
    *out =
        (struct pace){ .target = text_of(n, "name"), .calm_until_us = number_of(n, "calm_until") };
    for (size_t i = 0; i < json_node_len(times) && out->count < TIMES_MAX; i++) {
        if (json_as_i64(json_at(times, i), &out->sent_us[out->count]))
            out->count++;
    }
}

static enum status broken(const struct push_outbox *o, struct error *why)
{
    return error_set(why,
                     STATUS_BAD_INPUT,
                     "%s cannot be read, so nobody knows which cards have gone, and none is sent; "
                     "move it away, and the cards of today may come twice",
                     o->path);
}

static enum status read_all(struct push_outbox *o, const struct json_node *root, struct error *why)
{
    const struct json_node *cards = json_get(root, "cards");
    const struct json_node *targets = json_get(root, "targets");
    if (number_of(root, "version") != 1)
        return broken(o, why);
    for (size_t i = 0; i < json_node_len(cards); i++) {
        struct push_note n;
        if (!read_note(json_at(cards, i), &n))
            return broken(o, why);
        if (!MEM_GROW(o->notes, o->cap, o->count + 1))
            return no_memory(why);
        o->notes[o->count++] = n;
    }
    for (size_t i = 0; i < json_node_len(targets) && o->pace_count < PACES_MAX; i++)
        read_pace(json_at(targets, i), &o->paces[o->pace_count++]);
    return STATUS_OK;
}

static enum status read_file(struct push_outbox *o, struct error *why)
{
    str text = STR_EMPTY;
    const struct json_node *root = NULL;
    struct error unread = { .lang = LANG_EN };
    if (!file_exists(o->path))
        return STATUS_OK;
    const enum status st = file_read(o->path, SENT_BYTES, o->arena, &text, why);
    if (st != STATUS_OK)
        return st;
    if (json_parse(text, o->arena, &root, &unread) != STATUS_OK)
        return broken(o, why);
    return read_all(o, root, why);
}

static enum status take_lock(struct push_outbox *o, struct error *why)
{
    const char *run = path_join(o->arena, o->dir, "run");
    const char *path = run != NULL ? path_join(o->arena, run, "push.lock") : NULL;
    const enum status st = path != NULL ? dir_make(run, why) : no_memory(why);
    if (st != STATUS_OK)
        return st;
    o->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (o->lock_fd < 0)
        return error_set(why, status_from_errno(errno), "%s: %s", path, error_system(why, errno));
    if (flock(o->lock_fd, LOCK_EX | LOCK_NB) != 0)
        return error_set(
            why, STATUS_CONFLICT, "another program is sending cards; try again in a moment");
    return STATUS_OK;
}

enum status push_outbox_open(const char *dir,
                             enum push_use use,
                             struct push_outbox **out,
                             struct error *why)
{
    struct arena *a = arena_new(0);
    struct push_outbox *o = a != NULL ? ARENA_NEW(a, struct push_outbox, 1) : NULL;
    if (o == NULL) {
        arena_free(a);
        return no_memory(why);
    }
    *o = (struct push_outbox){ .arena = a,
                               .dir = arena_cstr(a, str_from(dir)),
                               .path = path_join(a, dir, PUSH_SENT_FILE),
                               .lock_fd = -1,
                               .paces = ARENA_NEW(a, struct pace, PACES_MAX) };
    enum status st =
        o->dir != NULL && o->path != NULL && o->paces != NULL ? STATUS_OK : no_memory(why);
    if (st == STATUS_OK && use == PUSH_TO_SEND)
        st = take_lock(o, why);
    if (st == STATUS_OK)
        st = read_file(o, why);
    if (st == STATUS_OK)
        *out = o;
    else
        push_outbox_close(o);
    return st;
}

void push_outbox_close(struct push_outbox *o)
{
    if (o == NULL)
        return;
    if (o->lock_fd >= 0)
        close(o->lock_fd);
    mem_free(o->notes);
    arena_free(o->arena);
}

/* ---- Looking ---- */

static bool is_same(const struct push_key *a, const struct push_key *b)
{
    return a->day == b->day && str_eq(a->target, b->target) && str_eq(a->report, b->report) &&
           str_eq(a->stores, b->stores);
}

static size_t note_at(const struct push_outbox *o, const struct push_key *k)
{
    for (size_t i = 0; i < o->count; i++) {
        if (is_same(&o->notes[i].key, k))
            return i;
    }
    return SIZE_MAX;
}

const struct push_note *push_outbox_find(const struct push_outbox *o, const struct push_key *k)
{
    const size_t at = note_at(o, k);
    return at != SIZE_MAX ? &o->notes[at] : NULL;
}

const struct push_note *push_outbox_newest(const struct push_outbox *o, str target)
{
    const struct push_note *newest = NULL;
    for (size_t i = 0; i < o->count; i++) {
        const struct push_note *n = &o->notes[i];
        if (str_eq(n->key.target, target) && (newest == NULL || n->at_us >= newest->at_us))
            newest = n;
    }
    return newest;
}

static struct pace *pace_of(const struct push_outbox *o, str target)
{
    for (size_t i = 0; i < o->pace_count; i++) {
        if (str_eq(o->paces[i].target, target))
            return &o->paces[i];
    }
    return NULL;
}

int64_t push_outbox_pause_ms(const struct push_outbox *o,
                             const struct push_target *t,
                             int64_t now_us)
{
    const struct pace *p = pace_of(o, t->name);
    const size_t most = push_service(t->kind)->per_minute;
    int64_t until = 0;
    size_t recent = 0;
    for (size_t i = 0; p != NULL && i < p->count; i++)
        recent += p->sent_us[i] > now_us - MINUTE_US && p->sent_us[i] <= now_us;
    if (p != NULL && recent >= most)
        until = p->sent_us[p->count - most] + MINUTE_US;
    if (p != NULL && p->calm_until_us > until)
        until = p->calm_until_us;
    return until > now_us ? (until - now_us + 999) / 1000 : 0;
}

bool push_outbox_is_due(const struct push_outbox *o,
                        const struct push_target *t,
                        const struct push_key *k,
                        int64_t now_us)
{
    const struct push_note *n = push_outbox_find(o, k);
    if (push_outbox_pause_ms(o, t, now_us) > 0)
        return false;
    if (n == NULL || n->state == PUSH_SENDING)
        return true;
    if (n->state == PUSH_FAILED)
        return n->next_us <= now_us;
    return n->state == PUSH_REFUSED && !str_eq(n->mark, push_mark(t, o->arena));
}

/* ---- Writing ---- */

static void write_note(struct json_writer *w, const struct push_note *n)
{
    struct buf day;
    buf_init(&day, 32);
    buf_add_day(&day, n->key.day);
    json_object_open(w);
    json_add_str(w, "target", n->key.target);
    json_add_str(w, "report", n->key.report);
    json_add_str(w, "day", buf_str(&day));
    json_add_str(w, "stores", n->key.stores);
    json_add_text(w, "state", push_state_name(n->state));
    json_add_str(w, "words", n->words);
    json_add_i64(w, "at", n->at_us);
    json_add_i64(w, "tries", n->tries);
    json_add_i64(w, "next", n->next_us);
    json_add_str(w, "mark", n->mark);
    json_object_close(w);
    buf_release(&day);
}

static void write_pace(struct json_writer *w, const struct pace *p)
{
    json_object_open(w);
    json_add_str(w, "name", p->target);
    json_add_i64(w, "calm_until", p->calm_until_us);
    json_key(w, "sent");
    json_array_open(w);
    for (size_t i = 0; i < p->count; i++)
        json_i64(w, p->sent_us[i]);
    json_array_close(w);
    json_object_close(w);
}

static enum status write_file(const struct push_outbox *o, int64_t now_us, struct error *why)
{
    struct buf text;
    struct json_writer w;
    buf_init(&text, SENT_BYTES);
    json_writer_init(&w, &text);
    json_object_open(&w);
    json_add_i64(&w, "version", 1);
    json_key(&w, "cards");
    json_array_open(&w);
    for (size_t i = 0; i < o->count; i++) {
        if (o->notes[i].at_us > now_us - KEPT_US)
            write_note(&w, &o->notes[i]);
    }
    json_array_close(&w);
    json_key(&w, "targets");
    json_array_open(&w);
    for (size_t i = 0; i < o->pace_count; i++)
        write_pace(&w, &o->paces[i]);
    json_array_close(&w);
    json_object_close(&w);
    const enum status st =
        buf_ok(&text) ? file_write_atomic(o->path, buf_str(&text), why) : no_memory(why);
    buf_release(&text);
    return st;
}

enum status push_outbox_keep(struct push_outbox *o, const struct push_note *n, struct error *why)
{
    size_t at = note_at(o, &n->key);
    if (at == SIZE_MAX) {
        if (!MEM_GROW(o->notes, o->cap, o->count + 1))
            return no_memory(why);
        at = o->count++;
    }
    o->notes[at] = *n;
    return write_file(o, n->at_us, why);
}

/* The target's own, made when it has none: in place of the one that was quiet longest when there
 * are too many. */
static struct pace *pace_new(struct push_outbox *o, str target)
{
    struct pace *p = pace_of(o, target);
    if (p != NULL)
        return p;
    p = &o->paces[o->pace_count < PACES_MAX ? o->pace_count : 0];
    for (size_t i = 0; o->pace_count == PACES_MAX && i < PACES_MAX; i++) {
        const struct pace *other = &o->paces[i];
        const int64_t newest = other->count > 0 ? other->sent_us[other->count - 1] : 0;
        if (newest < (p->count > 0 ? p->sent_us[p->count - 1] : 0))
            p = &o->paces[i];
    }
    o->pace_count += o->pace_count < PACES_MAX ? 1 : 0;
    *p = (struct pace){ .target = arena_dup(o->arena, target) };
    return p->target.ptr != NULL ? p : NULL;
}

enum status push_outbox_count(struct push_outbox *o, str target, int64_t now_us, struct error *why)
{
    struct pace *p = pace_new(o, target);
    size_t kept = 0;
    if (p == NULL)
        return no_memory(why);
    for (size_t i = 0; i < p->count; i++) {
        if (p->sent_us[i] > now_us - MINUTE_US && p->sent_us[i] <= now_us)
            p->sent_us[kept++] = p->sent_us[i];
    }
    if (kept == TIMES_MAX) {
        for (size_t i = 1; i < kept; i++)
            p->sent_us[i - 1] = p->sent_us[i];
        kept--;
    }
    p->sent_us[kept++] = now_us;
    p->count = kept;
    return STATUS_OK;
}

void push_outbox_calm(struct push_outbox *o, str target, int64_t until_us)
{
    struct pace *p = pace_of(o, target);
    if (p != NULL && until_us > p->calm_until_us)
        p->calm_until_us = until_us;
}
