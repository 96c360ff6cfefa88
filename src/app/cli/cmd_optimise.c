/* respite optimise */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <respite/units.h>

#include "cli.h"
#include "observed.h"
#include "optimise_text.h"
#include "rulebook_argument.h"
#include "service/optimise_json.h"

enum { MIN_COPIES = 20, MAX_COPIES = 5000 };

/* All that one run of the command owns. */
struct optimising {
    struct rsp_cli *cli;
    char *patient_text;
    struct rsp_patient *patient;
    struct rsp_cli_observed observed;
    struct rsp_rulebook *book;
    struct rsp_optimise_request request;
    struct rsp_optimised *optimised;
};

/* "90 d" */
static rsp_status read_horizon(const struct rsp_cli *cli, double *horizon_d, struct rsp_error *err)
{
    const char *text = rsp_cli_text(cli, "horizon");
    struct rsp_quantity quantity;

    if (text == NULL)
        return RSP_OK;
    RSP_TRY(rsp_quantity_parse_like(text, "90 d", &quantity, err));
    RSP_TRY(rsp_quantity_in(&quantity, "d", horizon_d, err));
    /* 0 would read as "not given" further on */
    return *horizon_d > 0
               ? RSP_OK
               : rsp_error_set(err, RSP_E_DOMAIN, "", "a horizon lies ahead: give days, such as '90 d'");
}

static rsp_status read_request(struct optimising *o, struct rsp_error *err)
{
    const struct rsp_cli *cli = o->cli;
    double subjects = 0, seed = 1;
    int verdict = 0;

    o->request = (struct rsp_optimise_request){.today = cli->today, .start = cli->today};
    RSP_TRY(rsp_cli_place(read_horizon(cli, &o->request.horizon_d, err), "--horizon", err));
    RSP_TRY(rsp_cli_choice(cli, "responded", &verdict, err));
    RSP_TRY(rsp_cli_whole(cli, "subjects", MIN_COPIES, MAX_COPIES, &subjects, err));
    RSP_TRY(rsp_cli_whole(cli, "seed", 0, RSP_CLI_LARGEST_SEED, &seed, err));
    o->request.verdict = (enum rsp_series_verdict)verdict; /* the choices stand in its order */
    o->request.verdict_reason = verdict != RSP_SERIES_UNKNOWN ? "told with --responded" : NULL;
    o->request.n_subject = (size_t)subjects;
    o->request.seed = (uint64_t)seed;
    return RSP_OK;
}

static rsp_status read_patient(struct optimising *o, struct rsp_error *err)
{
    const char *path = rsp_cli_nth(o->cli, NULL, 0);
    size_t length;

    if (path == NULL)
        return rsp_error_set(
            err, RSP_E_MISSING, "", "name the patient's file: respite optimise PATIENT.yaml");
    RSP_TRY(rsp_cli_read(path, RSP_CLI_MAX_PATIENT, &o->patient_text, &length, err));
    return rsp_patient_parse(o->patient_text, length, path, o->cli->today,
        rsp_cli_flag(o->cli, "force-covariates"), &o->patient, err);
}

static rsp_status place_refusal(const struct optimising *o, rsp_status status, struct rsp_error *err)
{
    if (status == RSP_OK || err->source[0] != '\0' || rsp_cli_observed_place(o->cli, err))
        return status;
    if (strcmp(err->field, "horizon") == 0 && o->request.horizon_d > 0)
        rsp_error_place(err, "--horizon", 0);
    else if (strcmp(err->field, "responded") == 0)
        rsp_error_place(err, "--responded", 0);
    else
        rsp_error_place(err, rsp_cli_nth(o->cli, NULL, 0), 0);
    return status;
}

static rsp_status write_all(struct optimising *o, struct rsp_error *err)
{
    const struct rsp_report who = {.advice = o->optimised->advice,
        .patient = o->patient,
        .today = o->cli->today,
        .syringe_mg_per_ml = NAN};
    const char *plot = rsp_cli_text(o->cli, "plot");
    char *text = NULL;

    if (plot != NULL) {
        struct rsp_buf *file = rsp_cli_file(o->cli, "%s", plot);
        if (file == NULL)
            return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
        RSP_TRY(rsp_cli_place(rsp_optimise_plot(o->optimised, file, err), "--plot", err));
    }
    if (!rsp_cli_flag(o->cli, "json")) {
        rsp_optimise_text(&who, o->optimised, o->cli->out_terminal, &o->cli->out);
        return RSP_OK;
    }
    RSP_TRY(rsp_optimised_json(o->optimised, &text, err));
    rsp_buf_text(&o->cli->out, text);
    rsp_buf_text(&o->cli->out, "\n");
    free(text);
    return RSP_OK;
}

static rsp_status optimise(struct optimising *o, struct rsp_error *err)
{
    static const char *const endings[] = {".svg", NULL};

    RSP_TRY(rsp_cli_check_file(o->cli, "plot", endings, "the picture is written to FILE.svg", err));
    RSP_TRY(read_request(o, err));
    RSP_TRY(read_patient(o, err));
    RSP_TRY(rsp_cli_observed_read(o->cli, o->patient, &o->observed, err));
    o->request.observed = o->observed.observed;
    RSP_TRY(rsp_cli_rulebook(o->cli, &o->book, err));
    RSP_TRY(place_refusal(o, rsp_optimise(o->book, o->patient, &o->request, &o->optimised, err), err));
    o->cli->exit_code = o->optimised->outcome == RSP_OPTIMISE_FOUND ? RSP_EXIT_DONE : RSP_EXIT_NEGATIVE;
    return write_all(o, err);
}

rsp_status rsp_cmd_optimise(struct rsp_cli *cli, struct rsp_error *err)
{
    struct optimising o = {.cli = cli};

    const rsp_status status = optimise(&o, err);
    rsp_optimised_free(o.optimised);
    rsp_rulebook_free(o.book);
    rsp_cli_observed_free(&o.observed);
    rsp_patient_free(o.patient);
    free(o.patient_text);
    return status;
}
