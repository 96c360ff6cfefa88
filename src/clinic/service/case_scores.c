/* Scores of instruments, and what their answers raise at once. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/follow.h"
#include "service/json_build.h"
#include "service/patients.h"

static const char *language_of(const struct rsp_call *call)
{
    const char *language = rsp_call_text(call, "language");
    return language[0] != '\0' ? language : "en";
}

rsp_status rsp_case_instruments(struct rsp_call *call)
{
    const struct rsp_rulebook *book = call->service->book;
    json_t *rows = json_array();
    for (size_t i = 0; i < rsp_rulebook_n_instrument(book); i++)
        if (json_array_append_new(
                rows, rsp_instrument_json(book, rsp_rulebook_instrument(book, i), language_of(call))) != 0) {
            json_decref(rows);
            return rsp_call_no_memory(call);
        }
    return rsp_call_put(call, "instruments", rows);
}

/* ---- answers ---- */

struct answers {
    const struct rsp_instrument *instrument;
    size_t n;
    double value[RSP_MAX_ITEM]; /* NaN: not given */
    bool complete;
    struct rsp_score score; /* without total when not complete */
};

static rsp_status read_item(
    struct rsp_call *call, const char *key, const json_t *value, struct answers *answers)
{
    const bool plain = key[0] >= '1' && key[0] <= '9' && strspn(key, "0123456789") == strlen(key);
    const long item =
        plain ? strtol(key, NULL, 10) : 0; /* "09" beside "9" would be a second answer to one item */
    if (item < 1 || item > (long)answers->instrument->n_item)
        return rsp_error_set(call->err, RSP_E_UNKNOWN, "answers", "%s has items 1 to %zu, no item '%.20s'",
            answers->instrument->name, answers->instrument->n_item, key);
    if (!json_is_number(value))
        return rsp_error_set(call->err, RSP_E_SYNTAX, "answers",
            "answer %ld is no number: give the value of the answer", item);
    if (!isnan(answers->value[item - 1]))
        return rsp_error_set(
            call->err, RSP_E_MISMATCH, "answers", "item %ld is answered twice: give one answer", item);
    answers->value[item - 1] = json_number_value(value);
    return RSP_OK;
}

static rsp_status read_values(struct rsp_call *call, struct answers *answers)
{
    const char *key;
    json_t *value;
    const json_t *given = json_object_get(call->input, "answers"),
                 *total = json_object_get(call->input, "total");
    const bool scored = answers->instrument->kind == RSP_INSTRUMENT_SCORE;

    for (size_t i = 0; i < RSP_MAX_ITEM; i++)
        answers->value[i] = NAN;
    answers->n = scored ? 1 : answers->instrument->n_item;
    if (scored ? given != NULL : total != NULL)
        return rsp_error_set(call->err, RSP_E_MISMATCH, scored ? "answers" : "total", "%s: give the %s",
            answers->instrument->name,
            scored ? "total: its items are not kept here" : "answers, which are added up");
    if (scored && total == NULL)
        return rsp_error_set(
            call->err, RSP_E_MISSING, "total", "%s: give the total", answers->instrument->name);
    if (scored)
        answers->value[0] = json_number_value(total);
    json_object_foreach((json_t *)given, key, value) RSP_TRY(read_item(call, key, value, answers));
    return RSP_OK;
}

/* Answers that are missing leave no total; what the others raise is known all the same. */
static rsp_status read_answers(struct rsp_call *call, struct answers *answers, struct rsp_error *incomplete)
{
    struct rsp_error found = {0};
    RSP_TRY(rsp_rulebook_instrument_find(
        call->service->book, rsp_call_text(call, "instrument"), &answers->instrument, call->err));
    RSP_TRY(read_values(call, answers));
    const rsp_status status =
        rsp_instrument_score(answers->instrument, answers->n, answers->value, &answers->score, &found);
    answers->complete = status == RSP_OK;
    if (status == RSP_E_MISSING && answers->instrument->kind == RSP_INSTRUMENT_ITEMS) {
        *incomplete = found;
        return rsp_instrument_incomplete(
            answers->instrument, answers->n, answers->value, &answers->score, call->err);
    }
    if (status != RSP_OK)
        *call->err = found;
    return status;
}

static json_t *missing_items(const struct answers *answers)
{
    json_t *items = json_array();
    for (size_t i = 0; i < answers->n; i++)
        if (isnan(answers->value[i]) && json_array_append_new(items, json_integer((json_int_t)i + 1)) != 0) {
            json_decref(items);
            return NULL;
        }
    return items;
}

