/* The document of an order: what is kept, shown and printed. Figures stand as they are read aloud. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "service/order.h"
#include "service/say.h"

enum { DIGITS = 6, RATE_DIGITS = 4 };

static struct rsp_words in_words(double value)
{
    return rsp_words_number(value, DIGITS);
}

static json_t *weight(struct rsp_order_making *m)
{
    json_t *row = json_object();
    rsp_build_set(&m->b, row, "kg", rsp_build_number(m->drawing.weight_kg));
    rsp_build_set(
        &m->b, row, "date", m->weight_estimated ? json_null() : rsp_build_day(m->patient->weight_date));
    rsp_build_set(&m->b, row, "age_d", m->weight_estimated ? json_null() : json_integer(m->weight_age_d));
    rsp_build_set(&m->b, row, "estimated", json_boolean(m->weight_estimated));
    return row;
}

static json_t *allergies(struct rsp_order_making *m)
{
    json_t *row = json_object(), *list = json_array();
    for (size_t i = 0; i < m->patient->n_allergy; i++)
        rsp_build_append(&m->b, list, rsp_build_text(m->patient->allergy[i]));
    rsp_build_set(&m->b, row, "asked", json_boolean(m->patient->has_allergies));
    rsp_build_set(&m->b, row, "list", list);
    return row;
}

static json_t *vial(struct rsp_order_making *m)
{
    const struct rsp_vial *v = m->vial;
    json_t *row = json_object();
    rsp_build_set(&m->b, row, "drug", rsp_build_text(rsp_drug_name(v->drug)));
    rsp_build_set(&m->b, row, "strength_mg_per_ml", rsp_build_number(v->strength_mg_per_ml));
    rsp_build_set(&m->b, row, "salt_mg_per_ml", rsp_build_number(v->salt_mg_per_ml));
    rsp_build_set(&m->b, row, "ml", rsp_build_number(m->drawing.vial_ml));
    rsp_build_set(&m->b, row, "mg", rsp_build_number(m->drawing.vial_ml * v->strength_mg_per_ml));
    rsp_build_set(&m->b, row, "source", rsp_build_text(v->source));
    return row;
}

static json_t *preparation(struct rsp_order_making *m)
{
    const struct rsp_order_amounts *a = &m->amounts;
    json_t *row = json_object();
    rsp_build_set(&m->b, row, "vials", json_integer(a->vials));
    rsp_build_set(&m->b, row, "drawn_ml", rsp_build_number(a->drawn_ml));
    rsp_build_set(&m->b, row, "left_mg", rsp_build_number(a->left_mg));
    rsp_build_set(&m->b, row, "made_ml", rsp_build_number(a->made_ml));
    rsp_build_set(&m->b, row, "diluent_ml", rsp_build_number(a->diluent_ml));
    rsp_build_set(&m->b, row, "containers", json_integer(a->containers));
    rsp_build_set(&m->b, row, "diluent", m->diluent != NULL ? rsp_build_text(m->diluent->id) : json_null());
    rsp_build_set(
        &m->b, row, "diluent_name", m->diluent != NULL ? rsp_build_text(m->diluent->name) : json_null());
    rsp_build_set(
        &m->b, row, "concentration_mg_per_ml", rsp_build_number(m->drawing.concentration_mg_per_ml));
    return row;
}

static json_t *steps(struct rsp_order_making *m)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < m->amounts.n_step; i++) {
        const struct rsp_order_step *step = &m->amounts.step[i];
        json_t *row = json_object();
        rsp_build_set(&m->b, row, "start_h", rsp_build_number(step->start_h));
        rsp_build_set(&m->b, row, "duration_h", rsp_build_number(step->duration_h));
        rsp_build_set(&m->b, row, "by_pump", json_boolean(step->by_pump));
        rsp_build_set(&m->b, row, "planned_mg", rsp_build_number(step->planned_mg));
        rsp_build_set(&m->b, row, "amount_mg", rsp_build_number(step->amount_mg));
        rsp_build_set(&m->b, row, "volume_ml", rsp_build_number(step->volume_ml));
        rsp_build_set(&m->b, row, "rate_ml_per_h", rsp_build_number(step->rate_ml_per_h));
        rsp_build_set(&m->b, row, "rate_mg_per_h", rsp_build_number(step->rate_mg_per_h));
        rsp_build_set(&m->b, row, "rate_mg_per_kg_per_h", rsp_build_number(step->rate_mg_per_kg_per_h));
        rsp_build_append(&m->b, rows, row);
    }
    return rows;
}

static json_t *rate(struct rsp_order_making *m)
{
    const struct rsp_order_amounts *a = &m->amounts;
    if (!a->by_pump)
        return json_null();
    json_t *row = json_object(), *ways = json_object();
    rsp_build_set(&m->b, row, "ml_per_h", rsp_build_number(a->rate_ml_per_h));
    rsp_build_set(&m->b, row, "mg_per_h", rsp_build_number(a->rate_mg_per_h));
    rsp_build_set(&m->b, row, "mg_per_kg_per_h", rsp_build_number(a->rate_mg_per_kg_per_h));
    rsp_build_set(&m->b, ways, "by_amount_ml_per_h", rsp_build_number(a->ways.by_amount_ml_per_h));
    rsp_build_set(&m->b, ways, "by_volume_ml_per_h", rsp_build_number(a->ways.by_volume_ml_per_h));
    rsp_build_set(&m->b, ways, "by_weight_ml_per_h", rsp_build_number(a->ways.by_weight_ml_per_h));
    rsp_build_set(&m->b, ways, "agree", json_boolean(a->ways.agree));
    rsp_build_set(&m->b, row, "ways", ways);
    return row;
}

static json_t *support(struct rsp_order_making *m)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < m->n_support; i++) {
        const struct rsp_order_support *one = &m->support[i];
        json_t *row = json_object();
        rsp_build_set(&m->b, row, "use",
            rsp_build_text(one->use == RSP_SUPPORT_PREMEDICATION ? "premedication" : "rescue"));
        rsp_build_set(&m->b, row, "name", rsp_build_text(one->name));
        rsp_build_set(&m->b, row, "dose_mg", rsp_build_number(one->dose_mg));
        rsp_build_set(&m->b, row, "route", rsp_build_text(one->route));
        rsp_build_set(&m->b, row, "when", rsp_build_text(one->when));
        if (one->supporting != NULL) {
            rsp_build_set(&m->b, row, "class", rsp_build_text(one->supporting->class_name));
            rsp_build_set(&m->b, row, "purpose", rsp_build_text(one->supporting->purpose));
            rsp_build_set(&m->b, row, "source", rsp_build_text(one->supporting->source));
        }
        rsp_build_append(&m->b, rows, row);
    }
    return rows;
}

static json_t *monitoring(struct rsp_order_making *m)
{
    const struct rsp_rulebook *book = m->call->service->book;
    json_t *rows = json_array();
    for (size_t i = 0; i < rsp_rulebook_n_rule(book); i++) {
        const struct rsp_rule *rule = rsp_rulebook_rule(book, i);
        if (!rule->on || strcmp(rule->area, "monitoring") != 0)
            continue;
        json_t *row = json_object();
        rsp_build_set(&m->b, row, "id", rsp_build_text(rule->id));
        rsp_build_set(&m->b, row, "text", rsp_build_text(rule->text));
        rsp_build_set(&m->b, row, "source", rsp_build_text(rule->source));
        rsp_build_append(&m->b, rows, row);
    }
    return rows;
}

/* Every task of the session with its minutes, those of the rules and those that the prescriber stated. */
static json_t *intervals(struct rsp_order_making *m)
{
    const double s_per_min = 60;
    json_t *rows = json_array();
    for (size_t i = 0; i < m->due.n; i++) {
        const struct rsp_session_task *task = m->due.row[i].task;
        json_t *row = json_object();
        bool stated = false;
        for (size_t k = 0; k < m->n_interval; k++)
            stated = stated || strcmp(m->interval[k].id, task->id) == 0;
        rsp_build_set(&m->b, row, "id", rsp_build_text(task->id));
        rsp_build_set(&m->b, row, "text", rsp_build_text(task->text));
        rsp_build_set(&m->b, row, "during_min", rsp_build_number(m->due.row[i].during_s / s_per_min));
        rsp_build_set(&m->b, row, "after_min", rsp_build_number(m->due.row[i].after_s / s_per_min));
        rsp_build_set(&m->b, row, "stated", json_boolean(stated));
        rsp_build_set(&m->b, row, "source", rsp_build_text(task->source));
        rsp_build_append(&m->b, rows, row);
    }
    return rows;
}

