#include "memory_store.h"

#include <sodium.h>

#include "store/site.h"
#include "store_support.h"

enum { MAX_ROW = 512, MAX_KEY = 64 };

/* What all handles share. Rows behind n_committed belong to the one transaction that is open. */
static struct {
    struct rsp_store_identity identity;
    struct rsp_record row[MAX_ROW];
    bool current[MAX_ROW]; /* derived: kept up with every row */
    struct rsp_person_key key[MAX_KEY], key_before[MAX_KEY];
    size_t n, n_committed, n_key, n_key_before;
    bool locked;
} content;

struct handle {
    bool writing, reading;
    size_t seen; /* rows of a reading transaction */
};

static size_t n_visible(const struct handle *handle)
{
    return handle->writing ? content.n : handle->reading ? handle->seen : content.n_committed;
}

static void close_handle(void *self)
{
    free(self);
}

/* ---- transactions ---- */

static rsp_status begin(void *self, bool write, struct rsp_error *err)
{
    struct handle *handle = self;
    if (write && content.locked)
        return rsp_error_set(err, RSP_E_BUSY, "", "another handle is writing: try again in a moment");
    handle->writing = write;
    handle->reading = !write;
    handle->seen = content.n_committed;
    if (write) {
        content.locked = true;
        memcpy(content.key_before, content.key, sizeof content.key);
        content.n_key_before = content.n_key;
    }
    return RSP_OK;
}

static rsp_status commit(void *self, struct rsp_error *err)
{
    struct handle *handle = self;
    (void)err;
    if (handle->writing) {
        content.n_committed = content.n;
        content.locked = false;
    }
    handle->writing = handle->reading = false;
    return RSP_OK;
}

static void derive_current(bool current[MAX_ROW])
{
    for (size_t i = 0; i < content.n; i++)
        current[i] = true;
    for (size_t i = 0; i < content.n; i++)
        if (content.row[i].supersedes != 0)
            current[content.row[i].supersedes - 1] = false;
}

static void forget_row(struct rsp_record *row)
{
    const char *const texts[] = {
        row->kind, row->who, row->origin, row->why, row->wall, row->zone, row->idempotency, row->body};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free((void *)texts[i]);
    free((void *)row->sealed);
}

static void rollback(void *self)
{
    struct handle *handle = self;
    if (handle->writing) {
        while (content.n > content.n_committed)
            forget_row(&content.row[--content.n]);
        memcpy(content.key, content.key_before, sizeof content.key);
        content.n_key = content.n_key_before;
        content.locked = false;
        derive_current(content.current);
    }
    handle->writing = handle->reading = false;
}

/* ---- identity, records ---- */

static rsp_status identify(void *self, const struct rsp_store_identity *identity, struct rsp_error *err)
{
    (void)self;
    (void)err;
    content.identity = *identity;
    return RSP_OK;
}

static rsp_status identity(void *self, struct rsp_store_identity *out, struct rsp_error *err)
{
    (void)self;
    (void)err;
    *out = content.identity;
    return RSP_OK;
}

static rsp_status last(void *self, int64_t *number, unsigned char hash[RSP_HASH_BYTES], struct rsp_error *err)
{
    const size_t n = n_visible(self);
    (void)err;
    *number = (int64_t)n;
    if (n > 0)
        memcpy(hash, content.row[n - 1].hash, RSP_HASH_BYTES);
    return RSP_OK;
}

static const char *copied(const char *text)
{
    return text != NULL ? strdup(text) : NULL;
}

static rsp_status insert(void *self, const struct rsp_record *record, struct rsp_error *err)
{
    (void)self;
    if (record->number != (int64_t)content.n + 1 || content.n == MAX_ROW)
        return rsp_error_set(err, RSP_E_DAMAGED, "", "a fact takes the next number");
    struct rsp_record *row = &content.row[content.n++];
    *row = *record;
    row->kind = copied(record->kind);
    row->who = copied(record->who);
    row->origin = copied(record->origin);
    row->why = copied(record->why);
    row->wall = copied(record->wall);
    row->zone = copied(record->zone);
    row->idempotency = copied(record->idempotency);
    row->body = copied(record->body);
    if (record->sealed != NULL) {
        unsigned char *sealed = malloc(record->n_sealed);
        memcpy(sealed, record->sealed, record->n_sealed);
        row->sealed = sealed;
    }
    content.current[content.n - 1] = true;
    if (record->supersedes != 0)
        content.current[record->supersedes - 1] = false;
    return RSP_OK;
}

static int64_t superseder(int64_t number, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (content.row[i].supersedes == number)
            return content.row[i].number;
    return 0;
}

static bool chosen(const struct rsp_record *row, const struct rsp_record_filter *filter)
{
    if (filter->number != 0)
        return row->number == filter->number;
    if (filter->idempotency != NULL)
        return row->idempotency != NULL && strcmp(row->idempotency, filter->idempotency) == 0;
    if (filter->supersedes != 0)
        return row->supersedes == filter->supersedes;
    return row->number > filter->after && (!filter->current || row->superseded_by == 0) &&
           (filter->kind == NULL || strcmp(row->kind, filter->kind) == 0) &&
           (filter->person == NULL ||
               (row->about_person && memcmp(&row->person, filter->person, sizeof row->person) == 0));
}

