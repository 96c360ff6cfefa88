/* usage: calibrate check | write FOLDER | show WORLD PATIENTS [FIRST_SEED]
 *
 * check: 1,000 patients of the model itself; fails unless ranks are uniform and intervals cover.
 * write: the same and every wrong model, as docs/calibration.  show: one world, on the terminal. */
#include "calibrate.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

enum { N_MODEL = 1000, N_WRONG = 150, N_PARTICLE = 1024, N_PARTICLE_WRONG = 512, N_BIN = 20 };
static const uint64_t first_seed = 50001;
/* Chance that a right program fails one of its limits. */
static const double alpha = 1e-4;

static struct result run(const char *world, size_t n, uint64_t seed)
{
    struct result result = {.setting = {.world = study_find(world),
                                .n_patient = n,
                                .n_particle = n < N_MODEL ? N_PARTICLE_WRONG : N_PARTICLE,
                                .first_seed = seed,
                                .n_thread = omp_get_max_threads()},
        .row = calloc(n, sizeof *result.row)};
    if (result.setting.world == NULL || result.row == NULL)
        exit(2);
    fprintf(stderr, "%s, %zu patients\n", world, n);
    study_run(&result.setting, result.row);
    return result;
}

static void show(const struct result *r)
{
    const size_t n = r->setting.n_patient;
    double seconds = 0, acceptance = 0, half = 0;
    size_t identified = 0, fewest = (size_t)-1, n_respond = 0;
    for (size_t i = 0; i < n; i++) {
        const struct study_row *row = &r->row[i];
        seconds += row->seconds / (double)n;
        acceptance += row->acceptance / (double)n;
        identified += row->identified && row->truth.respond;
        n_respond += row->truth.respond;
        half += row->truth.respond ? row->half_ratio : 0;
        fewest = row->n_ancestor < fewest ? row->n_ancestor : fewest;
    }
    printf(
        "%s: %zu patients, %.3f s each, acceptance %.2f\n", r->setting.world->text, n, seconds, acceptance);
    printf("  identified %zu of %zu who respond (mean SD ratio %.2f), fewest ancestors %zu\n", identified,
        n_respond, half / (double)n_respond, fewest);
    for (int k = 0; k < N_RANK; k++) {
        size_t used = 0;
        const double p = study_uniform_p(n, r->row, (enum rank_of)k, N_BIN, &used);
        const struct coverage c = study_coverage(n, r->row, (enum rank_of)k, false),
                              wide = study_coverage(n, r->row, (enum rank_of)k, true);
        printf("  %-28s n %4zu  chi-square p %.4f  in 50 %%: %.3f  in 90 %%: %.3f", rank_name[k], used, p,
            (double)c.in_50 / (double)c.n, (double)c.in_90 / (double)c.n);
        if (wide.n > 0)
            printf("  widened: %.3f, %.3f", (double)wide.in_50 / (double)wide.n,
                (double)wide.in_90 / (double)wide.n);
        printf("\n");
    }
    const struct return_error e = study_return_error(n, r->row);
    printf("  day of return, median absolute error: %.1f d learned, %.1f d population (n %zu)\n", e.learned_d,
        e.population_d, e.n);
}

static bool covers(size_t hit, size_t n, double p)
{
    const double low = gsl_cdf_binomial_P((unsigned)hit, p, (unsigned)n);
    const double high = hit == 0 ? 1 : gsl_cdf_binomial_Q((unsigned)hit - 1, p, (unsigned)n);
    return low > alpha / 2 && high > alpha / 2;
}

static bool is_calibrated(const struct result *r)
{
    bool good = true;
    for (int k = 0; k < N_RANK; k++) {
        size_t n = 0;
        const struct coverage c = study_coverage(r->setting.n_patient, r->row, (enum rank_of)k, false);
        const bool right =
            study_uniform_p(r->setting.n_patient, r->row, (enum rank_of)k, N_BIN, &n) > alpha &&
            covers(c.in_50, c.n, 0.5) && covers(c.in_90, c.n, 0.9);
        if (!right)
            printf("NOT CALIBRATED: %s\n", rank_name[k]);
        good = good && right;
    }
    const struct return_error e = study_return_error(r->setting.n_patient, r->row);
    return good && e.learned_d < 0.9 * e.population_d;
}

static int write_page(const char *folder)
{
    struct result result[16] = {0};
    for (size_t i = 0; i < study_n_world; i++) {
        result[i] = run(study_world[i].name, i == 0 ? N_MODEL : N_WRONG, first_seed);
        show(&result[i]);
        fflush(stdout);
    }
    const bool written = calibrate_page(folder, study_n_world, result);
    for (size_t i = 0; i < study_n_world; i++)
        free(result[i].row);
    return written ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "write") == 0)
        return write_page(argv[2]);
    const bool check = argc == 2 && strcmp(argv[1], "check") == 0;
    if (!check && (argc < 4 || strcmp(argv[1], "show") != 0)) {
        fputs("usage: calibrate check | write FOLDER | show WORLD PATIENTS [FIRST_SEED]\n", stderr);
        return 2;
    }
    const uint64_t seed = argc > 4 ? strtoull(argv[4], NULL, 10) : first_seed;
    struct result r =
        check ? run("model", N_MODEL, first_seed) : run(argv[2], strtoul(argv[3], NULL, 10), seed);
    show(&r);
    const bool good = !check || is_calibrated(&r);
    free(r.row);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
