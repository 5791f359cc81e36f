/* The certificate that the server shows, replaced while it runs. */
#ifndef SHOPVANE_SERVER_TLS_PRIV_H
#define SHOPVANE_SERVER_TLS_PRIV_H

#include "base/base.h"

struct tls;

/* PEM files: the certificate with its chain, and its key. The problem names the file. */
MUST_CHECK enum status tls_open(const char *cert,
                                const char *key,
                                struct tls **out,
                                struct error *why);
/* Reads the files again; with a problem in them the certificate of before stays. */
MUST_CHECK enum status tls_reload(struct tls *t, struct error *why);
void tls_close(struct tls *t); /* NULL is fine */

/* For MHD_OPTION_HTTPS_CERT_CALLBACK, which takes no argument of ours: hence one certificate a
 * process, the one opened last. */
void *tls_callback(void);

#endif
