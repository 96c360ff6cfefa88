/* A full disk, files that may not be written, another writer: one clear sentence each, and nothing half done. */
#include "store_support.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

enum { NOBODY = 65534 };

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

START_TEST(a_full_disk_is_said_and_everything_before_it_is_kept)
{
    struct rsp_store *store = new_store();
    const struct rsp_person_id person = add_person(store, "Meier");
    struct rsp_fact_place place = {0};
    struct rsp_error e = {0};
    rsp_status status = RSP_OK;
    int64_t n = 1;
    (void)signal(SIGXFSZ, SIG_IGN);
    limit_files(256 * 1024);
    char *body = malloc(9000);
    (void)snprintf(body, 9000, "{\"text\": \"%08000d\"}", 1);
    while (n < 200 && (status = try_fact(store, "note", &person, 0, NULL, body, &place, &e)) == RSP_OK)
        n++;
    ck_assert_int_eq(status, RSP_E_IO);
    ck_assert_text_in(e.message, "the disk is full");
    ck_assert_int_ge(n, 3);
    const struct rsp_stamp now = stamp_at(1);
    limit_files(16 * 1024);
    ck_assert_int_eq(rsp_store_backup(store, store_path("b1"), &now, NULL, &e), RSP_E_IO);
    ck_assert_text_in(e.message, "the disk is full");
    ck_assert_int_eq(access(store_path("b1"), F_OK), -1);
    limit_files(RLIM_INFINITY);
    struct report report = verified(store, false);
    ck_assert_msg(report.check.n_finding == 0, "%s", report.text);
    ck_assert_int_eq(report.check.n_fact, n);
    add_fact(store, "note", &person, 0, NULL, body); /* there is room again */
    rsp_store_close(store);
    report = examined(store_path("clinic.db"));
    ck_assert_msg(report.check.n_finding == 0, "%s", report.text);
    ck_assert_int_eq(report.check.n_fact, n + 1);
    free(body);
}
END_TEST

START_TEST(a_log_that_cannot_be_written_is_a_warning_and_catches_up)
{
    struct rsp_store *store = new_store();
    const struct rsp_person_id person = add_person(store, "Meier");
    ck_assert_int_eq(rename(store_path("clinic.db.anchor"), store_path("away")), 0);
    add_diary(store, &person, 3);
    ck_assert_text_in(rsp_store_warning(store), "anchor log is behind");
    ck_assert_int_eq(rename(store_path("away"), store_path("clinic.db.anchor")), 0);
    ck_assert_int_eq(verified(store, false).check.n_unanchored, 1);
    add_diary(store, &person, 4);
    ck_assert_str_eq(rsp_store_warning(store), "");
    ck_assert_int_eq(verified(store, false).check.n_unanchored, 0);
    rsp_store_close(store);
}
END_TEST

/* As somebody whom permissions stop: root they do not. */
static int as_ordinary_user(int (*act)(void))
{
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
            _exit(99);
        _exit(act());
    }
    int how = 0;
    ck_assert_int_eq(waitpid(child, &how, 0), child);
    return WIFEXITED(how) ? WEXITSTATUS(how) : 98;
}

static void give_away(mode_t folder, mode_t file)
{
    static const char *const names[] = {"clinic.db", "clinic.db.key", "clinic.db.anchor", ""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (geteuid() == 0)
            ck_assert_int_eq(chown(store_path(names[i]), NOBODY, NOBODY), 0);
        if (i != 1)
            ck_assert_int_eq(chmod(store_path(names[i]), i == 3 ? folder : file), 0);
    }
}

static int write_is_refused(void)
{
    struct rsp_store *store = NULL;
    struct rsp_error e = {0};
    struct rsp_fact_place place = {0};
    rsp_status status = rsp_store_open(store_path("clinic.db"), NULL, &store, &e);
    if (status == RSP_OK)
        status = try_fact(store, "person", NULL, 0, NULL,
            "{\"family_name\": \"x\", \"birth_date\": \"1980-11-23\"}", &place, &e);
    rsp_store_close(store);
    if (status != RSP_E_IO || strstr(e.message, "permissions") == NULL) {
        fprintf(stderr, "%s: %s\n", rsp_status_name(status), e.message);
        return 1;
    }
    return 0;
}

static int read_is_good(void)
{
    const struct rsp_store_options options = {.read_only = true};
    struct rsp_store *store = NULL;
    struct rsp_store_check check = {0};
    struct rsp_error e = {0};
    rsp_status status = rsp_store_open(store_path("clinic.db"), &options, &store, &e);
    if (status == RSP_OK)
        status = rsp_store_verify(store, &check, &e);
    rsp_store_close(store);
    if (status != RSP_OK || check.n_finding != 0 || check.n_fact != 1)
        fprintf(stderr, "%s: %s\n", rsp_status_name(status), e.message);
    return status != RSP_OK || check.n_finding != 0 || check.n_fact != 1;
}

START_TEST(a_read_only_file_is_read_and_not_written)
{
    struct rsp_store *store = new_store();
    add_person(store, "Meier");
    rsp_store_close(store);
    give_away(0700, 0400);
    ck_assert_int_eq(as_ordinary_user(write_is_refused), 0);
    ck_assert_int_eq(as_ordinary_user(read_is_good), 0);
    give_away(0500, 0600); /* the folder: no write-ahead log can be made */
    ck_assert_int_eq(as_ordinary_user(write_is_refused), 0);
    give_away(0700, 0600);
    ck_assert_int_eq(as_ordinary_user(read_is_good), 0);
}
END_TEST

