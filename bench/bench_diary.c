/* What learning from a diary costs: the whole diary, and one more entry. Part of `ninja bench`. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <respite/diary.h>

enum { N_DAY = 90, N_BEFORE = 40, N_REPEAT = 5 };

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void stop(const struct rsp_error *err)
{
    fprintf(stderr, "bench: %s\n", err->message);
    exit(EXIT_FAILURE);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* A person with relief for about three weeks, who repeats the same wave of scores. */
static void fill(struct rsp_diary_entry entry[N_DAY])
{
    for (int i = 0; i < N_DAY; i++) {
        const double day = i - 9.5, relief = day < 0 ? 0 : 0.75 * exp2(-day / 15);
        const int wave = (i * 7) % 3 - 1;
        entry[i] =
            (struct rsp_diary_entry){.time_d = day, .pain_nrs = (int)(6.6 * (1 - relief) + 0.5) + wave};
    }
}

int main(void)
{
    static const struct rsp_extra_variability extra[] = {{"c50", 0.5}, {"t_half", 0.3}};
    const struct rsp_dose dose = {.duration_h = 100,
        .amount_mg = 2220,
        .drug = RSP_DRUG_ESKETAMINE,
        .route = RSP_ROUTE_IV,
        .state = -1};
    double covariate[16] = {70};
    struct rsp_model *model = NULL;
    struct rsp_error err = {0};
    struct rsp_diary_entry entry[N_DAY];
    double whole[N_REPEAT], add[N_DAY - N_BEFORE];
    fill(entry);
    for (int i = 1; i < 16; i++)
        covariate[i] = NAN;
    if (rsp_model_shipped("otto2021+dahan2011", &model, &err) != RSP_OK)
        stop(&err);
    const struct rsp_diary_question question = {
        .model = model, .covariate = covariate, .n_dose = 1, .dose = &dose};
    for (int n_thread = 1; n_thread <= 2; n_thread++) {
        const struct rsp_diary_options options = {
            .seed = 1, .n_thread = n_thread, .n_extra = 2, .extra = extra, .widening = 1};
        const struct rsp_diary diary = {.n = N_BEFORE, .entry = entry};
        struct rsp_diary_fit *fit = NULL;
        for (int k = 0; k < N_REPEAT; k++) {
            rsp_diary_fit_free(fit);
            const double start = now_s();
            if (rsp_diary_fit_new(&question, &options, &diary, &fit, &err) != RSP_OK)
                stop(&err);
            whole[k] = 1e3 * (now_s() - start);
        }
        for (int i = N_BEFORE; i < N_DAY; i++) {
            const double start = now_s();
            if (rsp_diary_fit_add(fit, &entry[i], &err) != RSP_OK)
                stop(&err);
            add[i - N_BEFORE] = 1e3 * (now_s() - start);
        }
        rsp_diary_fit_free(fit);
        qsort(whole, N_REPEAT, sizeof *whole, ascending);
        qsort(add, N_DAY - N_BEFORE, sizeof *add, ascending);
        printf("diary, 1,024 particles a class, %d thread%s: %d entries at once %.0f ms; one more entry "
               "(41st to 90th): median "
               "%.2f ms, 95 %% under %.1f ms, most %.1f ms\n",
            n_thread, n_thread == 1 ? "" : "s", N_BEFORE, whole[N_REPEAT / 2], add[(N_DAY - N_BEFORE) / 2],
            add[(N_DAY - N_BEFORE) * 95 / 100], add[N_DAY - N_BEFORE - 1]);
    }
    rsp_model_free(model);
    return 0;
}
