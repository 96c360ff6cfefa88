/* usage: test_service_no_memory [all [USE_CASE] | once | USE_CASE]
 *
 * Every allocation of a use case, of the program's own and of jansson, fails once: the call fails with a word, and no fact, no memory
 * and no lock is left of it; or it is done, and nothing is missing in its facts and its answer. Without "all", the first thirty of
 * them and ever fewer behind. Memory of SQLite is starved in test_store_no_memory; jansson's reader asserts when it has none.
 *
 * Every use case is done once before: a row that is refused would try nothing. One whose table of inputs makes no input that is
 * done has a row here. "once" does no more than that, in seconds. */
#include "../base/starve.h"

#include "order_support.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "service/call.h"
#include "service/inputs.h"
#include "service/otp.h"
#include "service/sessions.h"
#include "service/upkeep.h"

/* ---- what is allocated ---- */

json_t *__real_json_loads(const char *text, size_t flags, json_error_t *error);
json_t *__wrap_json_loads(const char *text, size_t flags, json_error_t *error);
json_t *__real_json_loadb(const char *text, size_t n, size_t flags, json_error_t *error);
json_t *__wrap_json_loadb(const char *text, size_t n, size_t flags, json_error_t *error);

json_t *__wrap_json_loads(const char *text, size_t flags, json_error_t *error)
{
    const long kept = left;
    left = -1;
    json_t *read = __real_json_loads(text, flags, error);
    left = kept;
    return read;
}

json_t *__wrap_json_loadb(const char *text, size_t n, size_t flags, json_error_t *error)
{
    const long kept = left;
    left = -1;
    json_t *read = __real_json_loadb(text, n, flags, error);
    left = kept;
    return read;
}

/* ---- what is asked ---- */

static struct two two; /* physician, nurse, and a patient who is another one for each "$w" */
static struct clinic *const clinic = &two.clinic;
static struct staff administrator, researcher, changing;
static char patient[64];
static json_int_t plan, lot, session, n_new;
static bool changed; /* the password of `changing` is the second of the two */
static bool all, once;
static const char *only; /* this use case alone; NULL: every one */

enum { EACH = 30, FEWER = 6 }; /* the first allocations; then every one that is a sixth further on */

#define VIAL                                                                                                 \
    "\"drug\": \"ketamine\", \"strength_mg_per_ml\": 10, \"vial_ml\": 20, \"concentration_mg_per_ml\": 1, "  \
    "\"diluent\": \"sodium_chloride_0_9\""
#define EVENT                                                                                                \
    "\"kind\": \"adverse_event\", \"word\": \"nausea_vomiting\", \"severity\": \"mild\", "                   \
    "\"what_happened\": "                                                                                    \
    "\"was sick\""
#define LEVEL                                                                                                \
    "\"date\": \"2026-11-20\", \"time\": \"10:35\", \"substance\": \"esketamine_ng_per_ml\", \"value\": 50"