static rsp_status put_score(struct rsp_call *call, const struct answers *answers)
{
    json_t *score = rsp_score_json(call->service->book, &answers->score, language_of(call));
    if (score == NULL)
        return rsp_call_no_memory(call);
    json_decref(call->out);
    call->out = score;
    RSP_TRY(rsp_call_put(call, "complete", json_boolean(answers->complete)));
    return rsp_call_put(call, "missing", missing_items(answers));
}

rsp_status rsp_case_score_preview(struct rsp_call *call)
{
    struct answers answers = {0};
    struct rsp_error incomplete;
    RSP_TRY(read_answers(call, &answers, &incomplete));
    return put_score(call, &answers);
}

/* ---- keep ---- */

/* Answers are kept where their text is shown; of other instruments there is only the total. */
static json_t *answers_text(const struct answers *answers)
{
    struct rsp_build b = {0};
    json_t *object = json_object();
    char item[8];
    for (size_t i = 0; i < answers->n; i++) {
        snprintf(item, sizeof item, "%zu", i + 1);
        if (!isnan(answers->value[i]))
            rsp_build_set(&b, object, item, json_real(answers->value[i]));
    }
    char *text = b.failed ? NULL : json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(6));
    json_t *kept = text != NULL ? json_string(text) : NULL;
    free(text);
    json_decref(object);
    return kept;
}

static json_t *score_body(const struct rsp_call *call, const struct answers *answers, const char *date)
{
    const struct rsp_rulebook *book = call->service->book;
    const struct rsp_score *score = &answers->score;
    struct rsp_build b = {0};
    json_t *body = json_object();
    rsp_build_set(&b, body, "instrument", json_string(answers->instrument->id));
    rsp_build_set(&b, body, "instrument_version", json_integer(answers->instrument->version));
    rsp_build_set(&b, body, "rules_version", json_string(rsp_rulebook_version(book)));
    rsp_build_set(&b, body, "date", json_string(date));
    if (answers->complete)
        rsp_build_set(&b, body, "total", json_real(score->total));
    if (answers->complete && score->band != NULL)
        rsp_build_set(&b, body, "band", rsp_build_text(rsp_rulebook_message(book, "en", score->band->text)));
    if (answers->instrument->kind != RSP_INSTRUMENT_SCORE)
        rsp_build_set(&b, body, "answers", answers_text(answers));
    if (b.failed) {
        json_decref(body);
        return NULL;
    }
    return body;
}

static rsp_status append_flag(struct rsp_call *call, int64_t score, const struct rsp_instrument *instrument,
    const struct rsp_instrument_flag *flag, json_t *numbers)
{
    struct rsp_fact_place place;
    struct rsp_build b = {0};
    json_t *body = json_object();
    rsp_build_set(&b, body, "score", json_integer((json_int_t)score));
    rsp_build_set(&b, body, "instrument", json_string(instrument->id));
    rsp_build_set(&b, body, "rule", json_string(flag->rule->id));
    rsp_build_set(&b, body, "rule_version", json_integer(flag->rule->version));
    rsp_build_set(&b, body, "severity", json_string(rsp_severity_name(flag->rule->severity)));
    rsp_build_set(
        &b, body, "text", rsp_build_text(rsp_rulebook_message(call->service->book, "en", flag->text)));
    if (flag->rule->action != NULL)
        rsp_build_set(&b, body, "action", rsp_build_text(flag->rule->action));
    if (flag->rule->source != NULL)
        rsp_build_set(&b, body, "source", rsp_build_text(flag->rule->source));
    if (b.failed) {
        json_decref(body);
        return rsp_call_no_memory(call);
    }
    RSP_TRY(rsp_call_append(call, "score_finding", &call->patient, body, &place));
    return json_array_append_new(numbers, json_integer((json_int_t)place.number)) == 0
               ? RSP_OK
               : rsp_call_no_memory(call);
}

/* {value, date} of a test of the record, unless the record knows a later day. @return whether it was set */
static bool set_test(struct rsp_build *b, json_t *tests, const char *name, double value, const char *date)
{
    const char *known = json_string_value(json_object_get(json_object_get(tests, name), "date"));
    if (known != NULL && strcmp(known, date) > 0)
        return false;
    rsp_build_set(b, tests, name, json_pack("{s:f, s:s}", "value", value, "date", date));
    return true;
}

/* The rules and the plan read item 9 from the record. It goes there when it is above 0, and when the record holds an
 * earlier one; else the record stays as it is, and what rests on it stands. */
