/* usage: calibrate [PATIENTS [WORLD [PARTICLES [TRUST]]]] */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#include "study.h"

static void report(const struct study_setting *setting, const struct study_row row[])
{
    const size_t n = setting->n_patient;
    double seconds = 0, acceptance = 0, half = 0;
    size_t usable = 0, identified = 0, fewest = 1000000, n_respond = 0;
    for (size_t i = 0; i < n; i++) {
        seconds += row[i].seconds / (double)n;
        acceptance += row[i].acceptance / (double)n;
        usable += row[i].usable;
        identified += row[i].identified && row[i].truth.respond;
        n_respond += row[i].truth.respond;
        half += row[i].truth.respond ? row[i].half_ratio : 0;
        fewest = row[i].n_ancestor < fewest ? row[i].n_ancestor : fewest;
    }
    printf("%s: %zu patients, %.3f s each, acceptance %.2f\n", setting->world->text, n, seconds, acceptance);
    printf("  usable %zu, identified %zu of %zu who respond (mean SD ratio %.2f), fewest ancestors %zu\n",
        usable, identified, n_respond, half / (double)n_respond, fewest);
    for (int k = 0; k < N_RANK; k++) {
        size_t used = 0;
        const double p = study_uniform_p(n, row, (enum rank_of)k, 20, &used);
        const struct coverage c = study_coverage(n, row, (enum rank_of)k);
        printf("  %-28s n %4zu  chi-square p %.4f  in 50 %%: %.3f  in 90 %%: %.3f\n", rank_name[k], used, p,
            (double)c.in_50 / (double)c.n, (double)c.in_90 / (double)c.n);
    }
    const struct return_error e = study_return_error(n, row);
    printf("  day of return, median absolute error: %.1f d learned, %.1f d population (n %zu)\n", e.learned_d,
        e.population_d, e.n);
}

int main(int argc, char **argv)
{
    struct study_setting setting = {.world = study_find(argc > 2 ? argv[2] : "model"),
        .n_patient = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 1000,
        .n_particle = argc > 3 ? (size_t)strtoul(argv[3], NULL, 10) : 1024,
        .first_seed = 1,
        .trust = argc > 4 ? strtod(argv[4], NULL) : 1,
        .n_thread = omp_get_max_threads()};
    if (setting.world == NULL)
        return 2;
    struct study_row *row = calloc(setting.n_patient, sizeof *row);
    study_run(&setting, row);
    report(&setting, row);
    free(row);
    return 0;
}
