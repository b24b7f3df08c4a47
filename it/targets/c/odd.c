// Functions that are odd to trace.
//
//   odd INTERVAL_MICROS COUNT
//
// Each of COUNT rounds (0: until SIGTERM) calls
//
//   say(t)                     for t: "plain", NULL, an address that is not mapped, "gr\303\274n\n\"x\"", 300 times 'x'; = -5, or strlen
//   many(1, -2, 3, -4, 5, -6, 7, -8)    = -4; the 7th and 8th argument are on the stack
//   boxed(&{41, -42, "boxed"})          = 41
//   is_odd(3)                  = true in the lowest byte, other bits above it
//   only_ret()                 whose first instruction is RET
//   sizeless()                 = 7; its symbol has no size
//   tail(5)                    jumps to leaf(6) = 12, which returns in its place
//
// The symbol `not_code` says function and is in data. Prints "ready pid=P", at the end "done rounds=R".
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define OPAQUE __attribute__((noipa))

struct box {
    int32_t number;
    int32_t negative;
    const char *text;
};

static volatile sig_atomic_t stopping;
static char *const NOWHERE = (char *)0x10;

OPAQUE long say(const char *t) {
    if (t == NULL || t == NOWHERE) return -5;
    long length = 0;
    while (t[length] != 0) length++;
    return length;
}

OPAQUE int many(int a, long b, short c, int d, long e, int f, long g, int h) {
    return (int)(a + b + c + d + e + f + g + h);
}

OPAQUE int boxed(const struct box *b) { return b->number; }

void only_ret(void);
int sizeless(void);
long is_odd(int x);
int tail(int x);
__asm__(".text\n"
        ".globl only_ret\n.type only_ret, @function\nonly_ret: ret\n.size only_ret, . - only_ret\n"
        ".balign 16\n"
        ".globl sizeless\n.type sizeless, @function\nsizeless: mov $7, %eax\n ret\n"
        ".balign 16\n"
        ".globl is_odd\n.type is_odd, @function\nis_odd: mov %edi, %eax\n and $1, %eax\n or $0x1200, %eax\n ret\n"
        ".size is_odd, . - is_odd\n"
        ".balign 16\n"
        ".globl leaf\n.type leaf, @function\nleaf: lea (%rdi,%rdi), %eax\n ret\n.size leaf, . - leaf\n"
        ".balign 16\n"
        ".globl tail\n.type tail, @function\ntail: inc %edi\n jmp leaf\n.size tail, . - tail\n"
        ".data\n"
        ".globl not_code\n.type not_code, @function\nnot_code: .quad 0x90c3\n.size not_code, . - not_code\n"
        ".text\n");

static void stop(int signal) {
    (void)signal;
    stopping = 1;
}

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    long interval = atol(argv[1]), count = atol(argv[2]), round = 0;
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    static char longer[301];
    for (int i = 0; i < 300; i++) longer[i] = 'x';
    const struct box box = {41, -42, "boxed"};
    printf("ready pid=%d\n", getpid());
    fflush(stdout);
    for (; (count == 0 || round < count) && !stopping; round++) {
        say("plain");
        say(NULL);
        say(NOWHERE);
        say("gr\303\274n\n\"x\"");
        say(longer);
        if (many(1, -2, 3, -4, 5, -6, 7, -8) != -4 || boxed(&box) != 41 || (is_odd(3) & 0xff) != 1 || sizeless() != 7
            || tail(5) != 12)
            return 1;
        only_ret();
        if (interval > 0) usleep((useconds_t)interval);
    }
    printf("done rounds=%ld\n", round);
    return 0;
}
