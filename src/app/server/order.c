/* From path, query, body and headers to the input of a use case. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/server/server_internal.h"
#include "base/number.h"

enum { DEPTH_MOST = 16 };

/* ---- body ---- */

/* Brackets open at once, those in texts left out: the reader of JSON would follow thousands. */
static bool too_deep(const char *text, size_t length)
{
    size_t depth = 0;
    bool inside = false;
    for (size_t i = 0; i < length; i++) {
        if (inside) {
            if (text[i] == '\\')
                i++; /* what is escaped ends no text */
            else
                inside = text[i] != '"';
            continue;
        }
        inside = text[i] == '"';
        depth += text[i] == '{' || text[i] == '[';
        if (depth > DEPTH_MOST)
            return true;
        depth -= depth > 0 && (text[i] == '}' || text[i] == ']');
    }
    return false;
}

static rsp_status read_body(struct rsp_exchange *exchange, json_t **input, struct rsp_error *err)
{
    json_error_t where;
    const struct rsp_buf *body = &exchange->body;

    if (body->length == 0) {
        *input = json_object();
        return *input != NULL ? RSP_OK : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    }
    if (too_deep(body->data, body->length))
        return rsp_error_set(err, RSP_E_SYNTAX, "", "the body has more than %d levels", DEPTH_MOST);
    json_t *read = json_loadb(body->data, body->length, JSON_REJECT_DUPLICATES, &where);
    if (read == NULL)
        return rsp_error_set(
            err, RSP_E_SYNTAX, "", "the body is not JSON: line %d, column %d", where.line, where.column);
    if (!json_is_object(read)) {
        json_decref(read);
        return rsp_error_set(err, RSP_E_SYNTAX, "", "the body is not a JSON object");
    }
    *input = read;
    return RSP_OK;
}

/* ---- query ---- */

struct query {
    const struct rsp_route *route;
    json_t *input;
    struct rsp_error *err;
    rsp_status status;
};

/* A number in the query or the path is a number; what is none stays text and is refused by its type. */
static json_t *value_of(const struct rsp_input *input, const char *text)
{
    double value;
    size_t length;
    if (input != NULL && (input->type == RSP_INPUT_WHOLE || input->type == RSP_INPUT_NUMBER) &&
        rsp_number_scan(text, &length, &value, NULL) == RSP_OK && text[length] == '\0') {
        if (input->type == RSP_INPUT_NUMBER)
            return json_real(value);
        char *end = NULL;
        const long long whole = strtoll(text, &end, 10);
        if (*end == '\0')
            return json_integer(whole);
    }
    return json_string(text);
}

static enum MHD_Result add_query(void *context, enum MHD_ValueKind kind, const char *name, const char *text)
{
    struct query *query = context;
    (void)kind;
    if (json_object_get(query->input, name) != NULL || rsp_route_carries(query->route, name) ||
        rsp_route_input(query->route, name) == NULL) {
        query->status =
            rsp_error_set(query->err, RSP_E_UNKNOWN, "query", "an unknown or repeated name in the query");
        return MHD_NO;
    }
    json_t *value = value_of(rsp_route_input(query->route, name), text != NULL ? text : "");
    if (value == NULL || json_object_set_new(query->input, name, value) != 0) {
        query->status = rsp_error_set(query->err, RSP_E_SYNTAX, "query", "the query is not UTF-8");
        return MHD_NO;
    }
    return MHD_YES;
}

static enum MHD_Result count_query(void *context, enum MHD_ValueKind kind, const char *name, const char *text)
{
    (void)kind;
    (void)name;
    (void)text;
    ++*(int *)context;
    return MHD_YES;
}

static rsp_status read_query(struct rsp_exchange *exchange, json_t *input, struct rsp_error *err)
{
    struct query query = {.route = exchange->match.route, .input = input, .err = err};
    int n = 0;

    (void)MHD_get_connection_values(exchange->connection, MHD_GET_ARGUMENT_KIND, count_query, &n);
    if (n > 0 && strcmp(exchange->method, "GET") != 0)
        return rsp_error_set(err, RSP_E_UNKNOWN, "query", "this route takes no query: send a JSON body");
    (void)MHD_get_connection_values(exchange->connection, MHD_GET_ARGUMENT_KIND, add_query, &query);
    return query.status;
}

