/* usage: make_flowsheet SCENE LANGUAGE FILE
 *
 * Lives a session through the use cases, on a clock of its own, and writes what is printed of it: FILE.html, and the answer that it is
 * drawn from as FILE.json. The scenes are what a sheet of paper must bear:
 *
 *   visit     four hours: late entries, corrections, alarms, medicines, an artefact, a discharge against the criteria
 *   minutes   ten minutes
 *   days      a hundred hours
 *   running   not finished, and an event that nobody is sure of
 *   home, numbers   what the person of that visit takes home, without and with numbers to call
 *   crowded   more events in two hours than one sheet can hold, and a person with long names */
#include "../clinic/bedside_support.h"

#include "app/page/flowsheet.h"
#include "app/page/instructions.h"

enum { MINUTE_S = 60, HOUR_S = 3600, PAGE_MOST = 64 << 20, TICKS = 60 };

static const char support[] =
    "{\"premedication\": [{\"name\": \"clonidine\", \"dose_mg\": 0.15, \"route\": \"oral\"}], \"rescue\": "
    "[{\"name\": \"ondansetron\", \"dose_mg\": 8, \"route\": \"oral\", \"when\": \"nausea\"}]}";

static struct room room;

/* Time goes on; the server looks in now and then. */
static void goes_on(int seconds)
{
    for (int s = 0; s < seconds; s += TICKS) {
        room.two.clinic.now_s += TICKS;
        tick(&room);
    }
}

static void score(const char *what, int value)
{
    json_t *input =
        json_pack("{s:s, s:I, s:s}", "patient", room.two.patient, "order", room.order, "what", what);
    if (value >= 0)
        (void)json_object_set_new(input, "value", json_integer(value));
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_score, input));
}

static json_int_t reading(double sbp, double dbp, double hr, double spo2, double rr)
{
    json_t *input =
        json_pack("{s:s, s:I, s:{s:f, s:f, s:f, s:f, s:f}}", "patient", room.two.patient, "order", room.order,
            "values", "sbp_mmhg", sbp, "dbp_mmhg", dbp, "hr_per_min", hr, "spo2_pct", spo2, "rr_per_min", rr);
    return number_in(done(&room.two.clinic, &room.two.nurse, RSP_USE_reading_add, input), "reading");
}

static void scores(int round)
{
    score("sedation", 5 - round % 2);
    score("dissociation", round % 4);
    score("pain", 6 - round % 5);
    score("nausea", round % 3);
    score("line", -1);
}

static void mark(json_int_t number, const char *sign)
{
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_reading_mark,
        json_pack("{s:s, s:I, s:I, s:s, s:s, s:s}", "patient", room.two.patient, "order", room.order,
            "reading", number, "sign", sign, "artefact", "yes", "why", "the arm was moved")));
}

static void medicine(const char *name, double dose_mg)
{
    json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_medicine,
        json_pack("{s:s, s:I, s:s, s:f}", "patient", room.two.patient, "order", room.order, "name", name,
            "dose_mg", dose_mg)));
}

static json_int_t enters(json_t *input, const char *key, json_t *value)
{
    (void)json_object_set_new(input, key, value);
    return number_in(done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_event, input), "event");
}

/* Wall time of some minutes ago. */
static json_t *ago(int minutes)
{
    char text[32];
    const struct rsp_stamp now = clinic_stamp(&room.two.clinic);
    const int64_t wall_s = room.two.clinic.now_s - minutes * MINUTE_S + now.offset_min * MINUTE_S;
    char date[16];
    rsp_date_format((struct rsp_date){wall_s / (24 * HOUR_S)}, date, sizeof date);
    (void)snprintf(
        text, sizeof text, "%sT%02d:%02d", date, (int)(wall_s / HOUR_S % 24), (int)(wall_s / MINUTE_S % 60));
    return json_string(text);
}

static void answers(enum rsp_use_case use, const char *given)
{
    json_t *input = json_loads(given, 0, NULL);
    (void)json_object_set_new(input, "patient", json_string(room.two.patient));
    (void)json_object_set_new(input, "order", json_integer(room.order));
    json_decref(done(&room.two.clinic, &room.two.nurse, use, input));
}

static json_int_t remark(const char *text, json_int_t replaces, const char *why)
{
    json_t *input = json_pack("{s:s, s:I, s:s, s:s*, s:s*}", "patient", room.two.patient, "order", room.order,
        "what", "said", "text", text, "why", why);
    if (replaces != 0)
        (void)json_object_set_new(input, "replaces", json_integer(replaces));
    json_t *body = done(&room.two.clinic, &room.two.nurse, RSP_USE_bedside_remark, input);
    const json_int_t number = json_integer_value(json_object_get(body, "remark"));
    json_decref(body);
    return number;
}

