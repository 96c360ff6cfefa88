/* usage: sink FOLDER [LISTEN [FRAME_S]]
 *
 * A listener for the tests: prints its address, keeps each message once in FOLDER/kept (as frames, one after another), and
 * writes refusals and troubles to FOLDER/refused and FOLDER/trouble, a line each. At the end of its input it prints
 * "kept N again N reused N refused N trouble N". The same sender and control id with the same bytes is the same message; with
 * other bytes it is another one under a used id, and kept. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/device/listen.h"
#include "base/sha256.h"
#include "exchange/observed.h"

struct keeper {
    int kept;
    FILE *refused, *trouble;
    char **known; /* open addressing */
    size_t n_known, room;
    unsigned long n_kept, n_again, n_reused, n_refused, n_trouble;
};

static void fail(const char *what)
{
    fprintf(stderr, "sink: %s\n", what);
    exit(1);
}

static void digest_of(const struct rsp_device_received *received, char hex[RSP_SHA256_HEX + 1])
{
    struct rsp_sha256 sha;
    rsp_sha256_begin(&sha);
    rsp_sha256_add(&sha, received->bytes, received->length);
    rsp_sha256_end(&sha, hex);
}

/* The place of a key, or the empty one where it belongs. */
static size_t place_of(char *const *table, size_t room, const char *key)
{
    size_t hash = 14695981039346656037u; /* FNV-1a */
    for (const char *c = key; *c != '\0'; c++)
        hash = (hash ^ (unsigned char)*c) * 1099511628211u;
    size_t at = hash & (room - 1);
    while (table[at] != NULL && strcmp(table[at], key) != 0)
        at = (at + 1) & (room - 1);
    return at;
}

static bool is_known(const struct keeper *k, const char *key)
{
    return k->room > 0 && k->known[place_of(k->known, k->room, key)] != NULL;
}

static void remember(struct keeper *k, const char *key)
{
    if (2 * (k->n_known + 1) > k->room) {
        const size_t room = k->room > 0 ? 2 * k->room : 1024;
        char **table = calloc(room, sizeof *table);
        if (table == NULL)
            fail("no memory");
        for (size_t i = 0; i < k->room; i++)
            if (k->known[i] != NULL)
                table[place_of(table, room, k->known[i])] = k->known[i];
        free(k->known);
        k->known = table;
        k->room = room;
    }
    char **place = &k->known[place_of(k->known, k->room, key)];
    if (*place != NULL)
        return;
    *place = strdup(key);
    if (*place == NULL)
        fail("no memory");
    k->n_known++;
}

static bool keep(struct keeper *k, const struct rsp_device_received *received)
{
    struct rsp_buf frame;
    rsp_buf_init(&frame, 2u << 20);
    rsp_mllp_wrap(&frame, received->bytes, received->length);
    const bool kept = !frame.failed && write(k->kept, frame.data, frame.length) == (ssize_t)frame.length;
    rsp_buf_free(&frame);
    return kept;
}

static void accept_observed(struct keeper *k, const struct rsp_device_received *received,
    const struct rsp_observed_list *list, struct rsp_hl7_answer *answer)
{
    char id[1000], key[1000 + RSP_SHA256_HEX + 1];
    snprintf(id, sizeof id, "%s\n%s", list->sender, list->control_id);
    const size_t n = (size_t)snprintf(key, sizeof key, "%s\n", id);
    digest_of(received, key + n);
    if (is_known(k, key))
        k->n_again++;
    else if (!keep(k, received))
        return;
    else {
        k->n_kept++;
        k->n_reused += is_known(k, id);
        remember(k, id);
        remember(k, key);
    }
    *answer = (struct rsp_hl7_answer){.ack = RSP_HL7_AA};
}

static void accept_one(
    void *context, const struct rsp_device_received *received, struct rsp_hl7_answer *answer)
{
    struct keeper *k = context;
    struct rsp_observed_list list = {0};
    struct rsp_error err = {0};

    if (received->message != NULL) {
        if (rsp_observed_read(received->message, &list, &err) == RSP_OK)
            accept_observed(k, received, &list, answer);
        else
            rsp_hl7_answer_from(&err, answer);
        rsp_observed_free(&list);
    }
    if (answer->ack != RSP_HL7_AA) {
        k->n_refused++;
        fprintf(k->refused, "%s\n", answer->sentence);
        fflush(k->refused);
    }
}

static void trouble(void *context, const char *peer, int64_t at_ms, const char *sentence)
{
    struct keeper *k = context;
    (void)peer;
    (void)at_ms;
    k->n_trouble++;
    fprintf(k->trouble, "%s\n", sentence);
    fflush(k->trouble);
}

static FILE *open_file(const char *folder, const char *name)
{
    char path[1000];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (file == NULL)
        fail("the folder cannot be written to");
    return file;
}

int main(int argc, char **argv)
{
    struct keeper k = {0};
    struct rsp_device_listener *listener = NULL;
    struct rsp_error err = {0};
    char line[64];

    if (argc < 2)
        fail("usage: sink FOLDER [LISTEN [FRAME_S]]");
    FILE *kept = open_file(argv[1], "kept");
    k.kept = fileno(kept);
    k.refused = open_file(argv[1], "refused");
    k.trouble = open_file(argv[1], "trouble");
    const struct rsp_device_options options = {.listen = argc > 2 ? argv[2] : "127.0.0.1:0",
        .frame_s = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 0};
    const struct rsp_device_sink sink = {&k, accept_one, trouble};
    if (rsp_device_listen(&options, &sink, &listener, &err) != RSP_OK)
        fail(err.message);
    printf("%s\n", rsp_device_address(listener));
    fflush(stdout);
    while (fgets(line, sizeof line, stdin) != NULL) {
    }
    rsp_device_stop(listener);
    printf("kept %lu again %lu reused %lu refused %lu trouble %lu\n", k.n_kept, k.n_again, k.n_reused,
        k.n_refused, k.n_trouble);
    for (size_t i = 0; i < k.room; i++)
        free(k.known[i]);
    free(k.known);
    fclose(kept);
    fclose(k.refused);
    fclose(k.trouble);
    return 0;
}
