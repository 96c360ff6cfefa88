#include "service/schedule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/json_build.h"

enum { MOST_VISIT = 200000, FIRST_ROOM = 64, S_AN_HOUR = 3600 };

static const char *const state_word[] = {
    [RSP_VISIT_BOOKED] = "booked",
    [RSP_VISIT_ARRIVED] = "arrived",
    [RSP_VISIT_ABSENT] = "absent",
    [RSP_VISIT_CANCELLED] = "cancelled",
    [RSP_VISIT_OVER] = "over",
};

const char *rsp_visit_state_word(enum rsp_visit_state state)
{
    return state_word[state];
}

enum rsp_visit_state rsp_visit_state_of(const char *word)
{
    for (size_t i = 0; i < sizeof state_word / sizeof *state_word; i++)
        if (strcmp(word, state_word[i]) == 0)
            return (enum rsp_visit_state)i;
    return RSP_VISIT_BOOKED;
}

int64_t rsp_visit_end_s(const struct rsp_visit *visit)
{
    return visit->start_s + (int64_t)visit->minutes * RSP_S_A_MINUTE;
}

bool rsp_visit_stands(const struct rsp_visit *visit)
{
    return visit->state == RSP_VISIT_BOOKED || visit->state == RSP_VISIT_ARRIVED;
}

/* ---- facts ---- */

json_t *rsp_visit_body(const struct rsp_visit *visit)
{
    json_t *body =
        json_pack("{s:s, s:i, s:i, s:I, s:s, s:s, s:i, s:s, s:s}", "series", visit->series, "visit",
            visit->visit, "of", visit->of, "start_s", (json_int_t)visit->start_s, "wall", visit->wall, "zone",
            visit->zone, "minutes", visit->minutes, "chair", visit->chair, "state", state_word[visit->state]);
    if (body != NULL && visit->staff[0] != '\0')
        (void)json_object_set_new(body, "staff", json_string(visit->staff));
    if (body != NULL && visit->plan > 0)
        (void)json_object_set_new(body, "plan", json_integer((json_int_t)visit->plan));
    return body;
}

static void copy(char *out, size_t size, const json_t *body, const char *key)
{
    const char *text = json_string_value(json_object_get(body, key));
    snprintf(out, size, "%s", text != NULL ? text : "");
}

static void take(const struct rsp_fact *fact, struct rsp_visit *visit)
{
    const json_t *body = fact->body;
    char state[16];
    *visit = (struct rsp_visit){.fact = fact->number,
        .plan = json_integer_value(json_object_get(body, "plan")),
        .patient = fact->person,
        .visit = (int)json_integer_value(json_object_get(body, "visit")),
        .of = (int)json_integer_value(json_object_get(body, "of")),
        .minutes = (int)json_integer_value(json_object_get(body, "minutes")),
        .start_s = json_integer_value(json_object_get(body, "start_s"))};
    copy(visit->series, sizeof visit->series, body, "series");
    copy(visit->wall, sizeof visit->wall, body, "wall");
    copy(visit->zone, sizeof visit->zone, body, "zone");
    copy(visit->chair, sizeof visit->chair, body, "chair");
    copy(visit->staff, sizeof visit->staff, body, "staff");
    copy(state, sizeof state, body, "state");
    visit->state = rsp_visit_state_of(state);
}

struct reading {
    struct rsp_visits *visits;
    int64_t from_s, to_s;
};

static rsp_status add(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct reading *reading = context;
    struct rsp_visits *visits = reading->visits;
    struct rsp_visit visit;

    take(fact, &visit);
    if (visit.start_s >= reading->to_s || rsp_visit_end_s(&visit) <= reading->from_s)
        return RSP_OK;
    if (visits->n == visits->capacity) {
        const size_t capacity = visits->capacity > 0 ? 2 * visits->capacity : FIRST_ROOM;
        struct rsp_visit *more =
            capacity <= MOST_VISIT ? realloc(visits->visit, capacity * sizeof *more) : NULL;
        if (more == NULL)
            return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
        visits->visit = more;
        visits->capacity = capacity;
    }
    visits->visit[visits->n++] = visit;
    return RSP_OK;
}

