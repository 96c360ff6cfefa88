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
    MAX_SIGNED = 160,
    MAX_LINE = MAX_SIGNED + SIGNATURE_HEX + 2
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

bool rsp_anchor_signed(
    const struct rsp_site *site, const unsigned char id[RSP_PERSON_BYTES], const struct rsp_anchor *anchor)
{
    char text[MAX_SIGNED];
    const size_t n = signed_text(id, anchor->number, anchor->hash, text);
    return rsp_site_signed(site, text, n, anchor->signature);
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

rsp_status rsp_anchor_add(const char *path, bool create, const struct rsp_site *site,
    const unsigned char id[RSP_PERSON_BYTES], int64_t number, const unsigned char hash[RSP_HASH_BYTES],
    struct rsp_error *err)
{
    char text[MAX_LINE];
    unsigned char signature[RSP_SIGNATURE_BYTES];

    size_t n = signed_text(id, number, hash, text);
    rsp_site_sign(site, text, n, signature);
    text[n++] = ' ';
    (void)sodium_bin2hex(text + n, sizeof text - n, signature, sizeof signature);
    n += SIGNATURE_HEX - 1;
    text[n++] = '\n';

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

static bool read_line(const char *line, struct rsp_anchor *anchor)
{
    char id_hex[ID_HEX], number[20], hash_hex[RSP_HASH_HEX], signature_hex[SIGNATURE_HEX];
    int end = 0;
    size_t n = 0;
    const int found = sscanf(line, "anchor 1 %32[0-9a-f] %18[0-9] %64[0-9a-f] %128[0-9a-f]\n%n", id_hex,
        number, hash_hex, signature_hex, &end);
    if (found != 4 || line[end] != '\0' || line[end - 1] != '\n')
        return false;
    anchor->number = strtoll(number, NULL, 10);
    return sodium_hex2bin(anchor->hash, sizeof anchor->hash, hash_hex, strlen(hash_hex), NULL, &n, NULL) ==
               0 &&
           n == sizeof anchor->hash &&
           sodium_hex2bin(anchor->signature, sizeof anchor->signature, signature_hex, strlen(signature_hex),
               NULL, &n, NULL) == 0 &&
           n == sizeof anchor->signature;
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

static rsp_status keep_newest(
    void *context, int64_t line, const struct rsp_anchor *anchor, struct rsp_error *err)
{
    struct rsp_anchor *newest = context;
    (void)line;
    (void)err;
    if (anchor != NULL && (newest->line == 0 || anchor->number >= newest->number))
        *newest = *anchor;
    return RSP_OK;
}

rsp_status rsp_anchor_newest(const char *path, struct rsp_anchor *newest, struct rsp_error *err)
{
    struct rsp_anchor found = {0};
    RSP_TRY(rsp_anchor_read(path, keep_newest, &found, err));
    *newest = found;
    return RSP_OK;
}
