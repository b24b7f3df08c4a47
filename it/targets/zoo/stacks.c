// Calls that end on another stack, in another order, or not at all.
//
//   stacks swapcontext | assembly | recursion DEPTH | longjmp | alternate | storm | backtrace | tail | threads N
#include "zoo.h"
#include <errno.h>
#include <execinfo.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdint.h>
#include <sys/time.h>
#include <time.h>
#include <ucontext.h>

enum { FIBERS = 3, ROUNDS = 1000, STACK = 64 * 1024 };

static const char *mode;
static long right, wrong, reference;

static void check(long got, long wanted) { *(got == wanted ? &right : &wrong) += 1; }

// --- swapcontext, and a switch of stacks by hand

static ucontext_t contexts[FIBERS], home;
static char stacks[FIBERS][STACK] __attribute__((aligned(64)));
static void *tops[FIBERS], *home_top;

void switch_to(void **from, void *to);
__asm__(".text\n.globl switch_to\n.type switch_to, @function\nswitch_to:\n"
        " push %rbx\n push %rbp\n push %r12\n push %r13\n push %r14\n push %r15\n"
        " mov %rsp, (%rdi)\n mov %rsi, %rsp\n"
        " pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbp\n pop %rbx\n ret\n"
        ".size switch_to, . - switch_to\n");

static jmp_buf back;
static volatile long handled;

OPAQUE long work(long n, int fiber) {
    volatile long kept = n;
    if (is(mode, "swapcontext")) swapcontext(&contexts[fiber], &contexts[(fiber + 1) % FIBERS]);
    if (is(mode, "assembly")) switch_to(&tops[fiber], tops[(fiber + 1) % FIBERS]);
    if (is(mode, "recursion") && n > 0) {
        long answer = work(n - 1, fiber);
        __asm__ volatile("" : "+r"(answer)); // or it becomes a loop
        return answer + 1;
    }
    if (is(mode, "longjmp") && n % 4 == 1) longjmp(back, 1);
    if (is(mode, "backtrace")) {
        void *frames[64];
        return backtrace(frames, 64) * 1000 + kept;
    }
    return kept * 3 + fiber;
}

OPAQUE long work_last(long n, int fiber) { return n * 7 + fiber; }

// -O2 makes jumps of these calls: work_tail does not return itself.
OPAQUE long work_tail(long n, int fiber) { return work_last(n + 1, fiber); }

static void fiber_main(int fiber) {
    for (long n = 0; n < ROUNDS; n++) {
        // Calls from several places: a return to another's place is seen.
        long answer;
        if (fiber == 0) {
            answer = work(n, 0) * 2;
        } else if (fiber == 1) {
            answer = work(n, 1) * 3;
        } else {
            answer = work(n, 2) * 4;
        }
        check(answer, (n * 3 + fiber) * (fiber + 2));
    }
    // The others have as many behind them, or one less; whoever is first ends it.
    if (is(mode, "swapcontext")) setcontext(&home);
    switch_to(&tops[fiber], home_top);
}

static volatile int next_fiber;
static void first_entry(void) { fiber_main(next_fiber++); }

static void swapcontexts(void) {
    for (int i = 0; i < FIBERS; i++) {
        getcontext(&contexts[i]);
        contexts[i].uc_stack.ss_sp = stacks[FIBERS - 1 - i];
        contexts[i].uc_stack.ss_size = STACK;
        makecontext(&contexts[i], (void (*)(void))fiber_main, 1, i);
    }
    swapcontext(&home, &contexts[0]);
}

static void by_hand(void) {
    for (int i = 0; i < FIBERS; i++) {
        uintptr_t *top = (uintptr_t *)(stacks[FIBERS - 1 - i] + STACK - 64);
        *--top = 0;
        *--top = (uintptr_t)first_entry;
        top -= 6;
        tops[i] = top;
    }
    switch_to(&home_top, tops[0]);
}

// --- signals

static void on_signal(int signal) {
    (void)signal;
    check(work(handled, 2), handled * 3 + 2);
    handled++;
}

static void handle(int signal) {
    static char alternate[STACK];
    stack_t stack = {.ss_sp = alternate, .ss_size = STACK};
    sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK | SA_RESTART};
    sigaction(signal, &action, NULL);
}

static volatile int done;

static void *sender(void *to) {
    struct timespec pause = {0, 20000};
    for (int i = 0; i < 4000; i++) {
        pthread_kill(*(pthread_t *)to, SIGUSR2);
        nanosleep(&pause, NULL);
    }
    done = 1;
    return NULL;
}

static void storm(void) {
    pthread_t self = pthread_self(), other;
    handle(SIGUSR2);
    pthread_create(&other, NULL, sender, &self);
    for (long n = 0; !done; n++) {
        if (work(n, 1) != n * 3 + 1) wrong++;
    }
    pthread_join(other, NULL);
    right = handled > 0;
}

// --- threads

static pthread_barrier_t all;

static void *thread(void *number) {
    pthread_barrier_wait(&all);
    long wrongs = 0;
    for (long n = 0; n < 5; n++) wrongs += work(n, (int)(intptr_t)number) != n * 3 + (int)(intptr_t)number;
    return (void *)(intptr_t)wrongs;
}

static void threads(int count) {
    pthread_t *made = calloc((size_t)count, sizeof *made);
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 32 * 1024);
    pthread_barrier_init(&all, NULL, (unsigned)count);
    for (int i = 0; i < count; i++) {
        if (pthread_create(&made[i], &small, thread, (void *)(intptr_t)i) != 0) wrong++;
    }
    for (int i = 0; i < count; i++) {
        void *wrongs;
        pthread_join(made[i], &wrongs);
        check((long)(intptr_t)wrongs, 0);
    }
    free(made);
}

int main(int argc, char **argv) {
    if (argc < 2) return 64;
    mode = argv[1];
    long number = argc > 2 ? atol(argv[2]) : 0;
    if (is(mode, "backtrace")) reference = work(0, 0);
    ready();
    if (is(mode, "swapcontext")) swapcontexts();
    if (is(mode, "assembly")) by_hand();
    if (is(mode, "recursion")) {
        for (int i = 0; i < 20; i++) check(work(number, 1), number + 1);
    }
    if (is(mode, "longjmp")) {
        for (volatile long n = 0; n < 2000; n++) {
            if (setjmp(back) == 0) check(work(n, 1), n * 3 + 1);
        }
    }
    if (is(mode, "alternate")) {
        handle(SIGALRM);
        struct itimerval every = {{0, 1000}, {0, 1000}};
        setitimer(ITIMER_REAL, &every, NULL);
        for (long n = 0; handled < 200; n++) wrong += work(n, 1) != n * 3 + 1;
        memset(&every, 0, sizeof every);
        setitimer(ITIMER_REAL, &every, NULL);
        right = 1;
    }
    if (is(mode, "storm")) storm();
    if (is(mode, "backtrace")) {
        for (long n = 0; n < 50; n++) check(work(n, 0), reference + n);
    }
    if (is(mode, "tail")) {
        for (long n = 0; n < 2000; n++) check(work_tail(n, 1), (n + 1) * 7 + 1);
    }
    if (is(mode, "threads")) threads((int)number);
    printf("result right=%ld wrong=%ld\n", right, wrong);
    return 0;
}