static rsp_status tell_record(struct rsp_call *call, const struct answers *answers, const char *date)
{
    enum { ITEM_9 = 8 };
    struct rsp_stored_patient stored = {0};
    struct rsp_build b = {0};
    if (strcmp(answers->instrument->id, "phq9") != 0 || isnan(answers->value[ITEM_9]))
        return RSP_OK;
    rsp_status status = rsp_stored_patient_read(call, &call->patient, &stored);
    json_t *known = json_object_get(stored.record, "tests");
    json_t *tests = json_is_object(known) ? json_deep_copy(known) : json_object();
    if (status == RSP_OK && (answers->value[ITEM_9] > 0 || json_object_get(tests, "phq9_item9") != NULL) &&
        set_test(&b, tests, "phq9_item9", answers->value[ITEM_9], date)) {
        if (answers->complete)
            (void)set_test(&b, tests, "phq9_total", answers->score.total, date);
        rsp_build_set(&b, stored.record, "tests", json_incref(tests));
        status = b.failed ? rsp_call_no_memory(call)
                          : rsp_call_replace(call, "clinical", &call->patient, stored.clinical_fact,
                                "PHQ-9 kept as a score", rsp_record_fact_body(stored.record), NULL);
    }
    json_decref(tests);
    rsp_stored_patient_clear(&stored);
    return status;
}

static rsp_status read_day(struct rsp_call *call, char day[16])
{
    struct rsp_date date = call->today;
    const char *given = rsp_call_text(call, "date");
    if (given[0] != '\0')
        RSP_TRY(rsp_date_parse(given, &date, call->err));
    if (date.day > call->today.day)
        return rsp_error_set(call->err, RSP_E_DOMAIN, "date", "the day of the answers lies in the future");
    rsp_date_format(date, day, 16);
    return RSP_OK;
}

rsp_status rsp_case_score_add(struct rsp_call *call)
{
    struct answers answers = {0};
    struct rsp_fact_place place;
    struct rsp_error incomplete = {0};
    char day[16];

    RSP_TRY(read_answers(call, &answers, &incomplete));
    if (!answers.complete && answers.score.n_flag == 0) {
        *call->err = incomplete;
        return RSP_E_MISSING;
    }
    RSP_TRY(read_day(call, day));
    RSP_TRY(rsp_call_append(call, "score", &call->patient, score_body(call, &answers, day), &place));
    json_t *findings = json_array();
    if (findings == NULL)
        return rsp_call_no_memory(call);
    rsp_status status = put_score(call, &answers);
    for (size_t i = 0; i < answers.score.n_flag && status == RSP_OK; i++)
        status = append_flag(call, place.number, answers.instrument, answers.score.flag[i], findings);
    if (status == RSP_OK)
        status = tell_record(call, &answers, day);
    if (status == RSP_OK)
        status = rsp_call_put(call, "findings", json_incref(findings));
    if (status == RSP_OK)
        status = rsp_call_put(call, "score", json_integer((json_int_t)place.number));
    json_decref(findings);
    return status;
}

/* ---- read ---- */

rsp_status rsp_case_scores(struct rsp_call *call)
{
    const char *wanted = rsp_call_text(call, "instrument");
    json_t *rows = NULL;
    RSP_TRY(rsp_call_facts(call, "score", true, &rows));
    for (size_t i = json_array_size(rows); i-- > 0;) {
        json_t *row = json_array_get(rows, i);
        const char *answers = json_string_value(json_object_get(row, "answers"));
        if (answers != NULL)
            (void)json_object_set_new(row, "answers", json_loads(answers, 0, NULL));
        if (wanted[0] != '\0' && strcmp(json_string_value(json_object_get(row, "instrument")), wanted) != 0)
            (void)json_array_remove(rows, i);
    }
    return rsp_call_page(call, "scores", rows, "date");
}

/* ---- findings ---- */

rsp_status rsp_case_finding_answer(struct rsp_call *call)
{
    const json_int_t wanted = rsp_call_whole(call, "finding", 0);
    json_t *open = NULL;
    size_t i;
    json_t *row;
    bool found = false;

    RSP_TRY(rsp_findings_open(call, &open));
    json_array_foreach(open, i, row) found =
        found || json_integer_value(json_object_get(row, "number")) == wanted;
    json_decref(open);
    if (!found)
        return rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "finding",
            "this patient has no such open finding: somebody may have answered it already");
    RSP_TRY(rsp_call_append(call, "finding_answer", &call->patient,
        json_pack("{s:I, s:s}", "finding", wanted, "done", rsp_call_text(call, "done")), NULL));
    return rsp_call_put(call, "finding", json_integer(wanted));
}

static rsp_status note_person(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    return rsp_persons_add(context, &fact->person, err);
}

struct carers {
    struct rsp_call *call;
    bool physician;              /* one of them can answer a finding */
    char name[RSP_ACCOUNT_SIZE]; /* of one who cares; "" nobody does */
};

