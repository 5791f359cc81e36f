/* The certificate, shown through GnuTLS' callback so that SIGHUP can replace it without a restart.
 *
 * The callback gets no argument of ours, so the certificate in force is one pointer of the process
 * (tools/globals.txt). Those of before stay until the server ends: a handshake may be using one. */
#include "server/tls_priv.h"

#include <gnutls/abstract.h>
#include <stdatomic.h>
#include <string.h>

#define CHAIN_MAX 8
#define PEM_MAX   ((size_t)256 * 1024)

struct shown {
    struct shown *older;
    gnutls_pcert_st chain[CHAIN_MAX];
    unsigned count;
    gnutls_privkey_t key;
};

struct tls {
    struct arena *arena;
    const char *cert;
    const char *key;
    struct shown *now;
};

static struct shown *_Atomic tls_shown; /* pairs: tls_reload() and the handshakes */

/* NOLINTNEXTLINE(readability-function-size): the library gives the parameters */
static int show(gnutls_session_t session,
                const gnutls_datum_t *authorities,
                int authority_count,
                const gnutls_pk_algorithm_t *algorithms,
                int algorithm_count,
                gnutls_pcert_st **chain,
                unsigned *count,
                gnutls_privkey_t *key)
{
    struct shown *s = atomic_load(&tls_shown);
    (void)session;
    (void)authorities;
    (void)authority_count;
    (void)algorithms;
    (void)algorithm_count;
    if (s == NULL)
        return -1;
    *chain = s->chain;
    *count = s->count;
    *key = s->key;
    return 0;
}

void *tls_callback(void)
{
    gnutls_certificate_retrieve_function2 *f = show;
    void *out = NULL;
    memcpy(&out, &f, sizeof out);
    return out;
}

static enum status bad(const char *file, int code, struct error *why)
{
    return error_set(why, STATUS_BAD_INPUT, "%s: %s", file, gnutls_strerror(code));
}

static void shown_free(struct shown *s)
{
    while (s != NULL) {
        struct shown *older = s->older;
        for (unsigned i = 0; i < s->count; i++)
            gnutls_pcert_deinit(&s->chain[i]);
        gnutls_privkey_deinit(s->key);
        mem_free(s);
        s = older;
    }
}

/* The key belongs to the certificate: both have the same id. */
static enum status check_pair(const struct tls *t, struct shown *s, struct error *why)
{
    unsigned char ids[2][64];
    size_t lens[2] = { sizeof ids[0], sizeof ids[1] };
    gnutls_pubkey_t own = NULL;
    int code = gnutls_pubkey_init(&own);
    if (code == 0)
        code = gnutls_pubkey_import_privkey(own, s->key, 0, 0);
    if (code == 0)
        code = gnutls_pubkey_get_key_id(own, 0, ids[0], &lens[0]);
    if (code == 0)
        code = gnutls_pubkey_get_key_id(s->chain[0].pubkey, 0, ids[1], &lens[1]);
    gnutls_pubkey_deinit(own);
    if (code != 0)
        return bad(t->key, code, why);
    if (lens[0] != lens[1] || memcmp(ids[0], ids[1], lens[0]) != 0)
        return error_set(
            why, STATUS_BAD_INPUT, "%s is not the key of the certificate %s", t->key, t->cert);
    return STATUS_OK;
}

static enum status read_pem(
    const struct tls *t, const char *file, struct arena *a, gnutls_datum_t *out, struct error *why)
{
    str text = STR_EMPTY;
    (void)t;
    const enum status st = file_read(file, PEM_MAX, a, &text, why);
    if (st == STATUS_OK)
        *out = (gnutls_datum_t){ .data = (unsigned char *)(uintptr_t)text.ptr,
                                 .size = (unsigned)text.len };
    return st;
}

static enum status fill(const struct tls *t, struct arena *a, struct shown *s, struct error *why)
{
    gnutls_datum_t pem = { 0 };
    unsigned count = CHAIN_MAX;
    enum status st = read_pem(t, t->cert, a, &pem, why);
    if (st != STATUS_OK)
        return st;
    int code = gnutls_pcert_list_import_x509_raw(s->chain, &count, &pem, GNUTLS_X509_FMT_PEM, 0);
    if (code < 0)
        return bad(t->cert, code, why);
    s->count = count;
    st = read_pem(t, t->key, a, &pem, why);
    if (st != STATUS_OK)
        return st;
    code = gnutls_privkey_init(&s->key);
    if (code == 0)
        code = gnutls_privkey_import_x509_raw(s->key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0);
    return code == 0 ? check_pair(t, s, why) : bad(t->key, code, why);
}

enum status tls_reload(struct tls *t, struct error *why)
{
    struct arena *a = arena_new(0);
    struct shown *s = mem_new(1, sizeof *s);
    enum status st = a != NULL && s != NULL ? fill(t, a, s, why)
                                            : error_set(why, STATUS_NO_MEMORY, "out of memory");
    arena_free(a);
    if (st != STATUS_OK) {
        shown_free(s);
        return st;
    }
    s->older = t->now;
    t->now = s;
    atomic_store(&tls_shown, s);
    return STATUS_OK;
}

enum status tls_open(const char *cert, const char *key, struct tls **out, struct error *why)
{
    struct tls *t = mem_new(1, sizeof *t);
    if (t == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    t->arena = arena_new(0);
    t->cert = t->arena != NULL ? arena_cstr(t->arena, str_from(cert)) : NULL;
    t->key = t->cert != NULL ? arena_cstr(t->arena, str_from(key)) : NULL;
    const enum status st =
        t->key != NULL ? tls_reload(t, why) : error_set(why, STATUS_NO_MEMORY, "out of memory");
    if (st != STATUS_OK) {
        tls_close(t);
        return st;
    }
    *out = t;
    return STATUS_OK;
}

void tls_close(struct tls *t)
{
    if (t == NULL)
        return;
    if (atomic_load(&tls_shown) == t->now)
        atomic_store(&tls_shown, NULL);
    shown_free(t->now);
    arena_free(t->arena);
    mem_free(t);
}
