/* How fast the engine is, beside the peers and the machine's own bound. Run by `ninja bench`.
 *
 * Every row does the same work as the peers' rows: individual parameters are drawn inside the timed region
 * and each curve is written to memory that has been touched before (as the peers' was). Peers' figures were
 * measured on another processor (AMD Zen 4); the bounds are this machine's, measured now. */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#if defined(__AVX__) || defined(__x86_64__)
#include <immintrin.h>
#endif

#include <respite/model.h>
#include <respite/simulate.h>

#include "base/text.h"
#include "instructions.h"
#include "simulate/run.h"

enum { N_PEOPLE = 10000, N_DENSE = 1441, N_SPARSE = 200, MAX_RUN = 101 };

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- runs ---- */

struct result {
    double best_s, median_s, best_cpu_s, instructions; /* CPU time: of all threads together */
};

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static struct result repeat(void (*work)(void *), void *data, int n_run)
{
    double t[MAX_RUN], best_cpu_s = INFINITY;
    const int counter = rsp_counter_open();
    work(data); /* first run touches everything */
    const uint64_t before = rsp_counter_read(counter);
    for (int i = 0; i < n_run; i++) {
        const double start = now_s(), cpu_start = cpu_s();
        work(data);
        t[i] = now_s() - start;
        best_cpu_s = fmin(best_cpu_s, cpu_s() - cpu_start);
    }
    const uint64_t after = rsp_counter_read(counter);
    if (counter >= 0)
        close(counter);
    qsort(t, (size_t)n_run, sizeof *t, ascending);
    return (struct result){
        t[0], t[n_run / 2], best_cpu_s, counter >= 0 ? (double)(after - before) / n_run : NAN};
}

struct job {
    struct rsp_model *model;
    struct rsp_people people;
    struct rsp_schedule schedule;
    struct rsp_simulate_options options;
    size_t n_output;
    int output[4];
    double *out;
};

static void must(rsp_status status, const struct rsp_error *err)
{
    if (status != RSP_OK) {
        fprintf(stderr, "bench: %s\n", err->message);
        exit(3);
    }
}

static void simulate(void *data)
{
    struct job *j = data;
    struct rsp_error err = {0};
    must(rsp_simulate(j->model, &j->people, &j->schedule, j->n_output, j->output, &j->options, j->out, &err),
        &err);
}

static void quantiles(void *data)
{
    struct job *j = data;
    struct rsp_error err = {0};
    static const double probability[] = {0.05, 0.5, 0.95};
    must(rsp_simulate_quantiles(j->model, &j->people, &j->schedule, j->n_output, j->output, 3, probability,
             &j->options, j->out, &err),
        &err);
}

/* ---- instructions of one block of people, where the processor's counter is out of reach ---- */

struct one_block {
    struct rsp_block block;
    const struct rsp_kernels *kernels;
};

static void second_block(void *data)
{
    struct one_block *one = data;
    rsp_run_block(&one->block, 1, one->kernels);
}

static double step_left_s = 12; /* for all rows together */

static double step_run(const struct rsp_run *run)
{
    char why[80] = "";
    struct one_block one = {.kernels = rsp_kernels_for(run->options.vector_width)};
    struct rsp_error err = {0};
    must(rsp_block_init(&one.block, run, &err), &err);
    const double start = now_s();
    const double n = rsp_count_steps(second_block, &one, step_left_s, why, sizeof why);
    step_left_s = fmax(step_left_s - (now_s() - start), 0);
    rsp_block_free(&one.block);
    return n / (double)(RSP_LANES * run->n_output * run->n_time);
}

