/* What the planner shows while a hand moves: up to four regimens beside each other, for the same virtual copies. */
#include <stdio.h>
#include <string.h>

#include "service/json_build.h"
#include "service/preview_json.h"
#include "service/shelf.h"

static const char *const slot[] = {"a", "b", "c", "d"};
enum { N_SLOT = sizeof slot / sizeof *slot };

static rsp_status check_slots(struct rsp_call *call, const json_t *regimens)
{
    const char *key;
    json_t *regimen;
    if (json_object_size(regimens) == 0)
        return rsp_error_set(
            call->err, RSP_E_MISSING, "regimens", "give one regimen at least, as {a: {...}}");
    json_object_foreach((json_t *)regimens, key, regimen)
    {
        bool known = false;
        for (size_t i = 0; i < N_SLOT; i++)
            known = known || strcmp(key, slot[i]) == 0;
        if (!known || !json_is_object(regimen))
            return rsp_error_set(call->err, RSP_E_UNKNOWN, "regimens",
                "regimens are objects named a, b, c and d: protocol or dose, confirm_dose, start");
    }
    return RSP_OK;
}

static bool texts_or_none(const json_t *regimen, const char *key, bool list)
{
    size_t i;
    const json_t *item, *value = json_object_get(regimen, key);
    if (value == NULL)
        return true;
    if (!list)
        return json_is_string(value);
    json_array_foreach(value, i, item) if (!json_is_string(item)) return false;
    return json_is_array(value);
}

/* The reader of requests takes checked values: an object is not checked by its use case's inputs. */
static rsp_status check_regimen(const json_t *regimen, struct rsp_error *err)
{
    static const char *const known[] = {"protocol", "confirm_dose", "start", "dose"};
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)regimen, key, value)
    {
        bool found = false;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            found = found || strcmp(key, known[i]) == 0;
        if (!found)
            return rsp_error_set(
                err, RSP_E_UNKNOWN, "regimens", "a field that is not known here: %.40s", key);
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!texts_or_none(regimen, known[i], strcmp(known[i], "dose") == 0))
            return rsp_error_set(
                err, RSP_E_SYNTAX, known[i], "a text, or for dose a list of texts, is expected");
    return RSP_OK;
}

/* What this one regimen is refused for; the others are shown. */
static json_t *refusal(const struct rsp_error *err, rsp_status status)
{
    char sentence[RSP_DETAIL_SIZE + sizeof err->message];
    snprintf(sentence, sizeof sentence, "%s", err->message);
    return json_pack("{s:{s:s, s:o, s:b}}", "refused", "field", err->field, "message",
        rsp_build_text(sentence), "confirm", status == RSP_E_LIMIT && strcmp(err->field, "dose") == 0);
}

static rsp_status preview_one(
    struct rsp_call *call, struct rsp_shelved *shelved, const json_t *regimen, json_t **row)
{
    const char *dose[RSP_MAX_DOSE_TEXT];
    struct rsp_advise_request request;
    struct rsp_advice *advice = NULL;

    rsp_status status = check_regimen(regimen, call->err);
    if (status == RSP_OK)
        status = rsp_planning_request(call, regimen, dose, &request);
    if (status == RSP_OK) {
        request.without_sensitivity = true;
        status = rsp_shelf_advise(call, shelved, &request, &advice);
    }
    if (rsp_planning_refused(status)) {
        *row = refusal(call->err, status);
        *call->err = (struct rsp_error){0};
        status = RSP_OK;
    } else if (status == RSP_OK) {
        *row = rsp_preview_json(advice);
        if (json_object_get(call->out, "candidacy") == NULL)
            status = rsp_call_put(call, "candidacy", rsp_preview_candidacy(advice));
    }
    rsp_advice_free(advice);
    RSP_TRY(status);
    return *row != NULL ? RSP_OK : rsp_call_no_memory(call);
}

