/* usage: test_store_kill [ROUNDS]
 *
 * A program that is killed at any moment under write load loses nothing that it acknowledged. Each round a
 * child adds facts one by one and in pairs, edits, erases and begins persons, and writes to a pipe what was
 * stored, after it was stored. It is killed by SIGKILL; then every acknowledged fact is there, pairs are whole
 * and everything verifies. */
#include "store_support.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ORDINARY_ROUNDS = 15, MAX_DELAY_US = 100000, MAX_ACK = 20000 };

static int n_round = ORDINARY_ROUNDS;

/* What the child tells: fact `number` is stored and its note says `mark`. */
struct ack {
    int64_t number, mark;
};

static void tell(int pipe_end, int64_t number, int64_t mark)
{
    const struct ack ack = {number, mark};
    if (write(pipe_end, &ack, sizeof ack) != (ssize_t)sizeof ack)
        _exit(3);
}

static int64_t note(struct rsp_store *store, const struct rsp_person_id *person, int64_t mark)
{
    char body[96];
    (void)snprintf(
        body, sizeof body, "{\"text\": \"mark %" PRId64 "\", \"topic\": \"%" PRId64 "\"}", mark, mark);
    return add_fact(store, "note", person, 0, NULL, body);
}

static void write_load(int pipe_end, int64_t mark)
{
    struct rsp_store *store = open_store(false);
    struct rsp_person_id person = add_person(store, "Meier");
    for (int i = 0;; i++) {
        const int64_t one = note(store, &person, ++mark);
        tell(pipe_end, one, mark);
        if (i % 3 == 0) {
            ck_assert_done(rsp_store_begin(store, true, err));
            const int64_t first = note(store, &person, mark + 1);
            add_fact(store, "diary_entry", &person, 0, NULL, "{\"date\": \"2026-11-28\", \"pain_nrs\": 5}");
            ck_assert_done(rsp_store_commit(store, err));
            tell(pipe_end, first, ++mark);
        }
        if (i % 5 == 4) {
            const struct rsp_stamp when = stamp_at(0);
            ck_assert_done(
                rsp_store_person_erase(store, &person, "dr.keller", "test", "request", &when, err));
            person = add_person(store, "Huber");
        }
    }
}

static rsp_status holds(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    const struct ack *ack = context;
    char text[32];
    (void)err;
    (void)snprintf(text, sizeof text, "%" PRId64, ack->mark);
    ck_assert_str_eq(fact->kind, "note");
    ck_assert_str_eq(json_string_value(json_object_get(fact->body, "topic")), text);
    return RSP_OK;
}

/* A diary entry comes in one transaction with the note before it: never without it. */
struct pairs {
    bool after_note;
    int n, n_half;
};

static rsp_status count_pairs(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct pairs *pairs = context;
    (void)err;
    if (strcmp(fact->kind, "diary_entry") == 0) {
        pairs->n++;
        pairs->n_half += !pairs->after_note;
    }
    pairs->after_note = strcmp(fact->kind, "note") == 0;
    return RSP_OK;
}

/* The child of one round, killed after some random time. @return number of acks read */
static size_t round_of_writing(unsigned *seed, struct ack *ack, int64_t mark)
{
    int ends[2];
    size_t n = 0;
    ck_assert_int_eq(pipe(ends), 0);
    (void)fflush(NULL);
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        (void)close(ends[0]);
        write_load(ends[1], mark);
        _exit(0);
    }
    (void)close(ends[1]);
    *seed = *seed * 1664525u + 1013904223u;
    /* Every fourth is killed while it opens the file, the others while they write. */
    if ((*seed >> 28) % 4 != 0 && read(ends[0], &ack[0], sizeof *ack) == (ssize_t)sizeof *ack)
        n = 1;
    usleep((*seed >> 8) % MAX_DELAY_US);
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    while (n < MAX_ACK && read(ends[0], &ack[n], sizeof *ack) == (ssize_t)sizeof *ack)
        n++;
    (void)close(ends[0]);
    int how = 0;
    ck_assert_int_eq(waitpid(child, &how, 0), child);
    ck_assert_msg(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL, "the child ended by itself: %x", how);
    return n;
}

START_TEST(what_was_acknowledged_is_there_after_sigkill)
{
    static struct ack ack[MAX_ACK];
    unsigned seed = 20261129;
    int64_t mark = 0;
    size_t n_ack = 0;
    rsp_store_close(new_store());
    for (int round = 0; round < n_round; round++) {
        const size_t n = round_of_writing(&seed, ack, mark);
        struct rsp_store *store = open_store(false); /* recovers; refused if a pinned fact were missing */
        for (size_t i = 0; i < n; i++)
            ck_assert_done(rsp_store_fact(store, ack[i].number, holds, &ack[i], err));
        const struct report report = verified(store, false);
        ck_assert_msg(report.check.n_finding == 0, "round %d: %s", round, report.text);
        rsp_store_close(store);
        n_ack += n;
        mark += 1000000;
    }
    struct rsp_store *store = open_store(true);
    struct pairs pairs = {0};
    ck_assert_done(rsp_store_read(store, NULL, count_pairs, &pairs, err));
    printf("# %d rounds, %zu acknowledged notes, %d pairs\n", n_round, n_ack, pairs.n);
    ck_assert_int_eq(pairs.n_half, 0);
    ck_assert_uint_gt(n_ack, (size_t)n_round);
    rsp_store_close(store);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc > 1)
        n_round = (int)strtol(argv[1], NULL, 10);
    const TTest *const tests[] = {what_was_acknowledged_is_there_after_sigkill};
    return run_tests("store kill", 1, tests);
}
