#include <stdlib.h>

#include <sodium.h>

#include "service/call.h"
#include "service/json_memory.h"
#include "service/shelf.h"
#include "service/upkeep.h"
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
    }
    if (status == RSP_OK &&
        (made->sessions == NULL || made->throttle == NULL || made->shelf == NULL || made->ward == NULL))
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

void rsp_answer_clear(struct rsp_answer *answer)
{
    json_decref(answer->body);
    sodium_memzero(answer, sizeof *answer);
}
