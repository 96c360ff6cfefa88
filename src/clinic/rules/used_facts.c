/* What a judgement looked at, kept with the finding so that it can be stored and shown again. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/rulebook.h"

enum { FIRST_CAPACITY = 8, MAX_LIST = 65536 };

void rsp_used_note(
    struct rsp_used_facts *used, const char *name, const char *value, const struct rsp_date *date)
{
    if (used == NULL || used->failed)
        return;
    for (size_t i = 0; i < used->n; i++)
        if (strcmp(used->fact[i].name, name) == 0)
            return;
    if (used->n == used->capacity) {
        const size_t capacity = used->capacity > 0 ? 2 * used->capacity : FIRST_CAPACITY;
        struct rsp_used_fact *grown = rsp_arena_alloc(used->arena, capacity * sizeof *grown);
        if (grown != NULL && used->n > 0)
            memcpy(grown, used->fact, used->n * sizeof *grown);
        used->failed = grown == NULL;
        if (grown == NULL)
            return;
        used->fact = grown;
        used->capacity = capacity;
    }
    struct rsp_used_fact *fact = &used->fact[used->n];
    fact->name = rsp_arena_text(used->arena, name, strlen(name));
    fact->value = rsp_arena_text(used->arena, value, strlen(value));
    fact->has_date = date != NULL;
    if (date != NULL)
        fact->date = *date;
    used->failed = fact->name == NULL || fact->value == NULL;
    used->n += used->failed ? 0 : 1;
}

void rsp_used_history(struct rsp_used_facts *used, const struct rsp_patient *patient, const char *word)
{
    const struct rsp_history *item = rsp_patient_history(patient, word);
    char name[80], value[40] = "absent";
    if (used == NULL)
        return;
    if (!patient->has_history) {
        rsp_used_note(used, "history", "not asked", NULL);
        return;
    }
    snprintf(name, sizeof name, "history.%s", word);
    if (rsp_patient_unasked(patient, word))
        snprintf(value, sizeof value, "not asked");
    if (item != NULL)
        snprintf(value, sizeof value, "present%s%s", item->severity != NULL ? ", " : "",
            item->severity != NULL ? item->severity : "");
    rsp_used_note(used, name, value, item != NULL && item->has_since ? &item->since : NULL);
}

/* A list that was written piece by piece; its end is the note. */
static void note_list(struct rsp_used_facts *used, const char *name, struct rsp_buf *list)
{
    used->failed = used->failed || list->failed;
    rsp_used_note(used, name, list->length > 0 ? list->data : "none", NULL);
    rsp_buf_free(list);
}

void rsp_used_medications(struct rsp_used_facts *used, const struct rsp_patient *patient)
{
    struct rsp_buf list;
    if (used == NULL)
        return;
    if (!patient->has_medications) {
        rsp_used_note(used, "medications", "not asked", NULL);
        return;
    }
    rsp_buf_init(&list, MAX_LIST);
    for (size_t i = 0; i < patient->n_medication; i++) {
        const struct rsp_medication *one = &patient->medication[i];
        rsp_buf_printf(&list, "%s%s", i > 0 ? "; " : "", one->name);
        if (!isnan(one->dose_mg)) {
            rsp_buf_text(&list, " ");
            rsp_buf_double(&list, one->dose_mg);
            rsp_buf_text(&list, " mg");
        }
        if (!isnan(one->per_day)) {
            rsp_buf_text(&list, " x ");
            rsp_buf_double(&list, one->per_day);
            rsp_buf_text(&list, " a day");
        }
        if (!isnan(one->rate_mcg_per_h)) {
            rsp_buf_text(&list, " ");
            rsp_buf_double(&list, one->rate_mcg_per_h);
            rsp_buf_text(&list, " mcg/h");
        }
    }
    note_list(used, "medications", &list);
}

void rsp_used_allergies(struct rsp_used_facts *used, const struct rsp_patient *patient)
{
    struct rsp_buf list;
    if (used == NULL)
        return;
    if (!patient->has_allergies) {
        rsp_used_note(used, "allergies", "not asked", NULL);
        return;
    }
    rsp_buf_init(&list, MAX_LIST);
    for (size_t i = 0; i < patient->n_allergy; i++)
        rsp_buf_printf(&list, "%s%s", i > 0 ? "; " : "", patient->allergy[i]);
    note_list(used, "allergies", &list);
}

