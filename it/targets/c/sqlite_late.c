// Opens libsqlite3.so.0 with dlopen, long after it has started, and uses it.
//
//   sqlite_late COUNT
//
// Prints "ready pid=P", waits for SIGUSR1, opens the library, and waits 5 ms between COUNT rounds (0: until SIGTERM), each of
// which prepares "SELECT %ld" and steps it twice: a row, then done. At the end prints "done rounds=R".
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static volatile sig_atomic_t stopping, starting;

static void on_signal(int signal) {
    if (signal == SIGTERM) stopping = 1;
    starting = 1;
}

int main(int argc, char **argv) {
    if (argc != 2) return 64;
    long count = atol(argv[1]), round = 0;
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGUSR1, &action, NULL);
    printf("ready pid=%d\n", getpid());
    fflush(stdout);
    while (!starting) usleep(1000);
    void *library = dlopen("libsqlite3.so.0", RTLD_NOW);
    if (!library) {
        fprintf(stderr, "sqlite_late: %s\n", dlerror());
        return 1;
    }
    int (*open_database)(const char *, void **) = (int (*)(const char *, void **))dlsym(library, "sqlite3_open");
    int (*prepare)(void *, const char *, int, void **, const char **) =
        (int (*)(void *, const char *, int, void **, const char **))dlsym(library, "sqlite3_prepare_v2");
    int (*step)(void *) = (int (*)(void *))dlsym(library, "sqlite3_step");
    int (*finalize)(void *) = (int (*)(void *))dlsym(library, "sqlite3_finalize");
    void *database, *statement;
    if (!open_database || !prepare || !step || !finalize || open_database(":memory:", &database) != 0) return 1;
    for (; (count == 0 || round < count) && !stopping; round++) {
        char sql[64];
        snprintf(sql, sizeof sql, "SELECT %ld", round);
        if (prepare(database, sql, -1, &statement, NULL) != 0 || step(statement) != 100 || step(statement) != 101) return 1;
        finalize(statement);
        usleep(5000);
    }
    printf("done rounds=%ld\n", round);
    return 0;
}
