/* Premedication and rescue at the bedside: what is ordered beside the dose, given and recorded. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "rules/preparing.h"
#include "service/bedside.h"
#include "service/json_build.h"
#include "service/say.h"

enum { DIGITS = 6 };

/* ---- what is ordered ---- */

static bool fits(const json_t *row, const char *name, const char *use)
{
    return strcasecmp(rsp_key_text(row, "name"), name) == 0 &&
           (use[0] == '\0' || strcmp(rsp_key_text(row, "use"), use) == 0);
}

static rsp_status find_ordered(
    struct rsp_call *call, const struct rsp_bedside *bedside, const json_t **ordered)
{
    const json_t *rows = json_object_get(bedside->order.document, "support"), *row;
    const char *name = rsp_call_text(call, "name"), *use = rsp_call_text(call, "use");
    char known[300] = "";
    struct rsp_say say = RSP_SAY(known);
    size_t i, n = 0;
    json_array_foreach(rows, i, row)
    {
        rsp_say(&say, "%s%.60s %s mg %.20s (%.20s)", i > 0 ? ", " : "", rsp_key_text(row, "name"),
            rsp_words_number(rsp_key_number(row, "dose_mg"), DIGITS).text, rsp_key_text(row, "route"),
            rsp_key_text(row, "use"));
        if (!fits(row, name, use))
            continue;
        *ordered = row;
        n++;
    }
    if (n == 1)
        return RSP_OK;
    if (n > 1)
        return rsp_error_set(call->err, RSP_E_MISSING, "use",
            "%.60s is ordered more than once: say whether it is premedication or rescue", name);
    return rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_DENIED, "name",
        "%.60s is not ordered%s%s beside this dose: %s", name, use[0] != '\0' ? " as " : "", use,
        known[0] != '\0' ? known : "nothing is");
}

/* ---- what may be given ---- */

/* Of the same row of the order, without the one that is being replaced. */
static rsp_status given_before(struct rsp_call *call, const json_t *ordered, double *sum_mg, size_t *n)
{
    json_t *rows = NULL;
    size_t i;
    const json_t *row;
    RSP_TRY(rsp_bedside_entries(call, "bedside_medicine", rsp_call_whole(call, "order", 0), &rows));
    *sum_mg = 0.0;
    *n = 0;
    json_array_foreach(rows, i, row)
    {
        if (!fits(row, rsp_key_text(ordered, "name"), rsp_key_text(ordered, "use")) ||
            json_integer_value(json_object_get(row, "number")) == rsp_call_whole(call, "replaces", 0))
            continue;
        *sum_mg += rsp_key_number(row, "dose_mg");
        (*n)++;
    }
    json_decref(rows);
    return RSP_OK;
}

/* Premedication is given up to what is ordered, rescue up to that at once; again only with a reason. */
static rsp_status check_dose(struct rsp_call *call, const json_t *ordered, double dose_mg)
{
    const double most_mg = rsp_key_number(ordered, "dose_mg"), rounding = 1e-9;
    const bool before = strcmp(rsp_key_text(ordered, "use"), "premedication") == 0;
    double sum_mg = 0.0;
    size_t n = 0;
    RSP_TRY(given_before(call, ordered, &sum_mg, &n));
    const double counted_mg = before ? sum_mg + dose_mg : dose_mg;
    if (counted_mg > most_mg * (1 + rounding))
        return rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_LIMIT, "dose_mg",
            "%s mg of %.60s are ordered%s, and this would make %s mg", rsp_words_number(most_mg, DIGITS).text,
            rsp_key_text(ordered, "name"), before ? "" : " at once",
            rsp_words_number(counted_mg, DIGITS).text);
    if (!before && n > 0 && rsp_call_text(call, "why")[0] == '\0')
        return rsp_call_refuse(call, RSP_REFUSED_GATE, RSP_E_MISSING, "why",
            "%.60s was given already (%s mg): say why it is given again", rsp_key_text(ordered, "name"),
            rsp_words_number(sum_mg, DIGITS).text);
    return RSP_OK;
}

/* ---- enter ---- */

static rsp_status check(
    struct rsp_call *call, const struct rsp_bedside *bedside, bool back, const json_t **ordered)
{
    const json_t *dose = json_object_get(call->input, "dose_mg");
    RSP_TRY(find_ordered(call, bedside, ordered));
    if (back)
        return RSP_OK;
    if (dose == NULL)
        return rsp_error_set(
            call->err, RSP_E_MISSING, "dose_mg", "the dose that was given is expected, in mg");
    if (bedside->infusion.state == RSP_STATE_DISCHARGED && rsp_call_text(call, "at")[0] == '\0')
        return rsp_call_refuse(
            call, RSP_REFUSED_CONFLICT, RSP_E_CONFLICT, "at", "the person is at home: say when it was given");
    return check_dose(call, *ordered, json_number_value(dose));
}

