#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "app/page/flowsheet.h"
#include "app/page/instructions.h"
#include "app/server/server_internal.h"

/* Sent with every answer. */
static const struct {
    const char *name, *value;
} always[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
};

/* No script and no style is allowed but our own files; no page may frame us. */
static const char policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/* A page to print stands alone: it has its one style in itself, which is known by its hash, and nothing else. */
static void add_policy(struct rsp_exchange *exchange, struct MHD_Response *response)
{
    enum { BASE64_SIZE = 64 };
    char text[256], base64[BASE64_SIZE];
    unsigned char hash[crypto_hash_sha256_BYTES];
    const char *style = exchange->match.route != NULL && exchange->match.route->use_case == RSP_USE_flowsheet
                            ? rsp_flowsheet_style()
                            : rsp_instructions_style();
    if (!exchange->drawn) {
        (void)MHD_add_response_header(response, "Content-Security-Policy", policy);
        return;
    }
    (void)crypto_hash_sha256(hash, (const unsigned char *)style, strlen(style));
    (void)sodium_bin2base64(base64, sizeof base64, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
    snprintf(text, sizeof text,
        "default-src 'none'; style-src 'sha256-%s'; frame-ancestors 'none'; base-uri 'none'; form-action "
        "'none'",
        base64);
    (void)MHD_add_response_header(response, "Content-Security-Policy", text);
}

unsigned rsp_reply_status(enum rsp_refusal refusal)
{
    static const unsigned status[RSP_N_REFUSAL] = {
        [RSP_NOT_REFUSED] = MHD_HTTP_OK,
        [RSP_REFUSED_INVALID] = MHD_HTTP_UNPROCESSABLE_CONTENT,
        [RSP_REFUSED_SIGN_IN] = MHD_HTTP_UNAUTHORIZED,
        [RSP_REFUSED_CREDENTIALS] = MHD_HTTP_UNAUTHORIZED,
        [RSP_REFUSED_THROTTLED] = MHD_HTTP_TOO_MANY_REQUESTS,
        [RSP_REFUSED_CSRF] = MHD_HTTP_FORBIDDEN,
        [RSP_REFUSED_PERMISSION] = MHD_HTTP_FORBIDDEN,
        [RSP_REFUSED_CONFIRM] = MHD_HTTP_FORBIDDEN,
        [RSP_REFUSED_PASSWORD] = MHD_HTTP_FORBIDDEN,
        [RSP_REFUSED_CARE] = MHD_HTTP_FORBIDDEN,
        [RSP_REFUSED_MISSING] = MHD_HTTP_NOT_FOUND,
        [RSP_REFUSED_KEY] = MHD_HTTP_BAD_REQUEST,
        [RSP_REFUSED_REUSED] = MHD_HTTP_CONFLICT,
        [RSP_REFUSED_CONFLICT] = MHD_HTTP_CONFLICT,
        [RSP_REFUSED_GATE] = MHD_HTTP_CONFLICT,
        [RSP_REFUSED_MISMATCH] = MHD_HTTP_CONFLICT,
        [RSP_REFUSED_VERSION] = MHD_HTTP_PRECONDITION_FAILED,
        [RSP_REFUSED_CANCELLED] = MHD_HTTP_CONFLICT,
        [RSP_REFUSED_BUSY] = MHD_HTTP_SERVICE_UNAVAILABLE,
        [RSP_REFUSED_INSIDE] = MHD_HTTP_INTERNAL_SERVER_ERROR,
    };
    return refusal < RSP_N_REFUSAL ? status[refusal] : MHD_HTTP_INTERNAL_SERVER_ERROR;
}

/* Takes the response over. */
static enum MHD_Result send_response(
    struct rsp_exchange *exchange, unsigned status, struct MHD_Response *response)
{
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        (void)MHD_add_response_header(response, always[i].name, always[i].value);
    add_policy(exchange, response);
    /* Nothing that may tell of somebody is kept by a browser or a proxy. */
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL,
        exchange->is_file && exchange->file.immutable ? "public, max-age=31536000, immutable" : "no-store");
    if (exchange->server->secure)
        (void)MHD_add_response_header(response, "Strict-Transport-Security", "max-age=31536000");
    if (exchange->server->stopping || exchange->last)
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    const enum MHD_Result queued = MHD_queue_response(exchange->connection, status, response);
    MHD_destroy_response(response);
    exchange->status = status;
    exchange->replied = true;
    return queued;
}

/* Response with this text, which is freed. NULL without memory. */
static struct MHD_Response *response_of(char *text, const char *type)
{
    if (text == NULL)
        return NULL;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
    if (response == NULL)
        free(text);
    else
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    return response;
}

static struct MHD_Response *json_response(const json_t *body)
{
    return response_of(json_dumps(body, JSON_COMPACT | JSON_REAL_PRECISION(15)), "application/json");
}

/* A sentence that quotes what was sent may be cut inside a character, or quote bytes that are none. */
static json_t *plain_text(const char *text)
{
    struct rsp_buf plain;
    const size_t length = strlen(text);
    rsp_buf_init(&plain, 4 * length + 1);
    for (size_t i = 0; i < length;) {
        const size_t step = rsp_utf8_length(text + i, length - i);
        rsp_buf_add(&plain, step > 0 ? text + i : "?", step > 0 ? step : 1);
        i += step > 0 ? step : 1;
    }
    json_t *made = json_string(plain.data != NULL ? plain.data : "");
    rsp_buf_free(&plain);
    return made;
}

