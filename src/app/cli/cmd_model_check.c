/* respite model check | card */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <respite/model.h>
#include <respite/units.h>

#include "cli.h"
#include "columns.h"
#include "evidence/check.h"
#include "exchange/card.h"
#include "json.h"
#include "model_argument.h"

enum { MAX_DRAWING = 4 << 20, MAX_PATH = 4096, WIDTH = 100 };

/* One model with the results of its own checks. */
struct checked {
    struct rsp_model *model;
    size_t n;
    struct rsp_check_result *result;
};

static void checked_free(struct checked *one)
{
    free(one->result);
    rsp_model_free(one->model);
    *one = (struct checked){0};
}

static rsp_status check_model(const char *name, struct checked *one, struct rsp_error *err)
{
    size_t first = 0;

    *one = (struct checked){0};
    RSP_TRY(rsp_cli_model(name, &one->model, err));
    one->n = rsp_check_own(one->model, &first);
    one->result = calloc(one->n + 1, sizeof *one->result);
    if (one->result == NULL) {
        checked_free(one);
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    }
    const rsp_status status = rsp_check_run_all(one->model, first, one->n, one->result, err);
    if (status != RSP_OK) {
        rsp_error_place(err, name, 0);
        checked_free(one);
    }
    return status;
}

/* Name of model number i: an operand, or all shipped ones when there is none. */
static const char *name_of(const struct rsp_cli *cli, size_t i)
{
    if (rsp_cli_count(cli, NULL) > 0)
        return rsp_cli_nth(cli, NULL, i);
    return rsp_shipped_id(i);
}

static size_t n_name(const struct rsp_cli *cli)
{
    return rsp_cli_count(cli, NULL) > 0 ? rsp_cli_count(cli, NULL) : rsp_shipped_count();
}

/* ---- check ---- */

struct tally {
    size_t n_pass, n_failed, n_compared, n_left;
};

static void count(struct tally *tally, const struct checked *one)
{
    for (size_t i = 0; i < one->n; i++) {
        const enum rsp_verdict verdict = one->result[i].verdict;
        tally->n_pass += verdict == RSP_VERDICT_PASS;
        tally->n_failed += verdict == RSP_VERDICT_FAIL;
        tally->n_compared += verdict == RSP_VERDICT_COMPARED;
        tally->n_left += verdict == RSP_VERDICT_NOT_REPRODUCIBLE;
    }
}

/* Smaller errors than any table prints, and than the rounding of a double leaves, are no numbers to read. */
static void error_cell(struct rsp_columns *table, double error_pct)
{
    static const double rounding_pct = 1e-9, least_pct = 0.001;

    if (fabs(error_pct) < rounding_pct)
        rsp_columns_text(table, "0");
    else if (fabs(error_pct) < least_pct)
        rsp_columns_text(table, "under 0.001");
    else
        rsp_columns_number(table, error_pct, fabs(error_pct) < 1 ? 2 : 3);
}

static void check_rows(const struct checked *one, struct rsp_columns *table)
{
    char subject[160];

    for (size_t i = 0; i < one->n; i++) {
        const struct rsp_check_result *r = &one->result[i];
        rsp_check_subject(r->check, subject, sizeof subject);
        rsp_columns_text(table, r->check->description);
        rsp_columns_text(table, subject);
        rsp_columns_number(table, r->target, 5);
        rsp_columns_number(table, r->computed, 5);
        rsp_columns_text(table, r->check->unit);
        error_cell(table, r->error_pct);
        rsp_columns_number(table, r->tolerance_pct, 3);
        rsp_columns_text(table, rsp_verdict_text(r->verdict));
    }
}

static void print_checks(const char *name, const struct checked *one, struct rsp_buf *out)
{
    static const char *const head[] = {
        "target", "quantity", "published", "computed", "unit", "error %", "tolerance %", "verdict"};
    struct rsp_columns table;

    rsp_buf_printf(out, "%s\n", name);
    rsp_columns_init(&table, 8);
    for (size_t c = 0; c < 8; c++) {
        rsp_columns_text(&table, head[c]);
        table.right[c] = c == 2 || c == 3 || c == 5 || c == 6;
    }
    check_rows(one, &table);
    rsp_columns_print(&table, 2, 0, out);
    for (size_t i = 0; i < one->n; i++) {
        const struct rsp_check_result *r = &one->result[i];
        if (r->verdict != RSP_VERDICT_NOT_REPRODUCIBLE || r->check->note == NULL || r->check->note[0] == '\0')
            continue;
        rsp_buf_printf(out, "  %s: ", r->check->description);
        rsp_cli_wrap(out, r->check->note, rsp_cli_columns(r->check->description) + 4, 4, WIDTH);
    }
    rsp_buf_text(out, "\n");
    rsp_columns_free(&table);
}

