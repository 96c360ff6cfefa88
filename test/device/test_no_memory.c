/* Messages of devices and scenarios while memory fails: nothing is acknowledged that was not read and kept. */
#include "../base/starve.h"

#include <stdio.h>
#include <string.h>

#include "app/device/link.h"
#include "app/device/scenario.h"
#include "exchange/observed.h"

static const char oru[] = "MSH|^~\\&|MON|WARD|||20261129||ORU^R01|A1|P|2.6\rPID|||1\rOBR|1\r"
                          "OBX|1|NM|8867-4^^LN||70|mm[Hg]|||||F|||20261129174500||||DEV\r"
                          "OBX|2|NM|8867-4^^LN||70|/min|||||F\r";

static rsp_status read_message(struct rsp_error *err)
{
    struct rsp_hl7 *message = NULL;
    struct rsp_observed_list list = {0};
    RSP_TRY(rsp_hl7_parse(oru, sizeof oru - 1, &message, err));
    const rsp_status status = rsp_observed_read(message, &list, err);
    rsp_hl7_free(message);
    feed();
    ck_assert((status == RSP_OK) == (list.n == 2));
    rsp_observed_free(&list);
    return status;
}

START_TEST(a_message_without_memory_is_not_read)
{
    starve(read_message, "message");
}
END_TEST

static int n_kept;

static void keep(void *context, const struct rsp_device_received *received, struct rsp_hl7_answer *answer)
{
    (void)context;
    if (received->message == NULL)
        return;
    n_kept++;
    *answer = (struct rsp_hl7_answer){.ack = RSP_HL7_AA};
}

static void trouble(void *context, const char *peer, int64_t at_ms, const char *sentence)
{
    (void)context;
    (void)peer;
    (void)at_ms;
    (void)sentence;
}

/* AA only for what was kept; else a refusal to send again, or no answer and a closed connection. */
static rsp_status serve_link(struct rsp_error *err)
{
    const struct rsp_device_sink sink = {NULL, keep, trouble};
    struct rsp_device_link link;
    struct rsp_buf out;
    char bytes[sizeof oru + 2];
    n_kept = 0;
    bytes[0] = '\x0b';
    memcpy(bytes + 1, oru, sizeof oru - 1);
    memcpy(bytes + sizeof oru, "\x1c\r", 2);
    rsp_buf_init(&out, 1 << 16);
    rsp_device_link_init(&link, &sink, "peer", "R");
    for (size_t at = 0, taken = 0; at < sizeof bytes; at += taken)
        rsp_device_link_take(&link, bytes + at, sizeof bytes - at, 0, &taken, &out);
    feed();
    const bool accepted = out.data != NULL && strstr(out.data, "MSA|AA|A1") != NULL,
               refused = out.data != NULL && strstr(out.data, "MSA|AR|") != NULL;
    ck_assert(out.failed || accepted || refused);
    ck_assert(!accepted || n_kept == 1);
    ck_assert(!refused || (n_kept == 0 && strstr(out.data, "memory") != NULL));
    rsp_buf_free(&out);
    rsp_device_link_free(&link);
    return accepted ? RSP_OK : rsp_error_set(err, RSP_E_MEMORY, "", "not acknowledged");
}

START_TEST(a_connection_without_memory_acknowledges_only_what_was_kept)
{
    starve(serve_link, "link");
}
END_TEST

static const char text[] =
    "name: t\nlength: 1 min\ndevices:\n  - id: M\n    kind: monitor\n    every: 30 s\n    signs:\n"
    "      spo2: {trend: {0 min: 97, 30 s: 95}}\n    events:\n      - {at: 1 s, what: twice}\n";

static rsp_status read_scenario(struct rsp_error *err)
{
    struct rsp_scenario *scenario = NULL;
    const rsp_status status = rsp_scenario_parse(text, sizeof text - 1, "s.yaml", &scenario, err);
    feed();
    ck_assert((status == RSP_OK) == (scenario != NULL));
    rsp_scenario_free(scenario);
    return status;
}

START_TEST(a_scenario_without_memory_is_not_read)
{
    starve(read_scenario, "scenario");
}
END_TEST

static rsp_status read_course(struct rsp_error *err)
{
    static const char said[] = "{\"forecast\": {\"sbp_rise\": {\"time_min\": [0, 1], \"p50\": [1, 2]}}}";
    struct rsp_device_course course;
    json_t *json = json_loads(said, 0, NULL); /* of a shared library: it has memory */
    const rsp_status status = rsp_device_course_read(json, &course, err);
    feed();
    ck_assert((status == RSP_OK) == (course.curve[0].n == 2));
    rsp_device_course_clear(&course);
    json_decref(json);
    return status;
}

START_TEST(a_forecast_without_memory_is_not_followed)
{
    starve(read_course, "course");
}
END_TEST

RUN_TESTS("device no memory", a_message_without_memory_is_not_read,
    a_connection_without_memory_acknowledges_only_what_was_kept, a_scenario_without_memory_is_not_read,
    a_forecast_without_memory_is_not_followed)
