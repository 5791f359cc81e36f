/* The log of who did what. Lines are added in the transaction of the change, and never changed. */
#include "access/access_priv.h"

enum status access_note(struct access *a,
                        const struct access_actor *by,
                        const char *action,
                        str what,
                        struct error *why)
{
    return access_exec(a,
                       "INSERT INTO event(at_us, user_id, who, address, action, what)"
                       " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                       VALUES(V_I64(by->now_us),
                              V_I64(by->user_id),
                              V_TEXT(by->who),
                              V_TEXT(by->address),
                              V_TEXT(str_from(action)),
                              V_TEXT(what)),
                       why);
}

enum status access_log(struct access *a,
                       const struct access_actor *by,
                       const char *action,
                       str what,
                       struct error *why)
{
    access_lock(a);
    const enum status st = access_note(a, by, action, what, why);
    pthread_mutex_unlock(&a->lock);
    return st;
}

#define WHERE_FITS                                                                       \
    " FROM event WHERE ?1='' OR instr(lower(who||' '||address||' '||action||' '||what)," \
    " lower(?1))>0"

static void read_event(sqlite3_stmt *s, struct arena *arena, struct access_event *out)
{
    *out = (struct access_event){
        .id = sqlite3_column_int64(s, 0),
        .at_us = sqlite3_column_int64(s, 1),
        .who = access_column(arena, s, 2),
        .address = access_column(arena, s, 3),
        .action = access_column(arena, s, 4),
        .what = access_column(arena, s, 5),
    };
}

enum status access_events(struct access *a,
                          const struct access_search *search,
                          struct arena *arena,
                          struct access_events *out,
                          struct error *why)
{
    sqlite3_stmt *s = NULL;
    struct access_events found = { .items = ARENA_NEW(arena, struct access_event, search->limit) };
    if (found.items == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    access_lock(a);
    enum status st = access_number(
        a, "SELECT count(*)" WHERE_FITS, VALUES(V_TEXT(search->q)), &found.total, why);
    if (st == STATUS_OK)
        st = access_prepare(a,
                            "SELECT id, at_us, who, address, action, what" WHERE_FITS
                            " ORDER BY id DESC LIMIT ?2 OFFSET ?3",
                            VALUES(V_TEXT(search->q),
                                   V_I64((int64_t)search->limit),
                                   V_I64((int64_t)search->offset)),
                            &s,
                            why);
    while (st == STATUS_OK && found.n < search->limit && access_step(a, s, &st, why))
        read_event(s, arena, &found.items[found.n++]);
    sqlite3_finalize(s);
    pthread_mutex_unlock(&a->lock);
    if (st == STATUS_OK)
        *out = found;
    return st;
}
