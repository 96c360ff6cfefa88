#include "observed.h"

#include <stdlib.h>
#include <string.h>

static rsp_status read_diary(const struct rsp_cli *cli, const struct rsp_patient *patient,
    struct rsp_cli_observed *read, struct rsp_error *err)
{
    const char *path = rsp_cli_text(cli, "diary");
    struct rsp_diary_read_options options = {.id = patient->id, .has_today = true, .today = cli->today.day};
    size_t length;

    if (path == NULL)
        return RSP_OK;
    const rsp_status status = rsp_learn_time_zero(patient, &options.time_zero, err);
    if (status != RSP_OK) {
        rsp_error_place(err, "--diary", 0);
        return status;
    }
    RSP_TRY(rsp_cli_read(path, RSP_CLI_MAX_INPUT, &read->diary_text, &length, err));
    RSP_TRY(rsp_diary_parse(read->diary_text, length, path, &options, &read->diary, err));
    read->observed.diary = &read->diary;
    return RSP_OK;
}

static rsp_status read_levels(const struct rsp_cli *cli, const struct rsp_patient *patient,
    struct rsp_cli_observed *read, struct rsp_error *err)
{
    const char *path = rsp_cli_text(cli, "levels");
    struct rsp_moment zero;
    size_t length;

    if (path == NULL)
        return RSP_OK;
    const rsp_status status = rsp_learn_time_zero(patient, &zero, err);
    if (status != RSP_OK) {
        rsp_error_place(err, "--levels", 0);
        return status;
    }
    RSP_TRY(rsp_cli_read(path, RSP_CLI_MAX_INPUT, &read->levels_text, &length, err));
    RSP_TRY(rsp_levels_parse(read->levels_text, length, path, patient->id, cli->today, &read->levels, err));
    read->observed.levels = &read->levels;
    return RSP_OK;
}

rsp_status rsp_cli_observed_read(const struct rsp_cli *cli, const struct rsp_patient *patient,
    struct rsp_cli_observed *read, struct rsp_error *err)
{
    RSP_TRY(read_levels(cli, patient, read, err));
    return read_diary(cli, patient, read, err);
}

void rsp_cli_observed_free(struct rsp_cli_observed *read)
{
    rsp_diary_free(&read->diary);
    rsp_levels_free(&read->levels);
    free(read->diary_text);
    free(read->levels_text);
}

bool rsp_cli_observed_place(const struct rsp_cli *cli, struct rsp_error *err)
{
    static const char *const options[] = {"diary", "levels"};

    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (strcmp(err->field, options[i]) == 0 && rsp_cli_text(cli, options[i]) != NULL) {
            rsp_error_place(err, rsp_cli_text(cli, options[i]), 0);
            return true;
        }
    return false;
}
