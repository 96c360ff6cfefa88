/* Inputs: scores of instruments, timeline. */
#include "service/input_rows.h"

static const char *const languages[] = {"en", "de", NULL};

#define LANGUAGE                                                                                             \
    {                                                                                                        \
        "language", RSP_INPUT_WORD, false, 0, 0, languages, "of the texts (en)"                              \
    }
#define INSTRUMENT                                                                                           \
    {                                                                                                        \
        "instrument", RSP_INPUT_TEXT, true, 1, 40, NULL, "id of the instrument"                              \
    }
#define ANSWERS                                                                                              \
    {                                                                                                        \
        "answers", RSP_INPUT_OBJECT, false, 0, 0, NULL, "number of the item, from 1, to its value"           \
    }
#define TOTAL                                                                                                \
    {                                                                                                        \
        "total", RSP_INPUT_NUMBER, false, -1000, 1000, NULL, "of an instrument whose items are not shown"    \
    }

INPUTS(timeline) = {PATIENT,
    {"from", RSP_INPUT_DATE, false, 0, 0, NULL, "first day of the diary shown (a year ago)"},
    {"to", RSP_INPUT_DATE, false, 0, 0, NULL, "last day of the diary shown (today)"},
    {"points", RSP_INPUT_WHOLE, false, 20, 2000, NULL,
        "marks of the diary: more entries become ranges (400)"}};
INPUTS(progress) = {PATIENT};
INPUTS(record_form) = {LANGUAGE};
INPUTS(assess_preview) = {PATIENT,
    {"identity", RSP_INPUT_OBJECT, false, 0, 0, NULL, "keys changed in the draft; null removes one"},
    {"record", RSP_INPUT_OBJECT, false, 0, 0, NULL, "keys changed in the draft; null removes one"}};
INPUTS(instruments) = {LANGUAGE};
INPUTS(score_preview) = {INSTRUMENT, ANSWERS, TOTAL, LANGUAGE};
INPUTS(score_add) = {PATIENT, INSTRUMENT, ANSWERS, TOTAL,
    {"date", RSP_INPUT_DATE, false, 0, 0, NULL, "day of the answers (today)"}};
INPUTS(scores) = {PATIENT, LIMIT, AFTER, {"sort", RSP_INPUT_WORD, false, 0, 0, rsp_by_day, "order (date)"},
    {"instrument", RSP_INPUT_TEXT, false, 1, 40, NULL, "only those of this instrument"}};
INPUTS(finding_answer) = {PATIENT,
    {"finding", RSP_INPUT_WHOLE, true, 1, RSP_KIND_WHOLE_MOST, NULL, "number of the finding"},
    {"done", RSP_INPUT_TEXT, true, 10, 1000, NULL, "what was done and who was told; kept encrypted"}};
INPUTS(open_findings) = {NONE};
