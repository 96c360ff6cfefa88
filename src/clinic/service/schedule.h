/** Visits: who sits in which chair when. One visit is one current fact of kind "appointment"; a series is n visits with one
 * random name. Chairs are known by name; the last word about a chair says whether it is open. */
#ifndef RSP_CLINIC_SERVICE_SCHEDULE_H
#define RSP_CLINIC_SERVICE_SCHEDULE_H

#include "base/zone.h"
#include "service/call.h"

enum {
    RSP_CHAIR_SIZE = 41,
    RSP_SERIES_SIZE = 33,
    RSP_WALL_SIZE = 17,        /* "2026-12-01T09:00" */
    RSP_DAYS_AHEAD_MOST = 731, /* two years, for what is planned and booked */
    RSP_VISITS_MOST = 60,
    RSP_CHAIRS_MOST = 100,
    RSP_VISIT_MINUTES_MOST = 10080, /* a week: infusions over days */
    RSP_S_A_DAY = 86400,
    RSP_S_A_MINUTE = 60,
};

enum rsp_visit_state {
    RSP_VISIT_BOOKED,
    RSP_VISIT_ARRIVED,
    RSP_VISIT_ABSENT,
    RSP_VISIT_CANCELLED,
    RSP_VISIT_OVER /* the patient came and has gone */
};
const char *rsp_visit_state_word(enum rsp_visit_state state);
/** Booked when there is no such word. */
enum rsp_visit_state rsp_visit_state_of(const char *word);

struct rsp_visit {
    int64_t fact, plan; /* plan 0: none */
    struct rsp_person_id patient;
    char series[RSP_SERIES_SIZE];
    int visit, of, minutes;
    int64_t start_s;
    char wall[RSP_WALL_SIZE], zone[65];
    char chair[RSP_CHAIR_SIZE], staff[RSP_ACCOUNT_SIZE]; /* staff "": nobody named */
    enum rsp_visit_state state;
};
int64_t rsp_visit_end_s(const struct rsp_visit *visit);
/** Booked or arrived: it holds its chair, and something of it is still to come. */
bool rsp_visit_stands(const struct rsp_visit *visit);
/** Body of the fact, without the sealed texts; NULL without memory. */
json_t *rsp_visit_body(const struct rsp_visit *visit);

/** Growing list; zeroed is empty. Caller frees .visit with free(). */
struct rsp_visits {
    size_t n, capacity;
    struct rsp_visit *visit;
};
/** Current visits that touch [from_s, to_s), in the order of their facts, cancelled ones too.
 * @param patient  NULL: of all */
RSP_CHECKED rsp_status rsp_visits_read(struct rsp_call *call, const struct rsp_person_id *patient,
    int64_t from_s, int64_t to_s, struct rsp_visits *visits);
/** A visit of the patient by the number of its fact, with its sealed texts.
 * @param texts  out: object with escort, fasting, notes as far as given; caller frees with json_decref
 * @return refused when there is none, or when somebody has changed it since */
RSP_CHECKED rsp_status rsp_visit_find(
    struct rsp_call *call, int64_t fact, struct rsp_visit *visit, json_t **texts);
/** Sort by start, then chair. */
void rsp_visits_sort(struct rsp_visits *visits);

/** Why a visit cannot be where it is wanted. */
enum rsp_clash { RSP_CLASH_NONE, RSP_CLASH_CHAIR, RSP_CLASH_STAFF, RSP_CLASH_PATIENT };
/** First of the visits that the wanted one collides with. A visit that does not stand holds nothing; the wanted one's own
 * fact is left out. @param other  out: NULL without a clash */
enum rsp_clash rsp_visits_clash(
    const struct rsp_visits *visits, const struct rsp_visit *wanted, const struct rsp_visit **other);

struct rsp_chair {
    int64_t fact;
    bool open;
    char name[RSP_CHAIR_SIZE];
};
struct rsp_chairs {
    size_t n;
    struct rsp_chair chair[RSP_CHAIRS_MOST];
};
/** All chairs, sorted by name. */
RSP_CHECKED rsp_status rsp_chairs_read(struct rsp_call *call, struct rsp_chairs *chairs);
/** NULL when there is none of this name. */
const struct rsp_chair *rsp_chairs_find(const struct rsp_chairs *chairs, const char *name);
/** A chair whose name would be taken for this one: alike but for blanks of any width, and for a to z in capitals. */
const struct rsp_chair *rsp_chairs_like(const struct rsp_chairs *chairs, const char *name);
bool rsp_chair_begins_or_ends_blank(const char *name);

/** Read "2026-12-01T09:00", or with the distance from UTC where the clock shows the time twice.
 * @param field  names the input in a refusal */
RSP_CHECKED rsp_status rsp_visit_start(struct rsp_call *call, const struct rsp_zone *zone, const char *field,
    const char *text, struct rsp_visit *visit);
/** Instant at which a day begins in a zone. */
int64_t rsp_day_start_s(const struct rsp_zone *zone, long day);
/** Wall clock of an instant, "2026-12-01T09:00". */
void rsp_wall_format(const struct rsp_zone *zone, int64_t at_s, char wall[RSP_WALL_SIZE]);

/** Refuse in a sentence what the wanted visit cannot have: a chair that is not there or closed, a clash. */
RSP_CHECKED rsp_status rsp_visit_check(struct rsp_call *call, const struct rsp_visits *others,
    const struct rsp_chairs *chairs, const struct rsp_visit *wanted);
/** Refuse an account that is no clinician's, or disabled. "" is allowed. */
RSP_CHECKED rsp_status rsp_visit_staff_check(struct rsp_call *call, const char *name);

/** A visit as it is shown. Who does not care for the patient sees when and where, and that the chair is taken.
 * @param own   the caller cares for the patient, or has broken the glass
 * @param chair may be NULL: not known any more
 * @param row   out: caller frees with json_decref */
RSP_CHECKED rsp_status rsp_visit_row(struct rsp_call *call, const struct rsp_zone *zone,
    const struct rsp_visit *visit, const struct rsp_chair *chair, bool own, json_t **row);

#endif