static rsp_status preview_all(struct rsp_call *call, struct rsp_shelved *shelved, const json_t *regimens)
{
    json_t *rows = json_object();
    rsp_status status = rows != NULL ? RSP_OK : rsp_call_no_memory(call);
    for (size_t i = 0; i < N_SLOT && status == RSP_OK; i++) {
        json_t *row = NULL, *regimen = json_object_get(regimens, slot[i]);
        if (regimen == NULL)
            continue;
        status = preview_one(call, shelved, regimen, &row);
        if (status == RSP_OK && json_object_set_new(rows, slot[i], row) != 0)
            status = rsp_call_no_memory(call);
    }
    if (status != RSP_OK) {
        json_decref(rows);
        return status;
    }
    return rsp_call_put(call, "regimens", rows);
}

static rsp_status put_common(struct rsp_call *call, const struct rsp_planning *planning)
{
    const struct rsp_patient *patient = planning->patient;
    RSP_TRY(rsp_call_put(call, "seed", json_integer(rsp_call_whole(call, "seed", 1))));
    RSP_TRY(
        rsp_call_put(call, "subjects", json_integer(rsp_call_whole(call, "subjects", RSP_ADVISE_COPIES))));
    RSP_TRY(rsp_call_put(
        call, "weight_kg", patient->weight_kg > 0.0 ? json_real(patient->weight_kg) : json_null()));
    RSP_TRY(rsp_call_put(
        call, "baseline_nrs", patient->baseline_nrs >= 0.0 ? json_real(patient->baseline_nrs) : json_null()));
    RSP_TRY(rsp_call_put(call, "max_dissociation_pct",
        patient->goals.max_dissociation_pct >= 0.0 ? json_real(patient->goals.max_dissociation_pct)
                                                   : json_null()));
    return rsp_call_put(call, "n_diary_entry", json_integer((json_int_t)planning->diary.n));
}

rsp_status rsp_case_plan_preview(struct rsp_call *call)
{
    const json_t *regimens = json_object_get(call->input, "regimens");
    struct rsp_shelved *shelved = NULL;

    RSP_TRY(check_slots(call, regimens));
    RSP_TRY(rsp_shelf_borrow(call, &shelved));
    rsp_call_pause(call);
    rsp_status status = preview_all(call, shelved, regimens);
    if (status == RSP_OK)
        status = put_common(call, rsp_shelved_planning(shelved));
    /* One entry of the audit for ten minutes of looking, not one for each movement of the hand. */
    if (status == RSP_OK && !rsp_shelf_seen(call, shelved)) {
        snprintf(call->detail, sizeof call->detail, "the planner, at most ten minutes; facts %lld, %lld",
            (long long)rsp_shelved_planning(shelved)->stored.identity_fact,
            (long long)rsp_shelved_planning(shelved)->stored.clinical_fact);
        status = rsp_call_begin(call);
        if (status == RSP_OK)
            status = rsp_call_audit(call, "done");
    }
    rsp_shelf_return(call, shelved);
    return status;
}

/* ---- protocols ---- */

static json_t *words(const struct rsp_protocol *protocol)
{
    json_t *array = json_array();
    for (size_t i = 0; i < protocol->n_condition; i++)
        (void)json_array_append_new(array, json_string(rsp_condition_word(protocol->condition[i])));
    return array;
}

static json_t *dose_texts(const struct rsp_protocol *protocol)
{
    json_t *array = json_array();
    for (size_t i = 0; i < protocol->n_dose; i++)
        (void)json_array_append_new(array, json_string(protocol->dose[i]));
    return array;
}

rsp_status rsp_case_protocols(struct rsp_call *call)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < rsp_rulebook_n_protocol(call->service->book); i++) {
        const struct rsp_protocol *p = rsp_rulebook_protocol(call->service->book, i);
        json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "protocol", p->id, "name",
            p->name != NULL ? p->name : p->id, "setting", p->setting != NULL ? p->setting : "", "kind",
            p->kind != NULL ? p->kind : "", "drug", rsp_drug_name(p->drug), "note",
            p->note != NULL ? p->note : "", "conditions", words(p), "doses", dose_texts(p));
        if (row == NULL || json_array_append_new(rows, row) != 0) {
            json_decref(rows);
            return rsp_call_no_memory(call);
        }
    }
    return rsp_call_put(call, "protocols", rows);
}
