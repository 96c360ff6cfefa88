/* respite mme */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "columns.h"
#include "json.h"
#include "record/patient.h"
#include "rules/rules.h"

enum { WIDTH = 100, DIGITS = 4 };

static const char warning[] =
    "For an overview only: the sum never serves to convert one opioid into another.";

/* A sum of nothing says something only when the list holds no opioid for certain. */
static bool known(const struct rsp_mme *mme)
{
    return mme->n_counted > 0 || rsp_mme_complete(mme);
}

static void json_unknown(const struct rsp_rulebook *book, const struct rsp_mme *mme, struct rsp_buf *out)
{
    rsp_json_open(out, "not_recognised", '[');
    for (size_t i = 0; i < mme->n_unknown && i < RSP_MAX_MME; i++) {
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "name", mme->unknown[i]);
        rsp_json_text(out, "meant", rsp_mme_meant(book, mme->unknown[i]));
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
}

static void write_json(const struct rsp_rulebook *book, const struct rsp_mme *mme, struct rsp_buf *out)
{
    rsp_json_open(out, NULL, '{');
    rsp_json_number(out, "mme_mg_per_day", known(mme) ? mme->total_mg : (double)NAN);
    rsp_json_bool(out, "complete", rsp_mme_complete(mme));
    rsp_json_text(out, "rules_version", rsp_rulebook_version(book));
    rsp_json_open(out, "medicines", '[');
    for (size_t i = 0; i < mme->n && i < RSP_MAX_MME; i++) {
        const struct rsp_mme_row *row = &mme->row[i];
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "name", row->medicine);
        rsp_json_text(out, "opioid", row->opioid);
        rsp_json_bool(out, "counted", row->counted);
        rsp_json_number(out, "daily_mg", row->daily_mg);
        rsp_json_number(out, "rate_mcg_per_h", row->rate_mcg_per_h);
        rsp_json_number(out, "factor", row->factor);
        rsp_json_number(out, "mme_mg_per_day", row->mme_mg);
        rsp_json_text(out, "text", row->text);
        rsp_json_text(out, "source", row->source);
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
    json_unknown(book, mme, out);
    rsp_json_text(out, "note", warning);
    rsp_buf_text(out, "}\n");
}

static void counted(const struct rsp_mme *mme, struct rsp_buf *out)
{
    static const char *const head[] = {"medicine", "a day", "factor", "morphine mg"};
    struct rsp_columns table;
    char number[40], dose[64];

    if (mme->n_counted == 0)
        return;
    rsp_columns_init(&table, 4);
    for (size_t c = 1; c < 4; c++)
        table.right[c] = true;
    for (size_t c = 0; c < 4; c++)
        rsp_columns_text(&table, head[c]);
    for (size_t i = 0; i < mme->n && i < RSP_MAX_MME; i++) {
        const struct rsp_mme_row *row = &mme->row[i];
        if (!row->counted)
            continue;
        rsp_number_format(row->by_rate ? row->rate_mcg_per_h : row->daily_mg, DIGITS, number, sizeof number);
        snprintf(dose, sizeof dose, "%s %s", number, row->by_rate ? "mcg/h" : "mg");
        rsp_columns_text(&table, row->medicine);
        rsp_columns_text(&table, dose);
        rsp_columns_number(&table, row->factor, DIGITS);
        rsp_columns_number(&table, row->mme_mg, DIGITS);
    }
    rsp_columns_print(&table, 2, 0, out);
    rsp_columns_free(&table);
}

static void sum(const struct rsp_mme *mme, struct rsp_buf *out)
{
    char total[40];

    rsp_number_format(mme->total_mg, DIGITS, total, sizeof total);
    if (!mme->asked)
        rsp_buf_text(out, "Morphine equivalents: not known, the patient's file has no medications.\n");
    else if (!known(mme))
        rsp_buf_printf(out, "Morphine equivalents: not known, %s.\n",
            mme->n > 0 ? "no opioid on the list can be counted" : "medicines on the list are not recognised");
    else if (mme->n == 0)
        rsp_buf_text(out, "Morphine equivalents: 0 mg a day, no opioid is on the list.\n");
    else
        rsp_buf_printf(
            out, "Morphine equivalents: %s%s mg a day\n", rsp_mme_complete(mme) ? "" : "at least ", total);
}

static void list_unknown(const struct rsp_rulebook *book, const struct rsp_mme *mme, struct rsp_buf *out)
{
    char text[200];

    for (size_t i = 0; i < mme->n_unknown && i < RSP_MAX_MME; i++) {
        const char *meant = rsp_mme_meant(book, mme->unknown[i]);
        rsp_buf_text(out, "  not recognised: ");
        snprintf(text, sizeof text, "%.80s%s%.60s%s", mme->unknown[i], meant != NULL ? " (is it " : "",
            meant != NULL ? meant : "", meant != NULL ? "?)" : "");
        rsp_cli_wrap(out, text, 18, 18, WIDTH);
    }
    if (mme->n_unknown > 0)
        rsp_buf_text(out, "Write the generic name: what is not recognised may be an opioid.\n");
}

static void write_text(const struct rsp_rulebook *book, const struct rsp_mme *mme, struct rsp_buf *out)
{
    sum(mme, out);
    counted(mme, out);
    for (size_t i = 0; i < mme->n && i < RSP_MAX_MME; i++)
        if (!mme->row[i].counted) {
            rsp_buf_text(out, "  not counted: ");
            rsp_cli_wrap(out, mme->row[i].text, 15, 15, WIDTH);
        }
    list_unknown(book, mme, out);
    if (mme->n == 0)
        return;
    rsp_buf_printf(out, "%s\n", warning);
    rsp_buf_text(out, "Source: ");
    rsp_cli_wrap(out, mme->row[0].source, 8, 8, WIDTH);
}

rsp_status rsp_cmd_mme(struct rsp_cli *cli, struct rsp_error *err)
{
    const char *path = rsp_cli_nth(cli, NULL, 0);
    struct rsp_rulebook *book = NULL;
    struct rsp_patient *patient = NULL;
    struct rsp_mme mme;
    char *text = NULL;
    size_t length = 0;
    rsp_status status = RSP_OK;

    if (path == NULL)
        return rsp_error_set(err, RSP_E_MISSING, "", "name the patient's file: respite mme PATIENT.yaml");
    RSP_TRY_DONE(rsp_cli_read(path, RSP_CLI_MAX_PATIENT, &text, &length, err));
    RSP_TRY_DONE(rsp_patient_parse(text, length, path, cli->today, false, &patient, err));
    RSP_TRY_DONE(rsp_rulebook_shipped(&book, err));
    rsp_rules_mme(book, patient, &mme);
    if (rsp_cli_flag(cli, "json"))
        write_json(book, &mme, &cli->out);
    else
        write_text(book, &mme, &cli->out);
done:
    rsp_rulebook_free(book);
    rsp_patient_free(patient);
    free(text);
    return status;
}
