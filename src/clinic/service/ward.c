#include "service/ward.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/infusion.h"

enum { US_A_S = 1000000, S_A_DAY = 86400, MAX_LOOK = 256, SEEN_S = 600 };

/* A screen at the bedside asks many times a minute: that somebody looks is told once. */
struct look {
    char account[RSP_ACCOUNT_SIZE];
    int64_t order, at_s;
};

struct rsp_ward {
    int64_t head; /* the last fact that was read */
    size_t n, room;
    struct rsp_ward_bed *bed; /* ended ones too, until another takes the place */
    struct look look[MAX_LOOK];
};

struct rsp_ward *rsp_ward_new(void)
{
    return calloc(1, sizeof(struct rsp_ward));
}

void rsp_ward_free(struct rsp_ward *ward)
{
    if (ward == NULL)
        return;
    free(ward->bed);
    free(ward);
}

static struct rsp_ward_bed *find(struct rsp_ward *ward, int64_t order)
{
    for (size_t i = 0; i < ward->n; i++)
        if (ward->bed[i].order == order)
            return &ward->bed[i];
    return NULL;
}

static rsp_status add(
    struct rsp_ward *ward, const struct rsp_fact *fact, int64_t order, struct rsp_error *err)
{
    if (ward->n == ward->room) {
        const size_t room = 2 * ward->room + 64;
        struct rsp_ward_bed *more = realloc(ward->bed, room * sizeof *more);
        if (more == NULL)
            return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
        ward->bed = more;
        ward->room = room;
    }
    ward->bed[ward->n++] =
        (struct rsp_ward_bed){.person = fact->person, .order = order, .seen_s = fact->at_us / US_A_S};
    return RSP_OK;
}

/* Who has gone home is off the ward, unless that word is taken back. */
static rsp_status see(void *context, const struct rsp_fact *fact, struct rsp_error *err)
{
    struct rsp_ward *ward = context;
    const char *name = json_string_value(json_object_get(fact->body, "event"));
    const int64_t order = json_integer_value(json_object_get(fact->body, "order")),
                  replaces = json_integer_value(json_object_get(fact->body, "replaces"));
    const int kind = name != NULL ? rsp_infusion_event_find(name) : -1;
    struct rsp_ward_bed *bed = find(ward, order);
    if (bed == NULL)
        return kind == RSP_INFUSION_STARTED || kind == RSP_INFUSION_GIVEN ||
                       strcmp(fact->kind, "bedside_event") != 0
                   ? add(ward, fact, order, err)
                   : RSP_OK;
    if (bed->seen_s < fact->at_us / US_A_S)
        bed->seen_s = fact->at_us / US_A_S;
    if (replaces != 0 && bed->over == replaces)
        bed->over = 0;
    if (kind == RSP_INFUSION_DISCHARGED)
        bed->over = fact->number;
    return RSP_OK;
}

static rsp_status read_new(struct rsp_call *call, struct rsp_ward *ward)
{
    static const char *const kind[] = {"reading", "device_binding", "bedside_event"};
    unsigned char hash[RSP_HASH_BYTES];
    int64_t head = 0;
    RSP_TRY(rsp_store_head(call->service->store, &head, hash, call->err));
    for (size_t i = 0; i < sizeof kind / sizeof *kind && head > ward->head; i++) {
        const struct rsp_fact_filter filter = {
            .kind = kind[i], .without_identity = true, .after = ward->head};
        RSP_TRY(rsp_store_read(call->service->store, &filter, see, ward, call->err));
    }
    ward->head = head;
    return RSP_OK;
}

/* A place for one more: the session that was silent for longest gives way, later ones move up. */
static bool make_place(struct rsp_ward_bed bed[], size_t *n, int64_t seen_s)
{
    size_t silent = 0;
    if (*n < RSP_WARD_MOST)
        return true;
    for (size_t i = 1; i < *n; i++)
        silent = bed[i].seen_s < bed[silent].seen_s ? i : silent;
    if (bed[silent].seen_s >= seen_s)
        return false;
    --*n;
    memmove(&bed[silent], &bed[silent + 1], (*n - silent) * sizeof *bed);
    return true;
}

rsp_status rsp_ward_open(struct rsp_call *call, struct rsp_ward_bed bed[], size_t *n)
{
    struct rsp_ward *ward = call->service->ward;
    RSP_TRY(read_new(call, ward));
    *n = 0;
    for (size_t i = 0; i < ward->n; i++) {
        const int64_t silent_s = call->now_s - ward->bed[i].seen_s;
        if (ward->bed[i].over != 0 || silent_s > (int64_t)RSP_WARD_FORGOTTEN_D * S_A_DAY)
            continue;
        if (make_place(bed, n, ward->bed[i].seen_s))
            bed[(*n)++] = ward->bed[i];
    }
    return RSP_OK;
}

bool rsp_ward_seen(struct rsp_call *call, int64_t order)
{
    struct look *look = call->service->ward->look, *oldest = &look[0];
    for (size_t i = 0; i < MAX_LOOK; i++) {
        if (look[i].order == order && strcmp(look[i].account, call->account.name) == 0) {
            oldest = &look[i];
            break;
        }
        if (look[i].at_s < oldest->at_s)
            oldest = &look[i];
    }
    if (oldest->order == order && strcmp(oldest->account, call->account.name) == 0 &&
        oldest->at_s + SEEN_S > call->now_s)
        return true;
    *oldest = (struct look){.order = order, .at_s = call->now_s};
    (void)snprintf(oldest->account, sizeof oldest->account, "%s", call->account.name);
    return false;
}

bool rsp_ward_foretold(struct rsp_call *call, int64_t order, const char *inputs)
{
    struct rsp_ward_bed *bed = find(call->service->ward, order);
    if (bed == NULL || strcmp(bed->foretold, inputs) == 0)
        return bed != NULL;
    (void)snprintf(bed->foretold, sizeof bed->foretold, "%s", inputs);
    return false;
}
