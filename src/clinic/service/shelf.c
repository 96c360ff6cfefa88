#include "service/shelf.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAX_SHELVED = 16, /* patients that are planned for at one time in one clinic */
    MAX_KNOWN = 8,    /* starts, seeds and models of one patient */
    MAX_READER = 8,
    KEPT_S = 15 * 60,
    SEEN_S = 10 * 60
};

/* What was learned, for one question. Once written it is not changed until its owner goes. */
struct learning {
    long start_day;
    uint64_t seed;
    size_t n_subject;
    struct rsp_known known;
};

struct reader {
    char account[RSP_ACCOUNT_SIZE];
    int64_t at_s;
};

struct rsp_shelved {
    struct rsp_planning planning; /* never changed */
    /* under the service's state_lock: */
    struct rsp_person_id person;
    long today;
    int64_t head; /* facts up to this one were seen */
    int64_t used_s;
    size_t n_user;
    bool withdrawn; /* not on the shelf any more; goes with its last user */
    size_t n_learning;
    struct learning learning[MAX_KNOWN];
    struct reader reader[MAX_READER];
};

struct rsp_shelf {
    struct rsp_shelved *place[MAX_SHELVED];
};

struct rsp_shelf *rsp_shelf_new(void)
{
    return calloc(1, sizeof(struct rsp_shelf));
}

static void forget(struct learning *learning)
{
    rsp_learned_free((struct rsp_learned *)learning->known.learned);
}

static void destroy(struct rsp_shelved *shelved)
{
    if (shelved == NULL)
        return;
    for (size_t i = 0; i < shelved->n_learning; i++)
        forget(&shelved->learning[i]);
    rsp_planning_clear(&shelved->planning);
    free(shelved);
}

void rsp_shelf_free(struct rsp_shelf *shelf)
{
    if (shelf == NULL)
        return;
    for (size_t i = 0; i < MAX_SHELVED; i++)
        destroy(shelf->place[i]);
    free(shelf);
}

/* ---- places, under state_lock ---- */

static void withdraw(struct rsp_shelf *shelf, size_t i)
{
    struct rsp_shelved *shelved = shelf->place[i];
    shelf->place[i] = NULL;
    if (shelved == NULL)
        return;
    shelved->withdrawn = true;
    if (shelved->n_user == 0)
        destroy(shelved);
}

static void clear_old(struct rsp_shelf *shelf, int64_t now_s)
{
    for (size_t i = 0; i < MAX_SHELVED; i++)
        if (shelf->place[i] != NULL && shelf->place[i]->used_s + KEPT_S <= now_s)
            withdraw(shelf, i);
}

