#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { CHUNK_BYTES = 32 * 1024 }; /* a few hundred nodes a call to the allocator */

struct chunk {
    struct chunk *next;
    size_t used, size;
    max_align_t data[];
};

struct rsp_arena {
    struct chunk *first;
};

struct rsp_arena *rsp_arena_new(void)
{
    return calloc(1, sizeof(struct rsp_arena));
}

void rsp_arena_free(struct rsp_arena *arena)
{
    if (arena == NULL)
        return;
    struct chunk *chunk = arena->first;
    while (chunk != NULL) {
        struct chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    free(arena);
}

void *rsp_arena_alloc(struct rsp_arena *arena, size_t size)
{
    const size_t align = sizeof(max_align_t);
    if (arena == NULL || size > SIZE_MAX / 2)
        return NULL;
    const size_t need = size == 0 ? align : (size + align - 1) / align * align;
    struct chunk *chunk = arena->first;
    if (chunk == NULL || chunk->size - chunk->used < need) {
        const size_t room = need > CHUNK_BYTES / 4 ? need : CHUNK_BYTES;
        struct chunk *fresh = calloc(1, sizeof *fresh + room);
        if (fresh == NULL)
            return NULL;
        fresh->size = room;
        if (chunk != NULL && room == need) { /* keep filling the open chunk after a large piece */
            fresh->next = chunk->next;
            chunk->next = fresh;
        } else {
            fresh->next = chunk;
            arena->first = fresh;
        }
        chunk = fresh;
    }
    void *memory = (char *)chunk->data + chunk->used;
    chunk->used += need;
    return memory;
}

char *rsp_arena_text(struct rsp_arena *arena, const char *text, size_t length)
{
    if (length > SIZE_MAX / 4)
        return NULL;
    char *copy = rsp_arena_alloc(arena, length + 1);
    if (copy != NULL && length > 0)
        memcpy(copy, text, length);
    return copy;
}
