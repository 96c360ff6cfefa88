/** One run of `respite simulate`: the request as read from the command line. */
#ifndef RSP_APP_CLI_SIMULATION_H
#define RSP_APP_CLI_SIMULATION_H

#include <respite/events.h>
#include <respite/model.h>
#include <respite/simulate.h>

#include "cli.h"

enum {
    RSP_SIM_MAX_OUTPUT = 64,
    RSP_SIM_MAX_QUANTILE = 32,
    RSP_SIM_MAX_COVARIATE = 32,
    RSP_SIM_MAX_TIME = 2000000, /* instants of one curve */
    RSP_SIM_MAX_DOSE = 20000
};

/** Times as asked for: values in the unit that the column's name carries. */
struct rsp_sim_times {
    size_t n;
    double *value; /* in `unit` */
    double *hour;  /* the same in h */
    char unit[4];  /* "min", "h", "d", "wk" */
    double unit_h; /* h a unit */
};

enum rsp_sim_format { RSP_SIM_CSV, RSP_SIM_JSON, RSP_SIM_TABLE };

struct rsp_sim {
    struct rsp_cli *cli;
    struct rsp_model *model;
    size_t n_dose;
    struct rsp_dose *dose;
    struct rsp_sim_times times;
    size_t n_output;
    int output[RSP_SIM_MAX_OUTPUT];
    /* One value for everybody; NULL pointers take the model's reference. */
    double covariate[RSP_SIM_MAX_COVARIATE];
    const double *column[RSP_SIM_MAX_COVARIATE];
    size_t stride[RSP_SIM_MAX_COVARIATE];
    double weight_kg;                 /* NaN when not given */
    char patient_id[64], setting[16]; /* of the patient file; "" none */
    size_t n_people;
    bool population; /* --subjects was given */
    size_t n_quantile;
    double quantile[RSP_SIM_MAX_QUANTILE]; /* in percent, as written */
    struct rsp_simulate_options options;
    enum rsp_sim_format format;
    int digits;
    bool racemate_half_s;
    struct rsp_events *data;           /* --data; NULL without */
    bool given[RSP_SIM_MAX_COVARIATE]; /* on the command line, for those whom the data set does not say */
    double given_value[RSP_SIM_MAX_COVARIATE];
};

/* ---- sim_times.c ---- */
/** "START:END:STEP UNIT" or "T1,T2,... UNIT". Caller frees with rsp_sim_times_free. */
RSP_CHECKED rsp_status rsp_sim_times_parse(
    const char *text, struct rsp_sim_times *times, struct rsp_error *err);
/** When no times are asked for: from 0 to a day after the last dose, or two months for a slow effect. */
RSP_CHECKED rsp_status rsp_sim_times_default(
    double end_h, bool slow, struct rsp_sim_times *times, struct rsp_error *err);
void rsp_sim_times_free(struct rsp_sim_times *times);

/* ---- sim_people.c ---- */
/** Weight, age, sex, --covariate and --patient into sim->covariate; ranges are judged. */
RSP_CHECKED rsp_status rsp_sim_people(struct rsp_sim *sim, struct rsp_error *err);

/* ---- sim_data.c ---- */
/** --data into sim->data. */
RSP_CHECKED rsp_status rsp_sim_data(struct rsp_sim *sim, struct rsp_error *err);
/** Take the covariates of one person of the data set, and check that person's doses. */
RSP_CHECKED rsp_status rsp_sim_subject(
    struct rsp_sim *sim, const struct rsp_subject *subject, struct rsp_error *err);
/** Judge a covariate against the model's range, set it. @param place  option or file for messages */
RSP_CHECKED rsp_status rsp_sim_set_covariate(
    struct rsp_sim *sim, size_t i, const char *place, double value, struct rsp_error *err);
/** The first covariate that the model needs and has not got. */
RSP_CHECKED rsp_status rsp_sim_check_required(const struct rsp_sim *sim, struct rsp_error *err);

/* ---- sim_doses.c ---- */
/** --dose into sim->dose; the racemate is halved only under its assumption. */
RSP_CHECKED rsp_status rsp_sim_doses(struct rsp_sim *sim, struct rsp_error *err);
/** Check --assume NAME against the model's assumptions. */
RSP_CHECKED rsp_status rsp_sim_assumptions(struct rsp_sim *sim, struct rsp_error *err);

/* ---- sim_write.c ---- */
/** Run and write curves of every person, in batches. */
RSP_CHECKED rsp_status rsp_sim_write_people(struct rsp_sim *sim, struct rsp_error *err);
/** Run and write the people of the data set. */
RSP_CHECKED rsp_status rsp_sim_write_data(struct rsp_sim *sim, struct rsp_error *err);
/** Run and write percentiles over the people. */
RSP_CHECKED rsp_status rsp_sim_write_quantiles(struct rsp_sim *sim, struct rsp_error *err);

/* ---- sim_plot.c ---- */
/** Draw to --plot FILE.svg or FILE.html. */
RSP_CHECKED rsp_status rsp_sim_plot(struct rsp_sim *sim, struct rsp_error *err);

/** The people of a call: n of them from number first_id on. */
static inline struct rsp_people rsp_sim_people_of(const struct rsp_sim *sim, size_t n, uint64_t first_id)
{
    return (struct rsp_people){.n = n, .first_id = first_id, .covariate = sim->column, .stride = sim->stride};
}

static inline struct rsp_schedule rsp_sim_schedule(const struct rsp_sim *sim)
{
    return (struct rsp_schedule){
        .n_dose = sim->n_dose, .dose = sim->dose, .n_time = sim->times.n, .time_h = sim->times.hour};
}

#endif
