/** How `respite fit --diary` writes what was learned. */
#ifndef RSP_APP_CLI_FIT_DIARY_H
#define RSP_APP_CLI_FIT_DIARY_H

#include <respite/diary.h>

#include "base/date.h"
#include "base/text.h"

/** What the writers need beside the posterior. All borrowed. */
struct rsp_diary_answer {
    const struct rsp_diary *diary;
    const struct rsp_diary_fit *fit;
    const struct rsp_diary_summary *summary;
    const struct rsp_model *model;
    const char *between_person; /* the assumption behind the spread between people */
    struct rsp_date time_zero;
    double horizon_d;
    unsigned long long seed;
};
void rsp_diary_write_text(const struct rsp_diary_answer *answer, struct rsp_buf *out);
void rsp_diary_write_json(const struct rsp_diary_answer *answer, struct rsp_buf *out);

#endif
