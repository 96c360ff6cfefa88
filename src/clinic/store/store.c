/* Open, close, transactions: what every medium shares. */
#include "store/store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "store/anchor.h"
#include "store/chain.h"
#include "store/place.h"
#include "store/store_internal.h"

enum { DEFAULT_BUSY_MS = 5000 };

static const struct rsp_store_options no_options;

static rsp_status out_of_memory(struct rsp_error *err)
{
    return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory while opening the database");
}

/* ---- anchor log ---- */

static rsp_status hash_at(void *context, const struct rsp_record *record, struct rsp_error *err)
{
    (void)err;
    memcpy(context, record->hash, RSP_HASH_BYTES);
    return RSP_OK;
}

/* Does the database still have what the newest line of the log pins? */
static rsp_status hold_to_anchor(struct rsp_store *store, const struct rsp_anchor *newest,
    const struct rsp_anchor_trust *trust, int64_t last, struct rsp_error *err)
{
    unsigned char hash[RSP_HASH_BYTES] = {0};

    if (newest->line == 0)
        return rsp_place_refuse(err, RSP_E_DAMAGED, store->anchor, "the anchor log has no readable line");
    if (!rsp_anchor_signed(trust, store->identity.id, newest)) {
        (void)rsp_error_set(err, RSP_E_DAMAGED, "",
            "line %" PRId64 " of the anchor log is not signed by this site for this database", newest->line);
        rsp_error_place(err, store->anchor, 0);
        return RSP_E_DAMAGED;
    }
    if (newest->number > last)
        return rsp_error_set(err, RSP_E_DAMAGED, "",
            "the database ends with fact %" PRId64 ", but the anchor log knows fact %" PRId64
            ": facts are missing; run 'respite db check', then restore a backup",
            last, newest->number);
    rsp_chain_start(store->identity.id, hash);
    if (newest->number > 0)
        RSP_TRY(store->operations->scan(
            store->self, &(struct rsp_record_filter){.number = newest->number}, hash_at, hash, err));
    if (memcmp(hash, newest->hash, sizeof hash) != 0)
        return rsp_error_set(err, RSP_E_DAMAGED, "",
            "fact %" PRId64
            " is not the one that the anchor log knows: facts were altered; run 'respite db check'",
            newest->number);
    return RSP_OK;
}

static rsp_status check_anchor(struct rsp_store *store, struct rsp_error *err)
{
    struct rsp_anchor newest;
    struct rsp_anchor_trust trust;
    int64_t last = 0;

    /* The log first: what is committed meanwhile is only more than it says. */
    rsp_status status =
        rsp_anchor_trusted(store->anchor, store->site, store->identity.id, &trust, &newest, err);
    if (status == RSP_E_MISSING && err != NULL)
        err->code = RSP_E_DAMAGED;
    RSP_TRY(status == RSP_E_MISSING ? RSP_E_DAMAGED : status);
    RSP_TRY(store->operations->last(store->self, &last, store->head, err));
    RSP_TRY(hold_to_anchor(store, &newest, &trust, last, err));
    if (store->read_only || last == newest.number)
        return RSP_OK;
    /* A program that was killed between commit and log: catch up. */
    return rsp_anchor_add(store->anchor, false, store->site, store->identity.id, last, store->head, err);
}

/* ---- open ---- */

static rsp_status begin_life(struct rsp_store *store, struct rsp_error *err)
{
    unsigned char start[RSP_HASH_BYTES];

    randombytes_buf(store->identity.id, sizeof store->identity.id);
    memcpy(store->identity.public_key, store->site->public_key, sizeof store->identity.public_key);
    RSP_TRY(store->operations->begin(store->self, true, err));
    rsp_status status = store->operations->identify(store->self, &store->identity, err);
    if (status == RSP_OK)
        status = store->operations->commit(store->self, err);
    if (status != RSP_OK) {
        store->operations->rollback(store->self);
        return status;
    }
    rsp_chain_start(store->identity.id, start);
    return rsp_anchor_add(store->anchor, true, store->site, store->identity.id, 0, start, err);
}

static rsp_status resume_life(struct rsp_store *store, const char *key, bool examine, struct rsp_error *err)
{
    RSP_TRY(store->operations->identity(store->self, &store->identity, err));
    if (memcmp(store->identity.public_key, store->site->public_key, RSP_PUBLIC_BYTES) != 0)
        return rsp_place_refuse(err, RSP_E_MISMATCH, key,
            "this key does not belong to the database: name the right one with --key; if 'respite db rekey' "
            "was "
            "interrupted, run it again");
    return examine ? RSP_OK : check_anchor(store, err);
}

