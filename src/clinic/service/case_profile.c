/* The limits at which an infusion is stopped: shipped without a source, stated value by value and signed by a physician of
 * this clinic. No order can be signed before. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "service/json_build.h"
#include "service/profile.h"
#include "service/say.h"

enum { NUMBER_DIGITS = 6 };

/* ---- what is signed ---- */

static rsp_status see_profile(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct rsp_profile *profile = context;
    const char *text = json_string_value(json_object_get(fact->body, "alarms"));
    json_decref(profile->alarms);
    profile->alarms = text != NULL ? json_loads(text, 0, NULL) : NULL;
    if (profile->alarms == NULL)
        return rsp_error_set(err, RSP_E_DAMAGED, "profile", "the signed limits cannot be read");
    profile->number = profile->fact = fact->number;
    (void)snprintf(profile->who, sizeof profile->who, "%s", fact->who);
    (void)snprintf(profile->at, sizeof profile->at, "%s", fact->wall);
    const char *name = json_string_value(json_object_get(fact->body, "name"));
    (void)snprintf(profile->name, sizeof profile->name, "%s", name != NULL ? name : "");
    (void)snprintf(profile->bleeding, sizeof profile->bleeding, "%s", rsp_key_text(fact->body, "bleeding"));
    (void)snprintf(profile->phone, sizeof profile->phone, "%s", rsp_key_text(fact->body, "phone"));
    (void)snprintf(profile->emergency_phone, sizeof profile->emergency_phone, "%s",
        rsp_key_text(fact->body, "emergency_phone"));
    return RSP_OK;
}

static const json_t *row_of(const json_t *rows, const char *id)
{
    size_t i;
    const json_t *row;
    json_array_foreach(rows, i, row)
    {
        const char *text = json_string_value(json_object_get(row, "id"));
        if (text != NULL && strcmp(text, id) == 0)
            return row;
    }
    return NULL;
}

static void say_outdated(struct rsp_profile *profile, const struct rsp_alarm *alarm, const json_t *value)
{
    struct rsp_say say = RSP_SAY(profile->outdated);
    rsp_say(&say, "Rules have changed since %.32s signed the limits: sign them anew (%.100s: ", profile->who,
        alarm->text);
    if (json_is_number(value))
        rsp_say(&say, "%s %.40s signed, ", rsp_words_number(json_number_value(value), NUMBER_DIGITS).text,
            alarm->unit);
    else
        rsp_say(&say, "nothing signed, ");
    rsp_say(&say, "%s to %s %.40s allowed).",
        rsp_words_number(fmin(alarm->strictest, alarm->loosest), NUMBER_DIGITS).text,
        rsp_words_number(fmax(alarm->strictest, alarm->loosest), NUMBER_DIGITS).text, alarm->unit);
}

static rsp_status note_changed(
    struct rsp_profile *profile, const struct rsp_alarm *alarm, json_t *value, struct rsp_error *err)
{
    if (profile->changed == NULL)
        say_outdated(profile, alarm, value);
    if (profile->changed == NULL)
        profile->changed = json_array();
    json_t *row = json_pack("{s:s, s:s, s:s, s:f, s:f, s:O*}", "id", alarm->id, "text", alarm->text, "unit",
        alarm->unit, "strictest", alarm->strictest, "loosest", alarm->loosest, "signed",
        json_is_number(value) ? value : NULL);
    return json_array_append_new(profile->changed, row) == 0
               ? RSP_OK
               : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
}

/* Rules may have become stricter, or have a limit more, since the profile was signed. */
static rsp_status hold_against_book(
    const struct rsp_rulebook *book, struct rsp_profile *profile, struct rsp_error *err)
{
    for (size_t i = 0; profile->fact != 0 && i < rsp_rulebook_n_alarm(book); i++) {
        const struct rsp_alarm *alarm = rsp_rulebook_alarm(book, i);
        json_t *value = json_object_get(row_of(profile->alarms, alarm->id), "value");
        const double sign = alarm->above ? 1 : -1, signed_value = sign * json_number_value(value);
        if (json_is_number(value) && signed_value <= sign * alarm->loosest &&
            signed_value >= sign * alarm->strictest)
            continue;
        RSP_TRY(note_changed(profile, alarm, value, err));
        profile->number = 0;
    }
    return RSP_OK;
}

