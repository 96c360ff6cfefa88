/* The day: who sits where when, what is missing before they can begin, and what waits for the caller. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/follow.h"
#include "service/follow_call.h"
#include "service/json_build.h"
#include "service/order_facts.h"
#include "service/patients.h"
#include "service/readiness.h"
#include "service/register.h"
#include "service/stock.h"

enum { LATE_MIN = 5 /* minutes after the start from which a patient counts as late */ };

/* What comes first in the list of what to do. */
enum rank {
    RANK_FINDING,
    RANK_EMERGENCY,
    RANK_LATE,
    RANK_MISSING,
    RANK_LEAVE,
    RANK_OVER,
    RANK_CALL,
    RANK_STOCK,
    RANK_REGISTER
};

struct day {
    struct rsp_call *call;
    struct rsp_zone *zone;
    struct rsp_chairs chairs;
    struct rsp_visits visits;
    struct rsp_ledger ledger;
    json_t *rows, *to_do;
};

static bool set(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value) == 0;
}

/* ---- what to do ---- */

/* @param about  patient, name, visit and times are copied from it */
static rsp_status add_task(
    struct day *day, enum rank rank, const char *code, const char *text, const json_t *about)
{
    static const char *const key[] = {"patient", "family_name", "given_name", "birth_date", "appointment",
        "start", "end", "chair", "late_min", "escort", "missing", "owed", "finding", "score", "count",
        "values", "order", "day", "state", "missed", "unsaid"};
    json_t *task = json_pack("{s:i, s:s, s:s}", "rank", (int)rank, "code", code, "text", text);
    if (task == NULL || !rsp_keys_copy(task, about, sizeof key / sizeof *key, key) ||
        json_array_append(day->to_do, task) != 0) {
        json_decref(task);
        return rsp_call_no_memory(day->call);
    }
    json_decref(task);
    return RSP_OK;
}

/* Minutes by which a patient is late who should be here; 0 when not. */
static int late_min(const struct day *day, const struct rsp_visit *visit)
{
    const int64_t minutes = (day->call->now_s - visit->start_s) / RSP_S_A_MINUTE;
    return visit->state == RSP_VISIT_BOOKED && minutes >= LATE_MIN ? (int)minutes : 0;
}

static rsp_status missing_task(struct day *day, const json_t *missing, const json_t *row)
{
    json_t *values = json_object_get(missing, "values"), *about = json_copy((json_t *)row);
    rsp_status status = about != NULL && (values == NULL || json_object_set(about, "values", values) == 0)
                            ? RSP_OK
                            : rsp_call_no_memory(day->call);
    if (status == RSP_OK)
        status = add_task(day, RANK_MISSING, json_string_value(json_object_get(missing, "code")),
            json_string_value(json_object_get(missing, "text")), about);
    json_decref(about);
    return status;
}

/* What a visit asks for, once: the day has one row for it, with all that is missing in its row below.
 * @param here  the patient came, and nobody has discharged them yet */
static rsp_status visit_task(struct day *day, const struct rsp_visit *visit, const json_t *row, bool here)
{
    const json_t *first = json_array_get(json_object_get(row, "missing"), 0);
    if (json_object_get(row, "unsaid") != NULL)
        return add_task(day, RANK_OVER, "over",
            "The time of the visit has passed and nothing was given: say what became of it.", row);
    if (here && rsp_visit_end_s(visit) <= day->call->now_s)
        return add_task(day, RANK_LEAVE, "leave",
            "The visit is over: check that the patient may go home, with the escort.", row);
    if (json_object_get(row, "late_min") != NULL)
        return add_task(day, RANK_LATE, "late", "The patient is late: call, or say that nobody came.", row);
    return first != NULL ? missing_task(day, first, row) : RSP_OK;
}

/* ---- visits ---- */

