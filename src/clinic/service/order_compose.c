/* Makes an order from its input: reads what it rests on, takes the choices, lets every part judge. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "service/order.h"
#include "service/say.h"

enum { DIGITS = 6 };

static double number_of(const struct rsp_order_making *m, const char *name, double absent)
{
    const json_t *value = json_object_get(m->call->input, name);
    return value != NULL ? json_number_value(value) : absent;
}

/* ---- choices ---- */

static rsp_status choose_vial(struct rsp_order_making *m)
{
    enum rsp_drug drug;
    const double strength = number_of(m, "strength_mg_per_ml", NAN), vial_ml = number_of(m, "vial_ml", NAN);
    const struct rsp_preparation *p = m->preparation;
    RSP_TRY(rsp_drug_parse(rsp_call_text(m->call, "drug"), &drug, m->call->err));
    if (drug != m->drug)
        return rsp_call_refuse(m->call, RSP_REFUSED_MISMATCH, RSP_E_MISMATCH, "drug",
            "the plan gives %s, the order says %s: these are different drugs and are never converted",
            rsp_drug_name(m->drug), rsp_drug_name(drug));
    m->vial = rsp_preparation_vial(p, drug, strength);
    if (m->vial == NULL)
        return rsp_error_set(m->call->err, RSP_E_UNKNOWN, "strength_mg_per_ml", "no vial of %s has %s mg/mL",
            rsp_drug_name(drug), rsp_words_number(strength, DIGITS).text);
    if (m->vial->routes != 0 && (m->vial->routes >> (unsigned)m->route & 1u) == 0)
        return rsp_error_set(m->call->err, RSP_E_MISMATCH, "strength_mg_per_ml",
            "%s of %s mg/mL is not for the route %s", rsp_drug_name(drug),
            rsp_words_number(strength, DIGITS).text, rsp_route_name(m->route));
    if (!(vial_ml >= p->vial_least_ml && vial_ml <= p->vial_most_ml))
        return rsp_error_set(m->call->err, RSP_E_DOMAIN, "vial_ml", "a vial has %s to %s mL",
            rsp_words_number(p->vial_least_ml, DIGITS).text, rsp_words_number(p->vial_most_ml, DIGITS).text);
    m->drawing.strength_mg_per_ml = strength;
    m->drawing.vial_ml = vial_ml;
    return RSP_OK;
}

static rsp_status find_concentration(const struct rsp_order_making *m, double wanted)
{
    const double same = 1e-9;
    for (size_t i = 0; i < m->preparation->n_concentration; i++)
        if (fabs(m->preparation->concentration[i].mg_per_ml - wanted) < same)
            return RSP_OK;
    return rsp_error_set(m->call->err, RSP_E_UNKNOWN, "concentration_mg_per_ml",
        "%s mg/mL is not on the list of concentrations", rsp_words_number(wanted, DIGITS).text);
}

static rsp_status find_diluent(struct rsp_order_making *m, const char *id)
{
    for (size_t i = 0; i < m->preparation->n_diluent; i++)
        if (strcmp(m->preparation->diluent[i].id, id) == 0)
            m->diluent = &m->preparation->diluent[i];
    return m->diluent != NULL ? RSP_OK
                              : rsp_error_set(m->call->err, RSP_E_UNKNOWN, "diluent",
                                    "'%.40s' is not on the list of diluents", id);
}

static rsp_status choose_dilution(struct rsp_order_making *m)
{
    const double strength = m->drawing.strength_mg_per_ml, same = 1e-9;
    const double wanted = number_of(m, "concentration_mg_per_ml", NAN);
    const char *diluent = rsp_call_text(m->call, "diluent");
    const bool may = rsp_order_diluted(m->route);
    if (!may && (!isnan(wanted) || diluent[0] != '\0'))
        return rsp_error_set(m->call->err, RSP_E_MISMATCH, "concentration_mg_per_ml",
            "what is given %s is not diluted: leave concentration and diluent out", rsp_route_name(m->route));
    if (m->route == RSP_ROUTE_IV && isnan(wanted))
        return rsp_error_set(m->call->err, RSP_E_MISSING, "concentration_mg_per_ml",
            "choose the concentration of the syringe or bag");
    m->drawing.concentration_mg_per_ml = isnan(wanted) ? strength : wanted;
    if (isnan(wanted))
        return RSP_OK;
    const bool undiluted = fabs(wanted - strength) < same;
    if (!undiluted)
        RSP_TRY(find_concentration(m, wanted));
    if (undiluted != (diluent[0] == '\0'))
        return rsp_error_set(m->call->err, RSP_E_MISMATCH, "diluent",
            undiluted ? "nothing is added at the strength of the vial: leave the diluent out"
                      : "choose what the drug is diluted with");
    return undiluted ? RSP_OK : find_diluent(m, diluent);
}

/* ---- all of it ---- */

static rsp_status begin(struct rsp_call *call, struct rsp_order_making *m)
{
    *m = (struct rsp_order_making){.call = call,
        .preparation = rsp_rulebook_preparation(call->service->book),
        .emergency = rsp_call_text(call, "emergency"),
        .gates = json_array(),
        .limits = json_array(),
        .findings = json_array(),
        .conflicts = json_array()};
    RSP_CHECK_BUG(m->preparation != NULL, call->err);
    if (m->gates == NULL || m->limits == NULL || m->findings == NULL || m->conflicts == NULL)
        return rsp_call_no_memory(call);
    m->drawing.preparation = m->preparation;
    RSP_TRY(rsp_stored_patient_read(call, &call->patient, &m->stored));
    RSP_TRY(rsp_stored_patient_parse(call, &m->stored, &m->patient));
    return rsp_profile_read(call, &m->profile);
}

rsp_status rsp_order_compose(struct rsp_call *call, struct rsp_order_making *m)
{
    RSP_TRY(begin(call, m));
    RSP_TRY(rsp_order_weight(m));
    RSP_TRY(rsp_order_session(m));
    m->drawing.route = m->route;
    RSP_TRY(choose_vial(m));
    RSP_TRY(choose_dilution(m));
    RSP_TRY(rsp_order_amounts(&m->drawing, m->n_dose, m->dose, &m->amounts, call->err));
    RSP_TRY(rsp_order_support(m));
    RSP_TRY(rsp_order_intervals(m));
    RSP_TRY(rsp_order_gates(m));
    return m->b.failed ? rsp_call_no_memory(call) : RSP_OK;
}

void rsp_order_making_clear(struct rsp_order_making *m)
{
    json_decref(m->gates);
    json_decref(m->limits);
    json_decref(m->findings);
    json_decref(m->conflicts);
    rsp_kept_plan_clear(&m->plan);
    rsp_profile_clear(&m->profile);
    rsp_patient_free(m->patient);
    rsp_stored_patient_clear(&m->stored);
    free(m->regimen);
    m->regimen = NULL;
}