static void begins(void)
{
    answers(RSP_USE_start_answer, "{\"pregnancy\": \"negative\", \"pregnancy_day\": \"2026-11-20\", "
                                  "\"escort\": \"Bea Muster, sister\"}");
    (void)reading(124, 78, 72, 98, 14);
    medicine("clonidine", 0.15);
    scores(0);
    goes_on(6 * MINUTE_S);
    (void)happens(&room, "started", 24.5);
}

static void visit(void)
{
    begins();
    for (int i = 0; i < 21; i++) {
        goes_on(10 * MINUTE_S);
        const double rise = i < 12 ? 3.5 * i : 42 - 4 * (i - 12);
        const json_int_t number = reading(124 + rise, 78 + rise / 2, 72 + i, 98 - i % 4, 14 - i % 3);
        if (i == 5)
            mark(number, "sbp_mmhg");
        if (i % 3 == 0)
            scores(i / 3 + 1);
        if (i == 3)
            (void)remark("floats, not unpleasant", 0, NULL);
        if (i == 4) {
            (void)remark("is very cold", remark("is cold", 0, NULL), "said so");
            (void)remark(NULL, remark("asks for the time", 0, NULL), "another patient");
        }
        if (i == 3)
            (void)enters(event(&room, "rate", 18), "why", json_string("feels strange, wishes less"));
        if (i == 6) {
            json_t *late = event(&room, "paused", 0);
            (void)enters(late, "at", ago(4));
        }
        if (i == 7) {
            const json_int_t wrong = happens(&room, "resumed", 20);
            json_t *right = event(&room, "resumed", 18);
            (void)json_object_set_new(right, "why", json_string("typed wrongly"));
            (void)enters(right, "replaces", json_integer(wrong));
        }
        if (i == 9) {
            (void)reading(206, 122, 131, 90, 12);
            goes_on(2 * MINUTE_S);
            json_decref(done(&room.two.clinic, &room.two.nurse, RSP_USE_alarm_answer,
                json_pack("{s:s, s:I, s:s, s:s}", "patient", room.two.patient, "order", room.order, "alarm",
                    "sbp_once_mmhg", "do", "acknowledge")));
        }
        if (i == 10)
            medicine("ondansetron", 8);
        if (i == 15)
            (void)happens(&room, "stopped", 0);
        if (i == 17)
            (void)happens(&room, "recovering", 0);
        if (i == 19)
            answers(RSP_USE_recovery, "{\"orientation\": \"yes\", \"gait\": \"yes\", \"aldrete\": "
                                      "{\"activity\": 2, \"breathing\": 2, \"circulation\": 2, "
                                      "\"consciousness\": 2, \"saturation\": 1}}");
    }
    (void)goes_home(&room);
}

static void minutes(void)
{
    (void)happens(&room, "started", 24.5);
    goes_on(5 * MINUTE_S);
    (void)reading(131, 80, 75, 98, 14);
    goes_on(5 * MINUTE_S);
    (void)happens(&room, "stopped", 0);
    (void)happens(&room, "recovering", 0);
    (void)goes_home(&room);
}

static void days(void)
{
    json_t *slow = event(&room, "started", 0.98); /* an eighth of what is ordered, or less: typed again */
    (void)enters(slow, "again", json_real(0.98));
    for (int hour = 0; hour < 100; hour++) {
        room.two.clinic.now_s += HOUR_S;
        if (hour % 6 == 0) {
            ck_assert_int_eq(sign_in(&room.two.clinic, &room.two.nurse, GOOD_PASSWORD), RSP_NOT_REFUSED);
            (void)reading(128, 80, 74, 97, 13);
        }
        tick(&room);
    }
    ck_assert_int_eq(sign_in(&room.two.clinic, &room.two.nurse, GOOD_PASSWORD), RSP_NOT_REFUSED);
    (void)happens(&room, "stopped", 0);
    (void)happens(&room, "recovering", 0);
    (void)goes_home(&room);
}

static void running(void)
{
    begins();
    for (int i = 0; i < 5; i++) {
        goes_on(9 * MINUTE_S);
        (void)reading(126 + i, 78, 74, 97, 13);
    }
    json_t *unsure = event(&room, "paused", 0);
    (void)json_object_set_new(unsure, "uncertain", json_string("yes"));
    (void)enters(unsure, "why", json_string("the pump did not answer"));
    goes_on(12 * MINUTE_S);
}

