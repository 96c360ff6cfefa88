/* What calculates for long ends soon after another thread says that nobody waits any more. */
#include "../base/suite.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <respite/diary.h>

#include "advise_support.h"
#include "base/cancel.h"
#include "service/optimise.h"

/* Each calculation here takes several times as long when nobody ends it; a sanitizer slows all of them alike. */
enum { RAISE_AFTER_MS = 40, MS_A_SECOND = 1000, NS_A_MS = 1000000 };
#ifdef __SANITIZE_ADDRESS__
enum { SOON_MS = 5000 };
#else
enum { SOON_MS = 500 };
#endif

static const double covariate[16] = {
    70, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};

struct flag {
    int cancelled;
    pthread_t thread;
    double raised_ms;
};

/* Of the processor, so that a busy machine fails no test. */
static double now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * MS_A_SECOND + (double)now.tv_nsec / NS_A_MS;
}

static void *raise_later(void *context)
{
    struct flag *flag = context;
    const struct timespec wait = {0, (long)RAISE_AFTER_MS * NS_A_MS};
    (void)nanosleep(&wait, NULL);
    flag->raised_ms = now_ms();
    rsp_cancel(&flag->cancelled);
    return NULL;
}

static void start(struct flag *flag)
{
    *flag = (struct flag){0};
    ck_assert_int_eq(pthread_create(&flag->thread, NULL, raise_later, flag), 0);
}

static void ended(struct flag *flag, rsp_status status, const struct rsp_error *err)
{
    const double end_ms = now_ms();
    ck_assert_int_eq(pthread_join(flag->thread, NULL), 0);
    ck_assert_msg(status == RSP_E_CANCELLED, "%s: %s", rsp_status_name(status), err->message);
    ck_assert_msg(end_ms >= flag->raised_ms, "it ended before it was told to");
    ck_assert_msg(end_ms - flag->raised_ms < SOON_MS, "it went on for %.0f ms", end_ms - flag->raised_ms);
}

/* Doses at uneven times: each needs a step of its own. */
START_TEST(a_simulation_ends_when_nobody_waits)
{
    enum { N_PERSON = 100000, N_TIME = 20, N_DOSE = 5000 };
    struct rsp_model *model = NULL;
    struct rsp_error err = {0};
    struct flag flag;
    static double time_h[N_TIME];
    static struct rsp_dose dose[N_DOSE];
    double *out = malloc((size_t)N_PERSON * N_TIME * sizeof *out);
    ck_assert_int_eq(rsp_model_shipped("otto2021", &model, &err), RSP_OK);
    for (int i = 0; i < N_TIME; i++)
        time_h[i] = 50.0 * i * i;
    for (int i = 0; i < N_DOSE; i++)
        dose[i] = (struct rsp_dose){.drug = RSP_DRUG_ESKETAMINE,
            .route = RSP_ROUTE_IV,
            .start_h = 0.001 * i * i,
            .amount_mg = 20,
            .state = -1};
    const double *column[16] = {&covariate[0]};
    const size_t stride[16] = {0};
    const struct rsp_people people = {.n = N_PERSON, .covariate = column, .stride = stride};
    const struct rsp_schedule schedule = {.n_dose = N_DOSE, .dose = dose, .n_time = N_TIME, .time_h = time_h};
    const int output = 0;
    for (int n_thread = 1; n_thread <= 2; n_thread++) {
        const struct rsp_simulate_options options = {
            .variability = true, .n_thread = n_thread, .cancelled = &flag.cancelled};
        start(&flag);
        const rsp_status status = rsp_simulate(model, &people, &schedule, 1, &output, &options, out, &err);
        ended(&flag, status, &err);
    }
    free(out);
    rsp_model_free(model);
}
END_TEST

