#include "service/patient_levels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/zone.h"

rsp_status rsp_level_rows(struct rsp_call *call, json_t **rows)
{
    char at[RSP_LEVEL_AT_SIZE];
    RSP_TRY(rsp_call_facts(call, "level", true, rows));
    for (size_t i = json_array_size(*rows); i-- > 0;) {
        json_t *row = json_array_get(*rows, i);
        if (json_is_true(json_object_get(row, "withdrawn"))) {
            (void)json_array_remove(*rows, i);
            continue;
        }
        const char *date = json_string_value(json_object_get(row, "date")),
                   *time = json_string_value(json_object_get(row, "time"));
        snprintf(at, sizeof at, "%.10sT%.8s", date != NULL ? date : "", time != NULL ? time : "");
        (void)json_object_set(row, "entered_at", json_object_get(row, "at"));
        (void)json_object_set_new(row, "at", json_string(at));
    }
    return RSP_OK;
}

/* The clinic writes the time of its wall; the hour that a change of clocks repeats counts as its first. */
static rsp_status place_in_zone(struct rsp_call *call, struct rsp_date_time *taken)
{
    enum { S_A_DAY = 86400, S_AN_HOUR = 3600, S_A_MINUTE = 60 };
    struct rsp_zone *zone = NULL;
    int64_t at_s[2] = {0};
    RSP_TRY(rsp_zone_load(call->caller->now.zone, &zone, call->err));
    const int64_t wall_s = (int64_t)taken->date.day * S_A_DAY + (int64_t)(taken->hour_h * S_AN_HOUR + 0.5);
    const int n = rsp_zone_instants(zone, wall_s, at_s);
    taken->has_offset = true;
    taken->offset_min =
        n > 0 ? (int)((wall_s - at_s[0]) / S_A_MINUTE) : (int)(rsp_zone_offset_s(zone, wall_s) / S_A_MINUTE);
    rsp_zone_free(zone);
    return RSP_OK;
}

static int by_moment(const void *a, const void *b)
{
    const double x = rsp_date_time_hours(&((const struct rsp_level *)a)->taken, true),
                 y = rsp_date_time_hours(&((const struct rsp_level *)b)->taken, true);
    return (x > y) - (x < y);
}

rsp_status rsp_patient_levels(
    struct rsp_call *call, const struct rsp_patient *patient, struct rsp_levels *levels, json_t *numbers)
{
    json_t *rows = NULL, *row;
    size_t i;
    const bool zoned = patient->n_infusion > 0 && patient->infusion[0].has_offset;
    rsp_status status = RSP_OK;
    *levels = (struct rsp_levels){0};
    RSP_TRY(rsp_level_rows(call, &rows));
    if (json_array_size(rows) == 0)
        goto done;
    levels->level = calloc(json_array_size(rows), sizeof *levels->level);
    if (levels->level == NULL) {
        status = rsp_call_no_memory(call);
        goto done;
    }
    json_array_foreach(rows, i, row)
    {
        struct rsp_level *level = &levels->level[levels->n++];
        RSP_TRY_DONE(
            rsp_date_time_parse(json_string_value(json_object_get(row, "at")), &level->taken, call->err));
        if (zoned)
            RSP_TRY_DONE(place_in_zone(call, &level->taken));
        snprintf(
            level->output, sizeof level->output, "%s", json_string_value(json_object_get(row, "substance")));
        level->value = json_number_value(json_object_get(row, "value"));
        level->below = json_is_true(json_object_get(row, "below"));
        if (json_array_append(numbers, json_object_get(row, "number")) != 0) {
            status = rsp_call_no_memory(call);
            goto done;
        }
    }
    qsort(levels->level, levels->n, sizeof *levels->level, by_moment);
done:
    json_decref(rows);
    return status;
}
