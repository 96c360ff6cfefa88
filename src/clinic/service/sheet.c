#include "service/sheet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/json_build.h"
#include "service/secret.h"
#include "service/sheet_words.h"

enum { OF = 100, MINUTES_PER_H = 60 };

/* One sheet while it is written. */
struct writing {
    const struct rsp_kept_plan *plan;
    struct rsp_words words;
    json_t *forecast;         /* of the plan */
    json_t *doses;            /* of the plan, those that follow one another without a pause as one */
    const json_t *prediction; /* part of it */
    double long_from_h;       /* an infusion that runs this long or longer is a long course */
    json_t *sections, *sources;
    struct rsp_error *err;
};

struct texts {
    char text[8][80];
};

/* A whole number, thousands apart by a narrow space, which every language here reads. */
static const char *whole(struct texts *texts, size_t i, double value)
{
    const double thousands = floor(round(value) / 1000.0);
    if (thousands >= 1.0)
        snprintf(texts->text[i], sizeof texts->text[i], "%.0f\u202f%03.0f", thousands,
            round(value) - 1000.0 * thousands);
    else
        snprintf(texts->text[i], sizeof texts->text[i], "%.0f", value);
    return texts->text[i];
}

static bool word_is(const json_t *object, const char *key, const char *word)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL && strcmp(text, word) == 0;
}

static rsp_status no_memory(struct writing *w)
{
    return rsp_error_set(w->err, RSP_E_MEMORY, "sheet", "out of memory");
}

static rsp_status put_text(
    struct writing *w, json_t *object, const char *name, const char *key, const struct rsp_filling filling[])
{
    json_t *text = NULL;
    RSP_TRY(rsp_words_text(&w->words, key, filling, &text, w->err));
    return json_object_set_new(object, name, text) == 0 ? RSP_OK : no_memory(w);
}

static rsp_status say(struct writing *w, json_t *list, const char *key, const struct rsp_filling filling[])
{
    json_t *text = NULL;
    RSP_TRY(rsp_words_text(&w->words, key, filling, &text, w->err));
    return json_array_append_new(list, text) == 0 ? RSP_OK : no_memory(w);
}

/* A new section with its heading; *texts and *items are its empty lists. */
static rsp_status begin(struct writing *w, const char *id, json_t **section, json_t **texts)
{
    char key[40];
    json_t *made = json_pack("{s:s, s:[]}", "id", id, "texts");
    if (made == NULL || json_array_append_new(w->sections, made) != 0)
        return no_memory(w);
    snprintf(key, sizeof key, "%s_title", id);
    *section = made;
    *texts = json_object_get(made, "texts");
    return put_text(w, made, "title", key, NULL);
}

static rsp_status note_source(struct writing *w, const char *source)
{
    size_t i;
    const json_t *known;
    json_array_foreach(w->sources, i, known) if (strcmp(json_string_value(known), source) == 0) return RSP_OK;
    return json_array_append_new(w->sources, json_string(source)) == 0 ? RSP_OK : no_memory(w);
}

/* ---- what is planned ---- */

static rsp_status word_for(struct writing *w, const char *kind, const char *word, char *text, size_t size)
{
    char key[60];
    json_t *written = NULL;
    snprintf(key, sizeof key, "%s_%.40s", kind, word);
    RSP_TRY(rsp_words_text(&w->words, key, NULL, &written, w->err));
    snprintf(text, size, "%s", json_string_value(written));
    json_decref(written);
    return RSP_OK;
}

static const char *word_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static bool is_long(const struct writing *w, const json_t *dose)
{
    return rsp_key_number(dose, "duration_h") >= w->long_from_h;
}

