#include "rules/finding_json.h"

#include <string.h>

#include "base/text.h"

/* A sentence that was cut to its room may end inside a character: only whole ones are written. */
static json_t *text(const char *value)
{
    const size_t length = strlen(value);
    size_t whole = 0;
    for (size_t step = 1; whole < length && step > 0; whole += step)
        step = rsp_utf8_length(value + whole, length - whole);
    return json_stringn(value, whole);
}

static json_t *day(struct rsp_date date)
{
    char written[16];
    rsp_date_format(date, written, sizeof written);
    return json_string(written);
}

/* Row of an array; NULL when anything failed, and then the array is gone too. */
static json_t *appended(json_t *array, json_t *row, bool complete)
{
    if (array != NULL && row != NULL && complete && json_array_append(array, row) == 0) {
        json_decref(row);
        return array;
    }
    json_decref(row);
    json_decref(array);
    return NULL;
}

json_t *rsp_finding_facts(const struct rsp_finding *finding)
{
    json_t *array = json_array();
    for (size_t i = 0; i < finding->n_fact && array != NULL; i++) {
        const struct rsp_used_fact *fact = &finding->fact[i];
        json_t *row = json_object();
        bool complete = json_object_set_new(row, "name", text(fact->name)) == 0;
        complete = complete && json_object_set_new(row, "value", text(fact->value)) == 0;
        complete =
            complete && json_object_set_new(row, "date", fact->has_date ? day(fact->date) : json_null()) == 0;
        array = appended(array, row, complete);
    }
    return array;
}

json_t *rsp_finding_rules(const struct rsp_finding *finding)
{
    const size_t n = finding->n_waiting > 0 ? finding->n_waiting : 1;
    json_t *array = json_array();
    for (size_t i = 0; i < n && array != NULL; i++) {
        const struct rsp_rule *rule = finding->n_waiting > 0 ? finding->waiting[i] : finding->rule;
        json_t *row = json_object();
        bool complete = json_object_set_new(row, "rule", text(rule->id)) == 0;
        complete = complete && json_object_set_new(row, "version", json_integer(rule->version)) == 0;
        array = appended(array, row, complete);
    }
    return array;
}

rsp_status rsp_finding_json(const struct rsp_rulebook *book, const struct rsp_finding *finding,
    struct rsp_date today, char **written, struct rsp_error *err)
{
    const struct rsp_rule *rule = finding->rule;
    const struct {
        const char *key;
        json_t *value;
    } row[] = {{"rule", text(rule->id)}, {"version", json_integer(rule->version)},
        {"rules", rsp_finding_rules(finding)}, {"severity", text(rsp_severity_name(rule->severity))},
        {"gate", text(rsp_gate_name(rule->gate))},
        {"confidence", text(rsp_rule_confidence_name(rule->confidence))},
        {"known", json_boolean(finding->truth == RSP_TRUE)}, {"text", text(finding->text)},
        {"missing", text(finding->missing)}, {"action", text(rule->action)}, {"grade", text(rule->grade)},
        {"source", text(rule->source)}, {"judged_on", day(today)},
        {"rulebook_sha256", text(rsp_rulebook_sha256(book))}, {"facts", rsp_finding_facts(finding)}};
    json_t *object = json_object();
    bool complete = object != NULL;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        complete = json_object_set_new(object, row[i].key, row[i].value) == 0 && complete;
    char *dump = complete ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (dump == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "finding", "Out of memory while writing a finding.");
    *written = dump;
    return RSP_OK;
}
