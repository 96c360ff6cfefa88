#include "service/follow.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "service/json_build.h"

/* ---- diary ---- */

rsp_status rsp_diary_entries(struct rsp_call *call, json_t **rows)
{
    size_t i;
    json_t *row;
    char at[40];

    RSP_TRY(rsp_call_facts(call, "diary_entry", true, rows));
    json_array_foreach(*rows, i, row)
    {
        const char *date = json_string_value(json_object_get(row, "date"));
        const char *time = json_string_value(json_object_get(row, "time"));
        (void)json_object_set_new(row, "entered_at", json_incref(json_object_get(row, "at")));
        snprintf(at, sizeof at, "%s%s%s", date != NULL ? date : "", time != NULL ? "T" : "",
            time != NULL ? time : "");
        (void)json_object_set_new(row, "at", json_string(at));
    }
    return RSP_OK;
}

/* ---- findings of scores ---- */

static bool answered(const json_t *answers, json_int_t finding)
{
    size_t i;
    json_t *answer;
    json_array_foreach((json_t *)answers, i,
        answer) if (json_integer_value(json_object_get(answer, "finding")) == finding) return true;
    return false;
}

rsp_status rsp_findings_open(struct rsp_call *call, json_t **rows)
{
    json_t *answers = NULL, *findings = NULL;
    RSP_TRY(rsp_call_facts(call, "score_finding", true, &findings));
    const rsp_status status = rsp_call_facts(call, "finding_answer", true, &answers);
    if (status != RSP_OK) {
        json_decref(findings);
        return status;
    }
    for (size_t i = json_array_size(findings); i-- > 0;)
        if (answered(answers, json_integer_value(json_object_get(json_array_get(findings, i), "number"))))
            (void)json_array_remove(findings, i);
    json_decref(answers);
    *rows = findings;
    return RSP_OK;
}

/* ---- instruments ---- */

static json_t *message(const struct rsp_rulebook *book, const char *language, const char *key)
{
    return rsp_build_text(key != NULL ? rsp_rulebook_message(book, language, key) : NULL);
}

static const char *kind_word(enum rsp_instrument_kind kind)
{
    return kind == RSP_INSTRUMENT_ITEMS ? "items" : kind == RSP_INSTRUMENT_SCORE ? "score" : "budapest";
}

static json_t *answer_row(
    struct rsp_build *b, const struct rsp_rulebook *book, double value, const char *language, const char *key)
{
    json_t *row = json_object();
    rsp_build_set(b, row, "value", rsp_build_number(value));
    rsp_build_set(b, row, "text", message(book, language, key));
    return row;
}

static json_t *band_row(struct rsp_build *b, const struct rsp_rulebook *book, const char *language,
    const struct rsp_instrument_band *band)
{
    json_t *row = json_object();
    rsp_build_set(b, row, "from", rsp_build_number(band->from));
    rsp_build_set(b, row, "to", rsp_build_number(band->to));
    rsp_build_set(b, row, "text", message(book, language, band->text));
    rsp_build_set(b, row, "applied", json_boolean(band->confidence <= RSP_RULE_MEDIUM));
    return row;
}

static json_t *lists(struct rsp_build *b, const struct rsp_rulebook *book,
    const struct rsp_instrument *instrument, const char *language, json_t *row)
{
    json_t *items = json_array(), *answers = json_array(), *bands = json_array();
    for (size_t i = 0; i < instrument->n_item; i++)
        rsp_build_append(b, items, message(book, language, instrument->item[i]));
    for (size_t i = 0; i < instrument->n_answer; i++)
        rsp_build_append(b, answers,
            answer_row(b, book, instrument->answer[i].value, language, instrument->answer[i].text));
    for (size_t i = 0; i < instrument->n_band; i++)
        rsp_build_append(b, bands, band_row(b, book, language, &instrument->band[i]));
    rsp_build_set(b, row, "items", items);
    rsp_build_set(b, row, "answers", answers);
    rsp_build_set(b, row, "bands", bands);
    return row;
}

