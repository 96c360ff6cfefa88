#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "app/server/server_internal.h"

enum { US_A_SECOND = 1000000, NS_A_US = 1000, US_A_MS = 1000 };

int64_t rsp_log_now_us(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * US_A_SECOND + now.tv_nsec / NS_A_US;
}

/* Takes the line over. Encoded as JSON, so that nothing sent can begin a line of its own. */
static void write_line(json_t *line)
{
    char at[40];
    const time_t now_s = time(NULL);
    struct tm utc = {0};

    (void)gmtime_r(&now_s, &utc);
    (void)strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", &utc);
    if (line == NULL)
        return;
    (void)json_object_set_new(line, "at", json_string(at));
    char *text = json_dumps(line, JSON_COMPACT | JSON_ENSURE_ASCII);
    json_decref(line);
    if (text != NULL)
        fprintf(stderr, "%s\n", text);
    free(text);
}

void rsp_log_request(const struct rsp_exchange *exchange)
{
    const struct rsp_route *route = exchange->match.route;
    const int64_t ms = (rsp_log_now_us() - exchange->begun_us) / US_A_MS;
    json_t *line = json_pack("{s:s, s:i, s:s, s:s, s:i, s:I, s:s}", "event", "request", "request",
        (int)exchange->number, "method",
        route != NULL       ? route->method
        : exchange->is_file ? "GET"
                            : "-",
        "route",
        route != NULL       ? route->path
        : exchange->is_file ? "(page)"
                            : "-",
        "status", (int)exchange->status, "ms", (json_int_t)ms, "address", exchange->address);
    if (line != NULL && exchange->account[0] != '\0')
        (void)json_object_set_new(line, "account", json_string(exchange->account));
    if (line != NULL && exchange->code != NULL)
        (void)json_object_set_new(line, "code", json_string(exchange->code));
    write_line(line);
}

void rsp_log_event(const char *event, const char *detail)
{
    write_line(json_pack("{s:s, s:s}", "event", event, "detail", detail));
}
