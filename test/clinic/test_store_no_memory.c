/* usage: test_store_no_memory [all]
 *
 * Every allocation of the store and of SQLite fails once, in every use of a store: an answer each time, nothing
 * lost, no half-written fact. Without "all", every one of the first hundred and ever fewer behind. jansson keeps its own memory: its reader asserts when it has none. */
#include "../base/starve.h"

#include "store_support.h"

#include <malloc.h>
#include <unistd.h>

#include <sqlite3.h>

/* ---- SQLite takes its memory from here too ---- */

static void *take(int n)
{
    return __wrap_malloc((size_t)n);
}

static void *retake(void *old, int n)
{
    return __wrap_realloc(old, (size_t)n);
}

static int size_of(void *memory)
{
    return (int)malloc_usable_size(memory);
}

static int round_up(int n)
{
    return (n + 7) & ~7;
}

static int start(void *context)
{
    (void)context;
    return SQLITE_OK;
}

static void end(void *context)
{
    (void)context;
}

static void starve_sqlite(void)
{
    static const sqlite3_mem_methods methods = {take, free, retake, size_of, round_up, start, end, NULL};
    ck_assert_int_eq(sqlite3_config(SQLITE_CONFIG_MALLOC, &methods), SQLITE_OK);
    ck_assert_int_eq(sqlite3_initialize(), SQLITE_OK);
}

/* ---- what is done without memory; feed() before anything is asserted, which allocates too ---- */

static struct rsp_store *store;
static struct rsp_person_id person;
static json_t *person_body, *note_body;

static rsp_status open_it(struct rsp_error *err)
{
    struct rsp_store *opened = NULL;
    RSP_TRY(rsp_store_open(store_path("clinic.db"), NULL, &opened, err));
    rsp_store_close(opened);
    return RSP_OK;
}

static rsp_status append_two(struct rsp_error *err)
{
    struct rsp_fact_place place = {0};
    struct rsp_fact_new fact = {
        .kind = "person", .who = "dr.keller", .origin = "test", .when = stamp_at(0), .body = person_body};
    RSP_TRY(rsp_store_begin(store, true, err));
    rsp_status status = rsp_store_append(store, &fact, &place, err);
    if (status == RSP_OK) {
        fact.kind = "note";
        fact.person = &place.person;
        fact.body = note_body;
        status = rsp_store_append(store, &fact, &place, err);
    }
    if (status != RSP_OK) {
        rsp_store_rollback(store);
        return status;
    }
    return rsp_store_commit(store, err);
}

static rsp_status append_known(struct rsp_error *err)
{
    struct rsp_fact_place place = {0};
    const struct rsp_fact_new fact = {.kind = "note",
        .person = &person,
        .who = "dr.keller",
        .origin = "test",
        .idempotency = "known",
        .when = stamp_at(0),
        .body = note_body};
    return rsp_store_append(store, &fact, &place, err);
}

static rsp_status look_on(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    (void)context;
    (void)fact;
    (void)err;
    return RSP_OK;
}

static rsp_status read_all(struct rsp_error *err)
{
    return rsp_store_read(store, &(struct rsp_fact_filter){.person = &person}, look_on, NULL, err);
}

static rsp_status verify(struct rsp_error *err)
{
    struct rsp_store_check check = {0};
    RSP_TRY(rsp_store_verify(store, &check, err));
    feed();
    ck_assert_uint_eq(check.n_finding, 0);
    return RSP_OK;
}

static rsp_status rebuild(struct rsp_error *err)
{
    struct rsp_store_check check = {.rebuild = true};
    return rsp_store_verify(store, &check, err);
}

static rsp_status back_up(struct rsp_error *err)
{
    const struct rsp_stamp now = stamp_at(0);
    const rsp_status status = rsp_store_backup(store, store_path("b1"), &now, NULL, err);
    (void)unlink(store_path("b1"));
    return status;
}