rsp_status rsp_visits_read(struct rsp_call *call, const struct rsp_person_id *patient, int64_t from_s,
    int64_t to_s, struct rsp_visits *visits)
{
    struct reading reading = {visits, from_s, to_s};
    const struct rsp_fact_filter filter = {
        .person = patient, .kind = "appointment", .current = true, .without_identity = true};
    return rsp_store_read(call->service->store, &filter, add, &reading, call->err);
}

struct finding {
    const struct rsp_person_id *patient;
    struct rsp_visit *visit;
    json_t *texts;
    bool found, changed;
};

static rsp_status find(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    static const char *const key[] = {"escort", "fasting", "notes"};
    struct finding *finding = context;
    finding->found = strcmp(fact->kind, "appointment") == 0 && fact->about_person &&
                     memcmp(&fact->person, finding->patient, sizeof fact->person) == 0;
    if (!finding->found)
        return RSP_OK;
    finding->changed = fact->superseded_by != 0;
    take(fact, finding->visit);
    for (size_t i = 0; i < sizeof key / sizeof *key; i++) {
        json_t *value = json_object_get(fact->body, key[i]);
        if (value != NULL && json_object_set(finding->texts, key[i], value) != 0)
            return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    }
    return RSP_OK;
}

rsp_status rsp_visit_find(struct rsp_call *call, int64_t fact, struct rsp_visit *visit, json_t **texts)
{
    struct finding finding = {.patient = &call->patient, .visit = visit, .texts = json_object()};
    if (finding.texts == NULL)
        return rsp_call_no_memory(call);
    rsp_status status = rsp_store_fact(call->service->store, fact, find, &finding, call->err);
    if ((status == RSP_OK && !finding.found) || status == RSP_E_UNKNOWN)
        status = rsp_call_refuse(call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "appointment",
            "there is no such appointment of this patient");
    else if (status == RSP_OK && finding.changed)
        status = rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "appointment",
            "somebody changed this appointment in the meantime: read again");
    if (status != RSP_OK) {
        json_decref(finding.texts);
        return status;
    }
    *texts = finding.texts;
    return RSP_OK;
}

static int by_start(const void *a, const void *b)
{
    const struct rsp_visit *x = a, *y = b;
    if (x->start_s != y->start_s)
        return x->start_s < y->start_s ? -1 : 1;
    const int chair = strcmp(x->chair, y->chair);
    return chair != 0 ? chair : (x->fact > y->fact) - (x->fact < y->fact);
}

void rsp_visits_sort(struct rsp_visits *visits)
{
    if (visits->n > 0)
        qsort(visits->visit, visits->n, sizeof *visits->visit, by_start);
}

/* ---- clashes ---- */

enum rsp_clash rsp_visits_clash(
    const struct rsp_visits *visits, const struct rsp_visit *wanted, const struct rsp_visit **other)
{
    *other = NULL;
    for (size_t i = 0; i < visits->n; i++) {
        const struct rsp_visit *visit = &visits->visit[i];
        const bool itself = wanted->fact != 0 && visit->fact == wanted->fact;
        if (itself || !rsp_visit_stands(visit) || visit->start_s >= rsp_visit_end_s(wanted) ||
            wanted->start_s >= rsp_visit_end_s(visit))
            continue;
        *other = visit;
        if (memcmp(&visit->patient, &wanted->patient, sizeof visit->patient) == 0)
            return RSP_CLASH_PATIENT;
        if (strcmp(visit->chair, wanted->chair) == 0)
            return RSP_CLASH_CHAIR;
        if (wanted->staff[0] != '\0' && strcmp(visit->staff, wanted->staff) == 0)
            return RSP_CLASH_STAFF;
        *other = NULL;
    }
    return RSP_CLASH_NONE;
}

/* "2026-12-01T09:00" as people read it */
static const char *spoken(const char wall[RSP_WALL_SIZE], char text[RSP_WALL_SIZE])
{
    snprintf(text, RSP_WALL_SIZE, "%s", wall);
    char *t = strchr(text, 'T');
    if (t != NULL)
        *t = ' ';
    return text;
}

