// How long it takes to make processes: fork, vfork and clone(CLONE_VM) until they return in the parent, and fork, exec of
// /bin/true, and waiting for its end. One of each, then 2 ms of sleep, until SIGTERM.
//
// Begins with "ready pid=P". At SIGUSR1 prints for each "HOW count=N p50=NANOS p99=NANOS max=NANOS", of what was since the last
// time, then "told". It asks for a real-time priority: that others have their turn on the processor is no stall.
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KINDS = 4, MOST = 1 << 15 };
static const char *const names[KINDS] = {"fork", "vfork", "clone", "exec"};
static long took[KINDS][MOST];
static int counts[KINDS];
static volatile sig_atomic_t stopping, asked;

static void on_signal(int signal) {
    if (signal == SIGTERM) stopping = 1;
    else asked = 1;
}

static long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000L + time.tv_nsec;
}

static int leave(void *unused) {
    (void)unused;
    _exit(0);
}

static void once(int kind) {
    static char stack[1 << 14] __attribute__((aligned(64)));
    int status = 0;
    long begun = now();
    pid_t child = kind == 1 ? vfork() : kind == 2 ? clone(leave, stack + sizeof stack, CLONE_VM | SIGCHLD, NULL) : fork();
    if (child == 0) {
        if (kind == 3) execl("/bin/true", "true", (char *)NULL);
        _exit(0);
    }
    long returned = now();
    while (child > 0 && waitpid(child, &status, 0) < 0) continue;
    if (kind == 3) returned = now();
    if (child > 0 && counts[kind] < MOST) took[kind][counts[kind]++] = returned - begun;
}

static int by_size(const void *a, const void *b) {
    long left = *(const long *)a, right = *(const long *)b;
    return (left > right) - (left < right);
}

static void tell(void) {
    for (int kind = 0; kind < KINDS; kind++) {
        int count = counts[kind];
        qsort(took[kind], (size_t)count, sizeof **took, by_size);
        if (count > 0) {
            printf("%s count=%d p50=%ld p99=%ld max=%ld\n", names[kind], count, took[kind][count / 2],
                   took[kind][count - 1 - count / 100], took[kind][count - 1]);
        }
        counts[kind] = 0;
    }
    printf("told\n");
    fflush(stdout);
}

int main(void) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGUSR1, &action, NULL);
    struct sched_param first = {.sched_priority = 1};
    int real_time = sched_setscheduler(0, SCHED_FIFO, &first) == 0;
    memset(took, 1, sizeof took); // no page fault later
    printf("ready pid=%d real-time=%d\n", getpid(), real_time);
    fflush(stdout);
    while (!stopping) {
        for (int kind = 0; kind < KINDS; kind++) once(kind);
        if (asked) {
            asked = 0;
            tell();
        }
        struct timespec pause = {0, 2000000};
        nanosleep(&pause, NULL);
    }
    return 0;
}
