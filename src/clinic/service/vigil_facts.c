/* What a vigil reads from the store, and what it keeps there. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/bedside.h"
#include "service/json_build.h"
#include "service/profile.h"
#include "service/vigil.h"

enum { HOUR_S = 3600, US_A_S = 1000000 };

/* ---- values ---- */

static rsp_status add_sample(
    struct rsp_vigil *vigil, const struct rsp_vital_sample *sample, struct rsp_error *err)
{
    if (vigil->n_sample == vigil->room) {
        const size_t room = 2 * vigil->room + 256;
        struct rsp_vital_sample *more = realloc(vigil->sample, room * sizeof *more);
        if (more == NULL)
            return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
        vigil->sample = more;
        vigil->room = room;
    }
    vigil->sample[vigil->n_sample++] = *sample;
    return RSP_OK;
}

static bool names(const char *list, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = list; (at = strstr(at, name)) != NULL; at += length)
        if ((at == list || at[-1] == ' ') && (at[length] == '\0' || at[length] == ' '))
            return true;
    return false;
}

static rsp_status take_reading(struct rsp_vigil *vigil, const struct rsp_fact *fact, struct rsp_error *err)
{
    const char *text = rsp_key_text(fact->body, "values"), *name;
    const bool manual = strcmp(rsp_key_text(fact->body, "source"), "manual") == 0;
    const double device_s = rsp_key_number(fact->body, "at_s");
    json_t *values = json_loads(text, JSON_REJECT_DUPLICATES, NULL), *value;
    if (!json_is_object(values)) {
        json_decref(values);
        return rsp_error_set(
            err, RSP_E_DAMAGED, "reading", "reading %lld cannot be read", (long long)fact->number);
    }
    rsp_status status = RSP_OK;
    bool gives[RSP_N_VITAL] = {false};
    vigil->was_measured = true;
    json_object_foreach(values, name, value)
    {
        const int vital = rsp_vital_find(name);
        if (vital < 0 || status != RSP_OK)
            continue; /* kept as it came, and judged by nobody */
        const struct rsp_vital_sample sample = {.number = fact->number,
            .vital = (enum rsp_vital)vital,
            .value = json_number_value(value),
            .device_s = device_s,
            .received_s = (double)fact->at_us / US_A_S,
            .manual = manual,
            .confirmed = names(rsp_key_text(fact->body, "confirmed"), name)};
        gives[vital] = true;
        status = add_sample(vigil, &sample, err);
        if (!manual && isnan(vigil->first_s[vital]))
            vigil->first_s[vital] = sample.received_s;
    }
    if (!manual)
        rsp_vigil_hear(vigil, rsp_key_text(fact->body, "device"), gives, (double)fact->at_us / US_A_S);
    json_decref(values);
    return status;
}

static void take_mark(struct rsp_vigil *vigil, const json_t *body)
{
    const int64_t reading = json_integer_value(json_object_get(body, "reading"));
    const int vital = rsp_vital_find(rsp_key_text(body, "sign"));
    vigil->unsure = true;
    for (size_t i = 0; i < vigil->n_sample; i++)
        if (vigil->sample[i].number == reading && (int)vigil->sample[i].vital == vital)
            vigil->sample[i].artefact = json_is_true(json_object_get(body, "artefact"));
}

static void forget_old(struct rsp_vigil *vigil, double now_s)
{
    size_t kept = 0;
    for (size_t i = 0; i < vigil->n_sample; i++) {
        const struct rsp_vital_sample *sample = &vigil->sample[i];
        if (sample->received_s > now_s - HOUR_S)
            vigil->sample[kept++] = *sample;
        else if (rsp_vital_sample_quality(&vigil->config.vitals, sample) == RSP_QUALITY_OK)
            vigil->passed_s[sample->vital] = fmax(vigil->passed_s[sample->vital], rsp_vital_sample_s(sample));
    }
    vigil->n_sample = kept;
}

/* ---- words and states ---- */