#define STARTED "\"event\": \"started\", \"rate_ml_per_h\": 24.5"
#define READING "\"values\": {\"spo2_pct\": 97}"
/* What stands for a letter, made anew for each attempt where the use case takes it away: word_of. */
static const struct {
    enum rsp_use_case use_case;
    const char *input;
} good[] = {
    {RSP_USE_sign_in, "{\"name\": \"physician\", \"password\": \"" GOOD_PASSWORD "\"}"},
    {RSP_USE_sign_in_code, "{\"ticket\": \"$t\", \"code\": \"$c\"}"},
    {RSP_USE_confirm, "{\"password\": \"" GOOD_PASSWORD "\", \"code\": \"$c\"}"},
    {RSP_USE_password_change, "{\"password\": \"$1\", \"new_password\": \"$2\"}"},
    {RSP_USE_user_add, "{\"name\": \"user$n\", \"roles\": [\"nurse\"], \"password\": \"" GOOD_PASSWORD "\"}"},
    {RSP_USE_user_disable, "{\"name\": \"spare\", \"why\": \"left\"}"},
    {RSP_USE_user_reset, "{\"name\": \"spare\", \"why\": \"back\", \"password\": \"" GOOD_PASSWORD "\"}"},
    {RSP_USE_users, "{\"limit\": 5}"},
    {RSP_USE_audit, "{\"limit\": 5, \"sort\": \"number\"}"},
    {RSP_USE_patient_create,
        "{\"identity\": {\"family_name\": \"Neu\", \"birth_date\": \"1980-05-14\"}, \"record\": "
        "{\"weight_kg\": "
        "70, \"condition\": \"crps\", \"history\": [], \"tests\": {\"sbp_mmhg\": 120}}}"},
    {RSP_USE_patient_find, "{\"name\": \"Must\"}"},
    {RSP_USE_patient_amend, "{\"patient\": \"$p\", \"version\": \"$v\", \"identity\": {\"phone\": \"$n\"}, "
                            "\"why\": \"new phone\"}"},
    {RSP_USE_patient_erase, "{\"patient\": \"$q\", \"why\": \"request of the person\"}"},
    {RSP_USE_care_add, "{\"patient\": \"$p\", \"name\": \"spare\"}"},
    {RSP_USE_break_glass, "{\"patient\": \"$p\", \"reason\": \"unconscious in the corridor\"}"},
    {RSP_USE_plan, "{\"patient\": \"$p\", \"subjects\": 20}"},
    {RSP_USE_plan_preview,
        "{\"patient\": \"$p\", \"subjects\": 20, \"seed\": $n, \"regimens\": {\"a\": {}}}"},
    {RSP_USE_programme,
        "{\"patient\": \"$p\", \"target\": \"100 ng/mL esketamine over 30 min\", \"hours\": 1}"},
    {RSP_USE_plan_keep, "{\"patient\": \"$p\", \"subjects\": 20}"},
    {RSP_USE_plan_read, "{\"patient\": \"$w\", \"plan\": $l}"},
    {RSP_USE_profile_sign, "{\"name\": \"House $n\", \"why\": \"the committee met\", \"values\": "
                           "{\"sbp_twice_mmhg\": 180, \"dbp_twice_mmhg\": 110, \"sbp_once_mmhg\": 200, "
                           "\"dbp_once_mmhg\": 120, \"hr_high_per_min\": 120, \"spo2_low_pct\": 92, "
                           "\"rr_low_per_min\": 8, \"hr_low_per_min\": 45, \"sbp_low_mmhg\": 90}}"},
    {RSP_USE_diary_add, "{\"patient\": \"$p\", \"date\": \"2026-11-20\", \"time\": \"20:05\", \"pain_nrs\": "
                        "4, \"note\": \"x\"}"},
    {RSP_USE_level_add, "{\"patient\": \"$q\", " LEVEL "}"},
    {RSP_USE_level_withdraw, "{\"patient\": \"$w\", \"level\": $x, \"why\": \"of somebody else\"}"},
    {RSP_USE_score_preview, "{\"instrument\": \"nrs\", \"answers\": {\"1\": 4}}"},
    {RSP_USE_score_add, "{\"patient\": \"$p\", \"instrument\": \"nrs\", \"answers\": {\"1\": 4}}"},
    {RSP_USE_finding_answer,
        "{\"patient\": \"$p\", \"finding\": $f, \"done\": \"seen by the psychiatrist\"}"},
    {RSP_USE_sheet, "{\"patient\": \"$w\", \"plan\": $l}"},
    {RSP_USE_consent, "{\"patient\": \"$w\", \"plan\": $l, \"sheet_version\": \"$d\", \"language\": \"en\", "
                      "\"decision\": \"declined\", \"off_label\": \"explained\"}"},
    {RSP_USE_consents, "{\"patient\": \"$w\", \"after\": $l}"},
    {RSP_USE_order_prepare, "{\"patient\": \"$w\", \"plan\": $l, " VIAL "}"},
    {RSP_USE_order_write,
        "{\"patient\": \"$w\", \"plan\": $l, " VIAL ", \"total_mg\": 98, \"rate_ml_per_h\": 24.5}"},
    {RSP_USE_orders, "{\"patient\": \"$w\", \"after\": $l}"},
    {RSP_USE_order_read, "{\"patient\": \"$w\", \"order\": $k}"},
    {RSP_USE_order_sign, "{\"patient\": \"$w\", \"order\": $o}"},
    {RSP_USE_order_check, "{\"patient\": \"$w\", \"order\": $s, \"birth_date\": \"1980-05-14\", \"drug\": "
                          "\"ketamine\", \"strength_mg_per_ml\": 10, \"vial_ml\": 20, \"total_mg\": 98, "
                          "\"rates_ml_per_h\": [24.5]}"},
    {RSP_USE_order_cancel, "{\"patient\": \"$w\", \"order\": $o, \"why\": \"fever\"}"},
    {RSP_USE_stock_receive,
        "{\"drug\": \"ketamine\", \"strength_mg_per_ml\": 10, \"vial_ml\": 20, \"batch\": "
        "\"B$n\", \"expiry\": \"2030-01-31\", \"vials\": 2}"},
    {RSP_USE_stock_issue, "{\"lot\": $L, \"order\": $K, \"vials\": 1}"},
    {RSP_USE_stock_give, "{\"issue\": $i, \"amount_mg\": 98}"},
    {RSP_USE_stock_waste, "{\"issue\": $i, \"amount_mg\": 50}"},
    {RSP_USE_stock_return, "{\"issue\": $i, \"vials\": 1}"},
    {RSP_USE_stock_count, "{\"lot\": $L, \"vials\": 3, \"note\": \"counted twice\"}"},
    {RSP_USE_stock_sign, "{\"number\": $m, \"answer\": \"agreed\"}"},
    {RSP_USE_bedside, "{\"patient\": \"$w\", \"order\": $j}"},
    {RSP_USE_bedside_now, /* as it was: as it is, it is a part of the row before */
        "{\"patient\": \"$w\", \"order\": $z, \"at_s\": $h, \"hindsight\": \"yes\"}"},
    {RSP_USE_bedside_forecasts, "{\"patient\": \"$w\", \"order\": $Y}"},
    {RSP_USE_flowsheet, "{\"patient\": \"$w\", \"order\": $y}"},
    {RSP_USE_instructions, "{\"patient\": \"$w\", \"order\": $y}"},
    {RSP_USE_follow_call, "{\"patient\": \"$w\", \"order\": $H}"},
    {RSP_USE_follow_call_plan,
        "{\"patient\": \"$w\", \"order\": $H, \"day\": \"2126-12-03\", \"why\": \"works until then\"}"},
    {RSP_USE_follow_call_try, "{\"patient\": \"$w\", \"order\": $H, \"reached\": \"yes\", \"pain_nrs\": 3}"},
    {RSP_USE_bedside_watch, "{\"patient\": \"$w\", \"order\": $j}"},
    {RSP_USE_bedside_score, "{\"patient\": \"$w\", \"order\": $j, \"what\": \"sedation\", \"value\": 5}"},
    {RSP_USE_bedside_remark,
        "{\"patient\": \"$w\", \"order\": $j, \"what\": \"said\", \"text\": \"floats\"}"},
    {RSP_USE_bedside_medicine,
        "{\"patient\": \"$w\", \"order\": $V, \"name\": \"midazolam\", \"dose_mg\": 1}"},
    {RSP_USE_recovery,
        "{\"patient\": \"$w\", \"order\": $j, \"gait\": \"yes\", \"aldrete\": {\"activity\": 2}}"},
    {RSP_USE_session_note, "{\"patient\": \"$w\", \"order\": $k, \"phase\": \"during\", \"text\": \"x\"}"},
    {RSP_USE_session_notes, "{\"patient\": \"$w\", \"order\": $k}"},
    {RSP_USE_start_answer, "{\"patient\": \"$w\", \"order\": $j, \"ate\": \"2026-01-01T18:00\", "
                           "\"pregnancy\": \"negative\", \"escort\": \"x\"}"},
    {RSP_USE_start_override,
        "{\"patient\": \"$w\", \"order\": $j, \"gate\": \"pressure\", \"why\": \"cannot wait\"}"},
    {RSP_USE_bedside_event, "{\"patient\": \"$w\", \"order\": $j, " STARTED "}"},
    {RSP_USE_bedside_suppose, "{\"patient\": \"$w\", \"order\": $j, " STARTED "}"},
    {RSP_USE_reading_add, "{\"patient\": \"$w\", \"order\": $y, " READING "}"},
    {RSP_USE_reading_mark, "{\"patient\": \"$w\", \"order\": $y, \"reading\": $r, \"sign\": \"spo2_pct\", "
                           "\"artefact\": \"yes\", \"why\": \"the finger moved\"}"},
    {RSP_USE_readings, "{\"patient\": \"$w\", \"order\": $y}"},
    {RSP_USE_alarm_answer,
        "{\"patient\": \"$w\", \"order\": $z, \"do\": \"pause_audio\", \"duration_s\": 60}"},
    {RSP_USE_device_bind, "{\"patient\": \"$w\", \"order\": $y, \"device\": \"MON$n\"}"},
    {RSP_USE_device_unbind, "{\"patient\": \"$w\", \"order\": $B, \"device\": \"MON$N\"}"},
    {RSP_USE_devices, "{}"},
    {RSP_USE_chair_set, "{\"name\": \"Chair $n\", \"state\": \"open\"}"},
    {RSP_USE_appointment_book,
        "{\"patient\": \"$p\", \"start\": [\"$T\"], \"chair\": [\"A\"], \"minutes\": 5, \"escort\": \"x\"}"},
    {RSP_USE_appointment_slots,
        "{\"patient\": \"$p\", \"from\": \"2027-06-01\", \"visits\": 2, \"minutes\": 30}"},
    {RSP_USE_appointment_change,
        "{\"patient\": \"$p\", \"appointment\": $a, \"minutes\": 6, \"why\": \"takes longer\"}"},
    {RSP_USE_appointment_cancel, "{\"patient\": \"$p\", \"appointment\": $a, \"why\": \"fever\"}"},
    {RSP_USE_appointment_came, "{\"patient\": \"$w\", \"appointment\": $b, \"came\": \"arrived\"}"},
    {RSP_USE_register_add, "{\"patient\": \"$p\", " EVENT "}"},
    {RSP_USE_register_amend, "{\"entry\": $e, \"follow_up\": \"call tomorrow\", \"why\": \"seen again\"}"},
    {RSP_USE_register_read, "{\"entry\": $e}"},
};

