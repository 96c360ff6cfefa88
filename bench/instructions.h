/** User instructions that a piece of work executes: unlike its time they do not change with the load of the
 * machine. Counted by the processor where the system lets a program ask, else by leading a copy of this
 * process (ptrace) through the work one instruction at a time. */
#ifndef RSP_BENCH_INSTRUCTIONS_H
#define RSP_BENCH_INSTRUCTIONS_H

#include <stddef.h>
#include <stdint.h>

/** Counter of this thread's instructions; -1 with errno set when the system does not give it. Closed by close(). */
int rsp_counter_open(void);

/** Instructions since rsp_counter_open; 0 when counter is -1. */
uint64_t rsp_counter_read(int counter);

/** Instructions of work(data) on one thread, taken one at a time in a child (some 30,000 to 300,000 a second); a
 * repeated string instruction counts once. NAN, and `why` in a few words (size chars), when the system forbids
 * it or it takes longer than limit_s seconds. work must not start threads. */
double rsp_count_steps(void (*work)(void *data), void *data, double limit_s, char why[], size_t size);

#endif