static void crowded(void)
{
    begins();
    for (int i = 0; i < 70; i++) {
        goes_on(MINUTE_S);
        (void)enters(event(&room, "rate", 10 + i % 10), "why",
            json_string("a reason that somebody wrote at some length, so that it needs more than one line"));
        (void)reading(120 + i % 9, 70 + i % 7, 70 + i % 5, 96 + i % 3, 12 + i % 4);
    }
    (void)happens(&room, "stopped", 0);
}

/* The same visit in a clinic that has its telephone numbers. */
static void numbers(void)
{
    visit();
    two_confirm(&room.two);
    json_decref(done(&room.two.clinic, &room.two.physician, RSP_USE_profile_sign,
        json_pack("{s:s, s:s, s:s, s:s, s:{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i}}", "name",
            "House limits", "why", "numbers were missing", "phone", "+41 44 123 45 67", "emergency_phone",
            "144", "values", "sbp_twice_mmhg", 180, "dbp_twice_mmhg", 110, "sbp_once_mmhg", 200,
            "dbp_once_mmhg", 120, "hr_high_per_min", 120, "spo2_low_pct", 92, "rr_low_per_min", 8,
            "hr_low_per_min", 45, "sbp_low_mmhg", 90)));
}

static const struct {
    const char *name;
    void (*live)(void);
    enum rsp_use_case use_case;
} scene[] = {{"visit", visit, RSP_USE_flowsheet}, {"minutes", minutes, RSP_USE_flowsheet},
    {"days", days, RSP_USE_flowsheet}, {"running", running, RSP_USE_flowsheet},
    {"crowded", crowded, RSP_USE_flowsheet}, {"home", visit, RSP_USE_instructions},
    {"numbers", numbers, RSP_USE_instructions}};

static const char *language, *file;
static size_t chosen;

static void writes(const char *ending, const char *text)
{
    char path[1024];
    (void)snprintf(path, sizeof path, "%s%s", file, ending);
    FILE *out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    ck_assert_int_ge(fputs(text, out), 0);
    ck_assert_int_eq(fclose(out), 0);
}

/* As long as the fields of a person may be, and longer than a line. */
static void lengthen(json_t *sheet)
{
    json_t *who = json_object_get(sheet, "identity"), *list = json_array();
    const char *name = "Hohenlohe-Waldenburg-Schillingsfuerst zu Kaltenkirchen-Oberamtmannshausen";
    ck_assert_int_eq(json_object_set_new(who, "family_name", json_string(name)), 0);
    ck_assert_int_eq(
        json_object_set_new(who, "given_name", json_string("Maximiliane Friederike Philippine")), 0);
    ck_assert_int_eq(json_object_set_new(who, "record_number", json_string("2026-000000123456789-<&>")), 0);
    for (int i = 0; i < 12; i++)
        ck_assert_int_eq(json_array_append_new(list, json_sprintf("substance with a long name %d", i)), 0);
    json_t *allergies =
        json_object_get(json_object_get(json_object_get(sheet, "session"), "order"), "allergies");
    ck_assert_int_eq(json_object_set_new(allergies, "list", list), 0);
    ck_assert_int_eq(json_object_set_new(allergies, "asked", json_true()), 0);
}

START_TEST(the_session_is_lived_and_printed)
{
    struct rsp_buf page;
    struct rsp_error err = {0};
    room_open_with(&room, "flowsheet.db", support);
    scene[chosen].live();
    json_t *sheet = done(&room.two.clinic, &room.two.nurse, scene[chosen].use_case,
        json_pack("{s:s, s:I, s:s}", "patient", room.two.patient, "order", room.order, "language", language));
    if (strcmp(scene[chosen].name, "crowded") == 0)
        lengthen(sheet);
    rsp_buf_init(&page, PAGE_MOST);
    const rsp_status status = scene[chosen].use_case == RSP_USE_flowsheet
                                  ? rsp_flowsheet_html(sheet, &page, &err)
                                  : rsp_instructions_html(sheet, &page, &err);
    ck_assert_msg(status == RSP_OK, "%s", err.message);
    char *json = json_dumps(sheet, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
    writes(".html", page.data);
    writes(".json", json);
    free(json);
    json_decref(sheet);
    rsp_buf_free(&page);
    clinic_close(&room.two.clinic);
}
END_TEST

int main(int argc, char **argv)
{
    const size_t n = sizeof scene / sizeof *scene;
    while (argc == 4 && chosen < n && strcmp(scene[chosen].name, argv[1]) != 0)
        chosen++;
    if (argc != 4 || chosen == n)
        return fprintf(stderr,
                   "usage: make_flowsheet visit|minutes|days|running|crowded|home|numbers en|de FILE\n"),
               2;
    language = argv[2];
    file = argv[3];
    const TTest *const tests[] = {the_session_is_lived_and_printed};
    return run_tests("make_flowsheet", 1, tests);
}
