/* Notes of psychotherapy: who writes, who reads, and that nobody changes what another one wrote. */
#include <string.h>

#include "bedside_support.h"

struct practice {
    struct room room;
    struct staff therapist, stranger;
};

static void practice_open(struct practice *p, const char *file)
{
    struct two *two = &p->room.two;
    two_open(two, file);
    p->room.order = two_order(two);
    hire(&two->clinic, "grove", "therapist", &p->therapist);
    hire(&two->clinic, "passing", "physician", &p->stranger);
    json_decref(done(&two->clinic, &two->physician, RSP_USE_care_add,
        json_pack("{s:s, s:s}", "patient", two->patient, "name", "grove")));
}

static json_t *note(const struct practice *p, const char *phase, const char *text, bool shared)
{
    json_t *input = json_pack("{s:s, s:I, s:s, s:s}", "patient", p->room.two.patient, "order", p->room.order,
        "phase", phase, "shared", shared ? "yes" : "no");
    if (text != NULL)
        (void)json_object_set_new(input, "text", json_string(text));
    return input;
}

static json_int_t writes(struct practice *p, const struct staff *who, json_t *input)
{
    return number_in(done(&p->room.two.clinic, who, RSP_USE_session_note, input), "note");
}

static json_t *replacing(json_t *input, json_int_t number)
{
    (void)json_object_set_new(input, "replaces", json_integer(number));
    (void)json_object_set_new(input, "why", json_string("a slip of the pen"));
    return input;
}

/* Texts that somebody may read, in the order of writing, with a bar between; then how many are kept from them. */
static const char *reads(struct practice *p, const struct staff *who)
{
    static char text[400];
    json_t *body = done(&p->room.two.clinic, who, RSP_USE_session_notes,
        json_pack("{s:s, s:I}", "patient", p->room.two.patient, "order", p->room.order));
    size_t i;
    const json_t *row;
    text[0] = '\0';
    json_array_foreach(json_object_get(body, "notes"), i, row)
    {
        const size_t used = strlen(text);
        (void)snprintf(
            text + used, sizeof text - used, "%s|", json_string_value(json_object_get(row, "text")));
    }
    const size_t used = strlen(text);
    (void)snprintf(
        text + used, sizeof text - used, "%d", (int)json_integer_value(json_object_get(body, "n_private")));
    json_decref(body);
    return text;
}

START_TEST(a_note_is_for_therapist_and_treating_physician_unless_it_is_shared)
{
    struct practice p;
    practice_open(&p, "private.db");
    struct two *two = &p.room.two;
    (void)writes(&p, &p.therapist, note(&p, "preparation", "afraid of losing control", false));
    (void)writes(&p, &p.therapist, note(&p, "preparation", "wants music without voices", true));
    ck_assert_str_eq(reads(&p, &p.therapist), "afraid of losing control|wants music without voices|0");
    ck_assert_str_eq(reads(&p, &two->physician), "afraid of losing control|wants music without voices|0");
    ck_assert_str_eq(reads(&p, &two->nurse), "wants music without voices|1");
    ck_assert_int_eq(
        ask(&two->clinic, &two->nurse, RSP_USE_session_note, note(&p, "during", "calm", true), NULL, NULL),
        RSP_REFUSED_PERMISSION);
    /* broken glass opens the record, not what was said in therapy */
    ck_assert_int_eq(ask(&two->clinic, &p.stranger, RSP_USE_session_notes,
                         json_pack("{s:s, s:I}", "patient", two->patient, "order", p.room.order), NULL, NULL),
        RSP_REFUSED_CARE);
    ck_assert_int_eq(sign_in(&two->clinic, &p.stranger, GOOD_PASSWORD), RSP_NOT_REFUSED);
    json_decref(done(&two->clinic, &p.stranger, RSP_USE_break_glass,
        json_pack("{s:s, s:s}", "patient", two->patient, "reason", "unconscious in the corridor")));
    ck_assert_str_eq(reads(&p, &p.stranger), "wants music without voices|1");
    clinic_close(&two->clinic);
    clinic_verify(&two->clinic);
}
END_TEST

START_TEST(only_who_wrote_a_note_corrects_it_or_takes_it_back)
{
    struct practice p;
    practice_open(&p, "author.db");
    struct two *two = &p.room.two;
    const json_int_t first = writes(&p, &p.therapist, note(&p, "integration", "saw her mother", false));
    ck_assert_int_eq(ask(&two->clinic, &two->physician, RSP_USE_session_note,
                         replacing(note(&p, "integration", "nothing", false), first), NULL, NULL),
        RSP_REFUSED_PERMISSION);
    json_t *unsaid = note(&p, "integration", "saw her sister", false);
    (void)json_object_set_new(unsaid, "replaces", json_integer(first));
    ck_assert_int_eq(ask(&two->clinic, &p.therapist, RSP_USE_session_note, unsaid, NULL, NULL),
        RSP_REFUSED_INVALID); /* why */
    const json_int_t second =
        writes(&p, &p.therapist, replacing(note(&p, "integration", "saw her sister", false), first));
    ck_assert_str_eq(reads(&p, &two->physician), "saw her sister|0");
    (void)writes(&p, &p.therapist, replacing(note(&p, "integration", NULL, false), second));
    ck_assert_str_eq(reads(&p, &two->physician), "0");
    ck_assert_int_eq(ask(&two->clinic, &p.therapist, RSP_USE_session_note,
                         note(&p, "integration", NULL, false), NULL, NULL),
        RSP_REFUSED_INVALID);
    clinic_close(&two->clinic);
}
END_TEST

START_TEST(a_therapist_sees_the_session_and_gives_nothing)
{
    struct practice p;
    practice_open(&p, "sees.db");
    struct two *two = &p.room.two;
    json_t *about = json_pack("{s:s, s:I}", "patient", two->patient, "order", p.room.order);
    json_decref(done(&two->clinic, &p.therapist, RSP_USE_bedside_now, json_incref(about)));
    json_decref(done(&two->clinic, &p.therapist, RSP_USE_bedside_score,
        json_pack("{s:s, s:I, s:s, s:i}", "patient", two->patient, "order", p.room.order, "what",
            "dissociation", "value", 3)));
    static const enum rsp_use_case gives[] = {
        RSP_USE_bedside_event, RSP_USE_bedside_medicine, RSP_USE_start_override, RSP_USE_order_sign};
    for (size_t i = 0; i < sizeof gives / sizeof *gives; i++)
        ck_assert_int_eq(ask(&two->clinic, &p.therapist, gives[i], json_incref(about), NULL, NULL),
            RSP_REFUSED_PERMISSION);
    (void)writes(&p, &p.therapist, note(&p, "during", "breathes calmly, weeps a little", false));
    json_t *timeline =
        done(&two->clinic, &two->nurse, RSP_USE_timeline, json_pack("{s:s}", "patient", two->patient));
    const json_t *row = json_array_get(json_object_get(timeline, "notes"), 0);
    ck_assert_str_eq(json_string_value(json_object_get(row, "phase")), "during");
    ck_assert_ptr_null(json_object_get(row, "text")); /* that there is one, not what it says */
    json_decref(timeline);
    json_decref(about);
    clinic_close(&two->clinic);
}
END_TEST

RUN_TESTS("service_notes", a_note_is_for_therapist_and_treating_physician_unless_it_is_shared,
    only_who_wrote_a_note_corrects_it_or_takes_it_back, a_therapist_sees_the_session_and_gives_nothing)
