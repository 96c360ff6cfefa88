/** Any text: a data set whose doses and times can be simulated, or an error with place and sentence. */
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <respite/events.h>

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
    return 0;
}
