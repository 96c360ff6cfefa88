/** A clinic that is made up, and says so: what a demonstration may and a real clinic must not.
 *
 * The first fact of such a store has the kind "demo"; no other store can come to have one. Only there may a session begin
 * without a password and may codes of the second factor be read; both for accounts that the demonstration made itself.
 */
#ifndef RSP_CLINIC_SERVICE_DEMO_H
#define RSP_CLINIC_SERVICE_DEMO_H

#include "service/clinic.h"

enum { RSP_DEMO_PASSWORD_SIZE = 65 };

/** Origin of facts that the demonstration made. */
#define RSP_DEMO_ORIGIN "demo"

/** Mark a store without any fact as a demonstration. @param password  of all its accounts; copied at once
 * @return RSP_E_MISMATCH when the store has facts */
RSP_CHECKED rsp_status rsp_service_demo_begin(struct rsp_service *service, int64_t seed, const char *password,
    const struct rsp_stamp *when, struct rsp_error *err);
/** The filling is over: see rsp_store_settle. */
RSP_CHECKED rsp_status rsp_service_demo_end(struct rsp_service *service, struct rsp_error *err);

/** Whether the store is a demonstration. */
bool rsp_service_demo(const struct rsp_service *service);
/** Read whether it is one. For rsp_service_open. */
RSP_CHECKED rsp_status rsp_service_demo_find(struct rsp_service *service, struct rsp_error *err);

/** Begin a session as an account of the demonstration, as if password and code had been given.
 * @param token  out
 * @return RSP_E_DENIED when the store is none; RSP_E_UNKNOWN when the demonstration made no such account */
RSP_CHECKED rsp_status rsp_service_demo_session(struct rsp_service *service, const char *account,
    const struct rsp_stamp *when, char token[RSP_TOKEN_SIZE], struct rsp_error *err);

/** Its accounts: [{name, role, password, totp_secret, code, code_s}]: a code that was not used, and for how long.
 * @param now_s  seconds since 1970
 * @param users  out: caller frees with json_decref
 * @return RSP_E_DENIED when the store is none */
RSP_CHECKED rsp_status rsp_service_demo_users(
    struct rsp_service *service, int64_t now_s, json_t **users, struct rsp_error *err);

/** What the session to which a device is bound gave so far and is expected to bring, for a simulator to follow:
 * {asked_s, rate_ml_per_h, given_ml, forecast}, the forecast as a look at the session has it, null while there is none.
 * @param course  out: NULL while the device is bound to no session; caller frees with json_decref
 * @return RSP_E_DENIED when the store is no demonstration */
RSP_CHECKED rsp_status rsp_service_demo_course(struct rsp_service *service, const char *device,
    const struct rsp_stamp *when, json_t **course, struct rsp_error *err);

#endif
