/** JSON text written as it goes: commas and escapes are right by construction. */
#ifndef RSP_APP_CLI_JSON_H
#define RSP_APP_CLI_JSON_H

#include <stdbool.h>

#include "base/text.h"

/** All functions take a key, or NULL inside lists and for the outermost value. */
void rsp_json_open(struct rsp_buf *out, const char *key, char bracket);     /* '{' or '[' */
void rsp_json_close(struct rsp_buf *out, char bracket);                     /* '}' or ']' */
void rsp_json_text(struct rsp_buf *out, const char *key, const char *text); /* NULL text: null */
void rsp_json_number(struct rsp_buf *out, const char *key, double value);   /* NaN, infinity: null */
void rsp_json_bool(struct rsp_buf *out, const char *key, bool value);

#endif