/* Instructions a point, from eight people; NAN when they cannot be counted. */
static double stepped_per_point(const struct job *job)
{
    enum { MOST = 64 };
    const struct rsp_compiled *compiled = rsp_model_compiled(job->model);
    struct rsp_model_covariate covariate[MOST] = {0};
    const char *parameter[MOST] = {NULL};
    for (size_t i = 0; i < compiled->n_covariate && i < MOST; i++)
        covariate[i] = *rsp_model_covariate(job->model, i);
    for (size_t i = 0; i < compiled->n_parameter && i < MOST; i++)
        parameter[i] = rsp_model_parameter(job->model, i)->name;
    const struct rsp_source source = {.compiled = compiled,
        .drug = rsp_model_drug(job->model),
        .id = rsp_model_id(job->model),
        .covariate = covariate,
        .parameter_name = parameter};
    struct rsp_run run = {.out = job->out};
    struct rsp_error err = {0};
    must(rsp_run_init(
             &run, &source, &job->people, &job->schedule, job->n_output, job->output, &job->options, &err),
        &err);
    const double n = step_run(&run);
    rsp_run_free(&run);
    return n;
}

/* ---- the machine's bound ---- */

struct area {
    double *p;
    size_t n;
};

__attribute__((noinline)) static void store(void *data)
{
    const struct area *a = data;
    for (size_t i = 0; i < a->n; i++)
        a->p[i] = 1.5;
    __asm__ volatile("" ::: "memory");
}

#if defined(__x86_64__)
__attribute__((noinline, target("avx512f"))) static void stream_512(const struct area *a)
{
    const __m512d v = _mm512_set1_pd(1.5);
    for (size_t i = 0; i + 8 <= a->n; i += 8)
        _mm512_stream_pd(a->p + i, v);
    _mm_sfence();
}

__attribute__((noinline)) static void stream_128(const struct area *a)
{
    const __m128d v = _mm_set1_pd(1.5);
    for (size_t i = 0; i + 2 <= a->n; i += 2)
        _mm_stream_pd(a->p + i, v);
    _mm_sfence();
}

static void stream(void *data)
{
    if (__builtin_cpu_supports("avx512f"))
        stream_512(data);
    else
        stream_128(data);
}
#endif

/* ---- rows ---- */

/* What a row is set beside. */
struct beside {
    const char *goal; /* of this project, million points a second */
    const char *peer; /* fastest other program on the same work */
    double peer_rate; /* its million points a second; 0: none measured */
};
static const struct beside nothing = {.goal = "", .peer = ""};

static double bound_rate; /* million doubles a second that this machine stores */

static void head(void)
{
    printf("\n%-45s %9s | %25s | %7s %6s %6s | %10s  %s\n", "", "", "million points a second", "instr.", "of",
        "", "times the", "");
    printf("%-45s %9s | %7s %8s %8s | %7s %6s %6s | %10s  %s\n", "work", "best, s", "best", "median", "CPU s",
        "a point", "bound", "goal", "peer", "fastest peer, million points a second");
    for (int i = 0; i < 162; i++)
        putchar('-');
    putchar('\n');
}

static double row(const char *name, struct result r, double n_point, struct beside beside)
{
    const double rate = n_point / r.best_s * 1e-6;
    printf("%-45s %9.5f | %7.1f %8.1f %8.1f | ", name, r.best_s, rate, n_point / r.median_s * 1e-6,
        n_point / r.best_cpu_s * 1e-6);
    if (isnan(r.instructions))
        printf("%7s ", "-");
    else
        printf("%7.1f ", r.instructions / n_point);
    if (bound_rate > 0)
        printf("%5.1f%% ", 100 * rate / bound_rate);
    else
        printf("%6s ", "-");
    printf("%6s | ", beside.goal);
    if (beside.peer_rate > 0)
        printf("%10.0f  %s: %.1f\n", rate / beside.peer_rate, beside.peer, beside.peer_rate);
    else
        printf("%10s  %s\n", "", beside.peer);
    fflush(stdout);
    return rate;
}

/* A row of curves. */
static double curves(const char *name, struct job *job, int n_run, struct beside beside)
{
    const double n_point = (double)job->people.n * (double)job->n_output * (double)job->schedule.n_time;
    struct result r = repeat(simulate, job, n_run);
    if (job->options.n_thread != 1)
        r.instructions = NAN; /* the other threads' are not in it */
    else if (isnan(r.instructions) && beside.peer_rate > 0)
        r.instructions = n_point * stepped_per_point(job);
    return row(name, r, n_point, beside);
}

