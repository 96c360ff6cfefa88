/** Passwords, tokens and their hashes: libsodium, in the forms that the service needs. */
#ifndef RSP_CLINIC_SERVICE_SECRET_H
#define RSP_CLINIC_SERVICE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include <respite/status.h>

enum { RSP_DIGEST_BYTES = 32, RSP_DIGEST_SIZE = 2 * RSP_DIGEST_BYTES + 1, RSP_PASSWORD_SIZE = 128 };

/** Argon2id with libsodium's interactive costs (64 MiB): takes tens of milliseconds, on purpose. */
RSP_CHECKED rsp_status rsp_password_hash(
    const char *password, char hash[RSP_PASSWORD_SIZE], struct rsp_error *err);
/** @param hash  NULL: no such account; takes the same time and is never right */
bool rsp_password_right(const char *password, const char *hash);

/** 32 random bytes in hexadecimal. */
void rsp_token_new(char token[RSP_DIGEST_SIZE]);
/** BLAKE2b of a text, keyed with another one (NULL: not keyed), in hexadecimal. */
void rsp_digest(const char *text, size_t length, const char *key, char digest[RSP_DIGEST_SIZE]);
/** Equality of two texts in a time that depends on their lengths alone. */
bool rsp_secret_equal(const char *a, const char *b);

#endif
