// Functions that end by a jump to another one, which gcc -O2 makes of `return g(x);`.
//
//   tails INTERVAL_MICROS COUNT
//
// COUNT rounds (0: until SIGTERM). Round i, with a = i % 50: to_hidden(a) is hidden(a + 1): 3 times an odd number, 5 times
// an even one; two_hops(a) is to_hidden(a + 3); to_shown(a) is shown(a + 2), which adds 1000; perhaps(a) is shown(a) if a
// is a multiple of 3, else -a; straight(a), one instruction, is hidden(a); even(a) and odd(a) call each other; deep(a % 5)
// calls itself, and then is shown(1); leave(a) calls to_jumps(a), which is jumps(a + 1): that returns an even number and
// goes back to leave by longjmp with an odd one. Then hidden, shown and jumps (evenly) are called from elsewhere.
// Prints "ready pid=P", at the end "done rounds=R".
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define APART __attribute__((noinline, noipa))

static volatile sig_atomic_t stopping;
static volatile int sink;
static jmp_buf left;

static void stop(int signal) {
    (void)signal;
    stopping = 1;
}

APART static int hidden(int a) {
    sink = a;
    if (a & 1) return a * 3;
    sink++;
    return a * 5;
}

APART int shown(int a) {
    sink = a;
    return a + 1000;
}

APART int to_hidden(int a) {
    sink = a;
    return hidden(a + 1);
}

APART int to_shown(int a) {
    sink = a;
    return shown(a + 2);
}

APART int two_hops(int a) {
    sink = a;
    return to_hidden(a + 3);
}

APART int perhaps(int a) {
    sink++;
    if (a % 3 == 0) return shown(a);
    sink = a;
    return -a;
}

APART int straight(int a) {
    return hidden(a);
}

APART int odd(int a);

APART int even(int a) {
    sink++;
    return a == 0 ? 1 : odd(a - 1);
}

APART int odd(int a) {
    sink++;
    return a == 0 ? 0 : even(a - 1);
}

APART int deep(int a) {
    sink = a;
    if (a > 0) sink = deep(a - 1);
    return shown(1);
}

APART int jumps(int a) {
    sink = a;
    if (a & 1) longjmp(left, 1);
    sink = 2;
    return a;
}

APART int to_jumps(int a) {
    sink = a;
    return jumps(a + 1);
}

APART int leave(int a) {
    return setjmp(left) ? -1 : to_jumps(a);
}

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    long interval = atol(argv[1]), count = atol(argv[2]), round = 0;
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    printf("ready pid=%d\n", getpid());
    fflush(stdout);
    for (; (count == 0 || round < count) && !stopping; round++) {
        int a = (int)(round % 50);
        sink = to_hidden(a) + two_hops(a) + to_shown(a) + perhaps(a) + straight(a) + even(a) + deep(a % 5) + leave(a);
        sink += hidden(a) + shown(a) + jumps(a & ~1);
        if (interval > 0) usleep((useconds_t)interval);
    }
    printf("done rounds=%ld\n", round);
    return 0;
}
