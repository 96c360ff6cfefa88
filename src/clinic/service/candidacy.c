/* Whether this person is a candidate: the rules speak, this file keeps what they said. */
#include <stdio.h>
#include <string.h>

#include "service/advising.h"

static void note_fact(struct rsp_advice *advice, const char *fact, size_t length)
{
    const size_t most = sizeof *advice->missing - 1;
    const int shown = (int)(length < most ? length : most);
    for (size_t i = 0; i < advice->n_missing; i++)
        if (strncmp(advice->missing[i], fact, (size_t)shown) == 0 && advice->missing[i][shown] == '\0')
            return;
    if (advice->n_missing < sizeof advice->missing / sizeof *advice->missing)
        snprintf(advice->missing[advice->n_missing++], sizeof *advice->missing, "%.*s", shown, fact);
}

/* One finding may lack several facts, "; " between; each is asked for once. */
static void note_missing(struct rsp_advice *advice, const char *facts)
{
    while (*facts != '\0') {
        const size_t length = strcspn(facts, ";");
        note_fact(advice, facts, length);
        facts += length;
        facts += strspn(facts, "; ");
    }
}

/* The consensus grade of the condition comes as an information finding of the area "evidence". */
static void note_grade(struct rsp_advice *advice, const struct rsp_rule *rule)
{
    if (rule->grade == NULL || *rule->grade == '\0' || *advice->evidence_grade != '\0' ||
        strcmp(rule->area, "evidence") != 0)
        return;
    snprintf(advice->evidence_grade, sizeof advice->evidence_grade, "%s", rule->grade);
    snprintf(advice->evidence_grade_source, sizeof advice->evidence_grade_source, "%s", rule->source);
}

rsp_status rsp_advise_candidacy(struct rsp_advising *a, struct rsp_error *err)
{
    struct rsp_advice *advice = a->advice;
    RSP_TRY(rsp_rules_assess(a->book, a->patient, a->request->today, &advice->candidacy, &advice->finding,
        &advice->n_finding, err));
    for (size_t i = 0; i < advice->n_finding; i++) {
        const struct rsp_finding *finding = &advice->finding[i];
        if (finding->truth == RSP_UNKNOWN && *finding->missing != '\0')
            note_missing(advice, finding->missing);
        note_grade(advice, finding->rule);
    }
    return RSP_OK;
}
