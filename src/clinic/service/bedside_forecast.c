/* What is expected of the drug as it was really given and is set to go on. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "service/advise.h"
#include "service/bedside.h"
#include "service/preview_json.h"

enum { COPIES = 500, BACK_H = 6 };

#define S_AN_HOUR   3600.0
#define MIN_AN_HOUR 60.0

/* What the pump will give until it has given the total, when nobody touches it. */
static void go_on(const struct rsp_bedside *bedside, enum rsp_route route, double begun_s, double now_s,
    size_t *n, struct rsp_dose dose[])
{
    const struct rsp_infusion_course *course = &bedside->infusion.high;
    const double ends_s = rsp_infusion_ends_s(&bedside->infusion, course, now_s);
    if (!(course->rate_mg_per_h > 0) || !(ends_s > now_s))
        return;
    const double length_h = (ends_s - now_s) / S_AN_HOUR;
    dose[(*n)++] = (struct rsp_dose){.start_h = (now_s - begun_s) / S_AN_HOUR,
        .duration_h = length_h,
        .amount_mg = course->rate_mg_per_h * length_h,
        .drug = bedside->order.drug,
        .route = route,
        .state = -1};
}

static rsp_status forecast(struct rsp_call *call, size_t n, const struct rsp_dose dose[], double begun_s,
    double from_h, json_t **made)
{
    struct rsp_shelved *shelved = NULL;
    struct rsp_advice *advice = NULL;
    const struct rsp_date begun = {
        (long)floor((begun_s + (double)call->caller->now.offset_min * MIN_AN_HOUR) / (24 * S_AN_HOUR))};
    struct rsp_advise_request request = {.n_given = n,
        .given = dose,
        .hours_from_h = from_h,
        .today = call->today,
        .start = begun,
        .n_subject = COPIES,
        .seed = 1,
        .n_thread = 1,
        .without_sensitivity = true,
        .cancelled = call->caller->cancelled};
    RSP_TRY(rsp_shelf_borrow(call, &shelved));
    rsp_call_pause(call);
    const rsp_status status = rsp_shelf_advise(call, shelved, &request, &advice);
    *made = status == RSP_OK ? rsp_preview_json(advice) : NULL;
    rsp_advice_free(advice);
    rsp_shelf_return(call, shelved);
    RSP_TRY(status);
    return *made != NULL ? RSP_OK : rsp_call_no_memory(call);
}

rsp_status rsp_bedside_forecast(
    struct rsp_call *call, const struct rsp_bedside *bedside, json_t **made, char why[200])
{
    const struct rsp_infusion_course *course = &bedside->infusion.high;
    const double now_s = (double)call->now_s, begun_s = bedside->begun_s;
    const char *route = json_string_value(json_object_get(bedside->order.document, "route"));
    enum rsp_route by = RSP_ROUTE_IV;
    *made = NULL;
    why[0] = '\0';
    if (bedside->infusion.n_uncertain > 0)
        (void)snprintf(why, 200, "settle what is uncertain first: until then nothing is forecast or advised");
    else if (isnan(begun_s))
        (void)snprintf(why, 200, "nothing was given yet");
    if (why[0] != '\0')
        return RSP_OK;
    RSP_TRY(rsp_route_parse(route != NULL ? route : "", &by, call->err));
    struct rsp_dose *dose = calloc(course->n_segment + 1, sizeof *dose);
    if (dose == NULL)
        return rsp_call_no_memory(call);
    size_t n = course->n_segment;
    rsp_infusion_doses(course, begun_s, bedside->order.drug, by, dose);
    go_on(bedside, by, begun_s, now_s, &n, dose);
    const double from_h = fmax(0, floor((now_s - begun_s) / S_AN_HOUR) - BACK_H);
    rsp_status status = forecast(call, n, dose, begun_s, from_h, made);
    free(dose);
    if (status == RSP_OK && (json_object_set_new(*made, "from_h", json_real(from_h)) != 0 ||
                                json_object_set_new(*made, "begun_s", json_real(begun_s)) != 0))
        status = rsp_call_no_memory(call);
    return status;
}
