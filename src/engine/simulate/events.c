#include <respite/events.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/units.h>

#include "base/text.h"
#include "model/compiled.h"
#include "simulate/table.h"

enum column { ID, TIME, AMT, RATE, DUR, EVID, CMT, II, ADDL, SS, MDV, DV, DVID, CENS, OCC, N_COLUMN };
static const char *const column_name[N_COLUMN + 1] = {"ID", "TIME", "AMT", "RATE", "DUR", "EVID", "CMT", "II",
    "ADDL", "SS", "MDV", "DV", "DVID", "CENS", "OCC", NULL};

enum { MAX_ADDL = 10000, MAX_DOSE = 1000000, MAX_COVARIATE = 64 };

/* Beyond these a slip is certain and arithmetic would fail later. Not clinical limits. */
#define MOST_H  876600.0 /* 100 years */
#define MOST_MG 1e6      /* 1 kg; per h as a rate */

/* A dose while its person is read. */
struct placed_dose {
    struct rsp_dose dose;
    int line, stretch;
};

struct events {
    struct rsp_events public;
    struct rsp_table table;
    const struct rsp_model *model;
    enum rsp_route route;
    const char *source;
    struct rsp_error *err;
    int at[N_COLUMN];             /* column in the table, -1 */
    int covariate[MAX_COVARIATE]; /* column of a covariate, -1 */
    size_t n_dose;                /* of all people */
    size_t n_placed, dose_capacity, observation_capacity;
    struct placed_dose *placed; /* doses of the present person */
    size_t subject_capacity, row_capacity;
    size_t *first_row; /* of each subject */
    const struct rsp_events_options *options;
    size_t stretch_capacity;
    double *present; /* covariates of the present record */
    size_t n_occasion, occasion_capacity;
    double *occasion; /* numbers of OCC that the present person has had */
};

static rsp_status refuse(
    struct events *e, rsp_status code, size_t row, const char *column, const char *sentence)
{
    rsp_error_set(e->err, code, column, "%s", sentence);
    rsp_error_place(e->err, e->source, row < e->table.n_row ? e->table.line[row] : 1);
    return code;
}

static rsp_status no_memory(struct events *e)
{
    return rsp_error_set(e->err, RSP_E_MEMORY, "", "Not enough memory for the data set.");
}

/* ---- header ---- */

/* Covariate of the model that a column name of other programs usually stands for; NULL when there is none. */
static const char *covariate_of_alias(const struct rsp_model *model, const char *name)
{
    static const char *const alias[][2] = {{"WT", "weight_kg"}, {"WGT", "weight_kg"}, {"BW", "weight_kg"},
        {"BWT", "weight_kg"}, {"WEIGHT", "weight_kg"}, {"AGE", "age_y"}, {"HT", "height_cm"},
        {"HEIGHT", "height_cm"}};
    for (size_t i = 0; i < sizeof alias / sizeof *alias; i++)
        if (rsp_text_equal(name, alias[i][0]) && rsp_model_covariate_find(model, alias[i][1]) >= 0)
            return alias[i][1];
    return NULL;
}

static rsp_status unknown_column(struct events *e, const char *name)
{
    const char *meant = covariate_of_alias(e->model, name);
    if (meant != NULL) {
        char expected[200];
        snprintf(expected, sizeof expected,
            "Column \"%.20s\" is not known: %s is expected, a name that carries its unit.", name, meant);
        return refuse(e, RSP_E_UNKNOWN, SIZE_MAX, name, expected);
    }
    const char *known[N_COLUMN + MAX_COVARIATE + 1];
    size_t n = 0;
    for (int c = 0; c < (e->options->fit ? N_COLUMN : CENS); c++)
        known[n++] = column_name[c];
    for (size_t c = 0; c < e->public.n_covariate; c++)
        known[n++] = rsp_model_covariate(e->model, c)->name;
    known[n] = NULL;
    const char *nearest = strlen(name) < 64 ? rsp_text_nearest(name, known) : NULL;
    char sentence[400];
    snprintf(sentence, sizeof sentence,
        "Column \"%.60s\" is neither an NM-TRAN column nor a covariate of model %.80s%s%s%s", name,
        rsp_model_id(e->model), nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "",
        nearest != NULL ? "?" : ".");
    return refuse(e, RSP_E_UNKNOWN, SIZE_MAX, name, sentence);
}