/* Before a dose that nobody waits for any more nothing is missing; who sits there may still be given it. */
static rsp_status look_at_visit(
    struct day *day, const struct rsp_visit *visit, json_t *row, struct rsp_visit_course *course)
{
    json_t *missing = json_object_get(row, "missing");
    if (!rsp_visit_stands(visit) ||
        json_object_get(row, "family_name") == NULL) /* or the patient was erased */
        return RSP_OK;
    RSP_TRY(rsp_visit_course_read(day->call, visit, &day->ledger, course));
    const bool unsaid = !course->begun && rsp_visit_end_s(visit) <= day->call->now_s;
    const int late = unsaid || course->begun ? 0 : late_min(day, visit);
    if ((unsaid && !set(row, "unsaid", json_true())) ||
        (late > 0 && !set(row, "late_min", json_integer(late))) ||
        (course->order != 0 && !course->home &&
            !set(row, "session", json_integer((json_int_t)course->order))))
        return rsp_call_no_memory(day->call);
    return unsaid && visit->state == RSP_VISIT_BOOKED ? RSP_OK
                                                      : rsp_readiness(day->call, visit, course, row, missing);
}

static rsp_status own_visit(struct day *day, const struct rsp_visit *visit, json_t *row)
{
    struct rsp_visit_course course = {0};
    if (!set(row, "missing", json_array()))
        return rsp_call_no_memory(day->call);
    day->call->patient = visit->patient;
    RSP_TRY(look_at_visit(day, visit, row, &course));
    const bool came = visit->state == RSP_VISIT_ARRIVED || (rsp_visit_stands(visit) && course.begun);
    return visit_task(day, visit, row, came && !course.home);
}

static rsp_status add_visit(struct day *day, const struct rsp_visit *visit)
{
    struct rsp_call *call = day->call;
    bool cares = false, broken = false;
    json_t *row = NULL;
    RSP_TRY(rsp_call_cares(call, &visit->patient, &cares, &broken));
    RSP_TRY(rsp_visit_row(
        call, day->zone, visit, rsp_chairs_find(&day->chairs, visit->chair), cares || broken, &row));
    rsp_status status = json_array_append_new(day->rows, row) == 0 ? RSP_OK : rsp_call_no_memory(call);
    if (status == RSP_OK && (cares || broken))
        status = own_visit(day, visit, row);
    return status;
}

static rsp_status add_visits(struct day *day)
{
    const long today = day->call->today.day;
    RSP_TRY(rsp_visits_read(day->call, NULL, rsp_day_start_s(day->zone, today),
        rsp_day_start_s(day->zone, today + 1), &day->visits));
    rsp_visits_sort(&day->visits);
    for (size_t i = 0; i < day->visits.n; i++)
        if (day->visits.visit[i].state != RSP_VISIT_CANCELLED)
            RSP_TRY(add_visit(day, &day->visits.visit[i]));
    return RSP_OK;
}

/* ---- all patients of the caller ---- */

struct caring {
    const char *account;
    struct rsp_persons persons;
};

static rsp_status note_person(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct caring *caring = context;
    const char *account = json_string_value(json_object_get(fact->body, "account"));
    return account != NULL && strcmp(account, caring->account) == 0
               ? rsp_persons_add(&caring->persons, &fact->person, err)
               : RSP_OK;
}

/* Who the patient of call is, for a task about them. */
static rsp_status name_patient(struct rsp_call *call, json_t **about)
{
    *about = json_object();
    return rsp_patient_name(call, *about);
}

static rsp_status add_findings(struct day *day)
{
    json_t *open = NULL, *about = NULL, *row;
    size_t i;
    RSP_TRY(rsp_findings_open(day->call, &open));
    rsp_status status = json_array_size(open) > 0 ? name_patient(day->call, &about) : RSP_OK;
    if (status == RSP_OK && json_object_get(about, "family_name") == NULL) /* nobody to call any more */
        (void)json_array_clear(open);
    json_array_foreach(open, i, row)
    {
        const char *text = json_string_value(json_object_get(row, "text"));
        if (status == RSP_OK && !set(about, "finding", json_incref(json_object_get(row, "number"))))
            status = rsp_call_no_memory(day->call);
        if (status == RSP_OK)
            status = add_task(day, RANK_FINDING, "finding", text != NULL ? text : "", about);
    }
    json_decref(open);
    json_decref(about);
    return status;
}

