/* What a platform answers: a first byte says whose, the rest is headers up to an empty line and a
 * body. The next page's address lies inside its header, a pause is never below 0, and a page's rows
 * are one JSON object a line, all of one shape a file, whose amounts read back as written. */
#include "format/format.h"
#include "ingest/pull.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void headers(str text)
{
    str next;
    int64_t ms = -1;
    if (client_link_next(text, &next) &&
        (next.len == 0 || next.ptr < text.ptr || next.ptr + next.len > text.ptr + text.len))
        abort();
    if (client_retry_after(text, 0, &ms) && ms < 0)
        abort();
    const str shown = client_url_shown(text);
    if (memchr(shown.ptr, '?', shown.len) != NULL)
        abort();
    const str server = client_url_server(text);
    if (server.len > text.len)
        abort();
}

static void check_row(str row)
{
    struct arena *a = arena_new(0);
    const struct json_node *n = NULL;
    struct error why = { .lang = LANG_EN };
    if (a == NULL || json_parse(row, a, &n, &why) != STATUS_OK || json_node_type(n) != JSON_OBJECT)
        abort();
    static const char *const amounts[] = { "line_amount", "amount", "tax", "order_total", "price" };
    for (size_t i = 0; i < ARRAY_LEN(amounts); i++) {
        str text;
        int64_t e4 = 0;
        bool inexact = false;
        if (json_as_str(json_get(n, amounts[i]), &text) &&
            (!decimal_parse(text, '.', 0, 4, &e4, &inexact) || inexact))
            abort();
    }
    arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const resources[] = {
        "orders", "products", "customers", "orders in the trash"
    };
    if (size < 2 || size > 65536)
        return 0;
    const enum source_kind kind = data[0] & 1 ? SOURCE_SHOPIFY : SOURCE_WOOCOMMERCE;
    const char *resource = resources[(data[0] >> 1) & 3];
    str rest = { (const char *)data + 1, size - 1 };
    const size_t gap = str_find(rest, STR("\n\n"));
    headers(str_first(rest, gap));
    rest = gap < rest.len ? str_skip(rest, gap + 2) : rest;
    struct buf rows;
    struct error why = { .lang = LANG_EN };
    buf_init(&rows, (size_t)16 * 1024 * 1024);
    if (pull_page_rows(kind, resource, rest, &rows, &why) == STATUS_OK) {
        str all = buf_str(&rows);
        while (all.len > 0)
            check_row(str_take_until(&all, '\n'));
    }
    buf_release(&rows);
    return 0;
}
