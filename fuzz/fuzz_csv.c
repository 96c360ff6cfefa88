/** Any text: a data set whose doses and times can be simulated, or an error with place and sentence; read for a fit,
 * one whose small people can also be fitted, or refused with a sentence. */
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <respite/fit.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds)
{
    if (!holds)
        abort();
}

static void check(const struct rsp_events *events)
{
    need(events->n_subject > 0);
    for (size_t i = 0; i < events->n_subject; i++) {
        const struct rsp_subject *s = &events->subject[i];
        need(s->id[0] != '\0');
        for (size_t d = 0; d < s->n_dose; d++) {
            need(s->dose[d].amount_mg > 0 && s->dose[d].duration_h >= 0 && s->dose[d].steady_interval_h >= 0);
            need(d == 0 || s->dose[d].start_h >= s->dose[d - 1].start_h);
        }
        for (size_t o = 0; o < s->n_observation; o++) {
            need(isfinite(s->observation[o].time_h) && s->observation[o].output >= 0);
            need(!s->observation[o].measured || isfinite(s->observation[o].value));
            need(o == 0 || s->observation[o].time_h >= s->observation[o - 1].time_h);
        }
    }
}

/* A fit of a few records: an answer with a verdict, or an error with a sentence. */
static void fit(const struct rsp_model *model, const struct rsp_events *events)
{
    struct rsp_fit_data *people = NULL;
    struct rsp_error err = {0};
    if (rsp_fit_data_new(model, events, 1, &people, &err) != RSP_OK)
        return;
    for (size_t i = 0; i < people->n && i < 2; i++) {
        const struct rsp_fit_person *p = &people->person[i];
        struct rsp_fit_result result = {0};
        need(p->n_stretch > 0);
        if (p->n_dose > 20 || p->n_observation > 20 || p->n_stretch > 20)
            continue;
        err.message[0] = '\0';
        if (rsp_fit_person(model, p, &(struct rsp_fit_options){.n_thread = 1}, &result, &err) != RSP_OK) {
            need(err.message[0] != '\0');
            continue;
        }
        need(result.verdict.usable || result.verdict.n_finding > 0);
        need(!result.verdict.usable || isfinite(result.ofv));
        rsp_fit_result_free(&result);
    }
    rsp_fit_data_free(people);
}

/* What only a fit reads. */
static void read_for_fit(const uint8_t *data, size_t size)
{
    static struct rsp_model *model;
    static const struct rsp_events_options options = {.fit = true};
    if (model == NULL && rsp_model_shipped("otto2021", &model, NULL) != RSP_OK)
        abort();
    struct rsp_events *events = NULL;
    struct rsp_error err = {0};
    if (rsp_events_parse_with(
            (const char *)data, size, "fuzz.csv", model, RSP_ROUTE_IV, &options, &events, &err) == RSP_OK) {
        check(events);
        fit(model, events);
    } else {
        need(events == NULL && err.message[0] != '\0');
    }
    rsp_events_free(events);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct rsp_model *model;
    if (model == NULL && rsp_model_shipped("perezruixo2021", &model, NULL) != RSP_OK)
        abort();
    struct rsp_events *events = NULL;
    struct rsp_error err = {0};
    if (rsp_events_parse((const char *)data, size, "fuzz.csv", model, RSP_ROUTE_IV, &events, &err) == RSP_OK)
        check(events);
    else
        need(events == NULL && err.message[0] != '\0');
    rsp_events_free(events);
    read_for_fit(data, size);
    return 0;
}
