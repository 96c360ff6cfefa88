#include "service/planning.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/patient_levels.h"
#include "service/schedule.h"

/* An entry without a time is placed in the middle of its day. */
#define NOON_H 12.0
/* The mean of the last 24 h stands in their middle, as in the reader of diaries. */
#define HALF_DAY_D 0.5

/* ---- diary ---- */

struct reading {
    struct rsp_planning *planning;
    struct rsp_moment zero;
    size_t room;
};

static bool whole_score(const json_t *body, int *score)
{
    const double value = json_number_value(json_object_get(body, "pain_nrs"));
    *score = (int)lround(value);
    return fabs(value - *score) < 1e-9;
}

static rsp_status entry_time(
    const struct reading *reading, const json_t *body, double *time_d, struct rsp_error *err)
{
    const char *date = json_string_value(json_object_get(body, "date")),
               *time = json_string_value(json_object_get(body, "time"));
    char text[40];
    struct rsp_date_time moment;
    snprintf(text, sizeof text, "%.12s%s%.6s", date != NULL ? date : "", time != NULL ? "T" : "",
        time != NULL ? time : "");
    RSP_TRY(rsp_date_time_parse(text, &moment, err));
    const double hour_h = moment.has_time ? moment.hour_h : NOON_H;
    *time_d =
        (double)(moment.date.day - reading->zero.local_day) + (hour_h - reading->zero.local_h) / RSP_H_PER_D;
    return RSP_OK;
}

/* What was asked for. The worst pain of a day is another quantity and never mixed with the others. */
static bool take_recall(const json_t *body, enum rsp_recall *recall)
{
    const char *word = json_string_value(json_object_get(body, "recall"));
    for (int r = 0; word != NULL && r < RSP_N_RECALL; r++)
        if (strcmp(word, rsp_recall_name((enum rsp_recall)r)) == 0)
            *recall = (enum rsp_recall)r;
    return *recall != RSP_RECALL_WORST_24H;
}

static rsp_status take_entry(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct reading *reading = context;
    struct rsp_planning *planning = reading->planning;
    struct rsp_diary *diary = &planning->diary;
    struct rsp_diary_entry entry = {.recall = RSP_RECALL_UNSTATED};

    if (!whole_score(fact->body, &entry.pain_nrs)) {
        planning->n_entry_left_out++;
        return RSP_OK;
    }
    if (!take_recall(fact->body, &entry.recall)) {
        planning->n_entry_left_out++;
        return RSP_OK;
    }
    RSP_TRY(entry_time(reading, fact->body, &entry.time_d, err));
    if (entry.recall == RSP_RECALL_AVERAGE_24H)
        entry.time_d -= HALF_DAY_D;
    const char *other = json_string_value(json_object_get(fact->body, "other_treatment"));
    entry.other_treatment = other != NULL && strcmp(other, "yes") == 0;
    if (diary->n == reading->room) {
        const size_t room = 2 * reading->room + 64;
        struct rsp_diary_entry *more = realloc(diary->entry, room * sizeof *more);
        if (more == NULL)
            return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
        diary->entry = more;
        reading->room = room;
    }
    diary->entry[diary->n++] = entry;
    return json_array_append_new(planning->diary_facts, json_integer((json_int_t)fact->number)) == 0
               ? RSP_OK
               : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
}

