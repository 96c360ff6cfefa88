/** The store: what the clinic knows, kept as facts that are only ever added.
 *
 * A fact says who said what about whom, when, where from and why. An edit is a new fact that supersedes
 * the old one, which stays readable. Facts are chained by hashes; the head of the chain is signed into an
 * anchor log beside the database and into every backup. Identifying fields are encrypted with a key of the
 * person, which is wrapped by the key of the site; to erase a person is to destroy that key.
 *
 * docs/internals/store.md has the tables, the chain and what it protects against. One handle is one
 * connection: it serves one thread at a time; several handles, also of several processes, may share a file.
 * The store reads no clock: times come with the facts.
 */
#ifndef RSP_STORE_STORE_H
#define RSP_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include <respite/status.h>

#include "store/kind.h"

enum { RSP_PERSON_BYTES = 16, RSP_HASH_BYTES = 32, RSP_HASH_HEX = 2 * RSP_HASH_BYTES + 1 };

/** Random name of a person inside the store; says nothing about them. */
struct rsp_person_id {
    unsigned char byte[RSP_PERSON_BYTES];
};

/** When something was entered: the instant, and the wall clock of the place where it was entered. */
struct rsp_stamp {
    int64_t at_us;    /* microseconds since 1970-01-01 UTC */
    int offset_min;   /* local wall time minus UTC, -840 to 840 */
    const char *zone; /* "Europe/Zurich"; borrowed */
};

/** Whether it may go into the store: years 1900 to 2199, an offset and a zone that there are.
 * @return RSP_E_DOMAIN, RSP_E_MISSING or RSP_E_SYNTAX with field "when" */
RSP_CHECKED rsp_status rsp_stamp_check(const struct rsp_stamp *stamp, struct rsp_error *err);

/** A fact to be added. All borrowed during the call. */
struct rsp_fact_new {
    const char *kind;
    const struct rsp_person_id *person; /* NULL when the kind begins a person, or is about nobody */
    int64_t supersedes;                 /* number of the fact that this one replaces; 0: none */
    const char *who;                    /* name of the account or device */
    const char *origin;                 /* where from: "web", "phone", "import" */
    const char *why;                    /* NULL: no reason given; required with supersedes */
    const char *idempotency;            /* NULL: none; the same key again returns the first fact */
    struct rsp_stamp when;
    const json_t *body; /* object with the fields of the kind */
};

/** Where an added fact went. */
struct rsp_fact_place {
    int64_t number;
    struct rsp_person_id person; /* of the fact; zero when it is about nobody */
    bool already;                /* the idempotency key was known: nothing was added */
};

/** A fact as it is read. Borrowed until the visitor returns. */
struct rsp_fact {
    int64_t number;
    const char *kind;
    int kind_version;
    bool about_person;
    struct rsp_person_id person;
    const char *who, *origin;
    const char *why; /* NULL when none was given */
    int64_t at_us;
    const char *wall, *zone; /* "2026-11-29T08:32:09+01:00", "Europe/Zurich" */
    int64_t supersedes;      /* 0: none */
    int64_t superseded_by;   /* 0: this is the current word */
    const char *idempotency; /* NULL: none */
    const json_t *body;
    bool withheld; /* there are identifying fields that are not in body: not asked for, or erased */
};

/** What to read; a field left zero does not choose. */
struct rsp_fact_filter {
    const struct rsp_person_id *person;
    const char *kind;
    bool current;          /* only facts that no other supersedes */
    bool without_identity; /* leave the identifying fields sealed */
    int64_t after;         /* only facts with a greater number */
    size_t limit;          /* at most so many; 0: all */
};

/** @return RSP_OK to go on; anything else ends the reading with it. The visitor must not write. */
typedef rsp_status rsp_fact_visit(void *context, const struct rsp_fact *fact, struct rsp_error *err);

/** How a store is opened. NULL stands for all defaults. */
struct rsp_store_options {
    const char *key;    /* site key file; NULL: PATH.key */
    const char *anchor; /* anchor log; NULL: PATH.anchor */
    int busy_ms;        /* how long to wait for another writer; 0: 5,000 */
    bool read_only;
    bool examine;                  /* for check: open although the anchor log does not agree */
    bool hasty;                    /* of a new store: see rsp_store_settle */
    const struct rsp_kinds *kinds; /* NULL: rsp_kinds_shown() */
};

struct rsp_store;

