/* The register: report, amend, list, one entry with its versions, counts by month, export. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/register_words.h"
#include "service/register.h"
#include "service/schedule.h"

enum { N_MONTH = 12, MONTH_SIZE = 8 /* "2026-11" */ };

static const char *const text_key[] = {"what_happened", "what_was_done", "follow_up"};
enum { N_TEXT = sizeof text_key / sizeof *text_key };

/* ---- words ---- */

rsp_status rsp_case_register_words(struct rsp_call *call)
{
    const struct rsp_rulebook *book = call->service->book;
    json_t *words = json_array(), *degrees = json_array();
    bool made = true;
    for (size_t i = 0; made && i < rsp_rulebook_n_register_word(book); i++) {
        const struct rsp_register_word *word = rsp_rulebook_register_word(book, i);
        made = json_array_append_new(
                   words, json_pack("{s:s, s:s, s:s, s:s}", "kind", rsp_register_kind_word(word->kind),
                              "word", word->word, "text", word->text, "source", word->source)) == 0;
    }
    for (size_t i = 0; made && i < rsp_rulebook_n_harm_degree(book); i++) {
        const struct rsp_harm_degree *degree = rsp_rulebook_harm_degree(book, i);
        made = json_array_append_new(
                   degrees, json_pack("{s:s, s:s, s:s, s:s}", "word", degree->word, "text", degree->text,
                                "help", degree->help, "source", degree->source)) == 0;
    }
    const rsp_status status = rsp_call_put(call, "words", words),
                     also = rsp_call_put(call, "severities", degrees);
    if (!made)
        return rsp_call_no_memory(call);
    return status != RSP_OK ? status : also;
}

static rsp_status check_word(struct rsp_call *call, const json_t *body)
{
    const struct rsp_rulebook *book = call->service->book;
    const char *kind = json_string_value(json_object_get(body, "kind")),
               *word = json_string_value(json_object_get(body, "word"));
    for (size_t i = 0; i < rsp_rulebook_n_register_word(book); i++) {
        const struct rsp_register_word *known = rsp_rulebook_register_word(book, i);
        if (strcmp(known->word, word) == 0 && strcmp(rsp_register_kind_word(known->kind), kind) == 0)
            return RSP_OK;
    }
    return rsp_error_set(call->err, RSP_E_UNKNOWN, "word",
        "the register has no such word for this kind of entry: take one of its words, other_event or "
        "other_near_miss if none fits");
}

static rsp_status check_severity(struct rsp_call *call, const json_t *body)
{
    const struct rsp_rulebook *book = call->service->book;
    const char *severity = json_string_value(json_object_get(body, "severity"));
    bool known = false;
    for (size_t i = 0; i < rsp_rulebook_n_harm_degree(book); i++)
        known = known || strcmp(rsp_rulebook_harm_degree(book, i)->word, severity) == 0;
    if (!known)
        return rsp_error_set(
            call->err, RSP_E_UNKNOWN, "severity", "one of none, mild, moderate, severe, death is expected");
    if (strcmp(json_string_value(json_object_get(body, "kind")), "near_miss") == 0 &&
        strcmp(severity, "none") != 0)
        return rsp_error_set(call->err, RSP_E_MISMATCH, "severity",
            "a near miss reached nobody and harmed nobody: report what did harm as an adverse event");
    return RSP_OK;
}

/* ---- a body ---- */

static rsp_status set_text(struct rsp_call *call, json_t *body, const char *key, const char *text)
{
    return json_object_set_new(body, key, json_string(text)) == 0 ? RSP_OK : rsp_call_no_memory(call);
}