static json_t *body_of(const struct rsp_call *call, const json_t *ordered, bool back)
{
    const char *why = rsp_call_whole(call, "replaces", 0) == 0 ? rsp_call_text(call, "why") : "";
    return json_pack("{s:O, s:O, s:O, s:O, s:b, s:s*}", "name", json_object_get(ordered, "name"), "use",
        json_object_get(ordered, "use"), "route", json_object_get(ordered, "route"), "dose_mg",
        json_object_get(back ? ordered : call->input, "dose_mg"), "withdrawn", back, "why_entered",
        why[0] != '\0' ? why : NULL);
}

rsp_status rsp_case_bedside_medicine(struct rsp_call *call)
{
    struct rsp_bedside bedside;
    const json_t *ordered = NULL;
    const bool back = rsp_bedside_takes_back(call, "dose_mg");
    RSP_TRY(rsp_bedside_takes(call, rsp_call_whole(call, "order", 0)));
    rsp_status status = rsp_bedside_read(call, rsp_call_whole(call, "order", 0), &bedside);
    if (status == RSP_OK)
        status = check(call, &bedside, back, &ordered);
    if (status == RSP_OK)
        status =
            rsp_bedside_enter(call, "bedside_medicine", "name", body_of(call, ordered, back), "medicine");
    rsp_bedside_clear(&bedside);
    return status;
}

/* ---- what was given ---- */

static const struct rsp_supporting *class_of(const struct rsp_call *call, const json_t *row)
{
    const int use = rsp_text_index(rsp_key_text(row, "use"), rsp_support_use_names);
    return use < 0 ? NULL
                   : rsp_rules_supporting(call->service->book, rsp_key_text(row, "name"),
                         (enum rsp_support_use)(1u << (unsigned)use));
}

/* One that is ordered, with what of it was given. */
static json_t *ordered_row(
    const struct rsp_call *call, struct rsp_build *b, const json_t *ordered, const json_t *given)
{
    static const char *const key[] = {"name", "use", "dose_mg", "route", "when"};
    const struct rsp_supporting *class = class_of(call, ordered);
    json_t *one = json_object(), *vitals = json_array();
    double sum_mg = 0.0;
    json_int_t n = 0;
    size_t i;
    const json_t *row;
    json_array_foreach(given, i, row)
    {
        if (!fits(row, rsp_key_text(ordered, "name"), rsp_key_text(ordered, "use")))
            continue;
        sum_mg += rsp_key_number(row, "dose_mg");
        n++;
    }
    for (i = 0; class != NULL && i < class->n_vital; i++)
        rsp_build_append(b, vitals, rsp_build_text(class->vital[i]));
    b->failed = b->failed || !rsp_keys_copy(one, ordered, sizeof key / sizeof *key, key);
    rsp_build_set(b, one, "n_given", json_integer(n));
    rsp_build_set(b, one, "given_mg", rsp_build_number(sum_mg));
    rsp_build_set(b, one, "vitals", vitals);
    return one;
}

rsp_status rsp_bedside_put_medicines(struct rsp_call *call, const struct rsp_bedside *bedside)
{
    struct rsp_build b = {0};
    json_t *rows = NULL, *all = json_array();
    size_t i;
    const json_t *row;
    rsp_status status = rsp_bedside_entries(call, "bedside_medicine", bedside->order.number, &rows);
    if (status == RSP_OK) {
        json_array_foreach(json_object_get(bedside->order.document, "support"), i, row)
            rsp_build_append(&b, all, ordered_row(call, &b, row, rows));
        if (b.failed || all == NULL)
            status = rsp_call_no_memory(call);
    }
    if (status == RSP_OK)
        status = rsp_call_put(call, "medicines", json_incref(rows));
    if (status == RSP_OK)
        status = rsp_call_put(call, "ordered_medicines", json_incref(all));
    json_decref(rows);
    json_decref(all);
    return status;
}

rsp_status rsp_bedside_sedated_s(struct rsp_call *call, int64_t order, double *last_s, double *reversed_s)
{
    json_t *rows = NULL;
    size_t i;
    const json_t *row;
    RSP_TRY(rsp_bedside_entries(call, "bedside_medicine", order, &rows));
    *last_s = *reversed_s = NAN;
    json_array_foreach(rows, i, row)
    {
        const struct rsp_supporting *class = class_of(call, row);
        if (class == NULL || class->sedates) /* of a class that is no longer known, the worse is assumed */
            *last_s = fmax(*last_s, rsp_key_number(row, "at_s"));
        if (class != NULL && class->reverses)
            *reversed_s = fmax(*reversed_s, rsp_key_number(row, "at_s"));
    }
    json_decref(rows);
    return RSP_OK;
}
