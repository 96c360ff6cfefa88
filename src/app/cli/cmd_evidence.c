/* respite evidence: the relief model beside every published study. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <respite/model.h>

#include "app/page/evidence_page.h"
#include "cli.h"
#include "plan/relief_table.h"
#include "rules/rules.h"
#include "service/model_doses.h"

#define RELIEF_MODEL "otto2021+dahan2011"

enum { WEIGHT_KG = 70, MAX_DOSE = 256, MAX_COVARIATE = 32 };

/* Everything that the page needs, one entry a study. */
struct evidence {
    struct rsp_rulebook *book;
    struct rsp_model *model;
    size_t n;
    struct rsp_model_doses *doses;
    double **day; /* wanted days: those of the points, then of the shares */
    struct rsp_relief_course *course;
    struct rsp_relief_row *row;
    struct rsp_evidence_case *cases;
};

static rsp_status read_doses(
    const struct rsp_comparison *comparison, struct rsp_model_doses *doses, struct rsp_error *err)
{
    struct rsp_dose dose[MAX_DOSE];
    struct rsp_dose_text text;
    char reason[200];
    size_t n = 0, added;

    for (size_t i = 0; i < comparison->n_dose; i++) {
        RSP_TRY(rsp_dose_text_parse(comparison->dose[i], &text, err));
        RSP_TRY(rsp_dose_text_expand(&text, WEIGHT_KG, MAX_DOSE - n, dose + n, &added, err));
        n += added;
    }
    RSP_TRY(rsp_model_doses_esketamine(n, dose, true, doses, reason, err));
    if (reason[0] != '\0')
        return rsp_error_set(err, RSP_E_UNSUPPORTED, "", "%s: %s", comparison->study, reason);
    return RSP_OK;
}

static rsp_status prepare(struct evidence *e, struct rsp_error *err)
{
    for (size_t i = 0; i < e->n; i++) {
        const struct rsp_comparison *c = rsp_rulebook_comparison(e->book, i);
        const size_t n_day = c->n_point + c->n_share;
        RSP_TRY(read_doses(c, &e->doses[i], err));
        e->day[i] = calloc(n_day + 1, sizeof *e->day[i]);
        if (e->day[i] == NULL)
            return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
        for (size_t k = 0; k < n_day; k++)
            e->day[i][k] =
                k < c->n_point ? c->point[k].day_after_end : c->share[k - c->n_point].day_after_end;
        e->course[i] = (struct rsp_relief_course){
            .n_dose = e->doses[i].n, .dose = e->doses[i].dose, .n_day = n_day, .day_after_end = e->day[i]};
    }
    return RSP_OK;
}

static rsp_status compute(struct evidence *e, struct rsp_error *err)
{
    double covariate[MAX_COVARIATE];

    for (size_t i = 0; i < MAX_COVARIATE; i++)
        covariate[i] = NAN;
    const int weight = rsp_model_covariate_find(e->model, "weight_kg");
    if (rsp_model_n_covariate(e->model) > MAX_COVARIATE)
        return rsp_error_set(err, RSP_E_LIMIT, "", "the relief model has too many covariates");
    if (weight >= 0)
        covariate[weight] = WEIGHT_KG;
    RSP_TRY(rsp_relief_table(e->model, covariate, e->n, e->course, e->row, err));
    for (size_t i = 0; i < e->n; i++)
        e->cases[i] = (struct rsp_evidence_case){.comparison = rsp_rulebook_comparison(e->book, i),
            .row = e->row[i],
            .halved = e->doses[i].halved};
    return RSP_OK;
}

static rsp_status write_page(const struct evidence *e, struct rsp_cli *cli, struct rsp_error *err)
{
    const char *folder = rsp_cli_text(cli, "output");
    struct rsp_buf *page = &cli->out, *chart = NULL;

    if (folder != NULL) {
        RSP_TRY(rsp_cli_make_folder(folder, err));
        page = rsp_cli_file(cli, "%s/README.md", folder);
        chart = rsp_cli_file(cli, "%s/relief.svg", folder);
        if (page == NULL || chart == NULL)
            return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
        rsp_evidence_chart(e->n, e->cases, chart);
    }
    rsp_evidence_markdown(e->n, e->cases, RELIEF_MODEL, page);
    return RSP_OK;
}

static rsp_status make(struct evidence *e, struct rsp_cli *cli, struct rsp_error *err)
{
    RSP_TRY(rsp_rulebook_shipped(&e->book, err));
    RSP_TRY(rsp_model_shipped(RELIEF_MODEL, &e->model, err));
    const size_t n = rsp_rulebook_n_comparison(e->book);
    e->doses = calloc(n + 1, sizeof *e->doses);
    e->day = calloc(n + 1, sizeof *e->day);
    e->course = calloc(n + 1, sizeof *e->course);
    e->row = calloc(n + 1, sizeof *e->row);
    e->cases = calloc(n + 1, sizeof *e->cases);
    if (e->doses == NULL || e->day == NULL || e->course == NULL || e->row == NULL || e->cases == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    e->n = n;
    RSP_TRY(prepare(e, err));
    RSP_TRY(compute(e, err));
    return write_page(e, cli, err);
}

rsp_status rsp_cmd_evidence(struct rsp_cli *cli, struct rsp_error *err)
{
    struct evidence e = {0};

    const rsp_status status = make(&e, cli, err);
    if (e.row != NULL)
        rsp_relief_rows_free(e.n, e.row);
    for (size_t i = 0; i < e.n; i++) {
        free(e.doses[i].dose);
        free(e.day[i]);
    }
    free(e.doses);
    free(e.day);
    free(e.course);
    free(e.row);
    free(e.cases);
    rsp_model_free(e.model);
    rsp_rulebook_free(e.book);
    return status;
}
