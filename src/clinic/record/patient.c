#include "record/patient.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "record/reader.h"
#include "record/words.h"

/* A patient file is a page or two; more is not a patient file. */
#define MAX_BYTES ((size_t)1 << 20)

static const char *const root_keys[] = {"id", "birth_date", "age_y", "sex", "weight_kg", "weight",
    "earlier_weights", "height_cm", "condition", "baseline_nrs", "history", "history_unasked", "allergies",
    "medications", "tests", "genotype", "infusions", "goals", "setting", NULL};

/* Bounds of what a person can be; slips of a decimal point fall outside. Not clinical limits. */
static const struct rsp_patient_range age_range = {"age_y", "age", "years", 0, 120};
static const struct rsp_patient_range weight_range = {
    "weight_kg", "weight", "kg", RSP_LEAST_ADULT_KG, RSP_MOST_ADULT_KG};
static const struct rsp_patient_range weight_forced = {"weight_kg", "weight", "kg", 0.3, 1000};
static const struct rsp_patient_range height_range = {"height_cm", "height", "cm", 40, 260};
static const struct rsp_patient_range nrs_range = {"baseline_nrs", "pain", "points of 10", 0, 10};
static const struct rsp_patient_range relief_range = {
    "relief_frac", "the relief aimed at", "as a fraction (30 % is 0.3)", 0.01, 1};
static const struct rsp_patient_range horizon_range = {"horizon_d", "the horizon", "days", 1, 3650};
static const struct rsp_patient_range dissociation_range = {
    "max_dissociation_pct", "dissociation", "%", 0, 100};

const struct rsp_patient_range *rsp_patient_range(const char *key)
{
    static const struct rsp_patient_range *const ranges[] = {&age_range, &weight_range, &height_range,
        &nrs_range, &relief_range, &horizon_range, &dissociation_range};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (strcmp(ranges[i]->key, key) == 0)
            return ranges[i];
    const struct rsp_patient_range *found = rsp_patient_test_range(key);
    return found != NULL ? found : rsp_patient_list_range(key);
}

static const char *const *condition_words(void)
{
    static const char *const words[] = {
#define RSP_X(name, word, text) word,
        RSP_CONDITION_LIST(RSP_X)
#undef RSP_X
            NULL};
    return words;
}

const char *rsp_sex_name(enum rsp_sex sex)
{
    static const char *const name[] = {[RSP_SEX_FEMALE] = "female", [RSP_SEX_MALE] = "male"};
    return name[sex];
}

static const char *const setting_words[] = {"outpatient", "inpatient", "icu", NULL};

const char *const *rsp_patient_words(const char *key)
{
    static const char *const sexes[] = {"female", "male", NULL};
    if (strcmp(key, "sex") == 0)
        return sexes;
    if (strcmp(key, "setting") == 0)
        return setting_words;
    if (strcmp(key, "condition") == 0)
        return condition_words();
    if (strcmp(key, "severity") == 0)
        return rsp_patient_severities();
    return rsp_patient_test_words(key);
}

rsp_status rsp_patient_no_memory(struct rsp_error *err)
{
    return rsp_error_set(err, RSP_E_MEMORY, "patient", "Out of memory while reading the patient.");
}

rsp_status rsp_patient_copy(struct rsp_patient_reader *r, const char *text, const char **out)
{
    const char *copy = rsp_arena_text(r->arena, text, strlen(text));
    if (copy == NULL)
        return rsp_patient_no_memory(r->err);
    *out = copy;
    return RSP_OK;
}

/* "70 kg", "70kg": the key names the unit already. */
static bool number_with_unit(const char *text)
{
    size_t i = 0;
    while (text[i] == '-' || text[i] == '+' || text[i] == '.' || (text[i] >= '0' && text[i] <= '9'))
        i++;
    return i > 0 && (text[i] == ' ' || (text[i] >= 'a' && text[i] <= 'z' && text[i] != 'e') ||
                        (text[i] >= 'A' && text[i] <= 'Z' && text[i] != 'E') || text[i] == '%');
}