static rsp_status place_column(struct events *e, size_t column)
{
    const char *name = e->table.name[column];
    int *place = NULL;
    for (size_t i = 0; e->options->ignore != NULL && e->options->ignore[i] != NULL; i++)
        if (rsp_text_equal(name, e->options->ignore[i]))
            return RSP_OK;
    for (int c = 0; c < (e->options->fit ? N_COLUMN : CENS); c++)
        if (rsp_text_equal(name, column_name[c]) || (c == TIME && rsp_text_equal(name, "time_h")))
            place = &e->at[c];
    for (size_t c = 0; c < e->public.n_covariate; c++)
        if (rsp_text_equal(name, rsp_model_covariate(e->model, c)->name))
            place = &e->covariate[c];
    if (place == NULL)
        return unknown_column(e, name);
    if (*place >= 0)
        return refuse(e, RSP_E_SYNTAX, SIZE_MAX, name, "This column stands twice in the header.");
    *place = (int)column;
    return RSP_OK;
}

/* An ignored column that is not there is a slip. */
static rsp_status check_ignored(struct events *e)
{
    for (size_t i = 0; e->options->ignore != NULL && e->options->ignore[i] != NULL; i++) {
        const char *name = e->options->ignore[i];
        size_t c = 0;
        while (c < e->table.n_column && !rsp_text_equal(e->table.name[c], name))
            c++;
        if (c == e->table.n_column)
            return refuse(e, RSP_E_UNKNOWN, SIZE_MAX, name,
                "The data set has no column of this name that could be ignored.");
    }
    return RSP_OK;
}

static rsp_status read_header(struct events *e)
{
    RSP_TRY(check_ignored(e));
    for (int c = 0; c < N_COLUMN; c++)
        e->at[c] = -1;
    for (size_t c = 0; c < MAX_COVARIATE; c++)
        e->covariate[c] = -1;
    if (e->public.n_covariate > MAX_COVARIATE)
        return rsp_error_set(e->err, RSP_E_LIMIT, "", "The model has too many covariates for a data set.");
    for (size_t c = 0; c < e->table.n_column; c++)
        RSP_TRY(place_column(e, c));
    for (int c = ID; c <= TIME; c++)
        if (e->at[c] < 0)
            return refuse(
                e, RSP_E_MISSING, SIZE_MAX, column_name[c], "The data set needs the columns ID and TIME.");
    for (size_t c = 0; c < e->public.n_covariate; c++) {
        const struct rsp_model_covariate *info = rsp_model_covariate(e->model, c);
        if (info->required && e->covariate[c] < 0)
            return refuse(
                e, RSP_E_MISSING, SIZE_MAX, info->name, "The model needs this covariate as a column.");
    }
    e->public.has_dv = e->at[DV] >= 0;
    e->public.has_occasion = e->at[OCC] >= 0;
    return RSP_OK;
}

/* ---- cells ---- */

static bool empty(const char *cell)
{
    return cell[0] == '\0' || strcmp(cell, ".") == 0;
}

/* Number in a cell; `absent` for a column that is not there or an empty cell. */
static rsp_status number(struct events *e, size_t row, enum column column, double absent, double *value)
{
    *value = absent;
    if (e->at[column] < 0)
        return RSP_OK;
    const char *cell = e->table.cell[row][e->at[column]];
    if (empty(cell))
        return RSP_OK;
    struct rsp_error why = {0};
    if (rsp_number_parse(cell, value, &why) != RSP_OK)
        return refuse(e, RSP_E_SYNTAX, row, column_name[column], why.message);
    return RSP_OK;
}

/* A number of at most `most` either way. */
static rsp_status bounded(struct events *e, size_t row, enum column column, double absent, double most,
    const char *sentence, double *value)
{
    RSP_TRY(number(e, row, column, absent, value));
    if (fabs(*value) > most)
        return refuse(e, RSP_E_LIMIT, row, column_name[column], sentence);
    return RSP_OK;
}

