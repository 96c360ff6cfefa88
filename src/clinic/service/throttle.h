/** Counts failed attempts to sign in, and says who has to wait. In memory: a restart forgets. */
#ifndef RSP_CLINIC_SERVICE_THROTTLE_H
#define RSP_CLINIC_SERVICE_THROTTLE_H

#include <stdint.h>

/* An attempt is counted for the account from this address, for the account from anywhere, and for the address:
 * somebody who guesses is stopped soon, and does not soon lock out the holder, who comes from elsewhere. */
enum {
    RSP_ATTEMPTS_PAIR = 5,
    RSP_ATTEMPTS_ACCOUNT = 30,
    RSP_ATTEMPTS_ADDRESS = 30,
    RSP_ATTEMPTS_WINDOW_S = 15 * 60, /* from the last failure */
};

struct rsp_throttle;
struct rsp_throttle *rsp_throttle_new(void); /* NULL without memory; caller frees with rsp_throttle_free */
void rsp_throttle_free(struct rsp_throttle *throttle);

/* `account` is NULL where nobody's account is tried: only the address counts then. */

/** Seconds until this account may be tried from this address; 0 now. */
long rsp_throttle_wait_s(
    const struct rsp_throttle *throttle, const char *account, const char *address, int64_t now_s);
void rsp_throttle_failed(
    struct rsp_throttle *throttle, const char *account, const char *address, int64_t now_s);
/** The holder signed in: what was counted for the account from this address is forgotten. */
void rsp_throttle_succeeded(struct rsp_throttle *throttle, const char *account, const char *address);

#endif
