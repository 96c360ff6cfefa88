/** The models in the library itself. */
#ifndef RSP_ENGINE_MODEL_SHIPPED_H
#define RSP_ENGINE_MODEL_SHIPPED_H

#include <respite/model.h>

/** Text of a shipped model; RSP_E_UNKNOWN names the nearest id. */
RSP_CHECKED rsp_status rsp_shipped_find(
    const char *id, const char **text, size_t *length, struct rsp_error *err);

/** Ids of the shipped PK models of a drug and sampling site, as "a, b"; "" when there is none. */
void rsp_shipped_pk_list(enum rsp_drug drug, enum rsp_site site, char *list, size_t size);

#endif