static void json_checks(const char *name, const struct checked *one, struct rsp_buf *out)
{
    char subject[160];

    rsp_json_open(out, NULL, '{');
    rsp_json_text(out, "id", name);
    rsp_json_open(out, "checks", '[');
    for (size_t i = 0; i < one->n; i++) {
        const struct rsp_check_result *r = &one->result[i];
        rsp_check_subject(r->check, subject, sizeof subject);
        rsp_json_open(out, NULL, '{');
        rsp_json_text(out, "description", r->check->description);
        rsp_json_text(out, "quantity", subject);
        rsp_json_text(out, "kind", r->check->kind);
        rsp_json_number(out, "published", r->target);
        rsp_json_number(out, "computed", r->computed);
        rsp_json_text(out, "unit", r->check->unit);
        rsp_json_number(out, "error_pct", r->error_pct);
        rsp_json_number(out, "tolerance_pct", r->tolerance_pct);
        rsp_json_text(out, "verdict", rsp_verdict_text(r->verdict));
        rsp_json_text(out, "source", r->check->source);
        rsp_json_text(out, "note", r->check->note);
        rsp_json_close(out, '}');
    }
    rsp_json_close(out, ']');
    rsp_json_close(out, '}');
}

rsp_status rsp_cmd_model_check(struct rsp_cli *cli, struct rsp_error *err)
{
    const bool json = rsp_cli_flag(cli, "json");
    struct tally tally = {0};

    if (json) {
        rsp_json_open(&cli->out, NULL, '{');
        rsp_json_open(&cli->out, "models", '[');
    }
    for (size_t i = 0; i < n_name(cli); i++) {
        struct checked one;
        rsp_cli_progress(cli, "checking", (double)i / (double)n_name(cli));
        RSP_TRY(check_model(name_of(cli, i), &one, err));
        count(&tally, &one);
        if (json)
            json_checks(name_of(cli, i), &one, &cli->out);
        else
            print_checks(name_of(cli, i), &one, &cli->out);
        checked_free(&one);
    }
    rsp_cli_progress(cli, "checking", 1);
    if (json) {
        rsp_json_close(&cli->out, ']');
        rsp_json_number(&cli->out, "n_pass", (double)tally.n_pass);
        rsp_json_number(&cli->out, "n_failed", (double)tally.n_failed);
        rsp_buf_text(&cli->out, "}\n");
    } else {
        rsp_buf_printf(&cli->out,
            "%zu numbers reproduced, %zu failed, %zu compared only, %zu not reproducible\n", tally.n_pass,
            tally.n_failed, tally.n_compared, tally.n_left);
    }
    cli->exit_code = tally.n_failed > 0 ? RSP_EXIT_NEGATIVE : RSP_EXIT_DONE;
    return RSP_OK;
}

/* ---- card ---- */

static rsp_status write_cards(struct rsp_cli *cli, const char *folder, struct rsp_error *err)
{
    struct rsp_buf *index = rsp_cli_file(cli, "%s/README.md", folder);

    if (index == NULL)
        return rsp_error_set(err, RSP_E_LIMIT, "", "too many output files");
    rsp_card_index_head(index);
    for (size_t i = 0; i < n_name(cli); i++) {
        struct checked one;
        struct rsp_buf checks;
        rsp_cli_progress(cli, "writing cards", (double)i / (double)n_name(cli));
        RSP_TRY(check_model(name_of(cli, i), &one, err));
        const char *id = rsp_model_part(one.model, rsp_model_n_part(one.model) - 1)->id;
        struct rsp_buf *markdown = rsp_cli_file(cli, "%s/%s.md", folder, id);
        struct rsp_buf *structure = rsp_cli_file(cli, "%s/%s-structure.svg", folder, id);
        rsp_buf_init(&checks, MAX_DRAWING);
        rsp_status status =
            markdown != NULL && structure != NULL
                ? rsp_card_write(one.model, one.n, one.result, markdown, structure, &checks, err)
                : rsp_error_set(err, RSP_E_LIMIT, "", "too many output files");
        if (status == RSP_OK && checks.length > 0) {
            struct rsp_buf *drawing = rsp_cli_file(cli, "%s/%s-checks.svg", folder, id);
            if (drawing != NULL)
                rsp_buf_add(drawing, checks.data, checks.length);
            else
                status = rsp_error_set(err, RSP_E_LIMIT, "", "too many output files");
        }
        if (status == RSP_OK)
            rsp_card_index_row(one.model, one.n, one.result, index);
        rsp_buf_free(&checks);
        checked_free(&one);
        RSP_TRY(status);
    }
    rsp_cli_progress(cli, "writing cards", 1);
    return rsp_cli_make_folder(folder, err);
}

rsp_status rsp_cmd_model_card(struct rsp_cli *cli, struct rsp_error *err)
{
    const char *folder = rsp_cli_text(cli, "output");
    struct rsp_buf structure, checks;
    struct checked one;

    if (folder != NULL)
        return write_cards(cli, folder, err);
    if (rsp_cli_count(cli, NULL) != 1)
        return rsp_error_set(err, RSP_E_MISSING, "",
            "name one model to print its card, or give --output DIR to write the cards and their drawings");
    RSP_TRY(check_model(rsp_cli_nth(cli, NULL, 0), &one, err));
    rsp_buf_init(&structure, MAX_DRAWING);
    rsp_buf_init(&checks, MAX_DRAWING);
    const rsp_status status =
        rsp_card_write(one.model, one.n, one.result, &cli->out, &structure, &checks, err);
    rsp_buf_free(&structure);
    rsp_buf_free(&checks);
    checked_free(&one);
    return status;
}