static struct MHD_Response *error_response(
    struct rsp_exchange *exchange, const char *code, const char *field, const char *message)
{
    json_t *body = json_pack(
        "{s:s, s:o, s:o}", "code", code, "field", plain_text(field), "message", plain_text(message));
    struct MHD_Response *response = body != NULL ? json_response(body) : NULL;
    json_decref(body);
    exchange->code = code;
    return response;
}

enum MHD_Result rsp_reply_error(
    struct rsp_exchange *exchange, unsigned status, const char *code, const char *field, const char *message)
{
    struct MHD_Response *response = error_response(exchange, code, field, message);
    return response != NULL ? send_response(exchange, status, response) : MHD_NO;
}

enum MHD_Result rsp_reply_page(struct rsp_exchange *exchange, const char *type, const char *text)
{
    struct MHD_Response *response = response_of(strdup(text), type);
    return response != NULL ? send_response(exchange, MHD_HTTP_OK, response) : MHD_NO;
}

enum MHD_Result rsp_reply_file(struct rsp_exchange *exchange)
{
    const struct rsp_web_file *file = &exchange->file;
    const char *known =
        MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_IF_NONE_MATCH);
    const bool same = known != NULL && strcmp(known, file->tag) == 0;
    struct MHD_Response *response = MHD_create_response_from_buffer(
        same ? 0 : file->length, (void *)(uintptr_t)file->data, MHD_RESPMEM_PERSISTENT);
    if (response == NULL)
        return MHD_NO;
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, file->type);
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, file->tag);
    return send_response(exchange, same ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, response);
}

/* What went wrong inside is for the log, not for the client. */
static enum MHD_Result reply_failure(
    struct rsp_exchange *exchange, const struct rsp_answer *answer, const struct rsp_error *err)
{
    static const char inside[] = "something failed inside the program; its log says what";
    const bool hidden = answer->refusal == RSP_REFUSED_INSIDE || answer->refusal == RSP_NOT_REFUSED;
    const enum rsp_refusal refusal = hidden ? RSP_REFUSED_INSIDE : answer->refusal;
    char wait[32];

    if (hidden)
        rsp_log_event("failure", err->code == RSP_E_IO ? err->message : rsp_status_text(err->code));
    struct MHD_Response *response = error_response(
        exchange, rsp_refusal_word(refusal), hidden ? "" : err->field, hidden ? inside : err->message);
    if (response == NULL)
        return MHD_NO;
    if (answer->retry_after_s > 0) {
        snprintf(wait, sizeof wait, "%ld", answer->retry_after_s);
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, wait);
    }
    return send_response(exchange, rsp_reply_status(refusal), response);
}

static void add_cookie(
    struct rsp_exchange *exchange, struct MHD_Response *response, const struct rsp_answer *answer)
{
    char cookie[RSP_TOKEN_SIZE + 128];
    if (answer->token[0] == '\0' && !answer->ended)
        return;
    snprintf(cookie, sizeof cookie, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s",
        rsp_guard_cookie_name(exchange->server), answer->token, exchange->server->secure ? "; Secure" : "",
        answer->ended ? "; Max-Age=0" : "");
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_SET_COOKIE, cookie);
}

/* A proxy must not keep the events until there are many. */
static enum MHD_Result reply_stream(struct rsp_exchange *exchange, const struct rsp_answer *answer)
{
    const int64_t order = json_integer_value(json_object_get(answer->body, "order"));
    struct MHD_Response *response = rsp_live_response(exchange->server->live, exchange->connection, order);
    if (response == NULL)
        return rsp_reply_error(
            exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "busy", "", "too many pages watch at once: try again");
    exchange->streams = true;
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/event-stream");
    (void)MHD_add_response_header(response, "X-Accel-Buffering", "no");
    return send_response(exchange, MHD_HTTP_OK, response);
}

static bool wants_stream(const struct rsp_exchange *exchange)
{
    const char *accepts =
        MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT);
    return exchange->match.route->stream && accepts != NULL && strstr(accepts, "text/event-stream") != NULL;
}

enum MHD_Result rsp_reply_job(struct rsp_exchange *exchange)
{
    const struct rsp_answer *answer;
    const struct rsp_error *err;
    const rsp_status status = rsp_job_status(exchange->job, &answer, &err);
    char etag[64];

    snprintf(exchange->account, sizeof exchange->account, "%s", answer->account);
    if (exchange->match.route->use_case == RSP_USE_NONE && status == RSP_OK)
        return rsp_reply_page(exchange, "application/json", "{\"status\":\"ok\"}");
    if (exchange->match.route->use_case == RSP_USE_NONE) {
        rsp_log_event("unhealthy", err->message);
        return rsp_reply_error(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "unhealthy", "",
            "the store does not answer, or complains; the log says of what");
    }
    if (status != RSP_OK)
        return reply_failure(exchange, answer, err);
    if (wants_stream(exchange))
        return reply_stream(exchange, answer);
    if (rsp_job_page(exchange->job) != NULL) {
        exchange->drawn = true;
        return rsp_reply_page(exchange, "text/html; charset=utf-8", rsp_job_page(exchange->job));
    }
    struct MHD_Response *response = json_response(answer->body);
    if (response == NULL)
        return MHD_NO;
    add_cookie(exchange, response, answer);
    if (answer->version[0] != '\0') {
        snprintf(etag, sizeof etag, "\"%s\"", answer->version);
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, etag);
    }
    if (answer->replayed)
        (void)MHD_add_response_header(response, "Idempotent-Replayed", "true");
    return send_response(exchange, MHD_HTTP_OK, response);
}
