/* The bytes of a file on their way in: read, hashed, unpacked, decoded to UTF-8. One thread. */
#ifndef SHOPVANE_FORMAT_SOURCE_PRIV_H
#define SHOPVANE_FORMAT_SOURCE_PRIV_H

#include "format/rows.h"

#define SOURCE_HEAD_BYTES ((size_t)1 << 20)
/* Stands before an undecodable byte in the decoded text: never valid in UTF-8. */
#define SOURCE_BAD_BYTE '\xff'

struct source;
struct decoder;

MUST_CHECK enum status source_open(const char *path,
                                   const struct row_options *opt,
                                   struct source **out,
                                   struct error *why);
MUST_CHECK enum status source_open_bytes(str bytes,
                                         const struct row_options *opt,
                                         struct source **out,
                                         struct error *why);
void source_close(struct source *s);

/* The first MiB, unpacked and not decoded; the same bytes are read again by source_read(). */
str source_head(const struct source *s);
bool source_head_is_all(const struct source *s);
enum row_compression source_compression(const struct source *s);
/* Before the first source_read(): how to decode, and how many bytes of BOM to leave out. */
MUST_CHECK enum status source_decode_as(struct source *s,
                                        enum row_encoding e,
                                        size_t skip,
                                        struct error *why);
/* Decoded bytes, at least 1 unless the end is reached (*got 0). cap >= 64. */
MUST_CHECK enum status source_read(
    struct source *s, char *dst, size_t cap, size_t *got, struct error *why);
uint64_t source_bytes_done(const struct source *s); /* any thread */
uint64_t source_bytes_total(const struct source *s);
MUST_CHECK bool source_sha256(struct source *s, char hex[65]);

/* decode.c */
MUST_CHECK struct decoder *decoder_new(enum row_encoding e);
void decoder_free(struct decoder *d);
/* Decodes as much of *in as fits, advances it. At the end of input (`last`) a torn character is
 * marked as bad bytes; before it stays in *in. Returns bytes written. */
size_t decoder_run(struct decoder *d, str *in, char *dst, size_t cap, bool last);

#endif
