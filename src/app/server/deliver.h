/** What the listener for devices hands on: each message to the service, which keeps it, and its word back to the device. */
#ifndef RSP_APP_SERVER_DELIVER_H
#define RSP_APP_SERVER_DELIVER_H

#include "app/device/link.h"
#include "service/clinic.h"

struct rsp_deliver;

/** NULL without memory. Caller frees with rsp_deliver_free after the listener has stopped. */
struct rsp_deliver *rsp_deliver_new(struct rsp_service *service);
void rsp_deliver_free(struct rsp_deliver *deliver);
/** Called on the listener's thread alone. */
struct rsp_device_sink rsp_deliver_sink(struct rsp_deliver *deliver);

#endif
