/** What the tests of the store share: a folder that goes away, facts to add, findings that were reported. */
#ifndef RSP_TEST_CLINIC_STORE_SUPPORT_H
#define RSP_TEST_CLINIC_STORE_SUPPORT_H

#include "../base/suite.h"

#include <stdio.h>
#include <string.h>

#include "store/store.h"

/** Path of a name inside this test's own folder, made on first use and removed at exit; static text, good for
 * the next 8 calls. */
const char *store_path(const char *name);

/** Bytes of a file; caller frees with free(). */
unsigned char *file_bytes(const char *path, size_t *n);
void write_bytes(const char *path, const void *bytes, size_t n);
void copy_file(const char *from, const char *to);

/** Make and open "clinic.db" of the folder with all defaults. */
struct rsp_store *new_store(void);
struct rsp_store *open_store(bool read_only);

/** A stamp of the 29th of November 2026, 08:32:09 in Zurich, and some seconds. */
struct rsp_stamp stamp_at(int second);

/** Add a person or another fact; fails the test when it is refused. */
struct rsp_person_id add_person(struct rsp_store *store, const char *family_name);
int64_t add_diary(struct rsp_store *store, const struct rsp_person_id *person, double pain_nrs);
int64_t add_fact(struct rsp_store *store, const char *kind, const struct rsp_person_id *person,
    int64_t supersedes, const char *idempotency, const char *body);
/** The same, with the answer. */
rsp_status try_fact(struct rsp_store *store, const char *kind, const struct rsp_person_id *person,
    int64_t supersedes, const char *idempotency, const char *body, struct rsp_fact_place *place,
    struct rsp_error *err);

/** Run rsp_store_verify and keep the findings as text, one a line: "TABLE NUMBER KIND: SENTENCE". */
struct report {
    struct rsp_store_check check;
    char text[16384];
};
struct report verified(struct rsp_store *store, bool rebuild);
/** Open for examination, verify, close. */
struct report examined(const char *path);

/** All facts as one text, so that two stores can be compared; caller frees with free(). NULL when a fact cannot
 * be read, with the reason in err. */
char *dump_facts(struct rsp_store *store, struct rsp_error *err);

#define ck_assert_done(call)                                                                                 \
    do {                                                                                                     \
        struct rsp_error e_ = {0};                                                                           \
        struct rsp_error *const err = &e_;                                                                   \
        const rsp_status s_ = (call);                                                                        \
        ck_assert_msg(s_ == RSP_OK, "%s: %s: %s: %s", rsp_status_name(s_), e_.source, e_.field, e_.message); \
    } while (0)

#define ck_assert_text_in(text, part)                                                                        \
    ck_assert_msg(strstr(text, part) != NULL, "'%s' is not in: %s", part, text)

#endif
