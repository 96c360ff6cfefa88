#include "model_argument.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { MAX_PART = 8, MAX_NAME = 1024, MAX_MODEL_FILE = 4 << 20 };

static bool is_file(const char *name)
{
    return strchr(name, '/') != NULL || rsp_text_ends(name, ".yaml") || rsp_text_ends(name, ".yml");
}

static rsp_status read_part(const char *name, struct rsp_model **model, struct rsp_error *err)
{
    char *text = NULL;
    size_t length;

    if (!is_file(name))
        return rsp_model_shipped(name, model, err);
    RSP_TRY(rsp_cli_read(name, MAX_MODEL_FILE, &text, &length, err));
    const rsp_status status = rsp_model_parse(text, length, name, model, err);
    free(text);
    return status;
}

rsp_status rsp_cli_model(const char *text, struct rsp_model **model, struct rsp_error *err)
{
    struct rsp_model *part[MAX_PART] = {NULL};
    char name[MAX_NAME];
    size_t n = 0;
    rsp_status status = RSP_OK;

    if (strstr(text, ".y") == NULL && strchr(text, '/') == NULL)
        return rsp_model_shipped(text, model, err);
    for (const char *start = text; status == RSP_OK && start != NULL; n++) {
        const char *plus = strchr(start, '+');
        const size_t length = plus != NULL ? (size_t)(plus - start) : strlen(start);
        if (n == MAX_PART)
            status = rsp_error_set(err, RSP_E_LIMIT, "", "at most %d models can be joined", MAX_PART);
        else if (length == 0 || length >= sizeof name)
            status = rsp_error_set(err, RSP_E_SYNTAX, "", "'%.60s' names no model between its '+'", text);
        if (status != RSP_OK)
            break;
        snprintf(name, sizeof name, "%.*s", (int)length, start);
        status = read_part(name, &part[n], err);
        start = plus != NULL ? plus + 1 : NULL;
    }
    if (status == RSP_OK && n == 1 && rsp_model_kind(part[0]) == RSP_MODEL_PK) {
        *model = part[0];
        return RSP_OK;
    }
    if (status == RSP_OK)
        status = rsp_model_combine(n, (const struct rsp_model *const *)part, model, err);
    for (size_t i = 0; i < MAX_PART; i++)
        rsp_model_free(part[i]);
    return status;
}

const char *rsp_cli_model_sha256(const char *id)
{
    for (size_t i = 0; i < rsp_shipped_count(); i++)
        if (strcmp(rsp_shipped_id(i), id) == 0)
            return rsp_shipped_sha256(i);
    return "";
}

const char *rsp_cli_site(enum rsp_site site)
{
    static const char *const text[] = {
        [RSP_SITE_UNKNOWN] = "unknown", [RSP_SITE_ARTERIAL] = "arterial", [RSP_SITE_VENOUS] = "venous"};
    return text[site];
}

const char *rsp_cli_confidence(enum rsp_confidence confidence)
{
    static const char *const text[] = {[RSP_CONFIDENCE_PRIMARY] = "primary",
        [RSP_CONFIDENCE_SECONDARY] = "secondary",
        [RSP_CONFIDENCE_DERIVED] = "derived",
        [RSP_CONFIDENCE_ASSUMED] = "assumed"};
    return text[confidence];
}