rsp_status rsp_vigil_obey(struct rsp_vigil *vigil, struct rsp_alarms *alarms, const char *alarm,
    const char *word, double duration_s, const char *who, double now_s, struct rsp_error *err)
{
    if (strcmp(word, "acknowledge") == 0)
        return rsp_alarm_acknowledge(&vigil->config, alarms, alarm, who, now_s, err);
    if (strcmp(word, "pause") == 0)
        return rsp_alarm_pause(&vigil->config, alarms, alarm, duration_s, who, now_s, err);
    if (strcmp(word, "pause_audio") == 0)
        return rsp_alarm_pause_audio(&vigil->config, alarms, duration_s, who, now_s, err);
    if (strcmp(word, "announced") == 0)
        return rsp_alarm_announced(&vigil->config, alarms, alarm, now_s, err);
    return rsp_error_set(
        err, RSP_E_UNKNOWN, "do", "acknowledge, pause, pause_audio or announced is expected");
}

/* A word was possible when it was given; what has ended since is past. */
static void take_word(struct rsp_vigil *vigil, const struct rsp_fact *fact)
{
    if (vigil->configured && rsp_vigil_obey(vigil, &vigil->alarms, rsp_key_text(fact->body, "alarm"),
                                 rsp_key_text(fact->body, "word"), rsp_key_number(fact->body, "duration_s"),
                                 fact->who, (double)fact->at_us / US_A_S, NULL) == RSP_OK)
        vigil->told = true;
}

#define RECORD_NUMBERS(X)                                                                                    \
    X(value)                                                                                                 \
    X(worst)                                                                                                 \
    X(onset_s)                                                                                               \
    X(raised_s)                                                                                              \
    X(announced_s)                                                                                           \
    X(acknowledged_s)                                                                                        \
    X(ended_s)

static json_t *record_row(struct rsp_build *b, const struct rsp_alarm_record *record)
{
    json_t *row = json_object(), *silences = json_array();
    rsp_build_set(b, row, "id", json_string(record->id));
    rsp_build_set(b, row, "number", json_integer((json_int_t)record->number));
    rsp_build_set(b, row, "active", json_boolean(record->active));
    rsp_build_set(b, row, "latched", json_boolean(record->latched));
    rsp_build_set(b, row, "priority", json_integer(record->priority));
    rsp_build_set(b, row, "highest", json_integer(record->highest));
    rsp_build_set(b, row, "acknowledged_by", rsp_build_text(record->acknowledged_by));
#define RSP_X(name) rsp_build_set(b, row, #name, rsp_build_number(record->name));
    RECORD_NUMBERS(RSP_X)
#undef RSP_X
    for (int s = 0; s < RSP_N_SILENCE; s++) {
        json_t *silence = json_object();
        rsp_build_set(b, silence, "until_s", rsp_build_number(record->silence[s].until_s));
        rsp_build_set(b, silence, "priority", json_integer(record->silence[s].priority));
        rsp_build_set(b, silence, "value", rsp_build_number(record->silence[s].value));
        rsp_build_set(b, silence, "who", rsp_build_text(record->silence[s].who));
        rsp_build_append(b, silences, silence);
    }
    rsp_build_set(b, row, "silences", silences);
    return row;
}

static void read_record(const json_t *row, struct rsp_alarm_record *record)
{
    *record = (struct rsp_alarm_record){.number = json_integer_value(json_object_get(row, "number")),
        .active = json_is_true(json_object_get(row, "active")),
        .latched = json_is_true(json_object_get(row, "latched")),
        .priority = (enum rsp_alarm_priority)json_integer_value(json_object_get(row, "priority")),
        .highest = (enum rsp_alarm_priority)json_integer_value(json_object_get(row, "highest"))};
    (void)snprintf(record->id, sizeof record->id, "%s", rsp_key_text(row, "id"));
    (void)snprintf(
        record->acknowledged_by, sizeof record->acknowledged_by, "%s", rsp_key_text(row, "acknowledged_by"));
#define RSP_X(name) record->name = rsp_key_number(row, #name);
    RECORD_NUMBERS(RSP_X)
#undef RSP_X
    for (int s = 0; s < RSP_N_SILENCE; s++) {
        const json_t *silence = json_array_get(json_object_get(row, "silences"), (size_t)s);
        record->silence[s] = (struct rsp_silence){.until_s = rsp_key_number(silence, "until_s"),
            .priority = (enum rsp_alarm_priority)json_integer_value(json_object_get(silence, "priority")),
            .value = rsp_key_number(silence, "value")};
        (void)snprintf(
            record->silence[s].who, sizeof record->silence[s].who, "%s", rsp_key_text(silence, "who"));
    }
}