/* "ketamine", "ketamine and esketamine": every drug of the regimen. */
static rsp_status drugs_text(struct writing *w, char *text, size_t size)
{
    char first[160] = "", second[60];
    size_t i;
    const json_t *dose;
    json_array_foreach(w->doses, i, dose)
    {
        const char *drug = word_of(dose, "drug");
        bool known = false;
        for (size_t j = 0; j < i && !known; j++)
            known = word_is(json_array_get(w->doses, j), "drug", drug);
        if (known)
            continue;
        RSP_TRY(word_for(w, "drug", drug, second, sizeof second));
        if (*first == '\0') {
            snprintf(first, sizeof first, "%s", second);
        } else {
            json_t *both = NULL;
            const struct rsp_filling filling[] = {{"first", first}, {"second", second}, {NULL, NULL}};
            RSP_TRY(rsp_words_text(&w->words, "both_drugs", filling, &both, w->err));
            snprintf(first, sizeof first, "%s", json_string_value(both));
            json_decref(both);
        }
    }
    snprintf(text, size, "%s", first);
    return RSP_OK;
}

/* Hours and minutes of an infusion; under two hours in minutes alone. */
static rsp_status span_text(struct writing *w, double duration_h, char *text, size_t size)
{
    const long minutes = lround(duration_h * MINUTES_PER_H);
    const bool in_hours = minutes >= 2 * MINUTES_PER_H;
    const long rest = in_hours ? minutes % MINUTES_PER_H : minutes;
    struct texts t;
    json_t *written = NULL;
    const struct rsp_filling filling[] = {{"hours", whole(&t, 0, (double)(minutes / MINUTES_PER_H))},
        {"minutes", whole(&t, 1, (double)rest)}, {NULL, NULL}};
    RSP_TRY(rsp_words_text(&w->words,
        !in_hours  ? "span_minutes"
        : rest > 0 ? "span_both"
                   : "span_hours",
        filling, &written, w->err));
    snprintf(text, size, "%s", json_string_value(written));
    json_decref(written);
    return RSP_OK;
}

/* Steps of a pump are one infusion to whoever lies there, however often its rate changes. */
static bool goes_on(const json_t *infusion, const json_t *next)
{
    const double to_a_minute_h = 0.5 / MINUTES_PER_H;
    const double end_h = rsp_key_number(infusion, "start_h") + rsp_key_number(infusion, "duration_h");
    return word_is(infusion, "route", "iv") && word_is(next, "route", "iv") &&
           strcmp(word_of(infusion, "drug"), word_of(next, "drug")) == 0 &&
           rsp_key_number(infusion, "duration_h") > 0.0 && rsp_key_number(next, "duration_h") > 0.0 &&
           fabs(rsp_key_number(next, "start_h") - end_h) < to_a_minute_h;
}

static bool add_number(json_t *infusion, const char *key, const json_t *next)
{
    const double sum = rsp_key_number(infusion, key) + rsp_key_number(next, key);
    return json_object_set_new(infusion, key, json_real(sum)) == 0;
}

static rsp_status join_steps(struct writing *w)
{
    json_t *last = NULL, *dose;
    size_t i;
    json_array_foreach(w->plan->doses, i, dose)
    {
        if (last != NULL && goes_on(last, dose)) {
            if (!add_number(last, "duration_h", dose) || !add_number(last, "amount_mg", dose))
                return no_memory(w);
            continue;
        }
        last = json_copy(dose);
        if (json_array_append_new(w->doses, last) != 0)
            return no_memory(w);
    }
    return RSP_OK;
}

/* Doses that one line of the sheet tells together. */
static bool alike(const json_t *a, const json_t *b)
{
    return strcmp(word_of(a, "drug"), word_of(b, "drug")) == 0 &&
           strcmp(word_of(a, "route"), word_of(b, "route")) == 0 &&
           lround(rsp_key_number(a, "duration_h") * MINUTES_PER_H) ==
               lround(rsp_key_number(b, "duration_h") * MINUTES_PER_H);
}

struct group {
    const json_t *first, *last;
    size_t n;
    double total_mg;
};

