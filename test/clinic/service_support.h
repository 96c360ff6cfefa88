/** What the tests of the service share: a clinic in a file of its own, a clock that the test moves, accounts. */
#ifndef RSP_TEST_CLINIC_SERVICE_SUPPORT_H
#define RSP_TEST_CLINIC_SERVICE_SUPPORT_H

#include "store_support.h"

#include "service/call.h"
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

#define RSP_TEST_ZONE "Europe/Zurich"
/** The moment of the clinic's clock. */
struct rsp_stamp clinic_stamp(const struct clinic *clinic);

void clinic_open(struct clinic *clinic, const char *name);
/** The same at another moment than 2026-11-29. @param now_s  Unix s */
void clinic_open_at(struct clinic *clinic, const char *name, int64_t now_s);
/** Add a fact to the store behind the service's back, as damage or another version of the rules would; then restart.
 * @param body  JSON text @return its number */
int64_t clinic_put_fact(struct clinic *clinic, const char *kind, int64_t supersedes, const char *body);
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

/** A call of nobody about a patient in an open transaction, for functions below the use cases. */
struct below {
    struct rsp_call call;
    struct rsp_caller caller;
    struct rsp_error err;
};
/** @param patient  32 digits, or NULL */
void below_open(struct below *below, struct clinic *clinic, const char *patient);
void below_close(struct below *below);

/** How many facts of the audit, counted from the newest 200, have these words (NULL: any). */
size_t audited(struct clinic *clinic, const char *who, const char *use_case, const char *outcome);

/** Fails the test unless chain, keys, anchor log and derived tables of the store are in order. */
void clinic_verify(struct clinic *clinic);

#endif
