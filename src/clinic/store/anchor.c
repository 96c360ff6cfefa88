#include "store/anchor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "store/chain.h"
#include "store/place.h"

enum {
    ID_HEX = 2 * RSP_PERSON_BYTES + 1,
    SIGNATURE_HEX = 2 * RSP_SIGNATURE_BYTES + 1,
    PUBLIC_HEX = 2 * RSP_PUBLIC_BYTES + 1,
    MAX_SIGNED = 320,
    MAX_LINE = MAX_SIGNED + 2 * SIGNATURE_HEX + 2
};

/* The text that is signed: the line without its signature. @return its length */
static size_t signed_text(const unsigned char id[RSP_PERSON_BYTES], int64_t number,
    const unsigned char hash[RSP_HASH_BYTES], char text[MAX_SIGNED])
{
    char id_hex[ID_HEX], hash_hex[RSP_HASH_HEX];
    (void)sodium_bin2hex(id_hex, sizeof id_hex, id, RSP_PERSON_BYTES);
    rsp_chain_hex(hash, hash_hex);
    return (size_t)snprintf(text, MAX_SIGNED, "anchor 1 %s %" PRId64 " %s", id_hex, number, hash_hex);
}

static size_t handover_text(
    const unsigned char id[RSP_PERSON_BYTES], const struct rsp_anchor *anchor, char text[MAX_SIGNED])
{
    char id_hex[ID_HEX], hash_hex[RSP_HASH_HEX], from[PUBLIC_HEX], to[PUBLIC_HEX];
    (void)sodium_bin2hex(id_hex, sizeof id_hex, id, RSP_PERSON_BYTES);
    (void)sodium_bin2hex(from, sizeof from, anchor->from, RSP_PUBLIC_BYTES);
    (void)sodium_bin2hex(to, sizeof to, anchor->to, RSP_PUBLIC_BYTES);
    rsp_chain_hex(anchor->hash, hash_hex);
    return (size_t)snprintf(
        text, MAX_SIGNED, "handover 1 %s %" PRId64 " %s %s %s", id_hex, anchor->number, hash_hex, from, to);
}

static bool same_key(const unsigned char a[RSP_PUBLIC_BYTES], const unsigned char b[RSP_PUBLIC_BYTES])
{
    return memcmp(a, b, RSP_PUBLIC_BYTES) == 0;
}

bool rsp_anchor_signed(const struct rsp_anchor_trust *trust, const unsigned char id[RSP_PERSON_BYTES],
    const struct rsp_anchor *anchor)
{
    char text[MAX_SIGNED];
    const size_t n = anchor->hands_over ? handover_text(id, anchor, text)
                                        : signed_text(id, anchor->number, anchor->hash, text);
    for (size_t i = 0; i < trust->n; i++) {
        const unsigned char *key = trust->of[i].key;
        if (anchor->line > trust->of[i].until_line)
            continue;
        if (anchor->hands_over && same_key(key, anchor->from) &&
            rsp_signed_by(key, text, n, anchor->from_signature))
            return true;
        if ((!anchor->hands_over || same_key(key, anchor->to)) &&
            rsp_signed_by(key, text, n, anchor->signature))
            return true;
    }
    return false;
}

/* A line that a power cut left unfinished must not swallow the next one. */
static bool ends_in_line(int file, off_t size)
{
    char last = '\n';
    return size == 0 || (pread(file, &last, 1, size - 1) == 1 && last == '\n');
}

static rsp_status add_line(int file, const char *path, const char *line, size_t n, struct rsp_error *err)
{
    struct stat info;
    if (flock(file, LOCK_EX) != 0 || fstat(file, &info) != 0)
        return rsp_place_failed(err, path, "writing the anchor log", errno);
    rsp_status status = RSP_OK;
    if (!ends_in_line(file, info.st_size))
        status = rsp_place_write(file, path, "\n", 1, err);
    if (status == RSP_OK)
        status = rsp_place_write(file, path, line, n, err);
    if (status == RSP_OK && fdatasync(file) != 0)
        status = rsp_place_failed(err, path, "writing the anchor log", errno);
    if (status != RSP_OK && ftruncate(file, info.st_size) != 0)
        return status; /* the half line stays; check reports it */
    return status;
}

