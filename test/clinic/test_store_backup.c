/* Backup and restore: while others write, after damage, over what is there. */
#include "store_support.h"

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

static struct rsp_store *filled_store(int n)
{
    struct rsp_store *store = new_store();
    const struct rsp_person_id person = add_person(store, "Zwickelhuber");
    ck_assert_done(rsp_store_begin(store, true, err));
    for (int i = 1; i < n; i++)
        add_diary(store, &person, i % 10);
    ck_assert_done(rsp_store_commit(store, err));
    return store;
}

static rsp_status back_up(struct rsp_store *store, const char *name, struct rsp_error *err)
{
    const struct rsp_stamp now = stamp_at(100);
    return rsp_store_backup(store, store_path(name), &now, NULL, err);
}

static rsp_status restore(
    const char *name, bool replace, struct rsp_store_restored *restored, struct rsp_error *err)
{
    const struct rsp_store_options options = {.key = store_path("clinic.db.key")};
    return rsp_store_restore(store_path(name), store_path("new.db"), &options, replace, restored, err);
}

/* Names in the folder with a part in them. */
static int n_named(const char *part)
{
    int n = 0;
    char folder[512];
    (void)snprintf(folder, sizeof folder, "%s", store_path(""));
    DIR *dir = opendir(folder);
    ck_assert_ptr_nonnull(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
        n += entry->d_name[0] != '.' && strstr(entry->d_name, part) != NULL;
    (void)closedir(dir);
    return n;
}

/* All of them, so that nothing is left behind unseen. */
static int n_files(void)
{
    return n_named("");
}

START_TEST(a_restored_backup_says_the_same)
{
    struct rsp_store *store = filled_store(400);
    struct rsp_store_restored restored = {0};
    ck_assert_done(back_up(store, "b1", err));
    char *before = dump_facts(store, NULL);
    rsp_store_close(store);
    ck_assert_done(restore("b1", false, &restored, err));
    ck_assert_int_eq(restored.manifest.n_fact, 400);
    ck_assert_str_eq(restored.manifest.made, "2026-11-29T08:33:49+01:00");
    ck_assert_int_eq(restored.n_lost, 0);
    ck_assert(!restored.moved && !restored.log_moved);
    const struct rsp_store_options options = {.key = store_path("clinic.db.key")};
    ck_assert_done(rsp_store_open(store_path("new.db"), &options, &store, err));
    char *after = dump_facts(store, NULL);
    ck_assert_str_eq(before, after);
    const struct report report = verified(store, true);
    ck_assert_msg(report.check.n_finding == 0, "%s", report.text);
    ck_assert_str_eq(report.check.derived, report.check.rebuilt);
    add_person(store, "Huber");
    rsp_store_close(store);
    free(before);
    free(after);
}
END_TEST

START_TEST(a_backup_of_an_older_version_is_restored)
{
    struct rsp_store *store = filled_store(40);
    struct rsp_store_restored restored = {0};
    sqlite3 *db = NULL;
    ck_assert_int_eq(sqlite3_open(store_path("clinic.db"), &db), SQLITE_OK);
    ck_assert_int_eq(
        sqlite3_exec(db, "DROP INDEX fact_person_kind; PRAGMA user_version = 1", NULL, NULL, NULL),
        SQLITE_OK);
    ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
    ck_assert_done(back_up(store, "b1", err));
    char *before = dump_facts(store, NULL);
    rsp_store_close(store);
    ck_assert_done(restore("b1", false, &restored, err));
    const struct rsp_store_options options = {.key = store_path("clinic.db.key")};
    ck_assert_done(rsp_store_open(store_path("new.db"), &options, &store, err));
    char *after = dump_facts(store, NULL);
    ck_assert_str_eq(before, after);
    ck_assert_uint_eq(verified(store, false).check.n_finding, 0);
    rsp_store_close(store);
    free(before);
    free(after);
}
END_TEST

START_TEST(nothing_readable_is_in_a_backup)
{
    struct rsp_store *store = filled_store(10);
    size_t n = 0;
    struct stat info;
    ck_assert_done(back_up(store, "b1", err));
    rsp_store_close(store);
    ck_assert_int_eq(stat(store_path("b1"), &info), 0);
    ck_assert_int_eq(info.st_mode & 0777, 0600);
    unsigned char *bytes = file_bytes(store_path("b1"), &n);
    static const char *const parts[] = {"SQLite format", "pain_nrs", "dr.keller", "CREATE TABLE"};
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
        for (size_t i = 0; i + strlen(parts[k]) < n; i++)
            ck_assert(memcmp(bytes + i, parts[k], strlen(parts[k])) != 0);
    free(bytes);
    ck_assert_int_eq(n_files(), 4); /* database, key, log, backup: no copy left */
}
END_TEST

START_TEST(a_backup_never_replaces_a_file)
{
    struct rsp_store *store = filled_store(2);
    struct rsp_error e = {0};
    ck_assert_int_eq(back_up(store, "clinic.db.key", &e), RSP_E_MISMATCH);
    ck_assert_int_eq(back_up(store, "clinic.db", &e), RSP_E_MISMATCH);
    ck_assert_int_eq(back_up(store, "no/where", &e), RSP_E_IO);
    rsp_store_close(store);
    ck_assert_int_eq(n_files(), 3);
}
END_TEST

/* Every byte matters: whichever is altered or cut off, the backup is refused and nothing appears. */
START_TEST(an_altered_or_short_backup_is_refused)
{
    struct rsp_store *store = filled_store(3);
    size_t n = 0;
    unsigned seed = 1;
    ck_assert_done(back_up(store, "b1", err));
    rsp_store_close(store);
    unsigned char *bytes = file_bytes(store_path("b1"), &n);
    const int before = n_files();
    for (int i = 0; i < 300; i++) {
        struct rsp_error e = {0};
        seed = seed * 1103515245u + 12345u;
        const size_t at = i < 100 ? (size_t)(i * 6) : (seed >> 4) % n; /* the manifest more densely */
        unsigned char *copy = malloc(n);
        memcpy(copy, bytes, n);
        copy[at] ^= (unsigned char)(1u << (i % 8));
        write_bytes(store_path("bad"), copy, i % 3 == 2 ? at : n);
        free(copy);
        const rsp_status status = restore("bad", false, NULL, &e);
        ck_assert_msg(status == RSP_E_DAMAGED, "byte %zu: %s: %s", at, rsp_status_name(status), e.message);
        ck_assert_str_ne(e.message, "");
        ck_assert_int_eq(n_files(), before + 1);
    }
    write_bytes(store_path("bad"), "", 0);
    struct rsp_error e = {0};
    ck_assert_int_eq(restore("bad", false, NULL, &e), RSP_E_DAMAGED);
    bytes = realloc(bytes, n + 1);
    bytes[n] = 'x';
    write_bytes(store_path("bad"), bytes, n + 1);
    ck_assert_int_eq(restore("bad", false, NULL, &e), RSP_E_DAMAGED);
    ck_assert_int_eq(restore("none", false, NULL, &e), RSP_E_UNKNOWN);
    free(bytes);
}
END_TEST

/* The same signature in other letters is not the file that was written. */
START_TEST(a_signature_in_capitals_is_refused)
{
    struct rsp_store *store = filled_store(3);
    size_t n = 0, n_altered = 0;
    ck_assert_done(back_up(store, "b1", err));
    rsp_store_close(store);
    unsigned char *bytes = file_bytes(store_path("b1"), &n);
    unsigned char *line = memchr(bytes, '\n', n);
    line = memchr(line + 1, '\n', n - (size_t)(line + 1 - bytes)) + 1;
    for (unsigned char *c = line; *c != '\n'; c++) {
        if (*c < 'a' || *c > 'f')
            continue;
        struct rsp_error e = {0};
        *c ^= 0x20;
        write_bytes(store_path("bad"), bytes, n);
        *c ^= 0x20;
        ck_assert_int_eq(restore("bad", false, NULL, &e), RSP_E_DAMAGED);
        n_altered++;
    }
    ck_assert_uint_gt(n_altered, 0);
    free(bytes);
}
END_TEST

START_TEST(a_backup_of_another_site_is_refused)
{
    struct rsp_store *store = filled_store(3), *other = NULL;
    struct rsp_error e = {0};
    ck_assert_done(back_up(store, "b1", err));
    rsp_store_close(store);
    ck_assert_done(rsp_store_create(store_path("other.db"), NULL, &other, err));
    rsp_store_close(other);
    const struct rsp_store_options options = {.key = store_path("other.db.key")};
    ck_assert_int_eq(
        rsp_store_restore(store_path("b1"), store_path("new.db"), &options, false, NULL, &e), RSP_E_DAMAGED);
    ck_assert_text_in(e.message, "another site's");
}
END_TEST

START_TEST(a_database_that_is_there_is_replaced_only_when_told)
{
    struct rsp_store *store = filled_store(5);
    struct rsp_store_restored restored = {0};
    struct rsp_error e = {0};
    ck_assert_done(back_up(store, "b1", err));
    add_person(store, "Moser");
    add_person(store, "Moser");
    ck_assert_int_eq(rsp_store_restore(store_path("b1"), store_path("clinic.db"), NULL, false, &restored, &e),
        RSP_E_MISMATCH);
    ck_assert_text_in(e.message, "--replace");
    ck_assert_int_eq(
        rsp_store_restore(store_path("b1"), store_path("clinic.db"), NULL, true, &restored, &e), RSP_E_BUSY);
    ck_assert_text_in(e.message, "stop the server");
    char *before = dump_facts(store, NULL);
    rsp_store_close(store);
    ck_assert_done(rsp_store_restore(store_path("b1"), store_path("clinic.db"), NULL, true, &restored, err));
    ck_assert_int_eq(restored.n_lost, 2);
    ck_assert(restored.moved && restored.log_moved);
    store = open_store(false);
    const struct report report = verified(store, false);
    ck_assert_msg(report.check.n_finding == 0, "%s", report.text);
    ck_assert_int_eq(report.check.n_fact, 5);
    rsp_store_close(store);
    /* what was replaced is whole beside it */
    const struct rsp_store_options old = {
        .key = store_path("clinic.db.key"), .anchor = store_path("clinic.db.anchor.old")};
    ck_assert_done(rsp_store_open(store_path("clinic.db.old"), &old, &store, err));
    char *after = dump_facts(store, NULL);
    ck_assert_str_eq(before, after);
    rsp_store_close(store);
    ck_assert_int_eq(
        rsp_store_restore(store_path("b1"), store_path("clinic.db"), NULL, true, NULL, &e), RSP_E_MISMATCH);
    ck_assert_text_in(e.message, "in the way");
    free(before);
    free(after);
}
END_TEST

/* Replace with an anchor log that cannot be moved away or made: database and log stay as they were. */
static void replacing_fails(const char *database_log, const char *restore_log)
{
    char own_log[512], other_log[512];
    (void)snprintf(own_log, sizeof own_log, "%s", store_path(database_log));
    (void)snprintf(other_log, sizeof other_log, "%s", store_path(restore_log));
    const struct rsp_store_options own = {.anchor = own_log}, other = {.anchor = other_log};
    const struct rsp_stamp now = stamp_at(100);
    struct rsp_store *store = NULL;
    struct rsp_error e = {0};
    ck_assert_done(rsp_store_create(store_path("clinic.db"), &own, &store, err));
    add_person(store, "Meier");
    ck_assert_done(rsp_store_backup(store, store_path("b1"), &now, NULL, err));
    add_person(store, "Moser");
    rsp_store_close(store);
    const int before = n_files();
    const rsp_status status =
        rsp_store_restore(store_path("b1"), store_path("clinic.db"), &other, true, NULL, &e);
    ck_assert_int_ne(status, RSP_OK);
    ck_assert_int_eq(n_files(), before);
    ck_assert_done(rsp_store_open(store_path("clinic.db"), &own, &store, err));
    const struct report report = verified(store, false);
    ck_assert_msg(report.check.n_finding == 0, "%s", report.text);
    ck_assert_int_eq(report.check.n_fact, 2);
    rsp_store_close(store);
}

START_TEST(a_log_that_cannot_be_moved_away_leaves_the_database_in_its_place)
{
    char long_name[253] = "";
    memset(long_name, 'a', sizeof long_name - 1); /* no room for ".old" */
    replacing_fails(long_name, long_name);
}
END_TEST

START_TEST(a_log_that_cannot_be_made_leaves_the_database_in_its_place)
{
    replacing_fails("clinic.db.anchor", "no/folder/log");
}
END_TEST

/* ---- two at once ---- */

struct rival {
    pthread_barrier_t *barrier;
    rsp_status status;
    struct rsp_error err;
};

static void *back_up_too(void *context)
{
    struct rival *rival = context;
    const struct rsp_stamp now = stamp_at(100);
    struct rsp_store *store = NULL;
    rival->status = rsp_store_open(store_path("clinic.db"), NULL, &store, &rival->err);
    (void)pthread_barrier_wait(rival->barrier);
    if (rival->status == RSP_OK)
        rival->status = rsp_store_backup(store, store_path("b1"), &now, NULL, &rival->err);
    rsp_store_close(store);
    return NULL;
}

START_TEST(of_two_backups_to_one_name_the_second_hears_that_it_is_taken)
{
    rsp_store_close(filled_store(300));
    for (int round = 0; round < 20; round++) {
        pthread_barrier_t barrier;
        struct rival rival[2] = {{.barrier = &barrier}, {.barrier = &barrier}};
        pthread_t thread[2];
        ck_assert_int_eq(pthread_barrier_init(&barrier, NULL, 2), 0);
        for (int i = 0; i < 2; i++)
            ck_assert_int_eq(pthread_create(&thread[i], NULL, back_up_too, &rival[i]), 0);
        for (int i = 0; i < 2; i++)
            ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
        (void)pthread_barrier_destroy(&barrier);
        const struct rival *loser = &rival[rival[0].status == RSP_OK];
        ck_assert_int_eq(rival[loser == &rival[0]].status, RSP_OK);
        ck_assert_msg(loser->status == RSP_E_MISMATCH, "%s", loser->err.message);
        ck_assert_text_in(loser->err.message, "there is such a file already");
        ck_assert_int_eq(unlink(store_path("b1")), 0);
        /* of two connections that close at once neither may take SQLite's log away: copies alone are counted */
        ck_assert_int_eq(n_named(".copy-"), 0);
    }
}
END_TEST

START_TEST(a_lost_database_comes_back_and_says_what_is_missing)
{
    struct rsp_store *store = filled_store(5);
    struct rsp_store_restored restored = {0};
    ck_assert_done(back_up(store, "b1", err));
    add_person(store, "Moser");
    rsp_store_close(store);
    ck_assert_int_eq(unlink(store_path("clinic.db")), 0);
    ck_assert_done(rsp_store_restore(store_path("b1"), store_path("clinic.db"), NULL, false, &restored, err));
    ck_assert_int_eq(restored.n_lost, 1);
    ck_assert(restored.log_moved);
    rsp_store_close(open_store(false));
}
END_TEST

START_TEST(the_log_stays_when_nothing_is_lost)
{
    struct rsp_store *store = filled_store(5);
    struct rsp_store_restored restored = {0};
    ck_assert_done(back_up(store, "b1", err));
    rsp_store_close(store);
    ck_assert_int_eq(unlink(store_path("clinic.db")), 0);
    ck_assert_done(rsp_store_restore(store_path("b1"), store_path("clinic.db"), NULL, false, &restored, err));
    ck_assert(!restored.log_moved && restored.n_lost == 0);
    store = open_store(false);
    const struct report report = verified(store, false);
    ck_assert_uint_eq(report.check.n_finding, 0);
    ck_assert_int_ge(report.check.n_anchor, 4);
    rsp_store_close(store);
}
END_TEST

/* ---- while another connection writes ---- */

static atomic_bool stop;
static atomic_int n_written;

static void *write_on(void *context)
{
    struct rsp_store *store = open_store(false);
    while (!atomic_load(&stop)) {
        add_diary(store, context, 5);
        atomic_fetch_add(&n_written, 1);
    }
    rsp_store_close(store);
    return NULL;
}

START_TEST(a_backup_is_of_one_moment_while_another_connection_writes)
{
    enum { N = 6 };
    struct rsp_store *store = new_store();
    struct rsp_person_id person = add_person(store, "Meier");
    pthread_t writer;
    int before[N], after[N];
    char name[N][8];
    ck_assert_int_eq(pthread_create(&writer, NULL, write_on, &person), 0);
    for (int i = 0; i < N; i++) {
        while (atomic_load(&n_written) < 5 * (i + 1))
            usleep(1000);
        before[i] = atomic_load(&n_written);
        (void)snprintf(name[i], sizeof name[i], "b%d", i);
        ck_assert_done(back_up(store, name[i], err));
        after[i] = atomic_load(&n_written);
    }
    atomic_store(&stop, true);
    ck_assert_int_eq(pthread_join(writer, NULL), 0);
    rsp_store_close(store);
    for (int i = 0; i < N; i++) {
        char path[16];
        struct rsp_store_restored restored = {0};
        const struct rsp_store_options options = {.key = store_path("clinic.db.key")};
        (void)snprintf(path, sizeof path, "new%d.db", i);
        ck_assert_done(
            rsp_store_restore(store_path(name[i]), store_path(path), &options, false, &restored, err));
        ck_assert_int_ge(restored.manifest.n_fact, before[i] + 1);
        ck_assert_int_le(restored.manifest.n_fact, after[i] + 2);
    }
}
END_TEST

RUN_TESTS("store backup", a_restored_backup_says_the_same, a_backup_of_an_older_version_is_restored,
    nothing_readable_is_in_a_backup, a_backup_never_replaces_a_file, an_altered_or_short_backup_is_refused,
    a_signature_in_capitals_is_refused, a_backup_of_another_site_is_refused,
    a_database_that_is_there_is_replaced_only_when_told,
    a_log_that_cannot_be_moved_away_leaves_the_database_in_its_place,
    a_log_that_cannot_be_made_leaves_the_database_in_its_place,
    of_two_backups_to_one_name_the_second_hears_that_it_is_taken,
    a_lost_database_comes_back_and_says_what_is_missing, the_log_stays_when_nothing_is_lost,
    a_backup_is_of_one_moment_while_another_connection_writes)
