#include "service/secret.h"

#include <string.h>

#include <sodium.h>

_Static_assert(RSP_PASSWORD_SIZE == crypto_pwhash_STRBYTES, "room for a password hash");

/* Argon2id of a random text that nobody kept, at the costs used here: for accounts that do not exist. */
static const char nobody[] =
    "$argon2id$v=19$m=65536,t=2,p=1$9GOkTRSExRIrbwyQOdWiMg$Lh3HDVwUzNHMJQgURpbjQSwnGcGYsO+yK4SCQ9eRQW8";

rsp_status rsp_password_hash(const char *password, char hash[RSP_PASSWORD_SIZE], struct rsp_error *err)
{
    if (crypto_pwhash_str(hash, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
            crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory while hashing a password");
    return RSP_OK;
}

bool rsp_password_right(const char *password, const char *hash)
{
    const bool right =
        crypto_pwhash_str_verify(hash != NULL ? hash : nobody, password, strlen(password)) == 0;
    return right && hash != NULL;
}

void rsp_token_new(char token[RSP_DIGEST_SIZE])
{
    unsigned char bytes[RSP_DIGEST_BYTES];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(token, RSP_DIGEST_SIZE, bytes, sizeof bytes);
    sodium_memzero(bytes, sizeof bytes);
}

void rsp_digest(const char *text, size_t length, const char *key, char digest[RSP_DIGEST_SIZE])
{
    unsigned char bytes[RSP_DIGEST_BYTES], key_bytes[RSP_DIGEST_BYTES];

    if (key != NULL)
        crypto_generichash(key_bytes, sizeof key_bytes, (const unsigned char *)key, strlen(key), NULL, 0);
    crypto_generichash(bytes, sizeof bytes, (const unsigned char *)text, length,
        key != NULL ? key_bytes : NULL, key != NULL ? sizeof key_bytes : 0);
    sodium_bin2hex(digest, RSP_DIGEST_SIZE, bytes, sizeof bytes);
}

bool rsp_secret_equal(const char *a, const char *b)
{
    const size_t length = strlen(a);
    return strlen(b) == length && sodium_memcmp(a, b, length) == 0;
}