static double *touched(size_t n)
{
    double *p = aligned_alloc(64, (n * sizeof *p + 63) / 64 * 64);
    if (p == NULL)
        exit(3);
    for (size_t i = 0; i < n; i++)
        p[i] = 0.5;
    return p;
}

static struct rsp_dose infusions[5];
static double dense_h[N_DENSE], sparse_h[N_SPARSE];
static const struct rsp_extra_variability domino_spread[] = {
    {"v1", 0.3}, {"k10", 0.3}, {"k12", 0.3}, {"k13", 0.3}, {"k21", 0.3}, {"k31", 0.3}};
static const double weight_kg = 70;
static const double *const weight_column[] = {&weight_kg};
static const size_t same_for_all[] = {0};

static struct job domino_job(size_t n_people, bool sparse, double *out)
{
    struct job j = {
        .people = {.n = n_people, .first_id = 1, .covariate = weight_column, .stride = same_for_all},
        .schedule = {.n_dose = 5,
            .dose = infusions,
            .n_time = sparse ? N_SPARSE : N_DENSE,
            .time_h = sparse ? sparse_h : dense_h},
        .options = {.seed = 1, .variability = true, .n_thread = 1, .n_extra = 6, .extra = domino_spread},
        .n_output = 1,
        .out = out};
    struct rsp_error err = {0};
    must(rsp_model_shipped("domino1984", &j.model, &err), &err);
    return j;
}

static void set_up(enum rsp_drug drug)
{
    for (int d = 0; d < 5; d++)
        infusions[d] = (struct rsp_dose){.start_h = 48 * d,
            .duration_h = 40 / 60.0,
            .amount_mg = 35,
            .drug = drug,
            .route = RSP_ROUTE_IV,
            .state = -1};
    for (int i = 0; i < N_DENSE; i++)
        dense_h[i] = i / 60.0;
    for (int i = 0; i < N_SPARSE; i++)
        sparse_h[i] = 336 * fmod((i + 1) * 0.6180339887498949, 1);
    qsort(sparse_h, N_SPARSE, sizeof *sparse_h, ascending);
}

/* The same work with each width of vector that this processor has. */
static void bench_widths(struct job dense, struct job sparse)
{
    static const int widths[] = {1, 4, 8};
    static const char *const sets[] = {"SSE2", "AVX2", "AVX-512"};
    dense.options.n_thread = sparse.options.n_thread = 1;
    for (size_t w = 0; w < 3; w++) {
        char name[64];
        struct rsp_error err = {0};
        dense.options.vector_width = sparse.options.vector_width = widths[w];
        if (rsp_simulate(dense.model, &dense.people, &dense.schedule, 1, dense.output, &dense.options,
                dense.out, &err) != RSP_OK)
            continue;
        snprintf(name, sizeof name, "  %s only: every minute, 1 thread", sets[w]);
        curves(name, &dense, 11, nothing);
        snprintf(name, sizeof name, "  %s only: 200 irregular times", sets[w]);
        curves(name, &sparse, 31, nothing);
    }
}

static void bench_domino(double *out)
{
    set_up(RSP_DRUG_KETAMINE);
    struct job dense = domino_job(N_PEOPLE, false, out), sparse = domino_job(N_PEOPLE, true, out);
    printf("Domino 1984 (ketamine, 3 compartments), 10,000 people, an infusion of 40 minutes every 2 days\n");
    const double one = curves("  1,441 times, every minute, 1 thread", &dense, 31,
        (struct beside){"900", "mrgsolve 2.0.2, LSODA, 1 process", 6.0});
    dense.options.n_thread = 2;
    const double two = curves("  1,441 times, every minute, 2 threads", &dense, 31,
        (struct beside){"", "mrgsolve 2.0.2, LSODA, 2 processes", 10.0});
    const double one_sparse = curves("  200 irregular times in 14 days, 1 thread", &sparse, 101,
        (struct beside){"340", "rxode2 5.1.6, linCmt, 1 thread", 2.3});
    sparse.options.n_thread = 2;
    const double two_sparse = curves("  200 irregular times in 14 days, 2 threads", &sparse, 101,
        (struct beside){"", "rxode2 5.1.6, linCmt, 2 threads", 2.7});
    printf("  two threads beside one: %.2f times every minute, %.2f times irregular (goal 1.6)\n", two / one,
        two_sparse / one_sparse);
    bench_widths(dense, sparse);
    rsp_model_free(dense.model);
    rsp_model_free(sparse.model);
}

