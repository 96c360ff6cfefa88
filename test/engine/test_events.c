/* NM-TRAN data sets: what is read and what is refused, with its place. */
#include "../base/suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <respite/events.h>

static struct rsp_model *model_of(const char *id)
{
    struct rsp_model *model = NULL;
    struct rsp_error err = {0};
    ck_assert_msg(rsp_model_shipped(id, &model, &err) == RSP_OK, "%s", err.message);
    return model;
}

static struct rsp_events *parsed(const struct rsp_model *model, const char *text)
{
    struct rsp_events *events = NULL;
    struct rsp_error err = {0};
    const rsp_status status =
        rsp_events_parse(text, strlen(text), "data.csv", model, RSP_ROUTE_IV, &events, &err);
    char all[900];
    rsp_error_format(&err, all, sizeof all);
    ck_assert_msg(status == RSP_OK, "%s", all);
    return events;
}

START_TEST(doses_and_observations_are_read_person_by_person)
{
    struct rsp_model *model = model_of("domino1984");
    struct rsp_events *e = parsed(model, "ID,TIME,AMT,RATE,EVID,MDV,DV,weight_kg\n"
                                         "a,0,35,52.5,1,1,.,70\n"
                                         "a,0.5,0,0,0,0,120,70\n"
                                         "a,2,.,.,2,1,.,70\n"
                                         "b,1,10,0,1,1,0,55.5\n"
                                         "b,3,,,0,0,31.5,55.5\n");
    ck_assert_uint_eq(e->n_subject, 2);
    const struct rsp_subject *a = &e->subject[0], *b = &e->subject[1];
    ck_assert_str_eq(a->id, "a");
    ck_assert_uint_eq(a->n_dose, 1);
    ck_assert_double_eq_tol(a->dose[0].duration_h, 35 / 52.5, 1e-15);
    ck_assert_int_eq(a->dose[0].route, RSP_ROUTE_IV);
    ck_assert_int_eq(a->dose[0].state, -1);
    ck_assert_uint_eq(a->n_observation, 2);
    ck_assert(a->observation[0].measured && a->observation[0].value == 120 && a->observation[0].line == 3);
    ck_assert(!a->observation[1].measured && isnan(a->observation[1].value) && a->observation[1].time_h == 2);
    ck_assert_double_eq(b->covariate[0], 55.5);
    ck_assert_double_eq(b->dose[0].duration_h, 0);
    rsp_events_free(e);
    rsp_model_free(model);
}
END_TEST

START_TEST(additional_and_steady_state_doses_are_expanded)
{
    struct rsp_model *model = model_of("domino1984");
    struct rsp_events *e = parsed(
        model, "id,time_h,amt,dur,ii,addl,ss,cmt,weight_kg\n1,2,35,0.5,48,4,1,2,70\n1,100,0,0,0,0,0,0,70\n");
    const struct rsp_subject *s = &e->subject[0];
    ck_assert_uint_eq(s->n_dose, 5);
    for (size_t d = 0; d < 5; d++) {
        ck_assert_double_eq(s->dose[d].start_h, 2 + 48 * (double)d);
        ck_assert_double_eq(s->dose[d].duration_h, 0.5);
        ck_assert_int_eq(s->dose[d].state, 1);
        ck_assert_double_eq(s->dose[d].steady_interval_h, d == 0 ? 48 : 0);
    }
    ck_assert(!s->observation[0].measured);
    rsp_events_free(e);
    rsp_model_free(model);
}
END_TEST

START_TEST(bom_crlf_quotes_spaces_and_blank_lines_are_accepted)
{
    struct rsp_model *model = model_of("domino1984");
    struct rsp_events *e =
        parsed(model, "\xef\xbb\xbf\"ID\", TIME ,AMT,weight_kg\r\n1,0,10,70\r\n\r\n 1 ,1,0,\"70\"");
    ck_assert_uint_eq(e->subject[0].n_dose, 1);
    ck_assert_uint_eq(e->subject[0].n_observation, 1);
    ck_assert_int_eq(e->subject[0].observation[0].line, 4);
    rsp_events_free(e);
    rsp_model_free(model);
}
END_TEST

