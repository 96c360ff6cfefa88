/* The only place of the server that reads the clock. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <pthread.h>

#include "app/server/server.h"

enum { US_A_SECOND = 1000000, NS_A_US = 1000, SECONDS_A_MINUTE = 60 };

static char zone_name[64] = "UTC";

/* Name of the zone as the system's link /etc/localtime gives it. */
static void read_zone(void)
{
    char target[256];
    const char *given = getenv("TZ");
    if (given != NULL && given[0] != '\0') {
        snprintf(zone_name, sizeof zone_name, "%.60s", given[0] == ':' ? given + 1 : given);
        return;
    }
    const ssize_t n = readlink("/etc/localtime", target, sizeof target - 1);
    if (n <= 0)
        return;
    target[n] = '\0';
    const char *name = strstr(target, "zoneinfo/");
    if (name != NULL && name[strlen("zoneinfo/")] != '\0')
        snprintf(zone_name, sizeof zone_name, "%.60s", name + strlen("zoneinfo/"));
}

void rsp_server_wall(int64_t at_s, struct rsp_stamp *stamp)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const time_t at = (time_t)at_s;
    struct tm local = {0};

    (void)pthread_once(&once, read_zone);
    (void)localtime_r(&at, &local);
    *stamp = (struct rsp_stamp){.at_us = at_s * US_A_SECOND,
        .offset_min = (int)(local.tm_gmtoff / SECONDS_A_MINUTE),
        .zone = zone_name};
}

void rsp_server_now(struct rsp_stamp *now)
{
    struct timespec at = {0};
    (void)clock_gettime(CLOCK_REALTIME, &at);
    rsp_server_wall(at.tv_sec, now);
    now->at_us += at.tv_nsec / NS_A_US;
}