/* The doses like dose i; none when one before it is alike. */
static struct group group_of(const struct writing *w, size_t i)
{
    const json_t *doses = w->doses, *first = json_array_get(doses, i);
    struct group group = {.first = first};
    for (size_t j = 0; j < json_array_size(doses); j++) {
        const json_t *dose = json_array_get(doses, j);
        if (!alike(first, dose))
            continue;
        if (j < i)
            return (struct group){0};
        group.last = dose;
        group.n++;
        group.total_mg += rsp_key_number(dose, "amount_mg");
    }
    return group;
}

/* Every dose text of the regimen is for a kg of body weight. */
static bool made_for_weight(const struct writing *w)
{
    static const char between[] = "; then ";
    const char *text = word_of(w->plan->body, "regimen");
    for (;;) {
        const char *end = strstr(text, between), *per_kg = strstr(text, "/kg");
        if (per_kg == NULL || (end != NULL && per_kg > end))
            return false;
        if (end == NULL)
            return true;
        text = end + strlen(between);
    }
}

static rsp_status plan_line(struct writing *w, json_t *texts, const struct group *group)
{
    const double duration_h = rsp_key_number(group->first, "duration_h");
    char drug[60], route[80], start[60], last[60], span[80], key[40];
    const char *shape = "dose";
    struct texts t;

    RSP_TRY(word_for(w, "drug", word_of(group->first, "drug"), drug, sizeof drug));
    RSP_TRY(word_for(w, "route", word_of(group->first, "route"), route, sizeof route));
    RSP_TRY(rsp_words_date(&w->words, word_of(group->first, "date"), start, sizeof start, w->err));
    RSP_TRY(rsp_words_date(&w->words, word_of(group->last, "date"), last, sizeof last, w->err));
    RSP_TRY(span_text(w, duration_h, span, sizeof span));
    if (duration_h > 0.0)
        shape = is_long(w, group->first) ? "long" : "infusion";
    snprintf(key, sizeof key, "plan_%s_%s", group->n == 1 ? "one" : "many", shape);
    const struct rsp_filling filling[] = {{"drug", drug}, {"route", route}, {"start", start}, {"last", last},
        {"n", whole(&t, 0, (double)group->n)}, {"span", span},
        {"days", whole(&t, 1, duration_h / RSP_H_PER_D)}, {NULL, NULL}};
    RSP_TRY(say(w, texts, key, filling));
    const struct rsp_filling amount[] = {{"mg", whole(&t, 2, group->total_mg)}, {"drug", drug}, {NULL, NULL}};
    if (group->n < json_array_size(w->doses))
        return say(w, texts, "plan_part", amount);
    return say(w, texts, made_for_weight(w) ? "plan_amount_weight" : "plan_amount", amount);
}

static rsp_status plan_section(struct writing *w)
{
    json_t *section = NULL, *texts = NULL;
    size_t n_line = 0;
    RSP_TRY(begin(w, "plan", &section, &texts));
    for (size_t i = 0; i < json_array_size(w->doses); i++) {
        const struct group group = group_of(w, i);
        if (group.n == 0)
            continue;
        RSP_TRY(plan_line(w, texts, &group));
        n_line++;
    }
    return n_line > 1 && made_for_weight(w) ? say(w, texts, "plan_weight", NULL) : RSP_OK;
}

/* ---- benefit and duration ---- */

static bool hypothetical(const struct writing *w)
{
    return json_is_true(json_object_get(w->prediction, "hypothetical"));
}

/* How well the share is known: the interval of the response class, scaled to those who reach relief. */
static rsp_status benefit_range(struct writing *w, json_t *texts, double share)
{
    const json_t *class = json_object_get(w->prediction, "response_class_probability");
    const double low = rsp_key_number(class, "p05"), middle = rsp_key_number(class, "p50"),
                 high = rsp_key_number(class, "p95");
    struct texts t;
    if (!(middle > 0.0) || !(high > low))
        return RSP_OK;
    const struct rsp_filling filling[] = {{"low", whole(&t, 0, OF * share * low / middle)},
        {"high", whole(&t, 1, fmin(OF, OF * share * high / middle))}, {NULL, NULL}};
    return say(w, texts, "benefit_range", filling);
}