static json_t *made_of(const struct rsp_input *input)
{
    switch (input->type) {
    case RSP_INPUT_TEXT:
    case RSP_INPUT_SECRET:
        return input->low > 20 ? NULL : json_string("a long pass phrase");
    case RSP_INPUT_NUMBER:
    case RSP_INPUT_WHOLE:
        return json_integer((json_int_t)input->low);
    case RSP_INPUT_DATE:
        return json_string("2026-11-30");
    case RSP_INPUT_WORD:
        return json_string(input->words[0]);
    case RSP_INPUT_ACCOUNT:
        return json_string("spare");
    case RSP_INPUT_PERSON:
        return json_string(patient);
    case RSP_INPUT_OBJECT:
        return json_object();
    default:
        return json_pack("[s]", "a");
    }
}

static json_t *made_input(const struct rsp_use_case_row *row)
{
    json_t *input = json_object();
    for (size_t i = 0; i < row->n_input && row->input[i].name != NULL; i++)
        if (row->input[i].required || row->input[i].type == RSP_INPUT_PERSON)
            (void)json_object_set_new(input, row->input[i].name, made_of(&row->input[i]));
    return input;
}

static void new_code(char code[7], const struct staff *staff)
{
    clinic->now_s += 2 * RSP_OTP_STEP_S;
    ck_assert_int_eq(rsp_otp_code(staff->secret, clinic->now_s, code, NULL), RSP_OK);
}

