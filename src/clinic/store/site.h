/** The key of the site: one secret in a file outside the database, and what is made of it. */
#ifndef RSP_STORE_SITE_H
#define RSP_STORE_SITE_H

#include "store/operations.h"

enum { RSP_KEY_BYTES = 32, RSP_SIGNATURE_BYTES = 64, RSP_SEAL_EXTRA = 24 + 16 /* nonce and tag */ };

/** Keys derived from the site's secret; kept in locked memory, wiped when freed. */
struct rsp_site {
    unsigned char wrap[RSP_KEY_BYTES];   /* wraps the keys of persons */
    unsigned char backup[RSP_KEY_BYTES]; /* encrypts backups */
    unsigned char sign[64];              /* Ed25519 */
    unsigned char public_key[RSP_PUBLIC_BYTES];
    unsigned char digest[RSP_KEY_BYTES]; /* keys the hashes of texts that nobody may guess at */
};

/** Make a key file of mode 0600. @return RSP_E_MISMATCH when it is there */
RSP_CHECKED rsp_status rsp_site_make(const char *path, struct rsp_error *err);

/** Read a key file; refused when group or others may read or write it. @param site  out: caller frees with rsp_site_free */
RSP_CHECKED rsp_status rsp_site_load(const char *path, struct rsp_site **site, struct rsp_error *err);
void rsp_site_free(struct rsp_site *site);

void rsp_site_sign(
    const struct rsp_site *site, const void *text, size_t n, unsigned char signature[RSP_SIGNATURE_BYTES]);
bool rsp_site_signed(const struct rsp_site *site, const void *text, size_t n,
    const unsigned char signature[RSP_SIGNATURE_BYTES]);

/** Whether the holder of a key signed n bytes. */
bool rsp_signed_by(const unsigned char key[RSP_PUBLIC_BYTES], const void *text, size_t n,
    const unsigned char signature[RSP_SIGNATURE_BYTES]);

void rsp_site_digest(
    const struct rsp_site *site, const void *text, size_t n, unsigned char digest[RSP_HASH_BYTES]);

/** A new random key for key->person, wrapped into key->wrapped. */
void rsp_site_person_new(const struct rsp_site *site, const unsigned char store[RSP_PERSON_BYTES],
    struct rsp_person_key *key, unsigned char plain[RSP_KEY_BYTES]);
/** Wrap a key that is known. */
void rsp_site_person_wrap(const struct rsp_site *site, const unsigned char store[RSP_PERSON_BYTES],
    struct rsp_person_key *key, const unsigned char plain[RSP_KEY_BYTES]);
/** @return false when it is not a key of that person wrapped by this site */
bool rsp_site_person_open(const struct rsp_site *site, const unsigned char store[RSP_PERSON_BYTES],
    const struct rsp_person_key *key, unsigned char plain[RSP_KEY_BYTES]);

/** Encrypt n bytes into n + RSP_SEAL_EXTRA; bound to person and kind of the record. */
void rsp_seal(const unsigned char key[RSP_KEY_BYTES], const struct rsp_record *record, const void *text,
    size_t n, unsigned char *sealed);
/** Decrypt record->sealed into record->n_sealed - RSP_SEAL_EXTRA bytes. */
bool rsp_seal_open(const unsigned char key[RSP_KEY_BYTES], const struct rsp_record *record, void *text);

/** Refuse to go on without the cryptographic library. */
RSP_CHECKED rsp_status rsp_site_ready(struct rsp_error *err);

#endif
