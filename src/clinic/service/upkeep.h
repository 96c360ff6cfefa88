/** What an administrator looks after from the browser: the state of the store, checks and backups of it. */
#ifndef RSP_CLINIC_SERVICE_UPKEEP_H
#define RSP_CLINIC_SERVICE_UPKEEP_H

#include <stddef.h>
#include <stdint.h>

#include <respite/status.h>

/** Where a service finds its files. */
struct rsp_upkeep_places {
    const char *database;
    const char *key, *anchor; /* NULL: beside the database */
    const char *folder;       /* of backups; NULL: none are made from the browser */
};

/** What a service remembers of them. */
struct rsp_upkeep;

struct rsp_service;

/** Tell a service where its files are; before it serves. All copied at once.
 * @return RSP_E_IO when there is no such folder, or nothing can be written into it */
RSP_CHECKED rsp_status rsp_service_upkeep(
    struct rsp_service *service, const struct rsp_upkeep_places *places, struct rsp_error *err);

void rsp_upkeep_free(struct rsp_upkeep *upkeep);

#endif
