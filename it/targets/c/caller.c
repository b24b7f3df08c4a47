// Calls functions whose arguments and results are known, at a known rate.
//
//   caller INTERVAL_MICROS COUNT [BATCH [THREADS]]
//
// Each thread makes COUNT rounds (0: until SIGTERM), BATCH rounds (default 1) between two sleeps of INTERVAL_MICROS (0: no
// sleep). Round i = 0, 1, 2 ... calls once each
//
//   work(i % 1000 - 1, WORDS[i % 4], 1000 + i % 1000)   = -1 if a < 0, -2 if s is empty, else 3 * a + strlen(s) + n
//   twice(i)                                            = 2 * i
//   fact(5)                                             = 120; entered 5 times, for 5, 4, 3, 2, 1
//   nap(i % 8 == 0 ? 2000 : 0)                          = the microseconds that it slept at least
//
// Prints "ready pid=P", and at the end "done rounds=R checksum=C"; C depends on every result. SIGTERM ends it with 0.
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

// A call of such a function happens as written: not inlined, cloned, merged or computed beforehand.
#define OPAQUE __attribute__((noipa))

static const char *const WORDS[] = {"alpha", "be", "", "a somewhat longer string of words"};

static volatile sig_atomic_t stopping;
static long interval, count, batch = 1;

OPAQUE int work(int a, const char *s, long n) {
    if (a < 0) return -1;
    if (s[0] == 0) return -2;
    int length = 1; // no strlen: without a frame to take down, each return is a RET of its own
    while (s[length] != 0) length++;
    return 3 * a + length + (int)n;
}

OPAQUE long twice(long x) { return 2 * x; }

OPAQUE __attribute__((optimize("no-optimize-sibling-calls"))) int fact(int n) {
    if (n <= 1) return 1;
    return n * fact(n - 1);
}

OPAQUE long nap(long micros) {
    if (micros == 0) return 0;
    struct timespec t = {micros / 1000000, micros % 1000000 * 1000};
    while (nanosleep(&t, &t) != 0) {
    }
    return micros;
}

struct totals {
    uint64_t rounds, checksum;
};

static void *rounds(void *into) {
    struct totals *totals = into;
    for (long i = 0; (count == 0 || i < count) && !stopping; i++) {
        uint64_t c = totals->checksum;
        c = c * 31 + (uint64_t)work((int)(i % 1000) - 1, WORDS[i % 4], 1000 + i % 1000);
        c = c * 31 + (uint64_t)twice(i);
        c = c * 31 + (uint64_t)fact(5);
        c = c * 31 + (uint64_t)nap(interval > 0 && i % 8 == 0 ? 2000 : 0);
        totals->checksum = c;
        totals->rounds++;
        if (interval > 0 && i % batch == batch - 1) usleep((useconds_t)interval);
    }
    return NULL;
}

static void stop(int signal) {
    (void)signal;
    stopping = 1;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: caller INTERVAL_MICROS COUNT [BATCH [THREADS]]\n");
        return 64;
    }
    interval = atol(argv[1]);
    count = atol(argv[2]);
    if (argc > 3) batch = atol(argv[3]);
    int threads = argc > 4 ? atoi(argv[4]) : 1;
    if (batch < 1 || threads < 1 || threads > 64) return 64;
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    printf("ready pid=%d\n", getpid());
    fflush(stdout);

    struct totals totals[64] = {0};
    pthread_t others[64];
    for (int t = 1; t < threads; t++) pthread_create(&others[t], NULL, rounds, &totals[t]);
    rounds(&totals[0]);
    for (int t = 1; t < threads; t++) {
        pthread_join(others[t], NULL);
        totals[0].rounds += totals[t].rounds;
        totals[0].checksum += totals[t].checksum;
    }
    printf("done rounds=%llu checksum=%016llx\n", (unsigned long long)totals[0].rounds,
           (unsigned long long)totals[0].checksum);
    return 0;
}