static rsp_status benefit_ground(struct writing *w, json_t *texts)
{
    const json_t *days = json_object_get(w->prediction, "relief_days_30"),
                 *placebo = json_object_get(w->prediction, "placebo_response_probability");
    const double share = rsp_key_number(placebo, "p50");
    struct texts t;
    const struct rsp_filling filling[] = {{"n", whole(&t, 0, OF * share)}, {NULL, NULL}};
    if (!isnan(share))
        RSP_TRY(say(w, texts, "benefit_placebo", filling));
    return say(w, texts, word_is(days, "validity", "extrapolated") ? "benefit_near" : "benefit_model", NULL);
}

/* What the forecast says of this one person is no frequency among people, and no study's. */
static bool by_own_diary(const struct writing *w)
{
    return json_is_object(json_object_get(json_object_get(w->forecast, "learned"), "diary")) ||
           word_is(json_object_get(w->prediction, "relief_days_30"), "validity", "patient");
}

static rsp_status benefit_own(struct writing *w, json_t *texts)
{
    const json_t *series = json_object_get(json_object_get(w->forecast, "learned"), "last_series");
    const double days = rsp_key_number(json_object_get(series, "relief_days_30"), "p50");
    struct texts t;
    const struct rsp_filling filling[] = {{"days", whole(&t, 0, days)}, {NULL, NULL}};
    const char *key = "benefit_own_open";
    if (json_is_true(json_object_get(series, "judged")))
        key = json_is_true(json_object_get(series, "no_response")) ? "benefit_own_no"
              : round(days) >= 1.0                                 ? "benefit_own_days"
                                                                   : "benefit_own_yes";
    RSP_TRY(say(w, texts, key, filling));
    return say(w, texts, "benefit_own_untested", NULL);
}

static rsp_status benefit_section(struct writing *w)
{
    json_t *section = NULL, *texts = NULL;
    const double share = rsp_key_number(w->prediction, "p_relief_30");
    struct texts t;

    RSP_TRY(begin(w, "benefit", &section, &texts));
    if (by_own_diary(w))
        return benefit_own(w, texts);
    if (hypothetical(w) || isnan(share))
        return say(w, texts, "benefit_unknown", NULL);
    const double n = round(OF * share);
    const struct rsp_filling filling[] = {
        {"n", whole(&t, 0, n)}, {"rest", whole(&t, 1, OF - n)}, {NULL, NULL}};
    json_t *icons = json_pack("{s:i, s:i}", "of", OF, "n", (int)n);
    if (icons == NULL || json_object_set_new(section, "icons", icons) != 0)
        return no_memory(w);
    RSP_TRY(put_text(w, icons, "text", "benefit_icons", filling));
    RSP_TRY(put_text(w, icons, "rest", "benefit_rest", filling));
    RSP_TRY(benefit_range(w, texts, share));
    return benefit_ground(w, texts);
}

static rsp_status duration_text(struct writing *w, json_t *texts)
{
    const json_t *days = json_object_get(w->prediction, "relief_days_30");
    const double low = rsp_key_number(days, "p05"), middle = rsp_key_number(days, "p50"),
                 high = rsp_key_number(days, "p95"), horizon = rsp_key_number(days, "more_than_d");
    const bool own = word_is(days, "validity", "patient");
    char more[80] = "";
    struct texts t;
    if ((hypothetical(w) && !own) || !(middle > 0.0)) {
        const struct rsp_filling filling[] = {{"days", whole(&t, 0, horizon)}, {NULL, NULL}};
        return word_is(days, "status", "beyond_horizon") && (own || !hypothetical(w))
                   ? say(w, texts, "duration_more", filling)
                   : say(w, texts, "duration_unknown", NULL);
    }
    const struct rsp_filling beyond[] = {{"days", whole(&t, 0, horizon)}, {NULL, NULL}};
    json_t *written = NULL;
    RSP_TRY(rsp_words_text(&w->words, "duration_more_than", beyond, &written, w->err));
    snprintf(more, sizeof more, "%s", json_string_value(written));
    json_decref(written);
    const struct rsp_filling filling[] = {{"days", whole(&t, 1, middle)}, {"low", whole(&t, 2, low)},
        {"high", isnan(high) ? more : whole(&t, 3, high)}, {NULL, NULL}};
    return say(w, texts, own ? "duration_own" : "duration", filling);
}

