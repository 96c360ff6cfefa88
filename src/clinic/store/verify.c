/* Verifying everything that is stored. Each part goes on after what it finds, and so does the next part. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "store/anchor.h"
#include "store/chain.h"
#include "store/store_internal.h"

struct verifying {
    struct rsp_store *store;
    struct rsp_store_check *check;
    size_t n_grave; /* findings that concern more than what can be derived again */
    /* chain */
    int64_t number;
    unsigned char stored[RSP_HASH_BYTES];   /* hash that stands with the record before */
    unsigned char computed[RSP_HASH_BYTES]; /* hash that its content gives */
    bool gap;
    /* the key of the last person */
    bool known, opens;
    struct rsp_person_id person;
    unsigned char key[RSP_KEY_BYTES];
    /* anchor log */
    int64_t n_line, newest, missing;
    struct rsp_anchor_trust trust;
};

static void found(void *context, const struct rsp_store_finding *finding)
{
    struct verifying *v = context;
    v->check->n_finding++;
    if (strcmp(finding->table, "schema") != 0 && strncmp(finding->table, "derived", 7) != 0)
        v->n_grave++;
    if (v->check->found != NULL)
        v->check->found(v->check->context, finding);
}

static void found_about(
    struct verifying *v, const char *table, int64_t number, const char *kind, const char *sentence)
{
    found(v, &(struct rsp_store_finding){table, number, kind, sentence});
}

/* ---- chain ---- */

static void check_hash(struct verifying *v, const struct rsp_record *record)
{
    unsigned char by_stored[RSP_HASH_BYTES], by_computed[RSP_HASH_BYTES];
    rsp_chain_next(v->stored, record, by_stored);
    rsp_chain_next(v->computed, record, by_computed);
    /* Behind a gap nothing can be said about this record; behind an altered hash the content decides. */
    const bool good = v->gap || memcmp(by_stored, record->hash, RSP_HASH_BYTES) == 0 ||
                      memcmp(by_computed, record->hash, RSP_HASH_BYTES) == 0;
    if (!good)
        found_about(v, "fact", record->number, record->kind,
            "what it says does not give the hash that is stored with it: the fact was altered");
    memcpy(v->computed, memcmp(by_computed, record->hash, RSP_HASH_BYTES) == 0 ? by_computed : by_stored,
        RSP_HASH_BYTES);
    if (v->gap)
        memcpy(v->computed, record->hash, RSP_HASH_BYTES);
    memcpy(v->stored, record->hash, RSP_HASH_BYTES);
    v->gap = false;
}

static void check_number(struct verifying *v, const struct rsp_record *record)
{
    char text[96];
    v->gap = record->number != v->number + 1;
    if (!v->gap)
        return;
    if (record->number == v->number + 2)
        (void)snprintf(text, sizeof text, "it is missing");
    else
        (void)snprintf(
            text, sizeof text, "the facts from here to %" PRId64 " are missing", record->number - 1);
    found_about(v, "fact", v->number + 1, "", text);
}

static rsp_status key_for(struct verifying *v, const struct rsp_record *record, struct rsp_error *err)
{
    bool erased = false;
    if (v->known && memcmp(&v->person, &record->person, sizeof v->person) == 0)
        return RSP_OK;
    const rsp_status status = rsp_person_key_of(v->store, &record->person, v->key, &erased, err);
    if (status != RSP_OK && status != RSP_E_UNKNOWN && status != RSP_E_DAMAGED)
        return status;
    v->known = true;
    v->opens = status == RSP_OK; /* a key that does not is reported with the keys */
    v->person = record->person;
    return RSP_OK;
}

