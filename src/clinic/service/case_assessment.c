/* The assessment page: what it asks, and what the rules say of a draft that nobody has kept yet. */
#include <stdlib.h>
#include <string.h>

#include "rules/finding_json.h"
#include "service/follow.h"
#include "service/form.h"
#include "service/json_build.h"
#include "service/patients.h"

rsp_status rsp_case_record_form(struct rsp_call *call)
{
    const char *language = rsp_call_text(call, "language");
    json_t *form = NULL;
    RSP_TRY(rsp_record_form(call->service->book, language[0] != '\0' ? language : "en", &form, call->err));
    json_decref(call->out);
    call->out = form;
    return RSP_OK;
}

/* ---- draft ---- */

/* The stored patient with the changes of the draft. */
static rsp_status read_draft(
    struct rsp_call *call, struct rsp_stored_patient *stored, struct rsp_patient **patient)
{
    const json_t *identity = json_object_get(call->input, "identity"),
                 *record = json_object_get(call->input, "record");
    RSP_TRY(rsp_stored_patient_read(call, &call->patient, stored));
    rsp_stored_patient_version(stored, call->answer->version);
    if (identity != NULL)
        RSP_TRY(rsp_object_change(call, stored->identity, identity));
    if (record != NULL)
        RSP_TRY(rsp_record_change(call, stored->record, record));
    return rsp_stored_patient_parse(call, stored, patient);
}

static rsp_status put_findings(struct rsp_call *call, const struct rsp_finding finding[], size_t n)
{
    json_t *list = json_array();
    RSP_TRY(rsp_call_put(call, "findings", list));
    for (size_t i = 0; i < n; i++) {
        char *written = NULL;
        RSP_TRY(rsp_finding_json(call->service->book, &finding[i], call->today, &written, call->err));
        json_t *row = json_loads(written, 0, NULL);
        free(written);
        (void)json_object_del(row, "rulebook_sha256"); /* once for all of them: rules_version */
        if (json_array_append_new(list, row) != 0)
            return rsp_call_no_memory(call);
    }
    return RSP_OK;
}

static json_t *mme_row(struct rsp_build *b, const struct rsp_mme_row *one)
{
    json_t *row = json_object();
    rsp_build_set(b, row, "medicine", rsp_build_text(one->medicine));
    rsp_build_set(b, row, "counted", json_boolean(one->counted));
    rsp_build_set(b, row, "factor", rsp_build_number(one->factor));
    rsp_build_set(b, row, "mme_mg", rsp_build_number(one->mme_mg));
    rsp_build_set(b, row, "text", rsp_build_text(one->text));
    rsp_build_set(b, row, "source", rsp_build_text(one->source));
    return row;
}

rsp_status rsp_put_mme(struct rsp_call *call, const struct rsp_patient *patient)
{
    struct rsp_mme mme;
    struct rsp_build b = {0};
    json_t *object = json_object(), *rows = json_array();
    rsp_rules_mme(call->service->book, patient, &mme);
    for (size_t i = 0; i < mme.n && i < RSP_MAX_MME; i++)
        rsp_build_append(&b, rows, mme_row(&b, &mme.row[i]));
    rsp_build_set(&b, object, "asked", json_boolean(mme.asked));
    rsp_build_set(&b, object, "total_mg", rsp_build_number(mme.total_mg));
    rsp_build_set(&b, object, "at_least", json_boolean(mme.n_counted < mme.n));
    rsp_build_set(&b, object, "rows", rows);
    if (b.failed) {
        json_decref(object);
        return rsp_call_no_memory(call);
    }
    return rsp_call_put(call, "mme", object);
}

/* Medicines and genotype that change a model of ketamine. */
static rsp_status put_modifiers(struct rsp_call *call, const struct rsp_patient *patient)
{
    enum { MOST = 16 };
    struct rsp_modifier modifier[MOST];
    struct rsp_build b = {0};
    json_t *rows = json_array();
    const size_t n = rsp_rules_modifiers(call->service->book, patient, MOST, modifier);
    for (size_t i = 0; i < n; i++) {
        json_t *row = json_object();
        rsp_build_set(&b, row, "covariate", rsp_build_text(modifier[i].covariate));
        rsp_build_set(&b, row, "level", rsp_build_text(modifier[i].level));
        rsp_build_set(&b, row, "text", rsp_build_text(modifier[i].because));
        rsp_build_set(&b, row, "source", rsp_build_text(modifier[i].source));
        rsp_build_set(&b, row, "several", json_boolean(modifier[i].several));
        rsp_build_append(&b, rows, row);
    }
    if (b.failed) {
        json_decref(rows);
        return rsp_call_no_memory(call);
    }
    return rsp_call_put(call, "modifiers", rows);
}

static rsp_status put_judgement(struct rsp_call *call, const struct rsp_patient *patient)
{
    enum rsp_candidacy candidacy = RSP_CANDIDACY_INCOMPLETE;
    struct rsp_finding *finding = NULL;
    size_t n = 0;
    RSP_TRY(rsp_rules_assess(call->service->book, patient, call->today, &candidacy, &finding, &n, call->err));
    const rsp_status status = put_findings(call, finding, n);
    free(finding);
    RSP_TRY(status);
    RSP_TRY(rsp_call_put(call, "status", json_string(rsp_candidacy_name(candidacy))));
    return rsp_call_put(call, "rules_version", json_string(rsp_rulebook_version(call->service->book)));
}

static rsp_status put_open(struct rsp_call *call)
{
    json_t *open = NULL;
    RSP_TRY(rsp_findings_open(call, &open));
    return rsp_call_put(call, "open_findings", open);
}

rsp_status rsp_case_assess_preview(struct rsp_call *call)
{
    struct rsp_stored_patient stored = {0};
    struct rsp_patient *patient = NULL;
    rsp_status status = read_draft(call, &stored, &patient);
    if (status == RSP_OK)
        status = put_judgement(call, patient);
    if (status == RSP_OK)
        status = rsp_put_person(call, patient);
    if (status == RSP_OK)
        status = rsp_put_mme(call, patient);
    if (status == RSP_OK)
        status = put_modifiers(call, patient);
    if (status == RSP_OK)
        status = put_open(call);
    if (status == RSP_OK)
        status = rsp_call_put(call, "version", json_string(call->answer->version));
    rsp_patient_free(patient);
    rsp_stored_patient_clear(&stored);
    return status;
}
