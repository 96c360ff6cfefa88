/** Monitors and pumps: whose they are now, what they say, and what could not be assigned.
 *
 * A nurse binds a device to a session (a fact "device_binding"); what it then says is a "reading" of that session. Whatever comes
 * from a device that is bound to nothing, or names another patient, is in quarantine: kept as a fact "device_quarantine", and
 * shown. Each message leaves a fact "device_message" under sender, control id and bytes, so that the same one again is kept once.
 *
 * What the program knows of devices in memory, used with the store's lock held, is who is bound (read from the facts) and when each
 * was last heard, which a restart forgets: it is then said to be silent. */
#ifndef RSP_CLINIC_SERVICE_DEVICES_H
#define RSP_CLINIC_SERVICE_DEVICES_H

#include "service/call.h"

enum { RSP_DEVICE_NAME_SIZE = 65, RSP_DEVICES_MOST = 500 };

struct rsp_device {
    char name[RSP_DEVICE_NAME_SIZE];
    int64_t order; /* to which it is bound; 0: to none */
    struct rsp_person_id person;
    double bound_s, heard_s; /* NaN: never */
    int64_t quarantined;     /* messages since the program began */
    char why[200];           /* of the last one; "" */
    double ahead_s; /* how far its clock was ahead of ours with the last message; NaN: it said no time */
    int64_t n_odd;  /* rows without a value that can be used, since the program began */
    char odd[200];  /* why the last one; "" */
};

struct rsp_devices;

/** NULL without memory. Caller frees with rsp_devices_free. */
struct rsp_devices *rsp_devices_new(void);
void rsp_devices_free(struct rsp_devices *devices);

/** The devices that were ever bound or heard, in the open transaction. Borrowed until the next call. */
RSP_CHECKED rsp_status rsp_devices_read(struct rsp_call *call, size_t *n, const struct rsp_device **device);
/** When any device was heard last; NaN: never since the program began. */
double rsp_devices_heard_s(const struct rsp_devices *devices);

#endif