static rsp_status whole(struct events *e, size_t row, enum column column, int most, int absent, int *value)
{
    double x = 0;
    RSP_TRY(number(e, row, column, absent, &x));
    if (!(x >= 0 && x <= most && x == floor(x)) && !(x == absent)) {
        char sentence[96];
        snprintf(sentence, sizeof sentence, "Expected a whole number from 0 to %d.", most);
        return refuse(e, RSP_E_UNSUPPORTED, row, column_name[column], sentence);
    }
    *value = (int)x;
    return RSP_OK;
}

/* ---- records ---- */

struct record {
    double time_h, amount_mg, rate_mg_per_h, duration_h, interval_h, value;
    int evid, state, n_more, steady, missing, output, censored;
};

static rsp_status read_record(struct events *e, size_t row, struct record *r)
{
    static const char too_long[] = "Times may reach up to 876600 h (100 years).";
    static const char too_much[] = "Amounts may reach up to 1000000 mg (1 kg), rates as much an hour.";
    int cmt = 0, dvid = 0;
    RSP_TRY(bounded(e, row, TIME, NAN, MOST_H, too_long, &r->time_h));
    if (isnan(r->time_h))
        return refuse(e, RSP_E_MISSING, row, "TIME", "The time of this record is missing.");
    RSP_TRY(bounded(e, row, AMT, 0, MOST_MG, too_much, &r->amount_mg));
    RSP_TRY(bounded(e, row, RATE, 0, MOST_MG, too_much, &r->rate_mg_per_h));
    RSP_TRY(bounded(e, row, DUR, 0, MOST_H, too_long, &r->duration_h));
    RSP_TRY(bounded(e, row, II, 0, MOST_H, too_long, &r->interval_h));
    RSP_TRY(number(e, row, DV, NAN, &r->value));
    double evid = 0;
    RSP_TRY(number(e, row, EVID, r->amount_mg != 0 ? 1 : 0, &evid));
    if (evid == 3 || evid == 4)
        return refuse(
            e, RSP_E_UNSUPPORTED, row, "EVID", "Resets (EVID 3 and 4) are not supported; use a new ID.");
    if (evid != 0 && evid != 1 && evid != 2)
        return refuse(e, RSP_E_DOMAIN, row, "EVID", "EVID must be 0 (observation), 1 (dose) or 2 (other).");
    r->evid = (int)evid;
    RSP_TRY(whole(e, row, CMT, (int)rsp_model_compiled(e->model)->n_state, 0, &cmt));
    RSP_TRY(whole(e, row, ADDL, MAX_ADDL, 0, &r->n_more));
    RSP_TRY(whole(e, row, MDV, 1, 0, &r->missing));
    RSP_TRY(whole(e, row, DVID, (int)rsp_model_n_output(e->model), 0, &dvid));
    double steady = 0;
    RSP_TRY(number(e, row, SS, 0, &steady));
    if (steady != 0 && steady != 1)
        return refuse(e, RSP_E_UNSUPPORTED, row, "SS",
            "SS must be 0 or 1; SS 2 (added to what is there) is not supported.");
    r->steady = (int)steady;
    r->state = cmt - 1;
    r->output = dvid - 1;
    double censored = 0;
    RSP_TRY(number(e, row, CENS, 0, &censored));
    if (censored != 0 && censored != 1)
        return refuse(e, RSP_E_UNSUPPORTED, row, "CENS",
            "CENS must be 0 (measured) or 1 (below quantification, DV is the limit).");
    r->censored = censored == 1;
    return RSP_OK;
}

/* RATE -2: the duration that the model gives to the route's input, for doses that take the whole route. */
static rsp_status model_duration(struct events *e, size_t row, struct record *r)
{
    const struct rsp_compiled *model = rsp_model_compiled(e->model);
    int n = 0, n_with = 0, state = -1;
    for (size_t i = 0; i < model->n_input; i++) {
        if (model->input[i].route != e->route)
            continue;
        n++;
        n_with += model->input[i].duration >= 0;
        state = model->input[i].state;
    }
    if (n_with == 0)
        return refuse(e, RSP_E_MISMATCH, row, "RATE",
            "RATE -2 takes the duration from the model, but the model's route has none.");
    if (r->state >= 0 && !(n == 1 && r->state == state))
        return refuse(e, RSP_E_MISMATCH, row, "CMT",
            "RATE -2 with CMT is one of several inputs here; write the whole dose as one record without CMT: "
            "the "
            "model's route has the shares.");
    r->state = -1;
    r->rate_mg_per_h = 0;
    return RSP_OK;
}