/* ---- path and headers ---- */

/* Takes the value over, also on failure; NULL: it was not UTF-8. */
static rsp_status add_own(json_t *input, const char *name, json_t *value, struct rsp_error *err)
{
    if (value == NULL)
        return rsp_error_set(err, RSP_E_SYNTAX, name, "the path is not UTF-8");
    if (json_object_get(input, name) != NULL) {
        json_decref(value);
        return rsp_error_set(
            err, RSP_E_MISMATCH, name, "this is given by the path or a header: leave it out of the body");
    }
    return json_object_set_new(input, name, value) == 0
               ? RSP_OK
               : rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
}

/* If-Match: "12-13" */
static rsp_status read_version(struct rsp_exchange *exchange, json_t *input, struct rsp_error *err)
{
    const char *given =
        MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_IF_MATCH);
    char version[48];
    const size_t length = given != NULL ? strlen(given) : 0;

    if (!exchange->match.route->if_match)
        return RSP_OK;
    if (given == NULL)
        return rsp_error_set(
            err, RSP_E_MISSING, "If-Match", "say which version is changed: the ETag that was read");
    if (length < 3 || length > sizeof version || given[0] != '"' || given[length - 1] != '"' ||
        strspn(given + 1, "0123456789-") != length - 2)
        return rsp_error_set(err, RSP_E_SYNTAX, "If-Match", "one ETag as it was read is expected");
    snprintf(version, sizeof version, "%.*s", (int)length - 2, given + 1);
    return add_own(input, "version", json_string(version), err);
}

/* A value that does not fit is cut longer than any right one, so that it is never taken for one. */
static void copy_header(struct rsp_exchange *exchange, const char *name, char *out, size_t size)
{
    const char *value = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
    snprintf(out, size, "%s", value != NULL ? value : "");
}

static void read_headers(struct rsp_exchange *exchange, struct rsp_job_order *order)
{
    const char *token = MHD_lookup_connection_value(
        exchange->connection, MHD_COOKIE_KIND, rsp_guard_cookie_name(exchange->server));
    if (token != NULL && strlen(token) == RSP_TOKEN_SIZE - 1)
        snprintf(order->token, sizeof order->token, "%s", token);
    copy_header(exchange, "X-Respite-CSRF", order->csrf, sizeof order->csrf);
    copy_header(exchange, "Idempotency-Key", order->key, sizeof order->key);
    copy_header(exchange, "X-Respite-Request", order->request, sizeof order->request);
    snprintf(order->address, sizeof order->address, "%s", exchange->address);
}

static rsp_status fill(struct rsp_exchange *exchange, json_t *input, struct rsp_error *err)
{
    RSP_TRY(read_query(exchange, input, err));
    for (size_t i = 0; i < exchange->match.n_part; i++) {
        const char *name = exchange->match.name[i];
        json_t *value = value_of(rsp_route_input(exchange->match.route, name), exchange->match.value[i]);
        RSP_TRY(add_own(input, name, value, err));
    }
    return read_version(exchange, input, err);
}

/* A browser that goes to the address says so; a program that says nothing gets JSON. */
static bool wants_drawing(const struct rsp_exchange *exchange)
{
    const char *accepts =
        MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT);
    return rsp_route_is_drawn(exchange->match.route) && accepts != NULL &&
           strstr(accepts, "text/html") != NULL;
}

rsp_status rsp_order_make(struct rsp_exchange *exchange, struct rsp_job_order *order, struct rsp_error *err)
{
    const struct rsp_use_case_row *row = rsp_use_case_row(exchange->match.route->use_case);
    json_t *input = NULL;

    RSP_TRY(read_body(exchange, &input, err));
    const rsp_status status = row != NULL ? fill(exchange, input, err) : RSP_OK;
    if (status != RSP_OK) {
        json_decref(input);
        return status;
    }
    *order = (struct rsp_job_order){.use_case = exchange->match.route->use_case,
        .slow = row != NULL && (row->flags & RSP_CASE_SLOW) != 0,
        .drawn = wants_drawing(exchange),
        .check_csrf = strcmp(exchange->method, "GET") != 0,
        .input = input};
    read_headers(exchange, order);
    return RSP_OK;
}
