/* How long a search for a regimen takes: one regimen, and everything that `respite optimise` does for one person. The web
 * planner depends on it. Run by `ninja bench`. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <respite/regimen.h>

#include "service/optimise.h"

enum { N_COPY = 500, N_RUN = 7 };

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void must(rsp_status status, const struct rsp_error *err)
{
    if (status != RSP_OK) {
        fprintf(stderr, "bench: %s\n", err->message);
        exit(3);
    }
}

static const char person[] =
    "id: bench\nage_y: 46\nsex: f\nweight_kg: 70\nbaseline_nrs: 7.2\ncondition: crps\nsetting: inpatient\n"
    "history: []\nallergies: []\nmedications: []\n"
    "tests: {alt_u_per_l: {value: 24, upper_limit: 40}, ast_u_per_l: {value: 22, upper_limit: 40}, "
    "alp_u_per_l: "
    "{value: 78, upper_limit: 120}, ggt_u_per_l: {value: 31, upper_limit: 55}, sbp_mmhg: 124, dbp_mmhg: 78, "
    "hr_per_min: 72, spo2_pct: 98, egfr: 90, pregnancy: negative, ecg: normal}\n";

/* Everything that a row works on. */
struct work {
    struct rsp_model *model;
    struct rsp_rulebook *book;
    struct rsp_patient *patient;
    struct rsp_regimen_question question;
    struct rsp_regimen regimen;
    struct rsp_optimise_request request;
};

static void one_regimen(struct work *w)
{
    struct rsp_regimen_value value;
    struct rsp_error err = {0};
    must(rsp_regimen_values(&w->question, 1, &w->regimen, &value, &err), &err);
}

static void whole_search(struct work *w)
{
    struct rsp_optimised *made = NULL;
    struct rsp_error err = {0};
    must(rsp_optimise(w->book, w->patient, &w->request, &made, &err), &err);
    rsp_optimised_free(made);
}

static void row(const char *name, void (*work)(struct work *), struct work *w, double goal_s)
{
    double best_s = INFINITY;
    work(w);
    for (int i = 0; i < N_RUN; i++) {
        const double start = now_s();
        work(w);
        best_s = fmin(best_s, now_s() - start);
    }
    printf("%-58s %8.1f ms   goal: under %.0f ms\n", name, 1e3 * best_s, 1e3 * goal_s);
}

/* The draws that a diary would leave: parameters of 500 copies, as the engine takes them. */
static double *draws_of(struct work *w, struct rsp_person_draws *draws)
{
    static const double weight_kg = 70;
    const double *column[16] = {&weight_kg};
    const size_t stride[16] = {0};
    const struct rsp_people people = {.n = N_COPY, .covariate = column, .stride = stride};
    const struct rsp_simulate_options options = {.seed = 3,
        .variability = true,
        .uncertainty = RSP_UNCERTAINTY_PERSON,
        .response_class = RSP_CLASS_RESPONSE};
    struct rsp_error err = {0};
    double *parameter = malloc(N_COPY * rsp_model_n_parameter(w->model) * sizeof *parameter);
    if (parameter == NULL)
        exit(3);
    must(rsp_simulate_parameters(w->model, &people, &options, parameter, &err), &err);
    *draws = (struct rsp_person_draws){.n = N_COPY, .parameter = parameter, .response_probability = 0.8};
    return parameter;
}

int main(void)
{
    static const double covariate[16] = {
        70, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    static const struct rsp_placebo_course placebo = {-1.451, 1.943, 27.7, 0.594};
    struct rsp_dose dose[16];
    struct rsp_dose_text text;
    struct rsp_error err = {0};
    struct rsp_date today = {0};
    struct rsp_person_draws draws;
    struct work w = {.regimen = {.dose = dose}};

    must(rsp_date_parse("2026-11-22", &today, &err), &err);
    must(rsp_model_shipped("otto2021+dahan2011", &w.model, &err), &err);
    must(rsp_rulebook_shipped(&w.book, &err), &err);
    must(rsp_patient_parse(person, strlen(person), "bench", today, false, &w.patient, &err), &err);
    must(rsp_dose_text_parse("0.35 mg/kg/h esketamine iv for 4 h every 1 d x10", &text, &err), &err);
    must(rsp_dose_text_expand(&text, 70, 16, dose, &w.regimen.n_dose, &err), &err);
    double *parameter = draws_of(&w, &draws);
    const struct rsp_plan_options options = {.seed = 1,
        .n_subject = N_COPY,
        .horizon_d = 180,
        .baseline_nrs = 7.2,
        .n_thread = 2,
        .draws = &draws};
    w.question = (struct rsp_regimen_question){.model = w.model,
        .covariate = covariate,
        .options = &options,
        .placebo = &placebo,
        .goal_relief_frac = NAN};
    w.request = (struct rsp_optimise_request){
        .today = today, .start = today, .n_subject = N_COPY, .seed = 1, .n_thread = 2, .horizon_d = 180};
    printf("Regimens, 500 copies, 180 days, 2 threads, best of %d\n", N_RUN);
    row("one regimen of ten infusions, copies from a posterior", one_regimen, &w, 0.1);
    w.question.direct = true;
    row("  the same by integration instead of adding", one_regimen, &w, 0.1);
    row("the whole search (crps, 80 candidates), population", whole_search, &w, 2);
    w.request.draws = &draws;
    row("the whole search, copies from a posterior", whole_search, &w, 2);
    free(parameter);
    rsp_patient_free(w.patient);
    rsp_rulebook_free(w.book);
    rsp_model_free(w.model);
    return 0;
}
