/** A test model and a public data set as people to fit. */
#ifndef TEST_REFERENCE_FIT_SUPPORT_H
#define TEST_REFERENCE_FIT_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>

#include <respite/fit.h>

struct fit_case {
    struct rsp_model *model;
    struct rsp_events *events;
    struct rsp_fit_data *data;
    struct rsp_fit_result *result; /* of each person */
};

/** False when the folder of public data sets is not there: the test says so and ends. */
bool fit_data_there(void);
/** Text of a file of that folder; caller frees. */
char *fit_data_text(const char *name);
/** Numbers of a CSV file with a header, row by row; caller frees. Text cells are NaN. */
double *fit_table(const char *name, size_t *n_row, size_t *n_column);
/** Model fit/MODEL.yaml; caller frees. */
struct rsp_model *fit_model(const char *name);
/** Read model fit/MODEL.yaml and the data set. by_route: records lose their CMT, so that doses take the oral route
 * with its lag and shares; one_record_a_dose: of a dose written as two records, the one with RATE -2 stands for both. */
void fit_open(struct fit_case *c, const char *model, const char *data, bool by_route, bool one_record_a_dose);
void fit_run(struct fit_case *c, const struct rsp_fit_options *options);
void fit_close(struct fit_case *c);

#endif