/* What an emergency left for afterwards. */
static rsp_status add_owed(struct day *day, int64_t number)
{
    struct rsp_call *call = day->call;
    struct rsp_order_facts order = {0};
    json_t *owed = NULL, *about = NULL;
    rsp_status status = rsp_order_of_patient(call, number, &order);
    if (status == RSP_OK)
        status = rsp_order_owed(call, &order, &owed);
    rsp_order_facts_clear(&order);
    if (status == RSP_OK && json_array_size(owed) > 0) {
        const char *text = json_string_value(json_object_get(json_array_get(owed, 0), "text"));
        status = name_patient(call, &about);
        if (status == RSP_OK && !set(about, "owed", json_incref(owed)))
            status = rsp_call_no_memory(call);
        if (status == RSP_OK)
            status = add_task(day, RANK_EMERGENCY, "emergency", text != NULL ? text : "", about);
    }
    json_decref(owed);
    json_decref(about);
    return status;
}

static rsp_status add_emergencies(struct day *day)
{
    json_t *numbers = NULL;
    RSP_TRY(rsp_order_numbers(day->call, true, &numbers));
    rsp_status status = RSP_OK;
    for (size_t i = 0; status == RSP_OK && i < json_array_size(numbers); i++)
        status = add_owed(day, json_integer_value(json_array_get(numbers, i)));
    json_decref(numbers);
    return status;
}

/* Calls after a session that are to be made today, or were on an earlier day. */
static rsp_status add_calls(struct day *day)
{
    struct rsp_call *call = day->call;
    json_t *open = NULL, *row;
    size_t i;
    RSP_TRY(rsp_follow_calls_open(call, &open));
    rsp_status status = RSP_OK;
    json_array_foreach(open, i, row)
    {
        if (status == RSP_OK)
            status = rsp_patient_name(call, row);
        if (status == RSP_OK && json_object_get(row, "family_name") != NULL) /* else nobody is to be called */
            status = add_task(day, RANK_CALL, "call", "The call after the session is to be made.", row);
    }
    json_decref(open);
    return status;
}

static rsp_status add_patients(struct day *day)
{
    struct rsp_call *call = day->call;
    struct caring caring = {.account = call->account.name};
    const struct rsp_fact_filter filter = {.kind = "care", .current = true, .without_identity = true};
    rsp_status status = rsp_store_read(call->service->store, &filter, note_person, &caring, call->err);
    for (size_t i = 0; status == RSP_OK && i < caring.persons.n; i++) {
        call->patient = caring.persons.person[i];
        status = add_findings(day);
        if (status == RSP_OK)
            status = add_emergencies(day);
        if (status == RSP_OK)
            status = add_calls(day);
    }
    free(caring.persons.person);
    return status;
}

static rsp_status add_counted(
    struct day *day, enum rank rank, const char *code, const char *text, json_int_t n)
{
    json_t *about = json_pack("{s:I}", "count", n);
    const rsp_status status = add_task(day, rank, code, text, about);
    json_decref(about);
    return status;
}

static rsp_status add_register(struct day *day)
{
    const struct rsp_register_filter filter = {.state = "open"};
    json_t *rows = NULL;
    RSP_TRY(rsp_register_rows(day->call, &filter, &rows));
    const size_t n = json_array_size(rows);
    json_decref(rows);
    return n == 0 ? RSP_OK
                  : add_counted(
                        day, RANK_REGISTER, "register", "Entries of the register are open.", (json_int_t)n);
}

