/** Wall clocks of a place: from local time to the instant and back, by the system's time zone database.
 *
 * Source  RFC 8536 (TZif) for the files; POSIX.1-2017 chapter 8.3, TZ, for the rule of the years after their last change.
 * Reads no clock and no environment.
 */
#ifndef RSP_BASE_ZONE_H
#define RSP_BASE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <respite/status.h>

struct rsp_zone;

/** Load a zone by its name, "Europe/Zurich", or by a POSIX rule, "CET-1CEST,M3.5.0,M10.5.0/3". "UTC" needs no database.
 * @param zone  out: caller frees with rsp_zone_free
 * @return RSP_E_UNKNOWN when there is no such zone, RSP_E_DAMAGED when its file cannot be read as one */
RSP_CHECKED rsp_status rsp_zone_load(const char *name, struct rsp_zone **zone, struct rsp_error *err);
/** NULL is allowed. */
void rsp_zone_free(struct rsp_zone *zone);

/** Seconds that the wall clock is ahead of UTC at an instant (seconds since 1970-01-01 UTC). */
long rsp_zone_offset_s(const struct rsp_zone *zone, int64_t at_s);

/** Instants at which the wall clock shows a time.
 * @param wall_s  seconds since 1970-01-01 00:00 as the wall clock counts them
 * @param at_s    out: the earlier instant first
 * @return 1; 0 when clocks skip the time; 2 when they show it twice */
int rsp_zone_instants(const struct rsp_zone *zone, int64_t wall_s, int64_t at_s[2]);

#endif
