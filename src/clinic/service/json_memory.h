/** Want of memory while JSON is built. jansson's setters fail silently where their result is not looked at: an answer or
 * a fact would then lack a key. Here the thread remembers that one failed, and nothing of the call is kept. */
#ifndef RSP_CLINIC_SERVICE_JSON_MEMORY_H
#define RSP_CLINIC_SERVICE_JSON_MEMORY_H

#include <stdbool.h>

/** Let jansson take its memory from here. Before other threads use it; again is harmless. */
void rsp_json_memory_watch(void);
/** Forget what failed so far in this thread. */
void rsp_json_memory_reset(void);
/** Whether an allocation of jansson failed in this thread since then. */
bool rsp_json_memory_failed(void);

#endif