START_TEST(a_diary_s_fit_ends_when_nobody_waits)
{
    enum { N_ENTRY = 200 };
    static const struct rsp_dose dose = {.drug = RSP_DRUG_ESKETAMINE,
        .route = RSP_ROUTE_IV,
        .amount_mg = 2220,
        .duration_h = 100,
        .state = -1};
    const struct rsp_extra_variability extra[] = {{"c50", 0.5}, {"t_half", 0.5}};
    static struct rsp_diary_entry entry[N_ENTRY];
    struct rsp_model *model = NULL;
    struct rsp_diary_fit *fit = NULL;
    struct rsp_error err = {0};
    struct flag flag;
    for (int i = 0; i < N_ENTRY; i++)
        entry[i] = (struct rsp_diary_entry){.time_d = i - 10, .pain_nrs = i < 10 ? 8 : i < 60 ? 3 : 7};
    const struct rsp_diary diary = {.n = N_ENTRY, .entry = entry};
    ck_assert_int_eq(rsp_model_shipped("otto2021+dahan2011", &model, &err), RSP_OK);
    const struct rsp_diary_question question = {
        .model = model, .covariate = covariate, .n_dose = 1, .dose = &dose};
    const struct rsp_diary_options options = {.n_particle = 16384,
        .n_draw = 64,
        .n_thread = 1,
        .n_extra = 2,
        .extra = extra,
        .cancelled = &flag.cancelled};
    start(&flag);
    ended(&flag, rsp_diary_fit_new(&question, &options, &diary, &fit, &err), &err);
    ck_assert_ptr_null(fit);
    rsp_model_free(model);
}
END_TEST

/* Thousands of nasal doses for the most copies that a plan may have. */
START_TEST(an_advice_ends_when_nobody_waits)
{
    struct advised a;
    struct flag flag;
    char person[2000];
    static const char *const dose[] = {"56 mg esketamine nasal every 25.3 h x600",
        "56 mg esketamine nasal at 20 min every 25.3 h x600",
        "56 mg esketamine nasal at 40 min every 25.3 h x600"};
    (void)snprintf(person, sizeof person, "%scondition: crps\n", advise_person);
    advise_text(&a, person, NULL, NULL);
    ck_assert_int_eq(a.status, RSP_OK);
    rsp_advice_free(a.advice);
    a.advice = NULL;
    struct rsp_advise_request request = {.n_dose = 3, .dose = dose, .n_subject = 20000, .n_thread = 1};
    ck_assert_int_eq(rsp_date_parse("2026-11-22", &request.today, NULL), RSP_OK);
    request.start = request.today;
    request.cancelled = &flag.cancelled;
    start(&flag);
    ended(&flag, rsp_advise(a.book, a.patient, &request, &a.advice, &a.err), &a.err);
    ck_assert_ptr_null(a.advice);
    advise_free(&a);
}
END_TEST

START_TEST(a_search_ends_when_nobody_waits)
{
    struct advised a;
    struct flag flag;
    struct rsp_optimised *made = NULL;
    char person[2000];
    (void)snprintf(person, sizeof person, "%scondition: crps\n", advise_person);
    advise_text(&a, person, NULL, NULL);
    struct rsp_optimise_request request = {.n_subject = 10000, .n_thread = 1, .cancelled = &flag.cancelled};
    ck_assert_int_eq(rsp_date_parse("2026-11-22", &request.today, NULL), RSP_OK);
    request.start = request.today;
    start(&flag);
    ended(&flag, rsp_optimise(a.book, a.patient, &request, &made, &a.err), &a.err);
    ck_assert_ptr_null(made);
    advise_free(&a);
}
END_TEST

START_TEST(a_flag_that_nobody_raises_changes_no_number)
{
    struct advised a;
    struct rsp_advice *again = NULL;
    const int never = 0;
    advise_condition(&a, "crps", "22.2 mg/h esketamine iv for 100 h");
    const char *dose = "22.2 mg/h esketamine iv for 100 h";
    struct rsp_advise_request request = {
        .n_dose = 1, .dose = &dose, .seed = 1, .n_thread = 1, .cancelled = &never};
    ck_assert_int_eq(rsp_date_parse("2026-11-22", &request.today, NULL), RSP_OK);
    request.start.day = request.today.day + 7;
    ck_assert_int_eq(rsp_advise(a.book, a.patient, &request, &again, NULL), RSP_OK);
    ck_assert_double_eq(again->relief.relief_days_30.p95, a.advice->relief.relief_days_30.p95);
    ck_assert_double_eq(again->level.peak.p50, a.advice->level.peak.p50);
    rsp_advice_free(again);
    advise_free(&a);
}
END_TEST

RUN_TESTS("cancel", a_simulation_ends_when_nobody_waits, a_diary_s_fit_ends_when_nobody_waits,
    an_advice_ends_when_nobody_waits, a_search_ends_when_nobody_waits,
    a_flag_that_nobody_raises_changes_no_number)
