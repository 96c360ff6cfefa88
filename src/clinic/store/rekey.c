/* Another key of the site: made beside the old one, then one transaction, then the names change. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <sodium.h>

#include "store/anchor.h"
#include "store/place.h"
#include "store/store_internal.h"

struct rekeying {
    const char *path;
    struct rsp_store_options options;
    char *key, *fresh, *old; /* files of the key in use, of the next one, of the one before */
    struct rsp_store *store;
    struct rsp_site *site; /* the next one */
    int64_t n_person;
};

static rsp_status name_files(struct rekeying *r, struct rsp_error *err)
{
    const char *key = r->options.key;
    r->key = rsp_place_beside(key != NULL ? key : r->path, key != NULL ? "" : ".key");
    r->fresh = r->key != NULL ? rsp_place_beside(r->key, ".new") : NULL;
    r->old = r->key != NULL ? rsp_place_beside(r->key, ".old") : NULL;
    return r->old != NULL && r->fresh != NULL
               ? RSP_OK
               : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory while changing the key");
}

/* The old file keeps a name at every moment. */
static rsp_status take_names(const struct rekeying *r, struct rsp_error *err)
{
    if (!rsp_place_there(r->old) && link(r->key, r->old) != 0)
        return rsp_place_failed(err, r->old, "keeping the old key", errno);
    RSP_TRY(rsp_place_sync_folder(r->key, err));
    if (rename(r->fresh, r->key) != 0)
        return rsp_place_failed(err, r->key, "putting the new key in place", errno);
    return rsp_place_sync_folder(r->key, err);
}

/* Did an earlier call come as far as its commit? Then the next key opens the store. */
static rsp_status resume(struct rekeying *r, bool *done, struct rsp_error *err)
{
    struct rsp_store_options options = r->options;
    options.key = r->fresh;
    *done = false;
    if (!rsp_place_there(r->fresh))
        return RSP_OK;
    const rsp_status status = rsp_store_open(r->path, &options, &r->store, err);
    if (status == RSP_E_MISMATCH || status == RSP_E_SYNTAX) /* not in use, or not even written to its end */
        return RSP_OK;
    RSP_TRY(status);
    rsp_store_close(r->store);
    r->store = NULL;
    *done = true;
    return take_names(r, err);
}

static rsp_status wrap_anew(void *context, struct rsp_person_key *key, struct rsp_error *err)
{
    struct rekeying *r = context;
    unsigned char plain[RSP_KEY_BYTES];
    const unsigned char *id = r->store->identity.id;
    if (!rsp_site_person_open(r->store->site, id, key, plain))
        return rsp_error_set(err, RSP_E_DAMAGED, "person",
            "the key of a person cannot be opened: run 'respite db check'; nothing was changed");
    rsp_site_person_wrap(r->site, id, key, plain);
    sodium_memzero(plain, sizeof plain);
    r->n_person++;
    return RSP_OK;
}

static rsp_status change_inside(struct rekeying *r, struct rsp_error *err)
{
    struct rsp_store *store = r->store;
    RSP_TRY(store->operations->rekey(store->self, r->site->public_key, wrap_anew, r, err));
    store->scrub_due = true; /* keys under the old wrapping */
    /* Before the commit: without it nobody would believe the log again. Alone it does no harm. */
    return rsp_anchor_hand_over(
        store->anchor, store->site, r->site, store->identity.id, store->last, store->head, err);
}

/* The old key opens the store: what a call that was killed left of the next one was never in use. */
static rsp_status make_fresh(struct rekeying *r, struct rsp_error *err)
{
    if (rsp_place_there(r->fresh) && rsp_site_load(r->fresh, &r->site, NULL) == RSP_E_SYNTAX)
        (void)unlink(r->fresh);
    if (r->site == NULL && !rsp_place_there(r->fresh))
        RSP_TRY(rsp_site_make(r->fresh, err));
    RSP_TRY(rsp_place_sync_folder(r->fresh, err));
    return r->site != NULL ? RSP_OK : rsp_site_load(r->fresh, &r->site, err);
}

static rsp_status change(struct rekeying *r, struct rsp_error *err)
{
    RSP_TRY(rsp_store_open(r->path, &r->options, &r->store, err));
    RSP_TRY(r->store->operations->take_alone(r->store->self, err));
    RSP_TRY(make_fresh(r, err));
    RSP_TRY(rsp_store_begin(r->store, true, err));
    RSP_TRY(change_inside(r, err)); /* closing rolls back */
    RSP_TRY(rsp_store_commit(r->store, err));
    rsp_store_close(r->store);
    r->store = NULL;
    return take_names(r, err);
}

static rsp_status rekey(struct rekeying *r, bool *resumed, struct rsp_error *err)
{
    RSP_TRY(name_files(r, err));
    RSP_TRY(resume(r, resumed, err));
    if (*resumed)
        return RSP_OK;
    if (rsp_place_there(r->old))
        return rsp_place_refuse(err, RSP_E_MISMATCH, r->old,
            "a key that was replaced earlier is in the way: move it to a safe place first");
    return change(r, err);
}

rsp_status rsp_store_rekey(const char *path, const struct rsp_store_options *options,
    struct rsp_store_rekeyed *rekeyed, struct rsp_error *err)
{
    struct rekeying r = {.path = path};
    bool resumed = false;
    if (options != NULL)
        r.options = *options;
    const rsp_status status = rekey(&r, &resumed, err);
    rsp_store_close(r.store);
    rsp_site_free(r.site);
    free(r.key);
    free(r.fresh);
    free(r.old);
    if (status == RSP_OK && rekeyed != NULL)
        *rekeyed = (struct rsp_store_rekeyed){r.n_person, resumed};
    return status;
}
