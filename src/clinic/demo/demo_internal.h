/** What the files of the demonstration share. */
#ifndef RSP_CLINIC_DEMO_DEMO_INTERNAL_H
#define RSP_CLINIC_DEMO_DEMO_INTERNAL_H

#include <stdbool.h>

#include "base/date.h"
#include "base/yaml.h"
#include "demo/demo.h"
#include "rules/rules.h"

enum {
    RSP_DEMO_STAFF = 8,
    RSP_DEMO_LOTS = 8,
    RSP_DEMO_CARES = 4,
    RSP_DEMO_COURSES = 24,
    RSP_DEMO_CHANGES = 4,
    RSP_DEMO_SESSIONS = 80,
    RSP_DEMO_DAYS = 800,
    RSP_DEMO_DOSE_TEXT = 120,
    RSP_DEMO_BEFORE_DOSE_MIN = 20, /* a visit begins so long before its dose */
};

enum rsp_demo_class { RSP_DEMO_DRAWN, RSP_DEMO_RESPONSE, RSP_DEMO_NONE, RSP_DEMO_LOST };

struct rsp_demo_staff {
    const char *name, *role;
    char token[RSP_TOKEN_SIZE];
    int64_t since_s; /* of the session; 0: none */
};

/** An order of the first session of a course. */
struct rsp_demo_order {
    int64_t number, issue; /* 0: none */
    bool checked;
    double total_mg;
    int vials;
};

/** Days count from the day of the demonstration. */
struct rsp_demo_course {
    long day;
    long
        again_d; /* above 0: the day is when relief has ended, so many days after the course before at the earliest */
    const char *protocol, *dose; /* one of the two */
    size_t first, n;             /* sessions */
    int64_t plan;                /* number of the kept plan; 0: none */
    struct rsp_demo_order order;
};
struct rsp_demo_session {
    long day;
    double hour_h, duration_h; /* start on the wall clock */
    struct rsp_dose dose;      /* start_h from the first session of the person */
    char text[RSP_DEMO_DOSE_TEXT];
    size_t course;
    long visit_min;      /* how long the visit or stay lasts that begins with it; 0: part of the one before */
    const char *seat;    /* chair or bed */
    const char *staff;   /* who stays with the patient; NULL: nobody is free */
    int64_t appointment; /* number; 0: none */
    bool under_way;      /* at the end of the story: its time is fixed */
};
/** The session of a person that is under way at the end of the story. */
struct rsp_demo_live {
    const struct rsp_yaml *node; /* NULL: none */
    long since_min;
    int64_t start_s;
    size_t course;
    double ordered_ml_per_h;
};
struct rsp_demo_change {
    long day;
    const char *why;
    const struct rsp_yaml *record, *tests;
    double weight_kg; /* NaN: as before */
};

struct rsp_demo_person {
    size_t number; /* from 0 */
    const struct rsp_yaml *node;
    const char *family, *given;
    double age_y, weight_kg, baseline_nrs; /* weight NaN: nobody knows */
    bool female, keeps_diary, gives_blood;
    long enrolled;
    size_t n_cares;
    const char *cares[RSP_DEMO_CARES];
    enum rsp_demo_class class;
    size_t lost_from; /* course, from 1 */
    double lost_factor;
    size_t n_course, n_session, n_change;
    struct rsp_demo_course course[RSP_DEMO_COURSES];
    struct rsp_demo_session session[RSP_DEMO_SESSIONS];
    struct rsp_demo_change change[RSP_DEMO_CHANGES];
    struct rsp_demo_live live;

    /* diary: day `diary_day + i` has score[i]; -1: none */
    long diary_day;
    size_t n_day, n_entered;
    int score[RSP_DEMO_DAYS];

    /* what the clinic answered */
    char patient[40];
    json_t *infusions; /* of the record so far */
};

