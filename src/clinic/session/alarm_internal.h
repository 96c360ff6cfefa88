/** Shared by the machine and what persons do to it. */
#ifndef RSP_CLINIC_SESSION_ALARM_INTERNAL_H
#define RSP_CLINIC_SESSION_ALARM_INTERNAL_H

#include "session/alarm.h"

/** The condition does not hold any more and nobody needs to see it. */
void rsp_alarm_end(struct rsp_alarm_record *record, double now_s);
bool rsp_silence_holds(const struct rsp_silence *silence, double now_s);

#endif
