#include "store/site.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "store/place.h"

static const char key_head[] = "respite site key 1\n";
enum {
    HEAD = sizeof key_head - 1,
    KEY_TEXT = HEAD + 2 * RSP_KEY_BYTES + 1, /* a line end behind it */
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    OTHERS = 077
};
_Static_assert(NONCE + RSP_KEY_BYTES + TAG == RSP_WRAPPED_BYTES, "size of a wrapped key");
_Static_assert(NONCE + TAG == RSP_SEAL_EXTRA, "what sealing adds");
_Static_assert(crypto_sign_BYTES == RSP_SIGNATURE_BYTES, "size of a signature");

rsp_status rsp_site_ready(struct rsp_error *err)
{
    if (sodium_init() < 0)
        return rsp_error_set(err, RSP_E_IO, "", "the system gives no random numbers: keys cannot be made");
    return RSP_OK;
}

rsp_status rsp_site_make(const char *path, struct rsp_error *err)
{
    unsigned char secret[RSP_KEY_BYTES];
    char text[KEY_TEXT + 1];

    RSP_TRY(rsp_site_ready(err));
    const int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 && errno == EEXIST)
        return rsp_place_refuse(err, RSP_E_MISMATCH, path, "a key file is there already");
    if (file < 0)
        return rsp_place_failed(err, path, "making the key file", errno);
    crypto_kdf_keygen(secret);
    memcpy(text, key_head, HEAD);
    (void)sodium_bin2hex(text + HEAD, sizeof text - HEAD, secret, sizeof secret);
    text[KEY_TEXT - 1] = '\n';
    rsp_status status = rsp_place_write(file, path, text, KEY_TEXT, err);
    if (status == RSP_OK && fsync(file) != 0)
        status = rsp_place_refuse(err, RSP_E_IO, path, "writing the key file failed");
    (void)close(file);
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(text, sizeof text);
    if (status != RSP_OK)
        (void)unlink(path);
    return status;
}

static rsp_status check_mode(int file, const char *path, struct rsp_error *err)
{
    struct stat info;
    if (fstat(file, &info) == 0 && S_ISDIR(info.st_mode))
        return rsp_place_refuse(
            err, RSP_E_MISMATCH, path, "this is a folder; name the key file of the site in it");
    if (fstat(file, &info) != 0 || !S_ISREG(info.st_mode))
        return rsp_place_refuse(err, RSP_E_IO, path, "this is no file; the key file of the site is expected");
    if ((info.st_mode & OTHERS) != 0) {
        (void)rsp_error_set(err, RSP_E_MISMATCH, "",
            "others may use the key file (mode %04o): make it yours alone with chmod 600",
            (unsigned)(info.st_mode & 07777));
        rsp_error_place(err, path, 0);
        return RSP_E_MISMATCH;
    }
    return RSP_OK;
}

static rsp_status derive(
    const unsigned char secret[RSP_KEY_BYTES], struct rsp_site **site, struct rsp_error *err)
{
    static const char context[crypto_kdf_CONTEXTBYTES + 1] = "rspstore";
    unsigned char seed[crypto_sign_SEEDBYTES];
    struct rsp_site *made = sodium_malloc(sizeof *made);

    if (made == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory for the keys");
    (void)crypto_kdf_derive_from_key(made->wrap, sizeof made->wrap, 1, context, secret);
    (void)crypto_kdf_derive_from_key(made->backup, sizeof made->backup, 2, context, secret);
    (void)crypto_kdf_derive_from_key(seed, sizeof seed, 3, context, secret);
    (void)crypto_sign_seed_keypair(made->public_key, made->sign, seed);
    (void)crypto_kdf_derive_from_key(made->digest, sizeof made->digest, 4, context, secret);
    sodium_memzero(seed, sizeof seed);
    *site = made;
    return RSP_OK;
}

rsp_status rsp_site_load(const char *path, struct rsp_site **site, struct rsp_error *err)
{
    char text[KEY_TEXT + 1];
    unsigned char secret[RSP_KEY_BYTES];
    size_t n_secret = 0;

    RSP_TRY(rsp_site_ready(err));
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file < 0)
        return rsp_place_refuse(err, RSP_E_IO, path,
            errno == ENOENT
                ? "there is no key file: the database cannot be read without it; name it with --key"
                : "the key file cannot be read: check its permissions");
    rsp_status status = check_mode(file, path, err);
    const ssize_t n = status == RSP_OK ? read(file, text, sizeof text) : 0;
    (void)close(file);
    RSP_TRY(status);
    const bool good = n == KEY_TEXT && memcmp(text, key_head, HEAD) == 0 && text[KEY_TEXT - 1] == '\n' &&
                      sodium_hex2bin(secret, sizeof secret, text + HEAD, (size_t)(KEY_TEXT - HEAD - 1), NULL,
                          &n_secret, NULL) == 0 &&
                      n_secret == sizeof secret;
    status = good ? derive(secret, site, err)
                  : rsp_place_refuse(err, RSP_E_SYNTAX, path,
                        "this is not a site key of respite, or it is cut off: take the copy that you keep "
                        "elsewhere");
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(text, sizeof text);
    return status;
}