static int open_is_refused(void)
{
    struct rsp_store *store = NULL;
    struct rsp_error e = {0};
    const rsp_status status = rsp_store_open(store_path("clinic.db"), NULL, &store, &e);
    rsp_store_close(store);
    return !(status == RSP_E_IO && e.message[0] != '\0');
}

START_TEST(an_unreadable_file_is_refused)
{
    rsp_store_close(new_store());
    give_away(0700, 0000);
    ck_assert_int_eq(as_ordinary_user(open_is_refused), 0);
    give_away(0700, 0600);
}
END_TEST

START_TEST(a_store_opened_for_reading_does_not_write)
{
    struct rsp_fact_place place = {0};
    struct rsp_error e = {0};
    rsp_store_close(new_store());
    struct rsp_store *store = open_store(true);
    ck_assert_int_eq(try_fact(store, "person", NULL, 0, NULL,
                         "{\"family_name\": \"x\", \"birth_date\": \"1980-11-23\"}", &place, &e),
        RSP_E_UNSUPPORTED);
    rsp_store_close(store);
}
END_TEST

START_TEST(another_writer_is_waited_for_and_then_named)
{
    struct rsp_store *store = new_store(), *second = NULL;
    struct rsp_fact_place place = {0};
    struct rsp_error e = {0};
    const struct rsp_store_options options = {.busy_ms = 30};
    const struct rsp_person_id person = add_person(store, "Meier");
    ck_assert_done(rsp_store_open(store_path("clinic.db"), &options, &second, err));
    ck_assert_done(rsp_store_begin(store, true, err));
    ck_assert_int_eq(try_fact(second, "note", &person, 0, NULL, "{\"text\": \"x\"}", &place, &e), RSP_E_BUSY);
    ck_assert_text_in(e.message, "try again");
    add_diary(store, &person, 3);
    ck_assert_done(rsp_store_commit(store, err));
    ck_assert_int_eq(add_fact(second, "note", &person, 0, NULL, "{\"text\": \"x\"}"), 3);
    rsp_store_close(second);
    rsp_store_close(store);
}
END_TEST

/* Somebody locks the whole file, as a copying program may. */
START_TEST(a_locked_file_is_named)
{
    sqlite3 *db = NULL;
    struct rsp_store *store = NULL;
    struct rsp_error e = {0};
    const struct rsp_store_options options = {.busy_ms = 30};
    rsp_store_close(new_store());
    ck_assert_int_eq(sqlite3_open(store_path("clinic.db"), &db), SQLITE_OK);
    ck_assert_int_eq(
        sqlite3_exec(db, "PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; CREATE TABLE x(y); ROLLBACK",
            NULL, NULL, NULL),
        SQLITE_OK);
    ck_assert_int_eq(rsp_store_open(store_path("clinic.db"), &options, &store, &e), RSP_E_BUSY);
    ck_assert_text_in(e.message, "try again");
    ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}
END_TEST

/* ---- several at once ---- */

enum { N_WRITER = 2, N_READER = 3, N_EACH = 60 };
static atomic_int n_running;
static struct rsp_person_id shared;

static void *writer(void *context)
{
    struct rsp_store *store = open_store(false);
    for (int i = 0; i < N_EACH; i++)
        add_diary(store, &shared, i % 10);
    rsp_store_close(store);
    atomic_fetch_sub(&n_running, 1);
    return context;
}

static void *reader(void *context)
{
    struct rsp_store *store = open_store(true);
    int64_t seen = 0;
    do {
        const struct report report = verified(store, false);
        ck_assert_msg(report.check.n_finding == 0, "%s", report.text);
        ck_assert_int_ge(report.check.n_fact, seen);
        seen = report.check.n_fact;
    } while (atomic_load(&n_running) > 0);
    rsp_store_close(store);
    return context;
}

START_TEST(writers_and_readers_share_a_file)
{
    pthread_t thread[N_WRITER + N_READER];
    struct rsp_store *store = new_store();
    shared = add_person(store, "Meier");
    atomic_store(&n_running, N_WRITER);
    for (int i = 0; i < N_WRITER + N_READER; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, i < N_WRITER ? writer : reader, NULL), 0);
    for (int i = 0; i < N_WRITER + N_READER; i++)
        ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
    const struct report report = verified(store, true);
    ck_assert_msg(report.check.n_finding == 0, "%s", report.text);
    ck_assert_int_eq(report.check.n_fact, 1 + N_WRITER * N_EACH);
    ck_assert_str_eq(report.check.derived, report.check.rebuilt);
    rsp_store_close(store);
}
END_TEST

RUN_TESTS("store disk", a_full_disk_is_said_and_everything_before_it_is_kept,
    a_log_that_cannot_be_written_is_a_warning_and_catches_up, a_read_only_file_is_read_and_not_written,
    an_unreadable_file_is_refused, a_store_opened_for_reading_does_not_write,
    another_writer_is_waited_for_and_then_named, a_locked_file_is_named, writers_and_readers_share_a_file)
