/* Who there is: patients.yaml. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "demo/demo_internal.h"

const char *rsp_demo_people_text(size_t i, size_t *length);

const char *rsp_demo_text(const struct rsp_yaml *node, const char *key)
{
    const struct rsp_yaml *found = rsp_yaml_find(node, key);
    return found != NULL ? found->text : "";
}

const char *rsp_demo_day(const struct rsp_demo *demo, long day, char text[16])
{
    rsp_date_format((struct rsp_date){demo->today.day + day}, text, 16);
    return text;
}

/* ---- YAML as JSON ---- */

static json_t *scalar(const struct rsp_yaml *node)
{
    size_t length = 0;
    double value = 0;
    if (!node->quoted && rsp_number_scan(node->text, &length, &value, NULL) == RSP_OK &&
        node->text[length] == '\0')
        return value == floor(value) ? json_integer((json_int_t)value) : json_real(value);
    return json_string(node->text);
}

json_t *rsp_demo_json(const struct rsp_yaml *node)
{
    if (node->kind == RSP_YAML_SCALAR)
        return scalar(node);
    json_t *made = node->kind == RSP_YAML_MAP ? json_object() : json_array();
    bool failed = made == NULL;
    for (const struct rsp_yaml *child = node->first; child != NULL && !failed; child = child->next)
        failed = node->kind == RSP_YAML_MAP ? json_object_set_new(made, child->key, rsp_demo_json(child)) != 0
                                            : json_array_append_new(made, rsp_demo_json(child)) != 0;
    if (failed) {
        json_decref(made);
        return NULL;
    }
    return made;
}

/* ---- people ---- */

static rsp_status read_course(
    const struct rsp_yaml *node, struct rsp_demo_course *course, struct rsp_error *err)
{
    static const char *const keys[] = {"protocol", "dose", "day", "again_d", NULL};
    RSP_TRY(rsp_yaml_only(node, keys, err));
    RSP_TRY(rsp_yaml_text(node, "protocol", false, &course->protocol, err));
    RSP_TRY(rsp_yaml_text(node, "dose", course->protocol == NULL, &course->dose, err));
    RSP_TRY(rsp_yaml_int(node, "again_d", false, &course->again_d, err));
    return rsp_yaml_int(node, "day", course->again_d == 0, &course->day, err);
}

static rsp_status read_change(
    const struct rsp_yaml *node, struct rsp_demo_change *change, struct rsp_error *err)
{
    static const char *const keys[] = {"day", "why", "record", "tests", "weight_kg", NULL};
    RSP_TRY(rsp_yaml_only(node, keys, err));
    change->weight_kg = NAN;
    change->record = rsp_yaml_find(node, "record");
    change->tests = rsp_yaml_find(node, "tests");
    RSP_TRY(rsp_yaml_number(node, "weight_kg", false, &change->weight_kg, err));
    RSP_TRY(rsp_yaml_text(node, "why", true, &change->why, err));
    return rsp_yaml_int(node, "day", true, &change->day, err);
}

static rsp_status read_lists(
    const struct rsp_yaml *node, struct rsp_demo_person *person, struct rsp_error *err)
{
    const struct rsp_yaml *courses = rsp_yaml_find(node, "courses"),
                          *changes = rsp_yaml_find(node, "changes");
    const char *const *cares = NULL;

    RSP_TRY(rsp_yaml_texts(node, "cares", true, &person->n_cares, &cares, err));
    if (person->n_cares > RSP_DEMO_CARES || (courses != NULL && courses->n_child > RSP_DEMO_COURSES) ||
        (changes != NULL && changes->n_child > RSP_DEMO_CHANGES))
        return rsp_yaml_error(
            node, err, RSP_E_LIMIT, "more carers, courses or changes than there is room for");
    for (size_t i = 0; i < person->n_cares; i++)
        person->cares[i] = cares[i];
    for (const struct rsp_yaml *n = courses != NULL ? courses->first : NULL; n != NULL; n = n->next)
        RSP_TRY(read_course(n, &person->course[person->n_course++], err));
    for (const struct rsp_yaml *n = changes != NULL ? changes->first : NULL; n != NULL; n = n->next)
        RSP_TRY(read_change(n, &person->change[person->n_change++], err));
    return RSP_OK;
}

static rsp_status read_class(
    const struct rsp_yaml *node, struct rsp_demo_person *person, struct rsp_error *err)
{
    static const char *const words[] = {"drawn", "response", "none", "lost", NULL};
    const char *word = words[0];
    long from = 0;
    RSP_TRY(rsp_yaml_text(node, "class", false, &word, err));
    const int class = rsp_text_index(word, words);
    if (class < 0)
        return rsp_yaml_error(node, err, RSP_E_UNKNOWN, "class is drawn, response, none or lost");
    person->class = (enum rsp_demo_class) class;
    if (person->class != RSP_DEMO_LOST)
        return RSP_OK;
    RSP_TRY(rsp_yaml_int(node, "lost_from", true, &from, err));
    RSP_TRY(rsp_yaml_number(node, "lost_factor", true, &person->lost_factor, err));
    if (from < 1 || person->lost_factor <= 0)
        return rsp_yaml_error(node, err, RSP_E_DOMAIN, "lost_from counts from 1, lost_factor is above 0");
    person->lost_from = (size_t)from;
    return RSP_OK;
}