static rsp_status scan(void *self, const struct rsp_record_filter *filter, rsp_record_visit *visit,
    void *context, struct rsp_error *err)
{
    const size_t all = n_visible(self);
    const size_t n = filter->until != 0 && (size_t)filter->until < all ? (size_t)filter->until : all;
    size_t n_shown = 0;
    for (size_t i = 0; i < n && (filter->limit == 0 || n_shown < filter->limit); i++) {
        struct rsp_record row = content.row[i];
        row.superseded_by = superseder(row.number, n);
        if (!chosen(&row, filter))
            continue;
        n_shown++;
        RSP_TRY(visit(context, &row, err));
    }
    return RSP_OK;
}

/* ---- keys ---- */

static rsp_status key_add(void *self, const struct rsp_person_key *key, struct rsp_error *err)
{
    (void)self;
    if (content.n_key == MAX_KEY)
        return rsp_error_set(err, RSP_E_LIMIT, "", "this store keeps few persons");
    content.key[content.n_key++] = *key;
    return RSP_OK;
}

static rsp_status keys(void *self, const struct rsp_person_id *person, rsp_key_visit *visit, void *context,
    struct rsp_error *err)
{
    (void)self;
    for (size_t i = 0; i < content.n_key; i++)
        if (person == NULL || memcmp(person, &content.key[i].person, sizeof *person) == 0)
            RSP_TRY(visit(context, &content.key[i], err));
    return RSP_OK;
}

static rsp_status key_destroy(void *self, const struct rsp_person_id *person, struct rsp_error *err)
{
    (void)self;
    for (size_t i = 0; i < content.n_key; i++) {
        struct rsp_person_key *key = &content.key[i];
        if (memcmp(person, &key->person, sizeof *person) != 0 || key->destroyed)
            continue;
        sodium_memzero(key->wrapped, sizeof key->wrapped);
        key->destroyed = true;
        return RSP_OK;
    }
    return rsp_error_set(err, RSP_E_UNKNOWN, "person", "there is no such person, or they were erased before");
}

static rsp_status rekey(void *self, const unsigned char public_key[RSP_PUBLIC_BYTES], rsp_key_change *change,
    void *context, struct rsp_error *err)
{
    (void)self;
    for (size_t i = 0; i < content.n_key; i++)
        if (!content.key[i].destroyed)
            RSP_TRY(change(context, &content.key[i], err));
    memcpy(content.identity.public_key, public_key, RSP_PUBLIC_BYTES);
    return RSP_OK;
}

static rsp_status take_alone(void *self, struct rsp_error *err)
{
    (void)self;
    (void)err;
    return RSP_OK;
}

static rsp_status force(void *self, bool on, struct rsp_error *err)
{
    (void)self;
    (void)on;
    (void)err;
    return RSP_OK;
}

static rsp_status scrub(void *self, struct rsp_error *err)
{
    (void)self;
    (void)err;
    sodium_memzero(content.key_before, sizeof content.key_before);
    return RSP_OK;
}

/* ---- the rest ---- */

static rsp_status examine(void *self, rsp_found *found, void *context, struct rsp_error *err)
{
    (void)self;
    (void)found;
    (void)context;
    (void)err;
    return RSP_OK;
}

static rsp_status derived(void *self, rsp_found *found, void *context, size_t *n_table,
    unsigned char hash[RSP_HASH_BYTES], struct rsp_error *err)
{
    bool must[MAX_ROW] = {false};
    (void)self;
    (void)err;
    derive_current(must);
    if (memcmp(must, content.current, content.n * sizeof *must) != 0)
        found(
            context, &(struct rsp_store_finding){"derived_current", 0, "", "it is not what the facts give"});
    (void)crypto_generichash(hash, RSP_HASH_BYTES, (const unsigned char *)content.current,
        content.n * sizeof *content.current, NULL, 0);
    *n_table = 1;
    return RSP_OK;
}

static rsp_status rebuild(void *self, struct rsp_error *err)
{
    (void)self;
    (void)err;
    derive_current(content.current);
    return RSP_OK;
}

static rsp_status copy(
    void *self, const char *path, int64_t *number, unsigned char hash[RSP_HASH_BYTES], struct rsp_error *err)
{
    (void)self;
    (void)path;
    (void)number;
    (void)hash;
    return rsp_error_set(err, RSP_E_UNSUPPORTED, "", "this store has no file to copy");
}

static int schema(void *self)
{
    (void)self;
    return 1;
}

static const struct rsp_store_operations operations = {
    .name = "memory",
    .close = close_handle,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .identify = identify,
    .identity = identity,
    .last = last,
    .insert = insert,
    .scan = scan,
    .key_add = key_add,
    .keys = keys,
    .key_destroy = key_destroy,
    .rekey = rekey,
    .take_alone = take_alone,
    .scrub = scrub,
    .force = force,
    .examine = examine,
    .derived = derived,
    .rebuild = rebuild,
    .copy = copy,
    .schema = schema,
};

static struct rsp_store *assemble(bool create)
{
    struct rsp_store *store = NULL;
    struct handle *handle = calloc(1, sizeof *handle);
    ck_assert_ptr_nonnull(handle);
    ck_assert_done(rsp_store_assemble(&operations, handle, store_path("memory"), NULL, create, &store, err));
    return store;
}

struct rsp_store *memory_store_new(void)
{
    ck_assert_done(rsp_site_make(store_path("memory.key"), err));
    return assemble(true);
}

struct rsp_store *memory_store_again(void)
{
    return assemble(false);
}
