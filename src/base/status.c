/* Statuses, errors and their texts in two languages. */
#include "base/status.h"

#include "base/system_error.h"
#include "base/translations.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    int http;
    int exit;
    const char *text;
} statuses[] = {
#define X(id, http, exit, text) [STATUS_##id] = { http, exit, text },
    STATUS_LIST(X)
#undef X
};

int status_http(enum status st)
{
    BUG_IF((unsigned)st >= STATUS_COUNT);
    return statuses[st].http;
}

int status_exit(enum status st)
{
    BUG_IF((unsigned)st >= STATUS_COUNT);
    return statuses[st].exit;
}

const char *status_text(enum status st)
{
    BUG_IF((unsigned)st >= STATUS_COUNT);
    return statuses[st].text;
}

static int compare_en(const void *key, const void *row)
{
    return strcmp(key, ((const struct translation *)row)->en);
}

const char *tr(enum lang lang, const char *text)
{
    if (lang != LANG_ZH)
        return text;
    const struct translation *t =
        bsearch(text, translations_zh, translations_zh_count, sizeof *t, compare_en);
    return t != NULL ? t->zh : text;
}

const char *error_system(const struct error *why, int number)
{
    return tr(why != NULL ? why->lang : LANG_EN, strerror(number));
}

enum status(error_set)(struct error *why, enum status st, const char *fmt, ...)
{
    if (why == NULL)
        return st;
    char text[sizeof why->text]; /* an argument may be why->text itself */
    va_list ap;
    va_start(ap, fmt);
    const int n = vsnprintf(text, sizeof text, tr(why->lang, fmt), ap);
    va_end(ap);
    if (n >= (int)sizeof text) { /* do not end in half a UTF-8 character */
        size_t end = sizeof text - 1;
        while (end > 0 && ((unsigned char)text[end - 1] & 0xC0) == 0x80)
            end--;
        text[end > 0 ? end - 1 : 0] = '\0';
    }
    why->status = st;
    memcpy(why->text, text, sizeof text);
    return st;
}

void bug_abort(const char *file, int line, const char *what)
{
    fprintf(stderr, "shopvane: bug at %s:%d: %s\n", file, line, what);
    abort();
}