rsp_status rsp_patient_number(struct rsp_patient_reader *r, const struct rsp_yaml *node,
    const struct rsp_patient_range *range, double *out)
{
    if (node->kind == RSP_YAML_SCALAR && number_with_unit(node->text))
        return rsp_yaml_error(node, r->err, RSP_E_UNIT,
            "Write the number alone (the unit is %s), not \"%.40s\".",
            range->unit[0] != '\0' ? range->unit : "none", node->text);
    double value = 0;
    RSP_TRY(rsp_yaml_node_number(node, &value, r->err));
    if (!(value >= range->low && value <= range->high))
        return rsp_yaml_error(node, r->err, RSP_E_DOMAIN, "%c%s must lie between %g and %g%s%s, not %g.",
            range->what[0] >= 'a' && range->what[0] <= 'z' ? range->what[0] - 'a' + 'A' : range->what[0],
            range->what + 1, range->low, range->high, range->unit[0] != '\0' ? " " : "", range->unit, value);
    *out = value;
    return RSP_OK;
}

static rsp_status check_day(struct rsp_patient_reader *r, const struct rsp_yaml *node, struct rsp_date day)
{
    char text[16], today[16];
    rsp_date_format(day, text, sizeof text);
    if (day.day > r->today.day) {
        rsp_date_format(r->today, today, sizeof today);
        return rsp_yaml_error(node, r->err, RSP_E_DOMAIN,
            "%s lies in the future (today is %s); facts are dated today or earlier.", text, today);
    }
    if (r->patient->has_birth_date && day.day < r->patient->birth_date.day)
        return rsp_yaml_error(node, r->err, RSP_E_DOMAIN, "%s lies before the patient's birth.", text);
    return RSP_OK;
}

rsp_status rsp_patient_day(struct rsp_patient_reader *r, const struct rsp_yaml *node, struct rsp_date *out)
{
    struct rsp_date day = {0};
    struct rsp_error inner = {0};
    if (node->kind != RSP_YAML_SCALAR)
        return rsp_yaml_error(node, r->err, RSP_E_SYNTAX, "Expected a day such as 2026-03-31.");
    const rsp_status status = rsp_date_parse(node->text, &day, &inner);
    if (status != RSP_OK)
        return rsp_yaml_error(node, r->err, status, "%.400s", inner.message);
    RSP_TRY(check_day(r, node, day));
    *out = day;
    return RSP_OK;
}

rsp_status rsp_patient_moment(
    struct rsp_patient_reader *r, const struct rsp_yaml *node, struct rsp_date_time *out)
{
    struct rsp_date_time moment;
    struct rsp_error inner = {0};
    if (node->kind != RSP_YAML_SCALAR)
        return rsp_yaml_error(node, r->err, RSP_E_SYNTAX,
            "Expected a day such as 2026-03-31, or with its time 2026-03-31T09:00.");
    const rsp_status status = rsp_date_time_parse(node->text, &moment, &inner);
    if (status != RSP_OK)
        return rsp_yaml_error(node, r->err, status, "%.400s", inner.message);
    RSP_TRY(check_day(r, node, moment.date));
    *out = moment;
    return RSP_OK;
}

rsp_status rsp_patient_word(struct rsp_patient_reader *r, const struct rsp_yaml *node, const char *what,
    const char *const known[], size_t *index)
{
    if (node->kind != RSP_YAML_SCALAR)
        return rsp_yaml_error(node, r->err, RSP_E_SYNTAX, "Expected one word for the %s.", what);
    const int found = rsp_text_index(node->text, known);
    if (found >= 0) {
        *index = (size_t)found;
        return RSP_OK;
    }
    const char *nearest = rsp_text_nearest(node->text, known);
    if (nearest != NULL)
        return rsp_yaml_error(node, r->err, RSP_E_UNKNOWN, "Unknown %s \"%.60s\"; did you mean \"%s\"?", what,
            node->text, nearest);
    char list[320] = "";
    size_t length = 0;
    for (size_t i = 0; known[i] != NULL && length + strlen(known[i]) + 8 < sizeof list; i++)
        length += (size_t)snprintf(list + length, sizeof list - length, "%s%s", i > 0 ? ", " : "", known[i]);
    return rsp_yaml_error(node, r->err, RSP_E_UNKNOWN, "Unknown %s \"%.60s\"; known are: %s%s.", what,
        node->text, list, length + 40 > sizeof list ? ", ..." : "");
}

