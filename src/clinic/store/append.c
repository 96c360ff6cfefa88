/* Adding facts: validate, seal, chain, insert. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/text.h"
#include "store/chain.h"
#include "store/store_internal.h"

/* What an append makes on the way. */
struct making {
    struct rsp_record record;
    char *body, *hidden; /* JSON of the two halves; hidden NULL: nothing identifies */
    size_t n_hidden;
    unsigned char *sealed;
    char wall[RSP_WALL];
    struct rsp_person_key new_key; /* of a person that the fact begins */
    unsigned char key[RSP_KEY_BYTES];
    bool begins;
};

static void unmake(struct making *making)
{
    free(making->body);
    if (making->hidden != NULL)
        sodium_memzero(making->hidden, making->n_hidden);
    free(making->hidden);
    free(making->sealed);
    sodium_memzero(making->key, sizeof making->key);
}

/* ---- what was given ---- */

static rsp_status check_text(
    const char *field, const char *text, size_t max, bool required, struct rsp_error *err)
{
    const size_t length = text != NULL ? strlen(text) : 0;
    if (length == 0 && (required || text != NULL))
        return rsp_error_set(err, RSP_E_MISSING, field, "every fact says %s: the text is empty", field);
    if (length > max)
        return rsp_error_set(
            err, RSP_E_LIMIT, field, "the text has %zu bytes; at most %zu are kept", length, max);
    for (size_t i = 0; i < length;) {
        const size_t n = rsp_utf8_length(text + i, length - i);
        const bool in_name = max == RSP_MAX_NAME_TEXT && (unsigned char)text[i] < ' ';
        if (n == 0 || in_name || rsp_utf8_is_control(text + i, length - i))
            return rsp_error_set(
                err, RSP_E_SYNTAX, field, "the text is not clean UTF-8: remove what no screen shows");
        i += n;
    }
    return RSP_OK;
}

static rsp_status check_given(const struct rsp_fact_new *fact, struct rsp_error *err)
{
    RSP_TRY(check_text("who", fact->who, RSP_MAX_NAME_TEXT, true, err));
    RSP_TRY(check_text("origin", fact->origin, RSP_MAX_NAME_TEXT, true, err));
    RSP_TRY(check_text("why", fact->why, RSP_MAX_WHY, fact->supersedes != 0, err));
    RSP_TRY(check_text("idempotency", fact->idempotency, RSP_MAX_NAME_TEXT, false, err));
    if (fact->supersedes < 0)
        return rsp_error_set(
            err, RSP_E_DOMAIN, "supersedes", "%" PRId64 " is no number of a fact", fact->supersedes);
    return rsp_stamp_check(&fact->when, err);
}

static rsp_status check_person(
    const struct rsp_fact_new *fact, const struct rsp_kind *kind, struct rsp_error *err)
{
    if (kind->about_person && fact->person == NULL && !kind->begins_person)
        return rsp_error_set(err, RSP_E_MISSING, "person", "a %s is about a person: say which", kind->name);
    if (kind->about_person && fact->person == NULL && fact->supersedes != 0)
        return rsp_error_set(
            err, RSP_E_MISSING, "person", "a fact that supersedes another names the same person");
    if (!kind->about_person && fact->person != NULL)
        return rsp_error_set(err, RSP_E_MISMATCH, "person", "a %s is about nobody", kind->name);
    return RSP_OK;
}

/* ---- body ---- */

/* The two halves of a body as new references: what identifies, and the rest. */
static rsp_status split(
    const struct rsp_kind *kind, const json_t *body, json_t *open, json_t *hidden, struct rsp_error *err)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)body, name, value)
    {
        const struct rsp_field *field = rsp_kind_field(kind, name);
        if (json_object_set(field != NULL && field->identifying ? hidden : open, name, value) != 0)
            return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory for the fact");
    }
    return RSP_OK;
}

static rsp_status write_body(
    const struct rsp_kind *kind, const json_t *body, struct making *making, struct rsp_error *err)
{
    const size_t flags = JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(17);
    json_t *open = json_object(), *hidden = json_object();
    rsp_status status = open != NULL && hidden != NULL
                            ? split(kind, body, open, hidden, err)
                            : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory for the fact");
    if (status == RSP_OK) {
        making->body = json_dumps(open, flags);
        if (json_object_size(hidden) > 0) {
            making->hidden = json_dumps(hidden, flags);
            making->n_hidden = making->hidden != NULL ? strlen(making->hidden) : 0;
        }
        if (making->body == NULL || (json_object_size(hidden) > 0 && making->hidden == NULL))
            status = rsp_error_set(err, RSP_E_MEMORY, "", "out of memory for the fact");
        else if (strlen(making->body) + making->n_hidden > RSP_MAX_BODY)
            status = rsp_error_set(err, RSP_E_LIMIT, "body", "a fact has at most %d bytes", RSP_MAX_BODY);
    }
    json_decref(open);
    json_decref(hidden);
    return status;
}

