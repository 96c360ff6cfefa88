#include "instructions.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__)
#include <linux/perf_event.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#endif

/* ---- by the processor ---- */

int rsp_counter_open(void)
{
#if defined(__linux__)
    struct perf_event_attr a = {.type = PERF_TYPE_HARDWARE,
        .size = sizeof a,
        .config = PERF_COUNT_HW_INSTRUCTIONS,
        .exclude_kernel = 1,
        .exclude_hv = 1};
    return (int)syscall(SYS_perf_event_open, &a, 0, -1, -1, 0UL);
#else
    errno = ENOSYS;
    return -1;
#endif
}

uint64_t rsp_counter_read(int counter)
{
    uint64_t n = 0;
    return counter >= 0 && read(counter, &n, sizeof n) == sizeof n ? n : 0;
}

/* ---- step by step ---- */

#if defined(__linux__) && defined(__x86_64__)

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The child: the work once freely, which also binds library functions, then once between two stops. */
static void child(void (*work)(void *), void *data)
{
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
        _exit(errno);
    work(data);
    raise(SIGSTOP);
    work(data);
    raise(SIGSTOP);
    _exit(0);
}

/* Signal at the next stop of the child; 0 with errno when it has ended instead. */
static int stop_signal(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return 0;
    if (WIFSTOPPED(status))
        return WSTOPSIG(status);
    errno = WIFEXITED(status) && WEXITSTATUS(status) != 0 ? WEXITSTATUS(status) : ECHILD;
    return 0;
}

/* Instructions up to the child's second stop; NAN and a reason (errno's when NULL). */
static double step_through(pid_t pid, double give_up_s, const char **reason)
{
    enum { CLOCK_EVERY = 256 };
    uint64_t n = 0;
    long place = 0;
    *reason = NULL;
    if (stop_signal(pid) != SIGSTOP ||
        ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)(uintptr_t)PTRACE_O_EXITKILL) != 0)
        return NAN;
    for (uint64_t round = 1;; round++) {
        if (ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) != 0)
            return NAN;
        const int signal_number = stop_signal(pid);
        if (signal_number == SIGSTOP)
            return (double)n;
        if (signal_number != SIGTRAP)
            return NAN;
        const long before = place;
        place = ptrace(PTRACE_PEEKUSER, pid, (void *)offsetof(struct user, regs.rip), NULL);
        n += place != before; /* a repeated instruction stops at every repetition */
        if (round % CLOCK_EVERY == 0 && now_s() > give_up_s) {
            *reason = "takes too long";
            return NAN;
        }
    }
}

double rsp_count_steps(void (*work)(void *data), void *data, double limit_s, char why[], size_t size)
{
    const double give_up_s = now_s() + limit_s;
    fflush(NULL); /* else the child holds the same text */
    const pid_t pid = fork();
    if (pid == 0)
        child(work, data);
    const char *reason = NULL;
    const double n = pid < 0 ? NAN : step_through(pid, give_up_s, &reason);
    if (isnan(n))
        snprintf(why, size, "%s", reason != NULL ? reason : strerror(errno));
    if (pid > 0) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    return n;
}

#else

double rsp_count_steps(void (*work)(void *data), void *data, double limit_s, char why[], size_t size)
{
    (void)work, (void)data, (void)limit_s;
    snprintf(why, size, "only done on Linux on x86-64");
    return NAN;
}

#endif