rsp_status rsp_patient_list(struct rsp_patient_reader *r, const struct rsp_yaml *node, const char *what)
{
    if (node->kind == RSP_YAML_LIST)
        return RSP_OK;
    return rsp_yaml_error(
        node, r->err, RSP_E_SYNTAX, "Expected a list of %s; write [] when there are none.", what);
}

static rsp_status read_age(struct rsp_patient_reader *r, const struct rsp_yaml *root)
{
    const struct rsp_yaml *birth = rsp_yaml_find(root, "birth_date");
    const struct rsp_yaml *age = rsp_yaml_find(root, "age_y");
    if (birth != NULL && age != NULL)
        return rsp_yaml_error(age, r->err, RSP_E_MISMATCH,
            "Give birth_date or age_y, not both: they could contradict each other.");
    r->patient->age_line = age != NULL ? age->line : birth != NULL ? birth->line : 0;
    if (age != NULL)
        return rsp_patient_number(r, age, &age_range, &r->patient->age_y);
    if (birth == NULL)
        return RSP_OK;
    struct rsp_date day = {0};
    RSP_TRY(rsp_patient_day(r, birth, &day));
    const int age_y = rsp_date_age_y(day, r->today);
    if (age_y > (int)age_range.high)
        return rsp_yaml_error(birth, r->err, RSP_E_DOMAIN,
            "This birth date makes the patient %d years old; at most %g is expected.", age_y, age_range.high);
    r->patient->has_birth_date = true;
    r->patient->birth_date = day;
    r->patient->age_y = age_y;
    return RSP_OK;
}

static rsp_status read_weight(struct rsp_patient_reader *r, const struct rsp_yaml *root, bool force)
{
    const struct rsp_patient_range *range = force ? &weight_forced : &weight_range;
    const struct rsp_yaml *plain = rsp_yaml_find(root, "weight_kg");
    const struct rsp_yaml *dated = rsp_yaml_find(root, "weight");
    r->patient->weight_date = r->today;
    if (plain != NULL && dated != NULL)
        return rsp_yaml_error(
            dated, r->err, RSP_E_MISMATCH, "Give weight_kg or weight: {value_kg, date}, not both.");
    const struct rsp_yaml *value = plain;
    if (dated != NULL) {
        static const char *const keys[] = {"value_kg", "date", NULL};
        if (dated->kind != RSP_YAML_MAP)
            return rsp_yaml_error(dated, r->err, RSP_E_SYNTAX,
                "Write weight: {value_kg: 70, date: 2026-03-31}, or weight_kg: 70.");
        RSP_TRY(rsp_yaml_only(dated, keys, r->err));
        value = rsp_yaml_find(dated, "value_kg");
        const struct rsp_yaml *date = rsp_yaml_find(dated, "date");
        if (value == NULL)
            return rsp_yaml_error(dated, r->err, RSP_E_MISSING, "weight needs value_kg.");
        if (date != NULL)
            RSP_TRY(rsp_patient_day(r, date, &r->patient->weight_date));
    }
    if (value == NULL)
        return RSP_OK;
    const rsp_status status = rsp_patient_number(r, value, range, &r->patient->weight_kg);
    double given_kg = NAN;
    if (status != RSP_E_DOMAIN || force || rsp_yaml_node_number(value, &given_kg, NULL) != RSP_OK)
        return status;
    if (r->err != NULL && given_kg >= weight_forced.low && given_kg <= weight_forced.high) {
        const size_t n = strlen(r->err->message);
        snprintf(r->err->message + n, sizeof r->err->message - n,
            " --force-covariates accepts a weight outside it.");
    }
    return status;
}

static rsp_status read_person(struct rsp_patient_reader *r, const struct rsp_yaml *root)
{
    static const char *const sexes[] = {"female", "male", "f", "m", "unknown", NULL};
    static const enum rsp_sex values[] = {
        RSP_SEX_FEMALE, RSP_SEX_MALE, RSP_SEX_FEMALE, RSP_SEX_MALE, RSP_SEX_UNKNOWN};
    const struct rsp_yaml *node = rsp_yaml_find(root, "sex");
    size_t i = 0;
    if (node != NULL) {
        RSP_TRY(rsp_patient_word(r, node, "sex", sexes, &i));
        r->patient->sex = values[i];
    }
    node = rsp_yaml_find(root, "height_cm");
    if (node != NULL)
        RSP_TRY(rsp_patient_number(r, node, &height_range, &r->patient->height_cm));
    node = rsp_yaml_find(root, "setting");
    if (node != NULL) {
        RSP_TRY(rsp_patient_word(r, node, "setting", setting_words, &i));
        r->patient->setting = setting_words[i];
    }
    return RSP_OK;
}

