/* How long a pump programme takes: 60 minutes in steps of 10 s for one person, plasma and effect site, beside the R
 * package tci, which does the same. Run with `ninja -C build bench`. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <respite/tci.h>

enum { N_RUN = 41, MOST_COVARIATE = 16 };

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void must(rsp_status status, const struct rsp_error *err)
{
    if (status == RSP_OK)
        return;
    fprintf(stderr, "bench: %s\n", err->message);
    exit(1);
}

/* peer_ms: measured for this project on an AMD Zen 4 processor, one process. */
static void row(const char *name, const char *id, bool effect, double peer_ms)
{
    struct rsp_error err = {0};
    struct rsp_model *model = NULL;
    struct rsp_tci_profile profile;
    double covariate[MOST_COVARIATE], second[N_RUN];
    const double step_h = 10.0 / 3600;
    size_t n_step = 0;
    must(rsp_model_shipped(id, &model, &err), &err);
    for (size_t i = 0; i < MOST_COVARIATE; i++)
        covariate[i] = 70; /* body weight is the only covariate of these models that has a number */
    for (size_t i = 0; i < rsp_model_n_covariate(model); i++)
        if (rsp_model_covariate(model, i)->categorical)
            covariate[i] = rsp_model_covariate(model, i)->reference;
    must(rsp_tci_profile_parse("100 ng/mL esketamine", 1, &profile, &err), &err);
    struct rsp_tci_request request = {.method = effect ? RSP_TCI_EFFECT : RSP_TCI_PLASMA,
        .profile = &profile,
        .pump = {.step_h = step_h, .shortest_step_h = step_h}};
    must(effect ? rsp_tci_effect_site(model, NULL, &request.output, &err)
                : rsp_tci_plasma(model, &request.output, &err),
        &err);
    for (size_t i = 0; i < N_RUN; i++) {
        struct rsp_tci_programme *made = NULL;
        const double start_s = now_s();
        must(rsp_tci_design(model, covariate, &request, &made, &err), &err);
        second[i] = now_s() - start_s;
        n_step = made->n_step;
        rsp_tci_programme_free(made);
    }
    qsort(second, N_RUN, sizeof *second, ascending);
    printf("%-44s %9.2f %9.2f %9.0f %10.0f   %zu steps\n", name, 1e3 * second[0], 1e3 * second[N_RUN / 2],
        peer_ms, peer_ms / (1e3 * second[0]), n_step);
    rsp_model_free(model);
}

int main(void)
{
    printf("\nPump programmes: 60 min in steps of 10 s for one person, levels simulated anew at every 1.7 s\n"
           "%-44s %9s %9s %9s %10s\n",
        "", "best ms", "median", "peer ms", "times peer");
    row("  plasma, Kamp 2020 (peer: tci 0.2.1)", "kamp2020", false, 210);
    row("  plasma, Simons 2022 with metabolites", "simons2022", false, 210);
    row("  effect site, Kamp 2020 (peer: tci 0.2.1)", "kamp2020+olofsen2022", true, 425);
    row("  effect site, Simons 2022 with metabolites", "simons2022+olofsen2022", true, 425);
    return 0;
}
