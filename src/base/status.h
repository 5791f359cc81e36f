/* How things go wrong: one list of statuses, and an error that explains itself in the
 * reader's language. An error lives on the caller's stack and never allocates.
 *
 * Every function that can fail returns enum status (MUST_CHECK), delivers through an
 * out-parameter that stays untouched on failure, and explains into `struct error *why`. */
#ifndef SHOPVANE_BASE_STATUS_H
#define SHOPVANE_BASE_STATUS_H

#include "base/attributes.h"

/*      name          http  exit  text */
#define STATUS_LIST(X)                                              \
    X(OK, 200, 0, "ok")                                             \
    X(BAD_INPUT, 400, 1, "the input is not valid")                  \
    X(BAD_USAGE, 400, 2, "wrong use")                               \
    X(UNAUTHORIZED, 401, 1, "log in first")                         \
    X(FORBIDDEN, 403, 1, "not allowed")                             \
    X(NOT_FOUND, 404, 1, "not found")                               \
    X(CONFLICT, 409, 1, "another program or version is in the way") \
    X(TOO_LARGE, 413, 1, "larger than the declared limit")          \
    X(MEDIA_TYPE, 415, 1, "of another type than is read here")      \
    X(INVALID, 422, 1, "the content is not valid")                  \
    X(TOO_MANY, 429, 1, "too many requests")                        \
    X(BUSY, 503, 1, "too much at once")                             \
    X(INTERRUPTED, 503, 1, "interrupted")                           \
    X(IO, 500, 1, "storage failed")                                 \
    X(DISK_FULL, 507, 1, "the disk is full")                        \
    X(NO_MEMORY, 503, 1, "out of memory")                           \
    X(ENGINE_LIMIT, 503, 1, "the engine's memory limit is reached") \
    X(QUARANTINED, 200, 3, "done, with rows in quarantine")

#define X(id, http, exit, text) STATUS_##id,
enum status { STATUS_LIST(X) STATUS_COUNT };
#undef X

enum lang { LANG_EN, LANG_ZH };

/* `lang` is set by the one who declares the error: `struct error why = { .lang = lang };` */
struct error {
    enum status status;
    enum lang lang;
    char text[480];
};

/* Fills `why` (NULL is fine) and returns `st`. `fmt` is a literal English text, lower case,
 * no full stop: what, where, what to do. Its Chinese twin stands in lang/zh.po. */
enum status error_set(struct error *why, enum status st, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* analyzers cannot see that the status comes back; gcc's does not tell that it is there */
#if defined(__clang_analyzer__) || defined(SHOPVANE_ANALYZER)
static inline enum status error_given(enum status given, enum status told)
{
    (void)told;
    return given;
}
#define error_set(why, st, ...) error_given(st, (error_set)(why, st, __VA_ARGS__))
#endif

int status_http(enum status st);
int status_exit(enum status st);
const char *status_text(enum status st);

/* The text in the language; the English itself when lang/zh.po has no line for it. The result
 * is static. `text` may hold printf conversions: both twins have the same ones in the same order.
 */
const char *tr(enum lang lang, const char *text) FORMAT_ARG(2);

/* Our own broken invariant stops the process, in release builds too. */
#define BUG_IF(cond) ((cond) ? bug_abort(__FILE__, __LINE__, #cond) : (void)0)
NO_RETURN void bug_abort(const char *file, int line, const char *what);

#endif
