/* Another key of the site: what it opens, and what is left when the change is killed at any moment. */
#include "store_support.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { N_PERSON = 300, N_ROUND = 40 };

static struct rsp_store *filled(int n_person)
{
    struct rsp_store *store = new_store();
    const struct rsp_stamp when = stamp_at(60);
    struct rsp_person_id person = {{0}};
    ck_assert_done(rsp_store_begin(store, true, err));
    for (int i = 0; i < n_person; i++) {
        person = add_person(store, "Meier");
        add_diary(store, &person, i % 10);
    }
    ck_assert_done(rsp_store_commit(store, err));
    ck_assert_done(rsp_store_person_erase(store, &person, "dr.keller", "test", "request", &when, err));
    return store;
}

static void rename_to(const char *from, const char *to)
{
    ck_assert_int_eq(rename(store_path(from), store_path(to)), 0);
}

static bool there(const char *name)
{
    return access(store_path(name), F_OK) == 0;
}

/* What a key opens is whole and says what it said before. */
static rsp_status opens(const char *key, const char *before)
{
    const struct rsp_store_options options = {.key = store_path(key)};
    struct rsp_store *store = NULL;
    struct rsp_error e = {0};
    if (!there(key))
        return RSP_E_UNKNOWN;
    const rsp_status status = rsp_store_open(store_path("clinic.db"), &options, &store, &e);
    if (status != RSP_OK)
        return status;
    char *now = dump_facts(store, &e);
    ck_assert_msg(now != NULL, "%s", e.message);
    ck_assert_str_eq(now, before);
    free(now);
    const struct report report = verified(store, false);
    ck_assert_msg(report.check.n_finding == 0, "%s", report.text);
    rsp_store_close(store);
    return RSP_OK;
}

static rsp_status rekey(struct rsp_store_rekeyed *rekeyed, struct rsp_error *err)
{
    return rsp_store_rekey(store_path("clinic.db"), NULL, rekeyed, err);
}

START_TEST(the_new_key_opens_everything_and_the_old_one_nothing)
{
    struct rsp_store *store = filled(5);
    struct rsp_store_rekeyed rekeyed = {0};
    struct rsp_error e = {0};
    char *before = dump_facts(store, NULL);
    rsp_store_close(store);
    ck_assert_done(rekey(&rekeyed, err));
    ck_assert_int_eq(rekeyed.n_person, 4); /* not the one who was erased */
    ck_assert(!rekeyed.resumed);
    ck_assert_int_eq(opens("clinic.db.key", before), RSP_OK);
    ck_assert_int_eq(opens("clinic.db.key.old", before), RSP_E_MISMATCH);
    ck_assert(!there("clinic.db.key.new"));
    ck_assert_int_eq(rekey(&rekeyed, &e), RSP_E_MISMATCH);
    ck_assert_text_in(e.message, "in the way");
    /* again, so that two handovers stand in the log; and it goes on */
    rename_to("clinic.db.key.old", "first");
    ck_assert_done(rekey(&rekeyed, err));
    ck_assert_int_eq(opens("clinic.db.key", before), RSP_OK);
    store = open_store(false);
    add_person(store, "Huber");
    const struct report report = verified(store, true);
    ck_assert_msg(report.check.n_finding == 0, "%s", report.text);
    rsp_store_close(store);
    free(before);
}
END_TEST

START_TEST(a_store_that_is_open_keeps_its_key)
{
    struct rsp_store *store = filled(2);
    struct rsp_error e = {0};
    ck_assert_int_eq(rekey(NULL, &e), RSP_E_BUSY);
    ck_assert_text_in(e.message, "stop the server");
    ck_assert(!there("clinic.db.key.new") && !there("clinic.db.key.old"));
    add_person(store, "Huber");
    rsp_store_close(store);
}
END_TEST

/* The old key may sign nothing after it handed over: who has it and the file cannot go on with it. */
START_TEST(a_line_of_the_old_key_behind_the_handover_does_not_count)
{
    size_t n_old = 0, n_new = 0;
    rsp_store_close(filled(3));
    unsigned char *old = file_bytes(store_path("clinic.db.anchor"), &n_old);
    ck_assert_done(rekey(NULL, err));
    unsigned char *now = file_bytes(store_path("clinic.db.anchor"), &n_new);
    ck_assert_uint_gt(n_new, n_old);
    now = realloc(now, n_new + n_old);
    memcpy(now + n_new, old, n_old);
    write_bytes(store_path("clinic.db.anchor"), now, n_new + n_old);
    const struct report report = examined(store_path("clinic.db"));
    ck_assert_uint_gt(report.check.n_finding, 0);
    ck_assert_text_in(report.text, "not signed by this site");
    free(old);
    free(now);
}
END_TEST

