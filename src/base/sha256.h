/** SHA-256 (FIPS 180-4) of bytes in memory: names the content of rule files. No secrecy rests on it. */
#ifndef RSP_BASE_SHA256_H
#define RSP_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

/** Letters of a digest in hexadecimal, without the terminator. */
enum { RSP_SHA256_HEX = 64 };

/** Digest under way; all fields are its own. */
struct rsp_sha256 {
    uint32_t state[8];
    uint64_t length; /* bytes so far */
    unsigned char block[64];
};

void rsp_sha256_begin(struct rsp_sha256 *sha);
void rsp_sha256_add(struct rsp_sha256 *sha, const void *data, size_t length);
/** @param hex  out: RSP_SHA256_HEX small letters and the terminator. The digest begins anew afterwards. */
void rsp_sha256_end(struct rsp_sha256 *sha, char hex[RSP_SHA256_HEX + 1]);

#endif