/* A vial of the lot, in hand for an order. */
static json_int_t issue_to(json_int_t order)
{
    const json_int_t issue =
        number_in(done(clinic, &two.nurse, RSP_USE_stock_issue,
                      json_pack("{s:I, s:I, s:i}", "lot", lot, "order", order, "vials", 1)),
            "move");
    json_decref(done(clinic, &two.physician, RSP_USE_stock_sign,
        json_pack("{s:I, s:s}", "number", issue, "answer", "agreed")));
    return issue;
}

/* Every visit ten minutes after the last one, from January on. */
static void new_time(char text[20])
{
    n_new++;
    (void)snprintf(text, 20, "2027-%02d-%02dT%02d:%02d", (int)(1 + n_new / (28 * 144)),
        (int)(1 + n_new / 144 % 28), (int)(n_new / 6 % 24), (int)(n_new % 6 * 10));
}

static json_int_t book(const char *whom, const char *start, const char *chair)
{
    json_t *body = done(clinic, &two.physician, RSP_USE_appointment_book,
        json_pack("{s:s, s:[s], s:[s], s:i}", "patient", whom, "start", start, "chair", chair, "minutes", 5));
    const json_int_t number = json_integer_value(json_array_get(json_object_get(body, "appointments"), 0));
    json_decref(body);
    return number;
}

/* Ten minutes ahead, in a chair of its own; the wall clock of the clinic is an hour ahead of UTC. */
static json_int_t book_soon(const char *whom)
{
    const int64_t wall_s = clinic->now_s + 60 * 60 + 10 * 60;
    struct rsp_date day;
    char start[20], chair[20];
    ck_assert_int_eq(rsp_date_parse("1970-01-01", &day, NULL), RSP_OK);
    day.day += (long)(wall_s / 86400);
    rsp_date_format(day, start, sizeof start);
    (void)snprintf(
        start + 10, sizeof start - 10, "T%02d:%02d", (int)(wall_s / 3600 % 24), (int)(wall_s / 60 % 60));
    (void)snprintf(chair, sizeof chair, "T%d", (int)++n_new);
    json_decref(console(clinic, RSP_USE_chair_set, json_pack("{s:s, s:s}", "name", chair, "state", "open")));
    return book(whom, start, chair);
}