static void say_rate(const struct rsp_order_making *m, struct rsp_say *say)
{
    const struct rsp_order_amounts *a = &m->amounts;
    if (!a->by_pump)
        return;
    rsp_say(say, "; %s %s mL/h = %s mg/h = %s mg/kg/h", a->n_step > 1 ? "begin with" : "run at",
        rsp_words_number(a->rate_ml_per_h, RATE_DIGITS).text,
        rsp_words_number(a->rate_mg_per_h, RATE_DIGITS).text,
        rsp_words_number(a->rate_mg_per_kg_per_h, RATE_DIGITS).text);
    if (a->n_step == 1)
        rsp_say(say, " for %s h", rsp_words_number(a->step[0].duration_h, 3).text);
}

/* "35 mg ketamine (racemate) iv: 3.5 mL of 10 mg/mL made up to 35 mL with sodium chloride 0.9 %; run at ..." */
static json_t *sentence(struct rsp_order_making *m)
{
    static const char *const form[RSP_N_DRUG] = {"racemate", "S-enantiomer", "R-enantiomer"};
    char text[500];
    struct rsp_say say = RSP_SAY(text);
    const struct rsp_order_amounts *a = &m->amounts;
    rsp_say(&say, "%s mg %s (%s) %s: %s mL of %s mg/mL", in_words(a->total_mg).text, rsp_drug_name(m->drug),
        form[m->drug], rsp_route_name(m->route), in_words(a->drawn_ml).text,
        in_words(m->drawing.strength_mg_per_ml).text);
    if (m->diluent != NULL)
        rsp_say(&say, " made up to %s mL with %s", in_words(a->made_ml).text, m->diluent->name);
    say_rate(m, &say);
    rsp_say(&say, ".");
    return rsp_build_text(text);
}

