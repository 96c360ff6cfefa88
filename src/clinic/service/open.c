#include <stdlib.h>

#include <sodium.h>

#include "service/alarm_history.h"
#include "service/call.h"
#include "service/devices.h"
#include "service/json_memory.h"
#include "service/shelf.h"
#include "service/upkeep.h"
#include "service/vigil.h"
#include "service/ward.h"

rsp_status rsp_service_open(struct rsp_store *store, struct rsp_service **service, struct rsp_error *err)
{
    struct rsp_service *made = calloc(1, sizeof *made);

    rsp_json_memory_watch();
    if (made == NULL) {
        rsp_store_close(store);
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    }
    made->store = store;
    pthread_mutex_init(&made->store_lock, NULL);
    pthread_mutex_init(&made->state_lock, NULL);
    rsp_status status = RSP_OK;
    if (sodium_init() < 0) {
        status = rsp_error_set(err, RSP_E_IO, "", "the system gives no random numbers");
    } else {
        made->sessions = rsp_sessions_new();
        made->throttle = rsp_throttle_new();
        made->shelf = rsp_shelf_new();
        made->ward = rsp_ward_new();
        made->vigils = rsp_vigils_new();
        made->devices = rsp_devices_new();
        made->alarm_history = rsp_alarm_history_new();
    }
    if (status == RSP_OK &&
        (made->sessions == NULL || made->throttle == NULL || made->shelf == NULL || made->ward == NULL ||
            made->vigils == NULL || made->devices == NULL || made->alarm_history == NULL))
        status = rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    if (status == RSP_OK)
        status = rsp_rulebook_shipped(&made->book, err);
    if (status == RSP_OK)
        status = rsp_service_demo_find(made, err);
    if (status != RSP_OK) {
        rsp_service_close(made);
        return status;
    }
    *service = made;
    return RSP_OK;
}

void rsp_service_close(struct rsp_service *service)
{
    if (service == NULL)
        return;
    rsp_rulebook_free(service->book);
    rsp_sessions_free(service->sessions);
    rsp_throttle_free(service->throttle);
    rsp_shelf_free(service->shelf);
    rsp_vigils_free(service->vigils);
    rsp_devices_free(service->devices);
    rsp_alarm_history_free(service->alarm_history);
    rsp_ward_free(service->ward);
    rsp_upkeep_free(service->upkeep);
    rsp_store_close(service->store);
    pthread_mutex_destroy(&service->store_lock);
    pthread_mutex_destroy(&service->state_lock);
    free(service);
}

rsp_status rsp_service_healthy(struct rsp_service *service, struct rsp_error *err)
{
    int64_t n_fact = 0;
    unsigned char hash[RSP_HASH_BYTES];
    pthread_mutex_lock(&service->store_lock);
    rsp_status status = rsp_store_head(service->store, &n_fact, hash, err);
    if (status == RSP_OK && rsp_store_warning(service->store)[0] != '\0')
        status = rsp_error_set(err, RSP_E_IO, "store", "%s", rsp_store_warning(service->store));
    pthread_mutex_unlock(&service->store_lock);
    return status;
}

struct changes {
    size_t room, n;
    struct rsp_session_change *change;
};

static rsp_status take_change(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct changes *changes = context;
    (void)err;
    changes->change[changes->n++] =
        (struct rsp_session_change){fact->number, json_integer_value(json_object_get(fact->body, "order"))};
    return RSP_OK;
}

static int by_number(const void *a, const void *b)
{
    const struct rsp_session_change *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

static rsp_status read_changes(
    struct rsp_service *service, struct changes *changes, int64_t *head, struct rsp_error *err)
{
    static const char *const kind[] = {"bedside_event", "reading", "reading_mark", "device_binding",
        "bedside_score", "bedside_remark", "bedside_medicine", "recovery", "start_answer", "start_override",
        "alarm_word", "alarm_state"};
    enum { N_KIND = sizeof kind / sizeof *kind };
    const size_t limit = changes->room / N_KIND;
    unsigned char hash[RSP_HASH_BYTES];
    int64_t now = 0, whole = 0;
    RSP_TRY(rsp_store_head(service->store, &now, hash, err));
    whole = now;
    for (size_t i = 0; i<N_KIND && * head> 0 && now > *head; i++) {
        const struct rsp_fact_filter filter = {
            .kind = kind[i], .without_identity = true, .after = *head, .limit = limit};
        const size_t before = changes->n;
        RSP_TRY(rsp_store_read(service->store, &filter, take_change, changes, err));
        if (changes->n - before == limit) { /* there may be more of this kind: from here next time */
            const int64_t last = changes->change[changes->n - 1].number;
            whole = last < whole ? last : whole;
        }
    }
    qsort(changes->change, changes->n, sizeof *changes->change, by_number);
    *head = whole;
    return RSP_OK;
}

rsp_status rsp_service_session_changes(struct rsp_service *service, size_t room,
    struct rsp_session_change change[], size_t *n, int64_t *head, struct rsp_error *err)
{
    struct changes changes = {.room = room, .change = change};
    pthread_mutex_lock(&service->store_lock);
    const rsp_status status = read_changes(service, &changes, head, err);
    pthread_mutex_unlock(&service->store_lock);
    *n = status == RSP_OK ? changes.n : 0;
    return status;
}

void rsp_answer_clear(struct rsp_answer *answer)
{
    json_decref(answer->body);
    sodium_memzero(answer, sizeof *answer);
}