static json_int_t booked(void)
{
    char start[20];
    new_time(start);
    return book(patient, start, "A");
}

static json_int_t raised(void)
{
    json_decref(done(clinic, &two.physician, RSP_USE_score_add,
        json_pack("{s:s, s:s, s:{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i}}", "patient", patient,
            "instrument", "phq9", "answers", "1", 0, "2", 0, "3", 0, "4", 0, "5", 0, "6", 0, "7", 0, "8", 0,
            "9", 1)));
    json_t *body = done(clinic, &two.physician, RSP_USE_open_findings, json_object());
    const json_t *rows = json_object_get(body, "findings");
    const json_int_t number =
        json_integer_value(json_object_get(json_array_get(rows, json_array_size(rows) - 1), "number"));
    json_decref(body);
    return number;
}

/* Input about an order of the last patient. */
static json_t *at_order(json_int_t order, const char *more)
{
    json_t *input = json_loads(more, 0, NULL);
    ck_assert_int_eq(json_object_set_new(input, "patient", json_string(two.patient)), 0);
    ck_assert_int_eq(json_object_set_new(input, "order", json_integer(order)), 0);
    return input;
}

static json_int_t alarmed(json_int_t order)
{
    const struct rsp_stamp now = {
        .at_us = clinic->now_s * 1000000, .offset_min = 60, .zone = "Europe/Zurich"};
    json_decref(done(clinic, &two.physician, RSP_USE_reading_add,
        at_order(order, "{\"values\": {\"sbp_mmhg\": 205, \"dbp_mmhg\": 95}}")));
    ck_assert_int_eq(rsp_service_watch(clinic->service, &now, NULL), RSP_OK);
    return order;
}

/* Number of what a letter stands for, made anew. */
/* From a session that has begun to the door. */
static const char *const home[] = {"{\"event\": \"stopped\"}", "{\"event\": \"recovering\"}",
    "{\"event\": \"discharged\", \"reasons\": {\"vitals\": \"goes\", \"saturation\": \"goes\", \"aldrete\": "
    "\"goes\", "
    "\"padss\": \"goes\", \"orientation\": \"goes\", \"gait\": \"goes\", \"dissociation\": \"goes\", "
    "\"reversal\": "
    "\"goes\", \"time\": \"goes\", \"escort\": \"goes\"}}"};

static json_int_t number_of(char letter)
{
    json_int_t order;
    json_t *input;
    switch (letter) {
    case 'n':
        return ++n_new;
    case 'N': /* the newest of them */
        return n_new;
    case 'l': /* a kept plan to which the patient agreed */
        return plan = two_plan(&two, "98 mg ketamine iv over 4 h");
    case 'L':
        return lot;
    case 'h': /* this very second */
        return clinic->now_s;
    case 'o': /* written, signed by its prescriber, by both */
        return two_written(&two, number_of('l'), 1);
    case 's':
        order = number_of('o');
        json_decref(done(clinic, &two.physician, RSP_USE_order_sign,
            json_pack("{s:s, s:I}", "patient", two.patient, "order", order)));
        return order;
    case 'k':
        return two_signed(&two, number_of('l'), 1);
    case 'K': /* of another patient */
        two_patient(&two);
        return number_of('k');
    case 'i': /* an issue to such an order */
        return issue_to(number_of('K'));
    case 'j': /* an order whose vial is at the bedside */
        order = number_of('k');
        (void)issue_to(order);
        two_ready(&two, order);
        return order;
    case 'V': /* with a medicine beside it */
        return two_supported(
            &two, "{\"rescue\": [{\"name\": \"midazolam\", \"dose_mg\": 2, \"route\": \"iv\"}]}");
    case 'y': /* an order whose session has begun */
        order = number_of('j');
        json_decref(done(clinic, &two.physician, RSP_USE_bedside_event, at_order(order, "{" STARTED "}")));
        return session = order;
    case 'Y': /* the same, and somebody saw its forecast */
        order = number_of('y');
        json_decref(done(clinic, &two.physician, RSP_USE_bedside, at_order(order, "{}")));
        return order;
    case 'B': /* the same with a device bound to it, which is bound nowhere else */
        order = number_of('y');
        input = at_order(order, "{}");
        (void)json_object_set_new(input, "device", json_sprintf("MON%lld", (long long)number_of('n')));
        json_decref(done(clinic, &two.physician, RSP_USE_device_bind, input));
        return order;
    case 'H': /* the same, and the person is at home */
        order = number_of('y');
        clinic->now_s += 60; /* something was given */
        for (size_t i = 0; i < sizeof home / sizeof *home; i++)
            json_decref(done(clinic, &two.physician, RSP_USE_bedside_event, at_order(order, home[i])));
        return order;
    case 'z': /* the same with an alarm that is on */
        return alarmed(number_of('y'));
    case 'r': /* a reading of that session */
        return number_in(
            done(clinic, &two.physician, RSP_USE_reading_add, at_order(session, "{" READING "}")), "reading");
    case 'm':
        return number_in(done(clinic, &two.nurse, RSP_USE_stock_count,
                             json_pack("{s:I, s:i, s:s}", "lot", lot, "vials", 3, "note", "counted twice")),
            "move");
    case 'f':
        return raised();
    case 'e':
        return number_in(
            done(clinic, &two.physician, RSP_USE_register_add, json_loads("{" EVENT "}", 0, NULL)), "entry");
    case 'x': /* a level of another patient */
        input = json_loads("{" LEVEL "}", 0, NULL);
        ck_assert_int_eq(json_object_set_new(input, "patient", json_string(two.patient)), 0);
        return number_in(done(clinic, &two.physician, RSP_USE_level_add, input), "level");
    case 'b': /* a visit of another patient that begins soon */
        return book_soon(two.patient);
    default:
        ck_assert_msg(letter == 'a', "nothing stands for $%c", letter);
        return booked();
    }
}

