/** One advice for a patient written as YAML text. */
#ifndef RSP_TEST_CLINIC_ADVISE_SUPPORT_H
#define RSP_TEST_CLINIC_ADVISE_SUPPORT_H

#include "service/advise.h"

/** A woman of 46 y, 70 kg, with everything that the rules ask for; `more` is added, a line a key. */
extern const char advise_person[];

struct advised {
    struct rsp_rulebook *book;
    struct rsp_patient *patient;
    struct rsp_advice *advice; /* NULL when refused */
    rsp_status status;
    struct rsp_error err;
};

/** @param person   complete YAML text
 * @param dose      one dose text, or NULL for the default protocol
 * @param confirm   the dose typed again, or NULL */
void advise_text(struct advised *a, const char *person, const char *dose, const char *confirm);
/** advise_person with a condition. Fails the test when refused. */
void advise_condition(struct advised *a, const char *condition, const char *dose);
void advise_free(struct advised *a);
/** The advice rests on an assumption of this name. */
bool advise_assumes(const struct rsp_advice *advice, const char *name);
bool advise_uses_model(const struct rsp_advice *advice, const char *id);

#endif