static rsp_status add_text(const char *path, bool create, const char *text, size_t n, struct rsp_error *err)
{
    const int file = open(path, O_RDWR | O_APPEND | O_CLOEXEC | (create ? O_CREAT | O_EXCL : 0), 0600);
    if (file < 0 && errno == EEXIST)
        return rsp_place_refuse(err, RSP_E_MISMATCH, path,
            "an anchor log is there although the database is not: restore a backup, or move the log away");
    if (file < 0)
        return rsp_place_failed(err, path, "writing the anchor log", errno);
    const rsp_status status = add_line(file, path, text, n, err);
    (void)close(file);
    if (status != RSP_OK && create)
        (void)unlink(path);
    return status;
}

/* Signature of the first n bytes and what follows it, in hexadecimal. @return length of the line so far */
static size_t sign(const struct rsp_site *site, const char *text, size_t n, char *end)
{
    unsigned char signature[RSP_SIGNATURE_BYTES];
    rsp_site_sign(site, text, n, signature);
    *end = ' ';
    (void)sodium_bin2hex(end + 1, SIGNATURE_HEX, signature, sizeof signature);
    return SIGNATURE_HEX;
}

rsp_status rsp_anchor_add(const char *path, bool create, const struct rsp_site *site,
    const unsigned char id[RSP_PERSON_BYTES], int64_t number, const unsigned char hash[RSP_HASH_BYTES],
    struct rsp_error *err)
{
    char text[MAX_LINE];
    size_t n = signed_text(id, number, hash, text);
    n += sign(site, text, n, text + n);
    text[n++] = '\n';
    return add_text(path, create, text, n, err);
}

rsp_status rsp_anchor_hand_over(const char *path, const struct rsp_site *from, const struct rsp_site *to,
    const unsigned char id[RSP_PERSON_BYTES], int64_t number, const unsigned char hash[RSP_HASH_BYTES],
    struct rsp_error *err)
{
    char text[MAX_LINE];
    struct rsp_anchor anchor = {.number = number, .hands_over = true};
    memcpy(anchor.hash, hash, sizeof anchor.hash);
    memcpy(anchor.from, from->public_key, sizeof anchor.from);
    memcpy(anchor.to, to->public_key, sizeof anchor.to);
    const size_t n_signed = handover_text(id, &anchor, text);
    size_t n = n_signed;
    n += sign(from, text, n_signed, text + n);
    n += sign(to, text, n_signed, text + n);
    text[n++] = '\n';
    return add_text(path, false, text, n, err);
}

static bool take_hex(const char *text, unsigned char *bytes, size_t size)
{
    size_t n = 0;
    return sodium_hex2bin(bytes, size, text, strlen(text), NULL, &n, NULL) == 0 && n == size;
}

static bool read_handover(const char *line, struct rsp_anchor *anchor)
{
    char id_hex[ID_HEX], number[20], hash_hex[RSP_HASH_HEX], from[PUBLIC_HEX], to[PUBLIC_HEX],
        from_signature[SIGNATURE_HEX], signature[SIGNATURE_HEX];
    int end = 0;
    const int found = sscanf(line,
        "handover 1 %32[0-9a-f] %18[0-9] %64[0-9a-f] %64[0-9a-f] %64[0-9a-f] %128[0-9a-f] %128[0-9a-f]\n%n",
        id_hex, number, hash_hex, from, to, from_signature, signature, &end);
    if (found != 7 || line[end] != '\0' || line[end - 1] != '\n')
        return false;
    anchor->hands_over = true;
    anchor->number = strtoll(number, NULL, 10);
    return take_hex(hash_hex, anchor->hash, sizeof anchor->hash) &&
           take_hex(from, anchor->from, sizeof anchor->from) && take_hex(to, anchor->to, sizeof anchor->to) &&
           take_hex(from_signature, anchor->from_signature, sizeof anchor->from_signature) &&
           take_hex(signature, anchor->signature, sizeof anchor->signature);
}

