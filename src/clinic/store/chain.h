/** The hash chain over the records: each hash covers the record and the hash before it. */
#ifndef RSP_STORE_CHAIN_H
#define RSP_STORE_CHAIN_H

#include "store/operations.h"

/** What stands before the first record: a hash of the store's own name. */
void rsp_chain_start(const unsigned char id[RSP_PERSON_BYTES], unsigned char hash[RSP_HASH_BYTES]);

/** Hash of a record after `before`; record->hash itself is not read. May write over `before`. */
void rsp_chain_next(const unsigned char before[RSP_HASH_BYTES], const struct rsp_record *record,
    unsigned char hash[RSP_HASH_BYTES]);

/** "9f86d0..." of RSP_HASH_HEX bytes with the terminator. */
void rsp_chain_hex(const unsigned char hash[RSP_HASH_BYTES], char hex[RSP_HASH_HEX]);

#endif
