/* respite tci */
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "rulebook_argument.h"
#include "tci.h"

const char *rsp_tci_method_source(enum rsp_tci_method method)
{
    static const char *const source[] = {
        [RSP_TCI_PLASMA] =
            "Jacobs JR, IEEE Trans Biomed Eng 1990;37:107-109; Bailey JM, Shafer SL, IEEE Trans Biomed "
            "Eng 1991;38:522-525",
        [RSP_TCI_EFFECT] = "Shafer SL, Gregg KM, J Pharmacokinet Biopharm 1992;20:147-169"};
    return source[method];
}

/* Where a refusal belongs: the field of the engine names the option. */
static rsp_status place_refusal(rsp_status status, struct rsp_error *err)
{
    static const char *const option[] = {
        "target", "at", "model", "step", "syringe", "max-dissociation", "resolution", "max-rate", NULL};
    static const char *const name[] = {"--target", "--at", "--model", "--step", "--syringe",
        "--max-dissociation", "--resolution", "--max-rate"};
    if (status == RSP_OK || err == NULL || err->source[0] != '\0')
        return status;
    for (size_t i = 0; option[i] != NULL; i++)
        if (strcmp(err->field, option[i]) == 0) {
            err->field[0] = '\0';
            rsp_error_place(err, name[i], 0);
        }
    return status;
}

/* No programme for a person of the record who must not have the drug. */
static void write_barred(const struct rsp_tci_run *run, const struct rsp_finding *finding)
{
    struct rsp_buf *out = &run->sim.cli->out;

    run->sim.cli->exit_code = RSP_EXIT_NEGATIVE;
    if (rsp_cli_flag(run->sim.cli, "json")) {
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "candidacy", "not_a_candidate");
        rsp_json_text(out, "rule", finding->rule->id);
        rsp_json_text(out, "finding", finding->text);
        rsp_json_close(out, '}');
        rsp_buf_text(out, "\n");
        return;
    }
    rsp_buf_printf(out,
        "NOT A CANDIDATE: %s (%s) No programme is given; 'respite plan' shows every finding.\n",
        finding->text, finding->rule->id);
}

static rsp_status check_barred(const struct rsp_tci_run *run, bool *barred, struct rsp_error *err)
{
    enum rsp_candidacy candidacy;
    struct rsp_finding *finding = NULL;
    size_t n = 0;

    *barred = false;
    if (run->patient == NULL)
        return RSP_OK;
    RSP_TRY(rsp_rules_assess(run->book, run->patient, run->sim.cli->today, &candidacy, &finding, &n, err));
    *barred = candidacy == RSP_NOT_A_CANDIDATE && n > 0;
    if (*barred)
        write_barred(run, &finding[0]);
    free(finding);
    return RSP_OK;
}

static rsp_status run_tci(struct rsp_tci_run *run, struct rsp_error *err)
{
    bool barred;
    struct rsp_cli *cli = run->sim.cli;

    RSP_TRY(place_refusal(rsp_tci_options(run, err), err));
    RSP_TRY(rsp_cli_rulebook(cli, &run->book, err));
    RSP_TRY(check_barred(run, &barred, err));
    if (barred)
        return RSP_OK;
    RSP_TRY(place_refusal(rsp_pump_plan_make(run->book, &run->request, &run->plan, err), err));
    if (run->plan->hard_broken || rsp_pump_held_back(run->plan))
        cli->exit_code = RSP_EXIT_NEGATIVE;
    RSP_TRY(rsp_tci_files(run, err));
    if (rsp_cli_flag(cli, "json"))
        rsp_tci_json(run, &cli->out);
    else
        rsp_tci_text(run, cli->out_terminal, &cli->out);
    return RSP_OK;
}

rsp_status rsp_cmd_tci(struct rsp_cli *cli, struct rsp_error *err)
{
    struct rsp_tci_run *run = calloc(1, sizeof *run);

    if (run == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    run->sim.cli = cli;
    const rsp_status status = run_tci(run, err);
    rsp_pump_plan_free(run->plan);
    rsp_rulebook_free(run->book);
    rsp_patient_free(run->patient);
    free(run->patient_text);
    rsp_model_free(run->sim.model);
    free(run);
    return status;
}
