#include <math.h>
#include <string.h>

#include "record/reader.h"
#include "record/words.h"

static const struct rsp_patient_range dose_range = {"dose_mg", "a medication's dose", "mg", 0.0001, 100000};
static const struct rsp_patient_range per_day_range = {
    "per_day", "doses a day", "(0.5 is every other day)", 0.01, 48};

static const struct rsp_patient_range patch_range = {"rate_mcg_per_h", "a patch's rate", "mcg/h", 0.1, 1000};

static const char *const severities[] = {"mild", "moderate", "severe", NULL};

const struct rsp_patient_range *rsp_patient_list_range(const char *key)
{
    static const struct rsp_patient_range *const ranges[] = {&dose_range, &per_day_range, &patch_range};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (strcmp(ranges[i]->key, key) == 0)
            return ranges[i];
    return NULL;
}

const char *const *rsp_patient_severities(void)
{
    return severities;
}

static rsp_status read_history_item(
    struct rsp_patient_reader *r, const struct rsp_yaml *node, struct rsp_history *item)
{
    static const char *const keys[] = {"word", "severity", "since", NULL};
    const struct rsp_yaml *word = node;
    item->line = node->line;
    if (node->kind == RSP_YAML_MAP) {
        RSP_TRY(rsp_yaml_only(node, keys, r->err));
        word = rsp_yaml_find(node, "word");
        if (word == NULL)
            return rsp_yaml_error(node, r->err, RSP_E_MISSING, "A history entry needs a word.");
        const struct rsp_yaml *severity = rsp_yaml_find(node, "severity");
        if (severity != NULL) {
            size_t i = 0;
            RSP_TRY(rsp_patient_word(r, severity, "severity", severities, &i));
            item->severity = severities[i];
        }
        const struct rsp_yaml *since = rsp_yaml_find(node, "since");
        if (since != NULL) {
            RSP_TRY(rsp_patient_day(r, since, &item->since));
            item->has_since = true;
        }
    }
    size_t i = 0;
    RSP_TRY(rsp_patient_word(r, word, "history word", rsp_history_words, &i));
    item->word = rsp_history_words[i];
    return RSP_OK;
}

/* Words of the history that are still to be asked: without them, what a history does not list is absent. */
static rsp_status read_unasked(struct rsp_patient_reader *r, const struct rsp_yaml *root)
{
    const struct rsp_yaml *list = rsp_yaml_find(root, "history_unasked");
    if (list == NULL)
        return RSP_OK;
    if (!r->patient->has_history)
        return rsp_yaml_error(list, r->err, RSP_E_MISSING,
            "history_unasked goes with a history; without one nothing has been asked.");
    RSP_TRY(rsp_patient_list(r, list, "history words"));
    const char **words = rsp_arena_alloc(r->arena, list->n_child * sizeof *words);
    if (words == NULL)
        return rsp_patient_no_memory(r->err);
    size_t n = 0;
    for (const struct rsp_yaml *node = list->first; node != NULL; node = node->next) {
        size_t i = 0;
        RSP_TRY(rsp_patient_word(r, node, "history word", rsp_history_words, &i));
        if (rsp_patient_history(r->patient, rsp_history_words[i]) != NULL)
            return rsp_yaml_error(node, r->err, RSP_E_MISMATCH,
                "\"%s\" stands in the history, so it has been asked: take it out of history_unasked.",
                rsp_history_words[i]);
        words[n++] = rsp_history_words[i];
    }
    r->patient->unasked = words;
    r->patient->n_unasked = n;
    return RSP_OK;
}

rsp_status rsp_patient_read_history(struct rsp_patient_reader *r, const struct rsp_yaml *root)
{
    const struct rsp_yaml *list = rsp_yaml_find(root, "history");
    if (list == NULL)
        return read_unasked(r, root);
    RSP_TRY(rsp_patient_list(r, list, "history words"));
    r->patient->history = rsp_arena_alloc(r->arena, list->n_child * sizeof *r->patient->history);
    if (r->patient->history == NULL)
        return rsp_patient_no_memory(r->err);
    for (const struct rsp_yaml *node = list->first; node != NULL; node = node->next) {
        struct rsp_history *item = &r->patient->history[r->patient->n_history];
        RSP_TRY(read_history_item(r, node, item));
        const struct rsp_history *earlier = rsp_patient_history(r->patient, item->word);
        if (earlier != NULL)
            return rsp_yaml_error(node, r->err, RSP_E_SYNTAX,
                "\"%s\" stands twice in the history (first in line %d).", item->word, earlier->line);
        r->patient->n_history++;
    }
    r->patient->has_history = true;
    return read_unasked(r, root);
}