static rsp_status refuse_clash(struct rsp_call *call, enum rsp_clash clash, const struct rsp_visit *wanted,
    const struct rsp_visit *other)
{
    char wanted_text[RSP_WALL_SIZE], other_text[RSP_WALL_SIZE];
    spoken(wanted->wall, wanted_text);
    spoken(other->wall, other_text);
    if (clash == RSP_CLASH_CHAIR)
        return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "chair",
            "visit %d on %s: chair %s is taken from %s for %d min; take another chair or time", wanted->visit,
            wanted_text, wanted->chair, other_text, other->minutes);
    if (clash == RSP_CLASH_STAFF)
        return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "staff",
            "visit %d on %s: %s is with another patient from %s for %d min; name somebody else or take "
            "another time",
            wanted->visit, wanted_text, wanted->staff, other_text, other->minutes);
    return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "start",
        "visit %d on %s: this patient has a visit from %s for %d min already; take another time",
        wanted->visit, wanted_text, other_text, other->minutes);
}

rsp_status rsp_visit_check(struct rsp_call *call, const struct rsp_visits *others,
    const struct rsp_chairs *chairs, const struct rsp_visit *wanted)
{
    const struct rsp_chair *chair = rsp_chairs_find(chairs, wanted->chair);
    const struct rsp_visit *other = NULL;
    if (chair == NULL)
        return rsp_call_refuse(call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "chair",
            "there is no chair '%s': an administrator adds one", wanted->chair);
    if (!chair->open)
        return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "chair",
            "visit %d: chair %s is closed; take another one", wanted->visit, wanted->chair);
    const enum rsp_clash clash = rsp_visits_clash(others, wanted, &other);
    return clash == RSP_CLASH_NONE ? RSP_OK : refuse_clash(call, clash, wanted, other);
}

rsp_status rsp_visit_staff_check(struct rsp_call *call, const char *name)
{
    struct rsp_account account = {0};
    bool found = false;
    if (name[0] == '\0')
        return RSP_OK;
    RSP_TRY(rsp_account_find(call->service->store, name, &found, &account, call->err));
    const bool may = found && !account.disabled && (account.roles & RSP_ROLES_CLINICAL) != 0;
    account = (struct rsp_account){0};
    if (!may)
        return rsp_call_refuse(call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "staff",
            "there is no physician, nurse or therapist of this name");
    return RSP_OK;
}

/* ---- chairs ---- */

static rsp_status add_chair(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct rsp_chairs *chairs = context;
    if (chairs->n == RSP_CHAIRS_MOST)
        return rsp_error_set(err, RSP_E_LIMIT, "chair", "more than %d chairs", RSP_CHAIRS_MOST);
    struct rsp_chair *chair = &chairs->chair[chairs->n++];
    chair->fact = fact->number;
    chair->open = json_is_true(json_object_get(fact->body, "open"));
    copy(chair->name, sizeof chair->name, fact->body, "name");
    return RSP_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct rsp_chair *)a)->name, ((const struct rsp_chair *)b)->name);
}

rsp_status rsp_chairs_read(struct rsp_call *call, struct rsp_chairs *chairs)
{
    const struct rsp_fact_filter filter = {.kind = "chair", .current = true};
    chairs->n = 0;
    RSP_TRY(rsp_store_read(call->service->store, &filter, add_chair, chairs, call->err));
    qsort(chairs->chair, chairs->n, sizeof *chairs->chair, by_name);
    return RSP_OK;
}

const struct rsp_chair *rsp_chairs_find(const struct rsp_chairs *chairs, const char *name)
{
    for (size_t i = 0; i < chairs->n; i++)
        if (strcmp(chairs->chair[i].name, name) == 0)
            return &chairs->chair[i];
    return NULL;
}