/* ---- the key that was seen before ---- */

struct compare {
    const struct rsp_fact_new *fact;
    struct rsp_store *store;
    struct rsp_fact_place *place;
    bool found, same;
};

static rsp_status compare(void *context, const struct rsp_record *record, struct rsp_error *err)
{
    struct compare *c = context;
    const struct rsp_fact_new *fact = c->fact;
    json_t *body = NULL;
    bool erased = false;
    unsigned char key[RSP_KEY_BYTES];

    c->found = true;
    RSP_TRY(rsp_record_body(record, &body, err));
    rsp_status status = RSP_OK;
    if (record->sealed != NULL) {
        status = rsp_person_key_of(c->store, &record->person, key, &erased, err);
        if (status == RSP_OK)
            status = rsp_record_unseal(record, key, body, err);
        sodium_memzero(key, sizeof key);
    }
    c->same = status == RSP_OK && strcmp(record->kind, fact->kind) == 0 &&
              strcmp(record->who, fact->who) == 0 && record->supersedes == fact->supersedes &&
              (fact->person == NULL || memcmp(fact->person, &record->person, sizeof record->person) == 0) &&
              json_equal(body, fact->body) == 1;
    if (c->same)
        *c->place = (struct rsp_fact_place){record->number, record->person, true};
    json_decref(body);
    return erased ? RSP_OK : status;
}

/* Sets place->already when the fact is there. */
static rsp_status look_for_key(struct rsp_store *store, const struct rsp_fact_new *fact,
    struct rsp_fact_place *place, struct rsp_error *err)
{
    struct compare c = {fact, store, place, false, false};
    if (fact->idempotency == NULL)
        return RSP_OK;
    const struct rsp_record_filter filter = {.idempotency = fact->idempotency};
    RSP_TRY(store->operations->scan(store->self, &filter, compare, &c, err));
    if (c.found && !c.same)
        return rsp_error_set(err, RSP_E_CONFLICT, "idempotency",
            "this key was used for another fact: a new fact needs a new key");
    return RSP_OK;
}

/* ---- what is superseded ---- */

struct old {
    const struct rsp_fact_new *fact;
    bool found;
};

static rsp_status check_old(void *context, const struct rsp_record *record, struct rsp_error *err)
{
    struct old *old = context;
    const struct rsp_fact_new *fact = old->fact;
    old->found = true;
    if (strcmp(record->kind, fact->kind) != 0)
        return rsp_error_set(err, RSP_E_MISMATCH, "supersedes",
            "fact %" PRId64 " is a %s and cannot be superseded by a %s", record->number, record->kind,
            fact->kind);
    if (record->about_person != (fact->person != NULL) ||
        (fact->person != NULL && memcmp(fact->person, &record->person, sizeof record->person) != 0))
        return rsp_error_set(
            err, RSP_E_MISMATCH, "supersedes", "fact %" PRId64 " is about somebody else", record->number);
    if (record->superseded_by != 0)
        return rsp_error_set(err, RSP_E_CONFLICT, "supersedes",
            "fact %" PRId64 " was superseded by fact %" PRId64 " in the meantime: read that one first",
            record->number, record->superseded_by);
    return RSP_OK;
}

static rsp_status check_supersedes(
    struct rsp_store *store, const struct rsp_fact_new *fact, struct rsp_error *err)
{
    struct old old = {fact, false};
    if (fact->supersedes == 0)
        return RSP_OK;
    const struct rsp_record_filter filter = {.number = fact->supersedes};
    RSP_TRY(store->operations->scan(store->self, &filter, check_old, &old, err));
    if (!old.found)
        return rsp_error_set(err, RSP_E_UNKNOWN, "supersedes", "there is no fact %" PRId64, fact->supersedes);
    return RSP_OK;
}

/* ---- insert ---- */

