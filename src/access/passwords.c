/* Passwords: which are allowed, argon2id (RFC 9106) as libsodium does it: 64 MiB, 2 passes, about
 * 0.1 s. Long enough and not among the first guesses (NIST SP 800-63B, 5.1.1.2). */
#include "access/access_priv.h"

#include <sodium.h>

#define PASSWORD_MIN 10
#define PASSWORD_MAX 512

/* What guessers try first and is long enough. */
static const char *const first_guesses[] = {
    "1234567890",  "0123456789",   "1234567891",  "12345678910",  "123456789a",  "a123456789",
    "qwertyuiop",  "password12",   "password123", "password1234", "1q2w3e4r5t",  "1qaz2wsx3edc",
    "woaini1314",  "woaini520520", "5201314520",  "1314520520",   "aa123456789", "administrator",
    "changeme123", "letmein123",   "iloveyou123", "shopvane123",  "qwerty12345", "abcd123456",
};

static bool is_first_guess(str password, str name)
{
    bool is_one_character = true;
    for (size_t i = 1; is_one_character && i < password.len; i++)
        is_one_character = password.ptr[i] == password.ptr[0];
    for (size_t i = 0; i < ARRAY_LEN(first_guesses); i++) {
        if (str_eq_nocase(password, str_from(first_guesses[i])))
            return true;
    }
    return is_one_character || str_eq_nocase(password, name);
}

/* UTF-8: bytes that do not continue a character. */
static size_t characters(str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
    return n;
}

enum status access_password_check(str password, str name, struct error *why)
{
    if (characters(password) < PASSWORD_MIN)
        return error_set(
            why, STATUS_INVALID, "the password needs at least %d characters", PASSWORD_MIN);
    if (password.len > PASSWORD_MAX)
        return error_set(why, STATUS_INVALID, "the password has more than %d bytes", PASSWORD_MAX);
    if (is_first_guess(password, name))
        return error_set(
            why, STATUS_INVALID, "the password is among the first that others would try");
    return STATUS_OK;
}

enum status access_password_hash(str password, char **out, struct error *why)
{
    char *text = mem_new(crypto_pwhash_STRBYTES, 1);
    if (text == NULL || crypto_pwhash_str(text,
                                          password.ptr,
                                          password.len,
                                          crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
        mem_free(text);
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    }
    *out = text;
    return STATUS_OK;
}

/* Of a random password that nobody knows, with the settings of the day: comparing with it takes as
 * long as with a real one. */
static const char nobody[] = "$argon2id$v=19$m=65536,t=2,p=1$"
                             "c2hvcHZhbmUtbm9ib2R5MQ$"
                             "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

bool access_password_fits(str password, const char *known)
{
    const bool fits =
        crypto_pwhash_str_verify(known != NULL ? known : nobody, password.ptr, password.len) == 0;
    return fits && known != NULL;
}