static json_t *rests_on(struct rsp_order_making *m)
{
    json_t *row = json_object();
    const bool planned = m->plan.number != 0;
    rsp_build_set(&m->b, row, "plan", planned ? json_integer((json_int_t)m->plan.number) : json_null());
    rsp_build_set(&m->b, row, "session", json_integer((json_int_t)m->session));
    rsp_build_set(&m->b, row, "sessions", json_integer((json_int_t)m->sessions));
    rsp_build_set(&m->b, row, "day", rsp_build_text(m->day[0] != '\0' ? m->day : NULL));
    rsp_build_set(&m->b, row, "last_day", rsp_build_text(m->last_day[0] != '\0' ? m->last_day : NULL));
    rsp_build_set(&m->b, row, "identity", json_integer((json_int_t)m->stored.identity_fact));
    rsp_build_set(&m->b, row, "clinical", json_integer((json_int_t)m->stored.clinical_fact));
    rsp_build_set(&m->b, row, "rules_version", rsp_build_text(rsp_rulebook_version(m->call->service->book)));
    return row;
}

static json_t *stop(struct rsp_order_making *m)
{
    const struct rsp_profile *profile = &m->profile;
    if (profile->number == 0)
        return json_null();
    return json_pack("{s:I, s:s, s:s, s:s, s:O}", "profile", (json_int_t)profile->number, "name",
        profile->name, "who", profile->who, "at", profile->at, "alarms", profile->alarms);
}

json_t *rsp_order_document(struct rsp_order_making *m)
{
    json_t *document = json_object();
    rsp_build_set(&m->b, document, "sentence", sentence(m));
    rsp_build_set(&m->b, document, "emergency", json_boolean(m->emergency[0] != '\0'));
    rsp_build_set(&m->b, document, "rests_on", rests_on(m));
    rsp_build_set(&m->b, document, "weight", weight(m));
    rsp_build_set(&m->b, document, "allergies", allergies(m));
    rsp_build_set(&m->b, document, "drug", rsp_build_text(rsp_drug_name(m->drug)));
    rsp_build_set(&m->b, document, "route", rsp_build_text(rsp_route_name(m->route)));
    rsp_build_set(&m->b, document, "total_mg", rsp_build_number(m->amounts.total_mg));
    rsp_build_set(&m->b, document, "vial", vial(m));
    rsp_build_set(&m->b, document, "preparation", preparation(m));
    rsp_build_set(&m->b, document, "rate", rate(m));
    rsp_build_set(&m->b, document, "steps", steps(m));
    rsp_build_set(&m->b, document, "support", support(m));
    rsp_build_set(&m->b, document, "conflicts", json_incref(m->conflicts));
    rsp_build_set(&m->b, document, "limits", json_incref(m->limits));
    rsp_build_set(&m->b, document, "findings", json_incref(m->findings));
    rsp_build_set(&m->b, document, "monitoring", monitoring(m));
    rsp_build_set(&m->b, document, "intervals", intervals(m));
    rsp_build_set(&m->b, document, "stop", stop(m));
    rsp_build_set(&m->b, document, "gates", json_incref(m->gates));
    if (!m->b.failed)
        return document;
    json_decref(document);
    return NULL;
}
