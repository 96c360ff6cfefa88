/** One run of `respite tci`. */
#ifndef RSP_APP_CLI_TCI_H
#define RSP_APP_CLI_TCI_H

#include "service/pump.h"
#include "simulation.h"

struct rsp_tci_run {
    struct rsp_sim sim; /* model and person, read as `simulate` reads them */
    char *patient_text;
    struct rsp_patient *patient; /* of --patient; NULL without */
    struct rsp_patient facts; /* what the limits look at: of the file, with the weight of the command line */
    struct rsp_rulebook *book;
    struct rsp_tci_profile profile;
    double covariate[RSP_SIM_MAX_COVARIATE];
    struct rsp_pump_request request;
    struct rsp_pump_plan *plan;
};

/* ---- tci_options.c ---- */
/** Command line into run->request. */
RSP_CHECKED rsp_status rsp_tci_options(struct rsp_tci_run *run, struct rsp_error *err);

/* ---- tci_text.c, tci_json.c, tci_files.c ---- */
void rsp_tci_text(const struct rsp_tci_run *run, bool terminal, struct rsp_buf *out);
void rsp_tci_json(const struct rsp_tci_run *run, struct rsp_buf *out);
/** --plot FILE.svg or FILE.html, --report FILE.html; nothing without the options. */
RSP_CHECKED rsp_status rsp_tci_files(const struct rsp_tci_run *run, struct rsp_error *err);

/** How the method is cited. */
const char *rsp_tci_method_source(enum rsp_tci_method method);

#endif
