/** The staff web app: files of web/, built into the program. */
#ifndef RSP_APP_SERVER_WEB_H
#define RSP_APP_SERVER_WEB_H

#include <stdbool.h>
#include <stddef.h>

enum { RSP_WEB_TAG_SIZE = 36 };

struct rsp_web_file {
    const char *data; /* any bytes; static */
    size_t length;
    const char *type;           /* media type */
    char tag[RSP_WEB_TAG_SIZE]; /* ETag with its quotes, of the content */
    bool immutable;             /* the name changes with the content */
};

/** The file behind an address: /assets/NAME.HASH.js, /favicon.svg, or the page itself for "/" and for every address that can be one
 * of its routes (small letters, digits and hyphens in segments; not under /api, /assets or /fhir). Which of them exist,
 * the page knows and says.
 * @param path  decoded, without query
 * @return false: there is none */
bool rsp_web_find(const char *path, struct rsp_web_file *file);

#endif