static rsp_status check_dose(struct events *e, size_t row, struct record *r)
{
    if (!(r->amount_mg > 0))
        return refuse(e, RSP_E_DOMAIN, row, "AMT",
            r->amount_mg < 0
                ? "The amount of a dose must be above 0 mg."
                : "A dose needs an amount above 0 (steady infusions without an amount are not supported).");
    if (e->options->fit && r->rate_mg_per_h == -2)
        RSP_TRY(model_duration(e, row, r));
    if (r->rate_mg_per_h == -1 || r->rate_mg_per_h == -2)
        return refuse(e, RSP_E_UNSUPPORTED, row, "RATE",
            "Rates -1 and -2 (estimated rate or duration) are not supported; the model's route has its own "
            "duration.");
    if (r->rate_mg_per_h < 0 || r->duration_h < 0)
        return refuse(e, RSP_E_DOMAIN, row, r->rate_mg_per_h < 0 ? "RATE" : "DUR", "Must not be negative.");
    if (r->rate_mg_per_h > 0 && r->duration_h > 0)
        return refuse(e, RSP_E_MISMATCH, row, "DUR", "Give RATE or DUR of an infusion, not both.");
    if (r->interval_h < 0 || ((r->n_more > 0 || r->steady == 1) && !(r->interval_h > 0)))
        return refuse(e, RSP_E_DOMAIN, row, "II", "ADDL and SS need an interval II above 0 h.");
    if (r->time_h + r->n_more * r->interval_h > MOST_H)
        return refuse(e, RSP_E_LIMIT, row, "ADDL", "The last of these doses is over 100 years away.");
    if (r->rate_mg_per_h > 0 && r->amount_mg / r->rate_mg_per_h > MOST_H)
        return refuse(e, RSP_E_LIMIT, row, "RATE", "At this rate the infusion lasts over 100 years.");
    if (r->state < 0 && !rsp_model_takes_route(e->model, e->route))
        return refuse(e, RSP_E_MISMATCH, row, "CMT",
            "The model takes no dose by the default route; name the compartment in CMT.");
    return RSP_OK;
}

static rsp_status grow(struct events *e, void **array, size_t n, size_t *capacity, size_t size)
{
    if (n < *capacity)
        return RSP_OK;
    const size_t more = *capacity == 0 ? 16 : 2 * *capacity;
    void *grown = realloc(*array, more * size);
    if (grown == NULL)
        return no_memory(e);
    *array = grown;
    *capacity = more;
    return RSP_OK;
}

static rsp_status add_dose(struct events *e, size_t row, const struct rsp_subject *s, struct record *r)
{
    RSP_TRY(check_dose(e, row, r));
    for (int k = 0; k <= r->n_more; k++) {
        if (++e->n_dose > MAX_DOSE)
            return refuse(e, RSP_E_LIMIT, row, "ADDL", "The data set has more than a million doses.");
        void *array = e->placed;
        RSP_TRY(grow(e, &array, e->n_placed, &e->dose_capacity, sizeof *e->placed));
        e->placed = array;
        const double duration_h = r->rate_mg_per_h > 0 ? r->amount_mg / r->rate_mg_per_h : r->duration_h;
        const struct rsp_dose dose = {.start_h = r->time_h + k * r->interval_h,
            .duration_h = duration_h,
            .amount_mg = r->amount_mg,
            .drug = rsp_model_drug(e->model),
            .route = e->route,
            .state = r->state,
            .steady_interval_h = r->steady == 1 && k == 0 ? r->interval_h : 0};
        e->placed[e->n_placed++] =
            (struct placed_dose){dose, e->table.line[row], k == 0 ? (int)s->n_stretch - 1 : -1};
    }
    return RSP_OK;
}