/* When it happened: by the wall clock, or now. */
static rsp_status set_when(struct rsp_call *call, json_t *body)
{
    const char *given = rsp_call_text(call, "when");
    struct rsp_zone *zone = NULL;
    struct rsp_visit at = {.start_s = call->now_s};

    if (given[0] == '\0' && json_object_get(body, "start_s") != NULL)
        return RSP_OK; /* as it was */
    RSP_TRY(rsp_zone_load(call->caller->now.zone, &zone, call->err));
    rsp_status status = RSP_OK;
    if (given[0] != '\0')
        status = rsp_visit_start(call, zone, "when", given, &at);
    else
        rsp_wall_format(zone, at.start_s, at.wall);
    rsp_zone_free(zone);
    RSP_TRY(status);
    if (at.start_s > call->now_s)
        return rsp_error_set(
            call->err, RSP_E_DOMAIN, "when", "this lies in the future: say when it happened");
    RSP_TRY(set_text(call, body, "wall", at.wall));
    RSP_TRY(set_text(call, body, "zone", call->caller->now.zone));
    return json_object_set_new(body, "start_s", json_integer((json_int_t)at.start_s)) == 0
               ? RSP_OK
               : rsp_call_no_memory(call);
}

static rsp_status see_order(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct rsp_call *call = context;
    if (call->about_patient && strcmp(fact->kind, "order") == 0 &&
        memcmp(&fact->person, &call->patient, sizeof fact->person) == 0)
        return RSP_OK;
    return rsp_error_set(err, RSP_E_UNKNOWN, "order", "not an order");
}

static rsp_status check_order(struct rsp_call *call)
{
    const int64_t order = rsp_call_whole(call, "order", 0);
    if (order == 0)
        return RSP_OK;
    const rsp_status status = rsp_store_fact(call->service->store, order, see_order, call, call->err);
    if (status == RSP_E_UNKNOWN)
        return rsp_call_refuse(call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "order",
            "this patient has no such order: leave it out, or name the patient too");
    return status;
}

/* What was given, over what stood there before. */
static rsp_status take_input(struct rsp_call *call, json_t *body)
{
    static const char *const plain[] = {"kind", "word", "severity", "state", "order"};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        json_t *value = json_object_get(call->input, plain[i]);
        if (value != NULL && json_object_set(body, plain[i], value) != 0)
            return rsp_call_no_memory(call);
    }
    for (size_t i = 0; i < N_TEXT; i++) {
        json_t *value = json_object_get(call->input, text_key[i]);
        if (value != NULL && json_object_set(body, text_key[i], value) != 0)
            return rsp_call_no_memory(call);
    }
    RSP_TRY(check_word(call, body));
    RSP_TRY(check_severity(call, body));
    RSP_TRY(check_order(call));
    return set_when(call, body);
}

/* ---- report ---- */

/* Whoever was there reports, also about a patient of others: it opens nothing of theirs. */
rsp_status rsp_case_register_add(struct rsp_call *call)
{
    struct rsp_fact_place place;
    if (rsp_call_text(call, "patient")[0] != '\0')
        RSP_TRY(rsp_call_find_patient(call));
    json_t *body = json_pack("{s:b, s:s, s:s}", "about_patient", call->about_patient, "reported_by",
        call->account.name, "state", "open");
    rsp_status status = body != NULL ? take_input(call, body) : rsp_call_no_memory(call);
    if (status != RSP_OK) {
        json_decref(body);
        return status;
    }
    RSP_TRY(
        rsp_call_append(call, "register_entry", call->about_patient ? &call->patient : NULL, body, &place));
    return rsp_call_put(call, "entry", json_integer((json_int_t)place.number));
}

/* ---- one entry ---- */

struct entry {
    struct rsp_person_id person;
    int64_t superseded_by, supersedes;
    bool found;
    char who[RSP_ACCOUNT_SIZE], why[512], at[64];
    json_t *body;
};

static rsp_status take_entry(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct entry *entry = context;
    if (strcmp(fact->kind, "register_entry") != 0)
        return RSP_OK;
    entry->found = true;
    entry->person = fact->person;
    entry->superseded_by = fact->superseded_by;
    entry->supersedes = fact->supersedes;
    snprintf(entry->who, sizeof entry->who, "%s", fact->who);
    snprintf(entry->why, sizeof entry->why, "%s", fact->why != NULL ? fact->why : "");
    snprintf(entry->at, sizeof entry->at, "%s", fact->wall);
    json_decref(entry->body);
    entry->body = json_deep_copy(fact->body);
    return entry->body != NULL ? RSP_OK : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
}

static bool says(const json_t *body, const char *key, const char *word)
{
    const char *text = json_string_value(json_object_get(body, key));
    return text != NULL && strcmp(text, word) == 0;
}