static rsp_status duration_section(struct writing *w)
{
    json_t *section = NULL, *texts = NULL;
    const json_t *next = json_object_get(w->prediction, "next_infusion_window");
    char from[60], to[60];

    RSP_TRY(begin(w, "duration", &section, &texts));
    RSP_TRY(duration_text(w, texts));
    if (json_is_object(next)) {
        RSP_TRY(rsp_words_date(
            &w->words, json_string_value(json_object_get(next, "from")), from, sizeof from, w->err));
        RSP_TRY(
            rsp_words_date(&w->words, json_string_value(json_object_get(next, "to")), to, sizeof to, w->err));
        const struct rsp_filling filling[] = {{"from", from}, {"to", to}, {NULL, NULL}};
        RSP_TRY(say(w, texts, "duration_next", filling));
    }
    return say(w, texts, "duration_stop", NULL);
}

/* ---- risks ---- */

static const char *text_in(const struct rsp_yaml *map, const char *key)
{
    const struct rsp_yaml *node = rsp_yaml_find(map, key);
    return node != NULL ? node->text : NULL;
}

static double number_in(const struct rsp_yaml *map, const char *key)
{
    double value = NAN;
    const struct rsp_yaml *node = rsp_yaml_find(map, key);
    return node != NULL && rsp_yaml_node_number(node, &value, NULL) == RSP_OK ? value : NAN;
}

/* Whether any dose is of the row's drug, course and route. */
static bool concerns(const struct writing *w, const struct rsp_yaml *row)
{
    const char *drug = text_in(row, "drug"), *course = text_in(row, "course"), *route = text_in(row, "route"),
               *not_route = text_in(row, "not_route");
    size_t i;
    const json_t *dose;
    json_array_foreach(w->doses, i, dose)
    {
        if ((drug == NULL || word_is(dose, "drug", drug)) &&
            (course == NULL || strcmp(course, is_long(w, dose) ? "long" : "short") == 0) &&
            (route == NULL || word_is(dose, "route", route)) &&
            (not_route == NULL || !word_is(dose, "route", not_route)))
            return true;
    }
    return false;
}

static rsp_status put_count(struct writing *w, json_t *risk, const char *key, double n, double of)
{
    struct texts t;
    const struct rsp_filling filling[] = {{"n", whole(&t, 0, n)}, {"of", whole(&t, 1, of)}, {NULL, NULL}};
    return put_text(w, risk, strcmp(key, "risk_without") == 0 ? "without" : "frequency", key, filling);
}

static rsp_status add_risk(struct writing *w, json_t *risks, const struct rsp_yaml *row, bool counted)
{
    char key[60];
    const double of_100 = number_in(row, "of_100"), without = number_in(row, "without_of_100");
    json_t *risk = json_object();
    if (risk == NULL || json_array_append_new(risks, risk) != 0)
        return no_memory(w);
    snprintf(key, sizeof key, "risk_%.40s", text_in(row, "text"));
    RSP_TRY(put_text(w, risk, "text", key, NULL));
    (void)json_object_set_new(risk, "counted", json_boolean(counted));
    if (!counted)
        return put_text(w, risk, "frequency", "risk_uncounted", NULL);
    RSP_TRY(note_source(w, text_in(row, "source")));
    if (isnan(of_100))
        return put_count(w, risk, "risk_n_of", number_in(row, "n"), number_in(row, "of"));
    (void)json_object_set_new(risk, "of_100", json_integer((json_int_t)of_100));
    RSP_TRY(put_count(w, risk, "risk_of_100", of_100, OF));
    return isnan(without) ? RSP_OK : put_count(w, risk, "risk_without", without, OF);
}

