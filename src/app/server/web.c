#include "app/server/web.h"

#include <stdio.h>
#include <string.h>

/* Made by tools/build_web. */
size_t rsp_web_count(void);
const char *rsp_web_id(size_t i);
const char *rsp_web_text(size_t i, size_t *length);
const char *rsp_web_sha256(size_t i);

enum { TAG_DIGITS = 32, ROUTE_MOST = 200 };

static const char *type_of(const char *name)
{
    static const struct {
        const char *ending, *type;
    } types[] = {
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".svg", "image/svg+xml"},
    };
    const char *ending = strrchr(name, '.');
    for (size_t i = 0; ending != NULL && i < sizeof types / sizeof *types; i++)
        if (strcmp(ending, types[i].ending) == 0)
            return types[i].type;
    return "application/octet-stream";
}

static bool take(const char *name, struct rsp_web_file *file)
{
    for (size_t i = 0; i < rsp_web_count(); i++) {
        if (strcmp(rsp_web_id(i), name) != 0)
            continue;
        *file = (struct rsp_web_file){.type = type_of(name)};
        file->data = rsp_web_text(i, &file->length);
        snprintf(file->tag, sizeof file->tag, "\"%.*s\"", TAG_DIGITS, rsp_web_sha256(i));
        return true;
    }
    return false;
}

static bool under(const char *path, const char *folder)
{
    const size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static bool may_be_route(const char *path)
{
    static const char *const others[] = {"/api", "/assets", "/fhir", "/healthz"};
    const size_t length = strlen(path);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (under(path, others[i]))
            return false;
    return length < ROUTE_MOST && path[0] == '/' && strstr(path, "//") == NULL &&
           strspn(path, "abcdefghijklmnopqrstuvwxyz0123456789-/") == length;
}

bool rsp_web_find(const char *path, struct rsp_web_file *file)
{
    static const char assets[] = "/assets/";
    if (strncmp(path, assets, sizeof assets - 1) == 0 || strcmp(path, "/favicon.svg") == 0) {
        const char *name = strrchr(path, '/') + 1;
        const bool asset = path[1] == 'a';
        if (strcmp(name, "index.html") == 0 || (asset && strchr(path + sizeof assets - 1, '/') != NULL) ||
            asset == (strcmp(name, "favicon.svg") == 0) || !take(name, file))
            return false;
        file->immutable = asset;
        return true;
    }
    return may_be_route(path) && take("index.html", file);
}
