/* A clock that is OFFSET_SECONDS ahead of (or behind) the machine's, for every process that preloads this.

   Only the time of day is moved; the monotonic clock, by which programs wait, stays. Where a program waits until a time
   of day, that time is moved back before the kernel hears of it.

   cc -shared -fPIC -O2 -DOFFSET_SECONDS=86400 -o moved_clock.so moved_clock.c -ldl */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <semaphore.h>
#include <sys/time.h>
#include <time.h>

#define REAL(name) ((__typeof__(&name))real(&known_##name, #name))
#define KNOWN(name) static void *known_##name

static void *real(void **known, const char *name) {
    if (!*known)
        *known = dlsym(RTLD_NEXT, name);
    return *known;
}

static int is_time_of_day(clockid_t clock) {
    return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;
}

static struct timespec machines(const struct timespec *ours) {
    return (struct timespec){ours->tv_sec - (OFFSET_SECONDS), ours->tv_nsec};
}

KNOWN(clock_gettime);
int clock_gettime(clockid_t clock, struct timespec *at) {
    int result = REAL(clock_gettime)(clock, at);
    if (!result && is_time_of_day(clock))
        at->tv_sec += OFFSET_SECONDS;
    return result;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at)
        *at = now.tv_sec;
    return now.tv_sec;
}

int timespec_get(struct timespec *at, int base) {
    return base == TIME_UTC && !clock_gettime(CLOCK_REALTIME, at) ? base : 0;
}

KNOWN(clock_nanosleep);
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *until, struct timespec *left) {
    struct timespec moved = *until;
    if ((flags & TIMER_ABSTIME) && is_time_of_day(clock))
        moved = machines(until);
    return REAL(clock_nanosleep)(clock, flags, &moved, left);
}

KNOWN(sem_timedwait);
int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until) {
    struct timespec moved = machines(until);
    return REAL(sem_timedwait)(semaphore, &moved);
}
