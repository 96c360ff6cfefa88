/* Inputs: sessions, accounts, audit. */
#include "service/input_rows.h"

const char *const rsp_by_number[] = {"number", "-number", NULL};
const char *const rsp_by_name[] = {"name", "-name", NULL};
const char *const rsp_by_time[] = {"at", "-at", NULL};
const char *const rsp_by_day[] = {"date", "-date", NULL};

INPUTS(sign_in) = {NAME, PASSWORD};
INPUTS(sign_in_code) = {
    {"ticket", RSP_INPUT_SECRET, true, 64, 64, NULL, "the ticket that the first step gave"}, CODE};
INPUTS(sign_in_demo) = {NONE};
INPUTS(confirm) = {PASSWORD, CODE};
INPUTS(sign_out) = {NONE};
INPUTS(sign_out_everywhere) = {NONE};
INPUTS(me) = {NONE};
INPUTS(password_change) = {
    {"password", RSP_INPUT_SECRET, true, 1, 200, NULL, "the password so far"},
    {"new_password", RSP_INPUT_SECRET, true, 12, 128, NULL, "the new password"},
};
INPUTS(user_add) = {
    NAME,
    {"roles", RSP_INPUT_TEXTS, true, 1, 5, NULL, "physician, nurse, therapist, researcher"},
    {"password", RSP_INPUT_SECRET, true, 12, 128, NULL, "first password, to be changed at the first sign-in"},
};
INPUTS(user_disable) = {NAME, {"why", RSP_INPUT_TEXT, true, 3, 300, NULL, "reason"}};
INPUTS(user_reset) = {
    NAME,
    {"password", RSP_INPUT_SECRET, true, 12, 128, NULL, "new password, to be changed at the next sign-in"},
    {"why", RSP_INPUT_TEXT, true, 3, 300, NULL, "reason"},
};
INPUTS(users) = {LIMIT, AFTER, {"sort", RSP_INPUT_WORD, false, 0, 0, rsp_by_name, "order (name)"}};
INPUTS(store_state) = {NONE};
INPUTS(store_check) = {NONE};
INPUTS(backup_make) = {NONE};
INPUTS(audit) = {LIMIT, AFTER, {"sort", RSP_INPUT_WORD, false, 0, 0, rsp_by_number, "order (-number)"}};
