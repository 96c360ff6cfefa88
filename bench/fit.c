/* How fast individual fits are, beside other programs. Run by `ninja bench`.
 *
 * The case: two compartments, two infusions, six levels, three random effects, proportional error. The peers'
 * figures were measured on another processor (AMD Zen 4), each on this very case and with the same etas; read the
 * ratios as orders of magnitude. CPU time wanders less than the clock on a machine that others use too. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <respite/fit.h>

enum { N_PEOPLE = 10000, N_RUN = 15, N_LEVEL = 6, N_SINGLE = 2000 };

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void must(rsp_status status, const struct rsp_error *err)
{
    if (status == RSP_OK)
        return;
    fprintf(stderr, "bench: %s\n", err->message);
    exit(1);
}

struct job {
    struct rsp_model *model;
    struct rsp_dose dose[2];
    struct rsp_fit_observation level[N_LEVEL];
    struct rsp_fit_person *person;
    struct rsp_fit_result *result;
    size_t n;
    struct rsp_fit_options options;
};

static struct rsp_model *read_model(void)
{
    static char text[1 << 14];
    struct rsp_model *model = NULL;
    struct rsp_error err = {0};
    FILE *file = fopen(BENCH_MODEL, "rb");
    if (file == NULL) {
        fprintf(stderr, "bench: no file %s\n", BENCH_MODEL);
        exit(1);
    }
    const size_t length = fread(text, 1, sizeof text, file);
    fclose(file);
    must(rsp_model_parse(text, length, BENCH_MODEL, &model, &err), &err);
    return model;
}

static void set_up(struct job *job)
{
    static const double time_h[N_LEVEL] = {1.1, 2, 4, 8, 24, 30},
                        mg_per_l[N_LEVEL] = {24, 18.5, 13.1, 8.2, 2.9, 9.9};
    memset(job, 0, sizeof *job);
    job->model = read_model();
    for (int d = 0; d < 2; d++)
        job->dose[d] = (struct rsp_dose){.start_h = 24.0 * d,
            .duration_h = 1,
            .amount_mg = 1000,
            .drug = RSP_DRUG_ESKETAMINE,
            .route = RSP_ROUTE_IV,
            .state = -1};
    for (int i = 0; i < N_LEVEL; i++)
        job->level[i] = (struct rsp_fit_observation){
            .time_h = time_h[i], .value = mg_per_l[i] * RSP_NG_PER_ML_FROM_MG_PER_L, .stretch = -1};
    job->person = calloc(N_PEOPLE, sizeof *job->person);
    job->result = calloc(N_PEOPLE, sizeof *job->result);
    if (job->person == NULL || job->result == NULL)
        exit(1);
    for (size_t i = 0; i < N_PEOPLE; i++)
        job->person[i] = (struct rsp_fit_person){
            .n_dose = 2, .dose = job->dose, .n_observation = N_LEVEL, .observation = job->level};
}

/* All people in one call; or each in a call of its own. */
static void run(struct job *job, bool one_by_one)
{
    struct rsp_error err = {0};
    for (size_t i = 0; one_by_one && i < job->n; i++)
        must(rsp_fit_person(job->model, &job->person[i], &job->options, &job->result[i], &err), &err);
    if (!one_by_one)
        must(rsp_fit_people(job->model, job->n, job->person, &job->options, job->result, &err), &err);
}

static double row(const char *name, struct job *job, bool one_by_one, double peer_us)
{
    double best_s = INFINITY, best_cpu_s = INFINITY;
    for (int k = 0; k < N_RUN; k++) {
        const double start = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
        run(job, one_by_one);
        best_s = fmin(best_s, seconds(CLOCK_MONOTONIC) - start);
        best_cpu_s = fmin(best_cpu_s, seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
        for (size_t i = 0; i < job->n; i++)
            rsp_fit_result_free(&job->result[i]);
    }
    const double us = best_s / (double)job->n * 1e6;
    printf("  %-42s %8.4f s | %9.2f | %9.2f | %9.0f\n", name, best_s, us, best_cpu_s / (double)job->n * 1e6,
        peer_us / us);
    return us;
}

int main(void)
{
    static const struct {
        const char *name;
        double ms;
    } peer[] = {{"mapbayr 0.10.2, closed form, L-BFGS-B", 71}, {"mapbayr 0.10.2, newuoa", 86},
        {"posologyr 1.2.8, ODE", 1002}};
    struct job job;
    set_up(&job);
    printf("Individual fits: two compartments, two infusions, six levels, three random effects\n"
           "(goal: 20 microseconds a fit on one thread; 10,000 people in under 0.5 s)\n\n"
           "  %-42s %10s | %9s | %9s | %s\n",
        "work", "best", "us a fit", "CPU us", "times mapbayr's 71 ms");
    job.options.n_thread = 1;
    job.n = N_SINGLE;
    const double us = row("one person a call", &job, true, 71e3);
    job.n = N_PEOPLE;
    row("10,000 people, 1 thread", &job, false, 71e3);
    job.options.n_thread = 2;
    row("10,000 people, 2 threads", &job, false, 71e3);
    job.options = (struct rsp_fit_options){.method = RSP_FIT_POSTERIOR, .n_thread = 1};
    job.n = 20;
    row("posterior, 1,000 draws kept, a call", &job, true, 71e3);
    printf("\n  a call beside other programs, each with the same etas:\n");
    for (size_t i = 0; i < sizeof peer / sizeof *peer; i++)
        printf("    %-42s %8.1f ms, %8.0f times ours\n", peer[i].name, peer[i].ms, peer[i].ms * 1e3 / us);
    job.options = (struct rsp_fit_options){0};
    job.n = 1;
    run(&job, true);
    printf("  etas of CL, V1, V2: %.6f %.6f %.6f (mapbayr newuoa: 0.022748 0.146647 -0.046005)\n",
        job.result->eta[0], job.result->eta[1], job.result->eta[2]);
    rsp_fit_result_free(job.result);
    free(job.person);
    free(job.result);
    rsp_model_free(job.model);
    return 0;
}