/* The entry of the input, when the caller may read it; call->about_patient says about whom. Caller frees entry->body. */
static rsp_status read_entry(struct rsp_call *call, struct entry *entry)
{
    static const char none[] =
        "there is no such entry that you may read: whoever reported it or cares for the patient may";
    bool cares = true, broken = false;
    const rsp_status status =
        rsp_store_fact(call->service->store, rsp_call_whole(call, "entry", 0), take_entry, entry, call->err);
    if (status != RSP_E_UNKNOWN)
        RSP_TRY(status);
    if (!entry->found)
        return rsp_call_refuse(call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "entry", none);
    if (json_is_true(json_object_get(entry->body, "about_patient"))) {
        call->patient = entry->person;
        RSP_TRY(rsp_call_cares(call, &entry->person, &cares, &broken));
        call->about_patient = true;
    }
    if (!cares && !broken && !says(entry->body, "reported_by", call->account.name))
        return rsp_call_refuse(call, RSP_REFUSED_MISSING, RSP_E_UNKNOWN, "entry", none);
    return RSP_OK;
}

rsp_status rsp_case_register_amend(struct rsp_call *call)
{
    struct entry entry = {0};
    struct rsp_fact_place place;
    rsp_status status = read_entry(call, &entry);
    if (status == RSP_OK && entry.superseded_by != 0)
        status = rsp_call_refuse(call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "entry",
            "somebody amended this entry in the meantime: read again");
    if (status == RSP_OK)
        status = take_input(call, entry.body);
    if (status == RSP_OK)
        status = rsp_call_replace(call, "register_entry", &entry.person, rsp_call_whole(call, "entry", 0),
            rsp_call_text(call, "why"), json_incref(entry.body), &place);
    json_decref(entry.body);
    RSP_TRY(status);
    return rsp_call_put(call, "entry", json_integer((json_int_t)place.number));
}

/* Versions from the newest to the first report. */
static rsp_status put_versions(struct rsp_call *call, struct entry *entry)
{
    json_t *versions = json_array();
    for (;;) {
        json_t *version =
            json_pack("{s:s, s:s, s:O}", "who", entry->who, "at", entry->at, "said", entry->body);
        if (version != NULL && entry->why[0] != '\0')
            (void)json_object_set_new(version, "why", json_string(entry->why));
        if (json_array_append_new(versions, version) != 0) {
            json_decref(versions);
            return rsp_call_no_memory(call);
        }
        if (entry->supersedes == 0)
            break;
        const rsp_status status =
            rsp_store_fact(call->service->store, entry->supersedes, take_entry, entry, call->err);
        if (status != RSP_OK) {
            json_decref(versions);
            return status;
        }
    }
    return rsp_call_put(call, "versions", versions);
}

static rsp_status put_current(struct rsp_call *call, int64_t number, const struct entry *entry)
{
    char hex[RSP_PERSON_HEX];
    json_t *row = json_pack("{s:I, s:b, s:O, s:O, s:s, s:s}", "entry", (json_int_t)number, "readable", 1,
        "about_patient", json_object_get(entry->body, "about_patient"), "when",
        json_object_get(entry->body, "wall"), "who", entry->who, "at", entry->at);
    rsp_person_hex(&entry->person, hex);
    if (row == NULL || json_object_update_missing(row, entry->body) != 0 ||
        json_object_set_new(row, "person", json_string(hex)) != 0) {
        json_decref(row);
        return rsp_call_no_memory(call);
    }
    json_t *rows = json_pack("[o]", row);
    rsp_status status = rows != NULL ? rsp_register_open(call, rows, true) : rsp_call_no_memory(call);
    if (status == RSP_OK)
        status = rsp_call_put(call, "entry", json_incref(row));
    json_decref(rows);
    return status;
}

rsp_status rsp_case_register_read(struct rsp_call *call)
{
    struct entry entry = {0};
    int64_t number = rsp_call_whole(call, "entry", 0);
    rsp_status status = read_entry(call, &entry);
    while (status == RSP_OK && entry.superseded_by != 0) { /* an old number leads to the current word */
        number = entry.superseded_by;
        status = rsp_store_fact(call->service->store, number, take_entry, &entry, call->err);
    }
    if (status == RSP_OK)
        status = put_current(call, number, &entry);
    if (status == RSP_OK)
        status = put_versions(call, &entry);
    json_decref(entry.body);
    return status;
}