/* ---- open and close ---- */

/** Make an empty database at path with its anchor log, and its site key unless that file is there.
 * @return RSP_E_MISMATCH when database or anchor log are there; nothing is left behind on failure */
RSP_CHECKED rsp_status rsp_store_create(const char *path, const struct rsp_store_options *options,
    struct rsp_store **store, struct rsp_error *err);

/** A store made with options.hasty is filled fast: until this is called nothing is forced to the disk nor pinned in the
 * anchor log, so that a power cut loses it. Only for what can be made again, such as a demonstration. Afterwards the
 * store is like any other. Does nothing to a store that is not hasty. Outside a transaction. */
RSP_CHECKED rsp_status rsp_store_settle(struct rsp_store *store, struct rsp_error *err);

/** Open a database. Refused with a sentence: no such file, another program's file, an older or newer schema
 * (RSP_E_UNSUPPORTED), a key file that others may read or that belongs elsewhere, an anchor log that is
 * missing or knows facts that the database has not (RSP_E_DAMAGED).
 * @param store  out: caller frees with rsp_store_close */
RSP_CHECKED rsp_status rsp_store_open(const char *path, const struct rsp_store_options *options,
    struct rsp_store **store, struct rsp_error *err);

/** Rolls back what is not committed. NULL is allowed. */
void rsp_store_close(struct rsp_store *store);

/** Something the operator should know although nothing failed: the anchor log could not be written, a backup is
 * of a damaged database. "" when there is nothing. Borrowed until the next call. */
const char *rsp_store_warning(const struct rsp_store *store);

/** Bring a database of an older version to this program's schema, all in one transaction.
 * @param from, to  out: schema versions before and after */
RSP_CHECKED rsp_status rsp_store_migrate(
    const char *path, const struct rsp_store_options *options, int *from, int *to, struct rsp_error *err);

/* ---- transactions ---- */

/** Begin: one writer at a time, readers never wait. With write false, one unchanging view for reading.
 * @return RSP_E_BUSY when another writer kept the file longer than busy_ms */
RSP_CHECKED rsp_status rsp_store_begin(struct rsp_store *store, bool write, struct rsp_error *err);
/** After RSP_OK everything added is on the disk. A transaction in which an append failed is rolled back and
 * refused. */
RSP_CHECKED rsp_status rsp_store_commit(struct rsp_store *store, struct rsp_error *err);
void rsp_store_rollback(struct rsp_store *store);

/* ---- facts ---- */

/** Add a fact, in the open transaction or in one of its own.
 * @return RSP_E_UNKNOWN (kind, person, fact to supersede), RSP_E_DOMAIN and others naming the field of the
 *         body, RSP_E_CONFLICT (already superseded, or the idempotency key stands for something else) */
RSP_CHECKED rsp_status rsp_store_append(struct rsp_store *store, const struct rsp_fact_new *fact,
    struct rsp_fact_place *place, struct rsp_error *err);

/** Show one fact to the visitor. @return RSP_E_UNKNOWN when there is none */
RSP_CHECKED rsp_status rsp_store_fact(
    struct rsp_store *store, int64_t number, rsp_fact_visit *visit, void *context, struct rsp_error *err);

/** Show facts in the order of their numbers. */
RSP_CHECKED rsp_status rsp_store_read(struct rsp_store *store, const struct rsp_fact_filter *filter,
    rsp_fact_visit *visit, void *context, struct rsp_error *err);

/** Number of facts and the hash of the last one (of the store's name when there is none). */
RSP_CHECKED rsp_status rsp_store_head(
    struct rsp_store *store, int64_t *n_fact, unsigned char hash[RSP_HASH_BYTES], struct rsp_error *err);

/** The last fact that was added by a time; 0: none. Facts stand in the order of their times unless a clock was set back: then it is
 * one of those at whose time the clock showed this. */
RSP_CHECKED rsp_status rsp_store_by(
    struct rsp_store *store, int64_t at_us, int64_t *number, struct rsp_error *err);

/** From here to the end of the open transaction, read as if this fact were the last one: neither is a later one there, nor does it
 * supersede anything. Nothing can be added meanwhile. @param number  0: everything again */
RSP_CHECKED rsp_status rsp_store_see_until(struct rsp_store *store, int64_t number, struct rsp_error *err);

