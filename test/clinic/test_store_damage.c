/* usage: test_store_damage [FLIPS]
 *
 * Truncated and bit-flipped files: reported or refused, or the flip changed nothing that can be read; never a
 * crash, and never a byte of the file changed by looking at it. */
#include "store_support.h"

#include <stdlib.h>
#include <unistd.h>

enum { N_CUT = 60 };

static int n_flip = 120; /* in each of three runs */

static unsigned next(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void make_clinic(bool keep_log)
{
    struct rsp_store *store = new_store();
    struct rsp_person_id person[4];
    const struct rsp_stamp when = stamp_at(5);
    for (int i = 0; i < 4; i++)
        person[i] = add_person(store, "Meier");
    const int64_t first = add_diary(store, &person[0], 8);
    add_fact(store, "diary_entry", &person[0], first, "edit", "{\"date\": \"2026-11-28\", \"pain_nrs\": 1}");
    for (int i = 0; i < 25; i++)
        add_diary(store, &person[i % 4], i % 10);
    ck_assert_done(rsp_store_person_erase(store, &person[3], "dr.keller", "test", "request", &when, err));
    add_diary(store, &person[0], 1);
    if (!keep_log) {
        rsp_store_close(store);
        return;
    }
    /* the write-ahead log still holds the last fact: copy the files as a killed program leaves them */
    copy_file(store_path("clinic.db"), store_path("bad.db"));
    copy_file(store_path("clinic.db-wal"), store_path("bad.db-wal"));
    rsp_store_close(store);
}

/* What can be learnt from the file through a read-only handle; caller frees. NULL: refused or reported. */
static char *look(struct rsp_error *err)
{
    const struct rsp_store_options options = {.key = store_path("clinic.db.key"),
        .anchor = store_path("clinic.db.anchor"),
        .read_only = true,
        .examine = true};
    struct rsp_store *store = NULL;
    struct rsp_store_check check = {0};
    char *facts = NULL;
    if (rsp_store_open(store_path("bad.db"), &options, &store, err) != RSP_OK)
        return NULL;
    if (rsp_store_verify(store, &check, err) == RSP_OK && check.n_finding == 0)
        facts = dump_facts(store, err);
    else if (err->message[0] == '\0')
        (void)snprintf(err->message, sizeof err->message, "%zu findings", check.n_finding);
    rsp_store_close(store);
    return facts;
}

static void check_copy(
    const unsigned char *bytes, size_t n, const char *truth, const char *what, size_t at, int *n_harmless)
{
    struct rsp_error e = {0};
    size_t n_after = 0;
    write_bytes(store_path("bad.db"), bytes, n);
    (void)unlink(store_path("bad.db-wal"));
    (void)unlink(store_path("bad.db-shm"));
    char *facts = look(&e);
    if (facts == NULL) {
        ck_assert_msg(e.message[0] != '\0', "%s at %zu: no sentence", what, at);
    } else {
        ck_assert_msg(strcmp(facts, truth) == 0, "%s at %zu changed a fact and was not reported", what, at);
        ++*n_harmless;
    }
    free(facts);
    unsigned char *after = file_bytes(store_path("bad.db"), &n_after);
    ck_assert_uint_eq(n_after, n);
    ck_assert_msg(memcmp(after, bytes, n) == 0, "%s at %zu: looking changed the file", what, at);
    free(after);
}

START_TEST(a_flipped_bit_is_reported_or_changes_nothing)
{
    size_t n = 0;
    unsigned seed = (unsigned)_i + 7;
    int n_harmless = 0, n_whole = 0;
    make_clinic(false);
    unsigned char *bytes = file_bytes(store_path("clinic.db"), &n);
    copy_file(store_path("clinic.db"), store_path("bad.db"));
    struct rsp_error e = {0};
    char *truth = look(&e);
    ck_assert_msg(truth != NULL, "%s", e.message);
    check_copy(bytes, n, truth, "nothing", 0, &n_whole);
    ck_assert_int_eq(n_whole, 1);
    for (int i = 0; i < n_flip; i++) {
        size_t at = next(&seed) % n;
        while (i % 4 != 0 && bytes[at] == 0) /* mostly where something is written: free space is zero */
            at = next(&seed) % n;
        const unsigned char bit = (unsigned char)(1u << next(&seed) % 8);
        bytes[at] ^= bit;
        check_copy(bytes, n, truth, "a flip", at, &n_harmless);
        bytes[at] ^= bit;
    }
    printf("# %d of %d flips changed nothing that can be read\n", n_harmless, n_flip);
    /* Free space on half-filled pages may flip unseen; were most flips unseen, the test would say nothing. */
    ck_assert_int_lt(n_harmless, n_flip / 2);
    free(truth);
    free(bytes);
}
END_TEST

/* The bytes of the facts themselves: each one that is altered is reported. */
START_TEST(every_byte_of_a_fact_counts)
{
    size_t n = 0;
    int n_harmless = 0, n_seen = 0;
    make_clinic(false);
    unsigned char *bytes = file_bytes(store_path("clinic.db"), &n);
    copy_file(store_path("clinic.db"), store_path("bad.db"));
    struct rsp_error e = {0};
    char *truth = look(&e);
    static const char word[] = "{\"date\":\"2026-11-28\",\"pain_nrs\":";
    for (size_t i = 0; i + 40 < n && n_seen < 40; i++) {
        if (memcmp(bytes + i, word, sizeof word - 1) != 0)
            continue;
        /* around the body: the texts before it, the body, the sealed fields behind it */
        const size_t at = i - 40 + (size_t)(n_seen * 4);
        bytes[at] ^= 1;
        check_copy(bytes, n, truth, "a flip in a fact", at, &n_harmless);
        bytes[at] ^= 1;
        n_seen++;
    }
    ck_assert_int_ge(n_seen, 20);
    ck_assert_int_eq(n_harmless, 0);
    free(truth);
    free(bytes);
}
END_TEST

START_TEST(a_truncated_file_is_refused_or_reported)
{
    size_t n = 0;
    unsigned seed = 3;
    int n_harmless = 0;
    make_clinic(false);
    unsigned char *bytes = file_bytes(store_path("clinic.db"), &n);
    for (int i = 0; i < N_CUT; i++)
        check_copy(bytes, i < 20 ? (size_t)i * 4096 % n : next(&seed) % n, "", "a cut", 0, &n_harmless);
    ck_assert_int_eq(n_harmless, 0);
    free(bytes);
}
END_TEST

/* SQLite takes a damaged write-ahead log for one that ends early: the anchor log knows better. */
START_TEST(a_fact_lost_from_the_write_ahead_log_is_missed)
{
    size_t n = 0;
    struct rsp_error e = {0};
    make_clinic(true);
    char *whole = look(&e);
    ck_assert_msg(whole != NULL, "%s", e.message);
    unsigned char *log = file_bytes(store_path("bad.db-wal"), &n);
    ck_assert_uint_gt(n, 4096);
    for (int i = 0; i < 20; i++) {
        const size_t at = n - 1 - (size_t)i * 97;
        log[at] ^= 4;
        write_bytes(store_path("bad.db-wal"), log, n);
        (void)unlink(store_path("bad.db-shm"));
        char *facts = look(&e);
        ck_assert_ptr_null(facts);
        log[at] ^= 4;
    }
    free(log);
    free(whole);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc > 1)
        n_flip = (int)strtol(argv[1], NULL, 10);
    Suite *suite = suite_create("store damage");
    TCase *tcase = tcase_create("damage");
    tcase_set_timeout(tcase, 0);
    tcase_add_loop_test(tcase, a_flipped_bit_is_reported_or_changes_nothing, 0, 3);
    tcase_add_test(tcase, every_byte_of_a_fact_counts);
    tcase_add_test(tcase, a_truncated_file_is_refused_or_reported);
    tcase_add_test(tcase, a_fact_lost_from_the_write_ahead_log_is_missed);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
