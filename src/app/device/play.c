/* A scenario under way: the messages that its devices send. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/device/scenario.h"
#include "exchange/hl7.h"
#include "num/random.h"

enum { MOST_MESSAGE = 64 << 10, PERCENT_MOST = 100 };

static bool happens(
    const struct rsp_scenario_event *event, enum rsp_scenario_what what, int sign, int64_t at_ms)
{
    return event->what == what && event->sign == sign && at_ms >= event->from_ms && at_ms < event->to_ms;
}

static const struct rsp_scenario_event *under_way(
    const struct rsp_scenario_device *device, enum rsp_scenario_what what, int sign, int64_t at_ms)
{
    for (size_t i = 0; i < device->n_event; i++)
        if (happens(&device->event[i], what, sign, at_ms))
            return &device->event[i];
    return NULL;
}

static double followed(
    const struct rsp_scenario_play *play, const struct rsp_scenario_sign *sign, int64_t at_ms)
{
    enum { MS_A_S = 1000 };
    if (sign->follow < 0 || play->course == NULL)
        return 0;
    return sign->factor * rsp_device_course_at(play->course, (enum rsp_follow)sign->follow, sign->percentile,
                              (double)(play->start_ms + at_ms) / MS_A_S);
}

/* What the sign shows; a flat one shows what it showed when that began. */
static double shown(const struct rsp_scenario_play *play, const struct rsp_scenario_device *device,
    size_t index, int64_t at_ms)
{
    const struct rsp_scenario_sign *sign = &device->sign[index];
    const struct rsp_scenario_event *artefact = under_way(device, RSP_SCENARIO_ARTEFACT, (int)index, at_ms),
                                    *flat = under_way(device, RSP_SCENARIO_FLAT, (int)index, at_ms);
    if (artefact != NULL)
        return artefact->number;
    if (flat != NULL)
        at_ms = flat->from_ms - flat->from_ms % sign->every_ms;
    double number = rsp_scenario_value(device, index, at_ms) + followed(play, sign, at_ms);
    if (sign->noise > 0)
        number += sign->noise * rsp_random_normal(play->seed, (uint64_t)(device - play->scenario->device),
                                    rsp_random_stream(RSP_STREAM_RESIDUAL, (uint32_t)sign->sign),
                                    (uint32_t)(at_ms / sign->every_ms));
    if (sign->sign == RSP_OBSERVED_SPO2 && number > PERCENT_MOST)
        number = PERCENT_MOST;
    return number > 0 ? number : 0;
}

static const struct rsp_device_code *code_of(enum rsp_observed_sign sign)
{
    for (size_t i = 0; i < rsp_n_device_code; i++)
        if (rsp_device_codes[i].system == RSP_CODE_MDC &&
            (rsp_device_codes[i].sign[0] == sign || rsp_device_codes[i].sign[1] == sign))
            return &rsp_device_codes[i];
    return NULL;
}

/* The unit that devices use: of MDC if the table has one, and breaths for breathing. */
static const struct rsp_device_unit *unit_of(enum rsp_observed_sign sign)
{
    const struct rsp_device_unit *found = NULL;
    const bool breaths = sign == RSP_OBSERVED_BREATHING_RATE;
    for (size_t i = 0; i < rsp_n_device_unit; i++) {
        const struct rsp_device_unit *unit = &rsp_device_units[i];
        if (strcmp(unit->unit, rsp_observed_sign_unit(sign)) != 0)
            continue;
        if (unit->mdc != NULL && (strstr(unit->mdc_name, "RESP") != NULL) == breaths)
            return unit;
        if (found == NULL || found->mdc != NULL)
            found = unit;
    }
    return found;
}

static void write_row(struct rsp_buf *out, const struct rsp_scenario_play *play,
    const struct rsp_scenario_device *device, size_t index, int number, const char *moment)
{
    const struct rsp_scenario_sign *sign = &device->sign[index];
    const struct rsp_device_code *code = code_of(sign->sign);
    const struct rsp_device_unit *unit = unit_of(sign->sign);
    const bool missing = under_way(device, RSP_SCENARIO_MISSING, (int)index, play->at_ms) != NULL;

    if (code == NULL || unit == NULL) { /* the table is tested to hold both for every sign */
        out->failed = true;
        return;
    }
    rsp_buf_printf(out, "OBX|%d|NM|%s^%s^MDC|1.1.1.%zu|", number, code->code, code->name[0], index + 1);
    if (!missing)
        rsp_buf_printf(out, "%.*f", sign->decimals, shown(play, device, index, play->at_ms) / unit->factor);
    if (unit->mdc != NULL)
        rsp_buf_printf(out, "|%s^%s^MDC", unit->mdc, unit->mdc_name);
    else
        rsp_buf_printf(out, "|%s^%s^UCUM", unit->ucum, unit->ucum);
    rsp_buf_printf(out, "|||||%s|||%s\r", missing ? "X" : "R", moment);
}