/* What an earlier run of the program kept last. */
static rsp_status resume(struct rsp_call *call, struct rsp_vigil *vigil, const json_t *body)
{
    json_t *rows = json_loads(rsp_key_text(body, "records"), JSON_REJECT_DUPLICATES, NULL), *row;
    struct rsp_alarms *kept = calloc(1, sizeof *kept);
    size_t i;
    if (kept == NULL || !json_is_array(rows)) {
        free(kept);
        json_decref(rows);
        return rsp_error_set(
            call->err, RSP_E_DAMAGED, "alarm_state", "the alarms that were kept cannot be read");
    }
    kept->stepped_s = rsp_key_number(body, "stepped_s");
    kept->n_raised = json_integer_value(json_object_get(body, "n_raised"));
    json_array_foreach(rows, i, row) if (kept->n < RSP_MAX_ALARM) read_record(row, &kept->record[kept->n++]);
    if (call->replay != NULL)
        rsp_alarms_restore(&vigil->config, kept, &vigil->alarms);
    else
        rsp_alarms_resume(&vigil->config, kept, rsp_vigil_now_s(call), &vigil->alarms, NULL);
    free(kept);
    json_decref(rows);
    return RSP_OK;
}

static const char *const change_word[] = {
    "raised", "worsened", "sounds_again", "latched", "returned", "ended"};

rsp_status rsp_vigil_keep(
    struct rsp_call *call, struct rsp_vigil *vigil, const struct rsp_alarm_changes *changes)
{
    struct rsp_build b = {0};
    json_t *records = json_array(), *changed = json_array();
    for (size_t i = 0; i < vigil->alarms.n; i++)
        if (vigil->alarms.record[i].number != 0 ||
            rsp_alarm_look(&vigil->alarms.record[i], rsp_vigil_now_s(call)).state != RSP_ALARM_OFF)
            rsp_build_append(&b, records, record_row(&b, &vigil->alarms.record[i]));
    for (size_t i = 0; i < changes->n; i++)
        rsp_build_append(&b, changed,
            json_pack("{s:s, s:s, s:I, s:i}", "change", change_word[changes->change[i].kind], "id",
                changes->change[i].record.id, "number", (json_int_t)changes->change[i].record.number,
                "priority", (int)changes->change[i].record.priority));
    char *text = json_dumps(records, JSON_COMPACT | JSON_REAL_PRECISION(15)),
         *change_text = json_dumps(changed, JSON_COMPACT);
    json_t *body = b.failed || text == NULL || change_text == NULL
                       ? NULL
                       : json_pack("{s:I, s:f, s:I, s:s, s:s}", "order", (json_int_t)vigil->order,
                             "stepped_s", rsp_vigil_now_s(call), "n_raised",
                             (json_int_t)vigil->alarms.n_raised, "records", text, "changes", change_text);
    free(text);
    free(change_text);
    json_decref(records);
    json_decref(changed);
    const rsp_status status = rsp_call_append(call, "alarm_state", &vigil->person, body, NULL);
    if (status == RSP_OK)
        vigil->told = false;
    return status;
}

/* ---- limits ---- */

static void take_baseline(struct rsp_vigil *vigil)
{
    for (int v = 0; v < RSP_N_VITAL; v++)
        vigil->baseline[v] = NAN;
    for (size_t i = 0; i < vigil->n_sample; i++) {
        const struct rsp_vital_sample *sample = &vigil->sample[i];
        /* In the second of the start, what was entered before it. */
        const bool before = isnan(vigil->begun_s) ||
                            (rsp_vital_sample_s(sample) <= vigil->begun_s && sample->number < vigil->begun);
        if (before && rsp_vital_sample_quality(&vigil->config.vitals, sample) == RSP_QUALITY_OK)
            vigil->baseline[sample->vital] = sample->value;
    }
}

