/* The section families: published regimens with the ranges in which they were given. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/rulebook.h"

/* {values: [...], sources: [...]} under a key; without the key there are no values. */
static rsp_status read_values(struct rsp_rulebook *book, const struct rsp_yaml *family, const char *key,
    bool required, struct rsp_family_range *range, struct rsp_error *err)
{
    static const char *const keys[] = {"unit", "values", "sources", NULL};
    const struct rsp_yaml *map = rsp_yaml_find(family, key);
    range->source = "";
    if (map == NULL)
        return required
                   ? rsp_yaml_error(family, err, RSP_E_MISSING, "%s: values and sources are expected.", key)
                   : RSP_OK;
    RSP_TRY(rsp_yaml_only(map, keys, err));
    RSP_TRY(rsp_yaml_texts(map, "values", true, &range->n, &range->text, err));
    if (range->n == 0)
        return rsp_yaml_error(map, err, RSP_E_MISSING, "At least one value is expected.");
    return rsp_read_sources(book, map, &range->source, err);
}

static rsp_status read_later(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_family *family, struct rsp_error *err)
{
    static const char *const keys[] = {"doses", "every", "sources", NULL};
    const struct rsp_yaml *map = rsp_yaml_find(node, "later");
    family->later.source = family->later_every.source = "";
    if (map == NULL)
        return RSP_OK;
    RSP_TRY(rsp_yaml_only(map, keys, err));
    RSP_TRY(rsp_yaml_texts(map, "doses", true, &family->later.n, &family->later.text, err));
    RSP_TRY(rsp_yaml_texts(map, "every", true, &family->later_every.n, &family->later_every.text, err));
    RSP_TRY(rsp_read_sources(book, map, &family->later.source, err));
    family->later_every.source = family->later.source;
    return RSP_OK;
}

static rsp_status read_what(const struct rsp_yaml *node, struct rsp_family *family, struct rsp_error *err)
{
    const char *route = "iv";
    RSP_TRY(rsp_read_drug(node, &family->drug, err));
    RSP_TRY(rsp_yaml_text(node, "route", false, &route, err));
    if (rsp_route_parse(route, &family->route, NULL) != RSP_OK)
        return rsp_yaml_error(node, err, RSP_E_UNKNOWN, "\"%.40s\" is not a route.", route);
    return rsp_yaml_text(rsp_yaml_find(node, "dose"), "unit", true, &family->dose_unit, err);
}

static rsp_status read_ranges(
    struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_family *family, struct rsp_error *err)
{
    RSP_TRY(read_values(book, node, "dose", true, &family->dose, err));
    RSP_TRY(read_values(book, node, "time", true, &family->time, err));
    RSP_TRY(read_values(book, node, "number", false, &family->number, err));
    RSP_TRY(read_values(book, node, "every", family->number.n > 0, &family->every, err));
    return read_later(book, node, family, err);
}

/* A later dose stands for one infusion, which is given again and again at an interval. */
static rsp_status check_later(
    const struct rsp_yaml *node, const struct rsp_family *family, struct rsp_error *err)
{
    static const struct rsp_dimension time = {.time = 1};
    for (size_t i = 0; i < family->later.n; i++) {
        struct rsp_dose_text dose;
        if (rsp_dose_text_parse(family->later.text[i], &dose, NULL) != RSP_OK || dose.drug != family->drug)
            return rsp_yaml_error(node, err, RSP_E_SYNTAX, "Later dose \"%.100s\" is not one of this drug.",
                family->later.text[i]);
        if (dose.n_repeat != 1 || dose.start_h != 0.0)
            return rsp_yaml_error(node, err, RSP_E_SYNTAX,
                "Later dose \"%.100s\": one dose without its time is expected; `every` below says when.",
                family->later.text[i]);
    }
    for (size_t i = 0; i < family->later_every.n; i++) {
        struct rsp_quantity every;
        if (rsp_quantity_parse(family->later_every.text[i], &every, NULL) != RSP_OK ||
            !rsp_dimension_equal(every.unit.dimension, time) || !(every.internal > 0.0))
            return rsp_yaml_error(node, err, RSP_E_DOMAIN,
                "\"%.100s\" is no interval of later doses: a time above 0 with its unit is expected (4 wk).",
                family->later_every.text[i]);
    }
    return RSP_OK;
}

