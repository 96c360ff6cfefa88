#include "fit_support.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMN = 32 };

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    char *text = calloc(1, 1 << 20);
    ck_assert_ptr_nonnull(text);
    (void)fread(text, 1, (1 << 20) - 1, file);
    fclose(file);
    return text;
}

static char *data_file(const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", FIT_DATA, name);
    return read_file(path);
}

bool fit_data_there(void)
{
    char *text = data_file("README.md");
    if (text == NULL)
        printf("# SKIP the public data sets (%s) are not there\n", FIT_DATA);
    free(text);
    return text != NULL;
}

char *fit_data_text(const char *name)
{
    char *text = data_file(name);
    ck_assert_msg(text != NULL, "no file %s", name);
    return text;
}

/* Next cell of a line, cut out in place; NULL at the line's end. */
static char *cell(char **at)
{
    char *start = *at;
    if (*start == '\0' || *start == '\n')
        return NULL;
    *at += strcspn(start, ",\n");
    if (**at == ',')
        *(*at)++ = '\0';
    else if (**at == '\n')
        **at = '\0';
    return start;
}

double *fit_table(const char *name, size_t *n_row, size_t *n_column)
{
    char *text = fit_data_text(name), *line = strchr(text, '\n') + 1;
    double *value = calloc(100000, sizeof *value);
    size_t n = 0, row = 0;
    ck_assert_ptr_nonnull(value);
    for (char *next; *line != '\0'; line = next, row++) {
        const size_t length = strcspn(line, "\n");
        next = line + length + (line[length] == '\n');
        line[length] = '\0';
        for (char *c, *at = line; (c = cell(&at)) != NULL;) {
            char *end = NULL;
            const double x = strtod(c, &end);
            value[n++] = end != c && *end == '\0' ? x : NAN;
        }
    }
    free(text);
    *n_row = row;
    *n_column = row > 0 ? n / row : 0;
    return value;
}

static int find(char *const cells[], int n, const char *name)
{
    for (int i = 0; i < n; i++)
        if (strcasecmp(cells[i], name) == 0)
            return i;
    return -1;
}

/* The data set with the changes that the head of fit_open names. */
static char *change(char *text, bool by_route, bool one_record_a_dose)
{
    char *out = calloc(1, 1 << 20), *to = out;
    char header[1024], *name[MOST_COLUMN];
    ck_assert_ptr_nonnull(out);
    const size_t first = strcspn(text, "\n") + 1;
    memcpy(header, text, first);
    header[first] = '\0';
    memcpy(to, text, first);
    to += first;
    int n = 0;
    for (char *c, *at = header; (c = cell(&at)) != NULL;)
        name[n++] = c;
    const int evid = find(name, n, "EVID"), cmt = find(name, n, "CMT"), rate = find(name, n, "RATE");
    for (char *line = text + first, *next; *line != '\0'; line = next) {
        const size_t length = strcspn(line, "\n");
        char *value[MOST_COLUMN] = {0}, *at = line;
        next = line + length + (line[length] == '\n');
        line[length] = '\0';
        for (int i = 0; i < n; i++) {
            value[i] = at;
            at += strcspn(at, ",");
            if (*at == ',')
                *at++ = '\0';
        }
        const bool dose = value[evid][0] == '1';
        if (one_record_a_dose && dose && strcmp(value[rate], "-2") != 0)
            continue;
        for (int i = 0; i < n; i++)
            to += snprintf(to, (size_t)(out + (1 << 20) - to), "%s%s", by_route && i == cmt ? "." : value[i],
                i + 1 < n ? "," : "\n");
    }
    return out;
}

struct rsp_model *fit_model(const char *name)
{
    struct rsp_model *model = NULL;
    struct rsp_error err = {0};
    char path[1024];
    snprintf(path, sizeof path, "%s/%s.yaml", FIT_MODELS, name);
    char *text = read_file(path);
    ck_assert_msg(text != NULL, "no file %s", path);
    ck_assert_msg(
        rsp_model_parse(text, strlen(text), name, &model, &err) == RSP_OK, "%s: %s", name, err.message);
    free(text);
    return model;
}

void fit_open(struct fit_case *c, const char *model, const char *data, bool by_route, bool one_record_a_dose)
{
    static const char *const ignore[] = {"s2_sampling", NULL};
    struct rsp_error err = {0};
    memset(c, 0, sizeof *c);
    c->model = fit_model(model);
    char *text = fit_data_text(data);
    char *changed = change(text, by_route, one_record_a_dose);
    free(text);
    const struct rsp_events_options options = {
        .fit = true, .ignore = strstr(changed, ignore[0]) != NULL ? ignore : NULL};
    const enum rsp_route route = by_route ? RSP_ROUTE_ORAL : RSP_ROUTE_IV;
    ck_assert_msg(rsp_events_parse_with(
                      changed, strlen(changed), data, c->model, route, &options, &c->events, &err) == RSP_OK,
        "%s line %d: %s", data, err.line, err.message);
    free(changed);
    /* all these data sets are in mg/L */
    ck_assert_msg(
        rsp_fit_data_new(c->model, c->events, RSP_NG_PER_ML_FROM_MG_PER_L, &c->data, &err) == RSP_OK, "%s",
        err.message);
}

void fit_run(struct fit_case *c, const struct rsp_fit_options *options)
{
    struct rsp_error err = {0};
    c->result = calloc(c->data->n, sizeof *c->result);
    ck_assert_ptr_nonnull(c->result);
    ck_assert_msg(rsp_fit_people(c->model, c->data->n, c->data->person, options, c->result, &err) == RSP_OK,
        "%s: %s", err.field, err.message);
}

void fit_close(struct fit_case *c)
{
    for (size_t i = 0; i < c->data->n && c->result != NULL; i++)
        rsp_fit_result_free(&c->result[i]);
    free(c->result);
    rsp_fit_data_free(c->data);
    rsp_events_free(c->events);
    rsp_model_free(c->model);
}