static void bench_simons(double *out)
{
    struct job j = {.people = {.n = N_PEOPLE, .first_id = 1},
        .options = {.seed = 1, .variability = true, .n_thread = 1},
        .schedule = {.n_dose = 5, .dose = infusions, .n_time = N_DENSE, .time_h = dense_h},
        .n_output = 3,
        .out = out};
    struct rsp_error err = {0};
    must(rsp_model_shipped("simons2022", &j.model, &err), &err);
    set_up(rsp_model_drug(j.model));
    static const char *const names[] = {
        "esketamine_ng_per_ml", "esnorketamine_ng_per_ml", "eshydroxynorketamine_ng_per_ml"};
    for (int o = 0; o < 3; o++)
        j.output[o] = rsp_model_output_find(j.model, names[o]);
    const double *column[16] = {NULL};
    size_t stride[16] = {0};
    const int weight = rsp_model_covariate_find(j.model, "weight_kg");
    if (weight >= 0)
        column[weight] = &weight_kg;
    j.people.covariate = column;
    j.people.stride = stride;
    printf("Simons 2022 (esketamine and two metabolites), 10,000 people, all three substances written\n");
    curves("  iv, 1,441 times, every minute, 1 thread", &j, 9,
        (struct beside){"60", "mrgsolve 2.0.2, another ODE of 7 states, 3 read", 11.1});
    struct rsp_dose film = {
        .amount_mg = 50, .drug = rsp_model_drug(j.model), .route = RSP_ROUTE_BUCCAL, .state = -1};
    if (!rsp_model_takes_route(j.model, film.route))
        film.route = RSP_ROUTE_SUBLINGUAL;
    if (rsp_model_takes_route(j.model, film.route)) {
        j.schedule.n_dose = 1;
        j.schedule.dose = &film;
        curves("  film, own input durations, every minute", &j, 9, (struct beside){"60", "", 0});
    }
    j.schedule.n_dose = 5;
    j.schedule.dose = infusions;
    j.schedule.n_time = N_SPARSE;
    j.schedule.time_h = sparse_h;
    curves("  iv, 200 irregular times in 14 days", &j, 9,
        (struct beside){"", "mrgsolve 2.0.2, another ODE of 7 states, 3 read", 0.66});
    rsp_model_free(j.model);
}