static rsp_status add_observation(struct events *e, size_t row, struct rsp_subject *s, const struct record *r)
{
    const struct rsp_compiled *model = rsp_model_compiled(e->model);
    if (r->amount_mg != 0 || r->rate_mg_per_h != 0 || r->duration_h != 0 || r->n_more != 0 || r->steady != 0)
        return refuse(e, RSP_E_MISMATCH, row, "AMT", "A record with a dose must have EVID 1.");
    int output = r->output >= 0 ? r->output : 0;
    if (r->output < 0 && r->state >= 0) {
        for (output = 0; output < (int)model->n_readout && model->readout[output].state != r->state;)
            output++;
        if (output == (int)model->n_readout)
            return refuse(
                e, RSP_E_MISMATCH, row, "CMT", "No output of the model reads this compartment; use DVID.");
    }
    const bool measured = r->evid == 0 && r->missing == 0 && e->public.has_dv;
    if (measured && isnan(r->value))
        return refuse(
            e, RSP_E_MISSING, row, "DV", "The measured value is missing; write it or set MDV to 1.");
    void *array = s->observation;
    RSP_TRY(grow(e, &array, s->n_observation, &e->observation_capacity, sizeof *s->observation));
    s->observation = array;
    s->observation[s->n_observation++] = (struct rsp_observation){.time_h = r->time_h,
        .value = measured ? r->value : NAN,
        .measured = measured,
        .output = output,
        .line = e->table.line[row],
        .censored = r->censored,
        .stretch = (int)s->n_stretch - 1};
    return RSP_OK;
}

/* ---- people ---- */

static rsp_status covariate_value(struct events *e, size_t row, size_t c, double *value)
{
    const struct rsp_model_covariate *info = rsp_model_covariate(e->model, c);
    *value = NAN;
    if (e->covariate[c] < 0)
        return RSP_OK;
    const char *cell = e->table.cell[row][e->covariate[c]];
    if (empty(cell))
        return info->required ? refuse(e, RSP_E_MISSING, row, info->name,
                                    "The model needs this covariate of every person.")
                              : RSP_OK;
    for (size_t level = 0; level < info->n_level; level++)
        if (rsp_text_equal(cell, info->level[level])) {
            *value = (double)level;
            return RSP_OK;
        }
    if (info->n_level > 0) {
        char sentence[256];
        snprintf(sentence, sizeof sentence, "\"%.60s\" is no level of %.60s (%.60s, ...).", cell, info->name,
            info->level[0]);
        return refuse(e, RSP_E_UNKNOWN, row, info->name, sentence);
    }
    struct rsp_error why = {0};
    if (rsp_number_parse(cell, value, &why) != RSP_OK)
        return refuse(e, RSP_E_SYNTAX, row, info->name, why.message);
    return RSP_OK;
}

static rsp_status new_subject(struct events *e, size_t row, const char *id)
{
    void *subjects = e->public.subject, *rows = e->first_row;
    const size_t n = e->public.n_subject;
    rsp_status status = grow(e, &subjects, n, &e->subject_capacity, sizeof *e->public.subject);
    e->public.subject = subjects;
    if (status == RSP_OK)
        status = grow(e, &rows, n, &e->row_capacity, sizeof *e->first_row);
    e->first_row = rows;
    RSP_TRY(status);
    e->first_row[n] = row;
    struct rsp_subject *s = &e->public.subject[e->public.n_subject++];
    *s = (struct rsp_subject){.id = id, .line = e->table.line[row]};
    e->observation_capacity = 0;
    e->stretch_capacity = 0;
    e->n_occasion = 0;
    s->covariate = calloc(e->public.n_covariate + 1, sizeof *s->covariate);
    if (s->covariate == NULL)
        return no_memory(e);
    for (size_t c = 0; c < e->public.n_covariate; c++)
        RSP_TRY(covariate_value(e, row, c, &s->covariate[c]));
    return RSP_OK;
}

/* Which occasion a record belongs to. */
static rsp_status find_occasion(struct events *e, size_t row, int *occasion)
{
    double number_of = NAN;
    *occasion = -1;
    if (e->at[OCC] < 0)
        return RSP_OK;
    RSP_TRY(number(e, row, OCC, NAN, &number_of));
    if (!(number_of - number_of == 0))
        return refuse(e, RSP_E_MISSING, row, "OCC", "The number of the occasion is missing.");
    for (size_t i = 0; i < e->n_occasion; i++)
        if (e->occasion[i] == number_of)
            *occasion = (int)i;
    if (*occasion >= 0)
        return RSP_OK;
    void *array = e->occasion;
    RSP_TRY(grow(e, &array, e->n_occasion, &e->occasion_capacity, sizeof *e->occasion));
    e->occasion = array;
    e->occasion[e->n_occasion] = number_of;
    *occasion = (int)e->n_occasion++;
    return RSP_OK;
}

