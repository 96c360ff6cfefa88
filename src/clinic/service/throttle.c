#include "service/throttle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/secret.h"

enum { N_ENTRY = 4096, N_WAY = 8, N_KIND = 3 };

/* A fixed table of small sets: what is counted is named by a hash, the oldest of a set gives way. */
struct entry {
    char name[RSP_DIGEST_SIZE]; /* "" free */
    int n;
    int64_t last_s;
};
struct rsp_throttle {
    char key[RSP_DIGEST_SIZE]; /* random: nobody can choose names that fall into one set */
    struct entry entry[N_ENTRY];
};

enum { OF_PAIR, OF_ACCOUNT, OF_ADDRESS };
static const int most[N_KIND] = {RSP_ATTEMPTS_PAIR, RSP_ATTEMPTS_ACCOUNT, RSP_ATTEMPTS_ADDRESS};

static int first_kind(const char *account)
{
    return account != NULL ? OF_PAIR : OF_ADDRESS;
}

struct rsp_throttle *rsp_throttle_new(void)
{
    struct rsp_throttle *throttle = calloc(1, sizeof *throttle);
    if (throttle != NULL)
        rsp_token_new(throttle->key);
    return throttle;
}

void rsp_throttle_free(struct rsp_throttle *throttle)
{
    free(throttle);
}

static void name_of(const struct rsp_throttle *throttle, int kind, const char *account, const char *address,
    char name[RSP_DIGEST_SIZE])
{
    char text[400];
    snprintf(text, sizeof text, "%d %.100s\n%.200s", kind, kind == OF_ADDRESS ? "" : account,
        kind == OF_ACCOUNT ? "" : address);
    rsp_digest(text, strlen(text), throttle->key, name);
}

static size_t set_of(const char name[RSP_DIGEST_SIZE])
{
    char head[5];
    snprintf(head, sizeof head, "%.4s", name);
    return (size_t)strtoul(head, NULL, 16) % (N_ENTRY / N_WAY) * N_WAY;
}

static const struct entry *find(const struct rsp_throttle *throttle, const char name[RSP_DIGEST_SIZE])
{
    const struct entry *set = &throttle->entry[set_of(name)];
    for (size_t i = 0; i < N_WAY; i++)
        if (strcmp(set[i].name, name) == 0)
            return &set[i];
    return NULL;
}

long rsp_throttle_wait_s(
    const struct rsp_throttle *throttle, const char *account, const char *address, int64_t now_s)
{
    long wait_s = 0;
    for (int kind = first_kind(account); kind < N_KIND; kind++) {
        char name[RSP_DIGEST_SIZE];
        name_of(throttle, kind, account, address, name);
        const struct entry *entry = find(throttle, name);
        if (entry == NULL || entry->n < most[kind])
            continue;
        const long left_s = (long)(entry->last_s + RSP_ATTEMPTS_WINDOW_S - now_s);
        wait_s = left_s > wait_s ? left_s : wait_s;
    }
    return wait_s;
}

void rsp_throttle_failed(
    struct rsp_throttle *throttle, const char *account, const char *address, int64_t now_s)
{
    for (int kind = first_kind(account); kind < N_KIND; kind++) {
        char name[RSP_DIGEST_SIZE];
        name_of(throttle, kind, account, address, name);
        struct entry *entry = (struct entry *)find(throttle, name);
        if (entry == NULL) {
            struct entry *set = &throttle->entry[set_of(name)];
            entry = set;
            for (size_t i = 1; i < N_WAY; i++)
                if (set[i].last_s < entry->last_s)
                    entry = &set[i];
            entry->n = 0;
            memcpy(entry->name, name, sizeof entry->name);
        } else if (entry->last_s + RSP_ATTEMPTS_WINDOW_S <= now_s) {
            entry->n = 0;
        }
        entry->n++;
        entry->last_s = now_s;
    }
}

void rsp_throttle_succeeded(struct rsp_throttle *throttle, const char *account, const char *address)
{
    char name[RSP_DIGEST_SIZE];
    name_of(throttle, OF_PAIR, account, address, name);
    struct entry *entry = (struct entry *)find(throttle, name);
    if (entry != NULL)
        memset(entry, 0, sizeof *entry);
}
