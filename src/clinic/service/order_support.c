/* Premedication and rescue: which classes may be ordered, and what they do together with what the patient takes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/matching.h"
#include "service/order.h"
#include "service/say.h"

enum { DIGITS = 6 };

static rsp_status take_one(struct rsp_order_making *m, const json_t *row, enum rsp_support_use use)
{
    const char *key;
    const json_t *value;
    static const char *const keys[] = {"name", "dose_mg", "route", "when", NULL};
    json_object_foreach((json_t *)row, key, value)
    {
        size_t i = 0;
        while (keys[i] != NULL && strcmp(keys[i], key) != 0)
            i++;
        if (keys[i] == NULL)
            return rsp_error_set(m->call->err, RSP_E_UNKNOWN, "support",
                "a medicine has name, dose_mg, route and when, not '%.40s'", key);
    }
    if (m->n_support == RSP_MAX_SUPPORT)
        return rsp_error_set(
            m->call->err, RSP_E_LIMIT, "support", "at most %d medicines beside the dose", RSP_MAX_SUPPORT);
    const char *name = rsp_key_text(row, "name");
    const double dose_mg = json_number_value(json_object_get(row, "dose_mg"));
    if (name[0] == '\0' || !(dose_mg > 0) || rsp_key_text(row, "route")[0] == '\0')
        return rsp_error_set(m->call->err, RSP_E_MISSING, "support",
            "a medicine beside the dose needs its name, its dose in mg and its route");
    m->support[m->n_support++] = (struct rsp_order_support){.use = use,
        .name = name,
        .route = rsp_key_text(row, "route"),
        .when = rsp_key_text(row, "when"),
        .dose_mg = dose_mg,
        .supporting = rsp_rules_supporting(m->call->service->book, name, use)};
    return RSP_OK;
}

static rsp_status take_all(struct rsp_order_making *m)
{
    const json_t *support = json_object_get(m->call->input, "support"), *list;
    const char *key;
    json_object_foreach((json_t *)support, key, list)
    {
        const int use = rsp_text_index(key, rsp_support_use_names);
        size_t i;
        const json_t *row;
        if (use < 0 || !json_is_array(list))
            return rsp_error_set(m->call->err, RSP_E_UNKNOWN, "support",
                "premedication and rescue are expected, each a list of medicines");
        json_array_foreach(list, i, row)
            RSP_TRY(take_one(m, row, (enum rsp_support_use)(1u << (unsigned)use)));
    }
    return RSP_OK;
}

static void check_class(struct rsp_order_making *m, const struct rsp_order_support *one)
{
    const struct rsp_rulebook *book = m->call->service->book;
    const bool before = one->use == RSP_SUPPORT_PREMEDICATION;
    const char *near = rsp_medication_near_miss(book, one->name);
    if (one->supporting != NULL)
        return;
    if (near != NULL)
        rsp_order_gate(m, "support", RSP_GATE_NEVER, "", "\"%.60s\" is no medicine on file: did you mean %s?",
            one->name, near);
    else
        rsp_order_gate(m, "support", RSP_GATE_NEVER, "",
            "\"%.60s\" is of no class that is ordered as %s beside ketamine: order it by itself", one->name,
            before ? "premedication" : "rescue");
}

static rsp_status check_route(struct rsp_order_making *m, const struct rsp_order_support *one)
{
    const struct rsp_supporting *class = one->supporting;
    char known[120] = "";
    size_t used = 0;
    if (class == NULL || rsp_word_listed(class->n_route, class->route, one->route))
        return RSP_OK;
    for (size_t i = 0; i < class->n_route && used < sizeof known; i++)
        used +=
            (size_t)snprintf(known + used, sizeof known - used, "%s%s", i > 0 ? ", " : "", class->route[i]);
    return rsp_error_set(m->call->err, RSP_E_UNKNOWN, "support",
        "%.60s is not given by the route \"%.40s\" here: %s are known", one->name, one->route, known);
}

static void check_amount(struct rsp_order_making *m, const struct rsp_order_support *one)
{
    if (one->supporting == NULL)
        return;
    const struct rsp_single_dose *most = rsp_supporting_most(one->supporting, one->name);
    const struct rsp_words dose = rsp_words_number(one->dose_mg, DIGITS);
    if (most == NULL)
        rsp_order_gate(m, "support_dose", RSP_GATE_PRESCRIBER, "",
            "the rules know no most single dose of %.60s: %s mg are ordered, read amount and unit again",
            one->name, dose.text);
    else if (one->dose_mg > most->most_mg)
        rsp_order_gate(m, "support_dose", RSP_GATE_NEVER, most->source,
            "%s mg of %.60s are ordered, and %s mg are the most at once: check mg and mcg", dose.text,
            one->name, rsp_words_number(most->most_mg, DIGITS).text);
}

static void check_allergy(struct rsp_order_making *m, const char *name)
{
    for (size_t i = 0; i < m->patient->n_allergy; i++)
        if (rsp_text_holds(m->patient->allergy[i], name) || rsp_medication_is(name, m->patient->allergy[i]))
            rsp_order_gate(m, "allergy", RSP_GATE_NEVER, "",
                "an allergy to %.60s is on file, and %.60s is ordered", m->patient->allergy[i], name);
}

/* What the patient takes already is given twice. */
static void check_double(struct rsp_order_making *m, const struct rsp_order_support *one)
{
    json_t *row = NULL;
    char text[300];
    const struct rsp_class *class =
        one->supporting != NULL ? rsp_rulebook_class(m->call->service->book, one->supporting->class_name)
                                : NULL;
    for (size_t i = 0; class != NULL && i < m->patient->n_medication; i++) {
        const char *taken = m->patient->medication[i].name;
        if (!rsp_class_holds(class, taken))
            continue;
        (void)snprintf(text, sizeof text, "%.60s is ordered, and the patient takes %.60s of the same class.",
            one->name, taken);
        row = json_object();
        rsp_build_set(&m->b, row, "id", rsp_build_text(one->supporting->id));
        rsp_build_set(&m->b, row, "severity", rsp_build_text("caution"));
        rsp_build_set(&m->b, row, "text", rsp_build_text(text));
        rsp_build_set(&m->b, row, "source", rsp_build_text("medication list of the record"));
        rsp_build_append(&m->b, m->conflicts, row);
    }
}

rsp_status rsp_order_support(struct rsp_order_making *m)
{
    RSP_TRY(take_all(m));
    for (size_t i = 0; i < m->n_support; i++) {
        RSP_TRY(check_route(m, &m->support[i]));
        check_class(m, &m->support[i]);
        check_amount(m, &m->support[i]);
        check_allergy(m, m->support[i].name);
        check_double(m, &m->support[i]);
    }
    check_allergy(m, rsp_drug_name(m->drug));
    return RSP_OK;
}

size_t rsp_order_medicines(const struct rsp_order_making *m, struct rsp_medication all[])
{
    size_t n = m->patient->n_medication;
    if (n > 0)
        memcpy(all, m->patient->medication, n * sizeof *all);
    for (size_t i = 0; i < m->n_support; i++)
        all[n++] = (struct rsp_medication){.name = m->support[i].name,
            .dose_mg = m->support[i].dose_mg,
            .per_day = NAN,
            .rate_mcg_per_h = NAN};
    return n;
}
