/** What an order is prepared from, and the limits that a site signs: rules/orders.yaml. */
#ifndef RSP_CLINIC_RULES_PREPARING_H
#define RSP_CLINIC_RULES_PREPARING_H

#include "rules/rules.h"

/** A strength that exists, in mg of base. */
struct rsp_vial {
    enum rsp_drug drug;
    double strength_mg_per_ml;
    double salt_mg_per_ml; /* the same as hydrochloride */
    bool dilute_iv;        /* never into a vein as it is */
    unsigned routes;       /* bits by enum; 0: all */
    const char *source;
};

struct rsp_diluent {
    const char *id, *name, *source;
};

struct rsp_concentration {
    double mg_per_ml;
    bool usual; /* where the choice begins */
    const char *source;
};

struct rsp_preparation {
    double weight_most_d; /* how old a weight may be */
    double pump_step_ml_per_h, pump_most_ml_per_h;
    double draw_step_ml, draw_small_step_ml,
        draw_small_ml;         /* a volume under draw_small_ml is drawn in small steps */
    double rounding_most_frac; /* how far rounding may move a rate or a volume */
    double container_most_ml;  /* of one bag */
    double vial_least_ml, vial_most_ml;
    const char *weight_source, *apparatus_source;
    size_t n_vial, n_diluent, n_concentration;
    struct rsp_vial *vial;
    struct rsp_diluent *diluent;
    struct rsp_concentration *concentration;
};

/** One limit at which an infusion is stopped and looked at. */
struct rsp_alarm {
    const char *id, *text, *unit, *source;
    bool above;   /* higher is worse */
    bool local;   /* no published source */
    double value; /* as shipped */
    double loosest, strictest;
    int times;      /* within `minutes`; 0: once */
    double minutes; /* NaN: at once */
};

/** What a medicine beside the dose is for; bits. */
enum rsp_support_use { RSP_SUPPORT_PREMEDICATION = 1, RSP_SUPPORT_RESCUE = 2 };
extern const char *const rsp_support_use_names[]; /* by bit, NULL-terminated */

/** The most of a medicine that is given at once. */
struct rsp_single_dose {
    const char *medicine, *source;
    double most_mg;
};

/** A class of medicines that may be ordered beside the dose. */
struct rsp_supporting {
    const char *id, *class_name, *purpose, *source;
    unsigned use;
    bool sedates, reverses;
    size_t n_medicine; /* members of the class */
    const char *const *medicine;
    size_t n_route, n_most, n_vital;
    const char *const *vital; /* signs beside whose alarm an ordered rescue is shown */
    const char *const *route; /* by which it may be given */
    struct rsp_single_dose *most;
};

/** NULL when no file of the book has the section. */
const struct rsp_preparation *rsp_rulebook_preparation(const struct rsp_rulebook *book);
/** The vial of that drug and strength; NULL: there is none. */
const struct rsp_vial *rsp_preparation_vial(
    const struct rsp_preparation *preparation, enum rsp_drug drug, double strength_mg_per_ml);
size_t rsp_rulebook_n_alarm(const struct rsp_rulebook *book);
const struct rsp_alarm *rsp_rulebook_alarm(const struct rsp_rulebook *book, size_t i);
size_t rsp_rulebook_n_supporting(const struct rsp_rulebook *book);
const struct rsp_supporting *rsp_rulebook_supporting(const struct rsp_rulebook *book, size_t i);
/** The class under which a medicine may be ordered for a use; NULL: none. */
const struct rsp_supporting *rsp_rules_supporting(
    const struct rsp_rulebook *book, const char *medicine, enum rsp_support_use use);
/** The most of a medicine at once; NULL: the book has none. */
const struct rsp_single_dose *rsp_supporting_most(
    const struct rsp_supporting *supporting, const char *medicine);

#endif
