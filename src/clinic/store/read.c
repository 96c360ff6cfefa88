/* Reading facts: unseal and show. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "store/chain.h"
#include "store/store_internal.h"

/* ---- keys ---- */

struct look_up {
    bool found;
    struct rsp_person_key key;
};

static rsp_status keep_key(void *context, const struct rsp_person_key *key, struct rsp_error *err)
{
    struct look_up *look_up = context;
    (void)err;
    look_up->found = true;
    look_up->key = *key;
    return RSP_OK;
}

rsp_status rsp_person_key_of(struct rsp_store *store, const struct rsp_person_id *person,
    unsigned char plain[RSP_KEY_BYTES], bool *erased, struct rsp_error *err)
{
    struct look_up look_up = {0};
    *erased = false;
    RSP_TRY(store->operations->keys(store->self, person, keep_key, &look_up, err));
    if (!look_up.found)
        return rsp_error_set(err, RSP_E_UNKNOWN, "person", "there is no such person");
    if (look_up.key.destroyed) {
        *erased = true;
        return rsp_error_set(err, RSP_E_UNKNOWN, "person", "this person was erased: their key is destroyed");
    }
    if (!rsp_site_person_open(store->site, store->identity.id, &look_up.key, plain))
        return rsp_error_set(err, RSP_E_DAMAGED, "person",
            "the key of this person cannot be opened: it was altered; run 'respite db check'");
    return RSP_OK;
}

/* ---- bodies ---- */

static rsp_status damaged(const struct rsp_record *record, const char *what, struct rsp_error *err)
{
    return rsp_error_set(err, RSP_E_DAMAGED, "", "fact %" PRId64 " (%s): %s; run 'respite db check'",
        record->number, record->kind, what);
}

static rsp_status load(
    const struct rsp_record *record, const char *text, size_t n, json_t **object, struct rsp_error *err)
{
    json_error_t found;
    json_t *made = json_loadb(text, n, JSON_REJECT_DUPLICATES, &found);
    if (made == NULL && json_error_code(&found) == json_error_out_of_memory)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory while reading a fact");
    if (!json_is_object(made)) {
        json_decref(made);
        return damaged(record, "its body cannot be read", err);
    }
    *object = made;
    return RSP_OK;
}

rsp_status rsp_record_body(const struct rsp_record *record, json_t **body, struct rsp_error *err)
{
    return load(record, record->body, strlen(record->body), body, err);
}

