// Uses libstetdemo.so, which it opens with dlopen: beside itself, or where --lib says.
//
//   uselib [--lib FILE] [--action dlopen | fork | forktwice | exec PROGRAM ARGUMENT... --] [--after MILLIS] [--uid UID] MODE
//   MODE: loop INTERVAL_MICROS COUNT    COUNT rounds (0: until SIGTERM) of shared_fn(round) and f000(round) .. f199(round)
//         cost ROUNDS CALLS REPEAT      REPEAT times (0: until SIGTERM) prints the median, over ROUNDS, of nanoseconds a
//                                       call of shared_fn, each round timing CALLS calls: "cost median_ns=2.31"
//
// The action happens once, at SIGUSR1 or after that many milliseconds. dlopen: only then opens the library, prints "ready"
// and begins. fork: the child goes on like the parent, having printed "child pid=P"; as the user of --uid if there is one.
// forktwice: the same with the child's child, as daemons do it: the child in between is gone by then. exec: becomes that
// program.
//
// Prints "started pid=P", then "ready pid=P lib=FILE" when the library is open; at the end of a loop
// "done pid=P rounds=R checksum=C wrong=W", W counting results that were not as they must be. SIGTERM ends it with 0.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FUNCTIONS = 200, MAX_ROUNDS = 10000 };

static volatile sig_atomic_t stopping, acting;
static const char *action;
static long uid = -1;
static char **exec_argv;
static char library[PATH_MAX];
static int (*shared_fn)(int);
static long (*functions[FUNCTIONS])(long);

static void on_signal(int signal) {
    if (signal == SIGTERM) stopping = 1;
    else acting = 1;
}

static void die(const char *what) {
    fprintf(stderr, "uselib: %s\n", what);
    exit(1);
}

static uint64_t now_nanos(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void open_library(void) {
    void *handle = dlopen(library, RTLD_NOW);
    if (!handle) die(dlerror());
    shared_fn = (int (*)(int))dlsym(handle, "shared_fn");
    for (int i = 0; i < FUNCTIONS; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%03d", i);
        functions[i] = (long (*)(long))dlsym(handle, name);
        if (!functions[i]) die(dlerror());
    }
    printf("ready pid=%d lib=%s\n", getpid(), library);
    fflush(stdout);
}

// Called between rounds: does the action if it is due.
static void act(void) {
    if (!acting || !action) return;
    acting = 0;
    if (!strcmp(action, "fork") || !strcmp(action, "forktwice")) {
        int twice = !strcmp(action, "forktwice");
        signal(SIGCHLD, SIG_IGN); // nobody waits for it, or only for its end
        pid_t child = fork();
        if (child != 0) {
            if (twice) waitpid(child, NULL, 0);
        } else {
            if (twice && fork() != 0) _exit(0);
            if (uid >= 0 && setuid((uid_t)uid) != 0) die("setuid failed");
            printf("child pid=%d\n", getpid());
            fflush(stdout);
        }
    } else if (!strcmp(action, "exec")) {
        execv(exec_argv[0], exec_argv);
        die("exec failed");
    }
    action = NULL;
}

static int loop(long interval, long count) {
    uint64_t checksum = 0, wrong = 0;
    long round = 0;
    for (; (count == 0 || round < count) && !stopping; round++) {
        int shared = shared_fn((int)round);
        wrong += shared != (int)(2 * round + 1);
        checksum = checksum * 31 + (uint64_t)shared;
        for (int i = 0; i < FUNCTIONS; i++) {
            long result = functions[i](round);
            wrong += result != round + i;
            checksum = checksum * 31 + (uint64_t)result;
        }
        if (interval > 0) usleep((useconds_t)interval);
        act();
    }
    printf("done pid=%d rounds=%ld checksum=%016llx wrong=%llu\n", getpid(), round, (unsigned long long)checksum,
           (unsigned long long)wrong);
    return 0;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int cost(long rounds, long calls, long repeat) {
    static double nanos[MAX_ROUNDS];
    if (rounds < 1 || rounds > MAX_ROUNDS || calls < 1) return 64;
    for (long done = 0; (repeat == 0 || done < repeat) && !stopping; done++) {
        for (long round = 0; round < rounds; round++) {
            uint64_t start = now_nanos();
            for (long i = 0; i < calls; i++) shared_fn((int)i);
            nanos[round] = (double)(now_nanos() - start) / (double)calls;
        }
        qsort(nanos, (size_t)rounds, sizeof nanos[0], ascending);
        printf("cost median_ns=%.2f\n", nanos[rounds / 2]);
        fflush(stdout);
        act();
    }
    return 0;
}

int main(int argc, char **argv) {
    ssize_t length = readlink("/proc/self/exe", library, sizeof library - 32);
    if (length < 0) die("cannot read /proc/self/exe");
    library[length] = 0;
    strcpy(strrchr(library, '/') + 1, "libstetdemo.so");

    long after = 0;
    int at = 1;
    for (; at + 1 < argc && !strncmp(argv[at], "--", 2); at += 2) {
        if (!strcmp(argv[at], "--lib")) {
            snprintf(library, sizeof library, "%s", argv[at + 1]);
        } else if (!strcmp(argv[at], "--after")) {
            after = atol(argv[at + 1]);
        } else if (!strcmp(argv[at], "--uid")) {
            uid = atol(argv[at + 1]);
        } else if (!strcmp(argv[at], "--action")) {
            action = argv[at + 1];
            if (!strcmp(action, "exec")) {
                exec_argv = &argv[at + 2];
                while (at + 2 < argc && strcmp(argv[at + 2], "--")) at++;
                if (at + 2 >= argc) return 64;
                argv[at + 2] = NULL;
                at++;
            }
        } else {
            return 64;
        }
    }
    char *mode = at < argc ? argv[at] : "";
    int is_loop = !strcmp(mode, "loop") && argc == at + 3, is_cost = !strcmp(mode, "cost") && argc == at + 4;
    if (!is_loop && !is_cost) {
        fprintf(stderr, "usage: uselib [--lib FILE] [--action dlopen|fork|forktwice|exec PROGRAM ARGUMENT... --] [--after MILLIS]"
                        " [--uid UID] loop INTERVAL_MICROS COUNT | cost ROUNDS CALLS REPEAT\n");
        return 64;
    }

    struct sigaction handler = {.sa_handler = on_signal};
    sigaction(SIGTERM, &handler, NULL);
    sigaction(SIGUSR1, &handler, NULL);
    sigaction(SIGALRM, &handler, NULL);
    if (after > 0) {
        timer_t timer;
        struct itimerspec once = {.it_value = {after / 1000, after % 1000 * 1000000}};
        timer_create(CLOCK_MONOTONIC, NULL, &timer); // sends SIGALRM
        timer_settime(timer, 0, &once, NULL);
    }
    printf("started pid=%d\n", getpid());
    fflush(stdout);
    if (action && !strcmp(action, "dlopen")) {
        while (!acting && !stopping) usleep(1000);
        action = NULL;
        if (stopping) return 0;
    }
    open_library();
    return is_loop ? loop(atol(argv[at + 1]), atol(argv[at + 2]))
                   : cost(atol(argv[at + 1]), atol(argv[at + 2]), atol(argv[at + 3]));
}
