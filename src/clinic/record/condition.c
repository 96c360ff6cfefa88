#include "record/patient.h"

static const char *const words[] = {
#define RSP_X(name, word, text) word,
    RSP_CONDITION_LIST(RSP_X)
#undef RSP_X
};

static const char *const texts[] = {
#define RSP_X(name, word, text) text,
    RSP_CONDITION_LIST(RSP_X)
#undef RSP_X
};

const char *rsp_condition_word(enum rsp_condition condition)
{
    return (int)condition >= 0 && condition < RSP_N_CONDITION ? words[condition] : "?";
}

const char *rsp_condition_text(enum rsp_condition condition)
{
    return (int)condition >= 0 && condition < RSP_N_CONDITION ? texts[condition] : "?";
}

bool rsp_condition_acute(enum rsp_condition condition)
{
    return condition == RSP_CONDITION_POSTOPERATIVE || condition == RSP_CONDITION_ACUTE_TRAUMA ||
           condition == RSP_CONDITION_PROCEDURAL || condition == RSP_CONDITION_OPIOID_TOLERANT_ACUTE;
}
