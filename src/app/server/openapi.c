/* The table of routes as an OpenAPI 3.1 document. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/server/route.h"
#include "app/server/server.h"

/* jansson takes a NULL without harm and says so: what could not be made shows as a failed dump at the end. */
struct maker {
    bool failed;
};

static void set(struct maker *m, json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0)
        m->failed = true;
}

static json_t *text_schema(const struct rsp_input *input)
{
    return json_pack("{s:s, s:I, s:I}", "type", "string", "minLength", (json_int_t)input->low, "maxLength",
        (json_int_t)input->high);
}

static json_t *number_schema(const struct rsp_input *input)
{
    return json_pack("{s:s, s:f, s:f}", "type", input->type == RSP_INPUT_WHOLE ? "integer" : "number",
        "minimum", input->low, "maximum", input->high);
}

static json_t *word_schema(struct maker *m, const struct rsp_input *input)
{
    json_t *schema = json_pack("{s:s, s:[]}", "type", "string", "enum");
    for (size_t i = 0; input->words[i] != NULL; i++)
        if (json_array_append_new(json_object_get(schema, "enum"), json_string(input->words[i])) != 0)
            m->failed = true;
    return schema;
}

static json_t *schema_of(struct maker *m, const struct rsp_input *input)
{
    json_t *schema = NULL;
    switch (input->type) {
    case RSP_INPUT_TEXT:
        schema = text_schema(input);
        break;
    case RSP_INPUT_SECRET:
        schema = text_schema(input);
        set(m, schema, "format", json_string("password"));
        break;
    case RSP_INPUT_NUMBER:
    case RSP_INPUT_WHOLE:
        schema = number_schema(input);
        break;
    case RSP_INPUT_DATE:
        schema = json_pack("{s:s, s:s}", "type", "string", "format", "date");
        break;
    case RSP_INPUT_WORD:
        schema = word_schema(m, input);
        break;
    case RSP_INPUT_ACCOUNT:
        schema = json_pack("{s:s, s:s}", "type", "string", "pattern", "^[a-z][a-z0-9._-]{1,31}$");
        break;
    case RSP_INPUT_PERSON:
        schema = json_pack("{s:s, s:s}", "type", "string", "pattern", "^[0-9a-f]{32}$");
        break;
    case RSP_INPUT_OBJECT:
        schema = json_pack("{s:s}", "type", "object");
        break;
    case RSP_INPUT_TEXTS:
        schema = json_pack("{s:s, s:{s:s}, s:I, s:I}", "type", "array", "items", "type", "string", "minItems",
            (json_int_t)input->low, "maxItems", (json_int_t)input->high);
        break;
    case RSP_INPUT_NUMBERS:
        schema = json_pack("{s:s, s:{s:s, s:f, s:f}, s:i, s:i}", "type", "array", "items", "type", "number",
            "minimum", input->low, "maximum", input->high, "minItems", 1, "maxItems", RSP_INPUT_LIST_MOST);
        break;
    }
    set(m, schema, "description", json_string(input->summary));
    return schema;
}

static void add_parameter(
    struct maker *m, json_t *list, const char *name, const char *in, bool required, json_t *schema)
{
    json_t *parameter =
        json_pack("{s:s, s:s, s:b, s:o}", "name", name, "in", in, "required", required, "schema", schema);
    if (json_array_append_new(list, parameter) != 0)
        m->failed = true;
}

static void add_headers(struct maker *m, json_t *list, const struct rsp_route *route, unsigned flags)
{
    static const struct rsp_input key = {.low = RSP_KEY_LEAST, .high = RSP_KEY_MOST},
                                  any = {.low = 1, .high = 200};
    if ((flags & RSP_CASE_WRITES) != 0)
        add_parameter(m, list, "Idempotency-Key", "header", true, text_schema(&key));
    if (route->if_match)
        add_parameter(m, list, "If-Match", "header", true, text_schema(&any));
    if (strcmp(route->method, "GET") != 0 &&
        (rsp_use_case_row(route->use_case)->roles & RSP_ROLE_ANYONE) == 0)
        add_parameter(m, list, "X-Respite-CSRF", "header", true, text_schema(&any));
}

