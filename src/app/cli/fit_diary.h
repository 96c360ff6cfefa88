/** How `respite fit --diary` writes what was learned. */
#ifndef RSP_APP_CLI_FIT_DIARY_H
#define RSP_APP_CLI_FIT_DIARY_H

#include <respite/diary.h>

#include "base/date.h"
#include "base/text.h"
#include "cli.h"
#include "service/learn_record.h"

/** What the writers need beside the posterior. All borrowed. */
struct rsp_diary_answer {
    const struct rsp_diary *diary;
    const struct rsp_diary_fit *fit;
    const struct rsp_diary_summary *summary;
    const struct rsp_series_seen *last; /* what the scores alone say of the last series */
    const struct rsp_model *model;
    const char *between_person; /* the assumption behind the spread between people */
    struct rsp_date time_zero;
    double horizon_d;
    unsigned long long seed;
};
/** The person beside whom a diary is read, when a data set holds the doses. All borrowed. */
struct rsp_diary_person {
    const char *id;
    const struct rsp_model *model;
    const double *covariate;
    size_t n_dose;
    const struct rsp_dose *dose; /* from time zero */
    size_t n_pk;                 /* draws of a fit of levels; 0: none */
    const double *pk;
};
/** `respite fit --diary`. @param person  NULL: doses and covariates come from the options */
RSP_CHECKED rsp_status rsp_fit_diary(
    struct rsp_cli *cli, const struct rsp_diary_person *person, struct rsp_error *err);
void rsp_diary_write_text(const struct rsp_diary_answer *answer, struct rsp_buf *out);
void rsp_diary_write_json(const struct rsp_diary_answer *answer, struct rsp_buf *out);

#endif