static int by_time(const void *a, const void *b)
{
    const struct rsp_diary_entry *x = a, *y = b;
    const int order = (x->time_d > y->time_d) - (x->time_d < y->time_d);
    return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

/* In order of time; of two ratings of one moment the one that was entered last holds. */
static void sort_diary(struct rsp_diary *diary)
{
    size_t kept = 0;
    for (size_t i = 0; i < diary->n; i++)
        diary->entry[i].line = (int)i;
    if (diary->n > 1)
        qsort(diary->entry, diary->n, sizeof *diary->entry, by_time);
    for (size_t i = 0; i < diary->n; i++) {
        if (kept > 0 && diary->entry[kept - 1].time_d >= diary->entry[i].time_d)
            kept--;
        diary->entry[kept] = diary->entry[i];
        diary->entry[kept++].line = 0;
    }
    diary->n = kept;
}

static rsp_status read_levels(struct rsp_call *call, struct rsp_planning *planning)
{
    planning->level_facts = json_array();
    if (planning->level_facts == NULL)
        return rsp_call_no_memory(call);
    return rsp_patient_levels(call, planning->patient, &planning->levels, planning->level_facts);
}

static rsp_status read_diary(struct rsp_call *call, struct rsp_planning *planning)
{
    struct reading reading = {.planning = planning};
    const struct rsp_fact_filter filter = {
        .person = &call->patient, .kind = "diary_entry", .current = true, .without_identity = true};
    planning->diary_facts = json_array();
    if (planning->diary_facts == NULL)
        return rsp_call_no_memory(call);
    planning->has_infusion = rsp_learn_time_zero(planning->patient, &reading.zero, NULL) == RSP_OK;
    if (!planning->has_infusion)
        reading.zero = (struct rsp_moment){.local_day = call->today.day};
    RSP_TRY(rsp_store_read(call->service->store, &filter, take_entry, &reading, call->err));
    sort_diary(&planning->diary);
    return RSP_OK;
}

rsp_status rsp_planning_read(struct rsp_call *call, struct rsp_planning *planning)
{
    *planning = (struct rsp_planning){0};
    RSP_TRY(rsp_stored_patient_read(call, &call->patient, &planning->stored));
    RSP_TRY(rsp_stored_patient_parse(call, &planning->stored, &planning->patient));
    json_decref(planning->stored.identity); /* a plan needs no name */
    json_decref(planning->stored.record);
    planning->stored.identity = planning->stored.record = NULL;
    RSP_TRY(read_levels(call, planning));
    return read_diary(call, planning);
}

void rsp_planning_clear(struct rsp_planning *planning)
{
    rsp_diary_free(&planning->diary);
    json_decref(planning->diary_facts);
    rsp_levels_free(&planning->levels);
    json_decref(planning->level_facts);
    rsp_patient_free(planning->patient);
    rsp_stored_patient_clear(&planning->stored);
    *planning = (struct rsp_planning){0};
}

/* ---- request ---- */

static const char *text_of(const json_t *regimen, const char *key)
{
    const char *text = json_string_value(json_object_get(regimen, key));
    return text != NULL && text[0] != '\0' ? text : NULL;
}

static rsp_status read_start(struct rsp_call *call, const json_t *regimen, struct rsp_date *start)
{
    const char *text = text_of(regimen, "start");
    *start = call->today;
    if (text == NULL)
        return RSP_OK;
    RSP_TRY(rsp_date_parse(text, start, call->err));
    if (start->day < call->today.day || start->day > call->today.day + RSP_DAYS_AHEAD_MOST)
        return rsp_error_set(
            call->err, RSP_E_DOMAIN, "start", "a plan starts today or later, within two years");
    return RSP_OK;
}

rsp_status rsp_planning_request(struct rsp_call *call, const json_t *regimen,
    const char *dose[RSP_MAX_DOSE_TEXT], struct rsp_advise_request *request)
{
    size_t i;
    const json_t *text, *doses = json_object_get(regimen, "dose");

    *request = (struct rsp_advise_request){.protocol = text_of(regimen, "protocol"),
        .confirm_dose = text_of(regimen, "confirm_dose"),
        .dose = dose,
        .today = call->today,
        .n_subject = (size_t)rsp_call_whole(call, "subjects", RSP_ADVISE_COPIES),
        .seed = (uint64_t)rsp_call_whole(call, "seed", 1),
        .n_thread = 1, /* others are served beside it */
        .cancelled = call->caller->cancelled};
    json_array_foreach(doses, i, text)
    {
        if (request->n_dose == RSP_MAX_DOSE_TEXT)
            return rsp_error_set(
                call->err, RSP_E_LIMIT, "dose", "at most %d dose texts are read", RSP_MAX_DOSE_TEXT);
        dose[request->n_dose++] = json_string_value(text);
    }
    if (request->protocol != NULL && request->n_dose > 0)
        return rsp_error_set(
            call->err, RSP_E_MISMATCH, "protocol", "protocol and dose exclude each other: give one");
    return read_start(call, regimen, &request->start);
}

/* ---- advice ---- */

bool rsp_planning_refused(rsp_status status)
{
    switch (status) {
    case RSP_OK:
    case RSP_E_MEMORY:
    case RSP_E_IO:
    case RSP_E_BUG:
    case RSP_E_NUMERIC:
    case RSP_E_DAMAGED:
    case RSP_E_BUSY:
    case RSP_E_CONFLICT:
    case RSP_E_DENIED:
    case RSP_E_CANCELLED:
        return false;
    default:
        return true;
    }
}

rsp_status rsp_planning_advise(struct rsp_call *call, const struct rsp_planning *planning,
    struct rsp_advise_request *request, struct rsp_advice **advice)
{
    const bool entries = planning->diary.n > 0, levels = planning->levels.n > 0;
    request->observed =
        (struct rsp_observed){.diary = entries && planning->has_infusion ? &planning->diary : NULL,
            .levels = levels && planning->has_infusion ? &planning->levels : NULL,
            .may_leave_out = true};
    RSP_TRY(rsp_advise(call->service->book, planning->patient, request, advice, call->err));
    if ((entries || levels) && !planning->has_infusion)
        snprintf((*advice)->not_learned, sizeof(*advice)->not_learned,
            "nothing is learned from the %s yet: it says something only beside the infusions that were "
            "given, and none is on record",
            entries && levels ? "diary and the levels"
            : entries         ? "diary"
                              : "levels");
    return RSP_OK;
}