static rsp_status read_pain(struct rsp_patient_reader *r, const struct rsp_yaml *root)
{
    const struct rsp_yaml *node = rsp_yaml_find(root, "condition");
    if (node != NULL) {
        size_t i = 0;
        RSP_TRY(rsp_patient_word(r, node, "condition", condition_words(), &i));
        r->patient->has_condition = true;
        r->patient->condition = (enum rsp_condition)i;
    }
    node = rsp_yaml_find(root, "baseline_nrs");
    if (node != NULL)
        RSP_TRY(rsp_patient_number(r, node, &nrs_range, &r->patient->baseline_nrs));
    return RSP_OK;
}

static rsp_status read_goals(struct rsp_patient_reader *r, const struct rsp_yaml *root)
{
    static const char *const keys[] = {"relief_frac", "horizon_d", "max_dissociation_pct", NULL};
    const struct rsp_yaml *goals = rsp_yaml_find(root, "goals");
    if (goals == NULL)
        return RSP_OK;
    RSP_TRY(rsp_yaml_only(goals, keys, r->err));
    const struct rsp_yaml *node = rsp_yaml_find(goals, "relief_frac");
    if (node != NULL)
        RSP_TRY(rsp_patient_number(r, node, &relief_range, &r->patient->goals.relief_frac));
    node = rsp_yaml_find(goals, "horizon_d");
    if (node != NULL)
        RSP_TRY(rsp_patient_number(r, node, &horizon_range, &r->patient->goals.horizon_d));
    node = rsp_yaml_find(goals, "max_dissociation_pct");
    if (node != NULL)
        RSP_TRY(rsp_patient_number(r, node, &dissociation_range, &r->patient->goals.max_dissociation_pct));
    return RSP_OK;
}

/* Two star alleles with a stroke between them. */
static bool diplotype(const char *text)
{
    for (int allele = 0; allele < 2; allele++) {
        if (*text++ != '*')
            return false;
        size_t digits = 0;
        while (text[digits] >= '0' && text[digits] <= '9')
            digits++;
        if (digits == 0 || digits > 3)
            return false;
        text += digits;
        if (allele == 0 && *text++ != '/')
            return false;
    }
    return *text == '\0';
}

static rsp_status read_genotype(struct rsp_patient_reader *r, const struct rsp_yaml *root)
{
    static const char *const keys[] = {"cyp2b6", NULL};
    const struct rsp_yaml *map = rsp_yaml_find(root, "genotype");
    if (map == NULL)
        return RSP_OK;
    RSP_TRY(rsp_yaml_only(map, keys, r->err));
    const struct rsp_yaml *node = rsp_yaml_find(map, "cyp2b6");
    if (node == NULL)
        return RSP_OK;
    if (node->kind != RSP_YAML_SCALAR || !diplotype(node->text))
        return rsp_yaml_error(node, r->err, RSP_E_SYNTAX, "Write both alleles in quotes, such as \"*1/*6\".");
    return rsp_patient_copy(r, node->text, &r->patient->cyp2b6);
}

/* Words that only a woman's record can hold: a man's record with one is another person's or a slip. */
static rsp_status check_sex(struct rsp_patient_reader *r, const struct rsp_yaml *root)
{
    static const char *const female[] = {"pregnancy", "breastfeeding", "eclampsia", "pre_eclampsia"};
    if (r->patient->sex != RSP_SEX_MALE)
        return RSP_OK;
    for (size_t i = 0; i < sizeof female / sizeof female[0]; i++) {
        if (rsp_patient_history(r->patient, female[i]) != NULL)
            return rsp_yaml_error(rsp_yaml_find(root, "history"), r->err, RSP_E_MISMATCH,
                "\"%s\" does not go with sex: male; is this the right person's record?", female[i]);
    }
    const struct rsp_test *pregnancy = rsp_patient_test(r->patient, "pregnancy");
    if (pregnancy != NULL && pregnancy->text != NULL && strcmp(pregnancy->text, "positive") == 0)
        return rsp_yaml_error(rsp_yaml_find(root, "tests"), r->err, RSP_E_MISMATCH,
            "A positive pregnancy test does not go with sex: male; is this the right person's record?");
    return RSP_OK;
}

