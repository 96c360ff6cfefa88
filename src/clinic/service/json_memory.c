#include "service/json_memory.h"

#include <stdlib.h>

#include <jansson.h>

static _Thread_local bool failed;

static void *take(size_t n)
{
    void *memory = malloc(n);
    if (memory == NULL)
        failed = true;
    return memory;
}

void rsp_json_memory_watch(void)
{
    json_set_alloc_funcs(take, free);
}

void rsp_json_memory_reset(void)
{
    failed = false;
}

bool rsp_json_memory_failed(void)
{
    return failed;
}