rsp_status rsp_vigil_configure(struct rsp_call *call, struct rsp_vigil *vigil)
{
    struct rsp_profile profile = {0};
    struct rsp_signed_limit limit[RSP_MAX_ALARM];
    size_t i, n = 0;
    const json_t *row;
    struct rsp_error err = {0};
    const struct rsp_watching *watching = rsp_rulebook_watching(call->service->book);

    RSP_CHECK_BUG(watching != NULL, call->err);
    RSP_TRY(rsp_vital_rules_make(watching, &vigil->config.vitals, call->err));
    rsp_status status = rsp_profile_read(call, &profile);
    if (status == RSP_OK && profile.number == 0) {
        vigil->configured = false;
        (void)snprintf(vigil->why_not, sizeof vigil->why_not, "%s",
            profile.outdated[0] != '\0'
                ? profile.outdated
                : "no limits of alarm and stop are in force: a physician signs them first");
    } else if (status == RSP_OK) {
        json_array_foreach(profile.alarms, i, row) if (n < RSP_MAX_ALARM) limit[n++] =
            (struct rsp_signed_limit){rsp_key_text(row, "id"), rsp_key_number(row, "value")};
        const bool first = !vigil->configured;
        vigil->why_not[0] = '\0';
        if (rsp_alarm_config_make(call->service->book, n, limit, vigil->baseline, &vigil->config, &err) ==
            RSP_OK) {
            vigil->configured = true;
            vigil->profile = profile.number;
            if (first)
                rsp_alarms_begin(&vigil->config, &vigil->alarms);
        } else {
            vigil->configured = false;
            (void)snprintf(vigil->why_not, sizeof vigil->why_not, "%.399s", err.message);
        }
    }
    rsp_profile_clear(&profile);
    return status;
}

/* ---- all of it ---- */

struct reading {
    struct rsp_call *call;
    struct rsp_vigil *vigil;
    json_t *state; /* the newest that was kept */
    int64_t state_number;
};

static rsp_status take_fact(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct reading *reading = context;
    struct rsp_vigil *vigil = reading->vigil;
    if (json_integer_value(json_object_get(fact->body, "order")) != vigil->order)
        return RSP_OK;
    if (strcmp(fact->kind, "reading") == 0)
        return take_reading(vigil, fact, err);
    if (strcmp(fact->kind, "reading_mark") == 0)
        take_mark(vigil, fact->body);
    else if (strcmp(fact->kind, "device_binding") == 0)
        rsp_vigil_take_binding(vigil, fact);
    else if (strcmp(fact->kind, "bedside_score") == 0)
        return rsp_vigil_take_score(vigil, reading->call->service->book, fact, err);
    else if (strcmp(fact->kind, "alarm_word") == 0) {
        if (fact->number > reading->state_number)
            take_word(vigil, fact);
    } else if (strcmp(fact->kind, "alarm_state") == 0) {
        reading->state_number = fact->number;
        json_decref(reading->state);
        reading->state = json_deep_copy(fact->body);
        if (reading->state == NULL)
            return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    } else {
        vigil->event = fact->number;
    }
    return RSP_OK;
}

static rsp_status read_kind(struct reading *reading, const char *kind)
{
    const struct rsp_fact_filter filter = {.person = &reading->vigil->person,
        .kind = kind,
        .without_identity = true,
        .after = reading->vigil->read};
    return rsp_store_read(reading->call->service->store, &filter, take_fact, reading, reading->call->err);
}

static void take_given(
    const struct rsp_call *call, struct rsp_vigil *vigil, const struct rsp_bedside *bedside)
{
    double entered_s = 0;
    for (size_t i = 0; i < bedside->n_event; i++)
        entered_s = fmax(entered_s, bedside->event[i].entered_s);
    vigil->given = rsp_pump_record(&bedside->ordered, &bedside->infusion, entered_s,
        bedside->concentration_mg_per_ml, (double)call->now_s);
}

static rsp_status find_start(struct rsp_call *call, struct rsp_vigil *vigil)
{
    struct rsp_bedside bedside;
    const struct rsp_person_id before = call->patient;
    call->patient = vigil->person;
    const rsp_status status = rsp_bedside_read(call, vigil->order, &bedside);
    vigil->begun = 0;
    vigil->begun_s = status == RSP_OK ? bedside.begun_s : NAN;
    vigil->state = bedside.infusion.state;
    vigil->pump = bedside.ordered.pump;
    take_given(call, vigil, &bedside);
    rsp_vigil_take_intervals(vigil, call->service->book, bedside.order.document);
    for (size_t i = bedside.n_event; status == RSP_OK && i-- > 0;) {
        const struct rsp_infusion_event *event = &bedside.event[i];
        if (event->at_s == vigil->begun_s &&
            (event->kind == RSP_INFUSION_STARTED || event->kind == RSP_INFUSION_GIVEN))
            vigil->begun = event->number;
    }
    rsp_bedside_clear(&bedside);
    call->patient = before;
    return status;
}