/* Bytes of the blank at the start of a text, 0 when there is none: ASCII, or one of those of Unicode in UTF-8. */
static size_t blank_bytes(const char *text)
{
    static const char *const wide[] = {
        "\xC2\xA0", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80", "\xEF\xBB\xBF"};
    if (*text == ' ' || (*text >= '\t' && *text <= '\r'))
        return 1;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (strncmp(text, wide[i], strlen(wide[i])) == 0)
            return strlen(wide[i]);
    if (strncmp(text, "\xE2\x80", 2) == 0 && (unsigned char)text[2] >= 0x80 && (unsigned char)text[2] <= 0x8D)
        return 3; /* U+2000 to U+200D: spaces of a width, and of none */
    return 0;
}

static const char *past_blanks(const char *text)
{
    for (size_t n = blank_bytes(text); n > 0; n = blank_bytes(text))
        text += n;
    return text;
}

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool alike(const char *a, const char *b)
{
    a = past_blanks(a);
    b = past_blanks(b);
    while (*a != '\0' && small(*a) == small(*b)) {
        a = past_blanks(a + 1);
        b = past_blanks(b + 1);
    }
    return *a == '\0' && *b == '\0';
}

const struct rsp_chair *rsp_chairs_like(const struct rsp_chairs *chairs, const char *name)
{
    for (size_t i = 0; i < chairs->n; i++)
        if (alike(chairs->chair[i].name, name))
            return &chairs->chair[i];
    return NULL;
}

bool rsp_chair_begins_or_ends_blank(const char *name)
{
    if (blank_bytes(name) > 0)
        return true;
    for (; *name != '\0'; name++)
        if (blank_bytes(name) > 0 && *past_blanks(name) == '\0')
            return true;
    return false;
}

/* ---- wall clocks ---- */

int64_t rsp_day_start_s(const struct rsp_zone *zone, long day)
{
    int64_t at_s[2];
    const int64_t wall_s = (int64_t)day * RSP_S_A_DAY;
    if (rsp_zone_instants(zone, wall_s, at_s) > 0)
        return at_s[0];
    return wall_s - rsp_zone_offset_s(zone, wall_s - RSP_S_A_DAY); /* clocks skip midnight */
}

void rsp_wall_format(const struct rsp_zone *zone, int64_t at_s, char wall[RSP_WALL_SIZE])
{
    const int64_t wall_s = at_s + rsp_zone_offset_s(zone, at_s);
    const struct rsp_date date = {(long)(wall_s / RSP_S_A_DAY) - (wall_s % RSP_S_A_DAY < 0)};
    const unsigned minute = (unsigned)((wall_s - (int64_t)date.day * RSP_S_A_DAY) / RSP_S_A_MINUTE) % 1440;
    char day[16], text[40];
    rsp_date_format(date, day, sizeof day);
    snprintf(text, sizeof text, "%sT%02u:%02u", day, minute / 60, minute % 60);
    snprintf(wall, RSP_WALL_SIZE, "%.16s", text);
}

static rsp_status ask_which(struct rsp_call *call, const struct rsp_zone *zone, const char *field,
    const char wall[RSP_WALL_SIZE], const int64_t at_s[2])
{
    char text[RSP_WALL_SIZE], choice[2][48];
    for (int i = 0; i < 2; i++) {
        const long offset_min = rsp_zone_offset_s(zone, at_s[i]) / RSP_S_A_MINUTE;
        const long ahead = offset_min < 0 ? -offset_min : offset_min;
        snprintf(choice[i], sizeof choice[i], "%s%c%02ld:%02ld", wall, offset_min < 0 ? '-' : '+', ahead / 60,
            ahead % 60);
    }
    return rsp_call_refuse(call, RSP_REFUSED_INVALID, RSP_E_DOMAIN, field,
        "clocks go back that night, so that %s comes twice: write %s for the first, %s for the second, or "
        "take another "
        "time",
        spoken(wall, text), choice[0], choice[1]);
}

rsp_status rsp_visit_start(struct rsp_call *call, const struct rsp_zone *zone, const char *field,
    const char *text, struct rsp_visit *visit)
{
    struct rsp_date_time moment;
    char day[16], said[40], spoken_text[RSP_WALL_SIZE];
    int64_t at_s[2];

    if (rsp_date_time_parse(text, &moment, NULL) != RSP_OK || !moment.has_time)
        return rsp_error_set(
            call->err, RSP_E_SYNTAX, field, "a day and a time such as 2026-12-01T09:00 are expected");
    const int64_t second = (int64_t)(moment.hour_h * S_AN_HOUR + 0.5);
    const unsigned minute = (unsigned)(second / RSP_S_A_MINUTE);
    if (second % RSP_S_A_MINUTE != 0)
        return rsp_error_set(call->err, RSP_E_SYNTAX, field, "a time in whole minutes is expected");
    rsp_date_format(moment.date, day, sizeof day);
    snprintf(said, sizeof said, "%sT%02u:%02u", day, minute / 60 % 24, minute % 60);
    snprintf(visit->wall, sizeof visit->wall, "%.16s", said);
    const int n = rsp_zone_instants(zone, (int64_t)moment.date.day * RSP_S_A_DAY + second, at_s);
    if (n == 0)
        return rsp_call_refuse(call, RSP_REFUSED_INVALID, RSP_E_DOMAIN, field,
            "%s does not exist: clocks go forward then; take another time", spoken(visit->wall, spoken_text));
    if (n == 2 && !moment.has_offset)
        return ask_which(call, zone, field, visit->wall, at_s);
    for (int i = 0; i < n; i++) {
        visit->start_s = at_s[i];
        if (!moment.has_offset ||
            rsp_zone_offset_s(zone, at_s[i]) == (long)moment.offset_min * RSP_S_A_MINUTE)
            return RSP_OK;
    }
    return rsp_call_refuse(call, RSP_REFUSED_INVALID, RSP_E_DOMAIN, field,
        "at %s the clocks here have another distance from UTC: leave it out",
        spoken(visit->wall, spoken_text));
}

/* ---- rows ---- */

static rsp_status take_texts(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    static const char *const key[] = {
        "escort", "fasting", "notes", "family_name", "given_name", "birth_date", "record_number"};
    return rsp_keys_copy(context, fact->body, sizeof key / sizeof *key, key)
               ? RSP_OK
               : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
}

/* With the reason of the last word about it; a state that nobody gave a reason for is its own. */
static rsp_status take_visit(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    const char *state = json_string_value(json_object_get(fact->body, "state"));
    const bool said = fact->why != NULL && (state == NULL || strcmp(fact->why, state) != 0);
    if (said && json_object_set_new(context, "why", json_string(fact->why)) != 0)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    return take_texts(context, fact, err);
}

static rsp_status add_own(struct rsp_call *call, const struct rsp_visit *visit, json_t *row)
{
    char hex[RSP_PERSON_HEX];
    const struct rsp_fact_filter identity = {.person = &visit->patient, .kind = "identity", .current = true};
    rsp_person_hex(&visit->patient, hex);
    bool made = json_object_set_new(row, "patient", json_string(hex)) == 0 &&
                json_object_set_new(row, "series", json_string(visit->series)) == 0 &&
                json_object_set_new(row, "visit", json_integer(visit->visit)) == 0 &&
                json_object_set_new(row, "of", json_integer(visit->of)) == 0;
    if (visit->plan > 0)
        made = made && json_object_set_new(row, "plan", json_integer((json_int_t)visit->plan)) == 0;
    if (!made)
        return rsp_call_no_memory(call);
    RSP_TRY(rsp_store_fact(call->service->store, visit->fact, take_visit, row, call->err));
    return rsp_store_read(call->service->store, &identity, take_texts, row, call->err);
}

rsp_status rsp_visit_row(struct rsp_call *call, const struct rsp_zone *zone, const struct rsp_visit *visit,
    const struct rsp_chair *chair, bool own, json_t **row)
{
    char end[RSP_WALL_SIZE];
    rsp_wall_format(zone, rsp_visit_end_s(visit), end);
    json_t *made = json_pack("{s:I, s:s, s:s, s:s, s:i, s:s, s:s, s:b, s:b, s:I}", "appointment",
        (json_int_t)visit->fact, "start", visit->wall, "end", end, "zone", visit->zone, "minutes",
        visit->minutes, "chair", visit->chair, "state", state_word[visit->state], "own", own, "chair_closed",
        chair == NULL || !chair->open, "number", (json_int_t)visit->fact);
    if (made != NULL && visit->staff[0] != '\0' &&
        json_object_set_new(made, "staff", json_string(visit->staff)) != 0) {
        json_decref(made);
        made = NULL;
    }
    if (made == NULL)
        return rsp_call_no_memory(call);
    const rsp_status status = own ? add_own(call, visit, made) : RSP_OK;
    if (status != RSP_OK) {
        json_decref(made);
        return status;
    }
    *row = made;
    return RSP_OK;
}
