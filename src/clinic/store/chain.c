#include "store/chain.h"

#include <string.h>

#include <sodium.h>

static void add_number(crypto_generichash_state *state, int64_t number)
{
    unsigned char byte[8];
    for (int i = 0; i < 8; i++)
        byte[i] = (unsigned char)((uint64_t)number >> (8 * i));
    (void)crypto_generichash_update(state, byte, sizeof byte);
}

/* Length first, so that no two rows give the same bytes; -1 stands for "none". */
static void add_bytes(crypto_generichash_state *state, const void *data, size_t n)
{
    add_number(state, data != NULL ? (int64_t)n : -1);
    if (data != NULL)
        (void)crypto_generichash_update(state, data, n);
}

static void add_text(crypto_generichash_state *state, const char *text)
{
    add_bytes(state, text, text != NULL ? strlen(text) : 0);
}

static void begin(crypto_generichash_state *state, const char *what)
{
    (void)crypto_generichash_init(state, NULL, 0, RSP_HASH_BYTES);
    add_text(state, what);
}

void rsp_chain_start(const unsigned char id[RSP_PERSON_BYTES], unsigned char hash[RSP_HASH_BYTES])
{
    crypto_generichash_state state;
    begin(&state, "respite chain 1");
    add_bytes(&state, id, RSP_PERSON_BYTES);
    (void)crypto_generichash_final(&state, hash, RSP_HASH_BYTES);
}

void rsp_chain_next(const unsigned char before[RSP_HASH_BYTES], const struct rsp_record *record,
    unsigned char hash[RSP_HASH_BYTES])
{
    crypto_generichash_state state;
    begin(&state, "respite fact 1");
    add_bytes(&state, before, RSP_HASH_BYTES);
    add_number(&state, record->number);
    add_text(&state, record->kind);
    add_number(&state, record->kind_version);
    add_bytes(&state, record->about_person ? record->person.byte : NULL, RSP_PERSON_BYTES);
    add_text(&state, record->who);
    add_text(&state, record->origin);
    add_text(&state, record->why);
    add_number(&state, record->at_us);
    add_text(&state, record->wall);
    add_text(&state, record->zone);
    add_number(&state, record->supersedes);
    add_text(&state, record->idempotency);
    add_text(&state, record->body);
    add_bytes(&state, record->sealed, record->n_sealed);
    (void)crypto_generichash_final(&state, hash, RSP_HASH_BYTES);
}

void rsp_chain_hex(const unsigned char hash[RSP_HASH_BYTES], char hex[RSP_HASH_HEX])
{
    (void)sodium_bin2hex(hex, RSP_HASH_HEX, hash, RSP_HASH_BYTES);
}