/* Whether a row with a count tells this risk. */
static bool counted_above(const struct writing *w, const char *text)
{
    const struct rsp_yaml *rows = rsp_yaml_find(rsp_yaml_root(w->words.numbers), "risks");
    for (const struct rsp_yaml *row = rows != NULL ? rows->first : NULL; row != NULL; row = row->next)
        if (strcmp(text_in(row, "text"), text) == 0 && concerns(w, row))
            return true;
    return false;
}

static rsp_status add_risks(struct writing *w, json_t *risks, const char *list, bool counted)
{
    const struct rsp_yaml *rows = rsp_yaml_find(rsp_yaml_root(w->words.numbers), list);
    for (const struct rsp_yaml *row = rows != NULL ? rows->first : NULL; row != NULL; row = row->next)
        if (concerns(w, row) && (counted || !counted_above(w, text_in(row, "text"))))
            RSP_TRY(add_risk(w, risks, row, counted));
    return RSP_OK;
}

static rsp_status risks_section(struct writing *w)
{
    json_t *section = NULL, *texts = NULL, *risks = json_array();
    RSP_TRY(begin(w, "risks", &section, &texts));
    if (json_object_set_new(section, "risks", risks) != 0)
        return no_memory(w);
    RSP_TRY(add_risks(w, risks, "risks", true));
    return add_risks(w, risks, "uncounted", false);
}

/* ---- the rest ---- */

static rsp_status list_section(struct writing *w, const char *id, const char *const keys[])
{
    json_t *section = NULL, *texts = NULL, *items = json_array();
    RSP_TRY(begin(w, id, &section, &texts));
    if (json_object_set_new(section, "items", items) != 0)
        return no_memory(w);
    for (; *keys != NULL; keys++)
        RSP_TRY(say(w, items, *keys, NULL));
    return RSP_OK;
}

static rsp_status text_section(struct writing *w, const char *id, const char *key)
{
    json_t *section = NULL, *texts = NULL;
    RSP_TRY(begin(w, id, &section, &texts));
    return say(w, texts, key, NULL);
}

static rsp_status evidence_section(struct writing *w)
{
    json_t *section = NULL, *texts = NULL;
    const struct rsp_yaml *evidence = rsp_yaml_find(rsp_yaml_root(w->words.numbers), "evidence");
    struct texts t;
    RSP_TRY(begin(w, "evidence", &section, &texts));
    const struct rsp_filling filling[] = {{"trials", whole(&t, 0, number_in(evidence, "trials"))},
        {"people", whole(&t, 1, number_in(evidence, "people"))}, {NULL, NULL}};
    RSP_TRY(say(w, texts, "evidence", filling));
    RSP_TRY(note_source(w, text_in(evidence, "source")));
    return say(w, texts, "off_label", NULL);
}

static rsp_status source_of_model(struct writing *w)
{
    char models[200] = "";
    size_t i;
    const json_t *model;
    struct texts t;
    json_array_foreach(w->plan->models, i, model) if (word_is(model, "role", "chronic relief"))
    {
        const size_t used = strlen(models);
        snprintf(models + used, sizeof models - used, "%s%s", used > 0 ? " + " : "",
            json_string_value(json_object_get(model, "id")));
    }
    const bool own = word_is(json_object_get(w->prediction, "relief_days_30"), "validity", "patient");
    if (models[0] == '\0' || (hypothetical(w) && !own))
        return RSP_OK;
    const struct rsp_filling filling[] = {{"models", models},
        {"copies", whole(&t, 0, rsp_key_number(w->plan->body, "subjects"))}, {NULL, NULL}};
    return say(w, w->sources, by_own_diary(w) ? "source_own" : "source_model", filling);
}