static const char *const passwords[] = {GOOD_PASSWORD, "another long pass phrase"};

/* What stands for a letter; static. */
static const char *word_of(char letter)
{
    static char word[RSP_TOKEN_SIZE];
    json_t *body = NULL;
    switch (letter) {
    case 'p': /* the patient */
        return patient;
    case 'q': /* another one */
        return new_patient(clinic, &two.physician);
    case 'w': /* another one, of whom orders are made */
        two_patient(&two);
        return two.patient;
    case '1':
    case '2':
        return passwords[(letter == '2') != changed];
    case 'c': /* a code that was not used */
        new_code(word, &two.physician);
        break;
    case 'T':
        new_time(word);
        break;
    case 'v': /* version of the patient */
        body = done(clinic, &two.physician, RSP_USE_patient_read, json_pack("{s:s}", "patient", patient));
        (void)snprintf(word, sizeof word, "%s", json_string_value(json_object_get(body, "version")));
        break;
    case 'd': /* digest of the sheet */
        body = done(clinic, &two.physician, RSP_USE_sheet,
            json_pack("{s:s, s:I, s:s}", "patient", two.patient, "plan", plan, "language", "en"));
        (void)snprintf(word, sizeof word, "%s", json_string_value(json_object_get(body, "digest")));
        break;
    case 't': /* a ticket of the first step */
        body = done(clinic, NULL, RSP_USE_sign_in,
            json_pack("{s:s, s:s}", "name", "physician", "password", GOOD_PASSWORD));
        (void)snprintf(word, sizeof word, "%s", json_string_value(json_object_get(body, "ticket")));
        break;
    default:
        (void)snprintf(word, sizeof word, "%lld", (long long)number_of(letter));
    }
    json_decref(body);
    return word;
}

static json_t *filled(const char *text)
{
    char full[2000] = "";
    for (; *text != '\0'; text++) {
        const size_t used = strlen(full);
        if (*text == '$')
            (void)snprintf(full + used, sizeof full - used, "%s", word_of(*++text));
        else
            (void)snprintf(full + used, sizeof full - used, "%c", *text);
    }
    json_t *input = json_loads(full, 0, NULL);
    ck_assert_msg(input != NULL, "%s", full);
    return input;
}

static json_t *input_of(enum rsp_use_case use_case)
{
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (good[i].use_case == use_case)
            return filled(good[i].input);
    return made_input(rsp_use_case_row(use_case));
}

static const struct staff *who_may(enum rsp_use_case use_case)
{
    const struct rsp_use_case_row *row = rsp_use_case_row(use_case);
    if ((row->roles & RSP_ROLE_ANYONE) != 0)
        return NULL;
    if (use_case == RSP_USE_order_check)
        return &two.nurse;
    if (use_case == RSP_USE_password_change)
        return &changing;
    return rsp_permitted(row, RSP_ROLE_PHYSICIAN)       ? &two.physician
           : rsp_permitted(row, RSP_ROLE_ADMINISTRATOR) ? &administrator
                                                        : &researcher;
}

/* ---- what came of it ---- */