static const struct {
    const char *text;
    rsp_status code;
    int line;
    const char *field, *word;
} bad[] = {
    {"", RSP_E_SYNTAX, 0, "", "empty"},
    {"ID,TIME,AMT,weight_kg\n", RSP_E_MISSING, 1, "", "no records"},
    {"TIME,AMT,weight_kg\n0,1,70\n", RSP_E_MISSING, 1, "ID", "ID and TIME"},
    {"ID,TIME,AMT\n1,0,1\n", RSP_E_MISSING, 1, "weight_kg", "covariate"},
    {"ID,TIME,AMT,weight_k\n1,0,1,70\n", RSP_E_UNKNOWN, 1, "weight_k", "weight_kg?"},
    {"ID,TIME,TIME,weight_kg\n1,0,1,70\n", RSP_E_SYNTAX, 1, "TIME", "twice"},
    {"ID;TIME;AMT\n1;0;1\n", RSP_E_SYNTAX, 1, "", "commas"},
    {"ID,TIME,AMT,weight_kg\n1,0,0,5,70\n", RSP_E_SYNTAX, 2, "", "decimal point"},
    {"ID,TIME,AMT,weight_kg\n1,0,\"0,5\",70\n", RSP_E_SYNTAX, 2, "AMT", ""},
    {"ID,TIME,AMT,weight_kg\n1,0,1,70\n1,x,0,70\n", RSP_E_SYNTAX, 3, "TIME", ""},
    {"ID,TIME,AMT,weight_kg\n1,nan,1,70\n", RSP_E_SYNTAX, 2, "TIME", ""},
    {"ID,TIME,AMT,weight_kg\n1,.,1,70\n", RSP_E_MISSING, 2, "TIME", "missing"},
    {"ID,TIME,AMT,weight_kg\n1,1,1,70\n1,0.5,0,70\n", RSP_E_SYNTAX, 3, "TIME", "go back"},
    {"ID,TIME,AMT,weight_kg\n1,1,1,70\n2,0,1,70\n1,2,0,70\n", RSP_E_SYNTAX, 4, "ID", "together"},
    {"ID,TIME,AMT,weight_kg\n1,1,1,70\n1,2,0,71\n", RSP_E_UNSUPPORTED, 3, "weight_kg", "change with time"},
    {"ID,TIME,AMT,RATE,weight_kg\n1,0,1,-1,70\n", RSP_E_UNSUPPORTED, 2, "RATE", "-1"},
    {"ID,TIME,AMT,RATE,weight_kg\n1,0,1,-2,70\n", RSP_E_UNSUPPORTED, 2, "RATE", "-2"},
    {"ID,TIME,AMT,RATE,DUR,weight_kg\n1,0,1,1,1,70\n", RSP_E_MISMATCH, 2, "DUR", "not both"},
    {"ID,TIME,AMT,EVID,weight_kg\n1,0,1,3,70\n", RSP_E_UNSUPPORTED, 2, "EVID", "Resets"},
    {"ID,TIME,AMT,EVID,weight_kg\n1,0,1,7,70\n", RSP_E_DOMAIN, 2, "EVID", "EVID"},
    {"ID,TIME,AMT,EVID,weight_kg\n1,0,1,0,70\n", RSP_E_MISMATCH, 2, "AMT", "EVID 1"},
    {"ID,TIME,AMT,EVID,weight_kg\n1,0,0,1,70\n", RSP_E_DOMAIN, 2, "AMT", "above 0"},
    {"ID,TIME,AMT,weight_kg\n1,0,-5,70\n", RSP_E_DOMAIN, 2, "AMT", "above 0"},
    {"ID,TIME,AMT,SS,II,weight_kg\n1,0,1,2,12,70\n", RSP_E_UNSUPPORTED, 2, "SS", "SS 2"},
    {"ID,TIME,AMT,SS,II,weight_kg\n1,0,1,1,0,70\n", RSP_E_DOMAIN, 2, "II", "above 0"},
    {"ID,TIME,AMT,ADDL,II,weight_kg\n1,0,1,1.5,12,70\n", RSP_E_UNSUPPORTED, 2, "ADDL", "whole"},
    {"ID,TIME,AMT,CMT,weight_kg\n1,0,1,9,70\n", RSP_E_UNSUPPORTED, 2, "CMT", "0 to 3"},
    {"ID,TIME,AMT,DV,weight_kg\n1,0,1,.,70\n1,1,0,.,70\n", RSP_E_MISSING, 3, "DV", "MDV"},
    {"ID,TIME,AMT,weight_kg\n1,0,1,.\n", RSP_E_MISSING, 2, "weight_kg", "every person"},
    {"ID,TIME,AMT,weight_kg\n1,0,1,\"70\n", RSP_E_SYNTAX, 2, "", ""},
    {"ID;TIME;AMT\n1;0,5;1\n", RSP_E_SYNTAX, 1, "", "semicolons"},
    {"ID\tTIME\n1\t0\n", RSP_E_SYNTAX, 1, "", "tabs"},
    {"ID,TIME,AMT,weight_kg\n1,0,1,70\na\xc2\x85,0,1,70\n", RSP_E_SYNTAX, 3, "", "control"},
    {"ID,TIME,AMT,weight_kg\na\xe2\x80\xae"
     "b,0,1,70\n",
        RSP_E_SYNTAX, 2, "", "control"},
    {"ID,TIME,AMT,weight_kg\na\xe2\x81\xa9,0,1,70\n", RSP_E_SYNTAX, 2, "", "control"},
    {"ID,TIME,AMT,weight_kg\na\x7f,0,1,70\n", RSP_E_SYNTAX, 2, "", "control"},
    {"ID,TIME,AMT,weight_kg\nM\xfc"
     "ller,0,1,70\n",
        RSP_E_SYNTAX, 2, "", "UTF-8"},
    {"ID,TIME,AMT,weight_kg\n1,1e9,1,70\n", RSP_E_LIMIT, 2, "TIME", "100 years"},
    {"ID,TIME,AMT,weight_kg\n1,-1e9,1,70\n", RSP_E_LIMIT, 2, "TIME", "100 years"},
    {"ID,TIME,AMT,weight_kg\n1,0,1e300,70\n", RSP_E_LIMIT, 2, "AMT", "1 kg"},
    {"ID,TIME,AMT,RATE,weight_kg\n1,0,1,1e-9,70\n", RSP_E_LIMIT, 2, "RATE", "100 years"},
    {"ID,TIME,AMT,ADDL,II,weight_kg\n1,0,1,10000,8766,70\n", RSP_E_LIMIT, 2, "ADDL", "100 years"},
};

