/* Words for the outside: JSON, tables, sentences. */
#include <respite/plan.h>

static const char *const status_name[] = {
    [RSP_PREDICTED] = "ok",
    [RSP_NOT_REACHED] = "not_reached",
    [RSP_ALREADY_ABOVE] = "already_above",
    [RSP_BEYOND_HORIZON] = "beyond_horizon",
    [RSP_NOT_PREDICTED] = "not_predicted",
};

static const char *const validity_name[] = {
    [RSP_VALIDITY_FITTED] = "fitted",
    [RSP_VALIDITY_EXTRAPOLATED] = "extrapolated",
    [RSP_VALIDITY_PATIENT] = "patient",
    [RSP_VALIDITY_NONE] = "none",
};

static const struct {
    const char *name, *unit;
} quantity[RSP_N_LIMIT_QUANTITY] = {
    [RSP_LIMIT_BOLUS_MG_PER_KG] = {"bolus", "mg/kg"},
    [RSP_LIMIT_BOLUS_RATE_MG_PER_KG_PER_MIN] = {"bolus rate", "mg/kg/min"},
    [RSP_LIMIT_RATE_MG_PER_KG_PER_H] = {"rate", "mg/kg/h"},
    [RSP_LIMIT_RATE_MG_PER_H] = {"rate", "mg/h"},
    [RSP_LIMIT_DAY_MG] = {"amount in 24 h", "mg"},
    [RSP_LIMIT_TOTAL_MG] = {"total amount", "mg"},
    [RSP_LIMIT_TOTAL_MIN_MG] = {"least amount of a treatment", "mg"},
    [RSP_LIMIT_DURATION_H] = {"duration", "h"},
    [RSP_LIMIT_TOTAL_MG_PER_KG] = {"total amount", "mg/kg"},
};

const char *rsp_prediction_status_name(enum rsp_prediction_status status)
{
    const size_t i = (size_t)status;
    return i < sizeof status_name / sizeof *status_name ? status_name[i] : "?";
}

const char *rsp_validity_name(enum rsp_validity validity)
{
    const size_t i = (size_t)validity;
    return i < sizeof validity_name / sizeof *validity_name ? validity_name[i] : "?";
}

const char *rsp_limit_quantity_name(enum rsp_limit_quantity q)
{
    return (size_t)q < RSP_N_LIMIT_QUANTITY ? quantity[q].name : "?";
}

const char *rsp_limit_quantity_unit(enum rsp_limit_quantity q)
{
    return (size_t)q < RSP_N_LIMIT_QUANTITY ? quantity[q].unit : "?";
}
