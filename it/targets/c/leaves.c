// Calls that end in every way that C knows.
//
//   leaves ROUNDS
//
// Every function takes a serial number and, if it returns, returns it plus its own number. Prints "ready pid=P", waits for
// SIGUSR1, then ROUNDS times
//
//   descend(s, 5)     enters itself down to 0; each returns s + 10
//   jumper(s)         longjmp through jumper and jump_middle to main
//   forward(s)        jumps to target(s), which returns s + 20: a tail call
//   quitter(s)        in a thread of its own: pthread_exit
//   sleeper(s)        in a thread of its own, which is cancelled in it
//   corout(s)         in each of two coroutines, which switch in it by swapcontext; returns s + 30
//   plain(s)          after all of that; returns s + 40
//
// and "done calls=C jumps=J threads=T wrong=W": C calls that began, W results that were wrong.
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>
#include <unistd.h>

#define OPAQUE __attribute__((noipa))

static jmp_buf back;
static ucontext_t left, right, home;
static long calls, jumps, threads, wrong;
static volatile int asleep;

static void expect(long got, long wanted) { wrong += got != wanted; }

OPAQUE long descend(long s, int depth) {
    __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED);
    if (depth > 0) expect(descend(s, depth - 1), s + 10);
    return s + 10;
}

OPAQUE long jumper(long s) {
    calls++;
    if (s >= 0) longjmp(back, 1);
    return s;
}

OPAQUE long jump_middle(long s) {
    calls++;
    return jumper(s) + 1;
}

OPAQUE long target(long s) {
    calls++;
    return s + 20;
}

OPAQUE long forward(long s) {
    calls++;
    return target(s);
}

OPAQUE long quitter(long s) {
    calls++;
    if (s >= 0) pthread_exit(NULL);
    return s;
}

OPAQUE long sleeper(long s) {
    calls++;
    asleep = 1;
    while (s >= 0) pause();
    return s;
}

OPAQUE long corout(long s, ucontext_t *from, ucontext_t *to) {
    calls++;
    swapcontext(from, to);
    return s + 30;
}

OPAQUE long plain(long s) {
    calls++;
    return s + 40;
}

static long serial;

static void coroutine(int side) {
    for (;;) {
        long s = ++serial;
        expect(side == 0 ? corout(s, &left, &right) : corout(s, &right, &left), s + 30);
        // the right one leaves each pair; the left one began it
        if (side == 0) swapcontext(&left, &home);
    }
}

static void *quits(void *s) {
    return (void *)quitter((long)s);
}

static void *sleeps(void *s) {
    return (void *)sleeper((long)s);
}

static void in_thread(void *(*body)(void *), int cancel) {
    pthread_t thread;
    asleep = 0;
    if (pthread_create(&thread, NULL, body, (void *)++serial) != 0) abort();
    if (cancel) {
        while (!asleep) usleep(100);
        pthread_cancel(thread);
    }
    pthread_join(thread, NULL);
    threads++;
}

static void start(ucontext_t *context, int side) {
    getcontext(context);
    context->uc_stack.ss_size = 1 << 16;
    context->uc_stack.ss_sp = malloc(context->uc_stack.ss_size);
    makecontext(context, (void (*)(void))coroutine, 1, side);
}

int main(int argc, char **argv) {
    if (argc != 2) return 64;
    long rounds = atol(argv[1]);
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR1);
    sigprocmask(SIG_BLOCK, &wanted, NULL);
    start(&left, 0);
    start(&right, 1);
    printf("ready pid=%d\n", getpid());
    fflush(stdout);
    int got;
    sigwait(&wanted, &got);
    for (volatile long i = 0; i < rounds; i++) {
        long s = ++serial;
        expect(descend(s, 5), s + 10);
        if (setjmp(back) == 0) {
            jump_middle(++serial);
        } else {
            jumps++;
        }
        s = ++serial;
        expect(forward(s), s + 20);
        in_thread(quits, 0);
        in_thread(sleeps, 1);
        swapcontext(&home, &left);
        s = ++serial;
        expect(plain(s), s + 40);
    }
    // Both coroutines are in no call of corout, or one: the one that waits for the other.
    printf("done calls=%ld jumps=%ld threads=%ld wrong=%ld\n", calls, jumps, threads, wrong);
    return 0;
}
