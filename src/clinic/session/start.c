#include "session/start.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

static const double S_PER_H = 3600, S_PER_MIN = 60;

static const char *const gate_ids[RSP_N_START] = {
#define RSP_X(name, text) [name] = (text),
    RSP_START_LIST(RSP_X)
#undef RSP_X
};

struct judging {
    const struct rsp_starting *starting;
    const struct rsp_start_input *input;
    struct rsp_start *out;
};

static void say(struct judging *j, enum rsp_start_id id, enum rsp_truth truth, const char *fmt, ...)
    RSP_PRINTF(4, 5);

static void say(struct judging *j, enum rsp_start_id id, enum rsp_truth truth, const char *fmt, ...)
{
    va_list arguments;
    va_start(arguments, fmt);
    (void)vsnprintf(j->out->gate[id].why, sizeof j->out->gate[id].why, fmt, arguments);
    va_end(arguments);
    j->out->gate[id].truth = truth;
    j->out->gate[id].skipped = truth == RSP_UNKNOWN && j->input->emergency;
}

static void judge_pressure(struct judging *j)
{
    const struct rsp_start_input *input = j->input;
    if (isnan(input->sbp_mmhg) || isnan(input->dbp_mmhg))
        say(j, RSP_START_PRESSURE, RSP_UNKNOWN,
            "no usable blood pressure of the last minutes: measure it before the start");
    else if (input->sbp_mmhg > input->sbp_limit_mmhg || input->dbp_mmhg > input->dbp_limit_mmhg)
        say(j, RSP_START_PRESSURE, RSP_FALSE, "%.0f/%.0f mmHg is above the signed limit of %.0f/%.0f mmHg",
            input->sbp_mmhg, input->dbp_mmhg, input->sbp_limit_mmhg, input->dbp_limit_mmhg);
    else if (input->pressure.truth != RSP_FALSE)
        say(j, RSP_START_PRESSURE, input->pressure.truth == RSP_TRUE ? RSP_FALSE : RSP_UNKNOWN, "%s",
            input->pressure.text);
}

static void judge_pregnancy(struct judging *j)
{
    const struct rsp_start_finding *found = &j->input->pregnancy;
    if (found->truth != RSP_FALSE)
        say(j, RSP_START_PREGNANCY, found->truth == RSP_TRUE ? RSP_FALSE : RSP_UNKNOWN, "%s", found->text);
}

/* @return minutes that are still to pass; 0 or less: none */
static double short_min(const struct judging *j, double since_s, double least_h)
{
    return ceil((since_s + least_h * S_PER_H - j->input->at_s) / S_PER_MIN);
}

static void judge_fasting(struct judging *j)
{
    const struct rsp_start_input *input = j->input;
    const double food_min = short_min(j, input->ate_s, j->starting->food_h),
                 clear_min = short_min(j, input->drank_s, j->starting->clear_h);
    if (food_min > 0)
        say(j, RSP_START_FASTING, RSP_FALSE, "%.0f min more: %.3g h after food are expected", food_min,
            j->starting->food_h);
    else if (clear_min > 0)
        say(j, RSP_START_FASTING, RSP_FALSE, "%.0f min more: %.3g h after a clear liquid are expected",
            clear_min, j->starting->clear_h);
    else if (isnan(input->ate_s) || isnan(input->drank_s))
        say(j, RSP_START_FASTING, RSP_UNKNOWN,
            "ask when the person last ate, and when they last drank a clear liquid");
}

static void judge_words(struct judging *j)
{
    const char *name = j->input->escort;
    while (name != NULL && *name == ' ')
        name++;
    if (name == NULL || *name == '\0')
        say(j, RSP_START_ESCORT, RSP_UNKNOWN, "name the adult who takes the person home");
    if (j->input->score != NULL)
        say(j, RSP_START_SCORE, RSP_FALSE, "nobody has answered what a score found: %s", j->input->score);
}

static rsp_status find_rules(struct judging *j, struct rsp_error *err)
{
    for (int i = 0; i < RSP_N_START; i++) {
        const struct rsp_start_rule *rule =
            j->starting != NULL ? rsp_starting_gate(j->starting, gate_ids[i]) : NULL;
        if (rule == NULL)
            return rsp_error_set(
                err, RSP_E_MISSING, "starting", "the rules have no gate '%s' before the start", gate_ids[i]);
        j->out->gate[i].rule = rule;
        j->out->gate[i].truth = RSP_TRUE;
        j->out->gate[i].applies = !rule->outpatient || j->input->outpatient;
    }
    return RSP_OK;
}

rsp_status rsp_start_judge(const struct rsp_starting *starting, const struct rsp_start_input *input,
    struct rsp_start *start, struct rsp_error *err)
{
    struct rsp_start made = {0};
    struct judging j = {.starting = starting, .input = input, .out = &made};
    RSP_TRY(find_rules(&j, err));
    judge_pressure(&j);
    judge_pregnancy(&j);
    judge_fasting(&j);
    judge_words(&j);
    *start = made;
    return RSP_OK;
}