json_t *rsp_instrument_json(
    const struct rsp_rulebook *book, const struct rsp_instrument *instrument, const char *language)
{
    struct rsp_build b = {0};
    json_t *row = json_object();
    rsp_build_set(&b, row, "instrument", rsp_build_text(instrument->id));
    rsp_build_set(&b, row, "name", rsp_build_text(instrument->name));
    rsp_build_set(&b, row, "version", json_integer(instrument->version));
    rsp_build_set(&b, row, "kind", rsp_build_text(kind_word(instrument->kind)));
    rsp_build_set(&b, row, "measures", rsp_build_text(instrument->measures));
    rsp_build_set(&b, row, "direction", rsp_build_text(instrument->direction));
    rsp_build_set(&b, row, "low", rsp_build_number(instrument->low));
    rsp_build_set(&b, row, "high", rsp_build_number(instrument->high));
    rsp_build_set(&b, row, "whole", json_boolean(instrument->whole));
    rsp_build_set(&b, row, "between", json_boolean(instrument->between));
    rsp_build_set(&b, row, "change", rsp_build_text(instrument->change));
    rsp_build_set(&b, row, "licence", rsp_build_text(instrument->licence));
    rsp_build_set(&b, row, "source", rsp_build_text(instrument->source));
    rsp_build_set(&b, row, "notice", message(book, language, instrument->notice));
    rsp_build_set(&b, row, "lead", message(book, language, instrument->lead));
    row = lists(&b, book, instrument, language, row);
    if (b.failed) {
        json_decref(row);
        return NULL;
    }
    return row;
}

/* ---- scores ---- */

static json_t *flag_row(struct rsp_build *b, const struct rsp_rulebook *book,
    const struct rsp_instrument_flag *flag, const char *language)
{
    json_t *row = json_object();
    rsp_build_set(b, row, "rule", rsp_build_text(flag->rule->id));
    rsp_build_set(b, row, "severity", rsp_build_text(rsp_severity_name(flag->rule->severity)));
    rsp_build_set(b, row, "text", message(book, language, flag->text));
    rsp_build_set(b, row, "action", rsp_build_text(flag->rule->action));
    rsp_build_set(b, row, "source", rsp_build_text(flag->rule->source));
    return row;
}

static const char *truth_word(enum rsp_truth truth)
{
    return truth == RSP_TRUE ? "met" : truth == RSP_FALSE ? "not_met" : "not_known";
}

static json_t *criteria_row(struct rsp_build *b, const struct rsp_rulebook *book,
    const struct rsp_score *score, size_t i, const char *language)
{
    json_t *row = json_object();
    rsp_build_set(b, row, "text", message(book, language, score->instrument->criteria[i].text));
    rsp_build_set(b, row, "truth", rsp_build_text(truth_word(score->criteria[i])));
    return row;
}

json_t *rsp_score_json(const struct rsp_rulebook *book, const struct rsp_score *score, const char *language)
{
    struct rsp_build b = {0};
    json_t *object = json_object(), *cutoffs = json_array(), *flags = json_array(), *criteria = json_array();
    for (size_t i = 0; i < score->n_cutoff; i++)
        rsp_build_append(&b, cutoffs, message(book, language, score->cutoff[i]->text));
    for (size_t i = 0; i < score->n_flag; i++)
        rsp_build_append(&b, flags, flag_row(&b, book, score->flag[i], language));
    for (size_t i = 0; i < score->instrument->n_criteria; i++)
        rsp_build_append(&b, criteria, criteria_row(&b, book, score, i, language));
    rsp_build_set(&b, object, "total", rsp_build_number(score->total));
    rsp_build_set(
        &b, object, "band", message(book, language, score->band != NULL ? score->band->text : NULL));
    rsp_build_set(&b, object, "cutoffs", cutoffs);
    rsp_build_set(&b, object, "flags", flags);
    rsp_build_set(&b, object, "criteria", criteria);
    rsp_build_set(&b, object, "n_symptom", json_integer(score->n_symptom));
    rsp_build_set(&b, object, "n_sign", json_integer(score->n_sign));
    if (b.failed) {
        json_decref(object);
        return NULL;
    }
    return object;
}
