/* The sections preparation, alarms and supporting: what an order is made of. */
#include <math.h>
#include <string.h>

#include "rules/matching.h"
#include "rules/rulebook.h"

static rsp_status read_vial(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"drug", "strength", "salt", "dilute_iv", "routes", "sources", NULL};
    struct rsp_vial *vial = item;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_read_drug(node, &vial->drug, err));
    RSP_TRY(rsp_read_positive(node, "strength", &vial->strength_mg_per_ml, err));
    RSP_TRY(rsp_read_positive(node, "salt", &vial->salt_mg_per_ml, err));
    if (!(vial->salt_mg_per_ml > vial->strength_mg_per_ml))
        return rsp_yaml_error(node, err, RSP_E_DOMAIN, "The salt weighs more than its base.");
    RSP_TRY(rsp_yaml_bool(node, "dilute_iv", false, &vial->dilute_iv, err));
    const struct rsp_yaml *routes = rsp_yaml_find(node, "routes");
    for (const struct rsp_yaml *at = routes != NULL ? routes->first : NULL; at != NULL; at = at->next) {
        enum rsp_route route;
        if (at->kind != RSP_YAML_SCALAR || rsp_route_parse(at->text, &route, NULL) != RSP_OK)
            return rsp_yaml_error(at, err, RSP_E_UNKNOWN, "Expected a route.");
        vial->routes |= 1u << (unsigned)route;
    }
    return rsp_read_sources(book, node, &vial->source, err);
}

static rsp_status read_diluent(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"id", "name", "sources", NULL};
    struct rsp_diluent *diluent = item;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_yaml_text(node, "id", true, &diluent->id, err));
    RSP_TRY(rsp_yaml_text(node, "name", true, &diluent->name, err));
    return rsp_read_sources(book, node, &diluent->source, err);
}

static rsp_status read_concentration(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"mg_per_ml", "usual", "sources", NULL};
    struct rsp_concentration *concentration = item;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_read_positive(node, "mg_per_ml", &concentration->mg_per_ml, err));
    RSP_TRY(rsp_yaml_bool(node, "usual", false, &concentration->usual, err));
    return rsp_read_sources(book, node, &concentration->source, err);
}

static rsp_status read_apparatus(struct rsp_rulebook *book, const struct rsp_yaml *node,
    struct rsp_preparation *preparation, struct rsp_error *err)
{
    static const char *const keys[] = {"pump_step_ml_per_h", "pump_most_ml_per_h", "draw_step_ml",
        "draw_small_step_ml", "draw_small_ml", "rounding_most_frac", "container_most_ml", "vial_least_ml",
        "vial_most_ml", "sources", NULL};
    double *const value[] = {&preparation->pump_step_ml_per_h, &preparation->pump_most_ml_per_h,
        &preparation->draw_step_ml, &preparation->draw_small_step_ml, &preparation->draw_small_ml,
        &preparation->rounding_most_frac, &preparation->container_most_ml, &preparation->vial_least_ml,
        &preparation->vial_most_ml};
    RSP_TRY(rsp_yaml_only(node, keys, err));
    for (size_t i = 0; i < sizeof value / sizeof *value; i++)
        RSP_TRY(rsp_read_positive(node, keys[i], value[i], err));
    return rsp_read_sources(book, node, &preparation->apparatus_source, err);
}

static rsp_status read_weight(struct rsp_rulebook *book, const struct rsp_yaml *node,
    struct rsp_preparation *preparation, struct rsp_error *err)
{
    static const char *const keys[] = {"most_d", "sources", NULL};
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_read_positive(node, "most_d", &preparation->weight_most_d, err));
    return rsp_read_sources(book, node, &preparation->weight_source, err);
}

