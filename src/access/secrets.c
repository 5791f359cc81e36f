/* Secrets of sessions, tokens and links: 32 random bytes as base64url. They cannot be guessed, so a
 * plain hash (BLAKE2b) is enough to keep them; what the database holds opens nothing. */
#include "access/access_priv.h"

#include <sodium.h>

#define VARIANT  sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define TEXT_LEN sodium_base64_ENCODED_LEN(SECRET_BYTES, VARIANT)

str access_secret(struct arena *arena, unsigned char hash[HASH_BYTES])
{
    unsigned char bytes[SECRET_BYTES];
    char text[TEXT_LEN];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(text, sizeof text, bytes, sizeof bytes, VARIANT);
    sodium_memzero(bytes, sizeof bytes);
    BUG_IF(!access_hash(str_from(text), hash));
    const str out = arena_dup(arena, str_from(text));
    sodium_memzero(text, sizeof text);
    return out;
}

bool access_hash(str secret, unsigned char hash[HASH_BYTES])
{
    if (secret.len != TEXT_LEN - 1)
        return false;
    crypto_generichash(hash, HASH_BYTES, (const unsigned char *)secret.ptr, secret.len, NULL, 0);
    return true;
}

str access_derived(struct arena *arena, str secret, const char *purpose)
{
    unsigned char out[SECRET_BYTES];
    char text[TEXT_LEN];
    const str p = str_from(purpose);
    if (secret.len < crypto_generichash_KEYBYTES_MIN ||
        secret.len > crypto_generichash_KEYBYTES_MAX)
        return STR_EMPTY;
    crypto_generichash(out,
                       sizeof out,
                       (const unsigned char *)p.ptr,
                       p.len,
                       (const unsigned char *)secret.ptr,
                       secret.len);
    sodium_bin2base64(text, sizeof text, out, sizeof out, VARIANT);
    const str copy = arena_dup(arena, str_from(text));
    return copy.ptr != NULL ? copy : STR_EMPTY;
}