struct rsp_demo {
    struct rsp_service *service;
    const struct rsp_demo_options *options;
    struct rsp_error *err;
    struct rsp_date today;
    const char *password;      /* of every account */
    int64_t latest_s;          /* of all */
    unsigned long long n_done; /* use cases so far: keys of idempotency */
    struct rsp_yaml_tree *tree;
    const struct rsp_yaml *usual; /* tests */
    double missing_frac;
    size_t n_staff;
    struct rsp_demo_staff staff[RSP_DEMO_STAFF];
    size_t n_person;
    struct rsp_demo_person *person; /* n_person */
    struct rsp_rulebook *book;
    size_t n_chair, n_bed;
    const char *const *chair, *const *bed;
    struct rsp_demo_taken *taken; /* seats and staff so far (rooms.c) */
    size_t n_lot;
    struct rsp_demo_lot {
        const struct rsp_yaml *node;
        int64_t number;
    } lot[RSP_DEMO_LOTS];
};

/* ---- cast.c: patients.yaml ---- */

/** Read who there is; rsp_demo_free frees, also after a failure. */
RSP_CHECKED rsp_status rsp_demo_cast(struct rsp_demo *demo);
void rsp_demo_free(struct rsp_demo *demo);
/** YAML as JSON: what reads as a number is one, unless it is quoted. NULL without memory. */
json_t *rsp_demo_json(const struct rsp_yaml *node);
/** Text under a key; "" when there is none. */
const char *rsp_demo_text(const struct rsp_yaml *node, const char *key);
/** "2026-11-29" of a day of the demonstration. */
const char *rsp_demo_day(const struct rsp_demo *demo, long day, char text[16]);

/* ---- course.c: what is given, and what comes of it ---- */

/** Sessions of every course, by protocol or dose, with the weight of the person; weekends are left out where people come
 * and go. */
RSP_CHECKED rsp_status rsp_demo_sessions(struct rsp_demo *demo, struct rsp_demo_person *person);
/** Diary of the person, drawn from the models. */
RSP_CHECKED rsp_status rsp_demo_diary(struct rsp_demo *demo, struct rsp_demo_person *person);

/** What a laboratory would find in this person: the model's levels with its published measurement error.
 * @param time_h  hours from the first session @param level  out: n_substance x n, a row a substance */
RSP_CHECKED rsp_status rsp_demo_measure(struct rsp_demo *demo, const struct rsp_demo_person *person, size_t n,
    const double time_h[], size_t n_substance, const char *const substance[], double *level);

/* ---- rooms.c: chairs, beds, and who stays with whom ---- */

/** Find a seat for a visit, and somebody to stay; the sessions of the visit move to the time at which the seat is free. */
RSP_CHECKED rsp_status rsp_demo_seat(
    struct rsp_demo *demo, struct rsp_demo_person *person, size_t first, size_t n);
void rsp_demo_taken_free(struct rsp_demo_taken *taken);

/* ---- desk.c: the staff at work ---- */

/** The instant of a wall-clock time on a day of the demonstration. */
int64_t rsp_demo_at(const struct rsp_demo *demo, long day, double hour_h);
/** The instant some hours after a session has ended. @param day  out: on which that is */
int64_t rsp_demo_after(
    const struct rsp_demo *demo, const struct rsp_demo_session *session, double after_h, long *day);
/** Let a member of the staff do a use case at an instant.
 * @param input  takes ownership, also on failure; NULL counts as out of memory
 * @param body   out: caller frees with json_decref; NULL: not wanted */
RSP_CHECKED rsp_status rsp_demo_do(struct rsp_demo *demo, const char *who, int64_t at_s,
    enum rsp_use_case use_case, json_t *input, json_t **body);
/** Role of somebody of the staff; "" when nobody has the name. */
const char *rsp_demo_role(const struct rsp_demo *demo, const char *who);
/** Make the accounts of the staff. */
RSP_CHECKED rsp_status rsp_demo_hire(struct rsp_demo *demo, int64_t at_s);

/* ---- visits.c: what happens to a person ---- */

/** Date of birth: "1980-05-14". */
const char *rsp_demo_birth(const struct rsp_demo *demo, const struct rsp_demo_person *person, char text[16]);
/** The nurse of a person: the first nurse who cares, or the physician when there is none. */
const char *rsp_demo_nurse(const struct rsp_demo *demo, const struct rsp_demo_person *person);