static rsp_status read_all(struct rsp_patient_reader *r, const struct rsp_yaml *root, bool force)
{
    if (root == NULL || root->kind != RSP_YAML_MAP) {
        if (root == NULL)
            return rsp_error_set(r->err, RSP_E_SYNTAX, "", "The patient file is empty.");
        return rsp_yaml_error(root, r->err, RSP_E_SYNTAX,
            "A patient file is a list of \"key: value\" lines, such as weight_kg: 70.");
    }
    RSP_TRY(rsp_yaml_only(root, root_keys, r->err));
    const struct rsp_yaml *id = rsp_yaml_find(root, "id");
    if (id != NULL) {
        if (id->kind != RSP_YAML_SCALAR || id->text[0] == '\0' || strlen(id->text) > 100)
            return rsp_yaml_error(id, r->err, RSP_E_SYNTAX, "Expected an id of 1 to 100 characters.");
        RSP_TRY(rsp_patient_copy(r, id->text, &r->patient->id));
    }
    RSP_TRY(read_age(r, root));
    RSP_TRY(read_weight(r, root, force));
    RSP_TRY(rsp_patient_read_weights(r, root, force ? &weight_forced : &weight_range));
    RSP_TRY(read_person(r, root));
    RSP_TRY(read_pain(r, root));
    RSP_TRY(rsp_patient_read_history(r, root));
    RSP_TRY(rsp_patient_read_allergies(r, root));
    RSP_TRY(rsp_patient_read_medications(r, root));
    RSP_TRY(rsp_patient_read_tests(r, root));
    RSP_TRY(rsp_patient_read_infusions(r, root));
    RSP_TRY(read_genotype(r, root));
    RSP_TRY(read_goals(r, root));
    return check_sex(r, root);
}

rsp_status rsp_patient_parse(const char *text, size_t length, const char *source, struct rsp_date today,
    bool force_covariates, struct rsp_patient **patient, struct rsp_error *err)
{
    struct rsp_yaml_tree *tree = NULL;
    struct rsp_arena *arena = NULL;
    rsp_status status = RSP_OK;
    if (length > MAX_BYTES) {
        status = rsp_error_set(err, RSP_E_LIMIT, "",
            "A patient file of %zu bytes is refused; at most %zu are expected.", length, MAX_BYTES);
        rsp_error_place(err, source, 0);
        return status;
    }
    RSP_TRY_DONE(rsp_yaml_parse(text, length, source, &tree, err));
    arena = rsp_arena_new();
    struct rsp_patient *p = arena != NULL ? rsp_arena_alloc(arena, sizeof *p) : NULL;
    if (p == NULL) {
        status = rsp_patient_no_memory(err);
        goto done;
    }
    p->arena = arena;
    p->age_y = p->weight_kg = p->height_cm = p->baseline_nrs = NAN;
    p->goals = (struct rsp_goals){NAN, NAN, NAN};
    struct rsp_patient_reader r = {p, arena, today, err};
    RSP_TRY_DONE(read_all(&r, rsp_yaml_root(tree), force_covariates));
    *patient = p;
    arena = NULL;
done:
    rsp_yaml_free(tree);
    rsp_arena_free(arena);
    return status;
}

void rsp_patient_free(struct rsp_patient *patient)
{
    if (patient != NULL)
        rsp_arena_free(patient->arena);
}

const struct rsp_test *rsp_patient_test(const struct rsp_patient *patient, const char *name)
{
    for (size_t i = 0; i < patient->n_test; i++)
        if (strcmp(patient->test[i].name, name) == 0)
            return &patient->test[i];
    return NULL;
}

const struct rsp_history *rsp_patient_history(const struct rsp_patient *patient, const char *word)
{
    for (size_t i = 0; i < patient->n_history; i++)
        if (strcmp(patient->history[i].word, word) == 0)
            return &patient->history[i];
    return NULL;
}

bool rsp_patient_unasked(const struct rsp_patient *patient, const char *word)
{
    for (size_t i = 0; i < patient->n_unasked; i++)
        if (strcmp(patient->unasked[i], word) == 0)
            return true;
    return false;
}