static bool read_line(const char *line, struct rsp_anchor *anchor)
{
    char id_hex[ID_HEX], number[20], hash_hex[RSP_HASH_HEX], signature_hex[SIGNATURE_HEX];
    int end = 0;
    if (strncmp(line, "handover ", strlen("handover ")) == 0)
        return read_handover(line, anchor);
    const int found = sscanf(line, "anchor 1 %32[0-9a-f] %18[0-9] %64[0-9a-f] %128[0-9a-f]\n%n", id_hex,
        number, hash_hex, signature_hex, &end);
    if (found != 4 || line[end] != '\0' || line[end - 1] != '\n')
        return false;
    anchor->number = strtoll(number, NULL, 10);
    return take_hex(hash_hex, anchor->hash, sizeof anchor->hash) &&
           take_hex(signature_hex, anchor->signature, sizeof anchor->signature);
}

rsp_status rsp_anchor_read(const char *path, rsp_anchor_visit *visit, void *context, struct rsp_error *err)
{
    char text[MAX_LINE + 2];
    FILE *file = fopen(path, "rbe");
    if (file == NULL && errno == ENOENT)
        return rsp_place_refuse(err, RSP_E_MISSING, path,
            "there is no anchor log: without it nobody can tell whether the last facts are missing");
    if (file == NULL)
        return rsp_place_failed(err, path, "reading the anchor log", errno);
    rsp_status status = RSP_OK;
    for (int64_t line = 1; status == RSP_OK && fgets(text, sizeof text, file) != NULL; line++) {
        struct rsp_anchor anchor = {.line = line};
        const bool good = read_line(text, &anchor);
        for (int c = 0; strchr(text, '\n') == NULL && c != EOF && c != '\n';)
            c = fgetc(file); /* the rest of a line that is too long */
        status = visit(context, line, good ? &anchor : NULL, err);
    }
    if (status == RSP_OK && ferror(file))
        status = rsp_place_failed(err, path, "reading the anchor log", errno);
    (void)fclose(file);
    return status;
}

/* ---- whose signatures count ---- */

struct log {
    struct rsp_anchor newest;
    size_t n; /* handovers */
    struct rsp_anchor of[RSP_ANCHOR_MAX_KEY];
};

static rsp_status keep_line(
    void *context, int64_t line, const struct rsp_anchor *anchor, struct rsp_error *err)
{
    struct log *list = context;
    (void)line;
    (void)err;
    if (anchor != NULL && (list->newest.line == 0 || anchor->number >= list->newest.number))
        list->newest = *anchor;
    if (anchor == NULL || !anchor->hands_over)
        return RSP_OK;
    if (list->n == RSP_ANCHOR_MAX_KEY) /* the newest are kept: trust goes back from the site's key */
        memmove(&list->of[0], &list->of[1], --list->n * sizeof list->of[0]);
    list->of[list->n++] = *anchor;
    return RSP_OK;
}

/* From the newest line back: a handover to a key that counts, signed by both, makes the key before count until then. */
rsp_status rsp_anchor_trusted(const char *path, const struct rsp_site *site,
    const unsigned char id[RSP_PERSON_BYTES], struct rsp_anchor_trust *trust, struct rsp_anchor *newest,
    struct rsp_error *err)
{
    struct log list = {0};
    char text[MAX_SIGNED];
    trust->n = 1;
    memcpy(trust->of[0].key, site->public_key, RSP_PUBLIC_BYTES);
    trust->of[0].until_line = INT64_MAX;
    RSP_TRY(rsp_anchor_read(path, keep_line, &list, err));
    if (newest != NULL)
        *newest = list.newest;
    for (size_t i = list.n; i-- > 0 && trust->n < RSP_ANCHOR_MAX_KEY;) {
        const struct rsp_anchor *given = &list.of[i];
        const size_t n = handover_text(id, given, text);
        bool counts = false;
        for (size_t k = 0; k < trust->n; k++)
            counts =
                counts || (same_key(trust->of[k].key, given->to) && given->line <= trust->of[k].until_line);
        if (!counts || !rsp_signed_by(given->to, text, n, given->signature) ||
            !rsp_signed_by(given->from, text, n, given->from_signature))
            continue;
        memcpy(trust->of[trust->n].key, given->from, RSP_PUBLIC_BYTES);
        trust->of[trust->n++].until_line = given->line;
    }
    return RSP_OK;
}
