/** What a simulated monitor and pump show over time: a scenario file, and the messages that come of it.
 *
 * docs/manual/19-devices.md describes the file. Nothing here reads a clock or a socket: the same file, seed and start give
 * the same messages, byte for byte.
 */
#ifndef RSP_APP_DEVICE_SCENARIO_H
#define RSP_APP_DEVICE_SCENARIO_H

#include <stdint.h>

#include <respite/status.h>

#include "app/device/course.h"
#include "base/text.h"
#include "exchange/device_codes.h"

enum {
    RSP_SCENARIO_DEVICES = 16,
    RSP_SCENARIO_SIGNS = RSP_OBSERVED_N_SIGN,
    RSP_SCENARIO_POINTS = 200,
    RSP_SCENARIO_EVENTS = 100
};

enum rsp_scenario_what {
    RSP_SCENARIO_DROPOUT,  /* the device says nothing */
    RSP_SCENARIO_FLAT,     /* the sign stays at what it was */
    RSP_SCENARIO_MISSING,  /* the sign has no value: the probe is off */
    RSP_SCENARIO_ARTEFACT, /* the sign shows a value that is not the patient's */
    RSP_SCENARIO_CLOCK,    /* the device's clock is wrong by an amount */
    RSP_SCENARIO_NO_CLOCK, /* the device has no clock: its times are zero */
    RSP_SCENARIO_TWICE     /* each message is sent twice */
};

struct rsp_scenario_event {
    enum rsp_scenario_what what;
    int64_t from_ms, to_ms; /* [from, to) of the scenario */
    int sign;               /* index in the device's signs; -1 for the device */
    double number;          /* artefact: the value */
    int64_t by_ms;          /* clock: what is added */
};

struct rsp_scenario_point {
    int64_t at_ms;
    double number; /* in the sign's unit */
};

struct rsp_scenario_sign {
    enum rsp_observed_sign sign;
    bool steps;                /* a value holds until the next point; else a straight line leads there */
    int of;                    /* index of the sign whose rate it sums up; -1 */
    int follow;                /* enum rsp_follow of a session's course that is added; -1 */
    double percentile, factor; /* of the course: place in its band, what it is multiplied by */
    size_t n_point;            /* 0 when it only follows */
    const struct rsp_scenario_point *point;
    double noise; /* standard deviation, in the sign's unit */
    int64_t every_ms;
    int decimals;
};

struct rsp_scenario_device {
    const char *id, *sender, *facility, *patient;
    bool pump;
    int64_t every_ms;
    size_t n_sign, n_event;
    struct rsp_scenario_sign sign[RSP_SCENARIO_SIGNS];
    struct rsp_scenario_event event[RSP_SCENARIO_EVENTS];
};

struct rsp_scenario {
    const char *name;
    const char *patient; /* of every device that names none; "" */
    int64_t length_ms;
    size_t n_device;
    struct rsp_scenario_device *device;
    struct rsp_yaml_tree *tree; /* holds the texts */
};

/** Read a scenario file. Refused with line, path and sentence: unknown keys, signs and kinds of events, times outside the
 * scenario, points out of order, a sum of what is no rate.
 * @param scenario  out: caller frees with rsp_scenario_free */
RSP_CHECKED rsp_status rsp_scenario_parse(const char *text, size_t length, const char *source,
    struct rsp_scenario **scenario, struct rsp_error *err);
void rsp_scenario_free(struct rsp_scenario *scenario);

/** Value of a sign at a time of the scenario, without noise, events and what it follows. A sum (`of`) is in mL of a rate in mL/h. */
double rsp_scenario_value(const struct rsp_scenario_device *device, size_t sign, int64_t at_ms);
/** Whether any sign of it follows a session. */
bool rsp_scenario_follows(const struct rsp_scenario_device *device);

/** A message of one device. */
struct rsp_scenario_message {
    size_t device;
    int64_t at_ms; /**< of the scenario */
    int n_copy;    /**< how often it is sent: 1, or 2 */
    char control_id[96];
    struct rsp_buf text; /**< segments end with CR; of rsp_scenario_write; caller frees with rsp_buf_free */
};

/** A scenario under way; all fields are its own. */
struct rsp_scenario_play {
    const struct rsp_scenario *scenario;
    uint64_t seed;
    int64_t start_ms, at_ms;
    const struct rsp_device_course *course; /* what the signs follow; NULL: no session */
    size_t device;
    unsigned long number;
};

/** Set `course` afterwards to let signs follow it, and change what it points to at any time.
 * @param start_ms  when the scenario begins, since 1970 UTC */
void rsp_scenario_begin(
    struct rsp_scenario_play *play, const struct rsp_scenario *scenario, uint64_t seed, int64_t start_ms);
/** Who speaks next, and when: in the order of time, then of the file. @return false at the end */
bool rsp_scenario_next(struct rsp_scenario_play *play, struct rsp_scenario_message *message);
/** What it says, of the course as it is known now; of the message that was next, before the one after it. @return text.failed is false */
RSP_CHECKED bool rsp_scenario_write(
    const struct rsp_scenario_play *play, struct rsp_scenario_message *message);

#endif