/* Covariates and occasion of a record: a new stretch unless they are those of the record before. */
static rsp_status place_stretch(struct events *e, size_t row, struct rsp_subject *s, double time_h)
{
    struct rsp_stretch *last = s->n_stretch > 0 ? &s->stretch[s->n_stretch - 1] : NULL;
    int occasion = -1;
    bool same = last != NULL;
    RSP_TRY(find_occasion(e, row, &occasion));
    for (size_t c = 0; c < e->public.n_covariate; c++) {
        double value = s->covariate[c];
        if (last != NULL) {
            const bool blank = e->covariate[c] >= 0 && empty(e->table.cell[row][e->covariate[c]]);
            if (e->options->fit && blank)
                value = last->covariate[c];
            else
                RSP_TRY(covariate_value(e, row, c, &value));
            const bool changed = value != last->covariate[c] && !(isnan(value) && isnan(last->covariate[c]));
            if (changed && !e->options->fit)
                return refuse(e, RSP_E_UNSUPPORTED, row, rsp_model_covariate(e->model, c)->name,
                    "Covariates that change with time are not supported.");
            same = same && !changed;
        }
        e->present[c] = value;
    }
    if (same && last->occasion == occasion) {
        last->until_h = time_h;
        return RSP_OK;
    }
    void *array = s->stretch;
    RSP_TRY(grow(e, &array, s->n_stretch, &e->stretch_capacity, sizeof *s->stretch));
    s->stretch = array;
    double *covariate = malloc((e->public.n_covariate + 1) * sizeof *covariate);
    if (covariate == NULL)
        return no_memory(e);
    memcpy(covariate, e->present, e->public.n_covariate * sizeof *covariate);
    s->stretch[s->n_stretch++] = (struct rsp_stretch){time_h, occasion, covariate, e->table.line[row]};
    return RSP_OK;
}

struct place {
    const char *id;
    size_t row;
};

static int by_id(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    const int order = strcmp(x->id, y->id);
    return order != 0 ? order : x->row < y->row ? -1 : x->row > y->row;
}

/* A person whose records are interrupted by another's would be read as two people. */
static rsp_status check_ids(struct events *e)
{
    const size_t n = e->public.n_subject;
    struct place *place = malloc((n + 1) * sizeof *place);
    if (place == NULL)
        return no_memory(e);
    for (size_t i = 0; i < n; i++)
        place[i] = (struct place){e->public.subject[i].id, e->first_row[i]};
    qsort(place, n, sizeof *place, by_id);
    size_t again = SIZE_MAX;
    for (size_t i = 1; i < n; i++)
        if (strcmp(place[i].id, place[i - 1].id) == 0 && place[i].row < again)
            again = place[i].row;
    free(place);
    if (again < SIZE_MAX)
        return refuse(e, RSP_E_SYNTAX, again, "ID", "The records of one person must stand together.");
    return RSP_OK;
}

static int by_start(const void *a, const void *b)
{
    const struct placed_dose *x = a, *y = b;
    if (x->dose.start_h != y->dose.start_h)
        return x->dose.start_h < y->dose.start_h ? -1 : 1;
    return (x->line > y->line) - (x->line < y->line);
}

/* The doses of the person who was read last, in order of time. */
static rsp_status finish_subject(struct events *e)
{
    if (e->public.n_subject == 0)
        return RSP_OK;
    struct rsp_subject *s = &e->public.subject[e->public.n_subject - 1];
    const size_t n = e->n_placed;
    s->dose = malloc((n + 1) * sizeof *s->dose);
    s->dose_line = malloc((n + 1) * sizeof *s->dose_line);
    s->dose_stretch = malloc((n + 1) * sizeof *s->dose_stretch);
    if (s->dose == NULL || s->dose_line == NULL || s->dose_stretch == NULL)
        return no_memory(e);
    if (n > 1)
        qsort(e->placed, n, sizeof *e->placed, by_start);
    for (size_t i = 0, k = 0; i < n; i++) {
        s->dose[i] = e->placed[i].dose;
        s->dose_line[i] = e->placed[i].line;
        s->dose_stretch[i] = e->placed[i].stretch;
        while (k + 1 < s->n_stretch && s->stretch[k].until_h < s->dose[i].start_h)
            k++;
        if (s->dose_stretch[i] < 0) /* a further dose of ADDL: by its time */
            s->dose_stretch[i] = (int)k;
    }
    s->n_dose = n;
    e->n_placed = 0;
    return RSP_OK;
}

