/** --diary and --levels of the commands that plan for one patient. */
#ifndef RSP_APP_CLI_OBSERVED_H
#define RSP_APP_CLI_OBSERVED_H

#include "cli.h"
#include "service/learn.h"

/** What was read, and its owner. */
struct rsp_cli_observed {
    char *diary_text, *levels_text;
    struct rsp_diary diary;
    struct rsp_levels levels;
    struct rsp_observed observed; /**< points into the above; what was not given is NULL */
};

/** Read both files beside the infusions of the patient's record. Free with rsp_cli_observed_free, also after failure. */
RSP_CHECKED rsp_status rsp_cli_observed_read(const struct rsp_cli *cli, const struct rsp_patient *patient,
    struct rsp_cli_observed *read, struct rsp_error *err);
void rsp_cli_observed_free(struct rsp_cli_observed *read);

/** Place an error of the planner that is about the diary or the levels. @return false when it is about neither */
bool rsp_cli_observed_place(const struct rsp_cli *cli, struct rsp_error *err);

#endif
