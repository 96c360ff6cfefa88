/* Small models as text, edits of them, slots by name, and an integrator of its own: every step a
 * fixed-step Runge-Kutta of the compiled links, independent of the engine's own solver. */
#ifndef RSP_TEST_MODEL_SUPPORT_H
#define RSP_TEST_MODEL_SUPPORT_H

#include "../base/suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/model.h>

#include "model/compiled.h"

extern const char plain_pk[], plain_effect[];

/* `text` with its first `from` replaced by `to`; static storage, four at a time. */
const char *edited(const char *text, const char *from, const char *to);

struct rsp_model *parsed_model(const char *text);
struct rsp_model *shipped_model(const char *id);

/* Index of a state; -1 for "out", -2 for an unknown name. */
int state_of(const struct rsp_compiled *c, const char *name);
/* Sum of the rates of all links between two states, 1/h. */
double rate_between(const struct rsp_model *model, const double slot[], const char *from, const char *to);

void derivative(const struct rsp_compiled *c, const double slot[], double time_h, const double x[],
    const double input[], double dx[]);
/* One Runge-Kutta step of h hours with constant input (mg/h per state). */
void step(const struct rsp_compiled *c, const double slot[], double time_h, double h, double x[],
    const double input[]);
/* Amounts after time_h hours of one dose of amount_mg by a route, given over duration_h (0: at once). */
void run(const struct rsp_model *model, const double covariate[], enum rsp_route route, double amount_mg,
    double duration_h, double time_h, int n_step, double x[]);
/* A readout at amounts x. */
double readout(const struct rsp_model *model, const double covariate[], const double x[], const char *name);

#endif