void rsp_used_infusions(struct rsp_used_facts *used, const struct rsp_patient *patient)
{
    struct rsp_buf list;
    if (used == NULL)
        return;
    rsp_buf_init(&list, MAX_LIST);
    for (size_t i = 0; i < patient->n_infusion; i++) {
        char day[16];
        rsp_date_format(patient->infusion[i].start, day, sizeof day);
        rsp_buf_printf(&list, "%s%s: %s", i > 0 ? "; " : "", day, patient->infusion[i].dose_text);
    }
    note_list(used, "infusions", &list);
}

void rsp_used_test(struct rsp_used_facts *used, const struct rsp_patient *patient, const char *name)
{
    const struct rsp_test *test = rsp_patient_test(patient, name);
    struct rsp_buf value;
    if (used == NULL)
        return;
    if (test == NULL) {
        rsp_used_note(used, name, "not on file", NULL);
        return;
    }
    rsp_buf_init(&value, MAX_LIST);
    if (test->text != NULL)
        rsp_buf_text(&value, test->text);
    else
        rsp_buf_double(&value, test->value);
    if (!isnan(test->upper_limit)) {
        rsp_buf_text(&value, " (upper limit ");
        rsp_buf_double(&value, test->upper_limit);
        rsp_buf_text(&value, ")");
    }
    used->failed = used->failed || value.failed;
    rsp_used_note(used, name, value.failed ? "" : value.data, &test->date);
    rsp_buf_free(&value);
}

/* What a number that is no test itself is made of. */
static void note_parts(struct rsp_used_facts *used, const struct rsp_patient *patient, const char *name)
{
    static const char *const enzymes[] = {"alt_u_per_l", "ast_u_per_l", "alp_u_per_l", "ggt_u_per_l"};
    if (strcmp(name, "enzymes_over_upper_limit") == 0)
        for (size_t i = 0; i < sizeof enzymes / sizeof *enzymes; i++)
            rsp_used_test(used, patient, enzymes[i]);
}

void rsp_used_number(
    struct rsp_used_facts *used, const struct rsp_patient *patient, struct rsp_date today, const char *name)
{
    const double x = rsp_fact_value(patient, today, name);
    const bool weight = strncmp(name, "weight", strlen("weight")) == 0 && !isnan(x);
    struct rsp_buf value;
    if (used == NULL)
        return;
    if (rsp_patient_test(patient, name) != NULL) {
        rsp_used_test(used, patient, name);
        return;
    }
    rsp_buf_init(&value, MAX_LIST);
    if (isnan(x))
        rsp_buf_text(&value, "not on file");
    else
        rsp_buf_double(&value, x);
    used->failed = used->failed || value.failed;
    rsp_used_note(used, name, value.failed ? "" : value.data, weight ? &patient->weight_date : NULL);
    rsp_buf_free(&value);
    note_parts(used, patient, name);
}

/* ---- one block ---- */

static size_t text_size(const struct rsp_used_fact *fact)
{
    return strlen(fact->name) + strlen(fact->value) + 2;
}

/* Copy a text to *at and move it on. */
static const char *put(char **at, const char *text)
{
    char *copy = *at;
    const size_t size = strlen(text) + 1;
    memcpy(copy, text, size);
    *at += size;
    return copy;
}

struct rsp_finding *rsp_findings_pack(size_t n, const struct rsp_finding finding[])
{
    size_t n_fact = 0, n_waiting = 0, n_text = 0;
    for (size_t i = 0; i < n; i++) {
        n_fact += finding[i].n_fact;
        n_waiting += finding[i].n_waiting;
        for (size_t k = 0; k < finding[i].n_fact; k++)
            n_text += text_size(&finding[i].fact[k]);
    }
    struct rsp_finding *all = malloc((n + 1) * sizeof *all + n_fact * sizeof(struct rsp_used_fact) +
                                     n_waiting * sizeof(const struct rsp_rule *) + n_text);
    if (all == NULL)
        return NULL;
    struct rsp_used_fact *fact = (struct rsp_used_fact *)(void *)(all + n + 1);
    const struct rsp_rule **waiting = (const struct rsp_rule **)(void *)(fact + n_fact);
    char *text = (char *)(waiting + n_waiting);
    for (size_t i = 0; i < n; i++) {
        all[i] = finding[i];
        all[i].fact = fact;
        all[i].waiting = waiting;
        for (size_t k = 0; k < finding[i].n_fact; k++, fact++) {
            *fact = finding[i].fact[k];
            fact->name = put(&text, fact->name);
            fact->value = put(&text, fact->value);
        }
        for (size_t k = 0; k < finding[i].n_waiting; k++)
            *waiting++ = finding[i].waiting[k];
    }
    return all;
}
