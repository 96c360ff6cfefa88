/* respite plan */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/units.h>

#include "app/page/report.h"
#include "cli.h"
#include "observed.h"
#include "plan/copies.h"
#include "plan_text.h"
#include "record/patient.h"
#include "rulebook_argument.h"
#include "rules/rules.h"
#include "service/advise.h"
#include "service/advise_json.h"

enum { MAX_OTHER = 8, MAX_DOSE_TEXT = 64, MIN_COPIES = 20, MAX_ITEM = 4000, MAX_DAYS_AHEAD = 731 };

/* All that one run of the command owns. */
struct planning {
    struct rsp_cli *cli;
    char *patient_text;
    struct rsp_patient *patient;
    struct rsp_cli_observed observed;
    struct rsp_rulebook *book;
    const char *dose[MAX_DOSE_TEXT];
    struct rsp_advise_request request;
    struct rsp_advice *advice;
    size_t n_other;
    struct rsp_advice *other[MAX_OTHER];
    double syringe_mg_per_ml;
};

static rsp_status read_patient(struct planning *p, struct rsp_error *err)
{
    const char *path = rsp_cli_nth(p->cli, NULL, 0);
    size_t length;

    if (path == NULL)
        return rsp_error_set(err, RSP_E_MISSING, "", "name the patient's file: respite plan PATIENT.yaml");
    RSP_TRY(rsp_cli_read(path, RSP_CLI_MAX_PATIENT, &p->patient_text, &length, err));
    return rsp_patient_parse(p->patient_text, length, path, p->cli->today,
        rsp_cli_flag(p->cli, "force-covariates"), &p->patient, err);
}

/* A plan starts today or later; what was given before belongs to the record. */
static rsp_status read_start(
    const struct rsp_cli *cli, const char *text, struct rsp_date *start, struct rsp_error *err)
{
    char today[24];

    RSP_TRY(rsp_date_parse(text, start, err));
    rsp_date_format(cli->today, today, sizeof today);
    if (start->day < cli->today.day)
        return rsp_error_set(err, RSP_E_DOMAIN, "",
            "%.20s lies before today, %s: a plan starts today or later; write earlier doses under infusions "
            "in the patient's file",
            text, today);
    if (start->day > cli->today.day + MAX_DAYS_AHEAD)
        return rsp_error_set(
            err, RSP_E_DOMAIN, "", "%.20s is more than 2 years after today, %s: check the year", text, today);
    return RSP_OK;
}

/* Dose texts of one regimen, joined by " + ": cut in place, the blanks around each removed. */
static rsp_status split_doses(char *item, const char *dose[], size_t *n, struct rsp_error *err)
{
    for (char *text = item; text != NULL;) {
        char *next = strstr(text, " + ");
        if (next != NULL)
            *next = '\0';
        text += strspn(text, " ");
        if (*n == MAX_DOSE_TEXT)
            return rsp_error_set(
                err, RSP_E_LIMIT, "", "more than %d dose texts in one regimen", MAX_DOSE_TEXT);
        dose[(*n)++] = text;
        text = next != NULL ? next + strlen(" + ") : NULL;
    }
    return RSP_OK;
}

/* Whether a regimen set beside this one holds the dose of that canonical text. */
static bool confirms_compared(const struct rsp_cli *cli, const char *again)
{
    enum { MAX_FORMATTED = 200 };
    char item[MAX_ITEM], own[MAX_FORMATTED];

    for (size_t i = 0; i < rsp_cli_count(cli, "compare"); i++)
        for (const char *text = rsp_cli_nth(cli, "compare", i); text != NULL;) {
            const char *dose[MAX_DOSE_TEXT];
            struct rsp_dose_text parsed;
            size_t n = 0;
            if (rsp_cli_word("--compare", &text, item, sizeof item, NULL) != RSP_OK ||
                split_doses(item, dose, &n, NULL) != RSP_OK)
                return false; /* told where the regimens are read */
            for (size_t k = 0; k < n; k++) {
                if (rsp_dose_text_parse(dose[k], &parsed, NULL) != RSP_OK)
                    continue;
                rsp_dose_text_format(&parsed, own, sizeof own);
                if (strcmp(again, own) == 0)
                    return true;
            }
        }
    return false;
}