START_TEST(what_is_not_supported_is_refused_with_line_and_column)
{
    struct rsp_model *model = model_of("domino1984");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct rsp_events *events = NULL;
        struct rsp_error err = {0};
        const rsp_status status = rsp_events_parse(
            bad[i].text, strlen(bad[i].text), "data.csv", model, RSP_ROUTE_IV, &events, &err);
        char all[900];
        rsp_error_format(&err, all, sizeof all);
        ck_assert_msg(status == bad[i].code && err.line == bad[i].line &&
                          strcmp(err.field, bad[i].field) == 0 && strstr(err.message, bad[i].word) != NULL &&
                          err.message[0] != '\0' && strcmp(err.source, "data.csv") == 0 && events == NULL,
            "case %zu: %d %s", i, status, all);
    }
    rsp_model_free(model);
}
END_TEST

START_TEST(binary_text_is_refused)
{
    struct rsp_model *model = model_of("domino1984");
    struct rsp_events *events = NULL;
    ck_assert_int_eq(
        rsp_events_parse("ID,TIME\0,AMT", 12, "x", model, RSP_ROUTE_IV, &events, NULL), RSP_E_SYNTAX);
    ck_assert_int_eq(
        rsp_events_parse("ID,TIME\n\x01,2", 11, "x", model, RSP_ROUTE_IV, &events, NULL), RSP_E_SYNTAX);
    rsp_model_free(model);
}
END_TEST

START_TEST(a_cell_of_any_size_is_refused_when_it_is_too_long)
{
    enum { HUGE_CELL = 5000000 };
    static const char head[] = "ID,TIME,AMT,weight_kg\n1,0,1,";
    struct rsp_model *model = model_of("domino1984");
    const size_t n = strlen(head);
    char *text = malloc(n + HUGE_CELL);
    ck_assert_ptr_nonnull(text);
    memcpy(text, head, n);
    memset(text + n, '7', HUGE_CELL);
    static const size_t length[] = {256, 257, HUGE_CELL};
    for (size_t i = 0; i < 3; i++) {
        struct rsp_events *events = NULL;
        struct rsp_error err = {0};
        const rsp_status status =
            rsp_events_parse(text, n + length[i], "data.csv", model, RSP_ROUTE_IV, &events, &err);
        ck_assert_int_eq(status, i == 0 ? RSP_OK : RSP_E_LIMIT);
        ck_assert_int_eq(err.line, i == 0 ? 0 : 2);
        ck_assert(i == 0 || strstr(err.message, "256 bytes") != NULL);
        rsp_events_free(events);
    }
    free(text);
    rsp_model_free(model);
}
END_TEST

