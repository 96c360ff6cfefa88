/* Erasing a person: their key is destroyed, the facts stay as ciphertext and the chain still holds. */
#include <stdio.h>

#include <sodium.h>

#include "store/store_internal.h"

static const struct rsp_kind erasure = {RSP_KIND_ERASURE, 1, true, false, NULL, 0};

static rsp_status erase(struct rsp_store *store, const struct rsp_fact_new *fact, struct rsp_error *err)
{
    struct rsp_fact_place place = {0};
    bool erased = false;
    unsigned char key[RSP_KEY_BYTES];

    /* A damaged key can be erased too: only an unknown or an erased person is refused. */
    const rsp_status known = rsp_person_key_of(store, fact->person, key, &erased, err);
    sodium_memzero(key, sizeof key);
    if (known != RSP_OK && known != RSP_E_DAMAGED)
        return known;
    RSP_TRY(store->operations->key_destroy(store->self, fact->person, err));
    return rsp_append_inside(store, fact, &erasure, &place, err);
}

/* The key is destroyed by now; what may be left is an old page in the write-ahead log. */
void rsp_store_scrub(struct rsp_store *store)
{
    struct rsp_error err = {0};
    if (store->operations->scrub(store->self, &err) != RSP_OK)
        (void)snprintf(store->warning, sizeof store->warning,
            "the key is destroyed, but an old copy of it may be in the write-ahead log until the next "
            "checkpoint: %.300s",
            err.message);
}

/* Without a transaction of its own. */
static rsp_status erase_inside(
    struct rsp_store *store, const struct rsp_fact_new *fact, struct rsp_error *err)
{
    const rsp_status status = erase(store, fact, err);
    store->scrub_due = status == RSP_OK;
    store->broken = store->broken || status != RSP_OK;
    return status;
}

rsp_status rsp_store_person_erase(struct rsp_store *store, const struct rsp_person_id *person,
    const char *who, const char *origin, const char *why, const struct rsp_stamp *when, struct rsp_error *err)
{
    const bool own = !store->open;
    RSP_CHECK_BUG(own || store->writing, err);
    if (why == NULL || why[0] == '\0')
        return rsp_error_set(
            err, RSP_E_MISSING, "why", "an erasure says why: on whose request, by which law");
    json_t *body = json_object();
    if (body == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory for the fact");
    const struct rsp_fact_new fact = {.kind = RSP_KIND_ERASURE,
        .person = person,
        .who = who,
        .origin = origin,
        .why = why,
        .when = *when,
        .body = body};
    rsp_status status = own ? rsp_store_begin(store, true, err) : RSP_OK;
    if (status == RSP_OK)
        status = erase_inside(store, &fact, err);
    if (own && status == RSP_OK)
        status = rsp_store_commit(store, err);
    else if (own)
        rsp_store_rollback(store);
    json_decref(body);
    return status;
}
