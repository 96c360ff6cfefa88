#include "app/server/deliver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/server/server_internal.h"
#include "base/sha256.h"
#include "exchange/observed.h"

enum { N_SAID = 32, AGAIN_MS = 60000, US_A_MS = 1000 };

/* A device that sends the same nonsense every second is told of once a minute. */
struct said {
    int64_t at_ms;
    char peer[RSP_DEVICE_PEER], sentence[512];
};

struct rsp_deliver {
    struct rsp_service *service;
    size_t next;
    struct said said[N_SAID];
};

struct rsp_deliver *rsp_deliver_new(struct rsp_service *service)
{
    struct rsp_deliver *deliver = calloc(1, sizeof *deliver);
    if (deliver != NULL)
        deliver->service = service;
    return deliver;
}

void rsp_deliver_free(struct rsp_deliver *deliver)
{
    free(deliver);
}

/* The port of a peer changes with each connection. */
static void host_of(const char *peer, char host[RSP_DEVICE_PEER])
{
    (void)snprintf(host, RSP_DEVICE_PEER, "%s", peer);
    char *colon = strrchr(host, ':');
    if (colon != NULL)
        *colon = '\0';
}

static bool said_lately(struct rsp_deliver *deliver, const char *host, int64_t at_ms, const char *sentence)
{
    for (size_t i = 0; i < N_SAID; i++) {
        const struct said *said = &deliver->said[i];
        if (said->at_ms != 0 && at_ms - said->at_ms < AGAIN_MS && strcmp(said->peer, host) == 0 &&
            strcmp(said->sentence, sentence) == 0)
            return true;
    }
    struct said *said = &deliver->said[deliver->next++ % N_SAID];
    said->at_ms = at_ms;
    (void)snprintf(said->peer, sizeof said->peer, "%s", host);
    (void)snprintf(said->sentence, sizeof said->sentence, "%s", sentence);
    return false;
}

static void trouble(void *context, const char *peer, int64_t at_ms, const char *sentence)
{
    struct rsp_deliver *deliver = context;
    struct rsp_stamp now;
    char host[RSP_DEVICE_PEER], cut[512];
    host_of(peer, host);
    (void)snprintf(cut, sizeof cut, "%s", sentence);
    if (said_lately(deliver, host, at_ms, cut))
        return;
    rsp_server_now(&now);
    if (rsp_service_device_trouble(deliver->service, &now, host, cut, NULL) != RSP_OK)
        rsp_log_event("device_trouble", cut);
}

static void answer_to(rsp_status status, const struct rsp_error *err, struct rsp_hl7_answer *answer)
{
    if (status == RSP_OK) {
        *answer = (struct rsp_hl7_answer){.ack = RSP_HL7_AA};
        return;
    }
    rsp_hl7_answer_from(err, answer);
    if (status == RSP_E_IO || status == RSP_E_MEMORY || status == RSP_E_BUSY) {
        answer->ack = RSP_HL7_AR;
        (void)snprintf(answer->sentence, sizeof answer->sentence, "it could not be kept now: send it again");
    }
}

static void accept_message(
    void *context, const struct rsp_device_received *received, struct rsp_hl7_answer *answer)
{
    struct rsp_deliver *deliver = context;
    struct rsp_observed_list list = {0};
    struct rsp_sha256 sha;
    struct rsp_error err = {0};
    struct rsp_stamp now;
    char digest[RSP_SHA256_HEX + 1];
    if (received->message == NULL) {
        trouble(deliver, received->peer, received->at_ms, answer->sentence);
        return;
    }
    rsp_status status = rsp_observed_read(received->message, &list, &err);
    if (status == RSP_OK) {
        rsp_sha256_begin(&sha);
        rsp_sha256_add(&sha, received->bytes, received->length);
        rsp_sha256_end(&sha, digest);
        rsp_server_now(&now);
        now.at_us = received->at_ms * US_A_MS;
        status = rsp_service_device_message(deliver->service, &now, &list, digest, &err);
    }
    answer_to(status, &err, answer);
    if (status != RSP_OK)
        trouble(deliver, received->peer, received->at_ms, answer->sentence);
    rsp_observed_free(&list);
}

struct rsp_device_sink rsp_deliver_sink(struct rsp_deliver *deliver)
{
    return (struct rsp_device_sink){.context = deliver, .accept = accept_message, .trouble = trouble};
}
