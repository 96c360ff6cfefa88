/* The sections protocols, usual_ranges and modifiers. */
#include <math.h>
#include <string.h>

#include "rules/rulebook.h"

static const char *const confidences[] = {"high", "medium", "low", "unverified"};

/* Every dose text must be readable and of the protocol's drug. */
static rsp_status check_doses(
    const struct rsp_yaml *node, const struct rsp_protocol *protocol, struct rsp_error *err)
{
    for (size_t i = 0; i < protocol->n_dose; i++) {
        struct rsp_dose_text dose;
        struct rsp_error inner = {0};
        const rsp_status status = rsp_dose_text_parse(protocol->dose[i], &dose, &inner);
        if (status != RSP_OK)
            return rsp_yaml_error(
                node, err, status, "Dose \"%.80s\": %.300s", protocol->dose[i], inner.message);
        if (dose.drug != protocol->drug)
            return rsp_yaml_error(node, err, RSP_E_MISMATCH, "Dose \"%.80s\" is not %s.", protocol->dose[i],
                rsp_drug_name(protocol->drug));
    }
    return RSP_OK;
}

static rsp_status read_protocol(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"id", "name", "setting", "kind", "drug", "conditions", "doses",
        "cap_mg_per_h", "cap_mg_per_day", "note", "sources", "confidence", "version", NULL};
    static const char *const kinds[] = {
        "long_infusion", "daily_hours", "short_series", "single", "acute", "non_iv"};
    static const char *const settings[] = {"outpatient", "inpatient", "icu", "any"};
    struct rsp_protocol *protocol = item;
    int confidence = 0, kind = 0, setting = 0;
    long version = 0;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    protocol->note = "";
    protocol->cap_mg_per_h = protocol->cap_mg_per_day = NAN;
    RSP_TRY(rsp_yaml_text(node, "id", true, &protocol->id, err));
    RSP_TRY(rsp_yaml_text(node, "name", true, &protocol->name, err));
    RSP_TRY(rsp_read_choice(node, "setting", true, settings, 4, &setting, err));
    RSP_TRY(rsp_read_choice(node, "kind", true, kinds, 6, &kind, err));
    RSP_TRY(rsp_read_drug(node, &protocol->drug, err));
    RSP_TRY(rsp_read_conditions(book, node, &protocol->n_condition, &protocol->condition, err));
    RSP_TRY(rsp_yaml_texts(node, "doses", true, &protocol->n_dose, &protocol->dose, err));
    RSP_TRY(check_doses(node, protocol, err));
    RSP_TRY(rsp_yaml_number(node, "cap_mg_per_h", false, &protocol->cap_mg_per_h, err));
    RSP_TRY(rsp_yaml_number(node, "cap_mg_per_day", false, &protocol->cap_mg_per_day, err));
    RSP_TRY(rsp_yaml_text(node, "note", false, &protocol->note, err));
    RSP_TRY(rsp_read_sources(book, node, &protocol->source, err));
    RSP_TRY(rsp_read_choice(node, "confidence", true, confidences, 4, &confidence, err));
    RSP_TRY(rsp_yaml_int(node, "version", true, &version, err));
    protocol->setting = settings[setting];
    protocol->kind = kinds[kind];
    protocol->confidence = (enum rsp_rule_confidence)confidence;
    return RSP_OK;
}

rsp_status rsp_read_protocols(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    return rsp_read_list(
        book, node, read_protocol, sizeof *book->protocol, &book->protocol, &book->n_protocol, err);
}

static rsp_status read_range(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"drug", "route", "setting", "basis", "low", "high", "min_hours",
        "max_hours", "note", "sources", NULL};
    static const char *const bases[] = {"mg", "mg/kg", "mg/h", "mg/kg/h"}; /* order of enum rsp_dose_basis */
    static const char *const settings[] = {"outpatient", "inpatient", "icu", "any"};
    struct rsp_range_entry *entry = item;
    const char *route = NULL, *note = NULL;
    int basis = 0, setting = 0;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    entry->min_h = 0;
    entry->max_h = INFINITY;
    RSP_TRY(rsp_read_drug(node, &entry->range.drug, err));
    RSP_TRY(rsp_yaml_text(node, "route", true, &route, err));
    if (rsp_route_parse(route, &entry->range.route, NULL) != RSP_OK)
        return rsp_yaml_error(node, err, RSP_E_UNKNOWN, "\"%.40s\" is not a route.", route);
    RSP_TRY(rsp_read_choice(node, "setting", true, settings, 4, &setting, err));
    RSP_TRY(rsp_read_choice(node, "basis", true, bases, 4, &basis, err));
    RSP_TRY(rsp_yaml_number(node, "low", true, &entry->range.low, err));
    RSP_TRY(rsp_yaml_number(node, "high", true, &entry->range.high, err));
    RSP_TRY(rsp_yaml_number(node, "min_hours", false, &entry->min_h, err));
    RSP_TRY(rsp_yaml_number(node, "max_hours", false, &entry->max_h, err));
    RSP_TRY(rsp_yaml_text(node, "note", false, &note, err));
    RSP_TRY(rsp_read_sources(book, node, &entry->range.source, err));
    if (!(entry->range.low > 0 && entry->range.high >= entry->range.low))
        return rsp_yaml_error(node, err, RSP_E_DOMAIN, "A range needs 0 < low <= high.");
    entry->range.setting = settings[setting];
    entry->range.basis = (enum rsp_dose_basis)basis;
    return RSP_OK;
}

rsp_status rsp_read_ranges(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    return rsp_read_list(book, node, read_range, sizeof *book->range, &book->range, &book->n_range, err);
}

static rsp_status read_modifier(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {
        "covariate", "level", "genotype", "medication", "because", "sources", NULL};
    struct rsp_modifier_entry *entry = item;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_yaml_text(node, "covariate", true, &entry->modifier.covariate, err));
    RSP_TRY(rsp_yaml_text(node, "level", true, &entry->modifier.level, err));
    RSP_TRY(rsp_yaml_text(node, "because", true, &entry->modifier.because, err));
    RSP_TRY(rsp_yaml_text(node, "genotype", false, &entry->genotype, err));
    RSP_TRY(rsp_yaml_texts(node, "medication", false, &entry->n_medication, &entry->medication, err));
    if ((entry->genotype == NULL) == (entry->n_medication == 0))
        return rsp_yaml_error(node, err, RSP_E_MISSING, "A modifier needs genotype or medication.");
    return rsp_read_sources(book, node, &entry->modifier.source, err);
}

rsp_status rsp_read_modifiers(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    return rsp_read_list(
        book, node, read_modifier, sizeof *book->modifier, &book->modifier, &book->n_modifier, err);
}
