// Calls f_push or f_sub of libcalls.so, with a number, the number after it, and a text of 63 characters.
//
//   calls paced FUNCTION INTERVAL_MICROS          one call every so often, until SIGTERM
//   calls cost FUNCTION BATCH INTERVAL_MICROS     BATCH calls, then a sleep; prints "ns MEDIAN" for every 40 batches: the
//                                                 time of one call, until SIGTERM. The sleep is not in it.
//   calls rate FUNCTION PER_SECOND SECONDS        so many calls, spread over every millisecond; prints "done calls=N nanos=N"
//
// Begins with "ready pid=P". `rate` begins to call at SIGUSR1.
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef long function_t(long, long, const char *);
function_t f_push, f_sub;

enum { BATCHES = 40 };

static const char text[] = "select id, name, state from orders where customer = 4711 and 1;";
_Static_assert(sizeof text == 64, "64 bytes with the NUL");

static volatile sig_atomic_t stopping, started;
static function_t *function;

static void on_signal(int signal) {
    if (signal == SIGTERM) stopping = 1;
    else started = 1;
}

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void sleep_until(int64_t moment) {
    struct timespec t = {moment / 1000000000, moment % 1000000000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void paced(long interval) {
    for (long i = 0; !stopping; i++) {
        function(i, i + 1, text);
        usleep((useconds_t)interval);
    }
}

static void cost(long batch, long interval) {
    double nanos[BATCHES];
    while (!stopping) {
        for (int b = 0; b < BATCHES; b++) {
            int64_t start = now();
            for (long i = 0; i < batch; i++) function(i, i + 1, text);
            nanos[b] = (double)(now() - start) / (double)batch;
            usleep((useconds_t)interval);
        }
        qsort(nanos, BATCHES, sizeof nanos[0], ascending);
        printf("ns %.2f\n", nanos[BATCHES / 2]);
        fflush(stdout);
    }
}

static void rate(long per_second, long seconds) {
    while (!started && !stopping) usleep(1000);
    int64_t start = now(), end = start + seconds * INT64_C(1000000000), next = start;
    long calls = 0;
    while (!stopping && now() < end) {
        long due = (long)((double)(now() - start) * (double)per_second / 1e9) - calls;
        // Who falls behind does not catch up in one burst: no more than two milliseconds' worth at a time.
        if (due > per_second / 500 + 1) due = per_second / 500 + 1;
        for (long i = 0; i < due; i++, calls++) function(calls, calls + 1, text);
        next = now() + 1000000;
        sleep_until(next < end ? next : end);
    }
    printf("done calls=%ld nanos=%lld\n", calls, (long long)(now() - start));
}

int main(int argc, char **argv) {
    if (argc < 4) return 64;
    function = strcmp(argv[2], "f_sub") ? f_push : f_sub;
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGUSR1, &action, NULL);
    printf("ready pid=%d\n", getpid());
    fflush(stdout);
    if (!strcmp(argv[1], "paced")) paced(atol(argv[3]));
    else if (!strcmp(argv[1], "cost") && argc > 4) cost(atol(argv[3]), atol(argv[4]));
    else if (!strcmp(argv[1], "rate") && argc > 4) rate(atol(argv[3]), atol(argv[4]));
    else return 64;
    return 0;
}