START_TEST(a_change_that_stopped_between_two_steps_is_finished)
{
    struct rsp_store *store = filled(3);
    struct rsp_store_rekeyed rekeyed = {0};
    char *before = dump_facts(store, NULL);
    rsp_store_close(store);
    copy_file(store_path("clinic.db"), store_path("saved.db"));
    ck_assert_done(rekey(&rekeyed, err));
    /* handed over in the log, but not committed: the old key opens it */
    copy_file(store_path("clinic.db"), store_path("committed.db"));
    rename_to("clinic.db.key", "clinic.db.key.new");
    rename_to("clinic.db.key.old", "clinic.db.key");
    copy_file(store_path("saved.db"), store_path("clinic.db"));
    ck_assert_int_eq(opens("clinic.db.key", before), RSP_OK);
    ck_assert_int_eq(opens("clinic.db.key.new", before), RSP_E_MISMATCH);
    /* committed, but the names not changed: the new key opens it, and the names follow */
    copy_file(store_path("committed.db"), store_path("clinic.db"));
    ck_assert_int_eq(opens("clinic.db.key.new", before), RSP_OK);
    ck_assert_done(rekey(&rekeyed, err));
    ck_assert(rekeyed.resumed && !there("clinic.db.key.new") && there("clinic.db.key.old"));
    ck_assert_int_eq(opens("clinic.db.key", before), RSP_OK);
    /* killed while the next key was written */
    rename_to("clinic.db.key.old", "first");
    write_bytes(store_path("clinic.db.key.new"), "respite site", 12);
    ck_assert_int_eq(chmod(store_path("clinic.db.key.new"), 0600), 0);
    ck_assert_done(rekey(&rekeyed, err));
    ck_assert_int_eq(opens("clinic.db.key", before), RSP_OK);
    free(before);
}
END_TEST

static int64_t now_us(void)
{
    struct timespec t;
    ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &t), 0);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* @return false when it was done before it could be killed */
static bool killed_after(int64_t delay_us)
{
    int how = 0;
    (void)fflush(NULL);
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        _exit(rekey(NULL, NULL) == RSP_OK ? 0 : 5);
    usleep((useconds_t)delay_us);
    (void)kill(child, SIGKILL);
    ck_assert_int_eq(waitpid(child, &how, 0), child);
    ck_assert_msg(WIFSIGNALED(how) || WEXITSTATUS(how) == 0, "the change failed by itself: %x", how);
    return WIFSIGNALED(how);
}

START_TEST(killed_at_any_moment_one_of_the_keys_opens_it)
{
    struct rsp_store *store = filled(N_PERSON);
    int n_killed = 0, n_old = 0, n_new = 0;
    char *before = dump_facts(store, NULL);
    rsp_store_close(store);
    const int64_t begun_us = now_us();
    ck_assert_done(rekey(NULL, err));
    const int64_t whole_us = now_us() - begun_us;
    ck_assert_int_eq(unlink(store_path("clinic.db.key.old")), 0);
    for (int round = 0; round < N_ROUND; round++) {
        struct rsp_store_rekeyed rekeyed = {0};
        const bool killed = killed_after(whole_us * round / (N_ROUND - 8));
        /* a file of the next key that is not whole yet opens nothing, and the first key does */
        const bool old = opens("clinic.db.key", before) == RSP_OK,
                   fresh = opens("clinic.db.key.new", before) == RSP_OK;
        ck_assert_msg(old || fresh, "round %d: neither key opens the store", round);
        n_killed += killed;
        n_old += killed && old;
        n_new += killed && !old;
        if (!there("clinic.db.key.old") || there("clinic.db.key.new"))
            ck_assert_done(rekey(&rekeyed, err));
        ck_assert_int_eq(opens("clinic.db.key", before), RSP_OK);
        ck_assert_int_eq(unlink(store_path("clinic.db.key.old")), 0);
    }
    printf("# %d rounds of %lld us: %d killed, %d opened by the first key, %d by the next\n", N_ROUND,
        (long long)whole_us, n_killed, n_old, n_new);
    ck_assert_int_gt(n_killed, 0);
    free(before);
}
END_TEST

RUN_TESTS("store rekey", the_new_key_opens_everything_and_the_old_one_nothing,
    a_store_that_is_open_keeps_its_key, a_line_of_the_old_key_behind_the_handover_does_not_count,
    a_change_that_stopped_between_two_steps_is_finished, killed_at_any_moment_one_of_the_keys_opens_it)
