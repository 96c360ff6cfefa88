#include "store/backup_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "store/chain.h"
#include "store/place.h"

static const char format_line[] = "respite backup 1\n";
enum {
    CHUNK = 64 * 1024,
    EXTRA = crypto_secretstream_xchacha20poly1305_ABYTES,
    STREAM_HEAD = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    MAX_MANIFEST = 1024,
    SIGNATURE_HEX = 2 * RSP_SIGNATURE_BYTES + 1
};

/* ---- manifest ---- */

/* The line of a manifest; every text in it is hex, digits or a time, so nothing needs escapes. */
static size_t write_manifest(const struct rsp_store_manifest *m, char text[MAX_MANIFEST])
{
    return (size_t)snprintf(text, MAX_MANIFEST,
        "{\"store\":\"%s\",\"made\":\"%s\",\"schema\":%d,\"facts\":%" PRId64
        ",\"head\":\"%s\",\"bytes\":%" PRId64 ",\"content\":\"%s\"}\n",
        m->store, m->made, m->schema, m->n_fact, m->head, m->n_byte, m->content);
}

/* What is signed, and what the stream is bound to: the format line and the manifest. */
static void bind_manifest(const char *manifest, size_t n, unsigned char bound[RSP_HASH_BYTES])
{
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, NULL, 0, RSP_HASH_BYTES);
    (void)crypto_generichash_update(&state, (const unsigned char *)format_line, sizeof format_line - 1);
    (void)crypto_generichash_update(&state, (const unsigned char *)manifest, n);
    (void)crypto_generichash_final(&state, bound, RSP_HASH_BYTES);
}

static bool take_text(const json_t *object, const char *name, char *to, size_t size)
{
    const char *text = json_string_value(json_object_get(object, name));
    if (text == NULL || strlen(text) != size - 1)
        return false;
    memcpy(to, text, size);
    return true;
}

static bool take_number(const json_t *object, const char *name, int64_t high, int64_t *number)
{
    const json_t *value = json_object_get(object, name);
    *number = json_integer_value(value);
    return json_is_integer(value) && *number >= 0 && *number <= high;
}

static bool read_manifest(const char *text, struct rsp_store_manifest *m)
{
    enum { MADE = sizeof "2026-11-29T08:32:09+01:00" };
    int64_t schema = 0;
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    const bool good = take_text(object, "store", m->store, sizeof m->store) &&
                      take_text(object, "made", m->made, MADE) &&
                      take_text(object, "head", m->head, RSP_HASH_HEX) &&
                      take_text(object, "content", m->content, RSP_HASH_HEX) &&
                      take_number(object, "schema", INT32_MAX, &schema) &&
                      take_number(object, "facts", INT64_MAX, &m->n_fact) &&
                      take_number(object, "bytes", INT64_MAX, &m->n_byte);
    m->schema = (int)schema;
    json_decref(object);
    return good;
}

/* ---- measure ---- */

rsp_status rsp_backup_measure(const char *path, struct rsp_store_manifest *manifest, struct rsp_error *err)
{
    unsigned char hash[RSP_HASH_BYTES];
    crypto_generichash_state state;
    unsigned char *chunk = malloc(CHUNK);
    FILE *file = fopen(path, "rbe");
    rsp_status status = RSP_OK;
    size_t n = 0;

    if (file == NULL || chunk == NULL) {
        status = rsp_place_failed(err, path, "reading the copy", chunk == NULL ? ENOMEM : errno);
        goto done;
    }
    manifest->n_byte = 0;
    (void)crypto_generichash_init(&state, NULL, 0, sizeof hash);
    while ((n = fread(chunk, 1, CHUNK, file)) > 0) {
        (void)crypto_generichash_update(&state, chunk, n);
        manifest->n_byte += (int64_t)n;
    }
    if (ferror(file))
        status = rsp_place_failed(err, path, "reading the copy", errno);
    (void)crypto_generichash_final(&state, hash, sizeof hash);
    rsp_chain_hex(hash, manifest->content);
done:
    if (file != NULL)
        (void)fclose(file);
    free(chunk);
    return status;
}

/* ---- pack ---- */

struct packing {
    FILE *from;
    int to;
    const char *to_path, *from_path;
    unsigned char *plain, *cipher;
    const unsigned char *bound;
};

