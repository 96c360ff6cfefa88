/** What a kind of store must do; everything above (kinds, encryption, chain, anchor, backup) is shared.
 *
 * A second store fills this table and passes test/clinic/store_conformance. All functions get the store's own
 * `self`; strings and bytes are borrowed during the call or the visit.
 */
#ifndef RSP_STORE_OPERATIONS_H
#define RSP_STORE_OPERATIONS_H

#include "store/store.h"

enum {
    RSP_WRAPPED_BYTES = 24 + 32 + 16, /* nonce, key, tag */
    RSP_PUBLIC_BYTES = 32,
};

/** One fact as it is stored. */
struct rsp_record {
    int64_t number;
    const char *kind;
    int kind_version;
    bool about_person;
    struct rsp_person_id person;
    const char *who, *origin, *why; /* why: may be NULL */
    int64_t at_us;
    const char *wall, *zone;
    int64_t supersedes;          /* 0: none */
    const char *idempotency;     /* may be NULL */
    const char *body;            /* JSON of the fields that identify nobody */
    const unsigned char *sealed; /* encrypted JSON of the others; NULL: none */
    size_t n_sealed;
    unsigned char hash[RSP_HASH_BYTES];
    int64_t superseded_by; /* read only; 0: none */
};

/** Which records; a field left zero does not choose. `number`, `idempotency` and `supersedes` name one. With `until` the
 * records after that number are not there: what only they supersede is current. */
struct rsp_record_filter {
    int64_t number;
    const char *idempotency;
    int64_t supersedes; /* the record that supersedes this number */
    const struct rsp_person_id *person;
    const char *kind;
    bool current;
    int64_t after, until;
    size_t limit;
};
typedef rsp_status rsp_record_visit(void *context, const struct rsp_record *record, struct rsp_error *err);

/** The key of a person. */
struct rsp_person_key {
    struct rsp_person_id person;
    bool destroyed; /* then wrapped is zero */
    unsigned char wrapped[RSP_WRAPPED_BYTES];
};
typedef rsp_status rsp_key_visit(void *context, const struct rsp_person_key *key, struct rsp_error *err);
/** Gives key->wrapped another wrapping of the same key. */
typedef rsp_status rsp_key_change(void *context, struct rsp_person_key *key, struct rsp_error *err);

/** What the store knows about itself. */
struct rsp_store_identity {
    unsigned char id[RSP_PERSON_BYTES];
    unsigned char public_key[RSP_PUBLIC_BYTES]; /* checks the signatures of the site */
};

/** Reports one finding of `check`. */
typedef void rsp_found(void *context, const struct rsp_store_finding *finding);

struct rsp_store_operations {
    const char *name;
    void (*close)(void *self);

    rsp_status (*begin)(void *self, bool write, struct rsp_error *err);
    rsp_status (*commit)(void *self, struct rsp_error *err);
    void (*rollback)(void *self);
    /** Whether a commit is on the disk when it returns, as it is from the start. Turned on again, what was committed
     * meanwhile is forced to the disk first. Outside a transaction. */
    rsp_status (*force)(void *self, bool on, struct rsp_error *err);

    /** Only of a new, empty store. */
    rsp_status (*identify)(void *self, const struct rsp_store_identity *identity, struct rsp_error *err);
    rsp_status (*identity)(void *self, struct rsp_store_identity *identity, struct rsp_error *err);

    /** Number and hash of the last record; number 0 when there is none. */
    rsp_status (*last)(
        void *self, int64_t *number, unsigned char hash[RSP_HASH_BYTES], struct rsp_error *err);
    /** Add a record and what derives from it. The store itself refuses another number than the next, a second
     * record with the same idempotency key or superseding the same one, and any change of a record. */
    rsp_status (*insert)(void *self, const struct rsp_record *record, struct rsp_error *err);
    /** In the order of numbers. The visitor may call other operations that read. */
    rsp_status (*scan)(void *self, const struct rsp_record_filter *filter, rsp_record_visit *visit,
        void *context, struct rsp_error *err);

    rsp_status (*key_add)(void *self, const struct rsp_person_key *key, struct rsp_error *err);
    /** Keys of one person, or of all when person is NULL. */
    rsp_status (*keys)(void *self, const struct rsp_person_id *person, rsp_key_visit *visit, void *context,
        struct rsp_error *err);
    rsp_status (*key_destroy)(void *self, const struct rsp_person_id *person, struct rsp_error *err);
    /** Give the store another public key, and every key of a person that is not destroyed another wrapping, inside a
     * writing transaction. Otherwise neither ever changes. */
    rsp_status (*rekey)(void *self, const unsigned char public_key[RSP_PUBLIC_BYTES], rsp_key_change *change,
        void *context, struct rsp_error *err);
    /** Until it is closed nobody else can open it. @return RSP_E_BUSY when somebody has it open */
    rsp_status (*take_alone)(void *self, struct rsp_error *err);
    /** Leave no copy of a destroyed key in the medium. Outside a transaction. */
    rsp_status (*scrub)(void *self, struct rsp_error *err);

    /** The medium's own checks: pages, indexes, schema. */
    rsp_status (*examine)(void *self, rsp_found *found, void *context, struct rsp_error *err);
    /** Hash the content of the derived tables as they are and as the records say they must be; report tables
     * where the two differ. */
    rsp_status (*derived)(void *self, rsp_found *found, void *context, size_t *n_table,
        unsigned char hash[RSP_HASH_BYTES], struct rsp_error *err);
    /** Drop the derived tables and fill them from the records. Inside a writing transaction. */
    rsp_status (*rebuild)(void *self, struct rsp_error *err);

    /** One unchanging copy of everything in a new file, while others write; tells its last record. */
    rsp_status (*copy)(void *self, const char *path, int64_t *number, unsigned char hash[RSP_HASH_BYTES],
        struct rsp_error *err);
    int (*schema)(void *self);
};

/** Put the shared part on a medium: for rsp_store_create and rsp_store_open, and for a second store.
 * Takes ownership of self, also on failure. @param path  names key and anchor log when the options do not
 * @param create  the medium is new */
RSP_CHECKED rsp_status rsp_store_assemble(const struct rsp_store_operations *operations, void *self,
    const char *path, const struct rsp_store_options *options, bool create, struct rsp_store **store,
    struct rsp_error *err);

#endif