rsp_status rsp_profile_read(struct rsp_call *call, struct rsp_profile *profile)
{
    const struct rsp_fact_filter filter = {.kind = "profile", .current = true};
    *profile = (struct rsp_profile){0};
    RSP_TRY(rsp_store_read(call->service->store, &filter, see_profile, profile, call->err));
    return hold_against_book(call->service->book, profile, call->err);
}

void rsp_profile_clear(struct rsp_profile *profile)
{
    json_decref(profile->alarms);
    json_decref(profile->changed);
    *profile = (struct rsp_profile){0};
}

/* ---- read ---- */

static json_t *alarm_row(struct rsp_build *b, const struct rsp_alarm *alarm, double value)
{
    json_t *row = json_object();
    rsp_build_set(b, row, "id", rsp_build_text(alarm->id));
    rsp_build_set(b, row, "text", rsp_build_text(alarm->text));
    rsp_build_set(b, row, "unit", rsp_build_text(alarm->unit));
    rsp_build_set(b, row, "above", json_boolean(alarm->above));
    rsp_build_set(b, row, "times", json_integer(alarm->times > 0 ? alarm->times : 1));
    rsp_build_set(b, row, "minutes", rsp_build_number(alarm->minutes));
    rsp_build_set(b, row, "value", rsp_build_number(value));
    rsp_build_set(b, row, "source", rsp_build_text(alarm->source));
    rsp_build_set(b, row, "local", json_boolean(alarm->local));
    return row;
}

static json_t *shipped_row(struct rsp_build *b, const struct rsp_alarm *alarm)
{
    json_t *row = alarm_row(b, alarm, alarm->value);
    rsp_build_set(b, row, "loosest", rsp_build_number(alarm->loosest));
    rsp_build_set(b, row, "strictest", rsp_build_number(alarm->strictest));
    return row;
}

static json_t *signed_profile(const struct rsp_profile *profile)
{
    if (profile->number == 0)
        return json_null();
    return json_pack("{s:I, s:s, s:s, s:s, s:O, s:o, s:o, s:o}", "number", (json_int_t)profile->number,
        "name", profile->name, "who", profile->who, "at", profile->at, "alarms", profile->alarms, "bleeding",
        rsp_build_text(profile->bleeding[0] != '\0' ? profile->bleeding : NULL), "phone",
        rsp_build_text(profile->phone[0] != '\0' ? profile->phone : NULL), "emergency_phone",
        rsp_build_text(profile->emergency_phone[0] != '\0' ? profile->emergency_phone : NULL));
}

rsp_status rsp_case_profile(struct rsp_call *call)
{
    const struct rsp_rulebook *book = call->service->book;
    struct rsp_build b = {false};
    struct rsp_profile profile;
    json_t *rows = json_array();

    rsp_status status = rsp_profile_read(call, &profile);
    for (size_t i = 0; i < rsp_rulebook_n_alarm(book); i++)
        rsp_build_append(&b, rows, shipped_row(&b, rsp_rulebook_alarm(book, i)));
    if (status == RSP_OK && (b.failed || rows == NULL))
        status = rsp_call_no_memory(call);
    if (status == RSP_OK)
        status = rsp_call_put(call, "shipped", json_incref(rows));
    if (status == RSP_OK)
        status = rsp_call_put(call, "signed", signed_profile(&profile));
    if (status == RSP_OK && profile.outdated[0] != '\0')
        status = rsp_call_put(call, "outdated", json_string(profile.outdated));
    if (status == RSP_OK && profile.changed != NULL)
        status = rsp_call_put(call, "outdated_limits", json_incref(profile.changed));
    json_decref(rows);
    rsp_profile_clear(&profile);
    return status;
}

/* ---- sign ---- */