static rsp_status restore(struct rsp_error *err)
{
    const struct rsp_store_options options = {.key = store_path("clinic.db.key")};
    const rsp_status status =
        rsp_store_restore(store_path("b2"), store_path("new.db"), &options, false, NULL, err);
    feed();
    ck_assert_int_eq(access(store_path("new.db.restoring"), F_OK), -1);
    ck_assert((status == RSP_OK) == (access(store_path("new.db"), F_OK) == 0));
    (void)unlink(store_path("new.db"));
    (void)unlink(store_path("new.db.anchor"));
    return status;
}

static rsp_status create(struct rsp_error *err)
{
    /* SQLite may have had no memory at the end to write its log back into a database that is whole */
    static const char *const names[] = {
        "fresh.db", "fresh.db.key", "fresh.db.anchor", "fresh.db-wal", "fresh.db-shm"};
    struct rsp_store *made = NULL;
    const rsp_status status = rsp_store_create(store_path("fresh.db"), NULL, &made, err);
    rsp_store_close(made);
    feed();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (status != RSP_OK)
            ck_assert_msg(access(store_path(names[i]), F_OK) == -1, "%s is left", names[i]);
        (void)unlink(store_path(names[i]));
    }
    return status;
}

static bool all;

static const struct {
    const char *name;
    rsp_status (*act)(struct rsp_error *err);
    int adds; /* facts when it succeeds */
} uses[] = {
    {"open", open_it, 0},
    {"append", append_two, 2},
    {"append again", append_known, 0},
    {"read", read_all, 0},
    {"verify", verify, 0},
    {"rebuild", rebuild, 0},
    {"backup", back_up, 0},
    {"restore", restore, 0},
    {"create", create, 0},
};

static int64_t n_fact(void)
{
    int64_t n = 0;
    unsigned char hash[RSP_HASH_BYTES];
    ck_assert_done(rsp_store_head(store, &n, hash, err));
    return n;
}

static void fill(void)
{
    const struct rsp_stamp now = stamp_at(0);
    person_body = json_loads("{\"family_name\": \"Meier\", \"birth_date\": \"1980-11-23\"}", 0, NULL);
    note_body = json_loads("{\"text\": \"slept well\", \"topic\": \"sleep\"}", 0, NULL);
    store = new_store();
    person = add_person(store, "Huber");
    add_diary(store, &person, 3);
    ck_assert_done(append_known(err));
    ck_assert_done(rsp_store_backup(store, store_path("b2"), &now, NULL, err));
}

START_TEST(every_use_of_a_store_survives_want_of_memory)
{
    long n_failed = 0;
    starve_sqlite();
    fill();
    int64_t n = n_fact();
    for (long k = 0;; k += all ? 1 : 1 + k / 100) {
        struct rsp_error e = {0};
        left = k;
        failed = false;
        const rsp_status status = uses[_i].act(&e);
        feed();
        n += status == RSP_OK ? uses[_i].adds : 0; /* SQLite does without some of its memory */
        ck_assert_int_eq(n_fact(), n);
        if (!failed) {
            ck_assert_msg(status == RSP_OK, "%s: %s", uses[_i].name, e.message);
            break;
        }
        n_failed++;
        ck_assert_msg(status == RSP_OK || (status == RSP_E_MEMORY && e.message[0] != '\0'),
            "%s, allocation %ld: %s: %s", uses[_i].name, k, rsp_status_name(status), e.message);
    }
    printf("# %s: %ld allocations failed\n", uses[_i].name, n_failed);
    ck_assert_int_ge(n_failed, 3);
    const struct report report = verified(store, false);
    ck_assert_msg(report.check.n_finding == 0, "%s", report.text);
    rsp_store_close(store);
    json_decref(person_body);
    json_decref(note_body);
}
END_TEST

int main(int argc, char **argv)
{
    all = argc > 1 && strcmp(argv[1], "all") == 0;
    /* thousands of small files: in memory where there is such a disk */
    if (access("/dev/shm", W_OK) == 0)
        (void)setenv("TMPDIR", "/dev/shm", 0);
    Suite *suite = suite_create("store no memory");
    TCase *tcase = tcase_create("no memory");
    tcase_set_timeout(tcase, 0);
    tcase_add_loop_test(
        tcase, every_use_of_a_store_survives_want_of_memory, 0, (int)(sizeof uses / sizeof *uses));
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
