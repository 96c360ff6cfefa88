/** Accounts as they stand in the store. */
#ifndef RSP_CLINIC_SERVICE_ACCOUNTS_H
#define RSP_CLINIC_SERVICE_ACCOUNTS_H

#include "service/clinic.h"
#include "service/otp.h"
#include "service/secret.h"

struct rsp_account {
    struct rsp_person_id person;
    int64_t fact; /* the current word about it */
    char name[RSP_ACCOUNT_SIZE];
    unsigned roles;
    bool disabled, must_change;
    char password[RSP_PASSWORD_SIZE];        /* hash */
    char second_factor[RSP_OTP_SECRET_SIZE]; /* base 32 */
};

/** Account by name, in the open transaction. @param found  out: whether there is one; account is untouched when not */
RSP_CHECKED rsp_status rsp_account_find(struct rsp_store *store, const char *name, bool *found,
    struct rsp_account *account, struct rsp_error *err);
/** Account by person. */
RSP_CHECKED rsp_status rsp_account_read(struct rsp_store *store, const struct rsp_person_id *person,
    bool *found, struct rsp_account *account, struct rsp_error *err);
/** Its body as a fact; NULL without memory. */
json_t *rsp_account_body(const struct rsp_account *account);
/** Last step of time whose code was used; -1 when there is none. */
RSP_CHECKED rsp_status rsp_account_last_step(
    struct rsp_store *store, const struct rsp_person_id *person, int64_t *step, struct rsp_error *err);

#endif
