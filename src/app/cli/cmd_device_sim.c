/* respite device-sim */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/device/scenario.h"
#include "app/device/send.h"
#include "app/server/server.h"
#include "base/date.h"
#include "clinic_store.h"
#include "service/demo.h"

/* A change at the bedside is followed within so long. */
enum { FOLLOW_EVERY_MS = 2000 };

enum { MAX_SCENARIO = 1 << 20, MS_PER_S = 1000, NS_PER_MS = 1000000, DAY_S = 86400, FLUSH_BYTES = 1 << 20 };

struct simulation {
    struct rsp_cli *cli;
    struct rsp_scenario *scenario;
    struct rsp_scenario_play play;
    bool sends, at_once;
    int64_t began_ms; /* by the monotonic clock */
    int64_t from_ms;  /* of the scenario: what comes before is left out */
    size_t n_sender;
    struct rsp_device_sender sender[RSP_SCENARIO_DEVICES];
    unsigned long n_sent, n_accepted, n_refused;
    struct rsp_service *service; /* of the demonstration whose sessions are followed; NULL */
    struct rsp_device_course course[RSP_SCENARIO_DEVICES];
    int64_t asked_ms[RSP_SCENARIO_DEVICES]; /* by the monotonic clock */
};

static int64_t clock_ms(clockid_t which)
{
    struct timespec now = {0};
    (void)clock_gettime(which, &now);
    return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS;
}

static rsp_status read_start(
    const struct rsp_cli *cli, int64_t from_ms, int64_t *start_ms, struct rsp_error *err)
{
    const char *text = rsp_cli_text(cli, "start");
    struct rsp_date_time moment;
    if (text == NULL) {
        *start_ms = clock_ms(CLOCK_REALTIME) / MS_PER_S * MS_PER_S - from_ms;
        return RSP_OK;
    }
    RSP_TRY(rsp_cli_place(rsp_date_time_parse(text, &moment, err), "--start", err));
    if (!moment.has_time || !moment.has_offset)
        return rsp_cli_place(
            rsp_error_set(err, RSP_E_MISSING, "",
                "a moment with its distance from UTC is expected: 2026-11-29T17:45:00+01:00"),
            "--start", err);
    *start_ms = llround(rsp_date_time_hours(&moment, true) * 3600.0 * MS_PER_S);
    return RSP_OK;
}

static bool follows(const struct simulation *sim)
{
    for (size_t i = 0; i < sim->scenario->n_device; i++)
        if (rsp_scenario_follows(&sim->scenario->device[i]))
            return true;
    return false;
}

static rsp_status look(struct simulation *sim, size_t device, struct rsp_error *err)
{
    struct rsp_device_course course;
    struct rsp_stamp now;
    json_t *said = NULL;
    rsp_server_now(&now);
    RSP_TRY(rsp_service_demo_course(sim->service, sim->scenario->device[device].id, &now, &said, err));
    const rsp_status status = rsp_device_course_read(said, &course, err);
    json_decref(said);
    RSP_TRY(status);
    rsp_device_course_clear(&sim->course[device]);
    sim->course[device] = course;
    return RSP_OK;
}

/* A session is followed as it goes on: not in a time of the scenario's own. */
static rsp_status open_clinic(struct simulation *sim, struct rsp_error *err)
{
    const bool asked = rsp_cli_text(sim->cli, "db") != NULL;
    if (!asked && follows(sim))
        rsp_cli_warn("no --db names a demonstration whose sessions the devices follow: they follow none");
    if (!asked)
        return RSP_OK;
    if (sim->at_once || rsp_cli_text(sim->cli, "start") != NULL)
        return rsp_error_set(err, RSP_E_MISMATCH, "--db",
            "a session is followed in real time, from now: leave out --at-once and --start");
    if (!follows(sim))
        return rsp_error_set(err, RSP_E_MISMATCH, "--db", "no sign of this scenario 'follows' a session");
    RSP_TRY(rsp_clinic_open(sim->cli, &sim->service, err));
    for (size_t i = 0; i < sim->scenario->n_device; i++)
        if (rsp_scenario_follows(&sim->scenario->device[i]))
            RSP_TRY(rsp_cli_place(look(sim, i, err), "--db", err));
    return RSP_OK;
}

/* What cannot be read now is read a little later: a device that dies of it would be another emergency than the scenario's. */
static void follow(struct simulation *sim, size_t device)
{
    const int64_t now_ms = clock_ms(CLOCK_MONOTONIC);
    struct rsp_error err = {0};
    if (sim->service == NULL || !rsp_scenario_follows(&sim->scenario->device[device]) ||
        now_ms < sim->asked_ms[device] + FOLLOW_EVERY_MS)
        return;
    sim->asked_ms[device] = now_ms;
    if (look(sim, device, &err) != RSP_OK)
        rsp_cli_warn("%s goes on as it was: %s", sim->scenario->device[device].id, err.message);
}

