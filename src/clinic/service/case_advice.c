/* Assessment of a stored patient: the rules on what the store holds, and the findings that were kept. */
#include <stdlib.h>
#include <string.h>

#include "rules/finding_json.h"
#include "service/json_build.h"
#include "service/patients.h"

static rsp_status read_patient(
    struct rsp_call *call, struct rsp_stored_patient *stored, struct rsp_patient **patient)
{
    RSP_TRY(rsp_stored_patient_read(call, &call->patient, stored));
    return rsp_stored_patient_parse(call, stored, patient);
}

/* ---- assess ---- */

static rsp_status append_finding(struct rsp_call *call, int64_t assessment, const struct rsp_finding *finding)
{
    json_t *body = json_pack("{s:I, s:s, s:i, s:s, s:s, s:b, s:o}", "assessment", (json_int_t)assessment,
        "rule", finding->rule->id, "rule_version", finding->rule->version, "severity",
        rsp_severity_name(finding->rule->severity), "gate", rsp_gate_name(finding->rule->gate), "known",
        finding->truth == RSP_TRUE, "text", rsp_build_text(finding->text));
    if (body != NULL && finding->missing[0] != '\0')
        (void)json_object_set_new(body, "missing", rsp_build_text(finding->missing));
    if (body != NULL && finding->rule->source != NULL && finding->rule->source[0] != '\0')
        (void)json_object_set_new(body, "source", json_string(finding->rule->source));
    if (body != NULL && finding->rule->action != NULL && finding->rule->action[0] != '\0')
        (void)json_object_set_new(body, "action", json_string(finding->rule->action));
    json_t *facts = rsp_finding_facts(finding);
    char *written = facts != NULL ? json_dumps(facts, JSON_COMPACT) : NULL;
    json_decref(facts);
    if (body != NULL && json_object_set_new(body, "facts", json_string(written)) != 0) {
        json_decref(body);
        body = NULL;
    }
    free(written);
    return rsp_call_append(call, "finding", &call->patient, body, NULL);
}

static rsp_status keep_assessment(struct rsp_call *call, const struct rsp_stored_patient *stored,
    enum rsp_candidacy candidacy, const struct rsp_finding finding[], size_t n)
{
    struct rsp_fact_place place;
    char today[16];

    rsp_date_format(call->today, today, sizeof today);
    json_t *body =
        json_pack("{s:s, s:s, s:I, s:I, s:s, s:I}", "status", rsp_candidacy_name(candidacy), "rules_version",
            rsp_rulebook_version(call->service->book), "clinical", (json_int_t)stored->clinical_fact,
            "identity", (json_int_t)stored->identity_fact, "today", today, "n_finding", (json_int_t)n);
    RSP_TRY(rsp_call_append(call, "assessment", &call->patient, body, &place));
    for (size_t i = 0; i < n; i++)
        RSP_TRY(append_finding(call, place.number, &finding[i]));
    RSP_TRY(rsp_call_put(call, "assessment", json_integer((json_int_t)place.number)));
    RSP_TRY(rsp_call_put(call, "status", json_string(rsp_candidacy_name(candidacy))));
    return rsp_call_put(call, "n_finding", json_integer((json_int_t)n));
}

rsp_status rsp_case_assess(struct rsp_call *call)
{
    struct rsp_stored_patient stored = {0};
    struct rsp_patient *patient = NULL;
    struct rsp_finding *finding = NULL;
    enum rsp_candidacy candidacy = RSP_CANDIDACY_INCOMPLETE;
    size_t n = 0;

    rsp_status status = read_patient(call, &stored, &patient);
    if (status == RSP_OK)
        status =
            rsp_rules_assess(call->service->book, patient, call->today, &candidacy, &finding, &n, call->err);
    if (status == RSP_OK)
        status = keep_assessment(call, &stored, candidacy, finding, n);
    free(finding);
    rsp_patient_free(patient);
    rsp_stored_patient_clear(&stored);
    return status;
}

struct findings {
    json_t *assessments;
};

static rsp_status add_assessment(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    json_t *row = json_pack("{s:I, s:s, s:s, s:[]}", "number", (json_int_t)fact->number, "who", fact->who,
        "at", fact->wall, "findings");
    if (row == NULL || json_object_update_missing(row, (json_t *)fact->body) != 0 ||
        json_array_append_new(((struct findings *)context)->assessments, row) != 0)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    return RSP_OK;
}

/* Findings follow their assessment; the latest rows are looked at first. */
static rsp_status add_finding(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    json_t *rows = ((struct findings *)context)->assessments;
    const json_int_t of = json_integer_value(json_object_get(fact->body, "assessment"));
    for (size_t i = json_array_size(rows); i-- > 0;) {
        json_t *row = json_array_get(rows, i);
        if (json_integer_value(json_object_get(row, "number")) != of)
            continue;
        json_t *copy = json_deep_copy(fact->body);
        const char *facts = json_string_value(json_object_get(copy, "facts"));
        if (facts != NULL)
            (void)json_object_set_new(copy, "facts", json_loads(facts, 0, NULL));
        if (copy == NULL || json_array_append_new(json_object_get(row, "findings"), copy) != 0)
            return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
        break;
    }
    return RSP_OK;
}

rsp_status rsp_case_assessments(struct rsp_call *call)
{
    struct rsp_fact_filter filter = {.person = &call->patient, .kind = "assessment"};
    struct findings findings = {.assessments = json_array()};

    if (findings.assessments == NULL)
        return rsp_call_no_memory(call);
    rsp_status status = rsp_store_read(call->service->store, &filter, add_assessment, &findings, call->err);
    filter.kind = "finding";
    if (status == RSP_OK)
        status = rsp_store_read(call->service->store, &filter, add_finding, &findings, call->err);
    if (status != RSP_OK) {
        json_decref(findings.assessments);
        return status;
    }
    return rsp_call_page(call, "assessments", findings.assessments, "number");
}
