/* What a simulated device of a demonstration follows. */
#include <math.h>
#include <string.h>

#include "service/bedside.h"
#include "service/demo.h"
#include "service/devices.h"
#include "service/json_build.h"
#include "service/system_call.h"

static rsp_status bound_to(struct rsp_call *call, const char *name, int64_t *order)
{
    const struct rsp_device *device;
    size_t n;
    *order = 0;
    RSP_TRY(rsp_devices_read(call, &n, &device));
    for (size_t i = 0; i < n; i++)
        if (strcmp(device[i].name, name) == 0) {
            *order = device[i].order;
            call->patient = device[i].person;
        }
    return RSP_OK;
}

/* A pump gives what the nurse entered, the most that may have flowed. */
static rsp_status write_course(
    struct rsp_call *call, const struct rsp_bedside *bedside, json_t **course, double now_s)
{
    char why[200];
    json_t *forecast = NULL;
    struct rsp_build b = {0};
    const struct rsp_infusion_course *given = &bedside->infusion.high;
    RSP_TRY(rsp_bedside_forecast(call, bedside, &forecast, why));
    json_t *made = json_object();
    rsp_build_set(&b, made, "asked_s", rsp_build_number(now_s));
    rsp_build_set(
        &b, made, "rate_ml_per_h", rsp_build_number(given->rate_mg_per_h / bedside->concentration_mg_per_ml));
    rsp_build_set(&b, made, "given_ml", rsp_build_number(given->given_mg / bedside->concentration_mg_per_ml));
    rsp_build_set(&b, made, "forecast", forecast != NULL ? forecast : json_null());
    if (b.failed) {
        json_decref(made);
        return rsp_call_no_memory(call);
    }
    *course = made;
    return RSP_OK;
}

rsp_status rsp_service_demo_course(struct rsp_service *service, const char *device,
    const struct rsp_stamp *when, json_t **course, struct rsp_error *err)
{
    struct rsp_system_call system;
    struct rsp_bedside bedside = {0};
    int64_t order = 0;
    *course = NULL;
    if (!service->demo)
        return rsp_error_set(err, RSP_E_DENIED, "",
            "this is no demonstration: what a simulator shows belongs into nobody's record");
    RSP_TRY(rsp_system_begin(service, when, "device-sim", &system, err));
    rsp_status status = bound_to(&system.call, device, &order);
    if (status == RSP_OK && order != 0) {
        status = rsp_bedside_read(&system.call, order, &bedside);
        if (status == RSP_OK)
            status = write_course(&system.call, &bedside, course, (double)system.call.now_s);
        rsp_bedside_clear(&bedside);
    }
    rsp_call_rollback(&system.call); /* nothing is kept */
    return status;
}