/* Inputs go into the path, the query or the body. */
static void add_inputs(struct maker *m, json_t *operation, const struct rsp_route *route)
{
    const struct rsp_use_case_row *row = rsp_use_case_row(route->use_case);
    const bool get = strcmp(route->method, "GET") == 0;
    json_t *parameters = json_array(), *properties = json_object(), *required = json_array();

    for (size_t i = 0; i < row->n_input && row->input[i].name != NULL; i++) {
        const struct rsp_input *input = &row->input[i];
        if (route->if_match && strcmp(input->name, "version") == 0)
            continue;
        if (rsp_route_carries(route, input->name) || get) {
            const bool path = rsp_route_carries(route, input->name);
            add_parameter(
                m, parameters, input->name, path ? "path" : "query", input->required, schema_of(m, input));
            continue;
        }
        set(m, properties, input->name, schema_of(m, input));
        if (input->required && json_array_append_new(required, json_string(input->name)) != 0)
            m->failed = true;
    }
    add_headers(m, parameters, route, row->flags);
    set(m, operation, "parameters", parameters);
    if (json_object_size(properties) > 0)
        set(m, operation, "requestBody",
            json_pack("{s:b, s:{s:{s:{s:s, s:b, s:O, s:O}}}}", "required", 1, "content", "application/json",
                "schema", "type", "object", "additionalProperties", 0, "properties", properties, "required",
                required));
    json_decref(properties);
    json_decref(required);
}

static json_t *operation_of(struct maker *m, const struct rsp_route *route)
{
    const struct rsp_use_case_row *row = rsp_use_case_row(route->use_case);
    char roles[128] = "anyone";
    json_t *operation = json_object();

    if (row != NULL) {
        rsp_roles_format(row->roles & ~(unsigned)RSP_ROLE_CONSOLE, roles, sizeof roles);
        set(m, operation, "operationId", json_string(row->name));
        set(m, operation, "summary", json_string(row->summary));
        add_inputs(m, operation, route);
        if ((row->roles & RSP_ROLE_ANYONE) == 0)
            set(m, operation, "security", json_pack("[{s:[]}]", "session"));
    } else {
        set(m, operation, "summary", json_string("Shows nobody's data"));
    }
    set(m, operation, "x-roles", json_string(roles));
    set(m, operation, "responses",
        json_pack("{s:{s:s}, s:{s:s, s:{s:{s:{s:s}}}}}", "200", "description", "done", "default",
            "description", "refused", "content", "application/json", "schema", "$ref",
            "#/components/schemas/Error"));
    if (route->stream)
        set(m, json_object_get(json_object_get(operation, "responses"), "200"), "content",
            json_pack("{s:{s:{s:s}}, s:{s:{s:s}}}", "application/json", "schema", "type", "object",
                "text/event-stream", "schema", "type", "string"));
    if (rsp_route_is_drawn(route))
        set(m, json_object_get(json_object_get(operation, "responses"), "200"), "content",
            json_pack("{s:{s:{s:s}}, s:{s:{s:s}}}", "application/json", "schema", "type", "object",
                "text/html", "schema", "type", "string"));
    return operation;
}

static void add_components(struct maker *m, json_t *root)
{
    json_t *codes = json_array();
    for (int i = RSP_NOT_REFUSED + 1; i < RSP_N_REFUSAL; i++)
        if (json_array_append_new(codes, json_string(rsp_refusal_word((enum rsp_refusal)i))) != 0)
            m->failed = true;
    json_t *error = json_pack("{s:s, s:[s,s,s], s:{s:{s:s, s:o}, s:{s:s}, s:{s:s}}}", "type", "object",
        "required", "code", "field", "message", "properties", "code", "type", "string", "examples", codes,
        "field", "type", "string", "message", "type", "string");
    set(m, root, "components",
        json_pack("{s:{s:o}, s:{s:{s:s, s:s, s:s}}}", "schemas", "Error", error, "securitySchemes", "session",
            "type", "apiKey", "in", "cookie", "name", "respite"));
}

rsp_status rsp_server_openapi(char **text, struct rsp_error *err)
{
    struct maker m = {0};
    json_t *root = json_pack("{s:s, s:{s:s, s:s, s:s}, s:{}}", "openapi", "3.1.0", "info", "title", "Respite",
        "version", RSP_VERSION, "description",
        "Plans ketamine therapy for pain. Decision support for qualified clinicians.", "paths");
    json_t *paths = json_object_get(root, "paths");
    char method[16];

    for (size_t i = 0; i < rsp_n_route; i++) {
        const struct rsp_route *route = &rsp_routes[i];
        if (json_object_get(paths, route->path) == NULL)
            set(&m, paths, route->path, json_object());
        snprintf(method, sizeof method, "%s", route->method);
        for (char *c = method; *c != '\0'; c++)
            *c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
        set(&m, json_object_get(paths, route->path), method, operation_of(&m, route));
    }
    add_components(&m, root);
    char *made = m.failed ? NULL : json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    json_decref(root);
    if (made == NULL)
        return rsp_error_set(err, RSP_E_MEMORY, "", "out of memory");
    *text = made;
    return RSP_OK;
}
