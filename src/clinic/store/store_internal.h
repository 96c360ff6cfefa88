/** What the files of this folder share about an open store. */
#ifndef RSP_STORE_STORE_INTERNAL_H
#define RSP_STORE_STORE_INTERNAL_H

#include "store/site.h"

enum { RSP_MAX_NAME_TEXT = 128, RSP_MAX_WHY = 2000, RSP_MAX_BODY = 1 << 20, RSP_WALL = 32 };

#define RSP_KIND_ERASURE "erasure"

struct rsp_store {
    const struct rsp_store_operations *operations;
    void *self;
    const struct rsp_kinds *kinds;
    struct rsp_site *site;
    struct rsp_store_identity identity;
    char *path;   /* of the database */
    char *anchor; /* of the log */
    bool read_only;
    bool hasty;         /* neither forced to the disk nor pinned before rsp_store_settle */
    bool open, writing; /* a transaction */
    bool broken;        /* an append in it failed: it cannot be committed */
    bool scrub_due;     /* a key was destroyed in it */
    int64_t n_added;    /* facts in this transaction */
    int64_t until;      /* what it sees ends with this fact; 0: it sees everything */
    int64_t last;       /* number and hash of the last fact, while writing */
    unsigned char head[RSP_HASH_BYTES];
    char warning[512];
};

/** Make and open SQLite files (sqlite_open.c). */
RSP_CHECKED rsp_status rsp_sqlite_create(const char *path, int busy_ms, void **self, struct rsp_error *err);
RSP_CHECKED rsp_status rsp_sqlite_open(
    const char *path, int busy_ms, bool read_only, void **self, struct rsp_error *err);
RSP_CHECKED rsp_status rsp_sqlite_migrate(
    const char *path, int busy_ms, int *from, int *to, struct rsp_error *err);
/** Whether nobody else has the database open. @return RSP_E_BUSY when somebody has */
RSP_CHECKED rsp_status rsp_sqlite_alone(const char *path, struct rsp_error *err);
extern const struct rsp_store_operations rsp_sqlite_operations;

/** Append without a transaction of its own. */
RSP_CHECKED rsp_status rsp_append_inside(struct rsp_store *store, const struct rsp_fact_new *fact,
    const struct rsp_kind *kind, struct rsp_fact_place *place, struct rsp_error *err);

/** "2026-11-29T08:32:09+01:00" of a stamp whose offset was checked. */
void rsp_stamp_wall(const struct rsp_stamp *stamp, char wall[RSP_WALL]);

/** After the commit that destroyed a key: leave no copy of it; what fails is a warning. */
void rsp_store_scrub(struct rsp_store *store);

/** The key of a person, unwrapped. @return RSP_E_UNKNOWN when there is no such person or it was erased
 * (*erased tells which), RSP_E_DAMAGED when the key cannot be opened */
RSP_CHECKED rsp_status rsp_person_key_of(struct rsp_store *store, const struct rsp_person_id *person,
    unsigned char plain[RSP_KEY_BYTES], bool *erased, struct rsp_error *err);

/** Merge the sealed fields into body. */
RSP_CHECKED rsp_status rsp_record_unseal(const struct rsp_record *record,
    const unsigned char key[RSP_KEY_BYTES], json_t *body, struct rsp_error *err);

/** Body of a record; caller frees with json_decref. */
RSP_CHECKED rsp_status rsp_record_body(const struct rsp_record *record, json_t **body, struct rsp_error *err);

/** rsp_store_verify; without the anchor log for a database that has none yet. */
RSP_CHECKED rsp_status rsp_verify(
    struct rsp_store *store, struct rsp_store_check *check, bool anchor, struct rsp_error *err);

#endif
