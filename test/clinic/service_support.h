/** What the tests of the service share: a clinic in a file of its own, a clock that the test moves, accounts. */
#ifndef RSP_TEST_CLINIC_SERVICE_SUPPORT_H
#define RSP_TEST_CLINIC_SERVICE_SUPPORT_H

#include "store_support.h"

#include "service/clinic.h"

#define GOOD_PASSWORD "a long pass phrase"

/** One clinic; the clock stands until the test moves it. */
struct clinic {
    char path[512];
    struct rsp_service *service;
    int64_t now_s;
};

/** Somebody with a session. */
struct staff {
    char name[RSP_ACCOUNT_SIZE], token[RSP_TOKEN_SIZE], csrf[RSP_TOKEN_SIZE], secret[64];
};

void clinic_open(struct clinic *clinic, const char *name);
/** Close and open again, as a restart of the program does. */
void clinic_restart(struct clinic *clinic);
void clinic_close(struct clinic *clinic);

/** Ask at the console; fails the test when refused. Takes input over. */
json_t *console(struct clinic *clinic, enum rsp_use_case use_case, json_t *input);
/** Ask as somebody (NULL: signed out). Takes input over. @param key NULL: a new one
 * @return the refusal; *body is set when there is none and body is not NULL */
enum rsp_refusal ask(struct clinic *clinic, const struct staff *staff, enum rsp_use_case use_case,
    json_t *input, const char *key, json_t **body);
/** The same, but it must be done. */
json_t *done(struct clinic *clinic, const struct staff *staff, enum rsp_use_case use_case, json_t *input);

/** Add an account at the console. */
void add_account(struct clinic *clinic, const char *name, const char *role, struct staff *staff);
/** First and second step; the clock moves one step of the second factor before. @return the refusal */
enum rsp_refusal sign_in(struct clinic *clinic, struct staff *staff, const char *password);
/** Add and sign in. */
void hire(struct clinic *clinic, const char *name, const char *role, struct staff *staff);

/** A patient whom the staff then care for; 32 digits, static text. */
const char *new_patient(struct clinic *clinic, const struct staff *staff);

/** How many facts of the audit, counted from the newest 200, have these words (NULL: any). */
size_t audited(struct clinic *clinic, const char *who, const char *use_case, const char *outcome);

/** Fails the test unless chain, keys, anchor log and derived tables of the store are in order. */
void clinic_verify(struct clinic *clinic);

#endif