rsp_status rsp_patient_read_allergies(struct rsp_patient_reader *r, const struct rsp_yaml *root)
{
    const struct rsp_yaml *list = rsp_yaml_find(root, "allergies");
    if (list == NULL)
        return RSP_OK;
    RSP_TRY(rsp_patient_list(r, list, "allergies"));
    r->patient->allergy = rsp_arena_alloc(r->arena, list->n_child * sizeof *r->patient->allergy);
    if (r->patient->allergy == NULL)
        return rsp_patient_no_memory(r->err);
    for (const struct rsp_yaml *node = list->first; node != NULL; node = node->next) {
        if (node->kind != RSP_YAML_SCALAR || node->text[0] == '\0')
            return rsp_yaml_error(node, r->err, RSP_E_SYNTAX, "Expected the name of a substance.");
        RSP_TRY(rsp_patient_copy(r, node->text, &r->patient->allergy[r->patient->n_allergy]));
        r->patient->n_allergy++;
    }
    r->patient->has_allergies = true;
    return RSP_OK;
}

static rsp_status read_medication(
    struct rsp_patient_reader *r, const struct rsp_yaml *node, struct rsp_medication *item)
{
    static const char *const keys[] = {"name", "dose_mg", "per_day", "rate_mcg_per_h", "since", NULL};
    const struct rsp_yaml *name = node;
    *item =
        (struct rsp_medication){.dose_mg = NAN, .per_day = NAN, .rate_mcg_per_h = NAN, .line = node->line};
    if (node->kind == RSP_YAML_MAP) {
        RSP_TRY(rsp_yaml_only(node, keys, r->err));
        name = rsp_yaml_find(node, "name");
        const struct rsp_yaml *dose = rsp_yaml_find(node, "dose_mg");
        const struct rsp_yaml *per_day = rsp_yaml_find(node, "per_day");
        const struct rsp_yaml *rate = rsp_yaml_find(node, "rate_mcg_per_h");
        const struct rsp_yaml *since = rsp_yaml_find(node, "since");
        if (rate != NULL)
            RSP_TRY(rsp_patient_number(r, rate, &patch_range, &item->rate_mcg_per_h));
        if (dose != NULL)
            RSP_TRY(rsp_patient_number(r, dose, &dose_range, &item->dose_mg));
        if (per_day != NULL)
            RSP_TRY(rsp_patient_number(r, per_day, &per_day_range, &item->per_day));
        if (since != NULL) {
            RSP_TRY(rsp_patient_day(r, since, &item->since));
            item->has_since = true;
        }
    }
    if (name == NULL || name->kind != RSP_YAML_SCALAR || name->text[0] == '\0')
        return rsp_yaml_error(node, r->err, RSP_E_MISSING,
            "A medication needs a name, such as {name: gabapentin, dose_mg: 300, per_day: 3}.");
    return rsp_patient_copy(r, name->text, &item->name);
}

rsp_status rsp_patient_read_medications(struct rsp_patient_reader *r, const struct rsp_yaml *root)
{
    const struct rsp_yaml *list = rsp_yaml_find(root, "medications");
    if (list == NULL)
        return RSP_OK;
    RSP_TRY(rsp_patient_list(r, list, "medications"));
    r->patient->medication = rsp_arena_alloc(r->arena, list->n_child * sizeof *r->patient->medication);
    if (r->patient->medication == NULL)
        return rsp_patient_no_memory(r->err);
    for (const struct rsp_yaml *node = list->first; node != NULL; node = node->next)
        RSP_TRY(read_medication(r, node, &r->patient->medication[r->patient->n_medication++]));
    r->patient->has_medications = true;
    return RSP_OK;
}