rsp_status rsp_store_assemble(const struct rsp_store_operations *operations, void *self, const char *path,
    const struct rsp_store_options *options, bool create, struct rsp_store **store, struct rsp_error *err)
{
    if (options == NULL)
        options = &no_options;
    struct rsp_store *made = calloc(1, sizeof *made);
    char *key =
        rsp_place_beside(options->key != NULL ? options->key : path, options->key != NULL ? "" : ".key");
    rsp_status status = RSP_OK;

    if (made == NULL || key == NULL) {
        operations->close(self);
        free(made);
        free(key);
        return out_of_memory(err);
    }
    made->operations = operations;
    made->self = self;
    made->kinds = options->kinds != NULL ? options->kinds : rsp_kinds_shown();
    made->read_only = options->read_only;
    made->anchor = rsp_place_beside(
        options->anchor != NULL ? options->anchor : path, options->anchor != NULL ? "" : ".anchor");
    made->path = rsp_place_beside(path, "");
    if (made->anchor == NULL || made->path == NULL)
        status = out_of_memory(err);
    if (status == RSP_OK)
        status = rsp_site_load(key, &made->site, err);
    if (status == RSP_OK)
        status = create ? begin_life(made, err) : resume_life(made, key, options->examine, err);
    if (status == RSP_OK && create && options->hasty)
        status = operations->force(self, false, err);
    made->hasty = create && options->hasty;
    free(key);
    if (status != RSP_OK) {
        rsp_store_close(made);
        return status;
    }
    *store = made;
    return RSP_OK;
}

rsp_status rsp_store_open(const char *path, const struct rsp_store_options *options, struct rsp_store **store,
    struct rsp_error *err)
{
    void *self = NULL;
    if (options == NULL)
        options = &no_options;
    RSP_TRY(rsp_sqlite_open(
        path, options->busy_ms > 0 ? options->busy_ms : DEFAULT_BUSY_MS, options->read_only, &self, err));
    return rsp_store_assemble(&rsp_sqlite_operations, self, path, options, false, store, err);
}

rsp_status rsp_store_migrate(
    const char *path, const struct rsp_store_options *options, int *from, int *to, struct rsp_error *err)
{
    const int busy_ms = options != NULL && options->busy_ms > 0 ? options->busy_ms : DEFAULT_BUSY_MS;
    return rsp_sqlite_migrate(path, busy_ms, from, to, err);
}

rsp_status rsp_store_settle(struct rsp_store *store, struct rsp_error *err)
{
    int64_t last = 0;
    unsigned char head[RSP_HASH_BYTES];

    RSP_CHECK_BUG(!store->open, err);
    if (!store->hasty)
        return RSP_OK;
    RSP_TRY(store->operations->force(store->self, true, err));
    RSP_TRY(store->operations->last(store->self, &last, head, err));
    if (last > 0)
        RSP_TRY(rsp_anchor_add(store->anchor, false, store->site, store->identity.id, last, head, err));
    store->hasty = false;
    return RSP_OK;
}

void rsp_store_close(struct rsp_store *store)
{
    if (store == NULL)
        return;
    rsp_store_rollback(store);
    store->operations->close(store->self);
    rsp_site_free(store->site);
    free(store->anchor);
    free(store->path);
    free(store);
}

void rsp_store_digest(
    const struct rsp_store *store, const void *text, size_t n, unsigned char digest[RSP_HASH_BYTES])
{
    rsp_site_digest(store->site, text, n, digest);
}

const char *rsp_store_warning(const struct rsp_store *store)
{
    return store->warning;
}

/* ---- transactions ---- */

rsp_status rsp_store_begin(struct rsp_store *store, bool write, struct rsp_error *err)
{
    RSP_CHECK_BUG(!store->open, err);
    if (write && store->read_only)
        return rsp_error_set(err, RSP_E_UNSUPPORTED, "", "the database was opened for reading only");
    RSP_TRY(store->operations->begin(store->self, write, err));
    rsp_status status = RSP_OK;
    if (write)
        status = store->operations->last(store->self, &store->last, store->head, err);
    if (status == RSP_OK && write && store->last == 0)
        rsp_chain_start(store->identity.id, store->head);
    if (status != RSP_OK) {
        store->operations->rollback(store->self);
        return status;
    }
    store->open = true;
    store->writing = write;
    store->broken = store->scrub_due = false;
    store->n_added = store->until = 0;
    return RSP_OK;
}

/* The facts are safe by now: a log that cannot be written is a warning, and the next commit pins them too. */
static void anchor_head(struct rsp_store *store)
{
    struct rsp_error err = {0};
    if (rsp_anchor_add(store->anchor, false, store->site, store->identity.id, store->last, store->head,
            &err) == RSP_OK) {
        store->warning[0] = '\0';
        return;
    }
    (void)snprintf(store->warning, sizeof store->warning,
        "the facts are stored, but the anchor log is behind: %.100s: %.300s", err.source, err.message);
}

rsp_status rsp_store_commit(struct rsp_store *store, struct rsp_error *err)
{
    RSP_CHECK_BUG(store->open, err);
    if (store->broken) {
        rsp_store_rollback(store);
        return rsp_error_set(
            err, RSP_E_MISMATCH, "", "a fact of this transaction was refused: nothing of it was stored");
    }
    const rsp_status status = store->operations->commit(store->self, err);
    if (status != RSP_OK) {
        rsp_store_rollback(store);
        return status;
    }
    store->open = false;
    store->until = 0;
    if (store->writing && store->n_added > 0 && !store->hasty)
        anchor_head(store);
    store->writing = false;
    if (store->scrub_due)
        rsp_store_scrub(store);
    return RSP_OK;
}

void rsp_store_rollback(struct rsp_store *store)
{
    if (!store->open)
        return;
    store->operations->rollback(store->self);
    store->open = store->writing = store->broken = false;
    store->until = 0;
}