void rsp_site_free(struct rsp_site *site)
{
    sodium_free(site);
}

void rsp_site_sign(
    const struct rsp_site *site, const void *text, size_t n, unsigned char signature[RSP_SIGNATURE_BYTES])
{
    (void)crypto_sign_detached(signature, NULL, text, n, site->sign);
}

bool rsp_site_signed(const struct rsp_site *site, const void *text, size_t n,
    const unsigned char signature[RSP_SIGNATURE_BYTES])
{
    return rsp_signed_by(site->public_key, text, n, signature);
}

bool rsp_signed_by(const unsigned char key[RSP_PUBLIC_BYTES], const void *text, size_t n,
    const unsigned char signature[RSP_SIGNATURE_BYTES])
{
    return crypto_sign_verify_detached(signature, text, n, key) == 0;
}

void rsp_site_digest(
    const struct rsp_site *site, const void *text, size_t n, unsigned char digest[RSP_HASH_BYTES])
{
    (void)crypto_generichash(digest, RSP_HASH_BYTES, text, n, site->digest, sizeof site->digest);
}

/* ---- keys of persons ---- */

enum { WRAP_BOUND = 2 * RSP_PERSON_BYTES };

static void wrap_bound(const unsigned char store[RSP_PERSON_BYTES], const struct rsp_person_id *person,
    unsigned char bound[WRAP_BOUND])
{
    memcpy(bound, store, RSP_PERSON_BYTES);
    memcpy(bound + RSP_PERSON_BYTES, person->byte, RSP_PERSON_BYTES);
}

void rsp_site_person_new(const struct rsp_site *site, const unsigned char store[RSP_PERSON_BYTES],
    struct rsp_person_key *key, unsigned char plain[RSP_KEY_BYTES])
{
    randombytes_buf(plain, RSP_KEY_BYTES);
    rsp_site_person_wrap(site, store, key, plain);
}

void rsp_site_person_wrap(const struct rsp_site *site, const unsigned char store[RSP_PERSON_BYTES],
    struct rsp_person_key *key, const unsigned char plain[RSP_KEY_BYTES])
{
    unsigned char bound[WRAP_BOUND];
    wrap_bound(store, &key->person, bound);
    randombytes_buf(key->wrapped, NONCE);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(key->wrapped + NONCE, NULL, plain, RSP_KEY_BYTES, bound,
        sizeof bound, NULL, key->wrapped, site->wrap);
    key->destroyed = false;
}

bool rsp_site_person_open(const struct rsp_site *site, const unsigned char store[RSP_PERSON_BYTES],
    const struct rsp_person_key *key, unsigned char plain[RSP_KEY_BYTES])
{
    unsigned char bound[WRAP_BOUND];
    wrap_bound(store, &key->person, bound);
    return !key->destroyed &&
           crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, key->wrapped + NONCE,
               RSP_KEY_BYTES + TAG, bound, sizeof bound, key->wrapped, site->wrap) == 0;
}

/* ---- identifying fields ---- */

enum { SEAL_BOUND = 160 };

static size_t seal_bound(const struct rsp_record *record, unsigned char bound[SEAL_BOUND])
{
    memcpy(bound, record->person.byte, RSP_PERSON_BYTES);
    const int n = snprintf((char *)bound + RSP_PERSON_BYTES, SEAL_BOUND - RSP_PERSON_BYTES, "%.100s %d",
        record->kind, record->kind_version);
    return RSP_PERSON_BYTES + (size_t)n;
}

void rsp_seal(const unsigned char key[RSP_KEY_BYTES], const struct rsp_record *record, const void *text,
    size_t n, unsigned char *sealed)
{
    unsigned char bound[SEAL_BOUND];
    const size_t n_bound = seal_bound(record, bound);
    randombytes_buf(sealed, NONCE);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(
        sealed + NONCE, NULL, text, n, bound, n_bound, NULL, sealed, key);
}

bool rsp_seal_open(const unsigned char key[RSP_KEY_BYTES], const struct rsp_record *record, void *text)
{
    unsigned char bound[SEAL_BOUND];
    const size_t n_bound = seal_bound(record, bound);
    return record->n_sealed >= RSP_SEAL_EXTRA &&
           crypto_aead_xchacha20poly1305_ietf_decrypt(text, NULL, NULL, record->sealed + NONCE,
               record->n_sealed - NONCE, bound, n_bound, record->sealed, key) == 0;
}
