/* What a session really gave becomes infusions of the clinical record, so that plans, exposure and learning rest on it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/zone.h"
#include "service/bedside.h"
#include "service/json_build.h"
#include "service/patients.h"
#include "service/planning.h"

#define S_AN_HOUR 3600.0

enum { S_A_DAY = 86400 };

/* The wall clock of the place, as records have it. */
static void format_wall(const struct rsp_zone *zone, double at_s, char text[32])
{
    const long wall_s = (long)floor(at_s) + rsp_zone_offset_s(zone, (int64_t)floor(at_s));
    const struct rsp_date day = {wall_s / S_A_DAY};
    const int s = (int)(wall_s % S_A_DAY);
    char date[16];
    rsp_date_format(day, date, sizeof date);
    (void)snprintf(text, 32, "%sT%02d:%02d:%02d", date, s / 3600, s / 60 % 60, s % 60);
}

static json_t *entry(const struct rsp_bedside *bedside, enum rsp_route route, const struct rsp_zone *zone,
    const struct rsp_infusion_segment *stretch)
{
    const double length_s = stretch->end_s - stretch->begin_s;
    const struct rsp_dose_text dose = {.basis = RSP_DOSE_MG,
        .value = stretch->amount_mg,
        .drug = bedside->order.drug,
        .route = route,
        .duration_h = length_s < 1 ? 0 : length_s / S_AN_HOUR, /* dose text knows nothing shorter */
        .n_repeat = 1};
    char text[120], start[32];
    (void)rsp_dose_text_format(&dose, text, sizeof text);
    format_wall(zone, stretch->begin_s, start);
    return json_pack("{s:s, s:s}", "start", start, "dose", text);
}

/* One entry a stretch of equal rate: a bag that was changed parts none. */
static rsp_status make_entries(struct rsp_call *call, const struct rsp_bedside *bedside, json_t **entries)
{
    const struct rsp_infusion_course *course = &bedside->infusion.low;
    struct rsp_build b = {0};
    struct rsp_zone *zone = NULL;
    enum rsp_route route = RSP_ROUTE_IV;
    RSP_TRY(rsp_route_parse(rsp_key_text(bedside->order.document, "route"), &route, call->err));
    RSP_TRY(rsp_zone_load(call->caller->now.zone, &zone, call->err));
    *entries = json_array();
    for (size_t i = 0; i < course->n_segment;) {
        struct rsp_infusion_segment stretch = course->segment[i++];
        while (i < course->n_segment && stretch.rate_mg_per_h > 0 &&
               course->segment[i].rate_mg_per_h == stretch.rate_mg_per_h &&
               course->segment[i].begin_s == stretch.end_s) {
            stretch.amount_mg += course->segment[i].amount_mg;
            stretch.end_s = course->segment[i++].end_s;
        }
        if (stretch.amount_mg > 0)
            rsp_build_append(&b, *entries, entry(bedside, route, zone, &stretch));
    }
    rsp_zone_free(zone);
    return b.failed ? rsp_call_no_memory(call) : RSP_OK;
}

/* What was entered of this session before gives way: nothing stands twice. */
static bool exchange(json_t *record, const json_t *before, const json_t *entries)
{
    json_t *infusions = json_object_get(record, "infusions");
    size_t i;
    const json_t *old;
    if (infusions == NULL) {
        infusions = json_array();
        if (json_object_set_new(record, "infusions", infusions) != 0)
            return false;
    }
    json_array_foreach(before, i, old)
    {
        size_t k = 0;
        while (k < json_array_size(infusions) && !json_equal(json_array_get(infusions, k), old))
            k++;
        (void)json_array_remove(infusions, k); /* gone already when the record was changed by hand */
    }
    return json_array_extend(infusions, (json_t *)entries) == 0;
}

static rsp_status keep(struct rsp_call *call, struct rsp_stored_patient *stored, int64_t order,
    const json_t *entries, int64_t replaced)
{
    char why[80];
    struct rsp_fact_place place;
    (void)snprintf(why, sizeof why, "given in the session of order %lld", (long long)order);
    RSP_TRY(rsp_call_replace(call, "clinical", &stored->person, stored->clinical_fact, why,
        rsp_record_fact_body(stored->record), &place));
    char *text = json_dumps(entries, JSON_COMPACT);
    json_t *body = text != NULL ? json_pack("{s:I, s:I, s:s}", "order", (json_int_t)order, "clinical",
                                      (json_int_t)place.number, "entries", text)
                                : NULL;
    free(text);
    return replaced == 0
               ? rsp_call_append(call, "bedside_record", &stored->person, body, NULL)
               : rsp_call_replace(call, "bedside_record", &stored->person, replaced, why, body, NULL);
}

/* A record that cannot take the doses keeps nobody here: the answer says why they are missing. */
static rsp_status enter(
    struct rsp_call *call, int64_t order, const json_t *entries, const json_t *before, int64_t replaced)
{
    struct rsp_stored_patient stored = {0};
    struct rsp_patient *patient = NULL;
    rsp_status status = rsp_stored_patient_read(call, &call->patient, &stored);
    if (status == RSP_OK && !exchange(stored.record, before, entries))
        status = rsp_call_no_memory(call);
    if (status == RSP_OK) {
        const rsp_status readable = rsp_stored_patient_parse(call, &stored, &patient);
        rsp_patient_free(patient);
        if (readable == RSP_OK)
            status = keep(call, &stored, order, entries, replaced);
        else if (rsp_planning_refused(readable))
            status = rsp_call_put(call, "not_recorded", json_string(call->err->message));
        else
            status = readable;
    }
    rsp_stored_patient_clear(&stored);
    return status;
}

rsp_status rsp_bedside_record_given(struct rsp_call *call, int64_t order)
{
    struct rsp_bedside bedside;
    json_t *entries = NULL, *rows = NULL, *before = NULL;
    rsp_status status = rsp_bedside_read(call, order, &bedside);
    const bool certain = bedside.infusion.state == RSP_STATE_DISCHARGED && bedside.infusion.n_uncertain == 0;
    if (status == RSP_OK && certain)
        status = make_entries(call, &bedside, &entries);
    rsp_bedside_clear(&bedside);
    if (status == RSP_OK && certain)
        status = rsp_bedside_entries(call, "bedside_record", order, &rows);
    if (status == RSP_OK && certain) {
        const json_t *last = json_array_get(rows, 0); /* each takes the place of the one before */
        if (last != NULL && (before = json_loads(rsp_key_text(last, "entries"), 0, NULL)) == NULL)
            status =
                rsp_error_set(call->err, RSP_E_DAMAGED, "bedside_record", "what was entered cannot be read");
        if (status == RSP_OK && (last != NULL ? !json_equal(before, entries) : json_array_size(entries) > 0))
            status = enter(call, order, entries, before, json_integer_value(json_object_get(last, "number")));
    }
    json_decref(before);
    json_decref(rows);
    json_decref(entries);
    return status;
}
