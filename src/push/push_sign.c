/* Signatures: HMAC-SHA256 (RFC 2104), each service with its own idea of key and message. */
#include "push/push_priv.h"

#include <sodium.h>

#define HASH_BYTES crypto_auth_hmacsha256_BYTES

static void hmac(str key, str message, unsigned char out[HASH_BYTES])
{
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)key.ptr, key.len);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)message.ptr, message.len);
    crypto_auth_hmacsha256_final(&state, out);
    sodium_memzero(&state, sizeof state);
}

static void add_base64(const unsigned char hash[HASH_BYTES], struct buf *out)
{
    char text[sodium_base64_ENCODED_LEN(HASH_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    sodium_bin2base64(text, sizeof text, hash, HASH_BYTES, sodium_base64_VARIANT_ORIGINAL);
    buf_adds(out, text);
}

/* "TIMESTAMP\nSECRET", which is DingTalk's message and Feishu's key. */
static void add_stamp(struct buf *b, int64_t timestamp, str secret)
{
    buf_init(b, PUSH_FILE_BYTES);
    buf_addf(b, "%lld\n", (long long)timestamp);
    buf_add(b, secret);
}

static void release_stamp(struct buf *b)
{
    if (b->data != NULL)
        sodium_memzero(b->data, b->len);
    buf_release(b);
}

void push_sign_dingtalk(str secret, int64_t timestamp_ms, struct buf *out)
{
    unsigned char hash[HASH_BYTES];
    struct buf stamp;
    add_stamp(&stamp, timestamp_ms, secret);
    hmac(secret, buf_str(&stamp), hash);
    add_base64(hash, out);
    release_stamp(&stamp);
}

void push_sign_feishu(str secret, int64_t timestamp_s, struct buf *out)
{
    unsigned char hash[HASH_BYTES];
    struct buf stamp;
    add_stamp(&stamp, timestamp_s, secret);
    hmac(buf_str(&stamp), STR_EMPTY, hash);
    add_base64(hash, out);
    release_stamp(&stamp);
}

void push_sign_webhook(str secret, int64_t timestamp_s, str body, struct buf *out)
{
    unsigned char hash[HASH_BYTES];
    char hex[2 * HASH_BYTES + 1];
    struct buf message;
    buf_init(&message, PUSH_FILE_BYTES);
    buf_addf(&message, "%lld.", (long long)timestamp_s);
    buf_add(&message, body);
    hmac(secret, buf_str(&message), hash);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    buf_adds(out, hex);
    buf_release(&message);
}