static rsp_status read_rows(struct events *e)
{
    double last_h = -INFINITY;
    for (size_t row = 0; row < e->table.n_row; row++) {
        const char *id = e->table.cell[row][e->at[ID]];
        if (empty(id))
            return refuse(e, RSP_E_MISSING, row, "ID", "The ID of this record is missing.");
        const size_t n = e->public.n_subject;
        if (n == 0 || strcmp(e->public.subject[n - 1].id, id) != 0) {
            RSP_TRY(finish_subject(e));
            RSP_TRY(new_subject(e, row, id));
            last_h = -INFINITY;
        }
        struct rsp_subject *s = &e->public.subject[e->public.n_subject - 1];
        struct record r = {0};
        RSP_TRY(read_record(e, row, &r));
        if (r.time_h < last_h)
            return refuse(e, RSP_E_SYNTAX, row, "TIME", "The times of one person must not go back.");
        last_h = r.time_h;
        RSP_TRY(place_stretch(e, row, s, r.time_h));
        RSP_TRY(r.evid == 1 ? add_dose(e, row, s, &r) : add_observation(e, row, s, &r));
    }
    if (e->public.n_subject == 0)
        return refuse(e, RSP_E_MISSING, SIZE_MAX, "", "The data set has a header but no records.");
    RSP_TRY(finish_subject(e));
    return check_ids(e);
}

rsp_status rsp_events_parse(const char *text, size_t length, const char *source,
    const struct rsp_model *model, enum rsp_route route, struct rsp_events **events, struct rsp_error *err)
{
    return rsp_events_parse_with(text, length, source, model, route, NULL, events, err);
}

rsp_status rsp_events_parse_with(const char *text, size_t length, const char *source,
    const struct rsp_model *model, enum rsp_route route, const struct rsp_events_options *options,
    struct rsp_events **events, struct rsp_error *err)
{
    static const struct rsp_events_options none = {0};
    struct rsp_error spare = {0};
    struct events *e = calloc(1, sizeof *e);
    if (e == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "Not enough memory for the data set.");
    e->model = model;
    e->options = options != NULL ? options : &none;
    e->route = route;
    e->source = source;
    e->err = err != NULL ? err : &spare;
    e->public.n_covariate = rsp_model_n_covariate(model);
    e->present = malloc((e->public.n_covariate + 1) * sizeof *e->present);
    if (e->present == NULL) {
        rsp_events_free(&e->public);
        return rsp_error_set(err, RSP_E_MEMORY, "", "Not enough memory for the data set.");
    }
    rsp_status status = rsp_table_parse(text, length, source, &e->table, e->err);
    if (status == RSP_OK)
        status = read_header(e);
    if (status == RSP_OK)
        status = read_rows(e);
    if (status == RSP_OK)
        *events = &e->public;
    else
        rsp_events_free(&e->public);
    return status;
}

void rsp_events_free(struct rsp_events *events)
{
    struct events *e = (struct events *)events; /* its first member */
    if (e == NULL)
        return;
    for (size_t i = 0; i < e->public.n_subject; i++) {
        free(e->public.subject[i].dose);
        free(e->public.subject[i].dose_line);
        free(e->public.subject[i].dose_stretch);
        for (size_t k = 0; k < e->public.subject[i].n_stretch; k++)
            free(e->public.subject[i].stretch[k].covariate);
        free(e->public.subject[i].stretch);
        free(e->public.subject[i].observation);
        free(e->public.subject[i].covariate);
    }
    free(e->public.subject);
    free(e->first_row);
    free(e->placed);
    free(e->present);
    free(e->occasion);
    rsp_table_free(&e->table);
    free(e);
}