/* ---- lists ---- */

static struct rsp_register_filter filter_of(const struct rsp_call *call)
{
    return (struct rsp_register_filter){.kind = rsp_call_text(call, "kind"),
        .word = rsp_call_text(call, "word"),
        .severity = rsp_call_text(call, "severity"),
        .state = rsp_call_text(call, "state"),
        .from = rsp_call_text(call, "from"),
        .to = rsp_call_text(call, "to")};
}

rsp_status rsp_case_register(struct rsp_call *call)
{
    const struct rsp_register_filter filter = filter_of(call);
    json_t *rows = NULL;
    RSP_TRY(rsp_register_rows(call, &filter, &rows));
    const size_t n = json_array_size(rows);
    snprintf(call->detail, sizeof call->detail, "%zu entries", n);
    RSP_TRY(rsp_call_page(call, "entries", rows, "when"));
    RSP_TRY(rsp_call_put(call, "total", json_integer((json_int_t)n)));
    return rsp_register_open(call, json_object_get(call->out, "entries"), true);
}

rsp_status rsp_case_register_export(struct rsp_call *call)
{
    const struct rsp_register_filter filter = filter_of(call);
    json_t *rows = NULL;
    char *csv = NULL, day[16], name[48];

    RSP_TRY(rsp_register_rows(call, &filter, &rows));
    rsp_status status = rsp_register_open(call, rows, false);
    if (status == RSP_OK)
        status = rsp_register_csv(call, rows, &csv);
    snprintf(call->detail, sizeof call->detail, "%zu entries", json_array_size(rows));
    json_decref(rows);
    RSP_TRY(status);
    status = rsp_call_put(call, "csv", json_string(csv));
    free(csv);
    RSP_TRY(status);
    rsp_date_format(call->today, day, sizeof day);
    snprintf(name, sizeof name, "register-%s.csv", day);
    return rsp_call_put(call, "name", json_string(name));
}

/* ---- counts ---- */

struct month {
    char name[MONTH_SIZE];
    json_int_t n_event, n_near_miss, n_severe;
};
struct months {
    struct month month[N_MONTH]; /* this one last */
};

static rsp_status count(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct months *months = context;
    const char *when = json_string_value(json_object_get(fact->body, "wall"));
    (void)err;
    for (size_t i = 0; when != NULL && i < N_MONTH; i++) {
        struct month *month = &months->month[i];
        if (strncmp(when, month->name, MONTH_SIZE - 1) != 0)
            continue;
        month->n_event += says(fact->body, "kind", "adverse_event");
        month->n_near_miss += says(fact->body, "kind", "near_miss");
        month->n_severe += says(fact->body, "severity", "severe") || says(fact->body, "severity", "death");
    }
    return RSP_OK;
}

static void name_months(struct rsp_date today, struct months *months)
{
    char day[16];
    for (size_t i = N_MONTH; i-- > 0;) {
        rsp_date_format(today, day, sizeof day);
        snprintf(months->month[i].name, MONTH_SIZE, "%.7s", day);
        today.day -= strtol(day + MONTH_SIZE, NULL, 10); /* the last day of the month before */
    }
}

rsp_status rsp_case_register_counts(struct rsp_call *call)
{
    struct months months = {0};
    const struct rsp_fact_filter filter = {
        .kind = "register_entry", .current = true, .without_identity = true};
    json_t *rows = json_array();
    name_months(call->today, &months);
    rsp_status status = rsp_store_read(call->service->store, &filter, count, &months, call->err);
    for (size_t i = 0; status == RSP_OK && i < N_MONTH; i++) {
        const struct month *month = &months.month[i];
        if (json_array_append_new(
                rows, json_pack("{s:s, s:I, s:I, s:I}", "month", month->name, "adverse_events",
                          month->n_event, "near_misses", month->n_near_miss, "severe", month->n_severe)) != 0)
            status = rsp_call_no_memory(call);
    }
    if (status != RSP_OK) {
        json_decref(rows);
        return status;
    }
    return rsp_call_put(call, "months", rows);
}