static bool same_person(const struct rsp_person_id *a, const struct rsp_person_id *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* Index of the person's place, or of the place that was used longest ago; an empty one counts as oldest. */
static size_t place_of(const struct rsp_shelf *shelf, const struct rsp_person_id *person)
{
    size_t oldest = 0;
    for (size_t i = 0; i < MAX_SHELVED; i++) {
        const struct rsp_shelved *here = shelf->place[i], *old = shelf->place[oldest];
        if (here != NULL && same_person(&here->person, person))
            return i;
        if (old != NULL && (here == NULL || here->used_s < old->used_s))
            oldest = i;
    }
    return oldest;
}

static struct rsp_shelved *take(struct rsp_call *call, struct rsp_shelf *shelf)
{
    struct rsp_shelved *shelved = shelf->place[place_of(shelf, &call->patient)];
    if (shelved == NULL || !same_person(&shelved->person, &call->patient) ||
        shelved->today != call->today.day)
        return NULL;
    shelved->n_user++;
    shelved->used_s = call->now_s;
    return shelved;
}

static void put(struct rsp_call *call, struct rsp_shelf *shelf, struct rsp_shelved *shelved)
{
    const size_t i = place_of(shelf, &call->patient);
    withdraw(shelf, i);
    shelf->place[i] = shelved;
}

/* ---- borrow ---- */

static rsp_status see(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    (void)fact;
    (void)err;
    *(bool *)context = true;
    return RSP_OK;
}

/* Whether the store has a newer word on anything that a plan rests on. */
static rsp_status newer_facts(struct rsp_call *call, int64_t head, bool *newer)
{
    static const char *const kind[] = {"identity", "clinical", "diary_entry", "level", "erasure"};
    *newer = false;
    for (size_t i = 0; i < sizeof kind / sizeof *kind && !*newer; i++) {
        const struct rsp_fact_filter filter = {
            .person = &call->patient, .kind = kind[i], .without_identity = true, .after = head, .limit = 1};
        RSP_TRY(rsp_store_read(call->service->store, &filter, see, newer, call->err));
    }
    return RSP_OK;
}

/* @param withdrawn  never put on the shelf: it goes when it is given back */
static rsp_status read_anew(struct rsp_call *call, int64_t head, bool withdrawn, struct rsp_shelved **shelved)
{
    struct rsp_shelved *made = calloc(1, sizeof *made);
    if (made == NULL)
        return rsp_call_no_memory(call);
    const rsp_status status = rsp_planning_read(call, &made->planning);
    if (status != RSP_OK) {
        destroy(made);
        return status;
    }
    made->person = call->patient;
    made->today = call->today.day;
    made->head = head;
    made->used_s = call->now_s;
    made->n_user = 1;
    made->withdrawn = withdrawn;
    *shelved = made;
    return RSP_OK;
}

rsp_status rsp_shelf_borrow(struct rsp_call *call, struct rsp_shelved **shelved)
{
    struct rsp_service *service = call->service;
    unsigned char hash[RSP_HASH_BYTES];
    int64_t head = 0;
    bool newer = true;

    *shelved = NULL;
    RSP_TRY(rsp_store_head(service->store, &head, hash, call->err));
    if (call->replay != NULL) /* what lies here is of today */
        return read_anew(call, head, true, shelved);
    pthread_mutex_lock(&service->state_lock);
    clear_old(service->shelf, call->now_s);
    struct rsp_shelved *found = take(call, service->shelf);
    const int64_t seen = found != NULL ? found->head : 0;
    pthread_mutex_unlock(&service->state_lock);
    if (found != NULL) {
        const rsp_status status = newer_facts(call, seen, &newer);
        if (status == RSP_OK && !newer) {
            pthread_mutex_lock(&service->state_lock);
            found->head = head > found->head ? head : found->head;
            pthread_mutex_unlock(&service->state_lock);
            *shelved = found;
            return RSP_OK;
        }
        rsp_shelf_return(call, found);
        RSP_TRY(status);
    }
    RSP_TRY(read_anew(call, head, false, shelved));
    pthread_mutex_lock(&service->state_lock);
    put(call, service->shelf, *shelved);
    pthread_mutex_unlock(&service->state_lock);
    return RSP_OK;
}

void rsp_shelf_return(struct rsp_call *call, struct rsp_shelved *shelved)
{
    if (shelved == NULL)
        return;
    pthread_mutex_lock(&call->service->state_lock);
    shelved->n_user--;
    const bool last = shelved->withdrawn && shelved->n_user == 0;
    pthread_mutex_unlock(&call->service->state_lock);
    if (last)
        destroy(shelved);
}

const struct rsp_planning *rsp_shelved_planning(const struct rsp_shelved *shelved)
{
    return &shelved->planning;
}

/* ---- learned once ---- */

static bool same_question(const struct learning *learning, const struct rsp_advise_request *request)
{
    return learning->start_day == request->start.day && learning->seed == request->seed &&
           learning->n_subject == request->n_subject;
}

static size_t known_for(struct rsp_call *call, struct rsp_shelved *shelved,
    const struct rsp_advise_request *request, struct rsp_known known[MAX_KNOWN])
{
    size_t n = 0;
    pthread_mutex_lock(&call->service->state_lock);
    for (size_t i = 0; i < shelved->n_learning; i++)
        if (same_question(&shelved->learning[i], request))
            known[n++] = shelved->learning[i].known;
    pthread_mutex_unlock(&call->service->state_lock);
    return n;
}

static bool is_known(const struct rsp_shelved *shelved, const struct learning *learning)
{
    for (size_t i = 0; i < shelved->n_learning; i++) {
        const struct learning *other = &shelved->learning[i];
        if (other->start_day == learning->start_day && other->seed == learning->seed &&
            other->n_subject == learning->n_subject && strcmp(other->known.model, learning->known.model) == 0)
            return true;
    }
    return false;
}

/* Whether one more can be kept. Nobody but the caller, whose advices before this one are gone, reads what lies here when
 * it is the only user: then what was learned first makes room. Beside others it stays, and the caller keeps its own. */
static bool make_room(struct rsp_shelved *shelved)
{
    if (shelved->n_learning < MAX_KNOWN)
        return true;
    if (shelved->n_user > 1)
        return false;
    forget(&shelved->learning[0]);
    memmove(shelved->learning, shelved->learning + 1, --shelved->n_learning * sizeof *shelved->learning);
    return true;
}

/* What this advice learned goes to the shelf, unless there is no room or somebody was faster; the advice reads it on. */
static void keep_learned(struct rsp_call *call, struct rsp_shelved *shelved,
    const struct rsp_advise_request *request, struct rsp_advice *advice)
{
    struct learning learning = {request->start.day, request->seed, request->n_subject, {"", NULL, ""}};
    if (advice->relief_model[0] == '\0' || (advice->learned == NULL && advice->not_learned[0] == '\0') ||
        (advice->learned != NULL && advice->learned->borrowed))
        return;
    memcpy(learning.known.model, advice->relief_model, sizeof learning.known.model);
    memcpy(learning.known.why_not, advice->not_learned, sizeof learning.known.why_not);
    struct rsp_learned *view = advice->learned != NULL ? malloc(sizeof *view) : NULL;
    if (advice->learned != NULL && view == NULL)
        return;
    pthread_mutex_lock(&call->service->state_lock);
    if (!is_known(shelved, &learning) && make_room(shelved)) {
        learning.known.learned = advice->learned;
        shelved->learning[shelved->n_learning++] = learning;
        if (view != NULL) {
            *view = *advice->learned;
            view->borrowed = true;
            advice->learned = view;
            view = NULL;
        }
    }
    pthread_mutex_unlock(&call->service->state_lock);
    free(view);
}

rsp_status rsp_shelf_advise(struct rsp_call *call, struct rsp_shelved *shelved,
    struct rsp_advise_request *request, struct rsp_advice **advice)
{
    struct rsp_known known[MAX_KNOWN];
    request->known = known;
    request->n_known = known_for(call, shelved, request, known);
    const rsp_status status = rsp_planning_advise(call, &shelved->planning, request, advice);
    request->known = NULL;
    request->n_known = 0;
    if (status == RSP_OK)
        keep_learned(call, shelved, request, *advice);
    return status;
}

bool rsp_shelf_seen(struct rsp_call *call, struct rsp_shelved *shelved)
{
    size_t oldest = 0;
    bool seen = false;
    pthread_mutex_lock(&call->service->state_lock);
    for (size_t i = 0; i < MAX_READER; i++) {
        struct reader *reader = &shelved->reader[i];
        if (strcmp(reader->account, call->account.name) == 0) {
            oldest = i;
            seen = reader->at_s + SEEN_S > call->now_s;
            break;
        }
        if (reader->at_s < shelved->reader[oldest].at_s)
            oldest = i;
    }
    if (!seen) {
        memcpy(shelved->reader[oldest].account, call->account.name, sizeof call->account.name);
        shelved->reader[oldest].at_s = call->now_s;
    }
    pthread_mutex_unlock(&call->service->state_lock);
    return seen;
}
