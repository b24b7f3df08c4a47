// Lives until SIGTERM, and calls 40 functions all the while; every answer is checked.
//
//   resident plain | threads | forks | execs | quiet [ARGUMENT...]
//
// Begins with "ready pid=P", ends with "result wrong=N". `forks`: has a child each 0.2 s that calls them, too, and owes an answer.
// `execs`: begins anew by exec every 20 s. `quiet`: calls nothing. It is built with -DBUILD_OF=NAME, so that each copy has a
// build ID of its own.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TEXT_OF(word) #word
#define TEXT(word) TEXT_OF(word)
__attribute__((used)) static const char build_of[] = TEXT(BUILD_OF);

static volatile sig_atomic_t stopping;
static long wrong;

#define FUNCTION(n) \
    __attribute__((noipa)) long work_##n(long a) { \
        volatile long kept = a; \
        return kept * 3 + n; \
    }
#define TEN(of, n) of(n##0) of(n##1) of(n##2) of(n##3) of(n##4) of(n##5) of(n##6) of(n##7) of(n##8) of(n##9)
TEN(FUNCTION, 1) TEN(FUNCTION, 2) TEN(FUNCTION, 3) TEN(FUNCTION, 4)

typedef long function(long);
#define NAME(n) work_##n,
static function *const functions[] = {TEN(NAME, 1) TEN(NAME, 2) TEN(NAME, 3) TEN(NAME, 4)};

static void on_term(int signal) {
    (void)signal;
    stopping = 1;
}

static long round_of_calls(long a) {
    long bad = 0;
    for (int i = 0; i < 40; i++) bad += functions[i](a) != a * 3 + 10 + i;
    return bad;
}

static void pause_millis(long millis) {
    struct timespec pause = {millis / 1000, millis % 1000 * 1000000};
    nanosleep(&pause, NULL);
}

static void *thread(void *unused) {
    (void)unused;
    for (long a = 0; !stopping; a++) {
        __atomic_add_fetch(&wrong, round_of_calls(a), __ATOMIC_RELAXED);
        pause_millis(50);
    }
    return NULL;
}

static void child(long a) {
    pid_t pid = fork();
    if (pid == 0) _exit(round_of_calls(a) == 0 ? (int)(functions[7](a) % 50) : 99);
    int status;
    while (waitpid(pid, &status, 0) < 0) {
        if (stopping > 1) return;
    }
    wrong += !WIFEXITED(status) || WEXITSTATUS(status) != (a * 3 + 17) % 50;
}

int main(int argc, char **argv) {
    if (argc < 2) return 64;
    struct sigaction action = {.sa_handler = on_term, .sa_flags = SA_RESTART};
    sigaction(SIGTERM, &action, NULL);
    sigset_t term;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigprocmask(SIG_UNBLOCK, &term, NULL);
    if (getenv("RESIDENT_AGAIN") == NULL) printf("ready pid=%d\n", getpid());
    fflush(stdout);
    pthread_t threads[4];
    int count = strcmp(argv[1], "threads") == 0 ? 4 : 0;
    for (int i = 0; i < count; i++) pthread_create(&threads[i], NULL, thread, NULL);
    int quiet = strcmp(argv[1], "quiet") == 0;
    time_t begun = time(NULL);
    for (long a = 0; !stopping; a++) {
        if (!quiet) __atomic_add_fetch(&wrong, round_of_calls(a), __ATOMIC_RELAXED);
        pause_millis(200);
        if (strcmp(argv[1], "forks") == 0) child(a);
        if (strcmp(argv[1], "execs") == 0 && time(NULL) - begun >= 20 && wrong == 0) {
            // Whoever sends SIGTERM just now is heard by the next one.
            sigprocmask(SIG_BLOCK, &term, NULL);
            if (stopping) break;
            setenv("RESIDENT_AGAIN", "1", 1);
            execv("/proc/self/exe", argv);
            return 65;
        }
    }
    for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
    printf("result wrong=%ld\n", wrong);
    return wrong != 0;
}