static rsp_status check_value(struct rsp_call *call, const struct rsp_alarm *alarm, const json_t *given)
{
    if (!json_is_number(given))
        return rsp_error_set(
            call->err, RSP_E_MISSING, alarm->id, "state a value in %s: %s", alarm->unit, alarm->text);
    const double value = json_number_value(given), sign = alarm->above ? 1 : -1;
    const struct rsp_words stated = rsp_words_number(value, NUMBER_DIGITS),
                           loosest = rsp_words_number(alarm->loosest, NUMBER_DIGITS),
                           strictest = rsp_words_number(alarm->strictest, NUMBER_DIGITS);
    if (sign * value > sign * alarm->loosest)
        return rsp_error_set(call->err, RSP_E_LIMIT, alarm->id,
            "%s %s is looser than %s %s, beyond which no clinic may go (%s)", stated.text, alarm->unit,
            loosest.text, alarm->unit, alarm->text);
    if (sign * value < sign * alarm->strictest)
        return rsp_error_set(call->err, RSP_E_DOMAIN, alarm->id,
            "%s %s would stop every infusion: a value from %s to %s %s is expected (%s)", stated.text,
            alarm->unit, strictest.text, loosest.text, alarm->unit, alarm->text);
    return RSP_OK;
}

/* Every value is stated, none is taken over unseen. */
static rsp_status check_values(struct rsp_call *call, const json_t *values, json_t *rows)
{
    const struct rsp_rulebook *book = call->service->book;
    struct rsp_build b = {false};
    const char *id;
    json_t *value;

    json_object_foreach((json_t *)values, id, value)
    {
        size_t i = 0;
        while (i < rsp_rulebook_n_alarm(book) && strcmp(rsp_rulebook_alarm(book, i)->id, id) != 0)
            i++;
        if (i == rsp_rulebook_n_alarm(book))
            return rsp_error_set(call->err, RSP_E_UNKNOWN, "values", "there is no limit '%.60s'", id);
    }
    for (size_t i = 0; i < rsp_rulebook_n_alarm(book); i++) {
        const struct rsp_alarm *alarm = rsp_rulebook_alarm(book, i);
        value = json_object_get(values, alarm->id);
        RSP_TRY(check_value(call, alarm, value));
        rsp_build_append(&b, rows, alarm_row(&b, alarm, json_number_value(value)));
    }
    return b.failed ? rsp_call_no_memory(call) : RSP_OK;
}

/* What the site decided stands until it is decided anew. */
static const char *decided(const struct rsp_call *call, const char *key, const char *before)
{
    const char *given = rsp_call_text(call, key), *stands = given[0] != '\0' ? given : before;
    return stands[0] != '\0' ? stands : NULL;
}

static json_t *profile_body(const struct rsp_call *call, const struct rsp_profile *before, const char *alarms)
{
    return json_pack("{s:s, s:s, s:s, s:s*, s:s*, s:s*}", "name", rsp_call_text(call, "name"), "alarms",
        alarms, "rules_version", rsp_rulebook_version(call->service->book), "bleeding",
        decided(call, "bleeding", before->bleeding), "phone", decided(call, "phone", before->phone),
        "emergency_phone", decided(call, "emergency_phone", before->emergency_phone));
}

rsp_status rsp_case_profile_sign(struct rsp_call *call)
{
    struct rsp_profile before;
    struct rsp_fact_place place;
    const char *given = rsp_call_text(call, "why"), *why = given;
    char *text = NULL;
    json_t *rows = json_array();
    rsp_status status = rsp_profile_read(call, &before);

    if (status == RSP_OK && rows == NULL)
        status = rsp_call_no_memory(call);
    if (status == RSP_OK)
        status = check_values(call, json_object_get(call->input, "values"), rows);
    if (status == RSP_OK && before.number != 0 && why[0] == '\0')
        status = rsp_error_set(call->err, RSP_E_MISSING, "why",
            "limits are signed already, by %s: say why they change", before.who);
    if (before.fact != 0 && before.number == 0 && given[0] == '\0')
        why = before.outdated;
    if (status == RSP_OK && (text = json_dumps(rows, JSON_COMPACT)) == NULL)
        status = rsp_call_no_memory(call);
    if (status == RSP_OK)
        status = rsp_call_replace(call, "profile", NULL, before.fact, why[0] != '\0' ? why : NULL,
            profile_body(call, &before, text), &place);
    free(text);
    json_decref(rows);
    rsp_profile_clear(&before);
    RSP_TRY(status);
    (void)snprintf(call->detail, sizeof call->detail, "profile %lld", (long long)place.number);
    return rsp_call_put(call, "profile", json_integer((json_int_t)place.number));
}