static rsp_status note_carer(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct carers *carers = context;
    const char *name = json_string_value(json_object_get(fact->body, "account"));
    struct rsp_account account = {0};
    bool found = false;
    if (name == NULL)
        return RSP_OK;
    RSP_TRY(rsp_account_find(carers->call->service->store, name, &found, &account, err));
    if (!found || account.disabled)
        return RSP_OK;
    carers->physician = carers->physician || (account.roles & RSP_ROLE_PHYSICIAN) != 0;
    snprintf(carers->name, sizeof carers->name, "%s", account.name);
    return RSP_OK;
}

static rsp_status note_erasure(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    (void)fact, (void)err;
    *(bool *)context = true;
    return RSP_OK;
}

static rsp_status is_erased(struct rsp_call *call, const struct rsp_person_id *person, bool *erased)
{
    const struct rsp_fact_filter filter = {.person = person, .kind = "erasure", .without_identity = true};
    return rsp_store_read(call->service->store, &filter, note_erasure, erased, call->err);
}

/* A finding that no physician who cares would see is told to every physician, without the patient's name and without
 * what was answered: who cares is told, and the glass can be broken. */
static rsp_status add_nameless(struct rsp_call *call, const struct rsp_person_id *person, json_t *rows)
{
    static const char *const hidden[] = {"text", "action", "source", "score"};
    const struct rsp_fact_filter filter = {
        .person = person, .kind = "care", .current = true, .without_identity = true};
    struct carers carers = {.call = call};
    json_t *open = NULL, *row;
    char hex[RSP_PERSON_HEX];
    size_t i;

    if ((call->account.roles & RSP_ROLE_PHYSICIAN) == 0)
        return RSP_OK;
    RSP_TRY(rsp_store_read(call->service->store, &filter, note_carer, &carers, call->err));
    bool erased = false;
    RSP_TRY(is_erased(call, person, &erased));
    if (carers.physician || erased)
        return RSP_OK;
    call->patient = *person;
    rsp_person_hex(person, hex);
    RSP_TRY(rsp_findings_open(call, &open));
    json_array_foreach(open, i, row)
    {
        for (size_t k = 0; k < sizeof hidden / sizeof *hidden; k++)
            (void)json_object_del(row, hidden[k]);
        (void)json_object_set_new(row, "patient", json_string(hex));
        (void)json_object_set_new(
            row, "in_care_of", carers.name[0] != '\0' ? json_string(carers.name) : json_null());
    }
    const bool added = json_array_extend(rows, open) == 0;
    json_decref(open);
    return added ? RSP_OK : rsp_call_no_memory(call);
}

/* Open findings of one patient, with the name by which the caller knows them. */
static rsp_status add_open(struct rsp_call *call, const struct rsp_person_id *person, json_t *rows)
{
    static const char *const shown[] = {"family_name", "given_name"};
    struct rsp_stored_patient stored = {0};
    bool cares = false, broken = false;
    json_t *open = NULL, *row;
    char hex[RSP_PERSON_HEX];
    size_t i;

    RSP_TRY(rsp_call_cares(call, person, &cares, &broken));
    if (!cares)
        return add_nameless(call, person, rows);
    call->patient = *person;
    rsp_person_hex(person, hex);
    RSP_TRY(rsp_findings_open(call, &open));
    rsp_status status = json_array_size(open) > 0 ? rsp_stored_patient_read(call, person, &stored) : RSP_OK;
    json_array_foreach(open, i, row)
    {
        (void)json_object_set_new(row, "patient", json_string(hex));
        for (size_t k = 0; k < sizeof shown / sizeof *shown; k++)
            (void)json_object_set(row, shown[k], json_object_get(stored.identity, shown[k]));
    }
    if (status == RSP_OK && json_array_extend(rows, open) != 0)
        status = rsp_call_no_memory(call);
    json_decref(open);
    rsp_stored_patient_clear(&stored);
    return status;
}

rsp_status rsp_case_open_findings(struct rsp_call *call)
{
    const struct rsp_fact_filter filter = {
        .kind = "score_finding", .current = true, .without_identity = true};
    struct rsp_persons persons = {0};
    json_t *rows = json_array();
    rsp_status status = rows != NULL ? RSP_OK : rsp_call_no_memory(call);

    if (status == RSP_OK)
        status = rsp_store_read(call->service->store, &filter, note_person, &persons, call->err);
    for (size_t i = 0; i < persons.n && status == RSP_OK; i++)
        status = add_open(call, &persons.person[i], rows);
    free(persons.person);
    if (status != RSP_OK) {
        json_decref(rows);
        return status;
    }
    snprintf(call->detail, sizeof call->detail, "%zu open", json_array_size(rows));
    return rsp_call_put(call, "findings", rows);
}
