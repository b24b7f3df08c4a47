// Fibers on stacks of their own, as Crystal's, that change places in the middle of calls.
//
//   fibers INTERVAL_MICROS COUNT
//
// Four fibers in turn call relay(n, fiber), which gives the others a turn before it returns n * 10 + fiber: calls end in
// another order than they began in. COUNT rounds, 0: until SIGTERM. Prints "ready pid=P", and at the end
// "done pid=P rounds=R wrong=W".
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>
#include <unistd.h>

#define OPAQUE __attribute__((noipa))

enum { FIBERS = 4, STACK_BYTES = 64 * 1024 };

static volatile sig_atomic_t stopping;
static ucontext_t fibers[FIBERS], scheduler;
static char stacks[FIBERS][STACK_BYTES];
static long rounds, wrong;

static void on_signal(int signal) {
    (void)signal;
    stopping = 1;
}

OPAQUE long relay(long n, int fiber) {
    swapcontext(&fibers[fiber], &scheduler);
    return n * 10 + fiber;
}

static void fiber_main(int fiber) {
    for (long n = 0;; n++) {
        if (relay(n, fiber) != n * 10 + fiber) wrong++;
    }
}

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    useconds_t interval = (useconds_t)atol(argv[1]);
    long count = atol(argv[2]);
    signal(SIGTERM, on_signal);
    for (int i = 0; i < FIBERS; i++) {
        getcontext(&fibers[i]);
        fibers[i].uc_stack.ss_sp = stacks[i];
        fibers[i].uc_stack.ss_size = STACK_BYTES;
        makecontext(&fibers[i], (void (*)(void))fiber_main, 1, i);
    }
    printf("ready pid=%d\n", getpid());
    fflush(stdout);
    while (!stopping && (count == 0 || rounds < count)) {
        for (int i = 0; i < FIBERS; i++) swapcontext(&scheduler, &fibers[i]);
        rounds++;
        if (interval > 0) usleep(interval);
    }
    printf("done pid=%d rounds=%ld wrong=%ld\n", getpid(), rounds, wrong);
    return 0;
}