START_TEST(every_dose_knows_its_line)
{
    struct rsp_model *model = model_of("domino1984");
    struct rsp_events *e = parsed(model, "ID,TIME,AMT,ADDL,II,weight_kg\n"
                                         "a,0,10,2,5,70\n"
                                         "a,1,20,.,.,70\n"
                                         "a,5,30,.,.,70\n"
                                         "b,0,40,.,.,60\n");
    static const double amount_mg[] = {10, 20, 10, 30, 10};
    static const int line[] = {2, 3, 2, 4, 2};
    ck_assert_uint_eq(e->subject[0].n_dose, 5);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_double_eq(e->subject[0].dose[i].amount_mg, amount_mg[i]);
        ck_assert_int_eq(e->subject[0].dose_line[i], line[i]);
    }
    ck_assert_uint_eq(e->subject[1].n_dose, 1);
    ck_assert_int_eq(e->subject[1].line, 5);
    ck_assert_int_eq(e->subject[1].dose_line[0], 5);
    rsp_events_free(e);
    rsp_model_free(model);
}
END_TEST

START_TEST(a_fit_reads_limits_occasions_and_weights_that_change)
{
    static const char text[] = "ID,TIME,AMT,EVID,MDV,DV,CENS,OCC,weight_kg,note\n"
                               "a,0,35,1,1,.,0,7,70,x\n"
                               "a,1,.,0,0,90,0,7,70,y\n"
                               "a,5,.,0,0,2,1,7,72,\n"
                               "a,9,35,1,1,.,0,3,.,\n"
                               "a,9,.,0,0,2,0,7,.,\n";
    static const char *const ignore[] = {"note", NULL};
    struct rsp_model *model = model_of("domino1984");
    struct rsp_events *e = NULL;
    struct rsp_error err = {0};
    const struct rsp_events_options options = {.fit = true, .ignore = ignore};
    ck_assert_int_eq(
        rsp_events_parse_with(text, strlen(text), "data.csv", model, RSP_ROUTE_IV, &options, &e, &err),
        RSP_OK);
    const struct rsp_subject *s = &e->subject[0];
    ck_assert_uint_eq(s->n_stretch, 4);
    const double until_h[] = {1, 5, 9, 9}, weight_kg[] = {70, 72, 72, 72};
    const int occasion[] = {0, 0, 1, 0};
    const int weight = rsp_model_covariate_find(model, "weight_kg");
    for (int k = 0; k < 4; k++) {
        ck_assert_double_eq(s->stretch[k].until_h, until_h[k]);
        ck_assert_int_eq(s->stretch[k].occasion, occasion[k]);
        ck_assert_double_eq(s->stretch[k].covariate[weight], weight_kg[k]);
    }
    ck_assert(!s->observation[0].censored && s->observation[1].censored);
    ck_assert_int_eq(s->observation[1].stretch, 1);
    ck_assert_int_eq(s->dose_stretch[1], 2);
    rsp_events_free(e);
    /* a simulation knows none of it */
    e = NULL;
    ck_assert_int_eq(
        rsp_events_parse(text, strlen(text), "data.csv", model, RSP_ROUTE_IV, &e, &err), RSP_E_UNKNOWN);
    ck_assert_ptr_null(e);
    rsp_model_free(model);
}
END_TEST

START_TEST(a_modelled_duration_needs_a_route_that_has_one)
{
    static const char whole[] =
        "ID,TIME,AMT,RATE,EVID,MDV,DV,weight_kg\na,0,35,-2,1,1,.,70\na,1,.,.,0,0,9,70\n";
    const struct rsp_events_options options = {.fit = true};
    struct rsp_events *e = NULL;
    struct rsp_error err = {0};
    struct rsp_model *model = model_of("simons2022"); /* its film enters over a duration of the person */
    ck_assert_int_eq(
        rsp_events_parse_with(whole, strlen(whole), "data.csv", model, RSP_ROUTE_BUCCAL, &options, &e, &err),
        RSP_OK);
    ck_assert_int_eq(e->subject[0].dose[0].state, -1);
    ck_assert_double_eq(e->subject[0].dose[0].duration_h, 0);
    rsp_events_free(e);
    e = NULL;
    ck_assert_int_eq(
        rsp_events_parse_with(whole, strlen(whole), "data.csv", model, RSP_ROUTE_IV, &options, &e, &err),
        RSP_E_MISMATCH);
    ck_assert_str_eq(err.field, "RATE");
    rsp_model_free(model);
}
END_TEST

RUN_TESTS("events", doses_and_observations_are_read_person_by_person,
    additional_and_steady_state_doses_are_expanded, bom_crlf_quotes_spaces_and_blank_lines_are_accepted,
    what_is_not_supported_is_refused_with_line_and_column, binary_text_is_refused,
    a_cell_of_any_size_is_refused_when_it_is_too_long, every_dose_knows_its_line,
    a_fit_reads_limits_occasions_and_weights_that_change, a_modelled_duration_needs_a_route_that_has_one)
