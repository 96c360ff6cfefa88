/* People of an NM-TRAN data set as people to fit. */
#include <math.h>
#include <stdlib.h>

#include <respite/fit.h>

#include "model/compiled.h"

struct data {
    struct rsp_fit_data public;
    struct rsp_fit_observation **observation; /* of each person */
    struct rsp_fit_stretch **stretch;
};

/* Which doses have no record of their own: they come in order of time, and so do the records, each further down. */
static bool *find_additional(const struct rsp_subject *s)
{
    bool *additional = malloc((s->n_dose + 1) * sizeof *additional);
    int last_line = 0;
    for (size_t d = 0; d < s->n_dose && additional != NULL; d++) {
        additional[d] = s->dose_line[d] <= last_line;
        if (!additional[d])
            last_line = s->dose_line[d];
    }
    return additional;
}

/* Does the record of an observation stand after that of a dose of the same time? A further dose of ADDL has no
 * record of its own: it comes after the observation, which is its trough. */
static bool after_dose(const struct rsp_subject *s, const bool additional[], const struct rsp_observation *o)
{
    size_t low = 0, high = s->n_dose; /* the first dose that is not before it */
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (s->dose[middle].start_h < o->time_h)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t d = low; d < s->n_dose && s->dose[d].start_h <= o->time_h; d++)
        if (s->dose_line[d] <= o->line && !additional[d])
            return true;
    return false;
}

static bool fill(struct data *data, const struct rsp_model *model, double factor, size_t i)
{
    const struct rsp_subject *s = &data->public.events->subject[i];
    struct rsp_fit_observation *o = malloc((s->n_observation + 1) * sizeof *o);
    struct rsp_fit_stretch *stretch = malloc((s->n_stretch + 1) * sizeof *stretch);
    data->observation[i] = o;
    data->stretch[i] = stretch;
    bool *additional = find_additional(s);
    if (o == NULL || stretch == NULL || additional == NULL) {
        free(additional);
        return false;
    }
    size_t n = 0;
    for (size_t k = 0; k < s->n_observation; k++) {
        const struct rsp_observation *seen = &s->observation[k];
        if (!seen->measured)
            continue;
        const bool readout = seen->output < (int)rsp_model_compiled(model)->n_readout;
        o[n++] = (struct rsp_fit_observation){.time_h = seen->time_h,
            .value = seen->value * (readout ? factor : 1),
            .output = seen->output,
            .censored = seen->censored,
            .after_dose = after_dose(s, additional, seen),
            .stretch = seen->stretch,
            .line = seen->line};
    }
    for (size_t k = 0; k < s->n_stretch; k++)
        stretch[k] = (struct rsp_fit_stretch){.until_h = s->stretch[k].until_h,
            .covariate = s->stretch[k].covariate,
            .occasion = s->stretch[k].occasion,
            .line = s->stretch[k].line};
    free(additional);
    data->public.person[i] = (struct rsp_fit_person){.n_dose = s->n_dose,
        .dose = s->dose,
        .dose_stretch = s->dose_stretch,
        .n_observation = n,
        .observation = o,
        .n_stretch = s->n_stretch,
        .stretch = stretch};
    return true;
}

rsp_status rsp_fit_data_new(const struct rsp_model *model, const struct rsp_events *events,
    double value_factor, struct rsp_fit_data **out, struct rsp_error *err)
{
    const size_t n = events->n_subject;
    if (!(value_factor > 0 && value_factor < INFINITY))
        return rsp_error_set(err, RSP_E_DOMAIN, "value_factor", "The factor of the unit must be above 0.");
    struct data *data = calloc(1, sizeof *data);
    if (data == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "Not enough memory for the fit.");
    data->public.n = n;
    data->public.events = events;
    data->public.person = calloc(n + 1, sizeof *data->public.person);
    data->observation = calloc(n + 1, sizeof *data->observation);
    data->stretch = calloc(n + 1, sizeof *data->stretch);
    bool good = data->public.person != NULL && data->observation != NULL && data->stretch != NULL;
    for (size_t i = 0; i < n && good; i++)
        good = fill(data, model, value_factor, i);
    if (!good) {
        rsp_fit_data_free(&data->public);
        return rsp_error_set(err, RSP_E_MEMORY, "", "Not enough memory for the fit.");
    }
    *out = &data->public;
    return RSP_OK;
}

void rsp_fit_data_free(struct rsp_fit_data *public)
{
    struct data *data = (struct data *)public; /* its first member */
    if (data == NULL)
        return;
    for (size_t i = 0; i < data->public.n; i++) {
        if (data->observation != NULL)
            free(data->observation[i]);
        if (data->stretch != NULL)
            free(data->stretch[i]);
    }
    free(data->observation);
    free(data->stretch);
    free(data->public.person);
    free(data);
}
