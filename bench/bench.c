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
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__)
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#endif
#if defined(__AVX__) || defined(__x86_64__)
#include <immintrin.h>
#endif

#include <respite/model.h>
#include <respite/simulate.h>

#include "base/text.h"

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

/* ---- instructions ---- */

static int open_counter(void)
{
#if defined(__linux__)
    struct perf_event_attr a = {.type = PERF_TYPE_HARDWARE,
        .size = sizeof a,
        .config = PERF_COUNT_HW_INSTRUCTIONS,
        .exclude_kernel = 1,
        .exclude_hv = 1};
    return (int)syscall(SYS_perf_event_open, &a, 0, -1, -1, 0UL);
#else
    return -1;
#endif
}

static uint64_t read_counter(int counter)
{
    uint64_t n = 0;
    return counter >= 0 && read(counter, &n, sizeof n) == sizeof n ? n : 0;
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
    const int counter = open_counter();
    work(data); /* first run touches everything */
    const uint64_t before = read_counter(counter);
    for (int i = 0; i < n_run; i++) {
        const double start = now_s(), cpu_start = cpu_s();
        work(data);
        t[i] = now_s() - start;
        best_cpu_s = fmin(best_cpu_s, cpu_s() - cpu_start);
    }
    const uint64_t after = read_counter(counter);
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

static void head(void)
{
    printf("%-44s %10s %10s %12s %14s %13s %9s  %s\n", "work", "best s", "median s", "Mpt/s best",
        "Mpt/s median", "Mpt/CPU s", "instr/pt", "goal; fastest peer");
}

static double row(const char *name, struct result r, double n_point, const char *beside)
{
    const double rate = n_point / r.best_s * 1e-6;
    printf("%-44s %10.5f %10.5f %12.1f %14.1f %13.1f ", name, r.best_s, r.median_s, rate,
        n_point / r.median_s * 1e-6, n_point / r.best_cpu_s * 1e-6);
    if (isnan(r.instructions))
        printf("%9s  %s\n", "-", beside);
    else
        printf("%9.2f  %s\n", r.instructions / n_point, beside);
    fflush(stdout);
    return rate;
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

static void bench_domino(double *out)
{
    set_up(RSP_DRUG_KETAMINE);
    struct job dense = domino_job(N_PEOPLE, false, out), sparse = domino_job(N_PEOPLE, true, out);
    const double n_dense = (double)N_PEOPLE * N_DENSE, n_sparse = (double)N_PEOPLE * N_SPARSE;
    const double one = row("Domino 1984, 10,000 x 1,441, 1 thread", repeat(simulate, &dense, 31), n_dense,
        "900 (450); 6.0 mrgsolve LSODA");
    dense.options.n_thread = 2;
    const double two =
        row("  2 threads", repeat(simulate, &dense, 31), n_dense, "1.6 x one; 10.0 mrgsolve, 2 processes");
    printf("  2 threads / 1 thread: %.2f\n", two / one);
    const double one_sparse = row("Domino 1984, 10,000 x 200 irregular, 1 thread",
        repeat(simulate, &sparse, 101), n_sparse, "340 (170); 2.3 rxode2 linCmt");
    sparse.options.n_thread = 2;
    const double two_sparse =
        row("  2 threads", repeat(simulate, &sparse, 101), n_sparse, "1.6 x one; 2.7 rxode2 linCmt");
    printf("  2 threads / 1 thread: %.2f\n", two_sparse / one_sparse);
    static const int widths[] = {1, 4, 8};
    dense.options.n_thread = sparse.options.n_thread = 1;
    for (size_t w = 0; w < 3; w++) {
        char name[64];
        struct rsp_error err = {0};
        dense.options.vector_width = sparse.options.vector_width = widths[w];
        if (rsp_simulate(dense.model, &dense.people, &dense.schedule, 1, dense.output, &dense.options, out,
                &err) != RSP_OK)
            continue;
        snprintf(name, sizeof name, "  dense, %d doubles a vector", widths[w]);
        row(name, repeat(simulate, &dense, 11), n_dense, "");
        snprintf(name, sizeof name, "  irregular, %d doubles a vector", widths[w]);
        row(name, repeat(simulate, &sparse, 31), n_sparse, "");
    }
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
    const double n = 3.0 * N_PEOPLE * N_DENSE;
    row("Simons 2022, three substances, iv, 1 thread", repeat(simulate, &j, 9), n,
        "60; 3.7 mrgsolve ODE, 7 states");
    struct rsp_dose film = {
        .amount_mg = 50, .drug = rsp_model_drug(j.model), .route = RSP_ROUTE_BUCCAL, .state = -1};
    if (!rsp_model_takes_route(j.model, film.route))
        film.route = RSP_ROUTE_SUBLINGUAL;
    if (rsp_model_takes_route(j.model, film.route)) {
        j.schedule.n_dose = 1;
        j.schedule.dose = &film;
        row("  film, own durations of input", repeat(simulate, &j, 9), n, "60");
    }
    j.schedule.n_dose = 5;
    j.schedule.dose = infusions;
    j.schedule.n_time = N_SPARSE;
    j.schedule.time_h = sparse_h;
    row("  iv, 200 irregular times", repeat(simulate, &j, 9), 3.0 * N_PEOPLE * N_SPARSE,
        "1.1 mrgsolve ODE, 7 states");
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
    row("100,000 x 1,441 to 3 quantiles, 1 thread", repeat(quantiles, &j, 1), (double)MANY * N_DENSE,
        "under 200 MB");
    j.options.n_thread = 2;
    row("  2 threads", repeat(quantiles, &j, 1), (double)MANY * N_DENSE, "");
    printf("  peak resident memory: %.0f MB\n", (double)resident_kb() / 1024);
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
    const double plain = row("printf %.6g of a million numbers", repeat(write_plain, x, 5), N_NUMBER, "");
    row("printf %.17g", repeat(write_exact, x, 5), N_NUMBER, "");
    const double shortest = row(
        "shortest text that reads back", repeat(write_shortest, x, 5), N_NUMBER, "at most 3 x printf's time");
    printf("  time / time of printf %%.6g: %.2f\n", plain / shortest);
    free(x);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "quantiles") == 0) {
        head();
        bench_quantiles();
        return 0;
    }
    const size_t n = (size_t)3 * N_PEOPLE * N_DENSE;
    double *out = touched(n);
    struct area area = {.p = out, .n = (size_t)N_PEOPLE * N_DENSE};
    printf("Random effects are drawn inside the timed region; output memory is touched before.\n");
    const int counter = open_counter();
    printf(counter >= 0 ? "Instructions are of one thread.\n"
                        : "Instructions per point: this system does not permit counting them (%s).\n",
        strerror(errno));
    if (counter >= 0)
        close(counter);
    head();
    row("bound: plain stores of 14.4 M doubles", repeat(store, &area, 31), (double)area.n, "");
#if defined(__x86_64__)
    row("bound: streaming stores", repeat(stream, &area, 31), (double)area.n, "");
#endif
    bench_domino(out);
    bench_simons(out);
    free(out);
    bench_text();
    printf("Quantiles (own process, for its memory): bench quantiles\n");
    return 0;
}
