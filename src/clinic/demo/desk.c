/* The staff at work: sessions, and use cases at an instant. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "demo/demo_internal.h"
#include "service/demo.h"

enum { SECONDS_A_HOUR = 3600, SECONDS_A_DAY = 86400, SECONDS_A_MINUTE = 60 };

int64_t rsp_demo_at(const struct rsp_demo *demo, long day, double hour_h)
{
    struct rsp_stamp stamp;
    const int64_t wall_s =
        (int64_t)(demo->today.day + day) * SECONDS_A_DAY + (int64_t)(hour_h * SECONDS_A_HOUR);
    int64_t at_s = wall_s;
    for (int i = 0; i < 2; i++) { /* the offset of the guess, then of the instant itself */
        demo->options->wall(at_s, &stamp);
        at_s = wall_s - (int64_t)stamp.offset_min * SECONDS_A_MINUTE;
    }
    return at_s;
}

int64_t rsp_demo_after(
    const struct rsp_demo *demo, const struct rsp_demo_session *session, double after_h, long *day)
{
    const double hours_a_day = 24.0, end_h = session->hour_h + session->duration_h + after_h;
    const long later_d = (long)floor(end_h / hours_a_day);
    *day = session->day + later_d;
    return rsp_demo_at(demo, *day, end_h - hours_a_day * (double)later_d);
}

/* ---- sessions ---- */

static struct rsp_demo_staff *find(struct rsp_demo *demo, const char *who)
{
    for (size_t i = 0; i < demo->n_staff; i++)
        if (strcmp(demo->staff[i].name, who) == 0)
            return &demo->staff[i];
    return NULL;
}

const char *rsp_demo_role(const struct rsp_demo *demo, const char *who)
{
    for (size_t i = 0; i < demo->n_staff; i++)
        if (strcmp(demo->staff[i].name, who) == 0)
            return demo->staff[i].role;
    return "";
}

/* Somebody who was away signs in again; so does who is about to sign something. Steps of two events may overlap: a session
 * that a later step has found idle is over, also when the clock goes back. */
static rsp_status be_there(
    struct rsp_demo *demo, struct rsp_demo_staff *staff, const struct rsp_stamp *now, int64_t at_s)
{
    enum { FRESH_S = 4 * SECONDS_A_MINUTE, ALIVE_S = 20 * SECONDS_A_MINUTE };
    if (at_s > demo->latest_s)
        demo->latest_s = at_s;
    if (staff->since_s != 0 && at_s >= staff->since_s && at_s < staff->since_s + FRESH_S &&
        demo->latest_s < staff->since_s + ALIVE_S)
        return RSP_OK;
    staff->since_s = at_s;
    return rsp_service_demo_session(demo->service, staff->name, now, staff->token, demo->err);
}

static rsp_status run(struct rsp_demo *demo, const struct rsp_caller *caller, enum rsp_use_case use_case,
    const json_t *input, json_t **body)
{
    struct rsp_answer answer;
    rsp_status status = rsp_service_run(demo->service, use_case, caller, input, &answer, demo->err);
    if (status == RSP_OK && body != NULL)
        *body = json_incref(answer.body);
    rsp_answer_clear(&answer);
    return status;
}

/* Which step it was: a refusal here is a mistake in the story. */
static rsp_status place(struct rsp_demo *demo, enum rsp_use_case use_case, const char *who,
    const struct rsp_stamp *now, rsp_status status)
{
    char text[160];
    if (status != RSP_OK) {
        snprintf(text, sizeof text, "demonstration, %s by %s at %lld", rsp_use_case_row(use_case)->name, who,
            (long long)(now->at_us / 1000000));
        rsp_error_place(demo->err, text, 0);
    }
    return status;
}

rsp_status rsp_demo_do(struct rsp_demo *demo, const char *who, int64_t at_s, enum rsp_use_case use_case,
    json_t *input, json_t **body)
{
    char key[64];
    struct rsp_demo_staff *staff = find(demo, who);
    struct rsp_caller caller = {.address = "", .origin = RSP_DEMO_ORIGIN, .idempotency = key};

    if (staff == NULL || input == NULL) {
        json_decref(input);
        return input == NULL
                   ? rsp_error_set(demo->err, RSP_E_MEMORY, "", "out of memory")
                   : rsp_error_set(demo->err, RSP_E_UNKNOWN, "who", "nobody of the staff is '%s'", who);
    }
    demo->options->wall(at_s, &caller.now);
    snprintf(key, sizeof key, "demonstration-%08llu", (unsigned long long)demo->n_done++);
    rsp_status status = be_there(demo, staff, &caller.now, at_s);
    caller.token = staff->token;
    if (status == RSP_OK)
        status = run(demo, &caller, use_case, input, body);
    json_decref(input);
    return place(demo, use_case, who, &caller.now, status);
}

rsp_status rsp_demo_hire(struct rsp_demo *demo, int64_t at_s)
{
    struct rsp_caller caller = {.console = true, .address = "", .origin = RSP_DEMO_ORIGIN};
    demo->options->wall(at_s, &caller.now);
    for (size_t i = 0; i < demo->n_staff; i++) {
        json_t *input = json_pack("{s:s, s:[s], s:s}", "name", demo->staff[i].name, "roles",
            demo->staff[i].role, "password", demo->password);
        if (input == NULL)
            return rsp_error_set(demo->err, RSP_E_MEMORY, "", "out of memory");
        const rsp_status status = run(demo, &caller, RSP_USE_user_add, input, NULL);
        json_decref(input);
        RSP_TRY(place(demo, RSP_USE_user_add, demo->staff[i].name, &caller.now, status));
    }
    return RSP_OK;
}
