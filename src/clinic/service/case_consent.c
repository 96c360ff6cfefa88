/* Consent to a kept plan: who was told what by whom, in which words, and what they said. */
#include <string.h>

#include "service/plans.h"
#include "service/sheet.h"

static bool input_is(const struct rsp_call *call, const char *name, const char *word)
{
    return strcmp(rsp_call_text(call, name), word) == 0;
}

/* Who explained is an account of this clinic that treats patients; the caller unless somebody else is named. */
static rsp_status explainer(struct rsp_call *call, const char **name)
{
    struct rsp_account account = {0};
    bool found = false;
    const char *given = rsp_call_text(call, "explained_by");

    *name = call->account.name;
    if (given[0] == '\0' || strcmp(given, call->account.name) == 0)
        return RSP_OK;
    RSP_TRY(rsp_account_find(call->service->store, given, &found, &account, call->err));
    const bool may =
        found && !account.disabled && (account.roles & (RSP_ROLE_PHYSICIAN | RSP_ROLE_NURSE)) != 0;
    account = (struct rsp_account){0};
    if (!may)
        return rsp_call_refuse(
            call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "explained_by", "there is no such physician or nurse");
    *name = given;
    return RSP_OK;
}

/* What was explained is the sheet as this program writes it now, word for word. */
static rsp_status check_version(struct rsp_call *call, const struct rsp_kept_plan *plan)
{
    json_t *sheet = NULL;
    RSP_TRY(rsp_sheet_new(plan, rsp_call_text(call, "language"), &sheet, call->err));
    const bool same = input_is(call, "sheet_version", json_string_value(json_object_get(sheet, "digest")));
    json_decref(sheet);
    return same ? RSP_OK
                : rsp_error_set(call->err, RSP_E_MISMATCH, "sheet_version",
                      "this is not the sheet of this plan as it is now: show it anew and explain what "
                      "changed");
}

rsp_status rsp_case_sheet(struct rsp_call *call)
{
    struct rsp_kept_plan plan;
    struct rsp_consent consent;
    json_t *sheet = NULL;
    const char *language = rsp_call_text(call, "language");

    rsp_status status = rsp_kept_plan_read(call, rsp_call_whole(call, "plan", 0), &plan);
    if (status == RSP_OK)
        status = rsp_consent_latest(call, plan.number, &consent);
    if (status == RSP_OK)
        status = rsp_sheet_new(&plan, language[0] != '\0' ? language : "en", &sheet, call->err);
    if (status == RSP_OK) {
        json_decref(call->out);
        call->out = sheet;
        json_t *why = plan.why_stale[0] != '\0' ? json_string(plan.why_stale) : json_null();
        status = rsp_call_put(call, "why_stale", why);
    }
    if (status == RSP_OK)
        status = rsp_call_put(call, "consent", rsp_consent_json(&consent));
    rsp_kept_plan_clear(&plan);
    return status;
}

rsp_status rsp_case_consent(struct rsp_call *call)
{
    struct rsp_kept_plan plan;
    struct rsp_fact_place place;
    const char *by = NULL;
    const bool agreed = input_is(call, "decision", "agreed"),
               explained = input_is(call, "off_label", "explained");

    rsp_status status = rsp_kept_plan_read(call, rsp_call_whole(call, "plan", 0), &plan);
    /* a refusal is recorded whatever became of the plan */
    const bool stale = status == RSP_OK && agreed && plan.why_stale[0] != '\0';
    if (stale)
        status = rsp_error_set(call->err, RSP_E_MISMATCH, "plan", "%s", plan.why_stale);
    if (status == RSP_OK && agreed)
        status = check_version(call, &plan);
    const int64_t number = plan.number;
    rsp_kept_plan_clear(&plan);
    RSP_TRY(status);
    if (agreed && !explained)
        return rsp_error_set(call->err, RSP_E_MISMATCH, "off_label",
            "agreement needs that off-label use was explained: ketamine is not approved for chronic pain");
    RSP_TRY(explainer(call, &by));
    RSP_TRY(rsp_call_append(call, "consent", &call->patient,
        json_pack("{s:I, s:s, s:s, s:s, s:s, s:b}", "plan", (json_int_t)number, "sheet_version",
            rsp_call_text(call, "sheet_version"), "language", rsp_call_text(call, "language"), "explained_by",
            by, "decision", rsp_call_text(call, "decision"), "off_label_explained", explained),
        &place));
    RSP_TRY(rsp_call_put(call, "consent", json_integer((json_int_t)place.number)));
    return rsp_call_put(call, "decision", json_string(rsp_call_text(call, "decision")));
}

static rsp_status add_consent(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    json_t *row =
        json_pack("{s:I, s:s, s:s}", "number", (json_int_t)fact->number, "who", fact->who, "at", fact->wall);
    if (row == NULL || json_object_update_missing(row, (json_t *)fact->body) != 0 ||
        json_array_append_new(context, row) != 0)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    return RSP_OK;
}

rsp_status rsp_case_consents(struct rsp_call *call)
{
    const struct rsp_fact_filter filter = {.person = &call->patient, .kind = "consent", .current = true};
    json_t *rows = json_array();
    if (rows == NULL)
        return rsp_call_no_memory(call);
    const rsp_status status = rsp_store_read(call->service->store, &filter, add_consent, rows, call->err);
    if (status != RSP_OK) {
        json_decref(rows);
        return status;
    }
    return rsp_call_page(call, "consents", rows, "number");
}
