/** The anchor log: the head of the chain after every commit, signed, one line each, only ever added to.
 *
 *     anchor 1 STORE NUMBER HASH SIGNATURE
 *     handover 1 STORE NUMBER HASH FROM TO SIGNATURE_OF_FROM SIGNATURE_OF_TO
 *
 * A line pins the fact with that number and through its hash all facts before it. A handover says that the site has another
 * key from here on (rekey.c); both keys sign it, so that the new one vouches for the lines before. */
#ifndef RSP_STORE_ANCHOR_H
#define RSP_STORE_ANCHOR_H

#include "store/site.h"

struct rsp_anchor {
    int64_t line;   /* in the log, from 1 */
    int64_t number; /* of the fact; 0: the empty store */
    unsigned char hash[RSP_HASH_BYTES];
    unsigned char signature[RSP_SIGNATURE_BYTES]; /* of a handover: by `to` */
    bool hands_over;
    unsigned char from[RSP_PUBLIC_BYTES], to[RSP_PUBLIC_BYTES], from_signature[RSP_SIGNATURE_BYTES];
};

/** Whose signatures count: the site's key, and those before it up to the line on which they handed over. */
enum { RSP_ANCHOR_MAX_KEY = 64 };
struct rsp_anchor_trust {
    size_t n;
    struct {
        unsigned char key[RSP_PUBLIC_BYTES];
        int64_t until_line;
    } of[RSP_ANCHOR_MAX_KEY];
};

/** Sign and add one line, on the disk when this returns; a log that is as it was when it fails.
 * @param create  the log must not be there yet */
RSP_CHECKED rsp_status rsp_anchor_add(const char *path, bool create, const struct rsp_site *site,
    const unsigned char id[RSP_PERSON_BYTES], int64_t number, const unsigned char hash[RSP_HASH_BYTES],
    struct rsp_error *err);

/** Add the handover from one key to another, on the disk when this returns. */
RSP_CHECKED rsp_status rsp_anchor_hand_over(const char *path, const struct rsp_site *from,
    const struct rsp_site *to, const unsigned char id[RSP_PERSON_BYTES], int64_t number,
    const unsigned char hash[RSP_HASH_BYTES], struct rsp_error *err);

/** Called for each line; anchor NULL: line number `line` cannot be read. */
typedef rsp_status rsp_anchor_visit(
    void *context, int64_t line, const struct rsp_anchor *anchor, struct rsp_error *err);

/** @return RSP_E_MISSING when there is no log */
RSP_CHECKED rsp_status rsp_anchor_read(
    const char *path, rsp_anchor_visit *visit, void *context, struct rsp_error *err);

/** The keys for which the site vouches in this log, and its newest line: that with the greatest number.
 * @param newest  out: its line is 0 when the log has no readable line; may be NULL
 * @return RSP_E_MISSING when there is no log */
RSP_CHECKED rsp_status rsp_anchor_trusted(const char *path, const struct rsp_site *site,
    const unsigned char id[RSP_PERSON_BYTES], struct rsp_anchor_trust *trust, struct rsp_anchor *newest,
    struct rsp_error *err);

/** Whether this site signed the line for the store with this id. */
bool rsp_anchor_signed(const struct rsp_anchor_trust *trust, const unsigned char id[RSP_PERSON_BYTES],
    const struct rsp_anchor *anchor);

#endif