static long resident_kb(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void bench_quantiles(void)
{
    enum { MANY = 100000 };
    set_up(RSP_DRUG_KETAMINE);
    double *out = touched(3 * N_DENSE);
    struct job j = domino_job(MANY, false, out);
    printf("Domino 1984, 100,000 people, bands of the 5th, 50th and 95th percentile over 1,441 times\n");
    row("  exact percentiles, 1 thread", repeat(quantiles, &j, 1), (double)MANY * N_DENSE, nothing);
    j.options.n_thread = 2;
    row("  exact percentiles, 2 threads", repeat(quantiles, &j, 1), (double)MANY * N_DENSE, nothing);
    printf("  most memory held at once: %.0f MB (goal: under 200)\n", (double)resident_kb() / 1024);
    rsp_model_free(j.model);
    free(out);
}

/* ---- numbers to text ---- */

enum { N_NUMBER = 1000000 };

static void write_plain(void *data)
{
    const double *x = data;
    static char text[64];
    size_t total = 0;
    for (size_t i = 0; i < N_NUMBER; i++)
        total += (size_t)snprintf(text, sizeof text, "%.6g,", x[i]);
    __asm__ volatile("" ::"r"(total));
}

static void write_exact(void *data)
{
    const double *x = data;
    static char text[64];
    size_t total = 0;
    for (size_t i = 0; i < N_NUMBER; i++)
        total += (size_t)snprintf(text, sizeof text, "%.17g,", x[i]);
    __asm__ volatile("" ::"r"(total));
}

static void write_shortest(void *data)
{
    const double *x = data;
    struct rsp_buf buf;
    rsp_buf_init(&buf, (size_t)64 * N_NUMBER);
    for (size_t i = 0; i < N_NUMBER; i++) {
        rsp_buf_double(&buf, x[i]);
        rsp_buf_add(&buf, ",", 1);
    }
    rsp_buf_free(&buf);
}

static void bench_text(void)
{
    double *x = touched(N_NUMBER);
    for (size_t i = 0; i < N_NUMBER; i++)
        x[i] = 300 * exp(-1e-5 * (double)i) / 7;
    printf("A million numbers as text (a point is a number)\n");
    const double plain = row("  printf, 6 digits", repeat(write_plain, x, 5), N_NUMBER, nothing);
    row("  printf, 17 digits", repeat(write_exact, x, 5), N_NUMBER, nothing);
    const double shortest =
        row("  csv and json: shortest that reads back", repeat(write_shortest, x, 5), N_NUMBER, nothing);
    printf(
        "  its time beside that of printf with 6 digits: %.2f times (goal: at most 3)\n", plain / shortest);
    free(x);
}

static void nothing_done(void *data)
{
    (void)data;
}

static void explain(void)
{
    printf("How many points Respite computes in a second. A point is one output of one person at one time.\n"
           "Each row draws the people's own parameters and writes every curve to memory within its time, as\n"
           "the peers did.\n"
           "  best, median   of several runs, by the clock; the best one is compared\n"
           "  CPU s          points per second of processor time, all threads together: on a machine that\n"
           "                 others use too, the clock wanders, this less\n"
           "  of bound       share of what this machine can store at best with one thread\n"
           "  times the peer our best beside the fastest other program; its figure was measured on an AMD\n"
           "                 Zen 4 processor, so read it as an order of magnitude\n");
    char why[80] = "";
    const int counter = rsp_counter_open();
    const char *refused = strerror(errno);
    if (counter >= 0) {
        close(counter);
        printf("  instr. a point instructions of one thread, from the processor's own counter\n");
    } else if (!isnan(rsp_count_steps(nothing_done, NULL, 1, why, sizeof why))) {
        printf("  instr. a point counted one at a time while eight people are computed (the processor's own\n"
               "                 counter is not to be had: %s); for some rows, since it is slow\n",
            refused);
    } else {
        printf("  instr. a point not known here (the processor's counter: %s; one at a time: %s)\n", refused,
            why);
    }
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "quantiles") == 0) { /* a process of its own, for its memory */
        bench_quantiles();
        return 0;
    }
    const size_t n = (size_t)3 * N_PEOPLE * N_DENSE;
    double *out = touched(n);
    struct area area = {.p = out, .n = (size_t)N_PEOPLE * N_DENSE};
    explain();
    const struct result plain = repeat(store, &area, 31);
    bound_rate = (double)area.n / plain.best_s * 1e-6;
#if defined(__x86_64__)
    const struct result past = repeat(stream, &area, 31);
    bound_rate = fmax(bound_rate, (double)area.n / past.best_s * 1e-6);
#endif
    head();
    printf("This machine's bound: 14.4 million numbers to memory, nothing computed, 1 thread\n");
    row("  plain stores", plain, (double)area.n, nothing);
#if defined(__x86_64__)
    row("  stores past the cache", past, (double)area.n, nothing);
#endif
    bench_domino(out);
    bench_simons(out);
    free(out);
    bound_rate = 0;
    bench_text();
    return 0;
}