/* The confirmation is a dose text, and the text of one of the doses. */
static rsp_status check_confirmation(const struct planning *p, struct rsp_error *err)
{
    enum { MAX_FORMATTED = 200 };
    char again[MAX_FORMATTED], own[MAX_FORMATTED];
    struct rsp_dose_text dose;

    if (p->request.confirm_dose == NULL)
        return RSP_OK;
    RSP_TRY(rsp_dose_text_parse(p->request.confirm_dose, &dose, err));
    if (p->request.n_dose == 0 && rsp_cli_count(p->cli, "compare") == 0)
        return rsp_error_set(err, RSP_E_MISMATCH, "", "there is no --dose that it could confirm");
    rsp_dose_text_format(&dose, again, sizeof again);
    for (size_t i = 0; i < p->request.n_dose; i++) {
        if (rsp_dose_text_parse(p->dose[i], &dose, NULL) != RSP_OK)
            continue;
        rsp_dose_text_format(&dose, own, sizeof own);
        if (strcmp(again, own) == 0)
            return RSP_OK;
    }
    if (confirms_compared(p->cli, again))
        return RSP_OK;
    return rsp_error_set(err, RSP_E_MISMATCH, "",
        "'%.120s' is none of the doses given with --dose: type the same dose again", p->request.confirm_dose);
}

static rsp_status read_request(struct planning *p, struct rsp_error *err)
{
    const struct rsp_cli *cli = p->cli;
    const char *start = rsp_cli_text(cli, "start");
    double subjects = 0, seed = 1;

    p->request = (struct rsp_advise_request){.protocol = rsp_cli_text(cli, "protocol"),
        .n_dose = rsp_cli_count(cli, "dose"),
        .dose = p->dose,
        .confirm_dose = rsp_cli_text(cli, "confirm-dose"),
        .today = cli->today,
        .start = cli->today};
    if (p->request.protocol != NULL && p->request.n_dose > 0)
        return rsp_error_set(
            err, RSP_E_MISMATCH, "", "--protocol and --dose exclude each other: give one of them");
    if (p->request.n_dose > MAX_DOSE_TEXT)
        return rsp_cli_place(
            rsp_error_set(err, RSP_E_LIMIT, "", "more than %d dose texts", MAX_DOSE_TEXT), "--dose", err);
    for (size_t i = 0; i < p->request.n_dose; i++)
        p->dose[i] = rsp_cli_nth(cli, "dose", i);
    if (start != NULL)
        RSP_TRY(rsp_cli_place(read_start(cli, start, &p->request.start, err), "--start", err));
    RSP_TRY(rsp_cli_place(check_confirmation(p, err), "--confirm-dose", err));
    RSP_TRY(rsp_cli_whole(cli, "subjects", MIN_COPIES, RSP_COPIES_MAX, &subjects, err));
    RSP_TRY(rsp_cli_whole(cli, "seed", 0, RSP_CLI_LARGEST_SEED, &seed, err));
    p->request.n_subject = (size_t)subjects;
    p->request.seed = (uint64_t)seed;
    p->syringe_mg_per_ml = NAN;
    return rsp_cli_place(rsp_cli_syringe(cli, &p->syringe_mg_per_ml, NULL, err), "--syringe", err);
}

/* Where a refusal of the planner belongs: the dose text, the option or the patient's file. */
static rsp_status place_refusal(const struct planning *p, rsp_status status, struct rsp_error *err)
{
    if (status == RSP_OK)
        return RSP_OK;
    for (size_t i = 0; i < p->request.n_dose; i++)
        if (strncmp(err->source, p->dose[i], sizeof err->source - 1) == 0 ||
            strcmp(err->field, "dose") == 0) {
            rsp_error_place(err, "--dose", 0);
            return status;
        }
    if (rsp_cli_observed_place(p->cli, err))
        return status;
    if (err->source[0] == '\0' && strcmp(err->field, "protocol") == 0)
        rsp_error_place(err, "--protocol", 0);
    else if (err->source[0] == '\0')
        rsp_error_place(err, rsp_cli_nth(p->cli, NULL, 0), 0);
    return status;
}

static bool same_regimen(const struct rsp_advice *a, const struct rsp_advice *b)
{
    if (a->protocol != NULL || b->protocol != NULL)
        return a->protocol == b->protocol;
    return strcmp(a->regimen_text, b->regimen_text) == 0;
}

/* One regimen of --compare: a protocol's id, or, with a blank in it, dose texts. */
static rsp_status advise_other(struct planning *p, char *item, struct rsp_error *err)
{
    const bool doses = strchr(item, ' ') != NULL;
    struct rsp_advise_request request = p->request;
    char said[MAX_ITEM];
    const char *dose[MAX_DOSE_TEXT];

    snprintf(said, sizeof said, "%s", item);
    request.protocol = doses ? NULL : item;
    request.dose = dose;
    request.n_dose = 0;
    request.confirm_dose = doses ? p->request.confirm_dose : NULL;
    if (doses)
        RSP_TRY(split_doses(item, dose, &request.n_dose, err));
    if (p->n_other == MAX_OTHER)
        return rsp_error_set(err, RSP_E_LIMIT, "", "more than %d regimens beside this one", MAX_OTHER);
    struct rsp_advice *made = NULL;
    RSP_TRY(rsp_advise(p->book, p->patient, &request, &made, err));
    p->other[p->n_other] = made;
    if (made->n_dose > 0 && same_regimen(made, p->advice)) {
        rsp_advice_free(made); /* this plan stands in the table already */
        p->other[p->n_other] = NULL;
        return RSP_OK;
    }
    for (size_t i = 0; i < p->n_other; i++)
        if (made->n_dose > 0 && same_regimen(made, p->other[i]))
            return rsp_error_set(err, RSP_E_SYNTAX, "", "'%.120s' is given twice: give it once", said);
    p->n_other++;
    return RSP_OK;
}

