/** The demonstration: a made-up clinic of forty people over two years, lived through the use cases of the clinic.
 *
 * Who they are and what they are given stands in patients.yaml; their pain, and whether they answer, is drawn from the
 * models. Everything is entered by the made-up staff through rsp_service_run, with a clock that moves: audit, care and
 * permissions are those of a real clinic.
 */
#ifndef RSP_CLINIC_DEMO_DEMO_H
#define RSP_CLINIC_DEMO_DEMO_H

#include <stdint.h>

#include <respite/status.h>

#include "service/clinic.h"

struct rsp_demo_options {
    uint64_t seed;
    size_t n_people; /* the first so many of them; 0: all */
    int64_t now_s;   /* the moment until which the clinic has lived: seconds since 1970 */
    /** Wall clock and zone of the place at an instant. */
    void (*wall)(int64_t at_s, struct rsp_stamp *stamp);
    /** What time it is, asked when all else is entered: devices are bound at this moment. NULL: no session is under way
     * at the end. */
    int64_t (*clock)(void);
};

/** Fill the store of a service. The same options: the same people, diaries and findings (not the same random numbers of
 * persons and second factors).
 * @return RSP_E_MISMATCH when the store has facts; else whatever a use case refused, with the step that it was */
RSP_CHECKED rsp_status rsp_demo_fill(
    struct rsp_service *service, const struct rsp_demo_options *options, struct rsp_error *err);

#endif
