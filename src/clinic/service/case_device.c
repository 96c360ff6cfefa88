/* Devices: bound to a session, taken off it, and looked at. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "service/bedside.h"
#include "service/devices.h"
#include "service/json_build.h"
#include "service/vigil.h"

static rsp_status device_now(struct rsp_call *call, const char *name, struct rsp_device *out)
{
    const struct rsp_device *device;
    size_t n;
    *out = (struct rsp_device){.bound_s = NAN, .heard_s = NAN, .ahead_s = NAN};
    RSP_TRY(rsp_devices_read(call, &n, &device));
    for (size_t i = 0; i < n; i++)
        if (strcmp(device[i].name, name) == 0)
            *out = device[i];
    return RSP_OK;
}

static rsp_status count_bound(struct rsp_call *call, int64_t order, size_t *n_bound)
{
    const struct rsp_device *device;
    size_t n;
    *n_bound = 0;
    RSP_TRY(rsp_devices_read(call, &n, &device));
    for (size_t i = 0; i < n; i++)
        *n_bound += device[i].order == order ? 1 : 0;
    return RSP_OK;
}

static rsp_status append_binding(struct rsp_call *call, int64_t order, const char *name, bool bound)
{
    RSP_TRY(rsp_call_append(call, "device_binding", &call->patient,
        json_pack("{s:I, s:s, s:b}", "order", (json_int_t)order, "device", name, "bound", bound), NULL));
    RSP_TRY(rsp_call_put(call, "device", json_string(name)));
    return rsp_call_put(call, "bound", json_boolean(bound));
}

static bool is_over(const struct rsp_bedside *bedside)
{
    return bedside->infusion.state == RSP_STATE_DISCHARGED ||
           rsp_order_state(&bedside->order) == RSP_ORDER_CANCELLED;
}

rsp_status rsp_case_device_bind(struct rsp_call *call)
{
    struct rsp_bedside bedside;
    struct rsp_device device;
    const int64_t order = rsp_call_whole(call, "order", 0);
    const char *name = rsp_call_text(call, "device");
    (void)snprintf(call->detail, sizeof call->detail, "order %lld: device %.64s", (long long)order, name);
    rsp_status status = rsp_bedside_read(call, order, &bedside);
    if (status == RSP_OK && (!rsp_order_may_be_given(&bedside.order) || is_over(&bedside)))
        status = rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "order",
            "a device is bound to a session that may begin or is under way");
    rsp_bedside_clear(&bedside);
    RSP_TRY(status);
    RSP_TRY(device_now(call, name, &device));
    if (device.order != 0 && device.order != order)
        return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "device",
            "this device is bound to another session: take it off there first");
    if (device.order == order)
        return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "device",
            "this device is bound to this session already");
    size_t n_bound = 0;
    RSP_TRY(count_bound(call, order, &n_bound));
    if (n_bound >= RSP_VIGIL_DEVICES_MOST)
        return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_LIMIT, "device",
            "as many devices are bound to this session as one can have: take one off first");
    return append_binding(call, order, name, true);
}

rsp_status rsp_case_device_unbind(struct rsp_call *call)
{
    struct rsp_order_facts facts;
    struct rsp_device device;
    const int64_t order = rsp_call_whole(call, "order", 0);
    const char *name = rsp_call_text(call, "device");
    (void)snprintf(call->detail, sizeof call->detail, "order %lld: device %.64s off", (long long)order, name);
    const rsp_status status = rsp_order_of_patient(call, order, &facts);
    rsp_order_facts_clear(&facts);
    RSP_TRY(status);
    RSP_TRY(device_now(call, name, &device));
    if (device.order != order)
        return rsp_call_refuse(
            call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "device", "this device is not bound to this session");
    return append_binding(call, order, name, false);
}

/* Whose a device is is told to those who care for them. */
static rsp_status device_row(struct rsp_call *call, const struct rsp_device *device, json_t **row)
{
    struct rsp_build b = {0};
    bool cares = false, broken = false;
    char person[RSP_PERSON_HEX];
    if (device->order != 0)
        RSP_TRY(rsp_call_cares(call, &device->person, &cares, &broken));
    json_t *made = json_object();
    rsp_build_set(&b, made, "device", rsp_build_text(device->name));
    rsp_build_set(&b, made, "bound", json_boolean(device->order != 0));
    rsp_build_set(&b, made, "heard_s", rsp_build_number(device->heard_s));
    rsp_build_set(&b, made, "quarantined", json_integer((json_int_t)device->quarantined));
    rsp_build_set(&b, made, "why", rsp_build_text(device->why[0] != '\0' ? device->why : NULL));
    rsp_build_set(&b, made, "ahead_s", rsp_build_number(device->ahead_s));
    rsp_build_set(&b, made, "odd", json_integer((json_int_t)device->n_odd));
    rsp_build_set(&b, made, "odd_why", rsp_build_text(device->odd[0] != '\0' ? device->odd : NULL));
    if (cares || broken) {
        rsp_person_hex(&device->person, person);
        rsp_build_set(&b, made, "patient", json_string(person));
        rsp_build_set(&b, made, "order", json_integer((json_int_t)device->order));
    }
    if (b.failed) {
        json_decref(made);
        return rsp_call_no_memory(call);
    }
    *row = made;
    return RSP_OK;
}

/* The newest that could not be assigned, and what no message was. */
static rsp_status put_newest(struct rsp_call *call, const char *name, const char *kind)
{
    enum { SHOWN = 50 };
    json_t *rows = json_array();
    const rsp_status status =
        rows != NULL ? rsp_call_newest(call, kind, SHOWN, rows) : rsp_call_no_memory(call);
    if (status != RSP_OK) {
        json_decref(rows);
        return status;
    }
    return rsp_call_put(call, name, rows);
}

rsp_status rsp_case_devices(struct rsp_call *call)
{
    const struct rsp_device *device;
    size_t n;
    json_t *rows = json_array(), *row;
    rsp_status status = rsp_devices_read(call, &n, &device);
    for (size_t i = 0; status == RSP_OK && i < n; i++) {
        row = NULL;
        status = device_row(call, &device[i], &row);
        if (status == RSP_OK && json_array_append_new(rows, row) != 0)
            status = rsp_call_no_memory(call);
    }
    if (status == RSP_OK)
        status = rsp_call_put(call, "devices", json_incref(rows));
    json_decref(rows);
    RSP_TRY(status);
    RSP_TRY(rsp_call_put(call, "heard_s", rsp_build_number(rsp_devices_heard_s(call->service->devices))));
    RSP_TRY(rsp_call_put(call, "now_s", json_integer((json_int_t)call->now_s)));
    RSP_TRY(put_newest(call, "quarantine", "device_quarantine"));
    return put_newest(call, "trouble", "device_trouble");
}