static rsp_status read_live(const struct rsp_yaml *node, struct rsp_demo_live *live, struct rsp_error *err)
{
    static const char *const keys[] = {"since_min", "devices", "story", NULL};
    RSP_TRY(rsp_yaml_only(node, keys, err));
    live->node = node;
    return rsp_yaml_int(node, "since_min", true, &live->since_min, err);
}

static rsp_status read_person(
    const struct rsp_yaml *node, struct rsp_demo_person *person, struct rsp_error *err)
{
    static const char *const keys[] = {"family", "given", "age_y", "enrolled", "weight_kg", "record", "tests",
        "cares", "class", "lost_from", "lost_factor", "courses", "changes", "diary", "levels", "order",
        "emergency", "emergency_dose", "open_waste", "finding_answered", "under_way", NULL};
    const struct rsp_yaml *record = rsp_yaml_find(node, "record");
    const char *sex = NULL, *diary = "yes";

    RSP_TRY(rsp_yaml_only(node, keys, err));
    person->node = node;
    person->weight_kg = NAN;
    RSP_TRY(rsp_yaml_text(node, "family", true, &person->family, err));
    RSP_TRY(rsp_yaml_text(node, "given", true, &person->given, err));
    RSP_TRY(rsp_yaml_number(node, "age_y", true, &person->age_y, err));
    RSP_TRY(rsp_yaml_number(node, "weight_kg", false, &person->weight_kg, err));
    RSP_TRY(rsp_yaml_int(node, "enrolled", true, &person->enrolled, err));
    RSP_TRY(rsp_yaml_text(node, "diary", false, &diary, err));
    RSP_TRY(rsp_yaml_number(record, "baseline_nrs", true, &person->baseline_nrs, err));
    RSP_TRY(rsp_yaml_bool(node, "levels", false, &person->gives_blood, err));
    RSP_TRY(rsp_yaml_text(record, "sex", true, &sex, err));
    person->female = strcmp(sex, "f") == 0;
    person->keeps_diary = strcmp(diary, "no") != 0;
    RSP_TRY(read_class(node, person, err));
    return read_lists(node, person, err);
}

static rsp_status read_staff(struct rsp_demo *demo, const struct rsp_yaml *list)
{
    for (const struct rsp_yaml *n = list != NULL ? list->first : NULL; n != NULL; n = n->next) {
        struct rsp_demo_staff *staff = &demo->staff[demo->n_staff];
        if (demo->n_staff++ == RSP_DEMO_STAFF)
            return rsp_yaml_error(n, demo->err, RSP_E_LIMIT, "at most %d of the staff", RSP_DEMO_STAFF);
        RSP_TRY(rsp_yaml_text(n, "name", true, &staff->name, demo->err));
        RSP_TRY(rsp_yaml_text(n, "role", true, &staff->role, demo->err));
    }
    return RSP_OK;
}

rsp_status rsp_demo_cast(struct rsp_demo *demo)
{
    size_t length = 0;
    const char *text = rsp_demo_people_text(0, &length);

    RSP_CHECK_BUG(text != NULL, demo->err);
    RSP_TRY(rsp_yaml_parse(text, length, "patients.yaml", &demo->tree, demo->err));
    const struct rsp_yaml *root = rsp_yaml_root(demo->tree), *people = rsp_yaml_find(root, "people");
    demo->usual = rsp_yaml_find(root, "usual");
    RSP_CHECK_BUG(people != NULL && demo->usual != NULL, demo->err);
    RSP_TRY(rsp_yaml_number(root, "missing_frac", true, &demo->missing_frac, demo->err));
    RSP_TRY(read_staff(demo, rsp_yaml_find(root, "staff")));
    RSP_TRY(rsp_yaml_texts(root, "chairs", true, &demo->n_chair, &demo->chair, demo->err));
    RSP_TRY(rsp_yaml_texts(root, "beds", true, &demo->n_bed, &demo->bed, demo->err));
    demo->person = calloc(people->n_child, sizeof *demo->person);
    if (demo->person == NULL)
        return rsp_error_set(demo->err, RSP_E_MEMORY, "", "out of memory");
    const size_t most = demo->options->n_people > 0 ? demo->options->n_people : people->n_child;
    for (const struct rsp_yaml *n = people->first; n != NULL && demo->n_person < most; n = n->next) {
        struct rsp_demo_person *person = &demo->person[demo->n_person];
        person->number = demo->n_person++;
        RSP_TRY(read_person(n, person, demo->err));
        const struct rsp_yaml *live = demo->options->clock != NULL ? rsp_yaml_find(n, "under_way") : NULL;
        if (live != NULL)
            RSP_TRY(read_live(live, &person->live, demo->err));
    }
    return RSP_OK;
}

void rsp_demo_free(struct rsp_demo *demo)
{
    for (size_t i = 0; i < demo->n_person; i++)
        json_decref(demo->person[i].infusions);
    free(demo->person);
    rsp_demo_taken_free(demo->taken);
    rsp_yaml_free(demo->tree);
    rsp_rulebook_free(demo->book);
    demo->person = NULL;
    demo->n_person = 0;
}