/* Moves that the caller may sign as the second person, and issues that do not close. */
static rsp_status add_stock(struct day *day)
{
    struct rsp_call *call = day->call;
    const struct rsp_ledger *ledger = &day->ledger;
    json_int_t n_waiting = 0, n_open = 0;
    if (!rsp_permitted(rsp_use_case_row(RSP_USE_stock), call->roles))
        return RSP_OK;
    for (size_t i = 0; i < ledger->n_move; i++)
        n_waiting += ledger->move[i].answer == RSP_STOCK_PENDING &&
                     strcmp(ledger->move[i].who, call->account.name) != 0;
    for (size_t i = 0; i < ledger->n_issue; i++)
        n_open += ledger->issue[i].in_hand && !rsp_stock_issue_closes(&ledger->issue[i]);
    if (n_waiting > 0)
        RSP_TRY(add_counted(
            day, RANK_STOCK, "stock", "Moves of the ledger wait for a second signature.", n_waiting));
    return n_open > 0 ? add_counted(day, RANK_STOCK, "stock_open",
                            "Issues of the ledger are not accounted for.", n_open)
                      : RSP_OK;
}

/* ---- all of it ---- */

static int by_rank(const void *a, const void *b)
{
    const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
    const json_int_t first = json_integer_value(json_object_get(x, "rank")),
                     second = json_integer_value(json_object_get(y, "rank"));
    if (first != second)
        return first < second ? -1 : 1;
    const char *start = json_string_value(json_object_get(x, "start")),
               *other = json_string_value(json_object_get(y, "start"));
    return start != NULL && other != NULL ? strcmp(start, other) : 0;
}

static rsp_status put_tasks(struct day *day)
{
    const size_t n = json_array_size(day->to_do);
    json_t **task = calloc(n + 1, sizeof(json_t *)), *sorted = json_array();
    bool made = task != NULL && sorted != NULL;
    for (size_t i = 0; made && i < n; i++)
        task[i] = json_array_get(day->to_do, i);
    if (made)
        qsort(task, n, sizeof(json_t *), by_rank);
    for (size_t i = 0; made && i < n; i++)
        made = json_array_append(sorted, task[i]) == 0;
    free(task);
    if (!made) {
        json_decref(sorted);
        return rsp_call_no_memory(day->call);
    }
    return rsp_call_put(day->call, "to_do", sorted);
}

static rsp_status put_day(struct day *day)
{
    struct rsp_call *call = day->call;
    char today[16], now[RSP_WALL_SIZE];
    json_t *chairs = json_array();
    rsp_date_format(call->today, today, sizeof today);
    rsp_wall_format(day->zone, call->now_s, now);
    RSP_TRY(rsp_call_put(call, "chairs", chairs));
    for (size_t i = 0; i < day->chairs.n; i++)
        if (json_array_append_new(chairs, json_pack("{s:s, s:b}", "name", day->chairs.chair[i].name, "open",
                                              day->chairs.chair[i].open)) != 0)
            return rsp_call_no_memory(call);
    RSP_TRY(rsp_call_put(call, "day", json_string(today)));
    RSP_TRY(rsp_call_put(call, "now", json_string(now)));
    RSP_TRY(rsp_call_put(call, "zone", json_string(call->caller->now.zone)));
    RSP_TRY(rsp_call_put(call, "appointments", json_incref(day->rows)));
    return put_tasks(day);
}

rsp_status rsp_case_today(struct rsp_call *call)
{
    struct day day = {.call = call, .rows = json_array(), .to_do = json_array()};
    rsp_status status = day.rows != NULL && day.to_do != NULL
                            ? rsp_zone_load(call->caller->now.zone, &day.zone, call->err)
                            : rsp_call_no_memory(call);
    if (status == RSP_OK)
        status = rsp_chairs_read(call, &day.chairs);
    if (status == RSP_OK)
        status = rsp_ledger_read(call, &day.ledger);
    if (status == RSP_OK)
        status = add_visits(&day);
    if (status == RSP_OK)
        status = add_patients(&day);
    if (status == RSP_OK)
        status = add_stock(&day);
    if (status == RSP_OK)
        status = add_register(&day);
    if (status == RSP_OK)
        status = put_day(&day);
    snprintf(call->detail, sizeof call->detail, "%zu visits", json_array_size(day.rows));
    json_decref(day.rows);
    json_decref(day.to_do);
    rsp_zone_free(day.zone);
    rsp_ledger_clear(&day.ledger);
    free(day.visits.visit);
    return status;
}
