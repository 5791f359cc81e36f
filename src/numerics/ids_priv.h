/* What ids.c and ids_blob.c share. Never included from outside. */
#ifndef SHOPVANE_NUMERICS_IDS_PRIV_H
#define SHOPVANE_NUMERICS_IDS_PRIV_H

#include "numerics/ids.h"

enum {
    IDS_CONTAINERS = 65536,  /* most containers of a set */
    IDS_ARRAY_MAX = 4096,    /* most ids of an array container */
    IDS_BITSET_BYTES = 8192, /* a bitset container */
};

struct blob_header {
    str blob;
    size_t count;      /* containers */
    const char *flags; /* NULL: no run containers */
    const char *cards;
    const char *offsets; /* NULL: none stored */
    size_t data;         /* where the first container starts */
};

MUST_CHECK bool blob_header_read(str blob, struct blob_header *out);
uint32_t blob_key(const struct blob_header *h, size_t i);
uint32_t blob_card(const struct blob_header *h, size_t i);
bool blob_is_run(const struct blob_header *h, size_t i);
/* These want a valid blob. Its ids, ascending; no bitset containers. */
void blob_read(const struct blob_header *h, uint32_t *out);
/* The same set with arrays and bitsets only. */
void blob_without_runs(const struct blob_header *h, struct buf *out);
/* The canonical blob of at most IDS_ARRAY_MAX distinct ascending ids. */
void blob_write(const uint32_t *ids, size_t n, struct buf *out);

#endif
