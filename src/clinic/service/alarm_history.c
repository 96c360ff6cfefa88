#include "service/alarm_history.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "service/json_build.h"
#include "service/json_memory.h"
#include "session/infusion.h"

enum { CHUNK = 200, US_A_S = 1000000, S_AN_HOUR = 3600 };

static const char *const kinds[] = {
    "bedside_event", "device_binding", "alarm_state", "reading_mark", "bedside_medicine"};
enum { N_KIND = sizeof kinds / sizeof *kinds };

struct rsp_alarm_history {
    int64_t first;        /* facts before it are not remembered */
    int64_t read[N_KIND]; /* the last fact of each kind that was */
    size_t n, room;
    struct rsp_past_session *session;
};

struct rsp_alarm_history *rsp_alarm_history_new(void)
{
    struct rsp_alarm_history *history = calloc(1, sizeof *history);
    if (history != NULL)
        history->first = INT64_MAX;
    return history;
}

struct reading {
    struct rsp_call *call;
    struct rsp_alarm_history *history;
    size_t n;       /* facts of this chunk */
    int64_t number; /* the last of them */
};

/* A new zeroed row of a growing list; NULL without memory. */
static void *add_row(void *list, size_t *n, size_t *room, size_t size)
{
    void **rows = list;
    if (*n == *room) {
        const size_t more = 2 * *room + 8;
        void *made = realloc(*rows, more * size);
        if (made == NULL)
            return NULL;
        *rows = made;
        *room = more;
    }
    char *row = (char *)*rows + (*n)++ * size;
    memset(row, 0, size);
    return row;
}
#define ADD(owner, list)                                                                                     \
    add_row(&(owner)->list, &(owner)->n_##list, &(owner)->list##_room, sizeof *(owner)->list)

static void forget(struct rsp_alarm_history *history)
{
    for (size_t i = 0; i < history->n; i++) {
        struct rsp_past_session *session = &history->session[i];
        free(session->alarm);
        free(session->event);
        free(session->binding);
        free(session->mark);
        free(session->medicine_s);
        free(session->records);
    }
    history->n = 0;
    history->first = INT64_MAX; /* nothing was read */
}

void rsp_alarm_history_free(struct rsp_alarm_history *history)
{
    if (history == NULL)
        return;
    forget(history);
    free(history->session);
    free(history);
}

static struct rsp_past_session *session_of(struct rsp_alarm_history *history, const struct rsp_fact *fact)
{
    const int64_t order = json_integer_value(json_object_get(fact->body, "order"));
    for (size_t i = history->n; i-- > 0;) /* the newest are asked for most */
        if (history->session[i].order == order)
            return &history->session[i];
    struct rsp_past_session *session =
        add_row(&history->session, &history->n, &history->room, sizeof *history->session);
    if (session == NULL)
        return NULL;
    session->order = order;
    session->person = fact->person;
    return session;
}

/* ---- alarms ---- */

static enum rsp_vital vital_of(const struct rsp_rulebook *book, const char *id)
{
    const struct rsp_watching *watching = rsp_rulebook_watching(book);
    const char *sign = strchr(id, ':');
    for (size_t i = 0; sign == NULL && i < watching->n_limit; i++)
        if (strcmp(watching->limit[i].id, id) == 0)
            return (enum rsp_vital)rsp_vital_find(watching->limit[i].vital);
    for (size_t i = 0; sign == NULL && i < watching->n_rise; i++)
        if (strcmp(watching->rise[i].id, id) == 0)
            return (enum rsp_vital)rsp_vital_find(watching->rise[i].vital);
    const int vital = sign != NULL ? rsp_vital_find(sign + 1) : -1;
    return vital >= 0 ? (enum rsp_vital)vital : RSP_N_VITAL;
}

static struct rsp_past_alarm *alarm_of(
    const struct rsp_rulebook *book, struct rsp_past_session *session, int64_t number, const char *id)
{
    for (size_t i = session->n_alarm; i-- > 0;)
        if (session->alarm[i].number == number)
            return &session->alarm[i];
    struct rsp_past_alarm *alarm = ADD(session, alarm);
    if (alarm == NULL)
        return NULL;
    alarm->number = number;
    (void)snprintf(alarm->id, sizeof alarm->id, "%s", id);
    alarm->vital = vital_of(book, id);
    return alarm;
}

static rsp_status take_record(const struct rsp_rulebook *book, struct rsp_past_session *session,
    const json_t *row, struct rsp_error *err)
{
    const int64_t number = json_integer_value(json_object_get(row, "number"));
    if (number == 0)
        return RSP_OK; /* silenced, and never raised */
    struct rsp_past_alarm *alarm = alarm_of(book, session, number, rsp_key_text(row, "id"));
    if (alarm == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    alarm->priority = (enum rsp_alarm_priority)json_integer_value(json_object_get(row, "highest"));
    alarm->story.onset_s = rsp_key_number(row, "onset_s");
    alarm->story.raised_s = rsp_key_number(row, "raised_s");
    alarm->story.announced_s = rsp_key_number(row, "announced_s");
    alarm->story.acknowledged_s = rsp_key_number(row, "acknowledged_s");
    alarm->story.ended_s = rsp_key_number(row, "ended_s");
    return RSP_OK;
}

/* What the newest state says of every alarm. A damaged one leaves the session out, and hides none of the others. */
static rsp_status take_records(
    const struct rsp_rulebook *book, struct rsp_past_session *session, struct rsp_error *err)
{
    size_t i;
    const json_t *row;
    if (session->records == NULL || session->taken)
        return RSP_OK;
    json_t *rows = json_loads(session->records, JSON_REJECT_DUPLICATES, NULL);
    rsp_status status = RSP_OK;
    session->damaged = session->damaged || !json_is_array(rows);
    json_array_foreach(rows, i, row) if (status == RSP_OK) status = take_record(book, session, row, err);
    json_decref(rows);
    session->taken = status == RSP_OK;
    return status;
}

/* One alarm of the newest state, found by its first words, which is much quicker than to take the whole apart. */
static rsp_status take_named(
    const struct rsp_rulebook *book, struct rsp_past_session *session, const char *id, struct rsp_error *err)
{
    char words[RSP_ALARM_ID_SIZE + 16];
    (void)snprintf(words, sizeof words, "{\"id\":\"%s\",", id);
    const char *at = session->records != NULL ? strstr(session->records, words) : NULL;
    if (at == NULL)
        return RSP_OK; /* it is the first of its condition */
    json_t *row = json_loadb(at, strlen(at), JSON_DISABLE_EOF_CHECK, NULL);
    session->damaged = session->damaged || row == NULL;
    const rsp_status status = take_record(book, session, row, err);
    json_decref(row);
    return status;
}

/* A state holds each condition's latest alarm: an earlier one is whole in the state before the next was raised. */
static rsp_status take_raised(const struct rsp_rulebook *book, struct rsp_past_session *session,
    const json_t *body, int64_t n_raised, struct rsp_error *err)
{
    json_t *changes = json_loads(rsp_key_text(body, "changes"), 0, NULL);
    const json_t *change;
    size_t i;
    rsp_status status = RSP_OK;
    json_array_foreach(changes, i, change)
    {
        if (status != RSP_OK || strcmp(rsp_key_text(change, "change"), "raised") != 0)
            continue;
        status = take_named(book, session, rsp_key_text(change, "id"), err);
        n_raised--;
    }
    json_decref(changes);
    /* That the server was interrupted is raised before the first look, and is no change. */
    return status == RSP_OK && n_raised > 0 ? take_records(book, session, err) : status;
}

static rsp_status take_state(struct reading *reading, struct rsp_past_session *session,
    const struct rsp_fact *fact, struct rsp_error *err)
{
    const int64_t n_raised = json_integer_value(json_object_get(fact->body, "n_raised"));
    if (n_raised != session->n_raised)
        RSP_TRY(take_raised(
            reading->call->service->book, session, fact->body, n_raised - session->n_raised, err));
    free(session->records);
    session->records = strdup(rsp_key_text(fact->body, "records"));
    session->n_raised = n_raised;
    session->taken = false;
    return session->records != NULL ? RSP_OK : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
}

/* ---- what persons did ---- */

static bool take_event(struct rsp_past_session *session, const struct rsp_fact *fact)
{
    const int64_t replaces = json_integer_value(json_object_get(fact->body, "replaces"));
    for (size_t i = 0; i < session->n_event; i++)
        session->event[i].gone = session->event[i].gone || session->event[i].number == replaces;
    struct rsp_past_event *event = ADD(session, event);
    if (event == NULL)
        return false;
    event->number = fact->number;
    event->kind = rsp_infusion_event_find(rsp_key_text(fact->body, "event"));
    event->at_s = rsp_key_number(fact->body, "at_s");
    return true;
}

static bool take_binding(struct rsp_past_session *session, const struct rsp_fact *fact)
{
    const char *device = rsp_key_text(fact->body, "device");
    const double at_s = (double)fact->at_us / US_A_S;
    for (size_t i = 0; i < session->n_binding; i++)
        if (isinf(session->binding[i].until_s) && strcmp(session->binding[i].device, device) == 0)
            session->binding[i].until_s = at_s;
    if (!json_is_true(json_object_get(fact->body, "bound")))
        return true;
    struct rsp_past_binding *binding = ADD(session, binding);
    if (binding == NULL)
        return false;
    (void)snprintf(binding->device, sizeof binding->device, "%s", device);
    binding->from_s = at_s;
    binding->until_s = INFINITY;
    return true;
}

static bool take_mark(struct rsp_past_session *session, const struct rsp_fact *fact)
{
    const int64_t number = json_integer_value(json_object_get(fact->body, "reading"));
    const int vital = rsp_vital_find(rsp_key_text(fact->body, "sign"));
    for (size_t i = 0; i < session->n_mark; i++)
        if (session->mark[i].reading == number && session->mark[i].vital == vital)
            session->mark[i].stands = false;
    struct rsp_past_mark *mark = ADD(session, mark);
    if (mark == NULL)
        return false;
    *mark = (struct rsp_past_mark){.reading = number,
        .vital = vital,
        .marked_s = (double)fact->at_us / US_A_S,
        .reading_s = NAN,
        .artefact = json_is_true(json_object_get(fact->body, "artefact")),
        .stands = true};
    return true;
}

static bool take_medicine(struct rsp_past_session *session, const struct rsp_fact *fact)
{
    if (fact->superseded_by != 0 || json_is_true(json_object_get(fact->body, "withdrawn")))
        return true;
    double *at_s = add_row(&session->medicine_s, &session->n_medicine, &session->medicine_room, sizeof *at_s);
    if (at_s == NULL)
        return false;
    *at_s = rsp_key_number(fact->body, "at_s");
    return true;
}

static rsp_status take(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct reading *reading = context;
    reading->n++;
    reading->number = fact->number;
    struct rsp_past_session *session = session_of(reading->history, fact);
    if (session == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    session->last_s = fmax(session->last_s, (double)fact->at_us / US_A_S);
    if (strcmp(fact->kind, "alarm_state") == 0)
        return take_state(reading, session, fact, err);
    const bool taken = strcmp(fact->kind, "bedside_event") == 0    ? take_event(session, fact)
                       : strcmp(fact->kind, "device_binding") == 0 ? take_binding(session, fact)
                       : strcmp(fact->kind, "reading_mark") == 0   ? take_mark(session, fact)
                                                                   : take_medicine(session, fact);
    return taken ? RSP_OK : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
}

/* ---- which facts ---- */

struct moment {
    bool found;
    double at_s;
};

static rsp_status see_moment(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct moment *moment = context;
    const double device_s = rsp_key_number(fact->body, "at_s");
    (void)err;
    moment->found = true;
    moment->at_s = (double)fact->at_us / US_A_S;
    if (strcmp(fact->kind, "reading") == 0 && device_s > 0)
        moment->at_s = device_s;
    return RSP_OK;
}

static rsp_status moment_of(struct rsp_call *call, int64_t number, struct moment *moment)
{
    *moment = (struct moment){.at_s = NAN};
    const rsp_status status = rsp_store_fact(call->service->store, number, see_moment, moment, call->err);
    return status == RSP_E_UNKNOWN ? RSP_OK : status;
}

static rsp_status read_chunk(struct reading *reading, size_t kind)
{
    struct rsp_alarm_history *history = reading->history;
    struct rsp_call *call = reading->call;
    const struct rsp_fact_filter filter = {
        .kind = kinds[kind], .without_identity = true, .after = history->read[kind], .limit = CHUNK};
    reading->n = 0;
    reading->number = history->read[kind];
    const rsp_status status = rsp_store_read(call->service->store, &filter, take, reading, call->err);
    history->read[kind] = reading->number;
    return status;
}

/* Until nothing is left, with the lock never given back in between: somebody else may have begun anew meanwhile. */
static rsp_status read_new(struct rsp_call *call, struct rsp_alarm_history *history, int64_t from_s)
{
    struct reading reading = {.call = call, .history = history};
    int64_t first = 0;
    bool behind = true;
    RSP_TRY(rsp_store_by(call->service->store, from_s * US_A_S, &first, call->err));
    while (behind) {
        if (first < history->first) {
            forget(history);
            history->first = first;
            for (size_t k = 0; k < N_KIND; k++)
                history->read[k] = first;
        }
        behind = false;
        for (size_t k = 0; k < N_KIND; k++) {
            RSP_TRY(read_chunk(&reading, k));
            behind = behind || reading.n == CHUNK;
        }
        RSP_TRY(rsp_unless_cancelled(call->caller->cancelled, call->err));
        if (behind) {
            rsp_call_pause(call);
            RSP_TRY(rsp_call_begin(call));
        }
    }
    return RSP_OK;
}

/* ---- what follows from them ---- */

static void find_times(struct rsp_past_session *session)
{
    session->begun_s = session->ended_s = NAN;
    for (size_t i = 0; i < session->n_event; i++) {
        const struct rsp_past_event *event = &session->event[i];
        if (event->gone)
            continue;
        if (event->kind == RSP_INFUSION_STARTED || event->kind == RSP_INFUSION_GIVEN)
            session->begun_s = fmin(session->begun_s, event->at_s);
        if (event->kind == RSP_INFUSION_DISCHARGED)
            session->ended_s = event->at_s;
    }
    if (isnan(session->ended_s))
        session->ended_s = session->last_s;
}

static double overlap_s(double from_s, double until_s, const struct rsp_past_session *session)
{
    return fmax(0, fmin(until_s, session->ended_s) - fmax(from_s, session->begun_s));
}

bool rsp_past_counts(const struct rsp_past_session *session, const struct rsp_past_alarm *alarm)
{
    return alarm->story.raised_s >= session->begun_s && alarm->story.raised_s <= session->ended_s;
}

static void find_hours(struct rsp_past_session *session)
{
    double lost_s = 0;
    for (size_t i = 0; i < session->n_alarm; i++) {
        const struct rsp_past_alarm *alarm = &session->alarm[i];
        if (strcmp(alarm->id, "restarted") == 0)
            lost_s += overlap_s(alarm->story.onset_s, alarm->story.raised_s, session);
    }
    session->hours = (session->ended_s - session->begun_s - lost_s) / S_AN_HOUR;
}

static void note_act(struct rsp_alarm_story *story, enum rsp_alarm_act act, double at_s)
{
    if (at_s >= story->raised_s)
        story->act_s[act] = fmin(story->act_s[act], at_s);
}

static void find_acts(const struct rsp_past_session *session, struct rsp_past_alarm *alarm)
{
    struct rsp_alarm_story *story = &alarm->story;
    story->artefact = false;
    for (int act = 0; act < RSP_N_ACT; act++)
        story->act_s[act] = NAN;
    note_act(story, RSP_ACT_ACKNOWLEDGED, story->acknowledged_s);
    for (size_t i = 0; i < session->n_event; i++)
        if (!session->event[i].gone && session->event[i].kind != RSP_INFUSION_UNDONE)
            note_act(story, RSP_ACT_EVENT, session->event[i].at_s);
    for (size_t i = 0; i < session->n_medicine; i++)
        note_act(story, RSP_ACT_MEDICINE, session->medicine_s[i]);
    for (size_t i = 0; i < session->n_mark; i++) {
        const struct rsp_past_mark *mark = &session->mark[i];
        if (mark->vital != (int)alarm->vital || !mark->artefact || !mark->stands)
            continue;
        note_act(story, RSP_ACT_ARTEFACT, mark->marked_s);
        story->artefact =
            story->artefact || (mark->reading_s >= story->onset_s && !(mark->reading_s > story->ended_s));
    }
}

static rsp_status find_readings(struct rsp_call *call, struct rsp_past_session *session)
{
    for (size_t i = 0; i < session->n_mark; i++) {
        struct moment moment;
        RSP_TRY(moment_of(call, session->mark[i].reading, &moment));
        session->mark[i].reading_s = moment.at_s;
    }
    return RSP_OK;
}

static long day_of(const struct rsp_zone *zone, int64_t at_s)
{
    const int64_t wall_s = at_s + rsp_zone_offset_s(zone, at_s);
    return (long)(wall_s / RSP_S_A_DAY) - (wall_s % RSP_S_A_DAY < 0);
}

/* The visit of that day which began nearest to the infusion. */
static void find_chair(
    const struct rsp_zone *zone, const struct rsp_visits *visits, struct rsp_past_session *session)
{
    double nearest_s = INFINITY;
    session->chair[0] = '\0';
    for (size_t i = 0; i < visits->n; i++) {
        const struct rsp_visit *visit = &visits->visit[i];
        const double away_s = fabs((double)visit->start_s - session->begun_s);
        if (visit->state == RSP_VISIT_CANCELLED || visit->state == RSP_VISIT_ABSENT || away_s >= nearest_s ||
            memcmp(&visit->patient, &session->person, sizeof session->person) != 0 ||
            day_of(zone, visit->start_s) != day_of(zone, (int64_t)session->begun_s))
            continue;
        nearest_s = away_s;
        memcpy(session->chair, visit->chair, sizeof session->chair);
    }
}

static rsp_status complete(struct rsp_call *call, const struct rsp_zone *zone,
    const struct rsp_visits *visits, struct rsp_past_session *session)
{
    RSP_TRY(take_records(call->service->book, session, call->err));
    RSP_TRY(find_readings(call, session));
    find_hours(session);
    for (size_t i = 0; i < session->n_alarm; i++)
        find_acts(session, &session->alarm[i]);
    find_chair(zone, visits, session);
    return RSP_OK;
}

static rsp_status read_asked(
    struct rsp_call *call, const struct rsp_zone *zone, int64_t from_s, int64_t to_s, size_t *n_unreadable)
{
    struct rsp_alarm_history *history = call->service->alarm_history;
    struct rsp_visits visits = {0};
    RSP_TRY(read_new(call, history, from_s - RSP_S_A_DAY)); /* devices are bound before the infusion begins */
    rsp_status status = rsp_visits_read(call, NULL, from_s - RSP_S_A_DAY, to_s + RSP_S_A_DAY, &visits);
    for (size_t i = 0; i < history->n && status == RSP_OK; i++) {
        struct rsp_past_session *one = &history->session[i];
        find_times(one);
        one->asked_for = one->begun_s >= (double)from_s && one->begun_s < (double)to_s;
        if (!one->asked_for)
            continue;
        status = complete(call, zone, &visits, one);
        one->asked_for = !one->damaged;
        *n_unreadable += one->damaged ? 1 : 0;
    }
    free(visits.visit);
    return status;
}

rsp_status rsp_alarm_history_read(struct rsp_call *call, const struct rsp_zone *zone, int64_t from_s,
    int64_t to_s, const struct rsp_past_session **session, size_t *n, size_t *n_unreadable)
{
    struct rsp_alarm_history *history = call->service->alarm_history;
    *n_unreadable = 0;
    const rsp_status status = read_asked(call, zone, from_s, to_s, n_unreadable);
    /* What was half taken for want of memory is not remembered as if it were whole. */
    if ((status != RSP_OK && status != RSP_E_CANCELLED) || rsp_json_memory_failed())
        forget(history);
    *session = history->session;
    *n = history->n;
    return status;
}

/* ---- devices ---- */

double rsp_past_bound_hours(const struct rsp_past_session *session, const char *device)
{
    double bound_s = 0;
    for (size_t i = 0; i < session->n_binding; i++)
        if (strcmp(session->binding[i].device, device) == 0)
            bound_s += overlap_s(session->binding[i].from_s, session->binding[i].until_s, session);
    return bound_s / S_AN_HOUR;
}

bool rsp_past_is_bound(const struct rsp_past_session *session, const char *device, double at_s)
{
    for (size_t i = 0; i < session->n_binding; i++) {
        const struct rsp_past_binding *binding = &session->binding[i];
        if ((device == NULL || strcmp(binding->device, device) == 0) && at_s >= binding->from_s &&
            at_s <= binding->until_s)
            return true;
    }
    return false;
}