/* Names, kinds of values and lengths of lists: what is missing shows, what is new each time does not. */
static void add_shape(struct rsp_buf *shape, const json_t *value)
{
    const char *key;
    json_t *child;
    size_t i;
    if (json_is_object(value)) {
        rsp_buf_text(shape, "{");
        json_object_foreach((json_t *)value, key, child)
        {
            rsp_buf_printf(shape, "%s:", key);
            add_shape(shape, child);
        }
        rsp_buf_text(shape, "}");
    } else if (json_is_array(value)) {
        rsp_buf_text(shape, "[");
        json_array_foreach(value, i, child) add_shape(shape, child);
        rsp_buf_text(shape, "]");
    } else {
        rsp_buf_printf(shape, "%d,", value != NULL ? (int)json_typeof(value) : -1);
    }
}

static rsp_status add_fact_shape(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    (void)err;
    rsp_buf_printf(context, "\n%s %s", fact->kind, fact->why != NULL ? "why" : "");
    add_shape(context, fact->body);
    return RSP_OK;
}

static int64_t n_fact(void)
{
    int64_t n = 0;
    unsigned char hash[RSP_HASH_BYTES];
    ck_assert_int_eq(rsp_store_head(clinic->service->store, &n, hash, NULL), RSP_OK);
    return n;
}

struct outcome {
    rsp_status status;
    struct rsp_error err;
    bool body;
    char *shape; /* of the answer and of the facts that were added */
    int64_t n_added;
};

static struct outcome run_once(enum rsp_use_case use_case, long fail_at)
{
    char key[RSP_TOKEN_SIZE];
    struct outcome outcome = {0};
    struct rsp_answer answer;
    struct rsp_buf shape;
    const struct staff *staff = who_may(use_case);
    clinic->now_s++; /* a backup is named by its second */
    json_t *input = input_of(use_case);
    const int64_t before = n_fact();
    rsp_token_new(key);
    const struct rsp_caller caller = {.token = staff != NULL ? staff->token : NULL,
        .csrf = staff != NULL ? staff->csrf : NULL,
        .check_csrf = true,
        .address = "192.0.2.1",
        .origin = "web",
        .idempotency = key,
        .now = {.at_us = clinic->now_s * 1000000, .offset_min = 60, .zone = "Europe/Zurich"}};
    left = fail_at;
    failed = false;
    outcome.status = rsp_service_run(clinic->service, use_case, &caller, input, &answer, &outcome.err);
    feed();
    outcome.n_added = n_fact() - before;
    outcome.body = answer.body != NULL;
    rsp_buf_init(&shape, 1 << 22);
    add_shape(&shape, answer.body);
    const struct rsp_fact_filter filter = {.after = before};
    ck_assert_int_eq(rsp_store_read(clinic->service->store, &filter, add_fact_shape, &shape, NULL), RSP_OK);
    outcome.shape = shape.data;
    if (use_case == RSP_USE_password_change && outcome.status == RSP_OK)
        changed = !changed;
    rsp_answer_clear(&answer);
    json_decref(input);
    return outcome;
}

static void open_clinic(void)
{
    struct staff spare;
    static char folder[600];
    two_open(&two, "starved.db");
    hire(clinic, "administrator", "administrator", &administrator);
    hire(clinic, "researcher", "researcher", &researcher);
    hire(clinic, "changing", "nurse", &changing);
    add_account(clinic, "spare", "nurse", &spare);
    (void)snprintf(patient, sizeof patient, "%s", new_patient(clinic, &two.physician));
    json_t *read = done(clinic, &two.physician, RSP_USE_patient_read, json_pack("{s:s}", "patient", patient));
    json_decref(done(clinic, &two.physician, RSP_USE_patient_amend,
        json_pack("{s:s, s:O, s:{s:[{s:s, s:s}]}, s:s}", "patient", patient, "version",
            json_object_get(read, "version"), "record", "infusions", "start", "2026-10-01", "dose",
            "0.5 mg/kg ketamine iv over 40 min every 1 d x2", "why", "told today")));
    json_decref(read);
    (void)snprintf(folder, sizeof folder, "%s.backups", clinic->path);
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    const struct rsp_upkeep_places places = {.database = clinic->path, .folder = folder};
    ck_assert_int_eq(rsp_service_upkeep(clinic->service, &places, NULL), RSP_OK);
    json_decref(console(clinic, RSP_USE_chair_set, json_pack("{s:s, s:s}", "name", "A", "state", "open")));
}

/* Sessions, and the minutes in which a password counts, would end in the course of the attempts. Orders and the ledger
 * take both of the two. */