rsp_status rsp_record_unseal(const struct rsp_record *record, const unsigned char key[RSP_KEY_BYTES],
    json_t *body, struct rsp_error *err)
{
    if (record->n_sealed < RSP_SEAL_EXTRA)
        return damaged(record, "its sealed fields are cut off", err);
    const size_t n = record->n_sealed - RSP_SEAL_EXTRA;
    char *text = malloc(n + 1);
    json_t *hidden = NULL;
    if (text == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory while reading a fact");
    rsp_status status =
        rsp_seal_open(key, record, text)
            ? load(record, text, n, &hidden, err)
            : damaged(record, "its sealed fields do not open with the key of the person", err);
    if (status == RSP_OK && json_object_update(body, hidden) != 0)
        status = rsp_error_set(err, RSP_E_MEMORY, "", "out of memory while reading a fact");
    sodium_memzero(text, n);
    free(text);
    json_decref(hidden);
    return status;
}

/* ---- facts ---- */

struct reading {
    struct rsp_store *store;
    bool without_identity;
    rsp_fact_visit *visit;
    void *context;
    size_t n;
    /* the key of the last person: facts of one person come in a row */
    bool known, erased;
    struct rsp_person_id person;
    unsigned char key[RSP_KEY_BYTES];
};

static rsp_status key_for(struct reading *reading, const struct rsp_person_id *person, struct rsp_error *err)
{
    if (reading->known && memcmp(&reading->person, person, sizeof *person) == 0)
        return RSP_OK;
    reading->known = false;
    const rsp_status status = rsp_person_key_of(reading->store, person, reading->key, &reading->erased, err);
    if (status != RSP_OK && !reading->erased)
        return status;
    reading->person = *person;
    reading->known = true;
    return RSP_OK;
}

static rsp_status unseal(struct reading *reading, const struct rsp_record *record, json_t *body,
    bool *withheld, struct rsp_error *err)
{
    *withheld = record->sealed != NULL;
    if (record->sealed == NULL || reading->without_identity)
        return RSP_OK;
    RSP_TRY(key_for(reading, &record->person, err));
    if (reading->erased)
        return RSP_OK;
    *withheld = false;
    return rsp_record_unseal(record, reading->key, body, err);
}

static rsp_status show(void *context, const struct rsp_record *record, struct rsp_error *err)
{
    struct reading *reading = context;
    json_t *body = NULL;
    bool withheld = false;

    reading->n++;
    RSP_TRY(rsp_record_body(record, &body, err));
    rsp_status status = unseal(reading, record, body, &withheld, err);
    if (status == RSP_OK) {
        const struct rsp_fact fact = {.number = record->number,
            .kind = record->kind,
            .kind_version = record->kind_version,
            .about_person = record->about_person,
            .person = record->person,
            .who = record->who,
            .origin = record->origin,
            .why = record->why,
            .at_us = record->at_us,
            .wall = record->wall,
            .zone = record->zone,
            .supersedes = record->supersedes,
            .superseded_by = record->superseded_by,
            .idempotency = record->idempotency,
            .body = body,
            .withheld = withheld};
        status = reading->visit(reading->context, &fact, err);
    }
    json_decref(body);
    return status;
}

static rsp_status read_records(
    struct reading *reading, const struct rsp_record_filter *filter, struct rsp_error *err)
{
    struct rsp_store *store = reading->store;
    const rsp_status status = store->operations->scan(store->self, filter, show, reading, err);
    sodium_memzero(reading->key, sizeof reading->key);
    return status;
}

rsp_status rsp_store_fact(
    struct rsp_store *store, int64_t number, rsp_fact_visit *visit, void *context, struct rsp_error *err)
{
    struct reading reading = {.store = store, .visit = visit, .context = context};
    if (number > 0)
        RSP_TRY(read_records(
            &reading, &(struct rsp_record_filter){.number = number, .until = store->until}, err));
    if (reading.n == 0)
        return rsp_error_set(err, RSP_E_UNKNOWN, "", "there is no fact %" PRId64, number);
    return RSP_OK;
}

rsp_status rsp_store_read(struct rsp_store *store, const struct rsp_fact_filter *filter,
    rsp_fact_visit *visit, void *context, struct rsp_error *err)
{
    static const struct rsp_fact_filter all;
    if (filter == NULL)
        filter = &all;
    struct reading reading = {
        .store = store, .without_identity = filter->without_identity, .visit = visit, .context = context};
    const struct rsp_record_filter records = {.person = filter->person,
        .kind = filter->kind,
        .current = filter->current,
        .after = filter->after,
        .until = store->until,
        .limit = filter->limit};
    return read_records(&reading, &records, err);
}

struct last_seen {
    int64_t at_us;
    unsigned char hash[RSP_HASH_BYTES];
};

static rsp_status take_last(void *context, const struct rsp_record *record, struct rsp_error *err)
{
    struct last_seen *last = context;
    (void)err;
    last->at_us = record->at_us;
    memcpy(last->hash, record->hash, sizeof last->hash);
    return RSP_OK;
}

rsp_status rsp_store_head(
    struct rsp_store *store, int64_t *n_fact, unsigned char hash[RSP_HASH_BYTES], struct rsp_error *err)
{
    struct last_seen last = {0};
    if (store->until != 0) {
        const struct rsp_record_filter filter = {.number = store->until};
        RSP_TRY(store->operations->scan(store->self, &filter, take_last, &last, err));
        *n_fact = store->until;
        memcpy(hash, last.hash, RSP_HASH_BYTES);
        return RSP_OK;
    }
    RSP_TRY(store->operations->last(store->self, n_fact, hash, err));
    if (*n_fact == 0)
        rsp_chain_start(store->identity.id, hash);
    return RSP_OK;
}

/* ---- as it was ---- */

rsp_status rsp_store_by(struct rsp_store *store, int64_t at_us, int64_t *number, struct rsp_error *err)
{
    unsigned char hash[RSP_HASH_BYTES];
    int64_t after = 0;
    RSP_TRY(rsp_store_head(store, &after, hash, err));
    *number = 0;
    after++;
    while (after - *number > 1) { /* `number` is of the time or before it, `after` is later */
        struct last_seen seen = {0};
        const int64_t middle = *number + (after - *number) / 2;
        const struct rsp_record_filter filter = {.number = middle};
        RSP_TRY(store->operations->scan(store->self, &filter, take_last, &seen, err));
        if (seen.at_us <= at_us)
            *number = middle;
        else
            after = middle;
    }
    return RSP_OK;
}

rsp_status rsp_store_see_until(struct rsp_store *store, int64_t number, struct rsp_error *err)
{
    RSP_CHECK_BUG(store->open && store->n_added == 0 && number >= 0, err);
    store->until = number;
    return RSP_OK;
}