/** Erase a person: destroy their key and add a fact of kind "erasure". Their identifying fields cannot be read
 * again, here; backups made before still hold the key. Inside a writing transaction, or in one of its own.
 * @param why  required */
RSP_CHECKED rsp_status rsp_store_person_erase(struct rsp_store *store, const struct rsp_person_id *person,
    const char *who, const char *origin, const char *why, const struct rsp_stamp *when,
    struct rsp_error *err);

/** Keyed hash of a text with a secret of the site: whoever holds the database alone can neither make it nor try guesses on
 * it. Stays the same as long as the site's key does. */
void rsp_store_digest(
    const struct rsp_store *store, const void *text, size_t n, unsigned char digest[RSP_HASH_BYTES]);

/** What a change of the site's key left behind. */
struct rsp_store_rekeyed {
    int64_t n_person; /* keys that were wrapped anew */
    bool resumed;     /* an earlier call was interrupted after its commit: only the files were left to move */
};

/** Put the store under a new key of the site, in one transaction: keys of persons are wrapped anew, and the anchor log says
 * under both keys that the one follows the other. The new key is made beside the old one with ".new", and takes its name at
 * the end; the old one is then kept with ".old": backups made before need it. Killed at any moment, one of these files
 * opens the store, and the call made again goes on. Nobody else may have the store open.
 * @param rekeyed  out, may be NULL */
RSP_CHECKED rsp_status rsp_store_rekey(const char *path, const struct rsp_store_options *options,
    struct rsp_store_rekeyed *rekeyed, struct rsp_error *err);

/* ---- check ---- */

/** Something that is not as it was written. */
struct rsp_store_finding {
    const char *table; /* "fact", "person_key", "anchor log", ... */
    int64_t number;    /* of the fact, or line of the log; 0: none */
    const char *kind;  /* of the fact; "" when unknown */
    const char *sentence;
};

struct rsp_store_check {
    bool rebuild; /* in: drop the derived tables and fill them anew */
    void (*found)(void *context, const struct rsp_store_finding *finding); /* in: NULL only counts */
    void *context;
    /* out */
    int64_t n_fact, n_person, n_erased;
    int64_t n_anchor;     /* good lines of the anchor log */
    int64_t n_unreadable; /* lines of it that a power cut left, with good ones behind them */
    int64_t n_unanchored; /* facts behind its last line */
    size_t n_finding, n_derived;
    char head[RSP_HASH_HEX];
    char derived[RSP_HASH_HEX]; /* content of the derived tables, before a rebuild */
    char rebuilt[RSP_HASH_HEX]; /* and after it; "" without */
};

/** Verify everything: pages, schema, chain, keys, anchor log, derived tables. Changes nothing unless told to
 * rebuild. @return RSP_OK also when something was found: see n_finding */
RSP_CHECKED rsp_status rsp_store_verify(
    struct rsp_store *store, struct rsp_store_check *check, struct rsp_error *err);

/* ---- backup ---- */

/** What a backup's signed manifest says. */
struct rsp_store_manifest {
    int64_t n_fact;
    int64_t n_byte; /* of the database inside */
    int schema;
    char store[2 * RSP_PERSON_BYTES + 1];
    char head[RSP_HASH_HEX];
    char content[RSP_HASH_HEX]; /* hash of the database inside */
    char made[32];              /* "2026-11-29T08:32:09+01:00" */
};

/** Write an encrypted, signed backup while others go on writing. An existing file is refused. A database that does
 * not verify is backed up too; rsp_store_warning says so.
 * @param when      goes into the manifest
 * @param manifest  out, may be NULL */
RSP_CHECKED rsp_status rsp_store_backup(struct rsp_store *store, const char *file,
    const struct rsp_stamp *when, struct rsp_store_manifest *manifest, struct rsp_error *err);

struct rsp_store_restored {
    struct rsp_store_manifest manifest;
    int64_t n_lost; /* facts that the anchor log knew and the backup has not */
    bool moved;     /* the database that was there is now PATH.old */
    bool log_moved; /* the anchor log that was there is now PATH.anchor.old */
};

/** Bring a backup back to path. Manifest, signature, decryption and the whole content are verified first;
 * until then nothing at path is touched.
 * @param replace  move a database that is there to PATH.old instead of refusing */
RSP_CHECKED rsp_status rsp_store_restore(const char *file, const char *path,
    const struct rsp_store_options *options, bool replace, struct rsp_store_restored *restored,
    struct rsp_error *err);

#endif