/** Something that happens at an instant. */
struct rsp_demo_event {
    int64_t at_s;
    size_t number; /* keeps the order of what happens at one instant */
    struct rsp_demo_person *person;
    rsp_status (*happen)(struct rsp_demo *demo, const struct rsp_demo_event *event);
    size_t which; /* session or change */
    long day;
};
struct rsp_demo_calendar {
    size_t n, capacity;
    struct rsp_demo_event *event;
};
/** Enter an event, unless it lies after the end of the story. */
RSP_CHECKED rsp_status rsp_demo_enter(
    struct rsp_demo *demo, struct rsp_demo_calendar *calendar, struct rsp_demo_event event);

/* ---- levels.c: blood ---- */

/** Enter the levels of a person's last course into the calendar. */
RSP_CHECKED rsp_status rsp_demo_levels(
    struct rsp_demo *demo, struct rsp_demo_person *person, struct rsp_demo_calendar *calendar);

/** Enter into the calendar all that happens to a person until now. */
RSP_CHECKED rsp_status rsp_demo_visits(
    struct rsp_demo *demo, struct rsp_demo_person *person, struct rsp_demo_calendar *calendar);

/* ---- course of work: plan.c, orders.c, reports.c ---- */

/** Plan a course, explain the sheet, book the visits. */
RSP_CHECKED rsp_status rsp_demo_plan(
    struct rsp_demo *demo, struct rsp_demo_person *person, size_t course, int64_t at_s);
/** The arrivals of the booked visits. */
RSP_CHECKED rsp_status rsp_demo_arrivals(
    struct rsp_demo *demo, struct rsp_demo_person *person, struct rsp_demo_calendar *calendar);
/** Limits are signed and lots of vials received. */
RSP_CHECKED rsp_status rsp_demo_stock_up(struct rsp_demo *demo, int64_t at_s);
/** Order of the first session of a planned course, to the state that the person's entry wants. */
RSP_CHECKED rsp_status rsp_demo_order(
    struct rsp_demo *demo, struct rsp_demo_person *person, size_t course, int64_t at_s);
/** Order of somebody in acute pain, if the person's entry wants one. */
RSP_CHECKED rsp_status rsp_demo_emergency(
    struct rsp_demo *demo, struct rsp_demo_person *person, int64_t at_s);
/** Issues, doses given and waste of the checked orders. */
RSP_CHECKED rsp_status rsp_demo_vials(
    struct rsp_demo *demo, struct rsp_demo_person *person, struct rsp_demo_calendar *calendar);
/** Vials of a checked order leave the cupboard; event->which is the course. */
RSP_CHECKED rsp_status rsp_demo_issue(struct rsp_demo *demo, const struct rsp_demo_event *event);

/* ---- bedside.c: sessions that are under way at the end of the story ---- */

/** Fix the time of the session that is under way, if this course of the person begins with it. */
void rsp_demo_live_session(const struct rsp_demo *demo, struct rsp_demo_person *person, size_t course);
/** What happened in it so far. */
RSP_CHECKED rsp_status rsp_demo_live_visits(
    struct rsp_demo *demo, struct rsp_demo_person *person, struct rsp_demo_calendar *calendar);
/** Bind its devices, now: the last thing that is done. */
RSP_CHECKED rsp_status rsp_demo_live_devices(struct rsp_demo *demo, const struct rsp_demo_person *person);

/** Chairs and beds. */
RSP_CHECKED rsp_status rsp_demo_furnish(struct rsp_demo *demo, int64_t at_s);
/** Scores of instruments at the first visit. */
RSP_CHECKED rsp_status rsp_demo_scores(struct rsp_demo *demo, struct rsp_demo_person *person, int64_t at_s);
/** What goes wrong in the infusions of a person, and the near misses of the clinic (person NULL). */
RSP_CHECKED rsp_status rsp_demo_reports(
    struct rsp_demo *demo, struct rsp_demo_person *person, struct rsp_demo_calendar *calendar);

#endif