static rsp_status read_options(struct simulation *sim, struct rsp_error *err)
{
    const char *to = rsp_cli_text(sim->cli, "to"), *path = rsp_cli_nth(sim->cli, NULL, 0);
    struct rsp_address address;
    double seed = 1, from_s = 0;
    int64_t start_ms = 0;
    char *text = NULL;
    size_t length = 0;

    if (path == NULL)
        return rsp_error_set(
            err, RSP_E_MISSING, "", "which scenario? respite device-sim examples/devices/surge.yaml");
    RSP_TRY(rsp_cli_whole(sim->cli, "seed", 0, RSP_CLI_LARGEST_SEED, &seed, err));
    RSP_TRY(rsp_cli_whole(sim->cli, "from-s", 0, DAY_S, &from_s, err));
    sim->from_ms = (int64_t)from_s * MS_PER_S;
    RSP_TRY(read_start(sim->cli, sim->from_ms, &start_ms, err));
    sim->sends = to != NULL;
    sim->at_once = rsp_cli_flag(sim->cli, "at-once");
    if (sim->sends)
        RSP_TRY(rsp_cli_place(rsp_address_parse(to, &address, err), "--to", err));
    RSP_TRY(rsp_cli_read(path, MAX_SCENARIO, &text, &length, err));
    const rsp_status status = rsp_scenario_parse(text, length, path, &sim->scenario, err);
    free(text);
    RSP_TRY(status);
    for (; sim->sends && sim->n_sender < sim->scenario->n_device; sim->n_sender++)
        rsp_device_sender_init(&sim->sender[sim->n_sender], &address);
    rsp_scenario_begin(&sim->play, sim->scenario, (uint64_t)seed, start_ms);
    RSP_TRY(open_clinic(sim, err));
    sim->began_ms = clock_ms(CLOCK_MONOTONIC) - sim->from_ms;
    return RSP_OK;
}

static void wait_until(const struct simulation *sim, int64_t at_ms)
{
    const int64_t left_ms = sim->began_ms + at_ms - clock_ms(CLOCK_MONOTONIC);
    if (sim->at_once || left_ms <= 0)
        return;
    (void)nanosleep(
        &(struct timespec){.tv_sec = left_ms / MS_PER_S, .tv_nsec = left_ms % MS_PER_S * NS_PER_MS}, NULL);
}

static rsp_status print(
    struct simulation *sim, const struct rsp_scenario_message *message, struct rsp_error *err)
{
    for (int i = 0; i < message->n_copy; i++) {
        for (size_t k = 0; k < message->text.length; k++)
            rsp_buf_add(&sim->cli->out, message->text.data[k] == '\r' ? "\n" : &message->text.data[k], 1);
        rsp_buf_text(&sim->cli->out, "\n");
    }
    return sim->cli->out.length > FLUSH_BYTES || !sim->at_once ? rsp_cli_flush(sim->cli, err) : RSP_OK;
}

static rsp_status deliver(
    struct simulation *sim, const struct rsp_scenario_message *message, struct rsp_error *err)
{
    for (int i = 0; i < message->n_copy; i++) {
        enum rsp_hl7_ack ack;
        char sentence[512] = "";
        RSP_TRY(rsp_device_send(&sim->sender[message->device], message->text.data, message->text.length,
            message->control_id, &ack, sentence, err));
        sim->n_sent++;
        if (ack == RSP_HL7_AA) {
            sim->n_accepted++;
            continue;
        }
        if (sim->n_refused++ == 0)
            rsp_cli_warn("message %s is refused: %s", message->control_id, sentence);
    }
    return RSP_OK;
}

static rsp_status speak(struct simulation *sim, struct rsp_scenario_message *message, struct rsp_error *err)
{
    if (message->at_ms < sim->from_ms)
        return RSP_OK;
    wait_until(sim, message->at_ms);
    follow(sim, message->device);
    sim->play.course = &sim->course[message->device];
    rsp_status status = RSP_OK;
    if (!rsp_scenario_write(&sim->play, message))
        status = rsp_error_set(err, RSP_E_MEMORY, "", "no memory for a message");
    else
        status = sim->sends ? deliver(sim, message, err) : print(sim, message, err);
    rsp_buf_free(&message->text);
    return status;
}

static rsp_status run(struct simulation *sim, struct rsp_error *err)
{
    struct rsp_scenario_message message;
    while (rsp_scenario_next(&sim->play, &message))
        RSP_TRY(speak(sim, &message, err));
    if (sim->sends)
        rsp_buf_printf(&sim->cli->out, "%s: %lu messages sent, %lu accepted, %lu refused\n",
            sim->scenario->name, sim->n_sent, sim->n_accepted, sim->n_refused);
    if (sim->n_refused > 0)
        sim->cli->exit_code = RSP_EXIT_NEGATIVE;
    return RSP_OK;
}

rsp_status rsp_cmd_device_sim(struct rsp_cli *cli, struct rsp_error *err)
{
    struct simulation sim = {.cli = cli};
    rsp_status status = read_options(&sim, err);
    if (status == RSP_OK)
        status = run(&sim, err);
    for (size_t i = 0; i < sim.n_sender; i++)
        rsp_device_sender_free(&sim.sender[i]);
    for (size_t i = 0; i < RSP_SCENARIO_DEVICES; i++)
        rsp_device_course_clear(&sim.course[i]);
    rsp_service_close(sim.service);
    rsp_scenario_free(sim.scenario);
    return status;
}
