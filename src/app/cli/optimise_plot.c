/* The picture of a search: days gained over milligrams, a panel a drug, larger marks for more visits. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/chart.h"
#include "optimise_text.h"

enum { N_KIND = 3, MAX_PANEL = RSP_N_DRUG, HEIGHT = 420, MAX_NOTE = 96 };

/* Marks of one kind in one panel. */
struct marks {
    size_t n;
    double *x, *y, *size;
    const char **note;
    char (*words)[MAX_NOTE];
};

static rsp_status marks_new(size_t n, struct marks *m, struct rsp_error *err)
{
    m->x = calloc(n + 1, sizeof *m->x);
    m->y = calloc(n + 1, sizeof *m->y);
    m->size = calloc(n + 1, sizeof *m->size);
    m->note = calloc(n + 1, sizeof *m->note);
    m->words = calloc(n + 1, sizeof *m->words);
    if (m->x != NULL && m->y != NULL && m->size != NULL && m->note != NULL && m->words != NULL)
        return RSP_OK;
    return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
}

static void marks_free(struct marks *m)
{
    free(m->x);
    free(m->y);
    free(m->size);
    free(m->note);
    free(m->words);
}

static const char *name_of(const struct rsp_optimised *made, const struct rsp_choice *choice)
{
    return choice == made->recommended ? "proposed"
           : choice == made->less_drug ? "less drug"
           : choice == made->other_way ? "another way"
           : choice->protocol != NULL  ? choice->protocol->id
                                       : NULL;
}

/* Area grows with the number of visits, within what can be told apart. */
static double size_of(const struct rsp_choice *choice)
{
    return fmin(3.0, sqrt((double)choice->n_visit));
}

static void add(const struct rsp_optimised *made, const struct rsp_choice *choice, struct marks *m)
{
    const size_t i = m->n++;
    const char *name = name_of(made, choice);
    m->x[i] = choice->total_mg;
    m->y[i] = choice->value.days_30;
    m->size[i] = size_of(choice);
    if (name == NULL)
        return;
    snprintf(m->words[i], sizeof m->words[i], "%s, %zu visit%s", name, choice->n_visit,
        choice->n_visit == 1 ? "" : "s");
    m->note[i] = m->words[i];
}

static int kind_of(const struct rsp_optimised *made, const struct rsp_choice *choice)
{
    return choice == made->recommended ? 2 : choice->on_front ? 1 : 0;
}

/* Everything that is drawn of one drug. */
struct panel {
    struct marks marks[N_KIND];
    struct rsp_chart_series series[N_KIND];
    double most_mg;
    char id[16], title[120], x_label[80];
};

static rsp_status fill(
    const struct rsp_optimised *made, enum rsp_drug drug, struct panel *panel, struct rsp_error *err)
{
    static const char *const label[N_KIND] = {"beaten by another choice", "no other beats it", "proposed"};
    static const int colour[N_KIND] = {3, 0, 2};
    for (int k = 0; k < N_KIND; k++)
        RSP_TRY(marks_new(made->n_choice, &panel->marks[k], err));
    for (size_t i = 0; i < made->n_choice; i++)
        if (made->choice[i].ranked && made->choice[i].drug == drug)
            add(made, &made->choice[i], &panel->marks[kind_of(made, &made->choice[i])]);
    for (size_t i = 0; i < made->n_choice; i++)
        if (made->choice[i].ranked && made->choice[i].drug == drug)
            panel->most_mg = fmax(panel->most_mg, made->choice[i].total_mg);
    for (int k = 0; k < N_KIND; k++) {
        const struct marks *m = &panel->marks[k];
        panel->series[k] = (struct rsp_chart_series){.label = m->n > 0 ? label[k] : NULL,
            .n = m->n,
            .x = m->x,
            .line = m->y,
            .mark = k == 0 ? RSP_CHART_OUTLINE : RSP_CHART_SOLID,
            .colour = colour[k],
            .size = m->size,
            .note = m->note};
    }
    snprintf(panel->id, sizeof panel->id, "front%d", (int)drug);
    snprintf(panel->title, sizeof panel->title, "Days gained in %.4g days by %s; larger marks: more visits",
        made->horizon_d, rsp_drug_name(drug));
    snprintf(panel->x_label, sizeof panel->x_label, "mg of %s in all", rsp_drug_name(drug));
    return RSP_OK;
}

static bool any_of(const struct rsp_optimised *made, enum rsp_drug drug)
{
    for (size_t i = 0; i < made->n_choice; i++)
        if (made->choice[i].ranked && made->choice[i].drug == drug)
            return true;
    return false;
}

rsp_status rsp_optimise_plot(const struct rsp_optimised *made, struct rsp_buf *out, struct rsp_error *err)
{
    struct panel *panel = calloc(MAX_PANEL, sizeof *panel);
    struct rsp_chart chart[MAX_PANEL];
    size_t n = 0;
    rsp_status status = RSP_OK;
    if (panel == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    for (int d = 0; d < (int)RSP_N_DRUG; d++) {
        if (!any_of(made, (enum rsp_drug)d))
            continue;
        RSP_TRY_DONE(fill(made, (enum rsp_drug)d, &panel[n], err));
        chart[n] = (struct rsp_chart){.id = panel[n].id,
            .title = panel[n].title,
            .description =
                "Expected days with relief of 30 % or more above a placebo response, over the amount of "
                "drug. Each mark is a candidate; its size tells the number of visits.",
            .x_label = panel[n].x_label,
            .y_label = "days gained",
            .axis = RSP_CHART_NUMBER,
            .height = HEIGHT,
            .x_min = 0,
            .x_max = panel[n].most_mg * 1.1, /* room for words */
            .y_min = 0,
            .y_max = NAN,
            .n_series = N_KIND,
            .series = panel[n].series};
        n++;
    }
    if (n == 0)
        status = rsp_error_set(err, RSP_E_MISSING, "", "no candidate is ranked: there is nothing to draw");
    else
        rsp_chart_file(n, chart, 1, out);
done:
    for (size_t i = 0; i < MAX_PANEL; i++)
        for (int k = 0; k < N_KIND; k++)
            marks_free(&panel[i].marks[k]);
    free(panel);
    return status;
}