static rsp_status check_sealed(struct verifying *v, const struct rsp_record *record, struct rsp_error *err)
{
    json_t *body = NULL;
    struct rsp_error why = {0};
    if (record->sealed == NULL)
        return RSP_OK;
    RSP_TRY(key_for(v, record, err));
    if (!v->opens)
        return RSP_OK;
    body = json_object();
    if (body == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory while checking the facts");
    rsp_status status = rsp_record_unseal(record, v->key, body, &why);
    json_decref(body);
    if (status == RSP_E_DAMAGED) {
        found_about(v, "fact", record->number, record->kind,
            "its identifying fields do not open with the key of the person");
        status = RSP_OK;
    } else if (status != RSP_OK && err != NULL) {
        *err = why;
    }
    return status;
}

static rsp_status check_record(void *context, const struct rsp_record *record, struct rsp_error *err)
{
    struct verifying *v = context;
    check_number(v, record);
    check_hash(v, record);
    v->number = record->number;
    v->check->n_fact++;
    return check_sealed(v, record, err);
}

static rsp_status check_chain(struct verifying *v, struct rsp_error *err)
{
    static const struct rsp_record_filter all;
    rsp_chain_start(v->store->identity.id, v->stored);
    memcpy(v->computed, v->stored, sizeof v->computed);
    const rsp_status status = v->store->operations->scan(v->store->self, &all, check_record, v, err);
    rsp_chain_hex(v->stored, v->check->head);
    sodium_memzero(v->key, sizeof v->key);
    v->known = false;
    return status;
}

/* ---- keys ---- */

static rsp_status note_seen(void *context, const struct rsp_record *record, struct rsp_error *err)
{
    (void)record;
    (void)err;
    *(bool *)context = true;
    return RSP_OK;
}

static rsp_status check_key(void *context, const struct rsp_person_key *key, struct rsp_error *err)
{
    struct verifying *v = context;
    char hex[2 * RSP_PERSON_BYTES + 1], text[160];
    bool erasure = false;
    unsigned char plain[RSP_KEY_BYTES];
    const char *what = NULL;

    v->check->n_person++;
    v->check->n_erased += key->destroyed;
    const struct rsp_record_filter filter = {.person = &key->person, .kind = RSP_KIND_ERASURE, .limit = 1};
    RSP_TRY(v->store->operations->scan(v->store->self, &filter, note_seen, &erasure, err));
    if (key->destroyed && !erasure)
        what = "was destroyed and no fact says so";
    else if (!key->destroyed && erasure)
        what = "is there although the person was erased";
    else if (!key->destroyed && !rsp_site_person_open(v->store->site, v->store->identity.id, key, plain))
        what = "was altered: it cannot be opened";
    sodium_memzero(plain, sizeof plain);
    if (what != NULL) {
        (void)sodium_bin2hex(hex, sizeof hex, key->person.byte, RSP_PERSON_BYTES);
        (void)snprintf(text, sizeof text, "the key of person %s %s", hex, what);
        found_about(v, "person_key", 0, "", text);
    }
    return RSP_OK;
}

static rsp_status check_keys(struct verifying *v, struct rsp_error *err)
{
    return v->store->operations->keys(v->store->self, NULL, check_key, v, err);
}

/* ---- anchor log ---- */

static rsp_status count_line(
    void *context, int64_t line, const struct rsp_anchor *anchor, struct rsp_error *err)
{
    (void)anchor;
    (void)err;
    *(int64_t *)context = line;
    return RSP_OK;
}

struct pinned {
    bool there;
    unsigned char hash[RSP_HASH_BYTES];
};

static rsp_status keep_hash(void *context, const struct rsp_record *record, struct rsp_error *err)
{
    struct pinned *pinned = context;
    (void)err;
    pinned->there = true;
    memcpy(pinned->hash, record->hash, RSP_HASH_BYTES);
    return RSP_OK;
}

static rsp_status check_pin(struct verifying *v, const struct rsp_anchor *anchor, struct rsp_error *err)
{
    struct pinned pinned = {.there = anchor->number == 0};
    rsp_chain_start(v->store->identity.id, pinned.hash);
    if (anchor->number > v->number) {
        v->missing = anchor->number > v->missing ? anchor->number : v->missing;
        return RSP_OK;
    }
    if (anchor->number > 0)
        RSP_TRY(v->store->operations->scan(
            v->store->self, &(struct rsp_record_filter){.number = anchor->number}, keep_hash, &pinned, err));
    if (!pinned.there || memcmp(pinned.hash, anchor->hash, RSP_HASH_BYTES) != 0)
        found_about(v, "fact", anchor->number, "",
            "it is not the fact that the anchor log knows: it, or one before it, was altered");
    return RSP_OK;
}

static rsp_status check_line(
    void *context, int64_t line, const struct rsp_anchor *anchor, struct rsp_error *err)
{
    struct verifying *v = context;
    if (line > v->n_line)
        return RSP_OK; /* written since the check began */
    if (anchor == NULL) {
        v->check->n_unreadable++;
        return RSP_OK;
    }
    if (!rsp_anchor_signed(&v->trust, v->store->identity.id, anchor)) {
        found_about(v, "anchor log", line, "", "this line is not signed by this site for this database");
        return RSP_OK;
    }
    v->check->n_anchor++;
    v->newest = anchor->number > v->newest ? anchor->number : v->newest;
    return check_pin(v, anchor, err);
}

static rsp_status last_readable(
    void *context, int64_t line, const struct rsp_anchor *anchor, struct rsp_error *err)
{
    (void)err;
    if (anchor != NULL)
        *(int64_t *)context = line;
    return RSP_OK;
}

static rsp_status check_log(struct verifying *v, struct rsp_error *err)
{
    char text[128];
    int64_t last = 0;
    RSP_TRY(
        rsp_anchor_trusted(v->store->anchor, v->store->site, v->store->identity.id, &v->trust, NULL, err));
    RSP_TRY(rsp_anchor_read(v->store->anchor, check_line, v, err));
    RSP_TRY(rsp_anchor_read(v->store->anchor, last_readable, &last, err));
    if (last < v->n_line)
        found_about(v, "anchor log", last + 1, "",
            "the log cannot be read from here on: what it knew of the last facts is lost");
    if (v->missing > 0) {
        (void)snprintf(text, sizeof text,
            "the facts from here to %" PRId64 " are missing: the anchor log knows them", v->missing);
        found_about(v, "fact", v->number + 1, "", text);
    }
    v->check->n_unanchored = v->number > v->newest ? v->number - v->newest : 0;
    return RSP_OK;
}

/* ---- the whole ---- */

static rsp_status check_medium(struct verifying *v, struct rsp_error *err)
{
    return v->store->operations->examine(v->store->self, found, v, err);
}

static rsp_status check_derived(struct verifying *v, struct rsp_error *err)
{
    unsigned char hash[RSP_HASH_BYTES];
    RSP_TRY(v->store->operations->derived(v->store->self, found, v, &v->check->n_derived, hash, err));
    rsp_chain_hex(hash, v->check->derived);
    return RSP_OK;
}

struct part {
    const char *table;
    rsp_status (*check)(struct verifying *v, struct rsp_error *err);
};

/* Data that cannot be read is a finding; want of memory or a broken disk ends the check. */
static rsp_status run_part(struct verifying *v, const struct part *part, struct rsp_error *err)
{
    char text[sizeof err->message + 64];
    struct rsp_error failed = {0};
    const rsp_status status = part->check(v, &failed);
    if (status == RSP_E_DAMAGED || status == RSP_E_MISSING) {
        (void)snprintf(text, sizeof text, "from here on nothing can be read: %s", failed.message);
        const bool in_chain = part->check == check_chain;
        found_about(v, part->table, in_chain ? v->number + 1 : 0, "", in_chain ? text : failed.message);
        return RSP_OK;
    }
    if (status != RSP_OK && err != NULL)
        *err = failed;
    return status;
}

static rsp_status run_parts(struct verifying *v, bool anchor, struct rsp_error *err)
{
    static const struct part parts[] = {
        {"pages", check_medium},
        {"fact", check_chain},
        {"person_key", check_keys},
        {"derived tables", check_derived},
    };
    static const struct part log = {"anchor log", check_log};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        RSP_TRY(run_part(v, &parts[i], err));
    return anchor ? run_part(v, &log, err) : RSP_OK;
}

static rsp_status rebuild(struct verifying *v, struct rsp_error *err)
{
    struct rsp_store *store = v->store;
    unsigned char hash[RSP_HASH_BYTES];
    if (v->n_grave > 0) {
        found_about(
            v, "derived tables", 0, "", "they were not rebuilt: the facts that they come from are damaged");
        return RSP_OK;
    }
    RSP_TRY(rsp_store_begin(store, true, err));
    rsp_status status = store->operations->rebuild(store->self, err);
    if (status == RSP_OK)
        status = store->operations->derived(store->self, found, v, &v->check->n_derived, hash, err);
    if (status == RSP_OK)
        return rsp_chain_hex(hash, v->check->rebuilt), rsp_store_commit(store, err);
    rsp_store_rollback(store);
    return status;
}

rsp_status rsp_verify(
    struct rsp_store *store, struct rsp_store_check *check, bool anchor, struct rsp_error *err)
{
    struct rsp_store_check made = {
        .rebuild = check->rebuild, .found = check->found, .context = check->context};
    struct verifying v = {.store = store, .check = &made};

    RSP_CHECK_BUG(!store->open, err);
    RSP_CHECK_BUG(!check->rebuild || !store->read_only, err);
    /* Lines that come later may pin facts that the view below has not. */
    if (anchor) {
        const rsp_status counted = rsp_anchor_read(store->anchor, count_line, &v.n_line, err);
        if (counted != RSP_OK && counted != RSP_E_MISSING)
            return counted;
    }
    RSP_TRY(store->operations->begin(store->self, false, err));
    const rsp_status status = run_parts(&v, anchor, err);
    store->operations->rollback(store->self);
    RSP_TRY(status);
    if (check->rebuild)
        RSP_TRY(rebuild(&v, err));
    *check = made;
    return RSP_OK;
}

rsp_status rsp_store_verify(struct rsp_store *store, struct rsp_store_check *check, struct rsp_error *err)
{
    return rsp_verify(store, check, true, err);
}
