/** Sessions that are under way, found without reading every fact of the clinic each time.
 *
 * What is remembered are facts; a new one is read once. Everything else about a session is read from its facts. */
#ifndef RSP_CLINIC_SERVICE_WARD_H
#define RSP_CLINIC_SERVICE_WARD_H

#include "service/call.h"

enum {
    RSP_WARD_MOST = 200,
    RSP_WARD_FORGOTTEN_D = 30, /* nothing is left of a drug, and nobody wrote that the patient went home */
};

struct rsp_ward;

/** A session of which a value was taken, a device bound or a drug given, and that is not over. */
struct rsp_ward_bed {
    struct rsp_person_id person;
    int64_t order;
    int64_t over;   /* fact of the event that ended it; 0 */
    int64_t seen_s; /* of its newest fact */
    char foretold
        [RSP_DIGEST_SIZE]; /* inputs of the forecast that was shown last; "": none since the program began */
};

/** NULL without memory. Caller frees with rsp_ward_free. */
struct rsp_ward *rsp_ward_new(void);
void rsp_ward_free(struct rsp_ward *ward);

/** Whether the calling account looked at this session within the last ten minutes; remembers that it did. */
bool rsp_ward_seen(struct rsp_call *call, int64_t order);

/** Whether the last forecast that was shown of this session was made of these inputs (their digest); remembers them. */
bool rsp_ward_foretold(struct rsp_call *call, int64_t order, const char *inputs);

/** Sessions that are under way, oldest first, in the open transaction; not those of which nothing was written for
 * RSP_WARD_FORGOTTEN_D days, and of more than RSP_WARD_MOST those of which something was written last: sessions that
 * nobody ended keep nobody from watching those of now.
 * @param bed out: room for RSP_WARD_MOST */
RSP_CHECKED rsp_status rsp_ward_open(struct rsp_call *call, struct rsp_ward_bed bed[], size_t *n);

#endif