rsp_status rsp_read_preparation(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    static const char *const keys[] = {"weight", "apparatus", "vials", "diluents", "concentrations", NULL};
    RSP_TRY(rsp_yaml_only(node, keys, err));
    const struct rsp_yaml *weight = rsp_yaml_find(node, "weight"),
                          *apparatus = rsp_yaml_find(node, "apparatus");
    if (book->preparation != NULL || weight == NULL || apparatus == NULL)
        return rsp_yaml_error(
            node, err, RSP_E_SYNTAX, "The section stands in one file and has weight and apparatus.");
    struct rsp_preparation *p = rsp_arena_alloc(book->arena, sizeof *p);
    if (p == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "rules", "Out of memory while reading the rules.");
    RSP_TRY(read_weight(book, weight, p, err));
    RSP_TRY(read_apparatus(book, apparatus, p, err));
    RSP_TRY(rsp_read_list(
        book, rsp_yaml_find(node, "vials"), read_vial, sizeof *p->vial, &p->vial, &p->n_vial, err));
    RSP_TRY(rsp_read_list(book, rsp_yaml_find(node, "diluents"), read_diluent, sizeof *p->diluent,
        &p->diluent, &p->n_diluent, err));
    RSP_TRY(rsp_read_list(book, rsp_yaml_find(node, "concentrations"), read_concentration,
        sizeof *p->concentration, &p->concentration, &p->n_concentration, err));
    book->preparation = p;
    return RSP_OK;
}

/* Without a published source: a choice of this program is among them. */
static bool is_local(const struct rsp_yaml *node)
{
    size_t n = 0;
    const char *const *id = NULL;
    return rsp_yaml_texts(node, "sources", false, &n, &id, NULL) == RSP_OK && rsp_word_listed(n, id, "LOCAL");
}

static rsp_status read_alarm(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {
        "id", "text", "unit", "above", "value", "loosest", "strictest", "times", "minutes", "sources", NULL};
    struct rsp_alarm *alarm = item;
    long times = 0;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_yaml_text(node, "id", true, &alarm->id, err));
    RSP_TRY(rsp_yaml_text(node, "text", true, &alarm->text, err));
    RSP_TRY(rsp_yaml_text(node, "unit", true, &alarm->unit, err));
    RSP_TRY(rsp_yaml_bool(node, "above", true, &alarm->above, err));
    RSP_TRY(rsp_read_positive(node, "value", &alarm->value, err));
    RSP_TRY(rsp_read_positive(node, "loosest", &alarm->loosest, err));
    RSP_TRY(rsp_read_positive(node, "strictest", &alarm->strictest, err));
    RSP_TRY(rsp_yaml_int(node, "times", false, &times, err));
    alarm->times = (int)times;
    alarm->minutes = NAN;
    RSP_TRY(rsp_yaml_number(node, "minutes", false, &alarm->minutes, err));
    const double sign = alarm->above ? 1 : -1;
    if (!(sign * alarm->strictest < sign * alarm->loosest && sign * alarm->value <= sign * alarm->loosest &&
            sign * alarm->value >= sign * alarm->strictest))
        return rsp_yaml_error(
            node, err, RSP_E_DOMAIN, "The value lies between strictest and loosest, and those differ.");
    alarm->local = is_local(node);
    return rsp_read_sources(book, node, &alarm->source, err);
}

rsp_status rsp_read_alarms(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    return rsp_read_list(book, node, read_alarm, sizeof *book->alarm, &book->alarm, &book->n_alarm, err);
}

const char *const rsp_support_use_names[] = {"premedication", "rescue", NULL};

static rsp_status read_most(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {"medicine", "mg", "sources", NULL};
    struct rsp_single_dose *most = item;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_yaml_text(node, "medicine", true, &most->medicine, err));
    RSP_TRY(rsp_read_positive(node, "mg", &most->most_mg, err));
    return rsp_read_sources(book, node, &most->source, err);
}

static rsp_status read_mosts(struct rsp_rulebook *book, const struct rsp_yaml *node,
    struct rsp_supporting *supporting, struct rsp_error *err)
{
    const struct rsp_yaml *list = rsp_yaml_find(node, "most");
    if (list == NULL)
        return RSP_OK;
    RSP_TRY(rsp_read_list(
        book, list, read_most, sizeof *supporting->most, &supporting->most, &supporting->n_most, err));
    for (size_t i = 0; i < supporting->n_most; i++)
        if (!rsp_word_listed(supporting->n_medicine, supporting->medicine, supporting->most[i].medicine))
            return rsp_yaml_error(list, err, RSP_E_UNKNOWN, "\"%.40s\" is no medicine of the class %s.",
                supporting->most[i].medicine, supporting->class_name);
    return RSP_OK;
}