static bool is_due(const struct rsp_scenario_sign *sign, int64_t at_ms)
{
    return at_ms % sign->every_ms == 0;
}

/* What the device's clock shows. */
static void write_moment(
    const struct rsp_scenario_play *play, const struct rsp_scenario_device *device, char moment[RSP_HL7_TIME])
{
    const struct rsp_scenario_event *clock = under_way(device, RSP_SCENARIO_CLOCK, -1, play->at_ms);
    if (under_way(device, RSP_SCENARIO_NO_CLOCK, -1, play->at_ms) != NULL)
        snprintf(moment, RSP_HL7_TIME, "00000000000000");
    else
        rsp_hl7_time_write(play->start_ms + play->at_ms + (clock != NULL ? clock->by_ms : 0), moment);
}

static void write_message(const struct rsp_scenario_play *play, const struct rsp_scenario_device *device,
    const char *control_id, struct rsp_buf *out)
{
    char sent[RSP_HL7_TIME], moment[RSP_HL7_TIME];
    int number = 1;

    rsp_hl7_time_write(play->start_ms + play->at_ms, sent);
    write_moment(play, device, moment);
    rsp_buf_printf(out, "MSH|^~\\&|%s|%s|RESPITE||%s||ORU^R01^ORU_R01|%s|P|2.6|||NE|AL||UNICODE UTF-8\r",
        device->sender, device->facility, sent, control_id);
    rsp_buf_printf(out, "PID|||%s\r", device->patient);
    rsp_buf_printf(out, "OBR|1|||182777000^monitoring of patient^SNOMED-CT|||%s\r", moment);
    rsp_buf_printf(out, "OBX|%d||%s^MDC|1.0.0.0|||||||X|||||||%s\r", number,
        device->pump ? "69985^MDC_DEV_PUMP_INFUS_MDS" : "69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS",
        device->id);
    for (size_t i = 0; i < device->n_sign; i++)
        if (is_due(&device->sign[i], play->at_ms))
            write_row(out, play, device, i, ++number, moment);
}

static bool has_row(const struct rsp_scenario_device *device, int64_t at_ms)
{
    bool due = false;
    for (size_t i = 0; i < device->n_sign; i++)
        due = due || is_due(&device->sign[i], at_ms);
    return due && at_ms % device->every_ms == 0 && under_way(device, RSP_SCENARIO_DROPOUT, -1, at_ms) == NULL;
}

/* The next time, after this one, at which a device may speak. */
static int64_t next_time(const struct rsp_scenario *scenario, int64_t at_ms)
{
    int64_t next_ms = scenario->length_ms + 1;
    for (size_t i = 0; i < scenario->n_device; i++) {
        const int64_t every_ms = scenario->device[i].every_ms, then_ms = (at_ms / every_ms + 1) * every_ms;
        if (then_ms < next_ms)
            next_ms = then_ms;
    }
    return next_ms;
}

void rsp_scenario_begin(
    struct rsp_scenario_play *play, const struct rsp_scenario *scenario, uint64_t seed, int64_t start_ms)
{
    *play = (struct rsp_scenario_play){.scenario = scenario, .seed = seed, .start_ms = start_ms};
}

bool rsp_scenario_next(struct rsp_scenario_play *play, struct rsp_scenario_message *message)
{
    enum { MS_PER_S = 1000 };
    const struct rsp_scenario *scenario = play->scenario;
    while (play->at_ms <= scenario->length_ms) {
        const size_t index = play->device++;
        if (index == scenario->n_device) {
            play->device = 0;
            play->at_ms = next_time(scenario, play->at_ms);
            continue;
        }
        const struct rsp_scenario_device *device = &scenario->device[index];
        if (!has_row(device, play->at_ms))
            continue;
        *message = (struct rsp_scenario_message){.device = index,
            .at_ms = play->at_ms,
            .n_copy = under_way(device, RSP_SCENARIO_TWICE, -1, play->at_ms) != NULL ? 2 : 1};
        snprintf(message->control_id, sizeof message->control_id, "%s-%lld-%lu", device->id,
            (long long)(play->start_ms / MS_PER_S), ++play->number);
        return true;
    }
    return false;
}

bool rsp_scenario_write(const struct rsp_scenario_play *play, struct rsp_scenario_message *message)
{
    rsp_buf_init(&message->text, MOST_MESSAGE);
    write_message(play, &play->scenario->device[message->device], message->control_id, &message->text);
    return !message->text.failed;
}