/* Every combination must be a dose text. */
static rsp_status check_texts(
    const struct rsp_yaml *node, const struct rsp_family *family, struct rsp_error *err)
{
    struct rsp_dose_text dose;
    struct rsp_error inner = {0};
    for (size_t i = 0; i < rsp_family_n_course(family); i++) {
        char text[200];
        rsp_family_course(family, i, text, sizeof text);
        if (rsp_dose_text_parse(text, &dose, &inner) != RSP_OK)
            return rsp_yaml_error(node, err, RSP_E_SYNTAX, "Dose \"%s\": %.300s", text, inner.message);
    }
    return check_later(node, family, err);
}

static rsp_status read_family(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"id", "name", "setting", "kind", "drug", "route", "conditions", "dose",
        "time", "number", "every", "later", "cap_mg_per_h", "cap_mg_per_day", "note", "confidence", NULL};
    static const char *const kinds[] = {
        "long_infusion", "daily_hours", "short_series", "single", "acute", "non_iv"};
    static const char *const settings[] = {"outpatient", "inpatient", "any"};
    static const char *const confidences[] = {"high", "medium"};
    struct rsp_family *family = item;
    int kind = 0, setting = 0, confidence = 0;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    family->note = "";
    family->cap_mg_per_h = family->cap_mg_per_day = NAN;
    RSP_TRY(rsp_yaml_text(node, "id", true, &family->id, err));
    RSP_TRY(rsp_yaml_text(node, "name", true, &family->name, err));
    RSP_TRY(rsp_read_choice(node, "setting", true, settings, 3, &setting, err));
    RSP_TRY(rsp_read_choice(node, "kind", true, kinds, 6, &kind, err));
    RSP_TRY(rsp_read_choice(node, "confidence", true, confidences, 2, &confidence, err));
    RSP_TRY(rsp_read_conditions(book, node, &family->n_condition, &family->condition, err));
    RSP_TRY(read_ranges(book, node, family, err));
    RSP_TRY(read_what(node, family, err));
    RSP_TRY(rsp_yaml_number(node, "cap_mg_per_h", false, &family->cap_mg_per_h, err));
    RSP_TRY(rsp_yaml_number(node, "cap_mg_per_day", false, &family->cap_mg_per_day, err));
    RSP_TRY(rsp_yaml_text(node, "note", false, &family->note, err));
    family->setting = settings[setting];
    family->kind = kinds[kind];
    family->confidence = (enum rsp_rule_confidence)confidence;
    return check_texts(node, family, err);
}

rsp_status rsp_read_families(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    return rsp_read_list(book, node, read_family, sizeof *book->family, &book->family, &book->n_family, err);
}

/* ---- the candidates of a family, as dose text ---- */

static size_t at_least_1(size_t n)
{
    return n > 0 ? n : 1;
}

size_t rsp_family_n_course(const struct rsp_family *family)
{
    return family->dose.n * family->time.n * at_least_1(family->number.n) * at_least_1(family->every.n);
}

void rsp_family_course(const struct rsp_family *family, size_t i, char *text, size_t size)
{
    const size_t dose = i % family->dose.n, rest = i / family->dose.n;
    const size_t time = rest % family->time.n, series = rest / family->time.n;
    const bool rate =
        strlen(family->dose_unit) > 2 && strcmp(family->dose_unit + strlen(family->dose_unit) - 2, "/h") == 0;
    int used = snprintf(text, size, "%s %s %s %s %s %s", family->dose.text[dose], family->dose_unit,
        rsp_drug_name(family->drug), rsp_route_name(family->route), rate ? "for" : "over",
        family->time.text[time]);
    if (family->number.n == 0 || used < 0 || (size_t)used >= size)
        return;
    const size_t number = series % family->number.n, every = series / family->number.n;
    snprintf(text + used, size - (size_t)used, " every %s x%s", family->every.text[every],
        family->number.text[number]);
}