static rsp_status advise_others(struct planning *p, struct rsp_error *err)
{
    char item[MAX_ITEM];

    for (size_t i = 0; i < rsp_cli_count(p->cli, "compare"); i++)
        for (const char *text = rsp_cli_nth(p->cli, "compare", i); text != NULL;) {
            RSP_TRY(rsp_cli_word("--compare", &text, item, sizeof item, err));
            RSP_TRY(advise_other(p, item, err));
        }
    return RSP_OK;
}

/* One object; regimens set beside it are listed under "comparison". */
static rsp_status write_json(struct planning *p, struct rsp_error *err)
{
    struct rsp_buf *out = &p->cli->out;
    char *text = NULL;

    RSP_TRY(rsp_advice_json(p->advice, &text, err));
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == '\n')
        length--;
    if (p->n_other > 0 && length > 0)
        length--; /* the closing brace follows the comparison */
    rsp_buf_add(out, text, length);
    free(text);
    for (size_t i = 0; i < p->n_other; i++) {
        RSP_TRY(rsp_advice_json(p->other[i], &text, err));
        rsp_buf_text(out, i == 0 ? ", \"comparison\": [" : ", ");
        rsp_buf_text(out, text);
        free(text);
    }
    rsp_buf_text(out, p->n_other > 0 ? "]}\n" : "\n");
    return RSP_OK;
}

static rsp_status write_plan(struct planning *p, struct rsp_error *err)
{
    const char *page = rsp_cli_text(p->cli, "report");
    const struct rsp_report report = {.advice = p->advice,
        .patient = p->patient,
        .today = p->cli->today,
        .syringe_mg_per_ml = p->syringe_mg_per_ml,
        .n_other = p->n_other,
        .other = (const struct rsp_advice *const *)p->other};

    if (page != NULL) {
        struct rsp_buf *file = rsp_cli_file(p->cli, "%s", page);
        if (file == NULL)
            return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
        rsp_report_html(&report, file);
    }
    if (rsp_cli_flag(p->cli, "json"))
        return write_json(p, err);
    rsp_plan_text(&report, p->cli->out_terminal, &p->cli->out);
    if (page != NULL)
        rsp_buf_printf(&p->cli->out, "Report: %s\n", page);
    return RSP_OK;
}

/* No: for this person, for this regimen, or no regimen at all, as without a weight. A limit that the
 * prescriber may pass is no answer yet. */
static bool negative(const struct rsp_advice *advice)
{
    for (size_t i = 0; i < advice->n_limit; i++)
        if (advice->limit[i].hard && !advice->limit_result[i].ok)
            return true;
    const bool stop = advice->learned != NULL && advice->learned->no_response;
    return advice->candidacy == RSP_NOT_A_CANDIDATE || advice->n_dose == 0 || stop;
}

static rsp_status plan(struct planning *p, struct rsp_error *err)
{
    static const char *const endings[] = {".html", NULL};

    RSP_TRY(rsp_cli_check_file(p->cli, "report", endings, "the report is written to FILE.html", err));
    RSP_TRY(read_request(p, err));
    RSP_TRY(read_patient(p, err));
    RSP_TRY(rsp_cli_observed_read(p->cli, p->patient, &p->observed, err));
    p->request.observed = p->observed.observed;
    RSP_TRY(rsp_cli_rulebook(p->cli, &p->book, err));
    RSP_TRY(place_refusal(p, rsp_advise(p->book, p->patient, &p->request, &p->advice, err), err));
    RSP_TRY(rsp_cli_place(advise_others(p, err), "--compare", err));
    p->cli->exit_code = negative(p->advice) ? RSP_EXIT_NEGATIVE : RSP_EXIT_DONE;
    return write_plan(p, err);
}

rsp_status rsp_cmd_plan(struct rsp_cli *cli, struct rsp_error *err)
{
    struct planning p = {.cli = cli};

    const rsp_status status = plan(&p, err);
    for (size_t i = 0; i < MAX_OTHER; i++)
        rsp_advice_free(p.other[i]);
    rsp_advice_free(p.advice);
    rsp_rulebook_free(p.book);
    rsp_patient_free(p.patient);
    rsp_cli_observed_free(&p.observed);
    free(p.patient_text);
    return status;
}