static void renew(enum rsp_use_case use_case, bool first)
{
    struct staff *const everybody[] = {&two.physician, &two.nurse, &administrator, &researcher, &changing};
    enum { N_STAFF = sizeof everybody / sizeof *everybody };
    static int64_t signed_in_s[N_STAFF];
    const unsigned flags = rsp_use_case_row(use_case)->flags;
    const bool ended = (flags & RSP_CASE_SESSION) != 0 && (flags & RSP_CASE_FIRST) != 0;
    const bool both = use_case >= RSP_USE_sheet && use_case <= RSP_USE_ward;
    for (size_t i = 0; i < N_STAFF; i++) {
        struct staff *const one = everybody[i];
        const bool over = clinic->now_s - signed_in_s[i] >= RSP_CONFIRMED_S - 2 * RSP_OTP_STEP_S;
        const bool needed = who_may(use_case) == one || (both && i < 2);
        if (!needed || !(first || ended || over))
            continue;
        const char *password = passwords[one == &changing && changed];
        ck_assert_int_eq(sign_in(clinic, one, password), RSP_NOT_REFUSED);
        signed_in_s[i] = clinic->now_s;
    }
    if (both && first) /* enough of one lot for a use case */
        lot = two_lot(&two, "2030-01-31", 1000);
}

/* Where two shapes begin to differ, with a little before it. */
static const char *from_difference(const char *shape, const char *other)
{
    enum { BEFORE = 80 };
    size_t same = 0;
    while (shape[same] != '\0' && shape[same] == other[same])
        same++;
    return shape + (same > BEFORE ? same - BEFORE : 0);
}

/* One attempt, beside the whole one. @return false when no allocation failed any more: it was whole itself */
static bool attempt(enum rsp_use_case use_case, long k, const struct outcome *whole)
{
    const struct rsp_use_case_row *row = rsp_use_case_row(use_case);
    renew(use_case, false);
    struct outcome got = run_once(use_case, k);
    const bool starved = failed;
    /* A code is used, and kept as such, before the session that it opens. */
    const bool may_add = (row->flags & RSP_CASE_SESSION) != 0;
    if (got.status != whole->status)
        ck_assert_msg(starved && got.status == RSP_E_MEMORY && got.err.message[0] != '\0' && !got.body &&
                          (got.n_added == 0 || (may_add && got.n_added <= whole->n_added)),
            "%s, allocation %ld: %s: %s (%s without), %lld facts", row->name, k, rsp_status_name(got.status),
            got.err.message, rsp_status_name(whole->status), (long long)got.n_added);
    else if (got.status == RSP_OK && got.n_added == whole->n_added) /* what is so already is not said again */
        ck_assert_msg(strcmp(got.shape, whole->shape) == 0,
            "%s, allocation %ld: something is missing: ...%.300s\nof ...%.300s", row->name, k,
            from_difference(got.shape, whole->shape), from_difference(whole->shape, got.shape));
    free(got.shape);
    return starved;
}

static void starve_each(enum rsp_use_case use_case, const struct outcome *whole)
{
    long k = 0, n_failed = 0;
    for (; attempt(use_case, k, whole); k += all || k < EACH ? 1 : 1 + k / FEWER)
        n_failed++;
    printf("# %s: %ld of about %ld allocations failed\n", rsp_use_case_row(use_case)->name, n_failed, k);
    (void)fflush(stdout);
}

START_TEST(a_use_case_is_done_and_without_memory_leaves_nothing_half_done)
{
    open_clinic();
    for (enum rsp_use_case i = RSP_USE_NONE + 1; i < RSP_N_USE_CASE; i++) {
        const char *name = rsp_use_case_row(i)->name;
        if (only != NULL && strcmp(only, name) != 0)
            continue;
        renew(i, true);
        struct outcome whole = run_once(i, -1);
        ck_assert_msg(
            whole.status == RSP_OK, "%s is not done: %s: %s", name, whole.err.field, whole.err.message);
        if (!once)
            starve_each(i, &whole);
        free(whole.shape);
    }
    clinic_close(clinic);
    clinic_verify(clinic);
}
END_TEST

int main(int argc, char **argv)
{
    all = argc > 1 && strcmp(argv[1], "all") == 0;
    once = argc > 1 && strcmp(argv[1], "once") == 0;
    only = argc > 1 && !all && !once ? argv[1] : all && argc > 2 ? argv[2] : NULL;
    if (access("/dev/shm", W_OK) == 0)
        (void)setenv("TMPDIR", "/dev/shm", 0);
    Suite *suite = suite_create("service no memory");
    TCase *tcase = tcase_create("no memory");
    tcase_set_timeout(tcase, 0);
    tcase_add_test(tcase, a_use_case_is_done_and_without_memory_leaves_nothing_half_done);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
