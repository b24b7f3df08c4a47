// Checks its own text in memory, as ClickHouse does at its start, and has ClickHouse's section for it.
//
//   checksum INTERVAL_MICROS COUNT
//
// COUNT rounds, 0: until SIGTERM, of work(n) and of a sum over all of its code. Prints "ready pid=P", and at the end
// "done pid=P rounds=R changed=C": C counts rounds in which the sum was not what it was at the start.
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define OPAQUE __attribute__((noipa))

extern const unsigned char __executable_start[], etext[];
__attribute__((section(".clickhouse.hash"), used)) static const char HASH[32] = "not compared, the section counts";

static volatile sig_atomic_t stopping;

static void on_signal(int signal) {
    (void)signal;
    stopping = 1;
}

OPAQUE long work(long n) { return n * 2 + 1; }

static uint64_t sum(void) {
    uint64_t sum = 14695981039346656037u;
    for (const unsigned char *at = (const unsigned char *)work; at < etext; at++) sum = (sum ^ *at) * 1099511628211u;
    return sum;
}

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    useconds_t interval = (useconds_t)atol(argv[1]);
    long count = atol(argv[2]), rounds = 0, changed = 0;
    signal(SIGTERM, on_signal);
    uint64_t expected = sum();
    printf("ready pid=%d\n", getpid());
    fflush(stdout);
    while (!stopping && (count == 0 || rounds < count)) {
        if (work(rounds) != rounds * 2 + 1) return 1;
        changed += sum() != expected;
        rounds++;
        usleep(interval);
    }
    printf("done pid=%d rounds=%ld changed=%ld\n", getpid(), rounds, changed);
    return 0;
}
