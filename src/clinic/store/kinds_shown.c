/* A small registry that shows how one is made; the clinic's own facts bring theirs. */
#include "store/kind.h"

enum { SHORT_TEXT = 200, LONG_TEXT = 20000, MAX_MG = 10000, MAX_MIN = 10080 /* a week */, MAX_KG = 650 };

static const struct rsp_field person_field[] = {
    {"family_name", RSP_FIELD_TEXT, true, true, 0, SHORT_TEXT},
    {"given_name", RSP_FIELD_TEXT, false, true, 0, SHORT_TEXT},
    {"birth_date", RSP_FIELD_DATE, true, true, 0, 0},
    {"phone", RSP_FIELD_TEXT, false, true, 0, SHORT_TEXT},
    {"sex", RSP_FIELD_TEXT, false, false, 0, SHORT_TEXT},
};

/* What a person writes freely may name somebody: it is kept like a name. */
static const struct rsp_field diary_entry_field[] = {
    {"date", RSP_FIELD_DATE, true, false, 0, 0},
    {"pain_nrs", RSP_FIELD_NUMBER, true, false, 0, 10},
    {"relief_frac", RSP_FIELD_NUMBER, false, false, 0, 1},
    {"mood", RSP_FIELD_WHOLE, false, false, 0, 10},
    {"other_treatment", RSP_FIELD_BOOL, false, false, 0, 0},
    {"comment", RSP_FIELD_TEXT, false, true, 0, LONG_TEXT},
};

static const struct rsp_field infusion_field[] = {
    {"date", RSP_FIELD_DATE, true, false, 0, 0},
    {"drug", RSP_FIELD_TEXT, true, false, 0, SHORT_TEXT},
    {"route", RSP_FIELD_TEXT, true, false, 0, SHORT_TEXT},
    {"amount_mg", RSP_FIELD_NUMBER, true, false, 0, MAX_MG},
    {"duration_min", RSP_FIELD_NUMBER, true, false, 0, MAX_MIN},
    {"weight_kg", RSP_FIELD_NUMBER, false, false, 1, MAX_KG},
};

static const struct rsp_field note_field[] = {
    {"text", RSP_FIELD_TEXT, true, true, 0, LONG_TEXT},
    {"topic", RSP_FIELD_TEXT, false, false, 0, SHORT_TEXT},
};

#define FIELDS(list) list, sizeof(list) / sizeof *(list)

static const struct rsp_kind kinds[] = {
    {"person", 1, true, true, FIELDS(person_field)},
    {"diary_entry", 1, true, false, FIELDS(diary_entry_field)},
    {"infusion", 1, true, false, FIELDS(infusion_field)},
    {"note", 1, true, false, FIELDS(note_field)},
};

const struct rsp_kinds *rsp_kinds_shown(void)
{
    static const struct rsp_kinds shown = {kinds, sizeof kinds / sizeof *kinds};
    return &shown;
}