static rsp_status find_key(
    struct rsp_store *store, const struct rsp_fact_new *fact, struct making *making, struct rsp_error *err)
{
    bool erased = false;
    if (fact->person != NULL) {
        making->record.person = *fact->person;
        const rsp_status status = rsp_person_key_of(store, fact->person, making->key, &erased, err);
        if (erased && strcmp(fact->kind, RSP_KIND_ERASURE) == 0)
            return RSP_OK;
        return status;
    }
    randombytes_buf(making->new_key.person.byte, RSP_PERSON_BYTES);
    making->record.person = making->new_key.person;
    making->begins = true;
    rsp_site_person_new(store->site, store->identity.id, &making->new_key, making->key);
    return RSP_OK;
}

static rsp_status seal(struct making *making, struct rsp_error *err)
{
    if (making->hidden == NULL)
        return RSP_OK;
    making->sealed = malloc(making->n_hidden + RSP_SEAL_EXTRA);
    if (making->sealed == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory for the fact");
    rsp_seal(making->key, &making->record, making->hidden, making->n_hidden, making->sealed);
    making->record.sealed = making->sealed;
    making->record.n_sealed = making->n_hidden + RSP_SEAL_EXTRA;
    return RSP_OK;
}

static rsp_status insert(struct rsp_store *store, struct making *making, struct rsp_error *err)
{
    struct rsp_record *record = &making->record;
    if (making->begins)
        RSP_TRY(store->operations->key_add(store->self, &making->new_key, err));
    rsp_chain_next(store->head, record, record->hash);
    RSP_TRY(store->operations->insert(store->self, record, err));
    store->last = record->number;
    memcpy(store->head, record->hash, sizeof store->head);
    store->n_added++;
    return RSP_OK;
}

rsp_status rsp_append_inside(struct rsp_store *store, const struct rsp_fact_new *fact,
    const struct rsp_kind *kind, struct rsp_fact_place *place, struct rsp_error *err)
{
    struct making making = {.record = {.number = store->last + 1,
                                .kind = kind->name,
                                .kind_version = kind->version,
                                .about_person = kind->about_person,
                                .who = fact->who,
                                .origin = fact->origin,
                                .why = fact->why,
                                .at_us = fact->when.at_us,
                                .zone = fact->when.zone,
                                .supersedes = fact->supersedes,
                                .idempotency = fact->idempotency}};
    rsp_status status = check_given(fact, err);

    if (status != RSP_OK)
        return status;
    RSP_TRY_DONE(check_person(fact, kind, err));
    RSP_TRY_DONE(rsp_kind_check(kind, fact->body, err));
    RSP_TRY_DONE(look_for_key(store, fact, place, err));
    if (place->already)
        goto done;
    RSP_TRY_DONE(check_supersedes(store, fact, err));
    RSP_TRY_DONE(write_body(kind, fact->body, &making, err));
    rsp_stamp_wall(&fact->when, making.wall);
    making.record.wall = making.wall;
    making.record.body = making.body;
    if (kind->about_person)
        RSP_TRY_DONE(find_key(store, fact, &making, err));
    RSP_TRY_DONE(seal(&making, err));
    RSP_TRY_DONE(insert(store, &making, err));
    *place = (struct rsp_fact_place){making.record.number, making.record.person, false};
done:
    unmake(&making);
    return status;
}

static rsp_status find_kind(const struct rsp_store *store, const struct rsp_fact_new *fact,
    const struct rsp_kind **kind, struct rsp_error *err)
{
    if (fact->kind == NULL || fact->body == NULL)
        return rsp_error_set(err, RSP_E_MISSING, "kind", "a fact has a kind and a body");
    *kind = rsp_kinds_find(store->kinds, fact->kind);
    if (*kind == NULL)
        return rsp_error_set(err, RSP_E_UNKNOWN, "kind", "there is no kind of fact '%.60s'", fact->kind);
    return RSP_OK;
}

rsp_status rsp_store_append(struct rsp_store *store, const struct rsp_fact_new *fact,
    struct rsp_fact_place *place, struct rsp_error *err)
{
    const struct rsp_kind *kind = NULL;
    struct rsp_fact_place made = {0};
    const bool own = !store->open;

    RSP_CHECK_BUG(own || (store->writing && store->until == 0), err);
    rsp_status status = find_kind(store, fact, &kind, err);
    if (status == RSP_OK && own)
        RSP_TRY(rsp_store_begin(store, true, err));
    if (status == RSP_OK)
        status = rsp_append_inside(store, fact, kind, &made, err);
    if (status == RSP_OK && own)
        status = rsp_store_commit(store, err);
    if (status != RSP_OK) {
        if (own)
            rsp_store_rollback(store);
        else
            store->broken = true;
        return status;
    }
    *place = made;
    return RSP_OK;
}