static rsp_status pack_stream(const struct packing *p, const struct rsp_site *site, struct rsp_error *err)
{
    crypto_secretstream_xchacha20poly1305_state state;
    unsigned char head[STREAM_HEAD];
    bool last = false;

    (void)crypto_secretstream_xchacha20poly1305_init_push(&state, head, site->backup);
    rsp_status status = rsp_place_write(p->to, p->to_path, head, sizeof head, err);
    for (bool first = true; status == RSP_OK && !last; first = false) {
        const size_t n = fread(p->plain, 1, CHUNK, p->from);
        if (ferror(p->from))
            return rsp_place_failed(err, p->from_path, "reading the copy", errno);
        last = n < CHUNK;
        (void)crypto_secretstream_xchacha20poly1305_push(&state, p->cipher, NULL, p->plain, n,
            first ? p->bound : NULL, first ? RSP_HASH_BYTES : 0,
            last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
        status = rsp_place_write(p->to, p->to_path, p->cipher, n + EXTRA, err);
    }
    sodium_memzero(&state, sizeof state);
    return status;
}

static rsp_status pack_head(const struct packing *p, const struct rsp_site *site, const char *manifest,
    size_t n, struct rsp_error *err)
{
    unsigned char signature[RSP_SIGNATURE_BYTES];
    char hex[SIGNATURE_HEX];
    rsp_site_sign(site, p->bound, RSP_HASH_BYTES, signature);
    (void)sodium_bin2hex(hex, sizeof hex, signature, sizeof signature);
    hex[SIGNATURE_HEX - 1] = '\n'; /* instead of the terminator */
    RSP_TRY(rsp_place_write(p->to, p->to_path, format_line, sizeof format_line - 1, err));
    RSP_TRY(rsp_place_write(p->to, p->to_path, manifest, n, err));
    return rsp_place_write(p->to, p->to_path, hex, sizeof hex, err);
}

rsp_status rsp_backup_pack(const struct rsp_site *site, const struct rsp_store_manifest *manifest,
    const char *from, const char *to, struct rsp_error *err)
{
    char text[MAX_MANIFEST];
    unsigned char bound[RSP_HASH_BYTES];
    const size_t n = write_manifest(manifest, text);
    struct packing p = {.from = fopen(from, "rbe"),
        .to = -1,
        .to_path = to,
        .from_path = from,
        .plain = malloc(CHUNK),
        .cipher = malloc(CHUNK + EXTRA),
        .bound = bound};
    rsp_status status = RSP_OK;

    bind_manifest(text, n, bound);
    if (p.plain == NULL || p.cipher == NULL)
        status = rsp_place_failed(err, to, "writing the backup", ENOMEM);
    else if (p.from == NULL)
        status = rsp_place_failed(err, from, "reading the copy", errno);
    if (status == RSP_OK && (p.to = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0)
        status = rsp_place_failed(err, to, "writing the backup", errno);
    if (status == RSP_OK)
        status = pack_head(&p, site, text, n, err);
    if (status == RSP_OK)
        status = pack_stream(&p, site, err);
    if (status == RSP_OK && fsync(p.to) != 0)
        status = rsp_place_failed(err, to, "writing the backup", errno);
    if (p.to >= 0)
        (void)close(p.to);
    if (p.to >= 0 && status != RSP_OK)
        (void)unlink(to);
    if (p.from != NULL)
        (void)fclose(p.from);
    free(p.plain);
    free(p.cipher);
    return status;
}

/* ---- open ---- */

/* Only as it was written: the same signature in capital letters is an altered file. */
static bool read_signature(const char *line, unsigned char signature[RSP_SIGNATURE_BYTES])
{
    char again[SIGNATURE_HEX];
    size_t n = 0;
    if (sodium_hex2bin(signature, RSP_SIGNATURE_BYTES, line, SIGNATURE_HEX - 1, NULL, &n, NULL) != 0 ||
        n != RSP_SIGNATURE_BYTES)
        return false;
    (void)sodium_bin2hex(again, sizeof again, signature, n);
    return memcmp(line, again, SIGNATURE_HEX - 1) == 0 && strcmp(line + SIGNATURE_HEX - 1, "\n") == 0;
}

static rsp_status no_backup(const char *path, const char *sentence, struct rsp_error *err)
{
    return rsp_place_refuse(err, RSP_E_DAMAGED, path, sentence);
}

static rsp_status read_head(const struct rsp_site *site, struct rsp_backup *backup, struct rsp_error *err)
{
    char line[sizeof format_line + 1], manifest[MAX_MANIFEST], hex[SIGNATURE_HEX + 2];
    unsigned char signature[RSP_SIGNATURE_BYTES];

    if (fgets(line, sizeof format_line, backup->file) == NULL || strcmp(line, format_line) != 0)
        return no_backup(backup->path, "this is no backup of respite, or its beginning is damaged", err);
    if (fgets(manifest, sizeof manifest, backup->file) == NULL || strchr(manifest, '\n') == NULL ||
        fgets(hex, sizeof hex, backup->file) == NULL || !read_signature(hex, signature))
        return no_backup(backup->path, "the manifest of the backup is cut off or damaged", err);
    bind_manifest(manifest, strlen(manifest), backup->bound);
    if (!rsp_site_signed(site, backup->bound, sizeof backup->bound, signature))
        return no_backup(backup->path,
            "the backup is not signed with this site's key: it is another site's, or it was altered", err);
    if (!read_manifest(manifest, &backup->manifest))
        return no_backup(backup->path, "the manifest of the backup cannot be read", err);
    return RSP_OK;
}

rsp_status rsp_backup_open(
    const struct rsp_site *site, const char *path, struct rsp_backup *backup, struct rsp_error *err)
{
    if (rsp_place_folder(path))
        return rsp_place_refuse(err, RSP_E_MISMATCH, path, "this is a folder; name the backup in it");
    struct rsp_backup made = {.file = fopen(path, "rbe"), .path = path};
    if (made.file == NULL)
        return errno == ENOENT ? rsp_place_refuse(err, RSP_E_UNKNOWN, path, "there is no such backup")
                               : rsp_place_failed(err, path, "reading the backup", errno);
    const rsp_status status = read_head(site, &made, err);
    if (status != RSP_OK) {
        (void)fclose(made.file);
        return status;
    }
    *backup = made;
    return RSP_OK;
}

/* ---- unpack ---- */

/* One chunk; *last says that it was marked as the last one. */
static rsp_status pull_chunk(crypto_secretstream_xchacha20poly1305_state *state,
    const struct rsp_backup *backup, const struct packing *p, bool first, bool *last, size_t *n_plain,
    struct rsp_error *err)
{
    unsigned char tag = 0;
    const size_t n = fread(p->cipher, 1, CHUNK + EXTRA, backup->file);
    if (ferror(backup->file))
        return rsp_place_failed(err, backup->path, "reading the backup", errno);
    if (n < EXTRA)
        return no_backup(backup->path, "the backup is cut off: its end is missing", err);
    if (crypto_secretstream_xchacha20poly1305_pull(state, p->plain, NULL, &tag, p->cipher, n,
            first ? p->bound : NULL, first ? RSP_HASH_BYTES : 0) != 0)
        return no_backup(backup->path, "the backup was altered or cut off: it does not decrypt", err);
    *last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    *n_plain = n - EXTRA;
    if (*last && (n == CHUNK + EXTRA || fgetc(backup->file) != EOF))
        return no_backup(backup->path, "there is something behind the end of the backup", err);
    return RSP_OK;
}

static rsp_status unpack_stream(const struct rsp_backup *backup, const struct rsp_site *site,
    const struct packing *p, struct rsp_error *err)
{
    crypto_secretstream_xchacha20poly1305_state state;
    crypto_generichash_state content;
    unsigned char head[STREAM_HEAD], hash[RSP_HASH_BYTES];
    char hex[RSP_HASH_HEX];
    bool last = false;
    rsp_status status = RSP_OK;

    (void)crypto_generichash_init(&content, NULL, 0, sizeof hash);
    if (fread(head, 1, sizeof head, backup->file) != sizeof head ||
        crypto_secretstream_xchacha20poly1305_init_pull(&state, head, site->backup) != 0)
        return no_backup(backup->path, "the backup is cut off: its content is missing", err);
    for (bool first = true; status == RSP_OK && !last; first = false) {
        size_t n = 0;
        status = pull_chunk(&state, backup, p, first, &last, &n, err);
        if (status == RSP_OK)
            status = rsp_place_write(p->to, p->to_path, p->plain, n, err);
        (void)crypto_generichash_update(&content, p->plain, n);
    }
    sodium_memzero(&state, sizeof state);
    (void)crypto_generichash_final(&content, hash, sizeof hash);
    rsp_chain_hex(hash, hex);
    if (status == RSP_OK && strcmp(hex, backup->manifest.content) != 0)
        return no_backup(backup->path, "the content of the backup is not what its manifest says", err);
    return status;
}

rsp_status rsp_backup_unpack(
    const struct rsp_site *site, const struct rsp_backup *backup, const char *to, struct rsp_error *err)
{
    struct packing p = {
        .to = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), .to_path = to, .bound = backup->bound};
    if (p.to < 0)
        return rsp_place_failed(err, to, "restoring", errno);
    p.plain = malloc(CHUNK);
    p.cipher = malloc(CHUNK + EXTRA);
    rsp_status status = p.plain != NULL && p.cipher != NULL ? unpack_stream(backup, site, &p, err)
                                                            : rsp_place_failed(err, to, "restoring", ENOMEM);
    if (status == RSP_OK && fsync(p.to) != 0)
        status = rsp_place_failed(err, to, "restoring", errno);
    (void)close(p.to);
    if (status != RSP_OK)
        (void)unlink(to);
    free(p.plain);
    free(p.cipher);
    return status;
}