static rsp_status read_supporting(
    struct rsp_rulebook *book, const struct rsp_yaml *node, void *item, struct rsp_error *err)
{
    static const char *const keys[] = {
        "id", "class", "use", "purpose", "routes", "most", "sedates", "reverses", "vitals", "sources", NULL};
    struct rsp_supporting *supporting = item;
    const char *const *use = NULL;
    size_t n = 0;
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_yaml_text(node, "id", true, &supporting->id, err));
    RSP_TRY(rsp_yaml_text(node, "class", true, &supporting->class_name, err));
    RSP_TRY(rsp_yaml_text(node, "purpose", true, &supporting->purpose, err));
    RSP_TRY(rsp_yaml_bool(node, "sedates", false, &supporting->sedates, err));
    RSP_TRY(rsp_yaml_bool(node, "reverses", false, &supporting->reverses, err));
    RSP_TRY(rsp_yaml_texts(node, "vitals", false, &supporting->n_vital, &supporting->vital, err));
    RSP_TRY(rsp_yaml_texts(node, "use", true, &n, &use, err));
    RSP_TRY(rsp_yaml_texts(node, "routes", true, &supporting->n_route, &supporting->route, err));
    for (size_t i = 0; i < n; i++) {
        const int bit = rsp_text_index(use[i], rsp_support_use_names);
        if (bit < 0)
            return rsp_yaml_error(node, err, RSP_E_UNKNOWN, "\"%.40s\" is no use.", use[i]);
        supporting->use |= 1u << (unsigned)bit;
    }
    const struct rsp_class *class = rsp_rulebook_class(book, supporting->class_name);
    if (class == NULL)
        return rsp_yaml_error(rsp_yaml_find(node, "class"), err, RSP_E_UNKNOWN,
            "\"%.40s\" is no class of medicines.", supporting->class_name);
    supporting->n_medicine = class->n_member;
    supporting->medicine = class->member;
    RSP_TRY(read_mosts(book, node, supporting, err));
    return rsp_read_sources(book, node, &supporting->source, err);
}

rsp_status rsp_read_supporting(struct rsp_rulebook *book, const struct rsp_yaml *node, struct rsp_error *err)
{
    return rsp_read_list(
        book, node, read_supporting, sizeof *book->supporting, &book->supporting, &book->n_supporting, err);
}

/* ---- what was read ---- */

const struct rsp_preparation *rsp_rulebook_preparation(const struct rsp_rulebook *book)
{
    return book->preparation;
}

const struct rsp_vial *rsp_preparation_vial(
    const struct rsp_preparation *preparation, enum rsp_drug drug, double strength_mg_per_ml)
{
    const double same = 1e-9;
    for (size_t i = 0; preparation != NULL && i < preparation->n_vial; i++)
        if (preparation->vial[i].drug == drug &&
            fabs(preparation->vial[i].strength_mg_per_ml - strength_mg_per_ml) < same)
            return &preparation->vial[i];
    return NULL;
}

size_t rsp_rulebook_n_alarm(const struct rsp_rulebook *book)
{
    return book->n_alarm;
}

const struct rsp_alarm *rsp_rulebook_alarm(const struct rsp_rulebook *book, size_t i)
{
    return i < book->n_alarm ? &book->alarm[i] : NULL;
}

size_t rsp_rulebook_n_supporting(const struct rsp_rulebook *book)
{
    return book->n_supporting;
}

const struct rsp_supporting *rsp_rulebook_supporting(const struct rsp_rulebook *book, size_t i)
{
    return i < book->n_supporting ? &book->supporting[i] : NULL;
}

const struct rsp_supporting *rsp_rules_supporting(
    const struct rsp_rulebook *book, const char *medicine, enum rsp_support_use use)
{
    for (size_t i = 0; i < book->n_supporting; i++) {
        const struct rsp_supporting *one = &book->supporting[i];
        if ((one->use & (unsigned)use) != 0 &&
            rsp_class_holds(rsp_rulebook_class(book, one->class_name), medicine))
            return one;
    }
    return NULL;
}

const struct rsp_single_dose *rsp_supporting_most(
    const struct rsp_supporting *supporting, const char *medicine)
{
    for (size_t i = 0; i < supporting->n_most; i++)
        if (rsp_medication_is(medicine, supporting->most[i].medicine))
            return &supporting->most[i];
    return NULL;
}