static rsp_status write_sections(struct writing *w)
{
    static const char *const others[] = {
        "other_medicines", "other_movement", "other_mind", "other_procedures", "other_wait", NULL};
    static const char *const watch[] = {
        "watch_body", "watch_mind", "watch_pain", "watch_liver", "watch_bladder", "watch_home", NULL};
    RSP_TRY(plan_section(w));
    RSP_TRY(benefit_section(w));
    RSP_TRY(duration_section(w));
    RSP_TRY(text_section(w, "feel", "feel"));
    RSP_TRY(risks_section(w));
    RSP_TRY(list_section(w, "others", others));
    RSP_TRY(evidence_section(w));
    RSP_TRY(list_section(w, "watch", watch));
    RSP_TRY(text_section(w, "yours", "yours"));
    return source_of_model(w);
}

static rsp_status write_frame(struct writing *w, json_t *sheet)
{
    static const char *const words[] = {
        "signed_explained", "signed_patient", "signed_day", "signed_agree", "signed_decline", "version"};
    char drug[160];
    json_t *frame = json_object();
    RSP_TRY(drugs_text(w, drug, sizeof drug));
    const struct rsp_filling filling[] = {{"drug", drug}, {NULL, NULL}};
    RSP_TRY(put_text(w, sheet, "title", "title", filling));
    RSP_TRY(put_text(w, sheet, "intro", "intro", NULL));
    if (frame == NULL || json_object_set_new(sheet, "frame", frame) != 0)
        return no_memory(w);
    /* The sheet has no name in it: who shows it fills this in. */
    static const struct rsp_filling open[] = {{"name", "{name}"}, {"born", "{born}"}, {NULL, NULL}};
    RSP_TRY(put_text(w, frame, "for", "for", open));
    RSP_TRY(put_text(w, frame, "sources", "sources_title", NULL));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        RSP_TRY(put_text(w, frame, words[i], words[i], NULL));
    return RSP_OK;
}

static rsp_status seal(struct writing *w, json_t *sheet)
{
    char version[RSP_DIGEST_SIZE];
    char *text = json_dumps(sheet, JSON_SORT_KEYS | JSON_COMPACT);
    if (text == NULL)
        return no_memory(w);
    rsp_digest(text, strlen(text), w->words.digest, version);
    free(text);
    return json_object_set_new(sheet, "digest", json_string(version)) == 0 ? RSP_OK : no_memory(w);
}

rsp_status rsp_sheet_new(
    const struct rsp_kept_plan *plan, const char *language, json_t **sheet, struct rsp_error *err)
{
    const char *forecast = json_string_value(json_object_get(plan->body, "forecast"));
    struct writing w = {
        .plan = plan, .doses = json_array(), .sections = json_array(), .sources = json_array(), .err = err};
    json_t *made = json_pack("{s:s, s:I}", "language", language, "plan", (json_int_t)plan->number);
    rsp_status status = RSP_OK;

    RSP_TRY_DONE(rsp_words_read(language, &w.words, err));
    w.forecast = json_loads(forecast != NULL ? forecast : "", 0, NULL);
    w.prediction = json_object_get(w.forecast, "prediction");
    if (json_array_size(plan->doses) == 0 || w.prediction == NULL || made == NULL || w.doses == NULL ||
        w.sections == NULL || w.sources == NULL) {
        status = rsp_error_set(err, RSP_E_DAMAGED, "plan", "the kept plan has no doses or no forecast");
        goto done;
    }
    RSP_TRY_DONE(join_steps(&w));
    w.long_from_h = number_in(rsp_yaml_root(w.words.numbers), "long_from_h");
    RSP_TRY_DONE(write_frame(&w, made));
    RSP_TRY_DONE(write_sections(&w));
    (void)json_object_set(made, "sections", w.sections);
    (void)json_object_set(made, "sources", w.sources);
    RSP_TRY_DONE(seal(&w, made));
    *sheet = made;
    made = NULL;
done:
    json_decref(made);
    json_decref(w.doses);
    json_decref(w.sections);
    json_decref(w.sources);
    json_decref(w.forecast);
    rsp_words_free(&w.words);
    return status;
}