static rsp_status see(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    (void)fact;
    (void)err;
    *(bool *)context = true;
    return RSP_OK;
}

static rsp_status signed_anew(struct rsp_call *call, const struct rsp_vigil *vigil, bool *anew)
{
    const struct rsp_fact_filter filter = {.kind = "profile", .after = vigil->read, .limit = 1};
    *anew = false;
    return rsp_store_read(call->service->store, &filter, see, anew, call->err);
}

/* Values from before the start are forgotten after an hour, and are the baseline all the same: they are read once more. */
static rsp_status settle_baseline(struct rsp_call *call, struct rsp_vigil *vigil, bool whole)
{
    struct rsp_vigil *all = NULL;
    vigil->unsure = false;
    if (whole || isnan(vigil->begun_s)) {
        take_baseline(vigil);
        return RSP_OK;
    }
    RSP_TRY(rsp_vigil_new(call, &vigil->person, vigil->order, &all));
    struct reading reading = {.call = call, .vigil = all};
    all->config.vitals = vigil->config.vitals;
    all->begun_s = vigil->begun_s;
    all->begun = vigil->begun;
    rsp_status status = read_kind(&reading, "reading");
    if (status == RSP_OK)
        status = read_kind(&reading, "reading_mark");
    take_baseline(all);
    if (status == RSP_OK)
        memcpy(vigil->baseline, all->baseline, sizeof vigil->baseline);
    rsp_vigil_free(all);
    return status;
}

/* A vigil that begins anew reads the values first, then the limits, then what was kept and said about alarms. */
static rsp_status read_new(struct reading *reading, bool first)
{
    struct rsp_call *call = reading->call;
    struct rsp_vigil *vigil = reading->vigil;
    const int64_t event = vigil->event;
    RSP_TRY(read_kind(reading,
        "device_binding")); /* first: of the devices that spoke those that are bound keep their place */
    RSP_TRY(read_kind(reading, "reading"));
    RSP_TRY(read_kind(reading, "reading_mark"));
    RSP_TRY(read_kind(reading, "bedside_score"));
    RSP_TRY(read_kind(reading, "bedside_event"));
    const bool moved = first || vigil->event != event;
    bool anew = false;
    RSP_TRY(signed_anew(call, vigil, &anew));
    if (first)
        RSP_TRY(rsp_vigil_configure(call, vigil)); /* what is possible, for the baseline */
    if (moved)
        RSP_TRY(find_start(call, vigil));
    const bool unsure = moved || vigil->unsure || isnan(vigil->begun_s);
    if (unsure)
        RSP_TRY(settle_baseline(call, vigil, first));
    if (unsure || anew)
        RSP_TRY(rsp_vigil_configure(call, vigil));
    if (first) {
        RSP_TRY(read_kind(reading, "alarm_state"));
        if (reading->state != NULL && vigil->configured)
            RSP_TRY(resume(call, vigil, reading->state));
        vigil->told = true; /* from the first second on there is something to go on from */
    }
    RSP_TRY(read_kind(reading, "alarm_word"));
    return RSP_OK;
}

rsp_status rsp_vigil_read(struct rsp_call *call, struct rsp_vigil *vigil)
{
    struct reading reading = {.call = call, .vigil = vigil};
    unsigned char hash[RSP_HASH_BYTES];
    int64_t head = 0;
    RSP_TRY(rsp_store_head(call->service->store, &head, hash, call->err));
    if (head == vigil->read && vigil->read != 0)
        return RSP_OK;
    const rsp_status status = read_new(&reading, vigil->read == 0);
    json_decref(reading.state);
    RSP_TRY(status);
    vigil->read = head;
    forget_old(vigil, rsp_vigil_now_s(call));
    return RSP_OK;
}
